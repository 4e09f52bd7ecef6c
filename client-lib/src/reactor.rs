//! The same stream of events for async programs.

use std::fmt;
use std::sync::Arc;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::connection::Display;
use crate::error::Error;
use crate::events::Event;
use crate::socket::Socket;

impl Display {
    /// The next event, as [`Display::next_event`]; dropping the future loses none.
    ///
    /// Belongs to the tokio runtime, with I/O enabled, in which it is first called. Bulk data and
    /// what a full socket left over are sent while it waits.
    ///
    /// # Errors
    ///
    /// As [`Display::next_event`].
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with I/O enabled.
    pub async fn next_event_async(&self) -> Result<Event, Error> {
        loop {
            if let Some(event) = self.link().take_event()? {
                return Ok(event);
            }
            let writing = self.link().core(|core| !core.output().is_empty());
            let interest = match writing {
                true => Interest::READABLE | Interest::WRITABLE,
                false => Interest::READABLE,
            };
            let lost = |e: std::io::Error| self.lost(&e);
            let mut guard = self.reactor()?.ready(interest).await.map_err(lost)?;
            // What becomes ready from here on is another readiness, which this does not clear.
            let event = self.link().take_event()?;
            guard.clear_ready();
            if let Some(event) = event {
                return Ok(event);
            }
        }
    }

    fn reactor(&self) -> Result<&AsyncFd<Arc<Socket>>, Error> {
        if let Some(reactor) = self.reactor.get() {
            return Ok(reactor);
        }
        let socket = self.link().socket().ok_or(Error::Detached)?.clone();
        #[expect(
            deprecated,
            reason = "its successor is unsafe and asks for a descriptor that stays the same: a socket's does"
        )]
        let reactor = AsyncFd::new(socket).map_err(|e| self.lost(&e))?;
        Ok(self.reactor.get_or_init(|| reactor))
    }

    fn lost(&self, error: &dyn fmt::Display) -> Error {
        let address = self.link().core(|core| core.address.clone());
        Error::Lost {
            address,
            problem: error.to_string(),
        }
    }
}
