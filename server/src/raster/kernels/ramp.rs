//! Colours that change evenly along a row: what a gradient is between two of its stops.

use std::sync::LazyLock;

/// Places along a row have so many binary digits more than those that colours are told by.
pub(in super::super) const PLACE_BITS: u32 = 17;

/// How colours follow from places: each channel is the uppermost eight bits of `start + slope * place`,
/// everything modulo 2^32. Alpha, red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Even {
    pub(in super::super) start: [u32; 4],
    pub(in super::super) slopes: [u32; 4],
}

impl Even {
    /// The colour at one place.
    #[inline(always)]
    pub(in super::super) fn color(&self, place: u32) -> u32 {
        let channel = |i: usize| self.start[i].wrapping_add(self.slopes[i].wrapping_mul(place));
        (channel(0) & 0xff00_0000)
            | (channel(1) >> 8 & 0x00ff_0000)
            | (channel(2) >> 16 & 0x0000_ff00)
            | channel(3) >> 24
    }
}

/// Fills a row with the colours at `place`, `place + step`, and so on, with [`PLACE_BITS`] digits that are
/// cut off.
type FillEven = fn(out: &mut [u32], even: &Even, place: i64, step: i64);

/// See [`FillEven`].
#[inline(always)]
pub(in super::super) fn fill_even(out: &mut [u32], even: &Even, place: i64, step: i64) {
    static PICKED: LazyLock<FillEven> =
        LazyLock::new(|| versions().last().map_or(scalar, |(_, version)| *version));
    PICKED(out, even, place, step);
}

/// Fills a row with the colours at places that all lie between two, both included; whether they do.
type FillNear = fn(out: &mut [u32], even: &Even, places: &[i64], within: (i64, i64)) -> bool;

/// See [`FillNear`].
#[inline(always)]
pub(in super::super) fn fill_near(
    out: &mut [u32],
    even: &Even,
    places: &[i64],
    within: (i64, i64),
) -> bool {
    static PICKED: LazyLock<FillNear> = LazyLock::new(|| {
        near_versions()
            .last()
            .map_or(near_scalar, |(_, version)| *version)
    });
    PICKED(out, even, places, within)
}

#[inline(always)]
fn fill(out: &mut [u32], even: &Even, place: i64, step: i64) {
    let even = *even;
    for (i, color) in (0i64..).zip(out) {
        let place = place.wrapping_add(i.wrapping_mul(step));
        *color = even.color((place >> PLACE_BITS) as u32);
    }
}

fn scalar(out: &mut [u32], even: &Even, place: i64, step: i64) {
    fill(out, even, place, step);
}

#[inline(always)]
fn near(out: &mut [u32], even: &Even, places: &[i64], (low, high): (i64, i64)) -> bool {
    let outside = |any: bool, place: &i64| any | (*place < low) | (*place > high);
    if places.iter().fold(false, outside) {
        return false;
    }
    let even = *even;
    for (color, place) in out.iter_mut().zip(places) {
        *color = even.color(*place as u32);
    }
    true
}

fn near_scalar(out: &mut [u32], even: &Even, places: &[i64], within: (i64, i64)) -> bool {
    near(out, even, places, within)
}

/// All versions that can run here with their names, from the slowest to the quickest. They are one loop,
/// compiled for other processors.
fn versions() -> Vec<(&'static str, FillEven)> {
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(
            unused_mut,
            reason = "other processors have no version of their own yet"
        )
    )]
    let mut versions: Vec<(_, FillEven)> = vec![("scalar", scalar)];
    #[cfg(target_arch = "x86_64")]
    wider::add(&mut versions);
    versions
}

/// The same of the other loop.
fn near_versions() -> Vec<(&'static str, FillNear)> {
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(
            unused_mut,
            reason = "other processors have no version of their own yet"
        )
    )]
    let mut versions: Vec<(_, FillNear)> = vec![("scalar", near_scalar)];
    #[cfg(target_arch = "x86_64")]
    wider::add_near(&mut versions);
    versions
}

#[cfg(target_arch = "x86_64")]
mod wider {
    #![allow(unsafe_code, reason = "a function for some processors only")]

    use super::{Even, FillEven, FillNear, fill, near};

    pub(super) fn add(versions: &mut Vec<(&'static str, FillEven)>) {
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has the feature.
            versions.push(("avx2", |o, e, p, s| unsafe { avx2(o, e, p, s) }));
        }
        if std::arch::is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has the feature.
            versions.push(("avx512", |o, e, p, s| unsafe { avx512(o, e, p, s) }));
        }
    }

    pub(super) fn add_near(versions: &mut Vec<(&'static str, FillNear)>) {
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has the feature.
            versions.push(("avx2", |o, e, p, w| unsafe { near_avx2(o, e, p, w) }));
        }
        if std::arch::is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has the feature.
            versions.push(("avx512", |o, e, p, w| unsafe { near_avx512(o, e, p, w) }));
        }
    }

    #[target_feature(enable = "avx2")]
    fn avx2(out: &mut [u32], even: &Even, place: i64, step: i64) {
        fill(out, even, place, step);
    }

    #[target_feature(enable = "avx512f")]
    fn avx512(out: &mut [u32], even: &Even, place: i64, step: i64) {
        fill(out, even, place, step);
    }

    #[target_feature(enable = "avx2")]
    fn near_avx2(out: &mut [u32], even: &Even, places: &[i64], within: (i64, i64)) -> bool {
        near(out, even, places, within)
    }

    #[target_feature(enable = "avx512f")]
    fn near_avx512(out: &mut [u32], even: &Even, places: &[i64], within: (i64, i64)) -> bool {
        near(out, even, places, within)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::Rng;
    use super::*;

    #[test]
    fn all_versions_give_the_same_colours() {
        let mut rng = Rng(7);
        for _ in 0..2000 {
            let mut word = || rng.below(u32::MAX);
            let even = Even {
                start: std::array::from_fn(|_| word()),
                slopes: std::array::from_fn(|_| word()),
            };
            let place = i64::from(word()) << 20;
            let step = i64::from(word() as i32) << (word() % 8);
            let mut expected = vec![0; (word() % 70) as usize];
            scalar(&mut expected, &even, place, step);
            for (name, version) in versions() {
                let mut out = vec![1; expected.len()];
                version(&mut out, &even, place, step);
                assert_eq!(out, expected, "{name}");
            }
        }
    }

    #[test]
    fn all_versions_find_the_same_colours_near_by() {
        let mut rng = Rng(8);
        for _ in 0..2000 {
            let mut word = || rng.below(u32::MAX);
            let even = Even {
                start: std::array::from_fn(|_| word()),
                slopes: std::array::from_fn(|_| word()),
            };
            let (low, length) = (i64::from(word() as i32) << (word() % 20), word() % 70);
            let high = low + 1000;
            let mut places: Vec<i64> = (0..length)
                .map(|_| low + i64::from(word() % 1001))
                .collect();
            let inside = word() % 4 > 0 || places.is_empty();
            if !inside {
                let at = word() as usize % places.len();
                places[at] = [low - 1, high + 1, i64::MIN, i64::MAX][word() as usize % 4];
            }
            let expected: Vec<u32> = places.iter().map(|p| even.color(*p as u32)).collect();
            for (name, version) in near_versions() {
                let mut out = vec![1; places.len()];
                assert_eq!(
                    version(&mut out, &even, &places, (low, high)),
                    inside,
                    "{name}"
                );
                assert!(out == expected || !inside, "{name}");
            }
        }
    }
}
