//! [`Input`]: what a person does, after the native window's or a tool's form of it was translated.

use transom_protocol::event::ModifiersChanged;
use transom_protocol::geometry::{PixelPoint, Point, Scale};
use transom_protocol::input::{
    Button, ButtonState, KeyCode, KeyLocation, KeyState, LogicalKey, ScrollSource,
};

use super::text_input::Composed;

/// How keys repeat, where the display repeats them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRepeat {
    /// Milliseconds from a key's press to its first repeat; 0: keys do not repeat.
    pub delay: u16,
    /// Milliseconds between repeats.
    pub interval: u16,
}

impl KeyRepeat {
    /// Keys do not repeat.
    pub const NONE: Self = Self {
        delay: 0,
        interval: 0,
    };

    /// What desktops usually have.
    pub const USUAL: Self = Self {
        delay: 500,
        interval: 33,
    };
}

/// A position on the screen in device pixels, with fractions. Positions inside a window are
/// [`Point`]s, in logical units: the two are never mixed up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ScreenPoint {
    /// Pixels from the left edge.
    pub x: f64,
    /// Pixels from the top edge.
    pub y: f64,
}

impl ScreenPoint {
    /// The position (`x`, `y`).
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The pixel it lies in.
    pub fn pixel(self) -> PixelPoint {
        // Casts from floating point saturate, and NaN becomes 0.
        PixelPoint::new(self.x.floor() as i32, self.y.floor() as i32)
    }

    /// Whether it is a position at all.
    pub(super) fn is_finite(self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }

    /// Where that is in a window at `origin` whose buffer has the scale `scale`.
    pub(super) fn in_window(self, origin: PixelPoint, scale: Scale) -> Point {
        let factor = 120.0 / f64::from(scale.0.max(1));
        Point::new(
            ((self.x - f64::from(origin.x)) * factor) as f32,
            ((self.y - f64::from(origin.y)) * factor) as f32,
        )
    }
}

/// Something the person did with pointer or keyboard, or a tool in their place.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The pointer is here now.
    Motion {
        /// Where. Not a number: the input is ignored.
        at: ScreenPoint,
    },
    /// The pointer is no longer over the screen.
    PointerLeft,
    /// A button, where the pointer is. One that is down already does not go down again, and only
    /// one that is down goes up.
    Button {
        /// Which one.
        button: Button,
        /// Pressed or released.
        state: ButtonState,
    },
    /// A finger on the screen.
    Touch {
        /// Which one: any number that no other finger has while this one is down.
        finger: u64,
        /// What it does.
        touch: Touch,
    },
    /// Scrolling, where the pointer is.
    Scroll {
        /// What scrolls.
        source: ScrollSource,
        /// The movement has ended; the rest is 0.
        stop: bool,
        /// Lines in 120ths, to the right.
        lines_x: i32,
        /// Lines in 120ths, downwards.
        lines_y: i32,
        /// Device pixels, to the right.
        pixels_x: f64,
        /// Device pixels, downwards.
        pixels_y: f64,
    },
    /// A key. What it did to the modifiers is told apart, by [`Input::Modifiers`].
    Key(KeyInput),
    /// The modifiers are these now.
    Modifiers(ModifiersChanged),
    /// What an input method has composed, for the window that has the keyboard. For one that takes no
    /// composed text a commit counts as a key's text.
    Composed(Composed),
    /// The screen itself has lost the keyboard: its native window is no longer the focused one.
    /// Every key and button counts as released.
    FocusLost,
    /// The screen itself has the keyboard, as it has at the start. Any key says so too.
    FocusGained,
}

/// What a finger does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Touch {
    /// It comes down. One that is down already has gone up meanwhile, without that being told.
    Down {
        /// Where. Not a number: the input is ignored.
        at: ScreenPoint,
    },
    /// It is here now. Ignored of one that is not down.
    Moved {
        /// Where. Not a number: the input is ignored.
        at: ScreenPoint,
    },
    /// It goes up, where it was last.
    Up,
    /// It means something else: what it has begun is not to be done.
    Cancelled,
}

/// A key that went down, went up or repeats.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyInput {
    /// Which key by place; 0 when not known.
    pub code: KeyCode,
    /// The evdev code; 0 when not known.
    pub evdev: u16,
    /// What it means with the modifiers of the moment.
    pub logical: LogicalKey,
    /// What it means without any.
    pub unmodified: LogicalKey,
    /// Which of several.
    pub location: KeyLocation,
    /// What it enters when pressed or repeated.
    pub text: String,
    /// What happened. A press of a key that is down counts as a repeat.
    pub state: KeyState,
}
