//! [`copy`](super::copy) with vector instructions.
//!
//! What costs is stores that cross the end of a cache line: all but the first and the last register of a
//! long row are put where registers end in the target. That is quicker than the library's `memmove`,
//! which was measured to lose a tenth with rows of a window, be they short or long.
#![allow(
    unsafe_code,
    reason = "rows are walked by pointer, with instructions that not every processor has"
)]

use super::lanes::{Lanes, to_register};
use super::{Block, Moved, copy as one_by_one};

/// # Safety
///
/// As [`Lanes`], for this and all that follow.
#[inline(always)]
pub(super) unsafe fn copy<L: Lanes, Half: Lanes>(block: Block<'_>, src: &[u32], stride: usize) {
    block.rows(|y, row| {
        let src = y.checked_mul(stride).and_then(|start| src.get(start..));
        if let Some(src) = src.and_then(|src| src.get(..row.len())) {
            // SAFETY: both are so long, and one of them is borrowed to be changed: they lie apart.
            unsafe { copy_row::<L, Half>(row.as_mut_ptr(), src.as_ptr(), row.len()) };
        }
    });
}

#[inline(always)]
pub(super) unsafe fn shift<L: Lanes, Half: Lanes>(pixels: &mut [u32], moved: Moved) {
    if !moved.is_apart(pixels.len()) {
        return one_by_one::shift(pixels, moved);
    }
    let first = pixels.as_mut_ptr();
    for (from, to) in moved.rows() {
        // SAFETY: both rows were seen to be inside, further apart than they are long.
        unsafe { copy_row::<L, Half>(first.add(to), first.add(from), moved.width) };
    }
}

/// # Safety
///
/// So many pixels must be in either place, and the places lie apart.
#[inline(always)]
unsafe fn copy_row<L: Lanes, Half: Lanes>(d: *mut u32, s: *const u32, length: usize) {
    // SAFETY: nothing is read or written from `length` on.
    unsafe {
        if length < Half::COUNT {
            return (0..length).for_each(|at| *d.add(at) = *s.add(at));
        }
        if length <= L::COUNT {
            let last = length - Half::COUNT;
            Half::load(s, Half::COUNT).store(d, Half::COUNT);
            return Half::load(s.add(last), Half::COUNT).store(d.add(last), Half::COUNT);
        }
        let last = length - L::COUNT;
        L::load(s, L::COUNT).store(d, L::COUNT);
        let mut at = to_register::<L>(d);
        while length - at >= 4 * L::COUNT {
            let (from, to) = (s.add(at), d.add(at));
            let one = L::load(from, L::COUNT);
            let two = L::load(from.add(L::COUNT), L::COUNT);
            let three = L::load(from.add(2 * L::COUNT), L::COUNT);
            let four = L::load(from.add(3 * L::COUNT), L::COUNT);
            one.store(to, L::COUNT);
            two.store(to.add(L::COUNT), L::COUNT);
            three.store(to.add(2 * L::COUNT), L::COUNT);
            four.store(to.add(3 * L::COUNT), L::COUNT);
            at += 4 * L::COUNT;
        }
        while at < last {
            L::load(s.add(at), L::COUNT).store(d.add(at), L::COUNT);
            at += L::COUNT;
        }
        L::load(s.add(last), L::COUNT).store(d.add(last), L::COUNT);
    }
}
