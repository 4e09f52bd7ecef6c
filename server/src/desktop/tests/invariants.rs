//! What is true of a desktop whenever nobody is inside.

use std::collections::BTreeSet;

use transom_protocol::window::WindowStates;

use super::super::layout::{Item, hover_of};
use super::super::shell::Interaction;
use super::super::touch::Role;
use super::super::*;

impl Desktop {
    pub(super) fn verify_invariants(&self) {
        assert!(!self.unsettled);
        self.verify_stack();
        self.verify_layout();
        self.verify_focus();
        self.verify_grabs();
        self.verify_pointer();
        self.verify_fingers();
        self.verify_clients();
        self.verify_frames();
        self.verify_shell();
        self.verify_selections();
    }

    /// Every title bar is shown, and the person can take hold of it.
    fn verify_frames(&self) {
        for (key, window) in self.windows.iter().filter(|(k, _)| self.is_shown(**k)) {
            let title = self.layout.iter().find(|p| p.item == Item::Title(*key));
            assert_eq!(title.is_some(), self.frame_shape(window).is_some());
            let Some(title) = title else { continue };
            let width = title.rect.width() as i32;
            let buttons = self.buttons_of(window);
            let x1 = title.rect.x1 - self.metrics().buttons_width(width, buttons);
            let handle = PixelRect { x1, ..title.rect };
            let within = handle.intersect(self.work_area());
            assert!(self.screen().is_empty() || !within.is_empty(), "{handle:?}");
        }
    }

    fn verify_shell(&self) {
        let known = |k: &WindowKey| self.windows.contains_key(k);
        match &self.shell.interaction {
            None => {}
            Some(interaction) => {
                assert!(self.seat.grabs.is_empty());
                assert!(self.seat.pointer.over.is_none());
                match interaction {
                    Interaction::Drag(drag) => assert!(self.is_shown(drag.key)),
                    Interaction::Menu(menu) => assert!(menu.of.iter().all(known)),
                    Interaction::Press { .. } | Interaction::Switcher(_) => {}
                }
            }
        }
        let drag = self.shell.drag().map(|d| d.key);
        for (key, window) in &self.windows {
            assert!(!window.resizing || drag == Some(*key), "{key:?} is resized");
        }
        let pointer = &self.seat.pointer;
        if let (Some(at), true, None) =
            (pointer.at, pointer.held.is_empty(), &self.shell.interaction)
        {
            assert_eq!(self.shell.hover, hover_of(self.hit(at.pixel())));
        }
    }

    fn verify_stack(&self) {
        let mut seen = BTreeSet::new();
        for key in &self.stack {
            assert!(seen.insert(*key), "{key:?} is stacked twice");
            let parent = self.windows[key].parent_of(*key);
            assert!(
                parent.is_none_or(|p| seen.contains(&p)),
                "{key:?} is behind what it belongs to"
            );
        }
        assert!(seen.iter().eq(self.windows.keys()));
        let mut order = Vec::new();
        self.order(&mut order);
        assert_eq!(self.stack, order, "it is what follows from the windows");
    }

    fn verify_layout(&self) {
        let shown = self.stack.iter().filter(|k| self.is_shown(**k));
        let windows = || {
            self.layout
                .iter()
                .filter_map(|p| Some((p.window()?, p.rect)))
        };
        assert!(shown.copied().eq(windows().map(|(key, _)| key)));
        for (key, rect) in windows() {
            assert_eq!(Some(rect), self.windows[&key].rect());
        }
        for (key, window) in &self.windows {
            assert!(!window.visible || self.is_shown(*key));
            let opaque = window.opaque.bounds();
            let all = window.size().map(PixelRect::from_size);
            assert!(all.unwrap_or_default().contains_rect(opaque));
            let placed = window.is_popup() && window.origin.is_some() && !window.is_dismissed();
            assert!(!placed || window.parent_of(*key).is_some_and(|p| self.is_shown(p)));
        }
        let deadline = self.next_deadline();
        let unseen = self
            .windows
            .values()
            .any(|w| w.owed.is_some() && !w.visible);
        let others = self.next_silence().or(self.next_stall());
        assert_eq!(deadline.is_some(), unseen || others.is_some());
        assert!(self.screen().contains_rect(self.damage.bounds()));
    }

    fn verify_focus(&self) {
        let can = |k: &WindowKey| !self.is_popup(*k) && self.is_shown(*k);
        match self.seat.focus {
            Some(key) => {
                assert!(can(&key), "the focus {key:?} is not shown");
                let states = self.windows[&key].states;
                assert!(!states.contains(WindowStates::URGENT));
            }
            None => assert!(!self.stack.iter().any(can), "nobody has the focus"),
        }
        let keyboard = self.seat.grabs.last().copied().or(self.seat.focus);
        let keyboard = keyboard.filter(|_| !self.seat.absent);
        assert_eq!(self.seat.keyboard, keyboard);
    }

    fn verify_grabs(&self) {
        let grabs = &self.seat.grabs;
        for (i, key) in grabs.iter().enumerate() {
            assert!(self.is_popup(*key) && self.is_shown(*key), "{key:?}");
            assert_eq!(self.toplevel_of(*key), self.seat.focus);
            let before = i.checked_sub(1).map(|i| grabs[i]);
            assert!(before.is_none_or(|b| self.with_parents(*key).any(|k| k == b)));
        }
    }

    fn verify_pointer(&self) {
        let pointer = &self.seat.pointer;
        assert!(pointer.over.is_none_or(|k| self.is_shown(k)));
        assert!(pointer.held.is_empty() || pointer.over.is_some());
        if let (Some(over), true) = (pointer.over, pointer.held.is_empty()) {
            let at = pointer.at.expect("over a window").pixel();
            assert_eq!(self.window_at(at), Some(over));
        }
    }

    fn verify_fingers(&self) {
        let fingers = &self.seat.fingers.0;
        let (mut numbers, mut pointers) = (BTreeSet::new(), 0);
        for finger in fingers {
            match finger.role {
                Role::Touch { window, touch, .. } => {
                    assert!(self.is_shown(window) && self.clients[&window.client].info.touch);
                    assert!(numbers.insert((window.client, touch)), "{fingers:?}");
                }
                Role::Pointer => pointers += 1,
                Role::Nobody => {}
            }
        }
        assert!(pointers <= 1, "{fingers:?}");
    }

    fn verify_clients(&self) {
        for (id, client) in &self.clients {
            let theirs = self.windows.keys().filter(|k| k.client == *id);
            assert_eq!(theirs.count(), client.windows);
        }
        for key in self.windows.keys() {
            assert!(self.clients.contains_key(&key.client));
        }
    }
}
