//! Connections served as in a server, with a peer that does what it should not.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::{Instant, sleep, timeout};
use transom_protocol::codec::{Blob, MAGIC, Packed, Packet, Text};
use transom_protocol::color::Color;
use transom_protocol::draw::DrawBuffer;
use transom_protocol::error::ErrorCode;
use transom_protocol::geometry::{Rect, Size};
use transom_protocol::hello::{ACCEPTS_RAW, Codec, Features, Hello, VERSION};
use transom_protocol::ids::{FrameId, Serial, SurfaceId, WindowId};
use transom_protocol::request::{Begin, Commit, CreateWindow, Draw, FrameKind};
use transom_protocol::window::{ColorSpace, Decorations, WindowKind};
use transom_protocol::{Event, Request};

use super::client;
use super::listener::listen_tcp;
use super::stream::Stream;
use crate::config::DEFAULT_OUTPUT;
use crate::control::{self, Injection, Keyboard, Tools};
use crate::desktop::{ClientId, Desktop};
use crate::hub::Hub;
use crate::present::{Bell, Headless, Presenter};
use crate::session::{Admission, Limits, ServerInfo, Session};

const WINDOW: WindowId = WindowId(1);

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(async {
            let whole = timeout(Duration::from_secs(60), future);
            whole.await.expect("no test takes a minute")
        })
}

fn hub() -> Arc<Hub> {
    Arc::new(Hub::new(Desktop::new(DEFAULT_OUTPUT), || {}))
}

fn session() -> Session {
    let server = ServerInfo {
        name: "test".into(),
        repeat_delay: 0,
        repeat_interval: 0,
    };
    Session::new(Admission::Trusted, Limits::default(), server)
}

/// A peer that is being served.
fn connect(hub: &Arc<Hub>) -> UnixStream {
    let (ours, theirs) = UnixStream::pair().expect("a pair");
    let seat = hub.admit().expect("a seat");
    tokio::spawn(client::serve(Stream::Unix(theirs), session(), seat));
    ours
}

/// The hello, and the requests for a window that is shown and so gets the keyboard.
fn hello_and_window() -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    let mut add = |request: Request<'_>| request.write(&mut bytes);
    add(Hello {
        min_version: VERSION,
        max_version: VERSION,
        features: Features::NONE,
        codec: Codec::Raw,
        accepts: ACCEPTS_RAW,
        instance: [1; 16],
        resume_secret: [2; 32],
        resume: 0,
        pid: 7,
        token: Blob(&[]),
        program: Text("test"),
        host: Text("here"),
        extensions: &[],
    }
    .into());
    add(CreateWindow {
        window: WINDOW,
        stable: 1,
        parent: WindowId::NONE,
        kind: WindowKind::Normal,
        decorations: Decorations::Server,
        color_space: ColorSpace::SRGB,
        size: Size::new(10.0, 10.0),
        title: Text("t"),
        app_id: Text("a"),
    }
    .into());
    add(Begin {
        window: WINDOW,
        configure: Serial::NONE,
        size: Size::new(10.0, 10.0),
    }
    .into());
    add(Commit {
        frame: FrameId::NONE.next(),
        kind: FrameKind::Incremental,
        windows: Packed::pack(&[WINDOW], &mut Vec::new()),
    }
    .into());
    bytes
}

async fn with_window(hub: &Arc<Hub>) -> UnixStream {
    let mut peer = connect(hub);
    peer.write_all(&hello_and_window()).await.expect("open");
    until(|| hub.desktop().windows().len() == 1).await;
    peer
}

async fn until(happened: impl Fn() -> bool) {
    while !happened() {
        sleep(Duration::from_millis(1)).await;
    }
}

/// Reads events until one of them, or the end of the stream, ends it.
async fn read_until(peer: &mut UnixStream, mut ends: impl FnMut(&Event<'_>) -> bool) {
    let mut bytes = Vec::new();
    let mut at = None;
    loop {
        if at.is_none() && bytes.len() >= MAGIC.len() {
            at = Some(MAGIC.len());
        }
        if let Some(at) = &mut at {
            while let Some((packet, used)) = Packet::split(&bytes[*at..]).expect("whole packets") {
                let event = Event::decode(packet).expect("the server's own events");
                *at += used;
                if ends(&event) {
                    return;
                }
            }
        }
        if peer.read_buf(&mut bytes).await.expect("open") == 0 {
            return;
        }
    }
}

#[test]
fn a_queue_that_overflowed_ends_its_client_even_when_that_reads() {
    run(async {
        let hub = hub();
        let mut peer = with_window(&hub).await;
        {
            let mut desktop = hub.desktop();
            while !desktop.overflowed(ClientId(1)) {
                for input in Keyboard::default().text("a") {
                    desktop.handle_input(input, hub.now());
                }
            }
        }
        hub.dispatch();
        let mut closed = None;
        read_until(&mut peer, |event| {
            if let Event::Closed(why) = event {
                closed = Some(why.code);
            }
            closed.is_some()
        })
        .await;
        assert_eq!(closed, Some(ErrorCode::TOO_SLOW));
        assert!(hub.desktop().windows().is_empty());
    });
}

#[test]
fn nothing_is_lost_of_a_long_text_that_a_tool_types() {
    const LENGTH: usize = 20_000;
    run(async {
        let hub = hub();
        let mut peer = with_window(&hub).await;
        let headless = Headless::new(hub.clone(), Arc::new(Bell::default()), DEFAULT_OUTPUT);
        let tools = Tools::new(hub.clone(), Presenter::Headless(headless), Vec::new());
        let text: String = "Ab c".chars().cycle().take(LENGTH).collect();
        let injection = Injection::Text { text: text.clone() };
        let mut typed = String::new();
        let reading = read_until(&mut peer, |event| {
            if let Event::Key(key) = event {
                typed.push_str(key.text.0);
            }
            typed.len() == LENGTH
        });
        let request = control::Request::Inject(injection);
        let tools = Arc::new(tools);
        let (answer, ()) = tokio::join!(tools.answer(request), reading);
        answer.expect("it is typed");
        assert!(typed == text, "{} of {LENGTH} characters", typed.len());
    });
}

/// Two sockets over loopback: ours and a peer's.
async fn tcp_pair() -> (TcpStream, TcpStream) {
    let listener = listen_tcp((Ipv4Addr::LOCALHOST, 0).into()).expect("loopback");
    let address = listener.local_addr().expect("bound");
    let (peer, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
    (accepted.expect("a peer").0, peer.expect("it listens"))
}

#[test]
fn a_peer_that_hangs_up_is_noticed_behind_what_it_sent() {
    run(async {
        let (unix, mut unix_peer) = UnixStream::pair().expect("a pair");
        let (tcp, mut tcp_peer) = tcp_pair().await;
        let (unix, tcp) = (Stream::Unix(unix), Stream::Tcp(tcp));
        unix_peer.write_all(b"unread").await.expect("open");
        tcp_peer.write_all(b"unread").await.expect("open");
        assert!(!unix.is_hung_up() && !tcp.is_hung_up());
        drop((unix_peer, tcp_peer));
        until(|| unix.is_hung_up() && tcp.is_hung_up()).await;
    });
}

#[test]
fn the_work_of_a_peer_that_left_is_not_done() {
    run(async {
        let hub = hub();
        let mut peer = connect(&hub);
        let mut bytes = hello_and_window();
        let surface = SurfaceId(WINDOW.0);
        // Hours of it.
        let mut ops = DrawBuffer::new();
        for _ in 0..10_000 {
            let all = [Rect::new(0.0, 0.0, 4000.0, 4000.0)];
            ops.fill_rects(Color::RED.into(), false, &all);
        }
        let begin = Begin {
            window: WINDOW,
            configure: Serial::NONE,
            size: Size::new(4000.0, 4000.0),
        };
        Request::from(begin).write(&mut bytes);
        let draw = Draw {
            surface,
            ops: ops.ops(),
        };
        Request::from(draw).write(&mut bytes);
        peer.write_all(&bytes).await.expect("open");
        until(|| hub.desktop().windows().len() == 1).await;
        let start = Instant::now();
        drop(peer);
        until(|| hub.connection_count() == 0).await;
        assert!(start.elapsed() < Duration::from_secs(20));
    });
}
