//! [`Stream`]: one connection's socket, whatever its kind. It moves bytes and knows no packet.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::io::{AsyncReadExt, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

/// A connected socket.
#[derive(Debug)]
pub enum Stream {
    /// On this machine.
    Unix(UnixStream),
    /// Over IPv4 or IPv6.
    Tcp(TcpStream),
}

impl Stream {
    /// Appends what has arrived to `buffer`, about `size` bytes at most; 0 at the stream's end.
    pub fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut Vec<u8>,
        size: usize,
    ) -> Poll<io::Result<usize>> {
        buffer.reserve(size);
        // These futures hold no state, so a new one may be polled each time.
        match self {
            Self::Unix(stream) => pin!(stream.read_buf(buffer)).poll(cx),
            Self::Tcp(stream) => pin!(stream.read_buf(buffer)).poll(cx),
        }
    }

    /// Whether the peer has closed its side, even when there is more to be read before its end.
    pub fn is_hung_up(&self) -> bool {
        let gone = PollFlags::RDHUP | PollFlags::HUP | PollFlags::ERR;
        let mut polled = match self {
            Self::Unix(stream) => [PollFd::new(stream, PollFlags::RDHUP)],
            Self::Tcp(stream) => [PollFd::new(stream, PollFlags::RDHUP)],
        };
        // Zero, so that it looks and does not wait. What fails here will fail at the next read.
        poll(&mut polled, Some(&Timespec::default())).is_ok()
            && polled[0].revents().intersects(gone)
    }

    /// Ready when [`Stream::try_write`] may take something.
    pub fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Unix(stream) => stream.poll_write_ready(cx),
            Self::Tcp(stream) => stream.poll_write_ready(cx),
        }
    }

    /// Writes what the socket takes at once; `WouldBlock` when that is nothing.
    pub fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Unix(stream) => stream.try_write(bytes),
            Self::Tcp(stream) => stream.try_write(bytes),
        }
    }

    /// Tells the peer that nothing more will be written.
    pub fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Unix(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
