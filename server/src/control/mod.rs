//! What tools ask of a running server, and the specification of how.
//!
//! # The control socket
//!
//! Beside each Unix socket of a server lies its control socket, with `.control` behind its name:
//! for display `:N` it is `$XDG_RUNTIME_DIR/transom/N.control`, or `/tmp/transom-UID/N.control` when
//! `XDG_RUNTIME_DIR` is not set. A server started with `--no-unix` has one all the same, at the
//! first free number. It has mode 0600, and only processes of the server's user may connect. Who
//! may connect sees everything and may do everything: a sandbox is given the display's socket alone.
//!
//! # Requests and replies
//!
//! A tool writes one JSON object a line, at most [`MAX_LINE`] bytes, and gets one line for each, in
//! order: an object with `"ok": true`, or `{"ok":false,"error":"..."}` with text for a person, after
//! which the connection goes on. Unknown commands and unknown fields are errors. Only a line that
//! is too long ends the connection. One that finds 64 others open gets such an error unasked, and is closed. Fields marked `?` may be left out.
//!
//! Lengths and positions are in pixels of the screen, from its upper left corner; with a `window` they
//! count from that window's upper left corner. A `window` is an `id` as `list` tells it.
//!
//! | request | reply, besides `"ok":true` |
//! |---|---|
//! | `{"cmd":"info"}` | `"version"`, `"pid"`, `"addresses"`: where programs connect, `"output":{"width","height","scale"}`, `"frames"`: pictures presented so far, `"text_field"?:{"purpose","caret":{"x","y","width","height"}}`: where composed text goes, if anywhere |
//! | `{"cmd":"list"}` | `"windows"`: those with a first frame, back to front, each `{"id","title","app_id","rect":{"x","y","width","height"},"state":[...],"pid"}`. States are those of the protocol in small letters: `active`, `maximized`, `hidden` ... |
//! | `{"cmd":"shot","window"?:ID}` | `"width"`, `"height"`, `"format":"png"`, `"bytes":N`; the line is followed by the N bytes of the file. All that is pending is composited first. A window is shown whole, with its alpha, without what covers it |
//! | `{"cmd":"inject","input":...}` | nothing; see below |
//! | `{"cmd":"wait","for":"window","title":TEXT,"timeout_ms"?:MS}` | `"window"`, as in `list`: the first with `TEXT` in its title |
//! | `{"cmd":"wait","for":"idle","timeout_ms"?:MS}` | nothing; see below |
//! | `{"cmd":"wait","for":"frames","count":N,"timeout_ms"?:MS}` | nothing, when N pictures were presented since the request came |
//! | `{"cmd":"close","window":ID}` | nothing; the program was asked to close it, as by its title bar |
//! | `{"cmd":"clock","do":"hold"}` | nothing; from now on nothing is presented. Screenshots still show what is pending, but no program is told that it was shown |
//! | `{"cmd":"clock","do":"step"}` | `"presented"`: whether anything was pending and has now been presented |
//! | `{"cmd":"clock","do":"release"}` | nothing; the server presents by itself again |
//! | `{"cmd":"quit"}` | nothing; the server ends, as on SIGTERM |
//!
//! A `wait` lasts at most `timeout_ms`, 10,000 when left out, and then fails. A tool that closes its
//! connection meanwhile, or its sending half, ends it.
//!
//! # Idle
//!
//! The server is idle when no session is executing requests, no frame is due (one that a held
//! clock keeps back is not), and for [`QUIET`](crate::hub::QUIET) (50 ms) nothing was executed,
//! injected or presented. A packet of which only a part has arrived does not count: it cannot be
//! executed.
//!
//! # Input
//!
//! Input is treated as a person's: it goes to the window under the pointer or with the focus. The
//! keyboard is a US one.
//!
//! | `inject` with | |
//! |---|---|
//! | `"input":"key","keys":"ctrl+shift+a","action"?:"tap"` | presses the keys in order and releases them in reverse; with `"press"` or `"release"` only that. Pressing a key that is held repeats it; `CapsLock` turns capitals on and off. Keys are single characters, W3C names of keys and codes (`Enter`, `ArrowLeft`, `F5`, `KeyA`, `NumpadAdd`) in any case, and `ctrl`, `alt`, `shift`, `super`, `altgr`, `return`, `esc`, `del`, `ins`, `up`, `down`, `left`, `right`, `pgup`, `pgdn`, `space`, `plus` |
//! | `"input":"text","text":"Hello"` | types it. Line feeds press Enter, tabs Tab; a character that a US keyboard lacks arrives with code 0. Typed as fast as the program reads; one that reads nothing for 10 seconds is an error |
//! | `"input":"preedit","text":TEXT,"cursor"?:[BEGIN,END]` | what an input method is composing, in place of what was before; empty: nothing any more. `cursor`: the bytes that are marked; when left out the caret is at the end. Nothing happens where no program takes composed text |
//! | `"input":"commit","text":TEXT` | what an input method has composed. A program that takes no composed text gets it as the text of a key |
//! | `"input":"move","x":X,"y":Y,"window"?:ID` | moves the pointer |
//! | `"input":"click","x"?:X,"y"?:Y,"window"?:ID,"button"?:"left","count"?:1` | moves the pointer, if told where, and clicks |
//! | `"input":"button","action":"press","button"?:"left"` | presses or, with `"release"`, releases it where the pointer is |
//! | `"input":"touch","action":"down","x":X,"y":Y,"window"?:ID,"finger"?:0` | a finger comes down; with `"move"` it moves, with `"up"` it goes up and with `"cancel"` it means something else from now on: both where it was last, or at a place that is told. Fingers with different numbers are down at once. A program that does not understand touch gets the first as the pointer |
//! | `"input":"scroll","x"?:X,"y"?:Y,"window"?:ID,"lines_y"?:L,"lines_x"?:L` | moves the pointer, if told where, and turns the wheel by so many lines, down and to the right |
//!
//! Buttons are `left`, `middle`, `right`, `back` and `forward`.

mod inject;
mod keyboard;
mod keys;
mod message;
mod serve;
mod tools;
mod us_layout;
mod wait;

pub use keyboard::Keyboard;
pub use keys::{KeyError, Stroke, parse_keys};
pub use message::{
    ClockAction, Failure, Info, Injection, KeyAction, OutputInfo, Place, RectInfo, Request, Shot,
    TextFieldInfo, TouchAction, Until, WindowLine,
};
pub use serve::serve;
pub use tools::{ControlError, Reply, Tools};

/// The longest line a tool may send: room for the text of a long letter.
pub const MAX_LINE: usize = 256 << 10;

/// How long a `wait` lasts when nothing else is said, in milliseconds.
pub const DEFAULT_TIMEOUT_MS: u64 = 10_000;
