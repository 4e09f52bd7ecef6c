//! The loops of strips on x86-64, for four, eight and sixteen pixels at a time.
#![allow(
    unsafe_code,
    reason = "vector instructions, and loads and stores by pointer"
)]

use std::arch::x86_64::*;

use super::Block;
use super::strip::{StripKernels, row_of};

/// The versions that this processor can run.
pub(super) fn versions() -> Vec<StripKernels> {
    let mut versions = vec![sse2::KERNELS];
    if std::arch::is_x86_feature_detected!("avx2") {
        versions.push(avx2::KERNELS);
    }
    if std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("avx512bw")
        && std::arch::is_x86_feature_detected!("avx512vl")
    {
        versions.push(avx512::KERNELS);
    }
    versions
}

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
    /// Whether all of so many shares are 0.
    unsafe fn are_blank(from: *const u16) -> bool;
    unsafe fn and(self, other: Self) -> Self;
    unsafe fn or(self, other: Self) -> Self;
    /// Halves moved by eight bits.
    unsafe fn down(self) -> Self;
    unsafe fn up(self) -> Self;
    /// Halves added and subtracted.
    unsafe fn plus(self, other: Self) -> Self;
    unsafe fn minus(self, other: Self) -> Self;
    /// Bytes added, to 255 at most.
    unsafe fn capped_sum(self, other: Self) -> Self;
    /// Halves: `(a × share + 2^14) / 2^15`.
    unsafe fn part(self, share: Self) -> Self;
    /// Halves: `a × b / 255` to nearest.
    unsafe fn product(self, other: Self) -> Self;
    /// The upper half of each pixel in both.
    unsafe fn uppers(self) -> Self;
    /// `other` where the share is not 0.
    unsafe fn replaced(self, other: Self, shares: *const u16) -> Self;
}

/// What is done to some pixels.
trait Step {
    /// # Safety
    ///
    /// As [`Pixels`].
    unsafe fn step<P: Pixels>(&self, d: *mut u32, shares: *const u16);
}

/// A colour over pixels.
struct Over(u32);

impl Step for Over {
    #[inline(always)]
    unsafe fn step<P: Pixels>(&self, at: *mut u32, shares: *const u16) {
        // SAFETY: as this function itself.
        unsafe {
            if P::are_blank(shares) {
                return;
            }
            let (low, share) = (P::splat(LOW), P::shares(shares));
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
    unsafe fn step<P: Pixels>(&self, at: *mut u32, shares: *const u16) {
        // SAFETY: as this function itself.
        unsafe {
            if P::are_blank(shares) {
                return;
            }
            let (low, share) = (P::splat(LOW), P::shares(shares));
            let (color, d) = (P::splat_pixel(self.0), P::load(at));
            let mixed = |c: P, d: P| d.plus(c.part(share)).minus(d.part(share));
            let even = mixed(color.and(low), d.and(low));
            let odd = mixed(color.down(), d.down());
            even.or(odd.up()).store(at);
        }
    }
}

/// A colour in place of pixels.
struct Set(u32);

impl Step for Set {
    #[inline(always)]
    unsafe fn step<P: Pixels>(&self, at: *mut u32, shares: *const u16) {
        // SAFETY: as this function itself.
        unsafe {
            if P::are_blank(shares) {
                return;
            }
            let set = P::load(at).replaced(P::splat_pixel(self.0), shares);
            set.store(at);
        }
    }
}

/// Takes all steps of a block.
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
                step.step::<P>(d.add(at), s.add(at));
                at += P::COUNT;
            }
        }
        if at < length {
            // SAFETY: copies of what is left, as long as a step is.
            unsafe { tail::<P>(&mut row[at..length], &shares[at..length], step) }
        }
    });
}

/// The last few pixels of a row, fewer than a step takes.
///
/// # Safety
///
/// As [`Pixels`].
#[inline(never)]
unsafe fn tail<P: Pixels>(row: &mut [u32], shares: &[u16], step: &impl Step) {
    let (mut pixels, mut copies) = ([0; super::strip::STEP], [0; super::strip::STEP]);
    pixels[..row.len()].copy_from_slice(row);
    copies[..shares.len()].copy_from_slice(shares);
    // SAFETY: both are as long as the longest step.
    unsafe { step.step::<P>(pixels.as_mut_ptr(), copies.as_ptr()) }
    row.copy_from_slice(&pixels[..row.len()]);
}

/// The table of a version.
macro_rules! table {
    ($name:literal, $feature:literal, $pixels:ty) => {
        pub(super) const KERNELS: StripKernels = StripKernels {
            name: $name,
    blend: table!(@one $feature, $pixels, Over),
    blend_opaque: table!(@one $feature, $pixels, OpaqueOver),
    set: table!(@one $feature, $pixels, Set),
        };
    };
    (@one $feature:literal, $pixels:ty, $step:ident) => {{
        #[target_feature(enable = $feature)]
        fn compiled(block: Block<'_>, color: u32, shares: &[u16], stride: usize) {
            // SAFETY: compiled for processors that have what these pixels need.
            unsafe { walk::<$pixels>(block, shares, stride, &$step(color)) }
        }
        fn called(block: Block<'_>, color: u32, shares: &[u16], stride: usize) {
            // SAFETY: the table is picked only where the processor has the feature.
            unsafe { compiled(block, color, shares, stride) }
        }
        called
    }};
}

mod sse2 {
    use super::*;

    table!("sse2", "sse2", Four);

    #[derive(Clone, Copy)]
    pub(super) struct Four(__m128i);

    // SAFETY of all below: x86-64 has SSE2 always; four pixels and shares are read and written.
    impl Pixels for Four {
        const COUNT: usize = 4;

        #[inline(always)]
        unsafe fn load(from: *const u32) -> Self {
            // SAFETY: reads four pixels.
            unsafe { Self(_mm_loadu_si128(from.cast())) }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut u32) {
            // SAFETY: writes four pixels.
            unsafe { _mm_storeu_si128(to.cast(), self.0) }
        }

        #[inline(always)]
        unsafe fn splat(half: i16) -> Self {
            // SAFETY: no memory is touched; so in all below that have no pointer.
            unsafe { Self(_mm_set1_epi16(half)) }
        }

        #[inline(always)]
        unsafe fn splat_pixel(pixel: u32) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm_set1_epi32(pixel as i32)) }
        }

        #[inline(always)]
        unsafe fn shares(from: *const u16) -> Self {
            // SAFETY: reads four shares.
            unsafe {
                let shares = _mm_loadl_epi64(from.cast());
                Self(_mm_unpacklo_epi16(shares, shares))
            }
        }

        #[inline(always)]
        unsafe fn are_blank(from: *const u16) -> bool {
            // SAFETY: reads four shares.
            unsafe { from.cast::<u64>().read_unaligned() == 0 }
        }

        #[inline(always)]
        unsafe fn and(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm_and_si128(self.0, other.0)) }
        }

        #[inline(always)]
        unsafe fn or(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm_or_si128(self.0, other.0)) }
        }

        #[inline(always)]
        unsafe fn down(self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm_srli_epi16::<8>(self.0)) }
        }

        #[inline(always)]
        unsafe fn up(self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm_slli_epi16::<8>(self.0)) }
        }

        #[inline(always)]
        unsafe fn plus(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm_add_epi16(self.0, other.0)) }
        }

        #[inline(always)]
        unsafe fn minus(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm_sub_epi16(self.0, other.0)) }
        }

        #[inline(always)]
        unsafe fn capped_sum(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm_adds_epu8(self.0, other.0)) }
        }

        #[inline(always)]
        unsafe fn part(self, share: Self) -> Self {
            // SAFETY: as above.
            unsafe {
                // The product's bits from 14 on, then rounded: it has 23 at most.
                let high = _mm_slli_epi16::<2>(_mm_mulhi_epu16(self.0, share.0));
                let low = _mm_srli_epi16::<14>(_mm_mullo_epi16(self.0, share.0));
                let sum = _mm_add_epi16(_mm_or_si128(high, low), _mm_set1_epi16(1));
                Self(_mm_srli_epi16::<1>(sum))
            }
        }

        #[inline(always)]
        unsafe fn product(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe {
                let t = _mm_add_epi16(_mm_mullo_epi16(self.0, other.0), _mm_set1_epi16(128));
                Self(_mm_mulhi_epu16(t, _mm_set1_epi16(257)))
            }
        }

        #[inline(always)]
        unsafe fn uppers(self) -> Self {
            // SAFETY: as above.
            unsafe {
                let upper = _mm_srli_epi32::<16>(self.0);
                Self(_mm_or_si128(upper, _mm_slli_epi32::<16>(upper)))
            }
        }

        #[inline(always)]
        unsafe fn replaced(self, other: Self, shares: *const u16) -> Self {
            // SAFETY: reads four shares.
            unsafe {
                let kept = _mm_cmpeq_epi32(Self::shares(shares).0, _mm_setzero_si128());
                let (old, new) = (_mm_and_si128(kept, self.0), _mm_andnot_si128(kept, other.0));
                Self(_mm_or_si128(old, new))
            }
        }
    }
}

mod avx2 {
    use super::*;

    table!("avx2", "avx2", Eight);

    #[derive(Clone, Copy)]
    pub(super) struct Eight(__m256i);

    // SAFETY of all below: used only where the processor has AVX2; eight pixels and shares are read and
    // written.
    impl Pixels for Eight {
        const COUNT: usize = 8;

        #[inline(always)]
        unsafe fn load(from: *const u32) -> Self {
            // SAFETY: reads eight pixels.
            unsafe { Self(_mm256_loadu_si256(from.cast())) }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut u32) {
            // SAFETY: writes eight pixels.
            unsafe { _mm256_storeu_si256(to.cast(), self.0) }
        }

        #[inline(always)]
        unsafe fn splat(half: i16) -> Self {
            // SAFETY: no memory is touched; so in all below that have no pointer.
            unsafe { Self(_mm256_set1_epi16(half)) }
        }

        #[inline(always)]
        unsafe fn splat_pixel(pixel: u32) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm256_set1_epi32(pixel as i32)) }
        }

        #[inline(always)]
        unsafe fn shares(from: *const u16) -> Self {
            // SAFETY: reads eight shares.
            unsafe {
                let each = _mm256_cvtepu16_epi32(_mm_loadu_si128(from.cast()));
                Self(_mm256_or_si256(each, _mm256_slli_epi32::<16>(each)))
            }
        }

        #[inline(always)]
        unsafe fn are_blank(from: *const u16) -> bool {
            // SAFETY: reads eight shares.
            unsafe {
                let shares = _mm_loadu_si128(from.cast());
                _mm_testz_si128(shares, shares) == 1
            }
        }

        #[inline(always)]
        unsafe fn and(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm256_and_si256(self.0, other.0)) }
        }

        #[inline(always)]
        unsafe fn or(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm256_or_si256(self.0, other.0)) }
        }

        #[inline(always)]
        unsafe fn down(self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm256_srli_epi16::<8>(self.0)) }
        }

        #[inline(always)]
        unsafe fn up(self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm256_slli_epi16::<8>(self.0)) }
        }

        #[inline(always)]
        unsafe fn plus(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm256_add_epi16(self.0, other.0)) }
        }

        #[inline(always)]
        unsafe fn minus(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm256_sub_epi16(self.0, other.0)) }
        }

        #[inline(always)]
        unsafe fn capped_sum(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm256_adds_epu8(self.0, other.0)) }
        }

        #[inline(always)]
        unsafe fn part(self, share: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm256_mulhrs_epi16(self.0, share.0)) }
        }

        #[inline(always)]
        unsafe fn product(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe {
                let t =
                    _mm256_add_epi16(_mm256_mullo_epi16(self.0, other.0), _mm256_set1_epi16(128));
                Self(_mm256_mulhi_epu16(t, _mm256_set1_epi16(257)))
            }
        }

        #[inline(always)]
        unsafe fn uppers(self) -> Self {
            // SAFETY: as above.
            unsafe {
                let upper = _mm256_srli_epi32::<16>(self.0);
                Self(_mm256_or_si256(upper, _mm256_slli_epi32::<16>(upper)))
            }
        }

        #[inline(always)]
        unsafe fn replaced(self, other: Self, shares: *const u16) -> Self {
            // SAFETY: reads eight shares.
            unsafe {
                let each = _mm256_cvtepu16_epi32(_mm_loadu_si128(shares.cast()));
                let kept = _mm256_cmpeq_epi32(each, _mm256_setzero_si256());
                Self(_mm256_blendv_epi8(other.0, self.0, kept))
            }
        }
    }
}

mod avx512 {
    use super::*;

    table!("avx512", "avx512f,avx512bw,avx512vl", Sixteen);

    #[derive(Clone, Copy)]
    pub(super) struct Sixteen(__m512i);

    // SAFETY of all below: used only where the processor has AVX-512 with bytes and words; sixteen pixels
    // and shares are read and written.
    impl Pixels for Sixteen {
        const COUNT: usize = 16;

        #[inline(always)]
        unsafe fn load(from: *const u32) -> Self {
            // SAFETY: reads sixteen pixels.
            unsafe { Self(_mm512_loadu_si512(from.cast())) }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut u32) {
            // SAFETY: writes sixteen pixels.
            unsafe { _mm512_storeu_si512(to.cast(), self.0) }
        }

        #[inline(always)]
        unsafe fn splat(half: i16) -> Self {
            // SAFETY: no memory is touched; so in all below that have no pointer.
            unsafe { Self(_mm512_set1_epi16(half)) }
        }

        #[inline(always)]
        unsafe fn splat_pixel(pixel: u32) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm512_set1_epi32(pixel as i32)) }
        }

        #[inline(always)]
        unsafe fn shares(from: *const u16) -> Self {
            // SAFETY: reads sixteen shares.
            unsafe {
                let each = _mm512_cvtepu16_epi32(_mm256_loadu_si256(from.cast()));
                Self(_mm512_or_si512(each, _mm512_slli_epi32::<16>(each)))
            }
        }

        #[inline(always)]
        unsafe fn are_blank(from: *const u16) -> bool {
            // SAFETY: reads sixteen shares.
            unsafe {
                let shares = _mm256_loadu_si256(from.cast());
                _mm256_testz_si256(shares, shares) == 1
            }
        }

        #[inline(always)]
        unsafe fn and(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm512_and_si512(self.0, other.0)) }
        }

        #[inline(always)]
        unsafe fn or(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm512_or_si512(self.0, other.0)) }
        }

        #[inline(always)]
        unsafe fn down(self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm512_srli_epi16::<8>(self.0)) }
        }

        #[inline(always)]
        unsafe fn up(self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm512_slli_epi16::<8>(self.0)) }
        }

        #[inline(always)]
        unsafe fn plus(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm512_add_epi16(self.0, other.0)) }
        }

        #[inline(always)]
        unsafe fn minus(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm512_sub_epi16(self.0, other.0)) }
        }

        #[inline(always)]
        unsafe fn capped_sum(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm512_adds_epu8(self.0, other.0)) }
        }

        #[inline(always)]
        unsafe fn part(self, share: Self) -> Self {
            // SAFETY: as above.
            unsafe { Self(_mm512_mulhrs_epi16(self.0, share.0)) }
        }

        #[inline(always)]
        unsafe fn product(self, other: Self) -> Self {
            // SAFETY: as above.
            unsafe {
                let t =
                    _mm512_add_epi16(_mm512_mullo_epi16(self.0, other.0), _mm512_set1_epi16(128));
                Self(_mm512_mulhi_epu16(t, _mm512_set1_epi16(257)))
            }
        }

        #[inline(always)]
        unsafe fn uppers(self) -> Self {
            // SAFETY: as above.
            unsafe {
                let upper = _mm512_srli_epi32::<16>(self.0);
                Self(_mm512_or_si512(upper, _mm512_slli_epi32::<16>(upper)))
            }
        }

        #[inline(always)]
        unsafe fn replaced(self, other: Self, shares: *const u16) -> Self {
            // SAFETY: reads sixteen shares.
            unsafe {
                let shares = _mm256_loadu_si256(shares.cast());
                let covered = _mm256_test_epi16_mask(shares, shares);
                Self(_mm512_mask_mov_epi32(self.0, covered, other.0))
            }
        }
    }
}
