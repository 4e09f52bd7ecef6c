//! Idle means idle.

use std::collections::BTreeMap;
use std::time::Duration;

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

#[test]
fn an_idle_server_with_a_program_does_nothing_for_ten_seconds() {
    let server = Server::with(&["--listen", "tcp://127.0.0.1:0"]);
    let _hello = server.start_program("hello", server.display());
    let mut control = server.control();
    control.wait_window("Hello");
    control.wait_idle();
    drop(control);
    // Its thread for blocking work, which made screenshots and the like, ends after ten seconds.
    std::thread::sleep(Duration::from_secs(1));
    let before = switches(server.process.id());
    std::thread::sleep(Duration::from_secs(10));
    let after = switches(server.process.id());
    assert_eq!(before, after, "a thread of the idle server ran");
}
