//! [`Stream`]: one connection's socket, whatever its kind. It moves bytes and knows no packet.

use std::io::{self, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, ready};
use std::thread::available_parallelism;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, recvmsg as receive_message,
};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

/// Descriptors that one read takes; the kernel closes those beyond.
const MAX_DESCRIPTORS: usize = 4;

/// A connected socket.
#[derive(Debug)]
pub enum Stream {
    /// On this machine.
    Unix(UnixStream),
    /// Over IPv4 or IPv6.
    Tcp(TcpStream),
}

impl Stream {
    /// Reads what has arrived into `buffer`, as far as it goes; 0 bytes at the stream's end.
    pub fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut buffer = ReadBuf::new(buffer);
        let read = match self {
            Self::Unix(stream) => Pin::new(stream).poll_read(cx, &mut buffer),
            Self::Tcp(stream) => Pin::new(stream).poll_read(cx, &mut buffer),
        };
        read.map_ok(|()| buffer.filled().len())
    }

    /// As [`poll_read`](Self::poll_read), and appends to `descriptors` what has come along. Over
    /// TCP nothing can.
    pub fn poll_read_with(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
        descriptors: &mut Vec<OwnedFd>,
    ) -> Poll<io::Result<usize>> {
        let Self::Unix(stream) = self else {
            return self.poll_read(cx, buffer);
        };
        loop {
            ready!(stream.poll_read_ready(cx))?;
            let mut short = None;
            let read = stream.try_io(Interest::READABLE, || {
                let (count, bytes_alone) = read_with(stream, buffer, descriptors)?;
                // A read that took less than it might have has emptied the socket, unless it ended
                // with descriptors. Said at once, so that no further read has to find it out.
                if bytes_alone && (1..buffer.len()).contains(&count) {
                    short = Some(count);
                    return Err(io::ErrorKind::WouldBlock.into());
                }
                Ok(count)
            });
            if let Some(count) = short {
                return Poll::Ready(Ok(count));
            }
            match read {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                read => return Poll::Ready(read),
            }
        }
    }

    /// Looks `times` times for what arrives next, and reads it as [`poll_read_with`](Self::poll_read_with)
    /// does. `None`: nothing has arrived, or there is no point in looking: over TCP, and where the peer runs
    /// only when this processor does something else.
    ///
    /// A peer that writes without pause writes again sooner than a thread falls asleep and wakes up.
    pub fn read_soon(
        &self,
        times: u32,
        buffer: &mut [u8],
        descriptors: &mut Vec<OwnedFd>,
    ) -> Option<io::Result<usize>> {
        static ALONE: LazyLock<bool> =
            LazyLock::new(|| available_parallelism().is_ok_and(|count| count.get() == 1));
        let Self::Unix(stream) = self else {
            return None;
        };
        if *ALONE {
            return None;
        }
        for _ in 0..times {
            match read_with(stream, buffer, descriptors) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => std::hint::spin_loop(),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                read => return Some(read.map(|(count, _)| count)),
            }
        }
        None
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

/// Reads what is there: how many bytes, and whether nothing came with them. A read ends where
/// descriptors came, so that they belong to its bytes.
fn read_with(
    stream: &UnixStream,
    buffer: &mut [u8],
    descriptors: &mut Vec<OwnedFd>,
) -> io::Result<(usize, bool)> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_DESCRIPTORS))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let slice = &mut [IoSliceMut::new(buffer)];
    let received = receive_message(stream, slice, &mut ancillary, RecvFlags::CMSG_CLOEXEC);
    let before = descriptors.len();
    for message in ancillary.drain() {
        if let RecvAncillaryMessage::ScmRights(rights) = message {
            descriptors.extend(rights);
        }
    }
    let received = received?;
    // Descriptors that found no place have ended it as well.
    let lost = received.flags.contains(ReturnFlags::CTRUNC);
    Ok((received.bytes, descriptors.len() == before && !lost))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[tokio::test]
    async fn what_arrives_soon_is_read_and_what_does_not_is_not_waited_for() {
        let (mut peer, ours) = std::os::unix::net::UnixStream::pair().expect("a pair of sockets");
        ours.set_nonblocking(true)
            .expect("a socket that does not block");
        let stream = Stream::Unix(UnixStream::from_std(ours).expect("a reactor"));
        let (mut buffer, mut descriptors) = ([0; 8], Vec::new());
        assert!(stream.read_soon(3, &mut buffer, &mut descriptors).is_none());
        if available_parallelism().is_ok_and(|count| count.get() == 1) {
            return;
        }
        peer.write_all(b"soon").expect("room in the socket");
        let read = stream.read_soon(3, &mut buffer, &mut descriptors);
        assert_eq!(read.expect("it has arrived").expect("no error"), 4);
        assert_eq!(&buffer[..4], b"soon");
        drop(peer);
        let read = stream.read_soon(3, &mut buffer, &mut descriptors);
        assert_eq!(read.expect("the end has come").expect("no error"), 0);
    }
}
