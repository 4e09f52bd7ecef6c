//! The software rasteriser: pixels, geometry and colour, and nothing else.
//!
//! It knows no ids, messages, files, threads or clocks; every function is a plain computation on
//! buffers that the caller owns. A buffer is a row-major array of [`Pixel`] values: premultiplied
//! `0xAARRGGBB` in a native `u32`. All coordinates of a buffer are *device pixels*: the pixel
//! `(x, y)` is the square from `(x, y)` to `(x + 1, y + 1)`, y grows downwards.
//!
//! Four promises hold for every operation and are tested over random scenes:
//!
//! * **Nothing outside the clip** of a [`Target`] is ever written.
//! * **Bands do not show.** Drawing once with a clip, or once with each part of any partition of
//!   that clip, gives the same pixels bit for bit, so large work can be run a slice at a time.
//!   ([`copy_area`] alone needs its bands in a certain order, see there.)
//! * **The same bytes on every machine.** What decides a pixel is integer arithmetic, or floating
//!   point restricted to the correctly rounded `+ - * /`, `sqrt` and `floor`.
//! * **No input panics**: NaN, infinite and enormous numbers, empty sizes and clips are all
//!   accepted and every loop is bounded by a named constant.
//!
//! The innermost loops have versions for several kinds of processors, which give the same bytes; they
//! are in `kernels`, the only place with `unsafe` code.
//!
//! # What is exact about anti-aliasing
//!
//! Curves are flattened to within a tenth of a pixel, line ends are rounded to 1/256 pixel, and where
//! a line crosses from one row of pixels into the next its x is rounded to 1/256 pixel. From there
//! on the signed area of each pixel is exact: it is the integral of the winding number over the
//! pixel. [`FillRule::NonZero`] takes its absolute value, at most one; [`FillRule::EvenOdd`] folds
//! it (0 → 0, 1 → 1, 2 → 0, and so on). So coverage is the exact area wherever a pixel sees only
//! the winding numbers 0 and 1, or only 0 and -1. Where a path overlaps itself *within one pixel*
//! the accumulated area decides: two halves that overlap count as a whole.
//!
//! [`Pixel`]: transom_protocol::color::Pixel

mod area;
mod arrays;
mod blend;
mod blur;
mod blur_cache;
mod blur_rows;
mod brush;
mod cache;
mod cells;
mod clip_mask;
mod copy;
mod coverage;
mod crossings;
mod dash;
mod edges;
mod fill;
mod flatten;
mod glyph_batch;
mod glyphs;
mod gradient;
mod grid;
mod image;
mod kernels;
mod line;
mod mask_cache;
mod mesh;
mod mips;
mod modes;
mod outline;
mod paint;
mod path;
mod pattern;
mod pixmap;
mod placed_blur;
mod polygon;
mod quick_hash;
mod ramp;
mod rows;
mod sample;
mod scan;
mod scratch;
mod shapes_seen;
mod shrink;
mod slope;
mod snap;
mod stamp;
mod stretch;
mod strike;
mod stroke;
mod target;
#[cfg(test)]
mod tests;
mod trace;
mod vector;

pub use arrays::{
    Corners, Drawn, Price, draw_dots, draw_rects, draw_short_lines, extremes, read_lines,
};
pub use blur::{Blur, BlurShape};
pub use blur_cache::BlurCache;
pub use blur_rows::brush_blur;
pub use brush::{Brush, Shader, brush_coverage, brush_mask, brush_path, brush_pixels, brush_rect};
pub use clip_mask::ClipMask;
pub use copy::{blend_over, copy_area, copy_from};
pub use coverage::FillRule;
pub use fill::{clear, fill_path, fill_rect};
pub use glyph_batch::GlyphBatch;
pub use glyphs::{MAX_MASK_SIDE, Mask, draw_mask, glyph_mask};
pub use gradient::{Course, Gradient};
pub use image::{brush_image, draw_image, draw_tinted, image_weight};
pub use line::{LINE_REACH, Marks, draw_line, draw_lines, line_runs};
pub use mask_cache::{MASK_CACHE_BYTES, MaskCache, MaskKey};
pub use mesh::{Corner, Texture, Triangle, draw_triangle};
pub use mips::{Mips, area_level};
pub use paint::Paint;
pub use path::{Path, mapped};
pub use pattern::Pattern;
pub use pixmap::{MAX_SIDE, Pixmap};
pub use placed_blur::PlacedBlur;
pub use polygon::{MAX_CORNERS, Polygon, fill_polygon};
pub use quick_hash::{BuildQuickHash, QuickHash};
pub use ramp::Ramp;
pub use rows::{RowPut, put_rows, replaced_rows, unscaled};
pub use sample::{Filter, ImagePaint};
pub use scratch::Scratch;
pub use shapes_seen::{ShapesSeen, Sight};
pub use snap::{Upright, snap_rect};
pub use stamp::{MAX_STAMP_SIDE, STAMP_CACHE_BYTES, Stamp, StampCache, StampKey};
pub use strike::{Cell, CellKind, Strike, Strikes};
pub use stroke::{Cap, Join, Stroke, stroke_path};
pub use target::{ImageView, Target};
pub use trace::{PixelLine, dot, pixel_at, trace_lines};
