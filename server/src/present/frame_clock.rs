//! [`FrameClock`]: when to draw next.
//!
//! A pure state machine: time is an argument. It limits the rate and never delays a display that
//! was idle. It draws nothing and waits for nothing.

use std::time::Duration;

use crate::time::Timestamp;

/// When the next picture may be presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// At once.
    Now,
    /// At this time, the next tick.
    At(Timestamp),
    /// Not before somebody asks again: nothing is wanted, or the clock is held.
    Idle,
}

/// Decides when a picture is presented.
///
/// What is committed on a display that has been idle for a refresh is shown at once; otherwise at
/// the next tick, one refresh after the last. A held clock presents nothing by itself.
#[derive(Clone, Debug)]
pub struct FrameClock {
    refresh: Duration,
    /// When the last picture was due.
    last: Option<Timestamp>,
    /// The tick that was promised for the picture that is wanted now.
    planned: Option<Timestamp>,
    held: bool,
}

impl FrameClock {
    /// A clock with this time between two pictures.
    pub fn new(refresh: Duration) -> Self {
        Self {
            refresh,
            last: None,
            planned: None,
            held: false,
        }
    }

    /// The time between two pictures is this from now on.
    pub fn set_refresh(&mut self, refresh: Duration) {
        if refresh != self.refresh {
            self.refresh = refresh;
            self.planned = None;
        }
    }

    /// Presents nothing until [`FrameClock::release`].
    pub fn hold(&mut self) {
        self.held = true;
        self.planned = None;
    }

    /// Runs by itself again.
    pub fn release(&mut self) {
        self.held = false;
    }

    /// Whether it is held.
    pub fn is_held(&self) -> bool {
        self.held
    }

    /// When to present, a picture being `wanted` or not.
    pub fn next(&mut self, wanted: bool, now: Timestamp) -> Next {
        if !wanted || self.held {
            return Next::Idle;
        }
        match self.last.map(|last| last.after(self.refresh)) {
            Some(tick) if tick > now => {
                self.planned = Some(tick);
                Next::At(tick)
            }
            _ => Next::Now,
        }
    }

    /// A picture was presented at `now`.
    pub fn presented(&mut self, now: Timestamp) {
        // A picture a little late for its tick does not move the ticks after it.
        let tick = self.planned.take();
        let on_time = |tick: &Timestamp| *tick <= now && tick.after(self.refresh) > now;
        self.last = Some(tick.filter(on_time).unwrap_or(now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFRESH: Duration = Duration::from_micros(100);

    fn at(us: u64) -> Timestamp {
        Timestamp(us)
    }

    #[test]
    fn a_commit_on_an_idle_display_is_shown_at_once() {
        let mut clock = FrameClock::new(REFRESH);
        assert_eq!(clock.next(true, at(5)), Next::Now);
        clock.presented(at(6));
        assert_eq!(clock.next(true, at(106)), Next::Now);
    }

    #[test]
    fn a_commit_soon_after_another_waits_for_the_next_tick() {
        let mut clock = FrameClock::new(REFRESH);
        clock.presented(at(50));
        for (now, next) in [
            (51, Next::At(at(150))),
            (149, Next::At(at(150))),
            (150, Next::Now),
            (900, Next::Now),
        ] {
            assert_eq!(clock.next(true, at(now)), next, "at {now}");
        }
    }

    #[test]
    fn pictures_late_for_their_tick_keep_the_rate() {
        let mut clock = FrameClock::new(REFRESH);
        clock.presented(at(0));
        for tick in 1..50 {
            assert_eq!(
                clock.next(true, at(tick * 100 - 60)),
                Next::At(at(tick * 100))
            );
            clock.presented(at(tick * 100 + 30));
        }
    }

    #[test]
    fn a_picture_a_whole_refresh_late_starts_the_ticks_anew() {
        let mut clock = FrameClock::new(REFRESH);
        clock.presented(at(0));
        assert_eq!(clock.next(true, at(10)), Next::At(at(100)));
        clock.presented(at(270));
        assert_eq!(clock.next(true, at(280)), Next::At(at(370)));
    }

    #[test]
    fn another_rate_counts_from_the_last_picture_on() {
        let mut clock = FrameClock::new(REFRESH);
        clock.presented(at(0));
        assert_eq!(clock.next(true, at(10)), Next::At(at(100)));
        clock.set_refresh(Duration::from_micros(40));
        assert_eq!(clock.next(true, at(20)), Next::At(at(40)));
        clock.presented(at(45));
        assert_eq!(clock.next(true, at(50)), Next::At(at(80)));
    }

    #[test]
    fn nothing_is_planned_when_nothing_is_wanted() {
        let mut clock = FrameClock::new(REFRESH);
        clock.presented(at(0));
        assert_eq!(clock.next(false, at(10)), Next::Idle);
        assert_eq!(clock.next(false, at(1000)), Next::Idle);
    }

    #[test]
    fn a_held_clock_presents_nothing_until_released() {
        let mut clock = FrameClock::new(REFRESH);
        clock.hold();
        assert!(clock.is_held());
        assert_eq!(clock.next(true, at(1000)), Next::Idle);
        clock.release();
        assert_eq!(clock.next(true, at(1000)), Next::Now);
    }
}
