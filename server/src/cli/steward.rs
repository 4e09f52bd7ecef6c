//! What the desktop needs from outside: the time in words, and somebody who starts programs and ends
//! connections for it.

use std::io;
use std::process::Stdio;
use std::sync::Arc;

use jiff::Zoned;
use tokio::process::Command as Process;
use tokio::task::JoinSet;
use tracing::{info, warn};

use super::wall_clock::WallClock;
use crate::desktop::Command;
use crate::hub::Hub;

/// Starts serving the hub's desktop, as far as it is one that needs it. Programs that it starts find
/// the server at `display`.
pub(super) fn serve(tasks: &mut JoinSet<()>, hub: &Arc<Hub>, display: Option<&String>) {
    let (clock, commands) = {
        let desktop = hub.desktop();
        let config = desktop.config();
        (
            config.task_bar,
            config.decorations || !config.menu.is_empty(),
        )
    };
    if clock {
        let hub = hub.clone();
        tasks.spawn(async {
            if let Err(e) = tell_time(hub).await {
                warn!("the task bar's clock stands still: {e}");
            }
        });
    }
    if commands {
        let display = display.cloned().unwrap_or_default();
        tasks.spawn(obey(hub.clone(), display));
    }
}

/// Tells the desktop what time it is, whenever a minute begins.
async fn tell_time(hub: Arc<Hub>) -> io::Result<()> {
    let mut clock = WallClock::new()?;
    loop {
        let now = Zoned::now();
        hub.desktop().set_clock(&now.strftime("%H:%M").to_string());
        hub.dispatch();
        clock.next_minute(&now).await?;
    }
}

/// Does what the desktop asks for.
async fn obey(hub: Arc<Hub>, display: String) {
    loop {
        match hub.command().await {
            Command::Spawn(command) => spawn(&command, &display),
            Command::Kill(client) => hub.kill(client),
        }
    }
}

/// Starts a program, which then goes its own way: it ends when it is closed, or when it loses the
/// server. Neither the keys of our terminal nor our stdout are its.
fn spawn(command: &str, display: &str) {
    let spawned = Process::new("/bin/sh")
        .args(["-c", command])
        .env("TRANSOM_DISPLAY", display)
        .env_remove("TRANSOM_CONTROL")
        .stdin(Stdio::null())
        .stdout(io::stderr())
        .process_group(0)
        .spawn();
    match spawned {
        Ok(_) => info!("started: {command}"),
        Err(e) => warn!("cannot start '{command}': {e}"),
    }
}
