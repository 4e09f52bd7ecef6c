//! Text of the grid, as it is copied.

use alacritty_terminal::Term;
use alacritty_terminal::grid::Dimensions;
use alacritty_terminal::index::{Column, Line};
use alacritty_terminal::selection::{SelectionRange, SelectionType};
use alacritty_terminal::term::cell::{Cell, Flags};

use super::mailbox::Mailbox;

/// The text of a line between two columns, both included.
pub(crate) fn line(term: &Term<Mailbox>, line: Line, first: usize, last: usize) -> String {
    let row = &term.grid()[line];
    let last = last.min(term.columns() - 1);
    // The second half of a wide character stands for the whole.
    let halved = first > 0 && row[Column(first)].flags.contains(Flags::WIDE_CHAR_SPACER);
    let cells = (first - usize::from(halved)..=last).map(|column| &row[Column(column)]);
    let mut text = String::new();
    cells.for_each(|cell| push(&mut text, cell));
    text
}

fn push(text: &mut String, cell: &Cell) {
    let spacers = Flags::WIDE_CHAR_SPACER | Flags::LEADING_WIDE_CHAR_SPACER;
    if cell.flags.intersects(spacers) {
        return;
    }
    // The emulation marks where a tab was; it is seen as blanks.
    text.push(if cell.c == '\t' { ' ' } else { cell.c });
    text.extend(cell.zerowidth().into_iter().flatten());
}

/// What is selected: a line that was wrapped is one, blanks at the end of others are left out.
pub(crate) fn selected(term: &Term<Mailbox>) -> Option<String> {
    let selection = term.selection.as_ref()?;
    let range = selection.to_range(term)?;
    let mut text = match range.is_block {
        true => block(term, &range),
        false => flow(term, &range),
    };
    if selection.ty == SelectionType::Lines {
        text.push('\n');
    }
    (!text.is_empty()).then_some(text)
}

fn block(term: &Term<Mailbox>, range: &SelectionRange) -> String {
    let (first, last) = (range.start.column.0, range.end.column.0);
    let lines = (range.start.line.0..=range.end.line.0)
        .map(|row| line(term, Line(row), first, last).trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

fn flow(term: &Term<Mailbox>, range: &SelectionRange) -> String {
    let end = term.columns() - 1;
    let mut text = String::new();
    for row in range.start.line.0..=range.end.line.0 {
        let is = |other: Line| other.0 == row;
        let first = if is(range.start.line) {
            range.start.column.0
        } else {
            0
        };
        let last = if is(range.end.line) {
            range.end.column.0
        } else {
            end
        };
        let wraps = term.grid()[Line(row)][Column(end)]
            .flags
            .contains(Flags::WRAPLINE);
        let piece = line(term, Line(row), first, last);
        match wraps || last < end {
            true => text.push_str(&piece),
            false => text.push_str(piece.trim_end()),
        }
        if !wraps && !is(range.end.line) {
            text.push('\n');
        }
    }
    text
}
