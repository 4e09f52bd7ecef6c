//! Clients that draw without pause, frame by frame, each on a connection and a thread of its own.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use transom_protocol::codec::Packed;
use transom_protocol::color::Color;
use transom_protocol::draw::{Cap, DrawBuffer, Join, Paint, StrokeStyle};
use transom_protocol::geometry::{Point, Rect, Transform};
use transom_protocol::ids::{PaintId, WindowId};
use transom_protocol::paint::{DefineLinear, DefineRadial, Extend, Stop};

use super::server::Server;
use super::wire::Wire;
use super::{Failure, Outcome};

/// The size of their windows: the whole screen of a server that [`Server::start`] starts.
const SIZE: (f32, f32) = (1280.0, 1024.0);

/// What one frame has of its load.
const TIMES: u32 = 4;

/// How long a client may take to its first frame.
const PATIENCE: Duration = Duration::from_secs(30);

const LINE: PaintId = PaintId(1);
const DISC: PaintId = PaintId(2);

/// What they draw over all of the screen, again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// Half transparent colours.
    Fills,
    /// A linear and a radial gradient of several colours, and a rectangle blurred by 40 pixels,
    /// half transparent.
    Gradients,
    /// A curve of a thousand corners, 20 pixels wide with round ends and joins: one operation,
    /// which a server that cuts its work between operations cannot cut.
    Strokes,
}

/// Does `meanwhile` beside so many clients, from when each of them has drawn a frame. Returns how
/// many frames a second all of them finish.
pub fn beside(
    server: &Server,
    load: Load,
    clients: usize,
    meanwhile: impl FnOnce() -> Outcome<()>,
) -> Outcome<f64> {
    let over = AtomicBool::new(false);
    let frames: Vec<AtomicU64> = (0..clients).map(|_| AtomicU64::new(0)).collect();
    let drawn = || -> u64 { frames.iter().map(|f| f.load(Ordering::Relaxed)).sum() };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (frames.iter())
            .map(|frames| scope.spawn(|| draw_until(server, load, &over, frames)))
            .collect();
        let begun = || frames.iter().all(|f| f.load(Ordering::Relaxed) > 0);
        let failed = || threads.iter().any(|thread| thread.is_finished());
        let start = Instant::now();
        while !begun() && !failed() && start.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(1));
        }
        let measured = match begun() {
            true => {
                let (start, before) = (Instant::now(), drawn());
                let done = meanwhile();
                let rate = (drawn() - before) as f64 / start.elapsed().as_secs_f64();
                done.map(|()| rate)
            }
            false => Err(Failure::new("a client that is to be busy draws nothing")),
        };
        over.store(true, Ordering::Relaxed);
        for thread in threads {
            thread.join().expect("nothing there panics")?;
        }
        measured
    })
}

fn draw_until(server: &Server, load: Load, over: &AtomicBool, frames: &AtomicU64) -> Outcome<()> {
    let mut wire = Wire::connect(server.socket())?;
    let window = wire.window(SIZE.0, SIZE.1, "busy");
    define_paints(&mut wire);
    let curve = curve();
    while !over.load(Ordering::Relaxed) {
        draw_frame(&mut wire, window, load, &curve)?;
        frames.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

fn draw_frame(wire: &mut Wire, window: WindowId, load: Load, curve: &[Point]) -> Outcome<()> {
    wire.begin(window, SIZE.0, SIZE.1)?;
    for i in 0..TIMES {
        wire.draw(|out| match load {
            Load::Fills => fill(out, i),
            Load::Gradients => gradients(out, i),
            Load::Strokes => stroke(out, i, curve),
        })?;
    }
    wire.commit(window);
    // What was drawn counts; when it is shown is the frame clock's business.
    wire.sync()
}

fn shade(i: u32) -> Paint {
    Color::rgba(255, (i * 60) as u8, 0, 128).into()
}

fn fill(out: &mut DrawBuffer, i: u32) {
    out.fill_rects(shade(i), false, &[Rect::new(0.0, 0.0, SIZE.0, SIZE.1)]);
}

fn gradients(out: &mut DrawBuffer, i: u32) {
    let all = Rect::new(0.0, 0.0, SIZE.0, SIZE.1);
    let paint = if i.is_multiple_of(2) { LINE } else { DISC };
    out.fill_rects(paint.into(), false, &[all]);
    let inner = Rect::new(80.0, 80.0, SIZE.0 - 160.0, SIZE.1 - 160.0);
    out.fill_blurred(shade(i), false, false, 40.0, [30.0; 4], &[inner]);
}

fn stroke(out: &mut DrawBuffer, i: u32, curve: &[Point]) {
    let mut buffer = Vec::new();
    let style = StrokeStyle {
        width: 20.0,
        cap: Cap::Round,
        join: Join::Round,
        miter_limit: 4.0,
        dash_phase: 0.0,
        dashes: Packed::pack(&[], &mut buffer),
    };
    (out.polyline(shade(i), true, false, &style, curve)).expect("a thousand points fit");
}

/// A thousand corners all over the screen.
fn curve() -> Vec<Point> {
    let point = |i: u32| {
        let (x, y) = (i * 397 % 1279, i * 251 % 1023);
        Point::new(x as f32, y as f32)
    };
    (0..1000).map(point).collect()
}

fn define_paints(wire: &mut Wire) {
    let stop = |offset, color| Stop { offset, color };
    let stops = [
        stop(0.0, Color::rgba(255, 0, 0, 255)),
        stop(0.3, Color::rgba(255, 255, 0, 128)),
        stop(0.6, Color::rgba(0, 255, 255, 255)),
        stop(1.0, Color::rgba(0, 0, 255, 64)),
    ];
    let mut buffer = Vec::new();
    let stops = Packed::pack(&stops, &mut buffer);
    let (middle, corner) = (Point::new(640.0, 512.0), Point::new(SIZE.0, SIZE.1));
    wire.request(DefineLinear {
        paint: LINE,
        from: Point::new(0.0, 0.0),
        to: corner,
        transform: Transform::IDENTITY,
        extend: Extend::Pad,
        stops,
    });
    wire.request(DefineRadial {
        paint: DISC,
        from: middle,
        from_radius: 0.0,
        to: middle,
        to_radius: 700.0,
        transform: Transform::IDENTITY,
        extend: Extend::Pad,
        stops,
    });
}
