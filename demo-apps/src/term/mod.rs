//! A terminal emulator: text of programs in, frames out.
//!
//! ```text
//! bytes of the program -> Emulator -> Screen (cells wanted) -> Painter: what differs from the
//!     cells shown -> records -> one frame
//! keys and pointer -> Terminal -> bytes for the program, or something of its own: scrolling,
//!     selecting, searching
//! ```
//!
//! Nothing of that waits or looks at a clock; [`run`] puts a display, a pseudo-terminal and the
//! time around it.

mod bar;
mod bidi;
mod boxes;
mod brush;
mod caret;
mod cell;
mod change;
mod clicks;
mod decoration;
mod emulator;
mod glide;
mod glyphs;
mod joining;
mod keys;
mod layout;
mod links;
mod mailbox;
mod metrics;
mod mouse;
mod options;
mod others;
mod painter;
mod palette;
mod pointer;
mod preedit;
mod pty;
mod records;
mod run;
mod screen;
mod search;
mod shortcut;
mod terminal;
mod text;
mod typing;
mod xterm;

#[cfg(test)]
mod tests;

pub use cell::{Cell, CellFlags, Line, Symbol};
pub use change::{Shift, shift};
pub use emulator::{Emulator, GridSize, Modes, Notice};
pub use metrics::Metrics;
pub use options::{Geometry, Options};
pub use palette::Palette;
pub use run::run;
pub use screen::{Screen, View};
pub use terminal::{Change, Terminal};
