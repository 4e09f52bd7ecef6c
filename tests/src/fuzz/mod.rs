//! A structured fuzzer of sessions: packets that mostly decode, of numbers that mostly make no sense.
//!
//! Random bytes hardly get past a packet's head. These clients say what is well formed and absurd: NaN,
//! infinities, coordinates of 10³⁰, paths of a million points, groups in groups, images of no pixel and
//! of more than there is memory; and then some bytes are changed. A session must never panic, must end
//! each slice near its budget, and must stay within its memory. A seed decides everything, so what was
//! found is found again.

mod absurd;
mod records;
mod requests;
mod victim;

pub use absurd::Absurd;
pub use victim::{Outcome, Victim};

/// What many sessions came to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Clients served.
    pub sessions: u64,
    /// Of these, how many were disconnected for what they said.
    pub closed: u64,
    /// Packets sent by all of them.
    pub packets: u64,
    /// Bytes sent by all of them.
    pub bytes: u64,
    /// The largest number of bytes that one session had charged to its memory.
    pub memory: u64,
    /// The slice that took longest, with the seed and the packet it belongs to.
    pub slowest: Outcome,
}

/// Serves one client whose every word follows from `seed`, and adds what came of it to `report`.
///
/// # Panics
///
/// When the session does, or when it breaks a promise: more memory charged than it may have, or no end.
pub fn session(seed: u64, report: &mut Report) {
    let mut absurd = Absurd::new(seed);
    let mut victim = Victim::new(&mut absurd);
    report.sessions += 1;
    for number in 0..24 {
        let packet = requests::packet(&mut absurd, number + 1);
        report.packets += 1;
        report.bytes += packet.len() as u64;
        let outcome = Outcome {
            seed,
            packet: number,
            ..victim.feed(&packet)
        };
        report.memory = report.memory.max(victim.memory());
        if outcome.longest > report.slowest.longest {
            report.slowest = outcome;
        }
        if outcome.closed {
            report.closed += 1;
            return;
        }
    }
}
