//! Menus of the desktop's own.

use transom_protocol::color::Color;
use transom_protocol::geometry::{PixelPoint, Point};
use transom_protocol::input::{Button, ButtonState, KeyCode, KeyState, Modifiers};
use transom_protocol::request::ShowMenu;
use transom_protocol::window::WindowStates;

use super::super::layout::Item;
use super::super::shell::Interaction;
use super::super::*;
use super::fixture::{Fixture, rect};
use super::manage::{decorated, window};

fn right_click(f: &mut Fixture, x: f64, y: f64) {
    f.motion(x, y);
    f.button(Button::RIGHT, ButtonState::Pressed);
    f.button(Button::RIGHT, ButtonState::Released);
    f.present();
}

fn menu(f: &Fixture) -> Option<PixelRect> {
    let found = f.desktop.layout.iter().find(|p| p.item == Item::Menu);
    found.map(|p| p.rect)
}

fn key(f: &mut Fixture, code: KeyCode) {
    f.key(code, KeyState::Pressed, "");
    f.key(code, KeyState::Released, "");
}

fn clock() -> Option<Command> {
    Some(Command::Spawn("clock".to_string()))
}

#[test]
fn a_right_click_on_the_desk_opens_the_menu_and_a_click_starts_a_program() {
    let mut f = decorated();
    right_click(&mut f, 300.0, 200.0);
    assert!(menu(&f).is_some());
    f.click(330.0, 220.0);
    assert_eq!(f.desktop.poll_command(), clock());
    assert_eq!(menu(&f), None);
    f.present();
}

#[test]
fn a_click_beside_the_menu_closes_it_and_does_nothing_else() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 100, 100));
    right_click(&mut f, 400.0, 300.0);
    f.forget_events(key.client);
    f.click(150.0, 150.0);
    assert_eq!(menu(&f), None);
    let told = f.events(key.client);
    assert!(told.iter().all(|e| !e.starts_with("button")), "{told:?}");
    assert_eq!(f.desktop.poll_command(), None);
}

#[test]
fn the_menu_opens_and_is_used_by_keys_alone() {
    let mut f = decorated();
    let window = window(&mut f, 1, rect(100, 100, 100, 100));
    f.shortcut(Modifiers::SUPER, KeyCode::SPACE);
    f.forget_events(window.client);
    assert!(menu(&f).is_some());
    key(&mut f, KeyCode::ARROW_DOWN);
    key(&mut f, KeyCode::ARROW_DOWN);
    f.present();
    key(&mut f, KeyCode::KEY_A);
    key(&mut f, KeyCode::ENTER);
    assert_eq!(f.desktop.poll_command(), clock(), "around the end");
    f.shortcut(Modifiers::SUPER, KeyCode::SPACE);
    key(&mut f, KeyCode::ESCAPE);
    assert_eq!((menu(&f), f.desktop.poll_command()), (None, None));
    let told = f.events(window.client);
    assert!(told.iter().all(|e| !e.starts_with("key ")), "{told:?}");
}

#[test]
fn a_pointer_that_rests_chooses_nothing_in_a_menu_that_a_key_opened() {
    let mut f = decorated();
    f.shortcut(Modifiers::SUPER, KeyCode::SPACE);
    let card = menu(&f).expect("it opened").grown(-16);
    key(&mut f, KeyCode::ESCAPE);
    // The last row will be there.
    let y = f64::from(card.y1) - 16.0;
    f.motion(400.0, y);
    f.shortcut(Modifiers::SUPER, KeyCode::SPACE);
    let chosen = |f: &Fixture| match &f.desktop.shell.interaction {
        Some(Interaction::Menu(menu)) => menu.piece.chosen,
        _ => None,
    };
    assert_eq!(chosen(&f), Some(0));
    f.motion(401.0, y);
    assert_ne!(chosen(&f), Some(0), "but it does when it moves");
}

#[test]
fn a_menu_is_moved_inside_the_screen() {
    let mut f = decorated();
    right_click(&mut f, 795.0, 560.0);
    let shadow = 16;
    let card = menu(&f).expect("it opened").grown(-shadow);
    assert!(rect(0, 0, 800, 600).contains_rect(card), "{card:?}");
}

#[test]
fn the_button_on_the_task_bar_opens_the_menu_above_it() {
    let mut f = decorated();
    f.click(20.0, 585.0);
    let card = menu(&f).expect("it opened").grown(-16);
    assert_eq!((card.x0, card.y1), (4, 562));
    assert_eq!(f.desktop.poll_command(), None, "releasing chooses nothing");
    f.present();
}

#[test]
fn the_menu_of_a_window_acts_on_it() {
    let mut f = decorated();
    let window = window(&mut f, 1, rect(100, 100, 200, 100));
    right_click(&mut f, 150.0, 85.0);
    key(&mut f, KeyCode::ARROW_DOWN);
    key(&mut f, KeyCode::ARROW_DOWN);
    key(&mut f, KeyCode::ENTER);
    let states = f.desktop.states_of(window);
    assert!(states.contains(WindowStates::MINIMIZED));
    f.motion(80.0, 580.0);
    right_click(&mut f, 80.0, 580.0);
    key(&mut f, KeyCode::ARROW_DOWN);
    key(&mut f, KeyCode::ENTER);
    let states = f.desktop.states_of(window);
    assert!(!states.contains(WindowStates::MINIMIZED), "shown again");
}

#[test]
fn move_in_the_menu_takes_the_window_along_until_a_click() {
    let mut f = decorated();
    let window = window(&mut f, 1, rect(100, 100, 200, 100));
    right_click(&mut f, 150.0, 85.0);
    key(&mut f, KeyCode::ARROW_DOWN);
    key(&mut f, KeyCode::ENTER);
    f.motion(250.0, 185.0);
    assert_eq!(f.rect_of(window).origin(), PixelPoint::new(200, 200));
    f.click(260.0, 185.0);
    f.motion(400.0, 400.0);
    assert_eq!(f.rect_of(window).origin(), PixelPoint::new(210, 200));
}

#[test]
fn a_client_may_ask_for_the_menu_of_its_window() {
    let mut f = Fixture::new(400, 300);
    let client = f.client();
    let key = f.window_at(client, 1, rect(100, 100, 100, 80), Color::RED);
    let request = |serial| ShowMenu {
        window: key.window,
        serial,
        at: Point::new(10.0, 10.0),
    };
    f.request(client, request(Serial::NONE)).expect("no error");
    assert_eq!(menu(&f), None);
    f.press(110.0, 110.0);
    let serial = f.last_input(client);
    f.request(client, request(serial)).expect("no error");
    let card = menu(&f).expect("it opened").grown(-16);
    assert_eq!(card.origin(), PixelPoint::new(110, 110));
    f.release();
    assert!(menu(&f).is_some(), "the release was of the press before");
    f.desktop.destroy_window(key);
    assert_eq!(menu(&f), None);
    f.present();
}

#[test]
fn a_bare_desk_has_no_menu() {
    let mut f = Fixture::new(400, 300);
    right_click(&mut f, 100.0, 100.0);
    assert_eq!(menu(&f), None);
}
