//! Moving and resizing windows with the pointer.
//!
//! A window that is moved stays under the pointer where it was taken hold of, also when its size
//! changes on the way. One that is resized gets proposals, and takes them up when its client
//! commits; the edges opposite to those that are moved stay where they are, whatever size comes.

use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize};
use transom_protocol::ids::Serial;
use transom_protocol::input::{Button, Modifiers};
use transom_protocol::window::{Edges, WindowStates};

use super::Desktop;
use super::fill::{FILLING, Fill};
use super::frame::edges;
use super::ids::WindowKey;
use super::input::ScreenPoint;
use super::shell::Interaction;
use super::window::Window;

/// How far the pointer moves before a press becomes a drag, in logical units.
const THRESHOLD: i32 = 4;

/// How near to the screen's edge a window is snapped to it, in logical units.
const SNAP: i32 = 6;

/// The smallest size that a person can give a window, in logical units; clients may have others.
const LEAST_WIDTH: i32 = 96;
const LEAST_HEIGHT: i32 = 32;

/// The largest side that is proposed to a window, in pixels: more than any screen has, and little
/// enough for a client to make a buffer of.
const MOST_SIDE: u32 = 16_384;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DragKind {
    Move,
    /// These edges follow the pointer.
    Resize(Edges),
}

/// A window being moved or resized.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drag {
    pub(super) key: WindowKey,
    pub(super) kind: DragKind,
    /// It lasts while this is held; none: until the next press.
    pub(super) button: Option<Button>,
    /// Where the pointer was.
    from: ScreenPoint,
    /// The pointer has moved far enough.
    started: bool,
    /// What the window was: its frame, its content, and what it filled.
    frame: PixelRect,
    content: PixelRect,
    states: WindowStates,
    /// What it will fill if it is let go of here.
    snap: Fill,
}

/// Edges of a window that stay where they are while it is resized from the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hold {
    /// Those that move.
    edges: Edges,
    /// The content's right and lower edges.
    right: i32,
    bottom: i32,
}

impl Hold {
    /// Where content of `size` begins that is at `origin` now.
    pub(super) fn origin(self, origin: PixelPoint, size: PixelSize) -> PixelPoint {
        let mut at = origin;
        if self.edges.contains(Edges::LEFT) {
            at.x = self.right.saturating_sub_unsigned(size.width);
        }
        if self.edges.contains(Edges::TOP) {
            at.y = self.bottom.saturating_sub_unsigned(size.height);
        }
        at
    }
}

impl Desktop {
    /// Begins to move or resize a window, if it can be.
    pub(super) fn begin_drag(&mut self, key: WindowKey, kind: DragKind, button: Option<Button>) {
        let window = self.windows.get(&key).filter(|_| self.is_shown(key));
        let (Some(window), Some(from)) = (window, self.seat.pointer.at) else {
            return;
        };
        let (Some(frame), Some(content)) = (self.frame_rect(window), window.rect()) else {
            return;
        };
        let can = match kind {
            DragKind::Move => window.fill != Fill::Fullscreen,
            DragKind::Resize(edges) => {
                let fixed = matches!(window.fill, Fill::Maximized | Fill::Fullscreen);
                !fixed && window.resizable_edges(edges) != Edges::NONE
            }
        };
        if window.is_popup() || !can {
            return;
        }
        let kind = match kind {
            DragKind::Resize(edges) => DragKind::Resize(window.resizable_edges(edges)),
            DragKind::Move => kind,
        };
        let drag = Drag {
            key,
            kind,
            button,
            from,
            started: button.is_none(),
            frame,
            content,
            states: window.states,
            snap: Fill::None,
        };
        self.begin_interaction(Interaction::Drag(drag));
    }

    /// The pointer has moved: what is being dragged follows.
    pub(super) fn drag_on(&mut self) {
        let (Some(drag), Some(at)) = (self.shell.drag().copied(), self.seat.pointer.at) else {
            return;
        };
        let far = f64::from(self.metrics().px(THRESHOLD));
        let (dx, dy) = (at.x - drag.from.x, at.y - drag.from.y);
        if !drag.started && dx.abs().max(dy.abs()) < far {
            return;
        }
        if !drag.started {
            self.start_drag(&drag);
        }
        let snap = match drag.kind {
            DragKind::Move => self.snap_at(drag.key, at),
            DragKind::Resize(edges) => {
                self.resize_to(&drag, edges, (dx as i32, dy as i32));
                Fill::None
            }
        };
        if let Some(Interaction::Drag(drag)) = &mut self.shell.interaction {
            drag.started = true;
            drag.snap = snap;
        }
        self.unsettled = true;
        self.settle();
    }

    /// A window that fills something and is dragged does not any more.
    fn start_drag(&mut self, drag: &Drag) {
        let Some(window) = self.windows.get_mut(&drag.key) else {
            return;
        };
        if let DragKind::Resize(edges) = drag.kind {
            window.resizing = true;
            window.hold = Some(Hold {
                edges,
                right: drag.content.x1,
                bottom: drag.content.y1,
            });
        }
        if window.wants_to_fill() {
            let states = window.states.without(FILLING);
            self.set_states(drag.key, states);
        }
    }

    /// Puts a window that is being moved under the pointer.
    pub(super) fn settle_drag(&mut self) {
        let (Some(drag), Some(at)) = (self.shell.drag().copied(), self.seat.pointer.at) else {
            return;
        };
        let Some(window) = self.windows.get(&drag.key) else {
            return;
        };
        let Some(frame) = self.frame_rect(window) else {
            return;
        };
        if drag.kind != DragKind::Move || !drag.started {
            return;
        }
        let (from, at) = (drag.from.pixel(), at.pixel());
        let held = |from: i32, low: i32, was: u32, is: u32| {
            let share = i64::from(from.saturating_sub(low)) * i64::from(is);
            share.div_euclid(i64::from(was.max(1))) as i32
        };
        let before = drag.frame;
        let x = held(from.x, before.x0, before.width(), frame.width());
        let on_title = from.y.saturating_sub(before.y0);
        let y = match on_title <= self.metrics().title() {
            true => on_title,
            false => held(from.y, before.y0, before.height(), frame.height()),
        };
        let insets = self.insets(window, window.fill);
        let corner = PixelPoint::new(at.x.saturating_sub(x), at.y.saturating_sub(y));
        let origin = corner.moved(insets.left, insets.top);
        let origin = self.within_reach(window, origin);
        self.move_window(drag.key, origin);
    }

    /// Proposes the size that a window has when the pointer has moved so far.
    fn resize_to(&mut self, drag: &Drag, edges: Edges, (dx, dy): (i32, i32)) {
        let (metrics, scale) = (self.metrics(), self.output.scale);
        let top = self.work_area().y0;
        let Some(window) = self.windows.get(&drag.key) else {
            return;
        };
        let insets = self.insets(window, Fill::None);
        let PixelSize { width, height } = drag.content.size();
        let side = |was: u32, moved: i32, near: bool, far: bool, least: i32, most: u32| {
            let by = match (near, far) {
                (true, _) => moved.saturating_neg(),
                (_, true) => moved,
                _ => return was,
            };
            let least = (least as u32).min(was);
            was.saturating_add_signed(by).clamp(least, most.max(least))
        };
        // The title bar does not leave the screen.
        let highest = drag
            .content
            .y1
            .saturating_sub(top)
            .saturating_sub(insets.top);
        let most = match edges.contains(Edges::TOP) {
            true => (highest.max(0) as u32).min(MOST_SIDE),
            false => MOST_SIDE,
        };
        let is = |edge| edges.contains(edge);
        let least = (metrics.px(LEAST_WIDTH), metrics.px(LEAST_HEIGHT));
        let size = PixelSize::new(
            side(
                width,
                dx,
                is(Edges::LEFT),
                is(Edges::RIGHT),
                least.0,
                MOST_SIDE,
            ),
            side(height, dy, is(Edges::TOP), is(Edges::BOTTOM), least.1, most),
        );
        let size = window.limited(size, scale);
        if let Some(window) = self.windows.get_mut(&drag.key) {
            window.proposed = size;
        }
    }

    /// What a window fills that is let go of at `at`.
    fn snap_at(&self, key: WindowKey, at: ScreenPoint) -> Fill {
        let (screen, zone) = (self.screen(), self.metrics().px(SNAP));
        let at = at.pixel();
        let window = self.windows.get(&key);
        if !window.is_some_and(Window::is_resizable) || screen.is_empty() {
            return Fill::None;
        }
        if at.y < screen.y0 + zone.min(3) {
            Fill::Maximized
        } else if at.x < screen.x0 + zone {
            Fill::Left
        } else if at.x >= screen.x1 - zone {
            Fill::Right
        } else {
            Fill::None
        }
    }

    /// Where the window would go that is being dragged, if it is `key` and would go somewhere.
    pub(super) fn preview_below(&self, key: WindowKey) -> Option<PixelRect> {
        let drag = self.shell.drag().filter(|d| d.key == key)?;
        let area = self.fill_area(drag.snap);
        (drag.snap != Fill::None && !area.is_empty()).then_some(area)
    }

    /// The person lets go of what is being dragged.
    pub(super) fn finish_drag(&mut self) {
        let Some(Interaction::Drag(drag)) = self.shell.interaction.take() else {
            return;
        };
        self.unsettled = true;
        if let Some(window) = self.windows.get_mut(&drag.key) {
            window.resizing = false;
            if drag.snap != Fill::None {
                // Not where it was let go of, but where it was taken from.
                let free = Fill::of(drag.states) == Fill::None;
                let before = free.then(|| (drag.content.origin(), drag.content.size()));
                window.restore = window.restore.or(before);
            }
        }
        if drag.snap != Fill::None {
            self.set_fill(drag.key, drag.snap);
        }
    }

    /// Everything is to be as before the drag.
    pub(super) fn cancel_drag(&mut self, drag: &Drag) {
        self.unsettled = true;
        let Some(window) = self.windows.get_mut(&drag.key).filter(|_| drag.started) else {
            return;
        };
        window.resizing = false;
        let fill = Fill::of(drag.states);
        match drag.kind {
            DragKind::Resize(_) => window.proposed = drag.content.size(),
            DragKind::Move if fill == Fill::None => {
                self.move_window(drag.key, drag.content.origin());
            }
            DragKind::Move => {}
        }
        if fill != Fill::None {
            self.set_fill(drag.key, fill);
        }
    }

    /// A press on a window's content with Super moves it, or resizes it from the nearest corner.
    pub(super) fn press_with_super(&mut self, key: WindowKey, button: Button) -> bool {
        let with_super = self.held_modifiers() == Modifiers::SUPER && !self.keys_are_grabbed();
        let Some(key) = self.toplevel_of(key) else {
            return false;
        };
        if !self.config.shortcuts || !with_super {
            return false;
        }
        let kind = match button {
            Button::LEFT => DragKind::Move,
            Button::RIGHT => DragKind::Resize(self.nearest_corner(key)),
            _ => return false,
        };
        self.focus(key);
        self.begin_drag(key, kind, Some(button));
        true
    }

    /// The corner of a window that the pointer is nearest to.
    fn nearest_corner(&self, key: WindowKey) -> Edges {
        let rect = self.windows.get(&key).and_then(Window::rect);
        let (Some(rect), Some(at)) = (rect, self.seat.pointer.at) else {
            return Edges::NONE;
        };
        let (at, middle) = (at.pixel(), |low: i32, high: i32| low.midpoint(high));
        let left = at.x < middle(rect.x0, rect.x1);
        let top = at.y < middle(rect.y0, rect.y1);
        edges(left, !left, top, !top)
    }

    /// Takes over the press that a client quotes to let its window be moved or resized. `None`: it
    /// is not held any more, or was on another window.
    pub(super) fn take_press(&mut self, key: WindowKey, serial: Serial) -> Option<Button> {
        if self.shell.interaction.is_some() {
            return None;
        }
        let pointer = &self.seat.pointer;
        let Some(held) = pointer.held.iter().find(|held| held.serial == serial) else {
            return self.take_finger(key, serial);
        };
        let (button, over) = (held.button, pointer.over?);
        if self.toplevel_of(over) != Some(key) {
            return None;
        }
        self.leave(over, None);
        self.unsettled = true;
        Some(button)
    }
}
