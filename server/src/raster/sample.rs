//! [`ImagePaint`]: an image under an affine map, read by device pixel.

use transom_protocol::geometry::{PixelRect, Rect, Transform};

use super::kernels::{Along, linear_run};
use super::paint::Source;
use super::shrink::Covers;
use super::target::ImageView;
use super::vector::{self, Vector};

/// Positions in an image are multiples of 1 / 2^24 image pixel: at the far end of the longest buffer
/// a step's rounding has grown to 1/1000 image pixel.
pub(super) const FRACTION_BITS: u32 = 24;
/// One image pixel.
pub(super) const ONE: i64 = 1 << FRACTION_BITS;
/// The steepest step from one device pixel to the next, in image pixels: across any image at once.
const MAX_STEP: f64 = 65_536.0;
/// Device pixels are counted from an anchor at most so far from the origin, and an image position at
/// the anchor is at most 2^30 away: with steps up to [`MAX_STEP`] no sum leaves 64 bits.
const MAX_ANCHOR: f64 = (1 << 20) as f64;

/// The widest box, in image pixels, whose average is taken as it is: beyond, the image is halved first.
pub(super) const MAX_BOX: f64 = 4.0;

/// How an image is read between its pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Filter {
    /// The pixel that the position lies in.
    Nearest,
    /// The four nearest pixels, mixed by distance: first side by side, then one above the other, each
    /// mix rounded to nearest.
    #[default]
    Linear,
    /// The average of the box around what a device pixel covers, at least one image pixel wide.
    Area,
}

/// An affine map from image pixels to device pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct ImageMap {
    /// A position in the image, and where on the device it goes.
    pub(super) image_origin: Vector,
    pub(super) device_origin: Vector,
    /// Where a step of one image pixel to the right, and one downwards, leads on the device.
    pub(super) x: Vector,
    pub(super) y: Vector,
}

impl ImageMap {
    /// Stretches `src` in the image to `dst` in user space, then goes through `to_device`.
    pub(super) fn new(src: Rect, dst: Rect, to_device: &Transform) -> Self {
        let ratio = |dst: f32, src: f32| f64::from(dst) / f64::from(src);
        let (x, y) = (ratio(dst.width, src.width), ratio(dst.height, src.height));
        let corner = Vector::new(f64::from(dst.x), f64::from(dst.y));
        Self {
            image_origin: Vector::new(f64::from(src.x), f64::from(src.y)),
            device_origin: vector::apply(to_device, corner),
            x: vector::apply_linear(to_device, Vector::new(x, 0.0)),
            y: vector::apply_linear(to_device, Vector::new(0.0, y)),
        }
    }

    /// Stretches `src` to whole device pixels, turned and mirrored as this map does, which must keep
    /// rectangles upright.
    pub(super) fn snapped(self, src: Rect, dst: PixelRect) -> Self {
        let (width, height) = (f64::from(dst.width()), f64::from(dst.height()));
        let side = |v: f64, low: i32, high: i32| f64::from(if v < 0.0 { high } else { low });
        let device_origin = Vector::new(
            side(self.x.x + self.y.x, dst.x0, dst.x1),
            side(self.x.y + self.y.y, dst.y0, dst.y1),
        );
        let sign = |v: f64| match v {
            v if v > 0.0 => 1.0,
            v if v < 0.0 => -1.0,
            _ => 0.0,
        };
        let along = |v: Vector, extent: f32| {
            Vector::new(sign(v.x) * width, sign(v.y) * height) * (1.0 / f64::from(extent))
        };
        Self {
            device_origin,
            x: along(self.x, src.width),
            y: along(self.y, src.height),
            ..self
        }
    }
}

/// The part of an image that a map puts on the device, continued beyond its edges by their pixels.
#[derive(Clone, Copy, Debug)]
pub struct ImagePaint<'a> {
    image: ImageView<'a>,
    filter: Filter,
    opacity: u8,
    /// The first and last column and row that may be read.
    columns: (i64, i64),
    rows: (i64, i64),
    steps: Steps,
    /// For averages: 256ths of an image pixel that a device pixel covers.
    size: (i64, i64),
}

/// Where in an image device pixels are, in multiples of 1 / 2^24 image pixel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    /// The device pixel whose centre is at `start` in the image.
    anchor: (i64, i64),
    start: (i64, i64),
    /// How the image position changes from a device pixel to its right and lower neighbour.
    across: (i64, i64),
    down: (i64, i64),
}

impl Steps {
    /// Of the inverse of `map`; `None` without one.
    pub(super) fn new(map: &ImageMap) -> Option<Self> {
        let (across, down) = inverse(map)?;
        let floor = |v: f64| v.floor().clamp(-MAX_ANCHOR, MAX_ANCHOR);
        let anchor = Vector::new(floor(map.device_origin.x), floor(map.device_origin.y));
        let to_centre = anchor + Vector::new(0.5, 0.5) - map.device_origin;
        let start = map.image_origin + across * to_centre.x + down * to_centre.y;
        Some(Self {
            anchor: (anchor.x as i64, anchor.y as i64),
            start: fixed(start, MAX_STEP * MAX_STEP / 4.0),
            across: fixed(across, MAX_STEP),
            down: fixed(down, MAX_STEP),
        })
    }

    /// Where the centre of a device pixel is.
    #[inline(always)]
    pub(super) fn at(&self, x: i32, y: i32) -> (i64, i64) {
        let (dx, dy) = (i64::from(x) - self.anchor.0, i64::from(y) - self.anchor.1);
        (
            self.start.0 + dx * self.across.0 + dy * self.down.0,
            self.start.1 + dx * self.across.1 + dy * self.down.1,
        )
    }

    /// From a device pixel to the one below it.
    #[inline(always)]
    pub(super) fn down(&self) -> (i64, i64) {
        self.down
    }

    /// From a device pixel to its right neighbour.
    #[inline(always)]
    pub(super) fn across(&self) -> (i64, i64) {
        self.across
    }
}

/// How the image position changes from a device pixel to its right and lower neighbour.
fn inverse(map: &ImageMap) -> Option<(Vector, Vector)> {
    let det = map.x.cross(map.y);
    det.is_normal().then(|| {
        (
            Vector::new(map.y.y / det, -map.x.y / det),
            Vector::new(-map.y.x / det, map.x.x / det),
        )
    })
}

/// How many image pixels the box around a device pixel is wide and high.
pub(super) fn box_of(map: &ImageMap) -> Option<(f64, f64)> {
    let (across, down) = inverse(map)?;
    let (width, height) = (across.x.abs() + down.x.abs(), across.y.abs() + down.y.abs());
    (width.is_finite() && height.is_finite()).then_some((width, height))
}

/// The same in 256ths, at least one pixel, and at most half as much again as [`MAX_BOX`].
pub(super) fn box_size(map: &ImageMap) -> Option<(i64, i64)> {
    let (width, height) = box_of(map)?;
    let size = |v: f64| (v.clamp(1.0, MAX_BOX * 1.5) * 256.0 + 0.5) as i64;
    Some((size(width), size(height)))
}

impl<'a> ImagePaint<'a> {
    /// The part `src` of `image`, in image pixels, stretched to `dst` in user space and put on the
    /// device by `to_device`; all times `opacity / 255`.
    ///
    /// `None` if `src` touches no pixel, if there is no inverse map, or if a number is not finite.
    pub fn new(
        image: &ImageView<'a>,
        src: Rect,
        dst: Rect,
        to_device: &Transform,
        filter: Filter,
        opacity: u8,
    ) -> Option<Self> {
        let finite = src.is_finite() && dst.is_finite() && to_device.is_finite();
        let map = finite.then(|| ImageMap::new(src, dst, to_device))?;
        Self::mapped(image, src, &map, filter, opacity)
    }

    /// How much of the image shows, of 255.
    pub(super) fn opacity(&self) -> u8 {
        self.opacity
    }

    /// The image.
    pub(super) fn image(&self) -> ImageView<'a> {
        self.image
    }

    /// Whether rows of the device are read from rows of the image, and columns from columns.
    pub(super) fn is_upright(&self) -> bool {
        self.steps.across.1 == 0 && self.steps.down.0 == 0
    }

    /// Whether it averages.
    pub(super) fn is_average(&self) -> bool {
        self.filter == Filter::Area
    }

    /// Of an upright map that averages: what device pixels cover from (`x`, `y`) on to the right, and
    /// downwards.
    pub(super) fn covers(&self, x: i32, y: i32) -> (Covers, Covers) {
        let (at, steps) = (self.steps.at(x, y), self.steps);
        let across = Covers {
            at: at.0,
            step: steps.across.0,
            width: self.size.0,
            range: self.columns,
        };
        let down = Covers {
            at: at.1,
            step: steps.down.1,
            width: self.size.1,
            range: self.rows,
        };
        (across, down)
    }

    /// Of a straight map: the columns mixed for the device pixels from `x` on.
    pub(super) fn along(&self, x: i32) -> Along {
        self.positions(
            self.steps.start.0 + (i64::from(x) - self.steps.anchor.0) * self.steps.across.0,
            self.steps.across.0,
            self.columns,
        )
    }

    /// Of a straight map: the rows mixed for the device rows from `y` on.
    pub(super) fn downwards(&self, y: i32) -> Along {
        self.positions(
            self.steps.start.1 + (i64::from(y) - self.steps.anchor.1) * self.steps.down.1,
            self.steps.down.1,
            self.rows,
        )
    }

    fn positions(&self, at: i64, step: i64, range: (i64, i64)) -> Along {
        Along {
            at,
            step,
            range,
            unmixed: self.filter == Filter::Nearest,
        }
    }

    /// The pixels that `src` touches, under `map`. `None` if there are none or the map has no inverse.
    pub(super) fn mapped(
        image: &ImageView<'a>,
        src: Rect,
        map: &ImageMap,
        filter: Filter,
        opacity: u8,
    ) -> Option<Self> {
        let range = |low: f32, high: f32, side: u32| {
            let low = (low.floor() as i64).max(0);
            let high = (high.ceil() as i64).min(i64::from(side)) - 1;
            (low <= high).then_some((low, high))
        };
        Some(Self {
            image: *image,
            filter,
            opacity,
            columns: range(src.x, src.right(), image.size().width)?,
            rows: range(src.y, src.bottom(), image.size().height)?,
            steps: Steps::new(map)?,
            size: box_size(map)?,
        })
    }

    /// The colours along a row of the image: what upright maps read, whose steps stay at one height.
    fn along_row(&self, (mut u, v): (i64, i64), out: &mut [u32]) {
        let (y0, y1, fy) = neighbours(v, self.rows);
        if self.filter == Filter::Nearest {
            let row = self.row(v >> FRACTION_BITS);
            for color in out {
                *color = row[inside(u >> FRACTION_BITS, self.columns)];
                u += self.steps.across.0;
            }
        } else {
            let (upper, lower) = (self.row(y0 as i64), self.row(y1 as i64));
            for color in out {
                let (x0, x1, fx) = neighbours(u, self.columns);
                let upper = mix(spread(upper[x0]), spread(upper[x1]), fx);
                let lower = mix(spread(lower[x0]), spread(lower[x1]), fx);
                *color = gather(mix(upper, lower, fy));
                u += self.steps.across.0;
            }
        }
    }

    fn nearest(&self, (u, v): (i64, i64)) -> u32 {
        self.row(v >> FRACTION_BITS)[inside(u >> FRACTION_BITS, self.columns)]
    }

    /// Mixes the four pixels around a position, which is first rounded to 1/256 pixel: those of each
    /// row, then the two results.
    fn linear(&self, (u, v): (i64, i64)) -> u32 {
        let (x0, x1, fx) = neighbours(u, self.columns);
        let (y0, y1, fy) = neighbours(v, self.rows);
        let (upper, lower) = (self.row(y0 as i64), self.row(y1 as i64));
        let upper = mix(spread(upper[x0]), spread(upper[x1]), fx);
        let lower = mix(spread(lower[x0]), spread(lower[x1]), fx);
        gather(mix(upper, lower, fy))
    }

    /// The average of what the pixel around a position covers.
    fn area(&self, at: (i64, i64)) -> u32 {
        let pixel = |x, y| self.row(y)[inside(x, self.columns)];
        super::area::average(at, self.size, pixel)
    }

    /// The row at `y`, or the nearest that may be read.
    fn row(&self, y: i64) -> &'a [u32] {
        self.image.row(inside(y, self.rows) as i32)
    }
}

impl Source for ImagePaint<'_> {
    fn colors(&self, x: i32, y: i32, out: &mut [u32]) {
        let (mut u, mut v) = self.steps.at(x, y);
        let across = self.steps.across;
        if across.1 == 0 && self.filter != Filter::Area {
            return self.along_row((u, v), out);
        }
        if self.filter == Filter::Linear
            && let Some(run) = linear_run()
            && let Some(plane) = self.image.plane(self.columns, self.rows)
        {
            return run(out, &plane, (u, v), across);
        }
        for color in out {
            *color = match self.filter {
                Filter::Nearest => self.nearest((u, v)),
                Filter::Linear => self.linear((u, v)),
                Filter::Area => self.area((u, v)),
            };
            u += across.0;
            v += across.1;
        }
    }

    fn is_opaque(&self) -> bool {
        self.image.is_opaque()
    }
}

/// The mix of the four pixels around a position, which is first rounded to 1/256 pixel: those of each
/// row, then the two results.
#[inline(always)]
pub(super) fn mixed((u, v): (i64, i64), pixel: impl Fn(i64, i64) -> u32) -> u32 {
    let ((x, fx), (y, fy)) = (between(u), between(v));
    let row = |y| mix(spread(pixel(x, y)), spread(pixel(x + 1, y)), fx);
    gather(mix(row(y), row(y + 1), fy))
}

/// The pixel whose centre lies left of `u`, and how far behind it that is, of 256.
#[inline(always)]
fn between(u: i64) -> (i64, u64) {
    let shift = FRACTION_BITS - 8;
    let at = (u - ONE / 2 + (1 << (shift - 1))) >> shift;
    (at >> 8, (at & 255) as u64)
}

/// `v` in fixed point, rounded to nearest, each part at most `limit`; NaN is 0.
fn fixed(v: Vector, limit: f64) -> (i64, i64) {
    let fixed = |v: f64| (v.clamp(-limit, limit) * ONE as f64 + 0.5).floor() as i64;
    (fixed(v.x), fixed(v.y))
}

/// The index nearest to `v` that may be read.
#[inline(always)]
fn inside(v: i64, (first, last): (i64, i64)) -> usize {
    v.max(first).min(last) as usize
}

/// The pixels whose centres lie on either side of `u`, and how far between them it lies, of 256.
#[inline(always)]
fn neighbours(u: i64, range: (i64, i64)) -> (usize, usize, u64) {
    let (low, f) = between(u);
    (inside(low, range), inside(low + 1, range), f)
}

/// The lower byte of each of four lanes of 16 bits.
const LANES: u64 = 0x00ff_00ff_00ff_00ff;

/// The four channels of a pixel, each with room to be multiplied.
#[inline(always)]
fn spread(p: u32) -> u64 {
    let p = u64::from(p);
    (p | (p << 24)) & LANES
}

/// Back from [`spread`].
#[inline(always)]
fn gather(lanes: u64) -> u32 {
    (lanes | (lanes >> 24)) as u32
}

/// `a` and `b` mixed, with `f` of 256 parts of `b`; each channel rounded to nearest, halves up.
#[inline(always)]
fn mix(a: u64, b: u64, f: u64) -> u64 {
    // At most 255 × 256 + 128 in a lane.
    ((a * (256 - f) + b * f + 0x0080_0080_0080_0080) >> 8) & LANES
}

#[cfg(test)]
mod tests {
    use transom_protocol::geometry::PixelSize;

    use super::super::pixmap::Pixmap;
    use super::super::tests::Rng;
    use super::*;

    #[test]
    fn a_mix_of_equal_pixels_is_that_pixel() {
        for p in [0, u32::MAX, 0x8040_2010, 0x0102_0304] {
            assert_eq!(gather(spread(p)), p);
            for f in [0, 1, 128, 255] {
                assert_eq!(gather(mix(spread(p), spread(p), f)), p);
            }
        }
        let half = mix(spread(0xff00_0000), spread(0xff80_4021), 128);
        assert_eq!(gather(half), 0xff40_2011);
    }

    #[test]
    fn runs_are_what_each_pixel_is_by_itself() {
        let mut rng = Rng(17);
        for round in 0..3000 {
            let size = PixelSize::new(1 + rng.below(30), 1 + rng.below(30));
            let mut image = Pixmap::new(size);
            image.pixels_mut().fill_with(|| rng.next());
            let src = Rect::new(rng.float(-3.0, 9.0), 0.5, rng.float(0.5, 20.0), 17.0);
            let dst = Rect::new(0.0, 0.0, rng.float(0.2, 50.0), rng.float(0.2, 50.0));
            let far = rng.pick(&[0.0, 0.0, 1e5, -1e9]);
            let map = Transform::rotate(rng.float(-3.0, 3.0))
                .after(Transform::translate(far, 5.0))
                .after(Transform::scale(rng.float(0.1, 3.0), 1.0));
            let view = image.view();
            let Some(paint) = ImagePaint::new(&view, src, dst, &map, Filter::Linear, 255) else {
                continue;
            };
            let (x, y) = (rng.below(90) as i32 - 40, rng.below(90) as i32 - 40);
            let mut run = vec![0; rng.below(70) as usize];
            paint.colors(x, y, &mut run);
            let (mut u, mut v) = paint.steps.at(x, y);
            for (i, color) in run.iter().enumerate() {
                assert_eq!(*color, paint.linear((u, v)), "round {round}, pixel {i}");
                u += paint.steps.across.0;
                v += paint.steps.across.1;
            }
        }
    }

    #[test]
    fn pixel_centres_are_read_unmixed() {
        assert_eq!(neighbours(ONE / 2, (0, 9)), (0, 1, 0));
        assert_eq!(neighbours(5 * ONE, (0, 9)), (4, 5, 128));
        assert_eq!(neighbours(-50 * ONE, (2, 9)), (2, 2, 128));
        assert_eq!(neighbours(50 * ONE, (2, 9)), (9, 9, 128));
    }
}
