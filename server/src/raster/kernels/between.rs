//! [`Between`]: coverage that is known in cells, at places between them.

use std::ops::Range;
use std::sync::LazyLock;

/// Where the pixels of a row lie between cells; worked out once for all rows.
#[derive(Debug, Default)]
pub(in super::super) struct Between {
    /// The left one of two neighbouring cells for each pixel.
    firsts: Vec<u32>,
    /// How much of the other one there is, of 256.
    parts: Vec<u32>,
    /// The first cell that is looked at, and one past the last.
    lowest: usize,
    least: usize,
}

impl Between {
    /// Without a pixel.
    pub(in super::super) fn clear(&mut self) {
        self.firsts.clear();
        self.parts.clear();
        self.lowest = 0;
        self.least = 0;
    }

    /// One pixel more, between the cell `first` and the next one; `part` is less than 256.
    #[inline(always)]
    pub(in super::super) fn push(&mut self, first: u32, part: u32) {
        self.lowest = match self.firsts.is_empty() {
            true => first as usize,
            false => self.lowest.min(first as usize),
        };
        self.firsts.push(first);
        self.parts.push(part);
        self.least = self.least.max(first as usize + 2);
    }

    /// The cells that are looked at: all between the first and the last of them, or only the two of each
    /// pixel, in any order, where those are much fewer.
    pub(in super::super) fn looked_at(&self, mut each: impl FnMut(Range<usize>)) {
        match self.least.saturating_sub(self.lowest) > 4 * self.firsts.len() {
            false => each(self.lowest..self.least),
            true => {
                (self.firsts.iter()).for_each(|first| each(*first as usize..*first as usize + 2))
            }
        }
    }

    /// The coverage of each pixel, as far as `out` goes: the mix of its two cells, which have 255 × 2^16 for
    /// all, rounded to nearest, with the bits `flip` turned.
    pub(in super::super) fn fill(&self, cells: &[u32], flip: u8, out: &mut [u8]) {
        static PICKED: LazyLock<Fill> =
            LazyLock::new(|| versions().last().map_or(scalar, |(_, version)| *version));
        if cells.len() >= self.least {
            PICKED(self, cells, flip, out);
        }
    }

    /// How many bytes are kept for the next row.
    #[cfg(test)]
    pub(in super::super) fn byte_size(&self) -> usize {
        (self.firsts.capacity() + self.parts.capacity()) * size_of::<u32>()
    }
}

/// See [`Between::fill`]; there are as many cells as are looked at.
type Fill = fn(&Between, &[u32], u8, &mut [u8]);

fn scalar(between: &Between, cells: &[u32], flip: u8, out: &mut [u8]) {
    let places = between.firsts.iter().zip(&between.parts);
    for (out, (first, part)) in out.iter_mut().zip(places) {
        *out = mixed(cells, *first, *part) ^ flip;
    }
}

#[inline(always)]
fn mixed(cells: &[u32], first: u32, part: u32) -> u8 {
    let (a, b) = (cells[first as usize], cells[first as usize + 1]);
    // At most 255 × 2^24 + 2^23.
    ((a * (256 - part) + b * part + (1 << 23)) >> 24) as u8
}

/// All versions that can run here with their names, from the slowest to the quickest.
fn versions() -> Vec<(&'static str, Fill)> {
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(
            unused_mut,
            reason = "other processors have no version of their own yet"
        )
    )]
    let mut versions: Vec<(_, Fill)> = vec![("scalar", scalar)];
    #[cfg(target_arch = "x86_64")]
    if super::avx512::is_there() {
        versions.push(("avx512", x86::fill));
    }
    versions
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    #![allow(unsafe_code, reason = "vector instructions, and loads by pointer")]

    use std::arch::x86_64::*;

    use super::super::avx512::{COUNT, lanes};
    use super::Between;

    pub(super) fn fill(between: &Between, cells: &[u32], flip: u8, out: &mut [u8]) {
        // SAFETY: picked only where the processor has the features; there are as many cells as are looked
        // at.
        unsafe { fill_lanes(between, cells, flip, out) }
    }

    /// # Safety
    ///
    /// There must be as many cells as are looked at.
    #[target_feature(enable = "avx512f,avx512bw")]
    unsafe fn fill_lanes(between: &Between, cells: &[u32], flip: u8, out: &mut [u8]) {
        let flip = _mm512_set1_epi32(flip.into());
        let firsts = between.firsts.chunks(COUNT);
        let places = firsts.zip(between.parts.chunks(COUNT));
        for (out, (firsts, parts)) in out.chunks_mut(COUNT).zip(places) {
            let active = lanes(out.len().min(firsts.len()).min(parts.len()));
            let (Some(first), Some(last)) = (firsts.first(), firsts.last()) else {
                return;
            };
            // SAFETY: no more are read than there are; the cells are there, as the caller promises.
            unsafe {
                let index = _mm512_maskz_loadu_epi32(active, firsts.as_ptr().cast());
                let part = _mm512_maskz_loadu_epi32(active, parts.as_ptr().cast());
                let (a, b) = pairs(cells, index, *first.min(last) as usize, active);
                let change = _mm512_mullo_epi32(_mm512_sub_epi32(b, a), part);
                let sum = _mm512_add_epi32(_mm512_slli_epi32::<8>(a), change);
                let sum = _mm512_add_epi32(sum, _mm512_set1_epi32(1 << 23));
                let coverage = _mm512_xor_si512(_mm512_srli_epi32::<24>(sum), flip);
                _mm512_mask_cvtepi32_storeu_epi8(out.as_mut_ptr().cast(), active, coverage);
            }
        }
    }

    /// The cells at `index`, and those behind them; they are found quickly if they are not far behind `base`.
    ///
    /// # Safety
    ///
    /// They must be there.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    unsafe fn pairs(
        cells: &[u32],
        index: __m512i,
        base: usize,
        active: __mmask16,
    ) -> (__m512i, __m512i) {
        let one = _mm512_set1_epi32(1);
        let near = _mm512_sub_epi32(index, _mm512_set1_epi32(base as i32));
        let far = _mm512_mask_cmpgt_epu32_mask(active, near, _mm512_set1_epi32(30));
        // SAFETY: no more is read than there is.
        unsafe {
            if far == 0
                && let Some(window) = cells.get(base..base + 2 * COUNT)
            {
                let low = _mm512_loadu_si512(window.as_ptr().cast());
                let high = _mm512_loadu_si512(window.as_ptr().add(COUNT).cast());
                let next = _mm512_add_epi32(near, one);
                return (
                    _mm512_permutex2var_epi32(low, near, high),
                    _mm512_permutex2var_epi32(low, next, high),
                );
            }
            let (zero, from) = (_mm512_setzero_si512(), cells.as_ptr().cast());
            let next = _mm512_add_epi32(index, one);
            (
                _mm512_mask_i32gather_epi32::<4>(zero, active, index, from),
                _mm512_mask_i32gather_epi32::<4>(zero, active, next, from),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::Rng;
    use super::*;

    #[test]
    fn all_versions_find_the_same_coverage() {
        let mut rng = Rng(12);
        for round in 0..3000 {
            let count = 2 + rng.below(90);
            let cells: Vec<u32> = (0..count)
                .map(|_| {
                    let random = rng.below((255 << 16) + 1);
                    rng.pick(&[0, 255 << 16, random])
                })
                .collect();
            let (mut between, length) = (Between::default(), rng.below(80));
            let (start, step) = (rng.below(count * 256), rng.below(700) as i64 - 350);
            for i in 0..i64::from(length) {
                let at = i64::from(start) + i * step;
                let at = at.clamp(0, i64::from(count - 1) * 256 - 1) as u32;
                between.push(at >> 8, at & 255);
            }
            let flip = rng.pick(&[0, 255]);
            // A row may be shorter than it was said, or longer.
            let mut expected = vec![1; (length + rng.below(3)) as usize];
            scalar(&between, &cells, flip, &mut expected);
            for (name, version) in versions() {
                let mut out = vec![1; expected.len()];
                version(&between, &cells, flip, &mut out);
                assert_eq!(out, expected, "{name} in round {round}");
            }
        }
    }

    #[test]
    fn cells_that_are_not_there_are_not_looked_at() {
        let mut between = Between::default();
        between.push(1, 3);
        let mut out = [9];
        between.fill(&[0; 2], 0, &mut out);
        assert_eq!(out, [9]);
        between.fill(&[255 << 16; 3], 0, &mut out);
        assert_eq!(out, [255]);
        between.clear();
        between.fill(&[], 0, &mut out);
    }
}
