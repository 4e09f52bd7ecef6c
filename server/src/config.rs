//! What a server is started with, and what it is when nothing is said.

use transom_protocol::geometry::{PixelSize, Scale};
use transom_protocol::input::{KeyCode, Modifiers};

use crate::control::parse_keys;
use crate::desktop::{self, MenuEntry, Output, Shortcut};
use crate::transport::ListenAddress;

/// The greatest width and height of a screen, in pixels: what a native window can have.
pub const MAX_OUTPUT_SIDE: u32 = 16_384;

/// The screen of a headless server when nothing else is said: 60 Hz.
pub const DEFAULT_OUTPUT: Output = Output {
    size: PixelSize {
        width: 1280,
        height: 800,
    },
    scale: Scale::ONE,
    refresh: 16_666_667,
};

/// How a server is started.
#[derive(Clone, Debug)]
pub struct Config {
    /// The screen.
    pub output: Output,
    /// What the desktop does beside showing windows.
    pub desktop: desktop::Config,
    /// Where programs may connect, besides the display's own socket.
    pub listen: Vec<ListenAddress>,
    /// The Unix socket of the display itself.
    pub display: DisplaySocket,
    /// Listening where others can reach it, without encryption, is meant.
    pub insecure: bool,
}

/// The Unix socket of the display itself. It decides where the control socket is, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DisplaySocket {
    /// The first free `:N`.
    FirstFree,
    /// The first free `:N` for the control socket, and no socket for programs.
    ControlOnly,
    /// At this path alone: a private server.
    Path(std::path::PathBuf),
}

impl Default for Config {
    fn default() -> Self {
        Self {
            output: DEFAULT_OUTPUT,
            desktop: desktop::Config::bare(),
            listen: Vec::new(),
            display: DisplaySocket::FirstFree,
            insecure: false,
        }
    }
}

/// Reads a screen size such as `1280x800`, in pixels.
pub fn parse_size(text: &str) -> Result<PixelSize, String> {
    let problem =
        || format!("'{text}' is not a size such as 1280x800, at most {MAX_OUTPUT_SIDE} a side");
    let (width, height) = text.split_once(['x', 'X']).ok_or_else(problem)?;
    let side = |side: &str| match side.parse() {
        Ok(side @ 1..=MAX_OUTPUT_SIDE) => Ok(side),
        _ => Err(problem()),
    };
    Ok(PixelSize::new(side(width)?, side(height)?))
}

/// Reads a scale such as `1.5`.
pub fn parse_scale(text: &str) -> Result<Scale, String> {
    let (min, max) = (Scale::MIN.factor(), Scale::MAX.factor());
    match text.parse::<f64>() {
        Ok(factor) if (f64::from(min)..=f64::from(max)).contains(&factor) => {
            Ok(Scale::from_factor(factor))
        }
        _ => Err(format!("'{text}' is not a scale from {min} to {max}")),
    }
}

/// Reads keys such as `alt+Tab`: modifiers, of which one is not Shift, and a key.
pub fn parse_shortcut(text: &str) -> Result<Shortcut, String> {
    let keys = parse_keys(text).map_err(|e| e.to_string())?;
    let problem = || format!("'{text}' is not a key with ctrl, alt or super, such as alt+Tab");
    let (key, held) = keys.split_last().ok_or_else(problem)?;
    let held: Option<Vec<_>> = held.iter().map(|key| modifier(key.code)).collect();
    let modifiers = held.ok_or_else(problem)?;
    let modifiers = modifiers.into_iter().fold(Modifiers::NONE, Modifiers::with);
    let usable = key.code != KeyCode::default() && !key.shift && modifier(key.code).is_none();
    // With Shift it goes backwards.
    match usable && modifiers != Modifiers::NONE && !modifiers.contains(Modifiers::SHIFT) {
        true => Ok(Shortcut {
            modifiers,
            key: key.code,
        }),
        false => Err(problem()),
    }
}

/// What a key is held for.
fn modifier(key: KeyCode) -> Option<Modifiers> {
    Some(match key {
        KeyCode::SHIFT_LEFT | KeyCode::SHIFT_RIGHT => Modifiers::SHIFT,
        KeyCode::CONTROL_LEFT | KeyCode::CONTROL_RIGHT => Modifiers::CONTROL,
        KeyCode::ALT_LEFT | KeyCode::ALT_RIGHT => Modifiers::ALT,
        KeyCode::META_LEFT | KeyCode::META_RIGHT => Modifiers::SUPER,
        _ => return None,
    })
}

/// Reads a line of the desktop's menu, such as `Notes=my-editor ~/notes`.
pub fn parse_menu_entry(text: &str) -> Result<MenuEntry, String> {
    let (label, command) = text.split_once('=').unwrap_or_default();
    let (label, command) = (label.trim(), command.trim());
    if label.is_empty() || command.is_empty() {
        return Err(format!("'{text}' is not LABEL=COMMAND"));
    }
    Ok(MenuEntry {
        label: label.into(),
        command: command.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcuts_are_keys_with_modifiers() {
        assert_eq!(parse_shortcut("super+Tab"), Ok(Shortcut::SUPER_TAB));
        assert_eq!(parse_shortcut("alt+tab"), Ok(Shortcut::ALT_TAB));
        let both = parse_shortcut("ctrl+Alt+w").expect("a shortcut");
        let modifiers = Modifiers::CONTROL.with(Modifiers::ALT);
        assert_eq!((both.modifiers, both.key), (modifiers, KeyCode::KEY_W));
        for bad in [
            "",
            "Tab",
            "alt",
            "alt+ctrl",
            "shift+Tab",
            "a+b",
            "alt+A",
            "alt+nonsense",
        ] {
            assert!(parse_shortcut(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn menu_entries_are_a_label_and_a_command() {
        let entry = parse_menu_entry(" My notes = editor --at=7 ").expect("an entry");
        let (label, command) = (entry.label.as_str(), entry.command.as_str());
        assert_eq!((label, command), ("My notes", "editor --at=7"));
        for bad in ["", "editor", "=editor", "Notes=", " = "] {
            assert!(parse_menu_entry(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes_are_read_within_their_bounds() {
        assert_eq!(parse_size("640x480"), Ok(PixelSize::new(640, 480)));
        for bad in [
            "",
            "640",
            "x",
            "0x4",
            "640x",
            "-1x5",
            "640x480x2",
            "16385x1",
            "99999999999x1",
        ] {
            assert!(parse_size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn scales_are_read_within_their_bounds() {
        assert_eq!(parse_scale("1.5"), Ok(Scale(180)));
        for bad in ["", "0", "-1", "17", "nan", "inf", "two"] {
            assert!(parse_scale(bad).is_err(), "{bad}");
        }
    }
}
