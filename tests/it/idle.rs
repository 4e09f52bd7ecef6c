//! Idle means idle.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use transom_tests::screen::Screen;
use transom_tests::server::Server;

/// How often each thread of a process has given up or lost its processor.
fn switches(process: u32) -> BTreeMap<String, u64> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).expect("it runs");
    let count = |task: std::fs::DirEntry| {
        let status = std::fs::read_to_string(task.path().join("status")).expect("it runs");
        let name = task.file_name().to_string_lossy().into_owned();
        let counts = status.lines().filter(|line| line.contains("ctxt_switches"));
        let counts = counts.filter_map(|line| line.split_whitespace().last()?.parse::<u64>().ok());
        (name, counts.sum())
    };
    tasks.map(|task| count(task.expect("it runs"))).collect()
}

/// The minute that it is.
fn minute() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("after 1970").as_secs() / 60
}

/// What all these processes did in ten seconds, by thread.
fn ten_seconds(processes: &[u32]) -> Vec<(BTreeMap<String, u64>, BTreeMap<String, u64>)> {
    // A server's thread for blocking work, which made screenshots and the like, ends after ten
    // seconds.
    std::thread::sleep(Duration::from_secs(1));
    let before: Vec<_> = processes.iter().map(|p| switches(*p)).collect();
    std::thread::sleep(Duration::from_secs(10));
    let after = processes.iter().map(|p| switches(*p));
    before.into_iter().zip(after).collect()
}

#[test]
fn an_idle_server_with_a_program_does_nothing_for_ten_seconds() {
    let server = Server::with(&["--listen", "tcp://127.0.0.1:0"]);
    let _hello = server.start_program("hello", server.display());
    let mut control = server.control();
    control.wait_window("Hello");
    control.wait_idle();
    drop(control);
    for (before, after) in ten_seconds(&[server.process.id()]) {
        assert_eq!(before, after, "a thread of the idle server ran");
    }
}

#[test]
fn a_desktop_with_five_programs_at_rest_does_nothing_for_ten_seconds() {
    rests(&Server::with(&["--desktop", "--size", "2560x1600"]));
}

#[test]
fn a_desktop_in_a_window_rests_as_well() {
    if let Some(screen) = Screen::unmanaged() {
        rests(&Server::on(&screen, &["--size", "2560x1600"]));
    }
}

/// Five programs come to rest on a desktop with room for all, and then nobody does anything.
fn rests(server: &Server) {
    let programs = ["paint", "gallery", "bounce", "snake", "calc"];
    let programs = programs.map(|name| server.start_program(name, server.display()));
    let mut control = server.control();
    for title in ["Paint", "Gallery", "Snake", "Calculator"] {
        control.wait_window(title);
    }
    let bounce = control.wait_window("Bounce");
    // What moves comes to rest with a pause.
    control.ask(json!({"cmd": "inject", "input": "click", "x": 1, "y": 1, "window": bounce["id"]}));
    control.key("Space");
    control.wait_idle();
    drop(control);
    let mut processes: Vec<u32> = programs.iter().map(|p| p.id()).collect();
    processes.push(server.process.id());
    // The task bar's clock aside: where a minute begins, another ten seconds count.
    loop {
        let began = minute();
        let done = ten_seconds(&processes);
        if minute() == began {
            for (process, (before, after)) in processes.iter().zip(done) {
                assert_eq!(before, after, "a thread of process {process} ran");
            }
            return;
        }
    }
}
