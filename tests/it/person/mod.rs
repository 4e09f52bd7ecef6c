//! The desktop as a person uses it: in a window of an X server, with a window manager, by mouse and
//! keyboard. What the window shows is compared with what the server says it shows, after every
//! step, and kept in `target/captures` to be looked at.

mod blocked;
mod ends;
mod manners;
mod programs;
mod speed;
mod terminal;
mod windows;

use serde_json::Value;
use transom_protocol::geometry::{PixelRect, PixelSize, Scale};
use transom_server::chrome::{
    FrameButton, FrameShape, Insets, Metrics, TaskBar, TaskBarLayout, TaskItem,
};
use transom_tests::control::Control;
use transom_tests::eventually;
use transom_tests::process::Process;
use transom_tests::screen::{Native, Screen, keep};
use transom_tests::server::Server;

/// The size of the native window.
const SIZE: PixelSize = PixelSize::new(1100, 720);

const METRICS: Metrics = Metrics::new(Scale::ONE);

/// A server in a native window, and a person before it.
struct Desk {
    control: Control,
    server: Server,
    window: Native,
    /// Where the native window's content is on the screen.
    origin: (i64, i64),
    /// Last, so that the others end first.
    screen: Screen,
}

impl Desk {
    fn new() -> Option<Self> {
        Self::on(Screen::start()?)
    }

    fn on(screen: Screen) -> Option<Self> {
        let size = format!("{}x{}", SIZE.width, SIZE.height);
        let server = Server::on(&screen, &["--size", &size]);
        let window = screen.window_of(server.process.id());
        screen.xdotool(&format!("windowfocus --sync {}", window.id));
        Some(Self {
            control: server.control(),
            origin: screen.place(&window),
            server,
            window,
            screen,
        })
    }

    /// Starts a program and waits for its window.
    fn start(&mut self, program: &str, title: &str) -> Process {
        let process = self.server.start_program(program, self.server.display());
        self.control.wait_window(title);
        process
    }

    // What a person does. Places are pixels of the native window.

    fn go(&self, x: i32, y: i32) {
        self.hands(&format!("mousemove {}", self.at(x, y)));
    }

    fn click(&self, x: i32, y: i32) {
        self.hands(&format!("mousemove {} click 1", self.at(x, y)));
    }

    /// Drags with the left button, in a few steps.
    fn drag(&self, from: (i32, i32), to: (i32, i32)) {
        let mut words = format!("mousemove {} mousedown 1", self.at(from.0, from.1));
        for step in 1..=4 {
            let part = |from: i32, to: i32| from + (to - from) * step / 4;
            let at = self.at(part(from.0, to.0), part(from.1, to.1));
            words += &format!(" mousemove {at}");
        }
        self.hands(&(words + " mouseup 1"));
    }

    fn key(&self, keys: &str) {
        self.hands(&format!("key {keys}"));
    }

    fn hands(&self, words: &str) {
        self.screen.xdotool(words);
    }

    fn at(&self, x: i32, y: i32) -> String {
        format!(
            "{} {}",
            self.origin.0 + i64::from(x),
            self.origin.1 + i64::from(y)
        )
    }

    // What a person sees.

    /// A window's content; `None` without such a window.
    fn find(&mut self, title: &str) -> Option<Value> {
        let windows = self.control.list();
        windows.into_iter().find(|w| w["title"] == title)
    }

    /// Where a window is, with its frame.
    fn frame(&mut self, title: &str) -> PixelRect {
        let window = self.find(title).expect("it is there");
        insets(&window).around(rect(&window))
    }

    /// Waits until a window is where it should be, with its frame.
    #[track_caller]
    fn wait_frame(&mut self, title: &str, expected: PixelRect) {
        eventually(|| match self.frame(title) {
            frame if frame == expected => Ok(()),
            frame => Err(format!("{title} is at {frame:?}, not at {expected:?}")),
        });
    }

    /// Waits until a window has a state, or has it no longer.
    #[track_caller]
    fn wait_state(&mut self, title: &str, state: &str, wanted: bool) {
        eventually(|| {
            let window = self.find(title).expect("it is there");
            match has_state(&window, state) == wanted {
                true => Ok(()),
                false => Err(format!("{window}, {state}: {}", !wanted)),
            }
        });
    }

    #[track_caller]
    fn wait_gone(&mut self, title: &str) {
        eventually(|| match self.find(title) {
            None => Ok(()),
            Some(window) => Err(format!("{window} is there")),
        });
    }

    /// Where a button of a window's title bar is.
    fn button(&mut self, title: &str, button: FrameButton) -> (i32, i32) {
        use FrameButton::{Close, Maximize, Minimize};
        let frame = self.frame(title);
        let buttons = METRICS.buttons(frame.width() as i32, &[Close, Maximize, Minimize]);
        let found = buttons.into_iter().find(|(b, _)| *b == button);
        let (_, place) = found.expect("the title bar has it");
        middle(place.moved(frame.x0, frame.y0))
    }

    /// Where on a title bar it is taken hold of.
    fn handle(&mut self, title: &str) -> (i32, i32) {
        let frame = self.frame(title);
        (frame.x0 + 60, frame.y0 + METRICS.title() / 2)
    }

    /// Where the task bar has its window of this number, of so many.
    fn task(&self, index: usize, count: usize) -> (i32, i32) {
        let bar = TaskBar {
            menu: true,
            items: vec![TaskItem::default(); count],
            clock: "00:00".into(),
            ..TaskBar::default()
        };
        let size = PixelSize::new(SIZE.width, METRICS.task_bar() as u32);
        let layout = TaskBarLayout::new(&bar, size, METRICS);
        let top = SIZE.height as i32 - METRICS.task_bar();
        middle(layout.items[index].moved(0, top))
    }

    /// All that windows may fill.
    fn work_area() -> PixelRect {
        let bar = METRICS.task_bar() as u32;
        PixelRect::new(0, 0, SIZE.width, SIZE.height - bar)
    }

    /// Keeps what the native window shows, once that is what the server says.
    #[track_caller]
    fn look(&mut self, name: &str) {
        let shown = eventually(|| {
            self.control.wait_idle();
            let (shot, shown) = (self.control.shot(None), self.screen.capture(&self.window));
            match shot == shown {
                true => Ok(shown),
                false => Err(format!("{name}: the window shows something else")),
            }
        });
        keep(name, &shown);
    }
}

fn rect(window: &Value) -> PixelRect {
    let side = |name: &str| window["rect"][name].as_i64().expect("a number");
    let (x, y) = (side("x") as i32, side("y") as i32);
    PixelRect::new(x, y, side("width") as u32, side("height") as u32)
}

fn has_state(window: &Value, state: &str) -> bool {
    let states = window["state"].as_array().expect("a list");
    states.iter().any(|s| s == state)
}

/// What the desktop draws around a window.
fn insets(window: &Value) -> Insets {
    let shape = match () {
        () if has_state(window, "maximized") => FrameShape::Maximized,
        () if has_state(window, "tiled-left") || has_state(window, "tiled-right") => {
            FrameShape::Tiled
        }
        () => FrameShape::Floating,
    };
    METRICS.insets(shape)
}

fn middle(rect: PixelRect) -> (i32, i32) {
    (rect.x0.midpoint(rect.x1), rect.y0.midpoint(rect.y1))
}
