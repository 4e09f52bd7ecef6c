//! The Transom wire protocol: message types and their bytes, without I/O.
//!
//! `PROTOCOL.md` beside this crate is the contract, byte by byte; here is the short version.
//!
//! **Packets.** Each direction of a connection begins with [`codec::MAGIC`]. Then come packets:
//! a `u32` length of what follows it, a `u16` opcode, a body. [`Request`]s go to the server,
//! [`Event`]s to the client. Numbers are little-endian.
//!
//! **Order.** The server executes requests strictly as they arrive. A request's *sequence number*
//! is implicit: the first packet after the [`hello::Hello`] is 1, the next 2, and so on.
//!
//! **Ids** are chosen by the client, so nothing that a program creates or draws waits for an
//! answer. Windows, offers and transfers never reuse an id on a connection, and each new one is
//! greater than those before; other ids are free again once destroyed.
//!
//! **Errors.** What cannot be decoded or is not permitted ends the connection with
//! [`event::Closed`]. Anything else costs the one request or drawing operation and is told by
//! [`event::Error`]. A create that failed leaves its id *inert*: requests that name it are ignored
//! without a further error until it is destroyed.
//!
//! **Versions.** The hello carries a range of versions and a set of features. An opcode, drawing
//! operation or event that a peer does not know is skipped.

pub mod clipboard;
pub mod codec;
pub mod color;
pub mod draw;
pub mod error;
pub mod event;
pub mod geometry;
pub mod glyph;
pub mod hello;
pub mod ids;
pub mod input;
pub mod paint;
pub mod request;
pub mod window;

pub use error::{DecodeError, ErrorCode};
pub use event::Event;
pub use request::Request;
