//! [`Home`]: a user's directories, for one test alone.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use transom_server::transport::TempDir;

use crate::binaries::binary;
use crate::process::{Finished, Process};

/// What a program would otherwise learn from the environment the tests run in.
const FOREIGN: &[&str] = &[
    "TRANSOM_DISPLAY",
    "TRANSOM_CONTROL",
    "TRANSOM_TOKEN",
    "TRANSOM_TOKEN_FILE",
    "TRANSOM_LOG",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
    "DISPLAY",
    "WAYLAND_DISPLAY",
];

/// Directories of a user's own: `HOME`, `XDG_RUNTIME_DIR`, `XDG_STATE_HOME`, `TMPDIR`. Removed
/// when dropped.
#[derive(Debug)]
pub struct Home(TempDir);

impl Home {
    /// Empty directories.
    pub fn new() -> Self {
        let home = Self(TempDir::new("it").expect("a directory can be made"));
        for name in ["run", "tmp"] {
            std::fs::create_dir(home.path(name)).expect("the directory is new");
        }
        home
    }

    /// A path in it: `run`, `state`, `tmp`, or anything.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// One of the workspace's programs, in this home.
    pub fn program(&self, name: &str) -> Command {
        self.command(binary(name))
    }

    /// Any command, in this home. `transom`, `hello` and `clock` are in its PATH.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        let own = binary("transom");
        let beside = own.parent().expect("a file is in a directory");
        let path = std::env::var("PATH").unwrap_or_default();
        for name in FOREIGN {
            command.env_remove(name);
        }
        command
            .current_dir(self.0.path())
            .env("HOME", self.0.path())
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .env("XDG_STATE_HOME", self.path("state"))
            .env("TMPDIR", self.path("tmp"))
            .env("PATH", format!("{}:{path}", beside.display()))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        command
    }

    /// Runs `transom` with these arguments to its end.
    pub fn transom(&self, arguments: &[&str]) -> Finished {
        let mut command = self.program("transom");
        command.args(arguments);
        Process::start(command).finish()
    }

    /// The token that servers in this home ask for, once one has made it.
    pub fn token(&self) -> [u8; 32] {
        let text = std::fs::read_to_string(self.path("state/transom/token"));
        let text = text.expect("a server with TCP makes a token");
        let digits = text.trim().as_bytes();
        assert_eq!(digits.len(), 64, "{text:?}");
        std::array::from_fn(|i| {
            let pair = std::str::from_utf8(&digits[2 * i..][..2]).expect("digits");
            u8::from_str_radix(pair, 16).expect("hexadecimal digits")
        })
    }

    /// The names of all files in a directory of this home, sorted; none when it does not exist.
    pub fn files(&self, name: &str) -> Vec<String> {
        files(&self.path(name))
    }
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

fn files(directory: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return Vec::new();
    };
    let names = entries.map(|entry| entry.expect("readable").file_name());
    let mut names: Vec<_> = names.map(|n| n.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
