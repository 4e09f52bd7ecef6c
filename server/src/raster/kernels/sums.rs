//! Rows of summed areas to pixels: what a filled shape with soft edges is made of.
//!
//! A row's sums are kept as what changes from pixel to pixel. In *groups* of eight pixels, those in which
//! nothing changes are passed over: they are as covered as the last pixel before.

use std::ops::Range;
use std::sync::LazyLock;

use super::super::coverage::FillRule;
use super::Block;
use super::scalar::{over, scale};

/// Pixels in a group.
pub(in super::super) const GROUP: usize = 8;

/// How much of each pixel of some rows is covered.
#[derive(Debug)]
pub(in super::super) struct Sums<'a> {
    /// By how much the signed area of each pixel is more than that of the one before in its row.
    pub(in super::super) changes: &'a mut [i32],
    /// A bit for each group in which anything changes; every row begins with a word of its own.
    pub(in super::super) touched: &'a mut [u64],
    /// How many changes a row has: those of whole groups, and of more pixels than it has.
    pub(in super::super) cells: usize,
    /// How area becomes coverage.
    pub(in super::super) rule: FillRule,
}

/// The sums of one row.
#[derive(Debug)]
pub(in super::super) struct RowSums<'a> {
    changes: &'a mut [i32],
    touched: &'a mut [u64],
}

/// Puts a colour over rows of so many pixels each, each pixel by its coverage, and clears the sums. The block
/// may be wider than that: pixels behind the rows may be written, but not changed.
pub(super) type BlendSums = fn(Block<'_>, usize, Sums<'_>, u32);

/// Puts `color` over the first `width` pixels of each row of a block, each by its coverage, and clears the
/// sums.
#[inline(always)]
pub(in super::super) fn blend_sums(block: Block<'_>, width: usize, sums: Sums<'_>, color: u32) {
    static PICKED: LazyLock<BlendSums> =
        LazyLock::new(|| versions().last().map_or(scalar, |(_, version)| *version));
    PICKED(block, width, sums, color);
}

/// One pixel at a time: what the other versions must agree with.
pub(super) fn scalar(block: Block<'_>, width: usize, sums: Sums<'_>, color: u32) {
    let rule = sums.rule;
    let mut rows = sums.rows();
    block.rows(|_, row| {
        let Some(sums) = rows.next() else { return };
        sums.walk(width.min(row.len()), |mut area, part, changes| {
            let row = &mut row[part];
            match changes {
                None => row
                    .iter_mut()
                    .for_each(|d| *d = over(*d, scale(color, rule.coverage(area)))),
                Some(changes) => {
                    for (d, change) in row.iter_mut().zip(changes) {
                        area = area.wrapping_add(*change);
                        *d = over(*d, scale(color, rule.coverage(area)));
                    }
                }
            }
            area
        });
    });
}

impl<'a> Sums<'a> {
    /// The sums of each row, from the top.
    #[inline(always)]
    pub(in super::super) fn rows(self) -> impl Iterator<Item = RowSums<'a>> {
        let words = (self.cells / GROUP).div_ceil(64).max(1);
        let rows = self.changes.chunks_exact_mut(self.cells.max(1));
        let touched = self.touched.chunks_exact_mut(words);
        rows.zip(touched)
            .map(|(changes, touched)| RowSums { changes, touched })
    }
}

impl RowSums<'_> {
    /// Calls `each` with the parts of a row of `width` pixels, from the left, and clears the sums. It gets
    /// the area of the last pixel before, and the changes of a group, or none of a part in which nothing
    /// changes; it returns the area of the part's last pixel. Parts that nothing covers are left out.
    #[inline(always)]
    pub(in super::super) fn walk(
        self,
        width: usize,
        mut each: impl FnMut(i32, Range<usize>, Option<&[i32; GROUP]>) -> i32,
    ) {
        let (mut area, mut done) = (0i32, 0);
        let (groups, _) = self.changes.as_chunks_mut::<GROUP>();
        for (word, bits) in self.touched.iter_mut().enumerate() {
            let mut left = std::mem::take(bits);
            while left != 0 {
                let group = word * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                let start = group * GROUP;
                let Some(changes) = groups.get_mut(group) else {
                    break;
                };
                if start < width {
                    if done < start && area != 0 {
                        each(area, done..start, None);
                    }
                    done = width.min(start + GROUP);
                    area = each(area, start..done, Some(changes));
                }
                *changes = [0; GROUP];
            }
        }
        if done < width && area != 0 {
            each(area, done..width, None);
        }
    }
}

/// All versions that can run here with their names, from the slowest to the quickest.
pub(super) fn versions() -> Vec<(&'static str, BlendSums)> {
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(
            unused_mut,
            reason = "other processors have no version of their own yet"
        )
    )]
    let mut versions: Vec<(_, BlendSums)> = vec![("scalar", scalar)];
    #[cfg(target_arch = "x86_64")]
    versions.extend(super::sum_lanes::versions());
    versions
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::Rng;
    use super::*;

    #[test]
    fn all_versions_blend_the_same_pixels_and_leave_nothing() {
        let mut rng = Rng(42);
        for round in 0..3000 {
            let (width, height) = (rng.below(700) as usize % 90, 1 + rng.below(4) as usize);
            let cells = (width + 1).next_multiple_of(GROUP);
            let mut changes = vec![0i32; cells * height];
            let mut touched = vec![0u64; height];
            for (y, touched) in touched.iter_mut().enumerate() {
                for _ in 0..rng.below(9) {
                    let (x, full) = (rng.below(width as u32 + 1) as usize, 1 << 17);
                    let change = rng.pick(&[full, -full, 77, -99, 40_000, 3 << 15, i32::MIN]);
                    changes[y * cells + x] = changes[y * cells + x].wrapping_add(change);
                    *touched |= 1 << (x / GROUP);
                }
            }
            let rule = rng.pick(&[FillRule::NonZero, FillRule::EvenOdd]);
            let random = rng.next() | 0xff00_0000;
            let color = rng.pick(&[0xff00_8040, 0x8040_2010, 0, random]);
            let stride = width + rng.below(12) as usize;
            // The last row may be at the very end.
            let length = stride * (height - 1) + width + rng.below(9) as usize;
            let before: Vec<u32> = (0..length).map(|_| rng.next() << 1).collect();
            let mut expected = before.clone();
            for y in 0..height {
                let mut area = 0i32;
                for x in 0..width {
                    area = area.wrapping_add(changes[y * cells + x]);
                    let d = &mut expected[y * stride + x];
                    *d = over(*d, scale(color, rule.coverage(area)));
                }
            }
            for (name, version) in versions() {
                for wide in [width, width.next_multiple_of(GROUP)] {
                    let (mut got, mut changes) = (before.clone(), changes.clone());
                    let mut touched = touched.clone();
                    let block = Block::new(&mut got, stride, width, height);
                    if !block.has_room(wide) {
                        continue;
                    }
                    let sums = Sums {
                        changes: &mut changes,
                        touched: &mut touched,
                        cells,
                        rule,
                    };
                    version(block.widened(wide), width, sums, color);
                    assert!(got == expected, "{name} in round {round}, {wide}");
                    assert!(changes.iter().all(|c| *c == 0), "{name}");
                    assert!(touched.iter().all(|t| *t == 0), "{name}");
                }
            }
        }
    }
}
