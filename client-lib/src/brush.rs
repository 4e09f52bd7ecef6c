//! Brushes: gradients and patterns to draw with in place of a colour.

use transom_protocol::Request;
use transom_protocol::codec::Packed;
use transom_protocol::color::Color;
use transom_protocol::draw::{Filter, Paint};
use transom_protocol::geometry::{PixelRect, Point, Transform};
use transom_protocol::ids::{ImageId, PaintId};
use transom_protocol::paint::{
    DefineConic, DefineLinear, DefinePattern, DefineRadial, DestroyPaint, Extend, MAX_STOPS, Stop,
};

use crate::connection::Display;
use crate::core::Core;
use crate::image::Image;
use crate::link::Link;

/// How a gradient runs.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Course {
    Linear(Point, Point),
    Radial((Point, f32), (Point, f32)),
    Conic(Point, f32, f32),
}

/// A gradient, to be made a [`Brush`] by [`Display::gradient`]. Its coordinates are those of the
/// shapes drawn with it, so both move together under a transform.
///
/// ```
/// use transom::{Color, Extend, Gradient, Point};
/// let sunset = Gradient::linear(Point::new(0.0, 0.0), Point::new(0.0, 80.0))
///     .stop(0.0, Color::hex(0x203070))
///     .stop(0.7, Color::hex(0xff9050))
///     .stop(1.0, Color::hex(0xffe0a0))
///     .extend(Extend::Reflect);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Gradient {
    course: Course,
    stops: Vec<Stop>,
    extend: Extend,
    transform: Transform,
}

impl Gradient {
    fn new(course: Course) -> Self {
        Self {
            course,
            stops: Vec::new(),
            extend: Extend::Pad,
            transform: Transform::IDENTITY,
        }
    }

    /// Along the line from one point to another.
    pub fn linear(from: Point, to: Point) -> Self {
        Self::new(Course::Linear(from, to))
    }

    /// From a point outwards, up to a circle.
    pub fn radial(center: Point, radius: f32) -> Self {
        Self::between((center, 0.0), (center, radius))
    }

    /// From one circle, middle and radius, to another.
    pub fn between(from: (Point, f32), to: (Point, f32)) -> Self {
        Self::new(Course::Radial(from, to))
    }

    /// Around a point, clockwise once from `start`: in turns from the x axis, 0.25 is downwards.
    pub fn conic(center: Point, start: f32) -> Self {
        Self::arc(center, start, 1.0)
    }

    /// Around a point, clockwise from `start` on and `sweep` far, both in turns.
    pub fn arc(center: Point, start: f32, sweep: f32) -> Self {
        Self::new(Course::Conic(center, start, sweep))
    }

    /// A colour at a place: 0 is the gradient's beginning, 1 its end. In ascending order; those
    /// beyond the 1,024th are left out.
    pub fn stop(mut self, offset: f32, color: Color) -> Self {
        if self.stops.len() < MAX_STOPS {
            self.stops.push(Stop { offset, color });
        }
        self
    }

    /// How it goes on beyond its ends; by itself the outermost colours do.
    pub fn extend(mut self, extend: Extend) -> Self {
        self.extend = extend;
        self
    }

    /// Put through a transform.
    pub fn transform(mut self, transform: Transform) -> Self {
        self.transform = transform;
        self
    }
}

/// An image to be made a [`Brush`] by [`Display::pattern`]: tiled, its top left corner at the origin,
/// a pixel as large as a logical unit, mixed linearly between pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    image: ImageId,
    part: PixelRect,
    transform: Transform,
    extend: (Extend, Extend),
    filter: Filter,
}

impl Pattern {
    /// Of a whole image, which has colours of its own.
    pub fn new(image: &Image) -> Self {
        Self {
            image: image.id(),
            part: PixelRect::EMPTY,
            transform: Transform::IDENTITY,
            extend: (Extend::Repeat, Extend::Repeat),
            filter: Filter::Linear,
        }
    }

    /// Of a part of it.
    pub fn part(mut self, part: PixelRect) -> Self {
        self.part = part;
        self
    }

    /// How it goes on across and down.
    pub fn extend(mut self, across: Extend, down: Extend) -> Self {
        self.extend = (across, down);
        self
    }

    /// Put through a transform: moved, scaled, turned.
    pub fn transform(mut self, transform: Transform) -> Self {
        self.transform = transform;
        self
    }

    /// How it is read between its pixels.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }
}

/// A gradient or pattern on the server, drawn with wherever a colour is: `&brush`. Dropping it
/// destroys it; what was drawn with it stays.
#[derive(Debug)]
pub struct Brush {
    link: Link,
    id: PaintId,
}

impl Brush {
    /// Its number.
    pub fn id(&self) -> PaintId {
        self.id
    }
}

impl From<&Brush> for Paint {
    fn from(brush: &Brush) -> Self {
        Self::Defined(brush.id)
    }
}

impl Drop for Brush {
    fn drop(&mut self) {
        self.link.core(|core| {
            core.request(DestroyPaint { paint: self.id });
            core.mirror.destroy_paint(self.id);
        });
    }
}

impl Display {
    /// Makes a gradient to draw with. One without a stop draws nothing.
    pub fn gradient(&self, gradient: &Gradient) -> Brush {
        let link = self.link().clone();
        let id = link.core(|core| core.define_gradient(gradient));
        Brush { link, id }
    }

    /// Makes a pattern to draw with. It keeps the image's pixels as they are now. Everything after it
    /// waits until the image is sent.
    pub fn pattern(&self, pattern: &Pattern) -> Brush {
        let link = self.link().clone();
        let id = link.core(|core| core.define_pattern(pattern));
        Brush { link, id }
    }
}

impl Core {
    fn define_gradient(&mut self, gradient: &Gradient) -> PaintId {
        let paint = self.new_paint();
        let nothing = [Stop::default()];
        let stops: &[Stop] = match gradient.stops.is_empty() {
            true => &nothing,
            false => &gradient.stops,
        };
        let (mut buffer, extend) = (Vec::new(), gradient.extend);
        let (transform, stops) = (gradient.transform, Packed::pack(stops, &mut buffer));
        let request: Request<'_> = match gradient.course {
            Course::Linear(from, to) => DefineLinear {
                paint,
                from,
                to,
                transform,
                extend,
                stops,
            }
            .into(),
            Course::Radial((from, from_radius), (to, to_radius)) => DefineRadial {
                paint,
                from,
                from_radius,
                to,
                to_radius,
                transform,
                extend,
                stops,
            }
            .into(),
            Course::Conic(center, start, sweep) => DefineConic {
                paint,
                center,
                start,
                sweep,
                transform,
                extend,
                stops,
            }
            .into(),
        };
        self.mirror.create_paint(paint, &request, None);
        self.lanes.urgent(&request);
        paint
    }

    fn define_pattern(&mut self, pattern: &Pattern) -> PaintId {
        let paint = self.new_paint();
        let request = Request::from(DefinePattern {
            paint,
            image: pattern.image,
            part: pattern.part,
            transform: pattern.transform,
            extend_x: pattern.extend.0,
            extend_y: pattern.extend.1,
            filter: pattern.filter,
        });
        self.mirror
            .create_paint(paint, &request, Some(pattern.image));
        let after = self.complete(pattern.image);
        self.lanes.urgent_after(&request, after);
        paint
    }
}
