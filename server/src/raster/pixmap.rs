//! [`Pixmap`]: a buffer that owns its pixels.

use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize};

use super::target::{ImageView, Target};

/// The longest side of a [`Pixmap`] in pixels: four times the widest screens sold, and small enough
/// that a position in an image keeps its fixed-point fraction in 64 bits.
pub const MAX_SIDE: u32 = 1 << 15;

/// An owned buffer of premultiplied `0xAARRGGBB` pixels, rows tightly packed from the top.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pixmap {
    pixels: Vec<u32>,
    size: PixelSize,
}

impl Pixmap {
    /// A transparent buffer of `size` pixels.
    ///
    /// A side above [`MAX_SIDE`] is cut to it. Quotas are the caller's: this allocates what it is
    /// told to.
    pub fn new(size: PixelSize) -> Self {
        let size = PixelSize::new(size.width.min(MAX_SIDE), size.height.min(MAX_SIDE));
        Self {
            pixels: vec![0; size.area() as usize],
            size,
        }
    }

    /// Width and height in pixels.
    pub fn size(&self) -> PixelSize {
        self.size
    }

    /// All pixels as a rectangle at the origin.
    pub fn bounds(&self) -> PixelRect {
        PixelRect::from_size(self.size)
    }

    /// The pixels, row by row from the top.
    pub fn pixels(&self) -> &[u32] {
        &self.pixels
    }

    /// The pixels to change, row by row from the top.
    pub fn pixels_mut(&mut self) -> &mut [u32] {
        &mut self.pixels
    }

    /// The pixels of row `y`; empty below the last row.
    pub fn row(&self, y: u32) -> &[u32] {
        let width = self.size.width as usize;
        let start = (y as usize).saturating_mul(width);
        self.pixels
            .get(start..start.saturating_add(width))
            .unwrap_or(&[])
    }

    /// How many bytes the pixels take.
    pub fn byte_size(&self) -> usize {
        self.pixels.len() * size_of::<u32>()
    }

    /// This buffer as something to draw on, inside `clip` only.
    pub fn target(&mut self, clip: PixelRect) -> Target<'_> {
        Target::packed(&mut self.pixels, self.size, clip)
    }

    /// The same, its first pixel standing for the device pixel `origin`.
    pub fn target_at(&mut self, origin: PixelPoint, clip: PixelRect) -> Target<'_> {
        let stride = self.size.width as usize;
        Target::part(&mut self.pixels, self.size, stride, origin, clip)
    }

    /// This buffer as an image to draw with, taken to have transparent pixels.
    pub fn view(&self) -> ImageView<'_> {
        ImageView::new(&self.pixels, self.size, self.size.width as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_pixmap_is_transparent_and_packed() {
        let p = Pixmap::new(PixelSize::new(3, 2));
        assert_eq!(p.pixels(), [0; 6]);
        assert_eq!(p.byte_size(), 24);
        assert_eq!(p.row(1).len(), 3);
        assert!(p.row(2).is_empty());
        assert!(p.row(u32::MAX).is_empty());
    }

    #[test]
    fn a_pixmap_without_pixels_can_be_drawn_on() {
        for size in [PixelSize::new(0, 5), PixelSize::new(5, 0)] {
            let mut p = Pixmap::new(size);
            assert!(p.target(PixelRect::new(-5, -5, 100, 100)).clip().is_empty());
            assert!(p.row(0).is_empty());
        }
    }

    #[test]
    fn too_long_a_side_is_cut() {
        let p = Pixmap::new(PixelSize::new(u32::MAX, 1));
        assert_eq!(p.size(), PixelSize::new(MAX_SIDE, 1));
    }
}
