//! Snake.

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use transom_demos::app::drive;
use transom_demos::run;
use transom_demos::snake::Snake;

fn main() -> ExitCode {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seed = since.map_or(0, |since| since.as_nanos() as u64);
    run(
        "snake",
        "Snake: arrows turn it, Space pauses, Enter begins anew",
        |display| drive(display, &mut Snake::new(display, seed)),
    )
}
