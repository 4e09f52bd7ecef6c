//! What is true of a desktop whenever nobody is inside.

use std::collections::BTreeSet;

use transom_protocol::window::WindowStates;

use super::super::*;

impl Desktop {
    pub(super) fn verify_invariants(&self) {
        assert!(!self.unsettled);
        self.verify_stack();
        self.verify_layout();
        self.verify_focus();
        self.verify_grabs();
        self.verify_pointer();
        self.verify_clients();
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
    }

    fn verify_layout(&self) {
        let shown = self.stack.iter().filter(|k| self.is_shown(**k));
        assert!(shown.eq(self.layout.iter().map(|p| &p.key)));
        for placed in &self.layout {
            assert_eq!(Some(placed.rect), self.windows[&placed.key].rect());
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
        assert_eq!(deadline.is_some(), unseen);
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
