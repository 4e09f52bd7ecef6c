//! The little that the programs share of what is seen: buttons.

use transom::{Button, ButtonState, Canvas, Color, Event, Point, Rect, TextStyle};

use crate::palette::{CARD, INK};

/// What the pointer does to a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Nothing.
    Rest,
    /// It is over it.
    Under,
    /// It holds it down.
    Held,
}

/// What an event does to buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Nothing.
    Nothing,
    /// One looks different.
    Changed,
    /// One was pressed and let go.
    Clicked(usize),
}

/// Buttons by number: where they are, and what the pointer does to them.
#[derive(Debug, Default)]
pub struct Buttons {
    places: Vec<Rect>,
    under: Option<usize>,
    held: Option<usize>,
    /// The finger that holds it.
    finger: Option<u32>,
}

impl Buttons {
    /// Puts them in their places, as often as these change.
    pub fn place(&mut self, places: Vec<Rect>) {
        self.places = places;
    }

    /// Their places.
    pub fn places(&self) -> &[Rect] {
        &self.places
    }

    /// How one looks.
    pub fn look(&self, button: usize) -> Look {
        match (self.held, self.under) {
            (Some(held), Some(under)) if held == button && under == button => Look::Held,
            (None, Some(under)) if under == button => Look::Under,
            _ => Look::Rest,
        }
    }

    /// Whether one is held down, so that the pointer's motion is theirs.
    pub fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// Follows the pointer and, for programs that take them, fingers. A button counts when it is let go
    /// where it was pressed.
    pub fn handle(&mut self, event: &Event) -> Press {
        let before = (self.under, self.held);
        match event {
            Event::TouchDown { touch, at, .. } if self.held.is_none() => {
                self.under = self.hit(*at);
                self.held = self.under;
                self.finger = Some(*touch);
            }
            Event::TouchMoved { touch, at } if self.finger == Some(*touch) => {
                self.under = self.hit(*at);
            }
            Event::TouchUp { touch } if self.finger == Some(*touch) => {
                // A finger that is gone is over nothing.
                let under = self.leave();
                if let Some((held, under)) = under.0.zip(under.1)
                    && held == under
                {
                    return Press::Clicked(held);
                }
            }
            Event::PointerEnter { at, .. } | Event::PointerMoved { at, .. } => {
                self.under = self.hit(*at);
            }
            Event::PointerLeave { .. } | Event::TouchCancelled => {
                self.leave();
            }
            Event::Button {
                button: Button::LEFT,
                state,
                at,
                ..
            } => {
                self.under = self.hit(*at);
                match state {
                    ButtonState::Pressed => self.held = self.under,
                    ButtonState::Released => {
                        let held = self.held.take();
                        if let Some(clicked) = held.filter(|_| held == self.under) {
                            return Press::Clicked(clicked);
                        }
                    }
                }
            }
            _ => {}
        }
        match before == (self.under, self.held) {
            true => Press::Nothing,
            false => Press::Changed,
        }
    }

    /// Nothing is over any of them. What was held, and what under.
    fn leave(&mut self) -> (Option<usize>, Option<usize>) {
        self.finger = None;
        (self.held.take(), self.under.take())
    }

    fn hit(&self, at: Point) -> Option<usize> {
        self.places.iter().position(|place| place.contains(at))
    }
}

/// Draws a button's body: a slightly raised sheet. Returns where its label goes.
pub fn button(canvas: &mut Canvas, place: Rect, radius: f32, face: Color, look: Look) -> Rect {
    let lift = 2.0;
    let mut top = Rect {
        height: place.height - lift,
        ..place
    };
    if look == Look::Held {
        top.y += lift;
    } else {
        canvas.fill_rounded(
            Rect {
                y: place.y + lift,
                ..top
            },
            radius,
            mix(face, INK, 0.22),
        );
    }
    let shade = match look {
        Look::Rest => face,
        Look::Under => mix(face, CARD, 0.35),
        Look::Held => mix(face, INK, 0.08),
    };
    canvas.fill_rounded(top, radius, shade);
    canvas.stroke_rounded(top, radius, 1.0, mix(face, INK, 0.12));
    top
}

/// Draws one line of text in the middle of `place`, as large as `style` says or as fits.
pub fn label(canvas: &mut Canvas, place: Rect, text: &str, style: &TextStyle) {
    let style = fitted(text, style, place.width - 8.0).centered();
    let middle = place.center();
    canvas.text(
        middle.x,
        middle.y + style.measure("").cap_height / 2.0,
        text,
        &style,
    );
}

/// The style, with text small enough for `width`.
pub fn fitted(text: &str, style: &TextStyle, width: f32) -> TextStyle {
    let needed = style.measure(text).width;
    TextStyle {
        size: style.size * (width / needed).clamp(0.1, 1.0),
        ..*style
    }
}

/// The colour so far (0 to 1) on the way from one to another.
pub fn mix(from: Color, to: Color, far: f32) -> Color {
    let channel = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * far).round() as u8;
    Color::rgba(
        channel(from.r, to.r),
        channel(from.g, to.g),
        channel(from.b, to.b),
        channel(from.a, to.a),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use transom::{Modifiers, Serial, WindowId};

    fn press(buttons: &mut Buttons, state: ButtonState, x: f32) -> Press {
        buttons.handle(&Event::Button {
            window: WindowId(1),
            button: Button::LEFT,
            state,
            at: Point::new(x, 5.0),
            modifiers: Modifiers::NONE,
            serial: Serial::NONE,
            time: 0,
        })
    }

    fn two() -> Buttons {
        let mut buttons = Buttons::default();
        buttons.place(vec![
            Rect::new(0.0, 0.0, 10.0, 10.0),
            Rect::new(20.0, 0.0, 10.0, 10.0),
        ]);
        buttons
    }

    #[test]
    fn a_button_counts_when_it_is_let_go_where_it_was_pressed() {
        let mut buttons = two();
        assert_eq!(
            press(&mut buttons, ButtonState::Pressed, 25.0),
            Press::Changed
        );
        assert_eq!(buttons.look(1), Look::Held);
        assert_eq!(
            press(&mut buttons, ButtonState::Released, 26.0),
            Press::Clicked(1)
        );
        assert_eq!(buttons.look(1), Look::Under);
    }

    #[test]
    fn a_pointer_that_slides_off_a_button_takes_the_press_back() {
        let mut buttons = two();
        press(&mut buttons, ButtonState::Pressed, 5.0);
        assert_eq!(
            press(&mut buttons, ButtonState::Released, 25.0),
            Press::Changed
        );
        press(&mut buttons, ButtonState::Pressed, 5.0);
        buttons.handle(&Event::PointerLeave {
            window: WindowId(1),
        });
        assert_eq!(
            press(&mut buttons, ButtonState::Released, 5.0),
            Press::Changed
        );
    }
}
