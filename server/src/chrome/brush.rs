//! [`Brush`]: what pieces are drawn with, in device pixels.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::{PixelRect, Point, Rect, Transform};

use super::metrics::Metrics;
use super::text::{GlyphCache, Style, Weight};
use crate::raster::{
    Cap, FillRule, Paint, Path, Scratch, Stroke, Target, fill_path, fill_rect, stroke_path,
};

/// What is worth keeping from one picture to the next.
#[derive(Debug, Default)]
pub(super) struct Tools {
    glyphs: GlyphCache,
    scratch: Scratch,
    path: Path,
    outline: Path,
}

/// Draws one picture.
pub(super) struct Brush<'a> {
    pub(super) target: Target<'a>,
    pub(super) metrics: Metrics,
    tools: &'a mut Tools,
}

impl<'a> Brush<'a> {
    pub(super) fn new(target: Target<'a>, metrics: Metrics, tools: &'a mut Tools) -> Self {
        Self {
            target,
            metrics,
            tools,
        }
    }

    /// All of the picture.
    pub(super) fn bounds(&self) -> PixelRect {
        PixelRect::from_size(self.target.size())
    }

    pub(super) fn rect(&mut self, rect: PixelRect, color: Pixel) {
        fill_rect(&mut self.target, rect, color);
    }

    /// A rectangle with the same radius at all corners.
    pub(super) fn rounded(&mut self, rect: PixelRect, radius: f32, color: Pixel) {
        self.rounded_at(rect, [radius; 4], color);
    }

    /// A rectangle with these radii, clockwise from the top left corner.
    pub(super) fn rounded_at(&mut self, rect: PixelRect, radii: [f32; 4], color: Pixel) {
        self.tools.path.clear();
        self.tools.path.rounded_rect(floating(rect), radii);
        self.fill(color);
    }

    /// The line of `width` pixels just inside the edge of a rounded rectangle.
    pub(super) fn rounded_edge(&mut self, rect: PixelRect, radius: f32, width: i32, color: Pixel) {
        let path = &mut self.tools.path;
        path.clear();
        path.rounded_rect(floating(rect), [radius; 4]);
        let inner = (radius - width as f32).max(0.0);
        path.rounded_rect(floating(rect.grown(-width)), [inner; 4]);
        self.fill_by(FillRule::EvenOdd, color);
    }

    pub(super) fn circle(&mut self, middle: Point, radius: f32, color: Pixel) {
        let side = 2.0 * radius;
        let around = Rect::new(middle.x - radius, middle.y - radius, side, side);
        self.tools.path.clear();
        self.tools.path.rounded_rect(around, [radius; 4]);
        self.fill(color);
    }

    /// Lines through points, each list for itself, with round ends.
    pub(super) fn lines(&mut self, lines: &[&[Point]], width: f32, color: Pixel) {
        let Tools {
            scratch,
            path,
            outline,
            ..
        } = &mut *self.tools;
        path.clear();
        for line in lines {
            let mut points = line.iter();
            points.next().into_iter().for_each(|p| path.move_to(*p));
            points.for_each(|p| path.line_to(*p));
        }
        let stroke = Stroke {
            width,
            cap: Cap::Round,
            ..Stroke::default()
        };
        stroke_path(path, &stroke, &Transform::IDENTITY, outline, scratch);
        std::mem::swap(path, outline);
        self.fill(color);
    }

    /// A font at `size` logical units.
    pub(super) fn style(&self, weight: Weight, size: f32) -> Style {
        let size = size * self.metrics.scale().factor();
        Style { weight, size }
    }

    /// A line of text that begins at `x` with its capitals around the height `middle`, cut to
    /// `room` pixels. Returns where it ends.
    pub(super) fn text(
        &mut self,
        style: Style,
        line: &str,
        (x, middle): (i32, f32),
        room: i32,
        color: Pixel,
    ) -> i32 {
        let shown = style.fitting(line, room as f32);
        let at = Point::new(x as f32, middle + style.half_capital());
        let Tools { glyphs, .. } = &mut *self.tools;
        style.draw(&mut self.target, &shown, at, color, glyphs);
        x + style.width(&shown).ceil() as i32
    }

    fn fill(&mut self, color: Pixel) {
        self.fill_by(FillRule::NonZero, color);
    }

    fn fill_by(&mut self, rule: FillRule, color: Pixel) {
        let Tools { scratch, path, .. } = &mut *self.tools;
        let paint = Paint::Solid(color);
        fill_path(&mut self.target, path, rule, true, &paint, scratch);
    }
}

/// The middle of a row of pixels.
pub(super) fn middle(rect: PixelRect) -> Point {
    floating(rect).center()
}

fn floating(rect: PixelRect) -> Rect {
    Rect::new(
        rect.x0 as f32,
        rect.y0 as f32,
        rect.width() as f32,
        rect.height() as f32,
    )
}
