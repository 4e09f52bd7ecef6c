//! [`Fixture`]: a desktop, sessions and library clients in one process. Bytes move, time passes
//! and pictures are made when the test says so.

use std::sync::{Arc, Mutex};

use transom::Display;
use transom::core::{Core, Identity};
use transom_protocol::geometry::{PixelRect, PixelSize, Scale};
use transom_protocol::input::{Button, ButtonState};
use transom_server::composite::composite;
use transom_server::desktop::{Desktop, Input, Output, ScreenPoint};
use transom_server::raster::Pixmap;
use transom_server::region::Region;
use transom_server::session::{Admission, Limits, Run, SLICE, ServerInfo, Session};
use transom_server::time::Timestamp;

use crate::snapshot::Picture;

/// One client: the library's end and the server's.
pub struct Client {
    /// What a program holds. Its bytes are moved by [`Fixture::pump`].
    pub display: Arc<Display>,
    /// What the server has of it.
    pub session: Session,
}

/// A screen with clients.
pub struct Fixture {
    /// What they share.
    pub desktop: Mutex<Desktop>,
    /// Those who are connected.
    pub clients: Vec<Client>,
    /// What a person sees: composited from damage alone.
    pub screen: Pixmap,
    now: Timestamp,
}

/// A session that lets anyone in.
pub fn session() -> Session {
    let server = ServerInfo {
        name: "a test's server".into(),
    };
    Session::new(Admission::Trusted, Limits::default(), server)
}

impl Client {
    /// One that has not said anything yet.
    pub fn new() -> Self {
        let identity = Identity::of_process().expect("the system has random numbers");
        Self {
            display: Arc::new(Display::detached(Core::new("a test's server", identity))),
            session: session(),
        }
    }

    /// Moves bytes both ways until there are no more, in slices of `budget`. True when there were
    /// any.
    pub fn pump(&mut self, desktop: &Mutex<Desktop>, now: Timestamp, budget: u64) -> bool {
        let mut moved = false;
        loop {
            let bytes = self.display.with_core(|core| core.take_output());
            self.session.input().extend(&bytes);
            while self.session.run(desktop, now, budget) == Run::More {}
            self.session.collect_events(desktop);
            self.session.collect_transfers(desktop);
            let answer = self.session.output().to_vec();
            self.session.written(answer.len());
            self.display.with_core(|core| core.feed(&answer));
            if bytes.is_empty() && answer.is_empty() {
                return moved;
            }
            moved = true;
        }
    }

    /// What the library has to tell. A connection that has ended fails the test.
    pub fn events(&mut self) -> Vec<transom::Event> {
        let (events, error) = self.display.with_core(|core| {
            let events: Vec<_> = std::iter::from_fn(|| core.poll_event()).collect();
            (events, core.error().cloned())
        });
        assert_eq!(error, None);
        events
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl Fixture {
    /// An empty screen.
    pub fn new(width: u32, height: u32, scale: Scale) -> Self {
        let size = PixelSize::new(width, height);
        let refresh = 16_666_667;
        Self {
            desktop: Mutex::new(Desktop::new(Output {
                size,
                scale,
                refresh,
            })),
            clients: Vec::new(),
            screen: Pixmap::new(size),
            now: Timestamp::ZERO,
        }
    }

    /// Connects one more client. Returns its place in `clients`.
    pub fn connect(&mut self) -> usize {
        self.clients.push(Client::new());
        self.clients.len() - 1
    }

    /// Ends a client without a word.
    pub fn disconnect(&mut self, client: usize) {
        let mut client = self.clients.remove(client);
        client.session.leave(&self.desktop);
    }

    /// The desktop, locked.
    pub fn desktop(&self) -> std::sync::MutexGuard<'_, Desktop> {
        self.desktop.lock().expect("nothing panicked in it")
    }

    /// Moves all bytes, until nobody has anything to say.
    pub fn pump(&mut self) {
        self.pump_in_slices(SLICE);
    }

    /// The same with another size of slices.
    pub fn pump_in_slices(&mut self, budget: u64) {
        while self
            .clients
            .iter_mut()
            .any(|client| client.pump(&self.desktop, self.now, budget))
        {}
    }

    /// A refresh passes.
    pub fn pass(&mut self) {
        self.now.0 += 16_667;
        let now = self.now;
        self.desktop().handle_timeout(now);
    }

    /// Shows what is pending, drawing only what is damaged, and lets clients know.
    pub fn present(&mut self) {
        let scene = self.desktop().scene();
        let mut damage = scene.damage.clone();
        if self.screen.size() != scene.size {
            self.screen = Pixmap::new(scene.size);
            damage.add(PixelRect::from_size(scene.size));
        }
        let bounds = self.screen.bounds();
        composite(&scene, &damage, &mut self.screen.target(bounds));
        let mut whole = Pixmap::new(scene.size);
        composite(&scene, &Region::from(bounds), &mut whole.target(bounds));
        assert!(
            self.screen == whole,
            "compositing the damage gave another picture than compositing everything"
        );
        let now = self.now;
        self.desktop().presented(&scene, now);
        self.pass();
    }

    /// Moves all bytes, shows the result, and lets clients hear of it.
    pub fn settle(&mut self) {
        self.pump();
        self.present();
        self.pump();
    }

    /// Something a person does.
    pub fn input(&mut self, input: Input) {
        let now = self.now;
        self.desktop().handle_input(input, now);
    }

    /// The pointer goes there.
    pub fn motion(&mut self, x: f64, y: f64) {
        self.input(Input::Motion {
            at: ScreenPoint::new(x, y),
        });
    }

    /// A click where the pointer is.
    pub fn click(&mut self) {
        for state in [ButtonState::Pressed, ButtonState::Released] {
            let button = Button::LEFT;
            self.input(Input::Button { button, state });
        }
    }

    /// What a window shows, alone.
    pub fn window(&self, title: &str) -> Option<Picture> {
        let desktop = self.desktop();
        let windows = desktop.windows();
        let window = windows.iter().find(|w| w.title == title)?;
        desktop.front(window.id).as_deref().map(Picture::from)
    }
}
