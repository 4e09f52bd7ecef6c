//! [`Region`]: a set of pixels, kept as rectangles that do not overlap.
//!
//! Used for damage, clips, and the opaque and input regions of windows. Rectangles are kept in
//! *bands*: sorted from top to bottom, those of one band share their rows and are sorted from left
//! to right without touching. So two regions with the same pixels are equal.

use transom_protocol::geometry::{PixelPoint, PixelRect};

/// A set of pixels as disjoint rectangles in bands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Region {
    rects: Vec<PixelRect>,
}

/// Which pixels a combination of two regions keeps.
#[derive(Clone, Copy)]
enum Op {
    Union,
    Intersect,
    Subtract,
}

impl Op {
    fn keeps(self, a: bool, b: bool) -> bool {
        match self {
            Op::Union => a || b,
            Op::Intersect => a && b,
            Op::Subtract => a && !b,
        }
    }
}

impl Region {
    /// The region without a pixel.
    pub const fn new() -> Self {
        Self { rects: Vec::new() }
    }

    /// The pixels `x0..x1` of each row; rows come from top to bottom, from `y` on.
    pub fn from_rows(y: i32, rows: impl Iterator<Item = (i32, i32)>) -> Self {
        let mut region = Self::new();
        let mut last_band = 0..0;
        for ((x0, x1), y) in rows.zip(y..i32::MAX) {
            let span = [(x0, x1)];
            let spans = if x0 < x1 { &span[..] } else { &[] };
            append_band(&mut region.rects, &mut last_band, y, y + 1, spans);
        }
        region
    }

    /// The rectangles, from top to bottom and left to right.
    pub fn rects(&self) -> &[PixelRect] {
        &self.rects
    }

    /// Whether there is no pixel.
    pub fn is_empty(&self) -> bool {
        self.rects.is_empty()
    }

    /// Forgets all pixels, keeping the memory.
    pub fn clear(&mut self) {
        self.rects.clear();
    }

    /// The smallest rectangle around all pixels.
    pub fn bounds(&self) -> PixelRect {
        self.rects
            .iter()
            .fold(PixelRect::EMPTY, |all, r| all.union(*r))
    }

    /// How many pixels there are.
    pub fn area(&self) -> u64 {
        self.rects.iter().map(|r| r.area()).sum()
    }

    /// Whether the pixel at `p` is in the set.
    pub fn contains(&self, p: PixelPoint) -> bool {
        self.rects.iter().any(|r| r.contains(p))
    }

    /// Adds the pixels of `rect`.
    pub fn add(&mut self, rect: PixelRect) {
        if rect.is_empty() || self.covers(rect) {
            return;
        }
        if self.rects.iter().all(|r| rect.contains_rect(*r)) {
            self.rects.clear();
            self.rects.push(rect);
            return;
        }
        *self = unbounded(&self.rects, &[rect], Op::Union);
    }

    /// Whether all pixels of `rect` are in it already, as they mostly are of what is drawn again and again.
    fn covers(&self, rect: PixelRect) -> bool {
        if let [only] = self.rects.as_slice() {
            return only.contains_rect(rect);
        }
        // They do not overlap.
        let common = self.rects.iter().map(|r| r.intersect(rect).area());
        common.sum::<u64>() == rect.area()
    }

    /// Adds the pixels of `other`.
    pub fn union(&mut self, other: &Region) {
        match other.rects.as_slice() {
            [] => {}
            [rect] => self.add(*rect),
            _ if self.is_empty() => self.rects.clone_from(&other.rects),
            rects => *self = unbounded(&self.rects, rects, Op::Union),
        }
    }

    /// Removes the pixels of `rect`.
    pub fn subtract_rect(&mut self, rect: PixelRect) {
        if self.rects.iter().any(|r| !r.intersect(rect).is_empty()) {
            *self = unbounded(&self.rects, &[rect], Op::Subtract);
        }
    }

    /// Removes the pixels of `other`.
    pub fn subtract(&mut self, other: &Region) {
        if !self.is_empty() && !other.is_empty() {
            *self = unbounded(&self.rects, &other.rects, Op::Subtract);
        }
    }

    /// Keeps only pixels inside `rect`.
    pub fn clip(&mut self, rect: PixelRect) {
        if rect.is_empty() {
            self.rects.clear();
        }
        match self.rects.as_mut_slice() {
            [] => {}
            [only] => {
                *only = only.intersect(rect);
                self.rects.retain(|r| !r.is_empty());
            }
            rects if rects.iter().all(|r| rect.contains_rect(*r)) => {}
            rects => *self = unbounded(rects, &[rect], Op::Intersect),
        }
    }

    /// Keeps only pixels that are in `other` too.
    pub fn intersect(&mut self, other: &Region) {
        *self = unbounded(&self.rects, &other.rects, Op::Intersect);
    }

    /// The pixels in any of `regions`, or `None` as soon as that takes more than `max` rectangles:
    /// a few strips across a few others already make their product.
    pub fn union_of(regions: impl IntoIterator<Item = Region>, max: usize) -> Option<Region> {
        let mut regions: Vec<Region> = regions.into_iter().collect();
        // Pair by pair, so that many parts do not cost their square.
        while regions.len() > 1 {
            let half = regions.len().div_ceil(2);
            let rest = regions.split_off(half);
            for (region, other) in regions.iter_mut().zip(&rest) {
                *region = combine(&region.rects, &other.rects, Op::Union, max)?;
            }
        }
        Some(regions.pop().unwrap_or_default())
    }

    /// The pixels in both, or `None` as soon as that takes more than `max` rectangles.
    pub fn intersection(&self, other: &Region, max: usize) -> Option<Region> {
        combine(&self.rects, &other.rects, Op::Intersect, max)
    }

    /// Moves every pixel by (`dx`, `dy`).
    pub fn translate(&mut self, dx: i32, dy: i32) {
        for r in &mut self.rects {
            *r = r.moved(dx, dy);
        }
        self.rects.retain(|r| !r.is_empty());
    }

    /// Bounds the memory and time this region costs: with more than `max` rectangles it becomes its
    /// bounding rectangle, which covers at least the same pixels.
    pub fn simplify(&mut self, max: usize) {
        if self.rects.len() > max {
            let bounds = self.bounds();
            self.rects.clear();
            self.rects.push(bounds);
        }
    }
}

impl From<PixelRect> for Region {
    fn from(rect: PixelRect) -> Self {
        Self {
            rects: if rect.is_empty() {
                Vec::new()
            } else {
                vec![rect]
            },
        }
    }
}

impl FromIterator<PixelRect> for Region {
    fn from_iter<I: IntoIterator<Item = PixelRect>>(rects: I) -> Self {
        let regions = rects.into_iter().map(Region::from);
        Region::union_of(regions, usize::MAX).unwrap_or_default()
    }
}

fn unbounded(a: &[PixelRect], b: &[PixelRect], op: Op) -> Region {
    combine(a, b, op, usize::MAX).unwrap_or_default()
}

/// Sweeps both lists from top to bottom; where neither changes lies one band of the result.
/// `None` as soon as that takes more than `max` rectangles.
fn combine(a: &[PixelRect], b: &[PixelRect], op: Op, max: usize) -> Option<Region> {
    let mut edges: Vec<i32> = a.iter().chain(b).flat_map(|r| [r.y0, r.y1]).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut out = Region::new();
    let mut last_band = 0..0;
    let mut spans = Vec::new();
    let (mut from_a, mut from_b) = (0, 0);
    for rows in edges.windows(2) {
        let (y0, y1) = (rows[0], rows[1]);
        let band_a = band(a, &mut from_a, y0);
        let band_b = band(b, &mut from_b, y0);
        combine_band(band_a, band_b, op, &mut spans);
        append_band(&mut out.rects, &mut last_band, y0, y1, &spans);
        if out.rects.len() > max {
            return None;
        }
    }
    Some(out)
}

/// The rectangles of `rects` that cover row `y`; `from` moves past those that end above.
fn band<'a>(rects: &'a [PixelRect], from: &mut usize, y: i32) -> &'a [PixelRect] {
    while rects.get(*from).is_some_and(|r| r.y1 <= y) {
        *from += 1;
    }
    let rest = &rects[*from..];
    let len = rest.iter().take_while(|r| r.y0 <= y).count();
    &rest[..len]
}

/// The spans of one band that `op` keeps, merged where they touch.
fn combine_band(a: &[PixelRect], b: &[PixelRect], op: Op, spans: &mut Vec<(i32, i32)>) {
    spans.clear();
    let (mut a, mut b) = (edges_of(a).peekable(), edges_of(b).peekable());
    let (mut in_a, mut in_b, mut start) = (false, false, None);
    while let Some(x) = [a.peek().copied(), b.peek().copied()]
        .into_iter()
        .flatten()
        .min()
    {
        if a.next_if_eq(&x).is_some() {
            in_a = !in_a;
        }
        if b.next_if_eq(&x).is_some() {
            in_b = !in_b;
        }
        match (start, op.keeps(in_a, in_b)) {
            (None, true) => start = Some(x),
            (Some(from), false) => {
                spans.push((from, x));
                start = None;
            }
            _ => {}
        }
    }
}

/// The x positions at which a band changes between outside and inside.
fn edges_of(band: &[PixelRect]) -> impl Iterator<Item = i32> {
    band.iter().flat_map(|r| [r.x0, r.x1])
}

/// Appends a band, growing the band above instead where that has the same spans.
fn append_band(
    rects: &mut Vec<PixelRect>,
    last: &mut std::ops::Range<usize>,
    y0: i32,
    y1: i32,
    spans: &[(i32, i32)],
) {
    if spans.is_empty() {
        return;
    }
    let above = &rects[last.clone()];
    let same = above.len() == spans.len()
        && above
            .iter()
            .zip(spans)
            .all(|(r, s)| r.y1 == y0 && (r.x0, r.x1) == *s);
    if same {
        for r in &mut rects[last.clone()] {
            r.y1 = y1;
        }
        return;
    }
    *last = rects.len()..rects.len() + spans.len();
    rects.extend(
        spans
            .iter()
            .map(|&(x0, x1)| PixelRect::from_edges(x0, y0, x1, y1)),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: i32 = 12;

    /// A region as one bit a pixel: what every operation is compared with.
    #[derive(Clone, PartialEq, Debug)]
    struct Bits(Vec<bool>);

    impl Bits {
        fn of(region: &Region) -> Self {
            let at = |i: i32| region.contains(PixelPoint::new(i % SIDE, i / SIDE));
            Bits((0..SIDE * SIDE).map(at).collect())
        }

        fn with(&self, other: &Bits, op: Op) -> Self {
            Bits(
                self.0
                    .iter()
                    .zip(&other.0)
                    .map(|(a, b)| op.keeps(*a, *b))
                    .collect(),
            )
        }
    }

    /// A small linear congruential generator (Knuth's MMIX constants): tests need no more.
    struct Random(u64);

    impl Random {
        fn below(&mut self, n: i32) -> i32 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((self.0 >> 33) % n as u64) as i32
        }

        fn rect(&mut self) -> PixelRect {
            let (x, y) = (self.below(SIDE), self.below(SIDE));
            let (w, h) = (self.below(SIDE + 1 - x), self.below(SIDE + 1 - y));
            PixelRect::new(x, y, w as u32, h as u32)
        }

        fn region(&mut self) -> Region {
            (0..self.below(5)).map(|_| self.rect()).collect()
        }
    }

    fn assert_canonical(region: &Region) {
        let mut again = Region::new();
        for rect in region.rects().iter().rev() {
            assert!(!rect.is_empty());
            again.add(*rect);
        }
        assert_eq!(*region, again, "the same pixels must be kept the same way");
        let overlap = |a: &PixelRect, b: &PixelRect| !a.intersect(*b).is_empty();
        let rects = region.rects();
        assert!((0..rects.len()).all(|i| rects[i + 1..].iter().all(|r| !overlap(&rects[i], r))));
    }

    #[test]
    fn random_combinations_agree_with_sets_of_pixels() {
        let mut random = Random(1);
        for _ in 0..5000 {
            let (a, b) = (random.region(), random.region());
            let (bits_a, bits_b) = (Bits::of(&a), Bits::of(&b));
            let (mut union, mut both, mut minus) = (a.clone(), a.clone(), a.clone());
            union.union(&b);
            both.intersect(&b);
            minus.subtract(&b);
            assert_eq!(Bits::of(&union), bits_a.with(&bits_b, Op::Union));
            assert_eq!(Bits::of(&both), bits_a.with(&bits_b, Op::Intersect));
            assert_eq!(Bits::of(&minus), bits_a.with(&bits_b, Op::Subtract));
            let rect = random.rect();
            let (mut clipped, mut cut) = (a.clone(), a.clone());
            clipped.clip(rect);
            cut.subtract_rect(rect);
            assert_eq!(
                Bits::of(&clipped),
                bits_a.with(&Bits::of(&rect.into()), Op::Intersect)
            );
            assert_eq!(
                Bits::of(&cut),
                bits_a.with(&Bits::of(&rect.into()), Op::Subtract)
            );
            for r in [&union, &both, &minus, &clipped, &cut] {
                assert_canonical(r);
                assert_eq!(
                    r.area(),
                    Bits::of(r).0.iter().filter(|b| **b).count() as u64
                );
            }
        }
    }

    #[test]
    fn parts_that_multiply_are_given_up_early() {
        let down = (0..100).map(|i| PixelRect::new(i * 2, 0, 1, 1000));
        let across = (0..100).map(|i| PixelRect::new(0, i * 2, 1000, 1));
        let grid = down.chain(across).map(Region::from);
        assert_eq!(Region::union_of(grid.clone(), 5000), None);
        assert!(Region::union_of(grid, 20_000).is_some_and(|r| r.rects().len() > 5000));
        let (down, across) = (PixelRect::new(0, 0, 1, 9), PixelRect::new(0, 4, 9, 1));
        let mut cross = Region::from(down);
        cross.add(across);
        assert_eq!(cross.intersection(&cross.clone(), 2), None);
        assert_eq!(cross.intersection(&cross.clone(), 3), Some(cross));
    }

    #[test]
    fn what_is_there_already_changes_nothing() {
        let mut region = Region::from(PixelRect::new(0, 10, 100, 20));
        region.add(PixelRect::new(40, 0, 20, 100));
        let before = region.clone();
        for there in [
            PixelRect::new(40, 0, 20, 100),
            PixelRect::new(30, 12, 40, 18),
            PixelRect::new(45, 5, 3, 90),
            PixelRect::EMPTY,
        ] {
            region.add(there);
            assert_eq!(region, before, "{there:?}");
        }
        region.add(PixelRect::new(39, 29, 20, 2));
        assert!(region != before);
        assert!(region.contains(PixelPoint::new(39, 30)));
    }

    #[test]
    fn simplifying_covers_at_least_the_same_pixels() {
        let mut region: Region = (0..10)
            .map(|i| PixelRect::new(i * 2, i * 2, 1, 1))
            .collect();
        region.simplify(10);
        assert_eq!(region.rects().len(), 10);
        region.simplify(9);
        assert_eq!(region.rects(), [PixelRect::new(0, 0, 19, 19)]);
    }
}
