//! [`Brush`]: cells become records.

use std::ops::Range;

use transom::Color;

use super::cell::{Cell, CellFlags, Line, Mark, Symbol};
use super::decoration;
use super::glyphs::{Glyphs, Shown};
use super::layout::Layout;
use super::metrics::Metrics;
use super::others::Fit;
use super::records::{Area, Record, Records};
use super::screen::Screen;

/// Cells of other colours within a run that are passed over as blanks: a new run costs 28 bytes.
const PASS_OVER: usize = 24;

/// Turns cells into records.
pub(crate) struct Brush<'a> {
    pub(crate) records: Records,
    layout: &'a Layout,
    metrics: &'a Metrics,
    glyphs: &'a mut Glyphs,
}

type Spans = [(usize, Range<usize>)];

impl<'a> Brush<'a> {
    pub(crate) fn new(
        records: Records,
        layout: &'a Layout,
        metrics: &'a Metrics,
        glyphs: &'a mut Glyphs,
    ) -> Self {
        Self {
            records,
            layout,
            metrics,
            glyphs,
        }
    }

    /// `over`: there is something to be covered, not only the screen's own colour.
    pub(crate) fn paint(&mut self, screen: &Screen, spans: &Spans, over: bool) {
        let from = self.records.0.len();
        for (row, span) in spans {
            self.backgrounds(from, screen, *row, span.clone(), over);
        }
        for (row, span) in spans {
            self.text(*row, &screen.rows[*row].cells, span.clone());
        }
        // One kind after the other, so that what lies over what does not depend on the rows.
        for layer in [Self::waves, Self::lines, Self::strikes, Self::marks] {
            let from = self.records.0.len();
            for (row, span) in spans {
                layer(self, from, *row, &screen.rows[*row].cells, span.clone());
            }
        }
    }

    fn area(&self, row: usize, span: Range<usize>) -> Area {
        let (width, height) = self.layout.cell;
        let (x, y) = (self.layout.left(span.start), self.layout.top(row));
        Area::new(x, y, span.len() as i32 * width, height)
    }

    fn backgrounds(
        &mut self,
        from: usize,
        screen: &Screen,
        row: usize,
        span: Range<usize>,
        over: bool,
    ) {
        let cells = &screen.rows[row].cells;
        for part in parts(cells, span, |cell| Some(cell.bg)) {
            let color = cells[part.start].bg;
            if over || color != screen.background {
                self.records.fill(from, color, self.area(row, part));
            }
        }
    }

    fn text(&mut self, row: usize, cells: &[Cell], span: Range<usize>) {
        let mut runs: Vec<(Color, usize, Vec<u16>)> = Vec::new();
        let mut others = Vec::new();
        let blank = self.glyphs.blank(self.metrics);
        for column in span {
            let cell = &cells[column];
            if cell.symbol == Symbol::BLANK {
                continue;
            }
            let glyph = match self.glyphs.text(cell.symbol, cell.flags, self.metrics) {
                Shown::Glyph(glyph) => glyph,
                Shown::Other(text, fit) => {
                    others.push((column, text, fit));
                    continue;
                }
            };
            let goes_on = |(color, start, glyphs): &&mut (Color, usize, Vec<u16>)| {
                *color == cell.fg && column - (start + glyphs.len()) <= PASS_OVER
            };
            match runs.iter_mut().rev().find(goes_on) {
                Some((_, start, glyphs)) => {
                    glyphs.resize(column - *start, blank);
                    glyphs.push(glyph);
                }
                None => runs.push((cell.fg, column, vec![glyph])),
            }
        }
        let y = self.layout.top(row) + self.metrics.baseline as i32;
        for (color, start, glyphs) in runs {
            let x = self.layout.left(start);
            self.records.push(Record::Run {
                color,
                x,
                y,
                glyphs,
            });
        }
        self.others(y, cells, others);
    }

    fn others(&mut self, y: i32, cells: &[Cell], others: Vec<(usize, String, Fit)>) {
        let mut end = None;
        for (column, text, fit) in others {
            let cell = &cells[column];
            let wide = cell.flags.contains(CellFlags::WIDE);
            let goes_on = |record: &&mut Record| {
                matches!(record, Record::Text { color, fit: f, flags, .. }
                    if (*color, *f, *flags) == (cell.fg, fit, cell.flags))
            };
            let last = self.records.0.last_mut().filter(|_| end == Some(column));
            let texts = match last.filter(goes_on) {
                Some(Record::Text { texts, .. }) => texts,
                _ => {
                    let x = self.layout.left(column);
                    self.records.push(Record::Text {
                        color: cell.fg,
                        x,
                        y,
                        fit,
                        flags: cell.flags,
                        texts: Vec::new(),
                    });
                    match self.records.0.last_mut() {
                        Some(Record::Text { texts, .. }) => texts,
                        _ => unreachable!("it was just pushed"),
                    }
                }
            };
            texts.push(text);
            if wide {
                texts.push(String::new());
            }
            end = Some(column + 1 + usize::from(wide));
        }
    }

    fn waves(&mut self, _: usize, row: usize, cells: &[Cell], span: Range<usize>) {
        let waved = |cell: &Cell| {
            let waved = matches!(cell.line, Line::Curl | Line::Dots | Line::Dashes);
            waved.then_some((cell.line, cell.line_color))
        };
        for part in parts(cells, span, waved) {
            let cell = &cells[part.start];
            let glyph = self.glyphs.line(cell.line, self.metrics);
            self.records.push(Record::Run {
                color: cell.line_color,
                x: self.layout.left(part.start),
                y: self.layout.top(row) + self.metrics.baseline as i32,
                glyphs: vec![glyph; part.len()],
            });
        }
    }

    fn lines(&mut self, from: usize, row: usize, cells: &[Cell], span: Range<usize>) {
        let (top, thick) = decoration::straight(self.metrics);
        let lined = |cell: &Cell| {
            let lined = matches!(cell.line, Line::Single | Line::Double);
            lined.then_some((cell.line, cell.line_color))
        };
        for part in parts(cells, span, lined) {
            let cell = &cells[part.start];
            let first = self.strip(row, part.clone(), (top, thick));
            self.records.fill(from, cell.line_color, first);
            if cell.line == Line::Double {
                let second = self.strip(row, part, (top + 2 * thick, thick));
                self.records.fill(from, cell.line_color, second);
            }
        }
    }

    fn strikes(&mut self, from: usize, row: usize, cells: &[Cell], span: Range<usize>) {
        let struck = |cell: &Cell| cell.flags.contains(CellFlags::STRIKE).then_some(cell.fg);
        for part in parts(cells, span, struck) {
            let color = cells[part.start].fg;
            let area = self.strip(row, part, decoration::strike(self.metrics));
            self.records.fill(from, color, area);
        }
    }

    fn marks(&mut self, from: usize, row: usize, cells: &[Cell], span: Range<usize>) {
        for column in span.filter(|column| cells[*column].mark != Mark::None) {
            self.mark(from, row, column, &cells[column]);
        }
    }

    /// A part of cells: `(top, thick)` from their top edge, not beyond their lower one.
    fn strip(&self, row: usize, part: Range<usize>, (top, thick): (u32, u32)) -> Area {
        let cells = self.area(row, part);
        let top = (top as i32).min(cells.height - 1);
        Area {
            y: cells.y + top,
            height: (thick as i32).min(cells.height - top),
            ..cells
        }
    }

    fn mark(&mut self, from: usize, row: usize, column: usize, cell: &Cell) {
        let Area {
            x,
            y,
            width,
            height,
        } = self.area(row, column..column + 1);
        let bar = (height / 8).clamp(1, width);
        let thin = self.metrics.stroke as i32;
        let first = !cell.flags.contains(CellFlags::SECOND);
        let last = !cell.flags.contains(CellFlags::WIDE);
        let areas = match cell.mark {
            Mark::None => Vec::new(),
            Mark::Beam if first => vec![Area::new(x, y, bar, height)],
            Mark::Beam => Vec::new(),
            Mark::Under => vec![Area::new(x, y + height - bar, width, bar)],
            Mark::Hollow => {
                let mut sides = vec![
                    Area::new(x, y, width, thin),
                    Area::new(x, y + height - thin, width, thin),
                ];
                if first {
                    sides.push(Area::new(x, y + thin, thin, height - 2 * thin));
                }
                if last {
                    sides.push(Area::new(
                        x + width - thin,
                        y + thin,
                        thin,
                        height - 2 * thin,
                    ));
                }
                sides
            }
        };
        for area in areas {
            self.records.fill(from, cell.mark_color, area);
        }
    }
}

/// Stretches of cells of which something is equal; `None` are left out.
fn parts<T: PartialEq>(
    cells: &[Cell],
    span: Range<usize>,
    what: impl Fn(&Cell) -> Option<T>,
) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut last = None;
    for column in span {
        let this = what(&cells[column]);
        match parts.last_mut() {
            Some(part) if this.is_some() && this == last => part.end = column + 1,
            _ if this.is_some() => parts.push(column..column + 1),
            _ => {}
        }
        last = this;
    }
    parts
}
