//! Rectangles and dots.

use transom_protocol::draw::Filter;
use transom_protocol::geometry::{PixelRect, PixelSize, Point, Transform};
use transom_protocol::hello::Codec;
use transom_protocol::ids::{ImageId, PaintId};
use transom_protocol::paint::{DefinePattern, Extend};
use transom_protocol::request::{BeginImage, EndImage, ImageData, ImageFlags, ImageFormat};

use super::super::Outcome;
use super::super::wire::Wire;
use super::patterns::{self, POLY};
use super::{Load, Op, Peer, Same, op, point, rects};

/// Adds them.
pub fn add(all: &mut Vec<Op>) {
    all.push(op("dot", "dot", Peer::Drawing, || {
        dots(patterns::dots(POLY))
    }));
    for (name, what, size, count) in [
        ("rect1", "1x1 rectangle", 1, POLY),
        ("rect10", "10x10 rectangle", 10, POLY),
        ("rect100", "100x100 rectangle", 100, 36),
        ("rect500", "500x500 rectangle", 500, 1),
    ] {
        let load = move || fills(patterns::squares(size, count));
        all.push(op(name, what, Peer::Drawing, load));
    }
    for (name, what, size, count, tile) in [
        (
            "osrect100",
            "100x100 rectangle in two colours, an 8x8 pattern",
            100,
            36,
            8,
        ),
        ("tilerect100", "100x100 rectangle of 4x4 tiles", 100, 36, 4),
        ("tilerect500", "500x500 rectangle of 4x4 tiles", 500, 1, 4),
    ] {
        all.push(Op {
            name,
            what,
            peer: Peer::Drawing,
            build: Box::new(move |wire, _| tiled(wire, tile, patterns::squares(size, count))),
        });
    }
}

/// Rectangles of tiles with so many pixels a side.
fn tiled(wire: &mut Wire, side: u32, boxes: Vec<patterns::Four>) -> Outcome<Load> {
    let (image, paint) = (ImageId(1), PaintId(1));
    let size = PixelSize::new(side, side);
    wire.request(BeginImage {
        image,
        size,
        format: ImageFormat::Bgrx,
        flags: ImageFlags::NONE,
    });
    // Diagonal stripes.
    let colors = (0..side * side).map(|i| match (i % side + i / side) % 4 {
        0 | 1 => [0x20, 0x40, 0xe0, 0xff],
        _ => [0xf0, 0xf0, 0xf0, 0xff],
    });
    wire.batched(ImageData {
        image,
        codec: Codec::Raw,
        data: &colors.flatten().collect::<Vec<u8>>(),
    })?;
    wire.request(EndImage { image });
    wire.request(DefinePattern {
        paint,
        image,
        part: PixelRect::EMPTY,
        transform: Transform::IDENTITY,
        extend_x: Extend::Repeat,
        extend_y: Extend::Repeat,
        filter: Filter::Nearest,
    });
    let (places, count) = (rects(&boxes), boxes.len());
    Ok(Load::drawing(
        count,
        move |out, _| out.fill_rects(paint.into(), false, &places),
        Same::No("x11perf has tiles of its own"),
    ))
}

fn dots(boxes: Vec<patterns::Four>) -> Load {
    let points: Vec<Point> = boxes.iter().map(|[x, y, ..]| point([*x, *y])).collect();
    Load::drawing(
        points.len(),
        move |out, paint| out.points(paint, false, false, 0.0, &points),
        Same::Rects(boxes),
    )
}

fn fills(boxes: Vec<patterns::Four>) -> Load {
    let (places, count) = (rects(&boxes), boxes.len());
    Load::drawing(
        count,
        move |out, paint| out.fill_rects(paint, false, &places),
        Same::Rects(boxes),
    )
}
