//! Paints, groups, clips and lists as a client sees them.

use transom_protocol::codec::Packed;
use transom_protocol::color::Color;
use transom_protocol::draw::{Blend, DrawBuffer, FillRule, PathBuffer, PathStep, Vertex};
use transom_protocol::error::ErrorCode;
use transom_protocol::event::Error;
use transom_protocol::geometry::{PixelRect, PixelSize, Point, Rect, Transform};
use transom_protocol::hello::Codec;
use transom_protocol::ids::{ImageId, ListId, PaintId};
use transom_protocol::paint::{
    DefineLinear, DefinePattern, DefineRadial, DestroyPaint, Extend, Stop,
};
use transom_protocol::request::{
    BeginImage, DefineList, DestroyImage, DestroyList, EndImage, ImageData, ImageFlags, ImageFormat,
};

use super::rig::{Rig, WINDOW};

const ALL: Rect = Rect::new(0.0, 0.0, 40.0, 40.0);

fn gradient(rig: &mut Rig, id: u32, stops: &[Stop]) {
    let mut buffer = Vec::new();
    rig.send(DefineLinear {
        paint: PaintId(id),
        from: Point::new(0.0, 0.0),
        to: Point::new(40.0, 30.0),
        transform: Transform::IDENTITY,
        extend: Extend::Reflect,
        stops: Packed::pack(stops, &mut buffer),
    });
}

fn stops() -> [Stop; 2] {
    let stop = |offset, color| Stop { offset, color };
    [
        stop(0.0, Color::RED),
        stop(1.0, Color::BLUE.with_alpha(100)),
    ]
}

fn image(rig: &mut Rig, id: u32) {
    let (image, size) = (ImageId(id), PixelSize::new(8, 8));
    rig.send(BeginImage {
        image,
        size,
        format: ImageFormat::Rgba,
        flags: ImageFlags::NONE,
    });
    let data: Vec<u8> = (0..256).map(|i| (i * 5 % 251) as u8).collect();
    rig.send(ImageData {
        image,
        codec: Codec::Raw,
        data: &data,
    });
    rig.send(EndImage { image });
}

fn triangle() -> PathBuffer {
    let mut path = PathBuffer::new();
    path.push(PathStep::Move(Point::new(3.5, 2.0)))
        .push(PathStep::Line(Point::new(38.0, 15.0)))
        .push(PathStep::Line(Point::new(9.0, 37.5)));
    path
}

/// Something in every way of drawing, around the middle.
fn mixture(d: &mut DrawBuffer) {
    let rect = Rect::new(11.0, 9.0, 17.5, 20.25);
    d.fill_rects(Color::GREEN.into(), false, &[rect]);
    d.fill_rects(Color::rgba(9, 99, 200, 90).into(), true, &[rect]);
    d.fill_rounded(
        PaintId(1).into(),
        true,
        false,
        [5.0; 4],
        &[Rect::new(8.0, 14.0, 20.0, 12.0)],
    );
    d.fill_blurred(
        Color::BLACK.into(),
        false,
        false,
        2.0,
        [3.0; 4],
        &[Rect::new(12.0, 12.0, 9.0, 9.0)],
    );
    d.fill_path(PaintId(2).into(), true, FillRule::NonZero, &triangle())
        .expect("short");
    let vertex = |x, y, color| Vertex {
        position: Point::new(x, y),
        texture: Point::new(x / 5.0, y / 5.0),
        color,
    };
    let corners = [
        vertex(10.0, 10.0, Color::WHITE),
        vertex(30.0, 12.0, Color::RED),
        vertex(14.0, 31.0, Color::BLUE),
    ];
    d.mesh(
        ImageId(1),
        transom_protocol::draw::Filter::Linear,
        false,
        &corners,
        &[],
    );
    d.copy_area(
        transom_protocol::ids::SurfaceId::NONE,
        Rect::new(10.0, 10.0, 8.0, 8.0),
        Point::new(19.0, 20.0),
    );
}

fn rig() -> Rig {
    let mut rig = Rig::new();
    image(&mut rig, 1);
    gradient(&mut rig, 1, &stops());
    rig.send(DefinePattern {
        paint: PaintId(2),
        image: ImageId(1),
        part: PixelRect::EMPTY,
        transform: Transform::rotate(0.3),
        extend_x: Extend::Repeat,
        extend_y: Extend::Repeat,
        filter: transom_protocol::draw::Filter::Linear,
    });
    rig.window(40.0, 40.0);
    rig
}

#[test]
fn where_a_group_begins_does_not_show() {
    let draw = |bounds: Rect| {
        let mut rig = rig();
        rig.draw(WINDOW, |d| {
            d.clear_to(Color::WHITE);
            d.clip_rects(&[Rect::new(7.0, 5.0, 30.0, 30.0)]);
            d.begin_group(bounds);
            mixture(d);
            d.end_group();
        });
        rig.commit(&[WINDOW]);
        assert_eq!(rig.errors(), []);
        rig.pixels(WINDOW)
    };
    let whole = draw(Rect::default());
    // More than the clip, exactly the clip, and with fractions around it.
    for bounds in [
        ALL,
        Rect::new(7.0, 5.0, 30.0, 30.0),
        Rect::new(6.5, 4.5, 30.9, 30.9),
    ] {
        assert!(draw(bounds) == whole, "{bounds:?}");
    }
}

#[test]
fn a_group_is_drawn_as_one_thing() {
    let mut rig = rig();
    rig.draw(WINDOW, |d| {
        d.clear_to(Color::WHITE);
        d.set_opacity(0.5);
        d.begin_group(Rect::default());
        d.fill_rects(Color::RED.into(), false, &[ALL]);
        d.fill_rects(Color::BLACK.into(), false, &[ALL]);
        d.end_group();
        d.set_opacity(1.0);
        d.set_blend(Blend::Multiply);
        d.fill_rects(Color::RED.into(), false, &[Rect::new(0.0, 0.0, 1.0, 1.0)]);
    });
    rig.commit(&[WINDOW]);
    let pixels = rig.pixels(WINDOW);
    assert_eq!(pixels[1], 0xff7f_7f7f, "no red shines through");
    assert_eq!(pixels[0], 0xff7f_0000);
}

#[test]
fn a_list_keeps_what_it_draws_with() {
    let record = |d: &mut DrawBuffer| {
        d.fill_path(PaintId(2).into(), true, FillRule::NonZero, &triangle())
            .expect("short");
        d.fill_rounded(PaintId(1).into(), true, true, [9.0; 4], &[ALL]);
    };
    let mut plain = rig();
    plain.draw(WINDOW, record);
    plain.commit(&[WINDOW]);
    let mut rig = rig();
    let mut d = DrawBuffer::new();
    record(&mut d);
    rig.send(DefineList {
        list: ListId(1),
        ops: d.ops(),
    });
    rig.send(DestroyPaint { paint: PaintId(1) });
    rig.send(DestroyPaint { paint: PaintId(2) });
    rig.send(DestroyImage { image: ImageId(1) });
    rig.draw(WINDOW, |d| d.draw_list(ListId(1)));
    rig.send(DestroyList { list: ListId(1) });
    rig.commit(&[WINDOW]);
    assert_eq!(rig.errors(), []);
    assert!(rig.pixels(WINDOW) == plain.pixels(WINDOW));
}

/// A list, or a group, may begin by covering everything: only its own records tell whether the picture before
/// is needed.
#[test]
fn the_picture_before_is_brought_forward_when_something_is_drawn() {
    let mut rig = Rig::new();
    rig.window(300.0, 300.0);
    let mut d = DrawBuffer::new();
    d.set_opacity(0.5);
    rig.send(DefineList {
        list: ListId(1),
        ops: d.ops(),
    });
    for _ in 0..3 {
        rig.draw(WINDOW, |d| d.clear_to(Color::WHITE));
        rig.commit(&[WINDOW]);
    }
    rig.begin(WINDOW, 300.0, 300.0);
    rig.budget = 1000;
    let slices = rig.draw(WINDOW, |d| {
        d.draw_list(ListId(1));
        d.begin_group(Rect::new(5.0, 5.0, 1.0, 1.0));
        d.clear_to(Color::RED);
    });
    assert!(slices <= 2, "{slices}");
    let slices = rig.draw(WINDOW, |d| d.end_group());
    assert!(slices > 2, "{slices}");
}

#[test]
fn all_memory_comes_back() {
    let mut rig = Rig::new();
    rig.window(40.0, 40.0);
    rig.draw(WINDOW, |d| d.clear_to(Color::WHITE));
    rig.commit(&[WINDOW]);
    rig.draw(WINDOW, |d| d.clear_to(Color::WHITE));
    rig.commit(&[WINDOW]);
    let before = rig.session.memory_used();
    for _ in 0..3 {
        image(&mut rig, 1);
        gradient(&mut rig, 1, &stops());
        let mut d = DrawBuffer::new();
        d.fill_rects(PaintId(1).into(), false, &[ALL]);
        rig.send(DefineList {
            list: ListId(1),
            ops: d.ops(),
        });
        rig.draw(WINDOW, |d| {
            d.clear_to(Color::WHITE);
            d.begin_group(Rect::default());
            d.clip_path(true, false, FillRule::NonZero, &triangle())
                .expect("short");
            d.save();
            d.begin_group(ALL);
            d.draw_list(ListId(1));
            let part = transom_protocol::draw::ImagePart {
                source: Rect::default(),
                dest: Rect::new(0.0, 0.0, 1.0, 1.0),
            };
            let paint = Color::WHITE.into();
            d.images(
                ImageId(1),
                paint,
                transom_protocol::draw::Filter::Area,
                &[part],
            );
        });
        assert!(rig.session.memory_used() > before + 2 * 1600 * 4);
        // The groups are still open.
        rig.commit(&[WINDOW]);
    }
    assert_eq!(rig.errors(), []);
    rig.send(DestroyList { list: ListId(1) });
    rig.send(DestroyPaint { paint: PaintId(1) });
    rig.send(DestroyImage { image: ImageId(1) });
    assert_eq!(rig.session.memory_used(), before);
}

#[test]
fn mistakes_are_told_and_cost_only_themselves() {
    let mut rig = rig();
    let told = |rig: &mut Rig, write: &dyn Fn(&mut DrawBuffer)| {
        rig.draw(WINDOW, |d| write(d));
        rig.errors().iter().map(|e| e.0).collect::<Vec<_>>()
    };
    let rects = [ALL];
    assert_eq!(
        told(&mut rig, &|d| d.fill_rects(
            PaintId(9).into(),
            false,
            &rects
        )),
        [ErrorCode::UNKNOWN_ID]
    );
    assert_eq!(
        told(&mut rig, &|d| d.draw_list(ListId(9))),
        [ErrorCode::UNKNOWN_ID]
    );
    assert_eq!(told(&mut rig, &|d| d.end_group()), [ErrorCode::BAD_STATE]);
    let deep = |d: &mut DrawBuffer| {
        (0..40).for_each(|_| d.begin_group(Rect::default()));
        (0..40).for_each(|_| d.end_group());
    };
    assert_eq!(told(&mut rig, &deep), [ErrorCode::QUOTA]);
    assert_eq!(told(&mut rig, &|d| d.end_group()), [ErrorCode::BAD_STATE]);
    let wide = |d: &mut DrawBuffer| {
        let huge = [Rect::new(0.0, 0.0, 1e5, 1e5)];
        d.fill_blurred(Color::RED.into(), false, false, 1.0, [5e4; 4], &huge);
    };
    assert_eq!(told(&mut rig, &wide), [ErrorCode::QUOTA]);
}

#[test]
fn paints_that_cannot_be_are_refused_and_inert() {
    let mut rig = Rig::new();
    let bad = |rig: &mut Rig| rig.errors().iter().map(|e| e.0).collect::<Vec<_>>();
    gradient(&mut rig, 0, &stops());
    assert_eq!(bad(&mut rig), [ErrorCode::BAD_ID]);
    gradient(&mut rig, 1, &[]);
    gradient(&mut rig, 2, &[Stop::default(); 1025]);
    let mut buffer = Vec::new();
    rig.send(DefineRadial {
        paint: PaintId(3),
        from: Point::new(0.0, f32::NAN),
        from_radius: -1.0,
        to: Point::default(),
        to_radius: f32::INFINITY,
        transform: Transform::IDENTITY,
        extend: Extend::Pad,
        stops: Packed::pack(&stops(), &mut buffer),
    });
    assert_eq!(bad(&mut rig), [ErrorCode::BAD_ARGUMENT; 3]);
    rig.window(40.0, 40.0);
    rig.draw(WINDOW, |d| d.fill_rects(PaintId(3).into(), false, &[ALL]));
    assert_eq!(bad(&mut rig), [], "what failed once is not told again");
}

#[test]
fn lists_cannot_be_made_to_draw_without_end() {
    let mut rig = Rig::new();
    for list in 1..=12 {
        let mut d = DrawBuffer::new();
        d.fill_rects(Color::RED.into(), false, &[ALL]);
        (0..16).for_each(|_| d.draw_list(ListId(list - 1).max(ListId(1))));
        rig.send(DefineList {
            list: ListId(list),
            ops: d.ops(),
        });
    }
    let told = rig.errors();
    // The first names itself, which is not there; those after it name what failed.
    assert_eq!(told[0], (ErrorCode::UNKNOWN_ID, told[0].1, 1));
    let mut d = DrawBuffer::new();
    d.fill_rects(Color::RED.into(), false, &[ALL]);
    for list in 21..=40 {
        rig.send(DefineList {
            list: ListId(list),
            ops: d.ops(),
        });
        d.clear();
        (0..16).for_each(|_| d.draw_list(ListId(list)));
    }
    assert!(rig.errors().iter().any(|e| e.0 == ErrorCode::QUOTA));
    let whole = Error::NO_OP;
    assert_ne!(told[0].2, whole);
}
