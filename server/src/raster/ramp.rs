//! [`Ramp`]: the colours of a gradient, by place.

use transom_protocol::color::Pixel;
use transom_protocol::paint::{Extend, Stop};

/// Places along a gradient are multiples of 1 / 2^16.
pub(super) const ONE: i64 = 1 << 16;

/// Slopes are multiples of 1 / 2^24 of a channel for each place.
const SLOPE_BITS: u32 = 24;

/// A stop, and how channels change from there to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Knot {
    at: i64,
    color: u32,
    /// Alpha, red, green, blue.
    slopes: [i64; 4],
}

impl Knot {
    /// The colour `along` places behind the knot, where the next one has not begun.
    #[inline(always)]
    fn color(&self, along: i64) -> u32 {
        let from = self.color.to_be_bytes();
        let half = 1 << (SLOPE_BITS - 1);
        u32::from_be_bytes(std::array::from_fn(|i| {
            let change = (self.slopes[i] * along + half) >> SLOPE_BITS;
            (i64::from(from[i]) + change) as u8
        }))
    }
}

/// The colours of a gradient, premultiplied, by place.
#[derive(Clone, Debug, PartialEq)]
pub struct Ramp {
    /// Never empty.
    knots: Vec<Knot>,
    extend: Extend,
    opaque: bool,
}

impl Ramp {
    /// Of `stops`, continued as `extend` says; `None` without a stop.
    pub fn new(stops: impl Iterator<Item = Stop>, extend: Extend) -> Option<Self> {
        let mut knots: Vec<Knot> = Vec::with_capacity(stops.size_hint().0);
        for Stop { offset, color } in stops {
            // A NaN casts to 0, and what is beyond saturates.
            let at = (f64::from(offset.clamp(0.0, 1.0)) * ONE as f64 + 0.5) as i64;
            let at = at.max(knots.last().map_or(0, |k| k.at));
            let color = color.premultiply().0;
            knots.push(Knot {
                at,
                color,
                slopes: [0; 4],
            });
        }
        for i in 1..knots.len() {
            let (next, knot) = (knots[i], &mut knots[i - 1]);
            let length = next.at - knot.at;
            let (from, to) = (knot.color.to_be_bytes(), next.color.to_be_bytes());
            if length > 0 {
                knot.slopes = std::array::from_fn(|i| {
                    let change = i64::from(to[i]) - i64::from(from[i]);
                    ((change << (SLOPE_BITS + 1)) + length).div_euclid(2 * length)
                });
            }
        }
        let opaque = extend != Extend::None && knots.iter().all(|k| Pixel(k.color).alpha() == 255);
        (!knots.is_empty()).then_some(Self {
            knots,
            extend,
            opaque,
        })
    }

    /// How many bytes it takes.
    pub fn byte_size(&self) -> usize {
        self.knots.len() * size_of::<Knot>()
    }

    /// Whether every place is opaque.
    pub(super) fn is_opaque(&self) -> bool {
        self.opaque
    }

    /// The last stop's colour.
    pub(super) fn last(&self) -> u32 {
        self.knots.last().map_or(0, |k| k.color)
    }

    /// Looks colours up, quickly for places near the one before.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader { ramp: self, at: 0 }
    }
}

/// Looks up the colours of a [`Ramp`].
pub(super) struct Reader<'a> {
    ramp: &'a Ramp,
    /// The knot that was used last.
    at: usize,
}

impl Reader<'_> {
    /// The colour at a place, which may be anywhere.
    #[inline(always)]
    pub(super) fn color(&mut self, place: i64) -> u32 {
        let place = match self.ramp.extend {
            Extend::Pad => place.clamp(0, ONE),
            Extend::Repeat => place & (ONE - 1),
            Extend::Reflect => {
                let folded = place & (2 * ONE - 1);
                folded.min(2 * ONE - folded)
            }
            Extend::None if (0..=ONE).contains(&place) => place,
            Extend::None => return 0,
        };
        let knots = &self.ramp.knots[..];
        let mut i = self.at;
        while i > 0 && knots[i].at > place {
            i -= 1;
        }
        while i + 1 < knots.len() && knots[i + 1].at <= place {
            i += 1;
        }
        self.at = i;
        knots[i].color((place - knots[i].at).max(0))
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::color::Color;

    use super::*;

    fn ramp(stops: &[(f32, Color)], extend: Extend) -> Ramp {
        let stops = stops.iter().map(|(offset, color)| Stop {
            offset: *offset,
            color: *color,
        });
        Ramp::new(stops, extend).expect("there are stops")
    }

    fn at(ramp: &Ramp, t: f64) -> u32 {
        ramp.reader().color((t * ONE as f64).floor() as i64)
    }

    #[test]
    fn colours_lie_between_those_of_the_stops() {
        let r = ramp(&[(0.25, Color::BLACK), (0.75, Color::WHITE)], Extend::Pad);
        assert_eq!(at(&r, 0.0), 0xff00_0000);
        assert_eq!(at(&r, 0.25), 0xff00_0000);
        assert_eq!(at(&r, 0.5), 0xff80_8080);
        assert_eq!(at(&r, 0.75), 0xffff_ffff);
        assert_eq!(at(&r, 9.0), 0xffff_ffff);
        assert!(r.is_opaque());
    }

    #[test]
    fn where_two_stops_meet_the_last_begins() {
        let (a, b) = (Color::RED, Color::BLUE);
        let r = ramp(&[(0.0, a), (0.5, a), (0.5, b), (1.0, b)], Extend::Pad);
        assert_eq!(at(&r, 0.4999), 0xffff_0000);
        assert_eq!(at(&r, 0.5), 0xff00_00ff);
    }

    #[test]
    fn gradients_go_on_as_they_are_told() {
        let stops = [(0.0, Color::BLACK), (1.0, Color::WHITE)];
        let quarter = 0xff40_4040;
        assert_eq!(at(&ramp(&stops, Extend::Repeat), -2.75), quarter);
        assert_eq!(at(&ramp(&stops, Extend::Repeat), 1.0), 0xff00_0000);
        assert_eq!(at(&ramp(&stops, Extend::Reflect), 1.75), quarter);
        assert_eq!(at(&ramp(&stops, Extend::Reflect), -0.25), quarter);
        assert_eq!(at(&ramp(&stops, Extend::None), 1.01), 0);
        assert_eq!(at(&ramp(&stops, Extend::None), 1.0), u32::MAX);
    }

    #[test]
    fn odd_offsets_are_put_in_order() {
        let r = ramp(
            &[
                (f32::NAN, Color::RED),
                (2.0, Color::GREEN),
                (0.5, Color::BLUE),
                (f32::NEG_INFINITY, Color::WHITE),
            ],
            Extend::Pad,
        );
        assert_eq!(at(&r, 0.0), 0xffff_0000);
        assert_eq!(at(&r, 1.0), 0xffff_ffff);
        assert!(Ramp::new([].into_iter(), Extend::Pad).is_none());
    }

    #[test]
    fn every_place_is_exact_to_one_rounding() {
        let r = ramp(
            &[
                (0.0, Color::rgba(255, 0, 10, 255)),
                (1.0, Color::rgba(0, 255, 200, 255)),
            ],
            Extend::Pad,
        );
        let mut reader = r.reader();
        for place in 0..=ONE {
            let t = place as f64 / ONE as f64;
            let exact = [255.0 - 255.0 * t, 255.0 * t, 10.0 + 190.0 * t];
            let [_, red, green, blue] = reader.color(place).to_be_bytes();
            for (channel, exact) in [red, green, blue].into_iter().zip(exact) {
                assert!((f64::from(channel) - exact).abs() <= 0.5 + 1e-2);
            }
        }
    }
}
