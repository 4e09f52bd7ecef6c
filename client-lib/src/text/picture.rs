//! Pictures of pixels in fonts: emoji, mostly.

/// Pixels of the largest picture that is taken from a font.
const MAX_SIDE: u32 = 1024;

/// A picture and where it goes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Blue, green, red, alpha; premultiplied.
    pub(super) pixels: Vec<u8>,
    /// Left and top edge in font units, y upwards.
    pub(super) corner: (i16, i16),
    /// In font units.
    pub(super) size: (u16, u16),
}

impl Picture {
    /// `None` for what is no picture, or an unreasonably large one.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
        let mut reader = decoder.read_info().ok()?;
        let (width, height) = (reader.info().width, reader.info().height);
        if width.max(height) > MAX_SIDE {
            return None;
        }
        let mut data = vec![0; reader.output_buffer_size()?];
        let info = reader.next_frame(&mut data).ok()?;
        let channels = info.color_type.samples();
        let pixels = data[..info.buffer_size()].chunks_exact(channels);
        let rgba = pixels.map(|p| match *p {
            [v] => [v, v, v, 255],
            [v, a] => [v, v, v, a],
            [r, g, b] => [r, g, b, 255],
            [r, g, b, a, ..] => [r, g, b, a],
            [] => [0; 4],
        });
        let premultiplied = |c: u8, a: u8| ((u32::from(c) * u32::from(a) + 127) / 255) as u8;
        let pixels = rgba.flat_map(|[r, g, b, a]| {
            [
                premultiplied(b, a),
                premultiplied(g, a),
                premultiplied(r, a),
                a,
            ]
        });
        Some(Self::of(width, height, pixels.collect()))
    }

    /// From premultiplied pixels.
    pub(super) fn bgra(width: u32, height: u32, bytes: &[u8]) -> Option<Self> {
        let fits = width.max(height) <= MAX_SIDE && width.min(height) > 0;
        let length = width as usize * height as usize * 4;
        (fits && bytes.len() >= length).then(|| Self::of(width, height, bytes[..length].to_vec()))
    }

    fn of(width: u32, height: u32, pixels: Vec<u8>) -> Self {
        Self {
            width,
            height,
            pixels,
            corner: (0, 0),
            size: (0, 0),
        }
    }

    pub(super) fn placed(self, corner: (i16, i16), size: (u16, u16)) -> Self {
        Self {
            corner,
            size,
            ..self
        }
    }

    /// The picture at `scale` times its size, each pixel the mean of those it stands for; one that
    /// would grow stays as it is.
    pub(super) fn shrunk(self, scale: f32) -> Self {
        if scale.is_nan() || scale >= 1.0 {
            return self;
        }
        let side = |v: u32| ((v as f32 * scale).ceil() as u32).clamp(1, v);
        let (width, height) = (side(self.width), side(self.height));
        let columns = shares(self.width, width);
        let rows = shares(self.height, height);
        let mut narrow = vec![0.0f32; (width * self.height * 4) as usize];
        for y in 0..self.height as usize {
            for (x, shares) in columns.iter().enumerate() {
                let to = (y * width as usize + x) * 4;
                for (from, share) in shares {
                    let from = (y * self.width as usize + from) * 4;
                    for c in 0..4 {
                        narrow[to + c] += share * f32::from(self.pixels[from + c]);
                    }
                }
            }
        }
        let row = width as usize * 4;
        let mut pixels = Vec::with_capacity(row * height as usize);
        for shares in &rows {
            for at in 0..row {
                let sum: f32 = shares
                    .iter()
                    .map(|(y, share)| share * narrow[y * row + at])
                    .sum();
                pixels.push(sum.round() as u8);
            }
        }
        Self {
            pixels,
            width,
            height,
            ..self
        }
    }
}

/// For each of `to` pixels, which of `from` it covers and how much of it each is.
fn shares(from: u32, to: u32) -> Vec<Vec<(usize, f32)>> {
    let step = from as f32 / to as f32;
    let one = |at: u32| {
        let (start, end) = (at as f32 * step, (at + 1) as f32 * step);
        let last = (end.ceil() as u32).min(from);
        let covered = |pixel: u32| {
            let overlap = end.min(pixel as f32 + 1.0) - start.max(pixel as f32);
            (pixel as usize, overlap.max(0.0) / step)
        };
        (start.floor() as u32..last).map(covered).collect()
    };
    (0..to).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smaller_picture_has_the_mean_of_the_larger() {
        let pixels = [0u8, 100]
            .iter()
            .flat_map(|v| [*v; 4])
            .cycle()
            .take(6 * 4 * 4)
            .collect();
        let picture = Picture::of(6, 4, pixels).shrunk(0.5);
        assert_eq!((picture.width, picture.height), (3, 2));
        assert!(
            picture.pixels.iter().all(|v| *v == 50),
            "{:?}",
            picture.pixels
        );
        let odd = Picture::of(3, 3, vec![90; 36]).shrunk(0.4);
        assert_eq!((odd.width, odd.height), (2, 2));
        assert!(odd.pixels.iter().all(|v| *v == 90));
    }

    #[test]
    fn what_is_no_picture_is_none() {
        assert_eq!(Picture::decode(b"no picture"), None);
        assert_eq!(Picture::bgra(2, 2, &[0; 15]), None);
        assert_eq!(Picture::bgra(5000, 1, &[0; 20000]), None);
    }
}
