//! Painting.

use std::process::ExitCode;

use transom::ConnectOptions;
use transom_demos::app::drive;
use transom_demos::paint::Paint;
use transom_demos::run_as;

fn main() -> ExitCode {
    run_as(
        "paint",
        "Painting, with several fingers too. Ctrl+S saves a PNG file in the current directory, Ctrl+Z \
         takes back, Ctrl+C and Ctrl+V copy and paste pictures",
        ConnectOptions::new().touch(true),
        |display| drive(display, &mut Paint::new(display, ".")),
    )
}
