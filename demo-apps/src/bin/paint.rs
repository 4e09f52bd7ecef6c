//! Painting.

use std::process::ExitCode;

use transom_demos::app::drive;
use transom_demos::paint::Paint;
use transom_demos::run;

fn main() -> ExitCode {
    run(
        "paint",
        "Painting; Ctrl+S saves a PNG file in the current directory, Ctrl+Z takes back",
        |display| drive(display, &mut Paint::new(display, ".")),
    )
}
