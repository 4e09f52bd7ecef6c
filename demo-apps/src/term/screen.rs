//! [`Screen`]: the cells that are to be seen, with selection, search and caret in them.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::RangeInclusive;

use alacritty_terminal::grid::Dimensions;
use alacritty_terminal::index::{Column, Line as Row, Point};
use alacritty_terminal::selection::SelectionRange;
use alacritty_terminal::term::cell::{Cell as Held, Flags};
use alacritty_terminal::vte::ansi::CursorShape;
use transom::Color;

use super::bidi::Order;
use super::cell::{Cell, CellFlags, Clusters, Line, Mark, Symbol};
use super::emulator::Emulator;
use super::palette::{FOUND, FOUND_HERE, ON_BRIGHT, Palette, SELECTED, dimmed, readable};

/// Places from one to another, both included, as text flows.
pub(crate) type Span = RangeInclusive<Point>;

/// What is to be seen beside what the program has written.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The window has the keyboard.
    pub focused: bool,
    /// The caret is not in the dark half of its blinking.
    pub caret_lit: bool,
    /// Device pixels by which the lines stand lower than in whole rows, while scrolling.
    pub lift: u32,
    pub(crate) found: Vec<Span>,
    pub(crate) found_here: Option<Span>,
    pub(crate) link: Option<Span>,
}

/// One row, and a number that tells it from others; the caret does not count in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenRow {
    /// From left to right.
    pub cells: Vec<Cell>,
    /// Equal for rows with equal cells.
    pub hash: u64,
}

impl ScreenRow {
    pub(crate) fn new(cells: Vec<Cell>) -> Self {
        let mut hasher = DefaultHasher::new();
        cells.hash(&mut hasher);
        Self {
            cells,
            hash: hasher.finish(),
        }
    }
}

/// All that is to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    /// From top to bottom; one more than the grid has when `lift` is not 0, and then the first
    /// one is partly hidden.
    pub rows: Vec<ScreenRow>,
    /// Device pixels of the first row that are seen, 0: all.
    pub lift: u32,
    /// Behind and beside the cells.
    pub background: Color,
}

impl Screen {
    pub(crate) fn new(emulator: &Emulator, view: &View, clusters: &mut Clusters) -> Self {
        let term = emulator.term();
        let palette = Palette::new(term.colors());
        let offset = emulator.offset() as i32;
        let count = emulator.size().rows as i32 + i32::from(view.lift > 0);
        let look = Look {
            palette,
            selected: term.selection.as_ref().and_then(|s| s.to_range(term)),
            view,
        };
        let row = |row: i32, clusters: &mut Clusters| {
            let line = Row(row - offset);
            let held = &term.grid()[line];
            let order = Order::of(held);
            let cells = (0..term.columns()).map(|column| {
                let at = Point::new(line, Column(column));
                let shown = match &order {
                    Some(order) => order.shown(held, column),
                    None => held[at.column].c,
                };
                look.cell(at, &held[at.column], shown, clusters)
            });
            let cells: Vec<_> = cells.collect();
            ScreenRow::new(match order {
                Some(order) => order.arranged(&cells),
                None => cells,
            })
        };
        let mut screen = Self {
            rows: (0..count).map(|n| row(n, clusters)).collect(),
            lift: view.lift,
            background: palette.background(),
        };
        screen.put_caret(emulator, view);
        screen
    }

    fn put_caret(&mut self, emulator: &Emulator, view: &View) {
        let content = emulator.term().renderable_content();
        let row = content.cursor.point.line.0 + emulator.offset() as i32;
        let caret = Palette::new(content.colors).caret();
        let cells = usize::try_from(row)
            .ok()
            .and_then(|row| self.rows.get_mut(row));
        let (Some(row), true) = (cells, view.caret_lit || !view.focused) else {
            return;
        };
        let (column, _) = emulator.caret_place();
        let shape = match (view.focused, content.cursor.shape) {
            (_, CursorShape::Hidden) => return,
            (false, _) => CursorShape::HollowBlock,
            (true, shape) => shape,
        };
        let wide = row.cells[column].flags.contains(CellFlags::WIDE);
        let last = (column + usize::from(wide)).min(row.cells.len() - 1);
        for cell in &mut row.cells[column..=last] {
            mark(cell, shape, caret);
        }
    }
}

/// A cell with the caret on it.
fn mark(cell: &mut Cell, shape: CursorShape, caret: Color) {
    cell.mark_color = caret;
    match shape {
        CursorShape::Block => {
            cell.fg = match cell.bg == caret {
                true => cell.fg,
                false => cell.bg,
            };
            cell.bg = caret;
        }
        CursorShape::Beam => cell.mark = Mark::Beam,
        CursorShape::Underline => cell.mark = Mark::Under,
        CursorShape::HollowBlock => cell.mark = Mark::Hollow,
        CursorShape::Hidden => {}
    }
    *cell = cell.seen();
}

/// How cells look.
struct Look<'a> {
    palette: Palette<'a>,
    selected: Option<SelectionRange>,
    view: &'a View,
}

impl Look<'_> {
    fn cell(&self, at: Point, held: &Held, shown: char, clusters: &mut Clusters) -> Cell {
        let (mut fg, mut bg) = self.colors(held);
        if self.is_selected(at) {
            (fg, bg) = (readable(fg, SELECTED), SELECTED);
        } else if self
            .view
            .found_here
            .as_ref()
            .is_some_and(|span| span.contains(&at))
        {
            (fg, bg) = (ON_BRIGHT, FOUND_HERE);
        } else if self.view.found.iter().any(|span| span.contains(&at)) {
            (fg, bg) = (readable(fg, FOUND), FOUND);
        }
        let linked = self
            .view
            .link
            .as_ref()
            .is_some_and(|span| span.contains(&at));
        let flags = held.flags;
        let line = match linked {
            true => Line::Single,
            false => line_of(flags, held.hyperlink().is_some()),
        };
        let line_color = held.underline_color();
        Cell {
            symbol: symbol(held, shown, clusters),
            fg,
            bg,
            line_color: line_color.map_or(fg, |color| self.palette.color(color)),
            line,
            flags: flags_of(flags),
            mark: Mark::None,
            mark_color: bg,
        }
        .seen()
    }

    fn colors(&self, held: &Held) -> (Color, Color) {
        let flags = held.flags;
        let mut fg = self.palette.color(held.fg);
        if flags.contains(Flags::DIM) {
            fg = dimmed(fg);
        }
        let bg = self.palette.color(held.bg);
        match flags.contains(Flags::INVERSE) {
            true => (bg, fg),
            false => (fg, bg),
        }
    }

    fn is_selected(&self, at: Point) -> bool {
        self.selected.is_some_and(|range| range.contains(at))
    }
}

fn symbol(held: &Held, shown: char, clusters: &mut Clusters) -> Symbol {
    let unseen = Flags::HIDDEN | Flags::WIDE_CHAR_SPACER | Flags::LEADING_WIDE_CHAR_SPACER;
    if held.flags.intersects(unseen) || held.c == '\t' {
        return Symbol::BLANK;
    }
    match held.zerowidth() {
        None => Symbol::of(shown),
        Some(combining) => clusters.symbol(shown, combining),
    }
}

fn flags_of(flags: Flags) -> CellFlags {
    CellFlags::NONE
        .with(CellFlags::BOLD, flags.contains(Flags::BOLD))
        .with(CellFlags::ITALIC, flags.contains(Flags::ITALIC))
        .with(CellFlags::STRIKE, flags.contains(Flags::STRIKEOUT))
        .with(CellFlags::WIDE, flags.contains(Flags::WIDE_CHAR))
        .with(CellFlags::SECOND, flags.contains(Flags::WIDE_CHAR_SPACER))
}

/// Text that a program has made a link has dots under it.
fn line_of(flags: Flags, linked: bool) -> Line {
    match flags {
        _ if flags.contains(Flags::UNDERCURL) => Line::Curl,
        _ if flags.contains(Flags::DOUBLE_UNDERLINE) => Line::Double,
        _ if flags.contains(Flags::DOTTED_UNDERLINE) => Line::Dots,
        _ if flags.contains(Flags::DASHED_UNDERLINE) => Line::Dashes,
        _ if flags.contains(Flags::UNDERLINE) => Line::Single,
        _ if linked => Line::Dots,
        _ => Line::None,
    }
}
