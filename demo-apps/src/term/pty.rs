//! [`Pty`]: a command on a pseudo-terminal of its own.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};

use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, PidfdFlags, Signal};
use rustix::pty::OpenptFlags;
use rustix::termios::{InputModes, OptionalActions, Winsize};

use super::emulator::GridSize;

/// What the terminal is called: widely known, and what it does is what the emulation does.
const TERM: &str = "xterm-256color";

/// Variables that belong to other terminals, or are wrong after a resize.
const FOREIGN: [&str; 7] = [
    "COLUMNS",
    "LINES",
    "TERMCAP",
    "WINDOWID",
    "VTE_VERSION",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
];

/// A running command and our end of its terminal. Dropping it hangs up.
#[derive(Debug)]
pub(crate) struct Pty {
    master: File,
    child: Child,
    /// Readable when the command has ended.
    exit: OwnedFd,
}

impl Pty {
    /// Runs a command with its arguments, or the person's shell.
    pub(crate) fn spawn(
        command: &[String],
        directory: Option<&PathBuf>,
        size: GridSize,
    ) -> io::Result<Self> {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let master = rustix::pty::openpt(flags)?;
        rustix::pty::grantpt(&master)?;
        rustix::pty::unlockpt(&master)?;
        let name = rustix::pty::ptsname(&master, Vec::new())?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let slave = rustix::fs::open(&name, flags, Mode::empty())?;
        use_utf8(&slave)?;
        rustix::termios::tcsetwinsize(&slave, winsize(size))?;

        let mut builder = builder(command, directory);
        builder
            .stdin(slave.try_clone()?)
            .stdout(slave.try_clone()?)
            .stderr(slave);
        own_terminal(&mut builder);
        let child = builder.spawn()?;
        let pid = Pid::from_child(&child);
        let exit = rustix::process::pidfd_open(pid, PidfdFlags::empty())?;
        rustix::io::ioctl_fionbio(&master, true)?;
        Ok(Self {
            master: master.into(),
            child,
            exit,
        })
    }

    /// Readable when there is output, writable when there is room for input.
    pub(crate) fn terminal(&self) -> BorrowedFd<'_> {
        self.master.as_fd()
    }

    /// Readable when the command has ended.
    pub(crate) fn exit(&self) -> BorrowedFd<'_> {
        self.exit.as_fd()
    }

    /// Reads output: how much, 0 when nothing has the terminal open any more, `None` when there
    /// is none now.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        match self.master.read(buffer) {
            Ok(count) => Ok(Some(count)),
            // How Linux tells that the other end is closed.
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => {
                Ok(Some(0))
            }
            Err(error) => not_now(error),
        }
    }

    /// Writes input; `None` when there is no room now.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<Option<usize>> {
        match self.master.write(bytes) {
            Ok(count) => Ok(Some(count)),
            Err(error) => not_now(error),
        }
    }

    /// Tells the command that the terminal has another size.
    pub(crate) fn resize(&self, size: GridSize) -> io::Result<()> {
        Ok(rustix::termios::tcsetwinsize(&self.master, winsize(size))?)
    }

    /// The command's exit code once it has ended; 128 and the signal's number if one ended it.
    pub(crate) fn exit_code(&mut self) -> io::Result<Option<u8>> {
        Ok(self.child.try_wait()?.map(code))
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            // Closing our end hangs up too, but reaches only those who have it open.
            let _ = rustix::process::pidfd_send_signal(&self.exit, Signal::HUP);
        }
    }
}

fn not_now(error: io::Error) -> io::Result<Option<usize>> {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Ok(None),
        _ => Err(error),
    }
}

fn code(status: ExitStatus) -> u8 {
    let signal = status.signal().map(|signal| 128 + signal);
    status.code().or(signal).unwrap_or(1) as u8
}

/// The person's shell: what SHELL says, or the one that is everywhere.
fn shell() -> String {
    let shell = std::env::var("SHELL")
        .ok()
        .filter(|shell| !shell.is_empty());
    shell.unwrap_or_else(|| "/bin/sh".into())
}

fn builder(command: &[String], directory: Option<&PathBuf>) -> Command {
    let mut builder = match command.split_first() {
        Some((program, arguments)) => {
            let mut builder = Command::new(program);
            builder.args(arguments);
            builder
        }
        None => Command::new(shell()),
    };
    for name in FOREIGN {
        builder.env_remove(name);
    }
    builder.env("TERM", TERM).env("COLORTERM", "truecolor");
    if let Some(directory) = directory {
        builder.current_dir(directory);
    }
    builder
}

/// Makes the command the leader of a session whose terminal its standard input is.
#[expect(
    unsafe_code,
    reason = "the standard library has no safe way to begin a session"
)]
fn own_terminal(builder: &mut Command) {
    let begin = || {
        rustix::process::setsid()?;
        rustix::process::ioctl_tiocsctty(rustix::stdio::stdin())?;
        Ok(())
    };
    // SAFETY: between fork and exec only two system calls are made, both async-signal-safe; nothing
    // is allocated and no lock taken.
    unsafe { builder.pre_exec(begin) };
}

/// Erasing takes away whole characters.
fn use_utf8(terminal: &OwnedFd) -> io::Result<()> {
    let mut settings = rustix::termios::tcgetattr(terminal)?;
    settings.input_modes |= InputModes::IUTF8;
    Ok(rustix::termios::tcsetattr(
        terminal,
        OptionalActions::Now,
        &settings,
    )?)
}

fn winsize(size: GridSize) -> Winsize {
    let pixels = |cells: usize, cell: u16| (cells as u16).saturating_mul(cell);
    Winsize {
        ws_row: size.rows as u16,
        ws_col: size.columns as u16,
        ws_xpixel: pixels(size.columns, size.cell_width),
        ws_ypixel: pixels(size.rows, size.cell_height),
    }
}
