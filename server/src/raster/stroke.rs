//! [`stroke_path`]: the outline of a path drawn with a pen.
//!
//! Everything happens in user space, where the pen is a circle, and goes to device space point by
//! point at the very end: so a stretching transform gives an elliptical pen. A sub-path becomes a
//! sequence of [`Piece`]s (lines, with the true directions where a curve begins and ends), which
//! [`Tracer`] walks around: along its left side, around the cap, back along its right side.
//!
//! Every part of the outline turns the same way, so filled by the non-zero rule, overlaps blend once.

use transom_protocol::geometry::{Point, Transform};

use super::dash::Pattern;
use super::flatten::{Curve, TOLERANCE};
use super::path::{Path, Segment};
use super::scratch::Scratch;
use super::vector::{self, Vector};

/// Curves of one stroke are cut into at most so many lines in all, and round joins are round until its
/// outline has so many points (8 MiB); beyond that both get coarse. No picture needs that many.
const MAX_POINTS: usize = 1 << 20;
/// An arc is halved at most so often: 512 lines for half a turn, good for pens of 10 000 pixels.
const MAX_HALVINGS: u32 = 9;
/// A turn with a smaller sine is none.
const STRAIGHT: f64 = 1e-9;
/// A curve's direction at its end is used where it differs from its last line by less than 45°.
const MIN_COSINE: f64 = 0.707;

/// How an open sub-path or a dash ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Cap {
    /// Straight, where the path ends.
    #[default]
    Butt,
    /// With half a circle around the end.
    Round,
    /// Straight, half the width beyond the end.
    Square,
}

/// What fills the outer side of a corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Join {
    /// Both borders continued until they meet; a bevel where that exceeds the miter limit.
    #[default]
    Miter,
    /// A circle around the corner.
    Round,
    /// A straight cut.
    Bevel,
}

/// A pen, in user space units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke<'a> {
    /// Full width; 0 is one device pixel whatever the transform. Negative or not finite draws nothing.
    pub width: f32,
    /// How open ends look.
    pub cap: Cap,
    /// How corners look.
    pub join: Join,
    /// The longest miter, from inner to outer corner, in widths; NaN allows none.
    pub miter_limit: f32,
    /// Lengths drawn and left out in turn, used twice if their number is odd. Empty, with a sum of 0, or
    /// with a number that is negative or not finite: no dashes.
    pub dash: &'a [f32],
    /// How far into the dashes the path begins.
    pub dash_phase: f32,
}

impl Default for Stroke<'_> {
    fn default() -> Self {
        Self {
            width: 1.0,
            cap: Cap::Butt,
            join: Join::Miter,
            miter_limit: 10.0,
            dash: &[],
            dash_phase: 0.0,
        }
    }
}

/// Replaces `out` by the outline, in device space, of `path` in user space drawn with `stroke`.
///
/// Fill it by the non-zero rule: what the stroke crosses twice is blended once. Lines thinner than a
/// device pixel keep their exact area and so get faint. Sub-paths that lead nowhere give a dot with
/// round and square caps (the square upright in user space); a lone move gives nothing. A closed sub-path
/// whose dashes are on at both ends of its seam has no gap there.
///
/// Curves stay within a tenth of a device pixel. More than 65 536 dashes in one call are not told apart:
/// the sub-path that would bring them is drawn solid.
pub fn stroke_path(
    path: &Path,
    stroke: &Stroke<'_>,
    to_device: &Transform,
    out: &mut Path,
    scratch: &mut Scratch,
) {
    out.clear();
    if !stroke.width.is_finite() || stroke.width < 0.0 || !to_device.is_finite() {
        return;
    }
    let Scratch {
        pen, path: device, ..
    } = scratch;
    let scale = vector::largest_scale(to_device);
    let mut nib = Nib {
        half: f64::from(stroke.width) / 2.0,
        cap: stroke.cap,
        join: stroke.join,
        miter_limit: f64::from(stroke.miter_limit),
        to_device: *to_device,
        scale,
    };
    if stroke.width > 0.0 {
        let pattern = Pattern::new(stroke.dash, stroke.dash_phase, 1.0);
        return pen.draw(path, nib, pattern, out);
    }
    // A hairline's pen is round on the device, so its user space is the device; only dashes are not.
    device.clear();
    path.transform(to_device, device);
    (nib.half, nib.to_device, nib.scale) = (0.5, Transform::IDENTITY, 1.0);
    let pattern = Pattern::new(stroke.dash, stroke.dash_phase, scale);
    pen.draw(device, nib, pattern, out);
}

/// A [`Stroke`] made ready.
#[derive(Clone, Copy, Debug)]
struct Nib {
    /// Half the width.
    half: f64,
    cap: Cap,
    join: Join,
    miter_limit: f64,
    to_device: Transform,
    /// Device pixels per unit, in the direction in which there are most.
    scale: f64,
}

/// A straight line of a path, longer than nothing unless it is a dash that is a dot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) from: Vector,
    pub(super) to: Vector,
    pub(super) length: f64,
    /// Its direction, and those of the path itself at either end; all of length 1.
    along: Vector,
    start: Vector,
    end: Vector,
    /// Whether it ends inside a curve.
    is_smooth: bool,
}

impl Piece {
    fn line(from: Vector, to: Vector) -> Option<Self> {
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
    fn dot(at: Vector, along: Vector) -> Self {
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

/// Working memory of [`stroke_path`].
#[derive(Debug, Default)]
pub(super) struct Pen {
    /// The current sub-path.
    pieces: Vec<Piece>,
    dashes: super::dash::Buffers,
    left: Vec<Vector>,
    right: Vec<Vector>,
}

impl Pen {
    fn draw(&mut self, path: &Path, nib: Nib, mut pattern: Option<Pattern<'_>>, out: &mut Path) {
        let mut lines_left = MAX_POINTS;
        // Where a sub-path is that leads nowhere so far, once it has any step.
        let mut dot = None;
        self.pieces.clear();
        for segment in path.segments() {
            match segment {
                Segment::Move(_) => {
                    self.finish(false, dot.take(), &nib, pattern.as_mut(), out);
                }
                Segment::Line([from, to]) => {
                    dot = Some(from);
                    self.pieces.extend(Piece::line(from.into(), to.into()));
                }
                Segment::Quad(points) => {
                    dot = Some(points[0]);
                    self.curve(Curve::quad(points.map(Vector::from)), &nib, &mut lines_left);
                }
                Segment::Cubic(points) => {
                    dot = Some(points[0]);
                    self.curve(
                        Curve::cubic(points.map(Vector::from)),
                        &nib,
                        &mut lines_left,
                    );
                }
                Segment::Close([from, to]) => {
                    self.pieces.extend(Piece::line(from.into(), to.into()));
                    self.finish(true, Some(to), &nib, pattern.as_mut(), out);
                    dot = None;
                }
            }
        }
        self.finish(false, dot, &nib, pattern.as_mut(), out);
    }

    fn curve(&mut self, curve: Curve, nib: &Nib, lines_left: &mut usize) {
        let count = curve.line_count(nib.scale).min(*lines_left as u32).max(1);
        *lines_left = lines_left.saturating_sub(count as usize);
        let begin = self.pieces.len();
        for i in 0..count {
            let line = Piece::line(curve.point(i, count), curve.point(i + 1, count));
            self.pieces.extend(line.map(|line| Piece {
                is_smooth: true,
                ..line
            }));
        }
        let near = |direction: Option<Vector>, along: Vector| {
            direction
                .filter(|d| d.dot(along) > MIN_COSINE)
                .unwrap_or(along)
        };
        if let Some(first) = self.pieces[begin..].first_mut() {
            first.start = near(curve.start_direction(), first.along);
        }
        if let Some(last) = self.pieces[begin..].last_mut() {
            last.end = near(curve.end_direction(), last.along);
            last.is_smooth = false;
        }
    }

    /// Draws the sub-path gathered so far, or a dot, and makes room for the next.
    fn finish(
        &mut self,
        is_closed: bool,
        dot: Option<Point>,
        nib: &Nib,
        pattern: Option<&mut Pattern<'_>>,
        out: &mut Path,
    ) {
        let Self {
            pieces,
            dashes,
            left,
            right,
        } = self;
        let mut tracer = Tracer {
            nib,
            left,
            right,
            out,
        };
        match (pattern, dot) {
            (_, None) => {}
            (_, Some(at)) if pieces.is_empty() => {
                tracer.trace(&[Piece::dot(at.into(), Vector::new(1.0, 0.0))], false);
            }
            (None, _) => tracer.trace(pieces, is_closed),
            (Some(pattern), _) => {
                pattern.split(pieces, is_closed, dashes, |dash, is_closed| {
                    tracer.trace(dash, is_closed);
                });
            }
        }
        pieces.clear();
    }
}

/// Walks around a sequence of pieces and writes its outline down.
struct Tracer<'t> {
    nib: &'t Nib,
    /// The outline on the side that [`Vector::turned`] leads to, then all of it.
    left: &'t mut Vec<Vector>,
    right: &'t mut Vec<Vector>,
    out: &'t mut Path,
}

impl Tracer<'_> {
    fn trace(&mut self, pieces: &[Piece], is_closed: bool) {
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
        let miters = self.nib.join == Join::Miter && self.miter_fits(dot);
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
        let is_coarse = self.out.point_count() >= MAX_POINTS;
        Arc {
            center,
            radius: self.nib.half,
            scale: self.nib.scale,
            halvings: if is_coarse { 0 } else { MAX_HALVINGS },
        }
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
