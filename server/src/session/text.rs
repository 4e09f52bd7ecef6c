//! Where the glyphs of a run go: in logical units, then on the pixel grid.

use transom_protocol::codec::Record;
use transom_protocol::draw::{GlyphPositions, GlyphRun};
use transom_protocol::geometry::{Point, Transform};

/// Walks along a glyph run.
pub(super) struct Pen<'a> {
    pub(super) positions: GlyphPositions<'a>,
    pub(super) origin: Point,
    /// How far the next glyph's origin is from the run's, where positions are told by advances.
    pub(super) along: f32,
}

impl<'a> Pen<'a> {
    /// `along` is 0 at the beginning of a run.
    pub(super) fn new(run: &GlyphRun<'a>, along: f32) -> Self {
        Self {
            positions: run.positions,
            origin: run.origin,
            along,
        }
    }

    /// The origin of the glyph at `position`, in logical units, where the pen was so far `along`.
    pub(super) fn at(&self, position: usize, along: f32) -> Point {
        match self.positions {
            GlyphPositions::Constant(advance) => {
                Point::new(self.origin.x + advance * position as f32, self.origin.y)
            }
            GlyphPositions::Natural | GlyphPositions::Advances(_) => {
                Point::new(self.origin.x + along, self.origin.y)
            }
            GlyphPositions::Points(points) => {
                let Point { x, y } = record(points.as_bytes(), position).unwrap_or_default();
                Point::new(self.origin.x + x, self.origin.y + y)
            }
        }
    }

    /// Moves behind the glyph at `position`, whose own advance is `natural` logical units. Returns
    /// how far along that is.
    pub(super) fn advance(&mut self, position: usize, natural: f32) -> f32 {
        self.along += match self.positions {
            GlyphPositions::Natural => natural,
            GlyphPositions::Advances(advances) => {
                let units: i16 = record(advances.as_bytes(), position).unwrap_or_default();
                f32::from(units) / 64.0
            }
            GlyphPositions::Constant(_) | GlyphPositions::Points(_) => 0.0,
        };
        self.along
    }

    /// Moves behind a glyph that the set does not have.
    pub(super) fn skip(&mut self, position: usize) -> f32 {
        self.advance(position, 0.0)
    }
}

pub(super) fn record<T: Record>(bytes: &[u8], position: usize) -> Option<T> {
    let at = position.checked_mul(T::SIZE)?;
    bytes.get(at..at + T::SIZE).map(T::read)
}

/// A glyph's origin on the pixel grid: a whole baseline, and quarters of a pixel across.
///
/// Stems then keep four looks at most and baselines stay sharp, as text on screens is expected to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spot {
    pub(super) x: i32,
    pub(super) y: i32,
    /// Quarters of a pixel right of `x`.
    pub(super) subpixel: u8,
    /// Device pixels in a font unit.
    pub(super) scale: f32,
}

impl Spot {
    /// The spot for a glyph at `at` with `unit` logical units in a font unit; `None` where the map is
    /// not a plain scale, or the number not one of a pixel.
    pub(super) fn new(at: Point, unit: f32, hinted: bool, device: &Transform) -> Option<Self> {
        Grid::new(unit, hinted, device)?.spot(at)
    }
}

/// How the glyphs of a run find their spots.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    device: Transform,
    /// Places in a pixel, and how many bits more a number of quarters has.
    step: f32,
    shift: u32,
    scale: f32,
}

impl Grid {
    /// For `unit` logical units in a font unit; `None` where the map is not a plain scale.
    pub(super) fn new(unit: f32, hinted: bool, device: &Transform) -> Option<Self> {
        if !device.is_axis_aligned() || device.a != device.d || device.a <= 0.0 {
            return None;
        }
        let (step, shift) = if hinted { (1.0, 2) } else { (4.0, 0) };
        Some(Self {
            device: *device,
            step,
            shift,
            scale: unit * device.a,
        })
    }

    /// Device pixels in a font unit.
    pub(super) fn scale(&self) -> f32 {
        self.scale
    }

    /// The spot for a glyph at `at`; `None` where that is no pixel.
    pub(super) fn spot(&self, at: Point) -> Option<Spot> {
        self.spot_of(self.quarters(at), self.row(at))
    }

    /// The same of what the two functions below say.
    #[inline(always)]
    pub(super) fn spot_of(&self, quarters: i32, row: i32) -> Option<Spot> {
        (quarters != NOWHERE && row != NOWHERE).then_some(Spot {
            x: quarters >> 2,
            y: row,
            subpixel: (quarters & 3) as u8,
            scale: self.scale,
        })
    }

    /// How many quarters of a pixel a glyph at `at` stands from the left, or [`NOWHERE`].
    #[inline(always)]
    pub(super) fn quarters(&self, at: Point) -> i32 {
        let Transform { a, c, e, .. } = self.device;
        let x = a * at.x + c * at.y + e;
        match x.abs() < FAR {
            true => floor(x * self.step + 0.5) << self.shift,
            false => NOWHERE,
        }
    }

    /// The row of its baseline, or [`NOWHERE`]. For a finite `at`, `x` has no say in it.
    #[inline(always)]
    pub(super) fn row(&self, at: Point) -> i32 {
        let Transform { b, d, f, .. } = self.device;
        let y = b * at.x + d * at.y + f;
        match y.abs() < FAR {
            true => floor(y + 0.5),
            false => NOWHERE,
        }
    }
}

/// Beyond this there is no pixel, and a quarter is no longer exact. Not a number is not less than it either.
const FAR: f32 = (1 << 20) as f32;

/// No place that a pixel has.
pub(super) const NOWHERE: i32 = i32::MIN;

/// `v` rounded down, which must lie within 2^22 of 0. The library's takes a call where the processor's
/// baseline has no instruction for it, and a loop of these is done four at a time.
#[inline(always)]
fn floor(v: f32) -> i32 {
    /// Added to it, a number loses what it has behind the point, and its last bits are the whole number.
    const WHOLE: f32 = (3 << 22) as f32;
    let nearest = v + WHOLE;
    let whole = nearest.to_bits().wrapping_sub(WHOLE.to_bits()) as i32;
    whole.wrapping_sub(i32::from(nearest - WHOLE > v))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glyphs_stand_on_whole_baselines_and_quarters() {
        let spot = |x, y| {
            Spot::new(Point::new(x, y), 0.5, false, &Transform::scale(2.0, 2.0)).expect("upright")
        };
        assert_eq!(
            spot(1.0, 1.2),
            Spot {
                x: 2,
                y: 2,
                subpixel: 0,
                scale: 1.0
            }
        );
        assert_eq!(
            spot(1.06, 1.3),
            Spot {
                x: 2,
                y: 3,
                subpixel: 0,
                scale: 1.0
            }
        );
        assert_eq!(
            spot(1.07, 1.3),
            Spot {
                x: 2,
                y: 3,
                subpixel: 1,
                scale: 1.0
            }
        );
        assert_eq!(
            spot(-0.1, -0.2),
            Spot {
                x: -1,
                y: 0,
                subpixel: 3,
                scale: 1.0
            }
        );
        let hinted =
            Spot::new(Point::new(0.9, 0.0), 1.0, true, &Transform::IDENTITY).expect("upright");
        assert_eq!((hinted.x, hinted.subpixel), (1, 0));
    }

    #[test]
    fn numbers_are_rounded_down() {
        let far = (1 << 22) as f32;
        for v in [
            0.0,
            -0.0,
            0.5,
            0.75,
            1.0,
            1.5,
            2.5,
            1234.5,
            1e-30,
            far - 0.25,
            far / 2.0 + 0.25,
        ] {
            for v in [
                v,
                -v,
                v + 0.25,
                0.25 - v,
                v.next_up(),
                v.next_down(),
                -v.next_up(),
            ] {
                assert_eq!(floor(v), v.floor() as i32, "{v}");
            }
        }
        let mut v = 1.0f32;
        while v < far {
            assert_eq!(
                (floor(v), floor(-v)),
                (v.floor() as i32, (-v).floor() as i32),
                "{v}"
            );
            v *= 1.000_123;
        }
    }

    #[test]
    fn turned_text_has_no_spot() {
        assert_eq!(
            Spot::new(Point::default(), 1.0, false, &Transform::rotate(0.1)),
            None
        );
        assert_eq!(
            Spot::new(Point::new(f32::NAN, 0.0), 1.0, false, &Transform::IDENTITY),
            None
        );
    }
}
