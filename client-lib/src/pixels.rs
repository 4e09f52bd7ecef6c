//! Pixels drawn once: into a frame without an image of their own.

use transom_protocol::draw::{
    DrawBuffer, DrawOp, Filter, OpKind, OpRecord, Paint, PixelData, PoolPixels,
};
use transom_protocol::geometry::{PixelSize, Rect};
use transom_protocol::request::ImageFormat;

use crate::canvas::Canvas;
use crate::core::Core;
use crate::error::Error;
use crate::lanes::PatientMark;
use crate::pool::MIN_BYTES;

/// The longest side of pixels that are drawn, as of images.
const MAX_SIDE: u32 = 32_768;

/// A picture in the program's memory.
#[derive(Clone, Copy, Debug)]
pub struct Pixels<'a> {
    /// In pixels, no side longer than 32,768.
    pub size: PixelSize,
    /// How the bytes are pixels.
    pub format: ImageFormat,
    /// Bytes from one row to the next.
    pub stride: usize,
    /// Rows from top to bottom.
    pub bytes: &'a [u8],
}

impl<'a> Pixels<'a> {
    /// Rows that follow one another without gaps.
    pub fn packed(size: PixelSize, format: ImageFormat, bytes: &'a [u8]) -> Self {
        Self {
            size,
            format,
            stride: size.width as usize * format.bytes_per_pixel(),
            bytes,
        }
    }

    fn row_bytes(&self) -> usize {
        self.size.width as usize * self.format.bytes_per_pixel()
    }

    /// Whether all rows are there.
    fn check(&self) -> Result<(), Error> {
        let PixelSize { width, height } = self.size;
        let rows = (height as usize).saturating_sub(1);
        let end =
            (rows.checked_mul(self.stride)).and_then(|last| last.checked_add(self.row_bytes()));
        let is_there = end.is_some_and(|end| end <= self.bytes.len() || self.size.is_empty());
        match is_there && width <= MAX_SIDE && height <= MAX_SIDE {
            true => Ok(()),
            false => Err(Error::ImageBytes {
                width,
                height,
                needed: end.map_or(u64::MAX, |end| end as u64),
                given: self.bytes.len() as u64,
            }),
        }
    }

    /// The rows from `first` on.
    fn rows(&self, first: usize, count: usize) -> impl Iterator<Item = &'a [u8]> {
        let (bytes, stride, width) = (self.bytes, self.stride, self.row_bytes());
        (first..first + count).map(move |row| &bytes[row * stride..row * stride + width])
    }
}

/// Pixels drawn once.
impl Canvas {
    /// Pixels, scaled to `dest`: for what is different in every frame, as the pictures of a film. They
    /// are copied here, and on the server straight to their place; what is drawn more than once is
    /// better an [`Image`](crate::Image). `paint` colours those of [`ImageFormat::A8`] and means
    /// nothing for others.
    ///
    /// It is quickest, one copy, where a pixel of the picture is one of the device and its format is
    /// [`ImageFormat::Bgrx`]. Beyond a megabyte a picture is drawn in strips of whole rows, which meet
    /// at whole device pixels. Too few bytes are told by the commit.
    pub fn pixels(
        &mut self,
        pixels: &Pixels<'_>,
        dest: Rect,
        filter: Filter,
        paint: impl Into<Paint>,
    ) {
        if let Err(error) = pixels.check() {
            return self.keep(Err(error));
        }
        if pixels.size.is_empty() {
            return;
        }
        let (paint, height) = (paint.into(), pixels.size.height as usize);
        let strip = (PixelData::MAX_BYTES / pixels.row_bytes()).min(height);
        let all = self.size();
        let covers = dest.x <= 0.0
            && dest.y <= 0.0
            && dest.right() >= all.width
            && dest.bottom() >= all.height;
        if covers && strip == height && pixels.format == ImageFormat::Bgrx {
            self.cover();
        }
        self.recording.streams |= pixels.row_bytes() * strip >= MIN_BYTES;
        // Where a row of the picture ends.
        let edge = |row: usize| dest.y + dest.height * (row as f32 / height as f32);
        let mut top = dest.y;
        for first in (0..height).step_by(strip) {
            let count = strip.min(height - first);
            let bottom = match first + count == height {
                true => dest.bottom(),
                false => edge(first + count),
            };
            let dest = Rect::new(dest.x, top, dest.width, bottom - top);
            // Where the server finds it, whatever was rounded: the next strip begins there.
            top = dest.bottom();
            let kind = (
                PixelSize::new(pixels.size.width, count as u32),
                pixels.format,
            );
            let rows = pixels.rows(first, count);
            self.ops().pixel_rows(paint, filter, dest, kind, rows);
        }
    }
}

impl Core {
    /// The same drawing with its larger pictures in shared memory, if what is sent next goes into the
    /// stream at once. [`Core::pixels_placed`] is to be called when it is.
    pub(crate) fn place_pixels(&mut self, ops: &DrawBuffer, after: PatientMark) -> DrawBuffer {
        let mut placed = DrawBuffer::new();
        let mut rest = ops.as_bytes();
        while let Ok((record, behind)) = OpRecord::split(rest) {
            let (bytes, next) = rest.split_at(rest.len() - behind.len());
            rest = next;
            let is_large = record.kind == OpKind::PIXELS && bytes.len() >= MIN_BYTES;
            if !is_large || !self.place_record(record, after, &mut placed) {
                placed.append(bytes);
            }
        }
        placed
    }

    /// Whether the record's pixels are in shared memory, and a record that says so was written.
    fn place_record(
        &mut self,
        record: OpRecord<'_>,
        after: PatientMark,
        placed: &mut DrawBuffer,
    ) -> bool {
        let Ok(DrawOp::Pixels {
            paint,
            antialias,
            filter,
            dest,
            pixels,
        }) = record.decode()
        else {
            return false;
        };
        let Some((pool, offset)) = self.place(pixels.bytes(), after) else {
            return false;
        };
        let (size, format) = (pixels.size(), pixels.format());
        placed.set_antialias(antialias);
        let shared = PoolPixels {
            pool,
            offset,
            stride: size.width * format.bytes_per_pixel() as u32,
            size,
            format,
        };
        placed.pool_pixels(paint, filter, dest, &shared);
        true
    }
}
