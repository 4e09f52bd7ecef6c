//! [`Link`]: a tool's connection to a server's control socket.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Failure;
use crate::control::{Request, Shot};

/// How long a server may take to answer what needs no waiting.
const ANSWER_DEADLINE: Duration = Duration::from_secs(30);

/// A connection to a server.
pub(super) struct Link {
    stream: BufReader<UnixStream>,
}

/// The reply to a request that has none.
#[derive(Deserialize)]
pub(super) struct Done {}

#[derive(Deserialize)]
struct Outcome {
    ok: bool,
    #[serde(default)]
    error: String,
}

impl Link {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(path)?;
        stream.set_write_timeout(Some(ANSWER_DEADLINE))?;
        stream.set_read_timeout(Some(ANSWER_DEADLINE))?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    /// Lets the server take longer than usual: it was asked to wait.
    pub(super) fn allow(&mut self, extra: Duration) -> Result<(), Failure> {
        let limit = Some(ANSWER_DEADLINE + extra);
        self.stream.get_ref().set_read_timeout(limit).map_err(lost)
    }

    /// Sends a request and reads the reply's line.
    pub(super) fn ask<T: DeserializeOwned>(&mut self, request: &Request) -> Result<T, Failure> {
        let mut line = serde_json::to_vec(request).map_err(|e| lost(e.into()))?;
        line.push(b'\n');
        self.stream.get_mut().write_all(&line).map_err(lost)?;
        let mut reply = String::new();
        if self.stream.read_line(&mut reply).map_err(lost)? == 0 {
            return Err(lost(io::ErrorKind::UnexpectedEof.into()));
        }
        let outcome: Outcome = read(&reply)?;
        match outcome.ok {
            true => read(&reply),
            false => Err(Failure::new(outcome.error)),
        }
    }

    /// Asks for a picture: the file.
    pub(super) fn shot(&mut self, window: Option<u64>) -> Result<Vec<u8>, Failure> {
        let head: Shot = self.ask(&Request::Shot { window })?;
        let mut file = Vec::new();
        let mut picture = (&mut self.stream).take(head.bytes as u64);
        match picture.read_to_end(&mut file).map_err(lost)? == head.bytes {
            true => Ok(file),
            false => Err(lost(io::ErrorKind::UnexpectedEof.into())),
        }
    }
}

fn read<T: DeserializeOwned>(reply: &str) -> Result<T, Failure> {
    serde_json::from_str(reply).map_err(|e| {
        Failure::new(format!(
            "the server's answer is not understood ({e}); is it another version?"
        ))
    })
}

fn lost(error: io::Error) -> Failure {
    Failure::new(format!("lost the server before it answered: {error}"))
}
