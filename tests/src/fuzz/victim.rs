//! [`Victim`]: the session that has to bear it.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use transom_protocol::Request;
use transom_protocol::codec::{Blob, MAGIC, Text};
use transom_protocol::geometry::{PixelSize, Scale, Size};
use transom_protocol::hello::{ACCEPTS_RAW, Codec, Features, Hello, VERSION};
use transom_protocol::ids::WindowId;
use transom_protocol::request::CreateWindow;
use transom_protocol::window::{ColorSpace, Decorations, WindowKind};
use transom_server::desktop::{Desktop, Output};
use transom_server::session::{Admission, Limits, Run, SLICE, ServerInfo, Session};
use transom_server::time::Timestamp;

use super::Absurd;

/// What one client may have, so that quotas are met often.
const MEMORY: u64 = 64 << 20;

/// A packet that takes longer has no end. Far more than the slowest machine needs.
const FOR_EVER: Duration = Duration::from_secs(300);

/// What came of some bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// Which session.
    pub seed: u64,
    /// Which of its packets, from 0 on.
    pub packet: u32,
    /// The longest slice.
    pub longest: Duration,
    /// Whether the client was disconnected.
    pub closed: bool,
}

/// A session with a window, and the desktop it is on.
pub struct Victim {
    session: Session,
    desktop: Mutex<Desktop>,
}

impl Victim {
    /// One that is greeted and has a window of 150x120.
    pub fn new(absurd: &mut Absurd) -> Self {
        let output = Output {
            size: PixelSize::new(400, 300),
            scale: Scale(absurd.one_of(&[120, 150, 180, 240, 97])),
            refresh: 16_666_667,
        };
        let limits = Limits {
            memory: MEMORY,
            ..Limits::default()
        };
        let server = ServerInfo {
            name: "victim".into(),
        };
        let mut victim = Self {
            session: Session::new(Admission::Trusted, limits, server),
            desktop: Mutex::new(Desktop::new(output)),
        };
        assert!(!victim.feed(&greeting()).closed, "a good client is served");
        victim
    }

    /// Bytes of memory charged to the client.
    pub fn memory(&self) -> u64 {
        self.session.memory_used()
    }

    /// Serves the client that sent `bytes` until it has nothing more to do.
    ///
    /// # Panics
    ///
    /// When the session does, is charged more than it may have, or does not come to an end.
    pub fn feed(&mut self, bytes: &[u8]) -> Outcome {
        self.session.input().extend(bytes);
        let start = Instant::now();
        let mut outcome = Outcome::default();
        loop {
            let slice = Instant::now();
            let run = self.session.run(&self.desktop, Timestamp::ZERO, SLICE);
            outcome.longest = outcome.longest.max(slice.elapsed());
            match run {
                Run::Done => break,
                Run::More => {}
                Run::Blocked => {
                    let count = self.session.output().len();
                    self.session.written(count);
                }
                Run::Closed => {
                    outcome.closed = true;
                    break;
                }
            }
            assert!(start.elapsed() < FOR_EVER, "no end: {outcome:?}");
        }
        assert!(self.memory() <= MEMORY, "{} bytes charged", self.memory());
        outcome
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
        program: Text("fuzz"),
        host: Text("here"),
        extensions: &[],
    })
    .write(&mut bytes);
    Request::from(CreateWindow {
        window: WindowId(1),
        stable: 1,
        parent: WindowId::NONE,
        kind: WindowKind::Normal,
        decorations: Decorations::Client,
        color_space: ColorSpace::SRGB,
        size: Size::new(150.0, 120.0),
        title: Text("victim"),
        app_id: Text("fuzz"),
    })
    .write(&mut bytes);
    bytes
}
