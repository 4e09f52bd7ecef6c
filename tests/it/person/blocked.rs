//! A native display that has stopped: the server's main thread waits for it, and nobody else.

use std::sync::mpsc::channel;
use std::thread;

use rustix::process::Signal;
use serde_json::json;
use transom::{Color, Display, Window};
use transom_tests::{PATIENCE, eventually};

use super::Desk;

/// So many round trips, each with a frame, are answered in the end.
const ROUND_TRIPS: u8 = 200;

fn frame(window: &Window, n: u8) {
    let mut canvas = window.frame();
    canvas.clear(Color::rgba(n, 255 - n, 128, 255));
    canvas.commit().expect("connected");
}

/// Shows frames and waits for answers. Elsewhere, so that one that is kept waiting is a failure and no
/// hang.
#[track_caller]
fn round_trips(program: (Display, Window), count: u8) -> (Display, Window) {
    let (done, finished) = channel();
    thread::spawn(move || {
        let (display, window) = program;
        for n in 0..count {
            frame(&window, n);
            display.sync().expect("connected");
        }
        let _ = done.send((display, window));
    });
    let program = finished.recv_timeout(PATIENCE);
    program.expect("a round trip waits for the native display")
}

#[test]
fn while_the_native_display_is_stuck_no_round_trip_waits() {
    let Some(mut desk) = Desk::new() else { return };
    let display = desk.server.connect();
    let window = display.window("Program").size(300.0, 200.0).build();
    frame(&window, 0);
    display.flush().expect("connected");
    desk.control.wait_window("Program");
    let mut program = (display, window);
    let frames = |desk: &mut Desk| {
        let info = desk.control.ask(json!({"cmd": "info"}));
        info["frames"].as_u64().expect("a number")
    };
    desk.screen.signal(Signal::STOP);
    // Until the server has something to present and cannot. It may only have been slow where some rounds
    // show nothing: what counts is that as many as are wanted went by meanwhile.
    let before = loop {
        let before = frames(&mut desk);
        program = round_trips(program, ROUND_TRIPS);
        if frames(&mut desk) == before {
            break before;
        }
    };
    desk.control.shot(None);
    desk.screen.signal(Signal::CONT);
    frame(&program.1, 7);
    program.0.flush().expect("connected");
    eventually(|| match frames(&mut desk) {
        now if now > before => Ok(()),
        now => Err(format!("still at {now} frames")),
    });
}
