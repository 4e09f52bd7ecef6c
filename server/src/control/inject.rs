//! Input from tools: what they ask for becomes what a person would have done.

use std::time::Duration;

use tokio::time::timeout;
use transom_protocol::input::{Button, ButtonState, ScrollSource};

use super::keys::parse_keys;
use super::message::{Injection, KeyAction, Place, TouchAction};
use super::tools::{ControlError, Reply, Tools};
use super::{Keyboard, wait};
use crate::desktop::{Composed, Desktop, Input, ScreenId, ScreenPoint, Touch};

/// The most clicks of one request.
const MAX_CLICKS: u32 = 100;

/// The farthest that one request scrolls, in lines.
const MAX_LINES: f64 = 10_000.0;

/// The characters typed at once, before others have their turn and the program reads.
const TEXT_CHUNK: usize = 64;

/// The inputs of keys handled at once, for the same reason.
const KEYS_CHUNK: usize = 512;

/// How long one request types. Others that type wait for it.
const TYPING_LIMIT: Duration = Duration::from_secs(120);

impl Tools {
    /// Treats what a tool does as a person's input.
    pub(super) async fn inject(&self, injection: Injection) -> Result<Reply, ControlError> {
        // Locked throughout: the input of two tools does not mix.
        let mut keyboard = self.keyboard.lock().await;
        match injection {
            Injection::Key { keys, action } => {
                let input = keyboard.strokes(&parse_keys(&keys)?, action);
                within_limit(self.press_keys(input)).await?;
            }
            Injection::Text { text } => {
                within_limit(self.type_text(&mut keyboard, &text)).await?;
            }
            Injection::Preedit { text, cursor } => self.compose(preedit(text, cursor)).await?,
            Injection::Commit { text } => self.compose(Composed::Commit { text }).await?,
            Injection::Move { x, y, window } => self.handle(self.motion(Place {
                x: Some(x),
                y: Some(y),
                window,
            })?),
            Injection::Click {
                x,
                y,
                window,
                button,
                count,
            } => self.handle(self.click(Place { x, y, window }, &button, count)?),
            Injection::Button { button, action } => {
                self.handle(presses(parse_button(&button)?, action));
            }
            Injection::Touch {
                action,
                finger,
                x,
                y,
                window,
            } => self.handle(self.touch(finger, action, Place { x, y, window })?),
            Injection::Scroll {
                x,
                y,
                window,
                lines_x,
                lines_y,
            } => self.handle(self.scroll(Place { x, y, window }, lines_x, lines_y)?),
        }
        Ok(Reply::Done {})
    }

    /// Types as fast as the program reads, so that none of it is lost.
    async fn type_text(&self, keyboard: &mut Keyboard, text: &str) -> Result<(), ControlError> {
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.char_indices().nth(TEXT_CHUNK).map(|(at, _)| at);
            let (chunk, after) = rest.split_at(end.unwrap_or(rest.len()));
            // Only now, so that what is given up has not changed the keyboard.
            wait::keyboard_served(&self.hub).await?;
            self.handle(keyboard.text(chunk));
            rest = after;
        }
        Ok(())
    }

    async fn press_keys(&self, input: Vec<Input>) -> Result<(), ControlError> {
        let mut input = input.into_iter();
        while input.len() > 0 {
            wait::keyboard_served(&self.hub).await?;
            self.handle(input.by_ref().take(KEYS_CHUNK));
        }
        Ok(())
    }

    async fn compose(&self, composed: Composed) -> Result<(), ControlError> {
        wait::keyboard_served(&self.hub).await?;
        self.handle([Input::Composed(composed)]);
        Ok(())
    }

    fn handle(&self, input: impl IntoIterator<Item = Input>) {
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
        let motion = |at| Input::Motion { at };
        Ok(self.position(place)?.into_iter().map(motion).collect())
    }

    /// A place on the screen, if one was told.
    fn position(&self, place: Place) -> Result<Option<ScreenPoint>, ControlError> {
        let (x, y) = match (place.x, place.y) {
            (Some(x), Some(y)) => (x, y),
            (None, None) if place.window.is_none() => return Ok(None),
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
        Ok(Some(at))
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

    fn touch(
        &self,
        finger: u32,
        action: TouchAction,
        place: Place,
    ) -> Result<Vec<Input>, ControlError> {
        let at = self.position(place)?;
        let somewhere = at.ok_or(ControlError::Number("a finger needs a place, x and y"));
        let last = match action {
            TouchAction::Down => Touch::Down { at: somewhere? },
            TouchAction::Move => Touch::Moved { at: somewhere? },
            TouchAction::Up => Touch::Up,
            TouchAction::Cancel => Touch::Cancelled,
        };
        let ends = matches!(last, Touch::Up | Touch::Cancelled);
        let moved = at.filter(|_| ends).map(|at| Touch::Moved { at });
        let input = |touch| Input::Touch {
            finger: finger.into(),
            touch,
        };
        Ok(moved.into_iter().chain([last]).map(input).collect())
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

async fn within_limit(
    typing: impl Future<Output = Result<(), ControlError>>,
) -> Result<(), ControlError> {
    let late = |_| {
        let limit = TYPING_LIMIT.as_millis() as u64;
        ControlError::Timeout(limit, "the program to read what was typed".into())
    };
    timeout(TYPING_LIMIT, typing).await.map_err(late)?
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

fn preedit(text: String, cursor: Option<(usize, usize)>) -> Composed {
    let end = text.len();
    Composed::Preedit {
        text,
        cursor: cursor.or(Some((end, end))),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tap_presses_and_releases() {
        let tap = presses(Button::LEFT, KeyAction::Tap);
        let press = presses(Button::LEFT, KeyAction::Press);
        let release = presses(Button::LEFT, KeyAction::Release);
        assert_eq!(tap, [press, release].concat());
        assert!(parse_button("thumb").is_err());
    }
}
