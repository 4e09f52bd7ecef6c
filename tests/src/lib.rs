//! What tests need that look at more than one of Transom's packages.
//!
//! * [`fixture`]: clients and desktop in one process, without a socket, thread or clock;
//! * [`fuzz`]: clients that say what is well formed and absurd;
//! * [`server`]: the real server as a process, in a [`home`] of its own, with its tools;
//! * [`client`]: a client that says exactly the bytes it is told to;
//! * [`screen`]: an X server without a screen, and a person's hands;
//! * [`method`]: an input method there;
//! * [`proxy`]: a slow link that keeps a record;
//! * [`program`]: a program that does anything, at random;
//! * [`snapshot`]: pictures compared with accepted ones.
//!
//! Nothing here waits for time to pass, but for something to happen; what never happens fails a
//! test after [`PATIENCE`].

use std::time::Duration;

pub mod binaries;
pub mod client;
pub mod control;
pub mod fixture;
pub mod fuzz;
pub mod home;
pub mod method;
pub mod process;
pub mod program;
pub mod proxy;
pub mod random;
pub mod screen;
pub mod server;
pub mod snapshot;
pub mod witness;

/// How long something may take that is expected at once: a slow machine under load is no failure.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Whether what a test needs is there. If not, says so and is false, or fails the test when
/// `TRANSOM_REQUIRE_ALL` is set.
pub fn available(found: bool, what: &str) -> bool {
    if !found {
        let required = std::env::var_os("TRANSOM_REQUIRE_ALL").is_some_and(|v| v == "1");
        assert!(!required, "{what} is missing, and TRANSOM_REQUIRE_ALL=1");
        println!("SKIP: {what} is missing");
    }
    found
}

/// Whether a program is installed. If not, as [`available`].
pub fn installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|dir| dir.join(program).is_file());
    available(found, program)
}

/// Whether this machine has IPv6 on loopback.
pub fn has_ipv6() -> bool {
    let bound = std::net::TcpListener::bind((std::net::Ipv6Addr::LOCALHOST, 0));
    available(bound.is_ok(), "::1")
}

/// Asks again and again until the answer is `Ok`; fails with the last one when it never is.
pub fn eventually<T>(mut ask: impl FnMut() -> Result<T, String>) -> T {
    let deadline = std::time::Instant::now() + PATIENCE;
    loop {
        match ask() {
            Ok(value) => return value,
            Err(problem) => assert!(std::time::Instant::now() < deadline, "{problem}"),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
