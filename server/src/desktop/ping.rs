//! Whether programs answer.
//!
//! A client is asked when a window of its is to be closed, and now and then while the person uses
//! it. One that does not answer for [`PATIENCE`] counts as *silent*: its windows say so, and who
//! asks again to close one ends its connection.

use std::time::Duration;

use transom_protocol::event::Ping;
use transom_protocol::ids::Serial;

use super::Desktop;
use super::client::Client;
use super::ids::ClientId;
use crate::time::Timestamp;

/// How long a client may take to answer: longer than a slow link and a slow drawing together.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How often a client is asked at most because the person uses it.
const INTERVAL: Duration = Duration::from_secs(3);

/// What is known of a client's answers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Liveness {
    /// What it was asked and has not answered, and when.
    asked: Option<(Serial, Timestamp)>,
    /// When it was asked last.
    last: Option<Timestamp>,
    /// It took too long.
    silent: bool,
}

impl Client {
    /// Whether it does not answer.
    pub(super) fn is_silent(&self) -> bool {
        self.liveness.silent
    }

    /// When it will count as silent, unless it answers or does so already.
    fn silent_at(&self) -> Option<Timestamp> {
        let (_, when) = self.liveness.asked.filter(|_| !self.liveness.silent)?;
        Some(when.after(PATIENCE))
    }
}

impl Desktop {
    /// Asks a client whether it is there, unless an answer is due already.
    pub(super) fn ping(&mut self, id: ClientId) {
        let now = self.clock;
        let Some(client) = self.clients.get_mut(&id) else {
            return;
        };
        if client.liveness.asked.is_some() {
            return;
        }
        let serial = client.next_serial();
        client.liveness.asked = Some((serial, now));
        client.liveness.last = Some(now);
        self.send(id, Ping { serial });
    }

    /// Asks a client that the person uses, now and then, where it could be seen that it does not
    /// answer.
    pub(super) fn ping_in_use(&mut self, id: ClientId) {
        let last = self.clients.get(&id).and_then(|c| c.liveness.last);
        let due = last.is_none_or(|last| self.clock.since(last) >= INTERVAL);
        if self.config.decorations && due {
            self.ping(id);
        }
    }

    /// A client has answered.
    pub(super) fn pong(&mut self, id: ClientId, serial: Serial) {
        let Some(client) = self.clients.get_mut(&id) else {
            return;
        };
        if client
            .liveness
            .asked
            .is_some_and(|(asked, _)| asked == serial)
        {
            client.liveness.asked = None;
            self.unsettled |= std::mem::take(&mut client.liveness.silent);
        }
    }

    /// When the next client counts as silent.
    pub(super) fn next_silence(&self) -> Option<Timestamp> {
        self.clients.values().filter_map(Client::silent_at).min()
    }

    /// Notes who has not answered in time.
    pub(super) fn note_silence(&mut self) {
        let now = self.clock;
        for client in self.clients.values_mut() {
            if client.silent_at().is_some_and(|at| at <= now) {
                client.liveness.silent = true;
                self.unsettled = true;
            }
        }
    }
}
