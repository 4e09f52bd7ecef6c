//! [`Records`]: what a frame draws, in device pixels, before it is a drawing.

use transom::{Canvas, Color, GlyphSet, Point, Rect, RunPositions, Transform};

use super::cell::CellFlags;
use super::glyphs;
use super::metrics::Metrics;
use super::others::{self, Fit};

/// A rectangle of device pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

impl Area {
    pub(crate) const fn new(x: i32, y: i32, width: i32, height: i32) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }

    /// Takes in another one if both together are a rectangle.
    fn join(&mut self, other: &Self) -> bool {
        let below =
            other.x == self.x && other.width == self.width && other.y == self.y + self.height;
        let beside =
            other.y == self.y && other.height == self.height && other.x == self.x + self.width;
        if below {
            self.height += other.height;
        } else if beside {
            self.width += other.width;
        }
        below || beside
    }
}

/// One thing that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Record {
    /// Everything becomes this colour.
    Clear(Color),
    /// Drawing is seen only here from now on.
    Clip(Area),
    /// What is in `from` is seen at (x, y) too.
    Copy { from: Area, x: i32, y: i32 },
    /// Filled rectangles.
    Fill { color: Color, areas: Vec<Area> },
    /// Glyphs in neighbouring cells, from the baseline at (x, y) on.
    Run {
        color: Color,
        x: i32,
        y: i32,
        glyphs: Vec<u16>,
    },
    /// Text of other fonts, an item a cell, likewise.
    Text {
        color: Color,
        x: i32,
        y: i32,
        fit: Fit,
        flags: CellFlags,
        texts: Vec<String>,
    },
}

/// What a frame draws, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Records(pub(crate) Vec<Record>);

impl Records {
    pub(crate) fn push(&mut self, record: Record) {
        self.0.push(record);
    }

    /// Adds a rectangle to those of its colour that were added since `from`.
    pub(crate) fn fill(&mut self, from: usize, color: Color, area: Area) {
        for record in &mut self.0[from..] {
            let Record::Fill { color: c, areas } = record else {
                continue;
            };
            if *c == color {
                // One that goes on from the last row is mostly among the last.
                if !areas
                    .iter_mut()
                    .rev()
                    .take(8)
                    .any(|other| other.join(&area))
                {
                    areas.push(area);
                }
                return;
            }
        }
        self.push(Record::Fill {
            color,
            areas: vec![area],
        });
    }

    /// Draws them.
    pub(crate) fn draw(&self, canvas: &mut Canvas, set: &GlyphSet, metrics: &Metrics) {
        let unit = 1.0 / metrics.scale.factor();
        let Metrics {
            width,
            height,
            padding,
            baseline,
            ..
        } = *metrics;
        let whole = |pixels: u32| (pixels as f32 * unit).fract() == 0.0;
        // Whole numbers take half the room. Where logical units are none, the records are in
        // device pixels behind a transform.
        let unit = match [width, height, padding, baseline].into_iter().all(whole) {
            true => unit,
            false => {
                canvas.set_transform(Transform::scale(unit, unit));
                1.0
            }
        };
        for record in &self.0 {
            record.draw(canvas, set, metrics, unit);
        }
    }
}

impl Record {
    fn draw(&self, canvas: &mut Canvas, set: &GlyphSet, metrics: &Metrics, unit: f32) {
        let rect = |a: &Area| {
            let [x, y, width, height] = [a.x, a.y, a.width, a.height].map(|v| v as f32 * unit);
            Rect::new(x, y, width, height)
        };
        let point = |x: i32, y: i32| Point::new(x as f32 * unit, y as f32 * unit);
        match self {
            Self::Clear(color) => canvas.clear(*color),
            Self::Clip(area) => canvas.clip_rect(rect(area)),
            Self::Copy { from, x, y } => canvas.copy_area(rect(from), point(*x, *y)),
            Self::Fill { color, areas } => {
                let rects: Vec<_> = areas.iter().map(rect).collect();
                canvas.fill_rects(&rects, *color);
            }
            Self::Run {
                color,
                x,
                y,
                glyphs,
            } => {
                let advance = RunPositions::Constant(metrics.width as f32 * unit);
                canvas.glyph_run(
                    set,
                    glyphs::run_size(metrics) * unit,
                    point(*x, *y),
                    advance,
                    glyphs,
                    *color,
                );
            }
            Self::Text {
                color,
                x,
                y,
                fit,
                flags,
                texts,
            } => {
                let em = metrics.em * unit;
                let mut at = point(*x, *y);
                at.x += fit.left * em;
                let style = others::style(fit.size * em, *flags).color(*color);
                let step = metrics.width as f32 * unit;
                canvas.text_cells(at, step, texts.iter().map(String::as_str), &style);
            }
        }
    }
}
