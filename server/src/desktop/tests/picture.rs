//! A desk with everything, for looking at: `TRANSOM_DESK=<file.png> cargo test a_desk_with_everything`.

use transom_protocol::color::Color;
use transom_protocol::geometry::Scale;
use transom_protocol::input::{KeyCode, KeyState, Modifiers};
use transom_protocol::request::{Bell, SetTitle};

use super::super::*;
use super::fixture::{Fixture, output};
use crate::present::{Channels, encode_png};

fn entry(label: &str) -> MenuEntry {
    MenuEntry {
        label: label.to_string(),
        command: label.to_lowercase(),
    }
}

fn titled(f: &mut Fixture, title: &str, size: (u32, u32), color: Color) -> WindowKey {
    let client = f.client();
    let key = f.create(client, 1);
    let request = SetTitle {
        window: key.window,
        title: title.into(),
    };
    f.request(client, request).expect("a window");
    f.commit(key, size, color);
    key
}

/// A desk with windows in many states, after the person did `then`.
fn desk(scale: u32, then: fn(&mut Fixture)) -> Fixture {
    let config = Config {
        menu: ["Clock", "Paint", "Calculator", "Snake"].map(entry).into(),
        ..Config::full()
    };
    let side = |v: u32| v * scale / 120;
    let output = Output {
        scale: Scale(scale),
        ..output(side(1000), side(640))
    };
    let mut f = Fixture::with_config(output, config);
    f.desktop.set_clock("Sat 22 Nov  15:22");
    let paper = Color::hex(0xf4f1ea);
    let size = |w, h| (side(w), side(h));
    titled(&mut f, "Paint", size(380, 260), paper);
    titled(&mut f, "Snake", size(300, 200), Color::hex(0x24313d));
    let mail = titled(&mut f, "Mail", size(260, 220), paper);
    titled(&mut f, "Clock", size(240, 240), paper);
    let window = mail.window;
    f.request(mail.client, Bell { window }).expect("a window");
    then(&mut f);
    f.present();
    f
}

#[test]
fn a_desk_with_everything() {
    let switching = |f: &mut Fixture| {
        f.modifiers(Modifiers::SUPER);
        f.key(KeyCode::TAB, KeyState::Pressed, "");
    };
    let menu = |f: &mut Fixture| f.click(20.0, f64::from(f.picture.size().height) - 15.0);
    let pictures = [
        desk(120, |_| {}),
        desk(120, switching),
        desk(120, menu),
        desk(180, menu),
    ];
    let Some(path) = std::env::var_os("TRANSOM_DESK") else {
        return;
    };
    for (i, f) in pictures.iter().enumerate() {
        let file = encode_png(&f.picture, Channels::Rgb).expect("in memory");
        let path = std::path::Path::new(&path).with_extension(format!("{i}.png"));
        std::fs::write(path, file).expect("the file can be written");
    }
}
