//! Which keys are a program's commands, on whatever layout they are pressed.

use transom_protocol::input::{Key, KeyCode, LogicalKey, Modifiers};

use crate::events::KeyEvent;

/// Those that shortcuts tell apart.
const TOLD_APART: Modifiers =
    Modifiers(Modifiers::SHIFT.0 | Modifiers::CONTROL.0 | Modifiers::ALT.0 | Modifiers::SUPER.0);

/// With one of these a key commands.
const COMMANDS: Modifiers = Modifiers(Modifiers::CONTROL.0 | Modifiers::ALT.0 | Modifiers::SUPER.0);

/// The last letter of the Latin script, with its accents; others are behind it.
const LATIN: char = '\u{24f}';

/// What keys make on a US keyboard, besides letters and digits.
const SYMBOLS: &[(KeyCode, char)] = &[
    (KeyCode::DIGIT_0, '0'),
    (KeyCode::MINUS, '-'),
    (KeyCode::EQUAL, '='),
    (KeyCode::BRACKET_LEFT, '['),
    (KeyCode::BRACKET_RIGHT, ']'),
    (KeyCode::BACKSLASH, '\\'),
    (KeyCode::SEMICOLON, ';'),
    (KeyCode::QUOTE, '\''),
    (KeyCode::BACKQUOTE, '`'),
    (KeyCode::COMMA, ','),
    (KeyCode::PERIOD, '.'),
    (KeyCode::SLASH, '/'),
];

impl KeyEvent {
    /// Whether this is the press (or a repeat) of a shortcut: `key` with exactly these of Shift,
    /// Control, Alt and Super. Locks do not matter.
    ///
    /// ```
    /// # use transom::{KeyEvent, Modifiers, NamedKey};
    /// # fn command(key: &KeyEvent) {
    /// if key.shortcut(Modifiers::CONTROL, 'c') { /* copy */ }
    /// if key.shortcut(Modifiers::CONTROL | Modifiers::SHIFT, 'c') { /* copy something else */ }
    /// if key.shortcut(Modifiers::CONTROL, '+') { /* larger */ }
    /// if key.shortcut(Modifiers::NONE, NamedKey::F5) { /* again */ }
    /// # }
    /// ```
    ///
    /// A letter is the one the layout has there, so that `'z'` is where the person reads a Z, and
    /// its case says nothing. Where the layout has no Latin letters (Cyrillic, Greek, Arabic ...), keys
    /// count as what a US keyboard has in their place. For other characters Shift and AltGr do not
    /// count where the layout needs them: `'+'` is Shift and `=` on a US keyboard, a key of its own
    /// on a German one. A character without Control, Alt or Super is one that is typed: not a part of
    /// an accented letter.
    pub fn shortcut(&self, modifiers: Modifiers, key: impl Into<LogicalKey>) -> bool {
        let held = Modifiers(self.modifiers.0 & TOLD_APART.0);
        let wanted = key.into().key();
        if !self.is_press() {
            return false;
        }
        match wanted {
            Key::Character(c) => {
                let found = match modifiers.intersects(COMMANDS) {
                    true => self.meant(),
                    false => self.typed(),
                };
                let plain = found == Some(c.to_ascii_lowercase());
                let made = !c.is_alphabetic() && self.key == wanted;
                let needs_none = !self.modifiers.contains(Modifiers::ALT_GRAPH);
                (plain && held == modifiers && needs_none)
                    || (made && held.without(Modifiers::SHIFT) == modifiers)
            }
            _ => self.key == wanted && held == modifiers,
        }
    }

    /// The character it enters, in small letters. A key that is part of an accented letter is none,
    /// and neither is one that an accent was put on.
    fn typed(&self) -> Option<char> {
        let mut text = self.text.chars();
        let (c, None) = (text.next()?, text.next()) else {
            return None;
        };
        match c <= LATIN {
            true => c.to_lowercase().next(),
            false => us_character(self.code),
        }
    }

    /// The character of the key, in small letters.
    fn meant(&self) -> Option<char> {
        match self.unmodified {
            Key::Character(c) if c <= LATIN => Some(c.to_lowercase().next().unwrap_or(c)),
            Key::Dead(accent) => Some(accent),
            Key::Named(_) => None,
            Key::Unidentified if matches!(self.key, Key::Dead(_)) => None,
            Key::Character(_) | Key::Unidentified => us_character(self.code),
        }
    }
}

/// What a key makes on a US keyboard, without Shift.
fn us_character(code: KeyCode) -> Option<char> {
    let rows = [
        (KeyCode::KEY_A, KeyCode::KEY_Z, 'a'),
        (KeyCode::DIGIT_1, KeyCode::DIGIT_9, '1'),
    ];
    let row = rows
        .iter()
        .find(|(first, last, _)| (*first..=*last).contains(&code));
    if let Some((first, _, c)) = row {
        return char::from_u32(u32::from(*c) + u32::from(code.0 - first.0));
    }
    let symbol = SYMBOLS.iter().find(|(found, _)| *found == code);
    symbol.map(|(_, c)| *c)
}

#[cfg(test)]
mod tests {
    use transom_protocol::ids::{Serial, WindowId};
    use transom_protocol::input::{KeyLocation, KeyState, NamedKey};

    use super::*;

    const CTRL: Modifiers = Modifiers::CONTROL;
    const SHIFT: Modifiers = Modifiers::SHIFT;

    fn key(code: KeyCode, unmodified: impl Into<LogicalKey>, held: Modifiers) -> KeyEvent {
        let unmodified = unmodified.into().key();
        KeyEvent {
            window: WindowId(1),
            state: KeyState::Pressed,
            key: unmodified,
            unmodified,
            text: String::new(),
            code,
            evdev: 0,
            location: KeyLocation::Standard,
            modifiers: held,
            serial: Serial::NONE,
            time: 0,
        }
    }

    fn made(code: KeyCode, plain: char, made: char, held: Modifiers) -> KeyEvent {
        KeyEvent {
            key: Key::Character(made),
            ..key(code, plain, held)
        }
    }

    #[test]
    fn letters_are_those_of_the_layout_where_it_has_latin_ones() {
        for (what, event, c, expected) in [
            ("us", key(KeyCode::KEY_C, 'c', CTRL), 'c', true),
            ("in capitals", key(KeyCode::KEY_C, 'c', CTRL), 'C', true),
            ("de", key(KeyCode::KEY_Y, 'z', CTRL), 'z', true),
            (
                "de, the place of y",
                key(KeyCode::KEY_Y, 'z', CTRL),
                'y',
                false,
            ),
            ("fr", key(KeyCode::KEY_Q, 'a', CTRL), 'a', true),
            ("ru", key(KeyCode::KEY_C, 'с', CTRL), 'c', true),
            ("gr", key(KeyCode::KEY_Z, 'ζ', CTRL), 'z', true),
            (
                "ru, a symbol",
                key(KeyCode::SEMICOLON, 'ж', CTRL),
                ';',
                true,
            ),
            (
                "de, an umlaut",
                key(KeyCode::SEMICOLON, 'ö', CTRL),
                ';',
                false,
            ),
            (
                "de, an umlaut itself",
                key(KeyCode::SEMICOLON, 'ö', CTRL),
                'ö',
                true,
            ),
            ("ar, a digit", key(KeyCode::DIGIT_7, '٧', CTRL), '7', true),
            ("no place", key(KeyCode(0), 'с', CTRL), 'c', false),
        ] {
            assert_eq!(event.shortcut(CTRL, c), expected, "{what}");
        }
    }

    #[test]
    fn modifiers_are_exactly_those_and_locks_do_not_matter() {
        let c = |held| key(KeyCode::KEY_C, 'c', held);
        assert!(c(CTRL | Modifiers::CAPS_LOCK | Modifiers::NUM_LOCK).shortcut(CTRL, 'c'));
        for held in [
            Modifiers::NONE,
            SHIFT,
            CTRL | SHIFT,
            CTRL | Modifiers::ALT,
            CTRL | Modifiers::SUPER,
            CTRL | Modifiers::ALT_GRAPH,
        ] {
            assert!(!c(held).shortcut(CTRL, 'c'), "{held:?}");
        }
        assert!(made(KeyCode::KEY_C, 'c', 'C', CTRL | SHIFT).shortcut(CTRL | SHIFT, 'c'));
    }

    #[test]
    fn shift_and_alt_gr_that_make_a_symbol_are_part_of_it() {
        let graph = CTRL | Modifiers::ALT_GRAPH;
        for (what, event, modifiers, c, expected) in [
            (
                "us +",
                made(KeyCode::EQUAL, '=', '+', CTRL | SHIFT),
                CTRL,
                '+',
                true,
            ),
            (
                "us =",
                made(KeyCode::EQUAL, '=', '=', CTRL),
                CTRL,
                '=',
                true,
            ),
            (
                "us shift =",
                made(KeyCode::EQUAL, '=', '+', CTRL | SHIFT),
                CTRL | SHIFT,
                '=',
                true,
            ),
            (
                "us + for =",
                made(KeyCode::EQUAL, '=', '+', CTRL | SHIFT),
                CTRL,
                '=',
                false,
            ),
            (
                "de +",
                made(KeyCode::BRACKET_RIGHT, '+', '+', CTRL),
                CTRL,
                '+',
                true,
            ),
            (
                "de [",
                made(KeyCode::DIGIT_8, '8', '[', graph),
                CTRL,
                '[',
                true,
            ),
            (
                "fr 1",
                made(KeyCode::DIGIT_1, '&', '1', CTRL | SHIFT),
                CTRL,
                '1',
                true,
            ),
        ] {
            assert_eq!(event.shortcut(modifiers, c), expected, "{what}");
        }
    }

    #[test]
    fn a_plain_character_is_one_that_is_typed() {
        let typed = |text: &str, unmodified: char, code| KeyEvent {
            text: text.to_owned(),
            ..key(code, unmodified, Modifiers::NONE)
        };
        let e = |text| typed(text, 'e', KeyCode::KEY_E).shortcut(Modifiers::NONE, 'e');
        assert!(e("e") && e("E"));
        assert!(!e("ê") && !e("") && !e("^e"));
        assert!(typed("у", 'у', KeyCode::KEY_E).shortcut(Modifiers::NONE, 'e'));
    }

    #[test]
    fn named_and_dead_keys_are_found_and_releases_are_none() {
        let f5 = key(KeyCode::F5, NamedKey::F5, Modifiers::NONE);
        assert!(f5.shortcut(Modifiers::NONE, NamedKey::F5));
        assert!(!f5.shortcut(CTRL, NamedKey::F5));
        let dead = key(KeyCode::BACKQUOTE, LogicalKey::dead('^'), CTRL);
        assert!(dead.shortcut(CTRL, '^'));
        let repeated = KeyEvent {
            state: KeyState::Repeated,
            ..f5.clone()
        };
        assert!(repeated.shortcut(Modifiers::NONE, NamedKey::F5));
        let released = KeyEvent {
            state: KeyState::Released,
            ..f5
        };
        assert!(!released.shortcut(Modifiers::NONE, NamedKey::F5));
    }

    #[test]
    fn a_us_keyboard_has_these() {
        for (code, c) in [
            (KeyCode::KEY_A, 'a'),
            (KeyCode::KEY_Z, 'z'),
            (KeyCode::DIGIT_1, '1'),
            (KeyCode::DIGIT_9, '9'),
            (KeyCode::DIGIT_0, '0'),
            (KeyCode::SLASH, '/'),
        ] {
            assert_eq!(us_character(code), Some(c));
        }
        assert_eq!(us_character(KeyCode::ENTER), None);
    }
}
