//! The control socket: one JSON object a line, each answered by one.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Failure, Outcome};

/// How long the server may take to an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection of a tool.
pub struct Control {
    stream: BufReader<UnixStream>,
}

impl Control {
    /// Connects.
    pub fn connect(path: &Path) -> Outcome<Self> {
        let stream = UnixStream::connect(path)
            .map_err(|e| Failure::new(format!("no control socket at {}: {e}", path.display())))?;
        // What hangs is told instead of waited for.
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    /// Asks without waiting for the answer.
    pub fn send(&mut self, request: &Value) -> Outcome<()> {
        let line = format!("{request}\n");
        Ok(self.stream.get_mut().write_all(line.as_bytes())?)
    }

    /// The answer to the oldest request that has none.
    pub fn answer(&mut self) -> Outcome<Value> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let answer: Value = serde_json::from_str(&line)
            .map_err(|e| Failure::new(format!("control socket: {e}: {line}")))?;
        match answer["ok"].as_bool() {
            Some(true) => Ok(answer),
            _ => Err(Failure::new(format!("control socket: {}", answer["error"]))),
        }
    }

    /// Takes a picture of the screen; how many bytes its file has.
    pub fn screenshot(&mut self) -> Outcome<usize> {
        self.send(&json!({"cmd": "shot"}))?;
        let answer = self.answer()?;
        let bytes = answer["bytes"].as_u64().unwrap_or(0);
        let mut file = Vec::with_capacity(bytes as usize);
        (&mut self.stream).take(bytes).read_to_end(&mut file)?;
        Ok(file.len())
    }

    /// Presses and releases a key.
    pub fn tap(&mut self, key: &str) -> Outcome<()> {
        self.send(&json!({"cmd": "inject", "input": "key", "keys": key}))
    }
}
