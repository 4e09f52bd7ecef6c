//! Outlines of ellipses.
//!
//! A hairline without anti-aliasing is found relative to the whole pixel that the ellipse's centre lies in,
//! and kept as a [`Stamp`]: it makes no difference whether it was there before.

use transom_protocol::color::Pixel;
use transom_protocol::draw::{Ellipse, Paint, Shapes};
use transom_protocol::geometry::{PixelPoint, Point, Transform};

use super::Step;
use super::band::parts;
use super::budget::cost;
use super::ink::Ink;
use super::model::EllipsePath;
use super::paint::{Done, Painter, Tools, rasters_stroke};
use super::rounded::floor;
use super::seen::stamp_cost;
use super::touched::Touched;
use crate::raster::{self, MAX_STAMP_SIDE, Stamp, StampKey};

/// Those of rounded rectangles are lower.
const KIND: u8 = 4;

impl Painter<'_> {
    pub(super) fn stroke_ellipses(
        &mut self,
        paint: Paint,
        antialias: bool,
        width: f32,
        ellipses: Shapes<'_, Ellipse>,
    ) -> Done {
        let ink = self.ink(paint)?;
        let style = raster::Stroke {
            join: raster::Join::Round,
            ..rasters_stroke(width)
        };
        let thin = match ink {
            Ink::Plain(color) if !antialias && style.is_hairline() => Some(color),
            _ => None,
        };
        let mut touched = Touched::default();
        let done = self.each(ellipses, |p, ellipse| {
            if let Some(color) = thin
                && p.cursor.place.is_none()
                && p.thin_ellipse(ellipse, color, &mut touched)
            {
                return Step::Done;
            }
            p.outline(&ink, antialias, &style, |user| {
                if ellipse.radius_x >= 0.0 && ellipse.radius_y >= 0.0 {
                    user.ellipse_line(ellipse.center, ellipse.radius_x, ellipse.radius_y);
                }
            })
        });
        touched.give(self.damage.as_deref_mut());
        done
    }

    /// Draws a small one. False: there is no stamp of it, and nothing was drawn.
    fn thin_ellipse(&mut self, ellipse: Ellipse, ink: Pixel, touched: &mut Touched) -> bool {
        let Some((key, map, at)) = describe(ellipse, self.state.device()) else {
            return false;
        };
        let place = match self.tools.stamps.place(&key) {
            Some(place) => place,
            None => match self.ellipse_stamp(ellipse, &map) {
                Some(made) => self.tools.stamps.insert(key, made),
                None => return false,
            },
        };
        let Some(stamp) = self.tools.stamps.at(place) else {
            return false;
        };
        let clip = self.state.clip();
        let area = stamp.bounds().moved(at.x, at.y).intersect(clip.bounds());
        if area.is_empty() {
            self.budget.spend(cost::CULLED);
            return true;
        }
        match clip.rects() {
            [only] => stamp.draw(&mut self.pixmap.target(*only), at, ink),
            _ => parts(clip, area)
                .for_each(|part| stamp.draw(&mut self.pixmap.target(part), at, ink)),
        }
        touched.add(area);
        self.budget.spend(stamp_cost(stamp));
        true
    }

    fn ellipse_stamp(&mut self, ellipse: Ellipse, map: &Transform) -> Option<Stamp> {
        let Tools {
            user, lines, marks, ..
        } = &mut *self.tools;
        user.clear();
        user.ellipse_line(Point::default(), ellipse.radius_x, ellipse.radius_y);
        self.budget.spend(cost::POINT * user.point_count() as u64);
        raster::trace_lines(user, map, raster::Cap::Butt, lines);
        Stamp::of_lines(lines, marks)
    }
}

/// What an ellipse is known by, how it gets from its centre to the device, and the whole pixel that is
/// relative to. `None`: too large, too far, or none at all.
fn describe(ellipse: Ellipse, device: &Transform) -> Option<(StampKey, Transform, PixelPoint)> {
    let Ellipse {
        center,
        radius_x,
        radius_y,
    } = ellipse;
    let center = device.apply(center);
    let at = PixelPoint::new(floor(center.x)?, floor(center.y)?);
    let map = Transform {
        e: center.x - at.x as f32,
        f: center.y - at.y as f32,
        ..*device
    };
    let Transform { a, b, c, d, e, f } = map;
    let (across, down) = (
        a.abs() * radius_x + c.abs() * radius_y,
        b.abs() * radius_x + d.abs() * radius_y,
    );
    let is_small = 2.0 * across.max(down) < MAX_STAMP_SIDE as f32 - 8.0;
    if !(radius_x >= 0.0 && radius_y >= 0.0 && is_small) {
        return None;
    }
    let (x, y) = (radius_x, radius_y);
    let numbers = [
        x, a, b, y, c, d, e, 0.0, 0.0, f, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    ];
    let key = StampKey {
        kind: KIND,
        antialias: false,
        numbers: numbers.map(f32::to_bits),
    };
    Some((key, map, at))
}
