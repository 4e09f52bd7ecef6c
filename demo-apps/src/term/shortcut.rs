//! [`Shortcut`]: keys that the terminal takes for itself.

use transom::{Key, KeyEvent, Modifiers, NamedKey};

/// What such a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shortcut {
    Copy,
    Paste,
    PastePrimary,
    Larger,
    Smaller,
    UsualSize,
    PageUp,
    PageDown,
    LineUp,
    LineDown,
    Top,
    Bottom,
    Search,
    ClearHistory,
}

/// What a key that went down does; `None`: it is the program's.
pub(crate) fn shortcut(key: &KeyEvent) -> Option<Shortcut> {
    let others = Modifiers::ALT | Modifiers::SUPER;
    if !key.is_press() || key.modifiers.intersects(others) {
        return None;
    }
    let shift = key.modifiers.contains(Modifiers::SHIFT);
    match (key.modifiers.contains(Modifiers::CONTROL), shift) {
        (true, _) => with_control(key, shift),
        (false, true) => with_shift(key),
        (false, false) => None,
    }
}

fn with_control(key: &KeyEvent, shift: bool) -> Option<Shortcut> {
    let Key::Character(c) = key.unmodified else {
        return match key.key {
            Key::Named(NamedKey::ARROW_UP) if shift => Some(Shortcut::LineUp),
            Key::Named(NamedKey::ARROW_DOWN) if shift => Some(Shortcut::LineDown),
            _ => None,
        };
    };
    let made = match key.key {
        Key::Character(c) => c,
        _ => c,
    };
    Some(match (c.to_ascii_lowercase(), made) {
        ('c', _) if shift => Shortcut::Copy,
        ('v', _) if shift => Shortcut::Paste,
        ('f', _) if shift => Shortcut::Search,
        ('k', _) if shift => Shortcut::ClearHistory,
        ('=' | '+', _) | (_, '+') => Shortcut::Larger,
        ('-', _) if !shift => Shortcut::Smaller,
        ('0', _) if !shift => Shortcut::UsualSize,
        _ => return None,
    })
}

fn with_shift(key: &KeyEvent) -> Option<Shortcut> {
    let Key::Named(name) = key.key else {
        return None;
    };
    Some(match name {
        NamedKey::INSERT => Shortcut::PastePrimary,
        NamedKey::PAGE_UP => Shortcut::PageUp,
        NamedKey::PAGE_DOWN => Shortcut::PageDown,
        NamedKey::HOME => Shortcut::Top,
        NamedKey::END => Shortcut::Bottom,
        _ => return None,
    })
}
