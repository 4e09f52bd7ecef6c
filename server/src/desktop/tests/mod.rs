//! The desktop from outside: requests and input in, events and pictures out.

mod drag;
mod fixture;
mod focus;
mod invariants;
mod manage;
mod menus;
mod pacing;
mod picture;
mod pointer;
mod popups;
mod random;
mod requests;
mod selections;
mod selections_random;
mod stacking;
mod states;
mod stream;
mod text_input;
mod touch;
