//! [`EventQueue`]: what one client is still to be told, as the bytes of whole packets.
//!
//! A client that reads slowly loses motion, never a button or a key: motions that nothing followed
//! are merged. One that does not read at all overflows its queue, and is to be disconnected.

use transom_protocol::Event;
use transom_protocol::codec::HEADER_BYTES;
use transom_protocol::event::{PointerFrame, PointerMotion, TouchFrame, TouchMove};

/// The most bytes of events that may wait for a client: some six thousand keys, more than a person
/// types in the minutes before they give up, and little enough for many clients.
pub const MAX_QUEUED_BYTES: usize = 256 << 10;

/// Memory kept by an empty queue: what an ordinary stretch of events needs.
const KEEP: usize = 4 << 10;

/// Events as packets, in order.
#[derive(Debug, Default)]
pub(super) struct EventQueue {
    bytes: Vec<u8>,
    /// Where the last motion begins, when only its frame follows.
    motion: Option<usize>,
    /// Where the last moves of fingers begin, one of each finger, when only their frame follows.
    touches: Vec<(u32, usize)>,
    overflowed: bool,
    /// The client's task is to be woken, or has been and did not come yet.
    waking: bool,
    /// There may be something beside the queue.
    nudged: bool,
}

impl EventQueue {
    /// Appends an event. True: whoever writes to the client is to be woken.
    pub(super) fn push(&mut self, event: &Event<'_>) -> bool {
        self.motion = None;
        self.touches.clear();
        self.append(event);
        self.wake()
    }

    /// Appends a motion and the end of its group, in place of the motion before when nothing
    /// followed that. True: whoever writes to the client is to be woken.
    pub(super) fn push_motion(&mut self, motion: PointerMotion) -> bool {
        self.touches.clear();
        let start = self.motion.unwrap_or(self.bytes.len());
        self.bytes.truncate(start);
        self.append(&motion.into());
        self.append(&PointerFrame {}.into());
        self.motion = Some(start);
        self.wake()
    }

    /// Appends a finger's move and the end of its group, in place of that finger's move before when
    /// only moves of fingers followed that. True: whoever writes to the client is to be woken.
    pub(super) fn push_touch_move(&mut self, moved: TouchMove) -> bool {
        if self.overflowed {
            return self.wake();
        }
        self.motion = None;
        let end = self.bytes.len();
        let before = self.touches.iter().find(|(touch, _)| *touch == moved.touch);
        if let Some((_, before)) = before.copied() {
            // Moves are of one size.
            Event::from(moved).write(&mut self.bytes);
            self.bytes.copy_within(end.., before);
            self.bytes.truncate(end);
        } else {
            let frame = if self.touches.is_empty() {
                0
            } else {
                HEADER_BYTES
            };
            self.bytes.truncate(end - frame);
            self.touches.push((moved.touch, self.bytes.len()));
            self.append(&moved.into());
            self.append(&TouchFrame {}.into());
        }
        self.wake()
    }

    /// Has the client look for what is not in the queue. True: whoever writes to it is to be woken.
    pub(super) fn nudge(&mut self) -> bool {
        self.nudged = true;
        self.wake()
    }

    /// Whether the client is to look for what is not in the queue.
    pub(super) fn take_nudge(&mut self) -> bool {
        std::mem::take(&mut self.nudged)
    }

    /// Appends everything to `out` and forgets it.
    pub(super) fn drain(&mut self, out: &mut Vec<u8>) {
        out.append(&mut self.bytes);
        self.bytes.shrink_to(KEEP);
        self.motion = None;
        self.touches.clear();
        self.waking = false;
    }

    /// The client was told by way of [`EventQueue::push`]'s answer; more events shall wake it again.
    pub(super) fn woken(&mut self) {
        self.waking = false;
    }

    /// How many bytes wait.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether something waits.
    pub(super) fn is_pending(&self) -> bool {
        !self.bytes.is_empty() || self.overflowed || self.nudged
    }

    /// Whether events were lost because too many waited.
    pub(super) fn overflowed(&self) -> bool {
        self.overflowed
    }

    fn append(&mut self, event: &Event<'_>) {
        if self.overflowed {
            return;
        }
        let start = self.bytes.len();
        event.write(&mut self.bytes);
        if self.bytes.len() > MAX_QUEUED_BYTES {
            self.bytes.truncate(start);
            self.overflowed = true;
        }
    }

    fn wake(&mut self) -> bool {
        !std::mem::replace(&mut self.waking, true)
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::codec::Packet;
    use transom_protocol::event::SyncDone;
    use transom_protocol::geometry::Point;

    use super::*;

    fn motion(x: f32) -> PointerMotion {
        PointerMotion {
            time: x as u32,
            at: Point::new(x, 0.0),
        }
    }

    fn drained(queue: &mut EventQueue) -> Vec<String> {
        let mut bytes = Vec::new();
        queue.drain(&mut bytes);
        let mut rest = bytes.as_slice();
        let mut names = Vec::new();
        while let Some((packet, used)) = Packet::split(rest).expect("whole packets") {
            names.push(match Event::decode(packet).expect("our own events") {
                Event::PointerMotion(m) => format!("motion {}", m.at.x),
                Event::TouchMove(m) => format!("touch {} {}", m.touch, m.at.x),
                event => event.name().to_string(),
            });
            rest = &rest[used..];
        }
        names
    }

    #[test]
    fn motions_that_nothing_followed_become_one() {
        let mut queue = EventQueue::default();
        queue.push_motion(motion(1.0));
        queue.push_motion(motion(2.0));
        queue.push(&SyncDone { id: 1 }.into());
        queue.push_motion(motion(3.0));
        queue.push_motion(motion(4.0));
        assert_eq!(
            drained(&mut queue),
            [
                "motion 2",
                "PointerFrame",
                "SyncDone",
                "motion 4",
                "PointerFrame"
            ]
        );
        queue.push_motion(motion(5.0));
        assert_eq!(drained(&mut queue), ["motion 5", "PointerFrame"]);
    }

    #[test]
    fn moves_of_fingers_become_one_of_each() {
        let touch = |touch, x| TouchMove {
            time: 0,
            touch,
            at: Point::new(x, 0.0),
        };
        let mut queue = EventQueue::default();
        for step in 0..3u8 {
            queue.push_touch_move(touch(0, step.into()));
            queue.push_touch_move(touch(4, f32::from(step) + 10.0));
        }
        queue.push_motion(motion(1.0));
        queue.push_touch_move(touch(4, 20.0));
        queue.push_touch_move(touch(4, 21.0));
        queue.push_motion(motion(2.0));
        assert_eq!(
            drained(&mut queue),
            [
                "touch 0 2",
                "touch 4 12",
                "TouchFrame",
                "motion 1",
                "PointerFrame",
                "touch 4 21",
                "TouchFrame",
                "motion 2",
                "PointerFrame"
            ]
        );
        queue.push_touch_move(touch(4, 22.0));
        assert_eq!(drained(&mut queue), ["touch 4 22", "TouchFrame"]);
    }

    #[test]
    fn a_client_is_woken_once_until_it_came() {
        let mut queue = EventQueue::default();
        assert!(queue.push(&SyncDone { id: 1 }.into()));
        assert!(!queue.push_motion(motion(1.0)));
        queue.drain(&mut Vec::new());
        assert!(queue.push_motion(motion(1.0)));
    }

    #[test]
    fn a_queue_beyond_its_bound_ends_with_a_whole_packet() {
        let mut queue = EventQueue::default();
        while !queue.overflowed() {
            queue.push(&SyncDone { id: 1 }.into());
        }
        queue.push_motion(motion(1.0));
        let events = drained(&mut queue);
        assert!(events.iter().all(|e| e == "SyncDone"));
        assert!(events.len() > 1000);
        assert!(queue.overflowed());
    }

    #[test]
    fn any_number_of_motions_fits() {
        let mut queue = EventQueue::default();
        for i in 0..100_000 {
            queue.push_motion(motion(i as f32));
        }
        assert!(!queue.overflowed());
    }
}
