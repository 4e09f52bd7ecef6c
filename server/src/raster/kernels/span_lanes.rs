//! [`spans`](super::spans) with vector instructions.
#![allow(unsafe_code, reason = "vector instructions, and stores by pointer")]

use std::arch::x86_64::*;

use super::super::target::Grid;
use super::spans::{FillSpans, Span};

/// The versions that can run here with their names, from the slowest to the quickest.
pub(super) fn versions() -> Vec<(&'static str, FillSpans)> {
    let mut versions: Vec<(_, FillSpans)> = Vec::new();
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has the feature.
        versions.push(("avx2", |p, g, s, c| unsafe { avx2(p, g, s, c) }));
    }
    if std::arch::is_x86_feature_detected!("avx512f") {
        // SAFETY: the processor has the feature.
        versions.push(("avx512", |p, g, s, c| unsafe { avx512(p, g, s, c) }));
    }
    versions
}

#[target_feature(enable = "avx2")]
fn avx2(pixels: &mut [u32], grid: Grid, spans: &[Span], color: u32) {
    let all = pixels.len();
    let first = pixels.as_mut_ptr();
    let eight = _mm256_set1_epi32(color as i32);
    let four = _mm256_castsi256_si128(eight);
    for span in spans {
        let Some((at, length)) = span.place(grid, all) else {
            continue;
        };
        // SAFETY: there are `length` pixels from `d` on, and every store ends at the last of them at the
        // latest; stores may overlap.
        unsafe {
            let d = first.add(at);
            if length >= 8 {
                let mut done = 0;
                while length - done > 8 {
                    _mm256_storeu_si256(d.add(done).cast(), eight);
                    done += 8;
                }
                _mm256_storeu_si256(d.add(length - 8).cast(), eight);
            } else if length >= 4 {
                _mm_storeu_si128(d.cast(), four);
                _mm_storeu_si128(d.add(length - 4).cast(), four);
            } else {
                // One, two or three: the first, the middle one and the last.
                *d = color;
                *d.add(length / 2) = color;
                *d.add(length - 1) = color;
            }
        }
    }
}

#[target_feature(enable = "avx512f")]
fn avx512(pixels: &mut [u32], grid: Grid, spans: &[Span], color: u32) {
    /// Pixels in a register.
    const COUNT: usize = 16;
    let all = pixels.len();
    let first = pixels.as_mut_ptr();
    let whole = _mm512_set1_epi32(color as i32);
    for span in spans {
        let Some((at, length)) = span.place(grid, all) else {
            continue;
        };
        // SAFETY: there are `length` pixels from `d` on. A store under a mask writes as many, all others
        // end at the last of them at the latest; stores may overlap.
        unsafe {
            let d = first.add(at);
            if length <= COUNT {
                let mask = ((1u32 << length) - 1) as __mmask16;
                _mm512_mask_storeu_epi32(d.cast(), mask, whole);
                continue;
            }
            _mm512_storeu_si512(d.cast(), whole);
            // From here on whole lines of the cache.
            let mut done = COUNT - (d as usize / size_of::<u32>()) % COUNT;
            while length - done > COUNT {
                _mm512_storeu_si512(d.add(done).cast(), whole);
                done += COUNT;
            }
            _mm512_storeu_si512(d.add(length - COUNT).cast(), whole);
        }
    }
}
