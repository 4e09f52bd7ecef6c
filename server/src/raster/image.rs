//! [`draw_image`] and [`draw_tinted`]: part of an image, through an affine map.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::{PixelPoint, PixelRect, Point, Rect, Transform};

use super::brush::{Brush, Shaded, brush_pixels, with_sink};
use super::copy::{blend_over, tint_over};
use super::coverage::{Coverage, FillRule, Sink};
use super::paint::{Source, SourceSink, Tinted};
use super::path::Path;
use super::sample::{Filter, ImageMap, ImagePaint, MAX_BOX, box_of};
use super::scratch::Scratch;
use super::snap::snap_rect;
use super::stretch::Finish;
use super::target::{ImageView, Target};

/// Puts the part `src` of `image` over what `dst` covers, all times `opacity / 255`.
///
/// `src` is in image pixels and may have fractions, `dst` is in user space, `to_device` leads from
/// there to device pixels. Where `src` reaches beyond the image, the same part of `dst` is left out.
///
/// If the map keeps rectangles upright (mirrored and quarter turned ones too), the edges of `dst` go to
/// whole device pixels as [`snap_rect`] says and `src` is stretched to them, so that neighbours meet
/// without a seam; at one image pixel for one device pixel it is a plain blit. Other maps keep `dst` as
/// it is, with anti-aliased edges.
///
/// Each device pixel is read at its centre, at positions rounded to 2^-24 image pixels
/// ([`Filter::Linear`]: then to 2^-8). Pixels that `src` does not touch are never mixed in. Numbers that
/// are not finite, and maps without an inverse, draw nothing.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a plain value of its own"
)]
pub fn draw_image(
    target: &mut Target<'_>,
    image: &ImageView<'_>,
    src: Rect,
    dst: Rect,
    to_device: &Transform,
    filter: Filter,
    opacity: u8,
    scratch: &mut Scratch,
) {
    let Some(placed) = Placed::new(image, src, dst, to_device, filter, opacity) else {
        return;
    };
    match placed {
        Placed::OneToOne(whole, to) => blend_over(target, image, whole, to, opacity),
        Placed::Mapped(paint, Shape::Upright(pixels)) if paint.is_upright() => {
            upright(target, &paint, pixels, Finish::Faded(opacity), scratch);
        }
        Placed::Mapped(source, shape) => {
            shape.fill(target, source, opacity, to_device, scratch);
        }
    }
}

/// What four device pixels of `image` cost, drawn from `src` to `dst`, for slices of work: about what they
/// were measured to take, in nanoseconds.
pub fn image_weight(
    image: &ImageView<'_>,
    src: Rect,
    dst: Rect,
    to_device: &Transform,
    filter: Filter,
) -> u64 {
    let is_upright = to_device.is_axis_aligned();
    let is_unscaled =
        *to_device == Transform::IDENTITY && (src.width, src.height) == (dst.width, dst.height);
    let blended = u64::from(!image.is_opaque());
    match filter {
        Filter::Nearest | Filter::Linear if is_unscaled => 1 + blended,
        Filter::Nearest | Filter::Linear if is_upright => 2 + blended,
        Filter::Nearest => 12,
        Filter::Linear => 18,
        Filter::Area => {
            let (across, down) = box_of(&ImageMap::new(src, dst, to_device)).unwrap_or_default();
            let pixels = |width: f64| width.clamp(1.0, MAX_BOX) + 1.0;
            let pixels = (pixels(across) * pixels(down)) as u64;
            if is_upright {
                4 + 3 * pixels
            } else {
                80 + 8 * pixels
            }
        }
    }
}

/// Puts `ink` over what `dst` covers, as much of it as the alpha of the part `src` of `mask` says.
///
/// What is drawn is `ink`, premultiplied, with each channel times the mask's alpha, divided by 255 and
/// rounded to nearest; the mask's colours do not count. A filtered alpha is mixed first, and multiplies
/// then. In all else this is [`draw_image`] with full opacity: the same pixels, snapped and cut alike.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a plain value of its own"
)]
pub fn draw_tinted(
    target: &mut Target<'_>,
    mask: &ImageView<'_>,
    src: Rect,
    dst: Rect,
    to_device: &Transform,
    filter: Filter,
    ink: Pixel,
    scratch: &mut Scratch,
) {
    if ink == Pixel::TRANSPARENT {
        return;
    }
    let Some(placed) = Placed::new(mask, src, dst, to_device, filter, 255) else {
        return;
    };
    match placed {
        Placed::OneToOne(whole, to) => tint_over(target, mask, whole, to, ink),
        Placed::Mapped(paint, Shape::Upright(pixels)) if paint.is_upright() => {
            upright(target, &paint, pixels, Finish::Tinted(ink), scratch);
        }
        Placed::Mapped(source, shape) => {
            shape.fill(target, Tinted { source, ink }, 255, to_device, scratch);
        }
    }
}

/// Draws an image whose rows and columns are those of the device.
fn upright(
    target: &mut Target<'_>,
    paint: &ImagePaint<'_>,
    pixels: PixelRect,
    finish: Finish,
    scratch: &mut Scratch,
) {
    match paint.is_average() {
        true => scratch.shrink.draw(target, paint, pixels, finish),
        false => scratch.stretch.draw(target, paint, pixels, finish),
    }
}

/// Draws the part `src` of `image` on what `dst` covers, as [`draw_image`] does, with a brush's way of
/// putting it there. The colours are the image's own, or with `tinted` the brush's where the image's
/// alpha is; turned edges are smooth with `antialias`.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a plain value of its own"
)]
pub fn brush_image(
    target: &mut Target<'_>,
    image: &ImageView<'_>,
    src: Rect,
    dst: Rect,
    to_device: &Transform,
    filter: Filter,
    tinted: bool,
    antialias: bool,
    brush: &Brush<'_>,
    scratch: &mut Scratch,
) {
    let Some(placed) = Placed::new(image, src, dst, to_device, filter, 255) else {
        return;
    };
    let (source, shape) = match placed {
        Placed::OneToOne(whole, to) if !tinted => {
            return brush_pixels(target, image, whole, to, brush, scratch);
        }
        Placed::OneToOne(whole, to) => {
            let size = whole.size();
            let (w, h) = (size.width as f32, size.height as f32);
            let src = Rect::new(whole.x0 as f32, whole.y0 as f32, w, h);
            let dst = Rect::new(to.x as f32, to.y as f32, w, h);
            let map = ImageMap::new(src, dst, &Transform::IDENTITY);
            let Some(source) = ImagePaint::mapped(image, src, &map, Filter::Nearest, 255) else {
                return;
            };
            let whole = whole.intersect(image.bounds());
            let upright = PixelRect::at(to, whole.size());
            (source, Shape::Upright(upright))
        }
        Placed::Mapped(source, shape) => (source, shape),
    };
    let Scratch {
        colors,
        narrowed,
        coverage,
        path,
        ..
    } = scratch;
    let clip = target.clip();
    let rows = (colors, narrowed);
    if let Shape::Turned(rect) = shape {
        outline(rect, to_device, path);
    }
    match tinted {
        true => {
            let source = Shaded {
                mask: source,
                shader: brush.shader,
            };
            with_sink(target, source, brush, rows, |sink| {
                shape.cover(path, antialias, clip, coverage, sink);
            });
        }
        false => with_sink(target, source, brush, rows, |sink| {
            shape.cover(path, antialias, clip, coverage, sink);
        }),
    }
}

/// How an image gets to the device.
enum Placed<'a> {
    /// These image pixels, one by one, from this device pixel on.
    OneToOne(PixelRect, PixelPoint),
    /// Sampled, where the shape covers the device.
    Mapped(ImagePaint<'a>, Shape),
}

impl<'a> Placed<'a> {
    /// `None` where nothing is to be drawn.
    fn new(
        image: &ImageView<'a>,
        src: Rect,
        dst: Rect,
        to_device: &Transform,
        filter: Filter,
        opacity: u8,
    ) -> Option<Self> {
        if !(src.is_finite() && dst.is_finite() && to_device.is_finite()) || opacity == 0 {
            return None;
        }
        let (src, dst) = inside_image(image, src, dst)?;
        let map = ImageMap::new(src, dst, to_device);
        let Some(pixels) = snap_rect(dst, to_device) else {
            let paint = ImagePaint::mapped(image, src, &map, filter, opacity)?;
            return Some(Self::Mapped(paint, Shape::Turned(dst)));
        };
        if pixels.is_empty() {
            return None;
        }
        if let Some(whole) = one_to_one(src, pixels, to_device) {
            return Some(Self::OneToOne(whole, pixels.origin()));
        }
        let map = map.snapped(src, pixels);
        let paint = ImagePaint::mapped(image, src, &map, filter, opacity)?;
        Some(Self::Mapped(paint, Shape::Upright(pixels)))
    }
}

/// What an image covers.
enum Shape {
    /// Whole device pixels.
    Upright(PixelRect),
    /// A rectangle of user space that does not stay upright.
    Turned(Rect),
}

impl Shape {
    /// Tells `sink` what this covers inside `clip`; `path` is the outline of what is turned.
    fn cover(
        &self,
        path: &Path,
        antialias: bool,
        clip: PixelRect,
        coverage: &mut Coverage,
        sink: &mut impl Sink,
    ) {
        match self {
            Self::Upright(pixels) => fill_upright(sink, pixels.intersect(clip)),
            Self::Turned(_) => coverage.sweep(path, FillRule::NonZero, antialias, clip, sink),
        }
    }

    fn fill(
        self,
        target: &mut Target<'_>,
        source: impl Source,
        opacity: u8,
        to_device: &Transform,
        scratch: &mut Scratch,
    ) {
        let clip = target.clip();
        let colors = &mut scratch.colors;
        let sink = &mut SourceSink {
            target,
            source,
            opacity,
            colors,
        };
        match self {
            Self::Upright(pixels) => fill_upright(sink, pixels.intersect(clip)),
            Self::Turned(rect) => {
                let path = &mut scratch.path;
                outline(rect, to_device, path);
                scratch
                    .coverage
                    .sweep(path, FillRule::NonZero, true, clip, sink);
            }
        }
    }
}

/// `src` cut to the image, and `dst` by the same share on each side; `None` when nothing is left.
fn inside_image(image: &ImageView<'_>, src: Rect, dst: Rect) -> Option<(Rect, Rect)> {
    let size = image.size();
    if !(src.width > 0.0 && src.height > 0.0 && dst.width > 0.0 && dst.height > 0.0) {
        return None;
    }
    let (x, width) = cut((src.x, src.width), size.width, (dst.x, dst.width))?;
    let (y, height) = cut((src.y, src.height), size.height, (dst.y, dst.height))?;
    Some((
        Rect::new(x.0, y.0, width.0, height.0),
        Rect::new(x.1, y.1, width.1, height.1),
    ))
}

/// One dimension of [`inside_image`]: the new starts, and the new extents, of source and destination.
fn cut(src: (f32, f32), side: u32, dst: (f32, f32)) -> Option<((f32, f32), (f32, f32))> {
    let side = side as f32;
    if src.0 >= 0.0 && src.0 + src.1 <= side {
        return Some(((src.0, dst.0), (src.1, dst.1)));
    }
    let (start, extent) = (f64::from(src.0), f64::from(src.1));
    let low = start.max(0.0);
    let high = (start + extent).min(f64::from(side));
    let share = |v: f64| f64::from(dst.0) + (v - start) / extent * f64::from(dst.1);
    (low < high).then(|| {
        let (from, to) = (share(low), share(high));
        (
            (low as f32, from as f32),
            ((high - low) as f32, (to - from) as f32),
        )
    })
}

/// The whole image pixels of `src` if they go to device pixels one by one, neither turned nor mirrored.
fn one_to_one(src: Rect, dst: PixelRect, t: &Transform) -> Option<PixelRect> {
    let upright = t.is_axis_aligned() && t.a > 0.0 && t.d > 0.0;
    let (x, y) = (src.x as i32, src.y as i32);
    let whole = x as f32 == src.x && y as f32 == src.y;
    let same = src.width == dst.width() as f32 && src.height == dst.height() as f32;
    (upright && whole && same).then(|| PixelRect::at(PixelPoint::new(x, y), dst.size()))
}

fn fill_upright(sink: &mut impl Sink, rect: PixelRect) {
    for y in rect.y0..rect.y1 {
        sink.solid(y, rect.x0, rect.x1);
    }
}

/// The outline of `rect` in device space.
fn outline(rect: Rect, to_device: &Transform, path: &mut Path) {
    let mut corners = [
        Point::new(rect.x, rect.y),
        Point::new(rect.right(), rect.y),
        Point::new(rect.right(), rect.bottom()),
        Point::new(rect.x, rect.bottom()),
    ];
    for corner in &mut corners {
        *corner = to_device.apply(*corner);
    }
    path.clear();
    path.move_to(corners[0]);
    corners[1..].iter().for_each(|p| path.line_to(*p));
    path.close();
}
