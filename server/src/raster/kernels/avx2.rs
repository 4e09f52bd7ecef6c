//! Eight pixels at a time, on processors with AVX2.
#![allow(
    unsafe_code,
    reason = "vector instructions, and loads and stores by pointer"
)]

use std::arch::x86_64::*;

use super::lanes::{self, Lanes, kernels};
use super::shape_lanes;
use super::shapes::{Corners, Drawn, Pieces, Price};
use super::sse2::Four;
use super::{Block, Kernels, Moved};

kernels!("avx2", "avx2", Eight, Four);

/// Eight pixels. Their wide form has the pixels 0, 1, 4, 5 in its first register, the others in the
/// second: halves of 128 bits never mix.
#[derive(Clone, Copy)]
pub(super) struct Eight(__m256i);

/// Where eight bytes go, each into the four channels of a pixel: for the first register.
const LOW: [i8; 32] = spread_of([0, 1, 4, 5]);
/// The same for the second.
const HIGH: [i8; 32] = spread_of([2, 3, 6, 7]);
/// The same of numbers of 16 bits.
const LOW_PARTS: [i8; 32] = wide_spread_of([0, 1, 4, 5]);
const HIGH_PARTS: [i8; 32] = wide_spread_of([2, 3, 6, 7]);
/// Eight bytes, each into the highest byte of a pixel.
const TOPS: [i8; 32] = tops();
/// The alpha of each wide pixel into all of its channels.
const ALPHAS: [i8; 32] = alphas();

const fn spread_of(pixels: [i8; 4]) -> [i8; 32] {
    let mut to = [-1; 32];
    let mut i = 0;
    while i < 16 {
        to[2 * i] = pixels[i / 4];
        i += 1;
    }
    to
}

const fn wide_spread_of(pixels: [i8; 4]) -> [i8; 32] {
    let mut to = [0; 32];
    let mut i = 0;
    while i < 32 {
        to[i] = 2 * pixels[i / 8] + i as i8 % 2;
        i += 1;
    }
    to
}

const fn tops() -> [i8; 32] {
    let mut to = [-1; 32];
    let mut i = 0;
    while i < 8 {
        to[4 * i + 3] = i as i8;
        i += 1;
    }
    to
}

const fn alphas() -> [i8; 32] {
    let mut to = [0; 32];
    let mut i = 0;
    while i < 32 {
        to[i] = ((i as i8 % 16) / 8) * 8 + 6 + i as i8 % 2;
        i += 1;
    }
    to
}

/// A table as a register.
#[inline(always)]
fn table(bytes: &'static [i8; 32]) -> __m256i {
    // SAFETY: there are 32 bytes. Used only where the processor has AVX2.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

// SAFETY of all below: used only where the processor has AVX2; what is read and written is what the
// trait's contract says is there, always eight of it.
impl Lanes for Eight {
    const COUNT: usize = 8;
    type Wide = (__m256i, __m256i);

    #[inline(always)]
    unsafe fn extremes(all: &[Corners]) -> [Corners; 2] {
        let (pairs, rest) = all.as_chunks::<2>();
        // SAFETY: eight numbers are read, of a pair, and four of a single one; as many are written.
        unsafe {
            let mut low = _mm256_set1_epi32(i32::MAX);
            let mut high = _mm256_set1_epi32(i32::MIN);
            for pair in pairs {
                let pair = _mm256_loadu_si256(pair.as_ptr().cast());
                low = _mm256_min_epi32(low, pair);
                high = _mm256_max_epi32(high, pair);
            }
            let [mut low, mut high] = [
                _mm_min_epi32(
                    _mm256_castsi256_si128(low),
                    _mm256_extracti128_si256(low, 1),
                ),
                _mm_max_epi32(
                    _mm256_castsi256_si128(high),
                    _mm256_extracti128_si256(high, 1),
                ),
            ];
            for one in rest {
                let one = _mm_loadu_si128(one.as_ptr().cast());
                (low, high) = (_mm_min_epi32(low, one), _mm_max_epi32(high, one));
            }
            let mut extremes = [[0; 4]; 2];
            _mm_storeu_si128(extremes[0].as_mut_ptr().cast(), low);
            _mm_storeu_si128(extremes[1].as_mut_ptr().cast(), high);
            extremes
        }
    }

    #[inline(always)]
    unsafe fn load(from: *const u32, _: usize) -> Self {
        // SAFETY: reads eight pixels.
        unsafe { Self(_mm256_loadu_si256(from.cast())) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u32, _: usize) {
        // SAFETY: writes eight pixels.
        unsafe { _mm256_storeu_si256(to.cast(), self.0) }
    }

    #[inline(always)]
    unsafe fn splat(pixel: u32) -> Self {
        // SAFETY: no memory is touched.
        unsafe { Self(_mm256_set1_epi32(pixel as i32)) }
    }

    #[inline(always)]
    unsafe fn is_opaque(self) -> bool {
        // SAFETY: no memory is touched.
        unsafe { _mm256_testc_si256(self.0, _mm256_set1_epi32(0xff << 24)) == 1 }
    }

    #[inline(always)]
    unsafe fn is_nothing(self) -> bool {
        // SAFETY: no memory is touched.
        unsafe { _mm256_testz_si256(self.0, self.0) == 1 }
    }

    #[inline(always)]
    unsafe fn wide(self) -> Self::Wide {
        // SAFETY: no memory is touched.
        unsafe {
            let zero = _mm256_setzero_si256();
            (
                _mm256_unpacklo_epi8(self.0, zero),
                _mm256_unpackhi_epi8(self.0, zero),
            )
        }
    }

    #[inline(always)]
    unsafe fn narrow((low, high): Self::Wide) -> Self {
        // SAFETY: no memory is touched.
        unsafe { Self(_mm256_packus_epi16(low, high)) }
    }

    #[inline(always)]
    unsafe fn coverage(from: *const u8, _: usize) -> Self::Wide {
        // SAFETY: reads eight bytes.
        unsafe {
            let bytes = _mm256_broadcastq_epi64(_mm_loadu_si64(from));
            (
                _mm256_shuffle_epi8(bytes, table(&LOW)),
                _mm256_shuffle_epi8(bytes, table(&HIGH)),
            )
        }
    }

    #[inline(always)]
    unsafe fn number(n: u16) -> Self::Wide {
        // SAFETY: no memory is touched.
        unsafe {
            let n = _mm256_set1_epi16(n as i16);
            (n, n)
        }
    }

    #[inline(always)]
    unsafe fn product(a: Self::Wide, b: Self::Wide) -> Self::Wide {
        // SAFETY: no memory is touched.
        unsafe {
            let product = |a, b| {
                // (t + t / 256) / 256 is t × 257 / 65536.
                let t = _mm256_add_epi16(_mm256_mullo_epi16(a, b), _mm256_set1_epi16(128));
                _mm256_mulhi_epu16(t, _mm256_set1_epi16(257))
            };
            (product(a.0, b.0), product(a.1, b.1))
        }
    }

    #[inline(always)]
    unsafe fn sum(a: Self::Wide, b: Self::Wide) -> Self::Wide {
        // SAFETY: no memory is touched.
        unsafe { (_mm256_add_epi16(a.0, b.0), _mm256_add_epi16(a.1, b.1)) }
    }

    #[inline(always)]
    unsafe fn alphas((low, high): Self::Wide) -> Self::Wide {
        // SAFETY: no memory is touched.
        unsafe {
            let alphas = table(&ALPHAS);
            (
                _mm256_shuffle_epi8(low, alphas),
                _mm256_shuffle_epi8(high, alphas),
            )
        }
    }

    #[inline(always)]
    unsafe fn rest((low, high): Self::Wide) -> Self::Wide {
        // SAFETY: no memory is touched.
        unsafe {
            let full = _mm256_set1_epi16(255);
            (_mm256_sub_epi16(full, low), _mm256_sub_epi16(full, high))
        }
    }

    #[inline(always)]
    unsafe fn mix(a: Self::Wide, b: Self::Wide, part: Self::Wide) -> Self::Wide {
        // SAFETY: no memory is touched.
        unsafe {
            // a × 256 + (b − a) × part + 128, which wraps on the way but fits in the end.
            let mix = |a, b, part| {
                let change = _mm256_mullo_epi16(_mm256_sub_epi16(b, a), part);
                let start = _mm256_add_epi16(_mm256_slli_epi16::<8>(a), _mm256_set1_epi16(128));
                _mm256_srli_epi16::<8>(_mm256_add_epi16(start, change))
            };
            (mix(a.0, b.0, part.0), mix(a.1, b.1, part.1))
        }
    }

    #[inline(always)]
    unsafe fn replaced(self, other: Self, coverage: *const u8, _: usize) -> Self {
        // SAFETY: reads eight bytes.
        unsafe {
            let bytes = _mm256_broadcastq_epi64(_mm_loadu_si64(coverage));
            let each = _mm256_shuffle_epi8(bytes, table(&TOPS));
            let mixed = _mm256_blendv_ps(
                _mm256_castsi256_ps(self.0),
                _mm256_castsi256_ps(other.0),
                _mm256_castsi256_ps(each),
            );
            Self(_mm256_castps_si256(mixed))
        }
    }

    #[inline(always)]
    unsafe fn pairs(src: *const u32, firsts: *const u32, _: usize) -> (Self, Self) {
        // SAFETY: there are eight numbers of pairs that lie in `src`. A pair is 64 bits.
        unsafe {
            let pair = |i: usize| _mm_loadu_si64(src.add(*firsts.add(i) as usize).cast());
            let four = |i: usize| {
                let low = _mm_unpacklo_epi64(pair(i), pair(i + 1));
                let high = _mm_unpacklo_epi64(pair(i + 4), pair(i + 5));
                _mm256_castsi256_ps(_mm256_set_m128i(high, low))
            };
            let (even, odd) = (four(0), four(2));
            let first = _mm256_shuffle_ps::<0b10_00_10_00>(even, odd);
            let second = _mm256_shuffle_ps::<0b11_01_11_01>(even, odd);
            (
                Self(_mm256_castps_si256(first)),
                Self(_mm256_castps_si256(second)),
            )
        }
    }

    #[inline(always)]
    unsafe fn parts(from: *const u16, _: usize) -> Self::Wide {
        // SAFETY: reads eight numbers.
        unsafe {
            let parts = _mm256_broadcastsi128_si256(_mm_loadu_si128(from.cast()));
            (
                _mm256_shuffle_epi8(parts, table(&LOW_PARTS)),
                _mm256_shuffle_epi8(parts, table(&HIGH_PARTS)),
            )
        }
    }
}
