//! [`Glyphs`]: which number in the glyph set shows what, and the outlines that have not crossed.
//!
//! All of a terminal's text is in one set, whatever its face, so that a run changes only with the
//! colour. Numbers are given in order of first use: most runs take a byte a glyph.

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, HintingInstance};
use skrifa::{FontRef, GlyphId, MetadataProvider};
use transom::{GlyphBuffer, OutlineSteps, PathStep, Point, fitted_to_rows};

use super::boxes;
use super::cell::{CellFlags, Clusters, Line, Symbol};
use super::decoration;
use super::metrics::Metrics;
use super::others::{Fit, Others};

/// Units of an em in the set.
pub(crate) const UNITS: u16 = 2048;

/// The size in which glyphs of the set are drawn, in device pixels of an em, whatever the size of
/// the text: a device pixel is a whole number of units then, so that what fills a cell ends exactly
/// where the next begins.
pub(crate) fn run_size(metrics: &Metrics) -> f32 {
    f32::from(UNITS) / units_of_pixel(metrics.em)
}

/// As fine as sixteen bits allow.
fn units_of_pixel(em: f32) -> f32 {
    if em <= 128.0 { 128.0 } else { 16.0 }
}

/// Numbers that are given out before the set is begun anew: 16 bits hold no more.
const MAX_GLYPHS: usize = 60_000;

/// Parts of an em.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FontMeasure {
    pub(crate) advance: f32,
    pub(crate) ascent: f32,
    pub(crate) descent: f32,
    pub(crate) stroke: f32,
}

/// How large the font is.
pub(crate) fn measure() -> FontMeasure {
    static MEASURE: OnceLock<FontMeasure> = OnceLock::new();
    *MEASURE.get_or_init(measured)
}

fn measured() -> FontMeasure {
    let font = face(MONO);
    let metrics = font.metrics(Size::new(1.0), LocationRef::default());
    let glyphs = font.glyph_metrics(Size::new(1.0), LocationRef::default());
    let m = font.charmap().map('M');
    FontMeasure {
        advance: m.and_then(|m| glyphs.advance_width(m)).unwrap_or(0.6),
        ascent: metrics.ascent,
        descent: -metrics.descent,
        stroke: metrics.underline.map_or(0.0, |line| line.thickness),
    }
}

/// What a number stands for, in cells of a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// Text in one of the four faces.
    Text(Symbol, usize, usize),
    /// What is drawn to fill a cell.
    Drawn(Symbol, usize),
    /// A line under text.
    Line(Line, usize),
}

/// What shows a cell's text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shown {
    /// A glyph of the set.
    Glyph(u16),
    /// A font that the library finds.
    Other(String, Fit),
}

/// The glyphs of one set.
#[derive(Debug, Default)]
pub(crate) struct Glyphs {
    numbers: HashMap<Key, u16>,
    sizes: Vec<(u32, u32, u32)>,
    new: GlyphBuffer,
    fitting: Fitting,
    others: Others,
    pub(crate) clusters: Clusters,
}

/// What moves the heights of outlines to whole pixels, for each face and size.
#[derive(Default)]
struct Fitting(HashMap<(usize, u32), Option<HintingInstance>>);

impl fmt::Debug for Fitting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fitting({} faces)", self.0.len())
    }
}

impl Fitting {
    fn of(&mut self, style: usize, em: f32) -> Option<&HintingInstance> {
        let new = || fitting(style, em);
        self.0
            .entry((style, em.to_bits()))
            .or_insert_with(new)
            .as_ref()
    }
}

impl Glyphs {
    /// What shows a cell's text.
    pub(crate) fn text(&mut self, symbol: Symbol, flags: CellFlags, metrics: &Metrics) -> Shown {
        let style = usize::from(flags.contains(CellFlags::BOLD))
            + 2 * usize::from(flags.contains(CellFlags::ITALIC));
        let key = Key::Text(symbol, style, self.size(metrics));
        if let Some(number) = self.numbers.get(&key) {
            return Shown::Glyph(*number);
        }
        if let Some(steps) = symbol.character().and_then(|c| boxes::outline(c, metrics)) {
            let key = Key::Drawn(symbol, self.size(metrics));
            return Shown::Glyph(self.number(key, || in_units(steps, metrics)));
        }
        let text = self.clusters.text(symbol);
        match found(&text, style).filter(|_| !flags.contains(CellFlags::WIDE)) {
            Some((style, glyphs)) => {
                let fitting = self.fitting.of(style, metrics.em);
                let steps = outlines(style, &glyphs, metrics, fitting);
                Shown::Glyph(self.number(key, || steps))
            }
            None => {
                let fit = self.others.fit(symbol, &text, flags, metrics);
                Shown::Other(text, fit)
            }
        }
    }

    /// The number of the glyph without ink.
    pub(crate) fn blank(&mut self, metrics: &Metrics) -> u16 {
        let key = Key::Text(Symbol::BLANK, MONO, self.size(metrics));
        self.number(key, Vec::new)
    }

    /// The number of one cell's part of a line under text.
    pub(crate) fn line(&mut self, line: Line, metrics: &Metrics) -> u16 {
        let key = Key::Line(line, self.size(metrics));
        self.number(key, || {
            in_units(decoration::outline(line, metrics), metrics)
        })
    }

    /// Whether the set has to be begun anew before the next frame.
    pub(crate) fn is_full(&self) -> bool {
        self.numbers.len() >= MAX_GLYPHS
    }

    /// Outlines that have been used and not been taken before.
    pub(crate) fn take_new(&mut self) -> Option<GlyphBuffer> {
        let new = std::mem::take(&mut self.new);
        (!new.as_bytes().is_empty()).then_some(new)
    }

    fn size(&mut self, metrics: &Metrics) -> usize {
        let size = (metrics.width, metrics.height, metrics.em.to_bits());
        self.sizes
            .iter()
            .position(|s| *s == size)
            .unwrap_or_else(|| {
                self.sizes.push(size);
                self.sizes.len() - 1
            })
    }

    fn number(&mut self, key: Key, outline: impl FnOnce() -> Vec<PathStep>) -> u16 {
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let number = self.numbers.len().min(usize::from(u16::MAX)) as u16;
        self.numbers.insert(key, number);
        self.new.outline(number, 0, &outline());
        number
    }
}

/// Which of the faces is the regular one.
const MONO: usize = 0;

/// Device pixels of an em up to which outlines are fitted to the rows of pixels, as the library does
/// with all text.
const FITTED_BELOW: f32 = 32.0;

/// The faces: regular, bold, leaning, both.
fn face(style: usize) -> &'static FontRef<'static> {
    use dejavu::sans_mono;
    static FACES: [OnceLock<FontRef<'static>>; 4] = [const { OnceLock::new() }; 4];
    const DATA: [fn() -> &'static [u8]; 4] = [
        sans_mono::regular,
        sans_mono::bold,
        sans_mono::oblique,
        sans_mono::bold_oblique,
    ];
    FACES[style].get_or_init(|| FontRef::new(DATA[style]()).expect("the bundled fonts are sound"))
}

/// The glyphs for a character and those that combine with it, in the face asked for, else in the
/// regular one.
fn found(text: &str, style: usize) -> Option<(usize, Vec<GlyphId>)> {
    [style, MONO].into_iter().find_map(|style| {
        let map = face(style).charmap();
        let glyphs: Option<Vec<_>> = text.chars().map(|c| map.map(c)).collect();
        Some((style, glyphs?))
    })
}

/// Glyphs on top of each other.
fn outlines(
    style: usize,
    glyphs: &[GlyphId],
    metrics: &Metrics,
    fitting: Option<&HintingInstance>,
) -> Vec<PathStep> {
    let mut outline = OutlineSteps::scaled(units_of_pixel(metrics.em));
    for glyph in glyphs {
        let Some(shape) = face(style).outline_glyphs().get(*glyph) else {
            continue;
        };
        let drawn = match fitting {
            Some(fitting) => shape.draw(DrawSettings::hinted(fitting, false), &mut outline),
            None => {
                let whole = DrawSettings::unhinted(Size::new(metrics.em), LocationRef::default());
                shape.draw(whole, &mut outline)
            }
        };
        // Half a glyph is better than a terminal that ends.
        let _ = drawn;
    }
    kept_in(outline.steps, style, metrics)
}

/// Nothing reaches out of its cell, so that cells can be drawn one by one; slanted letters do to
/// the sides.
fn kept_in(steps: Vec<PathStep>, style: usize, metrics: &Metrics) -> Vec<PathStep> {
    let unit = units_of_pixel(metrics.em);
    let width = metrics.width as f32 * unit;
    let beside = if style & 2 == 0 { 0.0 } else { width / 2.0 };
    let top = metrics.baseline as f32 * unit;
    let bottom = top - metrics.height as f32 * unit;
    let place = |p: Point| Point::new(p.x.clamp(-beside, width + beside), p.y.clamp(bottom, top));
    steps.into_iter().map(|step| mapped(step, place)).collect()
}

/// What moves the heights of outlines to whole pixels.
fn fitting(style: usize, em: f32) -> Option<HintingInstance> {
    if em >= FITTED_BELOW {
        return None;
    }
    let glyphs = face(style).outline_glyphs();
    fitted_to_rows(&glyphs, em, LocationRef::default())
}

/// From device pixels in a cell to the set's units, which count from the baseline upwards.
fn in_units(steps: Vec<PathStep>, metrics: &Metrics) -> Vec<PathStep> {
    let unit = units_of_pixel(metrics.em);
    let baseline = metrics.baseline as f32;
    let place = |p: Point| Point::new(p.x * unit, (baseline - p.y) * unit);
    steps.into_iter().map(|step| mapped(step, place)).collect()
}

fn mapped(step: PathStep, place: impl Fn(Point) -> Point) -> PathStep {
    match step {
        PathStep::Move(to) => PathStep::Move(place(to)),
        PathStep::Line(to) => PathStep::Line(place(to)),
        PathStep::Quad(a, to) => PathStep::Quad(place(a), place(to)),
        PathStep::Cubic(a, b, to) => PathStep::Cubic(place(a), place(b), place(to)),
        PathStep::Close => PathStep::Close,
    }
}
