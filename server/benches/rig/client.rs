//! [`Client`]: a session, a desktop and a window, as a socket would find them.

use std::sync::Mutex;

use transom_protocol::Request;
use transom_protocol::codec::{Blob, MAGIC, Text};
use transom_protocol::geometry::{PixelSize, Scale, Size};
use transom_protocol::hello::{ACCEPTS_RAW, Codec, Features, Hello, VERSION};
use transom_protocol::ids::{SurfaceId, WindowId};
use transom_protocol::request::CreateWindow;
use transom_protocol::window::{ColorSpace, Decorations, WindowKind};
use transom_server::desktop::{Desktop, Output, Scene};
use transom_server::session::{Admission, Limits, Run, SLICE, ServerInfo, Session};
use transom_server::time::Timestamp;

/// Its window.
pub(super) const WINDOW: WindowId = WindowId(1);

/// The same, to draw on.
pub(super) const SURFACE: SurfaceId = SurfaceId(1);

/// One who is connected and has a window of 600x400.
pub(super) struct Client {
    session: Session,
    desktop: Mutex<Desktop>,
    now: Timestamp,
}

impl Client {
    pub(super) fn new() -> Self {
        let output = Output {
            size: PixelSize::new(640, 480),
            scale: Scale::ONE,
            refresh: 16_666_667,
        };
        let server = ServerInfo {
            name: "bench".into(),
        };
        let mut client = Self {
            session: Session::new(Admission::Trusted, Limits::default(), server),
            desktop: Mutex::new(Desktop::new(output)),
            now: Timestamp::ZERO,
        };
        client.send(&greeting());
        client
    }

    /// Executes `packets` and drops what is answered.
    pub(super) fn send(&mut self, packets: &[u8]) {
        self.session.input().extend(packets);
        loop {
            match self.session.run(&self.desktop, self.now, SLICE) {
                Run::Done => break,
                Run::Closed => panic!("the client was disconnected"),
                Run::More | Run::Blocked => self.read(),
            }
        }
        self.read();
    }

    fn read(&mut self) {
        let count = self.session.output().len();
        self.session.written(count);
    }

    /// What is to be shown.
    pub(super) fn scene(&self) -> Scene {
        self.desktop.lock().expect("nothing panicked").scene()
    }

    /// A refresh: what there is counts as shown, and the client hears of it.
    pub(super) fn present(&mut self) {
        self.now.0 += 16_667;
        {
            let mut desktop = self.desktop.lock().expect("nothing panicked");
            let scene = desktop.scene();
            desktop.presented(&scene, self.now);
            desktop.handle_timeout(self.now);
        }
        self.session.collect_events(&self.desktop);
        self.read();
    }
}

fn greeting() -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    Request::from(Hello {
        min_version: VERSION,
        max_version: VERSION,
        features: Features::NONE,
        codec: Codec::Raw,
        accepts: ACCEPTS_RAW,
        instance: [1; 16],
        resume_secret: [2; 32],
        resume: 0,
        pid: 1,
        token: Blob(&[]),
        program: Text("bench"),
        host: Text("here"),
        extensions: &[],
    })
    .write(&mut bytes);
    Request::from(CreateWindow {
        window: WINDOW,
        stable: 1,
        parent: WindowId::NONE,
        kind: WindowKind::Normal,
        decorations: Decorations::Client,
        color_space: ColorSpace::SRGB,
        size: Size::new(600.0, 400.0),
        title: Text("bench"),
        app_id: Text("bench"),
    })
    .write(&mut bytes);
    bytes
}
