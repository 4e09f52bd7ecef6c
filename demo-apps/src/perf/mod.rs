//! The insides of `transom-perf`, which measures a server and, beside it, Xvfb.
//!
//! An [operation](ops::Op) draws one thing many times over, shaped as the test of the same name of
//! x11perf. [`wire`] is the client: packets over a plain socket, with nothing between that would be
//! measured too. [`calibrate`] finds out how much to do, [`measure`] does it, [`xvfb`] has x11perf
//! do the same, [`pictures`] compares what both drew, and [`report`] tells.
//!
//! How to run it and what the numbers mean: `demo-apps/PERFORMANCE.md`.

pub mod args;
pub mod busy;
pub mod calibrate;
pub mod control;
pub mod figures;
pub mod glob;
pub mod latency;
pub mod measure;
pub mod ops;
pub mod paragraph;
pub mod pictures;
pub mod pin;
pub mod pingpong;
pub mod process;
pub mod report;
pub mod run;
pub mod server;
pub mod stats;
pub mod terminal;
pub mod wire;
pub mod x11perf;
pub mod xvfb;

/// Why something could not be measured, for a person to read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

/// What may fail here.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// With this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl From<rustix::io::Errno> for Failure {
    fn from(error: rustix::io::Errno) -> Self {
        Self::from(std::io::Error::from(error))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}
