//! [`Pattern`]: an image laid over the device, once or tiled.

use transom_protocol::geometry::{Rect, Transform};
use transom_protocol::paint::Extend;

use super::area;
use super::mips::{Mips, level_for};
use super::paint::Source;
use super::sample::{self, Filter, ImageMap};
use super::target::ImageView;

/// One direction of a pattern: how long it is, and how it goes on.
#[derive(Clone, Copy, Debug)]
struct Axis {
    length: i64,
    extend: Extend,
}

impl Axis {
    /// Which of its pixels is at `i`.
    #[inline(always)]
    fn pixel(self, i: i64) -> Option<usize> {
        let last = self.length - 1;
        let inside = (0..self.length).contains(&i);
        Some(match self.extend {
            _ if inside => i,
            Extend::Pad => i.clamp(0, last),
            Extend::Repeat => i.rem_euclid(self.length),
            Extend::Reflect => {
                let folded = i.rem_euclid(2 * self.length);
                folded.min(2 * self.length - 1 - folded)
            }
            Extend::None => return None,
        } as usize)
    }
}

/// An image under a map, continued beyond its edges as it is told.
#[derive(Clone, Copy, Debug)]
pub struct Pattern<'a> {
    image: ImageView<'a>,
    filter: Filter,
    axes: (Axis, Axis),
    steps: sample::Steps,
    /// For averages: 256ths of an image pixel that a device pixel covers.
    size: (i64, i64),
}

impl<'a> Pattern<'a> {
    /// All of `image`, its top left corner put where `to_device` puts the origin, a pixel as large as
    /// a unit; `extend` tells how it goes on across and down. `mips` are needed for averages of more
    /// than four pixels. `None` without an inverse map.
    pub fn new(
        image: &ImageView<'a>,
        mips: Option<&'a Mips>,
        extend: (Extend, Extend),
        to_device: &Transform,
        filter: Filter,
    ) -> Option<Self> {
        let whole = |view: &ImageView<'_>| {
            let size = view.size();
            Rect::new(0.0, 0.0, size.width as f32, size.height as f32)
        };
        let place = whole(image);
        if !to_device.is_finite() || place.width == 0.0 || place.height == 0.0 {
            return None;
        }
        let (across, down) = sample::box_of(&ImageMap::new(place, place, to_device))?;
        let level = match filter {
            Filter::Area => level_for(across.max(down)),
            Filter::Nearest | Filter::Linear => 0,
        };
        let smaller = mips.and_then(|mips| mips.level(level));
        let view = smaller.map_or(*image, |p| p.view().with_opaque(image.is_opaque()));
        let map = ImageMap::new(whole(&view), place, to_device);
        let axis = |length: u32, extend| Axis {
            length: i64::from(length),
            extend,
        };
        let size = view.size();
        Some(Self {
            image: view,
            filter,
            axes: (axis(size.width, extend.0), axis(size.height, extend.1)),
            steps: sample::Steps::new(&map)?,
            size: sample::box_size(&map)?,
        })
    }

    /// What four pixels cost, as they were measured.
    pub(super) fn weight(&self) -> u64 {
        match self.filter {
            _ if self.is_unscaled() => 1,
            Filter::Nearest => 18,
            Filter::Linear => 60,
            Filter::Area => {
                let pixels = |size: i64| (size as u64 >> 8) + 1;
                40 + 14 * pixels(self.size.0) * pixels(self.size.1)
            }
        }
    }

    #[inline(always)]
    fn pixel(&self, x: i64, y: i64) -> u32 {
        let (x, y) = (self.axes.0.pixel(x), self.axes.1.pixel(y));
        match (x, y) {
            (Some(x), Some(y)) => self.image.row(y as i32)[x],
            _ => 0,
        }
    }

    /// Whether each device pixel shows one pixel of the image as it is, its right neighbour the one to
    /// the right of that, in the same row.
    fn is_unscaled(&self) -> bool {
        // At the middle of a pixel all filters show that pixel.
        let (u, v) = self.steps.at(0, 0);
        let middle = |v: i64| v & (sample::ONE - 1) == sample::ONE / 2;
        self.steps.across() == (sample::ONE, 0)
            && self.steps.down().0 == 0
            && (self.filter == Filter::Nearest
                || (middle(u) && middle(v) && self.steps.down().1 == sample::ONE))
    }

    /// Of an [unscaled](Self::is_unscaled) pattern: pixels of the row `v` from `u` on.
    fn copied(&self, u: i64, v: i64, out: &mut [u32]) {
        let Some(y) = self.axes.1.pixel(v) else {
            return out.fill(0);
        };
        let (row, axis) = (self.image.row(y as i32), self.axes.0);
        if axis.extend == Extend::Repeat {
            return repeat(row, u.rem_euclid(axis.length) as usize, out);
        }
        let inside = |u: i64| (u.clamp(0, out.len() as i64)) as usize;
        let (start, end) = (inside(-u), inside(axis.length - u));
        let beyond = |i: usize| axis.pixel(u + i as i64).map_or(0, |x| row[x]);
        let (left, rest) = out.split_at_mut(start);
        let (middle, right) = rest.split_at_mut(end.saturating_sub(start));
        for (i, color) in left.iter_mut().enumerate() {
            *color = beyond(i);
        }
        if !middle.is_empty() {
            let from = (u + start as i64) as usize;
            middle.copy_from_slice(&row[from..from + middle.len()]);
        }
        for (i, color) in right.iter_mut().enumerate() {
            *color = beyond(end + i);
        }
    }

    /// After how many rows of the device the same rows come again, if they do.
    pub(super) fn period(&self) -> Option<u32> {
        let again = self.axes.1.extend == Extend::Repeat
            && self.steps.down() == (0, sample::ONE)
            && self.steps.across().1 == 0;
        again.then_some(self.axes.1.length as u32)
    }
}

/// Fills `out` with `row` again and again, from its pixel `start` on.
fn repeat(row: &[u32], start: usize, out: &mut [u32]) {
    let first = (row.len() - start).min(out.len());
    out[..first].copy_from_slice(&row[start..start + first]);
    let mut filled = row.len().min(out.len());
    out[first..filled].copy_from_slice(&row[..filled - first]);
    // What is there is a whole number of rows: twice as much each time.
    while filled < out.len() {
        let more = filled.min(out.len() - filled);
        out.copy_within(..more, filled);
        filled += more;
    }
}

impl Source for Pattern<'_> {
    fn colors(&self, x: i32, y: i32, out: &mut [u32]) {
        let (mut u, mut v) = self.steps.at(x, y);
        if self.is_unscaled() {
            return self.copied(u >> sample::FRACTION_BITS, v >> sample::FRACTION_BITS, out);
        }
        let (across, size) = (self.steps.across(), self.size);
        for color in out {
            *color = match self.filter {
                Filter::Nearest => {
                    self.pixel(u >> sample::FRACTION_BITS, v >> sample::FRACTION_BITS)
                }
                Filter::Linear => sample::mixed((u, v), |x, y| self.pixel(x, y)),
                Filter::Area => area::average((u, v), size, |x, y| self.pixel(x, y)),
            };
            u += across.0;
            v += across.1;
        }
    }

    fn is_opaque(&self) -> bool {
        let goes_on = |axis: Axis| axis.extend != Extend::None;
        self.image.is_opaque() && goes_on(self.axes.0) && goes_on(self.axes.1)
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::geometry::PixelSize;

    use super::super::pixmap::Pixmap;
    use super::*;

    fn row(extend: Extend, filter: Filter, to_device: Transform) -> Vec<u32> {
        let mut image = Pixmap::new(PixelSize::new(3, 1));
        image.pixels_mut().copy_from_slice(&[1, 2, 3]);
        let view = image.view();
        let pattern = Pattern::new(&view, None, (extend, Extend::Pad), &to_device, filter);
        let mut out = [0; 12];
        pattern.expect("it has an inverse").colors(-4, 0, &mut out);
        out.to_vec()
    }

    #[test]
    fn patterns_go_on_as_they_are_told() {
        let row = |extend| row(extend, Filter::Nearest, Transform::IDENTITY);
        assert_eq!(row(Extend::Pad), [1, 1, 1, 1, 1, 2, 3, 3, 3, 3, 3, 3]);
        assert_eq!(row(Extend::Repeat), [3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2]);
        assert_eq!(row(Extend::Reflect), [3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1, 2]);
        assert_eq!(row(Extend::None), [0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0]);
    }

    /// What is documented, pixel by pixel.
    fn slowly(pattern: &Pattern<'_>, x: i32, y: i32, count: usize) -> Vec<u32> {
        let place = |i: usize| pattern.steps.at(x + i as i32, y);
        (0..count)
            .map(|i| {
                let (u, v) = place(i);
                match pattern.filter {
                    Filter::Nearest => {
                        pattern.pixel(u >> sample::FRACTION_BITS, v >> sample::FRACTION_BITS)
                    }
                    Filter::Linear => sample::mixed((u, v), |x, y| pattern.pixel(x, y)),
                    Filter::Area => area::average((u, v), pattern.size, |x, y| pattern.pixel(x, y)),
                }
            })
            .collect()
    }

    #[test]
    fn rows_that_are_copied_are_those_read_pixel_by_pixel() {
        let mut copied = 0;
        for (width, height) in [(1, 1), (4, 4), (3, 5), (70, 2)] {
            let mut image = Pixmap::new(PixelSize::new(width, height));
            for (i, pixel) in image.pixels_mut().iter_mut().enumerate() {
                *pixel = 0xff00_0000 | (i as u32).wrapping_mul(0x0102_0305);
            }
            let view = image.view();
            for (e, f) in [(0.0, 0.0), (-7.0, 3.0), (0.25, -1.5), (1e6, 9.0)] {
                for filter in [Filter::Nearest, Filter::Linear, Filter::Area] {
                    for across in Extend::ALL {
                        for down in Extend::ALL {
                            let map = Transform::translate(e, f);
                            let extend = (*across, *down);
                            let pattern = Pattern::new(&view, None, extend, &map, filter);
                            let pattern = pattern.expect("it has an inverse");
                            copied += usize::from(pattern.is_unscaled());
                            for (x, y) in [(-9, -2), (0, 0), (5, 7), (999_990, 30)] {
                                for count in [0, 1, 3, 40, 200] {
                                    let mut out = vec![9; count];
                                    pattern.colors(x, y, &mut out);
                                    assert_eq!(out, slowly(&pattern, x, y, count));
                                }
                            }
                        }
                    }
                }
            }
        }
        assert!(copied > 400, "{copied}");
    }

    #[test]
    fn all_filters_agree_where_pixels_meet_pixels() {
        for extend in Extend::ALL {
            let nearest = row(*extend, Filter::Nearest, Transform::IDENTITY);
            assert_eq!(row(*extend, Filter::Linear, Transform::IDENTITY), nearest);
            assert_eq!(row(*extend, Filter::Area, Transform::IDENTITY), nearest);
        }
    }

    #[test]
    fn without_an_inverse_there_is_no_pattern() {
        let image = Pixmap::new(PixelSize::new(3, 1));
        let pads = (Extend::Pad, Extend::Pad);
        for flat in [Transform::scale(0.0, 1.0), Transform::scale(f32::NAN, 1.0)] {
            assert!(Pattern::new(&image.view(), None, pads, &flat, Filter::Linear).is_none());
        }
    }
}
