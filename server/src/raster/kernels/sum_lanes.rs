//! [`sums`](super::sums) with vector instructions.
#![allow(
    unsafe_code,
    reason = "vector instructions, and loads and stores by pointer"
)]

use std::arch::x86_64::*;

use super::super::coverage::{FULL, FillRule};
use super::scalar::scale;
use super::sums::{BlendSums, GROUP, Sums};
use super::{Block, kernels};

/// The versions that can run here with their names, from the slowest to the quickest.
pub(super) fn versions() -> Vec<(&'static str, BlendSums)> {
    let mut versions: Vec<(_, BlendSums)> = Vec::new();
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has the feature.
        versions.push(("avx2", |b, w, s, c| unsafe { avx2(b, w, s, c) }));
    }
    versions
}

#[target_feature(enable = "avx2")]
fn avx2(block: Block<'_>, width: usize, sums: Sums<'_>, color: u32) {
    let rule = sums.rule;
    let mut rows = sums.rows();
    block.rows(|_, row| {
        let Some(sums) = rows.next() else { return };
        sums.walk(width.min(row.len()), |area, part, changes| {
            let Some(changes) = changes else {
                cover(&mut row[part], rule.coverage(area), color);
                return area;
            };
            let count = part.len();
            if let Some(group) = row[part.start..].first_chunk_mut() {
                return blend(group, count, area, changes, rule, color);
            }
            // The last pixels of a buffer.
            let mut group = [0; GROUP];
            group[..count].copy_from_slice(&row[part.clone()]);
            let area = blend(&mut group, count, area, changes, rule, color);
            row[part].copy_from_slice(&group[..count]);
            area
        });
    });
}

/// Puts `color` over pixels that are all covered alike.
#[target_feature(enable = "avx2")]
#[inline]
fn cover(row: &mut [u32], coverage: u8, color: u32) {
    let color = match coverage {
        255 => color,
        _ => scale(color, coverage),
    };
    if color >> 24 == 255 {
        let eight = _mm256_set1_epi32(color as i32);
        let (groups, rest) = row.as_chunks_mut::<GROUP>();
        for group in groups {
            // SAFETY: a group is eight pixels.
            unsafe { _mm256_storeu_si256(group.as_mut_ptr().cast(), eight) };
        }
        rest.iter_mut().for_each(|d| *d = color);
    } else if color != 0 {
        let length = row.len();
        (kernels().solid)(Block::new(row, length, length, 1), color);
    }
}

/// Puts `color` over the first `count` pixels of a group by their coverage. Returns the area of the last one
/// of all.
#[target_feature(enable = "avx2")]
#[inline]
fn blend(
    group: &mut [u32; GROUP],
    count: usize,
    area: i32,
    changes: &[i32; GROUP],
    rule: FillRule,
    color: u32,
) -> i32 {
    // SAFETY: these are eight numbers.
    let changes = unsafe { _mm256_loadu_si256(changes.as_ptr().cast()) };
    // Sums in each half, then those of the lower half added to the upper one.
    let sums = _mm256_add_epi32(changes, _mm256_slli_si256::<4>(changes));
    let sums = _mm256_add_epi32(sums, _mm256_slli_si256::<8>(sums));
    let lower = _mm256_permute2x128_si256::<0x08>(sums, sums);
    let sums = _mm256_add_epi32(sums, _mm256_shuffle_epi32::<0xff>(lower));
    let sums = _mm256_add_epi32(sums, _mm256_set1_epi32(area));
    let numbers = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    let is_there = _mm256_cmpgt_epi32(_mm256_set1_epi32(count as i32), numbers);
    let coverage = _mm256_and_si256(coverage(sums, rule), is_there);
    put(group, coverage, color);
    _mm256_extract_epi32::<7>(sums)
}

/// Puts `color` over a group, each pixel by its number of `coverage`.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn put(group: &mut [u32; GROUP], coverage: __m256i, color: u32) {
    let zero = _mm256_setzero_si256();
    // SAFETY: a group is eight pixels.
    let d = unsafe { _mm256_loadu_si256(group.as_ptr().cast()) };
    let coverage = _mm256_or_si256(coverage, _mm256_slli_epi32::<16>(coverage));
    let color = _mm256_unpacklo_epi8(_mm256_set1_epi32(color as i32), zero);
    let under = |d, coverage| {
        let source = product(color, coverage);
        let alphas = _mm256_shufflehi_epi16::<0xff>(_mm256_shufflelo_epi16::<0xff>(source));
        let rest = _mm256_sub_epi16(_mm256_set1_epi16(255), alphas);
        _mm256_add_epi16(source, product(d, rest))
    };
    let low = under(
        _mm256_unpacklo_epi8(d, zero),
        _mm256_unpacklo_epi32(coverage, coverage),
    );
    let high = under(
        _mm256_unpackhi_epi8(d, zero),
        _mm256_unpackhi_epi32(coverage, coverage),
    );
    // SAFETY: a group is eight pixels.
    unsafe { _mm256_storeu_si256(group.as_mut_ptr().cast(), _mm256_packus_epi16(low, high)) };
}

/// [`FillRule::coverage`] of eight areas.
#[target_feature(enable = "avx2")]
#[inline]
fn coverage(areas: __m256i, rule: FillRule) -> __m256i {
    let areas = _mm256_abs_epi32(areas);
    let areas = match rule {
        FillRule::NonZero => _mm256_min_epu32(areas, _mm256_set1_epi32(FULL as i32)),
        FillRule::EvenOdd => {
            let folded = _mm256_and_si256(areas, _mm256_set1_epi32(2 * FULL as i32 - 1));
            _mm256_min_epu32(
                folded,
                _mm256_sub_epi32(_mm256_set1_epi32(2 * FULL as i32), folded),
            )
        }
    };
    let times_255 = _mm256_sub_epi32(_mm256_slli_epi32::<8>(areas), areas);
    let rounded = _mm256_add_epi32(times_255, _mm256_set1_epi32(FULL as i32 / 2));
    _mm256_srli_epi32::<{ FULL.trailing_zeros() as i32 }>(rounded)
}

/// `a × b / 255`, rounded to nearest.
#[target_feature(enable = "avx2")]
#[inline]
fn product(a: __m256i, b: __m256i) -> __m256i {
    // (t + t / 256) / 256 is t × 257 / 65536.
    let t = _mm256_add_epi16(_mm256_mullo_epi16(a, b), _mm256_set1_epi16(128));
    _mm256_mulhi_epu16(t, _mm256_set1_epi16(257))
}
