//! [`Tools`]: does what a tool asks. It knows the desktop and the presenter, and no socket.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use transom_protocol::input::{Button, ButtonState, ScrollSource};
use transom_protocol::window::WindowStates;

use super::keyboard::Keyboard;
use super::keys::{KeyError, parse_keys};
use super::message::{
    ClockAction, Info, Injection, KeyAction, OutputInfo, Place, RectInfo, Request, Shot, Until,
    WindowLine,
};
use super::wait;
use crate::desktop::{Desktop, Input, ScreenId, ScreenPoint, WindowInfo};
use crate::hub::Hub;
use crate::present::{Channels, Presenter, channels_of, encode_png};

/// The most clicks of one request.
const MAX_CLICKS: u32 = 100;

/// The farthest that one request scrolls, in lines.
const MAX_LINES: f64 = 10_000.0;

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// No such window.
    #[error("no window {0}; 'transom list' shows those there are")]
    NoWindow(u64),
    /// A name of keys.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A name of a button.
    #[error("unknown button '{0}': expected left, middle, right, back or forward")]
    Button(String),
    /// A number outside its bounds.
    #[error("{0}")]
    Number(&'static str),
    /// A wait that was in vain.
    #[error("timed out after {0} ms waiting for {1}")]
    Timeout(u64, String),
    /// The picture could not be made.
    #[error("cannot make the picture: {0}")]
    Picture(String),
}

/// The answer to what was done.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Reply {
    /// Nothing to say.
    Done {},
    /// To `info`.
    Info(Info),
    /// To `list`.
    Windows {
        /// All of them.
        windows: Vec<WindowLine>,
    },
    /// To `wait` for a window.
    Window {
        /// It.
        window: WindowLine,
    },
    /// To `step`.
    Stepped {
        /// Whether there was anything.
        presented: bool,
    },
    /// To `shot`.
    Shot {
        /// The line before the picture.
        #[serde(flatten)]
        head: Shot,
        /// The file that follows.
        #[serde(skip)]
        file: Vec<u8>,
    },
}

/// What tools may do to a server.
pub struct Tools {
    hub: Arc<Hub>,
    presenter: Presenter,
    addresses: Vec<String>,
    keyboard: Mutex<Keyboard>,
}

impl Tools {
    /// For the server of this hub, with the addresses it tells.
    pub fn new(hub: Arc<Hub>, presenter: Presenter, addresses: Vec<String>) -> Self {
        Self {
            hub,
            presenter,
            addresses,
            keyboard: Mutex::default(),
        }
    }

    /// Does it.
    pub async fn answer(self: &Arc<Self>, request: Request) -> Result<Reply, ControlError> {
        match request {
            Request::Info {} => Ok(Reply::Info(self.info())),
            Request::List {} => Ok(self.list()),
            Request::Shot { window } => self.aside(move |this| this.shot(window)).await,
            Request::Inject(injection) => self.inject(injection),
            Request::Wait(until) => self.wait(until).await,
            Request::Close { window } => self.close(window),
            Request::Clock { r#do } => self.aside(move |this| this.clock(r#do)).await,
            Request::Quit {} => self.quit(),
        }
    }

    /// Runs what composites or compresses where it holds up no connection.
    async fn aside<F>(self: &Arc<Self>, work: F) -> Result<Reply, ControlError>
    where
        F: FnOnce(&Self) -> Result<Reply, ControlError> + Send + 'static,
    {
        let this = self.clone();
        tokio::task::spawn_blocking(move || work(&this))
            .await
            .unwrap_or_else(|e| Err(ControlError::Picture(e.to_string())))
    }

    fn info(&self) -> Info {
        let output = self.hub.desktop().output();
        Info {
            version: env!("CARGO_PKG_VERSION").into(),
            pid: std::process::id(),
            addresses: self.addresses.clone(),
            output: OutputInfo {
                width: output.size.width,
                height: output.size.height,
                scale: f64::from(output.scale.0) / 120.0,
            },
            frames: self.hub.frames(),
        }
    }

    fn list(&self) -> Reply {
        let windows = self.hub.desktop().windows();
        Reply::Windows {
            windows: windows.iter().map(window_line).collect(),
        }
    }

    fn shot(&self, window: Option<u64>) -> Result<Reply, ControlError> {
        let (pixmap, channels) = match window {
            None => (Arc::new(self.presenter.screenshot()), Channels::Rgb),
            Some(id) => {
                let front = self.hub.desktop().front(ScreenId(id));
                let front = front.ok_or(ControlError::NoWindow(id))?;
                let channels = channels_of(&front);
                (front, channels)
            }
        };
        let file = encode_png(&pixmap, channels);
        let file = file.map_err(|e| ControlError::Picture(e.to_string()))?;
        let head = Shot {
            width: pixmap.size().width,
            height: pixmap.size().height,
            format: "png".into(),
            bytes: file.len(),
        };
        Ok(Reply::Shot { head, file })
    }

    fn close(&self, window: u64) -> Result<Reply, ControlError> {
        let known = self.hub.desktop().close(ScreenId(window));
        self.hub.dispatch();
        match known {
            true => Ok(Reply::Done {}),
            false => Err(ControlError::NoWindow(window)),
        }
    }

    fn clock(&self, action: ClockAction) -> Result<Reply, ControlError> {
        match action {
            ClockAction::Hold => self.presenter.hold(),
            ClockAction::Release => self.presenter.release(),
            ClockAction::Step => {
                let presented = self.presenter.step();
                return Ok(Reply::Stepped { presented });
            }
        }
        Ok(Reply::Done {})
    }

    fn quit(&self) -> Result<Reply, ControlError> {
        self.hub.ask_to_end();
        Ok(Reply::Done {})
    }

    async fn wait(&self, until: Until) -> Result<Reply, ControlError> {
        match until {
            Until::Window { title, timeout_ms } => wait::window(&self.hub, &title, timeout_ms)
                .await
                .map(|window| Reply::Window { window }),
            Until::Idle { timeout_ms } => wait::idle(&self.hub, timeout_ms)
                .await
                .map(|()| Reply::Done {}),
            Until::Frames { count, timeout_ms } => wait::frames(&self.hub, count, timeout_ms)
                .await
                .map(|()| Reply::Done {}),
        }
    }

    fn inject(&self, injection: Injection) -> Result<Reply, ControlError> {
        // Locked throughout: the input of two tools does not mix.
        let mut keyboard = self.keyboard.lock().unwrap_or_else(PoisonError::into_inner);
        let input = match injection {
            Injection::Key { keys, action } => keyboard.strokes(&parse_keys(&keys)?, action),
            Injection::Text { text } => keyboard.text(&text),
            Injection::Move { x, y, window } => self.motion(Place {
                x: Some(x),
                y: Some(y),
                window,
            })?,
            Injection::Click {
                x,
                y,
                window,
                button,
                count,
            } => self.click(Place { x, y, window }, &button, count)?,
            Injection::Button { button, action } => presses(parse_button(&button)?, action),
            Injection::Scroll {
                x,
                y,
                window,
                lines_x,
                lines_y,
            } => self.scroll(Place { x, y, window }, lines_x, lines_y)?,
        };
        self.handle(input);
        Ok(Reply::Done {})
    }

    fn handle(&self, input: Vec<Input>) {
        let now = self.hub.now();
        let mut desktop = self.hub.desktop();
        for input in input {
            desktop.handle_input(input, now);
        }
        drop(desktop);
        self.hub.dispatch();
    }

    /// The motion to a place, or none when no place was told.
    fn motion(&self, place: Place) -> Result<Vec<Input>, ControlError> {
        let (x, y) = match (place.x, place.y) {
            (Some(x), Some(y)) => (x, y),
            (None, None) if place.window.is_none() => return Ok(Vec::new()),
            _ => return Err(ControlError::Number("a place needs both x and y")),
        };
        let origin = match place.window {
            None => ScreenPoint { x: 0.0, y: 0.0 },
            Some(id) => window_origin(&self.hub.desktop(), id)?,
        };
        let at = ScreenPoint {
            x: origin.x + x,
            y: origin.y + y,
        };
        if !(at.x.is_finite() && at.y.is_finite()) {
            return Err(ControlError::Number("x and y must be finite"));
        }
        Ok(vec![Input::Motion { at }])
    }

    fn click(&self, place: Place, button: &str, count: u32) -> Result<Vec<Input>, ControlError> {
        let button = parse_button(button)?;
        if !(1..=MAX_CLICKS).contains(&count) {
            return Err(ControlError::Number("count must be from 1 to 100"));
        }
        let mut input = self.motion(place)?;
        for _ in 0..count {
            input.extend(presses(button, KeyAction::Tap));
        }
        Ok(input)
    }

    fn scroll(&self, place: Place, x: f64, y: f64) -> Result<Vec<Input>, ControlError> {
        let limits = -MAX_LINES..=MAX_LINES;
        if !(limits.contains(&x) && limits.contains(&y)) {
            return Err(ControlError::Number("lines must be from -10000 to 10000"));
        }
        let mut input = self.motion(place)?;
        input.push(Input::Scroll {
            source: ScrollSource::Wheel,
            stop: false,
            lines_x: (x * 120.0).round() as i32,
            lines_y: (y * 120.0).round() as i32,
            pixels_x: 0.0,
            pixels_y: 0.0,
        });
        Ok(input)
    }
}

fn window_origin(desktop: &Desktop, id: u64) -> Result<ScreenPoint, ControlError> {
    let windows = desktop.windows();
    let window = windows.iter().find(|window| window.id == ScreenId(id));
    let corner = window.ok_or(ControlError::NoWindow(id))?.rect.origin();
    Ok(ScreenPoint {
        x: corner.x.into(),
        y: corner.y.into(),
    })
}

fn parse_button(name: &str) -> Result<Button, ControlError> {
    Button::from_name(name).ok_or_else(|| ControlError::Button(name.into()))
}

fn presses(button: Button, action: KeyAction) -> Vec<Input> {
    let states: &[ButtonState] = match action {
        KeyAction::Tap => &[ButtonState::Pressed, ButtonState::Released],
        KeyAction::Press => &[ButtonState::Pressed],
        KeyAction::Release => &[ButtonState::Released],
    };
    let press = |state: &ButtonState| Input::Button {
        button,
        state: *state,
    };
    states.iter().map(press).collect()
}

/// A window as tools see it.
pub(super) fn window_line(window: &WindowInfo) -> WindowLine {
    WindowLine {
        id: window.id.0,
        title: window.title.clone(),
        app_id: window.app_id.clone(),
        rect: RectInfo {
            x: window.rect.x0,
            y: window.rect.y0,
            width: window.rect.width(),
            height: window.rect.height(),
        },
        state: state_names(window.states),
        pid: window.pid,
    }
}

fn state_names(states: WindowStates) -> Vec<String> {
    const NAMES: &[(WindowStates, &str)] = &[
        (WindowStates::ACTIVE, "active"),
        (WindowStates::MAXIMIZED, "maximized"),
        (WindowStates::FULLSCREEN, "fullscreen"),
        (WindowStates::MINIMIZED, "minimized"),
        (WindowStates::TILED_LEFT, "tiled_left"),
        (WindowStates::TILED_RIGHT, "tiled_right"),
        (WindowStates::TILED_TOP, "tiled_top"),
        (WindowStates::TILED_BOTTOM, "tiled_bottom"),
        (WindowStates::RESIZING, "resizing"),
        (WindowStates::URGENT, "urgent"),
        (WindowStates::HIDDEN, "hidden"),
        (WindowStates::ABOVE, "above"),
    ];
    let set = NAMES.iter().filter(|(state, _)| states.contains(*state));
    set.map(|(_, name)| (*name).into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_told_by_name() {
        let states = WindowStates::ACTIVE | WindowStates::HIDDEN;
        assert_eq!(state_names(states), ["active", "hidden"]);
        assert!(state_names(WindowStates::NONE).is_empty());
    }

    #[test]
    fn a_tap_presses_and_releases() {
        let tap = presses(Button::LEFT, KeyAction::Tap);
        let press = presses(Button::LEFT, KeyAction::Press);
        let release = presses(Button::LEFT, KeyAction::Release);
        assert_eq!(tap, [press, release].concat());
        assert!(parse_button("thumb").is_err());
    }

    #[test]
    fn replies_are_flat_objects() {
        let reply = Reply::Shot {
            head: Shot {
                width: 1,
                height: 2,
                format: "png".into(),
                bytes: 3,
            },
            file: vec![1, 2, 3],
        };
        assert_eq!(
            serde_json::to_string(&reply).expect("plain data"),
            r#"{"width":1,"height":2,"format":"png","bytes":3}"#
        );
    }
}
