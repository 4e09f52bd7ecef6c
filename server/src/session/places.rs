//! [`Places`]: where the glyphs of a run stand, found for many of them at a time.

use std::ops::Range;

use transom_protocol::draw::{GlyphIndices, GlyphPositions};
use transom_protocol::geometry::Point;

use super::text::{Grid, NOWHERE, Pen, Spot, record};
use crate::raster::{GlyphBatch, Strike};

/// How many glyphs there is room for.
pub(super) const ROOM: usize = GlyphBatch::ROOM;

/// Where one glyph stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Which of its set it is.
    pub(super) index: u16,
    /// How far the pen was along the run.
    pub(super) along: f32,
    /// As [`Grid`] tells it.
    pub(super) quarters: i32,
    pub(super) row: i32,
}

/// Glyphs of a run that follow one another.
#[derive(Debug)]
pub(super) struct Places {
    count: usize,
    is_open: bool,
    indices: [u16; ROOM],
    /// How far the pen was along the run at each.
    along: [f32; ROOM],
    /// Where each stands, as [`Grid`] tells it.
    quarters: [i32; ROOM],
    rows: [i32; ROOM],
    /// Which slots of a strike they take there, and the pixels.
    slots: [u32; ROOM],
    columns: [i32; ROOM],
}

impl Default for Places {
    fn default() -> Self {
        Self {
            count: 0,
            is_open: false,
            indices: [0; ROOM],
            along: [0.0; ROOM],
            quarters: [0; ROOM],
            rows: [0; ROOM],
            slots: [0; ROOM],
            columns: [0; ROOM],
        }
    }
}

impl Places {
    /// How many glyphs have places.
    #[inline(always)]
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Whether the pen was left before the last glyph, whose advance was not known.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// The glyph of number `i`.
    pub(super) fn get(&self, i: usize) -> Option<Place> {
        (i < self.count).then(|| Place {
            index: self.indices[i],
            along: self.along[i],
            quarters: self.quarters[i],
            row: self.rows[i],
        })
    }

    /// The glyphs from the number `first` on: slots of the strike last told, columns and rows.
    #[inline(always)]
    pub(super) fn slots(&self, first: usize) -> impl Iterator<Item = (u32, i32, i32)> {
        let which = first.min(self.count)..self.count;
        let (slots, columns) = (&self.slots[which.clone()], &self.columns[which.clone()]);
        let places = columns.iter().zip(&self.rows[which]);
        let all = slots.iter().zip(places);
        all.map(|(slot, (x, y))| (*slot, *x, *y))
    }

    /// Finds their slots in `strike`.
    pub(super) fn look_up(&mut self, strike: &Strike) {
        let places = self.quarters.iter().zip(&self.rows).zip(&self.indices);
        let slots = self.slots.iter_mut().zip(&mut self.columns);
        for ((slot, x), ((quarters, row), index)) in slots.zip(places).take(self.count) {
            *slot = strike.slot(*index, (quarters & 3) as u8);
            if *quarters == NOWHERE || *row == NOWHERE {
                *slot = Strike::NO_SLOT;
            }
            *x = quarters >> 2;
        }
    }

    /// Finds places for glyphs of `which`, for as many as there is room, and moves the pen behind them.
    ///
    /// Where positions are natural, `natural` is asked how far each glyph advances, in logical units; behind
    /// the first of which that is not known it stops, and the pen is left there.
    pub(super) fn fill(
        &mut self,
        pen: &mut Pen<'_>,
        indices: &GlyphIndices<'_>,
        which: Range<usize>,
        grid: &Grid,
        natural: impl FnMut(u16, Option<Spot>) -> Option<f32>,
    ) {
        let first = which.start;
        self.number(indices, which);
        let origin = pen.origin;
        let count = self.count;
        match pen.positions {
            GlyphPositions::Constant(advance) => {
                self.along[..count].fill(pen.along);
                for (i, quarters) in self.quarters[..count].iter_mut().enumerate() {
                    let x = origin.x + advance * (first + i) as i32 as f32;
                    *quarters = grid.quarters(Point::new(x, origin.y));
                }
            }
            GlyphPositions::Advances(advances) => {
                let advances = advances.as_bytes().get(first * 2..).unwrap_or(&[]);
                pen.along = add_up(&mut self.along[..count], pen.along, advances.as_chunks().0);
                let both = self.quarters.iter_mut().zip(&self.along);
                for (quarters, along) in both.take(count) {
                    *quarters = grid.quarters(Point::new(origin.x + along, origin.y));
                }
            }
            GlyphPositions::Natural => return self.fill_natural(pen, grid, natural),
            GlyphPositions::Points(points) => {
                self.along[..count].fill(pen.along);
                for i in 0..count {
                    let Point { x, y } = record(points.as_bytes(), first + i).unwrap_or_default();
                    let at = Point::new(origin.x + x, origin.y + y);
                    (self.quarters[i], self.rows[i]) = (grid.quarters(at), grid.row(at));
                }
                return;
            }
        }
        self.rows[..count].fill(grid.row(Point::new(0.0, origin.y)));
    }

    fn fill_natural(
        &mut self,
        pen: &mut Pen<'_>,
        grid: &Grid,
        mut natural: impl FnMut(u16, Option<Spot>) -> Option<f32>,
    ) {
        let row = grid.row(Point::new(0.0, pen.origin.y));
        for i in 0..self.count {
            let at = Point::new(pen.origin.x + pen.along, pen.origin.y);
            let quarters = grid.quarters(at);
            (self.along[i], self.quarters[i], self.rows[i]) = (pen.along, quarters, row);
            match natural(self.indices[i], grid.spot_of(quarters, row)) {
                Some(advance) => pen.along += advance,
                None => {
                    (self.count, self.is_open) = (i + 1, true);
                    return;
                }
            }
        }
    }

    /// Takes indices of the run, as many as there is room for.
    fn number(&mut self, indices: &GlyphIndices<'_>, which: Range<usize>) {
        (self.count, self.is_open) = (which.len().min(ROOM), false);
        let to = &mut self.indices[..self.count];
        match indices {
            GlyphIndices::Narrow(bytes) => {
                let from = bytes.get(which.start..).unwrap_or(&[]);
                to.iter_mut()
                    .zip(from)
                    .for_each(|(to, from)| *to = (*from).into());
            }
            GlyphIndices::Wide(_) => {
                for (i, to) in to.iter_mut().enumerate() {
                    *to = indices.get(which.start + i).unwrap_or_default();
                }
            }
        }
    }
}

/// Adds advances of 64ths to `start`, and leaves the sum before each. Returns that behind the last.
fn add_up(sums: &mut [f32], start: f32, advances: &[[u8; 2]]) -> f32 {
    /// Numbers of 64ths up to twice this, which is more than all that there is room for come to, are `f32`
    /// without rounding.
    const EXACT: f32 = (1 << 23) as f32;
    let advances = advances.iter().map(|units| i16::from_le_bytes(*units));
    let both = sums.iter_mut().zip(advances);
    let units = start * 64.0;
    let mut whole = units as i32;
    if units.abs() < EXACT && whole as f32 == units {
        // No sum is rounded, so that whole numbers, which are quicker to add, come to the same.
        for (sum, units) in both {
            *sum = whole as f32 / 64.0;
            whole += i32::from(units);
        }
        return whole as f32 / 64.0;
    }
    both.fold(start, |along, (sum, units)| {
        *sum = along;
        along + f32::from(units) / 64.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advances_are_added_as_numbers_with_a_point() {
        let mut random = 7u32;
        let advances: Vec<[u8; 2]> = (0..ROOM)
            .map(|i| {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let all = [
                    i16::MIN,
                    i16::MAX,
                    (random >> 16) as i16,
                    (random >> 24) as i16,
                ];
                all[i % 4].to_le_bytes()
            })
            .collect();
        for start in [
            0.0,
            -0.0,
            1.5,
            0.1,
            -77.25,
            131_071.0,
            131_072.0,
            1e9,
            f32::INFINITY,
            f32::NAN,
        ] {
            let mut sums = [0.0; ROOM];
            let end = add_up(&mut sums, start, &advances);
            let mut along = start;
            for (sum, units) in sums.iter().zip(&advances) {
                let is_same = along == *sum || along.is_nan() && sum.is_nan();
                assert!(is_same, "{sum} in place of {along} from {start}");
                along += f32::from(i16::from_le_bytes(*units)) / 64.0;
            }
            assert!(end == along || end.is_nan() && along.is_nan());
        }
        for advance in [i16::MIN, i16::MAX] {
            let mut sums = [0.0; ROOM];
            let advances = [advance.to_le_bytes(); ROOM];
            let end = add_up(&mut sums, 131_071.0, &advances);
            let each = |along: f32, _| along + f32::from(advance) / 64.0;
            assert_eq!(end, (0..ROOM).fold(131_071.0, each));
        }
    }
}
