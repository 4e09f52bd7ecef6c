use transom_protocol::codec::{Blob, MAGIC, MAX_PACKET};
use transom_protocol::error::ErrorCode;
use transom_protocol::geometry::Scale;
use transom_protocol::hello::Hello;
use transom_protocol::request::Sync;

use super::super::{Admission, Limits};
use super::rig::{Rig, Told, hello};

fn refused(admission: Admission, hello: Hello<'_>) -> ErrorCode {
    let mut rig = Rig::silent(admission, Limits::default(), Scale::ONE);
    rig.feed(&MAGIC);
    rig.send(hello);
    assert!(rig.session.is_closed());
    match rig.events().as_slice() {
        [Told::Closed(code)] => *code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_peer_that_speaks_something_else_is_told_in_one_line() {
    let mut rig = Rig::silent(Admission::Trusted, Limits::default(), Scale::ONE);
    rig.feed(b"TRA");
    assert!(rig.session.output().is_empty());
    rig.feed(b"CE / HTTP/1.1\r\n");
    let line = String::from_utf8(rig.session.output().to_vec()).expect("plain text");
    assert!(line.starts_with("This is a Transom display") && line.lines().count() == 1);
    assert!(rig.session.is_closed());
}

#[test]
fn the_hello_may_come_byte_by_byte() {
    let mut rig = Rig::silent(Admission::Trusted, Limits::default(), Scale::ONE);
    let mut bytes = MAGIC.to_vec();
    transom_protocol::Request::Hello(hello()).write(&mut bytes);
    for byte in bytes {
        assert!(rig.session.output().is_empty());
        rig.feed(&[byte]);
    }
    assert_eq!(rig.events(), [Told::Welcome]);
}

#[test]
fn only_the_right_token_opens_a_guarded_display() {
    let guard = Admission::Token([5; 32]);
    let mut rig = Rig::silent(guard, Limits::default(), Scale::ONE);
    rig.feed(&MAGIC);
    rig.send(Hello {
        token: Blob(&[5; 32]),
        ..hello()
    });
    assert_eq!(rig.events(), [Told::Welcome]);
    let mut wrong = [5; 32];
    wrong[31] = 4;
    assert_eq!(
        refused(
            guard,
            Hello {
                token: Blob(&wrong),
                ..hello()
            }
        ),
        ErrorCode::TOKEN
    );
    assert_eq!(
        refused(
            guard,
            Hello {
                token: Blob(&[5; 31]),
                ..hello()
            }
        ),
        ErrorCode::TOKEN
    );
    assert_eq!(refused(guard, hello()), ErrorCode::TOKEN);
}

#[test]
fn versions_must_overlap() {
    let trusted = Admission::Trusted;
    assert_eq!(
        refused(
            trusted,
            Hello {
                min_version: 2,
                max_version: 9,
                ..hello()
            }
        ),
        ErrorCode::VERSION
    );
    assert_eq!(
        refused(
            trusted,
            Hello {
                min_version: 0,
                max_version: 0,
                ..hello()
            }
        ),
        ErrorCode::VERSION
    );
    let mut rig = Rig::silent(trusted, Limits::default(), Scale::ONE);
    rig.feed(&MAGIC);
    rig.send(Hello {
        min_version: 0,
        max_version: 700,
        ..hello()
    });
    assert_eq!(rig.events(), [Told::Welcome]);
}

#[test]
fn nothing_but_one_short_hello_begins_a_session() {
    let mut rig = Rig::silent(Admission::Trusted, Limits::default(), Scale::ONE);
    rig.feed(&MAGIC);
    rig.send(Sync { id: 1 });
    assert_eq!(rig.events(), [Told::Closed(ErrorCode::HANDSHAKE)]);
    let long = vec![0; 20_000];
    assert_eq!(
        refused(
            Admission::Trusted,
            Hello {
                extensions: &long,
                ..hello()
            }
        ),
        ErrorCode::HANDSHAKE
    );
    let mut rig = Rig::new();
    rig.send(hello());
    assert_eq!(rig.events(), [Told::Closed(ErrorCode::HANDSHAKE)]);
}

#[test]
fn a_claimed_length_of_four_gigabytes_ends_the_connection_at_once() {
    let mut rig = Rig::new();
    rig.feed(&u32::MAX.to_le_bytes());
    assert_eq!(rig.events(), [Told::Closed(ErrorCode::TOO_LARGE)]);
    let mut rig = Rig::new();
    rig.feed(&(MAX_PACKET as u32).to_le_bytes());
    assert_eq!(rig.events(), []);
}

#[test]
fn what_comes_behind_the_end_is_not_executed() {
    let mut rig = Rig::new();
    rig.feed(&[1, 0, 0, 0, 0]);
    assert_eq!(rig.events(), [Told::Closed(ErrorCode::MALFORMED)]);
    rig.send(Sync { id: 1 });
    assert_eq!(rig.events(), []);
    assert!(!rig.session.wants_input());
}
