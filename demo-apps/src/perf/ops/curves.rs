//! Circles and ellipses, without anti-aliasing.

use transom_protocol::codec::Packed;
use transom_protocol::draw::{Cap, Join, PathBuffer, PathStep, StrokeStyle};
use transom_protocol::geometry::{Point, Rect, Transform};

use super::patterns::{self, POLY};
use super::{Load, Op, Peer, Same, op, rect, rects};

/// How far from its ends the control points of a quarter of a circle lie, in radii.
const QUARTER: f32 = 0.552_284_8;

/// Adds them.
pub fn add(all: &mut Vec<Op>) {
    for (name, what, size, count) in [
        ("circle10", "10-pixel circle", 10, POLY),
        ("circle100", "100-pixel circle", 100, 200),
        ("circle500", "500-pixel circle", 500, 50),
    ] {
        all.push(op(name, what, Peer::Drawing, move || circles(size, count)));
    }
    for (name, what, size, count) in [
        ("fcircle10", "10-pixel solid circle", 10, POLY),
        ("fcircle100", "100-pixel solid circle", 100, 100),
        ("fcircle500", "500-pixel solid circle", 500, 20),
    ] {
        let load = move || {
            solid_circles(size, count, false)
                .starting(|out| out.set_transform(Transform::translate(0.5, 0.5)))
        };
        all.push(op(name, what, Peer::Drawing, load));
    }
    let ellipses = || ellipses(100, 300);
    all.push(op(
        "ellipse100",
        "100-pixel ellipse",
        Peer::Drawing,
        ellipses,
    ));
}

/// Outlines one pixel wide: rounded rectangles that are nothing but corners.
fn circles(size: i32, count: usize) -> Load {
    let boxes = patterns::circles(size, count);
    let (places, radius) = (rects(&boxes), size as f32 / 2.0);
    Load::drawing(
        count,
        move |out, paint| out.stroke_rounded(paint, false, true, 0.0, [radius; 4], &places),
        Same::Arcs(boxes, false),
    )
    .starting(|out| out.set_transform(Transform::translate(0.5, 0.5)))
}

/// Discs.
pub(super) fn solid_circles(size: i32, count: usize, antialias: bool) -> Load {
    let boxes = patterns::circles(size, count);
    let (places, radius) = (rects(&boxes), size as f32 / 2.0);
    Load::drawing(
        count,
        move |out, paint| out.fill_rounded(paint, antialias, true, [radius; 4], &places),
        Same::Arcs(boxes, true),
    )
}

fn ellipses(size: i32, count: usize) -> Load {
    let boxes = patterns::ellipses(size, count);
    let paths: Vec<PathBuffer> = boxes.iter().map(|place| ellipse(rect(*place))).collect();
    Load::each(
        paths,
        |out, paint, path| {
            let mut none = Vec::new();
            let style = StrokeStyle {
                width: 0.0,
                cap: Cap::Butt,
                join: Join::Miter,
                miter_limit: 10.0,
                dash_phase: 0.0,
                dashes: Packed::pack(&[], &mut none),
            };
            out.stroke_path(paint, false, &style, path)
                .expect("an ellipse fits a packet");
        },
        Same::Arcs(boxes, false),
    )
    .starting(|out| out.set_transform(Transform::translate(0.5, 0.5)))
}

/// Four cubic curves.
fn ellipse(r: Rect) -> PathBuffer {
    let (c, rx, ry) = (r.center(), r.width / 2.0, r.height / 2.0);
    let at = |x: f32, y: f32| Point::new(c.x + x * rx, c.y + y * ry);
    let mut path = PathBuffer::new();
    path.push(PathStep::Move(at(1.0, 0.0)));
    for (x, y) in [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)] {
        // The direction a quarter begins in is where it ends.
        let (tx, ty): (f32, f32) = (-y, x);
        path.push(PathStep::Cubic(
            at(x + tx * QUARTER, y + ty * QUARTER),
            at(tx + x * QUARTER, ty + y * QUARTER),
            at(tx, ty),
        ));
    }
    path.push(PathStep::Close);
    path
}
