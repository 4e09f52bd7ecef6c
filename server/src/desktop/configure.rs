//! [`Configures`]: what the desktop proposed to a window, and what of it the client took up.

use std::collections::VecDeque;

use transom_protocol::geometry::{PixelSize, Scale};
use transom_protocol::ids::Serial;
use transom_protocol::window::{Decorations, WindowStates};

/// How many proposals are remembered that the client did not answer: two seconds of a resize by
/// the person, one for each picture at 60 Hz, which is more than the longest round trip to be
/// borne. A frame that quotes an older one is refused.
const MAX_OUTSTANDING: usize = 128;

/// What a configure says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Proposal {
    pub(super) size: PixelSize,
    pub(super) scale: Scale,
    pub(super) states: WindowStates,
    pub(super) decorations: Decorations,
    pub(super) bounds: PixelSize,
}

impl Proposal {
    /// Whether a client that knows `last` is to be told this. That the size is its own choice is
    /// nothing to tell: it has chosen.
    pub(super) fn is_news_after(&self, last: &Self) -> bool {
        let size = if self.size.is_empty() {
            last.size
        } else {
            self.size
        };
        Self { size, ..*self } != *last
    }
}

/// The proposals to one window.
#[derive(Debug, Default)]
pub(super) struct Configures {
    last: Option<Proposal>,
    outstanding: VecDeque<(Serial, Proposal)>,
    taken_up: Option<(Serial, Proposal)>,
}

impl Configures {
    /// For a window whose client knows `proposal` without being told.
    pub(super) fn knowing(proposal: Proposal) -> Self {
        Self {
            last: Some(proposal),
            ..Self::default()
        }
    }

    /// What the client was told last.
    pub(super) fn last(&self) -> Option<&Proposal> {
        self.last.as_ref()
    }

    /// Whether the client has taken up the last proposal, or there was none.
    pub(super) fn is_settled(&self) -> bool {
        self.outstanding.is_empty()
    }

    /// How many proposals the client has not answered.
    pub(super) fn outstanding(&self) -> usize {
        self.outstanding.len()
    }

    /// Notes that `proposal` is being sent.
    pub(super) fn sent(&mut self, serial: Serial, proposal: Proposal) {
        if self.outstanding.len() == MAX_OUTSTANDING {
            self.outstanding.pop_front();
        }
        self.outstanding.push_back((serial, proposal));
        self.last = Some(proposal);
    }

    /// The scale for a frame that quotes `serial`: that of the proposal; with none, that of the one
    /// last taken up, or `default` before the first. `None` when there is no such proposal (any more).
    pub(super) fn scale(&self, serial: Serial, default: Scale) -> Option<Scale> {
        match (serial.is_none(), &self.taken_up) {
            (true, taken_up) => Some(taken_up.map_or(default, |(_, p)| p.scale)),
            (false, Some((taken_up, p))) if *taken_up == serial => Some(p.scale),
            (false, _) => self.find(serial).map(|(_, p)| p.scale),
        }
    }

    /// Notes that a frame was committed which took up `serial`; those before are void. Returns the
    /// proposal that is newly in force.
    pub(super) fn take_up(&mut self, serial: Serial) -> Option<Proposal> {
        let found = *self.find(serial)?;
        while let Some((first, _)) = self.outstanding.pop_front() {
            if first == serial {
                break;
            }
        }
        self.taken_up = Some(found);
        Some(found.1)
    }

    fn find(&self, serial: Serial) -> Option<&(Serial, Proposal)> {
        self.outstanding.iter().find(|(s, _)| *s == serial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(scale: u32) -> Proposal {
        Proposal {
            size: PixelSize::default(),
            scale: Scale(scale),
            states: WindowStates::NONE,
            decorations: Decorations::Server,
            bounds: PixelSize::default(),
        }
    }

    #[test]
    fn a_frame_has_the_scale_of_the_proposal_it_quotes() {
        let mut configures = Configures::default();
        assert_eq!(configures.scale(Serial::NONE, Scale(150)), Some(Scale(150)));
        configures.sent(Serial(1), proposal(120));
        configures.sent(Serial(2), proposal(240));
        assert_eq!(configures.scale(Serial(1), Scale(150)), Some(Scale(120)));
        assert_eq!(configures.scale(Serial(2), Scale(150)), Some(Scale(240)));
        assert_eq!(configures.scale(Serial(3), Scale(150)), None);
        assert!(configures.take_up(Serial(2)).is_some());
        assert_eq!(configures.scale(Serial::NONE, Scale(150)), Some(Scale(240)));
        assert_eq!(configures.scale(Serial(2), Scale(150)), Some(Scale(240)));
        assert_eq!(configures.scale(Serial(1), Scale(150)), None, "void");
        assert_eq!(configures.take_up(Serial(2)), None, "in force already");
    }

    #[test]
    fn what_a_client_never_answers_is_forgotten() {
        let mut configures = Configures::default();
        for serial in 1..=1000 {
            configures.sent(Serial(serial), proposal(120));
        }
        assert_eq!(configures.outstanding.len(), MAX_OUTSTANDING);
        assert_eq!(configures.scale(Serial(1), Scale::ONE), None);
        assert!(configures.scale(Serial(1000), Scale::ONE).is_some());
    }
}
