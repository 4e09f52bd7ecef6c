//! Samples against the accepted bytes.

use std::collections::HashSet;
use std::fmt::Write;

use transom_protocol::codec::Packet;
use transom_protocol::draw::{DrawOps, OpKind, OpRecord};
use transom_protocol::glyph::Glyphs;
use transom_protocol::{Event, Request};

use crate::{hex, samples};

/// Compares `text` with the accepted file, or accepts it.
fn check(file: &str, text: &str) {
    let path = format!("{}/tests/golden/{file}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("TRANSOM_ACCEPT").is_some() {
        std::fs::write(&path, text).expect("the accepted bytes can be written");
        return;
    }
    let accepted = std::fs::read_to_string(&path).unwrap_or_default();
    let sections = |text: &str| -> Vec<String> { text.split("\n\n").map(String::from).collect() };
    for (accepted, now) in sections(&accepted).iter().zip(sections(text)) {
        assert_eq!(*accepted, now, "{file}: the bytes on the wire have changed");
    }
    assert_eq!(accepted, text, "{file}: samples were added or removed");
}

fn only_packet(bytes: &[u8]) -> Packet<'_> {
    let (packet, length) = Packet::split(bytes)
        .expect("well formed")
        .expect("a whole packet");
    assert_eq!(length, bytes.len());
    packet
}

#[test]
fn requests_are_the_bytes_they_always_were() {
    let (mut text, mut seen) = (String::new(), Vec::new());
    samples::requests(|request| {
        let mut bytes = Vec::new();
        request.write(&mut bytes);
        assert_eq!(Request::decode(only_packet(&bytes)), Ok(request.clone()));
        seen.push((request.opcode(), request.name()));
        let (opcode, name) = (request.opcode(), request.name());
        write!(text, "0x{opcode:04x} {name}\n{}\n", hex::write(&bytes)).expect("a string");
    });
    assert_eq!(seen, Request::OPCODES, "one sample of each, in order");
    check("requests.txt", &text);
}

#[test]
fn events_are_the_bytes_they_always_were() {
    let (mut text, mut seen) = (String::new(), Vec::new());
    samples::events(|event| {
        let mut bytes = Vec::new();
        event.write(&mut bytes);
        assert_eq!(Event::decode(only_packet(&bytes)), Ok(event.clone()));
        seen.push((event.opcode(), event.name()));
        let (opcode, name) = (event.opcode(), event.name());
        write!(text, "0x{opcode:04x} {name}\n{}\n", hex::write(&bytes)).expect("a string");
    });
    assert_eq!(seen, Event::OPCODES, "one sample of each, in order");
    check("events.txt", &text);
}

#[test]
fn draw_records_are_the_bytes_they_always_were() {
    let (mut text, mut seen) = (String::new(), HashSet::new());
    for (name, buffer) in samples::draw_records() {
        let bytes = buffer.as_bytes();
        let (record, rest) = OpRecord::split(bytes).expect("well formed");
        assert!(rest.is_empty() && record.decode().is_ok(), "{name}");
        assert!(name.starts_with(record.kind.name().expect("a known kind")));
        seen.insert(record.kind);
        write!(text, "{name}\n{}\n", hex::write(bytes)).expect("a string");
    }
    for (kind, name) in OpKind::NAMED {
        assert!(seen.contains(kind), "no sample of {name}");
    }
    check("draw.txt", &text);
}

#[test]
fn glyph_records_are_the_bytes_they_always_were() {
    let mut text = String::new();
    for (name, buffer) in samples::glyph_records() {
        let bytes = buffer.as_bytes();
        let glyphs: Vec<_> = Glyphs::new(bytes).collect();
        assert!(matches!(glyphs[..], [Ok(_)]), "{name}: {glyphs:?}");
        write!(text, "{name}\n{}\n", hex::write(bytes)).expect("a string");
    }
    check("glyphs.txt", &text);
}

#[test]
fn accepted_bytes_are_decoded_not_only_written() {
    for (file, events) in [("requests.txt", false), ("events.txt", true)] {
        let path = format!("{}/tests/golden/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect("the accepted bytes are in the source");
        for section in text.split("\n\n").filter(|s| !s.trim().is_empty()) {
            let (name, digits) = section.split_once('\n').expect("a name and bytes");
            let bytes = hex::read(digits);
            let (opcode, decoded) = match events {
                true => {
                    let event = Event::decode(only_packet(&bytes)).expect(name);
                    (event.opcode(), event.name())
                }
                false => {
                    let request = Request::decode(only_packet(&bytes)).expect(name);
                    (request.opcode(), request.name())
                }
            };
            assert_eq!(name, format!("0x{opcode:04x} {decoded}"));
        }
    }
}

#[test]
fn a_record_of_unknown_kind_is_skipped() {
    let mut bytes = vec![0xee, 0, 2, 0, 1, 2, 3, 4];
    bytes.extend(samples::draw_records()[0].1.as_bytes());
    let ops: Vec<_> = DrawOps::new(&bytes).iter().collect();
    assert!(matches!(ops[..], [Err(_), Ok(_)]), "{ops:?}");

    let mut bytes = vec![1, 0, 0xee, 0, 0, 0, 3, 0, 1, 2, 3, 4];
    bytes.extend(samples::glyph_records()[0].1.as_bytes());
    let glyphs: Vec<_> = Glyphs::new(&bytes).collect();
    assert!(matches!(glyphs[..], [Err(_), Ok(_)]), "{glyphs:?}");
}
