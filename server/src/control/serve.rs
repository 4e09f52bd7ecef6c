//! The control socket: lines in, lines and pictures out. Each tool has a task of its own, so one
//! that stalls holds up nobody.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tracing::{debug, trace};

use super::MAX_LINE;
use super::message::{Failure, Request};
use super::tools::{ControlError, Reply, Tools};
use crate::hub::Hub;
use crate::transport::{Trouble, is_user};

/// The most tools at once; more are told so.
const MAX_TOOLS: usize = 64;

/// The most that are being told at once; others are just closed.
const MAX_REFUSALS: usize = 32;

/// How long a tool that is refused may take to read why.
const LINGER: Duration = Duration::from_secs(1);

/// How long programs may take to be sent what input has made for them, before the tool is answered.
const SERVED: Duration = Duration::from_millis(1);

/// How long a tool may take to read its reply.
const WRITE_DEADLINE: Duration = Duration::from_secs(30);

/// Lets tools in, for ever.
pub async fn serve(listener: UnixListener, tools: Arc<Tools>) {
    let uid = rustix::process::geteuid().as_raw();
    let places = Arc::new(Semaphore::new(MAX_TOOLS));
    let refusals = Arc::new(Semaphore::new(MAX_REFUSALS));
    let mut trouble = Trouble::default();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                trouble.over();
                if !is_user(&stream, uid) {
                    continue;
                }
                // Nobody waits for a place: tools that stay would keep all others out without a word.
                if let Ok(place) = places.clone().try_acquire_owned() {
                    tokio::spawn(serve_and_free(stream, tools.clone(), place));
                } else if let Ok(refusal) = refusals.clone().try_acquire_owned() {
                    tokio::spawn(refuse(stream, refusal));
                }
            }
            Err(e) => trouble.pause_after(&e).await,
        }
    }
}

/// Tells a tool that there is no place for it, and waits a moment until it has read that.
async fn refuse(stream: UnixStream, refusal: OwnedSemaphorePermit) {
    let (mut read, mut write) = stream.into_split();
    let told = async {
        let problem = format!("the server has {MAX_TOOLS} control connections and takes no more");
        send(&mut write, &failure(problem), &[]).await?;
        write.shutdown().await?;
        tokio::io::copy(&mut read, &mut tokio::io::sink()).await
    };
    // Whatever goes wrong now changes nothing.
    let _ = timeout(LINGER, told).await;
    drop(refusal);
}

async fn serve_and_free(stream: UnixStream, tools: Arc<Tools>, place: OwnedSemaphorePermit) {
    if let Err(e) = serve_tool(stream, &tools).await {
        debug!("a tool's connection failed: {e}");
    }
    drop(place);
}

async fn serve_tool(stream: UnixStream, tools: &Arc<Tools>) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let mut line = Vec::new();
    loop {
        line.clear();
        let count = (&mut read)
            .take(MAX_LINE as u64 + 1)
            .read_until(b'\n', &mut line)
            .await?;
        if count == 0 {
            return Ok(());
        }
        if line.len() > MAX_LINE {
            let problem = format!("a line of more than {MAX_LINE} bytes");
            return send(&mut write, &failure(problem), &[]).await;
        }
        let request = match serde_json::from_slice(&line) {
            Ok(request) => request,
            Err(_) if line.trim_ascii().is_empty() => continue,
            Err(e) => {
                send(&mut write, &failure(format!("not a request: {e}")), &[]).await?;
                continue;
            }
        };
        let is_input = matches!(request, Request::Inject(_));
        let Some(result) = answer_while_present(tools, request, &mut read).await else {
            return Ok(());
        };
        if is_input {
            served(&tools.hub).await;
        }
        send_result(&mut write, result).await?;
    }
}

/// Waits until what input has made for programs is on its way to them: they go first, and this thread may be
/// the one to serve them. One that does not read is not waited for.
async fn served(hub: &Hub) {
    let taken = async {
        loop {
            let changed = hub.changed();
            if !hub.desktop().has_events() {
                break;
            }
            changed.await;
        }
    };
    let _ = timeout(SERVED, taken).await;
}

/// The answer, or `None` when the tool went away while it waited.
async fn answer_while_present(
    tools: &Arc<Tools>,
    request: Request,
    read: &mut BufReader<OwnedReadHalf>,
) -> Option<Result<Reply, ControlError>> {
    trace!("a tool asks: {request:?}");
    if !matches!(request, Request::Wait(_)) {
        return Some(tools.answer(request).await);
    }
    tokio::select! {
        biased;
        result = tools.answer(request) => Some(result),
        () = gone(read) => None,
    }
}

/// Completes when the tool has closed its connection, or its half of it. One that has sent more is still there.
async fn gone(read: &mut BufReader<OwnedReadHalf>) {
    match read.fill_buf().await {
        Ok([]) | Err(_) => {}
        Ok(_) => std::future::pending().await,
    }
}

async fn send_result(
    write: &mut OwnedWriteHalf,
    result: Result<Reply, ControlError>,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Done<'a> {
        ok: bool,
        #[serde(flatten)]
        reply: &'a Reply,
    }
    match &result {
        Err(e) => send(write, &failure(e.to_string()), &[]).await,
        Ok(reply) => {
            let file = match reply {
                Reply::Shot { file, .. } => &file[..],
                _ => &[],
            };
            send(write, &Done { ok: true, reply }, file).await
        }
    }
}

fn failure(error: String) -> Failure {
    Failure { ok: false, error }
}

async fn send(write: &mut OwnedWriteHalf, line: &impl Serialize, file: &[u8]) -> io::Result<()> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    let written = async {
        write.write_all(&bytes).await?;
        write.write_all(file).await
    };
    timeout(WRITE_DEADLINE, written).await?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DEFAULT_OUTPUT;
    use crate::control::Shot;
    use crate::desktop::Desktop;
    use crate::present::{Bell, Headless, Presenter};
    use crate::transport::TempDir;

    fn tools() -> Arc<Tools> {
        let hub = Arc::new(Hub::new(Desktop::new(DEFAULT_OUTPUT), || {}));
        let headless = Headless::new(hub.clone(), Arc::new(Bell::default()), DEFAULT_OUTPUT);
        let presenter = Presenter::Headless(headless);
        Arc::new(Tools::new(hub, presenter, vec![":7".into()]))
    }

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime")
    }

    /// Sends bytes over a control connection and returns all that comes back.
    fn converse(sent: &[u8]) -> Vec<u8> {
        let tools = tools();
        runtime().block_on(async {
            let (mut ours, theirs) = UnixStream::pair().expect("a pair");
            let tool = async {
                // The server may hang up before it has read everything.
                let _ = ours.write_all(sent).await;
                let _ = ours.shutdown().await;
                let mut answer = Vec::new();
                let _ = ours.read_to_end(&mut answer).await;
                answer
            };
            let (served, answer) = tokio::join!(serve_tool(theirs, &tools), tool);
            served.expect("no error");
            answer
        })
    }

    fn lines(sent: &str) -> Vec<serde_json::Value> {
        let answer = String::from_utf8(converse(sent.as_bytes())).expect("text");
        let lines = answer.lines();
        lines
            .map(|line| serde_json::from_str(line).expect("an object"))
            .collect()
    }

    #[test]
    fn every_line_gets_one_in_order_and_mistakes_do_not_end_the_connection() {
        let answers = lines("{\"cmd\":\"list\"}\nnonsense\n\n{\"cmd\":\"info\"}\n");
        assert_eq!(answers.len(), 3);
        assert_eq!(answers[0], serde_json::json!({"ok": true, "windows": []}));
        assert_eq!(answers[1]["ok"], false);
        assert_eq!(answers[2]["addresses"], serde_json::json!([":7"]));
    }

    #[test]
    fn a_line_without_end_is_refused_and_not_kept() {
        let answers = lines(&"x".repeat(MAX_LINE + 10));
        assert_eq!(answers.len(), 1);
        assert_eq!(answers[0]["ok"], false);
    }

    #[test]
    fn a_tool_too_many_is_told_so_until_another_leaves() {
        let dir = TempDir::new("tools").expect("a temporary directory");
        let path = dir.path().join("control");
        let ask = async || {
            let mut tool = UnixStream::connect(&path).await.expect("it listens");
            // One that is refused may find its connection closed already.
            let _ = tool.write_all(b"{\"cmd\":\"list\"}\n").await;
            let mut line = String::new();
            let mut read = BufReader::new(&mut tool);
            read.read_line(&mut line).await.expect("an answer");
            (tool, line)
        };
        runtime().block_on(async {
            let listener = UnixListener::bind(&path).expect("a fresh path");
            tokio::spawn(serve(listener, tools()));
            let mut served = Vec::new();
            for _ in 0..MAX_TOOLS {
                let (tool, line) = ask().await;
                assert!(line.contains("true"), "{line}");
                served.push(tool);
            }
            let (mut refused, line) = ask().await;
            assert!(line.contains("takes no more"), "{line}");
            assert_eq!(refused.read(&mut [0]).await.expect("closed"), 0);
            served.pop();
            // The place is free as soon as the server has noticed.
            while !ask().await.1.contains("true") {}
        });
    }

    #[test]
    fn a_picture_follows_its_line() {
        let answer = converse(b"{\"cmd\":\"shot\"}\n");
        let end = answer.iter().position(|b| *b == b'\n').expect("a line");
        let head: Shot = serde_json::from_slice(&answer[..end]).expect("an object");
        assert_eq!((head.width, head.height), (1280, 800));
        assert_eq!(answer.len() - end - 1, head.bytes);
        assert_eq!(&answer[end + 1..end + 5], b"\x89PNG");
    }

    #[test]
    fn mistakes_in_requests_are_told() {
        for (request, problem) in [
            (r#"{"cmd":"close","window":9}"#, "no window 9"),
            (
                r#"{"cmd":"inject","input":"key","keys":"nosuch"}"#,
                "'nosuch'",
            ),
            (
                r#"{"cmd":"inject","input":"click","button":"x"}"#,
                "button 'x'",
            ),
            (r#"{"cmd":"inject","input":"click","x":1}"#, "both x and y"),
        ] {
            let answers = lines(&format!("{request}\n"));
            let error = answers[0]["error"].as_str().expect("an error");
            assert!(error.contains(problem), "{request}: {error}");
        }
    }
}
