//! [`Brush`]: what is drawn with where one colour put over what is there is not enough.

use std::sync::Arc;

use transom_protocol::color::Pixel;
use transom_protocol::draw::Blend;
use transom_protocol::geometry::{PixelPoint, PixelRect};

use super::clip_mask::ClipMask;
use super::copy::overlap;
use super::coverage::{FillRule, Sink};
use super::glyphs::Mask;
use super::gradient::Gradient;
use super::paint::Source;
use super::path::Path;
use super::pattern::Pattern;
use super::scratch::Scratch;
use super::target::{ImageView, Target};
use super::{blend, modes};

/// Colours of a paint.
#[derive(Clone, Copy, Debug)]
pub enum Shader<'a> {
    /// One premultiplied colour everywhere.
    Solid(Pixel),
    /// By place.
    Gradient(Gradient<'a>),
    /// By the pixels of an image.
    Pattern(Pattern<'a>),
}

impl Source for Shader<'_> {
    fn colors(&self, x: i32, y: i32, out: &mut [u32]) {
        match self {
            Self::Solid(color) => out.fill(color.0),
            Self::Gradient(gradient) => gradient.colors(x, y, out),
            Self::Pattern(pattern) => pattern.colors(x, y, out),
        }
    }

    fn is_opaque(&self) -> bool {
        match self {
            Self::Solid(color) => color.alpha() == 255,
            Self::Gradient(gradient) => gradient.is_opaque(),
            Self::Pattern(pattern) => pattern.is_opaque(),
        }
    }
}

impl Shader<'_> {
    /// What a pixel of it costs beside one of one colour.
    pub fn weight(&self) -> u64 {
        match self {
            Self::Solid(_) => 1,
            Self::Gradient(gradient) => gradient.weight(),
            Self::Pattern(pattern) => pattern.weight(),
        }
    }
}

/// A paint, its opacity, and how it gets onto what is there.
#[derive(Clone, Debug)]
pub struct Brush<'a> {
    /// The colours.
    pub shader: Shader<'a>,
    /// How much of them shows, of 255.
    pub opacity: u8,
    /// How they and what is there become one.
    pub blend: Blend,
    /// Where drawing may happen, when that is not whole pixels; it covers the clip of every target
    /// that is drawn on.
    pub mask: Option<Arc<ClipMask>>,
}

impl Brush<'_> {
    /// What four pixels cost.
    pub fn weight(&self) -> u64 {
        let blend = if self.blend == Blend::Over { 1 } else { 6 };
        self.shader.weight() + blend + u64::from(self.mask.is_some())
    }

    /// After how many rows the same pixels come again, whatever was there before, if they do.
    fn period(&self) -> Option<u32> {
        let replaces = matches!(self.blend, Blend::Over | Blend::Source) && self.opacity == 255;
        match &self.shader {
            Shader::Pattern(pattern) if replaces && self.mask.is_none() && pattern.is_opaque() => {
                pattern.period()
            }
            _ => None,
        }
    }

    /// The sink that puts `source` onto `target`.
    fn sink<'s, 'a, S: Source>(
        &'s self,
        target: &'s mut Target<'a>,
        source: S,
        scratch: (&'s mut Vec<u32>, &'s mut Vec<u8>),
    ) -> BrushSink<'s, 'a, S> {
        BrushSink {
            target,
            source,
            opacity: self.opacity,
            blend: self.blend,
            mask: self.mask.as_deref(),
            colors: scratch.0,
            narrowed: scratch.1,
        }
    }
}

/// Draws on the whole pixels `rect`.
pub fn brush_rect(
    target: &mut Target<'_>,
    rect: PixelRect,
    brush: &Brush<'_>,
    scratch: &mut Scratch,
) {
    let mut rect = rect.intersect(target.clip());
    let Scratch {
        colors, narrowed, ..
    } = scratch;
    let whole = rect;
    if let Some(rows) = brush.period() {
        rect.y1 = rect.y1.min(rect.y0.saturating_add_unsigned(rows));
    }
    let mut sink = brush.sink(target, brush.shader, (colors, narrowed));
    for y in rect.y0..rect.y1 {
        sink.solid(y, rect.x0, rect.x1);
    }
    // The others are there already, further up.
    let rest = PixelRect {
        y0: rect.y1,
        ..whole
    };
    if !rest.is_empty() {
        target.move_rows(rect.origin(), rest, false);
    }
}

/// Draws on the inside of `path`, as [`fill_path`](super::fill_path) finds it.
pub fn brush_path(
    target: &mut Target<'_>,
    path: &Path,
    rule: FillRule,
    antialias: bool,
    brush: &Brush<'_>,
    scratch: &mut Scratch,
) {
    let clip = target.clip();
    let Scratch {
        colors,
        narrowed,
        coverage,
        ..
    } = scratch;
    let sink = &mut brush.sink(target, brush.shader, (colors, narrowed));
    coverage.sweep(path, rule, antialias, clip, sink);
}

/// Draws where `coverage` says: it is called with the row and first pixel of a run to be filled in.
pub fn brush_coverage(
    target: &mut Target<'_>,
    area: PixelRect,
    brush: &Brush<'_>,
    scratch: &mut Scratch,
    mut coverage: impl FnMut(i32, i32, &mut [u8]),
) {
    let area = area.intersect(target.clip());
    let Scratch {
        colors,
        narrowed,
        run,
        ..
    } = scratch;
    let mut sink = brush.sink(target, brush.shader, (colors, narrowed));
    run.clear();
    run.resize(area.width() as usize, 0);
    for y in area.y0..area.y1 {
        coverage(y, area.x0, run);
        sink.masked(y, area.x0, run);
    }
}

/// Draws where a glyph's `mask` says, its origin in the pixel `at`; without anti-aliasing where at
/// least half a pixel is covered.
pub fn brush_mask(
    target: &mut Target<'_>,
    mask: &Mask,
    at: PixelPoint,
    antialias: bool,
    brush: &Brush<'_>,
    scratch: &mut Scratch,
) {
    let origin = at.moved(mask.left, mask.top);
    let all = PixelRect::new(origin.x, origin.y, mask.width, mask.height);
    brush_coverage(target, all, brush, scratch, |y, x, run| {
        let row = mask.row(y.abs_diff(origin.y), x.abs_diff(origin.x));
        for (to, from) in run.iter_mut().zip(row) {
            *to = match antialias {
                true => *from,
                false => Mask::without_antialias(*from),
            };
        }
    });
}

/// Draws the pixels `src` of `image` at `dst`, one by one, with a brush's way of putting them there:
/// its own colours do not count.
pub fn brush_pixels(
    target: &mut Target<'_>,
    image: &ImageView<'_>,
    src: PixelRect,
    dst: PixelPoint,
    brush: &Brush<'_>,
    scratch: &mut Scratch,
) {
    let Some((from, to)) = overlap(src, image.bounds(), dst, target.clip()) else {
        return;
    };
    let source = Pixels {
        image: *image,
        dx: from.x - to.x0,
        dy: from.y - to.y0,
    };
    let Scratch {
        colors, narrowed, ..
    } = scratch;
    let mut sink = brush.sink(target, source, (colors, narrowed));
    for y in to.y0..to.y1 {
        sink.solid(y, to.x0, to.x1);
    }
}

/// Image pixels, moved.
struct Pixels<'a> {
    image: ImageView<'a>,
    dx: i32,
    dy: i32,
}

impl Source for Pixels<'_> {
    fn colors(&self, x: i32, y: i32, out: &mut [u32]) {
        let width = out.len() as u32;
        out.copy_from_slice(self.image.span(x + self.dx, y + self.dy, width));
    }

    fn is_opaque(&self) -> bool {
        self.image.is_opaque()
    }
}

/// The colours of a shader, as much of them as the alpha of another source says.
pub(super) struct Shaded<'a, S> {
    pub(super) mask: S,
    pub(super) shader: Shader<'a>,
}

impl<S: Source> Source for Shaded<'_, S> {
    fn colors(&self, x: i32, y: i32, out: &mut [u32]) {
        self.mask.colors(x, y, out);
        let mut inks = [0; 64];
        for (at, masks) in (x..).step_by(64).zip(out.chunks_mut(64)) {
            let inks = &mut inks[..masks.len()];
            self.shader.colors(at, y, inks);
            for (color, ink) in masks.iter_mut().zip(inks) {
                *color = blend::tint(Pixel(*ink), *color);
            }
        }
    }

    fn is_opaque(&self) -> bool {
        self.mask.is_opaque() && self.shader.is_opaque()
    }
}

/// Draws `source` where a caller's shape covers, with a brush's way of putting it there.
pub(super) fn with_sink<S: Source>(
    target: &mut Target<'_>,
    source: S,
    brush: &Brush<'_>,
    scratch: (&mut Vec<u32>, &mut Vec<u8>),
    draw: impl FnOnce(&mut BrushSink<'_, '_, S>),
) {
    draw(&mut brush.sink(target, source, scratch));
}

/// Puts the colours of a source on what is covered.
pub(super) struct BrushSink<'s, 'a, S> {
    target: &'s mut Target<'a>,
    source: S,
    opacity: u8,
    blend: Blend,
    mask: Option<&'s ClipMask>,
    colors: &'s mut Vec<u32>,
    narrowed: &'s mut Vec<u8>,
}

impl<S: Source> BrushSink<'_, '_, S> {
    fn fetch(&mut self, y: i32, x0: i32, x1: i32) {
        self.colors.resize((x1 - x0).max(0) as usize, 0);
        self.source.colors(x0, y, self.colors);
        if self.opacity != 255 {
            for color in self.colors.iter_mut() {
                *color = blend::scale(*color, self.opacity);
            }
        }
    }

    fn narrowed(&mut self, clip: &ClipMask, y: i32, x: i32) {
        clip.narrow(y, x, self.narrowed);
        let row = self.target.span_mut(y, x, x + self.narrowed.len() as i32);
        put_masked(self.blend, row, self.colors, self.narrowed);
    }
}

fn put_masked(mode: Blend, row: &mut [u32], src: &[u32], mask: &[u8]) {
    match mode {
        Blend::Over => blend::row_masked(row, src, mask),
        mode => modes::row_masked(mode, row, src, mask),
    }
}

impl<S: Source> Sink for BrushSink<'_, '_, S> {
    fn solid(&mut self, y: i32, x0: i32, x1: i32) {
        let replaces = matches!(self.blend, Blend::Over | Blend::Source);
        if replaces && self.opacity == 255 && self.mask.is_none() && self.source.is_opaque() {
            return self.source.colors(x0, y, self.target.span_mut(y, x0, x1));
        }
        self.fetch(y, x0, x1);
        if let Some(clip) = self.mask {
            self.narrowed.clear();
            self.narrowed.resize(self.colors.len(), 255);
            return self.narrowed(clip, y, x0);
        }
        let row = self.target.span_mut(y, x0, x1);
        match self.blend {
            Blend::Over => blend::row(row, self.colors),
            mode => modes::row(mode, row, self.colors),
        }
    }

    fn masked(&mut self, y: i32, x: i32, mask: &[u8]) {
        self.fetch(y, x, x + mask.len() as i32);
        if let Some(clip) = self.mask {
            self.narrowed.clear();
            self.narrowed.extend_from_slice(mask);
            return self.narrowed(clip, y, x);
        }
        let row = self.target.span_mut(y, x, x + mask.len() as i32);
        put_masked(self.blend, row, self.colors, mask);
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::geometry::{PixelSize, Rect};

    use super::super::pixmap::Pixmap;
    use super::super::sample::Filter;
    use super::*;

    fn brush(blend: Blend, mask: Option<ClipMask>) -> Brush<'static> {
        Brush {
            shader: Shader::Solid(Pixel(0xff00_00ff)),
            opacity: 128,
            blend,
            mask: mask.map(Arc::new),
        }
    }

    #[test]
    fn a_brush_of_one_colour_is_that_colour() {
        let mut p = Pixmap::new(PixelSize::new(8, 2));
        p.pixels_mut().fill(0xff80_4000);
        let mut q = p.clone();
        let (all, scratch) = (p.bounds(), &mut Scratch::new());
        let rect = PixelRect::new(2, 0, 4, 1);
        brush_rect(&mut p.target(all), rect, &brush(Blend::Over, None), scratch);
        super::super::fill_rect(&mut q.target(all), rect, Pixel(0x8000_0080));
        assert_eq!(p, q);
    }

    #[test]
    fn a_tiled_rectangle_is_its_rows_one_by_one() {
        let mut tile = Pixmap::new(PixelSize::new(3, 4));
        for (i, pixel) in tile.pixels_mut().iter_mut().enumerate() {
            *pixel = 0xff00_0000 | (i as u32 + 1);
        }
        let view = tile.view().with_opaque(true);
        let repeat = transom_protocol::paint::Extend::Repeat;
        let map = transom_protocol::geometry::Transform::translate(1.0, 2.0);
        let pattern = Pattern::new(&view, None, (repeat, repeat), &map, Filter::Nearest);
        let brush = Brush {
            shader: Shader::Pattern(pattern.expect("it has an inverse")),
            opacity: 255,
            blend: Blend::Over,
            mask: None,
        };
        let mut p = Pixmap::new(PixelSize::new(20, 30));
        let mut q = p.clone();
        let (rect, clip) = (PixelRect::new(-5, 3, 22, 24), PixelRect::new(2, 1, 16, 27));
        let scratch = &mut Scratch::new();
        brush_rect(&mut p.target(clip), rect, &brush, scratch);
        for y in 3..27 {
            let row = PixelRect::new(-5, y, 22, 1);
            brush_rect(&mut q.target(clip), row, &brush, scratch);
        }
        assert_eq!(p, q);
        assert_eq!(p.pixels()[5 * 20 + 4], 0xff00_000a);
    }

    #[test]
    fn a_mask_narrows_what_is_drawn() {
        let mut p = Pixmap::new(PixelSize::new(4, 1));
        let (all, scratch) = (p.bounds(), &mut Scratch::new());
        let (mut mask, mut path) = (ClipMask::new(all), Path::new());
        path.rect(Rect::new(1.5, 0.0, 9.0, 9.0));
        mask.add(&path, FillRule::NonZero, true, all, scratch);
        let brush = brush(Blend::Over, Some(mask));
        brush_rect(&mut p.target(all), all, &brush, scratch);
        assert_eq!(p.pixels(), [0, 0x4000_0040, 0x8000_0080, 0x8000_0080]);
    }
}
