//! Pixels from the server, and a file of them.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use transom::{Display, Event, PixelRect, Scale, SurfaceId};

use super::flood::Raster;

/// Pixels that were asked for and come in bands.
#[derive(Debug)]
pub(super) struct Reading {
    id: u32,
    /// What has come.
    pub(super) raster: Raster,
    /// Device pixels per logical unit when they were asked for.
    pub(super) scale: Scale,
}

impl Reading {
    /// Asks for the pixels from the top left corner on.
    pub(super) fn ask(
        display: &Display,
        surface: SurfaceId,
        scale: Scale,
        width: u32,
        height: u32,
    ) -> Self {
        Self {
            id: display.read_pixels(surface, PixelRect::new(0, 0, width, height)),
            raster: Raster::new(width as usize, height as usize),
            scale,
        }
    }

    /// Takes in a band; whether it was the last one.
    pub(super) fn take_in(&mut self, event: &Event) -> bool {
        let Event::Pixels {
            id,
            last,
            rect,
            data,
        } = event
        else {
            return false;
        };
        if *id != self.id {
            return false;
        }
        if !rect.is_empty() {
            let rows = data.chunks_exact(4 * rect.width() as usize);
            for (y, row) in (rect.y0 as usize..).zip(rows) {
                let start = y * self.raster.width + rect.x0 as usize;
                let places = self.raster.pixels[start..].iter_mut();
                for (place, pixel) in places.zip(row.as_chunks::<4>().0) {
                    *place = *pixel;
                }
            }
        }
        *last
    }
}

/// Writes pixels to a new file in a folder; returns its name.
pub(super) fn save(raster: &Raster, folder: &Path) -> io::Result<String> {
    let (name, file) = new_file(folder)?;
    let mut encoder = png::Encoder::new(
        BufWriter::new(file),
        raster.width as u32,
        raster.height as u32,
    );
    encoder.set_color(png::ColorType::Rgb);
    let colors = raster.pixels.iter().flat_map(|[b, g, r, _]| [*r, *g, *b]);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&colors.collect::<Vec<_>>())?;
    writer.finish()?;
    Ok(name)
}

/// The first of `painting-1.png`, `painting-2.png`, ... that does not exist.
fn new_file(folder: &Path) -> io::Result<(String, File)> {
    let mut number = 1;
    loop {
        let name = format!("painting-{number}.png");
        match File::create_new(folder.join(&name)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            other => return other.map(|file| (name, file)),
        }
    }
}
