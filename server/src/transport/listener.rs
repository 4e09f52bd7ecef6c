//! [`Listener`]: a socket that programs connect to, and the loop that lets them in.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream, UnixListener, UnixStream};
use tracing::{debug, warn};
use transom_protocol::hello::TOKEN_BYTES;

use super::client;
use super::strangers::{Stranger, Strangers};
use super::stream::Stream;
use crate::hub::{Hub, Seat};
use crate::session::{Admission, Limits, ServerInfo, Session};

/// Connections that the kernel keeps until they are accepted.
const BACKLOG: u32 = 256;

/// The pause after an accept that failed for want of descriptors or memory: long enough not to
/// spin, short enough that nobody notices once there are some again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A socket that programs connect to.
#[derive(Debug)]
pub enum Listener {
    /// For programs of this user on this machine.
    Unix(UnixListener),
    /// For programs that know the token.
    Tcp(TcpListener, [u8; TOKEN_BYTES]),
}

/// Listens at a TCP address; `[::]` takes IPv6 only.
pub fn listen_tcp(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => {
            let socket = TcpSocket::new_v6()?;
            rustix::net::sockopt::set_ipv6_v6only(&socket, true)?;
            socket
        }
    };
    // So that a server can be started again while old connections are still timing out.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Lets programs in, for ever.
pub async fn accept(listener: Listener, hub: Arc<Hub>, door: Arc<Door>) {
    let mut trouble = Trouble::default();
    loop {
        let accepted = match &listener {
            Listener::Unix(listener) => listener
                .accept()
                .await
                .map(|(stream, _)| door.admit_unix(stream)),
            Listener::Tcp(listener, token) => listener
                .accept()
                .await
                .map(|(stream, peer)| door.admit_tcp(stream, peer, token)),
        };
        match accepted {
            Ok(peer) => {
                trouble.over();
                if let Some(peer) = peer {
                    door.enter(peer, &hub).await;
                    // It is served before anybody looks for the next.
                    tokio::task::yield_now().await;
                }
            }
            Err(e) => trouble.pause_after(&e).await,
        }
    }
}

/// Failing to accept connections, which is told once and not with every attempt.
#[derive(Debug, Default)]
pub(crate) struct Trouble {
    told: bool,
}

impl Trouble {
    /// Waits before the next attempt, except when only that one peer went away.
    pub(crate) async fn pause_after(&mut self, error: &io::Error) {
        use io::ErrorKind::{ConnectionAborted, Interrupted};
        if matches!(error.kind(), ConnectionAborted | Interrupted) {
            return;
        }
        if !std::mem::replace(&mut self.told, true) {
            warn!("cannot accept connections: {error}; trying on");
        }
        tokio::time::sleep(ACCEPT_PAUSE).await;
    }

    /// An attempt went well.
    pub(crate) fn over(&mut self) {
        if std::mem::take(&mut self.told) {
            warn!("connections are accepted again");
        }
    }
}

/// Who wants to come in.
struct Peer {
    stream: Stream,
    admission: Admission,
    /// It has to show first that it may.
    stranger: Option<Stranger>,
}

/// Who may come in, and as what.
pub struct Door {
    uid: u32,
    server: ServerInfo,
    /// Of each.
    limits: Limits,
    strangers: Arc<Strangers>,
    /// That the server is full was told, and it has been since.
    full: AtomicBool,
}

impl Door {
    /// For programs of this process's user, each with these limits.
    pub fn new(server: ServerInfo, limits: Limits) -> Self {
        Self {
            uid: rustix::process::geteuid().as_raw(),
            server,
            limits,
            strangers: Arc::default(),
            full: AtomicBool::new(false),
        }
    }

    /// A peer on this machine comes in when it is the same user.
    fn admit_unix(&self, stream: UnixStream) -> Option<Peer> {
        is_user(&stream, self.uid).then_some(Peer {
            stream: Stream::Unix(stream),
            admission: Admission::Trusted,
            stranger: None,
        })
    }

    /// A peer from elsewhere has to show the token.
    fn admit_tcp(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        token: &[u8; TOKEN_BYTES],
    ) -> Option<Peer> {
        debug!("connection from {peer}");
        // Packets are written whole, so waiting for more only delays them.
        match stream.set_nodelay(true) {
            Ok(()) => Some(Peer {
                stream: Stream::Tcp(stream),
                admission: Admission::Token(*token),
                stranger: Some(self.strangers.enter(peer.ip())),
            }),
            Err(e) => {
                debug!("connection from {peer} was lost: {e}");
                None
            }
        }
    }

    async fn enter(&self, peer: Peer, hub: &Arc<Hub>) {
        let Peer {
            stream,
            admission,
            stranger,
        } = peer;
        let mut session = Session::new(admission, self.limits.clone(), self.server.clone());
        if let Stream::Unix(_) = stream {
            session = session.with_shared_memory();
        }
        match self.seat(hub).await {
            Some(seat) => {
                self.full.store(false, Ordering::Relaxed);
                tokio::spawn(client::serve(stream, session, seat, stranger));
            }
            None => self.refuse(stream, session, hub),
        }
    }

    /// A place, if need be that of a stranger.
    async fn seat(&self, hub: &Arc<Hub>) -> Option<Seat> {
        loop {
            let mut fewer = pin!(self.strangers.fewer());
            fewer.as_mut().enable();
            match hub.admit() {
                Some(seat) => return Some(seat),
                None if self.strangers.send_one_away() => fewer.await,
                None => return None,
            }
        }
    }

    fn refuse(&self, stream: Stream, session: Session, hub: &Arc<Hub>) {
        if !self.full.swap(true, Ordering::Relaxed) {
            warn!(
                "{} connections, and no more are taken",
                hub.connection_count()
            );
        }
        if let Some(refusal) = self.strangers.refusal() {
            tokio::spawn(client::refuse(stream, session, hub.clone(), refusal));
        }
    }
}

/// Whether the peer runs as this user. On one machine the uid is the boundary.
pub(crate) fn is_user(stream: &UnixStream, uid: u32) -> bool {
    match stream.peer_cred() {
        Ok(peer) if peer.uid() == uid => true,
        Ok(peer) => {
            warn!("a connection by uid {} was refused", peer.uid());
            false
        }
        Err(e) => {
            debug!("a connection was lost: {e}");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime")
    }

    #[test]
    fn port_0_becomes_a_real_port() {
        let _inside = runtime();
        let _entered = _inside.enter();
        let listener = listen_tcp((Ipv4Addr::LOCALHOST, 0).into()).expect("loopback");
        assert_ne!(listener.local_addr().expect("bound").port(), 0);
    }

    #[test]
    fn ipv6_leaves_the_same_port_to_ipv4() {
        let runtime = runtime();
        let _entered = runtime.enter();
        let Ok(six) = listen_tcp((Ipv6Addr::LOCALHOST, 0).into()) else {
            println!("SKIP: no IPv6 here");
            return;
        };
        let port = six.local_addr().expect("bound").port();
        drop(six);
        let _six = listen_tcp((Ipv6Addr::UNSPECIFIED, port).into()).expect("free");
        assert!(listen_tcp((Ipv4Addr::LOCALHOST, port).into()).is_ok());
    }
}
