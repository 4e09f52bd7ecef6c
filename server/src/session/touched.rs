//! [`Touched`]: the damage of many small elements, gathered before it becomes part of a region.

use transom_protocol::geometry::PixelRect;

use super::limits::MAX_DAMAGE_RECTS;
use crate::region::Region;

/// Elements are gathered in one rectangle as long as that has no more pixels than this, whatever lies
/// between them: less than a region takes to be combined.
const SMALL: u64 = 4096;

/// So many rectangles are kept until the end; of more, those that are closest become one.
const KEPT: usize = 8;

/// Elements of a large block are looked at so many at a time.
const FEW: usize = 16;

/// Rectangles around what was drawn.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// Around what was drawn last.
    around: PixelRect,
    /// How many pixels were added to that, some of them perhaps twice.
    pixels: u64,
    /// What was gathered before.
    kept: [PixelRect; KEPT],
    count: usize,
}

impl Touched {
    /// Adds `rect`, which must lie inside the clip.
    #[inline(always)]
    pub(super) fn add(&mut self, rect: PixelRect) {
        if self.around.contains_rect(rect) {
            self.pixels += rect.area();
            return;
        }
        self.grow(rect);
    }

    /// Adds all of `elements`, which lie `around`; `bounds` are those of some of them.
    #[inline]
    pub(super) fn add_all<T>(
        &mut self,
        around: PixelRect,
        elements: &[T],
        bounds: impl Fn(&[T]) -> PixelRect,
    ) {
        match around.area() <= SMALL || self.around.contains_rect(around) {
            true => self.add(around),
            false => elements.chunks(FEW).for_each(|few| self.add(bounds(few))),
        }
    }

    fn grow(&mut self, rect: PixelRect) {
        if rect.is_empty() {
            return;
        }
        let around = self.around.union(rect);
        let pixels = self.pixels + rect.area();
        if around.area() <= SMALL.max(2 * pixels) {
            (self.around, self.pixels) = (around, pixels);
        } else {
            self.keep(self.around);
            (self.around, self.pixels) = (rect, rect.area());
        }
    }

    fn keep(&mut self, rect: PixelRect) {
        let kept = &mut self.kept[..self.count];
        if kept.iter().any(|other| other.contains_rect(rect)) {
            return;
        }
        if let Some(free) = self.kept.get_mut(self.count) {
            *free = rect;
            self.count += 1;
            return;
        }
        let growth = |other: &&mut PixelRect| other.union(rect).area() - other.area();
        if let Some(closest) = self.kept.iter_mut().min_by_key(growth) {
            *closest = closest.union(rect);
        }
    }

    /// Adds what is gathered to `damage`.
    pub(super) fn give(&mut self, damage: Option<&mut Region>) {
        let Self {
            around,
            kept,
            count,
            ..
        } = std::mem::take(self);
        let Some(damage) = damage else { return };
        for rect in kept[..count].iter().chain([&around]) {
            damage.add(*rect);
        }
        damage.simplify(MAX_DAMAGE_RECTS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn damage(rects: &[PixelRect]) -> Region {
        let (mut touched, mut damage) = (Touched::default(), Region::new());
        for rect in rects {
            touched.add(*rect);
        }
        touched.give(Some(&mut damage));
        damage
    }

    #[test]
    fn everything_added_is_damage() {
        let rects: Vec<_> = (0..200)
            .map(|i| PixelRect::new(i * 37 % 900, i * 53 % 700, 9, 4))
            .collect();
        let damage = damage(&rects);
        for rect in &rects {
            let mut left = Region::from(*rect);
            left.subtract(&damage);
            assert!(left.is_empty(), "{rect:?}");
        }
    }

    #[test]
    fn what_lies_far_apart_stays_apart() {
        let far = [PixelRect::new(0, 0, 5, 5), PixelRect::new(900, 900, 5, 5)];
        assert_eq!(damage(&far).rects(), far);
        let near = [PixelRect::new(0, 0, 5, 5), PixelRect::new(9, 0, 5, 5)];
        assert_eq!(damage(&near).rects(), [PixelRect::new(0, 0, 14, 5)]);
    }

    #[test]
    fn nothing_is_no_damage() {
        assert!(damage(&[]).is_empty());
        assert!(damage(&[PixelRect::EMPTY]).is_empty());
    }
}
