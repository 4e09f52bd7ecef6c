//! Links: those a program has marked as such, and addresses in plain text.

use alacritty_terminal::grid::Dimensions;
use alacritty_terminal::index::{Boundary, Column, Line, Point};
use alacritty_terminal::term::cell::{Cell, Flags};

use super::emulator::Emulator;
use super::screen::Span;

/// What an address begins with. Others are not opened, whoever marked them.
const SCHEMES: [&str; 8] = [
    "https://",
    "http://",
    "ftp://",
    "file://",
    "gemini://",
    "gopher://",
    "mailto:",
    "ssh://",
];

/// Rows that an address may go over.
const MAX_ROWS: i32 = 20;

/// A link and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) span: Span,
    pub(crate) uri: String,
}

/// The link at a place.
pub(crate) fn at(emulator: &Emulator, place: Point) -> Option<Link> {
    let link = marked(emulator, place).or_else(|| plain(emulator, place))?;
    SCHEMES
        .iter()
        .any(|scheme| link.uri.starts_with(scheme))
        .then_some(link)
}

/// One that a program has marked: as far as the cells beside it are of the same link.
fn marked(emulator: &Emulator, place: Point) -> Option<Link> {
    let term = emulator.term();
    let link = term.grid()[place].hyperlink()?;
    let same = |at: Point| term.grid()[at].hyperlink().as_ref() == Some(&link);
    let (mut start, mut end) = (place, place);
    let near = |at: Point| (at.line.0 - place.line.0).abs() <= MAX_ROWS;
    loop {
        let before = start.sub(term, Boundary::Grid, 1);
        if before == start || !near(before) || !same(before) {
            break;
        }
        start = before;
    }
    loop {
        let after = end.add(term, Boundary::Grid, 1);
        if after == end || !near(after) || !same(after) {
            break;
        }
        end = after;
    }
    Some(Link {
        span: start..=end,
        uri: link.uri().to_owned(),
    })
}

/// An address in the text of a line, which may be wrapped.
fn plain(emulator: &Emulator, place: Point) -> Option<Link> {
    let (text, places) = line_of(emulator, place);
    let here = places.iter().position(|at| *at == place)?;
    addresses(&text)
        .into_iter()
        .find(|range| range.contains(&here))
        .map(|range| Link {
            span: places[range.start]..=places[range.end - 1],
            uri: text[range].iter().collect(),
        })
}

/// The characters of the line that a place is in, and where each stands.
fn line_of(emulator: &Emulator, place: Point) -> (Vec<char>, Vec<Point>) {
    let term = emulator.term();
    let (mut first, mut last) = (place.line, place.line);
    while first > term.topmost_line()
        && place.line.0 - first.0 < MAX_ROWS
        && emulator.is_wrapped(first.0 - 1)
    {
        first -= 1;
    }
    while last < term.bottommost_line()
        && last.0 - place.line.0 < MAX_ROWS
        && emulator.is_wrapped(last.0)
    {
        last += 1;
    }
    let places = (first.0..=last.0)
        .flat_map(|line| (0..term.columns()).map(move |c| Point::new(Line(line), Column(c))));
    let spacer = Flags::WIDE_CHAR_SPACER | Flags::LEADING_WIDE_CHAR_SPACER;
    let shown = |cell: &Cell| !cell.flags.intersects(spacer);
    places
        .map(|at| (&term.grid()[at], at))
        .filter(|(cell, _)| shown(cell))
        .map(|(cell, at)| (cell.c, at))
        .unzip()
}

/// Where addresses are in a text.
fn addresses(text: &[char]) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while from < text.len() {
        match begins(&text[from..]) {
            Some(scheme) => {
                let end = from + end(&text[from..]);
                if end > from + scheme {
                    found.push(from..end);
                }
                from = end.max(from + 1);
            }
            None => from += 1,
        }
    }
    found
}

/// How long the scheme is with which a text begins.
fn begins(text: &[char]) -> Option<usize> {
    let begins = |scheme: &&&str| {
        scheme
            .chars()
            .enumerate()
            .all(|(n, c)| text.get(n) == Some(&c))
    };
    SCHEMES.iter().find(begins).map(|scheme| scheme.len())
}

/// Where an address ends. What ends a sentence is not part of it, nor a bracket that was opened
/// before it.
fn end(text: &[char]) -> usize {
    let stops = |c: &char| c.is_whitespace() || c.is_control() || "<>\"`'{}|\\^⟨⟩│".contains(*c);
    let mut end = text.iter().position(stops).unwrap_or(text.len());
    loop {
        let Some(last) = end.checked_sub(1).map(|n| text[n]) else {
            return 0;
        };
        let count = |c: char| text[..end].iter().filter(|other| **other == c).count();
        let surplus = match last {
            ')' => count(')') > count('('),
            ']' => count(']') > count('['),
            '.' | ',' | ';' | ':' | '!' | '?' => true,
            _ => false,
        };
        if !surplus {
            return end;
        }
        end -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let text: Vec<_> = text.chars().collect();
        addresses(&text)
            .into_iter()
            .map(|range| text[range].iter().collect())
            .collect()
    }

    #[test]
    fn addresses_end_where_a_person_would_say() {
        assert_eq!(found("see https://a.org/x?y=1."), ["https://a.org/x?y=1"]);
        assert_eq!(found("(http://a.org/b_(c))"), ["http://a.org/b_(c)"]);
        assert_eq!(
            found("\"mailto:a@b.c\", ftp://d"),
            ["mailto:a@b.c", "ftp://d"]
        );
        assert_eq!(found("https:// nothing http:/no"), [] as [&str; 0]);
        assert_eq!(found("[https://a.org/ü]"), ["https://a.org/ü"]);
    }
}
