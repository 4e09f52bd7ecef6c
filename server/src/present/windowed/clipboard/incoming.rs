//! What X programs have copied, on its way to our programs.
//!
//! It arrives in properties of the bridge's window and stays there until a reader wants it: a
//! property is read as far as the reader has allowed, and removed when all of it is. For data that
//! comes in several (`INCR`), its removal asks for the next one.

use transom_protocol::clipboard::{Selection, TransferStatus};
use transom_protocol::ids::{OfferId, TransferId};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{Atom, ConnectionExt as _};

use super::desk::Desk;
use super::types::Coding;
use super::x11::{Failed, X11};

/// Bytes of a property read at a time.
const PIECE: usize = 32 << 10;

/// Transfers that can be under way: as many as the desktop has.
pub(super) const MAX_READS: usize = 256;

/// One of our programs reads what an X program has.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) transfer: TransferId,
    pub(super) offer: OfferId,
    selection: Selection,
    target: Atom,
    /// Where it arrives; no two at a time in the same place.
    pub(super) property: Atom,
    coding: Coding,
    /// Bytes that may be sent on.
    credit: usize,
    state: State,
    /// Bytes read and not sent on: less than the next piece needs.
    rest: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The X program has not answered.
    Asked,
    /// The property has something, of which so many bytes are read.
    There { read: u32, more_follow: bool },
    /// The next property is awaited.
    Awaited,
    /// Everything is read.
    Done,
}

impl Read {
    /// Asks the owner of a selection for a target.
    pub(super) fn begin(
        x: &X11,
        (transfer, offer): (TransferId, OfferId),
        selection: Selection,
        (target, coding): (Atom, Coding),
        property: Atom,
    ) -> Result<Self, Failed> {
        x.connection.delete_property(x.window, property)?;
        let (owned, time) = (x.selection(selection), x11rb::CURRENT_TIME);
        x.connection
            .convert_selection(x.window, owned, target, property, time)?;
        Ok(Self {
            transfer,
            offer,
            selection,
            target,
            property,
            coding,
            credit: 0,
            state: State::Asked,
            rest: Vec::new(),
        })
    }

    /// Whether this was asked for, and not answered.
    pub(super) fn is_asked(&self, target: Atom, selection: Selection) -> bool {
        self.state == State::Asked && (self.target, self.selection) == (target, selection)
    }

    /// The X program has answered. Whether the transfer is over.
    pub(super) fn answered(&mut self, x: &X11, desk: &Desk, there: bool) -> Result<bool, Failed> {
        if self.state != State::Asked {
            return Ok(false);
        }
        if !there {
            desk.end(self.transfer, TransferStatus::Unavailable);
            return Ok(true);
        }
        let first = x.property(self.property, 0, 0)?;
        if first.type_ == x.atoms.INCR {
            x.connection.delete_property(x.window, self.property)?;
            self.state = State::Awaited;
            return Ok(false);
        }
        self.state = State::There {
            read: 0,
            more_follow: false,
        };
        self.go_on(x, desk)
    }

    /// The property has been set. Whether the transfer is over.
    pub(super) fn arrived(&mut self, x: &X11, desk: &Desk) -> Result<bool, Failed> {
        if self.state != State::Awaited {
            return Ok(false);
        }
        if x.property(self.property, 0, 0)?.bytes_after == 0 {
            x.connection.delete_property(x.window, self.property)?;
            self.state = State::Done;
        } else {
            self.state = State::There {
                read: 0,
                more_follow: true,
            };
        }
        self.go_on(x, desk)
    }

    /// The reader takes so many bytes more. Whether the transfer is over.
    pub(super) fn allow(&mut self, x: &X11, desk: &Desk, bytes: u32) -> Result<bool, Failed> {
        self.credit = self.credit.saturating_add(bytes as usize);
        self.go_on(x, desk)
    }

    /// Reads and sends on what may be. Whether the transfer is over.
    fn go_on(&mut self, x: &X11, desk: &Desk) -> Result<bool, Failed> {
        loop {
            self.send_rest(desk);
            match self.state {
                State::There { read, more_follow } if self.credit > 0 => {
                    self.read_piece(x, read, more_follow)?;
                }
                State::Done if self.rest.is_empty() => {
                    desk.end(self.transfer, TransferStatus::Complete);
                    return Ok(true);
                }
                _ => return Ok(false),
            }
        }
    }

    fn send_rest(&mut self, desk: &Desk) {
        let count = self.rest.len().min(self.credit);
        if count > 0 {
            self.credit -= count;
            let rest = self.rest.split_off(count);
            desk.send(self.transfer, std::mem::replace(&mut self.rest, rest));
        }
    }

    fn read_piece(&mut self, x: &X11, read: u32, more_follow: bool) -> Result<(), Failed> {
        let fitting = (self.credit / self.coding.growth()).min(PIECE);
        // Properties are read in units of four bytes.
        let length = fitting.next_multiple_of(4).max(4) as u32;
        let reply = x.property(self.property, read, length)?;
        let read = read + reply.value.len() as u32;
        if reply.bytes_after == 0 || reply.value.is_empty() {
            x.connection.delete_property(x.window, self.property)?;
            self.state = match more_follow {
                true => State::Awaited,
                false => State::Done,
            };
        } else {
            self.state = State::There { read, more_follow };
        }
        self.rest.extend(self.coding.decode(reply.value));
        Ok(())
    }

    /// The reader wants no more of it.
    pub(super) fn give_up(&self, x: &X11) -> Result<(), Failed> {
        x.connection.delete_property(x.window, self.property)?;
        x.connection.flush()?;
        Ok(())
    }
}
