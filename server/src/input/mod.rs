//! What a person does to the native window becomes the desktop's [`Input`].
//!
//! [`Translator::translate`] turns one event into any number of inputs. It is a pure function of the
//! events so far and touches neither window nor desktop.

mod keys;
mod modifiers;
mod pointer;
#[cfg(test)]
mod random;
mod touch;

use transom_protocol::input::Modifiers;
use winit::event::{DeviceEvent, ElementState, Ime, KeyEvent, WindowEvent};
use winit::keyboard::{KeyCode, PhysicalKey};

use crate::desktop::{Composed, Input, ScreenPoint};
use keys::NativeKey;
pub use modifiers::Locks;
use modifiers::ModifierKeys;
use pointer::Wheel;
use touch::Fingers;

/// Remembers of the events so far what later ones depend on.
#[derive(Debug, Default)]
pub struct Translator {
    modifiers: ModifierKeys,
    /// Keys that were down when the window got the keyboard. Nobody pressed them here, so neither
    /// their repeats nor their release are anybody's here.
    pressed_elsewhere: Vec<PhysicalKey>,
    wheel: Wheel,
    fingers: Fingers,
}

impl Translator {
    /// Appends to `out` what `event` means to the desktop.
    pub fn translate(&mut self, event: &WindowEvent, out: &mut Vec<Input>) {
        if !matches!(event, WindowEvent::Touch(_)) {
            self.fingers.settle(out);
        }
        match event {
            WindowEvent::KeyboardInput {
                event,
                is_synthetic,
                ..
            } => self.key_event(event, *is_synthetic, out),
            WindowEvent::Ime(event) => self.composed(event, out),
            WindowEvent::ModifiersChanged(modifiers) => self.modifiers.told(modifiers.state()),
            WindowEvent::CursorMoved { position, .. } => {
                self.wheel.pointer_inside(true);
                self.pointer(ScreenPoint::new(position.x, position.y), out);
            }
            WindowEvent::CursorLeft { .. } => {
                self.wheel.pointer_inside(false);
                out.push(Input::PointerLeft);
            }
            WindowEvent::MouseInput { button, state, .. } => {
                self.settle(out);
                out.push(pointer::button(*button, *state));
            }
            WindowEvent::MouseWheel { delta, phase, .. } => {
                self.settle(out);
                out.extend(self.wheel.turn(*delta, *phase));
            }
            WindowEvent::Focused(true) => out.push(Input::FocusGained),
            WindowEvent::Focused(false) => self.focus_lost(out),
            WindowEvent::Touch(touch) => {
                out.extend(self.modifiers.changed());
                self.fingers.touch(touch, out);
            }
            _ => {}
        }
    }

    /// Notes what the wheel needs to know of the device itself.
    pub fn device(&mut self, event: &DeviceEvent) {
        if let DeviceEvent::Button { button, state } = event {
            self.wheel.raw_button(*button, *state);
        }
    }

    /// Notes what the native display says of the modifiers beside winit.
    pub fn locks(&mut self, locks: Locks) {
        self.modifiers.locks(locks);
    }

    /// Appends what only shows once no more events follow. Before the thread sleeps.
    pub fn settle(&mut self, out: &mut Vec<Input>) {
        out.extend(self.modifiers.changed());
        self.fingers.settle(out);
    }

    /// Whether this press is Super+Escape, which lets go of all keys that were taken.
    pub fn is_way_out(&self, event: &KeyEvent) -> bool {
        let others = Modifiers::SHIFT | Modifiers::CONTROL | Modifiers::ALT;
        let held = self.modifiers.depressed();
        event.state == ElementState::Pressed
            && event.physical_key == PhysicalKey::Code(KeyCode::Escape)
            && held.contains(Modifiers::SUPER)
            && !held.intersects(others)
    }

    fn pointer(&mut self, at: ScreenPoint, out: &mut Vec<Input>) {
        self.settle(out);
        self.fingers.pointer(at, out);
    }

    fn key_event(&mut self, event: &KeyEvent, made_up: bool, out: &mut Vec<Input>) {
        let key = NativeKey::new(event);
        match (made_up, event.state) {
            (false, _) => self.key(&key, out),
            // winit makes up those that are down when the window gets the keyboard ...
            (true, ElementState::Pressed) => self.pressed_elsewhere(&key),
            // ... and their release when it loses it, which releases everything anyway.
            (true, ElementState::Released) => {}
        }
    }

    fn key(&mut self, key: &NativeKey<'_>, out: &mut Vec<Input>) {
        // What is in force for this key is told before it, and what it changes behind it.
        self.settle(out);
        let input = key.input(self.modifiers.depressed());
        self.modifiers.key(&input);
        if !self.is_elsewhere(key) {
            out.push(Input::Key(input));
        }
        self.settle(out);
    }

    fn pressed_elsewhere(&mut self, key: &NativeKey<'_>) {
        self.modifiers.key(&key.input(self.modifiers.depressed()));
        self.pressed_elsewhere.push(key.physical);
    }

    /// Whether this is about a key that was pressed elsewhere; its release is the end of that.
    fn is_elsewhere(&mut self, key: &NativeKey<'_>) -> bool {
        let elsewhere = self.pressed_elsewhere.contains(&key.physical);
        if key.state == ElementState::Released {
            self.pressed_elsewhere.retain(|held| *held != key.physical);
        }
        elsewhere
    }

    fn composed(&mut self, event: &Ime, out: &mut Vec<Input>) {
        let composed = match event {
            Ime::Enabled => return,
            Ime::Preedit(text, cursor) => Composed::Preedit {
                text: text.clone(),
                cursor: *cursor,
            },
            Ime::Commit(text) => Composed::Commit { text: text.clone() },
            Ime::Disabled => Composed::Preedit {
                text: String::new(),
                cursor: None,
            },
        };
        self.settle(out);
        out.push(Input::Composed(composed));
    }

    fn focus_lost(&mut self, out: &mut Vec<Input>) {
        out.push(Input::FocusLost);
        self.pressed_elsewhere.clear();
        self.modifiers.release_all();
        self.fingers.forget();
        self.settle(out);
    }
}

/// Whether this may be a key that locks something, so that the native display has to be asked.
pub fn may_lock(event: &WindowEvent) -> bool {
    match event {
        WindowEvent::KeyboardInput { event, .. } => keys::may_lock(&event.logical_key),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use winit::dpi::PhysicalPosition;
    use winit::event::{DeviceId, Modifiers as NativeModifiers, MouseButton};
    use winit::keyboard::{Key, KeyCode, KeyLocation, ModifiersState, NamedKey as NativeName};

    use super::*;

    fn told(out: &[Input]) -> Vec<String> {
        out.iter().map(tell).collect()
    }

    fn tell(input: &Input) -> String {
        match input {
            Input::Motion { at } => format!("motion {} {}", at.x, at.y),
            Input::Button { button, state } => format!("{button} {state:?}"),
            Input::Key(key) => format!("{} {:?} {:?}", key.code, key.state, key.text),
            Input::Modifiers(m) => format!("modifiers {} known {}", m.depressed.0, m.known.0),
            other => format!("{other:?}"),
        }
    }

    fn native(code: KeyCode, key: Key, text: Option<&str>, state: ElementState) -> NativeKey<'_> {
        NativeKey {
            physical: PhysicalKey::Code(code),
            unmodified: key.clone(),
            logical: key,
            location: KeyLocation::Standard,
            text,
            state,
            repeat: false,
        }
    }

    fn a(state: ElementState) -> NativeKey<'static> {
        native(KeyCode::KeyA, Key::Character("a".into()), Some("a"), state)
    }

    fn named(code: KeyCode, name: NativeName, state: ElementState) -> NativeKey<'static> {
        native(code, Key::Named(name), None, state)
    }

    const DOWN: ElementState = ElementState::Pressed;
    const UP: ElementState = ElementState::Released;

    #[test]
    fn each_event_becomes_what_the_desktop_takes() {
        let device_id = DeviceId::dummy();
        let modifiers = |state| WindowEvent::ModifiersChanged(NativeModifiers::from(state));
        let button = |button, state| WindowEvent::MouseInput {
            device_id,
            state,
            button,
        };
        let position = PhysicalPosition::new(3.5, -7.0);
        let moved = || WindowEvent::CursorMoved {
            device_id,
            position,
        };
        let both = ModifiersState::CONTROL | ModifiersState::SUPER;
        let table: [(WindowEvent, &[&str]); 13] = [
            (moved(), &["motion 3.5 -7"]),
            (WindowEvent::CursorEntered { device_id }, &[]),
            (WindowEvent::CursorLeft { device_id }, &["PointerLeft"]),
            (button(MouseButton::Left, DOWN), &["left Pressed"]),
            (button(MouseButton::Forward, UP), &["forward Released"]),
            // Told when it matters, or when nothing follows.
            (modifiers(ModifiersState::SHIFT), &[]),
            (modifiers(both), &[]),
            (moved(), &["modifiers 10 known 1", "motion 3.5 -7"]),
            (
                WindowEvent::Focused(false),
                &["FocusLost", "modifiers 0 known 1"],
            ),
            (WindowEvent::Focused(true), &["FocusGained"]),
            (WindowEvent::RedrawRequested, &[]),
            (WindowEvent::CloseRequested, &[]),
            (WindowEvent::HoveredFileCancelled, &[]),
        ];
        let mut translator = Translator::default();
        for (event, expected) in table {
            let mut out = Vec::new();
            translator.translate(&event, &mut out);
            assert_eq!(told(&out), expected, "{event:?}");
        }
    }

    #[test]
    fn alt_gr_is_a_modifier_although_winit_has_none_such() {
        let (mut translator, mut out) = (Translator::default(), Vec::new());
        let alt_graph = |state| named(KeyCode::AltRight, NativeName::AltGraph, state);
        let at_sign = Key::Character("@".into());
        translator.key(&alt_graph(DOWN), &mut out);
        translator.key(&native(KeyCode::KeyQ, at_sign, Some("@"), DOWN), &mut out);
        translator.key(&alt_graph(UP), &mut out);
        assert_eq!(
            told(&out),
            [
                "AltRight Pressed \"\"",
                "modifiers 64 known 1",
                "KeyQ Pressed \"@\"",
                "AltRight Released \"\"",
                "modifiers 0 known 1",
            ]
        );
    }

    #[test]
    fn losing_the_keyboard_forgets_what_was_held() {
        let (mut translator, mut out) = (Translator::default(), Vec::new());
        translator.modifiers.told(ModifiersState::CONTROL);
        let alt_graph = named(KeyCode::AltRight, NativeName::AltGraph, DOWN);
        translator.key(&alt_graph, &mut out);
        out.clear();
        translator.translate(&WindowEvent::Focused(false), &mut out);
        assert_eq!(told(&out), ["FocusLost", "modifiers 0 known 1"]);
        out.clear();
        translator.key(&a(DOWN), &mut out);
        assert_eq!(told(&out), ["KeyA Pressed \"a\""]);
    }

    #[test]
    fn keys_pressed_elsewhere_are_nobodys_until_they_are_released() {
        let (mut translator, mut out) = (Translator::default(), Vec::new());
        translator.pressed_elsewhere(&a(DOWN));
        translator.key(&a(DOWN), &mut out);
        translator.key(&a(UP), &mut out);
        assert_eq!(told(&out), [""; 0]);
        translator.key(&a(DOWN), &mut out);
        assert_eq!(told(&out), ["KeyA Pressed \"a\""]);
    }
}
