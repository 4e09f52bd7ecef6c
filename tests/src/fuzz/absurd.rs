//! [`Absurd`]: numbers and shapes that no sane client sends.

use transom_protocol::color::Color;
use transom_protocol::draw::{Paint, PathBuffer, PathStep};
use transom_protocol::geometry::{PixelRect, PixelSize, Point, Rect, Size, Transform};
use transom_protocol::ids::{ImageId, PaintId, SurfaceId};

use crate::random::Random;

/// Choices, half of them bad ones.
#[derive(Clone, Debug)]
pub struct Absurd(Random);

impl Absurd {
    /// The same seed makes the same choices.
    pub fn new(seed: u64) -> Self {
        Self(Random(seed))
    }

    pub(super) fn bits(&mut self) -> u64 {
        self.0.bits()
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0.below(bound)
    }

    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.0.chance(percent)
    }

    pub(super) fn flip(&mut self) -> bool {
        self.0.chance(50)
    }

    pub(super) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    pub(super) fn bytes(&mut self, count: usize) -> Vec<u8> {
        self.0.bytes(count)
    }

    pub(super) fn number(&mut self) -> f32 {
        match self.below(16) {
            0 => f32::NAN,
            1 => f32::INFINITY,
            2 => -1e30,
            3 => 1e30,
            4 => f32::from_bits(self.bits() as u32),
            5 => 0.0,
            6 => 1e7,
            7 => -40_000.5,
            _ => self.near(),
        }
    }

    /// A coordinate on the surface, or close.
    fn near(&mut self) -> f32 {
        self.below(8000) as f32 / 50.0 - 8.0
    }

    pub(super) fn point(&mut self) -> Point {
        Point::new(self.number(), self.number())
    }

    pub(super) fn points(&mut self) -> Vec<Point> {
        (0..1 + self.below(6)).map(|_| self.point()).collect()
    }

    pub(super) fn rect(&mut self) -> Rect {
        Rect::new(self.number(), self.number(), self.number(), self.number())
    }

    pub(super) fn rects(&mut self) -> Vec<Rect> {
        (0..1 + self.below(6)).map(|_| self.rect()).collect()
    }

    pub(super) fn radii(&mut self) -> [f32; 4] {
        std::array::from_fn(|_| self.number())
    }

    pub(super) fn size(&mut self) -> Size {
        Size::new(self.number(), self.number())
    }

    fn side(&mut self) -> u32 {
        match self.below(12) {
            0 => 0,
            1 => u32::MAX,
            2 => 40_000,
            3 => 2000,
            _ => 1 + self.below(90) as u32,
        }
    }

    pub(super) fn pixel_size(&mut self) -> PixelSize {
        PixelSize::new(self.side(), self.side())
    }

    pub(super) fn pixel_rect(&mut self) -> PixelRect {
        let place = |a: &mut Self| match a.below(8) {
            0 => i32::MIN,
            1 => i32::MAX,
            _ => a.below(100) as i32 - 10,
        };
        PixelRect::new(place(self), place(self), self.side(), self.side())
    }

    pub(super) fn color(&mut self) -> Color {
        let [r, g, b, a, ..] = self.bits().to_le_bytes();
        Color::rgba(r, g, b, a)
    }

    pub(super) fn transform(&mut self) -> Transform {
        match self.below(4) {
            0 => {
                let [a, b, c, d] = self.radii();
                let (e, f) = (self.number(), self.number());
                Transform { a, b, c, d, e, f }
            }
            1 => Transform::scale(self.near() / 40.0, self.near() / 40.0),
            2 => Transform::translate(self.near(), self.near()),
            _ => Transform::rotate(self.below(628) as f32 / 100.0),
        }
    }

    pub(super) fn image(&mut self) -> ImageId {
        ImageId(self.below(6) as u32)
    }

    pub(super) fn paint_id(&mut self) -> PaintId {
        PaintId(self.below(8) as u32)
    }

    pub(super) fn paint(&mut self) -> Paint {
        if self.flip() {
            self.paint_id().into()
        } else {
            self.color().into()
        }
    }

    /// The window, or one of the off-screen surfaces that may be there.
    pub(super) fn surface(&mut self) -> SurfaceId {
        match self.below(6) {
            0 => SurfaceId(self.below(3) as u32),
            1 => self.offscreen(),
            _ => SurfaceId(1),
        }
    }

    pub(super) fn offscreen(&mut self) -> SurfaceId {
        SurfaceId(100 + self.below(3) as u32)
    }

    /// A path of some steps; once in a while of as many as a packet holds.
    pub(super) fn path(&mut self) -> PathBuffer {
        let mut path = PathBuffer::new();
        match self.below(100) {
            0 => self.endless(200_000, &mut path),
            1..4 => self.endless(5_000, &mut path),
            _ => {
                for _ in 0..1 + self.below(20) {
                    path.push(self.step());
                }
            }
        }
        path
    }

    fn step(&mut self) -> PathStep {
        match self.below(5) {
            0 => PathStep::Move(self.point()),
            1 => PathStep::Quad(self.point(), self.point()),
            2 => PathStep::Cubic(self.point(), self.point(), self.point()),
            3 => PathStep::Close,
            _ => PathStep::Line(self.point()),
        }
    }

    /// Lines between whole numbers, which take the fewest bytes, to and fro or around.
    fn endless(&mut self, steps: usize, path: &mut PathBuffer) {
        let far = self.one_of(&[3, 150, 30_000]);
        for _ in 0..steps {
            let [x, y] = [self.below(far) as f32, self.below(far) as f32];
            path.push(PathStep::Line(Point::new(x, y)));
        }
    }
}
