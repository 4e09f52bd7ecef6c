//! Hairlines without anti-aliasing, drawn from pixel to pixel.

use transom_protocol::color::Pixel;
use transom_protocol::draw::{Segment, Shapes};
use transom_protocol::geometry::{PixelPoint, PixelRect, Point};

use super::Step;
use super::band::parts;
use super::budget::cost;
use super::ink::Ink;
use super::paint::{Painter, Tools};
use super::touched::Touched;
use crate::raster::{self, Cap, PixelLine, dot, pixel_at};

impl Painter<'_> {
    /// Lines, each drawn for itself.
    pub(super) fn thin_segments(
        &mut self,
        ink: Pixel,
        cap: Cap,
        segments: Shapes<'_, Segment>,
    ) -> Step {
        if let Some(step) = self.quick_segments(ink, cap, segments) {
            return step;
        }
        let device = *self.state.device();
        let mut touched = Touched::default();
        let first = self.cursor.element;
        let mut step = Step::Done;
        for segment in segments.after(first).iter() {
            if self.cursor.element > first && self.budget.is_spent() {
                step = Step::More;
                break;
            }
            self.cursor.element += 1;
            let ends = (
                pixel_at(segment.from, &device),
                pixel_at(segment.to, &device),
            );
            if let (Some(from), Some(to)) = ends {
                self.thin_line([from, to], ink, &mut touched);
                if cap != Cap::Butt {
                    self.thin_line(dot(to), ink, &mut touched);
                }
            }
        }
        touched.give(self.damage.as_deref_mut());
        step
    }

    /// Joined lines in an opaque colour, of which it does not show when they share pixels.
    pub(super) fn thin_polyline(
        &mut self,
        ink: Pixel,
        cap: Cap,
        closed: bool,
        points: Shapes<'_, Point>,
    ) -> Step {
        let device = *self.state.device();
        let pixel = |p: Point| pixel_at(p, &device);
        if let Some(Step::More) = self.quick_joined(ink, points) {
            return Step::More;
        }
        let mut touched = Touched::default();
        // The element is the point that a line leads to.
        let first = self.cursor.element.max(1);
        let before = (0..first).rev().map(|i| points.after(i));
        let mut from = before.flat_map(|p| p.iter().next()).find_map(pixel);
        for point in points.after(first).iter() {
            if self.cursor.element > first && self.budget.is_spent() {
                touched.give(self.damage.as_deref_mut());
                return Step::More;
            }
            self.cursor.element = self.cursor.element.max(1) + 1;
            match (from, pixel(point)) {
                (Some(from), Some(to)) => self.thin_line([from, to], ink, &mut touched),
                _ => self.budget.spend(cost::CULLED),
            }
            from = pixel(point).or(from);
        }
        let end = match closed {
            true => points.iter().find_map(pixel),
            false => from.filter(|_| cap != Cap::Butt),
        };
        if let Some((from, end)) = from.zip(end) {
            self.thin_line([from, end], ink, &mut touched);
            self.thin_line(dot(end), ink, &mut touched);
        }
        touched.give(self.damage.as_deref_mut());
        Step::Done
    }

    /// The lines that lie in `tools.lines`, as one shape.
    pub(super) fn thin_shape(&mut self, ink: &Ink<'_>) -> Step {
        match ink.opaque() {
            Some(color) => self.thin_lines(color),
            None => self.thin_marks(ink),
        }
    }

    /// One after another, in an opaque colour.
    fn thin_lines(&mut self, ink: Pixel) -> Step {
        let lines = std::mem::take(&mut self.tools.lines);
        let (first, _) = self.cursor.place.take().unwrap_or_default();
        let mut touched = Touched::default();
        let mut step = Step::Done;
        for (number, line) in lines.iter().enumerate().skip(first) {
            if number > first && self.budget.is_spent() {
                self.cursor.place = Some((number, 0));
                step = Step::More;
                break;
            }
            self.thin_line(*line, ink, &mut touched);
        }
        touched.give(self.damage.as_deref_mut());
        self.tools.lines = lines;
        step
    }

    /// Blended once where they share pixels.
    fn thin_marks(&mut self, ink: &Ink<'_>) -> Step {
        let lines = &self.tools.lines;
        let all = |all: PixelRect, line: &PixelLine| all.union(around(*line));
        let bounds = lines.iter().fold(PixelRect::EMPTY, all);
        let fixed = cost::LINE * lines.len() as u64;
        self.pixels(bounds, ink.weight(1), fixed, |target, tools| {
            let Tools {
                lines,
                marks,
                scratch,
                ..
            } = tools;
            match ink {
                Ink::Plain(color) => raster::draw_lines(target, lines, *color, marks),
                Ink::Brush(brush) => raster::line_runs(target.clip(), lines, marks, |y, x0, x1| {
                    let run = PixelRect::from_edges(x0, y, x1, y.saturating_add(1));
                    raster::brush_rect(target, run, brush, scratch);
                }),
            }
        })
    }

    #[inline]
    pub(super) fn thin_line(&mut self, [from, to]: PixelLine, ink: Pixel, touched: &mut Touched) {
        let clip = self.state.clip();
        let area = around([from, to]).intersect(clip.bounds());
        if area.is_empty() {
            return self.budget.spend(cost::CULLED);
        }
        match clip.rects() {
            [only] => raster::draw_line(&mut self.pixmap.target(*only), from, to, ink),
            _ => {
                for part in parts(clip, area) {
                    raster::draw_line(&mut self.pixmap.target(part), from, to, ink);
                }
            }
        }
        touched.add(area);
        let length = area.width().max(area.height());
        self.budget.spend(cost::LINE + u64::from(length));
    }
}

/// The pixels from one end of a line to the other.
#[inline(always)]
fn around([a, b]: PixelLine) -> PixelRect {
    let high = |a: i32, b: i32| a.max(b).saturating_add(1);
    let corner = PixelPoint::new(a.x.min(b.x), a.y.min(b.y));
    PixelRect::from_edges(corner.x, corner.y, high(a.x, b.x), high(a.y, b.y))
}
