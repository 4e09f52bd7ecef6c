//! [`Client`]: what the desktop knows of a connection besides its windows.

use std::collections::VecDeque;
use std::time::Duration;

use transom_protocol::ids::Serial;

use super::events::EventQueue;
use super::ping::Liveness;
use super::selection::Clipboard;
use crate::time::Timestamp;

/// Who is at the other end, as far as it said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientInfo {
    /// The program's name.
    pub program: String,
    /// The machine it runs on.
    pub host: String,
    /// Its process there; 0 when not known.
    pub pid: u32,
    /// It is told of selections, and may use them.
    pub selections: bool,
    /// It is told of fingers; without that, one is the pointer.
    pub touch: bool,
}

/// How many presses and releases are remembered for requests that quote one. A request is on its
/// way for a round trip at most; nobody presses more in that time.
const MAX_RECENT_INPUT: usize = 32;

/// How long an input may be quoted to get the keyboard: a slow link and a slow start of something,
/// but not what the person did before they turned to something else.
const ACTIVATION_TIME: Duration = Duration::from_secs(5);

/// A connection.
#[derive(Debug, Default)]
pub(super) struct Client {
    pub(super) info: ClientInfo,
    pub(super) queue: EventQueue,
    /// How many windows it has.
    pub(super) windows: usize,
    pub(super) liveness: Liveness,
    pub(super) clipboard: Clipboard,
    serial: Serial,
    recent: VecDeque<(Serial, Timestamp)>,
}

impl Client {
    pub(super) fn new(info: ClientInfo) -> Self {
        Self {
            info,
            ..Self::default()
        }
    }

    /// The connection's next serial.
    pub(super) fn next_serial(&mut self) -> Serial {
        self.serial = self.serial.next();
        self.serial
    }

    /// Remembers that the person pressed or released something, which the client may quote.
    pub(super) fn remember_input(&mut self, serial: Serial, now: Timestamp) {
        self.recent.truncate(MAX_RECENT_INPUT - 1);
        self.recent.push_front((serial, now));
    }

    /// Whether `serial` is one of the last presses and releases.
    pub(super) fn knows_input(&self, serial: Serial) -> bool {
        self.recent.iter().any(|(s, _)| *s == serial)
    }

    /// Whether `serial` is a press or release of the last few seconds.
    pub(super) fn may_activate(&self, serial: Serial, now: Timestamp) -> bool {
        self.recent
            .iter()
            .any(|(s, at)| *s == serial && now.since(*at) <= ACTIVATION_TIME)
    }
}

#[cfg(test)]
impl Client {
    /// What a request would quote.
    pub(super) fn last_input(&self) -> Serial {
        self.recent.front().map_or(Serial::NONE, |(s, _)| *s)
    }
}
