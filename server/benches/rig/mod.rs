//! Pieces of the server's work, each to be done again and again: what `work` measures in time and
//! `counts` in instructions.
//!
//! Nothing here knows a socket or a thread. What a first time makes (buffers, masks, shapes that are
//! kept) is there from the second time on.

mod client;
mod scenes;

use std::hint::black_box;

use transom_protocol::codec::{HEADER_BYTES, Packet};
use transom_protocol::color::Color;
use transom_protocol::draw::DrawOp;
use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize};
use transom_protocol::request::{Draw, Request};
use transom_server::composite::composite;
use transom_server::raster::{Pixmap, blend_over, copy_from, fill_rect};
use transom_server::region::Region;

use client::Client;

/// Some work, done once by each call.
pub(super) type Work = Box<dyn FnMut()>;

/// What [`work`] knows.
pub(super) const NAMES: &[&str] = &[
    "codec.encode",
    "codec.decode",
    "kernel.fill",
    "kernel.tint",
    "kernel.copy",
    "kernel.blend",
    "session.rects",
    "session.segments",
    "session.text",
    "session.paths",
    "session.polygons",
    "session.copies",
    "session.gradient",
    "session.image",
    "commit",
    "composite",
];

/// The work of that name.
pub(super) fn work(name: &str) -> Option<Work> {
    Some(match name {
        "codec.encode" => encode(),
        "codec.decode" => decode(),
        "kernel.fill" => fill(Color::rgb(20, 120, 220)),
        "kernel.tint" => fill(Color::rgba(20, 120, 220, 100)),
        "kernel.copy" => put(true),
        "kernel.blend" => put(false),
        "session.rects" => session(scenes::rects()),
        "session.segments" => session(scenes::segments()),
        "session.text" => session(scenes::text()),
        "session.paths" => session(scenes::paths()),
        "session.polygons" => session(scenes::polygons()),
        "session.copies" => session(scenes::copies()),
        "session.gradient" => session(scenes::gradient()),
        "session.image" => session(scenes::image()),
        "commit" => commit(),
        "composite" => scene(),
        _ => return None,
    })
}

/// A record of a thousand rectangles, into a buffer that is used again.
fn encode() -> Work {
    let rects = scenes::thousand_rects();
    let mut buffer = transom_protocol::draw::DrawBuffer::new();
    let mut packet = Vec::new();
    Box::new(move || {
        buffer.clear();
        buffer.fill_rects(Color::rgb(1, 2, 3).into(), false, &rects);
        packet.clear();
        Request::from(Draw {
            surface: client::SURFACE,
            ops: buffer.ops(),
        })
        .write(&mut packet);
        black_box(&packet);
    })
}

/// The same record read, each rectangle looked at.
fn decode() -> Work {
    let mut packets = Vec::new();
    scenes::rects()
        .into_iter()
        .for_each(|bytes| packets.extend(bytes));
    Box::new(move || {
        let mut rest = &packets[..];
        while rest.len() > HEADER_BYTES {
            let split = Packet::split(rest).expect("well formed");
            let (packet, length) = split.expect("whole");
            rest = &rest[length..];
            let Ok(Request::Draw(draw)) = Request::decode(packet) else {
                continue;
            };
            for op in draw.ops.iter() {
                if let Ok(DrawOp::FillRects { rects, .. }) = op {
                    black_box(rects.iter().fold(0.0, |sum, r| sum + r.x));
                }
            }
        }
    })
}

const SIDE: u32 = 300;

/// A square of 200x200 pixels filled.
fn fill(color: Color) -> Work {
    let mut pixmap = Pixmap::new(PixelSize::new(SIDE, SIDE));
    let color = color.premultiply();
    Box::new(move || {
        let bounds = pixmap.bounds();
        let square = PixelRect::new(33, 50, 200, 200);
        fill_rect(&mut pixmap.target(bounds), square, color);
        black_box(&mut pixmap);
    })
}

/// 200x200 pixels of a picture, copied or put over others.
fn put(opaque: bool) -> Work {
    let size = PixelSize::new(SIDE, SIDE);
    let (mut pixmap, mut picture) = (Pixmap::new(size), Pixmap::new(size));
    for (pixel, n) in picture.pixels_mut().iter_mut().zip(0u32..) {
        let alpha = (n % 256) as u8;
        *pixel = u32::from_le_bytes([alpha / 4, alpha / 3, alpha / 2, alpha]);
    }
    Box::new(move || {
        let bounds = pixmap.bounds();
        let (from, to) = (PixelRect::new(9, 7, 200, 200), PixelPoint::new(33, 50));
        let mut target = pixmap.target(bounds);
        match opaque {
            true => copy_from(&mut target, &picture.view(), from, to),
            false => blend_over(&mut target, &picture.view(), from, to, 255),
        }
        black_box(&mut pixmap);
    })
}

/// Packets executed by a session whose window is never shown.
fn session(packets: Vec<Vec<u8>>) -> Work {
    let mut client = Client::new();
    let (draw, before) = packets.split_last().expect("a scene draws something");
    before.iter().for_each(|packet| client.send(packet));
    let draw = draw.clone();
    Box::new(move || client.send(&draw))
}

/// A frame with one rectangle, published and shown, and the client told of it.
fn commit() -> Work {
    let mut client = Client::new();
    let mut frame = 0;
    let mut packets = Vec::new();
    let draw = scenes::one_rect();
    Box::new(move || {
        frame += 1;
        packets.clear();
        packets.extend_from_slice(&draw);
        scenes::commit(frame, &mut packets);
        client.send(&packets);
        client.present();
    })
}

/// A screen of 640x480 with a window, composited wholly.
fn scene() -> Work {
    let mut client = Client::new();
    let mut packets = scenes::one_rect();
    scenes::commit(1, &mut packets);
    client.send(&packets);
    let scene = client.scene();
    let mut screen = Pixmap::new(scene.size);
    let everything = Region::from(screen.bounds());
    Box::new(move || {
        let bounds = screen.bounds();
        composite(&scene, &everything, &mut screen.target(bounds));
        black_box(&mut screen);
    })
}
