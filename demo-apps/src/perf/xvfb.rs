//! A private Xvfb to compare with.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use super::pin;
use super::process::Process;
use super::{Failure, Outcome};

/// A running Xvfb, ended when this is dropped.
#[derive(Debug)]
pub struct Xvfb {
    display: String,
    process: Process,
}

impl Xvfb {
    /// Starts one on the first free display, with a screen as large as ours.
    pub fn start(core: Option<usize>) -> Outcome<Self> {
        let mut command = pin::command(Path::new("Xvfb"), core);
        command
            .args(["-displayfd", "1", "-screen", "0", "1280x1024x24"])
            .args(["-nolisten", "tcp", "-noreset"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = Process::start(&mut command)
            .map_err(|e| Failure::new(format!("cannot start Xvfb (Debian: xvfb): {e}")))?;
        let output = process.child().stdout.take().expect("it was piped");
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        match line.trim().parse::<u32>() {
            Ok(number) => Ok(Self {
                display: format!(":{number}"),
                process,
            }),
            Err(_) => Err(Failure::new("Xvfb found no free display")),
        }
    }

    /// Its display.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }
}
