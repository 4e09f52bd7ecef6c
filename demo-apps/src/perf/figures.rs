//! Figures that are no operation: what memory allows, and how clients share a server.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use transom_protocol::color::Color;
use transom_protocol::geometry::Rect;

use super::measure::Trial;
use super::ops::{self, Op};
use super::pin::{self, Cores};
use super::server::Server;
use super::wire::Wire;
use super::{Failure, Outcome, stats};

/// Bytes of 500 by 500 pixels.
const PIXELS_500: usize = 500 * 500 * 4;
/// The side of the busy clients' windows.
const BUSY_SIDE: f32 = 1000.0;
/// Fills of the whole window in a frame of theirs.
const BUSY_FILLS: u32 = 8;
/// Round trips of the light client.
const ROUND_TRIPS: usize = 2000;

/// A number with its name and unit.
pub type Figure = (&'static str, f64, &'static str);

/// What can be selected by name, and what it is.
pub const NAMES: [(&str, &str); 3] = [
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

/// Measures what is selected.
pub fn measure(
    server: &Server,
    cores: Option<Cores>,
    repeat: u32,
    time: Duration,
    selected: impl Fn(&str) -> bool + Sync,
) -> Outcome<Vec<Figure>> {
    let mut figures = Vec::new();
    if selected("limits") {
        figures.extend(limits(server, repeat, time)?);
    }
    if selected("beside") || selected("clients") {
        // From a thread that may use all cores, since the server gets what its starter has.
        let shared = std::thread::scope(|scope| {
            let measured = scope.spawn(|| {
                if let Some(cores) = cores {
                    pin::keep_to(&[cores.client, cores.server])?;
                }
                shared(&selected, repeat, time)
            });
            measured.join().expect("nothing here panics")
        })?;
        figures.extend(shared);
    }
    Ok(figures)
}

/// Operations of 500x500 and what memory alone would allow, in turns.
fn limits(server: &Server, repeat: u32, time: Duration) -> Outcome<Vec<Figure>> {
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

fn shared(
    selected: impl Fn(&str) -> bool + Sync,
    repeat: u32,
    time: Duration,
) -> Outcome<Vec<Figure>> {
    let server = Server::start(None)?;
    let mut figures = Vec::new();
    if selected("beside") {
        let mut alone = round_trips(&server)?;
        let mut beside = Vec::new();
        busy(&server, 1, || {
            beside = round_trips(&server)?;
            Ok(())
        })?;
        alone.sort_by(f64::total_cmp);
        figures.push((
            "beside.alone",
            stats::percentile(&alone, 99.0),
            "us, p99 with nobody else",
        ));
        figures.push((
            "beside.median",
            stats::median(&beside),
            "us beside a busy client",
        ));
        figures.push((
            "beside.p99",
            stats::percentile(&beside, 99.0),
            "us, p99 beside a busy client",
        ));
    }
    if selected("clients") {
        let mut shares = Vec::new();
        for _ in 0..repeat.max(3) {
            let pause = || {
                std::thread::sleep(time);
                Ok(())
            };
            let one = busy(&server, 1, pause)?;
            let two = busy(&server, 2, pause)?;
            shares.push(two / one.max(1e-9));
        }
        figures.push((
            "clients.two",
            stats::median(&shares),
            "times what one client does",
        ));
    }
    Ok(figures)
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

/// Does `meanwhile` beside so many clients that draw without pause. Returns their frames a second.
fn busy(server: &Server, clients: usize, meanwhile: impl FnOnce() -> Outcome<()>) -> Outcome<f64> {
    let (over, frames) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..clients)
            .map(|_| scope.spawn(|| draw_until(server, &over, &frames)))
            .collect();
        // Until all of them have begun.
        while frames.load(Ordering::Relaxed) < clients.len() as u64
            && !clients.iter().any(|c| c.is_finished())
        {
            std::thread::sleep(Duration::from_millis(1));
        }
        let (start, before) = (Instant::now(), frames.load(Ordering::Relaxed));
        let done = meanwhile();
        let drawn = frames.load(Ordering::Relaxed) - before;
        let rate = drawn as f64 / start.elapsed().as_secs_f64();
        over.store(true, Ordering::Relaxed);
        for client in clients {
            client.join().expect("nothing there panics")?;
        }
        done.map(|()| rate)
    })
}

/// Fills a large window with half transparent colours, frame by frame.
fn draw_until(server: &Server, over: &AtomicBool, frames: &AtomicU64) -> Outcome<()> {
    let mut wire = Wire::connect(server.socket())?;
    let window = wire.window(BUSY_SIDE, BUSY_SIDE, "busy");
    let all = [Rect::new(0.0, 0.0, BUSY_SIDE, BUSY_SIDE)];
    while !over.load(Ordering::Relaxed) {
        wire.begin(window, BUSY_SIDE, BUSY_SIDE)?;
        for i in 0..BUSY_FILLS {
            let color = Color::rgba(255, (i * 30) as u8, 0, 128);
            wire.draw(|out| out.fill_rects(color.into(), false, &all))?;
        }
        wire.commit(window);
        // What was drawn counts; when it is shown is the frame clock's business.
        wire.sync()?;
        frames.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
