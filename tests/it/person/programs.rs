//! Programs in use.

use serde_json::json;
use transom_protocol::color::Color;
use transom_tests::eventually;
use transom_tests::server::Server;

use super::{Desk, rect};

#[test]
fn a_person_types_into_a_program() {
    const KEYS: &str = "1 2 3 4 asterisk 5 6 Return";
    const TEXT: &str = "1234*56\n";
    let Some(mut desk) = Desk::new() else { return };
    let _calc = desk.start("calc", "Calculator");
    let number = |window: serde_json::Value| window["id"].as_u64().expect("a number");
    let window = number(desk.find("Calculator").expect("it is there"));
    desk.key(KEYS);
    // The same was typed by a tool elsewhere.
    let other = Server::with(&["--desktop"]);
    let _other_calc = other.start_program("calc", other.display());
    let mut control = other.control();
    let there = number(control.wait_window("Calculator"));
    control.ask(json!({"cmd": "inject", "input": "text", "text": TEXT}));
    control.wait_idle();
    let expected = control.shot(Some(there));
    eventually(|| match desk.control.shot(Some(window)) == expected {
        true => Ok(()),
        false => Err("the calculator shows another number".to_owned()),
    });
    desk.look("typed");
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
