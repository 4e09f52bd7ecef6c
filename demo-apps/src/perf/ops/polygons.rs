//! Filled polygons: without anti-aliasing as the X core draws them, with it as the Render extension
//! does.

use transom_protocol::draw::{FillRule, PathBuffer, PathStep};
use transom_protocol::geometry::Transform;

use super::patterns::{self, POLY, Spot};
use super::{Load, Op, Peer, Same, op, point};

/// Adds them.
pub fn add(all: &mut Vec<Op>) {
    type Make = fn() -> Vec<Vec<Spot>>;
    let aliased: [(&str, &str, Make); 6] = [
        ("triangle10", "triangle of 10x10 pixels", || {
            patterns::triangles(10, POLY)
        }),
        ("triangle100", "triangle of 100x100 pixels", || {
            patterns::triangles(100, 100)
        }),
        ("trap10", "10x10 trapezoid", || {
            patterns::trapezoids(10, POLY)
        }),
        ("trap100", "100x100 trapezoid", || {
            patterns::trapezoids(100, 100)
        }),
        ("complex100", "arrowhead of 100x100 pixels", || {
            patterns::arrowheads(100, 100)
        }),
        ("64poly100complex", "64-gon of 100x100 pixels", || {
            patterns::regular(64, 100, 100)
        }),
    ];
    for (name, what, make) in aliased {
        let load = move || {
            let shapes = make();
            let same = Same::Polygons(shapes.clone());
            // To X whole numbers are the middles of pixels, to us their corners.
            polygons(&shapes, FillRule::EvenOdd, false, same)
                .starting(|out| out.set_transform(Transform::translate(0.5, 0.5)))
        };
        all.push(op(name, what, Peer::Drawing, load));
    }
    for (name, what, size) in [
        ("aatrap10", "10x10 anti-aliased trapezoid", 10),
        ("aatrap100", "100x100 anti-aliased trapezoid", 100),
        ("aatrapezoid100", "100x100 anti-aliased trapezoid", 100),
    ] {
        let same = Same::No("X samples coverage in 15ths of a row, we have exact areas");
        let load = move || {
            let shapes = patterns::trapezoids(size, POLY);
            polygons(&shapes, FillRule::NonZero, true, same.clone())
        };
        all.push(op(name, what, Peer::Drawing, load));
    }
}

/// Each polygon is a path of its own, as each is a request of its own in X.
pub(super) fn polygons(shapes: &[Vec<Spot>], rule: FillRule, antialias: bool, same: Same) -> Load {
    let paths: Vec<PathBuffer> = shapes.iter().map(|shape| path(shape)).collect();
    Load::each(
        paths,
        move |out, paint, path| {
            out.fill_path(paint, antialias, rule, path)
                .expect("a polygon fits a packet");
        },
        same,
    )
}

fn path(points: &[Spot]) -> PathBuffer {
    let mut path = PathBuffer::new();
    for (i, at) in points.iter().enumerate() {
        path.push(match i {
            0 => PathStep::Move(point(*at)),
            _ => PathStep::Line(point(*at)),
        });
    }
    path
}
