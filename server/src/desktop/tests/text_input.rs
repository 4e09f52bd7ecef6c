//! Composed text: to the window that has the keyboard and takes it, for as long as both are so.

use transom_protocol::color::Color;
use transom_protocol::geometry::{PixelRect, Rect, Scale};
use transom_protocol::input::{KeyCode, KeyState, Modifiers};
use transom_protocol::request::SetTextInput;
use transom_protocol::window::TextPurpose;

use super::super::*;
use super::fixture::{Fixture, output, rect};

fn takes_text(window: WindowKey) -> SetTextInput {
    SetTextInput {
        window: window.window,
        enabled: 1,
        purpose: TextPurpose::NORMAL,
        caret: Rect::new(5.0, 10.0, 1.0, 12.0),
    }
}

fn takes_none(window: WindowKey) -> SetTextInput {
    SetTextInput {
        enabled: 0,
        ..takes_text(window)
    }
}

impl Fixture {
    fn ask(&mut self, key: WindowKey, request: SetTextInput) {
        self.request(key.client, request).expect("a window");
    }

    fn preedit(&mut self, text: &str, cursor: Option<(usize, usize)>) {
        let text = text.to_string();
        self.input(Input::Composed(Composed::Preedit { text, cursor }));
    }

    fn commit_text(&mut self, text: &str) {
        let text = text.to_string();
        self.input(Input::Composed(Composed::Commit { text }));
    }
}

#[test]
fn what_is_composed_is_told_and_then_committed() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window(client, 1, (50, 50), Color::RED);
    f.ask(window, takes_text(window));
    f.forget_events(client);
    f.preedit("に", Some((3, 3)));
    f.preedit("にほn", Some((0, 6)));
    f.preedit("日本", None);
    f.commit_text("日本");
    assert_eq!(
        f.events(client),
        [
            "preedit 1 \"に\" 3-3",
            "preedit 1 \"にほn\" 0-6",
            "preedit 1 \"日本\" -1--1",
            "commit 1 \"日本\""
        ]
    );
    f.preedit("", None);
    assert_eq!(f.events(client), [""; 0], "it had ended");
    f.preedit("n", Some((1, 1)));
    f.preedit("", None);
    let told = f.events(client);
    assert_eq!(
        told.last().map(String::as_str),
        Some("preedit 1 \"\" -1--1")
    );
}

#[test]
fn a_caret_between_the_bytes_of_a_character_is_none() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window(client, 1, (50, 50), Color::RED);
    f.ask(window, takes_text(window));
    f.forget_events(client);
    for cursor in [(1, 3), (0, 4), (3, 0), (0, usize::MAX)] {
        f.preedit("に", Some(cursor));
        assert_eq!(f.events(client), ["preedit 1 \"に\" -1--1"], "{cursor:?}");
    }
}

#[test]
fn a_window_that_takes_no_composed_text_gets_it_as_that_of_a_key() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window(client, 1, (50, 50), Color::RED);
    f.forget_events(client);
    f.preedit("に", None);
    f.commit_text("日\r本");
    let expected = ["key \"日本\" Pressed", "key \"\" Released"];
    assert_eq!(f.events(client), expected);
    f.ask(window, takes_text(window));
    f.ask(window, takes_none(window));
    f.commit_text("本");
    assert_eq!(f.events(client)[0], "key \"本\" Pressed");
}

#[test]
fn what_is_being_composed_ends_before_the_keyboard_leaves() {
    let mut f = Fixture::new(200, 100);
    let (left, right) = (f.client(), f.client());
    let first = f.window_at(left, 1, rect(0, 0, 50, 50), Color::RED);
    let second = f.window_at(right, 1, rect(50, 0, 50, 50), Color::BLUE);
    f.ask(first, takes_text(first));
    f.ask(second, takes_text(second));
    f.click(10.0, 10.0);
    let field = f.desktop.text_field().expect("a field").number;
    f.preedit("に", None);
    f.forget_events(left);
    f.click(60.0, 10.0);
    let ends = ["preedit 1 \"\" -1--1", "keyboard leave 1"];
    let told: Vec<_> = f
        .events(left)
        .into_iter()
        .filter(|e| e.contains("e"))
        .collect();
    let at = told.iter().position(|e| e == ends[0]).expect("an end");
    assert_eq!(told[at..at + 2], ends);
    assert_ne!(f.desktop.text_field().expect("a field").number, field);
    f.forget_events(right);
    f.preedit("ほ", None);
    f.input(Input::FocusLost);
    assert_eq!(f.desktop.text_field(), None);
    assert_eq!(f.events(right)[1], ends[0]);
    f.preedit("", None);
    f.preedit("ん", None);
    assert!(
        f.desktop.seat.keyboard.is_none(),
        "that says nothing of the keyboard"
    );
}

#[test]
fn a_field_that_is_given_up_ends_what_is_being_composed() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window(client, 1, (50, 50), Color::RED);
    f.ask(window, takes_text(window));
    let first = f.desktop.text_field().expect("a field");
    f.preedit("に", None);
    f.forget_events(client);
    let moved = SetTextInput {
        caret: Rect::new(9.0, 10.0, 1.0, 12.0),
        ..takes_text(window)
    };
    f.ask(window, moved);
    assert_eq!(f.events(client), [""; 0], "a caret may move");
    assert_eq!(f.desktop.text_field().map(|t| t.number), Some(first.number));
    f.ask(window, takes_none(window));
    assert_eq!(f.events(client), ["preedit 1 \"\" -1--1"]);
    assert_eq!(f.desktop.text_field(), None);
    f.ask(window, takes_text(window));
    let again = f.desktop.text_field().expect("a field");
    assert_ne!(again.number, first.number);
    f.preedit("に", None);
    f.desktop.destroy_window(window);
    assert_eq!(f.desktop.text_field(), None);
}

#[test]
fn the_caret_is_told_in_pixels_of_the_screen() {
    let output = Output {
        scale: Scale(180),
        ..output(200, 100)
    };
    let mut f = Fixture::with_config(output, Config::bare());
    let client = f.client();
    let window = f.window_at(client, 1, rect(30, 20, 60, 60), Color::RED);
    f.ask(window, takes_text(window));
    let caret = f.desktop.text_field().map(|t| t.caret);
    assert_eq!(caret, Some(PixelRect::from_edges(37, 35, 39, 53)));
}

#[test]
fn the_desktop_s_own_menus_are_not_composed_into() {
    let mut f = Fixture::with_config(output(400, 300), Config::full());
    let client = f.client();
    let window = f.window(client, 1, (50, 50), Color::RED);
    f.ask(window, takes_text(window));
    let field = f.desktop.text_field();
    assert!(field.is_some());
    f.shortcut(Modifiers::ALT, KeyCode::SPACE);
    assert_eq!(f.desktop.text_field(), None);
    f.key(KeyCode::ESCAPE, KeyState::Pressed, "");
    assert_eq!(f.desktop.text_field(), field);
}

#[test]
fn long_texts_are_told_in_pieces_and_none_of_them_is_lost() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window(client, 1, (50, 50), Color::RED);
    f.ask(window, takes_text(window));
    f.forget_events(client);
    let long = "é".repeat(MAX_COMPOSED_BYTES);
    f.preedit(&long, None);
    assert!(f.events(client)[0].len() < MAX_COMPOSED_BYTES + 100);
    f.commit_text(&long);
    let told = f.events(client);
    let letters: usize = told.iter().map(|e| e.matches('é').count()).sum();
    assert_eq!((told.len(), letters), (2, MAX_COMPOSED_BYTES));
    f.commit_text("");
    assert_eq!(f.events(client), [""; 0]);
    f.preedit("n", None);
    f.commit_text("");
    assert_eq!(f.events(client)[1], "preedit 1 \"\" -1--1");
}
