//! Four pixels at a time, on every x86-64 processor.
#![allow(
    unsafe_code,
    reason = "vector instructions, and loads and stores by pointer"
)]

use std::arch::x86_64::*;

use super::lanes::{self, Lanes, kernels};
use super::shape_lanes;
use super::shapes::{Corners, Drawn, Pieces, Price};
use super::{Block, Kernels, Moved};

kernels!("sse2", "sse2", Four, Four);

/// Four pixels.
#[derive(Clone, Copy)]
pub(super) struct Four(__m128i);

// SAFETY of all below: x86-64 has SSE2 always; what is read and written is what the trait's contract says
// is there.
impl Lanes for Four {
    const COUNT: usize = 4;
    type Wide = (__m128i, __m128i);

    #[inline(always)]
    unsafe fn load(from: *const u32, count: usize) -> Self {
        // SAFETY: reads `count` pixels.
        unsafe {
            Self(match count {
                1 => _mm_loadu_si32(from.cast()),
                2 => _mm_loadu_si64(from.cast()),
                3 => _mm_unpacklo_epi64(
                    _mm_loadu_si64(from.cast()),
                    _mm_loadu_si32(from.add(2).cast()),
                ),
                _ => _mm_loadu_si128(from.cast()),
            })
        }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u32, count: usize) {
        // SAFETY: writes `count` pixels.
        unsafe {
            match count {
                1 => _mm_storeu_si32(to.cast(), self.0),
                2 => _mm_storeu_si64(to.cast(), self.0),
                3 => {
                    _mm_storeu_si64(to.cast(), self.0);
                    _mm_storeu_si32(to.add(2).cast(), _mm_unpackhi_epi64(self.0, self.0));
                }
                _ => _mm_storeu_si128(to.cast(), self.0),
            }
        }
    }

    #[inline(always)]
    unsafe fn splat(pixel: u32) -> Self {
        // SAFETY: no memory is touched.
        unsafe { Self(_mm_set1_epi32(pixel as i32)) }
    }

    #[inline(always)]
    unsafe fn is_opaque(self) -> bool {
        // SAFETY: no memory is touched.
        unsafe {
            let full = _mm_cmpeq_epi8(self.0, _mm_set1_epi8(-1));
            _mm_movemask_epi8(full) & 0x8888 == 0x8888
        }
    }

    #[inline(always)]
    unsafe fn is_nothing(self) -> bool {
        // SAFETY: no memory is touched.
        unsafe { _mm_movemask_epi8(_mm_cmpeq_epi8(self.0, _mm_setzero_si128())) == 0xffff }
    }

    #[inline(always)]
    unsafe fn wide(self) -> Self::Wide {
        // SAFETY: no memory is touched.
        unsafe {
            let zero = _mm_setzero_si128();
            (
                _mm_unpacklo_epi8(self.0, zero),
                _mm_unpackhi_epi8(self.0, zero),
            )
        }
    }

    #[inline(always)]
    unsafe fn narrow((low, high): Self::Wide) -> Self {
        // SAFETY: no memory is touched.
        unsafe { Self(_mm_packus_epi16(low, high)) }
    }

    #[inline(always)]
    unsafe fn coverage(from: *const u8, count: usize) -> Self::Wide {
        // SAFETY: `bytes` reads `count` of them.
        unsafe {
            let each = bytes(from, count);
            Self(each).wide()
        }
    }

    #[inline(always)]
    unsafe fn number(n: u16) -> Self::Wide {
        // SAFETY: no memory is touched.
        unsafe {
            let n = _mm_set1_epi16(n as i16);
            (n, n)
        }
    }

    #[inline(always)]
    unsafe fn product(a: Self::Wide, b: Self::Wide) -> Self::Wide {
        // SAFETY: no memory is touched.
        unsafe {
            let product = |a, b| {
                // (t + t / 256) / 256 is t × 257 / 65536.
                let t = _mm_add_epi16(_mm_mullo_epi16(a, b), _mm_set1_epi16(128));
                _mm_mulhi_epu16(t, _mm_set1_epi16(257))
            };
            (product(a.0, b.0), product(a.1, b.1))
        }
    }

    #[inline(always)]
    unsafe fn sum(a: Self::Wide, b: Self::Wide) -> Self::Wide {
        // SAFETY: no memory is touched.
        unsafe { (_mm_add_epi16(a.0, b.0), _mm_add_epi16(a.1, b.1)) }
    }

    #[inline(always)]
    unsafe fn alphas((low, high): Self::Wide) -> Self::Wide {
        // SAFETY: no memory is touched.
        unsafe {
            let alphas = |v| _mm_shufflehi_epi16::<0xff>(_mm_shufflelo_epi16::<0xff>(v));
            (alphas(low), alphas(high))
        }
    }

    #[inline(always)]
    unsafe fn rest((low, high): Self::Wide) -> Self::Wide {
        // SAFETY: no memory is touched.
        unsafe {
            let full = _mm_set1_epi16(255);
            (_mm_sub_epi16(full, low), _mm_sub_epi16(full, high))
        }
    }

    #[inline(always)]
    unsafe fn mix(a: Self::Wide, b: Self::Wide, part: Self::Wide) -> Self::Wide {
        // SAFETY: no memory is touched.
        unsafe {
            // a × 256 + (b − a) × part + 128, which wraps on the way but fits in the end.
            let mix = |a, b, part| {
                let change = _mm_mullo_epi16(_mm_sub_epi16(b, a), part);
                let start = _mm_add_epi16(_mm_slli_epi16::<8>(a), _mm_set1_epi16(128));
                _mm_srli_epi16::<8>(_mm_add_epi16(start, change))
            };
            (mix(a.0, b.0, part.0), mix(a.1, b.1, part.1))
        }
    }

    #[inline(always)]
    unsafe fn replaced(self, other: Self, coverage: *const u8, count: usize) -> Self {
        // SAFETY: `bytes` reads `count` of them.
        unsafe {
            let each = _mm_srai_epi32::<31>(bytes(coverage, count));
            Self(_mm_or_si128(
                _mm_and_si128(each, other.0),
                _mm_andnot_si128(each, self.0),
            ))
        }
    }

    #[inline(always)]
    unsafe fn pairs(src: *const u32, firsts: *const u32, count: usize) -> (Self, Self) {
        // SAFETY: there are `count` numbers of pairs that lie in `src`. A pair is 64 bits.
        unsafe {
            let pair = |i: usize| match i < count {
                true => _mm_loadu_si64(src.add(*firsts.add(i) as usize).cast()),
                false => _mm_setzero_si128(),
            };
            let low = _mm_castsi128_ps(_mm_unpacklo_epi64(pair(0), pair(1)));
            let high = _mm_castsi128_ps(_mm_unpacklo_epi64(pair(2), pair(3)));
            (
                Self(_mm_castps_si128(_mm_shuffle_ps::<0b10_00_10_00>(low, high))),
                Self(_mm_castps_si128(_mm_shuffle_ps::<0b11_01_11_01>(low, high))),
            )
        }
    }

    #[inline(always)]
    unsafe fn parts(from: *const u16, count: usize) -> Self::Wide {
        // SAFETY: reads `count` numbers.
        unsafe {
            let parts = match count {
                1 => _mm_cvtsi32_si128(i32::from(*from)),
                2 => _mm_loadu_si32(from.cast()),
                3 => _mm_insert_epi16::<2>(_mm_loadu_si32(from.cast()), i32::from(*from.add(2))),
                _ => _mm_loadu_si64(from.cast()),
            };
            let twice = _mm_unpacklo_epi16(parts, parts);
            (
                _mm_unpacklo_epi32(twice, twice),
                _mm_unpackhi_epi32(twice, twice),
            )
        }
    }
}

/// Each of four bytes four times; with fewer the others are 0.
///
/// # Safety
///
/// Reads `count` bytes.
#[inline(always)]
unsafe fn bytes(from: *const u8, count: usize) -> __m128i {
    // SAFETY: as this function itself.
    unsafe {
        let word = match count {
            1 => u32::from(*from),
            2 => u32::from(from.cast::<u16>().read_unaligned()),
            3 => u32::from(from.cast::<u16>().read_unaligned()) | u32::from(*from.add(2)) << 16,
            _ => from.cast::<u32>().read_unaligned(),
        };
        let word = _mm_cvtsi32_si128(word as i32);
        let twice = _mm_unpacklo_epi8(word, word);
        _mm_unpacklo_epi16(twice, twice)
    }
}
