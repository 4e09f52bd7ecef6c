//! What windows are made of: kinds, states, edges, and where popups go.

use serde::{Deserialize, Serialize};

use crate::codec::{BorrowDecode, Encode, wire_enum, wire_flags, wire_names};
use crate::geometry::{Point, Rect};
use crate::ids::Serial;

wire_enum! {
    /// What a window is for.
    pub enum WindowKind {
        /// An ordinary window.
        Normal = 0,
        /// Asks something; stays over its parent and blocks it.
        Dialog = 1,
        /// A palette or the like; stays over its parent.
        Utility = 2,
    }
}

wire_enum! {
    /// Who draws a window's title bar and border.
    pub enum Decorations {
        /// The server.
        Server = 0,
        /// The client.
        Client = 1,
        /// Nobody.
        None = 2,
    }
}

wire_names! {
    /// How a surface's numbers are colours.
    pub struct ColorSpace: u8 {
        /// sRGB; the only one so far.
        SRGB = 0, "srgb";
    }
}

wire_flags! {
    /// What state a window is in, or asks for.
    pub struct WindowStates: u32 {
        /// Has the keyboard, and looks like it.
        ACTIVE = 1;
        /// Fills the work area.
        MAXIMIZED = 2;
        /// Fills the screen.
        FULLSCREEN = 4;
        /// Not shown, by the person's wish.
        MINIMIZED = 8;
        /// Its left edge touches something.
        TILED_LEFT = 16;
        /// Its right edge touches something.
        TILED_RIGHT = 32;
        /// Its top edge touches something.
        TILED_TOP = 64;
        /// Its bottom edge touches something.
        TILED_BOTTOM = 128;
        /// Being resized by the person right now.
        RESIZING = 256;
        /// Wants the person's attention.
        URGENT = 512;
        /// Nobody can see it; frames are acknowledged slowly.
        HIDDEN = 1024;
        /// Stays over other windows.
        ABOVE = 2048;
    }
}

wire_flags! {
    /// Edges of a rectangle; none means the middle, two that meet a corner.
    pub struct Edges: u8 {
        /// The upper one.
        TOP = 1;
        /// The lower one.
        BOTTOM = 2;
        /// The left one.
        LEFT = 4;
        /// The right one.
        RIGHT = 8;
    }
}

wire_flags! {
    /// What may be done to a popup that would not fit on the screen, tried in this order per axis.
    pub struct Adjustments: u8 {
        /// Turn to the anchor's other side, left and right.
        FLIP_X = 1;
        /// Turn to the anchor's other side, above and below.
        FLIP_Y = 2;
        /// Move along, left and right.
        SLIDE_X = 4;
        /// Move along, up and down.
        SLIDE_Y = 8;
        /// Become narrower.
        RESIZE_X = 16;
        /// Become lower.
        RESIZE_Y = 32;
    }
}

/// Where a popup goes, by what it belongs to.
///
/// The popup's corner or edge opposite to `gravity` is put on the `anchor` point of `anchor_rect`,
/// then moved by `offset`: with anchor `BOTTOM | LEFT` and gravity `BOTTOM | RIGHT` it hangs below
/// the rectangle, their left edges in line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Encode, BorrowDecode, Serialize, Deserialize)]
pub struct Positioner {
    /// What the popup belongs to, in the parent's logical coordinates.
    pub anchor_rect: Rect,
    /// The edge or corner of `anchor_rect` it is attached to; none: the middle.
    pub anchor: Edges,
    /// The direction in which it extends from there; none: centred on it.
    pub gravity: Edges,
    /// Moved by this many logical units.
    pub offset: Point,
    /// What may be done when it does not fit.
    pub adjustments: Adjustments,
    /// The input that opened it, when it takes the pointer and keyboard until dismissed; else none.
    pub grab: Serial,
}

wire_enum! {
    /// Which region of a window.
    pub enum RegionKind {
        /// Where it takes the pointer.
        Input = 0,
        /// Where it promises to be opaque.
        Opaque = 1,
    }
}

wire_names! {
    /// What a text field is for.
    pub struct TextPurpose: u8 {
        /// Ordinary text.
        NORMAL = 0, "normal";
        /// A secret: nothing may be shown or learned.
        PASSWORD = 1, "password";
        /// A terminal.
        TERMINAL = 2, "terminal";
        /// Digits.
        NUMBER = 3, "number";
        /// A mail address.
        EMAIL = 4, "email";
        /// A web address.
        URL = 5, "url";
    }
}
