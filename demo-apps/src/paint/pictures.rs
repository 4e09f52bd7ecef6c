//! The picture as a PNG file: for the clipboard and from it.

use std::io::{self, Cursor};
use std::rc::Rc;

use transom::{Image, ImageFormat, Offer, Pasted, Rect};

use super::Paint;
use super::flood::Raster;
use super::history::Mark;
use crate::app::Reaction;

/// What others call such a file.
const PNG: &str = "image/png";

/// The most pixels of a picture that is pasted: a large screen's. Others' files say what they like.
const MAX_PIXELS: u64 = 8192 * 8192;

impl Paint<'_> {
    /// Offers the picture to whoever pastes it.
    pub(super) fn copy(&mut self, raster: &Raster) -> Reaction {
        // Into memory nothing fails.
        if let Ok(file) = encode(raster, Vec::new()) {
            self.window.clipboard().copy(Offer::new(PNG, file));
            self.window.set_title("Paint: copied");
        }
        Reaction::Nothing
    }

    /// Asks for what was copied, if it is a picture.
    pub(super) fn paste(&mut self) -> Reaction {
        if self.window.clipboard().paste(PNG).is_none() {
            self.window
                .set_title("Paint: there is no picture to be pasted");
        }
        Reaction::Nothing
    }

    /// What was copied has come: it becomes a mark in the middle of the sheet.
    pub(super) fn pasted(&mut self, pasted: &Pasted) -> Reaction {
        let picture = match decode(&pasted.data) {
            Ok(picture) => picture,
            Err(problem) => {
                let title = format!("Paint: cannot paste that: {problem}");
                self.window.set_title(&title);
                return Reaction::Nothing;
            }
        };
        let Decoded {
            width,
            height,
            rgba,
        } = picture;
        let image = self.display.image(width, height, ImageFormat::Rgba, rgba);
        let place = |image: Image| Mark::Picture {
            area: self.place_for(width as f32, height as f32),
            image: Rc::new(image),
        };
        match image.map(place) {
            Ok(mark) => self.add(mark),
            Err(_) => Reaction::Nothing,
        }
    }

    /// The middle of the sheet, for a picture of so many pixels. It keeps its size on the screen, or is
    /// made smaller so that it fits.
    fn place_for(&self, width: f32, height: f32) -> Rect {
        let (sheet, scale) = (self.sheet(), self.window.scale().factor());
        let fits = (sheet.width / width).min(sheet.height / height);
        let factor = fits.min(1.0 / scale);
        let (width, height) = (width * factor, height * factor);
        // On whole pixels, where it keeps its own.
        let whole = |v: f32| (v * scale).round() / scale;
        let (x, y) = ((sheet.width - width) / 2.0, (sheet.height - height) / 2.0);
        Rect::new(whole(x), whole(y), width, height)
    }
}

/// Writes pixels (B, G, R and one more) as a PNG file.
pub(super) fn encode<W: io::Write>(raster: &Raster, to: W) -> io::Result<W> {
    let mut to = to;
    let (width, height) = (raster.width as u32, raster.height as u32);
    let mut encoder = png::Encoder::new(&mut to, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let colors = raster.pixels.iter().flat_map(|[b, g, r, _]| [*r, *g, *b]);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&colors.collect::<Vec<_>>())?;
    writer.finish()?;
    Ok(to)
}

/// Pixels of a file: R, G, B and straight alpha.
#[derive(Debug)]
struct Decoded {
    width: u32,
    height: u32,
    rgba: Vec<u8>,
}

/// Reads a PNG file of any kind.
fn decode(file: &[u8]) -> Result<Decoded, png::DecodingError> {
    let mut decoder = png::Decoder::new(Cursor::new(file));
    decoder.set_transformations(
        png::Transformations::normalize_to_color8() | png::Transformations::ALPHA,
    );
    let mut reader = decoder.read_info()?;
    let (width, height) = reader.info().size();
    let size = reader.output_buffer_size();
    let size = size.filter(|_| u64::from(width) * u64::from(height) <= MAX_PIXELS);
    let mut bytes = vec![0; size.ok_or(png::DecodingError::LimitsExceeded)?];
    let frame = reader.next_frame(&mut bytes)?;
    bytes.truncate(frame.buffer_size());
    let rgba = match frame.color_type {
        png::ColorType::GrayscaleAlpha => {
            let gray = bytes.as_chunks::<2>().0.iter();
            gray.flat_map(|[v, a]| [*v, *v, *v, *a]).collect()
        }
        _ => bytes,
    };
    Ok(Decoded {
        width,
        height,
        rgba,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied_is_pasted_alike() {
        let mut raster = Raster::new(3, 2);
        for (n, pixel) in (0u8..).zip(&mut raster.pixels) {
            *pixel = [n, 40 + n, 200, 255];
        }
        let file = encode(&raster, Vec::new()).expect("into memory");
        let again = decode(&file).expect("our own file");
        assert_eq!((again.width, again.height), (3, 2));
        let pixels = again.rgba.as_chunks::<4>().0.iter();
        let swapped = pixels.map(|[r, g, b, a]| [*b, *g, *r, *a]);
        assert!(swapped.eq(raster.pixels.iter().copied()));
    }

    #[test]
    fn files_of_other_kinds_are_read() {
        use png::{BitDepth, ColorType};
        let file = |color, depth, data: &[u8]| {
            let mut file = Vec::new();
            let mut encoder = png::Encoder::new(&mut file, 2, 1);
            encoder.set_color(color);
            encoder.set_depth(depth);
            if color == ColorType::Indexed {
                encoder.set_palette(vec![1, 2, 3, 4, 5, 6]);
            }
            let mut writer = encoder.write_header().expect("a header");
            writer.write_image_data(data).expect("pixels");
            writer.finish().expect("a file");
            file
        };
        for (file, pixels) in [
            (
                file(ColorType::Grayscale, BitDepth::Eight, &[7, 8]),
                [[7, 7, 7, 255], [8, 8, 8, 255]],
            ),
            (
                file(ColorType::GrayscaleAlpha, BitDepth::Eight, &[7, 0, 8, 9]),
                [[7, 7, 7, 0], [8, 8, 8, 9]],
            ),
            (
                file(ColorType::Indexed, BitDepth::One, &[0b0100_0000]),
                [[1, 2, 3, 255], [4, 5, 6, 255]],
            ),
            (
                file(ColorType::Rgb, BitDepth::Sixteen, &[1; 12]),
                [[1, 1, 1, 255]; 2],
            ),
        ] {
            assert_eq!(decode(&file).expect("a file").rgba, pixels.concat());
        }
    }

    #[test]
    fn nonsense_and_monsters_are_refused() {
        assert!(decode(b"no picture").is_err());
        let mut file = encode(&Raster::new(3, 2), Vec::new()).expect("into memory");
        file.truncate(file.len() / 2);
        assert!(decode(&file).is_err());
        // A header that claims a size: refused before a byte is set aside for it.
        let mut monster = Vec::new();
        let mut encoder = png::Encoder::new(&mut monster, 60_000, 60_000);
        encoder.set_color(png::ColorType::Rgba);
        drop(encoder.write_header().expect("a header"));
        assert!(decode(&monster).is_err());
    }
}
