//! One face of a font: its glyphs as the wire wants them.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use parley::FontData;
use parley::layout::Run;
use skrifa::bitmap::{BitmapData, BitmapGlyph, BitmapStrikes, Origin};
use skrifa::instance::{LocationRef, NormalizedCoord, Size};
use skrifa::outline::{DrawSettings, HintingInstance};
use skrifa::{FontRef, GlyphId, MetadataProvider};
use transom_protocol::color::Color;
use transom_protocol::draw::PathStep;
use transom_protocol::geometry::Point;

use super::color;
use super::outline::{OutlineSteps, fitted_to_rows};
use super::picture::Picture;

/// A face: a font file, which of the faces in it, where in its space of variations, and what has to
/// be made up because no file has it.
#[derive(Clone, Debug)]
pub(super) struct Face {
    font: FontData,
    coords: Arc<[NormalizedCoord]>,
    embolden: bool,
    /// Degrees to the right.
    skew: i8,
}

impl PartialEq for Face {
    fn eq(&self, other: &Self) -> bool {
        self.font.data.id() == other.font.data.id()
            && self.font.index == other.font.index
            && self.coords == other.coords
            && (self.embolden, self.skew) == (other.embolden, other.skew)
    }
}

impl Eq for Face {}

impl Hash for Face {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.font.data.id().hash(state);
        (self.font.index, self.embolden, self.skew).hash(state);
    }
}

/// What a glyph looks like.
#[derive(Debug)]
pub(super) enum Drawn {
    Outline(Vec<PathStep>),
    Layers(Vec<(Option<Color>, Vec<PathStep>)>),
    Picture(Picture),
}

/// For which pixels outlines are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Grid {
    /// For any.
    Free,
    /// For so many 64ths of a device pixel in one em: heights fit whole pixels.
    Fitted(u16),
    /// Pictures of so many pixels in one em.
    Pictures(u16),
}

impl Face {
    pub(super) fn of(run: &Run<'_, Color>) -> Self {
        let synthesis = run.synthesis();
        let coords = run.normalized_coords().iter();
        let coords = coords.map(|coord| NormalizedCoord::from_bits(coord.to_bits()));
        Self {
            font: run.font().clone(),
            coords: coords.collect(),
            embolden: synthesis.embolden(),
            skew: synthesis.skew().map_or(0, |degrees| degrees as i8),
        }
    }

    /// A font file that cannot be read has no glyphs.
    fn font(&self) -> Option<FontRef<'_>> {
        FontRef::from_index(self.font.data.data(), self.font.index).ok()
    }

    fn location(&self) -> LocationRef<'_> {
        LocationRef::new(&self.coords)
    }

    /// Whether its glyphs are pictures of pixels.
    pub(super) fn has_pictures(&self) -> bool {
        let Some(font) = self.font() else {
            return false;
        };
        let strikes = BitmapStrikes::new(&font);
        let colored = |strike: skrifa::bitmap::BitmapStrike<'_>| strike.ppem() > 0.0;
        font.color_glyphs().get(GlyphId::new(1)).is_none()
            && font.outline_glyphs().format().is_none()
            && strikes.iter().any(colored)
    }

    /// Font units in one em, as they are sent.
    pub(super) fn units_per_em(&self) -> u16 {
        let units = self.font().map(|font| {
            let metrics = font.metrics(Size::unscaled(), self.location());
            metrics.units_per_em
        });
        units.filter(|units| *units > 0).unwrap_or(1000)
    }

    /// From a glyph's origin to the next one's, in font units.
    pub(super) fn advance(&self, glyph: u32) -> i16 {
        let advance = self.font().and_then(|font| {
            let metrics = font.glyph_metrics(Size::unscaled(), self.location());
            metrics.advance_width(GlyphId::new(glyph))
        });
        advance.unwrap_or(0.0).round() as i16
    }

    /// What fits outlines to the pixels of a grid.
    pub(super) fn hinter(&self, grid: Grid) -> Option<HintingInstance> {
        let Grid::Fitted(ppem) = grid else {
            return None;
        };
        let font = self.font()?;
        let ppem = f32::from(ppem) / 64.0;
        fitted_to_rows(&font.outline_glyphs(), ppem, self.location())
    }

    /// What a glyph looks like, in font units.
    pub(super) fn draw(&self, glyph: u32, grid: Grid, hinter: Option<&HintingInstance>) -> Drawn {
        let nothing = Drawn::Outline(Vec::new());
        let Some(font) = self.font() else {
            return nothing;
        };
        let glyph = GlyphId::new(glyph);
        if let Some(layers) = color::layers(&font, glyph, self.location()) {
            return Drawn::Layers(layers);
        }
        if let Grid::Pictures(ppem) = grid {
            return self
                .picture(&font, glyph, ppem)
                .map_or(nothing, Drawn::Picture);
        }
        Drawn::Outline(self.outline(&font, glyph, hinter))
    }

    fn outline(
        &self,
        font: &FontRef<'_>,
        glyph: GlyphId,
        hinter: Option<&HintingInstance>,
    ) -> Vec<PathStep> {
        let Some(outline) = font.outline_glyphs().get(glyph) else {
            return Vec::new();
        };
        let units = f32::from(self.units_per_em());
        let fitted = hinter.and_then(|hinter| {
            // The hinter's pixels, as font units.
            let scale = units / hinter.size().ppem().unwrap_or(units);
            let mut steps = OutlineSteps::scaled(scale);
            let drawn = outline.draw(DrawSettings::hinted(hinter, false), &mut steps);
            drawn.is_ok().then_some(steps)
        });
        let steps = fitted.unwrap_or_else(|| {
            let mut steps = OutlineSteps::scaled(1.0);
            let settings = DrawSettings::unhinted(Size::unscaled(), self.location());
            // Half an outline is better than a program that ends.
            let _ = outline.draw(settings, &mut steps);
            steps
        });
        self.made_up(steps.steps)
    }

    /// Leans and thickens what no file has leaning or thick. Rows of pixels stay where they are.
    fn made_up(&self, mut steps: Vec<PathStep>) -> Vec<PathStep> {
        let slope = f32::from(self.skew).to_radians().tan();
        if self.skew != 0 {
            steps.iter_mut().for_each(|step| {
                *step = moved(*step, |p| Point::new(p.x + slope * p.y, p.y));
            });
        }
        if self.embolden {
            // Drawn twice, a little apart: by the non-zero rule that is the area of both.
            let apart = f32::from(self.units_per_em()) / 28.0;
            let copy = |step: &PathStep| moved(*step, |p| Point::new(p.x + apart, p.y));
            let second: Vec<_> = steps.iter().map(copy).collect();
            steps.extend(second);
        }
        steps
    }

    fn picture(&self, font: &FontRef<'_>, glyph: GlyphId, ppem: u16) -> Option<Picture> {
        let strikes = BitmapStrikes::new(font);
        let bitmap = strikes.glyph_for_size(Size::new(f32::from(ppem)), glyph)?;
        let place = Placed::of(&bitmap, f32::from(self.units_per_em()));
        let picture = match bitmap.data {
            BitmapData::Png(bytes) => Picture::decode(bytes)?,
            BitmapData::Bgra(bytes) => Picture::bgra(bitmap.width, bitmap.height, bytes)?,
            BitmapData::Mask(_) => return None,
        };
        let smaller = f32::from(ppem) / bitmap.ppem_y.max(1.0);
        Some(picture.shrunk(smaller).placed(place.corner, place.size))
    }
}

/// Where a bitmap goes, in font units, y upwards.
struct Placed {
    corner: (i16, i16),
    size: (u16, u16),
}

impl Placed {
    fn of(bitmap: &BitmapGlyph<'_>, units: f32) -> Self {
        let (x, y) = (
            units / bitmap.ppem_x.max(1.0),
            units / bitmap.ppem_y.max(1.0),
        );
        let height = bitmap.height as f32 * y;
        let left = bitmap.bearing_x + bitmap.inner_bearing_x * x;
        let top = bitmap.bearing_y
            + bitmap.inner_bearing_y * y
            + match bitmap.placement_origin {
                Origin::TopLeft => 0.0,
                Origin::BottomLeft => height,
            };
        Self {
            corner: (left.round() as i16, top.round() as i16),
            size: (
                (bitmap.width as f32 * x).round() as u16,
                height.round() as u16,
            ),
        }
    }
}

pub(super) fn moved(step: PathStep, to: impl Fn(Point) -> Point) -> PathStep {
    match step {
        PathStep::Move(p) => PathStep::Move(to(p)),
        PathStep::Line(p) => PathStep::Line(to(p)),
        PathStep::Quad(a, p) => PathStep::Quad(to(a), to(p)),
        PathStep::Cubic(a, b, p) => PathStep::Cubic(to(a), to(b), to(p)),
        PathStep::Close => PathStep::Close,
    }
}
