//! Rectangles with round corners, filled and outlined.
//!
//! The same button, dot or frame is drawn again and again at other places: what a small one covers is
//! found once, relative to the whole pixel it begins in, and kept as a [`Stamp`]. Because a stamp does
//! not depend on the place, it makes no difference whether it was there before.

use transom_protocol::color::Pixel;
use transom_protocol::draw::FillRule;
use transom_protocol::geometry::{PixelPoint, PixelRect, Point, Rect, Transform};

use super::Step;
use super::budget::cost;
use super::ink::Ink;
use super::paint::{Painter, Tools};
use super::seen::draw_stamp;
use super::shape::{Outline, device_radii, float_rect};
use crate::raster::{self, MAX_STAMP_SIDE, Stamp, StampKey, snap_rect};

/// What the rectangles of a record have in common.
#[derive(Clone, Copy)]
pub(super) struct Rounded {
    pub(super) radii: [f32; 4],
    /// Of the outline, if it is one.
    pub(super) width: Option<f32>,
    pub(super) antialias: bool,
    pub(super) smooth: bool,
}

/// A shape relative to a whole pixel.
enum Shape {
    Filled(Rect),
    Outlined(Outline),
    /// Not snapped: in user space, and how that is mapped.
    Smooth(Rect, Transform),
}

impl Painter<'_> {
    pub(super) fn rounded(&mut self, how: &Rounded, rect: Rect, ink: &Ink<'_>) -> Step {
        if self.cursor.place.is_none()
            && let Ink::Plain(color) = *ink
            && let Some((shape, at)) = self.shape(how, rect)
            && self.stamp(how, &shape, at, color)
        {
            return Step::Done;
        }
        self.rounded_path(how, rect, ink)
    }

    /// In the general way: as a path.
    fn rounded_path(&mut self, how: &Rounded, rect: Rect, ink: &Ink<'_>) -> Step {
        let (radii, smooth) = (how.radii, how.smooth);
        let Some(width) = how.width else {
            return self.path(ink, FillRule::NonZero, how.antialias, |user, device, to| {
                match snap_rect(rect, to) {
                    Some(snapped) if !smooth => {
                        device.rounded_rect(float_rect(snapped), device_radii(radii, to, 0.0));
                    }
                    _ => {
                        user.rounded_rect(rect, radii);
                        user.transform(to, device);
                    }
                }
            });
        };
        match Outline::snapped(rect, width, self.state.device()) {
            Some(outline) if !smooth => {
                self.path(ink, FillRule::EvenOdd, how.antialias, |_, device, to| {
                    outline.rounded(radii, to, device);
                })
            }
            _ => self.outline(ink, how.antialias, &pen(width), |user| {
                user.rounded_rect(rect, radii);
            }),
        }
    }

    /// The shape, and the whole pixel it is relative to. `None`: too large for a stamp, or too far.
    fn shape(&self, how: &Rounded, rect: Rect) -> Option<(Shape, PixelPoint)> {
        let device = self.state.device();
        if !rect.is_finite() || !device.is_finite() {
            return None;
        }
        let small = |r: PixelRect| r.width() < MAX_STAMP_SIDE && r.height() < MAX_STAMP_SIDE;
        if !how.smooth
            && let Some(snapped) = snap_rect(rect, device)
        {
            let Some(width) = how.width else {
                let place = Rect::new(0.0, 0.0, snapped.width() as f32, snapped.height() as f32);
                return small(snapped).then_some((Shape::Filled(place), snapped.origin()));
            };
            let outline = Outline::snapped(rect, width, device)?;
            let outer = outline.outer;
            return small(outer).then(|| (Shape::Outlined(outline.at_origin()), outer.origin()));
        }
        let corner = device.apply(Point::new(rect.x, rect.y));
        let whole = PixelPoint::new(floor(corner.x)?, floor(corner.y)?);
        let map = Transform {
            e: corner.x - whole.x as f32,
            f: corner.y - whole.y as f32,
            ..*device
        };
        let place = Rect::new(0.0, 0.0, rect.width, rect.height);
        Some((Shape::Smooth(place, map), whole))
    }

    /// Draws a stamp of the shape. False: there is none, and nothing was drawn.
    fn stamp(&mut self, how: &Rounded, shape: &Shape, at: PixelPoint, ink: Pixel) -> bool {
        let device = *self.state.device();
        let key = key(how, shape, &device);
        let Tools { stamps, .. } = &mut *self.tools;
        if stamps.get(&key).is_none() {
            let Some(made) = self.make_stamp(how, shape, &device) else {
                return false;
            };
            self.tools.stamps.insert(key, made);
        }
        let Some(stamp) = self.tools.stamps.get(&key) else {
            return false;
        };
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
        true
    }

    fn make_stamp(&mut self, how: &Rounded, shape: &Shape, device: &Transform) -> Option<Stamp> {
        let Tools {
            scratch,
            device: path,
            user,
            lines,
            marks,
            ..
        } = &mut *self.tools;
        path.clear();
        user.clear();
        let mut rule = raster::FillRule::NonZero;
        match shape {
            Shape::Filled(rect) => path.rounded_rect(*rect, device_radii(how.radii, device, 0.0)),
            Shape::Outlined(outline) => {
                outline.rounded(how.radii, device, path);
                rule = raster::FillRule::EvenOdd;
            }
            Shape::Smooth(rect, map) => {
                user.rounded_rect(*rect, how.radii);
                match how.width.map(pen) {
                    None => user.transform(map, path),
                    Some(pen) if !how.antialias && pen.is_hairline() => {
                        raster::trace_lines(user, map, pen.cap, lines);
                        self.budget.spend(cost::POINT * user.point_count() as u64);
                        return Stamp::of_lines(lines, marks);
                    }
                    Some(pen) => raster::stroke_path(user, &pen, map, path, scratch),
                }
            }
        }
        self.budget.spend(cost::POINT * path.point_count() as u64);
        Stamp::of_path(path, rule, how.antialias, scratch)
    }
}

fn pen(width: f32) -> raster::Stroke<'static> {
    raster::Stroke {
        width,
        ..raster::Stroke::default()
    }
}

/// `v` rounded down, where a pixel can be.
fn floor(v: f32) -> Option<i32> {
    const FAR: f32 = (1 << 22) as f32;
    (v.abs() < FAR).then(|| v.floor() as i32)
}

fn key(how: &Rounded, shape: &Shape, device: &Transform) -> StampKey {
    let (kind, rect, rest) = match shape {
        Shape::Filled(rect) => (0, *rect, [0.0; 3]),
        Shape::Outlined(outline) => {
            let outer = float_rect(outline.outer);
            let (across, down) = outline.thickness();
            (1, outer, [across as f32, down as f32, 0.0])
        }
        Shape::Smooth(rect, map) => match how.width {
            None => (2, *rect, [map.e, map.f, 0.0]),
            Some(width) => (3, *rect, [map.e, map.f, width]),
        },
    };
    let [tl, tr, br, bl] = how.radii;
    let Transform { a, b, c, d, .. } = *device;
    let [r0, r1, r2] = rest;
    let numbers = [
        r0,
        rect.width,
        a,
        r1,
        rect.height,
        b,
        r2,
        tl,
        c,
        tr,
        d,
        br,
        bl,
        0.0,
        0.0,
        0.0,
    ];
    StampKey {
        kind,
        antialias: how.antialias,
        numbers: numbers.map(f32::to_bits),
    }
}
