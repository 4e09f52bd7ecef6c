//! Where a picture goes, and when.
//!
//! A presenter waits until the [`Hub`](crate::hub::Hub) says that a frame is wanted, asks the
//! [`FrameClock`] when to draw it, takes the desktop's scene under its lock, composites it without
//! any lock, and tells the desktop what was shown.

mod bell;
mod frame_clock;
mod headless;
mod picture;

use std::sync::Arc;

pub use bell::{Bell, Woken};
pub use frame_clock::{FrameClock, Next};
pub use headless::Headless;
pub use picture::{Channels, channels_of, encode_png};

use crate::raster::Pixmap;

/// Where the picture goes. All methods may be called from any thread, and block for the time it
/// takes to composite a frame.
#[derive(Clone)]
pub enum Presenter {
    /// Into memory only.
    Headless(Arc<Headless>),
}

impl Presenter {
    /// The screen as it is now, all that is pending included.
    pub fn screenshot(&self) -> Pixmap {
        match self {
            Self::Headless(headless) => headless.screenshot(),
        }
    }

    /// Presents nothing until [`Presenter::step`] or [`Presenter::release`].
    pub fn hold(&self) {
        match self {
            Self::Headless(headless) => headless.hold(),
        }
    }

    /// Presents what is pending, at once; false when nothing is.
    pub fn step(&self) -> bool {
        match self {
            Self::Headless(headless) => headless.step(),
        }
    }

    /// Presents by itself again.
    pub fn release(&self) {
        match self {
            Self::Headless(headless) => headless.release(),
        }
    }
}
