//! [`Threads`]: what a server runs on.
//!
//! Connections are served by a few workers, each of which is busy for as long as a slice takes, and
//! may be so time and again. What a person or the system says to the server (signals, the end of a
//! child, deadlines) does not wait for them: whoever attends to that has a thread of its own, on
//! which nobody is served.

use std::io;

use tokio::runtime::{Builder, Handle, Runtime};

/// How many tasks a worker executes at most before it looks for what sockets have. Tasks take a
/// slice each (a quarter of a millisecond) when the server is busy, and tokio's own 61 of them
/// would be long for those who wait for an answer.
const TASKS_BETWEEN_LOOKS: u32 = 4;

/// The runtimes of a server.
pub(super) struct Threads {
    serving: Runtime,
    attending: Runtime,
}

impl Threads {
    /// Starts the workers: two to four, by what the machine has.
    pub(super) fn start() -> io::Result<Self> {
        // tokio's `disable_lifo_slot` would fit here, but it needs an unstable build flag.
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Self {
            serving: Builder::new_multi_thread()
                .worker_threads(cores.clamp(2, 4))
                .event_interval(TASKS_BETWEEN_LOOKS)
                .thread_name("serve")
                .enable_all()
                .build()?,
            attending: Builder::new_current_thread().enable_all().build()?,
        })
    }

    /// Where connections are served.
    pub(super) fn serving(&self) -> Handle {
        self.serving.handle().clone()
    }

    /// Does `work` on this thread, while others serve. Then nobody is served any more, and whoever
    /// is in the middle of something is not waited for.
    pub(super) fn attend<T>(self, work: impl Future<Output = T>) -> T {
        let done = self.attending.block_on(work);
        self.serving.shutdown_background();
        done
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::cli::Server;
    use crate::config::{Config, DisplaySocket};
    use crate::transport::TempDir;

    #[test]
    fn a_server_ends_while_all_that_serve_are_busy() {
        let dir = TempDir::new("busy").expect("a temporary directory");
        let path = dir.path().join("display");
        let config = Config {
            display: DisplaySocket::Path(path.clone()),
            ..Config::default()
        };
        let threads = Threads::start().expect("threads");
        let serving = threads.serving();
        let (busy, is_busy) = channel();
        let workers = serving.metrics().num_workers();
        let until: Vec<_> = (0..workers)
            .map(|_| {
                let ((until, end), busy) = (channel::<()>(), busy.clone());
                serving.spawn(async move {
                    busy.send(()).expect("the test waits");
                    // Until the other end is dropped.
                    let _ = end.recv();
                });
                until
            })
            .collect();
        for _ in 0..workers {
            is_busy.recv().expect("a worker");
        }
        let server = Server::start(&config, &serving).expect("a free path");
        // Of a client that is in the middle of something, too.
        let seat = server.hub().admit();
        assert!(seat.is_some() && path.exists());
        threads.attend(server.stop());
        assert!(!path.exists());
        drop(until);
    }
}
