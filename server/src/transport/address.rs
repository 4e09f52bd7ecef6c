//! [`ListenAddress`]: where a server listens, as it stands on the command line.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

/// The TCP port of display 0; display N has this plus N.
pub const BASE_PORT: u16 = 6400;

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenAddress {
    /// `:N`, the Unix socket of that display.
    Display(u16),
    /// `unix:/path`.
    Unix(PathBuf),
    /// `tcp://host:port` or `host:N`.
    Tcp(String, u16),
}

/// Why text is not a [`ListenAddress`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No form fits.
    #[error(
        "'{0}' is not an address: expected :N, unix:/path, host:N (TCP port 6400+N) or tcp://host:port; IPv6 in brackets"
    )]
    Form(String),
    /// The number behind the last colon.
    #[error("'{0}' has no valid {1}")]
    Number(String, &'static str),
    /// TLS is still to come.
    #[error("'{0}': TLS is not in this version; listen on loopback and reach it through ssh -R")]
    Tls(String),
}

impl FromStr for ListenAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if let Some(path) = text.strip_prefix("unix:") {
            return match path.starts_with('/') {
                true => Ok(Self::Unix(path.into())),
                false => Err(AddressError::Form(text.into())),
            };
        }
        if text.starts_with("tls://") {
            return Err(AddressError::Tls(text.into()));
        }
        if let Some(rest) = text.strip_prefix("tcp://") {
            let (host, port) = split_host(text, rest)?;
            let port = port.parse().map_err(|_| number(text, "port"))?;
            return Ok(Self::Tcp(host, port));
        }
        if let Some(display) = text.strip_prefix(':') {
            return Ok(Self::Display(display_number(text, display)?));
        }
        let (host, display) = split_host(text, text)?;
        let port = BASE_PORT
            .checked_add(display_number(text, display)?)
            .ok_or_else(|| number(text, "display number"))?;
        Ok(Self::Tcp(host, port))
    }
}

fn number(text: &str, what: &'static str) -> AddressError {
    AddressError::Number(text.into(), what)
}

/// `host:rest` or `[v6]:rest`.
fn split_host<'a>(text: &str, rest: &'a str) -> Result<(String, &'a str), AddressError> {
    let form = || AddressError::Form(text.into());
    let (host, number) = rest.rsplit_once(':').ok_or_else(form)?;
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let valid = match bare {
        Some(v6) => v6.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && !host.contains([':', '/', '[', ']', ' ']),
    };
    match valid {
        true => Ok((bare.unwrap_or(host).into(), number)),
        false => Err(form()),
    }
}

/// `N` or, as X has it, `N.screen`, of which the screen is ignored.
fn display_number(text: &str, display: &str) -> Result<u16, AddressError> {
    let problem = || number(text, "display number");
    let (display, screen) = display.split_once('.').unwrap_or((display, "0"));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    match digits(display) && digits(screen) {
        true => display.parse().map_err(|_| problem()),
        false => Err(problem()),
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Display(number) => write!(f, ":{number}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tcp(host, port) if host.contains(':') => write!(f, "tcp://[{host}]:{port}"),
            Self::Tcp(host, port) => write!(f, "tcp://{host}:{port}"),
        }
    }
}

/// Whether only this machine reaches it.
pub fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_address_is_read() {
        let tcp = |host: &str, port| ListenAddress::Tcp(host.into(), port);
        for (text, address) in [
            (":0", ListenAddress::Display(0)),
            (":12.0", ListenAddress::Display(12)),
            ("unix:/run/x", ListenAddress::Unix("/run/x".into())),
            ("localhost:0", tcp("localhost", 6400)),
            ("127.0.0.1:3", tcp("127.0.0.1", 6403)),
            ("[::1]:2", tcp("::1", 6402)),
            ("tcp://127.0.0.1:0", tcp("127.0.0.1", 0)),
            ("tcp://[::]:6400", tcp("::", 6400)),
        ] {
            assert_eq!(text.parse(), Ok(address), "{text}");
        }
    }

    #[test]
    fn nonsense_is_refused_with_what_was_expected() {
        for text in [
            "",
            ":",
            ":x",
            ":1.x",
            ":-1",
            ":70000",
            "unix:",
            "unix:rel",
            "host",
            "host:",
            "host:60000",
            "tcp://h",
            "tcp://h:",
            "tcp://h:70000",
            "tcp://::1:5",
            "[zz]:5",
            "tls://h:5",
            "a b:1",
        ] {
            let error = text.parse::<ListenAddress>().expect_err(text);
            assert!(error.to_string().contains(text), "{error}");
        }
    }

    #[test]
    fn addresses_are_written_as_they_are_read() {
        for text in [":3", "unix:/a/b", "tcp://[::1]:6400", "tcp://localhost:0"] {
            let address: ListenAddress = text.parse().expect(text);
            assert_eq!(address.to_string(), text);
        }
    }
}
