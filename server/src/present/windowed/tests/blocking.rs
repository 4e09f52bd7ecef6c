//! A native display that blocks delays nobody.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use transom_protocol::codec::{Blob, MAGIC, Packet, Text};
use transom_protocol::hello::{ACCEPTS_RAW, Codec, Features, Hello, VERSION};
use transom_protocol::input::{Button, ButtonState};
use transom_protocol::request::Sync;
use transom_protocol::{Event, Request};

use super::super::*;
use super::{SIZE, output};
use crate::cli::Server;
use crate::config::{Config, DisplaySocket};
use crate::desktop::{Input, ScreenPoint};
use crate::transport::TempDir;

/// Far more than any round trip takes: what waits is a failure, not a hang.
const LIMIT: Duration = Duration::from_secs(10);

/// A surface that has no buffer free until it is told so.
struct Blocking {
    entered: Sender<()>,
    free: Receiver<()>,
}

impl Surface for Blocking {
    type Error = &'static str;

    fn frame(
        &mut self,
        size: PixelSize,
        draw: impl FnOnce(u8, &mut [u32]) -> Region,
    ) -> Result<(), &'static str> {
        let _ = self.entered.send(());
        let _ = self.free.recv();
        draw(0, &mut vec![0; (size.width * size.height) as usize]);
        Ok(())
    }
}

#[test]
fn a_surface_that_blocks_delays_no_round_trip() {
    const ROUND_TRIPS: u32 = 200;
    let dir = TempDir::new("blocking").expect("a directory");
    let path = dir.path().join("display");
    let config = Config {
        output: output(SIZE),
        display: DisplaySocket::Path(path.clone()),
        ..Config::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let started = Server::start_windowed(&config, runtime.handle(), || {});
    let (server, presenter) = started.expect("a server");
    let (entered, blocked) = channel();
    let (release, free) = channel();
    let presented = Arc::new(AtomicBool::new(false));
    let thread = thread::spawn({
        let (presenter, presented) = (presenter.clone(), presented.clone());
        move || {
            let mut surface = Blocking { entered, free };
            presenter.present(&mut surface, &mut DamageHistory::default());
            presented.store(true, Ordering::SeqCst);
        }
    });
    blocked.recv().expect("presenting");
    let start = Instant::now();
    let mut client = Client::connect(&path);
    for id in 0..ROUND_TRIPS {
        client.round_trip(id);
    }
    // Neither does input wait, nor a picture. In a thread of their own, so that waiting is a failure
    // and no hang.
    let (done, looked) = channel();
    thread::spawn({
        let presenter = presenter.clone();
        move || {
            click(&presenter);
            let _ = done.send(presenter.screenshot().size());
        }
    });
    let size = looked.recv_timeout(LIMIT);
    assert_eq!(size, Ok(SIZE), "input or a picture waits");
    assert!(!presented.load(Ordering::SeqCst), "it did not block");
    println!("{ROUND_TRIPS} round trips in {:?}", start.elapsed());
    release.send(()).expect("still blocked");
    thread.join().expect("presented");
    assert!(presented.load(Ordering::SeqCst));
    runtime.block_on(server.stop());
}

fn click(presenter: &Windowed) {
    let at = ScreenPoint::new(5.0, 5.0);
    let click = Input::Button {
        button: Button::LEFT,
        state: ButtonState::Pressed,
    };
    for input in [Input::Motion { at }, click] {
        let now = presenter.hub.now();
        presenter.hub.desktop().handle_input(input, now);
        presenter.hub.dispatch();
    }
}

/// A client that says only hello and sync.
struct Client {
    stream: UnixStream,
    received: Vec<u8>,
}

impl Client {
    fn connect(path: &Path) -> Self {
        let stream = UnixStream::connect(path).expect("a server");
        let limited = stream.set_read_timeout(Some(LIMIT));
        limited.expect("a limit");
        let mut client = Self {
            stream,
            received: Vec::new(),
        };
        client.stream.write_all(&MAGIC).expect("written");
        client.send(hello().into());
        let mut magic = MAGIC;
        client.stream.read_exact(&mut magic).expect("a server");
        client
    }

    fn send(&mut self, request: Request<'_>) {
        let mut bytes = Vec::new();
        request.write(&mut bytes);
        self.stream.write_all(&bytes).expect("written");
    }

    fn round_trip(&mut self, id: u32) {
        self.send(Sync { id }.into());
        while !self.take_answer(id) {
            let mut bytes = [0; 4096];
            let count = self.stream.read(&mut bytes).expect("an answer in time");
            assert!(count > 0, "the server hung up");
            self.received.extend_from_slice(&bytes[..count]);
        }
    }

    /// Drops what was received up to the answer; false when that has not come.
    fn take_answer(&mut self, id: u32) -> bool {
        while let Some((packet, length)) = Packet::split(&self.received).expect("packets") {
            let event = Event::decode(packet).expect("an event");
            let found = matches!(event, Event::SyncDone(done) if done.id == id);
            self.received.drain(..length);
            if found {
                return true;
            }
        }
        false
    }
}

fn hello() -> Hello<'static> {
    Hello {
        min_version: VERSION,
        max_version: VERSION,
        features: Features::NONE,
        codec: Codec::Raw,
        accepts: ACCEPTS_RAW,
        instance: [1; 16],
        resume_secret: [2; 32],
        resume: 0,
        pid: 7,
        token: Blob(&[]),
        program: Text("test"),
        host: Text("here"),
        extensions: &[],
    }
}
