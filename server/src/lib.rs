//! The Transom server as a library.

pub mod region;
