//! What a peer did wrong ([`ErrorCode`]) and what its bytes did wrong ([`DecodeError`]).

use crate::codec::wire_names;

wire_names! {
    /// Why a request failed or a connection ended. A code this version does not know keeps its number.
    pub struct ErrorCode: u16 {
        /// Bytes that cannot be decoded. Fatal.
        MALFORMED = 1, "malformed";
        /// A length or count beyond a bound that the server names. Fatal.
        TOO_LARGE = 2, "too-large";
        /// Something the client may not do. Fatal.
        NOT_PERMITTED = 3, "not-permitted";
        /// No protocol version in common. Fatal.
        VERSION = 4, "version";
        /// The token is missing or wrong. Fatal.
        TOKEN = 5, "token";
        /// The first packet was not a hello, or it came too late or twice. Fatal.
        HANDSHAKE = 6, "handshake";
        /// The client did not read its events for too long. Fatal.
        TOO_SLOW = 7, "too-slow";
        /// The server ends. Fatal.
        SHUTDOWN = 8, "shutdown";
        /// The server has as many clients as it takes. Fatal.
        FULL = 9, "full";
        /// Someone closed this client's connection from the server's side. Fatal.
        KILLED = 10, "killed";
        /// The server has failed at what the client sent, which is a fault of the server's. Fatal.
        FAULT = 11, "fault";
        /// Nothing this server can do. The request was skipped.
        UNSUPPORTED = 32, "unsupported";
        /// More memory or objects than the client may have. The request was skipped.
        QUOTA = 33, "quota";
        /// A value outside what the request allows. The request was skipped.
        BAD_ARGUMENT = 34, "bad-argument";
        /// An id that names nothing. The request was skipped.
        UNKNOWN_ID = 35, "unknown-id";
        /// An id that is taken, or was used before where ids are never reused. The request was skipped.
        BAD_ID = 36, "bad-id";
        /// A request that does not fit the state: image data without a begun image. The request was skipped.
        BAD_STATE = 37, "bad-state";
    }
}

impl ErrorCode {
    /// Whether the connection ends with it.
    pub const fn is_fatal(self) -> bool {
        self.0 < 32
    }
}

/// Why bytes are not a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The connection did not begin with [`crate::codec::MAGIC`].
    #[error("the peer does not speak the Transom protocol")]
    NotTransom,
    /// A packet claims more bytes than [`crate::codec::MAX_PACKET`].
    #[error("a packet of {0} bytes, more than the {max} allowed", max = crate::codec::MAX_PACKET)]
    TooLarge(u32),
    /// A packet too short to hold an opcode.
    #[error("a packet of {0} bytes, too short for an opcode")]
    TooShort(u32),
    /// The body ended before its fields did, or did not end with them, or text is not UTF-8.
    #[error("{what}: {problem}")]
    Malformed {
        /// Which message or operation.
        what: &'static str,
        /// What is wrong with its bytes.
        problem: &'static str,
    },
    /// The bytes have the right shape but a value none of us knows. The packet can be skipped.
    #[error("{what}: {problem}")]
    BadValue {
        /// Which message or operation.
        what: &'static str,
        /// Which value is not known.
        problem: &'static str,
    },
    /// An opcode or operation this version does not know. It can be skipped.
    #[error("unknown opcode or operation 0x{0:04x}")]
    Unknown(u16),
}

impl DecodeError {
    /// What the peer is told.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::TooLarge(_) => ErrorCode::TOO_LARGE,
            Self::NotTransom | Self::TooShort(_) | Self::Malformed { .. } => ErrorCode::MALFORMED,
            Self::BadValue { .. } => ErrorCode::BAD_ARGUMENT,
            Self::Unknown(_) => ErrorCode::UNSUPPORTED,
        }
    }
}
