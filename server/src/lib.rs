//! The Transom server as a library.

pub mod raster;
pub mod region;
