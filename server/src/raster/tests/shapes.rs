//! Shapes whose coverage one can work out by hand.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::{PixelSize, Point, Rect, Transform};

use super::super::*;

const BLACK: Paint<'_> = Paint::Solid(Pixel(0xff00_0000));
const P: fn(f32, f32) -> Point = Point::new;

/// The coverage of each pixel of a `width` × `height` buffer.
fn coverage(path: &Path, rule: FillRule, antialias: bool, width: u32, height: u32) -> Vec<u8> {
    let mut p = Pixmap::new(PixelSize::new(width, height));
    let all = p.bounds();
    let scratch = &mut Scratch::new();
    fill_path(&mut p.target(all), path, rule, antialias, &BLACK, scratch);
    p.pixels().iter().map(|p| (p >> 24) as u8).collect()
}

fn filled(path: &Path, width: u32, height: u32) -> Vec<u8> {
    coverage(path, FillRule::NonZero, true, width, height)
}

fn polygon(points: &[(f32, f32)]) -> Path {
    let mut path = Path::new();
    for (x, y) in points {
        path.line_to(P(*x, *y));
    }
    path
}

fn stroked(path: &Path, stroke: &Stroke<'_>, t: &Transform) -> Path {
    let mut out = Path::new();
    stroke_path(path, stroke, t, &mut out, &mut Scratch::new());
    out
}

#[test]
fn a_rectangle_covers_its_exact_area() {
    let mut path = Path::new();
    path.rect(Rect::new(0.5, 0.25, 2.0, 1.5));
    assert_eq!(filled(&path, 4, 2), [96, 191, 96, 0, 96, 191, 96, 0]);
}

#[test]
fn a_triangle_covers_its_exact_area() {
    let path = polygon(&[(0.0, 0.0), (4.0, 0.0), (0.0, 2.0)]);
    assert_eq!(filled(&path, 4, 2), [255, 255, 191, 64, 191, 64, 0, 0]);
}

#[test]
fn the_rules_differ_where_a_path_lies_over_itself() {
    let mut path = Path::new();
    path.rect(Rect::new(0.0, 0.0, 3.0, 1.0));
    path.rect(Rect::new(1.0, 0.0, 1.0, 1.0));
    assert_eq!(filled(&path, 3, 1), [255, 255, 255]);
    assert_eq!(
        coverage(&path, FillRule::EvenOdd, true, 3, 1),
        [255, 0, 255]
    );
}

#[test]
fn overlap_within_a_pixel_follows_the_accumulated_area() {
    let mut path = Path::new();
    path.rect(Rect::new(0.0, 0.0, 0.75, 1.0));
    path.rect(Rect::new(0.0, 0.0, 0.75, 1.0));
    assert_eq!(filled(&path, 1, 1), [255]);
    assert_eq!(coverage(&path, FillRule::EvenOdd, true, 1, 1), [128]);
}

#[test]
fn without_anti_aliasing_centres_decide() {
    let mut path = Path::new();
    path.rect(Rect::new(0.5, 0.5, 2.0, 1.0));
    let expected = [255, 255, 0, 0, 0, 0];
    assert_eq!(coverage(&path, FillRule::NonZero, false, 3, 2), expected);
    let slope = polygon(&[(0.0, 0.0), (3.0, 3.0), (0.0, 3.0)]);
    let expected = [0, 0, 0, 255, 0, 0, 255, 255, 0];
    assert_eq!(coverage(&slope, FillRule::NonZero, false, 3, 3), expected);
}

#[test]
fn what_lies_far_away_on_the_left_still_counts() {
    for x in [-1e4, -1e7, -1e30] {
        let path = polygon(&[(x, 0.0), (1.5, 0.0), (1.5, 2.0), (x, 2.0)]);
        assert_eq!(filled(&path, 2, 2), [255, 128, 255, 128], "{x}");
    }
    let huge = polygon(&[(-1e30, -1e30), (1e30, -1e30), (1e30, 1e30), (-1e30, 1e30)]);
    assert_eq!(filled(&huge, 2, 2), [255; 4]);
    // A slope that passes far beyond the reach keeps its place where it is seen.
    let slope = polygon(&[(-1e8, -1e8), (1e8, 1e8), (-1e8, 1e8)]);
    assert_eq!(filled(&slope, 2, 2), [128, 0, 255, 128]);
}

#[test]
fn two_shapes_that_share_an_edge_add_up() {
    let left = polygon(&[(-5.0, -5.0), (0.3, -5.0), (9.1, 20.0), (-5.0, 20.0)]);
    let right = polygon(&[(0.3, -5.0), (30.0, -5.0), (30.0, 20.0), (9.1, 20.0)]);
    for (a, b) in filled(&left, 12, 12).iter().zip(filled(&right, 12, 12)) {
        let sum = i32::from(*a) + i32::from(b);
        assert!((255..=256).contains(&sum), "{sum}");
    }
}

#[test]
fn a_path_with_very_many_edges_is_drawn_in_pieces() {
    let mut path = Path::new();
    for i in 0..400_000 {
        // Each a full pixel high; half of them run up and cancel all but one.
        let x = 1.0 + (i % 7) as f32 / 8.0;
        let (top, bottom) = if i % 2 == 0 { (0.0, 4.0) } else { (4.0, 0.0) };
        path.move_to(P(x, top));
        path.line_to(P(x, bottom));
        path.line_to(P(-9.0, bottom));
        path.line_to(P(-9.0, top));
    }
    path.rect(Rect::new(0.0, 0.0, 1.0, 4.0));
    let all = filled(&path, 3, 4);
    for row in all.chunks(3) {
        assert_eq!([row[0], row[2]], [255, 0]);
        assert_eq!(row, &all[..3]);
    }
}

#[test]
fn a_thin_line_is_as_faint_as_it_is_thin() {
    let line = polygon(&[(0.0, 0.5), (4.0, 0.5)]);
    let thin = Stroke {
        width: 0.25,
        ..Stroke::default()
    };
    let out = stroked(&line, &thin, &Transform::IDENTITY);
    assert_eq!(filled(&out, 4, 1), [64; 4]);
    let hairline = Stroke {
        width: 0.0,
        ..Stroke::default()
    };
    let out = stroked(&line, &hairline, &Transform::scale(1.0, 3.0));
    assert_eq!(filled(&out, 4, 3)[4..8], [255; 4]);
    assert_eq!(filled(&out, 4, 3)[..4], [0; 4]);
}

#[test]
fn a_stroke_that_crosses_itself_has_no_hole_under_any_transform() {
    let cross = polygon(&[(2.0, 2.0), (10.0, 10.0), (10.0, 2.0), (2.0, 10.0)]);
    for t in [
        Transform::IDENTITY,
        Transform {
            e: 12.0,
            ..Transform::scale(-1.0, 1.0)
        },
    ] {
        let wide = Stroke {
            width: 3.0,
            ..Stroke::default()
        };
        let all = filled(&stroked(&cross, &wide, &t), 12, 12);
        assert_eq!([all[6 * 12 + 6], all[5 * 12 + 5]], [255, 255]);
    }
}

#[test]
fn sub_paths_without_length_are_dots() {
    let mut path = Path::new();
    path.move_to(P(4.0, 4.0));
    path.line_to(P(4.0, 4.0));
    let dot = |cap: Cap, path: &Path| {
        let stroke = Stroke {
            width: 4.0,
            cap,
            ..Stroke::default()
        };
        let all = filled(&stroked(path, &stroke, &Transform::IDENTITY), 8, 8);
        all.iter().map(|c| u32::from(*c)).sum::<u32>() / 255
    };
    assert_eq!(dot(Cap::Butt, &path), 0);
    assert_eq!(dot(Cap::Square, &path), 16);
    assert_eq!(dot(Cap::Round, &path), 12);
    let mut moved = Path::new();
    moved.move_to(P(4.0, 4.0));
    assert_eq!(dot(Cap::Round, &moved), 0);
    moved.close();
    assert_eq!(dot(Cap::Square, &moved), 16);
}

#[test]
fn dashes_leave_gaps_and_close_the_seam() {
    let line = polygon(&[(0.0, 0.5), (8.0, 0.5)]);
    let dashed = Stroke {
        dash: &[2.0, 1.0],
        dash_phase: 1.0,
        ..Stroke::default()
    };
    let out = stroked(&line, &dashed, &Transform::IDENTITY);
    assert_eq!(filled(&out, 8, 1), [255, 0, 255, 255, 0, 255, 255, 0]);
    // 16 units around: on at the start and at the end, so its first corner is joined.
    let mut square = Path::new();
    square.rect(Rect::new(1.0, 1.0, 4.0, 4.0));
    let dashed = Stroke {
        width: 2.0,
        dash: &[3.0, 2.0],
        ..Stroke::default()
    };
    let out = stroked(&square, &dashed, &Transform::IDENTITY);
    assert_eq!(filled(&out, 6, 6)[0], 255);
}

#[test]
fn dashes_beyond_counting_are_a_solid_line() {
    let line = polygon(&[(-1e6, 0.5), (1e6, 0.5)]);
    let dots = Stroke {
        dash: &[1e-3, 1e-3],
        ..Stroke::default()
    };
    let out = stroked(&line, &dots, &Transform::IDENTITY);
    assert_eq!(filled(&out, 4, 1), [255; 4]);
}

#[test]
fn a_stroke_of_wide_round_joins_costs_little_and_is_given_back() {
    let mut zigzag = Path::new();
    for i in 0..261_000u32 {
        zigzag.line_to(P((i % 500) as f32, (i % 2) as f32 * 400.0));
    }
    let mut scratch = Scratch::new();
    for join in [Join::Round, Join::Miter] {
        let wide = Stroke {
            width: 1e6,
            join,
            cap: Cap::Round,
            ..Stroke::default()
        };
        let mut out = Path::new();
        let t = Transform::IDENTITY;
        stroke_path(&zigzag, &wide, &t, &mut out, &mut scratch);
        assert!(out.point_count() < (1 << 18) + 5 * 261_000 + 256);
        assert!(scratch.kept() <= 6 * (4 << 20), "{} bytes", scratch.kept());
        let mut p = Pixmap::new(PixelSize::new(4, 4));
        let all = p.bounds();
        let target = &mut p.target(all);
        fill_path(target, &out, FillRule::NonZero, true, &BLACK, &mut scratch);
        assert!(p.pixels().iter().all(|p| *p == 0xff00_0000));
        assert!(scratch.kept() <= 6 * (4 << 20), "{} bytes", scratch.kept());
        out.clear();
        assert!(out.kept() <= 12 << 20);
    }
}

#[test]
fn arcs_beyond_every_screen_take_few_points() {
    let mut dot = Path::new();
    dot.line_to(P(1.0, 1.0));
    dot.line_to(P(1.0, 1.0));
    for (width, most) in [(4.0, 40), (8000.0, 1100), (1e6, 270), (1e30, 270)] {
        let stroke = Stroke {
            width,
            cap: Cap::Round,
            ..Stroke::default()
        };
        let points = stroked(&dot, &stroke, &Transform::IDENTITY).point_count();
        assert!(points <= most, "{points} points at {width}");
    }
}

#[test]
fn a_stretched_pen_is_an_ellipse() {
    let mut dot = Path::new();
    dot.move_to(P(1.0, 1.0));
    dot.line_to(P(1.0, 1.0));
    let stroke = Stroke {
        width: 2.0,
        cap: Cap::Round,
        ..Stroke::default()
    };
    let out = stroked(&dot, &stroke, &Transform::scale(8.0, 2.0));
    let bounds = out.bounds();
    assert!((bounds.width - 16.0).abs() < 0.1 && (bounds.height - 4.0).abs() < 0.1);
}
