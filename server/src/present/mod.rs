//! Where a picture goes, and when.
//!
//! A presenter waits until the [`Hub`](crate::hub::Hub) says that a frame is wanted, asks the
//! [`FrameClock`] when to draw it, takes the desktop's scene under its lock, composites it without
//! any lock, and tells the desktop what was shown.

mod bell;
mod frame_clock;
mod headless;
mod picture;
#[cfg(feature = "window")]
pub mod windowed;

use std::sync::Arc;
use std::time::Duration;

pub use bell::{Bell, Woken};
pub use frame_clock::{FrameClock, Next};
pub use headless::Headless;
pub use picture::{Channels, channels_of, encode_png};
#[cfg(feature = "window")]
pub use windowed::Windowed;

use crate::desktop::Output;
use crate::raster::Pixmap;

/// The refresh of an output that names none: 60 Hz.
const DEFAULT_REFRESH: Duration = Duration::from_nanos(16_666_667);

/// The time between two pictures on this output.
fn refresh_of(output: Output) -> Duration {
    match output.refresh {
        0 => DEFAULT_REFRESH,
        ns => Duration::from_nanos(ns.into()),
    }
}

/// Where the picture goes. All methods may be called from any thread, and block for the time it
/// takes to composite a frame.
#[derive(Clone)]
pub enum Presenter {
    /// Into memory only.
    Headless(Arc<Headless>),
    /// Into a native window.
    #[cfg(feature = "window")]
    Windowed(Arc<Windowed>),
}

impl Presenter {
    /// The screen as it is now, all that is pending included.
    pub fn screenshot(&self) -> Pixmap {
        match self {
            Self::Headless(headless) => headless.screenshot(),
            #[cfg(feature = "window")]
            Self::Windowed(windowed) => windowed.screenshot(),
        }
    }

    /// Presents nothing until [`Presenter::step`] or [`Presenter::release`].
    pub fn hold(&self) {
        match self {
            Self::Headless(headless) => headless.hold(),
            #[cfg(feature = "window")]
            Self::Windowed(windowed) => windowed.hold(),
        }
    }

    /// Presents what is pending, at once; false when nothing is.
    pub fn step(&self) -> bool {
        match self {
            Self::Headless(headless) => headless.step(),
            #[cfg(feature = "window")]
            Self::Windowed(windowed) => windowed.step(),
        }
    }

    /// Presents by itself again.
    pub fn release(&self) {
        match self {
            Self::Headless(headless) => headless.release(),
            #[cfg(feature = "window")]
            Self::Windowed(windowed) => windowed.release(),
        }
    }
}
