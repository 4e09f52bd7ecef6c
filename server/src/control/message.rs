//! The objects that travel over the control socket; what they mean is told in
//! [`control`](crate::control).

use serde::{Deserialize, Serialize};
use transom_protocol::geometry::PixelRect;

use super::DEFAULT_TIMEOUT_MS;

/// What a tool asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "cmd", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// What the server is.
    Info {},
    /// Its windows.
    List {},
    /// A picture of the screen or of one window.
    Shot {
        /// Which window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<u64>,
    },
    /// Input, as a person's.
    Inject(Injection),
    /// Answered when something has happened.
    Wait(Until),
    /// Asks a program to close a window.
    Close {
        /// Which one.
        window: u64,
    },
    /// Holds the frame clock, or lets it go.
    Clock {
        /// What to do.
        r#do: ClockAction,
    },
    /// Ends the server.
    Quit {},
}

/// What to do with the frame clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockAction {
    /// Present nothing.
    Hold,
    /// Present once.
    Step,
    /// Present by itself.
    Release,
}

/// What a tool waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case", deny_unknown_fields)]
pub enum Until {
    /// A window whose title contains this.
    Window {
        /// The text.
        title: String,
        /// How long at most.
        #[serde(default = "default_timeout")]
        timeout_ms: u64,
    },
    /// Nothing is going on.
    Idle {
        /// How long at most.
        #[serde(default = "default_timeout")]
        timeout_ms: u64,
    },
    /// So many pictures were presented.
    Frames {
        /// How many.
        count: u64,
        /// How long at most.
        #[serde(default = "default_timeout")]
        timeout_ms: u64,
    },
}

fn default_timeout() -> u64 {
    DEFAULT_TIMEOUT_MS
}

/// Whether keys or a button go down, up, or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyAction {
    /// Down and up.
    #[default]
    Tap,
    /// Down.
    Press,
    /// Up.
    Release,
}

/// What a finger does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TouchAction {
    /// It comes down.
    Down,
    /// It moves.
    Move,
    /// It goes up.
    Up,
    /// It means something else, as when a gesture was recognised.
    Cancel,
}

/// Where the pointer goes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// From the left.
    pub x: Option<f64>,
    /// From the top.
    pub y: Option<f64>,
    /// From this window's corner instead of the screen's.
    pub window: Option<u64>,
}

/// Input, as a person's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "input", rename_all = "snake_case", deny_unknown_fields)]
pub enum Injection {
    /// Keys, together.
    Key {
        /// Their names, with `+` between.
        keys: String,
        /// Down, up or both.
        #[serde(default)]
        action: KeyAction,
    },
    /// Characters, one after the other.
    Text {
        /// What is typed.
        text: String,
    },
    /// What an input method is composing, in place of what was before.
    Preedit {
        /// Empty: nothing any more.
        text: String,
        /// Where the marked bytes begin and end; the caret at its end, when left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cursor: Option<(usize, usize)>,
    },
    /// What an input method has composed.
    Commit {
        /// Entered.
        text: String,
    },
    /// The pointer.
    Move {
        /// From the left.
        x: f64,
        /// From the top.
        y: f64,
        /// From this window's corner.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<u64>,
    },
    /// A button, down and up.
    Click {
        /// From the left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        x: Option<f64>,
        /// From the top.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        y: Option<f64>,
        /// From this window's corner.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<u64>,
        /// Which button.
        #[serde(default = "default_button")]
        button: String,
        /// How often.
        #[serde(default = "default_count")]
        count: u32,
    },
    /// A button.
    Button {
        /// Which button.
        #[serde(default = "default_button")]
        button: String,
        /// Down, up or both.
        action: KeyAction,
    },
    /// A finger.
    Touch {
        /// What it does.
        action: TouchAction,
        /// Which one; several may be down at once.
        #[serde(default)]
        finger: u32,
        /// From the left. Where it is: left out only when it goes up or is cancelled.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        x: Option<f64>,
        /// From the top.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        y: Option<f64>,
        /// From this window's corner.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<u64>,
    },
    /// The wheel.
    Scroll {
        /// From the left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        x: Option<f64>,
        /// From the top.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        y: Option<f64>,
        /// From this window's corner.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<u64>,
        /// Lines to the right.
        #[serde(default)]
        lines_x: f64,
        /// Lines downwards.
        #[serde(default)]
        lines_y: f64,
    },
}

fn default_button() -> String {
    "left".into()
}

fn default_count() -> u32 {
    1
}

/// What a server is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Info {
    /// Its version.
    pub version: String,
    /// Its process.
    pub pid: u32,
    /// Where programs connect.
    pub addresses: Vec<String>,
    /// Its screen.
    pub output: OutputInfo,
    /// Pictures presented so far.
    pub frames: u64,
    /// Where composed text goes, if anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_field: Option<TextFieldInfo>,
}

/// Where a program takes composed text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextFieldInfo {
    /// What is entered there: `normal`, `password`, `terminal`, `number`, `email`, `url`.
    pub purpose: String,
    /// The caret on the screen.
    pub caret: RectInfo,
}

/// A screen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputInfo {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Pixels of a logical unit.
    pub scale: f64,
}

/// One window in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WindowLine {
    /// What tools call it.
    pub id: u64,
    /// What its title bar says.
    pub title: String,
    /// Which program it belongs to.
    pub app_id: String,
    /// Where it is on the screen.
    pub rect: RectInfo,
    /// The names of its states.
    pub state: Vec<String>,
    /// Its program's process, as the program says.
    pub pid: u32,
}

/// A rectangle on the screen, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RectInfo {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// To the right.
    pub width: u32,
    /// Downwards.
    pub height: u32,
}

impl From<PixelRect> for RectInfo {
    fn from(rect: PixelRect) -> Self {
        Self {
            x: rect.x0,
            y: rect.y0,
            width: rect.width(),
            height: rect.height(),
        }
    }
}

/// The line before a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shot {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// `png`.
    pub format: String,
    /// How many bytes follow the line.
    pub bytes: usize,
}

/// The reply to what could not be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// False.
    pub ok: bool,
    /// Why, for a person.
    pub error: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Request, String> {
        serde_json::from_str(line).map_err(|e| e.to_string())
    }

    #[test]
    fn requests_are_read_as_documented() {
        for (line, request) in [
            (r#"{"cmd":"list"}"#, Request::List {}),
            (r#"{"cmd":"shot"}"#, Request::Shot { window: None }),
            (
                r#"{"cmd":"shot","window":3}"#,
                Request::Shot { window: Some(3) },
            ),
            (
                r#"{"cmd":"clock","do":"step"}"#,
                Request::Clock {
                    r#do: ClockAction::Step,
                },
            ),
            (
                r#"{"cmd":"wait","for":"frames","count":2}"#,
                Request::Wait(Until::Frames {
                    count: 2,
                    timeout_ms: DEFAULT_TIMEOUT_MS,
                }),
            ),
            (
                r#"{"cmd":"inject","input":"key","keys":"ctrl+a"}"#,
                Request::Inject(Injection::Key {
                    keys: "ctrl+a".into(),
                    action: KeyAction::Tap,
                }),
            ),
            (
                r#"{"cmd":"inject","input":"click","x":1,"y":2.5}"#,
                Request::Inject(Injection::Click {
                    x: Some(1.0),
                    y: Some(2.5),
                    window: None,
                    button: "left".into(),
                    count: 1,
                }),
            ),
            (
                r#"{"cmd":"inject","input":"touch","action":"down","finger":2,"x":1,"y":2}"#,
                Request::Inject(Injection::Touch {
                    action: TouchAction::Down,
                    finger: 2,
                    x: Some(1.0),
                    y: Some(2.0),
                    window: None,
                }),
            ),
        ] {
            assert_eq!(read(line), Ok(request), "{line}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let request = Request::Inject(Injection::Scroll {
            x: None,
            y: None,
            window: Some(4),
            lines_x: 0.0,
            lines_y: -1.5,
        });
        let line = serde_json::to_string(&request).expect("plain data");
        assert_eq!(read(&line), Ok(request));
    }

    #[test]
    fn nonsense_is_refused() {
        for line in [
            "",
            "list",
            "[]",
            "{}",
            r#"{"cmd":"dance"}"#,
            r#"{"cmd":"list","window":1}"#,
            r#"{"cmd":"shot","window":-1}"#,
            r#"{"cmd":"wait","for":"rain"}"#,
            r#"{"cmd":"inject","input":"move","x":1}"#,
            r#"{"cmd":"inject","input":"text","text":"a","tezt":"b"}"#,
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
