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
pub fn snap_rect(rect: Rect, to_device: &Transform) -> Option<PixelRect> {
    let t = to_device;
    if !rect.is_finite() || !t.is_finite() || !keeps_upright(t) {
        return None;
    }
    if rect.width <= 0.0 || rect.height <= 0.0 {
        return Some(PixelRect::EMPTY);
    }
    // The right edge is rounded to single precision first, as it is for a neighbour that starts there.
    let (x, y) = ((rect.x, rect.right()), (rect.y, rect.bottom()));
    let (across, down) = if t.is_axis_aligned() {
        (edges(x, t.a, t.e), edges(y, t.d, t.f))
    } else {
        (edges(y, t.c, t.e), edges(x, t.b, t.f))
    };
    Some(PixelRect::from_edges(across.0, down.0, across.1, down.1))
}

/// Whether `t` maps upright rectangles to upright rectangles.
pub(super) fn keeps_upright(t: &Transform) -> bool {
    t.is_axis_aligned() || (t.a == 0.0 && t.d == 0.0)
}

/// Both ends of a range after `v × scale + offset`, on whole pixels, in ascending order.
fn edges((low, high): (f32, f32), scale: f32, offset: f32) -> (i32, i32) {
    let edge = |v: f32| round_half_up(f64::from(v) * f64::from(scale) + f64::from(offset));
    let (low, high) = (edge(low), edge(high));
    (low.min(high), low.max(high))
}

/// `floor(v + 0.5)`, stopping at ±2^30; NaN is 0.
#[inline]
pub(super) fn round_half_up(v: f64) -> i32 {
    // The library's `floor` is a call where the processor's baseline has no instruction for it.
    let v = (v + 0.5).clamp(-FAR, FAR);
    let cut = v as i32;
    cut - i32::from(f64::from(cut) > v)
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
