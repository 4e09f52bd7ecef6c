//! Runs of an image read between its pixels, along any line: sixteen at a time where the processor can.
#![allow(
    unsafe_code,
    reason = "vector instructions, and pixels gathered by their number"
)]

use std::sync::LazyLock;

/// The pixels that are read, and how.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Plane<'a> {
    pixels: &'a [u32],
    stride: i32,
    /// The first and last column and row that may be read: others are the nearest of them.
    columns: (i32, i32),
    rows: (i32, i32),
}

impl<'a> Plane<'a> {
    /// `None` when pixels that may be read are not there, or are too many to be counted.
    pub(in super::super) fn new(
        pixels: &'a [u32],
        stride: usize,
        columns: (i64, i64),
        rows: (i64, i64),
    ) -> Option<Self> {
        let number = |v: i64| i32::try_from(v).ok().filter(|v| *v >= 0);
        let range = |(first, last): (i64, i64)| Some((number(first)?, number(last)?));
        let (columns, rows) = (range(columns)?, range(rows)?);
        let stride = i32::try_from(stride).ok()?;
        let last = rows.1.checked_mul(stride)?.checked_add(columns.1)?;
        let is_there = (last as usize) < pixels.len();
        let in_order = columns.0 <= columns.1 && rows.0 <= rows.1;
        (is_there && in_order).then_some(Self {
            pixels,
            stride,
            columns,
            rows,
        })
    }
}

type Run = fn(&mut [u32], &Plane<'_>, (i64, i64), (i64, i64));

/// Mixes for each of `out` the four pixels around a position, as
/// [`ImagePaint`](super::super::ImagePaint) does it: the first position, and from each to the next, in
/// multiples of 1 / 2^24 pixel. `None`: this processor has no such loop.
pub(in super::super) fn linear_run() -> Option<Run> {
    static PICKED: LazyLock<Option<Run>> = LazyLock::new(|| {
        #[cfg(target_arch = "x86_64")]
        if super::avx512::is_there() {
            return Some(x86::run);
        }
        None
    });
    *PICKED
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::super::avx512::{COUNT, lanes, mix};
    use super::super::places::Places;
    use super::Plane;

    pub(super) fn run(out: &mut [u32], plane: &Plane<'_>, at: (i64, i64), step: (i64, i64)) {
        // SAFETY: picked only where the processor has the features.
        unsafe { mix_run(out, plane, at, step) }
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    fn mix_run(out: &mut [u32], plane: &Plane<'_>, at: (i64, i64), step: (i64, i64)) {
        let (mut u, mut v) = (Places::new(at.0, step.0), Places::new(at.1, step.1));
        for out in out.chunks_mut(COUNT) {
            let lanes = lanes(out.len());
            let (x0, x1, part_x) = u.between(plane.columns);
            let (y0, y1, part_y) = v.between(plane.rows);
            let stride = _mm512_set1_epi32(plane.stride);
            let row = |y, part| {
                let row = _mm512_mullo_epi32(y, stride);
                let pixel = |x| {
                    let index = _mm512_add_epi32(row, x);
                    let pixels = plane.pixels.as_ptr().cast();
                    // SAFETY: columns and rows were cut to those that may be read, of which the
                    // plane has seen that the last pixel is there.
                    unsafe {
                        let nothing = _mm512_setzero_si512();
                        _mm512_mask_i32gather_epi32::<4>(nothing, lanes, index, pixels)
                    }
                };
                mix(pixel(x0), pixel(x1), part)
            };
            let mixed = mix(row(y0, part_x), row(y1, part_x), part_y);
            // SAFETY: there are as many pixels as lanes.
            unsafe { _mm512_mask_storeu_epi32(out.as_mut_ptr().cast(), lanes, mixed) };
            u.next();
            v.next();
        }
    }
}
