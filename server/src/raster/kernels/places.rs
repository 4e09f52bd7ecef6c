//! [`Places`]: positions in an image that change evenly.

use std::arch::x86_64::*;

/// Sixteen positions in one direction.
pub(super) struct Places {
    low: __m512i,
    high: __m512i,
    /// To the next sixteen.
    step: __m512i,
}

impl Places {
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn new(at: i64, step: i64) -> Self {
        let place = |i: i64| at.wrapping_add(step.wrapping_mul(i));
        let eight = |i: i64| {
            let [a, b, c, d, e, f, g, h] = std::array::from_fn(|k| place(i + k as i64));
            _mm512_setr_epi64(a, b, c, d, e, f, g, h)
        };
        Self {
            low: eight(0),
            high: eight(8),
            step: _mm512_set1_epi64(step.wrapping_mul(16)),
        }
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn next(&mut self) {
        self.low = _mm512_add_epi64(self.low, self.step);
        self.high = _mm512_add_epi64(self.high, self.step);
    }

    /// The pixels on either side that may be read, and how far between them each position is, of
    /// 256, in both halves of a number.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn between(&self, (first, last): (i32, i32)) -> (__m512i, __m512i, __m512i) {
        // In 256ths from the middle of the first pixel. What is too far away for 32 bits is cut,
        // which leaves it beyond the last pixel, where all parts give the same.
        let part = |places| {
            let shift = _mm512_set1_epi64((1 << 15) - (1 << 23));
            let at = _mm512_srai_epi64::<16>(_mm512_add_epi64(places, shift));
            _mm512_cvtsepi64_epi32(at)
        };
        let low = _mm512_castsi256_si512(part(self.low));
        let at = _mm512_inserti64x4::<1>(low, part(self.high));
        let (first, last) = (_mm512_set1_epi32(first), _mm512_set1_epi32(last));
        let inside = |x| _mm512_min_epi32(_mm512_max_epi32(x, first), last);
        let x = _mm512_srai_epi32::<8>(at);
        let next = _mm512_add_epi32(x, _mm512_set1_epi32(1));
        let part = _mm512_and_si512(at, _mm512_set1_epi32(255));
        let both = _mm512_or_si512(part, _mm512_slli_epi32::<16>(part));
        (inside(x), inside(next), both)
    }
}
