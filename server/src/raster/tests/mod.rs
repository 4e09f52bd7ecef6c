//! What holds for the rasteriser as a whole, over random scenes.

mod invariance;
mod reference;
mod reference_model;
mod shapes;
mod sheet;

use transom_protocol::geometry::Point;

/// Random numbers that are the same in every run.
pub(super) struct Rng(pub(super) u64);

impl Rng {
    pub(super) fn next(&mut self) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32
    }

    /// A number below `n`.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        self.next() % n
    }

    /// A number between `low` and `high`.
    pub(super) fn float(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.next() as f32 / (1u32 << 31) as f32)
    }

    /// A multiple of 1/64 between `low` and `high`, so that whole numbers can be added exactly.
    pub(super) fn grid(&mut self, low: f32, high: f32) -> f32 {
        (self.float(low, high) * 64.0).floor() / 64.0
    }

    pub(super) fn point(&mut self, low: f32, high: f32) -> Point {
        Point::new(self.grid(low, high), self.grid(low, high))
    }

    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u32) as usize]
    }

    /// One of the numbers that break things.
    pub(super) fn wild(&mut self) -> f32 {
        let wild = [
            f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::MAX,
            f32::MIN,
            f32::MIN_POSITIVE,
            1e30,
            -1e30,
            1e7,
            -1e7,
            1_048_576.0,
            -1_048_576.5,
            0.0,
            -0.0,
            1e-30,
            20.5,
        ];
        if self.below(3) == 0 {
            self.float(-50.0, 100.0)
        } else {
            self.pick(&wild)
        }
    }
}
