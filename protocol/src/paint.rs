//! Paints by number: gradients and patterns, made once and drawn with by
//! [`Paint::Defined`](crate::draw::Paint::Defined).
//!
//! A paint has coordinates of its own; its `transform` leads from there to the logical units that
//! shapes are in, under the transform that is current when it is drawn with. So a shape and its
//! paint move together.

use serde::Serialize;

use crate::codec::{BorrowDecode, Encode, Packed, Record, fixed_body, tail_body, wire_enum};
use crate::color::Color;
use crate::draw::Filter;
use crate::geometry::{PixelRect, Point, Transform};
use crate::ids::{ImageId, PaintId};

/// The most stops of one gradient.
pub const MAX_STOPS: usize = 1024;

wire_enum! {
    /// How a paint goes on beyond its end.
    pub enum Extend {
        /// Its last colour goes on.
        Pad = 0,
        /// It begins anew.
        Repeat = 1,
        /// It goes back and forth.
        Reflect = 2,
        /// There is nothing.
        None = 3,
    }
}

/// A colour at a place of a gradient. On the wire: `f32` offset, then the bytes R, G, B, A.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Stop {
    /// Where: 0 is the gradient's beginning, 1 its end.
    pub offset: f32,
    /// Which colour.
    pub color: Color,
}

impl Record for Stop {
    const SIZE: usize = 8;

    fn read(bytes: &[u8]) -> Self {
        Self {
            offset: f32::read(&bytes[..4]),
            color: Color::rgba(bytes[4], bytes[5], bytes[6], bytes[7]),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.offset.write(out);
        out.extend_from_slice(&self.color.to_bytes());
    }
}

/// Makes a gradient along a line.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DefineLinear<'a> {
    /// Its number. A paint that has it is replaced.
    pub paint: PaintId,
    /// Where offset 0 is.
    pub from: Point,
    /// Where offset 1 is.
    pub to: Point,
    /// From the paint's coordinates to those of shapes.
    pub transform: Transform,
    /// How it goes on beyond both.
    pub extend: Extend,
    /// Its colours, in ascending order; at least one.
    pub stops: Packed<'a, Stop>,
}

/// Makes a gradient from one circle to another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DefineRadial<'a> {
    /// Its number. A paint that has it is replaced.
    pub paint: PaintId,
    /// The middle of the circle of offset 0.
    pub from: Point,
    /// That circle's radius.
    pub from_radius: f32,
    /// The middle of the circle of offset 1.
    pub to: Point,
    /// That circle's radius.
    pub to_radius: f32,
    /// From the paint's coordinates to those of shapes.
    pub transform: Transform,
    /// How it goes on beyond both.
    pub extend: Extend,
    /// Its colours, in ascending order; at least one.
    pub stops: Packed<'a, Stop>,
}

/// Makes a gradient around a point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DefineConic<'a> {
    /// Its number. A paint that has it is replaced.
    pub paint: PaintId,
    /// What it turns around.
    pub center: Point,
    /// The direction of offset 0, in turns clockwise from the x axis: 0.25 is downwards.
    pub start: f32,
    /// How far it is to offset 1, in turns: 1 is all around.
    pub sweep: f32,
    /// From the paint's coordinates to those of shapes.
    pub transform: Transform,
    /// How it goes on beyond offset 1, up to a whole turn.
    pub extend: Extend,
    /// Its colours, in ascending order; at least one.
    pub stops: Packed<'a, Stop>,
}

/// Makes a paint of an image's pixels. It keeps them as they are now.
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct DefinePattern {
    /// Its number. A paint that has it is replaced.
    pub paint: PaintId,
    /// Whose pixels; not an A8 image.
    pub image: ImageId,
    /// Which part of it, wholly inside; an empty one: all of it. Its top left corner is the
    /// paint's origin, and a pixel is one unit.
    pub part: PixelRect,
    /// From the paint's coordinates to those of shapes.
    pub transform: Transform,
    /// How it goes on to the left and right.
    pub extend_x: Extend,
    /// How it goes on above and below.
    pub extend_y: Extend,
    /// How it is sampled.
    pub filter: Filter,
}

/// Ends a paint; its number is free again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct DestroyPaint {
    /// Which paint.
    pub paint: PaintId,
}

fixed_body! { DefinePattern, DestroyPaint }

tail_body! {
    DefineLinear { paint, from, to, transform, extend } stops: packed,
    DefineRadial { paint, from, from_radius, to, to_radius, transform, extend } stops: packed,
    DefineConic { paint, center, start, sweep, transform, extend } stops: packed,
}
