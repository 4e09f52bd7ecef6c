//! What can be said on the command line.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Parser;

use super::metrics::FONT_SIZE;

/// A terminal emulator.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "term",
    version,
    after_help = "\
Keys:\n  \
Control+Shift+C, V    copy, paste\n  \
Shift+Insert          paste what was selected last, as the middle button does\n  \
Shift+PageUp, Down    scroll by pages; Control+Shift+Up, Down by lines; Shift+Home, End all the way\n  \
Control+Shift+F       search: Enter goes to older finds, Shift+Enter to newer ones, Escape ends it\n  \
Control+Shift+K       forget the lines above the screen\n  \
Control++, -, 0       larger, smaller, usual text\n\n\
Pointer:\n  \
drag selects, twice by words, three times by lines, with Alt a block; Shift selects where a program has\n  \
taken the pointer; Control opens links\n\n\
Exit codes: that of the command, 128 + the signal that ended it, 0 when the window was closed; 1 for\n\
errors of the terminal itself, 2 wrong usage, 126 a command that cannot be run, 127 one that is not there"
)]
pub struct Options {
    /// The display to use; without this, what TRANSOM_DISPLAY says
    #[arg(long, value_name = "ADDRESS")]
    pub display: Option<String>,
    /// The window's title, until the program sets another
    #[arg(short = 'T', long, value_name = "TEXT")]
    pub title: Option<String>,
    /// How large the window is, in columns and rows
    #[arg(short, long, value_name = "COLUMNSxROWS", default_value = "80x24")]
    pub geometry: Geometry,
    /// How large text is, in logical units; sizes are taken as near as letters fit whole pixels
    #[arg(long, value_name = "SIZE", default_value_t = FONT_SIZE, value_parser = font_size)]
    pub font_size: f32,
    /// Where the command starts
    #[arg(long, value_name = "DIRECTORY")]
    pub working_directory: Option<PathBuf>,
    /// The command to run and its arguments, up to the end of the line; without this, the shell
    #[arg(
        short = 'e',
        long = "execute",
        value_name = "COMMAND",
        num_args = 1..,
        allow_hyphen_values = true
    )]
    pub command: Vec<String>,
}

/// Columns and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// 2 to 1000.
    pub columns: usize,
    /// 1 to 1000.
    pub rows: usize,
}

impl FromStr for Geometry {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (columns, rows) = text.split_once('x')?;
            let (columns, rows) = (columns.parse().ok()?, rows.parse().ok()?);
            let fits = (2..=1000).contains(&columns) && (1..=1000).contains(&rows);
            fits.then_some(Self { columns, rows })
        };
        parse().ok_or_else(|| "expected columns and rows, such as 80x24; 2x1 to 1000x1000".into())
    }
}

fn font_size(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(size) if (5.0..=72.0).contains(&size) => Ok(size),
        _ => Err("expected a size, 5 to 72".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_description_of_the_command_line_is_sound() {
        Options::command().debug_assert();
    }

    #[test]
    fn what_follows_the_command_is_the_command_s() {
        let line = "term -g 100x40 -e vim --display -T x -- y";
        let options = Options::try_parse_from(line.split(' ')).expect("it is right");
        assert_eq!(options.command, ["vim", "--display", "-T", "x", "--", "y"]);
        assert_eq!((options.display, options.title), (None, None));
        let size = Geometry {
            columns: 100,
            rows: 40,
        };
        assert_eq!(options.geometry, size);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for line in [
            "term -g 80",
            "term -g 1x1",
            "term -g 80x0",
            "term -g 80x1001",
            "term -g -1x5",
            "term --font-size 0",
            "term --font-size NaN",
            "term -e",
            "term vim",
        ] {
            assert!(Options::try_parse_from(line.split(' ')).is_err(), "{line}");
        }
    }
}
