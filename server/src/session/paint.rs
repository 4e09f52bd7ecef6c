//! [`Painter`]: executes drawing operations on one surface, in pieces that a budget allows.
//!
//! An operation is a row of *elements* (rectangles, lines, glyphs, or one path), each a set-up and
//! some pixels. A large element is drawn in bands of rows, which gives the same pixels (the
//! rasteriser promises it); [`Cursor`] remembers how far a packet has got.

use std::collections::HashMap;
use std::sync::Arc;

use transom_protocol::color::{Color, Pixel, mul_div_255};
use transom_protocol::draw::{
    Blend, Cap, DrawOp, FillRule, Filter, GlyphRun, ImagePart, Join, Paint, PathData, Segment,
    Shape, Shapes, StrokeStyle,
};
use transom_protocol::geometry::{PixelPoint, PixelRect, Point, Rect, Transform};
use transom_protocol::ids::{GlyphSetId, ImageId, PaintId};

use super::band::{Band, Place, add_damage, parts};
use super::budget::{Budget, cost};
use super::canvas::Canvas;
use super::clips::Unfinished;
use super::glyphs::{self, GlyphSet};
use super::images::{Halving, Image};
use super::ink::Ink;
use super::limits::{MAX_STROKE_POINTS, Memory};
use super::model::Borders;
use super::paints::{PaintData, rasters_filter};
use super::pools::Pools;
use super::quick_text::TextTools;
use super::rounded::Rounded;
use super::shape::{Outline, device_bounds, float_rect, outward};
use super::state::DrawState;
use super::streamed::{Manner, Staged};
use super::text::{Pen, Spot};
use super::{Failure, Step};
use crate::raster::{
    self, Blur, ImageView, Marks, MaskCache, Path, PixelLine, Pixmap, Scratch, ShapesSeen,
    StampCache, Target, snap_rect,
};
use crate::region::Region;

/// How far the execution of a draw packet has got.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cursor {
    /// Where the current record begins.
    pub(super) at: usize,
    /// Its number.
    pub(super) op: u32,
    /// The element to go on with.
    pub(super) element: usize,
    /// Where in that element to go on; `None`: at its beginning.
    pub(super) place: Option<Place>,
    /// The layer of a glyph to go on with.
    layer: usize,
    /// Where a glyph run's pen stands, in logical units from its origin.
    pub(super) pen: f32,
}

impl Cursor {
    /// Whether no element is half done.
    pub(super) fn is_between_elements(&self) -> bool {
        self.place.is_none() && self.layer == 0
    }

    /// Moves on to the next record.
    pub(super) fn next(&mut self, length: usize) {
        *self = Self {
            at: self.at + length,
            op: self.op + 1,
            ..Self::default()
        };
    }
}

/// Working memory of a session's drawing.
#[derive(Debug, Default)]
pub(super) struct Tools {
    pub(super) masks: MaskCache,
    /// What text is put together with; made when there is any.
    pub(super) text: Option<Box<TextTools>>,
    pub(super) stamps: StampCache,
    pub(super) seen: ShapesSeen,
    /// What tells a path.
    pub(super) words: Vec<u32>,
    pub(super) scratch: Scratch,
    /// The path of the element being drawn, in device pixels; it outlives a slice.
    pub(super) device: Path,
    /// The same of a hairline.
    pub(super) lines: Vec<PixelLine>,
    pub(super) marks: Marks,
    pub(super) user: Path,
    pub(super) spare: Path,
    dashes: Vec<f32>,
    /// The path to be stroked had too many points.
    too_long: bool,
    /// The rectangle that was blurred last: the next may be like it.
    pub(super) blur: Option<Blur>,
    /// Smaller copies of an image that are being made.
    halving: Option<Halving>,
    /// A clip path that outlives a slice.
    pub(super) mask: Option<Unfinished>,
    /// Pixels that become an image while they are drawn.
    pub(super) staged: Option<Staged>,
}

/// One surface, and all that drawing on it needs.
pub(super) struct Painter<'a> {
    pub(super) pixmap: Canvas<'a>,
    pub(super) state: &'a mut DrawState,
    /// Grows by what is drawn; `None`: nobody wants to know.
    pub(super) damage: Option<&'a mut Region>,
    pub(super) images: &'a HashMap<ImageId, Image>,
    pub(super) glyphs: &'a HashMap<GlyphSetId, GlyphSet>,
    pub(super) paints: &'a HashMap<PaintId, Arc<PaintData>>,
    pub(super) pools: &'a Pools,
    pub(super) memory: &'a Memory,
    pub(super) tools: &'a mut Tools,
    pub(super) budget: &'a mut Budget,
    pub(super) cursor: &'a mut Cursor,
}

/// How far an operation has got, or what is wrong with it.
pub(super) type Done = Result<Step, Failure>;

impl Painter<'_> {
    /// Executes one operation, or as much of it as the budget allows. Copies are the session's:
    /// they may need a second surface.
    pub(super) fn execute(&mut self, op: &DrawOp<'_>) -> Done {
        match *op {
            DrawOp::Clear { color } => self.clear(color),
            DrawOp::FillRects {
                paint,
                antialias,
                smooth,
                rects,
            } => self.fill_rects(paint, antialias, smooth, rects),
            DrawOp::StrokeRects {
                paint,
                antialias,
                smooth,
                width,
                rects,
            } => self.stroke_rects(paint, antialias, smooth, width, rects),
            DrawOp::FillRounded {
                paint,
                antialias,
                smooth,
                radii,
                rects,
            } => self.fill_rounded(paint, antialias, smooth, radii, rects),
            DrawOp::StrokeRounded {
                paint,
                antialias,
                smooth,
                width,
                radii,
                rects,
            } => self.stroke_rounded(paint, antialias, smooth, width, radii, rects),
            DrawOp::Segments {
                paint,
                antialias,
                width,
                cap,
                segments,
            } => self.segments(paint, antialias, width, cap, segments),
            DrawOp::Polyline {
                paint,
                antialias,
                closed,
                stroke,
                points,
            } => self.polyline(paint, antialias, closed, &stroke, points),
            DrawOp::FillPath {
                paint,
                antialias,
                rule,
                path,
            } => self.fill_path(paint, antialias, rule, path),
            DrawOp::StrokePath {
                paint,
                antialias,
                stroke,
                path,
            } => self.stroke_path(paint, antialias, &stroke, |user| {
                glyphs::append(user, path.steps())
            }),
            DrawOp::Images {
                image,
                paint,
                antialias,
                filter,
                parts,
            } => self.draw_images(image, paint, filter, antialias, parts),
            DrawOp::GlyphRun(run) => self.glyph_run(&run),
            DrawOp::FillBlurred { .. }
            | DrawOp::NinePatch { .. }
            | DrawOp::Points { .. }
            | DrawOp::FillEllipses { .. }
            | DrawOp::StrokeEllipses { .. }
            | DrawOp::Triangles { .. }
            | DrawOp::Mesh(_)
            | DrawOp::Pixels { .. }
            | DrawOp::PoolPixels { .. } => self.execute_model(op),
            DrawOp::CopyArea { .. }
            | DrawOp::DrawList { .. }
            | DrawOp::BeginGroup { .. }
            | DrawOp::EndGroup
            | DrawOp::Reset => Err(Failure::bad_state("an operation that needs its session")),
            DrawOp::SetBlend { blend } => self.set_state(|state| state.set_blend(blend)),
            DrawOp::ClipPath {
                antialias,
                outside,
                rule,
                path,
            } => self.clip_path(antialias, outside, rule, path),
            DrawOp::ClipRects { rects } => self.clip_to(rects),
            DrawOp::SetTransform { transform } => {
                self.transform(transform, DrawState::set_transform)
            }
            DrawOp::Concat { transform } => self.transform(transform, DrawState::concat),
            DrawOp::SetOpacity { opacity } => self.state.set_opacity(opacity).map(|()| Step::Done),
            DrawOp::Save => self.state.save().map(|()| Step::Done),
            DrawOp::Restore => self.set_state(DrawState::restore),
        }
    }

    /// Executes an operation of many small shapes, or of a shape with a picture of its own.
    fn execute_model(&mut self, op: &DrawOp<'_>) -> Done {
        match *op {
            DrawOp::FillBlurred {
                paint,
                smooth,
                inverse,
                blur,
                radii,
                rects,
            } => self.fill_blurred(paint, smooth, inverse, blur, radii, rects),
            DrawOp::NinePatch {
                image,
                paint,
                antialias,
                filter,
                insets,
                scale,
                parts,
            } => {
                let borders = Borders { insets, scale };
                self.nine_patch(image, paint, antialias, filter, borders, parts)
            }
            DrawOp::Points {
                paint,
                antialias,
                round,
                size,
                points,
            } => self.points(paint, antialias, round, size, points),
            DrawOp::FillEllipses {
                paint,
                antialias,
                ellipses,
            } => self.fill_ellipses(paint, antialias, ellipses),
            DrawOp::StrokeEllipses {
                paint,
                antialias,
                width,
                ellipses,
            } => self.stroke_ellipses(paint, antialias, width, ellipses),
            DrawOp::Triangles {
                paint,
                antialias,
                triangles,
            } => self.triangles(paint, antialias, triangles),
            DrawOp::Mesh(mesh) => self.mesh(&mesh),
            DrawOp::Pixels {
                paint,
                antialias,
                filter,
                dest,
                pixels,
            } => {
                let manner = Manner {
                    paint,
                    antialias,
                    filter,
                    dest,
                };
                self.record_pixels(&pixels, &manner)
            }
            DrawOp::PoolPixels {
                paint,
                antialias,
                filter,
                dest,
                pixels,
            } => {
                let manner = Manner {
                    paint,
                    antialias,
                    filter,
                    dest,
                };
                self.pool_pixels(&pixels, &manner)
            }
            _ => Ok(Step::Done),
        }
    }

    fn clip_to(&mut self, rects: Shapes<'_, Rect>) -> Done {
        let before = self.state.clip().rects().len();
        let done = self.state.clip_to(rects);
        let work = before + rects.len() + self.state.clip().rects().len();
        self.budget.spend(cost::CLIP_RECT * work as u64);
        done.map(|()| Step::Done)
    }

    fn set_state(&mut self, change: impl FnOnce(&mut DrawState)) -> Done {
        change(self.state);
        Ok(Step::Done)
    }

    fn transform(&mut self, transform: Transform, put: fn(&mut DrawState, Transform)) -> Done {
        if !transform.is_finite() {
            return Err(Failure::bad_argument(
                "a transform with a number that is not finite",
            ));
        }
        self.set_state(|state| put(state, transform))
    }

    fn clear(&mut self, color: Color) -> Done {
        let pixel = color.premultiply();
        let all = self.pixmap.bounds();
        let Some(mask) = self.state.mask() else {
            return Ok(self.pixels(all, 1, 0, |target, _| raster::clear(target, pixel)));
        };
        let brush = raster::Brush {
            shader: raster::Shader::Solid(pixel),
            opacity: 255,
            blend: Blend::Source,
            mask: Some(mask.coverage.clone()),
        };
        Ok(self.pixels(all, brush.weight(), 0, |target, tools| {
            raster::brush_rect(target, all, &brush, &mut tools.scratch);
        }))
    }

    fn fill_rects(
        &mut self,
        paint: Paint,
        antialias: bool,
        smooth: bool,
        rects: Shapes<'_, Rect>,
    ) -> Done {
        let ink = self.ink(paint)?;
        if !smooth && let Some(step) = self.quick_rects(&ink, rects) {
            return Ok(step);
        }
        self.each(rects, |p, rect| match snap_rect(rect, p.state.device()) {
            Some(snapped) if !smooth => p.rect(snapped, &ink),
            _ => p.path(&ink, FillRule::NonZero, antialias, |user, device, to| {
                user.rect(rect);
                user.transform(to, device);
            }),
        })
    }

    fn stroke_rects(
        &mut self,
        paint: Paint,
        antialias: bool,
        smooth: bool,
        width: f32,
        rects: Shapes<'_, Rect>,
    ) -> Done {
        let ink = self.ink(paint)?;
        let style = rasters_stroke(width);
        self.each(rects, |p, rect| {
            match Outline::snapped(rect, width, p.state.device()) {
                Some(frame) if !smooth => p.frame(&frame, &ink),
                _ => p.outline(&ink, antialias, &style, |user| user.rect(rect)),
            }
        })
    }

    fn fill_rounded(
        &mut self,
        paint: Paint,
        antialias: bool,
        smooth: bool,
        radii: [f32; 4],
        rects: Shapes<'_, Rect>,
    ) -> Done {
        let ink = self.ink(paint)?;
        let how = Rounded {
            radii,
            width: None,
            antialias,
            smooth,
        };
        if let Some(step) = self.quick_rounded(&how, rects, &ink) {
            return Ok(step);
        }
        self.each(rects, |p, rect| p.rounded(&how, rect, &ink))
    }

    fn stroke_rounded(
        &mut self,
        paint: Paint,
        antialias: bool,
        smooth: bool,
        width: f32,
        radii: [f32; 4],
        rects: Shapes<'_, Rect>,
    ) -> Done {
        let ink = self.ink(paint)?;
        let how = Rounded {
            radii,
            width: Some(width),
            antialias,
            smooth,
        };
        if let Some(step) = self.quick_rounded(&how, rects, &ink) {
            return Ok(step);
        }
        self.each(rects, |p, rect| p.rounded(&how, rect, &ink))
    }

    fn segments(
        &mut self,
        paint: Paint,
        antialias: bool,
        width: f32,
        cap: Cap,
        segments: Shapes<'_, Segment>,
    ) -> Done {
        let ink = self.ink(paint)?;
        let style = raster::Stroke {
            cap: rasters_cap(cap),
            ..rasters_stroke(width)
        };
        if !antialias
            && style.is_hairline()
            && let Ink::Plain(color) = ink
        {
            return Ok(self.thin_segments(color, style.cap, segments));
        }
        self.each(segments, |p, segment| {
            p.outline(&ink, antialias, &style, |user| {
                user.move_to(segment.from);
                user.line_to(segment.to);
            })
        })
    }

    fn polyline(
        &mut self,
        paint: Paint,
        antialias: bool,
        closed: bool,
        stroke: &StrokeStyle<'_>,
        points: Shapes<'_, Point>,
    ) -> Done {
        if points.len() < 2 {
            return Ok(Step::Done);
        }
        let is_thin = !antialias && stroke.width == 0.0 && stroke.dashes.is_empty();
        let is_short = points.len() <= MAX_STROKE_POINTS;
        if is_thin
            && is_short
            && let Some(color) = self.ink(paint)?.opaque()
        {
            return Ok(self.thin_polyline(color, rasters_cap(stroke.cap), closed, points));
        }
        self.stroke_path(paint, antialias, stroke, |user| {
            for (i, point) in points.iter().enumerate() {
                if i == 0 {
                    user.move_to(point)
                } else {
                    user.line_to(point)
                }
            }
            if closed {
                user.close();
            }
        })
    }

    fn fill_path(
        &mut self,
        paint: Paint,
        antialias: bool,
        rule: FillRule,
        path: PathData<'_>,
    ) -> Done {
        let ink = self.ink(paint)?;
        if let Some(step) = self.polygon(&ink, rule, antialias, path) {
            return Ok(step);
        }
        Ok(self.path(&ink, rule, antialias, |user, device, to| {
            glyphs::append(user, path.steps());
            user.transform(to, device);
        }))
    }

    fn stroke_path(
        &mut self,
        paint: Paint,
        antialias: bool,
        stroke: &StrokeStyle<'_>,
        build: impl FnOnce(&mut Path),
    ) -> Done {
        let ink = self.ink(paint)?;
        let mut dashes = std::mem::take(&mut self.tools.dashes);
        dashes.clear();
        dashes.extend(stroke.dashes.iter());
        let style = raster::Stroke {
            width: stroke.width,
            cap: rasters_cap(stroke.cap),
            join: rasters_join(stroke.join),
            miter_limit: stroke.miter_limit,
            dash: &dashes,
            dash_phase: stroke.dash_phase,
        };
        let step = self.outline(&ink, antialias, &style, build);
        self.tools.dashes = dashes;
        match std::mem::take(&mut self.tools.too_long) {
            true => Err(Failure::quota("a stroke along too many points")),
            false => Ok(step),
        }
    }

    fn draw_images(
        &mut self,
        id: ImageId,
        paint: Paint,
        filter: Filter,
        antialias: bool,
        parts: Shapes<'_, ImagePart>,
    ) -> Done {
        let ink = self.ink(paint)?;
        let image = self
            .images
            .get(&id)
            .ok_or(Failure::unknown("no such image"))?;
        let whole = float_rect(PixelRect::from_size(image.size()));
        let mut failed = Ok(());
        let step = self.each(parts, |p, part| {
            let is_whole = part.source.width == 0.0 || part.source.height == 0.0;
            let source = if is_whole { whole } else { part.source };
            p.image_part(image, source, part.dest, filter, antialias, &ink)
                .unwrap_or_else(|failure| {
                    failed = Err(failure);
                    Step::Done
                })
        });
        failed.and(step)
    }

    /// A part of an image, in its own colours or, if it has none, in `ink`.
    pub(super) fn image_part(
        &mut self,
        image: &Image,
        source: Rect,
        dest: Rect,
        filter: Filter,
        antialias: bool,
        ink: &Ink<'_>,
    ) -> Done {
        let device = *self.state.device();
        let level = match filter {
            Filter::Area => raster::area_level(source, dest, &device),
            Filter::Nearest | Filter::Linear => 0,
        };
        if level == 0 {
            let view = image.view();
            return Ok(self.picture(&view, image.is_mask(), source, dest, filter, antialias, ink));
        }
        if image.mips().is_none() {
            let most = self.budget.left().max(cost::SMALL);
            let looked_at = image.make_mips(&mut self.tools.halving, most, self.memory)?;
            self.budget.spend(looked_at);
        }
        let Some(mips) = image.mips() else {
            return Ok(Step::More);
        };
        let Some(smaller) = mips.level(level) else {
            return Ok(Step::Done);
        };
        let share = |of: u32, all: u32| of as f32 / all as f32;
        let (size, all) = (smaller.size(), image.size());
        let (x, y) = (share(size.width, all.width), share(size.height, all.height));
        let source = Rect::new(
            source.x * x,
            source.y * y,
            source.width * x,
            source.height * y,
        );
        let view = smaller.view().with_opaque(image.is_opaque());
        Ok(self.picture(&view, image.is_mask(), source, dest, filter, antialias, ink))
    }

    /// A part of a picture: with `tinted` only its alpha counts, and `ink` is its colour.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a plain value of its own"
    )]
    fn picture(
        &mut self,
        view: &ImageView<'_>,
        tinted: bool,
        source: Rect,
        dest: Rect,
        filter: Filter,
        antialias: bool,
        ink: &Ink<'_>,
    ) -> Step {
        let device = *self.state.device();
        let bounds = snap_rect(dest, &device).unwrap_or_else(|| device_bounds(dest, &device));
        let opacity = self.state.opacity();
        let weight = if filter == Filter::Area { 20 } else { 3 };
        let filter = rasters_filter(filter);
        match ink {
            Ink::Plain(ink) if tinted && antialias => {
                self.pixels(bounds, weight, cost::RECT, |target, tools| {
                    raster::draw_tinted(
                        target,
                        view,
                        source,
                        dest,
                        &device,
                        filter,
                        *ink,
                        &mut tools.scratch,
                    );
                })
            }
            _ if !tinted && antialias && self.puts_plainly() => {
                self.pixels(bounds, weight, cost::RECT, |target, tools| {
                    raster::draw_image(
                        target,
                        view,
                        source,
                        dest,
                        &device,
                        filter,
                        opacity,
                        &mut tools.scratch,
                    );
                })
            }
            _ => {
                let brush = match tinted {
                    true => ink.brush(),
                    false => self.brush(raster::Shader::Solid(Pixel::TRANSPARENT)),
                };
                let weight = weight + brush.weight() + 8;
                self.pixels(bounds, weight, cost::RECT, |target, tools| {
                    raster::brush_image(
                        target,
                        view,
                        source,
                        dest,
                        &device,
                        filter,
                        tinted,
                        antialias,
                        &brush,
                        &mut tools.scratch,
                    );
                })
            }
        }
    }

    /// The glyphs of a run, each from its mask or, where there is none, as paths.
    fn glyph_run(&mut self, run: &GlyphRun<'_>) -> Done {
        let ink = self.ink(run.paint)?;
        let set = self
            .glyphs
            .get(&run.set)
            .ok_or(Failure::unknown("no such glyph set"))?;
        if !run.size.is_finite() || !run.origin.is_finite() {
            return Ok(Step::Done);
        }
        let unit = run.size / set.units_per_em;
        if let Some(step) = self.quick_glyphs(run, set, unit, &ink) {
            return Ok(step);
        }
        let mut place = Pen::new(run, self.cursor.pen);
        let from = self.cursor.element;
        for position in from..run.indices.len() {
            self.cursor.element = position;
            // At least one glyph a slice, or nothing would ever be done.
            if position > from && self.budget.is_spent() {
                return Ok(Step::More);
            }
            let Some(glyph) = run.indices.get(position).and_then(|i| set.glyph(i)) else {
                self.cursor.pen = place.skip(position);
                continue;
            };
            let at = place.at(position);
            let kind = GlyphKind {
                unit,
                hinted: set.hinted,
                antialias: run.antialias,
            };
            if let Step::More = self.glyph(glyph, at, kind, &ink) {
                return Ok(Step::More);
            }
            self.cursor.pen = place.advance(position, glyph.advance * unit);
        }
        Ok(Step::Done)
    }

    pub(super) fn glyph(
        &mut self,
        glyph: &glyphs::Glyph,
        at: Point,
        kind: GlyphKind,
        ink: &Ink<'_>,
    ) -> Step {
        match &glyph.ink {
            glyphs::Ink::Outlines(layers) => {
                for layer in &layers[self.cursor.layer.min(layers.len())..] {
                    let own = layer.color.map(|color| self.color_ink(color));
                    let ink = own.as_ref().unwrap_or(ink);
                    if let Step::More = self.glyph_layer(layer, at, kind, ink) {
                        return Step::More;
                    }
                    self.cursor.layer += 1;
                }
                self.cursor.layer = 0;
                Step::Done
            }
            glyphs::Ink::Image(picture, place) => {
                self.glyph_image(picture, false, place, at, kind, ink)
            }
            glyphs::Ink::Mask(mask, place) => self.glyph_image(mask, true, place, at, kind, ink),
        }
    }

    fn glyph_layer(
        &mut self,
        layer: &glyphs::Layer,
        at: Point,
        kind: GlyphKind,
        ink: &Ink<'_>,
    ) -> Step {
        let GlyphKind {
            unit,
            hinted,
            antialias,
        } = kind;
        let device = *self.state.device();
        let whole = self.cursor.place.is_none();
        if let Some(spot) = Spot::new(at, unit, hinted, &device).filter(|_| whole) {
            let Self {
                pixmap,
                state,
                damage,
                tools,
                budget,
                ..
            } = self;
            let Tools { masks, scratch, .. } = &mut **tools;
            let key = raster::MaskKey::new(layer.key, spot.scale, spot.subpixel);
            let make = || {
                budget.spend(cost::POINT * layer.outline.point_count() as u64);
                raster::glyph_mask(&layer.outline, spot.scale, spot.subpixel, scratch)
            };
            if let Some(mask) = masks.get_or_insert_with(key, make) {
                let pixels = u64::from(mask.width) * u64::from(mask.height);
                budget.spend(cost::GLYPH + ink.weight(1) * pixels);
                let origin = PixelPoint::new(
                    spot.x.saturating_add(mask.left),
                    spot.y.saturating_add(mask.top),
                );
                let bounds = PixelRect::new(origin.x, origin.y, mask.width, mask.height);
                add_damage(damage.as_deref_mut(), bounds, state.clip());
                let spot = PixelPoint::new(spot.x, spot.y);
                for part in parts(state.clip(), bounds) {
                    let target = &mut pixmap.target(part);
                    match ink {
                        Ink::Plain(color) if antialias => {
                            raster::draw_mask(target, mask, spot, *color);
                        }
                        _ => {
                            let brush = ink.brush();
                            raster::brush_mask(target, mask, spot, antialias, &brush, scratch);
                        }
                    }
                }
                return Step::Done;
            }
        }
        let place = Transform {
            e: at.x,
            f: at.y,
            ..Transform::scale(unit, -unit)
        };
        self.path(ink, FillRule::NonZero, antialias, |_, device_path, to| {
            layer.outline.transform(&to.after(place), device_path);
        })
    }

    /// A glyph that is an image, or a mask.
    fn glyph_image(
        &mut self,
        pixmap: &Pixmap,
        tinted: bool,
        place: &Rect,
        at: Point,
        kind: GlyphKind,
        ink: &Ink<'_>,
    ) -> Step {
        let unit = kind.unit;
        let dest = Rect::new(
            at.x + place.x * unit,
            at.y + place.y * unit,
            place.width * unit,
            place.height * unit,
        );
        let (view, source) = (pixmap.view(), float_rect(pixmap.bounds()));
        let (filter, antialias) = (Filter::Linear, kind.antialias);
        self.picture(&view, tinted, source, dest, filter, antialias, ink)
    }

    /// Calls `one` with each shape from the cursor on, until the budget is spent.
    pub(super) fn each<T: Shape>(
        &mut self,
        shapes: Shapes<'_, T>,
        mut one: impl FnMut(&mut Self, T) -> Step,
    ) -> Done {
        let from = self.cursor.element;
        for shape in shapes.after(from).iter() {
            // At least one element a slice, or nothing would ever be done.
            if self.cursor.element > from && self.budget.is_spent() {
                return Ok(Step::More);
            }
            if let Step::More = one(self, shape) {
                return Ok(Step::More);
            }
            self.cursor.element += 1;
        }
        Ok(Step::Done)
    }

    pub(super) fn rect(&mut self, rect: PixelRect, ink: &Ink<'_>) -> Step {
        self.pixels(rect, ink.weight(1), cost::RECT, |target, tools| {
            fill_rect(target, rect, ink, tools);
        })
    }

    /// The four sides of a snapped outline, none of which overlaps another.
    fn frame(&mut self, frame: &Outline, ink: &Ink<'_>) -> Step {
        self.pixels(frame.outer, ink.weight(1), cost::RECT, |target, tools| {
            for side in frame.sides() {
                fill_rect(target, side, ink, tools);
            }
        })
    }

    /// A stroke along the path that `build` makes in logical units.
    pub(super) fn outline(
        &mut self,
        ink: &Ink<'_>,
        antialias: bool,
        style: &raster::Stroke<'_>,
        build: impl FnOnce(&mut Path),
    ) -> Step {
        let is_thin = !antialias && style.is_hairline();
        if self.cursor.place.is_none() {
            let Tools { user, .. } = &mut *self.tools;
            user.clear();
            build(user);
            if user.point_count() > MAX_STROKE_POINTS {
                user.clear();
                self.tools.too_long = true;
                return Step::Done;
            }
            if let Ink::Plain(color) = *ink
                && self.seen_stroke(color, style, antialias)
            {
                return Step::Done;
            }
            let Tools {
                scratch,
                device,
                user,
                lines,
                ..
            } = &mut *self.tools;
            let points = user.point_count() as u64;
            if is_thin {
                self.budget.spend(cost::POINT * points);
                raster::trace_lines(user, self.state.device(), style.cap, lines);
            } else {
                self.budget.spend(cost::STROKE_POINT * points);
                raster::stroke_path(user, style, self.state.device(), device, scratch);
            }
        }
        match is_thin {
            true => self.thin_shape(ink),
            false => self.prepared(ink, FillRule::NonZero, antialias),
        }
    }

    /// The inside of the path that `build` makes in device pixels; it may use the first path as it
    /// likes.
    pub(super) fn path(
        &mut self,
        ink: &Ink<'_>,
        rule: FillRule,
        antialias: bool,
        build: impl FnOnce(&mut Path, &mut Path, &Transform),
    ) -> Step {
        if self.cursor.place.is_none() {
            let Tools { device, user, .. } = &mut *self.tools;
            user.clear();
            device.clear();
            build(user, device, self.state.device());
            if let Ink::Plain(color) = *ink
                && self.seen_fill(color, rule, antialias)
            {
                return Step::Done;
            }
        }
        self.prepared(ink, rule, antialias)
    }

    /// Fills the path made before. When a band of it was drawn in an earlier slice, it still lies there.
    fn prepared(&mut self, ink: &Ink<'_>, rule: FillRule, antialias: bool) -> Step {
        let rule = rasters_rule(rule);
        let bounds = outward(self.tools.device.bounds());
        let fixed = cost::POINT * self.tools.device.point_count() as u64;
        self.pixels(bounds, ink.weight(2), fixed, |target, tools| {
            let Tools {
                device, scratch, ..
            } = tools;
            match ink {
                Ink::Plain(color) => {
                    let paint = raster::Paint::Solid(*color);
                    raster::fill_path(target, device, rule, antialias, &paint, scratch);
                }
                Ink::Brush(brush) => {
                    raster::brush_path(target, device, rule, antialias, brush, scratch);
                }
            }
        })
    }

    /// Draws on the pixels of `bounds` inside the clip, in bands where that is much.
    pub(super) fn pixels(
        &mut self,
        bounds: PixelRect,
        weight: u64,
        fixed: u64,
        mut draw: impl FnMut(&mut Target<'_>, &mut Tools),
    ) -> Step {
        let Self {
            pixmap,
            state,
            damage,
            tools,
            budget,
            cursor,
            ..
        } = self;
        let mut band = Band {
            pixmap,
            clip: state.clip(),
            damage: damage.as_deref_mut(),
            budget,
            place: &mut cursor.place,
        };
        band.draw(bounds, weight, fixed, |target| draw(target, tools))
    }

    /// Counts `area` as drawn.
    pub(super) fn add_damage(&mut self, area: PixelRect) {
        let bounds = self.state.clip().bounds();
        add_damage(
            self.damage.as_deref_mut(),
            area.intersect(bounds),
            self.state.clip(),
        );
    }
}

/// How the glyphs of a run are drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct GlyphKind {
    /// Logical units of a font unit.
    pub(super) unit: f32,
    pub(super) hinted: bool,
    pub(super) antialias: bool,
}

fn fill_rect(target: &mut Target<'_>, rect: PixelRect, ink: &Ink<'_>, tools: &mut Tools) {
    match ink {
        Ink::Plain(color) => raster::fill_rect(target, rect, *color),
        Ink::Brush(brush) => raster::brush_rect(target, rect, brush, &mut tools.scratch),
    }
}

/// `color` times `opacity / 255`.
pub(super) fn faded(color: Color, opacity: u8) -> Pixel {
    let [a, r, g, b] = color
        .premultiply()
        .channels()
        .map(|c| mul_div_255(c, opacity));
    Pixel::from_channels(a, r, g, b)
}

pub(super) fn rasters_rule(rule: FillRule) -> raster::FillRule {
    match rule {
        FillRule::NonZero => raster::FillRule::NonZero,
        FillRule::EvenOdd => raster::FillRule::EvenOdd,
    }
}

pub(super) fn rasters_stroke(width: f32) -> raster::Stroke<'static> {
    raster::Stroke {
        width,
        ..raster::Stroke::default()
    }
}

fn rasters_cap(cap: Cap) -> raster::Cap {
    match cap {
        Cap::Butt => raster::Cap::Butt,
        Cap::Round => raster::Cap::Round,
        Cap::Square => raster::Cap::Square,
    }
}

fn rasters_join(join: Join) -> raster::Join {
    match join {
        Join::Miter => raster::Join::Miter,
        Join::Round => raster::Join::Round,
        Join::Bevel => raster::Join::Bevel,
    }
}
