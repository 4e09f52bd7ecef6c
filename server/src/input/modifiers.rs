//! [`ModifierKeys`]: which modifiers are down.
//!
//! winit tells them, but on X11 as they were *before* a key, and at times first as they will be and then
//! as they were; AltGr it does not tell at all. What it tells is right just before each key; what a
//! modifier key does to it is added here. So the state told to the desktop is always the one after
//! the last key, and never one that flickers.

use transom_protocol::event::ModifiersChanged;
use transom_protocol::input::{Key, KeyCode, KeyState, KnownModifiers, Modifiers, NamedKey};
use winit::keyboard::ModifiersState;

use crate::desktop::{Input, KeyInput};

/// What winit does not tell of the modifiers, and only some native displays do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Locks {
    /// In force until the next key.
    pub latched: Modifiers,
    /// In force until pressed again.
    pub locked: Modifiers,
    /// The layout's number.
    pub group: u8,
}

/// The modifiers, and the keys that are known to hold them.
#[derive(Debug, Default)]
pub(super) struct ModifierKeys {
    depressed: Modifiers,
    /// Modifier keys that are down.
    held: Vec<(KeyCode, Modifiers)>,
    /// None: the native display does not tell.
    locks: Option<Locks>,
    /// What the desktop was told last.
    told: (Modifiers, Option<Locks>),
}

impl ModifierKeys {
    /// What is down now.
    pub(super) fn depressed(&self) -> Modifiers {
        self.depressed
    }

    /// winit says so.
    pub(super) fn told(&mut self, state: ModifiersState) {
        let of = |held, flag| if held { flag } else { Modifiers::NONE };
        let alt_graph = self.depressed.contains(Modifiers::ALT_GRAPH);
        self.depressed = of(state.shift_key(), Modifiers::SHIFT)
            | of(state.control_key(), Modifiers::CONTROL)
            | of(state.alt_key(), Modifiers::ALT)
            | of(state.super_key(), Modifiers::SUPER)
            | of(alt_graph, Modifiers::ALT_GRAPH);
    }

    /// The native display says so.
    pub(super) fn locks(&mut self, locks: Locks) {
        self.locks = Some(locks);
    }

    /// A key was pressed or released.
    pub(super) fn key(&mut self, key: &KeyInput) {
        if key.state == KeyState::Released {
            self.release(key);
        } else if let Some(modifier) = modifier(key) {
            self.held.retain(|(code, _)| *code != key.code);
            self.held.push((key.code, modifier));
            self.depressed = self.depressed | modifier;
        }
    }

    /// By place: what a key means may have changed since it was pressed. One that was not seen going
    /// down (an input method kept that for itself) is what it means now.
    fn release(&mut self, key: &KeyInput) {
        let index = self.held.iter().position(|(held, _)| *held == key.code);
        let held = index.map(|index| self.held.remove(index).1);
        let Some(released) = held.or_else(|| modifier(key)) else {
            return;
        };
        if !self.held.iter().any(|(_, other)| *other == released) {
            self.depressed = self.depressed.without(released);
        }
    }

    /// Nothing is down any more.
    pub(super) fn release_all(&mut self) {
        self.held.clear();
        self.depressed = Modifiers::NONE;
    }

    /// What the desktop is to be told, if it does not know.
    pub(super) fn changed(&mut self) -> Option<Input> {
        let now = (self.depressed, self.locks);
        if std::mem::replace(&mut self.told, now) == now {
            return None;
        }
        let locks = self.locks.unwrap_or_default();
        Some(Input::Modifiers(ModifiersChanged {
            depressed: self.depressed,
            latched: locks.latched,
            locked: locks.locked,
            group: locks.group,
            known: match self.locks {
                Some(_) => KnownModifiers::ALL,
                None => KnownModifiers::DEPRESSED,
            },
        }))
    }
}

/// The modifier that a key is.
fn modifier(key: &KeyInput) -> Option<Modifiers> {
    match key.logical.key() {
        Key::Named(NamedKey::SHIFT) => Some(Modifiers::SHIFT),
        Key::Named(NamedKey::CONTROL) => Some(Modifiers::CONTROL),
        Key::Named(NamedKey::ALT) => Some(Modifiers::ALT),
        Key::Named(NamedKey::SUPER) => Some(Modifiers::SUPER),
        Key::Named(NamedKey::ALT_GRAPH) => Some(Modifiers::ALT_GRAPH),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::input::{KeyLocation, LogicalKey};

    use super::*;

    enum Step {
        Told(ModifiersState),
        Down(KeyCode, NamedKey),
        Up(KeyCode, NamedKey),
    }

    fn key(code: KeyCode, name: NamedKey, state: KeyState) -> KeyInput {
        KeyInput {
            code,
            evdev: 0,
            logical: LogicalKey::named(name),
            unmodified: LogicalKey::named(name),
            location: KeyLocation::Standard,
            text: String::new(),
            state,
        }
    }

    /// What the desktop is told when it is told after each key, as [`super::super::Translator`] does.
    fn run(steps: &[Step]) -> Vec<u16> {
        let mut keys = ModifierKeys::default();
        let mut told = Vec::new();
        for step in steps {
            match step {
                Step::Told(state) => {
                    keys.told(*state);
                    continue;
                }
                Step::Down(code, name) => keys.key(&key(*code, *name, KeyState::Pressed)),
                Step::Up(code, name) => keys.key(&key(*code, *name, KeyState::Released)),
            }
            if let Some(Input::Modifiers(changed)) = keys.changed() {
                told.push(changed.depressed.0);
            }
        }
        told
    }

    #[test]
    fn whatever_order_winit_tells_in_the_state_is_the_one_after_the_key() {
        use Step::{Down, Told, Up};
        let (none, control) = (ModifiersState::empty(), ModifiersState::CONTROL);
        let (code, name) = (KeyCode::CONTROL_LEFT, NamedKey::CONTROL);
        for (what, steps) in [
            (
                "X11, as it will be and as it was",
                vec![
                    Told(control),
                    Told(none),
                    Down(code, name),
                    Told(none),
                    Told(control),
                    Up(code, name),
                ],
            ),
            (
                "afterwards",
                vec![Down(code, name), Told(control), Up(code, name), Told(none)],
            ),
            ("not at all", vec![Down(code, name), Up(code, name)]),
        ] {
            assert_eq!(run(&steps), [2, 0], "{what}");
        }
    }

    #[test]
    fn locks_are_told_when_the_native_display_tells_them() {
        let mut keys = ModifierKeys::default();
        let mut told = |locks: Option<Locks>| {
            locks.into_iter().for_each(|locks| keys.locks(locks));
            keys.key(&key(
                KeyCode::SHIFT_LEFT,
                NamedKey::SHIFT,
                KeyState::Pressed,
            ));
            match keys.changed() {
                Some(Input::Modifiers(m)) => Some((m.depressed.0, m.locked.0, m.known)),
                _ => None,
            }
        };
        let locks = Locks {
            locked: Modifiers::CAPS_LOCK,
            ..Locks::default()
        };
        assert_eq!(told(None), Some((1, 0, KnownModifiers::DEPRESSED)));
        assert_eq!(told(Some(locks)), Some((1, 16, KnownModifiers::ALL)));
        assert_eq!(told(Some(locks)), None);
        assert_eq!(
            told(Some(Locks::default())),
            Some((1, 0, KnownModifiers::ALL))
        );
    }

    #[test]
    fn a_modifier_lasts_until_its_last_key_is_up() {
        use Step::{Down, Up};
        let shift = NamedKey::SHIFT;
        assert_eq!(
            run(&[
                Down(KeyCode::SHIFT_LEFT, shift),
                Down(KeyCode::SHIFT_RIGHT, shift),
                Up(KeyCode::SHIFT_LEFT, shift),
                Up(KeyCode::SHIFT_RIGHT, shift),
            ]),
            [1, 0]
        );
        // An input method kept the press for itself, and winit tells the state before the key.
        let alt = NamedKey::ALT;
        assert_eq!(
            run(&[Step::Told(ModifiersState::ALT), Up(KeyCode::ALT_LEFT, alt)]),
            [0; 0]
        );
        // Alt and Shift may make another key of it before it goes up.
        assert_eq!(
            run(&[
                Down(KeyCode::ALT_LEFT, NamedKey::ALT),
                Up(KeyCode::ALT_LEFT, NamedKey::SUPER),
            ]),
            [4, 0]
        );
    }
}
