//! What takes time rather than throughput: starting, connecting, answering, a key's way to the
//! screen, a picture of it; and what memory windows take.

use std::time::{Duration, Instant};

use transom_protocol::color::Color;
use transom_protocol::draw::Paint;
use transom_protocol::event::Event;
use transom_protocol::geometry::Rect;
use transom_protocol::input::KeyState;
use x11rb::connection::Connection;
use x11rb::protocol::Event as XEvent;
use x11rb::protocol::xproto::{
    ChangeGCAux, ConnectionExt as _, CreateGCAux, CreateWindowAux, EventMask, ImageFormat,
    InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, Rectangle, Window, WindowClass,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use super::control::Control;
use super::server::Server;
use super::terminal;
use super::wire::Wire;
use super::xvfb::Xvfb;
use super::{Failure, Outcome};

/// Longer than a refresh: the next frame is shown at once.
const PAUSE: Duration = Duration::from_millis(18);

/// Longer than two: a window that goes away is a frame as well.
const LONG_PAUSE: Duration = Duration::from_millis(40);

/// The evdev-based key code that X servers have for `a`.
const X_KEY_A: u8 = 38;

/// What is measured once a call.
pub struct Latency {
    /// What it is called.
    pub name: &'static str,
    /// What it is.
    pub what: &'static str,
    /// How often it is measured.
    pub count: usize,
    /// Measures ours so often, in microseconds.
    pub ours: Times,
    /// The same with Xvfb.
    pub theirs: Option<Times>,
}

/// Measures something so often, in microseconds.
pub type Times = fn(&Bench<'_>, usize) -> Outcome<Vec<f64>>;

/// What measurements need.
pub struct Bench<'a> {
    /// The server.
    pub server: &'a Server,
    /// What it is compared with.
    pub xvfb: Option<&'a Xvfb>,
    /// Where new servers run.
    pub core: Option<usize>,
}

impl Bench<'_> {
    pub(super) fn display(&self) -> Outcome<&str> {
        let xvfb = self
            .xvfb
            .ok_or_else(|| Failure::new("no Xvfb was started"))?;
        Ok(xvfb.display())
    }
}

/// All of them, in the order they are measured.
pub fn all() -> Vec<Latency> {
    let latency = |name, what, count, ours, theirs| Latency {
        name,
        what,
        count,
        ours,
        theirs,
    };
    vec![
        latency(
            "roundtrip",
            "question and answer",
            5000,
            round_trips,
            Some(x_round_trips),
        ),
        latency(
            "firstwindow",
            "connect to first window drawn",
            50,
            first_windows,
            Some(x_first_windows),
        ),
        latency(
            "keytopixel",
            "key injected to its picture shown",
            200,
            keys,
            Some(x_keys),
        ),
        latency(
            "start",
            "server start to first client connected",
            15,
            starts,
            Some(x_starts),
        ),
        latency(
            "screenshot",
            "picture of 1280x1024 as PNG through the control socket",
            20,
            screenshots,
            None,
        ),
        latency(
            "termstart",
            "terminal's start to its first frame",
            20,
            terminal::starts,
            None,
        ),
        latency(
            "termcat",
            "cat of 100 MB in a terminal of 100x40; xterm",
            5,
            terminal::cats,
            Some(terminal::x_cats),
        ),
    ]
}

fn timed<T>(count: usize, mut once: impl FnMut() -> Outcome<T>) -> Outcome<Vec<f64>> {
    (0..count)
        .map(|_| {
            let start = Instant::now();
            once()?;
            Ok(start.elapsed().as_secs_f64() * 1e6)
        })
        .collect()
}

fn round_trips(bench: &Bench<'_>, count: usize) -> Outcome<Vec<f64>> {
    let mut wire = Wire::connect(bench.server.socket())?;
    wire.sync()?;
    timed(count, || wire.sync())
}

fn first_windows(bench: &Bench<'_>, count: usize) -> Outcome<Vec<f64>> {
    let mut times = Vec::new();
    for _ in 0..count {
        std::thread::sleep(LONG_PAUSE);
        times.extend(timed(1, || {
            let mut wire = Wire::connect(bench.server.socket())?;
            let window = wire.window(300.0, 200.0, "first");
            wire.draw_on(window.into())?;
            wire.draw(|out| out.clear_to(Color::WHITE))?;
            wire.draw(|out| {
                let place = [Rect::new(10.0, 10.0, 50.0, 50.0)];
                out.fill_rects(Paint::Color(Color::RED), false, &place);
            })?;
            let frame = wire.commit(window);
            wire.wait_shown(frame)
        })?);
    }
    Ok(times)
}

/// From the injection's write to the news that the picture drawn because of it was composited.
fn keys(bench: &Bench<'_>, count: usize) -> Outcome<Vec<f64>> {
    let mut control = Control::connect(&bench.server.control())?;
    let mut wire = Wire::connect(bench.server.socket())?;
    let window = wire.window(200.0, 200.0, "keys");
    wire.draw_on(window.into())?;
    wire.draw(|out| out.clear_to(Color::WHITE))?;
    let frame = wire.commit(window);
    wire.wait_shown(frame)?;
    let mut times = Vec::new();
    for i in 0..count {
        std::thread::sleep(PAUSE);
        let start = Instant::now();
        control.tap("a")?;
        wire.wait_for(|event| match event {
            Event::Key(key) => (key.state == KeyState::Pressed).then_some(()),
            _ => None,
        })?;
        let color = if i % 2 == 0 { Color::RED } else { Color::BLUE };
        wire.draw(|out| out.clear_to(color))?;
        let frame = wire.commit(window);
        wire.wait_shown(frame)?;
        times.push(start.elapsed().as_secs_f64() * 1e6);
        control.answer()?;
    }
    Ok(times)
}

fn starts(bench: &Bench<'_>, count: usize) -> Outcome<Vec<f64>> {
    let mut times = Vec::new();
    for _ in 0..count {
        let start = Instant::now();
        let server = Server::start(bench.core)?;
        Wire::connect(server.socket())?.sync()?;
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    Ok(times)
}

fn screenshots(bench: &Bench<'_>, count: usize) -> Outcome<Vec<f64>> {
    let mut control = Control::connect(&bench.server.control())?;
    timed(count, || control.screenshot())
}

// The same with X.

fn x_failure(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("X: {error}"))
}

fn x_connect(bench: &Bench<'_>) -> Outcome<(RustConnection, usize)> {
    RustConnection::connect(Some(bench.display()?)).map_err(x_failure)
}

fn x_sync(x: &RustConnection) -> Outcome<()> {
    x.get_input_focus()
        .map_err(x_failure)?
        .reply()
        .map_err(x_failure)?;
    Ok(())
}

fn x_round_trips(bench: &Bench<'_>, count: usize) -> Outcome<Vec<f64>> {
    let (x, _) = x_connect(bench)?;
    x_sync(&x)?;
    timed(count, || x_sync(&x))
}

fn x_window(x: &RustConnection, screen: usize, side: u16) -> Outcome<Window> {
    let screen = &x.setup().roots[screen];
    let window = x.generate_id().map_err(x_failure)?;
    let look = CreateWindowAux::new()
        .background_pixel(screen.white_pixel)
        .override_redirect(1)
        .event_mask(EventMask::KEY_PRESS);
    x.create_window(
        screen.root_depth,
        window,
        screen.root,
        0,
        0,
        side,
        side,
        0,
        WindowClass::INPUT_OUTPUT,
        screen.root_visual,
        &look,
    )
    .map_err(x_failure)?;
    x.map_window(window).map_err(x_failure)?;
    Ok(window)
}

fn x_first_windows(bench: &Bench<'_>, count: usize) -> Outcome<Vec<f64>> {
    let mut times = Vec::new();
    for _ in 0..count {
        // As long as ours is left alone: what has slept takes longer to wake.
        std::thread::sleep(LONG_PAUSE);
        times.extend(timed(1, || {
            let (x, screen) = x_connect(bench)?;
            let window = x_window(&x, screen, 200)?;
            x_fill(&x, window, 0xff_0000, 50)?;
            x_sync(&x)
        })?);
    }
    Ok(times)
}

fn x_fill(x: &RustConnection, window: Window, color: u32, side: u16) -> Outcome<()> {
    let gc = x.generate_id().map_err(x_failure)?;
    x.create_gc(gc, window, &CreateGCAux::new().foreground(color))
        .map_err(x_failure)?;
    let place = Rectangle {
        x: 0,
        y: 0,
        width: side,
        height: side,
    };
    x.poly_fill_rectangle(window, gc, &[place])
        .map_err(x_failure)?;
    Ok(())
}

/// A key injected by one connection, a picture drawn by another, seen by the first, which asks for a
/// pixel again and again.
fn x_keys(bench: &Bench<'_>, count: usize) -> Outcome<Vec<f64>> {
    let ((tool, _), (x, screen)) = (x_connect(bench)?, x_connect(bench)?);
    let window = x_window(&x, screen, 200)?;
    x.set_input_focus(InputFocus::NONE, window, 0u32)
        .map_err(x_failure)?;
    let gc = x.generate_id().map_err(x_failure)?;
    x.create_gc(gc, window, &CreateGCAux::new())
        .map_err(x_failure)?;
    x_sync(&x)?;
    let mut times = Vec::new();
    for i in 0..count {
        std::thread::sleep(PAUSE);
        let color = if i % 2 == 0 { 0xff_0000 } else { 0xff };
        let start = Instant::now();
        x_press(&tool, KEY_PRESS_EVENT)?;
        while !matches!(x.wait_for_event().map_err(x_failure)?, XEvent::KeyPress(_)) {}
        x.change_gc(gc, &ChangeGCAux::new().foreground(color))
            .map_err(x_failure)?;
        let place = Rectangle {
            x: 0,
            y: 0,
            width: 200,
            height: 200,
        };
        x.poly_fill_rectangle(window, gc, &[place])
            .map_err(x_failure)?;
        x.flush().map_err(x_failure)?;
        while x_pixel(&tool, window)? != color {}
        times.push(start.elapsed().as_secs_f64() * 1e6);
        x_press(&tool, KEY_RELEASE_EVENT)?;
    }
    Ok(times)
}

fn x_press(tool: &RustConnection, kind: u8) -> Outcome<()> {
    tool.xtest_fake_input(kind, X_KEY_A, 0, 0, 0, 0, 0)
        .map_err(x_failure)?;
    tool.flush().map_err(x_failure)
}

fn x_pixel(tool: &RustConnection, window: Window) -> Outcome<u32> {
    let image = tool
        .get_image(ImageFormat::Z_PIXMAP, window, 5, 5, 1, 1, !0)
        .map_err(x_failure)?
        .reply()
        .map_err(x_failure)?;
    let bytes = image.data.get(..3).unwrap_or(&[0; 3]);
    Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]))
}

fn x_starts(bench: &Bench<'_>, count: usize) -> Outcome<Vec<f64>> {
    let mut times = Vec::new();
    for _ in 0..count {
        let start = Instant::now();
        let xvfb = Xvfb::start(bench.core)?;
        let (x, _) = RustConnection::connect(Some(xvfb.display())).map_err(x_failure)?;
        x_sync(&x)?;
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    Ok(times)
}

/// Windows made to see what one takes.
const WINDOWS: u32 = 64;

/// What memory a server takes.
pub struct Memory {
    /// Private to the process with nobody connected, in KiB.
    pub idle: f64,
    /// More for each window of 200x200, shown once and once again, in KiB. Its pixels are 156.
    pub window: f64,
}

/// Measures the memory of a server of its own.
pub fn memory(core: Option<usize>) -> Outcome<Memory> {
    let server = Server::start(core)?;
    let pid = server.pid().expect("it is ours");
    let idle = private(pid)?;
    let mut wire = Wire::connect(server.socket())?;
    wire.sync()?;
    let before = private(pid)?;
    let windows: Vec<_> = (0..WINDOWS)
        .map(|_| wire.window(200.0, 200.0, "w"))
        .collect();
    for color in [Color::RED, Color::BLUE, Color::GREEN] {
        for window in &windows {
            wire.draw_on((*window).into())?;
            wire.draw(|out| out.clear_to(color))?;
            let frame = wire.commit(*window);
            wire.flush()?;
            if *window == windows[windows.len() - 1] {
                wire.wait_shown(frame)?;
            }
        }
    }
    wire.sync()?;
    Ok(Memory {
        idle,
        window: (private(pid)? - before) / f64::from(WINDOWS),
    })
}

/// Private memory of a process in KiB.
pub fn private(pid: u32) -> Outcome<f64> {
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    Ok(sum_private(&rollup))
}

fn sum_private(rollup: &str) -> f64 {
    let value = |line: &str| {
        let value = line.strip_prefix("Private_")?.split_whitespace().nth(1)?;
        value.parse::<f64>().ok()
    };
    rollup.lines().filter_map(value).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_memory_is_clean_and_dirty() {
        let rollup = "Rss: 100 kB\nShared_Clean: 9 kB\nPrivate_Clean:  20 kB\nPrivate_Dirty: 30 kB\nPrivate_Hugetlb: 0 kB\n";
        assert_eq!(sum_private(rollup), 50.0);
    }
}
