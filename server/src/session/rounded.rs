//! Rectangles with round corners, filled and outlined.
//!
//! The same button, dot or frame is drawn again and again at other places: what a small one covers is
//! found once, relative to the whole pixel it begins in, and kept as a [`Stamp`]. Because a stamp does
//! not depend on the place, it makes no difference whether it was there before.

use transom_protocol::color::Pixel;
use transom_protocol::draw::{FillRule, Shapes};
use transom_protocol::geometry::{PixelPoint, PixelRect, Point, Rect, Transform};

use super::Step;
use super::arrays::BLOCK;
use super::budget::cost;
use super::ink::Ink;
use super::paint::{Painter, Tools};
use super::seen::{draw_stamp, stamp_cost};
use super::shape::{Outline, device_radii, float_rect};
use super::touched::Touched;
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
    /// Rectangles that only move by whole pixels from one to the next: what those of one size cover is
    /// looked up once. `None`: to be done in the general way.
    pub(super) fn quick_rounded(
        &mut self,
        how: &Rounded,
        rects: Shapes<'_, Rect>,
        ink: &Ink<'_>,
    ) -> Option<Step> {
        let (Ink::Plain(color), Some(bytes)) = (ink, rects.small_bytes()) else {
            return None;
        };
        let clip = self.only_clip()?;
        let clip = self.pixmap.target(clip).clip();
        // Snapped outlines are rounded with their width.
        let width = how.width.filter(|_| !how.smooth).unwrap_or(0.0);
        if !moves_exactly(self.state.device()) || !is_exact(width) {
            return None;
        }
        let (all, _) = bytes.as_chunks::<8>();
        let mut touched = Touched::default();
        let first = self.cursor.element;
        let step = loop {
            let here = self.cursor.element;
            let Some(rect) = rects.get(here) else {
                break Step::Done;
            };
            if here > first && self.budget.is_spent() {
                break Step::More;
            }
            let alike = all[here..].iter().take(BLOCK);
            let alike = alike.take_while(|other| other[4..] == all[here][4..]);
            let alike = &all[here..here + alike.count()];
            if let Some(count) = self.alike(how, rect, alike, *color, clip, &mut touched) {
                self.cursor.element += count;
                continue;
            }
            if let Step::More = self.rounded(how, rect, ink) {
                break Step::More;
            }
            self.cursor.element += 1;
        };
        touched.give(self.damage.as_deref_mut());
        Some(step)
    }

    /// Draws rectangles as large as `rect`, the first of them, as many as the budget allows. Returns how
    /// many; `None`: there is no stamp of them, and nothing was drawn.
    fn alike(
        &mut self,
        how: &Rounded,
        rect: Rect,
        alike: &[[u8; 8]],
        color: Pixel,
        clip: PixelRect,
        touched: &mut Touched,
    ) -> Option<usize> {
        let (shape, at) = self.shape(how, rect)?;
        let device = *self.state.device();
        let key = key(how, &shape, &device);
        let place = match self.tools.stamps.place(&key) {
            Some(place) => place,
            None => {
                let made = self.make_stamp(how, &shape, &device)?;
                self.tools.stamps.insert(key, made)
            }
        };
        let stamp = self.tools.stamps.at(place)?;
        let shift = (
            at.x - rect.x as i32 - clip.x0,
            at.y - rect.y as i32 - clip.y0,
        );
        let bounds = stamp.bounds();
        let cost = stamp_cost(stamp);
        let count = (self.budget.left() / cost).clamp(1, alike.len() as u64) as usize;
        let (mut inside, mut number) = ([[0; 2]; BLOCK], 0);
        for [x0, x1, y0, y1, ..] in &alike[..count] {
            let number_of = |bytes: [u8; 2]| i32::from(i16::from_le_bytes(bytes));
            let place = [
                number_of([*x0, *x1]) + shift.0,
                number_of([*y0, *y1]) + shift.1,
            ];
            let at = PixelPoint::new(place[0] + clip.x0, place[1] + clip.y0);
            let area = bounds.moved(at.x, at.y);
            match clip.contains_rect(area) {
                true => {
                    inside[number] = place;
                    number += 1;
                }
                false => stamp.draw(&mut self.pixmap.target(clip), at, color),
            }
            touched.add(area.intersect(clip));
        }
        let target = &mut self.pixmap.target(clip);
        stamp.draw_inside(target, &inside[..number], color);
        self.budget.spend(cost * count as u64);
        Some(count)
    }

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
        let place = match self.tools.stamps.place(&key) {
            Some(place) => place,
            None => match self.make_stamp(how, shape, &device) {
                Some(made) => self.tools.stamps.insert(key, made),
                None => return false,
            },
        };
        let Some(stamp) = self.tools.stamps.at(place) else {
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

/// Whether whole numbers of 16 bits go through `device` without being rounded, each to the same fraction of
/// a pixel.
fn moves_exactly(device: &Transform) -> bool {
    let Transform { a, b, c, d, e, f } = *device;
    [a, b, c, d] == [1.0, 0.0, 0.0, 1.0] && is_exact(e) && is_exact(f)
}

/// Whether `v` has so few digits that a single-precision number holds the sum with a number of 16 bits.
fn is_exact(v: f32) -> bool {
    v.abs() < 16_384.0 && (v * 128.0).fract() == 0.0
}

fn pen(width: f32) -> raster::Stroke<'static> {
    raster::Stroke {
        width,
        ..raster::Stroke::default()
    }
}

/// `v` rounded down, where a pixel can be.
pub(super) fn floor(v: f32) -> Option<i32> {
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
