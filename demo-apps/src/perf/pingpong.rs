//! What a socket alone takes: two threads, each on a core of its own, that send each other as many
//! bytes as a `Sync` has.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Instant;

use super::pin::{self, Cores};
use super::server::Server;
use super::wire::Wire;
use super::{Failure, Outcome, stats};

/// Bytes of a message: what a `Sync` and its answer have.
const MESSAGE: usize = 8;

/// There and back again so often in one turn.
const COUNT: usize = 2000;

/// Turns of each; the medians of all count.
const TURNS: usize = 5;

/// A bare ping-pong's median in microseconds, and the round trip's to the server.
pub fn compared(server: &Server, cores: Option<Cores>) -> Outcome<(f64, f64)> {
    let mut wire = Wire::connect(server.socket())?;
    wire.sync()?;
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        bare.extend(ping_pong(cores)?);
        ours.extend(timed(|| wire.sync())?);
    }
    Ok((stats::median(&bare), stats::median(&ours)))
}

fn timed(mut once: impl FnMut() -> Outcome<()>) -> Outcome<Vec<f64>> {
    let one = |_| {
        let start = Instant::now();
        once()?;
        Ok(start.elapsed().as_secs_f64() * 1e6)
    };
    (0..COUNT).map(one).collect()
}

/// The other side is on the server's core, as the server is.
fn ping_pong(cores: Option<Cores>) -> Outcome<Vec<f64>> {
    let (mut near, far) = UnixStream::pair()?;
    std::thread::scope(|scope| {
        let echo = scope.spawn(move || echo(far, cores));
        let mut message = [7; MESSAGE];
        let times = timed(|| {
            near.write_all(&message)?;
            Ok(near.read_exact(&mut message)?)
        });
        drop(near);
        let echoed = echo.join();
        echoed.map_err(|_| Failure::new("the echo has failed"))??;
        times
    })
}

fn echo(mut far: UnixStream, cores: Option<Cores>) -> Outcome<()> {
    if let Some(cores) = cores {
        pin::keep_to(&[cores.server])?;
    }
    let mut message = [0; MESSAGE];
    loop {
        match far.read(&mut message)? {
            0 => return Ok(()),
            count => far.write_all(&message[..count])?,
        }
    }
}
