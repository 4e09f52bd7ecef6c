//! The loops that draw a strip: one colour over a block, by the coverage of many glyphs at once.
//!
//! Coverage is told in *shares* of 32,768 parts, chosen so that `(d × share + 16,384) / 32,768` is
//! `d × c / 255` rounded to nearest for every `d` up to 255: one multiplication that rounds, where
//! processors have it, in place of a multiplication and a division.

use std::sync::LazyLock;

use super::Block;
use super::scalar::{over, scale};

/// Pixels that one step of the widest version takes. Shares behind a row's end up to a multiple of it
/// are read and written over where a block is so wide.
pub(in super::super) const STEP: usize = 16;

/// By coverage, its share.
pub(in super::super) static SHARES: [u16; 256] = shares();

type Draw = fn(Block<'_>, u32, &[u16], usize);

/// A version of the loops. Blocks are drawn on as far as the shares go, whose rows are `stride` apart.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct StripKernels {
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "a failing test says which version it was")
    )]
    pub(super) name: &'static str,
    /// Puts a colour over a block, each pixel by its own share.
    pub(in super::super) blend: Draw,
    /// The same for a colour whose alpha is 255.
    pub(in super::super) blend_opaque: Draw,
    /// Sets the pixels whose share is not 0.
    pub(in super::super) set: Draw,
}

/// The version for this processor.
#[inline(always)]
pub(in super::super) fn strip_kernels() -> &'static StripKernels {
    static PICKED: LazyLock<StripKernels> =
        LazyLock::new(|| versions().last().copied().unwrap_or(SCALAR));
    &PICKED
}

/// All versions that can run here, from the slowest to the quickest.
pub(super) fn versions() -> Vec<StripKernels> {
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(
            unused_mut,
            reason = "other processors have no version of their own yet"
        )
    )]
    let mut versions = vec![SCALAR];
    #[cfg(target_arch = "x86_64")]
    versions.extend(super::strip_x86::versions());
    versions
}

/// The version for every processor.
pub(super) const SCALAR: StripKernels = StripKernels {
    name: "scalar",
    blend,
    blend_opaque: blend,
    set,
};

fn blend(block: Block<'_>, color: u32, shares: &[u16], stride: usize) {
    block.rows(|y, row| {
        for (d, share) in row.iter_mut().zip(row_of(shares, stride, y)) {
            *d = over(*d, scale(color, coverage(*share)));
        }
    });
}

fn set(block: Block<'_>, color: u32, shares: &[u16], stride: usize) {
    block.rows(|y, row| {
        for (d, share) in row.iter_mut().zip(row_of(shares, stride, y)) {
            *d = if *share != 0 { color } else { *d };
        }
    });
}

/// The shares of row `y`, and what follows.
#[inline(always)]
pub(super) fn row_of(shares: &[u16], stride: usize, y: usize) -> &[u16] {
    shares.get(y * stride..).unwrap_or(&[])
}

/// The coverage that has this share.
const fn coverage(share: u16) -> u8 {
    part(255, share) as u8
}

/// `d × share / 32,768`, rounded to nearest.
const fn part(d: u32, share: u16) -> u32 {
    (d * share as u32 + (1 << 14)) >> 15
}

/// One of the two numbers next to `c × 32,768 / 255` always serves, not always the nearer one.
const fn shares() -> [u16; 256] {
    let mut shares = [0; 256];
    let mut c = 0;
    while c < 256 {
        let low = (c * 32_768 / 255) as u16;
        // 32,768 is no signed number of 16 bits.
        shares[c as usize] = if low == 32_768 || serves(low, c) {
            if low == 32_768 { low - 1 } else { low }
        } else {
            low + 1
        };
        assert!(serves(shares[c as usize], c));
        c += 1;
    }
    shares
}

/// Whether `share` of every channel is rounded as `c` of 255 parts.
const fn serves(share: u16, c: u32) -> bool {
    let mut d = 0;
    while d < 256 {
        if part(d, share) != (2 * d * c + 255) / 510 {
            return false;
        }
        d += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Rng, agree_on};
    use super::*;

    fn random_shares(rng: &mut Rng, length: usize) -> Vec<u16> {
        let share = |rng: &mut Rng| SHARES[usize::from(rng.byte())];
        let blank = rng.below(3) == 0;
        (0..length)
            .map(|i| if blank && i % 40 < 20 { 0 } else { share(rng) })
            .collect()
    }

    #[test]
    fn shares_are_in_order_and_tell_their_coverage() {
        assert!(SHARES.windows(2).all(|w| w[0] < w[1]));
        for c in 0..=255 {
            assert_eq!(coverage(SHARES[usize::from(c)]), c);
        }
    }

    #[test]
    fn a_processor_of_today_has_more_than_one_version() {
        if cfg!(target_arch = "x86_64") {
            assert!(versions().len() > 1);
        }
    }

    /// Every colour, coverage and pixel there is, in one channel at a time.
    #[test]
    fn all_products_agree() {
        for version in versions() {
            for c in 0..=255u8 {
                let shares = [SHARES[usize::from(c)]; 256];
                for color in [0xff00_8040, 0xffff_ffff, 0xff13_0077, 0x8070_0011] {
                    let row: [u32; 256] = std::array::from_fn(|d| d as u32 * 0x0101_0101);
                    let mut expected = row;
                    (SCALAR.blend)(Block::new(&mut expected, 256, 256, 1), color, &shares, 256);
                    let mut got = row;
                    (version.blend)(Block::new(&mut got, 256, 256, 1), color, &shares, 256);
                    assert!(got == expected, "{} {c} {color:08x}", version.name);
                    if color >> 24 == 255 {
                        let mut got = row;
                        (version.blend_opaque)(
                            Block::new(&mut got, 256, 256, 1),
                            color,
                            &shares,
                            256,
                        );
                        assert!(got == expected, "{} {c} {color:08x}", version.name);
                    }
                }
            }
        }
    }

    #[test]
    fn strips_agree() {
        // Rows of 37 pixels; the block is anywhere in them, and nothing outside it is touched.
        let versions = versions();
        let each = |seed, which: fn(&StripKernels) -> Draw, opaque| {
            agree_on(
                seed,
                &versions,
                |k| k.name,
                300,
                |k, row, rng| {
                    let start = rng.below(37).min(row.len() as u32) as usize;
                    let rows = (row.len() - start).div_ceil(37);
                    let width = rng.below(38) as usize;
                    let color = rng.pixel() | if opaque { 0xff00_0000 } else { 0 };
                    let length = rng.below(40 * 8) as usize;
                    let shares = random_shares(rng, length);
                    let block = Block::new(&mut row[start..], 37, width, rows);
                    which(k)(block, color, &shares, 40);
                },
            );
        };
        each(21, |k| k.blend, false);
        each(22, |k| k.blend_opaque, true);
        each(23, |k| k.set, false);
    }
}
