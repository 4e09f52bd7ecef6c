//! Painting. The program keeps no pixels: the picture is an off-screen surface of the server.
//!
//! *Marks* (strokes, shapes, fills) are kept as drawing commands. A finished mark is drawn on the
//! off-screen *picture*; taking one back draws the picture anew from those that are left. The
//! window shows the picture, and over it what is being drawn: while the pointer is dragged,
//! incremental frames carry only what is new, several motions in one. Fingers draw at the same time,
//! each its own mark.
//!
//! *Flood fill*, *saving* and *copying* need pixels and ask the server for the picture's: one round
//! trip and four bytes a pixel, the only places where the program waits for anything. What a fill reaches
//! becomes a mask image, one byte a pixel, which is drawn in its colour as a mark like others.

mod flood;
mod frames;
mod hands;
mod history;
mod pictures;
mod reading;
mod sketch;
mod toolbar;

use std::path::PathBuf;

use transom::{
    Color, CursorShape, Display, Error, Event, Key, KeyEvent, Modifiers, NamedKey, Rect, Surface,
    Window,
};

pub use history::{History, Ink, Mark, Tool};

use crate::app::{App, Reaction, is_shortcut};
use crate::wants_redraw;
use crate::widgets::Buttons;
use frames::Drag;
use hands::Hand;
use reading::{Purpose, Reading};
use toolbar::{COLORS, Choice, Control, WIDTHS};

/// What is painted on.
const SHEET: Color = Color::WHITE;

/// The program.
#[derive(Debug)]
pub struct Paint<'a> {
    display: &'a Display,
    window: Window,
    picture: Surface,
    /// How many of the visible marks the picture has; `None`: it has to be drawn anew.
    painted: Option<usize>,
    history: History,
    choice: Choice,
    /// What is being drawn, by the pointer and by fingers.
    drags: Vec<(Hand, Drag)>,
    /// Asked with the next frame, when the picture is up to date.
    wanted: Vec<Purpose>,
    readings: Vec<Reading>,
    buttons: Buttons,
    cursor: CursorShape,
    folder: PathBuf,
    /// The next frame is a full one.
    whole: bool,
}

impl<'a> Paint<'a> {
    /// Opens its window. Pictures are saved in `folder`.
    pub fn new(display: &'a Display, folder: impl Into<PathBuf>) -> Self {
        let window = display
            .window("Paint")
            .size(480.0, toolbar::HEIGHT)
            .min_size(300.0, toolbar::HEIGHT)
            .app_id("org.transom.paint")
            .build();
        let mut buttons = Buttons::default();
        buttons.place(toolbar::places());
        Self {
            display,
            picture: window.surface(480.0 - toolbar::WIDTH, toolbar::HEIGHT),
            window,
            painted: None,
            history: History::default(),
            choice: Choice {
                tool: Tool::Brush,
                width: 1,
                color: 0,
                undo: false,
                redo: false,
            },
            drags: Vec::new(),
            wanted: Vec::new(),
            readings: Vec::new(),
            buttons,
            cursor: CursorShape::DEFAULT,
            folder: folder.into(),
            whole: true,
        }
    }

    /// Paints something to begin with, which can be taken back mark by mark.
    pub fn sketch(&mut self) {
        sketch::marks().into_iter().for_each(|mark| {
            self.add(mark);
        });
    }

    /// What has been painted.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Where the sheet is in the window. It begins on a whole device pixel, so that copies of the
    /// picture and what is drawn over it meet exactly.
    pub fn sheet(&self) -> Rect {
        let (size, scale) = (self.window.size(), self.window.scale().factor());
        let left = (toolbar::WIDTH * scale).round() / scale;
        Rect::new(left, 0.0, (size.width - left).max(1.0), size.height)
    }

    fn ink(&self) -> Ink {
        let Choice { width, color, .. } = self.choice;
        let width = WIDTHS[width];
        match self.choice.tool {
            Tool::Eraser => Ink {
                color: SHEET,
                width: 2.0 * width,
            },
            _ => Ink {
                color: COLORS[color],
                width,
            },
        }
    }

    fn add(&mut self, mark: Mark) -> Reaction {
        if matches!(mark, Mark::Clear) {
            self.painted = None;
        }
        self.history.push(mark);
        self.changed()
    }

    fn changed(&mut self) -> Reaction {
        (self.choice.undo, self.choice.redo) = (self.history.can_undo(), self.history.can_redo());
        self.whole = true;
        Reaction::Redraw
    }

    fn want(&mut self, purpose: Purpose) -> Reaction {
        self.wanted.push(purpose);
        Reaction::Redraw
    }

    /// A button or its key.
    fn control(&mut self, control: Control) -> Reaction {
        match control {
            Control::Tool(tool) => self.choice.tool = tool,
            Control::Width(width) => self.choice.width = width,
            Control::Color(color) => self.choice.color = color,
            Control::Save => return self.want(Purpose::Save),
            Control::Copy => return self.want(Purpose::Copy),
            Control::Paste => return self.paste(),
            _ if !self.drags.is_empty() => return Reaction::Nothing,
            Control::Clear => return self.add(Mark::Clear),
            Control::Undo | Control::Redo => {
                // What is being read is no longer what is there.
                self.readings
                    .retain(|reading| !matches!(reading.purpose, Purpose::Fill { .. }));
                self.painted = None;
                match control == Control::Undo {
                    true => self.history.undo(),
                    false => self.history.redo(),
                };
            }
        }
        self.changed()
    }

    fn key(&mut self, key: &KeyEvent) -> Reaction {
        if !key.is_press() {
            return Reaction::Nothing;
        }
        if key.pressed(NamedKey::ESCAPE) {
            self.drags.clear();
            return self.changed();
        }
        control_of_key(key).map_or(Reaction::Nothing, |control| self.control(control))
    }
}

impl App for Paint<'_> {
    fn window(&self) -> &Window {
        &self.window
    }

    fn handle(&mut self, event: &Event) -> Reaction {
        self.whole |= wants_redraw(event, self.window.id());
        match event {
            Event::Redraw { surface } if *surface == self.picture.id() => {
                self.painted = None;
                self.changed()
            }
            Event::Pixels { .. } => self.answered(event),
            Event::Key(key) => self.key(key),
            Event::Pasted(pasted) => self.pasted(pasted),
            _ => self.hand(event),
        }
    }

    fn draw(&mut self) -> Result<(), Error> {
        self.update_picture()?;
        match self.whole {
            true => self.show_all(),
            false => self.show_drags(),
        }
    }
}

fn control_of_key(key: &KeyEvent) -> Option<Control> {
    let shift = key.modifiers.contains(Modifiers::SHIFT);
    if key.modifiers.contains(Modifiers::CONTROL) {
        return match shift {
            _ if is_shortcut(key, 's') => Some(Control::Save),
            _ if is_shortcut(key, 'y') => Some(Control::Redo),
            false if is_shortcut(key, 'c') => Some(Control::Copy),
            false if is_shortcut(key, 'v') => Some(Control::Paste),
            true if is_shortcut(key, 'z') => Some(Control::Redo),
            false if is_shortcut(key, 'z') => Some(Control::Undo),
            _ => None,
        };
    }
    Some(match key.key {
        Key::Named(NamedKey::DELETE) => Control::Clear,
        Key::Character('b') => Control::Tool(Tool::Brush),
        Key::Character('l') => Control::Tool(Tool::Line),
        Key::Character('r') => Control::Tool(Tool::Rectangle),
        Key::Character('e') => Control::Tool(Tool::Ellipse),
        Key::Character('f') => Control::Tool(Tool::Fill),
        Key::Character('x') => Control::Tool(Tool::Eraser),
        Key::Character(c @ '1'..='4') => Control::Width(c as usize - '1' as usize),
        _ => return None,
    })
}
