//! The Transom server as a library.
//!
//! Two state machines in the middle and thin shells around them: a [`session`] is one client, the
//! [`desktop`] what all clients share. [`transport`] drives sessions, [`present`] the desktop,
//! [`control`] is for tools; the [`hub`] is where they meet, and [`cli`] wires everything.

pub mod chrome;
pub mod cli;
pub mod composite;
pub mod config;
pub mod control;
pub mod desktop;
pub mod hub;
#[cfg(feature = "window")]
pub mod input;
pub mod present;
pub mod raster;
pub mod region;
pub mod session;
pub mod shared_memory;
pub mod time;
pub mod transport;
