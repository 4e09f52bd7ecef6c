//! Copies between surfaces, and within one.

use transom_protocol::geometry::{PixelPoint, PixelRect, Point, Rect, Scale, Transform};
use transom_protocol::ids::{SurfaceId, WindowId};

use super::band::parts;
use super::budget::cost;
use super::client::Client;
use super::groups;
use super::limits::{MAX_DAMAGE_RECTS, MAX_PARTED_COPY};
use super::paint::Painter;
use super::{Failure, Step};
use crate::raster::{self, Pixmap, Target, Upright, snap_rect};

/// A surface that is copied from.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) id: SurfaceId,
    /// Its pixels and their scale, if it has any yet.
    pub(super) picture: Option<(&'a Pixmap, Scale)>,
}

impl Client {
    /// Calls `run` with a surface to copy from, which is taken out for the while, so that another one
    /// can be drawn on. `None`: there is none of that id.
    pub(super) fn with_source<T>(
        &mut self,
        id: SurfaceId,
        run: impl FnOnce(&mut Self, Source<'_>) -> T,
    ) -> Option<T> {
        if let Some(other) = self.surfaces.get_mut(&id) {
            let (pixmap, scale) = (std::mem::take(&mut other.pixmap), other.scale);
            let picture = Some((&pixmap, scale));
            let result = run(self, Source { id, picture });
            if let Some(other) = self.surfaces.get_mut(&id) {
                other.pixmap = pixmap;
            }
            return Some(result);
        }
        let window = WindowId(id.0);
        let mut other = self.windows.remove(&window)?;
        let scale = other.current_setup().map_or(Scale::ONE, |s| s.scale);
        let picture = other.picture().map(|p| (p, scale));
        let result = run(self, Source { id, picture });
        self.windows.insert(window, other);
        Some(result)
    }
}

impl Painter<'_> {
    /// Copies `rect` of another surface, in its logical units, to `to`.
    pub(super) fn copy_from(
        &mut self,
        source: Source<'_>,
        rect: Rect,
        to: Point,
    ) -> Result<Step, Failure> {
        let Some((other, scale)) = source.picture else {
            return Ok(Step::Done);
        };
        let from = Transform::scale(scale.factor(), scale.factor());
        let view = other.view();
        let quick = Upright::of(&from).and_then(|from| {
            self.quick_copy(&from, rect, to, |target, source, corner| {
                raster::copy_from(target, &view, source, corner);
            })
        });
        if let Some(step) = quick {
            return Ok(step);
        }
        let Some((source, corner)) = self.copied(rect, &from, to)? else {
            return Ok(Step::Done);
        };
        Ok(self.pixels(
            PixelRect::at(corner, source.size()),
            1,
            cost::RECT,
            |target, _| {
                raster::copy_from(target, &view, source, corner);
            },
        ))
    }

    /// Copies `rect` of this surface to `to`, as if through a copy.
    pub(super) fn copy_within(&mut self, rect: Rect, to: Point) -> Result<Step, Failure> {
        let quick = self.state.upright().copied().and_then(|from| {
            self.quick_copy(&from, rect, to, |target, source, corner| {
                raster::copy_area(target, source, corner);
            })
        });
        if let Some(step) = quick {
            return Ok(step);
        }
        let device = *self.state.device();
        let Some((source, corner)) = self.copied(rect, &device, to)? else {
            return Ok(Step::Done);
        };
        let area = PixelRect::at(corner, source.size());
        if let [clip] = self.state.clip().rects() {
            let (clip, downwards) = (*clip, corner.y > source.y0);
            return Ok(match downwards {
                true => self.copy_upwards(source, corner, area.intersect(clip)),
                false => self.pixels(area, 1, cost::RECT, |t, _| {
                    raster::copy_area(t, source, corner)
                }),
            });
        }
        self.copy_in_parts(source, corner, area)
    }

    /// A copy under the usual state that the slice has time for, as nearly all are. `None`: to be done in the
    /// general way. `from` is the map of what is copied, `copy` does it.
    #[inline]
    fn quick_copy(
        &mut self,
        from: &Upright,
        rect: Rect,
        to: Point,
        copy: impl FnOnce(&mut Target<'_>, PixelRect, PixelPoint),
    ) -> Option<Step> {
        let clip = self.only_clip().filter(|_| self.cursor.element == 0)?;
        if self.state.mask().is_some() {
            return None;
        }
        let source = from.snap(rect)?;
        let corner = self.state.upright()?.snap_point(to)?;
        let area = PixelRect::at(corner, source.size()).intersect(clip);
        if area.is_empty() {
            self.budget.spend(cost::CULLED);
            return Some(Step::Done);
        }
        let work = cost::RECT + cost::fill(area.area());
        if work > self.budget.left().max(cost::SMALL) {
            return None;
        }
        copy(&mut self.pixmap.target(area), source, corner);
        self.budget.spend(work);
        if let Some(damage) = self.damage.as_deref_mut() {
            damage.add(area);
            damage.simplify(MAX_DAMAGE_RECTS);
        }
        Some(Step::Done)
    }

    /// Copies from the lowest row up, so that no row is overwritten before it was copied.
    fn copy_upwards(&mut self, source: PixelRect, corner: PixelPoint, area: PixelRect) -> Step {
        if self.cursor.element == 0 {
            self.add_damage(area);
        }
        let left = area.height() - (self.cursor.element as u32).min(area.height());
        let row_cost = cost::fill(area.width().into()).max(1);
        let rows = (self.budget.left().max(cost::SMALL) / row_cost).clamp(1, u64::from(left.max(1)))
            as u32;
        let y1 = area.y0.saturating_add_unsigned(left);
        let band = PixelRect {
            y0: y1.saturating_sub_unsigned(rows),
            y1,
            ..area
        }
        .intersect(area);
        raster::copy_area(&mut self.pixmap.target(band), source, corner);
        self.budget.spend(cost::fill(band.area()));
        self.cursor.element += rows as usize;
        if rows >= left { Step::Done } else { Step::More }
    }

    /// Copies under a clip of several parts, which would overwrite each other's source.
    fn copy_in_parts(
        &mut self,
        source: PixelRect,
        corner: PixelPoint,
        area: PixelRect,
    ) -> Result<Step, Failure> {
        let (dx, dy) = (
            corner.x.saturating_sub(source.x0),
            corner.y.saturating_sub(source.y0),
        );
        let landing = area.intersect(self.state.clip().bounds());
        let needed = landing.moved(dx.saturating_neg(), dy.saturating_neg());
        let needed = needed.intersect(source).intersect(self.pixmap.bounds());
        if needed.area() > MAX_PARTED_COPY {
            return Err(Failure::quota("a large copy under a clip of several parts"));
        }
        self.add_damage(landing);
        self.budget.spend(needed.area() * 2);
        let mut copy = Pixmap::new(needed.size());
        let all = copy.bounds();
        let (view, origin) = self.pixmap.view();
        raster::copy_from(
            &mut copy.target(all),
            &view,
            groups::from_origin(needed, origin),
            PixelPoint::default(),
        );
        let to = needed.origin().moved(dx, dy);
        for part in parts(self.state.clip(), landing) {
            raster::copy_from(&mut self.pixmap.target(part), &copy.view(), all, to);
        }
        Ok(Step::Done)
    }

    /// What a copy takes, in pixels of its source, and where its corner goes; nothing for numbers
    /// that are not finite.
    fn copied(
        &self,
        rect: Rect,
        from: &Transform,
        to: Point,
    ) -> Result<Option<(PixelRect, PixelPoint)>, Failure> {
        let device = self.state.device();
        if !(rect.is_finite() & to.is_finite()) {
            return Ok(None);
        }
        if !device.is_axis_aligned() || device.a < 0.0 || device.d < 0.0 {
            return Err(Failure::bad_state(
                "copies need a transform that neither turns nor mirrors",
            ));
        }
        if self.state.mask().is_some() {
            return Err(Failure::bad_state("a copy under a clip path"));
        }
        let source = snap_rect(rect, from).unwrap_or_default();
        let corner = snap_rect(Rect::new(to.x, to.y, 1.0, 1.0), device)
            .unwrap_or_default()
            .origin();
        Ok(Some((source, corner)))
    }
}
