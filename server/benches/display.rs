//! [`Display`]: the real server, and a connection to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use transom_protocol::codec::{Blob, MAGIC, PacketReader, Text};
use transom_protocol::hello::{ACCEPTS_RAW, Codec, Features, Hello, VERSION};
use transom_protocol::request::Sync;
use transom_protocol::{Event, Request};

/// A headless server with a place of its own, ended when dropped.
pub(crate) struct Display {
    server: Child,
    home: PathBuf,
    socket: UnixStream,
    events: PacketReader,
    asked: u32,
}

impl Display {
    pub(crate) fn start() -> Self {
        let home = std::env::temp_dir().join(format!("transom-bench-{}", std::process::id()));
        std::fs::create_dir_all(&home).expect("a place to be");
        let path = home.join("transom/0");
        let mut server = Command::new(env!("CARGO_BIN_EXE_transom"))
            .args(["serve", "--headless", "--listen", ":0"])
            .env("XDG_RUNTIME_DIR", &home)
            .env("XDG_STATE_HOME", &home)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut ready = String::new();
        let stdout = server.stdout.take().expect("piped");
        BufReader::new(stdout)
            .read_line(&mut ready)
            .expect("it says where it is");
        let socket = UnixStream::connect(&path).expect("it listens there");
        let mut display = Self {
            server,
            home,
            socket,
            events: PacketReader::new(),
            asked: 0,
        };
        display.greet();
        display.ask();
        display
    }

    fn greet(&mut self) {
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
            pid: std::process::id(),
            token: Blob(&[]),
            program: Text("bench"),
            host: Text("here"),
            extensions: &[],
        })
        .write(&mut bytes);
        self.socket.write_all(&bytes).expect("it reads");
    }

    /// Sends a `Sync` and waits for its answer.
    pub(crate) fn ask(&mut self) {
        self.asked += 1;
        let mut bytes = Vec::new();
        Request::from(Sync { id: self.asked }).write(&mut bytes);
        self.socket.write_all(&bytes).expect("it reads");
        while !self.is_answered() {
            let mut buffer = [0; 4096];
            let count = self.socket.read(&mut buffer).expect("it answers");
            assert_ne!(count, 0, "the server has hung up");
            self.events.extend(&buffer[..count]);
        }
    }

    fn is_answered(&mut self) -> bool {
        while let Some((packet, length)) = self.events.packet().expect("well formed") {
            let event = Event::decode(packet).expect("an event");
            let answered = matches!(event, Event::SyncDone(done) if done.id == self.asked);
            self.events.consume(length);
            if answered {
                return true;
            }
        }
        false
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}
