//! The fonts a process has, and layouts made with them.
//!
//! The bundled fonts are there from the start. The system's are looked at, once, when something is
//! wanted that the bundled ones lack: the scan takes about ten milliseconds, and a program that
//! writes Latin in the default font never pays them. `TRANSOM_FONTS=bundled` in the environment
//! keeps it to the bundled ones: pictures then do not depend on what is installed.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use fontique::{Collection, CollectionOptions, FontInfoOverride, SourceCache};
use parley::fontique::Blob;
use parley::style::{
    FontFamily, FontFamilyName, FontStyle, FontWeight, GenericFamily, LineHeight, OverflowWrap,
};
use parley::{FontContext, FontData, Layout, LayoutContext, RangedBuilder, StyleProperty};
use skrifa::MetadataProvider;
use skrifa::bitmap::BitmapStrikes;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::DrawSettings;
use transom_protocol::color::Color;

use super::emoji;
use super::outline::OutlineSteps;
use super::run::{self, Line, Run};
use super::style::{Family, TextSize, TextStyle};
use crate::error::Error;

/// The names under which the bundled fonts are known: their own may be installed as well.
const SANS: &str = "Transom Sans";
const MONO: &str = "Transom Mono";

/// How the names of families begin that a program brought.
const LOADED: &str = "Transom Loaded";

/// Texts whose lines are kept, twice; a screen full of labels has fewer.
const KEPT_TEXTS: usize = 512;

/// Bytes of the longest text whose lines are kept.
const KEPT_BYTES: usize = 4 << 10;

/// How many of a font's letters are tried before it is taken for a font that shows nothing.
const PROBED_LETTERS: usize = 16;

/// Styles whose cells are kept.
const KEPT_GRIDS: usize = 32;

/// Different cells that are kept of a style.
const KEPT_CELLS: usize = 4096;

/// The environment's variable, and the value, that turn the system's fonts off.
const SYSTEM_OFF: (&str, &str) = ("TRANSOM_FONTS", "bundled");

/// A styled part of a text.
pub(super) type Span = (Range<usize>, TextStyle);

/// Fonts and what is kept of layouts; one for the process.
pub(super) struct Library {
    fonts: FontContext,
    layouts: LayoutContext<Color>,
    /// Whether the system's fonts have been looked at, or never will be.
    complete: bool,
    /// How many families the program has brought.
    loaded: u32,
    /// Whether fonts that have been used can be read.
    sound: HashMap<(u64, u32), bool>,
    metrics: HashMap<StyleKey, TextSize>,
    cells: HashMap<StyleKey, HashMap<Box<str>, Arc<[Run]>>>,
    young: Kept,
    old: Kept,
    kept: usize,
}

type Kept = HashMap<StyleKey, HashMap<Box<str>, Arc<[Line]>>>;

/// Parts of a text that do not get the fonts their style says.
struct Parts {
    /// For these an emoji font comes first.
    pictures: Vec<Range<usize>>,
    /// For these only the bundled one is asked for: those asked for before were damaged.
    bundled: Vec<Range<usize>>,
}

/// What of a style changes where glyphs stand.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct StyleKey {
    size: u32,
    family: Family,
    weight: u16,
    italic: bool,
    underline: bool,
    strikethrough: bool,
}

impl StyleKey {
    fn of(style: &TextStyle) -> Self {
        Self {
            size: style.size.to_bits(),
            family: style.family,
            weight: style.weight,
            italic: style.italic,
            underline: style.underline,
            strikethrough: style.strikethrough,
        }
    }
}

impl Library {
    /// Uses the process's library, alone.
    pub(super) fn with<T>(act: impl FnOnce(&mut Self) -> T) -> T {
        static LIBRARY: LazyLock<Mutex<Library>> = LazyLock::new(|| Mutex::new(Library::new()));
        act(&mut LIBRARY.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn new() -> Self {
        let mut collection = Collection::new(CollectionOptions {
            shared: false,
            system_fonts: false,
        });
        let bundled: [(&str, &'static [u8]); 4] = [
            (SANS, dejavu::sans::regular()),
            (SANS, dejavu::sans::bold()),
            (MONO, dejavu::sans_mono::regular()),
            (MONO, dejavu::sans_mono::bold()),
        ];
        for (name, data) in bundled {
            let named = FontInfoOverride {
                family_name: Some(name),
                ..FontInfoOverride::default()
            };
            collection.register_fonts(Blob::new(Arc::new(data)), Some(named));
        }
        Self {
            fonts: FontContext {
                collection,
                source_cache: SourceCache::default(),
            },
            layouts: LayoutContext::new(),
            complete: std::env::var(SYSTEM_OFF.0).is_ok_and(|value| value == SYSTEM_OFF.1),
            loaded: 0,
            sound: HashMap::new(),
            metrics: HashMap::new(),
            cells: HashMap::new(),
            young: Kept::new(),
            old: Kept::new(),
            kept: 0,
        }
    }

    /// Adds fonts that are a family of their own, and says its name.
    pub(super) fn load(&mut self, fonts: Vec<Vec<u8>>) -> Result<&'static str, Error> {
        let blobs: Vec<Blob<u8>> = fonts.into_iter().map(Blob::from).collect();
        let usable = |data: &Blob<u8>| is_sound(&FontData::new(data.clone(), 0));
        if blobs.is_empty() || !blobs.iter().all(usable) {
            return Err(Error::NoFont);
        }
        let name: &'static str = Box::leak(format!("{LOADED} {}", self.loaded).into());
        self.loaded += 1;
        for data in blobs {
            let named = FontInfoOverride {
                family_name: Some(name),
                ..FontInfoOverride::default()
            };
            self.fonts.collection.register_fonts(data, Some(named));
        }
        Ok(name)
    }

    /// Lays text out as one line for each of its own.
    pub(super) fn lines(&mut self, text: &str, style: &TextStyle) -> Arc<[Line]> {
        let key = StyleKey::of(style);
        let find = |kept: &Kept| kept.get(&key).and_then(|texts| texts.get(text)).cloned();
        if let Some(lines) = find(&self.young) {
            return lines;
        }
        let lines = find(&self.old).unwrap_or_else(|| self.make_lines(text, style));
        if text.len() <= KEPT_BYTES {
            if self.kept >= KEPT_TEXTS {
                self.old = std::mem::take(&mut self.young);
                self.kept = 0;
            }
            self.kept += 1;
            let texts = self.young.entry(key).or_default();
            texts.insert(text.into(), lines.clone());
        }
        lines
    }

    fn make_lines(&mut self, text: &str, style: &TextStyle) -> Arc<[Line]> {
        let shown: Cow<'_, str> = if text.contains(|c: char| c.is_control() && c != '\n') {
            text.chars()
                .filter(|c| !c.is_control() || *c == '\n')
                .collect()
        } else {
            text.into()
        };
        let mut lines = Vec::new();
        for line in shown.lines() {
            if line.is_empty() {
                lines.push(Line::default());
                continue;
            }
            let mut layout = self.layout(line, style, &[], None);
            layout.break_all_lines(None);
            // A separator of paragraphs breaks too; what is behind it follows on the same line.
            let mut whole = Line::default();
            for part in layout.lines() {
                whole.append(run::line(&part));
            }
            lines.push(whole);
        }
        lines.into()
    }

    /// The glyphs that show one cell of a grid.
    pub(super) fn cell(&mut self, cell: &str, style: &TextStyle) -> Arc<[Run]> {
        let key = StyleKey::of(style);
        if let Some(runs) = self.cells.get(&key).and_then(|cells| cells.get(cell)) {
            return runs.clone();
        }
        let lines = self.make_lines(cell, style);
        let runs: Arc<[Run]> = lines.iter().flat_map(|line| line.runs.clone()).collect();
        if self.cells.len() >= KEPT_GRIDS && !self.cells.contains_key(&key) {
            self.cells.clear();
        }
        let cells = self.cells.entry(key).or_default();
        if cells.len() >= KEPT_CELLS {
            cells.clear();
        }
        cells.insert(cell.into(), runs.clone());
        runs
    }

    /// Shapes text; its lines are still to be broken.
    pub(super) fn layout(
        &mut self,
        text: &str,
        style: &TextStyle,
        spans: &[Span],
        line_height: Option<f32>,
    ) -> Layout<Color> {
        let pictures = emoji::ranges(text);
        let families = spans.iter().map(|(_, style)| style.family);
        let named = |family| match family {
            Family::Named(name) => !name.starts_with(LOADED),
            Family::Serif => true,
            Family::Sans | Family::Mono => false,
        };
        if !pictures.is_empty() || families.chain([style.family]).any(named) {
            self.complete();
        }
        let mut parts = Parts {
            pictures,
            bundled: Vec::new(),
        };
        let mut layout = self.shape(text, style, spans, line_height, &parts);
        if !self.complete && !text.is_ascii() && run::lacks_glyphs(&layout) {
            self.complete();
            layout = self.shape(text, style, spans, line_height, &parts);
        }
        parts.bundled = self.broken(&layout);
        if !parts.bundled.is_empty() {
            layout = self.shape(text, style, spans, line_height, &parts);
        }
        layout
    }

    /// The parts of a text that a damaged font would show.
    fn broken(&mut self, layout: &Layout<Color>) -> Vec<Range<usize>> {
        let runs = layout
            .lines()
            .flat_map(|line| line.runs().collect::<Vec<_>>());
        let broken = runs.filter(|run| {
            let font = run.font();
            let sound = self.sound.entry((font.data.id(), font.index));
            !*sound.or_insert_with(|| is_sound(font))
        });
        broken.map(|run| run.text_range()).collect()
    }

    fn shape(
        &mut self,
        text: &str,
        style: &TextStyle,
        spans: &[Span],
        line_height: Option<f32>,
        parts: &Parts,
    ) -> Layout<Color> {
        let mut builder = self
            .layouts
            .ranged_builder(&mut self.fonts, text, 1.0, false);
        push(style, &mut builder, |builder, property| {
            builder.push_default(property);
        });
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        if let Some(height) = line_height {
            builder.push_default(LineHeight::Absolute(height));
        }
        for (range, style) in spans {
            push(style, &mut builder, |builder, property| {
                builder.push(property, range.clone());
            });
        }
        let emoji = FontFamilyName::Generic(GenericFamily::Emoji);
        let bundled = FontFamilyName::named(SANS);
        for range in &parts.pictures {
            let families = [emoji.clone(), bundled.clone()];
            builder.push(FontFamily::from(&families[..]), range.clone());
        }
        for range in &parts.bundled {
            builder.push(bundled.clone(), range.clone());
        }
        let mut layout = builder.build(text);
        layout.break_all_lines(None);
        layout
    }

    /// Looks at the system's fonts, unless that was done.
    fn complete(&mut self) {
        if !std::mem::replace(&mut self.complete, true) {
            self.fonts.collection.load_system_fonts();
        }
    }

    /// Heights of a style's own font; the width is zero.
    pub(super) fn metrics(&mut self, style: &TextStyle) -> TextSize {
        let key = StyleKey::of(style);
        if let Some(metrics) = self.metrics.get(&key) {
            return *metrics;
        }
        let layout = self.layout("H", style, &[], None);
        let metrics = heights(&layout, style.size).unwrap_or(TextSize {
            width: 0.0,
            ascent: 0.8 * style.size,
            descent: 0.2 * style.size,
            line_height: 1.2 * style.size,
            cap_height: 0.7 * style.size,
        });
        if self.metrics.len() >= KEPT_TEXTS {
            self.metrics.clear();
        }
        self.metrics.insert(key, metrics);
        metrics
    }
}

/// Whether a font file's outlines can be read: one that is damaged inside would show nothing. Fonts of
/// pictures are taken as they are.
fn is_sound(font: &FontData) -> bool {
    let Ok(font) = skrifa::FontRef::from_index(font.data.data(), font.index) else {
        return false;
    };
    let outlines = font.outline_glyphs();
    if outlines.format().is_none() || !BitmapStrikes::new(&font).is_empty() {
        return true;
    }
    let letter = |(code, _): &(u32, _)| char::from_u32(*code).is_some_and(char::is_alphabetic);
    let mappings = font.charmap();
    let mut letters = mappings
        .mappings()
        .filter(letter)
        .take(PROBED_LETTERS)
        .peekable();
    letters.peek().is_none()
        || letters.any(|(_, glyph)| {
            let mut steps = OutlineSteps::scaled(1.0);
            let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
            let outline = outlines.get(glyph);
            outline.is_some_and(|o| o.draw(settings, &mut steps).is_ok() && !steps.steps.is_empty())
        })
}

/// The heights of the font that shows a text's first glyph.
fn heights(layout: &Layout<Color>, size: f32) -> Option<TextSize> {
    let line = layout.lines().next()?;
    let run = line.runs().next()?;
    let metrics = run.font_metrics();
    let font = skrifa::FontRef::from_index(run.font().data.data(), run.font().index).ok()?;
    let capital = || {
        let glyph = font.charmap().map('H')?;
        let metrics = font.glyph_metrics(Size::new(size), LocationRef::default());
        metrics.bounds(glyph).map(|bounds| bounds.y_max)
    };
    Some(TextSize {
        width: 0.0,
        ascent: metrics.ascent,
        descent: metrics.descent,
        line_height: metrics.ascent + metrics.descent + metrics.leading,
        cap_height: metrics.cap_height.or_else(capital).unwrap_or(0.7 * size),
    })
}

/// Tells the properties of a style.
fn push<'b>(
    style: &TextStyle,
    builder: &mut RangedBuilder<'b, Color>,
    mut tell: impl FnMut(&mut RangedBuilder<'b, Color>, StyleProperty<'static, Color>),
) {
    let size = if style.size.is_finite() {
        style.size.max(0.0)
    } else {
        0.0
    };
    let slant = if style.italic {
        FontStyle::Italic
    } else {
        FontStyle::Normal
    };
    tell(builder, StyleProperty::FontFamily(families(style.family)));
    tell(builder, StyleProperty::FontSize(size));
    tell(
        builder,
        StyleProperty::FontWeight(FontWeight::new(f32::from(style.weight))),
    );
    tell(builder, StyleProperty::FontStyle(slant));
    tell(builder, StyleProperty::Brush(style.color));
    tell(builder, StyleProperty::Underline(style.underline));
    tell(builder, StyleProperty::Strikethrough(style.strikethrough));
}

/// Where glyphs of a family are looked for, in order.
fn families(family: Family) -> FontFamily<'static> {
    const NAMED: fn(&'static str) -> FontFamilyName<'static> = FontFamilyName::named;
    let generic = FontFamilyName::Generic;
    let first = match family {
        Family::Sans => vec![NAMED(SANS)],
        Family::Mono => vec![NAMED(MONO), generic(GenericFamily::Monospace)],
        Family::Serif => vec![generic(GenericFamily::Serif)],
        Family::Named(name) => vec![NAMED(name)],
    };
    let rest = [
        NAMED(SANS),
        generic(GenericFamily::SansSerif),
        generic(GenericFamily::Math),
        generic(GenericFamily::Emoji),
    ];
    FontFamily::List(first.into_iter().chain(rest).collect::<Vec<_>>().into())
}
