//! [`Clicks`]: whether a press is a single, double or triple click.

use std::time::Duration;

/// Clicks further apart than this are separate ones, in milliseconds.
const TOGETHER: Duration = Duration::from_millis(400);

/// Counts presses in one place.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clicks {
    last: Option<(Duration, (usize, usize))>,
    count: u32,
}

impl Clicks {
    /// A press at a column and row: 1 for the first, 2 for a double and 3 for a triple click.
    pub(crate) fn press(&mut self, place: (usize, usize), now: Duration) -> u32 {
        let near = |(time, (column, row)): (Duration, (usize, usize))| {
            now.saturating_sub(time) <= TOGETHER && row == place.1 && column.abs_diff(place.0) <= 1
        };
        self.count = match self.last.is_some_and(near) {
            true => self.count % 3 + 1,
            false => 1,
        };
        self.last = Some((now, place));
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clicks_count_when_they_are_close() {
        let mut clicks = Clicks::default();
        let at = Duration::from_millis;
        assert_eq!(clicks.press((4, 2), at(1000)), 1);
        assert_eq!(clicks.press((5, 2), at(1300)), 2);
        assert_eq!(clicks.press((5, 2), at(1600)), 3);
        assert_eq!(clicks.press((5, 2), at(1900)), 1);
        assert_eq!(clicks.press((5, 3), at(1950)), 1);
        assert_eq!(clicks.press((5, 3), at(3000)), 1);
    }
}
