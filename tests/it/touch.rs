//! Fingers, from a tool's hand to a program's picture.

use serde_json::{Value, json};
use transom_protocol::color::Color;
use transom_tests::control::Control;
use transom_tests::eventually;
use transom_tests::server::Server;

/// A finger does something at a place of a window.
fn touch(control: &mut Control, window: &Value, action: &str, finger: u32, at: (i64, i64)) {
    control.ask(json!({
        "cmd": "inject", "input": "touch", "action": action, "finger": finger,
        "x": at.0, "y": at.1, "window": window["id"],
    }));
}

fn side(window: &Value, name: &str) -> i64 {
    window["rect"][name].as_i64().expect("a number")
}

/// Waits until a window has ink at some places and none at others.
#[track_caller]
fn wait_ink(control: &mut Control, window: &Value, ink: &[(u32, u32)], none: &[(u32, u32)]) {
    let id = window["id"].as_u64();
    eventually(|| {
        let shot = control.shot(id);
        let is_ink = |at: &&(u32, u32)| shot.at(at.0, at.1) != Color::WHITE;
        let missing: Vec<_> = ink.iter().filter(|at| !is_ink(at)).collect();
        let extra: Vec<_> = none.iter().filter(is_ink).collect();
        match missing.is_empty() && extra.is_empty() {
            true => Ok(()),
            false => Err(format!("no ink at {missing:?}, some at {extra:?}")),
        }
    });
}

#[test]
fn two_fingers_paint_two_strokes_at_once() {
    let server = Server::with(&["--desktop"]);
    let _paint = server.start_program("paint", server.display());
    let mut control = server.control();
    let window = control.wait_window("Paint");
    touch(&mut control, &window, "down", 1, (200, 60));
    touch(&mut control, &window, "down", 2, (200, 160));
    for step in 1..=20 {
        touch(&mut control, &window, "move", 1, (200 + 10 * step, 60));
        touch(&mut control, &window, "move", 2, (200 + 10 * step, 160));
    }
    // Both are still down, and both have painted.
    let (first, second) = (
        [(205, 60), (300, 60), (380, 60)],
        [(205, 160), (300, 160), (380, 160)],
    );
    wait_ink(
        &mut control,
        &window,
        &[first, second].concat(),
        &[(300, 110), (440, 60)],
    );
    touch(&mut control, &window, "up", 1, (400, 60));
    // A finger of another number begins a stroke while the second goes on with its own.
    touch(&mut control, &window, "down", 5, (300, 250));
    touch(&mut control, &window, "move", 2, (400, 200));
    touch(&mut control, &window, "move", 5, (380, 250));
    touch(&mut control, &window, "up", 5, (390, 250));
    touch(&mut control, &window, "up", 2, (400, 240));
    let more = [(400, 190), (340, 250)];
    wait_ink(
        &mut control,
        &window,
        &[first, second].concat(),
        &[(300, 110)],
    );
    wait_ink(&mut control, &window, &more, &[(300, 110)]);
    // What comes after the last of them is over takes back three strokes, one by one.
    control.key("ctrl+z");
    wait_ink(
        &mut control,
        &window,
        &[(340, 250), (300, 60)],
        &[(300, 160)],
    );
    control.key("ctrl+z");
    wait_ink(
        &mut control,
        &window,
        &[(300, 60)],
        &[(340, 250), (300, 160)],
    );
}

#[test]
fn a_finger_moves_a_window_and_presses_what_knows_no_touch() {
    let server = Server::with(&["--desktop"]);
    let _calc = server.start_program("calc", server.display());
    let mut control = server.control();
    let window = control.wait_window("Calculator");
    let before = control.shot(window["id"].as_u64());
    touch(&mut control, &window, "down", 0, (60, -10));
    touch(&mut control, &window, "move", 0, (90, 20));
    control.ask(json!({"cmd": "inject", "input": "touch", "action": "up"}));
    let moved = control.list().remove(0);
    let by = |name| side(&moved, name) - side(&window, name);
    assert_eq!((by("x"), by("y")), (30, 30));
    // The pointer is what it knows: a tap is a click.
    touch(&mut control, &moved, "down", 3, (36, 172));
    touch(&mut control, &moved, "up", 3, (36, 172));
    eventually(|| {
        let now = control.shot(window["id"].as_u64());
        let digits = (120..230).flat_map(|x| (20..90).map(move |y| (x, y)));
        let changed = digits.filter(|(x, y)| now.at(*x, *y) != before.at(*x, *y));
        match changed.count() {
            0 => Err("the calculator shows what it showed".to_owned()),
            _ => Ok(()),
        }
    });
}

#[test]
fn fingers_without_a_place_are_refused() {
    let server = Server::start();
    let mut control = server.control();
    for action in ["down", "move"] {
        let request = json!({"cmd": "inject", "input": "touch", "action": action});
        let answer = control.try_ask(&request);
        assert_eq!(answer["ok"], false, "{action}");
    }
    control.ask(json!({"cmd": "inject", "input": "touch", "action": "cancel", "finger": 9}));
}
