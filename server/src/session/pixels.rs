//! From the bytes that clients send to pixels: the four formats of images.

use transom_protocol::color::{Color, Pixel};
use transom_protocol::request::ImageFormat;

/// The alpha of an opaque pixel; alone it is black.
pub(super) const OPAQUE: u32 = 0xff00_0000;

/// Converts `bytes`, whole pixels of `format`, to `out`, which has as many.
pub(super) fn convert(format: ImageFormat, bytes: &[u8], out: &mut [u32]) {
    match format {
        // Channels above alpha, which no honest client sends, brighten: blending saturates.
        ImageFormat::Bgra => each(bytes, out, u32::from_le_bytes),
        ImageFormat::Bgrx => each(bytes, out, |pixel| u32::from_le_bytes(pixel) | OPAQUE),
        ImageFormat::Rgba => each(bytes, out, |pixel| rgba(u32::from_le_bytes(pixel))),
        ImageFormat::A8 => each(bytes, out, |[a]| u32::from_ne_bytes([a; 4])),
    }
}

/// Converts pixels whose bytes are R, G, B and straight alpha, each in a little-endian number, where
/// they are.
pub(super) fn convert_rgba(words: &mut [u32]) {
    words.iter_mut().for_each(|word| *word = rgba(*word));
}

/// A pixel whose bytes are R, G, B and straight alpha, in a little-endian number.
fn rgba(word: u32) -> u32 {
    let [r, g, b, a] = word.to_le_bytes();
    match a {
        // Most pictures are opaque, and nothing is to be multiplied then.
        255 => Pixel::from_channels(255, r, g, b).0,
        _ => Color::rgba(r, g, b, a).premultiply().0,
    }
}

fn each<const N: usize>(bytes: &[u8], out: &mut [u32], pixel: impl Fn([u8; N]) -> u32) {
    for (bytes, out) in bytes.as_chunks::<N>().0.iter().zip(out) {
        *out = pixel(*bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_becomes_premultiplied_argb() {
        let converted = |format, bytes: &[u8]| {
            let mut out = [0];
            convert(format, bytes, &mut out);
            out[0]
        };
        assert_eq!(
            converted(ImageFormat::Bgra, &[0x10, 0x20, 0x30, 0x40]),
            0x4030_2010
        );
        assert_eq!(
            converted(ImageFormat::Bgrx, &[0x10, 0x20, 0x30, 0x40]),
            0xff30_2010
        );
        assert_eq!(
            converted(ImageFormat::Rgba, &[0xff, 0x80, 0, 0x80]),
            0x8080_4000
        );
        assert_eq!(converted(ImageFormat::A8, &[0x42]), 0x4242_4242);
    }

    #[test]
    fn words_are_converted_as_bytes_are() {
        let bytes: Vec<u8> = (0..=255).collect();
        let mut from_bytes = vec![0; 64];
        convert(ImageFormat::Rgba, &bytes, &mut from_bytes);
        let mut words: Vec<u32> = (bytes.as_chunks().0.iter())
            .map(|pixel| u32::from_le_bytes(*pixel))
            .collect();
        convert_rgba(&mut words);
        assert_eq!(words, from_bytes);
    }
}
