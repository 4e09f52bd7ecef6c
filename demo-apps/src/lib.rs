//! The demo programs: each a module here, so that tests reach it, and a few lines in `bin`.
//!
//! `hello` and `clock` only show something and are whole in `bin`. They all share their options,
//! their exit codes and a few colours.

pub mod app;
pub mod bounce;
pub mod calc;
pub mod gallery;
pub mod paint;
pub mod snake;
pub mod term;
pub mod text_field;
pub mod widgets;

pub mod perf;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser};
use transom::{Color, Display, Error, Event, NamedKey, WindowId};

/// Options every program has.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Options {
    /// The display to use; without this, what TRANSOM_DISPLAY says
    #[arg(long, value_name = "ADDRESS")]
    pub display: Option<String>,
}

/// Runs a program: reads its options, connects, and turns an error into one line and exit code 1.
/// A usage error ends with 2.
pub fn run(
    name: &'static str,
    about: &'static str,
    program: impl FnOnce(&Display) -> Result<(), Error>,
) -> ExitCode {
    let options = read_options(name, about);
    let connected = Display::connect_with(options.display.as_deref());
    finish(name, connected.and_then(|display| program(&display)))
}

/// Turns an error into one line and exit code 1.
pub fn finish(name: &str, result: Result<(), Error>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read_options(name: &'static str, about: &'static str) -> Options {
    let command = Options::command().name(name).bin_name(name).about(about);
    let matches = command.get_matches();
    Options::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// Whether the person is done with a window: it is to be closed, or Escape was pressed in it.
pub fn wants_to_close(event: &Event, window: WindowId) -> bool {
    match event {
        Event::CloseRequested { window: w } => *w == window,
        Event::Key(key) => key.window == window && key.pressed(NamedKey::ESCAPE),
        _ => false,
    }
}

/// Whether a window has to be drawn again.
pub fn wants_redraw(event: &Event, window: WindowId) -> bool {
    match event {
        Event::Resized { window: w, .. } => *w == window,
        Event::Redraw { surface } => *surface == window.into(),
        _ => false,
    }
}

/// Colours that go well together.
pub mod palette {
    use super::Color;

    /// Behind everything: warm, nearly white.
    pub const PAPER: Color = Color::hex(0xf4f1ea);
    /// A sheet on the paper.
    pub const CARD: Color = Color::hex(0xfffdf8);
    /// Thin lines.
    pub const LINE: Color = Color::hex(0xd9d3c5);
    /// Text and hands.
    pub const INK: Color = Color::hex(0x2b3440);
    /// Text that matters less.
    pub const FADED: Color = Color::hex(0x7c8490);
    /// What moves or matters.
    pub const ACCENT: Color = Color::hex(0xd1495b);
    /// The other colour.
    pub const TEAL: Color = Color::hex(0x2a7f86);
    /// Where two are not enough.
    pub const GOLD: Color = Color::hex(0xe3a33b);
    /// Where three are not enough.
    pub const PLUM: Color = Color::hex(0x6d4c8d);
}
