//! Glyphs as they are uploaded: outlines in font units, never a font file.
//!
//! The data of [`AddGlyphs`](crate::request::AddGlyphs) is records, each a multiple of four bytes:
//! `u16` index, `u8` kind, one reserved byte, `i16` advance in font units, `u16` length of the whole
//! record in 4-byte words (0: a `u32` with the length follows), then by kind:
//!
//! - 0, outline: an *outline*.
//! - 1, layers: `u16` count, two reserved bytes, then for each layer four bytes of colour, `u8` flags
//!   (1: the run's paint instead of the colour), three reserved bytes, and an *outline*. Drawn in
//!   order.
//! - 2, image: `u32` image id, `i16` x and y of its top left corner, `u16` width and height, in font
//!   units, y upwards.
//!
//! An *outline* is `u16` number of verbs, `u16` number of points, the verbs as in
//! [`Verb`], padded to whole words, and the points as pairs of `i16` in
//! font units, y upwards. It is filled by the non-zero rule; sub-paths are closed.

use crate::codec::{Packed, Record};
use crate::color::Color;
use crate::draw::{PathStep, Verb};
use crate::error::DecodeError;
use crate::geometry::Point;
use crate::ids::ImageId;

const OUTLINE: u8 = 0;
const LAYERS: u8 = 1;
const IMAGE: u8 = 2;
const USES_PAINT: u8 = 1;

/// The most layers of one glyph.
pub const MAX_LAYERS: usize = 256;

/// One glyph, borrowing from the packet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph<'a> {
    /// Its number in the set.
    pub index: u16,
    /// From its origin to the next one's, in font units.
    pub advance: i16,
    /// What it looks like.
    pub shape: GlyphShape<'a>,
}

/// What a glyph looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GlyphShape<'a> {
    /// An outline in the run's paint.
    Outline(Outline<'a>),
    /// Outlines one over another, each in its own colour.
    Layers(Layers<'a>),
    /// An image; it stays with the glyph when it is destroyed.
    Image {
        /// Which image.
        image: ImageId,
        /// Left edge, in font units.
        x: i16,
        /// Top edge, in font units, upwards.
        y: i16,
        /// In font units.
        width: u16,
        /// In font units.
        height: u16,
    },
}

/// Steps of a path with points in font units, y upwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outline<'a> {
    verbs: &'a [u8],
    points: Packed<'a, (i16, i16)>,
}

impl Record for (i16, i16) {
    const SIZE: usize = 4;

    fn read(bytes: &[u8]) -> Self {
        (i16::read(&bytes[..2]), i16::read(&bytes[2..]))
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }
}

impl<'a> Outline<'a> {
    /// The steps, in order, in font units.
    pub fn steps(&self) -> impl Iterator<Item = PathStep> + 'a {
        let mut points = self.points.iter();
        let mut next = move || {
            let (x, y) = points.next().unwrap_or_default();
            Point::new(f32::from(x), f32::from(y))
        };
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

    /// Number of verbs.
    pub fn len(&self) -> usize {
        self.verbs.len()
    }

    /// Whether there is nothing to fill, as in a space.
    pub fn is_empty(&self) -> bool {
        self.verbs.is_empty()
    }

    fn read(bytes: &mut Bytes<'a>) -> Result<Self, DecodeError> {
        let verbs = usize::from(bytes.value::<u16>()?);
        let points = usize::from(bytes.value::<u16>()?);
        let verbs = &bytes.take(verbs.next_multiple_of(4))?[..verbs];
        let points = Packed::new(bytes.take(points * 4)?).expect("whole pairs were taken");
        let mut needed = 0;
        for verb in verbs {
            needed += Verb::from_wire(*verb)
                .ok_or(unknown("unknown verb"))?
                .points();
        }
        if needed != points.len() {
            return Err(malformed("the points are not those the verbs need"));
        }
        Ok(Self { verbs, points })
    }
}

/// The layers of a glyph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layers<'a> {
    bytes: &'a [u8],
}

impl<'a> Layers<'a> {
    /// Each layer's colour (`None`: the run's paint) and outline, from back to front.
    pub fn iter(&self) -> impl Iterator<Item = (Option<Color>, Outline<'a>)> {
        let mut bytes = Bytes(self.bytes);
        std::iter::from_fn(move || {
            (!bytes.0.is_empty()).then(|| read_layer(&mut bytes).expect("checked when decoded"))
        })
    }
}

fn read_layer<'a>(bytes: &mut Bytes<'a>) -> Result<(Option<Color>, Outline<'a>), DecodeError> {
    let color = Color::from_bytes(bytes.take(4)?.try_into().expect("four bytes"));
    let flags = bytes.take(4)?[0];
    Ok((
        (flags & USES_PAINT == 0).then_some(color),
        Outline::read(bytes)?,
    ))
}

/// Reads glyph records. After [`DecodeError::Malformed`] nothing follows; other errors cost only the
/// glyph.
#[derive(Clone, Copy, Debug)]
pub struct Glyphs<'a>(Bytes<'a>);

impl<'a> Glyphs<'a> {
    /// The records in `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(Bytes(bytes))
    }

    /// The head of the next record, as index, kind and advance, and its fields.
    fn split(&mut self) -> Result<((u16, u8, i16), Bytes<'a>), DecodeError> {
        let index = self.0.value()?;
        let kind = self.0.take(2)?[0];
        let advance = self.0.value()?;
        let (words, head) = match self.0.value::<u16>()? {
            0 => (self.0.value::<u32>()? as usize, 12),
            words => (usize::from(words), 8),
        };
        let length = words
            .checked_mul(4)
            .and_then(|n| n.checked_sub(head))
            .ok_or(malformed("an impossible length"))?;
        Ok(((index, kind, advance), Bytes(self.0.take(length)?)))
    }

    fn read(&mut self) -> Result<Glyph<'a>, DecodeError> {
        let ((index, kind, advance), mut fields) = self.split()?;
        let shape = read_shape(kind, &mut fields)?;
        if !fields.0.is_empty() {
            return Err(malformed("a glyph longer than its fields"));
        }
        Ok(Glyph {
            index,
            advance,
            shape,
        })
    }
}

impl<'a> Iterator for Glyphs<'a> {
    type Item = Result<Glyph<'a>, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.0.is_empty() {
            return None;
        }
        let glyph = self.read();
        if matches!(glyph, Err(DecodeError::Malformed { .. })) {
            self.0.0 = &[];
        }
        Some(glyph)
    }
}

fn read_shape<'a>(kind: u8, fields: &mut Bytes<'a>) -> Result<GlyphShape<'a>, DecodeError> {
    match kind {
        OUTLINE => Ok(GlyphShape::Outline(Outline::read(fields)?)),
        LAYERS => {
            let count = usize::from(fields.value::<u16>()?);
            fields.take(2)?;
            if count > MAX_LAYERS {
                return Err(unknown("too many layers"));
            }
            let bytes = fields.0;
            for _ in 0..count {
                read_layer(fields)?;
            }
            Ok(GlyphShape::Layers(Layers {
                bytes: &bytes[..bytes.len() - fields.0.len()],
            }))
        }
        IMAGE => Ok(GlyphShape::Image {
            image: fields.value()?,
            x: fields.value()?,
            y: fields.value()?,
            width: fields.value()?,
            height: fields.value()?,
        }),
        _ => Err(unknown("unknown kind of glyph")),
    }
}

/// The record's length is right, so it can be skipped.
fn unknown(problem: &'static str) -> DecodeError {
    DecodeError::BadValue {
        what: "AddGlyphs",
        problem,
    }
}

fn malformed(problem: &'static str) -> DecodeError {
    DecodeError::Malformed {
        what: "AddGlyphs",
        problem,
    }
}

/// Bytes read from front to back.
#[derive(Clone, Copy, Debug)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let (bytes, rest) = self
            .0
            .split_at_checked(count)
            .ok_or(malformed("cut short"))?;
        self.0 = rest;
        Ok(bytes)
    }

    fn value<T: Record>(&mut self) -> Result<T, DecodeError> {
        self.take(T::SIZE).map(T::read)
    }
}

/// Writes the data of [`AddGlyphs`](crate::request::AddGlyphs).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GlyphBuffer {
    bytes: Vec<u8>,
}

impl GlyphBuffer {
    /// Without a glyph.
    pub fn new() -> Self {
        Self::default()
    }

    /// The records so far.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether there is no glyph.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Forgets all glyphs, keeping the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// The records in pieces of whole records that each fit `max` bytes, unless a record alone
    /// does not.
    pub fn pieces(&self, max: usize) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.as_bytes();
        std::iter::from_fn(move || {
            let mut end = 0;
            let mut records = Glyphs::new(rest);
            while records.split().is_ok() {
                let next = rest.len() - records.0.0.len();
                if end > 0 && next > max {
                    break;
                }
                end = next;
            }
            let (piece, after) = rest.split_at(end);
            rest = after;
            (!piece.is_empty()).then_some(piece)
        })
    }

    /// Appends a glyph with one outline; an empty outline is a space. Coordinates are rounded to
    /// whole font units.
    pub fn outline(&mut self, index: u16, advance: i16, steps: &[PathStep]) {
        self.record(index, OUTLINE, advance, |out| write_outline(steps, out));
    }

    /// Appends a glyph of up to [`MAX_LAYERS`] layers, from back to front; a colour of `None` is the run's paint.
    pub fn layers(&mut self, index: u16, advance: i16, layers: &[(Option<Color>, &[PathStep])]) {
        let layers = &layers[..layers.len().min(MAX_LAYERS)];
        self.record(index, LAYERS, advance, |out| {
            (layers.len() as u16).write(out);
            0u16.write(out);
            for (color, steps) in layers {
                out.extend_from_slice(&color.unwrap_or_default().to_bytes());
                out.extend_from_slice(&[if color.is_none() { USES_PAINT } else { 0 }, 0, 0, 0]);
                write_outline(steps, out);
            }
        });
    }

    /// Appends a glyph that is an image, with its top left corner and size in font units.
    pub fn image(
        &mut self,
        index: u16,
        advance: i16,
        image: ImageId,
        corner: (i16, i16),
        size: (u16, u16),
    ) {
        self.record(index, IMAGE, advance, |out| {
            image.write(out);
            corner.write(out);
            size.0.write(out);
            size.1.write(out);
        });
    }

    fn record(&mut self, index: u16, kind: u8, advance: i16, fields: impl FnOnce(&mut Vec<u8>)) {
        let out = &mut self.bytes;
        let start = out.len();
        index.write(out);
        out.extend_from_slice(&[kind, 0]);
        advance.write(out);
        0u16.write(out);
        fields(out);
        let words = (out.len() - start) / 4;
        match u16::try_from(words) {
            Ok(words) => out[start + 6..start + 8].copy_from_slice(&words.to_le_bytes()),
            Err(_) => {
                out.splice(start + 8..start + 8, (words as u32 + 1).to_le_bytes());
            }
        }
    }
}

/// What does not fit 65,535 verbs or points is left out.
fn write_outline(steps: &[PathStep], out: &mut Vec<u8>) {
    let (mut verbs, mut points) = (Vec::new(), Vec::new());
    let whole = |v: f32| v.round() as i16;
    for step in steps {
        let (verb, step_points): (_, &[Point]) = match step {
            PathStep::Move(p) => (Verb::Move, &[*p]),
            PathStep::Line(p) => (Verb::Line, &[*p]),
            PathStep::Quad(a, b) => (Verb::Quad, &[*a, *b]),
            PathStep::Cubic(a, b, c) => (Verb::Cubic, &[*a, *b, *c]),
            PathStep::Close => (Verb::Close, &[]),
        };
        let full = usize::from(u16::MAX);
        if verbs.len() == full || points.len() + step_points.len() > full {
            break;
        }
        verbs.push(verb as u8);
        points.extend(step_points.iter().map(|p| (whole(p.x), whole(p.y))));
    }
    (verbs.len() as u16).write(out);
    (points.len() as u16).write(out);
    out.extend_from_slice(&verbs);
    out.resize(out.len() + verbs.len().next_multiple_of(4) - verbs.len(), 0);
    for point in points {
        point.write(out);
    }
}
