//! Glyph runs, in the general way: each glyph by itself, from its mask, its outlines or its picture.

use transom_protocol::draw::{FillRule, Filter, GlyphRun};
use transom_protocol::geometry::{PixelPoint, PixelRect, Point, Rect, Transform};

use super::super::band::{add_damage, parts};
use super::super::budget::cost;
use super::super::glyphs;
use super::super::ink::Ink;
use super::super::shape::float_rect;
use super::super::text::{Pen, Spot};
use super::super::{Failure, Step};
use super::{Done, Painter, Tools};
use crate::raster::{self, Pixmap};

/// How the glyphs of a run are drawn.
#[derive(Clone, Copy, Debug)]
pub(in crate::session) struct GlyphKind {
    /// Logical units of a font unit.
    pub(in crate::session) unit: f32,
    pub(in crate::session) hinted: bool,
    pub(in crate::session) antialias: bool,
}

impl Painter<'_> {
    /// The glyphs of a run, each from its mask or, where there is none, as paths.
    pub(super) fn glyph_run(&mut self, run: &GlyphRun<'_>) -> Done {
        let ink = self.ink(run.paint)?;
        let set = self
            .glyphs
            .get(&run.set)
            .ok_or(Failure::unknown("no such glyph set"))?;
        if !run.size.is_finite() || !run.origin.is_finite() {
            return Ok(Step::Done);
        }
        let unit = run.size / set.units_per_em;
        if let Some(step) = self.quick_glyphs(run, set, unit, &ink) {
            return Ok(step);
        }
        let mut place = Pen::new(run, self.cursor.pen);
        let from = self.cursor.element;
        for position in from..run.indices.len() {
            self.cursor.element = position;
            // At least one glyph a slice, or nothing would ever be done.
            if position > from && self.budget.is_spent() {
                return Ok(Step::More);
            }
            let Some(glyph) = run.indices.get(position).and_then(|i| set.glyph(i)) else {
                self.cursor.pen = place.skip(position);
                continue;
            };
            let at = place.at(position, place.along);
            let kind = GlyphKind {
                unit,
                hinted: set.hinted,
                antialias: run.antialias,
            };
            if let Step::More = self.glyph(glyph, at, kind, &ink) {
                return Ok(Step::More);
            }
            self.cursor.pen = place.advance(position, glyph.advance * unit);
        }
        Ok(Step::Done)
    }

    pub(in crate::session) fn glyph(
        &mut self,
        glyph: &glyphs::Glyph,
        at: Point,
        kind: GlyphKind,
        ink: &Ink<'_>,
    ) -> Step {
        match &glyph.ink {
            glyphs::Ink::Outlines(layers) => {
                for layer in &layers[self.cursor.layer.min(layers.len())..] {
                    let own = layer.color.map(|color| self.color_ink(color));
                    let ink = own.as_ref().unwrap_or(ink);
                    if let Step::More = self.glyph_layer(layer, at, kind, ink) {
                        return Step::More;
                    }
                    self.cursor.layer += 1;
                }
                self.cursor.layer = 0;
                Step::Done
            }
            glyphs::Ink::Image(picture, place) => {
                self.glyph_image(picture, false, place, at, kind, ink)
            }
            glyphs::Ink::Mask(mask, place) => self.glyph_image(mask, true, place, at, kind, ink),
        }
    }

    fn glyph_layer(
        &mut self,
        layer: &glyphs::Layer,
        at: Point,
        kind: GlyphKind,
        ink: &Ink<'_>,
    ) -> Step {
        let GlyphKind {
            unit,
            hinted,
            antialias,
        } = kind;
        let device = *self.state.device();
        let whole = self.cursor.place.is_none();
        if let Some(spot) = Spot::new(at, unit, hinted, &device).filter(|_| whole) {
            let Self {
                pixmap,
                state,
                damage,
                tools,
                budget,
                ..
            } = self;
            let Tools { masks, scratch, .. } = &mut **tools;
            let key = raster::MaskKey::new(layer.key, spot.scale, spot.subpixel);
            let make = || {
                budget.spend(cost::POINT * layer.outline.point_count() as u64);
                raster::glyph_mask(&layer.outline, spot.scale, spot.subpixel, scratch)
            };
            if let Some(mask) = masks.get_or_insert_with(key, make) {
                let pixels = u64::from(mask.width) * u64::from(mask.height);
                budget.spend(cost::GLYPH + ink.weight(1) * pixels);
                let origin = PixelPoint::new(
                    spot.x.saturating_add(mask.left),
                    spot.y.saturating_add(mask.top),
                );
                let bounds = PixelRect::new(origin.x, origin.y, mask.width, mask.height);
                add_damage(damage.as_deref_mut(), bounds, state.clip());
                let spot = PixelPoint::new(spot.x, spot.y);
                for part in parts(state.clip(), bounds) {
                    let target = &mut pixmap.target(part);
                    match ink {
                        Ink::Plain(color) if antialias => {
                            raster::draw_mask(target, mask, spot, *color);
                        }
                        _ => {
                            let brush = ink.brush();
                            raster::brush_mask(target, mask, spot, antialias, &brush, scratch);
                        }
                    }
                }
                return Step::Done;
            }
        }
        let place = Transform {
            e: at.x,
            f: at.y,
            ..Transform::scale(unit, -unit)
        };
        self.path(ink, FillRule::NonZero, antialias, |_, device_path, to| {
            layer.outline.transform(&to.after(place), device_path);
        })
    }

    /// A glyph that is an image, or a mask.
    fn glyph_image(
        &mut self,
        pixmap: &Pixmap,
        tinted: bool,
        place: &Rect,
        at: Point,
        kind: GlyphKind,
        ink: &Ink<'_>,
    ) -> Step {
        let unit = kind.unit;
        let dest = Rect::new(
            at.x + place.x * unit,
            at.y + place.y * unit,
            place.width * unit,
            place.height * unit,
        );
        let (view, source) = (pixmap.view(), float_rect(pixmap.bounds()));
        let (filter, antialias) = (Filter::Linear, kind.antialias);
        self.picture(&view, tinted, source, dest, filter, antialias, ink)
    }
}
