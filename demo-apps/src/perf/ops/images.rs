//! Images: sent and drawn, drawn as they are, made larger and smaller, and read back.

use transom_protocol::color::Color;
use transom_protocol::draw::{Filter, ImagePart, Paint};
use transom_protocol::geometry::{PixelRect, PixelSize, Rect};
use transom_protocol::hello::Codec;
use transom_protocol::ids::{ImageId, PoolId, WindowId};
use transom_protocol::request::{
    BeginImage, BeginPatch, EndImage, ImageData, ImageFlags, ImageFormat, PoolImage,
};

use super::super::Outcome;
use super::super::wire::{BATCH, Wire};
use super::patterns::{self, SIDE, Spot};
use super::{Load, Op, Peer, Same, point};

/// Different sets of four places; then they begin again.
const PLACES: usize = 256;

/// The most pixels of one `ImageData`, in bytes: as much as Xlib's buffer holds.
const PIECE: usize = BATCH - 64;

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
        add_op(all, name, what, move |wire, _| Ok(put(wire, size)));
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

/// Each square is sent into the image, whose pixels are then drawn: what a program does that shows
/// pictures of its own making. The rows are gathered from a larger picture, as Xlib does it.
fn put(wire: &mut Wire, size: i32) -> Load {
    let side = size as u32;
    wire.request(BeginImage {
        image: IMAGE,
        size: PixelSize::new(side, side),
        format: ImageFormat::Bgrx,
        flags: ImageFlags::NONE,
    });
    // What it holds at first does not matter.
    let _ = send(wire, &pixels(side, 255));
    let (picture, copies) = (pixels(SIDE as u32, 255), patterns::copies(size, PLACES));
    let mut gathered = Vec::new();
    Load {
        objects: copies.len() as u64,
        framed: true,
        start: Box::new(|_| {}),
        pass: Box::new(move |wire, _| {
            for (from, to) in &copies {
                gather(&picture, *from, size, &mut gathered);
                wire.request(BeginPatch {
                    image: IMAGE,
                    rect: PixelRect::new(0, 0, side, side),
                });
                send(wire, &gathered)?;
                wire.draw(|out| {
                    let part = part([0, 0], size, *to, size);
                    out.images(IMAGE, Paint::Color(Color::BLACK), Filter::Nearest, &[part]);
                })?;
            }
            Ok(())
        }),
        same: Same::No(SENT),
    }
}

/// Each square is copied from shared memory into the image, whose pixels are then drawn.
fn put_shared(wire: &mut Wire, size: i32) -> Outcome<Load> {
    let side = size as u32;
    wire.share(POOL, &pixels(SIDE as u32, 255))?;
    wire.request(BeginImage {
        image: IMAGE,
        size: PixelSize::new(side, side),
        format: ImageFormat::Bgrx,
        flags: ImageFlags::BLANK,
    });
    let copies = patterns::copies(size, PLACES);
    let stride = SIDE as u32 * 4;
    Ok(Load {
        objects: copies.len() as u64,
        framed: true,
        start: Box::new(|_| {}),
        pass: Box::new(move |wire, _| {
            for ([x, y], to) in &copies {
                wire.batched(PoolImage {
                    image: IMAGE,
                    rect: PixelRect::new(0, 0, side, side),
                    pool: POOL,
                    offset: *y as u64 * u64::from(stride) + *x as u64 * 4,
                    stride,
                })?;
                wire.draw(|out| {
                    let part = part([0, 0], size, *to, size);
                    out.images(IMAGE, Paint::Color(Color::BLACK), Filter::Nearest, &[part]);
                })?;
            }
            Ok(())
        }),
        same: Same::No(SENT),
    })
}

fn gather(picture: &[u8], [x, y]: Spot, size: i32, out: &mut Vec<u8>) {
    out.clear();
    let (stride, width) = (SIDE as usize * 4, size as usize * 4);
    for row in 0..size as usize {
        let start = (y as usize + row) * stride + x as usize * 4;
        out.extend_from_slice(&picture[start..start + width]);
    }
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
