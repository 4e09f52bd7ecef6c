//! [`Polygon`]: a path of a few straight lines, as most paths are, without the memory of a longer one.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::{PixelPoint, PixelRect, Point};

use super::coverage::{FillRule, bounds_of};
use super::paint::SolidSink;
use super::scratch::Scratch;
use super::target::Target;

/// The most corners. One with more is more likely to come again than to be drawn sooner than it is found.
pub const MAX_CORNERS: usize = 12;

/// A closed polygon in device pixels.
#[derive(Clone, Copy, Debug)]
pub struct Polygon {
    corners: [Point; MAX_CORNERS],
    count: usize,
    bounds: PixelRect,
}

impl Polygon {
    /// With these corners. `None`: they are too many, or one has a coordinate that is no finite number.
    #[inline]
    pub fn new(points: impl Iterator<Item = Point>) -> Option<Self> {
        let mut corners = [Point::default(); MAX_CORNERS];
        let (mut low, mut high) = (
            Point::new(f32::INFINITY, f32::INFINITY),
            Point::new(f32::NEG_INFINITY, f32::NEG_INFINITY),
        );
        let (mut count, mut is_finite) = (0, true);
        for p in points {
            *corners.get_mut(count)? = p;
            count += 1;
            is_finite &= p.is_finite();
            low = Point::new(low.x.min(p.x), low.y.min(p.y));
            high = Point::new(high.x.max(p.x), high.y.max(p.y));
        }
        let bounds = match count {
            0 => PixelRect::EMPTY,
            _ => bounds_of(low, high),
        };
        is_finite.then_some(Self {
            corners,
            count,
            bounds,
        })
    }

    /// The corners.
    pub fn corners(&self) -> &[Point] {
        &self.corners[..self.count]
    }

    /// Appends all that its pixels depend on, relative to the pixel that its first corner lies in, to `words`.
    /// Returns that pixel; `None` where a coordinate cannot be told from there, and for what is far away.
    pub fn describe(&self, words: &mut Vec<u32>) -> Option<PixelPoint> {
        const FAR: f32 = (1 << 20) as f32;
        let first = self.corners().first()?;
        if !(first.x.abs() < FAR && first.y.abs() < FAR) {
            return None;
        }
        let floor = |v: f32| v as i32 - i32::from(v as i32 as f32 > v);
        let from = PixelPoint::new(floor(first.x), floor(first.y));
        let mut is_exact = true;
        let mut relative = |v: f32, from: i32| {
            let exact = f64::from(v) - f64::from(from);
            is_exact &= f64::from(exact as f32) == exact;
            (exact as f32).to_bits()
        };
        let mut told = [[0; 2]; MAX_CORNERS];
        for (words, p) in told.iter_mut().zip(self.corners()) {
            *words = [relative(p.x, from.x), relative(p.y, from.y)];
        }
        words.extend_from_slice(told[..self.count].as_flattened());
        is_exact.then_some(from)
    }

    /// The pixels it can touch, as far as paths reach.
    pub fn bounds(&self) -> PixelRect {
        self.bounds
    }
}

/// Puts `color` over the inside of `polygon`: the pixels that [`fill_path`](super::fill_path) gives the path
/// along its corners.
pub fn fill_polygon(
    target: &mut Target<'_>,
    polygon: &Polygon,
    rule: FillRule,
    antialias: bool,
    color: Pixel,
    scratch: &mut Scratch,
) {
    let area = polygon.bounds().intersect(target.clip());
    if color != Pixel::TRANSPARENT && !area.is_empty() {
        let sink = &mut SolidSink { target, color };
        let coverage = &mut scratch.coverage;
        coverage.sweep_polygon(polygon.corners(), rule, antialias, area, sink);
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::geometry::PixelSize;

    use super::super::fill::fill_path;
    use super::super::paint::Paint;
    use super::super::path::Path;
    use super::super::pixmap::Pixmap;
    use super::super::tests::Rng;
    use super::*;

    #[test]
    fn a_polygon_is_the_path_along_its_corners() {
        let size = PixelSize::new(90, 70);
        let mut rng = Rng(61);
        let mut scratch = Scratch::new();
        for round in 0..3000 {
            let reach = rng.pick(&[9.0, 60.0, 100.0, 4000.0, 3e6]);
            let (mut corners, mut path) = (Vec::new(), Path::new());
            for i in 0..rng.below(MAX_CORNERS as u32 + 1) {
                let p = rng.point(-reach / 3.0, reach);
                let p = rng.pick(&[p, Point::new(p.x.floor(), p.y.floor())]);
                corners.push(p);
                match i {
                    0 => path.move_to(p),
                    _ => path.line_to(p),
                }
            }
            let polygon = Polygon::new(corners.into_iter()).expect("few and finite");
            let rule = rng.pick(&[FillRule::NonZero, FillRule::EvenOdd]);
            let antialias = rng.below(2) == 0;
            let color = Pixel(rng.pick(&[0xff12_3456, 0x8040_2010]));
            let (mut quick, mut general) = (Pixmap::new(size), Pixmap::new(size));
            let (x, y) = (rng.below(60) as i32, rng.below(60) as i32);
            let clip = match rng.below(2) {
                0 => quick.bounds(),
                _ => PixelRect::new(x, y, rng.below(60), rng.below(60)),
            };
            let target = &mut quick.target(clip);
            fill_polygon(target, &polygon, rule, antialias, color, &mut scratch);
            let (target, paint) = (&mut general.target(clip), Paint::Solid(color));
            fill_path(target, &path, rule, antialias, &paint, &mut scratch);
            assert!(quick == general, "round {round}");
        }
    }

    #[test]
    fn a_polygon_has_no_more_corners_than_there_is_room_for() {
        let corners = |count: usize| (0..count).map(|i| Point::new(i as f32, 0.5));
        let bounds = |count| Polygon::new(corners(count)).map(|polygon| polygon.bounds());
        assert_eq!(bounds(0), Some(PixelRect::EMPTY));
        assert_eq!(bounds(MAX_CORNERS), Some(PixelRect::new(0, 0, 11, 1)));
        assert_eq!(bounds(MAX_CORNERS + 1), None);
    }

    #[test]
    fn a_polygon_has_finite_corners() {
        for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let corners = [Point::new(0.0, 1.0), Point::new(odd, 5.0)];
            assert!(Polygon::new(corners.into_iter()).is_none());
        }
    }
}
