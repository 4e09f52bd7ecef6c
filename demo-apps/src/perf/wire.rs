//! [`Wire`]: the client that is measured with. Packets over a plain socket, written when a batch is
//! full, as Xlib does it; no thread, no copy of what the server has.

use std::fs::File;
use std::io::{self, IoSlice, Read, Write};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, send, sendmsg};
use transom_protocol::codec::{Blob, LENGTH_BYTES, MAGIC, Packed, PacketReader, Text};
use transom_protocol::draw::{DrawBuffer, DrawOps};
use transom_protocol::event::Event;
use transom_protocol::geometry::{PixelRect, Size};
use transom_protocol::hello::{ACCEPTS_RAW, Codec, Features, Hello, VERSION};
use transom_protocol::ids::{FrameId, PoolId, Serial, SurfaceId, WindowId};
use transom_protocol::request::{
    Begin, Commit, CreatePool, CreateWindow, Draw, FrameKind, ReadPixels, Request, Sync,
};
use transom_protocol::window::{ColorSpace, Decorations, WindowKind};

use super::{Failure, Outcome};

/// The most bytes of one draw packet of several records, and of one write: what Xlib's buffer holds. A record
/// that is larger by itself is sent from where it is, as Xlib sends the pixels of an image.
pub const BATCH: usize = 16 << 10;

/// The most bytes of one read.
const READ: usize = 64 << 10;

/// Batches after which events are read: half a megabyte makes a few `Progress` events.
const BATCHES_UNREAD: u32 = 32;

/// How long the server may take to whatever is waited for: far more than anything that is measured,
/// so that what hangs is told instead of waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection.
pub struct Wire {
    stream: UnixStream,
    out: Vec<u8>,
    records: DrawBuffer,
    /// What the draw records are for.
    surface: SurfaceId,
    /// The largest record so far: when less room than this is left, a batch is full.
    largest: usize,
    batches: u32,
    reader: PacketReader,
    last_frame: FrameId,
    last_window: WindowId,
    syncs: u32,
    /// What the server complained about first.
    complaint: Option<String>,
    /// What is read into, of [`READ`] bytes.
    buffer: Box<[u8]>,
}

impl Wire {
    /// Connects, and sends the hello without waiting for an answer.
    pub fn connect(path: &Path) -> Outcome<Self> {
        let stream = UnixStream::connect(path)
            .map_err(|e| Failure::new(format!("no server at {}: {e}", path.display())))?;
        let mut wire = Self::over(stream)?;
        wire.out.extend_from_slice(&MAGIC);
        wire.request(hello());
        Ok(wire)
    }

    /// Speaks over this socket from now on; nothing is sent yet.
    fn over(stream: UnixStream) -> Outcome<Self> {
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            out: Vec::new(),
            records: DrawBuffer::new(),
            surface: SurfaceId::NONE,
            largest: 0,
            batches: 0,
            reader: PacketReader::new(),
            last_frame: FrameId::NONE,
            last_window: WindowId::NONE,
            syncs: 0,
            complaint: None,
            buffer: vec![0; READ].into(),
        })
    }

    /// Queues a request, behind what has been drawn.
    pub fn request<'a>(&mut self, request: impl Into<Request<'a>>) {
        self.pack();
        request.into().write(&mut self.out);
    }

    /// Queues a small request that is sent in batches like draw records.
    pub fn batched<'a>(&mut self, request: impl Into<Request<'a>>) -> Outcome<()> {
        self.request(request);
        match self.out.len() + 256 > BATCH {
            true => self.flush(),
            false => Ok(()),
        }
    }

    /// Shares memory that holds `bytes`, after the server has had time to say that it takes some.
    pub fn share(&mut self, pool: PoolId, bytes: &[u8]) -> Outcome<()> {
        self.sync()?;
        let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
        let mut file = File::from(memfd_create(c"transom-perf", flags)?);
        file.write_all(bytes)?;
        fcntl_add_seals(&file, SealFlags::SHRINK)?;
        let mut packet = Vec::new();
        let bytes = bytes.len() as u64;
        Request::from(CreatePool { pool, bytes }).write(&mut packet);
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        let files = [file.as_fd()];
        ancillary.push(SendAncillaryMessage::ScmRights(&files));
        let slices = &[IoSlice::new(&packet)];
        let sent = sendmsg(&self.stream, slices, &mut ancillary, SendFlags::NOSIGNAL)?;
        match sent == packet.len() {
            true => self.sync(),
            false => Err(Failure::new("the socket takes no pool")),
        }
    }

    /// Chooses what is drawn on from now on.
    pub fn draw_on(&mut self, surface: SurfaceId) -> Outcome<()> {
        self.flush()?;
        self.surface = surface;
        Ok(())
    }

    /// Records drawing; sends it when a batch is full.
    #[inline]
    pub fn draw(&mut self, record: impl FnOnce(&mut DrawBuffer)) -> Outcome<()> {
        let before = self.records.as_bytes().len();
        record(&mut self.records);
        let after = self.records.as_bytes().len();
        self.largest = self.largest.max(after - before);
        match after + self.largest > BATCH {
            true => self.flush(),
            false => Ok(()),
        }
    }

    /// Sends everything queued and recorded, and forgets events now and then. Where something is
    /// waited for, `send` sends instead: what is waited for may be there already.
    pub fn flush(&mut self) -> Outcome<()> {
        self.send()?;
        match self.batches >= BATCHES_UNREAD {
            true => self.forget_events(),
            false => Ok(()),
        }
    }

    /// Sends everything queued and recorded. Events are kept.
    fn send(&mut self) -> Outcome<()> {
        let mut alone = DrawBuffer::new();
        if self.records.as_bytes().len() > BATCH {
            alone = std::mem::take(&mut self.records);
            self.write_head(alone.as_bytes().len());
        }
        self.pack();
        if self.out.is_empty() {
            return Ok(());
        }
        self.batches += 1;
        let out = std::mem::take(&mut self.out);
        let sent = self.send_all([&out, alone.as_bytes()]);
        self.out = out;
        self.out.clear();
        if !alone.is_empty() {
            self.records = alone;
            self.records.clear();
        }
        let Err(error) = sent else {
            return Ok(());
        };
        // Why it failed is in what the server has written before.
        self.forget_events()?;
        Err(error.into())
    }

    /// Begins a draw packet whose records, of so many bytes, are sent from where they are.
    fn write_head(&mut self, records: usize) {
        let start = self.out.len();
        Request::from(Draw {
            surface: self.surface,
            ops: DrawOps::new(&[]),
        })
        .write(&mut self.out);
        let length = (self.out.len() - start - LENGTH_BYTES + records) as u32;
        self.out[start..start + LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
    }

    /// Writes all of both. A server that has much to tell reads nothing until that is read, so
    /// events are read meanwhile.
    fn send_all(&mut self, both: [&[u8]; 2]) -> io::Result<()> {
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        let mut both = both.map(IoSlice::new);
        let mut rest = &mut both[..];
        // Leaves out what is empty.
        IoSlice::advance_slices(&mut rest, 0);
        while !rest.is_empty() {
            let sent = match rest {
                [only] => send(&self.stream, only, flags),
                _ => sendmsg(
                    &self.stream,
                    rest,
                    &mut SendAncillaryBuffer::default(),
                    flags,
                ),
            };
            match sent {
                Ok(count) => IoSlice::advance_slices(&mut rest, count),
                Err(Errno::AGAIN) => {
                    self.wait_to_send()?;
                    self.read_arrived()?;
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Waits until the socket takes something, or has something.
    fn wait_to_send(&self) -> io::Result<()> {
        let mut polled = [PollFd::new(&self.stream, PollFlags::IN | PollFlags::OUT)];
        let limit = Timespec::try_from(PATIENCE).map_err(io::Error::other)?;
        match poll(&mut polled, Some(&limit)) {
            Ok(0) => Err(silence()),
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes the records a draw packet.
    fn pack(&mut self) {
        if self.records.is_empty() {
            return;
        }
        let draw = Draw {
            surface: self.surface,
            ops: DrawOps::new(self.records.as_bytes()),
        };
        Request::from(draw).write(&mut self.out);
        self.records.clear();
    }

    /// Makes a window of this size, without decorations.
    pub fn window(&mut self, width: f32, height: f32, title: &str) -> WindowId {
        self.last_window = WindowId(self.last_window.0 + 1);
        self.request(CreateWindow {
            window: self.last_window,
            stable: 0,
            parent: WindowId::NONE,
            kind: WindowKind::Normal,
            decorations: Decorations::None,
            color_space: ColorSpace::SRGB,
            size: Size::new(width, height),
            title: Text(title),
            app_id: Text("org.transom.perf"),
        });
        self.last_window
    }

    /// A number for a window, popup or surface.
    pub fn new_window_id(&mut self) -> WindowId {
        self.last_window = WindowId(self.last_window.0 + 1);
        self.last_window
    }

    /// Begins a frame and draws on it from now on.
    pub fn begin(&mut self, window: WindowId, width: f32, height: f32) -> Outcome<()> {
        self.draw_on(window.into())?;
        self.request(Begin {
            window,
            configure: Serial::NONE,
            size: Size::new(width, height),
        });
        Ok(())
    }

    /// Publishes a window's frame.
    pub fn commit(&mut self, window: WindowId) -> FrameId {
        self.pack();
        self.last_frame = self.last_frame.next();
        let frame = self.last_frame;
        let mut buffer = Vec::with_capacity(4);
        self.request(Commit {
            frame,
            kind: FrameKind::Incremental,
            windows: Packed::pack(&[window], &mut buffer),
        });
        frame
    }

    /// Waits until the frame has been composited and shown.
    pub fn wait_shown(&mut self, frame: FrameId) -> Outcome<()> {
        self.send()?;
        self.wait_for(|event| match event {
            Event::FrameShown(shown) => {
                (shown.frame == frame || shown.frame.is_after(frame)).then_some(())
            }
            _ => None,
        })
    }

    /// Waits until everything sent has been executed.
    pub fn sync(&mut self) -> Outcome<()> {
        self.pack();
        self.syncs = self.syncs.wrapping_add(1);
        let id = self.syncs;
        self.request(Sync { id });
        self.send()?;
        self.wait_for(|event| match event {
            Event::SyncDone(done) => (done.id == id).then_some(()),
            _ => None,
        })?;
        match self.complaint.take() {
            Some(complaint) => Err(Failure(complaint)),
            None => Ok(()),
        }
    }

    /// Asks for pixels and gives them to `take`, band by band.
    pub fn read_pixels(
        &mut self,
        surface: SurfaceId,
        rect: PixelRect,
        mut take: impl FnMut(PixelRect, &[u8]),
    ) -> Outcome<()> {
        self.pack();
        let id = 7;
        self.request(ReadPixels { id, surface, rect });
        self.send()?;
        self.wait_for(|event| match event {
            Event::Pixels(pixels) => {
                take(pixels.rect, pixels.data);
                (pixels.last != 0).then_some(())
            }
            _ => None,
        })
    }

    /// Reads events until `found` has what it looks for.
    pub fn wait_for<T>(&mut self, mut found: impl FnMut(&Event<'_>) -> Option<T>) -> Outcome<T> {
        loop {
            if let Some(value) = self.next_events(&mut found)? {
                return Ok(value);
            }
            match self.stream.read(&mut self.buffer) {
                Ok(0) => return Err(Failure::new("the server has closed the connection")),
                Ok(count) => self.reader.extend(&self.buffer[..count]),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Err(silence().into()),
                Err(e) => return Err(e.into()),
            }
        }
    }

    /// Reads what has arrived and forgets it: a server whose events nobody reads stops.
    fn forget_events(&mut self) -> Outcome<()> {
        self.batches = 0;
        self.read_arrived()?;
        self.next_events(&mut |_| None::<()>).map(|_| ())
    }

    /// Reads what has arrived, without waiting. The stream's end is for others to find.
    fn read_arrived(&mut self) -> io::Result<()> {
        loop {
            match rustix::net::recv(
                self.stream.as_fd(),
                &mut self.buffer[..],
                RecvFlags::DONTWAIT,
            ) {
                Ok((0, _)) | Err(Errno::AGAIN | Errno::CONNRESET) => return Ok(()),
                Ok((count, _)) => self.reader.extend(&self.buffer[..count]),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Looks through the whole packets that are there.
    fn next_events<T>(
        &mut self,
        found: &mut impl FnMut(&Event<'_>) -> Option<T>,
    ) -> Outcome<Option<T>> {
        if self.reader.pending().starts_with(&MAGIC) {
            self.reader.consume(MAGIC.len());
        }
        loop {
            let packet = self
                .reader
                .packet()
                .map_err(|e| Failure::new(e.to_string()))?;
            let Some((packet, length)) = packet else {
                return Ok(None);
            };
            let event = Event::decode(packet).map_err(|e| Failure::new(e.to_string()))?;
            match &event {
                Event::Closed(closed) => return Err(Failure::new(closed.text.0)),
                Event::Error(error) => {
                    self.complaint.get_or_insert_with(|| {
                        format!("the server says: {} ({})", error.text.0, error.code.0)
                    });
                }
                _ => {}
            }
            let value = found(&event);
            self.reader.consume(length);
            if value.is_some() {
                return Ok(value);
            }
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// What a server is told to have done that neither took nor told anything.
fn silence() -> io::Error {
    let text = format!("the server was silent for {} s", PATIENCE.as_secs());
    io::Error::new(io::ErrorKind::TimedOut, text)
}

fn hello() -> Hello<'static> {
    Hello {
        min_version: VERSION,
        max_version: VERSION,
        features: Features::POOLS,
        codec: Codec::Raw,
        accepts: ACCEPTS_RAW,
        instance: [0; 16],
        resume_secret: [0; 32],
        resume: 0,
        pid: std::process::id(),
        token: Blob(&[]),
        program: Text("transom-perf"),
        host: Text(""),
        extensions: &[],
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::event::SyncDone;

    use super::*;

    fn pair() -> (Wire, UnixStream) {
        let (near, far) = UnixStream::pair().expect("a pair");
        (Wire::over(near).expect("a wire"), far)
    }

    fn answers(ids: impl IntoIterator<Item = u32>) -> Vec<u8> {
        let mut bytes = Vec::new();
        for id in ids {
            Event::from(SyncDone { id }).write(&mut bytes);
        }
        bytes
    }

    #[test]
    fn an_answer_that_is_there_already_is_found() {
        let (mut wire, mut far) = pair();
        let count = 2 * BATCHES_UNREAD;
        (far.write_all(&answers(1..=count))).expect("they fit");
        for _ in 0..count {
            // Here and not in the sync, whose answer it would be.
            wire.read_arrived().expect("bytes");
            wire.sync().expect("an answer");
        }
    }

    #[test]
    fn a_server_that_tells_much_before_it_reads_is_listened_to() {
        let (mut wire, mut far) = pair();
        // Far more than sockets keep.
        let much = 4 << 20;
        let ids = (much / answers([0]).len()) as u32;
        let server = std::thread::spawn(move || {
            far.write_all(&answers(1000..1000 + ids)).expect("read");
            let mut taken = vec![0; much];
            far.read_exact(&mut taken).expect("written");
            far.write_all(&answers([1])).expect("read");
            far
        });
        wire.out.resize(much, 0);
        wire.flush().expect("taken");
        wire.sync().expect("an answer");
        drop(server.join().expect("no panic"));
    }

    #[test]
    fn what_a_server_said_before_it_went_away_is_told() {
        let (mut wire, mut far) = pair();
        let mut bytes = Vec::new();
        let closed = transom_protocol::event::Closed {
            sequence: 0,
            code: transom_protocol::ErrorCode::TOO_SLOW,
            text: Text("too slow"),
        };
        Event::from(closed).write(&mut bytes);
        far.write_all(&bytes).expect("it fits");
        drop(far);
        let failure = wire.sync().expect_err("nobody is there");
        assert_eq!(failure.0, "too slow");
    }
}
