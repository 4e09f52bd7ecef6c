//! Moving, resizing, filling, hiding and switching windows.

use transom::{Color, Display, Edges, Event, Point, Positioner, Rect, Window};
use transom_protocol::geometry::PixelRect;
use transom_server::chrome::FrameButton;

use super::{Desk, middle};

#[test]
fn windows_are_moved_and_resized_from_each_edge() {
    let Some(mut desk) = Desk::new() else { return };
    let _gallery = desk.start("gallery", "Gallery");
    let before = desk.frame("Gallery");
    desk.look("moved-0");
    let (x, y) = desk.handle("Gallery");
    desk.drag((x, y), (x + 70, y - 45));
    let mut frame = before.moved(70, -45);
    desk.wait_frame("Gallery", frame);
    desk.look("moved-1");
    // Outwards and then back, from a pixel outside of the edge's middle, or of the corner.
    for (name, left, top) in [
        ("left", -1, 0),
        ("right", 1, 0),
        ("top", 0, -1),
        ("bottom", 0, 1),
        ("top-left", -1, -1),
        ("top-right", 1, -1),
        ("bottom-left", -1, 1),
        ("bottom-right", 1, 1),
    ] {
        for (dx, dy) in [(24 * left, 31 * top), (-37 * left, -22 * top)] {
            let (x, y) = grip(frame, left, top);
            desk.drag((x, y), (x + dx, y + dy));
            frame = grown(frame, (left, top), (dx, dy));
            desk.wait_frame("Gallery", frame);
        }
        desk.look(&format!("resized-{name}"));
    }
}

/// Where the edge or corner in this direction is taken hold of.
fn grip(frame: PixelRect, left: i32, top: i32) -> (i32, i32) {
    let at = |low: i32, high: i32, side: i32| match side {
        -1 => low - 2,
        1 => high + 1,
        _ => low.midpoint(high),
    };
    (at(frame.x0, frame.x1, left), at(frame.y0, frame.y1, top))
}

/// The frame when these edges have moved.
fn grown(frame: PixelRect, (left, top): (i32, i32), (dx, dy): (i32, i32)) -> PixelRect {
    let edge = |at: i32, is: bool, by: i32| if is { at + by } else { at };
    PixelRect::from_edges(
        edge(frame.x0, left < 0, dx),
        edge(frame.y0, top < 0, dy),
        edge(frame.x1, left > 0, dx),
        edge(frame.y1, top > 0, dy),
    )
}

#[test]
fn windows_are_snapped_maximised_minimised_and_come_back() {
    let Some(mut desk) = Desk::new() else { return };
    let _gallery = desk.start("gallery", "Gallery");
    let _calc = desk.start("calc", "Calculator");
    let before = desk.frame("Gallery");
    let area = Desk::work_area();
    let half = area.width() as i32 / 2;
    for (name, to, expected) in [
        ("left", (1, 300), PixelRect { x1: half, ..area }),
        ("right", (area.x1 - 1, 300), PixelRect { x0: half, ..area }),
        ("top", (half, 0), area),
    ] {
        let from = desk.handle("Gallery");
        desk.drag(from, to);
        desk.wait_frame("Gallery", expected);
        desk.look(&format!("snapped-{name}"));
        desk.key("super+Down");
        desk.wait_frame("Gallery", before);
    }
    let (x, y) = desk.button("Gallery", FrameButton::Maximize);
    desk.click(x, y);
    desk.wait_frame("Gallery", area);
    desk.look("maximised");
    // A second press on the title bar restores, as one maximises.
    desk.hands(&format!("mousemove {} click 1 click 1", desk.at(200, 14)));
    desk.wait_frame("Gallery", before);
    for (keys, expected) in [
        ("super+Left", PixelRect { x1: half, ..area }),
        ("super+Up", area),
        ("super+Down", before),
    ] {
        desk.key(keys);
        desk.wait_frame("Gallery", expected);
    }
    let (x, y) = desk.button("Gallery", FrameButton::Minimize);
    desk.click(x, y);
    desk.wait_state("Gallery", "minimized", true);
    desk.wait_state("Calculator", "active", true);
    desk.look("minimised");
    let (x, y) = desk.task(0, 2);
    desk.click(x, y);
    desk.wait_state("Gallery", "minimized", false);
    desk.wait_state("Gallery", "active", true);
    desk.wait_frame("Gallery", before);
    desk.look("returned");
}

#[test]
fn a_person_switches_from_window_to_window() {
    let Some(mut desk) = Desk::new() else { return };
    let _programs = [
        ("gallery", "Gallery"),
        ("calc", "Calculator"),
        ("snake", "Snake"),
    ]
    .map(|(program, title)| desk.start(program, title));
    desk.wait_state("Snake", "active", true);
    desk.key("super+Tab");
    desk.wait_state("Calculator", "active", true);
    desk.key("super+Tab");
    desk.wait_state("Snake", "active", true);
    desk.hands("keydown super key Tab key Tab");
    desk.look("switcher");
    desk.hands("keyup super");
    desk.wait_state("Gallery", "active", true);
    // The desktop's menu starts another program, with keys alone.
    desk.key("super+space");
    desk.look("menu");
    desk.key("Escape");
    desk.look("menu-gone");
}

/// A window with a popup that takes the pointer, opened by a click on it.
fn with_popup(display: &Display) -> (Window, Window) {
    let window = display.window("Popups").size(300.0, 200.0).build();
    paint(&window, 0xe8e4d8);
    let serial = loop {
        if let Event::Button { serial, .. } = display.next_event().expect("connected") {
            break serial;
        }
    };
    let positioner = Positioner {
        anchor_rect: Rect::new(20.0, 20.0, 80.0, 24.0),
        anchor: Edges::BOTTOM | Edges::LEFT,
        gravity: Edges::BOTTOM | Edges::RIGHT,
        offset: Point::default(),
        grab: serial,
        ..Positioner::default()
    };
    let popup = window.popup(positioner, 160.0, 120.0);
    paint(&popup, 0x2a7f84);
    (window, popup)
}

fn paint(window: &Window, color: u32) {
    let mut canvas = window.frame();
    canvas.clear(Color::hex(color));
    canvas.commit().expect("connected");
}

#[test]
fn a_click_elsewhere_dismisses_a_popup() {
    let Some(mut desk) = Desk::new() else { return };
    let _calc = desk.start("calc", "Calculator");
    let display = desk.server.connect();
    let opened = std::thread::spawn(move || {
        let windows = with_popup(&display);
        (display, windows)
    });
    desk.control.wait_window("Popups");
    let frame = desk.frame("Popups");
    let (x, y) = middle(frame);
    desk.click(x, y);
    let (display, (_window, popup)) = opened.join().expect("it opens");
    transom_tests::eventually(|| match desk.control.list().len() {
        3 => Ok(()),
        count => Err(format!("{count} windows")),
    });
    desk.look("popup");
    let (x, y) = desk.handle("Calculator");
    desk.click(x, y);
    let dismissed =
        |event: &Event| matches!(event, Event::PopupDismissed { window } if *window == popup.id());
    while !dismissed(&display.next_event().expect("connected")) {}
    desk.look("popup-gone");
    assert_eq!(desk.control.list().len(), 2);
}
