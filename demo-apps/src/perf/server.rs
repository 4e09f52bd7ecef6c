//! The server that is measured: a private one, or one that runs already.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use transom::Address;

use super::pin;
use super::process::{Directory, Process};
use super::{Failure, Outcome};

/// Where to connect, and what goes away with us.
#[derive(Debug)]
pub struct Server {
    socket: PathBuf,
    process: Option<Process>,
    /// Its sockets; removed after the process has ended.
    _directory: Option<Directory>,
}

impl Server {
    /// Starts a private headless server: the `transom` beside this program, else that of PATH.
    pub fn start(core: Option<usize>) -> Outcome<Self> {
        let directory = Directory::new()?;
        let program = beside_us("transom");
        let mut command = pin::command(&program, core);
        command
            .args(["serve", "--headless", "--size", "1280x1024"])
            .env("XDG_RUNTIME_DIR", directory.path())
            .env("XDG_STATE_HOME", directory.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let failed = |e| Failure::new(format!("cannot start {}: {e}", program.display()));
        let mut process = Process::start(&mut command).map_err(failed)?;
        let output = process.child().stdout.take().expect("it was piped");
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let number = line
            .trim_end()
            .strip_prefix("TRANSOM_DISPLAY=:")
            .ok_or_else(|| Failure::new(format!("{} did not start", program.display())))?;
        Ok(Self {
            socket: directory.path().join("transom").join(number),
            process: Some(process),
            _directory: Some(directory),
        })
    }

    /// A server that runs already.
    pub fn running(display: &str) -> Outcome<Self> {
        let address: Address = display
            .parse()
            .map_err(|e: transom::Error| Failure::new(e.to_string()))?;
        let socket = address
            .socket_path()
            .ok_or_else(|| Failure::new("--display: only Unix sockets are measured"))?;
        Ok(Self {
            socket,
            process: None,
            _directory: None,
        })
    }

    /// Where programs connect.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Where tools connect.
    pub fn control(&self) -> PathBuf {
        let mut path = self.socket.clone().into_os_string();
        path.push(".control");
        path.into()
    }

    /// Its process, if it is ours.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Process::id)
    }
}

/// A program beside this one, or by its name alone.
pub fn beside_us(name: &str) -> PathBuf {
    let ours = std::env::current_exe().ok();
    let beside = ours.and_then(|p| p.parent().map(|d| d.join(name)));
    beside.filter(|p| p.exists()).unwrap_or_else(|| name.into())
}
