//! [`Raw`]: a client that says exactly what it is told to, right or wrong.

use std::io::{self, IoSlice, Read, Write};
use std::mem::MaybeUninit;
use std::net::TcpStream;
use std::os::fd::BorrowedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;

use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use transom_protocol::codec::{Blob, MAGIC, Packed, Packet, PacketReader, Text};
use transom_protocol::draw::DrawBuffer;
use transom_protocol::geometry::Size;
use transom_protocol::hello::{ACCEPTS_RAW, Codec, Features, Hello, VERSION};
use transom_protocol::ids::{FrameId, Serial, SurfaceId, WindowId};
use transom_protocol::request::{Begin, Commit, CreateWindow, Draw, FrameKind, Sync};
use transom_protocol::window::{ColorSpace, Decorations, WindowKind};
use transom_protocol::{Event, Request};

use crate::PATIENCE;

/// A socket of either kind.
#[derive(Debug)]
enum Socket {
    Unix(UnixStream),
    Tcp(TcpStream),
}

/// A connection whose bytes the test chooses.
#[derive(Debug)]
pub struct Raw {
    socket: Socket,
    input: PacketReader,
    greeted: bool,
}

/// A hello as a well-behaved client says it.
pub fn hello(token: &[u8]) -> Hello<'_> {
    Hello {
        min_version: VERSION,
        max_version: VERSION,
        features: Features::NONE,
        codec: Codec::Raw,
        accepts: ACCEPTS_RAW,
        instance: [1; 16],
        resume_secret: [2; 32],
        resume: 0,
        pid: std::process::id(),
        token: Blob(token),
        program: Text("raw"),
        host: Text("here"),
        extensions: &[],
    }
}

impl Raw {
    /// Connects to a Unix socket and says nothing yet.
    pub fn unix(path: &Path) -> Self {
        let socket = UnixStream::connect(path).expect("the server listens");
        let limit = Some(PATIENCE);
        socket.set_read_timeout(limit).expect("not zero");
        socket.set_write_timeout(limit).expect("not zero");
        Self::over(Socket::Unix(socket))
    }

    /// Connects over TCP and says nothing yet.
    pub fn tcp(address: &str) -> Self {
        let socket = TcpStream::connect(address).expect("the server listens");
        let limit = Some(PATIENCE);
        socket.set_read_timeout(limit).expect("not zero");
        socket.set_write_timeout(limit).expect("not zero");
        Self::over(Socket::Tcp(socket))
    }

    fn over(socket: Socket) -> Self {
        Self {
            socket,
            input: PacketReader::new(),
            greeted: false,
        }
    }

    /// Says magic and hello.
    pub fn greet(&mut self, token: &[u8]) -> &mut Self {
        self.bytes(&MAGIC);
        self.send(hello(token))
    }

    /// Says magic and a hello with features, and reads which of them the server has.
    pub fn greet_with(&mut self, token: &[u8], features: Features) -> Features {
        self.bytes(&MAGIC);
        self.send(Hello {
            features,
            ..hello(token)
        });
        let mut offered = Features::NONE;
        self.until(|event| match event {
            Event::Welcome(welcome) => {
                offered = welcome.features;
                true
            }
            _ => false,
        });
        offered
    }

    /// Sends a request with descriptors, over a Unix socket.
    pub fn send_with<'a>(&mut self, request: impl Into<Request<'a>>, files: &[BorrowedFd<'_>]) {
        let mut bytes = Vec::new();
        request.into().write(&mut bytes);
        let Socket::Unix(socket) = &self.socket else {
            panic!("no descriptor travels over TCP")
        };
        let mut space = vec![MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(files.len()))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        assert!(ancillary.push(SendAncillaryMessage::ScmRights(files)));
        let slices = &[IoSlice::new(&bytes)];
        let sent = sendmsg(socket, slices, &mut ancillary, SendFlags::NOSIGNAL);
        assert_eq!(sent.expect("the server reads"), bytes.len());
    }

    /// Makes a window.
    pub fn window(&mut self, id: u32, title: &str, width: f32, height: f32) -> &mut Self {
        self.send(create_window(id, title, Size::new(width, height)))
    }

    /// Begins a frame of a window, draws and commits it.
    pub fn frame(
        &mut self,
        window: u32,
        size: Size,
        frame: u32,
        draw: impl FnOnce(&mut DrawBuffer),
    ) -> &mut Self {
        let window = WindowId(window);
        self.send(Begin {
            window,
            configure: Serial::NONE,
            size,
        });
        self.draw(window.into(), draw);
        self.commit(window.0, frame)
    }

    /// Draws on a surface.
    pub fn draw(&mut self, surface: SurfaceId, draw: impl FnOnce(&mut DrawBuffer)) -> &mut Self {
        let mut ops = DrawBuffer::new();
        draw(&mut ops);
        let ops = ops.ops();
        self.send(Draw { surface, ops })
    }

    /// Commits a window's frame.
    pub fn commit(&mut self, window: u32, frame: u32) -> &mut Self {
        let mut packed = Vec::new();
        self.send(Commit {
            frame: FrameId(frame),
            kind: FrameKind::Full,
            windows: Packed::pack(&[WindowId(window)], &mut packed),
        })
    }

    /// Sends a request.
    pub fn send<'a>(&mut self, request: impl Into<Request<'a>>) -> &mut Self {
        let mut bytes = Vec::new();
        request.into().write(&mut bytes);
        self.bytes(&bytes)
    }

    /// Sends bytes.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.try_bytes(bytes).expect("the server reads");
        self
    }

    /// Sends bytes that the server need not take any more.
    pub fn try_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.socket {
            Socket::Unix(socket) => socket.write_all(bytes),
            Socket::Tcp(socket) => socket.write_all(bytes),
        }
    }

    /// Reads and writes take no longer than this from now on.
    pub fn set_patience(&mut self, limit: std::time::Duration) {
        let limit = Some(limit);
        match &self.socket {
            Socket::Unix(s) => s.set_read_timeout(limit).and(s.set_write_timeout(limit)),
            Socket::Tcp(s) => s.set_read_timeout(limit).and(s.set_write_timeout(limit)),
        }
        .expect("not zero");
    }

    /// The next event, given to `see`. `None` when the server has closed the connection.
    pub fn event<T>(&mut self, see: impl FnOnce(Event<'_>) -> T) -> Option<T> {
        loop {
            if !self.greeted && self.input.pending().len() >= MAGIC.len() {
                assert_eq!(self.input.pending()[..MAGIC.len()], MAGIC);
                self.input.consume(MAGIC.len());
                self.greeted = true;
            }
            if self.greeted {
                let packet = self.input.packet().expect("the server's packets are right");
                if let Some((packet, length)) = packet {
                    let event = Event::decode(packet).expect("the server's events are right");
                    let seen = see(event);
                    self.input.consume(length);
                    return Some(seen);
                }
            }
            if self.read() == 0 {
                return None;
            }
        }
    }

    /// Reads what there is, once; 0 at the end.
    fn read(&mut self) -> usize {
        let mut buffer = [0; 16 << 10];
        let read = match &mut self.socket {
            Socket::Unix(socket) => socket.read(&mut buffer),
            Socket::Tcp(socket) => socket.read(&mut buffer),
        };
        match read {
            Ok(count) => {
                self.input.extend(&buffer[..count]);
                count
            }
            Err(e) if e.kind() == io::ErrorKind::ConnectionReset => 0,
            Err(e) => panic!("the server neither speaks nor closes: {e}"),
        }
    }

    /// Everything until the server closes, as bytes.
    pub fn rest(&mut self) -> Vec<u8> {
        while self.read() > 0 {}
        self.input.pending().to_vec()
    }

    /// Reads events until one fits.
    pub fn until(&mut self, mut fits: impl FnMut(&Event<'_>) -> bool) {
        while !self.event(|event| fits(&event)).expect("an event comes") {}
    }

    /// Sends a sync and waits until it is answered. Errors on the way are returned.
    pub fn sync(&mut self, id: u32) -> Vec<String> {
        self.send(Sync { id });
        let mut errors = Vec::new();
        self.until(|event| match event {
            Event::SyncDone(done) => done.id == id,
            Event::Error(error) => {
                errors.push(format!("{} {}", error.code, error.text.0));
                false
            }
            Event::Closed(closed) => panic!("closed: {} {}", closed.code, closed.text.0),
            _ => false,
        });
        errors
    }

    /// Reads to the end: the reason that the server gave, if it gave one.
    pub fn closed(&mut self) -> Option<String> {
        let mut reason = None;
        while let Some(()) = self.event(|event| {
            if let Event::Closed(closed) = event {
                reason = Some(format!("{} {}", closed.code, closed.text.0));
            }
        }) {}
        reason
    }
}

/// The request for a window.
pub fn create_window(id: u32, title: &str, size: Size) -> CreateWindow<'_> {
    CreateWindow {
        window: WindowId(id),
        stable: id,
        parent: WindowId::NONE,
        kind: WindowKind::Normal,
        decorations: Decorations::Server,
        color_space: ColorSpace::SRGB,
        size,
        title: Text(title),
        app_id: Text("test"),
    }
}

/// The names of the requests in a client's stream, magic included or not, and how many bytes are
/// left at its end that are not a whole packet yet.
pub fn requests(stream: &[u8]) -> (Vec<&'static str>, usize) {
    let mut rest = stream.strip_prefix(&MAGIC).unwrap_or(stream);
    let mut names = Vec::new();
    while let Ok(Some((packet, length))) = Packet::split(rest) {
        names.push(Request::decode(packet).map_or("?", |request| request.name()));
        rest = &rest[length..];
    }
    (names, rest.len())
}
