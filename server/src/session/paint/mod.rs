//! [`Painter`]: executes drawing operations on one surface, in pieces that a budget allows.
//!
//! An operation is a row of *elements* (rectangles, lines, glyphs, or one path), each a set-up and
//! some pixels. A large element is drawn in bands of rows, which gives the same pixels (the
//! rasteriser promises it); [`Cursor`] remembers how far a packet has got.

mod dispatch;
mod fills;
mod glyph_runs;
mod pictures;
mod strokes;

use std::sync::Arc;

use transom_protocol::color::{Color, Pixel, mul_div_255};
use transom_protocol::draw::{FillRule, Shape, Shapes};
use transom_protocol::geometry::PixelRect;
use transom_protocol::ids::{GlyphSetId, ImageId, PaintId, SurfaceId};

pub(super) use self::glyph_runs::GlyphKind;
use super::band::{Band, Place, add_damage};
use super::budget::Budget;
use super::canvas::Canvas;
use super::clips::Unfinished;
use super::glyphs::GlyphSet;
use super::ids::ById;
use super::images::{Halving, Image};
use super::inert::Inert;
use super::limits::Memory;
use super::paints::PaintData;
use super::pools::Pools;
use super::quick_text::TextTools;
use super::state::DrawState;
use super::streamed::Staged;
use super::{Failure, Step};
use crate::raster::{
    self, BlurCache, Marks, MaskCache, Path, PixelLine, Scratch, ShapesSeen, StampCache, Target,
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
    /// The rectangles that were blurred last.
    pub(super) blurs: BlurCache,
    /// Smaller copies of an image that are being made.
    halving: Option<Halving>,
    /// A clip path that outlives a slice.
    pub(super) mask: Option<Unfinished>,
    /// Pixels that become an image while they are drawn.
    pub(super) staged: Option<Staged>,
}

/// One surface, and all that drawing on it needs.
pub(super) struct Painter<'a> {
    pub(super) surface: SurfaceId,
    pub(super) pixmap: Canvas<'a>,
    pub(super) state: &'a mut DrawState,
    /// Grows by what is drawn; `None`: nobody wants to know.
    pub(super) damage: Option<&'a mut Region>,
    /// Whether the pixels do not hold yet what they should before anything is drawn.
    pub(super) is_behind: bool,
    /// Ids not to be named; `None`: there are none.
    pub(super) inert: Option<&'a Inert>,
    pub(super) images: &'a ById<ImageId, Image>,
    pub(super) glyphs: &'a ById<GlyphSetId, GlyphSet>,
    pub(super) paints: &'a ById<PaintId, Arc<PaintData>>,
    pub(super) pools: &'a Pools,
    pub(super) memory: &'a Memory,
    pub(super) tools: &'a mut Tools,
    pub(super) budget: &'a mut Budget,
    pub(super) cursor: &'a mut Cursor,
}

/// How far an operation has got, or what is wrong with it.
pub(super) type Done = Result<Step, Failure>;

impl Painter<'_> {
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
