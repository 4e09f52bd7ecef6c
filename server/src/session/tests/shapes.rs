//! Shapes that are found once and drawn again and again, and hairlines.

use transom_protocol::codec::Packed;
use transom_protocol::color::Color;
use transom_protocol::draw::{
    Cap, DrawBuffer, FillRule, Join, Paint, PathBuffer, PathStep, Segment, StrokeStyle,
};
use transom_protocol::geometry::{Point, Rect, Scale, Transform};

use super::rig::Rig;

const P: fn(f32, f32) -> Point = Point::new;

fn leaf() -> Vec<PathStep> {
    vec![
        PathStep::Move(P(2.25, 3.0)),
        PathStep::Cubic(P(9.0, 1.0), P(20.5, 8.0), P(24.0, 19.75)),
        PathStep::Quad(P(8.0, 21.0), P(2.25, 3.0)),
        PathStep::Close,
        PathStep::Move(P(1.0, 22.0)),
        PathStep::Line(P(26.0, 5.0)),
    ]
}

fn style<'a>(width: f32, dashes: &[f32], packed: &'a mut Vec<u8>) -> StrokeStyle<'a> {
    StrokeStyle {
        width,
        cap: Cap::Round,
        join: Join::Miter,
        miter_limit: 4.0,
        dash_phase: 1.0,
        dashes: Packed::pack(dashes, packed),
    }
}

/// Draws one of many shapes.
fn shape(d: &mut DrawBuffer, number: usize) {
    let paint = Color::rgba(
        200,
        30,
        90,
        if number.is_multiple_of(2) { 255 } else { 130 },
    )
    .into();
    let mut packed = Vec::new();
    let steps = leaf();
    let mut path = PathBuffer::new();
    for step in steps {
        path.push(step);
    }
    let antialias = (number / 2).is_multiple_of(2);
    let drawn = match number / 4 {
        0 => d.fill_path(paint, antialias, FillRule::EvenOdd, &path),
        1 => d.fill_path(paint, antialias, FillRule::NonZero, &path),
        2 => d.stroke_path(paint, antialias, &style(2.5, &[], &mut packed), &path),
        3 => d.stroke_path(paint, antialias, &style(0.0, &[], &mut packed), &path),
        4 => {
            let dashed = style(1.0, &[3.0, 2.0], &mut packed);
            d.stroke_path(paint, antialias, &dashed, &path)
        }
        number => {
            rounded(d, paint, antialias, number);
            Ok(())
        }
    };
    drawn.expect("a small path");
}

/// Draws one of some rectangles with round corners.
fn rounded(d: &mut DrawBuffer, paint: Paint, antialias: bool, number: usize) {
    let rect = [Rect::new(2.0, 1.5, 21.0, 17.0)];
    match number {
        5 => d.fill_rounded(paint, antialias, true, [4.0; 4], &rect),
        6 => d.fill_rounded(paint, antialias, false, [4.0, 0.0, 9.0, 2.0], &rect),
        7 => d.stroke_rounded(paint, antialias, true, 0.0, [8.5; 4], &rect),
        _ => d.stroke_rounded(paint, antialias, false, 2.0, [5.0; 4], &rect),
    }
}

#[test]
fn a_shape_has_the_same_pixels_however_often_it_was_drawn() {
    // At this scale four units are five pixels.
    for (scale, turn) in [(Scale(150), 0.0), (Scale(120), 0.0), (Scale(120), 0.3)] {
        let mut old = Rig::new();
        for number in 0..36 {
            for time in 0..4 {
                let surface = old.surface(1 + time + number as u32 * 4, 40.0, 40.0, scale);
                let step = time as f32 * 4.0;
                let draw = |d: &mut DrawBuffer| {
                    let place = Transform::translate(8.0 - step, step);
                    d.set_transform(place.after(Transform::rotate(turn)));
                    shape(d, number);
                };
                old.draw(surface, draw);
                let mut new = Rig::new();
                let fresh = new.surface(1, 40.0, 40.0, scale);
                new.draw(fresh, draw);
                let pixels = old.pixels(surface);
                assert!(pixels == new.pixels(fresh), "shape {number}, time {time}");
                assert!(
                    pixels.iter().any(|p| *p != 0),
                    "shape {number}, time {time}"
                );
            }
        }
    }
}

#[test]
fn joined_hairlines_are_blended_once_where_they_meet_and_cross() {
    let mut rig = Rig::new();
    let half = Color::rgba(0, 0, 255, 128);
    let bow = [P(0.5, 0.5), P(8.5, 8.5), P(8.5, 0.5), P(0.5, 8.5)];
    let mut pictures = Vec::new();
    for (id, color) in [(1, half), (2, Color::BLUE)] {
        let surface = rig.surface(id, 9.0, 9.0, Scale::ONE);
        rig.draw(surface, |d| {
            let mut packed = Vec::new();
            let thin = style(0.0, &[], &mut packed);
            d.polyline(color.into(), false, true, &thin, &bow)
                .expect("four points");
        });
        pictures.push(rig.pixels(surface));
    }
    let one_of = |p: &u32, ink: Color| *p == 0 || *p == ink.premultiply().0;
    assert!(pictures[0].iter().all(|p| one_of(p, half)));
    assert!(pictures[1].iter().all(|p| one_of(p, Color::BLUE)));
    let drawn = |p: &[u32]| p.iter().map(|p| *p != 0).collect::<Vec<_>>();
    assert_eq!(drawn(&pictures[0]), drawn(&pictures[1]));
    assert_eq!(
        pictures[1].iter().filter(|p| **p != 0).count(),
        9 + 7 + 8 + 7
    );
}

#[test]
fn a_hairline_ends_before_its_last_pixel_or_with_it() {
    for (cap, count) in [(Cap::Butt, 4), (Cap::Square, 5), (Cap::Round, 5)] {
        let mut rig = Rig::new();
        let surface = rig.surface(1, 8.0, 2.0, Scale::ONE);
        let line = [Segment {
            from: P(1.0, 0.0),
            to: P(5.9, 0.9),
        }];
        rig.draw(surface, |d| {
            d.segments(Color::RED.into(), false, 0.0, cap, &line)
        });
        let pixels = rig.pixels(surface);
        let expected = |i: usize| (1..1 + count).contains(&i);
        for (i, pixel) in pixels.iter().enumerate() {
            assert_eq!(*pixel != 0, expected(i), "{cap:?} {i}");
        }
    }
}
