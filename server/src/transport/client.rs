//! [`Client`]: the task of one connection. It owns the session and moves bytes between it and the
//! socket.
//!
//! The task executes in bounded slices with a yield between, so that a few threads serve many
//! clients fairly, and writes replies in place when the socket takes them. Nothing is read while
//! there is something to execute, so the kernel's buffers push back on a client that asks for too
//! much. A client that does not read its events is not served any further beyond
//! [`OUTPUT_HIGH_WATER`]; its events then gather in the desktop up to that one's bound.

use std::future::{Future, poll_fn};
use std::io;
use std::os::fd::OwnedFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};
use tracing::{debug, error};
use transom_protocol::ErrorCode;
use transom_protocol::codec::PacketReader;

use super::strangers::{Refusal, Stranger};
use super::stream::Stream;
use crate::hub::{Hub, Seat};
use crate::session::{Run, SLICE, Session};
use crate::shared_memory::SharedMemory;

/// After so many slices a task gives way even if nobody else executes anything: a millisecond.
const SLICES_ALONE: u32 = 4;

/// The first read: a client that never sends much keeps no more memory than this.
const MIN_READ: usize = 8 << 10;

/// The largest read: a client that uploads needs few of them.
const MAX_READ: usize = 256 << 10;

/// Output beyond which a client's requests are not executed until it reads: several times what a
/// busy program is behind at any moment, small enough for every one of many clients.
const OUTPUT_HIGH_WATER: usize = 256 << 10;

/// Output beyond which a client that asked for it (pixels, say) is disconnected at once.
const OUTPUT_LIMIT: usize = 64 << 20;

/// How long a client may take to read a single byte while output waits for it.
const STALL_DEADLINE: Duration = Duration::from_secs(30);

/// How long a peer may take to its hello. Silent peers must not hold places for ever.
const HELLO_DEADLINE: Duration = Duration::from_secs(10);

/// How long a closed connection lingers, so that its reason reaches the peer and is not lost to a
/// reset because of requests that nobody reads any more.
const LINGER: Duration = Duration::from_secs(2);

/// Serves a connection until it ends.
pub(super) async fn serve(
    stream: Stream,
    session: Session,
    seat: Seat,
    stranger: Option<Stranger>,
) {
    let number = seat.number();
    debug!("connection {number} opened");
    let mut client = Client::new(stream, session, seat, stranger);
    let end = client.drive().await;
    client.leave(end).await;
    debug!("connection {number} closed");
}

/// Tells a peer that there is no place for it.
pub(super) async fn refuse(stream: Stream, mut session: Session, hub: Arc<Hub>, refusal: Refusal) {
    let text = format!(
        "the server has {} connections and takes no more",
        crate::hub::MAX_CLIENTS
    );
    session.close(hub.desktop_mutex(), ErrorCode::FULL, &text);
    linger(stream, session).await;
    drop(refusal);
}

/// Why a connection ends.
#[derive(Debug)]
enum End {
    /// The client has gone.
    Gone,
    /// The socket failed.
    Failed(io::Error),
    /// The session has closed and said why.
    Closed,
    /// We close it.
    Close(ErrorCode, &'static str),
    /// The server has failed at what the client sent, and said so on stderr.
    Fault,
    /// A stranger has to make room for another.
    SentAway,
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// Whoever sends them for nothing would fill the server's memory with mappings.
const STRAY_DESCRIPTORS: End = End::Close(
    ErrorCode::TOO_LARGE,
    "more descriptors than pools are created for",
);

/// What [`Client::wait`] waited for.
enum Woken {
    /// Bytes have arrived, the socket takes more, or the hub has something.
    Ready,
    /// The deadline has passed.
    Late,
    /// The peer is a stranger and has to leave.
    SentAway,
}

struct Client {
    stream: Stream,
    session: Session,
    seat: Seat,
    /// Until its hello is accepted. Its place is free before it counts as gone.
    stranger: Option<Stranger>,
    /// What has come with bytes just read.
    descriptors: Vec<OwnedFd>,
    reads: Reads,
    /// There may be whole packets that have not been executed.
    unexecuted: bool,
    /// The session executes nothing before some output is written.
    blocked: bool,
    /// Data of a transfer was sent, and there may be more.
    transferring: bool,
    /// When the hello has to be there.
    hello_due: Instant,
    /// While output waits: when the client has to have read some of it.
    stalled_at: Option<Instant>,
}

impl Client {
    fn new(stream: Stream, session: Session, seat: Seat, stranger: Option<Stranger>) -> Self {
        Self {
            stream,
            session,
            seat,
            stranger,
            descriptors: Vec::new(),
            reads: Reads::new(),
            unexecuted: false,
            blocked: false,
            transferring: false,
            hello_due: Instant::now() + HELLO_DEADLINE,
            stalled_at: None,
        }
    }

    fn hub(&self) -> &Arc<Hub> {
        self.seat.hub()
    }

    /// Serves until the connection has to end.
    async fn drive(&mut self) -> Result<(), End> {
        loop {
            self.execute().await?;
            self.collect()?;
            self.flush()?;
            self.check_wanted()?;
            if self.can_execute() || (self.transferring && self.session.output().is_empty()) {
                continue; // The flush made room.
            }
            match self.wait().await? {
                Woken::Ready => {}
                Woken::Late => return Err(self.lateness()),
                Woken::SentAway => return Err(End::SentAway),
            }
        }
    }

    /// Executes what has arrived, as long as the client reads what comes of it.
    async fn execute(&mut self) -> Result<(), End> {
        let mut slices = 0u32;
        while self.can_execute() && self.check_wanted().is_ok() {
            let hub = self.hub().clone();
            let alone = match self.session.is_heavy() {
                true => Some(hub.heavy_turn().await),
                false => None,
            };
            let run = self.run_slice();
            drop(alone);
            // Before the dispatch, so that whoever waits for idleness finds it.
            self.note_hello();
            match run {
                // It has nothing else to do, and may show what it has made.
                Ok(Run::Done) => self.hub().dispatch_and_present(),
                _ => self.hub().dispatch(),
            }
            match run? {
                Run::Done => self.unexecuted = false,
                Run::Blocked => self.blocked = true,
                Run::Closed => return Err(End::Closed),
                Run::More => {
                    self.collect()?;
                    self.flush()?;
                    slices = slices.wrapping_add(1);
                    // As long as nobody else executes anything, whoever comes finds an idle worker. Each
                    // time the task gives way that one is woken, and finds nothing: as much work as
                    // drawing a rectangle of 300x300.
                    if self.hub().executes() || slices.is_multiple_of(SLICES_ALONE) {
                        // Nothing is read meanwhile, so that its end would not be seen: nobody is
                        // there any more to see what the rest of the work makes.
                        if self.stream.is_hung_up() {
                            return Err(End::Gone);
                        }
                        tokio::task::yield_now().await;
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether the server still wants the connection.
    fn check_wanted(&self) -> Result<(), End> {
        if self.hub().is_ending() {
            return Err(End::Close(ErrorCode::SHUTDOWN, "the server ends"));
        }
        if self.seat.is_killed() {
            let why = "the program did not answer, and was closed";
            return Err(End::Close(ErrorCode::KILLED, why));
        }
        Ok(())
    }

    /// A fault of ours in the middle of it costs this client its connection, and nobody else
    /// anything.
    fn run_slice(&mut self) -> Result<Run, End> {
        let _executing = self.seat.executing();
        let (session, hub) = (&mut self.session, self.seat.hub());
        // What is left of the session only takes its leave.
        let run = catch_unwind(AssertUnwindSafe(|| {
            #[cfg(test)]
            super::peer_tests::fail_where_asked(session, hub);
            session.run(hub.desktop_mutex(), hub.now(), SLICE)
        }));
        run.map_err(|_| End::Fault)
    }

    fn note_hello(&mut self) {
        if let Some(client) = self.session.client() {
            self.seat.set_client(client);
            self.stranger = None;
        } else if let Some(stranger) = &self.stranger {
            stranger.spoke();
        }
    }

    fn can_execute(&self) -> bool {
        self.unexecuted && !self.blocked && !self.is_behind()
    }

    /// Whether too much output waits for the client.
    fn is_behind(&self) -> bool {
        self.session.output().len() >= OUTPUT_HIGH_WATER
    }

    /// Takes the desktop's events, unless the client is behind already. A queue that overflowed
    /// stays so for ever and events of it are lost, however well the client reads by now.
    fn collect(&mut self) -> Result<(), End> {
        if self.session.output().len() > OUTPUT_LIMIT {
            return Err(End::Close(ErrorCode::TOO_SLOW, "too much unread output"));
        }
        // Whether it is behind or was told too much at once: events are lost, and it is never to
        // go on without them.
        if let Some(client) = self.session.client()
            && self.hub().desktop().overflowed(client)
        {
            return Err(End::Close(ErrorCode::TOO_SLOW, "too many unread events"));
        }
        if !self.is_behind() {
            let before = self.session.output().len();
            self.session.collect_events(self.seat.hub().desktop_mutex());
            if self.session.output().len() != before {
                self.hub().events_taken();
            }
            // What is taken makes room for more, which somebody may be asked for.
            let hub = self.seat.hub();
            self.transferring = self.session.collect_transfers(hub.desktop_mutex());
            if self.transferring {
                hub.dispatch();
            }
        }
        Ok(())
    }

    /// Writes what the socket takes at once.
    fn flush(&mut self) -> Result<(), End> {
        while !self.session.output().is_empty() {
            match self.stream.try_write(self.session.output()) {
                Ok(0) => return Err(End::Gone),
                Ok(count) => {
                    self.session.written(count);
                    self.stalled_at = None;
                    self.blocked = false;
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    let due = Instant::now() + STALL_DEADLINE;
                    self.stalled_at.get_or_insert(due);
                    break;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into()),
            }
        }
        Ok(())
    }

    /// Waits until there is something to do. No timer runs for a client that is neither silent
    /// before its hello nor behind with its reading.
    async fn wait(&mut self) -> Result<Woken, End> {
        let hello_due = self.session.client().is_none().then_some(self.hello_due);
        let deadline = [hello_due, self.stalled_at].into_iter().flatten().min();
        let stranger = self.stranger.take();
        let ready = self.ready();
        let woken = match deadline {
            None => ready.await.map(|()| Woken::Ready),
            // What has arrived comes first.
            Some(deadline) => tokio::select! {
                biased;
                ready = ready => ready.map(|()| Woken::Ready),
                () = sent_away(stranger.as_ref()) => Ok(Woken::SentAway),
                () = sleep_until(deadline) => Ok(Woken::Late),
            },
        };
        self.stranger = stranger;
        woken
    }

    /// Reads, or waits for the socket to take output, or for the hub. It reads only while nothing
    /// is left to execute, so input is bounded by a packet and one read.
    async fn ready(&mut self) -> Result<(), End> {
        let wake = self.seat.wake();
        let mut woken = pin!(wake.notified());
        let reading = !self.unexecuted && !self.is_behind();
        let writing = !self.session.output().is_empty();
        let takes_memory = self.session.takes_memory();
        poll_fn(|cx| {
            if woken.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Ok(()));
            }
            if writing && let Poll::Ready(ready) = self.stream.poll_write_ready(cx) {
                return Poll::Ready(ready.map_err(End::from));
            }
            if !reading {
                return Poll::Pending;
            }
            let size = self.reads.size;
            // All the room there is would make reads of a size that nobody chose.
            let buffer = &mut self.session.input().spare(size)[..size];
            let read = match takes_memory {
                false => self.stream.poll_read(cx, buffer),
                true => (self.stream).poll_read_with(cx, buffer, &mut self.descriptors),
            };
            let read = match read {
                // With others at work the thread has something better to do.
                Poll::Pending
                    if takes_memory
                        && self.reads.last >= STREAMING
                        && !self.seat.hub().executes() =>
                {
                    // Once after each such read.
                    self.reads.last = 0;
                    let descriptors = &mut self.descriptors;
                    match self.stream.read_soon(LOOKS, buffer, descriptors) {
                        Some(read) => Poll::Ready(read),
                        None => Poll::Pending,
                    }
                }
                read => read,
            };
            match read {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Ok(0)) => Poll::Ready(Err(End::Gone)),
                Poll::Ready(Ok(count)) => {
                    if !self.descriptors.is_empty() && !self.share_memory() {
                        return Poll::Ready(Err(STRAY_DESCRIPTORS));
                    }
                    self.session.input().received(count);
                    self.reads.note(count);
                    self.unexecuted = true;
                    Poll::Ready(Ok(()))
                }
                Poll::Ready(Err(e)) => Poll::Ready(Err(e.into())),
            }
        })
        .await
    }

    /// Hands over the memory behind descriptors that have come; whether it was asked for.
    fn share_memory(&mut self) -> bool {
        let session = &mut self.session;
        (self.descriptors.drain(..)).all(|file| session.share(SharedMemory::map(file)))
    }

    fn lateness(&self) -> End {
        match self.session.client() {
            None => End::Close(ErrorCode::HANDSHAKE, "no hello within 10 seconds"),
            Some(_) => End::Close(ErrorCode::TOO_SLOW, "nothing was read for 30 seconds"),
        }
    }

    /// Ends the connection: its windows go at once, its socket when the peer has read why.
    async fn leave(mut self, end: Result<(), End>) {
        let hub = self.seat.hub().clone();
        let farewell = match end {
            Ok(()) | Err(End::Gone) => false,
            Err(End::Failed(e)) => {
                debug!("connection {}: {e}", self.seat.number());
                false
            }
            Err(End::Closed) => true,
            Err(End::SentAway) => {
                let text = "others wait, too, and no hello has come";
                self.session
                    .close(hub.desktop_mutex(), ErrorCode::FULL, text);
                // What the socket does not take at once is not waited for.
                let _ = self.flush();
                false
            }
            Err(End::Fault) => {
                error!("connection {}: that was for this one", self.seat.number());
                let text = "the server has failed at what this program sent; please report that";
                self.session
                    .close(hub.desktop_mutex(), ErrorCode::FAULT, text);
                true
            }
            Err(End::Close(code, text)) => {
                self.session.close(hub.desktop_mutex(), code, text);
                true
            }
        };
        self.session.leave(hub.desktop_mutex());
        hub.dispatch();
        if !farewell {
            return;
        }
        let Some(stranger) = &self.stranger else {
            // The seat is kept meanwhile: who comes again and again to be refused gets no more places.
            return linger(self.stream, self.session).await;
        };
        let refusal = stranger.all().refusal();
        let _ = self.flush();
        if let Some(refusal) = refusal {
            drop((self.seat, self.stranger));
            linger(self.stream, self.session).await;
            drop(refusal);
        }
    }
}

/// Completes when a peer is a stranger that is to leave.
async fn sent_away(stranger: Option<&Stranger>) {
    match stranger {
        Some(stranger) => stranger.sent_away().await,
        None => std::future::pending().await,
    }
}

/// After a read of so many bytes more is likely to come at once: it is looked for before the task sleeps.
const STREAMING: usize = 8 << 10;
/// So many times, which takes about 25 microseconds: hardly longer than it takes to wake up.
const LOOKS: u32 = 100;

/// How much is read at a time: memory is kept for it.
#[derive(Debug)]
struct Reads {
    /// What the next read takes at most.
    size: usize,
    /// How many in a row took less than half of it.
    small: u32,
    /// How much the last one took.
    last: usize,
}

impl Reads {
    /// So many small reads make them smaller: a stream that pauses now and then stays as it is.
    const PATIENCE: u32 = 64;

    fn new() -> Self {
        Self {
            size: MIN_READ,
            small: 0,
            last: 0,
        }
    }

    /// Twice as much after a read that was full; half as much after many small ones, but what a reader
    /// keeps in any case is used.
    fn note(&mut self, count: usize) {
        self.last = count;
        self.small = if count < self.size / 2 {
            self.small + 1
        } else {
            0
        };
        if count >= self.size {
            self.size = (self.size * 2).min(MAX_READ);
        } else if self.small >= Self::PATIENCE && self.size > PacketReader::KEEP {
            (self.size, self.small) = (self.size / 2, 0);
        }
    }
}

/// Writes the rest of a closed session's output and waits until the peer has closed too, for a
/// bounded time.
async fn linger(mut stream: Stream, mut session: Session) {
    let farewell = async {
        while !session.output().is_empty() {
            poll_fn(|cx| stream.poll_write_ready(cx)).await?;
            match stream.try_write(session.output()) {
                Ok(count) => session.written(count),
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) => return Err(e),
            }
        }
        poll_fn(|cx| stream.poll_shutdown(cx)).await?;
        let mut discarded = vec![0; MIN_READ];
        while poll_fn(|cx| stream.poll_read(cx, &mut discarded)).await? > 0 {}
        io::Result::Ok(())
    };
    // Whatever goes wrong now changes nothing: the connection is over.
    let _ = timeout(LINGER, farewell).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_grow_while_they_are_full_and_shrink_after_many_small_ones() {
        let mut reads = Reads::new();
        reads.note(1);
        assert_eq!(reads.size, MIN_READ);
        for _ in 0..10 {
            reads.note(reads.size);
        }
        assert_eq!(reads.size, MAX_READ);
        for _ in 0..10 {
            for _ in 1..Reads::PATIENCE {
                reads.note(1);
            }
            reads.note(MAX_READ - 1);
        }
        assert_eq!(reads.size, MAX_READ);
        for _ in 0..10 * Reads::PATIENCE {
            reads.note(1);
        }
        assert_eq!(reads.size, PacketReader::KEEP);
    }
}
