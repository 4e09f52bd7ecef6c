//! [`Search`]: looking for text in all that is kept.

use alacritty_terminal::grid::Dimensions;
use alacritty_terminal::index::{Boundary, Column, Direction, Line, Point, Side};
use alacritty_terminal::term::search::{RegexIter, RegexSearch};

use super::emulator::Emulator;
use super::screen::Span;

/// Characters that may be looked for.
const MAX_QUERY: usize = 200;

/// Finds in view that are marked.
const MAX_MARKED: usize = 1000;

/// A search that is under way.
#[derive(Debug, Default)]
pub(crate) struct Search {
    query: String,
    regex: Option<RegexSearch>,
    here: Option<Span>,
}

impl Search {
    /// What is looked for.
    pub(crate) fn query(&self) -> &str {
        &self.query
    }

    /// The find that the person is at.
    pub(crate) fn here(&self) -> Option<&Span> {
        self.here.as_ref()
    }

    /// Looks for more, or something else: from the place of the last find on.
    pub(crate) fn type_text(&mut self, text: &str, emulator: &Emulator) {
        let room = MAX_QUERY.saturating_sub(self.query.chars().count());
        self.query
            .extend(text.chars().filter(|c| !c.is_control()).take(room));
        self.renew(emulator);
    }

    /// Looks for less.
    pub(crate) fn erase(&mut self, emulator: &Emulator) {
        self.query.pop();
        self.renew(emulator);
    }

    fn renew(&mut self, emulator: &Emulator) {
        // Small letters find capitals too, as the crate has it.
        self.regex = match self.query.is_empty() {
            true => None,
            false => RegexSearch::new(&escaped(&self.query)).ok(),
        };
        let from = self
            .here
            .take()
            .map_or_else(|| bottom(emulator), |span| *span.end());
        self.find(emulator, from, Direction::Left);
    }

    /// Goes to the next find: an older one, further up, or a newer one. After the last comes the
    /// first.
    pub(crate) fn go(&mut self, older: bool, emulator: &Emulator) {
        let term = emulator.term();
        let (from, direction) = match (&self.here, older) {
            (None, _) => (bottom(emulator), Direction::Left),
            (Some(span), true) => (span.start().sub(term, Boundary::None, 1), Direction::Left),
            (Some(span), false) => (span.end().add(term, Boundary::None, 1), Direction::Right),
        };
        self.find(emulator, from, direction);
    }

    fn find(&mut self, emulator: &Emulator, from: Point, direction: Direction) {
        let Some(regex) = &mut self.regex else {
            self.here = None;
            return;
        };
        let side = match direction {
            Direction::Left => Side::Right,
            Direction::Right => Side::Left,
        };
        self.here = emulator
            .term()
            .search_next(regex, from, direction, side, None);
    }

    /// The finds between two rows, for all to be marked.
    pub(crate) fn between(&mut self, emulator: &Emulator, first: i32, last: i32) -> Vec<Span> {
        let Some(regex) = &mut self.regex else {
            return Vec::new();
        };
        let term = emulator.term();
        let start = Point::new(Line(first).max(term.topmost_line()), Column(0));
        let end = Point::new(Line(last).min(term.bottommost_line()), term.last_column());
        let finds = RegexIter::new(start, end, Direction::Right, term, regex);
        finds.take(MAX_MARKED).collect()
    }
}

fn bottom(emulator: &Emulator) -> Point {
    let term = emulator.term();
    Point::new(term.bottommost_line(), term.last_column())
}

/// The text as an expression that finds it and nothing else.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
