//! [`ShapesSeen`]: stamps of paths that are drawn more than once.
//!
//! A path is told in *words*, all numbers that its pixels depend on, relative to the whole pixel it begins
//! in. Most paths are drawn once; only when a path comes a second time it is worth keeping.

use super::cache::{Cache, Kept, Key};
use super::stamp::{STAMP_CACHE_BYTES, Stamp};

/// How many paths are remembered to have been seen once.
const SEEN: usize = 1024;

/// Words folded together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Folded(u64);

impl Key for Folded {
    #[inline(always)]
    fn some_bits(&self) -> usize {
        self.0 as usize
    }
}

/// A stamp with the words it was made of.
#[derive(Debug)]
struct Shape {
    words: Box<[u32]>,
    stamp: Stamp,
}

impl Kept for Shape {
    const CACHE_BYTES: usize = STAMP_CACHE_BYTES;

    fn byte_size(&self) -> usize {
        size_of_val(&*self.words) + self.stamp.byte_size()
    }
}

/// Stamps of paths, at most [`STAMP_CACHE_BYTES`] of them.
#[derive(Debug)]
pub struct ShapesSeen {
    shapes: Cache<Folded, Shape>,
    /// Some bits of the words seen before.
    seen: Box<[u32; SEEN]>,
}

/// What is known of a path.
#[derive(Debug)]
pub enum Sight<'a> {
    /// Its stamp.
    Known(&'a Stamp),
    /// It was seen before: a stamp of it is worth keeping.
    Again,
    /// It was not seen, or so long ago that it is forgotten.
    New,
}

impl Default for ShapesSeen {
    fn default() -> Self {
        Self {
            shapes: Cache::new(),
            seen: Box::new([0; SEEN]),
        }
    }
}

impl ShapesSeen {
    /// What is known of the path with these words.
    #[inline]
    pub fn look(&mut self, words: &[u32]) -> Sight<'_> {
        let folded = fold(words);
        if let Some(place) = self.shapes.place(&folded)
            && self.shapes.at(place).is_some_and(|s| *s.words == *words)
        {
            // Found anew, because what was found cannot be given out from under a condition.
            return match self.shapes.at(place) {
                Some(shape) => Sight::Known(&shape.stamp),
                None => Sight::New,
            };
        }
        let seen = &mut self.seen[(folded.0 >> 32) as usize % SEEN];
        match std::mem::replace(seen, folded.0 as u32) == folded.0 as u32 {
            true => Sight::Again,
            false => Sight::New,
        }
    }

    /// Keeps the stamp of a path, unless another one is in its place.
    pub fn keep(&mut self, words: &[u32], stamp: Stamp) {
        let folded = fold(words);
        if self.shapes.get(&folded).is_none() {
            let words = words.into();
            self.shapes.insert(folded, Shape { words, stamp });
        }
    }
}

fn fold(words: &[u32]) -> Folded {
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |sum: u64, word: u64| (sum.rotate_left(26) ^ word).wrapping_mul(SPREAD);
    let (pairs, rest) = words.as_chunks::<2>();
    let pairs = pairs
        .iter()
        .map(|[a, b]| u64::from(*a) | u64::from(*b) << 32);
    let rest = rest.iter().map(|word| u64::from(*word));
    let sum = pairs.chain(rest).fold(words.len() as u64, mix);
    Folded(sum ^ (sum >> 29))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_twice_is_worth_keeping() {
        let mut seen = ShapesSeen::default();
        let words = [1, 2, 3];
        assert!(matches!(seen.look(&words), Sight::New));
        assert!(matches!(seen.look(&words), Sight::Again));
        seen.keep(&words, Stamp::default());
        assert!(matches!(seen.look(&words), Sight::Known(_)));
        assert!(!matches!(seen.look(&[1, 2]), Sight::Known(_)));
    }

    #[test]
    fn words_that_fold_alike_are_told_apart() {
        let mut seen = ShapesSeen::default();
        let shape = Shape {
            words: Box::new([7]),
            stamp: Stamp::default(),
        };
        seen.shapes.insert(fold(&[8]), shape);
        assert!(!matches!(seen.look(&[8]), Sight::Known(_)));
        seen.keep(&[8], Stamp::default());
        assert!(!matches!(seen.look(&[8]), Sight::Known(_)));
    }
}
