//! Glyphs where they stand: what is taken from a layout to be drawn.

use parley::layout::{Decoration, GlyphRun, PositionedLayoutItem};
use parley::{Layout, layout};
use transom_protocol::color::Color;

use super::face::Face;

/// One line of text, from its left end on.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) width: f32,
    pub(super) runs: Vec<Run>,
}

/// Glyphs of one face, size and colour.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) face: Face,
    pub(super) size: f32,
    pub(super) color: Color,
    /// Where the run begins and ends.
    pub(super) x: f32,
    pub(super) width: f32,
    /// Downwards, from wherever the line is measured from.
    pub(super) baseline: f32,
    pub(super) glyphs: Vec<PlacedGlyph>,
    /// Lines under and through it.
    pub(super) strokes: Vec<Stroke>,
}

/// A glyph and where it stands: from the run's beginning, and downwards from its baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PlacedGlyph {
    pub(super) id: u32,
    pub(super) x: f32,
    pub(super) y: f32,
}

/// A line along a run: its top edge, downwards from the baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stroke {
    pub(super) color: Color,
    pub(super) top: f32,
    pub(super) height: f32,
}

impl Line {
    /// Puts another line behind this one.
    pub(super) fn append(&mut self, line: Self) {
        let shift = self.width;
        self.width += line.width;
        self.runs.extend(line.runs.into_iter().map(|run| Run {
            x: run.x + shift,
            ..run
        }));
    }
}

/// A line of a layout; baselines are measured from the line's own.
pub(super) fn line(line: &layout::Line<'_, Color>) -> Line {
    let metrics = line.metrics();
    let runs = runs(line).map(|run| Run {
        baseline: run.baseline - metrics.baseline,
        ..run
    });
    Line {
        width: metrics.advance,
        runs: runs.collect(),
    }
}

/// The runs of a line, measured from the layout's top left corner.
pub(super) fn runs<'a>(line: &layout::Line<'a, Color>) -> impl Iterator<Item = Run> + use<'a> {
    line.items().filter_map(|item| match item {
        PositionedLayoutItem::GlyphRun(glyphs) => Some(run(&glyphs)),
        PositionedLayoutItem::InlineBox(_) => None,
    })
}

fn run(glyphs: &GlyphRun<'_, Color>) -> Run {
    let (run, style) = (glyphs.run(), glyphs.style());
    let mut pen = 0.0;
    let placed = glyphs.glyphs().map(|glyph| {
        let x = pen + glyph.x;
        pen += glyph.advance;
        PlacedGlyph {
            id: glyph.id,
            x,
            y: -glyph.y,
        }
    });
    let metrics = run.font_metrics();
    let stroke = |line: &Option<Decoration<Color>>, offset: f32, size: f32| {
        let line = line.as_ref()?;
        Some(Stroke {
            color: line.brush,
            top: -line.offset.unwrap_or(offset),
            height: line.size.unwrap_or(size),
        })
    };
    let strokes = [
        stroke(
            &style.underline,
            metrics.underline_offset,
            metrics.underline_size,
        ),
        stroke(
            &style.strikethrough,
            metrics.strikethrough_offset,
            metrics.strikethrough_size,
        ),
    ];
    Run {
        face: Face::of(run),
        size: run.font_size(),
        color: style.brush,
        x: glyphs.offset(),
        width: glyphs.advance(),
        baseline: glyphs.baseline(),
        glyphs: placed.collect(),
        strokes: strokes.into_iter().flatten().collect(),
    }
}

/// Whether a character was not found in any font.
pub(super) fn lacks_glyphs(layout: &Layout<Color>) -> bool {
    let mut items = layout
        .lines()
        .flat_map(|line| line.items().collect::<Vec<_>>());
    items.any(|item| match item {
        PositionedLayoutItem::GlyphRun(run) => run.glyphs().any(|glyph| glyph.id == 0),
        PositionedLayoutItem::InlineBox(_) => false,
    })
}
