//! Arrays of small shapes, for the processors that have [`Lanes`].
#![allow(
    unsafe_code,
    reason = "pixels are reached by pointer, after the bounds of all of them were checked"
)]

use super::lanes::{Lanes, Solid, fill_row, walk};
pub(super) use super::line_lanes::{ends, lines};
use super::shapes::{
    self, Corners, Drawn, Pieces, Price, Run, Stores, bounds_of_dots, bounds_of_pieces,
    bounds_of_rects,
};
use super::{Block, scalar};
use crate::raster::pixmap::MAX_SIDE;

/// What a colour does to pixels.
pub(super) trait Ink: Copy {
    /// # Safety
    ///
    /// As [`Lanes`]; the pixel must be there, or as many as `length` says.
    unsafe fn pixel(self, d: *mut u32);

    /// # Safety
    ///
    /// As above.
    unsafe fn run<L: Lanes, Half: Lanes>(self, d: *mut u32, length: usize);

    /// # Safety
    ///
    /// As above, for `height` rows.
    unsafe fn rows<L: Lanes, Half: Lanes>(
        self,
        d: *mut u32,
        stride: usize,
        width: usize,
        height: usize,
    );
}

/// Hides what was there.
#[derive(Clone, Copy)]
pub(super) struct Opaque(pub(super) u32);

impl Ink for Opaque {
    #[inline(always)]
    unsafe fn pixel(self, d: *mut u32) {
        // SAFETY: as this function itself.
        unsafe { *d = self.0 }
    }

    #[inline(always)]
    unsafe fn run<L: Lanes, Half: Lanes>(self, d: *mut u32, length: usize) {
        // SAFETY: as this function itself.
        unsafe { fill_row::<L, Half>(d, length, self.0) }
    }

    #[inline(always)]
    unsafe fn rows<L: Lanes, Half: Lanes>(
        self,
        mut d: *mut u32,
        stride: usize,
        width: usize,
        height: usize,
    ) {
        let is_narrow = width < Half::COUNT;
        let is_short = width > L::COUNT && width <= 2 * L::COUNT;
        // SAFETY: as this function itself, row by row; after the last row no pointer is made.
        unsafe {
            let color = L::splat(self.0);
            for y in 0..height {
                if is_narrow {
                    (0..width).for_each(|at| *d.add(at) = self.0);
                } else if is_short {
                    color.store(d, L::COUNT);
                    color.store(d.add(width - L::COUNT), L::COUNT);
                } else {
                    self.run::<L, Half>(d, width);
                }
                if y + 1 < height {
                    d = d.add(stride);
                }
            }
        }
    }
}

/// Is put over what was there.
#[derive(Clone, Copy)]
pub(super) struct Over(pub(super) u32);

impl Ink for Over {
    #[inline(always)]
    unsafe fn pixel(self, d: *mut u32) {
        // SAFETY: as this function itself.
        unsafe { *d = scalar::over(*d, self.0) }
    }

    #[inline(always)]
    unsafe fn run<L: Lanes, Half: Lanes>(self, d: *mut u32, length: usize) {
        // SAFETY: as this function itself.
        unsafe { walk::<L, Half>(d, length, &Solid(self.0)) }
    }

    #[inline(always)]
    unsafe fn rows<L: Lanes, Half: Lanes>(
        self,
        mut d: *mut u32,
        stride: usize,
        width: usize,
        height: usize,
    ) {
        for y in 0..height {
            // SAFETY: as this function itself, row by row; after the last row no pointer is made.
            unsafe {
                self.run::<L, Half>(d, width);
                if y + 1 < height {
                    d = d.add(stride);
                }
            }
        }
    }
}

/// # Safety
///
/// As [`Lanes`], for this and all that follow.
#[inline(always)]
pub(super) unsafe fn dots<L: Lanes, Half: Lanes>(
    block: Block<'_>,
    dots: &[[i32; 2]],
    color: u32,
) -> Option<Corners> {
    let bounds = bounds_of_dots(&block, dots)?;
    let (pixels, stride) = block.into_pixels();
    let first = pixels.as_mut_ptr();
    // SAFETY: every dot lies in the block.
    unsafe {
        match color >> 24 {
            255 => each_dot(first, stride, dots, Opaque(color)),
            _ => each_dot(first, stride, dots, Over(color)),
        }
    }
    Some(bounds)
}

/// # Safety
///
/// All of `dots` must be there.
#[inline(always)]
unsafe fn each_dot(first: *mut u32, stride: usize, dots: &[[i32; 2]], ink: impl Ink) {
    for [x, y] in dots {
        // SAFETY: as this function itself.
        unsafe { ink.pixel(first.add(*y as usize * stride + *x as usize)) }
    }
}

/// # Safety
///
/// See [`dots`].
#[inline(always)]
pub(super) unsafe fn extremes<L: Lanes, Half: Lanes>(all: &[Corners]) -> [Corners; 2] {
    // SAFETY: as this function itself.
    unsafe { L::extremes(all) }
}

/// # Safety
///
/// See [`dots`].
#[inline(always)]
pub(super) unsafe fn rects<L: Lanes, Half: Lanes>(
    block: Block<'_>,
    rects: &[Corners],
    color: u32,
    price: Price,
) -> Option<Drawn> {
    // SAFETY: as this function itself.
    let bounds = bounds_of_rects(&block, unsafe { L::extremes(rects) })?;
    let (pixels, stride) = block.into_pixels();
    let first = pixels.as_mut_ptr();
    let drawn = Drawn::nothing(bounds);
    // SAFETY: every rectangle lies in the block.
    Some(unsafe {
        match color >> 24 {
            255 => each_rect::<L, Half>(first, stride, rects, Opaque(color), price, drawn),
            _ => each_rect::<L, Half>(first, stride, rects, Over(color), price, drawn),
        }
    })
}

/// # Safety
///
/// All pixels of `rects` must be there.
#[inline(always)]
unsafe fn each_rect<L: Lanes, Half: Lanes>(
    first: *mut u32,
    stride: usize,
    rects: &[Corners],
    ink: impl Ink,
    price: Price,
    mut drawn: Drawn,
) -> Drawn {
    for [x0, y0, x1, y1] in rects {
        let (width, height) = ((x1 - x0).max(0) as usize, (y1 - y0).max(0) as usize);
        let pixels = (width * height) as u64;
        if !drawn.may_go_on(price) || pixels > price.largest {
            break;
        }
        drawn.add(pixels, price);
        if pixels > 0 {
            // SAFETY: as this function itself.
            unsafe {
                let d = first.add(*y0 as usize * stride + *x0 as usize);
                match width == 1 && height == 1 {
                    true => ink.pixel(d),
                    false => ink.rows::<L, Half>(d, stride, width, height),
                }
            }
        }
    }
    drawn
}

/// # Safety
///
/// See [`dots`].
#[inline(always)]
pub(super) unsafe fn pieces<L: Lanes, Half: Lanes>(
    block: Block<'_>,
    pieces: &Pieces,
    places: &[[i32; 2]],
    color: u32,
) -> Option<Corners> {
    if block.stride() > MAX_SIDE as usize {
        // Offsets might not fit 32 bits.
        return shapes::pieces(block, pieces, places, color);
    }
    let bounds = bounds_of_pieces(&block, pieces, places)?;
    let (pixels, stride) = block.into_pixels();
    let first = pixels.as_mut_ptr();
    // SAFETY: all pieces lie in the block, wherever they are placed.
    unsafe {
        match color >> 24 {
            255 => match pieces.stores(stride, places.len()) {
                Some(stores) => each_store::<L, Half>(first, stride, stores, places, color),
                None => each_piece::<L, Half>(first, stride, pieces, places, Opaque(color)),
            },
            _ => each_piece::<L, Half>(first, stride, pieces, places, Over(color)),
        }
    }
    Some(bounds)
}

/// # Safety
///
/// All of `pieces` must be there at all of `places`.
#[inline(always)]
unsafe fn each_piece<L: Lanes, Half: Lanes>(
    first: *mut u32,
    stride: usize,
    pieces: &Pieces,
    places: &[[i32; 2]],
    ink: impl Ink,
) {
    /// So many offsets are found at once.
    const MANY: usize = 256;
    let offset = |x: i16, y: i16| i32::from(y) * stride as i32 + i32::from(x);
    // The place itself need not be there.
    let place = |[x, y]: [i32; 2]| first.wrapping_offset(y as isize * stride as isize + x as isize);
    let mut offsets = [0; MANY];
    for dots in pieces.dots().chunks(MANY) {
        for (to, [x, y]) in offsets.iter_mut().zip(dots) {
            *to = offset(*x, *y);
        }
        for at in places {
            let place = place(*at);
            for offset in &offsets[..dots.len()] {
                // SAFETY: as this function itself.
                unsafe { ink.pixel(place.wrapping_offset(*offset as isize)) }
            }
        }
    }
    // SAFETY: as this function itself.
    unsafe { each_run::<L, Half>(first, stride, pieces.runs(), places, ink) }
}

/// # Safety
///
/// All of `stores` must be there at all of `places`.
#[inline(always)]
unsafe fn each_store<L: Lanes, Half: Lanes>(
    first: *mut u32,
    stride: usize,
    stores: &Stores,
    places: &[[i32; 2]],
    color: u32,
) {
    // SAFETY: as this function itself.
    unsafe {
        set::<1>(first, stride, &stores.ones, places, color);
        set::<2>(first, stride, &stores.twos, places, color);
        set::<4>(first, stride, &stores.fours, places, color);
        set::<8>(first, stride, &stores.eights, places, color);
        each_run::<L, Half>(first, stride, &stores.long, places, Opaque(color));
    }
}

/// Sets `SIZE` pixels at each of some offsets from each of some places.
///
/// # Safety
///
/// All of these must be there.
#[inline(always)]
unsafe fn set<const SIZE: usize>(
    first: *mut u32,
    stride: usize,
    offsets: &[i32],
    places: &[[i32; 2]],
    color: u32,
) {
    /// Places may lie close to each other: so many stores of all of them, then the next.
    const MANY: usize = 256;
    for offsets in offsets.chunks(MANY) {
        for [x, y] in places {
            // The place itself need not be there.
            let place = first.wrapping_offset(*y as isize * stride as isize + *x as isize);
            for offset in offsets {
                let at = place.wrapping_offset(*offset as isize);
                // SAFETY: as this function itself.
                unsafe { at.cast::<[u32; SIZE]>().write_unaligned([color; SIZE]) }
            }
        }
    }
}

/// # Safety
///
/// All of `runs` must be there at all of `places`.
#[inline(always)]
unsafe fn each_run<L: Lanes, Half: Lanes>(
    first: *mut u32,
    stride: usize,
    runs: &[Run],
    places: &[[i32; 2]],
    ink: impl Ink,
) {
    for [x, y] in places {
        let place = first.wrapping_offset(*y as isize * stride as isize + *x as isize);
        for run in runs {
            let offset = i32::from(run.y) * stride as i32 + i32::from(run.x);
            let start = place.wrapping_offset(offset as isize);
            // SAFETY: as this function itself.
            unsafe { ink.run::<L, Half>(start, run.length.into()) }
        }
    }
}
