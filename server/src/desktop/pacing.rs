//! Which frames were seen, and telling their clients.
//!
//! A frame that is committed is *owed*: its client is told when it was on the screen. Frames of
//! windows that nobody can see (minimised, covered, off the screen, without a picture) are
//! acknowledged about once a second, so that their clients go on, slowly. When no frame is owed
//! nothing is waited for.

use std::time::Duration;

use transom_protocol::event::{FrameShown, ShownFlags};
use transom_protocol::ids::FrameId;

use super::Desktop;
use super::ids::WindowKey;
use super::scene::Scene;
use super::window::Owed;
use crate::time::Timestamp;

/// How long a frame that nobody can see goes unacknowledged.
pub const HIDDEN_ACKNOWLEDGEMENT: Duration = Duration::from_secs(1);

impl Desktop {
    /// Whether a scene is to be composited and shown: there is damage, or a frame that can be seen
    /// of which its client was not told.
    pub fn needs_frame(&self) -> bool {
        let waits = || self.windows.values().any(|w| w.visible && w.owed.is_some());
        !self.damage.is_empty() || waits()
    }

    /// How many pixels are to be composited again.
    pub fn damaged_pixels(&self) -> u64 {
        self.damage.area()
    }

    /// `shown` was on the screen at `now`: clients are told of the frames in it.
    pub fn presented(&mut self, shown: &Scene, now: Timestamp) {
        self.at(now);
        for (key, frame) in &shown.frames {
            let Some(window) = self.windows.get_mut(key) else {
                continue;
            };
            if window.told.is_some_and(|told| !frame.is_after(told)) {
                continue;
            }
            match &mut window.owed {
                Some(newest) if newest.frame != *frame => newest.since = now,
                owed => *owed = None,
            }
            self.tell_shown(*key, *frame, now, ShownFlags::NONE);
        }
    }

    /// When [`Desktop::handle_timeout`] is to be called; `None` when nothing waits.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let unseen = self.windows.values().filter(|w| !w.visible);
        let unseen = unseen.filter_map(|w| w.owed.map(Owed::deadline));
        let others = self.next_silence().into_iter().chain(self.next_stall());
        unseen.chain(others).min()
    }

    /// Does what is due: frames that nobody can see are acknowledged, clients that do not answer are
    /// marked, and transfers that stand still given up.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.at(now);
        self.note_silence();
        self.give_up_stalled();
        let due: Vec<(WindowKey, FrameId)> = self
            .windows
            .iter_mut()
            .filter(|(_, w)| !w.visible)
            .filter_map(|(key, w)| {
                let due = w.owed.take_if(|owed| owed.deadline() <= now)?;
                Some((*key, due.frame))
            })
            .collect();
        for (key, frame) in due {
            self.tell_shown(key, frame, now, ShownFlags::HIDDEN);
        }
        self.settle();
    }

    /// Notes that a frame was committed. One that was owed before is covered by it.
    pub(super) fn owe(&mut self, key: WindowKey, frame: FrameId) {
        if let Some(window) = self.windows.get_mut(&key) {
            let since = window.owed.map_or(self.clock, |owed| owed.since);
            // A client that counts backwards is told nevertheless.
            window.told = window.told.filter(|told| frame.is_after(*told));
            window.owed = Some(Owed { frame, since });
        }
    }

    fn tell_shown(&mut self, key: WindowKey, frame: FrameId, now: Timestamp, flags: ShownFlags) {
        if let Some(window) = self.windows.get_mut(&key) {
            window.told = Some(frame);
        }
        let event = FrameShown {
            window: key.window,
            frame,
            time: now.0,
            refresh: self.output.refresh,
            flags,
        };
        self.send(key.client, event);
    }
}

impl Owed {
    fn deadline(self) -> Timestamp {
        self.since.after(HIDDEN_ACKNOWLEDGEMENT)
    }
}
