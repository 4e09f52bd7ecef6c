//! Sockets: where programs come in, and the task that serves each of them.
//!
//! [`Listeners::bind`] takes every address of a [`Config`], [`Listeners::serve`] lets programs in.
//! This module moves bytes between sockets and sessions; it knows no request and no pixel.

mod address;
mod client;
mod listener;
#[cfg(test)]
mod peer_tests;
mod socket_file;
mod strangers;
mod stream;
mod temp_dir;
mod token;

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::UnixListener;
use tokio::task::JoinSet;
use transom_protocol::hello::TOKEN_BYTES;

pub use address::{AddressError, BASE_PORT, ListenAddress, is_loopback};
pub use listener::{Door, Listener, accept, listen_tcp};
pub(crate) use listener::{Trouble, is_user};
pub use socket_file::{SocketFile, is_alive, private_dir, runtime_dir, runtime_dir_path, suffixed};
pub use stream::Stream;
pub use temp_dir::TempDir;
pub use token::{TokenError, default_path as token_path, load_or_create as load_token};

use crate::config::{Config, DisplaySocket};
use crate::hub::Hub;

/// The display numbers that are tried for a free one.
const MAX_DISPLAYS: u16 = 256;

/// Why a server cannot listen. Each says where.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The directory of the Unix sockets.
    #[error("directory {0} for the display's socket: {1}")]
    Directory(PathBuf, io::Error),
    /// A Unix socket.
    #[error("cannot listen at {0}: {1}")]
    Socket(String, io::Error),
    /// Another server has it.
    #[error("cannot listen at {0}: another server is running there")]
    Taken(String),
    /// All numbers are in use.
    #[error("no free display: :0 to :{max} are all in use", max = MAX_DISPLAYS - 1)]
    NoFreeDisplay,
    /// Others could connect, and read along.
    #[error(
        "refusing to listen at {0}: other machines can reach it, and nothing is encrypted. Listen on loopback and \
         use ssh -R to reach it, or add --insecure"
    )]
    Insecure(String),
    /// The token for TCP.
    #[error(transparent)]
    Token(#[from] TokenError),
}

/// All that a server listens to. Its socket files are removed when it is dropped.
pub struct Listeners {
    files: Vec<SocketFile>,
    programs: Vec<(String, Listener)>,
    control: Vec<UnixListener>,
    open: Vec<SocketAddr>,
}

impl Listeners {
    /// Listens wherever the configuration says. Needs a tokio runtime around it.
    pub fn bind(config: &Config) -> Result<Self, ListenError> {
        let mut listeners = Self {
            files: Vec::new(),
            programs: Vec::new(),
            control: Vec::new(),
            open: Vec::new(),
        };
        listeners.bind_display(config)?;
        for address in &config.listen {
            match address {
                ListenAddress::Display(_) if config.display == DisplaySocket::FirstFree => {}
                ListenAddress::Display(number) => listeners.bind_number(*number)?,
                ListenAddress::Unix(path) => listeners.bind_path(path)?,
                ListenAddress::Tcp(host, port) => {
                    listeners.bind_tcp(host, *port, config.insecure)?;
                }
            }
        }
        Ok(listeners)
    }

    /// Where programs connect: the display's own address first.
    pub fn addresses(&self) -> Vec<String> {
        self.programs.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The control sockets' paths; tools use the first.
    pub fn control_paths(&self) -> Vec<PathBuf> {
        self.files.iter().map(SocketFile::control_path).collect()
    }

    /// The addresses that other machines can reach.
    pub fn open_addresses(&self) -> &[SocketAddr] {
        &self.open
    }

    /// Takes the listeners for tools.
    pub fn take_control(&mut self) -> Vec<UnixListener> {
        std::mem::take(&mut self.control)
    }

    /// Lets programs in, until the set of tasks is dropped. The files stay here.
    pub fn serve(&mut self, tasks: &mut JoinSet<()>, hub: &Arc<Hub>, door: Door) {
        let door = Arc::new(door);
        for (_, listener) in self.programs.drain(..) {
            tasks.spawn(accept(listener, hub.clone(), door.clone()));
        }
    }

    fn bind_display(&mut self, config: &Config) -> Result<(), ListenError> {
        let numbers = config.listen.iter().filter_map(|address| match address {
            ListenAddress::Display(number) => Some(*number),
            _ => None,
        });
        match &config.display {
            DisplaySocket::Path(path) => self.bind_path(path),
            DisplaySocket::ControlOnly => {
                let (_, file) = first_free()?;
                self.add_control(file, "the control socket")
            }
            DisplaySocket::FirstFree => {
                let numbers: Vec<u16> = numbers.collect();
                for number in &numbers {
                    self.bind_number(*number)?;
                }
                match numbers.is_empty() {
                    true => first_free().and_then(|(n, file)| self.add(file, format!(":{n}"))),
                    false => Ok(()),
                }
            }
        }
    }

    fn bind_number(&mut self, number: u16) -> Result<(), ListenError> {
        let name = format!(":{number}");
        let path = display_dir()?.join(number.to_string());
        let file = claim(&path, &name)?;
        self.add(file, name)
    }

    fn bind_path(&mut self, path: &Path) -> Result<(), ListenError> {
        let name = format!("unix:{}", path.display());
        let file = claim(path, &name)?;
        self.add(file, name)
    }

    fn add(&mut self, mut file: SocketFile, name: String) -> Result<(), ListenError> {
        let failed = |e| ListenError::Socket(name.clone(), e);
        let listener = file.bind().and_then(UnixListener::from_std);
        let listener = Listener::Unix(listener.map_err(failed)?);
        self.programs.push((name.clone(), listener));
        self.add_control(file, &name)
    }

    fn add_control(&mut self, mut file: SocketFile, name: &str) -> Result<(), ListenError> {
        let listener = file.bind_control().and_then(UnixListener::from_std);
        let listener = listener.map_err(|e| ListenError::Socket(name.into(), e))?;
        self.control.push(listener);
        self.files.push(file);
        Ok(())
    }

    /// Listens at every address the host's name resolves to; those this machine does not have are
    /// left out unless none remains.
    fn bind_tcp(&mut self, host: &str, port: u16, insecure: bool) -> Result<(), ListenError> {
        let name = ListenAddress::Tcp(host.into(), port).to_string();
        let failed = |e| ListenError::Socket(name.clone(), e);
        let addresses: Vec<SocketAddr> = (host, port).to_socket_addrs().map_err(failed)?.collect();
        let open = addresses.iter().copied().filter(|a| !is_loopback(a.ip()));
        let open: Vec<_> = open.collect();
        if !open.is_empty() && !insecure {
            return Err(ListenError::Insecure(name));
        }
        let token = load_token(&token_path()?)?;
        let mut missing = None;
        let before = self.programs.len();
        for address in addresses {
            match listen_tcp(address) {
                Ok(listener) => self.add_tcp(listener, token).map_err(failed)?,
                Err(e) if e.kind() == io::ErrorKind::AddrNotAvailable => missing = Some(e),
                Err(e) => return Err(failed(e)),
            }
        }
        match missing {
            Some(e) if self.programs.len() == before => Err(failed(e)),
            _ => Ok(()),
        }
    }

    fn add_tcp(
        &mut self,
        listener: tokio::net::TcpListener,
        token: [u8; TOKEN_BYTES],
    ) -> io::Result<()> {
        let address = listener.local_addr()?;
        if !is_loopback(address.ip()) {
            self.open.push(address);
        }
        self.programs
            .push((format!("tcp://{address}"), Listener::Tcp(listener, token)));
        Ok(())
    }
}

fn display_dir() -> Result<PathBuf, ListenError> {
    runtime_dir().map_err(|e| ListenError::Directory(runtime_dir_path(), e))
}

fn claim(path: &Path, name: &str) -> Result<SocketFile, ListenError> {
    match SocketFile::claim(path) {
        Ok(Some(file)) => Ok(file),
        Ok(None) => Err(ListenError::Taken(name.into())),
        Err(e) => Err(ListenError::Socket(name.into(), e)),
    }
}

fn first_free() -> Result<(u16, SocketFile), ListenError> {
    let dir = display_dir()?;
    for number in 0..MAX_DISPLAYS {
        let path = dir.join(number.to_string());
        let claimed = SocketFile::claim(&path);
        match claimed.map_err(|e| ListenError::Socket(format!(":{number}"), e))? {
            Some(file) => return Ok((number, file)),
            None => continue,
        }
    }
    Err(ListenError::NoFreeDisplay)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bind(config: &Config) -> Result<Vec<String>, ListenError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let _entered = runtime.enter();
        Listeners::bind(config).map(|listeners| listeners.addresses())
    }

    fn private(dir: &TempDir, listen: &[&str]) -> Config {
        Config {
            display: DisplaySocket::Path(dir.path().join("display")),
            listen: listen
                .iter()
                .map(|text| text.parse().expect("an address"))
                .collect(),
            ..Config::default()
        }
    }

    #[test]
    fn the_displays_own_address_comes_first() {
        let dir = TempDir::new("listen").expect("a temporary directory");
        let other = format!("unix:{}", dir.path().join("other").display());
        let addresses = bind(&private(&dir, &[&other])).expect("free paths");
        let own = format!("unix:{}", dir.path().join("display").display());
        assert_eq!(addresses, [own, other]);
    }

    #[test]
    fn addresses_that_other_machines_reach_are_refused() {
        let dir = TempDir::new("open").expect("a temporary directory");
        for open in ["tcp://0.0.0.0:0", "tcp://[::]:0"] {
            let error = bind(&private(&dir, &[open])).expect_err("not on loopback");
            assert!(matches!(error, ListenError::Insecure(_)), "{error}");
        }
    }

    #[test]
    fn a_path_in_use_is_told_as_such() {
        let dir = TempDir::new("taken").expect("a temporary directory");
        let _first = SocketFile::claim(&dir.path().join("display")).expect("free");
        let error = bind(&private(&dir, &[])).expect_err("taken");
        assert!(matches!(error, ListenError::Taken(_)), "{error}");
    }
}
