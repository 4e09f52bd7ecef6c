//! The desktop from outside: requests and input in, events and pictures out.

mod fixture;
mod focus;
mod invariants;
mod pacing;
mod pointer;
mod popups;
mod random;
mod requests;
mod stacking;
mod states;
mod stream;
