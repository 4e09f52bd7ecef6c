//! Runs of glyphs under the usual state: a map that only moves and scales, and one colour.

use transom_protocol::draw::GlyphRun;
use transom_protocol::geometry::{PixelPoint, PixelRect};

use super::Step;
use super::budget::cost;
use super::glyphs::{self, GlyphSet};
use super::ink::Ink;
use super::paint::{GlyphKind, Painter, Tools, faded};
use super::text::{Grid, Pen};
use super::touched::Touched;
use crate::raster::{self, MaskKey};

impl Painter<'_> {
    /// Glyphs with masks. `None`: to be done in the general way.
    pub(super) fn quick_glyphs(
        &mut self,
        run: &GlyphRun<'_>,
        set: &GlyphSet,
        unit: f32,
        ink: &Ink<'_>,
    ) -> Option<Step> {
        let clip = self.only_clip()?;
        let grid = Grid::new(unit, set.hinted, self.state.device())?;
        let run_ink = match *ink {
            Ink::Plain(color) if run.antialias => color,
            _ => return None,
        };
        let kind = GlyphKind {
            unit,
            hinted: set.hinted,
            antialias: true,
        };
        let mut touched = Touched::default();
        let mut pen = Pen::new(run, self.cursor.pen);
        let first = self.cursor.element;
        let mut step = Step::Done;
        for position in first..run.indices.len() {
            self.cursor.element = position;
            if position > first && self.budget.is_spent() {
                step = Step::More;
                break;
            }
            let Some(glyph) = run.indices.get(position).and_then(|i| set.glyph(i)) else {
                self.cursor.pen = pen.skip(position);
                continue;
            };
            let at = pen.at(position);
            let mask = match &glyph.ink {
                glyphs::Ink::Outlines(layers) => match &layers[..] {
                    [only] => grid.spot(at).map(|spot| (only, spot)),
                    _ => None,
                },
                _ => None,
            };
            let drawn = mask.and_then(|(layer, spot)| {
                let Tools { masks, scratch, .. } = &mut *self.tools;
                let key = MaskKey::new(layer.key, spot.scale, spot.subpixel);
                let budget = &mut *self.budget;
                let mask = masks.get_or_insert_with(key, || {
                    budget.spend(cost::POINT * layer.outline.point_count() as u64);
                    raster::glyph_mask(&layer.outline, spot.scale, spot.subpixel, scratch)
                })?;
                let ink = match layer.color {
                    None => run_ink,
                    Some(color) => faded(color, self.state.opacity()),
                };
                let origin = PixelPoint::new(spot.x, spot.y);
                raster::draw_mask(&mut self.pixmap.target(clip), mask, origin, ink);
                let corner = origin.moved(mask.left, mask.top);
                let bounds = PixelRect::new(corner.x, corner.y, mask.width, mask.height);
                touched.add(bounds.intersect(clip), self.damage.as_deref_mut());
                let pixels = u64::from(mask.width) * u64::from(mask.height);
                self.budget.spend(cost::GLYPH + cost::blend(pixels));
                Some(())
            });
            if drawn.is_none()
                && let Step::More = self.glyph(glyph, at, kind, ink)
            {
                step = Step::More;
                break;
            }
            self.cursor.pen = pen.advance(position, glyph.advance * unit);
        }
        touched.give(self.damage.as_deref_mut());
        Some(step)
    }
}
