//! [`Control`]: a tool's connection to a server, spoken by hand: one JSON object a line.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use serde_json::{Value, json};

use crate::PATIENCE;
use crate::snapshot::Picture;

/// A connection to a control socket.
#[derive(Debug)]
pub struct Control(BufReader<UnixStream>);

impl Control {
    /// Connects.
    pub fn open(path: &Path) -> Self {
        let stream = UnixStream::connect(path);
        let stream = stream.unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let twice = Some(PATIENCE * 2);
        stream.set_read_timeout(twice).expect("not zero");
        Self(BufReader::new(stream))
    }

    /// Asks, and returns the answer whatever it is.
    pub fn try_ask(&mut self, request: &Value) -> Value {
        let line = format!("{request}\n");
        let sent = self.0.get_mut().write_all(line.as_bytes());
        sent.expect("the server takes requests");
        let mut answer = String::new();
        self.0.read_line(&mut answer).expect("the server answers");
        serde_json::from_str(&answer).unwrap_or_else(|e| panic!("{request}: {answer:?}: {e}"))
    }

    /// Asks for what cannot fail.
    #[track_caller]
    pub fn ask(&mut self, request: Value) -> Value {
        let answer = self.try_ask(&request);
        assert_eq!(answer["ok"], true, "{request}: {answer}");
        answer
    }

    /// The windows, back to front.
    pub fn list(&mut self) -> Vec<Value> {
        let answer = self.ask(json!({"cmd": "list"}));
        answer["windows"].as_array().expect("a list").clone()
    }

    /// Waits for a window with this in its title.
    #[track_caller]
    pub fn wait_window(&mut self, title: &str) -> Value {
        let timeout = PATIENCE.as_millis() as u64;
        let request =
            json!({"cmd": "wait", "for": "window", "title": title, "timeout_ms": timeout});
        self.ask(request)["window"].clone()
    }

    /// Waits until nothing is going on.
    #[track_caller]
    pub fn wait_idle(&mut self) {
        let timeout = PATIENCE.as_millis() as u64;
        self.ask(json!({"cmd": "wait", "for": "idle", "timeout_ms": timeout}));
    }

    /// Presses and releases keys.
    pub fn key(&mut self, keys: &str) {
        self.ask(json!({"cmd": "inject", "input": "key", "keys": keys}));
    }

    /// A picture of the screen, or of one window.
    pub fn shot(&mut self, window: Option<u64>) -> Picture {
        Picture::from_png(&self.shot_file(window))
    }

    /// The same as the file it comes in.
    pub fn shot_file(&mut self, window: Option<u64>) -> Vec<u8> {
        let mut request = json!({"cmd": "shot"});
        if let Some(window) = window {
            request["window"] = window.into();
        }
        let head = self.ask(request);
        let bytes = head["bytes"].as_u64().expect("a number") as usize;
        let mut file = vec![0; bytes];
        self.0.read_exact(&mut file).expect("a picture follows");
        file
    }
}
