//! Paths that are drawn again and again: icons, marks, arrows. See [`ShapesSeen`].
//!
//! Whether a path was seen before makes no difference to its pixels. A filled path has them wherever whole
//! pixels take it; a stroked one is always drawn relative to the pixel it begins in, if it is small.

use transom_protocol::color::Pixel;
use transom_protocol::draw::FillRule;
use transom_protocol::geometry::{PixelPoint, Point, Transform};

use super::band::{add_damage, parts};
use super::budget::{Budget, cost};
use super::canvas::Canvas;
use super::paint::{Painter, Tools, rasters_rule};
use super::state::DrawState;
use crate::raster::{self, MAX_STAMP_SIDE, Path, Polygon, Sight, Stamp, Stroke};
use crate::region::Region;

impl Painter<'_> {
    /// Fills the path that lies in `tools.device`. False: that was not done, and is to be done in the
    /// general way.
    pub(super) fn seen_fill(&mut self, ink: Pixel, rule: FillRule, antialias: bool) -> bool {
        let Tools { words, device, .. } = &mut *self.tools;
        if !is_small(device, 1.0, 0.0) {
            return false;
        }
        words.clear();
        words.push(u32::from(rule == FillRule::EvenOdd) | u32::from(antialias) << 1);
        let Some(at) = device.describe(words) else {
            return false;
        };
        self.seen(at, ink, |tools| {
            let Tools {
                user,
                device,
                scratch,
                ..
            } = tools;
            user.clear();
            device.transform(&back(at), user);
            Stamp::of_path(user, rasters_rule(rule), antialias, scratch)
        })
    }

    /// Fills a polygon, if it was drawn before. False: that was not done.
    pub(super) fn seen_polygon(
        &mut self,
        ink: Pixel,
        rule: FillRule,
        antialias: bool,
        polygon: &Polygon,
    ) -> bool {
        let Tools { words, .. } = &mut *self.tools;
        words.clear();
        words.push(u32::from(rule == FillRule::EvenOdd) | u32::from(antialias) << 1 | 1 << 18);
        let Some(at) = polygon.describe(words) else {
            return false;
        };
        self.seen(at, ink, |tools| {
            let Tools { user, scratch, .. } = tools;
            let back = back(at);
            user.clear();
            for (i, corner) in polygon.corners().iter().enumerate() {
                let corner = back.apply(*corner);
                match i {
                    0 => user.move_to(corner),
                    _ => user.line_to(corner),
                }
            }
            Stamp::of_path(user, rasters_rule(rule), antialias, scratch)
        })
    }

    /// Draws the shape that `tools.words` tell, with its origin in the pixel `at`. False: that was not done,
    /// because it has not come before, or `make` has no stamp of it.
    fn seen(
        &mut self,
        at: PixelPoint,
        ink: Pixel,
        make: impl FnOnce(&mut Tools) -> Option<Stamp>,
    ) -> bool {
        let damage = self.damage.as_deref_mut();
        match self.tools.seen.look(&self.tools.words) {
            Sight::New => false,
            Sight::Known(stamp) => {
                draw_stamp(
                    stamp,
                    at,
                    ink,
                    &mut self.pixmap,
                    self.state,
                    damage,
                    self.budget,
                );
                true
            }
            Sight::Again => {
                let Some(stamp) = make(self.tools) else {
                    return false;
                };
                self.budget
                    .spend(cost::POINT * self.tools.user.point_count() as u64);
                draw_stamp(
                    &stamp,
                    at,
                    ink,
                    &mut self.pixmap,
                    self.state,
                    damage,
                    self.budget,
                );
                self.tools.seen.keep(&self.tools.words, stamp);
                true
            }
        }
    }

    /// Strokes the path that lies in `tools.user`. False: that was not done, and is to be done in the
    /// general way.
    pub(super) fn seen_stroke(&mut self, ink: Pixel, style: &Stroke<'_>, antialias: bool) -> bool {
        let Tools {
            words, seen, user, ..
        } = &mut *self.tools;
        let device = *self.state.device();
        let scale = (device.a.abs() + device.c.abs()).max(device.b.abs() + device.d.abs());
        if !is_small(user, scale, style.width) {
            return false;
        }
        words.clear();
        describe_style(style, antialias, words);
        let Some((map, from, at)) = describe_map(user, &device, words) else {
            return false;
        };
        let is_known = match seen.look(words) {
            Sight::Known(stamp) => {
                let damage = self.damage.as_deref_mut();
                draw_stamp(
                    stamp,
                    at,
                    ink,
                    &mut self.pixmap,
                    self.state,
                    damage,
                    self.budget,
                );
                return true;
            }
            sight => matches!(sight, Sight::Again),
        };
        // For a clip of several parts its pixels are found once, not for each of them.
        let is_whole = self.state.clip().rects().len() == 1;
        if !is_known && is_whole && (antialias || !style.is_hairline()) {
            return self.stroke_once(ink, style, antialias, &map, from, at);
        }
        let Some(stamp) = self.stroke_stamp(style, antialias, &map, from) else {
            return false;
        };
        let damage = self.damage.as_deref_mut();
        draw_stamp(
            &stamp,
            at,
            ink,
            &mut self.pixmap,
            self.state,
            damage,
            self.budget,
        );
        if is_known {
            self.tools.seen.keep(&self.tools.words, stamp);
        }
        true
    }

    /// Draws what a stamp would: that of the stroke along `tools.user`, moved back by `from` and then mapped,
    /// with its origin in the pixel `at`. False: there can be none.
    fn stroke_once(
        &mut self,
        ink: Pixel,
        style: &Stroke<'_>,
        antialias: bool,
        map: &Transform,
        from: PixelPoint,
        at: PixelPoint,
    ) -> bool {
        let Tools {
            user,
            spare,
            device,
            scratch,
            ..
        } = &mut *self.tools;
        spare.clear();
        user.transform(&back(from), spare);
        raster::stroke_path(spare, style, map, device, scratch);
        self.budget
            .spend(cost::STROKE_POINT * user.point_count() as u64);
        let Some(bounds) = Stamp::bounds_of(device) else {
            return false;
        };
        let clip = self.state.clip();
        let area = bounds.moved(at.x, at.y).intersect(clip.bounds());
        if area.is_empty() {
            self.budget.spend(cost::CULLED);
            return true;
        }
        let paint = raster::Paint::Solid(ink);
        for part in parts(clip, area) {
            let target = &mut self.pixmap.target(part);
            let target = &mut target.relative_to(at);
            raster::fill_path(
                target,
                device,
                raster::FillRule::NonZero,
                antialias,
                &paint,
                scratch,
            );
        }
        // Most strokes have few of the pixels around them: not more than two runs in each row.
        let rows = u64::from(area.height());
        self.budget
            .spend(cost::RECT + 2 * cost::RUN * rows + cost::fill(area.area()) / 4);
        add_damage(self.damage.as_deref_mut(), area, clip);
        true
    }

    /// A stamp of the stroke along `tools.user`, moved back by `from` and then mapped.
    fn stroke_stamp(
        &mut self,
        style: &Stroke<'_>,
        antialias: bool,
        map: &Transform,
        from: PixelPoint,
    ) -> Option<Stamp> {
        let Tools {
            user,
            spare,
            device,
            lines,
            marks,
            scratch,
            ..
        } = &mut *self.tools;
        spare.clear();
        user.transform(&back(from), spare);
        self.budget
            .spend(cost::STROKE_POINT * user.point_count() as u64);
        if !antialias && style.is_hairline() {
            raster::trace_lines(spare, map, style.cap, lines);
            return Stamp::of_lines(lines, marks);
        }
        raster::stroke_path(spare, style, map, device, scratch);
        Stamp::of_path(device, raster::FillRule::NonZero, antialias, scratch)
    }
}

/// Draws a stamp with its origin in the pixel `at`.
pub(super) fn draw_stamp(
    stamp: &Stamp,
    at: PixelPoint,
    ink: Pixel,
    pixmap: &mut Canvas<'_>,
    state: &DrawState,
    damage: Option<&mut Region>,
    budget: &mut Budget,
) {
    let clip = state.clip();
    let area = stamp.bounds().moved(at.x, at.y).intersect(clip.bounds());
    if area.is_empty() {
        return budget.spend(cost::CULLED);
    }
    match clip.rects() {
        [only] => stamp.draw(&mut pixmap.target(*only), at, ink),
        _ => parts(clip, area).for_each(|part| stamp.draw(&mut pixmap.target(part), at, ink)),
    }
    budget.spend(stamp_cost(stamp));
    add_damage(damage, area, clip);
}

/// What it costs to draw a stamp.
pub(super) fn stamp_cost(stamp: &Stamp) -> u64 {
    let runs = cost::RUN * stamp.run_count() as u64;
    cost::RECT + runs + cost::fill(stamp.pixel_count())
}

/// Whether a path is small enough for a stamp on the device.
fn is_small(path: &Path, scale: f32, width: f32) -> bool {
    let bounds = path.bounds();
    let side = bounds.width.max(bounds.height) + 2.0 * width;
    side * scale < MAX_STAMP_SIDE as f32 - 8.0
}

fn describe_style(style: &Stroke<'_>, antialias: bool, words: &mut Vec<u32>) {
    let Stroke {
        width,
        cap,
        join,
        miter_limit,
        dash,
        dash_phase,
    } = *style;
    let kinds = cap as u32 | (join as u32) << 8 | u32::from(antialias) << 16 | 1 << 17;
    words.extend([kinds, dash.len() as u32]);
    words.extend([width, miter_limit, dash_phase].map(f32::to_bits));
    words.extend(dash.iter().map(|length| length.to_bits()));
}

/// Appends how `user`, moved back to the origin, gets to the device. Returns that map, where the path
/// was moved back from, and the pixel that its stamp is relative to.
fn describe_map(
    user: &Path,
    device: &Transform,
    words: &mut Vec<u32>,
) -> Option<(Transform, PixelPoint, PixelPoint)> {
    const FAR: f32 = (1 << 20) as f32;
    let from = user.describe(words)?;
    let corner = device.apply(Point::new(from.x as f32, from.y as f32));
    if !(corner.x.abs() < FAR && corner.y.abs() < FAR) {
        return None;
    }
    let floor = |v: f32| v as i32 - i32::from(v as i32 as f32 > v);
    let at = PixelPoint::new(floor(corner.x), floor(corner.y));
    let map = Transform {
        e: corner.x - at.x as f32,
        f: corner.y - at.y as f32,
        ..*device
    };
    words.extend([map.a, map.b, map.c, map.d, map.e, map.f].map(f32::to_bits));
    Some((map, from, at))
}

/// Moves what begins in `from` to the origin.
fn back(from: PixelPoint) -> Transform {
    Transform::translate(-from.x as f32, -from.y as f32)
}
