//! Rectangles and dots.

use super::patterns::{self, POLY};
use super::{Load, Op, Peer, Same, op, rects};

/// Adds them.
pub fn add(all: &mut Vec<Op>) {
    all.push(op(
        "dot",
        "dot, a rectangle of one pixel",
        Peer::Drawing,
        || fills(patterns::dots(POLY)),
    ));
    for (name, what, size, count) in [
        ("rect1", "1x1 rectangle", 1, POLY),
        ("rect10", "10x10 rectangle", 10, POLY),
        ("rect100", "100x100 rectangle", 100, 36),
        ("rect500", "500x500 rectangle", 500, 1),
    ] {
        let load = move || fills(patterns::squares(size, count));
        all.push(op(name, what, Peer::Drawing, load));
    }
}

fn fills(boxes: Vec<patterns::Four>) -> Load {
    let (places, count) = (rects(&boxes), boxes.len());
    Load::drawing(
        count,
        move |out, paint| out.fill_rects(paint, false, &places),
        Same::Rects(boxes),
    )
}
