//! Reading records: [`DrawOps`] finds them, [`OpRecord`] tells what they are.

use serde::{Serialize, Serializer};

use super::blend::Blend;
use super::mesh::{Mesh, MeshIndices, Vertex, Vertices};
use super::op::DrawOp;
use super::path::PathData;
use super::pixels::{PixelData, PoolPixels};
use super::shapes::{Shape, Shapes};
use super::style::{Cap, FillRule, Filter, Join, MAX_DASHES, Paint, StrokeStyle};
use super::text::{GlyphIndices, GlyphPositions, GlyphRun};
use super::{OpKind, flags};
use crate::codec::{Packed, Record};
use crate::color::Color;
use crate::error::DecodeError;
use crate::geometry::PixelSize;
use crate::request::ImageFormat;

/// The operations of a packet, in order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawOps<'a>(pub(super) &'a [u8]);

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
                antialias,
                smooth,
                rects: f.shapes()?,
            },
            OpKind::STROKE_RECTS => DrawOp::StrokeRects {
                paint: self.paint(f)?,
                antialias,
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
            OpKind::FILL_PATH => DrawOp::FillPath {
                paint: self.paint(f)?,
                antialias,
                rule: self.rule(),
                path: f.path()?,
            },
            OpKind::STROKE_PATH => DrawOp::StrokePath {
                paint: self.paint(f)?,
                antialias,
                stroke: f.stroke()?,
                path: f.path()?,
            },
            OpKind::IMAGES => DrawOp::Images {
                image: f.value()?,
                paint: self.paint(f)?,
                antialias,
                filter: self.filter(),
                parts: f.shapes()?,
            },
            OpKind::GLYPH_RUN => DrawOp::GlyphRun(self.glyph_run(f)?),
            OpKind::COPY_AREA => DrawOp::CopyArea {
                source: f.value()?,
                rect: f.value()?,
                to: f.value()?,
            },
            OpKind::DRAW_LIST => DrawOp::DrawList { list: f.value()? },
            OpKind::FILL_BLURRED => DrawOp::FillBlurred {
                paint: self.paint(f)?,
                smooth,
                inverse: self.has(flags::INVERSE),
                blur: f.value()?,
                radii: f.radii()?,
                rects: f.shapes()?,
            },
            OpKind::NINE_PATCH => DrawOp::NinePatch {
                image: f.value()?,
                paint: self.paint(f)?,
                antialias,
                filter: self.filter(),
                insets: f.radii()?,
                scale: f.value()?,
                parts: f.shapes()?,
            },
            OpKind::POINTS => DrawOp::Points {
                paint: self.paint(f)?,
                antialias,
                round: self.has(flags::ROUND),
                size: f.value()?,
                points: f.shapes()?,
            },
            OpKind::FILL_ELLIPSES => DrawOp::FillEllipses {
                paint: self.paint(f)?,
                antialias,
                ellipses: f.shapes()?,
            },
            OpKind::STROKE_ELLIPSES => DrawOp::StrokeEllipses {
                paint: self.paint(f)?,
                antialias,
                width: f.value()?,
                ellipses: f.shapes()?,
            },
            OpKind::TRIANGLES => DrawOp::Triangles {
                paint: self.paint(f)?,
                antialias,
                triangles: f.shapes()?,
            },
            OpKind::MESH => DrawOp::Mesh(self.mesh(f)?),
            OpKind::PIXELS => DrawOp::Pixels {
                paint: self.paint(f)?,
                antialias,
                filter: self.filter(),
                dest: f.shape()?,
                pixels: f.pixels()?,
            },
            OpKind::POOL_PIXELS => DrawOp::PoolPixels {
                paint: self.paint(f)?,
                antialias,
                filter: self.filter(),
                dest: f.shape()?,
                pixels: f.pool_pixels()?,
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
            OpKind::SET_BLEND => DrawOp::SetBlend {
                blend: f.blend_word()?,
            },
            OpKind::CLIP_PATH => DrawOp::ClipPath {
                antialias,
                outside: self.has(flags::OUTSIDE),
                rule: self.rule(),
                path: f.path()?,
            },
            OpKind::BEGIN_GROUP => DrawOp::BeginGroup { bounds: f.value()? },
            OpKind::END_GROUP => DrawOp::EndGroup,
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

    fn rule(&self) -> FillRule {
        match self.has(flags::EVEN_ODD) {
            true => FillRule::EvenOdd,
            false => FillRule::NonZero,
        }
    }

    fn filter(&self) -> Filter {
        match (self.has(flags::AREA), self.has(flags::LINEAR)) {
            (true, _) => Filter::Area,
            (false, true) => Filter::Linear,
            (false, false) => Filter::Nearest,
        }
    }

    fn mesh(&self, f: &mut Fields<'a>) -> Result<Mesh<'a>, DecodeError> {
        let image = f.value()?;
        let (vertices, indices): (u32, u32) = (f.value()?, f.value()?);
        let (vertices, indices) = (vertices as usize, indices as usize);
        let bytes = f.bytes(vertices.saturating_mul(Vertex::bytes(f.small)))?;
        let mesh = Mesh {
            image,
            filter: match self.has(flags::LINEAR) {
                true => Filter::Linear,
                false => Filter::Nearest,
            },
            premultiplied: self.has(flags::PREMULTIPLIED),
            vertices: Vertices::new(bytes, f.small),
            indices: match (indices, self.has(flags::LONG)) {
                (0, _) => MeshIndices::InOrder,
                (_, false) => MeshIndices::Short(f.packed(indices)?),
                (_, true) => MeshIndices::Long(f.packed(indices)?),
            },
        };
        f.padding()?;
        Ok(mesh)
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
            antialias: !self.has(flags::ALIASED),
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

    fn blend_word(&mut self) -> Result<Blend, DecodeError> {
        let blend = self.choice(Blend::from_wire, "unknown blend mode")?;
        self.bytes(3)?;
        Ok(blend)
    }

    /// A picture's size and format, in eight bytes.
    fn picture(&mut self) -> Result<(PixelSize, ImageFormat), DecodeError> {
        let (width, height): (u16, u16) = (self.value()?, self.value()?);
        let format = self.choice(ImageFormat::from_wire, "unknown image format")?;
        self.bytes(3)?;
        Ok((PixelSize::new(width.into(), height.into()), format))
    }

    fn pixels(&mut self) -> Result<PixelData<'a>, DecodeError> {
        let (size, format) = self.picture()?;
        let count = usize::try_from(size.area()).unwrap_or(usize::MAX);
        let count = count.saturating_mul(format.bytes_per_pixel());
        let bytes = self.bytes(count)?;
        self.padding()?;
        Ok(PixelData::read(size, format, bytes))
    }

    fn pool_pixels(&mut self) -> Result<PoolPixels, DecodeError> {
        let (pool, offset, stride) = (self.value()?, self.value()?, self.value()?);
        let (size, format) = self.picture()?;
        Ok(PoolPixels {
            pool,
            offset,
            stride,
            size,
            format,
        })
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
