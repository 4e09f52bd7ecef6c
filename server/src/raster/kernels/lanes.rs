//! The loops written once for any number of pixels in a register.
#![allow(
    unsafe_code,
    reason = "rows are walked by pointer, with instructions that not every processor has"
)]

pub(super) use super::copy_lanes::{copy, shift};
use super::shapes::{self, Corners};
use super::{Block, scalar};

/// A few pixels in a register.
///
/// # Safety
///
/// All functions need a processor with the instructions of the implementor. Those with a pointer and a
/// count need so many values behind it that may be read (or written); no more are touched. Counts are
/// at most [`Lanes::COUNT`]; only four lanes take fewer.
pub(super) trait Lanes: Copy {
    /// How many pixels.
    const COUNT: usize;
    /// Four channels of 16 bits for each pixel, mostly numbers up to 255.
    type Wide: Copy;

    unsafe fn load(from: *const u32, count: usize) -> Self;
    unsafe fn store(self, to: *mut u32, count: usize);
    unsafe fn splat(pixel: u32) -> Self;
    /// Whether each pixel of a whole register hides what is behind it.
    unsafe fn is_opaque(self) -> bool;
    /// Whether there is nothing but zeros.
    unsafe fn is_nothing(self) -> bool;
    unsafe fn wide(self) -> Self::Wide;
    /// Back to eight bits; numbers above 255 become 255.
    unsafe fn narrow(wide: Self::Wide) -> Self;
    /// One number for each pixel, in all of its channels.
    unsafe fn coverage(from: *const u8, count: usize) -> Self::Wide;
    /// One number for all.
    unsafe fn number(n: u16) -> Self::Wide;
    /// `a × b / 255`, rounded to nearest.
    unsafe fn product(a: Self::Wide, b: Self::Wide) -> Self::Wide;
    unsafe fn sum(a: Self::Wide, b: Self::Wide) -> Self::Wide;
    /// Each pixel's alpha in all of its channels.
    unsafe fn alphas(a: Self::Wide) -> Self::Wide;
    /// `255 − a`.
    unsafe fn rest(a: Self::Wide) -> Self::Wide;
    /// `(a × (256 − part) + b × part + 128) / 256`, rounded down.
    unsafe fn mix(a: Self::Wide, b: Self::Wide, part: Self::Wide) -> Self::Wide;
    /// `other` where the coverage has its highest bit set.
    unsafe fn replaced(self, other: Self, coverage: *const u8, count: usize) -> Self;
    /// The pixels of `src` at `firsts`, and those behind them; all must be there.
    unsafe fn pairs(src: *const u32, firsts: *const u32, count: usize) -> (Self, Self);
    /// As [`Lanes::coverage`], of numbers up to 256.
    unsafe fn parts(from: *const u16, count: usize) -> Self::Wide;

    /// See [`shapes::extremes`].
    #[inline(always)]
    unsafe fn extremes(all: &[Corners]) -> [Corners; 2] {
        shapes::extremes(all)
    }

    /// `s` over `self`.
    #[inline(always)]
    unsafe fn under(self, s: Self::Wide) -> Self {
        // SAFETY: as this function itself.
        unsafe {
            let rest = Self::rest(Self::alphas(s));
            Self::narrow(Self::sum(s, Self::product(self.wide(), rest)))
        }
    }
}

/// What happens to the pixels of a row from the number `at` on.
pub(super) trait Step {
    /// # Safety
    ///
    /// As [`Lanes`]; there must be so many pixels in the row from `at` on.
    unsafe fn step<L: Lanes>(&self, d: *mut u32, at: usize, count: usize);
}

/// Takes all steps of a row of `length` pixels.
///
/// # Safety
///
/// As [`Lanes`]; `d` must lead to so many pixels, and `step` must be made for as many.
#[inline(always)]
pub(super) unsafe fn walk<L: Lanes, Half: Lanes>(d: *mut u32, length: usize, step: &impl Step) {
    let mut at = 0;
    // SAFETY: `at` plus the count of each step is at most `length`.
    unsafe {
        while length - at >= L::COUNT {
            step.step::<L>(d, at, L::COUNT);
            at += L::COUNT;
        }
        while length - at >= Half::COUNT {
            step.step::<Half>(d, at, Half::COUNT);
            at += Half::COUNT;
        }
        if at < length {
            step.step::<Half>(d, at, length - at);
        }
    }
}

pub(super) struct Solid(pub(super) u32);

impl Step for Solid {
    #[inline(always)]
    unsafe fn step<L: Lanes>(&self, d: *mut u32, at: usize, count: usize) {
        // SAFETY: as this function itself.
        unsafe {
            let d = d.add(at);
            let source = L::splat(self.0).wide();
            L::load(d, count).under(source).store(d, count);
        }
    }
}

struct Masked(u32, *const u8);

impl Step for Masked {
    #[inline(always)]
    unsafe fn step<L: Lanes>(&self, d: *mut u32, at: usize, count: usize) {
        // SAFETY: as this function itself; there is as much coverage as there are pixels.
        unsafe {
            let d = d.add(at);
            let coverage = L::coverage(self.1.add(at), count);
            let source = L::product(L::splat(self.0).wide(), coverage);
            L::load(d, count).under(source).store(d, count);
        }
    }
}

struct Replaced(u32, *const u8);

impl Step for Replaced {
    #[inline(always)]
    unsafe fn step<L: Lanes>(&self, d: *mut u32, at: usize, count: usize) {
        // SAFETY: as this function itself; there is as much coverage as there are pixels.
        unsafe {
            let d = d.add(at);
            let coverage = self.1.add(at);
            L::load(d, count)
                .replaced(L::splat(self.0), coverage, count)
                .store(d, count);
        }
    }
}

struct Over(*const u32);

impl Step for Over {
    #[inline(always)]
    unsafe fn step<L: Lanes>(&self, d: *mut u32, at: usize, count: usize) {
        // SAFETY: as this function itself; the source is as long as the row.
        unsafe {
            let d = d.add(at);
            let source = L::load(self.0.add(at), count);
            // Pictures are mostly the one or the other.
            if source.is_opaque() {
                source.store(d, count);
            } else if !source.is_nothing() {
                L::load(d, count).under(source.wide()).store(d, count);
            }
        }
    }
}

struct Faded(*const u32, u8);

impl Step for Faded {
    #[inline(always)]
    unsafe fn step<L: Lanes>(&self, d: *mut u32, at: usize, count: usize) {
        // SAFETY: as this function itself; the source is as long as the row.
        unsafe {
            let d = d.add(at);
            let source = L::load(self.0.add(at), count).wide();
            let source = L::product(source, L::number(self.1.into()));
            L::load(d, count).under(source).store(d, count);
        }
    }
}

struct Tinted(*const u32, u32);

impl Step for Tinted {
    #[inline(always)]
    unsafe fn step<L: Lanes>(&self, d: *mut u32, at: usize, count: usize) {
        // SAFETY: as this function itself; the mask is as long as the row.
        unsafe {
            let d = d.add(at);
            let coverage = L::alphas(L::load(self.0.add(at), count).wide());
            let source = L::product(L::splat(self.1).wide(), coverage);
            L::load(d, count).under(source).store(d, count);
        }
    }
}

struct OverMasked(*const u32, *const u8);

impl Step for OverMasked {
    #[inline(always)]
    unsafe fn step<L: Lanes>(&self, d: *mut u32, at: usize, count: usize) {
        // SAFETY: as this function itself; source and coverage are as long as the row.
        unsafe {
            let d = d.add(at);
            let source = L::load(self.0.add(at), count).wide();
            let source = L::product(source, L::coverage(self.1.add(at), count));
            L::load(d, count).under(source).store(d, count);
        }
    }
}

struct Mixed(*const u32, *const u32, u16);

impl Step for Mixed {
    #[inline(always)]
    unsafe fn step<L: Lanes>(&self, d: *mut u32, at: usize, count: usize) {
        // SAFETY: as this function itself; both sources are as long as the row.
        unsafe {
            let upper = L::load(self.0.add(at), count).wide();
            let lower = L::load(self.1.add(at), count).wide();
            L::narrow(L::mix(upper, lower, L::number(self.2))).store(d.add(at), count);
        }
    }
}

struct MixedPairs(*const u32, *const u32, *const u16);

impl Step for MixedPairs {
    #[inline(always)]
    unsafe fn step<L: Lanes>(&self, d: *mut u32, at: usize, count: usize) {
        // SAFETY: as this function itself; there are as many pairs as pixels, all of them in the source.
        unsafe {
            let (first, second) = L::pairs(self.0, self.1.add(at), count);
            let parts = L::parts(self.2.add(at), count);
            L::narrow(L::mix(first.wide(), second.wide(), parts)).store(d.add(at), count);
        }
    }
}

/// # Safety
///
/// As [`Lanes`], for this and all that follow.
#[inline(always)]
pub(super) unsafe fn fill<L: Lanes, Half: Lanes>(block: Block<'_>, color: u32) {
    // SAFETY: the row is as long as it says.
    block.rows(|_, row| unsafe { fill_row::<L, Half>(row.as_mut_ptr(), row.len(), color) });
}

/// Sets so many pixels.
///
/// Stores that cross the end of a cache line take twice as long: of a long row all but the first and the
/// last one, which overlap their neighbours, are where registers end.
///
/// # Safety
///
/// As [`Lanes`]; the pixels must be there.
#[inline(always)]
pub(super) unsafe fn fill_row<L: Lanes, Half: Lanes>(d: *mut u32, length: usize, color: u32) {
    // SAFETY: every store ends at `length` at the latest.
    unsafe {
        if length < Half::COUNT {
            return (0..length).for_each(|at| *d.add(at) = color);
        }
        if length <= L::COUNT {
            let color = Half::splat(color);
            color.store(d, Half::COUNT);
            return color.store(d.add(length - Half::COUNT), Half::COUNT);
        }
        let color = L::splat(color);
        color.store(d, L::COUNT);
        let mut at = to_register::<L>(d);
        while length - at >= 4 * L::COUNT {
            for part in 0..4 {
                color.store(d.add(at + part * L::COUNT), L::COUNT);
            }
            at += 4 * L::COUNT;
        }
        while length - at > L::COUNT {
            color.store(d.add(at), L::COUNT);
            at += L::COUNT;
        }
        color.store(d.add(length - L::COUNT), L::COUNT);
    }
}

/// How many pixels there are from `d` to where the next register would begin: one at least, and as many as
/// it has at most.
#[inline(always)]
pub(super) fn to_register<L: Lanes>(d: *const u32) -> usize {
    L::COUNT - d.addr() / size_of::<u32>() % L::COUNT
}

#[inline(always)]
pub(super) unsafe fn solid<L: Lanes, Half: Lanes>(block: Block<'_>, color: u32) {
    // SAFETY: the row is as long as it says.
    block.rows(|_, row| unsafe {
        walk::<L, Half>(row.as_mut_ptr(), row.len(), &Solid(color));
    });
}

#[inline(always)]
pub(super) unsafe fn stamp<L: Lanes, Half: Lanes>(
    block: Block<'_>,
    color: u32,
    coverage: &[u8],
    stride: usize,
) {
    block.rows(|y, row| {
        let coverage = coverage.get(y * stride..).unwrap_or(&[]);
        let length = row.len().min(coverage.len());
        // SAFETY: both are at least `length` long.
        unsafe {
            let step = Masked(color, coverage.as_ptr());
            walk::<L, Half>(row.as_mut_ptr(), length, &step);
        }
    });
}

#[inline(always)]
pub(super) unsafe fn stamp_whole<L: Lanes, Half: Lanes>(
    block: Block<'_>,
    color: u32,
    coverage: &[u8],
    stride: usize,
) {
    block.rows(|y, row| {
        let coverage = coverage.get(y * stride..).unwrap_or(&[]);
        let length = row.len().min(coverage.len());
        // SAFETY: both are at least `length` long.
        unsafe {
            let step = Replaced(color, coverage.as_ptr());
            walk::<L, Half>(row.as_mut_ptr(), length, &step);
        }
    });
}

#[inline(always)]
pub(super) unsafe fn solid_masked<L: Lanes, Half: Lanes>(row: &mut [u32], color: u32, mask: &[u8]) {
    let length = row.len().min(mask.len());
    // SAFETY: both are at least `length` long.
    unsafe {
        let step = Masked(color, mask.as_ptr());
        walk::<L, Half>(row.as_mut_ptr(), length, &step);
    }
}

#[inline(always)]
pub(super) unsafe fn row<L: Lanes, Half: Lanes>(row: &mut [u32], src: &[u32]) {
    let length = row.len().min(src.len());
    // SAFETY: both are at least `length` long.
    unsafe { walk::<L, Half>(row.as_mut_ptr(), length, &Over(src.as_ptr())) }
}

#[inline(always)]
pub(super) unsafe fn row_faded<L: Lanes, Half: Lanes>(row: &mut [u32], src: &[u32], opacity: u8) {
    let length = row.len().min(src.len());
    // SAFETY: both are at least `length` long.
    unsafe {
        let step = Faded(src.as_ptr(), opacity);
        walk::<L, Half>(row.as_mut_ptr(), length, &step);
    }
}

#[inline(always)]
pub(super) unsafe fn row_tinted<L: Lanes, Half: Lanes>(row: &mut [u32], mask: &[u32], ink: u32) {
    let length = row.len().min(mask.len());
    // SAFETY: both are at least `length` long.
    unsafe {
        let step = Tinted(mask.as_ptr(), ink);
        walk::<L, Half>(row.as_mut_ptr(), length, &step);
    }
}

#[inline(always)]
pub(super) unsafe fn row_masked<L: Lanes, Half: Lanes>(row: &mut [u32], src: &[u32], mask: &[u8]) {
    let length = row.len().min(src.len()).min(mask.len());
    // SAFETY: all three are at least `length` long.
    unsafe {
        let step = OverMasked(src.as_ptr(), mask.as_ptr());
        walk::<L, Half>(row.as_mut_ptr(), length, &step);
    }
}

#[inline(always)]
pub(super) unsafe fn mix_rows<L: Lanes, Half: Lanes>(
    out: &mut [u32],
    upper: &[u32],
    lower: &[u32],
    part: u16,
) {
    let length = out.len().min(upper.len()).min(lower.len());
    // SAFETY: all three are at least `length` long.
    unsafe {
        let step = Mixed(upper.as_ptr(), lower.as_ptr(), part);
        walk::<L, Half>(out.as_mut_ptr(), length, &step);
    }
}

#[inline(always)]
pub(super) unsafe fn mix_pairs<L: Lanes, Half: Lanes>(
    out: &mut [u32],
    src: &[u32],
    firsts: &[u32],
    parts: &[u16],
) {
    let length = out.len().min(firsts.len()).min(parts.len());
    let last = firsts[..length].iter().max().map_or(0, |x| *x as usize);
    if last + 1 >= src.len() {
        return scalar::mix_pairs(out, src, firsts, parts);
    }
    // SAFETY: all are at least `length` long, and no pair reaches beyond `src`.
    unsafe {
        let step = MixedPairs(src.as_ptr(), firsts.as_ptr(), parts.as_ptr());
        walk::<L, Half>(out.as_mut_ptr(), length, &step);
    }
}

/// The table of a version: every loop for these registers, compiled for the processors that have the
/// feature.
macro_rules! kernels {
    ($name:literal, $feature:literal, $lanes:ty, $half:ty) => {
        kernels! {
            @all $name, $feature, $lanes, $half,
            fill(block: Block<'_>, color: u32);
            copy(block: Block<'_>, src: &[u32], stride: usize);
            shift(pixels: &mut [u32], moved: Moved);
            solid(block: Block<'_>, color: u32);
            stamp(block: Block<'_>, color: u32, coverage: &[u8], stride: usize);
            stamp_whole(block: Block<'_>, color: u32, coverage: &[u8], stride: usize);
            solid_masked(row: &mut [u32], color: u32, mask: &[u8]);
            row(row: &mut [u32], src: &[u32]);
            row_faded(row: &mut [u32], src: &[u32], opacity: u8);
            row_tinted(row: &mut [u32], mask: &[u32], ink: u32);
            row_masked(row: &mut [u32], src: &[u32], mask: &[u8]);
            mix_rows(out: &mut [u32], upper: &[u32], lower: &[u32], part: u16);
            mix_pairs(out: &mut [u32], src: &[u32], firsts: &[u32], parts: &[u16]);
            @shapes
            ends(bytes: &[u8], step: usize, shift: [i32; 2], out: &mut [Corners]) -> ();
            extremes(all: &[Corners]) -> [Corners; 2];
            dots(block: Block<'_>, dots: &[[i32; 2]], color: u32) -> Option<Corners>;
            rects(block: Block<'_>, rects: &[Corners], color: u32, price: Price) -> Option<Drawn>;
            lines(block: Block<'_>, lines: &[Corners], ends: bool, color: u32, price: Price)
                -> Option<Drawn>;
            pieces(block: Block<'_>, pieces: &Pieces, places: &[[i32; 2]], color: u32)
                -> Option<Corners>;
        }
    };
    (@all $name:literal, $feature:literal, $lanes:ty, $half:ty,
     $($kernel:ident($($arg:ident: $type:ty),*);)*
     @shapes $($shapes:ident($($given:ident: $kind:ty),*) -> $result:ty;)*) => {
        /// This version's table, to be used only where the processor has what it needs.
        pub(super) const KERNELS: Kernels = Kernels {
            name: $name,
            $($kernel: {
                #[target_feature(enable = $feature)]
                fn compiled($($arg: $type),*) {
                    // SAFETY: compiled for processors that have what these lanes need.
                    unsafe { lanes::$kernel::<$lanes, $half>($($arg),*) }
                }
                fn called($($arg: $type),*) {
                    // SAFETY: the table is picked only where the processor has the feature.
                    unsafe { compiled($($arg),*) }
                }
                called
            },)*
            $($shapes: {
                #[target_feature(enable = $feature)]
                fn compiled($($given: $kind),*) -> $result {
                    // SAFETY: compiled for processors that have what these lanes need.
                    unsafe { shape_lanes::$shapes::<$lanes, $half>($($given),*) }
                }
                fn called($($given: $kind),*) -> $result {
                    // SAFETY: the table is picked only where the processor has the feature.
                    unsafe { compiled($($given),*) }
                }
                called
            },)*
        };
    };
}
pub(super) use kernels;
