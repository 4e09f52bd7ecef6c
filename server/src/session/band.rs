//! [`Band`]: draws an element as far as the budget goes, in bands of rows.

use transom_protocol::geometry::PixelRect;

use super::Step;
use super::budget::{Budget, cost};
use super::limits::MAX_DAMAGE_RECTS;
use crate::raster::{Pixmap, Target};
use crate::region::Region;

/// Draws an element in bands of rows.
pub(super) struct Band<'a> {
    pub(super) pixmap: &'a mut Pixmap,
    pub(super) clip: &'a Region,
    pub(super) damage: Option<&'a mut Region>,
    pub(super) budget: &'a mut Budget,
    pub(super) row: &'a mut Option<i32>,
}

impl Band<'_> {
    /// `weight` is a pixel's cost, `fixed` that of every band's set-up.
    pub(super) fn draw(
        &mut self,
        bounds: PixelRect,
        weight: u64,
        fixed: u64,
        mut draw: impl FnMut(&mut Target<'_>),
    ) -> Step {
        let area = bounds.intersect(self.clip.bounds());
        if area.is_empty() {
            self.budget.spend(cost::CULLED);
            return Step::Done;
        }
        let from = match *self.row {
            Some(row) => row,
            None => {
                add_damage(self.damage.as_deref_mut(), area, self.clip);
                area.y0
            }
        };
        // Every part of the clip pays the set-up; spread over the rows, so that bands share it.
        let parts = self
            .clip
            .rects()
            .iter()
            .filter(|c| !c.intersect(area).is_empty())
            .count() as u64;
        let row_cost = u64::from(area.width()) * weight + fixed * parts / u64::from(area.height());
        let rows = u64::from(area.y1.abs_diff(from)).min(self.affordable(fixed, row_cost));
        let to = from.saturating_add_unsigned(rows as u32).min(area.y1);
        let band = PixelRect::from_edges(area.x0, from, area.x1, to);
        for clip in self.clip.rects() {
            let part = clip.intersect(band);
            if !part.is_empty() {
                draw(&mut self.pixmap.target(part));
            }
        }
        self.budget.spend(fixed + row_cost * rows);
        if to >= area.y1 {
            *self.row = None;
            return Step::Done;
        }
        *self.row = Some(to);
        Step::More
    }

    /// How many rows the budget has room for.
    fn affordable(&self, fixed: u64, row_cost: u64) -> u64 {
        let units = self.budget.left().max(cost::SMALL).saturating_sub(fixed);
        (units / row_cost.max(1)).max(cost::MIN_ROWS)
    }
}

/// Adds what of `area` lies inside `clip`.
pub(super) fn add_damage(damage: Option<&mut Region>, area: PixelRect, clip: &Region) {
    let Some(damage) = damage else { return };
    match clip.rects() {
        [only] => damage.add(area.intersect(*only)),
        _ => {
            let mut part = clip.clone();
            part.clip(area);
            damage.union(&part);
        }
    }
    damage.simplify(MAX_DAMAGE_RECTS);
}
