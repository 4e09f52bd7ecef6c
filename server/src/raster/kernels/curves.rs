//! Where pixels lie along a gradient between circles or around a point: loops of additions, products,
//! quotients and square roots, which are the same everywhere, compiled for processors with wider registers.

use std::sync::LazyLock;

use super::super::vector::Vector;

/// Places along a gradient are multiples of 1 / 2^16.
const ONE: f64 = (1 << 16) as f64;
/// Places beyond this are as good as infinitely far.
const MAX_PLACE: f64 = (1u64 << 40) as f64;
/// The place of a pixel that the gradient does not reach.
pub(in super::super) const NOWHERE: i64 = i64::MIN;

/// From device pixels to a paint's own coordinates.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Inverse {
    pub(in super::super) x: Vector,
    pub(in super::super) y: Vector,
    /// Where the device's origin is.
    pub(in super::super) origin: Vector,
}

impl Inverse {
    /// Where the centre of a device pixel is.
    #[inline(always)]
    fn center_of(&self, x: i32, y: i32) -> Vector {
        let (x, y) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
        Vector::new(
            self.origin.x + self.x.x * x + self.y.x * y,
            self.origin.y + self.x.y * x + self.y.y * y,
        )
    }
}

/// How places follow from where a pixel is.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Curve {
    Circles(Circles),
    Around(Around),
}

/// Between two circles.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Circles {
    pub(in super::super) from: Vector,
    pub(in super::super) way: Vector,
    pub(in super::super) radius: f64,
    pub(in super::super) growth: f64,
    /// Of the square of the place, in the equation for it.
    pub(in super::super) square: f64,
}

impl Circles {
    /// The greatest place whose circle goes through `p` and has no negative radius; NaN without one.
    #[inline(always)]
    fn place(&self, p: Vector) -> f64 {
        let p = p - self.from;
        let half = p.dot(self.way) + self.radius * self.growth;
        let rest = p.dot(p) - self.radius * self.radius;
        let holds = |t: f64| (self.radius + t * self.growth >= 0.0) & t.is_finite();
        if self.square == 0.0 {
            let only = rest / (2.0 * half);
            return if holds(only) { only } else { f64::NAN };
        }
        let root = (half * half - self.square * rest).sqrt();
        let (one, other) = ((half + root) / self.square, (half - root) / self.square);
        // Without a solution both are NaN.
        let (more, less) = (one.max(other), one.min(other));
        let less = if holds(less) { less } else { f64::NAN };
        if holds(more) { more } else { less }
    }
}

/// Around a point.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Around {
    pub(in super::super) center: Vector,
    /// Where it begins, in turns, and how far it goes.
    pub(in super::super) start: f64,
    pub(in super::super) sweep: f64,
}

impl Around {
    #[inline(always)]
    fn place(&self, p: Vector) -> f64 {
        let way = p - self.center;
        let angle = turns(way) - self.start;
        let angle = if angle < 0.0 { angle + 1.0 } else { angle };
        let angle = if angle >= 1.0 { 0.0 } else { angle };
        let is_center = (way.x == 0.0) & (way.y == 0.0);
        if is_center { 0.0 } else { angle / self.sweep }
    }
}

/// An odd polynomial for the arc tangent of 0 to 1, in turns, by its squares.
const ATAN: [f64; 11] = [
    0.159_154_943_020_838_66,
    -0.053_051_630_437_867_855,
    0.031_830_285_313_346_494,
    -0.022_725_059_547_582_01,
    0.017_587_848_741_096_08,
    -0.013_981_830_656_770_649,
    0.010_639_956_038_086_885,
    -0.006_991_423_766_934_746,
    0.003_487_553_697_564_091_6,
    -0.001_118_965_819_662_084,
    0.000_168_323_455_444_043_9,
];

/// The angle of a direction in turns, clockwise on the screen from the x axis, from 0 to 1.
#[inline(always)]
fn turns(v: Vector) -> f64 {
    let (x, y) = (v.x.abs(), v.y.abs());
    let (low, high) = if x > y { (y, x) } else { (x, y) };
    let ratio = low / high;
    let square = ratio * ratio;
    let mut sum = 0.0;
    for coefficient in ATAN.into_iter().rev() {
        sum = sum * square + coefficient;
    }
    let eighth = sum * ratio;
    let quarter = if x > y { eighth } else { 0.25 - eighth };
    let half = if v.x < 0.0 { 0.5 - quarter } else { quarter };
    if v.y < 0.0 { 1.0 - half } else { half }
}

/// `t` in a ramp's places, rounded to nearest, halves up; NaN is 0.
#[inline(always)]
fn to_place(t: f64) -> i64 {
    /// Numbers beside this one are whole, and its lowest binary digits are theirs.
    const WHOLE: f64 = 1.5 * (1u64 << 52) as f64;
    let v = (t * ONE + 0.5).clamp(-MAX_PLACE, MAX_PLACE);
    let v = if v.is_nan() { 0.0 } else { v };
    let near = v + WHOLE;
    let cut = near.to_bits().wrapping_sub(WHOLE.to_bits()) as i64;
    cut - i64::from(near - WHOLE > v)
}

/// Fills in the places of the pixels from one on to the right.
type Places = fn(&Curve, &Inverse, (i32, i32), &mut [i64]);

/// The places of the pixels from (`x`, `y`) on to the right: rounded, 0 for what is no number, and
/// [`NOWHERE`] where circles have none.
#[inline(always)]
pub(in super::super) fn places(curve: &Curve, inverse: &Inverse, at: (i32, i32), out: &mut [i64]) {
    static PICKED: LazyLock<Places> =
        LazyLock::new(|| versions().last().map_or(scalar, |(_, version)| *version));
    PICKED(curve, inverse, at, out);
}

#[inline(always)]
fn fill(curve: &Curve, inverse: &Inverse, (x, y): (i32, i32), out: &mut [i64]) {
    let inverse = *inverse;
    match *curve {
        Curve::Circles(circles) => {
            for (i, out) in (0..).zip(out) {
                let t = circles.place(inverse.center_of(x.wrapping_add(i), y));
                *out = if t.is_nan() { NOWHERE } else { to_place(t) };
            }
        }
        Curve::Around(around) => {
            for (i, out) in (0..).zip(out) {
                *out = to_place(around.place(inverse.center_of(x.wrapping_add(i), y)));
            }
        }
    }
}

fn scalar(curve: &Curve, inverse: &Inverse, at: (i32, i32), out: &mut [i64]) {
    fill(curve, inverse, at, out);
}

/// All versions that can run here with their names, from the slowest to the quickest.
fn versions() -> Vec<(&'static str, Places)> {
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(
            unused_mut,
            reason = "other processors have no version of their own yet"
        )
    )]
    let mut versions: Vec<(_, Places)> = vec![("scalar", scalar)];
    #[cfg(target_arch = "x86_64")]
    wider::add(&mut versions);
    versions
}

#[cfg(target_arch = "x86_64")]
mod wider {
    #![allow(unsafe_code, reason = "a function for some processors only")]

    use super::{Curve, Inverse, Places, fill};

    pub(super) fn add(versions: &mut Vec<(&'static str, Places)>) {
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has the feature.
            versions.push(("avx2", |c, i, a, o| unsafe { avx2(c, i, a, o) }));
        }
        if std::arch::is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has the feature.
            versions.push(("avx512", |c, i, a, o| unsafe { avx512(c, i, a, o) }));
        }
    }

    #[target_feature(enable = "avx2")]
    fn avx2(curve: &Curve, inverse: &Inverse, at: (i32, i32), out: &mut [i64]) {
        fill(curve, inverse, at, out);
    }

    #[target_feature(enable = "avx512f")]
    fn avx512(curve: &Curve, inverse: &Inverse, at: (i32, i32), out: &mut [i64]) {
        fill(curve, inverse, at, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::Rng;
    use super::*;

    #[test]
    fn angles_are_those_of_the_library() {
        for i in 0..100_000 {
            let angle = f64::from(i) / 100_000.0;
            let (sin, cos) = (angle * std::f64::consts::TAU).sin_cos();
            let found = turns(Vector::new(cos, sin));
            let off = (found - angle).abs();
            assert!(off.min(1.0 - off) < 1e-10, "{angle}: {found}");
        }
        assert_eq!(turns(Vector::new(0.0, 3.0)), 0.25);
        assert_eq!(turns(Vector::new(-3.0, 0.0)), 0.5);
        assert_eq!(turns(Vector::new(0.0, -3.0)), 0.75);
    }

    #[test]
    fn places_are_rounded_as_whole_numbers_are_cut() {
        let mut rng = Rng(3);
        let limits = [0.0, -0.0, 1e300, -1e300, f64::INFINITY, f64::NEG_INFINITY];
        let random = (0..100_000).map(|_| {
            let scale = rng.pick(&[1e-9, 1.0, 1000.0, 1e9]);
            f64::from(rng.float(-1.0, 1.0)) * scale
        });
        let whole = (-9..9).map(|i| f64::from(i) / (2.0 * ONE));
        for t in limits.into_iter().chain(whole).chain(random) {
            let exact = (t * ONE + 0.5).clamp(-MAX_PLACE, MAX_PLACE).floor() as i64;
            assert_eq!(to_place(t), exact, "{t}");
        }
        assert_eq!(to_place(f64::NAN), 0);
    }

    #[test]
    fn all_versions_find_the_same_places() {
        let mut rng = Rng(9);
        for round in 0..3000 {
            let mut number = |most: f32| match rng.below(8) {
                0 => 0.0,
                1 => f64::from(rng.float(-1.0, 1.0)).signum() * f64::from(most),
                _ => f64::from(rng.float(-most, most)),
            };
            let mut vector = |most| Vector::new(number(most), number(most));
            let (from, way) = (vector(100.0), vector(50.0));
            let inverse = Inverse {
                x: vector(2.0),
                y: vector(2.0),
                origin: vector(1000.0),
            };
            let (radius, growth) = (number(60.0).abs(), number(60.0));
            let circles = Circles {
                from,
                way,
                radius,
                growth,
                square: way.dot(way) - growth * growth,
            };
            let around = Around {
                center: from,
                start: number(1.0).abs(),
                sweep: number(2.0).abs(),
            };
            let at = (rng.below(4000) as i32 - 2000, rng.below(4000) as i32 - 2000);
            let length = rng.below(70) as usize;
            for curve in [Curve::Circles(circles), Curve::Around(around)] {
                let mut expected = vec![0; length];
                scalar(&curve, &inverse, at, &mut expected);
                for (name, version) in versions() {
                    let mut out = vec![1; length];
                    version(&curve, &inverse, at, &mut out);
                    assert_eq!(out, expected, "{name} in round {round}");
                }
            }
        }
    }
}
