//! Fingers.

use transom_protocol::input::{Button, ButtonState};
use winit::event::{Touch, TouchPhase};

use crate::desktop::{Input, ScreenPoint};

/// The fingers on the screen. The first is a pointer with its left button down; the others do nothing
/// while it is there.
#[derive(Debug, Default)]
pub(super) struct Fingers {
    /// By the native display's number.
    first: Option<u64>,
}

impl Fingers {
    /// Appends what a finger does.
    pub(super) fn touch(&mut self, touch: &Touch, out: &mut Vec<Input>) {
        let at = ScreenPoint::new(touch.location.x, touch.location.y);
        if touch.phase == TouchPhase::Started && self.first.is_none() {
            self.first = Some(touch.id);
            out.extend([Input::Motion { at }, button(ButtonState::Pressed)]);
            return;
        }
        if self.first != Some(touch.id) {
            return;
        }
        match touch.phase {
            TouchPhase::Started | TouchPhase::Moved => out.push(Input::Motion { at }),
            TouchPhase::Ended => {
                out.push(Input::Motion { at });
                self.lift(out);
            }
            TouchPhase::Cancelled => self.cancel(out),
        }
    }

    /// The touch has become something else: what is under the finger is not to be clicked.
    pub(super) fn cancel(&mut self, out: &mut Vec<Input>) {
        if self.first.is_some() {
            out.push(Input::PointerLeft);
            self.lift(out);
        }
    }

    /// The finger goes up; nothing points anywhere then.
    fn lift(&mut self, out: &mut Vec<Input>) {
        self.first = None;
        out.extend([button(ButtonState::Released), Input::PointerLeft]);
    }
}

fn button(state: ButtonState) -> Input {
    let button = Button::LEFT;
    Input::Button { button, state }
}

#[cfg(test)]
mod tests {
    use winit::dpi::PhysicalPosition;
    use winit::event::DeviceId;

    use super::*;

    fn touch(id: u64, phase: TouchPhase, x: f64) -> Touch {
        Touch {
            device_id: DeviceId::dummy(),
            phase,
            location: PhysicalPosition::new(x, 5.0),
            force: None,
            id,
        }
    }

    fn told(touches: &[(u64, TouchPhase, f64)]) -> Vec<String> {
        let (mut fingers, mut out) = (Fingers::default(), Vec::new());
        for (id, phase, x) in touches {
            fingers.touch(&touch(*id, *phase, *x), &mut out);
        }
        let name = |input: &Input| match input {
            Input::Motion { at } => format!("to {}", at.x),
            Input::Button { state, .. } => format!("{state:?}"),
            Input::PointerLeft => "left".into(),
            other => panic!("{other:?}"),
        };
        out.iter().map(name).collect()
    }

    #[test]
    fn fingers_are_a_pointer_or_nothing() {
        use TouchPhase::{Cancelled, Ended, Moved, Started};
        for (touches, expected) in [
            (
                &[(7, Started, 1.0), (7, Moved, 2.0), (7, Ended, 3.0)][..],
                &["to 1", "Pressed", "to 2", "to 3", "Released", "left"][..],
            ),
            // Others come and go.
            (
                &[
                    (7, Started, 1.0),
                    (8, Started, 9.0),
                    (8, Ended, 9.0),
                    (7, Ended, 1.0),
                ],
                &["to 1", "Pressed", "to 1", "Released", "left"],
            ),
            // The second one stays when the first has gone, and is still no pointer.
            (
                &[
                    (7, Started, 1.0),
                    (8, Started, 9.0),
                    (7, Ended, 1.0),
                    (8, Moved, 4.0),
                ],
                &["to 1", "Pressed", "to 1", "Released", "left"],
            ),
            // Not a click: the pointer is nowhere when the button goes up.
            (
                &[(7, Started, 1.0), (7, Cancelled, 1.0)],
                &["to 1", "Pressed", "left", "Released", "left"],
            ),
            (&[(7, Moved, 1.0), (7, Ended, 1.0)], &[]),
        ] {
            assert_eq!(told(touches), expected, "{touches:?}");
        }
    }
}
