//! A program over a link that takes 50 ms each way.

use std::time::{Duration, Instant};

use serde_json::json;
use transom_tests::proxy::{Proxy, Way};
use transom_tests::server::Server;

#[test]
fn the_first_picture_waits_for_no_answer() {
    let server = Server::with(&["--listen", "tcp://127.0.0.1:0"]);
    let mut control = server.control();
    let before = control.shot(None);
    let proxy = Proxy::start(server.port("tcp://127.0.0.1:"), Duration::from_millis(50));
    let hello = server.start_program("hello", &format!("tcp://127.0.0.1:{}", proxy.port()));
    let window = control.wait_window("Hello");
    let seen = Instant::now();
    let shown = control.shot(None);
    assert!(
        shown.differing(&before) > 10_000,
        "it is not in the picture"
    );
    let took = seen - proxy.connected();
    // Half a round trip is the delay; the rest is the program's own time and drawing.
    println!(
        "in the picture {} ms after its TCP connection stood, of which the link takes {} ms; {} bytes there, {} back",
        took.as_millis(),
        proxy.delay().as_millis(),
        proxy.bytes(Way::ToServer),
        proxy.bytes(Way::ToProgram),
    );
    assert_eq!(
        proxy.turnarounds_before("Commit"),
        Some(0),
        "it waited for an answer before its first commit"
    );
    control.ask(json!({"cmd": "close", "window": window["id"]}));
    assert_eq!(hello.finish().code(), 0);
}

#[test]
fn frames_flow_over_a_slow_link_without_waiting_for_each_other() {
    let server = Server::with(&["--listen", "tcp://127.0.0.1:0"]);
    let proxy = Proxy::start(server.port("tcp://127.0.0.1:"), Duration::from_millis(50));
    let mut client = transom_tests::client::Raw::tcp(&format!("127.0.0.1:{}", proxy.port()));
    client.greet(&server.home.token());
    let size = transom::Size::new(40.0, 40.0);
    client.window(1, "frames", 40.0, 40.0);
    for frame in 1..=20 {
        client.frame(1, size, frame, |d| d.clear_to(transom::Color::RED));
    }
    assert_eq!(client.sync(1), Vec::<String>::new());
    assert_eq!(proxy.turnarounds_before("Commit"), Some(0));
    // All of it went in one flight: the server answered when everything was there.
    assert_eq!(proxy.turnarounds_before("Sync"), Some(0));
}
