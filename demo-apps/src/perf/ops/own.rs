//! What X has not, or only with the client's own pixels.

use transom_protocol::color::Color;
use transom_protocol::draw::{Cap, FillRule, Filter, ImagePart, Paint, Segment};
use transom_protocol::geometry::{Rect, Transform};
use transom_protocol::ids::ImageId;
use transom_protocol::request::ImageFormat;

use super::patterns::{self, POLY};
use super::{Load, Op, Peer, Same, curves, images, lines, op, polygons, rect, rects};

const NOTHING: Same = Same::No("X has nothing like it");

/// Adds them.
pub fn add(all: &mut Vec<Op>) {
    add_lines(all);
    add_shapes(all);
    add_blended(all);
    all.push(op(
        "frame",
        "frame: begun, cleared, a rectangle, committed",
        Peer::None,
        || {
            Load::requests(1, |wire, _| {
                let window = transom_protocol::ids::WindowId(1);
                wire.begin(window, 600.0, 600.0)?;
                wire.draw(|out| {
                    out.clear_to(Color::WHITE);
                    let place = [Rect::new(100.0, 100.0, 50.0, 50.0)];
                    out.fill_rects(Paint::Color(Color::RED), false, &place);
                })?;
                wire.commit(window);
                wire.flush()
            })
        },
    ));
}

fn add_lines(all: &mut Vec<Op>) {
    for (name, what, size) in [
        ("aaseg10", "anti-aliased 10-pixel segment", 10),
        ("aaseg100", "anti-aliased 100-pixel segment", 100),
    ] {
        all.push(op(name, what, Peer::None, move || {
            let load = lines::segments(patterns::segments(size, POLY), true);
            Load {
                same: NOTHING,
                ..load
            }
        }));
    }
    all.push(op(
        "aaline100",
        "anti-aliased 100-pixel line, joined",
        Peer::None,
        || {
            let load = lines::lines(patterns::joined_lines(100, POLY), 0, true);
            Load {
                same: NOTHING,
                ..load
            }
        },
    ));
    all.push(op(
        "aawline100",
        "anti-aliased 100x10 line, joined",
        Peer::None,
        || {
            let load = lines::lines(patterns::joined_lines(100, 100), 10, true);
            Load {
                same: NOTHING,
                ..load
            }
        },
    ));
    all.push(op(
        "aawseg100",
        "anti-aliased 100x3 segment, round ends",
        Peer::None,
        || {
            let ends: Vec<Segment> = patterns::segments(100, 400)
                .into_iter()
                .map(|[x1, y1, x2, y2]| Segment {
                    from: super::point([x1, y1]),
                    to: super::point([x2, y2]),
                })
                .collect();
            Load::drawing(
                ends.len(),
                move |out, paint| out.segments(paint, true, 3.0, Cap::Round, &ends),
                NOTHING,
            )
        },
    ));
}

fn add_shapes(all: &mut Vec<Op>) {
    for (name, what, size, count) in [
        ("aafcircle10", "anti-aliased 10-pixel disc", 10, POLY),
        ("aafcircle100", "anti-aliased 100-pixel disc", 100, 100),
    ] {
        all.push(op(name, what, Peer::None, move || {
            let load = curves::solid_circles(size, count, true);
            Load {
                same: NOTHING,
                ..load
            }
        }));
    }
    all.push(op(
        "aatriangle10",
        "anti-aliased triangle of 10x10",
        Peer::None,
        || {
            polygons::polygons(
                &patterns::triangles(10, POLY),
                FillRule::NonZero,
                true,
                NOTHING,
            )
        },
    ));
    all.push(op(
        "aa64poly100",
        "anti-aliased 64-gon of 100x100",
        Peer::None,
        || {
            polygons::polygons(
                &patterns::regular(64, 100, 100),
                FillRule::NonZero,
                true,
                NOTHING,
            )
        },
    ));
    all.push(op(
        "rrect100",
        "100x100 rectangle, corners of 8",
        Peer::None,
        || {
            let places = rects(&patterns::squares(100, 36));
            Load::drawing(
                places.len(),
                move |out, paint| out.fill_rounded(paint, true, false, [8.0; 4], &places),
                NOTHING,
            )
        },
    ));
    all.push(op(
        "border100",
        "100x100 outline, corners of 8",
        Peer::None,
        || {
            let places = rects(&patterns::squares(100, 36));
            Load::drawing(
                places.len(),
                move |out, paint| out.stroke_rounded(paint, true, false, 1.0, [8.0; 4], &places),
                NOTHING,
            )
        },
    ));
}

fn add_blended(all: &mut Vec<Op>) {
    for (name, what, size, count) in [
        ("alpharect10", "10x10 rectangle, half transparent", 10, POLY),
        (
            "alpharect100",
            "100x100 rectangle, half transparent",
            100,
            36,
        ),
        (
            "alpharect500",
            "500x500 rectangle, half transparent",
            500,
            1,
        ),
    ] {
        all.push(op(name, what, Peer::None, move || {
            let places = rects(&patterns::squares(size, count));
            let paint = Paint::Color(Color::rgba(200, 60, 20, 128));
            Load::drawing(
                count,
                move |out, _| out.fill_rects(paint, false, &places),
                NOTHING,
            )
        }));
    }
    for (name, what, size) in [
        ("blend10", "10x10 of an image with alpha", 10),
        ("blend100", "100x100 of an image with alpha", 100),
        ("blend500", "500x500 of an image with alpha", 500),
    ] {
        all.push(with_image(name, what, move || {
            let load = images::drawn(size, size);
            Load {
                same: NOTHING,
                ..load
            }
        }));
    }
    all.push(with_image(
        "turned100",
        "100x100 of an image, turned, linear",
        || {
            let places: Vec<Rect> = patterns::squares(100, 25).into_iter().map(rect).collect();
            let source = Rect::new(0.0, 0.0, 100.0, 100.0);
            let parts: Vec<ImagePart> = places
                .into_iter()
                .map(|dest| ImagePart { source, dest })
                .collect();
            Load::drawing(
                parts.len(),
                move |out, paint| out.images(ImageId(1), paint, Filter::Linear, &parts),
                NOTHING,
            )
            .starting(|out| out.set_transform(Transform::rotate(0.3)))
        },
    ));
}

fn with_image(name: &'static str, what: &'static str, load: impl Fn() -> Load + 'static) -> Op {
    Op {
        name,
        what,
        peer: Peer::None,
        build: Box::new(move |wire, _| {
            images::upload(wire, ImageFormat::Bgra, patterns::SIDE as u32, 128)?;
            Ok(load())
        }),
    }
}
