//! `transom serve`.

use std::fs::OpenOptions;
use std::io::{self, Write};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::info;

use super::args::{Screen, Serve};
use super::programs::quoted;
use super::server::Server;
use super::{Failure, log, print, threads};
use crate::config::{Config, DEFAULT_OUTPUT, DisplaySocket};
use crate::desktop::Output;

/// Serves until a signal, a tool, or the person at the window says otherwise.
pub(super) fn serve(args: Serve) -> Result<u8, Failure> {
    let config = Config {
        output: output(args.screen),
        desktop: args.desktop.config(!args.headless),
        listen: args.listen.clone(),
        display: match args.no_unix {
            true => DisplaySocket::ControlOnly,
            false => DisplaySocket::FirstFree,
        },
        insecure: args.insecure,
    };
    if args.headless {
        return headless(&config, |server| work(server, args));
    }
    show(config, args)
}

#[cfg(feature = "window")]
fn show(config: Config, args: Serve) -> Result<u8, Failure> {
    use super::windowed;
    let options = windowed::options(args.screen, args.window);
    let display = windowed::open()
        .map_err(|e| Failure::new(format!("serve: {e}; or use --headless to show nothing")))?;
    windowed::on_a_window(display, options, config, |server| work(server, args))
}

#[cfg(not(feature = "window"))]
fn show(_: Config, _: Serve) -> Result<u8, Failure> {
    Err(Failure::new(
        "serve: this build has no window; use --headless, or build with the feature 'window'",
    ))
}

/// Runs `work` on a headless server; the work stops it.
pub(super) fn headless<F, W>(config: &Config, work: F) -> Result<u8, Failure>
where
    F: FnOnce(Server) -> W,
    W: Future<Output = Result<u8, Failure>>,
{
    let threads = threads()?;
    let server = Server::start(config, &threads.serving()).map_err(Failure::new)?;
    threads.attend(work(server))
}

/// Tells where the server is and waits for its end.
async fn work(server: Server, args: Serve) -> Result<u8, Failure> {
    // Before anybody is told: whoever reads the line may send a signal at once.
    let mut ends = Ends::new().map_err(Failure::new)?;
    warn_of_open_addresses(&server);
    let told = announce(&server, &args);
    if told.is_ok() {
        ends.any(&server).await;
    }
    server.stop().await;
    told.map(|()| 0)
}

/// The screen that was asked for, as far as nobody knows better.
pub(super) fn output(screen: Screen) -> Output {
    Output {
        size: screen.size.unwrap_or(DEFAULT_OUTPUT.size),
        scale: screen.scale.unwrap_or(DEFAULT_OUTPUT.scale),
        ..DEFAULT_OUTPUT
    }
}

/// Tells where the server is.
fn announce(server: &Server, args: &Serve) -> Result<(), Failure> {
    let (display, others) = server
        .addresses()
        .split_first()
        .ok_or_else(|| Failure::new("serve: nothing to listen to; say --listen ADDR"))?;
    let line = match args.print_env {
        true => format!("export TRANSOM_DISPLAY={}\n", quoted(display)),
        false => format!("TRANSOM_DISPLAY={display}\n"),
    };
    print(line.as_bytes())?;
    if let Some(fd) = args.ready_fd {
        write_to_fd(fd, &line)
            .map_err(|e| Failure::new(format!("serve: cannot write to --ready-fd {fd}: {e}")))?;
    }
    for address in others {
        info!("listening at {address}, too");
    }
    Ok(())
}

/// Writes to a descriptor that this process was started with. It is opened anew through /proc, since
/// the standard library cannot safely adopt a number, so it stays open as well: readers take the
/// line, not the end of the stream. That works for pipes and files, not for sockets.
fn write_to_fd(fd: u32, line: &str) -> io::Result<()> {
    match fd {
        1 => io::stdout().write_all(line.as_bytes()),
        2 => io::stderr().write_all(line.as_bytes()),
        _ => OpenOptions::new()
            .append(true)
            .open(format!("/proc/self/fd/{fd}"))?
            .write_all(line.as_bytes()),
    }
}

fn warn_of_open_addresses(server: &Server) {
    for address in server.open_addresses() {
        let warning = format!(
            "INSECURE: other machines can reach tcp://{address}. Pictures, keys and the token cross the network \
             unencrypted; whoever reads the token can show windows and read what is typed into them. Better: listen \
             on loopback and use ssh -R."
        );
        let warning = match log::stderr_has_colour() {
            true => format!("\x1b[1;31m{warning}\x1b[0m"),
            false => warning,
        };
        let _ = writeln!(io::stderr(), "{warning}");
    }
}

/// What ends a server.
pub(super) struct Ends {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Ends {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for a signal, or for somebody to ask.
    pub(super) async fn any(&mut self, server: &Server) {
        tokio::select! {
            () = server.hub().end_asked() => {}
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }
}
