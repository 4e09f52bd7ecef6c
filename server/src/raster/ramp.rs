//! [`Ramp`]: the colours of a gradient, by place.

use transom_protocol::color::Pixel;
use transom_protocol::paint::{Extend, Stop};

use super::kernels::{Even, NOWHERE, PLACE_BITS, fill_even, fill_near};

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
    /// How colours follow from places, where the knot decides: those before it have its own colour, as if
    /// they were `at`.
    ///
    /// A channel is `from + ((slope · along + half) >> 24)`, of which the lowest eight bits count: they are the
    /// uppermost ones of a sum modulo 2^32.
    #[inline(always)]
    fn even(&self, at: i64) -> Even {
        let from = self.color.to_be_bytes();
        let slopes = self.slopes.map(|slope| slope as u32);
        let start = |i: usize| {
            let whole = u32::from(from[i]) << SLOPE_BITS | 1 << (SLOPE_BITS - 1);
            whole.wrapping_sub(slopes[i].wrapping_mul(at as u32))
        };
        Even {
            start: [start(0), start(1), start(2), start(3)],
            slopes,
        }
    }
}

/// Places in a row whose colours follow from them in one way.
#[derive(Clone, Copy)]
struct Stretch {
    /// The first and the last of them.
    places: (i64, i64),
    even: Even,
}

impl Stretch {
    /// Everywhere the same.
    fn constant(color: u32, places: (i64, i64)) -> Self {
        let even = Even {
            start: color
                .to_be_bytes()
                .map(|channel| u32::from(channel) << SLOPE_BITS),
            slopes: [0; 4],
        };
        Self { places, even }
    }

    /// The same, so many places further on.
    fn moved(self, by: i64) -> Self {
        let Even { start, slopes } = self.even;
        let start =
            std::array::from_fn(|i| start[i].wrapping_sub(slopes[i].wrapping_mul(by as u32)));
        Self {
            places: (self.places.0 + by, self.places.1 + by),
            even: Even { start, slopes },
        }
    }

    /// The same backwards: what was at `-p` is at `p`.
    fn mirrored(self) -> Self {
        let Even { start, slopes } = self.even;
        Self {
            places: (-self.places.1, -self.places.0),
            even: Even {
                start,
                slopes: slopes.map(u32::wrapping_neg),
            },
        }
    }
}

/// No place is as far from 0 as this.
const FAR: i64 = 1 << 45;

/// The first place that is not part of the gradient itself.
const BEYOND: i64 = ONE + 1;

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

    /// Fills a row with the colours at places that change evenly by `step`; the lowest [`PLACE_BITS`] binary
    /// digits of both are cut off. What is cut must be less than 2^45 from 0.
    pub(super) fn fill(&self, mut place: i64, step: i64, mut row: &mut [u32]) {
        let mut reader = self.reader();
        while !row.is_empty() {
            let Stretch {
                places: (low, high),
                even,
            } = reader.stretch(place >> PLACE_BITS);
            let left = match step.signum() {
                1 => ((high + 1) << PLACE_BITS) - 1 - place,
                -1 => place - (low << PLACE_BITS),
                _ => i64::MAX,
            };
            let count = match step.unsigned_abs() {
                0 => row.len(),
                step => row.len().min((left as u64 / step) as usize + 1),
            };
            let (run, rest) = std::mem::take(&mut row).split_at_mut(count);
            fill_even(run, &even, place, step);
            place = place.wrapping_add(step.wrapping_mul(count as i64));
            row = rest;
        }
    }

    /// The colours at places, which are found quickly where neighbours are near each other; transparent
    /// [`NOWHERE`].
    pub(super) fn colors(&self, places: &[i64], out: &mut [u32]) {
        self.reader().colors(places, out);
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
        let knot = self.seek(place);
        knot.even(knot.at.min(place)).color(place as u32)
    }

    /// See [`Ramp::colors`].
    fn colors(&mut self, places: &[i64], out: &mut [u32]) {
        /// So many are not worth being looked up together.
        const FEW: usize = 4;
        let Some(first) = places.first().filter(|_| places.len() > FEW) else {
            for (place, color) in places.iter().zip(out) {
                *color = match *place {
                    NOWHERE => 0,
                    place => self.color(place),
                };
            }
            return;
        };
        let stretch = match *first {
            NOWHERE => Stretch::constant(0, (NOWHERE, NOWHERE)),
            place => self.stretch(place),
        };
        if fill_near(out, &stretch.even, places, stretch.places) {
            return;
        }
        let middle = places.len() / 2;
        let (left, right) = places.split_at(middle);
        let (out_left, out_right) = out.split_at_mut(middle.min(out.len()));
        self.colors(left, out_left);
        self.colors(right, out_right);
    }

    /// The knot that decides the colour at a place from 0 to [`ONE`]: the last one there or before, else the
    /// first.
    #[inline(always)]
    fn seek(&mut self, place: i64) -> &Knot {
        let knots = &self.ramp.knots[..];
        let mut i = self.at;
        while i > 0 && knots[i].at > place {
            i -= 1;
        }
        while i + 1 < knots.len() && knots[i + 1].at <= place {
            i += 1;
        }
        self.at = i;
        &knots[i]
    }

    /// The places around one, which may be anywhere, whose colours follow from them in the same way.
    fn stretch(&mut self, place: i64) -> Stretch {
        const TURN: i64 = 2 * ONE;
        match (self.ramp.extend, place) {
            (Extend::Pad, ..0) => Stretch::constant(self.color(0), (-FAR, -1)),
            (Extend::Pad, ONE..) => Stretch::constant(self.color(ONE), (ONE, FAR)),
            (Extend::None, ..0) => Stretch::constant(0, (-FAR, -1)),
            (Extend::None, BEYOND..) => Stretch::constant(0, (BEYOND, FAR)),
            (Extend::Pad, _) => self.within(place, (0, ONE - 1)),
            (Extend::None, _) => self.within(place, (0, ONE)),
            (Extend::Repeat, _) => {
                let folded = place & (ONE - 1);
                self.within(folded, (0, ONE - 1)).moved(place - folded)
            }
            (Extend::Reflect, _) => {
                let folded = place & (TURN - 1);
                let begin = place - folded;
                match folded {
                    ..=ONE => self.within(folded, (0, ONE)).moved(begin),
                    _ => {
                        let back = self.within(TURN - folded, (1, ONE - 1));
                        back.mirrored().moved(begin + TURN)
                    }
                }
            }
        }
    }

    /// The places around `place` up to the next knots, but none outside `bounds`, which lie between 0 and
    /// [`ONE`].
    fn within(&mut self, place: i64, bounds: (i64, i64)) -> Stretch {
        let knot = *self.seek(place);
        if place < knot.at {
            return Stretch::constant(knot.color, (bounds.0, bounds.1.min(knot.at - 1)));
        }
        let next = self.ramp.knots.get(self.at + 1);
        let last = next.map_or(bounds.1, |next| bounds.1.min(next.at - 1));
        Stretch {
            places: (bounds.0.max(knot.at), last),
            even: knot.even(knot.at),
        }
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
    fn rows_have_the_colours_of_their_places() {
        let stops = [
            (0.1, Color::rgba(200, 20, 255, 90)),
            (0.4, Color::BLACK),
            (0.4, Color::RED),
            (0.40002, Color::WHITE),
            (0.9, Color::rgba(1, 2, 3, 0)),
        ];
        let ones = [1, -1, 7, 300, -4000, 70_000, -1_000_000];
        for extend in Extend::ALL {
            let r = ramp(&stops, *extend);
            for step in ones
                .map(|step| (step << PLACE_BITS) / 5)
                .into_iter()
                .chain([0])
            {
                for from in [-3 * ONE, -1, 0, 9, ONE / 3, ONE, 2 * ONE + 77, 5 * ONE] {
                    let start = (from << PLACE_BITS) + 12_345;
                    let mut row = vec![1; 300];
                    r.fill(start, step, &mut row);
                    let mut reader = r.reader();
                    let expected: Vec<u32> = (0..300)
                        .map(|i| reader.color((start + i * step) >> PLACE_BITS))
                        .collect();
                    assert_eq!(row, expected, "{extend:?}, {from} by {step}");
                }
            }
        }
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
