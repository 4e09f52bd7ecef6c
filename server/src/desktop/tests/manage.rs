//! Frames, task bar, switcher and keys.

use std::time::Duration;

use transom_protocol::color::Color;
use transom_protocol::ids::WindowId;
use transom_protocol::input::{CursorShape, KeyCode, KeyState, Modifiers};
use transom_protocol::request::{ChangeState, GrabKeyboard, Pong, SetDecorations, SetSizeLimits};
use transom_protocol::window::{Decorations, WindowStates};

use super::super::*;
use super::fixture::{Fixture, each_event, event, output, rect};

const SUPER: Modifiers = Modifiers::SUPER;

/// A desktop of 800 × 600 with title bars of 30 pixels and a task bar of 34.
pub(super) fn decorated() -> Fixture {
    let entry = |label: &str| MenuEntry {
        label: label.to_string(),
        command: label.to_lowercase(),
    };
    let config = Config {
        menu: vec![entry("Clock"), entry("Paint")],
        ..Config::full()
    };
    Fixture::with_config(output(800, 600), config)
}

/// A window whose content is at `rect`.
pub(super) fn window(f: &mut Fixture, number: u32, place: PixelRect) -> WindowKey {
    let client = f.client();
    let key = f.window_at(client, number, place, Color::BLUE);
    f.forget_events(client);
    f.present();
    key
}

/// Takes up the last configure with a frame of the size it proposes.
pub(super) fn take_up(f: &mut Fixture, key: WindowKey) -> event::Configure {
    let configure = f.configure(key).expect("a configure");
    let size = match configure.size.is_empty() {
        true => f.rect_of(key).size(),
        false => configure.size,
    };
    f.commit_for(key, size, configure.serial);
    f.present();
    configure
}

fn has(f: &Fixture, key: WindowKey, state: WindowStates) -> bool {
    f.desktop.states_of(key).contains(state)
}

fn shape(f: &Fixture) -> CursorShape {
    match f.desktop.cursor() {
        Cursor::Shape(shape) => shape,
        Cursor::Image { .. } => CursorShape::NONE,
    }
}

#[test]
fn a_new_window_is_placed_with_its_frame_inside_the_work_area() {
    let mut f = decorated();
    let client = f.client();
    for number in 1..=6 {
        let key = f.window(client, number, (300, 240), Color::RED);
        let frame = f.desktop.frame_rect(&f.desktop.windows[&key]);
        let area = rect(0, 0, 800, 600 - 34);
        assert!(area.contains_rect(frame.expect("it is shown")));
    }
    f.present();
}

#[test]
fn windows_that_draw_their_own_frame_and_popups_get_none() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    let count = |f: &mut Fixture| f.desktop.scene().layers.len();
    let framed = count(&mut f);
    for decorations in [Decorations::Client, Decorations::None] {
        let window = key.window;
        let request = SetDecorations {
            window,
            decorations,
        };
        f.request(key.client, request).expect("a window");
        assert_eq!(count(&mut f), framed - 9, "eight around it, one above");
        f.desktop.damage(rect(0, 0, 800, 600));
        f.present();
    }
}

#[test]
fn a_press_on_a_frame_focuses_and_raises_and_its_client_hears_no_button() {
    let mut f = decorated();
    let back = window(&mut f, 1, rect(100, 100, 200, 100));
    let front = window(&mut f, 1, rect(150, 120, 200, 100));
    assert_eq!(f.desktop.seat.focus, Some(front));
    f.forget_events(back.client);
    f.click(120.0, 85.0);
    assert_eq!(f.desktop.seat.focus, Some(back));
    assert_eq!(f.shown().last(), Some(&(back.client.0, 1)));
    let told = f.events(back.client);
    assert!(told.iter().all(|e| !e.starts_with("button")), "{told:?}");
}

#[test]
fn the_close_button_acts_when_it_is_released_on_itself() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    let close = (280.0, 85.0);
    f.press(close.0, close.1);
    f.motion(100.0, 400.0);
    f.release();
    let asked = |f: &mut Fixture| {
        let closes = |e: &String| e == "CloseRequested";
        f.events(key.client).iter().filter(|e| closes(e)).count()
    };
    assert_eq!(asked(&mut f), 0);
    f.click(close.0, close.1);
    assert_eq!(asked(&mut f), 1);
}

#[test]
fn a_double_click_on_the_title_maximises_below_the_title_bar_and_back() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.click(120.0, 85.0);
    f.now = f.now.after(Duration::from_millis(150));
    f.click(121.0, 85.0);
    let configure = take_up(&mut f, key);
    assert!(configure.states.contains(WindowStates::MAXIMIZED));
    assert_eq!(f.rect_of(key), rect(0, 30, 800, 600 - 34 - 30));
    f.now = f.now.after(Duration::from_secs(1));
    f.click(120.0, 15.0);
    f.click(120.0, 15.0);
    take_up(&mut f, key);
    assert_eq!(f.rect_of(key), rect(100, 100, 200, 100));
}

#[test]
fn two_slow_clicks_are_no_double_click() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.click(120.0, 85.0);
    f.now = f.now.after(Duration::from_millis(600));
    f.click(120.0, 85.0);
    assert!(!has(&f, key, WindowStates::MAXIMIZED));
}

#[test]
fn keys_snap_maximise_and_restore() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.shortcut(SUPER, KeyCode::ARROW_LEFT);
    let configure = take_up(&mut f, key);
    assert!(configure.states.contains(WindowStates::TILED_LEFT));
    assert_eq!(f.rect_of(key), rect(1, 30, 398, 535));
    f.shortcut(SUPER, KeyCode::ARROW_RIGHT);
    take_up(&mut f, key);
    assert_eq!(f.rect_of(key), rect(401, 30, 398, 535));
    f.shortcut(SUPER, KeyCode::ARROW_UP);
    take_up(&mut f, key);
    assert_eq!(f.rect_of(key), rect(0, 30, 800, 536));
    f.shortcut(SUPER, KeyCode::KEY_F);
    take_up(&mut f, key);
    assert_eq!(f.rect_of(key), rect(0, 0, 800, 600), "the task bar is gone");
    f.shortcut(SUPER, KeyCode::KEY_F);
    take_up(&mut f, key);
    assert_eq!(f.rect_of(key), rect(0, 30, 800, 536), "maximised again");
    f.shortcut(SUPER, KeyCode::ARROW_DOWN);
    take_up(&mut f, key);
    assert_eq!(f.rect_of(key), rect(100, 100, 200, 100));
}

#[test]
fn keys_of_the_desktop_are_told_to_nobody_neither_press_nor_release() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.modifiers(SUPER);
    f.forget_events(key.client);
    f.key(KeyCode::ARROW_LEFT, KeyState::Pressed, "");
    f.modifiers(Modifiers::NONE);
    f.key(KeyCode::ARROW_LEFT, KeyState::Repeated, "");
    f.key(KeyCode::ARROW_LEFT, KeyState::Released, "");
    let told = f.events(key.client);
    assert!(told.iter().all(|e| !e.starts_with("key ")), "{told:?}");
    f.key(KeyCode::ARROW_LEFT, KeyState::Pressed, "");
    assert!(f.events(key.client).contains(&"key 80 Pressed".to_string()));
}

#[test]
fn a_program_that_grabs_the_keys_gets_them_until_super_escape() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    let window = key.window;
    f.request(key.client, GrabKeyboard { window, grab: 1 })
        .expect("it may");
    f.shortcut(SUPER, KeyCode::KEY_M);
    assert!(!has(&f, key, WindowStates::MINIMIZED));
    assert!(f.events(key.client).contains(&"key 16 Pressed".to_string()));
    f.shortcut(SUPER, KeyCode::ESCAPE);
    f.shortcut(SUPER, KeyCode::KEY_M);
    assert!(has(&f, key, WindowStates::MINIMIZED));
}

#[test]
fn a_minimised_window_comes_back_from_the_task_bar_and_from_the_switcher() {
    let mut f = decorated();
    let first = window(&mut f, 1, rect(100, 100, 200, 100));
    let second = window(&mut f, 1, rect(400, 100, 200, 100));
    f.click(216.0, 85.0); // its minimise button
    assert!(has(&f, first, WindowStates::MINIMIZED));
    assert_eq!(f.desktop.seat.focus, Some(second));
    f.present();
    f.click(80.0, 580.0);
    assert_eq!(f.desktop.seat.focus, Some(first));
    f.click(80.0, 580.0);
    assert!(has(&f, first, WindowStates::MINIMIZED), "the active one");
    f.shortcut(SUPER, KeyCode::TAB);
    assert_eq!(f.desktop.seat.focus, Some(first));
    f.present();
}

#[test]
fn the_switcher_turns_to_the_window_used_before_and_further_with_each_press() {
    let mut f = decorated();
    let keys: Vec<_> = (0..3)
        .map(|i| window(&mut f, 1, rect(50 + 230 * i, 100, 200, 100)))
        .collect();
    f.shortcut(SUPER, KeyCode::TAB);
    assert_eq!(f.desktop.seat.focus, Some(keys[1]));
    f.shortcut(SUPER, KeyCode::TAB);
    assert_eq!(f.desktop.seat.focus, Some(keys[2]), "back");
    f.modifiers(SUPER);
    for _ in 0..2 {
        f.key(KeyCode::TAB, KeyState::Pressed, "");
        f.key(KeyCode::TAB, KeyState::Released, "");
        f.present();
    }
    assert_eq!(f.desktop.seat.focus, Some(keys[2]), "not yet");
    f.modifiers(Modifiers::NONE);
    assert_eq!(f.desktop.seat.focus, Some(keys[0]));
    f.modifiers(SUPER);
    f.key(KeyCode::TAB, KeyState::Pressed, "");
    f.key(KeyCode::ESCAPE, KeyState::Pressed, "");
    f.modifiers(Modifiers::NONE);
    assert_eq!(f.desktop.seat.focus, Some(keys[0]), "thought better of it");
}

#[test]
fn dialogs_are_minimised_with_their_parents_and_return_with_them() {
    let mut f = decorated();
    let parent = window(&mut f, 1, rect(100, 100, 300, 200));
    let dialog = f.dialog(parent, 2, (100, 50));
    assert_eq!(f.desktop.seat.focus, Some(dialog));
    f.shortcut(SUPER, KeyCode::KEY_M);
    assert_eq!(f.shown(), []);
    assert_eq!(f.desktop.seat.focus, None);
    f.present();
    f.click(80.0, 580.0);
    assert_eq!(f.shown().len(), 2);
    assert_eq!(f.desktop.seat.focus, Some(dialog));
    f.present();
}

#[test]
fn the_pointer_shows_what_edges_and_buttons_do() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    for (x, y, wanted) in [
        (94.0, 150.0, CursorShape::W_RESIZE),
        (305.0, 150.0, CursorShape::E_RESIZE),
        (200.0, 206.0, CursorShape::S_RESIZE),
        (200.0, 66.0, CursorShape::N_RESIZE),
        (200.0, 71.0, CursorShape::N_RESIZE),
        (95.0, 66.0, CursorShape::NW_RESIZE),
        (306.0, 206.0, CursorShape::SE_RESIZE),
        (95.0, 195.0, CursorShape::SW_RESIZE),
        (200.0, 85.0, CursorShape::DEFAULT),
        (280.0, 85.0, CursorShape::DEFAULT),
        (400.0, 300.0, CursorShape::DEFAULT),
    ] {
        f.motion(x, y);
        assert_eq!(shape(&f), wanted, "at {x}, {y}");
    }
    let size = transom_protocol::geometry::Size::new(200.0, 0.0);
    let limits = SetSizeLimits {
        window: key.window,
        min: size,
        max: size,
    };
    f.request(key.client, limits).expect("a window");
    f.commit(key, (200, 100), Color::RED);
    f.motion(94.0, 150.0);
    assert_eq!(shape(&f), CursorShape::DEFAULT, "its width is fixed");
    f.motion(95.0, 195.0);
    assert_eq!(shape(&f), CursorShape::S_RESIZE, "its height is not");
}

#[test]
fn a_button_under_the_pointer_lights_up_and_damages_the_title_bar_alone() {
    let mut f = decorated();
    window(&mut f, 1, rect(100, 100, 200, 100));
    f.motion(280.0, 85.0);
    assert_eq!(f.take_damage(), [rect(99, 70, 202, 30)]);
    f.motion(281.0, 85.0);
    assert_eq!(f.take_damage(), [], "it is lit");
    f.motion(150.0, 150.0);
    assert_eq!(f.take_damage(), [rect(99, 70, 202, 30)]);
}

#[test]
fn the_clock_is_what_it_was_told() {
    let mut f = decorated();
    f.desktop.set_clock("12:00");
    assert_eq!(f.take_damage(), [rect(0, 566, 800, 34)]);
    f.desktop.set_clock("12:00");
    assert_eq!(f.take_damage(), []);
}

#[test]
fn a_program_that_does_not_answer_is_marked_and_ended_at_the_second_wish() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.click(280.0, 85.0);
    f.pass(Duration::from_secs(4));
    assert_eq!(f.take_damage().len(), 1, "the button only");
    f.pass(Duration::from_secs(2));
    assert_eq!(f.take_damage(), [rect(99, 70, 202, 30)], "it says so");
    assert_eq!(f.desktop.next_deadline(), None);
    f.shortcut(SUPER, KeyCode::KEY_Q);
    let kill = Some(Command::Kill(key.client));
    assert_eq!(f.desktop.poll_command(), kill);
    assert_eq!(f.desktop.poll_command(), None);
}

#[test]
fn a_program_that_answers_late_is_taken_back() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.shortcut(Modifiers::ALT, KeyCode::F4);
    let mut serial = Serial::NONE;
    let bytes = f.bytes(key.client);
    each_event(&bytes, |e| {
        if let Event::Ping(ping) = e {
            serial = ping.serial;
        }
    });
    f.pass(Duration::from_secs(6));
    f.request(key.client, Pong { serial }).expect("never fails");
    f.shortcut(Modifiers::ALT, KeyCode::F4);
    assert_eq!(f.desktop.poll_command(), None);
    let told = f.events(key.client);
    assert!(told.contains(&"CloseRequested".to_string()));
}

#[test]
fn title_bars_stay_reachable_when_the_screen_becomes_smaller() {
    let mut f = decorated();
    let keys = [
        window(&mut f, 1, rect(600, 400, 180, 120)),
        window(&mut f, 1, rect(20, 500, 700, 60)),
    ];
    for (width, height) in [(400, 300), (200, 160), (90, 50), (5, 5), (1000, 700)] {
        f.desktop.set_output(output(width, height));
        f.desktop.verify_invariants();
        f.present();
    }
    assert!(keys.iter().all(|k| f.desktop.is_shown(*k)));
}

#[test]
fn a_half_of_the_screen_follows_it() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.shortcut(SUPER, KeyCode::ARROW_RIGHT);
    take_up(&mut f, key);
    f.desktop.set_output(output(400, 300));
    let configure = take_up(&mut f, key);
    assert_eq!(configure.size, PixelSize::new(198, 300 - 34 - 31));
    assert_eq!(f.rect_of(key).origin(), PixelPoint::new(201, 30));
}

#[test]
fn a_client_cannot_tile_itself_and_maximising_ends_a_tile() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.shortcut(SUPER, KeyCode::ARROW_LEFT);
    take_up(&mut f, key);
    let change = |set, clear| ChangeState {
        window: WindowId(1),
        set,
        clear,
    };
    let request = change(WindowStates::MAXIMIZED, WindowStates::NONE);
    f.request(key.client, request).expect("a window");
    assert!(!has(&f, key, WindowStates::TILED_LEFT));
    let request = change(WindowStates::TILED_RIGHT, WindowStates::MAXIMIZED);
    f.request(key.client, request).expect("a window");
    assert!(!has(&f, key, WindowStates::TILED_RIGHT));
    take_up(&mut f, key);
    assert_eq!(f.rect_of(key), rect(100, 100, 200, 100));
}

#[test]
fn a_bare_desktop_takes_no_key_and_no_click() {
    let mut f = Fixture::new(300, 200);
    let client = f.client();
    let key = f.window_at(client, 1, rect(50, 50, 100, 100), Color::RED);
    f.modifiers(SUPER);
    f.forget_events(client);
    f.key(KeyCode::ARROW_LEFT, KeyState::Pressed, "");
    f.press(60.0, 60.0);
    let told = f.events(client);
    assert!(told.contains(&"key 80 Pressed".to_string()), "{told:?}");
    assert!(told.contains(&"button left Pressed".to_string()));
    assert!(!has(&f, key, WindowStates::TILED_LEFT));
}
