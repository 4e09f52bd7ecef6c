//! Random sequences of what a native display tells of a keyboard, as a person at it causes them: what
//! clients are told in the end makes sense, and nothing stays down.

use std::collections::BTreeSet;

use transom_protocol::codec::Packet;
use transom_protocol::geometry::{PixelSize, Rect, Scale, Size};
use transom_protocol::ids::{FrameId, Serial, WindowId};
use transom_protocol::input::{Button, ButtonState, KeyCode, KeyState, Modifiers};
use transom_protocol::request::{CreateWindow, SetTextInput};
use transom_protocol::window::{ColorSpace, Decorations, TextPurpose, WindowKind};
use transom_protocol::{Event, Request};
use winit::event::{ElementState, Ime, WindowEvent};
use winit::keyboard::{
    Key, KeyCode as Native, KeyLocation, ModifiersState, NamedKey, NativeKeyCode, PhysicalKey,
};

use super::Translator;
use super::keys::NativeKey;
use crate::desktop::{
    ClientId, ClientInfo, CommittedWindow, Content, Desktop, Input, Output, ScreenPoint,
};
use crate::raster::Pixmap;
use crate::region::Region;
use crate::time::Timestamp;

const SEQUENCES: u64 = 2000;
const STEPS: usize = 150;

/// Keys: letters, modifiers, and one that has only a number.
const KEYS: [PhysicalKey; 9] = [
    PhysicalKey::Code(Native::KeyA),
    PhysicalKey::Code(Native::KeyB),
    PhysicalKey::Code(Native::Enter),
    PhysicalKey::Code(Native::ShiftLeft),
    PhysicalKey::Code(Native::ShiftRight),
    PhysicalKey::Code(Native::ControlLeft),
    PhysicalKey::Code(Native::AltLeft),
    PhysicalKey::Code(Native::AltRight),
    PhysicalKey::Unidentified(NativeKeyCode::Xkb(561)),
];

/// A linear congruential generator (Knuth's MMIX constants): what failed once fails again.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u32) -> u32 {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(n)) as u32
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }
}

fn key(physical: PhysicalKey, state: ElementState, repeat: bool) -> NativeKey<'static> {
    let named = |name| (Key::Named(name), None);
    let (logical, text) = match physical {
        PhysicalKey::Code(Native::KeyA) => (Key::Character("a".into()), Some("a")),
        PhysicalKey::Code(Native::KeyB) => (Key::Character("b".into()), Some("b")),
        PhysicalKey::Code(Native::ShiftLeft | Native::ShiftRight) => named(NamedKey::Shift),
        PhysicalKey::Code(Native::ControlLeft) => named(NamedKey::Control),
        PhysicalKey::Code(Native::AltLeft) => named(NamedKey::Alt),
        PhysicalKey::Code(Native::AltRight) => named(NamedKey::AltGraph),
        PhysicalKey::Code(_) => named(NamedKey::Enter),
        PhysicalKey::Unidentified(_) => named(NamedKey::LaunchApplication2),
    };
    NativeKey {
        physical,
        unmodified: logical.clone(),
        logical,
        text,
        location: KeyLocation::Standard,
        state,
        repeat,
    }
}

/// The keyboard and the display, as they are.
#[derive(Default)]
struct Hands {
    down: Vec<PhysicalKey>,
    focused: bool,
    /// An input method keeps presses for itself.
    composing: bool,
}

impl Hands {
    /// What winit would say of the modifiers. It knows no AltGr.
    fn state(&self) -> ModifiersState {
        let is = |code| self.down.contains(&PhysicalKey::Code(code));
        let mut state = ModifiersState::empty();
        state.set(
            ModifiersState::SHIFT,
            is(Native::ShiftLeft) || is(Native::ShiftRight),
        );
        state.set(ModifiersState::CONTROL, is(Native::ControlLeft));
        state.set(ModifiersState::ALT, is(Native::AltLeft));
        state
    }
}

/// A client that believes what it is told.
#[derive(Debug, Default)]
struct Told {
    has_keyboard: bool,
    held: BTreeSet<(KeyCode, u16)>,
    elsewhere: BTreeSet<(KeyCode, u16)>,
    modifiers: Modifiers,
    composing: bool,
}

impl Told {
    fn told(&mut self, event: &Event<'_>) {
        match event {
            Event::KeyboardEnter(e) => {
                assert!(!self.has_keyboard);
                self.has_keyboard = true;
                self.elsewhere = e.keys.iter().map(|code| (code, 0)).collect();
            }
            Event::KeyboardLeave(_) => {
                assert!(self.has_keyboard && !self.composing);
                *self = Self::default();
            }
            Event::ModifiersChanged(e) => {
                assert!(self.has_keyboard);
                self.modifiers = e.depressed;
            }
            Event::Key(e) => {
                assert!(self.has_keyboard);
                // What is composed was not typed with them.
                let typed = (e.code, e.evdev) != (KeyCode(0), 0) && !e.text.0.is_empty();
                let commands = Modifiers::CONTROL | Modifiers::ALT;
                assert!(!typed || !self.modifiers.intersects(commands), "{e:?}");
                self.key((e.code, e.evdev), e.state);
            }
            Event::Preedit(e) => {
                assert!(self.has_keyboard);
                self.composing = !e.text.0.is_empty();
            }
            Event::TextCommit(_) => self.composing = false,
            _ => {}
        }
    }

    fn key(&mut self, (code, evdev): (KeyCode, u16), state: KeyState) {
        let key = match code {
            KeyCode(0) => (code, evdev),
            code => (code, 0),
        };
        // The text of a commit, for a window that takes none.
        let has_place = key != (KeyCode(0), 0);
        match state {
            KeyState::Pressed if has_place => {
                assert!(
                    !self.elsewhere.contains(&key) && self.held.insert(key),
                    "{key:?}"
                );
            }
            KeyState::Repeated => assert!(self.held.contains(&key), "{key:?}"),
            KeyState::Released if has_place => {
                let elsewhere = self.elsewhere.remove(&key);
                assert!(
                    self.held.remove(&key) || elsewhere || code == KeyCode(0),
                    "{key:?}"
                );
            }
            _ => {}
        }
    }
}

struct World {
    random: Random,
    hands: Hands,
    translator: Translator,
    desktop: Desktop,
    clients: Vec<ClientId>,
    told: Vec<Told>,
    now: Timestamp,
}

impl World {
    fn new(seed: u64) -> Self {
        let output = Output {
            size: PixelSize::new(100, 50),
            scale: Scale::ONE,
            refresh: 0,
        };
        let mut world = Self {
            random: Random(seed),
            hands: Hands {
                focused: true,
                ..Hands::default()
            },
            translator: Translator::default(),
            desktop: Desktop::new(output),
            clients: Vec::new(),
            told: Vec::new(),
            now: Timestamp(1),
        };
        // The second takes composed text.
        world.add_window(false);
        world.add_window(true);
        world.read();
        world
    }

    fn add_window(&mut self, takes_text: bool) {
        let client = self.desktop.add_client(ClientInfo::default());
        let window = WindowId(1);
        let request = CreateWindow {
            window,
            stable: 1,
            parent: WindowId::NONE,
            kind: WindowKind::Normal,
            decorations: Decorations::None,
            color_space: ColorSpace::SRGB,
            size: Size::new(10.0, 10.0),
            title: "w".into(),
            app_id: "w".into(),
        };
        self.desktop.create_window(client, &request);
        let pixmap = std::sync::Arc::new(Pixmap::new(PixelSize::new(10, 10)));
        let content = Content {
            damage: Region::from(pixmap.bounds()),
            pixmap,
            scale: Scale::ONE,
            configure: Serial::NONE,
        };
        let mut committed = [CommittedWindow {
            window,
            content: Some(content),
            retired: None,
        }];
        self.desktop
            .commit(client, FrameId(1), &mut committed, self.now);
        if takes_text {
            let request = Request::SetTextInput(SetTextInput {
                window,
                enabled: 1,
                purpose: TextPurpose::NORMAL,
                caret: Rect::default(),
            });
            let done = self.desktop.window_request(client, &request, self.now);
            done.expect("a window");
        }
        self.clients.push(client);
        self.told.push(Told::default());
    }

    fn step(&mut self) {
        let which = KEYS[self.random.below(KEYS.len() as u32) as usize];
        match self.random.below(20) {
            0..=6 => self.press(which),
            7..=13 => self.release(which),
            14 => self.turn_to(),
            15 => self.lose_or_get_focus(),
            16 => self.compose(),
            17 => self.hands.composing = self.random.chance(20),
            _ => self.settle(),
        }
        self.read();
    }

    fn press(&mut self, which: PhysicalKey) {
        let repeat = self.hands.down.contains(&which);
        self.say_modifiers();
        if !repeat {
            self.hands.down.push(which);
        }
        // Without a mark now and then, as when winit has lost count.
        let marked = repeat && self.random.chance(80);
        let kept = self.hands.composing && self.random.chance(70);
        if self.hands.focused && !kept {
            self.native(&key(which, ElementState::Pressed, marked));
        }
    }

    fn release(&mut self, which: PhysicalKey) {
        self.say_modifiers();
        let before = self.hands.down.len();
        self.hands.down.retain(|key| *key != which);
        if self.hands.focused && self.hands.down.len() < before {
            self.native(&key(which, ElementState::Released, false));
        }
    }

    /// As winit does on X11: right before a key, and at times something else before that.
    fn say_modifiers(&mut self) {
        if self.random.chance(20) {
            self.event(WindowEvent::ModifiersChanged(ModifiersState::SHIFT.into()));
        }
        self.event(WindowEvent::ModifiersChanged(self.hands.state().into()));
    }

    fn turn_to(&mut self) {
        let windows = self.desktop.windows();
        let corner = windows[self.random.below(2) as usize].rect.origin();
        let at = ScreenPoint::new(f64::from(corner.x) + 0.5, f64::from(corner.y) + 0.5);
        let button = |state| Input::Button {
            button: Button::LEFT,
            state,
        };
        self.hand_in(vec![
            Input::Motion { at },
            button(ButtonState::Pressed),
            button(ButtonState::Released),
        ]);
    }

    fn lose_or_get_focus(&mut self) {
        self.hands.focused = !self.hands.focused;
        self.event(WindowEvent::Focused(self.hands.focused));
        if self.hands.focused {
            for held in self.hands.down.clone() {
                self.translator
                    .pressed_elsewhere(&key(held, ElementState::Pressed, false));
            }
            self.event(WindowEvent::ModifiersChanged(self.hands.state().into()));
        }
    }

    fn compose(&mut self) {
        let text = ["", "か", "かん"][self.random.below(3) as usize].to_owned();
        let composed = match self.random.chance(70) {
            true => Ime::Preedit(text, None),
            false => Ime::Commit(text),
        };
        self.event(WindowEvent::Ime(composed));
    }

    fn event(&mut self, event: WindowEvent) {
        let mut out = Vec::new();
        self.translator.translate(&event, &mut out);
        self.hand_in(out);
    }

    fn native(&mut self, key: &NativeKey<'_>) {
        let mut out = Vec::new();
        self.translator.key(key, &mut out);
        self.hand_in(out);
    }

    fn settle(&mut self) {
        let mut out = Vec::new();
        self.translator.settle(&mut out);
        self.hand_in(out);
    }

    fn hand_in(&mut self, inputs: Vec<Input>) {
        for input in inputs {
            self.now = Timestamp(self.now.0 + 1000);
            self.desktop.handle_input(input, self.now);
        }
    }

    fn read(&mut self) {
        for (client, told) in self.clients.iter().zip(&mut self.told) {
            let mut bytes = Vec::new();
            self.desktop.drain_events(*client, &mut bytes);
            let mut rest = bytes.as_slice();
            while let Some((packet, length)) = Packet::split(rest).expect("whole packets") {
                told.told(&Event::decode(packet).expect("our own events"));
                rest = &rest[length..];
            }
        }
        assert!(self.told.iter().filter(|told| told.has_keyboard).count() <= 1);
    }

    /// However it ends: once every key is up, nobody believes otherwise.
    fn end(&mut self) {
        if !self.hands.focused {
            self.lose_or_get_focus();
        }
        for which in self.hands.down.clone() {
            self.release(which);
        }
        self.settle();
        self.read();
        for told in &self.told {
            assert!(told.held.is_empty(), "{told:?}");
            assert_eq!(told.modifiers, Modifiers::NONE, "{told:?}");
        }
        // The next press is a press.
        self.hands.composing = false;
        self.press(KEYS[0]);
        self.read();
        let holder = self.told.iter().find(|told| told.has_keyboard);
        let pressed = holder
            .expect("somebody")
            .held
            .contains(&(KeyCode::KEY_A, 0));
        assert!(pressed, "{holder:?}");
    }
}

#[test]
fn whatever_happens_at_the_keyboard_keys_and_modifiers_pair_up() {
    for seed in 0..SEQUENCES {
        let mut world = World::new(seed);
        let run = std::panic::AssertUnwindSafe(|| {
            (0..STEPS).for_each(|_| world.step());
            world.end();
        });
        if let Err(panic) = std::panic::catch_unwind(run) {
            eprintln!("seed {seed}");
            std::panic::resume_unwind(panic);
        }
    }
}
