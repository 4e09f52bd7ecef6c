//! [`Seat`]: the one person in front of the screen. Which window they turned to, and how that changes.
//!
//! The *focus* is the window that is active: the one clicked last, a new one, or one that asked with
//! an input the person gave it within the last seconds. A window that would take the focus while
//! the person is typing into another program's, or that asks without such an input, is marked
//! urgent instead. *Typing* means that the last key, no more than [`TYPING`] ago, entered a
//! character: after Return a new window is expected. A window that a dialog belongs to hands the
//! focus on to the dialog.

use std::time::Duration;

use transom_protocol::event::ModifiersChanged;
use transom_protocol::input::{KnownModifiers, Modifiers};
use transom_protocol::window::{WindowKind, WindowStates};

use super::Desktop;
use super::held_keys::HeldKeys;
use super::ids::WindowKey;
use super::input::KeyRepeat;
use super::pointer::Pointer;
use super::text_input::Composition;
use super::touch::Fingers;
use super::window::Window;
use crate::time::Timestamp;

/// How long after a character the person counts as typing: slower than most type.
pub(super) const TYPING: Duration = Duration::from_millis(500);

/// Focus, keyboard, pointer and grabs.
#[derive(Debug)]
pub(super) struct Seat {
    /// The active window, which is no popup.
    pub(super) focus: Option<WindowKey>,
    /// The screen itself does not have the keyboard.
    pub(super) absent: bool,
    /// The window that was told it has the keyboard: the focus, or the last grabbing popup.
    pub(super) keyboard: Option<WindowKey>,
    /// The keys that are down, as far as no program was spared them.
    pub(super) keys: HeldKeys,
    pub(super) modifiers: ModifiersChanged,
    pub(super) repeat: KeyRepeat,
    /// When the person entered a character with the last key, if that did.
    pub(super) typed: Option<Timestamp>,
    pub(super) composition: Composition,
    pub(super) pointer: Pointer,
    pub(super) fingers: Fingers,
    /// Popups that have taken pointer and keyboard, each belonging to the one before.
    pub(super) grabs: Vec<WindowKey>,
}

impl Default for Seat {
    fn default() -> Self {
        Self {
            focus: None,
            absent: false,
            keyboard: None,
            keys: HeldKeys::default(),
            modifiers: ModifiersChanged {
                depressed: Modifiers::NONE,
                latched: Modifiers::NONE,
                locked: Modifiers::NONE,
                group: 0,
                known: KnownModifiers::NONE,
            },
            repeat: KeyRepeat::NONE,
            typed: None,
            composition: Composition::default(),
            pointer: Pointer::default(),
            fingers: Fingers::default(),
            grabs: Vec::new(),
        }
    }
}

impl Seat {
    /// Forgets a window that is gone, and what it was about to be told.
    pub(super) fn forget(&mut self, key: WindowKey) {
        for place in [
            &mut self.focus,
            &mut self.keyboard,
            &mut self.composition.window,
        ] {
            if *place == Some(key) {
                *place = None;
            }
        }
        self.pointer.forget(key);
        self.fingers.forget(key);
        self.grabs.retain(|k| *k != key);
    }
}

impl Desktop {
    /// Makes sure that some window has the focus if one can: the topmost, when the one that had it
    /// is gone.
    pub(super) fn settle_focus(&mut self) {
        let valid = self.seat.focus.is_some_and(|k| self.is_focusable(k));
        if !valid {
            let topmost = self.stack.iter().rev().find(|k| self.is_focusable(**k));
            let next = topmost.copied().and_then(|k| self.dialog_of(k));
            self.set_focus(next);
        }
    }

    fn is_focusable(&self, key: WindowKey) -> bool {
        !self.is_popup(key) && self.is_shown(key)
    }

    /// The window that has the focus in place of `key`: a dialog that belongs to it, if there is one.
    fn dialog_of(&self, key: WindowKey) -> Option<WindowKey> {
        let is_dialog = |k: &&WindowKey| {
            let window = self.windows.get(*k);
            window.is_some_and(|w| w.kind == WindowKind::Dialog) && self.is_focusable(**k)
        };
        let mut dialogs = self.stack.iter().rev().filter(is_dialog);
        let blocks = |k: &&WindowKey| self.with_parents(**k).any(|p| p == key);
        Some(dialogs.find(blocks).copied().unwrap_or(key))
    }

    fn set_focus(&mut self, focus: Option<WindowKey>) {
        if self.seat.focus == focus {
            return;
        }
        self.seat.focus = focus;
        self.seat.typed = None;
        self.dismiss_grabs();
        if let Some(window) = focus.and_then(|k| self.windows.get_mut(&k)) {
            window.states = window.states.without(WindowStates::URGENT);
        }
        self.unsettled = true;
    }

    /// Raises a window that is shown and turns the keyboard to it.
    pub(super) fn focus(&mut self, key: WindowKey) {
        self.raise(key);
        if let Some(toplevel) = self.toplevel_of(key) {
            self.set_focus(self.dialog_of(toplevel));
        }
    }

    /// A window has appeared: it is in front, and has the focus unless that would be rude.
    pub(super) fn greet(&mut self, key: WindowKey) {
        self.raise(key);
        let Some(window) = self.windows.get(&key) else {
            return;
        };
        let focus = self.seat.focus.filter(|k| self.is_focusable(*k));
        let unasked = window.kind == WindowKind::Utility && focus.is_some();
        if unasked || window.is_popup() {
            return;
        }
        let typing = self
            .seat
            .typed
            .is_some_and(|at| self.clock.since(at) < TYPING);
        match focus {
            Some(other) if typing && other.client != key.client => self.mark_urgent(key),
            _ => self.focus(key),
        }
    }

    /// Asks for the person's attention, unless the window has it.
    pub(super) fn mark_urgent(&mut self, key: WindowKey) {
        let has_focus = self.seat.focus == Some(key);
        let candidate = |w: &&mut Window| !has_focus && !w.is_popup();
        if let Some(window) = self.windows.get_mut(&key).filter(candidate) {
            window.states = window.states.with(WindowStates::URGENT);
            self.unsettled = true;
        }
    }
}
