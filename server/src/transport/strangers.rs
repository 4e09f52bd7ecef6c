//! [`Strangers`]: peers from the network that have not shown yet that they may come in.
//!
//! Anybody who reaches a port can connect to it and stay silent. So strangers hold only some of the
//! server's places, and one more takes the place of another that is waited for in vain. Programs of
//! this user on this machine, which come by the Unix socket, are no strangers.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::time::Instant;

/// The most strangers at once: more than programs that one script starts together, half of all places.
pub(super) const MAX_STRANGERS: usize = 256;

/// How long a stranger may be silent before it counts as such: its first bytes may be on their way.
const SILENCE: Duration = Duration::from_millis(500);

/// The most peers that are being told at once why they were refused; others are just closed.
const MAX_REFUSALS: usize = 32;

/// All strangers.
#[derive(Debug, Default)]
pub(super) struct Strangers {
    present: Mutex<Present>,
    /// Told when one has gone, or is none any more.
    fewer: Notify,
}

#[derive(Debug, Default)]
struct Present {
    last: u64,
    refusals: usize,
    /// The oldest first.
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    source: IpAddr,
    since: Instant,
    spoke: bool,
    sent_away: bool,
    leave: Arc<Notify>,
}

impl Strangers {
    /// Somebody has come. When there are too many, another is sent away for it.
    pub(super) fn enter(self: &Arc<Self>, source: IpAddr) -> Stranger {
        let mut present = self.present();
        if present.staying() >= MAX_STRANGERS {
            present.send_one_away();
        }
        present.last += 1;
        let (number, leave) = (present.last, Arc::new(Notify::new()));
        present.entries.push(Entry {
            number,
            source,
            since: Instant::now(),
            spoke: false,
            sent_away: false,
            leave: leave.clone(),
        });
        drop(present);
        Stranger {
            all: self.clone(),
            number,
            leave,
        }
    }

    /// Sends one away, if there is one. It is gone some time later: see [`Strangers::fewer`].
    pub(super) fn send_one_away(&self) -> bool {
        self.present().send_one_away()
    }

    /// Completes when there is one fewer; from when it is enabled on.
    pub(super) fn fewer(&self) -> Notified<'_> {
        self.fewer.notified()
    }

    /// Leave to tell one more peer why it is refused.
    pub(super) fn refusal(self: &Arc<Self>) -> Option<Refusal> {
        let mut present = self.present();
        let free = present.refusals < MAX_REFUSALS;
        present.refusals += usize::from(free);
        free.then(|| Refusal(self.clone()))
    }

    fn present(&self) -> MutexGuard<'_, Present> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Present {
    /// How many there will be when all who were sent away have gone.
    fn staying(&self) -> usize {
        self.entries.iter().filter(|e| !e.sent_away).count()
    }

    /// Of those from where most come, one that was silent for long, or else the oldest.
    fn send_one_away(&mut self) -> bool {
        let mut from = HashMap::new();
        for entry in self.entries.iter().filter(|e| !e.sent_away) {
            *from.entry(entry.source).or_insert(0usize) += 1;
        }
        let staying = self.entries.iter_mut().filter(|e| !e.sent_away);
        // The first of those that are alike.
        let unwanted = staying.min_by_key(|entry| {
            let silent = !entry.spoke && entry.since.elapsed() >= SILENCE;
            (std::cmp::Reverse(from.get(&entry.source).copied()), !silent)
        });
        let Some(entry) = unwanted else {
            return false;
        };
        entry.sent_away = true;
        entry.leave.notify_one();
        true
    }
}

/// One that has come; forgotten when dropped.
#[derive(Debug)]
pub(super) struct Stranger {
    all: Arc<Strangers>,
    number: u64,
    leave: Arc<Notify>,
}

impl Stranger {
    /// It has sent something.
    pub(super) fn spoke(&self) {
        let mut present = self.all.present();
        let mut entries = present.entries.iter_mut();
        if let Some(entry) = entries.find(|e| e.number == self.number) {
            entry.spoke = true;
        }
    }

    /// Completes when it is to leave.
    pub(super) async fn sent_away(&self) {
        self.leave.notified().await;
    }

    /// All of them.
    pub(super) fn all(&self) -> &Arc<Strangers> {
        &self.all
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.all
            .present()
            .entries
            .retain(|e| e.number != self.number);
        self.all.fewer.notify_waiters();
    }
}

/// While it lives, a peer is being told why it is refused.
#[derive(Debug)]
pub(super) struct Refusal(Arc<Strangers>);

impl Drop for Refusal {
    fn drop(&mut self) {
        self.0.present().refusals -= 1;
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const NEAR: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const FAR: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

    fn sent_away(stranger: &Stranger) -> bool {
        let present = stranger.all.present();
        let mut entries = present.entries.iter();
        entries.any(|e| e.number == stranger.number && e.sent_away)
    }

    #[test]
    fn the_first_of_those_from_where_most_come_goes_for_one_too_many() {
        let all = Arc::new(Strangers::default());
        let few: Vec<_> = (0..10).map(|_| all.enter(FAR)).collect();
        let mut many: Vec<_> = (10..MAX_STRANGERS).map(|_| all.enter(NEAR)).collect();
        assert!(!many.iter().any(sent_away));
        for n in 0..20 {
            many.push(all.enter(NEAR));
            assert!(many[..=n].iter().all(sent_away));
            assert!(!many[n + 1..].iter().any(sent_away));
        }
        assert!(!few.iter().any(sent_away));
        drop(many);
        assert_eq!(all.present().entries.len(), few.len());
    }

    #[test]
    fn the_silent_go_before_those_that_spoke() {
        let all = Arc::new(Strangers::default());
        let both = [all.enter(NEAR), all.enter(NEAR)];
        both[0].spoke();
        all.present().entries[1].since -= SILENCE;
        assert!(all.send_one_away());
        assert!(sent_away(&both[1]) && !sent_away(&both[0]));
        assert!(all.send_one_away());
        assert!(sent_away(&both[0]));
        assert!(!all.send_one_away(), "nobody is left");
    }

    #[test]
    fn only_so_many_are_told_at_once_why_they_are_refused() {
        let all = Arc::new(Strangers::default());
        let mut told: Vec<_> = (0..MAX_REFUSALS).map(|_| all.refusal()).collect();
        assert!(told.iter().all(Option::is_some));
        assert!(all.refusal().is_none());
        told.pop();
        assert!(all.refusal().is_some());
    }
}
