//! The program `transom`. All of it is in [`transom_server::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    transom_server::cli::main()
}
