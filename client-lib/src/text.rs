//! Text in the bundled fonts: simple layout from left to right, one glyph for a character.

use std::collections::HashMap;
use std::sync::OnceLock;

use transom_protocol::color::Color;
use transom_protocol::draw::{PathStep, RunPositions};
use transom_protocol::geometry::Point;
use transom_protocol::glyph::GlyphBuffer;
use transom_protocol::ids::GlyphSetId;
use transom_protocol::request::GlyphSetFlags;
use ttf_parser::{Face, GlyphId};

use crate::canvas::Canvas;
use crate::core::Core;

/// Bytes of outlines in one packet, so that a page of new characters does not become a large one.
const GLYPH_PACKET: usize = 32 << 10;

/// A bundled typeface: DejaVu 2.37.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Font {
    /// For most things.
    #[default]
    Sans,
    /// For headings and emphasis.
    SansBold,
    /// All characters equally wide.
    Mono,
}

/// Which side of the text is at the given place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Align {
    /// It begins there.
    #[default]
    Left,
    /// Its middle is there.
    Center,
    /// It ends there.
    Right,
}

/// How text looks.
///
/// ```
/// use transom::{Color, TextStyle};
/// let heading = TextStyle::new(24.0).bold().color(Color::hex(0x334455)).centered();
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextStyle {
    /// Logical units of one em; capital letters are about 0.73 of that.
    pub size: f32,
    /// Its colour.
    pub color: Color,
    /// The typeface.
    pub font: Font,
    /// Which side of the text is at the given place.
    pub align: Align,
}

impl TextStyle {
    /// Black Sans of this size, in logical units, from the given place on.
    pub const fn new(size: f32) -> Self {
        Self {
            size,
            color: Color::BLACK,
            font: Font::Sans,
            align: Align::Left,
        }
    }

    /// In another colour.
    pub const fn color(self, color: Color) -> Self {
        Self { color, ..self }
    }

    /// In another typeface.
    pub const fn font(self, font: Font) -> Self {
        Self { font, ..self }
    }

    /// In bold.
    pub const fn bold(self) -> Self {
        self.font(Font::SansBold)
    }

    /// All characters equally wide.
    pub const fn mono(self) -> Self {
        self.font(Font::Mono)
    }

    /// With another side at the given place.
    pub const fn align(self, align: Align) -> Self {
        Self { align, ..self }
    }

    /// With its middle at the given place.
    pub const fn centered(self) -> Self {
        self.align(Align::Center)
    }

    /// How much room `text` takes. Needs no display.
    pub fn measure(&self, text: &str) -> TextSize {
        let face = face(self.font);
        let unit = self.size / f32::from(face.units_per_em());
        let widths = text
            .lines()
            .map(|line| characters(face, line).map(|g| advance(face, g)).sum());
        let widest: i64 = widths.max().unwrap_or(0);
        TextSize {
            width: widest as f32 * unit,
            ascent: f32::from(face.ascender()) * unit,
            descent: -f32::from(face.descender()) * unit,
            line_height: f32::from(face.height() + face.line_gap()) * unit,
            cap_height: f32::from(cap_height(face)) * unit,
        }
    }
}

/// How much room text takes, in logical units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TextSize {
    /// Of the longest line, from its first origin to behind its last character.
    pub width: f32,
    /// From the baseline up to where the highest characters reach.
    pub ascent: f32,
    /// From the baseline down to where the lowest characters reach.
    pub descent: f32,
    /// From one baseline to the next.
    pub line_height: f32,
    /// From the baseline to the top of capital letters: what the eye centres by.
    pub cap_height: f32,
}

impl Canvas {
    /// Text with its baseline at `y`; further lines of it follow below. Characters that the font
    /// lacks show as boxes, control characters not at all.
    ///
    /// Outlines cross the network once, with the first frame that needs them.
    pub fn text(&mut self, x: f32, y: f32, text: &str, style: &TextStyle) {
        let line_height = style.measure("").line_height;
        for (number, line) in text.lines().enumerate() {
            let shift = match style.align {
                Align::Left => 0.0,
                Align::Center => style.measure(line).width / 2.0,
                Align::Right => style.measure(line).width,
            };
            self.line_of_text(
                Point::new(x - shift, y + number as f32 * line_height),
                line,
                style,
            );
        }
    }

    /// How much room text takes; the same as [`TextStyle::measure`].
    pub fn measure(&self, text: &str, style: &TextStyle) -> TextSize {
        style.measure(text)
    }

    fn line_of_text(&mut self, origin: Point, line: &str, style: &TextStyle) {
        let (set, indices) = self.link.core(|core| core.glyphs(style.font, line));
        if !indices.is_empty() {
            let positions = RunPositions::Natural;
            self.run(
                set,
                style.size,
                origin,
                positions,
                &indices,
                style.color.into(),
            );
        }
    }
}

impl Core {
    /// The glyph set of a font, and the indices in it that show `line`.
    fn glyphs(&mut self, font: Font, line: &str) -> (GlyphSetId, Vec<u16>) {
        let face = face(font);
        if !self.fonts.sets.contains_key(&font) {
            let id = self.new_set();
            self.create_set(id, face.units_per_em(), GlyphSetFlags::NONE);
            self.fonts.sets.insert(
                font,
                FontSet {
                    id,
                    ..FontSet::default()
                },
            );
        }
        let set = self.fonts.sets.get_mut(&font).expect("it was just made");
        (
            set.id,
            characters(face, line)
                .map(|glyph| set.index(face, glyph))
                .collect(),
        )
    }
}

/// What of the bundled fonts has crossed the connection.
#[derive(Debug, Default)]
pub(crate) struct Fonts {
    sets: HashMap<Font, FontSet>,
}

impl Fonts {
    /// Outlines that have been used and not been sent.
    pub(crate) fn take_new(&mut self) -> Vec<(GlyphSetId, Vec<u8>)> {
        let sets = self.sets.values_mut();
        sets.flat_map(|set| {
            let id = set.id;
            std::mem::take(&mut set.new)
                .into_iter()
                .map(move |b| (id, b.as_bytes().to_vec()))
        })
        .collect()
    }
}

/// One font's set on the server.
#[derive(Debug, Default)]
struct FontSet {
    id: GlyphSetId,
    /// In order of first use, so that most text needs one byte a glyph.
    indices: HashMap<GlyphId, u16>,
    new: Vec<GlyphBuffer>,
}

impl FontSet {
    fn index(&mut self, face: &Face<'_>, glyph: GlyphId) -> u16 {
        // A font has no more glyphs than 65,535, so their count fits.
        let next = self.indices.len() as u16;
        let index = *self.indices.entry(glyph).or_insert(next);
        if index == next {
            let mut outline = Outline::default();
            face.outline_glyph(glyph, &mut outline);
            if self
                .new
                .last()
                .is_none_or(|buffer| buffer.as_bytes().len() >= GLYPH_PACKET)
            {
                self.new.push(GlyphBuffer::new());
            }
            let buffer = self.new.last_mut().expect("there is one now");
            buffer.outline(index, advance(face, glyph) as i16, &outline.0);
        }
        index
    }
}

/// The glyphs for the characters of a line; a missing character is the font's box.
fn characters<'a>(face: &'a Face<'_>, line: &'a str) -> impl Iterator<Item = GlyphId> + 'a {
    let visible = line.chars().filter(|c| !c.is_control());
    visible.map(|c| face.glyph_index(c).unwrap_or_default())
}

/// In font units.
fn advance(face: &Face<'_>, glyph: GlyphId) -> i64 {
    face.glyph_hor_advance(glyph).unwrap_or(0).into()
}

/// In font units. The bundled fonts do not say, so it is measured.
fn cap_height(face: &Face<'_>) -> i16 {
    let bounds = face
        .glyph_index('H')
        .and_then(|glyph| face.glyph_bounding_box(glyph));
    bounds.map_or(face.ascender(), |bounds| bounds.y_max)
}

fn face(font: Font) -> &'static Face<'static> {
    static FACES: [OnceLock<Face<'static>>; 3] = [const { OnceLock::new() }; 3];
    let (slot, data): (_, fn() -> &'static [u8]) = match font {
        Font::Sans => (0, dejavu::sans::regular),
        Font::SansBold => (1, dejavu::sans::bold),
        Font::Mono => (2, dejavu::sans_mono::regular),
    };
    FACES[slot].get_or_init(|| Face::parse(data(), 0).expect("the bundled fonts are sound"))
}

/// Gathers the steps of an outline.
#[derive(Default)]
struct Outline(Vec<PathStep>);

impl ttf_parser::OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.push(PathStep::Move(Point::new(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.push(PathStep::Line(Point::new(x, y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0
            .push(PathStep::Quad(Point::new(x1, y1), Point::new(x, y)));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let p = Point::new;
        self.0.push(PathStep::Cubic(p(x1, y1), p(x2, y2), p(x, y)));
    }

    fn close(&mut self) {
        self.0.push(PathStep::Close);
    }
}
