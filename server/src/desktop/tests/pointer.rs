//! Hit test, enter and leave, and the grab while a button is down.

use transom_protocol::codec::Packed;
use transom_protocol::color::Color;
use transom_protocol::geometry::Rect;
use transom_protocol::input::{Button, ButtonState, ScrollSource};
use transom_protocol::request::SetRegion;
use transom_protocol::window::RegionKind;

use super::super::*;
use super::fixture::{Fixture, filled, rect};

fn two_windows() -> (Fixture, ClientId, ClientId) {
    let mut f = Fixture::new(200, 100);
    let (left, right) = (f.client(), f.client());
    f.window_at(left, 1, rect(0, 0, 50, 50), Color::RED);
    f.window_at(right, 1, rect(50, 0, 50, 50), Color::BLUE);
    f.forget_events(left);
    f.forget_events(right);
    (f, left, right)
}

#[test]
fn the_pointer_enters_moves_and_leaves_in_groups() {
    let (mut f, left, right) = two_windows();
    f.motion(10.5, 20.0);
    f.motion(11.0, 20.0);
    assert_eq!(
        f.events(left),
        ["enter 1 10.5,20", "frame", "motion 11,20", "frame"]
    );
    f.motion(60.0, 0.0);
    assert_eq!(f.events(left), ["leave 1", "frame"]);
    assert_eq!(f.events(right), ["enter 1 10,0", "frame"]);
    f.input(Input::PointerLeft);
    assert_eq!(f.events(right), ["leave 1", "frame"]);
    f.motion(f64::NAN, 0.0);
    f.motion(-1.0, 20.0);
    f.motion(150.0, 20.0);
    assert!(f.events(left).is_empty() && f.events(right).is_empty());
}

#[test]
fn between_windows_of_one_client_leave_and_enter_are_one_group() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    f.window_at(client, 1, rect(0, 0, 50, 50), Color::RED);
    f.window_at(client, 2, rect(50, 0, 50, 50), Color::BLUE);
    f.motion(10.0, 10.0);
    f.forget_events(client);
    f.motion(60.0, 10.0);
    assert_eq!(f.events(client), ["leave 1", "enter 2 10,10", "frame"]);
}

#[test]
fn from_the_first_press_to_the_last_release_the_pointer_stays() {
    let (mut f, left, right) = two_windows();
    f.press(10.0, 10.0);
    f.forget_events(left);
    f.forget_events(right);
    f.motion(70.0, -5.0);
    f.button(Button::RIGHT, ButtonState::Pressed);
    f.button(Button::RIGHT, ButtonState::Pressed);
    f.release();
    f.motion(80.0, 10.0);
    assert_eq!(
        f.events(left),
        [
            "motion 70,-5",
            "frame",
            "button right Pressed",
            "frame",
            "button left Released",
            "frame",
            "motion 80,10",
            "frame",
        ]
    );
    assert!(f.events(right).is_empty());
    f.button(Button::RIGHT, ButtonState::Released);
    f.button(Button::RIGHT, ButtonState::Released);
    assert_eq!(
        f.events(left),
        ["button right Released", "frame", "leave 1", "frame"]
    );
    assert_eq!(f.events(right), ["enter 1 30,10", "frame"]);
}

#[test]
fn a_pointer_that_leaves_with_a_button_down_is_gone_after_the_release() {
    let (mut f, left, _) = two_windows();
    f.press(10.0, 10.0);
    f.input(Input::PointerLeft);
    f.forget_events(left);
    f.release();
    assert_eq!(
        f.events(left),
        ["button left Released", "frame", "leave 1", "frame"]
    );
    f.press(10.0, 10.0);
    f.input(Input::PointerLeft);
    f.motion(12.0, 10.0);
    f.forget_events(left);
    f.release();
    assert_eq!(
        f.events(left),
        ["button left Released", "frame"],
        "it came back"
    );
}

#[test]
fn a_resting_pointer_is_told_what_comes_under_it() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let back = f.window_at(client, 1, rect(0, 0, 100, 100), Color::RED);
    f.motion(50.0, 50.0);
    f.forget_events(client);
    let front = f.create(client, 2);
    f.commit(front, (30, 30), Color::BLUE);
    f.desktop.move_window(front, PixelPoint::new(40, 40));
    f.desktop.settle();
    let events = f.events(client);
    assert!(events.contains(&"enter 2 10,10".to_string()), "{events:?}");
    f.commit(front, (5, 5), Color::BLUE);
    assert_eq!(f.events(client), ["leave 2", "enter 1 50,50", "frame"]);
    f.desktop.destroy_window(back);
    assert!(!f.events(client).iter().any(|e| e.contains(" 1")));
    f.desktop.verify_invariants();
}

#[test]
fn a_window_that_moves_under_the_pointer_learns_the_new_position() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window_at(client, 1, rect(0, 0, 100, 100), Color::RED);
    f.motion(50.0, 50.0);
    f.forget_events(client);
    f.desktop.move_window(window, PixelPoint::new(20, 0));
    f.desktop.settle();
    assert_eq!(f.events(client), ["motion 30,50", "frame"]);
}

#[test]
fn positions_are_logical_units_of_the_windows_picture() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window_at(client, 1, rect(20, 20, 60, 60), Color::RED);
    let content = Content {
        pixmap: filled(PixelSize::new(60, 60), Color::RED),
        scale: Scale(240),
        configure: Serial::NONE,
        damage: Region::new(),
    };
    f.commit_all(client, vec![(window.window, Some(content))]);
    f.forget_events(client);
    f.motion(25.0, 40.0);
    f.input(Input::Scroll {
        source: ScrollSource::Finger,
        stop: false,
        lines_x: 0,
        lines_y: 0,
        pixels_x: f64::INFINITY,
        pixels_y: 9.0,
    });
    assert_eq!(
        f.events(client),
        ["enter 1 2.5,10", "frame", "scroll 0,4.5", "frame"]
    );
}

#[test]
fn where_a_window_takes_no_input_the_one_behind_does() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    f.window_at(client, 1, rect(0, 0, 100, 100), Color::RED);
    let front = f.window_at(client, 2, rect(0, 0, 100, 100), Color::BLUE);
    let mut buffer = Vec::new();
    let region = SetRegion {
        window: front.window,
        kind: RegionKind::Input,
        unset: 0,
        rects: Packed::pack(&[Rect::new(0.0, 0.0, 50.0, 50.0)], &mut buffer),
    };
    f.request(client, region).expect("few rectangles");
    f.motion(60.0, 10.0);
    assert!(f.events(client).contains(&"enter 2 60,10".to_string()));
    f.commit(front, (100, 100), Color::BLUE);
    assert_eq!(f.events(client), ["leave 2", "enter 1 60,10", "frame"]);
    f.motion(40.0, 10.0);
    assert_eq!(f.events(client), ["leave 1", "enter 2 40,10", "frame"]);
}

#[test]
fn a_button_whose_window_is_gone_is_released_to_nobody() {
    let (mut f, left, right) = two_windows();
    f.press(10.0, 10.0);
    f.desktop
        .destroy_window(WindowKey::new(left, transom_protocol::ids::WindowId(1)));
    f.forget_events(left);
    f.forget_events(right);
    f.motion(60.0, 10.0);
    f.release();
    assert_eq!(f.events(right), ["enter 1 10,10", "frame"]);
    assert!(f.events(left).is_empty());
}

#[test]
fn a_slow_reader_loses_motion_but_no_button() {
    let (mut f, left, _) = two_windows();
    for _ in 0..3 {
        (0..200).for_each(|i| f.motion(f64::from(i % 40), 10.0));
        f.click(5.0, 5.0);
    }
    let events = f.events(left);
    let count = |what: &str| events.iter().filter(|e| e.starts_with(what)).count();
    assert_eq!((count("button"), count("motion")), (6, 3), "{events:?}");
}
