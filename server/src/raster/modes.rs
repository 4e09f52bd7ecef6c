//! Blend modes: one row of pixels and another become one.
//!
//! Source-over has kernels of its own; here are all modes by their formulas, in whole numbers. A
//! bracket of the formulas, a sum of products, is divided by 255 once and rounded to nearest.

use transom_protocol::color::{Pixel, mul_div_255};
use transom_protocol::draw::Blend;

use super::blend;

/// Puts a row of pixels on another.
pub(super) fn row(mode: Blend, row: &mut [u32], src: &[u32]) {
    each_mode(mode, row, src, |d, s, mix| mix(d, s));
}

/// Puts a row of pixels on another, each by its own coverage.
pub(super) fn row_masked(mode: Blend, row: &mut [u32], src: &[u32], mask: &[u8]) {
    let mut masks = mask.iter();
    let mut next = move || masks.next().copied().unwrap_or(0);
    match changes_without_source(mode) {
        false => each_mode(mode, row, src, |d, s, mix| mix(d, blend::scale(s, next()))),
        true => each_mode(mode, row, src, |d, s, mix| {
            let c = next();
            let (new, old) = (blend::scale(mix(d, s), c), blend::scale(d, 255 - c));
            let (new, old) = (new.to_be_bytes(), old.to_be_bytes());
            u32::from_be_bytes(std::array::from_fn(|i| new[i].saturating_add(old[i])))
        }),
    }
}

/// Whether a mode changes what is there where the source is transparent: then coverage mixes the
/// result with it instead of fading the source.
fn changes_without_source(mode: Blend) -> bool {
    use Blend::*;
    matches!(
        mode,
        Clear | Source | SourceIn | DestinationIn | SourceOut | DestinationAtop
    )
}

/// One channel of destination and source, with the alphas of both.
#[derive(Clone, Copy)]
struct Channel {
    d: i32,
    s: i32,
    da: i32,
    sa: i32,
}

/// `sum / 255`, rounded to nearest; negative sums are 0.
#[inline(always)]
fn div(sum: i32) -> i32 {
    (sum.max(0) + 127) / 255
}

/// A channel by each mode's formula.
#[inline(always)]
fn channel(mode: Blend, c: Channel) -> i32 {
    let Channel { d, s, da, sa } = c;
    match mode {
        Blend::Over => s + div(d * (255 - sa)),
        Blend::Clear => 0,
        Blend::Source => s,
        Blend::Destination => d,
        Blend::DestinationOver => d + div(s * (255 - da)),
        Blend::SourceIn => div(s * da),
        Blend::DestinationIn => div(d * sa),
        Blend::SourceOut => div(s * (255 - da)),
        Blend::DestinationOut => div(d * (255 - sa)),
        Blend::SourceAtop => div(s * da) + div(d * (255 - sa)),
        Blend::DestinationAtop => div(d * sa) + div(s * (255 - da)),
        Blend::Xor => div(s * (255 - da)) + div(d * (255 - sa)),
        Blend::Add => s + d,
        Blend::Multiply => div(s * d + s * (255 - da) + d * (255 - sa)),
        Blend::Screen => s + d - div(s * d),
        Blend::Overlay => div(outside(c) + lit(c, 2 * d <= da)),
        Blend::HardLight => div(outside(c) + lit(c, 2 * s <= sa)),
        Blend::Darken => s + d - div((s * da).max(d * sa)),
        Blend::Lighten => s + d - div((s * da).min(d * sa)),
        Blend::Difference => s + d - div(2 * (s * da).min(d * sa)),
        Blend::Exclusion => s + d - div(2 * s * d),
    }
}

/// What shows where only one of both is.
#[inline(always)]
fn outside(Channel { d, s, da, sa }: Channel) -> i32 {
    s * (255 - da) + d * (255 - sa)
}

/// Multiplied, or screened.
#[inline(always)]
fn lit(Channel { d, s, da, sa }: Channel, dark: bool) -> i32 {
    match dark {
        true => 2 * s * d,
        false => sa * da - 2 * (da - d) * (sa - s),
    }
}

/// A pixel by a mode's formula.
#[inline(always)]
fn pixel(mode: Blend, d: u32, s: u32) -> u32 {
    let (d, s) = (Pixel(d).channels(), Pixel(s).channels());
    let (da, sa) = (i32::from(d[0]), i32::from(s[0]));
    let mut out: [u8; 4] = std::array::from_fn(|i| {
        let (d, s) = (i32::from(d[i]), i32::from(s[i]));
        channel(mode, Channel { d, s, da, sa }).clamp(0, 255) as u8
    });
    if mode as u8 >= Blend::Multiply as u8 {
        let both = i32::from(mul_div_255(s[0], d[0]));
        out[0] = (sa + da - both) as u8;
    }
    u32::from_be_bytes(out)
}

/// Calls `put` for each pixel of both rows with the mode's mixing function, in a loop of its own
/// for each mode.
#[inline(always)]
fn each_mode(
    mode: Blend,
    row: &mut [u32],
    src: &[u32],
    mut put: impl FnMut(u32, u32, fn(u32, u32) -> u32) -> u32,
) {
    macro_rules! modes {
        ($($mode:ident)*) => {
            match mode {
                $(Blend::$mode => {
                    for (d, s) in row.iter_mut().zip(src) {
                        *d = put(*d, *s, |d, s| pixel(Blend::$mode, d, s));
                    }
                })*
            }
        };
    }
    modes! {
        Over Clear Source Destination DestinationOver SourceIn DestinationIn SourceOut
        DestinationOut SourceAtop DestinationAtop Xor Add Multiply Screen Overlay Darken Lighten
        HardLight Difference Exclusion
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(seed: &mut u32) -> u32 {
        *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *seed ^ (*seed >> 15)
    }

    fn premultiplied(seed: &mut u32) -> u32 {
        let p = random(seed);
        blend::scale(p | 0xff00_0000, (random(seed) >> 9) as u8)
    }

    #[test]
    fn over_is_what_its_own_kernel_does() {
        let mut seed = 7;
        for _ in 0..100_000 {
            let (d, s) = (random(&mut seed), random(&mut seed));
            assert_eq!(pixel(Blend::Over, d, s), blend::over(d, s));
        }
    }

    #[test]
    fn no_mode_makes_a_channel_much_brighter_than_its_alpha() {
        let mut seed = 3;
        for _ in 0..20_000 {
            let (d, s) = (premultiplied(&mut seed), premultiplied(&mut seed));
            for mode in Blend::ALL {
                let [a, r, g, b] = pixel(*mode, d, s).to_be_bytes().map(i32::from);
                assert!(r.max(g).max(b) <= a + 1, "{mode:?}: {d:08x} {s:08x}");
            }
        }
    }

    #[test]
    fn full_coverage_is_no_mask_and_none_changes_nothing() {
        let mut seed = 5;
        for mode in Blend::ALL {
            let d: Vec<_> = (0..64).map(|_| premultiplied(&mut seed)).collect();
            let s: Vec<_> = (0..64).map(|_| premultiplied(&mut seed)).collect();
            let (mut plain, mut full, mut none) = (d.clone(), d.clone(), d.clone());
            row(*mode, &mut plain, &s);
            row_masked(*mode, &mut full, &s, &[255; 64]);
            row_masked(*mode, &mut none, &s, &[0; 64]);
            assert_eq!(plain, full, "{mode:?}");
            assert_eq!(none, d, "{mode:?}");
        }
    }

    #[test]
    fn modes_are_what_they_are_called() {
        let (d, s) = (0xff80_4020, 0xff40_8060);
        let of = |mode| pixel(mode, d, s);
        assert_eq!(of(Blend::Multiply), 0xff20_200c);
        assert_eq!(of(Blend::Screen), 0xffa0_a074);
        assert_eq!(of(Blend::Darken), 0xff40_4020);
        assert_eq!(of(Blend::Lighten), 0xff80_8060);
        assert_eq!(of(Blend::Add), 0xffc0_c080);
        assert_eq!(of(Blend::Difference), 0xff40_4040);
        assert_eq!(of(Blend::Xor), 0);
        assert_eq!(of(Blend::SourceIn), s);
        assert_eq!(of(Blend::DestinationOut), 0);
        let (half, quarter) = (0x8080_0000, 0x4000_0040);
        assert_eq!(pixel(Blend::DestinationOver, half, quarter), 0xa080_0020);
        assert_eq!(pixel(Blend::SourceAtop, half, quarter), 0x8060_0020);
    }
}
