//! What can go wrong, in text a person can act on.

use std::path::PathBuf;

use transom_protocol::{DecodeError, ErrorCode};

/// Why something could not be done.
///
/// Its text is one line that says which address was tried, what happened and what to do about it.
/// An error that ended the connection is returned again by every later call that needs it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Neither a variable nor an option says where the display is.
    #[error(
        "no display: TRANSOM_DISPLAY is not set; start `transom serve` and use the address it prints, or pass --display"
    )]
    NoDisplay,
    /// What says where the display is, is empty.
    #[error(
        "no display: {source} is empty; `transom serve` prints an address to put there",
        source = .0
    )]
    EmptyDisplay(&'static str),
    /// An address that cannot be read.
    #[error(
        "bad display address {address:?}: {problem}; use :N, host:N, unix:/path or tcp://host:port"
    )]
    BadAddress {
        /// As it was given.
        address: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A connection that would need encryption, which this version lacks.
    #[error(
        "cannot connect to {address}: encrypted connections are not in this version; forward the port with `ssh -L` or `ssh -R` (as `ssh -R 6400:localhost:6400 HOST`, then localhost:0 on HOST)"
    )]
    NotInThisVersion {
        /// As it was given.
        address: String,
    },
    /// Nothing answers at the address.
    #[error("cannot connect to {address}: {problem}; is `transom serve` running there?")]
    NoServer {
        /// As it was given, and what it led to.
        address: String,
        /// What the system said.
        problem: String,
    },
    /// The directory for sockets is not this user's alone.
    #[error("cannot connect to {address}: {path} {problem}; remove it or set XDG_RUNTIME_DIR", path = path.display())]
    SocketDirectory {
        /// As it was given.
        address: String,
        /// The directory.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The token named by the environment cannot be used.
    #[error(
        "cannot use the token in {source_name}: {problem}; it is 64 hexadecimal digits, as in the server's ~/.local/state/transom/token"
    )]
    BadToken {
        /// A variable or a file.
        source_name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Random numbers, the program's proof of identity, could not be had.
    #[error("cannot read /dev/urandom: {0}")]
    NoRandom(String),
    /// What answers does not speak the protocol.
    #[error("what answers at {address} is not a Transom server{said}; check the address")]
    NotTransom {
        /// Where.
        address: String,
        /// The line it sent instead, after a separator; or nothing.
        said: String,
    },
    /// The server refused the token.
    #[error(
        "the server at {address} refused the token ({text}); set TRANSOM_TOKEN or TRANSOM_TOKEN_FILE to that of the server, which is in its ~/.local/state/transom/token"
    )]
    TokenRefused {
        /// Where.
        address: String,
        /// What the server said.
        text: String,
    },
    /// Server and library have no version of the protocol in common.
    #[error(
        "the server at {address} speaks another version of the protocol ({text}); update the older of the two"
    )]
    Version {
        /// Where.
        address: String,
        /// What the server said.
        text: String,
    },
    /// The server ended the connection and said why.
    #[error("the server at {address} closed the connection: {code}{separator}{text}", separator = if text.is_empty() { "" } else { ": " })]
    Closed {
        /// Where.
        address: String,
        /// What kind of reason.
        code: ErrorCode,
        /// What the server said.
        text: String,
    },
    /// The server is gone: it ended, or the link broke.
    #[error("the server at {address} went away: {problem}")]
    Lost {
        /// Where.
        address: String,
        /// What the system said.
        problem: String,
    },
    /// The server sent bytes that make no sense.
    #[error("the server at {address} sent what cannot be read: {problem}")]
    Protocol {
        /// Where.
        address: String,
        /// What was wrong.
        problem: DecodeError,
    },
    /// A path has too many steps for one packet.
    #[error("{0}")]
    PathTooLong(#[from] transom_protocol::draw::PathTooLong),
    /// Pixels are not as many as the size and format of their image need.
    #[error("an image of {width} by {height} pixels needs {needed} bytes, not {given}")]
    ImageBytes {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Bytes that would be right.
        needed: u64,
        /// Bytes there were.
        given: u64,
    },
    /// A part of an image that does not lie inside it.
    #[error("the part to be patched does not lie inside the image")]
    PatchOutside,
    /// What was to be a font cannot be read as one.
    #[cfg(feature = "text")]
    #[error("no font: the bytes are no TrueType or OpenType font with outlines that can be read")]
    NoFont,
    /// Something that needs another display's window, image or surface.
    #[error("frames of two displays cannot be committed together")]
    OtherDisplay,
    /// The server made no window: there are too many, or none can be like that.
    /// [`Event::RequestFailed`](crate::Event::RequestFailed) said why.
    #[error("the server refused the window: there are too many, or none can be like that")]
    WindowRefused,
    /// So many events wait to be read that no more are accepted, and with them no answers.
    #[error("thousands of events wait unread; the program must read its events")]
    EventsUnread,
    /// Waiting on a [`Display::detached`](crate::Display::detached), which nothing feeds meanwhile.
    #[error("this display has no connection to wait for")]
    Detached,
}
