//! A program without a server: the test plays the server, carries the bytes and has no clock.

use std::time::Duration;

use transom::core::{Core, Identity};
use transom::{ButtonState, Display, Modifiers, NamedKey, Point};
use transom_demos::app::{App, Reaction, turn};
use transom_protocol::clipboard::{MimeTypes, Selection, TransferStatus};
use transom_protocol::codec::{MAGIC, Packed, Packet};
use transom_protocol::event::{self as wire, ShownFlags};
use transom_protocol::geometry::{PixelSize, Scale};
use transom_protocol::hello::{ACCEPTS_RAW, Codec, Features, Welcome};
use transom_protocol::ids::{FrameId, OfferId, Serial, TransferId, WindowId};
use transom_protocol::input::{Button, KeyCode, KeyLocation, KeyState, KnownModifiers, LogicalKey};
use transom_protocol::window::{Decorations, WindowStates};
use transom_protocol::{Event, Request};

/// What a program sent, in order.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// The names of requests, and after each `Draw` those of its operations.
    pub(crate) names: Vec<String>,
    pub(crate) titles: Vec<String>,
    /// Numbers of questions for pixels, and how large the answer is to be.
    pub(crate) questions: Vec<(u32, u32, u32)>,
}

impl Sent {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.count(name) > 0
    }

    pub(crate) fn count(&self, name: &str) -> usize {
        self.names.iter().filter(|n| *n == name).count()
    }

    fn see(&mut self, request: &Request<'_>) {
        // Comes when the library thinks it should.
        if matches!(request, Request::AckInput(_)) {
            return;
        }
        self.names.push(request.name().to_owned());
        match request {
            Request::Draw(draw) => self.names.extend(draw.ops.iter().map(|op| {
                let text = format!("{:?}", op.expect("programs draw rightly"));
                let end = text.find(|c: char| !c.is_alphanumeric());
                text[..end.unwrap_or(text.len())].to_owned()
            })),
            Request::SetTitle(r) => self.titles.push(r.title.0.to_owned()),
            Request::ReadPixels(r) => {
                self.questions.push((r.id, r.rect.width(), r.rect.height()));
            }
            _ => {}
        }
    }
}

/// A display whose server is the test.
pub(crate) fn display() -> Display {
    let identity = Identity::of_process().expect("the system has random numbers");
    let display = Display::detached(Core::new("the test", identity));
    display.with_core(|core| core.feed(&MAGIC));
    feed(
        &display,
        Welcome {
            version: 1,
            features: Features::CLIPBOARD,
            codec: Codec::Raw,
            accepts: ACCEPTS_RAW,
            resumed: 0,
            scale: Scale::ONE,
            output: PixelSize::new(1280, 800),
            refresh: 16_666_667,
            max_packet: 1 << 20,
            max_windows: 100,
            memory: 1 << 30,
            repeat_delay: 500,
            repeat_interval: 30,
            time: 0,
            server: "the test".into(),
            extensions: &[],
        },
    );
    display
}

fn feed<'a>(display: &Display, event: impl Into<Event<'a>>) {
    let mut bytes = Vec::new();
    event.into().write(&mut bytes);
    display.with_core(|core| core.feed(&bytes));
}

/// A program and its server.
pub(crate) struct Rig<'a, A> {
    pub(crate) display: &'a Display,
    pub(crate) app: A,
}

impl<'a, A: App> Rig<'a, A> {
    /// A program that has drawn its first frame and has pointer and keyboard.
    pub(crate) fn new(display: &'a Display, app: A) -> Self {
        let mut rig = Self { display, app };
        let (window, serial) = (rig.window(), Serial(1));
        let keys = Packed::new(&[]).expect("empty is whole");
        rig.app.draw().expect("nothing can fail");
        rig.feed(wire::KeyboardEnter {
            window,
            serial,
            keys,
        });
        let at = Point::new(-1.0, -1.0);
        rig.feed(wire::PointerEnter { window, serial, at });
        rig.settle();
        rig
    }

    pub(crate) fn window(&self) -> WindowId {
        self.app.window().id()
    }

    pub(crate) fn feed<'b>(&self, event: impl Into<Event<'b>>) {
        feed(self.display, event);
    }

    /// Lets the program take in what has come.
    pub(crate) fn turn(&mut self) -> Reaction {
        turn(self.display, &mut self.app, Duration::ZERO).expect("nothing can fail")
    }

    /// Lets it take in what has come and show it. What it sent with that.
    pub(crate) fn settle(&mut self) -> Sent {
        if self.turn() == Reaction::Redraw {
            self.app.draw().expect("nothing can fail");
        }
        self.sent()
    }

    /// What it has sent since the last time.
    pub(crate) fn sent(&self) -> Sent {
        let bytes = self.display.with_core(|core| core.take_output());
        let mut rest = bytes.strip_prefix(&MAGIC).unwrap_or(&bytes);
        let mut sent = Sent::default();
        while let Some((packet, length)) = Packet::split(rest).expect("whole packets") {
            sent.see(&Request::decode(packet).expect("programs ask rightly"));
            rest = &rest[length..];
        }
        sent
    }

    pub(crate) fn key(&mut self, logical: LogicalKey) -> Sent {
        self.press(logical);
        self.settle()
    }

    /// A key goes down, and the program has not looked yet.
    pub(crate) fn press(&self, logical: LogicalKey) {
        self.press_for(logical, "");
    }

    /// A key goes down that enters a text.
    pub(crate) fn entered(&self, text: &str) {
        let first = text.chars().next().expect("some text");
        self.press_for(LogicalKey::character(first), text);
    }

    fn press_for(&self, logical: LogicalKey, text: &str) {
        self.feed(wire::Key {
            serial: Serial(2),
            time: 0,
            state: KeyState::Pressed,
            code: KeyCode::KEY_A,
            evdev: 0,
            logical,
            unmodified: logical,
            location: KeyLocation::Standard,
            text: text.into(),
        });
    }

    pub(crate) fn named(&mut self, key: NamedKey) -> Sent {
        self.key(LogicalKey::named(key))
    }

    /// Presses the keys of a text one after the other.
    pub(crate) fn keys(&mut self, text: &str) {
        for c in text.chars() {
            self.key(LogicalKey::character(c));
        }
    }

    /// Control and a letter.
    pub(crate) fn control(&mut self, letter: char) -> Sent {
        self.modifiers(Modifiers::CONTROL);
        let sent = self.key(LogicalKey::character(letter));
        self.modifiers(Modifiers::NONE);
        sent
    }

    pub(crate) fn modifiers(&self, depressed: Modifiers) {
        self.feed(wire::ModifiersChanged {
            depressed,
            latched: Modifiers::NONE,
            locked: Modifiers::NONE,
            group: 0,
            known: KnownModifiers::DEPRESSED,
        });
    }

    pub(crate) fn move_to(&self, x: f32, y: f32) {
        let at = Point::new(x, y);
        self.feed(wire::PointerMotion { time: 0, at });
    }

    pub(crate) fn button(&self, state: ButtonState) {
        let (serial, button) = (Serial(3), Button::LEFT);
        self.feed(wire::PointerButton {
            serial,
            time: 0,
            button,
            state,
        });
    }

    pub(crate) fn click(&mut self, x: f32, y: f32) -> Sent {
        self.move_to(x, y);
        self.button(ButtonState::Pressed);
        self.button(ButtonState::Released);
        self.settle()
    }

    /// A frame was on screen, so many milliseconds after the server began.
    pub(crate) fn shown(&self, frame: u32, millis: u64) {
        self.feed(wire::FrameShown {
            window: self.window(),
            frame: FrameId(frame),
            time: millis * 1000,
            refresh: 16_666_667,
            flags: ShownFlags::NONE,
        });
    }

    /// Somebody has copied something of this type.
    pub(crate) fn offered(&mut self, mime: &str) {
        let mut packed = Vec::new();
        let types = MimeTypes::pack([mime], &mut packed);
        let (selection, offer) = (Selection::Clipboard, OfferId(OfferId::SERVER));
        self.feed(wire::SelectionChanged {
            selection,
            offer,
            types,
        });
        self.settle();
    }

    /// What the program asked for comes, by the number of the transfer. What it sent then.
    pub(crate) fn pasted(&mut self, transfer: u32, data: &[u8]) -> Sent {
        let transfer = TransferId(transfer);
        let status = TransferStatus::Complete;
        self.feed(Event::TransferData(wire::TransferData { transfer, data }));
        self.feed(Event::TransferEnd(wire::TransferEnd { transfer, status }));
        self.settle()
    }

    pub(crate) fn resize(&mut self, width: u32, height: u32, scale: Scale) -> Sent {
        self.feed(wire::Configure {
            window: self.window(),
            serial: Serial(7),
            size: PixelSize::new(width, height),
            scale,
            states: WindowStates::NONE,
            decorations: Decorations::Server,
            bounds: PixelSize::default(),
        });
        self.settle()
    }
}
