//! The task bar: what is on it, and what a click does.

use transom_protocol::geometry::{PixelPoint, PixelRect};
use transom_protocol::input::Button;
use transom_protocol::window::WindowStates;

use super::Desktop;
use super::ids::WindowKey;
use super::layout::Hit;
use super::menu::MenuPlace;
use super::shell::Interaction;
use super::window::Window;
use crate::chrome::{TaskBar, TaskBarLayout, TaskItem};

/// A screen less than so many times as high and wide as the bar is too small for one.
const SMALLEST_SCREEN: i32 = 4;

/// A part of the task bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BarPart {
    /// The button of the menu.
    Menu,
    Item(WindowKey),
    /// The clock, and where nothing is.
    Rest,
}

impl Desktop {
    /// Where the task bar is, if there is one. It may be hidden for a window that takes the screen.
    pub(super) fn task_bar_rect(&self) -> Option<PixelRect> {
        let (screen, height) = (self.screen(), self.metrics().task_bar());
        let least = height.saturating_mul(SMALLEST_SCREEN);
        let room = screen.y1 >= least && screen.x1 >= least;
        let top = screen.y1 - height;
        (self.config.task_bar && room).then_some(PixelRect { y0: top, ..screen })
    }

    /// What maximised windows fill: all of the screen but the task bar.
    pub fn work_area(&self) -> PixelRect {
        let screen = self.screen();
        let bottom = self.task_bar_rect().map_or(screen.y1, |bar| bar.y0);
        PixelRect {
            y1: bottom,
            ..screen
        }
    }

    /// The task bar as it is shown now.
    pub(super) fn shown_task_bar(&self) -> Option<(PixelRect, TaskBar)> {
        let rect = self.task_bar_rect()?;
        if self.is_fullscreen_in_front() {
            return None;
        }
        let mut tasks = self.tasks();
        tasks.truncate(TaskBarLayout::most_items(rect.width(), self.metrics()));
        let hover = match self.shell.hover {
            Hit::TaskBar(BarPart::Item(key)) => tasks.iter().position(|k| *k == key),
            _ => None,
        };
        let opened = matches!(&self.shell.interaction,
            Some(Interaction::Menu(menu)) if menu.of.is_none());
        let bar = TaskBar {
            menu: !self.config.menu.is_empty(),
            menu_lit: opened || self.shell.hover == Hit::TaskBar(BarPart::Menu),
            items: tasks.iter().map(|key| self.task(*key)).collect(),
            hover,
            clock: self.shell.clock.clone(),
        };
        Some((rect, bar))
    }

    /// The windows that a person knows as such, in the order of their creation. What belongs to
    /// another goes with that.
    pub(super) fn tasks(&self) -> Vec<WindowKey> {
        let is_task = |(key, w): &(&WindowKey, &Window)| {
            let alone = w.parent_of(**key).is_none() || w.is_minimized();
            alone && !w.is_popup() && w.rect().is_some()
        };
        let mut tasks: Vec<_> = self.windows.iter().filter(is_task).collect();
        tasks.sort_by_key(|(_, window)| window.id);
        tasks.into_iter().map(|(key, _)| *key).collect()
    }

    /// A window as task bar and switcher show it.
    pub(super) fn task(&self, key: WindowKey) -> TaskItem {
        let Some(window) = self.windows.get(&key) else {
            return TaskItem::default();
        };
        TaskItem {
            title: name_of(window).to_string(),
            active: self.is_task_active(key),
            urgent: window.states.contains(WindowStates::URGENT),
            minimized: window.is_minimized(),
        }
    }

    fn is_task_active(&self, key: WindowKey) -> bool {
        let focus = self.seat.focus.filter(|_| !self.seat.absent);
        focus.is_some_and(|focus| self.root_of(focus) == key || focus == key)
    }

    /// The part of the bar at one of its own pixels.
    pub(super) fn bar_part(&self, at: PixelPoint) -> BarPart {
        let Some((rect, bar)) = self.shown_task_bar() else {
            return BarPart::Rest;
        };
        let layout = TaskBarLayout::new(&bar, rect.size(), self.metrics());
        if layout.menu.contains(at) {
            return BarPart::Menu;
        }
        let item = layout
            .item_at(at)
            .and_then(|i| self.tasks().get(i).copied());
        item.map_or(BarPart::Rest, BarPart::Item)
    }

    /// A press on the bar.
    pub(super) fn press_bar(&mut self, part: BarPart, button: Button) -> bool {
        match (part, button) {
            (BarPart::Menu, Button::LEFT) => self.open_bar_menu(),
            (BarPart::Item(_), Button::LEFT) => {
                let on = Hit::TaskBar(part);
                self.begin_interaction(Interaction::Press { on, button });
            }
            (BarPart::Item(key), Button::RIGHT) => {
                let place = self.pointer_place();
                self.open_window_menu(key, place);
            }
            _ => {}
        }
        self.settle();
        true
    }

    fn open_bar_menu(&mut self) {
        let gap = self.metrics().px(4);
        let bar = self.task_bar_rect().unwrap_or_default();
        let corner = bar.origin().moved(gap, -gap);
        self.open_desk_menu(MenuPlace::Above(corner));
    }

    /// A window on the bar was clicked: the active one is minimised, others come to the front.
    pub(super) fn click_bar(&mut self, part: BarPart) {
        let BarPart::Item(key) = part else {
            return;
        };
        if self.is_task_active(key) {
            self.minimize(key);
        } else {
            self.turn_to(key);
        }
    }
}

/// What a window is called where there is room for one line.
pub(super) fn name_of(window: &Window) -> &str {
    match (window.title.trim(), window.app_id.trim()) {
        ("", "") => "Window",
        ("", app_id) => app_id,
        (title, _) => title,
    }
}
