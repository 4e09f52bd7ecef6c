//! What a person does at the native window arrives: all of it, in order, and as what it is.

use std::time::{Duration, Instant};

use transom_protocol::input::{ButtonState, KeyState};

use super::client::{Client, Told};
use super::hands::Hands;
use super::screen::Screen;
use super::server::Server;
use super::until;

const SIZE: (f32, f32) = (500.0, 400.0);

/// A server in a native window, and a program in it that has the keyboard.
pub(crate) struct Desk {
    /// Before the screen, so that it ends first.
    _server: Server,
    pub(crate) screen: Screen,
    pub(crate) client: Client,
    /// Where the program's window is on the native screen.
    origin: (i32, i32),
    /// Where the native window is.
    native: (i32, i32),
}

impl Desk {
    fn new() -> Option<Self> {
        Self::on(Screen::new()?)
    }

    pub(crate) fn on(screen: Screen) -> Option<Self> {
        Self::with(screen, &[])
    }

    /// With more arguments of `transom serve`.
    fn with(screen: Screen, arguments: &[&str]) -> Option<Self> {
        let arguments = [&["--size", "800x600"], arguments].concat();
        let server = Server::start(("DISPLAY", screen.display()), &arguments);
        let window = screen.window(&server.title());
        let mut client = Client::new(&server.socket(), SIZE);
        client.draw(SIZE, 0);
        let [x, y, ..] = server.window();
        let native = window.place(&screen);
        let origin = (native.0 + x, native.1 + y);
        screen.xdotool(&format!("windowfocus --sync {}", window.id));
        // Twice, so that there is a motion and not only a pointer that enters.
        for step in [50, 60] {
            let (x, y) = (origin.0 + step, origin.1 + step);
            screen.xdotool(&format!("mousemove --sync {x} {y}"));
        }
        client.wait("the keyboard", |t| matches!(t, Told::KeyboardEnter(_)));
        client.wait("the pointer", |t| *t == Told::Motion(60.0, 60.0));
        Some(Self {
            screen,
            client,
            origin,
            native,
            _server: server,
        })
    }
}

fn key(told: &Told) -> Option<(KeyState, String, u16, String)> {
    match told {
        Told::Key {
            state,
            code,
            evdev,
            text,
            ..
        } => Some((*state, code.clone(), *evdev, text.clone())),
        _ => None,
    }
}

/// Keys that no window manager wants: their evdev codes, and what we call them.
const KEYS: &[(u8, &str)] = &[
    (30, "KeyA"),
    (44, "KeyZ"),
    (6, "Digit5"),
    (57, "Space"),
    (28, "Enter"),
    (15, "Tab"),
    (105, "ArrowLeft"),
    (63, "F5"),
    (39, "Semicolon"),
    (96, "NumpadEnter"),
    (111, "Delete"),
];

/// A linear congruential generator (Knuth's MMIX constants): what failed once fails again.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u32) -> u32 {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(n)) as u32
    }
}

/// Nothing comes any more when nothing has come for so long.
const QUIET: Duration = Duration::from_millis(300);

#[test]
fn a_thousand_clicks_and_keys_at_full_speed_arrive_in_order() {
    const COUNT: u32 = 1000;
    // A window manager looks at each click before it lets it through, so that keys overtake it.
    let Some(desk) = Screen::unmanaged().and_then(Desk::on) else {
        return;
    };
    let mut hands = Hands::new(&desk.screen);
    let mut random = Random(7);
    let mut expected = Vec::new();
    desk.client.forget();
    let start = Instant::now();
    for _ in 0..COUNT {
        if random.below(2) == 0 {
            let (x, y) = (10 + random.below(480) as i32, 10 + random.below(380) as i32);
            let button = 1 + random.below(3) as u8;
            hands.click(desk.origin.0 + x, desk.origin.1 + y, button);
            let at = (x as f32, y as f32);
            expected.push(format!("{button} down at {at:?}"));
            expected.push(format!("{button} up at {at:?}"));
        } else {
            let (evdev, code) = KEYS[random.below(KEYS.len() as u32) as usize];
            hands.tap(evdev);
            expected.push(format!("{code} down"));
            expected.push(format!("{code} up"));
        }
    }
    hands.flush();
    let all = expected.len();
    // Until nothing comes any more, so that what is missing can be told.
    let mut before = 0;
    until("the last input", || {
        let now = presses(&desk.client).len();
        std::thread::sleep(QUIET);
        let quiet = now > 0 && now == before;
        before = now;
        quiet.then_some(())
    });
    println!("{COUNT} clicks and keys in less than {:?}", start.elapsed());
    let arrived = presses(&desk.client);
    if let Some(wrong) = arrived.iter().zip(&expected).position(|(a, b)| a != b) {
        panic!(
            "at {wrong}: {} instead of {}",
            arrived[wrong], expected[wrong]
        );
    }
    assert_eq!(arrived.len(), all);
}

/// Buttons with where the pointer was, and keys, in order.
fn presses(client: &Client) -> Vec<String> {
    let mut at = (60.0, 60.0);
    let mut presses = Vec::new();
    for told in client.told().iter() {
        match told {
            Told::Motion(x, y) => at = (*x, *y),
            Told::Button(button, ButtonState::Pressed) => {
                presses.push(format!("{button} down at {at:?}"))
            }
            Told::Button(button, ButtonState::Released) => {
                presses.push(format!("{button} up at {at:?}"))
            }
            Told::Key {
                state: KeyState::Released,
                code,
                ..
            } => presses.push(format!("{code} up")),
            Told::Key { code, .. } => presses.push(format!("{code} down")),
            _ => {}
        }
    }
    presses
}

#[test]
fn keys_say_what_they_are_and_what_they_enter() {
    let Some(desk) = Desk::new() else { return };
    let (down, up) = (KeyState::Pressed, KeyState::Released);
    for (keys, expected) in [
        ("key a", vec![(down, "KeyA", 30, "a"), (up, "KeyA", 30, "")]),
        (
            "key Return",
            vec![(down, "Enter", 28, ""), (up, "Enter", 28, "")],
        ),
        (
            "key BackSpace",
            vec![(down, "Backspace", 14, ""), (up, "Backspace", 14, "")],
        ),
        ("key Tab", vec![(down, "Tab", 15, ""), (up, "Tab", 15, "")]),
        (
            "key space",
            vec![(down, "Space", 57, " "), (up, "Space", 57, "")],
        ),
        (
            "keydown Shift_L key b keyup Shift_L",
            vec![
                (down, "ShiftLeft", 42, ""),
                (down, "KeyB", 48, "B"),
                (up, "KeyB", 48, ""),
                (up, "ShiftLeft", 42, ""),
            ],
        ),
        (
            "keydown Control_L key c keyup Control_L",
            vec![
                (down, "ControlLeft", 29, ""),
                (down, "KeyC", 46, ""),
                (up, "KeyC", 46, ""),
                (up, "ControlLeft", 29, ""),
            ],
        ),
        (
            "keydown Super_L key x keyup Super_L",
            vec![
                (down, "MetaLeft", 125, ""),
                (down, "KeyX", 45, ""),
                (up, "KeyX", 45, ""),
                (up, "MetaLeft", 125, ""),
            ],
        ),
    ] {
        desk.client.forget();
        desk.screen.xdotool(keys);
        until(keys, || {
            (desk.client.recorded(key).len() >= expected.len()).then_some(())
        });
        let arrived = desk.client.recorded(key);
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(state, code, evdev, text)| (state, code.to_owned(), evdev, text.to_owned()))
            .collect();
        assert_eq!(arrived, expected, "{keys}");
    }
}

#[test]
fn modifiers_are_told_and_held_keys_repeat() {
    let Some(desk) = Desk::new() else { return };
    let modifiers = |told: &Told| match told {
        Told::Modifiers(modifiers) => Some(*modifiers),
        _ => None,
    };
    desk.client.forget();
    desk.screen
        .xdotool("keydown Control_L keydown Shift_L keyup Control_L keyup Shift_L");
    let expected = [2, 3, 1, 0];
    until("modifiers", || {
        (desk.client.recorded(modifiers).len() >= 4).then_some(())
    });
    assert_eq!(desk.client.recorded(modifiers), expected);
    desk.client.forget();
    desk.screen.xdotool("keydown k");
    let repeats =
        |t: &Told| matches!(t, Told::Key { state: KeyState::Repeated, text, .. } if text == "k");
    desk.client.wait("a repeat", repeats);
    desk.screen.xdotool("keyup k");
    desk.client.wait("the end", |t| {
        matches!(
            t,
            Told::Key {
                state: KeyState::Released,
                ..
            }
        )
    });
    let states = desk.client.recorded(|t| key(t).map(|(state, ..)| state));
    assert_eq!(states.first(), Some(&KeyState::Pressed));
    assert_eq!(
        states.iter().filter(|s| **s == KeyState::Pressed).count(),
        1
    );
}

#[test]
fn the_wheel_counts_down_and_to_the_right() {
    let Some(desk) = Desk::new() else { return };
    desk.client.forget();
    desk.screen
        .xdotool("click 5 click 5 click 4 click 7 click 6");
    let scroll = |told: &Told| match told {
        Told::Scroll(x, y) => Some((*x, *y)),
        _ => None,
    };
    until("the wheel", || {
        (desk.client.recorded(scroll).len() >= 5).then_some(())
    });
    let expected = [(0, 120), (0, 120), (0, -120), (120, 0), (-120, 0)];
    assert_eq!(desk.client.recorded(scroll), expected);
}

#[test]
fn a_drag_goes_on_outside_the_native_window() {
    let Some(desk) = Desk::new() else { return };
    desk.client.forget();
    let (x, y) = (desk.native.0 - 30, desk.native.1 - 25);
    desk.screen.xdotool("mousedown 1");
    desk.screen.xdotool(&format!(
        "mousemove --sync {} {}",
        desk.origin.0 + 99,
        desk.origin.1 + 98
    ));
    desk.screen.xdotool(&format!("mousemove --sync {x} {y}"));
    let (left, top) = ((x - desk.origin.0) as f32, (y - desk.origin.1) as f32);
    desk.client
        .wait("the pointer outside", |t| *t == Told::Motion(left, top));
    desk.screen.xdotool("mouseup 1");
    desk.client
        .wait("the pointer leaving", |t| *t == Told::Leave);
    let events = desk.client.recorded(|told| match told {
        Told::Button(_, state) => Some(format!("{state:?}")),
        Told::Leave => Some("Leave".to_owned()),
        _ => None,
    });
    assert_eq!(events, ["Pressed", "Released", "Leave"]);
}

#[test]
fn all_keys_are_ours_while_the_keyboard_is_grabbed() {
    let Some(desk) = Screen::new().and_then(|screen| Desk::with(screen, &["--grab-keyboard"]))
    else {
        return;
    };
    desk.client.forget();
    // The window manager would show its own switcher, and a program would see nothing of it.
    desk.screen.xdotool("keydown Alt_L key Tab keyup Alt_L");
    let tab = |t: &Told| matches!(t, Told::Key { code, .. } if code == "Tab");
    desk.client.wait("the switcher's key", tab);
    // Let go of, they are the window manager's again.
    desk.screen.xdotool("key super+Escape");
    desk.client.wait(
        "the way out",
        |t| matches!(t, Told::Key { code, .. } if code == "Escape"),
    );
    desk.client.forget();
    desk.screen
        .xdotool("keydown Alt_L key Tab key Escape keyup Alt_L key z");
    desk.client.wait(
        "another key",
        |t| matches!(t, Told::Key { code, state: KeyState::Released, .. } if code == "KeyZ"),
    );
    assert!(!desk.client.told().iter().any(tab));
}
