//! Outlines as fonts draw them, for sets of a program's own.

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{
    Engine, HintingInstance, HintingOptions, OutlineGlyphCollection, OutlinePen, SmoothMode, Target,
};
use transom_protocol::draw::PathStep;
use transom_protocol::geometry::Point;

/// Gathers what a font draws as the steps that [`GlyphBuffer::outline`](crate::GlyphBuffer::outline)
/// takes: a pen for [`skrifa`].
#[derive(Clone, Debug)]
pub struct OutlineSteps {
    /// What was drawn, y upwards.
    pub steps: Vec<PathStep>,
    scale: f32,
}

impl OutlineSteps {
    /// With so many units for each that the font draws in.
    pub const fn scaled(scale: f32) -> Self {
        Self {
            steps: Vec::new(),
            scale,
        }
    }

    fn point(&self, x: f32, y: f32) -> Point {
        Point::new(x * self.scale, y * self.scale)
    }
}

impl OutlinePen for OutlineSteps {
    fn move_to(&mut self, x: f32, y: f32) {
        self.steps.push(PathStep::Move(self.point(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.steps.push(PathStep::Line(self.point(x, y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (control, end) = (self.point(x1, y1), self.point(x, y));
        self.steps.push(PathStep::Quad(control, end));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (first, second) = (self.point(x1, y1), self.point(x2, y2));
        self.steps
            .push(PathStep::Cubic(first, second, self.point(x, y)));
    }

    fn close(&mut self) {
        self.steps.push(PathStep::Close);
    }
}

/// What moves the heights of outlines to whole rows of pixels, and leaves columns alone, as the
/// library does with all small text. `ppem`: device pixels in one em. `None`: the font cannot be
/// fitted.
pub fn fitted_to_rows(
    glyphs: &OutlineGlyphCollection<'_>,
    ppem: f32,
    location: LocationRef<'_>,
) -> Option<HintingInstance> {
    let options = HintingOptions {
        engine: Engine::Auto(None),
        target: Target::Smooth {
            mode: SmoothMode::Light,
            symmetric_rendering: false,
            preserve_linear_metrics: true,
        },
    };
    HintingInstance::new(glyphs, Size::new(ppem), location, options).ok()
}
