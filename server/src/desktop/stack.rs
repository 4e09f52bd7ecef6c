//! Which window is in front of which, and where they are.
//!
//! The order is not kept but follows from the windows: each is directly in front of what it belongs
//! to, those that belong to the same (or to nobody) are ordered by `ABOVE` and by when they were
//! raised. So a dialog or popup cannot get behind its parent, whatever happens.

use std::collections::HashMap;

use transom_protocol::geometry::{PixelPoint, PixelRect};
use transom_protocol::window::WindowStates;

use super::ids::WindowKey;
use super::window::Window;
use super::{Desktop, place};

/// The higher the further in front, among windows that belong to the same.
type Rank = (bool, u64);

fn rank(window: &Window) -> Rank {
    (window.states.contains(WindowStates::ABOVE), window.raised)
}

/// They are taken from the end.
fn frontmost_first(mut siblings: Vec<(Rank, WindowKey)>) -> Vec<(Rank, WindowKey)> {
    siblings.sort_unstable_by(|a, b| b.cmp(a));
    siblings
}

impl Desktop {
    /// Makes the order anew.
    pub(super) fn restack(&mut self) {
        let mut stack = std::mem::take(&mut self.stack);
        self.order(&mut stack);
        self.stack = stack;
    }

    /// Puts the order that follows from the windows into `stack`.
    pub(super) fn order(&self, stack: &mut Vec<WindowKey>) {
        let mut roots = Vec::new();
        let mut children: HashMap<WindowKey, Vec<(Rank, WindowKey)>> = HashMap::new();
        for (key, window) in &self.windows {
            let siblings = match window.parent_of(*key) {
                Some(parent) => children.entry(parent).or_default(),
                None => &mut roots,
            };
            siblings.push((rank(window), *key));
        }
        stack.clear();
        let mut todo = frontmost_first(roots);
        while let Some((_, key)) = todo.pop() {
            stack.push(key);
            if !children.is_empty() {
                let own = children.remove(&key).unwrap_or_default();
                todo.extend(frontmost_first(own));
            }
        }
    }

    /// Gives a window its place in the order that was made last and has no picture yet: nothing but
    /// the order follows from it.
    pub(super) fn stack_unseen(&mut self, key: WindowKey) {
        let belongs = |w: &Window| w.parent_of(key).is_some();
        let is_own = !self.windows.get(&key).is_some_and(belongs);
        let above = |k: WindowKey| {
            let window = self.windows.get(&self.root_of(k));
            window.is_some_and(|w| w.states.contains(WindowStates::ABOVE))
        };
        match is_own && !self.stack.last().is_some_and(|top| above(*top)) {
            true => self.stack.push(key),
            false => self.restack(),
        }
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
        if !window.is_mapped() {
            return false;
        }
        match window.parent_of(key) {
            Some(parent) if window.is_popup() => self.is_shown(parent),
            // Dialogs and the like are minimised with what they belong to.
            Some(parent) => !self.is_minimized(parent),
            None => !window.is_popup(),
        }
    }

    /// Whether a window or something that it belongs to is minimised.
    fn is_minimized(&self, key: WindowKey) -> bool {
        let minimized = |k: WindowKey| self.windows.get(&k).is_some_and(Window::is_minimized);
        self.with_parents(key).any(minimized)
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
        let body = self.extent(window);
        let parent = window.parent_of(key).filter(|p| self.is_shown(*p));
        let over = parent.and_then(|p| self.windows.get(&p)?.rect());
        let origin = match over {
            Some(parent) => place::centered(body.size(), parent, area),
            None => {
                let spacing = place::Spacing {
                    gap: self.metrics().px(16),
                    title: self.metrics().title(),
                };
                place::place(body.size(), area, &self.bodies_except(key), spacing)
            }
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
                Some(self.extent(window).moved(origin.x, origin.y))
            })
            .take(place::MAX_NEIGHBOURS)
            .collect()
    }
}
