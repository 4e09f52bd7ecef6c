//! What can be said on the command line.

use std::time::Duration;

use clap::{Parser, ValueEnum};

/// Measures a Transom server, and Xvfb beside it.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "transom-perf",
    version,
    after_help = "\
Without --display a private server is started and ended: the transom beside this program, else that of PATH.\n\n\
Rates are objects a second. The clock stops at the answer to a Sync behind a commit that has been composited.\n\
Exit codes: 0 everything was measured, 1 something could not be, 2 wrong usage.\n\n\
Examples:\n  \
transom-perf --list\n  \
transom-perf --only 'rect*,seg*'\n  \
transom-perf --against xvfb --pin --json > result.json\n  \
transom-perf --against xvfb --pin --only aa10text --repeat 9"
)]
pub struct Args {
    /// Name all operations and what they do, and end
    #[arg(long)]
    pub list: bool,
    /// Only operations whose name matches; several with commas, or repeated
    #[arg(long, value_name = "GLOB")]
    pub only: Vec<String>,
    /// How often each is measured; the median counts
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub repeat: u32,
    /// How long one measurement takes
    #[arg(long, value_name = "SECONDS", default_value = "0.5", value_parser = seconds)]
    pub time: Duration,
    /// Results as JSON on stdout: {"results":[{"name","rate","peer_rate","ratio",...}],...}
    #[arg(long)]
    pub json: bool,
    /// Measure this too, in turns, and compare
    #[arg(long, value_name = "PEER")]
    pub against: Option<AgainstWhom>,
    /// Server on one core, client on another
    #[arg(long)]
    pub pin: bool,
    /// A server that runs already: :N or unix:/path
    #[arg(long, value_name = "ADDR")]
    pub display: Option<String>,
}

/// What can be compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AgainstWhom {
    /// X's server without a screen, measured by x11perf
    Xvfb,
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds) if (0.01..=600.0).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("expected seconds, 0.01 to 600".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_description_of_the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for line in [
            "transom-perf --time 0",
            "transom-perf --time x",
            "transom-perf --time NaN",
            "transom-perf --repeat 0",
            "transom-perf --against quartz",
        ] {
            assert!(Args::try_parse_from(line.split(' ')).is_err(), "{line}");
        }
        let args = Args::try_parse_from(["transom-perf", "--time", "0.2"]).expect("fine");
        assert_eq!(args.time, Duration::from_millis(200));
    }
}
