//! Shapes of lines and curves, and how lines along them look.

use std::f32::consts::{FRAC_PI_2, TAU};

use transom_protocol::codec::Packed;
use transom_protocol::draw::{Cap, Join, PathBuffer, PathStep, StrokeStyle};
use transom_protocol::geometry::{Point, Rect};

/// The distance of a Bézier curve's control points that makes it a quarter of a circle.
const KAPPA: f32 = 0.552_284_8;

/// A shape of lines and curves, in logical units.
///
/// Methods return the path, so that they can be chained:
///
/// ```
/// use transom::{Path, Point};
/// let mut drop = Path::new();
/// drop.move_to(10.0, 0.0).quad_to(20.0, 10.0, 10.0, 20.0).close();
/// drop.circle(Point::new(40.0, 10.0), 10.0);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    buffer: PathBuffer,
    current: Option<Point>,
    start: Point,
}

impl Path {
    /// Without a line.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    /// Forgets everything, keeping the memory.
    pub fn clear(&mut self) {
        self.buffer.clear();
        self.current = None;
    }

    pub(crate) fn buffer(&self) -> &PathBuffer {
        &self.buffer
    }

    /// Begins a new line at a point.
    pub fn move_to(&mut self, x: f32, y: f32) -> &mut Self {
        self.start = Point::new(x, y);
        self.step(PathStep::Move(self.start), self.start)
    }

    /// A straight line to a point.
    pub fn line_to(&mut self, x: f32, y: f32) -> &mut Self {
        let to = Point::new(x, y);
        self.begun(to).step(PathStep::Line(to), to)
    }

    /// A quadratic Bézier curve to (`x`, `y`).
    pub fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) -> &mut Self {
        let (control, to) = (Point::new(cx, cy), Point::new(x, y));
        self.begun(control).step(PathStep::Quad(control, to), to)
    }

    /// A cubic Bézier curve to `to`.
    pub fn cubic_to(&mut self, c1: Point, c2: Point, to: Point) -> &mut Self {
        self.begun(c1).step(PathStep::Cubic(c1, c2, to), to)
    }

    /// A straight line back to where the line began, joined there.
    pub fn close(&mut self) -> &mut Self {
        if self.current.is_some() {
            self.step(PathStep::Close, self.start);
        }
        self
    }

    /// Straight lines through points, joined to what is there.
    pub fn lines(&mut self, points: impl IntoIterator<Item = Point>) -> &mut Self {
        for point in points {
            self.line_to(point.x, point.y);
        }
        self
    }

    /// A part of a circle, joined to what is there by a straight line. Angles are in radians,
    /// clockwise from the right; `sweep` is how far it goes and may be negative.
    pub fn arc(&mut self, center: Point, radius: f32, start: f32, sweep: f32) -> &mut Self {
        let on =
            |angle: f32, r: f32| Point::new(center.x + r * angle.cos(), center.y + r * angle.sin());
        let sweep = if sweep.is_finite() {
            sweep.clamp(-TAU, TAU)
        } else {
            0.0
        };
        let from = on(start, radius);
        self.line_to(from.x, from.y);
        let pieces = (sweep.abs() / FRAC_PI_2).ceil().max(1.0);
        let step = sweep / pieces;
        // Control points stand on the tangents, this far out.
        let reach = radius * 4.0 / 3.0 * (step / 4.0).tan();
        for piece in 0..pieces as u32 {
            let (a, b) = (
                start + step * piece as f32,
                start + step * (piece + 1) as f32,
            );
            let (p, q) = (on(a, radius), on(b, radius));
            let c1 = Point::new(p.x - reach * a.sin(), p.y + reach * a.cos());
            let c2 = Point::new(q.x + reach * b.sin(), q.y - reach * b.cos());
            self.cubic_to(c1, c2, q);
        }
        self
    }

    /// A circle.
    pub fn circle(&mut self, center: Point, radius: f32) -> &mut Self {
        self.ellipse(center, radius, radius)
    }

    /// An ellipse with horizontal radius `rx` and vertical radius `ry`.
    pub fn ellipse(&mut self, center: Point, rx: f32, ry: f32) -> &mut Self {
        let rect = Rect::new(center.x - rx, center.y - ry, 2.0 * rx, 2.0 * ry);
        self.corners(rect, rx, ry)
    }

    /// A rectangle.
    pub fn rect(&mut self, rect: Rect) -> &mut Self {
        self.move_to(rect.x, rect.y)
            .line_to(rect.right(), rect.y)
            .line_to(rect.right(), rect.bottom())
            .line_to(rect.x, rect.bottom())
            .close()
    }

    /// A rectangle with round corners; `radius` is at most half of the shorter side.
    pub fn rounded_rect(&mut self, rect: Rect, radius: f32) -> &mut Self {
        let radius = radius.min(rect.width / 2.0).min(rect.height / 2.0).max(0.0);
        self.corners(rect, radius, radius)
    }

    /// A rectangle whose corners are quarters of an ellipse.
    fn corners(&mut self, rect: Rect, rx: f32, ry: f32) -> &mut Self {
        let (left, top, right, bottom) = (rect.x, rect.y, rect.right(), rect.bottom());
        let (kx, ky) = (rx * (1.0 - KAPPA), ry * (1.0 - KAPPA));
        let p = Point::new;
        self.move_to(left + rx, top)
            .line_to(right - rx, top)
            .cubic_to(p(right - kx, top), p(right, top + ky), p(right, top + ry))
            .line_to(right, bottom - ry)
            .cubic_to(
                p(right, bottom - ky),
                p(right - kx, bottom),
                p(right - rx, bottom),
            )
            .line_to(left + rx, bottom)
            .cubic_to(
                p(left + kx, bottom),
                p(left, bottom - ky),
                p(left, bottom - ry),
            )
            .line_to(left, top + ry)
            .cubic_to(p(left, top + ky), p(left + kx, top), p(left + rx, top))
            .close()
    }

    /// A line that begins with something else than a move begins where that would lead.
    fn begun(&mut self, at: Point) -> &mut Self {
        if self.current.is_none() {
            self.move_to(at.x, at.y);
        }
        self
    }

    fn step(&mut self, step: PathStep, to: Point) -> &mut Self {
        self.buffer.push(step);
        self.current = Some(to);
        self
    }
}

/// How a line looks: width, ends, corners, dashes.
///
/// A number alone is a line of that width with butt ends and mitred corners.
///
/// ```
/// use transom::Stroke;
/// let dotted = Stroke::new(2.0).round().dashes(&[0.0, 5.0], 0.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    width: f32,
    cap: Cap,
    join: Join,
    miter_limit: f32,
    dash_phase: f32,
    dashes: Vec<u8>,
}

impl Stroke {
    /// A line `width` logical units wide; 0 is one device pixel.
    pub const fn new(width: f32) -> Self {
        Self {
            width,
            cap: Cap::Butt,
            join: Join::Miter,
            miter_limit: 4.0,
            dash_phase: 0.0,
            dashes: Vec::new(),
        }
    }

    /// Both ends and corners round.
    pub fn round(self) -> Self {
        self.cap(Cap::Round).join(Join::Round)
    }

    /// How it ends.
    pub fn cap(self, cap: Cap) -> Self {
        Self { cap, ..self }
    }

    /// How its pieces meet.
    pub fn join(self, join: Join) -> Self {
        Self { join, ..self }
    }

    /// The longest point of a mitred corner, as a multiple of the width.
    pub fn miter_limit(self, miter_limit: f32) -> Self {
        Self {
            miter_limit,
            ..self
        }
    }

    /// Lengths drawn and left out in turn, in logical units, and where in them the line begins.
    /// Those beyond 64 are left out.
    pub fn dashes(mut self, lengths: &[f32], phase: f32) -> Self {
        Packed::pack(lengths, &mut self.dashes);
        self.dash_phase = phase;
        self
    }

    pub(crate) fn style(&self) -> StrokeStyle<'_> {
        StrokeStyle {
            width: self.width,
            cap: self.cap,
            join: self.join,
            miter_limit: self.miter_limit,
            dash_phase: self.dash_phase,
            dashes: Packed::new(&self.dashes).expect("whole numbers were packed"),
        }
    }

    pub(crate) fn line(&self) -> (f32, Cap) {
        (self.width, self.cap)
    }
}

impl From<f32> for Stroke {
    fn from(width: f32) -> Self {
        Self::new(width)
    }
}

impl From<&Stroke> for Stroke {
    fn from(stroke: &Stroke) -> Self {
        stroke.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: Point, b: Point) -> bool {
        (a.x - b.x).abs() < 1e-3 && (a.y - b.y).abs() < 1e-3
    }

    #[test]
    fn every_point_of_an_arc_lies_on_its_circle() {
        let mut path = Path::new();
        path.arc(Point::new(5.0, 5.0), 3.0, 0.5, -4.0);
        let points = path.buffer().points();
        let ends = points
            .iter()
            .enumerate()
            .filter(|(i, _)| *i < 2 || (i - 1) % 3 == 0);
        for (_, p) in ends {
            assert!(((p.x - 5.0).hypot(p.y - 5.0) - 3.0).abs() < 1e-3, "{p:?}");
        }
        let end = Point::new(5.0 + 3.0 * (-3.5f32).cos(), 5.0 + 3.0 * (-3.5f32).sin());
        assert!(near(points[points.len() - 1], end));
    }

    #[test]
    fn a_line_without_a_beginning_begins_where_it_leads() {
        let mut path = Path::new();
        path.line_to(1.0, 2.0).line_to(3.0, 4.0);
        assert_eq!(path.buffer().verbs(), [0, 1, 1]);
        assert_eq!(path.buffer().points()[0], Point::new(1.0, 2.0));
    }

    #[test]
    fn round_corners_are_never_larger_than_the_rectangle() {
        let mut path = Path::new();
        path.rounded_rect(Rect::new(0.0, 0.0, 10.0, 4.0), 100.0);
        let inside = |p: &Point| (0.0..=10.0).contains(&p.x) && (0.0..=4.0).contains(&p.y);
        assert!(path.buffer().points().iter().all(inside));
    }
}
