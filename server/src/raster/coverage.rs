//! From edges to coverage: which part of each pixel a path covers.
//!
//! Row by row, each edge that crosses the row adds its part of it to a [`CellRow`].

use transom_protocol::geometry::{PixelRect, Point};

use super::cells::CellRow;
use super::crossings::CrossingRow;
use super::edges::{Edge, EdgeList, NONE, REACH, SUBPIXEL_BITS, SUBPIXELS};
use super::grid::CellGrid;
use super::kernels::{Span, Sums};
use super::path::Path;
use super::scan::Scan;
use super::scratch::give_back;

/// The area of a pixel in the units of a cell: its height times twice its width.
pub(super) const FULL: u32 = 2 * (SUBPIXELS as u32) * (SUBPIXELS as u32);

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

    /// The pixels of `spans` are fully covered.
    fn spans(&mut self, spans: &[Span]) {
        for span in spans {
            self.solid(span.y, span.x0, span.x1);
        }
    }

    /// The pixels of `area` are covered by as much as `sums` say. Gives the sums back if they are to be
    /// told as runs.
    fn sums<'s>(&mut self, _area: PixelRect, sums: Sums<'s>) -> Option<Sums<'s>> {
        Some(sums)
    }
}

/// Working memory to find coverage, reused from path to path.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    list: EdgeList,
    scan: Scan,
    grid: CellGrid,
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
                let edges = &self.list.edges;
                let is_done = match antialias {
                    _ if rows.has_spilled => false,
                    true => self.grid.sweep(edges, band, rule, sink),
                    false => self.scan.sweep(edges, band, rule, sink),
                };
                if !is_done {
                    self.list.link();
                    self.rows.sweep(&self.list, band, sink);
                }
                y = band.y1;
            } else {
                height = (height / 2).max(1);
            }
        }
        self.list.give_back();
        give_back(&mut self.rows.active);
    }

    /// The same for the polygon with these corners, of which there are few, and `area`, which is not empty.
    pub(super) fn sweep_polygon(
        &mut self,
        corners: &[Point],
        rule: FillRule,
        antialias: bool,
        area: PixelRect,
        sink: &mut impl Sink,
    ) {
        self.list.build_polygon(corners, area);
        let edges = &self.list.edges;
        let is_done = match antialias {
            true => self.grid.sweep(edges, area, rule, sink),
            false => self.scan.sweep(edges, area, rule, sink),
        };
        if !is_done {
            self.rows.begin(area, rule, antialias);
            self.list.link();
            self.rows.sweep(&self.list, area, sink);
        }
    }

    /// How many bytes are kept for the next path, but for what a row takes.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.list.kept() + self.rows.active.capacity() * size_of::<Active>()
    }
}

/// The pixels that a path can touch, as far as paths reach.
pub(super) fn bounds(path: &Path) -> PixelRect {
    match path.corners() {
        Some((low, high)) => bounds_of(low, high),
        None => PixelRect::EMPTY,
    }
}

/// The pixels between two points, the whole of them.
pub(super) fn bounds_of(low: Point, high: Point) -> PixelRect {
    // The library's `floor` is a call where the processor's baseline has no instruction for it.
    let near = |v: f32| v.clamp(-(REACH as f32), REACH as f32);
    let down = |v: f32| near(v) as i32 - i32::from(near(v) as i32 as f32 > near(v));
    let up = |v: f32| -down(-v);
    PixelRect::from_edges(down(low.x), down(low.y), up(high.x), up(high.y))
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
    /// The cells or crossings have edges of the next row already.
    has_spilled: bool,
}

impl Rows {
    fn begin(&mut self, area: PixelRect, rule: FillRule, antialias: bool) {
        (self.rule, self.antialias, self.has_spilled) = (rule, antialias, false);
        self.cells.begin(area.x0, area.x1);
        self.crossings.begin(area.x0, area.x1);
    }

    fn sweep(&mut self, list: &EdgeList, band: PixelRect, sink: &mut impl Sink) {
        self.active.clear();
        self.has_spilled = false;
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
        for edge in &list.edges {
            self.begin_edge(*edge, y);
        }
        list.empty();
        self.has_spilled = true;
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
            self.begin_edge(edge, y);
        }
    }

    fn begin_edge(&mut self, edge: Edge, y: i32) {
        if self.antialias {
            self.start_edge(edge, y);
        } else {
            self.cross(edge, y);
            if edge.y1 > (y + 1) << SUBPIXEL_BITS {
                self.active.push(Active::unmoving(edge));
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
            let x = edge.crossing(centre);
            self.crossings.add(x, edge.winding, &mut self.cells);
        }
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::color::Pixel;
    use transom_protocol::geometry::PixelSize;

    use super::super::blend::{over, scale};
    use super::super::fill::fill_path;
    use super::super::paint::Paint;
    use super::super::pixmap::Pixmap;
    use super::super::scratch::Scratch;
    use super::super::tests::Rng;
    use super::*;

    const SIZE: PixelSize = PixelSize::new(150, 90);

    /// The coverage of each pixel.
    struct Map(Vec<u8>);

    impl Map {
        fn new() -> Self {
            Self(vec![0; SIZE.area() as usize])
        }

        fn row(&mut self, y: i32, x: i32, length: usize) -> &mut [u8] {
            let at = y as usize * SIZE.width as usize + x as usize;
            &mut self.0[at..at + length]
        }
    }

    impl Sink for Map {
        fn solid(&mut self, y: i32, x0: i32, x1: i32) {
            self.row(y, x0, (x1 - x0).max(0) as usize).fill(255);
        }

        fn masked(&mut self, y: i32, x: i32, mask: &[u8]) {
            self.row(y, x, mask.len()).copy_from_slice(mask);
        }
    }

    /// Many of the shapes lead through corners and centres of pixels.
    fn shape(rng: &mut Rng) -> Path {
        let reach = rng.pick(&[20.0, 90.0, 90.0, 160.0, 2500.0]);
        let coarse = rng.pick(&[1.0, 1.0, 2.0, 64.0]);
        let mut path = Path::new();
        for _ in 0..=rng.below(3) {
            let mut p = || {
                let p = rng.point(-reach / 4.0, reach);
                Point::new(
                    (p.x * coarse).floor() / coarse,
                    (p.y * coarse).floor() / coarse,
                )
            };
            path.move_to(p());
            let points: Vec<Point> = (0..9).map(|_| p()).collect();
            for p in points[..2 + rng.below(7) as usize].chunks(3) {
                match *p {
                    [a, b, c] if rng.below(3) == 0 => path.cubic_to(a, b, c),
                    [a, b, ..] if rng.below(3) == 0 => path.quad_to(a, b),
                    _ => p.iter().for_each(|p| path.line_to(*p)),
                }
            }
        }
        path
    }

    #[test]
    fn edge_by_edge_is_the_same_as_row_by_row() {
        let mut rng = Rng(51);
        let mut tools = Coverage::default();
        let Coverage {
            list,
            scan,
            grid,
            rows,
        } = &mut tools;
        let mut quick = 0;
        for round in 0..2500 {
            let path = shape(&mut rng);
            let rule = rng.pick(&[FillRule::NonZero, FillRule::EvenOdd]);
            let mut edge = |n: u32| rng.below(n + 1) as i32;
            let clip = match edge(2) {
                0 => PixelRect::from_edges(edge(150), edge(90), edge(150), edge(90)),
                _ => PixelRect::from_size(SIZE),
            };
            let band = bounds(&path).intersect(clip);
            if band.is_empty() {
                continue;
            }
            for antialias in [false, true] {
                let (mut by_edge, mut by_row) = (Map::new(), Map::new());
                assert!(list.build(&path, band, |_| ()));
                let is_done = match antialias {
                    true => grid.sweep(&list.edges, band, rule, &mut by_edge),
                    false => scan.sweep(&list.edges, band, rule, &mut by_edge),
                };
                if !is_done {
                    continue;
                }
                quick += 1;
                list.link();
                rows.begin(band, rule, antialias);
                rows.sweep(list, band, &mut by_row);
                assert!(by_edge.0 == by_row.0, "round {round}, {antialias}");
            }
        }
        assert!(quick > 3_000, "{quick} shapes were of ordinary size");
    }

    #[test]
    fn pixels_are_blended_by_their_coverage() {
        let mut rng = Rng(52);
        let mut scratch = Scratch::new();
        for round in 0..1000 {
            let path = shape(&mut rng);
            let rule = rng.pick(&[FillRule::NonZero, FillRule::EvenOdd]);
            let antialias = rng.below(3) > 0;
            let color = Pixel(rng.pick(&[0xff12_3456, 0x8040_2010]));
            let clip = PixelRect::new(rng.below(60) as i32, rng.below(9) as i32, 90, 90);
            let clip = clip.intersect(PixelRect::from_size(SIZE));
            let (mut map, mut drawn) = (Map::new(), Pixmap::new(SIZE));
            drawn
                .pixels_mut()
                .iter_mut()
                .for_each(|d| *d = rng.next() | 0xff00_0000);
            let blended: Vec<u32> = {
                let coverage = &mut scratch.coverage;
                coverage.sweep(&path, rule, antialias, clip, &mut map);
                let pixels = drawn.pixels().iter().zip(&map.0);
                pixels.map(|(d, m)| over(*d, scale(color.0, *m))).collect()
            };
            let target = &mut drawn.target(clip);
            fill_path(
                target,
                &path,
                rule,
                antialias,
                &Paint::Solid(color),
                &mut scratch,
            );
            assert!(drawn.pixels() == blended, "round {round}");
        }
    }
}
