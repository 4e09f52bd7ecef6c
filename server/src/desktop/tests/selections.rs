//! Copy and paste: who may, what becomes of offers, and how data flows.

use std::time::Duration;

use transom_protocol::clipboard::{MimeTypes, Selection, TransferStatus};
use transom_protocol::color::Color;
use transom_protocol::ids::{OfferId, Serial, TransferId};
use transom_protocol::input::{KeyCode, KeyState};
use transom_protocol::request::{Receive, SetSelection, TransferCredit, TransferEnd};

use super::super::transfer::{MAX_KEPT, MAX_READING, TRANSFER_PATIENCE, WINDOW};
use super::super::*;
use super::fixture::{Fixture, each_event, rect};

pub(super) const TEXT: &str = "text/plain;charset=utf-8";
const PNG: &str = "image/png";

/// What clients say and hear about selections, in short.
impl Fixture {
    pub(super) fn copier(&mut self) -> ClientId {
        self.desktop.add_client(ClientInfo {
            selections: true,
            ..ClientInfo::default()
        })
    }

    /// Two clients with a window each; the second has the keyboard.
    fn two(&mut self) -> (ClientId, ClientId) {
        let [a, b] = [self.copier(), self.copier()];
        self.window_at(a, 1, rect(0, 0, 40, 40), Color::RED);
        self.window_at(b, 1, rect(50, 0, 40, 40), Color::BLUE);
        self.turn_to_second();
        (a, b)
    }

    fn turn_to_first(&mut self) {
        self.click(10.0, 10.0);
    }

    fn turn_to_second(&mut self) {
        self.click(60.0, 10.0);
    }

    pub(super) fn offer(&mut self, client: ClientId, offer: u32, types: &[&str]) {
        let mut packed = Vec::new();
        let types = MimeTypes::pack(types, &mut packed);
        let made = self.desktop.create_offer(client, OfferId(offer), types);
        assert_eq!(made, Ok(()));
    }

    pub(super) fn select(&mut self, client: ClientId, selection: Selection, offer: u32) {
        self.select_quoting(client, selection, offer, Serial::NONE);
    }

    fn select_quoting(
        &mut self,
        client: ClientId,
        selection: Selection,
        offer: u32,
        serial: Serial,
    ) {
        let request = SetSelection {
            selection,
            offer: OfferId(offer),
            serial,
        };
        let done = self.desktop.set_selection(client, &request, self.now);
        assert_eq!(done, Ok(()));
    }

    fn copy(&mut self, client: ClientId, offer: u32, types: &[&str]) {
        self.offer(client, offer, types);
        self.select(client, Selection::Clipboard, offer);
    }

    /// The clipboard's number, as clients quote it.
    fn clipboard(&self) -> OfferId {
        let current = self.desktop.selections.current[0].as_ref();
        current.map_or(OfferId::NONE, |c| c.id)
    }

    pub(super) fn receive(
        &mut self,
        client: ClientId,
        transfer: u32,
        offer: OfferId,
        mime: &str,
    ) -> Result<(), TransferStatus> {
        let request = Receive {
            transfer: TransferId(transfer),
            offer,
            serial: Serial::NONE,
            mime: mime.into(),
        };
        self.desktop.receive(client, &request, self.now)
    }

    /// Pastes the clipboard, allowing so many bytes.
    fn paste(&mut self, client: ClientId, transfer: u32, mime: &str, credit: u32) {
        let begun = self.receive(client, transfer, self.clipboard(), mime);
        assert_eq!(begun, Ok(()));
        self.allow(client, transfer, credit);
    }

    pub(super) fn allow(&mut self, client: ClientId, transfer: u32, bytes: u32) {
        let transfer = TransferId(transfer);
        let credit = TransferCredit { transfer, bytes };
        self.desktop.allow_transfer(client, &credit, self.now);
    }

    pub(super) fn send_data(
        &mut self,
        client: ClientId,
        transfer: TransferId,
        data: &[u8],
    ) -> Result<(), Overrun> {
        let (data, now) = (data.to_vec(), self.now);
        self.desktop.transfer_data(client, transfer, data, now)
    }

    pub(super) fn end(&mut self, client: ClientId, transfer: TransferId, status: TransferStatus) {
        let end = TransferEnd { transfer, status };
        self.desktop.end_transfer(client, &end, self.now);
    }

    /// What a client is told of selections and transfers.
    fn told(&mut self, client: ClientId) -> Vec<String> {
        let bytes = self.bytes(client);
        let mut told = Vec::new();
        each_event(&bytes, |event| told.extend(in_short(event)));
        told
    }

    /// The transfer that a client was last asked for, and what it may send.
    fn asked(&mut self, client: ClientId) -> (TransferId, u32) {
        let bytes = self.bytes(client);
        let (mut transfer, mut credit) = (TransferId::NONE, 0);
        each_event(&bytes, |event| match event {
            Event::SendRequested(e) => (transfer, credit) = (e.transfer, 0),
            Event::TransferCredit(e) if e.transfer == transfer => credit += e.bytes,
            _ => {}
        });
        (transfer, credit)
    }

    /// All that a client can be given at the moment.
    fn deliveries(&mut self, client: ClientId) -> (Vec<u8>, Option<TransferStatus>) {
        let (mut data, mut end) = (Vec::new(), None);
        while let Some(delivery) = self.desktop.take_transfer(client) {
            match delivery {
                Delivery::Data(_, piece) => data.extend(piece),
                Delivery::End(_, status) => end = Some(status),
            }
        }
        (data, end)
    }
}

fn in_short(event: &Event<'_>) -> Option<String> {
    Some(match event {
        Event::SelectionChanged(e) => {
            let types: Vec<&str> = e.types.iter().collect();
            let what = if e.offer.is_none() { "empty" } else { "" };
            format!("{:?} {what}{}", e.selection, types.join(" "))
        }
        Event::OfferCancelled(e) => format!("cancelled {}", e.offer.0),
        Event::SendRequested(e) => format!("send {} {}", e.offer.0, e.mime.0),
        Event::TransferCredit(e) => format!("credit {}", e.bytes),
        Event::TransferEnd(e) => format!("end {:?}", e.status),
        Event::KeyboardEnter(_) => "keyboard".to_owned(),
        _ => return None,
    })
}

#[test]
fn what_can_be_pasted_is_told_to_who_has_the_keyboard_and_before_its_keys() {
    let mut f = Fixture::new(100, 60);
    let (a, b) = f.two();
    f.forget_events(a);
    f.forget_events(b);
    f.copy(b, 1, &[PNG]);
    assert_eq!(f.told(b), ["Clipboard image/png"]);
    assert_eq!(f.told(a), [""; 0]);
    f.turn_to_first();
    assert_eq!(f.told(a), ["Clipboard image/png", "keyboard"]);
    f.turn_to_second();
    assert_eq!(f.told(b), ["keyboard"], "it knows");
    f.select(b, Selection::Clipboard, 0);
    assert_eq!(f.told(b), ["cancelled 1", "Clipboard empty"]);
    f.turn_to_first();
    assert_eq!(f.told(a), ["Clipboard empty", "keyboard"]);
}

#[test]
fn who_has_neither_keyboard_nor_a_recent_input_sets_nothing_and_reads_nothing() {
    let mut f = Fixture::new(100, 60);
    let (a, b) = f.two();
    f.copy(b, 1, &[PNG]);
    let before = f.clipboard();
    f.pass(Duration::from_secs(60));
    f.forget_events(a);
    f.copy(a, 1, &[PNG]);
    assert_eq!(f.told(a), ["cancelled 1"]);
    assert_eq!(f.clipboard(), before);
    let refused = f.receive(a, 1, before, PNG);
    assert_eq!(refused, Err(TransferStatus::Unavailable));
}

#[test]
fn a_recent_input_is_enough_but_not_an_old_one() {
    let mut f = Fixture::new(100, 60);
    let (a, _) = f.two();
    f.turn_to_first();
    f.key(KeyCode::KEY_F, KeyState::Pressed, "");
    let serial = f.last_input(a);
    f.turn_to_second();
    f.offer(a, 1, &[PNG]);
    f.select_quoting(a, Selection::Clipboard, 1, serial);
    assert!(!f.clipboard().is_none());
    f.pass(Duration::from_secs(20));
    f.select_quoting(a, Selection::Clipboard, 0, serial);
    assert!(!f.clipboard().is_none());
}

#[test]
fn data_flows_as_far_as_the_reader_allows() {
    let mut f = Fixture::new(100, 60);
    let (a, b) = f.two();
    f.copy(b, 1, &[PNG, TEXT]);
    f.select(b, Selection::Primary, 1);
    f.turn_to_first();
    f.forget_events(b);
    f.paste(a, 1, PNG, 10);
    assert_eq!(f.asked(b).1, 10);
    let transfer = f.desktop.selections.transfers.last_id();
    f.send_data(b, transfer, b"123456").expect("allowed");
    assert_eq!(f.deliveries(a), (b"123456".to_vec(), None));
    assert_eq!(f.asked(b).1, 0, "what was read makes no new credit");
    f.send_data(b, transfer, b"7890").expect("allowed");
    f.allow(a, 1, 5);
    assert_eq!(f.told(b), ["credit 5"]);
    f.end(b, transfer, TransferStatus::Complete);
    let rest = (b"7890".to_vec(), Some(TransferStatus::Complete));
    assert_eq!(f.deliveries(a), rest);
    f.desktop.verify_invariants();
}

#[test]
fn no_more_than_a_window_of_a_transfer_waits_here() {
    let mut f = Fixture::new(100, 60);
    let (a, b) = f.two();
    f.copy(b, 1, &[PNG]);
    f.turn_to_first();
    f.paste(a, 1, PNG, u32::MAX);
    let (transfer, credit) = f.asked(b);
    assert_eq!(u64::from(credit), WINDOW);
    f.send_data(b, transfer, &vec![7; WINDOW as usize])
        .expect("allowed");
    assert_eq!(f.asked(b).1, 0);
    let Some(Delivery::Data(_, piece)) = f.desktop.take_transfer(a) else {
        panic!("there is something");
    };
    assert_eq!(piece.len(), MAX_CHUNK);
    assert_eq!(f.told(b), [format!("credit {MAX_CHUNK}")]);
}

#[test]
fn who_sends_more_than_allowed_is_found_out() {
    let mut f = Fixture::new(100, 60);
    let (a, b) = f.two();
    f.copy(b, 1, &[PNG]);
    f.turn_to_first();
    f.paste(a, 1, PNG, 4);
    // The credit exists, but it has not been told of it.
    let transfer = f.desktop.selections.transfers.last_id();
    assert_eq!(f.send_data(b, transfer, b"1"), Err(Overrun));
    assert_eq!(f.asked(b).1, 4);
    assert_eq!(f.send_data(b, transfer, b"12345"), Err(Overrun));
    assert_eq!(f.send_data(b, transfer, b"1234"), Ok(()));
    assert_eq!(f.send_data(a, transfer, b"not mine"), Ok(()), "ignored");
    assert_eq!(f.send_data(b, TransferId(9), b"unknown"), Ok(()));
}

#[test]
fn an_owner_that_goes_in_the_middle_ends_the_transfer() {
    let mut f = Fixture::new(100, 60);
    let (a, b) = f.two();
    f.copy(b, 1, &[PNG]);
    f.turn_to_first();
    f.paste(a, 1, PNG, 100);
    let (transfer, _) = f.asked(b);
    f.send_data(b, transfer, b"half").expect("allowed");
    f.forget_events(a);
    f.desktop.remove_client(b);
    assert_eq!(
        f.deliveries(a),
        (Vec::new(), Some(TransferStatus::Unavailable))
    );
    assert_eq!(f.told(a)[0], "Clipboard empty");
    assert_eq!(f.desktop.transfer_count(), 0);
}

#[test]
fn an_offer_that_is_superseded_still_ends_what_it_began() {
    let mut f = Fixture::new(100, 60);
    let (a, b) = f.two();
    f.copy(b, 1, &[PNG]);
    f.turn_to_first();
    f.paste(a, 1, PNG, 100);
    let old = f.clipboard();
    let (transfer, _) = f.asked(b);
    f.copy(a, 1, &[PNG]);
    assert_eq!(f.told(b), ["cancelled 1"]);
    f.send_data(b, transfer, b"whole").expect("allowed");
    f.end(b, transfer, TransferStatus::Complete);
    assert_eq!(
        f.deliveries(a),
        (b"whole".to_vec(), Some(TransferStatus::Complete))
    );
    assert_eq!(f.receive(a, 2, old, PNG), Err(TransferStatus::Unavailable));
}

#[test]
fn destroying_an_offer_empties_the_selection_and_ends_its_transfers() {
    let mut f = Fixture::new(100, 60);
    let (a, b) = f.two();
    f.copy(b, 1, &[PNG]);
    f.turn_to_first();
    f.paste(a, 1, PNG, 100);
    assert!(f.desktop.destroy_offer(b, OfferId(1)));
    assert!(!f.desktop.destroy_offer(b, OfferId(1)));
    assert_eq!(f.clipboard(), OfferId::NONE);
    assert_eq!(f.deliveries(a).1, Some(TransferStatus::Unavailable));
}

#[test]
fn a_reader_that_gives_up_or_goes_is_told_to_the_owner() {
    let mut f = Fixture::new(100, 60);
    let (a, b) = f.two();
    f.copy(b, 1, &[PNG]);
    f.turn_to_first();
    f.paste(a, 1, PNG, 100);
    f.asked(b);
    f.end(a, TransferId(1), TransferStatus::Cancelled);
    assert_eq!(f.told(b), ["end Cancelled"]);
    f.paste(a, 2, PNG, 100);
    f.asked(b);
    f.desktop.remove_client(a);
    assert!(f.told(b).contains(&"end Cancelled".to_owned()));
    assert_eq!(f.desktop.transfer_count(), 0);
}

#[test]
fn asking_and_giving_up_again_and_again_tells_the_owner_nothing() {
    let mut f = Fixture::new(100, 60);
    let (a, b) = f.two();
    f.copy(b, 1, &[PNG]);
    f.turn_to_first();
    f.forget_events(b);
    for n in 1..=10_000 {
        f.paste(a, n, PNG, 1);
        f.end(a, TransferId(n), TransferStatus::Cancelled);
    }
    assert!(!f.desktop.overflowed(b));
    assert_eq!(f.told(b), [""; 0]);
}

#[test]
fn copying_again_and_again_tells_others_only_the_last() {
    let mut f = Fixture::new(100, 60);
    let (a, b) = f.two();
    f.forget_events(b);
    f.turn_to_first();
    f.key(KeyCode::KEY_F, KeyState::Pressed, "");
    let serial = f.last_input(a);
    f.offer(a, 1, &[PNG; 60]);
    f.turn_to_second();
    for _ in 0..10_000 {
        f.select_quoting(a, Selection::Clipboard, 1, serial);
    }
    assert!(!f.desktop.overflowed(b));
    assert_eq!(f.told(b).len(), 2, "the clipboard, the keyboard");
}

#[test]
fn a_transfer_that_stands_still_is_given_up_for_both() {
    let mut f = Fixture::new(100, 60);
    let (a, b) = f.two();
    f.copy(b, 1, &[PNG]);
    f.turn_to_first();
    f.paste(a, 1, PNG, 100);
    let (transfer, _) = f.asked(b);
    f.pass(TRANSFER_PATIENCE / 2);
    f.send_data(b, transfer, b"x").expect("allowed");
    f.pass(TRANSFER_PATIENCE / 2);
    assert_eq!(f.desktop.transfer_count(), 1);
    assert!(f.desktop.next_deadline().is_some());
    f.pass(TRANSFER_PATIENCE / 2);
    assert_eq!(f.told(b), ["end Cancelled"]);
    assert_eq!(
        f.deliveries(a),
        (Vec::new(), Some(TransferStatus::Cancelled))
    );
    assert_eq!(f.desktop.next_deadline(), None);
}

#[test]
fn a_client_reads_only_so_much_at_a_time() {
    let mut f = Fixture::new(100, 60);
    let (_, b) = f.two();
    f.copy(b, 1, &[PNG]);
    let id = f.clipboard();
    let begun = (1..=40).filter(|n| f.receive(b, *n, id, PNG).is_ok());
    assert_eq!(begun.count(), MAX_READING);
    f.desktop.verify_invariants();
}

#[test]
fn transfers_to_one_client_take_turns() {
    let mut f = Fixture::new(100, 60);
    let (a, b) = f.two();
    f.copy(b, 1, &[PNG]);
    f.turn_to_first();
    for n in 1..=2 {
        f.paste(a, n, PNG, u32::MAX);
        let (transfer, _) = f.asked(b);
        let half = vec![0; WINDOW as usize / 2];
        f.send_data(b, transfer, &half).expect("allowed");
    }
    let mut turns = Vec::new();
    while let Some(Delivery::Data(transfer, _)) = f.desktop.take_transfer(a) {
        turns.push(transfer.0);
    }
    assert_eq!(turns, [1, 2, 1, 2]);
}

#[test]
fn who_shares_the_clipboard_with_another_display_needs_no_keyboard_and_hears_only_of_others() {
    let mut f = Fixture::new(100, 60);
    let (_, b) = f.two();
    f.copy(b, 1, &[PNG]);
    let sharer = f.desktop.add_sharer();
    assert_eq!(
        f.told(sharer),
        ["Clipboard image/png"],
        "what there was before it"
    );
    assert_eq!(f.receive(sharer, 1, f.clipboard(), PNG), Ok(()));
    f.forget_events(b);
    f.copy(sharer, 1, &[TEXT]);
    assert_eq!(f.told(b), ["cancelled 1", &format!("Clipboard {TEXT}")]);
    assert_eq!(
        f.told(sharer),
        [""; 0],
        "its own, which nobody keeps for it"
    );
    f.copy(b, 2, &[PNG]);
    assert_eq!(f.told(sharer), ["cancelled 1", "Clipboard image/png"]);
    f.select(b, Selection::Clipboard, 0);
    assert_eq!(f.told(sharer), ["Clipboard empty"]);
    f.desktop.remove_client(sharer);
    f.desktop.verify_invariants();
}

/// The second client copies a text of this length, and answers who asks for it.
fn with_text(length: usize) -> (Fixture, ClientId, ClientId) {
    let mut f = Fixture::new(100, 60);
    let (a, b) = f.two();
    f.copy(b, 1, &[PNG, TEXT]);
    let (transfer, credit) = f.asked(b);
    assert!(!transfer.is_none(), "the text is asked for at once");
    let text = vec![b'x'; length.min(credit as usize)];
    f.send_data(b, transfer, &text).expect("allowed");
    f.end(b, transfer, TransferStatus::Complete);
    (f, a, b)
}

#[test]
fn a_small_text_stays_when_its_owner_has_gone() {
    let (mut f, a, b) = with_text(MAX_KEPT);
    f.turn_to_first();
    f.forget_events(a);
    f.desktop.remove_client(b);
    assert_eq!(f.told(a), [format!("Clipboard {TEXT}")]);
    f.paste(a, 1, TEXT, 10);
    assert_eq!(f.deliveries(a), (vec![b'x'; 10], None));
    f.allow(a, 1, u32::MAX);
    let (rest, end) = f.deliveries(a);
    assert_eq!(
        (rest.len(), end),
        (MAX_KEPT - 10, Some(TransferStatus::Complete))
    );
    assert_eq!(
        f.receive(a, 2, f.clipboard(), PNG),
        Err(TransferStatus::Unavailable)
    );
    f.desktop.verify_invariants();
}

#[test]
fn a_long_text_goes_with_its_owner() {
    let (mut f, a, b) = with_text(MAX_KEPT + 1);
    assert_eq!(f.told(b), ["end Cancelled"], "nothing is kept of it");
    f.turn_to_first();
    f.forget_events(a);
    f.desktop.remove_client(b);
    assert_eq!(f.told(a), ["Clipboard empty"]);
}

#[test]
fn what_is_kept_is_pasted_without_asking_the_owner() {
    let (mut f, a, b) = with_text(5);
    f.turn_to_first();
    f.forget_events(b);
    f.paste(a, 1, TEXT, 100);
    assert_eq!(
        f.deliveries(a),
        (b"xxxxx".to_vec(), Some(TransferStatus::Complete))
    );
    assert_eq!(f.told(b), [""; 0]);
}

#[test]
fn an_empty_text_is_a_text() {
    let (mut f, a, b) = with_text(0);
    f.turn_to_first();
    f.desktop.remove_client(b);
    f.paste(a, 1, TEXT, 100);
    assert_eq!(
        f.deliveries(a),
        (Vec::new(), Some(TransferStatus::Complete))
    );
    f.desktop.verify_invariants();
}

#[test]
fn a_text_is_not_kept_from_the_primary_selection_nor_after_it_was_replaced() {
    let mut f = Fixture::new(100, 60);
    let (_, b) = f.two();
    f.forget_events(b);
    f.offer(b, 1, &[TEXT]);
    f.select(b, Selection::Primary, 1);
    assert_eq!(f.told(b), [format!("Primary {TEXT}")]);
    f.select(b, Selection::Clipboard, 1);
    assert_eq!(
        f.told(b).len(),
        3,
        "the clipboard, and a request with its credit"
    );
    f.select(b, Selection::Clipboard, 0);
    assert_eq!(f.told(b), ["Clipboard empty", "end Cancelled"]);
    f.desktop.verify_invariants();
}
