//! `transom demo`: the demo programs on a private server, in a window or in a picture.

#[cfg(feature = "window")]
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::Stdio;
use std::time::Duration;

use super::args::Demo;
use super::programs::{self, PROGRAMS, Program, arrangement};
#[cfg(feature = "window")]
use super::serve::Ends;
use super::serve::{headless, output};
use super::server::Server;
use super::tool::write_file;
use super::{Failure, print};
use crate::config::{Config, DisplaySocket};
use crate::desktop::{self, Desktop};
use crate::hub::Hub;
use crate::present::{Channels, encode_png};
use crate::transport::TempDir;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// Where the picture goes when nothing is said.
const DEFAULT_OUT: &str = "transom-demo.png";

/// How long a program may take to a frame: it is on this machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// After so many frames what moves has come somewhere, and its rate is known.
const FRAMES: u64 = 90;

/// How long that may take.
const MOVING: Duration = Duration::from_secs(3);

/// How long a program may take to end when it is asked to.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Shows the programs: in a window until that is closed, or in a picture.
pub(super) fn demo(args: Demo) -> Result<u8, Failure> {
    let programs = find_programs()?;
    let dir = TempDir::new("demo")
        .map_err(|e| Failure::new(format!("demo: no temporary directory: {e}")))?;
    let config = Config {
        output: output(args.screen),
        desktop: desktop::Config {
            menu: programs::menu(),
            ..desktop::Config::full()
        },
        display: DisplaySocket::Path(dir.path().join("display")),
        ..Config::default()
    };
    if args.headless {
        return draw(&config, programs, args.out);
    }
    show(config, programs, args)
}

#[cfg(feature = "window")]
fn show(config: Config, programs: Vec<PathBuf>, args: Demo) -> Result<u8, Failure> {
    use super::windowed::{on_a_window, open, options};
    let options = options(args.screen, args.window);
    let out = args.out;
    match open() {
        Ok(display) => on_a_window(display, options, config, |server| {
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
fn show(config: Config, programs: Vec<PathBuf>, args: Demo) -> Result<u8, Failure> {
    draw(&config, programs, args.out)
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
    headless(config, async |server| {
        let mut children = Vec::new();
        let mut done = start_all(&server, &programs, &mut children).await;
        if done.is_ok() {
            let moving = frames(server.hub(), FRAMES);
            // Without it there is a picture all the same.
            let _ = timeout(MOVING, moving).await;
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

/// Starts the programs; returns when each has shown itself in its place. Nothing is shown before the
/// last has a window, so that nobody sees them find their places.
async fn start_all(
    server: &Server,
    programs: &[PathBuf],
    children: &mut Vec<Child>,
) -> Result<(), Failure> {
    let presenter = server.presenter();
    presenter.hold();
    let done = arrange_all(server, programs, children).await;
    presenter.release();
    done?;
    let windows = server.hub().desktop().windows();
    for (child, program) in children.iter_mut().zip(PROGRAMS) {
        let pid = child.id();
        let own = |desktop: &Desktop| {
            let mut windows = windows.iter().filter(|w| Some(w.pid) == pid);
            windows.all(|w| desktop.is_sized(w.id))
        };
        until(server.hub(), own, child, program.name).await?;
    }
    Ok(())
}

async fn arrange_all(
    server: &Server,
    programs: &[PathBuf],
    children: &mut Vec<Child>,
) -> Result<(), Failure> {
    let (area, scale) = {
        let desktop = server.hub().desktop();
        (desktop.work_area(), desktop.output().scale)
    };
    let mut places = arrangement(area, scale).into_iter().flatten();
    // One after the other: each comes to stand on top of those before.
    for (path, program) in programs.iter().zip(PROGRAMS) {
        let mut child = start(server, path, program.arguments)?;
        let pid = child.id();
        let window = |desktop: &Desktop| {
            let windows = desktop.windows();
            windows.iter().find(|w| Some(w.pid) == pid).map(|w| w.id)
        };
        let shown = |desktop: &Desktop| window(desktop).is_some();
        let done = until(server.hub(), shown, &mut child, program.name).await;
        children.push(child);
        done?;
        let mut desktop = server.hub().desktop();
        if let (Some(window), Some(place)) = (window(&desktop), places.next()) {
            desktop.place(window, place);
        }
        drop(desktop);
        server.hub().dispatch();
    }
    Ok(())
}

async fn write_picture(server: &Server, out: &Path) -> Result<(), Failure> {
    let presenter = server.presenter().clone();
    let picture =
        tokio::task::spawn_blocking(move || encode_png(&presenter.screenshot(), Channels::Rgb));
    let file = picture.await.map_err(Failure::new)?.map_err(Failure::new)?;
    write_file(out, &file)?;
    let names: Vec<&str> = PROGRAMS.iter().map(|program| program.name).collect();
    let line = format!("wrote {}: {}\n", out.display(), names.join(", "));
    print(line.as_bytes())
}

/// Where the programs are.
fn find_programs() -> Result<Vec<PathBuf>, Failure> {
    let path = |program: &Program| {
        let path = program
            .path()
            .map_err(|e| Failure::new(format!("demo: cannot tell where this program is: {e}")))?;
        match path.is_file() {
            true => Ok(path),
            false => Err(Failure::new(format!(
                "demo: {} is missing; build the demo programs with 'cargo build --release'",
                path.display()
            ))),
        }
    };
    PROGRAMS.iter().map(path).collect()
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

/// Waits until so many pictures were presented.
async fn frames(hub: &Hub, count: u64) {
    loop {
        let mut changed = pin!(hub.changed());
        changed.as_mut().enable();
        if hub.frames() >= count {
            return;
        }
        changed.await;
    }
}

/// Waits until the desktop has what a program is to make of it.
async fn until(
    hub: &Hub,
    is_so: impl Fn(&Desktop) -> bool,
    child: &mut Child,
    name: &str,
) -> Result<(), Failure> {
    let shown = async {
        loop {
            let mut changed = pin!(hub.changed());
            changed.as_mut().enable();
            if is_so(&hub.desktop()) {
                return;
            }
            changed.await;
        }
    };
    tokio::select! {
        biased;
        shown = timeout(PATIENCE, shown) => shown.map_err(|_| {
            let limit = PATIENCE.as_secs();
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
