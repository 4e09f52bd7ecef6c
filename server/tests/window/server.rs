//! [`Server`]: `transom serve` in a process of its own, and the tools that speak to it.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use super::picture::Picture;
use super::until;

const TRANSOM: &str = env!("CARGO_BIN_EXE_transom");

/// A process that ends with it.
pub(crate) struct Killed(pub(crate) Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A private directory for sockets and settings; removed with what is in it.
pub(crate) struct Dir(PathBuf);

impl Dir {
    pub(crate) fn new() -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let name = format!("transom-window-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let made = std::fs::DirBuilder::new().mode(0o700).create(&path);
        made.expect("a private directory");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// `transom` with nothing of the person's surroundings.
    pub(crate) fn transom(&self) -> Command {
        let mut command = Command::new(TRANSOM);
        command
            .env("XDG_RUNTIME_DIR", &self.0)
            .env("HOME", &self.0)
            .env("NO_COLOR", "1");
        for name in [
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "WAYLAND_SOCKET",
            "TRANSOM_DISPLAY",
            "TRANSOM_CONTROL",
            "TRANSOM_LOG",
            "XDG_STATE_HOME",
        ] {
            command.env_remove(name);
        }
        command
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A server, and where it lives.
pub(crate) struct Server {
    process: Killed,
    display: String,
    dir: Dir,
}

impl Server {
    /// Starts one on the native display that this variable names.
    pub(crate) fn start(variable: (&str, &str), arguments: &[&str]) -> Self {
        Self::start_in(Dir::new(), variable, arguments)
    }

    pub(crate) fn start_in(dir: Dir, variable: (&str, &str), arguments: &[&str]) -> Self {
        Self::start_with(dir, &[variable], arguments)
    }

    /// Starts one with these variables set.
    pub(crate) fn start_with(dir: Dir, variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        let child = dir
            .transom()
            .arg("serve")
            .args(arguments)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("transom starts");
        let mut process = Killed(child);
        let stdout = process.0.stdout.take().expect("a pipe");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let display = line.trim().strip_prefix("TRANSOM_DISPLAY=");
        let display = display
            .unwrap_or_else(|| panic!("no server: {line:?}"))
            .to_owned();
        Self {
            process,
            display,
            dir,
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.0.id()
    }

    pub(crate) fn title(&self) -> String {
        format!("Transom {}", self.display)
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Where programs connect.
    pub(crate) fn socket(&self) -> PathBuf {
        let number = self.display.trim_start_matches(':');
        self.dir.path().join("transom").join(number)
    }

    /// Runs a tool and returns what it writes.
    pub(crate) fn tool(&self, words: &str) -> Vec<u8> {
        let output = self.try_tool(words);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "transom {words}: {complaint}");
        output.stdout
    }

    fn try_tool(&self, words: &str) -> Output {
        self.dir
            .transom()
            .args(words.split_whitespace())
            .output()
            .expect("transom runs")
    }

    /// The picture that the server makes of its screen, once nothing is going on.
    pub(crate) fn shot(&self) -> Picture {
        self.tool("wait --idle");
        Picture::decode(&self.tool("shot -"))
    }

    /// Where the only window is, in pixels of the screen: x, y, width, height.
    pub(crate) fn window(&self) -> [i32; 4] {
        let told = self.tool("list --json");
        let told: serde_json::Value = serde_json::from_slice(&told).expect("JSON");
        let rect = &told["windows"][0]["rect"];
        let side = |name: &str| rect[name].as_i64().expect("a number") as i32;
        ["x", "y", "width", "height"].map(side)
    }

    pub(crate) fn terminate(&self) {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").arg(pid).status().expect("kill");
        assert!(sent.success());
    }

    /// Waits until it has ended by itself.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let status = until("the server's end", || {
            self.process.0.try_wait().expect("a child")
        });
        assert_eq!(status.signal(), None, "it crashed");
        status
    }
}
