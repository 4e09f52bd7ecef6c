//! [`CellRow`]: what lines add up to in the pixels of one row.
//!
//! Each line adds to the cells (pixels) it crosses how far down it leads there (*cover*) and how much
//! of that lies to its left (*area*). Summed from the left, this gives the signed area of every pixel.
//! Only cells that a line touches are visited; between them the area is constant.

use super::coverage::{FillRule, Sink};
use super::edges::{SUBPIXEL_BITS, SUBPIXELS};

/// A run of full coverage at least so long is painted without a mask.
const SOLID_RUN: usize = 8;
/// A gap up to this long is bridged with zeros rather than ending a run: starting a run costs about
/// as much as this many pixels.
const SHORT_GAP: usize = 4;

/// What the edges of one row add up to in one pixel.
///
/// The sums wrap: a sum of many edges is right as long as the result is, which holds up to a winding
/// number of 8192.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    /// How far down edges lead here, in sub-pixels.
    cover: i32,
    /// Twice the area to the left of those edges within the pixel.
    area: i32,
}

/// The area of a pixel that all of `cover` lies to the left of, in the units of a cell.
#[inline(always)]
fn area_behind(cover: i32) -> i32 {
    cover.wrapping_mul(2 * SUBPIXELS)
}

/// The cells of one row.
#[derive(Debug, Default)]
pub(super) struct CellRow {
    cells: Vec<Cell>,
    /// A bit for each cell that a line touched.
    touched: Vec<u64>,
    mask: Vec<u8>,
    /// The first pixel, and how many there are.
    left: i32,
    width: i32,
}

impl CellRow {
    /// Makes ready for rows of the pixels `x0..x1`.
    pub(super) fn begin(&mut self, x0: i32, x1: i32) {
        (self.left, self.width) = (x0, (x1 - x0).max(0));
        let width = self.width as usize;
        if self.cells.len() < width {
            self.cells.resize(width, Cell::default());
            self.touched.resize(width.div_ceil(64), 0);
            self.mask.resize(width, 0);
        }
    }

    /// Covers `winding` times, and fully, the pixel `x` of the row and all on its right.
    pub(super) fn add_whole(&mut self, x: i32, winding: i32) {
        self.put(x - self.left, SUBPIXELS * winding, 0);
    }

    /// Adds a line within the row, from `from` to `to` in x, that leads `height` down; in sub-pixels.
    pub(super) fn add(&mut self, from: i32, to: i32, height: i32) {
        let left = self.left << SUBPIXEL_BITS;
        let (from, to) = (from.min(to) - left, from.max(to) - left);
        if from >> SUBPIXEL_BITS >= self.width {
            // To the right of all pixels.
        } else if to <= 0 {
            self.put(0, height, 0);
        } else if from >> SUBPIXEL_BITS == to >> SUBPIXEL_BITS {
            let sides = (from & (SUBPIXELS - 1)) + (to & (SUBPIXELS - 1));
            self.put(from >> SUBPIXEL_BITS, height, height * sides);
        } else {
            self.add_across(from, to, height);
        }
    }

    /// Adds a line that crosses several cells. Which part of `height` lies left of a cell boundary is
    /// computed from the ends alone, rounded down; what lies left of the first cell counts there.
    fn add_across(&mut self, from: i32, to: i32, height: i32) {
        let (sign, height) = (height.signum(), height.unsigned_abs());
        let span = from.abs_diff(to);
        // Quotients are at most `height`, remainders below `span`.
        let share = |run: u32| {
            let run = u64::from(run) * u64::from(height);
            (
                (run / u64::from(span)) as i32,
                (run % u64::from(span)) as u32,
            )
        };
        let (mut used, mut x) = (0, from);
        if from < 0 {
            (used, x) = (share(from.unsigned_abs()).0, 0);
            self.put(0, sign * used, 0);
        }
        let last = to >> SUBPIXEL_BITS;
        let width = self.width;
        let mut cell = x >> SUBPIXEL_BITS;
        let (mut next, mut rest) = share(((cell + 1) << SUBPIXEL_BITS).abs_diff(from));
        let (step, step_rest) = match last - cell {
            ..=1 => (0, 0),
            _ => share(SUBPIXELS as u32),
        };
        while cell < last.min(width) {
            let cover = sign * (next - used);
            self.put(cell, cover, cover * ((x & (SUBPIXELS - 1)) + SUBPIXELS));
            cell += 1;
            (used, x) = (next, cell << SUBPIXEL_BITS);
            next += step;
            rest += step_rest;
            if rest >= span {
                rest -= span;
                next += 1;
            }
        }
        if cell < width {
            let cover = sign * (height as i32 - used);
            self.put(cell, cover, cover * (to & (SUBPIXELS - 1)));
        }
    }

    /// Adds to one cell of the row.
    fn put(&mut self, cell: i32, cover: i32, area: i32) {
        let i = cell as usize;
        let c = &mut self.cells[i];
        c.cover = c.cover.wrapping_add(cover);
        c.area = c.area.wrapping_add(area);
        self.touched[i / 64] |= 1 << (i % 64);
    }

    /// Hands what the cells add up to on to `sink` as row `y`, and clears them for the next row.
    pub(super) fn emit(&mut self, y: i32, rule: FillRule, sink: &mut impl Sink) {
        let width = self.width as usize;
        let mut runs = Runs {
            mask: &mut self.mask,
            left: self.left,
            y,
            start: 0,
            end: 0,
            sink,
        };
        let (mut cover, mut x) = (0i32, 0);
        for (word, bits) in self.touched[..width.div_ceil(64)].iter_mut().enumerate() {
            while *bits != 0 {
                let i = word * 64 + bits.trailing_zeros() as usize;
                *bits &= *bits - 1;
                let cell = std::mem::take(&mut self.cells[i]);
                runs.push(x, i, rule.coverage(area_behind(cover)));
                cover = cover.wrapping_add(cell.cover);
                let area = area_behind(cover).wrapping_sub(cell.area);
                runs.push_one(i, rule.coverage(area));
                x = i + 1;
            }
        }
        runs.push(x, width, rule.coverage(area_behind(cover)));
        runs.flush();
    }
}

/// Gathers neighbouring pixels of one row into runs worth a call.
struct Runs<'a, S> {
    mask: &'a mut [u8],
    left: i32,
    y: i32,
    /// What of `mask` is not handed on yet.
    start: usize,
    end: usize,
    sink: &'a mut S,
}

impl<S: Sink> Runs<'_, S> {
    /// The pixels `from..to` have this coverage; they come in order.
    fn push(&mut self, from: usize, to: usize, coverage: u8) {
        let length = to - from;
        if length == 0 {
            return;
        }
        if coverage == 0 && (length > SHORT_GAP || self.start == self.end) {
            self.flush();
        } else if coverage == 255 && length >= SOLID_RUN {
            self.flush();
            self.sink
                .solid(self.y, self.left + from as i32, self.left + to as i32);
        } else {
            if self.start == self.end {
                self.start = from;
            }
            self.mask[from..to].fill(coverage);
            self.end = to;
        }
    }

    /// [`Runs::push`] of a single pixel.
    #[inline(always)]
    fn push_one(&mut self, at: usize, coverage: u8) {
        if self.start < self.end && self.end == at {
            self.mask[at] = coverage;
            self.end += 1;
        } else {
            self.push(at, at + 1, coverage);
        }
    }

    fn flush(&mut self) {
        if self.start < self.end {
            let mask = &self.mask[self.start..self.end];
            self.sink
                .masked(self.y, self.left + self.start as i32, mask);
            self.end = self.start;
        }
    }
}
