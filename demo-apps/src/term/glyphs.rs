//! [`Glyphs`]: which number in the glyph set shows what, and the outlines that have not crossed.
//!
//! All of a terminal's text is in one set, whatever its face, so that a run changes only with the
//! colour. Numbers are given in order of first use: most runs take a byte a glyph.

use std::collections::HashMap;
use std::sync::OnceLock;

use transom::{GlyphBuffer, PathStep, Point};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

use super::boxes;
use super::cell::{CellFlags, Clusters, Line, Symbol};
use super::decoration;
use super::metrics::Metrics;

/// Units of an em in the set: those of the bundled fonts.
pub(crate) const UNITS: u16 = 2048;

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
    let face = face(MONO);
    let part = |units: i16| f32::from(units) / f32::from(face.units_per_em());
    let advance = face
        .glyph_index('M')
        .and_then(|m| face.glyph_hor_advance(m));
    FontMeasure {
        advance: part(advance.unwrap_or_default() as i16),
        ascent: part(face.ascender()),
        descent: part(-face.descender()),
        stroke: part(face.underline_metrics().map_or(0, |line| line.thickness)),
    }
}

/// What a number stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// Text that is the same at every size.
    Text(Symbol, usize),
    /// Text that is fitted into so many cells of a size.
    Fitted(Symbol, usize, usize),
    /// What is drawn to fill a cell of a size.
    Drawn(Symbol, usize),
    /// A line under text, in cells of a size.
    Line(Line, usize),
}

/// The glyphs of one set.
#[derive(Debug, Default)]
pub(crate) struct Glyphs {
    numbers: HashMap<Key, u16>,
    sizes: Vec<(u32, u32, u32)>,
    new: GlyphBuffer,
    pub(crate) clusters: Clusters,
}

impl Glyphs {
    /// The number of a cell's text.
    pub(crate) fn text(&mut self, symbol: Symbol, flags: CellFlags, metrics: &Metrics) -> u16 {
        let style = usize::from(flags.contains(CellFlags::BOLD))
            + 2 * usize::from(flags.contains(CellFlags::ITALIC));
        let plain = Key::Text(symbol, style);
        if let Some(number) = self.numbers.get(&plain) {
            return *number;
        }
        if let Some(steps) = symbol.character().and_then(|c| boxes::outline(c, metrics)) {
            let key = Key::Drawn(symbol, self.size(metrics));
            return self.number(key, || in_units(steps, metrics));
        }
        let text = self.clusters.text(symbol);
        let mut characters = text.chars();
        let first = characters.next().unwrap_or(' ');
        let (number, glyph) = find(first, style);
        if number < FALLBACK {
            let rest: String = characters.collect();
            return self.number(plain, || with_marks(number, glyph, &rest, style));
        }
        let cells = if flags.contains(CellFlags::WIDE) {
            2
        } else {
            1
        };
        let size = self.size(metrics);
        // The style is in the symbol's place among the fitted.
        let key = Key::Fitted(symbol, size * 4 + style, cells);
        self.number(key, || fitted(number, glyph, cells, metrics))
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

/// Which font of [`face`] is the bundled monospaced one, and which are the first of those that
/// help out: their glyphs are as wide as they like.
const MONO: usize = 0;
const FALLBACK: usize = 4;

fn face(number: usize) -> &'static Face<'static> {
    use dejavu::{sans, sans_mono};
    static FACES: [OnceLock<Face<'static>>; 6] = [const { OnceLock::new() }; 6];
    const DATA: [fn() -> &'static [u8]; 6] = [
        sans_mono::regular,
        sans_mono::bold,
        sans_mono::oblique,
        sans_mono::bold_oblique,
        sans::regular,
        sans::bold,
    ];
    FACES[number]
        .get_or_init(|| Face::parse(DATA[number](), 0).expect("the bundled fonts are sound"))
}

/// The font and glyph for a character: of the style asked for, else of another, else a box.
fn find(c: char, style: usize) -> (usize, GlyphId) {
    let others = [style, MONO, FALLBACK + style % 2, FALLBACK];
    let found = others
        .iter()
        .find_map(|number| Some((*number, face(*number).glyph_index(c)?)));
    found.unwrap_or((FALLBACK, GlyphId(0)))
}

fn outline_of(number: usize, glyph: GlyphId) -> Vec<PathStep> {
    let mut outline = Outline::default();
    face(number).outline_glyph(glyph, &mut outline);
    outline.0
}

/// A character with the combining ones that the font has on top of it.
fn with_marks(number: usize, glyph: GlyphId, marks: &str, style: usize) -> Vec<PathStep> {
    let mut steps = outline_of(number, glyph);
    for mark in marks.chars() {
        let (number, glyph) = find(mark, style);
        if number < FALLBACK {
            steps.extend(outline_of(number, glyph));
        }
    }
    steps
}

/// A glyph in the middle of its cells, and smaller where it would not fit.
fn fitted(number: usize, glyph: GlyphId, cells: usize, metrics: &Metrics) -> Vec<PathStep> {
    let room = (cells as u32 * metrics.width) as f32 * f32::from(UNITS) / metrics.em;
    let wide = f32::from(face(number).glyph_hor_advance(glyph).unwrap_or(0));
    let shrink = if wide > room { room / wide } else { 1.0 };
    let left = (room - wide * shrink) / 2.0;
    let place = |p: Point| Point::new(left + p.x * shrink, p.y * shrink);
    outline_of(number, glyph)
        .into_iter()
        .map(|step| mapped(step, place))
        .collect()
}

/// From device pixels in a cell to the set's units, which count from the baseline upwards.
fn in_units(steps: Vec<PathStep>, metrics: &Metrics) -> Vec<PathStep> {
    let unit = f32::from(UNITS) / metrics.em;
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

/// Gathers the steps of an outline.
#[derive(Default)]
struct Outline(Vec<PathStep>);

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.push(PathStep::Move(Point::new(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.push(PathStep::Line(Point::new(x, y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let p = Point::new;
        self.0.push(PathStep::Quad(p(x1, y1), p(x, y)));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let p = Point::new;
        self.0.push(PathStep::Cubic(p(x1, y1), p(x2, y2), p(x, y)));
    }

    fn close(&mut self) {
        self.0.push(PathStep::Close);
    }
}
