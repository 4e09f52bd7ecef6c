//! What a display and all that is made from it share: the core, its socket, and how they meet.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use transom_protocol::ids::FrameId;

use crate::core::{Core, FrameRecord};
use crate::error::Error;
use crate::events::Event;
use crate::socket::Socket;

/// Urgent bytes that may wait to be sent before a commit blocks until there are fewer.
const MAX_BACKLOG: usize = 4 << 20;

/// Bytes read at a time.
const READ_BYTES: usize = 64 << 10;

/// What the display shares with everything made from it.
struct Shared {
    core: Mutex<Core>,
    socket: Option<Arc<Socket>>,
    started: Instant,
}

/// A way to the connection, which lives as long as the last of them.
#[derive(Clone)]
pub(crate) struct Link(Arc<Shared>);

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link")
    }
}

impl Link {
    pub(crate) fn new(mut core: Core, socket: Option<Socket>) -> Self {
        core.sharing.descriptors_travel = socket.as_ref().is_some_and(Socket::is_unix);
        Self(Arc::new(Shared {
            core: Mutex::new(core),
            socket: socket.map(Arc::new),
            started: Instant::now(),
        }))
    }

    /// Whether both lead to the same connection.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The core, its clock set. A panic elsewhere leaves it usable: its steps are small and each
    /// leaves it in order.
    fn lock(&self) -> MutexGuard<'_, Core> {
        let mut core = self.0.core.lock().unwrap_or_else(PoisonError::into_inner);
        core.set_time(self.0.started.elapsed());
        core
    }

    pub(crate) fn core<T>(&self, act: impl FnOnce(&mut Core) -> T) -> T {
        act(&mut self.lock())
    }

    pub(crate) fn socket(&self) -> Option<&Arc<Socket>> {
        self.0.socket.as_ref()
    }

    pub(crate) fn commit(&self, frames: Vec<FrameRecord>) -> Result<FrameId, Error> {
        let frame = self.core(|core| core.commit(frames));
        self.push_out()?;
        Ok(frame)
    }

    /// Sends what the socket takes; blocks only while very much waits.
    pub(crate) fn push_out(&self) -> Result<(), Error> {
        {
            let mut core = self.lock();
            self.send(&mut core);
            if core.end.is_none() && (core.backlog() < MAX_BACKLOG || self.0.socket.is_none()) {
                return Ok(());
            }
        }
        self.wait_until(|core| core.backlog() < MAX_BACKLOG)
    }

    /// The next event; without one, what is to be sent is sent and what has come is read first.
    /// Fails only when there is no event left.
    pub(crate) fn take_event(&self) -> Result<Option<Event>, Error> {
        let mut core = self.lock();
        self.send(&mut core);
        if core.events.is_empty() {
            self.receive(&mut core);
            core = self.produce(core);
            // Pings are answered and bulk data goes on.
            self.send(&mut core);
        }
        match (core.poll_event(), core.error()) {
            (None, Some(error)) => Err(error.clone()),
            (event, _) => Ok(event),
        }
    }

    /// Makes what others want to paste. That is the program's code: it takes its time and may use
    /// the display, so the core is let go of meanwhile.
    fn produce<'a>(&'a self, mut core: MutexGuard<'a, Core>) -> MutexGuard<'a, Core> {
        while let Some(production) = core.next_production() {
            drop(core);
            let made = production.run();
            core = self.lock();
            core.produced(made);
        }
        core
    }

    /// Sends and reads until a condition holds. Reading goes on while writing is stuck, so that
    /// two full sockets never wait for each other.
    pub(crate) fn wait_until(&self, mut done: impl FnMut(&mut Core) -> bool) -> Result<(), Error> {
        loop {
            {
                let mut core = self.lock();
                self.send(&mut core);
                self.receive(&mut core);
                core = self.produce(core);
                self.send(&mut core);
                if let Some(error) = core.error() {
                    return Err(error.clone());
                }
                if done(&mut core) {
                    return Ok(());
                }
                if core.events.is_full() {
                    return Err(Error::EventsUnread);
                }
            }
            self.wait(None)?;
        }
    }

    /// Waits until the socket can be read, or written if something waits to be.
    pub(crate) fn wait(&self, timeout: Option<Duration>) -> Result<(), Error> {
        let Some(socket) = &self.0.socket else {
            return Err(Error::Detached);
        };
        let mut events = PollFlags::empty();
        {
            let mut core = self.lock();
            events.set(PollFlags::OUT, !core.output().is_empty());
            events.set(PollFlags::IN, core.wants_input());
        }
        socket.poll(events, timeout);
        Ok(())
    }

    /// Sends what the socket takes.
    pub(crate) fn send_ready(&self) {
        self.send(&mut self.lock());
    }

    /// Writes until there is nothing or the socket is full.
    fn send(&self, core: &mut Core) {
        let Some(socket) = &self.0.socket else { return };
        loop {
            if core.output().is_empty() {
                return;
            }
            match send_some(socket, core) {
                Ok(Some(count)) => core.advance(count),
                Ok(None) => return,
                Err(problem) => {
                    // The server may have said why before it closed.
                    self.receive(core);
                    core.peer_closed(Some(problem));
                    return;
                }
            }
        }
    }

    /// Reads until there is nothing or too many events wait.
    fn receive(&self, core: &mut Core) {
        let Some(socket) = &self.0.socket else { return };
        let mut buffer = [0; READ_BYTES];
        while core.wants_input() {
            match socket.receive(&mut buffer) {
                Ok(Some(0)) => core.peer_closed(None),
                Ok(Some(count)) => {
                    core.feed(&buffer[..count]);
                    if count < buffer.len() {
                        return;
                    }
                }
                Ok(None) => return,
                Err(problem) => core.peer_closed(Some(problem)),
            }
        }
    }
}

/// Sends some of the output; a descriptor goes with the byte it belongs to.
fn send_some(socket: &Socket, core: &mut Core) -> Result<Option<usize>, String> {
    let (sent, _) = core.lanes.written();
    let Some((at, file)) = core.descriptor() else {
        return socket.send(core.output());
    };
    let before = at.saturating_sub(sent) as usize;
    if before > 0 {
        let output = core.output();
        return socket.send(&output[..before.min(output.len())]);
    }
    let sent = socket.send_with(core.output(), &file)?;
    if sent.is_some() {
        core.descriptor_sent();
    }
    Ok(sent)
}
