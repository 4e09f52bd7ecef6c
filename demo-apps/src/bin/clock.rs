//! An analogue clock. It draws once a second, when the second begins, and does nothing in between.

use std::f32::consts::TAU;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Zoned;
use transom::{Canvas, Cap, Color, Display, Error, Path, Point, Stroke, TextStyle, Window};
use transom_demos::palette::{ACCENT, CARD, FADED, INK, LINE, PAPER};
use transom_demos::{run, wants_redraw, wants_to_close};

fn main() -> ExitCode {
    run("clock", "Shows the time", clock)
}

fn clock(display: &Display) -> Result<(), Error> {
    let window = display
        .window("Clock")
        .size(320.0, 320.0)
        .min_size(80.0, 80.0)
        .app_id("org.transom.clock")
        .build();
    let mut drawn = draw(&window)?;
    loop {
        let event = display.wait_event(until_after(drawn))?;
        if event
            .as_ref()
            .is_some_and(|event| wants_to_close(event, window.id()))
        {
            return Ok(());
        }
        let lost = event.is_some_and(|event| wants_redraw(&event, window.id()));
        if lost || until_after(drawn).is_zero() {
            drawn = draw(&window)?;
        }
    }
}

/// Since 1970.
fn now() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

/// How long it is until another second than `drawn` has begun. A clock that was set shows at once.
fn until_after(drawn: u64) -> Duration {
    let now = now();
    match now.as_secs() == drawn {
        true => Duration::from_secs(1) - Duration::from_nanos(now.subsec_nanos().into()),
        false => Duration::ZERO,
    }
}

/// Draws this second, and says which it was.
fn draw(window: &Window) -> Result<u64, Error> {
    let second = now().as_secs();
    let time = Zoned::now();
    let mut canvas = window.frame();
    face(&mut canvas, &time.strftime("%a %d %b").to_string());
    hands(
        &mut canvas,
        time.hour() as f32,
        time.minute() as f32,
        time.second() as f32,
    );
    canvas.commit()?;
    Ok(second)
}

/// The point `turns` of a circle clockwise from twelve o'clock, `far` from the middle, where 1 is
/// the rim of the face.
fn at(canvas: &Canvas, turns: f32, far: f32) -> Point {
    let (middle, radius) = (canvas.bounds().center(), radius(canvas));
    let (sin, cos) = (turns * TAU).sin_cos();
    Point::new(middle.x + far * radius * sin, middle.y - far * radius * cos)
}

fn radius(canvas: &Canvas) -> f32 {
    canvas.size().width.min(canvas.size().height) * 0.45
}

fn face(canvas: &mut Canvas, date: &str) {
    let (middle, r) = (canvas.bounds().center(), radius(canvas));
    canvas.clear(PAPER);
    // A soft shadow: rings that fade outwards.
    for ring in 1..=6u8 {
        let spread = r * (1.0 + f32::from(ring) * 0.008);
        let below = Point::new(middle.x, middle.y + r * 0.015);
        canvas.fill_circle(below, spread, Color::BLACK.with_alpha(7));
    }
    canvas.fill_circle(middle, r, CARD);
    canvas.stroke_circle(middle, r * 0.99, r * 0.02, LINE);
    ticks(canvas, 60, 0.90, 0.94, r * 0.010, LINE);
    ticks(canvas, 12, 0.84, 0.94, r * 0.022, FADED);
    let numeral = TextStyle::new(r * 0.17).color(INK).centered();
    for (number, turns) in [("12", 0.0), ("3", 0.25), ("6", 0.5), ("9", 0.75)] {
        let place = at(canvas, turns, 0.68);
        let half = numeral.measure(number).cap_height / 2.0;
        canvas.text(place.x, place.y + half, number, &numeral);
    }
    let small = TextStyle::new(r * 0.085).color(FADED).centered();
    canvas.text(middle.x, middle.y + r * 0.36, date, &small);
}

fn ticks(canvas: &mut Canvas, count: u16, from: f32, to: f32, width: f32, color: Color) {
    let mut path = Path::new();
    for n in 0..count {
        let turns = f32::from(n) / f32::from(count);
        let (inner, outer) = (at(canvas, turns, from), at(canvas, turns, to));
        path.move_to(inner.x, inner.y).line_to(outer.x, outer.y);
    }
    canvas.stroke(&path, Stroke::new(width).cap(Cap::Round), color);
}

fn hands(canvas: &mut Canvas, hours: f32, minutes: f32, seconds: f32) {
    let r = radius(canvas);
    let minute_turns = (minutes + seconds / 60.0) / 60.0;
    let hour_turns = (hours + minutes / 60.0) / 12.0;
    hand(canvas, hour_turns, -0.08, 0.50, r * 0.055, INK);
    hand(canvas, minute_turns, -0.08, 0.78, r * 0.038, INK);
    hand(canvas, seconds / 60.0, -0.18, 0.86, r * 0.014, ACCENT);
    let middle = canvas.bounds().center();
    canvas.fill_circle(middle, r * 0.045, ACCENT);
    canvas.fill_circle(middle, r * 0.016, CARD);
}

fn hand(canvas: &mut Canvas, turns: f32, tail: f32, tip: f32, width: f32, color: Color) {
    let (from, to) = (at(canvas, turns, tail), at(canvas, turns, tip));
    canvas.line(from, to, Stroke::new(width).cap(Cap::Round), color);
}
