//! The Transom wire protocol.

pub mod color;
pub mod geometry;
