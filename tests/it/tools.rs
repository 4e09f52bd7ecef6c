//! The tools: `list`, `shot`, `inject`, `wait`, `close`, and `demo`.

use serde_json::{Value, json};
use transom::{Button, ButtonState, Color, Display, Event, Window};
use transom_tests::home::Home;
use transom_tests::process::Process;
use transom_tests::server::Server;
use transom_tests::snapshot::Picture;

/// A server and a client of it with one window, whose first frame is there.
struct Desk {
    server: Server,
    display: Display,
    window: Window,
    id: u64,
}

impl Desk {
    fn new() -> Self {
        let server = Server::with(&["--size", "400x300"]);
        let display = server.connect();
        let window = display
            .window("A desk")
            .size(200.0, 100.0)
            .app_id("org.test")
            .build();
        let mut frame = window.frame();
        frame.clear(Color::RED);
        frame.commit().expect("the server lives");
        display.sync().expect("the server lives");
        let id = server.control().list()[0]["id"].as_u64().expect("a number");
        Self {
            server,
            display,
            window,
            id,
        }
    }

    /// Reads events until one gives what is looked for.
    fn until<T>(&self, look: impl Fn(&Event) -> Option<T>) -> T {
        loop {
            let event = self.display.next_event().expect("the server lives");
            if let Some(found) = look(&event) {
                return found;
            }
        }
    }

    /// The text that keys enter until Enter.
    fn line(&self) -> String {
        let mut line = String::new();
        loop {
            let text = self.until(|event| match event {
                Event::Key(key) if key.is_press() => Some((key.code, key.text.clone())),
                _ => None,
            });
            match text {
                (transom::KeyCode::ENTER, _) => return line,
                (_, text) => line.push_str(&text),
            }
        }
    }
}

#[test]
fn list_tells_windows_as_documented() {
    let desk = Desk::new();
    let text = desk.server.tool(&["list", "--json"]).done();
    let list: Value = serde_json::from_str(&text).expect("JSON");
    let windows = list["windows"].as_array().expect("a list");
    assert_eq!(windows.len(), 1);
    let window = windows[0].as_object().expect("an object");
    let mut fields: Vec<_> = window.keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["app_id", "id", "pid", "rect", "state", "title"]);
    assert_eq!(
        (&window["title"], &window["app_id"]),
        (&json!("A desk"), &json!("org.test"))
    );
    assert_eq!(window["pid"], std::process::id());
    assert_eq!(
        (&window["rect"]["width"], &window["rect"]["height"]),
        (&json!(200), &json!(100))
    );
    assert!(
        window["state"]
            .as_array()
            .expect("a list")
            .contains(&json!("active"))
    );
    let table = desk.server.tool(&["list"]).done();
    assert!(
        table.contains("A desk") && table.lines().count() == 2,
        "{table}"
    );
}

#[test]
fn a_window_without_a_frame_is_not_listed() {
    let desk = Desk::new();
    let hidden = desk.display.window("hidden").build();
    desk.display.sync().expect("the server lives");
    assert_eq!(desk.server.control().list().len(), 1);
    hidden.frame().commit().expect("the server lives");
    desk.display.sync().expect("the server lives");
    assert_eq!(desk.server.control().list().len(), 2);
}

#[test]
fn shot_writes_the_screen_or_a_window() {
    let desk = Desk::new();
    let file = desk.server.home.path("screen.png");
    desk.server
        .tool(&["shot", file.to_str().expect("UTF-8")])
        .done();
    let screen = Picture::from_png(&std::fs::read(&file).expect("written"));
    assert_eq!((screen.width, screen.height), (400, 300));
    let red = screen.pixels.iter().filter(|c| **c == Color::RED).count();
    assert_eq!(red, 200 * 100);
    let out = desk.server.tool(&["shot", "-"]);
    assert_eq!(out.code(), 0);
    assert!(Picture::from_png(&out.stdout) == screen);
    let id = desk.id.to_string();
    let out = desk.server.tool(&["shot", "--window", &id, "-"]);
    let window = Picture::from_png(&out.stdout);
    assert_eq!(
        (window.width, window.height, window.colors()),
        (200, 100, 1)
    );
    desk.server
        .tool(&["shot", "--window", "12345", "-"])
        .failed(1, "no window 12345");
    desk.server
        .tool(&["shot", "/nowhere/at/all.png"])
        .failed(1, "/nowhere/at/all.png");
}

#[test]
fn injected_keys_and_text_arrive() {
    let desk = Desk::new();
    desk.server
        .tool(&["inject", "text", "Hello, W\u{f6}rld! 1+1=2"])
        .done();
    desk.server
        .tool(&["inject", "key", "a", "shift+a", "Return"])
        .done();
    assert_eq!(desk.line(), "Hello, W\u{f6}rld! 1+1=2aA");
    desk.server
        .tool(&["inject", "key", "--press", "ctrl"])
        .done();
    desk.server.tool(&["inject", "key", "c"]).done();
    desk.server
        .tool(&["inject", "key", "--release", "ctrl"])
        .done();
    let modifiers = desk.until(|event| match event {
        Event::Key(key) if key.code == transom::KeyCode::KEY_C && key.is_press() => {
            Some(key.modifiers)
        }
        _ => None,
    });
    assert_eq!(modifiers, transom::Modifiers::CONTROL);
    desk.server
        .tool(&["inject", "key", "nosuchkey"])
        .failed(1, "nosuchkey");
}

#[test]
fn injected_pointer_moves_clicks_and_scrolls_arrive() {
    let desk = Desk::new();
    let id = desk.id.to_string();
    desk.server
        .tool(&[
            "inject", "click", "30", "20", "--window", &id, "--button", "right",
        ])
        .done();
    let (at, button) = desk.until(|event| match event {
        Event::Button {
            at, button, state, ..
        } if *state == ButtonState::Pressed => Some((*at, *button)),
        _ => None,
    });
    assert_eq!((at.x, at.y, button), (30.0, 20.0, Button::RIGHT));
    desk.server
        .tool(&["inject", "move", "40.5", "50", "--window", &id])
        .done();
    let at = desk.until(|event| match event {
        Event::PointerMoved { at, .. } => Some(*at),
        _ => None,
    });
    assert_eq!((at.x, at.y), (40.5, 50.0));
    desk.server.tool(&["inject", "scroll", "-3", "1.5"]).done();
    let lines = desk.until(|event| match event {
        Event::Scroll { lines, .. } => Some(*lines),
        _ => None,
    });
    assert_eq!((lines.x, lines.y), (1.5, -3.0));
    desk.server.tool(&["inject", "button", "press"]).done();
    desk.server.tool(&["inject", "button", "release"]).done();
    desk.server.tool(&["inject", "move", "0", "0"]).done();
    desk.until(|event| matches!(event, Event::PointerLeave { .. }).then_some(()));
    desk.server
        .tool(&["inject", "click", "1", "1", "--button", "thumb"])
        .failed(1, "thumb");
}

#[test]
fn wait_ends_when_it_happens_or_gives_up() {
    let desk = Desk::new();
    let id = desk.server.tool(&["wait", "--window", "desk"]).done();
    assert_eq!(id, format!("{}\n", desk.id));
    desk.server.tool(&["wait", "--idle"]).done();
    // Without anything to show there are no frames.
    let timed_out = desk
        .server
        .tool(&["wait", "--frames", "1", "--timeout", "0.05"]);
    timed_out.failed(1, "timed out");
    let timed_out = desk
        .server
        .tool(&["wait", "--window", "nobody", "--timeout", "0.05"]);
    timed_out.failed(1, "nobody");
    // With the clock held nothing is shown before it steps.
    let mut control = desk.server.control();
    control.ask(json!({"cmd": "clock", "do": "hold"}));
    let mut frame = desk.window.frame();
    frame.clear(Color::BLUE);
    frame.commit().expect("the server lives");
    desk.display.sync().expect("the server lives");
    let mut command = desk.server.home.program("transom");
    command
        .args(["wait", "--frames", "1"])
        .env("TRANSOM_DISPLAY", desk.server.display());
    let mut waiting = Process::start(command);
    // A screenshot is made of what is pending and shows it to nobody.
    let shown = control.shot(Some(desk.id));
    assert_eq!(shown.at(5, 5), Color::BLUE);
    assert!(waiting.is_running());
    transom_tests::eventually(|| {
        // It may not have asked yet: whoever asks after the step waits for another.
        let mut frame = desk.window.frame();
        frame.clear(Color::GREEN);
        frame.commit().expect("the server lives");
        desk.display.sync().expect("the server lives");
        control.ask(json!({"cmd": "clock", "do": "step"}));
        match waiting.is_running() {
            true => Err("it still waits".into()),
            false => Ok(()),
        }
    });
    assert_eq!(waiting.finish().code(), 0);
}

#[test]
fn close_asks_the_program() {
    let desk = Desk::new();
    let id = desk.id.to_string();
    desk.server.tool(&["close", &id]).done();
    desk.until(|event| match event {
        Event::CloseRequested { window } if *window == desk.window.id() => Some(()),
        _ => None,
    });
    assert_eq!(desk.server.control().list().len(), 1, "the program decides");
    desk.server
        .tool(&["close", "999"])
        .failed(1, "no window 999");
}

#[test]
fn tools_find_the_only_server_and_say_when_there_is_none() {
    let server = Server::start();
    assert_eq!(server.home.transom(&["list"]).done(), "no windows\n");
    let mut command = server.home.program("transom");
    let control = format!("{}.control", server.socket().display());
    command.arg("list").env("TRANSOM_CONTROL", control);
    assert_eq!(Process::start(command).finish().done(), "no windows\n");
    let nobody = Home::new();
    for tool in [
        &["list"][..],
        &["shot", "x.png"],
        &["wait", "--idle"],
        &["close", "1"],
        &["inject", "key", "a"],
    ] {
        nobody.transom(tool).failed(1, "no server");
    }
}

#[test]
fn demo_writes_a_picture_of_all_its_programs() {
    let home = Home::new();
    let text = home
        .transom(&["demo", "--headless", "--out", "picture.png"])
        .done();
    let programs = [
        "gallery", "bounce", "clock", "snake", "term", "calc", "paint",
    ];
    assert_eq!(
        text,
        format!("wrote picture.png: {}\n", programs.join(", "))
    );
    let picture = Picture::from_png(&std::fs::read(home.path("picture.png")).expect("written"));
    assert_eq!((picture.width, picture.height), (1280, 800));
    assert!(picture.colors() > 100);
    assert_eq!(home.files("tmp"), Vec::<String>::new());
    home.transom(&["demo", "--headless", "--out", "/nowhere/at/all.png"])
        .failed(1, "/nowhere");
    // Without a screen it says why there is a picture instead.
    let done = home.transom(&["demo"]);
    assert_eq!(done.code(), 0);
    assert!(
        done.stderr.contains("drawing a picture instead"),
        "{done:?}"
    );
    assert!(home.path("transom-demo.png").exists());
}
