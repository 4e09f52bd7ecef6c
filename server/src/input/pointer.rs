//! Buttons and the wheel.

use transom_protocol::input::{Button, ButtonState, ScrollSource};
use winit::event::{ElementState, MouseButton, MouseScrollDelta, TouchPhase};

use crate::desktop::Input;

/// Our unit of a line.
const LINE: f64 = 120.0;

/// A button going down or up.
pub(super) fn button(button: MouseButton, state: ElementState) -> Input {
    let button = match button {
        MouseButton::Left => Button::LEFT,
        MouseButton::Middle => Button::MIDDLE,
        MouseButton::Right => Button::RIGHT,
        MouseButton::Back => Button::BACK,
        MouseButton::Forward => Button::FORWARD,
        MouseButton::Other(number) => Button(number),
    };
    let state = match state {
        ElementState::Pressed => ButtonState::Pressed,
        ElementState::Released => ButtonState::Released,
    };
    Input::Button { button, state }
}

/// The buttons that X11 has in place of a wheel.
const WHEEL_BUTTONS: std::ops::RangeInclusive<u32> = 4..=7;

/// The wheel.
#[derive(Debug, Default)]
pub(super) struct Wheel {
    /// What of its movement was too little for a whole unit.
    rest: (f64, f64),
    /// Lines that are coming and were never scrolled.
    surplus: u32,
    /// The pointer is elsewhere.
    outside: bool,
}

impl Wheel {
    /// A button of the device itself. Up to 0.30 winit takes both press and release of a wheel's
    /// button for a line (its pull request 4386), where there is no real wheel: over VNC, or with
    /// xdotool.
    pub(super) fn raw_button(&mut self, button: u32, state: ElementState) {
        let released = state == ElementState::Released;
        if released && WHEEL_BUTTONS.contains(&button) && !self.outside {
            self.surplus += 1;
        }
    }

    /// The pointer is in the window, or it is not.
    pub(super) fn pointer_inside(&mut self, inside: bool) {
        self.outside = !inside;
        if self.outside {
            self.surplus = 0;
        }
    }

    fn is_surplus(&mut self, x: f32, y: f32) -> bool {
        let surplus = self.surplus > 0 && x.abs() + y.abs() == 1.0;
        self.surplus -= u32::from(surplus);
        surplus
    }

    /// What scrolls. winit counts how far the content moves down and to the right, we how far what is
    /// seen does.
    pub(super) fn turn(&mut self, delta: MouseScrollDelta, phase: TouchPhase) -> Option<Input> {
        let stop = matches!(phase, TouchPhase::Ended | TouchPhase::Cancelled);
        let (source, lines, pixels) = match delta {
            MouseScrollDelta::LineDelta(x, y) if self.is_surplus(x, y) => return None,
            MouseScrollDelta::LineDelta(x, y) => {
                let lines = (units(&mut self.rest.0, x), units(&mut self.rest.1, y));
                (ScrollSource::Wheel, lines, (0.0, 0.0))
            }
            MouseScrollDelta::PixelDelta(by) => (ScrollSource::Finger, (0, 0), (-by.x, -by.y)),
        };
        let moves = lines != (0, 0) || pixels != (0.0, 0.0);
        (moves || stop).then_some(Input::Scroll {
            source,
            stop: stop && !moves,
            lines_x: lines.0,
            lines_y: lines.1,
            pixels_x: pixels.0,
            pixels_y: pixels.1,
        })
    }
}

/// Lines as whole units; what is left over goes to the next time.
fn units(rest: &mut f64, lines: f32) -> i32 {
    let exact = *rest - f64::from(lines) * LINE;
    let whole = exact.round();
    let left = exact - whole;
    *rest = if left.is_finite() { left } else { 0.0 };
    // Casts from floating point saturate, and NaN becomes 0.
    whole as i32
}

#[cfg(test)]
mod tests {
    use winit::dpi::PhysicalPosition;

    use super::*;

    #[test]
    fn buttons_have_their_numbers() {
        for (native, ours) in [
            (MouseButton::Left, Button::LEFT),
            (MouseButton::Right, Button::RIGHT),
            (MouseButton::Middle, Button::MIDDLE),
            (MouseButton::Back, Button::BACK),
            (MouseButton::Forward, Button::FORWARD),
            (MouseButton::Other(12), Button(12)),
        ] {
            let expected = Input::Button {
                button: ours,
                state: ButtonState::Pressed,
            };
            assert_eq!(button(native, ElementState::Pressed), expected);
        }
    }

    fn scrolled(input: Option<Input>) -> Option<(ScrollSource, bool, [f64; 4])> {
        match input? {
            Input::Scroll {
                source,
                stop,
                lines_x,
                lines_y,
                pixels_x,
                pixels_y,
            } => Some((
                source,
                stop,
                [lines_x.into(), lines_y.into(), pixels_x, pixels_y],
            )),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lines_and_pixels_count_down_and_to_the_right() {
        use MouseScrollDelta::{LineDelta, PixelDelta};
        use ScrollSource::{Finger, Wheel as Clicks};
        let pixels = |x, y| PixelDelta(PhysicalPosition::new(x, y));
        let (moved, ended) = (TouchPhase::Moved, TouchPhase::Ended);
        for (delta, phase, expected) in [
            (
                LineDelta(0.0, -1.0),
                moved,
                Some((Clicks, false, [0.0, 120.0, 0.0, 0.0])),
            ),
            (
                LineDelta(2.0, 0.5),
                moved,
                Some((Clicks, false, [-240.0, -60.0, 0.0, 0.0])),
            ),
            (LineDelta(0.0, 0.0), moved, None),
            (
                pixels(1.5, -3.0),
                moved,
                Some((Finger, false, [0.0, 0.0, -1.5, 3.0])),
            ),
            (pixels(0.0, 0.0), moved, None),
            (pixels(0.0, 0.0), ended, Some((Finger, true, [0.0; 4]))),
        ] {
            let turned = Wheel::default().turn(delta, phase);
            assert_eq!(scrolled(turned), expected, "{delta:?}");
        }
    }

    #[test]
    fn a_click_of_a_wheels_button_is_one_line() {
        let line = MouseScrollDelta::LineDelta(0.0, -1.0);
        let mut wheel = Wheel::default();
        let click = |wheel: &mut Wheel| {
            let down = wheel.turn(line, TouchPhase::Moved);
            wheel.raw_button(5, ElementState::Released);
            let up = wheel.turn(line, TouchPhase::Moved);
            (down.is_some(), up.is_some())
        };
        assert_eq!(click(&mut wheel), (true, false));
        assert_eq!(click(&mut wheel), (true, false));
        // Neither other buttons nor what happens elsewhere take a line away.
        wheel.raw_button(1, ElementState::Released);
        wheel.pointer_inside(false);
        wheel.raw_button(4, ElementState::Released);
        wheel.pointer_inside(true);
        assert!(wheel.turn(line, TouchPhase::Moved).is_some());
    }

    #[test]
    fn small_movements_add_up() {
        let mut wheel = Wheel::default();
        let step = MouseScrollDelta::LineDelta(0.0, -0.013);
        let turns = (0..1000).filter_map(|_| scrolled(wheel.turn(step, TouchPhase::Moved)));
        let sum: f64 = turns.map(|(_, _, [_, lines, ..])| lines).sum();
        assert!((sum - 1560.0).abs() <= 1.0, "{sum}");
        let absurd = MouseScrollDelta::LineDelta(f32::NAN, f32::INFINITY);
        wheel.turn(absurd, TouchPhase::Moved);
        let after = scrolled(wheel.turn(step, TouchPhase::Moved));
        assert_eq!(after.map(|(_, _, [_, lines, ..])| lines), Some(2.0));
    }
}
