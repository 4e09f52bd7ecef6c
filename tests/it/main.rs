//! Everything together: library and server in one process, and the real programs over real
//! sockets.

mod barrier;
mod clipboard;
mod desktop;
mod fonts;
mod fuzz;
mod gallery;
mod host_clipboard;
mod idle;
mod oracle;
mod person;
mod pictures;
mod pools;
mod python;
mod rebuild;
mod run;
mod serve;
mod slow_link;
mod sockets;
mod structure;
mod terminal;
mod tools;
mod touch;
mod typing;
mod ugly;
