//! `transom serve`.

use std::fs::OpenOptions;
use std::io::{self, Write};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::info;

use super::args::{Screen, Serve};
use super::server::Server;
use super::{Failure, log, print, runtime};
use crate::config::{Config, DEFAULT_OUTPUT, DisplaySocket};
use crate::desktop::Output;

/// Serves until a signal or a tool says otherwise.
pub(super) fn serve(args: Serve) -> Result<u8, Failure> {
    if !args.headless {
        return Err(Failure::new(
            "serve: the window on your screen comes in a later version; use --headless",
        ));
    }
    let config = Config {
        output: output(args.screen),
        listen: args.listen.clone(),
        display: match args.no_unix {
            true => DisplaySocket::ControlOnly,
            false => DisplaySocket::FirstFree,
        },
        insecure: args.insecure,
    };
    let runtime = runtime()?;
    runtime.block_on(async {
        // Before anybody is told: whoever reads the line may send a signal at once.
        let mut ends = Ends::new().map_err(Failure::new)?;
        let server = Server::start(&config).map_err(Failure::new)?;
        warn_of_open_addresses(&server);
        let told = announce(&server, &args);
        if told.is_ok() {
            tokio::select! {
                () = ends.any() => {}
                () = server.hub().end_asked() => {}
            }
        }
        server.stop().await;
        told.map(|()| 0)
    })
}

/// The screen that was asked for.
pub(super) fn output(screen: Screen) -> Output {
    Output {
        size: screen.size,
        scale: screen.scale,
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

/// Text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
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

/// The signals that end a server.
struct Ends {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Ends {
    fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn any(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted(":0"), "':0'");
        assert_eq!(quoted("unix:/a'b"), r"'unix:/a'\''b'");
    }
}
