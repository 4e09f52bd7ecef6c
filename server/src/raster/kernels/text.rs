//! The loops that draw glyphs of a strike: one colour over pixels, by the coverage of each.
//!
//! Coverage is told in *shares* of 32,768 parts, chosen so that `(d × share + 16,384) / 32,768` is
//! `d × c / 255` rounded to nearest for every `d` up to 255: one multiplication that rounds, where
//! processors have it, in place of a multiplication and a division.

use std::sync::LazyLock;

use super::Block;
use super::scalar::{over, scale};

/// Rows of a glyph are so many columns long, or several times as many: what is behind its ink is 0. Pixels
/// there are written as they were.
pub(in super::super) const UNIT: usize = 8;

/// By coverage, its share.
pub(in super::super) static SHARES: [u16; 256] = shares();

/// Where in a strike a glyph's rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Rows {
    /// The number of its first share.
    pub(in super::super) start: u32,
    /// Columns and rows with ink.
    pub(in super::super) width: u8,
    pub(in super::super) count: u8,
    /// Columns that have shares: a multiple of [`UNIT`], at least the width. In rows of only so many each
    /// share is there twice, which is what processors calculate with.
    pub(in super::super) columns: u8,
    /// Whether there is nothing but no and full coverage.
    pub(in super::super) is_whole: bool,
}

impl Rows {
    /// How often each share is there.
    #[inline(always)]
    pub(in super::super) fn times(self) -> usize {
        if usize::from(self.columns) == UNIT {
            2
        } else {
            1
        }
    }

    /// From a row to the next, in shares.
    #[inline(always)]
    pub(in super::super) fn stride(self) -> usize {
        usize::from(self.columns).max(2 * UNIT)
    }
}

/// A glyph at its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Placed {
    /// The device pixel of its first share.
    pub(in super::super) x: i32,
    pub(in super::super) y: i32,
    pub(in super::super) rows: Rows,
}

impl Placed {
    /// Where its first share and its first pixel are, if all columns of all of its rows are there: among so many shares, and so many pixels of which the first is the device pixel `corner`
    /// and `pitch` are in a row.
    #[inline(always)]
    pub(super) fn find(
        &self,
        corner: (i32, i32),
        pitch: u32,
        pixels: usize,
        shares: usize,
    ) -> Option<(usize, usize)> {
        let (x, y) = self.offset(corner);
        let (rows, columns) = (u64::from(self.rows.count), u64::from(self.rows.columns));
        let (first, start) = (y * u64::from(pitch) + x, u64::from(self.rows.start));
        // Nothing here reaches 2^64: each factor and sum but the last is below 2^32 or a product of two.
        let is_there = first + rows * u64::from(pitch) + columns
            <= pixels as u64 + u64::from(pitch)
            && start + rows * self.rows.stride() as u64 <= shares as u64;
        is_there.then_some((start as usize, first as usize))
    }

    /// Columns and rows from the device pixel `corner` on; what lies left of or above it is far off.
    #[inline(always)]
    fn offset(&self, corner: (i32, i32)) -> (u64, u64) {
        let from = |v: i32, corner: i32| u64::from(v.wrapping_sub(corner) as u32);
        (from(self.x, corner.0), from(self.y, corner.1))
    }
}

type Draw = fn(Block<'_>, u32, &[u16], usize);

type DrawAll = fn(Block<'_>, (i32, i32), u32, &[u16], &[Placed]);

/// One way to draw, for a glyph or a part of one and for many.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct TextKernel {
    /// Draws on a block as far as the shares go, whose rows are so many apart.
    pub(in super::super) one: Draw,
    /// Draws glyphs in their order, all of whose ink must lie in the block, whose first pixel is the
    /// device pixel told.
    pub(in super::super) all: DrawAll,
}

/// A version of the loops.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct TextKernels {
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "a failing test says which version it was")
    )]
    pub(super) name: &'static str,
    /// Puts a colour over pixels, each by its own share.
    pub(in super::super) blend: TextKernel,
    /// The same for a colour whose alpha is 255.
    pub(in super::super) blend_opaque: TextKernel,
    /// Sets the pixels whose share is not 0.
    pub(in super::super) set: TextKernel,
}

/// The version for this processor.
#[inline(always)]
pub(in super::super) fn text_kernels() -> &'static TextKernels {
    static PICKED: LazyLock<TextKernels> =
        LazyLock::new(|| versions().last().copied().unwrap_or(SCALAR));
    &PICKED
}

/// All versions that can run here, from the slowest to the quickest.
pub(super) fn versions() -> Vec<TextKernels> {
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(
            unused_mut,
            reason = "other processors have no version of their own yet"
        )
    )]
    let mut versions = vec![SCALAR];
    #[cfg(target_arch = "x86_64")]
    versions.extend(super::text_lanes::versions());
    versions
}

/// The version for every processor.
pub(super) const SCALAR: TextKernels = {
    let blended = TextKernel {
        one: |block, color, shares, stride| one(block, shares, stride, |d, s| blend(d, color, s)),
        all: |block, corner, color, shares, glyphs| {
            let (pixels, pitch) = block.into_pixels();
            for glyph in glyphs {
                by_pixel(pixels, pitch, corner, shares, glyph, |d, share| {
                    blend(d, color, share)
                });
            }
        },
    };
    TextKernels {
        name: "scalar",
        blend: blended,
        blend_opaque: blended,
        set: TextKernel {
            one: |block, color, shares, stride| one(block, shares, stride, |d, s| set(d, color, s)),
            all: |block, corner, color, shares, glyphs| {
                let (pixels, pitch) = block.into_pixels();
                for glyph in glyphs {
                    by_pixel(pixels, pitch, corner, shares, glyph, |d, share| {
                        set(d, color, share)
                    });
                }
            },
        },
    }
};

/// Draws what there is of a glyph, pixel by pixel.
pub(super) fn by_pixel(
    pixels: &mut [u32],
    pitch: usize,
    corner: (i32, i32),
    shares: &[u16],
    glyph: &Placed,
    draw: impl Fn(u32, u16) -> u32,
) {
    let (x, y) = glyph.offset(corner);
    let (x, y) = (x as usize, y as usize);
    let rows = glyph.rows;
    for row in 0..usize::from(rows.count) {
        let to = y
            .saturating_add(row)
            .saturating_mul(pitch)
            .saturating_add(x);
        let pixels = pixels.get_mut(to..).unwrap_or(&mut []);
        let from = rows.start as usize + row * rows.stride();
        let shares = shares
            .get(from..)
            .unwrap_or(&[])
            .iter()
            .step_by(rows.times());
        for (d, share) in pixels.iter_mut().zip(shares).take(rows.columns.into()) {
            *d = draw(*d, *share);
        }
    }
}

fn one(block: Block<'_>, shares: &[u16], stride: usize, draw: impl Fn(u32, u16) -> u32) {
    block.rows(|y, row| {
        for (d, share) in row.iter_mut().zip(row_of(shares, stride, y)) {
            *d = draw(*d, *share);
        }
    });
}

pub(super) fn blend(d: u32, color: u32, share: u16) -> u32 {
    over(d, scale(color, coverage(share)))
}

pub(super) fn set(d: u32, color: u32, share: u16) -> u32 {
    if share != 0 { color } else { d }
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
                    (SCALAR.blend.one)(Block::new(&mut expected, 256, 256, 1), color, &shares, 256);
                    let mut got = row;
                    (version.blend.one)(Block::new(&mut got, 256, 256, 1), color, &shares, 256);
                    assert!(got == expected, "{} {c} {color:08x}", version.name);
                    if color >> 24 == 255 {
                        let mut got = row;
                        (version.blend_opaque.one)(
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
    fn parts_of_glyphs_agree() {
        // Rows of 37 pixels; the block is anywhere in them, and nothing outside it is touched.
        let versions = versions();
        let each = |seed, which: fn(&TextKernels) -> &TextKernel, opaque| {
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
                    (which(k).one)(block, color, &shares, 40);
                },
            );
        };
        each(21, |k| &k.blend, false);
        each(22, |k| &k.blend_opaque, true);
        each(23, |k| &k.set, false);
    }

    /// A glyph with ink in all columns but those behind its width, added to `shares`.
    fn random_glyph(rng: &mut Rng, shares: &mut Vec<u16>) -> Placed {
        let widest = [17, 17, 64][rng.below(3) as usize];
        let (width, rows) = (1 + rng.below(widest), 1 + rng.below(9));
        let rows = Rows {
            start: shares.len() as u32,
            width: width as u8,
            count: rows as u8,
            columns: (width as usize).next_multiple_of(UNIT) as u8,
            is_whole: false,
        };
        for _ in 0..rows.count {
            let end = shares.len() + rows.stride();
            for share in random_shares(rng, width as usize) {
                shares.extend(std::iter::repeat_n(share, rows.times()));
            }
            shares.resize(end, 0);
        }
        Placed {
            rows,
            ..Placed::default()
        }
    }

    #[test]
    fn many_glyphs_agree() {
        // Rows of 90 pixels, glyphs one over another, up to the buffer's last pixel and beyond.
        let versions = versions();
        let each = |seed, which: fn(&TextKernels) -> &TextKernel, opaque| {
            agree_on(
                seed,
                &versions,
                |k| k.name,
                90 * 16,
                |k, row, rng| {
                    let corner = (rng.below(9) as i32 - 4, rng.below(9) as i32 - 4);
                    let color = rng.pixel() | if opaque { 0xff00_0000 } else { 0 };
                    let mut shares = Vec::new();
                    let mut glyphs: Vec<Placed> = (0..rng.below(9))
                        .map(|_| {
                            let glyph = random_glyph(rng, &mut shares);
                            let (x, y) = (rng.below(90) as i32, rng.below(16) as i32);
                            Placed {
                                x: corner.0 + x.min(90 - i32::from(glyph.rows.width)).max(0),
                                y: corner.1 + y,
                                ..glyph
                            }
                        })
                        .collect();
                    if rng.below(8) == 0 {
                        // Lies about shares, and places that are nowhere.
                        let far = [i32::MIN, -1, 0, 1 << 20, i32::MAX];
                        glyphs.iter_mut().for_each(|g| match rng.below(3) {
                            0 if g.rows.times() == 1 => g.rows.start += rng.below(200),
                            1 => g.rows.start = u32::MAX - rng.below(2000),
                            _ => g.y = far[rng.below(5) as usize],
                        });
                    }
                    let rows = row.len() / 90;
                    let block = Block::new(row, 90, 90, rows);
                    (which(k).all)(block, corner, color, &shares, &glyphs);
                },
            );
        };
        each(24, |k| &k.blend, false);
        each(25, |k| &k.blend_opaque, true);
        each(26, |k| &k.set, false);
    }
}
