//! A line of text in the bundled font: how wide it is, and drawing it.
//!
//! One glyph for each character, from left to right, without kerning: titles and labels need no more.

use std::borrow::Cow;
use std::sync::OnceLock;

use transom_protocol::color::Pixel;
use transom_protocol::geometry::{PixelPoint, Point};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

use crate::raster::{Mask, MaskCache, MaskKey, Path, Scratch, Target, draw_mask, glyph_mask};

/// How heavy text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        let units: i64 = glyphs(self.face(), line).map(|(_, units)| units).sum();
        units as f32 * self.unit()
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
        self.size * CAPITAL / 2.0
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
        let (face, unit) = (self.face(), self.unit());
        let y = (at.y + 0.5).floor() as i32;
        let mut x = at.x;
        for (glyph, units) in glyphs(face, line) {
            let quarters = (x * 4.0 + 0.5).floor() as i32;
            let subpixel = (quarters & 3) as u8;
            if let Some(mask) = glyph_cache.mask(self, glyph, subpixel) {
                draw_mask(target, mask, PixelPoint::new(quarters >> 2, y), color);
            }
            x += units as f32 * unit;
        }
    }

    fn unit(self) -> f32 {
        self.size / f32::from(self.face().units_per_em())
    }

    fn face(self) -> &'static Face<'static> {
        static FACES: [OnceLock<Face<'static>>; 2] = [const { OnceLock::new() }; 2];
        let (slot, data): (_, fn() -> &'static [u8]) = match self.weight {
            Weight::Regular => (0, dejavu::sans::regular),
            Weight::Bold => (1, dejavu::sans::bold),
        };
        FACES[slot].get_or_init(|| Face::parse(data(), 0).expect("the bundled fonts are sound"))
    }
}

/// The glyphs of a line with their advances in font units. What cannot be seen is left out.
fn glyphs<'a>(face: &'a Face<'_>, line: &'a str) -> impl Iterator<Item = (GlyphId, i64)> {
    let visible = line.chars().filter(|c| !c.is_control());
    visible.map(|c| {
        let glyph = face.glyph_index(c).unwrap_or_default();
        (glyph, face.glyph_hor_advance(glyph).unwrap_or(0).into())
    })
}

/// Glyph masks that were made.
#[derive(Debug, Default)]
pub(super) struct GlyphCache {
    masks: MaskCache,
    scratch: Scratch,
}

impl GlyphCache {
    fn mask(&mut self, style: Style, glyph: GlyphId, subpixel: u8) -> Option<&Mask> {
        let Self { masks, scratch } = self;
        let number = u64::from(glyph.0) | (style.weight as u64) << 16;
        let key = MaskKey::new(number, style.unit(), subpixel);
        masks.get_or_insert_with(key, || {
            let mut outline = Outline(Path::new());
            style.face().outline_glyph(glyph, &mut outline);
            glyph_mask(&outline.0, style.unit(), subpixel, scratch)
        })
    }
}

/// Gathers an outline in font units.
struct Outline(Path);

impl OutlineBuilder for Outline {
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
