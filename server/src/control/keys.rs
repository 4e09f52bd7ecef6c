//! Names of keys, as tools write them: `ctrl+shift+a`, `Return`, `F5`.

use transom_protocol::input::{KeyCode, LogicalKey, NamedKey};

use super::us_layout;

/// Why text names no keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown key '{0}': expected characters, or names such as Enter, Escape, ArrowLeft, F5, KeyA, ctrl, shift, alt, \
     super, joined by '+'"
)]
pub struct KeyError(String);

/// One key to be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stroke {
    /// Which key by place; 0 when the keyboard has no such key.
    pub code: KeyCode,
    /// What it means when the place does not say.
    pub fallback: LogicalKey,
    /// Shift has to be down for what is meant.
    pub shift: bool,
}

impl Stroke {
    fn at(code: KeyCode) -> Self {
        Self {
            code,
            fallback: LogicalKey::UNIDENTIFIED,
            shift: false,
        }
    }

    fn without_place(fallback: LogicalKey) -> Self {
        Self {
            code: KeyCode(0),
            fallback,
            shift: false,
        }
    }

    /// The key that types `c`.
    pub fn typing(c: char) -> Self {
        match c {
            '\n' | '\r' => Self::at(KeyCode::ENTER),
            '\t' => Self::at(KeyCode::TAB),
            '\u{8}' => Self::at(KeyCode::BACKSPACE),
            '\u{1b}' => Self::at(KeyCode::ESCAPE),
            _ => match us_layout::position(c) {
                Some(position) => Self {
                    shift: position.shift,
                    ..Self::at(position.code)
                },
                None => Self::without_place(LogicalKey::character(c)),
            },
        }
    }

    fn named(name: &str) -> Option<Self> {
        let mut characters = name.chars();
        if let (Some(c), None) = (characters.next(), characters.next()) {
            return Some(Self::typing(c));
        }
        let alias = ALIASES
            .iter()
            .find(|(alias, _)| alias.eq_ignore_ascii_case(name));
        if let Some((_, code)) = alias {
            return Some(Self::at(*code));
        }
        if let Some(key) = NamedKey::from_name(name) {
            return Some(match us_layout::named_position(key) {
                Some(code) => Self::at(code),
                None => Self::without_place(key.into()),
            });
        }
        KeyCode::from_name(name).map(Self::at)
    }
}

/// Names that people use and the standard does not know.
const ALIASES: &[(&str, KeyCode)] = &[
    ("ctrl", KeyCode::CONTROL_LEFT),
    ("altgr", KeyCode::ALT_RIGHT),
    ("meta", KeyCode::META_LEFT),
    ("win", KeyCode::META_LEFT),
    ("return", KeyCode::ENTER),
    ("esc", KeyCode::ESCAPE),
    ("del", KeyCode::DELETE),
    ("ins", KeyCode::INSERT),
    ("up", KeyCode::ARROW_UP),
    ("down", KeyCode::ARROW_DOWN),
    ("left", KeyCode::ARROW_LEFT),
    ("right", KeyCode::ARROW_RIGHT),
    ("pgup", KeyCode::PAGE_UP),
    ("pgdn", KeyCode::PAGE_DOWN),
    ("space", KeyCode::SPACE),
    ("plus", KeyCode::NUMPAD_ADD),
];

/// The keys that `text` names, in order.
pub fn parse_keys(text: &str) -> Result<Vec<Stroke>, KeyError> {
    // The key '+' itself: alone, or behind another '+'.
    let (text, last) = match text.strip_suffix('+') {
        Some(rest) if rest.is_empty() || rest.ends_with('+') => {
            (rest.strip_suffix('+').unwrap_or(rest), Some("+"))
        }
        _ => (text, None),
    };
    let names = text
        .split('+')
        .filter(|_| !(text.is_empty() && last.is_some()));
    names
        .chain(last)
        .map(|name| Stroke::named(name).ok_or_else(|| KeyError(name.into())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<KeyCode> {
        let strokes = parse_keys(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        strokes.iter().map(|stroke| stroke.code).collect()
    }

    #[test]
    fn names_of_keys_are_read_in_any_case() {
        use KeyCode as K;
        for (text, keys) in [
            ("a", vec![K::KEY_A]),
            (
                "ctrl+shift+a",
                vec![K::CONTROL_LEFT, K::SHIFT_LEFT, K::KEY_A],
            ),
            (
                "Control+ALT+Delete",
                vec![K::CONTROL_LEFT, K::ALT_LEFT, K::DELETE],
            ),
            ("Return", vec![K::ENTER]),
            ("enter", vec![K::ENTER]),
            ("F5", vec![K::F5]),
            ("super+Left", vec![K::META_LEFT, K::ARROW_LEFT]),
            ("keyq", vec![K::KEY_Q]),
            ("NumpadEnter", vec![K::NUMPAD_ENTER]),
            ("+", vec![K::EQUAL]),
            ("ctrl++", vec![K::CONTROL_LEFT, K::EQUAL]),
            ("ctrl+-", vec![K::CONTROL_LEFT, K::MINUS]),
            ("é", vec![KeyCode(0)]),
            ("F35", vec![KeyCode(0)]),
        ] {
            assert_eq!(codes(text), keys, "{text}");
        }
    }

    #[test]
    fn characters_bring_the_shift_they_need() {
        assert!(parse_keys("A").expect("a key")[0].shift);
        assert!(parse_keys("+").expect("a key")[0].shift);
        assert!(!parse_keys("a").expect("a key")[0].shift);
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        for text in ["", "ctrl+", "+a", "ctrl+nosuch", "a+++"] {
            assert!(parse_keys(text).is_err(), "{text}");
        }
        let error = parse_keys("ctrl+nosuch").expect_err("nonsense").to_string();
        assert!(error.contains("'nosuch'"), "{error}");
    }

    #[test]
    fn typed_line_ends_press_enter() {
        assert_eq!(Stroke::typing('\n').code, KeyCode::ENTER);
        assert_eq!(Stroke::typing('€').fallback, '€'.into());
    }
}
