//! Serves absurd clients for as long as it is told to, and says how long the slowest slice took.
//!
//! ```text
//! cargo run --release -p transom-tests --example fuzz -- --seconds 100
//! cargo run --release -p transom-tests --example fuzz -- --seed 4711 --sessions 1
//! ```
//!
//! A panic is what it looks for: the message names the seed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use transom_tests::fuzz::{Report, session};

/// Serves absurd clients in this process, without sockets. Exit code 1: one brought the session down.
#[derive(Parser)]
struct Args {
    /// How long.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// How many clients at most.
    #[arg(long, default_value_t = u64::MAX, hide_default_value = true)]
    sessions: u64,
    /// Of the first client; each next one has the next number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let end = Instant::now() + Duration::from_secs(args.seconds);
    let mut report = Report::default();
    let mut said = Instant::now();
    for seed in (args.seed..).take(usize::try_from(args.sessions).unwrap_or(usize::MAX)) {
        let ran = catch_unwind(AssertUnwindSafe(|| session(seed, &mut report)));
        if ran.is_err() {
            eprintln!("fuzz: seed {seed}: see above; again: --seed {seed} --sessions 1");
            return ExitCode::FAILURE;
        }
        if Instant::now() >= end {
            break;
        }
        if said.elapsed() > Duration::from_secs(10) {
            said = Instant::now();
            eprintln!(
                "fuzz: seed {seed}, slowest slice {:?}",
                report.slowest.longest
            );
        }
    }
    let Report {
        sessions,
        closed,
        packets,
        bytes,
        memory,
        slowest,
    } = report;
    println!(
        "{sessions} sessions, {closed} of them disconnected; {packets} packets, {bytes} bytes"
    );
    println!("most memory charged: {} KiB", memory >> 10);
    println!(
        "slowest slice: {:?}, seed {}, packet {}",
        slowest.longest, slowest.seed, slowest.packet
    );
    ExitCode::SUCCESS
}
