//! One pixel at a time: what the other versions must agree with.
//!
//! Everything here rounds as [`mul_div_255`] does. Source-over is `s + d × (1 − a)` per channel; the
//! sum saturates, so a source with channels above its alpha brightens and never wraps.
//!
//! [`mul_div_255`]: transom_protocol::color::mul_div_255

use super::copy::{copy, shift};
use super::{Block, Kernels, shapes};

/// The version for every processor.
pub(super) const KERNELS: Kernels = Kernels {
    name: "scalar",
    fill,
    copy,
    shift,
    solid,
    stamp,
    stamp_whole,
    solid_masked,
    row,
    row_faded,
    row_tinted,
    row_masked,
    mix_rows,
    mix_pairs,
    ends: shapes::ends,
    extremes: shapes::extremes,
    dots: shapes::dots,
    rects: shapes::rects,
    lines: shapes::lines,
    pieces: shapes::pieces,
};

/// The lower byte of each half of a pixel: blue and red, or after a shift green and alpha.
const LANES: u32 = 0x00ff_00ff;
/// One half in each lane before the division by 255.
const HALVES: u32 = 0x0080_0080;

/// `lanes × k / 255` rounded to nearest, two channels at once.
#[inline(always)]
const fn scale_lanes(lanes: u32, k: u32) -> u32 {
    let t = lanes * k + HALVES;
    ((t + ((t >> 8) & LANES)) >> 8) & LANES
}

/// All four channels of `p` times `k / 255`.
#[inline(always)]
pub(in super::super) const fn scale(p: u32, k: u8) -> u32 {
    let k = k as u32;
    scale_lanes(p & LANES, k) | (scale_lanes((p >> 8) & LANES, k) << 8)
}

/// The sum of two channels each, at most 255.
#[inline(always)]
const fn add_lanes(a: u32, b: u32) -> u32 {
    let sum = a + b;
    let carry = (sum >> 8) & 0x0001_0001;
    (sum | ((carry << 8) - carry)) & LANES
}

/// `s` over `d`.
#[inline(always)]
pub(in super::super) const fn over(d: u32, s: u32) -> u32 {
    let k = 255 - (s >> 24);
    let rb = add_lanes(s & LANES, scale_lanes(d & LANES, k));
    let ag = add_lanes((s >> 8) & LANES, scale_lanes((d >> 8) & LANES, k));
    rb | (ag << 8)
}

/// `a` and `b` mixed, with `f` of 256 parts of `b`; each channel rounded to nearest, halves up.
#[inline(always)]
pub(in super::super) const fn mix(a: u32, b: u32, f: u16) -> u32 {
    // At most 255 × 256 + 128 in a lane of 16 bits.
    let f = f as u32;
    let (rb, ag) = (
        (a & LANES) * (256 - f) + (b & LANES) * f + HALVES,
        ((a >> 8) & LANES) * (256 - f) + ((b >> 8) & LANES) * f + HALVES,
    );
    ((rb >> 8) & LANES) | (ag & !LANES)
}

/// Sets a block to one colour.
fn fill(block: Block<'_>, color: u32) {
    block.rows(|_, row| row.fill(color));
}

/// Puts one colour over a block.
fn solid(block: Block<'_>, color: u32) {
    block.rows(|_, row| row.iter_mut().for_each(|d| *d = over(*d, color)));
}

/// Puts one colour over a block, each pixel by its own coverage, whose rows are `stride` apart.
fn stamp(block: Block<'_>, color: u32, coverage: &[u8], stride: usize) {
    block.rows(|y, row| {
        solid_masked(row, color, coverage.get(y * stride..).unwrap_or(&[]));
    });
}

/// Sets the pixels of a block whose coverage has its highest bit set to one colour.
fn stamp_whole(block: Block<'_>, color: u32, coverage: &[u8], stride: usize) {
    block.rows(|y, row| {
        let coverage = coverage.get(y * stride..).unwrap_or(&[]);
        for (d, m) in row.iter_mut().zip(coverage) {
            *d = if *m >= 128 { color } else { *d };
        }
    });
}

/// Puts one colour over a row, each pixel by its own coverage.
fn solid_masked(row: &mut [u32], color: u32, mask: &[u8]) {
    for (d, m) in row.iter_mut().zip(mask) {
        *d = over(*d, scale(color, *m));
    }
}

/// Puts a row of pixels over another.
fn row(row: &mut [u32], src: &[u32]) {
    for (d, s) in row.iter_mut().zip(src) {
        *d = over(*d, *s);
    }
}

/// Puts a row of pixels, all times `opacity / 255`, over another.
fn row_faded(row: &mut [u32], src: &[u32], opacity: u8) {
    for (d, s) in row.iter_mut().zip(src) {
        *d = over(*d, scale(*s, opacity));
    }
}

/// Puts one colour over a row, as much of it as the alpha of each mask pixel says.
fn row_tinted(row: &mut [u32], mask: &[u32], ink: u32) {
    for (d, m) in row.iter_mut().zip(mask) {
        *d = over(*d, scale(ink, (*m >> 24) as u8));
    }
}

/// Puts a row of pixels over another, each by its own coverage.
fn row_masked(row: &mut [u32], src: &[u32], mask: &[u8]) {
    for ((d, s), m) in row.iter_mut().zip(src).zip(mask) {
        *d = over(*d, scale(*s, *m));
    }
}

/// Mixes two rows, with `part` of 256 parts of the second.
fn mix_rows(out: &mut [u32], upper: &[u32], lower: &[u32], part: u16) {
    for ((out, a), b) in out.iter_mut().zip(upper).zip(lower) {
        *out = mix(*a, *b, part);
    }
}

/// Mixes neighbours of one row: those that begin at `firsts`, with so many of 256 parts of the second
/// as `parts` says. Where there is no such pair the result is 0.
pub(super) fn mix_pairs(out: &mut [u32], src: &[u32], firsts: &[u32], parts: &[u16]) {
    for ((out, first), part) in out.iter_mut().zip(firsts).zip(parts) {
        let first = *first as usize;
        *out = match (src.get(first), src.get(first + 1)) {
            (Some(a), Some(b)) => mix(*a, *b, *part),
            _ => 0,
        };
    }
}
