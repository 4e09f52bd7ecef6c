//! [`PlacedBlur`]: a blurred rectangle where it is drawn, and its coverage there.

use transom_protocol::geometry::{PixelRect, Point, Transform};

use super::blur::{Axis, Blur, BlurShape};
use super::kernels::Between;
use super::vector::Vector;

/// A [`Blur`] with its place on the device.
#[derive(Clone, Copy, Debug)]
pub struct PlacedBlur<'a> {
    pub(super) blur: &'a Blur,
    /// From device pixels to cells of the shape.
    pub(super) x: Vector,
    pub(super) y: Vector,
    pub(super) origin: Vector,
    pub(super) to_device: Transform,
}

impl PlacedBlur<'_> {
    /// The device pixels that it may touch.
    pub fn bounds(&self) -> PixelRect {
        let reach = self.blur.reach();
        let BlurShape { width, height, .. } = self.blur.shape();
        let corners = [
            (-reach, -reach),
            (width + reach, -reach),
            (-reach, height + reach),
            (width + reach, height + reach),
        ];
        let places = corners.map(|(x, y)| self.to_device.apply(Point::new(x, y)));
        let low = |of: fn(&Point) -> f32| places.iter().map(of).fold(f32::INFINITY, f32::min);
        let high = |of: fn(&Point) -> f32| places.iter().map(of).fold(f32::NEG_INFINITY, f32::max);
        // Casts saturate, and NaN is 0.
        PixelRect::from_edges(
            low(|p| p.x).floor() as i32,
            low(|p| p.y).floor() as i32,
            high(|p| p.x).ceil() as i32,
            high(|p| p.y).ceil() as i32,
        )
    }

    /// The coverage of a row's pixels from `x` on; with `inverse` what is missing to full coverage.
    pub fn coverage(&self, y: i32, x: i32, inverse: bool, out: &mut [u8]) {
        let flip = if inverse { 255 } else { 0 };
        let y = f64::from(y) + 0.5;
        let row = self.origin + self.y * y;
        for (x, out) in (x..).zip(out) {
            let x = f64::from(x) + 0.5;
            *out = coverage(self.blur, row + self.x * x) ^ flip;
        }
    }

    /// What four pixels cost beside what a brush does with them.
    pub fn weight(&self) -> u64 {
        if self.is_upright() { 2 } else { 40 }
    }

    /// Whether columns of the device are columns of cells, and rows are rows.
    pub(super) fn is_upright(&self) -> bool {
        self.x.y == 0.0 && self.y.x == 0.0
    }

    /// Of one that lies upright: the places of `count` columns from `x` on, in the row that
    /// [`PlacedBlur::mix_cells`] makes: a cell of it, and how much of the next one there is, of 256.
    pub(super) fn columns(&self, x: i32, count: u32, mut each: impl FnMut(u32, u32)) {
        let axis = self.blur.x;
        for x in (x..).take(count as usize) {
            let at = self.origin.x + self.x.x * (f64::from(x) + 0.5);
            match between(axis, at) {
                Some((x, part)) => each(x as u32, part),
                None if axis.place(at) < 0.0 => each(0, 0),
                None => each(axis.cells as u32 + 1, 0),
            }
        }
    }

    /// The place of a row of the device, likewise. `None` where there is nothing.
    pub(super) fn row_place(&self, y: i32) -> Option<(usize, u32)> {
        let at = self.origin.y + self.y.y * (f64::from(y) + 0.5);
        between(self.blur.y, at)
    }

    /// Those cells of a row of the device that `between` looks at, which have 255 × 2^16 for all: a cell of
    /// nothing, those of the shape, and two of nothing.
    pub(super) fn mix_cells(
        &self,
        (y, part): (usize, u32),
        between: &Between,
        mixed: &mut Vec<u32>,
    ) {
        let width = self.blur.x.cells;
        let row = |y: usize| {
            let start = y.checked_mul(width).filter(|_| y < self.blur.y.cells);
            start.and_then(|start| self.blur.cells.get(start..start + width))
        };
        mixed.resize(width + 3, 0);
        let rows = [(row(y.wrapping_sub(1)), 256 - part), (row(y), part)];
        between.looked_at(|cells| {
            mixed[cells.clone()].fill(0);
            let (start, end) = (cells.start.max(1), cells.end.min(width + 1));
            for (row, part) in rows {
                let row = row.and_then(|row| row.get(start - 1..end.max(start) - 1));
                for (mixed, cell) in mixed[start..].iter_mut().zip(row.unwrap_or_default()) {
                    *mixed += u32::from(*cell) * part;
                }
            }
        });
    }
}

/// How much of a cell there is, of 255 × 2^8; nothing outside the grid.
#[inline(always)]
fn cell(blur: &Blur, x: usize, y: usize) -> u32 {
    if x >= blur.x.cells || y >= blur.y.cells {
        return 0;
    }
    u32::from(blur.cells[y * blur.x.cells + x])
}

/// Between which cells of an axis a place is: the number of the right (or lower) one, and how much of it
/// there is, of 256. `None` where there is nothing.
#[inline(always)]
fn between(axis: Axis, at: f64) -> Option<(usize, u32)> {
    let v = axis.place(at);
    // One cell more on the left keeps the cast from rounding up.
    let place = ((v + 1.0) * 256.0 + 0.5) as usize;
    (v > -1.0 && v < axis.cells as f64).then_some((place >> 8, (place & 255) as u32))
}

/// The coverage at a place of the shape, in cells.
#[inline(always)]
fn coverage(blur: &Blur, at: Vector) -> u8 {
    let (Some((x, fx)), Some((y, fy))) = (between(blur.x, at.x), between(blur.y, at.y)) else {
        return 0;
    };
    // What lies outside wraps around to beyond the end.
    let left = |i: usize| i.wrapping_sub(1);
    let row = |y: usize| cell(blur, left(x), y) * (256 - fx) + cell(blur, x, y) * fx;
    // At most 255 × 2^24 + 2^23.
    ((row(left(y)) * (256 - fy) + row(y) * fy + (1 << 23)) >> 24) as u8
}
