//! Packets: mostly drawing, and all that drawing needs.

use transom_protocol::Request;
use transom_protocol::codec::{MAX_PACKET, Packed};
use transom_protocol::draw::{DrawBuffer, Filter, PathStep};
use transom_protocol::geometry::{Point, Rect, Scale};
use transom_protocol::glyph::GlyphBuffer;
use transom_protocol::hello::Codec;
use transom_protocol::ids::{FrameId, GlyphSetId, ListId, PoolId, WindowId};
use transom_protocol::paint::{
    DefineConic, DefineLinear, DefinePattern, DefineRadial, DestroyPaint, Extend, Stop,
};
use transom_protocol::request::{
    AddGlyphs, Begin, BeginImage, BeginPatch, Commit, CreateGlyphSet, CreateSurface, DefineList,
    DestroyGlyphSet, DestroyImage, DestroyList, DestroySurface, Draw, EndImage, FrameKind,
    GlyphSetFlags, ImageData, ImageFlags, ImageFormat, PoolImage, ReadPixels,
};
use transom_protocol::window::ColorSpace;

use super::absurd::Absurd;
use super::records::record;

/// Length and opcode of a packet.
const HEAD: usize = 6;

/// One or a few packets, some with bytes changed. `frame` grows from call to call.
pub(super) fn packet(a: &mut Absurd, frame: u32) -> Vec<u8> {
    let mut out = Vec::new();
    match a.below(10) {
        0 => paint(a, &mut out),
        1 => image(a, &mut out),
        2 => resource(a, &mut out),
        _ => {
            let records = drawing(a, 14);
            let surface = a.surface();
            for ops in records.pieces(MAX_PACKET / 2) {
                Request::from(Draw { surface, ops }).write(&mut out);
            }
        }
    }
    if a.chance(20) && out.len() > HEAD {
        for _ in 0..1 + a.below(6) {
            // The head stays: a wrong length is another test's.
            let at = HEAD + a.below(out.len() - HEAD);
            out[at] = a.bits() as u8;
        }
    }
    if a.chance(30) {
        commit(a, frame, &mut out);
    }
    out
}

fn drawing(a: &mut Absurd, most: usize) -> DrawBuffer {
    let mut buffer = DrawBuffer::new();
    for _ in 0..1 + a.below(most) {
        record(a, &mut buffer);
    }
    buffer
}

fn commit(a: &mut Absurd, frame: u32, out: &mut Vec<u8>) {
    let window = WindowId(1);
    let mut bytes = Vec::new();
    Request::from(Commit {
        frame: FrameId(frame),
        kind: a.one_of(FrameKind::ALL),
        windows: Packed::pack(&[window], &mut bytes),
    })
    .write(out);
    if a.chance(30) {
        Request::from(Begin {
            window,
            configure: Default::default(),
            size: a.size(),
        })
        .write(out);
    }
}

fn paint(a: &mut Absurd, out: &mut Vec<u8>) {
    let stops: Vec<Stop> = (0..a.below(9))
        .map(|_| Stop {
            offset: a.number() / 50.0,
            color: a.color(),
        })
        .collect();
    let mut bytes = Vec::new();
    let stops = Packed::pack(&stops, &mut bytes);
    let (paint, transform, extend) = (a.paint_id(), a.transform(), a.one_of(Extend::ALL));
    let request: Request<'_> = match a.below(5) {
        0 => DefineLinear {
            paint,
            from: a.point(),
            to: a.point(),
            transform,
            extend,
            stops,
        }
        .into(),
        1 => DefineRadial {
            paint,
            from: a.point(),
            from_radius: a.number(),
            to: a.point(),
            to_radius: a.number(),
            transform,
            extend,
            stops,
        }
        .into(),
        2 => DefineConic {
            paint,
            center: a.point(),
            start: a.number(),
            sweep: a.number(),
            transform,
            extend,
            stops,
        }
        .into(),
        3 => DestroyPaint { paint }.into(),
        _ => DefinePattern {
            paint,
            image: a.image(),
            part: if a.flip() {
                Default::default()
            } else {
                a.pixel_rect()
            },
            transform,
            extend_x: extend,
            extend_y: a.one_of(Extend::ALL),
            filter: a.one_of(Filter::ALL),
        }
        .into(),
    };
    request.write(out);
}

fn image(a: &mut Absurd, out: &mut Vec<u8>) {
    let (image, size) = (a.image(), a.pixel_size());
    let format = a.one_of(ImageFormat::ALL);
    let flags = a.one_of(&[
        ImageFlags::NONE,
        ImageFlags::NONE,
        ImageFlags::PROGRESSIVE,
        ImageFlags::BLANK,
    ]);
    if a.chance(70) {
        Request::from(BeginImage {
            image,
            size,
            format,
            flags,
        })
        .write(out);
    } else {
        let rect = a.pixel_rect();
        Request::from(BeginPatch { image, rect }).write(out);
    }
    let bytes = size.area().saturating_mul(4).min(100_000) as usize;
    // Sometimes all of it, sometimes not.
    let percent = if a.flip() { 100 } else { a.below(120) };
    let data = a.bytes(bytes * percent / 100);
    Request::from(ImageData {
        image,
        codec: if a.chance(80) {
            Codec::Raw
        } else {
            a.one_of(Codec::ALL)
        },
        data: &data,
    })
    .write(out);
    if a.chance(80) {
        Request::from(EndImage { image }).write(out);
    }
}

fn resource(a: &mut Absurd, out: &mut Vec<u8>) {
    match a.below(6) {
        0 => list(a, out),
        1 => glyphs(a, out),
        2 => surface(a, out),
        3 => {
            let image = a.image();
            Request::from(DestroyImage { image }).write(out);
        }
        4 => {
            let (surface, rect) = (a.surface(), a.pixel_rect());
            Request::from(ReadPixels {
                id: 1,
                surface,
                rect,
            })
            .write(out);
        }
        _ => Request::from(PoolImage {
            image: a.image(),
            rect: a.pixel_rect(),
            pool: PoolId(a.below(2) as u32),
            offset: a.bits(),
            stride: a.bits() as u32,
        })
        .write(out),
    }
}

fn list(a: &mut Absurd, out: &mut Vec<u8>) {
    let list = ListId(a.below(5) as u32);
    if a.chance(20) {
        Request::from(DestroyList { list }).write(out);
        return;
    }
    let records = drawing(a, 8);
    if let Some(ops) = records.pieces(MAX_PACKET / 2).next() {
        Request::from(DefineList { list, ops }).write(out);
    }
}

fn glyphs(a: &mut Absurd, out: &mut Vec<u8>) {
    let set = GlyphSetId(a.below(3) as u32);
    match a.below(4) {
        0 => Request::from(DestroyGlyphSet { set }).write(out),
        1 => Request::from(CreateGlyphSet {
            set,
            units_per_em: a.one_of(&[0, 1, 16, 1000, u16::MAX]),
            flags: a.one_of(&[GlyphSetFlags::NONE, GlyphSetFlags::HINTED]),
        })
        .write(out),
        _ => {
            let mut glyphs = GlyphBuffer::new();
            for _ in 0..1 + a.below(9) {
                glyph(a, &mut glyphs);
            }
            Request::from(AddGlyphs {
                set,
                glyphs: glyphs.as_bytes(),
            })
            .write(out);
        }
    }
}

fn glyph(a: &mut Absurd, to: &mut GlyphBuffer) {
    let (index, advance) = (a.below(300) as u16, a.bits() as i16);
    let steps: Vec<PathStep> = (0..a.below(12))
        .map(|i| {
            let mut place = || Point::new(f32::from(a.bits() as i16), f32::from(a.bits() as i16));
            match i % 4 {
                0 => PathStep::Move(place()),
                1 => PathStep::Quad(place(), place()),
                2 => PathStep::Line(place()),
                _ => PathStep::Close,
            }
        })
        .collect();
    match a.below(4) {
        0 => {
            let layers = [(Some(a.color()), &steps[..]), (None, &steps[..])];
            to.layers(index, advance, &layers);
        }
        1 => {
            let corner = (a.bits() as i16, a.bits() as i16);
            let size = (a.bits() as u16, a.bits() as u16);
            to.image(index, advance, a.image(), corner, size);
        }
        _ => to.outline(index, advance, &steps),
    }
}

fn surface(a: &mut Absurd, out: &mut Vec<u8>) {
    let surface = a.offscreen();
    if a.chance(30) {
        Request::from(DestroySurface { surface }).write(out);
        return;
    }
    let Rect { width, height, .. } = a.rect();
    Request::from(CreateSurface {
        surface,
        size: transom_protocol::geometry::Size::new(width, height),
        scale: a.one_of(&[Scale(0), Scale(30), Scale(120), Scale(1920), Scale(7)]),
        follow: WindowId(a.below(3) as u32),
        color_space: ColorSpace::SRGB,
    })
    .write(out);
}
