//! [`Painter`]: what is shown becomes what is wanted, with as little drawing as possible.

use std::ops::Range;

use transom::Color;

use super::brush::Brush;
use super::cell::{Cell, CellFlags};
use super::change::{Shift, shift};
use super::glyphs::Glyphs;
use super::layout::Layout;
use super::metrics::Metrics;
use super::records::{Area, Record, Records};
use super::screen::Screen;

/// Unchanged cells between changed ones that are drawn again rather than told apart.
const BRIDGE: usize = 8;

/// What it takes to begin a run of glyphs, and to fill a rectangle, in bytes.
const RUN: usize = 28;
const FILL: usize = 8;

/// A row as it is shown; `None` where that is not known.
type Known = Option<Vec<Cell>>;

/// What is on the screen, as far as the program knows.
#[derive(Debug)]
struct Picture {
    rows: Vec<Known>,
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
        let clipped = self.lift + screen.lift > 0;
        if clipped {
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
        let reaches =
            |(row, span): &(usize, Range<usize>)| reaches_out(&screen.rows[*row].cells, span);
        if !clipped && spans.iter().any(reaches) {
            records.push(Record::Clip(layout.area));
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
fn moved(rows: &[Known], shift: Option<&Shift>, count: usize, in_place: bool) -> Vec<Known> {
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

fn full(screen: &Screen, metrics: &Metrics, glyphs: &mut Glyphs) -> Painting {
    let layout = Layout::new(screen, metrics);
    let mut records = Records::default();
    records.push(Record::Clear(screen.background));
    records.push(Record::Clip(layout.area));
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
        let start = first_touched(shown, wanted, n);
        let end = last_touched(shown, wanted, n) + 1;
        match spans.last_mut() {
            Some(last) if start <= last.end + BRIDGE => last.end = last.end.max(end),
            _ => spans.push(start..end),
        }
    }
    spans
}

/// The first cell that has to be drawn when cell `n` has: slanted letters reach into the cells
/// beside them, and wide ones are two cells.
fn first_touched(shown: &[Cell], wanted: &[Cell], mut n: usize) -> usize {
    let is =
        |n: usize, flag: CellFlags| shown[n].flags.contains(flag) || wanted[n].flags.contains(flag);
    n -= usize::from(n > 0 && is(n, CellFlags::SECOND));
    while n > 0 && (is(n, CellFlags::ITALIC) || is(n - 1, CellFlags::ITALIC)) {
        n -= 1;
    }
    n
}

/// The last one.
fn last_touched(shown: &[Cell], wanted: &[Cell], mut n: usize) -> usize {
    let is =
        |n: usize, flag: CellFlags| shown[n].flags.contains(flag) || wanted[n].flags.contains(flag);
    let last = shown.len().min(wanted.len()) - 1;
    n += usize::from(n < last && is(n, CellFlags::WIDE));
    while n < last && (is(n, CellFlags::ITALIC) || is(n + 1, CellFlags::ITALIC)) {
        n += 1;
    }
    n
}

/// Whether a part of a row may be drawn beyond the grid: slanted letters at its edge are.
fn reaches_out(cells: &[Cell], span: &Range<usize>) -> bool {
    let slanted = |cell: &Cell| cell.flags.contains(CellFlags::ITALIC);
    (span.start == 0 && slanted(&cells[0]))
        || (span.end == cells.len() && slanted(&cells[cells.len() - 1]))
}
