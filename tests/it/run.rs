//! `transom run`: a command on a server of its own.

use rustix::process::Signal;
use transom_tests::home::Home;
use transom_tests::process::{Finished, Process};
use transom_tests::snapshot::Picture;

/// Runs to its end, and checks that nothing is left behind.
fn run(home: &Home, arguments: &[&str]) -> Finished {
    let mut command = home.program("transom");
    command.arg("run").args(arguments);
    let done = Process::start(command).finish();
    nothing_left(home);
    done
}

fn nothing_left(home: &Home) {
    assert_eq!(
        home.files("run"),
        Vec::<String>::new(),
        "in the runtime directory"
    );
    assert_eq!(
        home.files("tmp"),
        Vec::<String>::new(),
        "in the temporary directory"
    );
    let left = processes(&home.path("run").display().to_string());
    assert!(left.is_empty(), "processes are left: {left:?}");
}

/// The command lines of all processes with this home.
fn processes(runtime_dir: &str) -> Vec<String> {
    let wanted = format!("XDG_RUNTIME_DIR={runtime_dir}");
    let entries = std::fs::read_dir("/proc").expect("Linux").flatten();
    let processes = entries.filter_map(|entry| {
        let environment = std::fs::read(entry.path().join("environ")).ok()?;
        let mut variables = environment.split(|b| *b == 0);
        variables.find(|v| *v == wanted.as_bytes())?;
        let line = std::fs::read(entry.path().join("cmdline")).ok()?;
        Some(String::from_utf8_lossy(&line).replace('\0', " "))
    });
    processes.collect()
}

#[test]
fn a_commands_status_is_returned() {
    let home = Home::new();
    for (script, code) in [
        ("exit 0", 0),
        ("exit 3", 3),
        ("exit 255", 255),
        ("kill -TERM $$", 143),
        ("kill -KILL $$", 137),
        ("kill -USR1 $$", 138),
    ] {
        let done = run(&home, &["--", "sh", "-c", script]);
        assert_eq!((done.code(), done.stderr.as_str()), (code, ""), "{script}");
    }
    run(&home, &["--", "/nowhere/at/all"]).failed(127, "/nowhere/at/all");
    run(&home, &["--", "no-such-command-anywhere"]).failed(127, "no-such-command-anywhere");
    let plain = home.path("plain-file");
    std::fs::write(&plain, "no program").expect("writable");
    let plain = plain.to_str().expect("UTF-8");
    run(&home, &["--", plain]).failed(126, plain);
}

#[test]
fn our_own_failure_is_125() {
    let home = Home::new();
    let mut command = home.program("transom");
    command
        .args(["run", "--", "true"])
        .env("TMPDIR", "/nowhere/at/all");
    Process::start(command)
        .finish()
        .failed(125, "temporary directory");
    let mut command = home.program("transom");
    command.args(["run"]);
    assert_eq!(Process::start(command).finish().code(), 2, "wrong usage");
}

#[test]
fn programs_find_the_private_server_and_only_with_control_its_tools() {
    let home = Home::new();
    let script = "echo $TRANSOM_DISPLAY; echo ${TRANSOM_CONTROL-none}";
    let mut command = home.program("transom");
    command.args(["run", "--", "sh", "-c", script]);
    // Another server's control socket is of no use to it.
    command.env("TRANSOM_CONTROL", "/somebody/elses");
    let text = Process::start(command).finish().done();
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].starts_with("unix:/"), "{text}");
    assert_eq!(lines[1], "none");
    let text = run(&home, &["--control", "--", "sh", "-c", script]).done();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        format!("{}.control", lines[0]),
        format!("unix:{}", lines[1])
    );
}

#[test]
fn it_works_in_a_script_with_pipes() {
    let home = Home::new();
    let script = "set -e
        hello & program=$!
        transom wait --window Hello
        transom list --json | cat
        transom shot - | cat > out.png
        transom close $(transom list | awk '/Hello/ { print $1 }')
        wait $program
        echo done";
    let mut command = home.command("sh");
    let line =
        "transom run --size 640x480 --scale 1.5 --control -- sh -c \"$SCRIPT\" | cat; echo piped";
    command.args(["-c", line]).env("SCRIPT", script);
    let text = Process::start(command).finish().done();
    assert!(
        text.contains("\"title\":\"Hello\"") && text.ends_with("done\npiped\n"),
        "{text}"
    );
    let picture = Picture::from_png(&std::fs::read(home.path("out.png")).expect("written"));
    assert_eq!((picture.width, picture.height), (640, 480));
    assert!(picture.colors() > 10);
    nothing_left(&home);
}

#[test]
fn stdin_stdout_and_stderr_are_the_commands() {
    let home = Home::new();
    let mut command = home.command("sh");
    command.args(["-c", "echo in | transom run -- sh -c 'cat; echo err >&2'"]);
    let done = Process::start(command).finish();
    assert_eq!(
        (done.code(), done.text().as_str(), done.stderr.as_str()),
        (0, "in\n", "err\n")
    );
}

#[test]
fn signals_go_to_the_command() {
    let home = Home::new();
    for (signal, name) in [
        (Signal::TERM, "TERM"),
        (Signal::INT, "INT"),
        (Signal::HUP, "HUP"),
        (Signal::QUIT, "QUIT"),
        (Signal::USR1, "USR1"),
        (Signal::USR2, "USR2"),
    ] {
        let script =
            format!("trap 'echo caught; exit 7' {name}; echo ready; while :; do sleep 0.01; done");
        let mut command = home.program("transom");
        command.args(["run", "--", "sh", "-c", &script]);
        let mut process = Process::start(command);
        process.line_where(|line| line == "ready");
        process.signal(signal);
        let done = process.finish();
        assert_eq!(
            (done.code(), done.text().as_str()),
            (7, "ready\ncaught\n"),
            "{name}"
        );
    }
    nothing_left(&home);
}

#[test]
fn a_command_that_dies_of_a_forwarded_signal_is_told_as_a_shell_does() {
    let home = Home::new();
    let mut command = home.program("transom");
    command.args(["run", "--", "sh", "-c", "echo ready; exec sleep 1000"]);
    let mut process = Process::start(command);
    process.line_where(|line| line == "ready");
    process.signal(Signal::TERM);
    assert_eq!(process.finish().code(), 143);
    nothing_left(&home);
}

#[test]
fn several_run_at_once_without_meeting() {
    let home = Home::new();
    let start = || {
        let mut command = home.program("transom");
        let script = "hello & transom wait --window Hello >/dev/null; transom list --json; kill $!";
        command.args(["run", "--control", "--", "sh", "-c", script]);
        Process::start(command)
    };
    for process in [start(), start(), start()] {
        let text = process.finish().text();
        assert_eq!(text.matches("\"title\"").count(), 1, "{text}");
    }
    nothing_left(&home);
}
