//! Drawing operations: records inside a draw packet, executed straight from it.
//!
//! A record is `u8` kind, `u8` flags, `u16` length of the whole record in 4-byte words (0: a `u32`
//! with the length follows), then its fields; all records are multiples of four bytes long. So a
//! record of an unknown kind is skipped. [`DrawBuffer`] writes them, [`DrawOps`] reads them.
//!
//! Coordinates are in logical units of the surface, under the current transform. The pixel a
//! record touches is decided by the rules in `PROTOCOL.md`, "Drawing".

mod blend;
mod buffer;
mod buffer_shapes;
mod buffer_state;
mod mesh;
mod op;
mod path;
mod pixels;
mod read;
mod shapes;
mod style;
mod text;

use crate::codec::wire_names;

pub use self::blend::Blend;
pub use self::buffer::{DrawBuffer, PathTooLong, RunPositions};
pub use self::mesh::{Mesh, MeshIndices, Vertex, Vertices};
pub use self::op::DrawOp;
pub use self::path::{PathBuffer, PathData, PathStep, Verb};
pub use self::pixels::{PixelData, PoolPixels};
pub use self::read::{DrawOps, OpRecord};
pub use self::shapes::{Ellipse, ImagePart, Segment, Shape, Shapes, Triangle};
pub use self::style::{Cap, FillRule, Filter, Join, MAX_DASHES, Paint, StrokeStyle};
pub use self::text::{GlyphIndices, GlyphPositions, GlyphRun};

wire_names! {
    /// Which operation a record is.
    pub struct OpKind: u8 {
        /// Everything inside the clip becomes one colour, its alpha too.
        CLEAR = 0x01, "clear";
        /// Filled rectangles.
        FILL_RECTS = 0x02, "fill-rects";
        /// Outlines of rectangles.
        STROKE_RECTS = 0x03, "stroke-rects";
        /// Filled rectangles with round corners.
        FILL_ROUNDED = 0x04, "fill-rounded";
        /// Outlines of rectangles with round corners.
        STROKE_ROUNDED = 0x05, "stroke-rounded";
        /// Separate straight lines.
        SEGMENTS = 0x06, "segments";
        /// Straight lines joined at their ends.
        POLYLINE = 0x07, "polyline";
        /// The inside of a path.
        FILL_PATH = 0x08, "fill-path";
        /// A line along a path.
        STROKE_PATH = 0x09, "stroke-path";
        /// Parts of an image.
        IMAGES = 0x0a, "images";
        /// Text after layout.
        GLYPH_RUN = 0x0b, "glyph-run";
        /// Pixels moved within the surface or from another.
        COPY_AREA = 0x0c, "copy-area";
        /// A retained list, drawn.
        DRAW_LIST = 0x0d, "draw-list";
        /// Filled rectangles with round corners, blurred: shadows.
        FILL_BLURRED = 0x0e, "fill-blurred";
        /// Images stretched by their middle, their borders kept.
        NINE_PATCH = 0x0f, "nine-patch";
        /// Narrows where drawing may happen.
        CLIP_RECTS = 0x10, "clip-rects";
        /// Replaces the transform.
        SET_TRANSFORM = 0x11, "set-transform";
        /// Puts a transform before the current one.
        CONCAT = 0x12, "concat";
        /// Replaces the opacity.
        SET_OPACITY = 0x13, "set-opacity";
        /// Remembers clip, transform, opacity and blend mode.
        SAVE = 0x14, "save";
        /// Goes back to what was remembered.
        RESTORE = 0x15, "restore";
        /// No clip, no transform, opaque, source-over, nothing remembered, no group.
        RESET = 0x16, "reset";
        /// Replaces the blend mode.
        SET_BLEND = 0x17, "set-blend";
        /// Narrows where drawing may happen to the inside of a path, or its outside.
        CLIP_PATH = 0x18, "clip-path";
        /// Begins a group: what follows becomes one picture first.
        BEGIN_GROUP = 0x19, "begin-group";
        /// Draws the group begun last.
        END_GROUP = 0x1a, "end-group";
        /// Dots, square or round.
        POINTS = 0x20, "points";
        /// Filled ellipses.
        FILL_ELLIPSES = 0x21, "fill-ellipses";
        /// Outlines of ellipses.
        STROKE_ELLIPSES = 0x22, "stroke-ellipses";
        /// Filled triangles, each for itself.
        TRIANGLES = 0x23, "triangles";
        /// Triangles with a colour at each corner, and a texture.
        MESH = 0x24, "mesh";
        /// Pixels that are in the record, drawn.
        PIXELS = 0x25, "pixels";
        /// Pixels that are in a pool, drawn.
        POOL_PIXELS = 0x26, "pool-pixels";
    }
}

/// Bits of a record's flags.
pub mod flags {
    /// Coordinate arrays are `i16` instead of `f32`.
    pub const SMALL: u8 = 1;
    /// The paint word is the number of a [paint](crate::paint) instead of a colour.
    pub const PAINT: u8 = 2;
    /// Without anti-aliasing: a pixel is drawn when its centre is inside.
    pub const ALIASED: u8 = 4;
    /// Rectangles cover exact areas instead of snapping to whole pixels.
    pub const SMOOTH: u8 = 8;
    /// Filled paths and clip paths: the even-odd rule instead of non-zero winding.
    pub const EVEN_ODD: u8 = 16;
    /// Polylines: the last point is joined to the first.
    pub const CLOSED: u8 = 16;
    /// Images, nine-patches, meshes, pixels: linear interpolation instead of the nearest pixel.
    pub const LINEAR: u8 = 16;
    /// Images, nine-patches, pixels: averages of what each pixel covers. Goes before [`LINEAR`].
    pub const AREA: u8 = 32;
    /// Blurred rectangles: what is outside them instead of inside.
    pub const INVERSE: u8 = 16;
    /// Points: discs instead of squares.
    pub const ROUND: u8 = 16;
    /// Clip paths: drawing happens outside instead of inside.
    pub const OUTSIDE: u8 = 32;
    /// Meshes: indices are `u32` instead of `u16`.
    pub const LONG: u8 = 32;
    /// Meshes: the vertices' colours are premultiplied.
    pub const PREMULTIPLIED: u8 = 64;
    /// Glyph runs: indices are `u16` instead of `u8`.
    pub const WIDE: u8 = 16;
    /// Glyph runs: where the positions' kind begins; two bits, see [`GlyphPositions`](super::GlyphPositions).
    pub const POSITIONS_SHIFT: u32 = 5;
}

/// The most rectangles of one [`OpKind::CLIP_RECTS`] record: cutting a region costs more than its
/// share of bytes, and cannot be done in slices.
pub const MAX_CLIP_RECTS: usize = 256;

/// The most states that [`OpKind::SAVE`] remembers on one surface.
pub const MAX_SAVED_STATES: usize = 64;

/// The most groups that are open at one time on one surface.
pub const MAX_GROUPS: usize = 32;

/// The most bytes of one record: a packet without its header and the surface's id.
pub const MAX_OP_BYTES: usize = crate::codec::MAX_PACKET - 2 - 4;
