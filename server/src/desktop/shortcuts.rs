//! Keys that are the desktop's own.
//!
//! | Keys | What they do |
//! |---|---|
//! | Super+Left, Super+Right | fill that half of the screen |
//! | Super+Up | maximise |
//! | Super+Down | back to the size before |
//! | Super+Shift+arrow | move |
//! | Super+Control+arrow | resize |
//! | Super+F | fill the whole screen, or stop |
//! | Super+M | minimise |
//! | Super+Q, Alt+F4 | close |
//! | Super+Tab (see [`Config::switcher`](super::Config)) | turn to another window |
//! | Super+Space | the desktop's menu |
//! | Alt+Space | the window's menu |
//! | Super+Escape | ends a program's grab of all keys |

use transom_protocol::input::{Key, KeyCode, KeyState, Modifiers, NamedKey};

use super::Desktop;
use super::fill::Fill;
use super::ids::WindowKey;
use super::input::KeyInput;
use super::menu::MenuPlace;
use super::shell::Interaction;

/// Those that shortcuts tell apart.
const TOLD_APART: Modifiers =
    Modifiers(Modifiers::SHIFT.0 | Modifiers::CONTROL.0 | Modifiers::ALT.0 | Modifiers::SUPER.0);

/// The most keys that are remembered as taken; as many as anybody holds.
const MAX_TAKEN: usize = 32;

impl Desktop {
    /// The modifiers that are held, as far as shortcuts tell them apart.
    pub(super) fn held_modifiers(&self) -> Modifiers {
        Modifiers(self.seat.modifiers.depressed.0 & TOLD_APART.0)
    }

    /// Whether the window with the keyboard has asked for all keys.
    pub(super) fn keys_are_grabbed(&self) -> bool {
        let focus = self.seat.focus.and_then(|k| self.windows.get(&k));
        self.config.keyboard_grabs && focus.is_some_and(|w| w.grabs_keys)
    }

    /// A key that is the desktop's own and no program's. False: it is not.
    pub(super) fn key_shell(&mut self, key: &KeyInput) -> bool {
        let taken = self.shell.keys.iter().position(|k| *k == key.code);
        if key.state == KeyState::Released {
            let taken = taken.filter(|_| key.code != KeyCode::default());
            return taken.map(|index| self.shell.keys.remove(index)).is_some();
        }
        // What a program was told is down is its own until it is up.
        if self.seat.keys.is_held(key) {
            return false;
        }
        let done = self.interaction_key(key) || self.shortcut(key);
        if done && taken.is_none() && self.shell.keys.len() < MAX_TAKEN {
            self.shell.keys.push(key.code);
        }
        done || taken.is_some()
    }

    /// Whether what the person is doing takes the key.
    fn interaction_key(&mut self, key: &KeyInput) -> bool {
        let (code, modifiers) = (meaning(key), self.held_modifiers());
        match &self.shell.interaction {
            Some(Interaction::Menu(_)) => self.menu_key(code),
            Some(Interaction::Switcher(_)) => self.switcher_key(code, modifiers),
            Some(_) if code == KeyCode::ESCAPE => self.cancel_interaction(),
            Some(Interaction::Drag(drag)) if drag.button.is_none() && code == KeyCode::ENTER => {
                self.finish_drag();
            }
            _ => return false,
        }
        true
    }

    fn shortcut(&mut self, key: &KeyInput) -> bool {
        let (code, modifiers) = (meaning(key), self.held_modifiers());
        if !self.config.shortcuts || self.shell.interaction.is_some() {
            return false;
        }
        if self.keys_are_grabbed() {
            return self.end_key_grab(code, modifiers);
        }
        let switcher = self.config.switcher;
        if code == switcher.key && modifiers.without(Modifiers::SHIFT) == switcher.modifiers {
            self.switch(modifiers.contains(Modifiers::SHIFT));
            return true;
        }
        if (code, modifiers) == (KeyCode::SPACE, Modifiers::SUPER) {
            self.open_desk_menu(MenuPlace::Middle);
            return true;
        }
        let focus = self.seat.focus;
        focus.is_some_and(|focus| self.window_shortcut(focus, code, modifiers))
    }

    fn end_key_grab(&mut self, code: KeyCode, modifiers: Modifiers) -> bool {
        let ends = (code, modifiers) == (KeyCode::ESCAPE, Modifiers::SUPER);
        let focus = self.seat.focus.filter(|_| ends);
        if let Some(window) = focus.and_then(|k| self.windows.get_mut(&k)) {
            window.grabs_keys = false;
        }
        ends
    }

    /// A key that does something with the window that has the keyboard.
    fn window_shortcut(&mut self, focus: WindowKey, code: KeyCode, modifiers: Modifiers) -> bool {
        const SUPER: Modifiers = Modifiers::SUPER;
        const SHIFTED: Modifiers = Modifiers(Modifiers::SUPER.0 | Modifiers::SHIFT.0);
        const CONTROLLED: Modifiers = Modifiers(Modifiers::SUPER.0 | Modifiers::CONTROL.0);
        match (modifiers, code, direction(code)) {
            (SUPER, KeyCode::ARROW_LEFT, _) => self.snap(focus, Fill::Left),
            (SUPER, KeyCode::ARROW_RIGHT, _) => self.snap(focus, Fill::Right),
            (SUPER, KeyCode::ARROW_UP, _) => self.snap(focus, Fill::Maximized),
            (SUPER, KeyCode::ARROW_DOWN, _) => self.snap(focus, Fill::None),
            (SHIFTED, _, Some(direction)) => self.step(focus, direction),
            (CONTROLLED, _, Some(direction)) => self.grow(focus, direction),
            (SUPER, KeyCode::KEY_F, _) => self.toggle_fullscreen(focus),
            (SUPER, KeyCode::KEY_M, _) => self.minimize(self.root_of(focus)),
            (SUPER, KeyCode::KEY_Q, _) | (Modifiers::ALT, KeyCode::F4, _) => {
                self.ask_to_close(focus);
            }
            (Modifiers::ALT, KeyCode::SPACE, _) => {
                self.open_window_menu(focus, MenuPlace::Middle);
            }
            _ => return false,
        }
        true
    }
}

fn direction(code: KeyCode) -> Option<(i32, i32)> {
    Some(match code {
        KeyCode::ARROW_LEFT => (-1, 0),
        KeyCode::ARROW_RIGHT => (1, 0),
        KeyCode::ARROW_UP => (0, -1),
        KeyCode::ARROW_DOWN => (0, 1),
        _ => return None,
    })
}

/// The key that a shortcut means: letters by what they are in the layout, others by their place.
fn meaning(key: &KeyInput) -> KeyCode {
    match key.unmodified.key() {
        Key::Character(c) if c.is_ascii_alphabetic() => {
            let index = c.to_ascii_lowercase() as u16 - u16::from(b'a');
            KeyCode(KeyCode::KEY_A.0 + index)
        }
        Key::Named(named) if key.code == KeyCode::default() => named_code(named),
        _ => key.code,
    }
}

/// The place of a key of which only the name is known.
fn named_code(named: NamedKey) -> KeyCode {
    let pairs = [
        (NamedKey::ARROW_LEFT, KeyCode::ARROW_LEFT),
        (NamedKey::ARROW_RIGHT, KeyCode::ARROW_RIGHT),
        (NamedKey::ARROW_UP, KeyCode::ARROW_UP),
        (NamedKey::ARROW_DOWN, KeyCode::ARROW_DOWN),
        (NamedKey::TAB, KeyCode::TAB),
        (NamedKey::ENTER, KeyCode::ENTER),
        (NamedKey::ESCAPE, KeyCode::ESCAPE),
        (NamedKey::F4, KeyCode::F4),
    ];
    let found = pairs.iter().find(|(name, _)| *name == named);
    found.map_or(KeyCode::default(), |(_, code)| *code)
}
