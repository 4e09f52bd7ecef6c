//! The core's part in copying and pasting: offers, and data on its way in and out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use transom_protocol::Request;
use transom_protocol::clipboard::{MimeTypes, Selection, TransferStatus};
use transom_protocol::event as wire;
use transom_protocol::ids::{OfferId, Serial, TransferId};
use transom_protocol::request::{
    CreateOffer, DestroyOffer, Receive, SetSelection, TransferCredit, TransferData, TransferEnd,
};

use crate::clipboard::{Offer, Part, PasteId, Pasted, Producer};
use crate::core::Core;
use crate::events::Event;

/// Bytes of a paste that may be on their way: what a fast link holds, and not far ahead of a key on
/// a slow one.
const CREDIT: u32 = 64 << 10;

/// The longest thing that can be pasted.
pub(crate) const MAX_PASTE: usize = 256 << 20;

/// Bytes sent in one packet, so that what is more urgent waits for no more than that.
const PIECE: usize = 16 << 10;

/// Offers that wait to be told that they are not used any more; what is copied beyond them waits,
/// and only the last of it.
const MAX_OFFERS: usize = 32;

/// Transfers that others may read at a time.
const MAX_SENDING: usize = 256;

/// What the program offers and is offered.
#[derive(Debug, Default)]
pub(crate) struct Selections {
    /// The server knows about selections.
    pub(crate) in_use: bool,
    offers: BTreeMap<OfferId, Offered>,
    /// Which of them are selections, as far as is known.
    current: [OfferId; 2],
    /// What is to be copied once there is room for it.
    next: [Option<Offer>; 2],
    /// What the server says they are.
    there: [(OfferId, Vec<String>); 2],
    reading: BTreeMap<TransferId, Reading>,
    sending: BTreeMap<TransferId, Sending>,
    productions: VecDeque<Production>,
    last_offer: u32,
    last_transfer: u32,
}

#[derive(Debug)]
struct Offered {
    offer: Offer,
    /// No selection any more: it goes when nobody reads it.
    cancelled: bool,
}

#[derive(Debug)]
struct Reading {
    selection: Selection,
    mime: String,
    data: Vec<u8>,
    /// Bytes that may still come.
    credit: u32,
}

#[derive(Debug)]
struct Sending {
    offer: OfferId,
    mime: String,
    /// `None` while it is being made.
    data: Option<Arc<[u8]>>,
    sent: usize,
    credit: usize,
}

/// Data to be made, which takes its time and may use the display.
pub(crate) struct Production {
    offer: OfferId,
    mime: String,
    make: Producer,
}

impl std::fmt::Debug for Production {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {:?}", self.mime, self.offer)
    }
}

impl Production {
    /// Makes it, not under the core's lock.
    pub(crate) fn run(self) -> Produced {
        let data = (self.make)().into();
        Produced {
            offer: self.offer,
            mime: self.mime,
            data,
        }
    }
}

/// Data that was made.
pub(crate) struct Produced {
    offer: OfferId,
    mime: String,
    data: Arc<[u8]>,
}

/// Copying.
impl Core {
    pub(crate) fn copy(&mut self, selection: Selection, offer: Offer) {
        if !self.selections.in_use {
            self.tell(Event::SelectionLost { selection });
        } else if self.selections.offers.len() >= MAX_OFFERS {
            self.selections.next[selection as usize] = Some(offer);
        } else {
            self.offer(selection, offer);
        }
    }

    fn offer(&mut self, selection: Selection, offer: Offer) {
        self.selections.last_offer += 1;
        let id = OfferId(self.selections.last_offer);
        self.lanes
            .urgent(&create_offer(id, &offer, &mut Vec::new()));
        let cancelled = false;
        self.selections
            .offers
            .insert(id, Offered { offer, cancelled });
        self.set_selection(selection, id);
    }

    pub(crate) fn clear_selection(&mut self, selection: Selection) {
        self.selections.next[selection as usize] = None;
        if self.selections.in_use {
            self.set_selection(selection, OfferId::NONE);
        }
    }

    fn set_selection(&mut self, selection: Selection, offer: OfferId) {
        self.selections.current[selection as usize] = offer;
        let serial = self.seat.last_serial;
        self.request(SetSelection {
            selection,
            offer,
            serial,
        });
    }

    pub(crate) fn offer_cancelled(&mut self, e: &wire::OfferCancelled) {
        let Some(offered) = self.selections.offers.get_mut(&e.offer) else {
            return;
        };
        offered.cancelled = true;
        for selection in [Selection::Clipboard, Selection::Primary] {
            let current = &mut self.selections.current[selection as usize];
            if *current == e.offer {
                *current = OfferId::NONE;
                self.tell(Event::SelectionLost { selection });
            }
        }
        self.sweep_offer(e.offer);
    }

    /// Ends an offer that is neither used nor read any more. It may be the room that another needs.
    fn sweep_offer(&mut self, offer: OfferId) {
        let selections = &mut self.selections;
        let read = selections.sending.values().any(|s| s.offer == offer);
        let done = selections.offers.get(&offer).is_some_and(|o| o.cancelled);
        if read || !done {
            return;
        }
        selections.offers.remove(&offer);
        // Behind the data that was taken from it.
        self.lanes.transfer(&DestroyOffer { offer }.into());
        for selection in [Selection::Clipboard, Selection::Primary] {
            if let Some(next) = self.selections.next[selection as usize].take() {
                self.copy(selection, next);
            }
        }
    }

    /// Appends what makes the selections anew on a session whose windows have been made. The server
    /// takes them if the program has got the keyboard there.
    pub(crate) fn rebuild_selections(&self, out: &mut Vec<u8>) {
        let selections = &self.selections;
        let mut last = OfferId::NONE;
        let mut used: Vec<_> = [Selection::Clipboard, Selection::Primary]
            .into_iter()
            .map(|selection| (selections.current[selection as usize], selection))
            .collect();
        used.sort_by_key(|(offer, _)| *offer);
        for (offer, selection) in used {
            let Some(kept) = selections.offers.get(&offer) else {
                continue;
            };
            if std::mem::replace(&mut last, offer) != offer {
                create_offer(offer, &kept.offer, &mut Vec::new()).write(out);
            }
            let serial = Serial::NONE;
            Request::from(SetSelection {
                selection,
                offer,
                serial,
            })
            .write(out);
        }
    }
}

fn create_offer<'a>(id: OfferId, offer: &Offer, packed: &'a mut Vec<u8>) -> Request<'a> {
    let types = MimeTypes::pack(offer.types(), packed);
    CreateOffer { offer: id, types }.into()
}

/// Giving what was copied.
impl Core {
    pub(crate) fn send_requested(&mut self, e: &wire::SendRequested<'_>) {
        let selections = &mut self.selections;
        let mime = e.mime.0;
        let full = selections.sending.len() >= MAX_SENDING;
        let offered = selections.offers.get_mut(&e.offer).filter(|_| !full);
        let Some(part) = offered.and_then(|o| o.offer.part_mut(mime)) else {
            self.end_transfer(e.transfer, TransferStatus::Unavailable);
            return;
        };
        let data = match std::mem::replace(part, Part::Underway) {
            Part::Data(data) => {
                *part = Part::Data(data.clone());
                Some(data)
            }
            Part::Lazy(make) => {
                let (offer, mime) = (e.offer, mime.to_owned());
                selections
                    .productions
                    .push_back(Production { offer, mime, make });
                None
            }
            Part::Underway => None,
        };
        let sending = Sending {
            offer: e.offer,
            mime: mime.to_owned(),
            data,
            sent: 0,
            credit: 0,
        };
        selections.sending.insert(e.transfer, sending);
        self.send_pieces(e.transfer);
    }

    pub(crate) fn next_production(&mut self) -> Option<Production> {
        self.selections.productions.pop_front()
    }

    pub(crate) fn produced(&mut self, made: Produced) {
        if let Some(offered) = self.selections.offers.get_mut(&made.offer)
            && let Some(part) = offered.offer.part_mut(&made.mime)
        {
            *part = Part::Data(made.data.clone());
        }
        let mut waiting = Vec::new();
        for (transfer, sending) in &mut self.selections.sending {
            if sending.offer == made.offer && sending.mime == made.mime {
                sending.data = Some(made.data.clone());
                waiting.push(*transfer);
            }
        }
        waiting
            .into_iter()
            .for_each(|transfer| self.send_pieces(transfer));
    }

    /// Sends as much of a transfer as is allowed.
    fn send_pieces(&mut self, transfer: TransferId) {
        let Some(sending) = self.selections.sending.get_mut(&transfer) else {
            return;
        };
        let Some(data) = &sending.data else { return };
        while sending.credit > 0 && sending.sent < data.len() {
            let count = (data.len() - sending.sent).min(sending.credit).min(PIECE);
            let data = &data[sending.sent..][..count];
            let piece = TransferData { transfer, data };
            self.lanes.transfer(&Request::TransferData(piece));
            sending.sent += count;
            sending.credit -= count;
        }
        if sending.sent == data.len() {
            self.end_transfer(transfer, TransferStatus::Complete);
            self.sent(transfer);
        }
    }

    fn end_transfer(&mut self, transfer: TransferId, status: TransferStatus) {
        let end = TransferEnd { transfer, status };
        self.lanes.transfer(&Request::TransferEnd(end));
    }

    /// Forgets a transfer to others.
    fn sent(&mut self, transfer: TransferId) {
        if let Some(sending) = self.selections.sending.remove(&transfer) {
            self.sweep_offer(sending.offer);
        }
    }

    pub(crate) fn transfer_credit(&mut self, e: &TransferCredit) {
        if let Some(sending) = self.selections.sending.get_mut(&e.transfer) {
            sending.credit = sending.credit.saturating_add(e.bytes as usize);
            self.send_pieces(e.transfer);
        }
    }
}

/// Pasting.
impl Core {
    pub(crate) fn selection_types(&self, selection: Selection) -> &[String] {
        &self.selections.there[selection as usize].1
    }

    pub(crate) fn selection_changed(&mut self, e: &wire::SelectionChanged<'_>) {
        let types: Vec<String> = e.types.iter().map(str::to_owned).collect();
        let selection = e.selection;
        self.selections.there[selection as usize] = (e.offer, types.clone());
        self.tell(Event::SelectionChanged { selection, types });
    }

    pub(crate) fn paste(&mut self, selection: Selection, mime: &str) -> Option<PasteId> {
        let selections = &mut self.selections;
        let (offer, types) = &selections.there[selection as usize];
        if !types.iter().any(|t| t == mime) {
            return None;
        }
        let offer = *offer;
        selections.last_transfer += 1;
        let transfer = TransferId(selections.last_transfer);
        let reading = Reading {
            selection,
            mime: mime.to_owned(),
            data: Vec::new(),
            credit: CREDIT,
        };
        selections.reading.insert(transfer, reading);
        let serial = self.seat.last_serial;
        self.request(Receive {
            transfer,
            offer,
            serial,
            mime: mime.into(),
        });
        self.request(Request::TransferCredit(TransferCredit {
            transfer,
            bytes: CREDIT,
        }));
        Some(PasteId(transfer.0))
    }

    pub(crate) fn cancel_paste(&mut self, paste: PasteId) {
        let transfer = TransferId(paste.0);
        if self.selections.reading.remove(&transfer).is_some() {
            let status = TransferStatus::Cancelled;
            self.request(Request::TransferEnd(TransferEnd { transfer, status }));
        }
    }

    pub(crate) fn transfer_data(&mut self, e: &TransferData<'_>) {
        let Some(reading) = self.selections.reading.get_mut(&e.transfer) else {
            return;
        };
        reading.data.extend_from_slice(e.data);
        reading.credit = reading.credit.saturating_sub(e.data.len() as u32);
        if reading.data.len() > MAX_PASTE {
            let paste = PasteId(e.transfer.0);
            self.cancel_paste(paste);
            self.tell(Event::PasteFailed { paste });
        } else if reading.credit <= CREDIT / 2 {
            let bytes = CREDIT - reading.credit;
            reading.credit = CREDIT;
            let transfer = e.transfer;
            self.lanes
                .at_once(&Request::TransferCredit(TransferCredit { transfer, bytes }));
        }
    }

    pub(crate) fn transfer_end(&mut self, e: &TransferEnd) {
        let Some(reading) = self.selections.reading.remove(&e.transfer) else {
            self.sent(e.transfer);
            return;
        };
        let paste = PasteId(e.transfer.0);
        let event = match e.status {
            TransferStatus::Complete => Event::Pasted(Pasted {
                paste,
                selection: reading.selection,
                mime: reading.mime,
                data: reading.data,
            }),
            _ => Event::PasteFailed { paste },
        };
        self.tell(event);
    }
}
