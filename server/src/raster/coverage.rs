//! From edges to coverage: which part of each pixel a path covers.
//!
//! Row by row, each edge that crosses the row adds its part of it to a [`CellRow`].

use transom_protocol::geometry::PixelRect;

use super::cells::CellRow;
use super::crossings::CrossingRow;
use super::edges::{Edge, EdgeList, NONE, REACH, SUBPIXEL_BITS, SUBPIXELS};
use super::path::Path;
use super::scratch::give_back;

/// The area of a pixel in the units of a cell: its height times twice its width.
const FULL: u32 = 2 * (SUBPIXELS as u32) * (SUBPIXELS as u32);

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
    #[inline(always)]
    pub(super) fn coverage(self, area: i32) -> u8 {
        let area = area.unsigned_abs();
        let area = match self {
            Self::NonZero => area.min(FULL),
            Self::EvenOdd => {
                let folded = area % (2 * FULL);
                folded.min(2 * FULL - folded)
            }
        };
        ((area * 255 + FULL / 2) / FULL) as u8
    }

    /// Whether what is wound around so many times is inside.
    #[inline(always)]
    pub(super) fn holds(self, winding: i32) -> bool {
        match self {
            Self::NonZero => winding != 0,
            Self::EvenOdd => winding & 1 != 0,
        }
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
        self.list.give_back();
        give_back(&mut self.rows.active);
    }

    /// How many bytes are kept for the next path, but for what a row takes.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.list.kept() + self.rows.active.capacity() * size_of::<Active>()
    }
}

/// The pixels that a path can touch, as far as paths reach.
pub(super) fn bounds(path: &Path) -> PixelRect {
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
        let (x, rest) = edge.x_at(y);
        // An edge that ends in the next row takes no further step.
        let is_short = edge.y1 <= y + SUBPIXELS;
        let (step, step_rest) = if is_short { (0, 0) } else { edge.step() };
        Self {
            edge,
            x,
            rest,
            step,
            step_rest,
        }
    }

    /// `edge` where only its ends are asked for.
    fn unmoving(edge: Edge) -> Self {
        Self {
            edge,
            x: 0,
            rest: 0,
            step: 0,
            step_rest: 0,
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

/// Goes through the rows of a band with the edges that cross them.
#[derive(Debug, Default)]
struct Rows {
    cells: CellRow,
    /// In place of the cells without anti-aliasing.
    crossings: CrossingRow,
    active: Vec<Active>,
    rule: FillRule,
    antialias: bool,
}

impl Rows {
    fn begin(&mut self, area: PixelRect, rule: FillRule, antialias: bool) {
        (self.rule, self.antialias) = (rule, antialias);
        self.cells.begin(area.x0, area.x1);
        self.crossings.begin(area.x0, area.x1);
    }

    fn sweep(&mut self, list: &EdgeList, band: PixelRect, sink: &mut impl Sink) {
        self.active.clear();
        for (y, head) in (band.y0..band.y1).zip(&list.heads) {
            self.continue_edges(y);
            self.start_edges(list, *head, y);
            match self.antialias {
                true => self.cells.emit(y, self.rule, sink),
                false => self.crossings.emit(y, self.rule, &mut self.cells, sink),
            }
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
            let edge = self.active[i].edge;
            if self.antialias {
                self.continue_edge(i, y);
            } else {
                self.cross(edge, y);
            }
            if edge.y1 <= bottom {
                self.active.swap_remove(i);
            } else {
                i += 1;
            }
        }
    }

    fn continue_edge(&mut self, i: usize, y: i32) {
        let active = &mut self.active[i];
        let (edge, from, top) = (active.edge, active.x, y << SUBPIXEL_BITS);
        let (to, height) = if edge.y1 <= top + SUBPIXELS {
            (edge.x1, edge.y1 - top)
        } else {
            active.advance();
            (active.x, SUBPIXELS)
        };
        self.cells.add(from, to, height * edge.winding);
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
                if edge.y1 > (y + 1) << SUBPIXEL_BITS {
                    self.active.push(Active::unmoving(edge));
                }
            }
        }
    }

    fn start_edge(&mut self, edge: Edge, y: i32) {
        let (top, bottom) = (y << SUBPIXEL_BITS, (y + 1) << SUBPIXEL_BITS);
        let starts_above = edge.y0 < top;
        if edge.y1 <= bottom {
            let (y, x) = match starts_above {
                true => (top, edge.x_at(top).0),
                false => (edge.y0, edge.x0),
            };
            self.cells.add(x, edge.x1, (edge.y1 - y) * edge.winding);
            return;
        }
        let (from, active, height) = if starts_above {
            // A step from here costs less than finding the place in the next row anew.
            let mut active = Active::new(edge, top);
            let from = active.x;
            active.advance();
            (from, active, SUBPIXELS)
        } else {
            (edge.x0, Active::new(edge, bottom), bottom - edge.y0)
        };
        self.cells.add(from, active.x, height * edge.winding);
        self.active.push(active);
    }

    /// Without anti-aliasing: where an edge crosses the line through the pixel centres of row `y`, all
    /// pixels with centres on or to the right of it are covered fully.
    fn cross(&mut self, edge: Edge, y: i32) {
        let centre = (y << SUBPIXEL_BITS) + SUBPIXELS / 2;
        if edge.y0 <= centre && centre < edge.y1 {
            let (x, rest) = edge.x_at(centre);
            // The first pixel whose centre is not left of there.
            let x = (x + i32::from(rest > 0) + SUBPIXELS / 2 - 1) >> SUBPIXEL_BITS;
            self.crossings.add(x, edge.winding, &mut self.cells);
        }
    }
}
