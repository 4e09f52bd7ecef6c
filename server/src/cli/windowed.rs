//! Servers whose screen is a native window: this thread shows it, others serve.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Builder;
use std::time::Duration;

use super::args::{NativeWindow, Screen};
use super::server::Server;
use super::{Failure, threads};
use crate::config::Config;
use crate::desktop::Output;
use crate::hub::Hub;
use crate::present::windowed::{NativeDisplay, OpenError, Shown, WindowOptions, share_clipboard};

/// The window that was asked for.
pub(super) fn options(screen: Screen, window: NativeWindow) -> WindowOptions {
    WindowOptions {
        size: screen.size,
        scale: screen.scale,
        fullscreen: window.fullscreen,
        grab_keyboard: window.grab_keyboard,
    }
}

/// Connects to the person's screen.
pub(super) fn open() -> Result<NativeDisplay, OpenError> {
    NativeDisplay::open()
}

/// Runs `work` on a server whose screen is a window; the work stops it. Programs can connect once
/// the window is there.
pub(super) fn on_a_window<F, W>(
    display: NativeDisplay,
    options: WindowOptions,
    config: Config,
    work: F,
) -> Result<u8, Failure>
where
    F: FnOnce(Server) -> W,
    W: Future<Output = Result<u8, Failure>> + Send + 'static,
{
    let threads = threads()?;
    let serving = threads.serving();
    let bell = display.bell();
    let has_clipboard = display.has_clipboard();
    let mut working = None;
    let mut refused = None;
    let start = |output: Output| {
        let config = Config { output, ..config };
        let started = Server::start_windowed(&config, &serving, move || bell.ring());
        let (server, presenter) = started.map_err(|e| refused = Some(Failure::new(e))).ok()?;
        let title = title(&server);
        if has_clipboard {
            share_clipboard(server.hub().clone());
        }
        let last_words = LastWords::prepare(server.hub().clone());
        let (work, ended) = (work(server), presenter.clone());
        let work = async move {
            let done = work.await;
            drop(last_words);
            ended.end();
            done
        };
        let attending = Builder::new().name("attend".into());
        let thread = attending.spawn(move || threads.attend(work));
        let thread =
            thread.map_err(|e| refused = Some(Failure::new(format!("cannot start a thread: {e}"))));
        working = Some(thread.ok()?);
        Some(Shown { presenter, title })
    };
    let shown = display.run(options, start);
    if let Some(e) = refused {
        return Err(e);
    }
    // If the work goes on, the window is gone for another reason.
    LastWords::say();
    let done = working.map(|thread| thread.join());
    shown.map_err(Failure::new)?;
    match done {
        Some(Ok(done)) => done,
        Some(Err(_)) => Err(Failure::new("the server has failed")),
        None => Ok(1),
    }
}

/// How long the work may take to stop the server.
const STOPPING: Duration = Duration::from_secs(3);

thread_local! {
    static LAST_WORDS: RefCell<Option<LastWords>> = const { RefCell::new(None) };
}

/// Stops the server when this thread ends without the server having been stopped.
///
/// libX11 calls `exit` in the middle of everything when the X server is gone or has thrown us out,
/// and gives nobody a chance but the destructors of the thread that called it. So programs are told
/// and sockets removed even then.
struct LastWords {
    hub: Arc<Hub>,
    stopped: Receiver<()>,
}

impl LastWords {
    /// Prepares this thread. What is returned is to be dropped when the server has stopped.
    fn prepare(hub: Arc<Hub>) -> Sender<()> {
        let (sender, stopped) = channel();
        LAST_WORDS.set(Some(Self { hub, stopped }));
        sender
    }

    fn say() {
        drop(LAST_WORDS.take());
    }
}

impl Drop for LastWords {
    fn drop(&mut self) {
        self.hub.ask_to_end();
        // Nothing is ever sent: the other end is dropped.
        let _ = self.stopped.recv_timeout(STOPPING);
    }
}

/// The window's title: the short name of the display, where it has one.
fn title(server: &Server) -> String {
    let address = server.addresses().first();
    match address.filter(|address| address.starts_with(':')) {
        Some(display) => format!("Transom {display}"),
        None => "Transom".into(),
    }
}
