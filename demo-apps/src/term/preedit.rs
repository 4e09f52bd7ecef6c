//! Text that an input method is composing, shown where it will be entered.

use alacritty_terminal::grid::Dimensions;
use transom::Color;
use unicode_width::UnicodeWidthChar;

use super::cell::{Cell, CellFlags, Line, Mark, Symbol};
use super::emulator::Emulator;
use super::screen::{Screen, ScreenRow};

/// Puts it over the cells from the caret on; where there is no room left, further to the left.
pub(crate) fn put(screen: &mut Screen, text: &str, emulator: &Emulator) {
    let (column, row) = emulator.caret_place();
    let columns = emulator.term().columns();
    let row = row + emulator.offset();
    let Some(held) = screen.rows.get_mut(row) else {
        return;
    };
    let mut cells = std::mem::take(&mut held.cells);
    let ink = cells[column.min(columns - 1)].mark_color;
    let composed = composed(text, columns - 1, ink, screen.background);
    let start = column.min(columns - 1 - composed.len());
    let end = start + composed.len();
    cells[start..end].clone_from_slice(&composed);
    cells[end].mark = Mark::Beam;
    cells[end].mark_color = ink;
    *held = ScreenRow::new(cells);
}

/// The cells of composed text, as many as there is room for.
fn composed(text: &str, room: usize, ink: Color, background: Color) -> Vec<Cell> {
    let mut cells = Vec::new();
    for c in text.chars() {
        // What combines with the one before is not composed letter by letter.
        let wide = match c.width() {
            Some(2) => true,
            Some(1) => false,
            _ => continue,
        };
        if cells.len() + 1 + usize::from(wide) > room {
            break;
        }
        let cell = Cell {
            symbol: Symbol::of(c),
            fg: ink,
            line_color: ink,
            line: Line::Single,
            flags: CellFlags::NONE.with(CellFlags::WIDE, wide),
            ..Cell::blank(background)
        };
        cells.push(cell);
        if wide {
            cells.push(Cell {
                symbol: Symbol::BLANK,
                flags: CellFlags::SECOND,
                ..cell
            });
        }
    }
    cells
}
