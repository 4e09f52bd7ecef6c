//! The library against scripted servers: without a socket, and over real ones.

mod clipboard;
mod core;
mod mirror;
mod model;
mod sockets;
mod text;

use transom::Display;
use transom::core::{Core, Identity};
use transom_protocol::codec::{MAGIC, Packet};
use transom_protocol::geometry::{PixelSize, Scale};
use transom_protocol::hello::{ACCEPTS_RAW, Codec, Features, Welcome};
use transom_protocol::{Event, Request};

/// A display whose bytes the test carries.
fn detached() -> Display {
    let identity = Identity::of_process().expect("the system has random numbers");
    Display::detached(Core::new("the test's server", identity))
}

/// Calls `see` with each request in `bytes`, which may begin with the magic bytes.
fn each_request(bytes: &[u8], mut see: impl FnMut(Request<'_>)) {
    let mut rest = bytes.strip_prefix(&MAGIC).unwrap_or(bytes);
    while let Some((packet, length)) = Packet::split(rest).expect("the client frames rightly") {
        see(Request::decode(packet).expect("the client encodes rightly"));
        rest = &rest[length..];
    }
    assert!(rest.is_empty(), "the client sends whole packets");
}

/// The names of the requests that are ready to be sent.
fn sent(display: &Display) -> Vec<&'static str> {
    let mut names = Vec::new();
    let bytes = display.with_core(|core| core.take_output());
    each_request(&bytes, |request| names.push(request.name()));
    names
}

/// The bytes of these events.
fn bytes_of<'a>(events: impl IntoIterator<Item = Event<'a>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    events.into_iter().for_each(|event| event.write(&mut bytes));
    bytes
}

/// The magic bytes and a welcome.
fn welcome() -> Vec<u8> {
    let welcome = Welcome {
        version: 1,
        features: Features::CLIPBOARD,
        codec: Codec::Raw,
        accepts: ACCEPTS_RAW,
        resumed: 0,
        scale: Scale::ONE,
        output: PixelSize::new(800, 600),
        refresh: 16_666_667,
        max_packet: 1 << 20,
        max_windows: 100,
        memory: 1 << 30,
        repeat_delay: 500,
        repeat_interval: 30,
        time: 0,
        server: "a fake".into(),
        extensions: &[],
    };
    [&MAGIC[..], &bytes_of([welcome.into()])].concat()
}
