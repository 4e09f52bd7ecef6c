//! [`Mips`]: an image halved again and again, so that making it small costs what the result costs.

use std::ops::Range;

use transom_protocol::geometry::{PixelSize, Rect, Transform};

use super::pixmap::Pixmap;
use super::sample::{self, ImageMap};
use super::snap::snap_rect;
use super::target::ImageView;

/// The smaller copies of an image: each half as large as the one before, the last a single pixel.
///
/// They are made row by row, in as many pieces as one likes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mips {
    levels: Vec<Pixmap>,
    /// How many rows of the last one are made.
    row: u32,
}

impl Mips {
    /// The smaller copies of `image`.
    pub fn new(image: &ImageView<'_>) -> Self {
        let mut mips = Self::default();
        mips.work(image, u64::MAX);
        mips
    }

    /// Whether all of them are made of `image`, whose smaller copies they must be.
    pub fn are_done(&self, image: &ImageView<'_>) -> bool {
        let last = self.levels.last();
        let size = last.map_or(image.size(), Pixmap::size);
        let is_whole = last.is_none_or(|last| self.row == last.size().height);
        is_whole && size.width <= 1 && size.height <= 1
    }

    /// Goes on with those of `image` until they are done or about `most` pixels were looked at, by a row at
    /// least. Returns how many were looked at.
    pub fn work(&mut self, image: &ImageView<'_>, most: u64) -> u64 {
        let mut looked_at = 0;
        while !self.are_done(image) && (looked_at < most || looked_at == 0) {
            if self
                .levels
                .last()
                .is_none_or(|last| self.row == last.size().height)
            {
                let last = self.levels.last().map_or(image.size(), Pixmap::size);
                self.levels.push(Pixmap::new(half_size(last)));
                self.row = 0;
            }
            let Some((half, before)) = self.levels.split_last_mut() else {
                break;
            };
            let row_pixels = 4 * u64::from(half.size().width).max(1);
            let rows = ((most - looked_at.min(most)) / row_pixels).max(1);
            let end = half.size().height.min(self.row.saturating_add(rows as u32));
            halve(
                &before.last().map_or(*image, Pixmap::view),
                half,
                self.row..end,
            );
            looked_at += row_pixels * u64::from(end - self.row);
            self.row = end;
        }
        looked_at
    }

    /// How many bytes those of an image of `size` take.
    pub fn bytes(mut size: PixelSize) -> u64 {
        let mut bytes = 0;
        while size.width > 1 || size.height > 1 {
            size = half_size(size);
            bytes += size.area() * 4;
        }
        bytes
    }

    /// The copy halved `level` times, or the smallest.
    pub fn level(&self, level: u32) -> Option<&Pixmap> {
        let index = (level as usize).min(self.levels.len());
        self.levels.get(index.checked_sub(1)?)
    }
}

/// How often an image is to be halved before `src` of it is drawn to `dst` by averages of areas.
pub fn area_level(src: Rect, dst: Rect, to_device: &Transform) -> u32 {
    let sides = [src.width, src.height, dst.width, dst.height];
    if !sides.iter().all(|s| *s > 0.0) {
        return 0;
    }
    let map = ImageMap::new(src, dst, to_device);
    let map = match snap_rect(dst, to_device) {
        Some(pixels) if !pixels.is_empty() => map.snapped(src, pixels),
        _ => map,
    };
    sample::box_of(&map).map_or(0, |(across, down)| level_for(across.max(down)))
}

/// How often to halve for a box so many image pixels wide to be no wider than
/// [`sample::MAX_BOX`].
pub(super) fn level_for(width: f64) -> u32 {
    let (mut level, mut width) = (0, width);
    while width > sample::MAX_BOX && level < 15 {
        width /= 2.0;
        level += 1;
    }
    level
}

fn half_size(size: PixelSize) -> PixelSize {
    PixelSize::new(size.width.div_ceil(2), size.height.div_ceil(2))
}

/// Makes rows of `half` of those of `image`: each pixel the average of four, rounded to nearest; the last row
/// and column go on.
fn halve(image: &ImageView<'_>, half: &mut Pixmap, made: Range<u32>) {
    let height = image.size().height as i32;
    let half_width = half.size().width as usize;
    let rows = half.pixels_mut().chunks_exact_mut(half_width);
    let rows = (0..made.end as i32).zip(rows).skip(made.start as usize);
    for (y, row) in rows {
        let upper = image.row(2 * y);
        let lower = image.row((2 * y + 1).min(height - 1));
        let ((upper, upper_end), (lower, lower_end)) = (upper.as_chunks(), lower.as_chunks());
        for ((pixel, [a, b]), [c, d]) in row.iter_mut().zip(upper).zip(lower) {
            *pixel = average([*a, *b, *c, *d]);
        }
        if let (Some(pixel), [a], [c]) = (row.get_mut(upper.len()), upper_end, lower_end) {
            *pixel = average([*a, *a, *c, *c]);
        }
    }
}

#[inline(always)]
fn average(pixels: [u32; 4]) -> u32 {
    const LANES: u32 = 0x00ff_00ff;
    let sum = |shift: u32| {
        let lanes = pixels.map(|p| (p >> shift) & LANES);
        ((lanes[0] + lanes[1] + lanes[2] + lanes[3] + 0x0002_0002) >> 2) & LANES
    };
    sum(0) | (sum(8) << 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_down_to_one_pixel() {
        let mut p = Pixmap::new(PixelSize::new(5, 3));
        p.pixels_mut().fill(0xff10_2030);
        let mips = Mips::new(&p.view());
        let sizes: Vec<_> = mips.levels.iter().map(|l| l.size()).collect();
        assert_eq!(
            sizes,
            [(3, 2), (2, 1), (1, 1)].map(|(w, h)| PixelSize::new(w, h))
        );
        assert!(
            mips.levels
                .iter()
                .all(|l| l.pixels().iter().all(|p| *p == 0xff10_2030))
        );
        let bytes: usize = mips.levels.iter().map(Pixmap::byte_size).sum();
        assert_eq!(bytes as u64, Mips::bytes(p.size()));
        assert_eq!(mips.level(0), None);
        assert_eq!(mips.level(99).map(Pixmap::size), Some(PixelSize::new(1, 1)));
    }

    #[test]
    fn pieces_make_the_same_copies() {
        let mut p = Pixmap::new(PixelSize::new(37, 90));
        for (i, pixel) in (0u32..).zip(p.pixels_mut()) {
            *pixel = i.wrapping_mul(0x9e37_79b9) | 0xff00_0000;
        }
        let whole = Mips::new(&p.view());
        for most in [1, 100, 1000] {
            let (mut mips, mut pieces) = (Mips::default(), 0);
            while !mips.are_done(&p.view()) {
                assert!(mips.work(&p.view(), most) <= most + 4 * 19);
                pieces += 1;
            }
            assert!(pieces > 3, "{pieces}");
            assert_eq!(mips, whole);
        }
    }

    #[test]
    fn averages_round_to_nearest_with_halves_up() {
        assert_eq!(
            average([0xff01_0204, 0xff01_0204, 0xff00_0001, 0xff00_0000]),
            0xff01_0102
        );
        assert_eq!(average([u32::MAX; 4]), u32::MAX);
    }

    #[test]
    fn images_are_halved_until_four_of_their_pixels_cover_one() {
        let level = |side: f32, to: f32| {
            let dst = Rect::new(0.0, 0.0, to, to);
            area_level(Rect::new(0.0, 0.0, side, side), dst, &Transform::IDENTITY)
        };
        assert_eq!(level(100.0, 200.0), 0);
        assert_eq!(level(400.0, 100.0), 0);
        assert_eq!(level(500.0, 100.0), 1);
        assert_eq!(level(1700.0, 100.0), 3);
        assert_eq!(level(f32::NAN, 1.0), 0);
    }
}
