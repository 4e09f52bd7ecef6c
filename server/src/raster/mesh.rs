//! [`draw_triangle`]: triangles with a colour at each corner and a texture, each pixel of neighbours
//! drawn exactly once.

use transom_protocol::color::{Pixel, mul_div_255};
use transom_protocol::geometry::PixelRect;

use super::blend;
use super::brush::{Brush, Shader, with_sink};
use super::coverage::Sink;
use super::paint::Source;
use super::sample::{self, Filter};
use super::scratch::Scratch;
use super::target::{ImageView, Target};

/// Corners are put on 256ths of a pixel.
const ONE: i64 = 256;
/// Corners reach so many pixels from the origin.
const REACH: f32 = (1 << 20) as f32;

/// Fraction bits of colours, and how much they may change from pixel to pixel: with corners at most
/// 2^21 pixels apart no sum leaves 64 bits.
const COLOR_BITS: u32 = 20;
const COLOR_STEP: f64 = (1 << 18) as f64;
/// The same for places in a texture.
const PLACE_BITS: u32 = sample::FRACTION_BITS;
const PLACE_STEP: f64 = (1 << 15) as f64;
/// Places in a texture reach so far; images end long before.
const MAX_PLACE: f64 = (1 << 29) as f64;

/// A corner of a triangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Corner {
    /// In device pixels.
    pub x: f32,
    /// In device pixels.
    pub y: f32,
    /// In pixels of the texture.
    pub u: f32,
    /// In pixels of the texture.
    pub v: f32,
    /// Premultiplied.
    pub color: Pixel,
}

/// What a triangle is covered with.
#[derive(Clone, Copy, Debug)]
pub struct Texture<'a> {
    /// The pixels; beyond the edges the outermost go on.
    pub image: ImageView<'a>,
    /// How they are read.
    pub filter: Filter,
    /// Only their alpha counts.
    pub mask: bool,
}

/// A triangle on the device, clockwise.
#[derive(Clone, Copy, Debug)]
pub struct Triangle {
    corners: [Corner; 3],
    /// In 256ths of a pixel.
    places: [(i64, i64); 3],
    /// Twice the area, positive.
    area: i64,
}

impl Triangle {
    /// Between three corners; `None` when it has no area or a number that is not finite.
    pub fn new(mut corners: [Corner; 3]) -> Option<Self> {
        let finite = |c: &Corner| [c.x, c.y, c.u, c.v].iter().all(|v| v.is_finite());
        if !corners.iter().all(finite) {
            return None;
        }
        let place = |v: f32| (f64::from(v.clamp(-REACH, REACH)) * ONE as f64 + 0.5).floor() as i64;
        let mut places = corners.map(|c| (place(c.x), place(c.y)));
        let [a, b, c] = places;
        let mut area = (b.0 - a.0) * (c.1 - a.1) - (c.0 - a.0) * (b.1 - a.1);
        if area < 0 {
            (area, corners[1], corners[2]) = (-area, corners[2], corners[1]);
            places.swap(1, 2);
        }
        (area != 0).then_some(Self {
            corners,
            places,
            area,
        })
    }

    /// The pixels that it can touch.
    pub fn bounds(&self) -> PixelRect {
        let [a, b, c] = self.places;
        let low = |a: i64, b: i64, c: i64| (a.min(b).min(c) >> 8) as i32;
        let high = |a: i64, b: i64, c: i64| ((a.max(b).max(c) + ONE - 1) >> 8) as i32;
        PixelRect::from_edges(
            low(a.0, b.0, c.0),
            low(a.1, b.1, c.1),
            high(a.0, b.0, c.0),
            high(a.1, b.1, c.1),
        )
    }

    /// The pixels `x0..x1` of row `y` whose centres are inside, or on a left or top edge.
    fn row(&self, y: i32, (left, right): (i32, i32)) -> (i32, i32) {
        let middle = i64::from(y) * ONE + ONE / 2;
        let (mut x0, mut x1) = (i64::from(left), i64::from(right));
        for i in 0..3 {
            let (a, b) = (self.places[i], self.places[(i + 1) % 3]);
            let (dx, dy) = (b.0 - a.0, b.1 - a.1);
            // Inside of an edge is where `level - dy × (x - a.x)` is at least this.
            let least = i64::from(!(dy < 0 || (dy == 0 && dx > 0)));
            let level = dx * (middle - a.1);
            if dy < 0 {
                let x = a.0 - (level - least).div_euclid(-dy);
                x0 = x0.max(first_centre(x));
            } else if dy > 0 {
                let x = a.0 + (level - least).div_euclid(dy);
                x1 = x1.min(first_centre(x + 1));
            } else if level < least {
                return (0, 0);
            }
        }
        // All is inside the clip, so it fits.
        if x0 < x1 {
            (x0 as i32, x1 as i32)
        } else {
            (0, 0)
        }
    }

    /// Whether it has one colour, and one place in its texture, everywhere.
    fn is_flat(&self) -> bool {
        let [a, b, c] = &self.corners;
        let same = |a: &Corner, b: &Corner| (a.color, a.u, a.v) == (b.color, b.u, b.v);
        same(a, b) && same(a, c)
    }

    /// A value that is `at` the corners, everywhere between them.
    fn plane(&self, at: [f64; 3], bits: u32, most_step: f64, most: f64) -> Plane {
        let [a, b, c] = self.places;
        let (u, v) = (at[1] - at[0], at[2] - at[0]);
        let scale = ONE as f64 / self.area as f64;
        let across = (u * (c.1 - a.1) as f64 - v * (b.1 - a.1) as f64) * scale;
        let down = (v * (b.0 - a.0) as f64 - u * (c.0 - a.0) as f64) * scale;
        let step = |v: f64| v.clamp(-most_step, most_step);
        let (across, down) = (step(across), step(down));
        let anchor = (a.0 >> 8, a.1 >> 8);
        let offset = |place: i64, anchor: i64| (anchor * ONE + ONE / 2 - place) as f64 / ONE as f64;
        let start = at[0] + across * offset(a.0, anchor.0) + down * offset(a.1, anchor.1);
        let one = (1u64 << bits) as f64;
        let fixed = |v: f64| (v * one + 0.5).floor() as i64;
        Plane {
            anchor,
            start: fixed(start.clamp(-most, most)),
            across: fixed(across),
            down: fixed(down),
        }
    }
}

/// The first pixel whose centre is not left of `x`, which is in 256ths.
fn first_centre(x: i64) -> i64 {
    (x + ONE / 2 - 1) >> 8
}

/// A value that changes evenly, in fixed point.
#[derive(Clone, Copy, Debug, Default)]
struct Plane {
    /// The pixel whose centre has the value `start`.
    anchor: (i64, i64),
    start: i64,
    across: i64,
    down: i64,
}

impl Plane {
    #[inline(always)]
    fn at(&self, x: i32, y: i32) -> i64 {
        let (x, y) = (i64::from(x) - self.anchor.0, i64::from(y) - self.anchor.1);
        self.start + x * self.across + y * self.down
    }
}

/// The colours of a triangle.
struct Colors<'a> {
    /// Alpha, red, green, blue.
    planes: [Plane; 4],
    texture: Option<(Texture<'a>, Plane, Plane)>,
}

impl<'a> Colors<'a> {
    fn new(triangle: &Triangle, texture: Option<&Texture<'a>>) -> Self {
        let corners = &triangle.corners;
        let channels = corners.map(|c| c.color.channels());
        let plane = |i: usize| {
            let at = channels.map(|c| f64::from(c[i]));
            triangle.plane(at, COLOR_BITS, COLOR_STEP, MAX_PLACE)
        };
        let place = |of: fn(&Corner) -> f32| {
            let at = corners
                .each_ref()
                .map(|c| f64::from(of(c)).clamp(-MAX_PLACE, MAX_PLACE));
            triangle.plane(at, PLACE_BITS, PLACE_STEP, MAX_PLACE)
        };
        Self {
            planes: std::array::from_fn(plane),
            texture: texture.map(|t| (*t, place(|c| c.u), place(|c| c.v))),
        }
    }
}

impl Source for Colors<'_> {
    fn colors(&self, x: i32, y: i32, out: &mut [u32]) {
        let mut values = self.planes.map(|p| p.at(x, y));
        let steps = self.planes.map(|p| p.across);
        for color in out.iter_mut() {
            let half = 1 << (COLOR_BITS - 1);
            let channels = values.map(|v| ((v + half) >> COLOR_BITS).clamp(0, 255) as u8);
            *color = u32::from_be_bytes(channels);
            for (value, step) in values.iter_mut().zip(steps) {
                *value += step;
            }
        }
        let Some((texture, u, v)) = &self.texture else {
            return;
        };
        let (mut at, step) = ((u.at(x, y), v.at(x, y)), (u.across, v.across));
        for color in out {
            let texel = texture.sample(at);
            *color = match texture.mask {
                true => blend::tint(Pixel(*color), texel),
                false => times(*color, texel),
            };
            at = (at.0 + step.0, at.1 + step.1);
        }
    }

    fn is_opaque(&self) -> bool {
        false
    }
}

impl Texture<'_> {
    #[inline(always)]
    fn pixel(&self, x: i64, y: i64) -> u32 {
        let size = self.image.size();
        let inside = |v: i64, side: u32| v.clamp(0, i64::from(side) - 1);
        self.image.row(inside(y, size.height) as i32)[inside(x, size.width) as usize]
    }

    #[inline(always)]
    fn sample(&self, at: (i64, i64)) -> u32 {
        match self.filter {
            Filter::Nearest => self.pixel(at.0 >> PLACE_BITS, at.1 >> PLACE_BITS),
            Filter::Linear | Filter::Area => sample::mixed(at, |x, y| self.pixel(x, y)),
        }
    }
}

/// Each channel of one pixel times that of another.
#[inline(always)]
fn times(a: u32, b: u32) -> u32 {
    let (a, b) = (a.to_be_bytes(), b.to_be_bytes());
    u32::from_be_bytes(std::array::from_fn(|i| mul_div_255(a[i], b[i])))
}

/// Draws a triangle in the colours of its corners, times those of `texture`, with a brush's way of
/// putting them there: its own colours do not count. Without anti-aliasing: a pixel whose centre is
/// exactly on an edge belongs to the triangle on its right, or below.
pub fn draw_triangle(
    target: &mut Target<'_>,
    triangle: &Triangle,
    texture: Option<&Texture<'_>>,
    brush: &Brush<'_>,
    scratch: &mut Scratch,
) {
    let texture = texture.filter(|t| !t.image.bounds().is_empty());
    let area = triangle.bounds().intersect(target.clip());
    let colors = Colors::new(triangle, texture);
    let rows = (&mut scratch.colors, &mut scratch.narrowed);
    if triangle.is_flat() {
        let mut color = [0];
        colors.colors(area.x0, area.y0, &mut color);
        let flat = Shader::Solid(Pixel(color[0]));
        with_sink(target, flat, brush, rows, |sink| triangle.cover(area, sink));
    } else {
        with_sink(target, colors, brush, rows, |sink| {
            triangle.cover(area, sink)
        });
    }
}

impl Triangle {
    fn cover(&self, area: PixelRect, sink: &mut impl Sink) {
        for y in area.y0..area.y1 {
            let (x0, x1) = self.row(y, (area.x0, area.x1));
            if x0 < x1 {
                sink.solid(y, x0, x1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::draw::Blend;
    use transom_protocol::geometry::PixelSize;

    use super::super::pixmap::Pixmap;
    use super::*;

    fn brush() -> Brush<'static> {
        Brush {
            shader: Shader::Solid(Pixel::TRANSPARENT),
            opacity: 255,
            blend: Blend::Add,
            mask: None,
        }
    }

    fn corner(x: f32, y: f32, color: u32) -> Corner {
        Corner {
            x,
            y,
            color: Pixel(color),
            ..Corner::default()
        }
    }

    fn draw(p: &mut Pixmap, corners: [Corner; 3], texture: Option<&Texture<'_>>) {
        if let Some(triangle) = Triangle::new(corners) {
            let all = p.bounds();
            draw_triangle(
                &mut p.target(all),
                &triangle,
                texture,
                &brush(),
                &mut Scratch::new(),
            );
        }
    }

    #[test]
    fn triangles_around_a_point_draw_each_pixel_once() {
        let mut seed = 1u32;
        let mut random = |below: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / (1 << 24) as f32 * below as f32
        };
        for round in 0..200 {
            let mut p = Pixmap::new(PixelSize::new(64, 64));
            // Fans around a point, corners on halves in every other round: centres on edges.
            let place = |v: f32| if round % 2 == 0 { v.floor() + 0.5 } else { v };
            let (x, y) = (place(8.0 + random(48)), place(8.0 + random(48)));
            let ring = [
                (-5.0, -5.0),
                (place(random(64)), -5.0),
                (70.0, -5.0),
                (70.0, place(random(64))),
                (70.0, 70.0),
                (-5.0, 70.0),
            ];
            for i in 0..ring.len() {
                let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
                let corners = [
                    corner(x, y, 0x0101_0101),
                    corner(a.0, a.1, 0x0101_0101),
                    corner(b.0, b.1, 0x0101_0101),
                ];
                draw(&mut p, corners, None);
            }
            assert!(
                p.pixels().iter().all(|p| *p == 0x0101_0101),
                "round {round}"
            );
        }
    }

    #[test]
    fn colours_are_mixed_between_the_corners() {
        let mut p = Pixmap::new(PixelSize::new(256, 1));
        let corners = [
            corner(0.0, 0.0, 0xff00_0000),
            corner(256.0, 0.0, 0xffff_ff00),
            corner(0.0, 1e5, 0xff00_0000),
        ];
        draw(&mut p, corners, None);
        for (x, pixel) in p.pixels().iter().enumerate().take(255) {
            let exact = (x as f32 + 0.5) / 256.0 * 255.0;
            let red = (pixel >> 16 & 255) as f32;
            assert!((red - exact).abs() <= 0.51, "{x}: {red}, {exact}");
        }
    }

    #[test]
    fn a_texture_is_laid_pixel_on_pixel() {
        let mut image = Pixmap::new(PixelSize::new(4, 2));
        let pixels: Vec<_> = (0..8).map(|i| 0xff00_0000 | (i * 0x1f_0d07)).collect();
        image.pixels_mut().copy_from_slice(&pixels);
        for filter in [Filter::Nearest, Filter::Linear] {
            let texture = Texture {
                image: image.view(),
                filter,
                mask: false,
            };
            let mut p = Pixmap::new(image.size());
            let at = |x: f32, y: f32| Corner {
                u: x,
                v: y,
                ..corner(x, y, u32::MAX)
            };
            draw(
                &mut p,
                [at(0.0, 0.0), at(4.0, 0.0), at(0.0, 2.0)],
                Some(&texture),
            );
            draw(
                &mut p,
                [at(4.0, 2.0), at(4.0, 0.0), at(0.0, 2.0)],
                Some(&texture),
            );
            assert_eq!(p, image);
        }
    }

    #[test]
    fn odd_triangles_draw_nothing_and_enormous_ones_everything() {
        let white = |x, y| corner(x, y, u32::MAX);
        let flat = [white(0.0, 0.0), white(5.0, 5.0), white(9.0, 9.0)];
        assert!(Triangle::new(flat).is_none());
        assert!(Triangle::new([white(f32::NAN, 0.0), white(5.0, 5.0), white(9.0, 0.0)]).is_none());
        let mut p = Pixmap::new(PixelSize::new(3, 3));
        draw(
            &mut p,
            [white(-1e30, -1e30), white(1e30, -1e30), white(0.0, 1e30)],
            None,
        );
        assert!(p.pixels().iter().all(|p| *p == u32::MAX));
    }
}
