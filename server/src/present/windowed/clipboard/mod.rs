//! The clipboard of the display that the window is on: what is copied there can be pasted in here,
//! and the other way round. On X11; both of its selections, `CLIPBOARD` and `PRIMARY`.
//!
//! A thread of its own has a connection of its own to the X server, since winit lets nobody at its
//! events. To the desktop it is a client that may always copy and paste ([`desk`]), to the X server
//! one that owns the selections while a Transom program does. Data goes through as it is wanted and
//! in pieces, as far as its reader has allowed, in both directions: [`incoming`] reads X selections
//! for our programs, [`outgoing`] gives our programs' data to X programs. Nothing is kept here.
//!
//! An owner of a selection whose transfer fails in the middle has no way to say so in X: the X
//! program is left waiting, as when the owner of a selection stops, since what it has is not whole.
//!
//! On Wayland there is no such bridge. A program there sets and reads the clipboard through a
//! `wl_data_device` of the connection that its windows are on, and winit keeps that to itself.

mod bridge;
mod desk;
mod incoming;
mod outgoing;
mod types;
mod x11;

use std::sync::Arc;
use std::thread::Builder;

use tracing::{debug, warn};

use crate::hub::Hub;

/// Shares the clipboard with the X display that the environment names, until the server ends.
pub fn share_clipboard(hub: Arc<Hub>) {
    let bridge = move || match bridge::run(hub) {
        Ok(()) => debug!("the display's clipboard is no longer shared"),
        Err(why) => warn!("the display's clipboard is not shared: {why}"),
    };
    if let Err(e) = Builder::new().name("clipboard".into()).spawn(bridge) {
        warn!("the display's clipboard is not shared: cannot start a thread: {e}");
    }
}
