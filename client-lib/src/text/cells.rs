//! Text in a grid, as in terminals: each cell's characters stand where the cell is.

use std::sync::Arc;

use transom_protocol::geometry::Point;

use super::face::Face;
use super::library::Library;
use super::run::{PlacedGlyph, Run};
use super::style::TextStyle;
use crate::canvas::Canvas;

/// Empty cells within a run beyond which another run costs fewer bytes.
const GAP: usize = 32;

impl Canvas {
    /// Characters in cells, `step` logical units wide, from left to right; `at` is on the baseline,
    /// at the left edge of the first cell. Each item is what one cell shows: a character with all
    /// that combines with it, or nothing. A character two cells wide is followed by an empty item.
    ///
    /// A cell's characters are shaped for themselves: no ligatures, no kerning, no direction. Lines
    /// under and through the text are not drawn, and `align` has no effect.
    pub fn text_cells<'a>(
        &mut self,
        at: Point,
        step: f32,
        cells: impl IntoIterator<Item = &'a str>,
        style: &TextStyle,
    ) {
        let shown: Vec<(f32, Arc<[Run]>)> = Library::with(|library| {
            let cells = (0u16..).zip(cells);
            let filled = cells.filter(|(_, cell)| !cell.is_empty());
            let shown = filled.map(|(n, cell)| (f32::from(n) * step, library.cell(cell, style)));
            shown.collect()
        });
        let runs = shown
            .iter()
            .flat_map(|(x, runs)| runs.iter().map(move |run| (*x, run)));
        let runs: Vec<_> = runs.collect();
        for same in runs.chunk_by(|a, b| a.1.face == b.1.face && near(a.0, b.0, step)) {
            let face = &same[0].1.face;
            let placed = same.iter().flat_map(|(x, run)| {
                run.glyphs.iter().map(move |glyph| PlacedGlyph {
                    x: glyph.x + run.x + x,
                    ..*glyph
                })
            });
            self.cell_run(at, face, &placed.collect::<Vec<_>>(), style);
        }
    }

    fn cell_run(&mut self, at: Point, face: &Face, placed: &[PlacedGlyph], style: &TextStyle) {
        let space = &self.space;
        let known = self.link.core(|core| {
            let grid = core.grid(face, style.size, space);
            core.glyphs(face, grid, placed.iter().map(|glyph| glyph.id))
        });
        let mut rest = placed;
        for same in known.chunk_by(|a, b| a.set == b.set) {
            let (placed, others) = rest.split_at(same.len());
            self.placed_run(at, style.size, placed, same, style.color);
            rest = others;
        }
    }
}

fn near(a: f32, b: f32, step: f32) -> bool {
    (b - a).abs() <= GAP as f32 * step
}
