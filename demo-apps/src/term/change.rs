//! [`shift`]: whether a part of what is shown has moved up or down, so that copying it saves
//! drawing it again.

use std::ops::Range;

/// What a copy costs, in the bytes that `weights` are told in.
const COPY: usize = 32;

/// Rows that are shown already, elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Where they are to be seen.
    pub rows: Range<usize>,
    /// They are shown so many rows further down; negative: up.
    pub by: isize,
}

impl Shift {
    /// Where they are shown.
    pub fn source(&self) -> Range<usize> {
        let move_by = |row: usize| row.checked_add_signed(self.by).unwrap_or_default();
        move_by(self.rows.start)..move_by(self.rows.end)
    }
}

/// Finds the move that saves most. `shown` and `wanted` are numbers that tell rows apart, `weights`
/// what each wanted row costs to draw, in bytes. Rows outside of `usable` are not wholly shown and
/// cannot be copied. `in_place`: a row that stays where it is needs no drawing.
pub fn shift(
    shown: &[u64],
    wanted: &[u64],
    weights: &[usize],
    usable: Range<usize>,
    in_place: bool,
) -> Option<Shift> {
    let mut best = None;
    let mut saved = COPY;
    let count = wanted.len() as isize;
    let source = |row: usize, by: isize| {
        let source = row
            .checked_add_signed(by)
            .filter(|row| usable.contains(row))?;
        shown.get(source)
    };
    for by in 1 - count.max(shown.len() as isize)..count.max(shown.len() as isize) {
        if by == 0 && in_place {
            continue;
        }
        let (mut start, mut gain) = (0, 0);
        for row in 0..wanted.len() {
            if source(row, by) != Some(&wanted[row]) {
                (start, gain) = (row + 1, 0);
                continue;
            }
            if !in_place || shown.get(row) != Some(&wanted[row]) {
                gain += weights[row];
            }
            if gain > saved {
                saved = gain;
                best = Some(Shift {
                    rows: start..row + 1,
                    by,
                });
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(shown: &[u64], wanted: &[u64]) -> Option<(Range<usize>, isize)> {
        let weights = vec![100; wanted.len()];
        shift(shown, wanted, &weights, 0..shown.len(), true).map(|s| (s.rows, s.by))
    }

    #[test]
    fn lines_that_scroll_are_found() {
        assert_eq!(found(&[1, 2, 3, 4], &[2, 3, 4, 5]), Some((0..3, 1)));
        assert_eq!(found(&[1, 2, 3, 4], &[9, 1, 2, 3]), Some((1..4, -1)));
        assert_eq!(found(&[1, 2, 3, 4], &[4, 5, 6, 7]), Some((0..1, 3)));
    }

    #[test]
    fn a_region_that_scrolls_leaves_the_rest_alone() {
        let shown = [8, 1, 2, 3, 4, 9];
        assert_eq!(found(&shown, &[8, 2, 3, 4, 5, 9]), Some((1..4, 1)));
        assert_eq!(found(&shown, &[8, 1, 7, 2, 3, 9]), Some((3..5, -1)));
    }

    #[test]
    fn what_stays_is_not_copied() {
        assert_eq!(found(&[1, 2, 3], &[1, 2, 3]), None);
        assert_eq!(found(&[1, 1, 1], &[1, 1, 1]), None);
        assert_eq!(found(&[0, 0, 0, 1], &[0, 0, 0, 2]), None);
        assert_eq!(found(&[1, 2, 3], &[7, 8, 9]), None);
    }

    #[test]
    fn a_copy_that_saves_less_than_it_costs_is_not_made() {
        let weights = [8, 8];
        assert_eq!(shift(&[1, 2], &[2, 3], &weights, 0..2, true), None);
    }

    #[test]
    fn rows_that_are_partly_hidden_are_not_copied() {
        let weights = [100; 4];
        let all = shift(&[1, 2, 3, 4], &[1, 2, 3, 4], &weights, 1..4, false);
        assert_eq!(all, Some(Shift { rows: 1..4, by: 0 }));
    }
}
