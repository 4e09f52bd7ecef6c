//! Rows of an image stretched sixteen pixels at a time: which pixels are mixed is worked out once for all
//! rows, and what was mixed sideways is kept in the form in which it is mixed downwards.
#![allow(
    unsafe_code,
    reason = "vector instructions, and loads and stores by pointer"
)]

use std::arch::x86_64::*;

use super::Along;
use super::avx512::{COUNT, lanes};
use super::places::Places;

/// Pixels that are looked at for sixteen others, at most, where they are found without being gathered.
const NEAR: i32 = 32;
/// Colours are kept with this many in each byte less than there are, as signed numbers.
const LESS: i8 = -128;

/// The pixels of a row that are mixed for each of a run of others.
#[derive(Debug, Default)]
pub(in super::super) struct Columns {
    count: usize,
    /// As many pixels a row must have.
    least: usize,
    sixteens: Vec<Sixteen>,
}

/// Those of sixteen pixels.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Sixteen {
    /// Two pixels for each, counted from `base`.
    first: __m512i,
    second: __m512i,
    /// How much of the one and of the other, in bytes, for the lower and the upper pixels of each 128 bits.
    low: __m512i,
    high: __m512i,
    base: usize,
    /// Whether all of them are within [`NEAR`] pixels.
    near: bool,
}

impl Columns {
    /// Whether this processor has what is used here: nothing else may be called where it has not.
    pub(in super::super) fn are_there() -> bool {
        super::avx512::is_there()
    }

    /// Works them out for `count` pixels. `None` when there are too many pixels to be counted.
    pub(in super::super) fn begin(&mut self, along: &Along, count: usize) -> Option<()> {
        let number = |v: i64| i32::try_from(v).ok().filter(|v| *v >= 0);
        let range = (number(along.range.0)?, number(along.range.1)?);
        self.count = count;
        self.least = range.1 as usize + 1;
        self.sixteens.clear();
        // SAFETY: the caller has seen that the processor has the features.
        unsafe { self.fill(along, range) };
        (range.0 <= range.1).then_some(())
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    fn fill(&mut self, along: &Along, range: (i32, i32)) {
        // The position between the middles of pixels, or that within one.
        let shift = if along.unmixed {
            (1 << 23) - (1 << 15)
        } else {
            0
        };
        let mut places = Places::new(along.at.wrapping_add(shift), along.step);
        for at in (0..self.count).step_by(COUNT) {
            let (first, second, part) = places.between(range);
            let lanes = lanes(self.count - at);
            self.sixteens.push(match along.unmixed {
                true => Sixteen::new(first, first, _mm512_setzero_si512(), lanes),
                false => Sixteen::new(first, second, part, lanes),
            });
            places.next();
        }
    }

    /// Mixes pixels of `row`, to be kept.
    pub(in super::super) fn across(&self, row: &[u32], kept: &mut Vec<u32>) {
        kept.resize(self.count, 0);
        if row.len() >= self.least {
            // SAFETY: as above; the row has all pixels that are asked for.
            unsafe { self.mix_across(row, kept) }
        }
    }

    /// Mixes pixels of two rows and then the two, with `part` of 256 of the second, which is neither nothing
    /// nor all.
    pub(in super::super) fn both(&self, rows: (&[u32], &[u32]), part: u16, out: &mut [u32]) {
        if rows.0.len().min(rows.1.len()) >= self.least {
            // SAFETY: as above.
            unsafe { self.mix_both(rows, part, out) }
        }
    }

    /// How many bytes are kept for the next run.
    #[cfg(test)]
    pub(in super::super) fn byte_size(&self) -> usize {
        self.sixteens.capacity() * size_of::<Sixteen>()
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    fn mix_across(&self, row: &[u32], kept: &mut [u32]) {
        let count = kept.len().div_ceil(COUNT).min(self.sixteens.len());
        for i in 0..count {
            let out = &mut kept[i * COUNT..];
            let lanes = lanes(out.len());
            let mixed = self.sixteens[i].of(row, lanes);
            // SAFETY: there are as many pixels as lanes.
            unsafe { _mm512_mask_storeu_epi32(out.as_mut_ptr().cast(), lanes, mixed) };
        }
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    fn mix_both(&self, (upper, lower): (&[u32], &[u32]), part: u16, out: &mut [u32]) {
        let parts = parts_of(part);
        let count = out.len().div_ceil(COUNT).min(self.sixteens.len());
        for i in 0..count {
            let (out, sixteen) = (&mut out[i * COUNT..], &self.sixteens[i]);
            let lanes = lanes(out.len());
            let mixed = mix(
                sixteen.of(upper, lanes),
                sixteen.of(lower, lanes),
                parts,
                parts,
            );
            // SAFETY: there are as many pixels as lanes.
            unsafe { _mm512_mask_storeu_epi32(out.as_mut_ptr().cast(), lanes, whole(mixed)) };
        }
    }
}

/// Mixes two rows that were kept, with `part` of 256 of the second, which is neither nothing nor all.
pub(in super::super) fn down(out: &mut [u32], upper: &[u32], lower: &[u32], part: u16) {
    // SAFETY: what was kept was mixed on a processor with the features.
    unsafe { mix_down(out, upper, lower, part) }
}

/// The pixels of a row that was kept.
pub(in super::super) fn plain(out: &mut [u32], kept: &[u32]) {
    for (out, kept) in out.iter_mut().zip(kept) {
        *out = kept ^ u32::from_ne_bytes([LESS as u8; 4]);
    }
}

#[target_feature(enable = "avx512f,avx512bw")]
fn mix_down(out: &mut [u32], upper: &[u32], lower: &[u32], part: u16) {
    let parts = parts_of(part);
    let length = out.len().min(upper.len()).min(lower.len());
    let mix_at = |at: usize, lanes| {
        // SAFETY: `at` lies in all three, and as many pixels as there are lanes.
        unsafe {
            let a = _mm512_maskz_loadu_epi32(lanes, upper.as_ptr().add(at).cast());
            let b = _mm512_maskz_loadu_epi32(lanes, lower.as_ptr().add(at).cast());
            whole(mix(a, b, parts, parts))
        }
    };
    let mut at = 0;
    while at + COUNT <= length {
        let mixed = mix_at(at, __mmask16::MAX);
        // SAFETY: as above.
        unsafe { _mm512_storeu_si512(out.as_mut_ptr().add(at).cast(), mixed) };
        at += COUNT;
    }
    if at < length {
        let lanes = lanes(length - at);
        let mixed = mix_at(at, lanes);
        // SAFETY: as above.
        unsafe { _mm512_mask_storeu_epi32(out.as_mut_ptr().add(at).cast(), lanes, mixed) };
    }
}

/// The first sixteen pixels, and those behind them, as far as they are there.
#[target_feature(enable = "avx512f,avx512bw")]
fn ends(window: &[u32]) -> (__m512i, __m512i) {
    let rest = window.len().saturating_sub(COUNT);
    // SAFETY: as many pixels are read as there are.
    unsafe {
        let behind = window.as_ptr().wrapping_add(COUNT);
        (
            _mm512_maskz_loadu_epi32(lanes(window.len()), window.as_ptr().cast()),
            _mm512_maskz_loadu_epi32(lanes(rest), behind.cast()),
        )
    }
}

/// The same shares for all pixels.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn parts_of(part: u16) -> __m512i {
    _mm512_set1_epi16(((part << 8) | (256 - part)) as i16)
}

/// Signed bytes to colours, or back.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn whole(kept: __m512i) -> __m512i {
    _mm512_xor_si512(kept, _mm512_set1_epi8(LESS))
}

/// Two times sixteen pixels of signed bytes mixed, each channel rounded to nearest, halves up. Of each pair
/// of channels there are as many 256ths as two bytes say, which together are 256: for the lower pixels of
/// each 128 bits, and for the upper ones.
///
/// With `LESS` added everywhere this is `(a × (256 − part) + b × part + 128) / 256`, and the sums fit 16 bits.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn mix(a: __m512i, b: __m512i, low: __m512i, high: __m512i) -> __m512i {
    // A product with 128, halved 15 times and rounded, is what was divided by 256 and rounded.
    let rounded = |sums| _mm512_mulhrs_epi16(sums, _mm512_set1_epi16(128));
    let low = _mm512_maddubs_epi16(low, _mm512_unpacklo_epi8(a, b));
    let high = _mm512_maddubs_epi16(high, _mm512_unpackhi_epi8(a, b));
    _mm512_packs_epi16(rounded(low), rounded(high))
}

impl Sixteen {
    /// Of pixels and the parts of 256 of the second ones, in both halves of a number.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    fn new(first: __m512i, second: __m512i, part: __m512i, lanes: __mmask16) -> Self {
        // All of the first is no share that fits a byte: it is mixed with itself.
        let none = _mm512_cmpeq_epi32_mask(part, _mm512_setzero_si512());
        let second = _mm512_mask_mov_epi32(second, none, first);
        let rest = _mm512_sub_epi16(_mm512_set1_epi16(256), part);
        let shares = _mm512_or_si512(rest, _mm512_slli_epi16::<8>(part));
        let halves = _mm512_set1_epi8(LESS);
        let shares = _mm512_mask_mov_epi32(shares, none, halves);
        let base = _mm512_mask_reduce_min_epi32(lanes, first);
        let all = _mm512_set1_epi32(base);
        let (near_first, near_second) =
            (_mm512_sub_epi32(first, all), _mm512_sub_epi32(second, all));
        let limit = _mm512_set1_epi32(NEAR);
        let near = _mm512_mask_cmplt_epi32_mask(lanes, near_second, limit) == lanes;
        let (first, second, base) = match near {
            true => (near_first, near_second, base),
            false => (first, second, 0),
        };
        Self {
            first,
            second,
            low: _mm512_unpacklo_epi32(shares, shares),
            high: _mm512_unpackhi_epi32(shares, shares),
            base: base as usize,
            near,
        }
    }

    /// Mixed, of a row that has all of these pixels, to be kept.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    fn of(&self, row: &[u32], active: __mmask16) -> __m512i {
        let window = &row[self.base..];
        let (a, b) = match self.near {
            true => {
                let (low, high) = match window.get(..2 * COUNT) {
                    // SAFETY: there are so many pixels.
                    Some(both) => unsafe {
                        let behind = both.as_ptr().add(COUNT);
                        (
                            _mm512_loadu_si512(both.as_ptr().cast()),
                            _mm512_loadu_si512(behind.cast()),
                        )
                    },
                    None => ends(window),
                };
                (
                    _mm512_permutex2var_epi32(low, self.first, high),
                    _mm512_permutex2var_epi32(low, self.second, high),
                )
            }
            false => {
                let (zero, row) = (_mm512_setzero_si512(), row.as_ptr().cast());
                // SAFETY: the row has all pixels that are asked for.
                unsafe {
                    (
                        _mm512_mask_i32gather_epi32::<4>(zero, active, self.first, row),
                        _mm512_mask_i32gather_epi32::<4>(zero, active, self.second, row),
                    )
                }
            }
        };
        mix(whole(a), whole(b), self.low, self.high)
    }
}
