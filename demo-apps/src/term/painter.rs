//! [`Painter`]: what is shown becomes what is wanted, with as little drawing as possible.

use std::ops::Range;

use transom::Color;

use super::cell::{Cell, CellFlags, Line, Mark, Symbol};
use super::change::{Shift, shift};
use super::decoration;
use super::glyphs::Glyphs;
use super::metrics::Metrics;
use super::records::{Area, Record, Records};
use super::screen::Screen;

/// Unchanged cells between changed ones that are drawn again rather than told apart.
const BRIDGE: usize = 8;

/// Cells of other colours within a run that are passed over as blanks: a new run costs 28 bytes.
const PASS_OVER: usize = 24;

/// What it takes to begin a run of glyphs, and to fill a rectangle, in bytes.
const RUN: usize = 28;
const FILL: usize = 8;

/// A row as it is shown; `None` where that is not known.
type Shown = Option<Vec<Cell>>;

/// What is on the screen, as far as the program knows.
#[derive(Debug)]
struct Picture {
    rows: Vec<Shown>,
    hashes: Vec<u64>,
    lift: u32,
    background: Color,
    metrics: Metrics,
}

/// One frame's drawing.
#[derive(Debug)]
pub(crate) struct Painting {
    /// It stands for itself, and does not build on the frame before.
    pub(crate) full: bool,
    pub(crate) records: Records,
}

/// Draws screens one after the other.
#[derive(Debug, Default)]
pub(crate) struct Painter {
    shown: Option<Picture>,
}

impl Painter {
    /// Forgets what is shown: the next frame draws everything.
    pub(crate) fn forget(&mut self) {
        self.shown = None;
    }

    /// What has to be drawn for a screen to be seen; `None` if nothing has.
    pub(crate) fn paint(
        &mut self,
        screen: &Screen,
        metrics: &Metrics,
        glyphs: &mut Glyphs,
    ) -> Option<Painting> {
        let before = self
            .shown
            .take()
            .filter(|shown| shown.suits(screen, metrics));
        let painting = match before {
            Some(mut shown) => shown.change(screen, metrics, glyphs),
            None => Some(full(screen, metrics, glyphs)),
        };
        self.shown = Some(Picture::of(screen, metrics));
        painting
    }
}

impl Picture {
    fn of(screen: &Screen, metrics: &Metrics) -> Self {
        Self {
            rows: screen
                .rows
                .iter()
                .map(|row| Some(row.cells.clone()))
                .collect(),
            hashes: screen.rows.iter().map(|row| row.hash).collect(),
            lift: screen.lift,
            background: screen.background,
            metrics: *metrics,
        }
    }

    /// Whether it can be changed into what is wanted.
    fn suits(&self, screen: &Screen, metrics: &Metrics) -> bool {
        let height = |rows: usize, lift: u32| rows - usize::from(lift > 0);
        let columns = |row: Option<&Vec<Cell>>| row.map(Vec::len);
        self.metrics == *metrics
            && self.background == screen.background
            && height(self.rows.len(), self.lift) == height(screen.rows.len(), screen.lift)
            && columns(self.rows.first().and_then(Option::as_ref))
                == columns(screen.rows.first().map(|row| &row.cells))
    }

    fn change(
        &mut self,
        screen: &Screen,
        metrics: &Metrics,
        glyphs: &mut Glyphs,
    ) -> Option<Painting> {
        let mut records = Records::default();
        let layout = Layout::new(screen, metrics);
        if self.lift + screen.lift > 0 {
            records.push(Record::Clip(layout.area));
        }
        let begun = records.0.len();
        self.scroll(screen, &layout, &mut records);
        let spans: Vec<_> = screen
            .rows
            .iter()
            .enumerate()
            .flat_map(|(n, row)| {
                let spans = changed(self.rows.get(n).and_then(Option::as_ref), &row.cells);
                spans.into_iter().map(move |span| (n, span))
            })
            .collect();
        let cells = screen.rows.len() * screen.rows[0].cells.len();
        let touched: usize = spans.iter().map(|(_, span)| span.len()).sum();
        if records.0.is_empty() && touched == cells {
            return Some(full(screen, metrics, glyphs));
        }
        let mut brush = Brush::new(records, &layout, metrics, glyphs);
        brush.paint(screen, &spans, true);
        let records = brush.records;
        (records.0.len() > begun).then_some(Painting {
            full: false,
            records,
        })
    }

    /// Copies what is shown elsewhere.
    fn scroll(&mut self, screen: &Screen, layout: &Layout, records: &mut Records) {
        let before = Layout {
            lift: self.lift as i32,
            ..*layout
        };
        let wanted: Vec<_> = screen.rows.iter().map(|row| row.hash).collect();
        let weights: Vec<_> = screen.rows.iter().map(|row| weight(&row.cells)).collect();
        let in_place = self.lift == screen.lift;
        if in_place && self.hashes == wanted {
            return;
        }
        // The first row is partly hidden when there is a lift, and so is the last.
        let hidden = usize::from(self.lift > 0);
        let usable = hidden..self.rows.len() - hidden;
        let shift = shift(&self.hashes, &wanted, &weights, usable, in_place);
        if let Some(shift) = &shift {
            let (source, target) = (shift.source(), &shift.rows);
            let (x, y) = (layout.area.x, before.top(source.start));
            let height = source.len() as i32 * layout.cell.1;
            records.push(Record::Copy {
                from: Area::new(x, y, layout.area.width, height),
                x,
                y: layout.top(target.start),
            });
        }
        self.rows = moved(&self.rows, shift.as_ref(), screen.rows.len(), in_place);
    }
}

/// The rows that are shown after a copy.
fn moved(rows: &[Shown], shift: Option<&Shift>, count: usize, in_place: bool) -> Vec<Shown> {
    let stays = |row: usize| match in_place {
        true => rows.get(row).cloned().flatten(),
        false => None,
    };
    let mut after: Vec<_> = (0..count).map(stays).collect();
    if let Some(shift) = shift {
        after[shift.rows.clone()].clone_from_slice(&rows[shift.source()]);
    }
    after
}

/// About how many bytes it takes to draw a row.
fn weight(cells: &[Cell]) -> usize {
    match cells.iter().rposition(|cell| !cell.is_blank()) {
        Some(last) => FILL + RUN + last,
        None => FILL,
    }
}

/// Where rows are.
#[derive(Clone, Copy, Debug)]
struct Layout {
    /// The grid.
    area: Area,
    cell: (i32, i32),
    lift: i32,
}

impl Layout {
    fn new(screen: &Screen, metrics: &Metrics) -> Self {
        let cell = (metrics.width as i32, metrics.height as i32);
        let rows = screen.rows.len() as i32 - i32::from(screen.lift > 0);
        let columns = screen.rows[0].cells.len() as i32;
        let padding = metrics.padding as i32;
        Self {
            area: Area::new(padding, padding, columns * cell.0, rows * cell.1),
            cell,
            lift: screen.lift as i32,
        }
    }

    fn top(&self, row: usize) -> i32 {
        let lifted = if self.lift > 0 {
            self.lift - self.cell.1
        } else {
            0
        };
        self.area.y + row as i32 * self.cell.1 + lifted
    }

    fn left(&self, column: usize) -> i32 {
        self.area.x + column as i32 * self.cell.0
    }
}

fn full(screen: &Screen, metrics: &Metrics, glyphs: &mut Glyphs) -> Painting {
    let layout = Layout::new(screen, metrics);
    let mut records = Records::default();
    records.push(Record::Clear(screen.background));
    if screen.lift > 0 {
        records.push(Record::Clip(layout.area));
    }
    let spans: Vec<_> = screen
        .rows
        .iter()
        .enumerate()
        .map(|(n, row)| (n, 0..row.cells.len()))
        .collect();
    let mut brush = Brush::new(records, &layout, metrics, glyphs);
    brush.paint(screen, &spans, false);
    Painting {
        full: true,
        records: brush.records,
    }
}

/// Which parts of a row have to be drawn.
fn changed(shown: Option<&Vec<Cell>>, wanted: &[Cell]) -> Vec<Range<usize>> {
    let Some(shown) = shown else {
        return std::iter::once(0..wanted.len()).collect();
    };
    let mut spans: Vec<Range<usize>> = Vec::new();
    for (n, (was, is)) in shown.iter().zip(wanted).enumerate() {
        if was == is {
            continue;
        }
        // Slanted letters reach into the cells beside them, and wide ones are two cells.
        let reaches = |n: usize| reaches_out(&shown[n]) || reaches_out(&wanted[n]);
        let start = n - usize::from(n > 0 && (reaches(n - 1) || reaches(n)));
        let end = n + 1 + usize::from(n + 1 < wanted.len() && (reaches(n + 1) || reaches(n)));
        match spans.last_mut() {
            Some(last) if start <= last.end + BRIDGE => last.end = last.end.max(end),
            _ => spans.push(start..end),
        }
    }
    spans
}

fn reaches_out(cell: &Cell) -> bool {
    cell.flags.contains(CellFlags::ITALIC)
        || cell.flags.contains(CellFlags::WIDE)
        || cell.flags.contains(CellFlags::SECOND)
}

/// Turns cells into records.
struct Brush<'a> {
    records: Records,
    layout: &'a Layout,
    metrics: &'a Metrics,
    glyphs: &'a mut Glyphs,
}

type Spans = [(usize, Range<usize>)];

impl<'a> Brush<'a> {
    fn new(
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
    fn paint(&mut self, screen: &Screen, spans: &Spans, over: bool) {
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
        let blank = self
            .glyphs
            .text(Symbol::BLANK, CellFlags::NONE, self.metrics);
        for column in span {
            let cell = &cells[column];
            if cell.symbol == Symbol::BLANK {
                continue;
            }
            let glyph = self.glyphs.text(cell.symbol, cell.flags, self.metrics);
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
