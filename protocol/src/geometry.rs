//! Points, sizes and rectangles, in arithmetic that cannot overflow.
//!
//! Two spaces never mix because they are different types: [`Point`], [`Size`] and [`Rect`] are in
//! *logical units* (`f32`, what a program draws in), [`PixelPoint`], [`PixelSize`] and
//! [`PixelRect`] are in whole *device pixels* of one buffer or of the screen. A [`Scale`] leads
//! from the first to the second.

use serde::{Deserialize, Serialize};

/// A position in logical units; x grows to the right, y downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Distance from the left edge.
    pub x: f32,
    /// Distance from the top edge.
    pub y: f32,
}

impl Point {
    /// The point at (`x`, `y`).
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// Whether both coordinates are finite numbers.
    #[inline]
    pub fn is_finite(self) -> bool {
        self.x.is_finite() & self.y.is_finite()
    }
}

/// A width and a height in logical units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Size {
    /// Extent to the right.
    pub width: f32,
    /// Extent downwards.
    pub height: f32,
}

impl Size {
    /// The size `width` × `height`.
    pub const fn new(width: f32, height: f32) -> Self {
        Self { width, height }
    }
}

/// A rectangle in logical units, by its top left corner and its size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Extent to the right; a rectangle with a negative or NaN extent covers nothing.
    pub width: f32,
    /// Extent downwards.
    pub height: f32,
}

impl Rect {
    /// The rectangle with its top left corner at (`x`, `y`).
    pub const fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }

    /// The rectangle of `size` at the origin.
    #[inline]
    pub const fn from_size(size: Size) -> Self {
        Self::new(0.0, 0.0, size.width, size.height)
    }

    /// The right edge.
    #[inline]
    pub fn right(self) -> f32 {
        self.x + self.width
    }

    /// The bottom edge.
    #[inline]
    pub fn bottom(self) -> f32 {
        self.y + self.height
    }

    /// The point in the middle.
    pub fn center(self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// This rectangle with every edge moved inwards by `d` (outwards when negative).
    pub fn inset(self, d: f32) -> Self {
        Self::new(
            self.x + d,
            self.y + d,
            self.width - 2.0 * d,
            self.height - 2.0 * d,
        )
    }

    /// Whether `p` lies inside; the left and top edges belong to the rectangle, the others not.
    #[inline]
    pub fn contains(self, p: Point) -> bool {
        p.x >= self.x && p.y >= self.y && p.x < self.right() && p.y < self.bottom()
    }

    /// Whether all four numbers are finite.
    #[inline]
    pub fn is_finite(self) -> bool {
        all_finite([self.x, self.y, self.width, self.height])
    }
}

/// Whether all are finite numbers: no branch for each, so that four become one comparison.
#[inline]
fn all_finite<const N: usize>(numbers: [f32; N]) -> bool {
    numbers.iter().fold(true, |all, v| all & v.is_finite())
}

/// An affine map of logical points: `x' = a·x + c·y + e`, `y' = b·x + d·y + f`.
///
/// The six numbers travel in the order `a b c d e f`, as in SVG and the HTML canvas.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transform {
    /// x by x.
    pub a: f32,
    /// y by x.
    pub b: f32,
    /// x by y.
    pub c: f32,
    /// y by y.
    pub d: f32,
    /// Added to x.
    pub e: f32,
    /// Added to y.
    pub f: f32,
}

impl Default for Transform {
    fn default() -> Self {
        Self::IDENTITY
    }
}

impl Transform {
    /// Changes nothing.
    pub const IDENTITY: Self = Self {
        a: 1.0,
        b: 0.0,
        c: 0.0,
        d: 1.0,
        e: 0.0,
        f: 0.0,
    };

    /// Moves by (`x`, `y`).
    pub const fn translate(x: f32, y: f32) -> Self {
        Self {
            e: x,
            f: y,
            ..Self::IDENTITY
        }
    }

    /// Multiplies x by `x` and y by `y`.
    pub const fn scale(x: f32, y: f32) -> Self {
        Self {
            a: x,
            d: y,
            ..Self::IDENTITY
        }
    }

    /// Turns clockwise on the screen by `radians` about the origin.
    pub fn rotate(radians: f32) -> Self {
        let (sin, cos) = radians.sin_cos();
        Self {
            a: cos,
            b: sin,
            c: -sin,
            d: cos,
            e: 0.0,
            f: 0.0,
        }
    }

    /// The map that applies `first` and then `self`.
    pub fn after(self, first: Self) -> Self {
        Self {
            a: self.a * first.a + self.c * first.b,
            b: self.b * first.a + self.d * first.b,
            c: self.a * first.c + self.c * first.d,
            d: self.b * first.c + self.d * first.d,
            e: self.a * first.e + self.c * first.f + self.e,
            f: self.b * first.e + self.d * first.f + self.f,
        }
    }

    /// Where `p` goes.
    #[inline]
    pub fn apply(self, p: Point) -> Point {
        Point::new(
            self.a * p.x + self.c * p.y + self.e,
            self.b * p.x + self.d * p.y + self.f,
        )
    }

    /// The map that undoes this one, or `None` where none exists (a zero or non-finite determinant).
    pub fn invert(self) -> Option<Self> {
        let det = self.a * self.d - self.b * self.c;
        if !det.is_normal() {
            return None;
        }
        let (a, b, c, d) = (self.d / det, -self.b / det, -self.c / det, self.a / det);
        Some(Self {
            a,
            b,
            c,
            d,
            e: -(a * self.e + c * self.f),
            f: -(b * self.e + d * self.f),
        })
    }

    /// Whether axis-aligned rectangles stay so without turning: no shear, no rotation.
    #[inline]
    pub fn is_axis_aligned(self) -> bool {
        self.b == 0.0 && self.c == 0.0
    }

    /// Whether all six numbers are finite.
    #[inline]
    pub fn is_finite(self) -> bool {
        all_finite([self.a, self.b, self.c, self.d, self.e, self.f])
    }
}

/// Device pixels per logical unit, in 120ths: 120 is 1.0, 180 is 1.5.
///
/// 120 divides by 2, 3, 4, 5, 6 and 8, so every scale that desktops offer is exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Scale(pub u32);

impl Default for Scale {
    fn default() -> Self {
        Self::ONE
    }
}

impl Scale {
    /// One device pixel per logical unit.
    pub const ONE: Self = Self(120);
    /// The smallest scale a server uses or accepts: 0.25.
    pub const MIN: Self = Self(30);
    /// The largest scale a server uses or accepts: 16.
    pub const MAX: Self = Self(16 * 120);

    /// The scale nearest to `factor`, within [`Scale::MIN`] and [`Scale::MAX`].
    pub fn from_factor(factor: f64) -> Self {
        let units = (factor * 120.0)
            .round()
            .clamp(f64::from(Self::MIN.0), f64::from(Self::MAX.0));
        Self(units as u32)
    }

    /// Device pixels per logical unit.
    pub fn factor(self) -> f32 {
        self.0 as f32 / 120.0
    }

    /// Whether this lies within [`Scale::MIN`] and [`Scale::MAX`].
    pub fn is_valid(self) -> bool {
        (Self::MIN.0..=Self::MAX.0).contains(&self.0)
    }

    /// How many device pixels a surface of the logical size `size` has: each side rounded to the
    /// nearest pixel, half a pixel up, and at least 1. NaN and negative sides count as 1.
    pub fn pixel_size(self, size: Size) -> PixelSize {
        let side = |v: f32| {
            let pixels = (f64::from(v) * f64::from(self.0) / 120.0 + 0.5).floor();
            // A float to integer cast saturates, and NaN becomes 0.
            (pixels as u32).max(1)
        };
        PixelSize::new(side(size.width), side(size.height))
    }

    /// The logical size of a surface of `size` device pixels, such that [`Scale::pixel_size`]
    /// gives `size` back for every side below 2^20.
    pub fn logical_size(self, size: PixelSize) -> Size {
        let side = |v: u32| (f64::from(v) * 120.0 / f64::from(self.0.max(1))) as f32;
        Size::new(side(size.width), side(size.height))
    }
}

/// A position in device pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PixelPoint {
    /// Pixels from the left edge.
    pub x: i32,
    /// Pixels from the top edge.
    pub y: i32,
}

impl PixelPoint {
    /// The pixel whose top left corner is at (`x`, `y`).
    pub const fn new(x: i32, y: i32) -> Self {
        Self { x, y }
    }

    /// This point moved by (`dx`, `dy`), stopping at the ends of the number range.
    #[inline]
    pub const fn moved(self, dx: i32, dy: i32) -> Self {
        Self::new(self.x.saturating_add(dx), self.y.saturating_add(dy))
    }
}

/// A width and a height in device pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PixelSize {
    /// Pixels in a row.
    pub width: u32,
    /// Number of rows.
    pub height: u32,
}

impl PixelSize {
    /// The size `width` × `height`.
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// How many pixels there are.
    #[inline]
    pub const fn area(self) -> u64 {
        self.width as u64 * self.height as u64
    }

    /// Whether there is no pixel at all.
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }
}

/// A rectangle of device pixels, kept by its edges: `x0..x1` by `y0..y1`.
///
/// Empty when `x1 <= x0` or `y1 <= y0`. Edges cannot overflow: operations saturate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PixelRect {
    /// Left edge, inside.
    pub x0: i32,
    /// Top edge, inside.
    pub y0: i32,
    /// Right edge, outside.
    pub x1: i32,
    /// Bottom edge, outside.
    pub y1: i32,
}

impl PixelRect {
    /// Covers no pixel.
    pub const EMPTY: Self = Self {
        x0: 0,
        y0: 0,
        x1: 0,
        y1: 0,
    };

    /// The rectangle at (`x`, `y`) with the given extents.
    pub const fn new(x: i32, y: i32, width: u32, height: u32) -> Self {
        Self {
            x0: x,
            y0: y,
            x1: x.saturating_add_unsigned(width),
            y1: y.saturating_add_unsigned(height),
        }
    }

    /// The rectangle between two corners.
    #[inline]
    pub const fn from_edges(x0: i32, y0: i32, x1: i32, y1: i32) -> Self {
        Self { x0, y0, x1, y1 }
    }

    /// The rectangle of `size` with its top left corner at `origin`.
    #[inline]
    pub const fn at(origin: PixelPoint, size: PixelSize) -> Self {
        Self::new(origin.x, origin.y, size.width, size.height)
    }

    /// The rectangle of `size` at the origin.
    #[inline]
    pub const fn from_size(size: PixelSize) -> Self {
        Self::new(0, 0, size.width, size.height)
    }

    /// Whether it covers no pixel.
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.x1 <= self.x0 || self.y1 <= self.y0
    }

    /// Pixels in a row; 0 when empty.
    #[inline]
    pub const fn width(self) -> u32 {
        if self.is_empty() {
            0
        } else {
            self.x1.abs_diff(self.x0)
        }
    }

    /// Number of rows; 0 when empty.
    #[inline]
    pub const fn height(self) -> u32 {
        if self.is_empty() {
            0
        } else {
            self.y1.abs_diff(self.y0)
        }
    }

    /// Width and height.
    #[inline]
    pub const fn size(self) -> PixelSize {
        PixelSize::new(self.width(), self.height())
    }

    /// How many pixels it covers.
    #[inline]
    pub const fn area(self) -> u64 {
        self.size().area()
    }

    /// The top left corner.
    #[inline]
    pub const fn origin(self) -> PixelPoint {
        PixelPoint::new(self.x0, self.y0)
    }

    /// What lies in both; [`PixelRect::EMPTY`] when nothing does.
    #[inline]
    pub fn intersect(self, other: Self) -> Self {
        let r = Self {
            x0: self.x0.max(other.x0),
            y0: self.y0.max(other.y0),
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
        };
        if r.is_empty() { Self::EMPTY } else { r }
    }

    /// The smallest rectangle around both; an empty one adds nothing.
    #[inline]
    pub fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// This rectangle moved by (`dx`, `dy`).
    #[inline]
    pub const fn moved(self, dx: i32, dy: i32) -> Self {
        Self {
            x0: self.x0.saturating_add(dx),
            y0: self.y0.saturating_add(dy),
            x1: self.x1.saturating_add(dx),
            y1: self.y1.saturating_add(dy),
        }
    }

    /// Every edge moved outwards by `d`.
    pub const fn grown(self, d: i32) -> Self {
        Self {
            x0: self.x0.saturating_sub(d),
            y0: self.y0.saturating_sub(d),
            x1: self.x1.saturating_add(d),
            y1: self.y1.saturating_add(d),
        }
    }

    /// Whether the pixel at `p` lies inside.
    #[inline]
    pub const fn contains(self, p: PixelPoint) -> bool {
        p.x >= self.x0 && p.y >= self.y0 && p.x < self.x1 && p.y < self.y1
    }

    /// Whether every pixel of `other` lies inside; an empty `other` always does.
    #[inline]
    pub const fn contains_rect(self, other: Self) -> bool {
        other.is_empty()
            || (other.x0 >= self.x0
                && other.y0 >= self.y0
                && other.x1 <= self.x1
                && other.y1 <= self.y1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixel_sizes_round_half_up_and_never_vanish() {
        let scale = Scale(180);
        assert_eq!(scale.pixel_size(Size::new(1.0, 3.0)), PixelSize::new(2, 5));
        assert_eq!(
            scale.pixel_size(Size::new(0.0, f32::NAN)),
            PixelSize::new(1, 1)
        );
        assert_eq!(
            scale.pixel_size(Size::new(f32::INFINITY, -1.0)),
            PixelSize::new(u32::MAX, 1)
        );
    }

    #[test]
    fn a_configured_pixel_size_survives_the_way_through_logical_units() {
        for scale in [30, 97, 120, 130, 150, 180, 211, 240, 1920] {
            for side in (1..20_000).chain([65_535, 1 << 20]) {
                let size = PixelSize::new(side, side);
                assert_eq!(
                    Scale(scale).pixel_size(Scale(scale).logical_size(size)),
                    size
                );
            }
        }
    }

    #[test]
    fn rectangles_at_the_end_of_the_number_range_saturate() {
        let r = PixelRect::new(i32::MAX - 1, 0, u32::MAX, 2);
        assert_eq!(r.width(), 1);
        let all = PixelRect::from_edges(i32::MIN, i32::MIN, i32::MAX, i32::MAX);
        assert_eq!(all.width(), u32::MAX);
        assert_eq!(
            all.moved(i32::MAX, i32::MIN).intersect(all).width(),
            i32::MAX as u32 + 1
        );
    }

    #[test]
    fn a_transform_and_its_inverse_cancel() {
        let t = Transform::translate(3.0, 4.0)
            .after(Transform::scale(2.0, 0.5))
            .after(Transform::rotate(0.3));
        let p = t
            .invert()
            .expect("not singular")
            .apply(t.apply(Point::new(5.0, -7.0)));
        assert!((p.x - 5.0).abs() < 1e-4 && (p.y + 7.0).abs() < 1e-4);
        assert_eq!(Transform::scale(0.0, 1.0).invert(), None);
    }
}
