//! Short runs of pixels, each of which a colour covers in part: what a kept shape with soft edges is made of.

use std::sync::LazyLock;

use super::scalar::{over, scale};
use super::{Block, Run};

/// See [`blend_runs`].
pub(super) type BlendRuns = fn(Block<'_>, &[Run], &[u8], place: [i32; 2], color: u32);

/// Puts `color` over `runs` relative to the pixel `place` of a block, in which all of them should lie, each
/// pixel by its coverage: `masks` has that of one run after the other. Runs beyond the buffer are left out.
#[inline(always)]
pub(in super::super) fn blend_runs(
    block: Block<'_>,
    runs: &[Run],
    masks: &[u8],
    place: [i32; 2],
    color: u32,
) {
    static PICKED: LazyLock<BlendRuns> =
        LazyLock::new(|| versions().last().map_or(scalar, |(_, version)| *version));
    PICKED(block, runs, masks, place, color);
}

/// One pixel at a time: what the other versions must agree with.
pub(super) fn scalar(block: Block<'_>, runs: &[Run], masks: &[u8], place: [i32; 2], color: u32) {
    let (pixels, stride) = block.into_pixels();
    each(runs, masks, place, stride, |start, mask| {
        let end = start.saturating_add(mask.len());
        one_by_one(pixels.get_mut(start..end).unwrap_or(&mut []), mask, color);
    });
}

fn one_by_one(row: &mut [u32], mask: &[u8], color: u32) {
    for (d, coverage) in row.iter_mut().zip(mask) {
        *d = over(*d, scale(color, *coverage));
    }
}

/// Calls `draw` with where each run begins and its coverage.
#[inline(always)]
fn each(
    runs: &[Run],
    masks: &[u8],
    [x, y]: [i32; 2],
    stride: usize,
    mut draw: impl FnMut(usize, &[u8]),
) {
    let mut rest = masks;
    for run in runs {
        let Some((mask, behind)) = rest.split_at_checked(run.length.into()) else {
            return;
        };
        rest = behind;
        let (x, y) = (x + i32::from(run.x), y + i32::from(run.y));
        if let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) {
            draw(y * stride + x, mask);
        }
    }
}

/// All versions that can run here with their names, from the slowest to the quickest.
pub(super) fn versions() -> Vec<(&'static str, BlendRuns)> {
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(
            unused_mut,
            reason = "other processors have no version of their own yet"
        )
    )]
    let mut versions: Vec<(_, BlendRuns)> = vec![("scalar", scalar)];
    #[cfg(target_arch = "x86_64")]
    versions.extend(lanes::versions());
    versions
}

#[cfg(target_arch = "x86_64")]
mod lanes {
    #![allow(unsafe_code, reason = "vector instructions")]

    use std::arch::x86_64::*;

    use super::super::sum_lanes::put;
    use super::super::sums::GROUP;
    use super::{BlendRuns, Block, Run, each, one_by_one};

    pub(super) fn versions() -> Vec<(&'static str, BlendRuns)> {
        let mut versions: Vec<(_, BlendRuns)> = Vec::new();
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has the feature.
            versions.push(("avx2", |b, r, m, p, c| unsafe { avx2(b, r, m, p, c) }));
        }
        versions
    }

    #[target_feature(enable = "avx2")]
    fn avx2(block: Block<'_>, runs: &[Run], masks: &[u8], place: [i32; 2], color: u32) {
        let (pixels, stride) = block.into_pixels();
        each(runs, masks, place, stride, |start, mask| {
            let end = start.saturating_add(mask.len());
            if end > pixels.len() {
                return;
            }
            for (mask, at) in mask.chunks(GROUP).zip((start..).step_by(GROUP)) {
                // Pixels behind the run are written, but not changed.
                match pixels[at..].first_chunk_mut() {
                    Some(group) => put(group, numbers(mask), color),
                    None => one_by_one(&mut pixels[at..end], mask, color),
                }
            }
        });
    }

    /// Up to eight numbers, and zeros behind them.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn numbers(bytes: &[u8]) -> __m256i {
        let word = match bytes.len() {
            4.. => {
                // The last four may be some of the first ones once more.
                let last = bytes.len() - 4;
                let first = u64::from(four(bytes, 0));
                first | (u64::from(four(bytes, last)) << (8 * last))
            }
            _ => bytes
                .iter()
                .rev()
                .fold(0, |word, byte| word << 8 | u64::from(*byte)),
        };
        _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(word as i64))
    }

    #[inline(always)]
    fn four(bytes: &[u8], at: usize) -> u32 {
        (bytes[at..].first_chunk()).map_or(0, |four| u32::from_le_bytes(*four))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::Rng;
    use super::*;

    #[test]
    fn all_versions_blend_the_same_pixels() {
        let mut rng = Rng(5);
        for round in 0..3000 {
            let (width, height) = (40, 12);
            let mut runs = Vec::new();
            for y in 0..8 {
                for x in [0, 17] {
                    if rng.below(4) > 0 {
                        let (shift, length) = (rng.below(4) as i16, 1 + rng.below(13) as u16);
                        runs.push(Run {
                            x: x + shift - 9,
                            y: y - 2,
                            length,
                        });
                    }
                }
            }
            let count = runs.iter().map(|run| usize::from(run.length)).sum();
            let masks: Vec<u8> = (0..count)
                .map(|_| rng.pick(&[0, 1, 77, 128, 254, 255]))
                .collect();
            // Some lie in the last row, up to its end.
            let place = [9 + rng.below(6) as i32, 2 + rng.below(5) as i32];
            let random = rng.next() | 0xff00_0000;
            let color = rng.pick(&[0xff00_8040, 0x8040_2010, 0, random]);
            let before: Vec<u32> = (0..width * height).map(|_| rng.next() << 1).collect();
            let mut expected = before.clone();
            let mut coverage = masks.iter();
            for run in &runs {
                let (x, y) = (place[0] + i32::from(run.x), place[1] + i32::from(run.y));
                let start = (y * width as i32 + x) as usize;
                let row = &mut expected[start..start + usize::from(run.length)];
                for (d, coverage) in row.iter_mut().zip(coverage.by_ref()) {
                    *d = over(*d, scale(color, *coverage));
                }
            }
            // Beyond all rows.
            runs.push(Run {
                x: 0,
                y: 40,
                length: 1,
            });
            let masks = [&masks[..], &[255]].concat();
            for (name, version) in versions() {
                let mut got = before.clone();
                version(
                    Block::new(&mut got, width, width, height),
                    &runs,
                    &masks,
                    place,
                    color,
                );
                assert!(got == expected, "{name} in round {round}");
            }
        }
    }
}
