//! A line of text in the bundled font: how wide it is, and drawing it.
//!
//! One glyph for each character, from left to right, without kerning: titles and labels need no more.
//! Outlines are fitted to rows of pixels, as the client library fits those of programs, so that a title
//! is as sharp as the text under it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{
    DrawSettings, Engine, HintingInstance, HintingOptions, OutlinePen, SmoothMode, Target as Fit,
};
use skrifa::{FontRef, GlyphId, MetadataProvider};
use transom_protocol::color::Pixel;
use transom_protocol::geometry::{PixelPoint, Point};

use crate::raster::{Mask, MaskCache, MaskKey, Path, Scratch, Target, draw_mask, glyph_mask};

/// Sizes that outlines are fitted to at a time: a desktop has two or three.
const FITTED_SIZES: usize = 16;

/// How heavy text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// A font at a size in device pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) weight: Weight,
    pub(super) size: f32,
}

impl Style {
    /// How wide a line is, in pixels.
    pub(super) fn width(self, line: &str) -> f32 {
        self.glyphs(line).map(|(_, advance)| advance).sum()
    }

    /// The line, or as much of its beginning as fits into `room` pixels, with an ellipsis.
    pub(super) fn fitting(self, line: &str, room: f32) -> Cow<'_, str> {
        if self.width(line) <= room {
            return Cow::Borrowed(line);
        }
        let room = room - self.width("…");
        let mut width = 0.0;
        let mut end = 0;
        for (at, c) in line.char_indices() {
            width += self.width(c.encode_utf8(&mut [0; 4]));
            if width > room {
                break;
            }
            end = at + c.len_utf8();
        }
        match line[..end].trim_end() {
            "" => Cow::Borrowed(""),
            shown => Cow::Owned(format!("{shown}…")),
        }
    }

    /// How far the baseline lies below the middle of capitals, in pixels.
    pub(super) fn half_capital(self) -> f32 {
        const CAPITAL: f32 = 0.729; // of an em, in DejaVu Sans
        // Fitted, they are whole pixels high.
        (self.size * CAPITAL).round() / 2.0
    }

    /// Draws a line whose first glyph's origin is at `at`; the baseline is put on a whole pixel.
    pub(super) fn draw(
        self,
        target: &mut Target<'_>,
        line: &str,
        at: Point,
        color: Pixel,
        glyph_cache: &mut GlyphCache,
    ) {
        let y = (at.y + 0.5).floor() as i32;
        let mut x = at.x;
        for (glyph, advance) in self.glyphs(line) {
            let quarters = (x * 4.0 + 0.5).floor() as i32;
            let subpixel = (quarters & 3) as u8;
            if let Some(mask) = glyph_cache.mask(self, glyph, subpixel) {
                draw_mask(target, mask, PixelPoint::new(quarters >> 2, y), color);
            }
            x += advance;
        }
    }

    /// The glyphs of a line with their advances in pixels. What cannot be seen is left out.
    fn glyphs(self, line: &str) -> impl Iterator<Item = (GlyphId, f32)> {
        let font = self.font();
        let (characters, metrics) = (
            font.charmap(),
            font.glyph_metrics(Size::new(self.size), LocationRef::default()),
        );
        let visible = line.chars().filter(|c| !c.is_control());
        visible.map(move |c| {
            let glyph = characters.map(c).unwrap_or_default();
            (glyph, metrics.advance_width(glyph).unwrap_or(0.0))
        })
    }

    fn font(self) -> &'static FontRef<'static> {
        static FONTS: [OnceLock<FontRef<'static>>; 2] = [const { OnceLock::new() }; 2];
        let (slot, data): (_, fn() -> &'static [u8]) = match self.weight {
            Weight::Regular => (0, dejavu::sans::regular),
            Weight::Bold => (1, dejavu::sans::bold),
        };
        FONTS[slot].get_or_init(|| FontRef::new(data()).expect("the bundled fonts are sound"))
    }

    /// What fits outlines to rows of pixels.
    fn hinter(self) -> Option<HintingInstance> {
        let options = HintingOptions {
            engine: Engine::Auto(None),
            target: Fit::Smooth {
                mode: SmoothMode::Light,
                symmetric_rendering: false,
                preserve_linear_metrics: true,
            },
        };
        let (outlines, size) = (self.font().outline_glyphs(), Size::new(self.size));
        HintingInstance::new(&outlines, size, LocationRef::default(), options).ok()
    }
}

/// Glyph masks that were made.
#[derive(Default)]
pub(super) struct GlyphCache {
    masks: MaskCache,
    scratch: Scratch,
    /// By weight and the bits of the size.
    hinters: HashMap<(Weight, u32), Option<HintingInstance>>,
}

impl fmt::Debug for GlyphCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GlyphCache({:?})", self.masks)
    }
}

impl GlyphCache {
    fn mask(&mut self, style: Style, glyph: GlyphId, subpixel: u8) -> Option<&Mask> {
        let Self {
            masks,
            scratch,
            hinters,
        } = self;
        let number = u64::from(glyph.to_u32()) | (style.weight as u64) << 32;
        let key = MaskKey::new(number, style.size, subpixel);
        masks.get_or_insert_with(key, || {
            let size = (style.weight, style.size.to_bits());
            if hinters.len() >= FITTED_SIZES && !hinters.contains_key(&size) {
                hinters.clear();
            }
            let hinter = hinters.entry(size).or_insert_with(|| style.hinter());
            let settings = match hinter {
                Some(hinter) => DrawSettings::hinted(hinter, false),
                None => DrawSettings::unhinted(Size::new(style.size), LocationRef::default()),
            };
            let mut outline = Outline(Path::new());
            if let Some(drawn) = style.font().outline_glyphs().get(glyph) {
                // The bundled fonts have no glyph that cannot be drawn.
                let _ = drawn.draw(settings, &mut outline);
            }
            glyph_mask(&outline.0, 1.0, subpixel, scratch)
        })
    }
}

/// Gathers an outline in pixels, y upwards.
struct Outline(Path);

impl OutlinePen for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(Point::new(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(Point::new(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(Point::new(x1, y1), Point::new(x, y));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let p = Point::new;
        self.0.cubic_to(p(x1, y1), p(x2, y2), p(x, y));
    }

    fn close(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style {
        weight: Weight::Regular,
        size: 13.0,
    };

    #[test]
    fn a_line_that_is_too_long_ends_with_an_ellipsis_and_fits() {
        let line = "A window with a rather long title";
        assert_eq!(STYLE.fitting(line, 1000.0), line);
        for room in 0..250 {
            let shown = STYLE.fitting(line, room as f32);
            assert!(STYLE.width(&shown) <= room as f32, "{shown}");
            assert!(shown.is_empty() || shown.ends_with('…') || shown == line);
        }
        assert_eq!(STYLE.fitting(line, 80.0), "A window…");
    }

    #[test]
    fn control_characters_take_no_room() {
        assert_eq!(STYLE.width("a\n\u{7}b"), STYLE.width("ab"));
        assert!(STYLE.width("\u{1f600}") > 0.0, "a missing one is a box");
    }
}
