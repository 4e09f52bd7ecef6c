//! From the bytes that clients send to pixels: the four formats of images.

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

/// A pixel whose bytes are R, G, B and straight alpha, in a little-endian number. Without a branch, and
/// two channels at a time, so that the compiler takes several pixels at once.
fn rgba(word: u32) -> u32 {
    const LANES: u32 = 0x00ff_00ff;
    let alpha = word >> 24;
    // Times alpha / 255, rounded to nearest, as `Color::premultiply` does it.
    let scaled = |lanes: u32| {
        let t = lanes * alpha + 0x0080_0080;
        ((t + ((t >> 8) & LANES)) >> 8) & LANES
    };
    let red_blue = scaled((word & LANES).rotate_left(16));
    let alpha_green = scaled((word >> 8 & 0xff) | 0x00ff_0000);
    red_blue | alpha_green << 8
}

fn each<const N: usize>(bytes: &[u8], out: &mut [u32], pixel: impl Fn([u8; N]) -> u32) {
    for (bytes, out) in bytes.as_chunks::<N>().0.iter().zip(out) {
        *out = pixel(*bytes);
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::color::Color;

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
    fn straight_alpha_is_premultiplied_as_colours_are() {
        for alpha in 0..=255u8 {
            for channel in 0..=255u8 {
                let (r, g, b) = (channel, 255 - channel, channel ^ 0x55);
                let expected = Color::rgba(r, g, b, alpha).premultiply();
                assert_eq!(rgba(u32::from_le_bytes([r, g, b, alpha])), expected.0);
            }
        }
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
