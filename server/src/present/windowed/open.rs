//! [`NativeDisplay`]: the connection to the person's display, and what to say when there is none.

use std::env;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use winit::error::EventLoopError;
use winit::event_loop::{EventLoop, EventLoopProxy};
use winit::platform::x11::{EventLoopBuilderExtX11, EventLoopExtX11};

use super::app::{App, Shown};
use super::window::WindowOptions;
use crate::desktop::Output;

/// What a Debian system needs for windows on X11.
const X11_PACKAGES: &str = "libx11-6 libx11-xcb1 libxcb1 libxcursor1 libxi6 libxrender1 libxfixes3 libxext6 \
                            libxkbcommon0 libxkbcommon-x11-0 xkb-data";

/// What a Debian system needs for windows on Wayland.
const WAYLAND_PACKAGES: &str = "libwayland-client0 libxkbcommon0 xkb-data";

/// Why there is no display to show a window on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Nothing says where it is.
    #[error("no screen: neither DISPLAY nor WAYLAND_DISPLAY is set")]
    NotSet,
    /// It is not where the environment says.
    #[error("no screen: cannot open {place}: {why}")]
    Unreachable {
        /// Variable and value.
        place: String,
        /// What went wrong.
        why: String,
    },
    /// A library is missing.
    #[error("no screen: {why}; on Debian: apt-get install {packages}")]
    Library {
        /// What went wrong.
        why: String,
        /// What has it.
        packages: &'static str,
    },
}

/// Why a window is not, or no longer, shown.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// The display refuses it.
    #[error("cannot open a window: {0}")]
    Window(String),
    /// The display is gone.
    #[error("lost the screen: {0}")]
    Lost(String),
}

/// A connection to the person's display. Lives on the thread that opened it, the process's first.
pub struct NativeDisplay {
    event_loop: EventLoop<()>,
    bell: WindowBell,
}

impl NativeDisplay {
    /// Connects to the display that the environment names. Once in a process.
    pub fn open() -> Result<Self, OpenError> {
        let place = Place::from_environment().ok_or(OpenError::NotSet)?;
        let event_loop = build(&place).map_err(|why| place.error(why))?;
        let proxy = event_loop.create_proxy();
        let bell = WindowBell(Arc::new((proxy, AtomicBool::new(false))));
        Ok(Self { event_loop, bell })
    }

    /// Whether it has a clipboard that can be shared: see [`share_clipboard`](super::share_clipboard).
    pub fn has_clipboard(&self) -> bool {
        self.event_loop.is_x11()
    }

    /// What wakes the thread that runs the display.
    pub fn bell(&self) -> WindowBell {
        self.bell.clone()
    }

    /// Opens a window and shows in it what `start` begins, until that ends. `start` is told what the
    /// window is as a screen; when it returns `None` nothing is shown.
    pub fn run(
        self,
        options: WindowOptions,
        start: impl FnOnce(Output) -> Option<Shown>,
    ) -> Result<(), WindowError> {
        let mut app = App::new(options, start, self.bell);
        let done = self.event_loop.run_app(&mut app);
        app.finish()?;
        done.map_err(|e| WindowError::Lost(e.to_string()))
    }
}

/// Wakes the thread that runs a display; rung many times before it is heard, it wakes once.
#[derive(Clone)]
pub struct WindowBell(Arc<(EventLoopProxy<()>, AtomicBool)>);

impl WindowBell {
    /// Wakes the thread, now or when it waits next.
    pub fn ring(&self) {
        let (proxy, rung) = &*self.0;
        if !rung.swap(true, Ordering::AcqRel) {
            // It fails when the thread has ended; then nobody is to be woken.
            let _ = proxy.send_event(());
        }
    }

    /// The thread is awake and about to look.
    pub(super) fn heard(&self) {
        self.0.1.store(false, Ordering::Release);
    }
}

/// Where the environment says that a display is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Wayland(String),
    X11(String),
}

impl Place {
    fn from_environment() -> Option<Self> {
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let inherited = set("WAYLAND_SOCKET").is_some();
        Self::choose(set("WAYLAND_DISPLAY"), set("DISPLAY"), |name| {
            inherited || UnixStream::connect(wayland_path(name)).is_ok()
        })
    }

    /// Wayland where both are; X11 when nobody answers at the other.
    fn choose(
        wayland: Option<String>,
        x11: Option<String>,
        answers: impl FnOnce(&str) -> bool,
    ) -> Option<Self> {
        match (wayland, x11) {
            (Some(wayland), Some(x11)) => Some(match answers(&wayland) {
                true => Self::Wayland(wayland),
                false => Self::X11(x11),
            }),
            (Some(wayland), None) => Some(Self::Wayland(wayland)),
            (None, x11) => x11.map(Self::X11),
        }
    }

    /// What to say to the person when it cannot be opened.
    fn error(self, why: String) -> OpenError {
        let (place, packages) = match &self {
            Self::Wayland(name) => (format!("WAYLAND_DISPLAY={name}"), WAYLAND_PACKAGES),
            Self::X11(name) => (format!("DISPLAY={name}"), X11_PACKAGES),
        };
        match is_missing_library(&why) {
            true => OpenError::Library { why, packages },
            false => OpenError::Unreachable { place, why },
        }
    }
}

fn wayland_path(name: &str) -> PathBuf {
    let dir = env::var_os("XDG_RUNTIME_DIR").unwrap_or_default();
    // An absolute name stays as it is.
    Path::new(&dir).join(name)
}

/// Makes winit's event loop, or says in one line why that is not possible. Some missing libraries
/// make winit panic; that is no way to tell a person.
fn build(place: &Place) -> Result<EventLoop<()>, String> {
    let mut builder = EventLoop::builder();
    if let Place::X11(_) = place {
        builder.with_x11();
    }
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let built = catch_unwind(AssertUnwindSafe(|| builder.build()));
    std::panic::set_hook(hook);
    match built {
        Ok(built) => built.map_err(|e| reason(&e)),
        Err(panic) => Err(panic_text(&*panic)),
    }
}

fn reason(error: &EventLoopError) -> String {
    let text = match error {
        EventLoopError::Os(error) => error.to_string(),
        other => other.to_string(),
    };
    one_line(without_place(&text))
}

/// What winit says without the line of its source that says it.
fn without_place(text: &str) -> &str {
    let place = text.strip_prefix("os error at ");
    let rest = place.and_then(|text| text.split_once(": "));
    rest.map_or(text, |(_, why)| why)
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    one_line(text.unwrap_or("winit failed"))
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').to_owned()
}

/// Whether this is what winit and the libraries under it say when they cannot load a library.
fn is_missing_library(why: &str) -> bool {
    let why = why.to_lowercase();
    [
        "could not be loaded",
        "failed to load",
        ".so",
        "nowaylandlib",
        "library",
    ]
    .iter()
    .any(|sign| why.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(wayland: &str, x11: &str, answers: bool) -> Option<Place> {
        let set = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        Place::choose(set(wayland), set(x11), |_| answers)
    }

    #[test]
    fn wayland_is_preferred_when_somebody_answers_there() {
        let (wayland, x11) = (Place::Wayland("w".into()), Place::X11(":1".into()));
        assert_eq!(choose("", "", true), None);
        assert_eq!(choose("w", ":1", true), Some(wayland.clone()));
        assert_eq!(choose("w", ":1", false), Some(x11.clone()));
        assert_eq!(choose("w", "", false), Some(wayland));
        assert_eq!(choose("", ":1", true), Some(x11));
    }

    #[test]
    fn reasons_are_one_line_without_the_source_they_come_from() {
        let text = without_place("os error at /a/b.rs:78: No such\ncompositor.");
        assert_eq!(one_line(text), "No such compositor");
        assert_eq!(one_line(without_place("a: b")), "a: b");
    }

    #[test]
    fn missing_libraries_are_told_apart_from_displays_that_are_not_there() {
        let x11 = Place::X11(":7".into());
        for why in [
            "Library libxkbcommon-x11.so could not be loaded.",
            "libX11.so.6: cannot open shared object file: No such file or directory",
        ] {
            let text = x11.clone().error(why.into()).to_string();
            assert!(text.contains("apt-get install libx11-6"), "{text}");
        }
        let text = x11.error("failed to open connection".into()).to_string();
        assert!(text.contains("DISPLAY=:7"), "{text}");
        assert!(!text.contains("apt-get"), "{text}");
    }
}
