//! A page for every drawing operation.

use std::process::ExitCode;

use transom_demos::app::drive;
use transom_demos::gallery::Gallery;
use transom_demos::run;

fn main() -> ExitCode {
    run(
        "gallery",
        "A page for every drawing operation; number keys and arrows turn the pages",
        |display| drive(display, &mut Gallery::new(display)?),
    )
}
