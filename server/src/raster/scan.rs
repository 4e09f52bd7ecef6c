//! [`Scan`]: without anti-aliasing, where the edges of a shape of ordinary size cross its rows.
//!
//! Edge by edge its crossings are written down, row by row what they enclose is read. So nothing has to be
//! remembered of an edge from one row to the next but its place, which is one sum.

use transom_protocol::geometry::PixelRect;

use super::coverage::{FillRule, Sink};
use super::edges::{Edge, SUBPIXEL_BITS, SUBPIXELS};
use super::kernels::Span;
use super::slope::Slope;

/// The most crossings in a row, and the most rows; shapes with more are swept row by row.
const MAX_CROSSINGS: usize = 16;
const MAX_ROWS: usize = 4096;
/// Working memory for the crossings of a shape.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// How many crossings each row has.
    counts: Vec<i32>,
    /// For every row as many as the one with most has: twice the first pixel on the right of a crossing, and
    /// one more where the path runs up.
    places: Vec<i32>,
}

impl Scan {
    /// Tells `sink` what `edges` enclose in `band`. False: the shape is too large for that.
    pub(super) fn sweep(
        &mut self,
        edges: &[Edge],
        band: PixelRect,
        rule: FillRule,
        sink: &mut impl Sink,
    ) -> bool {
        let rows = band.height() as usize;
        if rows > MAX_ROWS {
            return false;
        }
        let most = self.count(edges, band);
        if most > MAX_CROSSINGS {
            return false;
        }
        if self.places.len() < rows * most {
            self.places.resize(rows * most, 0);
        }
        for edge in edges {
            self.add(edge, band, most);
        }
        self.emit(band, most, rule, sink);
        true
    }

    /// Clears the counts, and returns the number of crossings that the row with most of them will have.
    fn count(&mut self, edges: &[Edge], band: PixelRect) -> usize {
        self.counts.clear();
        self.counts.resize(band.height() as usize + 1, 0);
        for edge in edges {
            let (first, end) = rows(edge, band);
            if first < end {
                self.counts[(first - band.y0) as usize] += 1;
                self.counts[(end - band.y0) as usize] -= 1;
            }
        }
        let (mut sum, mut most) = (0, 0);
        for count in &mut self.counts {
            sum += std::mem::take(count);
            most = most.max(sum);
        }
        most as usize
    }

    fn add(&mut self, edge: &Edge, band: PixelRect, most: usize) {
        let (first, end) = rows(edge, band);
        if first >= end {
            return;
        }
        let start = (first - band.y0) as usize;
        let counts = &mut self.counts[start..(end - band.y0) as usize];
        let rows = self.places[start * most..].chunks_exact_mut(most);
        let up = i32::from(edge.winding < 0);
        let put = |x: i32, count: &mut i32, row: &mut [i32]| {
            row[*count as usize] = x.clamp(band.x0, band.x1) << 1 | up;
            *count += 1;
        };
        match Slope::new(edge, centre(first)) {
            Some(mut slope) => {
                for (count, row) in counts.iter_mut().zip(rows) {
                    put(slope.crossing(), count, row);
                    slope.advance();
                }
            }
            None => {
                for ((count, row), y) in counts.iter_mut().zip(rows).zip(first..) {
                    put(edge.crossing(centre(y)), count, row);
                }
            }
        }
    }

    fn emit(&self, band: PixelRect, most: usize, rule: FillRule, sink: &mut impl Sink) {
        if most == 0 {
            return;
        }
        let mut batch = Batch::new(sink);
        let rows = self.counts.iter().zip(self.places.chunks_exact(most));
        for (y, (count, places)) in (band.y0..band.y1).zip(rows) {
            match places[..*count as usize] {
                [] => {}
                [a, b] if rule == FillRule::EvenOdd || (a ^ b) & 1 == 1 => {
                    batch.push(y, a.min(b) >> 1, a.max(b) >> 1);
                }
                ref places => enclosed(places, band.x1, rule, |x0, x1| batch.push(y, x0, x1)),
            }
        }
        batch.flush();
    }
}

/// Calls `each` with what the crossings of a row enclose, of which the last may reach up to `right`.
fn enclosed(places: &[i32], right: i32, rule: FillRule, mut each: impl FnMut(i32, i32)) {
    let mut sorted = [0; MAX_CROSSINGS];
    let sorted = &mut sorted[..places.len()];
    sorted.copy_from_slice(places);
    sorted.sort_unstable();
    let (mut winding, mut from) = (0, None);
    for place in sorted {
        let x = *place >> 1;
        winding += 1 - 2 * (*place & 1);
        match (from, rule.holds(winding)) {
            (None, true) => from = Some(x),
            (Some(start), false) => {
                from = None;
                each(start, x);
            }
            _ => {}
        }
    }
    if let Some(start) = from {
        each(start, right);
    }
}

/// The rows of `band` with a centre that the edge crosses.
fn rows(edge: &Edge, band: PixelRect) -> (i32, i32) {
    let row = |y: i32| (y + SUBPIXELS / 2 - 1) >> SUBPIXEL_BITS;
    (row(edge.y0).max(band.y0), row(edge.y1).min(band.y1))
}

/// The line through the centres of row `y`.
fn centre(y: i32) -> i32 {
    (y << SUBPIXEL_BITS) + SUBPIXELS / 2
}

/// Gathers spans for a sink.
struct Batch<'a, S> {
    spans: [Span; 64],
    count: usize,
    sink: &'a mut S,
}

impl<'a, S: Sink> Batch<'a, S> {
    fn new(sink: &'a mut S) -> Self {
        Self {
            spans: [Span::default(); 64],
            count: 0,
            sink,
        }
    }

    #[inline(always)]
    fn push(&mut self, y: i32, x0: i32, x1: i32) {
        if x0 >= x1 {
            return;
        }
        if self.count == self.spans.len() {
            self.flush();
        }
        self.spans[self.count] = Span { y, x0, x1 };
        self.count += 1;
    }

    fn flush(&mut self) {
        self.sink.spans(&self.spans[..self.count]);
        self.count = 0;
    }
}
