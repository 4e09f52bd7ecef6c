//! Arrays of small shapes of one colour: dots, rectangles, lines. One pixel at a time here, and what the
//! other versions have in common with that.
//!
//! All shapes of a call lie inside a block, which is found by their bounds and not one by one; what is
//! left to be done for each is to draw it.

use std::cell::{Cell, OnceCell};

use super::{Block, scalar};

/// The two corners, or the two ends, of a shape relative to the first pixel of its block: x, y, x, y.
pub type Corners = [i32; 4];

/// What is known of shapes after some of them were drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Drawn {
    /// How many were drawn, from the first on.
    pub(in super::super) count: usize,
    /// What that cost, in units of [`Price`].
    pub(in super::super) spent: u64,
    /// From the left, top, right and bottom pixel, these included, of all that were given.
    pub(in super::super) bounds: Corners,
}

/// What drawing costs, and how much of it is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Price {
    /// Of a shape.
    pub each: u64,
    /// Pixels that cost one unit: 2 to the power of this.
    pub pixels: u32,
    /// No shape is begun when so much is spent.
    pub most: u64,
    /// A shape with more pixels is not drawn, and none behind it.
    pub largest: u64,
}

impl Drawn {
    pub(super) fn nothing(bounds: Corners) -> Self {
        Self {
            count: 0,
            spent: 0,
            bounds,
        }
    }

    /// Whether another shape may be begun.
    #[inline(always)]
    pub(super) fn may_go_on(&self, price: Price) -> bool {
        self.spent < price.most || self.count == 0
    }

    /// Counts a shape of so many pixels.
    #[inline(always)]
    pub(super) fn add(&mut self, pixels: u64, price: Price) {
        self.count += 1;
        self.spent += price.each + (pixels >> price.pixels);
    }
}

/// Pixels relative to some pixel. No two of them are the same.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Pieces {
    /// Single ones, and the pixels of short runs: their lengths cannot be predicted, which costs more than
    /// a pixel does.
    dots: Vec<[i16; 2]>,
    runs: Vec<Run>,
    /// From the left, top, right and bottom one, these included; all of the above lie inside.
    bounds: Option<Corners>,
    /// Whether they were drawn in an opaque colour.
    was_drawn: Cell<bool>,
    /// The same pixels, of a buffer they were drawn to more than once.
    stores: OnceCell<Stores>,
}

/// Where stores of one, two, four and eight pixels make up pieces: how far each begins from the pixel that all
/// is relative to. Some of them overlap.
#[derive(Clone, Debug)]
pub(super) struct Stores {
    stride: usize,
    pub(super) ones: Vec<i32>,
    pub(super) twos: Vec<i32>,
    pub(super) fours: Vec<i32>,
    pub(super) eights: Vec<i32>,
    /// Runs that would be many stores.
    pub(super) long: Vec<Run>,
}

/// Pixels of one row.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Run {
    pub(in super::super) x: i16,
    pub(in super::super) y: i16,
    pub(in super::super) length: u16,
}

impl Pieces {
    /// Runs up to this long are kept pixel by pixel.
    const SHORT: u16 = 3;

    /// Adds `length` pixels from (`x`, `y`) on; those beyond what 16 bits can tell are left out.
    pub(in super::super) fn push(&mut self, x: i16, y: i16, length: u16) {
        let length = length.min(x.abs_diff(i16::MAX));
        if length == 0 {
            return;
        }
        let (x0, y0) = (i32::from(x), i32::from(y));
        let x1 = x0 + i32::from(length) - 1;
        let [left, top, right, bottom] = self.bounds.unwrap_or([x0, y0, x1, y0]);
        self.bounds = Some([left.min(x0), top.min(y0), right.max(x1), bottom.max(y0)]);
        match length <= Self::SHORT {
            true => self.dots.extend((x..).take(length.into()).map(|x| [x, y])),
            false => self.runs.push(Run { x, y, length }),
        }
    }

    /// The memory it takes beside itself, at most.
    pub(in super::super) fn byte_size(&self) -> usize {
        let stores = self.dots.len() + self.runs.len() * usize::from(Stores::LONG).div_ceil(8);
        size_of_val(&*self.dots) + size_of_val(&*self.runs) + stores * size_of::<i32>()
    }

    /// As stores to a buffer whose rows are so far apart. `None`: they are not worth being found, because
    /// this is the first time, or every time another buffer.
    pub(super) fn stores(&self, stride: usize, places: usize) -> Option<&Stores> {
        if places < 2 && !self.was_drawn.replace(true) {
            return None;
        }
        let stores = self.stores.get_or_init(|| Stores::new(self, stride));
        (stores.stride == stride).then_some(stores)
    }

    pub(super) fn dots(&self) -> &[[i16; 2]] {
        &self.dots
    }

    pub(super) fn runs(&self) -> &[Run] {
        &self.runs
    }
}

impl Stores {
    /// A longer run is not cut into stores.
    const LONG: u16 = 40;

    /// Offsets fit 32 bits: no row is longer than [`MAX_SIDE`](crate::raster::pixmap::MAX_SIDE).
    fn new(pieces: &Pieces, stride: usize) -> Self {
        let mut stores = Self {
            stride,
            ones: Vec::new(),
            twos: Vec::new(),
            fours: Vec::new(),
            eights: Vec::new(),
            long: Vec::new(),
        };
        let at = |x: i16, y: i16| i32::from(y) * stride as i32 + i32::from(x);
        let mut dots = &pieces.dots[..];
        while let Some([x, y]) = dots.first() {
            let run = dots.iter().zip(*x..);
            let length = run.take_while(|(dot, x)| **dot == [*x, *y]).count();
            stores.push(at(*x, *y), length as i32);
            dots = &dots[length..];
        }
        for run in &pieces.runs {
            match run.length > Self::LONG {
                true => stores.long.push(*run),
                false => stores.push(at(run.x, run.y), run.length.into()),
            }
        }
        stores
    }

    fn push(&mut self, start: i32, length: i32) {
        let (list, size) = match length {
            ..2 => (&mut self.ones, 1),
            2..4 => (&mut self.twos, 2),
            4..8 => (&mut self.fours, 4),
            _ => (&mut self.eights, 8),
        };
        let last = start + length - size;
        list.extend((start..last).step_by(size as usize));
        list.push(last);
    }
}

/// The smallest and the largest of each coordinate.
#[inline(always)]
pub(super) fn extremes<const N: usize>(all: &[[i32; N]]) -> [[i32; N]; 2] {
    let (mut low, mut high) = ([i32::MAX; N], [i32::MIN; N]);
    for one in all {
        for k in 0..N {
            low[k] = low[k].min(one[k]);
            high[k] = high[k].max(one[k]);
        }
    }
    [low, high]
}

/// The bounds of pixels, if all of them lie in `block`.
#[inline(always)]
pub(super) fn bounds_of_dots(block: &Block<'_>, dots: &[[i32; 2]]) -> Option<Corners> {
    let [[x0, y0], [x1, y1]] = extremes(dots);
    block.holds([x0, y0, x1, y1])
}

/// The bounds of lines from pixel to pixel, of which the extremes are given, if all of these lie in `block`.
#[inline(always)]
pub(super) fn bounds_of_lines(block: &Block<'_>, [low, high]: [Corners; 2]) -> Option<Corners> {
    block.holds([
        low[0].min(low[2]),
        low[1].min(low[3]),
        high[0].max(high[2]),
        high[1].max(high[3]),
    ])
}

/// The bounds of rectangles, of which the extremes are given, if all of them lie in `block`. Those without a
/// pixel must be there, too.
#[inline(always)]
pub(super) fn bounds_of_rects(block: &Block<'_>, [low, high]: [Corners; 2]) -> Option<Corners> {
    // So that no difference overflows.
    if low[2].min(low[3]) < 0 {
        return None;
    }
    block.holds([
        low[0],
        low[1],
        high[2].saturating_sub(1),
        high[3].saturating_sub(1),
    ])
}

/// The bounds of `pieces` at all of `places`, if all of that lies in `block`.
#[inline(always)]
pub(super) fn bounds_of_pieces(
    block: &Block<'_>,
    pieces: &Pieces,
    places: &[[i32; 2]],
) -> Option<Corners> {
    let [left, top, right, bottom] = pieces.bounds?;
    let [[x0, y0], [x1, y1]] = extremes(places);
    block.holds([
        x0.saturating_add(left),
        y0.saturating_add(top),
        x1.saturating_add(right),
        y1.saturating_add(bottom),
    ])
}

/// Pieces at each of some places, if all of that lies in `block`: their bounds.
pub(super) fn pieces(
    block: Block<'_>,
    pieces: &Pieces,
    places: &[[i32; 2]],
    color: u32,
) -> Option<Corners> {
    let bounds = bounds_of_pieces(&block, pieces, places)?;
    let (pixels, stride) = block.into_pixels();
    for [x, y] in places {
        let at =
            |dx: i16, dy: i16| (y + i32::from(dy)) as usize * stride + (x + i32::from(dx)) as usize;
        for [dx, dy] in &pieces.dots {
            plot(&mut pixels[at(*dx, *dy)], color);
        }
        for run in &pieces.runs {
            let start = at(run.x, run.y);
            let row = &mut pixels[start..start + usize::from(run.length)];
            row.iter_mut().for_each(|d| plot(d, color));
        }
    }
    Some(bounds)
}

/// Dots, if all of them lie in `block`: their bounds.
pub(super) fn dots(block: Block<'_>, dots: &[[i32; 2]], color: u32) -> Option<Corners> {
    let bounds = bounds_of_dots(&block, dots)?;
    let (pixels, stride) = block.into_pixels();
    for [x, y] in dots {
        plot(&mut pixels[*y as usize * stride + *x as usize], color);
    }
    Some(bounds)
}

/// Rectangles, left, top, right and bottom, the latter two not included; if all of them lie in `block`.
pub(super) fn rects(
    block: Block<'_>,
    rects: &[Corners],
    color: u32,
    price: Price,
) -> Option<Drawn> {
    let bounds = bounds_of_rects(&block, extremes(rects))?;
    let (pixels, stride) = block.into_pixels();
    let mut drawn = Drawn::nothing(bounds);
    for [x0, y0, x1, y1] in rects {
        let (width, height) = ((x1 - x0).max(0) as usize, (y1 - y0).max(0) as usize);
        let area = (width * height) as u64;
        if !drawn.may_go_on(price) || area > price.largest {
            break;
        }
        drawn.add(area, price);
        for y in 0..height {
            let start = (*y0 as usize + y) * stride + *x0 as usize;
            let row = &mut pixels[start..start + width];
            row.iter_mut().for_each(|d| plot(d, color));
        }
    }
    Some(drawn)
}

/// Lines from pixel to pixel as [`draw_line`] has them, with `ends` or without the last pixel of each; if
/// both ends of all of them lie in `block`.
///
/// [`draw_line`]: crate::raster::draw_line
pub(super) fn lines(
    block: Block<'_>,
    lines: &[Corners],
    ends: bool,
    color: u32,
    price: Price,
) -> Option<Drawn> {
    let bounds = bounds_of_lines(&block, extremes(lines))?;
    let (pixels, stride) = block.into_pixels();
    let mut drawn = Drawn::nothing(bounds);
    for [x0, y0, x1, y1] in lines {
        if !drawn.may_go_on(price) {
            break;
        }
        let (dx, dy) = (x1 - x0, y1 - y0);
        let length = dx.abs().max(dy.abs());
        drawn.add(u64::from(length.unsigned_abs()), price);
        // The nearest pixel, and of two that are equally near the one on the side of the end.
        let at = |from: i32, way: i32, step: i32| {
            let steps = (2 * i64::from(step) * i64::from(way.abs()) + i64::from(length))
                / i64::from(2 * length.max(1));
            from + way.signum() * steps as i32
        };
        for step in 0..length + i32::from(ends) {
            let (x, y) = (at(*x0, dx, step), at(*y0, dy, step));
            plot(&mut pixels[y as usize * stride + x as usize], color);
        }
    }
    Some(drawn)
}

/// The two points of each line, of 16-bit numbers: 8 bytes at every `step` bytes, moved by `shift`. As far
/// as both `bytes` and `out` go.
pub(super) fn ends(bytes: &[u8], step: usize, shift: [i32; 2], out: &mut [Corners]) {
    for (out, from) in out.iter_mut().zip((0..).step_by(step.max(1))) {
        let Some(four) = bytes.get(from..).and_then(|b| b.first_chunk::<8>()) else {
            return;
        };
        for (k, out) in out.iter_mut().enumerate() {
            let number = i16::from_le_bytes([four[2 * k], four[2 * k + 1]]);
            *out = i32::from(number) + shift[k % 2];
        }
    }
}

fn plot(d: &mut u32, color: u32) {
    *d = match color >> 24 {
        255 => color,
        _ => scalar::over(*d, color),
    }
}
