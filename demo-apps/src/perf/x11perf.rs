//! x11perf: one test at a time, for as long as ours, and what it prints.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::process::Directory;
use super::{Failure, Outcome, calibrate};
use crate::perf::ops::fonts::Typeface;

/// Tests that do only so much at a time, however much they are told to.
const BOUNDED: [&str; 2] = ["create", "ucreate"];

/// What those are told.
const BOUNDED_REPS: u64 = 1000;

/// What x11perf said about a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// Objects drawn.
    pub objects: u64,
    /// A second.
    pub rate: f64,
}

/// Runs x11perf on one display.
#[derive(Debug)]
pub struct X11Perf {
    display: String,
    /// Its fonts: the same files as ours.
    fonts: Directory,
}

impl X11Perf {
    /// For this display.
    pub fn new(display: &str) -> Outcome<Self> {
        let fonts = Directory::new()?;
        for (name, face) in [("Sans.ttf", Typeface::Sans), ("Mono.ttf", Typeface::Mono)] {
            std::fs::write(fonts.path().join(name), face.data())?;
        }
        std::fs::write(fonts.path().join("fonts.conf"), font_configuration(&fonts))?;
        Ok(Self {
            display: display.to_owned(),
            fonts,
        })
    }

    /// How many repetitions of a test take about `time`.
    pub fn calibrate(&self, test: &str, time: Duration) -> Outcome<u64> {
        if BOUNDED.contains(&test) {
            return Ok(BOUNDED_REPS);
        }
        calibrate::passes(time, |reps| {
            let run = self.run(test, reps)?;
            Ok(Duration::from_secs_f64(run.objects as f64 / run.rate))
        })
    }

    /// Runs a test once, with so many repetitions.
    pub fn run(&self, test: &str, reps: u64) -> Outcome<Run> {
        let output = Command::new("x11perf")
            .args(["-display", &self.display, "-repeat", "1", "-subs", "50"])
            .args(["-reps", &reps.to_string(), &format!("-{test}")])
            .env("FONTCONFIG_FILE", self.configuration())
            .env("XDG_CACHE_HOME", self.fonts.path())
            .stdin(Stdio::null())
            .output()
            .map_err(|e| Failure::new(format!("cannot run x11perf (Debian: x11-apps): {e}")))?;
        let said = String::from_utf8_lossy(&output.stdout);
        parse(&said).ok_or_else(|| Failure::new(format!("x11perf -{test}: {}", last_line(&said))))
    }

    fn configuration(&self) -> PathBuf {
        self.fonts.path().join("fonts.conf")
    }
}

/// Only the bundled fonts, whatever is asked for: Courier is the one with fixed width.
fn font_configuration(fonts: &Directory) -> String {
    format!(
        "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig>\
         <dir>{0}</dir><cachedir>{0}/cache</cachedir>\
         <match target=\"pattern\"><test name=\"family\"><string>courier</string></test>\
         <edit name=\"family\" mode=\"assign\" binding=\"strong\"><string>DejaVu Sans Mono</string></edit></match>\
         <match target=\"pattern\"><test name=\"family\"><string>charter</string></test>\
         <edit name=\"family\" mode=\"assign\" binding=\"strong\"><string>DejaVu Sans</string></edit></match>\
         </fontconfig>",
        fonts.path().display()
    )
}

/// The last run in what x11perf prints: `N reps @ T msec (R/sec): what`.
pub fn parse(said: &str) -> Option<Run> {
    said.lines().rev().find_map(parse_line)
}

fn parse_line(line: &str) -> Option<Run> {
    let (objects, rest) = line.trim_start().split_once(" reps @ ")?;
    let objects = objects.trim().parse().ok()?;
    if rest.contains("unmeasurably fast") {
        return Some(Run {
            objects,
            rate: f64::INFINITY,
        });
    }
    let (_, rest) = rest.split_once('(')?;
    let (rate, _) = rest.split_once("/sec)")?;
    let rate = rate.trim().parse().ok().filter(|rate| *rate > 0.0)?;
    Some(Run { objects, rate })
}

fn last_line(said: &str) -> &str {
    said.lines()
        .rev()
        .find(|l| !l.trim().is_empty())
        .unwrap_or("nothing was printed")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "\
x11perf - X11 performance program, version 1.2
The X.Org Foundation server version 12101007 on :77
from somewhere
Sun Nov 22 15:34:18 2026

Sync time adjustment is 0.0000 msecs.

   72000 reps @   0.0016 msec (623000.0/sec): 100x100 rectangle

";

    #[test]
    fn the_rate_is_read_from_what_is_printed() {
        let run = Run {
            objects: 72_000,
            rate: 623_000.0,
        };
        assert_eq!(parse(SAID), Some(run));
    }

    #[test]
    fn the_last_of_several_runs_counts_and_their_sum_does_not() {
        let said = "\
   20000 reps @   0.0001 msec (8340000.0/sec): 10x10 rectangle
   20000 reps @   0.0001 msec (  8350000.0/sec): 10x10 rectangle
   40000 trep @   0.0001 msec (8345000.0/sec): 10x10 rectangle";
        assert_eq!(parse(said).map(|run| run.rate), Some(8_350_000.0));
    }

    #[test]
    fn a_run_too_short_for_its_clock_is_infinitely_fast() {
        let said = "     1 reps @ 0.0 msec (unmeasurably fast): Dot";
        assert_eq!(parse(said).map(|run| run.rate), Some(f64::INFINITY));
    }

    #[test]
    fn anything_else_is_no_run() {
        for said in [
            "",
            "Could not load font 'k14', benchmark omitted",
            "x reps @ 1 msec (1.0/sec): y",
            "1 reps @ 1 msec (0.0/sec): y",
            "1 reps @ 1 msec",
        ] {
            assert_eq!(parse(said), None, "{said}");
        }
    }

    #[test]
    fn a_failure_quotes_what_was_said_last() {
        assert_eq!(last_line("a\nb\n\n"), "b");
        assert_eq!(last_line("\n"), "nothing was printed");
    }
}
