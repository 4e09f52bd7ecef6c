//! Measures a server: what it draws, answers and starts in how much time, and Xvfb beside it.

use std::process::ExitCode;

use clap::Parser;
use transom_demos::perf::{args::Args, run};

fn main() -> ExitCode {
    run::run(&Args::parse())
}
