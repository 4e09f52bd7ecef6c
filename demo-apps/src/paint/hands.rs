//! What the pointer and fingers do on the sheet.

use transom::{Button, ButtonState, CursorShape, Event, Point};

use super::Paint;
use super::frames::Drag;
use super::history::{Mark, Tool};
use super::reading::Purpose;
use super::toolbar;
use crate::app::Reaction;
use crate::widgets::Press;

/// Points of a stroke beyond which it becomes two, so that each fits a packet easily.
const MAX_POINTS: usize = 10_000;

/// Who draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hand {
    Pointer,
    /// A finger, by its number.
    Finger(u32),
}

impl Paint<'_> {
    /// What is neither on the sheet nor goes on there is the tools' beside it.
    pub(super) fn hand(&mut self, event: &Event) -> Reaction {
        self.draw_by_hand(event)
            .unwrap_or_else(|| self.press(event))
    }

    fn draw_by_hand(&mut self, event: &Event) -> Option<Reaction> {
        let sheet = self.sheet();
        let on_sheet = |at: &Point| Point::new(at.x - sheet.x, at.y - sheet.y);
        match event {
            Event::PointerMoved { at, .. } => {
                if !self.draws(Hand::Pointer) {
                    self.point_at(sheet.contains(*at));
                    return None;
                }
                Some(self.go_on(Hand::Pointer, on_sheet(at)))
            }
            Event::Button {
                button: Button::LEFT,
                state: ButtonState::Pressed,
                at,
                ..
            } => sheet
                .contains(*at)
                .then(|| self.begin(Hand::Pointer, on_sheet(at))),
            Event::Button {
                button: Button::LEFT,
                state: ButtonState::Released,
                ..
            }
            | Event::PointerLeave { .. } => self.finish(Hand::Pointer),
            Event::TouchDown { touch, at, .. } => sheet
                .contains(*at)
                .then(|| self.begin(Hand::Finger(*touch), on_sheet(at))),
            Event::TouchMoved { touch, at } => self
                .draws(Hand::Finger(*touch))
                .then(|| self.go_on(Hand::Finger(*touch), on_sheet(at))),
            Event::TouchUp { touch } => self.finish(Hand::Finger(*touch)),
            Event::TouchCancelled => {
                self.drags.retain(|(hand, _)| *hand == Hand::Pointer);
                self.changed();
                None
            }
            _ => None,
        }
    }

    fn draws(&self, hand: Hand) -> bool {
        self.drags.iter().any(|(drags, _)| *drags == hand)
    }

    fn begin(&mut self, hand: Hand, at: Point) -> Reaction {
        let (tool, ink) = (self.choice.tool, self.ink());
        let mark = match tool {
            Tool::Fill => {
                return self.want(Purpose::Fill {
                    at,
                    color: ink.color,
                });
            }
            Tool::Brush | Tool::Eraser => Mark::Stroke {
                points: vec![at],
                ink,
            },
            _ => Mark::Shape {
                tool,
                from: at,
                to: at,
                ink,
            },
        };
        self.drags.retain(|(drags, _)| *drags != hand);
        self.drags.push((hand, Drag::new(mark)));
        Reaction::Redraw
    }

    fn go_on(&mut self, hand: Hand, at: Point) -> Reaction {
        let drag = self.drags.iter_mut().find(|(drags, _)| *drags == hand);
        match drag.map(|(_, drag)| &mut drag.mark) {
            Some(Mark::Stroke { points, .. }) => {
                points.push(at);
                if points.len() == MAX_POINTS {
                    self.finish(hand);
                    self.begin(hand, at);
                }
            }
            Some(Mark::Shape { to, .. }) => *to = at,
            _ => return Reaction::Nothing,
        }
        Reaction::Redraw
    }

    /// What the hand has drawn is a mark. `None`: it has drawn nothing.
    fn finish(&mut self, hand: Hand) -> Option<Reaction> {
        let drag = self.drags.iter().position(|(drags, _)| *drags == hand)?;
        let (_, drag) = self.drags.remove(drag);
        Some(self.add(drag.mark))
    }

    fn press(&mut self, event: &Event) -> Reaction {
        match self.buttons.handle(event) {
            Press::Nothing if matches!(event, Event::TouchCancelled) => Reaction::Redraw,
            Press::Nothing => Reaction::Nothing,
            Press::Changed => self.changed(),
            Press::Clicked(n) => toolbar::control(n).map_or(Reaction::Nothing, |c| self.control(c)),
        }
    }

    fn point_at(&mut self, sheet: bool) {
        let cursor = if sheet {
            CursorShape::CROSSHAIR
        } else {
            CursorShape::DEFAULT
        };
        if std::mem::replace(&mut self.cursor, cursor) != cursor {
            self.window.set_cursor(cursor);
        }
    }
}
