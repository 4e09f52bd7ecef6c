//! Paths of a few straight lines, and the general way beside it.

use transom_protocol::color::Color;
use transom_protocol::draw::{DrawBuffer, FillRule, PathBuffer, PathStep};
use transom_protocol::geometry::{Point, Rect, Scale, Transform};

use super::rig::{Rig, WINDOW};

const SIDE: f32 = 90.0;

#[derive(Clone, Debug)]
struct Scene {
    steps: Vec<PathStep>,
    rule: FillRule,
    antialias: bool,
    color: Color,
    map: Transform,
    clip: Option<Rect>,
}

impl Scene {
    fn new(seed: u64) -> Self {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 99;
        let mut below = |n: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let fine = [1.0, 1.0, 2.0, 7.0][below(4) as usize];
        let far = [110, 110, 700][below(3) as usize];
        let mut point = || {
            let one = |v: u64| v as f32 / fine - 10.0;
            let (x, y) = (below(far), below(far));
            Point::new(one(x), one(y))
        };
        let mut steps = vec![PathStep::Move(point())];
        let corners: Vec<Point> = (0..11).map(|_| point()).collect();
        let count = 2 + below(10) as usize;
        steps.extend(corners[..count].iter().copied().map(PathStep::Line));
        if below(2) == 0 {
            steps.push(PathStep::Close);
        }
        let map = match below(4) {
            0 => Transform::rotate(0.7).after(Transform::scale(1.5, 0.8)),
            1 => Transform::translate(-7.5, 3.0),
            _ => Transform::IDENTITY,
        };
        Self {
            steps,
            rule: [FillRule::NonZero, FillRule::EvenOdd][below(2) as usize],
            antialias: below(3) > 0,
            color: Color::rgba(200, 60, 90, [255, 100][below(2) as usize]),
            map,
            clip: (below(3) == 0).then(|| {
                let (x, y) = (below(60) as f32, below(60) as f32);
                Rect::new(x, y, below(60) as f32, below(60) as f32)
            }),
        }
    }

    /// The same with a sub-path more, that leads nowhere.
    fn disguised(mut self) -> Self {
        if let PathStep::Move(first) = self.steps[0] {
            self.steps.push(PathStep::Move(first));
        }
        self
    }

    fn record(&self, d: &mut DrawBuffer) {
        let mut path = PathBuffer::new();
        for step in &self.steps {
            path.push(*step);
        }
        d.set_transform(Transform::IDENTITY);
        if let Some(clip) = self.clip {
            d.clip_rects(&[clip]);
        }
        d.set_transform(self.map);
        d.fill_path(self.color.into(), self.antialias, self.rule, &path)
            .expect("a few points");
    }

    fn pixels(&self, budget: u64) -> Vec<u32> {
        let mut rig = Rig::new();
        let surface = rig.surface(5, SIDE, SIDE, Scale::ONE);
        rig.budget = budget;
        rig.draw(surface, |d| self.record(d));
        rig.budget = u64::MAX;
        rig.pixels(surface)
    }
}

#[test]
fn a_few_lines_give_the_pixels_that_they_give_as_part_of_more() {
    let mut drawn = 0;
    for seed in 0..1500 {
        let scene = Scene::new(seed);
        let general = scene.clone().disguised().pixels(u64::MAX);
        drawn += usize::from(general.iter().any(|p| *p != 0));
        for budget in [u64::MAX, 1 + seed % 900] {
            assert!(scene.pixels(budget) == general, "seed {seed}: {scene:?}");
        }
    }
    assert!(drawn > 900, "{drawn}");
}

#[test]
fn all_that_is_drawn_is_damage() {
    for seed in 0..300 {
        let mut rig = Rig::new();
        rig.window(SIDE, SIDE);
        let surface = rig.surface(5, SIDE, SIDE, Scale::ONE);
        for frame in 0..4 {
            let scene = Scene {
                clip: None,
                ..Scene::new(seed * 4 + frame)
            };
            if frame > 0 {
                rig.begin(WINDOW, SIDE, SIDE);
            }
            rig.draw(WINDOW, |d| scene.record(d));
            rig.draw(surface, |d| scene.record(d));
            rig.commit(&[WINDOW]);
        }
        // What was not damage is missing in the buffer that the next frame begins with.
        rig.begin(WINDOW, SIDE, SIDE);
        let dot = |d: &mut DrawBuffer| {
            d.set_transform(Transform::IDENTITY);
            d.fill_rects(Color::RED.into(), false, &[Rect::new(0.0, 0.0, 1.0, 1.0)]);
        };
        rig.draw(WINDOW, dot);
        rig.draw(surface, dot);
        rig.commit(&[WINDOW]);
        assert_eq!(rig.errors(), []);
        assert!(rig.pixels(WINDOW) == rig.pixels(surface), "seed {seed}");
    }
}
