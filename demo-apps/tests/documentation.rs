//! What the documentation shows is what is built here.

const PROGRAM: &str = include_str!("../src/bin/hello.rs");
const MANUAL: &str = include_str!("../../client-lib/src/lib.rs");

#[test]
fn the_first_example_in_the_manual_is_the_program_hello() {
    let (_, hello) = PROGRAM.split_once("fn hello").expect("hello is there");
    let manual: Vec<_> = MANUAL
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    let example = format!("fn hello{hello}```");
    assert!(
        manual.join("\n").contains(&example),
        "the first example in client-lib/src/lib.rs should be:\n{example}"
    );
}
