//! [`CrossingRow`]: without anti-aliasing, what a row's few crossings enclose.
//!
//! A pixel is painted or it is not, and that changes only where an edge crosses the line through the
//! pixels' centres. Shapes have two or four such places in a row: put in order, the runs between
//! them can be painted at once, without a sum over cells.

use super::cells::CellRow;
use super::coverage::{FillRule, Sink};

/// The most crossings that are put in order one by one; with more of them in a row, sums over cells
/// are quicker.
const MAX_CROSSINGS: usize = 16;

/// An edge's place in a row: the first pixel on its right, and which way it leads.
#[derive(Clone, Copy, Debug, Default)]
struct Crossing {
    x: i32,
    winding: i32,
}

/// The crossings of one row, from the left.
#[derive(Debug, Default)]
pub(super) struct CrossingRow {
    crossings: [Crossing; MAX_CROSSINGS],
    count: usize,
    /// There were more than fit: they are in the cells, and so are all that follow in this row.
    spilled: bool,
    left: i32,
    right: i32,
}

impl CrossingRow {
    /// Makes ready for rows of the pixels `x0..x1`.
    pub(super) fn begin(&mut self, x0: i32, x1: i32) {
        (self.left, self.right) = (x0, x1);
        (self.count, self.spilled) = (0, false);
    }

    /// Covers `winding` times all pixels from `x` on. `cells` takes over when there are too many.
    pub(super) fn add(&mut self, x: i32, winding: i32, cells: &mut CellRow) {
        if x >= self.right {
            return;
        }
        let x = x.max(self.left);
        if self.count == MAX_CROSSINGS || self.spilled {
            self.spill(cells);
            return cells.add_whole(x, winding);
        }
        let mut at = self.count;
        while at > 0 && self.crossings[at - 1].x > x {
            self.crossings[at] = self.crossings[at - 1];
            at -= 1;
        }
        self.crossings[at] = Crossing { x, winding };
        self.count += 1;
    }

    fn spill(&mut self, cells: &mut CellRow) {
        for crossing in &self.crossings[..self.count] {
            cells.add_whole(crossing.x, crossing.winding);
        }
        (self.count, self.spilled) = (0, true);
    }

    /// Hands what the row's crossings enclose on to `sink`, and forgets them.
    pub(super) fn emit(
        &mut self,
        y: i32,
        rule: FillRule,
        cells: &mut CellRow,
        sink: &mut impl Sink,
    ) {
        if self.spilled {
            self.spilled = false;
            return cells.emit(y, rule, sink);
        }
        let (mut winding, mut from) = (0i32, None);
        for crossing in &self.crossings[..self.count] {
            winding += crossing.winding;
            match (from, rule.holds(winding)) {
                (None, true) => from = Some(crossing.x),
                (Some(start), false) => {
                    from = None;
                    if start < crossing.x {
                        sink.solid(y, start, crossing.x);
                    }
                }
                _ => {}
            }
        }
        if let Some(start) = from {
            sink.solid(y, start, self.right);
        }
        self.count = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes down which pixels were covered fully.
    #[derive(Default)]
    struct Painted(Vec<i32>);

    impl Sink for Painted {
        fn solid(&mut self, _: i32, x0: i32, x1: i32) {
            self.0.extend(x0..x1);
        }

        fn masked(&mut self, _: i32, x: i32, mask: &[u8]) {
            assert!(mask.iter().all(|m| [0, 255].contains(m)));
            let full = mask.iter().enumerate().filter(|(_, m)| **m == 255);
            self.0.extend(full.map(|(i, _)| x + i as i32));
        }
    }

    #[test]
    fn crossings_in_order_enclose_what_sums_over_cells_do() {
        let (left, right) = (-5, 60);
        let (mut few, mut cells, mut spare) = Default::default();
        let few: &mut CrossingRow = &mut few;
        let (cells, spare): (&mut CellRow, &mut CellRow) = (&mut cells, &mut spare);
        let mut seed = 1u32;
        let mut random = |below: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((seed >> 16) % below) as i32
        };
        few.begin(left, right);
        cells.begin(left, right);
        spare.begin(left, right);
        for row in 0..4000 {
            let rule = [FillRule::NonZero, FillRule::EvenOdd][row % 2];
            for _ in 0..random(MAX_CROSSINGS as u32 * 2) {
                let (x, winding) = (random(80) - 10, random(2) * 2 - 1);
                few.add(x, winding, spare);
                if x < right {
                    cells.add_whole(x.max(left), winding);
                }
            }
            let (mut in_order, mut summed) = (Painted::default(), Painted::default());
            few.emit(0, rule, spare, &mut in_order);
            cells.emit(0, rule, &mut summed);
            assert_eq!(in_order.0, summed.0, "row {row}");
        }
    }
}
