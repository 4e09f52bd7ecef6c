//! Against an independent rasteriser, tiny-skia, within stated tolerances.
//!
//! It takes 16 samples of a pixel where this one takes the exact area, and counts overlap within a
//! pixel sample by sample where this one adds it up. So the bounds are on how many pixels are far
//! apart, and on the mean over all edge pixels. A second reference, for polygons only, takes 1024
//! samples and is held much closer.

use tiny_skia as ts;
use transom_protocol::color::Pixel;
use transom_protocol::geometry::{PixelSize, Point, Rect, Transform};

use super::super::*;
use super::Rng;

const SIDE: u32 = 100;
/// Two pixels further apart than this count as different.
const APART: i32 = 80;
/// How many pixels may be different: where a stroke lies over itself, ends or turns inside a pixel.
const FEW: usize = 24;
/// The greatest mean difference over the pixels that either of the two covers in part.
const MEAN: f64 = 34.0;

pub(super) fn ts_path(path: &Path) -> Option<ts::Path> {
    let mut pb = ts::PathBuilder::new();
    for segment in path.segments() {
        match segment {
            path::Segment::Move(p) => pb.move_to(p.x, p.y),
            path::Segment::Line([_, p]) => pb.line_to(p.x, p.y),
            path::Segment::Quad([_, c, p]) => pb.quad_to(c.x, c.y, p.x, p.y),
            path::Segment::Cubic([_, c, d, p]) => pb.cubic_to(c.x, c.y, d.x, d.y, p.x, p.y),
            path::Segment::Close(_) => pb.close(),
        }
    }
    pb.finish()
}

fn ts_transform(t: &Transform) -> ts::Transform {
    ts::Transform::from_row(t.a, t.b, t.c, t.d, t.e, t.f)
}

fn black() -> ts::Paint<'static> {
    let mut paint = ts::Paint::default();
    paint.set_color_rgba8(0, 0, 0, 255);
    paint
}

fn ours(path: &Path, rule: FillRule) -> Vec<u8> {
    let mut p = Pixmap::new(PixelSize::new(SIDE, SIDE));
    let all = p.bounds();
    let paint = Paint::Solid(Pixel(0xff00_0000));
    fill_path(
        &mut p.target(all),
        path,
        rule,
        true,
        &paint,
        &mut Scratch::new(),
    );
    p.pixels().iter().map(|p| (p >> 24) as u8).collect()
}

fn theirs(draw: impl FnOnce(&mut ts::Pixmap)) -> Vec<u8> {
    let mut p = ts::Pixmap::new(SIDE, SIDE).expect("not empty");
    draw(&mut p);
    p.pixels().iter().map(|p| p.alpha()).collect()
}

/// How far apart two pictures are: how many pixels differ, and the mean over partly covered ones.
fn difference(a: &[u8], b: &[u8]) -> (usize, f64) {
    let partly = |v: u8| v > 0 && v < 255;
    let apart: Vec<i32> = a
        .iter()
        .zip(b)
        .filter(|(a, b)| a != b || partly(**a))
        .map(|(a, b)| (i32::from(*a) - i32::from(*b)).abs())
        .collect();
    let sum: i32 = apart.iter().sum();
    let different = apart.iter().filter(|v| **v > APART).count();
    (different, f64::from(sum) / apart.len().max(40) as f64)
}

fn compare(what: &str, ours: &[u8], theirs: &[u8]) {
    let (different, mean) = difference(ours, theirs);
    assert!(
        different <= FEW && mean <= MEAN,
        "{what}: {different} different, mean {mean}"
    );
}

/// A polygon without self-intersection: points around a centre, in order.
fn star(rng: &mut Rng, path: &mut Path, curved: bool) {
    let center = rng.point(20.0, 80.0);
    let count = 4 + rng.below(6);
    let (sx, sy) = (rng.float(3.0, 20.0), rng.float(3.0, 20.0));
    let points: Vec<Point> = (0..count)
        .map(|i| {
            let (sin, cos) = (i as f32 / count as f32 * std::f32::consts::TAU).sin_cos();
            let r = rng.float(0.5, 2.0);
            Point::new(center.x + cos * r * sx, center.y + sin * r * sy)
        })
        .collect();
    path.move_to(points[0]);
    for p in points.chunks(2).skip(1) {
        match p {
            [a, b] if curved => path.quad_to(*a, *b),
            _ => p.iter().for_each(|p| path.line_to(*p)),
        }
    }
    path.close();
}

#[test]
fn fills_agree() {
    let mut rng = Rng(11);
    for round in 0..400 {
        let mut path = Path::new();
        match round % 3 {
            0 => star(&mut rng, &mut path, false),
            1 => star(&mut rng, &mut path, true),
            _ => {
                let r = Rect::new(
                    rng.float(0.0, 40.0),
                    rng.float(0.0, 40.0),
                    rng.float(1.0, 60.0),
                    rng.float(1.0, 60.0),
                );
                path.rounded_rect(r, std::array::from_fn(|_| rng.float(0.0, 40.0)));
            }
        }
        // A second shape inside or across the first tells the rules apart.
        if rng.below(2) == 0 {
            star(&mut rng, &mut path, false);
        }
        let reference = ts_path(&path).expect("a path");
        for (rule, theirs_rule) in [
            (FillRule::NonZero, ts::FillRule::Winding),
            (FillRule::EvenOdd, ts::FillRule::EvenOdd),
        ] {
            let b = theirs(|p| {
                p.fill_path(
                    &reference,
                    &black(),
                    theirs_rule,
                    ts::Transform::identity(),
                    None,
                );
            });
            let a = ours(&path, rule);
            compare(&format!("round {round} {rule:?}"), &a, &b);
        }
    }
}

#[test]
fn strokes_agree() {
    let mut rng = Rng(12);
    for round in 0..400 {
        let mut path = Path::new();
        if round % 4 == 0 {
            star(&mut rng, &mut path, round % 8 == 0);
        } else {
            path.move_to(rng.point(10.0, 90.0));
            for _ in 0..1 + rng.below(3) {
                let p = rng.point(10.0, 90.0);
                match rng.below(3) {
                    0 => path.quad_to(rng.point(10.0, 90.0), p),
                    _ => path.line_to(p),
                }
            }
        }
        let (cap, ts_cap) = rng.pick(&[
            (Cap::Butt, ts::LineCap::Butt),
            (Cap::Round, ts::LineCap::Round),
            (Cap::Square, ts::LineCap::Square),
        ]);
        let (join, ts_join) = rng.pick(&[
            (Join::Miter, ts::LineJoin::Miter),
            (Join::Round, ts::LineJoin::Round),
            (Join::Bevel, ts::LineJoin::Bevel),
        ]);
        let dash = [rng.float(3.0, 20.0), rng.float(3.0, 20.0)];
        let dashed = rng.below(3) == 0;
        let width = rng.float(1.5, 12.0);
        let stroke = Stroke {
            width,
            cap,
            join,
            miter_limit: 4.0,
            dash: if dashed { &dash } else { &[] },
            dash_phase: 2.0,
        };
        let ts_stroke = ts::Stroke {
            width,
            miter_limit: 4.0,
            line_cap: ts_cap,
            line_join: ts_join,
            dash: dashed
                .then(|| ts::StrokeDash::new(dash.to_vec(), 2.0))
                .flatten(),
        };
        let t = Transform::translate(10.0, 5.0)
            .after(Transform::rotate(0.2))
            .after(Transform::scale(0.9, rng.pick(&[0.9, 0.5])));
        let mut outline = Path::new();
        stroke_path(&path, &stroke, &t, &mut outline, &mut Scratch::new());
        let reference = ts_path(&path).expect("a path");
        let b = theirs(|p| {
            p.stroke_path(&reference, &black(), &ts_stroke, ts_transform(&t), None);
        });
        let a = ours(&outline, FillRule::NonZero);
        compare(&format!("round {round} {stroke:?} {path:?}"), &a, &b);
    }
}

#[test]
fn turned_images_agree() {
    let mut rng = Rng(13);
    for round in 0..100 {
        let size = PixelSize::new(12, 9);
        let mut image = Pixmap::new(size);
        for (i, p) in image.pixels_mut().iter_mut().enumerate() {
            let v = (i as u32 * 7) % 200;
            *p = 0xff00_0000 | (v << 16) | ((200 - v) << 8) | (v / 2);
        }
        let mut ts_image = ts::Pixmap::new(size.width, size.height).expect("not empty");
        for (to, from) in ts_image.pixels_mut().iter_mut().zip(image.pixels()) {
            let [a, r, g, b] = Pixel(*from).channels();
            *to = ts::PremultipliedColorU8::from_rgba(r, g, b, a).expect("premultiplied");
        }
        let t = Transform::translate(rng.float(30.0, 60.0), rng.float(30.0, 60.0))
            .after(Transform::rotate(rng.float(0.1, 1.4)))
            .after(Transform::scale(rng.float(1.0, 5.0), rng.float(-5.0, -1.0)));
        let (filter, quality) = rng.pick(&[
            (Filter::Linear, ts::FilterQuality::Bilinear),
            (Filter::Nearest, ts::FilterQuality::Nearest),
        ]);
        let src = Rect::new(0.0, 0.0, 12.0, 9.0);
        let mut a = Pixmap::new(PixelSize::new(SIDE, SIDE));
        let all = a.bounds();
        let scratch = &mut Scratch::new();
        draw_image(
            &mut a.target(all),
            &image.view(),
            src,
            src,
            &t,
            filter,
            255,
            scratch,
        );
        let mut b = ts::Pixmap::new(SIDE, SIDE).expect("not empty");
        let shader = ts::Pattern::new(
            ts_image.as_ref(),
            ts::SpreadMode::Pad,
            quality,
            1.0,
            ts::Transform::identity(),
        );
        let paint = ts::Paint {
            shader,
            ..ts::Paint::default()
        };
        let rect = ts::Rect::from_xywh(0.0, 0.0, 12.0, 9.0).expect("finite");
        let outline = ts::PathBuilder::from_rect(rect);
        b.fill_path(
            &outline,
            &paint,
            ts::FillRule::Winding,
            ts_transform(&t),
            None,
        );
        let green = |p: u32| ((p >> 8) & 255) as u8;
        let a: Vec<u8> = a.pixels().iter().map(|p| green(*p)).collect();
        let b: Vec<u8> = b.pixels().iter().map(|p| p.green()).collect();
        // Nearest reads another pixel where a rounding differs: judge by the mean alone.
        let (_, mean) = difference(&a, &b);
        assert!(mean <= 6.0, "round {round} {filter:?}: mean {mean}");
    }
}

/// The share of 32 × 32 samples of each pixel that lie inside a closed polygon.
fn sampled(points: &[Point], rule: FillRule, side: usize) -> Vec<u8> {
    let is_inside = |x: f64, y: f64| {
        let edges = points.iter().zip(points.iter().cycle().skip(1));
        let winding: i32 = edges
            .map(|(a, b)| {
                let (ax, ay) = (f64::from(a.x), f64::from(a.y));
                let (bx, by) = (f64::from(b.x), f64::from(b.y));
                let crosses = (ay <= y) != (by <= y);
                let left = ax + (y - ay) / (by - ay) * (bx - ax) <= x;
                i32::from(crosses && left) * if ay < by { 1 } else { -1 }
            })
            .sum();
        match rule {
            FillRule::NonZero => winding != 0,
            FillRule::EvenOdd => winding % 2 != 0,
        }
    };
    let pixel = |i: usize| {
        let (x, y) = ((i % side) as f64, (i / side) as f64);
        let at = |k: usize| (k as f64 + 0.5) / 32.0;
        let hits = (0..1024).filter(|k| is_inside(x + at(k % 32), y + at(k / 32)));
        (hits.count() * 255 / 1024) as u8
    };
    (0..side * side).map(pixel).collect()
}

#[test]
fn simple_polygons_agree_with_a_thousand_samples_a_pixel() {
    let mut rng = Rng(14);
    for round in 0..60 {
        let mut path = Path::new();
        star(&mut rng, &mut path, false);
        let small = Transform::scale(0.15, 0.15);
        let mut scaled = Path::new();
        path.transform(&small, &mut scaled);
        let points: Vec<Point> = scaled
            .segments()
            .filter_map(|segment| match segment {
                path::Segment::Move(p) | path::Segment::Line([_, p]) => Some(p),
                _ => None,
            })
            .collect();
        for rule in [FillRule::NonZero, FillRule::EvenOdd] {
            let all = ours(&scaled, rule);
            let samples = sampled(&points, rule, 16);
            for (i, expected) in samples.iter().enumerate() {
                let covered = all[(i / 16) * SIDE as usize + i % 16];
                let apart = (i32::from(covered) - i32::from(*expected)).abs();
                assert!(
                    apart <= 6,
                    "round {round} {rule:?}: {covered} for {expected}"
                );
            }
        }
    }
}
