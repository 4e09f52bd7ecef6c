//! Input from tools: what they ask for becomes what a person would have done.

use std::sync::PoisonError;

use transom_protocol::input::{Button, ButtonState, ScrollSource};

use super::keys::parse_keys;
use super::message::{Injection, KeyAction, Place};
use super::tools::{ControlError, Reply, Tools};
use crate::desktop::{Desktop, Input, ScreenId, ScreenPoint};

/// The most clicks of one request.
const MAX_CLICKS: u32 = 100;

/// The farthest that one request scrolls, in lines.
const MAX_LINES: f64 = 10_000.0;

impl Tools {
    /// Treats what a tool does as a person's input.
    pub(super) fn inject(&self, injection: Injection) -> Result<Reply, ControlError> {
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
