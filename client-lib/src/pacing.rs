//! How fast to draw: round trips, frames in flight, and the numbers a program may look at.

use std::collections::VecDeque;
use std::time::Duration;

use transom_protocol::ids::FrameId;

/// Round trips remembered; their median is what counts.
const REMEMBERED: usize = 15;

/// Frames in flight at most, however long the link: a second at 60 Hz.
const MAX_IN_FLIGHT: usize = 60;

/// A round trip older than this is measured again beside the next frame.
const MEASURE_AGAIN: Duration = Duration::from_secs(10);

/// What [`Display::stats`](crate::Display::stats) tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Bytes handed to the system for sending, the magic bytes included.
    pub bytes_sent: u64,
    /// Bytes received.
    pub bytes_received: u64,
    /// Packets made ready for sending, the hello included.
    pub packets_sent: u64,
    /// Packets received.
    pub packets_received: u64,
    /// The newest round trip measured: from writing a question to reading its answer.
    pub last_round_trip: Option<Duration>,
    /// The median of the last fifteen.
    pub median_round_trip: Option<Duration>,
    /// Frames of all windows that have been sent and not yet been shown.
    pub frames_in_flight: usize,
}

/// Round trips, measured with the core's clock.
#[derive(Debug, Default)]
pub(crate) struct RoundTrips {
    samples: VecDeque<Duration>,
    measured_at: Duration,
    /// A sync whose answer will be a sample, and when it was sent.
    question: Option<(u32, Duration)>,
}

impl RoundTrips {
    pub(crate) fn sample(&mut self, round_trip: Duration, now: Duration) {
        if self.samples.len() == REMEMBERED {
            self.samples.pop_front();
        }
        self.samples.push_back(round_trip);
        self.measured_at = now;
    }

    pub(crate) fn asked(&mut self, id: u32, now: Duration) {
        self.question.get_or_insert((id, now));
    }

    pub(crate) fn answered(&mut self, id: u32, now: Duration) {
        if let Some((_, at)) = self.question.take_if(|(question, _)| *question == id) {
            self.sample(now.saturating_sub(at), now);
        }
    }

    /// Whether the last measurement is too old, and none is under way.
    pub(crate) fn is_stale(&self, now: Duration) -> bool {
        !self.samples.is_empty()
            && self.question.is_none()
            && now.saturating_sub(self.measured_at) >= MEASURE_AGAIN
    }

    pub(crate) fn last(&self) -> Option<Duration> {
        self.samples.back().copied()
    }

    pub(crate) fn median(&self) -> Option<Duration> {
        let mut sorted: Vec<_> = self.samples.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }

    /// How many frames of a window may be under way: round trip over refresh, plus one.
    pub(crate) fn frames_allowed(&self, refresh: Duration) -> usize {
        let (Some(round_trip), false) = (self.median(), refresh.is_zero()) else {
            return 1;
        };
        let pictures = round_trip.as_nanos() / refresh.as_nanos();
        usize::try_from(pictures)
            .unwrap_or(MAX_IN_FLIGHT)
            .saturating_add(1)
            .min(MAX_IN_FLIGHT)
    }
}

/// Frames of one window that were sent and not yet shown.
#[derive(Debug, Default)]
pub(crate) struct InFlight(VecDeque<(FrameId, u64)>);

impl InFlight {
    /// `position` is where in the stream of bytes the frame ends.
    pub(crate) fn sent(&mut self, frame: FrameId, position: u64) {
        self.0.push_back((frame, position));
    }

    /// Everything up to `frame` was shown; returns where the last of it ended.
    pub(crate) fn shown(&mut self, frame: FrameId) -> Option<u64> {
        let mut end = None;
        while self
            .0
            .front()
            .is_some_and(|(sent, _)| !sent.is_after(frame))
        {
            end = self.0.pop_front().map(|(_, position)| position);
        }
        end
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFRESH: Duration = Duration::from_nanos(16_666_667);

    #[test]
    fn as_many_frames_fly_as_the_round_trip_holds_plus_one() {
        let mut trips = RoundTrips::default();
        assert_eq!(trips.frames_allowed(REFRESH), 1, "nothing is known yet");
        for (millis, frames) in [(0, 1), (10, 1), (100, 6), (100_000, MAX_IN_FLIGHT)] {
            (0..REMEMBERED).for_each(|_| trips.sample(Duration::from_millis(millis), REFRESH));
            assert_eq!(trips.frames_allowed(REFRESH), frames, "{millis} ms");
        }
        assert_eq!(
            trips.frames_allowed(Duration::ZERO),
            1,
            "the refresh is not known"
        );
    }

    #[test]
    fn a_shown_frame_covers_those_before_it() {
        let mut flight = InFlight::default();
        for n in 1..=3 {
            flight.sent(FrameId(n), u64::from(n) * 10);
        }
        assert_eq!((flight.shown(FrameId(2)), flight.len()), (Some(20), 1));
        assert_eq!((flight.shown(FrameId(2)), flight.len()), (None, 1));
    }

    #[test]
    fn a_round_trip_is_measured_again_after_a_while() {
        let mut trips = RoundTrips::default();
        trips.sample(Duration::from_millis(5), Duration::ZERO);
        assert!(!trips.is_stale(MEASURE_AGAIN / 2));
        assert!(trips.is_stale(MEASURE_AGAIN));
        trips.asked(7, MEASURE_AGAIN);
        assert!(!trips.is_stale(MEASURE_AGAIN), "it is being measured");
        trips.answered(7, MEASURE_AGAIN + Duration::from_millis(9));
        assert_eq!(trips.last(), Some(Duration::from_millis(9)));
    }
}
