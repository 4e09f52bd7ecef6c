//! [`Proxy`]: a link between a program and a server that takes its time, and remembers everything
//! that crossed it.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::PATIENCE;
use crate::client::requests;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the program.
    ToServer,
    /// From the server.
    ToProgram,
}

/// Bytes as they arrived at the proxy.
#[derive(Clone, Debug)]
pub struct Crossing {
    /// Where they go.
    pub way: Way,
    /// When they came.
    pub at: Instant,
    /// What they are.
    pub bytes: Vec<u8>,
}

#[derive(Debug, Default)]
struct Record {
    crossings: Vec<Crossing>,
    connected: Option<Instant>,
}

#[derive(Debug, Default)]
struct Shared {
    record: Mutex<Record>,
    changed: Condvar,
}

/// A port on loopback for one connection to a server.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
    delay: Duration,
    thread: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Listens; what comes goes to the server at this port of 127.0.0.1, `delay` later each way.
    pub fn start(server: u16, delay: Duration) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback");
        let port = listener.local_addr().expect("bound").port();
        let shared = Arc::<Shared>::default();
        let record = shared.clone();
        let thread = std::thread::spawn(move || {
            let Ok((program, _)) = listener.accept() else {
                return;
            };
            let connected = Instant::now();
            record.lock().connected = Some(connected);
            record.changed.notify_all();
            let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) else {
                return;
            };
            carry(&program, &server, delay, &record);
        });
        Self {
            port,
            shared,
            delay,
            thread: Some(thread),
        }
    }

    /// Where programs connect.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How long bytes take, each way.
    pub fn delay(&self) -> Duration {
        self.delay
    }

    /// Waits until a program has connected, and says when that was.
    pub fn connected(&self) -> Instant {
        let deadline = Instant::now() + PATIENCE;
        let mut record = self.shared.lock();
        loop {
            if let Some(at) = record.connected {
                return at;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "nobody connects");
            let woken = self.shared.changed.wait_timeout(record, left);
            record = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Everything that crossed so far, in the order in which it arrived here.
    pub fn crossings(&self) -> Vec<Crossing> {
        self.shared.lock().crossings.clone()
    }

    /// How many bytes went one way.
    pub fn bytes(&self, way: Way) -> usize {
        let crossings = self.crossings();
        let counts = crossings.iter().filter(|c| c.way == way);
        counts.map(|c| c.bytes.len()).sum()
    }

    /// How often the direction changed before the program's first whole request of this name had
    /// arrived here; `None` when it has not.
    pub fn turnarounds_before(&self, request: &str) -> Option<usize> {
        let (mut sent, mut turns, mut way) = (Vec::new(), 0, Way::ToServer);
        for crossing in self.crossings() {
            turns += usize::from(crossing.way != way);
            way = crossing.way;
            if way == Way::ToServer {
                sent.extend(crossing.bytes);
                if requests(&sent).0.contains(&request) {
                    return Some(turns);
                }
            }
        }
        None
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // Whoever waits for a connection gets one that says nothing.
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
        if !std::thread::panicking()
            && let Some(thread) = self.thread.take()
        {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carries bytes both ways until both ends have closed.
fn carry(program: &TcpStream, server: &TcpStream, delay: Duration, shared: &Arc<Shared>) {
    std::thread::scope(|scope| {
        for (from, to, way) in [
            (program, server, Way::ToServer),
            (server, program, Way::ToProgram),
        ] {
            to.set_nodelay(true).expect("a socket of our own");
            let (queue, queued) = channel();
            scope.spawn(move || {
                let mut from = from;
                let mut buffer = vec![0; 64 << 10];
                loop {
                    let count = from.read(&mut buffer).unwrap_or(0);
                    let (at, bytes) = (Instant::now(), buffer[..count].to_vec());
                    if count > 0 {
                        let bytes = bytes.clone();
                        shared.lock().crossings.push(Crossing { way, at, bytes });
                    }
                    if queue.send((at + delay, bytes)).is_err() || count == 0 {
                        return;
                    }
                }
            });
            scope.spawn(move || deliver(&queued, to));
        }
    });
}

/// Writes each piece when its time has come; an empty one is the end.
fn deliver(queued: &Receiver<(Instant, Vec<u8>)>, mut to: &TcpStream) {
    for (due, bytes) in queued {
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        if bytes.is_empty() || to.write_all(&bytes).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
