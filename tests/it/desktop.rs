//! The desktop around the windows: that a server has one when it is told to, and what it does for
//! it.

use rustix::process::Signal;
use serde_json::{Value, json};
use transom_protocol::color::Color;
use transom_tests::control::Control;
use transom_tests::eventually;
use transom_tests::server::Server;
use transom_tests::snapshot::Picture;

/// Where a window's content is: left, top, right.
fn edges(window: &Value) -> (i64, i64, i64) {
    let rect = &window["rect"];
    let side = |name: &str| rect[name].as_i64().expect("a number");
    (side("x"), side("y"), side("x") + side("width"))
}

fn pixel(picture: &Picture, x: i64, y: i64) -> Color {
    let side = |v| u32::try_from(v).expect("on the screen");
    picture.at(side(x), side(y))
}

/// Clicks the close button of a window's title bar, at scale 1.
fn click_close(control: &mut Control, window: &Value) {
    let (_, top, right) = edges(window);
    control.ask(json!({"cmd": "inject", "input": "click", "x": right - 19, "y": top - 14}));
}

#[test]
fn the_menu_starts_programs_and_the_title_bar_closes_them() {
    let server = Server::with(&["--desktop", "--menu", "Greeting=exec hello"]);
    let mut control = server.control();
    control.key("super+space");
    control.key("Enter");
    let window = control.wait_window("Hello");
    let (left, top, _) = edges(&window);
    let picture = control.shot(None);
    let (bar, desk) = (pixel(&picture, left + 2, top - 10), pixel(&picture, 2, 2));
    assert_ne!(bar, desk, "no title bar above the window");
    click_close(&mut control, &window);
    eventually(|| match control.list() {
        list if list.is_empty() => Ok(()),
        list => Err(format!("{list:?}")),
    });
}

#[test]
fn the_task_bar_shows_a_clock() {
    let server = Server::with(&["--desktop", "--size", "640x480"]);
    let mut control = server.control();
    let text = |picture: &Picture| {
        let corner = (590..640).flat_map(|x| (452..476).map(move |y| (x, y)));
        let mut colors: Vec<_> = corner.map(|(x, y)| pixel(picture, x, y)).collect();
        colors.sort_unstable_by_key(|c| c.to_bytes());
        colors.dedup();
        colors.len()
    };
    eventually(|| match text(&control.shot(None)) {
        colors @ 5.. => Ok(colors),
        colors => Err(format!("{colors} colours where the time should be")),
    });
}

#[test]
fn without_a_desktop_there_are_windows_and_nothing_else() {
    let server = Server::start();
    let mut hello = server.start_program("hello", server.display());
    let mut control = server.control();
    let window = control.wait_window("Hello");
    control.wait_idle();
    let (left, top, _) = edges(&window);
    let picture = control.shot(None);
    let desk = pixel(&picture, 2, 2);
    assert_eq!(pixel(&picture, left + 2, top - 10), desk);
    assert_eq!(pixel(&picture, 2, i64::from(picture.height) - 2), desk);
    assert!(hello.is_running());
}

#[test]
fn a_program_that_does_not_answer_is_closed_at_the_second_request() {
    let server = Server::with(&["--desktop"]);
    let hello = server.start_program("hello", server.display());
    let mut control = server.control();
    let window = control.wait_window("Hello");
    control.wait_idle();
    let before = control.shot(None);
    hello.signal(Signal::STOP);
    click_close(&mut control, &window);
    // It counts as silent after a while, and its title bar says so.
    let (left, top, right) = edges(&window);
    eventually(|| {
        let now = control.shot(None);
        let title = (left..right - 110).flat_map(|x| (top - 26..top - 2).map(move |y| (x, y)));
        let mut title = title.filter(|(x, y)| pixel(&now, *x, *y) != pixel(&before, *x, *y));
        let marked = title.next().map(|_| ());
        marked.ok_or_else(|| "the title bar is as before".to_owned())
    });
    assert_eq!(control.list().len(), 1, "not closed by asking once");
    click_close(&mut control, &window);
    eventually(|| match control.list() {
        list if list.is_empty() => Ok(()),
        list => Err(format!("{list:?}")),
    });
    // It finds that it has been asked to close, or that it has no server any more.
    hello.signal(Signal::CONT);
    hello.finish();
}
