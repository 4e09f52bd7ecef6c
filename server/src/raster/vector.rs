//! [`Vector`]: points and directions in double precision, for geometry on its way to pixels.

use std::ops::{Add, Mul, Neg, Sub};

use transom_protocol::geometry::{Point, Transform};

/// A point or a direction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Vector {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl Vector {
    pub(super) const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    pub(super) fn dot(self, o: Self) -> f64 {
        self.x * o.x + self.y * o.y
    }

    /// Positive when `o` lies clockwise of this on the screen.
    pub(super) fn cross(self, o: Self) -> f64 {
        self.x * o.y - self.y * o.x
    }

    pub(super) fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// The direction of this with length 1, or `None` when there is none.
    pub(super) fn unit(self) -> Option<Self> {
        let length = self.length();
        (length.is_finite() && length > 0.0).then(|| self * (1.0 / length))
    }

    /// A quarter turn clockwise on the screen.
    pub(super) fn turned(self) -> Self {
        Self::new(-self.y, self.x)
    }

    /// Where `t` leads from here to `o`: here at 0, there at 1.
    pub(super) fn lerp(self, o: Self, t: f64) -> Self {
        self + (o - self) * t
    }

    /// The nearest point in single precision; what is too large for it becomes its largest number.
    pub(super) fn to_point(self) -> Point {
        let narrow = |v: f64| v.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32;
        Point::new(narrow(self.x), narrow(self.y))
    }
}

impl From<Point> for Vector {
    fn from(p: Point) -> Self {
        Self::new(f64::from(p.x), f64::from(p.y))
    }
}

impl Add for Vector {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self::new(self.x + o.x, self.y + o.y)
    }
}

impl Sub for Vector {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Self::new(self.x - o.x, self.y - o.y)
    }
}

impl Mul<f64> for Vector {
    type Output = Self;
    fn mul(self, k: f64) -> Self {
        Self::new(self.x * k, self.y * k)
    }
}

impl Neg for Vector {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(-self.x, -self.y)
    }
}

/// Where `t` puts the point `p`.
pub(super) fn apply(t: &Transform, p: Vector) -> Vector {
    apply_linear(t, p) + Vector::new(f64::from(t.e), f64::from(t.f))
}

/// Where `t` puts the direction `d`: all but the translation.
pub(super) fn apply_linear(t: &Transform, d: Vector) -> Vector {
    Vector::new(
        f64::from(t.a) * d.x + f64::from(t.c) * d.y,
        f64::from(t.b) * d.x + f64::from(t.d) * d.y,
    )
}

/// By how much `t` stretches the direction it stretches most.
pub(super) fn largest_scale(t: &Transform) -> f64 {
    let (x, y) = (
        Vector::new(f64::from(t.a), f64::from(t.b)),
        Vector::new(f64::from(t.c), f64::from(t.d)),
    );
    let (xx, yy, xy) = (x.dot(x), y.dot(y), x.dot(y));
    let half = (xx - yy) / 2.0;
    ((xx + yy) / 2.0 + (half * half + xy * xy).sqrt()).sqrt()
}
