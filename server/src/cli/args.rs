//! What can be said on the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgGroup, Parser, Subcommand, ValueEnum};
use transom_protocol::geometry::{PixelSize, Scale};

use super::programs;
use crate::config::{parse_menu_entry, parse_scale, parse_shortcut, parse_size};
use crate::desktop::{self, MenuEntry, Shortcut};
use crate::transport::ListenAddress;

/// Transom, a window server you can reach over a network.
#[derive(Debug, Parser)]
#[command(
    name = "transom",
    version,
    after_help = "Environment:\n  \
        TRANSOM_DISPLAY  where programs and tools find the server: :0, unix:/path, tcp://host:port\n  \
        TRANSOM_CONTROL  the control socket's path, for tools alone\n  \
        TRANSOM_LOG      what is logged to stderr: error, warn (default), info, debug, trace\n  \
        NO_COLOR         no colours on stderr\n\n\
        Examples:\n  \
        transom demo                          see it work\n  \
        transom serve                         start a server in a window; the first line says where it is\n  \
        transom serve --headless              the same without a screen\n  \
        transom run -- my-program             run a program on a server of its own\n  \
        transom shot screen.png               take a picture of the only running server"
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Start a server
    Serve(Serve),
    /// Run a command on a private headless server and return its status
    Run(Run),
    /// Show the demo programs on a private server, in a window where there is a screen
    Demo(Demo),
    /// List the windows of a server
    List(List),
    /// Write a picture of the screen, or of one window, as a PNG file
    Shot(Shot),
    /// Press keys, type text, click, move the pointer, scroll
    Inject(Inject),
    /// Wait until something has happened
    Wait(Wait),
    /// Ask a program to close a window
    Close(Close),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
--listen host:N means port 6400+N; with --listen :N that display is taken instead of the first free one.\n\n\
The first line on stdout is TRANSOM_DISPLAY=..., written when programs can connect. SIGINT, SIGTERM and SIGHUP end\n\
the server: programs are told, sockets removed. The control socket, for `transom list` and other tools, is beside the\n\
Unix socket with .control behind its name; with --no-unix it is there all the same.\n\n\
Programs that come over TCP must present the token in $XDG_STATE_HOME/transom/token (default ~/.local/state), which is\n\
made on first use.\n\n\
The window needs DISPLAY or WAYLAND_DISPLAY; closing it ends the server as a signal does.\n\n\
Windows are moved by their title bars, or with Super and the left button anywhere; resized at their edges, or with\n\
Super and the right button. At the screen's sides they fill half of it, at its top all of it. Keys:\n  \
Super+Left, Right      fill half of the screen     Super+Up, Down        maximise, restore\n  \
Super+Shift+arrow      move                        Super+Control+arrow   resize\n  \
Super+M, Super+F       minimise, fill the screen   Super+Q, Alt+F4       close\n  \
Super+Tab              turn to another window      Super+Space           the desktop's menu\n  \
Alt+Space              the window's menu           Super+Escape          end a program's grab of all keys\n\n\
Examples:\n  \
transom serve\n  \
transom serve --fullscreen --grab-keyboard --switcher alt+Tab\n  \
transom serve --menu 'Notes=my-editor ~/notes' --menu 'Far away=ssh -R 6400:localhost:6400 far.example my-program'\n  \
transom serve --headless --size 1920x1080 --scale 1.5\n  \
transom serve --headless --listen tcp://127.0.0.1:6400 --listen 'tcp://[::1]:6400'\n  \
transom serve --headless --no-unix --listen tcp://127.0.0.1:0   # a free port\n  \
ssh -R 6400:localhost:6400 far.example TRANSOM_DISPLAY=localhost:0 my-program")]
pub(super) struct Serve {
    /// Show nothing; keep the picture in memory, for tools and tests
    #[arg(long)]
    pub(super) headless: bool,
    #[command(flatten)]
    pub(super) window: NativeWindow,
    /// Listen here, too: :N, unix:/path, tcp://host:port, host:N (may be repeated)
    #[arg(long, value_name = "ADDR")]
    pub(super) listen: Vec<ListenAddress>,
    /// No Unix socket for programs; only what --listen says
    #[arg(long, requires = "listen")]
    pub(super) no_unix: bool,
    #[command(flatten)]
    pub(super) screen: Screen,
    #[command(flatten)]
    pub(super) desktop: DesktopArgs,
    /// Write the TRANSOM_DISPLAY line to this file descriptor, too
    #[arg(long, value_name = "N")]
    pub(super) ready_fd: Option<u32>,
    /// Write the line as `export TRANSOM_DISPLAY=...`, for a shell's eval
    #[arg(long)]
    pub(super) print_env: bool,
    /// Allow addresses that other machines can reach, although nothing is encrypted
    #[arg(long)]
    pub(super) insecure: bool,
}

/// The window that is the screen, where it is one.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct NativeWindow {
    /// Fill the whole monitor
    #[arg(long, conflicts_with = "headless")]
    pub(super) fullscreen: bool,
    /// Take all keys while the window has the keyboard, those of the host's window manager, too.
    /// Super+Escape lets them go. Only on X11
    #[arg(long, conflicts_with = "headless")]
    pub(super) grab_keyboard: bool,
}

/// What there is around the windows.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct DesktopArgs {
    /// Title bars, a task bar, menus and keys to manage windows [default in a window]
    #[arg(long, overrides_with = "no_desktop")]
    pub(super) desktop: bool,
    /// Windows and nothing else; programs get every key [default with --headless]
    #[arg(long, overrides_with = "desktop")]
    pub(super) no_desktop: bool,
    /// The keys that turn from window to window, such as alt+Tab; with Shift backwards
    #[arg(long, value_name = "KEYS", default_value = "super+Tab", value_parser = parse_shortcut)]
    pub(super) switcher: Shortcut,
    /// A line of the desktop's menu, and what a shell runs for it; may be repeated
    /// [default: the programs beside this one]
    #[arg(long, value_name = "LABEL=COMMAND", value_parser = parse_menu_entry)]
    pub(super) menu: Vec<MenuEntry>,
}

impl DesktopArgs {
    /// What was asked for, or what the kind of screen suggests.
    pub(super) fn config(&self, in_a_window: bool) -> desktop::Config {
        if !self.desktop && (self.no_desktop || !in_a_window) {
            return desktop::Config::bare();
        }
        desktop::Config {
            switcher: self.switcher,
            menu: match self.menu.is_empty() {
                true => programs::menu(),
                false => self.menu.clone(),
            },
            ..desktop::Config::full()
        }
    }
}

/// A server's screen.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Screen {
    /// The screen's size in pixels [default: 1280x800; in a window, what fits]
    #[arg(long, value_name = "WxH", value_parser = parse_size)]
    pub(super) size: Option<PixelSize>,
    /// Pixels to a logical unit [default: 1; in a window, the monitor's]
    #[arg(long, value_name = "S", value_parser = parse_scale)]
    pub(super) scale: Option<Scale>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
CMD finds the server through TRANSOM_DISPLAY. It gets INT, TERM, HUP, QUIT, USR1 and USR2 that this process gets. Its\n\
status is returned: 127 when it was not found, 126 when it cannot be executed, 128+n when it died of signal n; 125\n\
when the server could not be started. Nothing is left behind.\n\n\
Examples:\n  \
transom run -- my-program --its-own-option\n  \
transom run --control -- sh -c 'my-program & transom wait --window Hello && transom shot out.png; kill $!'")]
pub(super) struct Run {
    #[command(flatten)]
    pub(super) screen: Screen,
    /// Title bars, a task bar, menus and keys to manage windows, as in a window of `transom serve`
    #[arg(long)]
    pub(super) desktop: bool,
    /// Set TRANSOM_CONTROL for the command, so that it may use the tools
    #[arg(long)]
    pub(super) control: bool,
    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true, value_name = "CMD")]
    pub(super) command: Vec<OsString>,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The programs are those beside the transom executable.\n\n\
Examples:\n  transom demo\n  transom demo --headless --out demo.png"
)]
pub(super) struct Demo {
    /// Show nothing; write a picture and end. So it is, too, where there is no screen
    #[arg(long)]
    pub(super) headless: bool,
    #[command(flatten)]
    pub(super) window: NativeWindow,
    /// Where the picture goes [default: transom-demo.png, when headless]
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    #[command(flatten)]
    pub(super) screen: Screen,
}

/// Which server a tool speaks to.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Target {
    /// The server [default: $TRANSOM_CONTROL, $TRANSOM_DISPLAY, the only one that runs]
    #[arg(long, value_name = "ADDR")]
    pub(super) display: Option<String>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
--json prints one line:\n  \
{\"windows\":[{\"id\",\"title\",\"app_id\",\"rect\":{\"x\",\"y\",\"width\",\"height\"},\"state\":[...],\"pid\"}]}\n\n\
Examples:\n  transom list\n  transom list --json | jq '.windows[].title'")]
pub(super) struct List {
    #[command(flatten)]
    pub(super) target: Target,
    /// As JSON, with everything that is known
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  transom shot screen.png\n  transom shot --window 3 - | feh -")]
pub(super) struct Shot {
    #[command(flatten)]
    pub(super) target: Target,
    /// Only this window, whole, with its alpha
    #[arg(long, value_name = "ID")]
    pub(super) window: Option<u64>,
    /// Where the picture goes; - is stdout
    pub(super) out: PathBuf,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Input goes where a person's would: to the window under the pointer, or with the focus. The keyboard is a US one.\n\n\
Examples:\n  \
transom inject key ctrl+shift+a Return\n  \
transom inject text 'Hello, world'\n  \
transom inject click 100 50 --window 3\n  \
transom inject touch down 10 10 --finger 1\n  \
transom inject scroll -3")]
pub(super) struct Inject {
    #[command(flatten)]
    pub(super) target: Target,
    #[command(subcommand)]
    pub(super) input: Input,
}

/// What a person would do.
#[derive(Debug, Subcommand)]
pub(super) enum Input {
    /// Press and release keys: ctrl+a, Return, F5, ArrowLeft
    Key {
        /// Only press them; those that are held repeat
        #[arg(long)]
        press: bool,
        /// Only release them
        #[arg(long, conflicts_with = "press")]
        release: bool,
        /// Keys to press together, joined by +; several one after the other
        #[arg(required = true, allow_hyphen_values = true)]
        keys: Vec<String>,
    },
    /// Type text
    Text {
        /// What to type
        #[arg(allow_hyphen_values = true)]
        text: String,
    },
    /// Compose text as an input method does: what is being composed, in place of what was before
    Preedit {
        /// The text; empty: nothing any more
        #[arg(allow_hyphen_values = true)]
        text: String,
    },
    /// Enter text as an input method does
    Commit {
        /// The text
        #[arg(allow_hyphen_values = true)]
        text: String,
    },
    /// Move the pointer and click
    Click {
        #[command(flatten)]
        place: Place,
        /// left, middle, right, back or forward
        #[arg(long, default_value = "left")]
        button: String,
        /// How often
        #[arg(long, default_value_t = 1)]
        count: u32,
    },
    /// Move the pointer
    Move {
        #[command(flatten)]
        place: Place,
    },
    /// Press or release a button where the pointer is
    Button {
        /// What to do
        action: ButtonAction,
        /// left, middle, right, back or forward
        #[arg(default_value = "left")]
        button: String,
    },
    /// Put a finger on the screen, move it, or lift it
    Touch {
        /// What it does
        action: TouchAction,
        /// Pixels from the left; needed to come down and to move
        #[arg(allow_negative_numbers = true, required_if_eq_any([("action", "down"), ("action", "move")]), requires = "y")]
        x: Option<f64>,
        /// Pixels from the top
        #[arg(allow_negative_numbers = true)]
        y: Option<f64>,
        /// Count from this window's corner
        #[arg(long, value_name = "ID", requires = "x")]
        window: Option<u64>,
        /// Which finger: those with different numbers are down at once
        #[arg(long, value_name = "N", default_value_t = 0)]
        finger: u32,
    },
    /// Turn the wheel where the pointer is
    Scroll {
        /// Lines downwards
        #[arg(allow_negative_numbers = true)]
        lines_y: f64,
        /// Lines to the right
        #[arg(allow_negative_numbers = true, default_value_t = 0.0)]
        lines_x: f64,
    },
}

/// What a finger does.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum TouchAction {
    /// Comes down
    Down,
    /// Moves
    Move,
    /// Goes up
    Up,
    /// Means something else from now on
    Cancel,
}

/// What a button does.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ButtonAction {
    /// Goes down
    Press,
    /// Goes up
    Release,
}

/// Where the pointer goes.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Place {
    /// Pixels from the left
    #[arg(allow_negative_numbers = true)]
    pub(super) x: f64,
    /// Pixels from the top
    #[arg(allow_negative_numbers = true)]
    pub(super) y: f64,
    /// Count from this window's corner
    #[arg(long, value_name = "ID")]
    pub(super) window: Option<u64>,
}

#[derive(Debug, clap::Args)]
#[command(
    group = ArgGroup::new("what").required(true),
    after_help = "\
Idle means: no program's requests are being executed, no frame is due, and nothing has happened for 50 ms.\n\n\
Examples:\n  \
transom wait --window 'Text editor'\n  \
transom wait --idle --timeout 2\n  \
transom wait --frames 3"
)]
pub(super) struct Wait {
    #[command(flatten)]
    pub(super) target: Target,
    /// Until there is a window with this in its title; prints its id
    #[arg(long, value_name = "TITLE", group = "what")]
    pub(super) window: Option<String>,
    /// Until nothing is going on
    #[arg(long, group = "what")]
    pub(super) idle: bool,
    /// Until so many pictures were presented
    #[arg(long, value_name = "N", group = "what")]
    pub(super) frames: Option<u64>,
    /// Give up after so many seconds
    #[arg(long, value_name = "S", default_value = "10", value_parser = parse_seconds)]
    pub(super) timeout: f64,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "The program decides what it does about it.\n\nExample:\n  transom close 3")]
pub(super) struct Close {
    #[command(flatten)]
    pub(super) target: Target,
    /// The window's id, as `transom list` shows it
    pub(super) window: u64,
}

fn parse_seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.0..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("expected seconds, at most 86400".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use clap::error::ErrorKind;

    fn problem(line: &str) -> Option<ErrorKind> {
        Args::try_parse_from(line.split(' '))
            .err()
            .map(|e| e.kind())
    }

    #[test]
    fn the_description_of_the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn commands_as_in_the_examples_are_understood() {
        for line in [
            "transom serve --headless --size 640x480 --scale 1.5 --ready-fd 3 --print-env",
            "transom serve --headless --no-unix --listen tcp://127.0.0.1:0 --listen tcp://[::1]:0",
            "transom run --control -- sh -c true",
            "transom run my-program --size 3",
            "transom serve --fullscreen",
            "transom demo --headless --out x.png",
            "transom list --json --display :3",
            "transom shot --window 3 -",
            "transom inject key ctrl+a -",
            "transom inject text -x",
            "transom inject preedit にほn",
            "transom inject commit 日本",
            "transom inject click -5 7.5 --window 2 --button right --count 2",
            "transom inject scroll -3",
            "transom inject touch down -5 7.5 --window 2 --finger 1",
            "transom inject touch up --finger 1",
            "transom wait --idle --timeout 0.5",
            "transom close 4",
        ] {
            assert_eq!(problem(line), None, "{line}");
        }
    }

    #[test]
    fn wrong_usage_is_told_as_such() {
        for line in [
            "transom",
            "transom dance",
            "transom serve --size 0x0",
            "transom serve --headless --fullscreen",
            "transom serve --listen nonsense",
            "transom serve --no-unix",
            "transom run",
            "transom inject touch down",
            "transom inject touch move 3",
            "transom wait",
            "transom wait --idle --frames 3",
            "transom close x",
            "transom shot",
        ] {
            assert!(problem(line).is_some(), "{line}");
        }
    }
}
