//! [`Hands`]: presses keys and buttons as fast as the X server takes them, which xdotool does not.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, KEY_PRESS_EVENT, KEY_RELEASE_EVENT,
    MOTION_NOTIFY_EVENT, Window,
};
use x11rb::protocol::xtest::ConnectionExt;
use x11rb::rust_connection::RustConnection;

use super::screen::Screen;

/// What X adds to the kernel's number of a key.
const X11_OFFSET: u8 = 8;

/// A connection that plays a person.
pub(crate) struct Hands {
    connection: RustConnection,
    root: Window,
}

impl Hands {
    pub(crate) fn new(screen: &Screen) -> Self {
        let (connection, number) =
            RustConnection::connect(Some(screen.display())).expect("an X server");
        let root = connection.setup().roots[number].root;
        Self { connection, root }
    }

    /// Moves the pointer and clicks.
    pub(crate) fn click(&mut self, x: i32, y: i32, button: u8) {
        self.fake(MOTION_NOTIFY_EVENT, 0, (x as i16, y as i16));
        self.fake(BUTTON_PRESS_EVENT, button, (0, 0));
        self.fake(BUTTON_RELEASE_EVENT, button, (0, 0));
    }

    /// Presses and releases a key.
    pub(crate) fn tap(&mut self, evdev: u8) {
        self.press(evdev);
        self.release(evdev);
    }

    pub(crate) fn press(&mut self, evdev: u8) {
        self.fake(KEY_PRESS_EVENT, evdev + X11_OFFSET, (0, 0));
    }

    pub(crate) fn release(&mut self, evdev: u8) {
        self.fake(KEY_RELEASE_EVENT, evdev + X11_OFFSET, (0, 0));
    }

    pub(crate) fn flush(&self) {
        self.connection.flush().expect("an X server");
    }

    fn fake(&self, kind: u8, detail: u8, (x, y): (i16, i16)) {
        self.connection
            .xtest_fake_input(kind, detail, 0, self.root, x, y, 0)
            .expect("an X server");
    }
}
