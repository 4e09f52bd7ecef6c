//! Windows that close, and a native window that becomes small or goes.

use transom_protocol::geometry::PixelRect;
use transom_server::chrome::FrameButton;
use transom_tests::eventually;

use super::{Desk, METRICS};

#[test]
fn the_close_button_ends_a_program() {
    let Some(mut desk) = Desk::new() else { return };
    let calc = desk.start("calc", "Calculator");
    let (x, y) = desk.button("Calculator", FrameButton::Close);
    desk.go(x, y);
    desk.look("about-to-close");
    desk.click(x, y);
    desk.wait_gone("Calculator");
    assert_eq!(calc.finish().code(), 0);
    desk.look("closed");
}

#[test]
fn title_bars_stay_within_reach_when_the_screen_gets_smaller() {
    let Some(mut desk) = Desk::new() else { return };
    let titles = [
        ("gallery", "Gallery"),
        ("calc", "Calculator"),
        ("snake", "Snake"),
    ];
    let _programs = titles.map(|(program, title)| desk.start(program, title));
    let (width, height) = (360, 280);
    desk.hands(&format!(
        "windowsize --sync {} {width} {height}",
        desk.window.id
    ));
    desk.origin = desk.screen.place(&desk.window);
    eventually(|| match desk.control.shot(None) {
        shot if (shot.width, shot.height) == (width, height) => Ok(()),
        shot => Err(format!("{shot:?}")),
    });
    desk.look("small");
    let area = PixelRect::new(0, 0, width, height - METRICS.task_bar() as u32);
    for (_, title) in titles {
        // What of the title bar is seen can be taken hold of: the window comes along.
        let frame = desk.frame(title);
        let bar = PixelRect {
            y1: frame.y0 + METRICS.title(),
            ..frame
        };
        let seen = bar.intersect(area);
        assert!(
            seen.width() >= 48 && seen.height() >= 20,
            "{title}: {seen:?}"
        );
    }
    let frame = desk.frame("Gallery");
    desk.key("super+Tab");
    desk.key("super+Tab");
    let active = |desk: &mut Desk| {
        let windows = desk.control.list();
        let found = windows.iter().find(|w| super::has_state(w, "active"));
        found.map(|w| w["title"].as_str().unwrap_or_default().to_owned())
    };
    let title = active(&mut desk).expect("one has the keyboard");
    let frame = if title == "Gallery" {
        frame
    } else {
        desk.frame(&title)
    };
    let at = (frame.x0.max(0) + 30, frame.y0 + 15);
    desk.drag(at, (at.0 + 20, at.1 + 30));
    eventually(|| match desk.frame(&title) {
        moved if moved != frame => Ok(()),
        _ => Err(format!("{title} did not move")),
    });
    desk.look("small-moved");
}

#[test]
fn killing_the_native_window_ends_the_server_and_its_programs() {
    let Some(mut desk) = Desk::new() else { return };
    let calc = desk.start("calc", "Calculator");
    let socket = desk.server.socket();
    assert!(socket.exists());
    desk.hands(&format!("windowkill {}", desk.window.id));
    let server = desk.server.process.finish();
    assert_eq!(server.status.code(), Some(1), "{}", server.stderr);
    let calc = calc.finish();
    assert!(calc.stderr.contains("the server ends"), "{}", calc.stderr);
    assert!(!socket.exists());
}
