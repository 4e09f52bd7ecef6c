//! Rows of pixels from one place to another.

use super::Block;

/// Where rows of pixels inside one buffer go.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Moved {
    /// From a row to the next one, in pixels.
    pub(in super::super) stride: usize,
    /// The first pixel that is read, and where it goes.
    pub(in super::super) from: usize,
    pub(in super::super) to: usize,
    pub(in super::super) width: usize,
    pub(in super::super) height: usize,
    /// Whether the last row is the first to go.
    pub(in super::super) upwards: bool,
}

impl Moved {
    /// Where each row begins and where it goes, one after the other.
    #[inline(always)]
    pub(super) fn rows(self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.height).map(move |row| {
            let row = match self.upwards {
                true => self.height - 1 - row,
                false => row,
            };
            (self.from + row * self.stride, self.to + row * self.stride)
        })
    }

    /// Whether rows are read where others, and only others, are written, and all of that inside so many
    /// pixels.
    #[inline(always)]
    pub(super) fn is_apart(&self, pixels: usize) -> bool {
        let last = self.height.saturating_sub(1).checked_mul(self.stride);
        let end = last.and_then(|last| {
            let first = self.from.max(self.to);
            first.checked_add(self.width)?.checked_add(last)
        });
        self.from.abs_diff(self.to) >= self.width && end.is_some_and(|end| end <= pixels)
    }
}

/// Copies the first pixels of every `stride` of `src` to the rows of a block, as many rows as there are of
/// both.
pub(super) fn copy(block: Block<'_>, src: &[u32], stride: usize) {
    block.rows(|y, row| {
        let src = y.checked_mul(stride).and_then(|start| src.get(start..));
        if let Some(src) = src.and_then(|src| src.get(..row.len())) {
            row.copy_from_slice(src);
        }
    });
}

/// Moves rows one by one, each as if through a copy. All of them must be there.
pub(super) fn shift(pixels: &mut [u32], moved: Moved) {
    for (from, to) in moved.rows() {
        pixels.copy_within(from..from + moved.width, to);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::Rng;
    use super::super::versions;
    use super::*;

    fn numbered(length: usize) -> Vec<u32> {
        (0..length as u32).collect()
    }

    #[test]
    fn all_versions_copy_the_same_rows() {
        let mut rng = Rng(5);
        for round in 0..4000 {
            let mut number = |below: u32| rng.below(below) as usize;
            let (width, height) = (number(150), number(5));
            let (stride, src_stride) = (width + number(9), width + number(9));
            let (start, src_start) = (number(20), number(20));
            let before = numbered(start + stride * height + number(9));
            let src = vec![7; src_start + src_stride * height];
            let src: Vec<u32> = src.into_iter().zip(1000..).map(|(a, b)| a ^ b).collect();
            let mut expected = before.clone();
            for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
                expected[start + y * stride + x] = src[src_start + y * src_stride + x];
            }
            for version in versions() {
                let mut got = before.clone();
                let block = Block::new(&mut got[start..], stride, width, height);
                (version.copy)(block, &src[src_start..], src_stride);
                assert!(got == expected, "{} in round {round}", version.name);
            }
        }
    }

    #[test]
    fn rows_that_are_not_there_are_not_copied() {
        for version in versions() {
            let mut got = vec![9; 40];
            (version.copy)(Block::new(&mut got, 10, 10, 4), &[1; 25], 10);
            assert_eq!(got[..20], [1; 20], "{}", version.name);
            assert_eq!(got[20..], [9; 20], "{}", version.name);
            (version.copy)(Block::new(&mut got, 10, 10, 4), &[2; 9], usize::MAX);
            assert_eq!(got[..20], [1; 20], "{}", version.name);
        }
    }

    #[test]
    fn all_versions_move_the_same_rows() {
        let mut rng = Rng(6);
        for round in 0..4000 {
            let mut number = |below: u32| rng.below(below) as usize;
            let stride = 1 + number(120);
            let (width, height) = (number(stride as u32 + 1), number(6));
            let rows = height + number(4);
            let length = stride * rows.max(1);
            let mut place = || {
                let (x, y) = (stride - width, rows - height);
                number(y as u32 + 1) * stride + number(x as u32 + 1)
            };
            let (from, to) = (place(), place());
            let moved = Moved {
                stride,
                from,
                to,
                width,
                height,
                upwards: to > from,
            };
            let mut expected = numbered(length);
            shift(&mut expected, moved);
            for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
                let at = y * stride + x;
                assert_eq!(expected[to + at], (from + at) as u32, "round {round}");
            }
            for version in versions() {
                let mut got = numbered(length);
                (version.shift)(&mut got, moved);
                assert!(got == expected, "{} in round {round}", version.name);
            }
        }
    }
}
