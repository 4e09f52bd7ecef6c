//! Moving whole pixels: inside one buffer, between buffers, and one buffer over another.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::{PixelPoint, PixelRect};

use super::blend;
use super::kernels::kernels;
use super::target::{ImageView, Target};

/// Copies the pixels of `src` to `dst_origin` inside one buffer, as if through a copy of the source.
///
/// Replaces, alpha included. Source pixels outside the buffer leave their destination alone; source
/// pixels outside the clip are read.
///
/// Run in bands, each band reads what earlier ones wrote, so their order matters: when the
/// destination lies above the source (or level with it and to the left) from the top and left on,
/// otherwise from the bottom and right on. Then bands give what a single call does.
pub fn copy_area(target: &mut Target<'_>, src: PixelRect, dst_origin: PixelPoint) {
    let buffer = target.bounds();
    let Some((from, to)) = overlap(src, buffer, dst_origin, target.clip()) else {
        return;
    };
    target.move_rows(from, to, to.y0 > from.y);
}

/// Copies the pixels `src` of `image` to `dst`, replacing, alpha included.
///
/// Pixels of `src` outside the image leave their destination alone.
pub fn copy_from(target: &mut Target<'_>, image: &ImageView<'_>, src: PixelRect, dst: PixelPoint) {
    if let Some((from, to)) = overlap(src, image.bounds(), dst, target.clip()) {
        let (pixels, stride) = image.from(from);
        (kernels().copy)(target.block(to), pixels, stride);
    }
}

/// Puts the pixels `src` of `image` over those at `dst`, all times `opacity / 255`.
///
/// Source-over, one device pixel for one image pixel; an opaque image at full opacity is copied.
/// Pixels of `src` outside the image leave their destination alone.
pub fn blend_over(
    target: &mut Target<'_>,
    image: &ImageView<'_>,
    src: PixelRect,
    dst: PixelPoint,
    opacity: u8,
) {
    match opacity {
        0 => {}
        255 if image.is_opaque() => copy_from(target, image, src, dst),
        255 => each_row(target, image, src, dst, blend::row),
        _ => each_row(target, image, src, dst, |row, src| {
            blend::row_faded(row, src, opacity);
        }),
    }
}

/// Puts `ink` over the pixels at `dst`, as much of it as the alpha of the pixels `src` of `mask` says.
pub(super) fn tint_over(
    target: &mut Target<'_>,
    mask: &ImageView<'_>,
    src: PixelRect,
    dst: PixelPoint,
    ink: Pixel,
) {
    each_row(target, mask, src, dst, |row, mask| {
        blend::row_tinted(row, mask, ink);
    });
}

/// Calls `put` with each destination row inside the clip and the image pixels that belong to it.
fn each_row(
    target: &mut Target<'_>,
    image: &ImageView<'_>,
    src: PixelRect,
    dst: PixelPoint,
    put: impl Fn(&mut [u32], &[u32]),
) {
    let Some((from, to)) = overlap(src, image.bounds(), dst, target.clip()) else {
        return;
    };
    let source = image.rows(PixelRect::at(from, to.size()));
    for (row, source) in target.rows_mut(to).zip(source) {
        put(row, source);
    }
}

/// What is left of a copy when the source must lie in `readable` and the destination in `clip`:
/// where it starts reading, and the rectangle it writes.
pub(super) fn overlap(
    src: PixelRect,
    readable: PixelRect,
    dst: PixelPoint,
    clip: PixelRect,
) -> Option<(PixelPoint, PixelRect)> {
    // In 64 bits, because a rectangle of the whole number range moves by more than 32.
    let (dx, dy) = (
        i64::from(dst.x) - i64::from(src.x0),
        i64::from(dst.y) - i64::from(src.y0),
    );
    let from = src.intersect(readable);
    let edge = |v: i32, d: i64, low: i32, high: i32| {
        (i64::from(v) + d).clamp(i64::from(low), i64::from(high)) as i32
    };
    let to = PixelRect::from_edges(
        edge(from.x0, dx, clip.x0, clip.x1),
        edge(from.y0, dy, clip.y0, clip.y1),
        edge(from.x1, dx, clip.x0, clip.x1),
        edge(from.y1, dy, clip.y0, clip.y1),
    );
    if from.is_empty() || to.is_empty() {
        return None;
    }
    let start = PixelPoint::new(
        (i64::from(to.x0) - dx) as i32,
        (i64::from(to.y0) - dy) as i32,
    );
    Some((start, to))
}

#[cfg(test)]
mod tests {
    use transom_protocol::geometry::PixelSize;

    use super::super::pixmap::Pixmap;
    use super::*;

    fn numbered(width: u32, height: u32) -> Pixmap {
        let mut p = Pixmap::new(PixelSize::new(width, height));
        for (i, pixel) in p.pixels_mut().iter_mut().enumerate() {
            *pixel = 0xff00_0000 | i as u32;
        }
        p
    }

    /// `copy_area` by its definition: through a copy of the whole buffer.
    fn copied_slowly(p: &Pixmap, clip: PixelRect, src: PixelRect, dst: PixelPoint) -> Pixmap {
        let mut out = p.clone();
        let at = |x: i32, y: i32| (y as usize) * p.size().width as usize + x as usize;
        for y in clip.y0..clip.y1 {
            for x in clip.x0..clip.x1 {
                let from = PixelPoint::new(x - dst.x + src.x0, y - dst.y + src.y0);
                if src.contains(from) && p.bounds().contains(from) {
                    out.pixels_mut()[at(x, y)] = p.pixels()[at(from.x, from.y)];
                }
            }
        }
        out
    }

    #[test]
    fn a_copy_onto_itself_behaves_as_if_through_a_copy() {
        let p = numbered(9, 8);
        let clip = PixelRect::from_edges(1, 1, 8, 8);
        for (dx, dy) in [
            (1, 0),
            (-1, 0),
            (0, 1),
            (0, -1),
            (2, 1),
            (-2, -1),
            (2, -1),
            (0, 0),
        ] {
            for src in [PixelRect::new(2, 2, 5, 5), PixelRect::new(-3, -3, 30, 30)] {
                let dst = PixelPoint::new(src.x0 + dx, src.y0 + dy);
                let mut q = p.clone();
                copy_area(&mut q.target(clip), src, dst);
                assert_eq!(q, copied_slowly(&p, clip, src, dst), "by {dx}, {dy}");
            }
        }
    }

    #[test]
    fn bands_in_the_documented_order_give_what_one_copy_gives() {
        let p = numbered(9, 12);
        let src = PixelRect::new(1, 2, 6, 8);
        for (dx, dy) in [(1, 3), (-1, -2), (0, 1), (1, -3)] {
            let dst = PixelPoint::new(src.x0 + dx, src.y0 + dy);
            let (mut whole, mut banded) = (p.clone(), p.clone());
            copy_area(&mut whole.target(p.bounds()), src, dst);
            let mut bands: Vec<_> = (0..6).map(|i| PixelRect::new(0, i * 2, 9, 2)).collect();
            if dy > 0 {
                bands.reverse();
            }
            for band in bands {
                copy_area(&mut banded.target(band), src, dst);
            }
            assert_eq!(whole, banded, "by {dx}, {dy}");
        }
    }

    #[test]
    fn rectangles_of_the_whole_number_range_are_cut_not_overflowed() {
        let p = numbered(4, 4);
        let all = PixelRect::from_edges(i32::MIN, i32::MIN, i32::MAX, i32::MAX);
        let mut q = p.clone();
        copy_area(&mut q.target(all), all, PixelPoint::new(i32::MAX, i32::MAX));
        assert_eq!(q, p);
        copy_area(
            &mut q.target(all),
            all,
            PixelPoint::new(i32::MIN + 1, i32::MIN),
        );
        assert_eq!(
            q,
            copied_slowly(&p, p.bounds(), p.bounds(), PixelPoint::new(1, 0))
        );
        copy_from(&mut q.target(all), &p.view(), all, all.origin());
        assert_eq!(q, p);
    }

    #[test]
    fn an_opaque_image_blends_to_itself() {
        let p = numbered(4, 4);
        let (mut copied, mut blended) = (Pixmap::new(p.size()), Pixmap::new(p.size()));
        let opaque = p.view().with_opaque(true);
        blend_over(
            &mut copied.target(p.bounds()),
            &opaque,
            p.bounds(),
            PixelPoint::new(1, -1),
            255,
        );
        blend_over(
            &mut blended.target(p.bounds()),
            &p.view(),
            p.bounds(),
            PixelPoint::new(1, -1),
            255,
        );
        assert_eq!(copied, blended);
        let before = copied.clone();
        blend_over(
            &mut copied.target(p.bounds()),
            &opaque,
            p.bounds(),
            PixelPoint::new(0, 0),
            0,
        );
        assert_eq!(copied, before);
    }
}
