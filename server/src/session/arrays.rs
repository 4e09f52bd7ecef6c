//! Arrays of dots, hairlines and rectangles in one colour under the usual state: a clip that is one
//! rectangle.
//!
//! A block of elements is put on whole pixels at once, and drawn at once when all of it lies inside the
//! clip. Pixels, order, and where a slice may end are those of the general way, which elements that are
//! large or lie across the clip's border still take.

use transom_protocol::color::Pixel;
use transom_protocol::draw::{Segment, Shape, Shapes};
use transom_protocol::geometry::{PixelPoint, PixelRect, Point, Rect, Transform};

use super::Step;
use super::budget::cost;
use super::ink::Ink;
use super::paint::Painter;
use super::touched::Touched;
use crate::raster::{self, Cap, Corners, Price, dot, pixel_at, snap_rect};

/// So many elements are drawn at once.
pub(super) const BLOCK: usize = 64;

/// The most pixels of a rectangle that is not drawn in bands.
const LARGEST: u64 = 4 * cost::SMALL + 3;

/// A pixel outside every clip, relative to that.
const OUTSIDE: [i32; 2] = [-1; 2];

/// Where coordinates go.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// Relative to whose first pixel coordinates become.
    clip: PixelRect,
    device: Transform,
    /// The bytes of 16-bit numbers, and what whole pixels they are moved by.
    moved: Option<(&'a [u8], [i32; 2])>,
}

impl<'a> Place<'a> {
    /// `half`: what is added before coordinates are rounded down.
    fn new<T: Shape>(shapes: Shapes<'a, T>, device: Transform, half: f64, clip: PixelRect) -> Self {
        /// Further moves are left to the general way.
        const NEAR: f32 = (1 << 20) as f32;
        let Transform { a, b, c, d, e, f } = device;
        let only_moves = [a, b, c, d] == [1.0, 0.0, 0.0, 1.0];
        let moved = (only_moves && e.abs() < NEAR && f.abs() < NEAR)
            .then_some(shapes.small_bytes())
            .flatten();
        let whole = |v: f32| (f64::from(v) + half).floor() as i32;
        let shift = [whole(e) - clip.x0, whole(f) - clip.y0];
        Self {
            clip,
            device,
            moved: moved.map(|bytes| (bytes, shift)),
        }
    }

    /// The pixel of a point; of one that is not finite none.
    fn pixel(&self, at: Point) -> Option<[i32; 2]> {
        let pixel = pixel_at(at, &self.device)?;
        Some([
            pixel.x.saturating_sub(self.clip.x0),
            pixel.y.saturating_sub(self.clip.y0),
        ])
    }

    /// The pixels of the points from the number `first` on.
    fn dots(&self, points: Shapes<'_, Point>, first: usize, out: &mut [[i32; 2]]) {
        if let Some((bytes, [dx, dy])) = self.moved {
            let points = bytes.as_chunks::<4>().0.get(first..).unwrap_or(&[]);
            for (out, [x0, x1, y0, y1]) in out.iter_mut().zip(points) {
                *out = [short([*x0, *x1]) + dx, short([*y0, *y1]) + dy];
            }
            return;
        }
        for (out, at) in out.iter_mut().zip(points.after(first).iter()) {
            *out = self.pixel(at).unwrap_or(OUTSIDE);
        }
    }

    /// The ends of the segments from the number `first` on.
    fn segments(&self, segments: Shapes<'_, Segment>, first: usize, out: &mut [Corners]) {
        if let Some((bytes, shift)) = self.moved {
            let bytes = bytes.get(8 * first..).unwrap_or(&[]);
            return raster::read_lines(bytes, 8, shift, out);
        }
        for (out, Segment { from, to }) in out.iter_mut().zip(segments.after(first).iter()) {
            *out = line(self.pixel(from), self.pixel(to));
        }
    }

    /// The lines that lead to the points from the number `first` on, which is not 0.
    fn joined(&self, points: Shapes<'_, Point>, first: usize, out: &mut [Corners]) {
        if let Some((bytes, shift)) = self.moved {
            // Each line ends where the next one begins.
            let bytes = bytes.get(4 * (first - 1)..).unwrap_or(&[]);
            return raster::read_lines(bytes, 4, shift, out);
        }
        let before = (0..first).rev().map(|i| points.after(i));
        let before = before.flat_map(|p| p.iter().next());
        let mut from = before.map(|p| self.pixel(p)).find_map(|p| p);
        for (out, point) in out.iter_mut().zip(points.after(first).iter()) {
            let to = self.pixel(point);
            *out = line(from, to);
            from = to.or(from);
        }
    }

    /// The left, top, right and bottom of the rectangles from the number `first` on.
    fn rects(&self, rects: Shapes<'_, Rect>, first: usize, out: &mut [Corners]) {
        if let Some((bytes, shift)) = self.moved {
            raster::read_lines(bytes.get(8 * first..).unwrap_or(&[]), 8, [0; 2], out);
            for [x0, y0, x1, y1] in out {
                (*x0, *y0) = (*x0 + shift[0], *y0 + shift[1]);
                (*x1, *y1) = (*x1 + *x0, *y1 + *y0);
            }
            return;
        }
        for (out, rect) in out.iter_mut().zip(rects.after(first).iter()) {
            // Numbers that are not finite draw nothing.
            let PixelRect { x0, y0, x1, y1 } =
                snap_rect(rect, &self.device).unwrap_or(PixelRect::EMPTY);
            let (x, y) = (self.clip.x0, self.clip.y0);
            // Edges stop at 2^30.
            *out = [x0 - x, y0 - y, x1 - x, y1 - y];
        }
    }
}

impl Painter<'_> {
    /// The clip, when it is one rectangle and no element is half done.
    pub(super) fn only_clip(&self) -> Option<PixelRect> {
        match self.state.clip().rects() {
            [only] if self.cursor.is_between_elements() => Some(*only),
            _ => None,
        }
    }

    /// How many elements from the cursor on make the next block; `None`: the slice is over.
    fn block(&self, first: usize, all: usize) -> Option<usize> {
        let here = self.cursor.element;
        let is_over = here > first && here < all && self.budget.is_spent();
        (!is_over).then(|| all.saturating_sub(here).min(BLOCK))
    }

    /// The pixels that points lie in. `None`: to be done in the general way.
    pub(super) fn quick_points(
        &mut self,
        ink: &Ink<'_>,
        points: Shapes<'_, Point>,
    ) -> Option<Step> {
        let (Ink::Plain(color), clip) = (ink, self.only_clip()?) else {
            return None;
        };
        let clip = self.pixmap.target(clip).clip();
        let place = Place::new(points, *self.state.device(), 0.0, clip);
        let mut touched = Touched::default();
        let mut dots = [[0; 2]; BLOCK];
        let (width, height) = (clip.width() as i32, clip.height() as i32);
        let (first, all) = (self.cursor.element, points.len());
        let step = loop {
            let Some(count) = self.block(first, all) else {
                break Step::More;
            };
            let affordable = self.budget.left() / cost::DOT;
            let count = count.min(affordable.max(1) as usize);
            if count == 0 {
                break Step::Done;
            }
            let dots = &mut dots[..count];
            place.dots(points, self.cursor.element, dots);
            let target = &mut self.pixmap.target(clip);
            let mut inside = count;
            let mut drawn = raster::draw_dots(target, dots, *color);
            if drawn.is_none() {
                inside = keep(dots, |[x, y]| {
                    (0..width).contains(x) && (0..height).contains(y)
                });
                drawn = raster::draw_dots(target, &dots[..inside], *color);
            }
            if let Some(bounds) = drawn {
                touched.add_all(bounds, &dots[..inside], |few| around_dots(clip, few));
            }
            self.budget.spend(cost::DOT * count as u64);
            self.cursor.element += count;
        };
        touched.give(self.damage.as_deref_mut());
        Some(step)
    }

    /// Hairlines without anti-aliasing, each for itself. `None`: to be done in the general way.
    pub(super) fn quick_segments(
        &mut self,
        ink: Pixel,
        cap: Cap,
        segments: Shapes<'_, Segment>,
    ) -> Option<Step> {
        let clip = self.only_clip()?;
        let clip = self.pixmap.target(clip).clip();
        let place = Place::new(segments, *self.state.device(), 0.0, clip);
        let mut touched = Touched::default();
        let mut lines = [[0; 4]; BLOCK];
        let (first, all) = (self.cursor.element, segments.len());
        let step = loop {
            let Some(count) = self.block(first, all) else {
                break Step::More;
            };
            if count == 0 {
                break Step::Done;
            }
            let lines = &mut lines[..count];
            place.segments(segments, self.cursor.element, lines);
            self.cursor.element += self.lines(lines, cap != Cap::Butt, ink, clip, &mut touched);
        };
        touched.give(self.damage.as_deref_mut());
        Some(step)
    }

    /// Joined hairlines without anti-aliasing, in an opaque colour; only the lines between points, and
    /// the cursor's element is the point that a line leads to. `None`: to be done in the general way.
    pub(super) fn quick_joined(&mut self, ink: Pixel, points: Shapes<'_, Point>) -> Option<Step> {
        let clip = self.only_clip()?;
        let clip = self.pixmap.target(clip).clip();
        let place = Place::new(points, *self.state.device(), 0.0, clip);
        let mut touched = Touched::default();
        let mut lines = [[0; 4]; BLOCK];
        let first = self.cursor.element.max(1);
        self.cursor.element = first;
        let step = loop {
            let Some(count) = self.block(first, points.len()) else {
                break Step::More;
            };
            if count == 0 {
                break Step::Done;
            }
            let lines = &mut lines[..count];
            place.joined(points, self.cursor.element, lines);
            self.cursor.element += self.lines(lines, false, ink, clip, &mut touched);
        };
        touched.give(self.damage.as_deref_mut());
        Some(step)
    }

    /// Draws lines, relative to the clip's first pixel, as many as the budget allows; one at least.
    /// Returns how many.
    fn lines(
        &mut self,
        lines: &[Corners],
        ends: bool,
        ink: Pixel,
        clip: PixelRect,
        touched: &mut Touched,
    ) -> usize {
        if let Some(count) = self.lines_inside(lines, ends, ink, clip, touched) {
            return count;
        }
        let inside = |line: &Corners| is_inside(line, clip);
        let mut done = 0;
        while done < lines.len() && (done == 0 || !self.budget.is_spent()) {
            let rest = &lines[done..];
            let next = rest.iter().position(|line| !inside(line));
            let count = next.unwrap_or(rest.len());
            if let Some(drawn) = self.lines_inside(&rest[..count], ends, ink, clip, touched) {
                done += drawn;
                continue;
            }
            let [x0, y0, x1, y1] = rest[0];
            let pixel = |x: i32, y: i32| {
                PixelPoint::new(x.saturating_add(clip.x0), y.saturating_add(clip.y0))
            };
            let to = pixel(x1, y1);
            self.thin_line([pixel(x0, y0), to], ink, touched);
            if ends {
                self.thin_line(dot(to), ink, touched);
            }
            done += 1;
        }
        done
    }

    /// The same of lines that lie in the clip. `None`: there is one that does not, or none at all.
    fn lines_inside(
        &mut self,
        lines: &[Corners],
        ends: bool,
        ink: Pixel,
        clip: PixelRect,
        touched: &mut Touched,
    ) -> Option<usize> {
        let price = Price {
            each: cost::LINE,
            pixels: 0,
            most: self.budget.left(),
            largest: u64::MAX,
        };
        let target = &mut self.pixmap.target(clip);
        let drawn = raster::draw_short_lines(target, lines, ends, ink, price)?;
        self.budget.spend(drawn.spent);
        touched.add_all(drawn.bounds, &lines[..drawn.count], |few| {
            let [low, high] = raster::extremes(few);
            around(
                clip,
                [
                    low[0].min(low[2]),
                    low[1].min(low[3]),
                    high[0].max(high[2]),
                    high[1].max(high[3]),
                ],
            )
        });
        Some(drawn.count)
    }

    /// Filled rectangles in one colour. `None`: to be done in the general way.
    pub(super) fn quick_rects(&mut self, ink: &Ink<'_>, rects: Shapes<'_, Rect>) -> Option<Step> {
        let (Ink::Plain(color), clip) = (ink, self.only_clip()?) else {
            return None;
        };
        let device = *self.state.device();
        if !device.is_axis_aligned() || !device.is_finite() {
            return None;
        }
        let clip = self.pixmap.target(clip).clip();
        let place = Place::new(rects, device, 0.5, clip);
        let mut touched = Touched::default();
        let mut corners = [[0; 4]; BLOCK];
        let (first, all) = (self.cursor.element, rects.len());
        let step = loop {
            let Some(count) = self.block(first, all) else {
                break Step::More;
            };
            if count == 0 {
                break Step::Done;
            }
            let corners = &mut corners[..count];
            place.rects(rects, self.cursor.element, corners);
            let drawn = self.rects(corners, *color, clip, &mut touched);
            self.cursor.element += drawn;
            if drawn > 0 {
                continue;
            }
            let [x0, y0, x1, y1] = corners[0];
            let large = PixelRect::from_edges(x0, y0, x1, y1).moved(clip.x0, clip.y0);
            if let Step::More = self.rect(large, ink) {
                break Step::More;
            }
            self.cursor.element += 1;
        };
        touched.give(self.damage.as_deref_mut());
        Some(step)
    }

    /// Fills rectangles, relative to the clip's first pixel, as many as the budget allows, and cuts them
    /// to the clip. Returns how many; none when the first one is large.
    fn rects(
        &mut self,
        rects: &mut [Corners],
        color: Pixel,
        clip: PixelRect,
        touched: &mut Touched,
    ) -> usize {
        let price = Price {
            each: cost::RECT,
            pixels: 2,
            most: self.budget.left(),
            largest: LARGEST,
        };
        let target = &mut self.pixmap.target(clip);
        let mut drawn = raster::draw_rects(target, rects, color, price);
        if drawn.is_none() {
            cut(rects, clip);
            drawn = raster::draw_rects(target, rects, color, price);
        }
        let Some(drawn) = drawn else {
            // All of them are empty.
            self.budget.spend(cost::CULLED * rects.len() as u64);
            return rects.len();
        };
        self.budget.spend(drawn.spent);
        touched.add_all(drawn.bounds, &rects[..drawn.count], |few| {
            let [[x0, y0, ..], [.., x1, y1]] = raster::extremes(few);
            around(clip, [x0, y0, x1 - 1, y1 - 1])
        });
        drawn.count
    }
}

/// A whole number of 16 bits.
#[inline(always)]
fn short(bytes: [u8; 2]) -> i32 {
    i16::from_le_bytes(bytes).into()
}

/// The device pixels around dots that are relative to the clip's first pixel.
#[inline(always)]
fn around_dots(clip: PixelRect, dots: &[[i32; 2]]) -> PixelRect {
    let (mut low, mut high) = ([i32::MAX; 2], [i32::MIN; 2]);
    for [x, y] in dots {
        low = [low[0].min(*x), low[1].min(*y)];
        high = [high[0].max(*x), high[1].max(*y)];
    }
    around(clip, [low[0], low[1], high[0], high[1]])
}

/// The device pixels from one pixel to another, both included, that are relative to the clip's first pixel.
fn around(clip: PixelRect, [x0, y0, x1, y1]: Corners) -> PixelRect {
    // All that has a pixel lies in the clip.
    PixelRect::from_edges(x0, y0, x1.saturating_add(1), y1.saturating_add(1))
        .moved(clip.x0, clip.y0)
        .intersect(clip)
}

/// The line between two pixels; one outside every clip where there is one too few.
fn line(from: Option<[i32; 2]>, to: Option<[i32; 2]>) -> Corners {
    let ([x0, y0], [x1, y1]) = from.zip(to).unwrap_or((OUTSIDE, OUTSIDE));
    [x0, y0, x1, y1]
}

/// Whether both ends of a line lie inside the clip that they are relative to.
fn is_inside([x0, y0, x1, y1]: &Corners, clip: PixelRect) -> bool {
    let (width, height) = (clip.width() as i32, clip.height() as i32);
    let inside = |x: i32, y: i32| (0..width).contains(&x) && (0..height).contains(&y);
    inside(*x0, *y0) && inside(*x1, *y1)
}

/// Cuts rectangles to the clip that they are relative to.
fn cut(rects: &mut [Corners], clip: PixelRect) {
    let (width, height) = (clip.width() as i32, clip.height() as i32);
    // What is left of nothing lies where something is left, so that bounds are not wider for it.
    let mut nothing = None;
    for rect in rects.iter_mut() {
        let [x0, y0, x1, y1] = *rect;
        *rect = [x0.max(0), y0.max(0), x1.min(width), y1.min(height)];
        let [x0, y0, x1, y1] = *rect;
        match x0 < x1 && y0 < y1 {
            true => nothing = nothing.or(Some([x0, y0, x0, y0])),
            false => *rect = [0; 4],
        }
    }
    let Some(nothing) = nothing else { return };
    for rect in rects.iter_mut().filter(|rect| **rect == [0; 4]) {
        *rect = nothing;
    }
}

/// Moves what `is_kept` to the front, in order. Returns how much that is.
fn keep<T: Copy>(all: &mut [T], is_kept: impl Fn(&T) -> bool) -> usize {
    let mut count = 0;
    for i in 0..all.len() {
        let one = all[i];
        all[count] = one;
        count += usize::from(is_kept(&one));
    }
    count
}
