//! Rectangles on their way to device pixels: snapped outlines, corner radii, bounds.

use transom_protocol::geometry::{PixelRect, Point, Rect, Transform};

use crate::raster::{Path, snap_rect};
use crate::region::Region;

/// A rectangle's outline on whole pixels.
pub(super) struct Outline {
    pub(super) outer: PixelRect,
    across: i32,
    down: i32,
}

impl Outline {
    /// The outline of `rect`, `width` logical units wide and centred on its edges, when `device`
    /// keeps it upright: the outer edges snap, and each side is at least one pixel thick.
    pub(super) fn snapped(rect: Rect, width: f32, device: &Transform) -> Option<Self> {
        snap_rect(rect, device)?;
        let drawn = width >= 0.0 && width.is_finite() && rect.width >= 0.0 && rect.height >= 0.0;
        if !drawn {
            return Some(Self {
                outer: PixelRect::EMPTY,
                across: 0,
                down: 0,
            });
        }
        let (x, y) = ((rect.x, rect.right()), (rect.y, rect.bottom()));
        let (across, down) = match device.is_axis_aligned() {
            true => (
                Side::new(x, width, device.a, device.e),
                Side::new(y, width, device.d, device.f),
            ),
            false => (
                Side::new(y, width, device.c, device.e),
                Side::new(x, width, device.b, device.f),
            ),
        };
        let outer = PixelRect::from_edges(across.low, down.low, across.high, down.high);
        Some(Self {
            outer,
            across: across.thick,
            down: down.thick,
        })
    }

    /// The same with its outer corner at the origin.
    pub(super) fn at_origin(&self) -> Self {
        Self {
            outer: PixelRect::from_size(self.outer.size()),
            ..*self
        }
    }

    /// How thick the sides are, and the top and bottom.
    pub(super) fn thickness(&self) -> (i32, i32) {
        (self.across, self.down)
    }

    fn inner(&self) -> PixelRect {
        let PixelRect { x0, y0, x1, y1 } = self.outer;
        let inner = PixelRect::from_edges(
            x0.saturating_add(self.across),
            y0.saturating_add(self.down),
            x1.saturating_sub(self.across),
            y1.saturating_sub(self.down),
        );
        if inner.is_empty() {
            PixelRect::EMPTY
        } else {
            inner
        }
    }

    pub(super) fn sides(&self) -> [PixelRect; 4] {
        let (o, i) = (self.outer, self.inner());
        if i.is_empty() {
            return [o, PixelRect::EMPTY, PixelRect::EMPTY, PixelRect::EMPTY];
        }
        [
            PixelRect::from_edges(o.x0, o.y0, o.x1, i.y0),
            PixelRect::from_edges(o.x0, i.y0, i.x0, i.y1),
            PixelRect::from_edges(i.x1, i.y0, o.x1, i.y1),
            PixelRect::from_edges(o.x0, i.y1, o.x1, o.y1),
        ]
    }

    /// Adds the outer and inner outlines to `path`: `radii` are those of the middle between them.
    pub(super) fn rounded(&self, radii: [f32; 4], device: &Transform, path: &mut Path) {
        let inner = self.inner();
        let half = self.across.min(self.down) as f32 / 2.0;
        path.rounded_rect(float_rect(self.outer), device_radii(radii, device, half));
        if !inner.is_empty() {
            path.rounded_rect(float_rect(inner), device_radii(radii, device, -half));
        }
    }
}

/// The extent of an outline in one axis, in device pixels.
struct Side {
    low: i32,
    high: i32,
    thick: i32,
}

impl Side {
    fn new((low, high): (f32, f32), width: f32, scale: f32, offset: f32) -> Self {
        let [scale, offset, width] = [scale, offset, width].map(f64::from);
        let at = |v: f32| f64::from(v) * scale + offset;
        let (low, high) = (at(low).min(at(high)), at(low).max(at(high)));
        let width = if width == 0.0 {
            1.0
        } else {
            width * scale.abs()
        };
        // A float to integer cast saturates, and NaN becomes 0.
        let pixel = |v: f64| (v + 0.5).floor() as i32;
        Self {
            low: pixel(low - width / 2.0),
            high: pixel(high + width / 2.0),
            thick: pixel(width).max(1),
        }
    }
}

/// Corner radii in device pixels, grown by `grow` of them; square corners stay square. Where the
/// scales differ corners stay circles, by the smaller one.
pub(super) fn device_radii(radii: [f32; 4], device: &Transform, grow: f32) -> [f32; 4] {
    let upright = device.is_axis_aligned();
    let scale = match upright {
        true => device.a.abs().min(device.d.abs()),
        false => device.b.abs().min(device.c.abs()),
    };
    let round = |r: f32| r > 0.0 && r.is_finite();
    let [tl, tr, br, bl] = radii.map(|r| {
        if round(r) {
            (r * scale + grow).max(0.0)
        } else {
            0.0
        }
    });
    // Mirrored and turned maps take the corners along.
    let [tl, tr, br, bl] = if upright {
        [tl, tr, br, bl]
    } else {
        [tl, bl, br, tr]
    };
    let (flip_x, flip_y) = if upright {
        (device.a < 0.0, device.d < 0.0)
    } else {
        (device.c < 0.0, device.b < 0.0)
    };
    let [tl, tr, br, bl] = if flip_x {
        [tr, tl, bl, br]
    } else {
        [tl, tr, br, bl]
    };
    if flip_y {
        [bl, br, tr, tl]
    } else {
        [tl, tr, br, bl]
    }
}

/// The pixels of `bounds` whose centres lie in `rect` under a map that turns it.
pub(super) fn turned_rect(rect: Rect, device: &Transform, bounds: PixelRect) -> Region {
    if !rect.is_finite() || rect.width <= 0.0 || rect.height <= 0.0 {
        return Region::new();
    }
    let corners = corners(rect).map(|p| {
        let p = device.apply(p);
        (f64::from(p.x), f64::from(p.y))
    });
    let rows = (bounds.y0..bounds.y1).map(|y| {
        let middle = f64::from(y) + 0.5;
        let (mut from, mut to) = (f64::INFINITY, f64::NEG_INFINITY);
        for i in 0..4 {
            let (a, b) = (corners[i], corners[(i + 1) % 4]);
            if (a.1 <= middle) != (b.1 <= middle) {
                let x = a.0 + (middle - a.1) * (b.0 - a.0) / (b.1 - a.1);
                (from, to) = (from.min(x), to.max(x));
            }
        }
        // The first centre not left of the edge; casts saturate, and an empty row stays empty.
        let pixel = |x: f64| (x - 0.5).ceil() as i32;
        (pixel(from).max(bounds.x0), pixel(to).min(bounds.x1))
    });
    Region::from_rows(bounds.y0, rows)
}

fn corners(rect: Rect) -> [Point; 4] {
    [
        Point::new(rect.x, rect.y),
        Point::new(rect.right(), rect.y),
        Point::new(rect.right(), rect.bottom()),
        Point::new(rect.x, rect.bottom()),
    ]
}

pub(super) fn float_rect(r: PixelRect) -> Rect {
    Rect::new(
        r.x0 as f32,
        r.y0 as f32,
        r.width() as f32,
        r.height() as f32,
    )
}

/// Whole pixels around a rectangle of device pixels.
pub(super) fn outward(r: Rect) -> PixelRect {
    // A float to integer cast saturates, and NaN becomes 0.
    let (x1, y1) = (r.right().ceil() as i32, r.bottom().ceil() as i32);
    PixelRect::from_edges(r.x.floor() as i32, r.y.floor() as i32, x1, y1).grown(1)
}

/// Whole pixels around what a logical rectangle becomes.
pub(super) fn device_bounds(rect: Rect, device: &Transform) -> PixelRect {
    let corners = corners(rect).map(|p| device.apply(p));
    let least = |f: fn(Point) -> f32| corners.iter().map(|p| f(*p)).fold(f32::INFINITY, f32::min);
    let most = |f: fn(Point) -> f32| {
        corners
            .iter()
            .map(|p| f(*p))
            .fold(f32::NEG_INFINITY, f32::max)
    };
    let (x, y) = (least(|p| p.x), least(|p| p.y));
    outward(Rect::new(x, y, most(|p| p.x) - x, most(|p| p.y) - y))
}
