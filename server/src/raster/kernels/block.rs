//! [`Block`]: a rectangle of a buffer's pixels.

use super::shapes::Corners;
use crate::raster::pixmap::MAX_SIDE;

/// A rectangle of pixels, all of which are there.
#[derive(Debug)]
pub(in super::super) struct Block<'a> {
    /// From the first pixel on, to the end of the buffer.
    pixels: &'a mut [u32],
    stride: usize,
    width: usize,
    height: usize,
}

impl<'a> Block<'a> {
    /// `height` rows of `width` pixels, the first at the beginning of `pixels`, each `stride` after
    /// the one before. Cut to the rows that `pixels` holds.
    #[inline(always)]
    pub(in super::super) fn new(
        pixels: &'a mut [u32],
        stride: usize,
        width: usize,
        height: usize,
    ) -> Self {
        let fits = height == 0
            || (height - 1)
                .checked_mul(stride)
                .and_then(|last| last.checked_add(width))
                .is_some_and(|end| end <= pixels.len());
        let height = if fits { height } else { 0 };
        Self {
            pixels,
            stride,
            width,
            height,
        }
    }

    /// The same rows, `width` pixels wide, if the buffer goes on so far behind the last row.
    #[inline(always)]
    pub(in super::super) fn has_room(&self, width: usize) -> bool {
        self.height > 0 && (self.height - 1) * self.stride + width <= self.pixels.len()
    }

    /// The same rows with another width, which there must be room for.
    #[inline(always)]
    pub(in super::super) fn widened(self, width: usize) -> Self {
        Self::new(self.pixels, self.stride, width, self.height)
    }

    /// Calls `each` with every row and its number.
    #[inline(always)]
    pub(in super::super) fn rows(self, mut each: impl FnMut(usize, &mut [u32])) {
        for row in 0..self.height {
            let start = row * self.stride;
            each(row, &mut self.pixels[start..start + self.width]);
        }
    }

    /// `bounds` (left, top, right, bottom, these included), if all of it is there and no side of the
    /// block is longer than [`MAX_SIDE`].
    #[inline(always)]
    pub(super) fn holds(&self, bounds: Corners) -> Option<Corners> {
        let [x0, y0, x1, y1] = bounds;
        let side = |low: i32, high: i32, size: usize| {
            low >= 0 && low <= high && (high as usize) < size && size <= MAX_SIDE as usize
        };
        (side(x0, x1, self.width) && side(y0, y1, self.height)).then_some(bounds)
    }

    /// How far apart rows are.
    #[inline(always)]
    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    /// All pixels from the first on, and how far apart rows are.
    #[inline(always)]
    pub(super) fn into_pixels(self) -> (&'a mut [u32], usize) {
        (self.pixels, self.stride)
    }
}
