//! `transom serve`: how it starts, says where it is, and ends.

use std::io::Read;
use std::os::unix::net::{UnixListener, UnixStream};

use rustix::process::Signal;
use transom_tests::client::Raw;
use transom_tests::home::Home;
use transom_tests::process::Process;
use transom_tests::server::{Server, serve};

#[test]
fn the_first_line_says_where_it_is_when_programs_can_connect() {
    for _ in 0..5 {
        let home = Home::new();
        let (_server, display) = serve(&home, &[]);
        assert_eq!(display, ":0");
        // At once: nothing is tried twice.
        UnixStream::connect(home.path("run/transom/0")).expect("it listens");
        UnixStream::connect(home.path("run/transom/0.control")).expect("it listens");
    }
}

#[test]
fn several_servers_take_the_first_free_numbers() {
    let home = Home::new();
    let servers: Vec<_> = (0..3).map(|_| serve(&home, &[])).collect();
    let displays: Vec<_> = servers.iter().map(|s| s.1.as_str()).collect();
    assert_eq!(displays, [":0", ":1", ":2"]);
    // Started at the same moment they do not take the same.
    let start = || {
        let mut command = home.program("transom");
        command.args(["serve", "--headless"]);
        Process::start(command)
    };
    let mut more = [start(), start(), start(), start()];
    let mut lines: Vec<_> = more.iter_mut().map(Process::first_line).collect();
    lines.sort();
    let expected = [3, 4, 5, 6].map(|n| format!("TRANSOM_DISPLAY=:{n}"));
    assert_eq!(lines, expected);
    // Tools do not guess which of them is meant.
    home.transom(&["list"]).failed(1, "several servers");
    assert_eq!(
        home.transom(&["list", "--display", ":5"]).done(),
        "no windows\n"
    );
}

#[test]
fn a_number_that_was_asked_for_is_taken_or_refused() {
    let home = Home::new();
    let (_server, display) = serve(&home, &["--listen", ":7"]);
    assert_eq!(display, ":7");
    home.transom(&["serve", "--headless", "--listen", ":7"])
        .failed(1, "another server");
}

#[test]
fn what_a_dead_server_left_is_replaced() {
    let home = Home::new();
    let (server, display) = serve(&home, &[]);
    server.signal(Signal::KILL);
    assert!(!server.finish().status.success());
    assert!(
        home.files("run/transom").contains(&"0".to_owned()),
        "it could not clean up"
    );
    home.transom(&["list"]).failed(1, "no server");
    let (_server, again) = serve(&home, &[]);
    assert_eq!(again, display);
    assert_eq!(home.transom(&["list"]).done(), "no windows\n");
}

#[test]
fn a_socket_that_somebody_answers_is_left_alone() {
    let home = Home::new();
    std::fs::create_dir(home.path("run/transom")).expect("new");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(home.path("run/transom"), mode).expect("ours");
    let _other = UnixListener::bind(home.path("run/transom/0")).expect("free");
    assert_eq!(serve(&home, &[]).1, ":1");
}

#[test]
fn a_signal_ends_it_cleanly_and_clients_are_told() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let server = Server::with(&["--listen", "tcp://127.0.0.1:0"]);
        let mut client = Raw::unix(&server.socket());
        client.greet(&[]).sync(1);
        server.process.signal(signal);
        let reason = client.closed().expect("it is told why");
        assert!(reason.starts_with("shutdown"), "{reason}");
        drop(client);
        let Server { process, home, .. } = server;
        assert_eq!(process.finish().code(), 0, "{signal:?}");
        assert_eq!(home.files("run/transom"), Vec::<String>::new());
    }
}

#[test]
fn a_client_that_does_not_read_does_not_keep_it_from_ending() {
    let server = Server::start();
    let mut client = Raw::unix(&server.socket());
    client.greet(&[]).sync(1);
    let _stalled = UnixStream::connect(server.socket()).expect("it listens");
    server.process.signal(Signal::TERM);
    assert_eq!(server.process.finish().code(), 0);
    assert!(client.closed().is_some());
}

#[test]
fn quit_ends_it_like_a_signal() {
    let server = Server::start();
    server.control().ask(serde_json::json!({"cmd": "quit"}));
    let Server { process, home, .. } = server;
    assert_eq!(process.finish().code(), 0);
    assert_eq!(home.files("run/transom"), Vec::<String>::new());
}

#[test]
fn ready_fd_gets_the_line_too() {
    let home = Home::new();
    let path = home.path("ready");
    let mut command = home.command("sh");
    let line = "exec transom serve --headless --ready-fd 3 3>\"$READY\"";
    command.args(["-c", line]).env("READY", &path);
    let mut server = Process::start(command);
    let line = server.first_line();
    let told = transom_tests::eventually(|| {
        let text = std::fs::read_to_string(&path).map_err(|e| e.to_string())?;
        text.ends_with('\n')
            .then_some(text)
            .ok_or_else(|| "no line yet".into())
    });
    assert_eq!(told, format!("{line}\n"));
    // A pipe works as well, with stdout thrown away.
    let mut command = home.command("sh");
    let script = "{ transom serve --headless --ready-fd 3 3>&1 >/dev/null & echo $! >pid; } | { read line; echo \"$line\"; kill $(cat pid); }";
    command.args(["-c", script]);
    assert_eq!(
        Process::start(command).finish().text(),
        "TRANSOM_DISPLAY=:1\n"
    );
}

#[test]
fn print_env_is_for_a_shells_eval() {
    let home = Home::new();
    let mut command = home.command("sh");
    let script = "transom serve --headless --print-env >env & server=$!
        until [ -s env ]; do sleep 0.01; done
        eval \"$(cat env)\"; sh -c 'echo $TRANSOM_DISPLAY'; kill $server; wait $server";
    command.args(["-c", script]);
    let done = Process::start(command).finish();
    assert_eq!((done.code(), done.text().as_str()), (0, ":0\n"));
}

#[test]
fn no_unix_leaves_only_the_tools_their_socket() {
    let home = Home::new();
    let (_server, display) = serve(&home, &["--no-unix", "--listen", "tcp://127.0.0.1:0"]);
    assert!(
        display.starts_with("tcp://127.0.0.1:") && !display.ends_with(":0"),
        "{display}"
    );
    let files = home.files("run/transom");
    assert_eq!(files, ["0.control", "0.lock"]);
    assert_eq!(
        home.transom(&["list", "--display", &display]).done(),
        "no windows\n"
    );
    assert_eq!(home.transom(&["list"]).done(), "no windows\n");
}

#[test]
fn several_listeners_each_let_programs_in() {
    let home = Home::new();
    let path = format!("unix:{}", home.path("extra").display());
    let listen = [
        "--listen",
        &path,
        "--listen",
        "tcp://127.0.0.1:0",
        "--listen",
        "tcp://localhost:0",
    ];
    let server = Server::within(home, &listen);
    let addresses = server.addresses();
    assert!(addresses.len() >= 4, "{addresses:?}");
    let token = server.home.token();
    for address in &addresses {
        let mut client = match address.strip_prefix("tcp://") {
            Some(tcp) => Raw::tcp(tcp),
            None if address.starts_with(':') => Raw::unix(&server.socket()),
            None => Raw::unix(address.trim_start_matches("unix:").as_ref()),
        };
        assert_eq!(
            client.greet(&token).sync(1),
            Vec::<String>::new(),
            "{address}"
        );
    }
}

#[test]
fn others_cannot_enter_what_it_makes() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::with(&["--listen", "tcp://127.0.0.1:0"]);
    let mode = |name: &str| {
        let about = std::fs::metadata(server.home.path(name)).expect("it is there");
        about.permissions().mode() & 0o777
    };
    assert_eq!(mode("run/transom"), 0o700);
    for name in [
        "run/transom/0",
        "run/transom/0.control",
        "state/transom/token",
    ] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
}

#[test]
fn what_cannot_be_done_is_one_line() {
    let home = Home::new();
    home.transom(&["serve"]).failed(1, "--headless");
    for open in ["tcp://0.0.0.0:0", "tcp://[::]:0"] {
        home.transom(&["serve", "--headless", "--listen", open])
            .failed(1, "--insecure");
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback");
    let taken = format!("tcp://{}", listener.local_addr().expect("bound"));
    home.transom(&["serve", "--headless", "--listen", &taken])
        .failed(1, &taken);
    assert_eq!(home.files("run/transom"), Vec::<String>::new());
}

#[test]
fn insecure_listens_anyway_and_says_what_that_means() {
    let home = Home::new();
    let mut command = home.program("transom");
    command.args([
        "serve",
        "--headless",
        "--insecure",
        "--listen",
        "tcp://0.0.0.0:0",
    ]);
    let mut server = Process::start(command);
    server.first_line();
    let warning = server.complaint("INSECURE");
    assert!(warning.contains("unencrypted"), "{warning}");
}

#[test]
fn wrong_usage_ends_with_2() {
    let home = Home::new();
    for line in [
        "",
        "dance",
        "serve --headless --size 0x5",
        "serve --headless --scale 99",
        "serve --headless --listen nonsense",
        "serve --headless --no-unix",
        "run",
        "wait",
        "wait --idle --frames 2",
        "wait --idle --timeout -1",
        "shot",
        "close",
        "close x",
        "inject",
        "inject key",
        "inject click 1",
        "list --what",
    ] {
        let arguments: Vec<_> = line.split_whitespace().collect();
        let done = home.transom(&arguments);
        assert_eq!(done.code(), 2, "{line}: {}", done.stderr);
        assert!(!done.stderr.is_empty() && done.stdout.is_empty(), "{line}");
    }
    for line in ["--help", "serve --help", "--version"] {
        let arguments: Vec<_> = line.split_whitespace().collect();
        assert_eq!(home.transom(&arguments).code(), 0);
    }
    for name in ["hello", "clock"] {
        let mut command = home.program(name);
        command.arg("--what");
        assert_eq!(Process::start(command).finish().code(), 2);
    }
}

#[test]
fn a_connection_that_closes_before_it_says_anything_is_closed_too() {
    let server = Server::start();
    let mut client = UnixStream::connect(server.socket()).expect("it listens");
    client.shutdown(std::net::Shutdown::Write).expect("ours");
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).expect("it closes too");
    assert_eq!(server.tool(&["list"]).done(), "no windows\n");
}
