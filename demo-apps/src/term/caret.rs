//! [`Blink`]: when the caret is dark.

use std::time::Duration;

/// How long it is lit, and dark.
const HALF: Duration = Duration::from_millis(530);

/// How long it blinks after something has happened. Then it stays lit, and nothing has to be done.
const REST: Duration = Duration::from_secs(10);

/// A caret's blinking, by a clock that its owner has.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Blink {
    since: Duration,
}

impl Blink {
    /// Something has happened: it is lit, and begins anew.
    pub(crate) fn restart(&mut self, now: Duration) {
        self.since = now;
    }

    /// Whether it is lit.
    pub(crate) fn is_lit(&self, now: Duration) -> bool {
        let halves = self.elapsed(now).as_millis() / HALF.as_millis();
        self.elapsed(now) >= REST || halves.is_multiple_of(2)
    }

    /// When it changes next; `None` at rest.
    pub(crate) fn next_change(&self, now: Duration) -> Option<Duration> {
        let elapsed = self.elapsed(now);
        if elapsed >= REST {
            return None;
        }
        let halves = elapsed.as_millis() / HALF.as_millis() + 1;
        Some(self.since + (HALF * halves as u32).min(REST))
    }

    fn elapsed(&self, now: Duration) -> Duration {
        now.saturating_sub(self.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_blinks_for_a_while_and_then_stays_lit() {
        let mut blink = Blink::default();
        let start = Duration::from_secs(100);
        blink.restart(start);
        let mut now = start;
        let mut changes = 0;
        while let Some(next) = blink.next_change(now) {
            assert!(next > now);
            let before = blink.is_lit(now);
            now = next;
            assert!(before != blink.is_lit(now) || now == start + REST);
            changes += 1;
        }
        assert_eq!((changes, now), (19, start + REST));
        assert!(blink.is_lit(now) && blink.is_lit(now + HALF));
        blink.restart(now);
        assert!(blink.next_change(now).is_some());
    }
}
