//! Arrays of points, lines and rectangles that stay the bytes they arrived in.

use std::fmt;
use std::marker::PhantomData;

use serde::{Serialize, Serializer};

use crate::codec::Record;
use crate::geometry::{Point, Rect};

/// Two ends of a straight line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Segment {
    /// Where it begins.
    pub from: Point,
    /// Where it ends.
    pub to: Point,
}

/// An ellipse, its axes upright before the transform; with equal radii a circle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Ellipse {
    /// Its middle.
    pub center: Point,
    /// Half its width.
    pub radius_x: f32,
    /// Half its height.
    pub radius_y: f32,
}

impl Ellipse {
    /// A circle.
    pub const fn circle(center: Point, radius: f32) -> Self {
        Self {
            center,
            radius_x: radius,
            radius_y: radius,
        }
    }
}

/// Three corners, in either direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Triangle {
    /// One corner.
    pub a: Point,
    /// Another one.
    pub b: Point,
    /// The third one.
    pub c: Point,
}

impl Triangle {
    /// The triangle between three points.
    pub const fn new(a: Point, b: Point, c: Point) -> Self {
        Self { a, b, c }
    }
}

/// A part of an image and where it goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ImagePart {
    /// In pixels of the image; with a width or height of 0 the whole image.
    pub source: Rect,
    /// In logical units.
    pub dest: Rect,
}

/// Something that is a few coordinates in order.
pub trait Shape: Copy {
    /// How many.
    const COORDINATES: usize;

    /// Reads it, coordinate by coordinate.
    fn gather(next: impl FnMut() -> f32) -> Self;

    /// Tells its coordinates, in the same order.
    fn scatter(&self, give: impl FnMut(f32));
}

macro_rules! shape {
    ($name:ty, $count:literal, [$($($field:ident).+),*], |$next:ident| $gather:expr) => {
        impl Shape for $name {
            const COORDINATES: usize = $count;

            #[inline(always)]
            fn gather(mut $next: impl FnMut() -> f32) -> Self {
                $gather
            }

            #[inline(always)]
            fn scatter(&self, mut give: impl FnMut(f32)) {
                $(give(self.$($field).+);)*
            }
        }
    };
}

shape!(Point, 2, [x, y], |next| Point::new(next(), next()));
shape!(Rect, 4, [x, y, width, height], |next| Rect::new(
    next(),
    next(),
    next(),
    next()
));
shape!(Segment, 4, [from.x, from.y, to.x, to.y], |next| Segment {
    from: Point::gather(&mut next),
    to: Point::gather(&mut next),
});
shape!(
    Ellipse,
    4,
    [center.x, center.y, radius_x, radius_y],
    |next| Ellipse {
        center: Point::gather(&mut next),
        radius_x: next(),
        radius_y: next(),
    }
);
shape!(Triangle, 6, [a.x, a.y, b.x, b.y, c.x, c.y], |next| {
    Triangle {
        a: Point::gather(&mut next),
        b: Point::gather(&mut next),
        c: Point::gather(&mut next),
    }
});
shape!(
    ImagePart,
    8,
    [
        source.x,
        source.y,
        source.width,
        source.height,
        dest.x,
        dest.y,
        dest.width,
        dest.height
    ],
    |next| ImagePart {
        source: Rect::gather(&mut next),
        dest: Rect::gather(&mut next)
    }
);

/// An array of shapes that stays the bytes it arrived in, as `i16` or `f32` coordinates.
#[derive(Clone, Copy)]
pub struct Shapes<'a, T> {
    bytes: &'a [u8],
    small: bool,
    shape: PhantomData<T>,
}

impl<'a, T: Shape> Shapes<'a, T> {
    pub(super) fn new(bytes: &'a [u8], small: bool) -> Option<Self> {
        let shapes = Self {
            bytes,
            small,
            shape: PhantomData,
        };
        bytes
            .len()
            .is_multiple_of(shapes.shape_bytes())
            .then_some(shapes)
    }

    const fn shape_bytes(&self) -> usize {
        T::COORDINATES * if self.small { 2 } else { 4 }
    }

    /// The bytes of all coordinates, little-endian, if these are whole numbers of 16 bits.
    pub const fn small_bytes(&self) -> Option<&'a [u8]> {
        match self.small {
            true => Some(self.bytes),
            false => None,
        }
    }

    /// How many shapes there are.
    pub fn len(&self) -> usize {
        self.bytes.len() / self.shape_bytes()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The shape at `index`, or `None` behind the end.
    pub fn get(&self, index: usize) -> Option<T> {
        let start = index.checked_mul(self.shape_bytes())?;
        let end = start.checked_add(self.shape_bytes())?;
        let bytes = self.bytes.get(start..end)?;
        let one = Self {
            bytes,
            small: self.small,
            shape: PhantomData,
        };
        one.iter().next()
    }

    /// What follows the first `count` shapes.
    pub fn after(&self, count: usize) -> Self {
        let start = count.saturating_mul(self.shape_bytes());
        Self {
            bytes: self.bytes.get(start..).unwrap_or(&[]),
            ..*self
        }
    }

    /// The shapes, in order.
    #[inline]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T> + Clone + 'a {
        let small = self.small;
        self.bytes
            .chunks_exact(self.shape_bytes())
            .map(move |bytes| {
                if small {
                    let mut numbers = bytes.chunks_exact(2).map(|b| f32::from(i16::read(b)));
                    T::gather(|| numbers.next().unwrap_or(0.0))
                } else {
                    let mut numbers = bytes.chunks_exact(4).map(f32::read);
                    T::gather(|| numbers.next().unwrap_or(0.0))
                }
            })
    }
}

impl<T: Shape + PartialEq> PartialEq for Shapes<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: Shape + fmt::Debug> fmt::Debug for Shapes<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: Shape + Serialize> Serialize for Shapes<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
