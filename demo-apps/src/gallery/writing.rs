//! Text, glyph runs, and the state that drawing goes through.

use std::f32::consts::TAU;

use transom::{
    Canvas, Display, Error, GlyphBuffer, GlyphSet, Path, PathStep, Point, Rect, RunPositions,
    Stroke, TextStyle, Transform,
};

use super::{Exhibit, Props, exhibit};
use crate::palette::{ACCENT, CARD, FADED, GOLD, INK, LINE, PLUM, TEAL};

pub(super) const TEXT: &[Exhibit] = &[
    exhibit("text: sizes 8 to 28", sizes),
    exhibit("Sans, bold, Mono", fonts),
    exhibit("left, centred, right; several lines", sides),
    exhibit("measure: ascent, descent, capitals", measured),
    exhibit("glyph_run: a set of one's own", runs),
    exhibit("text goes through any transform", round),
];

pub(super) const STATE: &[Exhibit] = &[
    exhibit("clip_rects: several, and nested", clips),
    exhibit("concat: each turn on those before", turns),
    exhibit("set_opacity: multiplies colours", opacity),
    exhibit("concat: shear and mirror", sheared),
    exhibit("set_antialias: on and off", edges),
    exhibit("save and restore: a tree", tree),
];

/// What is uploaded once, when the gallery opens.
#[derive(Debug)]
pub(super) struct Marks(GlyphSet);

impl Marks {
    /// Four glyphs of 1000 units: a square, a diamond, a triangle; a hexagon of two layers.
    pub(super) fn new(display: &Display) -> Result<Self, Error> {
        let set = display.glyph_set(1000);
        let mut glyphs = GlyphBuffer::new();
        glyphs.outline(0, 1000, &polygon(4, 0.125, 450.0));
        glyphs.outline(1, 1000, &polygon(4, 0.25, 450.0));
        glyphs.outline(2, 1000, &polygon(3, 0.25, 450.0));
        let (outer, inner) = (polygon(6, 0.25, 450.0), polygon(3, 0.25, 220.0));
        glyphs.layers(3, 1000, &[(None, &outer), (Some(CARD), &inner)]);
        set.add(&glyphs)?;
        Ok(Self(set))
    }
}

/// The outline of a glyph: so many corners, the first at so many turns.
fn polygon(corners: u8, first: f32, radius: f32) -> Vec<PathStep> {
    let corner = |n: u8| {
        let (sin, cos) = ((first + f32::from(n) / f32::from(corners)) * TAU).sin_cos();
        Point::new(500.0 + radius * cos, 360.0 + radius * sin)
    };
    let mut outline = vec![PathStep::Move(corner(0))];
    outline.extend((1..corners).map(|n| PathStep::Line(corner(n))));
    outline.push(PathStep::Close);
    outline
}

fn sizes(canvas: &mut Canvas, _: &Props) {
    let mut y = 4.0;
    for size in [8.0, 10.0, 12.0, 15.0, 20.0, 28.0] {
        y += size * 1.13;
        canvas.text(12.0, y, "Black quartz", &TextStyle::new(size).color(INK));
    }
}

fn fonts(canvas: &mut Canvas, _: &Props) {
    let style = TextStyle::new(19.0);
    canvas.text(14.0, 32.0, "Zwölf Boxkämpfer", &style.color(INK));
    canvas.text(14.0, 59.0, "jagen Viktor", &style.bold().color(ACCENT));
    canvas.text(14.0, 86.0, "quer über den", &style.mono().color(TEAL));
    canvas.text(
        14.0,
        110.0,
        "Ωμέγα · Жизнь · ∑√∞",
        &TextStyle::new(15.0).color(PLUM),
    );
}

fn sides(canvas: &mut Canvas, _: &Props) {
    let style = TextStyle::new(12.0).color(INK);
    canvas.line(Point::new(100.0, 6.0), Point::new(100.0, 114.0), 1.0, LINE);
    canvas.text(100.0, 24.0, "from here on", &style);
    canvas.text(100.0, 44.0, "around here", &style.centered());
    canvas.text(
        100.0,
        64.0,
        "up to here",
        &style.align(transom::Align::Right),
    );
    canvas.text(
        100.0,
        88.0,
        "several lines\nin one call",
        &style.centered().color(ACCENT),
    );
}

fn measured(canvas: &mut Canvas, _: &Props) {
    let style = TextStyle::new(46.0).color(INK);
    let (y, text) = (74.0, "Éight");
    let size = style.measure(text);
    let x = (200.0 - size.width) / 2.0;
    let line = |canvas: &mut Canvas, up: f32, color| {
        let stroke = Stroke::new(1.0).dashes(&[4.0, 3.0], 0.0);
        let ends = [
            Point::new(x - 10.0, y - up),
            Point::new(x + size.width + 10.0, y - up),
        ];
        canvas.polyline(&ends, stroke, color);
    };
    let area = Rect::new(x, y - size.ascent, size.width, size.ascent + size.descent);
    canvas.fill_rect(area, GOLD.with_alpha(50));
    line(canvas, size.ascent, ACCENT);
    line(canvas, size.cap_height, TEAL);
    line(canvas, 0.0, INK);
    line(canvas, -size.descent, ACCENT);
    canvas.text(x, y, text, &style);
}

fn runs(canvas: &mut Canvas, props: &Props) {
    let set = &props.marks.0;
    let natural = RunPositions::Natural;
    let glyphs: Vec<_> = (0..8).map(|n| n % 4).collect();
    canvas.glyph_run(set, 20.0, Point::new(14.0, 26.0), natural, &glyphs, TEAL);
    let narrow = RunPositions::Constant(14.0);
    canvas.glyph_run(set, 20.0, Point::new(14.0, 52.0), narrow, &glyphs, ACCENT);
    // In 64ths of a logical unit.
    let wider: Vec<_> = (0..8).map(|n| 64 * (14 + 2 * n)).collect();
    let advances = RunPositions::Advances(&wider);
    canvas.glyph_run(set, 20.0, Point::new(14.0, 78.0), advances, &glyphs, PLUM);
    let wave: Vec<_> = (0..8u8)
        .map(|n| Point::new(22.0 * f32::from(n), 8.0 * (f32::from(n) * 0.9).sin()))
        .collect();
    let points = RunPositions::Points(&wave);
    canvas.glyph_run(set, 20.0, Point::new(14.0, 106.0), points, &glyphs, GOLD);
}

fn round(canvas: &mut Canvas, _: &Props) {
    let style = TextStyle::new(15.0).bold();
    for n in 0..8u8 {
        let color = [TEAL, ACCENT, PLUM, GOLD][usize::from(n % 4)];
        canvas.saved(|canvas| {
            canvas.translate(100.0, 60.0);
            canvas.concat(Transform::rotate(f32::from(n) / 8.0 * TAU));
            canvas.text(16.0, 5.0, "turn", &style.color(color));
        });
    }
}

fn clips(canvas: &mut Canvas, _: &Props) {
    canvas.saved(|canvas| {
        canvas.clip_rects(&[
            Rect::new(12.0, 10.0, 84.0, 46.0),
            Rect::new(104.0, 10.0, 84.0, 46.0),
            Rect::new(12.0, 64.0, 176.0, 46.0),
        ]);
        canvas.fill_circle(Point::new(100.0, 60.0), 84.0, TEAL);
        canvas.clip_rect(Rect::new(56.0, 30.0, 88.0, 60.0));
        canvas.fill_circle(Point::new(100.0, 60.0), 84.0, GOLD);
    });
    canvas.stroke_rect(Rect::new(56.0, 30.0, 88.0, 60.0), 1.0, ACCENT);
}

fn turns(canvas: &mut Canvas, _: &Props) {
    canvas.saved(|canvas| {
        canvas.translate(100.0, 60.0);
        for n in 0..18u8 {
            canvas.concat(Transform::rotate(TAU / 18.0));
            let color = [TEAL, GOLD, ACCENT][usize::from(n % 3)];
            canvas.fill_rounded(Rect::new(14.0, -4.0, 40.0, 8.0), 4.0, color);
        }
    });
}

fn opacity(canvas: &mut Canvas, _: &Props) {
    canvas.fill_rect(Rect::new(12.0, 54.0, 176.0, 12.0), INK);
    for n in 1..=5u8 {
        let n = f32::from(n);
        canvas.saved(|canvas| {
            canvas.set_opacity(n / 5.0);
            canvas.fill_circle(Point::new(32.0 * n + 4.0, 60.0), 24.0, ACCENT);
        });
    }
}

fn sheared(canvas: &mut Canvas, _: &Props) {
    let style = TextStyle::new(38.0).bold();
    canvas.text(24.0, 58.0, "Mirror", &style.color(TEAL));
    canvas.saved(|canvas| {
        // Down instead of up, half as high, leaning to the left.
        let lean = Transform {
            a: 1.0,
            b: 0.0,
            c: 0.5,
            d: -0.7,
            e: -31.0,
            f: 101.0,
        };
        canvas.concat(lean);
        canvas.text(24.0, 58.0, "Mirror", &style.color(TEAL.with_alpha(80)));
    });
}

fn edges(canvas: &mut Canvas, _: &Props) {
    for (x, antialias) in [(54.0, true), (146.0, false)] {
        canvas.set_antialias(antialias);
        canvas.fill_circle(Point::new(x, 46.0), 32.0, PLUM);
        canvas.line(
            Point::new(x - 34.0, 112.0),
            Point::new(x + 34.0, 90.0),
            2.0,
            INK,
        );
    }
    canvas.set_antialias(true);
}

/// A branch, and on its end two smaller ones.
fn tree(canvas: &mut Canvas, _: &Props) {
    fn branch(canvas: &mut Canvas, depth: u8) {
        let color = if depth > 1 { FADED } else { TEAL };
        let tip = Point::new(0.0, -30.0);
        canvas.line(
            Point::default(),
            tip,
            Stroke::new(f32::from(depth) + 1.0).round(),
            color,
        );
        if depth == 0 {
            canvas.fill_circle(tip, 7.0, ACCENT);
            return;
        }
        for turn in [-0.5, 0.42] {
            canvas.saved(|canvas| {
                canvas.translate(tip.x, tip.y);
                canvas.concat(Transform::rotate(turn));
                canvas.concat(Transform::scale(0.8, 0.8));
                branch(canvas, depth - 1);
            });
        }
    }
    canvas.fill(
        Path::new().ellipse(Point::new(100.0, 113.0), 60.0, 5.0),
        LINE,
    );
    canvas.saved(|canvas| {
        canvas.translate(100.0, 114.0);
        branch(canvas, 5);
    });
}
