//! [`Blur`]: rectangles with round corners, blurred: shadows.
//!
//! The Gaussian is three box filters one after another, in each direction, on the exact coverage of
//! the shape. Their ends are weighted so that the variance is that asked for. Where the shape goes on
//! unchanged it is cut out, so that cost and memory depend on the corners alone; and a wide blur,
//! which has no detail, is computed on a coarser grid.

use std::ops::Range;

use transom_protocol::geometry::{PixelRect, Rect, Transform};

use super::clip_mask::ClipMask;
use super::coverage::FillRule;
use super::path::Path;
use super::placed_blur::PlacedBlur;
use super::scratch::Scratch;
use super::vector::{self, Vector};

/// The most cells of a grid: what one large shape may cost in one go.
const MAX_CELLS: f64 = (4 << 20) as f64;
/// From this deviation on, in cells, the grid is made coarser.
const COARSE: f32 = 8.0;
/// The widest deviation in device pixels.
const MAX_DEVIATION: f32 = 1024.0;
/// Full coverage in a cell.
const FULL_BITS: u32 = 8;

/// A box filter with weighted ends: `2 × radius + 1` cells by `inner`, one more at each end by `outer`.
#[derive(Clone, Copy, Debug)]
struct BoxFilter {
    radius: usize,
    inner: u64,
    outer: u64,
}

impl BoxFilter {
    /// Weights are multiples of 1 / 2^24.
    const BITS: u32 = 24;

    /// One of three that make a Gaussian of this deviation, in cells.
    fn new(deviation: f32) -> Self {
        let deviation = f64::from(deviation);
        // Cells are averages, before the blur and after it: that takes a little more variance. (Between
        // whole cells, where a narrow Gaussian lies, the square of a distance counts by linear
        // interpolation.)
        let variance = match deviation < 0.5 {
            true => 0.8 * deviation,
            false => deviation * deviation + 1.0 / 6.0,
        };
        let variance = variance / 3.0;
        let radius = (((1.0 + 12.0 * variance).sqrt() - 1.0) / 2.0).floor();
        let (inside, outside) = (radius * (radius + 1.0), (radius + 1.0) * (radius + 1.0));
        let cells = 2.0 * radius + 1.0;
        let share = cells * (inside - 3.0 * variance) / (6.0 * (variance - outside));
        let share = share.clamp(0.0, 1.0);
        let one = f64::from(1 << Self::BITS);
        let outer = (share / (cells + 2.0 * share) * one + 0.5) as u64;
        Self {
            radius: radius as usize,
            inner: ((1 << Self::BITS) - 2 * outer) / cells as u64,
            outer,
        }
    }

    /// How many cells further the blurred shape reaches, with three of them.
    fn reach(self) -> usize {
        3 * (self.radius + 1)
    }

    /// Filters a row of cells; beyond its ends there is nothing.
    fn row(self, from: &[u16], to: &mut [u16]) {
        let at = |i: usize, back: usize| i.checked_sub(back).and_then(|i| from.get(i));
        let at = |i: usize, back: usize| u64::from(at(i, back).copied().unwrap_or(0));
        let ahead = |i: usize| u64::from(from.get(i).copied().unwrap_or(0));
        let mut sum: u64 = (0..self.radius).map(ahead).sum();
        for (i, cell) in to.iter_mut().enumerate() {
            sum = sum + ahead(i + self.radius) - at(i, self.radius + 1);
            let ends = at(i, self.radius + 1) + ahead(i + self.radius + 1);
            let value = sum * self.inner + ends * self.outer + (1 << (Self::BITS - 1));
            *cell = (value >> Self::BITS) as u16;
        }
    }
}

/// One direction of the grid: cells, of which some in the middle are left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    /// Cells before the shape begins.
    before: usize,
    /// Where cells are left out, counted from the grid's beginning, and how many.
    cut: usize,
    left_out: usize,
    /// How many there are.
    pub(super) cells: usize,
}

impl Axis {
    /// For a shape `length` cells long whose corners take `corners` at each end.
    fn new(length: f32, corners: f32, reach: usize) -> Self {
        let zone = corners.ceil() as usize + reach + 2;
        let whole = length.ceil() as usize;
        let left_out = (length.floor() as usize).saturating_sub(2 * zone);
        Self {
            before: reach + 1,
            cut: reach + 1 + zone,
            left_out,
            cells: whole - left_out + 2 * (reach + 1),
        }
    }

    /// Where a place of the shape, in cells, is in the grid, in cells from its first one's centre.
    #[inline(always)]
    pub(super) fn place(self, at: f64) -> f64 {
        let at = at + self.before as f64 - 0.5;
        let cut = self.cut as f64;
        at.min(cut) + (at - cut - self.left_out as f64).max(0.0)
    }
}

/// What a blurred rectangle is made of, in pixels of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlurShape {
    /// Its width.
    pub width: f32,
    /// Its height.
    pub height: f32,
    /// Of its corners: top left, top right, bottom right, bottom left.
    pub radii: [f32; 4],
    /// The Gaussian's standard deviation.
    pub deviation: f32,
}

impl BlurShape {
    /// Whether both are the same to the last bit. A radius that is not a number counts as 0, but is unlike
    /// itself: compared as numbers, a shape that has one would be begun anew in every slice.
    pub fn is(&self, other: &Self) -> bool {
        let bits = |shape: &Self| {
            let [a, b, c, d] = shape.radii;
            [shape.width, shape.height, shape.deviation, a, b, c, d].map(f32::to_bits)
        };
        bits(self) == bits(other)
    }
}

/// How far a blur has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The coverage of each row of cells is found.
    Cover,
    /// Rows are filtered.
    Rows,
    /// Columns become rows.
    Turn,
    /// They are filtered.
    Columns,
    /// They become columns again.
    TurnBack,
    Done,
}

impl Stage {
    /// What a cell costs in it; a twentieth of all stages.
    fn cost(self) -> u64 {
        match self {
            Self::Cover => 4,
            Self::Rows | Self::Columns => 6,
            Self::Turn | Self::TurnBack => 2,
            Self::Done => 0,
        }
    }

    fn next(self) -> Self {
        match self {
            Self::Cover => Self::Rows,
            Self::Rows => Self::Turn,
            Self::Turn => Self::Columns,
            Self::Columns => Self::TurnBack,
            Self::TurnBack | Self::Done => Self::Done,
        }
    }
}

/// A blurred rectangle with round corners, its top left corner at the origin.
///
/// It is made row by row, in as many pieces as one likes.
#[derive(Clone, Debug)]
pub struct Blur {
    shape: BlurShape,
    /// Pixels in a cell's side.
    cell: u32,
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) cells: Vec<u16>,
    filter: BoxFilter,
    stage: Stage,
    /// How many rows of the stage are done.
    row: usize,
    /// What a stage makes of the cells, and working memory of a row.
    spare: Vec<u16>,
}

impl Blur {
    /// Begins to blur `shape`. `None` when that takes too many cells.
    pub fn begin(shape: BlurShape) -> Option<Self> {
        let deviation = shape.deviation.clamp(0.0, MAX_DEVIATION);
        let mut cell = 1;
        while deviation / cell as f32 >= COARSE {
            cell *= 2;
        }
        let scale = 1.0 / cell as f32;
        let filter = BoxFilter::new(deviation * scale);
        let (width, height) = (shape.width * scale, shape.height * scale);
        let corners = cell_radii(&shape, scale).into_iter().fold(0.0f32, f32::max);
        let margin = 2.0 * (filter.reach() as f64 + 1.0);
        let most = |length: f32| {
            let kept = 2.0 * f64::from(corners) + margin + 8.0;
            f64::from(length).min(kept) + margin
        };
        if !(width.is_finite() && height.is_finite()) || most(width) * most(height) > MAX_CELLS {
            return None;
        }
        Some(Self {
            shape,
            cell,
            x: Axis::new(width, corners, filter.reach()),
            y: Axis::new(height, corners, filter.reach()),
            cells: Vec::new(),
            filter,
            stage: Stage::Cover,
            row: 0,
            spare: Vec::new(),
        })
    }

    /// Of which shape it is.
    pub fn shape(&self) -> BlurShape {
        self.shape
    }

    /// Whether it can be drawn.
    pub fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    /// How many bytes it takes.
    pub(super) fn byte_size(&self) -> usize {
        (self.cells.capacity() + self.spare.capacity()) * size_of::<u16>()
    }

    /// How many cells it has.
    #[cfg(test)]
    fn cells(&self) -> usize {
        self.cells.len()
    }

    /// Goes on until it is done or `most` was spent on it, by a row at least. A cell costs twenty in all.
    /// Returns what was spent.
    pub fn work(&mut self, most: u64, scratch: &mut Scratch) -> u64 {
        let mut spent = 0;
        while !self.is_done() && (spent < most || spent == 0) {
            let (length, rows) = match self.stage {
                Stage::Cover | Stage::Rows | Stage::TurnBack => (self.x.cells, self.y.cells),
                Stage::Turn | Stage::Columns | Stage::Done => (self.y.cells, self.x.cells),
            };
            let row_cost = (length as u64 * self.stage.cost()).max(1);
            let count = ((most - spent.min(most)) / row_cost).max(1) as usize;
            let count = count.min(rows - self.row);
            self.work_rows(self.row..self.row + count, length, scratch);
            spent += row_cost * count as u64;
            self.row += count;
            if self.row == rows {
                self.end_stage();
            }
        }
        spent
    }

    fn work_rows(&mut self, rows: Range<usize>, length: usize, scratch: &mut Scratch) {
        match self.stage {
            Stage::Cover => self.cover(rows, scratch),
            Stage::Rows | Stage::Columns => self.filter_rows(rows, length),
            Stage::Turn => self.turn(rows, self.x.cells),
            Stage::TurnBack => self.turn(rows, self.y.cells),
            Stage::Done => {}
        }
    }

    fn end_stage(&mut self) {
        if matches!(self.stage, Stage::Turn | Stage::TurnBack) {
            self.cells = std::mem::take(&mut self.spare);
        }
        self.row = 0;
        self.stage = match self.shape.deviation > 0.0 {
            true => self.stage.next(),
            false => Stage::Done,
        };
        if self.is_done() {
            self.spare = Vec::new();
        }
    }

    /// Adds the coverage of rows of cells.
    fn cover(&mut self, rows: Range<usize>, scratch: &mut Scratch) {
        let scale = 1.0 / self.cell as f32;
        let kept = |length: f32, axis: Axis| length * scale - axis.left_out as f32;
        let place = Rect::new(
            self.x.before as f32,
            self.y.before as f32,
            kept(self.shape.width, self.x),
            kept(self.shape.height, self.y),
        );
        let mut path = Path::new();
        path.rounded_rect(place, cell_radii(&self.shape, scale));
        let width = self.x.cells as i32;
        let bounds = PixelRect::from_edges(0, rows.start as i32, width, rows.end as i32);
        let mut mask = ClipMask::new(bounds);
        mask.add(&path, FillRule::NonZero, true, bounds, scratch);
        for row in bounds.y0..bounds.y1 {
            let row = mask.row(row, 0, width).iter();
            self.cells.extend(row.map(|c| u16::from(*c) << FULL_BITS));
        }
    }

    /// Filters rows of so many cells, three times.
    fn filter_rows(&mut self, rows: Range<usize>, length: usize) {
        self.spare.resize(length, 0);
        let cells = &mut self.cells[rows.start * length..rows.end * length];
        for row in cells.chunks_exact_mut(length) {
            self.filter.row(row, &mut self.spare);
            self.filter.row(&self.spare, row);
            self.filter.row(row, &mut self.spare);
            row.copy_from_slice(&self.spare);
        }
        self.spare.clear();
    }

    /// Makes rows of the columns of a grid so wide.
    fn turn(&mut self, columns: Range<usize>, width: usize) {
        for x in columns {
            let column = self.cells[x..].iter().step_by(width);
            self.spare.extend(column);
        }
    }

    /// Puts it on the device. `None` without an inverse map, and before it is done.
    pub fn placed(&self, to_device: &Transform) -> Option<PlacedBlur<'_>> {
        if !self.is_done() {
            return None;
        }
        let (x, y) = (
            vector::apply_linear(to_device, Vector::new(1.0, 0.0)),
            vector::apply_linear(to_device, Vector::new(0.0, 1.0)),
        );
        let det = x.cross(y);
        if !det.is_normal() || !to_device.is_finite() {
            return None;
        }
        let cell = 1.0 / f64::from(self.cell);
        let (x, y) = (
            Vector::new(y.y / det, -x.y / det) * cell,
            Vector::new(-y.x / det, x.x / det) * cell,
        );
        let place = vector::apply(to_device, Vector::default());
        let origin = -(x * place.x + y * place.y);
        Some(PlacedBlur {
            blur: self,
            x,
            y,
            origin,
            to_device: *to_device,
        })
    }

    /// How far around the shape it reaches, in the shape's pixels.
    pub fn reach(&self) -> f32 {
        (self.x.before as u32 * self.cell) as f32
    }
}

/// The radii in cells.
fn cell_radii(shape: &BlurShape, scale: f32) -> [f32; 4] {
    fitting(shape.radii, shape.width, shape.height).map(|r| r * scale)
}

/// Radii that fit their sides, odd ones 0, as those of [`Path::rounded_rect`].
fn fitting(radii: [f32; 4], width: f32, height: f32) -> [f32; 4] {
    let radii = radii.map(|r| if r > 0.0 && r.is_finite() { r } else { 0.0 });
    let [tl, tr, br, bl] = radii;
    let shrink = |side: f32, a: f32, b: f32| if a + b > side { side / (a + b) } else { 1.0 };
    let factor = shrink(width, tl, tr)
        .min(shrink(width, bl, br))
        .min(shrink(height, tl, bl))
        .min(shrink(height, tr, br));
    radii.map(|r| r * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(shape: BlurShape, scratch: &mut Scratch) -> Option<Blur> {
        let mut blur = Blur::begin(shape)?;
        let spent = blur.work(u64::MAX, scratch);
        assert!(blur.is_done());
        let cost = if shape.deviation > 0.0 { 20 } else { 4 };
        assert_eq!(spent, blur.cells() as u64 * cost);
        Some(blur)
    }

    #[test]
    fn pieces_make_the_same_blur() {
        let scratch = &mut Scratch::new();
        for (deviation, piece) in [(0.0, 1), (3.0, 1), (3.0, 5000), (40.0, 777)] {
            let shape = BlurShape {
                width: 90.5,
                height: 41.0,
                radii: [3.0, 0.0, 12.5, 20.0],
                deviation,
            };
            let whole = made(shape, scratch).expect("small");
            let mut blur = Blur::begin(shape).expect("small");
            let longest = 6 * whole.x.cells.max(whole.y.cells) as u64;
            let mut pieces = 0;
            while !blur.is_done() {
                assert!(blur.placed(&Transform::IDENTITY).is_none());
                assert!(blur.work(piece, scratch) <= piece + longest);
                pieces += 1;
            }
            assert!(pieces > 3, "{pieces}");
            assert!(blur.cells == whole.cells, "{deviation} {piece}");
        }
    }

    fn blur(width: f32, height: f32, radius: f32, deviation: f32) -> Blur {
        let shape = BlurShape {
            width,
            height,
            radii: [radius; 4],
            deviation,
        };
        made(shape, &mut Scratch::new()).expect("small enough")
    }

    fn row(blur: &Blur, y: i32, from: i32, count: usize) -> Vec<u8> {
        let placed = blur.placed(&Transform::IDENTITY).expect("an inverse");
        let mut out = vec![0; count];
        placed.coverage(y, from, false, &mut out);
        out
    }

    /// The integral of the Gaussian up to `x` deviations, by the sum of its values.
    fn step(x: f64) -> f64 {
        let (from, steps) = (-8.0, 4000);
        let width = (x - from) / f64::from(steps);
        let value = |i: i32| (-(from + (f64::from(i) + 0.5) * width).powi(2) / 2.0).exp();
        (0..steps).map(value).sum::<f64>() * width / std::f64::consts::TAU.sqrt()
    }

    #[test]
    fn a_straight_edge_is_nearly_a_gaussians() {
        for deviation in [0.7, 1.5, 3.0, 6.5, 9.0, 20.0, 70.0] {
            let side = deviation * 20.0;
            let blur = blur(side, side, 0.0, deviation);
            let reach = (deviation * 4.0) as i32;
            let found = row(&blur, (side / 2.0) as i32, -reach, 2 * reach as usize);
            let mut worst = 0.0f64;
            for (x, found) in (-reach..).zip(found) {
                // A pixel is an average over its width.
                let edge = |x: f64| step(x / f64::from(deviation));
                let exact = (0..16).map(|i| edge(f64::from(x) + (f64::from(i) + 0.5) / 16.0));
                let exact = exact.sum::<f64>() / 16.0;
                worst = worst.max((f64::from(found) / 255.0 - exact).abs());
            }
            let most = if deviation < 1.0 { 0.02 } else { 0.015 };
            assert!(worst < most, "deviation {deviation}: off by {worst}");
        }
    }

    #[test]
    fn long_sides_cost_nothing_and_look_the_same() {
        let (short, long) = (blur(100.0, 80.0, 6.0, 4.0), blur(3000.0, 80.0, 6.0, 4.0));
        assert!(long.cells() <= short.cells() * 2);
        for y in [-9, 0, 5, 40, 79, 85] {
            assert_eq!(row(&short, y, -20, 50), row(&long, y, -20, 50));
            assert_eq!(row(&short, y, 70, 50), row(&long, y, 2970, 50));
        }
        assert_eq!(row(&long, 40, 1500, 1), [255]);
    }

    #[test]
    fn without_a_deviation_it_is_the_shape_itself() {
        let blur = blur(4.0, 3.0, 0.0, 0.0);
        assert_eq!(row(&blur, 1, -1, 6), [0, 255, 255, 255, 255, 0]);
        assert_eq!(row(&blur, 3, -1, 6), [0; 6]);
    }

    #[test]
    fn nothing_is_lost_at_the_reach() {
        for deviation in [0.5, 2.0, 7.9, 8.0, 33.0] {
            let blur = blur(30.0, 20.0, 5.0, deviation);
            let placed = blur.placed(&Transform::IDENTITY).expect("an inverse");
            let bounds = placed.bounds().grown(2);
            let mut out = vec![0; bounds.width() as usize];
            for y in [bounds.y0, bounds.y1 - 1] {
                placed.coverage(y, bounds.x0, false, &mut out);
                assert!(out.iter().all(|c| *c == 0));
            }
        }
    }

    #[test]
    fn what_is_absurd_is_refused_or_harmless() {
        let scratch = &mut Scratch::new();
        let shape = |width, radius: f32, deviation| BlurShape {
            width,
            height: width,
            radii: [radius; 4],
            deviation,
        };
        assert!(made(shape(30_000.0, 15_000.0, 1.0), scratch).is_none());
        assert!(made(shape(f32::INFINITY, 0.0, 1.0), scratch).is_none());
        assert!(made(shape(f32::NAN, 0.0, 1.0), scratch).is_none());
        assert!(made(shape(1e30, 0.0, 1.0), scratch).is_some());
        assert!(made(shape(1e6, f32::NAN, 1e30), scratch).is_some());
        let small = made(shape(10.0, 0.0, 1.0), scratch).expect("small");
        assert!(small.placed(&Transform::scale(0.0, 1.0)).is_none());
        let far = small.placed(&Transform::scale(1e30, 1e30)).expect("finite");
        far.coverage(5, 5, true, &mut [0; 4]);
    }
}
