//! [`Output`]: packets that wait to be written, in order.

use transom_protocol::codec::{MAGIC, Text};
use transom_protocol::error::ErrorCode;
use transom_protocol::event::{Closed, Error, Event};

/// Memory kept when everything has been written.
const KEEP: usize = 384 << 10;

/// Bytes for the client.
#[derive(Debug, Default)]
pub(super) struct Output {
    bytes: Vec<u8>,
    written: usize,
    begun: bool,
}

impl Output {
    /// What has not been written.
    pub(super) fn pending(&self) -> &[u8] {
        &self.bytes[self.written..]
    }

    /// Drops `count` bytes from the front.
    pub(super) fn written(&mut self, count: usize) {
        self.written = (self.written + count).min(self.bytes.len());
        if self.written == self.bytes.len() {
            self.bytes.clear();
            self.bytes.shrink_to(KEEP);
            self.written = 0;
        } else if self.written > KEEP {
            self.bytes.drain(..self.written);
            self.written = 0;
        }
    }

    /// Appends an event.
    pub(super) fn event<'a>(&mut self, event: impl Into<Event<'a>>) {
        self.begin();
        event.into().write(&mut self.bytes);
    }

    /// Lets `fill` append whole packets.
    pub(super) fn packets(&mut self, fill: impl FnOnce(&mut Vec<u8>)) {
        self.begin();
        fill(&mut self.bytes);
    }

    /// Appends a plain line, for a peer that speaks something else.
    pub(super) fn line(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(b'\n');
    }

    /// Appends an error that cost one request or operation.
    pub(super) fn error(&mut self, sequence: u32, op: u32, code: ErrorCode, text: &str) {
        self.event(Error {
            sequence,
            op,
            code,
            text: Text(text),
        });
    }

    /// Appends the reason why the connection ends.
    pub(super) fn closed(&mut self, sequence: u32, code: ErrorCode, text: &str) {
        self.event(Closed {
            code,
            sequence,
            text: Text(text),
        });
    }

    fn begin(&mut self) {
        if !self.begun {
            self.begun = true;
            self.bytes.extend_from_slice(&MAGIC);
        }
    }
}
