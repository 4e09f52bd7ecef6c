//! Does pieces of work so many times, for whoever counts instructions: `.ci/counts` runs this under
//! valgrind, whose counts are the same every time, and prints what one time takes.
//!
//! `counts NAME TIMES`; without arguments it names what there is.

#[path = "rig/mod.rs"]
mod rig;

use std::process::ExitCode;

fn main() -> ExitCode {
    // Cargo adds an argument of its own.
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    match &words[..] {
        [] => rig::NAMES.iter().for_each(|name| println!("{name}")),
        [name, times] => {
            let (Some(mut work), Ok(times)) = (rig::work(name), times.parse::<u32>()) else {
                eprintln!("counts: no work named {name:?}, or not a number: {times:?}");
                return ExitCode::FAILURE;
            };
            (0..times).for_each(|_| work());
        }
        _ => {
            eprintln!("usage: counts [NAME TIMES]");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
