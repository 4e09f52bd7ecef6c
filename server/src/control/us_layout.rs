//! The keyboard that injected input comes from: a US one. Tables and look-ups only.

use transom_protocol::input::{Key, KeyCode, KeyLocation, LogicalKey, NamedKey};

/// A key of the keyboard and whether Shift goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) code: KeyCode,
    pub(super) shift: bool,
}

/// Keys that make characters besides letters: what they make without and with Shift.
const CHARACTERS: &[(KeyCode, char, char)] = &[
    (KeyCode::DIGIT_1, '1', '!'),
    (KeyCode::DIGIT_2, '2', '@'),
    (KeyCode::DIGIT_3, '3', '#'),
    (KeyCode::DIGIT_4, '4', '$'),
    (KeyCode::DIGIT_5, '5', '%'),
    (KeyCode::DIGIT_6, '6', '^'),
    (KeyCode::DIGIT_7, '7', '&'),
    (KeyCode::DIGIT_8, '8', '*'),
    (KeyCode::DIGIT_9, '9', '('),
    (KeyCode::DIGIT_0, '0', ')'),
    (KeyCode::SPACE, ' ', ' '),
    (KeyCode::MINUS, '-', '_'),
    (KeyCode::EQUAL, '=', '+'),
    (KeyCode::BRACKET_LEFT, '[', '{'),
    (KeyCode::BRACKET_RIGHT, ']', '}'),
    (KeyCode::BACKSLASH, '\\', '|'),
    (KeyCode::SEMICOLON, ';', ':'),
    (KeyCode::QUOTE, '\'', '"'),
    (KeyCode::BACKQUOTE, '`', '~'),
    (KeyCode::COMMA, ',', '<'),
    (KeyCode::PERIOD, '.', '>'),
    (KeyCode::SLASH, '/', '?'),
];

/// Keys on the number pad and what they mean, Num Lock being on.
const NUMPAD: &[(KeyCode, char)] = &[
    (KeyCode::NUMPAD_DIVIDE, '/'),
    (KeyCode::NUMPAD_MULTIPLY, '*'),
    (KeyCode::NUMPAD_SUBTRACT, '-'),
    (KeyCode::NUMPAD_ADD, '+'),
    (KeyCode::NUMPAD_1, '1'),
    (KeyCode::NUMPAD_2, '2'),
    (KeyCode::NUMPAD_3, '3'),
    (KeyCode::NUMPAD_4, '4'),
    (KeyCode::NUMPAD_5, '5'),
    (KeyCode::NUMPAD_6, '6'),
    (KeyCode::NUMPAD_7, '7'),
    (KeyCode::NUMPAD_8, '8'),
    (KeyCode::NUMPAD_9, '9'),
    (KeyCode::NUMPAD_0, '0'),
    (KeyCode::NUMPAD_DECIMAL, '.'),
    (KeyCode::NUMPAD_EQUAL, '='),
    (KeyCode::NUMPAD_COMMA, ','),
];

/// Keys whose name as a key is not their name as a place.
const NAMES: &[(KeyCode, NamedKey)] = &[
    (KeyCode::SHIFT_LEFT, NamedKey::SHIFT),
    (KeyCode::SHIFT_RIGHT, NamedKey::SHIFT),
    (KeyCode::CONTROL_LEFT, NamedKey::CONTROL),
    (KeyCode::CONTROL_RIGHT, NamedKey::CONTROL),
    (KeyCode::ALT_LEFT, NamedKey::ALT),
    (KeyCode::ALT_RIGHT, NamedKey::ALT_GRAPH),
    (KeyCode::META_LEFT, NamedKey::SUPER),
    (KeyCode::META_RIGHT, NamedKey::SUPER),
    (KeyCode::NUMPAD_ENTER, NamedKey::ENTER),
];

/// Where the keyboard makes this character.
pub(super) fn position(c: char) -> Option<Position> {
    if c.is_ascii_alphabetic() {
        let letter = c.to_ascii_lowercase() as u16 - u16::from(b'a');
        return Some(Position {
            code: KeyCode(KeyCode::KEY_A.0 + letter),
            shift: c.is_ascii_uppercase(),
        });
    }
    CHARACTERS
        .iter()
        .find(|(_, plain, shifted)| c == *plain || c == *shifted)
        .map(|&(code, plain, _)| Position {
            code,
            shift: c != plain,
        })
}

/// Where the keyboard has this key.
pub(super) fn named_position(key: NamedKey) -> Option<KeyCode> {
    let other = NAMES.iter().find(|(_, name)| *name == key);
    match other {
        // Enter is the large one.
        Some((code, name)) if *name != NamedKey::ENTER => Some(*code),
        _ => KeyCode::from_name(key.name()?),
    }
}

/// What a key means, with Shift or without.
pub(super) fn logical(code: KeyCode, shift: bool) -> LogicalKey {
    if (KeyCode::KEY_A..=KeyCode::KEY_Z).contains(&code) {
        let letter = (code.0 - KeyCode::KEY_A.0) as u8;
        let first = if shift { b'A' } else { b'a' };
        return LogicalKey::character((first + letter) as char);
    }
    let character = CHARACTERS.iter().find(|(found, ..)| *found == code);
    if let Some((_, plain, shifted)) = character {
        return LogicalKey::character(if shift { *shifted } else { *plain });
    }
    if let Some((_, character)) = NUMPAD.iter().find(|(found, _)| *found == code) {
        return LogicalKey::character(*character);
    }
    let other = NAMES.iter().find(|(found, _)| *found == code);
    let named = other.map(|(_, name)| *name);
    match named.or_else(|| NamedKey::from_name(code.name()?)) {
        Some(named) => LogicalKey::named(named),
        None => LogicalKey::UNIDENTIFIED,
    }
}

/// The character a key with this meaning enters, if any.
pub(super) fn character(logical: LogicalKey) -> Option<char> {
    match logical.key() {
        Key::Character(c) => Some(c),
        _ => None,
    }
}

/// Which of several keys it is.
pub(super) fn location(code: KeyCode) -> KeyLocation {
    match code {
        KeyCode::SHIFT_LEFT | KeyCode::CONTROL_LEFT | KeyCode::ALT_LEFT | KeyCode::META_LEFT => {
            KeyLocation::Left
        }
        KeyCode::SHIFT_RIGHT
        | KeyCode::CONTROL_RIGHT
        | KeyCode::ALT_RIGHT
        | KeyCode::META_RIGHT => KeyLocation::Right,
        KeyCode::NUMPAD_ENTER => KeyLocation::Numpad,
        _ if NUMPAD.iter().any(|(found, _)| *found == code) => KeyLocation::Numpad,
        _ => KeyLocation::Standard,
    }
}

/// The key's evdev code; 0 when it has none.
pub(super) fn evdev(code: KeyCode) -> u16 {
    let code = usize::from(code.0);
    let table = match code {
        0..0xe0 => EVDEV.get(code),
        _ => EVDEV_MODIFIERS.get(code - 0xe0),
    };
    table.copied().unwrap_or(0).into()
}

/// evdev codes by USB HID usage, which our key codes are, as Linux assigns them.
#[rustfmt::skip]
const EVDEV: &[u8] = &[
      0,   0,   0,   0,  30,  48,  46,  32,  18,  33,  34,  35,  23,  36,  37,  38,
     50,  49,  24,  25,  16,  19,  31,  20,  22,  47,  17,  45,  21,  44,   2,   3,
      4,   5,   6,   7,   8,   9,  10,  11,  28,   1,  14,  15,  57,  12,  13,  26,
     27,  43,  43,  39,  40,  41,  51,  52,  53,  58,  59,  60,  61,  62,  63,  64,
     65,  66,  67,  68,  87,  88,  99,  70, 119, 110, 102, 104, 111, 107, 109, 106,
    105, 108, 103,  69,  98,  55,  74,  78,  96,  79,  80,  81,  75,  76,  77,  71,
     72,  73,  82,  83,  86, 127, 116, 117, 183, 184, 185, 186, 187, 188, 189, 190,
    191, 192, 193, 194, 134, 138, 130, 132, 128, 129, 131, 137, 133, 135, 136, 113,
    115, 114,   0,   0,   0, 121,   0,  89,  93, 124,  92,  94,  95,   0,   0,   0,
    122, 123,  90,  91,  85,
];

/// The same for the usages from 0xe0: the modifier keys.
const EVDEV_MODIFIERS: &[u8] = &[29, 42, 56, 125, 97, 54, 100, 126];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_printable_ascii_character_has_a_key_that_makes_it() {
        for c in ' '..='~' {
            let position = position(c).unwrap_or_else(|| panic!("no key for {c:?}"));
            assert_eq!(logical(position.code, position.shift), c.into(), "{c:?}");
            assert_ne!(evdev(position.code), 0, "{c:?}");
        }
        assert_eq!(position('é'), None);
    }

    #[test]
    fn evdev_codes_are_those_of_linux() {
        for (code, number) in [
            (KeyCode::KEY_A, 30),
            (KeyCode::KEY_Q, 16),
            (KeyCode::DIGIT_1, 2),
            (KeyCode::ENTER, 28),
            (KeyCode::F12, 88),
            (KeyCode::ARROW_UP, 103),
            (KeyCode::META_RIGHT, 126),
            (KeyCode::MEDIA_STOP, 0),
        ] {
            assert_eq!(evdev(code), number, "{code}");
        }
    }

    #[test]
    fn keys_mean_what_is_printed_on_them() {
        for (code, shift, meaning) in [
            (KeyCode::KEY_A, true, LogicalKey::character('A')),
            (KeyCode::DIGIT_2, true, '@'.into()),
            (KeyCode::NUMPAD_7, true, '7'.into()),
            (KeyCode::NUMPAD_ENTER, false, NamedKey::ENTER.into()),
            (KeyCode::ALT_RIGHT, false, NamedKey::ALT_GRAPH.into()),
            (KeyCode::F5, false, NamedKey::F5.into()),
            (KeyCode(0), false, LogicalKey::UNIDENTIFIED),
        ] {
            assert_eq!(logical(code, shift), meaning, "{code}");
        }
    }

    #[test]
    fn named_keys_are_found_by_what_they_are() {
        for (key, code) in [
            (NamedKey::ENTER, Some(KeyCode::ENTER)),
            (NamedKey::SHIFT, Some(KeyCode::SHIFT_LEFT)),
            (NamedKey::SUPER, Some(KeyCode::META_LEFT)),
            (NamedKey::ARROW_LEFT, Some(KeyCode::ARROW_LEFT)),
            (NamedKey::F24, Some(KeyCode::F24)),
            (NamedKey::F35, None),
        ] {
            assert_eq!(named_position(key), code, "{key}");
        }
    }
}
