//! One connection as a state machine without I/O: bytes in, events out; requests in, bytes out.
//!
//! [`Display`](crate::Display) puts a socket around a `Core`. A test, a simulation or a program
//! with a transport of its own makes a [`Display::detached`](crate::Display::detached), uses
//! windows and canvases as ever, and moves the bytes itself:
//!
//! ```
//! use transom::core::{Core, Identity};
//! let display = transom::Display::detached(Core::new("a test", Identity::of_process()?));
//! let window = display.window("Hello").size(100.0, 50.0).build();
//! window.frame().commit()?;
//! let bytes = display.with_core(|core| core.take_output());
//! assert!(bytes.starts_with(b"TRANSOM\0"));
//! # Ok::<(), transom::Error>(())
//! ```
//!
//! It has no clock either: [`Core::set_time`] tells it the time, which it needs only to measure
//! round trips.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use transom_protocol::Request;
use transom_protocol::codec::{Blob, Packed, PacketReader};
use transom_protocol::geometry::{PixelRect, PixelSize, Point, Scale, Size};
use transom_protocol::hello::{ACCEPTS_RAW, Codec, Features, Hello, VERSION};
use transom_protocol::ids::{
    FrameId, GlyphSetId, ImageId, ListId, PaintId, Serial, SurfaceId, WindowId,
};
use transom_protocol::input::Modifiers;
use transom_protocol::request::{
    AckInput, Begin, Commit, Draw, FrameKind, ReadPixels, SetTextInput, Sync,
};
use transom_protocol::window::{Decorations, WindowStates};

use crate::canvas::Recording;
use crate::error::Error;
use crate::events::{Event, EventQueue};
use crate::image::ImageState;
use crate::lanes::{Lanes, OWN_SYNC, PatientMark};
use crate::mirror::{Mirror, MirroredFrame, Rebuild};
use crate::pacing::{InFlight, RoundTrips, Stats};
use crate::selections::Selections;
use crate::sharing::Sharing;
pub use crate::token::{Identity, Token};

/// Input serials that may be read and not acknowledged: saves ten bytes for most keys.
const ACK_EVERY: u32 = 16;

/// Urgent bytes waiting to be sent beyond which a program should not draw yet.
const DRAW_BELOW: usize = 16 << 10;

/// What the server said about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerInfo {
    /// Its name and version.
    pub name: String,
    /// The version of the protocol that is spoken.
    pub version: u16,
    /// The screen's size in device pixels.
    pub output: PixelSize,
    /// Device pixels per logical unit where a window is told nothing else.
    pub scale: Scale,
    /// From one picture to the next; zero when not known.
    pub refresh: Duration,
    /// How long a key is held before the server repeats it; zero: keys do not repeat. Where the
    /// display does not say so to the server, what is usual.
    pub repeat_delay: Duration,
    /// From one repeat to the next.
    pub repeat_interval: Duration,
    /// How many windows the program may have.
    pub max_windows: u32,
    /// How many bytes of images, buffers and glyphs the program may have.
    pub memory: u64,
}

/// What the core knows of a window.
#[derive(Debug)]
pub(crate) struct WindowState {
    /// What the next full frame will have, in logical units.
    pub(crate) size: Size,
    pub(crate) scale: Scale,
    pub(crate) states: WindowStates,
    pub(crate) decorations: Decorations,
    /// The newest configure.
    pub(crate) configure: Serial,
    /// Configure and size of the last frame; `None` before the first and after a loss.
    pub(crate) drawn: Option<(Serial, Size)>,
    pub(crate) in_flight: InFlight,
    pub(crate) is_popup: bool,
    /// The server has not made it.
    pub(crate) refused: bool,
    /// What the server was told last.
    pub(crate) text_input: Option<SetTextInput>,
}

/// Where keyboard and pointer are.
#[derive(Debug, Default)]
pub(crate) struct Seat {
    pub(crate) keyboard: WindowId,
    pub(crate) modifiers: Modifiers,
    pub(crate) pointer: WindowId,
    pub(crate) at: Point,
    /// The newest input that the program has read.
    pub(crate) last_serial: Serial,
    unacknowledged: u32,
}

/// One frame of one window, ready to be sent.
pub(crate) struct FrameRecord {
    pub(crate) window: WindowId,
    pub(crate) kind: FrameKind,
    pub(crate) configure: Serial,
    pub(crate) size: Size,
    pub(crate) recording: Recording,
}

/// One connection without I/O. See the [module's documentation](self).
///
/// *Bytes out:* [`output`](Self::output), [`advance`](Self::advance), [`take_output`](Self::take_output).
/// *Bytes in:* [`feed`](Self::feed), [`peer_closed`](Self::peer_closed).
/// *What happened:* [`poll_event`](Self::poll_event), [`error`](Self::error).
/// *Looking:* [`server`](Self::server), [`stats`](Self::stats), [`rebuild`](Self::rebuild).
#[derive(Debug)]
pub struct Core {
    pub(crate) address: String,
    identity: Identity,
    pub(crate) lanes: Lanes,
    pub(crate) input: PacketReader,
    pub(crate) greeted: bool,
    pub(crate) server: Option<ServerInfo>,
    pub(crate) end: Option<Error>,
    pub(crate) events: EventQueue,
    pub(crate) windows: BTreeMap<WindowId, WindowState>,
    pub(crate) images: BTreeMap<ImageId, ImageState>,
    pub(crate) seat: Seat,
    pub(crate) mirror: Mirror,
    pub(crate) sharing: Sharing,
    pub(crate) selections: Selections,
    #[cfg(feature = "text")]
    pub(crate) fonts: crate::text::Fonts,
    pub(crate) trips: RoundTrips,
    pub(crate) hello_sent: Option<Duration>,
    pub(crate) refresh: Duration,
    pub(crate) now: Duration,
    pub(crate) syncs: BTreeSet<u32>,
    pub(crate) bytes_received: u64,
    pub(crate) packets_received: u64,
    last_frame: FrameId,
    last_surface: u32,
    last_image: u32,
    last_set: u32,
    last_paint: u32,
    last_list: u32,
    last_stable: u32,
    last_question: u32,
}

impl Core {
    /// A new connection, its hello ready to be sent. `address` appears in errors.
    pub fn new(address: impl Into<String>, identity: Identity) -> Self {
        let mut core = Self {
            address: address.into(),
            identity,
            lanes: Lanes::new(),
            input: PacketReader::new(),
            greeted: false,
            server: None,
            end: None,
            events: EventQueue::default(),
            windows: BTreeMap::new(),
            images: BTreeMap::new(),
            seat: Seat::default(),
            mirror: Mirror::default(),
            sharing: Sharing::default(),
            selections: Selections::default(),
            #[cfg(feature = "text")]
            fonts: Default::default(),
            trips: RoundTrips::default(),
            hello_sent: None,
            refresh: Duration::ZERO,
            now: Duration::ZERO,
            syncs: BTreeSet::new(),
            bytes_received: 0,
            packets_received: 0,
            last_frame: FrameId::NONE,
            last_surface: 0,
            last_image: 0,
            last_set: 0,
            last_paint: 0,
            last_list: 0,
            last_stable: 0,
            last_question: 0,
        };
        let hello = hello(&core.identity, false);
        core.lanes.urgent(&hello);
        core
    }

    /// Tells the time, from a clock that never goes back.
    pub fn set_time(&mut self, now: Duration) {
        self.now = now;
    }

    /// The bytes to be sent now; empty when there is nothing, or it has to wait for the server.
    pub fn output(&mut self) -> &[u8] {
        match self.end {
            None => self.lanes.output(),
            Some(_) => &[],
        }
    }

    /// Notes that `count` bytes of [`Core::output`] have been sent.
    pub fn advance(&mut self, count: usize) {
        if count > 0 {
            self.hello_sent.get_or_insert(self.now);
        }
        self.lanes.advance(count);
    }

    /// All that can be sent now, as if it had been.
    pub fn take_output(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            let before = bytes.len();
            bytes.extend_from_slice(self.output());
            match bytes.len() - before {
                0 => return bytes,
                count => self.advance(count),
            }
        }
    }

    /// Whether more should be read from the server: not while too many events wait.
    pub fn wants_input(&self) -> bool {
        self.end.is_none() && !self.events.is_full()
    }

    /// The next event, oldest first. After the last one [`Core::error`] says whether the
    /// connection has ended.
    pub fn poll_event(&mut self) -> Option<Event> {
        loop {
            let (event, serial) = self.events.pop()?;
            if !serial.is_none() {
                self.handled(serial);
            }
            if event
                .window()
                .is_none_or(|window| self.windows.contains_key(&window))
            {
                return Some(event);
            }
        }
    }

    /// Why the connection ended, if it has.
    pub fn error(&self) -> Option<&Error> {
        self.end.as_ref()
    }

    /// What the server said about itself, once it has.
    pub fn server(&self) -> Option<&ServerInfo> {
        self.server.as_ref()
    }

    /// Numbers about the connection so far.
    pub fn stats(&self) -> Stats {
        let (bytes_sent, packets_sent) = self.lanes.written();
        Stats {
            bytes_sent,
            bytes_received: self.bytes_received,
            packets_sent,
            packets_received: self.packets_received,
            last_round_trip: self.trips.last(),
            median_round_trip: self.trips.median(),
            frames_in_flight: self.windows.values().map(|w| w.in_flight.len()).sum(),
        }
    }

    /// The bytes that make all this anew on a fresh session, and what has to be drawn again
    /// because it was not kept. The core itself is left as it is.
    pub fn rebuild(&self) -> Rebuild {
        let mut rebuild = self.mirror.rebuild(&hello(&self.identity, true));
        self.rebuild_selections(&mut rebuild.bytes);
        rebuild
    }

    /// Ends the connection with an error, unless it has ended already.
    pub(crate) fn fail(&mut self, error: Error) {
        self.end.get_or_insert(error);
    }

    pub(crate) fn request<'a>(&mut self, request: impl Into<Request<'a>>) {
        self.lanes.urgent(&request.into());
    }

    pub(crate) fn backlog(&self) -> usize {
        self.lanes.backlog()
    }

    pub(crate) fn new_surface(&mut self) -> SurfaceId {
        self.last_surface += 1;
        SurfaceId(self.last_surface)
    }

    pub(crate) fn new_stable(&mut self) -> u32 {
        self.last_stable += 1;
        self.last_stable
    }

    pub(crate) fn new_image(&mut self) -> ImageId {
        self.last_image += 1;
        ImageId(self.last_image)
    }

    pub(crate) fn new_set(&mut self) -> GlyphSetId {
        self.last_set += 1;
        GlyphSetId(self.last_set)
    }

    pub(crate) fn new_paint(&mut self) -> PaintId {
        self.last_paint += 1;
        PaintId(self.last_paint)
    }

    pub(crate) fn new_list(&mut self) -> ListId {
        self.last_list += 1;
        ListId(self.last_list)
    }

    /// Asks to be told when everything so far is executed; see [`Core::is_synced`].
    pub fn sync(&mut self) -> u32 {
        let id = self.new_question();
        self.syncs.insert(id);
        let after = self.lanes.patient_end();
        if self.lanes.has_passed(after) {
            self.trips.asked(id, self.now);
        }
        self.lanes.urgent_after(&Sync { id }.into(), after);
        id
    }

    /// Whether the server has answered the sync with this id.
    pub fn is_synced(&self, id: u32) -> bool {
        !self.syncs.contains(&id)
    }

    pub(crate) fn read_pixels(&mut self, surface: SurfaceId, rect: PixelRect) -> u32 {
        let id = self.new_question();
        self.request(ReadPixels { id, surface, rect });
        id
    }

    fn new_question(&mut self) -> u32 {
        self.last_question = self.last_question.wrapping_add(1) & !OWN_SYNC;
        self.last_question
    }

    /// Whether a window may draw its next frame without getting ahead of the screen and the link.
    pub(crate) fn can_draw(&self, window: WindowId) -> bool {
        let Some(state) = self.windows.get(&window) else {
            return false;
        };
        state.in_flight.len() < self.trips.frames_allowed(self.refresh)
            && self.backlog() < DRAW_BELOW
    }

    /// Sends frames and publishes them, all at once.
    pub(crate) fn commit(&mut self, frames: Vec<FrameRecord>) -> FrameId {
        self.acknowledge();
        self.send_glyphs(frames.iter().map(|frame| &frame.recording));
        let full = frames.iter().all(|frame| frame.kind == FrameKind::Full);
        let kind = if full {
            FrameKind::Full
        } else {
            FrameKind::Incremental
        };
        let windows: Vec<_> = frames.iter().map(|frame| frame.window).collect();
        for frame in &frames {
            self.send_frame(frame);
        }
        self.last_frame = self.last_frame.next();
        let frame = self.last_frame;
        let mut packed = Vec::new();
        self.request(Commit {
            frame,
            kind,
            windows: Packed::pack(&windows, &mut packed),
        });
        for window in &windows {
            let state = self.windows.get_mut(window);
            state
                .into_iter()
                .for_each(|s| s.in_flight.sent(frame, self.lanes.position()));
        }
        let mirrored = frames.into_iter().map(|f| MirroredFrame {
            window: f.window,
            kind: f.kind,
            size: f.size,
            recording: f.recording,
        });
        self.mirror.frame(frame, mirrored);
        if self.trips.is_stale(self.now) {
            let id = self.lanes.mark();
            self.trips.asked(id, self.now);
        }
        frame
    }

    fn send_frame(&mut self, frame: &FrameRecord) {
        let Some(state) = self.windows.get_mut(&frame.window) else {
            return;
        };
        // A frame that was begun before another one, and is committed after it, quotes no older
        // configure than that did.
        let configure = match state.drawn {
            Some((last, _)) if last.is_after(frame.configure) => last,
            _ => frame.configure,
        };
        let drawn = Some((configure, frame.size));
        if std::mem::replace(&mut state.drawn, drawn) != drawn {
            let (window, size) = (frame.window, frame.size);
            self.request(Begin {
                window,
                configure,
                size,
            });
        }
        self.send_drawing(frame.window.into(), &frame.recording);
    }

    /// Sends what was drawn, behind the images it needs.
    pub(crate) fn send_drawing(&mut self, surface: SurfaceId, recording: &Recording) {
        let after = recording
            .uses
            .images
            .iter()
            .map(|image| self.needed(*image))
            .max();
        let after = after.unwrap_or_default();
        let placed = (recording.streams).then(|| self.place_pixels(&recording.ops, after));
        let ops = placed.as_ref().unwrap_or(&recording.ops);
        for ops in ops.pieces(transom_protocol::draw::MAX_OP_BYTES) {
            self.lanes
                .urgent_after(&Draw { surface, ops }.into(), after);
        }
        if placed.is_some() {
            self.pixels_placed();
        }
    }

    /// The part of the patient lane that has to come before an image is used.
    pub(crate) fn needed(&self, image: ImageId) -> PatientMark {
        self.images
            .get(&image)
            .map(|state| state.usable)
            .unwrap_or_default()
    }

    /// Sends glyphs that the text of drawings needs and that have not crossed yet.
    pub(crate) fn send_glyphs<'a>(&mut self, drawings: impl Iterator<Item = &'a Recording>) {
        #[cfg(feature = "text")]
        {
            let sets = drawings.flat_map(|drawing| &drawing.uses.sets);
            let sets: BTreeSet<_> = sets.copied().collect();
            self.send_glyphs_of(&sets);
        }
        #[cfg(not(feature = "text"))]
        drop(drawings);
    }

    /// The program has read an event with this input serial.
    fn handled(&mut self, serial: Serial) {
        self.seat.last_serial = serial;
        self.seat.unacknowledged += 1;
        if self.seat.unacknowledged >= ACK_EVERY {
            self.acknowledge();
        }
    }

    fn acknowledge(&mut self) {
        if std::mem::take(&mut self.seat.unacknowledged) > 0 {
            self.lanes.at_once(
                &AckInput {
                    serial: self.seat.last_serial,
                }
                .into(),
            );
        }
    }
}

fn hello(identity: &Identity, resume: bool) -> Request<'_> {
    Request::Hello(Hello {
        min_version: VERSION,
        max_version: VERSION,
        features: (Features::TEXT_INPUT | Features::POOLS | Features::CLIPBOARD)
            .set(Features::TOUCH, identity.touch),
        codec: Codec::Raw,
        accepts: ACCEPTS_RAW,
        instance: identity.instance,
        resume_secret: identity.resume_secret,
        resume: resume.into(),
        pid: identity.pid,
        token: Blob(
            identity
                .token
                .as_ref()
                .map_or(&[], |token| token.as_bytes()),
        ),
        program: identity.program.as_str().into(),
        host: identity.host.as_str().into(),
        extensions: &[],
    })
}
