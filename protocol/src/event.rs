//! What the server tells clients: events, replies and errors.

use serde::Serialize;

use crate::clipboard::{MimeTypes, Selection};
use crate::codec::{
    Body, BorrowDecode, Encode, Packed, Text, fixed_body, messages, tail_body, wire_flags,
    write_packet,
};
use crate::error::ErrorCode;
use crate::geometry::{PixelRect, PixelSize, Point, Rect, Scale};
use crate::hello::Welcome;
use crate::ids::{FrameId, OfferId, Serial, SurfaceId, TransferId, WindowId};
use crate::input::{
    Button, ButtonState, KeyCode, KeyLocation, KeyState, KnownModifiers, LogicalKey, Modifiers,
    ScrollSource,
};
pub use crate::request::{Group, TransferCredit, TransferData, TransferEnd};
use crate::window::{Decorations, WindowStates};

messages! {
    /// What the server tells a client. Each kind has its own opcode; numbers are never reused.
    pub enum Event {
        /// The hello was accepted. First.
        0x8001 Welcome<'a>,
        /// The connection ends, and why. Last.
        0x8002 Closed<'a>,
        /// A request failed and was skipped.
        0x8003 Error<'a>,
        /// Answers a sync.
        0x8004 SyncDone,
        /// How far the server has got.
        0x8005 Progress,
        /// Asks whether the client is alive.
        0x8006 Ping,
        /// Several packets, compressed. Only with [`Features::GROUPS`](crate::hello::Features::GROUPS).
        0x8007 Group<'a>,

        /// Proposes a window's size, scale and states.
        0x8010 Configure,
        /// The person wants a window closed.
        0x8011 CloseRequested,
        /// Where a popup landed.
        0x8012 PopupPlaced,
        /// A popup is gone from the screen.
        0x8013 PopupDismissed,
        /// A surface's content is lost.
        0x8014 Redraw,
        /// A frame was on screen, or will not be.
        0x8015 FrameShown,
        /// The screen has changed.
        0x8016 OutputChanged,

        /// A window gets the keyboard.
        0x8020 KeyboardEnter<'a>,
        /// A window loses the keyboard.
        0x8021 KeyboardLeave,
        /// A key.
        0x8022 Key<'a>,
        /// The state of modifiers and locks.
        0x8023 ModifiersChanged,
        /// How keys repeat.
        0x8024 RepeatInfo,
        /// The keyboard's layout. Only with [`Features::KEYMAPS`](crate::hello::Features::KEYMAPS).
        0x8025 Keymap<'a>,

        /// The pointer comes over a window.
        0x8030 PointerEnter,
        /// The pointer leaves its window.
        0x8031 PointerLeave,
        /// The pointer moves.
        0x8032 PointerMotion,
        /// A button.
        0x8033 PointerButton,
        /// Scrolling.
        0x8034 PointerScroll,
        /// Ends pointer events that belong together.
        0x8035 PointerFrame,

        /// A finger comes down. Only with [`Features::TOUCH`](crate::hello::Features::TOUCH), as those below.
        0x8040 TouchDown,
        /// A finger moves.
        0x8041 TouchMove,
        /// A finger goes up.
        0x8042 TouchUp,
        /// All touches are void.
        0x8043 TouchCancel,
        /// Ends touch events that belong together.
        0x8044 TouchFrame,

        /// Text being composed. Only with [`Features::TEXT_INPUT`](crate::hello::Features::TEXT_INPUT), as those below.
        0x8050 Preedit<'a>,
        /// Text that was composed.
        0x8051 TextCommit<'a>,
        /// Text around the caret to be removed.
        0x8052 DeleteSurrounding,

        /// A selection is something else. Only with [`Features::CLIPBOARD`](crate::hello::Features::CLIPBOARD), as those below.
        0x8060 SelectionChanged<'a>,
        /// Someone wants the data of an offer.
        0x8061 SendRequested<'a>,
        /// Data the client asked for.
        0x8062 TransferData<'a>,
        /// Ends a transfer, either way.
        0x8063 TransferEnd,
        /// Allows more data.
        0x8064 TransferCredit,
        /// An offer of the client's is no longer used.
        0x8065 OfferCancelled,

        /// Answers a read of pixels.
        0x8070 Pixels<'a>,
    }
}

/// The connection ends, and why. Nothing follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Closed<'a> {
    /// What kind of reason.
    pub code: ErrorCode,
    /// The packet at fault, as [`Error::sequence`]; 0 when none is.
    pub sequence: u32,
    /// For a person to read.
    pub text: Text<'a>,
}

/// A request failed and was skipped; at most one for each packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Error<'a> {
    /// Which packet: the first after the hello is 1, wrapping around.
    pub sequence: u32,
    /// Which record of a draw, list or glyph packet, the first being 0; [`Error::NO_OP`] when it is
    /// the packet as a whole.
    pub op: u32,
    /// What kind of mistake.
    pub code: ErrorCode,
    /// For a person to read.
    pub text: Text<'a>,
}

impl Error<'_> {
    /// The packet as a whole.
    pub const NO_OP: u32 = u32::MAX;
}

/// Answers [`Sync`](crate::request::Sync).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct SyncDone {
    /// The sync's.
    pub id: u32,
}

/// How far the server has executed. Sent once in a while, not for every packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Progress {
    /// The last packet executed, counted as in [`Error::sequence`].
    pub sequence: u32,
    /// Bytes of all packets executed, from the magic on, wrapping around.
    pub bytes: u32,
}

/// Asks whether the client is alive: it answers with [`Pong`](crate::request::Pong).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Ping {
    /// Comes back in the answer.
    pub serial: Serial,
}

/// Proposes a window's size, scale and states. The newest one wins; the next
/// [`Begin`](crate::request::Begin) answers with its serial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Configure {
    /// Which window.
    pub window: WindowId,
    /// To be quoted.
    pub serial: Serial,
    /// In device pixels; a side of 0 is the client's choice.
    pub size: PixelSize,
    /// Device pixels per logical unit.
    pub scale: Scale,
    /// The window's states.
    pub states: WindowStates,
    /// Who draws title bar and border.
    pub decorations: Decorations,
    /// The largest useful size in device pixels; a side of 0: not known.
    pub bounds: PixelSize,
}

/// The person wants a window closed; the client decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct CloseRequested {
    /// Which window.
    pub window: WindowId,
}

/// Where a popup landed. A size that differs from the popup's is followed by a configure.
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct PopupPlaced {
    /// Which popup.
    pub window: WindowId,
    /// In the parent's logical coordinates.
    pub rect: Rect,
}

/// A popup is gone from the screen; the client destroys it. Children come before their parents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct PopupDismissed {
    /// Which popup.
    pub window: WindowId,
}

/// The content of a window or an off-screen surface is lost. A window's is answered with a full
/// frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Redraw {
    /// Which one.
    pub surface: SurfaceId,
}

wire_flags! {
    /// What became of a frame.
    pub struct ShownFlags: u8 {
        /// A later frame took its place before it could be seen.
        SKIPPED = 1;
        /// Nobody can see the window; this is only to keep the client going.
        HIDDEN = 2;
        /// There is no such window: its creation was refused, or it ended with its parent. None of its
        /// frames will ever be seen.
        REFUSED = 4;
    }
}

/// A frame was on screen; covers all frames of that window up to it, and all requests up to its
/// commit have been executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct FrameShown {
    /// Which window.
    pub window: WindowId,
    /// Which frame.
    pub frame: FrameId,
    /// When, by the server's clock, in microseconds.
    pub time: u64,
    /// Nanoseconds to the next picture; 0 when not known.
    pub refresh: u32,
    /// What became of it.
    pub flags: ShownFlags,
}

/// The screen has another size, scale or rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct OutputChanged {
    /// In device pixels.
    pub size: PixelSize,
    /// Of windows that acknowledge no configure.
    pub scale: Scale,
    /// Nanoseconds between two pictures; 0 when not known.
    pub refresh: u32,
}

/// A window gets the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct KeyboardEnter<'a> {
    /// Which window.
    pub window: WindowId,
    /// The input serial.
    pub serial: Serial,
    /// The keys that are held.
    pub keys: Packed<'a, KeyCode>,
}

/// A window loses the keyboard; every key counts as released, and none repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct KeyboardLeave {
    /// Which window.
    pub window: WindowId,
    /// The input serial.
    pub serial: Serial,
}

/// A key, for the window that has the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Key<'a> {
    /// The input serial.
    pub serial: Serial,
    /// The server's clock in milliseconds, wrapping around.
    pub time: u32,
    /// Pressed, released or repeated.
    pub state: KeyState,
    /// Which key by place; 0 when not known.
    pub code: KeyCode,
    /// The key's evdev code; 0 when not known.
    pub evdev: u16,
    /// What it means in the layout, with the modifiers of the moment.
    pub logical: LogicalKey,
    /// What it means without any modifier: for shortcuts.
    pub unmodified: LogicalKey,
    /// Which of several.
    pub location: KeyLocation,
    /// What it enters when pressed or repeated; empty with Control, Alt or Super, not with AltGr.
    pub text: Text<'a>,
}

/// The state of modifiers and locks. Follows keyboard enter, and every change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct ModifiersChanged {
    /// Held down.
    pub depressed: Modifiers,
    /// In force until the next key.
    pub latched: Modifiers,
    /// In force until pressed again.
    pub locked: Modifiers,
    /// The layout's number.
    pub group: u8,
    /// Which of these are known.
    pub known: KnownModifiers,
}

/// How keys repeat; the display makes the repeats itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct RepeatInfo {
    /// Milliseconds to the first repeat; 0: keys do not repeat.
    pub delay: u16,
    /// Milliseconds between repeats.
    pub interval: u16,
}

/// The keyboard's layout. Reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Keymap<'a> {
    /// 1: XKB text, version 1.
    pub format: u8,
    /// The layout.
    pub data: &'a [u8],
}

/// The pointer comes over a window. Motion, buttons and scrolling are for this window until it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct PointerEnter {
    /// Which window.
    pub window: WindowId,
    /// The input serial.
    pub serial: Serial,
    /// Where, in the window's logical coordinates.
    pub at: Point,
}

/// The pointer leaves its window. Buttons that are held count as released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct PointerLeave {
    /// Which window.
    pub window: WindowId,
    /// The input serial.
    pub serial: Serial,
}

/// The pointer moves; several motions may have become one.
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct PointerMotion {
    /// The server's clock in milliseconds, wrapping around.
    pub time: u32,
    /// Where, in the window's logical coordinates; outside the window while a button is held.
    pub at: Point,
}

/// A button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct PointerButton {
    /// The input serial.
    pub serial: Serial,
    /// The server's clock in milliseconds, wrapping around.
    pub time: u32,
    /// Which one.
    pub button: Button,
    /// Pressed or released.
    pub state: ButtonState,
}

/// Scrolling. Positive is down and to the right: what is below comes into sight.
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct PointerScroll {
    /// The server's clock in milliseconds, wrapping around.
    pub time: u32,
    /// What scrolls.
    pub source: ScrollSource,
    /// 1: the movement has ended, for kinetic scrolling; the rest is 0.
    pub stop: u8,
    /// Lines in 120ths, to the right; 0 when the source has no lines.
    pub lines_x: i32,
    /// Lines in 120ths, downwards; 0 when the source has no lines.
    pub lines_y: i32,
    /// Logical units.
    pub pixels: Point,
}

/// Ends pointer events that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct PointerFrame {}

/// A finger comes down.
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct TouchDown {
    /// On which window.
    pub window: WindowId,
    /// The input serial.
    pub serial: Serial,
    /// The server's clock in milliseconds, wrapping around.
    pub time: u32,
    /// Which finger, until it goes up.
    pub touch: u32,
    /// Where, in the window's logical coordinates.
    pub at: Point,
}

/// A finger moves.
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct TouchMove {
    /// The server's clock in milliseconds, wrapping around.
    pub time: u32,
    /// Which finger.
    pub touch: u32,
    /// Where, in the coordinates of the window it came down on.
    pub at: Point,
}

/// A finger goes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct TouchUp {
    /// The input serial.
    pub serial: Serial,
    /// The server's clock in milliseconds, wrapping around.
    pub time: u32,
    /// Which finger.
    pub touch: u32,
}

/// All touches are void: they have become something else, such as a gesture of the desktop's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct TouchCancel {}

/// Ends touch events that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct TouchFrame {}

/// Text being composed, to be shown at the caret; an empty one removes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Preedit<'a> {
    /// In which window.
    pub window: WindowId,
    /// First byte of what is marked in the text.
    pub cursor_begin: u32,
    /// Byte behind what is marked; both `u32::MAX`: no caret is to be shown.
    pub cursor_end: u32,
    /// The text so far.
    pub text: Text<'a>,
}

/// Text that was composed and is to be entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct TextCommit<'a> {
    /// In which window.
    pub window: WindowId,
    /// The text.
    pub text: Text<'a>,
}

/// Text around the caret to be removed. Reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct DeleteSurrounding {
    /// In which window.
    pub window: WindowId,
    /// Bytes before the caret.
    pub before: u32,
    /// Bytes behind the caret.
    pub after: u32,
}

/// A selection is something else. Sent to a client that gets the keyboard, and while it has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SelectionChanged<'a> {
    /// Which selection.
    pub selection: Selection,
    /// What to quote; none: it is empty. Chosen by the server.
    pub offer: OfferId,
    /// What it can be had as.
    pub types: MimeTypes<'a>,
}

/// Someone wants the data of an offer of the client's; it sends as far as credit allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct SendRequested<'a> {
    /// Chosen by the server.
    pub transfer: TransferId,
    /// The client's offer.
    pub offer: OfferId,
    /// Which of its types.
    pub mime: Text<'a>,
}

/// An offer of the client's is no longer a selection; it may be destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct OfferCancelled {
    /// Which offer.
    pub offer: OfferId,
}

/// Pixels of a surface, in bands from top to bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Pixels<'a> {
    /// The request's.
    pub id: u32,
    /// 1: this is the last band.
    pub last: u8,
    /// Which pixels these are; an empty one when nothing of what was asked for lies on the surface.
    pub rect: PixelRect,
    /// 4 bytes a pixel: B, G, R, A, premultiplied; rows from top to bottom.
    pub data: &'a [u8],
}

impl Pixels<'_> {
    /// Appends the event as a packet, with the bytes that `pixels` appends behind its own, so that they
    /// need not lie anywhere else before.
    pub fn write_with(&self, out: &mut Vec<u8>, pixels: impl FnOnce(&mut Vec<u8>)) {
        let opcode = Event::Pixels(*self).opcode();
        write_packet(out, opcode, |out| {
            self.encode(out);
            pixels(out);
        });
    }
}

fixed_body! {
    Closed<'a>, Error<'a>, SyncDone, Progress, Ping, Configure, CloseRequested, PopupPlaced, PopupDismissed, Redraw,
    FrameShown, OutputChanged, KeyboardLeave, Key<'a>, ModifiersChanged, RepeatInfo, PointerEnter, PointerLeave,
    PointerMotion, PointerButton, PointerScroll, PointerFrame, TouchDown, TouchMove, TouchUp, TouchCancel, TouchFrame,
    Preedit<'a>, TextCommit<'a>, DeleteSurrounding, SendRequested<'a>, OfferCancelled,
}

tail_body! {
    KeyboardEnter { window, serial } keys: packed,
    Keymap { format } data: raw,
    SelectionChanged { selection, offer } types: list,
    Pixels { id, last, rect } data: raw,
}
