//! Arrays of lines, for the processors that have [`Lanes`].
//!
//! Which way a line goes and how long it is cannot be predicted from the one before, and asking costs more
//! than a few pixels do. Opaque lines that are about as long as each other are therefore drawn a
//! [`GROUP`] at a time: one pixel of each, then the next of each. A line that has come to its end waits
//! there and draws its last pixel again, which does not show.
#![allow(
    unsafe_code,
    reason = "pixels are reached by pointer, after the bounds of all of them were checked"
)]

use super::Block;
use super::lanes::Lanes;
use super::shape_lanes::{Ink, Opaque, Over};
use super::shapes::{Corners, Drawn, Price, bounds_of_lines};
use crate::raster::pixmap::MAX_SIDE;

/// So many lines are drawn at once.
const GROUP: usize = 16;

/// So many are looked at together.
const MANY: usize = 4 * GROUP;

/// A number for each of a group. Loops over these become vector instructions.
type Lines = [i32; GROUP];

/// Pixels in a row that are worth being drawn as a run.
const RUN: u32 = 6;

/// Lines shorter than this are not looked at for such runs when many are drawn at once.
const SHORT: i32 = 20;

/// Fewer lines are drawn one after another.
const FEW: usize = 4;

/// The two points of each line, of 16-bit numbers: 8 bytes at every `step` bytes, moved by `shift`. As far
/// as both `bytes` and `out` go.
///
/// # Safety
///
/// As [`Lanes`], for this and all that follow.
#[inline(always)]
pub(super) unsafe fn ends<L: Lanes, Half: Lanes>(
    bytes: &[u8],
    step: usize,
    [dx, dy]: [i32; 2],
    out: &mut [Corners],
) {
    let step = step.max(1);
    let there = bytes.len().checked_sub(8).map_or(0, |last| last / step + 1);
    for (k, out) in out.iter_mut().take(there).enumerate() {
        // SAFETY: 8 bytes are there.
        let [x0, y0, x1, y1] = unsafe {
            let from = bytes.as_ptr().add(k * step);
            from.cast::<[i16; 4]>().read_unaligned()
        };
        // All processors with lanes have the lower byte first.
        *out = [
            i32::from(x0) + dx,
            i32::from(y0) + dy,
            i32::from(x1) + dx,
            i32::from(y1) + dy,
        ];
    }
}

/// # Safety
///
/// See [`ends`].
#[inline(always)]
pub(super) unsafe fn lines<L: Lanes, Half: Lanes>(
    block: Block<'_>,
    lines: &[Corners],
    ends: bool,
    color: u32,
    price: Price,
) -> Option<Drawn> {
    // SAFETY: as this function itself.
    let bounds = bounds_of_lines(&block, unsafe { L::extremes(lines) })?;
    let (pixels, stride) = block.into_pixels();
    let first = pixels.as_mut_ptr();
    let (ends, drawn) = (usize::from(ends), Drawn::nothing(bounds));
    // SAFETY: both ends of every line lie in the block, so all between them does.
    Some(unsafe {
        match color >> 24 {
            255 if stride <= MAX_SIDE as usize && lines.len() >= FEW => {
                all_lines::<L, Half>(first, stride, lines, ends, Opaque(color), price, drawn)
            }
            255 => each_line::<L, Half>(first, stride, lines, ends, Opaque(color), price, drawn),
            _ => each_line::<L, Half>(first, stride, lines, ends, Over(color), price, drawn),
        }
    })
}

/// # Safety
///
/// As [`each_line`]; no row begins further behind the first one than 32 bits can tell.
#[inline(always)]
unsafe fn all_lines<L: Lanes, Half: Lanes>(
    first: *mut u32,
    stride: usize,
    lines: &[Corners],
    ends: usize,
    ink: Opaque,
    price: Price,
    mut drawn: Drawn,
) -> Drawn {
    let mut walks = Walks::new();
    for lines in lines.chunks(MANY) {
        walks.begin(lines, stride as i32, ends as i32);
        let spent = drawn.spent + walks.price(price);
        // SAFETY: as this function itself.
        unsafe {
            if spent > price.most {
                return each_line::<L, Half>(first, stride, lines, ends, ink, price, drawn);
            }
            let Some(last_step) = walks.last_step() else {
                drawn = each_line::<L, Half>(first, stride, lines, ends, ink, price, drawn);
                continue;
            };
            for (lines, number) in lines.chunks(GROUP).zip(0..) {
                let mut group = walks.group(number);
                if walks.has_odd_ones {
                    for line in group.odd_ones(lines) {
                        one_line::<L, Half>(first, stride, line, ends, ink);
                    }
                    if !group.leave_out_odd_ones() {
                        continue;
                    }
                }
                group.draw(first, last_step, ink);
            }
        }
        drawn.spent = spent;
        drawn.count += lines.len();
    }
    drawn
}

/// Lines on their way.
struct Walks {
    /// How far from the first pixel each has come.
    at: [i32; MANY],
    /// The ways along the longer and the shorter side.
    long: [i32; MANY],
    short: [i32; MANY],
    /// What the error grows by with each step, and what a step aside takes away: twice the length.
    up: [i32; MANY],
    down: [i32; MANY],
    /// How many pixels follow the first one. -1 of odd ones.
    last: [i32; MANY],
    /// -1 of the lines that are better drawn as runs, or not at all; of others 0.
    odd: [i32; MANY],
    has_odd_ones: bool,
    count: usize,
}

impl Walks {
    #[inline(always)]
    fn new() -> Self {
        Self {
            at: [0; MANY],
            long: [0; MANY],
            short: [0; MANY],
            up: [0; MANY],
            down: [0; MANY],
            last: [0; MANY],
            odd: [0; MANY],
            has_odd_ones: false,
            count: 0,
        }
    }

    /// With at most [`MANY`] lines.
    #[inline(always)]
    fn begin(&mut self, lines: &[Corners], stride: i32, ends: i32) {
        let mut padded = [[0; 4]; MANY];
        let all = lines.first_chunk().unwrap_or_else(|| {
            padded[..lines.len()].copy_from_slice(lines);
            &padded
        });
        self.count = lines.len();
        // Of those that are missing the last ones' group has some, which are odd.
        let count = lines.len().next_multiple_of(GROUP).min(MANY);
        let mut any = 0;
        for (k, [x0, y0, x1, y1]) in all[..count].iter().enumerate() {
            let (dx, dy) = (x1 - x0, y1 - y0);
            let (across, down) = (dx.abs(), dy.abs());
            let is_steep = across <= down;
            let (length, aside) = (across.max(down), across.min(down));
            let row = if dy < 0 { -stride } else { stride };
            let column = if dx < 0 { -1 } else { 1 };
            let has_runs = !is_steep & (length >= SHORT) & (RUN as i32 * aside <= length);
            let is_odd = has_runs | (length + ends == 0);
            self.at[k] = y0 * stride + x0;
            self.long[k] = if is_steep { row } else { column };
            self.short[k] = if is_steep { column } else { row };
            self.up[k] = 2 * aside;
            self.down[k] = 2 * length;
            self.last[k] = if is_odd { -1 } else { length + ends - 1 };
            self.odd[k] = -i32::from(is_odd);
            any |= self.odd[k];
        }
        for k in lines.len()..count {
            (self.odd[k], self.last[k]) = (-1, -1);
            any = -1;
        }
        self.has_odd_ones = any != 0;
    }

    #[inline(always)]
    fn price(&self, price: Price) -> u64 {
        let downs = &self.down[..self.count];
        let pixels: i32 = downs.iter().map(|down| (down / 2) >> price.pixels).sum();
        pixels as u64 + price.each * self.count as u64
    }

    /// How many steps the longest line takes. `None`: on the whole, lines would wait for each other longer
    /// than they walk.
    #[inline(always)]
    fn last_step(&self) -> Option<i32> {
        let count = self.count.next_multiple_of(GROUP).min(MANY);
        let (mut longest, mut sum, mut walking) = (-1, 0, 0);
        let groups = self.last[..count].as_chunks::<GROUP>().0;
        for (last, odd) in groups.iter().zip(self.odd[..count].as_chunks::<GROUP>().0) {
            let mut even = GROUP as i32;
            for (last, odd) in last.iter().zip(odd) {
                longest = longest.max(*last);
                sum += last - odd;
                even += odd;
            }
            // All of a group wait for the one that walks.
            walking += if even > 0 { GROUP as i32 } else { 0 };
        }
        (2 * sum >= longest * walking).then_some(longest)
    }

    #[inline(always)]
    fn group(&self, number: usize) -> Group {
        let some = |of: &[i32; MANY]| of.as_chunks::<GROUP>().0[number];
        Group {
            at: some(&self.at),
            long: some(&self.long),
            short: some(&self.short),
            up: some(&self.up),
            down: some(&self.down),
            last: some(&self.last),
            odd: some(&self.odd),
        }
    }
}

/// Some of [`Walks`].
struct Group {
    at: Lines,
    long: Lines,
    short: Lines,
    up: Lines,
    down: Lines,
    last: Lines,
    odd: Lines,
}

impl Group {
    fn odd_ones<'a>(&self, lines: &'a [Corners]) -> impl Iterator<Item = &'a Corners> {
        let odd_ones = lines.iter().zip(self.odd).filter(|(_, odd)| *odd != 0);
        odd_ones.map(|(line, _)| line)
    }

    /// Has odd ones stand where another line begins. False: there are no others.
    #[inline(always)]
    fn leave_out_odd_ones(&mut self) -> bool {
        let Some(even) = self.odd.iter().position(|odd| *odd == 0) else {
            return false;
        };
        let at = self.at[even];
        for k in 0..GROUP {
            if self.odd[k] != 0 {
                self.at[k] = at;
            }
        }
        true
    }

    /// # Safety
    ///
    /// All pixels must be there.
    #[inline(always)]
    unsafe fn draw(self, first: *mut u32, last_step: i32, ink: Opaque) {
        let Self {
            mut at,
            long,
            short,
            up,
            down,
            last,
            ..
        } = self;
        // When this is no longer negative, a step aside is due.
        let mut error = [0; GROUP];
        for k in 0..GROUP {
            error[k] = -(down[k] / 2);
        }
        let mut step = 0;
        while step <= last_step {
            for at in at {
                // SAFETY: as this function itself.
                unsafe { ink.pixel(first.add(at as u32 as usize)) }
            }
            for k in 0..GROUP {
                let goes_on = if last[k] > step { -1 } else { 0 };
                error[k] += up[k];
                let due = !(error[k] >> 31);
                error[k] -= down[k] & due;
                at[k] += (long[k] + (short[k] & due)) & goes_on;
            }
            step += 1;
        }
    }
}

/// # Safety
///
/// Both ends of all `lines` must be in a block, whose sides [`Block::holds`] bounds.
#[inline(always)]
unsafe fn each_line<L: Lanes, Half: Lanes>(
    first: *mut u32,
    stride: usize,
    lines: &[Corners],
    ends: usize,
    ink: impl Ink,
    price: Price,
    mut drawn: Drawn,
) -> Drawn {
    for line in lines {
        if !drawn.may_go_on(price) {
            break;
        }
        // SAFETY: as this function itself.
        let length = unsafe { one_line::<L, Half>(first, stride, line, ends, ink) };
        drawn.add(u64::from(length), price);
    }
    drawn
}

/// Draws a line and returns its length.
///
/// # Safety
///
/// As [`each_line`].
#[inline(always)]
unsafe fn one_line<L: Lanes, Half: Lanes>(
    first: *mut u32,
    stride: usize,
    [x0, y0, x1, y1]: &Corners,
    ends: usize,
    ink: impl Ink,
) -> u32 {
    let (dx, dy) = (x1 - x0, y1 - y0);
    let (across, down) = (dx.unsigned_abs(), dy.unsigned_abs());
    let is_steep = across <= down;
    let (length, aside) = if is_steep {
        (down, across)
    } else {
        (across, down)
    };
    let row = if dy < 0 {
        -(stride as isize)
    } else {
        stride as isize
    };
    // SAFETY: as this function itself.
    unsafe {
        let d = first.add(*y0 as usize * stride + *x0 as usize);
        if !is_steep && RUN * aside <= length {
            level::<L, Half>(d, dx < 0, row, length as usize, aside as usize, ends, ink);
            return length;
        }
        let column = if dx < 0 { -1 } else { 1 };
        let (long, short) = if is_steep {
            (row, column)
        } else {
            (column, row)
        };
        let slope = slope(aside, length);
        let mut at = d;
        let mut sum = 1_u64 << 31;
        for _ in 0..length as usize + ends {
            ink.pixel(at.wrapping_offset((sum >> 32) as isize * short));
            sum += slope;
            at = at.wrapping_offset(long);
        }
    }
    length
}

/// How far aside a line goes with each step, in parts of 2^32, rounded up.
///
/// Whether a step is due at a pixel depends on `step × aside / length + 1/2`, rounded down. That number's
/// fraction is a multiple of `1 / (2 × length)`; with lengths below 2^15 what is rounded up here adds up to
/// less than 2^-17, so that no whole number is reached too early.
#[inline(always)]
fn slope(aside: u32, length: u32) -> u64 {
    (u64::from(aside) << 32).div_ceil(u64::from(length.max(1)))
}

/// Draws a line that is `length` wide and at most a quarter as high, run by run.
///
/// # Safety
///
/// Its pixels must be there: `d` is the first of them.
#[inline(always)]
unsafe fn level<L: Lanes, Half: Lanes>(
    d: *mut u32,
    to_left: bool,
    row: isize,
    length: usize,
    aside: usize,
    ends: usize,
    ink: impl Ink,
) {
    let all = length + ends;
    // How long runs are, in parts of 2^32. Rounded down, for the reason that slopes are rounded up: a run
    // begins at `(2 × number − 1) × length / (2 × aside)`, rounded up.
    let step = ((length as u64) << 32) / (aside as u64).max(1);
    let mut next = step >> 1;
    let (mut at, mut first) = (d, 0);
    for left in (0..=aside).rev() {
        let end = match left {
            0 => all,
            _ => ((next + 0xffff_ffff) >> 32) as usize,
        };
        next += step;
        let begin = match to_left {
            true => at.wrapping_sub(end - 1),
            false => at.wrapping_add(first),
        };
        // SAFETY: these are pixels of the line.
        unsafe { ink.run::<L, Half>(begin, end - first) }
        first = end;
        at = at.wrapping_offset(row);
    }
}
