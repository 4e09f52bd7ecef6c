//! What the desktop itself shows: title bars and shadows, task bar, menus, switcher.
//!
//! The desktop describes each of these as a [`Piece`], plain data without a pixel, and knows by
//! [`Metrics`] where its parts are. Whoever presents turns pieces into pictures with a [`Painter`],
//! outside the desktop's lock, and only those it has not got yet. A piece together with a size and
//! a scale says everything about its picture.

mod brush;
mod colors;
mod menu;
mod metrics;
mod painter;
mod piece;
mod shadow;
mod switcher;
mod task_bar;
#[cfg(test)]
mod tests;
mod text;
mod title_bar;

pub use menu::MenuLayout;
pub use metrics::{Insets, Metrics};
pub use painter::Painter;
pub use piece::{
    FrameButton, FrameShape, Menu, Piece, Ring, RingPart, Switcher, TaskBar, TaskItem, TitleBar,
    TitleMark,
};
pub use shadow::RingPlace;
pub use switcher::SwitcherLayout;
pub use task_bar::TaskBarLayout;
