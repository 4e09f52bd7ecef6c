//! Filled paths of a few straight lines under the usual state: triangles, quadrilaterals, arrows.
//!
//! Those that come again are kept; others are filled as they are read. The pixels are those of the general
//! way, which all other paths take.

use transom_protocol::draw::{FillRule, PathData};

use super::Step;
use super::budget::cost;
use super::ink::Ink;
use super::limits::MAX_DAMAGE_RECTS;
use super::paint::{Painter, rasters_rule};
use super::state::DrawState;
use crate::raster::{self, Polygon};

impl Painter<'_> {
    /// Fills a path of a few lines in one colour. `None`: to be done in the general way.
    pub(super) fn polygon(
        &mut self,
        ink: &Ink<'_>,
        rule: FillRule,
        antialias: bool,
        path: PathData<'_>,
    ) -> Option<Step> {
        let Ink::Plain(color) = *ink else {
            return None;
        };
        let clip = self.only_clip()?;
        let polygon = polygon(path, self.state)?;
        let area = polygon.bounds().intersect(clip);
        if area.is_empty() {
            self.budget.spend(cost::CULLED);
            return Some(Step::Done);
        }
        if area == polygon.bounds() && self.seen_polygon(color, rule, antialias, &polygon) {
            return Some(Step::Done);
        }
        let pixels = (ink.weight(2) * area.area()).div_ceil(4);
        let work = cost::POINT * polygon.corners().len() as u64 + pixels;
        if work > self.budget.left().max(cost::SMALL) {
            // To be drawn in bands.
            return None;
        }
        let target = &mut self.pixmap.target(area);
        let scratch = &mut self.tools.scratch;
        raster::fill_polygon(
            target,
            &polygon,
            rasters_rule(rule),
            antialias,
            color,
            scratch,
        );
        self.budget.spend(work);
        if let Some(damage) = self.damage.as_deref_mut() {
            damage.add(area);
            damage.simplify(MAX_DAMAGE_RECTS);
        }
        Some(Step::Done)
    }
}

/// A path that is one polygon, on the device. `None`: it is anything else.
#[inline]
fn polygon(path: PathData<'_>, state: &DrawState) -> Option<Polygon> {
    // One more than there are corners, to close it.
    if path.len() > raster::MAX_CORNERS + 1 {
        return None;
    }
    let corners = path.corners()?;
    // What is not finite has no place on the device, but what is too large has the farthest one.
    if !corners.iter().fold(true, |all, p| all & p.is_finite()) {
        return None;
    }
    let device = state.device();
    match state.upright() {
        Some(upright) => Polygon::new(corners.iter().map(|p| upright.map(p))),
        None if !device.is_finite() => None,
        None => Polygon::new(corners.iter().map(|p| raster::mapped(p, device))),
    }
}
