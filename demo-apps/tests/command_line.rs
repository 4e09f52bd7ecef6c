//! What the programs say and return when they cannot start.

use std::process::{Command, Output};

const PROGRAMS: [(&str, &str); 8] = [
    ("hello", env!("CARGO_BIN_EXE_hello")),
    ("clock", env!("CARGO_BIN_EXE_clock")),
    ("bounce", env!("CARGO_BIN_EXE_bounce")),
    ("calc", env!("CARGO_BIN_EXE_calc")),
    ("gallery", env!("CARGO_BIN_EXE_gallery")),
    ("paint", env!("CARGO_BIN_EXE_paint")),
    ("snake", env!("CARGO_BIN_EXE_snake")),
    ("term", env!("CARGO_BIN_EXE_term")),
];

fn run(program: &str, arguments: &[&str], display: Option<&str>) -> Output {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_remove("TRANSOM_DISPLAY")
        .env("XDG_RUNTIME_DIR", "/nowhere");
    display.map(|display| command.env("TRANSOM_DISPLAY", display));
    command.output().expect("it was built")
}

#[test]
fn without_a_display_they_say_so_in_one_line_and_return_1() {
    for (name, program) in PROGRAMS {
        for (arguments, display, part) in [
            (&[][..], None, "TRANSOM_DISPLAY is not set"),
            (&[], Some(""), "TRANSOM_DISPLAY is empty"),
            (&["--display="], Some(":0"), "--display is empty"),
            (&[], Some("nonsense"), "bad display address"),
            (&[], Some("tcp://localhost:99999"), "port"),
            (&[], Some(":0"), "/nowhere/transom/0"),
            (
                &["--display", "unix:/nowhere/socket"],
                Some(":0"),
                "unix:/nowhere/socket",
            ),
            (&["--display", "tls://localhost:1"], None, "ssh"),
        ] {
            let output = run(program, arguments, display);
            let said = String::from_utf8(output.stderr).expect("text");
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(said.starts_with(&format!("{name}: ")), "{said}");
            assert!(said.contains(part), "{part} is not in: {said}");
            assert_eq!(said.matches('\n').count(), 1, "{said}");
        }
    }
}

#[test]
fn usage_errors_return_2_and_questions_0() {
    for (name, program) in PROGRAMS {
        assert_eq!(run(program, &["--nonsense"], None).status.code(), Some(2));
        assert_eq!(run(program, &["--display"], None).status.code(), Some(2));
        for question in ["--help", "--version"] {
            let output = run(program, &[question], None);
            assert_eq!(output.status.code(), Some(0));
            assert!(String::from_utf8_lossy(&output.stdout).contains(name));
        }
    }
}
