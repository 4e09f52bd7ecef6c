//! [`DrawBuffer`]: writes records.

use super::path::PathBuffer;
use super::read::{DrawOps, OpRecord};
use super::shapes::{ImagePart, Segment, Shape};
use super::style::{Cap, FillRule, Filter, MAX_DASHES, Paint, StrokeStyle};
use super::{MAX_OP_BYTES, OpKind, flags};
use crate::codec::Record;
use crate::color::Color;
use crate::geometry::{Point, Rect};
use crate::ids::{GlyphSetId, ImageId, PaintId, SurfaceId};

/// The most elements that [`DrawBuffer`] puts into one record, so that no record delays others and
/// every record fits a packet.
pub(super) const MAX_ELEMENTS: usize = 4096;

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
    /// See [`GlyphPositions::Constant`](super::GlyphPositions::Constant).
    Constant(f32),
    /// See [`GlyphPositions::Natural`](super::GlyphPositions::Natural).
    Natural,
    /// See [`GlyphPositions::Advances`](super::GlyphPositions::Advances).
    Advances(&'a [i16]),
    /// See [`GlyphPositions::Points`](super::GlyphPositions::Points).
    Points(&'a [Point]),
}

/// Records drawing operations as the bytes of a draw packet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DrawBuffer {
    bytes: Vec<u8>,
    aliased: bool,
    paints: Vec<PaintId>,
}

impl DrawBuffer {
    /// Without an operation.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether edges are smooth, as they are at first, where a method does not ask: those of
    /// rectangles that do not snap, of images, and of glyphs.
    pub fn set_antialias(&mut self, antialias: bool) {
        self.aliased = !antialias;
    }

    /// The records so far.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The operations so far.
    pub fn ops(&self) -> DrawOps<'_> {
        DrawOps(&self.bytes)
    }

    /// Appends whole records, as they travel; what paints they draw with is not noted.
    pub fn append(&mut self, records: &[u8]) {
        self.bytes.extend_from_slice(records);
    }

    /// The paints that the operations so far draw with, each once.
    pub fn paints(&self) -> &[PaintId] {
        &self.paints
    }

    /// Whether there is no operation.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Forgets all operations, keeping the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.paints.clear();
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
            self.usual_flag() | smooth_flag(smooth),
            paint,
            rects,
            |_| {},
        );
    }

    /// Outlines of rectangles, `width` logical units wide.
    pub fn stroke_rects(&mut self, paint: Paint, smooth: bool, width: f32, rects: &[Rect]) {
        self.shapes_record(
            OpKind::STROKE_RECTS,
            self.usual_flag() | smooth_flag(smooth),
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
        let flags = aliased_flag(antialias) | closed | small | self.paint_flag(paint);
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
        self.path_record(
            OpKind::FILL_PATH,
            aliased_flag(antialias) | rule_flag(rule),
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
        let flags = self.usual_flag() | filter_flag(filter) | self.paint_flag(paint);
        for parts in parts.chunks(MAX_ELEMENTS) {
            let small = small_flag(parts);
            self.record(OpKind::IMAGES, flags | small, |out| {
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
        let flags = self.usual_flag()
            | wide
            | small
            | self.paint_flag(paint)
            | kind << flags::POSITIONS_SHIFT;
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

    /// The flag of a paint by number, which is noted.
    pub(super) fn paint_flag(&mut self, paint: Paint) -> u8 {
        let Paint::Defined(id) = paint else {
            return 0;
        };
        if !self.paints.contains(&id) {
            self.paints.push(id);
        }
        flags::PAINT
    }

    pub(super) fn usual_flag(&self) -> u8 {
        aliased_flag(!self.aliased)
    }

    pub(super) fn shapes_record<T: Shape>(
        &mut self,
        kind: OpKind,
        flags: u8,
        paint: Paint,
        shapes: &[T],
        head: impl Fn(&mut Vec<u8>),
    ) {
        for shapes in shapes.chunks(MAX_ELEMENTS) {
            let small = small_flag(shapes);
            let flags = flags | small | self.paint_flag(paint);
            self.record(kind, flags, |out| {
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
        let small = small_flag(path.points());
        let flags = flags | small | self.paint_flag(paint);
        self.record(kind, flags, |out| {
            write_paint(paint, out);
            head(out);
            write_path(path, small != 0, out);
        });
        Ok(())
    }

    /// Writes one record, padded to whole words, with the short form of its length if that fits.
    pub(super) fn record(&mut self, kind: OpKind, flags: u8, fields: impl FnOnce(&mut Vec<u8>)) {
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

pub(super) fn check_length(bytes: usize) -> Result<(), PathTooLong> {
    // Room for the record's own head: paint, stroke and dashes.
    if bytes + 512 > MAX_OP_BYTES {
        Err(PathTooLong { bytes })
    } else {
        Ok(())
    }
}

pub(super) fn rule_flag(rule: FillRule) -> u8 {
    match rule {
        FillRule::EvenOdd => flags::EVEN_ODD,
        FillRule::NonZero => 0,
    }
}

pub(super) fn filter_flag(filter: Filter) -> u8 {
    match filter {
        Filter::Nearest => 0,
        Filter::Linear => flags::LINEAR,
        Filter::Area => flags::AREA,
    }
}

pub(super) fn smooth_flag(smooth: bool) -> u8 {
    if smooth { flags::SMOOTH } else { 0 }
}

pub(super) fn aliased_flag(antialias: bool) -> u8 {
    if antialias { 0 } else { flags::ALIASED }
}

/// [`flags::SMALL`] when every coordinate is a whole number that fits 16 bits.
/// Where single-precision numbers are whole ones, and the last bits of `v + WHOLE` are those of a small whole
/// number `v`: cheaper than a cast, which has to look for numbers that do not fit.
const WHOLE: f32 = 12_582_912.0;

pub(super) fn small_flag<T: Shape>(shapes: &[T]) -> u8 {
    let mut small = true;
    for shape in shapes {
        // Negative zero would lose its sign, which no operation can tell from zero.
        let range = (f32::from(i16::MIN), f32::from(i16::MAX));
        shape.scatter(|v| small &= ((v + WHOLE) - WHOLE == v) & (v >= range.0) & (v <= range.1));
    }
    if small { flags::SMALL } else { 0 }
}

pub(super) fn write_paint(paint: Paint, out: &mut Vec<u8>) {
    match paint {
        Paint::Color(color) => out.extend_from_slice(&color.to_bytes()),
        Paint::Defined(number) => number.write(out),
    }
}

pub(super) fn write_all<T: Record>(values: &[T], out: &mut Vec<u8>) {
    for value in values {
        value.write(out);
    }
}

pub(super) fn write_shapes<T: Shape>(shapes: &[T], small: bool, out: &mut Vec<u8>) {
    match small {
        true => write_numbers(shapes, out, |v| {
            ((v + WHOLE).to_bits() as u16).to_le_bytes()
        }),
        false => write_numbers(shapes, out, f32::to_le_bytes),
    }
}

/// Writes all coordinates, into bytes that are there already: that becomes plain copying.
fn write_numbers<T: Shape, const N: usize>(
    shapes: &[T],
    out: &mut Vec<u8>,
    bytes: impl Fn(f32) -> [u8; N],
) {
    let start = out.len();
    out.resize(start + shapes.len() * T::COORDINATES * N, 0);
    let places = out[start..].chunks_exact_mut(T::COORDINATES * N);
    for (shape, place) in shapes.iter().zip(places) {
        let (slots, mut next) = (place.as_chunks_mut().0, 0);
        shape.scatter(|v| {
            slots[next] = bytes(v);
            next += 1;
        });
    }
}

pub(super) fn write_path(path: &PathBuffer, small: bool, out: &mut Vec<u8>) {
    let verbs = path.verbs();
    (verbs.len() as u32).write(out);
    out.extend_from_slice(verbs);
    out.resize(out.len() + verbs.len().next_multiple_of(4) - verbs.len(), 0);
    write_shapes(path.points(), small, out);
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
