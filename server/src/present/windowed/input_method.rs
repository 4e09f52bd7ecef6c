//! [`InputMethod`]: what the native display's input method is told of where text goes.
//!
//! It is only let in where a program takes composed text, so that no key of a program that takes
//! none waits for it. Nor is it into passwords, which are neither composed nor anybody's to learn from.

use transom_protocol::geometry::PixelRect;
use transom_protocol::window::TextPurpose;
use winit::dpi::{PhysicalPosition, PhysicalSize};
use winit::event_loop::ActiveEventLoop;
use winit::platform::x11::ActiveEventLoopExtX11;
use winit::window::{ImePurpose, Window};

use crate::desktop::TextField;

/// What the input method knows.
#[derive(Debug, Default)]
pub(super) struct InputMethod {
    field: Option<TextField>,
}

impl InputMethod {
    /// Tells it where text goes now, if it does not know. True: what was told lies in winit until
    /// something comes from the X server, and is passed on only after that is handled.
    pub(super) fn compose(
        &mut self,
        window: &Window,
        event_loop: &ActiveEventLoop,
        field: Option<TextField>,
    ) -> bool {
        let field = field.filter(|f| f.purpose != TextPurpose::PASSWORD);
        if field == self.field {
            return false;
        }
        let identity = |field: Option<TextField>| field.map(|f| (f.number, f.purpose));
        if identity(field) != identity(self.field) {
            change_field(window, self.field, field);
        }
        if let Some(field) = field {
            let (position, size) = area(field.caret, event_loop.is_x11());
            window.set_ime_cursor_area(position, size);
        }
        self.field = field;
        event_loop.is_x11()
    }
}

fn change_field(window: &Window, before: Option<TextField>, field: Option<TextField>) {
    if before.is_some() {
        // What was composed there is dropped by this alone.
        window.set_ime_allowed(false);
    }
    if let Some(field) = field {
        window.set_ime_purpose(match field.purpose {
            TextPurpose::TERMINAL => ImePurpose::Terminal,
            _ => ImePurpose::Normal,
        });
        window.set_ime_allowed(true);
    }
}

/// Where the caret is. X11 knows a point on the base line: what is below the caret is not covered.
fn area(caret: PixelRect, x11: bool) -> (PhysicalPosition<i32>, PhysicalSize<u32>) {
    match x11 {
        true => (
            PhysicalPosition::new(caret.x0, caret.y1),
            PhysicalSize::default(),
        ),
        false => (
            PhysicalPosition::new(caret.x0, caret.y0),
            PhysicalSize::new(caret.width(), caret.height()),
        ),
    }
}
