//! The same on a Wayland display: Weston without a screen. It has two buffers, and no input.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::client::Client;
use super::picture::Picture;
use super::server::{Dir, Killed, Server};
use super::{installed, until};

const SIZE: (f32, f32) = (500.0, 400.0);
const SOCKET: &str = "wayland-test";

/// A Wayland display of 900 x 700 that every window fills. The server lives in the same directory.
struct Weston {
    _process: Killed,
}

impl Weston {
    fn start(dir: &Dir) -> Option<Self> {
        if !installed(&["weston", "weston-screenshooter"]) {
            return None;
        }
        let child = Command::new("weston")
            .args(["--backend=headless-backend.so", "--shell=kiosk-shell.so"])
            .args(["--use-pixman", "--debug", "--idle-time=0", "--no-config"])
            .args(["--width=900", "--height=700"])
            .arg(format!("--socket={SOCKET}"))
            .env("XDG_RUNTIME_DIR", dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("weston starts");
        let weston = Self {
            _process: Killed(child),
        };
        let socket = dir.path().join(SOCKET);
        until("weston", || socket.exists().then_some(()));
        Some(weston)
    }
}

/// What Weston shows.
fn capture(dir: &std::path::Path) -> Picture {
    let shooter = Command::new("weston-screenshooter")
        .env("XDG_RUNTIME_DIR", dir)
        .env("WAYLAND_DISPLAY", SOCKET)
        .current_dir(dir)
        .stdout(Stdio::null())
        .status();
    assert!(shooter.expect("it runs").success());
    let file = screenshot(dir).expect("a picture");
    let picture = Picture::decode(&std::fs::read(&file).expect("a file"));
    std::fs::remove_file(file).expect("removed");
    picture
}

fn screenshot(dir: &std::path::Path) -> Option<PathBuf> {
    let files = std::fs::read_dir(dir).ok()?;
    let mut paths = files.filter_map(|file| Some(file.ok()?.path()));
    paths.find(|path| path.extension().is_some_and(|e| e == "png"))
}

#[test]
fn a_wayland_display_shows_every_frame_and_its_end_is_ours() {
    let dir = Dir::new();
    let Some(weston) = Weston::start(&dir) else {
        return;
    };
    let mut server = Server::start_in(dir, ("WAYLAND_DISPLAY", SOCKET), &[]);
    let mut client = Client::new(&server.socket(), SIZE);
    // Two buffers take turns, so the third frame is the first that is drawn over an older one.
    for seed in 0..8 {
        client.draw(SIZE, seed);
        until("weston to show the scene", || {
            let difference = server.shot().difference(&capture(server.dir()));
            (difference == Some(0)).then_some(())
        });
    }
    drop(weston);
    assert_eq!(server.ended().code(), Some(1));
}
