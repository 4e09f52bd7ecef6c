//! A client's paints: gradients and patterns.

use std::sync::Arc;

use transom_protocol::draw::Filter;
use transom_protocol::geometry::{PixelPoint, PixelRect, Transform};
use transom_protocol::ids::PaintId;
use transom_protocol::paint::{
    DefineConic, DefineLinear, DefinePattern, DefineRadial, Extend, MAX_STOPS, Stop,
};

use super::ids::ById;
use super::images::{Image, KeptMips};
use super::limits::{Charge, Limits, Memory};
use super::{Failure, Step};
use crate::raster::{self, Course, Gradient, Pattern, Pixmap, Ramp, Shader};

/// What a paint costs beside its stops or pixels.
const PAINT_BYTES: u64 = 256;

/// A gradient or a pattern.
#[derive(Debug)]
pub(super) struct PaintData {
    /// To the logical units of shapes.
    transform: Transform,
    colors: Colors,
    charge: Charge,
}

#[derive(Debug)]
enum Colors {
    Gradient(Ramp, Course),
    Pattern(Tile),
}

/// The pixels of a pattern.
#[derive(Debug)]
struct Tile {
    pixmap: Arc<Pixmap>,
    opaque: bool,
    mips: Option<KeptMips>,
    extend: (Extend, Extend),
    filter: raster::Filter,
}

impl PaintData {
    /// The colours on the device, which `device` leads to from the logical units of shapes.
    pub(super) fn shader(&self, device: &Transform) -> Shader<'_> {
        let to_device = device.after(self.transform);
        let nothing = Shader::Solid(transom_protocol::color::Pixel::TRANSPARENT);
        match &self.colors {
            Colors::Gradient(ramp, course) => {
                Shader::Gradient(Gradient::new(ramp, *course, &to_device))
            }
            Colors::Pattern(tile) => {
                let view = tile.pixmap.view().with_opaque(tile.opaque);
                let mips = tile.mips.as_ref().map(|kept| &kept.mips);
                Pattern::new(&view, mips, tile.extend, &to_device, tile.filter)
                    .map_or(nothing, Shader::Pattern)
            }
        }
    }

    /// What it takes to keep it beyond its own life.
    pub(super) fn bytes(&self) -> u64 {
        self.charge.bytes()
    }
}

/// All paints of one client.
#[derive(Debug, Default)]
pub(super) struct Paints {
    paints: ById<PaintId, Arc<PaintData>>,
    /// A pattern that has not all of its smaller copies yet.
    making: Option<PaintData>,
}

impl Paints {
    /// All of them.
    pub(super) fn all(&self) -> &ById<PaintId, Arc<PaintData>> {
        &self.paints
    }

    pub(super) fn linear(
        &mut self,
        define: &DefineLinear<'_>,
        limits: &Limits,
        memory: &Memory,
    ) -> Result<(), Failure> {
        let course = Course::Line(define.from, define.to);
        let points = define.from.is_finite() && define.to.is_finite();
        checked(points)?;
        self.check(define.paint, limits)?;
        let stops = (define.stops.len(), define.stops.iter());
        let paint = gradient(course, define.transform, stops, define.extend, memory)?;
        self.insert(define.paint, paint)
    }

    pub(super) fn radial(
        &mut self,
        define: &DefineRadial<'_>,
        limits: &Limits,
        memory: &Memory,
    ) -> Result<(), Failure> {
        let radius = |r: f32| r >= 0.0 && r.is_finite();
        let points = define.from.is_finite() && define.to.is_finite();
        checked(points && radius(define.from_radius) && radius(define.to_radius))?;
        self.check(define.paint, limits)?;
        let course = Course::Circles(
            (define.from, define.from_radius),
            (define.to, define.to_radius),
        );
        let stops = (define.stops.len(), define.stops.iter());
        let paint = gradient(course, define.transform, stops, define.extend, memory)?;
        self.insert(define.paint, paint)
    }

    pub(super) fn conic(
        &mut self,
        define: &DefineConic<'_>,
        limits: &Limits,
        memory: &Memory,
    ) -> Result<(), Failure> {
        let sweep = define.sweep > 0.0 && define.sweep.is_finite();
        checked(define.center.is_finite() && define.start.is_finite() && sweep)?;
        self.check(define.paint, limits)?;
        let course = Course::Around {
            center: define.center,
            start: define.start,
            sweep: define.sweep,
        };
        let stops = (define.stops.len(), define.stops.iter());
        let paint = gradient(course, define.transform, stops, define.extend, memory)?;
        self.insert(define.paint, paint)
    }

    /// Defines a pattern, or goes on with it: `going_on` says whether the last call has not finished it. That
    /// looks at about `most` pixels, and returns how many there were.
    pub(super) fn pattern(
        &mut self,
        define: &DefinePattern,
        image: &Image,
        (going_on, most): (bool, u64),
        limits: &Limits,
        memory: &Memory,
    ) -> Result<(Step, u64), Failure> {
        let (mut paint, mut looked_at) = match self.making.take().filter(|_| going_on) {
            Some(paint) => (paint, 0),
            None => self.begin_pattern(define, image, limits, memory)?,
        };
        if let Colors::Pattern(tile) = &mut paint.colors
            && let Some(kept) = &mut tile.mips
        {
            let view = tile.pixmap.view();
            looked_at += kept.mips.work(&view, most.saturating_sub(looked_at));
            if !kept.mips.are_done(&view) {
                self.making = Some(paint);
                return Ok((Step::More, looked_at));
            }
        }
        self.insert(define.paint, paint)?;
        Ok((Step::Done, looked_at))
    }

    /// A pattern without its smaller copies, and how many pixels were copied for it.
    fn begin_pattern(
        &self,
        define: &DefinePattern,
        image: &Image,
        limits: &Limits,
        memory: &Memory,
    ) -> Result<(PaintData, u64), Failure> {
        checked(define.transform.is_finite())?;
        if image.is_mask() {
            return Err(Failure::bad_argument(
                "a pattern of an image without colours",
            ));
        }
        let whole = PixelRect::from_size(image.size());
        let part = if define.part.is_empty() {
            whole
        } else {
            define.part
        };
        if !whole.contains_rect(part) {
            return Err(Failure::bad_argument(
                "a pattern that is not inside its image",
            ));
        }
        self.check(define.paint, limits)?;
        let charge = memory.reserve(part.area() * 4 + PAINT_BYTES)?;
        let (pixmap, copied) = match part == whole {
            true => (image.share(), 0),
            false => (Arc::new(cut(&image.share(), part)), part.area()),
        };
        let mips = match define.filter {
            Filter::Area => Some(KeptMips::begin(&pixmap, memory)?),
            Filter::Nearest | Filter::Linear => None,
        };
        let tile = Tile {
            opaque: image.is_opaque(),
            mips,
            extend: (define.extend_x, define.extend_y),
            filter: rasters_filter(define.filter),
            pixmap,
        };
        let paint = PaintData {
            transform: define.transform,
            colors: Colors::Pattern(tile),
            charge,
        };
        Ok((paint, copied))
    }

    /// Whether there was such a paint.
    pub(super) fn destroy(&mut self, id: PaintId) -> bool {
        self.paints.remove(&id).is_some()
    }

    fn check(&self, id: PaintId, limits: &Limits) -> Result<(), Failure> {
        if id.is_none() {
            return Err(Failure::bad_id("a paint needs an id"));
        }
        if self.paints.len() >= limits.paints && !self.paints.contains_key(&id) {
            return Err(Failure::quota("too many paints"));
        }
        Ok(())
    }

    fn insert(&mut self, id: PaintId, paint: PaintData) -> Result<(), Failure> {
        self.paints.insert(id, Arc::new(paint));
        Ok(())
    }
}

fn checked(fine: bool) -> Result<(), Failure> {
    match fine {
        true => Ok(()),
        false => Err(Failure::bad_argument(
            "a paint with a number that is not finite, or out of its range",
        )),
    }
}

fn gradient(
    course: Course,
    transform: Transform,
    (count, stops): (usize, impl Iterator<Item = Stop>),
    extend: Extend,
    memory: &Memory,
) -> Result<PaintData, Failure> {
    checked(transform.is_finite())?;
    if count > MAX_STOPS {
        return Err(Failure::bad_argument("too many stops in a gradient"));
    }
    let ramp =
        Ramp::new(stops, extend).ok_or(Failure::bad_argument("a gradient without a stop"))?;
    let charge = memory.reserve(ramp.byte_size() as u64 + PAINT_BYTES)?;
    Ok(PaintData {
        transform,
        colors: Colors::Gradient(ramp, course),
        charge,
    })
}

/// A part of a picture as one of its own.
fn cut(pixmap: &Pixmap, part: PixelRect) -> Pixmap {
    let mut cut = Pixmap::new(part.size());
    let all = cut.bounds();
    let (target, origin) = (&mut cut.target(all), PixelPoint::default());
    raster::copy_from(target, &pixmap.view(), part, origin);
    cut
}

pub(super) fn rasters_filter(filter: Filter) -> raster::Filter {
    match filter {
        Filter::Nearest => raster::Filter::Nearest,
        Filter::Linear => raster::Filter::Linear,
        Filter::Area => raster::Filter::Area,
    }
}
