//! The pointer: which window it is over, and what that window is told.
//!
//! From the first press to the last release the pointer belongs to the window pressed on, wherever it
//! goes. Otherwise it is over the topmost window that takes it; that can also change while it
//! rests, when windows do.

use transom_protocol::Event;
use transom_protocol::event::{
    PointerButton, PointerEnter, PointerFrame, PointerLeave, PointerMotion, PointerScroll,
};
use transom_protocol::geometry::Point;
use transom_protocol::ids::Serial;
use transom_protocol::input::{Button, ButtonState};

use super::Desktop;
use super::ids::WindowKey;
use super::input::{Input, ScreenPoint};
use crate::time::Timestamp;

/// The most buttons that can be down at once; further ones are ignored until others are released.
const MAX_HELD_BUTTONS: usize = 16;

/// The pointer.
#[derive(Debug, Default)]
pub(super) struct Pointer {
    /// Where it is; none while it is not on the screen.
    pub(super) at: Option<ScreenPoint>,
    /// It has left the screen with a button down; that takes effect when all are up.
    left: bool,
    /// The window that was told it is over it.
    pub(super) over: Option<WindowKey>,
    /// Where that window believes it is.
    told: Point,
    /// The buttons whose press that window was told. While there is one the pointer stays its.
    pub(super) held: Vec<Held>,
}

/// A button that is down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) button: Button,
    /// What its press was told with; none before it is.
    pub(super) serial: Serial,
}

impl Pointer {
    /// Forgets a window that is gone.
    pub(super) fn forget(&mut self, key: WindowKey) {
        if self.over == Some(key) {
            self.over = None;
            self.held.clear();
        }
    }

    /// No button is down any more: it may have left before.
    pub(super) fn leave_if_gone(&mut self) {
        if std::mem::take(&mut self.left) {
            self.at = None;
        }
    }
}

impl Desktop {
    /// The person has done something, or a tool in their place.
    pub fn handle_input(&mut self, input: Input, now: Timestamp) {
        self.at(now);
        match input {
            Input::Motion { at } => self.handle_motion(at),
            Input::PointerLeft => self.handle_pointer_left(),
            Input::Button { button, state } => self.handle_button(button, state),
            Input::Touch { finger, touch } => self.handle_touch(finger, touch),
            Input::Scroll { .. } => self.handle_scroll(&input),
            Input::Key(key) => self.handle_key(&key),
            Input::Modifiers(modifiers) => self.handle_modifiers(modifiers),
            Input::Composed(composed) => self.handle_composed(&composed),
            Input::FocusLost => self.set_absent(true),
            Input::FocusGained => self.set_absent(false),
        }
        self.settle();
    }

    /// Puts the pointer over the window that is now under it.
    pub(super) fn settle_pointer(&mut self) {
        let over = self.seat.pointer.over;
        if let Some(key) = over.filter(|k| !self.is_shown(*k)) {
            self.leave(key, None);
        }
        if self.seat.pointer.held.is_empty() {
            let target = self.pick();
            self.move_over(target);
        }
        self.tell_motion();
        if self.settle_hover() {
            self.relayout();
        }
    }

    /// The window under the pointer that is to have it.
    fn pick(&self) -> Option<WindowKey> {
        if self.shell.interaction.is_some() {
            return None;
        }
        let key = self.window_at(self.seat.pointer.at?.pixel())?;
        let grab = self.seat.grabs.first();
        grab.is_none_or(|g| g.client == key.client).then_some(key)
    }

    fn move_over(&mut self, target: Option<WindowKey>) {
        let over = self.seat.pointer.over;
        if over == target {
            return;
        }
        if let Some(key) = over {
            self.leave(key, target);
        }
        if let Some(key) = target {
            self.enter(key);
        }
    }

    /// Tells a window that the pointer is gone. On to another one of the same client the events
    /// form one group.
    pub(super) fn leave(&mut self, key: WindowKey, next: Option<WindowKey>) {
        self.seat.pointer.over = None;
        self.seat.pointer.held.clear();
        let event = PointerLeave {
            window: key.window,
            serial: self.next_serial(key.client),
        };
        self.send(key.client, event);
        if next.is_none_or(|n| n.client != key.client) {
            self.send(key.client, PointerFrame {});
        }
    }

    fn enter(&mut self, key: WindowKey) {
        let Some(at) = self.pointer_in(key) else {
            return;
        };
        self.seat.pointer.over = Some(key);
        self.seat.pointer.told = at;
        let event = PointerEnter {
            window: key.window,
            serial: self.next_serial(key.client),
            at,
        };
        self.send_group(key, event);
    }

    /// Where the pointer is, in a window's logical coordinates.
    fn pointer_in(&self, key: WindowKey) -> Option<Point> {
        let window = self.windows.get(&key)?;
        let at = self.seat.pointer.at?;
        Some(at.in_window(window.origin?, window.scale()))
    }

    /// Tells the window under the pointer where that is, if it does not know.
    fn tell_motion(&mut self) {
        let Some(key) = self.seat.pointer.over else {
            return;
        };
        let Some(at) = self
            .pointer_in(key)
            .filter(|p| *p != self.seat.pointer.told)
        else {
            return;
        };
        self.seat.pointer.told = at;
        let time = self.clock.millis();
        if let Some(client) = self.clients.get_mut(&key.client)
            && client.queue.push_motion(PointerMotion { time, at })
        {
            self.wakes.push(key.client);
        }
    }

    /// Sends an event that is a group of its own.
    fn send_group<'a>(&mut self, key: WindowKey, event: impl Into<Event<'a>>) {
        self.send(key.client, event);
        self.send(key.client, PointerFrame {});
    }

    pub(super) fn handle_motion(&mut self, at: ScreenPoint) {
        if at.is_finite() {
            self.seat.pointer.at = Some(at);
            self.seat.pointer.left = false;
            self.drag_on();
            self.settle_pointer();
        }
    }

    pub(super) fn handle_pointer_left(&mut self) {
        if self.seat.pointer.held.is_empty() && self.shell.button().is_none() {
            self.seat.pointer.at = None;
        } else {
            self.seat.pointer.left = true;
        }
        self.settle_pointer();
    }

    fn handle_button(&mut self, button: Button, state: ButtonState) {
        match state {
            ButtonState::Pressed => self.press(button),
            ButtonState::Released => self.release(button),
        }
    }

    pub(super) fn press(&mut self, button: Button) {
        if self.press_shell(button) {
            return;
        }
        let Pointer { over, held, .. } = &mut self.seat.pointer;
        let (over, first) = (*over, held.is_empty());
        let is_down = held.iter().any(|h| h.button == button);
        if is_down || held.len() == MAX_HELD_BUTTONS {
            return;
        }
        let inside = over.is_some_and(|k| self.is_inside_grab(k));
        if first && !self.seat.grabs.is_empty() && !inside {
            self.dismiss_grabs();
            return;
        }
        let Some(over) = over else {
            return;
        };
        // From here on the pointer stays over this window, whatever comes to the front.
        let serial = Serial::NONE;
        self.seat.pointer.held.push(Held { button, serial });
        if first {
            self.focus(over);
            self.settle();
        }
        if self.seat.pointer.over == Some(over) {
            let serial = self.tell_button(over, button, ButtonState::Pressed);
            self.remember_input(over, serial);
            if let Some(held) = self.seat.pointer.held.last_mut() {
                held.serial = serial;
            }
            self.ping_in_use(over.client);
        }
    }

    pub(super) fn release(&mut self, button: Button) {
        if self.release_shell(button) {
            return;
        }
        let Pointer { over, held, .. } = &mut self.seat.pointer;
        let Some(index) = held.iter().position(|h| h.button == button) else {
            return;
        };
        held.remove(index);
        let last = held.is_empty();
        if let Some(over) = *over {
            let serial = self.tell_button(over, button, ButtonState::Released);
            self.remember_input(over, serial);
        }
        if last {
            self.seat.pointer.leave_if_gone();
            self.settle_pointer();
        }
    }

    fn tell_button(&mut self, over: WindowKey, button: Button, state: ButtonState) -> Serial {
        let serial = self.next_serial(over.client);
        let event = PointerButton {
            serial,
            time: self.clock.millis(),
            button,
            state,
        };
        self.send_group(over, event);
        serial
    }

    /// Remembers that the person pressed or released something on a window, for requests that quote it.
    pub(super) fn remember_input(&mut self, key: WindowKey, serial: Serial) {
        if let Some(client) = self.clients.get_mut(&key.client) {
            client.remember_input(serial, self.clock);
        }
    }

    fn handle_scroll(&mut self, input: &Input) {
        let Input::Scroll {
            source,
            stop,
            lines_x,
            lines_y,
            pixels_x,
            pixels_y,
        } = *input
        else {
            return;
        };
        let Some(over) = self.seat.pointer.over else {
            return;
        };
        let Some(window) = self.windows.get(&over) else {
            return;
        };
        let factor = f64::from(window.scale().factor());
        let logical = |v: f64| {
            if v.is_finite() {
                (v / factor) as f32
            } else {
                0.0
            }
        };
        let event = PointerScroll {
            time: self.clock.millis(),
            source,
            stop: u8::from(stop),
            lines_x,
            lines_y,
            pixels: Point::new(logical(pixels_x), logical(pixels_y)),
        };
        self.send_group(over, event);
    }

    /// Lets go of all buttons: a window that has the pointer because of one is left.
    pub(super) fn release_pointer(&mut self) {
        if self.seat.pointer.held.is_empty() {
            return;
        }
        if let Some(over) = self.seat.pointer.over {
            self.leave(over, None);
        }
        self.seat.pointer.leave_if_gone();
        self.unsettled = true;
    }
}
