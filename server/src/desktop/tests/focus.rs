//! Who has the keyboard.

use std::time::Duration;

use transom_protocol::color::Color;
use transom_protocol::ids::WindowId;
use transom_protocol::input::{KeyCode, KeyLocation, KeyState, LogicalKey, Modifiers};
use transom_protocol::request::{Activate, Bell};
use transom_protocol::window::{WindowKind, WindowStates};

use super::super::*;
use super::fixture::{Fixture, rect, window_request};

const A: KeyCode = KeyCode::KEY_A;
const ENTER: KeyCode = KeyCode::ENTER;

fn has(f: &Fixture, key: WindowKey, state: WindowStates) -> bool {
    f.desktop.states_of(key).contains(state)
}

#[test]
fn a_new_window_takes_the_keyboard_and_hands_it_on_when_it_goes() {
    let mut f = Fixture::new(400, 300);
    let client = f.client();
    let first = f.window(client, 1, (50, 50), Color::RED);
    assert_eq!(f.events(client), ["keyboard enter 1 []", "modifiers 0"]);
    let second = f.window(client, 2, (50, 50), Color::RED);
    assert_eq!(
        f.events(client),
        ["keyboard leave 1", "keyboard enter 2 []", "modifiers 0"]
    );
    assert!(has(&f, second, WindowStates::ACTIVE) && !has(&f, first, WindowStates::ACTIVE));
    f.desktop.destroy_window(second);
    assert_eq!(f.events(client), ["keyboard enter 1 []", "modifiers 0"]);
}

#[test]
fn a_click_turns_the_keyboard_to_a_window_before_it_is_told_the_press() {
    let mut f = Fixture::new(200, 100);
    let (left, right) = (f.client(), f.client());
    f.window_at(left, 1, rect(0, 0, 50, 50), Color::RED);
    f.window_at(right, 1, rect(50, 0, 50, 50), Color::BLUE);
    f.motion(10.0, 10.0);
    f.forget_events(left);
    f.forget_events(right);
    f.press(10.0, 10.0);
    assert_eq!(
        f.events(left),
        [
            "keyboard enter 1 []",
            "modifiers 0",
            "button left Pressed",
            "frame"
        ]
    );
    assert_eq!(f.events(right), ["keyboard leave 1"]);
    f.release();
    f.click(150.0, 90.0);
    assert!(!f.events(left).contains(&"keyboard leave 1".to_string()));
}

#[test]
fn a_window_that_gets_the_keyboard_is_told_the_keys_held() {
    let mut f = Fixture::new(200, 100);
    let (left, right) = (f.client(), f.client());
    f.window_at(left, 1, rect(0, 0, 50, 50), Color::RED);
    f.window_at(right, 1, rect(50, 0, 50, 50), Color::BLUE);
    f.key(A, KeyState::Pressed, "a");
    let mut modifiers = f.desktop.seat.modifiers;
    modifiers.depressed = Modifiers::SHIFT;
    f.input(Input::Modifiers(modifiers));
    f.input(Input::Modifiers(modifiers));
    assert_eq!(f.events(right)[2..], ["key 4 Pressed", "modifiers 1"]);
    f.forget_events(left);
    f.click(10.0, 10.0);
    f.key(A, KeyState::Released, "");
    f.key(A, KeyState::Released, "");
    let keys = |e: &String| e.contains("key") || e.contains("modifiers");
    let told: Vec<_> = f.events(left).into_iter().filter(keys).collect();
    assert_eq!(
        told,
        ["keyboard enter 1 [4]", "modifiers 1", "key 4 Released"]
    );
}

#[test]
fn a_press_of_a_key_that_is_down_is_a_repeat() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    f.window(client, 1, (50, 50), Color::RED);
    f.forget_events(client);
    f.key(A, KeyState::Pressed, "a");
    f.key(A, KeyState::Pressed, "a");
    f.key(A, KeyState::Repeated, "a");
    f.key(A, KeyState::Released, "");
    assert_eq!(
        f.events(client),
        [
            "key 4 Pressed",
            "key 4 Repeated",
            "key 4 Repeated",
            "key 4 Released"
        ]
    );
}

#[test]
fn a_key_that_is_held_while_the_keyboard_goes_elsewhere_repeats_nowhere() {
    let mut f = Fixture::new(200, 100);
    let (left, right) = (f.client(), f.client());
    f.window_at(left, 1, rect(0, 0, 50, 50), Color::RED);
    f.window_at(right, 1, rect(50, 0, 50, 50), Color::BLUE);
    f.key(A, KeyState::Pressed, "a");
    f.click(10.0, 10.0);
    f.forget_events(left);
    f.forget_events(right);
    for state in [KeyState::Repeated, KeyState::Pressed, KeyState::Released] {
        f.key(A, state, "a");
    }
    assert_eq!(f.events(left), ["key 4 Released"]);
    f.key(A, KeyState::Pressed, "a");
    f.key(A, KeyState::Repeated, "a");
    assert_eq!(f.events(left), ["key 4 Pressed", "key 4 Repeated"]);
    assert_eq!(f.events(right), [""; 0]);
}

#[test]
fn keys_that_only_the_kernel_has_a_number_for_pair_up_too() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    f.window(client, 1, (50, 50), Color::RED);
    f.forget_events(client);
    let states = [
        KeyState::Released,
        KeyState::Pressed,
        KeyState::Pressed,
        KeyState::Released,
        KeyState::Released,
    ];
    for (evdev, state) in states.iter().flat_map(|s| [(561, *s), (562, *s)]) {
        f.input(Input::Key(KeyInput {
            code: KeyCode::default(),
            evdev,
            logical: LogicalKey::UNIDENTIFIED,
            unmodified: LogicalKey::UNIDENTIFIED,
            location: KeyLocation::Standard,
            text: String::new(),
            state,
        }));
    }
    let told = ["Pressed", "Repeated", "Released"];
    let each = |state| [(); 2].map(|()| format!("key \"\" {state}"));
    assert_eq!(f.events(client), told.map(each).concat());
}

#[test]
fn a_window_that_appears_while_the_person_types_elsewhere_is_urgent_instead() {
    let mut f = Fixture::new(400, 300);
    let (editor, other) = (f.client(), f.client());
    let text = f.window(editor, 1, (50, 50), Color::RED);
    f.key(A, KeyState::Pressed, "a");
    f.now = f.now.after(Duration::from_millis(300));
    let rude = f.window(other, 1, (50, 50), Color::BLUE);
    assert!(has(&f, text, WindowStates::ACTIVE));
    assert!(has(&f, rude, WindowStates::URGENT));
    let own = f.window(editor, 2, (50, 50), Color::RED);
    assert!(has(&f, own, WindowStates::ACTIVE), "its own may");
    let place = f.rect_of(rude);
    f.click(f64::from(place.x0), f64::from(place.y0));
    assert!(has(&f, rude, WindowStates::ACTIVE));
    assert!(!has(&f, rude, WindowStates::URGENT));
}

#[test]
fn a_program_started_by_typing_its_name_gets_the_keyboard() {
    let mut f = Fixture::new(400, 300);
    let (terminal, program) = (f.client(), f.client());
    f.window(terminal, 1, (50, 50), Color::RED);
    f.key(A, KeyState::Pressed, "a");
    f.key(ENTER, KeyState::Pressed, "\r");
    f.now = f.now.after(Duration::from_millis(100));
    let window = f.window(program, 1, (50, 50), Color::BLUE);
    assert!(has(&f, window, WindowStates::ACTIVE));
    f.key(A, KeyState::Pressed, "a");
    f.now = f.now.after(Duration::from_millis(500));
    let late = f.window(terminal, 2, (50, 50), Color::RED);
    assert!(
        has(&f, late, WindowStates::ACTIVE),
        "the person has stopped"
    );
}

#[test]
fn activation_needs_an_input_of_the_last_seconds() {
    let mut f = Fixture::new(200, 100);
    let (left, right) = (f.client(), f.client());
    let window = f.window_at(left, 1, rect(0, 0, 50, 50), Color::RED);
    f.window_at(right, 1, rect(50, 0, 50, 50), Color::BLUE);
    f.click(10.0, 10.0);
    let serial = f.last_input(left);
    f.click(60.0, 10.0);
    let activate = |serial| Activate {
        window: WindowId(1),
        serial,
    };
    f.request(left, activate(Serial::NONE)).expect("no error");
    assert!(has(&f, window, WindowStates::URGENT));
    f.request(left, activate(serial)).expect("no error");
    assert!(has(&f, window, WindowStates::ACTIVE));
    f.click(60.0, 10.0);
    f.now = f.now.after(Duration::from_secs(6));
    f.request(left, activate(serial)).expect("no error");
    assert!(!has(&f, window, WindowStates::ACTIVE));
    assert!(has(&f, window, WindowStates::URGENT));
}

#[test]
fn a_bell_marks_a_window_urgent_unless_the_person_looks_at_it() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let behind = f.window(client, 1, (50, 50), Color::RED);
    let front = f.window(client, 2, (50, 50), Color::RED);
    for key in [behind, front] {
        let window = key.window;
        f.request(client, Bell { window }).expect("no error");
    }
    assert!(has(&f, behind, WindowStates::URGENT));
    assert!(!has(&f, front, WindowStates::URGENT));
}

#[test]
fn a_dialog_has_the_keyboard_in_place_of_what_it_belongs_to() {
    let mut f = Fixture::new(400, 300);
    let (client, other) = (f.client(), f.client());
    let parent = f.window_at(client, 1, rect(0, 0, 100, 100), Color::RED);
    let dialog = f.dialog(parent, 2, (20, 20));
    f.window_at(other, 1, rect(200, 0, 50, 50), Color::BLUE);
    f.click(5.0, 5.0);
    assert_eq!(f.desktop.seat.focus, Some(dialog));
    f.desktop.destroy_window(dialog);
    assert_eq!(f.desktop.seat.focus, Some(parent));
}

#[test]
fn a_palette_does_not_take_the_keyboard_until_it_is_clicked() {
    let mut f = Fixture::new(400, 300);
    let client = f.client();
    let parent = f.window_at(client, 1, rect(0, 0, 100, 100), Color::RED);
    let request = window_request(2, WindowKind::Utility, 1);
    f.desktop.create_window(client, &request);
    let palette = parent.sibling(WindowId(2));
    f.commit(palette, (20, 20), Color::GREEN);
    assert_eq!(f.desktop.seat.focus, Some(parent));
    f.click(50.0, 50.0);
    assert_eq!(f.desktop.seat.focus, Some(palette));
}

#[test]
fn when_the_screen_loses_the_keyboard_everything_is_released() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window_at(client, 1, rect(0, 0, 50, 50), Color::RED);
    f.press(10.0, 10.0);
    f.key(A, KeyState::Pressed, "a");
    f.forget_events(client);
    f.input(Input::FocusLost);
    assert_eq!(
        f.events(client),
        [
            "leave 1",
            "frame",
            "keyboard leave 1",
            "enter 1 10,10",
            "frame"
        ]
    );
    assert!(!has(&f, window, WindowStates::ACTIVE));
    f.input(Input::FocusGained);
    assert_eq!(f.events(client), ["keyboard enter 1 []", "modifiers 0"]);
    f.input(Input::FocusLost);
    f.key(A, KeyState::Pressed, "a");
    let told = f.events(client);
    assert_eq!(told.last().map(String::as_str), Some("key 4 Pressed"));
}
