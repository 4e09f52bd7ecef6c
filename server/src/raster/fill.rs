//! Filling: everything, a rectangle of whole pixels, a path.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::PixelRect;

use super::coverage::FillRule;
use super::kernels::kernels;
use super::paint::{Paint, SolidSink, SourceSink};
use super::path::Path;
use super::scratch::Scratch;
use super::target::Target;

/// Sets every pixel inside the clip to `color`, alpha included.
pub fn clear(target: &mut Target<'_>, color: Pixel) {
    let clip = target.clip();
    (kernels().fill)(target.block(clip), color.0);
}

/// Puts `color` over the whole pixels `rect`.
pub fn fill_rect(target: &mut Target<'_>, rect: PixelRect, color: Pixel) {
    match color.alpha() {
        255 => (kernels().fill)(target.block(rect), color.0),
        _ if color == Pixel::TRANSPARENT => {}
        _ => (kernels().solid)(target.block(rect), color.0),
    }
}

/// Puts `paint` over the inside of `path`, which is in device pixels; open sub-paths are closed.
///
/// With `antialias` each pixel takes as much paint as its covered area says (what is exact about
/// that: see the [module](super)). Without, a pixel is painted when its centre lies inside; a centre
/// on the outline belongs to the inside on its right, or below.
///
/// Coverage is rounded to 8 bits, and so is each blending step. Paths reach 2^20 pixels from the
/// origin; what lies beyond is cut off without changing the rest.
pub fn fill_path(
    target: &mut Target<'_>,
    path: &Path,
    rule: FillRule,
    antialias: bool,
    paint: &Paint<'_>,
    scratch: &mut Scratch,
) {
    let clip = target.clip();
    let Scratch {
        coverage, colors, ..
    } = scratch;
    match *paint {
        Paint::Solid(Pixel::TRANSPARENT) => {}
        Paint::Solid(color) => {
            let sink = &mut SolidSink { target, color };
            coverage.sweep(path, rule, antialias, clip, sink);
        }
        Paint::Image(source) => {
            let opacity = source.opacity();
            let sink = &mut SourceSink {
                target,
                source,
                opacity,
                colors,
            };
            coverage.sweep(path, rule, antialias, clip, sink);
        }
    }
}
