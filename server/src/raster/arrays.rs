//! Arrays of small shapes in one colour, a block of them at a time.
//!
//! Coordinates are relative to the first pixel of the target's clip, and each shape must lie inside the
//! clip: what that saves is most of what a small shape costs.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::PixelRect;

use super::kernels::{self, kernels};
use super::target::Target;

pub use super::kernels::{Corners, Price};

/// What was drawn of a block of shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// How many shapes, from the first on.
    pub count: usize,
    /// What that cost.
    pub spent: u64,
    /// Around all shapes that were given, in device pixels.
    pub bounds: PixelRect,
}

/// Puts `color` over single pixels. Returns their bounds in device pixels; `None`: one of them is
/// outside, and nothing was drawn.
pub fn draw_dots(target: &mut Target<'_>, dots: &[[i32; 2]], color: Pixel) -> Option<PixelRect> {
    let clip = target.clip();
    let bounds = (kernels().dots)(target.block(clip), dots, color.0)?;
    Some(around(clip, bounds))
}

/// Puts `color` over rectangles: left, top, right and bottom, the latter two behind the last pixels. As
/// many of them as `price` allows, but one at least. `None`: one of them is outside, and nothing was
/// drawn.
pub fn draw_rects(
    target: &mut Target<'_>,
    rects: &[Corners],
    color: Pixel,
    price: Price,
) -> Option<Drawn> {
    let clip = target.clip();
    let drawn = (kernels().rects)(target.block(clip), rects, color.0, price)?;
    Some(Drawn::new(clip, drawn))
}

/// The two points of each line of a list of 16-bit numbers, in whole pixels moved by `shift`: 8 bytes at every
/// `step` bytes. As far as both `bytes` and `out` go.
pub fn read_lines(bytes: &[u8], step: usize, shift: [i32; 2], out: &mut [Corners]) {
    (kernels().ends)(bytes, step, shift, out);
}

/// The smallest and the largest of each of the four numbers.
pub fn extremes(all: &[Corners]) -> [Corners; 2] {
    (kernels().extremes)(all)
}

/// Puts `color` over lines from pixel to pixel, each for itself, with `ends` or without the pixels that
/// they end in: those of [`draw_line`](super::draw_line). As many of them as `price` allows, but one at
/// least. `None`: an end is outside, and nothing was drawn.
pub fn draw_short_lines(
    target: &mut Target<'_>,
    lines: &[Corners],
    ends: bool,
    color: Pixel,
    price: Price,
) -> Option<Drawn> {
    let clip = target.clip();
    let drawn = (kernels().lines)(target.block(clip), lines, ends, color.0, price)?;
    Some(Drawn::new(clip, drawn))
}

impl Drawn {
    fn new(clip: PixelRect, drawn: kernels::Drawn) -> Self {
        let kernels::Drawn {
            count,
            spent,
            bounds,
        } = drawn;
        Self {
            count,
            spent,
            bounds: around(clip, bounds),
        }
    }
}

fn around(clip: PixelRect, [x0, y0, x1, y1]: Corners) -> PixelRect {
    // Inside the clip: no overflow.
    PixelRect::from_edges(x0, y0, x1 + 1, y1 + 1).moved(clip.x0, clip.y0)
}
