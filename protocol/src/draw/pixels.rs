//! Pixels that an operation draws without an image of their own: in the record, or in a pool.

use serde::Serialize;

use super::MAX_OP_BYTES;
use crate::geometry::PixelSize;
use crate::ids::PoolId;
use crate::request::ImageFormat;

/// A picture whose bytes are in the record: rows from top to bottom, without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PixelData<'a> {
    size: PixelSize,
    format: ImageFormat,
    bytes: &'a [u8],
}

impl<'a> PixelData<'a> {
    /// The most bytes that one record takes, whatever else is in it.
    pub const MAX_BYTES: usize = MAX_OP_BYTES - 64;

    /// `None` when `bytes` are not as many as `size` and `format` say, are more than
    /// [`MAX_BYTES`](Self::MAX_BYTES), or a side is longer than 65,535 pixels.
    pub fn new(size: PixelSize, format: ImageFormat, bytes: &'a [u8]) -> Option<Self> {
        let needed = usize::try_from(size.area()).ok()?;
        let needed = needed.checked_mul(format.bytes_per_pixel())?;
        let sides = [size.width, size.height];
        let fits = sides.iter().all(|side| *side <= u32::from(u16::MAX));
        (fits && bytes.len() == needed && needed <= Self::MAX_BYTES).then_some(Self {
            size,
            format,
            bytes,
        })
    }

    /// Read from a record, which has as many bytes as it takes.
    pub(super) const fn read(size: PixelSize, format: ImageFormat, bytes: &'a [u8]) -> Self {
        Self {
            size,
            format,
            bytes,
        }
    }

    /// In pixels.
    pub const fn size(&self) -> PixelSize {
        self.size
    }

    /// How the bytes are pixels.
    pub const fn format(&self) -> ImageFormat {
        self.format
    }

    /// As many as size and format say.
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

/// Where a picture lies in a [pool](crate::request::CreatePool). The bytes are free again after a
/// [`Progress`](crate::event::Progress) that covers the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PoolPixels {
    /// The pool.
    pub pool: PoolId,
    /// Of the first pixel, in bytes.
    pub offset: u64,
    /// Bytes from one row to the next.
    pub stride: u32,
    /// In pixels, no side longer than 65,535.
    pub size: PixelSize,
    /// How the bytes are pixels.
    pub format: ImageFormat,
}
