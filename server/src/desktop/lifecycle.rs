//! Clients and windows come and go.

use std::collections::BTreeSet;

use transom_protocol::ids::WindowId;
use transom_protocol::request::{CreatePopup, CreateWindow};

use super::Desktop;
use super::client::{Client, ClientInfo};
use super::ids::{ClientId, ScreenId, WindowKey};
use super::window::Window;

/// The most windows and popups of one client. What is done for every window at each change stays
/// in the microseconds, and no program shows so many. Sessions should refuse more; the desktop
/// ignores them.
pub const MAX_WINDOWS_PER_CLIENT: usize = 256;

/// The most windows and popups of all clients together: many times what anybody looks at. What
/// every change costs grows with their number, by less than a microsecond each.
pub const MAX_WINDOWS: usize = match cfg!(test) {
    true => 2 * MAX_WINDOWS_PER_CLIENT, // That many are made in no time.
    false => 4096,
};

impl Desktop {
    /// Whether there are [`MAX_WINDOWS`], and no more are made.
    pub fn is_full(&self) -> bool {
        self.windows.len() >= MAX_WINDOWS
    }

    /// A client has connected.
    pub fn add_client(&mut self, info: ClientInfo) -> ClientId {
        self.last_client += 1;
        let id = ClientId(self.last_client);
        self.clients.insert(id, Client::new(info));
        id
    }

    /// A client is gone, and everything of its. Nothing more is sent to it.
    pub fn remove_client(&mut self, client: ClientId) {
        if self.clients.remove(&client).is_none() {
            return;
        }
        let first = WindowKey::new(client, WindowId::NONE);
        let last = WindowKey::new(client, WindowId(u32::MAX));
        let keys: Vec<_> = self.windows.range(first..=last).map(|(k, _)| *k).collect();
        for key in keys.into_iter().rev() {
            self.forget(key);
        }
        self.forget_selections(client);
        self.settle();
    }

    /// Makes a window; it is not shown before its first commit with content. A parent that does
    /// not exist counts as none.
    pub fn create_window(&mut self, client: ClientId, request: &CreateWindow<'_>) {
        let mut window = Window::new(self.next_id(), request);
        if !self
            .windows
            .contains_key(&WindowKey::new(client, window.parent))
        {
            window.parent = WindowId::NONE;
        }
        self.insert(WindowKey::new(client, request.window), window);
        self.settle();
    }

    /// Makes a popup. It is told where it goes at once if its parent is shown, else when that is.
    /// It is dismissed at once when its parent does not exist or was dismissed, when popups are
    /// nested too deeply, or when it quotes an input that the client did not have of late.
    pub fn create_popup(&mut self, client: ClientId, request: &CreatePopup) {
        let key = WindowKey::new(client, request.window);
        let mut window = Window::new_popup(self.next_id(), request);
        let acceptable = self.admit_popup(key, &mut window);
        if !self.windows.contains_key(&key.sibling(window.parent)) {
            window.parent = WindowId::NONE;
        }
        if !self.insert(key, window) {
            return;
        }
        if acceptable {
            self.place_popup(key, true);
        } else {
            self.dismiss(key);
        }
        self.settle();
    }

    /// A window is no longer wanted. Its popups, and theirs, are dismissed and end with it;
    /// windows that belong to it remain and belong to nobody.
    pub fn destroy_window(&mut self, key: WindowKey) {
        let popups = self.popups_of(key);
        self.dismiss_popups_of(key);
        for popup in popups {
            self.forget(popup);
        }
        self.forget(key);
        self.settle();
    }

    /// Adds a window unless the client has it already, or too many, or its numbers do not ascend.
    fn insert(&mut self, key: WindowKey, mut window: Window) -> bool {
        let Some(client) = self.clients.get_mut(&key.client) else {
            return false;
        };
        let full = client.windows >= MAX_WINDOWS_PER_CLIENT || self.windows.len() >= MAX_WINDOWS;
        if full || key.window <= window.parent || self.windows.contains_key(&key) {
            return false;
        }
        client.windows += 1;
        self.last_raise += 1;
        window.raised = self.last_raise;
        if window.is_popup() {
            window.configures = self.popup_configures();
        }
        let is_unseen = !window.is_popup() && !window.wants_to_fill();
        self.windows.insert(key, window);
        match is_unseen {
            true => self.stack_unseen(key),
            false => self.unsettled = true,
        }
        true
    }

    /// Removes a window without a word to its client, which knows.
    fn forget(&mut self, key: WindowKey) {
        let Some(window) = self.windows.remove(&key) else {
            return;
        };
        if let Some(client) = self.clients.get_mut(&key.client) {
            client.windows -= 1;
        }
        let children = self.children_of(key);
        for child in &children {
            if let Some(child) = self.windows.get_mut(child) {
                child.parent = WindowId::NONE;
            }
        }
        self.seat.forget(key);
        self.shell.forget(key);
        let is_unseen = !window.is_popup() && window.rect().is_none() && children.is_empty();
        match is_unseen {
            // Nothing follows from it: nobody saw it, and nothing belongs to it.
            true => self.stack.retain(|k| *k != key),
            false => self.unsettled = true,
        }
    }

    /// The windows that belong to `key`, popups too.
    pub(super) fn children_of(&self, key: WindowKey) -> Vec<WindowKey> {
        let first = WindowKey::new(key.client, WindowId::NONE);
        let last = WindowKey::new(key.client, WindowId(u32::MAX));
        self.windows
            .range(first..=last)
            .filter(|(k, w)| w.parent_of(**k) == Some(key))
            .map(|(k, _)| *k)
            .collect()
    }

    /// The popups on a window and on those, children before their parents, the newest first.
    pub(super) fn popups_of(&self, key: WindowKey) -> Vec<WindowKey> {
        let last = WindowKey::new(key.client, WindowId(u32::MAX));
        let mut found = BTreeSet::from([key]);
        // One pass is enough, because popups have greater numbers than what they belong to.
        for (popup, window) in self.windows.range(key..=last).filter(|(_, w)| w.is_popup()) {
            if window.parent_of(*popup).is_some_and(|p| found.contains(&p)) {
                found.insert(*popup);
            }
        }
        found.remove(&key);
        found.into_iter().rev().collect()
    }

    pub(super) fn is_popup(&self, key: WindowKey) -> bool {
        self.windows.get(&key).is_some_and(Window::is_popup)
    }

    fn next_id(&mut self) -> ScreenId {
        self.last_id += 1;
        ScreenId(self.last_id)
    }
}
