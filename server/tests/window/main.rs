//! The real window, as a person has it: an X server without a screen, a window manager, `transom
//! serve`, and a client that records what it is told. Driven by xdotool, compared with captures.
//!
//! Needs Xvfb, openbox, xdotool, setxkbmap and ImageMagick, Weston for Wayland, and fcitx5 with its Hangul
//! engine for what is composed. Where they are missing the
//! tests are skipped, or fail with `TRANSOM_REQUIRE_ALL=1`.

mod client;
mod composing;
mod ending;
mod focus;
mod hands;
mod input;
mod layouts;
mod picture;
mod pictures;
mod screen;
mod server;
mod wayland;

use std::path::Path;
use std::time::{Duration, Instant};

/// Far longer than anything takes; a failure, not a hang.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether all these programs are installed. Complains, or panics where all tests are required.
fn installed(programs: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = |name: &&&str| std::env::split_paths(&path).any(|dir| dir.join(name).is_file());
    let missing: Vec<_> = programs.iter().filter(|name| !found(name)).collect();
    missing.is_empty() || skipped(&format!("not installed: {missing:?}"))
}

/// Whether to go on without this: never. Complains, or panics where all tests are required.
fn skipped(why: &str) -> bool {
    let required = std::env::var_os("TRANSOM_REQUIRE_ALL").is_some_and(|value| value == "1");
    assert!(!required, "{why}");
    println!("SKIP: {why}");
    false
}

/// Asks again and again until the answer is something.
#[track_caller]
fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The sockets a server has left in its directory.
fn sockets(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir.join("transom")).into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.filter(|name| !name.ends_with(".lock")).collect()
}
