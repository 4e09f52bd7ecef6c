//! Runs of pixels in one colour: what a filled shape without soft edges is made of.
//!
//! A shape has a run in every row, most of them short, so a call for each would cost more than the pixels
//! do. Here all runs of a shape are written by one call.

use std::sync::LazyLock;

use super::super::target::Grid;

/// The pixels `x0..x1` of row `y`; none where `x1` is not greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Span {
    pub(in super::super) y: i32,
    pub(in super::super) x0: i32,
    pub(in super::super) x1: i32,
}

impl Span {
    /// Where its pixels are in a buffer of `all` pixels: the first one and how many. `None`: there are none,
    /// or not all of them are in the buffer.
    #[inline(always)]
    pub(super) fn place(self, grid: Grid, all: usize) -> Option<(usize, usize)> {
        let length = i64::from(self.x1) - i64::from(self.x0);
        let at = grid.at(self.x0, self.y);
        let fits = length > 0 && at <= all && length as usize <= all - at;
        fits.then_some((at, length as usize))
    }
}

/// Sets the pixels of `spans` in a buffer to one colour; those not in the buffer are left out.
pub(super) type FillSpans = fn(&mut [u32], Grid, &[Span], u32);

/// Sets the pixels of `spans`, all of which must be in the buffer, to one colour.
#[inline(always)]
pub(in super::super) fn fill_spans(pixels: &mut [u32], grid: Grid, spans: &[Span], color: u32) {
    static PICKED: LazyLock<FillSpans> =
        LazyLock::new(|| versions().last().map_or(scalar, |(_, version)| *version));
    PICKED(pixels, grid, spans, color);
}

/// One pixel at a time: what the other versions must agree with.
pub(super) fn scalar(pixels: &mut [u32], grid: Grid, spans: &[Span], color: u32) {
    for span in spans {
        if let Some((at, length)) = span.place(grid, pixels.len()) {
            pixels[at..at + length].fill(color);
        }
    }
}

/// All versions that can run here with their names, from the slowest to the quickest.
pub(super) fn versions() -> Vec<(&'static str, FillSpans)> {
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(
            unused_mut,
            reason = "other processors have no version of their own yet"
        )
    )]
    let mut versions: Vec<(_, FillSpans)> = vec![("scalar", scalar)];
    #[cfg(target_arch = "x86_64")]
    versions.extend(super::span_lanes::versions());
    versions
}

#[cfg(test)]
mod tests {
    use transom_protocol::color::Pixel;

    use super::super::super::tests::Rng;
    use super::*;

    #[test]
    fn all_versions_fill_the_same_pixels() {
        let mut rng = Rng(41);
        for round in 0..3000 {
            let (width, height) = (1 + rng.below(90) as i32, 1 + rng.below(9) as i32);
            let grid = Grid {
                stride: width as isize,
                start: 0,
            };
            let before: Vec<u32> = (0..(width * height) as u32).collect();
            // Some rows do not exist, and some spans are empty.
            let spans: Vec<Span> = (0..rng.below(12))
                .map(|_| {
                    let x0 = rng.below(width as u32) as i32;
                    let x1 = x0 + rng.below((width - x0) as u32 + 1) as i32;
                    let y = rng.below(height as u32 + 2) as i32;
                    Span { y, x0, x1 }
                })
                .collect();
            let color = Pixel(rng.next()).0;
            let mut expected = before.clone();
            for Span { y, x0, x1 } in spans.iter().filter(|s| s.y < height) {
                let at = |x: &i32| (y * width + x) as usize;
                expected[at(x0)..at(x1)].fill(color);
            }
            for (name, version) in versions() {
                let mut got = before.clone();
                version(&mut got, grid, &spans, color);
                assert_eq!(got, expected, "{name} in round {round}");
            }
        }
    }
}
