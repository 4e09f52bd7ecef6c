//! `transom run`: a command on a private server.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use rustix::process::{Pid, Signal as Number, kill_process};
use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::args::Run;
use super::serve::output;
use super::server::Server;
use super::{Failure, threads};
use crate::config::{Config, DisplaySocket};
use crate::desktop;
use crate::transport::TempDir;

/// Our own failure, as `env` and `timeout` have it.
const FAILED: u8 = 125;
/// The command cannot be executed, as a shell has it.
const NOT_EXECUTABLE: u8 = 126;
/// The command was not found, as a shell has it.
const NOT_FOUND: u8 = 127;

/// Runs the command and returns its status.
pub(super) fn run(args: Run) -> Result<u8, Failure> {
    let failed = |e: &dyn std::fmt::Display| Failure::with_code(FAILED, format!("run: {e}"));
    let dir = TempDir::new("run").map_err(|e| failed(&format!("no temporary directory: {e}")))?;
    let config = Config {
        output: output(args.screen),
        desktop: match args.desktop {
            true => desktop::Config::full(),
            false => desktop::Config::bare(),
        },
        display: DisplaySocket::Path(dir.path().join("display")),
        ..Config::default()
    };
    let threads = threads().map_err(|e| failed(&e.text))?;
    let serving = threads.serving();
    threads.attend(async {
        // Before there is anything to leave behind.
        let mut signals = Forwarded::new().map_err(|e| failed(&e))?;
        let server = Server::start(&config, &serving).map_err(|e| failed(&e))?;
        let status = run_on(&server, &args, &mut signals).await;
        server.stop().await;
        status
    })
}

async fn run_on(server: &Server, args: &Run, signals: &mut Forwarded) -> Result<u8, Failure> {
    let (program, arguments) = args
        .command
        .split_first()
        .ok_or_else(|| Failure::with_code(FAILED, "run: no command"))?;
    let mut command = Command::new(program);
    command.args(arguments);
    command.env("TRANSOM_DISPLAY", &server.addresses()[0]);
    match server.control_path() {
        Some(path) if args.control => command.env("TRANSOM_CONTROL", path),
        // Another server's is of no use to it.
        _ => command.env_remove("TRANSOM_CONTROL"),
    };
    let mut child = command.spawn().map_err(|e| {
        let code = match e.kind() {
            io::ErrorKind::NotFound => NOT_FOUND,
            _ => NOT_EXECUTABLE,
        };
        Failure::with_code(code, format!("run: {}: {e}", program.to_string_lossy()))
    })?;
    let status = wait_forwarding(&mut child, signals).await;
    let status =
        status.map_err(|e| Failure::with_code(FAILED, format!("run: lost the command: {e}")))?;
    Ok(exit_code(status))
}

/// Waits for the child, to which all signals go.
async fn wait_forwarding(child: &mut Child, signals: &mut Forwarded) -> io::Result<ExitStatus> {
    let pid = child.id().and_then(|id| Pid::from_raw(id as i32));
    loop {
        let number = tokio::select! {
            biased;
            status = child.wait() => return status,
            number = signals.next() => number,
        };
        if let Some(pid) = pid
            && !(is_typed(number) && terminal_is_ours())
        {
            // The child may have ended just now; then there is nobody to tell.
            let _ = kill_process(pid, number);
        }
    }
}

/// Whether a terminal sends this signal when a key is typed.
fn is_typed(number: Number) -> bool {
    number == Number::INT || number == Number::QUIT
}

/// Whether the terminal sends its signals to our process group, and so to the command as well,
/// which should not get them twice.
fn terminal_is_ours() -> bool {
    let Ok(terminal) = std::fs::File::open("/dev/tty") else {
        return false;
    };
    rustix::termios::tcgetpgrp(terminal).is_ok_and(|group| group == rustix::process::getpgrp())
}

fn exit_code(status: ExitStatus) -> u8 {
    match (status.code(), status.signal()) {
        (Some(code), _) => code as u8,
        (None, Some(number)) => 128u8.saturating_add(number as u8),
        (None, None) => FAILED,
    }
}

/// The signals that a command gets when we get them.
struct Forwarded([(Number, Signal); 6]);

impl Forwarded {
    fn new() -> io::Result<Self> {
        Ok(Self([
            (Number::INT, signal(SignalKind::interrupt())?),
            (Number::TERM, signal(SignalKind::terminate())?),
            (Number::HUP, signal(SignalKind::hangup())?),
            (Number::QUIT, signal(SignalKind::quit())?),
            (Number::USR1, signal(SignalKind::user_defined1())?),
            (Number::USR2, signal(SignalKind::user_defined2())?),
        ]))
    }

    async fn next(&mut self) -> Number {
        std::future::poll_fn(|cx| {
            for (number, signal) in &mut self.0 {
                if signal.poll_recv(cx).is_ready() {
                    return std::task::Poll::Ready(*number);
                }
            }
            std::task::Poll::Pending
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_returned_as_a_shell_does() {
        assert_eq!(exit_code(ExitStatus::from_raw(3 << 8)), 3);
        assert_eq!(exit_code(ExitStatus::from_raw(0)), 0);
        assert_eq!(exit_code(ExitStatus::from_raw(15)), 143);
        assert_eq!(exit_code(ExitStatus::from_raw(9)), 137);
    }
}
