//! The exact bytes of every message and record, and that `PROTOCOL.md` tells the same story.
//!
//! The bytes are kept beside this file as hex. A test that fails here says that programs out there
//! would no longer be understood. When that is meant (a message that is new), set
//! `TRANSOM_ACCEPT=1` and look at what changed before committing it.

#[path = "golden/bytes.rs"]
mod bytes;
#[path = "golden/document.rs"]
mod document;
#[path = "golden/hex.rs"]
mod hex;
#[path = "golden/samples.rs"]
mod samples;
