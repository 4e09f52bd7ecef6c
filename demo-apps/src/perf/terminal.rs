//! The terminal: how many bytes what people do in it takes, and how long, beside xterm.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use serde_json::json;
use transom::{Display, Event, SurfaceId};

use super::control::Control;
use super::latency::Bench;
use super::process::{Directory, Process};
use super::server::{Server, beside_us};
use super::{Failure, Outcome};
use crate::term::{Options, Terminal};

/// What the figures are selected by.
const NAME: &str = "terminal";

/// What is measured, as far as `--only` can say it.
const NAMES: [&str; 6] = [
    NAME,
    "terminal.key",
    "terminal.log",
    "terminal.frames",
    "terminal.repaint",
    "terminal.idle",
];

/// Whether any of it is wanted.
pub fn is_selected(selected: impl Fn(&str) -> bool) -> bool {
    NAMES.iter().any(|name| selected(name))
}

/// Keys that are typed, in one line.
const KEYS: u32 = 64;

/// The log: so many lines, in all so many bytes, in so much time.
const LINES: usize = 1000;
const LOG_BYTES: usize = 103_615;
const LOG_TIME: Duration = Duration::from_secs(5);

/// How often the log is in the long one: 100 MB.
const REPEATED: usize = 965;

/// The grid for all of it.
const GRID: &str = "100x40";

/// How long the caret blinks, and a little more.
const TO_REST: Duration = Duration::from_secs(12);

/// How long a terminal at rest is looked at.
const AT_REST: Duration = Duration::from_secs(10);

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A name, a number and its unit.
pub type Figure = (&'static str, f64, &'static str);

/// Measures what is no time and no rate.
///
/// # Errors
///
/// When the server does not answer.
pub fn figures(server: &Server) -> Outcome<Vec<Figure>> {
    let address = format!("unix:{}", server.socket().display());
    let display = Display::connect_to(&address).map_err(lost)?;
    let mut sitting = Sitting::new(&display);
    sitting.until(|sitting| sitting.focused)?;
    let key = sitting.keys(&mut Control::connect(&server.control())?)?;
    let (log, frames) = sitting.log()?;
    let repaint = sitting.repaint()?;
    drop(sitting);
    Ok(vec![
        ("terminal.key", key, "bytes both ways for a typed letter"),
        ("terminal.log", log, "bytes to the display for the log"),
        ("terminal.frames", frames, "frames for the log"),
        (
            "terminal.repaint",
            repaint,
            "bytes for a screen full of the log",
        ),
        (
            "terminal.idle",
            idle(&address)?,
            "context switches at rest in 10 s",
        ),
    ])
}

fn lost(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string())
}

/// A terminal in this process, whose program is this one, too.
struct Sitting<'a> {
    display: &'a Display,
    terminal: Terminal<'a>,
    started: Instant,
    focused: bool,
    keys: u32,
}

impl<'a> Sitting<'a> {
    fn new(display: &'a Display) -> Self {
        let options = Options::parse_from(["term", "-g", GRID]);
        Self {
            display,
            terminal: Terminal::new(display, &options),
            started: Instant::now(),
            focused: false,
            keys: 0,
        }
    }

    /// Goes on until a condition holds.
    fn until(&mut self, done: impl Fn(&Self) -> bool) -> Outcome<()> {
        let end = Instant::now() + PATIENCE;
        while !done(self) {
            if Instant::now() > end {
                return Err(Failure::new("the server does not answer"));
            }
            self.turn(Duration::from_millis(2))?;
        }
        Ok(())
    }

    /// Waits for an event, takes in all there are, and draws.
    fn turn(&mut self, wait: Duration) -> Outcome<()> {
        let mut event = self.display.wait_event(wait).map_err(lost)?;
        while let Some(happened) = event {
            self.focused |= matches!(happened, Event::KeyboardEnter { .. });
            self.keys += u32::from(matches!(happened, Event::Key(_)));
            self.terminal.handle(&happened, self.started.elapsed());
            event = self.display.poll_event().map_err(lost)?;
        }
        // As a line of a pseudo-terminal does while nobody reads.
        let echo = self.terminal.take_input();
        if !echo.is_empty() {
            self.terminal.feed(&echo, self.started.elapsed());
        }
        self.terminal.tick(self.started.elapsed());
        if self.terminal.wants_draw() && self.terminal.can_draw() {
            self.terminal.draw(self.started.elapsed()).map_err(lost)?;
        }
        Ok(())
    }

    fn settle(&mut self) -> Outcome<()> {
        self.until(|sitting| {
            let flying = sitting.display.stats().frames_in_flight;
            flying == 0 && !sitting.terminal.wants_draw()
        })
    }

    /// Bytes both ways for a letter: its press and release, the frame, all acknowledgements.
    fn keys(&mut self, control: &mut Control) -> Outcome<f64> {
        self.terminal.feed(b"$ ", self.started.elapsed());
        // The first letter's outline crosses once.
        self.key(control)?;
        let before = self.display.stats();
        for _ in 0..KEYS {
            self.key(control)?;
        }
        let after = self.display.stats();
        let bytes = after.bytes_sent - before.bytes_sent;
        let bytes = bytes + after.bytes_received - before.bytes_received;
        Ok(bytes as f64 / f64::from(KEYS))
    }

    fn key(&mut self, control: &mut Control) -> Outcome<()> {
        let seen = self.keys;
        control.tap("a")?;
        self.until(|sitting| sitting.keys == seen + 2)?;
        control.answer()?;
        self.settle()
    }

    /// Bytes to the display, and frames, for the log as it is written.
    fn log(&mut self) -> Outcome<(f64, f64)> {
        self.terminal.feed(b"\r\n", self.started.elapsed());
        self.settle()?;
        let before = self.display.stats();
        let begun = Instant::now();
        let mut frames = 0;
        for (n, line) in (0u32..).zip(log().lines()) {
            while begun.elapsed() < LOG_TIME * n / LINES as u32 {
                let drawn = self.display.stats().packets_sent;
                self.turn(Duration::from_millis(1))?;
                frames += u32::from(self.display.stats().packets_sent > drawn);
            }
            let line = format!("{line}\r\n");
            self.terminal.feed(line.as_bytes(), self.started.elapsed());
        }
        self.settle()?;
        let sent = self.display.stats().bytes_sent - before.bytes_sent;
        Ok((sent as f64, f64::from(frames)))
    }

    /// Bytes to the display for all of it anew.
    fn repaint(&mut self) -> Outcome<f64> {
        self.settle()?;
        let before = self.display.stats();
        let surface = SurfaceId::from(self.terminal.window().id());
        let now = self.started.elapsed();
        self.terminal.handle(&Event::Redraw { surface }, now);
        self.settle()?;
        Ok((self.display.stats().bytes_sent - before.bytes_sent) as f64)
    }
}

/// A log: lines of 60 to 143 letters that say something.
fn log() -> String {
    const WORDS: [&str; 12] = [
        "connection",
        "accepted",
        "request",
        "finished",
        "in",
        "queue",
        "shard",
        "replica",
        "retry",
        "timeout",
        "commit",
        "cache",
    ];
    let mut log = String::new();
    for n in 0..LINES {
        let left = LOG_BYTES - log.len();
        let length = match LINES - n {
            1 => left - 1,
            _ => 62 + n * 37 % 82 + usize::from(n < 100),
        };
        let mut line = format!(
            "12:{:02}:{:02}.{:03} worker-{}:",
            n / 60,
            n % 60,
            n % 997,
            n % 16
        );
        for word in 0.. {
            if line.len() >= length {
                break;
            }
            let _ = write!(line, " {}", WORDS[(n * 7 + word * 5) % WORDS.len()]);
        }
        line.truncate(length);
        let _ = writeln!(log, "{line:length$}");
    }
    log
}

fn term(address: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(beside_us("term"));
    command
        .arg("--display")
        .arg(address)
        .args(["-g", GRID])
        .args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// How often a terminal that has nothing to do is woken in ten seconds.
fn idle(address: &str) -> Outcome<f64> {
    let mut command = term(address, &["-e", "sleep", "60"]);
    let process = Process::start(&mut command)?;
    std::thread::sleep(TO_REST);
    let before = switches(process.id())?;
    std::thread::sleep(AT_REST);
    Ok((switches(process.id())? - before) as f64)
}

/// Context switches of all threads of a process.
fn switches(pid: u32) -> io::Result<u64> {
    let mut sum = 0;
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        let status = fs::read_to_string(task?.path().join("status"))?;
        let lines = status
            .lines()
            .filter_map(|line| line.split_once("ctxt_switches:"));
        sum += lines
            .filter_map(|(_, count)| count.trim().parse::<u64>().ok())
            .sum::<u64>();
    }
    Ok(sum)
}

/// From before fork until the terminal's window is there with its first frame.
pub fn starts(bench: &Bench<'_>, count: usize) -> Outcome<Vec<f64>> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let address = format!("unix:{}", bench.server.socket().display());
    let mut control = Control::connect(&bench.server.control())?;
    let mut times = Vec::new();
    for _ in 0..count {
        let title = format!("start {}.", NUMBER.fetch_add(1, Ordering::Relaxed));
        let start = Instant::now();
        let arguments = ["-T", &title, "-e", "sleep", "60"];
        let process = Process::start(&mut term(&address, &arguments))?;
        control.send(&json!({"cmd": "wait", "for": "window", "title": title}))?;
        control.answer()?;
        times.push(start.elapsed().as_secs_f64() * 1e6);
        drop(process);
    }
    Ok(times)
}

/// A terminal that shows 100 MB, from start to end.
pub fn cats(bench: &Bench<'_>, count: usize) -> Outcome<Vec<f64>> {
    let address = format!("unix:{}", bench.server.socket().display());
    shown_with(count, |log| term(&address, &["-e", "cat", log]))
}

/// The same with xterm.
pub fn x_cats(bench: &Bench<'_>, count: usize) -> Outcome<Vec<f64>> {
    let display = bench.display()?;
    shown_with(count, |log| {
        let mut command = Command::new("xterm");
        command
            .args(["-geometry", GRID, "-e", "cat", log])
            .env("DISPLAY", display);
        command
    })
}

fn shown_with(count: usize, command: impl Fn(&str) -> Command) -> Outcome<Vec<f64>> {
    let directory = Directory::new()?;
    let path = directory.path().join("log");
    write_long_log(&path)?;
    let path = path.to_string_lossy();
    let mut times = Vec::new();
    for _ in 0..count {
        let start = Instant::now();
        let mut command = command(&path);
        let name = command.get_program().to_string_lossy().into_owned();
        let failed = |error| Failure::new(format!("cannot start {name}: {error}"));
        let status = command.status().map_err(failed)?;
        if !status.success() {
            return Err(Failure::new(format!("{name} failed")));
        }
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    Ok(times)
}

fn write_long_log(path: &Path) -> io::Result<()> {
    use io::Write as _;
    let log = log();
    let mut file = io::BufWriter::new(fs::File::create(path)?);
    (0..REPEATED).try_for_each(|_| file.write_all(log.as_bytes()))?;
    file.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_as_long_as_it_is_said_to_be() {
        let log = log();
        assert_eq!((log.len(), log.lines().count()), (LOG_BYTES, LINES));
        assert!(log.lines().all(|line| line.len() < 200 && line.is_ascii()));
    }
}
