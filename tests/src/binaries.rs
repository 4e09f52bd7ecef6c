//! The programs under test, built by the tests themselves.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The path of one of the workspace's programs, built like this test is.
pub fn binary(name: &str) -> PathBuf {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    DIRECTORY.get_or_init(build).join(name)
}

/// Builds all programs and says where they are.
fn build() -> PathBuf {
    let this = std::env::current_exe().expect("a test has a path");
    // target/[triple/]profile/deps/test
    let deps = this.parent().expect("a file is in a directory");
    let directory = deps.parent().expect("deps is in the profile's directory");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .args(["build", "--quiet", "--bins"])
        .args(["-p", "transom-server", "-p", "transom-demos"])
        .args(options(directory))
        // Those of this test's own package are not theirs.
        .env_remove("CARGO_MANIFEST_DIR");
    let status = cargo.status().expect("cargo can be started");
    assert!(status.success(), "the programs cannot be built: {status}");
    directory.into()
}

/// Profile, target and directory that lead to `directory`.
fn options(directory: &Path) -> Vec<String> {
    let name = |path: &Path| {
        let name = path.file_name().expect("not the root");
        name.to_str().expect("cargo's names are UTF-8").to_owned()
    };
    let profile = match name(directory).as_str() {
        "debug" => "dev".to_owned(),
        other => other.to_owned(),
    };
    let above = directory.parent().expect("target is above");
    let mut options = vec!["--profile".to_owned(), profile];
    let target = match above.join("CACHEDIR.TAG").exists() {
        true => above,
        false => {
            options.extend(["--target".to_owned(), name(above)]);
            above.parent().expect("target is above")
        }
    };
    let target = target.to_str().expect("the tests' path is UTF-8");
    options.extend(["--target-dir".to_owned(), target.to_owned()]);
    options
}
