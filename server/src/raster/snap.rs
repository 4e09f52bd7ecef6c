//! [`snap_rect`]: rectangles of the user put on whole device pixels.

use transom_protocol::geometry::{PixelRect, Rect, Transform};

/// Whole pixels beyond this are as good as infinitely far away, and leave room for arithmetic.
const FAR: f64 = (1 << 30) as f64;

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
    /// Numbers of this size have no room for fractions: adding it rounds to a whole number, which then
    /// stands in the lowest bits. The processor's baseline has no instruction for `floor`.
    const WHOLE: f64 = 1.5 * (1u64 << 52) as f64;
    let v = if v.is_nan() { 0.0 } else { v + 0.5 };
    let v = v.clamp(-FAR, FAR);
    let nearest = v + WHOLE;
    nearest.to_bits() as i32 - i32::from(nearest - WHOLE > v)
}

#[cfg(test)]
mod tests {
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
