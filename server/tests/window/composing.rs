//! An input method of the native display composes text in a program: fcitx5 with its Hangul engine,
//! over XIM.

use std::path::Path;
use std::process::Stdio;

use transom_protocol::geometry::Rect;
use transom_protocol::input::KeyState;

use super::client::{Client, Told};
use super::screen::Screen;
use super::server::{Dir, Killed, Server};
use super::{installed, skipped, until};

const SIZE: (f32, f32) = (500.0, 300.0);

/// Where the program takes text, in its window.
const CARET: Rect = Rect::new(120.0, 80.0, 1.0, 20.0);

/// One engine, which is always on.
const PROFILE: &str = "[Groups/0]\nName=Default\nDefault Layout=us\nDefaultIM=hangul\n\
    [Groups/0/Items/0]\nName=hangul\nLayout=\n[GroupOrder]\n0=Default\n";

/// What the engine adds to fcitx5. Without it the rest is of no use here.
const ENGINE: &str = "/usr/share/fcitx5/addon/hangul.conf";

/// How far below the caret the input method's window may begin, in pixels.
const GAP: i32 = 30;

/// A screen with an input method, a server in a window of it, and a program that takes text.
struct Desk {
    /// Before the screen, so that they end first.
    _server: Server,
    _method: Killed,
    screen: Screen,
    client: Client,
    /// Where the program's window is on the native screen.
    origin: (i32, i32),
}

impl Desk {
    fn new() -> Option<Self> {
        let engine = || Path::new(ENGINE).exists() || skipped(&format!("no {ENGINE}"));
        if !(installed(&["fcitx5"]) && engine()) {
            return None;
        }
        let screen = Screen::new()?;
        let dir = Dir::new();
        let method = start_method(&screen, &dir);
        let variables = [
            ("DISPLAY", screen.display()),
            ("XMODIFIERS", "@im=fcitx"),
            ("LC_ALL", "C.UTF-8"),
        ];
        let server = Server::start_with(dir, &variables, &["--size", "600x400"]);
        let window = screen.window(&server.title());
        let mut client = Client::new(&server.socket(), SIZE);
        client.draw(SIZE, 0);
        let [x, y, ..] = server.window();
        let native = window.place(&screen);
        screen.xdotool(&format!("windowfocus --sync {}", window.id));
        client.wait("the keyboard", |t| matches!(t, Told::KeyboardEnter(_)));
        Some(Self {
            _server: server,
            _method: method,
            screen,
            client,
            origin: (native.0 + x, native.1 + y),
        })
    }

    /// Presses keys one after the other, and waits after each for what is composed then.
    fn compose(&self, keys: &[(&str, &str)]) {
        for (key, text) in keys {
            self.client.forget();
            self.screen.xdotool(&format!("key {key}"));
            self.client.wait(
                text,
                |t| matches!(t, Told::Preedit(told, ..) if told == text),
            );
        }
    }

    /// Waits until the input method has been let in: until then its first key is an ordinary one.
    fn wait_for_method(&self) {
        until("the input method", || {
            self.client.forget();
            self.screen.xdotool("key g");
            let told = until("something", || {
                let told = self.client.recorded(key_or_text);
                told.into_iter().next()
            });
            (told == "ㅎ").then_some(())
        });
    }

    /// Where the input method's window is, if it shows one.
    fn method_window(&self) -> Option<(i32, i32)> {
        let found = self.screen.xdotool("search --onlyvisible --class fcitx");
        let id = found.lines().last()?.to_owned();
        let told = self
            .screen
            .xdotool(&format!("getwindowgeometry --shell {id}"));
        let value = |name: &str| {
            let line = told.lines().find_map(|line| line.strip_prefix(name));
            line?.parse().ok()
        };
        Some((value("X=")?, value("Y=")?))
    }
}

fn key_or_text(told: &Told) -> Option<String> {
    match told {
        Told::Preedit(text, ..) if !text.is_empty() => Some(text.clone()),
        Told::Key { text, .. } if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

fn start_method(screen: &Screen, dir: &Dir) -> Killed {
    let config = dir.path().join("config");
    let files = config.join("fcitx5");
    std::fs::create_dir_all(files.join("conf")).expect("a directory");
    std::fs::write(files.join("profile"), PROFILE).expect("written");
    // What is composed is the program's to show.
    std::fs::write(files.join("conf/xim.conf"), "UseOnTheSpot=True\n").expect("written");
    let words = ["--disable=all", "--enable=xcb,xim,hangul,classicui"];
    let mut fcitx = screen.command("fcitx5", &words);
    fcitx
        .env("HOME", dir.path())
        .env("XDG_RUNTIME_DIR", dir.path())
        .env("XDG_CONFIG_HOME", &config)
        .env("XDG_DATA_HOME", dir.path().join("data"))
        .env("LC_ALL", "C.UTF-8")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let method = Killed(fcitx.spawn().expect("fcitx5 starts"));
    until("an input method", || {
        let servers = screen.run("xprop", &["-root", "XIM_SERVERS"]);
        servers.contains("fcitx").then_some(())
    });
    method
}

#[test]
fn what_an_input_method_composes_reaches_the_program_that_takes_text() {
    let Some(mut desk) = Desk::new() else { return };
    // Nobody takes text yet: keys are keys.
    desk.screen.xdotool("key g");
    desk.client.wait(
        "a key",
        |t| matches!(t, Told::Key { state: KeyState::Pressed, text, .. } if text == "g"),
    );
    desk.client.take_text(Some(CARET));
    desk.wait_for_method();
    desk.compose(&[("k", "하"), ("s", "한")]);
    let marked = desk.client.recorded(|t| match t {
        Told::Preedit(_, begin, end) => Some((*begin, *end)),
        _ => None,
    });
    assert_eq!(marked, [(3, 3)], "the caret is behind it");
    // The list of Chinese characters for it.
    desk.screen.xdotool("key F9");
    let at = until("the input method's window", || desk.method_window());
    let caret = (
        desk.origin.0 + CARET.x as i32,
        desk.origin.1 + (CARET.y + CARET.height) as i32,
    );
    assert_eq!(at.0, caret.0, "{at:?} for a caret at {caret:?}");
    assert!(
        (caret.1..caret.1 + GAP).contains(&at.1),
        "{at:?} for {caret:?}"
    );
    desk.client.forget();
    desk.screen.xdotool("key Escape key space");
    desk.client.wait(
        "a space",
        |t| matches!(t, Told::Key { state: KeyState::Pressed, text, .. } if text == " "),
    );
    let told = desk.client.recorded(|t| match t {
        Told::Commit(text) => Some(format!("commit {text}")),
        Told::Key {
            state: KeyState::Pressed,
            code,
            ..
        } => Some(code.clone()),
        _ => None,
    });
    assert_eq!(told, ["commit 한", "Escape", "Space"]);
}

#[test]
fn what_is_being_composed_ends_with_the_field_and_with_the_keyboard() {
    let Some(mut desk) = Desk::new() else { return };
    let is_end = |told: &Told| matches!(told, Told::Preedit(text, ..) if text.is_empty());
    desk.client.take_text(Some(CARET));
    desk.wait_for_method();
    desk.client.take_text(None);
    desk.client.wait("the end", is_end);
    desk.client.take_text(Some(CARET));
    desk.wait_for_method();
    desk.client.forget();
    // The root window has it now.
    desk.screen.xdotool("search --maxdepth 0 .* windowfocus");
    desk.client.wait("the loss", |t| *t == Told::KeyboardLeave);
    let told = desk
        .client
        .recorded(|t| (is_end(t) || *t == Told::KeyboardLeave).then(|| t.clone()));
    assert!(is_end(&told[0]), "{told:?}");
}
