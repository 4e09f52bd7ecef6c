//! What a person does with a window, whether by frame, key, task bar or menu.

use std::time::Duration;

use transom_protocol::event::CloseRequested;
use transom_protocol::geometry::{PixelPoint, PixelSize};
use transom_protocol::input::Button;
use transom_protocol::window::{Edges, WindowStates};

use super::Desktop;
use super::config::Command;
use super::drag::DragKind;
use super::fill::Fill;
use super::ids::WindowKey;
use super::window::Window;
use crate::chrome::FrameButton;

/// How quickly a second press on a title bar follows the first, for both to maximise.
const DOUBLE_CLICK: Duration = Duration::from_millis(400);

/// How near to the first it is, in logical units.
const DOUBLE_CLICK_REACH: i32 = 5;

/// How far a key moves or resizes a window, in logical units.
const KEY_STEP: i32 = 32;

impl Desktop {
    /// A press on a title bar: the second one maximises, any other takes hold.
    pub(super) fn press_title(&mut self, key: WindowKey) {
        let at = self
            .seat
            .pointer
            .at
            .map_or(PixelPoint::default(), |at| at.pixel());
        let reach = self.metrics().px(DOUBLE_CLICK_REACH);
        let near = |p: PixelPoint| p.x.abs_diff(at.x).max(p.y.abs_diff(at.y)) <= reach as u32;
        let last = self.shell.last_press.take();
        let second = last.is_some_and(|(k, when, p)| {
            k == key && near(p) && self.clock.since(when) < DOUBLE_CLICK
        });
        if second {
            self.toggle_maximized(key);
        } else {
            self.shell.last_press = Some((key, self.clock, at));
            self.begin_drag(key, DragKind::Move, Some(Button::LEFT));
        }
    }

    /// A button of a title bar was clicked.
    pub(super) fn press_button(&mut self, key: WindowKey, button: FrameButton) {
        match button {
            FrameButton::Close => self.ask_to_close(key),
            FrameButton::Maximize => self.toggle_maximized(key),
            FrameButton::Minimize => self.minimize(key),
        }
    }

    pub(super) fn toggle_maximized(&mut self, key: WindowKey) {
        let Some(window) = self.windows.get(&key) else {
            return;
        };
        let maximized = window.states.contains(WindowStates::MAXIMIZED);
        if maximized {
            self.set_fill(key, Fill::None);
        } else if window.is_resizable() {
            self.set_fill(key, Fill::Maximized);
        }
    }

    pub(super) fn toggle_fullscreen(&mut self, key: WindowKey) {
        let Some(window) = self.windows.get(&key) else {
            return;
        };
        let fullscreen = WindowStates::FULLSCREEN;
        let states = match window.states.contains(fullscreen) {
            true => window.states.without(fullscreen),
            false => window.states.with(fullscreen),
        };
        self.set_states(key, states);
    }

    /// Makes a window fill a part of the screen, if it can be resized.
    pub(super) fn snap(&mut self, key: WindowKey, fill: Fill) {
        let window = self.windows.get(&key);
        if fill == Fill::None || window.is_some_and(Window::is_resizable) {
            self.set_fill(key, fill);
        }
    }

    /// Minimises a window, and with it those that belong to it.
    pub(super) fn minimize(&mut self, key: WindowKey) {
        if let Some(window) = self.windows.get(&key) {
            let states = window.states.with(WindowStates::MINIMIZED);
            self.set_states(key, states);
        }
    }

    /// Shows a window if it is minimised, and turns to it.
    pub(super) fn turn_to(&mut self, key: WindowKey) {
        let chain: Vec<WindowKey> = self.with_parents(key).collect();
        for key in chain {
            if let Some(window) = self.windows.get_mut(&key) {
                window.states = window.states.without(WindowStates::MINIMIZED);
            }
        }
        self.focus(key);
    }

    /// Asks a window's client to close it. When that has stopped answering, it is to be ended.
    pub(super) fn ask_to_close(&mut self, key: WindowKey) {
        let client = self.clients.get(&key.client);
        if client.is_some_and(|c| c.is_silent()) {
            self.shell.command(Command::Kill(key.client));
            return;
        }
        let window = key.window;
        self.send(key.client, CloseRequested { window });
        self.ping(key.client);
    }

    /// Moves a window that fills nothing by steps of a key.
    pub(super) fn step(&mut self, key: WindowKey, (dx, dy): (i32, i32)) {
        let step = self.metrics().px(KEY_STEP);
        let window = self.windows.get(&key).filter(|w| w.fill == Fill::None);
        if let Some(origin) = window.and_then(|w| w.origin) {
            // Within reach it is brought when everything settles.
            self.move_window(key, origin.moved(dx * step, dy * step));
        }
    }

    /// Makes a window that fills nothing larger or smaller by steps of a key, to the right and below.
    pub(super) fn grow(&mut self, key: WindowKey, (dx, dy): (i32, i32)) {
        let step = self.metrics().px(KEY_STEP);
        let scale = self.output.scale;
        let Some(window) = self.windows.get_mut(&key) else {
            return;
        };
        let Some(size) = window.size().filter(|_| !window.wants_to_fill()) else {
            return;
        };
        let from = if window.proposed.is_empty() {
            size
        } else {
            window.proposed
        };
        let allowed = window.resizable_edges(Edges::RIGHT | Edges::BOTTOM);
        let side = |was: u32, by: i32, edge: Edges| match allowed.contains(edge) {
            true => was.saturating_add_signed(by * step).max(step as u32),
            false => was,
        };
        let (width, height) = (
            side(from.width, dx, Edges::RIGHT),
            side(from.height, dy, Edges::BOTTOM),
        );
        window.proposed = window.limited(PixelSize::new(width, height), scale);
        self.unsettled = true;
    }

    /// The window at the end of what `key` belongs to: what the task bar knows.
    pub(super) fn root_of(&self, key: WindowKey) -> WindowKey {
        self.with_parents(key).last().unwrap_or(key)
    }
}
