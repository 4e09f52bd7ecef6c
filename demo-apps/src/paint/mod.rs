//! Painting. The program keeps no pixels: the picture is an off-screen surface of the server.
//!
//! *Marks* (strokes, shapes, fills) are kept as drawing commands. A finished mark is drawn on the
//! off-screen *picture*; taking one back draws the picture anew from those that are left. The
//! window shows the picture, and over it what is being drawn: while the pointer is dragged,
//! incremental frames carry only what is new, several motions in one.
//!
//! *Flood fill* and *saving* need pixels and ask the server for the picture's: one round trip and
//! four bytes a pixel, the only places where the program waits for anything. What a fill reaches
//! becomes a mask image, one byte a pixel, which is drawn in its colour as a mark like others.

mod flood;
mod history;
mod reading;
mod toolbar;

use std::path::PathBuf;
use std::rc::Rc;

use transom::{
    Button, ButtonState, Canvas, Color, CursorShape, Display, Error, Event, ImageFormat, Key,
    KeyEvent, Modifiers, NamedKey, PixelSize, Point, Rect, Size, Stroke, Surface, Window,
};

pub use history::{History, Ink, Mark, Tool};

use crate::app::{App, Reaction, is_shortcut};
use crate::palette::LINE;
use crate::wants_redraw;
use crate::widgets::{Buttons, Press};
use flood::Raster;
use history::through;
use reading::{Reading, save};
use toolbar::{COLORS, Choice, Control, WIDTHS};

/// What is painted on.
const SHEET: Color = Color::WHITE;

/// Points of a stroke beyond which it becomes two, so that each fits a packet easily.
const MAX_POINTS: usize = 10_000;

/// What the picture's pixels are wanted for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Purpose {
    Fill { at: Point, color: Color },
    Save,
}

/// What is being drawn, and how much of it the window shows.
#[derive(Debug)]
struct Drag {
    mark: Mark,
    /// Points of a stroke that are on the screen.
    drawn: usize,
    /// Where a shape is on the screen.
    shown: Rect,
}

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
    drag: Option<Drag>,
    /// Asked with the next frame, when the picture is up to date.
    wanted: Option<Purpose>,
    reading: Option<(Reading, Purpose)>,
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
            drag: None,
            wanted: None,
            reading: None,
            buttons,
            cursor: CursorShape::DEFAULT,
            folder: folder.into(),
            whole: true,
        }
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

    /// The pointer goes down on the sheet.
    fn begin(&mut self, at: Point) -> Reaction {
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
        self.drag = Some(Drag {
            mark,
            drawn: 0,
            shown: Rect::default(),
        });
        Reaction::Redraw
    }

    /// The pointer goes on.
    fn go_on(&mut self, at: Point) -> Reaction {
        match self.drag.as_mut().map(|drag| &mut drag.mark) {
            Some(Mark::Stroke { points, .. }) => {
                points.push(at);
                if points.len() == MAX_POINTS {
                    self.finish();
                    self.begin(at);
                }
            }
            Some(Mark::Shape { to, .. }) => *to = at,
            _ => return Reaction::Nothing,
        }
        Reaction::Redraw
    }

    /// The pointer goes up.
    fn finish(&mut self) -> Reaction {
        match self.drag.take() {
            Some(drag) => self.add(drag.mark),
            None => Reaction::Nothing,
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
        self.wanted = Some(purpose);
        Reaction::Redraw
    }

    /// A button or its key.
    fn control(&mut self, control: Control) -> Reaction {
        match control {
            Control::Tool(tool) => self.choice.tool = tool,
            Control::Width(width) => self.choice.width = width,
            Control::Color(color) => self.choice.color = color,
            Control::Save => return self.want(Purpose::Save),
            _ if self.drag.is_some() => return Reaction::Nothing,
            Control::Clear => return self.add(Mark::Clear),
            Control::Undo | Control::Redo => {
                // What is being read is no longer what is there.
                (self.reading, self.painted) = (None, None);
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
            self.drag = None;
            return self.changed();
        }
        control_of_key(key).map_or(Reaction::Nothing, |control| self.control(control))
    }

    fn pointer(&mut self, event: &Event) -> Reaction {
        let sheet = self.sheet();
        let on_sheet = |at: &Point| Point::new(at.x - sheet.x, at.y - sheet.y);
        match event {
            Event::PointerMoved { at, .. } if self.drag.is_some() => {
                return self.go_on(on_sheet(at));
            }
            Event::PointerMoved { at, .. } => self.point_at(sheet.contains(*at)),
            Event::Button {
                button: Button::LEFT,
                state,
                at,
                ..
            } => match state {
                ButtonState::Pressed if sheet.contains(*at) => return self.begin(on_sheet(at)),
                ButtonState::Released if self.drag.is_some() => return self.finish(),
                _ => {}
            },
            Event::PointerLeave { .. } if self.drag.is_some() => return self.finish(),
            _ => {}
        }
        match self.buttons.handle(event) {
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

    /// Some of the picture's pixels have come.
    fn answered(&mut self, event: &Event) -> Reaction {
        if !self
            .reading
            .as_mut()
            .is_some_and(|(reading, _)| reading.take_in(event))
        {
            return Reaction::Nothing;
        }
        match self.reading.take() {
            Some((reading, Purpose::Save)) => self.save(&reading.raster),
            Some((reading, Purpose::Fill { at, color })) => {
                let mark = self.filled(&reading, at, color);
                mark.map_or(Reaction::Nothing, |mark| self.add(mark))
            }
            None => Reaction::Nothing,
        }
    }

    fn filled(&self, reading: &Reading, at: Point, color: Color) -> Option<Mark> {
        let scale = reading.scale.factor();
        let (x, y) = ((at.x * scale) as usize, (at.y * scale) as usize);
        let Raster { width, height, .. } = reading.raster;
        if x >= width || y >= height {
            return None;
        }
        let mask = reading.raster.flood(x, y);
        let area = [mask.x, mask.y, mask.width, mask.height].map(|n| n as f32 / scale);
        let [x, y, width, height] = area;
        let (columns, rows) = (mask.width as u32, mask.height as u32);
        let image = self
            .display
            .image(columns, rows, ImageFormat::A8, mask.coverage)
            .ok()?;
        let area = Rect::new(x, y, width, height);
        Some(Mark::Fill {
            mask: Rc::new(image),
            area,
            color,
        })
    }

    fn save(&mut self, raster: &Raster) -> Reaction {
        let title = match save(raster, &self.folder) {
            Ok(name) => format!("Paint: saved {name}"),
            Err(problem) => format!("Paint: cannot save: {problem}"),
        };
        self.window.set_title(&title);
        Reaction::Nothing
    }

    /// Draws on the picture what it does not have yet, and asks for its pixels if they are wanted.
    fn update_picture(&mut self) -> Result<(), Error> {
        let (sheet, size) = (self.sheet(), self.picture.size());
        if size.width < sheet.width || size.height < sheet.height {
            let (width, height) = (size.width.max(sheet.width), size.height.max(sheet.height));
            self.picture = self.window.surface(width, height);
            self.painted = None;
        }
        let marks = self.history.visible();
        if self.painted != Some(marks.len()) {
            let mut canvas = match self.painted {
                Some(_) => self.picture.draw(),
                None => self.picture.draw_anew(),
            };
            if self.painted.is_none() {
                canvas.clear(SHEET);
            }
            let new = &marks[self.painted.unwrap_or(0)..];
            new.iter().for_each(|mark| mark.draw(&mut canvas));
            canvas.commit()?;
            self.painted = Some(marks.len());
        }
        if let Some(purpose) = self.wanted.take() {
            let scale = self.window.scale();
            let PixelSize { width, height } =
                scale.pixel_size(Size::new(sheet.width, sheet.height));
            let reading = Reading::ask(self.display, self.picture.id(), scale, width, height);
            self.reading = Some((reading, purpose));
        }
        Ok(())
    }

    /// A frame of everything.
    fn show_all(&mut self) -> Result<(), Error> {
        let sheet = self.sheet();
        let mut canvas = self.window.frame();
        canvas.clear(SHEET);
        let all = Rect::new(0.0, 0.0, sheet.width, sheet.height);
        canvas.copy_from(&self.picture, all, Point::new(sheet.x, sheet.y));
        toolbar::draw(&mut canvas, &self.buttons, self.choice);
        canvas.fill_rect(Rect::new(sheet.x - 1.0, 0.0, 1.0, sheet.height), LINE);
        if let Some(drag) = &mut self.drag {
            drag.drawn = 0;
            drag.show(&mut canvas, sheet, None);
        }
        self.whole = false;
        canvas.commit().map(drop)
    }

    /// A frame of what is new of what is being drawn.
    fn show_drag(&mut self) -> Result<(), Error> {
        let sheet = self.sheet();
        let Some(drag) = &mut self.drag else {
            return Ok(());
        };
        let mut canvas = self.window.incremental();
        drag.show(&mut canvas, sheet, Some(&self.picture));
        canvas.commit().map(drop)
    }
}

impl Drag {
    /// Draws what of it is not on the screen. Where a shape was, `behind` it is seen again.
    fn show(&mut self, canvas: &mut Canvas, sheet: Rect, behind: Option<&Surface>) {
        canvas.clip_rect(sheet);
        canvas.translate(sheet.x, sheet.y);
        match &self.mark {
            Mark::Stroke { points, ink } => {
                let path = through(points, self.drawn, false);
                canvas.stroke(&path, Stroke::new(ink.width).round(), ink.color);
                self.drawn = points.len();
            }
            mark => {
                if let Some(picture) = behind {
                    let corner = Point::new(self.shown.x, self.shown.y);
                    canvas.copy_from(picture, self.shown, corner);
                }
                mark.draw(canvas);
                self.shown = mark.bounds();
            }
        }
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
            _ => self.pointer(event),
        }
    }

    fn draw(&mut self) -> Result<(), Error> {
        self.update_picture()?;
        match self.whole {
            true => self.show_all(),
            false => self.show_drag(),
        }
    }
}

fn control_of_key(key: &KeyEvent) -> Option<Control> {
    let shift = key.modifiers.contains(Modifiers::SHIFT);
    if key.modifiers.contains(Modifiers::CONTROL) {
        return match shift {
            _ if is_shortcut(key, 's') => Some(Control::Save),
            _ if is_shortcut(key, 'y') => Some(Control::Redo),
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
