//! Text by the line and text glyph by glyph are the same pixels.

use transom_protocol::codec::Packed;
use transom_protocol::color::Color;
use transom_protocol::draw::{DrawBuffer, PathStep, RunPositions};
use transom_protocol::geometry::{Point, Rect, Scale, Transform};
use transom_protocol::glyph::GlyphBuffer;
use transom_protocol::ids::{GlyphSetId, ListId};
use transom_protocol::request::{
    AddGlyphs, CreateGlyphSet, DefineList, DestroyGlyphSet, Draw, GlyphSetFlags, RemoveGlyphs,
};

use super::super::quick_text::TEXT_BYTES;
use super::super::{Admission, Limits};
use super::rig::{Rig, WINDOW};

/// Glyphs are numbered from 0.
const GLYPHS: u64 = 24;

/// A glyph that no set has.
const MISSING: u16 = 999;

struct Rng(u64);

impl Rng {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % n
    }

    fn number(&mut self, from: i64, to: i64) -> f32 {
        from as f32 + self.below(((to - from) * 8) as u64) as f32 / 8.0
    }

    fn point(&mut self, from: i64, to: i64) -> Point {
        Point::new(self.number(from, to), self.number(from, to))
    }

    fn color(&mut self) -> Color {
        let [r, g, b, a] = std::array::from_fn(|_| self.below(256) as u8);
        match self.below(4) {
            0 => Color::rgba(r, g, b, a),
            1 => Color::BLACK,
            _ => Color::rgba(r, g, b, 255),
        }
    }
}

/// Two sets of the same glyphs, the second hinted: some with ink left of their origins or above the em,
/// some as wide as three others, some without ink, one of two colours. 64 font units in an em.
fn sets(rig: &mut Rig) {
    let mut rng = Rng(5);
    let mut glyphs = GlyphBuffer::new();
    for index in 0..GLYPHS {
        let wide = if index % 8 == 0 { 150 } else { 40 };
        let (left, top) = (
            rng.number(-8, 8),
            rng.number(20, 60 + 8 * (index % 5) as i64),
        );
        let (right, bottom) = (left + rng.number(1, wide), rng.number(-16, 10));
        let outline = [
            PathStep::Move(Point::new(left, bottom)),
            PathStep::Line(Point::new(right, bottom)),
            PathStep::Quad(Point::new(right, top), Point::new(left, top)),
            PathStep::Close,
        ];
        let advance = (right as i16 / 3 * 2).max(12);
        match index {
            3 => glyphs.outline(3, 20, &[]),
            7 => {
                let own = Some(Color::rgba(0, 90, 200, 200));
                glyphs.layers(7, advance, &[(own, &outline), (None, &outline[..3])]);
            }
            11 => glyphs.layers(11, advance, &[(Some(Color::RED), &outline)]),
            // Upright edges: on a whole pixel, where the size is that of the em.
            13..18 => {
                let [left, right, top] = [left, right, top].map(f32::round);
                let outline = [
                    PathStep::Move(Point::new(left, -3.0)),
                    PathStep::Line(Point::new(right, -3.0)),
                    PathStep::Line(Point::new(right, top)),
                    PathStep::Line(Point::new(left, top)),
                ];
                glyphs.outline(index as u16, advance, &outline);
            }
            _ => glyphs.outline(index as u16, advance, &outline),
        }
    }
    for (set, flags) in [(1, GlyphSetFlags::NONE), (2, GlyphSetFlags::HINTED)] {
        let set = GlyphSetId(set);
        rig.send(CreateGlyphSet {
            set,
            units_per_em: 64,
            flags,
        });
        rig.send(AddGlyphs {
            set,
            glyphs: glyphs.as_bytes(),
        });
    }
}

/// A run somewhere on and around a window of `width` by `height`.
fn run(rng: &mut Rng, d: &mut DrawBuffer, width: i64, height: i64) {
    let count = 1 + rng.below(if width > 1000 { 250 } else { 30 }) as usize;
    let wide = if rng.below(2) == 0 {
        0
    } else {
        u16::from(u8::MAX)
    };
    let glyphs: Vec<u16> = (0..count)
        .map(|_| match rng.below(30) {
            0 => MISSING.min(wide.max(200)),
            _ => rng.below(GLYPHS) as u16,
        })
        .collect();
    let origin = Point::new(rng.number(-20, width + 4), rng.number(-4, height + 12));
    let size = match rng.below(5) {
        0 => 64.0,
        1 => rng.number(30, 100),
        _ => rng.number(4, 20),
    };
    let advances: Vec<i16> = (0..count).map(|_| rng.below(900) as i16 - 60).collect();
    let points: Vec<Point> = (0..count)
        .map(|i| {
            let Point { x, y } = rng.point(-2, 5);
            Point::new(x + i as f32 * size / 2.0, y)
        })
        .collect();
    let positions = match rng.below(4) {
        0 => RunPositions::Natural,
        1 => RunPositions::Constant(rng.number(0, 20)),
        2 => RunPositions::Advances(&advances),
        _ => RunPositions::Points(&points),
    };
    let set = GlyphSetId(1 + rng.below(2) as u32);
    d.glyph_run(set, rng.color().into(), size, origin, positions, &glyphs);
}

/// Some runs under a clip, on a background.
fn frame(rng: &mut Rng, width: i64, height: i64) -> DrawBuffer {
    let mut d = DrawBuffer::new();
    d.save();
    if rng.below(2) == 0 {
        d.set_transform(Transform::scale(1.25, 1.25));
    }
    let mut rect = || {
        let (x, y) = (rng.number(-3, width), rng.number(-3, height));
        Rect::new(x, y, rng.number(1, width), rng.number(1, height))
    };
    let (background, clip) = ([rect(), rect()], [rect(), rect(), rect()]);
    for rect in background {
        d.fill_rects(rng.color().into(), false, &[rect]);
    }
    match rng.below(3) {
        0 => d.clip_rects(&clip[..1]),
        1 => d.clip_rects(&clip),
        _ => {}
    }
    for _ in 0..1 + rng.below(5) {
        run(rng, &mut d, width, height);
    }
    d.restore();
    d
}

/// Draws `ops` at once, from a list, or glyph by glyph.
fn draw(rig: &mut Rig, ops: &DrawBuffer, from: From) {
    let mut d = DrawBuffer::new();
    let ops = match from {
        From::Packet => ops,
        From::List | From::ListThatLacksGlyphs => {
            let mut kept = ops.clone();
            if from == From::ListThatLacksGlyphs {
                // What glyphs a set will have is then open, and nothing of it is put together.
                for set in [1, 2] {
                    let (color, origin) = (Color::RED.into(), Point::new(-900.0, -900.0));
                    let (set, positions) = (GlyphSetId(set), RunPositions::Natural);
                    kept.glyph_run(set, color, 9.0, origin, positions, &[MISSING]);
                }
            }
            let list = ListId(1);
            rig.send(DefineList {
                list,
                ops: kept.ops(),
            });
            d.draw_list(list);
            &d
        }
    };
    rig.send(Draw {
        surface: WINDOW.into(),
        ops: ops.ops(),
    });
}

#[derive(Clone, Copy, PartialEq)]
enum From {
    Packet,
    List,
    ListThatLacksGlyphs,
}

#[test]
fn text_by_the_line_is_text_glyph_by_glyph() {
    for seed in 0..250 {
        let rng = &mut Rng(seed);
        // Now and then longer than what is put together at once.
        let width = if seed % 16 == 0 {
            1500
        } else {
            3 + rng.below(90) as i64
        };
        let height = 2 + rng.below(60) as i64;
        let frames: Vec<DrawBuffer> = (0..3).map(|_| frame(rng, width, height)).collect();
        let budget = 100 + rng.below(5000);
        let picture = |from, budget| {
            let mut rig = Rig::new();
            sets(&mut rig);
            rig.budget = budget;
            rig.window(width as f32, height as f32);
            for frame in &frames {
                draw(&mut rig, frame, from);
                rig.commit(&[WINDOW]);
            }
            rig.budget = u64::MAX;
            let pixels = rig.pixels(WINDOW);
            assert!(pixels.iter().any(|p| *p != 0), "nothing was drawn");
            pixels
        };
        let expected = picture(From::ListThatLacksGlyphs, u64::MAX);
        for (from, budget) in [
            (From::Packet, u64::MAX),
            (From::Packet, budget),
            (From::List, u64::MAX),
        ] {
            assert!(picture(from, budget) == expected, "seed {seed}");
        }
    }
}

#[test]
fn a_line_draws_what_a_set_has_now() {
    let mut rig = Rig::new();
    sets(&mut rig);
    rig.window(40.0, 20.0);
    let (set, origin) = (GlyphSetId(1), Point::new(4.0, 16.0));
    let mut text = DrawBuffer::new();
    let positions = RunPositions::Natural;
    text.clear_to(Color::WHITE);
    text.glyph_run(
        set,
        Color::BLACK.into(),
        16.0,
        origin,
        positions,
        &[1, 2, 4],
    );
    let shown = |rig: &mut Rig| {
        draw(rig, &text, From::Packet);
        rig.pixels(WINDOW)
    };
    let before = shown(&mut rig);
    // A list keeps what it was made of.
    let list = ListId(7);
    rig.send(DefineList {
        list,
        ops: text.ops(),
    });
    let mut from_list = DrawBuffer::new();
    from_list.draw_list(list);

    let mut packed = Vec::new();
    let glyphs = Packed::pack(&[2u16], &mut packed);
    rig.send(RemoveGlyphs { set, glyphs });
    let without = shown(&mut rig);
    assert!(without != before, "a glyph that was removed is drawn");
    draw(&mut rig, &from_list, From::Packet);
    assert!(rig.pixels(WINDOW) == before, "a list lost a glyph");

    let square = [
        PathStep::Move(Point::new(0.0, 0.0)),
        PathStep::Line(Point::new(30.0, 0.0)),
        PathStep::Line(Point::new(30.0, 30.0)),
    ];
    let mut added = GlyphBuffer::new();
    added.outline(2, 40, &square);
    rig.send(AddGlyphs {
        set,
        glyphs: added.as_bytes(),
    });
    let replaced = shown(&mut rig);
    assert!(
        replaced != before && replaced != without,
        "the new glyph is not drawn"
    );
    draw(&mut rig, &from_list, From::Packet);
    assert!(rig.pixels(WINDOW) == before, "a list took a new glyph");
    assert_eq!(rig.errors(), []);
}

#[test]
fn text_is_charged_once_and_drawn_without_the_memory_too() {
    let mut text = DrawBuffer::new();
    let origin = Point::new(4.0, 16.0);
    let positions = RunPositions::Natural;
    text.clear_to(Color::WHITE);
    text.glyph_run(
        GlyphSetId(1),
        Color::BLACK.into(),
        16.0,
        origin,
        positions,
        &[1, 2, 4],
    );
    let with = |memory| {
        let limits = Limits {
            memory,
            ..Limits::default()
        };
        let mut rig = Rig::with(Admission::Trusted, limits, Scale::ONE);
        sets(&mut rig);
        rig.window(40.0, 20.0);
        let mut used = vec![rig.session.memory_used()];
        for _ in 0..2 {
            draw(&mut rig, &text, From::Packet);
            used.push(rig.session.memory_used());
        }
        let pixels = rig.pixels(WINDOW);
        for set in [1, 2] {
            rig.send(DestroyGlyphSet {
                set: GlyphSetId(set),
            });
        }
        used.push(rig.session.memory_used());
        assert_eq!(rig.errors(), []);
        (pixels, used)
    };
    let (expected, used) = with(Limits::default().memory);
    assert!(used[1] >= used[0] + TEXT_BYTES, "{used:?}");
    assert_eq!(used[1], used[2]);
    assert!(used[3] < TEXT_BYTES, "{used:?}");
    let (pixels, used) = with(TEXT_BYTES);
    assert!(pixels == expected);
    assert!(used.iter().all(|used| *used < TEXT_BYTES), "{used:?}");
}
