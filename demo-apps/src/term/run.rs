//! The loop: a display, a pseudo-terminal and a clock around a [`Terminal`].

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use transom::{Display, Error};

use super::options::Options;
use super::pty::Pty;
use super::terminal::{Change, Terminal};

/// Output of the command that is read before anything else is looked at.
const READ_AT_ONCE: usize = 1 << 20;

/// Bytes read at a time.
const BUFFER: usize = 64 << 10;

/// Input that waits for a command that does not read, beyond which answers to its questions are
/// left out. What the person types or pastes is not.
const MAX_UNREAD: usize = 64 << 10;

/// Why a terminal ended otherwise than with its command.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The display.
    #[error(transparent)]
    Display(#[from] Error),
    /// The command could not be started.
    #[error("cannot run {0}: {1}")]
    Command(String, io::Error),
    /// The pseudo-terminal, or waiting.
    #[error("the terminal failed: {0}")]
    Terminal(#[from] io::Error),
}

impl Failure {
    /// What the program returns.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Command(_, error) if error.kind() == io::ErrorKind::NotFound => 127,
            Self::Command(..) => 126,
            Self::Display(_) | Self::Terminal(_) => 1,
        }
    }
}

/// Runs a command in a window. Returns its exit code, or 0 when the person closed the window.
///
/// # Errors
///
/// When there is no display or the command cannot be run, and when the connection ends.
pub fn run(options: &Options) -> Result<u8, Failure> {
    let display = Display::connect_with(options.display.as_deref())?;
    let mut terminal = Terminal::new(&display, options);
    // The window is on its way while the command starts.
    terminal.draw(Duration::ZERO)?;
    let directory = options.working_directory.as_ref();
    let pty = Pty::spawn(&options.command, directory, terminal.grid()).map_err(|error| {
        let command = options.command.first().cloned();
        Failure::Command(command.unwrap_or_else(|| "the shell".into()), error)
    })?;
    let mut shell = Shell {
        pty,
        input: VecDeque::new(),
        open: true,
    };
    let mut turn = Loop {
        display: &display,
        started: Instant::now(),
        drawn: Duration::ZERO,
        opened: Vec::new(),
    };
    turn.run(&mut terminal, &mut shell)
}

/// The command's side.
struct Shell {
    pty: Pty,
    /// What the command has not read yet.
    input: VecDeque<u8>,
    /// Something has the terminal open.
    open: bool,
}

impl Shell {
    /// Takes in output, up to a bound.
    fn read(&mut self, terminal: &mut Terminal, now: Duration) -> io::Result<()> {
        let mut buffer = [0; BUFFER];
        let mut read = 0;
        while self.open && read < READ_AT_ONCE {
            match self.pty.read(&mut buffer)? {
                None => break,
                Some(0) => self.open = false,
                Some(count) => {
                    terminal.feed(&buffer[..count], now);
                    read += count;
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, terminal: &mut Terminal) -> io::Result<()> {
        let reply = terminal.take_reply();
        if self.input.len() < MAX_UNREAD {
            self.input.extend(reply);
        }
        self.input.extend(terminal.take_input());
        while self.open && !self.input.is_empty() {
            let (first, _) = self.input.as_slices();
            match self.pty.write(first)? {
                Some(count) => drop(self.input.drain(..count)),
                None => break,
            }
        }
        Ok(())
    }
}

struct Loop<'a> {
    display: &'a Display,
    started: Instant,
    /// When the last frame was drawn.
    drawn: Duration,
    /// Programs that show links.
    opened: Vec<Child>,
}

impl Loop<'_> {
    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn run(&mut self, terminal: &mut Terminal, shell: &mut Shell) -> Result<u8, Failure> {
        loop {
            let now = self.now();
            while let Some(event) = self.display.poll_event()? {
                terminal.handle(&event, now);
            }
            shell.read(terminal, now)?;
            let ended = shell.pty.exit_code()?;
            if let Some(code) = ended {
                return Ok(code);
            }
            shell.write(terminal)?;
            for change in terminal.take_changes() {
                match change {
                    Change::Grid(size) => shell.pty.resize(size)?,
                    Change::Open(link) => self.open(&link),
                    Change::Close => return Ok(0),
                }
            }
            let pause = self.draw(terminal)?;
            self.wait(terminal, shell, pause)?;
        }
    }

    /// Draws, unless the screen or the link is busy. How long to wait then.
    fn draw(&mut self, terminal: &mut Terminal) -> Result<Option<Duration>, Failure> {
        let now = self.now();
        terminal.tick(now);
        if !terminal.wants_draw() || !terminal.can_draw() {
            return Ok(None);
        }
        // Over a long link several frames are under way; they are not to come in one bunch.
        let next = self.drawn + terminal.pace();
        if next > now {
            return Ok(Some(next - now));
        }
        terminal.draw(now)?;
        self.drawn = now;
        Ok(None)
    }

    fn wait(
        &self,
        terminal: &Terminal,
        shell: &Shell,
        pause: Option<Duration>,
    ) -> Result<(), Failure> {
        let wake = terminal.next_wake().map(|at| at.saturating_sub(self.now()));
        let timeout = [wake, pause].into_iter().flatten().min();
        let writing = self.display.with_core(|core| !core.output().is_empty());
        let mut flags = PollFlags::IN;
        flags.set(PollFlags::OUT, writing);
        let mut waited = vec![
            polled(self.display.as_fd(), flags),
            polled(shell.pty.exit(), PollFlags::IN),
        ];
        if shell.open {
            let mut flags = PollFlags::IN;
            flags.set(PollFlags::OUT, !shell.input.is_empty());
            waited.push(polled(shell.pty.terminal(), flags));
        }
        let timeout = timeout.map(|time| Timespec {
            tv_sec: time.as_secs() as i64,
            tv_nsec: time.subsec_nanos().into(),
        });
        match poll(&mut waited, timeout.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(io::Error::from(error).into()),
        }
    }

    /// Shows a link with the person's program for it.
    fn open(&mut self, link: &str) {
        self.opened
            .retain_mut(|child| matches!(child.try_wait(), Ok(None)));
        let mut command = Command::new("xdg-open");
        command
            .arg(link)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // There may be no such program; the link can still be copied.
        self.opened.extend(command.spawn());
    }
}

fn polled(fd: BorrowedFd<'_>, flags: PollFlags) -> PollFd<'_> {
    PollFd::from_borrowed_fd(fd, flags)
}
