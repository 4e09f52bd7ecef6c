//! [`Bell`]: wakes the presenter's thread. Rung many times before it is heard, it wakes once.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// What a [`Bell::wait`] ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// There is something to look at, or the time is over.
    Look,
    /// The thread is to end.
    Stop,
}

#[derive(Debug, Default)]
struct State {
    rung: bool,
    stopped: bool,
}

/// A bell that one thread waits for.
#[derive(Debug, Default)]
pub struct Bell {
    state: Mutex<State>,
    changed: Condvar,
}

impl Bell {
    /// Wakes the thread that waits, or will.
    pub fn ring(&self) {
        self.set(|state| state.rung = true);
    }

    /// Lets the thread end.
    pub fn stop(&self) {
        self.set(|state| state.stopped = true);
    }

    /// Whether it has been rung, and nobody has heard it.
    #[cfg(test)]
    pub(super) fn take(&self) -> bool {
        let mut rung = false;
        self.set(|state| rung = std::mem::take(&mut state.rung));
        rung
    }

    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_one();
    }

    /// Waits until the bell is rung, or `limit` is over.
    pub fn wait(&self, limit: Option<Duration>) -> Woken {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let quiet = |state: &mut State| !state.rung && !state.stopped;
        let mut state = match limit {
            Some(limit) => {
                let waited = self.changed.wait_timeout_while(state, limit, quiet);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => {
                let waited = self.changed.wait_while(state, quiet);
                waited.unwrap_or_else(PoisonError::into_inner)
            }
        };
        state.rung = false;
        if state.stopped {
            Woken::Stop
        } else {
            Woken::Look
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_rung_before_anyone_waits_is_heard_once() {
        let bell = Bell::default();
        bell.ring();
        bell.ring();
        assert_eq!(bell.wait(None), Woken::Look);
        assert_eq!(bell.wait(Some(Duration::ZERO)), Woken::Look);
        bell.stop();
        assert_eq!(bell.wait(None), Woken::Stop);
    }
}
