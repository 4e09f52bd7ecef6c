//! Circles and ellipses, without anti-aliasing.

use transom_protocol::draw::Ellipse;
use transom_protocol::geometry::{Rect, Transform};

use super::patterns::{self, POLY};
use super::{Load, Op, Peer, Same, op, rect, rects};

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
    let ellipses: Vec<Ellipse> = boxes
        .iter()
        .map(|place| {
            let Rect { width, height, .. } = rect(*place);
            Ellipse {
                center: rect(*place).center(),
                radius_x: width / 2.0,
                radius_y: height / 2.0,
            }
        })
        .collect();
    Load::drawing(
        count,
        move |out, paint| out.stroke_ellipses(paint, false, 0.0, &ellipses),
        Same::Arcs(boxes, false),
    )
    .starting(|out| out.set_transform(Transform::translate(0.5, 0.5)))
}
