//! Borders and soft shadows around windows and menus.
//!
//! A shadow is a rectangle blurred along each axis alone, so it is the product of two ramps, and
//! needs nothing but `+ - * /`: the same bytes everywhere. Only its corners and one line of each
//! side differ between windows of different sizes, so those are drawn once for all windows.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize};

use super::colors::{EDGE, EDGE_INACTIVE};
use super::metrics::Metrics;
use super::piece::{Ring, RingPart};
use crate::raster::Pixmap;

/// Sides are drawn in multiples of so many pixels and then cut, so that a window that is being
/// resized does not need a new one for each size.
const SIDE_STEP: i32 = 256;

/// How dark shadows are, of 255.
const ACTIVE: f32 = 118.0;
const INACTIVE: f32 = 70.0;

/// How far a shadow reaches and falls, in device pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cast {
    blur: i32,
    drop: i32,
}

/// A part of a ring, with its place on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingPlace {
    /// What of it.
    pub part: RingPart,
    /// Where its picture's top left corner is.
    pub origin: PixelPoint,
    /// How large the picture is.
    pub size: PixelSize,
    /// What of it is shown, on the screen.
    pub crop: PixelRect,
}

impl Metrics {
    fn cast(self, shadow: bool) -> Cast {
        match shadow {
            true => Cast {
                blur: self.px(18),
                drop: self.px(6),
            },
            false => Cast { blur: 0, drop: 0 },
        }
    }

    /// All that a frame covers, its shadow included.
    pub fn ring(self, frame: PixelRect, shadow: bool) -> PixelRect {
        let Cast { blur, drop } = self.cast(shadow);
        PixelRect::from_edges(
            frame.x0.saturating_sub(blur),
            frame.y0.saturating_sub((blur - drop).max(0)),
            frame.x1.saturating_add(blur),
            frame.y1.saturating_add(blur + drop),
        )
    }

    /// The parts that make up the ring around `frame`.
    pub fn ring_parts(self, frame: PixelRect, shadow: bool) -> [RingPlace; 8] {
        let cast = self.cast(shadow);
        let outer = self.ring(frame, shadow);
        // How much of the frame's side belongs to a corner.
        let corner = self.ring_corner(cast);
        let cuts = |low: i32, high: i32| {
            let half = high.saturating_sub(low) / 2;
            (low + corner.min(half), high - corner.min(half))
        };
        let (x1, x2) = cuts(frame.x0, frame.x1);
        let (y1, y2) = cuts(frame.y0, frame.y1);
        let place = |part: RingPart, crop: PixelRect| {
            let size = self.ring_size(part, crop, cast);
            RingPlace {
                part,
                origin: ring_origin(part, crop, outer, size),
                size,
                crop,
            }
        };
        let line = self.border();
        let r = PixelRect::from_edges;
        [
            place(RingPart::TopLeft, r(outer.x0, outer.y0, x1, y1)),
            place(RingPart::Top, r(x1, outer.y0, x2, frame.y0 + line)),
            place(RingPart::TopRight, r(x2, outer.y0, outer.x1, y1)),
            place(RingPart::Left, r(outer.x0, y1, frame.x0 + line, y2)),
            place(RingPart::Right, r(frame.x1 - line, y1, outer.x1, y2)),
            place(RingPart::BottomLeft, r(outer.x0, y2, x1, outer.y1)),
            place(RingPart::Bottom, r(x1, frame.y1 - line, x2, outer.y1)),
            place(RingPart::BottomRight, r(x2, y2, outer.x1, outer.y1)),
        ]
    }

    fn ring_corner(self, cast: Cast) -> i32 {
        (cast.blur + cast.drop).max(self.border())
    }

    /// The size of a part's picture: corners are all of one size, sides a little longer than needed.
    fn ring_size(self, part: RingPart, crop: PixelRect, cast: Cast) -> PixelSize {
        use RingPart::*;
        let corner = self.ring_corner(cast);
        let above = (cast.blur - cast.drop).max(0);
        let below = cast.blur + cast.drop;
        let (width, height) = match part {
            TopLeft | TopRight => (cast.blur + corner, above + corner),
            BottomLeft | BottomRight => (cast.blur + corner, below + corner),
            Top => (in_steps(crop.width()), above + self.border()),
            Bottom => (in_steps(crop.width()), below + self.border()),
            Left | Right => (cast.blur + self.border(), in_steps(crop.height())),
        };
        PixelSize::new(width.max(0) as u32, height.max(0) as u32)
    }
}

/// `length` or more: the next multiple of a step.
fn in_steps(length: u32) -> i32 {
    (length as i32).saturating_add(SIDE_STEP - 1) / SIDE_STEP * SIDE_STEP
}

/// Corners are aligned with the ring's, sides begin with their crop.
fn ring_origin(part: RingPart, crop: PixelRect, outer: PixelRect, size: PixelSize) -> PixelPoint {
    use RingPart::*;
    let x = match part {
        TopRight | BottomRight | Right => outer.x1.saturating_sub_unsigned(size.width),
        TopLeft | BottomLeft | Left => outer.x0,
        Top | Bottom => crop.x0,
    };
    let y = match part {
        BottomLeft | Bottom | BottomRight => outer.y1.saturating_sub_unsigned(size.height),
        TopLeft | Top | TopRight => outer.y0,
        Left | Right => crop.y0,
    };
    PixelPoint::new(x, y)
}

/// Draws a part of a ring over all of `pixmap`.
pub(super) fn draw_ring(pixmap: &mut Pixmap, ring: &Ring, metrics: Metrics) {
    let cast = metrics.cast(ring.shadow);
    let frame = frame_in(ring.part, pixmap.size(), cast);
    let dark = if ring.active { ACTIVE } else { INACTIVE };
    if ring.shadow {
        draw_shadow(pixmap, frame, cast, dark);
    }
    // The title bar has its own border, and round corners through which the shadow shows.
    if !matches!(
        ring.part,
        RingPart::TopLeft | RingPart::Top | RingPart::TopRight
    ) {
        let edge = if ring.active { EDGE } else { EDGE_INACTIVE };
        draw_border(pixmap, frame, metrics.border(), edge);
    }
}

/// The frame as a part of its ring sees it: where it has no edge it goes on for ever.
fn frame_in(part: RingPart, size: PixelSize, cast: Cast) -> PixelRect {
    use RingPart::*;
    const FAR: i32 = 1 << 20;
    let (width, height) = (size.width as i32, size.height as i32);
    let above = (cast.blur - cast.drop).max(0);
    let below = cast.blur + cast.drop;
    let (x0, x1) = match part {
        TopLeft | Left | BottomLeft => (cast.blur, FAR),
        TopRight | Right | BottomRight => (-FAR, width - cast.blur),
        Top | Bottom => (-FAR, FAR),
    };
    let (y0, y1) = match part {
        TopLeft | Top | TopRight => (above, FAR),
        BottomLeft | Bottom | BottomRight => (-FAR, height - below),
        Left | Right => (-FAR, FAR),
    };
    PixelRect::from_edges(x0, y0, x1, y1)
}

/// The line just inside `frame`; nothing further inside.
fn draw_border(pixmap: &mut Pixmap, frame: PixelRect, line: i32, color: Pixel) {
    let width = pixmap.size().width as usize;
    let inner = frame.grown(-line);
    for (i, pixel) in pixmap.pixels_mut().iter_mut().enumerate() {
        let at = PixelPoint::new((i % width) as i32, (i / width) as i32);
        if inner.contains(at) {
            *pixel = 0;
        } else if frame.contains(at) {
            *pixel = color.0;
        }
    }
}

/// A menu's shadow around `frame`, and below it.
pub(super) fn draw_menu_shadow(pixmap: &mut Pixmap, frame: PixelRect, metrics: Metrics) {
    let cast = Cast {
        blur: metrics.px(MENU_BLUR),
        drop: metrics.px(MENU_DROP),
    };
    draw_shadow(pixmap, frame, cast, ACTIVE);
}

const MENU_BLUR: i32 = 12;
const MENU_DROP: i32 = 4;

/// How far a menu's shadow reaches.
pub(super) fn menu_margin(metrics: Metrics) -> i32 {
    metrics.px(MENU_BLUR) + metrics.px(MENU_DROP)
}

fn draw_shadow(pixmap: &mut Pixmap, frame: PixelRect, cast: Cast, dark: f32) {
    let PixelSize { width, height } = pixmap.size();
    let across: Vec<f32> = (0..width as i32)
        .map(|x| depth(x, frame.x0, frame.x1, cast.blur))
        .collect();
    let down: Vec<f32> = (0..height as i32)
        .map(|y| depth(y - cast.drop, frame.y0, frame.y1, cast.blur) * dark)
        .collect();
    let rows = pixmap.pixels_mut().chunks_exact_mut(width.max(1) as usize);
    for (row, down) in rows.zip(down) {
        for (pixel, across) in row.iter_mut().zip(&across) {
            let alpha = (across * down + 0.5) as u8;
            *pixel = Pixel::from_channels(alpha, 0, 0, 0).0;
        }
    }
}

/// How deep in the blurred span `low..high` the middle of pixel `at` is: 0 outside, 1 inside.
fn depth(at: i32, low: i32, high: i32, blur: i32) -> f32 {
    let at = at as f32 + 0.5;
    let ramp = |inside: f32| {
        let blur = (blur as f32).max(0.5);
        let t = ((inside + blur) / (2.0 * blur)).clamp(0.0, 1.0);
        t * t * (3.0 - 2.0 * t)
    };
    ramp(at - low as f32) * ramp(high as f32 - at)
}
