//! Runs of glyphs under the usual state: a map that only moves and scales, and one colour.
//!
//! Glyphs that stand side by side become one [`Strip`], which is drawn when it is full, when the next
//! glyph would share a column with the last, and at the end. Pixels, and where a slice may end, are
//! those of the general way, which takes all glyphs that have no mask.

use transom_protocol::color::Pixel;
use transom_protocol::draw::GlyphRun;
use transom_protocol::geometry::{PixelPoint, PixelRect};

use super::Step;
use super::band::{add_damage, parts};
use super::budget::cost;
use super::glyphs::{self, Glyph, GlyphSet};
use super::ink::Ink;
use super::paint::{GlyphKind, Painter, Tools};
use super::text::{Grid, Pen, Spot};
use super::touched::Touched;
use crate::raster::{self, Cell, CellKind, MaskKey, Strike, Strikes, Strip};

/// What text is put together with.
#[derive(Debug, Default)]
pub(super) struct TextTools {
    strikes: Strikes,
    strip: Strip,
}

/// A run that is being drawn.
struct Line<'a> {
    set: &'a GlyphSet,
    kind: GlyphKind,
    color: Pixel,
    strip: &'a mut Strip,
    touched: Touched,
    /// What was done since the budget was last asked.
    work: u64,
}

impl Painter<'_> {
    /// Glyphs with masks. `None`: to be done in the general way.
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
        let mut tools = self.tools.text.take().unwrap_or_default();
        let TextTools { strikes, strip } = &mut *tools;
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
            strip,
            touched: Touched::default(),
            work: 0,
        };
        let step = self.glyphs_of(run, &mut line, strike, &grid, ink);
        self.draw_strip(&mut line);
        line.touched.give(self.damage.as_deref_mut());
        self.tools.text = Some(tools);
        Some(step)
    }

    fn glyphs_of(
        &mut self,
        run: &GlyphRun<'_>,
        line: &mut Line<'_>,
        strike: &mut Strike,
        grid: &Grid,
        ink: &Ink<'_>,
    ) -> Step {
        let mut pen = Pen::new(run, self.cursor.pen);
        let first = self.cursor.element;
        for position in first..run.indices.len() {
            if line.work >= self.budget.left() && position > first {
                self.cursor.element = position;
                self.cursor.pen = pen.along();
                return Step::More;
            }
            let Some(index) = run.indices.get(position) else {
                break;
            };
            let at = pen.at(position);
            let spot = grid.spot(at);
            let mut cell = match &spot {
                Some(spot) => strike.cell(index, spot.subpixel),
                None => Cell::other(0.0),
            };
            if cell.kind == CellKind::Unknown
                && let Some(spot) = &spot
            {
                cell = match line.set.glyph(index) {
                    Some(glyph) => self.find_cell(index, glyph, spot, strike),
                    None => Cell::default(),
                };
            }
            match (cell.kind, &spot) {
                (CellKind::Ink, Some(spot)) => {
                    let at = PixelPoint::new(spot.x, spot.y);
                    self.place(line, &cell, strike, at);
                }
                (CellKind::Other, _) => {
                    self.draw_strip(line);
                    self.cursor.element = position;
                    self.cursor.pen = pen.along();
                    if let Some(glyph) = line.set.glyph(index) {
                        cell.advance = glyph.advance;
                        if let Step::More = self.glyph(glyph, at, line.kind, ink) {
                            return Step::More;
                        }
                    }
                }
                _ => line.work += cost::CULLED,
            }
            pen.advance(position, cell.advance * line.kind.unit);
        }
        Step::Done
    }

    /// Adds a glyph to the strip, or begins another one with it.
    #[inline(always)]
    fn place(&mut self, line: &mut Line<'_>, cell: &Cell, strike: &Strike, at: PixelPoint) {
        let pixels = u64::from(cell.width() * cell.rows());
        line.work += cost::PLACED + cost::fill(pixels);
        if !line.strip.add(cell, strike.shares(cell), at) {
            self.begin_strip(line, cell, strike, at);
        }
    }

    #[inline(never)]
    fn begin_strip(&mut self, line: &mut Line<'_>, cell: &Cell, strike: &Strike, at: PixelPoint) {
        self.draw_strip(line);
        let corner = at.moved(cell.left(), cell.top());
        let bounds = PixelRect::new(corner.x, corner.y, cell.width(), cell.rows());
        if bounds.intersect(self.state.clip().bounds()).is_empty() {
            return;
        }
        line.strip.open(cell, at, strike.top());
        let added = line.strip.add(cell, strike.shares(cell), at);
        debug_assert!(added, "a new strip has room for any cell");
    }

    /// Draws what the strip has, and empties it.
    fn draw_strip(&mut self, line: &mut Line<'_>) {
        self.budget.spend(std::mem::take(&mut line.work));
        if line.strip.is_empty() {
            return;
        }
        let bounds = line.strip.bounds();
        self.budget.spend(cost::RECT + bounds.area() / 16);
        let clip = self.state.clip();
        match clip.rects() {
            [only] => {
                line.strip.draw(&mut self.pixmap.target(*only), line.color);
                line.touched.add(bounds.intersect(*only));
            }
            _ => {
                for part in parts(clip, bounds) {
                    line.strip.draw(&mut self.pixmap.target(part), line.color);
                }
                add_damage(self.damage.as_deref_mut(), bounds, clip);
            }
        }
        line.strip.clear();
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
