//! Sums of pixels by their shares: averages of boxes, first downwards and then sideways. Whole numbers, so
//! that it does not matter in which order they are added; one loop each, compiled for wider registers.

use std::sync::LazyLock;

/// The most pixels that are averaged in one direction.
pub(in super::super) const MOST: usize = 8;

/// Shares of neighbouring pixels of a row.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct Shares {
    pub(in super::super) first: u32,
    pub(in super::super) count: u32,
    /// In 256ths.
    pub(in super::super) parts: [u16; MOST],
}

type Average = fn(out: &mut [u32], sums: &[[u32; 4]], shares: &[Shares], all: u32);

/// The loops.
#[derive(Clone, Copy)]
pub(in super::super) struct Sharing {
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "a failing test says which version it was")
    )]
    name: &'static str,
    /// Adds so many times a row to its sums, which have four channels for each pixel.
    pub(in super::super) add: fn(sums: &mut [[u32; 4]], row: &[u32], part: u32),
    /// The averages of sums by their shares: divided by `all`, rounded to nearest, halves up.
    pub(in super::super) average: Average,
}

/// The version for this processor.
#[inline(always)]
pub(in super::super) fn sharing() -> &'static Sharing {
    static PICKED: LazyLock<Sharing> =
        LazyLock::new(|| versions().last().copied().unwrap_or(SCALAR));
    &PICKED
}

const SCALAR: Sharing = Sharing {
    name: "scalar",
    add: |sums, row, part| add(sums, row, part),
    average: |out, sums, shares, all| average(out, sums, shares, all),
};

#[inline(always)]
fn add(sums: &mut [[u32; 4]], row: &[u32], part: u32) {
    for (sum, pixel) in sums.iter_mut().zip(row) {
        for (sum, channel) in sum.iter_mut().zip(pixel.to_le_bytes()) {
            *sum += part * u32::from(channel);
        }
    }
}

#[inline(always)]
fn average(out: &mut [u32], sums: &[[u32; 4]], shares: &[Shares], all: u32) {
    /// Numbers beside this one are whole, and its lowest binary digits are theirs.
    const WHOLE: f64 = 1.5 * (1u64 << 52) as f64;
    // A quotient by a number below 2^22 lies at least so much of 2^23 away from a whole number when half is
    // added above: more than a product with the inverse can be off.
    let inverse = 1.0 / f64::from(all);
    for (out, shares) in out.iter_mut().zip(shares) {
        let first = shares.first as usize;
        let Some(sums) = sums.get(first..first + (shares.count as usize).min(MOST)) else {
            continue;
        };
        let mut total = [all / 2; 4];
        for (sum, part) in sums.iter().zip(shares.parts) {
            for (total, sum) in total.iter_mut().zip(sum) {
                *total += sum * u32::from(part);
            }
        }
        let channel = |total: u32| {
            let near = (f64::from(total as i32) + 0.5) * inverse - 0.5 + WHOLE;
            near.to_bits() as u8
        };
        *out = u32::from_le_bytes(total.map(channel));
    }
}

/// All versions that can run here, from the slowest to the quickest.
fn versions() -> Vec<Sharing> {
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(
            unused_mut,
            reason = "other processors have no version of their own yet"
        )
    )]
    let mut versions = vec![SCALAR];
    #[cfg(target_arch = "x86_64")]
    wider::add_to(&mut versions);
    versions
}

#[cfg(target_arch = "x86_64")]
mod wider {
    #![allow(unsafe_code, reason = "functions for some processors only")]

    use super::{Shares, Sharing};

    pub(super) fn add_to(versions: &mut Vec<Sharing>) {
        if std::arch::is_x86_feature_detected!("avx2") {
            versions.push(Sharing {
                name: "avx2",
                // SAFETY: the processor has the feature.
                add: |sums, row, part| unsafe { add(sums, row, part) },
                // SAFETY: as above.
                average: |out, sums, shares, all| unsafe { average(out, sums, shares, all) },
            });
        }
    }

    #[target_feature(enable = "avx2")]
    fn add(sums: &mut [[u32; 4]], row: &[u32], part: u32) {
        super::add(sums, row, part);
    }

    #[target_feature(enable = "avx2")]
    fn average(out: &mut [u32], sums: &[[u32; 4]], shares: &[Shares], all: u32) {
        super::average(out, sums, shares, all);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::Rng;
    use super::*;

    #[test]
    fn all_versions_add_the_same() {
        let mut rng = Rng(31);
        for _ in 0..1000 {
            let length = rng.below(50) as usize;
            let row: Vec<u32> = (0..length).map(|_| rng.next()).collect();
            let sums: Vec<[u32; 4]> = (0..length + 2)
                .map(|_| std::array::from_fn(|_| rng.below(300_000)))
                .collect();
            let part = rng.below(257);
            let mut expected = sums.clone();
            (SCALAR.add)(&mut expected, &row, part);
            for version in versions() {
                let mut got = sums.clone();
                (version.add)(&mut got, &row, part);
                assert_eq!(got, expected, "{}", version.name);
            }
        }
    }

    #[test]
    fn averages_are_rounded_quotients() {
        let mut rng = Rng(32);
        for round in 0..20_000 {
            let (width, height) = (256 + rng.below(1281), 256 + rng.below(1281));
            let all = width * height;
            // Sums near those that give a half, too.
            let most = 255 * height;
            let sums: Vec<[u32; 4]> = (0..9)
                .map(|_| {
                    std::array::from_fn(|_| {
                        let random = rng.below(most + 1);
                        rng.pick(&[0, most, random, most / 2, most / 2 + 1])
                    })
                })
                .collect();
            let mut shares = Shares {
                first: rng.below(3),
                count: 0,
                parts: [0; MOST],
            };
            let mut left = width;
            while left > 0 {
                let part = left.min(256.max(width.div_ceil(6)));
                shares.parts[shares.count as usize] = part as u16;
                shares.count += 1;
                left -= part;
            }
            let first = shares.first as usize;
            let total = |c: usize| -> u64 {
                let sums = sums[first..first + shares.count as usize].iter();
                let products = sums.zip(shares.parts);
                products.map(|(s, p)| u64::from(s[c]) * u64::from(p)).sum()
            };
            let exact = |c| ((total(c) + u64::from(all / 2)) / u64::from(all)) as u8;
            let expected = u32::from_le_bytes([exact(0), exact(1), exact(2), exact(3)]);
            for version in versions() {
                let mut out = [7];
                (version.average)(&mut out, &sums, &[shares], all);
                assert_eq!(out, [expected], "{} in round {round}", version.name);
            }
        }
    }
}
