//! Telling what was measured: a table for people, JSON for programs, progress on the way.

use std::io::{self, IsTerminal, Write};

use serde_json::{Value, json};

use super::pictures::Agreement;
use super::stats;

/// Beyond this difference between measurements of one thing a rate is marked.
const RESTLESS: f64 = 0.15;

/// What came of one operation.
#[derive(Clone, Debug)]
pub struct Outcomes {
    /// Its name.
    pub name: &'static str,
    /// What an object is.
    pub what: &'static str,
    /// Rates, or microseconds, one for each measurement.
    pub ours: Vec<f64>,
    /// The peer's.
    pub theirs: Vec<f64>,
    /// Whether they are times and not rates.
    pub times: bool,
    /// Whether it is part of the mean.
    pub counts: bool,
    /// Whether the pixels were the same.
    pub pixels: Option<Agreement>,
}

impl Outcomes {
    /// Objects a second.
    pub fn rate(&self) -> f64 {
        rate(&self.ours, self.times)
    }

    /// The peer's, if it was measured.
    pub fn peer_rate(&self) -> Option<f64> {
        (!self.theirs.is_empty()).then(|| rate(&self.theirs, self.times))
    }

    /// How many times as fast as the peer.
    pub fn ratio(&self) -> Option<f64> {
        self.peer_rate().map(|peer| self.rate() / peer)
    }

    fn value(&self) -> Value {
        let mut value = json!({"name": self.name, "rate": self.rate(), "samples": self.ours});
        if let (Some(peer), Some(ratio)) = (self.peer_rate(), self.ratio()) {
            value["peer_rate"] = json!(peer);
            value["peer_samples"] = json!(self.theirs);
            value["ratio"] = json!(ratio);
            value["counts"] = json!(self.counts);
        }
        if self.times {
            value["samples"] = Value::Null;
            value["peer_samples"] = Value::Null;
            value["median_us"] = json!(stats::median(&self.ours));
            value["p99_us"] = json!(stats::percentile(&self.ours, 99.0));
            if !self.theirs.is_empty() {
                value["peer_median_us"] = json!(stats::median(&self.theirs));
                value["peer_p99_us"] = json!(stats::percentile(&self.theirs, 99.0));
            }
        }
        if let Some(pixels) = &self.pixels {
            value["pixels"] = json!(pixels.to_string());
        }
        value
    }

    fn line(&self) -> String {
        let mark = |values: &[f64]| match self.times || stats::spread(values) <= RESTLESS {
            true => ' ',
            false => '~',
        };
        let (ours, theirs) = (
            shown(&self.ours, self.times),
            shown(&self.theirs, self.times),
        );
        let ratio = self.ratio().map_or(String::new(), |r| format!("{r:.2}"));
        let pixels = self
            .pixels
            .as_ref()
            .map_or(String::new(), ToString::to_string);
        format!(
            "{:17} {ours:>15}{} {theirs:>15}{} {ratio:>7} {pixels:>7}  {}",
            self.name,
            mark(&self.ours),
            mark(&self.theirs),
            self.what
        )
    }
}

fn rate(samples: &[f64], times: bool) -> f64 {
    match times {
        true => 1e6 / stats::median(samples).max(1e-9),
        false => stats::median(samples),
    }
}

fn shown(samples: &[f64], times: bool) -> String {
    let median = stats::median(samples);
    match (samples.is_empty(), times) {
        (true, _) => String::new(),
        (false, false) => format!("{}/s", short(median)),
        (false, true) => format!("{median:.0} / {:.0} us", stats::percentile(samples, 99.0)),
    }
}

/// Three figures and a unit.
pub fn short(value: f64) -> String {
    let (value, unit) = match value {
        v if v >= 1e6 => (v / 1e6, " M"),
        v if v >= 1e4 => (v / 1e3, " k"),
        v => (v, ""),
    };
    match value {
        v if v >= 100.0 => format!("{v:.0}{unit}"),
        v if v >= 10.0 => format!("{v:.1}{unit}"),
        v => format!("{v:.2}{unit}"),
    }
}

/// Where results go as they come.
pub struct Report {
    json: bool,
    /// Whether somebody watches stderr.
    watched: bool,
    colour: bool,
    /// Everything so far.
    pub all: Vec<Outcomes>,
    /// Memory and the like: name, number, unit.
    pub figures: Vec<(&'static str, f64, &'static str)>,
}

impl Report {
    /// A table, or JSON at the end.
    pub fn new(json: bool) -> Self {
        let watched = io::stderr().is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        Self {
            json,
            watched,
            colour: io::stdout().is_terminal() && !plain,
            all: Vec::new(),
            figures: Vec::new(),
        }
    }

    /// The table's head.
    pub fn head(&self, peer: Option<&str>) -> io::Result<()> {
        let peer = peer.unwrap_or("");
        let pixels = if peer.is_empty() { "" } else { "pixels" };
        let ratio = if peer.is_empty() { "" } else { "ratio" };
        self.print(&format!(
            "{:17} {:>15}  {peer:>15}  {ratio:>7} {pixels:>7}  one object",
            "operation", "transom"
        ))
    }

    /// Says what is being done, on a line that is overwritten.
    pub fn progress(&self, done: usize, of: usize, name: &str) {
        if self.watched {
            eprint!("\r\x1b[K[{done}/{of}] {name} ");
        }
    }

    /// Takes the progress away.
    pub fn end_progress(&self) {
        if self.watched {
            eprint!("\r\x1b[K");
        }
    }

    /// Adds a result.
    pub fn add(&mut self, outcomes: Outcomes) -> io::Result<()> {
        self.end_progress();
        let (line, behind) = (outcomes.line(), outcomes.ratio().is_some_and(|r| r < 1.0));
        self.all.push(outcomes);
        match self.colour && behind {
            true => self.print(&format!("\x1b[31m{line}\x1b[0m")),
            false => self.print(&line),
        }
    }

    /// Adds a figure that is no rate.
    pub fn figure(
        &mut self,
        name: &'static str,
        number: f64,
        unit: &'static str,
    ) -> io::Result<()> {
        self.end_progress();
        self.figures.push((name, number, unit));
        self.print(&format!("{name:17} {number:>12.1} {unit}"))
    }

    /// The geometric mean of the ratios that count.
    pub fn mean(&self) -> Option<f64> {
        let counted = self.all.iter().filter(|o| o.counts);
        let ratios: Vec<f64> = counted.filter_map(Outcomes::ratio).collect();
        stats::geometric_mean(&ratios)
    }

    /// What comes last.
    pub fn finish(&self, machine: &Value) -> io::Result<()> {
        if self.json {
            let results: Vec<Value> = self.all.iter().map(Outcomes::value).collect();
            let figures = self
                .figures
                .iter()
                .map(|(name, number, unit)| json!({"name": name, "value": number, "unit": unit}));
            let whole = json!({
                "machine": machine,
                "results": results,
                "figures": figures.collect::<Vec<_>>(),
                "geometric_mean": self.mean(),
            });
            return writeln!(io::stdout(), "{whole:#}");
        }
        let Some(mean) = self.mean() else {
            return Ok(());
        };
        let counted = self.all.iter().filter(|o| o.counts && o.ratio().is_some());
        let (behind, count) = counted.fold((0, 0), |(behind, count), o| {
            (
                behind + usize::from(o.ratio().is_some_and(|r| r < 1.0)),
                count + 1,
            )
        });
        self.print(&format!(
            "\ngeometric mean over {count} drawing operations: {mean:.2} ({behind} behind)"
        ))
    }

    fn print(&self, line: &str) -> io::Result<()> {
        match self.json {
            true => Ok(()),
            false => writeln!(io::stdout(), "{line}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(ours: &[f64], theirs: &[f64], times: bool) -> Outcomes {
        Outcomes {
            name: "rect1",
            what: "a thing",
            ours: ours.to_vec(),
            theirs: theirs.to_vec(),
            times,
            counts: true,
            pixels: None,
        }
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.5, "0.50"),
            (999.0, "999"),
            (9_999.4, "9999"),
            (35_900.0, "35.9 k"),
            (758_000.0, "758 k"),
            (7_980_000.0, "7.98 M"),
        ] {
            assert_eq!(short(value), text);
        }
    }

    #[test]
    fn a_ratio_above_one_is_better_for_rates_and_for_times() {
        let rates = outcomes(&[200.0, 210.0, 190.0], &[100.0], false);
        assert_eq!(rates.ratio(), Some(2.0));
        let times = outcomes(&[10.0], &[30.0], true);
        assert!((times.ratio().expect("both") - 3.0).abs() < 1e-9);
        assert_eq!(outcomes(&[1.0], &[], false).ratio(), None);
    }

    #[test]
    fn only_what_counts_makes_the_mean() {
        let mut report = Report::new(true);
        report.all = vec![
            outcomes(&[400.0], &[100.0], false),
            outcomes(&[100.0], &[100.0], false),
            Outcomes {
                counts: false,
                ..outcomes(&[1.0], &[100.0], false)
            },
        ];
        assert!((report.mean().expect("two") - 2.0).abs() < 1e-9);
    }

    #[test]
    fn json_has_the_promised_names() {
        let value = outcomes(&[200.0], &[100.0], false).value();
        assert_eq!(value["name"], "rect1");
        assert_eq!(value["rate"], 200.0);
        assert_eq!(value["peer_rate"], 100.0);
        assert_eq!(value["ratio"], 2.0);
    }
}
