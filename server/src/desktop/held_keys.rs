//! [`HeldKeys`]: which keys are down, so that every press that a program is told of has its release.

use transom_protocol::input::{KeyCode, KeyState};

use super::input::KeyInput;

/// The most keys that can be down at once: more than fingers, less than a packet. Further ones are
/// ignored until others are released.
const MAX_HELD_KEYS: usize = 32;

/// A key by its place: its code, and its evdev code where it has no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place(KeyCode, u16);

#[derive(Clone, Copy, Debug)]
struct Held {
    place: Place,
    /// It went down while the window that has the keyboard had it.
    pressed_here: bool,
}

/// The keys that are down.
#[derive(Debug, Default)]
pub(super) struct HeldKeys(Vec<Held>);

impl HeldKeys {
    /// Notes what happened to a key, and says what it is to be told as, if at all. The press of a
    /// key that is down is a repeat, and none where it was pressed for another window; the
    /// release of one that is up is nothing. Keys without a place are passed on: text that is injected.
    pub(super) fn take(&mut self, key: &KeyInput) -> Option<KeyState> {
        let Some(place) = place(key) else {
            return Some(key.state);
        };
        let held = self.0.iter().position(|held| held.place == place);
        match (key.state, held) {
            (KeyState::Released, Some(index)) => {
                self.0.remove(index);
                Some(KeyState::Released)
            }
            (KeyState::Released, None) => None,
            (_, Some(index)) => self.0[index].pressed_here.then_some(KeyState::Repeated),
            (_, None) if self.0.len() < MAX_HELD_KEYS => {
                self.0.push(Held {
                    place,
                    pressed_here: true,
                });
                Some(KeyState::Pressed)
            }
            (_, None) => None,
        }
    }

    pub(super) fn is_held(&self, key: &KeyInput) -> bool {
        let place = place(key);
        self.0.iter().any(|held| Some(held.place) == place)
    }

    /// The codes of those that are held and have one.
    pub(super) fn codes(&self) -> Vec<KeyCode> {
        let codes = self.0.iter().map(|held| held.place.0);
        codes.filter(|code| *code != KeyCode::default()).collect()
    }

    /// Another window has the keyboard: no key was pressed for that.
    pub(super) fn forget_presses(&mut self) {
        for held in &mut self.0 {
            held.pressed_here = false;
        }
    }

    /// All are up.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

fn place(key: &KeyInput) -> Option<Place> {
    match (key.code, key.evdev) {
        (KeyCode(0), 0) => None,
        (KeyCode(0), evdev) => Some(Place(KeyCode(0), evdev)),
        (code, _) => Some(Place(code, 0)),
    }
}
