//! [`DamageHistory`]: what has to be drawn anew in a buffer that shows an older picture.
//!
//! A native window has one buffer or several, which take turns. The picture in the one handed out
//! is `age` frames old (0: not known), so what changed in all frames since has to be drawn, not
//! only what is new. Pure bookkeeping: no pixels, no window.

use std::collections::VecDeque;

use transom_protocol::geometry::{PixelRect, PixelSize};

use crate::region::Region;

/// The oldest buffer that is updated rather than drawn anew. Nobody has more than three buffers.
const MAX_AGE: usize = 4;

/// The damage of the frames presented last.
#[derive(Debug, Default)]
pub(super) struct DamageHistory {
    size: PixelSize,
    /// Of frames of this size, the newest first. The last one stands for the oldest picture known.
    frames: VecDeque<Region>,
}

impl DamageHistory {
    /// What is to be drawn in a buffer of this age and size, so that it shows the next frame;
    /// `damage` is how that differs from the frame before.
    pub(super) fn to_draw(&self, age: u8, size: PixelSize, damage: &Region) -> Region {
        let age = usize::from(age);
        if age == 0 || age > self.frames.len() || size != self.size {
            // A buffer that outlived a change of size has an age, and a picture of another shape.
            return Region::from(PixelRect::from_size(size));
        }
        let mut region = damage.clone();
        for older in self.frames.iter().take(age - 1) {
            region.union(older);
        }
        region.clip(PixelRect::from_size(size));
        region
    }

    /// A frame of this size was presented; `damage` is how it differs from the one before.
    pub(super) fn presented(&mut self, size: PixelSize, damage: Region) {
        if size != self.size {
            self.forget();
            self.size = size;
        }
        self.frames.truncate(MAX_AGE - 1);
        self.frames.push_front(damage);
    }

    /// Nothing is known of any buffer any more.
    pub(super) fn forget(&mut self) {
        self.frames.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: PixelSize = PixelSize::new(100, 50);
    const OTHER: PixelSize = PixelSize::new(90, 60);

    fn rect(n: i32) -> Region {
        Region::from(PixelRect::new(n * 10, 0, 5, 5))
    }

    fn rects(ns: &[i32]) -> Region {
        let regions = ns.iter().map(|n| rect(*n));
        Region::union_of(regions, usize::MAX).unwrap_or_default()
    }

    fn all(size: PixelSize) -> Region {
        Region::from(PixelRect::from_size(size))
    }

    /// Frames 1, 2, 3 ... were presented, of these sizes.
    fn history(sizes: &[PixelSize]) -> DamageHistory {
        let mut history = DamageHistory::default();
        for (n, size) in (1..).zip(sizes) {
            history.presented(*size, rect(n));
        }
        history
    }

    #[test]
    fn a_buffer_needs_the_damage_of_all_frames_since_its_own() {
        for (frames, age, expected) in [
            (0, 0, all(SIZE)),
            (0, 1, all(SIZE)), // claims to be older than anything presented
            (1, 0, all(SIZE)),
            (1, 1, rects(&[9])),
            (1, 2, all(SIZE)),
            (3, 0, all(SIZE)),
            (3, 1, rects(&[9])),
            (3, 2, rects(&[9, 3])),
            (3, 3, rects(&[9, 3, 2])),
            (3, 4, all(SIZE)),
            (8, 4, rects(&[9, 8, 7, 6])),
            (8, 5, all(SIZE)),
            (8, 255, all(SIZE)),
        ] {
            let history = history(&vec![SIZE; frames]);
            let drawn = history.to_draw(age, SIZE, &rect(9));
            assert_eq!(drawn, expected, "{frames} frames, age {age}");
        }
    }

    #[test]
    fn a_resize_makes_every_older_picture_worthless() {
        let old = history(&[SIZE, SIZE, SIZE]);
        for age in 0..5 {
            assert_eq!(old.to_draw(age, OTHER, &rect(9)), all(OTHER), "age {age}");
        }
        let resized = history(&[SIZE, SIZE, OTHER]);
        assert_eq!(resized.to_draw(1, OTHER, &rect(8)), rects(&[8]));
        assert_eq!(resized.to_draw(2, OTHER, &rect(8)), all(OTHER));
        let back = history(&[SIZE, OTHER, SIZE]);
        assert_eq!(back.to_draw(1, SIZE, &rect(9)), rects(&[9]));
        assert_eq!(back.to_draw(3, SIZE, &rect(9)), all(SIZE));
    }

    #[test]
    fn distant_rectangles_stay_apart_and_inside_the_buffer() {
        let mut history = history(&[SIZE, SIZE]);
        history.presented(SIZE, Region::from(PixelRect::new(95, 45, 50, 50)));
        let drawn = history.to_draw(2, SIZE, &rect(0));
        let corners = [PixelRect::new(0, 0, 5, 5), PixelRect::new(95, 45, 5, 5)];
        assert_eq!(drawn.rects(), corners);
    }

    #[test]
    fn what_is_forgotten_is_drawn_anew() {
        let mut history = history(&[SIZE, SIZE]);
        history.forget();
        assert_eq!(history.to_draw(1, SIZE, &rect(9)), all(SIZE));
    }
}
