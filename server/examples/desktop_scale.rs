//! What a change costs on a desktop with many windows of several clients.
//!
//! `desktop_scale WHAT WINDOWS COUNT [bare]` brings up WINDOWS windows, and does WHAT (`open`, `close`,
//! `leave`, `move`, `motion`, `commit`, `present`) COUNT times; `bare`: without decorations. Run it under `valgrind --tool=callgrind` with two
//! counts: the difference is what the rest costs.

use std::sync::Arc;
use std::time::Instant;

use transom_protocol::geometry::{PixelSize, Scale, Size};
use transom_protocol::ids::{FrameId, Serial, WindowId};
use transom_protocol::input::{Button, ButtonState};
use transom_protocol::request::CreateWindow;
use transom_protocol::window::{ColorSpace, Decorations, WindowKind};
use transom_server::desktop::{
    ClientId, ClientInfo, CommittedWindow, Config, Content, Desktop, Input, Output, ScreenPoint,
};
use transom_server::raster::Pixmap;
use transom_server::region::Region;
use transom_server::time::Timestamp;

const PER_CLIENT: usize = 250;

struct Bench {
    desktop: Desktop,
    picture: Arc<Pixmap>,
    now: Timestamp,
    frame: FrameId,
    /// Every window, in the order of its making.
    windows: Vec<(ClientId, WindowId)>,
    clients: Vec<(ClientId, u32)>,
}

impl Bench {
    fn new(decorated: bool) -> Self {
        let output = Output {
            size: PixelSize::new(1920, 1080),
            scale: Scale::ONE,
            refresh: 0,
        };
        let config = match decorated {
            true => Config::full(),
            false => Config::bare(),
        };
        Self {
            desktop: Desktop::with_config(output, config),
            picture: Arc::new(Pixmap::new(PixelSize::new(200, 150))),
            now: Timestamp::ZERO,
            frame: FrameId::NONE,
            windows: Vec::new(),
            clients: Vec::new(),
        }
    }

    fn open(&mut self) {
        if self.windows.len().is_multiple_of(PER_CLIENT) {
            let client = self.desktop.add_client(ClientInfo::default());
            self.clients.push((client, 0));
        }
        let (client, last) = self.clients.last_mut().expect("just added");
        *last += 1;
        let (client, window) = (*client, WindowId(*last));
        self.windows.push((client, window));
        self.desktop.create_window(
            client,
            &CreateWindow {
                window,
                stable: window.0,
                parent: WindowId::NONE,
                kind: WindowKind::Normal,
                decorations: Decorations::Server,
                color_space: ColorSpace::SRGB,
                size: Size::new(200.0, 150.0),
                title: "a window".into(),
                app_id: "bench".into(),
            },
        );
        self.commit(client, window);
    }

    fn commit(&mut self, client: ClientId, window: WindowId) {
        self.frame = self.frame.next();
        let content = Some(Content {
            pixmap: self.picture.clone(),
            scale: Scale::ONE,
            configure: Serial::NONE,
            damage: Region::from(self.picture.bounds()),
        });
        let committed = CommittedWindow {
            window,
            content,
            retired: None,
        };
        self.desktop
            .commit(client, self.frame, &mut [committed], self.now);
        self.after();
    }

    /// What the hub does after every change, but for presenting.
    fn after(&mut self) {
        let mut wakes = Vec::new();
        self.desktop.take_wakes(&mut wakes);
        for client in wakes {
            self.desktop.drain_events(client, &mut Vec::new());
        }
        std::hint::black_box((self.desktop.needs_frame(), self.desktop.next_deadline()));
    }

    fn input(&mut self, input: Input) {
        self.desktop.handle_input(input, self.now);
        self.after();
    }

    fn motion(&mut self, x: f64, y: f64) {
        let at = ScreenPoint { x, y };
        self.input(Input::Motion { at });
    }

    fn press(&mut self, state: ButtonState) {
        let button = Button::LEFT;
        self.input(Input::Button { button, state });
    }

    /// Takes hold of the window in front.
    fn grab(&mut self) -> (f64, f64) {
        let front = self.desktop.windows().pop().expect("there is one").rect;
        let (x, y) = (f64::from(front.x0) + 40.0, f64::from(front.y0) - 10.0);
        self.motion(x, y);
        self.press(ButtonState::Pressed);
        (x, y)
    }

    fn present(&mut self) {
        let scene = self.desktop.scene();
        self.desktop.presented(&scene, self.now);
        self.after();
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let number = |i: usize| args[i].parse::<usize>().expect("a number");
    let (what, windows, count) = (args[1].as_str(), number(2), number(3));
    let mut bench = Bench::new(args.get(4).is_none_or(|a| a != "bare"));
    for _ in 0..windows {
        bench.open();
    }
    bench.present();
    let held = (what == "move").then(|| bench.grab());
    let start = Instant::now();
    for n in 0..count {
        let way = (n % 50) as f64;
        match what {
            "open" => bench.open(),
            "close" => {
                let (client, window) = bench.windows.pop().expect("enough windows");
                let key = transom_server::desktop::WindowKey::new(client, window);
                bench.desktop.destroy_window(key);
                bench.after();
            }
            "leave" => {
                let (client, _) = bench.clients.pop().expect("enough clients");
                bench.desktop.remove_client(client);
                bench.after();
            }
            "move" => {
                let (x, y) = held.expect("grabbed");
                bench.motion(x + way, y + way);
            }
            "motion" => bench.motion(100.0 + way, 100.0),
            "commit" => {
                let (client, window) = bench.windows[n % bench.windows.len()];
                bench.commit(client, window);
            }
            "present" => bench.present(),
            _ => panic!("{what}?"),
        }
    }
    let each = start.elapsed().as_secs_f64() * 1e6 / count.max(1) as f64;
    println!("{what} with {windows} windows: {each:.1} us each");
}
