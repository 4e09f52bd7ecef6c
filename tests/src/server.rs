//! [`Server`]: the real server, as a process.

use std::path::PathBuf;
use std::process::Command;

use crate::PATIENCE;
use crate::control::Control;
use crate::eventually;
use crate::home::Home;
use crate::process::{Finished, Process};
use crate::screen::Screen;

/// A headless server in a home of its own.
#[derive(Debug)]
pub struct Server {
    /// The process.
    pub process: Process,
    /// Where it lives.
    pub home: Home,
    display: String,
}

impl Server {
    /// On a Unix socket alone.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// With more arguments of `transom serve --headless`.
    pub fn with(arguments: &[&str]) -> Self {
        Self::within(Home::new(), arguments)
    }

    /// In a home that may have been used before.
    pub fn within(home: Home, arguments: &[&str]) -> Self {
        let (process, display) = serve(&home, arguments);
        Self {
            process,
            home,
            display,
        }
    }

    /// In a window on this screen, with more arguments of `transom serve`.
    pub fn on(screen: &Screen, arguments: &[&str]) -> Self {
        let home = Home::new();
        let command = screen.show(home.program("transom"));
        let (process, display) = announced(command, "serve", arguments);
        Self {
            process,
            home,
            display,
        }
    }

    /// What its first line said: where programs connect.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// The path of its first Unix socket.
    pub fn socket(&self) -> PathBuf {
        match self.display.strip_prefix("unix:") {
            Some(path) => path.into(),
            None => self.home.path("run/transom/0"),
        }
    }

    /// An address that any process can use, whatever its environment.
    pub fn address(&self) -> String {
        format!("unix:{}", self.socket().display())
    }

    /// A tool's connection.
    pub fn control(&self) -> Control {
        let mut path = self.socket().into_os_string();
        path.push(".control");
        Control::open(path.as_ref())
    }

    /// All addresses it listens at.
    pub fn addresses(&self) -> Vec<String> {
        let info = self.control().ask(serde_json::json!({"cmd": "info"}));
        let addresses = info["addresses"].as_array().expect("a list").iter();
        let text = |a: &serde_json::Value| a.as_str().expect("text").to_owned();
        addresses.map(text).collect()
    }

    /// The port of its first address that begins like this, such as `tcp://127.0.0.1:`.
    pub fn port(&self, prefix: &str) -> u16 {
        let addresses = self.addresses();
        let mut ports = addresses.iter().filter_map(|a| a.strip_prefix(prefix));
        let port = ports.next().unwrap_or_else(|| panic!("{addresses:?}"));
        port.parse().expect("a port")
    }

    /// Starts one of the programs on a display.
    pub fn start_program(&self, name: &str, display: &str) -> Process {
        let mut command = self.home.program(name);
        command.env("TRANSOM_DISPLAY", display);
        Process::start(command)
    }

    /// Connects a client of the library.
    pub fn connect(&self) -> transom::Display {
        transom::Display::connect_to(&self.address()).expect("the server listens")
    }

    /// Runs one of the tools against it.
    pub fn tool(&self, arguments: &[&str]) -> Finished {
        let mut command = self.home.program("transom");
        command
            .args(arguments)
            .env("TRANSOM_DISPLAY", &self.display);
        Process::start(command).finish()
    }

    /// The memory that is its own, in bytes: what it has, less what is mapped from files.
    pub fn memory(&self) -> u64 {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(path).expect("it runs");
        let line = status.lines().find_map(|l| l.strip_prefix("RssAnon:"));
        let kilobytes = line.and_then(|l| l.trim().strip_suffix(" kB"));
        let kilobytes: u64 = kilobytes.expect("Linux tells").parse().expect("a number");
        kilobytes << 10
    }

    /// How many files, sockets among them, it has open, and how many mappings of memory files.
    pub fn open_files(&self) -> (usize, usize) {
        let process = format!("/proc/{}", self.process.id());
        let files = std::fs::read_dir(format!("{process}/fd")).expect("it runs");
        let maps = std::fs::read_to_string(format!("{process}/maps")).expect("it runs");
        let memory = maps.lines().filter(|line| line.contains("/memfd:"));
        (files.count(), memory.count())
    }

    /// Waits until no more are open than there were.
    pub fn wait_open_files(&self, before: (usize, usize)) {
        eventually(|| match self.open_files() {
            now if now.0 <= before.0 && now.1 <= before.1 => Ok(()),
            now => Err(format!("{now:?} open, {before:?} before")),
        });
    }

    /// Waits until its memory is within `slack` of what it was.
    pub fn wait_memory(&self, before: u64, slack: u64) -> u64 {
        eventually(|| match self.memory() {
            now if now <= before + slack => Ok(now),
            now => Err(format!(
                "{} kB, {} kB before, and it stays so for {PATIENCE:?}",
                now >> 10,
                before >> 10
            )),
        })
    }
}

/// Starts a server in a home that the caller keeps. Returns it and where it is.
pub fn serve(home: &Home, arguments: &[&str]) -> (Process, String) {
    let mut command = home.program("transom");
    command.arg("serve");
    announced(command, "--headless", arguments)
}

/// Starts a server with these arguments and reads where it is.
fn announced(mut command: Command, first: &str, arguments: &[&str]) -> (Process, String) {
    command.arg(first).args(arguments);
    let mut process = Process::start(command);
    let line = process.first_line();
    let display = line.strip_prefix("TRANSOM_DISPLAY=");
    let display = display.unwrap_or_else(|| panic!("{line:?}")).to_owned();
    (process, display)
}
