//! [`Tracer`]: the outline around a sequence of lines.
//!
//! An open sequence is walked around: along its left side, around the cap, back along its right side
//! and around the other cap. A closed one has two sides, each a sub-path, in opposite directions.

use transom_protocol::geometry::Transform;

use super::flatten::TOLERANCE;
use super::path::Path;
use super::stroke::{Cap, Join, MAX_POINTS};
use super::vector::{self, Vector};

/// An arc is halved at most so often: 512 lines for a quarter, more than pens of [`FAR_RADIUS`] need.
const MAX_HALVINGS: u32 = 9;
/// In pixels: a larger circle is a straight line to the eye, wherever a buffer can show a part of it.
const FAR_RADIUS: f64 = (1 << 15) as f64;
/// The same for arcs of larger circles: 64 lines for a quarter.
const FAR_HALVINGS: u32 = 6;
/// A turn with a smaller sine is none.
const STRAIGHT: f64 = 1e-9;

/// A [`Stroke`](super::Stroke) made ready.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nib {
    /// Half the width.
    pub(super) half: f64,
    pub(super) cap: Cap,
    pub(super) join: Join,
    pub(super) miter_limit: f64,
    pub(super) to_device: Transform,
    /// Device pixels per unit, in the direction in which there are most.
    pub(super) scale: f64,
}

/// A straight line of a path, longer than nothing unless it is a dash that is a dot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) from: Vector,
    pub(super) to: Vector,
    pub(super) length: f64,
    /// Its direction, and those of the path itself at either end; all of length 1.
    pub(super) along: Vector,
    pub(super) start: Vector,
    pub(super) end: Vector,
    /// Whether it ends inside a curve.
    pub(super) is_smooth: bool,
}

impl Piece {
    pub(super) fn line(from: Vector, to: Vector) -> Option<Self> {
        let along = (to - from).unit()?;
        Some(Self {
            from,
            to,
            length: (to - from).length(),
            along,
            start: along,
            end: along,
            is_smooth: false,
        })
    }

    /// A piece without length that shows where its caps would be.
    pub(super) fn dot(at: Vector, along: Vector) -> Self {
        Self {
            from: at,
            to: at,
            length: 0.0,
            along,
            start: along,
            end: along,
            is_smooth: false,
        }
    }

    /// The part between the distances `low` and `high` from the beginning.
    pub(super) fn part(&self, low: f64, high: f64) -> Self {
        let at = |distance: f64| self.from.lerp(self.to, distance / self.length);
        let mut part = Self {
            length: high - low,
            ..*self
        };
        if low > 0.0 {
            (part.from, part.start) = (at(low), self.along);
        }
        if high < self.length {
            (part.to, part.end, part.is_smooth) = (at(high), self.along, false);
        }
        part
    }
}

/// Walks around a sequence of pieces and writes its outline down.
pub(super) struct Tracer<'t> {
    pub(super) nib: &'t Nib,
    /// The outline on the side that [`Vector::turned`] leads to, then all of it.
    pub(super) left: &'t mut Vec<Vector>,
    pub(super) right: &'t mut Vec<Vector>,
    pub(super) out: &'t mut Path,
}

impl Tracer<'_> {
    pub(super) fn trace(&mut self, pieces: &[Piece], is_closed: bool) {
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
            return;
        };
        self.left.clear();
        self.right.clear();
        if is_closed && pieces.len() > 1 {
            for pair in pieces.windows(2) {
                self.join(&pair[0], &pair[1]);
            }
            self.join(last, first);
            self.write_left();
            self.left.clear();
            self.turn_back();
        } else {
            self.both_sides(first.from, first.start);
            for pair in pieces.windows(2) {
                self.join(&pair[0], &pair[1]);
            }
            self.both_sides(last.to, last.end);
            self.cap(last.to, last.end);
            self.turn_back();
            self.cap(first.from, -first.start);
        }
        self.write_left();
    }

    /// Both borders at `p`, where the path leads in the direction `along`.
    fn both_sides(&mut self, p: Vector, along: Vector) {
        let side = along.turned() * self.nib.half;
        self.left.push(p + side);
        self.right.push(p - side);
    }

    /// Goes on along the right side, backwards.
    fn turn_back(&mut self) {
        self.left.extend(self.right.iter().rev());
        self.right.clear();
    }

    /// Writes the points of the left side as a sub-path.
    fn write_left(&mut self) {
        let device = |p: &Vector| vector::apply(&self.nib.to_device, *p).to_point();
        let mut points = self.left.iter().map(device);
        if let Some(first) = points.next() {
            self.out.move_to(first);
            points.for_each(|p| self.out.line_to(p));
            self.out.close();
        }
    }

    /// From the left border to the right one around an end at `p`, on a path that leads `along`.
    fn cap(&mut self, p: Vector, along: Vector) {
        let (ahead, side) = (along * self.nib.half, along.turned() * self.nib.half);
        match self.nib.cap {
            Cap::Butt => {}
            Cap::Square => self.left.extend([p + side + ahead, p - side + ahead]),
            Cap::Round => {
                let arc = self.arc(p);
                arc.between(side, ahead, self.left);
                arc.between(ahead, -side, self.left);
            }
        }
    }

    fn join(&mut self, a: &Piece, b: &Piece) {
        let (p, half) = (a.to, self.nib.half);
        let (cross, dot) = (a.end.cross(b.start), a.end.dot(b.start));
        if cross.abs() < STRAIGHT && dot > 0.0 {
            return self.both_sides(p, b.start);
        }
        let (from, to) = (a.end.turned() * half, b.start.turned() * half);
        let arc = self.arc(p);
        let is_round = a.is_smooth || self.nib.join == Join::Round;
        let miters = self.nib.join == Join::Miter && self.miter_fits(dot) && !self.is_full();
        // A turn towards the left side has its outside on the right.
        let (outer, inner, from, to) = if cross > 0.0 {
            (&mut *self.right, &mut *self.left, -from, -to)
        } else {
            (&mut *self.left, &mut *self.right, from, to)
        };
        outer.push(p + from);
        if is_round {
            arc.turn(from, to, a.end * half, outer);
        } else {
            if miters {
                outer.push(p + (from + to) * (1.0 / (1.0 + dot)));
            }
            outer.push(p + to);
        }
        // Where the inner borders meet, if that is still on both pieces; else around by the corner.
        let reach = half * ((1.0 - dot) / (1.0 + dot)).sqrt();
        if reach <= a.length.min(b.length) / 2.0 {
            inner.push(p - (from + to) * (1.0 / (1.0 + dot)));
        } else {
            inner.extend([p - from, p, p - to]);
        }
    }

    /// Whether a turn with this cosine keeps the miter limit: 1 / cos(half the turn) is its length.
    fn miter_fits(&self, dot: f64) -> bool {
        let limit = self.nib.miter_limit;
        limit >= 1.0 && (1.0 + dot) / 2.0 * limit * limit >= 1.0
    }

    fn arc(&self, center: Vector) -> Arc {
        let (radius, scale) = (self.nib.half, self.nib.scale);
        let halvings = match radius * scale {
            _ if self.is_full() => 0,
            pixels if pixels <= FAR_RADIUS => MAX_HALVINGS,
            _ => FAR_HALVINGS,
        };
        Arc {
            center,
            radius,
            scale,
            halvings,
        }
    }

    /// Whether the outline, with what is not written down yet, has all the points it may spend on
    /// looks.
    fn is_full(&self) -> bool {
        self.out.point_count() + self.left.len() + self.right.len() >= MAX_POINTS
    }
}

/// Part of a circle as lines, found by halving angles: no sine, no cosine.
#[derive(Clone, Copy)]
struct Arc {
    center: Vector,
    radius: f64,
    scale: f64,
    halvings: u32,
}

impl Arc {
    /// The points after `a` up to `b`, both relative to the centre, less than half a turn apart.
    fn between(self, a: Vector, b: Vector, points: &mut Vec<Vector>) {
        let cos = a.dot(b) / (self.radius * self.radius);
        let rise = 1.0 - ((1.0 + cos) / 2.0).max(0.0).sqrt();
        let is_flat = self.radius * self.scale * rise <= TOLERANCE;
        match (a + b).unit() {
            Some(middle) if !is_flat && self.halvings > 0 => {
                let (middle, half) = (
                    middle * self.radius,
                    Self {
                        halvings: self.halvings - 1,
                        ..self
                    },
                );
                half.between(a, middle, points);
                half.between(middle, b, points);
            }
            _ => points.push(self.center + b),
        }
    }

    /// Like [`Arc::between`], for up to half a turn; `ahead` lies in the middle of a full half.
    fn turn(self, a: Vector, b: Vector, ahead: Vector, points: &mut Vec<Vector>) {
        let middle = a + b;
        if middle.length() > self.radius * 1e-6 {
            self.between(a, b, points);
        } else {
            self.between(a, ahead, points);
            self.between(ahead, b, points);
        }
    }
}
