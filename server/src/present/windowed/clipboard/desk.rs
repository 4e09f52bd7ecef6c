//! [`Desk`]: the bridge as a client of the desktop.

use std::sync::Arc;

use tokio::sync::Notify;
use transom_protocol::Event;
use transom_protocol::clipboard::{MimeTypes, Selection, TransferStatus};
use transom_protocol::codec::Packet;
use transom_protocol::ids::{OfferId, Serial, TransferId};
use transom_protocol::request::{Receive, SetSelection, TransferCredit, TransferEnd};

use crate::desktop::{Delivery, Desktop};
use crate::hub::{Guest, Hub};
use crate::time::Timestamp;

/// What the desktop tells the bridge.
#[derive(Debug)]
pub(super) enum News {
    /// One of our programs has copied something, or what it copied is gone.
    Changed {
        selection: Selection,
        offer: OfferId,
        types: Vec<String>,
    },
    /// Something of the display's is a selection no more.
    Cancelled(OfferId),
    /// One of our programs wants what the display has.
    Wanted {
        transfer: TransferId,
        offer: OfferId,
        mime: String,
    },
    /// It takes so many bytes more.
    Allowed(TransferId, u32),
    /// It wants it no more.
    GivenUp(TransferId),
    /// The next bytes for the display, of a transfer of its.
    Data(TransferId, Vec<u8>),
    /// There are no more.
    End(TransferId, TransferStatus),
}

/// The bridge's place on the desktop; it goes with it.
pub(super) struct Desk {
    guest: Guest,
    last_offer: u32,
    last_transfer: u32,
}

impl Desk {
    pub(super) fn new(hub: Arc<Hub>) -> Self {
        Self {
            guest: hub.share_clipboard(),
            last_offer: 0,
            last_transfer: 0,
        }
    }

    /// Told when there may be news, or the server ends.
    pub(super) fn wake(&self) -> Arc<Notify> {
        self.guest.wake()
    }

    pub(super) fn is_ending(&self) -> bool {
        self.guest.hub().is_ending()
    }

    fn with<T>(&self, act: impl FnOnce(&mut Desktop, Timestamp) -> T) -> T {
        let hub = self.guest.hub();
        let now = hub.now();
        let done = act(&mut hub.desktop(), now);
        hub.dispatch();
        done
    }

    /// All that there is to be told.
    pub(super) fn news(&self) -> Vec<News> {
        let client = self.guest.client();
        let (mut bytes, mut news) = (Vec::new(), Vec::new());
        self.guest.hub().desktop().drain_events(client, &mut bytes);
        let mut rest = bytes.as_slice();
        while let Ok(Some((packet, length))) = Packet::split(rest) {
            news.extend(Event::decode(packet).ok().and_then(told));
            rest = &rest[length..];
        }
        loop {
            // One at a time: data is copied out of the lock.
            let delivery = self.guest.hub().desktop().take_transfer(client);
            match delivery {
                Some(Delivery::Data(transfer, data)) => news.push(News::Data(transfer, data)),
                Some(Delivery::End(transfer, status)) => news.push(News::End(transfer, status)),
                None => break,
            }
        }
        if !news.is_empty() {
            self.guest.hub().dispatch();
        }
        news
    }

    /// Something has been copied on the display.
    pub(super) fn offer(&mut self, selection: Selection, types: &[&str]) -> OfferId {
        self.last_offer += 1;
        let (client, offer) = (self.guest.client(), OfferId(self.last_offer));
        let mut packed = Vec::new();
        let types = MimeTypes::pack(types, &mut packed);
        self.with(|desktop, _| desktop.create_offer(client, offer, types))
            .unwrap_or_else(|(_, text)| tracing::debug!("an offer of the display's: {text}"));
        self.select(selection, offer);
        offer
    }

    /// Nothing of the display's is this selection any more.
    pub(super) fn clear(&self, selection: Selection) {
        self.select(selection, OfferId::NONE);
    }

    fn select(&self, selection: Selection, offer: OfferId) {
        let client = self.guest.client();
        let request = SetSelection {
            selection,
            offer,
            serial: Serial::NONE,
        };
        // It fails when the offer could not be made, which has been noted.
        let _ = self.with(|desktop, now| desktop.set_selection(client, &request, now));
    }

    pub(super) fn destroy(&self, offer: OfferId) {
        let client = self.guest.client();
        self.with(|desktop, _| desktop.destroy_offer(client, offer));
    }

    /// Asks for what one of our programs has, allowing so many bytes. `None`: it cannot be had.
    pub(super) fn receive(
        &mut self,
        offer: OfferId,
        mime: &str,
        credit: u32,
    ) -> Option<TransferId> {
        self.last_transfer += 1;
        let (client, transfer) = (self.guest.client(), TransferId(self.last_transfer));
        let request = Receive {
            transfer,
            offer,
            serial: Serial::NONE,
            mime: mime.into(),
        };
        let begun = self.with(|desktop, now| desktop.receive(client, &request, now));
        begun.ok()?;
        self.allow(transfer, credit);
        Some(transfer)
    }

    pub(super) fn allow(&self, transfer: TransferId, bytes: u32) {
        let client = self.guest.client();
        let credit = TransferCredit { transfer, bytes };
        self.with(|desktop, now| desktop.allow_transfer(client, &credit, now));
    }

    /// Sends data of the display's to one of our programs, within what it has allowed.
    pub(super) fn send(&self, transfer: TransferId, data: Vec<u8>) {
        let client = self.guest.client();
        let sent = self.with(|desktop, now| desktop.transfer_data(client, transfer, data, now));
        debug_assert!(sent.is_ok(), "the bridge keeps to what is allowed");
    }

    /// Ends a transfer of either kind.
    pub(super) fn end(&self, transfer: TransferId, status: TransferStatus) {
        let client = self.guest.client();
        let end = TransferEnd { transfer, status };
        self.with(|desktop, now| desktop.end_transfer(client, &end, now));
    }
}

fn told(event: Event<'_>) -> Option<News> {
    Some(match event {
        Event::SelectionChanged(e) => News::Changed {
            selection: e.selection,
            offer: e.offer,
            types: e.types.iter().map(str::to_owned).collect(),
        },
        Event::OfferCancelled(e) => News::Cancelled(e.offer),
        Event::SendRequested(e) => News::Wanted {
            transfer: e.transfer,
            offer: e.offer,
            mime: e.mime.0.to_owned(),
        },
        Event::TransferCredit(e) => News::Allowed(e.transfer, e.bytes),
        Event::TransferEnd(e) => News::GivenUp(e.transfer),
        _ => return None,
    })
}
