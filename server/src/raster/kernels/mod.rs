//! The innermost loops, in as many versions as there are kinds of processors to run them.
//!
//! [`scalar`] says what each of them computes, pixel by pixel, and runs everywhere. The others do the
//! same to several pixels at once and agree with it bit for bit, which is tested over random rows. The
//! widest version that the processor has is picked when the first pixel is drawn.
//!
//! This is the only place with `unsafe` code: instructions that not every processor has, and rows
//! walked by pointer. Lengths are compared before; nothing outside the slices is touched.

mod along;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod between;
mod block;
mod copy;
#[cfg(target_arch = "x86_64")]
mod copy_lanes;
mod curves;
#[cfg(target_arch = "x86_64")]
mod lanes;
#[cfg(target_arch = "x86_64")]
mod line_lanes;
mod linear;
mod masked_runs;
#[cfg(target_arch = "x86_64")]
mod places;
mod ramp;
pub(super) mod scalar;
#[cfg(target_arch = "x86_64")]
mod shape_lanes;
mod shapes;
mod shares;
#[cfg(target_arch = "x86_64")]
mod span_lanes;
mod spans;
#[cfg(target_arch = "x86_64")]
mod sse2;
#[cfg(target_arch = "x86_64")]
pub(super) mod stretch;
#[cfg(target_arch = "x86_64")]
mod sum_lanes;
mod sums;
#[cfg(test)]
mod tests;
pub(super) mod text;
#[cfg(target_arch = "x86_64")]
mod text_lanes;

use std::sync::LazyLock;

pub(super) use along::Along;
pub(super) use between::Between;
pub(super) use block::Block;
pub(super) use copy::Moved;
pub(super) use curves::{Around, Circles, Curve, Inverse, NOWHERE, places};
pub(super) use linear::{Plane, linear_run};
pub(super) use masked_runs::blend_runs;
pub(super) use ramp::{Even, PLACE_BITS, fill_even, fill_near};
pub use shapes::{Corners, Price};
pub(super) use shapes::{Drawn, Pieces, Run};
pub(super) use shares::{Shares, sharing};
pub(super) use spans::{Span, fill_spans};
pub(super) use sums::{GROUP, Sums, blend_sums};

type DrawPieces = fn(Block<'_>, &Pieces, places: &[[i32; 2]], color: u32) -> Option<Corners>;

type MixPairs = fn(out: &mut [u32], src: &[u32], firsts: &[u32], parts: &[u16]);

/// A version of every loop. Colours and pixels are premultiplied; rows of different lengths are
/// worked on as far as the shortest goes. What each does: see the functions of these names in
/// [`scalar`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Kernels {
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "a failing test says which version it was")
    )]
    name: &'static str,
    pub(super) fill: fn(Block<'_>, u32),
    pub(super) copy: fn(Block<'_>, &[u32], usize),
    pub(super) shift: fn(&mut [u32], Moved),
    pub(super) solid: fn(Block<'_>, u32),
    pub(super) stamp: fn(Block<'_>, u32, &[u8], usize),
    pub(super) stamp_whole: fn(Block<'_>, u32, &[u8], usize),
    pub(super) solid_masked: fn(&mut [u32], u32, &[u8]),
    pub(super) row: fn(&mut [u32], &[u32]),
    pub(super) row_faded: fn(&mut [u32], &[u32], u8),
    pub(super) row_tinted: fn(&mut [u32], &[u32], u32),
    pub(super) row_masked: fn(&mut [u32], &[u32], &[u8]),
    pub(super) mix_rows: fn(&mut [u32], &[u32], &[u32], u16),
    pub(super) mix_pairs: MixPairs,
    pub(super) ends: fn(&[u8], usize, [i32; 2], &mut [Corners]),
    pub(super) extremes: fn(&[Corners]) -> [Corners; 2],
    pub(super) dots: fn(Block<'_>, &[[i32; 2]], u32) -> Option<Corners>,
    pub(super) rects: fn(Block<'_>, &[Corners], u32, Price) -> Option<Drawn>,
    pub(super) pieces: DrawPieces,
    pub(super) lines: fn(Block<'_>, &[Corners], bool, u32, Price) -> Option<Drawn>,
}

/// The version for this processor.
#[inline(always)]
pub(super) fn kernels() -> &'static Kernels {
    static PICKED: LazyLock<Kernels> = LazyLock::new(pick);
    &PICKED
}

fn pick() -> Kernels {
    versions().last().copied().unwrap_or(scalar::KERNELS)
}

/// All versions that can run here, from the slowest to the quickest.
fn versions() -> Vec<Kernels> {
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(
            unused_mut,
            reason = "other processors have no version of their own yet"
        )
    )]
    let mut versions = vec![scalar::KERNELS];
    #[cfg(target_arch = "x86_64")]
    {
        versions.push(sse2::KERNELS);
        if std::arch::is_x86_feature_detected!("avx2") {
            versions.push(avx2::KERNELS);
        }
    }
    versions
}
