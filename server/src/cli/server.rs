//! [`Server`]: all parts of a server, put together. The command line and tests start it.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tracing::warn;

use super::{memory, steward};
use crate::config::Config;
use crate::control::{self, Tools};
use crate::desktop::Desktop;
use crate::hub::Hub;
use crate::present::{Bell, Headless, Presenter};
use crate::session::{Limits, Reserve, ServerInfo};
use crate::transport::{Door, ListenError, Listeners};

/// How long programs have to take leave when the server ends.
const FAREWELL: Duration = Duration::from_secs(1);

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It cannot listen.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The presenter's thread.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
}

/// A running server. Ends when [`Server::stop`] is called; dropped without, it leaves its clients
/// without a word.
pub struct Server {
    hub: Arc<Hub>,
    presenter: Presenter,
    /// The headless presenter's; a window is shown by a thread that is not ours.
    thread: Option<(Arc<Bell>, JoinHandle<()>)>,
    listeners: Listeners,
    addresses: Vec<String>,
    /// The loops that let programs and tools in.
    tasks: JoinSet<()>,
}

impl Server {
    /// Starts a headless server that serves connections on `serving`; when this returns, programs
    /// can connect.
    pub fn start(config: &Config, serving: &Handle) -> Result<Self, StartError> {
        let _inside = serving.enter();
        let listeners = Listeners::bind(config)?;
        let bell = Arc::new(Bell::default());
        let hub = hub(config, {
            let bell = bell.clone();
            move || bell.ring()
        });
        hub.served_by(serving.metrics().num_workers());
        let headless = Headless::new(hub.clone(), bell.clone(), config.output);
        let thread = headless.spawn().map_err(StartError::Thread)?;
        let mut server = Self::assemble(listeners, hub, Presenter::Headless(headless));
        server.thread = Some((bell, thread));
        Ok(server)
    }

    /// Starts a server whose screen is a window, as [`Server::start`] does. The thread that shows
    /// the window is woken by `ring`; it is told of the end by
    /// [`Windowed::end`](crate::present::Windowed::end), after the server has stopped.
    #[cfg(feature = "window")]
    pub fn start_windowed(
        config: &Config,
        serving: &Handle,
        ring: impl Fn() + Clone + Send + Sync + 'static,
    ) -> Result<(Self, Arc<crate::present::Windowed>), StartError> {
        let _inside = serving.enter();
        let listeners = Listeners::bind(config)?;
        let hub = hub(config, ring.clone());
        hub.served_by(serving.metrics().num_workers());
        let windowed = crate::present::Windowed::new(hub.clone(), ring, config.output);
        let presenter = Presenter::Windowed(windowed.clone());
        Ok((Self::assemble(listeners, hub, presenter), windowed))
    }

    fn assemble(mut listeners: Listeners, hub: Arc<Hub>, presenter: Presenter) -> Self {
        let addresses = listeners.addresses();
        let tools = Tools::new(hub.clone(), presenter.clone(), addresses.clone());
        let tools = Arc::new(tools);
        let mut tasks = JoinSet::new();
        for listener in listeners.take_control() {
            tasks.spawn(control::serve(listener, tools.clone()));
        }
        listeners.serve(&mut tasks, &hub, Door::new(server_info(), limits()));
        steward::serve(&mut tasks, &hub, addresses.first());
        Self {
            hub,
            presenter,
            thread: None,
            listeners,
            addresses,
            tasks,
        }
    }

    /// Where programs connect: the display's own address first.
    pub fn addresses(&self) -> &[String] {
        &self.addresses
    }

    /// Where tools connect.
    pub fn control_path(&self) -> Option<PathBuf> {
        self.listeners.control_paths().into_iter().next()
    }

    /// The addresses that other machines can reach.
    pub fn open_addresses(&self) -> &[std::net::SocketAddr] {
        self.listeners.open_addresses()
    }

    /// Where the parts meet.
    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// What draws the screen.
    pub fn presenter(&self) -> &Presenter {
        &self.presenter
    }

    /// Ends: tells programs, removes the sockets, lets nobody in any more, and waits for a moment
    /// until all have heard it. Not on a thread that serves: it must not wait for those.
    pub async fn stop(self) {
        let Self {
            hub,
            thread,
            listeners,
            mut tasks,
            ..
        } = self;
        hub.end();
        drop(listeners);
        let gone = async {
            tasks.shutdown().await;
            all_gone(&hub).await;
        };
        if timeout(FAREWELL, gone).await.is_err() {
            warn!("{} connections were cut", hub.connection_count());
        }
        if let Some((bell, thread)) = thread {
            bell.stop();
            if thread.join().is_err() {
                warn!("the presenter had failed");
            }
        }
    }
}

fn hub(config: &Config, ring: impl Fn() + Send + Sync + 'static) -> Arc<Hub> {
    let desktop = Desktop::with_config(config.output, config.desktop.clone());
    Arc::new(Hub::new(desktop, ring))
}

async fn all_gone(hub: &Hub) {
    loop {
        let mut changed = std::pin::pin!(hub.changed());
        changed.as_mut().enable();
        if hub.connection_count() == 0 {
            return;
        }
        changed.await;
    }
}

/// What each program may have, and all together: half of the machine's memory, or of what is left to
/// this process of it.
fn limits() -> Limits {
    let whole = memory::available_to_us();
    Limits {
        reserve: Reserve::new(whole / 2),
        ..Limits::default()
    }
}

fn server_info() -> ServerInfo {
    ServerInfo {
        name: concat!("transom ", env!("CARGO_PKG_VERSION")).into(),
    }
}
