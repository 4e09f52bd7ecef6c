//! The terminal without window, pseudo-terminal and clock.

mod conformance;
mod grid;
mod painting;
mod window;
