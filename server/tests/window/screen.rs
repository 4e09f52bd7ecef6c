//! [`Screen`]: an X server without a screen, a window manager, and xdotool for hands.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use super::picture::Picture;
use super::server::Killed;
use super::{installed, until};

const PROGRAMS: &[&str] = &[
    "Xvfb", "openbox", "xdotool", "import", "xprop", "xrdb", "xset", "xwininfo",
];

/// What openbox runs once it has started. It announces itself before it looks after windows.
const READY: &str = "xprop -root -f TRANSOM_READY 8s -set TRANSOM_READY yes";

/// Both processes end with it.
pub(crate) struct Screen {
    display: String,
    /// Before the server, so that it ends first.
    _manager: Option<Killed>,
    _server: Killed,
}

impl Screen {
    /// A screen of 1280 x 960, or `None` when the tests are to be skipped.
    pub(crate) fn new() -> Option<Self> {
        Some(Self::unmanaged()?.managed())
    }

    /// A screen that says it has so many dots per inch.
    pub(crate) fn with_dpi(dpi: u32) -> Option<Self> {
        let screen = Self::unmanaged()?;
        set_dpi(&screen.display, dpi);
        Some(screen.managed())
    }

    /// A screen without a window manager.
    pub(crate) fn unmanaged() -> Option<Self> {
        if !installed(PROGRAMS) {
            return None;
        }
        let (server, display) = start_server();
        Some(Self {
            display,
            _manager: None,
            _server: Killed(server),
        })
    }

    fn managed(mut self) -> Self {
        let mut openbox = self.command("openbox", &["--sm-disable", "--startup", READY]);
        openbox.stdout(Stdio::null()).stderr(Stdio::null());
        self._manager = Some(Killed(openbox.spawn().expect("openbox starts")));
        until("a window manager", || self.is_managed().then_some(()));
        self
    }

    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    fn is_managed(&self) -> bool {
        let output = self.run("xprop", &["-root", "TRANSOM_READY"]);
        output.contains("= \"yes\"")
    }

    /// Runs xdotool; its words, or those of several commands in a row.
    pub(crate) fn xdotool(&self, words: &str) -> String {
        let words: Vec<&str> = words.split_whitespace().collect();
        self.run("xdotool", &words)
    }

    pub(crate) fn command(&self, program: &str, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(words).env("DISPLAY", &self.display);
        command
    }

    /// Runs a program to its end, and returns what it writes.
    pub(crate) fn run(&self, program: &str, words: &[&str]) -> String {
        let output = self.command(program, words).output().expect("installed");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// The native window with this title.
    pub(crate) fn window(&self, title: &str) -> Native {
        let name = format!("search --onlyvisible --name ^{}$", title.replace(' ', "."));
        let id = until("the native window", || {
            let ids = self.xdotool(&name);
            ids.lines().last().map(str::to_owned)
        });
        Native { id }
    }

    /// The native window of one of several servers, which may have the same title.
    pub(crate) fn window_of(&self, pid: u32) -> Native {
        let found = self.xdotool(&format!("search --sync --onlyvisible --pid {pid}"));
        let id = found.lines().last().map(str::to_owned);
        Native {
            id: id.expect("a native window"),
        }
    }

    /// What the screen shows of a native window.
    pub(crate) fn capture(&self, window: &Native) -> Picture {
        let output = self.command("import", &["-window", &window.id, "png:-"]);
        let output = { output }.output().expect("import");
        Picture::decode(&output.stdout)
    }
}

/// A native window.
pub(crate) struct Native {
    pub(crate) id: String,
}

impl Native {
    /// Where its content is on the native screen.
    pub(crate) fn place(&self, screen: &Screen) -> (i32, i32) {
        // xdotool counts the window manager's frame twice.
        let told = screen.run("xwininfo", &["-id", &self.id]);
        let value = |name: &str| {
            let line = told.lines().find_map(|line| line.trim().strip_prefix(name));
            line.and_then(|value| value.trim().parse().ok())
                .expect("a number")
        };
        (
            value("Absolute upper-left X:"),
            value("Absolute upper-left Y:"),
        )
    }
}

fn start_server() -> (Child, String) {
    // It picks a free number and writes it to its stdout.
    let mut server = Command::new("Xvfb")
        .args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x960x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb starts");
    let mut line = String::new();
    let stdout = server.stdout.take().expect("a pipe");
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("a number");
    (server, format!(":{}", line.trim()))
}

fn set_dpi(display: &str, dpi: u32) {
    let mut child = Command::new("xrdb")
        .args(["-nocpp", "-merge"])
        .env("DISPLAY", display)
        .stdin(Stdio::piped())
        .spawn()
        .expect("xrdb starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    writeln!(stdin, "Xft.dpi: {dpi}").expect("written");
    drop(stdin);
    assert!(child.wait().expect("xrdb").success());
}
