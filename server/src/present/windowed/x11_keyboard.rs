//! [`X11Keyboard`]: what an X server knows of the keyboard and winit does not tell: locks, latches, the
//! layout's number, and how keys repeat.
//!
//! A thread with a connection of its own waits for changes, and rings the bell when there are some. It
//! sleeps otherwise: keys, and modifiers that are only held, do not wake it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rustix::net::Shutdown;
use tracing::debug;
use transom_protocol::input::Modifiers;
use x11rb::connection::{Connection, RequestConnection};
use x11rb::errors::ReplyError;
use x11rb::protocol::Event;
use x11rb::protocol::xkb::{
    self, BoolCtrl, ConnectionExt as _, Control, EventType, MapPart, SelectEventsAux,
    SelectEventsAuxControlsNotify, SelectEventsAuxStateNotify, StatePart,
};
use x11rb::protocol::xproto::{ConnectionExt as _, ModMask};
use x11rb::rust_connection::RustConnection;

use super::open::WindowBell;
use crate::desktop::KeyRepeat;
use crate::input::Locks;

/// The keyboard that all others act as: UseCoreKbd.
const KEYBOARD: u16 = 0x100;

/// What the X server says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct KeyboardState {
    pub(super) locks: Locks,
    /// None before it was asked.
    pub(super) repeat: Option<KeyRepeat>,
}

/// A watched keyboard, until it is dropped.
#[derive(Debug)]
pub(super) struct X11Keyboard {
    watched: Arc<Watched>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Watched {
    connection: RustConnection,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    state: KeyboardState,
    /// What each of X11's eight modifiers is to us.
    meanings: [Modifiers; 8],
}

impl X11Keyboard {
    /// Watches the keyboard of the X server that the environment names. `None` when it does not say
    /// what is wanted here; then nobody knows.
    pub(super) fn watch(bell: WindowBell) -> Option<Self> {
        let watched = Watched::connect().inspect_err(|e| debug!("no word of the keyboard: {e}"));
        let watched = Arc::new(watched.ok()?);
        let watching = watched.clone();
        let thread = std::thread::Builder::new().name("keyboard".into());
        let thread = thread.spawn(move || watching.watch(&bell));
        Some(Self {
            watched,
            thread: thread.ok(),
        })
    }

    /// What it said last.
    pub(super) fn state(&self) -> KeyboardState {
        self.watched.known().state
    }

    /// What it says now. Waits for its answer.
    pub(super) fn ask(&self) -> KeyboardState {
        // Without an answer it is gone, and so is the window.
        let _ = self.watched.ask_locks();
        self.state()
    }
}

impl Drop for X11Keyboard {
    fn drop(&mut self) {
        // The thread sees the connection's end.
        let _ = rustix::net::shutdown(self.watched.connection.stream(), Shutdown::Both);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Watched {
    fn connect() -> Result<Self, Box<dyn std::error::Error>> {
        let (connection, _) = RustConnection::connect(None)?;
        if connection
            .extension_information(xkb::X11_EXTENSION_NAME)?
            .is_none()
        {
            return Err("the X server has no XKB".into());
        }
        connection.xkb_use_extension(1, 0)?.reply()?;
        let watched = Self {
            connection,
            known: Mutex::default(),
        };
        watched.select()?;
        watched.ask()?;
        Ok(watched)
    }

    /// Asks to be told of what is of interest, and of nothing else.
    fn select(&self) -> Result<(), ReplyError> {
        let parts = StatePart::MODIFIER_LATCH | StatePart::MODIFIER_LOCK | StatePart::GROUP_STATE;
        let repeat = Control::from(u32::from(BoolCtrl::REPEAT_KEYS));
        let controls = repeat | Control::CONTROLS_ENABLED;
        let details = SelectEventsAux::new()
            .state_notify(SelectEventsAuxStateNotify {
                affect_state: parts,
                state_details: parts,
            })
            .controls_notify(SelectEventsAuxControlsNotify {
                affect_ctrls: controls,
                ctrl_details: controls,
            });
        let (none, no_map) = (EventType::from(0u16), MapPart::from(0u16));
        self.connection
            .xkb_select_events(KEYBOARD, none, none, no_map, no_map, &details)?
            .check()
    }

    fn watch(&self, bell: &WindowBell) {
        while let Ok(event) = self.connection.wait_for_event() {
            let before = self.known().state;
            let told = match event {
                // What each modifier is may have changed, too.
                Event::MappingNotify(_) => self.ask(),
                Event::XkbStateNotify(e) => {
                    self.locked(e.latched_mods, e.locked_mods, e.group.into());
                    Ok(())
                }
                Event::XkbControlsNotify(_) => self.ask_repeat(),
                _ => Ok(()),
            };
            if told.is_err() {
                return;
            }
            if self.known().state != before {
                bell.ring();
            }
        }
    }

    fn ask(&self) -> Result<(), ReplyError> {
        self.ask_meanings()?;
        self.ask_locks()?;
        self.ask_repeat()
    }

    fn ask_locks(&self) -> Result<(), ReplyError> {
        let state = self.connection.xkb_get_state(KEYBOARD)?.reply()?;
        self.locked(state.latched_mods, state.locked_mods, state.group.into());
        Ok(())
    }

    fn ask_repeat(&self) -> Result<(), ReplyError> {
        let controls = self.connection.xkb_get_controls(KEYBOARD)?.reply()?;
        let repeats = controls.enabled_controls.contains(BoolCtrl::REPEAT_KEYS);
        self.known().state.repeat = Some(match repeats {
            true => KeyRepeat {
                delay: controls.repeat_delay,
                interval: controls.repeat_interval,
            },
            false => KeyRepeat::NONE,
        });
        Ok(())
    }

    fn ask_meanings(&self) -> Result<(), ReplyError> {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let modifiers = self.connection.get_modifier_mapping()?;
        let keys = self
            .connection
            .get_keyboard_mapping(first, last.saturating_sub(first).saturating_add(1))?;
        let (modifiers, keys) = (modifiers.reply()?, keys.reply()?);
        let keysyms = |keycode: u8| {
            let width = usize::from(keys.keysyms_per_keycode);
            let start = keycode.checked_sub(first).map(|n| usize::from(n) * width);
            let of = start.and_then(|start| keys.keysyms.get(start..start + width));
            of.unwrap_or_default()
        };
        let per_modifier = usize::from(modifiers.keycodes_per_modifier()).max(1);
        let mut meanings = [Modifiers::NONE; 8];
        for (meaning, keycodes) in meanings
            .iter_mut()
            .zip(modifiers.keycodes.chunks(per_modifier))
        {
            let keysyms = keycodes.iter().flat_map(|keycode| keysyms(*keycode));
            *meaning = keysyms
                .map(|k| meaning_of(*k))
                .find(|m| *m != Modifiers::NONE)
                .unwrap_or_default();
        }
        self.known().meanings = meanings;
        Ok(())
    }

    fn locked(&self, latched: ModMask, locked: ModMask, group: u8) {
        let mut known = self.known();
        known.state.locks = Locks {
            latched: modifiers(latched, &known.meanings),
            locked: modifiers(locked, &known.meanings),
            group,
        };
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn modifiers(mask: ModMask, meanings: &[Modifiers; 8]) -> Modifiers {
    let bits = u16::from(mask);
    let set = meanings
        .iter()
        .enumerate()
        .filter(|(n, _)| bits & (1 << n) != 0);
    set.fold(Modifiers::NONE, |all, (_, meaning)| all | *meaning)
}

/// The modifier that a key with this keysym is.
fn meaning_of(keysym: u32) -> Modifiers {
    match keysym {
        0xffe1 | 0xffe2 => Modifiers::SHIFT,
        0xffe3 | 0xffe4 => Modifiers::CONTROL,
        0xffe5 | 0xffe6 => Modifiers::CAPS_LOCK,
        // Meta is on Alt's keys.
        0xffe7..=0xffea => Modifiers::ALT,
        0xffeb | 0xffec => Modifiers::SUPER,
        0xff7f => Modifiers::NUM_LOCK,
        0xff14 => Modifiers::SCROLL_LOCK,
        // ISO_Level3_Shift, Mode_switch.
        0xfe03 | 0xff7e => Modifiers::ALT_GRAPH,
        _ => Modifiers::NONE,
    }
}
