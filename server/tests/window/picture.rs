//! [`Picture`]: decoded pixels to compare.

use std::io::Cursor;

/// Red, green and blue of each pixel.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    /// Reads a PNG file of whatever kind.
    pub(crate) fn decode(file: &[u8]) -> Self {
        let mut decoder = png::Decoder::new(Cursor::new(file));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().expect("a PNG file");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a sane size")];
        let info = reader.next_frame(&mut bytes).expect("a whole picture");
        bytes.truncate(info.buffer_size());
        let samples = info.color_type.samples();
        let pixels = bytes.chunks_exact(samples).map(|sample| match sample {
            [grey] | [grey, _] => [*grey; 3],
            [r, g, b, ..] => [*r, *g, *b],
            [] => [0; 3],
        });
        Self {
            width: info.width,
            height: info.height,
            pixels: pixels.collect(),
        }
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// How many pixels differ, or `None` when the sizes do.
    pub(crate) fn difference(&self, other: &Self) -> Option<usize> {
        let pairs = self.pixels.iter().zip(&other.pixels);
        (self.size() == other.size()).then(|| pairs.filter(|(a, b)| a != b).count())
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a picture of {} x {}", self.width, self.height)
    }
}
