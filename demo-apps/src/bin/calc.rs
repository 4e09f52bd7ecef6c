//! A pocket calculator.

use std::process::ExitCode;

use transom_demos::app::drive;
use transom_demos::calc::Calc;
use transom_demos::run;

fn main() -> ExitCode {
    run("calc", "A pocket calculator", |display| {
        drive(display, &mut Calc::new(display))
    })
}
