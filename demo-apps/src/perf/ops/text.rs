//! Text: lines of characters down the window.

use transom_protocol::color::Color;
use transom_protocol::draw::{Paint, RunPositions};
use transom_protocol::geometry::{Point, Rect};

use super::super::wire::Wire;
use super::fonts::{FIRST, Font, LAST, Typeface};
use super::patterns::SIDE;
use super::{Load, Op, Peer, Same};

/// Where lines begin, and the baseline of the first.
const MARGIN: i32 = 20;

/// How many different lines there are.
const LINES: usize = (LAST - FIRST) as usize + 1;

const OTHER_LETTERS: &str = "other letters of the same size";
const GREY: &str = "other coverage: X hints, and has a coarser grid";

/// Adds them.
pub fn add(all: &mut Vec<Op>) {
    use Typeface::{Mono, Sans};
    for (name, what, count, face, em, height, width) in [
        (
            "ftext",
            "character in a line of 80, 6x13 pixels",
            80,
            Mono,
            10,
            13,
            Some(6),
        ),
        (
            "f8text",
            "character in a line of 70, 8x13 pixels",
            72,
            Mono,
            13,
            13,
            Some(8),
        ),
        (
            "f9text",
            "character in a line of 60, 9x15 pixels",
            60,
            Mono,
            15,
            15,
            Some(9),
        ),
        (
            "tr10text",
            "character in a line of 80, as Times 10",
            80,
            Sans,
            9,
            12,
            None,
        ),
        (
            "tr24text",
            "character in a line of 30, as Times 24",
            32,
            Sans,
            21,
            26,
            None,
        ),
        (
            "fitext",
            "character on a background, 6x13 pixels",
            80,
            Mono,
            10,
            13,
            Some(6),
        ),
        (
            "f8itext",
            "character on a background, 8x13 pixels",
            72,
            Mono,
            13,
            13,
            Some(8),
        ),
    ] {
        let background = name.ends_with("itext");
        let font = move |wire: &mut Wire| Font::pixels(wire, face, em, height, width);
        let same = Same::No(OTHER_LETTERS);
        all.push(text(
            name,
            what,
            Peer::Drawing,
            count,
            background,
            same,
            font,
        ));
    }
    for (name, what, peer, count, face, size) in [
        (
            "aa10text",
            "anti-aliased character in a line of 80, 10 pixels",
            Peer::Drawing,
            80,
            Sans,
            10,
        ),
        (
            "aa24text",
            "anti-aliased character in a line of 30, 24 pixels",
            Peer::Drawing,
            32,
            Sans,
            24,
        ),
        (
            "aaftext",
            "anti-aliased character in a line of 80, Mono 12 pixels",
            Peer::Drawing,
            80,
            Mono,
            12,
        ),
        (
            "rgb10text",
            "anti-aliased character, 10 pixels; X: with sub-pixels",
            Peer::Printed,
            80,
            Sans,
            10,
        ),
        (
            "rgb24text",
            "anti-aliased character, 24 pixels; X: with sub-pixels",
            Peer::Printed,
            32,
            Sans,
            24,
        ),
    ] {
        let font = move |wire: &mut Wire| Font::outlines(wire, face, size);
        all.push(text(name, what, peer, count, false, Same::No(GREY), font));
    }
}

fn text(
    name: &'static str,
    what: &'static str,
    peer: Peer,
    count: usize,
    background: bool,
    same: Same,
    font: impl Fn(&mut Wire) -> Font + 'static,
) -> Op {
    Op {
        name,
        what,
        peer,
        build: Box::new(move |wire, _| Ok(lines(&font(wire), count, background, same.clone()))),
    }
}

/// A line of text, ready to be recorded.
struct Line {
    glyphs: Vec<u16>,
    advances: Vec<i16>,
    width: f32,
}

/// A pass is a line; each begins with another character.
fn lines(font: &Font, count: usize, background: bool, same: Same) -> Load {
    let lines: Vec<Line> = (0..LINES).map(|i| line(font, i, count)).collect();
    let constant = font.advances.windows(2).all(|pair| pair[0] == pair[1]);
    let step = font.height + 1;
    let rows = ((SIDE - step - MARGIN) / step + 1) as u64;
    let Font {
        set,
        size,
        ascent,
        height,
        ..
    } = *font;
    let first = font.advances[0];
    let pass = move |wire: &mut Wire, pass: u64| {
        let y = (MARGIN + (pass % rows) as i32 * step) as f32;
        let line = &lines[(pass + pass / rows) as usize % LINES];
        let positions = match constant {
            true => RunPositions::Constant(first.into()),
            false => RunPositions::Advances(&line.advances),
        };
        wire.draw(|out| {
            if background {
                let place = Rect::new(MARGIN as f32, y - ascent as f32, line.width, height as f32);
                out.fill_rects(Paint::Color(Color::WHITE), false, &[place]);
            }
            let (paint, origin) = (Paint::Color(Color::BLACK), Point::new(MARGIN as f32, y));
            out.glyph_run(set, paint, size, origin, positions, &line.glyphs);
        })
    };
    Load {
        objects: count as u64,
        framed: true,
        start: Box::new(|_| {}),
        pass: Box::new(pass),
        same,
    }
}

fn line(font: &Font, first: usize, count: usize) -> Line {
    let glyphs: Vec<u16> = (0..count).map(|i| ((first + i) % LINES) as u16).collect();
    let advance = |glyph: &u16| font.advances[usize::from(*glyph)];
    Line {
        advances: glyphs.iter().map(|glyph| advance(glyph) * 64).collect(),
        width: glyphs.iter().map(|glyph| f32::from(advance(glyph))).sum(),
        glyphs,
    }
}
