//! Fingers.

use winit::event::{Touch as NativeTouch, TouchPhase};

use crate::desktop::{Input, ScreenPoint, Touch};

/// More fingers than this are not down at once: the ends of the first must have been lost.
const MAX_FINGERS: usize = 16;

/// The fingers on the screen, and the pointer as far as it is one of them: on X11 winit tells of the
/// first finger as of a pointer too, right before it tells of the finger itself.
#[derive(Debug, Default)]
pub(super) struct Fingers {
    /// Those that are down, by the native display's numbers.
    down: Vec<u64>,
    /// Where the pointer was told to be last.
    pointed: Option<ScreenPoint>,
    /// That while a finger is down, until it shows whether it was this finger's.
    held_back: Option<ScreenPoint>,
}

impl Fingers {
    /// The pointer is here now, unless it is a finger.
    pub(super) fn pointer(&mut self, at: ScreenPoint, out: &mut Vec<Input>) {
        self.pointed = Some(at);
        match self.down.is_empty() {
            true => out.push(Input::Motion { at }),
            false => self.held_back = Some(at),
        }
    }

    /// Appends the pointer's last motion, when it was no finger's.
    pub(super) fn settle(&mut self, out: &mut Vec<Input>) {
        out.extend(self.held_back.take().map(|at| Input::Motion { at }));
    }

    /// Appends what a finger does. Its location is in pixels of the screen, whatever the scale.
    pub(super) fn touch(&mut self, touch: &NativeTouch, out: &mut Vec<Input>) {
        let (finger, at) = (
            touch.id,
            ScreenPoint::new(touch.location.x, touch.location.y),
        );
        self.held_back = self.held_back.filter(|held| *held != at);
        self.settle(out);
        let was_pointer = self.pointed.take() == Some(at);
        let mut say = |touch| out.push(Input::Touch { finger, touch });
        match touch.phase {
            TouchPhase::Started => {
                self.comes_down(finger);
                if was_pointer {
                    out.push(Input::PointerLeft);
                }
                let touch = Touch::Down { at };
                out.push(Input::Touch { finger, touch });
            }
            TouchPhase::Moved => say(Touch::Moved { at }),
            TouchPhase::Ended => {
                say(Touch::Moved { at });
                say(Touch::Up);
                self.down.retain(|down| *down != finger);
            }
            TouchPhase::Cancelled => {
                say(Touch::Cancelled);
                self.down.retain(|down| *down != finger);
            }
        }
    }

    fn comes_down(&mut self, finger: u64) {
        self.down.retain(|down| *down != finger);
        if self.down.len() == MAX_FINGERS {
            self.down.remove(0);
        }
        self.down.push(finger);
    }

    /// The window is looked at no more.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use TouchPhase::{Cancelled, Ended, Moved, Started};
    use winit::dpi::PhysicalPosition;
    use winit::event::DeviceId;

    use super::*;

    /// What the native display tells.
    #[derive(Clone, Copy, Debug)]
    enum Told {
        Finger(u64, TouchPhase, f64),
        Pointer(f64),
        /// Nothing more for now.
        Rest,
    }
    use Told::{Finger, Pointer, Rest};

    fn touch(id: u64, phase: TouchPhase, x: f64) -> NativeTouch {
        NativeTouch {
            device_id: DeviceId::dummy(),
            phase,
            location: PhysicalPosition::new(x, 5.0),
            force: None,
            id,
        }
    }

    fn inputs(told: &[Told]) -> Vec<String> {
        let (mut fingers, mut out) = (Fingers::default(), Vec::new());
        for told in told {
            match *told {
                Finger(id, phase, x) => fingers.touch(&touch(id, phase, x), &mut out),
                Pointer(x) => fingers.pointer(ScreenPoint::new(x, 5.0), &mut out),
                Rest => fingers.settle(&mut out),
            }
        }
        fingers.settle(&mut out);
        out.iter().map(tell).collect()
    }

    fn tell(input: &Input) -> String {
        match input {
            Input::Motion { at } => format!("pointer {}", at.x),
            Input::PointerLeft => "pointer left".into(),
            Input::Touch { finger, touch } => match touch {
                Touch::Down { at } => format!("{finger} down {}", at.x),
                Touch::Moved { at } => format!("{finger} at {}", at.x),
                Touch::Up => format!("{finger} up"),
                Touch::Cancelled => format!("{finger} cancelled"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn fingers_are_told_one_by_one_and_pointers_that_are_fingers_are_not() {
        for (told, expected) in [
            (
                &[
                    Finger(7, Started, 1.5),
                    Finger(7, Moved, 2.0),
                    Finger(7, Ended, 3.0),
                ][..],
                &["7 down 1.5", "7 at 2", "7 at 3", "7 up"][..],
            ),
            (
                &[
                    Finger(7, Started, 1.0),
                    Finger(8, Started, 9.0),
                    Finger(7, Moved, 2.0),
                    Finger(8, Cancelled, 9.0),
                ],
                &["7 down 1", "8 down 9", "7 at 2", "8 cancelled"],
            ),
            // Whose end was lost comes down again.
            (
                &[Finger(7, Started, 1.0), Finger(7, Started, 2.0)],
                &["7 down 1", "7 down 2"],
            ),
            // Of one that nobody saw come down the desktop knows what to make.
            (&[Finger(7, Ended, 1.0)], &["7 at 1", "7 up"]),
            // As on X11. The pointer that was a finger points nowhere.
            (
                &[
                    Pointer(1.0),
                    Finger(7, Started, 1.0),
                    Pointer(2.0),
                    Finger(7, Moved, 2.0),
                    Finger(8, Started, 9.0),
                    Pointer(3.0),
                    Finger(7, Ended, 3.0),
                ],
                &[
                    "pointer 1",
                    "pointer left",
                    "7 down 1",
                    "7 at 2",
                    "8 down 9",
                    "7 at 3",
                    "7 up",
                ],
            ),
            // A mouse beside the finger is none.
            (
                &[
                    Pointer(50.0),
                    Finger(7, Started, 1.0),
                    Pointer(51.0),
                    Finger(7, Moved, 2.0),
                    Pointer(52.0),
                    Rest,
                    Finger(7, Ended, 2.0),
                    Pointer(53.0),
                ],
                &[
                    "pointer 50",
                    "7 down 1",
                    "pointer 51",
                    "7 at 2",
                    "pointer 52",
                    "7 at 2",
                    "7 up",
                    "pointer 53",
                ],
            ),
        ] {
            assert_eq!(inputs(told), expected, "{told:?}");
        }
    }

    #[test]
    fn fingers_whose_ends_are_lost_keep_no_pointer_back_for_long() {
        let (mut fingers, mut out) = (Fingers::default(), Vec::new());
        for id in 0..1000 {
            fingers.touch(&touch(id, Started, 1.0), &mut out);
        }
        assert_eq!(fingers.down.len(), MAX_FINGERS);
        out.clear();
        fingers.pointer(ScreenPoint::new(2.0, 2.0), &mut out);
        fingers.settle(&mut out);
        let at = ScreenPoint::new(2.0, 2.0);
        assert_eq!(out, [Input::Motion { at }]);
    }
}
