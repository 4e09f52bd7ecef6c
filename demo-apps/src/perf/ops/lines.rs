//! Lines: separate ones and joined ones, thin and wide. All without anti-aliasing, as X draws them.

use transom_protocol::codec::Packed;
use transom_protocol::draw::{Cap, Join, Segment, StrokeStyle};
use transom_protocol::geometry::{Point, Transform};

use super::patterns::{self, Four, POLY, Spot};
use super::{Load, Op, Peer, Same, op, point};

/// Adds them.
pub fn add(all: &mut Vec<Op>) {
    for (name, what, size) in [
        ("seg1", "1-pixel line segment", 1),
        ("seg10", "10-pixel line segment", 10),
        ("seg100", "100-pixel line segment", 100),
        ("seg500", "500-pixel line segment", 500),
    ] {
        let load = move || segments(patterns::segments(size, POLY), false);
        all.push(op(name, what, Peer::Drawing, load));
    }
    let level = || segments(patterns::level_segments(100, POLY), false);
    all.push(op(
        "hseg100",
        "100-pixel horizontal line segment",
        Peer::Drawing,
        level,
    ));
    for (name, what, size) in [
        ("line10", "10-pixel line, joined", 10),
        ("line100", "100-pixel line, joined", 100),
        ("line500", "500-pixel line, joined", 500),
    ] {
        let load = move || lines(patterns::joined_lines(size, POLY), 0, false);
        all.push(op(name, what, Peer::Drawing, load));
    }
    let wide = || lines(patterns::joined_lines(100, 100), 10, false);
    all.push(op(
        "wline100",
        "100x10 wide line, joined",
        Peer::Drawing,
        wide,
    ));
}

/// Hairlines between the middles of pixels. Moving everything by half a pixel once keeps the
/// coordinates whole, and so as short on the wire as X's.
pub(super) fn segments(ends: Vec<Four>, antialias: bool) -> Load {
    let lines: Vec<Segment> = ends
        .iter()
        .map(|[x1, y1, x2, y2]| Segment {
            from: point([*x1, *y1]),
            to: point([*x2, *y2]),
        })
        .collect();
    Load::drawing(
        lines.len(),
        move |out, paint| out.segments(paint, antialias, 0.0, Cap::Butt, &lines),
        Same::Segments(ends),
    )
    .starting(|out| out.set_transform(Transform::translate(0.5, 0.5)))
}

/// One polyline. Round caps and joins when it is wide, as in x11perf.
pub(super) fn lines(ends: Vec<Spot>, width: u16, antialias: bool) -> Load {
    let points: Vec<Point> = ends.iter().map(|end| point(*end)).collect();
    let (cap, join) = match width {
        0 => (Cap::Butt, Join::Miter),
        _ => (Cap::Round, Join::Round),
    };
    Load::drawing(
        points.len() - 1,
        move |out, paint| {
            let mut none = Vec::new();
            let style = StrokeStyle {
                width: width.into(),
                cap,
                join,
                miter_limit: 10.0,
                dash_phase: 0.0,
                dashes: Packed::pack(&[], &mut none),
            };
            out.polyline(paint, antialias, false, &style, &points)
                .expect("a thousand points fit a packet");
        },
        Same::Lines(ends, width),
    )
    .starting(|out| out.set_transform(Transform::translate(0.5, 0.5)))
}
