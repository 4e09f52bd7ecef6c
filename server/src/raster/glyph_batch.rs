//! [`GlyphBatch`]: glyphs of a strike at their places, drawn in one go.
//!
//! A glyph of body text is a few pixels wide, and most of what drawing one took was not its pixels but what
//! is done once for each: asking for the clip, finding the buffer, calling a loop. So places are gathered
//! first, and one call draws them all, in their order, from what lies side by side in the strike.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::{PixelPoint, PixelRect};

use super::kernels::text::{Placed, Rows, TextKernel, UNIT, text_kernels};
use super::strike::{Cell, CellKind, MAX_CELL_SIDE, Strike};
use super::target::Target;

/// Glyphs of a batch: more than most lines of text have.
const MOST: usize = 128;

/// Glyphs and where they stand.
#[derive(Debug)]
pub struct GlyphBatch {
    glyphs: [Placed; MOST],
    count: usize,
    /// Around the ink of all of them; nothing if there are none.
    bounds: PixelRect,
    /// Whether there is nothing but no and full coverage.
    is_whole: bool,
}

/// Bounds that any other's are larger than.
const NOTHING: PixelRect = PixelRect {
    x0: i32::MAX,
    y0: i32::MAX,
    x1: i32::MIN,
    y1: i32::MIN,
};

impl Default for GlyphBatch {
    fn default() -> Self {
        Self {
            glyphs: [Placed::default(); MOST],
            count: 0,
            bounds: NOTHING,
            is_whole: true,
        }
    }
}

impl GlyphBatch {
    /// How many glyphs there is room for.
    pub const ROOM: usize = MOST;

    /// How many glyphs are here.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether no glyph is here.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a glyph whose origin is in the pixel `at`; it is left out if there are [`GlyphBatch::ROOM`].
    pub fn add(&mut self, cell: &Cell, at: PixelPoint) {
        let Some(place) = self.glyphs.get_mut(self.count) else {
            return;
        };
        *place = cell.placed(at.x, at.y);
        self.count += 1;
        self.is_whole &= place.rows.is_whole;
        self.bounds = around(self.bounds, place);
    }

    /// Adds glyphs of which the slots in `strike` and the pixels of their origins are told, up to one that
    /// is not drawn from there, as long as there is room. Returns how many they were, those without ink
    /// among them, and how many pixels they have.
    #[inline(always)]
    pub fn gather(
        &mut self,
        strike: &Strike,
        places: impl Iterator<Item = (u32, i32, i32)>,
    ) -> (usize, u64) {
        let (mut bounds, mut is_whole) = (self.bounds, self.is_whole);
        let (mut count, mut pixels) = (0, 0);
        let mut room = self.glyphs[self.count..].iter_mut();
        for (slot, x, y) in places {
            let Some(cell) = strike.at(slot) else { break };
            // A test after another: a table of places to jump to takes longer to look at.
            if cell.kind == CellKind::Ink {
                let Some(place) = room.next() else { break };
                *place = cell.placed(x, y);
                is_whole &= place.rows.is_whole;
                bounds = around(bounds, place);
                pixels += cell.pixels();
            } else if cell.kind != CellKind::Blank {
                break;
            }
            count += 1;
        }
        self.count = MOST - room.len();
        (self.bounds, self.is_whole) = (bounds, is_whole);
        (count, pixels.into())
    }

    /// Around the ink of all glyphs.
    pub fn bounds(&self) -> PixelRect {
        match self.is_empty() {
            true => PixelRect::default(),
            false => self.bounds,
        }
    }

    /// Puts `color` over the target where the glyphs, which are of `strike`, have coverage.
    pub fn draw(&self, target: &mut Target<'_>, strike: &Strike, color: Pixel) {
        let all = self.bounds();
        let part = all.intersect(target.clip());
        if part.is_empty() || color == Pixel::TRANSPARENT {
            return;
        }
        let kernels = text_kernels();
        let kernel = match (self.is_whole, color.alpha()) {
            (true, 255) => &kernels.set,
            (false, 255) => &kernels.blend_opaque,
            _ => &kernels.blend,
        };
        let glyphs = &self.glyphs[..self.count];
        match part == all {
            true => draw_all(target, part, kernel, strike, glyphs, color),
            false => draw_parts(target, part, kernel, strike, glyphs, color),
        }
    }

    /// Leaves no glyph.
    pub fn clear(&mut self) {
        (self.count, self.bounds, self.is_whole) = (0, NOTHING, true);
    }
}

/// Bounds with those of a glyph's ink.
#[inline(always)]
fn around(bounds: PixelRect, glyph: &Placed) -> PixelRect {
    PixelRect {
        x0: bounds.x0.min(glyph.x),
        y0: bounds.y0.min(glyph.y),
        x1: bounds.x1.max(glyph.x.wrapping_add(glyph.rows.width.into())),
        y1: bounds.y1.max(glyph.y.wrapping_add(glyph.rows.count.into())),
    }
}

/// Draws glyphs whose ink lies in `area`, which is inside the clip.
fn draw_all(
    target: &mut Target<'_>,
    area: PixelRect,
    kernel: &TextKernel,
    strike: &Strike,
    glyphs: &[Placed],
    color: Pixel,
) {
    let corner = (area.x0, area.y0);
    (kernel.all)(target.block(area), corner, color.0, strike.shares(), glyphs);
}

/// Draws what of glyphs lies in `area`, which is inside the clip.
fn draw_parts(
    target: &mut Target<'_>,
    area: PixelRect,
    kernel: &TextKernel,
    strike: &Strike,
    glyphs: &[Placed],
    color: Pixel,
) {
    let mut whole = [Placed::default(); MOST];
    let mut count = 0;
    for glyph in glyphs {
        let rows = glyph.rows;
        let ink = PixelRect::new(glyph.x, glyph.y, rows.width.into(), rows.count.into());
        let cut = ink.intersect(area);
        if cut.is_empty() {
            continue;
        }
        let above = cut.y0.abs_diff(ink.y0);
        let start = rows.start + above * rows.stride() as u32;
        if (cut.x0, cut.x1) == (ink.x0, ink.x1) {
            let rows = Rows {
                start,
                // Fewer of them, which are 64 at most.
                count: cut.height() as u8,
                ..rows
            };
            let (x, y) = (cut.x0, cut.y0);
            whole[count] = Placed { x, y, rows };
            count += 1;
            continue;
        }
        // Glyphs are drawn in their order, for those that overlap.
        draw_all(target, area, kernel, strike, &whole[..count], color);
        count = 0;
        let left = cut.x0.abs_diff(ink.x0) as usize;
        let start = start as usize + left * rows.times();
        let shares = strike.shares().get(start..).unwrap_or(&[]);
        let mut once = [0; UNIT * MAX_CELL_SIDE];
        let (shares, stride) = match rows.times() {
            1 => (shares, rows.stride()),
            times => {
                let each = shares.iter().step_by(times);
                let rows = &mut once[..UNIT * cut.height() as usize];
                rows.iter_mut().zip(each).for_each(|(to, from)| *to = *from);
                (&once[..], UNIT)
            }
        };
        (kernel.one)(target.block(cut), color.0, shares, stride);
    }
    draw_all(target, area, kernel, strike, &whole[..count], color);
}

#[cfg(test)]
mod tests {
    use transom_protocol::geometry::PixelSize;

    use super::super::glyphs::{Mask, draw_mask};
    use super::super::pixmap::Pixmap;
    use super::super::strike::Strikes;
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

    /// Draws glyphs as text does, by the batch.
    fn by_batches(
        target: &mut Target<'_>,
        strike: &Strike,
        glyphs: &[(u16, PixelPoint)],
        color: Pixel,
        batch: &mut GlyphBatch,
    ) {
        for some in glyphs.chunks(GlyphBatch::ROOM) {
            some.iter()
                .for_each(|(index, at)| batch.add(&strike.cell(*index, 0), *at));
            batch.draw(target, strike, color);
            batch.clear();
        }
    }

    #[test]
    fn batches_are_the_masks_one_after_another() {
        let (mut strikes, mut batch) = (Strikes::default(), GlyphBatch::default());
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
            by_batches(&mut got.target(clip), strike, &glyphs, color, &mut batch);
            assert!(got == expected, "seed {seed}");
            assert!(batch.is_empty() && batch.bounds().is_empty());
        }
    }

    #[test]
    fn glyphs_beyond_its_room_are_left_out() {
        let (mut strikes, mut batch) = (Strikes::default(), GlyphBatch::default());
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
        for i in 0..=GlyphBatch::ROOM as i32 {
            batch.add(&cell, PixelPoint::new(10 * i, 9));
        }
        let last = PixelRect::new(10 * (GlyphBatch::ROOM as i32 - 1) + 1, 4, 4, 5);
        assert_eq!(batch.bounds(), PixelRect::new(1, 4, 4, 5).union(last));
        batch.clear();
        assert!(batch.is_empty() && batch.bounds().is_empty());
        // Bounds of many pixels, and none of them there.
        for x in [i32::MIN, -1, i32::MAX] {
            batch.add(&cell, PixelPoint::new(x, x));
        }
        batch.draw(
            &mut Pixmap::new(PixelSize::new(9, 9)).target(last),
            strike,
            Pixel(1),
        );
    }
}
