//! [`WallClock`]: waits for a minute to begin, on the clock that people set.

use std::fs::File;
use std::io;

use jiff::Zoned;
use rustix::io::Errno;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
use tokio::net::unix::pipe::Receiver;

/// A timer of the system's. It wakes once a minute, and when the clock was set or the machine has
/// slept; the runtime's own timers would wake more often on the way and not notice those.
pub(super) struct WallClock(Receiver);

impl WallClock {
    /// Inside a runtime.
    pub(super) fn new() -> io::Result<Self> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = File::from(timerfd_create(TimerfdClockId::Realtime, flags)?);
        // It is no pipe, but it is read and waited for like one.
        Receiver::from_file_unchecked(timer).map(Self)
    }

    /// Waits until a minute after `shown` has begun, or the clock was set.
    pub(super) async fn next_minute(&mut self, shown: &Zoned) -> io::Result<()> {
        let due = Itimerspec {
            it_interval: Timespec::default(),
            it_value: Timespec {
                tv_sec: next_minute(shown.timestamp().as_second()),
                tv_nsec: 0,
            },
        };
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        timerfd_settime(&self.0, flags, &due)?;
        loop {
            self.0.readable().await?;
            match self.0.try_read(&mut [0; 8]) {
                Ok(_) => return Ok(()),
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                // It was set: somebody else's time.
                Err(e) if Errno::from_io_error(&e) == Some(Errno::CANCELED) => return Ok(()),
                Err(e) => return Err(e),
            }
        }
    }
}

/// When the next minute begins, in seconds since 1970. Zones differ by whole minutes.
fn next_minute(now: i64) -> i64 {
    now.saturating_sub(now.rem_euclid(60)).saturating_add(60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_begin_at_multiples_of_sixty() {
        for (now, next) in [(0, 60), (59, 60), (60, 120), (61, 120), (-1, 0)] {
            assert_eq!(next_minute(now), next, "{now}");
        }
    }

    #[tokio::test]
    async fn a_minute_that_has_begun_is_not_waited_for() {
        let mut clock = WallClock::new().expect("a timer");
        let long_ago = Zoned::now() - jiff::Span::new().minutes(3);
        clock.next_minute(&long_ago).await.expect("told at once");
        clock.next_minute(&long_ago).await.expect("and again");
    }
}
