//! How the desktop treats people: pointers that say what can be done, windows that do not push in,
//! dialogs before what they belong to, and keys that are a program's alone.

use transom::{Color, Display, Event, NamedKey, Window, WindowKind};
use transom_tests::eventually;
use transom_tests::process::Process;
use transom_tests::screen::Screen;
use x11rb::protocol::xfixes::ConnectionExt as _;

use super::programs::number;
use super::{Desk, has_state};

/// What the pointer looks like on a screen: its size and its pixels.
fn cursor(screen: &Screen) -> (u16, u16, Vec<u32>) {
    let (x, _) = x11rb::connect(Some(screen.display())).expect("the X server");
    x.xfixes_query_version(4, 0)
        .expect("sent")
        .reply()
        .expect("XFixes");
    let image = x.xfixes_get_cursor_image().expect("sent");
    let image = image.reply().expect("a cursor");
    (image.width, image.height, image.cursor_image)
}

#[test]
fn the_pointer_says_what_can_be_done() {
    let Some(mut desk) = Desk::new() else { return };
    let _gallery = desk.start("gallery", "Gallery");
    let frame = desk.frame("Gallery");
    let middle = (frame.y0 + frame.y1) / 2;
    desk.go(frame.x0 + 40, frame.y0 + 14);
    let plain = eventually(|| Ok(cursor(&desk.screen)));
    let mut seen = vec![plain.clone()];
    // The left edge, the lower one, and the corner between them: each has a shape of its own.
    for (x, y) in [
        (frame.x0 - 2, middle),
        ((frame.x0 + frame.x1) / 2, frame.y1 + 1),
        (frame.x0 - 2, frame.y1 + 1),
    ] {
        desk.go(x, y);
        let shape = eventually(|| match cursor(&desk.screen) {
            shape if seen.contains(&shape) => Err(format!("{x}, {y}: a shape seen before")),
            shape => Ok(shape),
        });
        seen.push(shape);
    }
    desk.go(frame.x0 + 40, frame.y0 + 14);
    eventually(|| match cursor(&desk.screen) == plain {
        true => Ok(()),
        false => Err("not the plain pointer again".to_owned()),
    });
}

fn shown(display: &Display, title: &str, kind: WindowKind, parent: Option<&Window>) -> Window {
    let mut window = display.window(title).size(220.0, 120.0).kind(kind);
    if let Some(parent) = parent {
        window = window.parent(parent);
    }
    let window = window.build();
    let mut canvas = window.frame();
    canvas.clear(Color::hex(0xe8e4d8));
    canvas.commit().expect("connected");
    display.flush().expect("connected");
    window
}

#[test]
fn a_window_that_comes_while_somebody_types_waits_for_attention() {
    let Some(mut desk) = Desk::new() else { return };
    let _calc = desk.start("calc", "Calculator");
    let display = desk.server.connect();
    // Somebody who types all the time, as fast as xdotool does on a busy machine. A window that comes
    // in a pause has the keyboard at once, as it should, and is no case of this.
    let mut hands = desk.screen.show(desk.server.home.command("xdotool"));
    hands.args(["type", "--delay", "25", &"1234567890".repeat(1000)]);
    let hands = Process::start(hands);
    let first = number(&desk.find("Calculator").expect("it is there"));
    let before = desk.control.shot(Some(first));
    eventually(|| match desk.control.shot(Some(first)) == before {
        true => Err("nothing is typed".to_owned()),
        false => Ok(()),
    });
    let intruder = (0..20).find_map(|_| {
        let window = shown(&display, "Intruder", WindowKind::Normal, None);
        desk.control.wait_window("Intruder");
        let there = desk.find("Intruder").expect("it is there");
        if has_state(&there, "urgent") {
            return Some(window);
        }
        drop(window);
        display.flush().expect("connected");
        desk.wait_gone("Intruder");
        desk.wait_state("Calculator", "active", true);
        None
    });
    let intruder = intruder.expect("one that waits");
    drop(hands);
    // They may have ended with a key down, which the X server repeats for ever.
    desk.hands("keyup 1 2 3 4 5 6 7 8 9 0");
    desk.wait_state("Intruder", "urgent", true);
    desk.wait_state("Calculator", "active", true);
    desk.look("urgent");
    // The task bar shows it, and turns to it.
    let (x, y) = desk.task(1, 2);
    desk.click(x, y);
    desk.wait_state("Intruder", "active", true);
    desk.wait_state("Intruder", "urgent", false);
    desk.look("urgent-gone");
    drop(intruder);
}

#[test]
fn a_dialog_is_before_its_parent_and_has_its_keyboard() {
    let Some(mut desk) = Desk::new() else { return };
    let _calc = desk.start("calc", "Calculator");
    let display = desk.server.connect();
    let parent = shown(&display, "Parent", WindowKind::Normal, None);
    desk.control.wait_window("Parent");
    desk.wait_state("Parent", "active", true);
    let dialog = shown(&display, "Dialog", WindowKind::Dialog, Some(&parent));
    desk.control.wait_window("Dialog");
    desk.wait_state("Dialog", "active", true);
    let (inner, outer) = (desk.frame("Dialog"), desk.frame("Parent"));
    let middle = |low: i32, high: i32| low.midpoint(high);
    assert!((middle(inner.x0, inner.x1) - middle(outer.x0, outer.x1)).abs() <= 1);
    let (x, y) = desk.handle("Calculator");
    desk.click(x, y);
    desk.wait_state("Calculator", "active", true);
    // Whoever turns to the parent gets the dialog, and keys are the dialog's.
    let (x, y) = desk.task(1, 3);
    desk.click(x, y);
    desk.wait_state("Dialog", "active", true);
    desk.look("dialog");
    desk.key("Return");
    let id = dialog.id();
    let pressed = |event: &Event| matches!(event, Event::Key(key) if key.window == id && key.pressed(NamedKey::ENTER));
    while !pressed(&display.next_event().expect("connected")) {}
    drop(dialog);
    display.flush().expect("connected");
    desk.wait_state("Parent", "active", true);
}

#[test]
fn a_program_that_grabs_the_keyboard_gets_the_desktop_s_own_keys() {
    let Some(mut desk) = Desk::new() else { return };
    let _calc = desk.start("calc", "Calculator");
    let display = desk.server.connect();
    let window = shown(&display, "Grabber", WindowKind::Normal, None);
    desk.control.wait_window("Grabber");
    desk.wait_state("Grabber", "active", true);
    window.grab_keyboard(true);
    display.sync().expect("connected");
    desk.key("super+Tab");
    let id = window.id();
    let tab = |event: &Event| matches!(event, Event::Key(key) if key.window == id && key.pressed(NamedKey::TAB));
    while !tab(&display.next_event().expect("connected")) {}
    desk.wait_state("Grabber", "active", true);
    window.grab_keyboard(false);
    display.sync().expect("connected");
    desk.key("super+Tab");
    desk.wait_state("Calculator", "active", true);
}
