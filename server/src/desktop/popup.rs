//! Popups: whether they may be, where they are, what they take over, and how they end.
//!
//! Popups that grab form a chain: each belongs to the one before, the first to the window that has
//! the focus. The last one has the keyboard. The pointer is for windows of that client only, and a
//! press outside the chain ends it and does nothing else. It also ends when the focus moves to
//! another window and when the screen itself loses the keyboard.

use transom_protocol::event::{PopupDismissed, PopupPlaced};
use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize, Rect, Scale};
use transom_protocol::window::{Decorations, WindowStates};

use super::Desktop;
use super::configure::{Configures, Proposal};
use super::fill::Fill;
use super::ids::WindowKey;
use super::positioner::{Parent, position};
use super::window::Window;

/// How deeply popups may be nested; a menu has a handful of levels. What follows from parent to
/// parent for every window stays short.
pub const MAX_POPUP_DEPTH: usize = 16;

impl Desktop {
    /// Whether a new popup may be shown, now or when its parent is.
    pub(super) fn admit_popup(&self, key: WindowKey, window: &mut Window) -> bool {
        let Some(parent) = window.parent_of(key) else {
            return false;
        };
        let waits = |w: &Window| !w.is_dismissed() && !w.is_minimized();
        if !self.windows.get(&parent).is_some_and(waits)
            || self.popup_depth(parent) >= MAX_POPUP_DEPTH
        {
            return false;
        }
        let Some(popup) = window.popup.as_mut() else {
            return false;
        };
        let serial = popup.positioner.grab;
        popup.grabs = !serial.is_none();
        let client = self.clients.get(&key.client);
        !popup.grabs
            || self.seat.grabs.contains(&parent)
            || client.is_some_and(|c| c.knows_input(serial))
    }

    /// How many popups there are from `key` to the window they are on.
    fn popup_depth(&self, key: WindowKey) -> usize {
        self.with_parents(key).filter(|k| self.is_popup(*k)).count()
    }

    /// A window, what it belongs to, and so on. No loops: a parent is older, or checked.
    pub(super) fn with_parents(&self, key: WindowKey) -> impl Iterator<Item = WindowKey> {
        std::iter::successors(Some(key), |k| self.windows.get(k)?.parent_of(*k))
    }

    /// The window that a popup is on; any other window itself.
    pub(super) fn toplevel_of(&self, key: WindowKey) -> Option<WindowKey> {
        self.with_parents(key).find(|k| !self.is_popup(*k))
    }

    /// What the client of a popup knows before it is told anything: that its size is as it likes.
    pub(super) fn popup_configures(&self) -> Configures {
        Configures::knowing(Proposal {
            size: PixelSize::default(),
            scale: self.output.scale,
            states: WindowStates::NONE,
            decorations: Decorations::None,
            bounds: self.output.size,
        })
    }

    /// Puts a popup where its positioner says, if its parent is shown, and tells the client where
    /// that is if it does not know. Other windows stay where they are.
    pub(super) fn place_popup(&mut self, key: WindowKey, may_resize: bool) {
        let Some((rect, size, parent)) = self.popup_rect(key, may_resize) else {
            return;
        };
        self.move_window(key, rect.origin());
        let placed = in_parent(rect, parent);
        let Some(window) = self.windows.get_mut(&key) else {
            return;
        };
        if may_resize {
            let cut = rect.size() != size;
            let proposed = if cut {
                rect.size()
            } else {
                PixelSize::default()
            };
            window.asked |= proposed != window.proposed;
            window.proposed = proposed;
            self.unsettled = true;
        }
        if let Some(popup) = &mut window.popup
            && popup.told.replace(placed) != Some(placed)
        {
            let event = PopupPlaced {
                window: key.window,
                rect: placed,
            };
            self.send(key.client, event);
        }
    }

    /// Where a popup goes, what size it would have, and what it hangs on.
    fn popup_rect(
        &self,
        key: WindowKey,
        may_resize: bool,
    ) -> Option<(PixelRect, PixelSize, Parent)> {
        let window = self.windows.get(&key)?;
        let popup = window.popup.as_ref().filter(|p| !p.dismissed)?;
        let parent = window.parent_of(key).filter(|p| self.is_shown(*p))?;
        let parent = self.windows.get(&parent)?;
        let parent = Parent {
            origin: parent.origin?,
            scale: parent.scale(),
        };
        let wanted = || self.output.scale.pixel_size(window.wanted);
        let size = window.size().unwrap_or_else(wanted);
        let toplevel = self.toplevel_of(key).and_then(|k| self.windows.get(&k));
        let area = match toplevel.map(|w| w.fill) {
            Some(Fill::Fullscreen) => self.screen(),
            _ => self.work_area(),
        };
        let rect = position(&popup.positioner, size, parent, area, may_resize);
        Some((rect, size, parent))
    }

    /// Places all popups that have a place anew, parents first.
    pub(super) fn replace_popups(&mut self) {
        for key in self.stack.clone() {
            let placed = |w: &Window| w.is_popup() && w.origin.is_some();
            if self.windows.get(&key).is_some_and(placed) {
                self.place_popup(key, true);
            }
        }
    }

    /// Popups that were shown end when what they are on is not shown any more.
    pub(super) fn dismiss_orphans(&mut self) {
        let placed = |w: &Window| w.is_popup() && w.origin.is_some() && !w.is_dismissed();
        let popups = self.windows.iter().filter(|(_, w)| placed(w));
        // Parents have smaller numbers than their popups.
        let popups: Vec<WindowKey> = popups.map(|(key, _)| *key).collect();
        for key in popups {
            let Some(window) = self.windows.get(&key).filter(|w| placed(w)) else {
                continue;
            };
            let parent = window.parent_of(key);
            if !parent.is_some_and(|p| self.is_shown(p)) {
                self.dismiss(key);
            }
        }
    }

    /// Ends a popup, those on it first. It is not shown any more, whatever its client draws.
    pub(super) fn dismiss(&mut self, key: WindowKey) {
        self.dismiss_popups_of(key);
        self.end_popup(key);
    }

    /// Ends all popups on a window, which itself may be one and stays.
    pub(super) fn dismiss_popups_of(&mut self, key: WindowKey) {
        for popup in self.popups_of(key) {
            self.end_popup(popup);
        }
    }

    /// Ends a popup on which there are none, unless that has happened.
    fn end_popup(&mut self, key: WindowKey) {
        let window = self.windows.get_mut(&key);
        let Some(popup) = window.and_then(|w| w.popup.as_mut()) else {
            return;
        };
        if std::mem::replace(&mut popup.dismissed, true) {
            return;
        }
        self.seat.grabs.retain(|k| *k != key);
        self.unsettled = true;
        let window = key.window;
        self.send(key.client, PopupDismissed { window });
    }

    /// Ends the popups that have taken pointer and keyboard.
    pub(super) fn dismiss_grabs(&mut self) {
        if let Some(first) = self.seat.grabs.first() {
            self.dismiss(*first);
        }
    }

    /// Lets a popup that appears take pointer and keyboard, if it is to. It belongs to the last of
    /// the chain, or ends those that it does not belong to; it is dismissed itself when the person
    /// has turned to another window in the meantime.
    pub(super) fn begin_grab(&mut self, key: WindowKey) {
        let grabs = |w: &Window| w.popup.as_ref().is_some_and(|p| p.grabs && !p.dismissed);
        if !self.windows.get(&key).is_some_and(grabs) {
            return;
        }
        let busy = self.seat.absent || self.shell.interaction.is_some();
        if busy || self.seat.focus != self.toplevel_of(key) {
            self.dismiss(key);
            return;
        }
        while let Some(last) = self.seat.grabs.last().copied() {
            if self.with_parents(key).any(|k| k == last) {
                break;
            }
            self.dismiss(last);
        }
        self.seat.grabs.push(key);
    }

    /// Whether a window is one of the popups that have taken the pointer, or a popup on one.
    pub(super) fn is_inside_grab(&self, key: WindowKey) -> bool {
        self.with_parents(key)
            .take_while(|k| self.is_popup(*k))
            .any(|k| self.seat.grabs.contains(&k))
    }
}

/// A rectangle of the screen in a parent's logical coordinates.
fn in_parent(rect: PixelRect, parent: Parent) -> Rect {
    let Parent { origin, scale } = parent;
    let logical = |v: i32, from: i32| -> f32 {
        let pixels = i64::from(v) - i64::from(from);
        (pixels as f64 * 120.0 / f64::from(scale.0.max(1))) as f32
    };
    let at = PixelPoint::new(rect.x0, rect.y0);
    let size = Scale(scale.0).logical_size(rect.size());
    Rect::new(
        logical(at.x, origin.x),
        logical(at.y, origin.y),
        size.width,
        size.height,
    )
}
