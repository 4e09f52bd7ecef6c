//! `transom demo`: the demo programs on a private server, in a window or in a picture.

#[cfg(feature = "window")]
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use transom_protocol::geometry::PixelSize;

use super::args::Demo;
#[cfg(feature = "window")]
use super::serve::Ends;
use super::serve::headless;
use super::server::Server;
use super::tool::write_file;
use super::{Failure, print};
use crate::config::{Config, DisplaySocket};
use crate::desktop::Output;
use crate::hub::Hub;
use crate::present::{Channels, encode_png};
use crate::transport::TempDir;

/// The programs that are shown, and their arguments; in the order in which they find places that
/// suit them all.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("gallery", &[]),
    ("paint", &[]),
    ("calc", &[]),
    ("snake", &[]),
    ("clock", &[]),
    ("bounce", &[]),
];

/// The picture's size in pixels: room for all programs side by side.
const PICTURE: PixelSize = PixelSize::new(1920, 1200);

/// Where the picture goes when nothing is said.
const DEFAULT_OUT: &str = "transom-demo.png";

/// How long a program may take to its first frame: it is on this machine.
const FIRST_FRAME: Duration = Duration::from_secs(10);

/// How long a program may take to end when it is asked to.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Shows the programs: in a window until that is closed, or in a picture.
pub(super) fn demo(args: Demo) -> Result<u8, Failure> {
    let programs = find_programs()?;
    let dir = TempDir::new("demo")
        .map_err(|e| Failure::new(format!("demo: no temporary directory: {e}")))?;
    let config = Config {
        display: DisplaySocket::Path(dir.path().join("display")),
        ..Config::default()
    };
    if args.headless {
        return draw(&config, programs, args.out);
    }
    show(config, programs, args.out)
}

#[cfg(feature = "window")]
fn show(config: Config, programs: Vec<PathBuf>, out: Option<PathBuf>) -> Result<u8, Failure> {
    use super::windowed::{on_a_window, open};
    use crate::present::windowed::WindowOptions;
    match open() {
        Ok(display) => on_a_window(display, WindowOptions::default(), config, |server| {
            stay(server, programs, out)
        }),
        Err(e) => {
            // To be seen, but no failure: there is a picture to look at.
            let _ = writeln!(io::stderr(), "demo: {e}; drawing a picture instead");
            draw(&config, programs, out)
        }
    }
}

#[cfg(not(feature = "window"))]
fn show(config: Config, programs: Vec<PathBuf>, out: Option<PathBuf>) -> Result<u8, Failure> {
    draw(&config, programs, out)
}

/// Shows the programs until the window is closed.
#[cfg(feature = "window")]
async fn stay(server: Server, programs: Vec<PathBuf>, out: Option<PathBuf>) -> Result<u8, Failure> {
    let mut ends = Ends::new().map_err(Failure::new)?;
    let mut children = Vec::new();
    let mut done = tokio::select! {
        done = start_all(&server, &programs, &mut children) => done.map(|()| true),
        () = ends.any(&server) => Ok(false),
    };
    if let (Ok(true), Some(out)) = (&done, &out) {
        done = write_picture(&server, out).await.map(|()| true);
    }
    if let Ok(true) = done {
        ends.any(&server).await;
    }
    leave(server, children).await;
    done.map(|_| 0)
}

/// Writes a picture of the programs.
fn draw(config: &Config, programs: Vec<PathBuf>, out: Option<PathBuf>) -> Result<u8, Failure> {
    let out = out.unwrap_or_else(|| DEFAULT_OUT.into());
    let output = Output {
        size: PICTURE,
        ..config.output
    };
    let config = Config {
        output,
        ..config.clone()
    };
    headless(&config, async |server| {
        let mut children = Vec::new();
        let mut done = start_all(&server, &programs, &mut children).await;
        if done.is_ok() {
            done = write_picture(&server, &out).await;
        }
        leave(server, children).await;
        done.map(|()| 0)
    })
}

async fn leave(server: Server, mut children: Vec<Child>) {
    for child in &mut children {
        stop(child).await;
    }
    server.stop().await;
}

/// Starts the programs; returns when each has shown its first frame.
async fn start_all(
    server: &Server,
    programs: &[PathBuf],
    children: &mut Vec<Child>,
) -> Result<(), Failure> {
    for (program, (_, arguments)) in programs.iter().zip(PROGRAMS) {
        children.push(start(server, program, arguments)?);
    }
    for (child, (name, _)) in children.iter_mut().zip(PROGRAMS) {
        first_frame(server.hub(), child, name).await?;
    }
    Ok(())
}

async fn write_picture(server: &Server, out: &Path) -> Result<(), Failure> {
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
