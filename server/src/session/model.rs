//! Dots, ellipses, triangles, meshes, nine-patches and blurred rectangles.

use transom_protocol::color::Pixel;
use transom_protocol::draw::{
    Ellipse, FillRule, Filter, ImagePart, Mesh, Paint, Shapes, Triangle as WireTriangle, Vertex,
};
use transom_protocol::geometry::{PixelPoint, PixelRect, Point, Rect, Transform};
use transom_protocol::ids::ImageId;

use super::budget::cost;
use super::ink::Ink;
use super::paint::{Done, Painter};
use super::paints::rasters_filter;
use super::shape::{device_radii, float_rect};
use super::{Failure, Step};
use crate::raster::{self, Blur, BlurShape, Corner, Path, Shader, Texture, snap_rect};

/// Dots.
impl Painter<'_> {
    pub(super) fn points(
        &mut self,
        paint: Paint,
        antialias: bool,
        round: bool,
        size: f32,
        points: Shapes<'_, Point>,
    ) -> Done {
        let ink = self.ink(paint)?;
        if size == 0.0
            && let Some(step) = self.quick_points(&ink, points)
        {
            return Ok(step);
        }
        let half = size / 2.0;
        self.each(points, |p, at| match size {
            0.0 => p.dot(at, &ink),
            _ => p.path(&ink, FillRule::NonZero, antialias, |user, device, to| {
                let square = Rect::new(at.x - half, at.y - half, size, size);
                match round {
                    true => user.rounded_rect(square, [half; 4]),
                    false => user.rect(square),
                }
                user.transform(to, device);
            }),
        })
    }

    /// The one pixel that a point lies in.
    fn dot(&mut self, at: Point, ink: &Ink<'_>) -> Step {
        let Some(PixelPoint { x, y }) = raster::pixel_at(at, self.state.device()) else {
            self.budget.spend(cost::CULLED);
            return Step::Done;
        };
        let pixel = PixelRect::from_edges(x, y, x.saturating_add(1), y.saturating_add(1));
        self.rect(pixel, ink)
    }
}

/// Ellipses and triangles.
impl Painter<'_> {
    pub(super) fn fill_ellipses(
        &mut self,
        paint: Paint,
        antialias: bool,
        ellipses: Shapes<'_, Ellipse>,
    ) -> Done {
        let ink = self.ink(paint)?;
        self.each(ellipses, |p, ellipse| {
            p.path(&ink, FillRule::NonZero, antialias, |user, device, to| {
                user.ellipse(ellipse.center, ellipse.radius_x, ellipse.radius_y);
                user.transform(to, device);
            })
        })
    }

    pub(super) fn triangles(
        &mut self,
        paint: Paint,
        antialias: bool,
        triangles: Shapes<'_, WireTriangle>,
    ) -> Done {
        let ink = self.ink(paint)?;
        self.each(triangles, |p, WireTriangle { a, b, c }| {
            p.path(&ink, FillRule::NonZero, antialias, |user, device, to| {
                if a.is_finite() && b.is_finite() && c.is_finite() {
                    user.move_to(a);
                    user.line_to(b);
                    user.line_to(c);
                    user.close();
                    user.transform(to, device);
                }
            })
        })
    }
}

/// Meshes.
impl Painter<'_> {
    pub(super) fn mesh(&mut self, mesh: &Mesh<'_>) -> Done {
        let image = match mesh.image.is_none() {
            true => None,
            false => Some(
                self.images
                    .get(&mesh.image)
                    .ok_or(Failure::unknown("no such image"))?,
            ),
        };
        let texture = image.map(|image| Texture {
            image: image.view(),
            filter: rasters_filter(mesh.filter),
            mask: image.is_mask(),
        });
        let brush = self.brush(Shader::Solid(Pixel::TRANSPARENT));
        let weight = 6 + brush.weight() + if texture.is_some() { 12 } else { 0 };
        let device = *self.state.device();
        let from = self.cursor.element;
        for number in from..mesh.len() {
            self.cursor.element = number;
            // At least one element a slice, or nothing would ever be done.
            if number > from && self.budget.is_spent() {
                return Ok(Step::More);
            }
            let corners = mesh.triangle(number).map(|vertices| {
                vertices.map(|vertex| corner(&vertex, &device, mesh.premultiplied))
            });
            let Some(triangle) = corners.and_then(raster::Triangle::new) else {
                self.budget.spend(cost::CULLED);
                continue;
            };
            let step = self.pixels(
                triangle.bounds(),
                weight,
                cost::TRIANGLE,
                |target, tools| {
                    let scratch = &mut tools.scratch;
                    raster::draw_triangle(target, &triangle, texture.as_ref(), &brush, scratch);
                },
            );
            if let Step::More = step {
                return Ok(Step::More);
            }
        }
        Ok(Step::Done)
    }
}

fn corner(vertex: &Vertex, device: &Transform, premultiplied: bool) -> Corner {
    let Vertex {
        position,
        texture,
        color,
    } = *vertex;
    let at = device.apply(position);
    Corner {
        x: at.x,
        y: at.y,
        u: texture.x,
        v: texture.y,
        color: match premultiplied {
            true => Pixel::from_channels(color.a, color.r, color.g, color.b),
            false => color.premultiply(),
        },
    }
}

/// How a nine-patch is cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Borders {
    /// In pixels of the image: left, top, right, bottom.
    pub(super) insets: [f32; 4],
    /// Logical units of an image pixel.
    pub(super) scale: f32,
}

/// Nine-patches.
impl Painter<'_> {
    pub(super) fn nine_patch(
        &mut self,
        id: ImageId,
        paint: Paint,
        antialias: bool,
        filter: Filter,
        borders: Borders,
        parts: Shapes<'_, ImagePart>,
    ) -> Done {
        let ink = self.ink(paint)?;
        let image = self
            .images
            .get(&id)
            .ok_or(Failure::unknown("no such image"))?;
        let whole = float_rect(PixelRect::from_size(image.size()));
        let from = self.cursor.element;
        for number in from..parts.len().saturating_mul(9) {
            self.cursor.element = number;
            // At least one element a slice, or nothing would ever be done.
            if number > from && self.budget.is_spent() {
                return Ok(Step::More);
            }
            let Some(part) = parts.get(number / 9) else {
                break;
            };
            let source = match part.source.width == 0.0 || part.source.height == 0.0 {
                true => whole,
                false => part.source,
            };
            let (source, dest) = borders.piece(source, part.dest, number % 9);
            if source.width > 0.0 && source.height > 0.0 {
                let done = self.image_part(image, source, dest, filter, antialias, &ink)?;
                if let Step::More = done {
                    return Ok(Step::More);
                }
            }
        }
        Ok(Step::Done)
    }
}

impl Borders {
    /// One of nine pieces, rows from the top, each from the left: where it comes from and goes.
    fn piece(&self, source: Rect, dest: Rect, piece: usize) -> (Rect, Rect) {
        let [left, top, right, bottom] = self
            .insets
            .map(|v| if v > 0.0 && v.is_finite() { v } else { 0.0 });
        let scale = match self.scale > 0.0 && self.scale.is_finite() {
            true => self.scale,
            false => 1.0,
        };
        let (from_x, to_x) = cuts(
            (source.x, source.width),
            (dest.x, dest.width),
            (left, right),
            scale,
        );
        let (from_y, to_y) = cuts(
            (source.y, source.height),
            (dest.y, dest.height),
            (top, bottom),
            scale,
        );
        let (column, row) = (piece % 3, piece / 3);
        let rect = |x: [f32; 4], y: [f32; 4]| {
            let (x0, y0) = (x[column], y[row]);
            Rect::new(x0, y0, x[column + 1] - x0, y[row + 1] - y0)
        };
        (rect(from_x, from_y), rect(to_x, to_y))
    }
}

/// Where one direction of a nine-patch is cut, in the source and in the destination.
fn cuts(
    source: (f32, f32),
    dest: (f32, f32),
    insets: (f32, f32),
    scale: f32,
) -> ([f32; 4], [f32; 4]) {
    let fit = |(low, high): (f32, f32), side: f32| match low + high > side {
        true => (low * (side / (low + high)), high * (side / (low + high))),
        false => (low, high),
    };
    let at = |(start, side): (f32, f32), (low, high): (f32, f32)| {
        // One rounding for each cut, the same for the pieces on both sides of it.
        [start, start + low, start + side - high, start + side]
    };
    let insets = fit(insets, source.1);
    let borders = fit((insets.0 * scale, insets.1 * scale), dest.1);
    (at(source, insets), at(dest, borders))
}

/// Blurred rectangles.
impl Painter<'_> {
    pub(super) fn fill_blurred(
        &mut self,
        paint: Paint,
        smooth: bool,
        inverse: bool,
        blur: f32,
        radii: [f32; 4],
        rects: Shapes<'_, Rect>,
    ) -> Done {
        let ink = self.ink(paint)?;
        if !blur.is_finite() {
            return Ok(Step::Done);
        }
        let brush = ink.brush();
        let from = self.cursor.element;
        for rect in rects.iter().skip(from) {
            // At least one element a slice, or nothing would ever be done.
            if self.cursor.element > from && self.budget.is_spent() {
                return Ok(Step::More);
            }
            if let Step::More = self.blurred(rect, smooth, inverse, blur, radii, &brush)? {
                return Ok(Step::More);
            }
            self.cursor.element += 1;
        }
        Ok(Step::Done)
    }

    fn blurred(
        &mut self,
        rect: Rect,
        smooth: bool,
        inverse: bool,
        blur: f32,
        radii: [f32; 4],
        brush: &raster::Brush<'_>,
    ) -> Done {
        let device = *self.state.device();
        let Some((shape, to_device)) = blur_shape(rect, smooth, blur, radii, &device) else {
            return Ok(Step::Done);
        };
        // It is taken out for the while, so that the tools can be borrowed.
        let kept = self.tools.blurs.take(&shape);
        let mut made = match kept {
            Some(blur) => blur,
            None => Blur::begin(shape)
                .ok_or(Failure::quota("a blurred rectangle with corners so large"))?,
        };
        if !made.is_done() {
            let most = self.budget.left().max(cost::SMALL);
            let spent = made.work(most, &mut self.tools.scratch);
            self.budget.spend(spent);
            if !made.is_done() {
                self.tools.blurs.put(made);
                return Ok(Step::More);
            }
        }
        let mut step = Step::Done;
        if let Some(placed) = made.placed(&to_device) {
            let bounds = match inverse {
                true => self.state.clip().bounds(),
                false => placed.bounds(),
            };
            let weight = placed.weight() + brush.weight();
            step = self.pixels(bounds, weight, cost::RECT, |target, tools| {
                let (clip, scratch) = (target.clip(), &mut tools.scratch);
                raster::brush_blur(target, &placed, inverse, clip, brush, scratch);
            });
        }
        self.tools.blurs.put(made);
        Ok(step)
    }
}

/// What is blurred, in pixels of its own, and where those go; `None`: nothing.
fn blur_shape(
    rect: Rect,
    smooth: bool,
    blur: f32,
    radii: [f32; 4],
    device: &Transform,
) -> Option<(BlurShape, Transform)> {
    if !rect.is_finite() || !device.is_finite() || rect.width <= 0.0 || rect.height <= 0.0 {
        return None;
    }
    let blur = blur.max(0.0);
    let scale = (device.a * device.d - device.b * device.c).abs().sqrt();
    match snap_rect(rect, device) {
        Some(snapped) if !smooth => {
            let shape = BlurShape {
                width: snapped.width() as f32,
                height: snapped.height() as f32,
                radii: device_radii(radii, device, 0.0),
                deviation: blur * scale,
            };
            let place = Transform::translate(snapped.x0 as f32, snapped.y0 as f32);
            (!snapped.is_empty()).then_some((shape, place))
        }
        _ => {
            let shape = BlurShape {
                width: rect.width * scale,
                height: rect.height * scale,
                radii: radii.map(|r| r * scale),
                deviation: blur * scale,
            };
            let down = 1.0 / scale;
            let place = Transform {
                e: rect.x,
                f: rect.y,
                ..Transform::scale(down, down)
            };
            scale.is_normal().then(|| (shape, device.after(place)))
        }
    }
}

/// Ellipses as paths.
pub(super) trait EllipsePath {
    /// A filled one; nothing without area.
    fn ellipse(&mut self, center: Point, radius_x: f32, radius_y: f32);
    /// One to be stroked, which may be flat.
    fn ellipse_line(&mut self, center: Point, radius_x: f32, radius_y: f32);
}

impl EllipsePath for Path {
    fn ellipse(&mut self, center: Point, radius_x: f32, radius_y: f32) {
        if radius_x > 0.0 && radius_y > 0.0 {
            self.ellipse_line(center, radius_x, radius_y);
        }
    }

    fn ellipse_line(&mut self, center: Point, rx: f32, ry: f32) {
        /// The control arm of the cubic nearest to a quarter of a circle of radius 1.
        const ARM: f32 = 0.552_284_8;
        let at = |x: f32, y: f32| Point::new(center.x + x * rx, center.y + y * ry);
        let (first, last) = (at(-1.0, -1.0), at(1.0, 1.0));
        if !first.is_finite() || !last.is_finite() {
            return;
        }
        self.move_to(at(1.0, 0.0));
        self.cubic_to(at(1.0, ARM), at(ARM, 1.0), at(0.0, 1.0));
        self.cubic_to(at(-ARM, 1.0), at(-1.0, ARM), at(-1.0, 0.0));
        self.cubic_to(at(-1.0, -ARM), at(-ARM, -1.0), at(0.0, -1.0));
        self.cubic_to(at(ARM, -1.0), at(1.0, -ARM), at(1.0, 0.0));
        self.close();
    }
}
