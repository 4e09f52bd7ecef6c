//! The line at the bottom in which a search is typed.

use super::cell::{Cell, CellFlags, Line, Mark, Symbol};
use super::palette::{BAR, ON_BRIGHT};
use super::screen::ScreenRow;
use super::search::Search;

const HELP: &str = "Enter older  Shift+Enter newer  Escape ends ";

/// The row of cells for it.
pub(crate) fn row(search: &Search, columns: usize) -> ScreenRow {
    let missing = search.here().is_none() && !search.query().is_empty();
    let label = if missing { " Not found: " } else { " Find: " };
    let room = columns.saturating_sub(label.len() + 1);
    let query: Vec<char> = search.query().chars().collect();
    // Of a long one the end is seen, where it is typed.
    let query = &query[query.len().saturating_sub(room)..];
    let mut text: Vec<char> = label.chars().chain(query.iter().copied()).collect();
    let caret = text.len();
    if text.len() + 3 + HELP.len() <= columns {
        text.resize(columns - HELP.len(), ' ');
        text.extend(HELP.chars());
    }
    text.resize(columns, ' ');
    let cells = text.into_iter().enumerate().map(|(column, c)| {
        Cell {
            symbol: Symbol::of(c),
            fg: ON_BRIGHT,
            flags: CellFlags::NONE.with(CellFlags::BOLD, column < label.len()),
            line: Line::None,
            mark: if column == caret {
                Mark::Beam
            } else {
                Mark::None
            },
            mark_color: ON_BRIGHT,
            ..Cell::blank(BAR)
        }
        .seen()
    });
    ScreenRow::new(cells.collect())
}
