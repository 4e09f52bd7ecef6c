//! Transfers: the data of selections on its way from who offers it to who pastes it.
//!
//! A transfer moves only as far as its reader has allowed, and no more than [`WINDOW`] bytes of it
//! wait here. What waits is handed out in small pieces, and only when nothing else waits for the
//! client ([`Desktop::take_transfer`]), so that megabytes never delay a key.
//!
//! Either side may end, die or stall; a transfer in which nothing moves for
//! [`TRANSFER_PATIENCE`] is given up for both. Like selections, what is to be told is found from
//! the transfers there are when the client reads: asking and giving up again and again fills
//! nobody's queue.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use transom_protocol::Event;
use transom_protocol::clipboard::TransferStatus;
use transom_protocol::event::SendRequested;
use transom_protocol::ids::{OfferId, TransferId};
use transom_protocol::request::{Receive, TransferCredit, TransferEnd};

use super::Desktop;
use super::ids::ClientId;
use super::selection::{Current, Kept, Owner};
use crate::time::Timestamp;

/// Bytes of one transfer that wait here or are allowed to come: enough for tens of megabytes a
/// second on one machine, little ahead of a key on a slow link.
pub(super) const WINDOW: u64 = 64 << 10;

/// The most bytes handed out at a time.
pub const MAX_CHUNK: usize = 16 << 10;

/// The longest text that stays when its owner has gone: pages, not books. One byte more is allowed
/// to come, which tells a text that is too long from one that just fits.
pub(super) const MAX_KEPT: usize = WINDOW as usize - 1;

/// The most transfers that one client reads: pasting is a thing for a person.
pub(super) const MAX_READING: usize = 16;

/// The most transfers of all clients: with [`WINDOW`], what they may take.
pub(super) const MAX_TRANSFERS: usize = 256;

/// How long nothing may move in a transfer. As long as a client may not read at all.
pub(super) const TRANSFER_PATIENCE: Duration = Duration::from_secs(30);

/// A client sent more than it was allowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overrun;

/// What is next for a client that reads a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The next bytes of a transfer.
    Data(TransferId, Vec<u8>),
    /// There is no more.
    End(TransferId, TransferStatus),
}

/// All transfers, by the numbers their sources know them by.
#[derive(Debug, Default)]
pub(super) struct Transfers {
    all: BTreeMap<TransferId, Transfer>,
    last: u32,
    /// Of whom something was delivered last: the next one's turn is after it.
    delivered: TransferId,
}

#[derive(Debug)]
struct Transfer {
    reader: Reader,
    source: Source,
    mime: String,
    /// Bytes the reader has allowed and not been given.
    credit: u64,
    /// Bytes the source may send, and how many of them it has not been told of.
    allowed: u64,
    untold: u64,
    waiting: VecDeque<Vec<u8>>,
    waiting_bytes: u64,
    /// The source knows of it.
    announced: bool,
    /// How it ended, once nothing more will come from the source.
    ended: Option<TransferStatus>,
    /// When something last moved.
    moved: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    /// A client, and what it calls the transfer.
    Client(ClientId, TransferId),
    /// The desktop itself, to keep the text of this selection.
    Keeper(OfferId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// A client, and what it calls the offer.
    Client(ClientId, OfferId),
    /// All there is has come.
    Done,
}

impl Transfer {
    fn new(reader: Reader, source: Source, mime: &str, now: Timestamp) -> Self {
        Self {
            reader,
            source,
            mime: mime.to_owned(),
            credit: 0,
            allowed: 0,
            untold: 0,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            announced: false,
            ended: None,
            moved: now,
        }
    }

    fn is_read_by(&self, client: ClientId) -> bool {
        matches!(self.reader, Reader::Client(c, _) if c == client)
    }

    fn is_from(&self, client: ClientId) -> bool {
        matches!(self.source, Source::Client(c, _) if c == client)
    }

    /// Allows the source what the reader has allowed, as far as it may wait here. Whether the
    /// source is to be told.
    fn allow_more(&mut self) -> bool {
        let Source::Client(..) = self.source else {
            return false;
        };
        let wanted = self.credit.min(WINDOW);
        let more = wanted.saturating_sub(self.allowed + self.waiting_bytes);
        self.allowed += more;
        self.untold += more;
        more > 0
    }

    /// Appends bytes to those that wait, in few pieces however small they come.
    fn push(&mut self, data: Vec<u8>) {
        if data.is_empty() {
            return;
        }
        self.waiting_bytes += data.len() as u64;
        match self.waiting.back_mut() {
            Some(last) if last.len() + data.len() <= MAX_CHUNK => last.extend_from_slice(&data),
            _ => self.waiting.push_back(data),
        }
    }

    /// The next piece that its reader may have.
    fn pop(&mut self) -> Option<Vec<u8>> {
        let most = self.credit.min(MAX_CHUNK as u64) as usize;
        let first = self.waiting.front_mut().filter(|_| most > 0)?;
        let piece = match first.len() <= most {
            true => self.waiting.pop_front()?,
            false => {
                let rest = first.split_off(most);
                std::mem::replace(first, rest)
            }
        };
        self.waiting_bytes -= piece.len() as u64;
        self.credit -= piece.len() as u64;
        Some(piece)
    }

    /// Nothing more will come: whoever reads it is told at once, and what waited is not.
    fn cut(&mut self, status: TransferStatus) {
        self.source = Source::Done;
        self.ended = Some(status);
        self.waiting.clear();
        (self.waiting_bytes, self.allowed, self.untold) = (0, 0, 0);
    }

    fn is_over(&self) -> bool {
        self.ended.is_some() && self.waiting.is_empty()
    }

    fn deadline(&self) -> Option<Timestamp> {
        (!self.is_over()).then(|| self.moved.after(TRANSFER_PATIENCE))
    }
}

/// What readers ask.
impl Desktop {
    /// Begins a transfer to a client. An error: it ends at once.
    pub fn receive(
        &mut self,
        client: ClientId,
        request: &Receive<'_>,
        now: Timestamp,
    ) -> Result<(), TransferStatus> {
        self.at(now);
        let allowed = self.may_use_selections(client, request.serial);
        let mime = request.mime.0;
        let quoted = |c: &&Current| c.id == request.offer && c.has(mime);
        let current = self.selections.current.iter().flatten().find(quoted);
        let current = current.filter(|_| allowed && self.may_read_more(client));
        let Some(current) = current else {
            return Err(TransferStatus::Unavailable);
        };
        let reader = Reader::Client(client, request.transfer);
        let kept = current.kept.as_ref().filter(|kept| kept.mime == mime);
        let transfer = match (kept, current.owner) {
            (Some(kept), _) => {
                let mut transfer = Transfer::new(reader, Source::Done, mime, self.clock);
                transfer.push(kept.text.to_vec());
                transfer.ended = Some(TransferStatus::Complete);
                transfer
            }
            (None, Owner::Client(owner, offer)) => {
                Transfer::new(reader, Source::Client(owner, offer), mime, self.clock)
            }
            (None, Owner::Gone) => return Err(TransferStatus::Unavailable),
        };
        self.begin_transfer(transfer);
        Ok(())
    }

    fn may_read_more(&self, client: ClientId) -> bool {
        let all = &self.selections.transfers.all;
        let reading = all.values().filter(|t| t.is_read_by(client)).count();
        all.len() < MAX_TRANSFERS && reading < MAX_READING
    }

    /// A reader allows more.
    pub fn allow_transfer(&mut self, client: ClientId, credit: &TransferCredit, now: Timestamp) {
        self.at(now);
        let Some(id) = self.read_by(client, credit.transfer) else {
            return;
        };
        self.with_transfer(id, |transfer| {
            transfer.credit = transfer.credit.saturating_add(credit.bytes.into());
        });
    }

    /// One side ends a transfer.
    pub fn end_transfer(&mut self, client: ClientId, end: &TransferEnd, now: Timestamp) {
        self.at(now);
        if let Some(id) = self.read_by(client, end.transfer) {
            self.give_up(id);
            self.selections.transfers.all.remove(&id);
        } else if self.is_sending(client, end.transfer) {
            self.with_transfer(end.transfer, |transfer| {
                transfer.ended = Some(end.status);
                transfer.source = Source::Done;
                (transfer.allowed, transfer.untold) = (0, 0);
            });
            self.note_kept(end.transfer);
        }
    }

    /// The transfer that a client reads under this number.
    fn read_by(&self, client: ClientId, transfer: TransferId) -> Option<TransferId> {
        let reader = Reader::Client(client, transfer);
        let mut all = self.selections.transfers.all.iter();
        all.find(|(_, t)| t.reader == reader).map(|(id, _)| *id)
    }

    fn is_sending(&self, client: ClientId, transfer: TransferId) -> bool {
        let transfer = self.selections.transfers.all.get(&transfer);
        transfer.is_some_and(|t| t.is_from(client))
    }

    /// The next thing for a client of what it reads: a piece of each transfer in turn. After it
    /// others may have to be woken.
    pub fn take_transfer(&mut self, client: ClientId) -> Option<Delivery> {
        let transfers = &mut self.selections.transfers;
        let ready = |(id, t): (&TransferId, &Transfer)| {
            let something = t.is_over() || (t.credit > 0 && !t.waiting.is_empty());
            (something && t.is_read_by(client)).then_some(*id)
        };
        let after = transfers
            .all
            .range(TransferId(transfers.delivered.0.wrapping_add(1))..);
        let next = after.chain(&transfers.all).find_map(ready)?;
        transfers.delivered = next;
        let transfer = transfers.all.get_mut(&next)?;
        let Reader::Client(_, name) = transfer.reader else {
            return None;
        };
        if let Some(piece) = transfer.pop() {
            self.with_transfer(next, |_| {});
            return Some(Delivery::Data(name, piece));
        }
        let status = transfer.ended?;
        transfers.all.remove(&next);
        Some(Delivery::End(name, status))
    }
}

/// What sources send.
impl Desktop {
    /// Data of a transfer from a client; of one that has ended it is nothing.
    pub fn transfer_data(
        &mut self,
        client: ClientId,
        id: TransferId,
        data: Vec<u8>,
        now: Timestamp,
    ) -> Result<(), Overrun> {
        self.at(now);
        let transfer = self.selections.transfers.all.get_mut(&id);
        let Some(transfer) = transfer.filter(|t| t.is_from(client)) else {
            return Ok(());
        };
        if data.len() as u64 > transfer.allowed - transfer.untold {
            return Err(Overrun);
        }
        transfer.allowed -= data.len() as u64;
        transfer.push(data);
        match transfer.reader {
            Reader::Keeper(_) if transfer.waiting_bytes > MAX_KEPT as u64 => {
                self.give_up(id);
                self.selections.transfers.all.remove(&id);
            }
            _ => self.with_transfer(id, |_| {}),
        }
        Ok(())
    }

    /// Appends what a client is to do about the transfers from it.
    pub(super) fn tell_transfers(&mut self, id: ClientId, out: &mut Vec<u8>) {
        use transom_protocol::event::TransferCredit as Credit;
        use transom_protocol::event::TransferEnd as End;
        let Some(client) = self.clients.get_mut(&id) else {
            return;
        };
        for transfer in client.clipboard.given_up.drain(..) {
            let status = TransferStatus::Cancelled;
            Event::TransferEnd(End { transfer, status }).write(out);
        }
        for (number, transfer) in &mut self.selections.transfers.all {
            let Source::Client(source, offer) = transfer.source else {
                continue;
            };
            if source != id {
                continue;
            }
            if !std::mem::replace(&mut transfer.announced, true) {
                let request = SendRequested {
                    transfer: *number,
                    offer,
                    mime: transfer.mime.as_str().into(),
                };
                Event::from(request).write(out);
            }
            if transfer.untold > 0 {
                let credit = Credit {
                    transfer: *number,
                    bytes: std::mem::take(&mut transfer.untold) as u32,
                };
                Event::TransferCredit(credit).write(out);
            }
        }
    }

    /// A client is gone, or an offer of its: what would have come from it does not.
    pub(super) fn end_transfers_from(&mut self, client: ClientId, offer: Option<OfferId>) {
        let ending = |t: &Transfer| match t.source {
            Source::Client(c, o) => c == client && offer.is_none_or(|offer| offer == o),
            Source::Done => false,
        };
        for id in self.transfers_that(ending) {
            self.with_transfer(id, |t| t.cut(TransferStatus::Unavailable));
            self.note_kept(id);
        }
    }

    /// A client is gone.
    pub(super) fn forget_transfers(&mut self, client: ClientId) {
        for id in self.transfers_that(|t| t.is_read_by(client)) {
            self.give_up(id);
            self.selections.transfers.all.remove(&id);
        }
        self.end_transfers_from(client, None);
    }
}

/// The text that is kept.
impl Desktop {
    /// Asks a client for the text of the selection `id`.
    pub(super) fn begin_keeping(
        &mut self,
        id: OfferId,
        client: ClientId,
        offer: OfferId,
        mime: &str,
    ) {
        if self.selections.transfers.all.len() >= MAX_TRANSFERS {
            return;
        }
        let (reader, source) = (Reader::Keeper(id), Source::Client(client, offer));
        let mut transfer = Transfer::new(reader, source, mime, self.clock);
        transfer.credit = WINDOW;
        self.begin_transfer(transfer);
    }

    /// The selection `id` is not one any more.
    pub(super) fn stop_keeping(&mut self, id: OfferId) {
        for transfer in self.transfers_that(|t| t.reader == Reader::Keeper(id)) {
            self.give_up(transfer);
            self.selections.transfers.all.remove(&transfer);
        }
    }

    /// Keeps the text that has come, if the transfer was for that and is over.
    fn note_kept(&mut self, id: TransferId) {
        let Some(transfer) = self.selections.transfers.all.get(&id) else {
            return;
        };
        let (Reader::Keeper(selection), Some(status)) = (transfer.reader, transfer.ended) else {
            return;
        };
        let Some(transfer) = self.selections.transfers.all.remove(&id) else {
            return;
        };
        if status == TransferStatus::Complete {
            let text: Vec<u8> = transfer.waiting.into_iter().flatten().collect();
            let (mime, text) = (transfer.mime, text.into());
            self.keep(selection, Kept { mime, text });
        }
    }
}

/// Both sides.
impl Desktop {
    fn begin_transfer(&mut self, transfer: Transfer) {
        let transfers = &mut self.selections.transfers;
        loop {
            transfers.last = transfers.last.wrapping_add(1) | TransferId::SERVER;
            if !transfers.all.contains_key(&TransferId(transfers.last)) {
                break;
            }
        }
        let id = TransferId(transfers.last);
        let source = transfer.source;
        transfers.all.insert(id, transfer);
        if let Source::Client(client, _) = source {
            self.nudge(client);
        }
        self.with_transfer(id, |_| {});
    }

    /// Does something about a transfer that counts as moving it, and wakes whom it concerns.
    fn with_transfer(&mut self, id: TransferId, act: impl FnOnce(&mut Transfer)) {
        let clock = self.clock;
        let Some(transfer) = self.selections.transfers.all.get_mut(&id) else {
            return;
        };
        act(transfer);
        transfer.moved = clock;
        let allowed = transfer.allow_more() || transfer.untold > 0;
        let readable = transfer.is_over() || !transfer.waiting.is_empty();
        let (reader, source) = (transfer.reader, transfer.source);
        if let (true, Source::Client(client, _)) = (allowed, source) {
            self.nudge(client);
        }
        if let (true, Reader::Client(client, _)) = (readable, reader) {
            self.nudge(client);
        }
    }

    /// Nobody wants a transfer any more: its source is told, if it knows of it.
    fn give_up(&mut self, id: TransferId) {
        let Some(transfer) = self.selections.transfers.all.get(&id) else {
            return;
        };
        if let (true, Source::Client(client, _)) = (transfer.announced, transfer.source)
            && let Some(source) = self.clients.get_mut(&client)
        {
            source.clipboard.given_up.push(id);
            self.nudge(client);
        }
    }

    fn transfers_that(&self, are: impl Fn(&Transfer) -> bool) -> Vec<TransferId> {
        let all = self.selections.transfers.all.iter();
        all.filter(|(_, t)| are(t)).map(|(id, _)| *id).collect()
    }

    /// When the next transfer has not moved for too long.
    pub(super) fn next_stall(&self) -> Option<Timestamp> {
        let all = self.selections.transfers.all.values();
        all.filter_map(Transfer::deadline).min()
    }

    /// Gives up the transfers in which nothing has moved for too long.
    pub(super) fn give_up_stalled(&mut self) {
        let now = self.clock;
        for id in self.transfers_that(|t| t.deadline().is_some_and(|at| at <= now)) {
            self.give_up(id);
            self.with_transfer(id, |t| t.cut(TransferStatus::Cancelled));
            self.note_kept(id);
        }
    }
}

#[cfg(test)]
impl Transfers {
    /// The newest.
    pub(super) fn last_id(&self) -> TransferId {
        TransferId(self.last)
    }
}

#[cfg(test)]
impl Desktop {
    /// How many transfers there are.
    pub(super) fn transfer_count(&self) -> usize {
        self.selections.transfers.all.len()
    }

    pub(super) fn verify_transfers(&self) {
        let all = &self.selections.transfers.all;
        assert!(all.len() <= MAX_TRANSFERS);
        for (id, transfer) in all {
            assert!(id.0 & TransferId::SERVER != 0);
            self.verify_transfer(transfer);
        }
        for (id, client) in &self.clients {
            assert!(all.values().filter(|t| t.is_read_by(*id)).count() <= MAX_READING);
            assert!(client.clipboard.given_up.len() <= MAX_TRANSFERS);
            let given_up = &client.clipboard.given_up;
            assert!(given_up.iter().all(|t| !self.is_sending(*id, *t)));
        }
    }

    fn verify_transfer(&self, transfer: &Transfer) {
        let waiting: usize = transfer.waiting.iter().map(Vec::len).sum();
        assert_eq!(waiting as u64, transfer.waiting_bytes);
        assert!(transfer.waiting.iter().all(|piece| !piece.is_empty()));
        assert!(transfer.untold <= transfer.allowed);
        match transfer.reader {
            Reader::Client(client, _) => {
                assert!(self.clients.contains_key(&client));
                assert!(transfer.allowed + transfer.waiting_bytes <= WINDOW);
            }
            Reader::Keeper(id) => {
                assert!(transfer.ended.is_none(), "it would have been kept");
                let ours = self.selections.current.iter().flatten();
                assert!(ours.into_iter().any(|c| c.id == id));
                assert!(transfer.waiting_bytes <= MAX_KEPT as u64);
            }
        }
        match transfer.source {
            Source::Client(client, _) => {
                assert!(self.clients.contains_key(&client));
                assert!(transfer.allowed + transfer.waiting_bytes <= transfer.credit);
                assert!(transfer.ended.is_none());
            }
            Source::Done => {
                assert!(transfer.ended.is_some());
                assert_eq!(transfer.allowed, 0);
            }
        }
    }
}
