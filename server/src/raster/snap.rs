//! [`snap_rect`]: rectangles of the user put on whole device pixels.

use transom_protocol::geometry::{PixelPoint, PixelRect, Point, Rect, Transform};

/// Whole pixels beyond this are as good as infinitely far away, and leave room for arithmetic.
const FAR: f64 = (1 << 30) as f64;

/// Numbers of this size have no room for fractions: adding it rounds to a whole number, which then stands in
/// the lowest bits. The processor's baseline has no instruction for `floor`.
const WHOLE: f64 = 1.5 * (1u64 << 52) as f64;

/// The whole device pixels that stand for `rect`, when `to_device` keeps rectangles upright.
///
/// Each edge goes through the map and then to `floor(v + 0.5)`, so rectangles that share an edge in
/// user space share one on the screen: no seam, no overlap. A rectangle may so become empty. Mirroring
/// and quarter turns are upright too. `None` for other maps and for numbers that are not finite; an
/// empty `rect` gives an empty result. Edges stop at ±2^30.
#[inline]
pub fn snap_rect(rect: Rect, to_device: &Transform) -> Option<PixelRect> {
    let t = to_device;
    if !(rect.is_finite() & t.is_finite() & keeps_upright(t)) {
        return None;
    }
    if (rect.width <= 0.0) | (rect.height <= 0.0) {
        return Some(PixelRect::EMPTY);
    }
    // The right edge is rounded to single precision first, as it is for a neighbour that starts there.
    let (right, bottom) = (rect.right(), rect.bottom());
    let (corners, scales) = match t.is_axis_aligned() {
        true => ([rect.x, rect.y, right, bottom], [t.a, t.d]),
        false => ([rect.y, rect.x, bottom, right], [t.c, t.b]),
    };
    let [x0, y0, x1, y1] = rounded(corners, scales, [t.e, t.f]);
    Some(PixelRect::from_edges(
        x0.min(x1),
        y0.min(y1),
        x0.max(x1),
        y0.max(y1),
    ))
}

/// A map to the device that moves and stretches, but neither turns nor mirrors: nearly every one. It snaps
/// as [`snap_rect`] does, and much sooner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Upright {
    /// Of x and y.
    scales: [f64; 2],
    offsets: [f64; 2],
}

impl Upright {
    /// The map `t`, unless it is another kind.
    pub fn of(t: &Transform) -> Option<Self> {
        let is_one = t.is_finite() && t.is_axis_aligned() && t.a > 0.0 && t.d > 0.0;
        is_one.then(|| Self {
            scales: [t.a, t.d].map(f64::from),
            offsets: [t.e, t.f].map(f64::from),
        })
    }

    /// The whole device pixels that stand for `rect`; `None` for numbers that are not finite.
    #[inline]
    pub fn snap(&self, rect: Rect) -> Option<PixelRect> {
        if !rect.is_finite() {
            return None;
        }
        if (rect.width <= 0.0) | (rect.height <= 0.0) {
            return Some(PixelRect::EMPTY);
        }
        let low = self.corner(Point::new(rect.x, rect.y));
        let high = self.corner(Point::new(rect.right(), rect.bottom()));
        Some(PixelRect::from_edges(low.x, low.y, high.x, high.y))
    }

    /// The device pixel whose corner `at` is; `None` for numbers that are not finite.
    #[inline]
    pub fn snap_point(&self, at: Point) -> Option<PixelPoint> {
        at.is_finite().then(|| self.corner(at))
    }

    /// Where `at` goes, as every map has it: in double precision, and back to the nearest number.
    #[inline]
    pub fn map(&self, at: Point) -> Point {
        let narrow = |v: f64| v.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32;
        Point::new(
            narrow(f64::from(at.x) * self.scales[0] + self.offsets[0]),
            narrow(f64::from(at.y) * self.scales[1] + self.offsets[1]),
        )
    }

    /// Of coordinates that may be infinite, but are numbers.
    #[inline(always)]
    fn corner(&self, at: Point) -> PixelPoint {
        let x = f64::from(at.x) * self.scales[0] + self.offsets[0];
        let y = f64::from(at.y) * self.scales[1] + self.offsets[1];
        PixelPoint::new(floor(x + 0.5), floor(y + 0.5))
    }
}

/// Whether `t` maps upright rectangles to upright rectangles.
#[inline]
pub(super) fn keeps_upright(t: &Transform) -> bool {
    t.is_axis_aligned() || (t.a == 0.0 && t.d == 0.0)
}

/// Two corners after `v × scale + offset`, on whole pixels: arithmetic on four numbers at once.
#[inline]
fn rounded(corners: [f32; 4], [a, d]: [f32; 2], [e, f]: [f32; 2]) -> [i32; 4] {
    let (scales, offsets) = ([a, d, a, d], [e, f, e, f]);
    let mut edges = [0; 4];
    for i in 0..4 {
        let edge = f64::from(corners[i]) * f64::from(scales[i]) + f64::from(offsets[i]);
        edges[i] = round_half_up(edge);
    }
    edges
}

/// `floor(v + 0.5)`, stopping at ±2^30; NaN is 0.
#[inline]
pub(super) fn round_half_up(v: f64) -> i32 {
    floor(if v.is_nan() { 0.0 } else { v + 0.5 })
}

/// The number, which is one, rounded down, stopping at ±2^30.
#[inline]
fn floor(v: f64) -> i32 {
    let v = v.clamp(-FAR, FAR);
    let nearest = v + WHOLE;
    nearest.to_bits() as i32 - i32::from(nearest - WHOLE > v)
}

#[cfg(test)]
mod tests {
    use super::super::tests::Rng;
    use super::*;

    #[test]
    fn rectangles_that_share_an_edge_still_do_at_any_scale() {
        for scale in [30, 97, 130, 150, 180, 211, 240] {
            let t = Transform {
                e: 0.3,
                f: -0.7,
                ..Transform::scale(scale as f32 / 120.0, scale as f32 / -120.0)
            };
            for i in 0..200 {
                let snap = |i: i32| {
                    let r = Rect::new(i as f32 * 1.5, i as f32 * 1.5, 1.5, 1.5);
                    snap_rect(r, &t).expect("upright")
                };
                assert_eq!(snap(i).x1, snap(i + 1).x0);
                assert_eq!(snap(i).y0, snap(i + 1).y1);
            }
        }
    }

    #[test]
    fn upright_maps_snap_like_all_others() {
        let mut rng = Rng(7);
        let number = |rng: &mut Rng| {
            let wild = [
                f32::NAN,
                f32::INFINITY,
                f32::MAX,
                f32::MIN,
                1e30,
                -0.0,
                0.5,
                -1.5,
                3e9,
                -3e9,
            ];
            match rng.below(8) {
                0 => rng.pick(&wild),
                1 => rng.float(-1e6, 1e6).round() + 0.5,
                _ => rng.float(-900.0, 900.0),
            }
        };
        for _ in 0..20_000 {
            let t = Transform {
                a: rng.pick(&[1.0, 1.5, 0.3, 1e30, 1e-30]),
                d: rng.pick(&[1.0, 1.25, 2.0, f32::MAX]),
                e: number(&mut rng),
                f: number(&mut rng),
                ..Transform::IDENTITY
            };
            let [x, y, width, height] = std::array::from_fn(|_| number(&mut rng));
            let rect = Rect::new(x, y, width, height);
            match Upright::of(&t) {
                None => assert!(!t.is_finite()),
                Some(upright) => {
                    assert_eq!(upright.snap(rect), snap_rect(rect, &t), "{rect:?} {t:?}");
                    let at = Point::new(x, y);
                    let mapped = upright.map(at);
                    assert!(!at.is_finite() || mapped == super::super::mapped(at, &t));
                    let corner = Rect::new(x, y, 1.0, 1.0);
                    assert_eq!(
                        upright.snap_point(Point::new(x, y)),
                        snap_rect(corner, &t).map(|r| r.origin()),
                        "{corner:?} {t:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn halves_go_up() {
        let r = snap_rect(Rect::new(-0.5, 0.5, 1.0, 2.0), &Transform::IDENTITY);
        assert_eq!(r, Some(PixelRect::from_edges(0, 1, 1, 3)));
    }

    #[test]
    fn quarter_turns_snap_and_other_turns_do_not() {
        let quarter = Transform {
            a: 0.0,
            b: 1.0,
            c: -1.0,
            d: 0.0,
            e: 10.0,
            f: 0.0,
        };
        let r = Rect::new(1.0, 2.0, 3.0, 4.0);
        assert_eq!(
            snap_rect(r, &quarter),
            Some(PixelRect::from_edges(4, 1, 8, 4))
        );
        assert_eq!(snap_rect(r, &Transform::rotate(0.1)), None);
    }

    #[test]
    fn rounding_is_what_the_library_does() {
        let slowly = |v: f64| (v + 0.5).floor().clamp(-FAR, FAR) as i32;
        for v in [
            0.0,
            0.5,
            0.49,
            -0.5,
            -0.51,
            -1.5,
            2.5,
            1e9,
            -1e9,
            1e300,
            -1e300,
            f64::NAN,
            f64::INFINITY,
        ] {
            assert_eq!(round_half_up(v), slowly(v), "{v}");
        }
        assert_eq!(round_half_up(FAR - 0.5), 1 << 30);
        assert_eq!(round_half_up(-FAR - 0.5), -1 << 30);
    }

    #[test]
    fn odd_numbers_are_harmless() {
        let t = Transform::IDENTITY;
        assert_eq!(snap_rect(Rect::new(f32::NAN, 0.0, 1.0, 1.0), &t), None);
        assert_eq!(
            snap_rect(Rect::new(0.0, 0.0, -1.0, 1.0), &t),
            Some(PixelRect::EMPTY)
        );
        let huge = snap_rect(Rect::new(-1e30, -1e30, 2e30, 2e30), &t).expect("finite");
        assert_eq!(
            huge,
            PixelRect::from_edges(-1 << 30, -1 << 30, 1 << 30, 1 << 30)
        );
    }
}
