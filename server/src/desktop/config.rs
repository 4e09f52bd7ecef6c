//! [`Config`]: what a desktop does beside showing windows; and [`Command`]: what it asks for.

use transom_protocol::input::{KeyCode, Modifiers};

use super::ids::ClientId;

/// What a desktop does beside showing windows. The default is [`Config::bare`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// It draws title bars and borders for windows that want the server to.
    pub decorations: bool,
    /// There is a bar with all windows.
    pub task_bar: bool,
    /// Keys and pointer manage windows, mostly with Super. Otherwise programs get everything.
    pub shortcuts: bool,
    /// Turns from window to window while its modifiers are held; with Shift backwards.
    pub switcher: Shortcut,
    /// A program may ask for all keys; Super+Escape ends that.
    pub keyboard_grabs: bool,
    /// What can be started from the desktop's menu. Without any there is no such menu.
    pub menu: Vec<MenuEntry>,
}

impl Config {
    /// Windows and nothing else: what a test of a program wants to see.
    pub const fn bare() -> Self {
        Self {
            decorations: false,
            task_bar: false,
            shortcuts: false,
            switcher: Shortcut::SUPER_TAB,
            keyboard_grabs: true,
            menu: Vec::new(),
        }
    }

    /// All that a person needs, but for the programs in the menu.
    pub fn full() -> Self {
        Self {
            decorations: true,
            task_bar: true,
            shortcuts: true,
            ..Self::bare()
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::bare()
    }
}

/// A key with modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortcut {
    /// Of Shift, Control, Alt and Super: exactly these.
    pub modifiers: Modifiers,
    /// The key, as it is called on a US keyboard; of letters what they are in the layout counts.
    pub key: KeyCode,
}

impl Shortcut {
    /// What the switcher is reached by when nothing else is said. Alt+Tab often belongs to the
    /// desktop that ours is a window of.
    pub const SUPER_TAB: Self = Self {
        modifiers: Modifiers::SUPER,
        key: KeyCode::TAB,
    };
    /// What other desktops use.
    pub const ALT_TAB: Self = Self {
        modifiers: Modifiers::ALT,
        key: KeyCode::TAB,
    };
}

/// A line of the desktop's menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuEntry {
    /// What the person reads.
    pub label: String,
    /// What is run, as a shell understands it.
    pub command: String,
}

/// Something that others have to do for the desktop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Run this, as a shell understands it.
    Spawn(String),
    /// End the connection of a client that does not answer: the person has asked twice.
    Kill(ClientId),
}
