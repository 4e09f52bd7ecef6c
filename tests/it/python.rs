//! A client in another language, written from PROTOCOL.md alone.

use std::path::Path;
use std::process::Command;

use transom_tests::available;
use transom_tests::process::Process;
use transom_tests::server::Server;

#[test]
fn a_python_client_draws_reads_a_key_and_ends_at_escape() {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/client.py");
    let python = Command::new("python3").arg("--version").output();
    let python = python.is_ok_and(|output| output.status.success());
    if !available(python, "python3") || !available(program.exists(), "tests/python/client.py") {
        return;
    }
    let server = Server::start();
    let mut control = server.control();
    let before = control.shot(None);
    let mut command = server.home.command("python3");
    command
        .arg(&program)
        .env("TRANSOM_DISPLAY", server.display());
    let mut client = Process::start(command);
    // It may take any title: there is no other window.
    let window = control.wait_window("");
    control.wait_idle();
    let shown = control.shot(window["id"].as_u64());
    assert!(shown.colors() > 2, "its window is blank");
    assert!(control.shot(None).differing(&before) > 0);
    control.key("a");
    let line = client.line_where(|line| line.contains("key 0x04"));
    assert!(line.contains("\"a\""), "{line}");
    control.key("Escape");
    let done = client.finish();
    assert_eq!((done.code(), done.stderr.as_str()), (0, ""));
}
