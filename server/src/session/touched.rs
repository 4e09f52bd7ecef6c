//! [`Touched`]: the damage of many small elements, gathered before it becomes part of a region.

use transom_protocol::geometry::PixelRect;

use super::limits::MAX_DAMAGE_RECTS;
use crate::region::Region;

/// Elements are gathered in one rectangle as long as that has no more pixels than this, whatever lies
/// between them: less than a region takes to be combined.
const SMALL: u64 = 4096;

/// A rectangle around what was drawn last.
#[derive(Debug, Default)]
pub(super) struct Touched {
    around: PixelRect,
    /// How many pixels were added, some of them perhaps twice.
    pixels: u64,
}

impl Touched {
    /// Adds `rect`, which must lie inside the clip. What was gathered before and is not close goes
    /// to `damage`.
    #[inline(always)]
    pub(super) fn add(&mut self, rect: PixelRect, damage: Option<&mut Region>) {
        if self.around.contains_rect(rect) {
            self.pixels += rect.area();
            return;
        }
        self.grow(rect, damage);
    }

    /// Adds all of `each`, which lie `around`.
    #[inline]
    pub(super) fn add_all(
        &mut self,
        around: PixelRect,
        each: impl Iterator<Item = PixelRect>,
        mut damage: Option<&mut Region>,
    ) {
        match around.area() <= SMALL || self.around.contains_rect(around) {
            true => self.add(around, damage),
            false => each.for_each(|rect| self.add(rect, damage.as_deref_mut())),
        }
    }

    fn grow(&mut self, rect: PixelRect, damage: Option<&mut Region>) {
        if rect.is_empty() {
            return;
        }
        let around = self.around.union(rect);
        let pixels = self.pixels + rect.area();
        if around.area() <= SMALL.max(2 * pixels) {
            (self.around, self.pixels) = (around, pixels);
        } else {
            self.give(damage);
            (self.around, self.pixels) = (rect, rect.area());
        }
    }

    /// Adds what is gathered to `damage`.
    pub(super) fn give(&mut self, damage: Option<&mut Region>) {
        let around = std::mem::take(self).around;
        if let Some(damage) = damage.filter(|_| !around.is_empty()) {
            damage.add(around);
            damage.simplify(MAX_DAMAGE_RECTS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn damage(rects: &[PixelRect]) -> Region {
        let (mut touched, mut damage) = (Touched::default(), Region::new());
        for rect in rects {
            touched.add(*rect, Some(&mut damage));
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
