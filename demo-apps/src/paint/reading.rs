//! Pixels from the server, and a file of them.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::rc::Rc;

use transom::{
    Color, Display, Event, ImageFormat, PixelRect, PixelSize, Point, Rect, Scale, SurfaceId,
};

use super::Paint;
use super::flood::Raster;
use super::history::Mark;
use super::pictures::encode;
use crate::app::Reaction;

/// What the picture's pixels are wanted for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Purpose {
    Fill { at: Point, color: Color },
    Save,
    Copy,
}

/// Pixels that were asked for and come in bands.
#[derive(Debug)]
pub(super) struct Reading {
    id: u32,
    /// What has come.
    raster: Raster,
    /// Device pixels per logical unit when they were asked for.
    scale: Scale,
    /// What they are for.
    pub(super) purpose: Purpose,
}

impl Reading {
    /// Asks for the pixels from the top left corner on.
    pub(super) fn ask(
        display: &Display,
        surface: SurfaceId,
        scale: Scale,
        size: PixelSize,
        purpose: Purpose,
    ) -> Self {
        Self {
            id: display.read_pixels(surface, PixelRect::from_size(size)),
            raster: Raster::new(size.width as usize, size.height as usize),
            scale,
            purpose,
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
        let (width, height) = (self.raster.width as u32, self.raster.height as u32);
        let all = PixelRect::new(0, 0, width, height);
        if !rect.is_empty() && all.contains_rect(*rect) {
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

impl Paint<'_> {
    /// Some of the picture's pixels have come.
    pub(super) fn answered(&mut self, event: &Event) -> Reaction {
        let complete = |reading: &mut Reading| reading.take_in(event);
        let Some(complete) = self.readings.iter_mut().position(complete) else {
            return Reaction::Nothing;
        };
        let reading = self.readings.remove(complete);
        match reading.purpose {
            Purpose::Save => self.save(&reading.raster),
            Purpose::Copy => self.copy(&reading.raster),
            Purpose::Fill { at, color } => {
                let mark = self.filled(&reading, at, color);
                mark.map_or(Reaction::Nothing, |mark| self.add(mark))
            }
        }
    }

    fn filled(&self, reading: &Reading, at: Point, color: Color) -> Option<Mark> {
        let scale = reading.scale.factor();
        let (x, y) = ((at.x * scale) as usize, (at.y * scale) as usize);
        let Raster { width, height, .. } = reading.raster;
        if x >= width || y >= height {
            return None;
        }
        let mask = reading.raster.flood(x, y);
        let area = [mask.x, mask.y, mask.width, mask.height].map(|n| n as f32 / scale);
        let [x, y, width, height] = area;
        let (columns, rows) = (mask.width as u32, mask.height as u32);
        let image = self
            .display
            .image(columns, rows, ImageFormat::A8, mask.coverage)
            .ok()?;
        let area = Rect::new(x, y, width, height);
        Some(Mark::Fill {
            mask: Rc::new(image),
            area,
            color,
        })
    }

    fn save(&mut self, raster: &Raster) -> Reaction {
        let title = match save(raster, &self.folder) {
            Ok(name) => format!("Paint: saved {name}"),
            Err(problem) => format!("Paint: cannot save: {problem}"),
        };
        self.window.set_title(&title);
        Reaction::Nothing
    }
}

/// Writes pixels to a new file in a folder; returns its name.
fn save(raster: &Raster, folder: &Path) -> io::Result<String> {
    let (name, file) = new_file(folder)?;
    encode(raster, BufWriter::new(file))?.flush()?;
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
