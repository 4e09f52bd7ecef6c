//! Runs of glyphs under the usual state: a map that only moves and scales, and one colour.
//!
//! Places are found and glyphs looked up for many at a time, which are then drawn as a [`GlyphBatch`].
//! Pixels are those of the general way, which takes all glyphs that have no mask.

use std::ops::Range;

use transom_protocol::color::Pixel;
use transom_protocol::draw::GlyphRun;
use transom_protocol::geometry::{PixelPoint, Point};

use super::Step;
use super::band::{add_damage, parts};
use super::budget::cost;
use super::glyphs::{self, Glyph, GlyphSet};
use super::ink::Ink;
use super::limits::Charge;
use super::paint::{GlyphKind, Painter, Tools};
use super::places::{Place, Places, ROOM};
use super::text::{Grid, Pen, Spot};
use super::touched::Touched;
use crate::raster::{self, Cell, CellKind, GlyphBatch, MaskKey, Strike, Strikes};

/// Bytes that a client is charged for its [`TextTools`], as soon as it draws text.
pub(super) const TEXT_BYTES: u64 = 4 << 20;

const _: () = assert!(Strikes::MOST_BYTES + size_of::<TextTools>() <= TEXT_BYTES as usize);

/// What text is put together with.
#[derive(Debug)]
pub(super) struct TextTools {
    strikes: Strikes,
    places: Places,
    batch: GlyphBatch,
    /// [`TEXT_BYTES`] of the client's memory.
    _charge: Charge,
}

impl TextTools {
    fn new(charge: Charge) -> Self {
        Self {
            strikes: Strikes::default(),
            places: Places::default(),
            batch: GlyphBatch::default(),
            _charge: charge,
        }
    }
}

/// A run that is being drawn.
struct Line<'a> {
    set: &'a GlyphSet,
    kind: GlyphKind,
    color: Pixel,
    strike: &'a mut Strike,
    places: &'a mut Places,
    batch: &'a mut GlyphBatch,
    touched: Touched,
    /// What was done since the budget was last asked.
    work: u64,
}

impl Line<'_> {
    /// Finds places for the glyphs `which` of the run, as many as there is room for.
    fn place(&mut self, run: &GlyphRun<'_>, pen: &mut Pen<'_>, which: Range<usize>, grid: &Grid) {
        let (strike, unit) = (&*self.strike, self.kind.unit);
        let natural = |index, spot: Option<Spot>| {
            let cell = strike.cell(index, spot?.subpixel);
            (cell.kind != CellKind::Unknown).then_some(cell.advance * unit)
        };
        // A glyph that is not known ends it, and then what was read for more is for nothing.
        self.work += which.len().min(ROOM) as u64 / 2;
        self.places.fill(pen, &run.indices, which, grid, natural);
        self.places.look_up(self.strike);
    }

    /// Adds glyphs with places to the batch, from the number `next` on, up to one that is not drawn so.
    /// Returns its number.
    fn gather(&mut self, next: usize) -> usize {
        let (count, pixels) = self.batch.gather(self.strike, self.places.slots(next));
        self.work += cost::PLACED * count as u64 + cost::fill(pixels);
        next + count
    }

    fn add(&mut self, cell: &Cell, x: i32, y: i32) {
        self.work += cost::PLACED + cost::fill(cell.pixels().into());
        self.batch.add(cell, PixelPoint::new(x, y));
    }
}

impl Painter<'_> {
    /// Glyphs with masks. `None`: to be done in the general way, as those are for which the client has no
    /// memory left.
    pub(super) fn quick_glyphs(
        &mut self,
        run: &GlyphRun<'_>,
        set: &GlyphSet,
        unit: f32,
        ink: &Ink<'_>,
    ) -> Option<Step> {
        let Ink::Plain(color) = *ink else {
            return None;
        };
        if !run.antialias || set.family == 0 || !self.cursor.is_between_elements() {
            return None;
        }
        let grid = Grid::new(unit, set.hinted, self.state.device())?;
        let mut tools = match self.tools.text.take() {
            Some(tools) => tools,
            None => Box::new(TextTools::new(self.memory.reserve(TEXT_BYTES).ok()?)),
        };
        let TextTools {
            strikes,
            places,
            batch,
            ..
        } = &mut *tools;
        let strike = strikes.get(set.family, grid.scale(), set.hinted);
        let kind = GlyphKind {
            unit,
            hinted: set.hinted,
            antialias: true,
        };
        let mut line = Line {
            set,
            kind,
            color,
            strike,
            places,
            batch,
            touched: Touched::default(),
            work: 0,
        };
        let step = self.glyphs_of(run, &mut line, &grid, ink);
        line.touched.give(self.damage.as_deref_mut());
        self.tools.text = Some(tools);
        Some(step)
    }

    fn glyphs_of(
        &mut self,
        run: &GlyphRun<'_>,
        line: &mut Line<'_>,
        grid: &Grid,
        ink: &Ink<'_>,
    ) -> Step {
        let mut pen = Pen::new(run, self.cursor.pen);
        let (mut first, end) = (self.cursor.element, run.indices.len());
        loop {
            line.place(run, &mut pen, first..end, grid);
            let step = self.placed(line, &mut pen, first, grid, ink);
            self.draw_batch(line);
            first += line.places.count();
            if step == Step::More || first >= end {
                return step;
            }
            if self.budget.is_spent() {
                self.cursor.element = first;
                self.cursor.pen = pen.along;
                return Step::More;
            }
        }
    }

    /// Draws the glyphs that have places, of which the first is the run's `first`.
    fn placed(
        &mut self,
        line: &mut Line<'_>,
        pen: &mut Pen<'_>,
        first: usize,
        grid: &Grid,
        ink: &Ink<'_>,
    ) -> Step {
        let mut next = line.gather(0);
        while let Some(place) = line.places.get(next) {
            let along = place.along;
            let at = pen.at(first + next, along);
            let Some(advance) = self.seldom(line, &place, grid, at, ink) else {
                self.cursor.element = first + next;
                self.cursor.pen = along;
                return Step::More;
            };
            next += 1;
            if next == line.places.count() && line.places.is_open() {
                pen.along += advance * line.kind.unit;
            }
            if let Some(place) = line.places.get(next)
                && line.work >= self.budget.left()
            {
                self.cursor.element = first + next;
                self.cursor.pen = place.along;
                return Step::More;
            }
            next = line.gather(next);
        }
        Step::Done
    }

    /// Draws a glyph that the strike does not have, or never will. Returns its advance in font units, or
    /// `None` if there is more of it.
    fn seldom(
        &mut self,
        line: &mut Line<'_>,
        place: &Place,
        grid: &Grid,
        at: Point,
        ink: &Ink<'_>,
    ) -> Option<f32> {
        let glyph = line.set.glyph(place.index);
        let spot = grid.spot_of(place.quarters, place.row);
        let cell = match (&spot, glyph) {
            (_, None) => Cell::default(),
            (None, Some(glyph)) => Cell::other(glyph.advance),
            (Some(spot), Some(glyph)) => match line.strike.cell(place.index, spot.subpixel) {
                Cell {
                    kind: CellKind::Unknown,
                    ..
                } => {
                    // The strike may come to lose what the batch has.
                    self.draw_batch(line);
                    self.find_cell(place.index, glyph, spot, line.strike)
                }
                known => known,
            },
        };
        match (cell.kind, &spot, glyph) {
            (CellKind::Ink, Some(spot), _) => line.add(&cell, spot.x, spot.y),
            (CellKind::Other, _, Some(glyph)) => {
                self.draw_batch(line);
                if let Step::More = self.glyph(glyph, at, line.kind, ink) {
                    return None;
                }
            }
            _ => line.work += cost::CULLED,
        }
        Some(cell.advance)
    }

    /// Draws what was gathered.
    fn draw_batch(&mut self, line: &mut Line<'_>) {
        self.budget.spend(std::mem::take(&mut line.work));
        if line.batch.is_empty() {
            return;
        }
        self.budget.spend(cost::RECT);
        let bounds = line.batch.bounds();
        let (strike, color) = (&*line.strike, line.color);
        let clip = self.state.clip();
        match clip.rects() {
            [only] => {
                line.batch
                    .draw(&mut self.pixmap.target(*only), strike, color);
                line.touched.add(bounds.intersect(*only));
            }
            _ => {
                for part in parts(clip, bounds) {
                    // Each of them is looked at for each part.
                    self.budget.spend(line.batch.len() as u64 * 2);
                    line.batch
                        .draw(&mut self.pixmap.target(part), strike, color);
                }
                add_damage(self.damage.as_deref_mut(), bounds, clip);
            }
        }
        line.batch.clear();
    }

    /// Finds out how a glyph is drawn that the strike does not have yet.
    #[inline(never)]
    fn find_cell(&mut self, index: u16, glyph: &Glyph, spot: &Spot, strike: &mut Strike) -> Cell {
        let Spot {
            scale, subpixel, ..
        } = *spot;
        let Tools { masks, scratch, .. } = &mut *self.tools;
        let budget = &mut *self.budget;
        let mask = match &glyph.ink {
            glyphs::Ink::Outlines(layers) => match &layers[..] {
                [only] if only.color.is_none() => {
                    let key = MaskKey::new(only.key, scale, subpixel);
                    budget.spend(cost::GLYPH);
                    masks.get_or_insert_with(key, || {
                        budget.spend(cost::POINT * only.outline.point_count() as u64);
                        raster::glyph_mask(&only.outline, scale, subpixel, scratch)
                    })
                }
                _ => None,
            },
            _ => None,
        };
        match mask {
            Some(mask) => strike.insert(index, subpixel, mask, glyph.advance),
            None => strike.insert_other(index, subpixel, glyph.advance),
        }
    }
}
