//! Which window is in front of which, what of them can be seen, and where they are.
//!
//! The order is not kept but follows from the windows: each is directly in front of what it belongs
//! to, those that belong to the same (or to nobody) are ordered by `ABOVE` and by when they were
//! raised. So a dialog or popup cannot get behind its parent, whatever happens.

use std::collections::HashMap;

use transom_protocol::geometry::{PixelPoint, PixelRect};
use transom_protocol::window::WindowStates;

use super::damage::{Placed, difference};
use super::ids::WindowKey;
use super::{Desktop, place};
use crate::region::Region;

/// How many pieces of opaque area are taken together when looking for windows that are covered
/// wholly. What is left out makes a window count as visible that is not: that costs a little work.
const MAX_COVER_PIECES: usize = 64;

impl Desktop {
    /// Makes the order anew.
    pub(super) fn restack(&mut self) {
        let mut siblings: HashMap<Option<WindowKey>, Vec<WindowKey>> = HashMap::new();
        for (key, window) in &self.windows {
            siblings
                .entry(window.parent_of(*key))
                .or_default()
                .push(*key);
        }
        for keys in siblings.values_mut() {
            // The frontmost first: they are taken from the end below.
            keys.sort_by_key(|k| std::cmp::Reverse(self.rank(*k)));
        }
        self.stack.clear();
        let mut todo = siblings.remove(&None).unwrap_or_default();
        while let Some(key) = todo.pop() {
            self.stack.push(key);
            todo.extend(siblings.remove(&Some(key)).unwrap_or_default());
        }
    }

    /// The higher the further in front, among windows that belong to the same.
    fn rank(&self, key: WindowKey) -> (bool, u64) {
        let window = self.windows.get(&key);
        window.map_or((false, 0), |w| {
            (w.states.contains(WindowStates::ABOVE), w.raised)
        })
    }

    /// Puts a window in front of those beside it, and what it belongs to too.
    pub(super) fn raise(&mut self, key: WindowKey) {
        let mut next = Some(key);
        while let Some(key) = next {
            self.last_raise += 1;
            let Some(window) = self.windows.get_mut(&key) else {
                break;
            };
            window.raised = self.last_raise;
            next = window.parent_of(key);
        }
        self.unsettled = true;
    }

    /// Whether a window is on the screen (perhaps behind others, or beyond the edge).
    pub(super) fn is_shown(&self, key: WindowKey) -> bool {
        let Some(window) = self.windows.get(&key) else {
            return false;
        };
        let parent_is_shown = || window.parent_of(key).is_some_and(|p| self.is_shown(p));
        window.is_mapped() && (!window.is_popup() || parent_is_shown())
    }

    /// Finds the windows shown, what of them can be seen, and damages where that differs from before.
    pub(super) fn relayout(&mut self) {
        let layout: Vec<Placed> = self
            .stack
            .iter()
            .filter(|key| self.is_shown(**key))
            .filter_map(|key| {
                let rect = self.windows.get(key)?.rect()?;
                Some(Placed { key: *key, rect })
            })
            .collect();
        let changed = difference(&self.layout, &layout);
        self.damage_region(&changed, PixelPoint::default(), self.screen());
        self.layout = layout;
        self.find_visible();
    }

    fn find_visible(&mut self) {
        let screen = self.screen();
        for window in self.windows.values_mut() {
            window.visible = false;
        }
        let mut covered = Region::new();
        for placed in self.layout.iter().rev() {
            let Some(window) = self.windows.get_mut(&placed.key) else {
                continue;
            };
            let mut seen = Region::from(placed.rect.intersect(screen));
            seen.subtract(&covered);
            window.visible = !seen.is_empty();
            if window.visible && covered.rects().len() < MAX_COVER_PIECES {
                covered.union(&window.opaque_on(screen));
            }
        }
    }

    /// The window at a pixel of the screen that takes the pointer there.
    pub(super) fn window_at(&self, at: PixelPoint) -> Option<WindowKey> {
        if !self.screen().contains(at) {
            return None;
        }
        let hit = |p: &&Placed| {
            let window = self.windows.get(&p.key);
            p.rect.contains(at) && window.is_some_and(|w| w.takes_pointer(at))
        };
        self.layout.iter().rev().find(hit).map(|p| p.key)
    }

    /// Moves a window, and the popups on it.
    pub(super) fn move_window(&mut self, key: WindowKey, to: PixelPoint) {
        let Some(window) = self.windows.get_mut(&key) else {
            return;
        };
        let from = window.origin.replace(to);
        let (Some(from), true) = (from, from != Some(to)) else {
            return;
        };
        self.unsettled = true;
        let (dx, dy) = (to.x.saturating_sub(from.x), to.y.saturating_sub(from.y));
        for popup in self.popups_of(key) {
            let window = self.windows.get_mut(&popup);
            let origin = window.and_then(|w| w.origin.as_mut());
            if let Some(origin) = origin {
                *origin = origin.moved(dx, dy);
            }
        }
    }

    /// The place for a window that appears: dialogs over their parents, others where they cover least.
    pub(super) fn place_window(&self, key: WindowKey) -> Option<PixelPoint> {
        let window = self.windows.get(&key)?;
        let area = self.work_area();
        // Shadows are not what must be visible.
        let body = window.body();
        let parent = window.parent_of(key).filter(|p| self.is_shown(*p));
        let over = parent.and_then(|p| self.windows.get(&p)?.rect());
        let origin = match over {
            Some(parent) => place::centered(body.size(), parent, area),
            None => place::place(body.size(), area, &self.bodies_except(key)),
        };
        Some(origin.moved(body.x0.saturating_neg(), body.y0.saturating_neg()))
    }

    /// Where the windows are that a new one should not cover, the topmost first.
    fn bodies_except(&self, key: WindowKey) -> Vec<PixelRect> {
        self.stack
            .iter()
            .rev()
            .filter(|k| **k != key && self.is_shown(**k))
            .filter_map(|k| {
                let window = self.windows.get(k).filter(|w| !w.is_popup())?;
                let origin = window.origin?;
                Some(window.body().moved(origin.x, origin.y))
            })
            .take(place::MAX_NEIGHBOURS)
            .collect()
    }
}
