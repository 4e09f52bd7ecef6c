//! What a program is sent for a key: as xterm does it.

use transom::{Key, KeyCode, KeyEvent, Modifiers, NamedKey};

use super::emulator::Modes;

/// The bytes for a key that went down or repeats; `None` when it means nothing to a program.
pub(crate) fn encode(key: &KeyEvent, modes: Modes) -> Option<Vec<u8>> {
    if !key.is_press() {
        return None;
    }
    if let Key::Named(name) = key.key {
        return named(name, key.modifiers, modes);
    }
    if !key.text.is_empty() {
        return Some(key.text.clone().into_bytes());
    }
    let held = Held::of(key.modifiers);
    let c = character(key)?;
    let bytes = match held.control {
        true => vec![control(c).or_else(|| control(latin(key.code)?))?],
        false => c.to_string().into_bytes(),
    };
    Some(escaped(held.alt, bytes))
}

fn character(key: &KeyEvent) -> Option<char> {
    match key.key {
        Key::Character(c) => Some(c),
        _ => None,
    }
}

/// Which modifiers change what a key sends.
#[derive(Clone, Copy)]
struct Held {
    shift: bool,
    alt: bool,
    control: bool,
}

impl Held {
    fn of(modifiers: Modifiers) -> Self {
        Self {
            shift: modifiers.contains(Modifiers::SHIFT),
            alt: modifiers.contains(Modifiers::ALT),
            control: modifiers.contains(Modifiers::CONTROL),
        }
    }

    /// As xterm counts them: 1 is none.
    fn number(self) -> u8 {
        1 + u8::from(self.shift) + 2 * u8::from(self.alt) + 4 * u8::from(self.control)
    }
}

fn escaped(alt: bool, mut bytes: Vec<u8>) -> Vec<u8> {
    if alt {
        bytes.insert(0, 0x1b);
    }
    bytes
}

/// What Control makes of a character.
fn control(c: char) -> Option<u8> {
    Some(match c {
        '@'..='_' => c as u8 & 0x1f,
        'a'..='z' => c as u8 & 0x1f,
        ' ' | '2' => 0x00,
        '3'..='7' => c as u8 - b'3' + 0x1b,
        '/' => 0x1f,
        '8' | '?' => 0x7f,
        _ => return None,
    })
}

/// The letter of a US keyboard at that place: Control with a letter means the same in layouts
/// that have others.
fn latin(code: KeyCode) -> Option<char> {
    let number = code.0.checked_sub(KeyCode::KEY_A.0).filter(|n| *n < 26)?;
    Some((b'a' + number as u8) as char)
}

fn named(name: NamedKey, modifiers: Modifiers, modes: Modes) -> Option<Vec<u8>> {
    let held = Held::of(modifiers);
    Some(match name {
        NamedKey::ENTER if modes.contains(Modes::LINE_FEED_NEW_LINE) => {
            escaped(held.alt, b"\r\n".to_vec())
        }
        NamedKey::ENTER => escaped(held.alt, b"\r".to_vec()),
        NamedKey::TAB if held.shift => escaped(held.alt, b"\x1b[Z".to_vec()),
        NamedKey::TAB => escaped(held.alt, b"\t".to_vec()),
        NamedKey::ESCAPE => escaped(held.alt, b"\x1b".to_vec()),
        NamedKey::BACKSPACE => escaped(held.alt, vec![if held.control { 0x08 } else { 0x7f }]),
        _ => function(name, held, modes)?.into_bytes(),
    })
}

/// Keys that send a sequence with their modifiers in it.
fn function(name: NamedKey, held: Held, modes: Modes) -> Option<String> {
    let letter = match name {
        NamedKey::ARROW_UP => 'A',
        NamedKey::ARROW_DOWN => 'B',
        NamedKey::ARROW_RIGHT => 'C',
        NamedKey::ARROW_LEFT => 'D',
        NamedKey::HOME => 'H',
        NamedKey::END => 'F',
        NamedKey::F1 => 'P',
        NamedKey::F2 => 'Q',
        NamedKey::F3 => 'R',
        NamedKey::F4 => 'S',
        _ => return numbered(name, held),
    };
    let alone = matches!(letter, 'P'..='S') || modes.contains(Modes::APP_CURSOR);
    Some(match held.number() {
        1 if alone => format!("\x1bO{letter}"),
        1 => format!("\x1b[{letter}"),
        number => format!("\x1b[1;{number}{letter}"),
    })
}

fn numbered(name: NamedKey, held: Held) -> Option<String> {
    let key = match name {
        NamedKey::INSERT => 2,
        NamedKey::DELETE => 3,
        NamedKey::PAGE_UP => 5,
        NamedKey::PAGE_DOWN => 6,
        NamedKey::F5 => 15,
        NamedKey::F6 => 17,
        NamedKey::F7 => 18,
        NamedKey::F8 => 19,
        NamedKey::F9 => 20,
        NamedKey::F10 => 21,
        NamedKey::F11 => 23,
        NamedKey::F12 => 24,
        NamedKey::F13 => 25,
        NamedKey::F14 => 26,
        NamedKey::F15 => 28,
        NamedKey::F16 => 29,
        NamedKey::F17 => 31,
        NamedKey::F18 => 32,
        NamedKey::F19 => 33,
        NamedKey::F20 => 34,
        NamedKey::CONTEXT_MENU => 29,
        _ => return None,
    };
    Some(match held.number() {
        1 => format!("\x1b[{key}~"),
        number => format!("\x1b[{key};{number}~"),
    })
}

/// What a program is sent for pasted text: lines end as the Enter key does, and nothing in it can
/// end a bracketed paste early or pass for a command.
pub(crate) fn pasted(text: &str, modes: Modes) -> Vec<u8> {
    let lines = text.replace("\r\n", "\r").replace('\n', "\r");
    let harmless = |c: &char| !c.is_control() || matches!(c, '\r' | '\t');
    let clean: String = lines.chars().filter(harmless).collect();
    match modes.contains(Modes::BRACKETED_PASTE) {
        true => format!("\x1b[200~{clean}\x1b[201~").into_bytes(),
        false => clean.into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use transom::{KeyLocation, KeyState, Serial, WindowId};

    fn event(key: Key, modifiers: Modifiers, text: &str) -> KeyEvent {
        KeyEvent {
            window: WindowId(1),
            state: KeyState::Pressed,
            key,
            unmodified: key,
            text: text.into(),
            code: KeyCode(0),
            evdev: 0,
            location: KeyLocation::Standard,
            modifiers,
            serial: Serial(1),
            time: 0,
        }
    }

    fn sent(key: Key, modifiers: Modifiers, modes: Modes) -> String {
        let bytes = encode(&event(key, modifiers, ""), modes).unwrap_or_default();
        bytes.escape_ascii().to_string()
    }

    const NONE: Modifiers = Modifiers::NONE;
    const SHIFT: Modifiers = Modifiers::SHIFT;
    const ALT: Modifiers = Modifiers::ALT;
    const CONTROL: Modifiers = Modifiers::CONTROL;

    #[test]
    fn named_keys_send_what_xterm_sends() {
        for (key, modifiers, modes, expected) in [
            (NamedKey::ENTER, NONE, Modes::NONE, r"\r"),
            (NamedKey::ENTER, ALT, Modes::NONE, r"\x1b\r"),
            (NamedKey::ENTER, NONE, Modes::LINE_FEED_NEW_LINE, r"\r\n"),
            (NamedKey::TAB, NONE, Modes::NONE, r"\t"),
            (NamedKey::TAB, SHIFT, Modes::NONE, r"\x1b[Z"),
            (NamedKey::BACKSPACE, NONE, Modes::NONE, r"\x7f"),
            (NamedKey::BACKSPACE, CONTROL, Modes::NONE, r"\x08"),
            (NamedKey::BACKSPACE, ALT, Modes::NONE, r"\x1b\x7f"),
            (NamedKey::ARROW_UP, NONE, Modes::NONE, r"\x1b[A"),
            (NamedKey::ARROW_UP, NONE, Modes::APP_CURSOR, r"\x1bOA"),
            (
                NamedKey::ARROW_LEFT,
                CONTROL,
                Modes::APP_CURSOR,
                r"\x1b[1;5D",
            ),
            (NamedKey::HOME, SHIFT | ALT, Modes::NONE, r"\x1b[1;4H"),
            (NamedKey::END, NONE, Modes::APP_CURSOR, r"\x1bOF"),
            (NamedKey::F1, NONE, Modes::NONE, r"\x1bOP"),
            (NamedKey::F4, SHIFT, Modes::NONE, r"\x1b[1;2S"),
            (NamedKey::F5, NONE, Modes::NONE, r"\x1b[15~"),
            (NamedKey::F12, CONTROL | SHIFT, Modes::NONE, r"\x1b[24;6~"),
            (NamedKey::DELETE, NONE, Modes::NONE, r"\x1b[3~"),
            (NamedKey::PAGE_UP, ALT, Modes::NONE, r"\x1b[5;3~"),
            (NamedKey::CAPS_LOCK, NONE, Modes::NONE, ""),
        ] {
            assert_eq!(sent(Key::Named(key), modifiers, modes), expected, "{key:?}");
        }
    }

    #[test]
    fn control_and_alt_change_characters() {
        for (c, modifiers, expected) in [
            ('c', CONTROL, r"\x03"),
            ('C', CONTROL | SHIFT, r"\x03"),
            ('[', CONTROL, r"\x1b"),
            (' ', CONTROL, r"\x00"),
            ('/', CONTROL, r"\x1f"),
            ('8', CONTROL, r"\x7f"),
            ('x', ALT, r"\x1bx"),
            ('x', CONTROL | ALT, r"\x1b\x18"),
            ('é', ALT, r"\x1b\xc3\xa9"),
            ('é', CONTROL, ""),
        ] {
            assert_eq!(
                sent(Key::Character(c), modifiers, Modes::NONE),
                expected,
                "{c}"
            );
        }
        let cyrillic = KeyEvent {
            code: KeyCode(KeyCode::KEY_A.0 + 2),
            ..event(Key::Character('с'), CONTROL, "")
        };
        assert_eq!(
            encode(&cyrillic, Modes::NONE),
            Some(vec![3]),
            "by its place"
        );
    }

    #[test]
    fn text_is_sent_as_it_is_and_releases_are_not() {
        let mut key = event(Key::Character('ß'), NONE, "ß");
        assert_eq!(encode(&key, Modes::NONE), Some("ß".into()));
        key.state = KeyState::Repeated;
        assert!(encode(&key, Modes::NONE).is_some());
        key.state = KeyState::Released;
        assert_eq!(encode(&key, Modes::NONE), None);
    }

    #[test]
    fn pasted_text_cannot_pass_for_commands() {
        let text = "a\nb\r\nc\x1b[201~\u{9b}x\ty\x07";
        assert_eq!(pasted(text, Modes::NONE), b"a\rb\rc[201~x\ty");
        assert_eq!(
            pasted(text, Modes::BRACKETED_PASTE),
            b"\x1b[200~a\rb\rc[201~x\ty\x1b[201~"
        );
    }
}
