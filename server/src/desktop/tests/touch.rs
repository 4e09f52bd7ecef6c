//! Fingers: whose they are, what they are told, and when they are the pointer.

use transom_protocol::color::Color;
use transom_protocol::geometry::{Rect, Scale};
use transom_protocol::ids::Serial;
use transom_protocol::input::Modifiers;
use transom_protocol::request::{ChangeState, StartMove};
use transom_protocol::window::WindowStates;

use super::super::*;
use super::fixture::{Fixture, below, each_event, output, rect};

const SCREEN: (u32, u32) = (300, 200);

impl Fixture {
    /// A client that understands touch.
    pub(super) fn toucher(&mut self) -> ClientId {
        self.desktop.add_client(ClientInfo {
            touch: true,
            ..ClientInfo::default()
        })
    }

    pub(super) fn touch(&mut self, finger: u64, touch: Touch) {
        self.input(Input::Touch { finger, touch });
    }

    fn down(&mut self, finger: u64, x: f64, y: f64) {
        let at = ScreenPoint::new(x, y);
        self.touch(finger, Touch::Down { at });
    }

    fn finger(&mut self, finger: u64, x: f64, y: f64) {
        let at = ScreenPoint::new(x, y);
        self.touch(finger, Touch::Moved { at });
    }

    fn up(&mut self, finger: u64) {
        self.touch(finger, Touch::Up);
    }

    /// What a client is told of fingers and pointer, without frames.
    fn hands(&mut self, client: ClientId) -> Vec<String> {
        let is = |told: &String| {
            let words = ["touch", "enter", "leave", "motion", "button"];
            told != "touch frame" && words.iter().any(|word| told.starts_with(word))
        };
        self.events(client).into_iter().filter(is).collect()
    }

    /// The serial of the last finger that came down on a client's windows.
    fn touched(&mut self, client: ClientId) -> Serial {
        let (bytes, mut serial) = (self.bytes(client), Serial::NONE);
        each_event(&bytes, |event| {
            if let Event::TouchDown(down) = event {
                serial = down.serial;
            }
        });
        serial
    }
}

/// A client that understands touch, whose window 1 is on the left, and one that does not, on the right.
fn two() -> (Fixture, WindowKey, WindowKey) {
    let mut f = Fixture::new(SCREEN.0, SCREEN.1);
    let (understands, other) = (f.toucher(), f.client());
    let left = f.window_at(understands, 1, rect(0, 0, 100, 100), Color::RED);
    let right = f.window_at(other, 1, rect(150, 0, 100, 100), Color::BLUE);
    f.forget_events(understands);
    f.forget_events(other);
    (f, left, right)
}

#[test]
fn fingers_belong_to_the_window_they_came_down_on() {
    let (mut f, left, right) = two();
    f.down(70, 10.0, 20.0);
    f.down(71, 90.0, 20.5);
    f.finger(70, 200.0, 30.0);
    f.finger(70, 201.0, 30.0);
    f.up(71);
    f.finger(71, 1.0, 1.0);
    f.up(70);
    assert_eq!(
        f.events(left.client),
        [
            "keyboard enter 1 []",
            "modifiers 0",
            "touch 0 down 1 10,20",
            "touch frame",
            "touch 1 down 1 90,20.5",
            "touch frame",
            "touch 0 at 201,30",
            "touch frame",
            "touch 1 up",
            "touch frame",
            "touch 0 up",
            "touch frame",
        ]
    );
    assert!(
        f.hands(right.client).is_empty(),
        "it is over there, but not its"
    );
}

#[test]
fn numbers_are_unique_on_a_connection_and_used_again() {
    let (mut f, left, _) = two();
    let other = f.window_at(left.client, 2, rect(0, 110, 100, 50), Color::GREEN);
    f.forget_events(left.client);
    f.down(5, 10.0, 10.0);
    f.down(6, 10.0, 120.0);
    f.up(5);
    f.down(9, 20.0, 120.0);
    let expected = [
        "touch 0 down 1 10,10",
        "touch 1 down 2 10,10",
        "touch 0 up",
        "touch 0 down 2 20,10",
    ];
    assert_eq!(f.hands(left.client), expected);
    assert_eq!(f.desktop.seat.focus, Some(other));
}

#[test]
fn a_finger_raises_and_focuses_and_is_placed_in_logical_units() {
    let (mut f, left, right) = two();
    f.desktop.set_output(Output {
        scale: Scale(180),
        ..output(SCREEN.0, SCREEN.1)
    });
    let configure = f.configure(left).expect("the scale is another");
    f.commit_for(left, PixelSize::new(150, 150), configure.serial);
    f.click(200.0, 90.0);
    assert_eq!(f.desktop.seat.focus, Some(right));
    f.forget_events(left.client);
    f.down(1, 30.0, 60.0);
    assert_eq!(f.desktop.seat.focus, Some(left));
    assert_eq!(f.shown().last(), Some(&(left.client.0, 1)));
    f.finger(1, 45.0, 61.5);
    assert_eq!(
        f.hands(left.client),
        ["touch 0 down 1 20,40", "touch 0 at 30,41"]
    );
}

#[test]
fn without_touch_the_first_finger_is_the_pointer() {
    let (mut f, left, right) = two();
    f.down(1, 160.0, 10.0);
    f.down(2, 170.0, 10.0);
    f.finger(2, 171.0, 11.0);
    f.finger(1, 400.0, 12.0);
    f.up(2);
    f.up(1);
    let pointer = [
        "enter 1 10,10",
        "button left Pressed",
        "motion 250,12",
        "button left Released",
        "leave 1",
    ];
    assert_eq!(f.hands(right.client), pointer);
    assert_eq!(f.desktop.seat.pointer.at, None);
    // One that is a pointer and one that is none, at the same time.
    f.down(1, 160.0, 10.0);
    f.down(2, 10.0, 10.0);
    f.up(1);
    assert_eq!(f.hands(left.client), ["touch 0 down 1 10,10"]);
    assert_eq!(f.hands(right.client).len(), 4);
}

#[test]
fn a_mouse_that_holds_a_button_is_no_finger() {
    let (mut f, _, right) = two();
    f.press(160.0, 10.0);
    f.forget_events(right.client);
    f.down(1, 170.0, 20.0);
    f.finger(1, 180.0, 20.0);
    f.up(1);
    assert!(f.hands(right.client).is_empty());
    f.release();
    assert_eq!(f.hands(right.client), ["button left Released"]);
}

#[test]
fn a_cancelled_finger_clicks_nothing() {
    let (mut f, left, right) = two();
    f.down(1, 160.0, 10.0);
    f.touch(1, Touch::Cancelled);
    let voided = ["enter 1 10,10", "button left Pressed", "leave 1"];
    assert_eq!(f.hands(right.client), voided);
    f.down(1, 10.0, 10.0);
    f.down(2, 20.0, 10.0);
    f.forget_events(left.client);
    f.touch(2, Touch::Cancelled);
    f.finger(1, 11.0, 10.0);
    f.up(1);
    assert_eq!(f.events(left.client), ["TouchCancel", "touch frame"]);
}

#[test]
fn a_finger_whose_end_was_lost_comes_down_again() {
    let (mut f, left, _) = two();
    f.down(1, 10.0, 10.0);
    f.down(1, 12.0, 10.0);
    let again = [
        "touch 0 down 1 10,10",
        "TouchCancel",
        "touch 0 down 1 12,10",
    ];
    let told = f.events(left.client);
    let told: Vec<_> = told
        .iter()
        .filter(|t| t.to_lowercase().starts_with("touch"))
        .collect();
    let told: Vec<_> = told.into_iter().filter(|t| *t != "touch frame").collect();
    assert_eq!(told, again);
    // However many: there is always room for one more.
    (10..100).for_each(|finger| f.down(finger, 30.0, 30.0));
    f.forget_events(left.client);
    f.down(200, 40.0, 40.0);
    f.up(200);
    let told = f.hands(left.client);
    assert_eq!(told.len(), 2, "{told:?}");
}

#[test]
fn positions_that_are_no_numbers_are_ignored() {
    let (mut f, left, _) = two();
    f.down(1, f64::NAN, 10.0);
    f.down(2, 10.0, 10.0);
    f.finger(2, f64::INFINITY, 10.0);
    f.up(1);
    assert_eq!(f.hands(left.client), ["touch 0 down 1 10,10"]);
}

#[test]
fn a_title_bar_is_dragged_by_a_finger() {
    let mut f = Fixture::with_config(output(400, 300), Config::full());
    let client = f.toucher();
    let window = f.window_at(client, 1, rect(50, 100, 120, 80), Color::RED);
    let content = f.rect_of(window);
    f.forget_events(client);
    let title = f64::from(content.y0) - 10.0;
    f.down(3, 60.0, title);
    f.finger(3, 75.0, title + 20.0);
    assert_eq!(f.rect_of(window), content.moved(15, 20));
    // Another finger in the window meanwhile is the window's.
    f.down(4, 90.0, f64::from(content.y1));
    f.up(3);
    f.finger(3, 300.0, 200.0);
    assert_eq!(f.rect_of(window), content.moved(15, 20));
    f.up(4);
    let told = f.hands(client);
    assert!(told.iter().all(|t| t.starts_with("touch 0")), "{told:?}");
    assert!(f.desktop.shell.interaction.is_none());
}

#[test]
fn a_drag_by_a_finger_that_is_cancelled_is_taken_back() {
    let mut f = Fixture::with_config(output(400, 300), Config::full());
    let client = f.client();
    let window = f.window_at(client, 1, rect(50, 100, 120, 80), Color::RED);
    let content = f.rect_of(window);
    let title = f64::from(content.y0) - 10.0;
    f.down(3, 60.0, title);
    f.finger(3, 75.0, title + 20.0);
    f.touch(3, Touch::Cancelled);
    assert_eq!(f.rect_of(window), content);
}

#[test]
fn a_client_hands_its_finger_over_to_be_moved() {
    let (mut f, left, _) = two();
    f.down(1, 10.0, 10.0);
    f.down(2, 50.0, 50.0);
    let serial = f.touched(left.client);
    let window = left.window;
    f.request(left.client, StartMove { window, serial })
        .expect("a window");
    f.finger(2, 80.0, 90.0);
    assert_eq!(f.rect_of(left), rect(30, 40, 100, 100));
    f.finger(1, 11.0, 10.0);
    f.up(2);
    f.up(1);
    let told = f.events(left.client);
    let touches = told
        .iter()
        .filter(|t| t.to_lowercase().starts_with("touch"));
    let touches: Vec<_> = touches.collect();
    assert_eq!(
        touches,
        ["TouchCancel", "touch frame"],
        "all of them are void"
    );
    // A late request is dropped.
    f.request(left.client, StartMove { window, serial })
        .expect("a window");
    assert!(f.desktop.shell.interaction.is_none());
}

#[test]
fn a_touch_outside_dismisses_popups_and_does_nothing_else() {
    let (mut f, left, right) = two();
    f.down(1, 10.0, 10.0);
    f.up(1);
    let popup = f.menu(left, 2, (30, 20));
    assert_eq!(f.desktop.seat.grabs, [popup]);
    f.forget_events(left.client);
    // Inside it is a touch like others.
    f.down(1, 12.0, 15.0);
    f.up(1);
    let inside = f.hands(left.client);
    assert_eq!(inside, ["touch 0 down 2 12,5", "touch 0 up"]);
    // On its own client's other window, and on another's.
    f.down(1, 90.0, 90.0);
    f.finger(1, 91.0, 90.0);
    f.up(1);
    assert!(f.hands(left.client).is_empty());
    assert!(f.desktop.seat.grabs.is_empty());
    f.down(1, 10.0, 10.0);
    f.up(1);
    f.menu(left, 3, (30, 20));
    f.down(1, 160.0, 10.0);
    f.up(1);
    assert!(f.desktop.seat.grabs.is_empty());
    assert!(
        f.hands(right.client)
            .iter()
            .all(|t| !t.starts_with("button"))
    );
}

#[test]
fn a_window_that_is_hidden_or_gone_has_no_fingers() {
    let (mut f, left, _) = two();
    f.down(1, 10.0, 10.0);
    f.forget_events(left.client);
    let request = ChangeState {
        window: left.window,
        set: WindowStates::MINIMIZED,
        clear: WindowStates::NONE,
    };
    f.request(left.client, request).expect("a window");
    assert!(f.events(left.client).contains(&"TouchCancel".to_owned()));
    f.up(1);
    let second = f.window_at(left.client, 2, rect(0, 0, 50, 50), Color::GREEN);
    f.down(1, 10.0, 10.0);
    f.forget_events(left.client);
    f.desktop.destroy_window(second);
    f.up(1);
    let told = f.events(left.client);
    assert!(
        told.iter().all(|t| !t.to_lowercase().starts_with("touch")),
        "{told:?}"
    );
}

#[test]
fn when_the_screen_loses_the_keyboard_fingers_are_void() {
    let (mut f, left, right) = two();
    f.down(1, 10.0, 10.0);
    f.down(2, 160.0, 10.0);
    f.input(Input::FocusLost);
    let told = f.events(left.client);
    assert!(told.contains(&"TouchCancel".to_owned()), "{told:?}");
    assert!(f.hands(right.client).contains(&"leave 1".to_owned()));
    f.finger(1, 20.0, 10.0);
    f.finger(2, 170.0, 10.0);
    f.up(1);
    f.up(2);
    assert!(f.hands(left.client).is_empty() && f.hands(right.client).is_empty());
}

#[test]
fn with_super_a_finger_moves_windows_as_the_pointer_does() {
    let mut f = Fixture::with_config(output(400, 300), Config::full());
    let client = f.toucher();
    let window = f.window_at(client, 1, rect(50, 100, 120, 80), Color::RED);
    f.forget_events(client);
    f.modifiers(Modifiers::SUPER);
    f.down(1, 60.0, 110.0);
    f.finger(1, 90.0, 130.0);
    f.up(1);
    assert_eq!(f.rect_of(window), rect(80, 120, 120, 80));
    let told = f.hands(client);
    assert!(told.iter().all(|t| !t.starts_with("touch")), "{told:?}");
    assert!(told.iter().all(|t| !t.starts_with("button")), "{told:?}");
}

#[test]
fn a_popup_may_quote_a_finger() {
    let (mut f, left, _) = two();
    f.down(1, 10.0, 10.0);
    let serial = f.touched(left.client);
    let positioner = transom_protocol::window::Positioner {
        grab: serial,
        ..below(Rect::new(0.0, 0.0, 10.0, 10.0))
    };
    let popup = f.popup(left, 2, (20, 20), positioner);
    assert_eq!(f.desktop.seat.grabs, [popup]);
    // Unlike a made-up one.
    let positioner = transom_protocol::window::Positioner {
        grab: Serial(9999),
        ..positioner
    };
    let refused = f.popup(left, 3, (20, 20), positioner);
    assert!(f.desktop.windows[&refused].is_dismissed());
}
