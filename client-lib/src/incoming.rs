//! What arrives from the server: packets taken apart, state followed, events queued.

use std::time::Duration;

use transom_protocol::codec::MAGIC;
use transom_protocol::event::{self as wire, Event as Incoming};
use transom_protocol::geometry::{PixelSize, Point, Scale, Size};
use transom_protocol::hello::{Features, Welcome};
use transom_protocol::ids::{Serial, WindowId};
use transom_protocol::request::Pong;
use transom_protocol::{DecodeError, ErrorCode};

use crate::core::{Core, ServerInfo};
use crate::error::Error;
use crate::events::{Event, KeyEvent};
use crate::lanes::OWN_SYNC;

/// How much is repeated of what a stranger says instead of our protocol.
const STRANGER_BYTES: usize = 120;

impl Core {
    /// Takes received bytes. What they say is then in [`Core::poll_event`] and [`Core::error`].
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.end.is_some() {
            return;
        }
        self.bytes_received += bytes.len() as u64;
        // Packets borrow from the reader while they change the rest.
        let mut reader = std::mem::take(&mut self.input);
        reader.extend(bytes);
        if !self.greeted {
            let pending = reader.pending();
            let start = &pending[..pending.len().min(MAGIC.len())];
            if !MAGIC.starts_with(start) {
                self.fail(self.stranger(pending));
            } else if start.len() == MAGIC.len() {
                self.greeted = true;
                reader.consume(MAGIC.len());
            }
        }
        while self.greeted && self.end.is_none() {
            match reader.packet() {
                Ok(None) => break,
                Ok(Some((packet, length))) => {
                    self.packets_received += 1;
                    self.decoded(Incoming::decode(packet));
                    reader.consume(length);
                }
                Err(problem) => self.fail(self.unreadable(problem)),
            }
        }
        self.input = reader;
    }

    /// Notes that nothing more will come from the server. `problem`: what the system said, if
    /// the link broke.
    pub fn peer_closed(&mut self, problem: Option<String>) {
        let problem = problem.unwrap_or_else(|| match self.server {
            Some(_) => "it closed the connection".to_owned(),
            None => "it closed the connection without an answer".to_owned(),
        });
        self.fail(Error::Lost {
            address: self.address.clone(),
            problem,
        });
    }

    fn unreadable(&self, problem: DecodeError) -> Error {
        Error::Protocol {
            address: self.address.clone(),
            problem,
        }
    }

    fn stranger(&self, pending: &[u8]) -> Error {
        let line = pending
            .split(|b| b.is_ascii_control())
            .next()
            .unwrap_or_default();
        let line = String::from_utf8_lossy(&line[..line.len().min(STRANGER_BYTES)]);
        let said = if line.is_empty() {
            String::new()
        } else {
            format!(" (it says {line:?})")
        };
        Error::NotTransom {
            address: self.address.clone(),
            said,
        }
    }

    fn decoded(&mut self, event: Result<Incoming<'_>, DecodeError>) {
        match event {
            Ok(event) => self.handle(event),
            // From a newer server: it has to do without.
            Err(DecodeError::Unknown(_) | DecodeError::BadValue { .. }) => {}
            Err(problem) => self.fail(self.unreadable(problem)),
        }
    }

    fn handle(&mut self, event: Incoming<'_>) {
        match event {
            Incoming::Welcome(e) => self.welcome(&e),
            Incoming::Closed(e) => self.closed(&e),
            Incoming::Error(e) => self.request_failed(&e),
            Incoming::SyncDone(e) => self.sync_done(e.id),
            Incoming::Progress(e) => self.lanes.executed_low_bits(e.bytes),
            Incoming::Ping(e) => self.lanes.at_once(&Pong { serial: e.serial }.into()),
            Incoming::Configure(e) => self.configure(&e),
            Incoming::CloseRequested(e) => self.tell(Event::CloseRequested { window: e.window }),
            Incoming::PopupPlaced(e) => {
                self.tell(Event::PopupPlaced {
                    window: e.window,
                    rect: e.rect,
                });
            }
            Incoming::PopupDismissed(e) => self.tell(Event::PopupDismissed { window: e.window }),
            Incoming::Redraw(e) => self.redraw(&e),
            Incoming::FrameShown(e) => self.frame_shown(&e),
            Incoming::OutputChanged(e) => self.output_changed(&e),
            Incoming::KeyboardEnter(e) => self.keyboard_enter(&e),
            Incoming::KeyboardLeave(e) => self.keyboard_leave(&e),
            Incoming::Key(e) => self.key(&e),
            Incoming::RepeatInfo(e) => self.repeat_info(&e),
            Incoming::ModifiersChanged(e) => self.modifiers_changed(&e),
            Incoming::PointerEnter(e) => self.pointer_enter(&e),
            Incoming::PointerLeave(e) => self.pointer_leave(&e),
            Incoming::PointerMotion(e) => self.pointer_motion(&e),
            Incoming::PointerButton(e) => self.pointer_button(&e),
            Incoming::PointerScroll(e) => self.pointer_scroll(&e),
            Incoming::TouchDown(e) => self.touch_down(&e),
            Incoming::TouchMove(e) => self.tell(Event::TouchMoved {
                touch: e.touch,
                at: e.at,
            }),
            Incoming::TouchUp(e) => self.tell_input(Event::TouchUp { touch: e.touch }, e.serial),
            Incoming::TouchCancel(_) => self.tell(Event::TouchCancelled),
            Incoming::Preedit(e) => self.preedit(&e),
            Incoming::TextCommit(e) => {
                self.tell(Event::TextCommit {
                    window: e.window,
                    text: e.text.0.to_owned(),
                });
            }
            Incoming::Pixels(e) => self.pixels(&e),
            Incoming::SelectionChanged(e) => self.selection_changed(&e),
            Incoming::OfferCancelled(e) => self.offer_cancelled(&e),
            Incoming::SendRequested(e) => self.send_requested(&e),
            Incoming::TransferData(e) => self.transfer_data(&e),
            Incoming::TransferEnd(e) => self.transfer_end(&e),
            Incoming::TransferCredit(e) => self.transfer_credit(&e),
            // Nothing a program has to do, or of a feature that the hello did not name.
            Incoming::PointerFrame(_)
            | Incoming::TouchFrame(_)
            | Incoming::Keymap(_)
            | Incoming::Group(_)
            | Incoming::DeleteSurrounding(_) => {}
        }
    }

    pub(crate) fn tell(&mut self, event: Event) {
        self.tell_input(event, Serial::NONE);
    }

    /// Queues an event, unless it is about a window that the program has dropped.
    fn tell_input(&mut self, event: Event, serial: Serial) {
        if event
            .window()
            .is_none_or(|window| self.windows.contains_key(&window))
        {
            self.events.push(event, serial);
        }
    }

    fn welcome(&mut self, e: &Welcome<'_>) {
        self.refresh = Duration::from_nanos(e.refresh.into());
        if let Some(sent) = self.hello_sent {
            self.trips.sample(self.now.saturating_sub(sent), self.now);
        }
        self.output_scale(e.scale);
        self.sharing.server_takes_pools = e.features.contains(Features::POOLS);
        self.selections.in_use = e.features.contains(Features::CLIPBOARD);
        self.server = Some(ServerInfo {
            name: e.server.0.to_owned(),
            version: e.version,
            output: e.output,
            scale: e.scale,
            refresh: self.refresh,
            repeat_delay: Duration::from_millis(e.repeat_delay.into()),
            repeat_interval: Duration::from_millis(e.repeat_interval.into()),
            max_windows: e.max_windows,
            memory: e.memory,
        });
        self.tell(Event::Connected {
            output: e.output,
            scale: e.scale,
        });
    }

    /// Windows that have acknowledged no configure are drawn at the screen's scale.
    fn output_scale(&mut self, scale: Scale) {
        for window in self.windows.values_mut().filter(|w| w.configure.is_none()) {
            window.scale = scale;
        }
    }

    fn closed(&mut self, e: &wire::Closed<'_>) {
        let (address, text) = (self.address.clone(), e.text.0.to_owned());
        self.fail(match e.code {
            ErrorCode::TOKEN => Error::TokenRefused { address, text },
            ErrorCode::VERSION => Error::Version { address, text },
            code => Error::Closed {
                address,
                code,
                text,
            },
        });
    }

    fn request_failed(&mut self, e: &wire::Error<'_>) {
        self.tell(Event::RequestFailed {
            request: self.lanes.request_name(e.sequence),
            operation: (e.op != wire::Error::NO_OP).then_some(e.op),
            code: e.code,
            text: e.text.0.to_owned(),
        });
    }

    fn sync_done(&mut self, id: u32) {
        self.trips.answered(id, self.now);
        match id & OWN_SYNC {
            0 => _ = self.syncs.remove(&id),
            _ => self.lanes.mark_answered(id),
        }
    }

    fn configure(&mut self, e: &wire::Configure) {
        let Some(window) = self.windows.get_mut(&e.window) else {
            return;
        };
        window.configure = e.serial;
        let size = configured_size(window.size, e.size, e.scale);
        let resized = (size, e.scale) != (window.size, window.scale);
        (window.size, window.scale) = (size, e.scale);
        let changed = (e.states, e.decorations) != (window.states, window.decorations);
        (window.states, window.decorations) = (e.states, e.decorations);
        if resized {
            self.tell(Event::Resized {
                window: e.window,
                size,
                scale: e.scale,
            });
        }
        if changed {
            let wire::Configure {
                window,
                states,
                decorations,
                ..
            } = *e;
            self.tell(Event::StatesChanged {
                window,
                states,
                decorations,
            });
        }
    }

    fn redraw(&mut self, e: &wire::Redraw) {
        if let Some(window) = self.windows.get_mut(&WindowId(e.surface.0)) {
            window.drawn = None;
        } else {
            self.mirror.surface_blank(e.surface);
        }
        self.tell(Event::Redraw { surface: e.surface });
    }

    fn frame_shown(&mut self, e: &wire::FrameShown) {
        if e.refresh > 0 {
            self.refresh = Duration::from_nanos(e.refresh.into());
        }
        let Some(window) = self.windows.get_mut(&e.window) else {
            return;
        };
        // A popup may have ended with its parent, which is told otherwise.
        window.refused |= e.flags.contains(wire::ShownFlags::REFUSED) && !window.is_popup;
        if let Some(position) = window.in_flight.shown(e.frame) {
            self.lanes.executed(position);
        }
        self.tell(Event::FrameShown {
            window: e.window,
            frame: e.frame,
            time: Duration::from_micros(e.time),
            refresh: Duration::from_nanos(e.refresh.into()),
            flags: e.flags,
        });
    }

    fn output_changed(&mut self, e: &wire::OutputChanged) {
        self.refresh = Duration::from_nanos(e.refresh.into());
        self.output_scale(e.scale);
        if let Some(server) = &mut self.server {
            (server.output, server.scale, server.refresh) = (e.size, e.scale, self.refresh);
        }
        self.tell(Event::OutputChanged {
            size: e.size,
            scale: e.scale,
        });
    }

    fn keyboard_enter(&mut self, e: &wire::KeyboardEnter<'_>) {
        self.seat.keyboard = e.window;
        let keys = e.keys.iter().collect();
        self.tell_input(
            Event::KeyboardEnter {
                window: e.window,
                keys,
            },
            e.serial,
        );
    }

    fn keyboard_leave(&mut self, e: &wire::KeyboardLeave) {
        self.seat.keyboard = WindowId::NONE;
        self.tell_input(Event::KeyboardLeave { window: e.window }, e.serial);
    }

    fn key(&mut self, e: &wire::Key<'_>) {
        let key = KeyEvent {
            window: self.seat.keyboard,
            state: e.state,
            key: e.logical.key(),
            unmodified: e.unmodified.key(),
            text: e.text.0.to_owned(),
            code: e.code,
            evdev: e.evdev,
            location: e.location,
            modifiers: self.seat.modifiers,
            serial: e.serial,
            time: e.time,
        };
        self.tell_input(Event::Key(key), e.serial);
    }

    fn modifiers_changed(&mut self, e: &wire::ModifiersChanged) {
        self.seat.modifiers = e.depressed | e.latched | e.locked;
        self.tell(Event::ModifiersChanged {
            modifiers: self.seat.modifiers,
        });
    }

    fn repeat_info(&mut self, e: &wire::RepeatInfo) {
        if let Some(server) = &mut self.server {
            server.repeat_delay = Duration::from_millis(e.delay.into());
            server.repeat_interval = Duration::from_millis(e.interval.into());
        }
    }

    fn pointer_enter(&mut self, e: &wire::PointerEnter) {
        (self.seat.pointer, self.seat.at) = (e.window, e.at);
        self.tell_input(
            Event::PointerEnter {
                window: e.window,
                at: e.at,
            },
            e.serial,
        );
    }

    fn pointer_leave(&mut self, e: &wire::PointerLeave) {
        self.seat.pointer = WindowId::NONE;
        self.tell_input(Event::PointerLeave { window: e.window }, e.serial);
    }

    fn pointer_motion(&mut self, e: &wire::PointerMotion) {
        self.seat.at = e.at;
        self.tell(Event::PointerMoved {
            window: self.seat.pointer,
            at: e.at,
            time: e.time,
        });
    }

    fn pointer_button(&mut self, e: &wire::PointerButton) {
        let event = Event::Button {
            window: self.seat.pointer,
            button: e.button,
            state: e.state,
            at: self.seat.at,
            modifiers: self.seat.modifiers,
            serial: e.serial,
            time: e.time,
        };
        self.tell_input(event, e.serial);
    }

    fn pointer_scroll(&mut self, e: &wire::PointerScroll) {
        let lines = |count: i32| count as f32 / 120.0;
        self.tell(Event::Scroll {
            window: self.seat.pointer,
            at: self.seat.at,
            lines: Point::new(lines(e.lines_x), lines(e.lines_y)),
            pixels: e.pixels,
            source: e.source,
            stop: e.stop != 0,
            modifiers: self.seat.modifiers,
        });
    }

    fn touch_down(&mut self, e: &wire::TouchDown) {
        let wire::TouchDown {
            window,
            touch,
            at,
            serial,
            ..
        } = *e;
        self.tell_input(
            Event::TouchDown {
                window,
                touch,
                at,
                serial,
            },
            serial,
        );
    }

    fn preedit(&mut self, e: &wire::Preedit<'_>) {
        let cursor = e.cursor_begin as usize..e.cursor_end as usize;
        self.tell(Event::Preedit {
            window: e.window,
            text: e.text.0.to_owned(),
            cursor: e.text.0.get(cursor.clone()).map(|_| cursor),
        });
    }

    fn pixels(&mut self, e: &wire::Pixels<'_>) {
        let wire::Pixels { id, rect, data, .. } = *e;
        self.tell(Event::Pixels {
            id,
            last: e.last != 0,
            rect,
            data: data.to_vec(),
        });
    }
}

/// The logical size that makes `pixels`, or `current` where it does so already or the choice is
/// the program's.
fn configured_size(current: Size, pixels: PixelSize, scale: Scale) -> Size {
    let (now, wanted) = (scale.pixel_size(current), scale.logical_size(pixels));
    let side = |current, now, pixels, wanted| {
        if pixels == 0 || pixels == now {
            current
        } else {
            wanted
        }
    };
    Size::new(
        side(current.width, now.width, pixels.width, wanted.width),
        side(current.height, now.height, pixels.height, wanted.height),
    )
}
