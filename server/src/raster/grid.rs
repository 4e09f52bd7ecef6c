//! [`CellGrid`]: with anti-aliasing, what the edges of a shape of ordinary size add up to.
//!
//! Edge by edge the lines are added to the cells of the rows they cross, then row by row the cells are summed.
//! So nothing has to be remembered of an edge from one row to the next but its place.

use transom_protocol::geometry::PixelRect;

use super::cells::{Cells, emit, group_count};
use super::coverage::{FillRule, Sink};
use super::edges::{Edge, SUBPIXEL_BITS, SUBPIXELS};
use super::kernels::{GROUP, Sums};
use super::slope::Slope;

/// The most cells (256 KiB): so many stay close to the processor. Shapes with more are drawn a few rows at
/// a time.
const MAX_CELLS: usize = 1 << 16;
/// Every edge is looked at again for each time; shapes with more looks than this are swept row by row.
const MAX_LOOKS: usize = 1 << 14;

/// Cells of several rows.
#[derive(Debug, Default)]
pub(super) struct CellGrid {
    changes: Vec<i32>,
    /// The bits of a row begin with a word of their own.
    touched: Vec<u64>,
    mask: Vec<u8>,
}

impl CellGrid {
    /// Tells `sink` what `edges` enclose in `band`. False: there is too much of it.
    pub(super) fn sweep(
        &mut self,
        edges: &[Edge],
        band: PixelRect,
        rule: FillRule,
        sink: &mut impl Sink,
    ) -> bool {
        let width = band.width() as i32;
        let (cells, words) = (group_count(width) * GROUP, group_count(width).div_ceil(64));
        let rows = (MAX_CELLS / cells).min(band.height() as usize);
        if rows == 0 {
            return band.is_empty();
        }
        let times = (band.height() as usize).div_ceil(rows);
        if times > 1 && times * edges.len() > MAX_LOOKS {
            return false;
        }
        if self.changes.len() < rows * cells {
            self.changes.resize(rows * cells, 0);
        }
        if self.touched.len() < rows * words {
            self.touched.resize(rows * words, 0);
        }
        let mut y = band.y0;
        while y < band.y1 {
            let y1 = band.y1.min(y + rows as i32);
            let part = PixelRect { y0: y, y1, ..band };
            for edge in edges {
                self.add(edge, part, cells, words);
            }
            let rows = part.height() as usize;
            let sums = Sums {
                changes: &mut self.changes[..rows * cells],
                touched: &mut self.touched[..rows * words],
                cells,
                rule,
            };
            emit(part, sums, &mut self.mask, sink);
            y = y1;
        }
        true
    }

    /// Adds what of an edge lies in the rows of `part`.
    fn add(&mut self, edge: &Edge, part: PixelRect, cells: usize, words: usize) {
        let (top, end) = (part.y0 << SUBPIXEL_BITS, part.y1 << SUBPIXEL_BITS);
        let mut y = edge.y0.max(top);
        if y >= edge.y1.min(end) {
            return;
        }
        let left = part.x0 << SUBPIXEL_BITS;
        let row = ((y - top) >> SUBPIXEL_BITS) as usize;
        let (mut cell, mut word) = (row * cells, row * words);
        let mut bottom = (y & -SUBPIXELS) + SUBPIXELS;
        let mut x = if edge.y0 < y { edge.x_at(y).0 } else { edge.x0 };
        let mut slope = match edge.y1 <= bottom {
            true => None,
            false => Slope::new(edge, bottom),
        };
        loop {
            let ends_here = edge.y1 <= bottom;
            let (to, low) = match &slope {
                _ if ends_here => (edge.x1, edge.y1),
                Some(slope) => (slope.x(), bottom),
                None => (edge.x_at(bottom).0, bottom),
            };
            let mut row = Cells {
                changes: &mut self.changes[cell..cell + cells],
                touched: &mut self.touched[word..word + words],
                width: part.width() as i32,
            };
            row.add(x - left, to - left, (low - y) * edge.winding);
            if ends_here || bottom == end {
                return;
            }
            if let Some(slope) = &mut slope {
                slope.advance();
            }
            (x, y, bottom) = (to, bottom, bottom + SUBPIXELS);
            (cell, word) = (cell + cells, word + words);
        }
    }
}
