//! Drawing operations: records inside a draw packet, executed straight from it.
//!
//! A record is `u8` kind, `u8` flags, `u16` length of the whole record in 4-byte words (0: a `u32`
//! with the length follows), then its fields; all records are multiples of four bytes long. So a
//! record of an unknown kind is skipped. [`DrawBuffer`] writes them, [`DrawOps`] reads them.
//!
//! Coordinates are in logical units of the surface, under the current transform. The pixel a
//! record touches is decided by the rules in `PROTOCOL.md`, "Drawing".

use std::fmt;
use std::marker::PhantomData;

use serde::{Serialize, Serializer};

use crate::codec::{Packed, Record, wire_enum, wire_names};
use crate::color::Color;
use crate::error::DecodeError;
use crate::geometry::{Point, Rect, Transform};
use crate::ids::{GlyphSetId, ImageId, SurfaceId};

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
        /// Narrows where drawing may happen.
        CLIP_RECTS = 0x10, "clip-rects";
        /// Replaces the transform.
        SET_TRANSFORM = 0x11, "set-transform";
        /// Puts a transform before the current one.
        CONCAT = 0x12, "concat";
        /// Replaces the opacity.
        SET_OPACITY = 0x13, "set-opacity";
        /// Remembers clip, transform and opacity.
        SAVE = 0x14, "save";
        /// Goes back to what was remembered.
        RESTORE = 0x15, "restore";
        /// No clip, no transform, opaque, nothing remembered.
        RESET = 0x16, "reset";
    }
}

/// Bits of a record's flags.
pub mod flags {
    /// Coordinate arrays are `i16` instead of `f32`.
    pub const SMALL: u8 = 1;
    /// The paint word is the number of a paint instead of a colour. No paints are defined yet.
    pub const PAINT: u8 = 2;
    /// Without anti-aliasing: a pixel is drawn when its centre is inside.
    pub const ALIASED: u8 = 4;
    /// Rectangles cover exact areas instead of snapping to whole pixels.
    pub const SMOOTH: u8 = 8;
    /// Paths: the even-odd rule instead of non-zero winding.
    pub const EVEN_ODD: u8 = 16;
    /// Polylines: the last point is joined to the first.
    pub const CLOSED: u8 = 16;
    /// Images: linear interpolation instead of the nearest pixel.
    pub const LINEAR: u8 = 16;
    /// Glyph runs: indices are `u16` instead of `u8`.
    pub const WIDE: u8 = 16;
    /// Glyph runs: where the positions' kind begins; two bits, see [`GlyphPositions`](super::GlyphPositions).
    pub const POSITIONS_SHIFT: u32 = 5;
}

/// The most elements that [`DrawBuffer`] puts into one record, so that no record delays others and
/// every record fits a packet.
const MAX_ELEMENTS: usize = 4096;

/// The most rectangles of one [`OpKind::CLIP_RECTS`] record: cutting a region costs more than its
/// share of bytes, and cannot be done in slices.
pub const MAX_CLIP_RECTS: usize = 1024;

/// The most states that [`OpKind::SAVE`] remembers on one surface.
pub const MAX_SAVED_STATES: usize = 64;

/// The most bytes of one record: a packet without its header and the surface's id.
pub const MAX_OP_BYTES: usize = crate::codec::MAX_PACKET - 2 - 4;

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
    /// What a path does next.
    pub enum Verb {
        /// Begins a new sub-path: one point.
        Move = 0,
        /// A straight line: one point.
        Line = 1,
        /// A quadratic Bézier curve: its control point and its end.
        Quad = 2,
        /// A cubic Bézier curve: two control points and its end.
        Cubic = 3,
        /// A straight line to the sub-path's beginning, joined there: no point.
        Close = 4,
    }
}

impl Verb {
    /// How many points it takes.
    pub const fn points(self) -> usize {
        match self {
            Self::Move | Self::Line => 1,
            Self::Quad => 2,
            Self::Cubic => 3,
            Self::Close => 0,
        }
    }
}

wire_enum! {
    /// How an image is sampled where its pixels are not the surface's.
    pub enum Filter {
        /// The nearest pixel.
        Nearest = 0,
        /// Linear interpolation.
        Linear = 1,
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
    /// A paint by number. None can be defined yet.
    Defined(u32),
}

impl From<Color> for Paint {
    fn from(color: Color) -> Self {
        Self::Color(color)
    }
}

/// Two ends of a straight line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Segment {
    /// Where it begins.
    pub from: Point,
    /// Where it ends.
    pub to: Point,
}

/// A part of an image and where it goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ImagePart {
    /// In pixels of the image; with a width or height of 0 the whole image.
    pub source: Rect,
    /// In logical units.
    pub dest: Rect,
}

/// Something that is a few coordinates in order.
pub trait Shape: Copy {
    /// How many.
    const COORDINATES: usize;

    /// Reads it, coordinate by coordinate.
    fn gather(next: impl FnMut() -> f32) -> Self;

    /// Tells its coordinates, in the same order.
    fn scatter(&self, give: impl FnMut(f32));
}

macro_rules! shape {
    ($name:ty, $count:literal, [$($($field:ident).+),*], |$next:ident| $gather:expr) => {
        impl Shape for $name {
            const COORDINATES: usize = $count;

            fn gather(mut $next: impl FnMut() -> f32) -> Self {
                $gather
            }

            fn scatter(&self, mut give: impl FnMut(f32)) {
                $(give(self.$($field).+);)*
            }
        }
    };
}

shape!(Point, 2, [x, y], |next| Point::new(next(), next()));
shape!(Rect, 4, [x, y, width, height], |next| Rect::new(
    next(),
    next(),
    next(),
    next()
));
shape!(Segment, 4, [from.x, from.y, to.x, to.y], |next| Segment {
    from: Point::gather(&mut next),
    to: Point::gather(&mut next),
});
shape!(
    ImagePart,
    8,
    [
        source.x,
        source.y,
        source.width,
        source.height,
        dest.x,
        dest.y,
        dest.width,
        dest.height
    ],
    |next| ImagePart {
        source: Rect::gather(&mut next),
        dest: Rect::gather(&mut next)
    }
);

/// An array of shapes that stays the bytes it arrived in, as `i16` or `f32` coordinates.
#[derive(Clone, Copy)]
pub struct Shapes<'a, T> {
    bytes: &'a [u8],
    small: bool,
    shape: PhantomData<T>,
}

impl<'a, T: Shape> Shapes<'a, T> {
    fn new(bytes: &'a [u8], small: bool) -> Option<Self> {
        let shapes = Self {
            bytes,
            small,
            shape: PhantomData,
        };
        bytes
            .len()
            .is_multiple_of(shapes.shape_bytes())
            .then_some(shapes)
    }

    const fn shape_bytes(&self) -> usize {
        T::COORDINATES * if self.small { 2 } else { 4 }
    }

    /// How many shapes there are.
    pub fn len(&self) -> usize {
        self.bytes.len() / self.shape_bytes()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The shapes, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T> + Clone + 'a {
        let small = self.small;
        self.bytes
            .chunks_exact(self.shape_bytes())
            .map(move |bytes| {
                if small {
                    let mut numbers = bytes.chunks_exact(2).map(|b| f32::from(i16::read(b)));
                    T::gather(|| numbers.next().unwrap_or(0.0))
                } else {
                    let mut numbers = bytes.chunks_exact(4).map(f32::read);
                    T::gather(|| numbers.next().unwrap_or(0.0))
                }
            })
    }
}

impl<T: Shape + PartialEq> PartialEq for Shapes<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: Shape + fmt::Debug> fmt::Debug for Shapes<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: Shape + Serialize> Serialize for Shapes<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
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

/// A path: what it does, and the points it does it with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PathData<'a> {
    verbs: &'a [u8],
    points: Shapes<'a, Point>,
}

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PathStep {
    /// Begins a new sub-path.
    Move(Point),
    /// A straight line.
    Line(Point),
    /// A quadratic Bézier curve.
    Quad(Point, Point),
    /// A cubic Bézier curve.
    Cubic(Point, Point, Point),
    /// Back to the sub-path's beginning.
    Close,
}

impl<'a> PathData<'a> {
    fn new(
        what: &'static str,
        verbs: &'a [u8],
        points: Shapes<'a, Point>,
    ) -> Result<Self, DecodeError> {
        let mut needed = 0;
        for verb in verbs {
            let verb = Verb::from_wire(*verb).ok_or(DecodeError::BadValue {
                what,
                problem: "unknown verb",
            })?;
            needed += verb.points();
        }
        if needed != points.len() {
            return Err(DecodeError::Malformed {
                what,
                problem: "the points are not those the verbs need",
            });
        }
        Ok(Self { verbs, points })
    }

    /// Number of verbs.
    pub fn len(&self) -> usize {
        self.verbs.len()
    }

    /// Whether it does nothing.
    pub fn is_empty(&self) -> bool {
        self.verbs.is_empty()
    }

    /// The steps, in order.
    pub fn steps(&self) -> impl Iterator<Item = PathStep> + 'a {
        let mut points = self.points.iter();
        let mut next = move || points.next().unwrap_or_default();
        self.verbs
            .iter()
            .filter_map(|verb| Verb::from_wire(*verb))
            .map(move |verb| match verb {
                Verb::Move => PathStep::Move(next()),
                Verb::Line => PathStep::Line(next()),
                Verb::Quad => PathStep::Quad(next(), next()),
                Verb::Cubic => PathStep::Cubic(next(), next(), next()),
                Verb::Close => PathStep::Close,
            })
    }
}

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
    /// Logical units of one em.
    pub size: f32,
    /// Where the first glyph's origin stands: on the baseline.
    pub origin: Point,
    /// Where they stand.
    pub positions: GlyphPositions<'a>,
    /// Which they are.
    pub indices: GlyphIndices<'a>,
}

/// One operation, borrowing its arrays from the packet.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(
    missing_docs,
    reason = "fields mean what they do in PROTOCOL.md, and each variant says it in one line"
)]
pub enum DrawOp<'a> {
    /// Everything inside the clip becomes `color`, its alpha too.
    Clear { color: Color },
    /// Filled rectangles. Their edges snap to whole pixels unless `smooth`.
    FillRects {
        paint: Paint,
        smooth: bool,
        rects: Shapes<'a, Rect>,
    },
    /// Outlines of rectangles, centred on their edges. They snap to whole pixels unless `smooth`.
    StrokeRects {
        paint: Paint,
        smooth: bool,
        width: f32,
        rects: Shapes<'a, Rect>,
    },
    /// Rectangles with corners of `radii` (top left, top right, bottom right, bottom left). Their
    /// edges snap to whole pixels unless `smooth`.
    FillRounded {
        paint: Paint,
        antialias: bool,
        smooth: bool,
        radii: [f32; 4],
        rects: Shapes<'a, Rect>,
    },
    /// Outlines of such rectangles, centred on their edges. They snap to whole pixels unless `smooth`.
    StrokeRounded {
        paint: Paint,
        antialias: bool,
        smooth: bool,
        width: f32,
        radii: [f32; 4],
        rects: Shapes<'a, Rect>,
    },
    /// Separate straight lines, each drawn for itself.
    Segments {
        paint: Paint,
        antialias: bool,
        width: f32,
        cap: Cap,
        segments: Shapes<'a, Segment>,
    },
    /// Straight lines joined at their ends, drawn as one.
    Polyline {
        paint: Paint,
        antialias: bool,
        closed: bool,
        stroke: StrokeStyle<'a>,
        points: Shapes<'a, Point>,
    },
    /// The inside of a path; open sub-paths are closed for it.
    FillPath {
        paint: Paint,
        antialias: bool,
        rule: FillRule,
        path: PathData<'a>,
    },
    /// A line along a path, drawn as one.
    StrokePath {
        paint: Paint,
        antialias: bool,
        stroke: StrokeStyle<'a>,
        path: PathData<'a>,
    },
    /// Parts of an image, each scaled to its place. `paint` colours [`A8`](crate::request::ImageFormat::A8) images.
    Images {
        image: ImageId,
        paint: Paint,
        filter: Filter,
        parts: Shapes<'a, ImagePart>,
    },
    /// Text after layout.
    GlyphRun(GlyphRun<'a>),
    /// Pixels of `source` (none: this surface) put with the top left corner of `rect` at `to`, replacing what is there.
    CopyArea {
        source: SurfaceId,
        rect: Rect,
        to: Point,
    },
    /// Drawing happens only where it did and inside one of these.
    ClipRects { rects: Shapes<'a, Rect> },
    /// Replaces the transform.
    SetTransform { transform: Transform },
    /// What is drawn goes through `transform` first, then through what was there.
    Concat { transform: Transform },
    /// Every colour drawn is multiplied with this; 1 is as it is, 0 invisible.
    SetOpacity { opacity: f32 },
    /// Remembers clip, transform and opacity.
    Save,
    /// Goes back to what was remembered last; nothing when nothing was.
    Restore,
    /// No clip, no transform, opaque, nothing remembered.
    Reset,
}

/// The operations of a packet, in order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawOps<'a>(&'a [u8]);

impl<'a> DrawOps<'a> {
    /// The records in `bytes`; they are checked as they are read.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes as they travel.
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// The operations. After [`DecodeError::Malformed`] nothing follows; other errors cost only
    /// the operation.
    pub fn iter(self) -> impl Iterator<Item = Result<DrawOp<'a>, DecodeError>> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let split = OpRecord::split(rest);
            rest = split.as_ref().map_or(&[], |(_, after)| after);
            let op = split.and_then(|(record, _)| record.decode());
            if matches!(op, Err(DecodeError::Malformed { .. })) {
                rest = &[];
            }
            Some(op)
        })
    }
}

impl Serialize for DrawOps<'_> {
    /// As a sequence of operations, or texts that say what is wrong with them.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|op| op.map_err(|e| e.to_string())))
    }
}

/// One record, its fields not yet read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpRecord<'a> {
    /// Which operation.
    pub kind: OpKind,
    /// See [`flags`].
    pub flags: u8,
    fields: &'a [u8],
}

impl<'a> OpRecord<'a> {
    /// The first record of `bytes`, and what follows it. The only error is
    /// [`DecodeError::Malformed`].
    pub fn split(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), DecodeError> {
        let bad = |problem| DecodeError::Malformed {
            what: "draw record",
            problem,
        };
        let ([kind, flags, l0, l1], rest) = bytes.split_first_chunk().ok_or(bad("cut short"))?;
        let (words, head, rest) = match u16::from_le_bytes([*l0, *l1]) {
            0 => {
                let (words, rest) = rest.split_first_chunk().ok_or(bad("cut short"))?;
                (u32::from_le_bytes(*words) as usize, 8, rest)
            }
            words => (usize::from(words), 4, rest),
        };
        let fields = words
            .checked_mul(4)
            .and_then(|n| n.checked_sub(head))
            .ok_or(bad("an impossible length"))?;
        let (fields, rest) = rest
            .split_at_checked(fields)
            .ok_or(bad("longer than its packet"))?;
        Ok((
            Self {
                kind: OpKind(*kind),
                flags: *flags,
                fields,
            },
            rest,
        ))
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Reads the fields.
    pub fn decode(self) -> Result<DrawOp<'a>, DecodeError> {
        let what = self
            .kind
            .name()
            .ok_or(DecodeError::Unknown(u16::from(self.kind.0)))?;
        let mut f = Fields {
            what,
            rest: self.fields,
            small: self.has(flags::SMALL),
        };
        let op = self.decode_fields(&mut f)?;
        match f.rest {
            [] => Ok(op),
            _ => Err(f.malformed("longer than its fields")),
        }
    }

    fn decode_fields(&self, f: &mut Fields<'a>) -> Result<DrawOp<'a>, DecodeError> {
        let antialias = !self.has(flags::ALIASED);
        let smooth = self.has(flags::SMOOTH);
        Ok(match self.kind {
            OpKind::CLEAR => DrawOp::Clear { color: f.color()? },
            OpKind::FILL_RECTS => DrawOp::FillRects {
                paint: self.paint(f)?,
                smooth,
                rects: f.shapes()?,
            },
            OpKind::STROKE_RECTS => DrawOp::StrokeRects {
                paint: self.paint(f)?,
                smooth,
                width: f.value()?,
                rects: f.shapes()?,
            },
            OpKind::FILL_ROUNDED => DrawOp::FillRounded {
                paint: self.paint(f)?,
                antialias,
                smooth,
                radii: f.radii()?,
                rects: f.shapes()?,
            },
            OpKind::STROKE_ROUNDED => DrawOp::StrokeRounded {
                paint: self.paint(f)?,
                antialias,
                smooth,
                width: f.value()?,
                radii: f.radii()?,
                rects: f.shapes()?,
            },
            OpKind::SEGMENTS => DrawOp::Segments {
                paint: self.paint(f)?,
                antialias,
                width: f.value()?,
                cap: f.cap_word()?,
                segments: f.shapes()?,
            },
            OpKind::POLYLINE => DrawOp::Polyline {
                paint: self.paint(f)?,
                antialias,
                closed: self.has(flags::CLOSED),
                stroke: f.stroke()?,
                points: f.shapes()?,
            },
            OpKind::FILL_PATH => {
                let rule = if self.has(flags::EVEN_ODD) {
                    FillRule::EvenOdd
                } else {
                    FillRule::NonZero
                };
                DrawOp::FillPath {
                    paint: self.paint(f)?,
                    antialias,
                    rule,
                    path: f.path()?,
                }
            }
            OpKind::STROKE_PATH => DrawOp::StrokePath {
                paint: self.paint(f)?,
                antialias,
                stroke: f.stroke()?,
                path: f.path()?,
            },
            OpKind::IMAGES => {
                let filter = if self.has(flags::LINEAR) {
                    Filter::Linear
                } else {
                    Filter::Nearest
                };
                DrawOp::Images {
                    image: f.value()?,
                    paint: self.paint(f)?,
                    filter,
                    parts: f.shapes()?,
                }
            }
            OpKind::GLYPH_RUN => DrawOp::GlyphRun(self.glyph_run(f)?),
            OpKind::COPY_AREA => DrawOp::CopyArea {
                source: f.value()?,
                rect: f.value()?,
                to: f.value()?,
            },
            OpKind::CLIP_RECTS => DrawOp::ClipRects { rects: f.shapes()? },
            OpKind::SET_TRANSFORM => DrawOp::SetTransform {
                transform: f.value()?,
            },
            OpKind::CONCAT => DrawOp::Concat {
                transform: f.value()?,
            },
            OpKind::SET_OPACITY => DrawOp::SetOpacity {
                opacity: f.value()?,
            },
            OpKind::SAVE => DrawOp::Save,
            OpKind::RESTORE => DrawOp::Restore,
            OpKind::RESET => DrawOp::Reset,
            OpKind(unknown) => return Err(DecodeError::Unknown(u16::from(unknown))),
        })
    }

    fn paint(&self, f: &mut Fields<'a>) -> Result<Paint, DecodeError> {
        if self.has(flags::PAINT) {
            Ok(Paint::Defined(f.value()?))
        } else {
            Ok(Paint::Color(f.color()?))
        }
    }

    fn glyph_run(&self, f: &mut Fields<'a>) -> Result<GlyphRun<'a>, DecodeError> {
        let set = f.value()?;
        let paint = self.paint(f)?;
        let size = f.value()?;
        let origin = f.shape()?;
        let kind = self.flags >> flags::POSITIONS_SHIFT & 3;
        let constant = if kind == 0 { f.value()? } else { 0.0 };
        let count: u16 = f.value()?;
        let _reserved: u16 = f.value()?;
        let count = usize::from(count);
        let positions = match kind {
            0 => GlyphPositions::Constant(constant),
            1 => GlyphPositions::Natural,
            2 => GlyphPositions::Advances(f.packed(count)?),
            _ => GlyphPositions::Points(f.packed(count)?),
        };
        let indices = if self.has(flags::WIDE) {
            GlyphIndices::Wide(f.packed(count)?)
        } else {
            GlyphIndices::Narrow(f.bytes(count)?)
        };
        f.padding()?;
        Ok(GlyphRun {
            set,
            paint,
            size,
            origin,
            positions,
            indices,
        })
    }
}

/// Reads the fields of one record from front to back.
struct Fields<'a> {
    what: &'static str,
    rest: &'a [u8],
    small: bool,
}

impl<'a> Fields<'a> {
    fn malformed(&self, problem: &'static str) -> DecodeError {
        DecodeError::Malformed {
            what: self.what,
            problem,
        }
    }

    fn bytes(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let (bytes, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(self.malformed("shorter than its fields"))?;
        self.rest = rest;
        Ok(bytes)
    }

    fn value<T: Record>(&mut self) -> Result<T, DecodeError> {
        self.bytes(T::SIZE).map(T::read)
    }

    fn color(&mut self) -> Result<Color, DecodeError> {
        Ok(Color::from_bytes(
            self.bytes(4)?.try_into().expect("four bytes"),
        ))
    }

    fn radii(&mut self) -> Result<[f32; 4], DecodeError> {
        Ok([self.value()?, self.value()?, self.value()?, self.value()?])
    }

    fn packed<T: Record>(&mut self, count: usize) -> Result<Packed<'a, T>, DecodeError> {
        let bytes = self.bytes(count.saturating_mul(T::SIZE))?;
        Ok(Packed::new(bytes).expect("a whole number of records was taken"))
    }

    /// One shape, in the record's kind of coordinates.
    fn shape<T: Shape>(&mut self) -> Result<T, DecodeError> {
        let size = T::COORDINATES * if self.small { 2 } else { 4 };
        let shapes = Shapes::new(self.bytes(size)?, self.small).expect("one whole shape was taken");
        Ok(shapes.iter().next().expect("one whole shape was taken"))
    }

    /// Shapes up to the record's end.
    fn shapes<T: Shape>(&mut self) -> Result<Shapes<'a, T>, DecodeError> {
        let bytes = std::mem::take(&mut self.rest);
        Shapes::new(bytes, self.small).ok_or(self.malformed("the last array element is incomplete"))
    }

    /// What is left of the last word; its bytes mean nothing.
    fn padding(&mut self) -> Result<(), DecodeError> {
        match std::mem::take(&mut self.rest).len() {
            0..4 => Ok(()),
            _ => Err(self.malformed("longer than its fields")),
        }
    }

    fn choice<T>(
        &mut self,
        from_wire: fn(u8) -> Option<T>,
        problem: &'static str,
    ) -> Result<T, DecodeError> {
        from_wire(self.value()?).ok_or(DecodeError::BadValue {
            what: self.what,
            problem,
        })
    }

    fn cap_word(&mut self) -> Result<Cap, DecodeError> {
        let cap = self.choice(Cap::from_wire, "unknown cap")?;
        self.bytes(3)?;
        Ok(cap)
    }

    fn stroke(&mut self) -> Result<StrokeStyle<'a>, DecodeError> {
        let width = self.value()?;
        let miter_limit = self.value()?;
        let cap = self.choice(Cap::from_wire, "unknown cap")?;
        let join = self.choice(Join::from_wire, "unknown join")?;
        let dashes: u16 = self.value()?;
        if usize::from(dashes) > MAX_DASHES {
            return Err(DecodeError::BadValue {
                what: self.what,
                problem: "too many dashes",
            });
        }
        let dash_phase = if dashes > 0 { self.value()? } else { 0.0 };
        Ok(StrokeStyle {
            width,
            cap,
            join,
            miter_limit,
            dash_phase,
            dashes: self.packed(usize::from(dashes))?,
        })
    }

    fn path(&mut self) -> Result<PathData<'a>, DecodeError> {
        let count: u32 = self.value()?;
        let count = count as usize;
        let padded = count
            .checked_next_multiple_of(4)
            .ok_or(self.malformed("too many verbs"))?;
        let verbs = &self.bytes(padded)?[..count];
        PathData::new(self.what, verbs, self.shapes()?)
    }
}

/// A path for [`DrawBuffer::fill_path`] and [`DrawBuffer::stroke_path`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PathBuffer {
    verbs: Vec<u8>,
    points: Vec<Point>,
}

impl PathBuffer {
    /// Without a step.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a step.
    pub fn push(&mut self, step: PathStep) -> &mut Self {
        let verb = match step {
            PathStep::Move(p) => (Verb::Move, self.points.push(p)).0,
            PathStep::Line(p) => (Verb::Line, self.points.push(p)).0,
            PathStep::Quad(a, b) => (Verb::Quad, self.points.extend([a, b])).0,
            PathStep::Cubic(a, b, c) => (Verb::Cubic, self.points.extend([a, b, c])).0,
            PathStep::Close => Verb::Close,
        };
        self.verbs.push(verb as u8);
        self
    }

    /// Whether there is no step.
    pub fn is_empty(&self) -> bool {
        self.verbs.is_empty()
    }

    /// Forgets all steps, keeping the memory.
    pub fn clear(&mut self) {
        self.verbs.clear();
        self.points.clear();
    }

    /// The verbs, one byte each.
    pub fn verbs(&self) -> &[u8] {
        &self.verbs
    }

    /// The points of all steps, in order.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    fn wire_bytes(&self) -> usize {
        self.verbs.len() + self.points.len() * 8
    }
}

/// A path has so many steps that it does not fit a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a path of {bytes} bytes does not fit a packet; draw it in parts")]
pub struct PathTooLong {
    /// How many bytes it would take.
    pub bytes: usize,
}

/// Where the glyphs of a run stand, for [`DrawBuffer::glyph_run`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RunPositions<'a> {
    /// See [`GlyphPositions::Constant`].
    Constant(f32),
    /// See [`GlyphPositions::Natural`].
    Natural,
    /// See [`GlyphPositions::Advances`].
    Advances(&'a [i16]),
    /// See [`GlyphPositions::Points`].
    Points(&'a [Point]),
}

/// Records drawing operations as the bytes of a draw packet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DrawBuffer {
    bytes: Vec<u8>,
}

impl DrawBuffer {
    /// Without an operation.
    pub fn new() -> Self {
        Self::default()
    }

    /// The records so far.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The operations so far.
    pub fn ops(&self) -> DrawOps<'_> {
        DrawOps(&self.bytes)
    }

    /// Whether there is no operation.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Forgets all operations, keeping the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// The records in pieces of whole records that each fit `max` bytes, unless a record alone
    /// does not.
    pub fn pieces(&self, max: usize) -> impl Iterator<Item = DrawOps<'_>> {
        let mut rest = self.as_bytes();
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let mut end = 0;
            while let Ok((_, after)) = OpRecord::split(&rest[end..]) {
                let next = rest.len() - after.len();
                if end > 0 && next > max {
                    break;
                }
                end = next;
                if after.is_empty() {
                    break;
                }
            }
            let (piece, after) = rest.split_at(end);
            rest = after;
            Some(DrawOps(piece))
        })
    }

    /// Everything inside the clip becomes `color`, its alpha too.
    pub fn clear_to(&mut self, color: Color) {
        self.record(OpKind::CLEAR, 0, |out| {
            out.extend_from_slice(&color.to_bytes())
        });
    }

    /// Filled rectangles.
    pub fn fill_rects(&mut self, paint: Paint, smooth: bool, rects: &[Rect]) {
        self.shapes_record(
            OpKind::FILL_RECTS,
            smooth_flag(smooth),
            paint,
            rects,
            |_| {},
        );
    }

    /// Outlines of rectangles, `width` logical units wide.
    pub fn stroke_rects(&mut self, paint: Paint, smooth: bool, width: f32, rects: &[Rect]) {
        self.shapes_record(
            OpKind::STROKE_RECTS,
            smooth_flag(smooth),
            paint,
            rects,
            |out| width.write(out),
        );
    }

    /// Filled rectangles with round corners.
    pub fn fill_rounded(
        &mut self,
        paint: Paint,
        antialias: bool,
        smooth: bool,
        radii: [f32; 4],
        rects: &[Rect],
    ) {
        self.shapes_record(
            OpKind::FILL_ROUNDED,
            aliased_flag(antialias) | smooth_flag(smooth),
            paint,
            rects,
            |out| write_all(&radii, out),
        );
    }

    /// Outlines of rectangles with round corners.
    pub fn stroke_rounded(
        &mut self,
        paint: Paint,
        antialias: bool,
        smooth: bool,
        width: f32,
        radii: [f32; 4],
        rects: &[Rect],
    ) {
        self.shapes_record(
            OpKind::STROKE_ROUNDED,
            aliased_flag(antialias) | smooth_flag(smooth),
            paint,
            rects,
            |out| {
                width.write(out);
                write_all(&radii, out);
            },
        );
    }

    /// Separate straight lines.
    pub fn segments(
        &mut self,
        paint: Paint,
        antialias: bool,
        width: f32,
        cap: Cap,
        segments: &[Segment],
    ) {
        self.shapes_record(
            OpKind::SEGMENTS,
            aliased_flag(antialias),
            paint,
            segments,
            |out| {
                width.write(out);
                out.extend_from_slice(&[cap as u8, 0, 0, 0]);
            },
        );
    }

    /// Straight lines joined at their ends.
    pub fn polyline(
        &mut self,
        paint: Paint,
        antialias: bool,
        closed: bool,
        stroke: &StrokeStyle<'_>,
        points: &[Point],
    ) -> Result<(), PathTooLong> {
        check_length(size_of_val(points))?;
        let closed = if closed { flags::CLOSED } else { 0 };
        let small = small_flag(points);
        let flags = aliased_flag(antialias) | closed | small | paint_flag(paint);
        self.record(OpKind::POLYLINE, flags, |out| {
            write_paint(paint, out);
            write_stroke(stroke, out);
            write_shapes(points, small != 0, out);
        });
        Ok(())
    }

    /// The inside of a path.
    pub fn fill_path(
        &mut self,
        paint: Paint,
        antialias: bool,
        rule: FillRule,
        path: &PathBuffer,
    ) -> Result<(), PathTooLong> {
        let rule = if rule == FillRule::EvenOdd {
            flags::EVEN_ODD
        } else {
            0
        };
        self.path_record(
            OpKind::FILL_PATH,
            aliased_flag(antialias) | rule,
            paint,
            path,
            |_| {},
        )
    }

    /// A line along a path.
    pub fn stroke_path(
        &mut self,
        paint: Paint,
        antialias: bool,
        stroke: &StrokeStyle<'_>,
        path: &PathBuffer,
    ) -> Result<(), PathTooLong> {
        self.path_record(
            OpKind::STROKE_PATH,
            aliased_flag(antialias),
            paint,
            path,
            |out| write_stroke(stroke, out),
        )
    }

    /// Parts of an image.
    pub fn images(&mut self, image: ImageId, paint: Paint, filter: Filter, parts: &[ImagePart]) {
        let linear = if filter == Filter::Linear {
            flags::LINEAR
        } else {
            0
        };
        for parts in parts.chunks(MAX_ELEMENTS) {
            let small = small_flag(parts);
            self.record(OpKind::IMAGES, linear | small | paint_flag(paint), |out| {
                image.write(out);
                write_paint(paint, out);
                write_shapes(parts, small != 0, out);
            });
        }
    }

    /// Text after layout. Glyphs beyond 65,535, and those without a position, are left out.
    pub fn glyph_run(
        &mut self,
        set: GlyphSetId,
        paint: Paint,
        size: f32,
        origin: Point,
        positions: RunPositions<'_>,
        indices: &[u16],
    ) {
        let (kind, places) = match positions {
            RunPositions::Constant(_) => (0, indices.len()),
            RunPositions::Natural => (1, indices.len()),
            RunPositions::Advances(advances) => (2, advances.len()),
            RunPositions::Points(points) => (3, points.len()),
        };
        let count = indices.len().min(places).min(usize::from(u16::MAX));
        let indices = &indices[..count];
        let wide = if indices.iter().any(|i| *i > 255) {
            flags::WIDE
        } else {
            0
        };
        let small = small_flag(&[origin]);
        let flags = wide | small | paint_flag(paint) | kind << flags::POSITIONS_SHIFT;
        self.record(OpKind::GLYPH_RUN, flags, |out| {
            set.write(out);
            write_paint(paint, out);
            size.write(out);
            write_shapes(&[origin], small != 0, out);
            if let RunPositions::Constant(advance) = positions {
                advance.write(out);
            }
            write_all(&[count as u16, 0], out);
            match positions {
                RunPositions::Advances(advances) => write_all(&advances[..count], out),
                RunPositions::Points(points) => write_all(&points[..count], out),
                RunPositions::Constant(_) | RunPositions::Natural => {}
            }
            match wide {
                0 => out.extend(indices.iter().map(|i| *i as u8)),
                _ => write_all(indices, out),
            }
        });
    }

    /// Pixels moved within the surface, or from another.
    pub fn copy_area(&mut self, source: SurfaceId, rect: Rect, to: Point) {
        self.record(OpKind::COPY_AREA, 0, |out| {
            source.write(out);
            rect.write(out);
            to.write(out);
        });
    }

    /// Narrows where drawing may happen to these rectangles; those beyond [`MAX_CLIP_RECTS`] are left out.
    pub fn clip_rects(&mut self, rects: &[Rect]) {
        // One record, however many: a second one would narrow the first.
        let rects = &rects[..rects.len().min(MAX_CLIP_RECTS)];
        let small = small_flag(rects);
        self.record(OpKind::CLIP_RECTS, small, |out| {
            write_shapes(rects, small != 0, out)
        });
    }

    /// Replaces the transform.
    pub fn set_transform(&mut self, transform: Transform) {
        self.record(OpKind::SET_TRANSFORM, 0, |out| transform.write(out));
    }

    /// Puts `transform` before the current one.
    pub fn concat(&mut self, transform: Transform) {
        self.record(OpKind::CONCAT, 0, |out| transform.write(out));
    }

    /// Replaces the opacity.
    pub fn set_opacity(&mut self, opacity: f32) {
        self.record(OpKind::SET_OPACITY, 0, |out| opacity.write(out));
    }

    /// Remembers clip, transform and opacity.
    pub fn save(&mut self) {
        self.record(OpKind::SAVE, 0, |_| {});
    }

    /// Goes back to what was remembered.
    pub fn restore(&mut self) {
        self.record(OpKind::RESTORE, 0, |_| {});
    }

    /// No clip, no transform, opaque, nothing remembered.
    pub fn reset(&mut self) {
        self.record(OpKind::RESET, 0, |_| {});
    }

    fn shapes_record<T: Shape>(
        &mut self,
        kind: OpKind,
        flags: u8,
        paint: Paint,
        shapes: &[T],
        head: impl Fn(&mut Vec<u8>),
    ) {
        for shapes in shapes.chunks(MAX_ELEMENTS) {
            let small = small_flag(shapes);
            self.record(kind, flags | small | paint_flag(paint), |out| {
                write_paint(paint, out);
                head(out);
                write_shapes(shapes, small != 0, out);
            });
        }
    }

    fn path_record(
        &mut self,
        kind: OpKind,
        flags: u8,
        paint: Paint,
        path: &PathBuffer,
        head: impl Fn(&mut Vec<u8>),
    ) -> Result<(), PathTooLong> {
        check_length(path.wire_bytes())?;
        let small = small_flag(&path.points);
        self.record(kind, flags | small | paint_flag(paint), |out| {
            write_paint(paint, out);
            head(out);
            (path.verbs.len() as u32).write(out);
            out.extend_from_slice(&path.verbs);
            out.resize(
                out.len() + path.verbs.len().next_multiple_of(4) - path.verbs.len(),
                0,
            );
            write_shapes(&path.points, small != 0, out);
        });
        Ok(())
    }

    /// Writes one record, padded to whole words, with the short form of its length if that fits.
    fn record(&mut self, kind: OpKind, flags: u8, fields: impl FnOnce(&mut Vec<u8>)) {
        let out = &mut self.bytes;
        let start = out.len();
        out.extend_from_slice(&[kind.0, flags, 0, 0]);
        fields(out);
        let length = (out.len() - start).next_multiple_of(4);
        out.resize(start + length, 0);
        match u16::try_from(length / 4) {
            Ok(words) => out[start + 2..start + 4].copy_from_slice(&words.to_le_bytes()),
            Err(_) => {
                let words = (length / 4 + 1) as u32;
                out.splice(start + 4..start + 4, words.to_le_bytes());
            }
        }
    }
}

fn check_length(bytes: usize) -> Result<(), PathTooLong> {
    // Room for the record's own head: paint, stroke and dashes.
    if bytes + 512 > MAX_OP_BYTES {
        Err(PathTooLong { bytes })
    } else {
        Ok(())
    }
}

fn smooth_flag(smooth: bool) -> u8 {
    if smooth { flags::SMOOTH } else { 0 }
}

fn aliased_flag(antialias: bool) -> u8 {
    if antialias { 0 } else { flags::ALIASED }
}

fn paint_flag(paint: Paint) -> u8 {
    if matches!(paint, Paint::Defined(_)) {
        flags::PAINT
    } else {
        0
    }
}

/// [`flags::SMALL`] when every coordinate is a whole number that fits 16 bits.
fn small_flag<T: Shape>(shapes: &[T]) -> u8 {
    let mut small = true;
    for shape in shapes {
        // Negative zero would lose its sign, which no operation can tell from zero.
        shape.scatter(|v| small &= f32::from(v as i16) == v);
    }
    if small { flags::SMALL } else { 0 }
}

fn write_paint(paint: Paint, out: &mut Vec<u8>) {
    match paint {
        Paint::Color(color) => out.extend_from_slice(&color.to_bytes()),
        Paint::Defined(number) => number.write(out),
    }
}

fn write_all<T: Record>(values: &[T], out: &mut Vec<u8>) {
    for value in values {
        value.write(out);
    }
}

fn write_shapes<T: Shape>(shapes: &[T], small: bool, out: &mut Vec<u8>) {
    for shape in shapes {
        shape.scatter(|v| {
            if small {
                (v as i16).write(out)
            } else {
                v.write(out)
            }
        });
    }
}

fn write_stroke(stroke: &StrokeStyle<'_>, out: &mut Vec<u8>) {
    let dashes = stroke.dashes.len().min(MAX_DASHES);
    stroke.width.write(out);
    stroke.miter_limit.write(out);
    out.extend_from_slice(&[stroke.cap as u8, stroke.join as u8]);
    (dashes as u16).write(out);
    if dashes > 0 {
        stroke.dash_phase.write(out);
        out.extend_from_slice(&stroke.dashes.as_bytes()[..dashes * 4]);
    }
}
