//! [`Tools`]: does what a tool asks. It knows the desktop and the presenter, and no socket.

use std::sync::Arc;

use serde::Serialize;
use tokio::sync::Mutex;
use transom_protocol::window::WindowStates;

use super::keyboard::Keyboard;
use super::keys::KeyError;
use super::message::{
    ClockAction, Info, OutputInfo, Request, Shot, TextFieldInfo, Until, WindowLine,
};
use super::wait;
use crate::desktop::{ScreenId, WindowInfo};
use crate::hub::Hub;
use crate::present::{Channels, Presenter, channels_of, encode_png};

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
    pub(super) hub: Arc<Hub>,
    presenter: Presenter,
    addresses: Vec<String>,
    pub(super) keyboard: Mutex<Keyboard>,
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
            Request::Inject(injection) => self.inject(injection).await,
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
        let (output, field) = {
            let desktop = self.hub.desktop();
            (desktop.output(), desktop.text_field())
        };
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
            text_field: field.map(|field| TextFieldInfo {
                purpose: field.purpose.to_string(),
                caret: field.caret.into(),
            }),
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
}

/// A window as tools see it.
pub(super) fn window_line(window: &WindowInfo) -> WindowLine {
    WindowLine {
        id: window.id.0,
        title: window.title.clone(),
        app_id: window.app_id.clone(),
        rect: window.rect.into(),
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
