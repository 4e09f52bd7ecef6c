//! [`Screen`]: an X server without a screen, with a window manager, and xdotool for hands.

use std::path::Path;
use std::process::Command;

use rustix::process::Signal;

use crate::home::Home;
use crate::process::Process;
use crate::snapshot::Picture;
use crate::{eventually, installed};

const PROGRAMS: &[&str] = &["Xvfb", "openbox", "xdotool", "import", "xprop", "xwininfo"];

/// What openbox runs once it has started.
const READY: &str = "xprop -root -f TRANSOM_READY 8s -set TRANSOM_READY yes";

/// A person's screen of 1280 x 960 pixels.
#[derive(Debug)]
pub struct Screen {
    display: String,
    home: Home,
    /// What else programs on it are to find in their environment.
    variables: Vec<(&'static str, &'static str)>,
    /// Before the server, so that it ends first.
    manager: Option<Process>,
    server: Process,
}

impl Screen {
    /// Starts one, or says that the test is skipped.
    pub fn start() -> Option<Self> {
        Some(Self::unmanaged()?.managed())
    }

    /// One without a window manager. That would look at each click before it lets it through, so
    /// that keys overtake it.
    pub fn unmanaged() -> Option<Self> {
        if !PROGRAMS.iter().all(|name| installed(name)) {
            return None;
        }
        let home = Home::new();
        let mut server = home.command("Xvfb");
        server.args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"]);
        server.args(["-screen", "0", "1280x960x24"]);
        let mut server = Process::start(server);
        let display = format!(":{}", server.first_line().trim());
        Some(Self {
            display,
            home,
            variables: Vec::new(),
            manager: None,
            server,
        })
    }

    fn managed(mut self) -> Self {
        let mut manager = self.home.command("openbox");
        manager.args(["--sm-disable", "--startup", READY]);
        self.manager = Some(Process::start(self.show(manager)));
        eventually(|| match self.run("xprop", &["-root", "TRANSOM_READY"]) {
            told if told.contains("\"yes\"") => Ok(()),
            told => Err(told),
        });
        self
    }

    /// What `DISPLAY` says to programs that are shown on it.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// Sends the X server a signal, that it stop, say.
    pub fn signal(&self, signal: Signal) {
        self.server.signal(signal);
    }

    /// Lets a program know where the screen is.
    pub fn show(&self, mut command: Command) -> Command {
        command.env("DISPLAY", &self.display);
        command.envs(self.variables.iter().copied());
        command
    }

    /// Lets programs that are shown the screen from now on find this in their environment.
    pub fn set(&mut self, name: &'static str, value: &'static str) {
        self.variables.push((name, value));
    }

    /// Runs xdotool: one or several of its commands. What it says.
    pub fn xdotool(&self, words: &str) -> String {
        let words: Vec<&str> = words.split_whitespace().collect();
        self.run("xdotool", &words)
    }

    /// Types text that the keyboard has keys for.
    pub fn type_text(&self, text: &str) {
        self.run("xdotool", &["type", "--", text]);
    }

    /// Another keyboard: what `setxkbmap` calls its layout.
    pub fn keyboard(&self, layout: &str) {
        self.run("setxkbmap", &[layout]);
    }

    /// Runs a program on it to its end. What it said.
    pub fn run(&self, program: &str, words: &[&str]) -> String {
        let mut command = self.home.command(program);
        command.args(words);
        let finished = Process::start(self.show(command)).finish();
        finished.text().trim().to_owned()
    }

    /// The window of a process.
    pub fn window_of(&self, pid: u32) -> Native {
        let search = format!("search --onlyvisible --pid {pid}");
        let id = eventually(|| match self.xdotool(&search).lines().last() {
            Some(id) => Ok(id.to_owned()),
            None => Err(format!("no window of {pid}")),
        });
        Native { id }
    }

    /// Where a window's content is on the screen.
    pub fn place(&self, window: &Native) -> (i64, i64) {
        // xdotool counts the window manager's frame twice.
        let told = self.run("xwininfo", &["-id", &window.id]);
        let value = |name: &str| {
            let line = told.lines().find_map(|line| line.trim().strip_prefix(name));
            let value = line.and_then(|value| value.trim().parse().ok());
            value.unwrap_or_else(|| panic!("no {name} in {told}"))
        };
        (
            value("Absolute upper-left X:"),
            value("Absolute upper-left Y:"),
        )
    }

    /// What the screen shows of a window.
    pub fn capture(&self, window: &Native) -> Picture {
        let mut import = self.home.command("import");
        import.args(["-window", &window.id, "-depth", "8", "png24:-"]);
        Picture::from_png(&Process::start(self.show(import)).finish().stdout)
    }
}

/// A window of the X server's.
#[derive(Debug)]
pub struct Native {
    /// Its number there.
    pub id: String,
}

/// Keeps a picture for people to look at, under `target/captures`.
pub fn keep(name: &str, picture: &Picture) {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/captures");
    std::fs::create_dir_all(&target).expect("a directory");
    let file = target.join(format!("{name}.png"));
    std::fs::write(file, picture.to_png()).expect("written");
}
