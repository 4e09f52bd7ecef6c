//! What clients ask. Requests have no replies unless they ask a question.

use serde::Serialize;

use crate::clipboard::{MimeTypes, Selection, TransferStatus};
use crate::codec::{
    BorrowDecode, Encode, Packed, Text, fixed_body, messages, tail_body, wire_enum, wire_flags,
};
use crate::draw::DrawOps;
use crate::geometry::{PixelRect, PixelSize, Point, Rect, Scale, Size};
use crate::hello::{Codec, Hello};
use crate::ids::{
    FrameId, GlyphSetId, ImageId, ListId, OfferId, PoolId, Serial, SurfaceId, TransferId, WindowId,
};
use crate::input::CursorShape;
use crate::paint::{DefineConic, DefineLinear, DefinePattern, DefineRadial, DestroyPaint};
use crate::window::{
    ColorSpace, Decorations, Edges, Positioner, RegionKind, TextPurpose, WindowKind, WindowStates,
};

messages! {
    /// What a client asks. Each kind has its own opcode; numbers are never reused.
    pub enum Request {
        /// Who connects. First, and only once.
        0x0001 Hello<'a>,
        /// Asks to be told when everything before it is executed.
        0x0002 Sync,
        /// Answers a ping.
        0x0003 Pong,
        /// Says that input up to a serial has been dealt with.
        0x0004 AckInput,
        /// Several packets, compressed. Needs [`Features::GROUPS`](crate::hello::Features::GROUPS).
        0x0005 Group<'a>,

        /// Makes a window. It stays hidden until its first commit.
        0x0010 CreateWindow<'a>,
        /// Makes a popup. It stays hidden until its first commit.
        0x0011 CreatePopup,
        /// Ends a window and what belongs to it.
        0x0012 DestroyWindow,
        /// Names a window. At once.
        0x0013 SetTitle<'a>,
        /// Says which program a window belongs to. At once.
        0x0014 SetAppId<'a>,
        /// Gives a window a small picture. At once.
        0x0015 SetIcon,
        /// Chooses the pointer's picture over a window. At once.
        0x0016 SetCursor,
        /// Makes an image the pointer's picture over a window. At once.
        0x0017 SetCursorImage,
        /// Bounds a window's size. With the next commit.
        0x0018 SetSizeLimits,
        /// Says where a window is opaque or takes input. With the next commit.
        0x0019 SetRegion<'a>,
        /// Says which part of a window is not shadow. With the next commit.
        0x001a SetContentRect,
        /// Says who draws title bar and border.
        0x001b SetDecorations,
        /// Makes a window belong to another.
        0x001c SetParent,
        /// Asks for states to be set and cleared.
        0x001d ChangeState,
        /// Asks to be raised and to have the keyboard.
        0x001e Activate,
        /// Lets the person move the window with the pointer.
        0x001f StartMove,
        /// Lets the person resize the window with the pointer.
        0x0020 StartResize,
        /// Opens the window's menu.
        0x0021 ShowMenu,
        /// Places a popup anew. With the next commit.
        0x0022 MovePopup,
        /// Draws attention: a sound, or the window marked urgent.
        0x0023 Bell,
        /// Asks for all keys, those of the desktop too, while the window has the keyboard.
        0x0024 GrabKeyboard,
        /// Says where text is being entered, for input methods.
        0x0025 SetTextInput,

        /// Makes an off-screen surface, transparent.
        0x0040 CreateSurface,
        /// Ends an off-screen surface.
        0x0041 DestroySurface,
        /// Asks for pixels of a surface.
        0x0042 ReadPixels,

        /// Begins a frame of a window.
        0x0050 Begin,
        /// Draws, in order. Nothing of a window shows until the commit.
        0x0051 Draw<'a>,
        /// Publishes the begun frames of some windows, all at once.
        0x0052 Commit<'a>,

        /// Begins to send an image.
        0x0060 BeginImage,
        /// Begins to send a part of an image that exists.
        0x0061 BeginPatch,
        /// Pixels, following those before.
        0x0062 ImageData<'a>,
        /// Makes what was sent visible.
        0x0063 EndImage,
        /// Ends an image.
        0x0064 DestroyImage,

        /// Makes a gradient along a line.
        0x0068 DefineLinear<'a>,
        /// Makes a gradient from one circle to another.
        0x0069 DefineRadial<'a>,
        /// Makes a gradient around a point.
        0x006a DefineConic<'a>,
        /// Makes a paint of an image's pixels.
        0x006b DefinePattern,
        /// Ends a paint.
        0x006c DestroyPaint,

        /// Makes an empty set of glyphs.
        0x0070 CreateGlyphSet,
        /// Adds glyphs to a set.
        0x0071 AddGlyphs<'a>,
        /// Removes glyphs from a set.
        0x0072 RemoveGlyphs<'a>,
        /// Ends a set of glyphs.
        0x0073 DestroyGlyphSet,

        /// Keeps operations to be drawn many times.
        0x0078 DefineList<'a>,
        /// Ends a list.
        0x0079 DestroyList,

        /// Shares memory; a descriptor travels with it. Needs [`Features::POOLS`](crate::hello::Features::POOLS).
        0x0080 CreatePool,
        /// Ends a pool.
        0x0081 DestroyPool,
        /// Copies a part of a pool into an image.
        0x0082 PoolImage,

        /// Names MIME types that the client can give. Needs [`Features::CLIPBOARD`](crate::hello::Features::CLIPBOARD), as do those below.
        0x0090 CreateOffer<'a>,
        /// Ends an offer.
        0x0091 DestroyOffer,
        /// Makes an offer a selection.
        0x0092 SetSelection,
        /// Asks for the data of a selection.
        0x0093 Receive<'a>,
        /// Data that the server asked for.
        0x0094 TransferData<'a>,
        /// Ends a transfer, either way.
        0x0095 TransferEnd,
        /// Allows more data.
        0x0096 TransferCredit,
    }
}

wire_enum! {
    /// Whether a frame stands for itself.
    pub enum FrameKind {
        /// It draws the whole window; it may replace a frame that was not sent, and be replayed.
        Full = 0,
        /// It builds on the frame before and is never dropped.
        Incremental = 1,
    }
}

wire_enum! {
    /// How an image's bytes are pixels. Rows are packed, from top to bottom.
    pub enum ImageFormat {
        /// 4 bytes: B, G, R, A, premultiplied (a little-endian `0xAARRGGBB`).
        Bgra = 0,
        /// 4 bytes: B, G, R and one that is ignored; opaque.
        Bgrx = 1,
        /// 4 bytes: R, G, B, A, straight alpha.
        Rgba = 2,
        /// 1 byte: coverage, drawn in the paint of the operation that uses it.
        A8 = 3,
    }
}

impl ImageFormat {
    /// Bytes of one pixel.
    pub const fn bytes_per_pixel(self) -> usize {
        match self {
            Self::Bgra | Self::Bgrx | Self::Rgba => 4,
            Self::A8 => 1,
        }
    }
}

wire_flags! {
    /// How an image is to be treated.
    pub struct ImageFlags: u8 {
        /// What has arrived may be drawn before the end.
        PROGRESSIVE = 1;
        /// The image is there at once, without an upload; patches and pools give it pixels.
        BLANK = 2;
    }
}

wire_flags! {
    /// How a set of glyphs is to be treated.
    pub struct GlyphSetFlags: u16 {
        /// Outlines have been hinted for one size: no sub-pixel positions.
        HINTED = 1;
    }
}

/// Answered by [`SyncDone`](crate::event::SyncDone) when everything before it is executed, and
/// after every event which that caused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Sync {
    /// Comes back in the answer.
    pub id: u32,
}

/// Answers [`Ping`](crate::event::Ping).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Pong {
    /// The ping's.
    pub serial: Serial,
}

/// Says that all input up to `serial` has been dealt with, so that the server knows who lags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct AckInput {
    /// The last one.
    pub serial: Serial,
}

/// Packets compressed together; they count as `count` in the sequence, the group itself does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Group<'a> {
    /// How `data` is compressed.
    pub codec: Codec,
    /// How many packets it holds.
    pub count: u32,
    /// Their bytes before compression, length fields included.
    pub raw_bytes: u32,
    /// The compressed packets.
    pub data: &'a [u8],
}

/// Makes a window, hidden until its first commit. `size` is what the program would like; the
/// server may answer with a configure.
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct CreateWindow<'a> {
    /// Greater than every window id before it on this connection, and no off-screen surface's.
    pub window: WindowId,
    /// The program's own number for this window, the same whenever the program makes it again.
    pub stable: u32,
    /// The window it belongs to, or none. Dialogs and utilities stay over it.
    pub parent: WindowId,
    /// What it is for.
    pub kind: WindowKind,
    /// Who draws title bar and border.
    pub decorations: Decorations,
    /// How its numbers are colours.
    pub color_space: ColorSpace,
    /// In logical units, without title bar and border.
    pub size: Size,
    /// What the person reads.
    pub title: Text<'a>,
    /// Which program it belongs to: a reverse domain name by custom, the same for all its windows.
    pub app_id: Text<'a>,
}

/// Makes a popup: a menu, a tooltip. It is told where it landed by
/// [`PopupPlaced`](crate::event::PopupPlaced).
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct CreatePopup {
    /// As in [`CreateWindow::window`].
    pub window: WindowId,
    /// As in [`CreateWindow::stable`].
    pub stable: u32,
    /// The window or popup it belongs to.
    pub parent: WindowId,
    /// How its numbers are colours.
    pub color_space: ColorSpace,
    /// In logical units.
    pub size: Size,
    /// Where it goes.
    pub positioner: Positioner,
}

/// Ends a window, its popups (inert from then on until destroyed) and its frame if one is begun.
/// Windows that belong to it remain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct DestroyWindow {
    /// Which one; its number is never used again.
    pub window: WindowId,
}

/// Names a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct SetTitle<'a> {
    /// Which one.
    pub window: WindowId,
    /// What the person reads.
    pub title: Text<'a>,
}

/// Says which program a window belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct SetAppId<'a> {
    /// Which one.
    pub window: WindowId,
    /// As in [`CreateWindow::app_id`].
    pub app_id: Text<'a>,
}

/// Gives a window a small picture; it stays when the image is destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct SetIcon {
    /// Which window.
    pub window: WindowId,
    /// None removes it.
    pub image: ImageId,
}

/// Chooses the pointer's picture over a window by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct SetCursor {
    /// Which window.
    pub window: WindowId,
    /// A shape the server does not know is shown as the default one.
    pub shape: CursorShape,
}

/// Makes an image the pointer's picture over a window; it stays when the image is destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct SetCursorImage {
    /// Which window.
    pub window: WindowId,
    /// The picture, shown pixel for pixel.
    pub image: ImageId,
    /// The image's pixel that points.
    pub hotspot: Point,
}

/// Bounds a window's size in logical units; 0 means no bound.
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct SetSizeLimits {
    /// Which window.
    pub window: WindowId,
    /// Not smaller than this.
    pub min: Size,
    /// Not larger than this.
    pub max: Size,
}

/// Says where a window is opaque or takes input.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SetRegion<'a> {
    /// Which window.
    pub window: WindowId,
    /// Which of its regions.
    pub kind: RegionKind,
    /// 1: no region is declared, and `rects` is empty. Input: everywhere. Opaque: nowhere.
    pub unset: u8,
    /// The region, in logical units.
    pub rects: Packed<'a, Rect>,
}

/// Says which part of a window is its body, when the client draws shadows around it.
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct SetContentRect {
    /// Which window.
    pub window: WindowId,
    /// In logical units; an empty one means all of it.
    pub rect: Rect,
}

/// Says who draws title bar and border. The configure that follows says who does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct SetDecorations {
    /// Which window.
    pub window: WindowId,
    /// Who shall.
    pub decorations: Decorations,
}

/// Makes a window belong to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct SetParent {
    /// Which window.
    pub window: WindowId,
    /// None: it belongs to nobody.
    pub parent: WindowId,
}

/// Asks for `MAXIMIZED`, `FULLSCREEN`, `MINIMIZED`, `ABOVE` and `URGENT` to be set or cleared; other bits are
/// ignored. A configure says what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct ChangeState {
    /// Which window.
    pub window: WindowId,
    /// To be set.
    pub set: WindowStates,
    /// To be cleared.
    pub clear: WindowStates,
}

/// Asks for a window to be raised and to have the keyboard. Without a recent input serial the
/// window is only marked urgent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Activate {
    /// Which window.
    pub window: WindowId,
    /// The input that led to it.
    pub serial: Serial,
}

/// Lets the person move the window with the pointer, while the button of `serial` is held. A late
/// request is dropped silently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct StartMove {
    /// Which window.
    pub window: WindowId,
    /// The press it began with.
    pub serial: Serial,
}

/// Lets the person resize the window with the pointer, while the button of `serial` is held. A
/// late request is dropped silently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct StartResize {
    /// Which window.
    pub window: WindowId,
    /// The press it began with.
    pub serial: Serial,
    /// Which edges move.
    pub edges: Edges,
}

/// Opens the window's menu (move, maximise, close, …).
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct ShowMenu {
    /// Which window.
    pub window: WindowId,
    /// The input that led to it.
    pub serial: Serial,
    /// Where, in the window's logical coordinates.
    pub at: Point,
}

/// Places a popup anew.
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct MovePopup {
    /// Which popup.
    pub window: WindowId,
    /// Where it goes; its grab is ignored.
    pub positioner: Positioner,
}

/// Draws attention to a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Bell {
    /// Which window.
    pub window: WindowId,
}

/// Asks for all keys while a window has the keyboard, those too that the desktop would take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct GrabKeyboard {
    /// Which window.
    pub window: WindowId,
    /// 1 begins, 0 ends it.
    pub grab: u8,
}

/// Says where text is being entered. Needs [`Features::TEXT_INPUT`](crate::hello::Features::TEXT_INPUT).
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct SetTextInput {
    /// Which window.
    pub window: WindowId,
    /// 1: text is being entered; 0: it is not, and the rest means nothing.
    pub enabled: u8,
    /// What the field is for.
    pub purpose: TextPurpose,
    /// The caret, in the window's logical coordinates.
    pub caret: Rect,
}

/// Makes an off-screen surface. Drawing on it takes effect at once, in order, without frames.
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct CreateSurface {
    /// Free at the moment, and no window's.
    pub surface: SurfaceId,
    /// In logical units.
    pub size: Size,
    /// Its own scale in 120ths, or 0: that of `follow`.
    pub scale: Scale,
    /// The window whose scale it follows when `scale` is 0; none: the screen's. When that changes
    /// the surface is made anew, transparent, and [`Redraw`](crate::event::Redraw) says so.
    pub follow: WindowId,
    /// How its numbers are colours.
    pub color_space: ColorSpace,
}

/// Ends an off-screen surface; its number is free again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct DestroySurface {
    /// Which one.
    pub surface: SurfaceId,
}

/// Asks for pixels of a surface: what an off-screen surface holds, what was drawn of a begun
/// frame, or what a window shows. [`Pixels`](crate::event::Pixels) answer, always: a read that fails
/// gets an empty one after its error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct ReadPixels {
    /// Comes back in the answer.
    pub id: u32,
    /// Which one; the client's own, of course.
    pub surface: SurfaceId,
    /// In the surface's device pixels; what lies outside is left out.
    pub rect: PixelRect,
}

/// Begins a frame of a window and fixes its size and scale.
///
/// Until the commit the window shows its old picture, cropped or padded, never stretched. The
/// drawing state is reset. What the buffer holds: the window's current picture if size and scale
/// are as before, else nothing (transparent). A draw to a window without a begun frame begins one
/// with the size, scale and configure of the frame before (the first: the size at creation, no
/// configure). A second begin before the commit
/// starts the frame over.
#[derive(Clone, Copy, Debug, PartialEq, Encode, BorrowDecode, Serialize)]
pub struct Begin {
    /// Which window.
    pub window: WindowId,
    /// The newest configure that the frame takes into account; none before the first. It gives the frame its scale.
    pub configure: Serial,
    /// In logical units. The buffer has this times the scale in pixels, each side rounded to the nearest.
    pub size: Size,
}

/// Draws on a surface: operations in order, executed straight from the packet.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Draw<'a> {
    /// A window or an off-screen surface.
    pub surface: SurfaceId,
    /// See [`crate::draw`].
    pub ops: DrawOps<'a>,
}

/// Publishes the begun frames of some windows, all at once, with everything of theirs that waits
/// for a commit. [`FrameShown`](crate::event::FrameShown) follows for each when it was on screen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Commit<'a> {
    /// Chosen by the client, greater than those before.
    pub frame: FrameId,
    /// Whether it stands for itself.
    pub kind: FrameKind,
    /// Which windows, at least one. One without a begun frame publishes only its other pending
    /// state. With an unknown one nothing is published.
    pub windows: Packed<'a, WindowId>,
}

/// Begins to send an image. Nothing can draw it before its [`EndImage`], unless it is progressive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct BeginImage {
    /// Free at the moment. An image that has this number is replaced at the end.
    pub image: ImageId,
    /// In pixels.
    pub size: PixelSize,
    /// How the bytes that follow are pixels.
    pub format: ImageFormat,
    /// How it is to be treated.
    pub flags: ImageFlags,
}

/// Begins to send a part of an image that exists, in the image's format. Visible at its [`EndImage`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct BeginPatch {
    /// Which image.
    pub image: ImageId,
    /// Which part, wholly inside the image.
    pub rect: PixelRect,
}

/// Pixels of an image or patch that was begun, following those before, in rows from top to bottom.
/// A piece may end anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ImageData<'a> {
    /// Which image.
    pub image: ImageId,
    /// How `data` is compressed.
    pub codec: Codec,
    /// The bytes.
    pub data: &'a [u8],
}

/// Makes what was sent visible. Fewer or more bytes than the image has pixels are a bad argument,
/// and what was sent is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct EndImage {
    /// Which image.
    pub image: ImageId,
}

/// Ends an image; its number is free again. What was drawn of it stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct DestroyImage {
    /// Which image.
    pub image: ImageId,
}

/// Makes an empty set of glyphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct CreateGlyphSet {
    /// Free at the moment.
    pub set: GlyphSetId,
    /// Font units in one em: outlines are divided by it and multiplied by the run's size. Not 0.
    pub units_per_em: u16,
    /// How the set is to be treated.
    pub flags: GlyphSetFlags,
}

/// Adds glyphs to a set; one that is there already is replaced. See [`crate::glyph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AddGlyphs<'a> {
    /// Which set.
    pub set: GlyphSetId,
    /// Records, see [`crate::glyph::Glyphs`].
    pub glyphs: &'a [u8],
}

/// Removes glyphs from a set.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RemoveGlyphs<'a> {
    /// Which set.
    pub set: GlyphSetId,
    /// Which glyphs; one that is not there is ignored.
    pub glyphs: Packed<'a, u16>,
}

/// Ends a set of glyphs; its number is free again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct DestroyGlyphSet {
    /// Which set.
    pub set: GlyphSetId,
}

/// Keeps operations to be drawn many times. The images, paints, glyphs and lists they use are kept
/// with it, as they are now.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DefineList<'a> {
    /// Free at the moment.
    pub list: ListId,
    /// See [`crate::draw`].
    pub ops: DrawOps<'a>,
}

/// Ends a list; its number is free again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct DestroyList {
    /// Which list.
    pub list: ListId,
}

/// Shares memory with the server; its descriptor travels with the packet's first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct CreatePool {
    /// Free at the moment.
    pub pool: PoolId,
    /// In bytes.
    pub bytes: u64,
}

/// Ends a pool; its number is free again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct DestroyPool {
    /// Which pool.
    pub pool: PoolId,
}

/// Copies a part of a pool into a part of an image, both in the image's format. The bytes are free
/// again after a [`Progress`](crate::event::Progress) that covers this request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct PoolImage {
    /// The image, which exists.
    pub image: ImageId,
    /// Which part of the image.
    pub rect: PixelRect,
    /// The pool.
    pub pool: PoolId,
    /// Of the first pixel, in bytes.
    pub offset: u64,
    /// Bytes from one row to the next.
    pub stride: u32,
}

/// Names MIME types that the client can give, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CreateOffer<'a> {
    /// Greater than every offer before it, below [`OfferId::SERVER`].
    pub offer: OfferId,
    /// The types.
    pub types: MimeTypes<'a>,
}

/// Ends an offer; a selection that it was is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct DestroyOffer {
    /// Which offer.
    pub offer: OfferId,
}

/// Makes an offer of the client's a selection. Needs the keyboard or a recent input serial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct SetSelection {
    /// Which selection.
    pub selection: Selection,
    /// None empties it.
    pub offer: OfferId,
    /// The input that led to it.
    pub serial: Serial,
}

/// Asks for data of a selection; it flows as far as [`TransferCredit`] allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Receive<'a> {
    /// Greater than every transfer before it, below [`TransferId::SERVER`].
    pub transfer: TransferId,
    /// The offer, as [`SelectionChanged`](crate::event::SelectionChanged) named it.
    pub offer: OfferId,
    /// The input that led to it.
    pub serial: Serial,
    /// Which of its types.
    pub mime: Text<'a>,
}

/// Data of a transfer that the server began, within its credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TransferData<'a> {
    /// Which transfer.
    pub transfer: TransferId,
    /// The bytes.
    pub data: &'a [u8],
}

/// Ends a transfer, whichever side began it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct TransferEnd {
    /// Which transfer.
    pub transfer: TransferId,
    /// How.
    pub status: TransferStatus,
}

/// Allows the sender of a transfer `bytes` more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct TransferCredit {
    /// Which transfer.
    pub transfer: TransferId,
    /// In addition to what was allowed before.
    pub bytes: u32,
}

fixed_body! {
    Sync, Pong, AckInput, CreateWindow<'a>, CreatePopup, DestroyWindow, SetTitle<'a>, SetAppId<'a>, SetIcon,
    SetCursor, SetCursorImage, SetSizeLimits, SetContentRect, SetDecorations, SetParent, ChangeState, Activate,
    StartMove, StartResize, ShowMenu, MovePopup, Bell, GrabKeyboard, SetTextInput, CreateSurface, DestroySurface,
    ReadPixels, Begin, BeginImage, BeginPatch, EndImage, DestroyImage, CreateGlyphSet, DestroyGlyphSet, DestroyList,
    CreatePool, DestroyPool, PoolImage, DestroyOffer, SetSelection, Receive<'a>, TransferEnd, TransferCredit,
}

tail_body! {
    Group { codec, count, raw_bytes } data: raw,
    SetRegion { window, kind, unset } rects: packed,
    Draw { surface } ops: ops,
    Commit { frame, kind } windows: packed,
    ImageData { image, codec } data: raw,
    AddGlyphs { set } glyphs: raw,
    RemoveGlyphs { set } glyphs: packed,
    DefineList { list } ops: ops,
    CreateOffer { offer } types: list,
    TransferData { transfer } data: raw,
}
