//! Hairlines without anti-aliasing: a path as lines between whole pixels, for [`draw_lines`].
//!
//! [`draw_lines`]: super::draw_lines

use transom_protocol::geometry::{PixelPoint, Point, Transform};

use super::edges::{floor, whole};
use super::flatten::Curve;
use super::line::LINE_REACH;
use super::path::{Path, Segment};
use super::scratch::give_back;
use super::stroke::{Cap, MAX_POINTS};
use super::vector::{self, Vector};

/// A line from one pixel up to, without, another.
pub type PixelLine = [PixelPoint; 2];

/// The whole pixel that `p` in user space lies in; `None` for numbers that are not finite.
#[inline]
pub fn pixel_at(p: Point, to_device: &Transform) -> Option<PixelPoint> {
    p.is_finite()
        .then(|| pixel(vector::apply(to_device, p.into())))
}

/// Just the pixel `at`, as a line.
pub const fn dot(at: PixelPoint) -> PixelLine {
    [at, PixelPoint::new(at.x.saturating_add(1), at.y)]
}

/// Replaces `out` by the lines of a hairline along `path`, which is in user space.
///
/// The ends of lines are the pixels they lie in; curves become lines within a tenth of a pixel first.
/// Lines of a sub-path that stay within one pixel are left out. An open sub-path ends before its last
/// pixel with a butt cap, with it otherwise; a closed one has at least one pixel.
pub fn trace_lines(path: &Path, to_device: &Transform, cap: Cap, out: &mut Vec<PixelLine>) {
    give_back(out);
    if !to_device.is_finite() {
        return;
    }
    let device = |p: Point| vector::apply(to_device, p.into());
    let mut tracer = Tracer {
        out,
        begun: 0,
        at: None,
        is_open_ended: cap == Cap::Butt,
    };
    let mut lines_left = MAX_POINTS;
    for segment in path.segments() {
        match segment {
            Segment::Move(_) => tracer.finish(false),
            Segment::Line(points) => tracer.line(points.map(device).map(pixel)),
            Segment::Quad(points) => {
                tracer.curve(points.map(device), Curve::quad, &mut lines_left);
            }
            Segment::Cubic(points) => {
                tracer.curve(points.map(device), Curve::cubic, &mut lines_left);
            }
            Segment::Close(points) => {
                tracer.line(points.map(device).map(pixel));
                tracer.finish(true);
            }
        }
    }
    tracer.finish(false);
}

struct Tracer<'a> {
    out: &'a mut Vec<PixelLine>,
    /// Where the lines of the current sub-path begin.
    begun: usize,
    /// Where it has got to, once it has any step.
    at: Option<PixelPoint>,
    /// Whether the last pixel of open sub-paths is left out.
    is_open_ended: bool,
}

impl Tracer<'_> {
    fn line(&mut self, [from, to]: PixelLine) {
        self.at = Some(to);
        if from != to {
            self.out.push([from, to]);
        }
    }

    /// Adds a curve as lines, found relative to the whole pixel it starts in.
    fn curve<const N: usize>(
        &mut self,
        points: [Vector; N],
        curve: fn([Vector; N]) -> Curve,
        lines_left: &mut usize,
    ) {
        let base = (whole(points[0].x), whole(points[0].y));
        let back = Vector::new(base.0 as f64, base.1 as f64);
        let place = |p: Vector| {
            let reach = i64::from(LINE_REACH);
            let place = |v: f64, base: i64| (floor(v) + base).clamp(-reach, reach) as i32;
            PixelPoint::new(place(p.x, base.0), place(p.y, base.1))
        };
        let curve = curve(points.map(|p| p - back));
        let count = curve.line_count(1.0).min(*lines_left as u32).max(1);
        *lines_left = lines_left.saturating_sub(count as usize);
        let mut from = place(curve.point(0, count));
        for i in 1..=count {
            let to = place(curve.point(i, count));
            self.line([from, to]);
            from = to;
        }
    }

    fn finish(&mut self, is_closed: bool) {
        if let Some(at) = self.at.take() {
            let is_empty = self.out.len() == self.begun;
            if (is_closed && is_empty) || !(is_closed || self.is_open_ended) {
                self.out.push(dot(at));
            }
        }
        self.begun = self.out.len();
    }
}

/// The whole pixel that `p` in device space lies in.
#[inline(always)]
fn pixel(p: Vector) -> PixelPoint {
    let reach = f64::from(LINE_REACH);
    let pixel = |v: f64| {
        // The library's `floor` is a call where the processor's baseline has no instruction for it.
        let v = v.clamp(-reach, reach);
        let cut = v as i32;
        cut - i32::from(f64::from(cut) > v)
    };
    PixelPoint::new(pixel(p.x), pixel(p.y))
}

#[cfg(test)]
mod tests {
    use transom_protocol::geometry::Rect;

    use super::*;

    const P: fn(i32, i32) -> PixelPoint = PixelPoint::new;

    fn traced(cap: Cap, build: impl FnOnce(&mut Path)) -> Vec<PixelLine> {
        let (mut path, mut lines) = (Path::new(), Vec::new());
        build(&mut path);
        trace_lines(&path, &Transform::IDENTITY, cap, &mut lines);
        lines
    }

    #[test]
    fn lines_lead_from_pixel_to_pixel() {
        let corner = |path: &mut Path| {
            path.move_to(Point::new(0.5, 0.9));
            path.line_to(Point::new(3.0, 0.0));
            path.line_to(Point::new(3.9, -0.1));
        };
        let lines = [[P(0, 0), P(3, 0)], [P(3, 0), P(3, -1)]];
        assert_eq!(traced(Cap::Butt, corner), lines);
        let last = dot(P(3, -1));
        assert_eq!(traced(Cap::Square, corner), [&lines[..], &[last]].concat());
    }

    #[test]
    fn a_path_within_a_pixel_is_a_dot_or_nothing() {
        let inside = |path: &mut Path| {
            path.move_to(Point::new(2.1, 2.1));
            path.line_to(Point::new(2.9, 2.9));
        };
        assert_eq!(traced(Cap::Butt, inside), [] as [PixelLine; 0]);
        assert_eq!(traced(Cap::Round, inside), [dot(P(2, 2))]);
        let closed = |path: &mut Path| path.rect(Rect::new(2.1, 2.1, 0.5, 0.5));
        assert_eq!(traced(Cap::Butt, closed), [dot(P(2, 2))]);
        let moved = |path: &mut Path| path.move_to(Point::new(2.1, 2.1));
        assert_eq!(traced(Cap::Round, moved), [] as [PixelLine; 0]);
    }

    #[test]
    fn curves_are_joined_without_a_gap() {
        let lines = traced(Cap::Butt, |path| {
            path.rounded_rect(Rect::new(0.5, 0.5, 100.0, 60.0), [30.0; 4]);
        });
        assert!(lines.len() > 20);
        assert!(lines.windows(2).all(|pair| pair[0][1] == pair[1][0]));
        assert_eq!(lines.first().map(|l| l[0]), lines.last().map(|l| l[1]));
    }

    #[test]
    fn curves_beyond_all_pixels_end_there() {
        for far in [1e9, 1e30, f32::MAX] {
            let lines = traced(Cap::Butt, |path| {
                path.move_to(Point::new(-far, 0.0));
                path.cubic_to(
                    Point::new(far, far),
                    Point::new(0.0, -far),
                    Point::new(far, 1.0),
                );
                path.line_to(Point::new(far, -far));
            });
            let reach = |v: i32| v.abs() <= LINE_REACH + 1;
            assert!(lines.iter().flatten().all(|p| reach(p.x) && reach(p.y)));
        }
    }
}
