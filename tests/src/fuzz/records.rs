//! Draw records of every kind.

use transom_protocol::codec::Packed;
use transom_protocol::draw::{
    Blend, Cap, DrawBuffer, Ellipse, FillRule, Filter, ImagePart, Join, PixelData, PoolPixels,
    RunPositions, Segment, StrokeStyle, Triangle, Vertex,
};
use transom_protocol::geometry::{PixelSize, Point, Rect};
use transom_protocol::ids::{GlyphSetId, ListId, PoolId};
use transom_protocol::request::ImageFormat;

use super::absurd::Absurd;

/// Appends one record.
pub(super) fn record(a: &mut Absurd, to: &mut DrawBuffer) {
    to.set_antialias(a.flip());
    match a.below(7) {
        0 | 1 => boxes(a, to),
        2 => lines(a, to),
        3 => arrays(a, to),
        4 => pixels(a, to),
        5 => text(a, to),
        _ => state(a, to),
    }
}

fn boxes(a: &mut Absurd, to: &mut DrawBuffer) {
    let (paint, smooth, rects) = (a.paint(), a.flip(), a.rects());
    let antialias = a.flip();
    match a.below(6) {
        0 => to.clear_to(a.color()),
        1 => to.fill_rects(paint, smooth, &rects),
        2 => to.stroke_rects(paint, smooth, a.number(), &rects),
        3 => to.fill_rounded(paint, smooth, antialias, a.radii(), &rects),
        4 => to.stroke_rounded(paint, smooth, antialias, a.number(), a.radii(), &rects),
        _ => to.fill_blurred(paint, smooth, antialias, a.number(), a.radii(), &rects),
    }
}

fn lines(a: &mut Absurd, to: &mut DrawBuffer) {
    let (paint, antialias) = (a.paint(), a.flip());
    let dashes: Vec<f32> = (0..a.below(4)).map(|_| a.number()).collect();
    let mut bytes = Vec::new();
    let style = StrokeStyle {
        width: if a.flip() { 0.0 } else { a.number() },
        cap: a.one_of(Cap::ALL),
        join: a.one_of(Join::ALL),
        miter_limit: a.number(),
        dash_phase: a.number(),
        dashes: Packed::pack(&dashes, &mut bytes),
    };
    // What is too long for a packet is not sent; the buffer says so.
    let _ = match a.below(4) {
        0 => {
            let segments = segments(a);
            to.segments(paint, antialias, style.width, style.cap, &segments);
            Ok(())
        }
        1 => to.polyline(paint, antialias, a.flip(), &style, &a.points()),
        2 => to.stroke_path(paint, antialias, &style, &a.path()),
        _ => to.fill_path(paint, antialias, a.one_of(FillRule::ALL), &a.path()),
    };
}

fn segments(a: &mut Absurd) -> Vec<Segment> {
    let most = if a.chance(10) { 500 } else { 6 };
    (0..1 + a.below(most))
        .map(|_| Segment {
            from: a.point(),
            to: a.point(),
        })
        .collect()
}

fn arrays(a: &mut Absurd, to: &mut DrawBuffer) {
    let (paint, antialias, points) = (a.paint(), a.flip(), a.points());
    match a.below(5) {
        0 => to.points(paint, antialias, a.flip(), a.number(), &points),
        1 | 2 => {
            let ellipse = |p: &Point| Ellipse {
                center: *p,
                radius_x: a.number(),
                radius_y: a.number(),
            };
            let ellipses: Vec<Ellipse> = points.iter().map(ellipse).collect();
            if antialias {
                to.fill_ellipses(paint, a.flip(), &ellipses);
            } else {
                to.stroke_ellipses(paint, a.flip(), a.number(), &ellipses);
            }
        }
        3 => {
            let triangle = |p: &Point| Triangle::new(*p, a.point(), a.point());
            let triangles: Vec<Triangle> = points.iter().map(triangle).collect();
            to.triangles(paint, antialias, &triangles);
        }
        _ => mesh(a, to),
    }
}

fn mesh(a: &mut Absurd, to: &mut DrawBuffer) {
    let vertex = |a: &mut Absurd| Vertex {
        position: a.point(),
        texture: a.point(),
        color: a.color(),
    };
    let vertices: Vec<Vertex> = (0..12).map(|_| vertex(a)).collect();
    let indices: Vec<u32> = (0..24).map(|_| a.below(13) as u32).collect();
    to.mesh(
        a.image(),
        a.one_of(Filter::ALL),
        a.flip(),
        &vertices,
        &indices,
    );
}

fn pixels(a: &mut Absurd, to: &mut DrawBuffer) {
    let whole = a.flip();
    let parts: Vec<ImagePart> = a
        .rects()
        .into_iter()
        .map(|dest| ImagePart {
            source: if whole { Rect::default() } else { a.rect() },
            dest,
        })
        .collect();
    let (image, paint, filter) = (a.image(), a.paint(), a.one_of(Filter::ALL));
    match a.below(5) {
        3 => own_pixels(a, to),
        4 => pool_pixels(a, to),
        0 => to.images(image, paint, filter, &parts),
        1 => to.nine_patch(image, paint, filter, a.radii(), a.number(), &parts),
        _ => to.copy_area(a.surface(), a.rect(), a.point()),
    }
}

/// Pixels in the record: few, or a row or column that is too long.
fn own_pixels(a: &mut Absurd, to: &mut DrawBuffer) {
    let (width, height) = match a.below(6) {
        0 => (a.below(40_000) as u32, 1),
        1 => (1, a.below(40_000) as u32),
        _ => (a.below(70) as u32, a.below(70) as u32),
    };
    let (size, format) = (PixelSize::new(width, height), a.one_of(ImageFormat::ALL));
    let bits = a.bits();
    let bytes: Vec<u8> = (0..size.area() * format.bytes_per_pixel() as u64)
        .map(|i| (i.wrapping_mul(bits) >> 16) as u8)
        .collect();
    if let Some(pixels) = PixelData::new(size, format, &bytes) {
        to.pixels(a.paint(), a.one_of(Filter::ALL), a.rect(), &pixels);
    }
}

fn pool_pixels(a: &mut Absurd, to: &mut DrawBuffer) {
    let small = a.flip();
    let number = |a: &mut Absurd| match small {
        true => a.below(300) as u64,
        false => a.bits(),
    };
    let pixels = PoolPixels {
        pool: PoolId(a.below(3) as u32),
        offset: number(a),
        stride: number(a) as u32,
        size: PixelSize::new(number(a) as u32, number(a) as u32),
        format: a.one_of(ImageFormat::ALL),
    };
    to.pool_pixels(a.paint(), a.one_of(Filter::ALL), a.rect(), &pixels);
}

fn text(a: &mut Absurd, to: &mut DrawBuffer) {
    let count = 1 + a.below(20);
    let indices: Vec<u16> = (0..count).map(|_| a.below(300) as u16).collect();
    let advances: Vec<i16> = (0..count).map(|_| a.bits() as i16).collect();
    let points: Vec<Point> = (0..count).map(|_| a.point()).collect();
    let positions = match a.below(4) {
        0 => RunPositions::Constant(a.number()),
        1 => RunPositions::Natural,
        2 => RunPositions::Advances(&advances),
        _ => RunPositions::Points(&points),
    };
    let size = if a.flip() { 12.0 } else { a.number() };
    let set = GlyphSetId(a.below(3) as u32);
    to.glyph_run(set, a.paint(), size, a.point(), positions, &indices);
}

fn state(a: &mut Absurd, to: &mut DrawBuffer) {
    match a.below(13) {
        0 => to.set_blend(a.one_of(Blend::ALL)),
        1 => {
            // Too long for a packet: not sent.
            let _ = to.clip_path(a.flip(), a.flip(), a.one_of(FillRule::ALL), &a.path());
        }
        2 | 3 => to.begin_group(if a.flip() { a.rect() } else { Rect::default() }),
        4 | 5 => to.end_group(),
        6 => to.set_opacity(a.number()),
        7 => to.draw_list(ListId(a.below(5) as u32)),
        8 => to.clip_rects(&a.rects()),
        9 => to.concat(a.transform()),
        10 => to.save(),
        11 => to.restore(),
        _ => match a.flip() {
            true => to.reset(),
            false => to.set_transform(a.transform()),
        },
    }
}
