//! What of the painting crosses to the server: the picture, and the window's frames.

use transom::{Canvas, Error, Point, Rect, Size, Stroke, Surface};

use super::hands::Hand;
use super::history::{Mark, through};
use super::reading::Reading;
use super::{Paint, SHEET, toolbar};
use crate::palette::LINE;

/// What is being drawn, and how much of it the window shows.
#[derive(Debug)]
pub(super) struct Drag {
    pub(super) mark: Mark,
    /// Points of a stroke that are on the screen.
    drawn: usize,
    /// Where a shape is on the screen.
    shown: Rect,
}

impl Drag {
    /// Of which nothing is on the screen yet.
    pub(super) fn new(mark: Mark) -> Self {
        Self {
            mark,
            drawn: 0,
            shown: Rect::default(),
        }
    }

    /// Draws on the sheet what of it is not on the screen. Where a shape was, `behind` it is seen again.
    fn show(&mut self, canvas: &mut Canvas, behind: Option<&Surface>) {
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

impl Paint<'_> {
    /// Draws on the picture what it does not have yet, and asks for its pixels if they are wanted.
    pub(super) fn update_picture(&mut self) -> Result<(), Error> {
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
        let scale = self.window.scale();
        let size = scale.pixel_size(Size::new(sheet.width, sheet.height));
        for purpose in self.wanted.drain(..) {
            let reading = Reading::ask(self.display, self.picture.id(), scale, size, purpose);
            self.readings.push(reading);
        }
        Ok(())
    }

    /// A frame of everything.
    pub(super) fn show_all(&mut self) -> Result<(), Error> {
        let sheet = self.sheet();
        let mut canvas = self.window.frame();
        canvas.clear(SHEET);
        let all = Rect::new(0.0, 0.0, sheet.width, sheet.height);
        canvas.copy_from(&self.picture, all, Point::new(sheet.x, sheet.y));
        toolbar::draw(&mut canvas, &self.buttons, self.choice);
        canvas.fill_rect(Rect::new(sheet.x - 1.0, 0.0, 1.0, sheet.height), LINE);
        go_to(&mut canvas, sheet);
        for (_, drag) in &mut self.drags {
            drag.drawn = 0;
            drag.show(&mut canvas, None);
        }
        self.whole = false;
        canvas.commit().map(drop)
    }

    /// A frame of what is new of what is being drawn.
    pub(super) fn show_drags(&mut self) -> Result<(), Error> {
        if self.drags.is_empty() {
            return Ok(());
        }
        // Where a shape was, another hand may have drawn meanwhile.
        let shapes = |(_, drag): &(Hand, Drag)| matches!(drag.mark, Mark::Shape { .. });
        if self.drags.len() > 1 && self.drags.iter().any(shapes) {
            return self.show_all();
        }
        let sheet = self.sheet();
        let mut canvas = self.window.incremental();
        go_to(&mut canvas, sheet);
        for (_, drag) in &mut self.drags {
            drag.show(&mut canvas, Some(&self.picture));
        }
        canvas.commit().map(drop)
    }
}

/// What is drawn from here on is in the sheet's coordinates, and nowhere else.
fn go_to(canvas: &mut Canvas, sheet: Rect) {
    canvas.clip_rect(sheet);
    canvas.translate(sheet.x, sheet.y);
}
