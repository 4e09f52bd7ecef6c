//! Glyph runs: text after layout.

use serde::Serialize;

use super::style::Paint;
use crate::codec::{Packed, Record};
use crate::geometry::Point;
use crate::ids::GlyphSetId;

/// Where the glyphs of a run stand, relative to its origin. The number is that of the flags.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum GlyphPositions<'a> {
    /// 0: every glyph is this many logical units right of the one before. Monospaced text.
    Constant(f32),
    /// 1: each glyph advances as its set says.
    Natural,
    /// 2: each glyph advances by so many 64ths of a logical unit.
    Advances(Packed<'a, i16>),
    /// 3: each glyph stands at its own point.
    Points(Packed<'a, Point>),
}

/// The indices of a run's glyphs in their set.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum GlyphIndices<'a> {
    /// All below 256.
    Narrow(&'a [u8]),
    /// Any.
    Wide(Packed<'a, u16>),
}

impl<'a> GlyphIndices<'a> {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::Narrow(bytes) => bytes.len(),
            Self::Wide(packed) => packed.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The index at `position`, or `None` behind the end.
    pub fn get(&self, position: usize) -> Option<u16> {
        match self {
            Self::Narrow(bytes) => bytes.get(position).map(|i| u16::from(*i)),
            Self::Wide(packed) => packed
                .as_bytes()
                .get(position * 2..position * 2 + 2)
                .map(u16::read),
        }
    }

    /// The indices, in order.
    pub fn iter(&self) -> impl Iterator<Item = u16> + 'a {
        let this = *self;
        (0..this.len()).filter_map(move |i| this.get(i))
    }
}

/// Text after layout: glyphs of one set, in one size and paint.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GlyphRun<'a> {
    /// Which glyphs.
    pub set: GlyphSetId,
    /// Their colour.
    pub paint: Paint,
    /// Whether their edges are smooth.
    pub antialias: bool,
    /// Logical units of one em.
    pub size: f32,
    /// Where the first glyph's origin stands: on the baseline.
    pub origin: Point,
    /// Where they stand.
    pub positions: GlyphPositions<'a>,
    /// Which they are.
    pub indices: GlyphIndices<'a>,
}
