//! Glyphs of several colours, as outlines one over another.
//!
//! What the wire cannot say is simplified: a gradient becomes its mean colour, a clip inside another
//! the inner one, and compositions become painting over.

use skrifa::color::{Brush, ColorPainter, CompositeMode, Transform};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::DrawSettings;
use skrifa::raw::TableProvider;
use skrifa::{FontRef, GlyphId, MetadataProvider};
use transom_protocol::color::Color;
use transom_protocol::draw::PathStep;
use transom_protocol::geometry::Point;
use transom_protocol::glyph::MAX_LAYERS;

use super::face::moved;
use super::outline::OutlineSteps;

/// A palette's number for the colour of the text.
const FOREGROUND: u16 = 0xffff;

/// A layer: its colour (`None`: that of the text) and its outline.
pub(super) type Layer = (Option<Color>, Vec<PathStep>);

/// The layers of a coloured glyph; `None` for all others.
pub(super) fn layers(
    font: &FontRef<'_>,
    glyph: GlyphId,
    location: LocationRef<'_>,
) -> Option<Vec<Layer>> {
    font.colr().ok()?;
    let glyph = font.color_glyphs().get(glyph)?;
    let mut painter = Painter {
        font,
        location,
        transforms: Vec::new(),
        clips: Vec::new(),
        layers: Vec::new(),
    };
    // What was painted before something wrong was found is shown.
    let _ = glyph.paint(location, &mut painter);
    Some(painter.layers)
}

struct Painter<'a> {
    font: &'a FontRef<'a>,
    location: LocationRef<'a>,
    /// Each with all before it.
    transforms: Vec<Transform>,
    clips: Vec<Vec<PathStep>>,
    layers: Vec<Layer>,
}

impl Painter<'_> {
    fn transform(&self) -> Transform {
        self.transforms.last().copied().unwrap_or_default()
    }

    fn outline(&self, glyph: GlyphId) -> Vec<PathStep> {
        let mut steps = OutlineSteps::scaled(1.0);
        if let Some(outline) = self.font.outline_glyphs().get(glyph) {
            let settings = DrawSettings::unhinted(Size::unscaled(), self.location);
            let _ = outline.draw(settings, &mut steps);
        }
        let t = self.transform();
        let to = |p: Point| {
            Point::new(
                t.xx * p.x + t.xy * p.y + t.dx,
                t.yx * p.x + t.yy * p.y + t.dy,
            )
        };
        steps
            .steps
            .into_iter()
            .map(|step| moved(step, to))
            .collect()
    }

    /// `None` is the colour of the text.
    fn color(&self, index: u16, alpha: f32) -> Option<Color> {
        if index == FOREGROUND {
            return None;
        }
        let palettes = self.font.color_palettes();
        let palette = palettes.get(0);
        let color = palette
            .as_ref()
            .and_then(|p| p.colors().get(usize::from(index)));
        color.map(|c| {
            let a = (f32::from(c.alpha) * alpha.clamp(0.0, 1.0)).round() as u8;
            Color::rgba(c.red, c.green, c.blue, a)
        })
    }

    fn mean(&self, brush: &Brush<'_>) -> Option<Color> {
        let stops = match brush {
            Brush::Solid {
                palette_index,
                alpha,
            } => return self.color(*palette_index, *alpha),
            Brush::LinearGradient { color_stops, .. }
            | Brush::RadialGradient { color_stops, .. }
            | Brush::SweepGradient { color_stops, .. } => color_stops,
        };
        let colors = stops
            .iter()
            .filter_map(|s| self.color(s.palette_index, s.alpha));
        let colors: Vec<_> = colors.map(|c| c.to_bytes().map(u32::from)).collect();
        let count = colors.len() as u32;
        let channel = |i: usize| colors.iter().map(|c| c[i]).sum::<u32>().checked_div(count);
        let bytes = [channel(0)?, channel(1)?, channel(2)?, channel(3)?];
        Some(Color::from_bytes(bytes.map(|v| v as u8)))
    }
}

impl ColorPainter for Painter<'_> {
    fn push_transform(&mut self, transform: Transform) {
        self.transforms.push(self.transform() * transform);
    }

    fn pop_transform(&mut self) {
        self.transforms.pop();
    }

    fn push_clip_glyph(&mut self, glyph: GlyphId) {
        self.clips.push(self.outline(glyph));
    }

    fn push_clip_box(&mut self, area: skrifa::metrics::BoundingBox) {
        let at = Point::new;
        self.clips.push(vec![
            PathStep::Move(at(area.x_min, area.y_min)),
            PathStep::Line(at(area.x_max, area.y_min)),
            PathStep::Line(at(area.x_max, area.y_max)),
            PathStep::Line(at(area.x_min, area.y_max)),
            PathStep::Close,
        ]);
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn fill(&mut self, brush: Brush<'_>) {
        let Some(outline) = self.clips.last() else {
            return;
        };
        if self.layers.len() < MAX_LAYERS {
            self.layers.push((self.mean(&brush), outline.clone()));
        }
    }

    fn push_layer(&mut self, _mode: CompositeMode) {}
}
