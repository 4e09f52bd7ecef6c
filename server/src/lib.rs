//! The Transom server as a library.

pub mod composite;
pub mod desktop;
pub mod raster;
pub mod region;
pub mod time;
