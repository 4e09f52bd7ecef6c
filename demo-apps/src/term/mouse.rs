//! What a program that asks for the pointer is told about it.

use transom::{Button, Modifiers};

use super::emulator::Modes;

/// What the pointer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// A button goes down.
    Press(Button),
    /// A button goes up.
    Release(Button),
    /// It comes to another cell, with this button held.
    Move(Option<Button>),
    /// The wheel goes one step: up, down, left, right.
    Wheel(Direction),
}

/// Where a wheel turns to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
    Left,
    Right,
}

/// The bytes for it at a column and row, both from 0; `None` when the program has not asked for
/// that, or cannot be told.
pub(crate) fn encode(
    act: Act,
    column: usize,
    row: usize,
    modifiers: Modifiers,
    modes: Modes,
) -> Option<Vec<u8>> {
    if !wanted(act, modes) {
        return None;
    }
    let sgr = modes.contains(Modes::SGR_MOUSE);
    let release = matches!(act, Act::Release(_));
    let button = match act {
        // Only the newer form says which button it was.
        Act::Release(_) if !sgr => 3,
        Act::Press(button) | Act::Release(button) => number(button)?,
        Act::Move(button) => 32 + button.and_then(number).unwrap_or(3),
        Act::Wheel(direction) => 64 + direction as u32,
    };
    let code = button + held(modifiers);
    let (x, y) = (column as u32 + 1, row as u32 + 1);
    if sgr {
        let end = if release { 'm' } else { 'M' };
        return Some(format!("\x1b[<{code};{x};{y}{end}").into_bytes());
    }
    let utf8 = modes.contains(Modes::UTF8_MOUSE);
    let most = if utf8 { 2015 } else { 223 };
    let mut bytes = b"\x1b[M".to_vec();
    for number in [code, x, y] {
        let shifted = char::from_u32(number + 32).filter(|_| number <= most)?;
        match utf8 {
            true => bytes.extend_from_slice(shifted.to_string().as_bytes()),
            false => bytes.push(shifted as u8),
        }
    }
    Some(bytes)
}

fn wanted(act: Act, modes: Modes) -> bool {
    match act {
        Act::Press(_) | Act::Release(_) | Act::Wheel(_) => modes.intersects(Modes::MOUSE_MODE),
        Act::Move(Some(_)) => modes.intersects(Modes::MOUSE_DRAG | Modes::MOUSE_MOTION),
        Act::Move(None) => modes.contains(Modes::MOUSE_MOTION),
    }
}

fn number(button: Button) -> Option<u32> {
    Some(match button {
        Button::LEFT => 0,
        Button::MIDDLE => 1,
        Button::RIGHT => 2,
        Button::BACK => 128,
        Button::FORWARD => 129,
        _ => return None,
    })
}

fn held(modifiers: Modifiers) -> u32 {
    let bit = |modifier, bit| if modifiers.contains(modifier) { bit } else { 0 };
    bit(Modifiers::SHIFT, 4) + bit(Modifiers::ALT, 8) + bit(Modifiers::CONTROL, 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(act: Act, column: usize, modes: Modes) -> Option<String> {
        let bytes = encode(act, column, 4, Modifiers::CONTROL, modes)?;
        Some(bytes.escape_ascii().to_string())
    }

    #[test]
    fn each_mode_is_told_what_it_asked_for() {
        let press = Act::Press(Button::LEFT);
        let release = Act::Release(Button::RIGHT);
        let drag = Act::Move(Some(Button::MIDDLE));
        let (click, dragged) = (Modes::MOUSE_REPORT_CLICK, Modes::MOUSE_DRAG);
        let (any, sgr) = (Modes::MOUSE_MOTION, Modes::SGR_MOUSE);
        for (act, modes, expected) in [
            (press, Modes::NONE, None),
            (press, sgr, None),
            (press, click, Some(r"\x1b[M0*%")),
            (press, click | sgr, Some(r"\x1b[<16;10;5M")),
            (release, click, Some(r"\x1b[M3*%")),
            (release, click | sgr, Some(r"\x1b[<18;10;5m")),
            (drag, click | sgr, None),
            (drag, dragged | sgr, Some(r"\x1b[<49;10;5M")),
            (Act::Move(None), dragged | sgr, None),
            (Act::Move(None), any | sgr, Some(r"\x1b[<51;10;5M")),
            (
                Act::Wheel(Direction::Down),
                click | sgr,
                Some(r"\x1b[<81;10;5M"),
            ),
        ] {
            assert_eq!(
                told(act, 9, modes).as_deref(),
                expected,
                "{act:?} {modes:?}"
            );
        }
    }

    #[test]
    fn a_column_that_does_not_fit_is_not_told_wrongly() {
        let press = Act::Press(Button::LEFT);
        let click = Modes::MOUSE_REPORT_CLICK;
        assert!(told(press, 222, click).is_some());
        assert_eq!(told(press, 223, click), None);
        let utf8 = encode(press, 223, 0, Modifiers::NONE, click | Modes::UTF8_MOUSE);
        assert_eq!(utf8, Some("\x1b[M \u{100}!".into()));
        assert_eq!(told(press, 2015, click | Modes::UTF8_MOUSE), None);
    }
}
