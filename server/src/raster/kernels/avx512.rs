//! Mixing sixteen pixels at a time, on processors with AVX-512 for bytes and words.
#![allow(
    unsafe_code,
    reason = "vector instructions, and loads and stores by pointer"
)]

use std::arch::x86_64::*;

use super::{Kernels, avx2, scalar};

/// Pixels of a register.
pub(super) const COUNT: usize = 16;

/// The version for AVX2, with what is quicker here.
pub(super) const KERNELS: Kernels = Kernels {
    name: "avx512",
    mix_rows: rows,
    mix_pairs: pairs,
    ..avx2::KERNELS
};

/// Whether this processor has what is used here.
pub(super) fn is_there() -> bool {
    std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("avx512bw")
}

fn rows(out: &mut [u32], upper: &[u32], lower: &[u32], part: u16) {
    // SAFETY: the table is picked only where the processor has the features.
    unsafe { mix_rows(out, upper, lower, part) }
}

fn pairs(out: &mut [u32], src: &[u32], firsts: &[u32], parts: &[u16]) {
    // SAFETY: as above.
    unsafe { mix_pairs(out, src, firsts, parts) }
}

/// The first `count` lanes.
pub(super) fn lanes(count: usize) -> __mmask16 {
    match count {
        0..COUNT => (1 << count) - 1,
        _ => __mmask16::MAX,
    }
}

/// `a` and `b` mixed, with as many of 256 parts of `b` as both halves of each number of `parts` say.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
pub(super) fn mix(a: __m512i, b: __m512i, parts: __m512i) -> __m512i {
    let (low, high) = (_mm512_set1_epi16(0x00ff), _mm512_set1_epi16(-0x0100));
    let half = _mm512_set1_epi16(128);
    // a × 256 + (b − a) × part + 128, which wraps on the way but fits in the end: blue and red, then
    // green and alpha.
    let change = _mm512_sub_epi16(_mm512_and_si512(b, low), _mm512_and_si512(a, low));
    let start = _mm512_add_epi16(_mm512_slli_epi16::<8>(a), half);
    let even = _mm512_add_epi16(start, _mm512_mullo_epi16(change, parts));
    let change = _mm512_sub_epi16(_mm512_srli_epi16::<8>(b), _mm512_srli_epi16::<8>(a));
    let start = _mm512_add_epi16(_mm512_and_si512(a, high), half);
    let odd = _mm512_add_epi16(start, _mm512_mullo_epi16(change, parts));
    _mm512_or_si512(_mm512_srli_epi16::<8>(even), _mm512_and_si512(odd, high))
}

#[target_feature(enable = "avx512f,avx512bw")]
fn mix_rows(out: &mut [u32], upper: &[u32], lower: &[u32], part: u16) {
    let parts = _mm512_set1_epi16(part as i16);
    let length = out.len().min(upper.len()).min(lower.len());
    for at in (0..length).step_by(COUNT) {
        let lanes = lanes(length - at);
        // SAFETY: `at` lies in all three, and as many pixels as there are lanes.
        unsafe {
            let a = _mm512_maskz_loadu_epi32(lanes, upper.as_ptr().add(at).cast());
            let b = _mm512_maskz_loadu_epi32(lanes, lower.as_ptr().add(at).cast());
            _mm512_mask_storeu_epi32(out.as_mut_ptr().add(at).cast(), lanes, mix(a, b, parts));
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw")]
fn mix_pairs(out: &mut [u32], src: &[u32], firsts: &[u32], parts: &[u16]) {
    let length = out.len().min(firsts.len()).min(parts.len());
    for at in (0..length).step_by(COUNT) {
        let end = length.min(at + COUNT);
        let (out, firsts, parts) = (&mut out[at..end], &firsts[at..end], &parts[at..end]);
        if !mix_near(out, src, firsts, parts) {
            scalar::mix_pairs(out, src, firsts, parts);
        }
    }
}

/// Mixes up to sixteen pairs that all lie within thirty-two pixels of `src`; whether they do.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn mix_near(out: &mut [u32], src: &[u32], firsts: &[u32], parts: &[u16]) -> bool {
    let Some(pairs) = Pairs::new(firsts, parts, src.len()) else {
        return false;
    };
    pairs.store(out, pairs.of(src));
    true
}

/// Mixes for each pixel a pair of `upper` and the pair of `lower` below it, then the two.
#[target_feature(enable = "avx512f,avx512bw")]
fn mix_fours(
    out: &mut [u32],
    (upper, lower): (&[u32], &[u32]),
    firsts: &[u32],
    parts: &[u16],
    part: u16,
) {
    let down = _mm512_set1_epi16(part as i16);
    let width = upper.len().min(lower.len());
    let length = out.len().min(firsts.len()).min(parts.len());
    for at in (0..length).step_by(COUNT) {
        let end = length.min(at + COUNT);
        let (out, firsts, parts) = (&mut out[at..end], &firsts[at..end], &parts[at..end]);
        if let Some(pairs) = Pairs::new(firsts, parts, width) {
            pairs.store(out, mix(pairs.of(upper), pairs.of(lower), down));
            continue;
        }
        let mut below = [0; COUNT];
        scalar::mix_pairs(out, upper, firsts, parts);
        scalar::mix_pairs(&mut below, lower, firsts, parts);
        for (out, below) in out.iter_mut().zip(below) {
            *out = scalar::mix(*out, below, part);
        }
    }
}

/// Four rows and columns at once, as [`super::mix_fours`] says.
pub(super) fn fours(
    out: &mut [u32],
    rows: (&[u32], &[u32]),
    firsts: &[u32],
    parts: &[u16],
    part: u16,
) {
    // SAFETY: picked only where the processor has the features.
    unsafe { mix_fours(out, rows, firsts, parts, part) }
}

/// Up to sixteen pairs of neighbours within thirty-two pixels.
struct Pairs {
    lanes: __mmask16,
    /// Where the thirty-two begin.
    base: usize,
    /// The first of each pair among them.
    index: __m512i,
    /// How much of the second there is, of 256, in both halves of a number.
    parts: __m512i,
}

impl Pairs {
    /// `None` when they lie further apart, or not all in a row of `width` pixels.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    fn new(firsts: &[u32], parts: &[u16], width: usize) -> Option<Self> {
        let lanes = lanes(firsts.len().min(parts.len()));
        let base = *firsts.first()?.min(firsts.last()?);
        // SAFETY: there are so many numbers.
        let firsts = unsafe { _mm512_maskz_loadu_epi32(lanes, firsts.as_ptr().cast()) };
        let index = _mm512_sub_epi32(firsts, _mm512_set1_epi32(base as i32));
        let far = _mm512_mask_cmpgt_epu32_mask(lanes, index, _mm512_set1_epi32(30));
        let bound = u32::try_from(width).unwrap_or(u32::MAX).saturating_sub(1);
        let bound = _mm512_set1_epi32(bound as i32);
        let beyond = _mm512_mask_cmpge_epu32_mask(lanes, firsts, bound);
        if far | beyond != 0 {
            return None;
        }
        // SAFETY: as above.
        let parts = unsafe { _mm512_maskz_loadu_epi16(u32::from(lanes), parts.as_ptr().cast()) };
        let parts = _mm512_cvtepu16_epi32(_mm512_castsi512_si256(parts));
        Some(Self {
            lanes,
            base: base as usize,
            index,
            parts: _mm512_or_si512(parts, _mm512_slli_epi32::<16>(parts)),
        })
    }

    /// Mixed, of a row that is as wide as was said.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    fn of(&self, row: &[u32]) -> __m512i {
        let window = &row[self.base..];
        let rest = window.len().saturating_sub(COUNT);
        // SAFETY: as many pixels are read as there are.
        let (low, high) = unsafe {
            let behind = window.as_ptr().wrapping_add(COUNT);
            (
                _mm512_maskz_loadu_epi32(lanes(window.len()), window.as_ptr().cast()),
                _mm512_maskz_loadu_epi32(lanes(rest), behind.cast()),
            )
        };
        let next = _mm512_add_epi32(self.index, _mm512_set1_epi32(1));
        mix(
            _mm512_permutex2var_epi32(low, self.index, high),
            _mm512_permutex2var_epi32(low, next, high),
            self.parts,
        )
    }

    /// Puts the pixels of all pairs into `out`, as far as it goes.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    fn store(&self, out: &mut [u32], pixels: __m512i) {
        let lanes = self.lanes & lanes(out.len());
        // SAFETY: no more are written than there are.
        unsafe { _mm512_mask_storeu_epi32(out.as_mut_ptr().cast(), lanes, pixels) };
    }
}
