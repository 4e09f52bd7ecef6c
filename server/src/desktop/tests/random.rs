//! Random sequences of whatever clients and people do. After each step the desktop's invariants
//! hold, every client's events make sense, and the damage is enough for the picture.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use transom_protocol::codec::Packed;
use transom_protocol::color::Color;
use transom_protocol::geometry::{PixelRect, PixelSize, Point, Rect, Scale, Size};
use transom_protocol::ids::{Serial, WindowId};
use transom_protocol::input::{Button, ButtonState, KeyCode, KeyState, Modifiers, ScrollSource};
use transom_protocol::request::{
    Activate, Bell, ChangeState, GrabKeyboard, MovePopup, Pong, SetContentRect, SetDecorations,
    SetParent, SetRegion, SetSizeLimits, SetTextInput, SetTitle, ShowMenu, StartMove, StartResize,
};
use transom_protocol::window::{
    Adjustments, Decorations, Edges, Positioner, RegionKind, TextPurpose, WindowKind, WindowStates,
};

use super::super::*;
use super::fixture::{Fixture, each_event, filled, output, window_request};
use super::stream::Stream;
use crate::raster::Pixmap;

const SEQUENCES: u64 = 3000;
const STEPS: usize = 80;
const SCREEN: PixelSize = PixelSize::new(100, 80);
/// For windows with frames.
const LARGE: PixelSize = PixelSize::new(260, 200);

/// Keys that mean something to the desktop.
const KEYS: [KeyCode; 13] = [
    KeyCode::ARROW_LEFT,
    KeyCode::ARROW_RIGHT,
    KeyCode::ARROW_UP,
    KeyCode::ARROW_DOWN,
    KeyCode::TAB,
    KeyCode::TAB,
    KeyCode::SPACE,
    KeyCode::ENTER,
    KeyCode::ESCAPE,
    KeyCode::KEY_F,
    KeyCode::KEY_M,
    KeyCode::KEY_Q,
    KeyCode::F4,
];

/// A linear congruential generator (Knuth's MMIX constants): what failed once fails again.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, n: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(n.max(1))) as u32
    }

    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        from.get(self.below(from.len() as u32) as usize).copied()
    }

    fn size(&mut self) -> PixelSize {
        PixelSize::new(1 + self.below(60), 1 + self.below(50))
    }

    fn coordinate(&mut self) -> f32 {
        if self.chance(2) {
            return [f32::NAN, f32::INFINITY, -f32::MAX][self.below(3) as usize];
        }
        self.below(90) as f32 - 20.0
    }

    fn rect(&mut self) -> Rect {
        Rect::new(
            self.coordinate(),
            self.coordinate(),
            self.below(60) as f32,
            self.below(50) as f32,
        )
    }

    fn color(&mut self) -> Color {
        let alpha = [255, 255, 128, 0][self.below(4) as usize];
        Color::hex(self.below(0x100_0000)).with_alpha(alpha)
    }

    fn op(&mut self) -> Op {
        use Op::*;
        match self.below(58) {
            0 => AddClient,
            1 => RemoveClient,
            2..=4 => Create(WindowKind::ALL[self.below(3) as usize]),
            5..=7 => CreatePopup {
                grab: self.chance(60),
            },
            8 => Destroy,
            9..=13 => Commit {
                resize: self.chance(30),
            },
            14 => CommitAll,
            15 => Activate,
            16 => ChangeState,
            17 => SetRegion,
            18 => Other(self.below(5)),
            19..=20 => Motion(self.below(110) as i32 - 5, self.below(90) as i32 - 5),
            21 => Press(self.below(3)),
            22 => Release(self.below(3)),
            23 => Key(self.below(4), self.below(3)),
            24 => Focus(self.chance(90)),
            25 => SetOutput,
            26 => Wait(self.below(700)),
            27..=30 => Point(self.below(60) as i32, self.below(50) as i32),
            31 => Press(0),
            32..=34 => Shortcut(self.below(KEYS.len() as u32)),
            35..=36 => Modifiers(self.below(16) as u16),
            37 => Configure,
            38..=39 => Interact(self.below(6)),
            40 => Answer,
            41..=42 => Drag(self.below(120) as i32 - 60, self.below(100) as i32 - 50),
            43 => Words(self.below(3)),
            44 => Press(2),
            45..=46 => TextInput(self.below(3)),
            47..=48 => Compose(self.below(4)),
            49..=54 => Touch(self.below(3), self.below(6)),
            _ => Present,
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Op {
    AddClient,
    RemoveClient,
    Create(WindowKind),
    CreatePopup {
        grab: bool,
    },
    Destroy,
    Commit {
        resize: bool,
    },
    CommitAll,
    Activate,
    ChangeState,
    SetRegion,
    Other(u32),
    Motion(i32, i32),
    /// To this place of some window.
    Point(i32, i32),
    Press(u32),
    Release(u32),
    Key(u32, u32),
    Focus(bool),
    /// A key, with the modifiers of the moment.
    Shortcut(u32),
    Modifiers(u16),
    /// The desktop does other things from now on.
    Configure,
    /// A client asks for what the desktop does with windows.
    Interact(u32),
    /// A client says that it is alive.
    Answer,
    /// So far from where the pointer is.
    Drag(i32, i32),
    /// A title or the clock.
    Words(u32),
    /// A client says where it takes text.
    TextInput(u32),
    /// An input method does something.
    Compose(u32),
    /// A finger does something.
    Touch(u32, u32),
    SetOutput,
    Wait(u32),
    Present,
}

struct World {
    fixture: Fixture,
    random: Random,
    streams: BTreeMap<ClientId, Stream>,
    last_window: u32,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut world = Self {
            fixture: match seed % 3 {
                0 => Fixture::new(SCREEN.width, SCREEN.height),
                _ => Fixture::with_config(output(LARGE.width, LARGE.height), config(true, true)),
            },
            random: Random(seed),
            streams: BTreeMap::new(),
            last_window: 0,
        };
        world.add_client();
        world.add_client();
        world
    }

    fn step(&mut self, op: Op) {
        self.apply(op);
        self.read();
        self.fixture.desktop.verify_invariants();
    }

    /// Every client reads all its events, and nobody was forgotten to be woken.
    fn read(&mut self) {
        let mut woken = Vec::new();
        self.fixture.desktop.take_wakes(&mut woken);
        for (client, stream) in &mut self.streams {
            let bytes = self.fixture.bytes(*client);
            assert!(bytes.is_empty() || woken.contains(client));
            each_event(&bytes, |event| stream.told(event));
            stream.end();
        }
    }

    fn apply(&mut self, op: Op) {
        match op {
            Op::AddClient => self.add_client(),
            Op::RemoveClient => self.remove_client(),
            Op::Create(kind) => self.create(kind),
            Op::CreatePopup { grab } => self.create_popup(grab),
            Op::Destroy => self.destroy(),
            Op::Commit { resize } => self.commit(resize),
            Op::CommitAll => self.commit_all(),
            Op::Activate => self.activate(),
            Op::ChangeState => self.change_state(),
            Op::SetRegion => self.set_region(),
            Op::Other(which) => self.other(which),
            Op::Motion(x, y) => self.fixture.motion(f64::from(x) + 0.5, f64::from(y)),
            Op::Point(x, y) => self.point(x, y),
            Op::Press(b) => self.button(b, ButtonState::Pressed),
            Op::Release(b) => self.button(b, ButtonState::Released),
            Op::Key(code, state) => self.key(code, state),
            Op::Focus(true) => self.fixture.input(Input::FocusGained),
            Op::Focus(false) => self.fixture.input(Input::FocusLost),
            Op::Shortcut(which) => self.shortcut(KEYS[which as usize]),
            Op::Modifiers(bits) => self.fixture.modifiers(Modifiers(bits)),
            Op::Configure => self.configure(),
            Op::Interact(which) => self.interact(which),
            Op::Answer => self.answer(),
            Op::Drag(dx, dy) => self.drag(dx, dy),
            Op::Words(which) => self.words(which),
            Op::TextInput(which) => self.text_input(which),
            Op::Compose(which) => self.compose(which),
            Op::Touch(finger, what) => self.touch(finger, what),
            Op::SetOutput => self.set_output(),
            Op::Wait(ms) => self.fixture.pass(Duration::from_millis(ms.into())),
            Op::Present => self.fixture.present(),
        }
    }

    fn add_client(&mut self) {
        if self.streams.len() < 4 {
            let understands_touch = self.random.chance(60);
            let client = match understands_touch {
                true => self.fixture.toucher(),
                false => self.fixture.client(),
            };
            let stream = Stream::new(understands_touch);
            self.streams.insert(client, stream);
        }
    }

    fn remove_client(&mut self) {
        let clients: Vec<_> = self.streams.keys().copied().collect();
        if let Some(client) = self.random.pick(&clients).filter(|_| clients.len() > 2) {
            self.fixture.desktop.remove_client(client);
            self.streams.remove(&client);
            assert!(self.fixture.bytes(client).is_empty());
        }
    }

    fn any_client(&mut self) -> ClientId {
        let clients: Vec<_> = self.streams.keys().copied().collect();
        self.random.pick(&clients).unwrap_or(ClientId(0))
    }

    fn any_window(&mut self) -> Option<WindowKey> {
        let keys: Vec<_> = self.fixture.desktop.windows.keys().copied().collect();
        self.random.pick(&keys)
    }

    fn any_sibling(&mut self, client: ClientId) -> WindowId {
        let windows: Vec<_> = self.streams[&client].windows.keys().copied().collect();
        self.random.pick(&windows).unwrap_or(WindowId::NONE)
    }

    fn create(&mut self, kind: WindowKind) {
        let client = self.any_client();
        let parent = match kind {
            WindowKind::Normal => WindowId::NONE,
            _ => self.any_sibling(client),
        };
        self.last_window += 1;
        let request = window_request(self.last_window, kind, parent.0);
        self.fixture.desktop.create_window(client, &request);
        let stream = self.streams.get_mut(&client).expect("it is one of them");
        stream.windows.insert(request.window, WindowId::NONE);
    }

    fn positioner(&mut self, grab: Serial) -> Positioner {
        Positioner {
            anchor_rect: self.random.rect(),
            anchor: Edges(self.random.below(16) as u8),
            gravity: Edges(self.random.below(16) as u8),
            offset: Point::new(self.random.coordinate(), 3.0),
            adjustments: Adjustments(self.random.below(64) as u8),
            grab,
        }
    }

    fn create_popup(&mut self, grab: bool) {
        let client = self.any_client();
        let parent = WindowKey::new(client, self.any_sibling(client));
        self.last_window += 1;
        let last_press = self.streams[&client].last_press;
        let grab = if grab { last_press } else { Serial::NONE };
        let positioner = self.positioner(grab);
        let size = self.random.size();
        let stream = self.streams.get_mut(&client).expect("it is one of them");
        stream
            .windows
            .insert(WindowId(self.last_window), parent.window);
        let size = (size.width, size.height);
        let key = self
            .fixture
            .create_popup(parent, self.last_window, size, positioner);
        if self.random.chance(70) {
            self.commit_window(key, true);
        }
    }

    fn destroy(&mut self) {
        let Some(key) = self.any_window() else { return };
        let ending = self.fixture.desktop.popups_of(key);
        self.fixture.desktop.destroy_window(key);
        // What was said before may be about them; what follows may not.
        let bytes = self.fixture.bytes(key.client);
        let stream = self.streams.get_mut(&key.client).expect("it has windows");
        let mut first = true;
        each_event(&bytes, |event| {
            if !matches!(event, Event::PopupDismissed(_)) && first {
                first = false;
                ending.iter().for_each(|k| stream.destroyed(k.window));
                stream.destroyed(key.window);
            }
            stream.told(event);
        });
        ending.iter().for_each(|k| stream.destroyed(k.window));
        stream.destroyed(key.window);
    }

    fn commit(&mut self, resize: bool) {
        if let Some(key) = self.any_window() {
            self.commit_window(key, resize);
        }
    }

    fn commit_window(&mut self, key: WindowKey, resize: bool) {
        let content = self.content(key, resize);
        self.publish(key.client, vec![(key.window, content)]);
    }

    fn commit_all(&mut self) {
        let client = self.any_client();
        let windows: Vec<_> = self.streams[&client].windows.keys().copied().collect();
        let frames = windows
            .into_iter()
            .rev()
            .map(|w| (w, self.content(WindowKey::new(client, w), false)))
            .collect();
        self.publish(client, frames);
    }

    fn publish(&mut self, client: ClientId, frames: Vec<(WindowId, Option<Content>)>) {
        let windows: Vec<_> = frames.iter().map(|(w, _)| *w).collect();
        let frame = self.fixture.commit_all(client, frames);
        let stream = self.streams.get_mut(&client).expect("it is one of them");
        for window in windows.iter().filter(|w| stream.windows.contains_key(w)) {
            stream.committed.insert(*window, frame);
        }
    }

    /// A frame that quotes some configure, and draws what its damage says on the one before.
    fn content(&mut self, key: WindowKey, resize: bool) -> Option<Content> {
        if self.random.chance(10) {
            return None;
        }
        let known = self.streams[&key.client].configures.get(&key.window);
        let known = known.copied().unwrap_or(Serial::NONE);
        let configure = if self.random.chance(70) {
            known
        } else {
            Serial::NONE
        };
        let scale = self.fixture.desktop.begin(key, configure)?;
        let color = self.random.color();
        let proposed = self.fixture.desktop.windows.get(&key)?.proposed;
        let size = match (proposed.is_empty(), self.random.chance(80)) {
            (false, true) => proposed,
            _ => self.random.size(),
        };
        let front = self.fixture.desktop.windows.get(&key)?.front.as_ref();
        let same = front.filter(|f| !resize && f.scale == scale);
        let (pixmap, damage) = match same {
            Some(front) => draw(&front.pixmap, self.random.rect(), color),
            None if front.is_some_and(|f| f.pixmap.size() == size && f.scale == scale) => {
                let all = Region::from(PixelRect::from_size(size));
                (filled(size, color), all)
            }
            // Of another size or scale: what it says of damage counts for nothing.
            None => (filled(size, color), Region::new()),
        };
        Some(Content {
            pixmap,
            scale,
            configure,
            damage,
        })
    }

    fn activate(&mut self) {
        let Some(key) = self.any_window() else { return };
        let serial = self.streams[&key.client].last_press;
        let window = key.window;
        let _ = self
            .fixture
            .request(key.client, Activate { window, serial });
    }

    fn change_state(&mut self) {
        let Some(key) = self.any_window() else { return };
        let bits = [2, 4, 8, 8, 512, 2048, 1, u32::MAX];
        let set = WindowStates(bits[self.random.below(8) as usize]);
        let clear = WindowStates(bits[self.random.below(8) as usize]);
        let (set, clear) = match self.random.below(3) {
            0 => (set, WindowStates::NONE),
            1 => (WindowStates::NONE, clear),
            _ => (set, clear),
        };
        let window = key.window;
        let request = ChangeState { window, set, clear };
        let _ = self.fixture.request(key.client, request);
    }

    fn set_region(&mut self) {
        let Some(key) = self.any_window() else { return };
        let rects: Vec<Rect> = (0..self.random.below(5))
            .map(|_| self.random.rect())
            .collect();
        let mut buffer = Vec::new();
        let request = SetRegion {
            window: key.window,
            kind: RegionKind::ALL[self.random.below(2) as usize],
            unset: u8::from(self.random.chance(20)),
            rects: Packed::pack(&rects, &mut buffer),
        };
        let _ = self.fixture.request(key.client, request);
    }

    fn other(&mut self, which: u32) {
        let Some(key) = self.any_window() else { return };
        let (client, window) = (key.client, key.window);
        let parent = self.any_sibling(client);
        let positioner = self.positioner(Serial::NONE);
        let rect = self.random.rect();
        let _ = match which {
            0 => self.fixture.request(client, Bell { window }),
            1 => self.fixture.request(client, SetParent { window, parent }),
            2 => self
                .fixture
                .request(client, MovePopup { window, positioner }),
            3 => self
                .fixture
                .request(client, SetContentRect { window, rect }),
            _ => {
                let min = Size::new(rect.x, rect.y);
                let max = Size::new(rect.width, rect.height);
                self.fixture
                    .request(client, SetSizeLimits { window, min, max })
            }
        };
    }

    /// The position (`x`, `y`) of something that is shown.
    fn place(&mut self, x: i32, y: i32) -> Option<ScreenPoint> {
        let layout = self.fixture.desktop.layout.iter();
        let places: Vec<_> = layout.map(|p| p.rect).collect();
        self.random.pick(&places).map(|rect| {
            let inside = |v: i32, from: i32, side: u32| f64::from(from + v % side.max(1) as i32);
            let (x, y) = (
                inside(x, rect.x0, rect.width()),
                inside(y, rect.y0, rect.height()),
            );
            ScreenPoint::new(x, y)
        })
    }

    fn point(&mut self, x: i32, y: i32) {
        if let Some(at) = self.place(x, y) {
            self.fixture.motion(at.x, at.y);
        }
    }

    fn touch(&mut self, finger: u32, what: u32) {
        let (x, y) = (self.random.below(80) as i32, self.random.below(80) as i32);
        let somewhere = self.place(x, y).unwrap_or_default();
        let touch = match what {
            0 | 1 => Touch::Down { at: somewhere },
            2 | 3 => Touch::Moved { at: somewhere },
            4 => Touch::Up,
            _ => Touch::Cancelled,
        };
        self.fixture.touch(finger.into(), touch);
    }

    fn button(&mut self, button: u32, state: ButtonState) {
        self.fixture.button(Button(button as u16 + 1), state);
        if button == 0 {
            self.fixture.input(Input::Scroll {
                source: ScrollSource::Wheel,
                stop: false,
                lines_x: 0,
                lines_y: 120,
                pixels_x: f64::NAN,
                pixels_y: 10.0,
            });
        }
    }

    fn key(&mut self, code: u32, state: u32) {
        let state = KeyState::ALL[state as usize];
        self.fixture.key(KeyCode(code as u16 + 4), state, "a");
        if code == 0 {
            let mut modifiers = self.fixture.desktop.seat.modifiers;
            modifiers.depressed = Modifiers(self.random.below(4) as u16);
            self.fixture.input(Input::Modifiers(modifiers));
        }
        if code == 1 && self.random.chance(30) {
            self.fixture.input(Input::PointerLeft);
        }
    }

    fn set_output(&mut self) {
        let scale = [120, 120, 150, 240][self.random.below(4) as usize];
        let (width, height) = match self.random.below(3) {
            0 => (self.random.below(120), self.random.below(100)),
            1 => (self.random.below(400), self.random.below(300)),
            _ => (LARGE.width, LARGE.height),
        };
        self.fixture.desktop.set_output(Output {
            scale: Scale(scale),
            ..output(width, height)
        });
    }

    fn shortcut(&mut self, key: KeyCode) {
        self.fixture.key(key, KeyState::Pressed, "");
        if self.random.chance(80) {
            self.fixture.key(key, KeyState::Released, "");
        }
    }

    fn configure(&mut self) {
        let (decorations, shortcuts) = (self.random.chance(70), self.random.chance(80));
        let config = config(decorations, shortcuts);
        self.fixture.desktop.set_config(config);
        while let Some(command) = self.fixture.desktop.poll_command() {
            let Command::Kill(client) = command else {
                continue;
            };
            if self.streams.len() > 2 && self.streams.remove(&client).is_some() {
                self.fixture.desktop.remove_client(client);
            }
        }
    }

    fn interact(&mut self, which: u32) {
        let Some(key) = self.any_window() else { return };
        let (client, window) = (key.client, key.window);
        let serial = self.streams[&client].last_press;
        let edges = Edges(self.random.below(16) as u8);
        let at = Point::new(self.random.coordinate(), self.random.coordinate());
        let decorations = Decorations::ALL[self.random.below(3) as usize];
        let f = &mut self.fixture;
        let _ = match which {
            0 => f.request(client, StartMove { window, serial }),
            1 => f.request(
                client,
                StartResize {
                    window,
                    serial,
                    edges,
                },
            ),
            2 => f.request(client, ShowMenu { window, serial, at }),
            3 => f.request(client, GrabKeyboard { window, grab: 1 }),
            4 => f.request(client, GrabKeyboard { window, grab: 0 }),
            _ => f.request(
                client,
                SetDecorations {
                    window,
                    decorations,
                },
            ),
        };
    }

    fn answer(&mut self) {
        for (client, stream) in &mut self.streams {
            if let Some(serial) = stream.ping.take() {
                let _ = self.fixture.request(*client, Pong { serial });
            }
        }
    }

    fn drag(&mut self, dx: i32, dy: i32) {
        if let Some(at) = self.fixture.desktop.seat.pointer.at {
            self.fixture
                .motion(at.x + f64::from(dx), at.y + f64::from(dy));
        }
    }

    fn words(&mut self, which: u32) {
        let words = ["", "12:34", "rather a long title, longer than any bar"];
        self.fixture.desktop.set_clock(words[which as usize]);
        let Some(key) = self.any_window() else { return };
        let title = words[which as usize].into();
        let request = SetTitle {
            window: key.window,
            title,
        };
        let _ = self.fixture.request(key.client, request);
    }

    fn text_input(&mut self, which: u32) {
        let Some(key) = self.any_window() else { return };
        let request = SetTextInput {
            window: key.window,
            enabled: u8::from(which > 0),
            purpose: TextPurpose(which as u8),
            caret: self.random.rect(),
        };
        let _ = self.fixture.request(key.client, request);
        // What is on its way may still be about the field there was.
        self.read();
        let stream = self.streams.get_mut(&key.client).expect("it has windows");
        match which {
            0 => stream.fields.remove(&key.window),
            _ => stream.fields.insert(key.window),
        };
    }

    fn compose(&mut self, which: u32) {
        let text = ["", "か", "かん", "kan"][which as usize].to_string();
        let cursor = Some((0, self.random.below(8) as usize));
        self.fixture
            .input(Input::Composed(match self.random.chance(70) {
                true => Composed::Preedit { text, cursor },
                false => Composed::Commit { text },
            }));
    }

    /// However it ends: once all was shown and some time has passed, every frame was told of and
    /// nothing is waited for.
    fn end(&mut self) {
        self.fixture.present();
        self.fixture.pass(Duration::from_secs(10));
        self.read();
        // Who did not answer is marked by now.
        self.fixture.present();
        for stream in self.streams.values() {
            assert!(stream.all_shown(), "{stream:?}");
        }
        assert!(!self.fixture.desktop.needs_frame());
        assert_eq!(self.fixture.desktop.next_deadline(), None);
    }
}

fn config(decorations: bool, shortcuts: bool) -> Config {
    let entry = |label: &str| MenuEntry {
        label: label.to_string(),
        command: label.to_lowercase(),
    };
    Config {
        decorations,
        shortcuts,
        task_bar: decorations,
        menu: vec![entry("Clock"), entry("Paint")],
        ..Config::full()
    }
}

/// `pixmap` with `rect` filled, and what that damaged.
fn draw(pixmap: &Pixmap, rect: Rect, color: Color) -> (Arc<Pixmap>, Region) {
    let mut drawn = pixmap.clone();
    let (x, y) = (rect.x as i32, rect.y as i32);
    let rect = PixelRect::new(x, y, rect.width as u32, rect.height as u32);
    let damage = rect.intersect(pixmap.bounds());
    crate::raster::clear(&mut drawn.target(damage), color.premultiply());
    (Arc::new(drawn), Region::from(damage))
}

#[test]
fn whatever_happens_the_desktop_stays_consistent_and_damage_suffices() {
    for seed in 0..SEQUENCES {
        let mut world = World::new(seed);
        let mut done = Vec::new();
        for _ in 0..STEPS {
            let op = world.random.op();
            done.push(op);
            let step = std::panic::AssertUnwindSafe(|| {
                world.step(op);
                if done.len() == STEPS {
                    world.end();
                }
            });
            if let Err(panic) = std::panic::catch_unwind(step) {
                eprintln!("seed {seed}, after {done:?}");
                std::panic::resume_unwind(panic);
            }
        }
    }
}
