//! Keys, buttons, modifiers and cursors: the numbers that name them on the wire.

use serde::{Deserialize, Serialize};

use crate::codec::{wire_enum, wire_flags, wire_names, wire_newtype};

wire_enum! {
    /// What happened to a key.
    pub enum KeyState {
        /// It went up.
        Released = 0,
        /// It went down.
        Pressed = 1,
        /// It is held, and the display repeats it.
        Repeated = 2,
    }
}

wire_enum! {
    /// What happened to a button.
    pub enum ButtonState {
        /// It went up.
        Released = 0,
        /// It went down.
        Pressed = 1,
    }
}

wire_enum! {
    /// Which of several keys with the same meaning.
    pub enum KeyLocation {
        /// The only one, or not known.
        Standard = 0,
        /// The left one.
        Left = 1,
        /// The right one.
        Right = 2,
        /// The one on the number pad.
        Numpad = 3,
    }
}

wire_enum! {
    /// What scrolls.
    pub enum ScrollSource {
        /// A wheel that clicks.
        Wheel = 0,
        /// Fingers on a pad; ends with a stop.
        Finger = 1,
        /// Something else that moves evenly.
        Continuous = 2,
        /// A wheel pushed to the side.
        WheelTilt = 3,
    }
}

wire_names! {
    /// A pointer button.
    pub struct Button: u16 {
        /// The first one.
        LEFT = 1, "left";
        /// The wheel's, as a rule.
        MIDDLE = 2, "middle";
        /// The second one.
        RIGHT = 3, "right";
        /// On the side.
        BACK = 8, "back";
        /// On the side.
        FORWARD = 9, "forward";
    }
}

wire_flags! {
    /// Modifier keys and locks.
    pub struct Modifiers: u16 {
        /// Either Shift.
        SHIFT = 1;
        /// Either Control.
        CONTROL = 2;
        /// Alt; not AltGr.
        ALT = 4;
        /// The key with the logo.
        SUPER = 8;
        /// Caps Lock.
        CAPS_LOCK = 16;
        /// Num Lock.
        NUM_LOCK = 32;
        /// AltGr.
        ALT_GRAPH = 64;
        /// Scroll Lock.
        SCROLL_LOCK = 128;
    }
}

wire_flags! {
    /// Which parts of a modifier state the display knows; the others are 0.
    pub struct KnownModifiers: u8 {
        /// Held down.
        DEPRESSED = 1;
        /// Until the next key.
        LATCHED = 2;
        /// Until pressed again.
        LOCKED = 4;
        /// The keyboard layout's number.
        GROUP = 8;
    }
}

/// What a key means in the current layout, as one number.
///
/// 0 is unidentified; 1 to 0x10FFFF the character it makes; 0x4000_0000 plus a character a dead key
/// for that accent; 0x8000_0000 plus a [`NamedKey`] anything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LogicalKey(pub u32);

wire_newtype!(LogicalKey: u32);

/// A [`LogicalKey`] taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// The layout says nothing, or something this version does not know.
    Unidentified,
    /// It makes this character; upper case when Shift or Caps Lock say so.
    Character(char),
    /// It puts this accent on the next character.
    Dead(char),
    /// It makes no character.
    Named(NamedKey),
}

impl LogicalKey {
    /// Nothing known.
    pub const UNIDENTIFIED: Self = Self(0);
    const DEAD: u32 = 0x4000_0000;
    const NAMED: u32 = 0x8000_0000;

    /// A key that makes `c`.
    pub const fn character(c: char) -> Self {
        Self(c as u32)
    }

    /// A dead key for the accent `c`.
    pub const fn dead(c: char) -> Self {
        Self(Self::DEAD | c as u32)
    }

    /// A key that makes no character.
    pub const fn named(key: NamedKey) -> Self {
        Self(Self::NAMED | key.0 as u32)
    }

    /// What it is.
    pub fn key(self) -> Key {
        if self.0 & Self::NAMED != 0 {
            return Key::Named(NamedKey((self.0 & 0xffff) as u16));
        }
        match (char::from_u32(self.0 & !Self::DEAD), self.0 & Self::DEAD) {
            (None | Some('\0'), _) => Key::Unidentified,
            (Some(c), 0) => Key::Character(c),
            (Some(c), _) => Key::Dead(c),
        }
    }
}

impl From<NamedKey> for LogicalKey {
    fn from(key: NamedKey) -> Self {
        Self::named(key)
    }
}

impl From<char> for LogicalKey {
    fn from(c: char) -> Self {
        Self::character(c)
    }
}

wire_names! {
    /// A physical key by its place on the keyboard, named as W3C UI Events names `code`s.
    ///
    /// Numbers below 0x100 are those of the USB HID keyboard page (usage page 7); the others are ours.
    pub struct KeyCode: u16 {
        /// W3C code.
        KEY_A = 0x4, "KeyA";
        /// W3C code.
        KEY_B = 0x5, "KeyB";
        /// W3C code.
        KEY_C = 0x6, "KeyC";
        /// W3C code.
        KEY_D = 0x7, "KeyD";
        /// W3C code.
        KEY_E = 0x8, "KeyE";
        /// W3C code.
        KEY_F = 0x9, "KeyF";
        /// W3C code.
        KEY_G = 0xa, "KeyG";
        /// W3C code.
        KEY_H = 0xb, "KeyH";
        /// W3C code.
        KEY_I = 0xc, "KeyI";
        /// W3C code.
        KEY_J = 0xd, "KeyJ";
        /// W3C code.
        KEY_K = 0xe, "KeyK";
        /// W3C code.
        KEY_L = 0xf, "KeyL";
        /// W3C code.
        KEY_M = 0x10, "KeyM";
        /// W3C code.
        KEY_N = 0x11, "KeyN";
        /// W3C code.
        KEY_O = 0x12, "KeyO";
        /// W3C code.
        KEY_P = 0x13, "KeyP";
        /// W3C code.
        KEY_Q = 0x14, "KeyQ";
        /// W3C code.
        KEY_R = 0x15, "KeyR";
        /// W3C code.
        KEY_S = 0x16, "KeyS";
        /// W3C code.
        KEY_T = 0x17, "KeyT";
        /// W3C code.
        KEY_U = 0x18, "KeyU";
        /// W3C code.
        KEY_V = 0x19, "KeyV";
        /// W3C code.
        KEY_W = 0x1a, "KeyW";
        /// W3C code.
        KEY_X = 0x1b, "KeyX";
        /// W3C code.
        KEY_Y = 0x1c, "KeyY";
        /// W3C code.
        KEY_Z = 0x1d, "KeyZ";
        /// W3C code.
        DIGIT_1 = 0x1e, "Digit1";
        /// W3C code.
        DIGIT_2 = 0x1f, "Digit2";
        /// W3C code.
        DIGIT_3 = 0x20, "Digit3";
        /// W3C code.
        DIGIT_4 = 0x21, "Digit4";
        /// W3C code.
        DIGIT_5 = 0x22, "Digit5";
        /// W3C code.
        DIGIT_6 = 0x23, "Digit6";
        /// W3C code.
        DIGIT_7 = 0x24, "Digit7";
        /// W3C code.
        DIGIT_8 = 0x25, "Digit8";
        /// W3C code.
        DIGIT_9 = 0x26, "Digit9";
        /// W3C code.
        DIGIT_0 = 0x27, "Digit0";
        /// W3C code.
        ENTER = 0x28, "Enter";
        /// W3C code.
        ESCAPE = 0x29, "Escape";
        /// W3C code.
        BACKSPACE = 0x2a, "Backspace";
        /// W3C code.
        TAB = 0x2b, "Tab";
        /// W3C code.
        SPACE = 0x2c, "Space";
        /// W3C code.
        MINUS = 0x2d, "Minus";
        /// W3C code.
        EQUAL = 0x2e, "Equal";
        /// W3C code.
        BRACKET_LEFT = 0x2f, "BracketLeft";
        /// W3C code.
        BRACKET_RIGHT = 0x30, "BracketRight";
        /// W3C code.
        BACKSLASH = 0x31, "Backslash";
        /// W3C code.
        SEMICOLON = 0x33, "Semicolon";
        /// W3C code.
        QUOTE = 0x34, "Quote";
        /// W3C code.
        BACKQUOTE = 0x35, "Backquote";
        /// W3C code.
        COMMA = 0x36, "Comma";
        /// W3C code.
        PERIOD = 0x37, "Period";
        /// W3C code.
        SLASH = 0x38, "Slash";
        /// W3C code.
        CAPS_LOCK = 0x39, "CapsLock";
        /// W3C code.
        F1 = 0x3a, "F1";
        /// W3C code.
        F2 = 0x3b, "F2";
        /// W3C code.
        F3 = 0x3c, "F3";
        /// W3C code.
        F4 = 0x3d, "F4";
        /// W3C code.
        F5 = 0x3e, "F5";
        /// W3C code.
        F6 = 0x3f, "F6";
        /// W3C code.
        F7 = 0x40, "F7";
        /// W3C code.
        F8 = 0x41, "F8";
        /// W3C code.
        F9 = 0x42, "F9";
        /// W3C code.
        F10 = 0x43, "F10";
        /// W3C code.
        F11 = 0x44, "F11";
        /// W3C code.
        F12 = 0x45, "F12";
        /// W3C code.
        PRINT_SCREEN = 0x46, "PrintScreen";
        /// W3C code.
        SCROLL_LOCK = 0x47, "ScrollLock";
        /// W3C code.
        PAUSE = 0x48, "Pause";
        /// W3C code.
        INSERT = 0x49, "Insert";
        /// W3C code.
        HOME = 0x4a, "Home";
        /// W3C code.
        PAGE_UP = 0x4b, "PageUp";
        /// W3C code.
        DELETE = 0x4c, "Delete";
        /// W3C code.
        END = 0x4d, "End";
        /// W3C code.
        PAGE_DOWN = 0x4e, "PageDown";
        /// W3C code.
        ARROW_RIGHT = 0x4f, "ArrowRight";
        /// W3C code.
        ARROW_LEFT = 0x50, "ArrowLeft";
        /// W3C code.
        ARROW_DOWN = 0x51, "ArrowDown";
        /// W3C code.
        ARROW_UP = 0x52, "ArrowUp";
        /// W3C code.
        NUM_LOCK = 0x53, "NumLock";
        /// W3C code.
        NUMPAD_DIVIDE = 0x54, "NumpadDivide";
        /// W3C code.
        NUMPAD_MULTIPLY = 0x55, "NumpadMultiply";
        /// W3C code.
        NUMPAD_SUBTRACT = 0x56, "NumpadSubtract";
        /// W3C code.
        NUMPAD_ADD = 0x57, "NumpadAdd";
        /// W3C code.
        NUMPAD_ENTER = 0x58, "NumpadEnter";
        /// W3C code.
        NUMPAD_1 = 0x59, "Numpad1";
        /// W3C code.
        NUMPAD_2 = 0x5a, "Numpad2";
        /// W3C code.
        NUMPAD_3 = 0x5b, "Numpad3";
        /// W3C code.
        NUMPAD_4 = 0x5c, "Numpad4";
        /// W3C code.
        NUMPAD_5 = 0x5d, "Numpad5";
        /// W3C code.
        NUMPAD_6 = 0x5e, "Numpad6";
        /// W3C code.
        NUMPAD_7 = 0x5f, "Numpad7";
        /// W3C code.
        NUMPAD_8 = 0x60, "Numpad8";
        /// W3C code.
        NUMPAD_9 = 0x61, "Numpad9";
        /// W3C code.
        NUMPAD_0 = 0x62, "Numpad0";
        /// W3C code.
        NUMPAD_DECIMAL = 0x63, "NumpadDecimal";
        /// W3C code.
        INTL_BACKSLASH = 0x64, "IntlBackslash";
        /// W3C code.
        CONTEXT_MENU = 0x65, "ContextMenu";
        /// W3C code.
        POWER = 0x66, "Power";
        /// W3C code.
        NUMPAD_EQUAL = 0x67, "NumpadEqual";
        /// W3C code.
        F13 = 0x68, "F13";
        /// W3C code.
        F14 = 0x69, "F14";
        /// W3C code.
        F15 = 0x6a, "F15";
        /// W3C code.
        F16 = 0x6b, "F16";
        /// W3C code.
        F17 = 0x6c, "F17";
        /// W3C code.
        F18 = 0x6d, "F18";
        /// W3C code.
        F19 = 0x6e, "F19";
        /// W3C code.
        F20 = 0x6f, "F20";
        /// W3C code.
        F21 = 0x70, "F21";
        /// W3C code.
        F22 = 0x71, "F22";
        /// W3C code.
        F23 = 0x72, "F23";
        /// W3C code.
        F24 = 0x73, "F24";
        /// W3C code.
        OPEN = 0x74, "Open";
        /// W3C code.
        HELP = 0x75, "Help";
        /// W3C code.
        SELECT = 0x77, "Select";
        /// W3C code.
        AGAIN = 0x79, "Again";
        /// W3C code.
        UNDO = 0x7a, "Undo";
        /// W3C code.
        CUT = 0x7b, "Cut";
        /// W3C code.
        COPY = 0x7c, "Copy";
        /// W3C code.
        PASTE = 0x7d, "Paste";
        /// W3C code.
        FIND = 0x7e, "Find";
        /// W3C code.
        AUDIO_VOLUME_MUTE = 0x7f, "AudioVolumeMute";
        /// W3C code.
        AUDIO_VOLUME_UP = 0x80, "AudioVolumeUp";
        /// W3C code.
        AUDIO_VOLUME_DOWN = 0x81, "AudioVolumeDown";
        /// W3C code.
        NUMPAD_COMMA = 0x85, "NumpadComma";
        /// W3C code.
        INTL_RO = 0x87, "IntlRo";
        /// W3C code.
        KANA_MODE = 0x88, "KanaMode";
        /// W3C code.
        INTL_YEN = 0x89, "IntlYen";
        /// W3C code.
        CONVERT = 0x8a, "Convert";
        /// W3C code.
        NON_CONVERT = 0x8b, "NonConvert";
        /// W3C code.
        LANG_1 = 0x90, "Lang1";
        /// W3C code.
        LANG_2 = 0x91, "Lang2";
        /// W3C code.
        LANG_3 = 0x92, "Lang3";
        /// W3C code.
        LANG_4 = 0x93, "Lang4";
        /// W3C code.
        LANG_5 = 0x94, "Lang5";
        /// W3C code.
        CONTROL_LEFT = 0xe0, "ControlLeft";
        /// W3C code.
        SHIFT_LEFT = 0xe1, "ShiftLeft";
        /// W3C code.
        ALT_LEFT = 0xe2, "AltLeft";
        /// W3C code.
        META_LEFT = 0xe3, "MetaLeft";
        /// W3C code.
        CONTROL_RIGHT = 0xe4, "ControlRight";
        /// W3C code.
        SHIFT_RIGHT = 0xe5, "ShiftRight";
        /// W3C code.
        ALT_RIGHT = 0xe6, "AltRight";
        /// W3C code.
        META_RIGHT = 0xe7, "MetaRight";
        /// W3C code.
        MEDIA_PLAY_PAUSE = 0x100, "MediaPlayPause";
        /// W3C code.
        MEDIA_STOP = 0x101, "MediaStop";
        /// W3C code.
        MEDIA_TRACK_NEXT = 0x102, "MediaTrackNext";
        /// W3C code.
        MEDIA_TRACK_PREVIOUS = 0x103, "MediaTrackPrevious";
        /// W3C code.
        MEDIA_SELECT = 0x104, "MediaSelect";
        /// W3C code.
        EJECT = 0x105, "Eject";
        /// W3C code.
        BROWSER_BACK = 0x106, "BrowserBack";
        /// W3C code.
        BROWSER_FORWARD = 0x107, "BrowserForward";
        /// W3C code.
        BROWSER_HOME = 0x108, "BrowserHome";
        /// W3C code.
        BROWSER_REFRESH = 0x109, "BrowserRefresh";
        /// W3C code.
        BROWSER_SEARCH = 0x10a, "BrowserSearch";
        /// W3C code.
        BROWSER_FAVORITES = 0x10b, "BrowserFavorites";
        /// W3C code.
        BROWSER_STOP = 0x10c, "BrowserStop";
        /// W3C code.
        LAUNCH_MAIL = 0x10d, "LaunchMail";
        /// W3C code.
        LAUNCH_APP_1 = 0x10e, "LaunchApp1";
        /// W3C code.
        LAUNCH_APP_2 = 0x10f, "LaunchApp2";
        /// W3C code.
        SLEEP = 0x110, "Sleep";
        /// W3C code.
        WAKE_UP = 0x111, "WakeUp";
        /// W3C code.
        FN = 0x112, "Fn";
        /// W3C code.
        FN_LOCK = 0x113, "FnLock";
        /// W3C code.
        BRIGHTNESS_UP = 0x114, "BrightnessUp";
        /// W3C code.
        BRIGHTNESS_DOWN = 0x115, "BrightnessDown";
    }
}

wire_names! {
    /// What a key means when it makes no character, named as W3C UI Events names `key`s
    /// (`Super` for what it calls `Meta`). The space bar is the character U+0020.
    pub struct NamedKey: u16 {
        /// W3C key.
        ENTER = 1, "Enter";
        /// W3C key.
        TAB = 2, "Tab";
        /// W3C key.
        BACKSPACE = 3, "Backspace";
        /// W3C key.
        ESCAPE = 4, "Escape";
        /// W3C key.
        DELETE = 5, "Delete";
        /// W3C key.
        INSERT = 6, "Insert";
        /// W3C key.
        HOME = 7, "Home";
        /// W3C key.
        END = 8, "End";
        /// W3C key.
        PAGE_UP = 9, "PageUp";
        /// W3C key.
        PAGE_DOWN = 10, "PageDown";
        /// W3C key.
        ARROW_LEFT = 11, "ArrowLeft";
        /// W3C key.
        ARROW_RIGHT = 12, "ArrowRight";
        /// W3C key.
        ARROW_UP = 13, "ArrowUp";
        /// W3C key.
        ARROW_DOWN = 14, "ArrowDown";
        /// W3C key.
        SHIFT = 15, "Shift";
        /// W3C key.
        CONTROL = 16, "Control";
        /// W3C key.
        ALT = 17, "Alt";
        /// W3C key.
        ALT_GRAPH = 18, "AltGraph";
        /// W3C key.
        SUPER = 19, "Super";
        /// W3C key.
        CAPS_LOCK = 20, "CapsLock";
        /// W3C key.
        NUM_LOCK = 21, "NumLock";
        /// W3C key.
        SCROLL_LOCK = 22, "ScrollLock";
        /// W3C key.
        CONTEXT_MENU = 23, "ContextMenu";
        /// W3C key.
        PRINT_SCREEN = 24, "PrintScreen";
        /// W3C key.
        PAUSE = 25, "Pause";
        /// W3C key.
        HELP = 26, "Help";
        /// W3C key.
        UNDO = 27, "Undo";
        /// W3C key.
        REDO = 28, "Redo";
        /// W3C key.
        CUT = 29, "Cut";
        /// W3C key.
        COPY = 30, "Copy";
        /// W3C key.
        PASTE = 31, "Paste";
        /// W3C key.
        FIND = 32, "Find";
        /// W3C key.
        SELECT = 33, "Select";
        /// W3C key.
        AGAIN = 34, "Again";
        /// W3C key.
        CLEAR = 35, "Clear";
        /// W3C key.
        COMPOSE = 36, "Compose";
        /// W3C key.
        CONVERT = 37, "Convert";
        /// W3C key.
        NON_CONVERT = 38, "NonConvert";
        /// W3C key.
        KANA_MODE = 39, "KanaMode";
        /// W3C key.
        HANGUL_MODE = 40, "HangulMode";
        /// W3C key.
        HANJA_MODE = 41, "HanjaMode";
        /// W3C key.
        HIRAGANA_KATAKANA = 42, "HiraganaKatakana";
        /// W3C key.
        ZENKAKU_HANKAKU = 43, "ZenkakuHankaku";
        /// W3C key.
        EISU = 44, "Eisu";
        /// W3C key.
        MODE_CHANGE = 45, "ModeChange";
        /// W3C key.
        GROUP_NEXT = 46, "GroupNext";
        /// W3C key.
        GROUP_PREVIOUS = 47, "GroupPrevious";
        /// W3C key.
        PROCESS = 48, "Process";
        /// W3C key.
        FN = 49, "Fn";
        /// W3C key.
        FN_LOCK = 50, "FnLock";
        /// W3C key.
        POWER = 51, "Power";
        /// W3C key.
        SLEEP = 52, "Sleep";
        /// W3C key.
        WAKE_UP = 53, "WakeUp";
        /// W3C key.
        EJECT = 54, "Eject";
        /// W3C key.
        BRIGHTNESS_UP = 55, "BrightnessUp";
        /// W3C key.
        BRIGHTNESS_DOWN = 56, "BrightnessDown";
        /// W3C key.
        AUDIO_VOLUME_UP = 57, "AudioVolumeUp";
        /// W3C key.
        AUDIO_VOLUME_DOWN = 58, "AudioVolumeDown";
        /// W3C key.
        AUDIO_VOLUME_MUTE = 59, "AudioVolumeMute";
        /// W3C key.
        MEDIA_PLAY_PAUSE = 60, "MediaPlayPause";
        /// W3C key.
        MEDIA_PLAY = 61, "MediaPlay";
        /// W3C key.
        MEDIA_PAUSE = 62, "MediaPause";
        /// W3C key.
        MEDIA_STOP = 63, "MediaStop";
        /// W3C key.
        MEDIA_TRACK_NEXT = 64, "MediaTrackNext";
        /// W3C key.
        MEDIA_TRACK_PREVIOUS = 65, "MediaTrackPrevious";
        /// W3C key.
        BROWSER_BACK = 66, "BrowserBack";
        /// W3C key.
        BROWSER_FORWARD = 67, "BrowserForward";
        /// W3C key.
        BROWSER_HOME = 68, "BrowserHome";
        /// W3C key.
        BROWSER_REFRESH = 69, "BrowserRefresh";
        /// W3C key.
        BROWSER_SEARCH = 70, "BrowserSearch";
        /// W3C key.
        BROWSER_FAVORITES = 71, "BrowserFavorites";
        /// W3C key.
        BROWSER_STOP = 72, "BrowserStop";
        /// W3C key.
        LAUNCH_MAIL = 73, "LaunchMail";
        /// W3C key.
        LAUNCH_APPLICATION_1 = 74, "LaunchApplication1";
        /// W3C key.
        LAUNCH_APPLICATION_2 = 75, "LaunchApplication2";
        /// W3C key.
        ALPHANUMERIC = 76, "Alphanumeric";
        /// W3C key.
        ROMAJI = 77, "Romaji";
        /// W3C key.
        HIRAGANA = 78, "Hiragana";
        /// W3C key.
        KATAKANA = 79, "Katakana";
        /// W3C key.
        ZENKAKU = 80, "Zenkaku";
        /// W3C key.
        HANKAKU = 81, "Hankaku";
        /// W3C key.
        CODE_INPUT = 82, "CodeInput";
        /// W3C key.
        ALL_CANDIDATES = 83, "AllCandidates";
        /// W3C key.
        PREVIOUS_CANDIDATE = 84, "PreviousCandidate";
        /// W3C key.
        SINGLE_CANDIDATE = 85, "SingleCandidate";
        /// W3C key.
        GROUP_FIRST = 86, "GroupFirst";
        /// W3C key.
        GROUP_LAST = 87, "GroupLast";
        /// W3C key.
        CANCEL = 88, "Cancel";
        /// W3C key.
        EXECUTE = 89, "Execute";
        /// W3C key.
        F1 = 513, "F1";
        /// W3C key.
        F2 = 514, "F2";
        /// W3C key.
        F3 = 515, "F3";
        /// W3C key.
        F4 = 516, "F4";
        /// W3C key.
        F5 = 517, "F5";
        /// W3C key.
        F6 = 518, "F6";
        /// W3C key.
        F7 = 519, "F7";
        /// W3C key.
        F8 = 520, "F8";
        /// W3C key.
        F9 = 521, "F9";
        /// W3C key.
        F10 = 522, "F10";
        /// W3C key.
        F11 = 523, "F11";
        /// W3C key.
        F12 = 524, "F12";
        /// W3C key.
        F13 = 525, "F13";
        /// W3C key.
        F14 = 526, "F14";
        /// W3C key.
        F15 = 527, "F15";
        /// W3C key.
        F16 = 528, "F16";
        /// W3C key.
        F17 = 529, "F17";
        /// W3C key.
        F18 = 530, "F18";
        /// W3C key.
        F19 = 531, "F19";
        /// W3C key.
        F20 = 532, "F20";
        /// W3C key.
        F21 = 533, "F21";
        /// W3C key.
        F22 = 534, "F22";
        /// W3C key.
        F23 = 535, "F23";
        /// W3C key.
        F24 = 536, "F24";
        /// W3C key.
        F25 = 537, "F25";
        /// W3C key.
        F26 = 538, "F26";
        /// W3C key.
        F27 = 539, "F27";
        /// W3C key.
        F28 = 540, "F28";
        /// W3C key.
        F29 = 541, "F29";
        /// W3C key.
        F30 = 542, "F30";
        /// W3C key.
        F31 = 543, "F31";
        /// W3C key.
        F32 = 544, "F32";
        /// W3C key.
        F33 = 545, "F33";
        /// W3C key.
        F34 = 546, "F34";
        /// W3C key.
        F35 = 547, "F35";
    }
}

wire_names! {
    /// The pointer's picture, by its CSS name.
    pub struct CursorShape: u16 {
        /// CSS cursor.
        DEFAULT = 0, "default";
        /// CSS cursor.
        NONE = 1, "none";
        /// CSS cursor.
        CONTEXT_MENU = 2, "context-menu";
        /// CSS cursor.
        HELP = 3, "help";
        /// CSS cursor.
        POINTER = 4, "pointer";
        /// CSS cursor.
        PROGRESS = 5, "progress";
        /// CSS cursor.
        WAIT = 6, "wait";
        /// CSS cursor.
        CELL = 7, "cell";
        /// CSS cursor.
        CROSSHAIR = 8, "crosshair";
        /// CSS cursor.
        TEXT = 9, "text";
        /// CSS cursor.
        VERTICAL_TEXT = 10, "vertical-text";
        /// CSS cursor.
        ALIAS = 11, "alias";
        /// CSS cursor.
        COPY = 12, "copy";
        /// CSS cursor.
        MOVE = 13, "move";
        /// CSS cursor.
        NO_DROP = 14, "no-drop";
        /// CSS cursor.
        NOT_ALLOWED = 15, "not-allowed";
        /// CSS cursor.
        GRAB = 16, "grab";
        /// CSS cursor.
        GRABBING = 17, "grabbing";
        /// CSS cursor.
        E_RESIZE = 18, "e-resize";
        /// CSS cursor.
        N_RESIZE = 19, "n-resize";
        /// CSS cursor.
        NE_RESIZE = 20, "ne-resize";
        /// CSS cursor.
        NW_RESIZE = 21, "nw-resize";
        /// CSS cursor.
        S_RESIZE = 22, "s-resize";
        /// CSS cursor.
        SE_RESIZE = 23, "se-resize";
        /// CSS cursor.
        SW_RESIZE = 24, "sw-resize";
        /// CSS cursor.
        W_RESIZE = 25, "w-resize";
        /// CSS cursor.
        EW_RESIZE = 26, "ew-resize";
        /// CSS cursor.
        NS_RESIZE = 27, "ns-resize";
        /// CSS cursor.
        NESW_RESIZE = 28, "nesw-resize";
        /// CSS cursor.
        NWSE_RESIZE = 29, "nwse-resize";
        /// CSS cursor.
        COL_RESIZE = 30, "col-resize";
        /// CSS cursor.
        ROW_RESIZE = 31, "row-resize";
        /// CSS cursor.
        ALL_SCROLL = 32, "all-scroll";
        /// CSS cursor.
        ZOOM_IN = 33, "zoom-in";
        /// CSS cursor.
        ZOOM_OUT = 34, "zoom-out";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logical_key_is_what_it_was_made_from() {
        assert_eq!(LogicalKey::character('é').key(), Key::Character('é'));
        assert_eq!(LogicalKey::dead('´').key(), Key::Dead('´'));
        assert_eq!(
            LogicalKey::named(NamedKey::F35).key(),
            Key::Named(NamedKey::F35)
        );
        assert_eq!(LogicalKey(0).key(), Key::Unidentified);
        assert_eq!(LogicalKey(0x0020_0000).key(), Key::Unidentified);
    }

    #[test]
    fn names_and_numbers_are_unique() {
        fn check<T: std::hash::Hash + Eq + Copy>(named: &[(T, &str)]) {
            let names: std::collections::HashSet<_> =
                named.iter().map(|n| n.1.to_lowercase()).collect();
            let values: std::collections::HashSet<_> = named.iter().map(|n| n.0).collect();
            assert_eq!((names.len(), values.len()), (named.len(), named.len()));
        }
        check(KeyCode::NAMED);
        check(NamedKey::NAMED);
        check(CursorShape::NAMED);
        assert_eq!(KeyCode::from_name("keya"), Some(KeyCode::KEY_A));
    }
}
