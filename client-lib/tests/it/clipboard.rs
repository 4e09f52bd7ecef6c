//! Copying and pasting, with a scripted server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use transom::{Display, Event, Offer, PasteId, Selection, TEXT, Window};
use transom_protocol::clipboard::{MimeTypes, TransferStatus};
use transom_protocol::event as wire;
use transom_protocol::ids::{OfferId, TransferId};
use transom_protocol::request::{TransferCredit, TransferData, TransferEnd};
use transom_protocol::{Event as Incoming, Request};

use crate::{bytes_of, detached, each_request, sent, welcome};

const PNG: &str = "image/png";
const T: TransferId = TransferId(TransferId::SERVER + 1);

fn display() -> (Display, Window) {
    let display = detached();
    let window = display.window("w").size(100.0, 50.0).build();
    display.with_core(|core| core.feed(&welcome()));
    events(&display);
    sent(&display);
    (display, window)
}

fn feed<'a>(display: &Display, event: impl Into<Incoming<'a>>) {
    display.with_core(|core| core.feed(&bytes_of([event.into()])));
}

/// What the program is told. Reading events is also when data is made.
fn events(display: &Display) -> Vec<Event> {
    let next = || display.poll_event().expect("the connection is there");
    std::iter::from_fn(next).collect()
}

/// The requests that are ready to be sent, in short.
fn said(display: &Display) -> Vec<String> {
    let mut said = Vec::new();
    let bytes = display.with_core(|core| core.take_output());
    each_request(&bytes, |request| {
        said.push(match request {
            Request::CreateOffer(r) => {
                let types: Vec<&str> = r.types.iter().collect();
                format!("offer {} {}", r.offer.0, types.join(" "))
            }
            Request::SetSelection(r) => format!("{:?} is {}", r.selection, r.offer.0),
            Request::DestroyOffer(r) => format!("destroy {}", r.offer.0),
            Request::Receive(r) => format!("receive {} of {:x}", r.mime.0, r.offer.0),
            Request::TransferCredit(r) => format!("credit {}", r.bytes),
            Request::TransferData(r) => format!("data {}", r.data.len()),
            Request::TransferEnd(r) => format!("end {:?}", r.status),
            other => other.name().to_owned(),
        });
    });
    said
}

fn request_send(display: &Display, offer: u32, mime: &str, credit: u32) {
    let (transfer, offer) = (T, OfferId(offer));
    let mime = mime.into();
    feed(
        display,
        wire::SendRequested {
            transfer,
            offer,
            mime,
        },
    );
    allow(display, credit);
}

fn allow(display: &Display, bytes: u32) {
    let credit = TransferCredit { transfer: T, bytes };
    feed(display, Incoming::TransferCredit(credit));
}

fn cancel(display: &Display, offer: u32) {
    let offer = OfferId(offer);
    feed(display, wire::OfferCancelled { offer });
}

fn change(display: &Display, offer: u32, types: &[&str]) {
    let mut packed = Vec::new();
    let event = wire::SelectionChanged {
        selection: Selection::Clipboard,
        offer: OfferId(offer),
        types: MimeTypes::pack(types, &mut packed),
    };
    feed(display, event);
}

#[test]
fn what_is_copied_is_offered_and_sent_as_far_as_it_is_allowed() {
    let (display, window) = display();
    window.clipboard().copy_text("x".repeat(40_000));
    let offered = [format!("offer 1 {TEXT}"), "Clipboard is 1".into()];
    assert_eq!(said(&display), offered);
    request_send(&display, 1, TEXT, 10);
    assert_eq!(said(&display), ["data 10"]);
    allow(&display, 1 << 20);
    let rest = ["data 16384", "data 16384", "data 7222", "end Complete"];
    assert_eq!(said(&display), rest);
    request_send(&display, 1, PNG, 10);
    assert_eq!(said(&display), ["end Unavailable"]);
}

#[test]
fn lazy_data_is_made_once_and_only_when_somebody_wants_it() {
    let (display, window) = display();
    let made = Arc::new(AtomicUsize::new(0));
    let (count, clipboard) = (made.clone(), window.clipboard());
    let offer = Offer::text("a dot").lazy(PNG, move || {
        // It may use the display.
        assert!(!clipboard.has_text());
        count.fetch_add(1, Ordering::Relaxed);
        vec![1, 2, 3]
    });
    window.clipboard().copy(offer);
    assert_eq!(said(&display)[0], format!("offer 1 {TEXT} {PNG}"));
    for _ in 0..2 {
        request_send(&display, 1, PNG, 100);
        events(&display);
        assert_eq!(said(&display), ["data 3", "end Complete"]);
    }
    assert_eq!(made.load(Ordering::Relaxed), 1);
}

#[test]
fn an_offer_goes_when_it_is_neither_a_selection_nor_read() {
    let (display, window) = display();
    window.clipboard().copy_text("one");
    window.primary().copy_text("two");
    said(&display);
    request_send(&display, 1, TEXT, 1);
    cancel(&display, 1);
    let selection = Selection::Clipboard;
    assert_eq!(events(&display), [Event::SelectionLost { selection }]);
    assert_eq!(said(&display), ["data 1"]);
    allow(&display, 2);
    assert_eq!(said(&display), ["data 2", "end Complete", "destroy 1"]);
    cancel(&display, 2);
    assert_eq!(said(&display), ["destroy 2"]);
}

#[test]
fn copying_faster_than_the_server_answers_leaves_out_all_but_the_last() {
    let (display, window) = display();
    for n in 0..1000 {
        window.primary().copy_text(n.to_string());
    }
    let offers = said(&display).len() / 2;
    assert_eq!(offers, 32);
    (1..=offers as u32 - 1).for_each(|offer| cancel(&display, offer));
    let last = said(&display);
    assert!(last.contains(&"Primary is 33".to_owned()), "{last:?}");
    assert_eq!(events(&display), [], "what is lost is not the last");
    request_send(&display, 33, TEXT, 9);
    assert_eq!(said(&display), ["data 3", "end Complete"], "999");
}

#[test]
fn a_paste_allows_more_while_it_comes_and_is_one_event() {
    let (display, window) = display();
    let clipboard = window.clipboard();
    assert_eq!(clipboard.paste_text(), None, "there is nothing");
    change(&display, 0x8000_0007, &[PNG, "text/plain"]);
    assert!(clipboard.has(PNG) && clipboard.has_text());
    let paste = clipboard.paste_text().expect("there is text");
    let asked = ["receive text/plain of 80000007", "credit 65536"];
    assert_eq!(said(&display), asked);
    let data = vec![b'a'; 40_000];
    for _ in 0..3 {
        let (transfer, data) = (TransferId(1), &data[..]);
        feed(
            &display,
            Incoming::TransferData(TransferData { transfer, data }),
        );
    }
    assert_eq!(said(&display), ["credit 40000"; 3]);
    end(&display, 1, TransferStatus::Complete);
    let events = events(&display);
    let Some(Event::Pasted(pasted)) = events.last() else {
        panic!("{events:?}");
    };
    assert_eq!(
        (pasted.paste, pasted.selection),
        (paste, Selection::Clipboard)
    );
    assert_eq!(pasted.text(), "a".repeat(120_000));
}

fn end(display: &Display, transfer: u32, status: TransferStatus) {
    let transfer = TransferId(transfer);
    feed(
        display,
        Incoming::TransferEnd(TransferEnd { transfer, status }),
    );
}

#[test]
fn a_paste_that_fails_is_told_and_one_that_is_taken_back_is_not() {
    let (display, window) = display();
    change(&display, 0x8000_0007, &[TEXT]);
    let pastes: Vec<PasteId> = (0..2)
        .filter_map(|_| window.clipboard().paste_text())
        .collect();
    events(&display);
    window.clipboard().cancel(pastes[0]);
    assert_eq!(
        said(&display).last().map(String::as_str),
        Some("end Cancelled")
    );
    end(&display, 1, TransferStatus::Complete);
    end(&display, 2, TransferStatus::Unavailable);
    let paste = pastes[1];
    assert_eq!(events(&display), [Event::PasteFailed { paste }]);
}

#[test]
fn a_server_without_selections_is_asked_for_none() {
    let display = detached();
    display.clipboard().copy_text("before anything is known");
    let selection = Selection::Clipboard;
    assert_eq!(events(&display), [Event::SelectionLost { selection }]);
    assert_eq!(sent(&display), ["Hello"]);
}

#[test]
fn selections_are_made_anew_on_a_fresh_session() {
    let (display, window) = display();
    window.clipboard().copy_text("gone");
    window.primary().copy_text("one");
    window.clipboard().copy_text("two");
    cancel(&display, 1);
    let rebuild = display.with_core(|core| core.rebuild());
    let mut names = Vec::new();
    each_request(&rebuild.bytes, |request| match request {
        Request::CreateOffer(r) => names.push(format!("offer {}", r.offer.0)),
        Request::SetSelection(r) => names.push(format!("{:?} {}", r.selection, r.offer.0)),
        _ => {}
    });
    assert_eq!(names, ["offer 2", "Primary 2", "offer 3", "Clipboard 3"]);
}
