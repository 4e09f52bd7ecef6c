use transom_protocol::codec::{MAGIC, Packed, write_packet};
use transom_protocol::color::Color;
use transom_protocol::draw::{Cap, DrawOps, Filter, ImagePart, Join, StrokeStyle};
use transom_protocol::error::ErrorCode;
use transom_protocol::event::Error;
use transom_protocol::geometry::{PixelRect, PixelSize, Point, Rect, Scale, Size};
use transom_protocol::hello::{Codec, Features, Hello};
use transom_protocol::ids::{GlyphSetId, ImageId, PoolId, SurfaceId, WindowId};
use transom_protocol::request::{
    AddGlyphs, BeginImage, CreateGlyphSet, CreatePool, DestroyGlyphSet, DestroyImage, DestroyPool,
    DestroySurface, DestroyWindow, Draw, EndImage, GlyphSetFlags, Group, ImageData, ImageFlags,
    ImageFormat, ReadPixels, SetContentRect, SetIcon, SetRegion, SetSizeLimits, SetTextInput,
};
use transom_protocol::window::{RegionKind, TextPurpose};

use super::super::limits::MAX_STROKE_POINTS;
use super::super::{Admission, Limits, Run};
use super::rig::{Rig, Told, WINDOW, hello};
use crate::time::Timestamp;

const NO_OP: u32 = Error::NO_OP;

#[test]
fn an_unknown_opcode_is_skipped_and_told() {
    let mut rig = Rig::new();
    let mut bytes = Vec::new();
    write_packet(&mut bytes, 0x7777, |out| out.extend_from_slice(b"whatever"));
    rig.feed(&bytes);
    assert_eq!(rig.errors(), [(ErrorCode::UNSUPPORTED, 1, NO_OP)]);
}

#[test]
fn an_unknown_operation_costs_only_itself() {
    let mut rig = Rig::new();
    rig.window(2.0, 1.0);
    // An operation of kind 0xee, two words long, then a clear to red, then one of kind 0xef.
    let ops = [
        0xee, 0, 2, 0, 1, 2, 3, 4, 0x01, 0, 2, 0, 255, 0, 0, 255, 0xef, 0, 1, 0,
    ];
    rig.send(Draw {
        surface: WINDOW.into(),
        ops: DrawOps::new(&ops),
    });
    assert_eq!(rig.errors(), [(ErrorCode::UNSUPPORTED, 3, 0)]);
    assert_eq!(rig.pixels(WINDOW), [0xffff_0000; 2]);
}

#[test]
fn operations_before_a_mistake_and_after_it_are_drawn() {
    let mut rig = Rig::new();
    rig.window(3.0, 1.0);
    rig.draw(WINDOW, |d| {
        d.clear_to(Color::BLUE);
        d.images(
            ImageId(5),
            Color::RED.into(),
            Filter::Nearest,
            &[ImagePart::default()],
        );
        d.fill_rects(Color::RED.into(), false, &[Rect::new(1.0, 0.0, 1.0, 1.0)]);
    });
    assert_eq!(rig.errors(), [(ErrorCode::UNKNOWN_ID, 3, 1)]);
    assert_eq!(rig.pixels(WINDOW), [0xff00_00ff, 0xffff_0000, 0xff00_00ff]);
}

#[test]
fn a_record_that_overruns_its_packet_ends_the_connection() {
    let mut rig = Rig::new();
    rig.window(1.0, 1.0);
    rig.send(Draw {
        surface: WINDOW.into(),
        ops: DrawOps::new(&[0x01, 0, 9, 0]),
    });
    assert_eq!(
        rig.events().last(),
        Some(&Told::Closed(ErrorCode::MALFORMED))
    );
    assert!(rig.session.client().is_none());
}

#[test]
fn window_ids_are_never_used_twice() {
    let mut rig = Rig::new();
    rig.create(WindowId(5));
    rig.send(DestroyWindow {
        window: WindowId(5),
    });
    rig.create(WindowId(5));
    rig.create(WindowId(4));
    rig.create(WindowId(0));
    let bad = |sequence| (ErrorCode::BAD_ID, sequence, NO_OP);
    assert_eq!(rig.errors(), [bad(3), bad(4), bad(5)]);
    rig.create(WindowId(6));
    assert_eq!(rig.errors(), []);
}

#[test]
fn windows_and_off_screen_surfaces_share_their_numbers() {
    let mut rig = Rig::new();
    rig.create(WindowId(1));
    rig.surface(1, 2.0, 2.0, Scale::ONE);
    rig.surface(2, 2.0, 2.0, Scale::ONE);
    rig.create(WindowId(2));
    assert_eq!(
        rig.errors(),
        [(ErrorCode::BAD_ID, 2, NO_OP), (ErrorCode::BAD_ID, 4, NO_OP)]
    );
}

#[test]
fn a_failed_create_is_told_once_and_its_id_ignored_until_destroyed() {
    let mut rig = Rig::new();
    let surface = rig.surface(3, 40_000.0, 1.0, Scale::ONE);
    rig.draw(surface, |d| d.clear_to(Color::RED));
    rig.draw(surface, |d| d.clear_to(Color::RED));
    rig.send(DestroySurface { surface });
    rig.draw(surface, |d| d.clear_to(Color::RED));
    assert_eq!(
        rig.errors(),
        [
            (ErrorCode::BAD_ARGUMENT, 1, NO_OP),
            (ErrorCode::UNKNOWN_ID, 5, NO_OP)
        ]
    );
}

#[test]
fn what_this_server_cannot_do_is_answered_and_its_ids_are_inert() {
    let mut rig = Rig::new();
    rig.send(CreatePool {
        pool: PoolId(1),
        bytes: 4096,
    });
    rig.send(DestroyPool { pool: PoolId(1) });
    rig.send(DestroyPool { pool: PoolId(1) });
    let told = rig.errors();
    assert_eq!(
        told,
        [
            (ErrorCode::UNSUPPORTED, 1, NO_OP),
            (ErrorCode::UNKNOWN_ID, 3, NO_OP)
        ]
    );
}

#[test]
fn text_input_is_for_those_whose_hello_names_it() {
    for (features, expected) in [
        (
            Features::NONE,
            [(ErrorCode::UNSUPPORTED, 2, NO_OP)].as_slice(),
        ),
        (Features::TEXT_INPUT | Features::RESUME, &[]),
    ] {
        let mut rig = Rig::silent(Admission::Trusted, Limits::default(), Scale::ONE);
        rig.feed(&MAGIC);
        rig.send(Hello {
            features,
            ..hello()
        });
        rig.events();
        rig.create(WINDOW);
        let ask = |caret| SetTextInput {
            window: WINDOW,
            enabled: 1,
            purpose: TextPurpose::NORMAL,
            caret,
        };
        rig.send(ask(Rect::new(1.0, 2.0, 0.0, 12.0)));
        assert_eq!(rig.errors(), expected);
        if expected.is_empty() {
            rig.send(ask(Rect::new(f32::NAN, 2.0, 0.0, 12.0)));
            // Behind the sync that asked for the errors before.
            assert_eq!(rig.errors(), [(ErrorCode::BAD_ARGUMENT, 4, NO_OP)]);
        }
    }
}

#[test]
fn the_packets_of_a_group_count_even_when_it_cannot_be_read() {
    let mut rig = Rig::new();
    rig.send(Group {
        codec: Codec::Zstd,
        count: 7,
        raw_bytes: 100,
        data: &[1, 2, 3],
    });
    rig.send(DestroyWindow {
        window: WindowId(9),
    });
    assert_eq!(
        rig.errors(),
        [
            (ErrorCode::UNSUPPORTED, 1, NO_OP),
            (ErrorCode::UNKNOWN_ID, 8, NO_OP)
        ]
    );
}

#[test]
fn a_choice_nobody_knows_is_a_bad_argument() {
    let mut rig = Rig::new();
    rig.window(1.0, 1.0);
    let mut bytes = Vec::new();
    write_packet(&mut bytes, 0x0052, |out| {
        out.extend_from_slice(&[1, 0, 0, 0, 77, 1, 0, 0, 0])
    });
    rig.feed(&bytes);
    assert_eq!(rig.errors(), [(ErrorCode::BAD_ARGUMENT, 3, NO_OP)]);
}

#[test]
fn every_kind_of_object_has_a_quota_and_gives_its_memory_back() {
    let limits = Limits {
        windows: 1,
        surfaces: 1,
        images: 1,
        glyph_sets: 1,
        ..Limits::default()
    };
    let mut rig = Rig::with(Admission::Trusted, limits, Scale::ONE);
    rig.create(WindowId(1));
    rig.create(WindowId(2));
    rig.surface(10, 9.0, 9.0, Scale::ONE);
    rig.surface(11, 9.0, 9.0, Scale::ONE);
    for id in [1, 2] {
        let (size, format, flags) = (PixelSize::new(1, 1), ImageFormat::Bgra, ImageFlags::NONE);
        rig.send(BeginImage {
            image: ImageId(id),
            size,
            format,
            flags,
        });
        rig.send(ImageData {
            image: ImageId(id),
            codec: Codec::Raw,
            data: &[1, 2, 3, 4],
        });
        rig.send(EndImage { image: ImageId(id) });
        let flags = GlyphSetFlags::NONE;
        rig.send(CreateGlyphSet {
            set: GlyphSetId(id),
            units_per_em: 10,
            flags,
        });
        let mut glyphs = transom_protocol::glyph::GlyphBuffer::new();
        glyphs.outline(3, 5, &[]);
        rig.send(AddGlyphs {
            set: GlyphSetId(id),
            glyphs: glyphs.as_bytes(),
        });
    }
    let codes: Vec<ErrorCode> = rig.errors().into_iter().map(|(code, ..)| code).collect();
    assert_eq!(codes, [ErrorCode::QUOTA; 4]);
    rig.send(DestroyWindow {
        window: WindowId(1),
    });
    rig.send(DestroySurface {
        surface: SurfaceId(10),
    });
    rig.send(DestroyImage { image: ImageId(1) });
    rig.send(DestroyGlyphSet { set: GlyphSetId(1) });
    assert_eq!(rig.errors(), []);
    assert_eq!(rig.session.memory_used(), 0);
}

#[test]
fn a_client_that_does_not_read_is_not_executed_for() {
    let mut rig = Rig::new();
    let surface = rig.surface(1, 300.0, 300.0, Scale::ONE);
    for _ in 0..10 {
        rig.send(ReadPixels {
            id: 1,
            surface,
            rect: PixelRect::new(0, 0, 300, 300),
        });
    }
    assert_eq!(
        rig.session.run(&rig.desktop, Timestamp(0), 1000),
        Run::Blocked
    );
    assert!(rig.session.output().len() < 400 << 10);
    let mut pixels = 0;
    loop {
        let events = rig.events();
        if events.is_empty() {
            break;
        }
        pixels += events
            .iter()
            .map(|e| if let Told::Pixels(p) = e { p.len() } else { 0 })
            .sum::<usize>();
        rig.drain();
    }
    assert_eq!(pixels, 10 * 300 * 300);
}

#[test]
fn progress_is_told_once_in_a_while() {
    let mut rig = Rig::new();
    let surface = rig.surface(1, 1.0, 1.0, Scale::ONE);
    for _ in 0..1000 {
        rig.draw(surface, |d| {
            for _ in 0..20 {
                d.clear_to(Color::RED);
            }
        });
    }
    let told = rig.events();
    let progress = told
        .iter()
        .filter(|t| matches!(t, Told::Progress(_)))
        .count();
    assert_eq!(
        (progress, told.len()),
        (5, 5),
        "one for every 32 KiB of 170 KB"
    );
}

#[test]
fn work_that_cannot_be_cut_is_paid_for_in_later_slices() {
    let mut rig = Rig::new();
    let surface = rig.surface(1, 300.0, 300.0, Scale::ONE);
    rig.budget = 10_000;
    let cells: Vec<Rect> = (0..200)
        .map(|i| Rect::new(i as f32, i as f32, 1.0, 1.0))
        .collect();
    let clips = rig.draw(surface, |d| {
        for _ in 0..10 {
            d.clip_rects(&cells);
        }
    });
    assert!(clips > 40, "ten clips of 200 parts took {clips} slices");
    let copies = rig.draw(surface, |d| {
        d.reset();
        d.clip_rects(&[
            Rect::new(0.0, 0.0, 300.0, 100.0),
            Rect::new(0.0, 150.0, 200.0, 150.0),
        ]);
        d.copy_area(
            SurfaceId::NONE,
            Rect::new(0.0, 0.0, 300.0, 300.0),
            Point::new(1.0, 1.0),
        );
    });
    assert!(copies > 8, "a copy through a copy took {copies} slices");
    assert_eq!(rig.errors(), []);
}

#[test]
fn remembered_clips_are_bounded_in_their_parts() {
    let mut rig = Rig::new();
    let surface = rig.surface(1, 300.0, 300.0, Scale::ONE);
    let grid: Vec<Rect> = (0..250)
        .map(|i| Rect::new(i as f32, i as f32, 1.0, 1.0))
        .collect();
    rig.draw(surface, |d| {
        for left in 0..60 {
            d.save();
            d.clip_rects(&grid[left..]);
        }
    });
    let errors = rig.errors();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].0, ErrorCode::QUOTA);
}

#[test]
fn icons_are_charged_and_given_back() {
    let mut rig = Rig::new();
    rig.create(WINDOW);
    let (size, format, flags) = (
        PixelSize::new(100, 100),
        ImageFormat::Bgra,
        ImageFlags::NONE,
    );
    rig.send(BeginImage {
        image: ImageId(1),
        size,
        format,
        flags,
    });
    rig.send(ImageData {
        image: ImageId(1),
        codec: Codec::Raw,
        data: &[9; 40_000],
    });
    rig.send(EndImage { image: ImageId(1) });
    for _ in 0..3 {
        rig.send(SetIcon {
            window: WINDOW,
            image: ImageId(1),
        });
    }
    rig.send(DestroyImage { image: ImageId(1) });
    assert_eq!(rig.session.memory_used(), 40_000);
    rig.send(DestroyWindow { window: WINDOW });
    assert_eq!(rig.session.memory_used(), 0);
    assert_eq!(rig.errors(), []);
}

#[test]
fn a_failed_create_of_nothing_leaves_nothing_inert() {
    let mut rig = Rig::new();
    rig.create(WindowId::NONE);
    let surface = rig.surface(1, 2.0, 1.0, Scale::ONE);
    rig.draw(surface, |d| {
        d.fill_rects(Color::RED.into(), false, &[Rect::new(0.0, 0.0, 1.0, 1.0)]);
        d.copy_area(
            SurfaceId::NONE,
            Rect::new(0.0, 0.0, 1.0, 1.0),
            Point::new(1.0, 0.0),
        );
    });
    assert_eq!(rig.errors(), [(ErrorCode::BAD_ID, 1, NO_OP)]);
    assert_eq!(rig.pixels(surface), [0xffff_0000; 2]);
}

#[test]
fn numbers_that_are_none_are_bad_arguments() {
    let mut rig = Rig::new();
    rig.create(WINDOW);
    let mut buffer = Vec::new();
    let rects = Packed::pack(&[Rect::new(0.0, f32::NAN, 1.0, 1.0)], &mut buffer);
    rig.send(SetRegion {
        window: WINDOW,
        kind: RegionKind::Input,
        unset: 0,
        rects,
    });
    rig.send(SetContentRect {
        window: WINDOW,
        rect: Rect::new(0.0, 0.0, -1.0, 1.0),
    });
    let (min, max) = (Size::new(10.0, 10.0), Size::new(5.0, 0.0));
    rig.send(SetSizeLimits {
        window: WINDOW,
        min,
        max,
    });
    let codes: Vec<ErrorCode> = rig.errors().into_iter().map(|(code, ..)| code).collect();
    assert_eq!(codes, [ErrorCode::BAD_ARGUMENT; 3]);
}

#[test]
fn a_stroke_along_too_many_points_is_refused_and_a_long_one_makes_a_session_heavy() {
    let mut rig = Rig::new();
    rig.window(8.0, 8.0);
    let stroke = |rig: &mut Rig, count: usize| {
        let points: Vec<Point> = (0..count)
            .map(|i| Point::new((i % 8) as f32, 0.5))
            .collect();
        rig.draw(WINDOW, |d| {
            let mut none = Vec::new();
            let style = StrokeStyle {
                width: 1.0,
                cap: Cap::Butt,
                join: Join::Miter,
                miter_limit: 4.0,
                dash_phase: 0.0,
                dashes: Packed::pack(&[], &mut none),
            };
            let drawn = d.polyline(Color::RED.into(), true, false, &style, &points);
            drawn.expect("it fits a packet");
        });
    };
    stroke(&mut rig, 100);
    assert!(!rig.session.is_heavy());
    stroke(&mut rig, MAX_STROKE_POINTS);
    assert!(rig.session.is_heavy());
    assert_eq!(rig.errors(), []);
    stroke(&mut rig, MAX_STROKE_POINTS + 1);
    assert_eq!(rig.errors(), [(ErrorCode::QUOTA, 6, 0)]);
}
