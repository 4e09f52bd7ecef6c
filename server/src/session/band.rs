//! [`Band`]: draws an element as far as the budget goes: each part of the clip by itself, and in
//! bands of rows.

use transom_protocol::geometry::PixelRect;

use super::Step;
use super::budget::{Budget, cost};
use super::canvas::Canvas;
use super::limits::MAX_DAMAGE_RECTS;
use crate::raster::Target;
use crate::region::Region;

/// How far an element has got: the part of the clip, and its row.
pub(super) type Place = (usize, i32);

/// Draws an element.
pub(super) struct Band<'a, 'c> {
    pub(super) pixmap: &'a mut Canvas<'c>,
    pub(super) clip: &'a Region,
    pub(super) damage: Option<&'a mut Region>,
    pub(super) budget: &'a mut Budget,
    /// Where to go on; `None` at an element's beginning and end.
    pub(super) place: &'a mut Option<Place>,
}

impl Band<'_, '_> {
    /// Calls `draw` for what `bounds` and the clip have in common, piece by piece. `weight` is what
    /// four pixels cost, `fixed` the set-up of every piece.
    pub(super) fn draw(
        &mut self,
        bounds: PixelRect,
        weight: u64,
        fixed: u64,
        mut draw: impl FnMut(&mut Target<'_>),
    ) -> Step {
        if let ([clip], None) = (self.clip.rects(), &*self.place) {
            let area = bounds.intersect(*clip);
            let row_cost = (u64::from(area.width()) * weight).div_ceil(4);
            let work = fixed + row_cost * u64::from(area.height());
            // Nearly everything: it is not to be cut in either way.
            if !area.is_empty() && work <= self.budget.left().max(cost::SMALL) {
                add_damage(self.damage.as_deref_mut(), area, self.clip);
                draw(&mut self.pixmap.target(area));
                self.budget.spend(work);
                return Step::Done;
            }
        }
        let area = bounds.intersect(self.clip.bounds());
        if area.is_empty() {
            self.budget.spend(cost::CULLED);
            return Step::Done;
        }
        let (first, mut row) = match self.place.take() {
            Some((part, row)) => (part, Some(row)),
            None => {
                add_damage(self.damage.as_deref_mut(), area, self.clip);
                (first_part(self.clip, area), None)
            }
        };
        let mut worked = false;
        let mut part = first;
        while let Some(clip) = self.clip.rects().get(part).filter(|c| c.y0 < area.y1) {
            let piece = clip.intersect(area);
            let from = row.take().unwrap_or(piece.y0);
            if piece.is_empty() || from >= piece.y1 {
                self.budget.spend(1);
                part += 1;
                continue;
            }
            // At least one piece a slice, or nothing would ever be done.
            if worked && self.budget.is_spent() {
                *self.place = Some((part, from));
                return Step::More;
            }
            let row_cost = (u64::from(piece.width()) * weight).div_ceil(4);
            let rows = u64::from(piece.y1.abs_diff(from)).min(self.affordable(fixed, row_cost));
            let to = from.saturating_add_unsigned(rows as u32).min(piece.y1);
            draw(&mut self.pixmap.target(PixelRect {
                y0: from,
                y1: to,
                ..piece
            }));
            self.budget.spend(fixed + row_cost * rows);
            worked = true;
            row = Some(to);
        }
        Step::Done
    }

    /// How many rows the budget has room for; no fewer than make the set-up worth its while.
    fn affordable(&self, fixed: u64, row_cost: u64) -> u64 {
        let units = self
            .budget
            .left()
            .max(cost::SMALL)
            .saturating_sub(fixed)
            .max(fixed);
        (units / row_cost.max(1)).max(cost::MIN_ROWS)
    }
}

/// The parts of `clip` inside `area`, from top to bottom.
pub(super) fn parts(clip: &Region, area: PixelRect) -> impl Iterator<Item = PixelRect> {
    let rects = clip.rects().get(first_part(clip, area)..).unwrap_or(&[]);
    let near = rects.iter().take_while(move |r| r.y0 < area.y1);
    near.map(move |r| r.intersect(area))
        .filter(|r| !r.is_empty())
}

/// The first part of `clip` that ends below the top of `area`: parts lie in bands, so their lower
/// edges ascend.
fn first_part(clip: &Region, area: PixelRect) -> usize {
    clip.rects().partition_point(|r| r.y1 <= area.y0)
}

/// Adds what of `area` lies inside `clip`, or a little more where that takes many parts.
pub(super) fn add_damage(damage: Option<&mut Region>, area: PixelRect, clip: &Region) {
    let Some(damage) = damage else { return };
    match clip.rects() {
        [only] => damage.add(area.intersect(*only)),
        rects if rects.len() > MAX_DAMAGE_RECTS => damage.add(area.intersect(clip.bounds())),
        _ => parts(clip, area).for_each(|part| damage.add(part)),
    }
    damage.simplify(MAX_DAMAGE_RECTS);
}
