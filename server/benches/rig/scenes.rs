//! What clients draw: packets, of which the last is the one to be measured.

use transom_protocol::Request;
use transom_protocol::codec::Packed;
use transom_protocol::color::Color;
use transom_protocol::draw::{
    Cap, DrawBuffer, FillRule, Filter, ImagePart, PathBuffer, PathStep, RunPositions, Segment,
};
use transom_protocol::geometry::{PixelSize, Point, Rect, Transform};
use transom_protocol::glyph::GlyphBuffer;
use transom_protocol::hello::Codec;
use transom_protocol::ids::{FrameId, GlyphSetId, ImageId, PaintId, SurfaceId};
use transom_protocol::paint::{DefineLinear, Extend, Stop};
use transom_protocol::request::{
    AddGlyphs, BeginImage, Commit, CreateGlyphSet, Draw, EndImage, FrameKind, GlyphSetFlags,
    ImageData, ImageFlags, ImageFormat,
};

use super::client::{SURFACE, WINDOW};

/// Places all over the window, always the same.
fn places(count: u32) -> impl Iterator<Item = Point> {
    (0..count).map(|n| Point::new((n * 37 % 560) as f32, (n * 53 % 370) as f32))
}

pub(super) fn thousand_rects() -> Vec<Rect> {
    places(1000)
        .map(|p| Rect::new(p.x, p.y, 10.0, 10.0))
        .collect()
}

fn draw(record: impl FnOnce(&mut DrawBuffer)) -> Vec<u8> {
    let mut buffer = DrawBuffer::new();
    record(&mut buffer);
    let mut packet = Vec::new();
    Request::from(Draw {
        surface: SURFACE,
        ops: buffer.ops(),
    })
    .write(&mut packet);
    packet
}

const INK: Color = Color::rgb(30, 60, 120);

/// One rectangle of 100x100.
pub(super) fn one_rect() -> Vec<u8> {
    draw(|d| d.fill_rects(INK.into(), false, &[Rect::new(20.0, 30.0, 100.0, 100.0)]))
}

/// A thousand rectangles of 10x10.
pub(super) fn rects() -> Vec<Vec<u8>> {
    vec![draw(|d| {
        d.fill_rects(INK.into(), false, &thousand_rects());
    })]
}

/// A thousand hairlines, ten pixels long.
pub(super) fn segments() -> Vec<Vec<u8>> {
    let segments: Vec<Segment> = places(1000)
        .map(|from| Segment {
            from,
            to: Point::new(from.x + 10.0, from.y + 6.0),
        })
        .collect();
    vec![draw(|d| {
        d.set_antialias(false);
        d.segments(INK.into(), false, 0.0, Cap::Butt, &segments);
    })]
}

/// Ten lines of eighty letters.
pub(super) fn text() -> Vec<Vec<u8>> {
    let set = GlyphSetId(1);
    let mut packets = Vec::new();
    Request::from(CreateGlyphSet {
        set,
        units_per_em: 1000,
        flags: GlyphSetFlags::NONE,
    })
    .write(&mut packets);
    let mut glyphs = GlyphBuffer::new();
    for index in 0..16u16 {
        let [left, top] = [40.0 + f32::from(index) * 5.0, 700.0];
        glyphs.outline(
            index,
            600,
            &[
                PathStep::Move(Point::new(left, 0.0)),
                PathStep::Quad(Point::new(left, top), Point::new(300.0, top)),
                PathStep::Quad(Point::new(560.0, top), Point::new(560.0, 0.0)),
                PathStep::Line(Point::new(440.0, 0.0)),
                PathStep::Quad(Point::new(300.0, top * 1.2), Point::new(160.0, 0.0)),
                PathStep::Close,
            ],
        );
    }
    Request::from(AddGlyphs {
        set,
        glyphs: glyphs.as_bytes(),
    })
    .write(&mut packets);
    let letters: Vec<u16> = (0..80).map(|n| n * 7 % 16).collect();
    let lines = draw(|d| {
        for n in 1..=10 {
            let origin = Point::new(10.0, n as f32 * 14.0);
            let positions = RunPositions::Constant(7.0);
            d.glyph_run(set, INK.into(), 12.0, origin, positions, &letters);
        }
    });
    vec![packets, lines]
}

/// Twenty anti-aliased polygons of 64 corners, each another, so that none is found among those kept.
pub(super) fn paths() -> Vec<Vec<u8>> {
    vec![draw(|d| {
        for n in 0..20u16 {
            let (middle, radius) = (150.0 + 10.0 * f32::from(n), 90.0 + f32::from(n));
            let mut path = PathBuffer::new();
            for corner in 0..64u16 {
                let angle = f32::from(corner) * std::f32::consts::TAU / 64.0;
                let at = Point::new(middle + radius * angle.cos(), 200.0 + radius * angle.sin());
                path.push(match corner {
                    0 => PathStep::Move(at),
                    _ => PathStep::Line(at),
                });
            }
            path.push(PathStep::Close);
            d.fill_path(INK.into(), true, FillRule::NonZero, &path)
                .expect("short enough");
        }
    })]
}

/// A thousand trapezoids of 10x10, a record each, of shapes that change all the time.
pub(super) fn polygons() -> Vec<Vec<u8>> {
    vec![draw(|d| {
        for (n, at) in places(1000).enumerate() {
            let lean = (n % 97) as f32 / 10.0;
            let mut path = PathBuffer::new();
            path.push(PathStep::Move(at))
                .push(PathStep::Line(Point::new(at.x + lean, at.y + 10.0)))
                .push(PathStep::Line(Point::new(at.x + 10.0, at.y + 10.0)))
                .push(PathStep::Line(Point::new(at.x + 10.0 - lean / 2.0, at.y)))
                .push(PathStep::Close);
            d.fill_path(INK.into(), false, FillRule::NonZero, &path)
                .expect("short enough");
        }
    })]
}

/// A thousand copies of 10x10 pixels within the window, a record each.
pub(super) fn copies() -> Vec<Vec<u8>> {
    vec![draw(|d| {
        for (from, to) in places(1000).zip(places(1100).skip(100)) {
            d.copy_area(SurfaceId::NONE, Rect::new(from.x, from.y, 10.0, 10.0), to);
        }
    })]
}

/// A square of 200x200 in a gradient of three colours.
pub(super) fn gradient() -> Vec<Vec<u8>> {
    let paint = PaintId(1);
    let stop = |offset, color| Stop { offset, color };
    let stops = [
        stop(0.0, INK),
        stop(0.4, Color::rgb(240, 200, 60)),
        stop(1.0, Color::rgba(200, 40, 40, 128)),
    ];
    let (mut bytes, mut define) = (Vec::new(), Vec::new());
    Request::from(DefineLinear {
        paint,
        from: Point::new(10.0, 10.0),
        to: Point::new(190.0, 150.0),
        transform: Transform::IDENTITY,
        extend: Extend::Pad,
        stops: Packed::pack(&stops, &mut bytes),
    })
    .write(&mut define);
    let square = draw(|d| {
        d.fill_rects(paint.into(), false, &[Rect::new(5.0, 5.0, 200.0, 200.0)]);
    });
    vec![define, square]
}

/// An image of 100x100 drawn at twice its size, linear.
pub(super) fn image() -> Vec<Vec<u8>> {
    let image = ImageId(1);
    let mut packets = Vec::new();
    Request::from(BeginImage {
        image,
        size: PixelSize::new(100, 100),
        format: ImageFormat::Rgba,
        flags: ImageFlags::NONE,
    })
    .write(&mut packets);
    let data: Vec<u8> = (0..40_000u32).map(|n| (n * 31 % 253) as u8).collect();
    Request::from(ImageData {
        image,
        codec: Codec::Raw,
        data: &data,
    })
    .write(&mut packets);
    Request::from(EndImage { image }).write(&mut packets);
    let part = ImagePart {
        source: Rect::default(),
        dest: Rect::new(10.0, 10.0, 200.0, 200.0),
    };
    let drawn = draw(|d| d.images(image, INK.into(), Filter::Linear, &[part]));
    vec![packets, drawn]
}

/// Appends the commit of the window's frame of that number.
pub(super) fn commit(frame: u32, packets: &mut Vec<u8>) {
    let mut bytes = Vec::new();
    Request::from(Commit {
        frame: FrameId(frame),
        kind: FrameKind::Incremental,
        windows: Packed::pack(&[WINDOW], &mut bytes),
    })
    .write(packets);
}
