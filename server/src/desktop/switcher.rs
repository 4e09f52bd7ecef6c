//! The switcher: turning from window to window by key.

use transom_protocol::geometry::{PixelPoint, PixelRect};
use transom_protocol::input::{KeyCode, Modifiers};

use super::Desktop;
use super::ids::WindowKey;
use super::place;
use super::shell::Interaction;
use crate::chrome::{Switcher, SwitcherLayout};

/// The switcher while it is open.
#[derive(Debug)]
pub(super) struct OpenSwitcher {
    /// The one used last first.
    windows: Vec<WindowKey>,
    chosen: usize,
}

impl OpenSwitcher {
    /// Forgets a window that is gone. False: there is none left.
    pub(super) fn forget(&mut self, key: WindowKey) -> bool {
        if let Some(index) = self.windows.iter().position(|k| *k == key) {
            self.windows.remove(index);
            if self.chosen > index || self.chosen == self.windows.len() {
                self.chosen = self.chosen.saturating_sub(1);
            }
        }
        !self.windows.is_empty()
    }

    fn advance(&mut self, step: isize) {
        let count = self.windows.len() as isize;
        self.chosen = (self.chosen as isize + step).rem_euclid(count.max(1)) as usize;
    }
}

impl Desktop {
    /// Opens the switcher with the window used before this one chosen, or moves on in it.
    pub(super) fn switch(&mut self, backwards: bool) {
        let step = if backwards { -1 } else { 1 };
        if let Some(Interaction::Switcher(open)) = &mut self.shell.interaction {
            open.advance(step);
            self.unsettled = true;
            return;
        }
        let mut windows = self.tasks();
        let focus = self.seat.focus.map(|k| self.root_of(k));
        let last_used = |key: &WindowKey| {
            let raised = self.windows.get(key).map_or(0, |w| w.raised);
            std::cmp::Reverse((Some(*key) == focus, raised))
        };
        windows.sort_by_key(last_used);
        if windows.is_empty() {
            return;
        }
        let mut open = OpenSwitcher { windows, chosen: 0 };
        if backwards || focus == open.windows.first().copied() {
            open.advance(step);
        }
        self.begin_interaction(Interaction::Switcher(open));
    }

    /// Turns to the window that is chosen.
    pub(super) fn finish_switch(&mut self) {
        let Some(Interaction::Switcher(open)) = self.shell.interaction.take() else {
            return;
        };
        self.unsettled = true;
        if let Some(key) = open.windows.get(open.chosen) {
            self.turn_to(*key);
        }
    }

    /// A key while the switcher is open. Every key is the switcher's.
    pub(super) fn switcher_key(&mut self, key: KeyCode, modifiers: Modifiers) {
        match key {
            KeyCode::ESCAPE => self.cancel_interaction(),
            KeyCode::ENTER | KeyCode::NUMPAD_ENTER => self.finish_switch(),
            KeyCode::ARROW_DOWN => self.switch(false),
            KeyCode::ARROW_UP => self.switch(true),
            key if key == self.config.switcher.key => {
                self.switch(modifiers.contains(Modifiers::SHIFT));
            }
            _ => {}
        }
    }

    /// Letting go of the modifiers chooses.
    pub(super) fn settle_switcher(&mut self) {
        let wanted = self.config.switcher.modifiers;
        let open = matches!(self.shell.interaction, Some(Interaction::Switcher(_)));
        if open && wanted != Modifiers::NONE && !self.held_modifiers().contains(wanted) {
            self.finish_switch();
        }
    }

    /// What the switcher looks like, and where: in the middle of the screen.
    pub(super) fn switcher_piece(&self, open: &OpenSwitcher) -> (PixelRect, Switcher) {
        let piece = Switcher {
            rows: open.windows.iter().map(|key| self.task(*key)).collect(),
            chosen: open.chosen,
        };
        let screen = self.screen();
        let layout = SwitcherLayout::new(&piece, screen.size(), self.metrics());
        let corner: PixelPoint = place::centered(layout.size, screen, screen);
        (PixelRect::at(corner, layout.size), piece)
    }
}
