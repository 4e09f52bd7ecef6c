//! [`Pattern`]: cutting a sub-path into dashes.

use super::outline::Piece;
use super::scratch::give_back;

/// At most so many dashes and gaps in one stroke: more than any screen can tell apart, and little
/// enough memory (30 MiB of outline with round caps) for a mistake.
const MAX_DASHES: usize = 1 << 17;

/// A valid dash pattern.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern<'a> {
    lengths: &'a [f32],
    /// What all lengths are multiplied by.
    scale: f64,
    /// The sum of the lengths, before doubling an odd number of them.
    period: f64,
    /// Where a sub-path begins: the place in the pattern, and what is left of that length.
    start: Place,
    /// How many more dashes and gaps there may be.
    left: usize,
}

/// A place in a pattern.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// Counts dashes and gaps; even ones are drawn.
    index: usize,
    remaining: f64,
}

impl Place {
    fn is_drawn(self) -> bool {
        self.index.is_multiple_of(2)
    }
}

/// Dashes on their way, kept for their memory.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    current: Vec<Piece>,
    /// The first dash of a closed sub-path, which the last one may continue.
    first: Vec<Piece>,
}

impl Buffers {
    pub(super) fn give_back(&mut self) {
        give_back(&mut self.current);
        give_back(&mut self.first);
    }

    /// How many bytes are kept for the next stroke.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        (self.current.capacity() + self.first.capacity()) * size_of::<Piece>()
    }
}

impl<'a> Pattern<'a> {
    /// The pattern of `lengths`, each times `scale`; `None` where that means a solid line.
    pub(super) fn new(lengths: &'a [f32], phase: f32, scale: f64) -> Option<Self> {
        if !lengths.iter().all(|v| v.is_finite() && *v >= 0.0) {
            return None;
        }
        let period: f64 = lengths.iter().map(|v| f64::from(*v) * scale).sum();
        if !period.is_normal() {
            return None;
        }
        let mut pattern = Self {
            lengths,
            scale,
            period,
            start: Place {
                index: 0,
                remaining: 0.0,
            },
            left: MAX_DASHES,
        };
        pattern.start = pattern.place(if phase.is_finite() {
            f64::from(phase) * scale
        } else {
            0.0
        });
        Some(pattern)
    }

    /// The place at a distance from the beginning of the pattern.
    fn place(&self, distance: f64) -> Place {
        let count = self.lengths.len();
        let mut distance = distance.rem_euclid(self.period * 2.0);
        // Two rounds bring an odd pattern back to where it began.
        for index in 0..2 * count {
            let length = self.length(index);
            // A dash without length is a dot, also where the path begins.
            if distance < length || (distance == 0.0 && length == 0.0) {
                return Place {
                    index,
                    remaining: length - distance,
                };
            }
            distance -= length;
        }
        Place {
            index: 0,
            remaining: self.length(0),
        }
    }

    fn length(&self, index: usize) -> f64 {
        f64::from(self.lengths[index % self.lengths.len()]) * self.scale
    }

    fn next(&self, place: Place) -> Place {
        let index = (place.index + 1) % (2 * self.lengths.len());
        Place {
            index,
            remaining: self.length(index),
        }
    }

    /// Calls `draw` with each dash of a sub-path, and with whether that is closed: it is when the whole
    /// closed sub-path is a single dash.
    pub(super) fn split(
        &mut self,
        pieces: &[Piece],
        is_closed: bool,
        buffers: &mut Buffers,
        mut draw: impl FnMut(&[Piece], bool),
    ) {
        let length: f64 = pieces.iter().map(|p| p.length).sum();
        let rounds = length / self.period + 2.0;
        if rounds * self.lengths.len() as f64 > self.left as f64 {
            return draw(pieces, is_closed);
        }
        let Buffers { current, first } = buffers;
        current.clear();
        first.clear();
        let mut place = self.start;
        // The first dash waits for the last one, if there is a seam between them.
        let mut waits = is_closed && place.is_drawn();
        for piece in pieces {
            let mut at = 0.0;
            while piece.length - at > place.remaining {
                if place.is_drawn() {
                    current.push(piece.part(at, at + place.remaining));
                    if waits {
                        std::mem::swap(current, first);
                    } else {
                        draw(current, false);
                    }
                    current.clear();
                }
                waits = false;
                at += place.remaining;
                place = self.next(place);
                self.left = self.left.saturating_sub(1);
            }
            if place.is_drawn() {
                current.push(piece.part(at, piece.length));
            }
            place.remaining -= piece.length - at;
        }
        if waits {
            return draw(current, true);
        }
        current.append(first);
        draw(current, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_mean_a_solid_line_are_none() {
        for lengths in [
            &[][..],
            &[0.0, 0.0],
            &[1.0, -1.0],
            &[f32::NAN],
            &[1.0, f32::INFINITY],
        ] {
            assert!(Pattern::new(lengths, 0.0, 1.0).is_none());
        }
        assert!(Pattern::new(&[1.0], 0.0, f64::NAN).is_none());
        assert!(Pattern::new(&[1.0], f32::NAN, 1.0).is_some());
    }

    #[test]
    fn the_phase_wraps_both_ways() {
        let start = |phase: f32| {
            let place = Pattern::new(&[3.0, 2.0], phase, 1.0).expect("dashes").start;
            (place.index % 2, place.remaining)
        };
        assert_eq!(start(0.0), (0, 3.0));
        assert_eq!(start(4.0), (1, 1.0));
        assert_eq!(start(-1.0), (1, 1.0));
        assert_eq!(start(5e6), (0, 3.0));
    }

    #[test]
    fn a_dash_without_length_at_the_beginning_is_a_dot() {
        let dashes = |lengths: &[f32], phase: f32, closed: bool| {
            let at = |x: f64, y: f64| crate::raster::vector::Vector { x, y };
            let corners = [at(0.0, 0.0), at(8.0, 0.0), at(8.0, 8.0), at(0.0, 0.0)];
            let corners = &corners[..if closed { 4 } else { 2 }];
            let pieces = corners.windows(2).filter_map(|p| Piece::line(p[0], p[1]));
            let pieces: Vec<Piece> = pieces.collect();
            let mut drawn = Vec::new();
            let mut pattern = Pattern::new(lengths, phase, 1.0).expect("dashes");
            pattern.split(&pieces, closed, &mut Buffers::default(), |dash, _| {
                drawn.extend(dash.first().map(|piece| (piece.from.x, piece.from.y)));
            });
            drawn.sort_by(f64_pairs);
            drawn
        };
        fn f64_pairs(a: &(f64, f64), b: &(f64, f64)) -> std::cmp::Ordering {
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
        }
        let dots = [(0.0, 0.0), (4.0, 0.0)];
        assert_eq!(dashes(&[0.0, 4.0], 0.0, false), dots);
        assert_eq!(
            dashes(&[0.0, 4.0], 4.0, false),
            dots,
            "a whole period later"
        );
        assert_eq!(dashes(&[0.0, 4.0], 2.0, false), [(2.0, 0.0), (6.0, 0.0)]);
        assert_eq!(
            dashes(&[2.0, 2.0, 0.0, 4.0], 4.0, false),
            [(0.0, 0.0), (4.0, 0.0)]
        );
        assert_eq!(dashes(&[0.0, 16.0], 0.0, true)[0], (0.0, 0.0));
        // A gap without length is none.
        assert_eq!(dashes(&[3.0, 0.0], 3.0, false).len(), 3);
    }

    #[test]
    fn an_odd_pattern_is_used_twice() {
        let at = |phase: f32| {
            Pattern::new(&[1.0, 2.0, 3.0], phase, 1.0)
                .expect("dashes")
                .start
                .index
        };
        assert_eq!(
            [at(0.5), at(1.5), at(3.5), at(6.5), at(7.5)],
            [0, 1, 2, 3, 4]
        );
    }
}
