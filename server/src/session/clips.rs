//! Clip paths: clips whose edges are smooth.

use std::sync::Arc;

use transom_protocol::draw::{FillRule, PathData};
use transom_protocol::geometry::PixelRect;

use super::budget::cost;
use super::limits::Charge;
use super::paint::{Done, Painter, rasters_rule};
use super::shape::outward;
use super::state::Mask;
use super::{Step, glyphs};
use crate::raster::ClipMask;

/// A clip mask of which some rows are made.
#[derive(Debug)]
pub(super) struct Unfinished {
    mask: ClipMask,
    charge: Charge,
}

impl Painter<'_> {
    /// Narrows the clip to the inside of a path, or its outside.
    pub(super) fn clip_path(
        &mut self,
        antialias: bool,
        outside: bool,
        rule: FillRule,
        path: PathData<'_>,
    ) -> Done {
        if self.cursor.element == 0 {
            self.begin_mask(outside, path)?;
            self.cursor.element = 1;
        }
        let Some(mut unfinished) = self.tools.mask.take() else {
            return Ok(Step::Done);
        };
        let bounds = unfinished.mask.bounds();
        let done = self.cursor.element as u32 - 1;
        let row_cost = u64::from(bounds.width()).max(1) * 3;
        let fixed = cost::POINT * self.tools.device.point_count() as u64;
        let left = bounds.height().saturating_sub(done);
        let units = self.budget.left().max(cost::SMALL).saturating_sub(fixed);
        let rows = (units.max(fixed) / row_cost).max(cost::MIN_ROWS);
        let rows = rows.min(u64::from(left)) as u32;
        let y0 = bounds.y0.saturating_add_unsigned(done);
        let band = PixelRect {
            y0,
            y1: y0.saturating_add_unsigned(rows),
            ..bounds
        };
        let (tools, mask) = (&mut *self.tools, &mut unfinished.mask);
        let rule = rasters_rule(rule);
        mask.add(&tools.device, rule, antialias, band, &mut tools.scratch);
        if outside {
            mask.invert(band);
        }
        if let Some(before) = self.state.mask() {
            mask.intersect(&before.coverage, band);
        }
        self.budget.spend(fixed + row_cost * u64::from(rows));
        if rows < left {
            self.cursor.element += rows as usize;
            tools.mask = Some(unfinished);
            return Ok(Step::More);
        }
        self.state.set_mask(Mask {
            coverage: Arc::new(unfinished.mask),
            _charge: Arc::new(unfinished.charge),
        });
        Ok(Step::Done)
    }

    /// Makes the path, and a mask without a row.
    fn begin_mask(&mut self, outside: bool, path: PathData<'_>) -> Result<(), super::Failure> {
        let tools = &mut *self.tools;
        tools.user.clear();
        tools.device.clear();
        glyphs::append(&mut tools.user, path.steps());
        tools.user.transform(self.state.device(), &mut tools.device);
        self.budget
            .spend(cost::POINT * tools.device.point_count() as u64);
        let all = self.state.clip().bounds();
        let bounds = match outside {
            true => all,
            false => outward(tools.device.bounds()).intersect(all),
        };
        let bounds = if bounds.is_empty() {
            PixelRect::EMPTY
        } else {
            bounds
        };
        let charge = self.memory.reserve(bounds.area())?;
        tools.mask = Some(Unfinished {
            mask: ClipMask::new(bounds),
            charge,
        });
        Ok(())
    }
}
