//! The loops of text on x86-64, for four, eight and sixteen pixels at a time.
#![allow(
    unsafe_code,
    reason = "vector instructions, and loads and stores by pointer"
)]

use std::arch::x86_64::*;

use super::Block;
use super::text::{Placed, TextKernel, TextKernels, UNIT, blend, by_pixel, row_of, set};

/// The lower byte of each 16 bits.
const LOW: i16 = 0xff;

/// Some pixels, in a register: as 32 bits each, or as two channels of 16 bits each.
///
/// # Safety
///
/// All functions need a processor with the instructions of the implementor. Those with a pointer need
/// as many values behind it as there are pixels; no more are touched.
trait Pixels: Copy {
    const COUNT: usize;

    unsafe fn load(from: *const u32) -> Self;
    unsafe fn store(self, to: *mut u32);
    /// The same 16 bits everywhere.
    unsafe fn splat(half: i16) -> Self;
    /// The same 32 bits everywhere.
    unsafe fn splat_pixel(pixel: u32) -> Self;
    /// Each share in both halves of its pixel.
    unsafe fn shares(from: *const u16) -> Self;
    /// Shares of which each is there twice.
    unsafe fn twice(from: *const u16) -> Self;
    unsafe fn and(self, other: Self) -> Self;
    unsafe fn or(self, other: Self) -> Self;
    /// Halves moved by eight bits.
    unsafe fn down(self) -> Self;
    unsafe fn up(self) -> Self;
    /// Halves subtracted.
    unsafe fn minus(self, other: Self) -> Self;
    /// Bytes added, to 255 at most.
    unsafe fn capped_sum(self, other: Self) -> Self;
    /// Halves: `(a × share + 2^14) / 2^15`, rounded down.
    unsafe fn part(self, share: Self) -> Self;
    /// Halves: `color` in place of the share of `self`: the one's part and what is left of the other.
    unsafe fn mixed(self, color: Self, share: Self) -> Self;
    /// Halves: `a × b / 255` to nearest.
    unsafe fn product(self, other: Self) -> Self;
    /// The upper half of each pixel in both.
    unsafe fn uppers(self) -> Self;
    /// `other` where the share is not 0.
    unsafe fn replaced(self, other: Self, share: Self) -> Self;
}

/// What is done to some pixels.
trait Step {
    /// # Safety
    ///
    /// As [`Pixels`].
    unsafe fn step<P: Pixels>(&self, d: *mut u32, share: P);
}

/// A colour over pixels.
struct Over(u32);

impl Step for Over {
    #[inline(always)]
    unsafe fn step<P: Pixels>(&self, at: *mut u32, share: P) {
        // SAFETY: as this function itself.
        unsafe {
            let low = P::splat(LOW);
            let color = P::splat_pixel(self.0);
            let even = color.and(low).part(share);
            let odd = color.down().part(share);
            let rest = low.minus(odd.uppers());
            let d = P::load(at);
            let source = even.or(odd.up());
            let (even, odd) = (d.and(low).product(rest), d.down().product(rest));
            source.capped_sum(even.or(odd.up())).store(at);
        }
    }
}

/// An opaque colour over pixels. A channel then changes by the share of the colour less the share of
/// what was there, and is never above 255.
struct OpaqueOver(u32);

impl Step for OpaqueOver {
    #[inline(always)]
    unsafe fn step<P: Pixels>(&self, at: *mut u32, share: P) {
        // SAFETY: as this function itself.
        unsafe {
            let low = P::splat(LOW);
            let (color, d) = (P::splat_pixel(self.0), P::load(at));
            let even = d.and(low).mixed(color.and(low), share);
            let odd = d.down().mixed(color.down(), share);
            even.or(odd.up()).store(at);
        }
    }
}

/// A colour in place of pixels.
struct Set(u32);

impl Step for Set {
    #[inline(always)]
    unsafe fn step<P: Pixels>(&self, at: *mut u32, share: P) {
        // SAFETY: as this function itself.
        unsafe {
            let set = P::load(at).replaced(P::splat_pixel(self.0), share);
            set.store(at);
        }
    }
}

/// Takes all steps of one glyph's block.
///
/// # Safety
///
/// As [`Pixels`].
#[inline(always)]
unsafe fn walk<P: Pixels>(block: Block<'_>, shares: &[u16], stride: usize, step: &impl Step) {
    block.rows(|y, row| {
        let shares = row_of(shares, stride, y);
        let length = row.len().min(shares.len());
        let mut at = 0;
        // SAFETY: there are at least `length` pixels and shares, and every step ends there at the latest.
        unsafe {
            let (d, s) = (row.as_mut_ptr(), shares.as_ptr());
            while length - at >= P::COUNT {
                step.step(d.add(at), P::shares(s.add(at)));
                at += P::COUNT;
            }
        }
        if at < length {
            // SAFETY: copies of what is left, as long as a step is.
            unsafe { tail::<P>(&mut row[at..length], &shares[at..length], step) }
        }
    });
}

/// Pixels of the longest step.
const LONGEST: usize = 16;

/// The last few pixels of a row, fewer than a step takes.
///
/// # Safety
///
/// As [`Pixels`].
#[inline(never)]
unsafe fn tail<P: Pixels>(row: &mut [u32], shares: &[u16], step: &impl Step) {
    let (mut pixels, mut copies) = ([0; LONGEST], [0; LONGEST]);
    pixels[..row.len()].copy_from_slice(row);
    copies[..shares.len()].copy_from_slice(shares);
    // SAFETY: both are as long as the longest step.
    unsafe { step.step(pixels.as_mut_ptr(), P::shares(copies.as_ptr())) }
    row.copy_from_slice(&pixels[..row.len()]);
}

/// Takes all steps of many glyphs.
///
/// # Safety
///
/// As [`Pixels`].
#[inline(always)]
unsafe fn walk_all<Wide: Pixels, Narrow: Pixels>(
    block: Block<'_>,
    corner: (i32, i32),
    shares: &[u16],
    glyphs: &[Placed],
    step: &impl Step,
    by_one: impl Fn(u32, u16) -> u32 + Copy,
) {
    const { assert!(UNIT.is_multiple_of(Narrow::COUNT) && Wide::COUNT <= 2 * UNIT) };
    let (pixels, pitch) = block.into_pixels();
    let narrow = u32::try_from(pitch);
    for glyph in glyphs {
        let found = narrow
            .ok()
            .and_then(|p| glyph.find(corner, p, pixels.len(), shares.len()));
        let Some((start, first)) = found else {
            by_pixel(pixels, pitch, corner, shares, glyph, by_one);
            continue;
        };
        let (width, stride) = (usize::from(glyph.rows.columns), glyph.rows.stride());
        // SAFETY: `find` says that there are so many pixels and shares in every row; every step ends where
        // the row does at the latest.
        unsafe {
            let (mut d, mut s) = (pixels.as_mut_ptr().add(first), shares.as_ptr().add(start));
            for _ in 0..glyph.rows.count {
                match width {
                    UNIT => run::<Narrow, UNIT, 2>(d, s, step),
                    WIDE => run::<Wide, WIDE, 1>(d, s, step),
                    _ => (0..width / UNIT).for_each(|i| {
                        run::<Narrow, UNIT, 1>(d.add(i * UNIT), s.add(i * UNIT), step);
                    }),
                }
                // Beyond the last row nothing is read.
                (d, s) = (d.wrapping_add(pitch), s.wrapping_add(stride));
            }
        }
    }
}

/// So many columns are drawn by the widest steps.
const WIDE: usize = 2 * UNIT;

/// Steps over `LENGTH` pixels, of which each has its share as many `TIMES`: once or twice.
///
/// # Safety
///
/// As [`Pixels`]; there must be so many pixels and shares.
#[inline(always)]
unsafe fn run<P: Pixels, const LENGTH: usize, const TIMES: usize>(
    d: *mut u32,
    s: *const u16,
    step: &impl Step,
) {
    for i in 0..LENGTH / P::COUNT {
        // SAFETY: as this function itself.
        unsafe {
            let s = s.add(i * P::COUNT * TIMES);
            let share = if TIMES == 2 {
                P::twice(s)
            } else {
                P::shares(s)
            };
            step.step(d.add(i * P::COUNT), share);
        }
    }
}

/// The table of a version.
macro_rules! table {
    ($name:literal, $feature:literal, $wide:ty, $narrow:ty) => {
        TextKernels {
            name: $name,
            blend: table!(@one $feature, $wide, $narrow, Over, blend),
            blend_opaque: table!(@one $feature, $wide, $narrow, OpaqueOver, blend),
            set: table!(@one $feature, $wide, $narrow, Set, set),
        }
    };
    (@one $feature:literal, $wide:ty, $narrow:ty, $step:ident, $scalar:ident) => {{
        #[target_feature(enable = $feature)]
        fn one(block: Block<'_>, color: u32, shares: &[u16], stride: usize) {
            // SAFETY: compiled for processors that have what these pixels need.
            unsafe { walk::<$wide>(block, shares, stride, &$step(color)) }
        }
        #[target_feature(enable = $feature)]
        fn all(
            block: Block<'_>,
            corner: (i32, i32),
            color: u32,
            shares: &[u16],
            glyphs: &[Placed],
        ) {
            let by_one = |d, share| $scalar(d, color, share);
            // SAFETY: as above.
            unsafe {
                walk_all::<$wide, $narrow>(block, corner, shares, glyphs, &$step(color), by_one);
            }
        }
        TextKernel {
            // SAFETY: the table is picked only where the processor has the feature.
            one: |block, color, shares, stride| unsafe { one(block, color, shares, stride) },
            // SAFETY: as above.
            all: |block, corner, color, shares, glyphs| unsafe {
                all(block, corner, color, shares, glyphs);
            },
        }
    }};
}

/// Pixels in a register, of what the instruction sets have alike and what they have of their own.
macro_rules! pixels {
    ($(#[$doc:meta])* $name:ident($register:ty), $count:literal,
     $load:ident, $store:ident, $halves:ident, $pixels:ident, $and:ident, $or:ident,
     $srl16:ident, $sll16:ident, $srl32:ident, $sll32:ident,
     $sub:ident, $adds:ident, $add:ident, $mullo:ident, $mulhi:ident,
     { $($own:item)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        struct $name($register);

        // SAFETY of all: used only where the processor has the instructions; where there is a pointer, so
        // many pixels or shares are read or written.
        impl Pixels for $name {
            const COUNT: usize = $count;

            #[inline(always)]
            unsafe fn load(from: *const u32) -> Self {
                // SAFETY: reads so many pixels.
                unsafe { Self($load(from.cast())) }
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut u32) {
                // SAFETY: writes so many pixels.
                unsafe { $store(to.cast(), self.0) }
            }

            #[inline(always)]
            unsafe fn twice(from: *const u16) -> Self {
                // SAFETY: reads as many bytes as so many pixels have.
                unsafe { Self::load(from.cast()) }
            }

            #[inline(always)]
            unsafe fn splat(half: i16) -> Self {
                // SAFETY: no memory is touched; so in all below that have no pointer.
                unsafe { Self($halves(half)) }
            }

            #[inline(always)]
            unsafe fn splat_pixel(pixel: u32) -> Self {
                // SAFETY: as above.
                unsafe { Self($pixels(pixel as i32)) }
            }

            #[inline(always)]
            unsafe fn and(self, other: Self) -> Self {
                // SAFETY: as above.
                unsafe { Self($and(self.0, other.0)) }
            }

            #[inline(always)]
            unsafe fn or(self, other: Self) -> Self {
                // SAFETY: as above.
                unsafe { Self($or(self.0, other.0)) }
            }

            #[inline(always)]
            unsafe fn down(self) -> Self {
                // SAFETY: as above.
                unsafe { Self($srl16::<8>(self.0)) }
            }

            #[inline(always)]
            unsafe fn up(self) -> Self {
                // SAFETY: as above.
                unsafe { Self($sll16::<8>(self.0)) }
            }

            #[inline(always)]
            unsafe fn minus(self, other: Self) -> Self {
                // SAFETY: as above.
                unsafe { Self($sub(self.0, other.0)) }
            }

            #[inline(always)]
            unsafe fn capped_sum(self, other: Self) -> Self {
                // SAFETY: as above.
                unsafe { Self($adds(self.0, other.0)) }
            }

            #[inline(always)]
            unsafe fn product(self, other: Self) -> Self {
                // SAFETY: as above.
                unsafe {
                    let t = $add($mullo(self.0, other.0), $halves(128));
                    Self($mulhi(t, $halves(257)))
                }
            }

            #[inline(always)]
            unsafe fn uppers(self) -> Self {
                // SAFETY: as above.
                unsafe {
                    let upper = $srl32::<16>(self.0);
                    Self($or(upper, $sll32::<16>(upper)))
                }
            }

            $($own)*
        }
    };
}

pixels! {
    /// What every x86-64 has.
    Four(__m128i), 4,
    _mm_loadu_si128, _mm_storeu_si128, _mm_set1_epi16, _mm_set1_epi32, _mm_and_si128, _mm_or_si128,
    _mm_srli_epi16, _mm_slli_epi16, _mm_srli_epi32, _mm_slli_epi32,
    _mm_sub_epi16, _mm_adds_epu8, _mm_add_epi16, _mm_mullo_epi16, _mm_mulhi_epu16,
    {
        #[inline(always)]
        unsafe fn shares(from: *const u16) -> Self {
            // SAFETY: reads four shares.
            unsafe {
                let each = _mm_loadl_epi64(from.cast());
                Self(_mm_unpacklo_epi16(each, each))
            }
        }

        #[inline(always)]
        unsafe fn part(self, share: Self) -> Self {
            // SAFETY: no memory is touched.
            unsafe {
                // The product's bits from 14 on, then rounded: it has 23 at most.
                let high = _mm_slli_epi16::<2>(_mm_mulhi_epu16(self.0, share.0));
                let low = _mm_srli_epi16::<14>(_mm_mullo_epi16(self.0, share.0));
                let sum = _mm_add_epi16(_mm_or_si128(high, low), _mm_set1_epi16(1));
                Self(_mm_srli_epi16::<1>(sum))
            }
        }

        #[inline(always)]
        unsafe fn mixed(self, color: Self, share: Self) -> Self {
            // SAFETY: no memory is touched.
            unsafe {
                let sum = _mm_add_epi16(self.0, color.part(share).0);
                Self(_mm_sub_epi16(sum, self.part(share).0))
            }
        }

        #[inline(always)]
        unsafe fn replaced(self, other: Self, share: Self) -> Self {
            // SAFETY: no memory is touched.
            unsafe {
                let kept = _mm_cmpeq_epi32(share.0, _mm_setzero_si128());
                let (old, new) = (_mm_and_si128(kept, self.0), _mm_andnot_si128(kept, other.0));
                Self(_mm_or_si128(old, new))
            }
        }
    }
}

pixels! {
    /// AVX2.
    Eight(__m256i), 8,
    _mm256_loadu_si256, _mm256_storeu_si256, _mm256_set1_epi16, _mm256_set1_epi32, _mm256_and_si256,
    _mm256_or_si256, _mm256_srli_epi16, _mm256_slli_epi16, _mm256_srli_epi32, _mm256_slli_epi32,
    _mm256_sub_epi16, _mm256_adds_epu8, _mm256_add_epi16, _mm256_mullo_epi16, _mm256_mulhi_epu16,
    {
        #[inline(always)]
        unsafe fn shares(from: *const u16) -> Self {
            // SAFETY: reads eight shares.
            unsafe {
                let both = _mm256_broadcastsi128_si256(_mm_loadu_si128(from.cast()));
                // The bytes of each share, twice.
                let lower = _mm_setr_epi32(0x0100_0100, 0x0302_0302, 0x0504_0504, 0x0706_0706);
                let upper = _mm_or_si128(lower, _mm_set1_epi8(8));
                let places = _mm256_set_m128i(upper, lower);
                Self(_mm256_shuffle_epi8(both, places))
            }
        }

        #[inline(always)]
        unsafe fn part(self, share: Self) -> Self {
            // SAFETY: no memory is touched.
            unsafe { Self(_mm256_mulhrs_epi16(self.0, share.0)) }
        }

        #[inline(always)]
        unsafe fn mixed(self, color: Self, share: Self) -> Self {
            // SAFETY: no memory is touched.
            unsafe {
                // As signed numbers this is the share less 32,768, and so the negative of what is left.
                let rest = _mm256_xor_si256(share.0, _mm256_set1_epi16(i16::MIN));
                Self(_mm256_sub_epi16(color.part(share).0, _mm256_mulhrs_epi16(self.0, rest)))
            }
        }

        #[inline(always)]
        unsafe fn replaced(self, other: Self, share: Self) -> Self {
            // SAFETY: no memory is touched.
            unsafe {
                let kept = _mm256_cmpeq_epi32(share.0, _mm256_setzero_si256());
                Self(_mm256_blendv_epi8(other.0, self.0, kept))
            }
        }
    }
}

pixels! {
    /// AVX-512 with bytes and words.
    Sixteen(__m512i), 16,
    _mm512_loadu_si512, _mm512_storeu_si512, _mm512_set1_epi16, _mm512_set1_epi32, _mm512_and_si512,
    _mm512_or_si512, _mm512_srli_epi16, _mm512_slli_epi16, _mm512_srli_epi32, _mm512_slli_epi32,
    _mm512_sub_epi16, _mm512_adds_epu8, _mm512_add_epi16, _mm512_mullo_epi16, _mm512_mulhi_epu16,
    {
        #[inline(always)]
        unsafe fn shares(from: *const u16) -> Self {
            // SAFETY: reads sixteen shares.
            unsafe {
                let each = _mm512_castsi256_si512(_mm256_loadu_si256(from.cast()));
                let pixels = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
                let places = _mm512_or_si512(pixels, _mm512_slli_epi32::<16>(pixels));
                Self(_mm512_permutexvar_epi16(places, each))
            }
        }

        #[inline(always)]
        unsafe fn part(self, share: Self) -> Self {
            // SAFETY: no memory is touched.
            unsafe { Self(_mm512_mulhrs_epi16(self.0, share.0)) }
        }

        #[inline(always)]
        unsafe fn mixed(self, color: Self, share: Self) -> Self {
            // SAFETY: no memory is touched.
            unsafe {
                let rest = _mm512_xor_si512(share.0, _mm512_set1_epi16(i16::MIN));
                Self(_mm512_sub_epi16(color.part(share).0, _mm512_mulhrs_epi16(self.0, rest)))
            }
        }

        #[inline(always)]
        unsafe fn replaced(self, other: Self, share: Self) -> Self {
            // SAFETY: no memory is touched.
            unsafe {
                let covered = _mm512_test_epi32_mask(share.0, share.0);
                Self(_mm512_mask_mov_epi32(self.0, covered, other.0))
            }
        }
    }
}

/// The versions that this processor can run.
pub(super) fn versions() -> Vec<TextKernels> {
    let mut versions = vec![table!("sse2", "sse2", Four, Four)];
    if std::arch::is_x86_feature_detected!("avx2") {
        versions.push(table!("avx2", "avx2", Eight, Eight));
    }
    if std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("avx512bw")
        && std::arch::is_x86_feature_detected!("avx512vl")
    {
        versions.push(table!(
            "avx512",
            "avx512f,avx512bw,avx512vl",
            Sixteen,
            Eight
        ));
    }
    versions
}
