//! Keys and modifiers: to the window that has the keyboard, and to nobody else.

use transom_protocol::codec::Packed;
use transom_protocol::event::{Key, KeyboardEnter, KeyboardLeave, ModifiersChanged, RepeatInfo};
use transom_protocol::input::KeyState;

use super::Desktop;
use super::ids::WindowKey;
use super::input::{KeyInput, KeyRepeat};

impl Desktop {
    /// Gives the keyboard to the window that should have it.
    pub(super) fn settle_keyboard(&mut self) {
        let grab = self.seat.grabs.last().copied();
        let target = grab.or(self.seat.focus).filter(|_| !self.seat.absent);
        if target == self.seat.keyboard {
            return;
        }
        self.end_composition();
        if let Some(left) = self.seat.keyboard.take() {
            let event = KeyboardLeave {
                window: left.window,
                serial: self.next_serial(left.client),
            };
            self.send(left.client, event);
        }
        self.seat.keyboard = target;
        if let Some(entered) = target {
            self.enter_keyboard(entered);
        }
    }

    fn enter_keyboard(&mut self, key: WindowKey) {
        // They were not pressed here, and what they repeat is nothing to this window.
        self.seat.keys.forget_presses();
        let (held, mut buffer) = (self.seat.keys.codes(), Vec::new());
        let event = KeyboardEnter {
            window: key.window,
            serial: self.next_serial(key.client),
            keys: Packed::pack(&held, &mut buffer),
        };
        self.send(key.client, event);
        self.send(key.client, self.seat.modifiers);
        self.show_selections(key.client);
    }

    pub(super) fn handle_key(&mut self, key: &KeyInput) {
        self.set_absent(false);
        if self.key_shell(key) {
            return;
        }
        let Some(state) = self.seat.keys.take(key) else {
            return;
        };
        if state != KeyState::Released {
            let enters = key.text.chars().any(|c| !c.is_control());
            self.seat.typed = enters.then_some(self.clock);
        }
        let Some(to) = self.seat.keyboard else {
            return;
        };
        let serial = self.next_serial(to.client);
        if state == KeyState::Pressed {
            self.remember_input(to, serial);
        }
        let event = Key {
            serial,
            time: self.clock.millis(),
            state,
            code: key.code,
            evdev: key.evdev,
            logical: key.logical,
            unmodified: key.unmodified,
            location: key.location,
            text: key.text.as_str().into(),
        };
        self.send(to.client, event);
        self.ping_in_use(to.client);
    }

    pub(super) fn handle_modifiers(&mut self, modifiers: ModifiersChanged) {
        if self.seat.modifiers == modifiers {
            return;
        }
        self.seat.modifiers = modifiers;
        if let Some(to) = self.seat.keyboard {
            self.send(to.client, modifiers);
        }
        self.settle_switcher();
    }

    /// How keys repeat that are held.
    pub fn repeat(&self) -> KeyRepeat {
        self.seat.repeat
    }

    /// Keys repeat like this from now on: clients are told. Whoever hands input in makes the repeats.
    pub fn set_repeat(&mut self, repeat: KeyRepeat) {
        if std::mem::replace(&mut self.seat.repeat, repeat) == repeat {
            return;
        }
        let clients: Vec<_> = self.clients.keys().copied().collect();
        let KeyRepeat { delay, interval } = repeat;
        for client in clients {
            self.send(client, RepeatInfo { delay, interval });
        }
    }

    /// The screen itself has the keyboard, or has not.
    pub(super) fn set_absent(&mut self, absent: bool) {
        if self.seat.absent == absent {
            return;
        }
        self.seat.absent = absent;
        if absent {
            self.seat.keys.clear();
            self.seat.typed = None;
            self.shell.keys.clear();
            self.cancel_interaction();
            self.dismiss_grabs();
            self.release_pointer();
            self.release_fingers();
        }
        self.unsettled = true;
        self.settle();
    }
}
