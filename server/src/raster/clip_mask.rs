//! [`ClipMask`]: a clip whose edges are smooth.

use transom_protocol::color::mul_div_255;
use transom_protocol::geometry::PixelRect;

use super::coverage::{FillRule, Sink};
use super::path::Path;
use super::scratch::Scratch;

/// How much of each pixel is inside a clip; nothing outside its bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClipMask {
    bounds: PixelRect,
    coverage: Vec<u8>,
}

impl ClipMask {
    /// With nothing inside, for the pixels of `bounds`.
    pub fn new(bounds: PixelRect) -> Self {
        Self {
            bounds,
            coverage: vec![0; bounds.area() as usize],
        }
    }

    /// The pixels that it has numbers for.
    pub fn bounds(&self) -> PixelRect {
        self.bounds
    }

    /// How many bytes it takes.
    pub fn byte_size(&self) -> usize {
        self.coverage.len()
    }

    /// Adds the inside of `path`, in device pixels, to the rows of `band`, which had nothing.
    pub fn add(
        &mut self,
        path: &Path,
        rule: FillRule,
        antialias: bool,
        band: PixelRect,
        scratch: &mut Scratch,
    ) {
        let clip = band.intersect(self.bounds);
        let sink = &mut MaskSink(self);
        scratch.coverage.sweep(path, rule, antialias, clip, sink);
    }

    /// What was inside in the rows of `band` is outside, and the other way around.
    pub fn invert(&mut self, band: PixelRect) {
        for y in band.y0..band.y1 {
            self.row_mut(y, band.x0, band.x1)
                .iter_mut()
                .for_each(|c| *c = 255 - *c);
        }
    }

    /// Multiplies the rows of `band` with another mask, rounded to nearest.
    pub fn intersect(&mut self, other: &Self, band: PixelRect) {
        let common = band.intersect(other.bounds);
        for y in band.y0..band.y1 {
            if y < common.y0 || y >= common.y1 {
                self.row_mut(y, band.x0, band.x1).fill(0);
                continue;
            }
            self.row_mut(y, band.x0, common.x0).fill(0);
            self.row_mut(y, common.x1, band.x1).fill(0);
            let row = self.row_mut(y, common.x0, common.x1);
            for (c, o) in row.iter_mut().zip(other.row(y, common.x0, common.x1)) {
                *c = mul_div_255(*c, *o);
            }
        }
    }

    /// The coverage of the pixels `x0..x1` of row `y`, cut to the bounds.
    pub(super) fn row(&self, y: i32, x0: i32, x1: i32) -> &[u8] {
        match self.range(y, x0, x1) {
            Some(range) => &self.coverage[range],
            None => &[],
        }
    }

    fn row_mut(&mut self, y: i32, x0: i32, x1: i32) -> &mut [u8] {
        match self.range(y, x0, x1) {
            Some(range) => &mut self.coverage[range],
            None => &mut [],
        }
    }

    fn range(&self, y: i32, x0: i32, x1: i32) -> Option<std::ops::Range<usize>> {
        let bounds = self.bounds;
        let (x0, x1) = (x0.max(bounds.x0), x1.min(bounds.x1));
        if y < bounds.y0 || y >= bounds.y1 || x0 >= x1 {
            return None;
        }
        let start = y.abs_diff(bounds.y0) as usize * bounds.width() as usize;
        let at = |x: i32| start + x.abs_diff(bounds.x0) as usize;
        Some(at(x0)..at(x1))
    }

    /// Multiplies the coverage of a row's pixels from `x` on with the clip's.
    pub(super) fn narrow(&self, y: i32, x: i32, coverage: &mut [u8]) {
        let x1 = x.saturating_add(coverage.len() as i32);
        let row = self.row(y, x, x1);
        if row.len() < coverage.len() {
            // Runs lie inside the clip's bounds, which this was cut to.
            return coverage.fill(0);
        }
        for (c, m) in coverage.iter_mut().zip(row) {
            *c = mul_div_255(*c, *m);
        }
    }
}

/// Writes coverage down.
struct MaskSink<'a>(&'a mut ClipMask);

impl Sink for MaskSink<'_> {
    fn solid(&mut self, y: i32, x0: i32, x1: i32) {
        self.0.row_mut(y, x0, x1).fill(255);
    }

    fn masked(&mut self, y: i32, x: i32, mask: &[u8]) {
        let row = self.0.row_mut(y, x, x + mask.len() as i32);
        row.copy_from_slice(mask);
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::geometry::Rect;

    use super::*;

    fn mask(rect: Rect) -> ClipMask {
        let bounds = PixelRect::new(1, 1, 6, 4);
        let (mut mask, mut path) = (ClipMask::new(bounds), Path::new());
        path.rect(rect);
        let scratch = &mut Scratch::new();
        mask.add(&path, FillRule::NonZero, true, bounds, scratch);
        mask
    }

    #[test]
    fn masks_multiply() {
        let mut a = mask(Rect::new(2.5, 0.0, 10.0, 10.0));
        let b = mask(Rect::new(0.0, 1.5, 10.0, 2.0));
        let bounds = a.bounds();
        a.intersect(&b, bounds);
        assert_eq!(a.row(1, 0, 9), [0, 64, 128, 128, 128, 128]);
        assert_eq!(a.row(2, 0, 9), [0, 128, 255, 255, 255, 255]);
        assert_eq!(a.row(4, 0, 9), [0; 6]);
        a.invert(bounds);
        assert_eq!(a.row(2, 2, 4), [127, 0]);
    }

    #[test]
    fn outside_of_its_bounds_nothing_is_inside() {
        let a = mask(Rect::new(0.0, 0.0, 10.0, 10.0));
        let mut run = [255; 4];
        a.narrow(2, 5, &mut run);
        assert_eq!(run, [0; 4]);
        assert!(a.row(0, 0, 9).is_empty() && a.row(5, 0, 9).is_empty());
    }
}
