//! [`Path`]: lines and curves, as they are drawn and as they are filled.

use transom_protocol::geometry::{PixelPoint, Point, Rect, Transform};

use super::scratch::give_back;
use super::vector::{self, Vector};

/// The control arm of the cubic nearest to a quarter of a circle of radius 1.
///
/// It strays from the circle by 0.03 % of the radius: below a tenth of a pixel up to 350 pixels.
const ARC_ARM: f32 = 0.552_284_8;

/// What kind of step comes next; its points follow those of the steps before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Move,
    Line,
    Quad,
    Cubic,
    Close,
}

/// One step of a path with all its points, the one it starts from first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Segment {
    /// A sub-path begins.
    Move(Point),
    Line([Point; 2]),
    Quad([Point; 3]),
    Cubic([Point; 4]),
    /// Back to where the sub-path began, by a line if need be.
    Close([Point; 2]),
}

/// Sub-paths of straight lines and of quadratic and cubic Bézier curves.
///
/// In whatever space its user says; a path knows no unit. A step with a coordinate that is not
/// finite is left out. A line or curve without a point to start from starts at its own first point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    verbs: Vec<Verb>,
    points: Vec<Point>,
    /// Where the current sub-path began.
    start: Point,
    /// Whether a line can follow without a move.
    open: bool,
}

impl Path {
    /// A path without a step.
    pub const fn new() -> Self {
        Self {
            verbs: Vec::new(),
            points: Vec::new(),
            start: Point::new(0.0, 0.0),
            open: false,
        }
    }

    /// Forgets all steps, keeping the memory for as many as an ordinary path has.
    pub fn clear(&mut self) {
        give_back(&mut self.verbs);
        give_back(&mut self.points);
        self.open = false;
    }

    /// Whether there is no step.
    pub fn is_empty(&self) -> bool {
        self.verbs.is_empty()
    }

    /// How many points the steps have in all: what a path costs to keep and to draw.
    pub fn point_count(&self) -> usize {
        self.points.len()
    }

    /// How many bytes its memory has.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.verbs.capacity() * size_of::<Verb>() + self.points.capacity() * size_of::<Point>()
    }

    /// Begins a sub-path at `p`.
    pub fn move_to(&mut self, p: Point) {
        if p.is_finite() {
            self.start = p;
            self.open = true;
            self.verbs.push(Verb::Move);
            self.points.push(p);
        }
    }

    /// A straight line to `p`.
    pub fn line_to(&mut self, p: Point) {
        self.step(Verb::Line, &[p]);
    }

    /// A quadratic Bézier curve to `p` with the control point `c`.
    pub fn quad_to(&mut self, c: Point, p: Point) {
        self.step(Verb::Quad, &[c, p]);
    }

    /// A cubic Bézier curve to `p` with the control points `c0` and `c1`.
    pub fn cubic_to(&mut self, c0: Point, c1: Point, p: Point) {
        self.step(Verb::Cubic, &[c0, c1, p]);
    }

    /// Ends the sub-path with a line to its beginning, where the next step starts.
    pub fn close(&mut self) {
        if self.open {
            self.verbs.push(Verb::Close);
            self.open = false;
        }
    }

    /// A rectangle as a closed sub-path, clockwise on the screen; none if it covers nothing.
    pub fn rect(&mut self, r: Rect) {
        if !covers_something(r) {
            return;
        }
        self.move_to(Point::new(r.x, r.y));
        self.line_to(Point::new(r.right(), r.y));
        self.line_to(Point::new(r.right(), r.bottom()));
        self.line_to(Point::new(r.x, r.bottom()));
        self.close();
    }

    /// A rectangle with circular corners as a closed sub-path, clockwise on the screen.
    ///
    /// `radii` are those of the top left, top right, bottom right and bottom left corner. Negative and
    /// non-finite ones count as 0. Where two of them are longer than the side they share, all four
    /// shrink by the same factor until they fit, as in CSS.
    pub fn rounded_rect(&mut self, r: Rect, radii: [f32; 4]) {
        if !covers_something(r) {
            return;
        }
        let [tl, tr, br, bl] = fit_radii(r, radii);
        let (left, top, right, bottom) = (r.x, r.y, r.right(), r.bottom());
        self.move_to(Point::new(left + tl, top));
        self.line_to(Point::new(right - tr, top));
        self.corner(Point::new(right, top), (0.0, tr));
        self.line_to(Point::new(right, bottom - br));
        self.corner(Point::new(right, bottom), (-br, 0.0));
        self.line_to(Point::new(left + bl, bottom));
        self.corner(Point::new(left, bottom), (0.0, -bl));
        self.line_to(Point::new(left, top + tl));
        self.corner(Point::new(left, top), (tl, 0.0));
        self.close();
    }

    /// A quarter circle around a corner to the point at `out` from it, which is the tangent there.
    fn corner(&mut self, corner: Point, out: (f32, f32)) {
        let Some(&from) = self.points.last() else {
            return;
        };
        if out == (0.0, 0.0) {
            return;
        }
        let toward = |p: Point| {
            Point::new(
                p.x + (corner.x - p.x) * ARC_ARM,
                p.y + (corner.y - p.y) * ARC_ARM,
            )
        };
        let to = Point::new(corner.x + out.0, corner.y + out.1);
        self.cubic_to(toward(from), toward(to), to);
    }

    /// Appends every step of this path, moved by `t`, to `out`.
    ///
    /// Coordinates too large for single precision become its largest number.
    pub fn transform(&self, t: &Transform, out: &mut Path) {
        if !t.is_finite() {
            return;
        }
        let map = |p: Point| mapped(p, t);
        out.verbs.extend_from_slice(&self.verbs);
        out.points.extend(self.points.iter().map(|p| map(*p)));
        out.start = map(self.start);
        out.open = self.open;
    }

    /// Appends all that tells the path, moved by whole pixels so that it begins in the first one, to
    /// `words`. Returns the pixel it began in; `None` where moving it rounds a coordinate, and for paths
    /// of no points, many points, or far away ones.
    pub fn describe(&self, words: &mut Vec<u32>) -> Option<PixelPoint> {
        const MOST: usize = 256;
        const FAR: f32 = (1 << 20) as f32;
        let first = *self.points.first()?;
        if self.points.len() > MOST || !(first.x.abs() < FAR && first.y.abs() < FAR) {
            return None;
        }
        let floor = |v: f32| v as i32 - i32::from(v as i32 as f32 > v);
        let from = PixelPoint::new(floor(first.x), floor(first.y));
        let mut is_exact = true;
        let mut relative = |v: f32, from: i32| {
            let exact = f64::from(v) - f64::from(from);
            is_exact &= f64::from(exact as f32) == exact;
            (exact as f32).to_bits()
        };
        for p in &self.points {
            words.extend([relative(p.x, from.x), relative(p.y, from.y)]);
        }
        // Four verbs in a word; a path that ends with one that is not there is another path.
        words.extend(self.verbs.chunks(4).map(|verbs| {
            verbs
                .iter()
                .fold(0, |word, verb| word << 8 | (*verb as u32 + 1))
        }));
        is_exact.then_some(from)
    }

    /// The smallest rectangle around all points, control points included; zero when there is none.
    pub fn bounds(&self) -> Rect {
        let Some((low, high)) = self.corners() else {
            return Rect::default();
        };
        Rect::new(low.x, low.y, high.x - low.x, high.y - low.y)
    }

    /// The least and the greatest coordinates of all points.
    pub(super) fn corners(&self) -> Option<(Point, Point)> {
        let (&first, rest) = self.points.split_first()?;
        Some(rest.iter().fold((first, first), |(low, high), p| {
            (
                Point::new(low.x.min(p.x), low.y.min(p.y)),
                Point::new(high.x.max(p.x), high.y.max(p.y)),
            )
        }))
    }

    /// The steps with their points, in order.
    pub(super) fn segments(&self) -> Segments<'_> {
        Segments {
            verbs: self.verbs.iter(),
            points: &self.points,
            start: Point::default(),
            at: Point::default(),
        }
    }

    fn step(&mut self, verb: Verb, points: &[Point]) {
        if !points.iter().all(|p| p.is_finite()) {
            return;
        }
        if !self.open {
            // After a close the next step starts where the closed sub-path did.
            let closed = self.verbs.last() == Some(&Verb::Close);
            self.move_to(if closed { self.start } else { points[0] });
        }
        self.verbs.push(verb);
        self.points.extend_from_slice(points);
    }
}

/// Iterates over the steps of a [`Path`].
#[derive(Clone, Debug)]
pub(super) struct Segments<'a> {
    verbs: std::slice::Iter<'a, Verb>,
    points: &'a [Point],
    start: Point,
    at: Point,
}

impl Segments<'_> {
    /// The next `N` points; none where the path lacks them, which its builder rules out.
    fn take<const N: usize>(&mut self) -> Option<[Point; N]> {
        let (head, rest) = self.points.split_first_chunk::<N>()?;
        self.points = rest;
        self.at = head[N - 1];
        Some(*head)
    }
}

impl Iterator for Segments<'_> {
    type Item = Segment;

    fn next(&mut self) -> Option<Segment> {
        let from = self.at;
        Some(match self.verbs.next()? {
            Verb::Move => {
                let [p] = self.take()?;
                self.start = p;
                Segment::Move(p)
            }
            Verb::Line => {
                let [p] = self.take()?;
                Segment::Line([from, p])
            }
            Verb::Quad => {
                let [c, p] = self.take()?;
                Segment::Quad([from, c, p])
            }
            Verb::Cubic => {
                let [c0, c1, p] = self.take()?;
                Segment::Cubic([from, c0, c1, p])
            }
            Verb::Close => {
                self.at = self.start;
                Segment::Close([from, self.start])
            }
        })
    }
}

/// Where `t` puts `p`; coordinates too large for single precision become its largest number.
#[inline]
pub fn mapped(p: Point, t: &Transform) -> Point {
    vector::apply(t, Vector::from(p)).to_point()
}

fn covers_something(r: Rect) -> bool {
    r.is_finite() && r.width > 0.0 && r.height > 0.0
}

/// The radii that are drawn: none negative, and each pair no longer than the side it shares.
fn fit_radii(r: Rect, radii: [f32; 4]) -> [f32; 4] {
    let radii = radii.map(|v| if v.is_finite() { v.max(0.0) } else { 0.0 });
    let [tl, tr, br, bl] = radii.map(f64::from);
    let sides = [
        (tl + tr, r.width),
        (bl + br, r.width),
        (tl + bl, r.height),
        (tr + br, r.height),
    ];
    let factor = sides
        .iter()
        .map(|(sum, side)| f64::from(*side) / sum)
        .fold(1.0, f64::min);
    radii.map(|v| (f64::from(v) * factor) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: fn(f32, f32) -> Point = Point::new;

    #[test]
    fn a_step_after_close_starts_where_the_sub_path_began() {
        let mut path = Path::new();
        path.move_to(P(1.0, 2.0));
        path.line_to(P(3.0, 2.0));
        path.close();
        path.line_to(P(5.0, 5.0));
        let segments: Vec<_> = path.segments().collect();
        assert_eq!(segments[2], Segment::Close([P(3.0, 2.0), P(1.0, 2.0)]));
        assert_eq!(segments[4], Segment::Line([P(1.0, 2.0), P(5.0, 5.0)]));
    }

    #[test]
    fn a_line_without_a_start_begins_at_its_own_point() {
        let mut path = Path::new();
        path.close();
        path.quad_to(P(1.0, 1.0), P(2.0, 0.0));
        let segments: Vec<_> = path.segments().collect();
        assert_eq!(segments[0], Segment::Move(P(1.0, 1.0)));
        assert_eq!(segments.len(), 2);
    }

    #[test]
    fn steps_that_are_not_finite_are_left_out() {
        let mut path = Path::new();
        path.move_to(P(f32::NAN, 0.0));
        path.line_to(P(0.0, f32::INFINITY));
        path.rect(Rect::new(0.0, 0.0, f32::NAN, 1.0));
        path.rounded_rect(Rect::new(0.0, 0.0, -1.0, 1.0), [1.0; 4]);
        assert!(path.is_empty());
        path.rounded_rect(
            Rect::new(0.0, 0.0, 4.0, 4.0),
            [f32::NAN, -1.0, f32::INFINITY, 0.0],
        );
        assert_eq!(path.bounds(), Rect::new(0.0, 0.0, 4.0, 4.0));
    }

    #[test]
    fn radii_shrink_together_until_they_fit() {
        let r = Rect::new(0.0, 0.0, 10.0, 40.0);
        assert_eq!(fit_radii(r, [10.0, 10.0, 0.0, 4.0]), [5.0, 5.0, 0.0, 2.0]);
        assert_eq!(fit_radii(r, [5.0, 5.0, 1.0, 1.0]), [5.0, 5.0, 1.0, 1.0]);
        assert_eq!(fit_radii(r, [f32::MAX; 4]), [5.0; 4]);
    }

    #[test]
    fn bounds_hold_the_control_points() {
        let mut path = Path::new();
        assert_eq!(path.bounds(), Rect::default());
        path.move_to(P(0.0, 0.0));
        path.cubic_to(P(-5.0, 1.0), P(9.0, 20.0), P(1.0, 1.0));
        assert_eq!(path.bounds(), Rect::new(-5.0, 0.0, 14.0, 20.0));
        let mut moved = Path::new();
        path.transform(&Transform::translate(5.0, 1.0), &mut moved);
        assert_eq!(moved.bounds(), Rect::new(0.0, 1.0, 14.0, 20.0));
    }
}
