//! One client, I/O-free: bytes in, drawing done, bytes out.
//!
//! A [`Session`] owns everything that is its client's alone: images, glyphs, surfaces, buffers and
//! their bounds. It executes requests strictly in order, in slices of a given [`SLICE`] of work, and
//! draws in place. What clients share is the [`Desktop`], which it calls under
//! its lock for moments in which no pixel is touched.
//!
//! Whoever drives a session appends received bytes to [`Session::input`], calls [`Session::run`]
//! until it has nothing to do, and writes [`Session::output`].

mod arrays;
mod band;
mod budget;
mod canvas;
mod client;
mod clipboard;
mod clips;
mod copies;
mod draw;
mod ellipses;
mod failure;
mod glyphs;
mod groups;
mod ids;
mod images;
mod inert;
mod ink;
mod limits;
mod lists;
mod model;
mod output;
mod paint;
mod paints;
mod pixels;
mod places;
mod polygons;
mod pools;
mod quick_text;
mod readback;
mod records;
mod rounded;
mod seen;
mod shape;
mod state;
mod streamed;
mod surface;
#[cfg(test)]
mod tests;
mod text;
mod thin;
mod touched;
mod windows;

use std::sync::Mutex;

use transom_protocol::codec::{Body, MAGIC, MAX_PACKET, PacketReader, Text};
use transom_protocol::error::{DecodeError, ErrorCode};
use transom_protocol::hello::{ACCEPTS_RAW, Codec, Features, Hello, TOKEN_BYTES, VERSION, Welcome};

use self::budget::Budget;
pub use self::budget::SLICE;
use self::client::{Client, Context, lock};
use self::failure::Failure;
use self::limits::{HEAVY, HEAVY_SLICES, MAX_HELLO, MAX_NAME, OUTPUT_HIGH_WATER};
pub use self::limits::{Limits, Reserve};
use self::output::Output;
pub use self::pools::Arrival;
use crate::desktop::{ClientId, ClientInfo, Desktop, KeyRepeat};
use crate::time::Timestamp;

/// Unexecuted input at which a session wants no more: a packet of the largest size can always
/// become whole.
const MAX_BACKLOG: usize = MAX_PACKET + (64 << 10);

/// What this server can do beyond the base, with every client; a client uses of it what its hello names.
const OFFERED: Features = Features(
    Features::CLIPBOARD.0 | Features::TOUCH.0 | Features::TEXT_INPUT.0 | Features::LISTS.0,
);

/// How a client shows that it may come in.
#[derive(Clone, Copy)]
pub enum Admission {
    /// The transport has seen who it is.
    Trusted,
    /// Its hello carries this token.
    Token([u8; TOKEN_BYTES]),
}

/// What the hello is answered with, beside what the desktop knows.
#[derive(Clone, Debug)]
pub struct ServerInfo {
    /// The server's name and version.
    pub name: String,
}

/// What [`Session::run`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// Everything received is executed, or waits for the rest of its packet.
    Done,
    /// The slice is used up: call again, after others had their turn.
    More,
    /// There is more to execute, but first the client has to read what waits in the output.
    Blocked,
    /// The connection has ended: write what is in the output and close it.
    Closed,
}

/// Whether something has been finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Done,
    More,
}

/// The server's side of one connection.
#[derive(Debug)]
pub struct Session {
    input: PacketReader,
    output: Output,
    admission: Admission,
    limits: Limits,
    server: ServerInfo,
    /// Whether descriptors of the peer's can reach the session.
    shares_memory: bool,
    phase: Phase,
    /// Work done beyond the slices there were.
    debt: u64,
    /// For so many slices it counts as heavy.
    heavy: u32,
}

#[derive(Debug)]
enum Phase {
    Magic,
    Hello,
    Running(Box<Client>),
    Closed,
}

impl std::fmt::Debug for Admission {
    /// Without the token, which has no place in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Trusted => "Trusted",
            Self::Token(_) => "Token",
        })
    }
}

impl Session {
    /// A connection of which nothing has been received.
    pub fn new(admission: Admission, limits: Limits, server: ServerInfo) -> Self {
        Self {
            input: PacketReader::new(),
            output: Output::default(),
            admission,
            limits,
            server,
            shares_memory: false,
            phase: Phase::Magic,
            debt: 0,
            heavy: 0,
        }
    }

    /// The same, over a socket that descriptors can travel on: the client may share memory.
    pub fn with_shared_memory(self) -> Self {
        Self {
            shares_memory: true,
            ..self
        }
    }

    /// Whether the client may share memory, and both sides have said that they know how: from now on
    /// descriptors may come.
    pub fn takes_memory(&self) -> bool {
        match &self.phase {
            Phase::Running(client) => client.uses(Features::POOLS),
            _ => false,
        }
    }

    /// Takes memory that has come with bytes, before those are executed. Whether there was room
    /// for it: if not, the client sends descriptors for nothing and is to be disconnected.
    pub fn share(&mut self, arrival: Arrival) -> bool {
        match &mut self.phase {
            Phase::Running(client) if client.uses(Features::POOLS) => client.pools.arrive(arrival),
            Phase::Running(_) => false,
            _ => true,
        }
    }

    /// What is offered to this client.
    fn features(&self) -> Features {
        OFFERED.set(Features::POOLS, self.shares_memory)
    }

    /// Where received bytes go, from the connection's first on.
    pub fn input(&mut self) -> &mut PacketReader {
        &mut self.input
    }

    /// Whether more input may be received; otherwise what is there has to be executed first.
    pub fn wants_input(&self) -> bool {
        !self.is_closed() && self.input.pending().len() < MAX_BACKLOG
    }

    /// Bytes that wait to be written, in whole packets.
    pub fn output(&self) -> &[u8] {
        self.output.pending()
    }

    /// Drops the first `count` bytes of the output, which have been written.
    pub fn written(&mut self, count: usize) {
        self.output.written(count);
    }

    /// Who this is on the desktop; `None` before the hello and after the end.
    pub fn client(&self) -> Option<ClientId> {
        match &self.phase {
            Phase::Running(client) => Some(client.id()),
            _ => None,
        }
    }

    /// Whether the connection has ended.
    pub fn is_closed(&self) -> bool {
        matches!(self.phase, Phase::Closed)
    }

    /// Bytes of images, buffers and glyphs that the client holds.
    pub fn memory_used(&self) -> u64 {
        match &self.phase {
            Phase::Running(client) => client.memory_used(),
            _ => 0,
        }
    }

    /// Executes what has been received, as far as `budget` units of work go (see [`SLICE`]).
    pub fn run(&mut self, desktop: &Mutex<Desktop>, now: Timestamp, budget: u64) -> Run {
        let mut budget = Budget::new(budget, self.debt);
        let run = self.run_within(desktop, now, &mut budget);
        let overrun = budget.debt().saturating_sub(self.debt);
        self.debt = budget.debt();
        self.heavy = match overrun >= HEAVY {
            true => HEAVY_SLICES,
            false => self.heavy.saturating_sub(1),
        };
        run
    }

    /// Whether it has of late overrun its slices by much, with operations that cannot be cut. Not
    /// many of such sessions should run at the same time, or others wait for all of them.
    pub fn is_heavy(&self) -> bool {
        self.heavy > 0
    }

    fn run_within(&mut self, desktop: &Mutex<Desktop>, now: Timestamp, budget: &mut Budget) -> Run {
        loop {
            if self.is_closed() {
                return Run::Closed;
            }
            if self.output.pending().len() >= OUTPUT_HIGH_WATER {
                return Run::Blocked;
            }
            if budget.is_spent() {
                return Run::More;
            }
            match self.advance(desktop, now, budget) {
                Ok(Progressed::Yes) => {}
                Ok(Progressed::Starved) => return Run::Done,
                Err((code, text)) => self.close(desktop, code, &text),
            }
        }
    }

    /// Moves data of transfers to the output if hardly anything else is there: after
    /// [`Session::collect_events`], and again when that is written. Whether there was any; then
    /// others may have to be woken.
    pub fn collect_transfers(&mut self, desktop: &Mutex<Desktop>) -> bool {
        let Phase::Running(client) = &self.phase else {
            return false;
        };
        let id = client.id();
        self.output
            .add_transfers(|| lock(desktop).take_transfer(id))
    }

    /// Moves the desktop's events for this client to the output.
    pub fn collect_events(&mut self, desktop: &Mutex<Desktop>) {
        if let Phase::Running(client) = &self.phase {
            let id = client.id();
            self.output
                .packets(|out| lock(desktop).drain_events(id, out));
        }
    }

    /// Ends the connection from the server's side: the client is told why and leaves the desktop.
    pub fn close(&mut self, desktop: &Mutex<Desktop>, code: ErrorCode, text: &str) {
        if self.is_closed() {
            return;
        }
        self.collect_events(desktop);
        let sequence = match &self.phase {
            Phase::Running(client) => client.sequence(),
            _ => 0,
        };
        self.output.closed(sequence, code, text);
        self.leave(desktop);
    }

    /// Ends the connection without a word: the client is gone.
    pub fn leave(&mut self, desktop: &Mutex<Desktop>) {
        if let Phase::Running(client) = std::mem::replace(&mut self.phase, Phase::Closed) {
            lock(desktop).remove_client(client.id());
        }
    }

    fn advance(
        &mut self,
        desktop: &Mutex<Desktop>,
        now: Timestamp,
        budget: &mut Budget,
    ) -> Result<Progressed, (ErrorCode, String)> {
        match &mut self.phase {
            Phase::Magic => Ok(self.read_magic()),
            Phase::Hello => self.read_hello(desktop, now),
            Phase::Closed => Ok(Progressed::Starved),
            Phase::Running(client) => {
                let packet = self
                    .input
                    .packet()
                    .inspect_err(|_| client.at_fault())
                    .map_err(fatal)?;
                let Some((packet, length)) = packet else {
                    return Ok(Progressed::Starved);
                };
                let mut cx = Context {
                    desktop,
                    output: &mut self.output,
                    now,
                    budget,
                };
                if client.execute(packet, length, &mut cx)? == Step::Done {
                    self.input.consume(length);
                }
                Ok(Progressed::Yes)
            }
        }
    }

    fn read_magic(&mut self) -> Progressed {
        let pending = self.input.pending();
        let known = pending.len().min(MAGIC.len());
        if pending[..known] != MAGIC[..known] {
            self.output.line(
                "This is a Transom display. Connect with a Transom program (TRANSOM_DISPLAY).",
            );
            self.phase = Phase::Closed;
            return Progressed::Yes;
        }
        if known < MAGIC.len() {
            return Progressed::Starved;
        }
        self.input.consume(MAGIC.len());
        self.phase = Phase::Hello;
        Progressed::Yes
    }

    fn read_hello(
        &mut self,
        desktop: &Mutex<Desktop>,
        now: Timestamp,
    ) -> Result<Progressed, (ErrorCode, String)> {
        let Some((packet, length)) = self.input.packet().map_err(fatal)? else {
            return match self.input.pending().len() > MAX_HELLO {
                true => Err((ErrorCode::HANDSHAKE, "the hello is too long".into())),
                false => Ok(Progressed::Starved),
            };
        };
        if length > MAX_HELLO {
            return Err((ErrorCode::HANDSHAKE, "the hello is too long".into()));
        }
        // Whether it is one at all comes before what is in it.
        if packet.opcode != Hello::OPCODE {
            return Err((
                ErrorCode::HANDSHAKE,
                "the first packet has to be a hello".into(),
            ));
        }
        let hello: Hello<'_> = Body::decode(packet.body).map_err(fatal)?;
        self.admission.check(&hello)?;
        check_version(&hello)?;
        let (id, output, repeat) = {
            let mut desktop = lock(desktop);
            let id = desktop.add_client(client_info(&hello));
            (id, desktop.output(), desktop.repeat())
        };
        let features = hello.features.common(self.features());
        let mut client = Box::new(Client::new(id, features, self.limits.clone(), output.scale));
        client.count_bytes(MAGIC.len() + length);
        let mut welcome = self.server.welcome(&self.limits, &output, repeat, now);
        welcome.features = self.features();
        self.output.event(welcome);
        self.input.consume(length);
        self.phase = Phase::Running(client);
        Ok(Progressed::Yes)
    }
}

/// Whether a step could be made.
enum Progressed {
    Yes,
    /// The bytes for it have not arrived.
    Starved,
}

impl Admission {
    fn check(&self, hello: &Hello<'_>) -> Result<(), (ErrorCode, String)> {
        let Self::Token(expected) = self else {
            return Ok(());
        };
        let given = hello.token.0;
        if given.is_empty() {
            return Err((
                ErrorCode::TOKEN,
                "this display needs a token, and none was sent".into(),
            ));
        }
        // Every byte is looked at, so that the time taken tells nothing about where they differ.
        let different = given.len() != expected.len()
            || given
                .iter()
                .zip(expected)
                .fold(0, |all, (a, b)| all | (a ^ b))
                != 0;
        if different {
            Err((ErrorCode::TOKEN, "the token is wrong".into()))
        } else {
            Ok(())
        }
    }
}

impl ServerInfo {
    fn welcome(
        &self,
        limits: &Limits,
        output: &crate::desktop::Output,
        repeat: KeyRepeat,
        now: Timestamp,
    ) -> Welcome<'_> {
        Welcome {
            version: VERSION,
            features: OFFERED,
            codec: Codec::Raw,
            accepts: ACCEPTS_RAW,
            resumed: 0,
            scale: output.scale,
            output: output.size,
            refresh: output.refresh,
            max_packet: MAX_PACKET as u32,
            max_windows: limits.windows as u32,
            memory: limits.memory,
            repeat_delay: repeat.delay,
            repeat_interval: repeat.interval,
            time: now.0,
            server: Text(&self.name),
            extensions: &[],
        }
    }
}

fn check_version(hello: &Hello<'_>) -> Result<(), (ErrorCode, String)> {
    if (hello.min_version..=hello.max_version).contains(&VERSION) {
        return Ok(());
    }
    let text = format!(
        "the program speaks versions {} to {} of the protocol, this server {VERSION}",
        hello.min_version, hello.max_version
    );
    Err((ErrorCode::VERSION, text))
}

fn client_info(hello: &Hello<'_>) -> ClientInfo {
    let name = |text: Text<'_>| text.0[..text.0.floor_char_boundary(MAX_NAME)].to_owned();
    ClientInfo {
        program: name(hello.program),
        host: name(hello.host),
        pid: hello.pid,
        selections: hello.features.contains(Features::CLIPBOARD),
        touch: hello.features.contains(Features::TOUCH),
    }
}

fn fatal(error: DecodeError) -> (ErrorCode, String) {
    let code = if error.code().is_fatal() {
        error.code()
    } else {
        ErrorCode::HANDSHAKE
    };
    (code, error.to_string())
}
