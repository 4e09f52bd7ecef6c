//! Rectangles, lines and paths.

use std::f32::consts::TAU;

use transom::{Canvas, Cap, FillRule, Join, Path, Point, Rect, Segment, Stroke};

use super::{Exhibit, Props, exhibit};
use crate::palette::{ACCENT, GOLD, INK, LINE, PLUM, TEAL};

pub(super) const RECTANGLES: &[Exhibit] = &[
    exhibit("fill_rects: no seam between them", mosaic),
    exhibit("stroke_rect: one pixel to 8 wide", outlines),
    exhibit("fill_rounded: radius 0 to a circle", radii),
    exhibit("fill_rounded_rects: by corner", corners),
    exhibit("stroke_rounded", rounded_outlines),
    exhibit("fill_rect_smooth: not snapped", smooth),
];

pub(super) const LINES: &[Exhibit] = &[
    exhibit("line: 0 (one pixel) to 8 wide", widths),
    exhibit("cap: butt, round, square", caps),
    exhibit("join: miter, round, bevel", joins),
    exhibit("dashes, with a phase, round caps", dashes),
    exhibit("segments: each blended by itself", segments),
    exhibit("polygon, miter_limit 1, 4, 10", miters),
];

pub(super) const PATHS: &[Exhibit] = &[
    exhibit("fill: non-zero rule", star_by_winding),
    exhibit("fill_by: even-odd rule", star_by_parity),
    exhibit("quad_to, cubic_to, their points", curves),
    exhibit("arc: a pie", pie),
    exhibit("circle, ellipse, rounded: one path", rings),
    exhibit("stroke: a path of many curves", flower),
];

fn p(x: f32, y: f32) -> Point {
    Point::new(x, y)
}

fn mosaic(canvas: &mut Canvas, _: &Props) {
    let colors = [TEAL, ACCENT, GOLD, PLUM];
    for (n, color) in colors.into_iter().enumerate() {
        let cells = (0..60).filter(|i| (i * 7 + i / 10 * 3) % 4 == n);
        let rect = |i: usize| {
            let (x, y) = ((i % 10) as f32, (i / 10) as f32);
            Rect::new(4.5 + x * 19.1, 4.5 + y * 18.5, 19.1, 18.5)
        };
        canvas.fill_rects(&cells.map(rect).collect::<Vec<_>>(), color);
    }
    canvas.fill_rect(Rect::new(52.0, 32.0, 96.0, 56.0), INK.with_alpha(128));
}

fn outlines(canvas: &mut Canvas, _: &Props) {
    for (n, width) in [0.0, 1.0, 2.0, 4.0, 8.0].into_iter().enumerate() {
        let (x, y) = (14.0 + 36.0 * n as f32, 14.0 + 7.0 * n as f32);
        canvas.stroke_rect(Rect::new(x, y, 26.0, 92.0 - 14.0 * n as f32), width, TEAL);
    }
}

fn radii(canvas: &mut Canvas, _: &Props) {
    for n in 0..6u8 {
        let (column, row) = (f32::from(n % 3), f32::from(n / 3));
        let rect = Rect::new(16.0 + 60.0 * column, 10.0 + 54.0 * row, 48.0, 46.0);
        canvas.fill_rounded(rect, 5.0 * f32::from(n), if n < 3 { TEAL } else { PLUM });
    }
}

fn corners(canvas: &mut Canvas, _: &Props) {
    let rects = [
        Rect::new(14.0, 16.0, 80.0, 88.0),
        Rect::new(106.0, 16.0, 80.0, 88.0),
    ];
    canvas.fill_rounded_rects(&rects, [40.0, 4.0, 40.0, 14.0], GOLD);
    canvas.fill_rounded_rects(&[rects[0].inset(14.0)], [2.0, 26.0, 2.0, 26.0], ACCENT);
    canvas.fill_rounded_rects(&[rects[1].inset(14.0)], [26.0, 26.0, 2.0, 2.0], TEAL);
}

fn rounded_outlines(canvas: &mut Canvas, _: &Props) {
    for n in 0..5u8 {
        let n = f32::from(n);
        let rect = Rect::new(12.0, 8.0, 176.0, 104.0).inset(n * 10.0);
        canvas.stroke_rounded(rect, 32.0 - 4.0 * n, 1.0 + n, ACCENT);
    }
}

fn smooth(canvas: &mut Canvas, _: &Props) {
    for n in 0..9u8 {
        let n = f32::from(n);
        let (x, bar) = (14.0 + 19.25 * n, 12.0 + 0.25 * n);
        canvas.fill_rect_smooth(Rect::new(x, 12.0 + n * 1.25, bar, 42.0), TEAL);
        canvas.fill_rect(Rect::new(x, 66.0 + n * 1.25, bar, 32.0), LINE);
    }
}

fn widths(canvas: &mut Canvas, _: &Props) {
    for n in 0..9u8 {
        let n = f32::from(n);
        let (y, color) = (12.0 + 12.0 * n, if n == 0.0 { ACCENT } else { INK });
        canvas.line(p(14.0, y), p(186.0, y - 8.0 + n), n, color);
    }
}

fn caps(canvas: &mut Canvas, _: &Props) {
    for (n, cap) in [Cap::Butt, Cap::Round, Cap::Square].into_iter().enumerate() {
        let y = 26.0 + 34.0 * n as f32;
        canvas.line(p(34.0, y), p(166.0, y), Stroke::new(22.0).cap(cap), TEAL);
        canvas.line(p(34.0, y), p(166.0, y), 1.0, GOLD);
    }
}

fn joins(canvas: &mut Canvas, _: &Props) {
    for (n, join) in [Join::Miter, Join::Round, Join::Bevel]
        .into_iter()
        .enumerate()
    {
        let x = 14.0 + 62.0 * n as f32;
        let points = [p(x + 4.0, 104.0), p(x + 23.0, 40.0), p(x + 42.0, 104.0)];
        canvas.polyline(&points, Stroke::new(14.0).join(join), PLUM);
        canvas.polyline(&points, 1.0, GOLD);
    }
}

fn dashes(canvas: &mut Canvas, _: &Props) {
    let lines = [
        Stroke::new(4.0).dashes(&[16.0, 8.0], 0.0),
        Stroke::new(4.0).dashes(&[16.0, 8.0], 12.0),
        Stroke::new(4.0).dashes(&[20.0, 6.0, 4.0, 6.0], 0.0),
        Stroke::new(6.0).round().dashes(&[0.0, 11.0], 0.0),
    ];
    for (n, stroke) in lines.iter().enumerate() {
        let y = 16.0 + 14.0 * n as f32;
        canvas.line(p(14.0, y), p(186.0, y), 1.0, LINE);
        // A line of the `line` kind is never dashed: it has width and ends alone.
        canvas.polyline(&[p(14.0, y), p(186.0, y)], stroke, TEAL);
    }
    let oval = Rect::new(14.0, 74.0, 172.0, 36.0);
    let dashed = Stroke::new(3.0).round().dashes(&[9.0, 6.0], 0.0);
    canvas.stroke(Path::new().rounded_rect(oval, 18.0), dashed, ACCENT);
}

fn segments(canvas: &mut Canvas, _: &Props) {
    let spoke = |n: u8| {
        let (sin, cos) = (f32::from(n) / 24.0 * TAU / 2.0).sin_cos();
        let from = p(100.0 + 84.0 * cos, 60.0 + 52.0 * sin);
        Segment {
            from,
            to: p(200.0 - from.x, 120.0 - from.y),
        }
    };
    let spokes: Vec<_> = (0..24).map(spoke).collect();
    canvas.segments(
        &spokes,
        Stroke::new(5.0).cap(Cap::Round),
        TEAL.with_alpha(90),
    );
}

fn miters(canvas: &mut Canvas, _: &Props) {
    for (n, limit) in [1.0, 4.0, 10.0].into_iter().enumerate() {
        let x = 20.0 + 60.0 * n as f32;
        let points = [p(x + 4.0, 100.0), p(x + 18.0, 38.0), p(x + 32.0, 100.0)];
        canvas.polygon(&points, Stroke::new(8.0).miter_limit(limit), ACCENT);
    }
}

/// A star of one line that crosses itself.
fn star(center: Point, radius: f32) -> Path {
    let mut path = Path::new();
    let tip = |n: u8| {
        let (sin, cos) = (f32::from(n) * 0.4 * TAU).sin_cos();
        p(center.x + radius * sin, center.y - radius * cos)
    };
    path.lines((0..5).map(tip)).close();
    path
}

fn star_by_winding(canvas: &mut Canvas, _: &Props) {
    let star = star(p(100.0, 64.0), 56.0);
    canvas.fill(&star, GOLD);
    canvas.stroke(&star, Stroke::new(1.5).round(), INK);
}

fn star_by_parity(canvas: &mut Canvas, _: &Props) {
    let star = star(p(100.0, 64.0), 56.0);
    canvas.fill_by(FillRule::EvenOdd, &star, GOLD);
    canvas.stroke(&star, Stroke::new(1.5).round(), INK);
}

fn curves(canvas: &mut Canvas, _: &Props) {
    let (a, q, b) = (p(14.0, 104.0), p(48.0, 6.0), p(92.0, 84.0));
    let (c1, c2, c) = (p(108.0, 112.0), p(160.0, 8.0), p(186.0, 92.0));
    let mut path = Path::new();
    path.move_to(a.x, a.y)
        .quad_to(q.x, q.y, b.x, b.y)
        .cubic_to(c1, c2, c);
    let dashed = Stroke::new(1.0).dashes(&[3.0, 3.0], 0.0);
    canvas.polyline(&[a, q, b, c1, c2, c], dashed, ACCENT);
    canvas.stroke(&path, Stroke::new(4.0).round(), TEAL);
    for point in [a, b, c] {
        canvas.fill_circle(point, 4.5, INK);
    }
    for point in [q, c1, c2] {
        canvas.fill_circle(point, 3.5, ACCENT);
    }
}

fn pie(canvas: &mut Canvas, _: &Props) {
    let (middle, mut angle) = (p(100.0, 60.0), -TAU / 4.0);
    for (share, color) in [(0.38, TEAL), (0.27, GOLD), (0.2, ACCENT), (0.15, PLUM)] {
        let sweep = share * TAU;
        let (sin, cos) = (angle + sweep / 2.0).sin_cos();
        let tip = p(middle.x + 4.0 * cos, middle.y + 4.0 * sin);
        let mut slice = Path::new();
        slice
            .move_to(tip.x, tip.y)
            .arc(tip, 48.0, angle, sweep)
            .close();
        canvas.fill(&slice, color);
        angle += sweep;
    }
}

fn rings(canvas: &mut Canvas, _: &Props) {
    let mut path = Path::new();
    path.rounded_rect(Rect::new(12.0, 10.0, 176.0, 100.0), 24.0);
    path.ellipse(p(100.0, 60.0), 78.0, 40.0)
        .circle(p(100.0, 60.0), 30.0);
    canvas.fill_by(FillRule::EvenOdd, &path, PLUM);
}

fn flower(canvas: &mut Canvas, _: &Props) {
    let mut path = Path::new();
    let on = |turn: f32, far: f32| {
        let (sin, cos) = (turn * TAU).sin_cos();
        p(100.0 + far * cos, 60.0 + far * sin)
    };
    path.move_to(on(0.0, 16.0).x, on(0.0, 16.0).y);
    for petal in 0..12u8 {
        let turn = f32::from(petal) / 12.0;
        let next = turn + 1.0 / 12.0;
        path.cubic_to(on(turn - 0.06, 72.0), on(next + 0.06, 72.0), on(next, 16.0));
    }
    canvas.fill(&path, GOLD.with_alpha(60));
    canvas.stroke(&path, Stroke::new(2.0).round(), ACCENT);
}
