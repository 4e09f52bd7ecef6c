//! Lines, outlines and paths, stroked.

use transom_protocol::draw::{Cap, FillRule, Join, Paint, Segment, Shapes, StrokeStyle};
use transom_protocol::geometry::{Point, Rect};

use super::super::budget::cost;
use super::super::ink::Ink;
use super::super::limits::MAX_STROKE_POINTS;
use super::super::rounded::Rounded;
use super::super::shape::Outline;
use super::super::{Failure, Step};
use super::fills::fill_rect;
use super::{Done, Painter, Tools, rasters_stroke};
use crate::raster::{self, Path};

impl Painter<'_> {
    pub(super) fn stroke_rects(
        &mut self,
        paint: Paint,
        antialias: bool,
        smooth: bool,
        width: f32,
        rects: Shapes<'_, Rect>,
    ) -> Done {
        let ink = self.ink(paint)?;
        let style = rasters_stroke(width);
        self.each(rects, |p, rect| {
            match Outline::snapped(rect, width, p.state.device()) {
                Some(frame) if !smooth => p.frame(&frame, &ink),
                _ => p.outline(&ink, antialias, &style, |user| user.rect(rect)),
            }
        })
    }

    pub(super) fn stroke_rounded(
        &mut self,
        paint: Paint,
        antialias: bool,
        smooth: bool,
        width: f32,
        radii: [f32; 4],
        rects: Shapes<'_, Rect>,
    ) -> Done {
        let ink = self.ink(paint)?;
        let how = Rounded {
            radii,
            width: Some(width),
            antialias,
            smooth,
        };
        if let Some(step) = self.quick_rounded(&how, rects, &ink) {
            return Ok(step);
        }
        self.each(rects, |p, rect| p.rounded(&how, rect, &ink))
    }

    pub(super) fn segments(
        &mut self,
        paint: Paint,
        antialias: bool,
        width: f32,
        cap: Cap,
        segments: Shapes<'_, Segment>,
    ) -> Done {
        let ink = self.ink(paint)?;
        let style = raster::Stroke {
            cap: rasters_cap(cap),
            ..rasters_stroke(width)
        };
        if !antialias
            && style.is_hairline()
            && let Ink::Plain(color) = ink
        {
            return Ok(self.thin_segments(color, style.cap, segments));
        }
        self.each(segments, |p, segment| {
            p.outline(&ink, antialias, &style, |user| {
                user.move_to(segment.from);
                user.line_to(segment.to);
            })
        })
    }

    pub(super) fn polyline(
        &mut self,
        paint: Paint,
        antialias: bool,
        closed: bool,
        stroke: &StrokeStyle<'_>,
        points: Shapes<'_, Point>,
    ) -> Done {
        if points.len() < 2 {
            return Ok(Step::Done);
        }
        let is_thin = !antialias && stroke.width == 0.0 && stroke.dashes.is_empty();
        let is_short = points.len() <= MAX_STROKE_POINTS;
        if is_thin
            && is_short
            && let Some(color) = self.ink(paint)?.opaque()
        {
            return Ok(self.thin_polyline(color, rasters_cap(stroke.cap), closed, points));
        }
        self.stroke_path(paint, antialias, stroke, |user| {
            for (i, point) in points.iter().enumerate() {
                if i == 0 {
                    user.move_to(point)
                } else {
                    user.line_to(point)
                }
            }
            if closed {
                user.close();
            }
        })
    }

    pub(super) fn stroke_path(
        &mut self,
        paint: Paint,
        antialias: bool,
        stroke: &StrokeStyle<'_>,
        build: impl FnOnce(&mut Path),
    ) -> Done {
        let ink = self.ink(paint)?;
        let mut dashes = std::mem::take(&mut self.tools.dashes);
        dashes.clear();
        dashes.extend(stroke.dashes.iter());
        let style = raster::Stroke {
            width: stroke.width,
            cap: rasters_cap(stroke.cap),
            join: rasters_join(stroke.join),
            miter_limit: stroke.miter_limit,
            dash: &dashes,
            dash_phase: stroke.dash_phase,
        };
        let step = self.outline(&ink, antialias, &style, build);
        self.tools.dashes = dashes;
        match std::mem::take(&mut self.tools.too_long) {
            true => Err(Failure::quota("a stroke along too many points")),
            false => Ok(step),
        }
    }

    /// The four sides of a snapped outline, none of which overlaps another.
    fn frame(&mut self, frame: &Outline, ink: &Ink<'_>) -> Step {
        self.pixels(frame.outer, ink.weight(1), cost::RECT, |target, tools| {
            for side in frame.sides() {
                fill_rect(target, side, ink, tools);
            }
        })
    }

    /// A stroke along the path that `build` makes in logical units.
    pub(in crate::session) fn outline(
        &mut self,
        ink: &Ink<'_>,
        antialias: bool,
        style: &raster::Stroke<'_>,
        build: impl FnOnce(&mut Path),
    ) -> Step {
        let is_thin = !antialias && style.is_hairline();
        if self.cursor.place.is_none() {
            let Tools { user, .. } = &mut *self.tools;
            user.clear();
            build(user);
            if user.point_count() > MAX_STROKE_POINTS {
                user.clear();
                self.tools.too_long = true;
                return Step::Done;
            }
            if let Ink::Plain(color) = *ink
                && self.seen_stroke(color, style, antialias)
            {
                return Step::Done;
            }
            let Tools {
                scratch,
                device,
                user,
                lines,
                ..
            } = &mut *self.tools;
            let points = user.point_count() as u64;
            if is_thin {
                self.budget.spend(cost::POINT * points);
                raster::trace_lines(user, self.state.device(), style.cap, lines);
            } else {
                self.budget.spend(cost::STROKE_POINT * points);
                raster::stroke_path(user, style, self.state.device(), device, scratch);
            }
        }
        match is_thin {
            true => self.thin_shape(ink),
            false => self.prepared(ink, FillRule::NonZero, antialias),
        }
    }
}

fn rasters_cap(cap: Cap) -> raster::Cap {
    match cap {
        Cap::Butt => raster::Cap::Butt,
        Cap::Round => raster::Cap::Round,
        Cap::Square => raster::Cap::Square,
    }
}

fn rasters_join(join: Join) -> raster::Join {
    match join {
        Join::Miter => raster::Join::Miter,
        Join::Round => raster::Join::Round,
        Join::Bevel => raster::Join::Bevel,
    }
}
