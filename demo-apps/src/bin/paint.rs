//! Painting.

use std::process::ExitCode;

use clap::Parser;
use transom::ConnectOptions;
use transom_demos::app::drive;
use transom_demos::finish;
use transom_demos::paint::Paint;

/// Painting, with several fingers too. Ctrl+S saves a PNG file in the current directory, Ctrl+Z takes
/// back, Ctrl+C and Ctrl+V copy and paste pictures
#[derive(Debug, Parser)]
#[command(name = "paint", version)]
struct PaintOptions {
    #[command(flatten)]
    shared: transom_demos::Options,
    /// Begin with a small drawing
    #[arg(long)]
    sketch: bool,
}

fn main() -> ExitCode {
    let PaintOptions { shared, sketch } = PaintOptions::parse();
    let connected = ConnectOptions::new()
        .touch(true)
        .connect_with(shared.display.as_deref());
    finish(
        "paint",
        connected.and_then(|display| {
            let mut paint = Paint::new(&display, ".");
            if sketch {
                paint.sketch();
            }
            drive(&display, &mut paint)
        }),
    )
}
