//! Random scenes and random bytes.

use proptest::prelude::*;
use transom_protocol::codec::{Packed, write_packet};
use transom_protocol::color::Color;
use transom_protocol::draw::{
    Blend, Cap, DrawBuffer, Ellipse, FillRule, Filter, ImagePart, Join, Paint, PathBuffer,
    PathStep, PixelData, RunPositions, Segment, StrokeStyle, Triangle, Vertex,
};
use transom_protocol::geometry::{PixelRect, PixelSize, Point, Rect, Scale, Transform};
use transom_protocol::glyph::GlyphBuffer;
use transom_protocol::hello::Codec;
use transom_protocol::ids::{GlyphSetId, ImageId, ListId, PaintId, SurfaceId};
use transom_protocol::paint::{
    DefineConic, DefineLinear, DefinePattern, DefineRadial, Extend, Stop,
};
use transom_protocol::request::{
    AddGlyphs, BeginImage, CreateGlyphSet, DefineList, Draw, EndImage, GlyphSetFlags, ImageData,
    ImageFlags, ImageFormat, Request,
};

use super::rig::{Rig, WINDOW};

/// A generator of drawing operations.
struct Scene {
    state: u64,
}

impl Scene {
    fn next(&mut self) -> u64 {
        // Knuth's MMIX generator; tests need no more.
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.state >> 33
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// A coordinate: mostly on the surface, at times whole, at times far away.
    fn number(&mut self) -> f32 {
        match self.below(12) {
            0 => (self.below(200_000) as f32) - 100_000.0,
            1..6 => self.below(80) as f32,
            _ => self.below(80 * 64) as f32 / 64.0 - 8.0,
        }
    }

    fn point(&mut self) -> Point {
        Point::new(self.number(), self.number())
    }

    fn rect(&mut self) -> Rect {
        let (x, y) = (self.number(), self.number());
        Rect::new(x, y, self.number() / 2.0, self.number() / 2.0)
    }

    fn color(&mut self) -> Color {
        let [r, g, b, a, ..] = self.next().to_le_bytes();
        if self.below(3) == 0 {
            Color::rgb(r, g, b)
        } else {
            Color::rgba(r, g, b, a)
        }
    }

    fn path(&mut self) -> PathBuffer {
        let mut path = PathBuffer::new();
        for _ in 0..1 + self.below(12) {
            path.push(match self.below(5) {
                0 => PathStep::Move(self.point()),
                1 => PathStep::Quad(self.point(), self.point()),
                2 => PathStep::Cubic(self.point(), self.point(), self.point()),
                3 => PathStep::Close,
                _ => PathStep::Line(self.point()),
            });
        }
        path
    }

    fn stroke<'a>(&mut self, buffer: &'a mut Vec<u8>) -> StrokeStyle<'a> {
        let dashes: Vec<f32> = (0..self.below(4))
            .map(|_| self.below(12) as f32 + 0.5)
            .collect();
        StrokeStyle {
            width: self.below(64) as f32 / 8.0,
            cap: Cap::ALL[self.below(3) as usize],
            join: Join::ALL[self.below(3) as usize],
            miter_limit: 4.0,
            dash_phase: self.number(),
            dashes: Packed::pack(&dashes, buffer),
        }
    }

    fn transform(&mut self) -> Transform {
        let turn = match self.below(3) {
            0 => Transform::rotate(self.number()),
            _ => Transform::IDENTITY,
        };
        let scale = Transform::scale(
            self.below(16) as f32 / 8.0 - 0.3,
            self.below(16) as f32 / 8.0,
        );
        Transform::translate(self.number(), self.number())
            .after(turn)
            .after(scale)
    }

    fn op(&mut self, d: &mut DrawBuffer) {
        let paint = self.paint();
        let flag = self.below(2) == 0;
        let mut dashes = Vec::new();
        let rects: Vec<Rect> = (0..1 + self.below(6)).map(|_| self.rect()).collect();
        let radii = [self.number(), 3.0, 0.0, self.number()];
        match self.below(30) {
            18.. => self.model_op(d, flag, &rects),
            0 => d.clear_to(self.color()),
            1 | 2 => d.fill_rects(paint, flag, &rects),
            3 => d.stroke_rects(paint, flag, self.below(50) as f32 / 8.0, &rects),
            4 => d.fill_rounded(paint, flag, self.below(2) == 0, radii, &rects),
            5 => d.stroke_rounded(paint, flag, self.below(2) == 0, 2.5, radii, &rects),
            6 => {
                let lines: Vec<Segment> = rects
                    .iter()
                    .map(|r| Segment {
                        from: Point::new(r.x, r.y),
                        to: self.point(),
                    })
                    .collect();
                d.segments(
                    paint,
                    flag,
                    self.below(40) as f32 / 8.0,
                    Cap::ALL[self.below(3) as usize],
                    &lines,
                );
            }
            7 => {
                let points: Vec<Point> = (0..self.below(9)).map(|_| self.point()).collect();
                let stroke = self.stroke(&mut dashes);
                d.polyline(paint, flag, self.below(2) == 0, &stroke, &points)
                    .expect("short");
            }
            8 => d
                .fill_path(
                    paint,
                    flag,
                    FillRule::ALL[self.below(2) as usize],
                    &self.path(),
                )
                .expect("short"),
            9 => {
                let stroke = self.stroke(&mut dashes);
                d.stroke_path(paint, flag, &stroke, &self.path())
                    .expect("short");
            }
            10 => {
                let parts: Vec<ImagePart> = rects
                    .iter()
                    .map(|r| ImagePart {
                        source: Rect::new(1.0, 2.5, 9.0, 7.0),
                        dest: *r,
                    })
                    .collect();
                let filter = Filter::ALL[self.below(3) as usize];
                d.set_antialias(self.below(2) == 0);
                d.images(ImageId(1 + self.below(2) as u32), paint, filter, &parts);
            }
            11 | 12 => {
                let size = [9.0, 16.5, 40.0, 900.0][self.below(4) as usize];
                let indices: Vec<u16> = (0..self.below(30)).map(|i| (i % 4) as u16).collect();
                d.glyph_run(
                    GlyphSetId(1),
                    paint,
                    size,
                    self.point(),
                    RunPositions::Natural,
                    &indices,
                );
            }
            13 => d.copy_area(SurfaceId::NONE, self.rect(), self.point()),
            14 => d.clip_rects(&rects),
            15 => d.concat(self.transform()),
            16 => d.save(),
            _ => d.restore(),
        }
    }

    fn paint(&mut self) -> Paint {
        match self.below(3) {
            0 => PaintId(1 + self.below(PAINTS) as u32).into(),
            _ => self.color().into(),
        }
    }

    /// An operation of many small shapes, with a picture of its own, or about the state.
    fn model_op(&mut self, d: &mut DrawBuffer, flag: bool, rects: &[Rect]) {
        let paint = self.paint();
        let other = self.below(2) == 0;
        let size = self.below(60) as f32 / 8.0 - 0.5;
        let points: Vec<Point> = rects.iter().map(|r| Point::new(r.x, r.y)).collect();
        let ellipses: Vec<Ellipse> = rects
            .iter()
            .map(|r| Ellipse {
                center: Point::new(r.x, r.y),
                radius_x: r.width,
                radius_y: r.height / 2.0,
            })
            .collect();
        match self.below(15) {
            12 => {
                let bytes: Vec<u8> = (0..140).map(|_| self.below(256) as u8).collect();
                let format = ImageFormat::ALL[self.below(4) as usize];
                let size = PixelSize::new(5, 28 / format.bytes_per_pixel() as u32);
                let pixels = PixelData::new(size, format, &bytes).expect("as many as it has");
                let filter = Filter::ALL[self.below(3) as usize];
                d.pixels(paint, filter, rects[0], &pixels);
            }
            0 => d.points(paint, flag, other, size, &points),
            1 => d.fill_ellipses(paint, flag, &ellipses),
            2 => d.stroke_ellipses(paint, flag, size, &ellipses),
            3 => {
                let triangle = |p: &Point| Triangle::new(*p, self.point(), self.point());
                let triangles: Vec<_> = points.iter().map(triangle).collect();
                d.triangles(paint, flag, &triangles);
            }
            4 => {
                let vertices: Vec<Vertex> = (0..9)
                    .map(|_| Vertex {
                        position: self.point(),
                        texture: self.point(),
                        color: self.color(),
                    })
                    .collect();
                let indices: Vec<u32> = (0..12).map(|_| self.below(9) as u32).collect();
                let image = ImageId(self.below(3) as u32);
                let filter = Filter::ALL[self.below(2) as usize];
                d.mesh(image, filter, other, &vertices, &indices);
            }
            5 => {
                let parts: Vec<ImagePart> = rects
                    .iter()
                    .map(|r| ImagePart {
                        source: Rect::default(),
                        dest: *r,
                    })
                    .collect();
                let filter = Filter::ALL[self.below(3) as usize];
                let image = ImageId(1 + self.below(2) as u32);
                d.nine_patch(image, paint, filter, [3.0, 2.0, 4.0, 5.0], 1.25, &parts);
            }
            6 => {
                let radii = [6.0, 0.0, 3.5, 9.0];
                d.fill_blurred(paint, flag, other, size * 2.0, radii, &rects[..1]);
            }
            7 => d.set_blend(Blend::ALL[self.below(21) as usize]),
            8 => {
                let rule = FillRule::ALL[self.below(2) as usize];
                d.clip_path(flag, other, rule, &self.path()).expect("short");
            }
            9 => d.begin_group(if other { rects[0] } else { Rect::default() }),
            10 => d.end_group(),
            11 => d.set_opacity(self.below(9) as f32 / 8.0),
            _ => d.draw_list(ListId(1 + self.below(2) as u32)),
        }
    }

    fn ops(&mut self, count: usize) -> DrawBuffer {
        let mut d = DrawBuffer::new();
        d.save();
        for _ in 0..count {
            self.op(&mut d);
        }
        d
    }
}

/// A session with the images and glyphs that scenes use.
fn rig() -> Rig {
    let mut rig = Rig::at_scale(Scale(150));
    for (id, format) in [(1, ImageFormat::Rgba), (2, ImageFormat::A8)] {
        let image = ImageId(id);
        let size = PixelSize::new(16, 16);
        rig.send(BeginImage {
            image,
            size,
            format,
            flags: ImageFlags::NONE,
        });
        let data: Vec<u8> = (0..256 * format.bytes_per_pixel())
            .map(|i| (i * 37 % 251) as u8)
            .collect();
        rig.send(ImageData {
            image,
            codec: Codec::Raw,
            data: &data,
        });
        rig.send(EndImage { image });
    }
    let set = GlyphSetId(1);
    rig.send(CreateGlyphSet {
        set,
        units_per_em: 64,
        flags: GlyphSetFlags::NONE,
    });
    let mut glyphs = GlyphBuffer::new();
    let blob = [
        PathStep::Move(Point::new(2.0, -9.0)),
        PathStep::Cubic(
            Point::new(60.0, -9.0),
            Point::new(60.0, 50.0),
            Point::new(20.0, 50.0),
        ),
        PathStep::Quad(Point::new(-7.0, 31.0), Point::new(2.0, -9.0)),
    ];
    glyphs.outline(1, 40, &blob);
    glyphs.layers(
        2,
        30,
        &[
            (Some(Color::rgba(9, 200, 0, 200)), &blob),
            (None, &blob[..2]),
        ],
    );
    glyphs.image(3, 50, ImageId(1), (0, 40), (40, 40));
    rig.send(AddGlyphs {
        set,
        glyphs: glyphs.as_bytes(),
    });
    paints(&mut rig);
    lists(&mut rig);
    rig
}

/// How many paints scenes use.
const PAINTS: u64 = 5;

fn paints(rig: &mut Rig) {
    let stop = |offset, color| Stop { offset, color };
    let stops = [
        stop(0.1, Color::RED),
        stop(0.5, Color::rgba(0, 255, 0, 100)),
        stop(0.5, Color::BLUE),
        stop(0.9, Color::WHITE),
    ];
    let mut buffer = Vec::new();
    let stops = Packed::pack(&stops, &mut buffer);
    let transform = Transform::rotate(0.4).after(Transform::translate(3.0, -2.0));
    let (from, to) = (Point::new(5.0, 8.0), Point::new(40.0, 30.0));
    rig.send(DefineLinear {
        paint: PaintId(1),
        from,
        to,
        transform,
        extend: Extend::Reflect,
        stops,
    });
    rig.send(DefineRadial {
        paint: PaintId(2),
        from,
        from_radius: 2.0,
        to,
        to_radius: 25.0,
        transform,
        extend: Extend::Repeat,
        stops,
    });
    rig.send(DefineConic {
        paint: PaintId(3),
        center: to,
        start: 0.3,
        sweep: 0.6,
        transform: Transform::IDENTITY,
        extend: Extend::None,
        stops,
    });
    for (paint, filter, scale) in [(4, Filter::Linear, 0.8), (5, Filter::Area, 0.13)] {
        rig.send(DefinePattern {
            paint: PaintId(paint),
            image: ImageId(1),
            part: PixelRect::new(1, 2, 13, 11),
            transform: Transform::scale(scale, scale),
            extend_x: Extend::Repeat,
            extend_y: Extend::Reflect,
            filter,
        });
    }
}

/// Two lists that change the state and draw with everything; the second draws the first.
fn lists(rig: &mut Rig) {
    for number in 1..=2 {
        let mut scene = Scene { state: 77 + number };
        let mut d = DrawBuffer::new();
        d.set_transform(Transform::scale(0.7, 0.8));
        d.set_opacity(0.8);
        d.begin_group(Rect::new(2.0, 3.0, 40.0, 40.0));
        d.set_blend(Blend::Xor);
        let (paint, rects) = (PaintId(1).into(), [scene.rect(), scene.rect()]);
        d.fill_rounded(paint, true, false, [4.0; 4], &rects);
        let (paint, origin) = (PaintId(3).into(), scene.point());
        let natural = RunPositions::Natural;
        d.glyph_run(GlyphSetId(1), paint, 12.0, origin, natural, &[1, 2, 3]);
        d.end_group();
        if number == 2 {
            d.concat(Transform::rotate(0.5));
            d.draw_list(ListId(1));
            d.restore();
            d.begin_group(Rect::default());
            d.clear_to(Color::RED);
        }
        rig.send(DefineList {
            list: ListId(number as u32),
            ops: d.ops(),
        });
    }
    assert_eq!(rig.errors(), []);
}

#[test]
fn slices_of_any_size_give_the_same_picture() {
    let mut all = 0;
    for seed in 0..60 {
        let mut scene = Scene { state: seed };
        let frames: Vec<DrawBuffer> = (0..3).map(|_| scene.ops(12)).collect();
        let draw = |budget: u64| {
            let mut rig = rig();
            rig.budget = budget;
            rig.window(64.0, 64.0);
            let mut slices = 0;
            for frame in &frames {
                slices += rig.send(Draw {
                    surface: WINDOW.into(),
                    ops: frame.ops(),
                });
                rig.commit(&[WINDOW]);
            }
            rig.budget = u64::MAX;
            let told: Vec<_> = rig
                .errors()
                .into_iter()
                .filter(|(code, ..)| code.is_fatal())
                .collect();
            assert_eq!(told, []);
            (rig.pixels(WINDOW), slices)
        };
        let (whole, few) = draw(u64::MAX);
        // Whatever the budget, a slice does a certain least; what is beyond is taken from later ones.
        let (sliced, many) = draw(60_000 + seed % 7);
        assert_eq!(few, 3);
        all += many;
        assert!(whole == sliced, "seed {seed}: slices show in the picture");
    }
    assert!(all > 600, "a small budget was to cut the work: {all}");
}

#[test]
fn a_frame_that_draws_everything_again_shows_what_increments_did() {
    for seed in 0..40 {
        let mut scene = Scene { state: 1000 + seed };
        let frames: Vec<DrawBuffer> = (0..4).map(|_| scene.ops(6)).collect();
        let mut incremental = rig();
        incremental.window(64.0, 64.0);
        for frame in &frames {
            incremental.send(Draw {
                surface: WINDOW.into(),
                ops: frame.ops(),
            });
            // The presenter shows some frames, keeps others waiting, and drops its hold of all.
            if seed % 3 == 0 {
                let _ = incremental.desktop.lock().expect("no panic").scene();
            }
            incremental.commit(&[WINDOW]);
        }
        let mut at_once = rig();
        at_once.window(64.0, 64.0);
        for frame in &frames {
            at_once.send(Draw {
                surface: WINDOW.into(),
                ops: frame.ops(),
            });
            at_once.draw(WINDOW, |d| d.reset());
        }
        // Copies under a turned transform are refused, in both alike.
        assert_eq!(incremental.errors().len(), at_once.errors().len());
        assert!(
            incremental.pixels(WINDOW) == at_once.pixels(WINDOW),
            "seed {seed}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_packets_never_panic(packets in prop::collection::vec((0u16..0xa0, prop::collection::vec(any::<u8>(), 0..64)), 1..20)) {
        let mut rig = rig();
        rig.window(20.0, 20.0);
        let mut bytes = Vec::new();
        for (opcode, body) in &packets {
            write_packet(&mut bytes, *opcode, |out| out.extend_from_slice(body));
        }
        rig.feed(&bytes);
        rig.events();
    }

    #[test]
    fn damaged_scenes_never_panic(seed in any::<u64>(), damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let mut rig = rig();
        rig.window(40.0, 40.0);
        let ops = Scene { state: seed }.ops(10);
        let mut bytes = Vec::new();
        Request::Draw(Draw { surface: WINDOW.into(), ops: ops.ops() }).write(&mut bytes);
        for (at, value) in damage {
            // The head stays: packets that are no draws are another test's.
            let at = 10 + at.index(bytes.len() - 10);
            bytes[at] = value;
        }
        rig.budget = 100_000;
        rig.feed(&bytes);
        rig.commit(&[WINDOW]);
        rig.events();
    }
}
