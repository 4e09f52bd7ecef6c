//! The smallest program, which is also the first example in the client library's documentation.

use std::process::ExitCode;

use transom::{Color, Display, Error, Point, TextStyle};
use transom_demos::run;

fn main() -> ExitCode {
    run("hello", "Says hello in a window", hello)
}

fn hello(display: &Display) -> Result<(), Error> {
    let window = display.window("Hello").size(420.0, 240.0).build();
    let style = TextStyle::new(44.0).bold().color(Color::hex(0x2b3440));
    while window.wait_redraw()? {
        let mut canvas = window.frame();
        let Point { x, y } = canvas.bounds().center();
        canvas.clear(Color::hex(0xf4f1ea));
        canvas.text(x, y + 16.0, "Hello, world!", &style.centered());
        canvas.commit()?;
    }
    Ok(()) // the person closed it
}
