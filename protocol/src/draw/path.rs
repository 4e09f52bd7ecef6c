//! Paths: what is done, and the points it is done with.

use serde::Serialize;

use super::shapes::Shapes;
use crate::codec::wire_enum;
use crate::error::DecodeError;
use crate::geometry::Point;

wire_enum! {
    /// What a path does next.
    pub enum Verb {
        /// Begins a new sub-path: one point.
        Move = 0,
        /// A straight line: one point.
        Line = 1,
        /// A quadratic Bézier curve: its control point and its end.
        Quad = 2,
        /// A cubic Bézier curve: two control points and its end.
        Cubic = 3,
        /// A straight line to the sub-path's beginning, joined there: no point.
        Close = 4,
    }
}

impl Verb {
    /// How many points it takes.
    pub const fn points(self) -> usize {
        match self {
            Self::Move | Self::Line => 1,
            Self::Quad => 2,
            Self::Cubic => 3,
            Self::Close => 0,
        }
    }
}

/// A path: what it does, and the points it does it with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PathData<'a> {
    verbs: &'a [u8],
    points: Shapes<'a, Point>,
}

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PathStep {
    /// Begins a new sub-path.
    Move(Point),
    /// A straight line.
    Line(Point),
    /// A quadratic Bézier curve.
    Quad(Point, Point),
    /// A cubic Bézier curve.
    Cubic(Point, Point, Point),
    /// Back to the sub-path's beginning.
    Close,
}

impl<'a> PathData<'a> {
    pub(super) fn new(
        what: &'static str,
        verbs: &'a [u8],
        points: Shapes<'a, Point>,
    ) -> Result<Self, DecodeError> {
        let mut needed = 0;
        for verb in verbs {
            let verb = Verb::from_wire(*verb).ok_or(DecodeError::BadValue {
                what,
                problem: "unknown verb",
            })?;
            needed += verb.points();
        }
        if needed != points.len() {
            return Err(DecodeError::Malformed {
                what,
                problem: "the points are not those the verbs need",
            });
        }
        Ok(Self { verbs, points })
    }

    /// Number of verbs.
    pub fn len(&self) -> usize {
        self.verbs.len()
    }

    /// Whether it does nothing.
    pub fn is_empty(&self) -> bool {
        self.verbs.is_empty()
    }

    /// The corners of a path that is one sub-path of straight lines, whether it closes or not. `None`: it
    /// is anything else.
    pub fn corners(&self) -> Option<Shapes<'a, Point>> {
        let (first, rest) = self.verbs.split_first()?;
        let lines = rest
            .strip_suffix(&[Verb::Close as u8])
            .unwrap_or(rest)
            .iter();
        let is_straight = lines.fold(true, |all, verb| all & (*verb == Verb::Line as u8));
        (is_straight && *first == Verb::Move as u8).then_some(self.points)
    }

    /// The steps, in order.
    pub fn steps(&self) -> impl Iterator<Item = PathStep> + 'a {
        let mut points = self.points.iter();
        let mut next = move || points.next().unwrap_or_default();
        self.verbs
            .iter()
            .filter_map(|verb| Verb::from_wire(*verb))
            .map(move |verb| match verb {
                Verb::Move => PathStep::Move(next()),
                Verb::Line => PathStep::Line(next()),
                Verb::Quad => PathStep::Quad(next(), next()),
                Verb::Cubic => PathStep::Cubic(next(), next(), next()),
                Verb::Close => PathStep::Close,
            })
    }
}

/// A path for [`DrawBuffer::fill_path`](super::DrawBuffer::fill_path) and [`DrawBuffer::stroke_path`](super::DrawBuffer::stroke_path).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PathBuffer {
    verbs: Vec<u8>,
    points: Vec<Point>,
}

impl PathBuffer {
    /// Without a step.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a step.
    pub fn push(&mut self, step: PathStep) -> &mut Self {
        let verb = match step {
            PathStep::Move(p) => (Verb::Move, self.points.push(p)).0,
            PathStep::Line(p) => (Verb::Line, self.points.push(p)).0,
            PathStep::Quad(a, b) => (Verb::Quad, self.points.extend([a, b])).0,
            PathStep::Cubic(a, b, c) => (Verb::Cubic, self.points.extend([a, b, c])).0,
            PathStep::Close => Verb::Close,
        };
        self.verbs.push(verb as u8);
        self
    }

    /// Whether there is no step.
    pub fn is_empty(&self) -> bool {
        self.verbs.is_empty()
    }

    /// Forgets all steps, keeping the memory.
    pub fn clear(&mut self) {
        self.verbs.clear();
        self.points.clear();
    }

    /// The verbs, one byte each.
    pub fn verbs(&self) -> &[u8] {
        &self.verbs
    }

    /// The points of all steps, in order.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    pub(super) fn wire_bytes(&self) -> usize {
        self.verbs.len() + self.points.len() * 8
    }
}
