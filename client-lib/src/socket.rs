//! The socket: tried at every address, never blocking, Unix or TCP alike.

use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

use crate::address::{Address, is_loopback};
use crate::error::Error;
use crate::token::Token;

/// How long TCP may take to connect to one address.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A connected stream that never blocks.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: OwnedFd,
    is_unix: bool,
}

impl Socket {
    /// Connects, and finds the token to be sent there.
    pub(crate) fn connect(address: &Address) -> Result<(Self, Option<Token>), Error> {
        match address.socket_path() {
            Some(path) => Ok((Self::connect_unix(address, &path)?, None)),
            None => Self::connect_tcp(address),
        }
    }

    fn connect_unix(address: &Address, path: &Path) -> Result<Self, Error> {
        address.check_directory()?;
        let stream = UnixStream::connect(path).and_then(|stream| {
            stream.set_nonblocking(true)?;
            Ok(stream)
        });
        let where_to = match address {
            Address::Local(_) => format!("{address} ({})", path.display()),
            _ => address.to_string(),
        };
        match stream {
            Ok(stream) => Ok(Self {
                stream: stream.into(),
                is_unix: true,
            }),
            Err(e) => Err(Error::NoServer {
                address: where_to,
                problem: reason(&e),
            }),
        }
    }

    fn connect_tcp(address: &Address) -> Result<(Self, Option<Token>), Error> {
        let mut problems = Vec::new();
        for to in address.resolve()? {
            // A token that cannot be read is told before anything is connected.
            let token = Token::from_environment(is_loopback(to.ip()))?;
            match connect_one(to) {
                Ok(stream) => {
                    let socket = Self {
                        stream: stream.into(),
                        is_unix: false,
                    };
                    return Ok((socket, token));
                }
                Err(e) => problems.push(format!("{to}: {}", reason(&e))),
            }
        }
        let (address, problem) = (address.to_string(), problems.join(", "));
        Err(Error::NoServer { address, problem })
    }

    /// Sends; `None`: the socket is full.
    pub(crate) fn send(&self, bytes: &[u8]) -> Result<Option<usize>, String> {
        outcome(rustix::net::send(&self.stream, bytes, SendFlags::NOSIGNAL))
    }

    /// Sends, a descriptor with the first byte; `None`: the socket is full, and neither was sent.
    pub(crate) fn send_with(&self, bytes: &[u8], file: &OwnedFd) -> Result<Option<usize>, String> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        let files = [file.as_fd()];
        // There is room: the space was made for one.
        ancillary.push(SendAncillaryMessage::ScmRights(&files));
        let bytes = &[IoSlice::new(bytes)];
        let sent = sendmsg(&self.stream, bytes, &mut ancillary, SendFlags::NOSIGNAL);
        outcome(sent)
    }

    /// Whether it is on this machine, and descriptors can travel on it.
    pub(crate) fn is_unix(&self) -> bool {
        self.is_unix
    }

    /// Receives; `None`: there is nothing at the moment; 0: nothing will come.
    pub(crate) fn receive(&self, buffer: &mut [u8]) -> Result<Option<usize>, String> {
        outcome(rustix::net::recv(&self.stream, buffer, RecvFlags::empty()).map(|(count, _)| count))
    }

    /// Waits until one of `events` or the end of `timeout`.
    pub(crate) fn poll(&self, events: PollFlags, timeout: Option<Duration>) {
        let timeout = timeout.and_then(|t| Timespec::try_from(t).ok());
        // An interrupted wait is one that ends early: the caller looks again.
        let _ = rustix::event::poll(&mut [PollFd::new(&self.stream, events)], timeout.as_ref());
    }
}

fn connect_one(to: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&to, CONNECT_TIMEOUT)?;
    // Whole flights are written at once; waiting for more would only delay them.
    stream.set_nodelay(true)?;
    stream.set_nonblocking(true)?;
    Ok(stream)
}

fn outcome(result: Result<usize, Errno>) -> Result<Option<usize>, String> {
    match result {
        Ok(count) => Ok(Some(count)),
        Err(Errno::AGAIN | Errno::INTR) => Ok(None),
        Err(e) => Err(reason(&e.into())),
    }
}

/// What the system says, without its number.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    let mut text = text[..end].to_owned();
    text.get_mut(..1)
        .into_iter()
        .for_each(str::make_ascii_lowercase);
    text
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

impl AsRawFd for Socket {
    fn as_raw_fd(&self) -> RawFd {
        self.stream.as_raw_fd()
    }
}
