use transom_protocol::color::Color;
use transom_protocol::draw::{Filter, ImagePart, PathStep, RunPositions};
use transom_protocol::error::ErrorCode;
use transom_protocol::geometry::{PixelSize, Point, Rect, Scale, Transform};
use transom_protocol::glyph::GlyphBuffer;
use transom_protocol::hello::Codec;
use transom_protocol::ids::{GlyphSetId, ImageId, SurfaceId};
use transom_protocol::request::{
    AddGlyphs, BeginImage, CreateGlyphSet, EndImage, GlyphSetFlags, ImageData, ImageFlags,
    ImageFormat,
};

use super::rig::Rig;

const RED: u32 = 0xffff_0000;
const BLUE: u32 = 0xff00_00ff;

/// The pixels of a surface, one character each.
fn picture(rig: &mut Rig, surface: SurfaceId, width: usize) -> Vec<String> {
    let name = |p: &u32| match *p {
        0 => '.',
        RED => 'r',
        BLUE => 'b',
        _ => '?',
    };
    rig.pixels(surface)
        .chunks(width)
        .map(|row| row.iter().map(name).collect())
        .collect()
}

#[test]
fn neighbours_have_no_seam_at_any_scale() {
    for scale in [97, 130, 150, 180, 211] {
        let mut rig = Rig::new();
        let surface = rig.surface(1, 20.0, 1.0, Scale(scale));
        let rects: Vec<Rect> = (0..20)
            .map(|x| Rect::new(x as f32, 0.0, 1.0, 1.0))
            .collect();
        let half_red = Color::rgba(255, 0, 0, 128);
        rig.draw(surface, |d| d.fill_rects(half_red.into(), false, &rects));
        assert!(
            rig.pixels(surface)
                .iter()
                .all(|p| *p == half_red.premultiply().0),
            "scale {scale}/120"
        );
    }
}

#[test]
fn outlines_of_rectangles_are_whole_pixels() {
    let mut rig = Rig::new();
    let surface = rig.surface(1, 6.0, 4.0, Scale(180));
    rig.draw(surface, |d| {
        d.stroke_rects(
            Color::RED.into(),
            false,
            1.0,
            &[Rect::new(0.5, 0.5, 4.0, 2.0)],
        )
    });
    assert_eq!(
        picture(&mut rig, surface, 9),
        [
            "rrrrrrrr.",
            "rrrrrrrr.",
            "rr....rr.",
            "rrrrrrrr.",
            "rrrrrrrr.",
            "........."
        ]
    );
}

#[test]
fn clips_narrow_and_come_back() {
    let mut rig = Rig::new();
    let surface = rig.surface(1, 6.0, 1.0, Scale::ONE);
    rig.draw(surface, |d| {
        d.save();
        d.clip_rects(&[Rect::new(0.0, 0.0, 2.0, 1.0), Rect::new(3.0, 0.0, 2.0, 1.0)]);
        d.clip_rects(&[Rect::new(1.0, 0.0, 3.0, 1.0)]);
        d.clear_to(Color::RED);
        d.restore();
        d.fill_rects(Color::BLUE.into(), false, &[Rect::new(5.0, 0.0, 1.0, 1.0)]);
        d.restore();
    });
    assert_eq!(picture(&mut rig, surface, 6), [".r.r.b"]);
}

#[test]
fn a_turned_clip_takes_the_pixels_whose_centres_it_holds() {
    let mut rig = Rig::new();
    let surface = rig.surface(1, 7.0, 7.0, Scale::ONE);
    // Half a right angle about (3.5, 0): a square on its corner.
    let half = std::f32::consts::FRAC_1_SQRT_2;
    rig.draw(surface, |d| {
        d.set_transform(Transform {
            a: half,
            b: half,
            c: -half,
            d: half,
            e: 3.5,
            f: 0.0,
        });
        d.clip_rects(&[Rect::new(0.0, 0.0, 4.9, 4.9)]);
        d.set_transform(Transform::IDENTITY);
        d.clear_to(Color::RED);
    });
    assert_eq!(
        picture(&mut rig, surface, 7),
        [
            "...r...", "..rrr..", ".rrrrr.", "rrrrrrr", ".rrrrr.", "..rrr..", "...r..."
        ]
    );
}

#[test]
fn an_off_screen_surface_keeps_its_state_from_packet_to_packet() {
    let mut rig = Rig::new();
    let surface = rig.surface(1, 4.0, 1.0, Scale::ONE);
    rig.draw(surface, |d| d.set_transform(Transform::translate(2.0, 0.0)));
    rig.draw(surface, |d| d.concat(Transform::scale(2.0, 1.0)));
    rig.draw(surface, |d| {
        d.fill_rects(Color::RED.into(), false, &[Rect::new(0.0, 0.0, 0.5, 1.0)])
    });
    rig.draw(surface, |d| {
        d.reset();
        d.fill_rects(Color::BLUE.into(), false, &[Rect::new(0.0, 0.0, 1.0, 1.0)]);
    });
    assert_eq!(picture(&mut rig, surface, 4), ["b.r."]);
}

#[test]
fn copies_move_pixels_as_if_through_a_copy() {
    let mut rig = Rig::new();
    let surface = rig.surface(1, 6.0, 1.0, Scale::ONE);
    let cell = |x: f32| Rect::new(x, 0.0, 1.0, 1.0);
    rig.draw(surface, |d| {
        d.fill_rects(Color::RED.into(), false, &[cell(0.0)]);
        d.fill_rects(Color::BLUE.into(), false, &[cell(1.0)]);
        d.copy_area(
            SurfaceId::NONE,
            Rect::new(0.0, 0.0, 5.0, 1.0),
            Point::new(1.0, 0.0),
        );
    });
    assert_eq!(picture(&mut rig, surface, 6), ["rrb..."]);
    rig.draw(surface, |d| {
        d.clip_rects(&[cell(1.0), cell(3.0), cell(5.0)]);
        d.copy_area(
            SurfaceId::NONE,
            Rect::new(0.0, 0.0, 5.0, 1.0),
            Point::new(1.0, 0.0),
        );
    });
    assert_eq!(picture(&mut rig, surface, 6), ["rrbb.."]);
}

#[test]
fn copies_between_surfaces_replace() {
    let mut rig = Rig::new();
    let from = rig.surface(1, 2.0, 2.0, Scale(240));
    let to = rig.surface(2, 4.0, 2.0, Scale::ONE);
    rig.draw(from, |d| {
        d.fill_rects(Color::RED.into(), false, &[Rect::new(0.5, 0.0, 1.5, 1.0)])
    });
    // In a slice that is over at once something is done all the same.
    rig.budget = 1;
    rig.draw(to, |d| {
        d.clear_to(Color::BLUE);
        d.copy_area(from, Rect::new(0.0, 0.0, 1.0, 1.0), Point::new(1.0, 0.0));
        d.copy_area(
            SurfaceId(9),
            Rect::new(0.0, 0.0, 1.0, 1.0),
            Point::new(1.0, 0.0),
        );
    });
    assert_eq!(rig.errors(), [(ErrorCode::UNKNOWN_ID, 4, 2)]);
    assert_eq!(picture(&mut rig, to, 4), ["b.rb", "b.rb"]);
    assert_eq!(picture(&mut rig, from, 4)[0], ".rrr");
}

#[test]
fn images_of_all_formats_are_drawn_scaled() {
    let red: [(ImageFormat, &[u8]); 4] = [
        (ImageFormat::Bgra, &[0, 0, 255, 255]),
        (ImageFormat::Bgrx, &[0, 0, 255, 7]),
        (ImageFormat::Rgba, &[255, 0, 0, 255]),
        (ImageFormat::A8, &[255]),
    ];
    for (format, data) in red {
        let mut rig = Rig::new();
        let surface = rig.surface(1, 3.0, 2.0, Scale::ONE);
        let (image, size, flags) = (ImageId(1), PixelSize::new(1, 1), ImageFlags::NONE);
        rig.send(BeginImage {
            image,
            size,
            format,
            flags,
        });
        rig.send(ImageData {
            image,
            codec: Codec::Raw,
            data,
        });
        rig.send(EndImage { image });
        let dest = Rect::new(1.0, 0.0, 2.0, 2.0);
        let part = ImagePart {
            source: Rect::default(),
            dest,
        };
        rig.draw(surface, |d| {
            d.images(image, Color::RED.into(), Filter::Linear, &[part])
        });
        assert_eq!(picture(&mut rig, surface, 3), [".rr", ".rr"], "{format:?}");
    }
}

/// A set whose glyph 1 is a square of half an em on the baseline, and glyph 300 two layers.
fn squares(rig: &mut Rig) -> GlyphSetId {
    let set = GlyphSetId(1);
    let square = |left: f32, top: f32| {
        [
            PathStep::Move(Point::new(left, 0.0)),
            PathStep::Line(Point::new(left + 50.0, 0.0)),
            PathStep::Line(Point::new(left + 50.0, top)),
            PathStep::Line(Point::new(left, top)),
            PathStep::Close,
        ]
    };
    let mut glyphs = GlyphBuffer::new();
    glyphs.outline(1, 100, &square(0.0, 50.0));
    glyphs.layers(
        300,
        100,
        &[
            (Some(Color::BLUE), &square(0.0, 100.0)),
            (None, &square(50.0, 50.0)),
        ],
    );
    rig.send(CreateGlyphSet {
        set,
        units_per_em: 100,
        flags: GlyphSetFlags::NONE,
    });
    rig.send(AddGlyphs {
        set,
        glyphs: glyphs.as_bytes(),
    });
    set
}

#[test]
fn glyph_runs_stand_where_each_kind_of_position_says() {
    let mut rig = Rig::new();
    let set = squares(&mut rig);
    let kinds = [
        (RunPositions::Constant(3.0), "r..r..r..."),
        (RunPositions::Natural, "r.r.r....."),
        (RunPositions::Advances(&[64, 128, 64]), "rr.r......"),
        (
            RunPositions::Points(&[
                Point::new(0.0, 0.0),
                Point::new(5.0, 0.0),
                Point::new(9.0, 1.0),
            ]),
            "r....r....",
        ),
    ];
    for (index, (positions, expected)) in kinds.into_iter().enumerate() {
        let surface = rig.surface(10 + index as u32, 10.0, 2.0, Scale::ONE);
        rig.draw(surface, |d| {
            d.glyph_run(
                set,
                Color::RED.into(),
                2.0,
                Point::new(0.0, 1.0),
                positions,
                &[1, 1, 1],
            );
        });
        assert_eq!(picture(&mut rig, surface, 10)[0], expected);
    }
}

#[test]
fn layered_glyphs_mix_their_own_colours_with_the_runs() {
    let mut rig = Rig::new();
    let set = squares(&mut rig);
    let surface = rig.surface(2, 4.0, 2.0, Scale::ONE);
    rig.draw(surface, |d| {
        d.glyph_run(
            set,
            Color::RED.into(),
            2.0,
            Point::new(1.0, 2.0),
            RunPositions::Natural,
            &[300, 7],
        );
    });
    assert_eq!(picture(&mut rig, surface, 4), [".b..", ".br."]);
    assert_eq!(rig.errors(), []);
}

#[test]
fn large_and_turned_glyphs_are_drawn_as_paths() {
    let mut rig = Rig::new();
    let set = squares(&mut rig);
    let surface = rig.surface(2, 700.0, 700.0, Scale::ONE);
    rig.draw(surface, |d| {
        let origin = Point::new(0.0, 700.0);
        d.glyph_run(
            set,
            Color::RED.into(),
            1400.0,
            origin,
            RunPositions::Natural,
            &[1],
        );
    });
    assert!(rig.pixels(surface).iter().all(|p| *p == RED));
    let turned = rig.surface(3, 2.0, 2.0, Scale::ONE);
    rig.draw(turned, |d| {
        d.set_transform(Transform {
            a: 0.0,
            b: 1.0,
            c: -1.0,
            d: 0.0,
            e: 0.0,
            f: 0.0,
        });
        d.glyph_run(
            set,
            Color::RED.into(),
            2.0,
            Point::new(1.0, 0.0),
            RunPositions::Natural,
            &[1],
        );
    });
    assert_eq!(picture(&mut rig, turned, 2), ["..", "r."]);
}
