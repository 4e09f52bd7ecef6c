//! [`Rig`]: one session, a desktop, and a client's side of the conversation.

use std::sync::Mutex;

use transom_protocol::codec::{MAGIC, Packed, Packet, Text};
use transom_protocol::draw::DrawBuffer;
use transom_protocol::error::ErrorCode;
use transom_protocol::event::{Event, ShownFlags};
use transom_protocol::geometry::{PixelRect, PixelSize, Scale, Size};
use transom_protocol::hello::{ACCEPTS_RAW, Codec, Features, Hello, VERSION};
use transom_protocol::ids::{FrameId, Serial, SurfaceId, WindowId};
use transom_protocol::request::{
    Begin, Commit, CreatePopup, CreateSurface, CreateWindow, Draw, FrameKind, ReadPixels, Request,
    Sync,
};
use transom_protocol::window::{ColorSpace, Decorations, Positioner, WindowKind};

use super::super::{Admission, Limits, Run, SLICE, ServerInfo, Session};
use crate::desktop::{Desktop, Output};
use crate::time::Timestamp;

pub(super) const WINDOW: WindowId = WindowId(1);

pub(super) fn hello() -> Hello<'static> {
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
        token: transom_protocol::codec::Blob(&[]),
        program: Text("test"),
        host: Text("here"),
        extensions: &[],
    }
}

pub(super) struct Rig {
    pub(super) session: Session,
    pub(super) desktop: Mutex<Desktop>,
    /// What a slice may cost.
    pub(super) budget: u64,
    frame: FrameId,
}

pub(super) fn window_request(window: WindowId) -> CreateWindow<'static> {
    CreateWindow {
        window,
        stable: 1,
        parent: WindowId::NONE,
        kind: WindowKind::Normal,
        decorations: Decorations::Server,
        color_space: ColorSpace::SRGB,
        size: Size::new(10.0, 10.0),
        title: Text("t"),
        app_id: Text("a"),
    }
}

impl Rig {
    pub(super) fn new() -> Self {
        Self::with(Admission::Trusted, Limits::default(), Scale::ONE)
    }

    pub(super) fn at_scale(scale: Scale) -> Self {
        Self::with(Admission::Trusted, Limits::default(), scale)
    }

    pub(super) fn with(admission: Admission, limits: Limits, scale: Scale) -> Self {
        let mut rig = Self::silent(admission, limits, scale);
        rig.feed(&MAGIC);
        rig.send(hello());
        assert!(matches!(rig.events().as_slice(), [Told::Welcome]));
        rig
    }

    /// A session over a socket that descriptors can travel on, whose client uses them.
    pub(super) fn sharing(limits: Limits) -> Self {
        let mut rig = Self::silent(Admission::Trusted, limits, Scale::ONE);
        rig.session = rig.session.with_shared_memory();
        rig.feed(&MAGIC);
        rig.send(Hello {
            features: Features::POOLS,
            ..hello()
        });
        assert!(matches!(rig.events().as_slice(), [Told::Welcome]));
        rig
    }

    /// A session of which nothing has been received.
    pub(super) fn silent(admission: Admission, limits: Limits, scale: Scale) -> Self {
        let output = Output {
            size: PixelSize::new(640, 480),
            scale,
            refresh: 16_666_667,
        };
        let server = ServerInfo {
            name: "test".into(),
        };
        let session = Session::new(admission, limits, server);
        Self {
            session,
            desktop: Mutex::new(Desktop::new(output)),
            budget: SLICE,
            frame: FrameId::NONE,
        }
    }

    /// Receives bytes and executes them. Returns how many slices that took.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> usize {
        self.session.input().extend(bytes);
        self.drain()
    }

    pub(super) fn drain(&mut self) -> usize {
        let mut slices = 1;
        while self.session.run(&self.desktop, Timestamp(0), self.budget) == Run::More {
            slices += 1;
            assert!(slices < 1_000_000, "nothing gets done");
        }
        slices
    }

    pub(super) fn send<'a>(&mut self, request: impl Into<Request<'a>>) -> usize {
        let mut bytes = Vec::new();
        request.into().write(&mut bytes);
        self.feed(&bytes)
    }

    /// Makes [`WINDOW`] with a first, transparent frame begun.
    pub(super) fn window(&mut self, width: f32, height: f32) {
        self.create(WINDOW);
        self.begin(WINDOW, width, height);
    }

    pub(super) fn create(&mut self, window: WindowId) {
        self.send(window_request(window));
    }

    pub(super) fn begin(&mut self, window: WindowId, width: f32, height: f32) {
        self.send(Begin {
            window,
            configure: Serial::NONE,
            size: Size::new(width, height),
        });
    }

    pub(super) fn surface(&mut self, id: u32, width: f32, height: f32, scale: Scale) -> SurfaceId {
        let surface = SurfaceId(id);
        let size = Size::new(width, height);
        let (follow, color_space) = (WindowId::NONE, ColorSpace::SRGB);
        self.send(CreateSurface {
            surface,
            size,
            scale,
            follow,
            color_space,
        });
        surface
    }

    /// Draws with what `record` records. Returns how many slices that took.
    pub(super) fn draw(
        &mut self,
        surface: impl Into<SurfaceId>,
        record: impl FnOnce(&mut DrawBuffer),
    ) -> usize {
        let mut buffer = DrawBuffer::new();
        record(&mut buffer);
        self.send(Draw {
            surface: surface.into(),
            ops: buffer.ops(),
        })
    }

    pub(super) fn popup(&mut self, window: WindowId, parent: WindowId) {
        self.send(CreatePopup {
            window,
            stable: 1,
            parent,
            color_space: ColorSpace::SRGB,
            size: Size::new(3.0, 3.0),
            positioner: Positioner::default(),
        });
    }

    pub(super) fn commit(&mut self, windows: &[WindowId]) {
        self.commit_as(self.frame.next(), windows);
    }

    pub(super) fn commit_as(&mut self, frame: FrameId, windows: &[WindowId]) {
        self.frame = frame;
        let mut buffer = Vec::new();
        let windows = Packed::pack(windows, &mut buffer);
        self.send(Commit {
            frame: self.frame,
            kind: FrameKind::Incremental,
            windows,
        });
    }

    /// All pixels of a surface, row by row; the client reads as it should.
    pub(super) fn pixels(&mut self, surface: impl Into<SurfaceId>) -> Vec<u32> {
        let rect = PixelRect::new(0, 0, u32::MAX, u32::MAX);
        self.send(ReadPixels {
            id: 1,
            surface: surface.into(),
            rect,
        });
        let mut pixels = Vec::new();
        loop {
            let events = self.events();
            let before = pixels.len();
            for event in events {
                match event {
                    Told::Pixels(band) => pixels.extend(band),
                    Told::Other | Told::Progress(_) => {}
                    other => panic!("{other:?} instead of pixels"),
                }
            }
            if self.drain() == 1 && self.session.output().is_empty() {
                return pixels;
            }
            assert!(pixels.len() >= before);
        }
    }

    /// What the session has to say, which is read.
    pub(super) fn events(&mut self) -> Vec<Told> {
        self.session.collect_events(&self.desktop);
        let bytes = self.session.output().to_vec();
        self.session.written(bytes.len());
        let mut rest = bytes.strip_prefix(&MAGIC).unwrap_or(&bytes);
        let mut told = Vec::new();
        while let Some((packet, length)) =
            Packet::split(rest).expect("the server's packets are well formed")
        {
            told.push(Told::from(
                Event::decode(packet).expect("the server's events can be read"),
            ));
            rest = &rest[length..];
        }
        assert!(rest.is_empty(), "half a packet in the output");
        told
    }

    /// The texts of the errors told since the last look.
    pub(super) fn texts(&mut self) -> Vec<String> {
        let bytes = self.session.output().to_vec();
        self.session.written(bytes.len());
        let mut rest = bytes.as_slice();
        let mut texts = Vec::new();
        while let Some((packet, length)) = Packet::split(rest).expect("whole packets") {
            if let Ok(Event::Error(e)) = Event::decode(packet) {
                texts.push(e.text.0.to_owned());
            }
            rest = &rest[length..];
        }
        texts
    }

    /// The errors told since the last look, and nothing else.
    pub(super) fn errors(&mut self) -> Vec<(ErrorCode, u32, u32)> {
        self.send(Sync { id: 9 });
        let told = self.events();
        let errors = told.iter().filter_map(|t| match t {
            Told::Error(code, sequence, op) => Some((*code, *sequence, *op)),
            Told::SyncDone(_) | Told::Progress(_) | Told::Other => None,
            other => panic!("unexpected {other:?}"),
        });
        errors.collect()
    }
}

/// An event, as far as these tests care.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Told {
    Welcome,
    Closed(ErrorCode),
    Error(ErrorCode, u32, u32),
    SyncDone(u32),
    Progress(u32),
    Pixels(Vec<u32>),
    Redraw(SurfaceId),
    Refused(WindowId, FrameId),
    Other,
}

impl From<Event<'_>> for Told {
    fn from(event: Event<'_>) -> Self {
        match event {
            Event::Welcome(_) => Self::Welcome,
            Event::Closed(e) => Self::Closed(e.code),
            Event::Error(e) => Self::Error(e.code, e.sequence, e.op),
            Event::SyncDone(e) => Self::SyncDone(e.id),
            Event::Progress(e) => Self::Progress(e.sequence),
            Event::Redraw(e) => Self::Redraw(e.surface),
            Event::FrameShown(e) if e.flags.contains(ShownFlags::REFUSED) => {
                Self::Refused(e.window, e.frame)
            }
            Event::Pixels(e) => Self::Pixels(
                e.data
                    .as_chunks()
                    .0
                    .iter()
                    .map(|b| u32::from_le_bytes(*b))
                    .collect(),
            ),
            _ => Self::Other,
        }
    }
}
