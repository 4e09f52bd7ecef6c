//! [`NativeWindow`]: the one native window, which is the screen.

use std::sync::Arc;

use transom_protocol::geometry::{PixelSize, Scale};
use winit::dpi::{LogicalSize, PhysicalSize, Size};
use winit::event_loop::ActiveEventLoop;
use winit::window::{Fullscreen, Window, WindowAttributes};

use super::damage_history::DamageHistory;
use super::input_method::InputMethod;
use super::keyboard_grab::KeyboardGrab;
use super::open::WindowError;
use super::surface::WindowSurface;
use super::{Windowed, cursor};
use crate::config::{DEFAULT_OUTPUT, MAX_OUTPUT_SIDE};
use crate::desktop::{Cursor, Output, TextField};
use crate::hub::same_cursor;

/// The smallest a person can make the window, in logical units: a dialog still fits.
const MIN_SIZE: LogicalSize<f64> = LogicalSize::new(320.0, 240.0);

/// What programs on the native display know the window by.
const APP_ID: &str = "transom";

/// How the window is to be.
#[derive(Clone, Copy, Debug, Default)]
pub struct WindowOptions {
    /// In pixels; otherwise a size that fits the monitor.
    pub size: Option<PixelSize>,
    /// Pixels to a logical unit, whatever the native display says.
    pub scale: Option<Scale>,
    /// Fills the monitor.
    pub fullscreen: bool,
    /// While it has the keyboard all keys are its own, those of the host's window manager too.
    pub grab_keyboard: bool,
}

/// The native window and what was put on it.
pub(super) struct NativeWindow {
    window: Arc<Window>,
    title: String,
    surface: WindowSurface,
    history: DamageHistory,
    cursor: Option<Cursor>,
    input_method: InputMethod,
    scale: Option<Scale>,
    grab: Option<KeyboardGrab>,
}

impl NativeWindow {
    pub(super) fn open(
        event_loop: &ActiveEventLoop,
        options: WindowOptions,
    ) -> Result<Self, WindowError> {
        let refused = |e: &dyn std::fmt::Display| WindowError::Window(e.to_string());
        let attributes = attributes(event_loop, options);
        let window = event_loop
            .create_window(attributes)
            .map_err(|e| refused(&e))?;
        let window = Arc::new(window);
        let surface = WindowSurface::new(window.clone()).map_err(|e| refused(&e))?;
        let grab = match options.grab_keyboard {
            true => KeyboardGrab::new(&window),
            false => None,
        };
        Ok(Self {
            window,
            title: String::new(),
            surface,
            history: DamageHistory::default(),
            cursor: None,
            input_method: InputMethod::default(),
            scale: options.scale,
            grab,
        })
    }

    /// Takes all keys for the window, if that is wanted and possible, or lets them go.
    pub(super) fn grab_keyboard(&mut self, grab: bool) {
        if let Some(own) = &mut self.grab {
            own.set(&self.window, grab);
        }
    }

    /// Lets the keys go if they are taken, and takes them if they are not.
    pub(super) fn toggle_keyboard_grab(&mut self) {
        let grabbed = self.grab.as_ref().is_some_and(KeyboardGrab::is_grabbed);
        self.grab_keyboard(!grabbed);
    }

    pub(super) fn set_title(&mut self, title: &str) {
        title.clone_into(&mut self.title);
        self.window.set_title(title);
    }

    /// The window as a screen.
    pub(super) fn output(&self) -> Output {
        let PhysicalSize { width, height } = self.window.inner_size();
        let side = |side: u32| side.clamp(1, MAX_OUTPUT_SIDE);
        let native = || Scale::from_factor(self.window.scale_factor());
        Output {
            size: PixelSize::new(side(width), side(height)),
            scale: self.scale.unwrap_or_else(native),
            refresh: self.refresh().unwrap_or(DEFAULT_OUTPUT.refresh),
        }
    }

    /// Nanoseconds between two pictures of the monitor the window is on.
    fn refresh(&self) -> Option<u32> {
        let monitor = self.window.current_monitor()?;
        refresh_of_rate(monitor.refresh_rate_millihertz()?)
    }

    pub(super) fn request_redraw(&self) {
        self.window.request_redraw();
    }

    pub(super) fn hide(&self) {
        self.window.set_visible(false);
    }

    /// Puts a frame on the window.
    pub(super) fn present(&mut self, presenter: &Windowed) {
        presenter.present(&mut self.surface, &mut self.history);
    }

    /// Makes the pointer look so, if it does not.
    pub(super) fn show_cursor(&mut self, event_loop: &ActiveEventLoop, cursor: Cursor) {
        let shown = self.cursor.as_ref();
        if shown.is_some_and(|shown| same_cursor(shown, &cursor)) {
            return;
        }
        match &cursor {
            Cursor::Shape(shape) => match cursor::icon(*shape) {
                Some(icon) => self.set_cursor(icon),
                None => self.window.set_cursor_visible(false),
            },
            Cursor::Image { image, hotspot } => match cursor::custom(image, *hotspot) {
                Some(source) => self.set_cursor(event_loop.create_custom_cursor(source)),
                None => self.set_cursor(winit::window::CursorIcon::Default),
            },
        }
        self.cursor = Some(cursor);
    }

    /// Lets the input method compose there, or nowhere.
    pub(super) fn compose(&mut self, event_loop: &ActiveEventLoop, field: Option<TextField>) {
        let lies = self.input_method.compose(&self.window, event_loop, field);
        if lies {
            // Brings a word from the X server before the next key.
            self.window.set_title(&self.title);
        }
    }

    fn set_cursor(&self, cursor: impl Into<winit::window::Cursor>) {
        self.window.set_cursor(cursor);
        self.window.set_cursor_visible(true);
    }
}

fn attributes(event_loop: &ActiveEventLoop, options: WindowOptions) -> WindowAttributes {
    let attributes = Window::default_attributes()
        .with_title("Transom")
        .with_min_inner_size(MIN_SIZE)
        .with_inner_size(size(event_loop, options));
    let attributes = named(event_loop, attributes);
    match options.fullscreen {
        true => attributes.with_fullscreen(Some(Fullscreen::Borderless(None))),
        false => attributes,
    }
}

/// Tells the native display what the window is, for its icon and its task bar.
fn named(event_loop: &ActiveEventLoop, attributes: WindowAttributes) -> WindowAttributes {
    use winit::platform::wayland::ActiveEventLoopExtWayland;
    if event_loop.is_wayland() {
        use winit::platform::wayland::WindowAttributesExtWayland;
        attributes.with_name(APP_ID, "")
    } else {
        use winit::platform::x11::WindowAttributesExtX11;
        attributes.with_name(APP_ID, APP_ID)
    }
}

fn size(event_loop: &ActiveEventLoop, options: WindowOptions) -> Size {
    if let Some(size) = options.size {
        return PhysicalSize::new(size.width, size.height).into();
    }
    let PixelSize { width, height } = DEFAULT_OUTPUT.size;
    let monitor = event_loop
        .primary_monitor()
        .or_else(|| event_loop.available_monitors().next());
    let monitor = monitor.map(|m| m.size().to_logical(m.scale_factor()));
    fitting(LogicalSize::new(width.into(), height.into()), monitor).into()
}

/// The size that is wanted, or what leaves room for the native display's own things around it.
fn fitting(wanted: LogicalSize<f64>, monitor: Option<LogicalSize<f64>>) -> LogicalSize<f64> {
    const SHARE: f64 = 0.9;
    let monitor = monitor.filter(|m| m.width > 0.0 && m.height > 0.0);
    monitor.map_or(wanted, |m| {
        let width = wanted.width.min(m.width * SHARE).max(MIN_SIZE.width);
        let height = wanted.height.min(m.height * SHARE).max(MIN_SIZE.height);
        LogicalSize::new(width.floor(), height.floor())
    })
}

/// Nanoseconds between pictures; `None` for a rate that cannot be.
fn refresh_of_rate(millihertz: u32) -> Option<u32> {
    // Virtual monitors claim 0 or absurd rates.
    const PLAUSIBLE: std::ops::RangeInclusive<u32> = 10_000..=1_000_000;
    let nanoseconds = 1_000_000_000_000 / u64::from(millihertz.max(1));
    PLAUSIBLE
        .contains(&millihertz)
        .then_some(nanoseconds as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_fits_the_monitor_and_stays_usable() {
        let wanted = LogicalSize::new(1280.0, 800.0);
        for (monitor, expected) in [
            (None, (1280.0, 800.0)),
            (Some((1920.0, 1080.0)), (1280.0, 800.0)),
            (Some((1024.0, 768.0)), (921.0, 691.0)),
            (Some((0.0, 0.0)), (1280.0, 800.0)),
            (Some((200.0, 100.0)), (320.0, 240.0)),
        ] {
            let fits = fitting(wanted, monitor.map(LogicalSize::from));
            assert_eq!((fits.width, fits.height), expected, "{monitor:?}");
        }
    }

    #[test]
    fn rates_that_cannot_be_are_not_believed() {
        assert_eq!(refresh_of_rate(60_000), Some(16_666_666));
        assert_eq!(refresh_of_rate(144_000), Some(6_944_444));
        for rate in [0, 1, 9_999, u32::MAX] {
            assert_eq!(refresh_of_rate(rate), None, "{rate}");
        }
    }
}
