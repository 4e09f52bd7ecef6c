//! Everything together: library and server in one process, and the real programs over real
//! sockets.

mod oracle;
mod rebuild;
mod structure;
