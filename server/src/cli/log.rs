//! The log on stderr.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// Warnings, save those of the windowing libraries: they are not about what a person did.
const DEFAULT: &str = "warn,winit=error,softbuffer=error";

/// Starts logging. `TRANSOM_LOG` says what; one that cannot be read counts as not set.
pub(super) fn init() {
    let filter = std::env::var("TRANSOM_LOG").ok();
    let filter = filter.filter(|text| !text.is_empty());
    let filter = filter.and_then(|text| EnvFilter::try_new(text).ok());
    tracing_subscriber::fmt()
        .with_env_filter(filter.unwrap_or_else(|| EnvFilter::new(DEFAULT)))
        .with_ansi(stderr_has_colour())
        .with_writer(io::stderr)
        .init();
}

/// Whether a person looks at stderr who did not ask for no colours.
pub(super) fn stderr_has_colour() -> bool {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !no_color && io::stderr().is_terminal()
}
