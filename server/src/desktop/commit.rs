//! Commits: new pictures and everything that waited for them, all at once.

use std::sync::Arc;

use transom_protocol::geometry::{PixelRect, PixelSize, Scale};
use transom_protocol::ids::{FrameId, Serial, WindowId};
use transom_protocol::window::Positioner;

use super::Desktop;
use super::fill::Fill;
use super::ids::{ClientId, WindowKey};
use super::window::Front;
use crate::raster::Pixmap;
use crate::region::Region;
use crate::time::Timestamp;

/// What one commit publishes of one window.
#[derive(Debug)]
pub struct CommittedWindow {
    /// Which window.
    pub window: WindowId,
    /// The finished frame; taken. None: only other pending state is published.
    pub content: Option<Content>,
    /// Given back: the picture that was replaced. It can be drawn on again once the presenter has
    /// let go of it.
    pub retired: Option<Arc<Pixmap>>,
}

/// A finished frame.
#[derive(Debug)]
pub struct Content {
    /// The picture; its size is the window's on the screen.
    pub pixmap: Arc<Pixmap>,
    /// Its device pixels per logical unit.
    pub scale: Scale,
    /// What [`Begin`](transom_protocol::request::Begin) quoted.
    pub configure: Serial,
    /// What differs from the picture before, in its own pixels. It counts for nothing when size
    /// or scale is another: then everything does.
    pub damage: Region,
}

/// What a window was before a commit, as far as it matters after.
struct Before {
    rect: Option<PixelRect>,
    size: Option<PixelSize>,
    scale: Scale,
}

impl Desktop {
    /// Publishes frames and pending state of several windows of one client at once.
    ///
    /// A `FrameShown` is owed for each from here on. Windows that the desktop does not know are
    /// left out, their content untouched.
    pub fn commit(
        &mut self,
        client: ClientId,
        frame: FrameId,
        windows: &mut [CommittedWindow],
        now: Timestamp,
    ) {
        self.at(now);
        let mut appearing = Vec::new();
        for committed in windows {
            let key = WindowKey::new(client, committed.window);
            let was_shown = self.is_shown(key);
            self.publish(key, committed);
            self.owe(key, frame);
            let has_picture = self.windows.get(&key).is_some_and(|w| w.front.is_some());
            if !was_shown && has_picture {
                appearing.push(key);
            }
        }
        // Parents first, whatever order the client named them in.
        appearing.sort_by_key(|k| self.with_parents(*k).count());
        for key in appearing {
            self.appear(key);
        }
        self.settle();
    }

    /// Makes everything pending of one window current.
    fn publish(&mut self, key: WindowKey, committed: &mut CommittedWindow) {
        let Some(window) = self.windows.get_mut(&key) else {
            return;
        };
        let before = Before {
            rect: window.rect(),
            size: window.size(),
            scale: window.scale(),
        };
        let opaque_before = window.opaque.clone();
        let positioner = window.pending.positioner.take();
        // What buttons and edges a frame has follows from the limits.
        self.unsettled |= window.pending.limits.is_some();
        let regions_changed = window.apply_pending();
        window.frames += 1;
        let mut damage = Region::new();
        let mut fill_changed = false;
        if let Some(content) = committed.content.take() {
            fill_changed = window.take_up(content.configure);
            damage = content.damage;
            let front = Front {
                pixmap: content.pixmap,
                scale: content.scale,
            };
            committed.retired = window.front.replace(front).map(|f| f.pixmap);
        }
        let resized = (window.size(), window.scale()) != (before.size, before.scale);
        if resized {
            // Where the size has changed the layout will differ, and cause the rest.
            damage = Region::from(window.bounds());
        }
        // One that is being resized may be waiting for its next proposal.
        self.unsettled |= window.resizing;
        if regions_changed || resized {
            window.update_regions();
            self.unsettled = true;
            let mut opaque = window.opaque.clone();
            if opaque != opaque_before {
                // A picture that is not as opaque as promised looks different there.
                opaque.union(&opaque_before);
                damage.union(&opaque);
            }
        }
        if let Some(rect) = before.rect.filter(|_| window.visible) {
            self.damage_region(&damage, rect.origin(), rect);
        }
        self.refit(key, &before, fill_changed);
        self.reposition(key, positioner, resized);
    }

    /// Keeps a window that is not a popup where it belongs when its frame has another size than
    /// before, or fills something else.
    fn refit(&mut self, key: WindowKey, before: &Before, fill_changed: bool) {
        let Some(window) = self.windows.get_mut(&key).filter(|w| !w.is_popup()) else {
            return;
        };
        let settled = window.configures.is_settled();
        let chose = window.size() != Some(window.proposed) && settled;
        if !window.wants_to_fill() && chose && !window.resizing {
            // Another size than the one proposed to it: that is no longer wanted.
            window.proposed = PixelSize::default();
        }
        let hold = window.hold;
        if settled && !window.resizing {
            window.hold = None;
        }
        self.unsettled |= fill_changed;
        let (Some(rect), Some(size)) = (before.rect, window.size()) else {
            return;
        };
        if let (Some(hold), Fill::None) = (hold, window.fill) {
            window.restore = None;
            let origin = hold.origin(rect.origin(), size);
            self.move_window(key, origin);
        } else if fill_changed {
            self.move_to_fill(key, rect);
        }
    }

    /// Puts a window where it belongs that fills something else than before, when it was at `rect`.
    /// What fills something is where that is; what does not any more goes back.
    fn move_to_fill(&mut self, key: WindowKey, rect: PixelRect) {
        let Some(window) = self.windows.get_mut(&key) else {
            return;
        };
        if window.fill != Fill::None {
            window.restore.get_or_insert((rect.origin(), rect.size()));
            return;
        }
        let restore = window.restore.take().map(|(origin, _)| origin);
        if let Some(origin) = restore.or_else(|| self.place_window(key)) {
            self.move_window(key, origin);
        }
    }

    /// Places a popup anew that asked for it, or committed another size than the one it was placed for.
    fn reposition(&mut self, key: WindowKey, positioner: Option<Positioner>, resized: bool) {
        let Some(window) = self.windows.get_mut(&key) else {
            return;
        };
        let asked = positioner.is_some();
        if let (Some(popup), Some(positioner)) = (&mut window.popup, positioner) {
            popup.positioner = positioner;
        }
        if window.is_popup() && (asked || resized) {
            self.place_popup(key, asked);
        }
        if resized {
            // What the popups on it hang on is somewhere else if the scale has changed.
            for popup in self.popups_of(key).into_iter().rev() {
                self.place_popup(popup, false);
            }
        }
    }

    /// A window that has a picture and is not shown is shown now, if nothing keeps it hidden.
    fn appear(&mut self, key: WindowKey) {
        let Some(window) = self.windows.get(&key) else {
            return;
        };
        self.unsettled = true;
        if window.is_popup() {
            self.appear_popup(key);
            return;
        }
        if window.origin.is_some() {
            return;
        }
        let origin = match window.fill {
            Fill::None => self.place_window(key),
            fill => Some(self.fill_origin(window, fill)),
        };
        let minimized = window.is_minimized();
        if let Some(window) = self.windows.get_mut(&key) {
            window.origin = origin;
        }
        if !minimized {
            self.greet(key);
        }
        // Its popups may have been committed before it.
        for popup in self.children_of(key) {
            self.appear_waiting(popup);
        }
    }

    fn appear_popup(&mut self, key: WindowKey) {
        self.place_popup(key, false);
        if !self.is_shown(key) {
            return;
        }
        self.raise(key);
        self.begin_grab(key);
        for popup in self.children_of(key) {
            self.appear_waiting(popup);
        }
    }

    /// A popup whose parent has appeared: it learns its place, and appears too if it can.
    fn appear_waiting(&mut self, key: WindowKey) {
        let window = self.windows.get(&key);
        let Some(window) = window.filter(|w| w.is_popup() && w.origin.is_none()) else {
            return;
        };
        match window.front {
            Some(_) => self.appear_popup(key),
            None => self.place_popup(key, true),
        }
    }
}
