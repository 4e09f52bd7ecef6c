//! Rectangles, rounded rectangles and paths, filled.

use transom_protocol::draw::{FillRule, Paint, PathData, Shapes};
use transom_protocol::geometry::{PixelRect, Rect, Transform};

use super::super::Step;
use super::super::budget::cost;
use super::super::glyphs;
use super::super::ink::Ink;
use super::super::rounded::Rounded;
use super::super::shape::outward;
use super::{Done, Painter, Tools, rasters_rule};
use crate::raster::{self, Path, Target};

impl Painter<'_> {
    pub(super) fn fill_rects(
        &mut self,
        paint: Paint,
        antialias: bool,
        smooth: bool,
        rects: Shapes<'_, Rect>,
    ) -> Done {
        let ink = self.ink(paint)?;
        if !smooth && let Some(step) = self.quick_rects(&ink, rects) {
            return Ok(step);
        }
        self.each(rects, |p, rect| match p.state.snap(rect) {
            Some(snapped) if !smooth => p.rect(snapped, &ink),
            _ => p.path(&ink, FillRule::NonZero, antialias, |user, device, to| {
                user.rect(rect);
                user.transform(to, device);
            }),
        })
    }

    pub(super) fn fill_rounded(
        &mut self,
        paint: Paint,
        antialias: bool,
        smooth: bool,
        radii: [f32; 4],
        rects: Shapes<'_, Rect>,
    ) -> Done {
        let ink = self.ink(paint)?;
        let how = Rounded {
            radii,
            width: None,
            antialias,
            smooth,
        };
        if let Some(step) = self.quick_rounded(&how, rects, &ink) {
            return Ok(step);
        }
        self.each(rects, |p, rect| p.rounded(&how, rect, &ink))
    }

    pub(super) fn fill_path(
        &mut self,
        paint: Paint,
        antialias: bool,
        rule: FillRule,
        path: PathData<'_>,
    ) -> Done {
        let ink = self.ink(paint)?;
        if let Some(step) = self.polygon(&ink, rule, antialias, path) {
            return Ok(step);
        }
        Ok(self.path(&ink, rule, antialias, |user, device, to| {
            glyphs::append(user, path.steps());
            user.transform(to, device);
        }))
    }

    /// The inside of the path that `build` makes in device pixels; it may use the first path as it
    /// likes.
    pub(in crate::session) fn path(
        &mut self,
        ink: &Ink<'_>,
        rule: FillRule,
        antialias: bool,
        build: impl FnOnce(&mut Path, &mut Path, &Transform),
    ) -> Step {
        if self.cursor.place.is_none() {
            let Tools { device, user, .. } = &mut *self.tools;
            user.clear();
            device.clear();
            build(user, device, self.state.device());
            if let Ink::Plain(color) = *ink
                && self.seen_fill(color, rule, antialias)
            {
                return Step::Done;
            }
        }
        self.prepared(ink, rule, antialias)
    }

    /// Fills the path made before. When a band of it was drawn in an earlier slice, it still lies there.
    pub(super) fn prepared(&mut self, ink: &Ink<'_>, rule: FillRule, antialias: bool) -> Step {
        let rule = rasters_rule(rule);
        let bounds = outward(self.tools.device.bounds());
        let fixed = cost::POINT * self.tools.device.point_count() as u64;
        self.pixels(bounds, ink.weight(2), fixed, |target, tools| {
            let Tools {
                device, scratch, ..
            } = tools;
            match ink {
                Ink::Plain(color) => {
                    let paint = raster::Paint::Solid(*color);
                    raster::fill_path(target, device, rule, antialias, &paint, scratch);
                }
                Ink::Brush(brush) => {
                    raster::brush_path(target, device, rule, antialias, brush, scratch);
                }
            }
        })
    }

    pub(in crate::session) fn rect(&mut self, rect: PixelRect, ink: &Ink<'_>) -> Step {
        self.pixels(rect, ink.weight(1), cost::RECT, |target, tools| {
            fill_rect(target, rect, ink, tools);
        })
    }
}

pub(super) fn fill_rect(
    target: &mut Target<'_>,
    rect: PixelRect,
    ink: &Ink<'_>,
    tools: &mut Tools,
) {
    match ink {
        Ink::Plain(color) => raster::fill_rect(target, rect, *color),
        Ink::Brush(brush) => raster::brush_rect(target, rect, brush, &mut tools.scratch),
    }
}
