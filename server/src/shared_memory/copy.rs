//! Copying out of memory that may be changing: reads that the compiler takes as they stand, neither
//! more nor fewer of them, and believes nothing about what they find.

use std::ptr::NonNull;

/// Copies little-endian pixels of four bytes, each with the bits `set` set, to all of `out`.
///
/// # Safety
///
/// There must be as many bytes from `from` on; others may be writing them meanwhile.
#[inline]
pub(super) unsafe fn copy_pixels(from: NonNull<u8>, out: &mut [u32], set: u32) {
    #[cfg(target_arch = "x86_64")]
    if out.len() >= x86::LEAST && std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, and the caller promises the rest.
        return unsafe { x86::copy_pixels(from.as_ptr(), out, set) };
    }
    // SAFETY: the same memory as bytes, of which any are numbers.
    copy_bytes(from, unsafe { out.align_to_mut().1 });
    for pixel in out {
        *pixel = u32::from_le(*pixel) | set;
    }
}

/// Copies rows of pixels as [`copy_pixels`] does one.
///
/// # Safety
///
/// As for [`copy_pixels`], for each of them when it is its turn.
pub(super) unsafe fn copy_rows<'t>(
    rows: impl Iterator<Item = (NonNull<u8>, &'t mut [u32])>,
    set: u32,
) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, and the caller promises the rest.
        return unsafe { x86::copy_rows(rows, set) };
    }
    for (from, out) in rows {
        // SAFETY: as the caller promises.
        unsafe { copy_pixels(from, out, set) };
    }
}

/// Copies bytes. The caller promises that there are as many from `from` on.
pub(super) fn copy_bytes(from: NonNull<u8>, out: &mut [u8]) {
    const WORD: usize = size_of::<Word>();
    let head = from.as_ptr().align_offset(WORD).min(out.len());
    let (first, rest) = out.split_at_mut(head);
    each_byte(from, first);
    // SAFETY: the range that `out` stands for lies inside one mapping, and `head` is in it.
    let from = unsafe { from.add(head) };
    let (words, last) = rest.as_chunks_mut::<WORD>();
    for (i, word) in words.iter_mut().enumerate() {
        // SAFETY: aligned, since `head` bytes were skipped for that; inside, since `words` is.
        let read = unsafe { from.cast::<Word>().add(i).read_volatile() };
        // SAFETY: both are so many plain bytes.
        *word = unsafe { std::mem::transmute::<Word, [u8; WORD]>(read) };
    }
    // SAFETY: as above; what is left begins behind the words.
    each_byte(unsafe { from.add(words.len() * WORD) }, last);
}

/// What is read at a time: the widest register that every machine of the kind has.
#[cfg(target_arch = "x86_64")]
type Word = std::arch::x86_64::__m128i;
#[cfg(not(target_arch = "x86_64"))]
type Word = u64;

fn each_byte(from: NonNull<u8>, out: &mut [u8]) {
    for (i, byte) in out.iter_mut().enumerate() {
        // SAFETY: `out` stands for a range of the mapping that begins at `from`.
        *byte = unsafe { from.add(i).read_volatile() };
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::asm;
    use std::arch::x86_64::*;
    use std::ptr::NonNull;

    /// As the function above.
    ///
    /// # Safety
    ///
    /// The processor must have AVX2, and there are as many pixels as each row has.
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn copy_rows<'t>(
        rows: impl Iterator<Item = (NonNull<u8>, &'t mut [u32])>,
        set: u32,
    ) {
        for (from, out) in rows {
            if out.len() >= LEAST {
                // SAFETY: as the caller promises.
                unsafe { copy_pixels(from.as_ptr(), out, set) };
            } else {
                // SAFETY: as the caller promises.
                unsafe { super::copy_pixels(from, out, set) };
            }
        }
    }

    /// Pixels of one register.
    const EIGHT: usize = 8;

    /// Shorter rows are not worth the set-up.
    pub(super) const LEAST: usize = EIGHT;

    /// As the function above.
    ///
    /// # Safety
    ///
    /// The processor must have AVX2; `out` has [`LEAST`] pixels or more, and there are as many behind `from`.
    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) unsafe fn copy_pixels(from: *const u8, out: &mut [u32], set: u32) {
        let set = _mm256_set1_epi32(set as i32);
        let (count, to) = (out.len(), out.as_mut_ptr());
        let put = |i: usize| {
            // SAFETY: called only where the pixels `i` to `i + 7` are there, in both.
            unsafe {
                let pixels = _mm256_or_si256(read(from.add(i * 4)), set);
                _mm256_storeu_si256(to.add(i).cast(), pixels);
            }
        };
        // The first and the last few overlap others, which are put where registers end: stores that cross
        // the end of a cache line take twice as long.
        put(0);
        let mut i = EIGHT - to.addr() / 4 % EIGHT;
        while i + 4 * EIGHT <= count {
            (0..4).for_each(|k| put(i + k * EIGHT));
            i += 4 * EIGHT;
        }
        while i + EIGHT < count {
            put(i);
            i += EIGHT;
        }
        put(count - EIGHT);
    }

    /// Reads 32 bytes, once, whoever writes them.
    ///
    /// # Safety
    ///
    /// They must be there.
    #[target_feature(enable = "avx2")]
    #[inline]
    unsafe fn read(from: *const u8) -> __m256i {
        let bytes;
        // SAFETY: as the caller promises. An instruction of its own, because what others may be writing
        // is nothing that the language could read.
        unsafe {
            asm!(
                "vmovdqu {bytes}, [{from}]",
                bytes = out(ymm_reg) bytes,
                from = in(reg) from,
                options(nostack, preserves_flags, readonly),
            );
        }
        bytes
    }
}
