//! Pixels that come row by row from somewhere else, put on a target one for one.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize, Rect};

use super::blend;
use super::snap::Upright;
use super::target::Target;

/// So many are put at a time where they cannot go straight to their place.
const PIECE: usize = 512;

/// What becomes of rows of pixels.
#[derive(Clone, Copy, Debug)]
pub enum RowPut {
    /// They are put over what is there, all times this divided by 255.
    Over(u8),
    /// This premultiplied colour is put over what is there, as much of it as their alpha says.
    Tinted(Pixel),
}

/// Where a picture of `size` pixels goes that is drawn to `dst` by `to_device`, if each of its pixels
/// becomes one device pixel, neither turned nor mirrored.
///
/// The same rule as that of [`draw_image`](super::draw_image), which would draw the same pixels.
#[inline]
pub fn unscaled(size: PixelSize, dst: Rect, to_device: &Upright) -> Option<PixelRect> {
    let place = to_device.snap(dst)?;
    (place.size() == size && !place.is_empty()).then_some(place)
}

/// The rows of the target that a picture at `place` replaces, from the top, and which pixel of it is the
/// first one's.
pub fn replaced_rows<'t>(
    target: &'t mut Target<'_>,
    place: PixelRect,
) -> (PixelPoint, impl Iterator<Item = &'t mut [u32]>) {
    let part = place.intersect(target.clip());
    let first = PixelPoint::new(
        part.x0.saturating_sub(place.x0),
        part.y0.saturating_sub(place.y0),
    );
    (first, target.rows_mut(part))
}

/// Puts the rows of a picture at `place`, one pixel for one. `read(x, y, out)` gives the pixels of its
/// row `y` from `x` on, premultiplied, as many as `out` has.
pub fn put_rows(
    target: &mut Target<'_>,
    place: PixelRect,
    put: RowPut,
    read: impl Fn(u32, u32, &mut [u32]),
) {
    let mut piece = [0; PIECE];
    let (first, rows) = replaced_rows(target, place);
    for (row, y) in rows.zip(first.y as u32..) {
        for (span, x) in row.chunks_mut(PIECE).zip((first.x as u32..).step_by(PIECE)) {
            let pixels = &mut piece[..span.len()];
            read(x, y, pixels);
            match put {
                RowPut::Over(255) => blend::row(span, pixels),
                RowPut::Over(opacity) => blend::row_faded(span, pixels, opacity),
                RowPut::Tinted(ink) => blend::row_tinted(span, pixels, ink),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::geometry::Transform;

    use super::*;
    use crate::raster::Pixmap;

    #[test]
    fn rows_go_where_they_belong_whatever_the_clip() {
        let place = PixelRect::new(-3, 2, 1200, 5);
        let clip = PixelRect::new(1, 1, 1100, 4);
        let read = |x: u32, y: u32, out: &mut [u32]| {
            for (i, out) in out.iter_mut().enumerate() {
                *out = 0xff00_0000 | y << 16 | (x + i as u32);
            }
        };
        for copied in [false, true] {
            let mut pixmap = Pixmap::new(PixelSize::new(1150, 9));
            let mut target = pixmap.target(clip);
            if copied {
                let (first, rows) = replaced_rows(&mut target, place);
                for (row, y) in rows.zip(first.y as u32..) {
                    read(first.x as u32, y, row);
                }
            } else {
                put_rows(&mut target, place, RowPut::Over(255), read);
            }
            for y in 0..9 {
                for x in 0..1150 {
                    let inside = clip.intersect(place).contains(PixelPoint::new(x, y));
                    let expected = match inside {
                        true => 0xff00_0000 | ((y - 2) as u32) << 16 | (x + 3) as u32,
                        false => 0,
                    };
                    assert_eq!(
                        pixmap.pixels()[(y * 1150 + x) as usize],
                        expected,
                        "{x} {y}"
                    );
                }
            }
        }
    }

    #[test]
    fn only_what_keeps_its_size_is_unscaled() {
        let unscaled = |size, dst, transform: &Transform| {
            Upright::of(transform).and_then(|upright| unscaled(size, dst, &upright))
        };
        let size = PixelSize::new(4, 6);
        let dst = Rect::new(1.25, 2.0, 4.0, 6.0);
        let place = unscaled(size, dst, &Transform::IDENTITY);
        assert_eq!(place, Some(PixelRect::new(1, 2, 4, 6)));
        let half = Rect::new(1.0, 2.0, 2.0, 3.0);
        let twice = Transform::scale(2.0, 2.0);
        assert_eq!(
            unscaled(size, half, &twice),
            Some(PixelRect::new(2, 4, 4, 6))
        );
        for (dst, transform) in [
            (dst, twice),
            (dst, Transform::scale(-1.0, 1.0)),
            (dst, Transform::rotate(0.1)),
            (Rect::new(f32::NAN, 0.0, 4.0, 6.0), Transform::IDENTITY),
            (Rect::new(0.0, 0.0, -4.0, 6.0), Transform::IDENTITY),
        ] {
            assert_eq!(unscaled(size, dst, &transform), None);
        }
        let nothing = unscaled(PixelSize::default(), Rect::default(), &Transform::IDENTITY);
        assert_eq!(nothing, None);
    }
}
