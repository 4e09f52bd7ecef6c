//! How shapes look: paints, line ends, joins, dashes, filters.

use serde::Serialize;

use crate::codec::{Packed, wire_enum};
use crate::color::Color;
use crate::ids::PaintId;

wire_enum! {
    /// How a line ends.
    pub enum Cap {
        /// Right at its end.
        Butt = 0,
        /// With half a circle.
        Round = 1,
        /// With half a square.
        Square = 2,
    }
}

wire_enum! {
    /// How two lines meet.
    pub enum Join {
        /// With a point, unless it would be longer than the miter limit.
        Miter = 0,
        /// With an arc.
        Round = 1,
        /// With the corner cut off.
        Bevel = 2,
    }
}

wire_enum! {
    /// How an image is sampled where its pixels are not the surface's.
    pub enum Filter {
        /// The nearest pixel.
        Nearest = 0,
        /// Linear interpolation.
        Linear = 1,
        /// The average of what the pixel covers where the image gets smaller, else linear: for
        /// photographs and previews.
        Area = 2,
    }
}

wire_enum! {
    /// Which points are inside a path.
    pub enum FillRule {
        /// Those the path winds around, counted with direction.
        NonZero = 0,
        /// Those an odd number of its lines surround.
        EvenOdd = 1,
    }
}

/// What fills and strokes look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Paint {
    /// One colour.
    Color(Color),
    /// A [paint](crate::paint) by number.
    Defined(PaintId),
}

impl From<PaintId> for Paint {
    fn from(paint: PaintId) -> Self {
        Self::Defined(paint)
    }
}

impl From<Color> for Paint {
    fn from(color: Color) -> Self {
        Self::Color(color)
    }
}

/// How a line is drawn along its path.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StrokeStyle<'a> {
    /// In logical units; 0 is the thinnest visible line, one device pixel.
    pub width: f32,
    /// How it ends.
    pub cap: Cap,
    /// How its pieces meet.
    pub join: Join,
    /// The longest point of a miter join, as a multiple of the width.
    pub miter_limit: f32,
    /// Where in the dashes the line begins, in logical units.
    pub dash_phase: f32,
    /// Lengths drawn and left out in turn, in logical units; none: drawn throughout.
    pub dashes: Packed<'a, f32>,
}

/// The most dash lengths of a stroke.
pub const MAX_DASHES: usize = 64;
