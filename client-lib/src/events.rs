//! What a program is told, and the queue in which it waits to be read.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Duration;

use transom_protocol::ErrorCode;
use transom_protocol::event::ShownFlags;
use transom_protocol::geometry::{PixelRect, PixelSize, Point, Rect, Scale, Size};
use transom_protocol::ids::{FrameId, Serial, SurfaceId, WindowId};
use transom_protocol::input::{
    Button, ButtonState, Key, KeyCode, KeyLocation, KeyState, Modifiers, NamedKey, ScrollSource,
};
use transom_protocol::window::{Decorations, WindowStates};

use crate::clipboard::{PasteId, Pasted, Selection};

/// Events that may wait unread. Beyond them nothing more is read from the server, which in the end
/// takes the program for dead.
pub(crate) const MAX_WAITING: usize = 8192;

/// Waiting events beyond which motion of the pointer merges into the last one.
const MERGE_MOTION: usize = 256;

/// Something happened.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The server accepted the program. Scale and screen are known from here on; nothing needs to
    /// wait for it.
    Connected {
        /// The screen's size in device pixels.
        output: PixelSize,
        /// Device pixels per logical unit.
        scale: Scale,
    },
    /// A window has another size or scale: draw it anew with
    /// [`Window::frame`](crate::Window::frame), which has the new size.
    Resized {
        /// Which window.
        window: WindowId,
        /// In logical units.
        size: Size,
        /// Device pixels per logical unit.
        scale: Scale,
    },
    /// A window is in another state (active, maximised, …) or somebody else draws its decorations.
    StatesChanged {
        /// Which window.
        window: WindowId,
        /// All that hold now.
        states: WindowStates,
        /// Who draws title bar and border.
        decorations: Decorations,
    },
    /// The person wants a window closed. Drop it, or ask first.
    CloseRequested {
        /// Which window.
        window: WindowId,
    },
    /// What a window or off-screen surface showed is lost: draw all of it again.
    Redraw {
        /// Which one; a window's id compares after `into()`.
        surface: SurfaceId,
    },
    /// A frame was on screen, or never will be; the next may be drawn.
    FrameShown {
        /// Which window.
        window: WindowId,
        /// Which frame; those before it are covered too.
        frame: FrameId,
        /// When, by the server's clock.
        time: Duration,
        /// From one picture to the next; zero when not known.
        refresh: Duration,
        /// Whether it was skipped, or nobody can see the window.
        flags: ShownFlags,
    },
    /// Where a popup landed.
    PopupPlaced {
        /// Which popup.
        window: WindowId,
        /// In the parent's logical coordinates.
        rect: Rect,
    },
    /// A popup is gone from the screen: drop it.
    PopupDismissed {
        /// Which popup.
        window: WindowId,
    },
    /// The screen has another size, scale or rate.
    OutputChanged {
        /// In device pixels.
        size: PixelSize,
        /// Device pixels per logical unit.
        scale: Scale,
    },

    /// A window has the keyboard.
    KeyboardEnter {
        /// Which window.
        window: WindowId,
        /// The keys that are held.
        keys: Vec<KeyCode>,
    },
    /// A window has lost the keyboard; every key counts as released.
    KeyboardLeave {
        /// Which window.
        window: WindowId,
    },
    /// A key went down or up, or repeats.
    Key(KeyEvent),
    /// Modifiers or locks changed.
    ModifiersChanged {
        /// Those in force.
        modifiers: Modifiers,
    },

    /// The pointer comes over a window.
    PointerEnter {
        /// Which window.
        window: WindowId,
        /// In the window's logical coordinates.
        at: Point,
    },
    /// The pointer leaves a window; buttons count as released.
    PointerLeave {
        /// Which window.
        window: WindowId,
    },
    /// The pointer moves.
    PointerMoved {
        /// Over which window.
        window: WindowId,
        /// In the window's logical coordinates; outside of it while a button is held.
        at: Point,
        /// The server's clock in milliseconds, wrapping around.
        time: u32,
    },
    /// A button went down or up.
    Button {
        /// Over which window.
        window: WindowId,
        /// Which button.
        button: Button,
        /// Down or up.
        state: ButtonState,
        /// Where the pointer is, in the window's logical coordinates.
        at: Point,
        /// Modifiers in force.
        modifiers: Modifiers,
        /// For popups that take the pointer.
        serial: Serial,
        /// The server's clock in milliseconds, wrapping around.
        time: u32,
    },
    /// Scrolling; positive is down and to the right.
    Scroll {
        /// Over which window.
        window: WindowId,
        /// Where the pointer is, in the window's logical coordinates.
        at: Point,
        /// Lines, in whole and part; zero when the source has no lines.
        lines: Point,
        /// Logical units.
        pixels: Point,
        /// What scrolls.
        source: ScrollSource,
        /// The movement has ended, for kinetic scrolling.
        stop: bool,
        /// Modifiers in force.
        modifiers: Modifiers,
    },

    /// A finger comes down. This and what follows only with
    /// [`ConnectOptions::touch`](crate::ConnectOptions::touch).
    TouchDown {
        /// On which window.
        window: WindowId,
        /// Which finger, until it goes up.
        touch: u32,
        /// In the window's logical coordinates.
        at: Point,
        /// For popups that take the pointer.
        serial: Serial,
    },
    /// A finger moves.
    TouchMoved {
        /// Which finger.
        touch: u32,
        /// In the coordinates of the window it came down on.
        at: Point,
    },
    /// A finger goes up.
    TouchUp {
        /// Which finger.
        touch: u32,
    },
    /// All touches of the program are void: what they have begun is not to be done.
    TouchCancelled,

    /// Text being composed, to be shown at the caret in place of the one before; an empty one removes
    /// it. Only after [`Window::set_text_input`](crate::Window::set_text_input).
    Preedit {
        /// In which window.
        window: WindowId,
        /// The text so far.
        text: String,
        /// The bytes of it that are marked; the caret in it, where it is empty. `None`: neither is to
        /// be shown. It never cuts a character in two.
        cursor: Option<Range<usize>>,
    },
    /// Composed text is to be entered, in place of what was being composed.
    TextCommit {
        /// In which window.
        window: WindowId,
        /// The text.
        text: String,
    },

    /// Something can be pasted, or something else: told to a program that has the keyboard, or gets
    /// it.
    SelectionChanged {
        /// Which selection.
        selection: Selection,
        /// What it can be had as, the best first; none: it is empty.
        types: Vec<String>,
    },
    /// What the program copied is the selection no longer, or did not become it.
    SelectionLost {
        /// Which selection.
        selection: Selection,
    },
    /// What [`Clipboard::paste`](crate::Clipboard::paste) asked for.
    Pasted(Pasted),
    /// It could not be had: who offered it has gone, or something else is the selection by now.
    PasteFailed {
        /// What [`Clipboard::paste`](crate::Clipboard::paste) returned.
        paste: PasteId,
    },

    /// Pixels that were asked for, a band at a time.
    Pixels {
        /// What [`Display::read_pixels`](crate::Display::read_pixels) returned.
        id: u32,
        /// This is the last band.
        last: bool,
        /// Which device pixels these are; empty when there are none.
        rect: PixelRect,
        /// 4 bytes a pixel: B, G, R, A, premultiplied; rows from top to bottom.
        data: Vec<u8>,
    },
    /// A request failed and was skipped. A program that asks only for what this library lets it
    /// ask for sees this when the server runs out of something or lacks a feature.
    RequestFailed {
        /// Which request, if it is still known.
        request: Option<&'static str>,
        /// Which operation of a drawing, the first being 0.
        operation: Option<u32>,
        /// What kind of mistake.
        code: ErrorCode,
        /// For a person to read.
        text: String,
    },
}

impl Event {
    /// The window it is about, if it is about one.
    pub fn window(&self) -> Option<WindowId> {
        match self {
            Self::Resized { window, .. }
            | Self::StatesChanged { window, .. }
            | Self::CloseRequested { window }
            | Self::FrameShown { window, .. }
            | Self::PopupPlaced { window, .. }
            | Self::PopupDismissed { window }
            | Self::KeyboardEnter { window, .. }
            | Self::KeyboardLeave { window }
            | Self::Key(KeyEvent { window, .. })
            | Self::PointerEnter { window, .. }
            | Self::PointerLeave { window }
            | Self::PointerMoved { window, .. }
            | Self::Button { window, .. }
            | Self::Scroll { window, .. }
            | Self::TouchDown { window, .. }
            | Self::Preedit { window, .. }
            | Self::TextCommit { window, .. } => Some(*window),
            _ => None,
        }
    }
}

/// A key, in the window that has the keyboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEvent {
    /// Which window.
    pub window: WindowId,
    /// Pressed, released or repeated.
    pub state: KeyState,
    /// What it means in the layout, with the modifiers of the moment.
    pub key: Key,
    /// What it means without any modifier: for shortcuts.
    pub unmodified: Key,
    /// What it enters; empty on release, and with Control, Alt or Super.
    pub text: String,
    /// Which key by place.
    pub code: KeyCode,
    /// Its evdev code; 0 when not known.
    pub evdev: u16,
    /// Which of several.
    pub location: KeyLocation,
    /// Modifiers in force.
    pub modifiers: Modifiers,
    /// For popups that take the keyboard.
    pub serial: Serial,
    /// The server's clock in milliseconds, wrapping around.
    pub time: u32,
}

impl KeyEvent {
    /// Whether it went down or repeats: when something is to be done.
    pub fn is_press(&self) -> bool {
        self.state != KeyState::Released
    }

    /// Whether `key` went down or repeats, whatever the modifiers.
    pub fn pressed(&self, key: NamedKey) -> bool {
        self.is_press() && self.key == Key::Named(key)
    }
}

/// Events that wait to be read, each with the input serial that reading it acknowledges.
#[derive(Debug, Default)]
pub(crate) struct EventQueue {
    events: VecDeque<(Event, Serial)>,
}

impl EventQueue {
    /// Appends an event, or lets a waiting one tell it too.
    pub(crate) fn push(&mut self, event: Event, serial: Serial) {
        if !self.merge(&event) {
            self.events.push_back((event, serial));
        }
    }

    pub(crate) fn pop(&mut self) -> Option<(Event, Serial)> {
        self.events.pop_front()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.events.len() >= MAX_WAITING
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    fn merge(&mut self, event: &Event) -> bool {
        match event {
            Event::Resized { window, .. } => {
                let same = |e: &Event| matches!(e, Event::Resized { window: w, .. } if w == window);
                // Only the newest size counts, and input is not told by it.
                self.events.retain(|(waiting, _)| !same(waiting));
                false
            }
            Event::PointerMoved { window, .. } if self.events.len() >= MERGE_MOTION => {
                let last = self.events.back_mut().map(|(last, _)| last);
                let same = |e: &&mut Event| matches!(e, Event::PointerMoved { window: w, .. } if w == window);
                last.filter(same)
                    .map(|last| *last = event.clone())
                    .is_some()
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const W: WindowId = WindowId(1);

    fn moved(x: f32) -> Event {
        Event::PointerMoved {
            window: W,
            at: Point::new(x, 0.0),
            time: 0,
        }
    }

    #[test]
    fn a_program_that_reads_late_sees_only_the_newest_size() {
        let mut queue = EventQueue::default();
        for side in [1.0, 2.0] {
            let size = Size::new(side, side);
            queue.push(
                Event::Resized {
                    window: W,
                    size,
                    scale: Scale::ONE,
                },
                Serial::NONE,
            );
        }
        let size = Size::new(2.0, 2.0);
        let expected = Event::Resized {
            window: W,
            size,
            scale: Scale::ONE,
        };
        assert_eq!(queue.pop().map(|e| e.0), Some(expected));
        assert!(queue.is_empty());
    }

    #[test]
    fn motion_is_kept_in_full_until_many_events_wait() {
        let mut queue = EventQueue::default();
        for x in 0..1000u16 {
            queue.push(moved(x.into()), Serial::NONE);
        }
        assert_eq!(queue.events.len(), MERGE_MOTION);
        assert_eq!(queue.events.back().map(|e| &e.0), Some(&moved(999.0)));
    }
}
