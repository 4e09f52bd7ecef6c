//! The command line: what can be said, and what is done about it.
//!
//! Exit codes: 0 done, 1 not done (one line on stderr says what was tried and what to do), 2 wrong
//! usage. `transom run` returns its command's, and 125 to 127 as `env` does.

mod args;
mod demo;
mod find;
mod link;
mod log;
mod memory;
mod programs;
mod run;
mod serve;
mod server;
mod steward;
mod threads;
mod tool;
mod wall_clock;
#[cfg(feature = "window")]
mod windowed;

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

pub use server::{Server, StartError};

use args::{Args, Command};
use threads::Threads;

/// Why a command was not done, for the person who gave it.
#[derive(Debug)]
struct Failure {
    code: u8,
    text: String,
}

impl Failure {
    fn new(text: impl fmt::Display) -> Self {
        Self::with_code(1, text)
    }

    fn with_code(code: u8, text: impl fmt::Display) -> Self {
        Self {
            code,
            text: text.to_string(),
        }
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    let args = Args::parse();
    log::init();
    let done = match args.command {
        Command::Serve(serve) => serve::serve(serve),
        Command::Run(run) => run::run(run),
        Command::Demo(demo) => demo::demo(demo),
        Command::List(list) => tool::list(&list),
        Command::Shot(shot) => tool::shot(shot),
        Command::Inject(inject) => tool::inject(inject),
        Command::Wait(wait) => tool::wait(wait),
        Command::Close(close) => tool::close(close),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            // Nowhere to complain when this fails.
            let _ = writeln!(io::stderr(), "transom: {}", failure.text);
            ExitCode::from(failure.code)
        }
    }
}

/// Writes to stdout. Nobody reading any more is not a failure.
fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to stdout: {e}")))
        }
        _ => Ok(()),
    }
}

/// The threads of a server.
fn threads() -> Result<Threads, Failure> {
    Threads::start().map_err(|e| Failure::new(format!("cannot start threads: {e}")))
}
