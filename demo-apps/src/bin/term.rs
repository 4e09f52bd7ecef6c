//! A terminal emulator.

use std::process::ExitCode;

use clap::Parser;
use transom_demos::term::{Options, run};

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("term: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}
