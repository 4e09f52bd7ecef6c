//! `transom demo`: the demo programs on a private server, and a picture of them.

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::args::Demo;
use super::server::Server;
use super::tool::write_file;
use super::{Failure, print, runtime};
use crate::config::{Config, DisplaySocket};
use crate::hub::Hub;
use crate::present::{Channels, encode_png};
use crate::transport::TempDir;

/// The programs that are shown, and their arguments.
const PROGRAMS: &[(&str, &[&str])] = &[("hello", &[]), ("clock", &[])];

/// How long a program may take to its first frame: it is on this machine.
const FIRST_FRAME: Duration = Duration::from_secs(10);

/// How long a program may take to end when it is asked to.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Shows the programs and writes the picture.
pub(super) fn demo(args: Demo) -> Result<u8, Failure> {
    let programs = find_programs()?;
    let dir = TempDir::new("demo")
        .map_err(|e| Failure::new(format!("demo: no temporary directory: {e}")))?;
    let config = Config {
        display: DisplaySocket::Path(dir.path().join("display")),
        ..Config::default()
    };
    runtime()?.block_on(async {
        let server = Server::start(&config).map_err(Failure::new)?;
        let mut children = Vec::new();
        let done = show(&server, &programs, &mut children, &args.out).await;
        for child in &mut children {
            stop(child).await;
        }
        server.stop().await;
        done.map(|()| 0)
    })
}

async fn show(
    server: &Server,
    programs: &[PathBuf],
    children: &mut Vec<Child>,
    out: &Path,
) -> Result<(), Failure> {
    for (program, (_, arguments)) in programs.iter().zip(PROGRAMS) {
        children.push(start(server, program, arguments)?);
    }
    for (child, (name, _)) in children.iter_mut().zip(PROGRAMS) {
        first_frame(server.hub(), child, name).await?;
    }
    let presenter = server.presenter().clone();
    let picture =
        tokio::task::spawn_blocking(move || encode_png(&presenter.screenshot(), Channels::Rgb));
    let file = picture.await.map_err(Failure::new)?.map_err(Failure::new)?;
    write_file(out, &file)?;
    let names: Vec<&str> = PROGRAMS.iter().map(|(name, _)| *name).collect();
    let line = format!("wrote {}: {}\n", out.display(), names.join(", "));
    print(line.as_bytes())
}

/// The programs beside our own executable.
fn find_programs() -> Result<Vec<PathBuf>, Failure> {
    let own = std::env::current_exe()
        .map_err(|e| Failure::new(format!("demo: cannot tell where this program is: {e}")))?;
    let beside = |(name, _): &(&str, _)| {
        let path = own.with_file_name(name);
        match path.is_file() {
            true => Ok(path),
            false => Err(Failure::new(format!(
                "demo: {} is missing; build the demo programs with 'cargo build --release'",
                path.display()
            ))),
        }
    };
    PROGRAMS.iter().map(beside).collect()
}

fn start(server: &Server, program: &Path, arguments: &[&str]) -> Result<Child, Failure> {
    Command::new(program)
        .args(arguments)
        .env("TRANSOM_DISPLAY", &server.addresses()[0])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|e| Failure::new(format!("demo: cannot start {}: {e}", program.display())))
}

/// Waits until a window of the child has its first frame.
async fn first_frame(hub: &Hub, child: &mut Child, name: &str) -> Result<(), Failure> {
    let pid = child.id();
    let shown = async {
        loop {
            let mut changed = pin!(hub.changed());
            changed.as_mut().enable();
            if hub.desktop().windows().iter().any(|w| Some(w.pid) == pid) {
                return;
            }
            changed.await;
        }
    };
    tokio::select! {
        biased;
        shown = timeout(FIRST_FRAME, shown) => shown.map_err(|_| {
            let limit = FIRST_FRAME.as_secs();
            Failure::new(format!("demo: {name} showed nothing within {limit} seconds"))
        }),
        status = child.wait() => {
            let status = status.map_or_else(|e| e.to_string(), |status| status.to_string());
            Err(Failure::new(format!("demo: {name} ended before its first frame ({status})")))
        }
    }
}

/// Asks a program to end, and makes it when it does not.
async fn stop(child: &mut Child) {
    if let Some(pid) = child.id().and_then(|id| Pid::from_raw(id as i32)) {
        let _ = kill_process(pid, Signal::TERM);
    }
    if timeout(LAST_WORDS, child.wait()).await.is_err() {
        let _ = child.kill().await;
    }
}
