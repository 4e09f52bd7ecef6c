//! [`EdgeList`]: the outline of a path as lines in fixed point, found by the row they start in.
//!
//! Coordinates are in 1/256 device pixel. An edge keeps both of its ends however little of it the
//! band shows, so that what a row sees does not depend on which rows are drawn with it.

use transom_protocol::geometry::{PixelRect, Point};

use super::flatten::Curve;
use super::path::{Path, Segment};
use super::scratch::give_back;
use super::vector::Vector;

/// Sub-pixel positions are rounded to 1 / 2^8 pixel.
pub(super) const SUBPIXEL_BITS: u32 = 8;
/// Sub-pixel positions in a pixel.
pub(super) const SUBPIXELS: i32 = 1 << SUBPIXEL_BITS;
/// Paths reach this far from the origin, in pixels: beyond the largest buffer, and near enough that
/// products of two differences fit 64 bits.
pub(super) const REACH: i32 = 1 << 20;
/// [`REACH`] in sub-pixels.
const LIMIT: i64 = (REACH as i64) << SUBPIXEL_BITS;
/// At most so many edges are held at once (6 MiB); a band that needs more is drawn in halves.
pub(super) const MAX_EDGES: usize = 1 << 18;
/// The end of a chain of edges.
pub(super) const NONE: u32 = u32::MAX;

/// A line that crosses rows, from its upper to its lower end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) x0: i32,
    pub(super) y0: i32,
    pub(super) x1: i32,
    pub(super) y1: i32,
    /// 1 when the path runs down here, -1 when it runs up.
    pub(super) winding: i32,
    /// The next edge that starts in the same row.
    pub(super) next: u32,
}

impl Edge {
    /// Where the edge is at `y`, rounded down, and the remainder of that division by its height.
    pub(super) fn x_at(&self, y: i32) -> (i32, i64) {
        let (x, rest) = self.run(i64::from(y - self.y0));
        (self.x0 + x, rest)
    }

    /// The first pixel whose centre is not left of where the edge is at `y`.
    pub(super) fn crossing(&self, y: i32) -> i32 {
        let (x, rest) = self.x_at(y);
        (x + i32::from(rest > 0) + SUBPIXELS / 2 - 1) >> SUBPIXEL_BITS
    }

    /// How much x grows in a full row, rounded down, and the remainder.
    pub(super) fn step(&self) -> (i32, i64) {
        self.run(i64::from(SUBPIXELS))
    }

    /// How much x grows in `rows` sub-pixels, rounded down, and the remainder. Divides what is positive,
    /// because that is quicker.
    fn run(&self, rows: i64) -> (i32, i64) {
        let dx = i64::from(self.x1) - i64::from(self.x0);
        let (run, height) = ((rows * dx).unsigned_abs(), self.height().unsigned_abs());
        let (quotient, rest) = ((run / height) as i32, (run % height) as i64);
        match (dx < 0, rest) {
            (false, _) => (quotient, rest),
            (true, 0) => (-quotient, 0),
            (true, _) => (-quotient - 1, self.height() - rest),
        }
    }

    /// The height, which is never zero.
    pub(super) fn height(&self) -> i64 {
        i64::from(self.y1) - i64::from(self.y0)
    }
}

/// A point in sub-pixels, perhaps beyond [`LIMIT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fixed {
    x: i64,
    y: i64,
}

impl Fixed {
    /// `p`, relative to the whole pixel `base`, rounded to nearest, halves up.
    fn new(p: Vector, base: (i64, i64)) -> Self {
        let fixed =
            |v: f64, base: i64| floor(v * f64::from(SUBPIXELS) + 0.5) + (base << SUBPIXEL_BITS);
        Self {
            x: fixed(p.x, base.0),
            y: fixed(p.y, base.1),
        }
    }

    fn is_near(self) -> bool {
        self.x.abs() <= LIMIT && self.y.abs() <= LIMIT
    }

    /// The point on the way to `o` where `y` is reached; the two must lie on either side of it.
    fn at_y(self, o: Self, y: i64) -> Self {
        let t = (y - self.y) as f64 / (o.y - self.y) as f64;
        let x = self.x as f64 + (o.x as f64 - self.x as f64) * t;
        Self { x: x as i64, y }
    }

    /// The point on the way to `o` where `x` is reached; the two must lie on either side of it.
    fn at_x(self, o: Self, x: i64) -> Self {
        let flipped = Self {
            x: self.y,
            y: self.x,
        }
        .at_y(Self { x: o.y, y: o.x }, x);
        Self { x, y: flipped.x }
    }
}

/// The edges that matter to a band of rows.
#[derive(Debug, Default)]
pub(super) struct EdgeList {
    pub(super) edges: Vec<Edge>,
    /// The first edge of each row of the band, or [`NONE`]; see [`EdgeList::link`].
    pub(super) heads: Vec<u32>,
    band: PixelRect,
}

impl EdgeList {
    /// Takes in the edges of `path` that can colour `band`, sub-paths closed.
    ///
    /// `band` must lie within [`REACH`]. When there are too many, the rest is handed to `spill` if the
    /// band is a single row, where order does not matter: it must empty the list. Otherwise this
    /// returns false and the caller tries with fewer rows.
    pub(super) fn build(
        &mut self,
        path: &Path,
        band: PixelRect,
        mut spill: impl FnMut(&mut Self),
    ) -> bool {
        self.band = band;
        self.empty();
        let mut start = Point::default();
        let mut at = Point::default();
        for segment in path.segments() {
            match segment {
                Segment::Move(p) => {
                    self.add_line(at, start);
                    (start, at) = (p, p);
                }
                Segment::Line([from, to]) | Segment::Close([from, to]) => {
                    self.add_line(from, to);
                    at = to;
                }
                Segment::Quad(points) => {
                    self.add_curve(points, Curve::quad);
                    at = points[2];
                }
                Segment::Cubic(points) => {
                    self.add_curve(points, Curve::cubic);
                    at = points[3];
                }
            }
            if self.edges.len() >= MAX_EDGES {
                if band.height() > 1 {
                    return false;
                }
                spill(self);
            }
        }
        self.add_line(at, start);
        true
    }

    /// Takes in the edges of a polygon that can colour `band`, which must lie within [`REACH`].
    pub(super) fn build_polygon(&mut self, corners: &[Point], band: PixelRect) {
        self.band = band;
        self.empty();
        let fixed = |p: &Point| Fixed::new((*p).into(), (0, 0));
        let Some(last) = corners.last() else { return };
        let mut from = fixed(last);
        for corner in corners {
            let to = fixed(corner);
            self.add(from, to);
            from = to;
        }
    }

    /// Forgets all edges, but not the band.
    pub(super) fn empty(&mut self) {
        self.edges.clear();
    }

    /// Chains the edges by the row of the band that they start in.
    pub(super) fn link(&mut self) {
        self.heads.clear();
        self.heads.resize(self.band.height() as usize, NONE);
        let top = self.band.y0 << SUBPIXEL_BITS;
        for (number, edge) in (0..).zip(&mut self.edges) {
            let row = ((edge.y0.max(top) - top) >> SUBPIXEL_BITS) as usize;
            edge.next = std::mem::replace(&mut self.heads[row], number);
        }
    }

    /// Forgets everything, and keeps no more memory than the next path is likely to need.
    pub(super) fn give_back(&mut self) {
        give_back(&mut self.edges);
        give_back(&mut self.heads);
    }

    /// How many bytes are kept for the next path.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.edges.capacity() * size_of::<Edge>() + self.heads.capacity() * size_of::<u32>()
    }

    fn add_line(&mut self, from: Point, to: Point) {
        if self.hides(&[from, to]) {
            return;
        }
        let origin = (0, 0);
        self.add(
            Fixed::new(from.into(), origin),
            Fixed::new(to.into(), origin),
        );
    }

    /// Adds a curve as lines. All that follows is relative to the whole pixel its start lies in, so
    /// that a curve moved by whole pixels gives the same lines moved by whole pixels.
    fn add_curve<const N: usize>(&mut self, points: [Point; N], curve: fn([Vector; N]) -> Curve) {
        if self.hides(&points) {
            return;
        }
        let start = Vector::from(points[0]);
        let base = (whole(start.x), whole(start.y));
        let back = Vector::new(base.0 as f64, base.1 as f64);
        if self.is_left_of_band(&points) {
            // Only how far down it leads is seen to its right, and that its ends tell.
            let end = Vector::from(points[N - 1]);
            self.add(Fixed::new(start - back, base), Fixed::new(end - back, base));
            return;
        }
        let curve = curve(points.map(|p| Vector::from(p) - back));
        let count = curve.line_count(1.0);
        let mut from = Fixed::new(curve.point(0, count), base);
        for i in 1..=count {
            let to = Fixed::new(curve.point(i, count), base);
            self.add(from, to);
            from = to;
        }
    }

    /// Whether nothing inside the hull of `points` can colour a pixel of the band. Asked first of every
    /// line and curve: a shape drawn in many bands is mostly outside each of them.
    #[inline(always)]
    fn hides(&self, points: &[Point]) -> bool {
        let b = self.band;
        points.iter().all(|p| p.y <= b.y0 as f32)
            || points.iter().all(|p| p.y >= b.y1 as f32)
            || points.iter().all(|p| p.x >= b.x1 as f32)
    }

    fn is_left_of_band(&self, points: &[Point]) -> bool {
        points.iter().all(|p| p.x <= self.band.x0 as f32)
    }

    fn add(&mut self, from: Fixed, to: Fixed) {
        if from.is_near() && to.is_near() {
            self.add_near(from, to);
        } else {
            self.add_far(from, to);
        }
    }

    /// Adds a line that leaves the reach. What lies above or below is cut off, what lies to the sides
    /// is moved to the border, where it still counts as lying to the side.
    fn add_far(&mut self, from: Fixed, to: Fixed) {
        let Some((from, to)) = cut_rows(from, to) else {
            return;
        };
        let mut at = from;
        let (first, second) = if from.x <= to.x {
            (-LIMIT, LIMIT)
        } else {
            (LIMIT, -LIMIT)
        };
        for border in [first, second] {
            if (at.x < border) != (to.x < border) {
                let next = at.at_x(to, border);
                self.add_near(at, next);
                at = next;
            }
        }
        self.add_near(at, to);
    }

    /// Adds a line whose ends are within reach, or beside it.
    fn add_near(&mut self, from: Fixed, to: Fixed) {
        let near = |v: i64| v.clamp(-LIMIT, LIMIT) as i32;
        let (x0, y0, x1, y1) = (near(from.x), near(from.y), near(to.x), near(to.y));
        let edge = if y0 < y1 {
            Edge {
                x0,
                y0,
                x1,
                y1,
                winding: 1,
                next: NONE,
            }
        } else {
            Edge {
                x0: x1,
                y0: y1,
                x1: x0,
                y1: y0,
                winding: -1,
                next: NONE,
            }
        };
        self.push(edge);
    }

    fn push(&mut self, mut edge: Edge) {
        let b = self.band;
        let (top, bottom) = (b.y0 << SUBPIXEL_BITS, b.y1 << SUBPIXEL_BITS);
        let (left, right) = (b.x0 << SUBPIXEL_BITS, b.x1 << SUBPIXEL_BITS);
        if edge.y0 == edge.y1 || edge.y1 <= top || edge.y0 >= bottom {
            return;
        }
        if edge.x0.min(edge.x1) >= right {
            return;
        }
        if edge.x0.max(edge.x1) <= left {
            // Its slope makes no difference to what lies on its right.
            (edge.x0, edge.x1) = (left, left);
        }
        self.edges.push(edge);
    }
}

/// The whole pixel that `v` lies in; 0 where that is beyond reach.
pub(super) fn whole(v: f64) -> i64 {
    match floor(v) {
        v if v.abs() <= i64::from(REACH) => v,
        _ => 0,
    }
}

/// `v` rounded down, at most 10^17 either way so that there is room to add and subtract; NaN is 0.
///
/// The same as `f64::floor`, which is a call where the processor's baseline has no instruction for it.
#[inline(always)]
pub(super) fn floor(v: f64) -> i64 {
    let v = v.clamp(-1e17, 1e17);
    let cut = v as i64;
    cut - i64::from(cut as f64 > v)
}

/// What of a line lies in the rows within reach.
fn cut_rows(from: Fixed, to: Fixed) -> Option<(Fixed, Fixed)> {
    let cut = |a: Fixed, b: Fixed| match a.y {
        y if y < -LIMIT => a.at_y(b, -LIMIT),
        y if y > LIMIT => a.at_y(b, LIMIT),
        _ => a,
    };
    let above = from.y < -LIMIT && to.y < -LIMIT;
    let below = from.y > LIMIT && to.y > LIMIT;
    (!above && !below).then(|| (cut(from, to), cut(to, from)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(x0: i32, y0: i32, x1: i32, y1: i32) -> Edge {
        Edge {
            x0,
            y0,
            x1,
            y1,
            winding: 1,
            next: NONE,
        }
    }

    #[test]
    fn positions_on_an_edge_are_rounded_down_whichever_way_it_leans() {
        for e in [
            edge(0, 0, 1000, 300),
            edge(1000, 0, 0, 300),
            edge(-7, 5, -8, 905),
        ] {
            for y in e.y0..=e.y1 {
                let exact = i64::from(y - e.y0) * i64::from(e.x1 - e.x0);
                let (x, rest) = e.x_at(y);
                assert_eq!(i64::from(x - e.x0), exact.div_euclid(e.height()));
                assert_eq!(rest, exact.rem_euclid(e.height()));
            }
        }
    }

    #[test]
    fn rounding_down_is_what_the_library_does() {
        for v in [
            0.0f64,
            -0.0,
            0.5,
            -0.5,
            1.0,
            -1.0,
            -1e-300,
            1e15 + 0.5,
            -1e15 - 0.5,
        ] {
            assert_eq!(floor(v), v.floor() as i64);
        }
        assert_eq!(floor(f64::NAN), 0);
        assert_eq!(floor(f64::INFINITY), 100_000_000_000_000_000);
    }

    #[test]
    fn only_edges_that_can_be_seen_are_kept() {
        let band = PixelRect::new(10, 10, 10, 10);
        let count = |from: (f32, f32), to: (f32, f32)| {
            let mut path = Path::new();
            path.move_to(Point::new(from.0, from.1));
            path.line_to(Point::new(to.0, to.1));
            path.line_to(Point::new(to.0 + 1000.0, to.1));
            let mut list = EdgeList::default();
            assert!(list.build(&path, band, |_| ()));
            list.edges.iter().filter(|e| e.winding == 1).count()
        };
        assert_eq!(count((0.0, 0.0), (0.0, 9.0)), 0, "above");
        assert_eq!(count((0.0, 20.0), (0.0, 90.0)), 0, "below");
        assert_eq!(count((20.0, 0.0), (20.0, 90.0)), 0, "to the right");
        assert_eq!(count((0.0, 0.0), (5.0, 90.0)), 1, "to the left");
        assert_eq!(count((15.0, 12.0), (15.0, 12.0)), 0, "level");
    }
}
