//! [`Mask`]: the coverage of a glyph, made once and drawn many times.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::{PixelPoint, PixelRect, Transform};

use super::coverage::{FillRule, Sink};
use super::kernels::kernels;
use super::path::Path;
use super::scratch::Scratch;
use super::target::Target;

/// The longest side of a [`Mask`] in pixels. Larger glyphs are few on a screen and cheap for their
/// size to fill as paths; as masks they would push hundreds of small ones out of a cache.
pub const MAX_MASK_SIDE: u32 = 256;

/// Rows of a mask are so many pixels wide, or several times as many.
const STRIDE_UNIT: u32 = 4;

/// Coverage as text draws it, by coverage as area: `c + c·(255 − c) / (255·4)`, to nearest.
///
/// Blending happens in encoded sRGB, where half coverage of white on black gives a fifth of the light
/// and so looks thin; for black on white it looks full. This lifts the middle by a sixteenth: half of
/// what would even out white on black, so that neither direction looks wrong.
const CONTRAST: [u8; 256] = contrast_table();

const fn contrast_table() -> [u8; 256] {
    let mut table = [0; 256];
    let mut c = 0;
    while c < 256 {
        let lift = c * (255 - c);
        table[c] = (c + (2 * lift + 255 * 4) / (2 * 255 * 4)) as u8;
        c += 1;
    }
    table
}

/// How much of each pixel a glyph covers, after the text contrast table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    /// From the glyph's origin to the leftmost column, in pixels to the right.
    pub left: i32,
    /// From the glyph's origin to the topmost row, in pixels downwards; mostly negative.
    pub top: i32,
    /// Pixels in a row.
    pub width: u32,
    /// Number of rows.
    pub height: u32,
    /// Row by row from the top, 0 to 255, `stride × height` of them. What a row has beyond its width is 0.
    pub coverage: Box<[u8]>,
    /// From the beginning of a row to the next.
    pub stride: u32,
    /// Whether there is nothing but 0 and 255.
    pub is_whole: bool,
}

impl Mask {
    /// The mask of a glyph without ink, a space.
    pub fn empty() -> Self {
        Self {
            left: 0,
            top: 0,
            width: 0,
            height: 0,
            coverage: Box::new([]),
            stride: 0,
            is_whole: true,
        }
    }

    /// The coverage of row `y` from `x` on, both counted from the mask's corner.
    pub(super) fn row(&self, y: u32, x: u32) -> &[u8] {
        let (width, stride) = (self.width as usize, self.stride as usize);
        let (y, x) = (y as usize, (x as usize).min(width));
        let start = y.saturating_mul(stride);
        let row = self.coverage.get(start..).unwrap_or(&[]);
        row.get(x..width.min(row.len())).unwrap_or(&[])
    }

    /// The mask of the same glyph without anti-aliasing: what is covered by half and more.
    pub(super) fn without_antialias(coverage: u8) -> u8 {
        if coverage >= CONTRAST[128] { 255 } else { 0 }
    }

    /// How many bytes this takes.
    pub fn byte_size(&self) -> usize {
        size_of::<Self>() + self.coverage.len()
    }
}

/// The mask of a glyph `outline`, given in font units with y upwards and the origin on the baseline.
///
/// `scale` is in device pixels per font unit. `subpixel` quarters of a pixel (0 to 3; more wrap around)
/// lie between the left edge of the origin's pixel and the origin. Filled by [`FillRule::NonZero`].
/// `None` if a side would exceed [`MAX_MASK_SIDE`]: fill the outline as a path then. A scale that is not
/// finite gives the empty mask.
pub fn glyph_mask(outline: &Path, scale: f32, subpixel: u8, scratch: &mut Scratch) -> Option<Mask> {
    let to_device = Transform {
        e: f32::from(subpixel % 4) / 4.0,
        ..Transform::scale(scale, -scale)
    };
    let path = &mut scratch.path;
    path.clear();
    outline.transform(&to_device, path);
    let Some((low, high)) = path.corners() else {
        return Some(Mask::empty());
    };
    let (low, high) = (
        (low.x.floor() as i32, low.y.floor() as i32),
        (high.x.ceil() as i32, high.y.ceil() as i32),
    );
    let area = PixelRect::from_edges(low.0, low.1, high.0, high.1);
    if area.is_empty() {
        return Some(Mask::empty());
    }
    if area.width() > MAX_MASK_SIDE || area.height() > MAX_MASK_SIDE {
        path.clear();
        return None;
    }
    let stride = area.width().next_multiple_of(STRIDE_UNIT);
    let coverage = vec![0; stride as usize * area.height() as usize].into_boxed_slice();
    let mut sink = MaskSink {
        area,
        stride: stride as usize,
        coverage,
    };
    scratch
        .coverage
        .sweep(path, FillRule::NonZero, true, area, &mut sink);
    path.clear();
    Some(Mask {
        left: area.x0,
        top: area.y0,
        width: area.width(),
        height: area.height(),
        is_whole: sink.coverage.iter().all(|c| matches!(c, 0 | 255)),
        coverage: sink.coverage,
        stride,
    })
}

/// Writes coverage down, through the contrast table.
struct MaskSink {
    area: PixelRect,
    stride: usize,
    coverage: Box<[u8]>,
}

impl MaskSink {
    fn row(&mut self, y: i32, x: i32, length: usize) -> &mut [u8] {
        let (x, y) = (x.abs_diff(self.area.x0), y.abs_diff(self.area.y0));
        let start = y as usize * self.stride + x as usize;
        &mut self.coverage[start..start + length]
    }
}

impl Sink for MaskSink {
    fn solid(&mut self, y: i32, x0: i32, x1: i32) {
        self.row(y, x0, x0.abs_diff(x1) as usize).fill(255);
    }

    fn masked(&mut self, y: i32, x: i32, mask: &[u8]) {
        for (to, from) in self.row(y, x, mask.len()).iter_mut().zip(mask) {
            *to = CONTRAST[usize::from(*from)];
        }
    }
}

/// Puts `color` over the target where `mask` says, with the glyph's origin in the pixel `at`.
///
/// A mask with less coverage than its size asks for is drawn as far as it goes.
pub fn draw_mask(target: &mut Target<'_>, mask: &Mask, at: PixelPoint, color: Pixel) {
    let origin = at.moved(mask.left, mask.top);
    let all = PixelRect::new(origin.x, origin.y, mask.width, mask.height);
    let part = all.intersect(target.clip());
    if part.is_empty() || color == Pixel::TRANSPARENT {
        return;
    }
    let stride = mask.stride as usize;
    let left = part.x0.abs_diff(origin.x) as usize;
    let start = part.y0.abs_diff(origin.y) as usize * stride + left;
    let coverage = mask.coverage.get(start..).unwrap_or(&[]);
    let mut block = target.block(part);
    // Nothing covers the end of the mask's rows: going over it as well changes nothing, and spares the
    // loop its odd pixels.
    if part.x1 == all.x1 && stride > left && block.has_room(stride - left) {
        block = block.widened(stride - left);
    }
    match mask.is_whole && color.alpha() == 255 {
        true => (kernels().stamp_whole)(block, color.0, coverage, stride),
        false => (kernels().stamp)(block, color.0, coverage, stride),
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::geometry::{PixelSize, Point, Rect};

    use super::super::pixmap::Pixmap;
    use super::*;

    fn square(side: f32) -> Path {
        let mut path = Path::new();
        path.rect(Rect::new(0.0, 0.0, side, side));
        path
    }

    #[test]
    fn the_contrast_table_keeps_ends_and_order() {
        assert_eq!((CONTRAST[0], CONTRAST[255]), (0, 255));
        assert!(CONTRAST.windows(2).all(|w| w[0] <= w[1]));
        assert_eq!(CONTRAST[128], 144);
    }

    #[test]
    fn a_mask_stands_on_the_baseline() {
        let mask = glyph_mask(&square(1000.0), 0.004, 0, &mut Scratch::new()).expect("small");
        assert_eq!(
            (mask.left, mask.top, mask.width, mask.height),
            (0, -4, 4, 4)
        );
        assert_eq!(*mask.coverage, [255; 16]);
        assert!(mask.is_whole);
    }

    #[test]
    fn quarters_of_a_pixel_move_to_the_right() {
        let mask = glyph_mask(&square(1.0), 2.0, 1, &mut Scratch::new()).expect("small");
        let row = [64, 64 * 3, 255, 64].map(|c: usize| CONTRAST[c.min(255)]);
        assert_eq!((mask.left, mask.width), (0, 3));
        assert_eq!(mask.coverage[0], CONTRAST[191]);
        assert_eq!(mask.coverage[1], row[2]);
        assert_eq!(mask.coverage[2], row[3]);
        let again = glyph_mask(&square(1.0), 2.0, 5, &mut Scratch::new());
        assert_eq!(again, Some(mask));
    }

    #[test]
    fn too_large_and_empty_glyphs_say_so() {
        let scratch = &mut Scratch::new();
        assert_eq!(glyph_mask(&square(257.0), 1.0, 0, scratch), None);
        assert_eq!(glyph_mask(&square(1.0), f32::MAX, 0, scratch), None);
        assert_eq!(
            glyph_mask(&square(1.0), f32::NAN, 0, scratch),
            Some(Mask::empty())
        );
        assert_eq!(
            glyph_mask(&Path::new(), 1.0, 0, scratch),
            Some(Mask::empty())
        );
        let mut dot = Path::new();
        dot.move_to(Point::new(3.0, 3.0));
        assert_eq!(glyph_mask(&dot, 1.0, 0, scratch), Some(Mask::empty()));
    }

    #[test]
    fn masks_are_cut_at_the_clip_and_survive_lies() {
        let mut p = Pixmap::new(PixelSize::new(4, 4));
        let mut mask = glyph_mask(&square(4.0), 1.0, 0, &mut Scratch::new()).expect("small");
        let clip = PixelRect::new(1, 1, 2, 2);
        draw_mask(
            &mut p.target(clip),
            &mask,
            PixelPoint::new(0, 4),
            Pixel(0xff11_2233),
        );
        assert_eq!(p.pixels().iter().filter(|p| **p != 0).count(), 4);
        mask.width = u32::MAX;
        mask.height = u32::MAX;
        mask.stride = u32::MAX - 2;
        for x in [i32::MIN, -1, 0, i32::MAX] {
            let at = PixelPoint::new(x, x);
            draw_mask(
                &mut p.target(PixelRect::new(0, 0, 9, 9)),
                &mask,
                at,
                Pixel(1),
            );
        }
    }
}
