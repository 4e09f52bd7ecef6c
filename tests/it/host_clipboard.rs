//! The clipboard of the X display that the server's window is on, with `xclip` for the other
//! programs there.

use std::fs;
use std::time::Duration;

use transom::{Clipboard, Color, Display, Event, Offer, TEXT, Window};
use transom_tests::process::Process;
use transom_tests::screen::{Native, Screen};
use transom_tests::server::Server;
use transom_tests::snapshot::Picture;
use transom_tests::{eventually, installed};
use x11rb::connection::Connection;
use x11rb::protocol::Event as XEvent;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, CreateWindowAux, PropMode, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

const PNG: &str = "image/png";

/// A server in a native window that has the focus, and a program in it.
struct Scene {
    display: Display,
    window: Window,
    server: Server,
    _native: Native,
    screen: Screen,
}

impl Scene {
    fn new() -> Option<Self> {
        if !installed("xclip") {
            return None;
        }
        let screen = Screen::start()?;
        let server = Server::on(&screen, &["--size", "400x300"]);
        let native = screen.window_of(server.process.id());
        screen.xdotool(&format!("windowfocus --sync {}", native.id));
        let display = server.connect();
        let window = display.window("program").size(200.0, 100.0).build();
        let mut frame = window.frame();
        frame.clear(Color::BLUE);
        frame.commit().expect("the server lives");
        let mine = window.id();
        let scene = Self {
            display,
            window,
            server,
            _native: native,
            screen,
        };
        scene.until(|e| matches!(e, Event::KeyboardEnter { window, .. } if *window == mine));
        Some(scene)
    }

    fn until(&self, mut fits: impl FnMut(&Event) -> bool) -> Event {
        loop {
            let event = self.display.next_event().expect("the server lives");
            if fits(&event) {
                return event;
            }
        }
    }

    fn xclip(&self, selection: &str, arguments: &[&str]) -> Process {
        let mut command = self.server.home.command("xclip");
        command.args(["-selection", selection]).args(arguments);
        Process::start(self.screen.show(command))
    }

    /// Lets `xclip` own a selection, with these bytes, until what is returned is dropped.
    fn x_copies(&self, selection: &str, target: &str, bytes: &[u8]) -> Process {
        let file = self.server.home.path("copied");
        fs::write(&file, bytes).expect("written");
        let file = file.to_str().expect("a name of ours");
        self.xclip(selection, &["-quiet", "-t", target, "-i", file])
    }

    /// Waits until a type can be pasted here.
    fn comes(&self, clipboard: &Clipboard, mime: &str) {
        while !clipboard.has(mime) {
            self.display.next_event().expect("the server lives");
        }
    }

    fn pastes(&self, clipboard: &Clipboard, mime: &str) -> Vec<u8> {
        assert!(clipboard.paste(mime).is_some(), "{:?}", clipboard.types());
        let done = |e: &Event| matches!(e, Event::Pasted(_) | Event::PasteFailed { .. });
        match self.until(done) {
            Event::Pasted(pasted) => pasted.data,
            event => panic!("{event:?}"),
        }
    }

    /// What `xclip` pastes. Meanwhile the program gives what it has copied.
    fn x_pastes(&self, selection: &str, target: &str) -> Option<Vec<u8>> {
        let mut xclip = self.xclip(selection, &["-o", "-t", target]);
        while xclip.is_running() {
            let soon = Duration::from_millis(10);
            self.display.wait_event(soon).expect("the server lives");
        }
        let finished = xclip.finish();
        finished.status.success().then_some(finished.stdout)
    }

    /// Waits until X programs are offered a target.
    fn x_comes(&self, selection: &str, target: &str) -> Vec<String> {
        eventually(|| {
            let told = self.x_pastes(selection, "TARGETS").unwrap_or_default();
            let told = String::from_utf8(told).expect("names");
            let names: Vec<String> = told.lines().map(str::to_owned).collect();
            match names.iter().any(|name| name == target) {
                true => Ok(names),
                false => Err(told),
            }
        })
    }
}

fn noise(length: usize, seed: u32) -> Vec<u8> {
    let mix = |i: usize| ((i as u32).wrapping_mul(2_654_435_761).wrapping_add(seed) >> 13) as u8;
    (0..length).map(mix).collect()
}

#[test]
fn text_goes_both_ways_in_both_selections() {
    let Some(scene) = Scene::new() else { return };
    let sides = [
        ("clipboard", scene.window.clipboard()),
        ("primary", scene.window.primary()),
    ];
    for (name, selection) in &sides {
        let _owner = scene.x_copies(name, "UTF8_STRING", "Grüße aus X".as_bytes());
        scene.comes(selection, TEXT);
        assert_eq!(scene.pastes(selection, TEXT), "Grüße aus X".as_bytes());

        selection.copy_text("Grüße, мир");
        let names = scene.x_comes(name, "STRING");
        for expected in [
            "TARGETS",
            "TIMESTAMP",
            "MULTIPLE",
            TEXT,
            "UTF8_STRING",
            "TEXT",
        ] {
            assert!(names.iter().any(|n| n == expected), "{expected}: {names:?}");
        }
        let pasted = |target| scene.x_pastes(name, target).expect("it is there");
        assert_eq!(pasted("UTF8_STRING"), "Grüße, мир".as_bytes());
        assert_eq!(pasted(TEXT), "Grüße, мир".as_bytes());
        assert_eq!(pasted("STRING"), b"Gr\xfc\xdfe, ???");
        assert_eq!(scene.x_pastes(name, PNG), None, "there is no picture");
    }
}

#[test]
fn any_type_goes_both_ways() {
    let Some(scene) = Scene::new() else { return };
    let clipboard = scene.window.clipboard();
    for (mime, data) in [
        ("text/html", "<b>bold</b>"),
        ("text/uri-list", "file:///tmp/a\r\nfile:///tmp/b\r\n"),
        ("application/x-of-its-own", "\0\u{1}\u{2}"),
    ] {
        let owner = scene.x_copies("clipboard", mime, data.as_bytes());
        scene.comes(&clipboard, mime);
        assert_eq!(scene.pastes(&clipboard, mime), data.as_bytes());
        drop(owner);
        scene.until(|e| matches!(e, Event::SelectionChanged { types, .. } if types.is_empty()));
        clipboard.copy(Offer::text("as text").or(mime, data.as_bytes().to_vec()));
        scene.x_comes("clipboard", mime);
        let pasted = scene.x_pastes("clipboard", mime);
        assert_eq!(pasted.as_deref(), Some(data.as_bytes()));
    }
}

#[test]
fn megabytes_go_both_ways_in_pieces() {
    let Some(scene) = Scene::new() else { return };
    let clipboard = scene.window.clipboard();
    // `xclip` sends the first in one property and the second in several.
    for length in [3_000_001, 9_000_002] {
        let big = noise(length, 1);
        let _owner = scene.x_copies("clipboard", PNG, &big);
        scene.comes(&clipboard, PNG);
        assert!(scene.pastes(&clipboard, PNG) == big, "{length} from X");

        let data = noise(length, 2);
        let copy = data.clone();
        clipboard.copy(Offer::text("a picture").lazy(PNG, move || copy));
        scene.x_comes("clipboard", "UTF8_STRING");
        let pasted = scene.x_pastes("clipboard", PNG);
        assert!(pasted.as_ref() == Some(&data), "{length} to X");
        clipboard.clear();
        scene.until(|e| matches!(e, Event::SelectionChanged { types, .. } if types.is_empty()));
    }
}

#[test]
fn what_goes_over_does_not_come_back() {
    let Some(scene) = Scene::new() else { return };
    let clipboard = scene.window.clipboard();
    clipboard.copy_text("once");
    scene.x_comes("clipboard", "UTF8_STRING");
    let _owner = scene.x_copies("clipboard", "UTF8_STRING", b"twice");
    let lost = |e: &Event| matches!(e, Event::SelectionLost { .. });
    scene.until(lost);
    assert_eq!(scene.pastes(&clipboard, TEXT), b"twice");
    // Each change is told once: then there is nothing more to be told of either side.
    for round in 0..3 {
        clipboard.copy_text(format!("round {round}"));
        let mut changes = 0;
        eventually(|| {
            let text = scene.x_pastes("clipboard", "UTF8_STRING");
            let wanted = format!("round {round}").into_bytes();
            (text == Some(wanted))
                .then_some(())
                .ok_or_else(|| format!("{text:?}"))
        });
        scene.server.control().wait_idle();
        while let Some(event) = scene.display.poll_event().expect("the server lives") {
            assert!(!lost(&event), "what was copied is lost again");
            changes += usize::from(matches!(event, Event::SelectionChanged { .. }));
        }
        assert!(changes <= 1, "{changes} changes by one copy");
    }
}

#[test]
fn what_its_owner_takes_along_is_gone_on_the_other_side() {
    let Some(scene) = Scene::new() else { return };
    let clipboard = scene.window.clipboard();
    let owner = scene.x_copies("clipboard", "UTF8_STRING", b"in X");
    scene.comes(&clipboard, TEXT);
    drop(owner);
    scene.until(|e| matches!(e, Event::SelectionChanged { types, .. } if types.is_empty()));
    // A short text of ours stays, for X programs too.
    clipboard.copy_text("kept");
    scene.x_comes("clipboard", "UTF8_STRING");
    scene.display.sync().expect("the server lives");
    scene.display.sync().expect("the server lives");
    let Scene {
        display,
        window,
        server,
        screen,
        ..
    } = scene;
    drop(window);
    drop(display);
    eventually(|| match server.control().list().len() {
        0 => Ok(()),
        count => Err(format!("{count} windows")),
    });
    let mut xclip = server.home.command("xclip");
    xclip.args(["-selection", "clipboard", "-o"]);
    let text = Process::start(screen.show(xclip)).finish().text();
    assert_eq!(text, "kept");
}

/// Asks for several targets at once, as the rules of X have it and `xclip` does not.
#[test]
fn several_targets_are_had_at_once() {
    let Some(scene) = Scene::new() else { return };
    scene
        .window
        .clipboard()
        .copy(Offer::text("words").or(PNG, noise(200_000, 3)));
    scene.x_comes("clipboard", PNG);
    let shown = scene.screen.show(std::process::Command::new("true"));
    let name = shown
        .get_envs()
        .find_map(|(k, v)| (k == "DISPLAY").then_some(v?));
    let name = name
        .and_then(|name| name.to_str())
        .expect("the screen has a name");
    let (x, number) = x11rb::connect(Some(name)).expect("the screen is there");
    let atom = |name: &str| -> Atom {
        let cookie = x.intern_atom(false, name.as_bytes()).expect("it listens");
        cookie.reply().expect("an answer").atom
    };
    let root = x.setup().roots[number].root;
    let window = x.generate_id().expect("a number");
    x.create_window(
        0,
        window,
        root,
        0,
        0,
        1,
        1,
        0,
        WindowClass::INPUT_ONLY,
        0,
        &CreateWindowAux::new(),
    )
    .expect("it listens");
    let pairs = [
        [atom("UTF8_STRING"), atom("TEXT_IS_HERE")],
        [atom("no/such"), atom("NOTHING_IS_HERE")],
        [atom("TIMESTAMP"), atom("TIME_IS_HERE")],
        [atom(PNG), atom("PICTURE_IS_HERE")],
    ];
    let (multiple, list) = (atom("MULTIPLE"), atom("LIST_IS_HERE"));
    let (kind, replace) = (atom("ATOM_PAIR"), PropMode::REPLACE);
    x.change_property32(replace, window, list, kind, pairs.as_flattened())
        .expect("it listens");
    x.convert_selection(
        window,
        atom("CLIPBOARD"),
        multiple,
        list,
        x11rb::CURRENT_TIME,
    )
    .expect("it listens");
    x.flush().expect("it listens");
    let notify = loop {
        // The program gives what it has.
        scene
            .display
            .wait_event(Duration::from_millis(5))
            .expect("the server lives");
        match x.poll_for_event().expect("it lives") {
            Some(XEvent::SelectionNotify(e)) => break e,
            _ => continue,
        }
    };
    assert_eq!((notify.property, notify.target), (list, multiple));
    let value = |property: Atom| {
        let any = AtomEnum::ANY;
        let cookie = x
            .get_property(false, window, property, any, 0, 1000)
            .expect("it listens");
        cookie.reply().expect("an answer")
    };
    let answered: Vec<Atom> = value(list).value32().expect("numbers").collect();
    assert_eq!(answered[..2], pairs[0]);
    assert_eq!(answered[2..4], [pairs[1][0], x11rb::NONE], "refused");
    assert_eq!(value(pairs[0][1]).value, b"words");
    assert_eq!(value(pairs[2][1]).value32().expect("a number").count(), 1);
    assert_eq!(value(pairs[3][1]).type_, atom("INCR"), "too long for once");
}

#[test]
fn paint_copies_pictures_to_other_x_programs_and_pastes_theirs() {
    let Some(scene) = Scene::new() else { return };
    let _paint = scene.server.start_program("paint", scene.server.display());
    let mut control = scene.server.control();
    let id = control.wait_window("Paint")["id"].as_u64();
    let (width, height, color) = (60, 40, Color::hex(0x2a7f86));
    let pixels = vec![color; (width * height) as usize];
    let picture = Picture {
        width,
        height,
        pixels,
    };
    let _owner = scene.x_copies("clipboard", PNG, &picture.to_png());
    // In the middle of the sheet, which is what is right of the tools.
    let middle = |picture: &Picture| picture.at(picture.width / 2 + 56, picture.height / 2);
    eventually(|| {
        control.key("ctrl+v");
        control.wait_idle();
        match middle(&control.shot(id)) {
            shown if shown == color => Ok(()),
            shown => Err(format!("{shown:?} in the middle")),
        }
    });
    control.key("ctrl+c");
    control.wait_window("Paint: copied");
    let copied = eventually(|| match scene.x_pastes("clipboard", PNG) {
        Some(file) if file != picture.to_png() => Ok(Picture::from_png(&file)),
        _ => Err("still what was pasted".to_owned()),
    });
    let shot = control.shot(id);
    assert_eq!(copied.height, shot.height);
    assert_eq!(copied.at(copied.width / 2, copied.height / 2), color);
    assert_eq!(copied.at(3, 3), Color::WHITE);
}
