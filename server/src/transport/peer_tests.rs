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
use transom_protocol::hello::{ACCEPTS_RAW, Codec, Features, Hello, TOKEN_BYTES, VERSION};
use transom_protocol::ids::{FrameId, Serial, SurfaceId, WindowId};
use transom_protocol::request::{Begin, Commit, CreateWindow, Draw, FrameKind, SetTitle, Sync};
use transom_protocol::window::{ColorSpace, Decorations, WindowKind};
use transom_protocol::{Event, Request};

use super::client;
use super::listener::{Door, Listener, accept, listen_tcp};
use super::strangers::MAX_STRANGERS;
use super::stream::Stream;
use crate::config::DEFAULT_OUTPUT;
use crate::control::{self, Injection, Keyboard, Tools};
use crate::desktop::{ClientId, ClientInfo, Desktop};
use crate::hub::{Hub, MAX_CLIENTS};
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
    };
    Session::new(Admission::Trusted, Limits::default(), server)
}

/// A peer that is being served.
fn connect(hub: &Arc<Hub>) -> UnixStream {
    let (ours, theirs) = UnixStream::pair().expect("a pair");
    let seat = hub.admit().expect("a seat");
    tokio::spawn(client::serve(Stream::Unix(theirs), session(), seat, None));
    ours
}

/// The hello, and the requests for a window that is shown and so gets the keyboard.
fn hello_and_window() -> Vec<u8> {
    hello_and_window_with(&[])
}

/// The same with this token.
fn hello_and_window_with(token: &[u8]) -> Vec<u8> {
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
        token: Blob(token),
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

/// A client whose requests hold this meets a fault of the server's.
const FAULT: &str = "meet a fault";

/// Panics in the middle of a change to the desktop, if the client wants it.
pub(super) fn fail_where_asked(session: &mut Session, hub: &Hub) {
    let mut words = session.input().pending().windows(FAULT.len());
    if words.any(|bytes| bytes == FAULT.as_bytes()) {
        let _changing = hub.desktop();
        panic!("that was asked for");
    }
}

fn titles(hub: &Hub) -> Vec<String> {
    let windows = hub.desktop().windows();
    windows.into_iter().map(|window| window.title).collect()
}

#[test]
fn a_fault_at_one_client_costs_the_others_nothing() {
    run(async {
        let hub = hub();
        let mut peer = with_window(&hub).await;
        let title = |peer: &mut UnixStream, title| {
            let (mut bytes, window) = (Vec::new(), WINDOW);
            let title = Text(title);
            Request::from(SetTitle { window, title }).write(&mut bytes);
            peer.try_write(&bytes).expect("room");
        };
        for _ in 0..3 {
            let mut unlucky = connect(&hub);
            unlucky.write_all(&hello_and_window()).await.expect("open");
            until(|| hub.desktop().windows().len() == 2).await;
            title(&mut unlucky, FAULT);
            let mut closed = None;
            read_until(&mut unlucky, |event| {
                if let Event::Closed(why) = event {
                    closed = Some(why.code);
                }
                false
            })
            .await;
            assert_eq!(closed, Some(ErrorCode::FAULT));
            assert_eq!(titles(&hub), ["t"]);
            // With its hello in the same slice.
            let mut hasty = connect(&hub);
            let mut bytes = hello_and_window();
            bytes.extend_from_slice(FAULT.as_bytes());
            hasty.write_all(&bytes).await.expect("open");
            read_until(&mut hasty, |_| false).await;
            assert_eq!(titles(&hub), ["t"]);
        }
        until(|| hub.connection_count() == 1).await;
        title(&mut peer, "still here");
        until(|| titles(&hub) == ["still here"]).await;
        let mut bytes = Vec::new();
        Request::from(Sync { id: 9 }).write(&mut bytes);
        peer.write_all(&bytes).await.expect("open");
        let mut answered = false;
        read_until(&mut peer, |event| {
            answered = matches!(event, Event::SyncDone(done) if done.id == 9);
            answered
        })
        .await;
        assert!(answered);
    });
}

#[test]
fn what_a_client_showed_goes_with_its_task_however_that_ends() {
    run(async {
        let hub = hub();
        let mut seat = hub.admit().expect("a seat");
        let info = ClientInfo {
            program: "test".into(),
            host: "here".into(),
            pid: 7,
            ..ClientInfo::default()
        };
        let client = hub.desktop().add_client(info);
        seat.set_client(client);
        // Clients are told of another screen.
        let is_told = |width| {
            let (mut told, mut output) = (Vec::new(), DEFAULT_OUTPUT);
            output.size.width = width;
            hub.desktop().set_output(output);
            hub.desktop().drain_events(client, &mut told);
            !told.is_empty()
        };
        assert!(is_told(1000));
        let task = tokio::spawn(async move {
            let _seat = seat;
            panic!("that was asked for");
        });
        assert!(task.await.is_err());
        assert_eq!(hub.connection_count(), 0);
        assert!(!is_told(1001));
    });
}

/// A listener for strangers, and where it is.
async fn tcp_listener(hub: &Arc<Hub>) -> std::net::SocketAddr {
    let listener = listen_tcp((Ipv4Addr::LOCALHOST, 0).into()).expect("loopback");
    let address = listener.local_addr().expect("bound");
    let server = ServerInfo {
        name: "test".into(),
    };
    let door = Arc::new(Door::new(server, Limits::default()));
    tokio::spawn(accept(Listener::Tcp(listener, TOKEN), hub.clone(), door));
    address
}

const TOKEN: [u8; TOKEN_BYTES] = [5; TOKEN_BYTES];

#[test]
fn silent_strangers_keep_nobody_out() {
    run(async {
        let hub = hub();
        let address = tcp_listener(&hub).await;
        let mut silent = Vec::new();
        for _ in 0..2 * MAX_STRANGERS {
            silent.push(TcpStream::connect(address).await.expect("it listens"));
        }
        until(|| hub.connection_count() == MAX_STRANGERS).await;
        let mut honest = TcpStream::connect(address).await.expect("it listens");
        let bytes = hello_and_window_with(&TOKEN);
        honest.write_all(&bytes).await.expect("it reads");
        until(|| titles(&hub) == ["t"]).await;
        // Those that went were told why.
        let mut answer = Vec::new();
        let first = &mut silent[0];
        first.read_to_end(&mut answer).await.expect("closed");
        assert!(answer.windows(4).any(|w| w == b"wait"));
        drop(silent);
        until(|| hub.connection_count() == 1).await;
    });
}

#[test]
fn refused_strangers_keep_nobody_out_while_they_are_told_why() {
    run(async {
        let hub = hub();
        let address = tcp_listener(&hub).await;
        let mut wrong = Vec::new();
        for _ in 0..2 * MAX_STRANGERS {
            let mut peer = TcpStream::connect(address).await.expect("it listens");
            let bytes = hello_and_window_with(&[6; TOKEN_BYTES]);
            peer.write_all(&bytes).await.expect("it reads");
            wrong.push(peer);
        }
        // They are still there and read nothing, but their places are free.
        until(|| hub.connection_count() == 0).await;
        drop(wrong);
    });
}

#[test]
fn a_stranger_makes_room_for_a_program_of_the_user() {
    run(async {
        let hub = hub();
        let address = tcp_listener(&hub).await;
        let _stranger = TcpStream::connect(address).await.expect("it listens");
        until(|| hub.connection_count() == 1).await;
        let seats: Vec<_> = (1..MAX_CLIENTS).map(|_| hub.admit()).collect();
        assert!(seats.iter().all(Option::is_some) && hub.admit().is_none());
        let mut next = TcpStream::connect(address).await.expect("it listens");
        let bytes = hello_and_window_with(&TOKEN);
        next.write_all(&bytes).await.expect("it reads");
        until(|| titles(&hub) == ["t"]).await;
        assert_eq!(hub.connection_count(), MAX_CLIENTS);
    });
}
