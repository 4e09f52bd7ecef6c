//! Programs in use.

use serde_json::{Value, json};
use transom_protocol::color::Color;
use transom_tests::eventually;
use transom_tests::server::Server;
use transom_tests::snapshot::Picture;

use super::{Desk, rect};

/// What tools call a window.
pub(super) fn number(window: &Value) -> u64 {
    window["id"].as_u64().expect("a number")
}

/// What a calculator shows that a tool types this into, elsewhere.
fn typed_elsewhere(text: &str) -> Picture {
    let server = Server::with(&["--desktop"]);
    let _calc = server.start_program("calc", server.display());
    let mut control = server.control();
    let window = number(&control.wait_window("Calculator"));
    control.ask(json!({"cmd": "inject", "input": "text", "text": text}));
    control.wait_idle();
    control.shot(Some(window))
}

/// Waits until a window shows this.
#[track_caller]
fn wait_picture(desk: &mut Desk, window: u64, expected: &Picture) {
    eventually(|| match desk.control.shot(Some(window)) == *expected {
        true => Ok(()),
        false => Err("the calculator shows something else".to_owned()),
    });
}

#[test]
fn a_person_types_into_a_program() {
    let Some(mut desk) = Desk::new() else { return };
    let _calc = desk.start("calc", "Calculator");
    let window = number(&desk.find("Calculator").expect("it is there"));
    desk.key("1 2 3 4 asterisk 5 6 Return");
    wait_picture(&mut desk, window, &typed_elsewhere("1234*56\n"));
    desk.look("typed");
}

#[test]
fn a_person_copies_a_number_and_pastes_it() {
    let Some(mut desk) = Desk::new() else { return };
    let _from = desk.start("calc", "Calculator");
    desk.key("6 asterisk 7 Return ctrl+c");
    let first = number(&desk.find("Calculator").expect("it is there"));
    wait_picture(&mut desk, first, &typed_elsewhere("6*7\n"));
    let _into = desk.server.start_program("calc", desk.server.display());
    let second = eventually(|| {
        let windows = desk.control.list();
        let other = windows.iter().map(number).find(|id| *id != first);
        other.ok_or_else(|| "no second calculator".to_owned())
    });
    // It comes with the keyboard.
    desk.key("1 plus ctrl+v");
    wait_picture(&mut desk, second, &typed_elsewhere("1+42"));
    desk.look("pasted");
}

#[test]
fn a_person_paints_a_stroke() {
    let Some(mut desk) = Desk::new() else { return };
    let _paint = desk.start("paint", "Paint");
    let content = rect(&desk.find("Paint").expect("it is there"));
    let at = |x: i32, y: i32| (content.x0 + 160 + x, content.y0 + 40 + y);
    desk.drag(at(0, 0), at(240, 160));
    desk.drag(at(240, 0), at(0, 160));
    let crossing = at(120, 80);
    eventually(|| {
        let shot = desk.control.shot(None);
        let color = shot.at(crossing.0 as u32, crossing.1 as u32);
        let ink = color != Color::WHITE;
        ink.then_some(())
            .ok_or_else(|| format!("{color:?} where the strokes cross"))
    });
    desk.look("painted");
}
