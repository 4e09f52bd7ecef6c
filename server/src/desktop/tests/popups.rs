//! Popups: where they go, what they take over and how they end.

use transom_protocol::color::Color;
use transom_protocol::geometry::Rect;
use transom_protocol::ids::WindowId;
use transom_protocol::request::{ChangeState, MovePopup};
use transom_protocol::window::{Adjustments, Positioner, WindowStates};

use super::super::*;
use super::fixture::{Fixture, below, rect};

const BUTTON: Rect = Rect::new(10.0, 10.0, 20.0, 10.0);

/// A client with a window 1 that was clicked, and another client with a window beside it.
fn windows() -> (Fixture, WindowKey, WindowKey) {
    let mut f = Fixture::new(200, 100);
    let (client, other) = (f.client(), f.client());
    let beside = f.window_at(other, 1, rect(120, 0, 50, 50), Color::BLUE);
    let window = f.window_at(client, 1, rect(0, 0, 100, 80), Color::RED);
    f.click(90.0, 70.0);
    f.forget_events(client);
    f.forget_events(other);
    (f, window, beside)
}

#[test]
fn a_popup_is_told_its_place_before_its_first_frame() {
    let (mut f, window, _) = windows();
    let popup = f.create_popup(window, 2, (30, 20), below(BUTTON));
    assert_eq!(f.events(window.client), ["placed 2 10,20 30x20"]);
    f.commit(popup, (30, 20), Color::WHITE);
    assert!(f.events(window.client).is_empty());
    assert_eq!(f.rect_of(popup), rect(10, 20, 30, 20));
    assert_eq!(f.shown().last(), Some(&(1, 2)));
    f.desktop.move_window(window, PixelPoint::new(5, 5));
    assert_eq!(f.rect_of(popup), rect(15, 25, 30, 20), "it moves along");
}

#[test]
fn a_popup_made_smaller_gets_a_configure() {
    let (mut f, window, _) = windows();
    let positioner = Positioner {
        adjustments: Adjustments::RESIZE_Y,
        ..below(BUTTON)
    };
    let popup = f.create_popup(window, 2, (30, 200), positioner);
    let configure = f.configure(popup).expect("its size is another");
    assert_eq!(configure.size, PixelSize::new(30, 80));
    f.commit_for(popup, configure.size, configure.serial);
    assert_eq!(f.rect_of(popup), rect(10, 20, 30, 80));
    assert!(f.events(window.client).is_empty(), "nothing is new");
}

#[test]
fn a_popup_that_draws_another_size_is_placed_by_that() {
    let (mut f, window, _) = windows();
    let positioner = Positioner {
        gravity: transom_protocol::window::Edges::TOP,
        anchor: transom_protocol::window::Edges::TOP,
        ..below(Rect::new(50.0, 50.0, 0.0, 0.0))
    };
    let popup = f.popup(window, 2, (20, 20), positioner);
    f.forget_events(window.client);
    f.commit(popup, (20, 30), Color::WHITE);
    assert_eq!(f.rect_of(popup), rect(40, 20, 20, 30));
    assert_eq!(f.events(window.client), ["placed 2 40,20 20x30"]);
}

#[test]
fn a_popup_moves_with_its_next_commit() {
    let (mut f, window, _) = windows();
    let popup = f.popup(window, 2, (20, 20), below(BUTTON));
    f.forget_events(window.client);
    let request = MovePopup {
        window: popup.window,
        positioner: below(Rect::new(50.0, 30.0, 5.0, 5.0)),
    };
    f.request(window.client, request).expect("it is a popup");
    assert!(f.events(window.client).is_empty());
    f.commit_all(window.client, vec![(popup.window, None)]);
    assert_eq!(f.events(window.client), ["placed 2 50,35 20x20"]);
    let request = MovePopup {
        window: window.window,
        ..request
    };
    assert!(f.request(window.client, request).is_err());
}

#[test]
fn a_popup_of_a_window_not_shown_yet_appears_with_it() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.create(client, 1);
    let popup = f.popup(window, 2, (20, 20), below(BUTTON));
    assert!(f.shown().is_empty() && f.events(client).is_empty());
    f.commit(window, (100, 50), Color::RED);
    assert_eq!(f.shown(), [(1, 1), (1, 2)]);
    assert_eq!(f.rect_of(popup), rect(60, 45, 20, 20));
    assert!(
        f.events(client)
            .contains(&"placed 2 10,20 20x20".to_string())
    );
}

#[test]
fn a_menu_takes_keyboard_and_pointer() {
    let (mut f, window, beside) = windows();
    let menu = f.menu(window, 2, (30, 30));
    assert_eq!(
        f.events(window.client),
        [
            "placed 2 0,10 30x30",
            "keyboard leave 1",
            "keyboard enter 2 []",
            "modifiers 0"
        ]
    );
    let states = f.desktop.states_of(window);
    assert!(
        states.contains(WindowStates::ACTIVE),
        "its window stays active"
    );
    f.motion(130.0, 10.0);
    assert!(
        f.events(beside.client).is_empty(),
        "others are told nothing"
    );
    f.motion(50.0, 50.0);
    f.motion(5.0, 15.0);
    f.forget_events(window.client);
    f.click(6.0, 15.0);
    let told = f.events(window.client);
    assert!(
        told.contains(&"button left Pressed".to_string()),
        "{told:?}"
    );
    assert_eq!(f.desktop.seat.grabs, [menu]);
}

#[test]
fn a_press_outside_ends_a_menu_and_does_nothing_else() {
    for (x, y) in [(130.0, 10.0), (50.0, 60.0), (190.0, 90.0)] {
        let (mut f, window, beside) = windows();
        f.menu(window, 2, (30, 30));
        let submenu = f.menu(WindowKey::new(window.client, WindowId(2)), 3, (20, 20));
        assert_eq!(f.desktop.seat.keyboard, Some(submenu));
        f.motion(x, y);
        f.forget_events(window.client);
        f.click(x, y);
        let told = f.events(window.client);
        assert_eq!(told[..2], ["dismissed 3", "dismissed 2"]);
        let pressed = |e: &String| e.contains("button");
        assert!(!told.iter().any(pressed) && !f.events(beside.client).iter().any(pressed));
        assert_eq!(f.desktop.seat.focus, Some(window));
        assert_eq!(f.desktop.seat.keyboard, Some(window));
        f.commit(submenu, (20, 20), Color::WHITE);
        assert_eq!(f.shown().len(), 2, "it is gone whatever it draws");
    }
}

#[test]
fn a_press_on_a_menu_does_not_end_its_submenu() {
    let (mut f, window, _) = windows();
    let menu = f.menu(window, 2, (30, 30));
    let submenu = f.menu(menu, 3, (20, 20));
    f.click(1.0, 12.0);
    assert_eq!(f.desktop.seat.grabs, [menu, submenu]);
    let other = f.menu(menu, 4, (10, 10));
    assert_eq!(
        f.desktop.seat.grabs,
        [menu, other],
        "but another submenu does"
    );
    let told = f.events(window.client);
    assert!(told.contains(&"dismissed 3".to_string()));
}

#[test]
fn a_menu_ends_when_the_person_turns_away() {
    let turn: [fn(&mut Fixture, WindowKey); 4] = [
        |f, _| f.input(Input::FocusLost),
        |f, window| {
            f.window(window.client, 9, (10, 10), Color::RED);
        },
        |f, window| {
            let minimize = ChangeState {
                window: window.window,
                set: WindowStates::MINIMIZED,
                clear: WindowStates::NONE,
            };
            f.request(window.client, minimize).expect("allowed");
        },
        |f, window| f.desktop.destroy_window(window),
    ];
    for turn in turn {
        let (mut f, window, _) = windows();
        let menu = f.menu(window, 2, (30, 30));
        f.menu(menu, 3, (20, 20));
        f.forget_events(window.client);
        turn(&mut f, window);
        let mut told = f.events(window.client);
        told.retain(|e| e.starts_with("dismissed"));
        assert_eq!(told, ["dismissed 3", "dismissed 2"]);
        assert!(f.desktop.seat.grabs.is_empty());
        f.desktop.verify_invariants();
    }
}

#[test]
fn popups_of_a_minimised_window_do_not_come_back_with_it() {
    let (mut f, window, _) = windows();
    f.popup(window, 2, (20, 20), below(BUTTON));
    let change = |set, clear| ChangeState {
        window: window.window,
        set,
        clear,
    };
    let (minimized, none) = (WindowStates::MINIMIZED, WindowStates::NONE);
    f.request(window.client, change(minimized, none))
        .expect("allowed");
    assert!(f.events(window.client).contains(&"dismissed 2".to_string()));
    f.request(window.client, change(none, minimized))
        .expect("allowed");
    assert_eq!(f.shown(), [(2, 1), (1, 1)]);
}

#[test]
fn a_popup_without_a_right_to_be_is_dismissed_at_once() {
    let (mut f, window, beside) = windows();
    let grabbing = |grab| Positioner {
        grab,
        ..below(BUTTON)
    };
    f.popup(window, 2, (20, 20), grabbing(Serial(77)));
    assert_eq!(
        f.events(window.client),
        ["dismissed 2"],
        "an unknown serial"
    );
    f.popup(window.sibling(WindowId(99)), 3, (20, 20), below(BUTTON));
    assert_eq!(f.events(window.client), ["dismissed 3"], "no parent");
    let dismissed = window.sibling(WindowId(2));
    f.popup(dismissed, 4, (20, 20), below(BUTTON));
    assert_eq!(
        f.events(window.client),
        ["dismissed 4"],
        "a dismissed parent"
    );
    let serial = f.last_input(window.client);
    f.click(130.0, 10.0);
    assert_eq!(f.desktop.seat.focus, Some(beside));
    f.forget_events(window.client);
    f.popup(window, 5, (20, 20), grabbing(serial));
    assert_eq!(
        f.events(window.client),
        ["placed 5 10,20 20x20", "dismissed 5"],
        "the person has turned to another window"
    );
    assert_eq!(f.shown().len(), 2);
}

#[test]
fn popups_cannot_be_nested_without_end() {
    let (mut f, window, _) = windows();
    let mut parent = window;
    for id in 2..40 {
        parent = f.popup(parent, id, (20, 20), below(BUTTON));
    }
    assert_eq!(f.shown().len(), 2 + MAX_POPUP_DEPTH);
    f.desktop.destroy_window(window);
    assert_eq!(f.shown().len(), 1);
    f.desktop.verify_invariants();
}

#[test]
fn closing_a_popup_from_outside_dismisses_it() {
    let (mut f, window, _) = windows();
    f.popup(window, 2, (20, 20), below(BUTTON));
    f.forget_events(window.client);
    let popup = f.desktop.windows().into_iter().find(|w| w.popup);
    assert!(f.desktop.close(popup.expect("it is shown").id));
    assert_eq!(f.events(window.client), ["dismissed 2"]);
    assert!(!f.desktop.close(ScreenId(99)));
}
