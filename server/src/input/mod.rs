//! What a person does to the native window becomes the desktop's [`Input`].
//!
//! [`Translator::translate`] turns one event into any number of inputs. It is a pure function of the
//! events so far and touches neither window nor desktop.

mod keys;
mod pointer;

use transom_protocol::event::ModifiersChanged;
use transom_protocol::input::{KeyState, KnownModifiers, LogicalKey, Modifiers, NamedKey};
use winit::event::{KeyEvent, WindowEvent};
use winit::keyboard::ModifiersState;

use crate::desktop::{Input, KeyInput, ScreenPoint};
use keys::NativeKey;
use pointer::Wheel;

/// Which parts of the modifiers' state winit tells. Of latches, locks and the layout's number it says
/// nothing.
const KNOWN: KnownModifiers = KnownModifiers::DEPRESSED;

/// Remembers of the events so far what later ones depend on.
#[derive(Debug, Default)]
pub struct Translator {
    /// As winit tells them, which has no AltGr.
    modifiers: Modifiers,
    /// AltGr is down.
    alt_graph: bool,
    wheel: Wheel,
}

impl Translator {
    /// Appends to `out` what `event` means to the desktop.
    pub fn translate(&mut self, event: &WindowEvent, out: &mut Vec<Input>) {
        match event {
            WindowEvent::KeyboardInput {
                event,
                is_synthetic,
                ..
            } => self.key_event(event, *is_synthetic, out),
            WindowEvent::ModifiersChanged(modifiers) => self.modifiers(modifiers.state(), out),
            WindowEvent::CursorMoved { position, .. } => out.push(Input::Motion {
                at: ScreenPoint::new(position.x, position.y),
            }),
            WindowEvent::CursorLeft { .. } => out.push(Input::PointerLeft),
            WindowEvent::MouseInput { button, state, .. } => {
                out.push(pointer::button(*button, *state))
            }
            WindowEvent::MouseWheel { delta, phase, .. } => {
                out.extend(self.wheel.turn(*delta, *phase))
            }
            WindowEvent::Focused(focused) => self.focused(*focused, out),
            // Fingers have no place in the desktop's input yet; they go here.
            WindowEvent::Touch(_) => {}
            _ => {}
        }
    }

    /// Keys that winit makes up are those that were down when the window got or lost the keyboard.
    /// Nobody pressed them here; losing the keyboard releases everything anyway.
    fn key_event(&mut self, event: &KeyEvent, made_up: bool, out: &mut Vec<Input>) {
        if !made_up {
            self.key(NativeKey::new(event), out);
        }
    }

    fn key(&mut self, key: NativeKey<'_>, out: &mut Vec<Input>) {
        let input = key.input(self.modifiers);
        let alt_graph = alt_graph_after(&input).unwrap_or(self.alt_graph);
        out.push(Input::Key(input));
        if alt_graph != self.alt_graph {
            self.alt_graph = alt_graph;
            out.push(self.state());
        }
    }

    fn modifiers(&mut self, state: ModifiersState, out: &mut Vec<Input>) {
        let of = |held, flag| if held { flag } else { Modifiers::NONE };
        self.modifiers = of(state.shift_key(), Modifiers::SHIFT)
            | of(state.control_key(), Modifiers::CONTROL)
            | of(state.alt_key(), Modifiers::ALT)
            | of(state.super_key(), Modifiers::SUPER);
        out.push(self.state());
    }

    fn focused(&mut self, focused: bool, out: &mut Vec<Input>) {
        if focused {
            out.push(Input::FocusGained);
            return;
        }
        self.alt_graph = false;
        self.wheel = Wheel::default();
        out.push(Input::FocusLost);
        self.modifiers(ModifiersState::empty(), out);
    }

    fn state(&self) -> Input {
        let depressed = match self.alt_graph {
            true => self.modifiers | Modifiers::ALT_GRAPH,
            false => self.modifiers,
        };
        Input::Modifiers(ModifiersChanged {
            depressed,
            latched: Modifiers::NONE,
            locked: Modifiers::NONE,
            group: 0,
            known: KNOWN,
        })
    }
}

/// Whether AltGr is down after this key, when that says anything about it.
fn alt_graph_after(key: &KeyInput) -> Option<bool> {
    let is_alt_graph = key.logical == LogicalKey::named(NamedKey::ALT_GRAPH);
    is_alt_graph.then_some(key.state != KeyState::Released)
}

#[cfg(test)]
mod tests {
    use winit::dpi::PhysicalPosition;
    use winit::event::{DeviceId, ElementState, Modifiers as NativeModifiers, MouseButton};
    use winit::keyboard::{Key, KeyCode, KeyLocation, NamedKey as NativeName, PhysicalKey};

    use super::*;

    fn told(translator: &mut Translator, event: WindowEvent) -> Vec<String> {
        let mut out = Vec::new();
        translator.translate(&event, &mut out);
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

    fn press(code: KeyCode, key: Key, text: Option<&str>, state: ElementState) -> NativeKey<'_> {
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

    #[test]
    fn each_event_becomes_what_the_desktop_takes() {
        let device_id = DeviceId::dummy();
        let shift = NativeModifiers::from(ModifiersState::SHIFT);
        let both = NativeModifiers::from(ModifiersState::CONTROL | ModifiersState::SUPER);
        let button = |button, state| WindowEvent::MouseInput {
            device_id,
            state,
            button,
        };
        let table: [(WindowEvent, &[&str]); 12] = [
            (
                WindowEvent::CursorMoved {
                    device_id,
                    position: PhysicalPosition::new(3.5, -7.0),
                },
                &["motion 3.5 -7"],
            ),
            (WindowEvent::CursorEntered { device_id }, &[]),
            (WindowEvent::CursorLeft { device_id }, &["PointerLeft"]),
            (
                button(MouseButton::Left, ElementState::Pressed),
                &["left Pressed"],
            ),
            (
                button(MouseButton::Forward, ElementState::Released),
                &["forward Released"],
            ),
            (
                WindowEvent::ModifiersChanged(shift),
                &["modifiers 1 known 1"],
            ),
            (
                WindowEvent::ModifiersChanged(both),
                &["modifiers 10 known 1"],
            ),
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
            let what = format!("{event:?}");
            assert_eq!(told(&mut translator, event), expected, "{what}");
        }
    }

    #[test]
    fn alt_gr_is_a_modifier_although_winit_has_none_such() {
        let mut translator = Translator::default();
        let mut out = Vec::new();
        let alt_graph = || Key::Named(NativeName::AltGraph);
        let at = KeyCode::AltRight;
        translator.key(
            press(at, alt_graph(), None, ElementState::Pressed),
            &mut out,
        );
        let at_sign = Key::Character("@".into());
        let q = press(KeyCode::KeyQ, at_sign, Some("@"), ElementState::Pressed);
        translator.key(q, &mut out);
        translator.key(
            press(at, alt_graph(), None, ElementState::Released),
            &mut out,
        );
        let told: Vec<String> = out.iter().map(tell).collect();
        assert_eq!(
            told,
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
        let mut translator = Translator::default();
        let mut out = Vec::new();
        translator.modifiers(ModifiersState::CONTROL, &mut out);
        let alt_graph = Key::Named(NativeName::AltGraph);
        let down = press(KeyCode::AltRight, alt_graph, None, ElementState::Pressed);
        translator.key(down, &mut out);
        assert_eq!(
            told(&mut translator, WindowEvent::Focused(false)),
            ["FocusLost", "modifiers 0 known 1"]
        );
        out.clear();
        let a = press(
            KeyCode::KeyA,
            Key::Character("a".into()),
            Some("a"),
            ElementState::Pressed,
        );
        translator.key(a, &mut out);
        assert_eq!(tell(&out[0]), "KeyA Pressed \"a\"");
    }
}
