//! What transom-perf says without a server; with one it is run in the tests' package.

use std::process::{Command, Output};

fn perf(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_transom-perf"))
        .args(arguments)
        .env_remove("TRANSOM_DISPLAY")
        .output()
        .expect("it was built")
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text")
}

#[test]
fn a_list_names_what_is_selected() {
    let output = perf(&["--list", "--only", "rect*,roundtrip"]);
    assert_eq!(output.status.code(), Some(0));
    let names: Vec<String> = text(output.stdout)
        .lines()
        .filter_map(|line| line.split(' ').next().map(str::to_owned))
        .collect();
    assert_eq!(
        names,
        ["rect1", "rect10", "rect100", "rect500", "roundtrip"]
    );
}

#[test]
fn what_cannot_be_done_is_told_in_a_line() {
    for (arguments, code, part) in [
        (&["--only", "nothing"][..], 1, "--list"),
        (&["--display", "unix:/nowhere/socket"], 1, "/nowhere/socket"),
        (&["--display", "tcp://localhost:1"], 1, "Unix sockets"),
        (&["--time", "never"], 2, "seconds"),
    ] {
        let output = perf(arguments);
        let said = text(output.stderr);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let script = format!("'{}' --list | head -1", env!("CARGO_BIN_EXE_transom-perf"));
    let output = Command::new("sh").args(["-c", &script]).output();
    let output = output.expect("there is a shell");
    assert_eq!(text(output.stderr), "");
}
