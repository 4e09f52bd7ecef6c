//! Fingers: each belongs to the window it came down on, until it goes up.
//!
//! A window whose client understands touch is told of its fingers as they are, several at once. For
//! other windows, and for what is the desktop's own (title bars, menus, the task bar), one finger at
//! a time is the pointer with its left button down, and further ones do nothing.

use transom_protocol::event::{TouchCancel, TouchDown, TouchFrame, TouchMove, TouchUp};
use transom_protocol::geometry::{PixelPoint, Point};
use transom_protocol::ids::Serial;
use transom_protocol::input::{Button, Modifiers};

use super::Desktop;
use super::ids::{ClientId, WindowKey};
use super::input::{ScreenPoint, Touch};

/// The most fingers that are followed: more than two hands have. A further one takes the place of the
/// one that came down first, whose end must have been lost.
const MAX_FINGERS: usize = 16;

/// The fingers that are down, in the order they came.
#[derive(Debug, Default)]
pub(super) struct Fingers(pub(super) Vec<Finger>);

/// A finger that is down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finger {
    /// Whoever hands input in calls it so.
    number: u64,
    at: ScreenPoint,
    pub(super) role: Role,
}

/// Whose a finger is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Role {
    /// A window's, which was told.
    Touch {
        window: WindowKey,
        /// The client calls it so.
        touch: u32,
        /// What its coming down was told with.
        serial: Serial,
        /// Where the client believes it is.
        told: Point,
    },
    /// It is the pointer.
    Pointer,
    /// Nobody's, until it goes up.
    Nobody,
}

impl Role {
    /// Whose it is.
    pub(super) fn window(&self) -> Option<WindowKey> {
        match self {
            Self::Touch { window, .. } => Some(*window),
            _ => None,
        }
    }
}

impl Fingers {
    /// A window is gone, and its client knows: its fingers are nobody's.
    pub(super) fn forget(&mut self, key: WindowKey) {
        self.release(|window| window == key);
    }

    /// Takes fingers from windows; whether there were any.
    fn release(&mut self, from: impl Fn(WindowKey) -> bool) -> bool {
        let theirs = |finger: &&mut Finger| finger.role.window().is_some_and(&from);
        let released = self.0.iter_mut().filter(theirs);
        released.map(|finger| finger.role = Role::Nobody).count() > 0
    }

    fn find(&mut self, number: u64) -> Option<&mut Finger> {
        self.0.iter_mut().find(|finger| finger.number == number)
    }

    fn take(&mut self, number: u64) -> Option<Finger> {
        let index = self.0.iter().position(|finger| finger.number == number)?;
        Some(self.0.remove(index))
    }

    /// What a client can call a finger: the least number that is free.
    fn free_number(&self, client: ClientId) -> u32 {
        let taken = |number: &u32| {
            let is = |finger: &Finger| {
                matches!(finger.role, Role::Touch { window, touch, .. }
                    if window.client == client && touch == *number)
            };
            self.0.iter().any(is)
        };
        (0..).find(|number| !taken(number)).unwrap_or_default()
    }
}

impl Desktop {
    pub(super) fn handle_touch(&mut self, number: u64, touch: Touch) {
        match touch {
            Touch::Down { at } if at.is_finite() => self.finger_down(number, at),
            Touch::Moved { at } if at.is_finite() => self.finger_moved(number, at),
            Touch::Down { .. } | Touch::Moved { .. } => {}
            Touch::Up => self.finger_up(number),
            Touch::Cancelled => self.finger_cancelled(number),
        }
    }

    fn finger_down(&mut self, number: u64, at: ScreenPoint) {
        // Its end, or another's, was lost.
        self.finger_cancelled(number);
        if self.seat.fingers.0.len() == MAX_FINGERS {
            self.finger_cancelled(self.seat.fingers.0[0].number);
        }
        let role = Role::Nobody;
        self.seat.fingers.0.push(Finger { number, at, role });
        match self.touched_by(at.pixel()) {
            Some(window) => self.touch_down(number, window, at),
            None => self.point_down(number, at),
        }
    }

    /// The window at a pixel of the screen, if its client is to be told of a finger there.
    fn touched_by(&self, at: PixelPoint) -> Option<WindowKey> {
        let key = self.window_at(at)?;
        let understands = self.clients.get(&key.client)?.info.touch;
        let drags = self.config.shortcuts
            && self.held_modifiers() == Modifiers::SUPER
            && !self.keys_are_grabbed();
        let free = self.shell.interaction.is_none() && !drags;
        (understands && free).then_some(key)
    }

    fn touch_down(&mut self, number: u64, key: WindowKey, at: ScreenPoint) {
        if !self.seat.grabs.is_empty() && !self.is_inside_grab(key) {
            self.dismiss_grabs();
            return;
        }
        self.focus(key);
        self.settle();
        let Some(point) = self.in_window(key, at) else {
            return;
        };
        let touch = self.seat.fingers.free_number(key.client);
        let serial = self.next_serial(key.client);
        if let Some(finger) = self.seat.fingers.find(number) {
            finger.role = Role::Touch {
                window: key,
                touch,
                serial,
                told: point,
            };
        }
        let event = TouchDown {
            window: key.window,
            serial,
            time: self.clock.millis(),
            touch,
            at: point,
        };
        self.send(key.client, event);
        self.send(key.client, TouchFrame {});
        self.remember_input(key, serial);
        self.ping_in_use(key.client);
    }

    /// A position on the screen in a window's logical coordinates, while that is shown.
    fn in_window(&self, key: WindowKey, at: ScreenPoint) -> Option<Point> {
        let window = self.windows.get(&key).filter(|_| self.is_shown(key))?;
        Some(at.in_window(window.origin?, window.scale()))
    }

    /// A finger comes down where nobody understands touch.
    fn point_down(&mut self, number: u64, at: ScreenPoint) {
        if !self.is_pointer_held() {
            self.point_with(number);
            self.handle_motion(at);
            self.press(Button::LEFT);
        }
    }

    /// Whether a button, or what stands for one, is down.
    fn is_pointer_held(&self) -> bool {
        !self.seat.pointer.held.is_empty() || self.shell.button().is_some()
    }

    /// Makes a finger the pointer. One that was, and holds nothing any more, is nobody's.
    fn point_with(&mut self, number: u64) {
        for finger in &mut self.seat.fingers.0 {
            match finger.number == number {
                true => finger.role = Role::Pointer,
                false if finger.role == Role::Pointer => finger.role = Role::Nobody,
                false => {}
            }
        }
    }

    fn finger_moved(&mut self, number: u64, at: ScreenPoint) {
        let Some(finger) = self.seat.fingers.find(number) else {
            return;
        };
        finger.at = at;
        match finger.role {
            Role::Touch { window, .. } => self.touch_moved(number, window, at),
            Role::Pointer => self.handle_motion(at),
            Role::Nobody => {}
        }
    }

    fn touch_moved(&mut self, number: u64, key: WindowKey, at: ScreenPoint) {
        let (point, time) = (self.in_window(key, at), self.clock.millis());
        let finger = self.seat.fingers.find(number);
        let (Some(at), Some(finger)) = (point, finger) else {
            return;
        };
        let Role::Touch { touch, told, .. } = &mut finger.role else {
            return;
        };
        if std::mem::replace(told, at) == at {
            return;
        }
        let event = TouchMove {
            time,
            touch: *touch,
            at,
        };
        if let Some(client) = self.clients.get_mut(&key.client)
            && client.queue.push_touch_move(event)
        {
            self.wakes.push(key.client);
        }
    }

    fn finger_up(&mut self, number: u64) {
        match self.seat.fingers.take(number).map(|finger| finger.role) {
            Some(Role::Touch { window, touch, .. }) => self.touch_up(window, touch),
            Some(Role::Pointer) => self.point_up(),
            Some(Role::Nobody) | None => {}
        }
    }

    /// The finger that is the pointer goes up; nothing points anywhere then.
    fn point_up(&mut self) {
        if self.is_pointer_held() {
            // First, so that with the button the pointer is gone, too.
            self.handle_pointer_left();
        }
        self.release(Button::LEFT);
        self.handle_pointer_left();
    }

    fn touch_up(&mut self, key: WindowKey, touch: u32) {
        let serial = self.next_serial(key.client);
        let event = TouchUp {
            serial,
            time: self.clock.millis(),
            touch,
        };
        self.send(key.client, event);
        self.send(key.client, TouchFrame {});
        self.remember_input(key, serial);
    }

    /// A finger has become something else, or its end was lost: nothing is to follow from it.
    fn finger_cancelled(&mut self, number: u64) {
        let role = self.seat.fingers.find(number).map(|finger| finger.role);
        match role {
            Some(Role::Touch { window, .. }) => self.cancel_touches(window.client),
            Some(Role::Pointer) => self.cancel_pointing(),
            Some(Role::Nobody) | None => {}
        }
        self.seat.fingers.take(number);
    }

    /// What the pointer holds is as it was, and it points nowhere.
    fn cancel_pointing(&mut self) {
        if self.shell.button().is_some() {
            self.cancel_interaction();
        }
        self.release_pointer();
        self.handle_pointer_left();
        self.settle();
    }

    /// All touches of a client are void.
    fn cancel_touches(&mut self, client: ClientId) {
        let its = |window: WindowKey| window.client == client;
        if self.seat.fingers.release(its) {
            self.send(client, TouchCancel {});
            self.send(client, TouchFrame {});
        }
    }

    /// The screen itself is looked at no more: no finger means anything until it comes down again.
    pub(super) fn release_fingers(&mut self) {
        while let Some(key) = self.seat.fingers.0.iter().find_map(|f| f.role.window()) {
            self.cancel_touches(key.client);
        }
        self.seat.fingers.0.clear();
    }

    /// A window that is not shown any more has no fingers.
    pub(super) fn settle_fingers(&mut self) {
        let windows = |f: &Finger| f.role.window();
        let windows: Vec<_> = self.seat.fingers.0.iter().filter_map(windows).collect();
        for key in windows {
            if !self.is_shown(key) {
                self.cancel_touches(key.client);
            }
        }
    }

    /// Takes over the finger whose coming down on a window a client quotes: it is the pointer from
    /// now on, and the client's other fingers are nobody's.
    pub(super) fn take_finger(&mut self, key: WindowKey, quoted: Serial) -> Option<Button> {
        let is = |finger: &&Finger| matches!(finger.role, Role::Touch { serial, .. } if serial == quoted);
        let finger = *self.seat.fingers.0.iter().find(is)?;
        let window = finger.role.window()?;
        if self.toplevel_of(window) != Some(key) || self.is_pointer_held() {
            return None;
        }
        self.cancel_touches(key.client);
        self.point_with(finger.number);
        self.seat.pointer.at = Some(finger.at);
        self.unsettled = true;
        Some(Button::LEFT)
    }
}
