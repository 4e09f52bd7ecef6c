//! [`Gradient`]: a ramp of colours laid over the device, along a line, between circles, or around
//! a point.
//!
//! A pixel's place is computed from its own coordinates, with `+ - * /` and square roots alone, so
//! that it depends neither on the run it is drawn in nor on the machine.

use transom_protocol::geometry::{Point, Transform};

use super::kernels::PLACE_BITS;
use super::paint::Source;
use super::ramp::{ONE, Ramp};
use super::vector::{self, Vector};

/// Fraction bits of places along a line, before they are rounded to the ramp's 16.
const LINE_BITS: u32 = 16 + PLACE_BITS;
/// A line goes by at most so often from one pixel to the next: beyond this, gradients are noise.
const MAX_STEP: f64 = 64.0;
/// The places at the device's anchor stay where no sum of steps leaves 64 bits.
const MAX_START: f64 = (1u64 << 27) as f64;
/// How far from the device's origin the anchor may be.
const MAX_ANCHOR: f64 = (1 << 20) as f64;
/// Places beyond this are as good as infinitely far.
const MAX_PLACE: f64 = (1u64 << 40) as f64;

/// How a gradient runs, in its own coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Course {
    /// From one point to another.
    Line(Point, Point),
    /// From one circle to another: middle and radius of each.
    Circles((Point, f32), (Point, f32)),
    /// Around a point, from `start` turns on, `sweep` turns far.
    Around {
        /// What it turns around.
        center: Point,
        /// Where it begins, clockwise from the x axis.
        start: f32,
        /// How far it goes; positive.
        sweep: f32,
    },
}

/// A gradient on its way to pixels.
#[derive(Clone, Copy, Debug)]
pub struct Gradient<'a> {
    ramp: &'a Ramp,
    field: Field,
}

/// Tells the place of each device pixel.
#[derive(Clone, Copy, Debug)]
enum Field {
    /// One colour.
    Constant(u32),
    Line(Line),
    Circles(Inverse, Circles),
    Around(Inverse, Around),
}

impl<'a> Gradient<'a> {
    /// `ramp` along `course`, put on the device by `to_device`. Transparent where that has no inverse.
    pub fn new(ramp: &'a Ramp, course: Course, to_device: &Transform) -> Self {
        let field = Field::new(ramp, course, to_device).unwrap_or(Field::Constant(0));
        Self { ramp, field }
    }

    /// What a pixel costs.
    pub(super) fn weight(&self) -> u64 {
        match self.field {
            Field::Constant(_) => 1,
            Field::Line(_) => 5,
            Field::Circles(..) => 16,
            Field::Around(..) => 25,
        }
    }

    /// Its colour, where it has but one.
    #[cfg(test)]
    fn constant(&self) -> Option<u32> {
        match self.field {
            Field::Constant(color) => Some(color),
            _ => None,
        }
    }
}

impl Field {
    fn new(ramp: &Ramp, course: Course, to_device: &Transform) -> Option<Self> {
        let inverse = Inverse::new(to_device)?;
        Some(match course {
            Course::Line(from, to) if from == to => Self::Constant(ramp.last()),
            Course::Line(from, to) => Self::Line(Line::new(from, to, to_device, &inverse)?),
            Course::Circles(from, to) if from == to => Self::Constant(0),
            Course::Circles(from, to) => Self::Circles(inverse, Circles::new(from, to)),
            Course::Around {
                center,
                start,
                sweep,
            } => Self::Around(inverse, Around::new(center, start, sweep)),
        })
    }
}

impl Source for Gradient<'_> {
    fn colors(&self, x: i32, y: i32, out: &mut [u32]) {
        let mut reader = self.ramp.reader();
        match &self.field {
            Field::Constant(color) => out.fill(*color),
            Field::Line(line) => {
                let (place, step) = line.places(x, y);
                self.ramp.fill(place, step, out);
            }
            Field::Circles(inverse, circles) => {
                for (x, color) in (x..).zip(out) {
                    let place = circles.place(inverse.center_of(x, y));
                    *color = place.map_or(0, |t| reader.color(to_place(t)));
                }
            }
            Field::Around(inverse, around) => {
                for (x, color) in (x..).zip(out) {
                    *color = reader.color(to_place(around.place(inverse.center_of(x, y))));
                }
            }
        }
    }

    fn is_opaque(&self) -> bool {
        match self.field {
            Field::Constant(color) => color >> 24 == 255,
            // Between circles there may be nothing.
            Field::Circles(..) => false,
            Field::Line(_) | Field::Around(..) => self.ramp.is_opaque(),
        }
    }
}

/// `t` in the ramp's places, rounded to nearest; NaN is 0.
#[inline(always)]
fn to_place(t: f64) -> i64 {
    let v = (t * ONE as f64 + 0.5).clamp(-MAX_PLACE, MAX_PLACE);
    let cut = v as i64;
    cut - i64::from(cut as f64 > v)
}

/// From device pixels to a paint's own coordinates.
#[derive(Clone, Copy, Debug)]
struct Inverse {
    x: Vector,
    y: Vector,
    /// Where the device's origin is.
    origin: Vector,
}

impl Inverse {
    fn new(to_device: &Transform) -> Option<Self> {
        let (x, y) = (
            vector::apply_linear(to_device, Vector::new(1.0, 0.0)),
            vector::apply_linear(to_device, Vector::new(0.0, 1.0)),
        );
        let det = x.cross(y);
        if !det.is_normal() {
            return None;
        }
        let (x, y) = (
            Vector::new(y.y / det, -x.y / det),
            Vector::new(-y.x / det, x.x / det),
        );
        let place = vector::apply(to_device, Vector::default());
        let origin = -(x * place.x + y * place.y);
        let finite = |v: Vector| v.x.is_finite() && v.y.is_finite();
        (finite(x) && finite(y) && finite(origin)).then_some(Self { x, y, origin })
    }

    /// Where the centre of a device pixel is.
    #[inline(always)]
    fn center_of(&self, x: i32, y: i32) -> Vector {
        let (x, y) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
        Vector::new(
            self.origin.x + self.x.x * x + self.y.x * y,
            self.origin.y + self.x.y * x + self.y.y * y,
        )
    }
}

/// Places that change evenly, in fixed point.
#[derive(Clone, Copy, Debug)]
struct Line {
    /// The device pixel whose centre has the place `start`.
    anchor: (i64, i64),
    start: i64,
    across: i64,
    down: i64,
}

impl Line {
    fn new(from: Point, to: Point, to_device: &Transform, inverse: &Inverse) -> Option<Self> {
        let (from, to) = (Vector::from(from), Vector::from(to));
        let way = to - from;
        let square = way.dot(way);
        if !square.is_normal() {
            return None;
        }
        let (across, down) = (inverse.x.dot(way) / square, inverse.y.dot(way) / square);
        let place = vector::apply(to_device, from);
        let floor = |v: f64| v.floor().clamp(-MAX_ANCHOR, MAX_ANCHOR);
        let anchor = Vector::new(floor(place.x), floor(place.y));
        let to_centre = anchor + Vector::new(0.5, 0.5) - place;
        let start = across * to_centre.x + down * to_centre.y;
        let one = (1u64 << LINE_BITS) as f64;
        let fixed = |v: f64, most: f64| (v.clamp(-most, most) * one + 0.5).floor() as i64;
        Some(Self {
            anchor: (anchor.x as i64, anchor.y as i64),
            // Half a place more: cutting then rounds.
            start: fixed(start, MAX_START) + (1 << (PLACE_BITS - 1)),
            across: fixed(across, MAX_STEP),
            down: fixed(down, MAX_STEP),
        })
    }

    /// The place of a pixel, and how it changes to the right.
    fn places(&self, x: i32, y: i32) -> (i64, i64) {
        let (x, y) = (i64::from(x) - self.anchor.0, i64::from(y) - self.anchor.1);
        (self.start + x * self.across + y * self.down, self.across)
    }
}

/// Places between two circles.
#[derive(Clone, Copy, Debug)]
struct Circles {
    from: Vector,
    way: Vector,
    radius: f64,
    growth: f64,
    /// Of the square of the place, in the equation for it.
    square: f64,
}

impl Circles {
    fn new((from, r0): (Point, f32), (to, r1): (Point, f32)) -> Self {
        let (from, to) = (Vector::from(from), Vector::from(to));
        let (way, radius) = (to - from, f64::from(r0));
        let growth = f64::from(r1) - radius;
        Self {
            from,
            way,
            radius,
            growth,
            square: way.dot(way) - growth * growth,
        }
    }

    /// The greatest place whose circle goes through `p` and has no negative radius.
    #[inline(always)]
    fn place(&self, p: Vector) -> Option<f64> {
        let p = p - self.from;
        let half = p.dot(self.way) + self.radius * self.growth;
        let rest = p.dot(p) - self.radius * self.radius;
        let holds = |t: &f64| self.radius + *t * self.growth >= 0.0 && t.is_finite();
        if self.square == 0.0 {
            return Some(rest / (2.0 * half)).filter(holds);
        }
        let root = (half * half - self.square * rest).sqrt();
        let (one, other) = ((half + root) / self.square, (half - root) / self.square);
        let (more, less) = (one.max(other), one.min(other));
        // Without a solution both are NaN.
        Some(more).filter(holds).or(Some(less).filter(holds))
    }
}

/// Places around a point.
#[derive(Clone, Copy, Debug)]
struct Around {
    center: Vector,
    start: f64,
    sweep: f64,
}

impl Around {
    fn new(center: Point, start: f32, sweep: f32) -> Self {
        let start = f64::from(start);
        Self {
            center: Vector::from(center),
            start: start - start.floor(),
            sweep: f64::from(sweep),
        }
    }

    #[inline(always)]
    fn place(&self, p: Vector) -> f64 {
        let way = p - self.center;
        if way == Vector::default() {
            return 0.0;
        }
        let angle = turns(way) - self.start;
        let angle = if angle < 0.0 { angle + 1.0 } else { angle };
        let angle = if angle >= 1.0 { 0.0 } else { angle };
        angle / self.sweep
    }
}

/// An odd polynomial for the arc tangent of 0 to 1, in turns, by its squares.
const ATAN: [f64; 11] = [
    0.159_154_943_020_838_66,
    -0.053_051_630_437_867_855,
    0.031_830_285_313_346_494,
    -0.022_725_059_547_582_01,
    0.017_587_848_741_096_08,
    -0.013_981_830_656_770_649,
    0.010_639_956_038_086_885,
    -0.006_991_423_766_934_746,
    0.003_487_553_697_564_091_6,
    -0.001_118_965_819_662_084,
    0.000_168_323_455_444_043_9,
];

/// The angle of a direction in turns, clockwise on the screen from the x axis, from 0 to 1.
#[inline(always)]
fn turns(v: Vector) -> f64 {
    let (x, y) = (v.x.abs(), v.y.abs());
    let ratio = if x > y { y / x } else { x / y };
    let square = ratio * ratio;
    let mut sum = 0.0;
    for coefficient in ATAN.into_iter().rev() {
        sum = sum * square + coefficient;
    }
    let eighth = sum * ratio;
    let quarter = if x > y { eighth } else { 0.25 - eighth };
    let half = if v.x < 0.0 { 0.5 - quarter } else { quarter };
    if v.y < 0.0 { 1.0 - half } else { half }
}

#[cfg(test)]
mod tests {
    use transom_protocol::color::Color;
    use transom_protocol::paint::{Extend, Stop};

    use super::*;

    fn ramp(extend: Extend) -> Ramp {
        let stop = |offset, color| Stop { offset, color };
        let stops = [stop(0.0, Color::BLACK), stop(1.0, Color::WHITE)];
        Ramp::new(stops.into_iter(), extend).expect("there are stops")
    }

    fn row(course: Course, to_device: Transform, x: i32, y: i32, count: usize) -> Vec<u8> {
        let ramp = ramp(Extend::Pad);
        let gradient = Gradient::new(&ramp, course, &to_device);
        let mut out = vec![0; count];
        gradient.colors(x, y, &mut out);
        out.into_iter().map(|c| c as u8).collect()
    }

    const UNTURNED: Transform = Transform::IDENTITY;

    #[test]
    fn angles_are_those_of_the_library() {
        for i in 0..100_000 {
            let angle = f64::from(i) / 100_000.0;
            let (sin, cos) = (angle * std::f64::consts::TAU).sin_cos();
            let found = turns(Vector::new(cos, sin));
            let off = (found - angle).abs();
            assert!(off.min(1.0 - off) < 1e-10, "{angle}: {found}");
        }
        assert_eq!(turns(Vector::new(0.0, 3.0)), 0.25);
        assert_eq!(turns(Vector::new(-3.0, 0.0)), 0.5);
        assert_eq!(turns(Vector::new(0.0, -3.0)), 0.75);
    }

    #[test]
    fn a_line_is_read_at_pixel_centres() {
        let course = Course::Line(Point::new(0.0, 0.0), Point::new(4.0, 0.0));
        assert_eq!(row(course, UNTURNED, -1, 7, 6), [0, 32, 96, 159, 223, 255]);
        let down = Course::Line(Point::new(0.0, 0.0), Point::new(0.0, 4.0));
        assert_eq!(row(down, UNTURNED, 0, 1, 3), [96; 3]);
    }

    #[test]
    fn a_run_may_begin_anywhere() {
        let turned = Transform::rotate(0.3).after(Transform::scale(1.7, 0.9));
        let (a, b) = (Point::new(3.0, 4.0), Point::new(40.0, 25.0));
        let around = Course::Around {
            center: b,
            start: 0.3,
            sweep: 0.8,
        };
        for course in [
            Course::Line(a, b),
            Course::Circles((a, 2.0), (b, 30.0)),
            around,
        ] {
            let whole = row(course, turned, -10, 12, 100);
            for from in [1, 13, 99] {
                let part = row(course, turned, from as i32 - 10, 12, 100 - from);
                assert_eq!(part, whole[from..]);
            }
        }
    }

    #[test]
    fn circles_grow_from_the_first_to_the_second() {
        let middle = Point::new(0.5, 0.5);
        let course = Course::Circles((middle, 0.0), (middle, 5.0));
        assert_eq!(row(course, UNTURNED, 0, 0, 6), [0, 51, 102, 153, 204, 255]);
    }

    #[test]
    fn what_cannot_be_drawn_is_transparent() {
        let ramp = ramp(Extend::Pad);
        let flat = Transform::scale(1.0, 0.0);
        let line = Course::Line(Point::new(0.0, 0.0), Point::new(1.0, 0.0));
        assert_eq!(Gradient::new(&ramp, line, &flat).constant(), Some(0));
        let point = Course::Line(Point::new(1.0, 1.0), Point::new(1.0, 1.0));
        let constant = Gradient::new(&ramp, point, &UNTURNED).constant();
        assert_eq!(constant, Some(u32::MAX));
    }
}
