//! [`Gradient`]: a ramp of colours laid over the device, along a line, between circles, or around
//! a point.
//!
//! A pixel's place is computed from its own coordinates, with `+ - * /` and square roots alone, so
//! that it depends neither on the run it is drawn in nor on the machine.

use transom_protocol::geometry::{Point, Transform};

use super::kernels::{Around, Circles, Curve, Inverse, PLACE_BITS, places};
use super::paint::Source;
use super::ramp::Ramp;
use super::vector::{self, Vector};

/// Fraction bits of places along a line, before they are rounded to the ramp's 16.
const LINE_BITS: u32 = 16 + PLACE_BITS;
/// A line goes by at most so often from one pixel to the next: beyond this, gradients are noise.
const MAX_STEP: f64 = 64.0;
/// The places at the device's anchor stay where no sum of steps leaves 64 bits.
const MAX_START: f64 = (1u64 << 27) as f64;
/// How far from the device's origin the anchor may be.
const MAX_ANCHOR: f64 = (1 << 20) as f64;
/// So many places are worked out at a time.
const PIECE: usize = 64;

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
    Curve(Inverse, Curve),
}

impl<'a> Gradient<'a> {
    /// `ramp` along `course`, put on the device by `to_device`. Transparent where that has no inverse.
    pub fn new(ramp: &'a Ramp, course: Course, to_device: &Transform) -> Self {
        let field = Field::new(ramp, course, to_device).unwrap_or(Field::Constant(0));
        Self { ramp, field }
    }

    /// What four pixels cost.
    pub(super) fn weight(&self) -> u64 {
        match self.field {
            Field::Constant(_) => 1,
            Field::Line(_) => 5,
            Field::Curve(_, Curve::Circles(_)) => 20,
            Field::Curve(_, Curve::Around(_)) => 40,
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
        let inverse = inverse(to_device)?;
        Some(match course {
            Course::Line(from, to) if from == to => Self::Constant(ramp.last()),
            Course::Line(from, to) => Self::Line(Line::new(from, to, to_device, &inverse)?),
            Course::Circles(from, to) if from == to => Self::Constant(0),
            Course::Circles(from, to) => Self::Curve(inverse, Curve::Circles(circles(from, to))),
            Course::Around {
                center,
                start,
                sweep,
            } => Self::Curve(inverse, Curve::Around(around(center, start, sweep))),
        })
    }
}

impl Source for Gradient<'_> {
    fn colors(&self, x: i32, y: i32, out: &mut [u32]) {
        match &self.field {
            Field::Constant(color) => out.fill(*color),
            Field::Line(line) => {
                let (place, step) = line.places(x, y);
                self.ramp.fill(place, step, out);
            }
            Field::Curve(inverse, curve) => {
                let mut found = [0; PIECE];
                for (x, out) in (x..).step_by(PIECE).zip(out.chunks_mut(PIECE)) {
                    let found = &mut found[..out.len()];
                    places(curve, inverse, (x, y), found);
                    self.ramp.colors(found, out);
                }
            }
        }
    }

    fn is_opaque(&self) -> bool {
        match self.field {
            Field::Constant(color) => color >> 24 == 255,
            // Between circles there may be nothing.
            Field::Curve(_, Curve::Circles(_)) => false,
            Field::Line(_) | Field::Curve(..) => self.ramp.is_opaque(),
        }
    }
}

/// From device pixels to a paint's own coordinates; `None` without an inverse map.
fn inverse(to_device: &Transform) -> Option<Inverse> {
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
    (finite(x) && finite(y) && finite(origin)).then_some(Inverse { x, y, origin })
}

/// Between two circles.
fn circles((from, r0): (Point, f32), (to, r1): (Point, f32)) -> Circles {
    let (from, to) = (Vector::from(from), Vector::from(to));
    let (way, radius) = (to - from, f64::from(r0));
    let growth = f64::from(r1) - radius;
    Circles {
        from,
        way,
        radius,
        growth,
        square: way.dot(way) - growth * growth,
    }
}

/// Around a point.
fn around(center: Point, start: f32, sweep: f32) -> Around {
    let start = f64::from(start);
    Around {
        center: Vector::from(center),
        start: start - start.floor(),
        sweep: f64::from(sweep),
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
