//! Windows on a Transom display: on this machine or across a network.
//!
//! A complete program:
//!
//! ```no_run
//! use transom::{Color, Display, Error, Point, TextStyle};
//!
//! fn main() -> Result<(), Error> {
//!     hello(&Display::connect()?) // to where TRANSOM_DISPLAY says
//! }
//!
//! fn hello(display: &Display) -> Result<(), Error> {
//!     let window = display.window("Hello").size(420.0, 240.0).build();
//!     let style = TextStyle::new(44.0).bold().color(Color::hex(0x2b3440));
//!     while window.wait_redraw()? {
//!         let mut canvas = window.frame();
//!         let Point { x, y } = canvas.bounds().center();
//!         canvas.clear(Color::hex(0xf4f1ea));
//!         canvas.text(x, y + 16.0, "Hello, world!", &style.centered());
//!         canvas.commit()?;
//!     }
//!     Ok(()) // the person closed it
//! }
//! ```
//!
//! **Nothing waits.** Connecting, making windows and images and drawing are one flight of bytes;
//! the first picture is on the screen half a round trip after the connection stands. A server that
//! refuses the program says so at the first wait for events.
//!
//! **Units.** Everything is drawn in *logical units*, floating point, x to the right and y
//! downwards. The server rasterises at the resolution of the screen it shows on, so a program
//! need not know it.
//!
//! **Frames** are atomic: what [`Window::frame`] records is seen all at once, after its commit. A
//! window keeps its picture; draw again when it is [`Event::Resized`], or lost ([`Event::Redraw`]),
//! or when there is something new to show.
//!
//! **Order.** Requests are executed in the order they are made, with one exception: pixels of
//! images travel behind everything that does not need them.
//!
//! **Pacing.** A program that draws all the time asks [`Window::can_draw`] first, or waits with
//! [`Window::wait_frame`].
//!
//! **Loops.** [`Window::wait_redraw`] is all that a program needs which only shows something.
//! Otherwise [`Display::next_event`] blocks, [`Display::wait_event`] blocks for a while,
//! [`Display::poll_event`] does not. `Display::next_event_async` (feature `tokio`) awaits. For
//! other loops a display has a file descriptor.
//!
//! **Keys and text.** [`KeyEvent::shortcut`] finds a program's commands on whatever layout they are
//! pressed, [`KeyEvent::text`] is what a key enters. Where a program enters text it says so with
//! [`Window::set_text_input`], and takes [`Event::Preedit`] and [`Event::TextCommit`] besides: what
//! is composed for Chinese, Japanese, Korean and others.
//!
//! **Touch.** One finger is the pointer, unless a program asks for all of them with
//! [`ConnectOptions::touch`].
//!
//! **Copy and paste.** [`Window::clipboard`] and [`Window::primary`] are the two selections:
//! [`Clipboard::copy_text`], [`Clipboard::paste_text`] and the like for any kind of data.
//!
//! **Coming back.** The library keeps a copy of what it has on the server and can make all of it
//! anew on a fresh session: see [`core::Core::rebuild`].
//!
//! **Text.** [`Canvas::text`] writes a line, [`TextLayout`] paragraphs. Sans and Mono are bundled; what they lack
//! is looked for among the system's fonts, unless `TRANSOM_FONTS=bundled` is in the environment.
//!
//! **Features**, both on by default: `text` (shaping, layout, fonts), `tokio`. Unix only.

mod address;
mod brush;
mod canvas;
mod canvas_model;
mod clipboard;
mod connection;
pub mod core;
mod error;
mod events;
mod image;
mod incoming;
mod lanes;
mod link;
mod list;
pub mod mirror;
mod mirror_kept;
mod options;
mod pacing;
mod path;
mod pixels;
mod pool;
#[cfg(feature = "tokio")]
mod reactor;
mod rebuild;
mod selections;
mod sharing;
mod shortcut;
mod socket;
#[cfg(feature = "text")]
mod space;
mod surface;
#[cfg(feature = "text")]
mod text;
mod token;
mod window;

pub use address::{Address, BASE_PORT};
pub use brush::{Brush, Gradient, Pattern};
pub use canvas::{Canvas, Frame};
pub use canvas_model::{NinePatch, Shadow};
pub use clipboard::{Clipboard, Offer, PasteId, Pasted, Selection, TEXT};
pub use connection::Display;
pub use error::Error;
pub use events::{Event, KeyEvent};
pub use image::{GlyphSet, Image};
pub use list::List;
pub use options::ConnectOptions;
pub use pacing::Stats;
pub use path::{Path, Stroke};
pub use pixels::Pixels;
pub use surface::{Drawing, Surface};
#[cfg(feature = "text")]
pub use text::{
    Align, Family, Movement, OutlineSteps, Paragraph, TextLayout, TextLine, TextSelection,
    TextSize, TextStyle, fitted_to_rows,
};
pub use window::{Window, WindowBuilder};

pub use transom_protocol::ErrorCode;
pub use transom_protocol::color::Color;
pub use transom_protocol::draw::{
    Blend, Cap, Ellipse, FillRule, Filter, ImagePart, Join, Paint, PathStep, RunPositions, Segment,
    Triangle, Vertex,
};
pub use transom_protocol::event::ShownFlags;
pub use transom_protocol::geometry::{
    PixelPoint, PixelRect, PixelSize, Point, Rect, Scale, Size, Transform,
};
pub use transom_protocol::glyph::GlyphBuffer;
pub use transom_protocol::ids::{
    FrameId, GlyphSetId, ImageId, ListId, PaintId, Serial, SurfaceId, WindowId,
};
pub use transom_protocol::input::{
    Button, ButtonState, CursorShape, Key, KeyCode, KeyLocation, KeyState, Modifiers, NamedKey,
    ScrollSource,
};
pub use transom_protocol::paint::Extend;
pub use transom_protocol::request::ImageFormat;
pub use transom_protocol::window::{
    Adjustments, Decorations, Edges, Positioner, TextPurpose, WindowKind, WindowStates,
};
