//! [`Timestamp`]: moments, as the shells read them off the clock and pass them to the cores.

use std::time::Duration;

/// Microseconds of the server's monotonic clock, which starts at 0.
///
/// Session and desktop never read a clock: each call that depends on the time is told it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// When the server started.
    pub const ZERO: Self = Self(0);

    /// Milliseconds, wrapping around after 49 days: the time of input events.
    pub const fn millis(self) -> u32 {
        (self.0 / 1000) as u32
    }

    /// The moment `duration` later, stopping at the end of the number range.
    pub const fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(Self::micros(duration)))
    }

    /// How long ago `earlier` was; zero when it is not earlier.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }

    const fn micros(duration: Duration) -> u64 {
        let micros = duration.as_micros();
        if micros > u64::MAX as u128 {
            u64::MAX
        } else {
            micros as u64
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_saturate_and_milliseconds_wrap() {
        let end = Timestamp(u64::MAX);
        assert_eq!(end.after(Duration::MAX), end);
        assert_eq!(Timestamp::ZERO.since(end), Duration::ZERO);
        assert_eq!(Timestamp((1 << 32) * 1000 + 7_999).millis(), 7);
    }
}
