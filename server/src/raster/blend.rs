//! One row of pixels put over another.
//!
//! How each pixel is computed, and rounded, is said in [`kernels::scalar`](super::kernels::scalar); the loops are [`kernels`](super::kernels).

use transom_protocol::color::Pixel;

pub(super) use super::kernels::scalar::{over, scale};
use super::kernels::{Block, kernels};

/// Up to so many pixels are not worth a call of a loop for many.
const FEW: usize = 3;

/// `ink`, as much of it as the alpha of `mask` says.
#[inline(always)]
pub(super) const fn tint(ink: Pixel, mask: u32) -> u32 {
    scale(ink.0, (mask >> 24) as u8)
}

/// Puts one colour over a row.
#[inline]
pub(super) fn solid(row: &mut [u32], color: Pixel) {
    if color.alpha() == 255 {
        if row.len() <= FEW {
            return row.iter_mut().for_each(|d| *d = color.0);
        }
        (kernels().fill)(one_row(row), color.0);
    } else if color != Pixel::TRANSPARENT {
        (kernels().solid)(one_row(row), color.0);
    }
}

/// A row as a block.
#[inline(always)]
fn one_row(row: &mut [u32]) -> Block<'_> {
    let length = row.len();
    Block::new(row, length, length, 1)
}

/// Puts one colour over a row, each pixel by its own coverage.
#[inline]
pub(super) fn solid_masked(row: &mut [u32], color: Pixel, mask: &[u8]) {
    if mask.len() <= FEW {
        for (d, m) in row.iter_mut().zip(mask) {
            *d = over(*d, scale(color.0, *m));
        }
    } else {
        (kernels().solid_masked)(row, color.0, mask);
    }
}

/// Puts a row of pixels over another.
pub(super) fn row(row: &mut [u32], src: &[u32]) {
    (kernels().row)(row, src);
}

/// Puts a row of pixels, all times `opacity / 255`, over another.
pub(super) fn row_faded(row: &mut [u32], src: &[u32], opacity: u8) {
    (kernels().row_faded)(row, src, opacity);
}

/// Puts one colour over a row, as much of it as the alpha of each mask pixel says.
pub(super) fn row_tinted(row: &mut [u32], mask: &[u32], ink: Pixel) {
    (kernels().row_tinted)(row, mask, ink.0);
}

/// Puts a row of pixels over another, each by its own coverage.
pub(super) fn row_masked(row: &mut [u32], src: &[u32], mask: &[u8]) {
    (kernels().row_masked)(row, src, mask);
}

#[cfg(test)]
mod tests {
    use transom_protocol::color::mul_div_255;

    use super::*;

    /// Source-over by the definition, channel by channel.
    fn over_slowly(d: u32, s: u32) -> u32 {
        let (d, s) = (Pixel(d).channels(), Pixel(s).channels());
        let [a, r, g, b] =
            std::array::from_fn(|i| s[i].saturating_add(mul_div_255(d[i], 255 - s[0])));
        Pixel::from_channels(a, r, g, b).0
    }

    fn scale_slowly(p: u32, k: u8) -> u32 {
        let [a, r, g, b] = Pixel(p).channels().map(|c| mul_div_255(c, k));
        Pixel::from_channels(a, r, g, b).0
    }

    #[test]
    fn two_channels_at_once_round_like_one() {
        let mut x = 1u32;
        for _ in 0..200_000 {
            x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let d = x.rotate_left(7);
            let s = x ^ (x >> 13);
            assert_eq!(over(d, s), over_slowly(d, s), "{s:08x} over {d:08x}");
            assert_eq!(scale(s, d as u8), scale_slowly(s, d as u8));
        }
    }

    #[test]
    fn full_and_empty_coverage_change_nothing_else() {
        for p in [0, 0xff12_3456, 0x8040_2010, u32::MAX] {
            assert_eq!(scale(p, 255), p);
            assert_eq!(scale(p, 0), 0);
            assert_eq!(over(p, 0), p);
            assert_eq!(over(p, 0xff00_0000), 0xff00_0000);
        }
    }

    #[test]
    fn channels_above_alpha_saturate() {
        assert_eq!(over(0xffff_ffff, 0x00ff_8001), 0xffff_ffff);
        assert_eq!(over(0xff00_0000, 0x00ff_8001), 0xffff_8001);
    }

    #[test]
    fn the_kernels_agree_with_each_other() {
        let src: Vec<u32> = (0..67u32)
            .map(|i| scale(0xffc0_8040, i as u8 * 3))
            .collect();
        let dst: Vec<u32> = (0..67u32).map(|i| 0xff00_0000 | (i * 0x01_02_03)).collect();
        let color = Pixel(0x8040_2060);
        let mut full = dst.clone();
        solid(&mut full, color);
        let mut masked = dst.clone();
        solid_masked(&mut masked, color, &[255; 67]);
        assert_eq!(full, masked);
        let mut plain = dst.clone();
        row(&mut plain, &src);
        let (mut faded, mut masked) = (dst.clone(), dst.clone());
        row_faded(&mut faded, &src, 255);
        row_masked(&mut masked, &src, &[255; 67]);
        assert_eq!(plain, faded);
        assert_eq!(plain, masked);
    }
}
