//! The program: what is selected is measured, one after the other.

use std::io;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::Args;
use super::figures::{self, Figures};
use super::latency::{self, Bench, Latency};
use super::measure::Trial;
use super::ops::{self, Op, Peer};
use super::pictures::{self, Agreement};
use super::pin::{self, Cores};
use super::report::{Outcomes, Report};
use super::server::Server;
use super::x11perf::X11Perf;
use super::xvfb::Xvfb;
use super::{Failure, Outcome, glob, paragraph, terminal};

/// The name of what memory is measured as.
const MEMORY: &str = "memory";

/// With this row come the bytes of its text.
const PARAGRAPH: &str = "paragraph";

/// Does what the arguments say.
pub fn run(args: &Args) -> ExitCode {
    let done = match args.list {
        true => list(args),
        false => measure(args),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) if failure.is_closed_pipe => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("transom-perf: {}", failure.text);
            ExitCode::FAILURE
        }
    }
}

/// Why everything ends.
struct Stop {
    text: String,
    /// Nobody reads what we print any more: no failure of ours.
    is_closed_pipe: bool,
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self {
            text: error.to_string(),
            is_closed_pipe: error.kind() == io::ErrorKind::BrokenPipe,
        }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self {
            text: failure.0,
            is_closed_pipe: false,
        }
    }
}

fn list(args: &Args) -> Result<bool, Stop> {
    use io::Write;
    let mut out = io::stdout().lock();
    let selected = |name: &str| glob::selects(&args.only, name);
    for op in ops::all().iter().filter(|op| selected(op.name)) {
        let peer = match op.peer {
            Peer::Drawing => "x11perf",
            Peer::Printed => "printed",
            Peer::None => "",
        };
        writeln!(out, "{:17} {peer:8} {}", op.name, op.what)?;
    }
    let times = latency::all().into_iter().chain(paragraph::all());
    for latency in times.filter(|l| selected(l.name)) {
        let peer = if latency.theirs.is_some() { "xvfb" } else { "" };
        writeln!(out, "{:17} {peer:8} {}", latency.name, latency.what)?;
    }
    let memory = (MEMORY, "private memory: idle, and of a window");
    for (name, what) in figures::NAMES.iter().chain([&memory]) {
        if selected(name) {
            writeln!(out, "{name:17} {:8} {what}", "")?;
        }
    }
    if terminal::is_selected(selected) {
        let what = "what is typed, written and drawn in a terminal, in bytes";
        writeln!(out, "{:17} {:8} {what}", "terminal.*", "")?;
    }
    Ok(true)
}

/// What a run has at hand.
struct Run<'a> {
    args: &'a Args,
    server: Server,
    peer: Option<(Xvfb, X11Perf)>,
    cores: Option<Cores>,
    core: Option<usize>,
    report: Report,
    failed: bool,
}

fn measure(args: &Args) -> Result<bool, Stop> {
    let selected = |name: &str| glob::selects(&args.only, name);
    let ops: Vec<Op> = ops::all()
        .into_iter()
        .filter(|o| selected(o.name))
        .collect();
    let times: Vec<Latency> = latency::all()
        .into_iter()
        .chain(paragraph::all())
        .filter(|l| selected(l.name))
        .collect();
    let names = figures::NAMES.map(|(name, _)| name);
    let others = [MEMORY].into_iter().chain(names).any(selected);
    let others = others || terminal::is_selected(selected);
    if ops.is_empty() && times.is_empty() && !others {
        return Err(Failure::new("nothing matches --only; --list names everything").into());
    }
    let mut run = Run::new(args)?;
    run.report.head(run.peer.as_ref().map(|_| "xvfb"))?;
    let count = ops.len() + times.len();
    for (done, op) in ops.iter().enumerate() {
        run.report.progress(done + 1, count, op.name);
        let measured = run.operation(op);
        run.add(op.name, measured)?;
    }
    for (done, latency) in times.iter().enumerate() {
        run.report
            .progress(ops.len() + done + 1, count, latency.name);
        let measured = run.latency(latency);
        run.add(latency.name, measured)?;
    }
    for name in names.into_iter().filter(|name| selected(name)) {
        run.figures(name)?;
    }
    if selected(MEMORY) && args.display.is_none() {
        let memory = latency::memory(run.core)?;
        run.report
            .figure("memory.idle", memory.idle, "KiB private")?;
        run.report.figure(
            "memory.window",
            memory.window,
            "KiB a window of 200x200, 156 a buffer",
        )?;
    }
    if selected(PARAGRAPH) {
        let (first, again) = paragraph::bytes()?;
        let unit = "bytes of 2,000 characters, glyphs too";
        run.report.figure("text.first", first as f64, unit)?;
        let unit = "bytes of 2,000 characters, drawn before";
        run.report.figure("text.again", again as f64, unit)?;
    }
    if terminal::is_selected(selected) {
        for (name, value, unit) in terminal::figures(&run.server)? {
            run.report.figure(name, value, unit)?;
        }
    }
    run.report.finish(&machine(args))?;
    Ok(!run.failed)
}

impl<'a> Run<'a> {
    fn new(args: &'a Args) -> Outcome<Self> {
        let cores = args.pin.then(Cores::choose).transpose()?;
        if let Some(cores) = cores {
            pin::pin_myself(cores.client)?;
        }
        let core = cores.map(|c| c.server);
        let server = match &args.display {
            Some(display) => Server::running(display)?,
            None => Server::start(core)?,
        };
        let peer = match args.against {
            None => None,
            Some(_) => {
                let xvfb = Xvfb::start(core)?;
                let x11perf = X11Perf::new(xvfb.display())?;
                Some((xvfb, x11perf))
            }
        };
        Ok(Self {
            args,
            server,
            peer,
            cores,
            core,
            report: Report::new(args.json),
            failed: false,
        })
    }

    /// Both in turns, so that what the machine does besides meets both.
    fn operation(&self, op: &Op) -> Outcome<Outcomes> {
        let time = self.args.time;
        let mut trial = Trial::new(&self.server, op, time)?;
        let peer = self.peer.as_ref().filter(|_| op.peer != Peer::None);
        let reps = peer.map(|(_, x)| x.calibrate(op.name, time)).transpose()?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..self.args.repeat {
            ours.push(trial.rate()?);
            if let (Some((_, x11perf)), Some(reps)) = (peer, reps) {
                theirs.push(x11perf.run(op.name, reps)?.rate);
            }
        }
        let pixels = peer
            .map(|(xvfb, _)| agreement(xvfb, &mut trial))
            .transpose()?;
        Ok(Outcomes {
            name: op.name,
            what: op.what,
            ours,
            theirs,
            times: false,
            counts: op.peer == Peer::Drawing,
            pixels,
        })
    }

    fn latency(&self, latency: &Latency) -> Outcome<Outcomes> {
        let bench = Bench {
            server: &self.server,
            xvfb: self.peer.as_ref().map(|(xvfb, _)| xvfb),
            core: self.core,
        };
        let theirs = latency.theirs.filter(|_| bench.xvfb.is_some());
        let (mut ours, mut peers) = (Vec::new(), Vec::new());
        let turns = 5;
        for _ in 0..turns {
            ours.extend((latency.ours)(&bench, latency.count / turns)?);
            if let Some(theirs) = theirs {
                peers.extend(theirs(&bench, latency.count / turns)?);
            }
        }
        Ok(Outcomes {
            name: latency.name,
            what: latency.what,
            ours,
            theirs: peers,
            times: true,
            counts: false,
            pixels: None,
        })
    }

    fn figures(&mut self, name: &str) -> Result<(), Stop> {
        let report = &self.report;
        let figures = Figures {
            server: &self.server,
            cores: self.cores,
            repeat: self.args.repeat,
            time: self.args.time,
            progress: &|name| report.progress(1, 1, name),
        };
        match figures.measure(name) {
            Ok(figures) => {
                for (name, number, unit) in figures {
                    self.report.figure(name, number, unit)?;
                }
            }
            Err(failure) => self.fail(name, &failure),
        }
        Ok(())
    }

    /// One thing that cannot be measured does not keep the others from it.
    fn add(&mut self, name: &str, measured: Outcome<Outcomes>) -> Result<(), Stop> {
        match measured {
            Ok(outcomes) => self.report.add(outcomes)?,
            Err(failure) => self.fail(name, &failure),
        }
        Ok(())
    }

    fn fail(&mut self, name: &str, failure: &Failure) {
        self.report.end_progress();
        eprintln!("transom-perf: {name}: {failure}");
        self.failed = true;
    }
}

fn agreement(xvfb: &Xvfb, trial: &mut Trial) -> Outcome<Agreement> {
    let same = trial.load().same.clone();
    Ok(match pictures::drawn_by_x(xvfb.display(), &same)? {
        Ok(theirs) => pictures::compare(&trial.picture()?, &theirs),
        Err(reason) => Agreement::NotCompared(reason),
    })
}

/// Where and how this was measured.
fn machine(args: &Args) -> Value {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|l| l.strip_prefix("model name"));
    let model = model.map(|m| m.trim_start_matches([' ', '\t', ':']));
    json!({
        "model": model,
        "cores": std::thread::available_parallelism().map_or(0, |n| n.get()),
        "pinned": args.pin,
        "repeat": args.repeat,
        "seconds": args.time.as_secs_f64(),
    })
}
