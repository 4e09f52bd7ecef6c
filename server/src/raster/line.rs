//! Lines one pixel thin without anti-aliasing, walked from pixel to pixel.
//!
//! A line leads from one whole pixel to another. It has one pixel in each column when it is wider than
//! high, else one in each row: the one whose centre is nearest to the straight line between the centres
//! of both ends, and of two that are equally near the one on the side of the end. The pixel it ends in is
//! not part of it, so that lines joined end to end meet without a pixel drawn twice. These are the pixels
//! that X servers draw.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::{PixelPoint, PixelRect};

use super::blend;
use super::scratch::give_back;
use super::target::{Grid, Target};
use super::trace::PixelLine;

/// Ends further away than this, in pixels, stop there: products of two differences fit 64 bits.
pub const LINE_REACH: i32 = 1 << 29;

/// Draws the line from the pixel `from` up to, without, the pixel `to`.
pub fn draw_line(target: &mut Target<'_>, from: PixelPoint, to: PixelPoint, color: Pixel) {
    let clip = target.clip();
    if from.y == to.y && !clip.is_empty() {
        // The one it begins in, not the one it ends in.
        let (x0, x1) = match from.x <= to.x {
            true => (from.x, to.x),
            false => (to.x.saturating_add(1), from.x.saturating_add(1)),
        };
        return blend::solid(target.span_mut(from.y, x0, x1), color);
    }
    let Some(walk) = Walk::new(clip, from, to) else {
        return;
    };
    let (pixels, grid) = target.pixels_mut();
    if color.alpha() == 255 {
        walk.each(grid, |at| pixels[at] = color.0);
    } else {
        walk.each(grid, |at| pixels[at] = blend::over(pixels[at], color.0));
    }
}

/// Draws lines as one shape: pixels that several of them share are blended once.
pub fn draw_lines(target: &mut Target<'_>, lines: &[PixelLine], color: Pixel, marks: &mut Marks) {
    if color.alpha() == 255 {
        for [from, to] in lines {
            draw_line(target, *from, *to, color);
        }
        return;
    }
    line_runs(target.clip(), lines, marks, |y, x0, x1| {
        blend::solid(target.span_mut(y, x0, x1), color);
    });
}

/// Calls `run` with the runs of pixels inside `clip` that lines touch, from the top and left: the row,
/// the first pixel, and the one behind the last.
pub fn line_runs(
    clip: PixelRect,
    lines: &[PixelLine],
    marks: &mut Marks,
    mut run: impl FnMut(i32, i32, i32),
) {
    let rows = Marks::rows(clip.width());
    let mut y = clip.y0;
    while y < clip.y1 {
        let y1 = y.saturating_add(rows).min(clip.y1);
        marks.mark(PixelRect { y0: y, y1, ..clip }, lines);
        marks.each_run(&mut run);
        y = y1;
    }
    give_back(&mut marks.bits);
}

/// A bit for each pixel of a band that some line touches.
#[derive(Debug, Default)]
pub struct Marks {
    bits: Vec<u64>,
    band: PixelRect,
    /// Bits in a row.
    stride: usize,
}

impl Marks {
    /// How many bits there are at most, unless a single row has more.
    const MOST: u32 = 1 << 20;

    /// How many rows of this width a band may have.
    fn rows(width: u32) -> i32 {
        (Self::MOST / width.max(1)).max(1) as i32
    }

    /// Marks what `lines` touch in `band`, and forgets all else.
    pub(super) fn mark(&mut self, band: PixelRect, lines: &[PixelLine]) {
        self.begin(band);
        for [from, to] in lines {
            self.add(*from, *to);
        }
    }

    fn begin(&mut self, band: PixelRect) {
        self.band = band;
        self.stride = (band.width() as usize).next_multiple_of(64);
        self.bits.clear();
        self.bits
            .resize(self.stride / 64 * band.height() as usize, 0);
    }

    fn add(&mut self, from: PixelPoint, to: PixelPoint) {
        let Some(walk) = Walk::new(self.band, from, to) else {
            return;
        };
        let stride = self.stride as isize;
        let start = -(self.band.y0 as isize * stride + self.band.x0 as isize);
        let bits = &mut self.bits;
        walk.each(Grid { stride, start }, |at| bits[at / 64] |= 1 << (at % 64));
    }

    /// Calls `run` with each row's runs of marked pixels.
    pub(super) fn each_run(&self, mut run: impl FnMut(i32, i32, i32)) {
        let rows = self.bits.chunks_exact((self.stride / 64).max(1));
        for (row, y) in rows.zip(self.band.y0..) {
            let mut x = 0;
            while let Some(start) = next_bit(row, x, true) {
                let end = next_bit(row, start, false).unwrap_or(self.stride);
                run(y, self.band.x0 + start as i32, self.band.x0 + end as i32);
                x = end;
            }
        }
    }
}

/// The first bit from `x` on that is set, or not set.
fn next_bit(row: &[u64], x: usize, set: bool) -> Option<usize> {
    let mut at = x;
    while let Some(word) = row.get(at / 64) {
        let word = if set { *word } else { !*word };
        let rest = word >> (at % 64);
        if rest != 0 {
            return Some(at + rest.trailing_zeros() as usize);
        }
        at = (at / 64 + 1) * 64;
    }
    None
}

/// The pixels of a line that lie in a clip.
#[derive(Clone, Copy, Debug)]
struct Walk {
    /// The first of them.
    x: i32,
    y: i32,
    count: i64,
    is_steep: bool,
    /// The ways along the longer and the shorter side: 1 or -1.
    ahead: isize,
    side: isize,
    /// When this is no longer negative, a step to the side is due.
    error: i64,
    /// What it grows by with each step, and what a step to the side takes away.
    up: i64,
    down: i64,
}

impl Walk {
    #[inline]
    fn new(clip: PixelRect, from: PixelPoint, to: PixelPoint) -> Option<Self> {
        let near = |p: PixelPoint| {
            let near = |v: i32| i64::from(v.clamp(-LINE_REACH, LINE_REACH));
            (near(p.x), near(p.y))
        };
        let (from, to) = (near(from), near(to));
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let is_steep = dx.abs() <= dy.abs();
        // From here on: along the longer side, and across.
        let turned = |(x, y): (i64, i64)| if is_steep { (y, x) } else { (x, y) };
        let (from, to) = (turned(from), turned(to));
        let length = (to.0 - from.0).abs();
        let (low, high) = (
            turned((clip.x0.into(), clip.y0.into())),
            turned((clip.x1.into(), clip.y1.into())),
        );
        let mut line = Line {
            length,
            across: (to.1 - from.1).abs(),
            first: 0,
            last: length - 1,
        };
        let way = |from: i64, to: i64| if to < from { -1 } else { 1 };
        let (ahead, side) = (way(from.0, to.0), way(from.1, to.1));
        let inside = |p: (i64, i64)| p.0 >= low.0 && p.0 < high.0 && p.1 >= low.1 && p.1 < high.1;
        if !(inside(from) && inside(to)) {
            // How far the clip's pixels are from the start, in the direction of the line.
            let range = |way: i64, start: i64, low: i64, high: i64| match way {
                1 => (low - start, high - 1 - start),
                _ => (start - (high - 1), start - low),
            };
            let along = range(ahead, from.0, low.0, high.0);
            line.cut(along, range(side, from.1, low.1, high.1));
        }
        if line.first > line.last {
            return None;
        }
        let (aside, error) = line.at(line.first);
        let at = turned((from.0 + ahead * line.first, from.1 + side * aside));
        Some(Self {
            x: at.0 as i32,
            y: at.1 as i32,
            count: line.last - line.first + 1,
            is_steep,
            ahead: ahead as isize,
            side: side as isize,
            error: error - 2 * length,
            up: 2 * line.across,
            down: 2 * length,
        })
    }

    /// Calls `plot` with where each pixel is.
    #[inline(always)]
    fn each(self, grid: Grid, mut plot: impl FnMut(usize)) {
        let stride = grid.stride;
        let (along, aside) = match self.is_steep {
            true => (self.ahead * stride, self.side),
            false => (self.ahead, self.side * stride),
        };
        let mut at = grid.at(self.x, self.y) as isize;
        let mut error = self.error;
        for _ in 0..self.count {
            plot(at as usize);
            error += self.up;
            // Without a branch, which nobody could predict.
            let due = !(error >> 63);
            error -= self.down & due;
            at += along + (aside & due as isize);
        }
    }
}

/// A line in steps along its longer side.
#[derive(Clone, Copy)]
struct Line {
    length: i64,
    across: i64,
    /// The steps that are drawn.
    first: i64,
    last: i64,
}

impl Line {
    /// How far aside the step `i` is, rounded to nearest, and what is left of that division by twice the
    /// length.
    #[inline]
    fn at(&self, i: i64) -> (i64, i64) {
        let sum = 2 * i * self.across + self.length;
        let whole = 2 * self.length;
        match sum {
            _ if sum < whole => (0, sum),
            _ if sum < 2 * whole => (1, sum - whole),
            _ => (sum / whole, sum % whole),
        }
    }

    /// Leaves out the steps that are not `along` the line, and those not so far `aside`.
    fn cut(&mut self, along: (i64, i64), aside: (i64, i64)) {
        self.first = self.first.max(along.0);
        self.last = self.last.min(along.1);
        let (low, high) = (aside.0, aside.1.min(self.across));
        if high < 0 || low > self.across {
            self.last = self.first - 1;
        }
        if self.across == 0 || self.first > self.last {
            return;
        }
        let twice = 2 * self.across;
        if low > 0 {
            // The first step with 2·i·across + length at least 2·length·low.
            let needed = 2 * self.length * low - self.length;
            self.first = self.first.max((needed + twice - 1) / twice);
        }
        // The last one with less than 2·length·(high + 1).
        let most = 2 * self.length * (high + 1) - self.length - 1;
        self.last = self.last.min(most / twice);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use transom_protocol::geometry::PixelSize;

    use super::super::pixmap::Pixmap;
    use super::super::tests::Rng;
    use super::*;

    const SIZE: PixelSize = PixelSize::new(40, 30);

    fn drawn(clip: PixelRect, from: PixelPoint, to: PixelPoint) -> BTreeSet<(i32, i32)> {
        let mut p = Pixmap::new(SIZE);
        draw_line(&mut p.target(clip), from, to, Pixel(0xff00_00ff));
        set(&p)
    }

    fn set(p: &Pixmap) -> BTreeSet<(i32, i32)> {
        let at = |i: usize| (i as i32 % SIZE.width as i32, i as i32 / SIZE.width as i32);
        let set = p.pixels().iter().enumerate().filter(|(_, p)| **p != 0);
        set.map(|(i, _)| at(i)).collect()
    }

    /// Step by step, as textbooks and X servers have it.
    fn slowly(from: PixelPoint, to: PixelPoint) -> BTreeSet<(i32, i32)> {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let (adx, ady) = (dx.abs(), dy.abs());
        let (mut x, mut y) = (from.x, from.y);
        let steep = adx <= ady;
        let (long, short) = if steep { (ady, adx) } else { (adx, ady) };
        let mut error = -long;
        let mut all = BTreeSet::new();
        for _ in 0..long {
            all.insert((x, y));
            error += 2 * short;
            let due = error >= 0;
            if due {
                error -= 2 * long;
            }
            if steep || due {
                y += dy.signum();
            }
            if !steep || due {
                x += dx.signum();
            }
        }
        let inside =
            |p: &(i32, i32)| PixelRect::from_size(SIZE).contains(PixelPoint::new(p.0, p.1));
        all.into_iter().filter(inside).collect()
    }

    fn point(rng: &mut Rng) -> PixelPoint {
        let reach = rng.pick(&[10, 60, 2000]);
        let mut one = |middle: i32| middle + rng.below(2 * reach) as i32 - reach as i32;
        PixelPoint::new(one(20), one(15))
    }

    #[test]
    fn lines_are_those_of_the_textbook() {
        let mut rng = Rng(1);
        let all = PixelRect::from_size(SIZE);
        for _ in 0..20_000 {
            let (from, to) = (point(&mut rng), point(&mut rng));
            assert_eq!(drawn(all, from, to), slowly(from, to), "{from:?} {to:?}");
        }
    }

    #[test]
    fn the_documents_lines_are_drawn() {
        for (from, to, pixels) in [
            ((0, 0), (3, 1), [(0, 0), (1, 0), (2, 1)].as_slice()),
            ((3, 1), (0, 0), &[(3, 1), (2, 1), (1, 0)]),
            ((0, 0), (4, 2), &[(0, 0), (1, 1), (2, 1), (3, 2)]),
            ((4, 2), (0, 0), &[(4, 2), (3, 1), (2, 1), (1, 0)]),
            ((0, 0), (1, 2), &[(0, 0), (1, 1)]),
            ((5, 5), (5, 5), &[]),
        ] {
            let point = |(x, y)| PixelPoint::new(x, y);
            let got = drawn(PixelRect::from_size(SIZE), point(from), point(to));
            assert_eq!(got, pixels.iter().copied().collect());
        }
    }

    #[test]
    fn a_clip_only_leaves_pixels_out() {
        let mut rng = Rng(2);
        for _ in 0..5000 {
            let (from, to) = (point(&mut rng), point(&mut rng));
            let clip = PixelRect::new(
                rng.below(40) as i32,
                rng.below(30) as i32,
                rng.below(20),
                rng.below(20),
            );
            let mut expected = slowly(from, to);
            expected.retain(|p| clip.contains(PixelPoint::new(p.0, p.1)));
            assert_eq!(drawn(clip, from, to), expected, "{from:?} {to:?} {clip:?}");
        }
    }

    #[test]
    fn joined_lines_blend_each_pixel_once() {
        let mut rng = Rng(4);
        let ink = Pixel(0x8000_0080);
        for _ in 0..500 {
            let points: Vec<_> = (0..6).map(|_| point(&mut rng)).collect();
            let lines: Vec<_> = points.windows(2).map(|w| [w[0], w[1]]).collect();
            let (mut p, mut marks) = (Pixmap::new(SIZE), Marks::default());
            let all = p.bounds();
            draw_lines(&mut p.target(all), &lines, ink, &mut marks);
            assert!(p.pixels().iter().all(|p| matches!(*p, 0 | 0x8000_0080)));
            let expected = lines.iter().flat_map(|[from, to]| slowly(*from, *to));
            assert_eq!(set(&p), expected.collect());
            let mut opaque = Pixmap::new(SIZE);
            draw_lines(
                &mut opaque.target(all),
                &lines,
                Pixel(0xff00_0000),
                &mut marks,
            );
            assert_eq!(set(&p), set(&opaque));
        }
    }

    #[test]
    fn ends_beyond_all_pixels_are_harmless() {
        let far = [i32::MIN, -LINE_REACH, -1, 0, 20, LINE_REACH, i32::MAX];
        let clip = PixelRect::new(3, 4, 20, 20);
        for a in far {
            for b in far {
                for c in far {
                    for d in far {
                        let points = (PixelPoint::new(a, b), PixelPoint::new(c, d));
                        let inside = |p: &(i32, i32)| clip.contains(PixelPoint::new(p.0, p.1));
                        assert!(drawn(clip, points.0, points.1).iter().all(inside));
                    }
                }
            }
        }
    }
}
