//! [`Client`]: a program with one window that draws what it is told to and records every event.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use transom_protocol::codec::{Blob, MAGIC, Packed, Packet, Text};
use transom_protocol::color::Color;
use transom_protocol::draw::{DrawBuffer, Paint};
use transom_protocol::geometry::{Rect, Size};
use transom_protocol::hello::{ACCEPTS_RAW, Codec, Features, Hello, VERSION};
use transom_protocol::ids::{FrameId, Serial, WindowId};
use transom_protocol::input::{ButtonState, Key, KeyState};
use transom_protocol::request::{Begin, Commit, CreateWindow, Draw, FrameKind, SetTextInput, Sync};
use transom_protocol::window::{ColorSpace, Decorations, TextPurpose, WindowKind};
use transom_protocol::{Event, Request};

use super::until;

const WINDOW: WindowId = WindowId(1);

/// An event, as far as these tests care.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Told {
    Key {
        state: KeyState,
        code: String,
        evdev: u16,
        /// What it means with modifiers, and without.
        key: Key,
        unmodified: Key,
        text: String,
    },
    /// What has been composed so far, and the marked bytes.
    Preedit(String, u32, u32),
    Commit(String),
    /// Those that are held down.
    Modifiers(u16),
    /// What is locked, the layout's number, and which of all this is known.
    Locks(u16, u8, u8),
    Repeat(u16, u16),
    KeyboardEnter(usize),
    KeyboardLeave,
    Enter,
    Leave,
    Motion(f32, f32),
    Button(u16, ButtonState),
    Scroll(i32, i32),
    Shown(FrameId),
    Output(u32, u32),
    Closed(String),
    SyncDone(u32),
}

/// The program. Its events are read by a thread of their own, so that none waits.
pub(crate) struct Client {
    stream: UnixStream,
    told: Arc<Mutex<Vec<Told>>>,
    frame: FrameId,
    syncs: u32,
}

impl Client {
    /// Connects and makes a window of this size, which shows nothing yet. Placed by the server,
    /// drawn by nobody: it is its content.
    pub(crate) fn new(socket: &Path, size: (f32, f32)) -> Self {
        Self::with(socket, size, Decorations::None)
    }

    /// The same with other decorations.
    pub(crate) fn with(socket: &Path, size: (f32, f32), decorations: Decorations) -> Self {
        let stream = UnixStream::connect(socket).expect("a server");
        let told = Arc::new(Mutex::new(Vec::new()));
        let (reader, record) = (stream.try_clone().expect("a copy"), told.clone());
        thread::spawn(move || read(reader, &record));
        let mut client = Self {
            stream,
            told,
            frame: FrameId::NONE,
            syncs: 0,
        };
        client.stream.write_all(&MAGIC).expect("written");
        client.send(hello());
        client.send(CreateWindow {
            window: WINDOW,
            stable: 1,
            parent: WindowId::NONE,
            kind: WindowKind::Normal,
            decorations,
            color_space: ColorSpace::SRGB,
            size: Size::new(size.0, size.1),
            title: Text("Recorder"),
            app_id: Text("test"),
        });
        client
    }

    fn send<'a>(&mut self, request: impl Into<Request<'a>>) {
        let mut bytes = Vec::new();
        request.into().write(&mut bytes);
        self.stream.write_all(&bytes).expect("written");
    }

    /// Shows coloured rectangles, some of them half transparent, some with fractions, and returns when
    /// they were seen.
    pub(crate) fn draw(&mut self, size: (f32, f32), seed: u32) {
        let mut buffer = DrawBuffer::new();
        buffer.clear_to(Color::hex(0xf0_e8_d8));
        for n in 0..40 {
            let mix = (seed * 40 + n).wrapping_mul(2_654_435_761);
            let part = |shift: u32, of: f32| ((mix >> shift) & 0xff) as f32 / 255.0 * of;
            let rect = Rect::new(part(0, size.0), part(8, size.1), 40.5, 30.25);
            let color = Color::hex(mix >> 8).with_alpha(if n % 2 == 0 { 255 } else { 128 });
            buffer.fill_rects(Paint::Color(color), n % 3 == 0, &[rect]);
        }
        self.send(Begin {
            window: WINDOW,
            configure: Serial::NONE,
            size: Size::new(size.0, size.1),
        });
        self.send(Draw {
            surface: WINDOW.into(),
            ops: buffer.ops(),
        });
        self.frame = self.frame.next();
        let mut packed = Vec::new();
        self.send(Commit {
            frame: self.frame,
            kind: FrameKind::Full,
            windows: Packed::pack(&[WINDOW], &mut packed),
        });
        let frame = self.frame;
        self.wait("a frame to be seen", |told| *told == Told::Shown(frame));
    }

    /// Says where text is entered, or that none is.
    pub(crate) fn take_text(&mut self, caret: Option<Rect>) {
        self.send(SetTextInput {
            window: WINDOW,
            enabled: caret.is_some().into(),
            purpose: TextPurpose::NORMAL,
            caret: caret.unwrap_or_default(),
        });
    }

    /// Waits until the server has executed everything and told what follows from it.
    pub(crate) fn sync(&mut self) {
        self.syncs += 1;
        let id = self.syncs;
        self.send(Sync { id });
        self.wait("an answer", |told| *told == Told::SyncDone(id));
    }

    /// Waits until something like this was told.
    #[track_caller]
    pub(crate) fn wait(&self, what: &str, is_it: impl Fn(&Told) -> bool) {
        until(what, || self.told().iter().any(&is_it).then_some(()));
    }

    /// Forgets what was told so far.
    pub(crate) fn forget(&self) {
        self.told().clear();
    }

    /// What was told since, of the kinds that `choose` returns something for.
    pub(crate) fn recorded<T>(&self, choose: impl Fn(&Told) -> Option<T>) -> Vec<T> {
        self.told().iter().filter_map(choose).collect()
    }

    pub(crate) fn told(&self) -> MutexGuard<'_, Vec<Told>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Records events until the connection ends.
fn read(mut stream: UnixStream, record: &Mutex<Vec<Told>>) {
    let mut magic = MAGIC;
    stream.read_exact(&mut magic).expect("a server");
    let (mut bytes, mut chunk) = (Vec::new(), vec![0; 1 << 16]);
    while let Ok(count @ 1..) = stream.read(&mut chunk) {
        bytes.extend_from_slice(&chunk[..count]);
        let mut done = 0;
        while let Some((packet, length)) = Packet::split(&bytes[done..]).expect("packets") {
            let event = Event::decode(packet).expect("an event");
            let told = [locks(&event), tell(event)].into_iter().flatten();
            let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
            record.extend(told);
            done += length;
        }
        bytes.drain(..done);
    }
}

fn locks(event: &Event<'_>) -> Option<Told> {
    match event {
        Event::ModifiersChanged(e) => Some(Told::Locks(e.locked.0, e.group, e.known.0)),
        _ => None,
    }
}

fn tell(event: Event<'_>) -> Option<Told> {
    Some(match event {
        Event::Key(key) => Told::Key {
            state: key.state,
            code: key.code.to_string(),
            evdev: key.evdev,
            key: key.logical.key(),
            unmodified: key.unmodified.key(),
            text: key.text.0.to_owned(),
        },
        Event::Preedit(e) => Told::Preedit(e.text.0.to_owned(), e.cursor_begin, e.cursor_end),
        Event::TextCommit(commit) => Told::Commit(commit.text.0.to_owned()),
        Event::ModifiersChanged(modifiers) => Told::Modifiers(modifiers.depressed.0),
        Event::KeyboardEnter(enter) => Told::KeyboardEnter(enter.keys.len()),
        Event::KeyboardLeave(_) => Told::KeyboardLeave,
        Event::Welcome(e) => Told::Repeat(e.repeat_delay, e.repeat_interval),
        Event::RepeatInfo(e) => Told::Repeat(e.delay, e.interval),
        Event::PointerEnter(_) => Told::Enter,
        Event::PointerLeave(_) => Told::Leave,
        Event::PointerMotion(motion) => Told::Motion(motion.at.x, motion.at.y),
        Event::PointerButton(button) => Told::Button(button.button.0, button.state),
        Event::PointerScroll(scroll) => Told::Scroll(scroll.lines_x, scroll.lines_y),
        Event::FrameShown(shown) => Told::Shown(shown.frame),
        Event::OutputChanged(output) => Told::Output(output.size.width, output.size.height),
        Event::Closed(closed) => Told::Closed(closed.text.0.to_owned()),
        Event::SyncDone(done) => Told::SyncDone(done.id),
        _ => return None,
    })
}

fn hello() -> Hello<'static> {
    Hello {
        min_version: VERSION,
        max_version: VERSION,
        features: Features::TEXT_INPUT,
        codec: Codec::Raw,
        accepts: ACCEPTS_RAW,
        instance: [1; 16],
        resume_secret: [2; 32],
        resume: 0,
        pid: std::process::id(),
        token: Blob(&[]),
        program: Text("recorder"),
        host: Text("here"),
        extensions: &[],
    }
}
