//! Pictures as PNG files.

use png::{BitDepth, ColorType, Compression, Encoder, EncodingError};
use transom_protocol::color::Pixel;

use crate::raster::Pixmap;

/// Which channels a PNG keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channels {
    /// Opaque: a screen.
    Rgb,
    /// With straight alpha: a window.
    Rgba,
}

/// Encodes a picture as a PNG file.
pub fn encode_png(pixmap: &Pixmap, channels: Channels) -> Result<Vec<u8>, EncodingError> {
    let size = pixmap.size();
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, size.width, size.height);
    encoder.set_compression(Compression::Fast);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_color(match channels {
        Channels::Rgb => ColorType::Rgb,
        Channels::Rgba => ColorType::Rgba,
    });
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&samples(pixmap, channels))?;
    writer.finish()?;
    Ok(file)
}

/// The channels `pixmap` needs: alpha only when some pixel is not opaque.
pub fn channels_of(pixmap: &Pixmap) -> Channels {
    match pixmap.pixels().iter().all(|p| p >> 24 == 0xff) {
        true => Channels::Rgb,
        false => Channels::Rgba,
    }
}

fn samples(pixmap: &Pixmap, channels: Channels) -> Vec<u8> {
    let pixels = pixmap.pixels().iter().map(|p| Pixel(*p));
    match channels {
        Channels::Rgb => pixels
            .flat_map(|p| {
                let [_, r, g, b] = p.0.to_be_bytes();
                [r, g, b]
            })
            .collect(),
        Channels::Rgba => pixels.flat_map(|p| p.to_color().to_bytes()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use transom_protocol::geometry::PixelSize;

    fn decode(file: &[u8]) -> (ColorType, Vec<u8>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(file))
            .read_info()
            .expect("a PNG file");
        let mut pixels = vec![0; reader.output_buffer_size().expect("small")];
        reader.next_frame(&mut pixels).expect("a whole picture");
        (reader.info().color_type, pixels)
    }

    #[test]
    fn a_screen_becomes_opaque_rgb() {
        let mut pixmap = Pixmap::new(PixelSize::new(2, 1));
        pixmap
            .pixels_mut()
            .copy_from_slice(&[0xff10_2030, 0xff40_5060]);
        assert_eq!(channels_of(&pixmap), Channels::Rgb);
        let file = encode_png(&pixmap, Channels::Rgb).expect("in memory");
        assert_eq!(
            decode(&file),
            (ColorType::Rgb, vec![0x10, 0x20, 0x30, 0x40, 0x50, 0x60])
        );
    }

    #[test]
    fn a_window_keeps_its_alpha_unmultiplied() {
        let mut pixmap = Pixmap::new(PixelSize::new(2, 1));
        pixmap.pixels_mut().copy_from_slice(&[0x8080_0000, 0]);
        assert_eq!(channels_of(&pixmap), Channels::Rgba);
        let file = encode_png(&pixmap, Channels::Rgba).expect("in memory");
        assert_eq!(
            decode(&file),
            (ColorType::Rgba, vec![0xff, 0, 0, 0x80, 0, 0, 0, 0])
        );
    }
}
