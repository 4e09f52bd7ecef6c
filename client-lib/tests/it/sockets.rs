//! Real sockets, with a fake server behind them that is scripted by each test.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use transom::{Color, Display, Error, Event, ImageFormat, Point, Rect};
use transom_protocol::Request;
use transom_protocol::codec::{HEADER_BYTES, LENGTH_BYTES, MAGIC};
use transom_protocol::event as wire;
use transom_protocol::ids::{Serial, WindowId};

use crate::{bytes_of, welcome};

/// A fake server on a Unix socket, and a display connected to it.
fn connected<T: Send + 'static>(
    script: impl FnOnce(UnixStream) -> T + Send + 'static,
) -> (Display, JoinHandle<T>) {
    let name = format!(
        "transom-{}-{:?}.sock",
        std::process::id(),
        std::thread::current().id()
    );
    let path = std::env::temp_dir().join(name);
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path).expect("a fresh path");
    let display = Display::connect_to(&format!("unix:{}", path.display())).expect("it listens");
    let (stream, _) = listener.accept().expect("it connected");
    std::fs::remove_file(&path).expect("it was bound");
    (display, std::thread::spawn(move || script(stream)))
}

/// Reads one packet and says which request it is.
fn next(stream: &mut impl Read) -> Option<&'static str> {
    let mut header = [0; HEADER_BYTES];
    stream.read_exact(&mut header).ok()?;
    let length = u32::from_le_bytes(header[..LENGTH_BYTES].try_into().expect("four bytes"));
    let mut body = vec![0; length as usize - 2];
    stream.read_exact(&mut body).ok()?;
    let opcode = u16::from_le_bytes([header[4], header[5]]);
    Request::OPCODES
        .iter()
        .find(|known| known.0 == opcode)
        .map(|known| known.1)
}

fn read_magic(stream: &mut impl Read) {
    let mut magic = [0; MAGIC.len()];
    stream.read_exact(&mut magic).expect("it comes first");
    assert_eq!(magic, MAGIC);
}

/// Reads up to and with the first request of this name.
fn read_until(stream: &mut impl Read, name: &str) {
    while next(stream).expect("it has not come yet") != name {}
}

#[test]
fn a_first_frame_arrives_before_the_server_says_anything() {
    let (display, server) = connected(|mut stream| {
        read_magic(&mut stream);
        read_until(&mut stream, "Commit");
        stream.write_all(&welcome()).expect("the client reads");
        stream
    });
    let window = display.window("w").build();
    window.frame().commit().expect("a server is there");
    assert!(matches!(display.next_event(), Ok(Event::Connected { .. })));
    assert!(display.stats().last_round_trip.is_some());
    assert_eq!(display.wait_event(Duration::ZERO), Ok(None));
    drop(server.join());
    let error = display.next_event().expect_err("the server is gone");
    assert!(
        error
            .to_string()
            .ends_with("went away: it closed the connection"),
        "{error}"
    );
}

#[test]
fn a_refusal_is_told_at_the_first_wait_although_the_socket_is_closed() {
    let (display, server) = connected(|mut stream| {
        let text = "no".into();
        let closed = wire::Closed {
            code: transom::ErrorCode::TOKEN,
            sequence: 0,
            text,
        };
        stream.write_all(&MAGIC).expect("the client is there");
        stream
            .write_all(&bytes_of([closed.into()]))
            .expect("the client is there");
    });
    server.join().expect("it closed the socket");
    let window = display.window("w").build();
    let committed = window.frame().commit();
    let error = display.next_event().expect_err("it was refused");
    assert!(matches!(&error, Error::TokenRefused { .. }), "{error}");
    assert!(matches!(committed, Ok(_) | Err(Error::TokenRefused { .. })));
}

#[test]
fn two_full_sockets_do_not_wait_for_each_other() {
    let (display, server) = connected(|mut stream| {
        // Nothing is read before all of this is written: far more than a socket holds.
        stream
            .write_all(&welcome())
            .expect("the client reads while it writes");
        let window = WindowId(1);
        let enter = wire::PointerEnter {
            window,
            serial: Serial(1),
            at: Point::default(),
        };
        stream
            .write_all(&bytes_of([enter.into()]))
            .expect("as before");
        for n in 0..100_000u32 {
            let motion = wire::PointerMotion {
                time: n,
                at: Point::new(n as f32, 0.0),
            };
            stream
                .write_all(&bytes_of([motion.into()]))
                .expect("as before");
        }
        read_magic(&mut stream);
        let mut commits = 0;
        while let Some(name) = next(&mut stream) {
            commits += usize::from(name == "Commit");
        }
        commits
    });
    let window = display.window("w").build();
    let rects = vec![Rect::new(0.5, 0.5, 1.0, 1.0); 50_000];
    for _ in 0..20 {
        let mut canvas = window.frame();
        canvas.fill_rects(&rects, Color::RED);
        canvas.commit().expect("16 MB go through");
    }
    display.flush().expect("the server reads in the end");
    let mut last = None;
    while let Some(event) = display.poll_event().expect("the server is there") {
        last = Some(event);
    }
    let at = Point::new(99_999.0, 0.0);
    assert_eq!(
        last,
        Some(Event::PointerMoved {
            window: window.id(),
            at,
            time: 99_999
        })
    );
    drop((window, display));
    assert_eq!(server.join().expect("no assertion failed there"), 20);
}

#[test]
fn a_sync_is_a_round_trip_behind_everything() {
    let (display, server) = connected(|mut stream| {
        read_magic(&mut stream);
        stream.write_all(&welcome()).expect("the client reads");
        let mut names = Vec::new();
        while let Some(name) = next(&mut stream) {
            names.push(name);
            if name == "Sync" {
                let done = wire::SyncDone { id: 1 };
                stream
                    .write_all(&bytes_of([done.into()]))
                    .expect("the client reads");
            }
        }
        names
    });
    let _image = display
        .image(1, 1, ImageFormat::A8, vec![0])
        .expect("one pixel");
    display.sync().expect("it is answered");
    assert!(
        matches!(display.poll_event(), Ok(Some(Event::Connected { .. }))),
        "events wait"
    );
    drop((_image, display));
    let names = server.join().expect("no assertion failed there");
    assert_eq!(
        names[..5],
        ["Hello", "BeginImage", "ImageData", "EndImage", "Sync"]
    );
}

#[test]
fn waiting_ends_with_its_timeout() {
    let (display, server) = connected(|stream| stream);
    let begun = Instant::now();
    assert_eq!(display.wait_event(Duration::from_millis(30)), Ok(None));
    assert!(begun.elapsed() >= Duration::from_millis(30));
    drop((server, display));
}

#[test]
fn tcp_is_reached_over_both_families_at_every_address_of_a_name() {
    for address in ["127.0.0.1:0", "[::1]:0"] {
        let Ok(listener) = TcpListener::bind(address) else {
            assert!(
                std::env::var_os("TRANSOM_REQUIRE_ALL").is_none(),
                "{address} is required"
            );
            println!("SKIP {address}: not on this machine");
            continue;
        };
        let port = listener.local_addr().expect("it is bound").port();
        let host = address.trim_end_matches(":0");
        let display = Display::connect_to(&format!("tcp://{host}:{port}")).expect("it listens");
        let (mut stream, _): (TcpStream, _) = listener.accept().expect("it connected");
        display.flush().expect("the socket takes a hello");
        read_magic(&mut stream);
        assert_eq!(next(&mut stream), Some("Hello"));
        drop(listener);
        let error = Display::connect_to(&format!("tcp://{host}:{port}")).expect_err("it is gone");
        assert!(error.to_string().contains("connection refused"), "{error}");
    }
}

#[cfg(feature = "tokio")]
#[tokio::test(flavor = "current_thread")]
async fn events_are_awaited_beside_other_futures() {
    let (display, server) = connected(|mut stream| {
        read_magic(&mut stream);
        stream.write_all(&welcome()).expect("the client reads");
        for n in 1..=200 {
            read_until(&mut stream, "Commit");
            let close = wire::CloseRequested {
                window: WindowId(1),
            };
            stream
                .write_all(&bytes_of([close.into()]))
                .expect("the client reads");
            if n % 50 == 0 {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    });
    let window = display.window("w").build();
    assert!(matches!(
        display.next_event_async().await,
        Ok(Event::Connected { .. })
    ));
    for _ in 0..200 {
        window.frame().commit().expect("a server is there");
        let event = display.next_event_async().await;
        assert_eq!(
            event,
            Ok(Event::CloseRequested {
                window: window.id()
            })
        );
    }
    let ended = tokio::time::timeout(Duration::from_secs(10), display.next_event_async()).await;
    assert!(ended.expect("the end is noticed").is_err());
    server.join().expect("no assertion failed there");
}

#[cfg(feature = "tokio")]
#[tokio::test(flavor = "current_thread")]
async fn what_a_full_socket_left_over_is_sent_while_events_are_awaited() {
    let (display, server) = connected(|mut stream| {
        std::thread::sleep(Duration::from_millis(50));
        read_magic(&mut stream);
        for _ in 0..3 {
            read_until(&mut stream, "Commit");
        }
        stream.write_all(&welcome()).expect("the client reads");
    });
    let window = display.window("w").build();
    let rects = vec![Rect::new(0.5, 0.5, 1.0, 1.0); 50_000];
    for _ in 0..3 {
        let mut canvas = window.frame();
        canvas.fill_rects(&rects, Color::RED);
        canvas
            .commit()
            .expect("less waits than makes a commit block");
    }
    let event = tokio::time::timeout(Duration::from_secs(10), display.next_event_async()).await;
    assert!(
        matches!(event, Ok(Ok(Event::Connected { .. }))),
        "{event:?}"
    );
    server.join().expect("no assertion failed there");
}
