//! Glyphs to draw text with: DejaVu's outlines for anti-aliased text, and pixel fonts made of them for
//! what X calls core text.
//!
//! A pixel font is a *hinted* set whose outlines are whole pixels at the one size it is used at: so the
//! server puts every glyph on whole pixels and every pixel is covered wholly or not at all, which is
//! just what a bitmap font looks like. Which pixels: those whose middle lies inside the outline.

use transom_protocol::draw::PathStep;
use transom_protocol::geometry::Point;
use transom_protocol::glyph::GlyphBuffer;
use transom_protocol::ids::GlyphSetId;
use transom_protocol::request::{AddGlyphs, CreateGlyphSet, GlyphSetFlags};
use ttf_parser::{Face, OutlineBuilder};

use super::super::wire::Wire;

/// The first character, whose glyph is number 0: the space.
pub const FIRST: u8 = b' ';

/// The last character: x11perf goes up to DEL, which nobody's font has.
pub const LAST: u8 = 0x7f;

/// Straight pieces of a curve: more than enough at these sizes.
const PIECES: u16 = 8;

/// A face that is bundled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typeface {
    /// DejaVu Sans.
    Sans,
    /// DejaVu Sans Mono.
    Mono,
}

impl Typeface {
    /// The font file.
    pub fn data(self) -> &'static [u8] {
        match self {
            Self::Sans => dejavu::sans::regular(),
            Self::Mono => dejavu::sans_mono::regular(),
        }
    }

    fn face(self) -> Face<'static> {
        Face::parse(self.data(), 0).expect("the bundled fonts are sound")
    }
}

/// A set of glyphs on the server.
#[derive(Clone, Debug)]
pub struct Font {
    /// Its number there.
    pub set: GlyphSetId,
    /// The size to draw it at.
    pub size: f32,
    /// From each glyph to the next, in pixels.
    pub advances: Vec<i16>,
    /// How far the box of a line reaches above the baseline.
    pub ascent: i32,
    /// How high that box is.
    pub height: i32,
}

impl Font {
    /// Sends the outlines of a face, to be drawn anti-aliased at `size` pixels to the em.
    pub fn outlines(wire: &mut Wire, typeface: Typeface, size: u16) -> Self {
        let face = typeface.face();
        let upem = face.units_per_em();
        let scale = f32::from(size) / f32::from(upem);
        let (mut glyphs, mut advances) = (GlyphBuffer::new(), Vec::new());
        for (index, glyph) in characters(&face).enumerate() {
            let mut outline = Outline::default();
            glyph.map(|id| face.outline_glyph(id, &mut outline));
            let advance = glyph.and_then(|id| face.glyph_hor_advance(id)).unwrap_or(0);
            glyphs.outline(index as u16, advance as i16, &outline.0);
            // Whole pixels, as Xft places glyphs.
            advances.push((f32::from(advance) * scale).round() as i16);
        }
        send(wire, upem, GlyphSetFlags::NONE, &glyphs);
        let line = |v: i16| (f32::from(v) * scale).ceil() as i32;
        Self {
            set: GlyphSetId(1),
            size: size.into(),
            advances,
            ascent: line(face.ascender()),
            height: line(face.ascender()) + line(-face.descender()),
        }
    }

    /// Sends a face as a pixel font of `em` pixels, in cells `height` high and, if `width` is told,
    /// all so wide.
    pub fn pixels(
        wire: &mut Wire,
        typeface: Typeface,
        em: u16,
        height: u16,
        width: Option<i16>,
    ) -> Self {
        let face = typeface.face();
        let scale = f32::from(em) / f32::from(face.units_per_em());
        let (mut glyphs, mut advances) = (GlyphBuffer::new(), Vec::new());
        for (index, glyph) in characters(&face).enumerate() {
            let mut outline = Outline::default();
            glyph.map(|id| face.outline_glyph(id, &mut outline));
            let natural = glyph.and_then(|id| face.glyph_hor_advance(id)).unwrap_or(0);
            let advance = width.unwrap_or((f32::from(natural) * scale).round() as i16);
            glyphs.outline(index as u16, advance, &pixelated(&outline.0, scale));
            advances.push(advance);
        }
        send(wire, height, GlyphSetFlags::HINTED, &glyphs);
        Self {
            set: GlyphSetId(1),
            size: height.into(),
            advances,
            ascent: i32::from(height) * 4 / 5,
            height: height.into(),
        }
    }
}

fn characters<'a>(face: &'a Face<'_>) -> impl Iterator<Item = Option<ttf_parser::GlyphId>> + 'a {
    (FIRST..=LAST).map(|c| face.glyph_index(char::from(c)))
}

fn send(wire: &mut Wire, units_per_em: u16, flags: GlyphSetFlags, glyphs: &GlyphBuffer) {
    let set = GlyphSetId(1);
    wire.request(CreateGlyphSet {
        set,
        units_per_em,
        flags,
    });
    for piece in glyphs.pieces(super::super::wire::BATCH) {
        wire.request(AddGlyphs { set, glyphs: piece });
    }
}

/// The rows of pixels whose middles lie inside an outline, as an outline: a unit is a pixel.
fn pixelated(outline: &[PathStep], scale: f32) -> Vec<PathStep> {
    let edges = edges(outline, scale);
    let rows = edges.iter().flat_map(|(a, b)| [a.y, b.y]);
    let (low, high) = rows.fold((0.0_f32, 0.0_f32), |(l, h), y| (l.min(y), h.max(y)));
    let mut steps = Vec::new();
    for row in low.floor() as i32..high.ceil() as i32 {
        for (from, to) in spans(&edges, row as f32 + 0.5) {
            let (x0, x1, y) = (from as f32, to as f32, row as f32);
            steps.push(PathStep::Move(Point::new(x0, y)));
            steps.push(PathStep::Line(Point::new(x1, y)));
            steps.push(PathStep::Line(Point::new(x1, y + 1.0)));
            steps.push(PathStep::Line(Point::new(x0, y + 1.0)));
        }
    }
    steps
}

/// Pixels of a row that lie inside, by the non-zero rule: from, to.
fn spans(edges: &[(Point, Point)], y: f32) -> Vec<(i32, i32)> {
    let mut crossings: Vec<(f32, i32)> = edges
        .iter()
        .filter(|(a, b)| (a.y <= y) != (b.y <= y))
        .map(|(a, b)| {
            let x = a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x);
            (x, if a.y < b.y { 1 } else { -1 })
        })
        .collect();
    crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut winding = 0;
    let mut spans = Vec::new();
    for pair in crossings.windows(2) {
        winding += pair[0].1;
        let (from, to) = (
            (pair[0].0 - 0.5).ceil() as i32,
            (pair[1].0 - 0.5).ceil() as i32,
        );
        if winding != 0 && from < to {
            spans.push((from, to));
        }
    }
    spans
}

/// The outline as straight edges, in pixels.
fn edges(outline: &[PathStep], scale: f32) -> Vec<(Point, Point)> {
    let place = |p: Point| Point::new(p.x * scale, p.y * scale);
    let (mut edges, mut first, mut last) = (Vec::new(), Point::default(), Point::default());
    for step in outline {
        match *step {
            PathStep::Move(to) => {
                first = place(to);
                last = first;
            }
            PathStep::Line(to) => {
                edges.push((last, place(to)));
                last = place(to);
            }
            PathStep::Quad(control, to) => {
                let (from, control, to) = (last, place(control), place(to));
                for piece in 1..=PIECES {
                    let next = on_curve(from, control, to, f32::from(piece) / f32::from(PIECES));
                    edges.push((last, next));
                    last = next;
                }
            }
            // TrueType has none.
            PathStep::Cubic(_, _, to) => last = place(to),
            PathStep::Close => {
                edges.push((last, first));
                last = first;
            }
        }
    }
    edges
}

fn on_curve(from: Point, control: Point, to: Point, t: f32) -> Point {
    let mix = |a: f32, b: f32, c: f32| {
        let u = 1.0 - t;
        u * u * a + 2.0 * u * t * b + t * t * c
    };
    Point::new(mix(from.x, control.x, to.x), mix(from.y, control.y, to.y))
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
        let (control, to) = (Point::new(x1, y1), Point::new(x, y));
        self.0.push(PathStep::Quad(control, to));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let p = Point::new;
        self.0.push(PathStep::Cubic(p(x1, y1), p(x2, y2), p(x, y)));
    }

    fn close(&mut self) {
        self.0.push(PathStep::Close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_of_three_pixels_is_three_rows() {
        let p = Point::new;
        let square = [
            PathStep::Move(p(10.0, 0.0)),
            PathStep::Line(p(40.0, 0.0)),
            PathStep::Line(p(40.0, 30.0)),
            PathStep::Line(p(10.0, 30.0)),
            PathStep::Close,
        ];
        let steps = pixelated(&square, 0.1);
        assert_eq!(steps.len(), 12);
        assert_eq!(steps[0], PathStep::Move(p(1.0, 0.0)));
        assert_eq!(steps[6], PathStep::Line(p(4.0, 2.0)));
    }

    #[test]
    fn letters_have_ink_and_the_space_has_none() {
        let face = Typeface::Mono.face();
        for (character, inked) in [('A', true), ('o', true), (' ', false)] {
            let mut outline = Outline::default();
            face.glyph_index(character)
                .map(|id| face.outline_glyph(id, &mut outline));
            let steps = pixelated(&outline.0, 13.0 / 2048.0);
            assert_eq!(!steps.is_empty(), inked, "{character}");
        }
    }
}
