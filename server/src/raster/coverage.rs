//! From edges to coverage: which part of each pixel a path covers.
//!
//! Row by row, each edge adds to the cells (pixels) it crosses how far down it leads there (*cover*)
//! and how much of that lies to its left (*area*). Summed from the left, this gives the signed area
//! of every pixel. Only cells that an edge touches are visited; between them the area is constant.

use transom_protocol::geometry::PixelRect;

use super::edges::{Edge, EdgeList, NONE, REACH, SUBPIXEL_BITS, SUBPIXELS};
use super::path::Path;

/// The area of a pixel in the units of a cell: its height times twice its width.
const FULL: i64 = 2 * (SUBPIXELS as i64) * (SUBPIXELS as i64);
/// A run of full coverage at least so long is painted without a mask.
const SOLID_RUN: usize = 8;
/// A gap up to this long is bridged with zeros rather than ending a run: starting a run costs about
/// as much as this many pixels.
const SHORT_GAP: usize = 4;

/// How overlapping and nested sub-paths decide what is inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FillRule {
    /// Inside where the path winds around in sum.
    #[default]
    NonZero,
    /// Inside where the path winds around an odd number of times.
    EvenOdd,
}

impl FillRule {
    /// The coverage, 0 to 255, of a pixel with this signed area, rounded to nearest.
    fn coverage(self, area: i64) -> u8 {
        let area = match self {
            Self::NonZero => area.abs().min(FULL),
            Self::EvenOdd => {
                let folded = area.rem_euclid(2 * FULL);
                folded.min(2 * FULL - folded)
            }
        };
        ((area * 255 + FULL / 2) / FULL) as u8
    }
}

/// Takes the runs of pixels that a path covers. All lie inside the clip; rows come from the top, runs
/// from the left.
pub(super) trait Sink {
    /// The pixels `x0..x1` of row `y` are fully covered.
    fn solid(&mut self, y: i32, x0: i32, x1: i32);
    /// The pixels of row `y` from `x` on are covered by as much as `mask` says.
    fn masked(&mut self, y: i32, x: i32, mask: &[u8]);
}

/// Working memory to find coverage, reused from path to path.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    list: EdgeList,
    rows: Rows,
}

impl Coverage {
    /// Tells `sink` what `path`, in device space, covers inside `clip`.
    pub(super) fn sweep(
        &mut self,
        path: &Path,
        rule: FillRule,
        antialias: bool,
        clip: PixelRect,
        sink: &mut impl Sink,
    ) {
        let area = bounds(path).intersect(clip);
        self.rows.begin(area, rule, antialias);
        let (mut y, mut height) = (area.y0, area.height() as i32);
        while y < area.y1 {
            let band = PixelRect::from_edges(area.x0, y, area.x1, area.y1.min(y + height));
            let rows = &mut self.rows;
            if self.list.build(path, band, |list| rows.spill(list, y)) {
                self.rows.sweep(&self.list, band, sink);
                y = band.y1;
            } else {
                height = (height / 2).max(1);
            }
        }
    }
}

/// The pixels that a path can touch, as far as paths reach.
fn bounds(path: &Path) -> PixelRect {
    let Some((low, high)) = path.corners() else {
        return PixelRect::EMPTY;
    };
    let pixel = |v: f32| v.clamp(-(REACH as f32), REACH as f32) as i32;
    PixelRect::from_edges(
        pixel(low.x.floor()),
        pixel(low.y.floor()),
        pixel(high.x.ceil()),
        pixel(high.y.ceil()),
    )
}

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

/// An edge that goes on below the row at hand.
#[derive(Clone, Copy, Debug)]
struct Active {
    edge: Edge,
    /// Where it enters the next row, rounded down, and the remainder.
    x: i32,
    rest: i64,
    /// By how much that changes from row to row.
    step: i32,
    step_rest: i64,
}

impl Active {
    /// `edge` as it is at the row boundary `y`.
    fn new(edge: Edge, y: i32) -> Self {
        let ((x, rest), (step, step_rest)) = (edge.x_at(y), edge.step());
        Self {
            edge,
            x,
            rest,
            step,
            step_rest,
        }
    }

    /// On to the next row boundary: exactly what `x_at` would say there, without its division.
    fn advance(&mut self) {
        self.x += self.step;
        self.rest += self.step_rest;
        let height = self.edge.height();
        if self.rest >= height {
            self.rest -= height;
            self.x += 1;
        }
    }
}

/// One row of cells, and what is needed to go through the rows of a band.
#[derive(Debug, Default)]
struct Rows {
    cells: Vec<Cell>,
    /// A bit for each cell that an edge touched.
    touched: Vec<u64>,
    active: Vec<Active>,
    mask: Vec<u8>,
    area: PixelRect,
    rule: FillRule,
    antialias: bool,
}

impl Rows {
    fn begin(&mut self, area: PixelRect, rule: FillRule, antialias: bool) {
        (self.area, self.rule, self.antialias) = (area, rule, antialias);
        let width = area.width() as usize;
        if self.cells.len() < width {
            self.cells.resize(width, Cell::default());
            self.touched.resize(width.div_ceil(64), 0);
            self.mask.resize(width, 0);
        }
    }

    fn sweep(&mut self, list: &EdgeList, band: PixelRect, sink: &mut impl Sink) {
        self.active.clear();
        for (y, head) in (band.y0..band.y1).zip(&list.heads) {
            if self.antialias {
                self.continue_edges(y);
            } else {
                self.cross_active(y);
            }
            self.start_edges(list, *head, y);
            self.emit(y, sink);
        }
    }

    /// Adds all edges of the single row `y` and empties their list.
    fn spill(&mut self, list: &mut EdgeList, y: i32) {
        self.active.clear();
        let head = list.heads.first().copied().unwrap_or(NONE);
        self.start_edges(list, head, y);
        list.empty();
    }

    /// Adds the edges that came from the row above.
    fn continue_edges(&mut self, y: i32) {
        let bottom = (y + 1) << SUBPIXEL_BITS;
        let mut i = 0;
        while i < self.active.len() {
            let from = self.active[i];
            if from.edge.y1 <= bottom {
                let height = from.edge.y1 - (y << SUBPIXEL_BITS);
                self.add(from.x, from.edge.x1, height * from.edge.winding);
                self.active.swap_remove(i);
            } else {
                self.active[i].advance();
                let to = self.active[i].x;
                self.add(from.x, to, SUBPIXELS * from.edge.winding);
                i += 1;
            }
        }
    }

    /// Adds the edges chained from `head` on, which start in row `y` or above the band.
    fn start_edges(&mut self, list: &EdgeList, head: u32, y: i32) {
        let mut next = head;
        while next != NONE {
            let edge = list.edges[next as usize];
            next = edge.next;
            if self.antialias {
                self.start_edge(edge, y);
            } else {
                self.cross(edge, y);
            }
        }
    }

    fn start_edge(&mut self, edge: Edge, y: i32) {
        let (top, bottom) = (y << SUBPIXEL_BITS, (y + 1) << SUBPIXEL_BITS);
        let (from_y, from_x) = if edge.y0 >= top {
            (edge.y0, edge.x0)
        } else {
            (top, edge.x_at(top).0)
        };
        if edge.y1 <= bottom {
            self.add(from_x, edge.x1, (edge.y1 - from_y) * edge.winding);
            return;
        }
        let active = Active::new(edge, bottom);
        self.add(from_x, active.x, (bottom - from_y) * edge.winding);
        self.active.push(active);
    }

    /// Without anti-aliasing: goes on with the edges from above that reach this row.
    fn cross_active(&mut self, y: i32) {
        let edges = std::mem::take(&mut self.active);
        self.active.reserve(edges.len());
        for from in &edges {
            self.cross(from.edge, y);
        }
    }

    /// Without anti-aliasing: where an edge crosses the line through the pixel centres of row `y`, all
    /// pixels with centres on or to the right of it are covered fully.
    fn cross(&mut self, edge: Edge, y: i32) {
        let centre = (y << SUBPIXEL_BITS) + SUBPIXELS / 2;
        if edge.y0 <= centre && centre < edge.y1 {
            let (x, rest) = edge.x_at(centre);
            let x = x + i32::from(rest > 0) - (self.area.x0 << SUBPIXEL_BITS);
            let cell = (x + SUBPIXELS / 2 - 1) >> SUBPIXEL_BITS;
            if cell < self.area.width() as i32 {
                self.put(cell.max(0), SUBPIXELS * edge.winding, 0);
            }
        }
        if edge.y1 > (y + 1) << SUBPIXEL_BITS {
            self.active.push(Active {
                edge,
                x: 0,
                rest: 0,
                step: 0,
                step_rest: 0,
            });
        }
    }

    /// Adds a line within one row, from `from` to `to` in x, that leads `height` sub-pixels down.
    fn add(&mut self, from: i32, to: i32, height: i32) {
        let left = self.area.x0 << SUBPIXEL_BITS;
        let (from, to) = (from.min(to) - left, from.max(to) - left);
        if to <= 0 {
            self.put(0, height, 0);
        } else if from >> SUBPIXEL_BITS == to >> SUBPIXEL_BITS {
            if from < (self.area.width() as i32) << SUBPIXEL_BITS {
                let sides = (from & (SUBPIXELS - 1)) + (to & (SUBPIXELS - 1));
                self.put(from >> SUBPIXEL_BITS, height, height * sides);
            }
        } else {
            self.add_across(from, to, height);
        }
    }

    /// Adds a line that crosses several cells. Which part of `height` lies left of a cell boundary is
    /// computed from the ends alone, rounded down; what lies left of the first cell counts there.
    fn add_across(&mut self, from: i32, to: i32, height: i32) {
        let (sign, height) = (height.signum(), i64::from(height.abs()));
        let span = i64::from(to) - i64::from(from);
        let share = |x: i32| {
            let run = (i64::from(x) - i64::from(from)) * height;
            (run / span, run % span)
        };
        let (mut used, mut x) = (0, from);
        if from < 0 {
            (used, x) = (share(0).0, 0);
            self.put(0, sign * used as i32, 0);
        }
        let last = to >> SUBPIXEL_BITS;
        let width = self.area.width() as i32;
        let mut cell = x >> SUBPIXEL_BITS;
        let (mut next, mut rest) = share((cell + 1) << SUBPIXEL_BITS);
        let run = i64::from(SUBPIXELS) * height;
        let (step, step_rest) = (run / span, run % span);
        while cell < last.min(width) {
            let cover = sign * (next - used) as i32;
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
            let cover = sign * (height - used) as i32;
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

    /// Hands what the cells add up to on to `sink`, and clears them for the next row.
    fn emit(&mut self, y: i32, sink: &mut impl Sink) {
        let width = self.area.width() as usize;
        let mut runs = Runs {
            mask: &mut self.mask,
            left: self.area.x0,
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
                runs.push(x, i, self.rule.coverage(i64::from(cover) * 512));
                cover = cover.wrapping_add(cell.cover);
                let area = i64::from(cover) * 512 - i64::from(cell.area);
                runs.push(i, i + 1, self.rule.coverage(area));
                x = i + 1;
            }
        }
        runs.push(x, width, self.rule.coverage(i64::from(cover) * 512));
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

    fn flush(&mut self) {
        if self.start < self.end {
            let mask = &self.mask[self.start..self.end];
            self.sink
                .masked(self.y, self.left + self.start as i32, mask);
            self.end = self.start;
        }
    }
}
