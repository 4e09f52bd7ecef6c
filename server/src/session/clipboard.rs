//! Offers, selections and transfers: what requests about them do. The data passes through the
//! desktop; of the client's own there are only the numbers it has used.

use transom_protocol::clipboard::TransferStatus;
use transom_protocol::error::ErrorCode;
use transom_protocol::event::Event;
use transom_protocol::hello::Features;
use transom_protocol::ids::{OfferId, TransferId};
use transom_protocol::request::{
    CreateOffer, Receive, Request, SetSelection, TransferCredit, TransferData, TransferEnd,
};

use super::Failure;
use super::client::{Client, Context, unsupported};
use super::inert::Kind;
use super::output::Output;
use crate::desktop::Delivery;

/// Output below which data of a transfer is added to it. Events come first, and behind no more than
/// this and a piece.
const TRANSFERS_BELOW: usize = 16 << 10;

impl Client {
    /// Requests of the feature *clipboard*.
    pub(super) fn clipboard_request(
        &mut self,
        request: &Request<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Failure> {
        if !self.uses(Features::CLIPBOARD) {
            return self.without_clipboard(request);
        }
        match request {
            Request::CreateOffer(create) => self.create_offer(create, cx),
            Request::DestroyOffer(destroy) => self.destroy_offer(destroy.offer, cx),
            Request::SetSelection(set) => self.set_selection(set, cx),
            Request::Receive(receive) => self.receive(receive, cx),
            Request::TransferData(data) => self.transfer_data(data, cx),
            Request::TransferEnd(end) => self.end_transfer(end, cx),
            Request::TransferCredit(credit) => self.allow_transfer(credit, cx),
            _ => unsupported(),
        }
    }

    fn without_clipboard(&mut self, request: &Request<'_>) -> Result<(), Failure> {
        match request {
            Request::CreateOffer(create) => {
                self.creating(Kind::Offer, create.offer.0, |_| unsupported())
            }
            Request::DestroyOffer(destroy) => self.destroying(Kind::Offer, destroy.offer.0, false),
            Request::SetSelection(set) => self.known(Kind::Offer, set.offer.0).and(unsupported()),
            _ => unsupported(),
        }
    }

    fn create_offer(
        &mut self,
        create: &CreateOffer<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Failure> {
        self.creating(Kind::Offer, create.offer.0, |client| {
            let fits = create.offer > client.last_offer && create.offer.0 < OfferId::SERVER;
            if !fits {
                return Err(Failure::bad_id("offer ids must grow, below 2^31"));
            }
            client.last_offer = create.offer;
            let created = cx
                .desktop()
                .create_offer(client.id, create.offer, create.types);
            created.map_err(|(code, text)| Failure::Skip(code, text))
        })
    }

    fn destroy_offer(&mut self, offer: OfferId, cx: &mut Context<'_>) -> Result<(), Failure> {
        let existed = cx.desktop().destroy_offer(self.id, offer);
        self.destroying(Kind::Offer, offer.0, existed)
    }

    fn set_selection(&mut self, set: &SetSelection, cx: &mut Context<'_>) -> Result<(), Failure> {
        self.known(Kind::Offer, set.offer.0)?;
        let (id, now) = (self.id, cx.now);
        let done = cx.desktop().set_selection(id, set, now);
        done.map_err(|(code, text)| Failure::Skip(code, text))
    }

    fn receive(&mut self, receive: &Receive<'_>, cx: &mut Context<'_>) -> Result<(), Failure> {
        let transfer = receive.transfer;
        let fits = transfer > self.last_transfer && transfer.0 < TransferId::SERVER;
        if !fits {
            return Err(Failure::bad_id("transfer ids must grow, below 2^31"));
        }
        self.last_transfer = transfer;
        let (id, now) = (self.id, cx.now);
        let begun = cx.desktop().receive(id, receive, now);
        if let Err(status) = begun {
            end(transfer, status, cx.output);
        }
        Ok(())
    }

    fn transfer_data(
        &mut self,
        data: &TransferData<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Failure> {
        // Copied before the lock is taken.
        let bytes = data.data.to_vec();
        cx.budget.spend(bytes.len() as u64 / 8);
        let (id, now) = (self.id, cx.now);
        let taken = cx.desktop().transfer_data(id, data.transfer, bytes, now);
        taken.map_err(|_| {
            let text = "more data of a transfer than was allowed";
            Failure::Fatal(ErrorCode::NOT_PERMITTED, text.into())
        })
    }

    fn end_transfer(&mut self, end: &TransferEnd, cx: &mut Context<'_>) -> Result<(), Failure> {
        let (id, now) = (self.id, cx.now);
        cx.desktop().end_transfer(id, end, now);
        Ok(())
    }

    fn allow_transfer(
        &mut self,
        credit: &TransferCredit,
        cx: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let (id, now) = (self.id, cx.now);
        cx.desktop().allow_transfer(id, credit, now);
        Ok(())
    }
}

impl Output {
    /// Appends data of transfers to the client, as long as little else waits. Whether anything was.
    pub(super) fn add_transfers(&mut self, mut next: impl FnMut() -> Option<Delivery>) -> bool {
        let before = self.pending().len();
        while self.pending().len() < TRANSFERS_BELOW
            && let Some(delivery) = next()
        {
            match delivery {
                Delivery::Data(transfer, data) => {
                    let data = &data;
                    self.event(Event::TransferData(TransferData { transfer, data }));
                }
                Delivery::End(transfer, status) => end(transfer, status, self),
            }
        }
        self.pending().len() != before
    }
}

fn end(transfer: TransferId, status: TransferStatus, output: &mut Output) {
    output.event(Event::TransferEnd(TransferEnd { transfer, status }));
}
