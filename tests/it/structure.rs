//! What the sources may name and packages may depend on.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All Rust sources under a directory of the workspace, with their text.
fn sources(directory: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut left = vec![root().join(directory)];
    while let Some(directory) = left.pop() {
        for entry in std::fs::read_dir(&directory).expect("the sources can be read") {
            let path = entry.expect("the sources can be read").path();
            if path.is_dir() && !path.ends_with("target") {
                left.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).expect("it is text");
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {directory}");
    found
}

/// The code of a line, without its comment.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

/// Lines of code that name one of these.
fn naming(directory: &str, names: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in sources(directory) {
        for (number, line) in text.lines().enumerate() {
            if names.iter().any(|name| has_name(code(line), name)) {
                found.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    found
}

/// Whether `name` occurs as a whole word, so that `std::io` is not in `std::iox`.
fn has_name(line: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + name.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

#[test]
fn session_desktop_and_raster_name_no_io_threads_or_clocks() {
    let forbidden = [
        "tokio",
        "winit",
        "softbuffer",
        "rustix",
        "std::net",
        "std::os",
        "std::thread",
        "std::fs",
        "std::io",
        "std::env",
        "std::process",
        "Instant",
        "SystemTime",
        "thread_local",
    ];
    let files = ["region.rs", "composite.rs", "time.rs"];
    for directory in ["session", "desktop", "raster"] {
        let found = naming(&format!("server/src/{directory}"), &forbidden);
        // Their tests may look at files, to keep pictures.
        let found: Vec<_> = found.iter().filter(|l| !l.contains("/tests/")).collect();
        assert!(found.is_empty(), "{found:#?}");
    }
    let found = naming("server/src", &forbidden);
    let mut found = found.iter();
    let found = found.find(|l| files.iter().any(|f| l.contains(&format!("src/{f}:"))));
    assert_eq!(found, None);
}

#[test]
fn the_clients_core_names_no_sockets_threads_or_clocks() {
    let forbidden = [
        "tokio",
        "rustix",
        "std::net",
        "std::os",
        "std::thread",
        "std::fs",
        "std::io",
        "Instant",
        "SystemTime",
    ];
    let found = naming("client-lib/src", &forbidden);
    let cores = [
        "core.rs",
        "incoming.rs",
        "lanes.rs",
        "mirror.rs",
        "rebuild.rs",
        "pacing.rs",
        "events.rs",
        "canvas.rs",
        "window.rs",
        "surface.rs",
        "image.rs",
    ];
    let is_core = |line: &&String| cores.iter().any(|f| line.contains(&format!("src/{f}:")));
    let found: Vec<_> = found.iter().filter(is_core).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn only_the_codec_names_bincode() {
    for package in ["protocol", "client-lib", "server", "demo-apps"] {
        let found = naming(package, &["bincode"]);
        let elsewhere = found
            .iter()
            .filter(|line| !line.contains("protocol/src/codec.rs:"));
        let elsewhere: Vec<_> = elsewhere.collect();
        assert!(elsewhere.is_empty(), "{elsewhere:#?}");
    }
}

/// The packages that one depends on, those for its tests included.
fn dependencies(package: &str) -> Vec<String> {
    let path = root().join(package).join("Cargo.toml");
    let manifest = std::fs::read_to_string(path).expect("it is there");
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines() {
        if let Some(section) = line.strip_prefix('[') {
            inside = section.contains("dependencies]");
        } else if let Some(end) = line.find([' ', '.', '=']).filter(|_| inside) {
            names.push(line[..end].to_owned());
        }
    }
    assert!(!names.is_empty());
    names
}

#[test]
fn server_and_library_do_not_know_each_other() {
    let depends = |package: &str, on: &str| dependencies(package).iter().any(|name| name == on);
    assert!(depends("server", "transom-protocol") && depends("client-lib", "transom-protocol"));
    assert!(!depends("server", "transom"), "the server sees the library");
    assert!(
        !depends("client-lib", "transom-server"),
        "the library sees the server"
    );
    assert!(
        !depends("demo-apps", "transom-server"),
        "programs see the server"
    );
    for other in ["transom", "transom-server"] {
        assert!(!depends("protocol", other), "the protocol sees {other}");
    }
}
