//! [`Strip`]: the coverage of glyphs that stand side by side, blended at once.
//!
//! A glyph is a few pixels wide, and most of what drawing one takes is not its pixels: finding where
//! its rows are, cutting them to the clip, ending them after five or six pixels, and waiting for the
//! pixels that its neighbour has just written. So the coverage of a line of text is put together first,
//! in a place of its own, and then drawn as one wide shape. Pixels are what glyph after glyph would
//! have made of them, because no two glyphs of a strip share a column.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::{PixelPoint, PixelRect};

use super::kernels::strip::{STEP, strip_kernels};
use super::strike::{Cell, MAX_CELL_SIDE};
use super::target::Target;

/// Columns of a strip: a line of text on most screens; with the rows of body text they stay in the
/// innermost cache.
const COLUMNS: usize = 1024;

/// Rows of a strip: the tallest cell and some room for lower and higher ones.
const ROWS: usize = MAX_CELL_SIDE + 32;

/// From a row to the next: room for the widest cell's padding and a kernel's last step. Not a power of
/// two, so that rows do not compete for places in the cache.
const STRIDE: usize = COLUMNS + MAX_CELL_SIDE + 2 * STEP;

/// So many empty columns between two glyphs still cost less than a strip of its own.
const GAP: u32 = 64;

/// The corner of a strip that is not open: far left of it is no glyph's place.
const CLOSED: PixelPoint = PixelPoint {
    x: i32::MAX,
    y: i32::MAX,
};

/// Coverage of glyphs. All of it is 0 outside [`Strip::bounds`].
#[derive(Debug)]
pub struct Strip {
    /// As shares, see [`SHARES`](super::kernels::strip::SHARES).
    shares: Box<[[u16; STRIDE]; ROWS]>,
    /// The device pixel of the first share.
    corner: PixelPoint,
    /// Columns that glyphs have ink in: `0..end`.
    end: u32,
    /// Rows that they have ink in.
    top: u32,
    bottom: u32,
    /// Whether there is nothing but no and full coverage.
    is_whole: bool,
}

impl Default for Strip {
    fn default() -> Self {
        let shares = vec![[0; STRIDE]; ROWS].into_boxed_slice();
        Self {
            shares: shares.try_into().expect("there are as many rows"),
            corner: CLOSED,
            end: 0,
            top: 0,
            bottom: 0,
            is_whole: true,
        }
    }
}

impl Strip {
    /// Begins with a glyph whose origin is in the pixel `at`, which must be added next. There will be room
    /// for others from `highest` on, counted from the same baseline. The strip must be empty.
    pub fn open(&mut self, cell: &Cell, at: PixelPoint, highest: i32) {
        debug_assert!(self.is_empty());
        let above = cell.top().saturating_sub(highest).max(0) as u32;
        let fits = above + cell.all_rows() <= ROWS as u32;
        let top = if fits {
            highest.min(cell.top())
        } else {
            cell.top()
        };
        self.corner = at.moved(cell.left(), top);
        (self.top, self.is_whole) = (u32::MAX, true);
    }

    /// Whether no glyph is here.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// Adds a glyph whose origin is in the pixel `at`; `shares` are its rows. Whether there was room: it
    /// must stand right of all others, not too far.
    #[inline(always)]
    pub fn add(&mut self, cell: &Cell, shares: &[u16], at: PixelPoint) -> bool {
        let column = at.x.wrapping_add(cell.left()).wrapping_sub(self.corner.x) as u32;
        let row = at.y.wrapping_add(cell.top()).wrapping_sub(self.corner.y) as u32;
        let all_rows = cell.all_rows();
        if column.wrapping_sub(self.end) > GAP
            || column > COLUMNS as u32
            || row > ROWS as u32 - all_rows
        {
            return false;
        }
        // What is written right of and below the glyph is nothing, where nothing is yet: no other glyph
        // has ink in its columns, and none has any right of them.
        self.end = column + cell.width();
        self.top = self.top.min(row);
        self.bottom = self.bottom.max(row + cell.rows());
        self.is_whole &= cell.is_whole();
        let (row, column) = (row as usize, column as usize);
        let to = &mut self.shares[row..row + all_rows as usize];
        match cell.stride() {
            8 => put::<8>(to, shares, column),
            16 => put::<16>(to, shares, column),
            24 => put::<24>(to, shares, column),
            stride => {
                for (to, from) in to.iter_mut().zip(shares.chunks_exact(stride)) {
                    to[column..column + stride].copy_from_slice(from);
                }
            }
        }
        true
    }

    /// The device pixels that glyphs have ink in, and some between them.
    pub fn bounds(&self) -> PixelRect {
        let (width, height) = (self.end, self.bottom.saturating_sub(self.top));
        let top = self.corner.y.saturating_add_unsigned(self.top);
        PixelRect::new(self.corner.x, top, width, height)
    }

    /// Puts `color` over the target where there is coverage.
    pub fn draw(&self, target: &mut Target<'_>, color: Pixel) {
        let all = self.bounds();
        let part = all.intersect(target.clip());
        if part.is_empty() || color == Pixel::TRANSPARENT {
            return;
        }
        let left = part.x0.abs_diff(all.x0) as usize;
        let top = self.top + part.y0.abs_diff(all.y0);
        let shares = &self.shares[top as usize..].as_flattened()[left..];
        let mut block = target.block(part);
        // Nothing is covered behind the last glyph: going over some pixels there changes nothing, and
        // spares the loops their odd ends.
        let steps = (part.width() as usize).next_multiple_of(STEP);
        if part.x1 == all.x1 && block.has_room(steps) {
            block = block.widened(steps);
        }
        let kernels = strip_kernels();
        let draw = match (self.is_whole, color.alpha()) {
            (true, 255) => kernels.set,
            (false, 255) => kernels.blend_opaque,
            _ => kernels.blend,
        };
        draw(block, color.0, shares, STRIDE);
    }

    /// Empties the strip.
    pub fn clear(&mut self) {
        let (top, bottom) = (self.top as usize, self.bottom as usize);
        for row in self.shares.get_mut(top..bottom).unwrap_or(&mut []) {
            row[..self.end as usize].fill(0);
        }
        (self.end, self.bottom, self.corner) = (0, 0, CLOSED);
    }
}

/// Copies rows of `WIDTH` shares to a column.
#[inline(always)]
fn put<const WIDTH: usize>(to: &mut [[u16; STRIDE]], shares: &[u16], column: usize) {
    // Said once, it need not be asked for every row.
    assert!(column + WIDTH <= STRIDE);
    let (rows, _) = shares.as_chunks::<WIDTH>();
    let (rows, to) = (rows.as_chunks::<4>().0, to.as_chunks_mut::<4>().0);
    for (to, from) in to.iter_mut().zip(rows) {
        for (to, from) in to.iter_mut().zip(from) {
            to[column..column + WIDTH].copy_from_slice(from);
        }
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::geometry::PixelSize;

    use super::super::glyphs::{Mask, draw_mask};
    use super::super::pixmap::Pixmap;
    use super::super::strike::{CellKind, Strike, Strikes};
    use super::super::tests::Rng;
    use super::*;

    fn between(rng: &mut Rng, low: i32, high: i32) -> i32 {
        low + rng.below(low.abs_diff(high)) as i32
    }

    fn random_mask(rng: &mut Rng) -> Mask {
        let widest = if rng.below(8) == 0 { 64 } else { 18 };
        let (width, height) = (1 + rng.below(widest), 1 + rng.below(20));
        let is_whole = rng.below(3) == 0;
        let stride = width.next_multiple_of(4);
        let mut coverage = vec![0; (stride * height) as usize];
        for row in coverage.chunks_exact_mut(stride as usize) {
            for c in &mut row[..width as usize] {
                let any = rng.below(256) as u8;
                *c = match rng.below(3) {
                    0 => 0,
                    1 if !is_whole => any,
                    _ => 255,
                };
            }
        }
        Mask {
            left: between(rng, -4, 5),
            top: between(rng, -20, 4),
            width,
            height,
            coverage: coverage.into(),
            stride,
            is_whole,
        }
    }

    /// Draws glyphs as text does, by the strip.
    fn by_strips(
        target: &mut Target<'_>,
        strike: &Strike,
        glyphs: &[(u16, PixelPoint)],
        color: Pixel,
        strip: &mut Strip,
    ) {
        for (index, at) in glyphs {
            let cell = strike.cell(*index, 0);
            if !strip.add(&cell, strike.shares(&cell), *at) {
                strip.draw(target, color);
                strip.clear();
                strip.open(&cell, *at, strike.top());
                assert!(strip.add(&cell, strike.shares(&cell), *at));
            }
        }
        strip.draw(target, color);
        strip.clear();
    }

    #[test]
    fn strips_are_the_masks_one_after_another() {
        let (mut strikes, mut strip) = (Strikes::default(), Strip::default());
        for seed in 0..3000 {
            let rng = &mut Rng(seed);
            let masks: Vec<Mask> = (0..6).map(|_| random_mask(rng)).collect();
            let strike = strikes.get(seed, 1.0, true);
            for (index, mask) in masks.iter().enumerate() {
                assert_eq!(
                    strike.insert(index as u16, 0, mask, 0.0).kind,
                    CellKind::Ink
                );
            }
            let wide = if rng.below(50) == 0 { 1300 } else { 60 };
            let size = PixelSize::new(1 + rng.below(wide), 1 + rng.below(40));
            let (width, height) = (size.width as i32, size.height as i32);
            // Mostly on one line to the right, some beyond all edges, some far down or back.
            let mut at = PixelPoint::new(between(rng, -20, width), between(rng, 0, height + 9));
            let glyphs: Vec<(u16, PixelPoint)> = (0..1 + rng.below(40))
                .map(|_| {
                    at = match rng.below(20) {
                        0 => at.moved(between(rng, -9, 120), 0),
                        1 => at.moved(0, between(rng, -60, 60)),
                        _ => at.moved(between(rng, 3, 19), 0),
                    };
                    (rng.below(6) as u16, at)
                })
                .collect();
            let color = match rng.below(4) {
                0 => Pixel(0xff00_0000),
                1 => Pixel(0x8040_1080),
                2 => Pixel(0xffe0_d0ff),
                _ => Pixel(0xff00_0000 | rng.below(1 << 24)),
            };
            let background: Vec<u32> = (0..width * height)
                .map(|_| 0xff00_0000 | rng.below(1 << 24))
                .collect();
            let clip = match rng.below(2) {
                0 => PixelRect::from_size(size),
                _ => {
                    let (x, y) = (between(rng, -5, width), between(rng, -5, height));
                    PixelRect::new(x, y, rng.below(wide), rng.below(40))
                }
            };
            let mut expected = Pixmap::new(size);
            let mut got = Pixmap::new(size);
            expected.pixels_mut().copy_from_slice(&background);
            got.pixels_mut().copy_from_slice(&background);
            for (index, at) in &glyphs {
                let mask = &masks[usize::from(*index)];
                draw_mask(&mut expected.target(clip), mask, *at, color);
            }
            by_strips(&mut got.target(clip), strike, &glyphs, color, &mut strip);
            assert!(got == expected, "seed {seed}");
            assert!(strip.shares.as_flattened().iter().all(|s| *s == 0));
        }
    }

    #[test]
    fn a_line_may_be_longer_than_a_strip() {
        let (mut strikes, mut strip) = (Strikes::default(), Strip::default());
        let size = PixelSize::new(3 * COLUMNS as u32, 20);
        let all = PixelRect::from_size(size);
        for width in [1, 9, 17, 30, MAX_CELL_SIDE as u32] {
            let mask = Mask {
                left: 0,
                top: -4,
                width,
                height: 4,
                coverage: vec![99; 4 * width as usize].into(),
                stride: width,
                is_whole: false,
            };
            let strike = strikes.get(width.into(), 1.0, true);
            strike.insert(0, 0, &mask, 0.0);
            let (mut expected, mut got) = (Pixmap::new(size), Pixmap::new(size));
            let count = all.width() / width;
            let at = |i| PixelPoint::new((i * width) as i32, 9);
            let glyphs: Vec<(u16, PixelPoint)> = (0..count).map(|i| (0, at(i))).collect();
            let color = Pixel(0xff12_3456);
            for (_, at) in &glyphs {
                draw_mask(&mut expected.target(all), &mask, *at, color);
            }
            by_strips(&mut got.target(all), strike, &glyphs, color, &mut strip);
            assert!(got == expected, "glyphs {width} wide");
        }
    }

    #[test]
    fn a_strip_takes_no_glyph_that_would_share_a_column() {
        let (mut strikes, mut strip) = (Strikes::default(), Strip::default());
        let mask = Mask {
            left: 1,
            top: -5,
            width: 4,
            height: 5,
            coverage: vec![255; 20].into(),
            stride: 4,
            is_whole: true,
        };
        let strike = strikes.get(1, 1.0, true);
        let cell = strike.insert(0, 0, &mask, 0.0);
        let add =
            |strip: &mut Strip, x, y| strip.add(&cell, strike.shares(&cell), PixelPoint::new(x, y));
        assert!(!add(&mut strip, 0, 0), "it is not open");
        strip.open(&cell, PixelPoint::new(10, 9), strike.top());
        assert!(add(&mut strip, 10, 9));
        assert!(!add(&mut strip, 13, 9), "it shares a column");
        assert!(!add(&mut strip, 5, 9), "it stands to the left");
        assert!(add(&mut strip, 14, 9));
        assert!(!add(&mut strip, 19 + GAP as i32, 9), "it stands far off");
        assert!(!add(&mut strip, 18, 8), "it is too high");
        assert!(!add(&mut strip, 18, 9 + ROWS as i32), "it is too low");
        assert_eq!(strip.bounds(), PixelRect::new(11, 4, 8, 5));
        strip.clear();
        assert!(strip.is_empty());
        for x in [i32::MIN + 9, -1, 0, 14, i32::MAX - 9] {
            assert!(!add(&mut strip, x, 9), "it is not open at {x}");
        }
    }
}
