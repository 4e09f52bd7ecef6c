//! Selections: what one client offers, and others may take. Which offer is the clipboard and which
//! the primary selection, who may change that, and who is told.
//!
//! A client may set and read selections while it has the keyboard, or on the strength of an input
//! that the person gave it within the last seconds. Nobody else even learns what types there are.
//! One who shares the clipboard with another display ([`Desktop::add_sharer`]) always may, and is told
//! of everything but its own.
//!
//! How the data flows is [`transfer`](super::transfer)'s.
//!
//! What clients are told of selections is not queued: it is made from what is true when a client
//! reads its events. However often others copy, nobody's queue grows by it.

use std::collections::BTreeMap;
use std::sync::Arc;

use transom_protocol::clipboard::{MimeTypes, Selection};
use transom_protocol::event::{OfferCancelled, SelectionChanged};
use transom_protocol::ids::{OfferId, Serial, TransferId};
use transom_protocol::request::SetSelection;
use transom_protocol::{ErrorCode, Event};

use super::Desktop;
use super::client::ClientInfo;
use super::ids::ClientId;
use super::requests::Refusal;
use super::transfer::Transfers;
use crate::time::Timestamp;

/// The most offers a client may have: one for each selection and as many as can be on their way
/// out, with transfers that still read them.
pub const MAX_OFFERS: usize = 64;

/// Types as which a text is kept beyond its owner, the best first.
const TEXT_TYPES: [&str; 2] = ["text/plain;charset=utf-8", "text/plain"];

const SELECTIONS: [Selection; 2] = [Selection::Clipboard, Selection::Primary];

/// The selections, and the data under way.
#[derive(Debug, Default)]
pub(super) struct Selections {
    pub(super) current: [Option<Current>; 2],
    pub(super) transfers: Transfers,
    last_offer: u32,
}

/// What a selection is.
#[derive(Debug)]
pub(super) struct Current {
    /// What clients quote.
    pub(super) id: OfferId,
    pub(super) owner: Owner,
    pub(super) types: Vec<String>,
    pub(super) kept: Option<Kept>,
}

/// Who gives the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A client, and what it calls the offer.
    Client(ClientId, OfferId),
    /// It has gone; there is what was kept.
    Gone,
}

/// A small text, a copy of what the owner would give.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) mime: String,
    pub(super) text: Arc<[u8]>,
}

/// What the desktop knows of one client's part in selections.
#[derive(Debug, Default)]
pub(super) struct Clipboard {
    offers: BTreeMap<OfferId, Offer>,
    /// It stands for the clipboard of another display.
    pub(super) shares: bool,
    /// What it was told last of each selection.
    told: [OfferId; 2],
    /// Transfers from it that others have given up, of which it is to be told.
    pub(super) given_up: Vec<TransferId>,
}

#[derive(Debug, Default)]
struct Offer {
    types: Vec<String>,
    /// It is no selection any more, and its client is to be told.
    cancelled: bool,
}

impl Current {
    pub(super) fn has(&self, mime: &str) -> bool {
        self.types.iter().any(|t| t == mime)
    }

    /// The type by which its text may be kept.
    fn text_type(&self) -> Option<&'static str> {
        TEXT_TYPES.into_iter().find(|mime| self.has(mime))
    }
}

/// Offers and ownership.
impl Desktop {
    /// One who shares the selections with another display: a client that may always use them. It has
    /// no windows.
    pub fn add_sharer(&mut self) -> ClientId {
        let id = self.add_client(ClientInfo {
            selections: true,
            ..ClientInfo::default()
        });
        if let Some(client) = self.clients.get_mut(&id) {
            client.clipboard.shares = true;
        }
        self.show_selections(id);
        id
    }

    /// Makes an offer of a client's. The session has seen to it that its number is new.
    pub fn create_offer(
        &mut self,
        client: ClientId,
        offer: OfferId,
        types: MimeTypes<'_>,
    ) -> Result<(), Refusal> {
        let Some(client) = self.clients.get_mut(&client) else {
            return Ok(());
        };
        if client.clipboard.offers.len() >= MAX_OFFERS {
            return Err((ErrorCode::QUOTA, "too many offers"));
        }
        let new = Offer {
            types: types.iter().map(str::to_owned).collect(),
            cancelled: false,
        };
        client.clipboard.offers.insert(offer, new);
        Ok(())
    }

    /// Ends an offer: a selection that it was is empty. Whether there was such an offer.
    pub fn destroy_offer(&mut self, client: ClientId, offer: OfferId) -> bool {
        let Some(owner) = self.clients.get_mut(&client) else {
            return false;
        };
        if owner.clipboard.offers.remove(&offer).is_none() {
            return false;
        }
        for selection in SELECTIONS {
            if self.is_owner(selection, Owner::Client(client, offer)) {
                self.select(selection, None);
            }
        }
        self.end_transfers_from(client, Some(offer));
        true
    }

    /// Makes an offer a selection, or empties the selection. Without the keyboard or a recent input
    /// nothing is done, and the client told so.
    pub fn set_selection(
        &mut self,
        client: ClientId,
        request: &SetSelection,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.at(now);
        let offer = request.offer;
        let types = match self.offer_mut(client, offer) {
            _ if offer.is_none() => None,
            Some(offer) => Some(offer.types.clone()),
            None => return Err((ErrorCode::UNKNOWN_ID, "no such offer")),
        };
        if !self.may_use_selections(client, request.serial) {
            self.cancel_unless_used(Owner::Client(client, offer));
            return Ok(());
        }
        let owner = Owner::Client(client, offer);
        self.select(request.selection, types.map(|types| (owner, types)));
        Ok(())
    }

    /// Whether a client may set and read selections, quoting this input.
    pub(super) fn may_use_selections(&self, client: ClientId, serial: Serial) -> bool {
        let recent = |c: &super::client::Client| c.may_activate(serial, self.clock);
        self.has_keyboard(client)
            || self.is_sharer(client)
            || self.clients.get(&client).is_some_and(recent)
    }

    fn is_sharer(&self, client: ClientId) -> bool {
        self.clients
            .get(&client)
            .is_some_and(|c| c.clipboard.shares)
    }

    fn has_keyboard(&self, client: ClientId) -> bool {
        self.seat.keyboard.is_some_and(|key| key.client == client)
    }

    fn offer_mut(&mut self, client: ClientId, offer: OfferId) -> Option<&mut Offer> {
        let client = self.clients.get_mut(&client)?;
        client.clipboard.offers.get_mut(&offer)
    }

    fn is_owner(&self, selection: Selection, owner: Owner) -> bool {
        let current = self.selections.current[selection as usize].as_ref();
        current.is_some_and(|c| c.owner == owner)
    }

    /// Changes what a selection is. Who offered the last one is told, and who has the keyboard.
    fn select(&mut self, selection: Selection, new: Option<(Owner, Vec<String>)>) {
        let id = self.next_offer();
        if let Some((Owner::Client(client, offer), _)) = new
            && let Some(offer) = self.offer_mut(client, offer)
        {
            offer.cancelled = false;
        }
        let new = new.map(|(owner, types)| Current {
            id,
            owner,
            types,
            kept: None,
        });
        let old = std::mem::replace(&mut self.selections.current[selection as usize], new);
        if let Some(old) = old {
            self.stop_keeping(old.id);
            self.cancel_unless_used(old.owner);
        }
        if selection == Selection::Clipboard {
            self.keep_text();
        }
        if let Some(key) = self.seat.keyboard {
            self.nudge(key.client);
        }
        let sharers = self.clients.iter().filter(|(_, c)| c.clipboard.shares);
        for sharer in sharers.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.nudge(sharer);
        }
    }

    /// Tells a client that an offer of its is no selection, if that is so.
    fn cancel_unless_used(&mut self, owner: Owner) {
        let used = SELECTIONS.into_iter().any(|s| self.is_owner(s, owner));
        if let Owner::Client(client, offer) = owner
            && !used
            && let Some(offer) = self.offer_mut(client, offer)
        {
            offer.cancelled = true;
            self.nudge(client);
        }
    }

    /// A number that names no selection there is. They come again only after two thousand million.
    fn next_offer(&mut self) -> OfferId {
        let last = &mut self.selections.last_offer;
        *last = last.wrapping_add(1) | OfferId::SERVER;
        OfferId(*last)
    }

    /// A client is gone: what is left of its selections is the text that was kept.
    pub(super) fn forget_selections(&mut self, client: ClientId) {
        for selection in SELECTIONS {
            let current = &mut self.selections.current[selection as usize];
            let gone =
                |c: &&mut Current| matches!(c.owner, Owner::Client(owner, _) if owner == client);
            let Some(current) = current.as_mut().filter(gone) else {
                continue;
            };
            match current.kept.take() {
                None => self.select(selection, None),
                Some(kept) => {
                    let types = vec![kept.mime.clone()];
                    self.select(selection, Some((Owner::Gone, types)));
                    if let Some(current) = &mut self.selections.current[selection as usize] {
                        current.kept = Some(kept);
                    }
                }
            }
        }
        self.forget_transfers(client);
    }

    /// Asks for the clipboard's text, which is kept if it is small.
    fn keep_text(&mut self) {
        let current = self.selections.current[Selection::Clipboard as usize].as_ref();
        let Some((current, mime)) = current.and_then(|c| Some((c, c.text_type()?))) else {
            return;
        };
        // What another display has stays there.
        if let Owner::Client(client, offer) = current.owner
            && !self.is_sharer(client)
        {
            self.begin_keeping(current.id, client, offer, mime);
        }
    }

    /// The text of a selection has come whole.
    pub(super) fn keep(&mut self, id: OfferId, kept: Kept) {
        let mut current = self.selections.current.iter_mut().flatten();
        if let Some(current) = current.find(|c| c.id == id) {
            current.kept = Some(kept);
        }
    }
}

/// What clients are told.
impl Desktop {
    /// There may be something about selections or transfers for a client.
    pub(super) fn nudge(&mut self, client: ClientId) {
        if let Some(to) = self.clients.get_mut(&client)
            && to.queue.nudge()
        {
            self.wakes.push(client);
        }
    }

    /// A client has got the keyboard: it is told of selections that it does not know.
    pub(super) fn show_selections(&mut self, client: ClientId) {
        let ids = self.selection_ids();
        if self
            .clients
            .get(&client)
            .is_some_and(|c| c.clipboard.told != ids)
        {
            self.nudge(client);
        }
    }

    fn selection_ids(&self) -> [OfferId; 2] {
        let id = |c: &Option<Current>| c.as_ref().map_or(OfferId::NONE, |c| c.id);
        [
            id(&self.selections.current[0]),
            id(&self.selections.current[1]),
        ]
    }

    /// Appends what a client is to know before the keys that wait for it: what it may paste.
    pub(super) fn tell_selections(&mut self, id: ClientId, out: &mut Vec<u8>) {
        let (ids, has_keyboard) = (self.selection_ids(), self.has_keyboard(id));
        let to = self.clients.get_mut(&id).filter(|c| c.info.selections);
        let Some(client) = to else {
            return;
        };
        let clipboard = &mut client.clipboard;
        for (offer, kept) in clipboard.offers.iter_mut().filter(|(_, o)| o.cancelled) {
            kept.cancelled = false;
            Event::from(OfferCancelled { offer: *offer }).write(out);
        }
        if !has_keyboard && !clipboard.shares {
            return;
        }
        for selection in SELECTIONS {
            let which = selection as usize;
            if clipboard.told[which] == ids[which] {
                continue;
            }
            clipboard.told[which] = ids[which];
            let current = self.selections.current[which].as_ref();
            // It would go back to where it came from.
            let own = |c: &Current| matches!(c.owner, Owner::Client(owner, _) if owner == id);
            if clipboard.shares && current.is_some_and(own) {
                continue;
            }
            let mut packed = Vec::new();
            let types = current.into_iter().flat_map(|c| &c.types);
            let event = SelectionChanged {
                selection,
                offer: ids[which],
                types: MimeTypes::pack(types, &mut packed),
            };
            Event::from(event).write(out);
        }
    }
}

#[cfg(test)]
impl Desktop {
    pub(super) fn verify_selections(&self) {
        for current in self.selections.current.iter().flatten() {
            match current.owner {
                Owner::Client(client, offer) => {
                    let offer = &self.clients[&client].clipboard.offers[&offer];
                    assert_eq!(offer.types, current.types);
                    assert!(!offer.cancelled);
                }
                Owner::Gone => {
                    let kept = current.kept.as_ref().expect("else it would be empty");
                    assert_eq!(current.types, [kept.mime.as_str()]);
                }
            }
        }
        for client in self.clients.values() {
            assert!(client.clipboard.offers.len() <= MAX_OFFERS);
        }
        self.verify_transfers();
    }
}
