//! A pocket calculator: buttons and keyboard, decimal arithmetic. Control and C copies the number,
//! Control and V pastes one.

mod machine;
mod number;

use transom::{
    Align, Canvas, Color, Display, Error, Event, Key, KeyEvent, Modifiers, NamedKey, Rect,
    TextStyle, Window,
};

pub use machine::{Input, Machine, Operator};
pub use number::{Number, Problem};

use crate::app::{App, Reaction, is_shortcut};
use crate::palette::{ACCENT, CARD, FADED, INK, LINE, PAPER, TEAL};
use crate::widgets::{Buttons, Look, Press, button, fitted, label, mix};

const COLUMNS: usize = 4;

/// The buttons, row by row: what stands on them, and the key that does the same.
const BUTTONS: [(&str, char); 20] = [
    ("AC", 'c'),
    ("±", 'n'),
    ("%", '%'),
    ("÷", '/'),
    ("7", '7'),
    ("8", '8'),
    ("9", '9'),
    ("×", '*'),
    ("4", '4'),
    ("5", '5'),
    ("6", '6'),
    ("−", '-'),
    ("1", '1'),
    ("2", '2'),
    ("3", '3'),
    ("+", '+'),
    ("0", '0'),
    (".", '.'),
    ("⌫", '<'),
    ("=", '='),
];

/// The button that copies, behind those.
const COPY: usize = BUTTONS.len();

/// What a character means to the machine.
pub fn input_of(character: char) -> Option<Input> {
    Some(match character {
        '0'..='9' => Input::Digit(character as u8 - b'0'),
        '.' | ',' => Input::Point,
        'n' => Input::Sign,
        '%' => Input::Percent,
        '<' => Input::Back,
        'c' => Input::Clear,
        '+' => Input::Operator(Operator::Plus),
        '-' | '−' => Input::Operator(Operator::Minus),
        '*' | 'x' | '×' => Input::Operator(Operator::Times),
        '/' | ':' | '÷' => Input::Operator(Operator::Over),
        '=' => Input::Equals,
        _ => return None,
    })
}

/// The program.
#[derive(Debug)]
pub struct Calc {
    window: Window,
    machine: Machine,
    buttons: Buttons,
}

impl Calc {
    /// Opens its window.
    pub fn new(display: &Display) -> Self {
        let window = display
            .window("Calculator")
            .size(240.0, 352.0)
            .min_size(180.0, 260.0)
            .app_id("org.transom.calc")
            .build();
        Self {
            window,
            machine: Machine::default(),
            buttons: Buttons::default(),
        }
    }

    /// What it shows.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// Offers the number to other programs.
    fn copy(&self) -> Reaction {
        if !self.machine.has_problem() {
            self.window.clipboard().copy_text(self.machine.display());
        }
        Reaction::Redraw
    }

    /// Takes a number that another program offered; other texts are none.
    fn pasted(&mut self, text: &str) -> Reaction {
        Number::read(text).map_or(Reaction::Nothing, |number| {
            self.machine.enter(number);
            Reaction::Redraw
        })
    }

    fn key(&mut self, key: &KeyEvent) -> Reaction {
        if is_shortcut(key, 'c') {
            return self.copy();
        }
        if is_shortcut(key, 'v') {
            self.window.clipboard().paste_text();
        }
        self.press(input_of_key(key))
    }

    fn press(&mut self, input: Option<Input>) -> Reaction {
        input.map_or(Reaction::Nothing, |input| {
            self.machine.press(input);
            Reaction::Redraw
        })
    }
}

impl App for Calc {
    fn window(&self) -> &Window {
        &self.window
    }

    fn handle(&mut self, event: &Event) -> Reaction {
        match event {
            Event::Key(key) => return self.key(key),
            Event::Pasted(pasted) => return self.pasted(&pasted.text()),
            _ => {}
        }
        match self.buttons.handle(event) {
            Press::Clicked(COPY) => self.copy(),
            Press::Nothing => Reaction::Nothing,
            Press::Changed => Reaction::Redraw,
            Press::Clicked(button) => self.press(input_of(BUTTONS[button].1)),
        }
    }

    fn draw(&mut self) -> Result<(), Error> {
        let mut canvas = self.window.frame();
        let (screen, places) = layout(canvas.bounds());
        self.buttons.place(places);
        draw(&mut canvas, screen, &self.machine, &self.buttons);
        canvas.commit().map(drop)
    }
}

fn input_of_key(key: &KeyEvent) -> Option<Input> {
    let others = Modifiers::CONTROL | Modifiers::ALT | Modifiers::SUPER;
    match key.key {
        _ if !key.is_press() || key.modifiers.intersects(others) => None,
        Key::Named(NamedKey::ENTER) => Some(Input::Equals),
        Key::Named(NamedKey::BACKSPACE) => Some(Input::Back),
        Key::Named(NamedKey::ESCAPE | NamedKey::DELETE) => Some(Input::Clear),
        Key::Character(c) => input_of(c.to_ascii_lowercase()),
        _ => None,
    }
}

/// Where the number and the buttons go.
fn layout(bounds: Rect) -> (Rect, Vec<Rect>) {
    let (gap, all) = (8.0, bounds.inset(12.0));
    let rows = BUTTONS.len() / COLUMNS;
    let screen = Rect {
        height: (all.height * 0.24).clamp(56.0, 120.0),
        ..all
    };
    let (left, top) = (all.x, screen.bottom() + gap + 4.0);
    let width = (all.width + gap) / COLUMNS as f32;
    let height = (all.bottom() - top + gap) / rows as f32;
    let place = |n: usize| {
        let (column, row) = ((n % COLUMNS) as f32, (n / COLUMNS) as f32);
        let (x, y) = (left + column * width, top + row * height);
        Rect::new(x, y, width - gap, height - gap)
    };
    let copy = Rect::new(screen.x + 8.0, screen.y + 8.0, 26.0, 26.0);
    let places = (0..BUTTONS.len()).map(place).chain([copy]);
    (screen, places.collect())
}

/// Draws all of it; `screen` is where the number stands.
pub fn draw(canvas: &mut Canvas, screen: Rect, machine: &Machine, buttons: &Buttons) {
    canvas.clear(PAPER);
    canvas.fill_rounded(screen, 10.0, CARD);
    canvas.stroke_rounded(screen, 10.0, 1.0, LINE);
    let inside = screen.inset(12.0);
    let copy = buttons.places()[COPY];
    draw_copy(canvas, copy, buttons.look(COPY));
    let small = TextStyle::new(13.0).color(FADED).align(Align::Right);
    let story = fitted(machine.story(), &small, inside.right() - copy.right() - 6.0);
    canvas.text(inside.right(), inside.y + 9.0, machine.story(), &story);

    let large = match machine.has_problem() {
        true => TextStyle::new(20.0).color(ACCENT),
        false => TextStyle::new((inside.height * 0.6).min(44.0)).color(INK),
    };
    let text = grouped(&machine.display());
    let large = fitted(&text, &large, inside.width).align(Align::Right);
    canvas.text(inside.right(), inside.bottom() - 2.0, &text, &large);

    for (n, (text, key)) in BUTTONS.into_iter().enumerate() {
        let place = &buttons.places()[n];
        let (face, ink) = colors(key, machine.waiting());
        let top = button(canvas, *place, 9.0, face, buttons.look(n));
        let size = (place.height * 0.42).min(place.width * 0.38);
        label(canvas, top, text, &TextStyle::new(size).color(ink));
    }
}

/// Two sheets, one over the other.
fn draw_copy(canvas: &mut Canvas, place: Rect, look: Look) {
    if look != Look::Rest {
        let far = if look == Look::Held { 0.14 } else { 0.06 };
        canvas.fill_rounded(place, 6.0, mix(CARD, INK, far));
    }
    let sheet = Rect::new(place.x + 6.0, place.y + 5.0, 10.0, 12.0);
    for (n, face) in [PAPER, CARD].into_iter().enumerate() {
        let sheet = Rect {
            x: sheet.x + 4.0 * n as f32,
            y: sheet.y + 4.0 * n as f32,
            ..sheet
        };
        canvas.fill_rounded(sheet, 2.0, face);
        canvas.stroke_rounded(sheet, 2.0, 1.25, FADED);
    }
}

/// The face of a button and what is on it. The operator that waits is marked.
fn colors(key: char, waiting: Option<Operator>) -> (Color, Color) {
    match input_of(key) {
        Some(Input::Equals) => (ACCENT, CARD),
        Some(Input::Operator(operator)) if waiting == Some(operator) => (TEAL, CARD),
        Some(Input::Operator(_)) => (mix(PAPER, TEAL, 0.18), TEAL),
        Some(Input::Digit(_) | Input::Point) => (CARD, INK),
        _ => (mix(PAPER, INK, 0.07), INK),
    }
}

/// With thin spaces between thousands, and the sign as print has it.
fn grouped(number: &str) -> String {
    if number.starts_with(|c: char| c.is_alphabetic()) {
        return number.to_owned();
    }
    let end = number.find(['.', 'e']).unwrap_or(number.len());
    let (whole, rest) = number.split_at(end);
    let digits = whole.trim_start_matches('-').len();
    let mut text = String::new();
    for (n, digit) in whole.trim_start_matches('-').chars().enumerate() {
        if n > 0 && (digits - n).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    let sign = if whole.starts_with('-') { "−" } else { "" };
    format!("{sign}{text}{}", rest.replace('-', "−"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped("1234567.1234"), "1\u{2009}234\u{2009}567.1234");
        assert_eq!(grouped("-123"), "−123");
        assert_eq!(grouped("-1.5e-18"), "−1.5e−18");
        assert_eq!(grouped("Too large"), "Too large");
    }

    #[test]
    fn every_button_does_something() {
        assert!(BUTTONS.iter().all(|(_, key)| input_of(*key).is_some()));
    }
}
