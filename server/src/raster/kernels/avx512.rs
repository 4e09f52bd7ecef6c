//! Mixing sixteen pixels at a time, on processors with AVX-512 for bytes and words.

use std::arch::x86_64::*;

/// Pixels of a register.
pub(super) const COUNT: usize = 16;

/// Whether this processor has what is used here.
pub(super) fn is_there() -> bool {
    std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("avx512bw")
}

/// The first `count` lanes.
#[inline(always)]
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
