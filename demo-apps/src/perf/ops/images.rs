//! Images: sent and drawn, drawn as they are, made larger and smaller, and read back.

use transom_protocol::color::Color;
use transom_protocol::draw::{Filter, ImagePart, Paint, PoolPixels};
use transom_protocol::geometry::{PixelRect, PixelSize, Rect};
use transom_protocol::hello::Codec;
use transom_protocol::ids::{ImageId, PoolId, WindowId};
use transom_protocol::request::{BeginImage, EndImage, ImageData, ImageFlags, ImageFormat};

use super::super::Outcome;
use super::super::wire::Wire;
use super::patterns::{self, SIDE, Spot};
use super::{Load, Op, Peer, Same, point};

/// Different sets of four places; then they begin again.
const PLACES: usize = 256;

/// The most pixels of one packet, in bytes: 256 KiB with what is around them, as in Xlib's `PutSubImage`.
const PIECE: usize = (256 << 10) - 64;

/// The colour of masks, of which there are none here.
const BLACK: Paint = Paint::Color(Color::BLACK);

const IMAGE: ImageId = ImageId(1);
const POOL: PoolId = PoolId(1);

const FILTER: &str = "X weighs pixels in 128ths, we in more";
const SENT: &str = "pixels are the client's";

/// Adds them.
pub fn add(all: &mut Vec<Op>) {
    for (name, what, size) in [
        ("putimage10", "10x10 pixels sent and drawn", 10),
        ("putimage100", "100x100 pixels sent and drawn", 100),
        ("putimage500", "500x500 pixels sent and drawn", 500),
    ] {
        add_op(all, name, what, move |_, _| Ok(put(size)));
    }
    for (name, what, size) in [
        ("shmput10", "10x10 pixels from shared memory drawn", 10),
        ("shmput100", "100x100 pixels from shared memory drawn", 100),
        ("shmput500", "500x500 pixels from shared memory drawn", 500),
    ] {
        add_op(all, name, what, move |wire, _| put_shared(wire, size));
    }
    for (name, what, size) in [
        ("getimage10", "10x10 pixels read back", 10),
        ("getimage100", "100x100 pixels read back", 100),
        ("getimage500", "500x500 pixels read back", 500),
    ] {
        add_op(all, name, what, move |_, window| Ok(read(window, size)));
    }
    for (name, what, from, to) in [
        (
            "comppixwin10",
            "10x10 of an opaque image composited",
            10,
            10,
        ),
        (
            "comppixwin100",
            "100x100 of an opaque image composited",
            100,
            100,
        ),
        (
            "comppixwin500",
            "500x500 of an opaque image composited",
            500,
            500,
        ),
        ("magpixwin10", "5x5 of an image scaled to 10x10", 5, 10),
        (
            "magpixwin100",
            "50x50 of an image scaled to 100x100",
            50,
            100,
        ),
        (
            "magpixwin500",
            "250x250 of an image scaled to 500x500",
            250,
            500,
        ),
        (
            "minpixwin100",
            "100x100 of an image scaled to 50x50",
            100,
            50,
        ),
    ] {
        add_op(all, name, what, move |wire, _| {
            upload(wire, ImageFormat::Bgrx, SIDE as u32, 255)?;
            Ok(drawn(from, to))
        });
    }
}

fn add_op(
    all: &mut Vec<Op>,
    name: &'static str,
    what: &'static str,
    build: impl Fn(&mut Wire, WindowId) -> Outcome<Load> + 'static,
) {
    all.push(Op {
        name,
        what,
        peer: Peer::Drawing,
        build: Box::new(build),
    });
}

/// Some pixels: a premultiplied gradient.
fn pixels(side: u32, alpha: u8) -> Vec<u8> {
    let at = |v: u32| (v * u32::from(alpha) / side) as u8;
    (0..side * side)
        .flat_map(|i| {
            [
                at(i % side),
                at(i / side),
                at((i % side + i / side) / 2),
                alpha,
            ]
        })
        .collect()
}

/// Makes the image on the server.
pub(super) fn upload(wire: &mut Wire, format: ImageFormat, side: u32, alpha: u8) -> Outcome<()> {
    wire.request(BeginImage {
        image: IMAGE,
        size: PixelSize::new(side, side),
        format,
        flags: ImageFlags::NONE,
    });
    send(wire, &pixels(side, alpha))
}

fn send(wire: &mut Wire, pixels: &[u8]) -> Outcome<()> {
    for data in pixels.chunks(PIECE) {
        wire.batched(ImageData {
            image: IMAGE,
            codec: Codec::Raw,
            data,
        })?;
    }
    wire.request(EndImage { image: IMAGE });
    Ok(())
}

/// Each square is sent and drawn at once, in strips of whole rows that fit a piece, gathered from a
/// larger picture: as Xlib does it.
fn put(size: i32) -> Load {
    let strip = (PIECE as i32 / (size * 4)).min(size);
    let (picture, copies) = (pixels(SIDE as u32, 255), patterns::copies(size, PLACES));
    Load {
        objects: copies.len() as u64,
        framed: true,
        start: Box::new(|_| {}),
        pass: Box::new(move |wire, _| {
            for ([x, y], to) in &copies {
                for top in (0..size).step_by(strip as usize) {
                    let height = strip.min(size - top);
                    let rows = (0..height).map(|row| {
                        let start = ((*y as i32 + top + row) * SIDE + *x as i32) as usize * 4;
                        &picture[start..start + size as usize * 4]
                    });
                    let corner = point([to[0], to[1] + top as i16]);
                    let dest = Rect::new(corner.x, corner.y, size as f32, height as f32);
                    let kind = (
                        PixelSize::new(size as u32, height as u32),
                        ImageFormat::Bgrx,
                    );
                    wire.draw(|out| out.pixel_rows(BLACK, Filter::Nearest, dest, kind, rows))?;
                }
            }
            Ok(())
        }),
        same: Same::No(SENT),
    }
}

/// Each square is drawn from shared memory.
fn put_shared(wire: &mut Wire, size: i32) -> Outcome<Load> {
    wire.share(POOL, &pixels(SIDE as u32, 255))?;
    let stride = SIDE as u32 * 4;
    Ok(Load::each(
        patterns::copies(size, PLACES),
        move |out, _, ([x, y], to)| {
            let pixels = PoolPixels {
                pool: POOL,
                offset: *y as u64 * u64::from(stride) + *x as u64 * 4,
                stride,
                size: PixelSize::new(size as u32, size as u32),
                format: ImageFormat::Bgrx,
            };
            let corner = point(*to);
            let dest = Rect::new(corner.x, corner.y, size as f32, size as f32);
            out.pool_pixels(BLACK, Filter::Nearest, dest, &pixels);
        },
        Same::No(SENT),
    ))
}

/// Each read is a question that waits for its answer, as XGetImage is.
fn read(window: WindowId, size: i32) -> Load {
    let copies = patterns::copies(size, PLACES);
    Load::requests(1, move |wire, pass| {
        let ([x, y], _) = copies[pass as usize % copies.len()];
        let rect = PixelRect::new(x.into(), y.into(), size as u32, size as u32);
        let mut bytes = Vec::with_capacity((size * size * 4) as usize);
        wire.read_pixels(window.into(), rect, |_, data| bytes.extend_from_slice(data))
    })
}

/// Parts of the image on places of another size.
pub(super) fn drawn(from: i32, to: i32) -> Load {
    let filter = match from == to {
        true => Filter::Nearest,
        false => Filter::Linear,
    };
    let copies = patterns::copies(to, PLACES);
    let factor = from as f32 / to as f32;
    Load::each(
        copies,
        move |out, _, (source, dest)| {
            let corner = [source[0], source[1]].map(|v| (f32::from(v) * factor) as i16);
            let corner = corner.map(|v| v.min((SIDE - from) as i16));
            let part = part(corner, from, *dest, to);
            out.images(IMAGE, Paint::Color(Color::BLACK), filter, &[part]);
        },
        Same::No(FILTER),
    )
}

fn part(from: Spot, from_size: i32, to: Spot, to_size: i32) -> ImagePart {
    let square = |at: Spot, size: i32| {
        let corner = point(at);
        Rect::new(corner.x, corner.y, size as f32, size as f32)
    };
    ImagePart {
        source: square(from, from_size),
        dest: square(to, to_size),
    }
}
