//! Keys: winit's names for them become ours. Both come from the W3C, so most are found by name.

use transom_protocol::input::{
    KeyCode, KeyLocation, KeyState, LogicalKey, Modifiers, NamedKey as OurName,
};
use winit::event::{ElementState, KeyEvent};
use winit::keyboard::{
    Key, KeyLocation as NativeLocation, NamedKey, NativeKey as NativeLogical, PhysicalKey,
};
use winit::platform::modifier_supplement::KeyEventExtModifierSupplement;
use winit::platform::scancode::PhysicalKeyExtScancode;

use crate::desktop::KeyInput;

/// With any of these down a key commands, it does not enter text. AltGr is none of them.
const COMMAND: [Modifiers; 3] = [Modifiers::CONTROL, Modifiers::ALT, Modifiers::SUPER];

/// With one of these down a key may mean something else than without.
const LEVELS: Modifiers = Modifiers(Modifiers::SHIFT.0 | Modifiers::ALT_GRAPH.0);

/// Meanings that winit passes on by X11's numbers for them (keysyms).
const KEYSYMS: [(u32, OurName); 3] = [
    (0xff31, OurName::HANGUL_MODE),
    (0xff34, OurName::HANJA_MODE),
    (0xff37, OurName::CODE_INPUT),
];

/// The evdev code that winit has for keys it cannot name: the kernel's KEY_UNKNOWN.
const KEY_UNKNOWN: u32 = 240;

/// What winit says of a key. Its own type for that cannot be made outside of it.
#[derive(Clone, Debug)]
pub(super) struct NativeKey<'a> {
    pub(super) physical: PhysicalKey,
    pub(super) logical: Key,
    pub(super) unmodified: Key,
    pub(super) text: Option<&'a str>,
    pub(super) location: NativeLocation,
    pub(super) state: ElementState,
    pub(super) repeat: bool,
}

impl<'a> NativeKey<'a> {
    pub(super) fn new(event: &'a KeyEvent) -> Self {
        Self {
            physical: event.physical_key,
            logical: event.logical_key.clone(),
            unmodified: event.key_without_modifiers(),
            text: event.text.as_deref(),
            location: event.location,
            state: event.state,
            repeat: event.repeat,
        }
    }

    /// The key as the desktop has it, these modifiers being down.
    pub(super) fn input(&self, modifiers: Modifiers) -> KeyInput {
        let state = match (self.state, self.repeat) {
            (ElementState::Released, _) => KeyState::Released,
            (ElementState::Pressed, false) => KeyState::Pressed,
            (ElementState::Pressed, true) => KeyState::Repeated,
        };
        let meaning = logical(&self.logical);
        KeyInput {
            code: code(self.physical),
            evdev: evdev(self.physical),
            logical: meaning,
            unmodified: match logical(&self.unmodified) {
                // winit says of dead keys only what they are with the modifiers of the moment.
                LogicalKey::UNIDENTIFIED if !modifiers.intersects(LEVELS) => meaning,
                unmodified => unmodified,
            },
            location: location(self.location),
            text: entered(self.text.unwrap_or_default(), modifiers, state).into(),
            state,
        }
    }
}

/// What a key enters: nothing when it goes up or commands. Line ends, tabs and other control
/// characters are keys, not text.
fn entered(text: &str, modifiers: Modifiers, state: KeyState) -> &str {
    let commands = COMMAND.iter().any(|m| modifiers.contains(*m));
    let controls = text.chars().any(char::is_control);
    match state == KeyState::Released || commands || controls {
        true => "",
        false => text,
    }
}

/// Whether a key may lock a modifier or change the layout, rather than hold or enter something.
pub(super) fn may_lock(key: &Key) -> bool {
    match key {
        Key::Named(name) => matches!(
            name,
            NamedKey::CapsLock
                | NamedKey::NumLock
                | NamedKey::ScrollLock
                | NamedKey::ModeChange
                | NamedKey::GroupNext
                | NamedKey::GroupPrevious
                | NamedKey::GroupFirst
                | NamedKey::GroupLast
                | NamedKey::KanaMode
                | NamedKey::Alphanumeric
        ),
        Key::Unidentified(_) => true,
        Key::Character(_) | Key::Dead(_) => false,
    }
}

fn code(physical: PhysicalKey) -> KeyCode {
    use winit::keyboard::KeyCode as Native;
    let PhysicalKey::Code(native) = physical else {
        return KeyCode(0);
    };
    match native {
        Native::SuperLeft => KeyCode::META_LEFT,
        Native::SuperRight => KeyCode::META_RIGHT,
        // Its names are those of the standard.
        other => KeyCode::from_name(&format!("{other:?}")).unwrap_or_default(),
    }
}

fn evdev(physical: PhysicalKey) -> u16 {
    let code = physical.to_scancode().filter(|code| *code != KEY_UNKNOWN);
    code.and_then(|code| u16::try_from(code).ok())
        .unwrap_or_default()
}

fn logical(key: &Key) -> LogicalKey {
    match key {
        Key::Character(text) => only(text).map_or(LogicalKey::UNIDENTIFIED, LogicalKey::character),
        Key::Dead(Some(accent)) => LogicalKey::dead(*accent),
        Key::Named(name) => named(*name),
        Key::Unidentified(NativeLogical::Xkb(keysym)) => of_keysym(*keysym),
        Key::Dead(None) | Key::Unidentified(_) => LogicalKey::UNIDENTIFIED,
    }
}

fn of_keysym(keysym: u32) -> LogicalKey {
    let known = KEYSYMS.iter().find(|(known, _)| *known == keysym);
    known.map_or(LogicalKey::UNIDENTIFIED, |(_, name)| {
        LogicalKey::named(*name)
    })
}

fn named(name: NamedKey) -> LogicalKey {
    match name {
        NamedKey::Space => LogicalKey::character(' '),
        // What keyboards of other makes call Super.
        NamedKey::Meta => LogicalKey::named(OurName::SUPER),
        // Its names are those of the standard.
        other => OurName::from_name(&format!("{other:?}"))
            .map_or(LogicalKey::UNIDENTIFIED, LogicalKey::named),
    }
}

/// The only character of a text.
fn only(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

fn location(location: NativeLocation) -> KeyLocation {
    match location {
        NativeLocation::Standard => KeyLocation::Standard,
        NativeLocation::Left => KeyLocation::Left,
        NativeLocation::Right => KeyLocation::Right,
        NativeLocation::Numpad => KeyLocation::Numpad,
    }
}

#[cfg(test)]
mod tests {
    use winit::keyboard::{KeyCode as Native, NativeKeyCode};

    use super::*;

    #[test]
    fn places_keep_their_names_and_evdev_codes() {
        for (native, ours, scancode) in [
            (Native::KeyA, KeyCode::KEY_A, 30),
            (Native::Digit1, KeyCode::DIGIT_1, 2),
            (Native::Enter, KeyCode::ENTER, 28),
            (Native::Space, KeyCode::SPACE, 57),
            (Native::F12, KeyCode::F12, 88),
            (Native::F24, KeyCode::F24, 194),
            (Native::ArrowLeft, KeyCode::ARROW_LEFT, 105),
            (Native::NumpadEnter, KeyCode::NUMPAD_ENTER, 96),
            (Native::Numpad5, KeyCode::NUMPAD_5, 76),
            (Native::ShiftRight, KeyCode::SHIFT_RIGHT, 54),
            (Native::AltRight, KeyCode::ALT_RIGHT, 100),
            (Native::SuperLeft, KeyCode::META_LEFT, 125),
            (Native::SuperRight, KeyCode::META_RIGHT, 126),
            (Native::IntlBackslash, KeyCode::INTL_BACKSLASH, 86),
            (Native::AudioVolumeUp, KeyCode::AUDIO_VOLUME_UP, 115),
            (Native::Hyper, KeyCode(0), 0),
        ] {
            let physical = PhysicalKey::Code(native);
            assert_eq!(
                (code(physical), evdev(physical)),
                (ours, scancode),
                "{native:?}"
            );
        }
    }

    /// The keys of an ordinary keyboard, by what the kernel calls them.
    #[test]
    fn every_key_of_an_ordinary_keyboard_is_known() {
        for scancode in (1..=83).chain(87..=88).chain(96..=111).chain(125..=127) {
            let physical = PhysicalKey::from_scancode(scancode);
            // 101 is a line feed, which no keyboard has.
            let known = code(physical) != KeyCode(0) || scancode == 101;
            assert!(known, "{scancode}: {physical:?}");
        }
    }

    #[test]
    fn keys_without_a_name_keep_their_number() {
        let unknown = |native| PhysicalKey::Unidentified(native);
        let numbered = unknown(NativeKeyCode::Xkb(561));
        assert_eq!((code(numbered), evdev(numbered)), (KeyCode(0), 561));
        assert_eq!(evdev(unknown(NativeKeyCode::Unidentified)), 0);
        assert_eq!(evdev(unknown(NativeKeyCode::Xkb(u32::MAX))), 0);
    }

    #[test]
    fn meanings_are_translated() {
        let character = |text: &str| Key::Character(text.into());
        for (native, ours) in [
            (character("a"), LogicalKey::character('a')),
            (character("É"), LogicalKey::character('É')),
            (character("ab"), LogicalKey::UNIDENTIFIED),
            (character(""), LogicalKey::UNIDENTIFIED),
            (Key::Dead(Some('^')), LogicalKey::dead('^')),
            (Key::Dead(None), LogicalKey::UNIDENTIFIED),
            (Key::Named(NamedKey::Space), LogicalKey::character(' ')),
            (
                Key::Named(NamedKey::Enter),
                LogicalKey::named(OurName::ENTER),
            ),
            (
                Key::Named(NamedKey::Super),
                LogicalKey::named(OurName::SUPER),
            ),
            (
                Key::Named(NamedKey::Meta),
                LogicalKey::named(OurName::SUPER),
            ),
            (
                Key::Named(NamedKey::AltGraph),
                LogicalKey::named(OurName::ALT_GRAPH),
            ),
            (Key::Named(NamedKey::F35), LogicalKey::named(OurName::F35)),
            (
                Key::Named(NamedKey::PageDown),
                LogicalKey::named(OurName::PAGE_DOWN),
            ),
            (Key::Named(NamedKey::TVPower), LogicalKey::UNIDENTIFIED),
            (
                Key::Named(NamedKey::Alphanumeric),
                LogicalKey::named(OurName::ALPHANUMERIC),
            ),
            (
                Key::Unidentified(NativeLogical::Xkb(0xff31)),
                LogicalKey::named(OurName::HANGUL_MODE),
            ),
            (
                Key::Unidentified(NativeLogical::Xkb(7)),
                LogicalKey::UNIDENTIFIED,
            ),
        ] {
            assert_eq!(logical(&native), ours, "{native:?}");
        }
    }

    #[test]
    fn text_is_what_is_typed_not_what_commands() {
        use Modifiers as M;
        let (down, again, up) = (KeyState::Pressed, KeyState::Repeated, KeyState::Released);
        for (text, modifiers, state, expected) in [
            ("a", M::NONE, down, "a"),
            ("A", M::SHIFT, down, "A"),
            ("a", M::NONE, again, "a"),
            ("a", M::NONE, up, ""),
            ("c", M::CONTROL, down, ""),
            ("c", M::ALT, down, ""),
            ("c", M::SUPER, again, ""),
            ("C", M::SHIFT | M::CONTROL, down, ""),
            ("@", M::ALT_GRAPH, down, "@"),
            (" ", M::NONE, down, " "),
            ("é", M::NONE, down, "é"),
            ("^e", M::NONE, down, "^e"),
            ("\r", M::NONE, down, ""),
            ("\t", M::NONE, down, ""),
            ("\u{8}", M::NONE, down, ""),
            ("\u{1b}", M::NONE, down, ""),
            ("\u{7f}", M::NONE, down, ""),
        ] {
            let entered = entered(text, modifiers, state);
            assert_eq!(entered, expected, "{text:?} {modifiers:?} {state:?}");
        }
    }

    #[test]
    fn a_dead_key_is_dead_without_modifiers_too() {
        let key = |logical: Key, unmodified: Key| NativeKey {
            physical: PhysicalKey::Code(Native::Backquote),
            logical,
            unmodified,
            text: None,
            location: NativeLocation::Standard,
            state: ElementState::Pressed,
            repeat: false,
        };
        let unknown = || Key::Unidentified(NativeLogical::Xkb(0xfe52));
        let dead = key(Key::Dead(Some('^')), unknown());
        let meaning = |modifiers| dead.input(modifiers).unmodified;
        assert_eq!(meaning(Modifiers::NONE), LogicalKey::dead('^'));
        assert_eq!(meaning(Modifiers::CONTROL), LogicalKey::dead('^'));
        assert_eq!(meaning(Modifiers::SHIFT), LogicalKey::UNIDENTIFIED);
        assert_eq!(meaning(Modifiers::ALT_GRAPH), LogicalKey::UNIDENTIFIED);
    }

    #[test]
    fn a_whole_key_is_translated() {
        let key = NativeKey {
            physical: PhysicalKey::Code(Native::Numpad7),
            logical: Key::Character("7".into()),
            unmodified: Key::Named(NamedKey::Home),
            text: Some("7"),
            location: NativeLocation::Numpad,
            state: ElementState::Pressed,
            repeat: true,
        };
        let expected = KeyInput {
            code: KeyCode::NUMPAD_7,
            evdev: 71,
            logical: LogicalKey::character('7'),
            unmodified: LogicalKey::named(OurName::HOME),
            location: KeyLocation::Numpad,
            text: "7".into(),
            state: KeyState::Repeated,
        };
        assert_eq!(key.input(Modifiers::SHIFT), expected);
    }
}
