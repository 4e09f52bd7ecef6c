//! [`CellRow`]: what lines add up to in the pixels of one row.
//!
//! Each line adds to the cells (pixels) it crosses how far down it leads there (*cover*) and how much
//! of that lies to its left (*area*). Summed from the left, this gives the signed area of every pixel.
//! Only cells that a line touches are visited; between them the area is constant.

use transom_protocol::geometry::PixelRect;

use super::coverage::{FillRule, Sink};
use super::edges::{SUBPIXEL_BITS, SUBPIXELS};
use super::kernels::{GROUP, Sums};

/// A run of full coverage at least so long is painted without a mask.
const SOLID_RUN: usize = 8;
/// A gap up to this long is bridged with zeros rather than ending a run: starting a run costs about
/// as much as this many pixels.
const SHORT_GAP: usize = 4;

/// The cells of a row, as [`Sums`]: a cell's *cover* adds twice its area to that of its pixel and of all on
/// the right, but for the cell's *area*, which only those on the right have.
///
/// The sums wrap: a sum of many edges is right as long as the result is, which holds up to a winding
/// number of 8192.
pub(super) struct Cells<'a> {
    /// One more than there are pixels, at least.
    pub(super) changes: &'a mut [i32],
    /// A bit for each group of them.
    pub(super) touched: &'a mut [u64],
    pub(super) width: i32,
}

impl Cells<'_> {
    /// Adds a line within the row, from `from` to `to` in x, relative to the first pixel, that leads
    /// `height` down; in sub-pixels.
    #[inline(always)]
    pub(super) fn add(&mut self, from: i32, to: i32, height: i32) {
        let (from, to) = (from.min(to), from.max(to));
        let (first, last) = (from >> SUBPIXEL_BITS, to >> SUBPIXEL_BITS);
        if first >= self.width {
            // To the right of all pixels.
        } else if to <= 0 {
            self.put(0, height, 0);
        } else if first == last {
            let sides = (from & (SUBPIXELS - 1)) + (to & (SUBPIXELS - 1));
            self.put(first as usize, height, height * sides);
        } else if from >= 0 && last == first + 1 && last < self.width {
            self.add_pair(from, to, height);
        } else {
            self.add_across(from, to, height);
        }
    }

    /// What [`Cells::add_across`] does for a line from one cell to the next, as most are that lean.
    #[inline(always)]
    fn add_pair(&mut self, from: i32, to: i32, height: i32) {
        let cell = (from >> SUBPIXEL_BITS) as usize;
        let run = ((cell as u32 + 1) << SUBPIXEL_BITS) - from as u32;
        let used = (run * height.unsigned_abs() / from.abs_diff(to)) as i32 * height.signum();
        let rest = height - used;
        let area = used * ((from & (SUBPIXELS - 1)) + SUBPIXELS);
        let rest_area = rest * (to & (SUBPIXELS - 1));
        let c = &mut self.changes[cell..cell + 3];
        c[0] = c[0].wrapping_add(behind(used) - area);
        c[1] = c[1].wrapping_add(behind(rest) - rest_area + area);
        c[2] = c[2].wrapping_add(rest_area);
        self.touch(cell, cell + 2);
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
            self.put(
                cell as usize,
                cover,
                cover * ((x & (SUBPIXELS - 1)) + SUBPIXELS),
            );
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
            self.put(cell as usize, cover, cover * (to & (SUBPIXELS - 1)));
        }
    }

    /// Adds to one cell of the row how far down edges lead there, in sub-pixels, and twice the area to the
    /// left of those edges within the pixel.
    #[inline(always)]
    fn put(&mut self, cell: usize, cover: i32, area: i32) {
        let c = &mut self.changes[cell..cell + 2];
        c[0] = c[0].wrapping_add(behind(cover).wrapping_sub(area));
        c[1] = c[1].wrapping_add(area);
        self.touch(cell, cell + 1);
    }

    /// Notes that cells of no more than two groups have changed.
    #[inline(always)]
    fn touch(&mut self, first: usize, last: usize) {
        for group in [first / GROUP, last / GROUP] {
            self.touched[group / 64] |= 1 << (group % 64);
        }
    }
}

/// Twice the area of a pixel that all of `cover` lies to the left of.
#[inline(always)]
fn behind(cover: i32) -> i32 {
    cover.wrapping_mul(2 * SUBPIXELS)
}

/// The cells of one row, for shapes that are swept row by row.
#[derive(Debug, Default)]
pub(super) struct CellRow {
    changes: Vec<i32>,
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
        let groups = group_count(self.width);
        if self.changes.len() < groups * GROUP {
            self.changes.resize(groups * GROUP, 0);
            self.touched.resize(groups.div_ceil(64), 0);
        }
    }

    /// Covers `winding` times, and fully, the pixel `x` of the row and all on its right.
    pub(super) fn add_whole(&mut self, x: i32, winding: i32) {
        let cell = (x - self.left) as usize;
        self.cells().put(cell, SUBPIXELS * winding, 0);
    }

    /// Adds a line within the row, from `from` to `to` in x, that leads `height` down; in sub-pixels.
    pub(super) fn add(&mut self, from: i32, to: i32, height: i32) {
        let left = self.left << SUBPIXEL_BITS;
        self.cells().add(from - left, to - left, height);
    }

    fn cells(&mut self) -> Cells<'_> {
        Cells {
            changes: &mut self.changes,
            touched: &mut self.touched,
            width: self.width,
        }
    }

    /// Hands what the cells add up to on to `sink` as row `y`, and clears them for the next row.
    pub(super) fn emit(&mut self, y: i32, rule: FillRule, sink: &mut impl Sink) {
        let groups = group_count(self.width);
        let sums = Sums {
            changes: &mut self.changes[..groups * GROUP],
            touched: &mut self.touched[..groups.div_ceil(64)],
            cells: groups * GROUP,
            rule,
        };
        let area = PixelRect::new(self.left, y, self.width as u32, 1);
        emit(area, sums, &mut self.mask, sink);
    }
}

/// How many groups the cells of a row of so many pixels are: the last one changes the pixel behind it, too.
pub(super) fn group_count(width: i32) -> usize {
    (width as usize + 1).div_ceil(GROUP)
}

/// Hands the sums of the rows of `area` on to `sink`, and clears them. `mask` is working memory.
pub(super) fn emit(area: PixelRect, sums: Sums<'_>, mask: &mut Vec<u8>, sink: &mut impl Sink) {
    let Some(sums) = sink.sums(area, sums) else {
        return;
    };
    let (rule, width) = (sums.rule, area.width() as usize);
    mask.resize(width.max(mask.len()), 0);
    for (y, row) in (area.y0..area.y1).zip(sums.rows()) {
        let mut runs = Runs {
            mask,
            left: area.x0,
            y,
            start: 0,
            end: 0,
            sink,
        };
        row.walk(width, |mut area, part, changes| {
            let Some(changes) = changes else {
                runs.push(part.start, part.end, rule.coverage(area));
                return area;
            };
            let coverage = changes.map(|change| {
                area = area.wrapping_add(change);
                rule.coverage(area)
            });
            runs.push_group(part.start, &coverage[..part.len()]);
            area
        });
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
        if self.end != from {
            // What lies between is not covered.
            self.flush();
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

    /// [`Runs::push`] of the pixels from `from` on, of which some may be alike.
    fn push_group(&mut self, from: usize, coverage: &[u8]) {
        let mut at = from;
        for alike in coverage.chunk_by(|a, b| a == b) {
            self.push(at, at + alike.len(), alike[0]);
            at += alike.len();
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
