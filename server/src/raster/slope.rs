//! [`Slope`]: follows an edge from row to row by a sum, exactly.

use super::edges::{Edge, SUBPIXEL_BITS};

/// Edges are followed when they are not as high or wide as this, in sub-pixels.
const MAX_HEIGHT: i64 = 1 << 18;
const MAX_WIDTH: i64 = 1 << 22;
/// Places are summed in parts of 1 / 2^40 pixel.
const PLACE_BITS: u32 = 40;
/// 2^-27 pixel.
///
/// An edge is up to 1024 rows high; each sum is too low by less than one part, so all of them are by less than
/// 2^-29 pixel. The exact place is a fraction with a denominator below 2^26, so it is either a whole number or
/// at least 2^-26 away from it. With 2^-27 added it is rounded down to what the exact place would be.
const TINY: i64 = 1 << (PLACE_BITS - 27);
const HALF: i64 = 1 << (PLACE_BITS - 1);

/// Where an edge is, row by row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slope {
    place: i64,
    step: i64,
}

impl Slope {
    /// `edge` from `y` on, in sub-pixels, which must lie between its ends. `None`: it is too large.
    #[inline(always)]
    pub(super) fn new(edge: &Edge, y: i32) -> Option<Self> {
        let (width, height) = (i64::from(edge.x1) - i64::from(edge.x0), edge.height());
        if height >= MAX_HEIGHT || width.abs() >= MAX_WIDTH {
            return None;
        }
        let start = i64::from(edge.x0) << (PLACE_BITS - SUBPIXEL_BITS);
        if width == 0 {
            return Some(Self {
                place: start,
                step: 0,
            });
        }
        let step = (width << PLACE_BITS).div_euclid(height);
        let down = i64::from(y - edge.y0);
        // As high as the edge is, this is no more than its width.
        let run = (i128::from(step) * i128::from(down)) >> SUBPIXEL_BITS;
        Some(Self {
            place: start + run as i64,
            step,
        })
    }

    /// Its place in sub-pixels, rounded down, as [`Edge::x_at`] says.
    #[inline(always)]
    pub(super) fn x(self) -> i32 {
        ((self.place + TINY) >> (PLACE_BITS - SUBPIXEL_BITS)) as i32
    }

    /// The first pixel whose centre is not left of it, as [`Edge::crossing`] says.
    #[inline(always)]
    pub(super) fn crossing(self) -> i32 {
        ((self.place + (HALF - TINY)) >> PLACE_BITS) as i32
    }

    /// On to the next row. Behind the edge's end the place means nothing.
    #[inline(always)]
    pub(super) fn advance(&mut self) {
        self.place = self.place.wrapping_add(self.step);
    }
}

#[cfg(test)]
mod tests {
    use super::super::edges::{NONE, SUBPIXELS};
    use super::super::tests::Rng;
    use super::*;

    #[test]
    fn sums_lead_where_divisions_do() {
        let mut rng = Rng(31);
        for round in 0..4000 {
            let reach = rng.pick(&[3, 300, 5_000, 200_000, 3_000_000]);
            let mut random = |n: u32| rng.below(2 * n + 1) as i32 - n as i32;
            let (y0, high) = (random(1000), 1 + random(reach.min(200_000)).abs());
            // Many edges lead through centres and corners of pixels exactly.
            let grid = [1, 1, SUBPIXELS / 2, SUBPIXELS][round % 4];
            let snap = |v: i32| v / grid * grid;
            let y0 = snap(y0);
            let edge = Edge {
                x0: snap(random(reach)),
                y0,
                x1: snap(random(reach)),
                y1: y0 + snap(high).max(1),
                winding: 1,
                next: NONE,
            };
            let first = y0 + random(300).abs().min(edge.y1 - y0);
            let Some(mut slope) = Slope::new(&edge, first) else {
                assert!(reach > 200_000);
                continue;
            };
            let mut y = first;
            while y <= edge.y1 {
                assert_eq!(slope.x(), edge.x_at(y).0, "{edge:?} at {y}");
                assert_eq!(slope.crossing(), edge.crossing(y), "{edge:?} at {y}");
                slope.advance();
                y += SUBPIXELS;
            }
        }
    }
}
