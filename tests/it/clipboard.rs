//! Copy and paste between programs over real sockets.

use serde_json::json;
use transom::{Color, Display, Event, Offer, Pasted, TEXT, Window};
use transom_protocol::Request;
use transom_protocol::clipboard::{MimeTypes, Selection, TransferStatus};
use transom_protocol::codec::MAGIC;
use transom_protocol::geometry::Size;
use transom_protocol::hello::{Features, Hello};
use transom_protocol::ids::{OfferId, Serial, TransferId};
use transom_protocol::request::{
    CreateOffer, Receive, SetSelection, TransferCredit, TransferData, TransferEnd,
};
use transom_tests::client::{Raw, hello};
use transom_tests::server::Server;

const PNG: &str = "image/png";

/// A program with a window that has the keyboard, which it knows.
pub(crate) fn program(server: &Server, title: &str) -> (Display, Window) {
    let display = server.connect();
    let window = display.window(title).size(80.0, 60.0).build();
    let mut frame = window.frame();
    frame.clear(Color::BLUE);
    frame.commit().expect("the server lives");
    let mine = window.id();
    until(
        &display,
        |e| matches!(e, Event::KeyboardEnter { window, .. } if *window == mine),
    );
    (display, window)
}

fn until(display: &Display, mut fits: impl FnMut(&Event) -> bool) -> Event {
    loop {
        let event = display.next_event().expect("the server lives");
        if fits(&event) {
            return event;
        }
    }
}

pub(crate) fn pasted(display: &Display) -> Pasted {
    match until(display, |e| {
        matches!(e, Event::Pasted(_) | Event::PasteFailed { .. })
    }) {
        Event::Pasted(pasted) => pasted,
        event => panic!("{event:?}"),
    }
}

/// Runs a program's loop in a thread of its own until the connection ends.
fn serve(display: Display, window: Window) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let _window = window;
        until(&display, |e| matches!(e, Event::CloseRequested { .. }));
    })
}

fn close(server: &Server, title: &str) {
    let mut control = server.control();
    let id = control.wait_window(title)["id"].clone();
    control.ask(json!({"cmd": "close", "window": id}));
}

#[test]
fn text_is_pasted_while_its_owner_lives_and_after() {
    let server = Server::start();
    let (owner, window) = program(&server, "owner");
    window.clipboard().copy_text("Grüße, мир");
    window.primary().copy_text("selected");
    owner.sync().expect("the server lives");
    // The text that is to be kept was asked for, and the answer has been executed.
    owner.sync().expect("the server lives");
    let running = serve(owner, window);
    let (reader, mine) = program(&server, "reader");
    assert!(mine.clipboard().paste_text().is_some());
    assert_eq!(pasted(&reader).text(), "Grüße, мир");
    assert!(mine.primary().paste_text().is_some());
    assert_eq!(pasted(&reader).text(), "selected");
    close(&server, "owner");
    running.join().expect("it ended well");
    let kept = until(&reader, |e| {
        matches!(
            e,
            Event::SelectionChanged {
                selection: Selection::Clipboard,
                ..
            }
        )
    });
    assert!(matches!(kept, Event::SelectionChanged { types, .. } if types == [TEXT]));
    assert!(mine.clipboard().paste_text().is_some());
    assert_eq!(pasted(&reader).text(), "Grüße, мир");
    until(&reader, |_| !mine.primary().has_text());
    assert_eq!(
        mine.primary().paste_text(),
        None,
        "only the clipboard is kept"
    );
}

#[test]
fn megabytes_of_any_type_are_made_when_they_are_pasted() {
    let server = Server::with(&["--listen", "tcp://127.0.0.1:0"]);
    let (owner, window) = program(&server, "owner");
    let big: Vec<u8> = (0..6_000_000u32)
        .map(|i| (i.wrapping_mul(i) >> 7) as u8)
        .collect();
    let data = big.clone();
    let offer = Offer::text("a picture").lazy(PNG, move || data);
    window.clipboard().copy(offer);
    owner.sync().expect("the server lives");
    let running = serve(owner, window);
    let (reader, mine) = program(&server, "reader");
    assert_eq!(mine.clipboard().types(), [TEXT, PNG]);
    assert!(mine.clipboard().paste(PNG).is_some());
    let got = pasted(&reader);
    assert!(got.data == big && got.mime == PNG);
    close(&server, "owner");
    running.join().expect("it ended well");
}

#[test]
fn a_program_pastes_what_it_copied_itself() {
    let server = Server::start();
    let (display, window) = program(&server, "alone");
    window.clipboard().copy_text("x".repeat(1 << 20));
    until(&display, |e| matches!(e, Event::SelectionChanged { .. }));
    assert!(window.clipboard().paste_text().is_some());
    assert_eq!(pasted(&display).data.len(), 1 << 20);
}

/// A client that says exactly what the test wants, has a window, and takes part in selections.
fn raw(server: &Server, window: &str) -> Raw {
    let mut client = Raw::unix(&server.socket());
    let hello = Hello {
        features: Features::CLIPBOARD,
        ..hello(&[])
    };
    client.bytes(&MAGIC).send(hello);
    client.window(1, window, 80.0, 60.0);
    client.frame(1, Size::new(80.0, 60.0), 1, |d| d.clear_to(Color::RED));
    client.until(|e| matches!(e, transom_protocol::Event::KeyboardEnter(_)));
    client
}

fn copies(client: &mut Raw, types: &[&str]) {
    let mut packed = Vec::new();
    let (offer, types) = (OfferId(1), MimeTypes::pack(types, &mut packed));
    client
        .send(CreateOffer { offer, types })
        .send(SetSelection {
            selection: Selection::Clipboard,
            offer,
            serial: Serial::NONE,
        });
    assert_eq!(client.sync(1), [""; 0]);
}

fn pastes(client: &mut Raw, bytes: u32) {
    let mut offer = OfferId::NONE;
    client.until(|e| match e {
        transom_protocol::Event::SelectionChanged(e) => {
            offer = e.offer;
            true
        }
        _ => false,
    });
    let (transfer, serial, mime) = (TransferId(1), Serial::NONE, PNG.into());
    client.send(Receive {
        transfer,
        offer,
        serial,
        mime,
    });
    allows(client, bytes);
}

fn allows(client: &mut Raw, bytes: u32) {
    let transfer = TransferId(1);
    client.send(Request::TransferCredit(TransferCredit { transfer, bytes }));
}

/// The transfer that a client is asked for.
fn asked(client: &mut Raw) -> TransferId {
    let mut asked = TransferId::NONE;
    client.until(|e| match e {
        transom_protocol::Event::SendRequested(e) => {
            asked = e.transfer;
            true
        }
        _ => false,
    });
    client.until(|e| matches!(e, transom_protocol::Event::TransferCredit(_)));
    asked
}

fn gives(client: &mut Raw, transfer: TransferId, data: &[u8]) {
    client.send(Request::TransferData(TransferData { transfer, data }));
}

#[test]
fn a_key_in_the_middle_of_a_transfer_waits_for_none_of_it() {
    let server = Server::start();
    let mut owner = raw(&server, "owner");
    copies(&mut owner, &[PNG]);
    let mut reader = Raw::unix(&server.socket());
    let hello = Hello {
        features: Features::CLIPBOARD,
        ..hello(&[])
    };
    reader.bytes(&MAGIC).send(hello);
    reader.window(1, "reader", 80.0, 60.0);
    reader.frame(1, Size::new(80.0, 60.0), 1, |d| d.clear_to(Color::RED));
    pastes(&mut reader, 50_000);
    let transfer = asked(&mut owner);
    gives(&mut owner, transfer, &[7; 50_000]);
    let mut got = 0;
    reader.until(|e| match e {
        transom_protocol::Event::TransferData(e) => {
            got += e.data.len();
            got == 50_000
        }
        _ => false,
    });
    // More is there for it, as far as the server takes any; it has not allowed that.
    let mut control = server.control();
    control.key("a");
    reader.until(|e| match e {
        transom_protocol::Event::TransferData(_) => panic!("it was not allowed"),
        e => matches!(e, transom_protocol::Event::Key(_)),
    });
    allows(&mut reader, 50_000);
    owner.until(|e| matches!(e, transom_protocol::Event::TransferCredit(_)));
    gives(&mut owner, transfer, &[8; 10]);
    let status = TransferStatus::Complete;
    owner.send(Request::TransferEnd(TransferEnd { transfer, status }));
    reader.until(|e| matches!(e, transom_protocol::Event::TransferEnd(e) if e.status == status));
}

#[test]
fn an_owner_that_dies_in_the_middle_ends_the_paste() {
    let server = Server::start();
    let mut owner = raw(&server, "owner");
    copies(&mut owner, &[PNG]);
    let (reader, mine) = program(&server, "reader");
    assert!(mine.clipboard().paste(PNG).is_some());
    reader.flush().expect("the server lives");
    let transfer = asked(&mut owner);
    gives(&mut owner, transfer, b"half of");
    drop(owner);
    until(&reader, |e| matches!(e, Event::PasteFailed { .. }));
}

#[test]
fn who_sends_more_than_allowed_is_disconnected_and_nobody_else() {
    let server = Server::start();
    let mut owner = raw(&server, "owner");
    copies(&mut owner, &[PNG]);
    let (reader, mine) = program(&server, "reader");
    assert!(mine.clipboard().paste(PNG).is_some());
    reader.flush().expect("the server lives");
    let transfer = asked(&mut owner);
    gives(&mut owner, transfer, &[0; 500_000]);
    let reason = owner.closed().expect("it is told why");
    assert!(reason.starts_with("not-permitted"), "{reason}");
    until(&reader, |e| matches!(e, Event::PasteFailed { .. }));
    reader.sync().expect("it goes on");
}
