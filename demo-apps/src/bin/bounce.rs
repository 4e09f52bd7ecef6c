//! An animation paced by the frames that were shown.

use std::process::ExitCode;

use transom_demos::app::drive;
use transom_demos::bounce::Bounce;
use transom_demos::run;

fn main() -> ExitCode {
    run(
        "bounce",
        "Balls that bounce as often as the screen shows frames",
        |display| drive(display, &mut Bounce::new(display)),
    )
}
