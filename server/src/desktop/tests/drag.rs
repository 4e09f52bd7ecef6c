//! Moving and resizing with the pointer.

use transom_protocol::color::Color;
use transom_protocol::input::{Button, ButtonState, CursorShape, KeyCode, KeyState, Modifiers};
use transom_protocol::request::{SetSizeLimits, StartMove, StartResize};
use transom_protocol::window::{Edges, WindowStates};

use super::super::*;
use super::fixture::{Fixture, rect};
use super::manage::{decorated, take_up, window};

#[test]
fn a_window_follows_the_pointer_by_its_title_bar() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.press(120.0, 85.0);
    f.motion(122.0, 85.0);
    assert_eq!(f.rect_of(key).x0, 100, "not yet: it may be a click");
    f.motion(170.0, 125.0);
    assert_eq!(f.rect_of(key), rect(150, 140, 200, 100));
    f.present();
    f.release();
    f.motion(300.0, 300.0);
    assert_eq!(f.rect_of(key), rect(150, 140, 200, 100));
}

#[test]
fn escape_puts_a_window_back() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.press(120.0, 85.0);
    f.motion(300.0, 300.0);
    f.key(KeyCode::ESCAPE, KeyState::Pressed, "");
    assert_eq!(f.rect_of(key), rect(100, 100, 200, 100));
    f.motion(350.0, 300.0);
    f.release();
    assert_eq!(f.rect_of(key), rect(100, 100, 200, 100));
}

#[test]
fn a_title_bar_cannot_be_dragged_off_the_screen() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    for (x, y) in [(-500.0, -500.0), (2000.0, 2000.0), (-500.0, 2000.0)] {
        f.press(
            f64::from(f.rect_of(key).x0 + 20),
            f64::from(f.rect_of(key).y0 - 15),
        );
        f.motion(x, y);
        f.desktop.verify_invariants();
        f.key(KeyCode::ESCAPE, KeyState::Pressed, "");
        f.key(KeyCode::ESCAPE, KeyState::Released, "");
        f.release();
    }
}

#[test]
fn with_super_a_window_is_moved_by_its_content_and_its_client_hears_nothing() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.motion(150.0, 150.0);
    f.modifiers(Modifiers::SUPER);
    f.forget_events(key.client);
    f.press(150.0, 150.0);
    f.motion(250.0, 170.0);
    f.release();
    assert_eq!(f.rect_of(key), rect(200, 120, 200, 100));
    let told = f.events(key.client);
    assert!(told.iter().all(|e| !e.starts_with("button")), "{told:?}");
}

#[test]
fn resizing_proposes_sizes_and_the_opposite_edges_stay() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.press(98.0, 198.0); // the lower left corner
    f.motion(58.0, 228.0);
    assert_eq!(
        f.rect_of(key),
        rect(100, 100, 200, 100),
        "the client's turn"
    );
    let configure = take_up(&mut f, key);
    assert!(configure.states.contains(WindowStates::RESIZING));
    assert_eq!(configure.size, PixelSize::new(240, 130));
    assert_eq!(f.rect_of(key), rect(60, 100, 240, 130));
    f.motion(78.0, 228.0);
    let configure = f.configure(key).expect("another size");
    f.release();
    f.commit_for(key, PixelSize::new(210, 130), configure.serial);
    assert_eq!(f.rect_of(key), rect(90, 100, 210, 130), "its own size");
    let last = take_up(&mut f, key);
    assert!(!last.states.contains(WindowStates::RESIZING));
    assert_eq!(last.size, PixelSize::new(220, 130));
    assert_eq!(f.rect_of(key), rect(80, 100, 220, 130));
    f.commit(key, (100, 130), Color::RED);
    assert_eq!(f.rect_of(key), rect(80, 100, 100, 130), "it is over");
}

#[test]
fn resizing_keeps_the_limits_and_the_title_bar_on_the_screen() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    let limits = SetSizeLimits {
        window: key.window,
        min: transom_protocol::geometry::Size::new(150.0, 0.0),
        max: transom_protocol::geometry::Size::new(260.0, 0.0),
    };
    f.request(key.client, limits).expect("a window");
    f.commit(key, (200, 100), Color::RED);
    f.press(305.0, 66.0); // the upper right corner
    f.motion(700.0, -300.0);
    let configure = f.configure(key).expect("another size");
    assert_eq!(configure.size, PixelSize::new(260, 170));
    f.motion(0.0, 500.0);
    let configure = f.configure(key).expect("another size");
    assert_eq!(configure.size, PixelSize::new(150, 32));
}

#[test]
fn with_super_the_right_button_resizes_from_the_nearest_corner() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.modifiers(Modifiers::SUPER);
    f.motion(120.0, 120.0);
    f.button(Button::RIGHT, ButtonState::Pressed);
    assert!(matches!(
        f.desktop.cursor(),
        Cursor::Shape(CursorShape::NW_RESIZE)
    ));
    f.motion(110.0, 115.0);
    take_up(&mut f, key);
    assert_eq!(f.rect_of(key), rect(90, 95, 210, 105));
    f.button(Button::RIGHT, ButtonState::Released);
}

#[test]
fn a_client_far_away_is_not_sent_more_sizes_than_it_can_answer() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.press(305.0, 150.0);
    (0..300).for_each(|i| f.motion(310.0 + f64::from(i), 150.0));
    let bytes = f.bytes(key.client);
    let (mut count, mut last) = (0, None);
    super::fixture::each_event(&bytes, |e| {
        if let Event::Configure(c) = e {
            (count, last) = (count + 1, Some(*c));
        }
    });
    assert!(count < 30, "{count}");
    let last = last.expect("there were some");
    f.commit_for(key, last.size, last.serial);
    let newest = take_up(&mut f, key);
    assert_eq!(newest.size, PixelSize::new(200 + 304, 100));
}

#[test]
fn a_drag_to_an_edge_shows_where_the_window_would_go_and_puts_it_there() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.press(120.0, 85.0);
    f.motion(2.0, 300.0);
    f.present();
    let desk = f.pixel(200, 500);
    assert_ne!(desk, BACKGROUND, "the preview");
    f.motion(300.0, 300.0);
    f.present();
    assert_eq!(f.pixel(200, 500), BACKGROUND);
    f.motion(2.0, 300.0);
    f.release();
    f.present();
    let configure = take_up(&mut f, key);
    assert!(configure.states.contains(WindowStates::TILED_LEFT));
    assert_eq!(f.rect_of(key), rect(1, 30, 398, 535));
    f.shortcut(Modifiers::SUPER, KeyCode::ARROW_DOWN);
    take_up(&mut f, key);
    assert_eq!(f.rect_of(key), rect(100, 100, 200, 100), "where it was");
}

#[test]
fn a_maximised_window_that_is_dragged_away_has_its_size_again_under_the_pointer() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.shortcut(Modifiers::SUPER, KeyCode::ARROW_UP);
    take_up(&mut f, key);
    f.press(400.0, 15.0);
    f.motion(420.0, 215.0);
    let configure = take_up(&mut f, key);
    assert_eq!(configure.size, PixelSize::new(200, 100));
    let at = f.rect_of(key);
    assert!(at.x0 < 420 && at.x1 > 420 && at.y0 == 230, "{at:?}");
    f.motion(440.0, 225.0);
    f.release();
    assert_eq!(f.rect_of(key).origin(), at.origin().moved(20, 10));
    assert_eq!(f.configure(key), None);
}

#[test]
fn a_client_may_start_a_move_with_the_press_it_had() {
    let mut f = Fixture::new(400, 300);
    let client = f.client();
    let key = f.window_at(client, 1, rect(100, 100, 100, 80), Color::RED);
    let window = key.window;
    let late = StartMove {
        window,
        serial: Serial(1),
    };
    f.press(110.0, 110.0);
    f.request(client, late).expect("dropped silently");
    f.motion(120.0, 120.0);
    assert_eq!(f.rect_of(key), rect(100, 100, 100, 80));
    let serial = f.last_input(client);
    f.forget_events(client);
    f.request(client, StartMove { window, serial })
        .expect("it may");
    assert_eq!(f.events(client), ["leave 1", "frame"], "released as well");
    f.motion(130.0, 120.0);
    assert_eq!(f.rect_of(key), rect(110, 100, 100, 80));
    f.release();
    assert_eq!(f.events(client), ["enter 1 20,20", "frame"]);
    f.request(client, StartMove { window, serial })
        .expect("dropped silently");
    f.motion(200.0, 200.0);
    assert_eq!(f.rect_of(key), rect(110, 100, 100, 80));
}

#[test]
fn a_client_may_start_a_resize_of_the_edges_it_names() {
    let mut f = Fixture::new(400, 300);
    let client = f.client();
    let key = f.window_at(client, 1, rect(100, 100, 100, 80), Color::RED);
    f.press(110.0, 110.0);
    let request = StartResize {
        window: key.window,
        serial: f.last_input(client),
        edges: Edges::LEFT | Edges::RIGHT,
    };
    f.request(client, request).expect("it may");
    f.motion(140.0, 110.0);
    let configure = f.configure(key).expect("another size");
    assert_eq!(configure.size, PixelSize::new(130, 80), "one of the two");
}

#[test]
fn a_drag_ends_with_its_window_and_with_the_keyboard_of_the_screen() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    f.press(120.0, 85.0);
    f.motion(150.0, 95.0);
    f.input(Input::FocusLost);
    f.motion(300.0, 300.0);
    assert_eq!(f.rect_of(key), rect(100, 100, 200, 100));
    f.release();
    f.press(120.0, 85.0);
    f.motion(150.0, 95.0);
    f.desktop.destroy_window(key);
    f.desktop.verify_invariants();
    f.motion(300.0, 300.0);
    f.release();
    f.present();
}

#[test]
fn keys_move_and_resize_too() {
    let mut f = decorated();
    let key = window(&mut f, 1, rect(100, 100, 200, 100));
    let shifted = Modifiers::SUPER | Modifiers::SHIFT;
    f.shortcut(shifted, KeyCode::ARROW_RIGHT);
    f.shortcut(shifted, KeyCode::ARROW_DOWN);
    assert_eq!(f.rect_of(key), rect(132, 132, 200, 100));
    let controlled = Modifiers::SUPER | Modifiers::CONTROL;
    f.shortcut(controlled, KeyCode::ARROW_RIGHT);
    f.shortcut(controlled, KeyCode::ARROW_RIGHT);
    take_up(&mut f, key);
    assert_eq!(f.rect_of(key), rect(132, 132, 264, 100));
}
