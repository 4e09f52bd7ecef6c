//! Text that an input method is composing, shown where it will be entered.

use alacritty_terminal::grid::Dimensions;

use super::cell::{Cell, CellFlags, Line, Mark, Symbol};
use super::emulator::Emulator;
use super::screen::{Screen, ScreenRow};

/// Puts it over the cells from the caret on; where there is no room left, further to the left.
pub(crate) fn put(screen: &mut Screen, text: &str, emulator: &Emulator) {
    let (column, row) = emulator.caret();
    let columns = emulator.term().columns();
    let row = row + emulator.offset();
    let Some(held) = screen.rows.get_mut(row) else {
        return;
    };
    let room = columns - 1;
    let text: Vec<char> = text.chars().take(room).collect();
    let start = column.min(room - text.len());
    let mut cells = std::mem::take(&mut held.cells);
    let ink = cells[column.min(columns - 1)].mark_color;
    for (n, c) in text.iter().enumerate() {
        cells[start + n] = Cell {
            symbol: Symbol::of(*c),
            fg: ink,
            line_color: ink,
            line: Line::Single,
            flags: CellFlags::NONE,
            mark: Mark::None,
            ..Cell::blank(screen.background)
        };
    }
    *held = ScreenRow::new(cells);
}
