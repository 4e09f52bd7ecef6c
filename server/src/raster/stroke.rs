//! [`stroke_path`]: the outline of a path drawn with a pen.
//!
//! Everything happens in user space, where the pen is a circle, and goes to device space point by
//! point at the very end: so a stretching transform gives an elliptical pen. A sub-path becomes a
//! sequence of [`Piece`]s (lines, with the true directions where a curve begins and ends), which
//! [`Tracer`] walks around.
//!
//! Every part of the outline turns the same way, so filled by the non-zero rule, overlaps blend once.

use transom_protocol::geometry::{Point, Transform};

use super::dash::Pattern;
use super::flatten::Curve;
use super::outline::{Nib, Piece, Tracer};
use super::path::{Path, Segment};
use super::scratch::{Scratch, give_back};
use super::vector::{self, Vector};

/// Curves of one stroke are cut into at most so many lines in all, and arcs and miters are drawn until
/// its outline, all sub-paths and both sides together, has so many points (6 MiB). Beyond that a curve
/// is one line, a join a bevel and a round cap two lines: at most five more points for each point of
/// the path. No picture needs that many.
pub(super) const MAX_POINTS: usize = 1 << 18;
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

impl Stroke<'_> {
    /// Whether this is as thin as a line can be and drawn throughout: without anti-aliasing it is drawn
    /// from pixel to pixel then, by [`trace_lines`](super::trace_lines).
    pub fn is_hairline(&self) -> bool {
        self.width == 0.0 && Pattern::new(self.dash, self.dash_phase, 1.0).is_none()
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
    device.clear();
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
        self.give_back();
    }

    /// Keeps no more memory than the next stroke is likely to need.
    fn give_back(&mut self) {
        give_back(&mut self.pieces);
        give_back(&mut self.left);
        give_back(&mut self.right);
        self.dashes.give_back();
    }

    /// How many bytes are kept for the next stroke.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        let borders = self.left.capacity() + self.right.capacity();
        self.pieces.capacity() * size_of::<Piece>()
            + borders * size_of::<Vector>()
            + self.dashes.kept()
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
