//! [`Target`] and [`ImageView`]: pixels borrowed to draw on, and to draw with.

use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize};

use super::kernels::{Block, Moved, Plane, kernels};
use super::pixmap::MAX_SIDE;

/// Borrowed pixels to draw on, of which only those inside a clip are ever written.
#[derive(Debug)]
pub struct Target<'a> {
    pixels: &'a mut [u32],
    stride: usize,
    size: PixelSize,
    /// Which device pixel the first one is.
    origin: PixelPoint,
    clip: PixelRect,
}

impl<'a> Target<'a> {
    /// The first `size.width` of every `stride` pixels, `size.height` times, to be drawn on inside
    /// `clip`.
    ///
    /// Rows that `pixels` is too short for do not exist, neither does what lies beyond `stride` or
    /// [`MAX_SIDE`]; the clip is cut to what does.
    pub fn new(pixels: &'a mut [u32], size: PixelSize, stride: usize, clip: PixelRect) -> Self {
        let size = backed_size(pixels.len(), size, stride);
        let clip = clip.intersect(PixelRect::from_size(size));
        Self {
            pixels,
            stride,
            size,
            origin: PixelPoint::default(),
            clip,
        }
    }

    /// All pixels of a buffer whose rows follow one another, of which there must be as many as `size` says.
    #[inline]
    pub(super) fn packed(pixels: &'a mut [u32], size: PixelSize, clip: PixelRect) -> Self {
        debug_assert_eq!(pixels.len() as u64, size.area());
        let clip = clip.intersect(PixelRect::from_size(size));
        Self {
            pixels,
            stride: size.width as usize,
            size,
            origin: PixelPoint::default(),
            clip,
        }
    }

    /// The same for pixels that stand for a part of a larger buffer: the first of them for its pixel
    /// `origin`, which must not lie left of or above its first one. Everything is drawn where it
    /// would be there.
    pub fn part(
        pixels: &'a mut [u32],
        size: PixelSize,
        stride: usize,
        origin: PixelPoint,
        clip: PixelRect,
    ) -> Self {
        let size = backed_size(pixels.len(), size, stride);
        let origin = PixelPoint::new(origin.x.max(0), origin.y.max(0));
        let clip = clip.intersect(PixelRect::at(origin, size));
        Self {
            pixels,
            stride,
            size,
            origin,
            clip,
        }
    }

    /// Which device pixels the buffer holds.
    pub fn bounds(&self) -> PixelRect {
        PixelRect::at(self.origin, self.size)
    }

    /// Width and height of the whole buffer.
    pub fn size(&self) -> PixelSize {
        self.size
    }

    /// Where drawing has an effect; always inside the buffer.
    pub fn clip(&self) -> PixelRect {
        self.clip
    }

    /// The same pixels, with the clip narrowed to what also lies in `clip`.
    pub fn clipped(&mut self, clip: PixelRect) -> Target<'_> {
        Target {
            pixels: self.pixels,
            stride: self.stride,
            size: self.size,
            origin: self.origin,
            clip: self.clip.intersect(clip),
        }
    }

    /// The same pixels, told from the device pixel `at` on: what is drawn at (0, 0) is drawn there.
    pub fn relative_to(&mut self, at: PixelPoint) -> Target<'_> {
        let (x, y) = (at.x.saturating_neg(), at.y.saturating_neg());
        Target {
            pixels: self.pixels,
            stride: self.stride,
            size: self.size,
            origin: self.origin.moved(x, y),
            clip: self.clip.moved(x, y),
        }
    }

    /// This buffer as an image, for reading what is there.
    pub fn view(&self) -> ImageView<'_> {
        ImageView::new(self.pixels, self.size, self.stride)
    }

    /// The pixels `x0..x1` of row `y`, cut to the clip.
    pub(super) fn span_mut(&mut self, y: i32, x0: i32, x1: i32) -> &mut [u32] {
        let (x0, x1) = (x0.max(self.clip.x0), x1.min(self.clip.x1));
        if y < self.clip.y0 || y >= self.clip.y1 || x0 >= x1 {
            return &mut [];
        }
        // Inside the clip, so inside the buffer: no sign, no overflow.
        let (x0, x1) = (x0 - self.origin.x, x1 - self.origin.x);
        let row = (y - self.origin.y) as usize * self.stride;
        &mut self.pixels[row + x0 as usize..row + x1 as usize]
    }

    /// The rows of `rect`, cut to the clip, from the top.
    #[inline]
    pub(super) fn rows_mut(&mut self, rect: PixelRect) -> impl Iterator<Item = &mut [u32]> {
        let rect = rect.intersect(self.clip);
        let (width, height) = (rect.width() as usize, rect.height() as usize);
        let range = match rect.is_empty() {
            true => 0..0,
            false => {
                // Inside the clip, so inside the buffer: no sign, no overflow.
                let (left, top) = (rect.x0 - self.origin.x, rect.y0 - self.origin.y);
                let start = top as usize * self.stride + left as usize;
                start..start + (height - 1) * self.stride + width
            }
        };
        let rows = self.pixels[range].chunks_mut(self.stride.max(1));
        rows.map(move |row| &mut row[..width])
    }

    /// The pixels of `rect`, cut to the clip.
    #[inline]
    pub(super) fn block(&mut self, rect: PixelRect) -> Block<'_> {
        let rect = rect.intersect(self.clip);
        if rect.is_empty() {
            return Block::new(&mut [], 0, 0, 0);
        }
        // Inside the clip, so inside the buffer: no sign, no overflow.
        let (left, top) = (rect.x0 - self.origin.x, rect.y0 - self.origin.y);
        let start = top as usize * self.stride + left as usize;
        let (width, height) = (rect.width() as usize, rect.height() as usize);
        Block::new(&mut self.pixels[start..], self.stride, width, height)
    }

    /// All pixels of the buffer, of which only those in the clip may be written, and where they are.
    #[inline]
    pub(super) fn pixels_mut(&mut self) -> (&mut [u32], Grid) {
        let grid = Grid {
            stride: self.stride as isize,
            start: -(self.origin.y as isize * self.stride as isize + self.origin.x as isize),
        };
        (self.pixels, grid)
    }

    /// Moves rows of pixels inside the buffer to the rows of `to`, from the first on or, with `upwards`,
    /// from the last, each as if through a copy. Both must lie inside the buffer, `to` inside the clip.
    #[inline]
    pub(super) fn move_rows(&mut self, from: PixelPoint, to: PixelRect, upwards: bool) {
        let PixelPoint { x: left, y: top } = self.origin;
        let at = |p: PixelPoint| (p.y - top) as usize * self.stride + (p.x - left) as usize;
        let (from, start) = (at(from), at(to.origin()));
        let (width, height) = (to.width() as usize, to.height() as usize);
        let moved = Moved {
            stride: self.stride,
            from,
            to: start,
            width,
            height,
            upwards,
        };
        (kernels().shift)(self.pixels, moved);
    }
}

/// Where a buffer's pixels are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    /// From a pixel to the one below it.
    pub(super) stride: isize,
    /// Where the pixel (0, 0) is, or would be.
    pub(super) start: isize,
}

impl Grid {
    /// Where the pixel (`x`, `y`) is, which must be one of the buffer's.
    #[inline(always)]
    pub(super) fn at(self, x: i32, y: i32) -> usize {
        (y as isize * self.stride + x as isize + self.start) as usize
    }
}

/// Borrowed premultiplied pixels to draw with.
#[derive(Clone, Copy, Debug)]
pub struct ImageView<'a> {
    pixels: &'a [u32],
    size: PixelSize,
    stride: usize,
    opaque: bool,
}

impl<'a> ImageView<'a> {
    /// The first `size.width` of every `stride` pixels, `size.height` times.
    ///
    /// Rows that `pixels` is too short for do not exist, neither does what lies beyond `stride` or
    /// [`MAX_SIDE`].
    pub fn new(pixels: &'a [u32], size: PixelSize, stride: usize) -> Self {
        Self {
            pixels,
            size: backed_size(pixels.len(), size, stride),
            stride,
            opaque: false,
        }
    }

    /// The same image, known (or not) to have the alpha 255 in every pixel: it may be copied where
    /// it would have been blended.
    pub fn with_opaque(self, opaque: bool) -> Self {
        Self { opaque, ..self }
    }

    /// Width and height in pixels.
    pub fn size(&self) -> PixelSize {
        self.size
    }

    /// All pixels as a rectangle at the origin.
    pub fn bounds(&self) -> PixelRect {
        PixelRect::from_size(self.size)
    }

    /// Whether every pixel is known to be opaque.
    pub fn is_opaque(&self) -> bool {
        self.opaque
    }

    /// The pixels to be read in these columns and rows; `None`: they are not all there.
    pub(super) fn plane(&self, columns: (i64, i64), rows: (i64, i64)) -> Option<Plane<'a>> {
        Plane::new(self.pixels, self.stride, columns, rows)
    }

    /// The pixels of row `y`; empty outside the image.
    pub(super) fn row(&self, y: i32) -> &'a [u32] {
        if y < 0 || y as u32 >= self.size.height {
            return &[];
        }
        let start = y as usize * self.stride;
        &self.pixels[start..start + self.size.width as usize]
    }

    /// The pixels from `at` on, which must lie inside, and how far apart rows are.
    #[inline]
    pub(super) fn from(&self, at: PixelPoint) -> (&'a [u32], usize) {
        let start = at.y as usize * self.stride + at.x as usize;
        (&self.pixels[start..], self.stride)
    }

    /// The rows of `rect`, from the top, all of which must lie inside.
    #[inline]
    pub(super) fn rows(&self, rect: PixelRect) -> impl Iterator<Item = &'a [u32]> {
        let (width, height) = (rect.width() as usize, rect.height() as usize);
        let range = match rect.is_empty() {
            true => 0..0,
            false => {
                let start = rect.y0 as usize * self.stride + rect.x0 as usize;
                start..start + (height - 1) * self.stride + width
            }
        };
        let rows = self.pixels[range].chunks(self.stride.max(1));
        rows.map(move |row| &row[..width])
    }

    /// `width` pixels from (`x`, `y`) on, all of which must lie inside.
    pub(super) fn span(&self, x: i32, y: i32, width: u32) -> &'a [u32] {
        &self.row(y)[x as usize..x as usize + width as usize]
    }
}

/// How much of `size` a slice of `len` pixels really holds.
fn backed_size(len: usize, size: PixelSize, stride: usize) -> PixelSize {
    let width = (size.width.min(MAX_SIDE) as usize).min(stride).min(len);
    // The last row needs only its own width, not a whole stride.
    let rows = match width {
        0 => 0,
        _ => (len - width) / stride + 1,
    };
    let height = (size.height.min(MAX_SIDE) as usize).min(rows);
    PixelSize::new(width as u32, height as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_that_exist_are_part_of_a_target() {
        let mut pixels = [0; 10];
        let all = PixelRect::new(0, 0, 100, 100);
        let size = |t: Target<'_>| t.size();
        let wanted = PixelSize::new(3, 9);
        assert_eq!(size(Target::new(&mut pixels, wanted, 4, all)).height, 2);
        assert_eq!(
            size(Target::new(&mut pixels[..7], wanted, 4, all)).height,
            2
        );
        assert_eq!(
            size(Target::new(&mut pixels[..6], wanted, 4, all)).height,
            1
        );
        assert_eq!(size(Target::new(&mut pixels, wanted, 0, all)).width, 0);
        assert_eq!(size(Target::new(&mut pixels, wanted, 2, all)).width, 2);
        assert_eq!(
            size(Target::new(&mut pixels, wanted, usize::MAX, all)),
            PixelSize::new(3, 1)
        );
    }

    #[test]
    fn rows_are_those_of_the_clip() {
        let mut pixels: Vec<u32> = (0..16).collect();
        let clip = PixelRect::from_edges(1, 1, 3, 3);
        let size = PixelSize::new(4, 4);
        let mut t = Target::new(&mut pixels, size, 4, clip);
        let rows = |t: &mut Target<'_>, rect| -> Vec<Vec<u32>> {
            t.rows_mut(rect).map(|row| row.to_vec()).collect()
        };
        let all = PixelRect::new(-9, -9, 99, 99);
        assert_eq!(rows(&mut t, all), [[5, 6], [9, 10]]);
        assert_eq!(rows(&mut t, PixelRect::new(2, 2, 9, 9)), [[10]]);
        assert!(rows(&mut t, PixelRect::new(3, 1, 9, 9)).is_empty());
        let origin = PixelPoint::new(50, 60);
        let clip = PixelRect::new(52, 62, 2, 2);
        let mut t = Target::part(&mut pixels, size, 4, origin, clip);
        let all = PixelRect::new(0, 0, 99, 99);
        assert_eq!(rows(&mut t, all), [[10, 11], [14, 15]]);
        let view = ImageView::new(&pixels, size, 4);
        let rows = view.rows(PixelRect::new(1, 2, 3, 2)).collect::<Vec<_>>();
        assert_eq!(rows, [[9, 10, 11], [13, 14, 15]]);
        assert_eq!(view.rows(PixelRect::EMPTY).count(), 0);
    }

    #[test]
    fn spans_are_cut_to_the_clip() {
        let mut pixels = [0; 16];
        let clip = PixelRect::from_edges(1, 1, 3, 3);
        let mut t = Target::new(&mut pixels, PixelSize::new(4, 4), 4, clip);
        assert_eq!(t.span_mut(1, i32::MIN, i32::MAX).len(), 2);
        assert_eq!(t.span_mut(0, 0, 4).len(), 0);
        assert_eq!(t.span_mut(1, 3, 1).len(), 0);
        assert_eq!(t.clipped(PixelRect::new(2, 2, 9, 9)).clip().area(), 1);
    }
}
