//! Gradients and patterns, blend modes, groups, clips, shadows and lists.

use transom::{
    Blend, Brush, Canvas, Color, Display, Ellipse, Error, Extend, Filter, Gradient, Image,
    ImageFormat, List, Path, Pattern, Point, Rect, Shadow, Size, Stroke, TextStyle, Transform,
};

use super::{Exhibit, Props, exhibit};
use crate::palette::{ACCENT, CARD, GOLD, INK, LINE, PLUM, TEAL};

pub(super) const PAINTS: &[Exhibit] = &[
    exhibit("linear: pad, repeat, reflect, none", linear),
    exhibit("radial: a circle, and between two", radial),
    exhibit("conic: all around, and an arc", conic),
    exhibit("pattern: tile, turn, reflect, once", patterns),
    exhibit("strokes and text in a gradient", painted),
    exhibit("stops: sharp, translucent, many", stops),
];

pub(super) const BLENDING: &[Exhibit] = &[
    exhibit("set_blend: Porter-Duff", porter_duff),
    exhibit("set_blend: multiply to exclusion", mixing),
    exhibit("group: two discs, and as one", groups),
    exhibit("clip_path, clip_outside, twice", clips),
    exhibit("shadow: blur 0 to 24, inner_shadow", shadows),
    exhibit("draw_list: once made, nine times", lists),
];

/// Brushes and a list.
#[derive(Debug)]
pub(super) struct Paints {
    lines: Vec<Brush>,
    circles: [Brush; 2],
    turns: [Brush; 2],
    tiles: Vec<Brush>,
    sunset: Brush,
    stops: [Brush; 3],
    list: List,
}

impl Paints {
    pub(super) fn new(display: &Display) -> Result<Self, Error> {
        let image = tile(display)?;
        let line = |extend| {
            let line = Gradient::linear(p(70.0, 0.0), p(130.0, 8.0));
            let line = line.stop(0.0, TEAL).stop(0.5, GOLD).stop(1.0, ACCENT);
            display.gradient(&line.extend(extend))
        };
        let disc = Gradient::between((p(42.0, 44.0), 2.0), (p(54.0, 60.0), 46.0));
        let cone = Gradient::between((p(128.0, 60.0), 6.0), (p(168.0, 60.0), 22.0));
        let wheel = |gradient: Gradient| {
            gradient
                .stop(0.0, ACCENT)
                .stop(0.33, GOLD)
                .stop(0.67, TEAL)
                .stop(1.0, ACCENT)
        };
        let tiled = |transform, extend| {
            let pattern = Pattern::new(&image).transform(transform);
            display.pattern(&pattern.extend(extend, extend).filter(Filter::Linear))
        };
        let turned = Transform::rotate(0.4).after(Transform::scale(0.75, 0.75));
        let sunset = Gradient::linear(p(10.0, 0.0), p(190.0, 0.0));
        Ok(Self {
            lines: Extend::ALL.iter().map(|extend| line(*extend)).collect(),
            circles: [
                display.gradient(&disc.stop(0.0, CARD).stop(1.0, TEAL)),
                display.gradient(&cone.stop(0.0, GOLD).stop(1.0, PLUM).extend(Extend::Repeat)),
            ],
            turns: [
                display.gradient(&wheel(Gradient::conic(p(52.0, 60.0), 0.75))),
                display.gradient(&wheel(
                    Gradient::arc(p(148.0, 60.0), 0.375, 0.75).extend(Extend::None),
                )),
            ],
            tiles: vec![
                tiled(Transform::IDENTITY, Extend::Repeat),
                tiled(turned, Extend::Repeat),
                tiled(Transform::translate(8.0, 62.0), Extend::Reflect),
                tiled(Transform::translate(140.0, 78.0), Extend::None),
            ],
            sunset: display.gradient(&sunset.stop(0.0, PLUM).stop(0.5, ACCENT).stop(1.0, GOLD)),
            stops: sharp_to_many(display),
            list: display.list(Size::new(48.0, 30.0), badge)?,
        })
    }
}

fn sharp_to_many(display: &Display) -> [Brush; 3] {
    let across = || Gradient::linear(p(12.0, 0.0), p(188.0, 0.0));
    let sharp = across().stop(0.4, TEAL).stop(0.4, GOLD).stop(0.7, GOLD);
    let clear = across().stop(0.0, PLUM.with_alpha(0)).stop(0.5, PLUM);
    let many = (0..=48).fold(across(), |gradient, n| {
        let color = if n % 2 == 0 { INK } else { CARD };
        gradient.stop(n as f32 * n as f32 / 2304.0, color)
    });
    [
        display.gradient(&sharp.stop(0.7, ACCENT)),
        display.gradient(&clear.stop(1.0, PLUM.with_alpha(0))),
        display.gradient(&many),
    ]
}

/// A tile of 24 by 16 pixels, no two corners alike.
fn tile(display: &Display) -> Result<Image, Error> {
    let pixel = |i: usize| {
        let (x, y) = (i % 24, i / 24);
        let color = match (x < 12, y < 8) {
            (true, true) => TEAL,
            (false, false) => GOLD,
            _ => CARD,
        };
        let edge = x == 0 || y == 0;
        if edge {
            INK.to_bytes()
        } else {
            color.to_bytes()
        }
    };
    let pixels: Vec<u8> = (0..24 * 16).flat_map(pixel).collect();
    display.image(24, 16, ImageFormat::Rgba, pixels)
}

fn badge(canvas: &mut Canvas) {
    canvas.fill_rounded(Rect::new(0.0, 0.0, 48.0, 30.0), 7.0, TEAL);
    canvas.fill_ellipses(&[Ellipse::circle(p(14.0, 15.0), 8.0)], GOLD);
    let lines = [9.0, 16.0, 23.0].map(|y| Rect::new(27.0, y - 2.0, 15.0, 3.0));
    canvas.fill_rects(&lines, CARD);
}

fn p(x: f32, y: f32) -> Point {
    Point::new(x, y)
}

fn linear(canvas: &mut Canvas, props: &Props) {
    for (n, brush) in props.paints.lines.iter().enumerate() {
        canvas.fill_rounded(
            Rect::new(8.0, 6.0 + 28.0 * n as f32, 184.0, 23.0),
            5.0,
            brush,
        );
    }
}

fn radial(canvas: &mut Canvas, props: &Props) {
    let [disc, cone] = &props.paints.circles;
    canvas.fill_circle(p(52.0, 60.0), 44.0, disc);
    canvas.fill_rect(Rect::new(106.0, 12.0, 88.0, 96.0), cone);
}

fn conic(canvas: &mut Canvas, props: &Props) {
    let [wheel, arc] = &props.paints.turns;
    canvas.fill_circle(p(52.0, 60.0), 46.0, wheel);
    canvas.stroke_circle(p(148.0, 60.0), 34.0, 18.0, arc);
}

fn patterns(canvas: &mut Canvas, props: &Props) {
    for (n, brush) in props.paints.tiles.iter().enumerate() {
        let (x, y) = ((n % 2) as f32 * 94.0, (n / 2) as f32 * 58.0);
        let rect = Rect::new(8.0 + x, 4.0 + y, 88.0, 52.0);
        canvas.fill_rounded(rect, 10.0, brush);
        canvas.stroke_rounded(rect, 10.0, 1.0, LINE);
    }
}

fn painted(canvas: &mut Canvas, props: &Props) {
    let sunset = &props.paints.sunset;
    // The gradient replaces the text where that is.
    canvas.group(|canvas| {
        let style = TextStyle::new(31.0).bold();
        canvas.text(14.0, 46.0, "Gradient", &style);
        canvas.set_blend(Blend::SourceIn);
        canvas.fill_rect(Rect::new(0.0, 0.0, 200.0, 120.0), sunset);
    });
    let mut wave = Path::new();
    wave.move_to(14.0, 84.0)
        .cubic_to(p(60.0, 30.0), p(80.0, 130.0), p(110.0, 84.0));
    wave.cubic_to(p(140.0, 40.0), p(160.0, 120.0), p(186.0, 78.0));
    canvas.stroke(&wave, Stroke::new(9.0).round(), sunset);
    let dashes = Stroke::new(3.0).dashes(&[8.0, 5.0], 0.0);
    canvas.stroke_rounded(Rect::new(6.0, 4.0, 188.0, 112.0), 8.0, 2.0, sunset);
    canvas.line(p(14.0, 58.0), p(186.0, 58.0), dashes, sunset);
}

fn stops(canvas: &mut Canvas, props: &Props) {
    for (n, brush) in props.paints.stops.iter().enumerate() {
        canvas.fill_rect(Rect::new(12.0, 6.0 + 37.0 * n as f32, 176.0, 33.0), brush);
    }
}

/// A disc put on another in each mode of a range, in a group of its own.
fn modes(canvas: &mut Canvas, modes: &[Blend], columns: usize, cell: (f32, f32)) {
    for (n, mode) in modes.iter().enumerate() {
        let (x, y) = ((n % columns) as f32 * cell.0, (n / columns) as f32 * cell.1);
        let area = Rect::new(4.0 + x, 3.0 + y, cell.0, cell.1);
        canvas.group_in(area, |canvas| {
            let (x, y) = (area.x + cell.0 / 2.0, area.y + cell.1 / 2.0);
            let radius = cell.1 * 0.3;
            canvas.fill_circle(p(x - radius / 2.0, y), radius, GOLD);
            canvas.set_blend(*mode);
            canvas.fill_circle(p(x + radius / 2.0, y), radius, TEAL.with_alpha(220));
        });
    }
}

fn porter_duff(canvas: &mut Canvas, _: &Props) {
    modes(canvas, &Blend::ALL[..12], 4, (48.0, 38.0));
}

fn mixing(canvas: &mut Canvas, _: &Props) {
    modes(canvas, &Blend::ALL[12..], 3, (64.0, 38.0));
}

fn groups(canvas: &mut Canvas, _: &Props) {
    let stripes = (0..10).map(|n| Rect::new(4.0 + 20.0 * n as f32, 8.0, 10.0, 104.0));
    canvas.fill_rects(&stripes.collect::<Vec<_>>(), LINE);
    canvas.saved(|canvas| {
        canvas.set_opacity(0.5);
        canvas.fill_circle(p(38.0, 60.0), 30.0, ACCENT);
        canvas.fill_circle(p(62.0, 60.0), 30.0, TEAL);
        canvas.group(|canvas| {
            canvas.fill_circle(p(138.0, 60.0), 30.0, ACCENT);
            canvas.fill_circle(p(162.0, 60.0), 30.0, TEAL);
        });
    });
}

fn clips(canvas: &mut Canvas, props: &Props) {
    let sunset = &props.paints.sunset;
    let mut circle = Path::new();
    circle.circle(p(0.0, 0.0), 26.0);
    for n in 0..3u8 {
        canvas.saved(|canvas| {
            canvas.translate(36.0 + 64.0 * f32::from(n), 60.0);
            match n {
                1 => canvas.clip_outside(&circle),
                _ => canvas.clip_path(&circle),
            }
            if n == 2 {
                canvas.clip_path(Path::new().circle(p(14.0, 10.0), 26.0));
            }
            canvas.concat(Transform::rotate(0.35));
            canvas.translate(-36.0 - 64.0 * f32::from(n), 0.0);
            let bar = |i: usize| Rect::new(-20.0, -44.0 + 11.0 * i as f32, 240.0, 6.0);
            let near = Rect::new(4.0 + 64.0 * f32::from(n), -34.0, 64.0, 68.0);
            canvas.clip_rect(near);
            canvas.fill_rects(&(0..9).map(bar).collect::<Vec<_>>(), sunset);
        });
    }
}

fn shadows(canvas: &mut Canvas, _: &Props) {
    canvas.clip_rect(Rect::new(1.0, 1.0, 198.0, 118.0));
    for (n, blur) in [0.0, 4.0, 12.0, 24.0].into_iter().enumerate() {
        let (x, y) = ((n % 2) as f32 * 62.0, (n / 2) as f32 * 54.0);
        let rect = Rect::new(16.0 + x, 12.0 + y, 40.0, 34.0);
        let shadow = Shadow {
            offset: p(3.0, 4.0),
            blur,
            spread: 0.0,
            color: INK.with_alpha(150),
        };
        canvas.shadow(rect, 8.0, &shadow);
        canvas.fill_rounded(rect, 8.0, CARD);
    }
    let well = Rect::new(140.0, 18.0, 48.0, 84.0);
    canvas.fill_rounded(well, 12.0, CARD);
    let inner = Shadow {
        offset: p(2.0, 3.0),
        blur: 12.0,
        spread: 1.0,
        color: Color::BLACK.with_alpha(170),
    };
    canvas.inner_shadow(well, 12.0, &inner);
}

fn lists(canvas: &mut Canvas, props: &Props) {
    for n in 0..9u8 {
        canvas.saved(|canvas| {
            let (column, row) = (f32::from(n % 3), f32::from(n / 3));
            canvas.translate(36.0 + 64.0 * column, 22.0 + 38.0 * row);
            canvas.concat(Transform::rotate(0.12 * f32::from(n)));
            let scale = 1.0 - 0.05 * f32::from(n);
            canvas.concat(Transform::scale(scale, scale));
            canvas.translate(-24.0, -15.0);
            canvas.set_opacity(1.0 - 0.07 * f32::from(n));
            canvas.draw_list(&props.paints.list);
        });
    }
}
