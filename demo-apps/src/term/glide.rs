//! [`Glide`]: how far the view is scrolled back, and how it gets there smoothly.

use std::time::Duration;

/// In this time it comes two thirds of the way closer.
const TIME: f32 = 0.045;

/// A place above the bottom of the text, in device pixels, moving towards another.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Glide {
    position: f32,
    target: f32,
    moved: Duration,
}

impl Glide {
    /// Whole device pixels scrolled back.
    pub(crate) fn pixels(&self) -> u32 {
        self.position.round() as u32
    }

    /// Whether it has not arrived.
    pub(crate) fn is_moving(&self) -> bool {
        self.position != self.target
    }

    /// Heads for a place so many pixels further back, at most `limit` pixels in all.
    pub(crate) fn head(&mut self, by: f32, limit: f32, now: Duration) {
        if !self.is_moving() {
            self.moved = now;
        }
        self.target = (self.target + by).clamp(0.0, limit).round();
    }

    /// Goes to a place at once.
    pub(crate) fn jump(&mut self, to: f32) {
        self.position = to.max(0.0).round();
        self.target = self.position;
    }

    /// Arrives at once.
    pub(crate) fn finish(&mut self) {
        self.position = self.target;
    }

    /// The text has grown at the bottom, by so many pixels, and the view stays with what it shows.
    pub(crate) fn grow(&mut self, by: f32) {
        self.position = (self.position + by).max(0.0);
        self.target = (self.target + by).max(0.0);
    }

    /// Moves on, a pixel at least.
    pub(crate) fn step(&mut self, now: Duration) {
        if !self.is_moving() {
            return;
        }
        let passed = now.saturating_sub(self.moved).as_secs_f32();
        self.moved = now;
        let left = self.target - self.position;
        let step = left.abs() * (1.0 - (-passed / TIME).exp());
        self.position += left.signum() * step.max(1.0).min(left.abs());
        if (self.target - self.position).abs() < 0.5 {
            self.position = self.target;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_arrives_soon_and_without_turning_back() {
        let mut glide = Glide::default();
        let mut now = Duration::from_secs(1);
        glide.head(48.0, 1000.0, now);
        let mut places = Vec::new();
        while glide.is_moving() {
            now += Duration::from_millis(16);
            glide.step(now);
            places.push(glide.pixels());
        }
        assert!(places.len() > 4 && places.len() < 20, "{places:?}");
        assert!(
            places.is_sorted() && places.last() == Some(&48),
            "{places:?}"
        );
    }

    #[test]
    fn it_does_not_leave_the_text() {
        let mut glide = Glide::default();
        glide.head(-10.0, 100.0, Duration::ZERO);
        assert!(!glide.is_moving());
        glide.head(1e9, 100.0, Duration::ZERO);
        glide.step(Duration::from_secs(9));
        assert_eq!(glide.pixels(), 100);
        glide.grow(16.0);
        assert_eq!(glide.pixels(), 116);
    }

    #[test]
    fn a_clock_that_stands_still_does_not_stop_it() {
        let mut glide = Glide::default();
        glide.head(5.0, 100.0, Duration::ZERO);
        (0..5).for_each(|_| glide.step(Duration::ZERO));
        assert!(!glide.is_moving());
    }
}
