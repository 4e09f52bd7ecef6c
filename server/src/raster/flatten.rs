//! Curves to lines: how many it takes, and where their ends lie.

use super::vector::Vector;

/// How far a line may stray from the curve it stands for, in device pixels. A tenth of a pixel is
/// promised; half of that keeps a circle round to the eye and costs four lines in ten more.
pub(super) const TOLERANCE: f64 = 0.05;

/// At most so many lines for one curve: enough for circles of 100 000 pixels at the tolerance, and a
/// bound on what a curve of absurd size costs.
const MAX_LINES: f64 = 1024.0;

/// A quadratic or cubic Bézier curve, as the polynomial `start + t·(a + t·(b + t·c))`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Curve {
    start: Vector,
    end: Vector,
    a: Vector,
    b: Vector,
    c: Vector,
    /// Bound on a quarter of the second derivative's half, which decides the number of lines.
    bend: f64,
}

impl Curve {
    pub(super) fn quad([p0, p1, p2]: [Vector; 3]) -> Self {
        let bend = p0 - p1 * 2.0 + p2;
        Self {
            start: p0,
            end: p2,
            a: (p1 - p0) * 2.0,
            b: bend,
            c: Vector::default(),
            bend: bend.length() / 4.0,
        }
    }

    pub(super) fn cubic([p0, p1, p2, p3]: [Vector; 4]) -> Self {
        let (bend0, bend1) = (p0 - p1 * 2.0 + p2, p1 - p2 * 2.0 + p3);
        Self {
            start: p0,
            end: p3,
            a: (p1 - p0) * 3.0,
            b: bend0 * 3.0,
            c: p3 - p0 + (p1 - p2) * 3.0,
            bend: bend0.length().max(bend1.length()) * 0.75,
        }
    }

    /// The direction in which the curve sets out; none where its first two points coincide.
    pub(super) fn start_direction(&self) -> Option<Vector> {
        self.a.unit()
    }

    /// The direction in which the curve arrives; none where its last two points coincide.
    pub(super) fn end_direction(&self) -> Option<Vector> {
        (self.a + self.b * 2.0 + self.c * 3.0).unit()
    }

    /// How many lines stay within [`TOLERANCE`] of the curve seen at `scale` times its size.
    ///
    /// With n equal steps of t the error is at most |second derivative| / (8 n²).
    pub(super) fn line_count(&self, scale: f64) -> u32 {
        let count = (self.bend * scale / TOLERANCE).sqrt().ceil();
        // NaN fails the comparison and becomes 1.
        if count >= 1.0 {
            count.min(MAX_LINES) as u32
        } else {
            1
        }
    }

    /// The point after `i` of `n` equal steps; exactly the curve's own ends at 0 and `n`.
    pub(super) fn point(&self, i: u32, n: u32) -> Vector {
        if i >= n {
            return self.end;
        }
        let t = f64::from(i) / f64::from(n);
        self.start + (self.a + (self.b + self.c * t) * t) * t
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const V: fn(f64, f64) -> Vector = Vector::new;

    /// The greatest distance of the curve from its own lines.
    fn error(curve: &Curve) -> f64 {
        let n = curve.line_count(1.0);
        let mut worst = 0.0f64;
        for i in 0..n {
            let (from, to) = (curve.point(i, n), curve.point(i + 1, n));
            for k in 1..16 {
                let p = curve.point(i * 16 + k, n * 16);
                let along = (to - from).unit().unwrap_or(V(1.0, 0.0));
                worst = worst.max(along.cross(p - from).abs());
            }
        }
        worst
    }

    #[test]
    fn lines_stay_within_the_tolerance() {
        for size in [0.1, 3.0, 40.0, 900.0, 20_000.0] {
            let quad = Curve::quad([V(0.0, 0.0), V(size, -size), V(size, size * 2.0)]);
            let cubic = [
                V(0.0, 0.0),
                V(size * 3.0, size),
                V(-size, size),
                V(size, 0.0),
            ];
            assert!(error(&quad) <= TOLERANCE);
            assert!(error(&Curve::cubic(cubic)) <= TOLERANCE);
        }
    }

    #[test]
    fn the_number_of_lines_is_bounded() {
        let wild =
            |v: f64| Curve::cubic([V(0.0, 0.0), V(v, -v), V(-v, v), V(v, v)]).line_count(1.0);
        assert_eq!(wild(1e38), MAX_LINES as u32);
        assert_eq!(wild(f64::INFINITY), MAX_LINES as u32);
        assert_eq!(wild(0.0), 1);
    }

    #[test]
    fn a_curve_ends_exactly_where_it_says() {
        let end = V(0.1, 0.7);
        let curve = Curve::cubic([V(0.3, 0.3), V(9.1, 2.2), V(1.7, 3.3), end]);
        assert_eq!(curve.point(7, 7), end);
        assert_eq!(curve.point(0, 7), V(0.3, 0.3));
    }
}
