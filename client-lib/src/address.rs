//! Where a display is: `:N`, `unix:/path`, `host:N`, `tcp://host:port`, and what they lead to.

use std::fmt;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::error::Error;

/// The port of display 0; display *N* has this plus *N*.
pub const BASE_PORT: u16 = 6400;

/// Where a display is.
///
/// | written | meaning |
/// |---|---|
/// | `:N` | this user's display *N* on this machine: a Unix socket |
/// | `unix:/path` | the Unix socket at that path |
/// | `host:N`, `[v6]:N` | port 6400 + *N*; in this version on loopback only |
/// | `tcp://host:port`, `tcp://[v6]:port` | unencrypted TCP |
/// | `tls://host:port` | encrypted; not in this version |
///
/// A screen suffix, as in `:0.0`, is accepted and ignored.
///
/// ```
/// let address: transom::Address = "localhost:1".parse()?;
/// assert_eq!(address.to_string(), "localhost:1");
/// # Ok::<(), transom::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// `:N`
    Local(u16),
    /// `unix:/path`
    Unix(PathBuf),
    /// `host:N`
    Display {
        /// A name or an IP address, without brackets.
        host: String,
        /// *N*: the port less [`BASE_PORT`].
        number: u16,
    },
    /// `tcp://host:port`
    Tcp {
        /// A name or an IP address, without brackets.
        host: String,
        /// As written.
        port: u16,
    },
    /// `tls://host:port`
    Tls {
        /// A name or an IP address, without brackets.
        host: String,
        /// As written.
        port: u16,
    },
}

impl Address {
    /// What `TRANSOM_DISPLAY` says.
    ///
    /// # Errors
    ///
    /// When it is not set, empty or not an address.
    pub fn from_environment() -> Result<Self, Error> {
        match std::env::var_os("TRANSOM_DISPLAY") {
            None => Err(Error::NoDisplay),
            Some(value) if value.is_empty() => Err(Error::EmptyDisplay("TRANSOM_DISPLAY")),
            Some(value) => match value.to_str() {
                Some(text) => text.parse(),
                None => Err(bad(&value.to_string_lossy(), "it is not UTF-8")),
            },
        }
    }

    /// Whether the system tells both sides who the other is, so that no token is needed.
    pub fn is_unix(&self) -> bool {
        matches!(self, Self::Local(_) | Self::Unix(_))
    }

    /// The Unix socket this names, or `None` for TCP. The directory is not looked at.
    pub fn socket_path(&self) -> Option<PathBuf> {
        match self {
            Self::Local(number) => Some(socket_directory().0.join(number.to_string())),
            Self::Unix(path) => Some(path.clone()),
            _ => None,
        }
    }

    /// Refuses a directory under `/tmp` that somebody else could have put there.
    pub(crate) fn check_directory(&self) -> Result<(), Error> {
        let Self::Local(_) = self else { return Ok(()) };
        let (directory, shared) = socket_directory();
        let problem = if shared {
            directory_problem(&directory)
        } else {
            None
        };
        match problem {
            None => Ok(()),
            Some(problem) => Err(Error::SocketDirectory {
                address: self.to_string(),
                path: directory,
                problem,
            }),
        }
    }

    /// Every TCP address that this leads to; blocks while a name is looked up.
    pub(crate) fn resolve(&self) -> Result<Vec<SocketAddr>, Error> {
        let (host, port) = match self {
            Self::Display { host, number } => (host, BASE_PORT + number),
            Self::Tcp { host, port } => (host, *port),
            Self::Tls { .. } => return Err(self.not_in_this_version()),
            Self::Local(_) | Self::Unix(_) => return Ok(Vec::new()),
        };
        let no_server = |problem: String| Error::NoServer {
            address: self.to_string(),
            problem,
        };
        let found = (host.as_str(), port).to_socket_addrs();
        let mut found: Vec<_> = found.map_err(|e| no_server(e.to_string()))?.collect();
        found.dedup();
        if matches!(self, Self::Display { .. }) && !found.is_empty() {
            found.retain(|address| is_loopback(address.ip()));
            if found.is_empty() {
                return Err(self.not_in_this_version());
            }
        }
        match found.is_empty() {
            true => Err(no_server("the name has no address".to_owned())),
            false => Ok(found),
        }
    }

    fn not_in_this_version(&self) -> Error {
        Error::NotInThisVersion {
            address: self.to_string(),
        }
    }
}

/// Whether `address` is this machine, IPv4 written as IPv6 included.
pub(crate) fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Where `:N` lives, and whether other users can write beside it.
fn socket_directory() -> (PathBuf, bool) {
    match std::env::var_os("XDG_RUNTIME_DIR") {
        Some(directory) if !directory.is_empty() => (Path::new(&directory).join("transom"), false),
        _ => {
            let user = rustix::process::geteuid().as_raw();
            (PathBuf::from(format!("/tmp/transom-{user}")), true)
        }
    }
}

/// What is wrong with a directory that others could have made; nothing when it is not there.
fn directory_problem(directory: &Path) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt;
    let about = std::fs::symlink_metadata(directory).ok()?;
    if !about.is_dir() {
        Some("is not a directory")
    } else if about.uid() != rustix::process::geteuid().as_raw() {
        Some("belongs to another user")
    } else if about.mode() & 0o077 != 0 {
        Some("can be used by other users")
    } else {
        None
    }
}

fn bad(address: &str, problem: &'static str) -> Error {
    Error::BadAddress {
        address: address.to_owned(),
        problem,
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        parse(text).map_err(|problem| match text {
            "" => Error::EmptyDisplay("the display address"),
            _ => bad(text, problem),
        })
    }
}

fn parse(text: &str) -> Result<Address, &'static str> {
    if let Some(path) = text.strip_prefix("unix:") {
        return match path.starts_with('/') && !path.contains('\0') {
            true => Ok(Address::Unix(PathBuf::from(path))),
            false => Err("a Unix socket is named by its whole path"),
        };
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        let (host, port) = split_host(rest)?;
        let (host, port) = (check_host(host)?, parse_port(port)?);
        return match scheme {
            "tcp" => Ok(Address::Tcp { host, port }),
            "tls" => Ok(Address::Tls { host, port }),
            _ => Err("the scheme is not known"),
        };
    }
    if text.starts_with('/') {
        return Err("write unix: before a path");
    }
    let (host, number) = split_host(text)?;
    let number = parse_number(number)?;
    match host {
        "" => Ok(Address::Local(number)),
        _ if number > u16::MAX - BASE_PORT => Err("the display number is too large for a port"),
        _ => Ok(Address::Display {
            host: check_host(host)?,
            number,
        }),
    }
}

/// What stands before and behind the last colon; brackets around an IPv6 address are taken off.
fn split_host(text: &str) -> Result<(&str, &str), &'static str> {
    let (host, rest) = text
        .rsplit_once(':')
        .ok_or("there is no colon with a number behind it")?;
    match host.strip_prefix('[').map(|inner| inner.strip_suffix(']')) {
        Some(Some(inner)) if inner.parse::<std::net::Ipv6Addr>().is_ok() => Ok((inner, rest)),
        Some(_) => Err("what stands in brackets is not an IPv6 address"),
        None if host.contains(':') => Err("an IPv6 address needs brackets around it"),
        None => Ok((host, rest)),
    }
}

fn check_host(host: &str) -> Result<String, &'static str> {
    let fits = |c: char| c.is_alphanumeric() || "-._:%".contains(c);
    match host.is_empty() {
        true => Err("the host is missing"),
        false if host.chars().all(fits) => Ok(host.to_owned()),
        false => Err("the host has characters that no host has"),
    }
}

fn parse_port(text: &str) -> Result<u16, &'static str> {
    match digits(text) {
        Some(port) if port > 0 => Ok(port),
        _ => Err("the port is not a number from 1 to 65535"),
    }
}

/// A display number, with or without a screen number behind it.
fn parse_number(text: &str) -> Result<u16, &'static str> {
    let (number, screen) = text.split_once('.').unwrap_or((text, "0"));
    match (digits(number), digits(screen)) {
        (Some(number), Some(_)) => Ok(number),
        _ => Err("the display number is not a number from 0 to 65535"),
    }
}

/// Digits only: `parse` alone would take a sign.
fn digits(text: &str) -> Option<u16> {
    text.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.parse().ok())?
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bracket = |host: &str| match host.contains(':') {
            true => format!("[{host}]"),
            false => host.to_owned(),
        };
        match self {
            Self::Local(number) => write!(f, ":{number}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Display { host, number } => write!(f, "{}:{number}", bracket(host)),
            Self::Tcp { host, port } => write!(f, "tcp://{}:{port}", bracket(host)),
            Self::Tls { host, port } => write!(f, "tls://{}:{port}", bracket(host)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn display(host: &str, number: u16) -> Address {
        Address::Display {
            host: host.to_owned(),
            number,
        }
    }

    fn tcp(host: &str, port: u16) -> Address {
        Address::Tcp {
            host: host.to_owned(),
            port,
        }
    }

    #[test]
    fn every_form_is_read_as_documented() {
        for (text, address) in [
            (":0", Address::Local(0)),
            (":12.0", Address::Local(12)),
            ("unix:/run/a b/0", Address::Unix("/run/a b/0".into())),
            ("localhost:0", display("localhost", 0)),
            ("localhost:0.1", display("localhost", 0)),
            ("192.0.2.1:59135", display("192.0.2.1", 59135)),
            ("[::1]:3", display("::1", 3)),
            ("tcp://box.example:6400", tcp("box.example", 6400)),
            ("tcp://[::1]:6400", tcp("::1", 6400)),
            (
                "tls://box:1",
                Address::Tls {
                    host: "box".to_owned(),
                    port: 1,
                },
            ),
        ] {
            assert_eq!(text.parse(), Ok(address), "{text}");
        }
    }

    #[test]
    fn an_address_is_written_as_it_is_read() {
        for text in [
            ":0",
            "unix:/a/b",
            "host:1",
            "[::1]:0",
            "tcp://[::1]:80",
            "tls://h:1",
        ] {
            assert_eq!(
                text.parse::<Address>().map(|a| a.to_string()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn nonsense_is_refused_with_its_reason() {
        for (text, part) in [
            ("nonsense", "no colon"),
            (":", "display number"),
            (":-1", "display number"),
            (":+1", "display number"),
            (":0.", "display number"),
            (":0.x", "display number"),
            (":65536", "display number"),
            ("host:59136", "too large for a port"),
            ("host:x", "display number"),
            ("::1:0", "brackets"),
            ("[::1:0", "brackets"),
            ("[host]:0", "not an IPv6"),
            ("unix:relative", "whole path"),
            ("unix:", "whole path"),
            ("/run/transom/0", "unix:"),
            ("tcp://host", "no colon"),
            ("tcp://host:0", "port"),
            ("tcp://host:99999", "port"),
            ("tcp://:6400", "host is missing"),
            ("udp://host:1", "scheme"),
            ("a b:0", "characters"),
        ] {
            let error = text.parse::<Address>().expect_err(text).to_string();
            assert!(error.contains(part), "{text}: {error}");
            assert!(
                error.contains(text) && !error.contains('\n'),
                "{text}: {error}"
            );
        }
        assert_eq!(
            "".parse::<Address>(),
            Err(Error::EmptyDisplay("the display address"))
        );
    }

    #[test]
    fn a_display_off_this_machine_and_tls_point_to_ssh() {
        for text in ["192.0.2.1:0", "tls://localhost:6400"] {
            let error = text
                .parse::<Address>()
                .and_then(|a| a.resolve())
                .expect_err(text);
            assert!(error.to_string().contains("ssh -R"), "{error}");
        }
    }

    #[test]
    fn a_number_on_loopback_is_a_port() {
        assert_eq!(
            display("127.0.0.1", 2).resolve(),
            Ok(vec![([127, 0, 0, 1], 6402).into()])
        );
        assert_eq!(display("::1", 0).resolve().map(|a| a.len()), Ok(1));
    }

    #[test]
    fn a_directory_that_others_can_use_is_not_trusted() {
        use std::os::unix::fs::PermissionsExt;
        let directory = std::env::temp_dir().join(format!("transom-test-{}", std::process::id()));
        std::fs::create_dir(&directory).expect("a fresh name");
        let mode = |mode| {
            std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(mode))
                .expect("our own directory");
            directory_problem(&directory)
        };
        assert_eq!(mode(0o700), None);
        assert_eq!(mode(0o750), Some("can be used by other users"));
        std::fs::remove_dir(&directory).expect("empty");
        assert_eq!(directory_problem(&directory), None);
    }
}
