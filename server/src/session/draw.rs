//! Drawing: the operations of a packet, and what a surface has to hold before they draw on it.

use std::sync::Arc;

use transom_protocol::draw::{Blend, DrawOp, DrawOps, OpRecord, Paint};
use transom_protocol::geometry::{PixelRect, Rect};
use transom_protocol::ids::{ListId, SurfaceId, WindowId};
use transom_protocol::request::{Draw, ImageFormat};

use super::budget::{Budget, cost};
use super::canvas::{Canvas, Layer};
use super::client::{Client, Context};
use super::copies::Source;
use super::groups;
use super::inert::Kind;
use super::lists::{List, Nested, Palette};
use super::paint::Painter;
use super::pools::{Layout, Pools};
use super::records::Stop;
use super::state::DrawState;
use super::surface::Frame;
use super::{Failure, Step};
use crate::raster;

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
            let list = list.as_deref();
            let mut stop = self.run(surface, bytes, list, None, cx.budget)?;
            if let Stop::Source(id) = stop {
                let run = |client: &mut Self, source: Source<'_>| {
                    client.run(surface, bytes, list, Some(source), cx.budget)
                };
                let unknown = Failure::unknown("no such surface to copy from");
                stop = match self.with_source(id, run) {
                    Some(stop) => stop?,
                    None => Stop::Failed(unknown),
                };
            }
            let nested = self.nested.len();
            let done = match stop {
                Stop::End => match self.nested.pop() {
                    Some(nested) => {
                        self.leave_list(surface, nested);
                        continue;
                    }
                    None => return Ok(Step::Done),
                },
                Stop::Spent => return Ok(Step::More),
                // Which comes first in the next run.
                Stop::Source(_) => continue,
                Stop::Behind(op) => match self.prepare(surface, &op, cx.budget) {
                    Step::More => return Ok(Step::More),
                    Step::Done => continue,
                },
                Stop::Session(op) => self.session_op(surface, &op, list, cx.budget),
                Stop::Failed(failure) => Err(failure),
            };
            match done {
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
                self.skip_record(bytes)?;
            }
        }
    }

    /// Executes records from the cursor on, as far as one painter goes.
    fn run<'b>(
        &mut self,
        surface: SurfaceId,
        bytes: &'b [u8],
        list: Option<&List>,
        source: Option<Source<'_>>,
        budget: &mut Budget,
    ) -> Result<Stop<'b>, Failure> {
        match self.painter(surface, list, budget) {
            Some(mut painter) => painter.run(bytes, source),
            None => Ok(Stop::Failed(Failure::Inert)),
        }
    }

    /// Leaves the record at the cursor behind.
    fn skip_record(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let rest = bytes.get(self.cursor.at..).unwrap_or(&[]);
        let (_, after) = OpRecord::split(rest)?;
        self.cursor.next(rest.len() - after.len());
        Ok(())
    }

    /// Executes an operation that changes what there is to draw on, or with.
    fn session_op(
        &mut self,
        surface: SurfaceId,
        op: &DrawOp<'_>,
        list: Option<&List>,
        budget: &mut Budget,
    ) -> Result<Step, Failure> {
        match *op {
            DrawOp::DrawList { list: id } => self.enter_list(surface, id, list),
            DrawOp::BeginGroup { bounds } => self.begin_group(surface, bounds, budget),
            DrawOp::Reset => self.reset(surface),
            // What was drawn in the group is drawn on the surface now.
            DrawOp::EndGroup => match self.prepare(surface, op, budget) {
                Step::More => Ok(Step::More),
                Step::Done => self.end_group(surface, budget),
            },
            _ => Ok(Step::Done),
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
        } else {
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
        // What a list names was there when it was made.
        let inert = Some(&self.inert).filter(|inert| list.is_none() && !inert.is_empty());
        let (pixmap, state, layers, damage, is_behind);
        if let Some(window) = self.windows.get_mut(&WindowId(surface.0)) {
            let begun = window.frame.begun()?;
            is_behind = begun.is_behind();
            (pixmap, state, layers) = (&mut begun.pixmap, &mut begun.state, &mut begun.layers);
            damage = Some(&mut begun.damage);
        } else {
            let surface = self.surfaces.get_mut(&surface)?;
            is_behind = false;
            (pixmap, state, layers) =
                (&mut surface.pixmap, &mut surface.state, &mut surface.layers);
            damage = None;
        }
        // What is drawn in a group reaches the buffer, and is seen, at its end.
        let in_group = !layers.is_empty();
        Some(Painter {
            surface,
            pixmap: Canvas::new(pixmap, layers),
            state,
            damage: damage.filter(|_| !in_group),
            is_behind: is_behind && !in_group,
            inert,
            images: palette.images,
            glyphs: palette.sets,
            paints: palette.paints,
            pools: &self.pools,
            memory: &self.memory,
            tools: &mut self.tools,
            budget,
            cursor: &mut self.cursor,
        })
    }

    /// A surface's state and the pictures of its open groups.
    fn state_of(&mut self, surface: SurfaceId) -> Option<(&mut DrawState, &mut Vec<Layer>)> {
        if let Some(window) = self.windows.get_mut(&WindowId(surface.0)) {
            let begun = window.frame.begun()?;
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
}

/// Whether `op` gives every pixel of `bounds` a new value, whatever was there.
fn covers_all(op: &DrawOp<'_>, bounds: PixelRect, state: &DrawState, pools: &Pools) -> bool {
    let replaces = |size, format, dest| {
        format == ImageFormat::Bgrx
            && state.opacity() == 255
            && state.blend() == Blend::Over
            && (state.upright())
                .and_then(|map| raster::unscaled(size, dest, map))
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
            let first = rects.iter().next().and_then(|r| state.snap(r));
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
