//! Figures that are no operation: what memory allows, and how clients share a server.

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::busy::{self, Load};
use super::measure::Trial;
use super::ops::{self, Op};
use super::pin::{self, Cores};
use super::pingpong;
use super::server::Server;
use super::wire::Wire;
use super::{Failure, Outcome, stats};

/// Bytes of 500 by 500 pixels.
const PIXELS_500: usize = 500 * 500 * 4;
/// Round trips of the light client.
const ROUND_TRIPS: usize = 2000;

/// A number with its name and unit.
pub type Figure = (&'static str, f64, &'static str);

/// What can be selected by name, and what it is.
pub const NAMES: [(&str, &str); 4] = [
    (
        "pingpong",
        "a bare socket's round trip, and ours as a multiple of it",
    ),
    (
        "limits",
        "fills and copies of 500x500 as a share of memset and memcpy",
    ),
    (
        "beside",
        "round trips of a light client beside one that draws without pause",
    ),
    (
        "clients",
        "what two clients that draw without pause do, of what one does",
    ),
];

/// What figures are measured of, and how.
pub struct Figures<'a> {
    /// The server, where one is enough.
    pub server: &'a Server,
    /// Where both sides run.
    pub cores: Option<Cores>,
    /// How often something is measured.
    pub repeat: u32,
    /// How long once takes.
    pub time: Duration,
    /// Told what is being measured.
    pub progress: &'a (dyn Fn(&str) + Sync),
}

impl Figures<'_> {
    /// Measures what belongs to one of the [`NAMES`].
    pub fn measure(&self, name: &str) -> Outcome<Vec<Figure>> {
        (self.progress)(name);
        match name {
            "pingpong" => self.ping_pong(),
            "limits" => self.limits(),
            "beside" => self.on_all_cores(beside),
            _ => self.on_all_cores(clients),
        }
    }

    fn ping_pong(&self) -> Outcome<Vec<Figure>> {
        let (bare, ours) = pingpong::compared(self.server, self.cores)?;
        Ok(vec![
            ("pingpong.bare", bare, "us, a bare socket's round trip"),
            ("pingpong.ours", ours, "us, the server's, in turns with it"),
            ("pingpong.ratio", ours / bare, "times the bare socket's"),
        ])
    }

    /// Measures with a server that may use all cores, as this side may.
    fn on_all_cores(
        &self,
        measure: impl FnOnce(&Self, &Server) -> Outcome<Vec<Figure>> + Send,
    ) -> Outcome<Vec<Figure>> {
        // From a thread that may use all cores, since the server gets what its starter has.
        std::thread::scope(|scope| {
            let measured = scope.spawn(|| {
                if let Some(cores) = self.cores {
                    pin::keep_to(&[cores.client, cores.server])?;
                }
                measure(self, &Server::start(None)?)
            });
            measured.join().expect("nothing here panics")
        })
    }

    /// Operations of 500x500 and what memory alone would allow, in turns.
    fn limits(&self) -> Outcome<Vec<Figure>> {
        let Self {
            server,
            repeat,
            time,
            ..
        } = *self;
        let (mut to, from) = (vec![0u8; PIXELS_500], vec![1u8; PIXELS_500]);
        let mut set = |value: u8| black_box(&mut to[..]).fill(value);
        let memset = |set: &mut dyn FnMut(u8)| rate(time, |i| set(i as u8));
        let mut figures = Vec::new();
        let fill = against(server, "rect500", repeat, time, || memset(&mut set))?;
        figures.push(("fill500", fill, "% of memset"));
        let mut to = vec![0u8; PIXELS_500];
        let mut copy = |_| black_box(&mut to[..]).copy_from_slice(black_box(&from));
        for (name, op) in [
            ("scroll500", "scroll500"),
            ("copy500", "copypixwin500"),
            ("image500", "comppixwin500"),
        ] {
            let share = against(server, op, repeat, time, || rate(time, &mut copy))?;
            figures.push((name, share, "% of memcpy"));
        }
        Ok(figures)
    }
}

/// The rate of an operation as a percentage of another rate, the median of several pairs.
fn against(
    server: &Server,
    name: &str,
    repeat: u32,
    time: Duration,
    mut limit: impl FnMut() -> f64,
) -> Outcome<f64> {
    let op = find(name)?;
    let mut trial = Trial::new(server, &op, time)?;
    let mut shares = Vec::new();
    for _ in 0..repeat.max(3) {
        shares.push(100.0 * trial.rate()? / limit());
    }
    Ok(stats::median(&shares))
}

fn find(name: &str) -> Outcome<Op> {
    let mut all = ops::all().into_iter();
    all.find(|op| op.name == name)
        .ok_or_else(|| Failure::new(format!("there is no operation {name}")))
}

/// How often a second `once` is done.
fn rate(time: Duration, mut once: impl FnMut(u64)) -> f64 {
    let (start, mut count) = (Instant::now(), 0);
    while start.elapsed() < time {
        for _ in 0..16 {
            once(count);
            count += 1;
        }
    }
    count as f64 / start.elapsed().as_secs_f64()
}

/// Round trips beside each kind of load, all with one server.
fn beside(figures: &Figures<'_>, server: &Server) -> Outcome<Vec<Figure>> {
    let alone = round_trips(server)?;
    let p99 = |times: &[f64]| stats::percentile(times, 99.0);
    let mut all = vec![("beside.alone", p99(&alone), "us, p99 with nobody else")];
    for (load, names, unit) in [
        (
            Load::Fills,
            ["beside.fills", "beside.fills.p99"],
            ["us beside half transparent fills", "us, p99"],
        ),
        (
            Load::Gradients,
            ["beside.gradients", "beside.gradients.p99"],
            ["us beside gradients and blurs", "us, p99; wanted: < 2000"],
        ),
        (
            Load::Strokes,
            ["beside.strokes", "beside.strokes.p99"],
            ["us beside strokes", "us, p99"],
        ),
    ] {
        (figures.progress)(names[0]);
        let mut times = Vec::new();
        busy::beside(server, load, 1, || {
            times = round_trips(server)?;
            Ok(())
        })?;
        all.push((names[0], stats::median(&times), unit[0]));
        all.push((names[1], p99(&times), unit[1]));
    }
    Ok(all)
}

/// What two busy clients do of what one does, for each kind of load.
fn clients(figures: &Figures<'_>, server: &Server) -> Outcome<Vec<Figure>> {
    let mut all = Vec::new();
    for (load, names) in [
        (Load::Fills, ["clients.fills", "clients.fills.two"]),
        (
            Load::Gradients,
            ["clients.gradients", "clients.gradients.two"],
        ),
        (Load::Strokes, ["clients.strokes", "clients.strokes.two"]),
    ] {
        (figures.progress)(names[0]);
        let (mut rates, mut shares) = (Vec::new(), Vec::new());
        for _ in 0..figures.repeat.max(3) {
            let pause = || {
                std::thread::sleep(figures.time);
                Ok(())
            };
            let one = busy::beside(server, load, 1, pause)?;
            let two = busy::beside(server, load, 2, pause)?;
            rates.push(one);
            shares.push(two / one.max(1e-9));
        }
        all.push((names[0], stats::median(&rates), "frames/s, one client"));
        all.push((
            names[1],
            stats::median(&shares),
            "times as much by two clients",
        ));
    }
    Ok(all)
}

fn round_trips(server: &Server) -> Outcome<Vec<f64>> {
    let mut wire = Wire::connect(server.socket())?;
    wire.sync()?;
    let once = |_| {
        let start = Instant::now();
        wire.sync()?;
        Ok(start.elapsed().as_secs_f64() * 1e6)
    };
    (0..ROUND_TRIPS).map(once).collect()
}
