//! Resizing, scrolling back, searching and selecting, without a window.

use alacritty_terminal::index::{Column, Line, Point, Side};
use alacritty_terminal::selection::{Selection, SelectionType};
use alacritty_terminal::vte::ansi::{CursorShape, CursorStyle};

use crate::term::emulator::{Emulator, GridSize};
use crate::term::links;
use crate::term::search::Search;

fn emulator(columns: usize, rows: usize) -> Emulator {
    let style = CursorStyle {
        shape: CursorShape::Block,
        blinking: false,
    };
    Emulator::new(GridSize::new(columns, rows, 8, 16), style)
}

fn rows(emulator: &Emulator) -> Vec<String> {
    (0..emulator.size().rows as i32)
        .map(|row| emulator.text(row))
        .collect()
}

#[test]
fn wrapped_lines_flow_anew_when_the_width_changes() {
    let mut emulator = emulator(10, 4);
    emulator.feed(b"abcdefghijklmno\r\nxyz");
    assert_eq!(rows(&emulator), ["abcdefghij", "klmno", "xyz", ""]);
    emulator.resize(GridSize::new(5, 4, 8, 16));
    assert_eq!(rows(&emulator), ["fghij", "klmno", "xyz", ""]);
    assert_eq!(emulator.text(-1), "abcde");
    emulator.resize(GridSize::new(20, 4, 8, 16));
    assert_eq!(rows(&emulator)[..2], ["abcdefghijklmno", "xyz"]);
    assert_eq!(emulator.caret(), (3, 1));
}

#[test]
fn lines_that_leave_the_screen_are_kept() {
    let mut emulator = emulator(10, 3);
    for n in 0..50 {
        emulator.feed(format!("{n}\r\n").as_bytes());
    }
    assert_eq!(emulator.history(), 48);
    assert_eq!(emulator.text(-48), "0");
    emulator.set_offset(1000);
    assert_eq!(emulator.offset(), 48);
    emulator.feed(b"one more\r\n");
    assert_eq!(emulator.offset(), 49, "the view stays with what it shows");
    emulator.clear_history();
    assert_eq!((emulator.history(), emulator.offset()), (0, 0));
}

#[test]
fn a_size_out_of_bounds_is_bounded() {
    let mut emulator = emulator(0, 0);
    assert_eq!((emulator.size().columns, emulator.size().rows), (2, 1));
    emulator.resize(GridSize::new(100_000, 100_000, u16::MAX, u16::MAX));
    assert_eq!(
        (emulator.size().columns, emulator.size().rows),
        (1000, 1000)
    );
    emulator.feed(b"\x1b[14t");
    assert!(emulator.take_reply().starts_with(b"\x1b[4;65000;65000t"));
}

#[test]
fn an_update_that_does_not_end_can_be_released() {
    let mut emulator = emulator(10, 2);
    emulator.feed(b"\x1b[?2026habc");
    assert!(emulator.holds());
    assert_eq!(rows(&emulator)[0], "");
    emulator.release();
    assert!(!emulator.holds());
    assert_eq!(rows(&emulator)[0], "abc");
}

#[test]
fn a_search_goes_from_find_to_find() {
    let mut emulator = emulator(20, 3);
    emulator.feed(b"one two\r\nTwo (a.b)\r\nthree\r\nfour two\r\nfive");
    let mut search = Search::default();
    search.type_text("tw", &emulator);
    let line = |search: &Search| {
        search
            .here()
            .map(|span| (span.start().line.0, span.start().column.0))
    };
    assert_eq!(line(&search), Some((1, 5)), "the newest first");
    search.go(true, &emulator);
    assert_eq!(line(&search), Some((-1, 0)), "small letters find capitals");
    search.go(true, &emulator);
    assert_eq!(line(&search), Some((-2, 4)));
    search.go(true, &emulator);
    assert_eq!(
        line(&search),
        Some((1, 5)),
        "after the last comes the first"
    );
    search.go(false, &emulator);
    assert_eq!(line(&search), Some((-2, 4)));
    assert_eq!(search.between(&emulator, -2, 2).len(), 3);
    search.type_text("x", &emulator);
    assert_eq!(line(&search), None);
    search.erase(&emulator);
    assert!(search.here().is_some());
    let mut exact = Search::default();
    exact.type_text("(a.b)", &emulator);
    assert_eq!(
        line(&exact),
        Some((-1, 4)),
        "no character means anything else"
    );
}

#[test]
fn selections_are_by_character_word_line_and_block() {
    let mut emulator = emulator(12, 4);
    emulator.feed(b"hello big\r\nworld/x is\r\nthird row here that wraps");
    let mut select = |kind, from: (i32, usize), to: (i32, usize)| {
        let point = |(line, column)| Point::new(Line(line), Column(column));
        let mut selection = Selection::new(kind, point(from), Side::Left);
        selection.update(point(to), Side::Right);
        emulator.term_mut().selection = Some(selection);
        emulator
            .term()
            .selection_to_string()
            .expect("something is selected")
    };
    // The first row has scrolled away: it is row -1 now.
    assert_eq!(
        select(SelectionType::Simple, (-1, 1), (0, 1)),
        "ello big\nwo"
    );
    assert_eq!(select(SelectionType::Semantic, (0, 2), (0, 2)), "world/x");
    assert_eq!(
        select(SelectionType::Lines, (1, 2), (1, 2)),
        "third row here that wraps\n"
    );
    assert_eq!(select(SelectionType::Block, (-1, 0), (0, 1)), "he\nwo");
}

#[test]
fn links_are_found_where_they_are_marked_and_in_text() {
    let mut emulator = emulator(20, 4);
    emulator.feed(b"\x1b]8;;https://a.org\x1b\\click\x1b]8;;\x1b\\ me\r\n");
    emulator.feed(b"see https://example.org/long/way?x=1, ok");
    let at =
        |line: i32, column: usize| links::at(&emulator, Point::new(Line(line), Column(column)));
    let marked = at(0, 2).expect("a link");
    assert_eq!(marked.uri, "https://a.org");
    assert_eq!(
        (marked.span.start().column.0, marked.span.end().column.0),
        (0, 4)
    );
    assert_eq!(at(0, 7), None);
    let plain = at(2, 3).expect("a link over two rows");
    assert_eq!(plain.uri, "https://example.org/long/way?x=1");
    assert_eq!((plain.span.start().line.0, plain.span.end().line.0), (1, 2));
    assert_eq!(at(1, 1), None);
    emulator.feed(b"\r\n\x1b]8;;javascript:x\x1b\\no\x1b]8;;\x1b\\");
    let last = emulator.caret().1 as i32;
    assert_eq!(
        links::at(&emulator, Point::new(Line(last), Column(0))),
        None
    );
}
