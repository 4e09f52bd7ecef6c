//! Waiting for something to happen on the server. Woken by the hub; nothing is polled.

use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

use super::DEFAULT_TIMEOUT_MS;
use super::message::WindowLine;
use super::tools::{ControlError, window_line};
use crate::desktop::MAX_QUEUED_BYTES;
use crate::hub::{Hub, QUIET};

/// The longest a tool may wait, in milliseconds: a day. Timers have an end somewhere.
const MAX_WAIT_MS: u64 = 24 * 60 * 60 * 1000;

/// What may wait for a program before more is typed: with a chunk of keys on top of it, still far
/// from what a queue holds.
const KEYBOARD_BACKLOG: usize = MAX_QUEUED_BYTES / 8;

/// What has to be known to go on waiting.
enum Check<T> {
    /// It has happened.
    Done(T),
    /// Nothing before the next change.
    Changed,
    /// It happens by itself after this time, unless something changes.
    After(Duration),
}

/// Waits for a window whose title contains `title`.
pub(super) async fn window(
    hub: &Hub,
    title: &str,
    timeout_ms: u64,
) -> Result<WindowLine, ControlError> {
    let what = || format!("a window titled '{title}'");
    until(hub, timeout_ms, what, || {
        let windows = hub.desktop().windows();
        match windows.iter().find(|window| window.title.contains(title)) {
            Some(window) => Check::Done(window_line(window)),
            None => Check::Changed,
        }
    })
    .await
}

/// Waits until nothing is going on; what that means is told in [`control`](crate::control).
pub(super) async fn idle(hub: &Hub, timeout_ms: u64) -> Result<(), ControlError> {
    let what = || "the server to be idle".to_owned();
    until(hub, timeout_ms, what, || match hub.quiet_since() {
        None => Check::Changed,
        Some(since) => match hub.until(since.after(QUIET)) {
            Duration::ZERO => Check::Done(()),
            rest => Check::After(rest),
        },
    })
    .await
}

/// Waits until `count` more pictures were presented.
pub(super) async fn frames(hub: &Hub, count: u64, timeout_ms: u64) -> Result<(), ControlError> {
    let goal = hub.frames().saturating_add(count);
    let what = || format!("{count} frames");
    until(hub, timeout_ms, what, || match hub.frames() >= goal {
        true => Check::Done(()),
        false => Check::Changed,
    })
    .await
}

/// Waits until the program that has the keyboard has been sent nearly all that was typed.
pub(super) async fn keyboard_served(hub: &Hub) -> Result<(), ControlError> {
    let what = || "the program to read what was typed".to_owned();
    until(hub, DEFAULT_TIMEOUT_MS, what, || {
        match hub.desktop().keyboard_backlog() < KEYBOARD_BACKLOG {
            true => Check::Done(()),
            false => Check::Changed,
        }
    })
    .await
}

async fn until<T>(
    hub: &Hub,
    timeout_ms: u64,
    what: impl FnOnce() -> String,
    check: impl Fn() -> Check<T>,
) -> Result<T, ControlError> {
    let limit = Duration::from_millis(timeout_ms.min(MAX_WAIT_MS));
    let happened = async {
        loop {
            let mut changed = pin!(hub.changed());
            // From here on no change is missed.
            changed.as_mut().enable();
            match check() {
                Check::Done(value) => return value,
                Check::Changed => changed.await,
                Check::After(rest) => drop(timeout(rest, changed).await),
            }
        }
    };
    match timeout(limit, happened).await {
        Ok(value) => Ok(value),
        Err(_) => Err(ControlError::Timeout(timeout_ms, what())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DEFAULT_OUTPUT;
    use crate::desktop::Desktop;

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime")
            .block_on(future)
    }

    #[test]
    fn a_frame_that_is_never_drawn_times_out_with_what_was_waited_for() {
        let hub = Hub::new(Desktop::new(DEFAULT_OUTPUT), || {});
        let error = run(frames(&hub, 2, 1)).expect_err("nothing presents");
        assert_eq!(
            error.to_string(),
            "timed out after 1 ms waiting for 2 frames"
        );
    }

    #[test]
    fn frames_are_counted_from_the_request_on() {
        let hub = Hub::new(Desktop::new(DEFAULT_OUTPUT), || {});
        hub.frame_presented();
        run(async {
            let (waited, ()) = tokio::join!(frames(&hub, 1, 10_000), async {
                tokio::task::yield_now().await;
                hub.frame_presented();
            });
            waited.expect("one frame");
        });
    }

    #[test]
    fn a_held_clock_does_not_keep_the_server_from_being_idle() {
        let hub = Hub::new(Desktop::new(DEFAULT_OUTPUT), || {});
        hub.set_clock_held(true);
        run(idle(&hub, 10_000)).expect("nothing happens");
    }
}
