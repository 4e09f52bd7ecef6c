//! The real programs over every kind of socket, and what they say when that fails.

use serde_json::json;
use transom_tests::client::{Raw, hello};
use transom_tests::control::Control;
use transom_tests::eventually;
use transom_tests::has_ipv6;
use transom_tests::home::Home;
use transom_tests::process::{Finished, Process};
use transom_tests::server::{Server, serve};
use transom_tests::snapshot::Picture;

const TCP4: &str = "tcp://127.0.0.1:0";
const TCP6: &str = "tcp://[::1]:0";

/// `hello` at this address is listed, seen, and ends when its window is closed; `clock` when Escape is
/// pressed in it.
fn hello_works_at(server: &Server, address: &str) {
    let mut control = server.control();
    let before = control.shot(None);
    let hello = server.start_program("hello", address);
    let window = control.wait_window("Hello");
    assert_eq!(window["pid"], hello.id(), "{address}");
    assert_eq!(window["title"], "Hello");
    let shown = control.shot(None);
    assert!(
        shown.differing(&before) > 10_000,
        "{address}: nothing is seen"
    );
    control.ask(json!({"cmd": "close", "window": window["id"]}));
    let done = hello.finish();
    assert_eq!((done.code(), done.stderr.as_str()), (0, ""), "{address}");
    is_gone(&mut control, &before);
    let clock = server.start_program("clock", address);
    control.wait_window("Clock");
    control.key("Escape");
    let done = clock.finish();
    assert_eq!((done.code(), done.stderr.as_str()), (0, ""), "{address}");
    is_gone(&mut control, &before);
}

/// The screen is as it was before the program came.
fn is_gone(control: &mut Control, before: &Picture) {
    eventually(|| match control.shot(None).differing(before) {
        0 => Ok(()),
        count => Err(format!("{count} pixels of it are still there")),
    });
}

#[test]
fn programs_are_seen_and_answer_over_a_unix_socket() {
    let server = Server::start();
    assert_eq!(server.display(), ":0");
    hello_works_at(&server, ":0");
    hello_works_at(&server, ":0.0");
    hello_works_at(&server, &server.address());
}

#[test]
fn programs_are_seen_and_answer_over_ipv4() {
    let server = Server::with(&["--listen", TCP4]);
    let port = server.port("tcp://127.0.0.1:");
    hello_works_at(&server, &format!("tcp://127.0.0.1:{port}"));
    hello_works_at(&server, &format!("tcp://localhost:{port}"));
    if let Some(number) = port.checked_sub(6400) {
        hello_works_at(&server, &format!("localhost:{number}"));
        hello_works_at(&server, &format!("127.0.0.1:{number}"));
    }
}

#[test]
fn programs_are_seen_and_answer_over_ipv6() {
    if !has_ipv6() {
        return;
    }
    let server = Server::with(&["--listen", TCP6]);
    let port = server.port("tcp://[::1]:");
    hello_works_at(&server, &format!("tcp://[::1]:{port}"));
    if let Some(number) = port.checked_sub(6400) {
        hello_works_at(&server, &format!("[::1]:{number}"));
    }
}

#[test]
fn one_server_shows_programs_from_all_its_sockets() {
    let mut listen = vec!["--listen", TCP4];
    if has_ipv6() {
        listen.extend(["--listen", TCP6]);
    }
    let server = Server::with(&listen);
    let clocks: Vec<_> = server
        .addresses()
        .iter()
        .map(|a| server.start_program("clock", a))
        .collect();
    assert_eq!(clocks.len(), listen.len() / 2 + 1);
    let mut control = server.control();
    let windows = eventually(|| {
        let windows = control.list();
        match windows.len() == clocks.len() {
            true => Ok(windows),
            false => Err(format!("{windows:?}")),
        }
    });
    for clock in &clocks {
        assert!(
            windows.iter().any(|w| w["pid"] == clock.id()),
            "{windows:?}"
        );
    }
    let places: Vec<_> = windows.iter().map(|w| w["rect"].to_string()).collect();
    assert!(
        places.windows(2).all(|p| p[0] != p[1]),
        "one hides another: {places:?}"
    );
    assert!(control.shot(None).colors() > 100);
}

#[test]
fn an_injected_key_changes_the_picture() {
    let server = Server::start();
    let display = server.connect();
    let window = display.window("key").size(100.0, 100.0).build();
    let draw = |color| {
        let mut frame = window.frame();
        frame.clear(color);
        frame.commit().expect("the server lives");
    };
    draw(transom::Color::RED);
    display.sync().expect("the server lives");
    let mut control = server.control();
    let id = control.wait_window("key")["id"].as_u64();
    assert_eq!(control.shot(id).at(50, 50), transom::Color::RED);
    control.key("ctrl+b");
    loop {
        let event = display.next_event().expect("the server lives");
        if let transom::Event::Key(key) = event
            && key.code == transom::KeyCode::KEY_B
        {
            assert!(key.modifiers.contains(transom::Modifiers::CONTROL));
            assert_eq!(key.text, "", "with Control a key enters nothing");
            break;
        }
    }
    draw(transom::Color::BLUE);
    display.sync().expect("the server lives");
    assert_eq!(control.shot(id).at(50, 50), transom::Color::BLUE);
}

/// Runs a program with this TRANSOM_DISPLAY to its end.
fn attempt(home: &Home, name: &str, display: Option<&str>) -> Finished {
    let mut command = home.program(name);
    match display {
        Some(display) => command.env("TRANSOM_DISPLAY", display),
        None => command.env_remove("TRANSOM_DISPLAY"),
    };
    Process::start(command).finish()
}

#[test]
fn every_wrong_address_is_one_line_and_exit_code_1() {
    let home = Home::new();
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback");
    let port = free.local_addr().expect("bound").port();
    drop(free);
    let nobody = format!("tcp://127.0.0.1:{port}");
    for name in ["hello", "clock"] {
        for (display, part) in [
            (None, "TRANSOM_DISPLAY is not set"),
            (Some(""), "TRANSOM_DISPLAY is empty"),
            (Some(":0"), "cannot connect to :0"),
            (Some(nobody.as_str()), "cannot connect to tcp://127.0.0.1"),
            (Some("unix:/nowhere/at/all"), "/nowhere/at/all"),
            (Some("nonsense"), "nonsense"),
            (Some("tcp://127.0.0.1:99999"), "99999"),
            (Some("tcp://127.0.0.1:x"), "tcp://127.0.0.1:x"),
            (Some("tcp://127.0.0.1"), "tcp://127.0.0.1"),
            (Some(":70000"), ":70000"),
            (Some("localhost:-1"), "localhost:-1"),
            (Some("tls://localhost:6400"), "not in this version"),
            (Some("http://localhost/"), "http://localhost/"),
        ] {
            let done = attempt(&home, name, display);
            done.failed(1, part);
            assert!(
                done.stderr.starts_with(&format!("{name}: ")),
                "{}",
                done.stderr
            );
            assert_eq!(done.text(), "");
        }
    }
    let mut command = home.program("hello");
    command.args(["--display", ""]).env("TRANSOM_DISPLAY", ":0");
    Process::start(command).finish().failed(1, "--display");
}

#[test]
fn without_the_token_a_program_is_refused_and_says_what_to_do() {
    let server = Server::with(&["--listen", TCP4]);
    let address = format!("tcp://127.0.0.1:{}", server.port("tcp://127.0.0.1:"));
    let elsewhere = Home::new();
    for name in ["hello", "clock"] {
        attempt(&elsewhere, name, Some(&address)).failed(1, "TRANSOM_TOKEN");
    }
    let token = std::fs::read_to_string(server.home.path("state/transom/token")).expect("made");
    let wrong = "00".repeat(32);
    for (variable, value, part) in [
        ("TRANSOM_TOKEN", wrong.as_str(), "refused the token"),
        ("TRANSOM_TOKEN", "short", "TRANSOM_TOKEN"),
        ("TRANSOM_TOKEN_FILE", "/nowhere/token", "/nowhere/token"),
    ] {
        let mut command = elsewhere.program("hello");
        command
            .env("TRANSOM_DISPLAY", &address)
            .env(variable, value);
        Process::start(command).finish().failed(1, part);
    }
    // The Unix socket asks for none, and the right one is taken from either variable.
    let file = server.home.path("state/transom/token");
    for (variable, value) in [
        ("TRANSOM_TOKEN", token.trim()),
        ("TRANSOM_TOKEN_FILE", file.to_str().expect("UTF-8")),
    ] {
        let mut command = elsewhere.program("hello");
        command
            .env("TRANSOM_DISPLAY", &address)
            .env(variable, value);
        let hello = Process::start(command);
        let window = server.control().wait_window("Hello");
        assert_eq!(window["pid"], hello.id());
        server
            .control()
            .ask(json!({"cmd": "close", "window": window["id"]}));
        assert_eq!(hello.finish().code(), 0);
    }
    hello_works_at(&server, &server.address());
}

#[test]
fn what_speaks_another_protocol_is_told_so_in_one_line() {
    let server = Server::with(&["--listen", TCP4]);
    let address = format!("127.0.0.1:{}", server.port("tcp://127.0.0.1:"));
    let mut browser = Raw::tcp(&address);
    browser.bytes(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let answer = String::from_utf8(browser.rest()).expect("a line of text");
    assert!(
        answer.contains("Transom") && answer.ends_with('\n'),
        "{answer:?}"
    );
    assert_eq!(answer.lines().count(), 1);
    // And the other way round.
    let web = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback");
    let there = format!("tcp://{}", web.local_addr().expect("bound"));
    let thread = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut socket, _) = web.accept().expect("somebody comes");
        let _ = socket.read(&mut [0; 8]);
        let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        // What the program sent has to be read, or closing resets the connection.
        let _ = socket.shutdown(std::net::Shutdown::Write);
        let _ = socket.read_to_end(&mut Vec::new());
    });
    attempt(&server.home, "hello", Some(&there)).failed(1, "not a Transom server");
    thread.join().expect("it does not panic");
}

#[test]
fn a_client_of_another_version_is_refused_with_the_reason() {
    let server = Server::start();
    let mut future = Raw::unix(&server.socket());
    future.bytes(&transom_protocol::codec::MAGIC);
    let mut request = hello(&[]);
    (request.min_version, request.max_version) = (7, 9);
    future.send(request);
    let reason = future.closed().expect("it is told why");
    assert!(reason.contains("7 to 9"), "{reason}");
}

#[test]
fn a_token_over_tcp_is_compared_whole() {
    let server = Server::with(&["--listen", TCP4]);
    let address = format!("127.0.0.1:{}", server.port("tcp://127.0.0.1:"));
    let right = server.home.token();
    let mut wrong = right;
    wrong[31] ^= 1;
    for token in [&wrong[..], &right[..31], &[]] {
        let mut client = Raw::tcp(&address);
        let reason = client.greet(token).closed().expect("it is told why");
        assert!(reason.starts_with("token"), "{reason}");
    }
    assert_eq!(
        Raw::tcp(&address).greet(&right).sync(1),
        Vec::<String>::new()
    );
}

#[test]
fn when_the_server_dies_every_program_says_so_in_one_line() {
    let home = Home::new();
    for signal in [rustix::process::Signal::KILL, rustix::process::Signal::TERM] {
        let (server, display) = serve(&home, &["--listen", TCP4]);
        let mut control = Control::open(&home.path("run/transom/0.control"));
        let info = control.ask(json!({"cmd": "info"}));
        let tcp = info["addresses"][1].as_str().expect("text").to_owned();
        let start = |name: &str, display: &str| {
            let mut command = home.program(name);
            command.env("TRANSOM_DISPLAY", display);
            Process::start(command)
        };
        let programs = [
            start("hello", &display),
            start("hello", &tcp),
            start("clock", &display),
            start("clock", &tcp),
        ];
        eventually(|| match control.list().len() {
            4 => Ok(()),
            count => Err(format!("{count} windows")),
        });
        server.signal(signal);
        for program in programs {
            let part = match signal == rustix::process::Signal::TERM {
                true => "the server ends",
                false => "went away",
            };
            program.finish().failed(1, part);
        }
        let done = server.finish();
        assert_eq!(
            done.status.success(),
            signal == rustix::process::Signal::TERM
        );
    }
}
