//! Text onto a canvas.

use transom_protocol::color::Color;
use transom_protocol::draw::RunPositions;
use transom_protocol::geometry::{Point, Rect};

use super::layout::TextLayout;
use super::library::Library;
use super::run::{self, PlacedGlyph, Run, Stroke};
use super::sets::Known;
use super::style::{Align, TextSize, TextStyle};
use crate::canvas::Canvas;
use crate::core::Core;
use crate::space::Space;

/// Logical units by which a glyph may stand elsewhere than its font would put it, and no position is
/// sent: far below the quarter of a pixel that glyphs are placed by.
const SLACK: f32 = 1.0 / 64.0;

/// Bytes of a run beside its glyphs.
const RUN_BYTES: usize = 28;

/// Bytes of a distance between two glyphs.
const ADVANCE_BYTES: usize = 2;

impl Canvas {
    /// Text with its baseline at `y`; further lines of it follow below. Characters that no font has
    /// show as boxes, control characters not at all. [`TextLayout`] is for more than that.
    ///
    /// Outlines cross the network once, with the first frame that needs them.
    pub fn text(&mut self, x: f32, y: f32, text: &str, style: &TextStyle) {
        let (lines, height) = Library::with(|library| {
            let lines = library.lines(text, style);
            let height = if lines.len() > 1 {
                library.metrics(style).line_height
            } else {
                0.0
            };
            (lines, height)
        });
        for (number, line) in lines.iter().enumerate() {
            let shift = match style.align {
                Align::Left | Align::Justify => 0.0,
                Align::Center => line.width / 2.0,
                Align::Right => line.width,
            };
            let at = Point::new(x - shift, y + number as f32 * height);
            for run in &line.runs {
                self.text_run(at, run, Some(style.color));
            }
        }
    }

    /// How much room text takes; the same as [`TextStyle::measure`].
    pub fn measure(&self, text: &str, style: &TextStyle) -> TextSize {
        style.measure(text)
    }

    /// Laid-out text, its top left corner at `at`.
    pub fn text_layout(&mut self, at: Point, layout: &TextLayout) {
        self.text_lines(at, layout, 0..usize::MAX);
    }

    /// Some lines of laid-out text, where they stand when all of it has its top left corner at `at`:
    /// for what can be seen of a long text.
    pub fn text_lines(&mut self, at: Point, layout: &TextLayout, lines: std::ops::Range<usize>) {
        let shown = lines.end.saturating_sub(lines.start);
        for line in layout.inner().lines().skip(lines.start).take(shown) {
            for run in run::runs(&line) {
                self.text_run(at, &run, None);
            }
        }
    }

    /// A run, in another colour than its own if there is one.
    fn text_run(&mut self, at: Point, run: &Run, color: Option<Color>) {
        let origin = Point::new(at.x + run.x, at.y + run.baseline);
        for stroke in &run.strokes {
            self.text_stroke(origin, run.width, stroke, color);
        }
        let space = &self.space;
        let known: Vec<_> = self.link.core(|core| core.known(run, space));
        let mut rest = run.glyphs.as_slice();
        for same in known.chunk_by(|a, b| a.set == b.set) {
            let (placed, others) = rest.split_at(same.len());
            self.placed_run(origin, run.size, placed, same, color.unwrap_or(run.color));
            rest = others;
        }
    }

    /// Glyphs of one set, with their places said as shortly as they can be: as stretches where they
    /// stand as their font puts them, by one distance, by a distance each, or each by its place.
    pub(super) fn placed_run(
        &mut self,
        origin: Point,
        size: f32,
        placed: &[PlacedGlyph],
        known: &[Known],
        color: Color,
    ) {
        let (Some(first), Some(set)) = (placed.first(), known.first().map(|known| known.set))
        else {
            return;
        };
        let indices: Vec<_> = known.iter().map(|known| known.index).collect();
        let at = |glyph: &PlacedGlyph| Point::new(origin.x + glyph.x, origin.y + glyph.y);
        let mut run = |positions: RunPositions<'_>, at: Point, indices: &[u16]| {
            self.run(set, size, at, positions, indices, color.into());
        };
        let level = placed.iter().all(|glyph| glyph.y == first.y);
        if !level {
            let points: Vec<_> = placed.iter().map(|g| Point::new(g.x, g.y)).collect();
            return run(RunPositions::Points(&points), origin, &indices);
        }
        let ends = stretches(size, placed, known);
        if (ends.len() - 1) * RUN_BYTES <= placed.len() * ADVANCE_BYTES {
            let mut start = 0;
            for end in ends {
                let indices = &indices[start..end];
                run(RunPositions::Natural, at(&placed[start]), indices);
                start = end;
            }
            return;
        }
        if let Some(step) = constant(placed) {
            return run(RunPositions::Constant(step), at(first), &indices);
        }
        match advances(placed) {
            Some(advances) => run(RunPositions::Advances(&advances), at(first), &indices),
            None => {
                let points: Vec<_> = placed.iter().map(|g| Point::new(g.x, g.y)).collect();
                run(RunPositions::Points(&points), origin, &indices);
            }
        }
    }

    /// On whole rows of pixels, one at least, unless the text is turned.
    fn text_stroke(&mut self, origin: Point, width: f32, stroke: &Stroke, color: Option<Color>) {
        let (mut top, mut height) = (origin.y + stroke.top, stroke.height);
        if let Some(upright) = self.space.upright() {
            let scale = upright.scale;
            let rows = (stroke.height * scale).round().max(1.0);
            let row = upright.row(origin.y) + (stroke.top * scale).round();
            (top, height) = (upright.y(row), rows / scale);
        }
        let line = Rect::new(origin.x, top, width, height);
        self.fill_rect(line, color.unwrap_or(stroke.color));
    }
}

impl Core {
    fn known(&mut self, run: &Run, space: &Space) -> Vec<Known> {
        let grid = self.grid(&run.face, run.size, space);
        self.glyphs(&run.face, grid, run.glyphs.iter().map(|glyph| glyph.id))
    }
}

/// The ends of stretches of glyphs that stand where their advances put them.
fn stretches(size: f32, placed: &[PlacedGlyph], known: &[Known]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut pen = placed.first().map_or(0.0, |glyph| glyph.x);
    for (number, (glyph, known)) in placed.iter().zip(known).enumerate() {
        if (glyph.x - pen).abs() >= SLACK {
            ends.push(number);
            pen = glyph.x;
        }
        pen += f32::from(known.advance) * size / f32::from(known.units_per_em);
    }
    ends.push(placed.len());
    ends
}

/// How far each glyph stands from the one before, if that is the same for all.
fn constant(placed: &[PlacedGlyph]) -> Option<f32> {
    let (first, step) = (placed.first()?.x, placed.get(1)?.x - placed[0].x);
    let mut places = (0u16..).zip(placed);
    let same = places.all(|(n, glyph)| (glyph.x - first - f32::from(n) * step).abs() < SLACK);
    (same && placed.len() <= usize::from(u16::MAX)).then_some(step)
}

/// The ways between glyphs in 64ths of a logical unit, rounded so that errors do not add up.
fn advances(placed: &[PlacedGlyph]) -> Option<Vec<i16>> {
    let places = placed.iter().map(|glyph| (glyph.x * 64.0).round());
    let ways = places.clone().zip(places.skip(1)).map(|(a, b)| b - a);
    // The last one has no effect.
    let all: Vec<f32> = ways.chain([0.0]).collect();
    let fits = all.iter().all(|way| way.abs() <= f32::from(i16::MAX));
    fits.then(|| all.into_iter().map(|way| way as i16).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use transom_protocol::ids::GlyphSetId;

    fn at(xs: &[f32]) -> Vec<PlacedGlyph> {
        xs.iter()
            .map(|x| PlacedGlyph {
                id: 0,
                x: *x,
                y: 0.0,
            })
            .collect()
    }

    #[test]
    fn rounding_does_not_add_up() {
        let third: Vec<f32> = (0..100).map(|i| i as f32 / 3.0).collect();
        let ways = advances(&at(&third)).expect("small");
        let sum: i32 = ways.iter().map(|way| i32::from(*way)).sum();
        assert_eq!(sum, 33 * 64);
        assert_eq!(
            advances(&at(&[0.0, 600.0])),
            None,
            "too far for a number of 64ths"
        );
    }

    #[test]
    fn glyphs_where_their_font_puts_them_need_no_positions() {
        let known = [Known {
            set: GlyphSetId(1),
            index: 0,
            advance: 500,
            units_per_em: 1000,
        }; 3];
        assert_eq!(stretches(10.0, &at(&[2.0, 7.0, 12.0]), &known), [3]);
        assert_eq!(stretches(10.0, &at(&[2.0, 6.5, 11.5]), &known), [1, 3]);
        assert_eq!(constant(&at(&[1.0, 9.0, 17.0])), Some(8.0));
        assert_eq!(constant(&at(&[1.0, 9.0, 18.0])), None);
    }
}
