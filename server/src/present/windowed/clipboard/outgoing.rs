//! What our programs have copied, on its way to X programs.
//!
//! An X program names a property of its window, and the data is put there: all of it if it is
//! little, else a piece at a time (`INCR`), the next one whenever the program has removed the last.

use transom_protocol::clipboard::TransferStatus;
use transom_protocol::ids::TransferId;
use x11rb::protocol::xproto::{Atom, PropMode, SelectionNotifyEvent, Window};
use x11rb::wrapper::ConnectionExt as _;

use super::desk::Desk;
use super::types::Coding;
use super::x11::{Failed, X11};

/// Bytes that are put into a property at once. X servers take four times as much in a request.
const PLAIN: usize = 64 << 10;

/// What our program is allowed at a time: one piece in the property, another one ready.
pub(super) const CREDIT: u32 = 2 * PLAIN as u32;

/// An X program reads what one of ours has.
#[derive(Debug)]
pub(super) struct Send {
    pub(super) transfer: TransferId,
    pub(super) requestor: Window,
    pub(super) property: Atom,
    /// What the data is called there.
    target: Atom,
    coding: Coding,
    /// The answer it is a part of.
    pub(super) answer: u32,
    /// Bytes to be put there.
    ready: Vec<u8>,
    /// How many bytes came since our program was last allowed some.
    taken: u32,
    ended: Option<TransferStatus>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It may be little.
    Gathering,
    /// The X program has the last piece.
    Put,
    /// It has removed it.
    Wanted,
}

/// What has become of a [`Send`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing that the X program has to be told.
    Waits,
    /// The property is there, and that is all.
    Answered,
    /// The property says that the data comes in pieces.
    Begun,
    /// All of it has gone.
    Over,
    /// It cannot be had, and the X program does not wait for more.
    Failed,
}

impl Send {
    pub(super) fn new(
        transfer: TransferId,
        (requestor, property): (Window, Atom),
        (target, coding): (Atom, Coding),
        answer: u32,
    ) -> Self {
        Self {
            transfer,
            requestor,
            property,
            target,
            coding,
            answer,
            ready: Vec::new(),
            taken: 0,
            ended: None,
            state: State::Gathering,
        }
    }

    /// Whether its data goes in pieces.
    pub(super) fn is_in_pieces(&self) -> bool {
        self.state != State::Gathering
    }

    /// The next bytes from our program.
    pub(super) fn data(&mut self, x: &X11, desk: &Desk, bytes: Vec<u8>) -> Result<Step, Failed> {
        self.taken += bytes.len() as u32;
        self.ready.extend(bytes);
        self.go_on(x, desk)
    }

    /// No more bytes will come.
    pub(super) fn end(
        &mut self,
        x: &X11,
        desk: &Desk,
        status: TransferStatus,
    ) -> Result<Step, Failed> {
        self.ended = Some(status);
        self.go_on(x, desk)
    }

    /// The X program has removed the property.
    pub(super) fn removed(&mut self, x: &X11, desk: &Desk) -> Result<Step, Failed> {
        if self.state != State::Put {
            return Ok(Step::Waits);
        }
        self.state = State::Wanted;
        self.go_on(x, desk)
    }

    fn go_on(&mut self, x: &X11, desk: &Desk) -> Result<Step, Failed> {
        match (self.state, self.ended) {
            (State::Gathering, Some(TransferStatus::Complete)) if self.ready.len() <= PLAIN => {
                self.put(x, desk)?;
                Ok(Step::Answered)
            }
            (State::Gathering, Some(TransferStatus::Cancelled | TransferStatus::Unavailable)) => {
                Ok(Step::Failed)
            }
            (State::Gathering, _) if self.ready.len() > PLAIN => {
                self.announce(x)?;
                Ok(Step::Begun)
            }
            // Nothing says in X that what came is not whole, but that no more comes.
            (_, Some(TransferStatus::Cancelled | TransferStatus::Unavailable)) => Ok(Step::Over),
            (State::Wanted, ended) if !self.ready.is_empty() || ended.is_some() => {
                let last = self.ready.is_empty();
                self.put(x, desk)?;
                Ok(if last { Step::Over } else { Step::Waits })
            }
            _ => Ok(Step::Waits),
        }
    }

    /// Says how much there is at least, and that it comes in pieces.
    fn announce(&mut self, x: &X11) -> Result<(), Failed> {
        x.watch(self.requestor, true)?;
        let (window, property, incr) = (self.requestor, self.property, x.atoms.INCR);
        let least = [self.ready.len() as u32];
        let replace = PropMode::REPLACE;
        x.connection
            .change_property32(replace, window, property, incr, &least)?;
        self.state = State::Put;
        Ok(())
    }

    /// Puts what is ready into the property; nothing at all ends the data.
    fn put(&mut self, x: &X11, desk: &Desk) -> Result<(), Failed> {
        let last = self.ended.is_some();
        let bytes = self.coding.encode(&mut self.ready, last);
        if bytes.is_empty() && !last {
            return Ok(()); // A part of a character: the rest is to come.
        }
        let (window, property) = (self.requestor, self.property);
        let replace = PropMode::REPLACE;
        x.connection
            .change_property8(replace, window, property, self.target, &bytes)?;
        self.state = State::Put;
        let taken = std::mem::take(&mut self.taken);
        if !last && taken > 0 {
            desk.allow(self.transfer, taken);
        }
        Ok(())
    }
}

/// What an X program asked for, until all of it is there or announced.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) event: SelectionNotifyEvent,
    /// Parts that are not there yet.
    pub(super) waiting: usize,
    /// For several at once: the pairs of target and property, those that failed without one.
    pub(super) pairs: Option<(Atom, Vec<Atom>)>,
}
