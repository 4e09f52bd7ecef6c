//! Text that runs from right to left: in which order a row's cells stand, and how their letters join.
//!
//! The grid has text in the order in which it is read and copied. Each row is arranged for itself, as
//! one that begins at the left, by the rules of Unicode. Letters of Arabic take the forms that Unicode
//! has for them; each keeps its own cell.

use alacritty_terminal::grid::Row;
use alacritty_terminal::index::Column;
use alacritty_terminal::term::cell::{Cell, Flags};
use unicode_bidi::{BidiInfo, Level};

/// Where the columns of a row stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// For each place, from left to right, the column that is there.
    columns: Vec<usize>,
    /// Which columns run from right to left.
    leftwards: Vec<bool>,
}

impl Order {
    /// The order of a row; `None` if each column is in its own place.
    pub(crate) fn of(row: &Row<Cell>) -> Option<Self> {
        let cells = || (0..row.len()).map(|n| &row[Column(n)]);
        if !cells().any(|cell| runs_leftwards(cell.c)) {
            return None;
        }
        let second = |cell: &Cell| cell.flags.contains(Flags::WIDE_CHAR_SPACER);
        let firsts = cells().enumerate().filter(|(_, cell)| !second(cell));
        let (starts, text): (Vec<_>, String) = firsts.map(|(n, cell)| (n, plain(cell.c))).unzip();
        let info = BidiInfo::new(&text, Some(Level::ltr()));
        let paragraph = info.paragraphs.first()?;
        let levels = info.reordered_levels_per_char(paragraph, paragraph.range.clone());
        let width = |n: usize| starts.get(n + 1).copied().unwrap_or(row.len()) - starts[n];
        let mut order = Self {
            columns: Vec::with_capacity(row.len()),
            leftwards: vec![false; row.len()],
        };
        for n in BidiInfo::reorder_visual(&levels) {
            let columns = starts[n]..starts[n] + width(n);
            order.leftwards[columns.clone()].fill(levels[n].is_rtl());
            order.columns.extend(columns);
        }
        Some(order)
    }

    /// The column that stands in a place.
    pub(crate) fn column(&self, place: usize) -> usize {
        self.columns[place]
    }

    /// The place where a column stands.
    pub(crate) fn place(&self, column: usize) -> usize {
        let found = self.columns.iter().position(|c| *c == column);
        found.unwrap_or(column)
    }

    /// Whether a column is part of text from right to left.
    pub(crate) fn is_leftwards(&self, column: usize) -> bool {
        self.leftwards[column]
    }

    /// The cells of a row, each in its place.
    pub(crate) fn arranged<T: Clone>(&self, cells: &[T]) -> Vec<T> {
        self.columns.iter().map(|n| cells[*n].clone()).collect()
    }

    /// What a column of the row shows.
    pub(crate) fn shown(&self, row: &Row<Cell>, column: usize) -> char {
        let c = row[Column(column)].c;
        if !self.leftwards[column] {
            return c;
        }
        let beside = |n: Option<usize>| n.filter(|n| *n < row.len()).map(|n| row[Column(n)].c);
        joined(
            mirrored(c),
            beside(column.checked_sub(1)),
            beside(Some(column + 1)),
        )
    }
}

/// Whether it is of a script that is written from right to left, or may be.
fn runs_leftwards(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// A row is one paragraph, whatever is in it.
fn plain(c: char) -> char {
    match c {
        '\u{2029}' | '\u{85}' | '\0'..='\u{1f}' => ' ',
        c => c,
    }
}

fn mirrored(c: char) -> char {
    const PAIRS: [(char, char); 6] = [
        ('(', ')'),
        ('[', ']'),
        ('{', '}'),
        ('<', '>'),
        ('\u{ab}', '\u{bb}'),
        ('\u{2039}', '\u{203a}'),
    ];
    let pair = PAIRS.iter().find(|(a, b)| c == *a || c == *b);
    pair.map_or(c, |(a, b)| if c == *a { *b } else { *a })
}

/// Letters of Arabic from U+0621 on: their form by itself, and how many forms follow it: at the end of
/// joined letters, at their beginning, and within. 0: not a letter.
const LETTERS: [(u16, u8); 42] = [
    (0xfe80, 1),
    (0xfe81, 2),
    (0xfe83, 2),
    (0xfe85, 2),
    (0xfe87, 2),
    (0xfe89, 4),
    (0xfe8d, 2),
    (0xfe8f, 4),
    (0xfe93, 2),
    (0xfe95, 4),
    (0xfe99, 4),
    (0xfe9d, 4),
    (0xfea1, 4),
    (0xfea5, 4),
    (0xfea9, 2),
    (0xfeab, 2),
    (0xfead, 2),
    (0xfeaf, 2),
    (0xfeb1, 4),
    (0xfeb5, 4),
    (0xfeb9, 4),
    (0xfebd, 4),
    (0xfec1, 4),
    (0xfec5, 4),
    (0xfec9, 4),
    (0xfecd, 4),
    (0, 0),
    (0, 0),
    (0, 0),
    (0, 0),
    (0, 0),
    (0, 0),
    (0xfed1, 4),
    (0xfed5, 4),
    (0xfed9, 4),
    (0xfedd, 4),
    (0xfee1, 4),
    (0xfee5, 4),
    (0xfee9, 4),
    (0xfeed, 2),
    (0xfeef, 2),
    (0xfef1, 4),
];

/// A line that joins on both sides and is alike everywhere.
const TATWEEL: char = '\u{640}';

/// The first form of a letter, and how many there are.
fn forms(c: char) -> Option<(u16, u8)> {
    let further = match c {
        '\u{67e}' => (0xfb56, 4),
        '\u{686}' => (0xfb7a, 4),
        '\u{698}' => (0xfb8a, 2),
        '\u{6a9}' => (0xfb8e, 4),
        '\u{6af}' => (0xfb92, 4),
        '\u{6cc}' => (0xfbfc, 4),
        _ => (0, 0),
    };
    let listed = u32::from(c).checked_sub(0x621);
    let listed = listed.and_then(|n| LETTERS.get(n as usize)).copied();
    [Some(further), listed]
        .into_iter()
        .flatten()
        .find(|(_, count)| *count > 0)
}

/// A letter between two others, as it is read.
fn joined(c: char, before: Option<char>, after: Option<char>) -> char {
    let Some((first, count)) = forms(c) else {
        return c;
    };
    let reaches_on = |c: char| c == TATWEEL || forms(c).is_some_and(|(_, count)| count == 4);
    let reaches_back = |c: char| c == TATWEEL || forms(c).is_some_and(|(_, count)| count > 1);
    let back = count > 1 && before.is_some_and(reaches_on);
    let on = count == 4 && after.is_some_and(reaches_back);
    let form = u16::from(back) + 2 * u16::from(on);
    char::from_u32(u32::from(first + form)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> Row<Cell> {
        let mut row = Row::<Cell>::new(text.chars().count());
        for (n, c) in text.chars().enumerate() {
            row[Column(n)].c = c;
        }
        row
    }

    /// What is to be seen, from left to right.
    fn seen(text: &str) -> String {
        let row = row(text);
        let order = Order::of(&row).expect("something runs from right to left");
        let shown: Vec<_> = (0..row.len()).map(|n| order.shown(&row, n)).collect();
        order.arranged(&shown).into_iter().collect()
    }

    #[test]
    fn words_from_right_to_left_are_turned_around_and_numbers_are_not() {
        assert_eq!(
            seen("ab \u{5d0}\u{5d1}\u{5d2} cd"),
            "ab \u{5d2}\u{5d1}\u{5d0} cd"
        );
        assert_eq!(
            seen("\u{5d0}\u{5d1} 12 \u{5d2}! ."),
            "\u{5d2} 12 \u{5d1}\u{5d0}! ."
        );
        assert_eq!(Order::of(&row("only (Latin), \u{e4}")), None);
    }

    #[test]
    fn brackets_face_the_other_way() {
        assert_eq!(
            seen("\u{5d0} (\u{5d1}) \u{5d2}"),
            "\u{5d2} (\u{5d1}) \u{5d0}"
        );
    }

    #[test]
    fn letters_of_arabic_join() {
        // Seen, lam, alef, meem: alef joins the one before it only.
        assert_eq!(
            seen("\u{633}\u{644}\u{627}\u{645}"),
            "\u{fee1}\u{fe8e}\u{fee0}\u{feb3}"
        );
        assert_eq!(seen("\u{645} \u{645}"), "\u{fee1} \u{fee1}");
        assert_eq!(seen("\u{6cc}\u{6a9}"), "\u{fb8f}\u{fbfe}");
    }

    #[test]
    fn places_and_columns_are_each_others_inverse() {
        let row = row("a\u{5d0}\u{5d1} b\u{5d2}c");
        let order = Order::of(&row).expect("something runs from right to left");
        for column in 0..row.len() {
            assert_eq!(order.column(order.place(column)), column);
        }
        assert!(order.is_leftwards(1) && !order.is_leftwards(0));
    }

    #[test]
    fn a_wide_character_stays_whole() {
        let mut row = row("\u{5d0}\u{6f22} \u{5d1}");
        row[Column(1)].flags.insert(Flags::WIDE_CHAR);
        row[Column(2)].flags.insert(Flags::WIDE_CHAR_SPACER);
        let order = Order::of(&row).expect("something runs from right to left");
        assert_eq!(order.place(2), order.place(1) + 1);
    }
}
