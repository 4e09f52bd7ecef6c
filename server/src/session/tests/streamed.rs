//! Pixels that a record brings along or finds in a pool: the same as through an image.

use transom_protocol::color::Color;
use transom_protocol::draw::{
    Blend, DrawBuffer, FillRule, Filter, ImagePart, Paint, PathBuffer, PathStep, PixelData,
    PoolPixels,
};
use transom_protocol::error::ErrorCode;
use transom_protocol::geometry::{PixelSize, Point, Rect, Transform};
use transom_protocol::hello::Codec;
use transom_protocol::ids::{ImageId, ListId, PaintId, PoolId};
use transom_protocol::request::{
    BeginImage, CreatePool, DefineList, EndImage, ImageData, ImageFlags, ImageFormat,
};

use super::super::{Limits, SLICE};
use super::rig::{Rig, WINDOW};
use crate::raster::MAX_SIDE;
use crate::shared_memory::SharedMemory;
use crate::shared_memory::tests::sealed;

const POOL: PoolId = PoolId(1);
const IMAGE: ImageId = ImageId(1);

/// A picture, and where it goes.
struct Case {
    size: PixelSize,
    format: ImageFormat,
    bytes: Vec<u8>,
    dest: Rect,
    filter: Filter,
    antialias: bool,
    paint: Paint,
}

/// How a picture gets to the surface.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Image,
    Record,
    Pool,
}

/// Rows lie so many bytes apart from where they would follow one another.
const GAP: usize = 3;
/// The first lies here.
const OFFSET: usize = 5;

impl Case {
    fn data(&self) -> PixelData<'_> {
        PixelData::new(self.size, self.format, &self.bytes).expect("as many as it has")
    }

    fn row(&self) -> usize {
        self.size.width as usize * self.format.bytes_per_pixel()
    }

    fn in_pool(&self) -> PoolPixels {
        PoolPixels {
            pool: POOL,
            offset: OFFSET as u64,
            stride: (self.row() + GAP) as u32,
            size: self.size,
            format: self.format,
        }
    }

    /// What it looks like, drawn after `before` in slices of `budget`, and how many those were.
    fn drawn(&self, way: Way, before: &dyn Fn(&mut DrawBuffer), budget: u64) -> (usize, Vec<u32>) {
        let mut rig = Rig::sharing(Limits::default());
        let mut pool = vec![0xee; OFFSET];
        for row in self.bytes.chunks(self.row()) {
            pool.extend_from_slice(row);
            pool.extend_from_slice(&[0xee; GAP]);
        }
        pool.truncate(pool.len() - GAP);
        let bytes = pool.len() as u64;
        assert!(rig.session.share(SharedMemory::map(sealed(&pool))));
        rig.send(CreatePool { pool: POOL, bytes });
        rig.send(BeginImage {
            image: IMAGE,
            size: self.size,
            format: self.format,
            flags: ImageFlags::NONE,
        });
        rig.send(ImageData {
            image: IMAGE,
            codec: Codec::Raw,
            data: &self.bytes,
        });
        rig.send(EndImage { image: IMAGE });
        rig.window(60.0, 50.0);
        rig.draw(WINDOW, |d| {
            d.clear_to(Color::rgb(200, 120, 40));
            before(d);
        });
        rig.budget = budget;
        let slices = rig.draw(WINDOW, |d| {
            d.set_antialias(self.antialias);
            match way {
                Way::Image => {
                    let part = ImagePart {
                        source: Rect::default(),
                        dest: self.dest,
                    };
                    d.images(IMAGE, self.paint, self.filter, &[part]);
                }
                Way::Record => d.pixels(self.paint, self.filter, self.dest, &self.data()),
                Way::Pool => d.pool_pixels(self.paint, self.filter, self.dest, &self.in_pool()),
            }
        });
        rig.budget = SLICE;
        assert_eq!(rig.errors(), []);
        (slices, rig.pixels(WINDOW))
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn case(&mut self) -> Case {
        let size = PixelSize::new(1 + self.below(40) as u32, 1 + self.below(40) as u32);
        let format = ImageFormat::ALL[self.below(4) as usize];
        let count = size.area() as usize * format.bytes_per_pixel();
        let mut bytes: Vec<u8> = (0..count).map(|_| self.below(256) as u8).collect();
        if format == ImageFormat::Bgra {
            for pixel in bytes.chunks_exact_mut(4) {
                let alpha = pixel[3];
                pixel.iter_mut().for_each(|c| *c = (*c).min(alpha));
            }
        }
        let (x, y) = (self.below(70) as f32 - 20.0, self.below(60) as f32 - 20.0);
        let dest = match self.below(4) {
            0 => Rect::new(x, y, self.below(50) as f32, self.below(50) as f32 + 0.5),
            _ => Rect::new(x, y, size.width as f32, size.height as f32),
        };
        let [r, g, b, a, ..] = self.below(u64::MAX).to_le_bytes();
        Case {
            size,
            format,
            bytes,
            dest,
            filter: Filter::ALL[self.below(3) as usize],
            antialias: self.below(3) > 0,
            paint: Color::rgba(r, g, b, a).into(),
        }
    }

    /// Something of the drawing state.
    fn state(&mut self) -> Box<dyn Fn(&mut DrawBuffer)> {
        let (a, b) = (self.below(40) as f32, self.below(30) as f32);
        match self.below(8) {
            0 => Box::new(move |d| d.set_opacity(a / 40.0)),
            1 => {
                let blend = Blend::ALL[self.below(Blend::ALL.len() as u64) as usize];
                Box::new(move |d| d.set_blend(blend))
            }
            2 => Box::new(move |d| d.set_transform(Transform::translate(a / 8.0, b))),
            3 => Box::new(move |d| d.concat(Transform::scale(a / 16.0 - 1.0, b / 16.0))),
            4 => Box::new(move |d| d.concat(Transform::rotate(a / 13.0))),
            5 => Box::new(move |d| {
                let (one, two) = (Rect::new(a, 3.0, 20.0, 30.0), Rect::new(5.0, b, 33.0, 9.0));
                d.clip_rects(&[one, two]);
            }),
            6 => Box::new(move |d| {
                let mut path = PathBuffer::new();
                path.push(PathStep::Move(Point::new(a, 0.0)));
                path.push(PathStep::Line(Point::new(60.0, b)));
                path.push(PathStep::Line(Point::new(3.0, 44.0)));
                d.clip_path(true, false, FillRule::NonZero, &path)
                    .expect("short");
            }),
            _ => Box::new(|_| {}),
        }
    }
}

#[test]
fn every_way_and_every_slice_draws_the_same_pixels() {
    let mut random = Random(7);
    for i in 0..300 {
        let case = random.case();
        let (one, two) = (random.state(), random.state());
        let before = |d: &mut DrawBuffer| {
            one(d);
            two(d);
        };
        let (_, expected) = case.drawn(Way::Image, &before, SLICE);
        for way in [Way::Record, Way::Pool] {
            for budget in [SLICE, 1, 90] {
                let (_, pixels) = case.drawn(way, &before, budget);
                assert!(pixels == expected, "case {i}, {way:?}, {budget} a slice");
            }
        }
    }
}

#[test]
fn a_large_picture_takes_many_slices() {
    let size = PixelSize::new(50, 48);
    for (format, dest) in [
        (ImageFormat::Bgrx, Rect::new(1.0, 1.0, 50.0, 48.0)),
        (ImageFormat::Rgba, Rect::new(1.0, 1.0, 40.0, 30.0)),
    ] {
        let case = Case {
            size,
            format,
            bytes: (0..50 * 48 * 4).map(|i| i as u8).collect(),
            dest,
            filter: Filter::Linear,
            antialias: true,
            paint: Color::BLACK.into(),
        };
        for way in [Way::Record, Way::Pool] {
            let (slices, pixels) = case.drawn(way, &|_| {}, 1);
            assert!(slices > 10, "{slices}");
            assert!(case.drawn(way, &|_| {}, u64::MAX).1 == pixels);
        }
    }
}

fn sharing(bytes: u64, limits: Limits) -> Rig {
    let mut rig = Rig::sharing(limits);
    let memory = SharedMemory::map(sealed(&vec![0x55; bytes as usize]));
    assert!(rig.session.share(memory));
    rig.send(CreatePool { pool: POOL, bytes });
    rig.window(4.0, 4.0);
    rig.draw(WINDOW, |d| d.clear_to(Color::WHITE));
    rig
}

fn shared(offset: u64, stride: u32, width: u32, height: u32) -> PoolPixels {
    PoolPixels {
        pool: POOL,
        offset,
        stride,
        size: PixelSize::new(width, height),
        format: ImageFormat::Bgrx,
    }
}

fn draw_shared(rig: &mut Rig, pixels: &PoolPixels) -> Vec<ErrorCode> {
    let dest = Rect::new(0.0, 0.0, 4.0, 4.0);
    rig.draw(WINDOW, |d| {
        d.pool_pixels(Color::BLACK.into(), Filter::Nearest, dest, pixels);
    });
    rig.errors().iter().map(|(code, ..)| *code).collect()
}

#[test]
fn what_does_not_lie_in_its_pool_draws_nothing() {
    let mut rig = sharing(64, Limits::default());
    for refused in [
        shared(1, 16, 4, 4),
        shared(u64::MAX, 16, 4, 4),
        shared(u64::MAX - 63, 16, 4, 4),
        shared(0, u32::MAX, 4, 2),
        shared(0, 15, 4, 4),
        shared(0, 16, 4, 5),
        shared(0, 0, 4, 4),
        shared(0, 4 * MAX_SIDE + 4, MAX_SIDE + 1, 1),
    ] {
        let errors = draw_shared(&mut rig, &refused);
        assert_eq!(errors, [ErrorCode::BAD_ARGUMENT], "{refused:?}");
    }
    let elsewhere = PoolPixels {
        pool: PoolId(2),
        ..shared(0, 16, 4, 4)
    };
    assert_eq!(draw_shared(&mut rig, &elsewhere), [ErrorCode::UNKNOWN_ID]);
    assert_eq!(rig.pixels(WINDOW), [0xffff_ffff; 16]);
    assert_eq!(draw_shared(&mut rig, &shared(0, 16, 4, 4)), []);
    assert_eq!(rig.pixels(WINDOW), [0xff55_5555; 16]);
}

#[test]
fn a_picture_without_pixels_draws_nothing_and_one_too_wide_is_refused() {
    let mut rig = sharing(64, Limits::default());
    for (width, height) in [(0, 4), (4, 0), (0, 0)] {
        assert_eq!(
            draw_shared(&mut rig, &shared(1 << 40, 0, width, height)),
            []
        );
    }
    let dest = Rect::new(0.0, 0.0, 4.0, 4.0);
    let draw = |rig: &mut Rig, width, height, bytes: &[u8]| {
        let size = PixelSize::new(width, height);
        let pixels = PixelData::new(size, ImageFormat::A8, bytes).expect("as many as it has");
        rig.draw(WINDOW, |d| {
            d.pixels(Color::BLACK.into(), Filter::Nearest, dest, &pixels);
        });
        rig.errors()
    };
    assert_eq!(draw(&mut rig, 0, 9, &[]), []);
    let wide = vec![255; MAX_SIDE as usize + 1];
    let errors = draw(&mut rig, MAX_SIDE + 1, 1, &wide);
    assert_eq!(errors[0].0, ErrorCode::BAD_ARGUMENT);
    assert_eq!(rig.pixels(WINDOW), [0xffff_ffff; 16]);
    assert_eq!(draw(&mut rig, MAX_SIDE, 1, &wide[1..]), []);
    assert_eq!(rig.pixels(WINDOW), [0xff00_0000; 16]);
}

#[test]
fn a_paint_that_is_not_there_leaves_what_was_drawn_before() {
    let mut rig = sharing(64, Limits::default());
    rig.commit(&[WINDOW]);
    rig.begin(WINDOW, 4.0, 4.0);
    let dest = Rect::new(0.0, 0.0, 4.0, 4.0);
    rig.draw(WINDOW, |d| {
        d.pool_pixels(
            PaintId(5).into(),
            Filter::Nearest,
            dest,
            &shared(0, 16, 4, 4),
        );
        d.pool_pixels(
            Color::BLACK.into(),
            Filter::Nearest,
            dest,
            &shared(9, 16, 4, 4),
        );
    });
    assert_eq!(rig.errors().len(), 1);
    assert_eq!(rig.pixels(WINDOW), [0xffff_ffff; 16]);
}

#[test]
fn what_becomes_an_image_is_charged_and_given_back() {
    let limits = Limits {
        memory: 64 + 4 * 4 * 4 * 3 + 600,
        ..Limits::default()
    };
    let mut rig = sharing(64, limits);
    let before = rig.session.memory_used();
    let draw = |rig: &mut Rig, width: u32, height: u32| {
        let bytes = vec![0x11; (width * height) as usize];
        let size = PixelSize::new(width, height);
        let pixels = PixelData::new(size, ImageFormat::A8, &bytes).expect("as many as it has");
        let dest = Rect::new(0.0, 0.0, 3.0, 3.0);
        rig.draw(WINDOW, |d| {
            d.pixels(Color::BLACK.into(), Filter::Linear, dest, &pixels);
        });
        rig.errors()
            .iter()
            .map(|(code, ..)| *code)
            .collect::<Vec<_>>()
    };
    assert_eq!(draw(&mut rig, 10, 10), []);
    assert_eq!(rig.session.memory_used(), before);
    assert_eq!(draw(&mut rig, 20, 20), [ErrorCode::QUOTA]);
    assert_eq!(rig.session.memory_used(), before);
}

#[test]
fn a_list_keeps_pixels_but_not_those_of_a_pool() {
    let mut rig = sharing(64, Limits::default());
    let dest = Rect::new(0.0, 0.0, 4.0, 4.0);
    let size = PixelSize::new(1, 1);
    let pixels = PixelData::new(size, ImageFormat::Bgrx, &[1, 2, 3, 4]).expect("one pixel");
    let mut kept = DrawBuffer::new();
    kept.pixels(Color::BLACK.into(), Filter::Nearest, dest, &pixels);
    let list = ListId(1);
    rig.send(DefineList {
        list,
        ops: kept.ops(),
    });
    rig.draw(WINDOW, |d| d.draw_list(list));
    assert_eq!(rig.errors(), []);
    assert_eq!(rig.pixels(WINDOW), [0xff03_0201; 16]);
    let mut refused = DrawBuffer::new();
    refused.pool_pixels(
        Color::BLACK.into(),
        Filter::Nearest,
        dest,
        &shared(0, 16, 4, 4),
    );
    rig.send(DefineList {
        list: ListId(2),
        ops: refused.ops(),
    });
    assert_eq!(rig.errors()[0].0, ErrorCode::BAD_STATE);
}
