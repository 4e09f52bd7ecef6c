//! Menus of the desktop's own: what can be started, and what can be done with a window.

use transom_protocol::geometry::{PixelPoint, PixelRect};
use transom_protocol::input::KeyCode;
use transom_protocol::window::WindowStates;

use super::Desktop;
use super::config::Command;
use super::drag::DragKind;
use super::ids::WindowKey;
use super::input::ScreenPoint;
use super::layout::Hit;
use super::place;
use super::shell::Interaction;
use crate::chrome::{Menu, MenuLayout};

/// What choosing a row does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// A line between others.
    Nothing,
    Spawn(String),
    Move(WindowKey),
    Maximize(WindowKey),
    Minimize(WindowKey),
    Fullscreen(WindowKey),
    Close(WindowKey),
}

/// Where a menu appears.
#[derive(Clone, Copy, Debug)]
pub(super) enum MenuPlace {
    /// With its upper left corner here.
    At(PixelPoint),
    /// With its lower left corner here.
    Above(PixelPoint),
    /// In the middle of the screen, reached by key.
    Middle,
}

/// A menu that is open.
#[derive(Debug)]
pub(super) struct OpenMenu {
    pub(super) piece: Menu,
    actions: Vec<Action>,
    /// The window it is about.
    pub(super) of: Option<WindowKey>,
    /// Where its picture is, the shadow included.
    pub(super) rect: PixelRect,
    /// Where the pointer was when a key opened it: while it rests there it chooses nothing.
    resting: Option<ScreenPoint>,
    /// A release chooses: a button was pressed since it opened, or the pointer has gone to a row.
    pub(super) armed: bool,
}

impl Desktop {
    /// Opens the desktop's menu, if it has anything in it.
    pub(super) fn open_desk_menu(&mut self, place: MenuPlace) {
        let entries = self.config.menu.iter();
        let rows: Vec<_> = entries
            .map(|e| (e.label.clone(), Action::Spawn(e.command.clone())))
            .collect();
        if !rows.is_empty() {
            self.open_menu(rows, None, place);
        }
    }

    pub(super) fn open_desk_menu_here(&mut self) -> bool {
        let place = self.pointer_place();
        self.open_desk_menu(place);
        self.settle();
        true
    }

    /// Opens the menu of a window.
    pub(super) fn open_window_menu(&mut self, key: WindowKey, place: MenuPlace) {
        let Some(window) = self.windows.get(&key).filter(|w| !w.is_popup()) else {
            return;
        };
        let state = |state| window.states.contains(state);
        let mut rows = Vec::new();
        let mut row = |label: &str, action| rows.push((label.to_string(), action));
        if window.is_minimized() {
            row("Show", Action::Minimize(key));
        } else {
            row("Move", Action::Move(key));
            row("Minimise", Action::Minimize(key));
        }
        if window.is_resizable() {
            let maximized = state(WindowStates::MAXIMIZED);
            let label = if maximized { "Restore" } else { "Maximise" };
            row(label, Action::Maximize(key));
        }
        let fullscreen = state(WindowStates::FULLSCREEN);
        let label = if fullscreen {
            "Leave full screen"
        } else {
            "Full screen"
        };
        row(label, Action::Fullscreen(key));
        row("", Action::Nothing);
        row("Close", Action::Close(key));
        self.open_menu(rows, Some(key), place);
    }

    pub(super) fn open_window_menu_here(&mut self, key: WindowKey) {
        let place = self.pointer_place();
        self.open_window_menu(key, place);
    }

    /// Where the pointer is; the middle of the screen without one.
    pub(super) fn pointer_place(&self) -> MenuPlace {
        let at = self.seat.pointer.at.map(|at| at.pixel());
        at.map_or(MenuPlace::Middle, |at| MenuPlace::At(at.moved(1, 1)))
    }

    fn open_menu(&mut self, rows: Vec<(String, Action)>, of: Option<WindowKey>, place: MenuPlace) {
        let (labels, actions): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let by_key = matches!(place, MenuPlace::Middle);
        let piece = Menu {
            rows: labels,
            chosen: by_key.then_some(0),
        };
        let layout = MenuLayout::new(&piece, self.metrics());
        let (screen, card) = (self.screen(), layout.card.size());
        let corner = match place {
            MenuPlace::At(at) => place::inside(at, card, screen),
            MenuPlace::Above(at) => {
                let above = PixelPoint::new(at.x, at.y.saturating_sub_unsigned(card.height));
                place::inside(above, card, screen)
            }
            MenuPlace::Middle => place::centered(card, screen, screen),
        };
        let origin = corner.moved(-layout.card.x0, -layout.card.y0);
        let menu = OpenMenu {
            piece,
            actions,
            of,
            rect: PixelRect::at(origin, layout.size),
            resting: self.seat.pointer.at.filter(|_| by_key),
            armed: false,
        };
        self.begin_interaction(Interaction::Menu(menu));
    }

    /// What is at a pixel of the menu's picture; `None` in its shadow.
    pub(super) fn hit_menu(&self, at: PixelPoint) -> Option<Hit> {
        let Some(Interaction::Menu(menu)) = &self.shell.interaction else {
            return None;
        };
        let layout = MenuLayout::new(&menu.piece, self.metrics());
        let row = layout.row_at(at).filter(|i| menu.can_choose(*i));
        layout.card.contains(at).then_some(Hit::Menu(row))
    }

    /// The row that the pointer has come to is the chosen one; off the rows none is.
    pub(super) fn choose_under_pointer(&mut self, before: Hit) {
        let hover = self.shell.hover;
        let Some(Interaction::Menu(menu)) = &mut self.shell.interaction else {
            return;
        };
        if menu.resting.is_some() && menu.resting == self.seat.pointer.at {
            return;
        }
        let rested = menu.resting.take().is_some();
        if hover == before && !rested {
            return;
        }
        if let Hit::Menu(row) = hover {
            menu.piece.chosen = row;
            menu.armed |= row.is_some() && before != Hit::Desk;
        } else if let Hit::Menu(_) = before {
            menu.piece.chosen = None;
        }
    }

    /// A button goes up while a menu is open.
    pub(super) fn release_on_menu(&mut self) {
        let Some(Interaction::Menu(menu)) = &self.shell.interaction else {
            return;
        };
        if let (Hit::Menu(Some(row)), true) = (self.shell.hover, menu.armed) {
            self.choose(row);
        }
    }

    /// A key while a menu is open. Every key is the menu's.
    pub(super) fn menu_key(&mut self, key: KeyCode) {
        let Some(Interaction::Menu(menu)) = &mut self.shell.interaction else {
            return;
        };
        let chosen = menu.piece.chosen;
        match key {
            KeyCode::ARROW_DOWN | KeyCode::TAB => menu.piece.chosen = menu.next(1),
            KeyCode::ARROW_UP => menu.piece.chosen = menu.next(-1),
            KeyCode::ESCAPE => return self.cancel_interaction(),
            KeyCode::ENTER | KeyCode::NUMPAD_ENTER | KeyCode::SPACE => {
                if let Some(row) = chosen {
                    self.choose(row);
                }
            }
            _ => return,
        }
        self.unsettled = true;
    }

    /// Closes the menu and does what a row says.
    fn choose(&mut self, row: usize) {
        let Some(Interaction::Menu(menu)) = self.shell.interaction.take() else {
            return;
        };
        self.unsettled = true;
        match menu.actions.get(row).cloned().unwrap_or(Action::Nothing) {
            Action::Nothing => {}
            Action::Spawn(command) => self.shell.command(Command::Spawn(command)),
            Action::Move(key) => self.begin_drag(key, DragKind::Move, None),
            Action::Maximize(key) => {
                self.turn_to(key);
                self.toggle_maximized(key);
            }
            Action::Minimize(key) => {
                let minimized = self.windows.get(&key).is_some_and(|w| w.is_minimized());
                match minimized {
                    true => self.turn_to(key),
                    false => self.minimize(key),
                }
            }
            Action::Fullscreen(key) => {
                self.turn_to(key);
                self.toggle_fullscreen(key);
            }
            Action::Close(key) => self.ask_to_close(key),
        }
    }
}

impl OpenMenu {
    fn can_choose(&self, row: usize) -> bool {
        self.actions.get(row).is_some_and(|a| *a != Action::Nothing)
    }

    /// The next row that can be chosen, around the ends.
    fn next(&self, step: isize) -> Option<usize> {
        let count = self.actions.len() as isize;
        let start = match self.piece.chosen {
            Some(row) => row as isize,
            None if step > 0 => -1,
            None => 0,
        };
        (1..=count)
            .map(|n| (start + n * step).rem_euclid(count) as usize)
            .find(|row| self.can_choose(*row))
    }
}
