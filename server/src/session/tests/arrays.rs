//! Arrays of small shapes, drawn block by block, and the general way beside it.

use transom_protocol::codec::Packed;
use transom_protocol::color::Color;
use transom_protocol::draw::{Cap, DrawBuffer, Join, Segment, StrokeStyle};
use transom_protocol::geometry::{Point, Rect, Scale, Transform};

use super::rig::{Rig, WINDOW};

const SIDE: i32 = 90;

struct Rng(u64);

impl Rng {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn number(&mut self, low: i32, high: i32) -> f32 {
        (low + self.below((high - low) as u64) as i32) as f32
    }

    /// Near the surface, mostly on it.
    fn point(&mut self) -> Point {
        let out = if self.below(40) == 0 { 60 } else { 0 };
        Point::new(self.number(-out, SIDE + out), self.number(-out, SIDE + out))
    }

    fn near(&mut self, at: Point) -> Point {
        let reach = [2, 12, 60][self.below(3) as usize];
        let mut one = |v: f32| (v + self.number(-reach, reach + 1)).clamp(-80.0, 170.0);
        Point::new(one(at.x), one(at.y))
    }
}

/// What is drawn in one record.
#[derive(Clone, Debug)]
enum Array {
    Points(Vec<Point>),
    Segments(Vec<Segment>, Cap),
    Joined(Vec<Point>, Cap, bool),
    Rects(Vec<Rect>),
    /// The radius of their corners, the width of their outlines, smooth or snapped.
    Rounded(Vec<Rect>, f32, Option<f32>, bool),
}

impl Array {
    fn new(rng: &mut Rng) -> Self {
        let count = 1 + rng.below([5, 70, 200][rng.0 as usize % 3]);
        let cap = [Cap::Butt, Cap::Round, Cap::Square][rng.below(3) as usize];
        let points: Vec<Point> = (0..=count).map(|_| rng.point()).collect();
        match rng.below(6) {
            0 => Self::Points(points),
            1 => {
                let segment = |from: Point| Segment {
                    from,
                    to: rng.near(from),
                };
                Self::Segments(points.into_iter().map(segment).collect(), cap)
            }
            2 => Self::Joined(points, cap, count.is_multiple_of(2)),
            kind => {
                let rect = |at: Point| {
                    let to = rng.near(at);
                    Rect::new(at.x, at.y, to.x - at.x, to.y - at.y)
                };
                let mut rects: Vec<Rect> = points.into_iter().map(rect).collect();
                if kind == 3 {
                    return Self::Rects(rects);
                }
                let (width, height) = (rects[0].width, rects[0].height);
                for rect in rects.iter_mut().skip(rng.below(4) as usize) {
                    (rect.width, rect.height) = (width.abs(), height.abs());
                }
                let width = [None, Some(0.0), Some(1.0), Some(0.3)][rng.below(4) as usize];
                Self::Rounded(rects, rng.number(0, 30), width, kind == 4)
            }
        }
    }

    /// With elements that are no whole numbers, and are not seen.
    fn disguised(mut self) -> Self {
        let far = Point::new(5000.5, 5000.5);
        match &mut self {
            Self::Points(points) => points.extend([far, Point::new(f32::NAN, 3.0)]),
            Self::Segments(segments, _) => {
                let to = far;
                segments.push(Segment { from: far, to });
                segments.push(Segment {
                    from: Point::default(),
                    to: Point::new(f32::INFINITY, 3.0),
                });
            }
            // A point that is not finite is no point of the line.
            Self::Joined(points, ..) => points.insert(points.len() / 2, Point::new(0.0, f32::NAN)),
            Self::Rects(rects) | Self::Rounded(rects, ..) => {
                rects.push(Rect::new(5000.5, 0.0, 3.0, 3.0));
                rects.push(Rect::new(0.0, 0.0, f32::NAN, 3.0));
            }
        }
        self
    }

    fn draw(&self, d: &mut DrawBuffer, color: Color) {
        let paint = color.into();
        match self {
            Self::Points(points) => d.points(paint, false, false, 0.0, points),
            Self::Segments(segments, cap) => d.segments(paint, false, 0.0, *cap, segments),
            Self::Joined(points, cap, closed) => {
                let mut packed = Vec::new();
                let style = StrokeStyle {
                    width: 0.0,
                    cap: *cap,
                    join: Join::Miter,
                    miter_limit: 4.0,
                    dash_phase: 0.0,
                    dashes: Packed::pack(&[], &mut packed),
                };
                d.polyline(paint, false, *closed, &style, points)
                    .expect("a short line");
            }
            Self::Rects(rects) => d.fill_rects(paint, false, rects),
            Self::Rounded(rects, radius, None, smooth) => {
                d.fill_rounded(paint, false, *smooth, [*radius; 4], rects);
            }
            Self::Rounded(rects, radius, Some(width), smooth) => {
                d.stroke_rounded(paint, false, *smooth, *width, [*radius; 4], rects);
            }
        }
    }
}

#[derive(Clone, Debug)]
struct Scene {
    array: Array,
    color: Color,
    moved: Transform,
    scale: Scale,
}

impl Scene {
    fn new(seed: u64) -> Self {
        let mut rng = Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        rng.below(2);
        let alpha = if rng.below(2) == 0 { 255 } else { 100 };
        let moves = [0.0, 0.5, 7.0, -3.25, 0.999_99];
        let mut one = || moves[rng.below(5) as usize];
        let moved = Transform::translate(one(), one());
        let moved = match rng.below(4) {
            0 => moved.after(Transform::scale(0.75, 1.5)),
            _ => moved,
        };
        Self {
            array: Array::new(&mut rng),
            color: Color::rgba(200, 60, 90, alpha),
            moved,
            scale: if rng.below(4) == 0 {
                Scale(150)
            } else {
                Scale::ONE
            },
        }
    }

    fn record(&self, d: &mut DrawBuffer) {
        d.set_transform(self.moved);
        self.array.draw(d, self.color);
    }

    /// The pixels of a surface it is drawn on, under a clip.
    fn pixels(&self, budget: u64, clip: &[Rect]) -> (Vec<u32>, usize) {
        let mut rig = Rig::new();
        let surface = rig.surface(5, SIDE as f32, SIDE as f32, self.scale);
        rig.budget = budget;
        let slices = rig.draw(surface, |d| {
            if !clip.is_empty() {
                d.clip_rects(clip);
            }
            self.record(d);
        });
        rig.budget = u64::MAX;
        (rig.pixels(surface), slices)
    }
}

#[test]
fn a_torn_clip_gives_the_pixels_of_a_whole_one() {
    let all = Rect::new(0.0, 0.0, SIDE as f32, SIDE as f32);
    let (left, right) = (
        Rect::new(0.0, 0.0, 40.0, 90.0),
        Rect::new(44.0, 10.0, 30.0, 70.0),
    );
    for seed in 0..600 {
        let scene = Scene::new(seed);
        let (whole, _) = scene.pixels(u64::MAX, &[all]);
        let (torn, _) = scene.pixels(u64::MAX, &[left, right]);
        let (first, _) = scene.pixels(u64::MAX, &[left]);
        let (second, _) = scene.pixels(u64::MAX, &[right]);
        assert!(whole.iter().any(|p| *p != 0) || seed > 0, "{scene:?}");
        for (i, torn) in torn.iter().enumerate() {
            // What is drawn under both parts of the clip alone is drawn under both together, and is
            // what lies there without a clip.
            let parts = first[i].max(second[i]);
            assert_eq!(*torn, parts, "seed {seed}, pixel {i}: {scene:?}");
            assert!(*torn == 0 || *torn == whole[i], "seed {seed}, pixel {i}");
        }
        let outside = |i: usize| first[i] == 0 && second[i] == 0;
        let missing = (0..whole.len()).filter(|i| outside(*i) && whole[*i] != 0);
        let side = (whole.len() as f32).sqrt() as usize;
        let scale = scene.scale.factor();
        for i in missing {
            let at = Point::new((i % side) as f32 / scale, (i / side) as f32 / scale);
            let inside = |r: &Rect| {
                at.x >= r.x && at.x < r.x + r.width && at.y >= r.y && at.y < r.y + r.height
            };
            assert!(!inside(&left) && !inside(&right), "seed {seed} {at:?}");
        }
    }
}

#[test]
fn numbers_of_32_bits_give_the_pixels_of_short_ones() {
    for seed in 0..600 {
        let short = Scene::new(seed);
        let long = Scene {
            array: short.array.clone().disguised(),
            ..short.clone()
        };
        let pixels = |scene: &Scene| scene.pixels(u64::MAX, &[]).0;
        assert!(pixels(&short) == pixels(&long), "seed {seed}: {short:?}");
    }
}

#[test]
fn slices_end_between_elements() {
    let (mut all, mut few) = (0, 0);
    for seed in 0..600 {
        let scene = Scene::new(seed);
        let (whole, one) = scene.pixels(u64::MAX, &[]);
        assert_eq!(one, 1);
        let (sliced, slices) = scene.pixels(1 + seed % 300, &[]);
        assert!(whole == sliced, "seed {seed}: {scene:?}");
        let clip = Rect::new(20.0, 10.0, 50.0, 60.0);
        let (whole, _) = scene.pixels(u64::MAX, &[clip]);
        let (sliced, _) = scene.pixels(1 + seed % 300, &[clip]);
        assert!(whole == sliced, "seed {seed}, clipped: {scene:?}");
        all += slices;
        few += usize::from(slices > 3);
    }
    assert!(all > 3000 && few > 200, "{all} {few}");
}

#[test]
fn all_that_is_drawn_is_damage() {
    for seed in 0..200 {
        let mut rig = Rig::new();
        rig.window(SIDE as f32, SIDE as f32);
        let surface = rig.surface(5, SIDE as f32, SIDE as f32, Scale::ONE);
        for frame in 0..4 {
            let scene = Scene::new(seed * 4 + frame);
            if frame > 0 {
                rig.begin(WINDOW, SIDE as f32, SIDE as f32);
            }
            rig.draw(WINDOW, |d| scene.record(d));
            rig.draw(surface, |d| scene.record(d));
            rig.commit(&[WINDOW]);
        }
        // What was not damage is missing in the buffer that the next frame begins with.
        rig.begin(WINDOW, SIDE as f32, SIDE as f32);
        rig.draw(WINDOW, |d| {
            d.fill_rects(Color::RED.into(), false, &[Rect::new(0.0, 0.0, 1.0, 1.0)]);
        });
        rig.draw(surface, |d| {
            d.set_transform(Transform::IDENTITY);
            d.fill_rects(Color::RED.into(), false, &[Rect::new(0.0, 0.0, 1.0, 1.0)]);
        });
        rig.commit(&[WINDOW]);
        assert_eq!(rig.errors(), []);
        assert!(rig.pixels(WINDOW) == rig.pixels(surface), "seed {seed}");
    }
}
