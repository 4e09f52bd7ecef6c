//! Drawing: the operations of a packet, copies between surfaces, and pixels read back.

use std::sync::Arc;

use transom_protocol::draw::{Blend, DrawOp, DrawOps, OpRecord, Paint};
use transom_protocol::event::Pixels;
use transom_protocol::geometry::{PixelPoint, PixelRect, Point, Rect, Scale, Transform};
use transom_protocol::ids::{ListId, SurfaceId, WindowId};
use transom_protocol::request::{Draw, ImageFormat, ReadPixels};

use super::band::parts;
use super::budget::{Budget, cost};
use super::canvas::{Canvas, Layer};
use super::client::{Client, Context, Kind};
use super::groups;
use super::limits::{MAX_PARTED_COPY, OUTPUT_HIGH_WATER};
use super::lists::{List, Nested, Palette, paint_of};
use super::output::Output;
use super::paint::Painter;
use super::pools::{Layout, Pools};
use super::state::DrawState;
use super::surface::Frame;
use super::{Failure, Step};
use crate::raster::{self, Pixmap, snap_rect};

/// Bytes of pixels in one `Pixels` event: small enough that input is not long behind it.
const PIXELS_BYTES: usize = 64 << 10;

impl Client {
    pub(super) fn draw(&mut self, draw: &Draw<'_>, cx: &mut Context<'_>) -> Result<Step, Failure> {
        self.known(Kind::Surface, draw.surface.0)?;
        let window = WindowId(draw.surface.0);
        match self.windows.get(&window).map(|w| &w.frame) {
            Some(Frame::None) => self.begin_again(window, cx)?,
            Some(Frame::Begun(_)) => {}
            None if self.surfaces.contains_key(&draw.surface) => {}
            None => return Err(Failure::unknown("no such surface")),
        }
        self.draw_ops(draw.surface, draw.ops, cx)
    }

    fn draw_ops(
        &mut self,
        surface: SurfaceId,
        ops: DrawOps<'_>,
        cx: &mut Context<'_>,
    ) -> Result<Step, Failure> {
        loop {
            let list = self.nested.last().map(|nested| Arc::clone(&nested.list));
            let bytes = list.as_ref().map_or(ops.as_bytes(), |list| &list.ops);
            let rest = bytes.get(self.cursor.at..).unwrap_or(&[]);
            if rest.is_empty() {
                match self.nested.pop() {
                    Some(nested) => self.leave_list(surface, nested),
                    None => return Ok(Step::Done),
                }
                continue;
            }
            if cx.budget.is_spent() {
                return Ok(Step::More);
            }
            cx.budget.spend(cost::OP);
            let (record, after) = OpRecord::split(rest)?;
            let nested = self.nested.len();
            match record
                .decode()
                .map_err(Failure::from)
                .and_then(|op| self.draw_op(surface, &op, list.as_deref(), cx))
            {
                Ok(Step::More) => return Ok(Step::More),
                Ok(Step::Done) => {}
                Err(fatal @ Failure::Fatal(..)) => return Err(fatal),
                Err(failure) => {
                    let outermost = self.nested.first().map(|nested| &nested.outer);
                    let op = outermost.unwrap_or(&self.cursor).op;
                    self.report(failure, op, cx.output);
                }
            }
            // A list that has just been entered begins at its own first record.
            if self.nested.len() == nested {
                self.cursor.next(rest.len() - after.len());
            }
        }
    }

    fn draw_op(
        &mut self,
        surface: SurfaceId,
        op: &DrawOp<'_>,
        list: Option<&List>,
        cx: &mut Context<'_>,
    ) -> Result<Step, Failure> {
        if list.is_none() && !self.inert.is_empty() {
            self.check_inert(op)?;
        }
        match *op {
            DrawOp::CopyArea { source, rect, to } => {
                return self.copy_area(surface, source, rect, to, cx.budget);
            }
            DrawOp::DrawList { list: id } => return self.enter_list(surface, id, list),
            DrawOp::BeginGroup { bounds } => return self.begin_group(surface, bounds, cx.budget),
            DrawOp::Reset => return self.reset(surface),
            _ => {}
        }
        if self.prepare(surface, op, cx.budget) == Step::More {
            return Ok(Step::More);
        }
        if let DrawOp::EndGroup = op {
            return self.end_group(surface, cx.budget);
        }
        let Some(mut painter) = self.painter(surface, list, cx.budget) else {
            return Err(Failure::Inert);
        };
        painter.execute(op)
    }

    /// Stops an operation that names an inert id.
    fn check_inert(&self, op: &DrawOp<'_>) -> Result<(), Failure> {
        if let Some(Paint::Defined(paint)) = paint_of(op) {
            self.known(Kind::Paint, paint.0)?;
        }
        match *op {
            DrawOp::Images { image, .. } | DrawOp::NinePatch { image, .. } => {
                self.known(Kind::Image, image.0)
            }
            DrawOp::Mesh(mesh) => self.known(Kind::Image, mesh.image.0),
            DrawOp::GlyphRun(run) => self.known(Kind::GlyphSet, run.set.0),
            DrawOp::DrawList { list } => self.known(Kind::List, list.0),
            DrawOp::PoolPixels { pixels, .. } => self.known(Kind::Pool, pixels.pool.0),
            _ => Ok(()),
        }
    }

    /// Makes a window's buffer hold what it should before its first pixel is drawn, unless `op`
    /// draws over all of it.
    fn prepare(&mut self, surface: SurfaceId, op: &DrawOp<'_>, budget: &mut Budget) -> Step {
        let Some(buffers) = self.windows.get_mut(&WindowId(surface.0)) else {
            return Step::Done;
        };
        let Frame::Begun(begun) = &buffers.frame else {
            return Step::Done;
        };
        // What is drawn in a group reaches the buffer at its end.
        if !begun.layers.is_empty() && !matches!(op, DrawOp::EndGroup) {
            return Step::Done;
        }
        let bounds = begun.pixmap.bounds();
        if begun.state.is_unclipped() && covers_all(op, bounds, &begun.state, &self.pools) {
            buffers.cover();
        } else if touches_pixels(op) {
            let (moved, done) = buffers.bring_forward_some(budget.left().max(cost::SMALL));
            budget.spend(moved);
            if !done {
                return Step::More;
            }
        }
        Step::Done
    }

    fn painter<'a>(
        &'a mut self,
        surface: SurfaceId,
        list: Option<&'a List>,
        budget: &'a mut Budget,
    ) -> Option<Painter<'a>> {
        let palette = match list {
            Some(list) => list.palette(),
            None => Palette {
                images: self.images.all(),
                sets: self.glyphs.all(),
                paints: self.paints.all(),
                lists: &self.lists,
            },
        };
        let (tools, cursor, memory) = (&mut self.tools, &mut self.cursor, &self.memory);
        let (pixmap, state, layers, damage) =
            if let Some(window) = self.windows.get_mut(&WindowId(surface.0)) {
                let Frame::Begun(begun) = &mut window.frame else {
                    return None;
                };
                let begun = &mut **begun;
                (
                    &mut begun.pixmap,
                    &mut begun.state,
                    &mut begun.layers,
                    Some(&mut begun.damage),
                )
            } else {
                let surface = self.surfaces.get_mut(&surface)?;
                (
                    &mut surface.pixmap,
                    &mut surface.state,
                    &mut surface.layers,
                    None,
                )
            };
        // What is drawn in a group is not seen before its end.
        let damage = damage.filter(|_| layers.is_empty());
        Some(Painter {
            pixmap: Canvas::new(pixmap, layers),
            state,
            damage,
            images: palette.images,
            glyphs: palette.sets,
            paints: palette.paints,
            pools: &self.pools,
            memory,
            tools,
            budget,
            cursor,
        })
    }

    /// A surface's state and the pictures of its open groups.
    fn state_of(&mut self, surface: SurfaceId) -> Option<(&mut DrawState, &mut Vec<Layer>)> {
        if let Some(window) = self.windows.get_mut(&WindowId(surface.0)) {
            let Frame::Begun(begun) = &mut window.frame else {
                return None;
            };
            return Some((&mut begun.state, &mut begun.layers));
        }
        let surface = self.surfaces.get_mut(&surface)?;
        Some((&mut surface.state, &mut surface.layers))
    }

    fn enter_list(
        &mut self,
        surface: SurfaceId,
        id: ListId,
        list: Option<&List>,
    ) -> Result<Step, Failure> {
        // It was drawn, and this is its record again.
        if self.cursor.element > 0 {
            return Ok(Step::Done);
        }
        let lists = list.map_or(&self.lists, |list| list.palette().lists);
        let inner = lists.get(&id).ok_or(Failure::unknown("no such list"))?;
        let inner = Arc::clone(inner);
        let (state, _) = self.state_of(surface).ok_or(Failure::Inert)?;
        state.enter_list();
        self.nested.push(Nested {
            list: inner,
            outer: std::mem::take(&mut self.cursor),
        });
        Ok(Step::Done)
    }

    fn leave_list(&mut self, surface: SurfaceId, nested: Nested) {
        if let Some((state, layers)) = self.state_of(surface) {
            let ended = state.leave_list();
            layers.truncate(layers.len().saturating_sub(ended));
        }
        self.cursor = nested.outer;
        self.cursor.element = 1;
    }

    fn reset(&mut self, surface: SurfaceId) -> Result<Step, Failure> {
        let (state, layers) = self.state_of(surface).ok_or(Failure::Inert)?;
        let ended = state.reset();
        layers.truncate(layers.len().saturating_sub(ended));
        Ok(Step::Done)
    }

    fn begin_group(
        &mut self,
        surface: SurfaceId,
        bounds: Rect,
        budget: &mut Budget,
    ) -> Result<Step, Failure> {
        // Its own, so that the surface can be borrowed beside it.
        let memory = self.memory.handle();
        let (state, layers) = self.state_of(surface).ok_or(Failure::Inert)?;
        groups::begin(bounds, state, layers, &memory, budget).map(|()| Step::Done)
    }

    fn end_group(&mut self, surface: SurfaceId, budget: &mut Budget) -> Result<Step, Failure> {
        let begun = self.cursor.element > 0;
        let (state, layers) = self.state_of(surface).ok_or(Failure::Inert)?;
        if !begun {
            match state.leave_group() {
                None => return Err(Failure::bad_state("no group is open")),
                Some(false) => return Ok(Step::Done),
                Some(true) => {}
            }
        }
        // It is taken out for the while, so that both can be borrowed.
        let Some(layer) = layers.pop() else {
            return Ok(Step::Done);
        };
        self.cursor.element = 1;
        let mut painter = self.painter(surface, None, budget).ok_or(Failure::Inert)?;
        let step = painter.draw_layer(&layer);
        if step == Step::More
            && let Some((_, layers)) = self.state_of(surface)
        {
            layers.push(layer);
        }
        Ok(step)
    }

    fn copy_area(
        &mut self,
        surface: SurfaceId,
        source: SurfaceId,
        rect: Rect,
        to: Point,
        budget: &mut Budget,
    ) -> Result<Step, Failure> {
        self.known(Kind::Surface, source.0)?;
        if self.prepare(surface, &DrawOp::CopyArea { source, rect, to }, budget) == Step::More {
            return Ok(Step::More);
        }
        if source.is_none() || source == surface {
            return self
                .painter(surface, None, budget)
                .ok_or(Failure::Inert)?
                .copy_within(rect, to);
        }
        // The source is taken out for the while, so that both can be borrowed.
        if let Some(other) = self.surfaces.get_mut(&source) {
            let (pixmap, scale) = (std::mem::take(&mut other.pixmap), other.scale);
            let copied = self.copy_from(surface, Some((&pixmap, scale)), rect, to, budget);
            if let Some(other) = self.surfaces.get_mut(&source) {
                other.pixmap = pixmap;
            }
            return copied;
        }
        let window = WindowId(source.0);
        let mut other = self
            .windows
            .remove(&window)
            .ok_or(Failure::unknown("no such surface to copy from"))?;
        let scale = other.current_setup().map_or(Scale::ONE, |s| s.scale);
        let copied = self.copy_from(
            surface,
            other.picture().map(|p| (p, scale)),
            rect,
            to,
            budget,
        );
        self.windows.insert(window, other);
        copied
    }

    /// Copies from another surface's picture, if it has one.
    fn copy_from(
        &mut self,
        surface: SurfaceId,
        picture: Option<(&Pixmap, Scale)>,
        rect: Rect,
        to: Point,
        budget: &mut Budget,
    ) -> Result<Step, Failure> {
        let Some((pixmap, scale)) = picture else {
            return Ok(Step::Done);
        };
        self.painter(surface, None, budget)
            .ok_or(Failure::Inert)?
            .copy_from(pixmap, scale, rect, to)
    }

    pub(super) fn read_pixels(
        &mut self,
        read: &ReadPixels,
        cx: &mut Context<'_>,
    ) -> Result<Step, Failure> {
        let inert = self.known(Kind::Surface, read.surface.0).is_err();
        let picture = match self.windows.get_mut(&WindowId(read.surface.0)) {
            Some(window) => Ok(window.picture()),
            None => match self.surfaces.get(&read.surface) {
                Some(surface) => Ok(Some(&surface.pixmap)),
                None if inert => Ok(None),
                None => Err(Failure::unknown("no such surface")),
            },
        };
        // A question is answered in any case.
        let nothing = Pixels {
            id: read.id,
            last: 1,
            rect: PixelRect::EMPTY,
            data: &[],
        };
        let picture = picture.inspect_err(|_| cx.output.event(nothing))?;
        let bounds = picture.map_or(PixelRect::EMPTY, Pixmap::bounds);
        let area = read.rect.intersect(bounds);
        let Some(picture) = picture.filter(|_| !area.is_empty()) else {
            cx.output.event(nothing);
            return Ok(Step::Done);
        };
        while cx.output.pending().len() < OUTPUT_HIGH_WATER && !cx.budget.is_spent() {
            let band = read_band(area, self.cursor.element);
            let last = band.y1 >= area.y1;
            write_band(read.id, picture, band, last, cx.output);
            cx.budget.spend(band.area());
            if last {
                return Ok(Step::Done);
            }
            self.cursor.element += band.height() as usize;
        }
        Ok(Step::More)
    }
}

/// Whether `op` gives every pixel of `bounds` a new value, whatever was there.
fn covers_all(op: &DrawOp<'_>, bounds: PixelRect, state: &DrawState, pools: &Pools) -> bool {
    let replaces = |size, format, dest| {
        format == ImageFormat::Bgrx
            && state.opacity() == 255
            && state.blend() == Blend::Over
            && raster::unscaled(size, dest, state.device())
                .is_some_and(|place| place.contains_rect(bounds))
    };
    match op {
        DrawOp::Clear { .. } => true,
        DrawOp::FillRects {
            paint: Paint::Color(color),
            smooth: false,
            rects,
            ..
        } => {
            let first = rects
                .iter()
                .next()
                .and_then(|r| snap_rect(r, state.device()));
            color.a == 255
                && state.opacity() == 255
                && state.blend() == Blend::Over
                && first.is_some_and(|r| r.contains_rect(bounds))
        }
        DrawOp::Pixels {
            paint: Paint::Color(_),
            dest,
            pixels,
            ..
        } => replaces(pixels.size(), pixels.format(), *dest),
        DrawOp::PoolPixels {
            paint: Paint::Color(_),
            dest,
            pixels,
            ..
        } => {
            replaces(pixels.size, pixels.format, *dest)
                && (pools.get(pixels.pool))
                    .is_ok_and(|pool| pool.check(&Layout::of(pixels)).is_ok())
        }
        _ => false,
    }
}

fn touches_pixels(op: &DrawOp<'_>) -> bool {
    !matches!(
        op,
        DrawOp::ClipRects { .. }
            | DrawOp::SetTransform { .. }
            | DrawOp::Concat { .. }
            | DrawOp::SetOpacity { .. }
            | DrawOp::SetBlend { .. }
            | DrawOp::ClipPath { .. }
            | DrawOp::Save
            | DrawOp::Restore
            | DrawOp::Reset
    )
}

/// The rows of `area` from the `skip`th on that fit one event.
fn read_band(area: PixelRect, skip: usize) -> PixelRect {
    let rows = (PIXELS_BYTES / (area.width() as usize * 4)).max(1) as u32;
    let y0 = area.y0.saturating_add_unsigned(skip as u32);
    PixelRect::from_edges(
        area.x0,
        y0,
        area.x1,
        y0.saturating_add_unsigned(rows).min(area.y1),
    )
}

fn write_band(id: u32, picture: &Pixmap, band: PixelRect, last: bool, output: &mut Output) {
    let columns = band.x0 as usize..band.x1 as usize;
    let rows = (band.y0..band.y1).map(|y| &picture.row(y as u32)[columns.clone()]);
    let head = Pixels {
        id,
        last: u8::from(last),
        rect: band,
        data: &[],
    };
    output.packets(|out| {
        head.write_with(out, |out| {
            // Into bytes that are there already: that becomes plain copying.
            let start = out.len();
            out.resize(start + band.area() as usize * 4, 0);
            let bytes = out[start..].chunks_exact_mut(band.width() as usize * 4);
            for (bytes, row) in bytes.zip(rows) {
                for (to, pixel) in bytes.as_chunks_mut().0.iter_mut().zip(row) {
                    *to = pixel.to_le_bytes();
                }
            }
        });
    });
}

impl Painter<'_> {
    /// Copies `rect` of another surface, in its logical units, to `to`.
    fn copy_from(
        &mut self,
        other: &Pixmap,
        scale: Scale,
        rect: Rect,
        to: Point,
    ) -> Result<Step, Failure> {
        let from = Transform::scale(scale.factor(), scale.factor());
        let Some((source, corner)) = self.copied(rect, &from, to)? else {
            return Ok(Step::Done);
        };
        let view = other.view();
        Ok(self.pixels(
            PixelRect::at(corner, source.size()),
            1,
            cost::RECT,
            |target, _| {
                raster::copy_from(target, &view, source, corner);
            },
        ))
    }

    /// Copies `rect` of this surface to `to`, as if through a copy.
    fn copy_within(&mut self, rect: Rect, to: Point) -> Result<Step, Failure> {
        let device = *self.state.device();
        let Some((source, corner)) = self.copied(rect, &device, to)? else {
            return Ok(Step::Done);
        };
        let area = PixelRect::at(corner, source.size());
        if let [clip] = self.state.clip().rects() {
            let (clip, downwards) = (*clip, corner.y > source.y0);
            return Ok(match downwards {
                true => self.copy_upwards(source, corner, area.intersect(clip)),
                false => self.pixels(area, 1, cost::RECT, |t, _| {
                    raster::copy_area(t, source, corner)
                }),
            });
        }
        self.copy_in_parts(source, corner, area)
    }

    /// Copies from the lowest row up, so that no row is overwritten before it was copied.
    fn copy_upwards(&mut self, source: PixelRect, corner: PixelPoint, area: PixelRect) -> Step {
        if self.cursor.element == 0 {
            self.add_damage(area);
        }
        let left = area.height() - (self.cursor.element as u32).min(area.height());
        let row_cost = cost::fill(area.width().into()).max(1);
        let rows = (self.budget.left().max(cost::SMALL) / row_cost).clamp(1, u64::from(left.max(1)))
            as u32;
        let y1 = area.y0.saturating_add_unsigned(left);
        let band = PixelRect {
            y0: y1.saturating_sub_unsigned(rows),
            y1,
            ..area
        }
        .intersect(area);
        raster::copy_area(&mut self.pixmap.target(band), source, corner);
        self.budget.spend(cost::fill(band.area()));
        self.cursor.element += rows as usize;
        if rows >= left { Step::Done } else { Step::More }
    }

    /// Copies under a clip of several parts, which would overwrite each other's source.
    fn copy_in_parts(
        &mut self,
        source: PixelRect,
        corner: PixelPoint,
        area: PixelRect,
    ) -> Result<Step, Failure> {
        let (dx, dy) = (
            corner.x.saturating_sub(source.x0),
            corner.y.saturating_sub(source.y0),
        );
        let landing = area.intersect(self.state.clip().bounds());
        let needed = landing.moved(dx.saturating_neg(), dy.saturating_neg());
        let needed = needed.intersect(source).intersect(self.pixmap.bounds());
        if needed.area() > MAX_PARTED_COPY {
            return Err(Failure::quota("a large copy under a clip of several parts"));
        }
        self.add_damage(landing);
        self.budget.spend(needed.area() * 2);
        let mut copy = Pixmap::new(needed.size());
        let all = copy.bounds();
        let (view, origin) = self.pixmap.view();
        raster::copy_from(
            &mut copy.target(all),
            &view,
            groups::from_origin(needed, origin),
            PixelPoint::default(),
        );
        let to = needed.origin().moved(dx, dy);
        for part in parts(self.state.clip(), landing) {
            raster::copy_from(&mut self.pixmap.target(part), &copy.view(), all, to);
        }
        Ok(Step::Done)
    }

    /// What a copy takes, in pixels of its source, and where its corner goes; nothing for numbers
    /// that are not finite.
    fn copied(
        &self,
        rect: Rect,
        from: &Transform,
        to: Point,
    ) -> Result<Option<(PixelRect, PixelPoint)>, Failure> {
        let device = self.state.device();
        if !rect.is_finite() || !to.is_finite() {
            return Ok(None);
        }
        if !device.is_axis_aligned() || device.a < 0.0 || device.d < 0.0 {
            return Err(Failure::bad_state(
                "copies need a transform that neither turns nor mirrors",
            ));
        }
        if self.state.mask().is_some() {
            return Err(Failure::bad_state("a copy under a clip path"));
        }
        let source = snap_rect(rect, from).unwrap_or_default();
        let corner = snap_rect(Rect::new(to.x, to.y, 1.0, 1.0), device)
            .unwrap_or_default()
            .origin();
        Ok(Some((source, corner)))
    }
}
