//! [`KeyboardGrab`]: taking all keys of the person's display, those of its window manager too.
#![allow(
    unsafe_code,
    reason = "winit has no call for this, and a grab counts for the connection that asks: winit's own"
)]

use std::ffi::{c_int, c_ulong, c_void};

use tracing::warn;
use winit::raw_window_handle::{
    HasDisplayHandle, HasWindowHandle, RawDisplayHandle, RawWindowHandle,
};
use winit::window::Window;
use x11_dl::xlib::{CurrentTime, GrabModeAsync, GrabSuccess, True, Xlib};

/// The keys of an X11 display, for one window alone while that has the keyboard.
pub(super) struct KeyboardGrab {
    xlib: Xlib,
    grabbed: bool,
}

impl KeyboardGrab {
    /// Where the display is one that can give a window all keys; says so where it is not.
    pub(super) fn new(window: &Window) -> Option<Self> {
        let Some(_) = handles(window) else {
            warn!("--grab-keyboard: only X11 displays give a window all keys");
            return None;
        };
        match Xlib::open() {
            Ok(xlib) => Some(Self {
                xlib,
                grabbed: false,
            }),
            Err(e) => {
                warn!("--grab-keyboard: {e}");
                None
            }
        }
    }

    /// Whether all keys are taken.
    pub(super) fn is_grabbed(&self) -> bool {
        self.grabbed
    }

    /// Takes all keys, or lets them go. Nothing is done that is done already.
    pub(super) fn set(&mut self, window: &Window, grab: bool) {
        let Some((display, id)) = handles(window).filter(|_| grab != self.grabbed) else {
            return;
        };
        let (xlib, display) = (&self.xlib, display.cast());
        if grab {
            // SAFETY: the display is winit's, which is open as long as the window is borrowed, and
            // used by this thread alone; the call keeps nothing of its arguments.
            let done = unsafe {
                (xlib.XGrabKeyboard)(display, id, True, GrabModeAsync, GrabModeAsync, CurrentTime)
            };
            self.grabbed = done == GrabSuccess;
            if !self.grabbed {
                warn!("the keyboard cannot be grabbed: {}", refusal(done));
            }
        } else {
            // SAFETY: as above.
            unsafe { (xlib.XUngrabKeyboard)(display, CurrentTime) };
            self.grabbed = false;
        }
        // SAFETY: as above.
        unsafe { (xlib.XFlush)(display) };
    }
}

/// What X11 calls the window, and its connection; `None` on other displays.
fn handles(window: &Window) -> Option<(*mut c_void, c_ulong)> {
    let display = window.display_handle().ok()?.as_raw();
    let window = window.window_handle().ok()?.as_raw();
    match (display, window) {
        (RawDisplayHandle::Xlib(display), RawWindowHandle::Xlib(window)) => {
            Some((display.display?.as_ptr(), window.window))
        }
        _ => None,
    }
}

fn refusal(code: c_int) -> &'static str {
    match code {
        x11_dl::xlib::AlreadyGrabbed => "another program has it",
        x11_dl::xlib::GrabNotViewable => "the window is not seen",
        x11_dl::xlib::GrabFrozen => "it is frozen by another program",
        _ => "the display refuses",
    }
}
