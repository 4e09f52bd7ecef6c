//! [`Method`]: an input method on a [`Screen`]: fcitx5 with its Hangul engine, over XIM.

use std::fs;
use std::path::Path;

use crate::home::Home;
use crate::process::Process;
use crate::screen::Screen;
use crate::{available, eventually};

/// One engine, which is always on.
const PROFILE: &str = "[Groups/0]\nName=Default\nDefault Layout=us\nDefaultIM=hangul\n\
    [Groups/0/Items/0]\nName=hangul\nLayout=\n[GroupOrder]\n0=Default\n";

/// What the engine adds to fcitx5. Without it the rest is of no use here.
const ENGINE: &str = "/usr/share/fcitx5/addon/hangul.conf";

/// A running input method. Programs that are shown its screen use it.
#[derive(Debug)]
pub struct Method {
    _process: Process,
    _home: Home,
}

impl Method {
    /// Starts it, or says that the test is skipped.
    pub fn start(screen: &mut Screen) -> Option<Self> {
        if !available(Path::new(ENGINE).exists(), ENGINE) {
            return None;
        }
        let home = Home::new();
        let files = home.path("config/fcitx5");
        fs::create_dir_all(files.join("conf")).expect("a directory");
        fs::write(files.join("profile"), PROFILE).expect("written");
        // What is composed is the program's to show.
        fs::write(files.join("conf/xim.conf"), "UseOnTheSpot=True\n").expect("written");
        let mut fcitx = home.command("fcitx5");
        fcitx
            .args(["--disable=all", "--enable=xcb,xim,hangul,classicui"])
            .env("XDG_CONFIG_HOME", home.path("config"))
            .env("XDG_DATA_HOME", home.path("data"))
            .env("LC_ALL", "C.UTF-8")
            .env_remove("DBUS_SESSION_BUS_ADDRESS");
        let process = Process::start(screen.show(fcitx));
        eventually(|| match screen.run("xprop", &["-root", "XIM_SERVERS"]) {
            told if told.contains("fcitx") => Ok(()),
            told => Err(told),
        });
        screen.set("XMODIFIERS", "@im=fcitx");
        screen.set("LC_ALL", "C.UTF-8");
        Some(Self {
            _process: process,
            _home: home,
        })
    }
}
