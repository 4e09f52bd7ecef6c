//! The page where a person types: fields of text, one under the other.

use transom::{
    Canvas, CursorShape, Event, Key, KeyEvent, Modifiers, NamedKey, Point, Rect, TextPurpose,
    TextStyle, Window,
};

use crate::palette::{FADED, INK};
use crate::text_field::TextField;

const LABEL: TextStyle = TextStyle::new(13.0).color(INK);

const HINT: TextStyle = TextStyle::new(12.0).color(FADED);

const FIELD_HEIGHT: f32 = 34.0;

/// From one field to the next: a label, the field, and a gap.
const STEP: f32 = 74.0;

const MOST_WIDTH: f32 = 460.0;

const HINTS: [&str; 4] = [
    "Shift and arrows, Home, End: select. Control: by words.",
    "A double click takes a word, a third press everything.",
    "Ctrl+C, Ctrl+X, Ctrl+V; the middle button pastes what was selected.",
    "Input methods compose at the caret; Tab goes on, Escape goes out.",
];

/// The fields, and which of them keys are for.
#[derive(Debug)]
pub struct Typing {
    fields: [(&'static str, TextField); 3],
    over_field: bool,
}

impl Default for Typing {
    fn default() -> Self {
        let field = |text| TextField::new(text, TextStyle::new(15.0).color(INK));
        let long = "A text longer than its field is moved along with the caret, so that one sees what \
                    one types";
        Self {
            fields: [
                ("A line of text", field("Hello, Transom")),
                ("Both ways", field("In one line: שלום and مرحبا")),
                ("A long one", field(long)),
            ],
            over_field: false,
        }
    }
}

impl Typing {
    /// A field, from the top.
    pub fn field(&self, n: usize) -> &TextField {
        &self.fields[n].1
    }

    /// Whether keys are for one of the fields.
    pub fn is_focused(&self) -> bool {
        self.focused().is_some()
    }

    fn focused(&self) -> Option<usize> {
        self.fields.iter().position(|(_, field)| field.is_focused())
    }

    /// Keys are for this field from now on, or for none. An input method is told so.
    pub fn focus(&mut self, n: Option<usize>, window: &Window) {
        if self.focused() != n {
            // What is being composed ends with its field.
            window.set_text_input(None, TextPurpose::NORMAL);
        }
        for (i, (_, field)) in self.fields.iter_mut().enumerate() {
            field.set_focused(n == Some(i));
        }
    }

    /// Takes in what happened; whether something looks different now.
    pub fn handle(&mut self, event: &Event, window: &Window) -> bool {
        match event {
            Event::Key(key) if self.turn(key, window) => return true,
            Event::PointerMoved { at, .. } => self.point_at(*at, window),
            _ => {}
        }
        let before = self.focused();
        if let Event::Button { at, state, .. } = event
            && *state == transom::ButtonState::Pressed
        {
            let hit = self.fields.iter().position(|(_, f)| f.contains(*at));
            if hit != before {
                self.focus(hit, window);
            }
        }
        let mut changed = before != self.focused();
        for (_, field) in &mut self.fields {
            changed |= field.handle(event, window);
        }
        changed
    }

    /// Tab goes to the next field, Escape leaves them all.
    fn turn(&mut self, key: &KeyEvent, window: &Window) -> bool {
        let count = self.fields.len();
        let Some(now) = self.focused().filter(|_| key.is_press()) else {
            return false;
        };
        let step = match key.key {
            Key::Named(NamedKey::TAB) if key.modifiers.contains(Modifiers::SHIFT) => count - 1,
            Key::Named(NamedKey::TAB) => 1,
            Key::Named(NamedKey::ESCAPE) => {
                self.focus(None, window);
                return true;
            }
            _ => return false,
        };
        self.focus(Some((now + step) % count), window);
        true
    }

    fn point_at(&mut self, at: Point, window: &Window) {
        let over = self.fields.iter().any(|(_, field)| field.contains(at));
        if std::mem::replace(&mut self.over_field, over) != over {
            self.show_cursor(window);
        }
    }

    /// The pointer has a shape of its own over a field.
    fn show_cursor(&self, window: &Window) {
        window.set_cursor(match self.over_field {
            true => CursorShape::TEXT,
            false => CursorShape::DEFAULT,
        });
    }

    /// The page is turned: nothing is typed here any more.
    pub fn leave(&mut self, window: &Window) {
        self.focus(None, window);
        self.over_field = false;
        self.show_cursor(window);
    }

    /// Draws the page into `area`.
    pub fn draw(&mut self, canvas: &mut Canvas, area: Rect, window: &Window) {
        let width = (area.width - 48.0).clamp(60.0, MOST_WIDTH);
        let high = STEP * self.fields.len() as f32 + 22.0 * HINTS.len() as f32;
        let left = (area.center().x - width / 2.0).round();
        let mut top = (area.center().y - high / 2.0).max(area.y + 12.0).round();
        for (label, field) in &mut self.fields {
            canvas.text(left, top + 14.0, label, &LABEL);
            field.place(Rect::new(left, top + 23.0, width, FIELD_HEIGHT));
            field.draw(canvas, window);
            top += STEP;
        }
        for (n, hint) in (0u8..).zip(HINTS) {
            let shown = HINT.shortened(hint, width);
            canvas.text(left, top + 14.0 + 22.0 * f32::from(n), &shown, &HINT);
        }
    }
}
