//! The smallest program: a window that says hello, until Escape.

use std::process::ExitCode;

use transom::{Canvas, Display, Error, Rect, TextStyle};
use transom_demos::palette::{ACCENT, CARD, FADED, INK, LINE, PAPER};
use transom_demos::{run, wants_redraw, wants_to_close};

fn main() -> ExitCode {
    run("hello", "Says hello in a window", hello)
}

fn hello(display: &Display) -> Result<(), Error> {
    let window = display
        .window("Hello")
        .size(420.0, 240.0)
        .app_id("org.transom.hello")
        .build();
    loop {
        let mut canvas = window.frame();
        draw(&mut canvas);
        canvas.commit()?;
        loop {
            let event = display.next_event()?;
            if wants_to_close(&event, window.id()) {
                return Ok(());
            } else if wants_redraw(&event, window.id()) {
                break;
            }
        }
    }
}

fn draw(canvas: &mut Canvas) {
    let (bounds, unit) = (
        canvas.bounds(),
        canvas.size().width.min(canvas.size().height) / 240.0,
    );
    let middle = bounds.center();
    let card = bounds.inset(18.0 * unit);
    canvas.clear(PAPER);
    canvas.fill_rounded(card, 14.0 * unit, CARD);
    canvas.stroke_rounded(card, 14.0 * unit, 1.0, LINE);
    let heading = TextStyle::new(34.0 * unit).bold().color(INK).centered();
    canvas.text(middle.x, middle.y + 4.0 * unit, "Hello, world!", &heading);
    let bar = Rect::new(
        middle.x - 24.0 * unit,
        middle.y + 24.0 * unit,
        48.0 * unit,
        4.0 * unit,
    );
    canvas.fill_rounded(bar, 2.0 * unit, ACCENT);
    let small = TextStyle::new(14.0 * unit).color(FADED).centered();
    canvas.text(
        middle.x,
        middle.y + 58.0 * unit,
        "Drawn here, shown there.",
        &small,
    );
}
