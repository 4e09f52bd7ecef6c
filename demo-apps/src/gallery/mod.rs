//! A page for every drawing operation and state: tabs, number keys and arrows turn the pages.

mod arrays;
mod paints;
mod paragraphs;
mod pictures;
mod shapes;
mod writing;

use transom::{
    Canvas, Display, Error, Event, Key, KeyEvent, NamedKey, Rect, Size, TextStyle, Transform,
    Window,
};

use crate::app::{App, Reaction};
use crate::palette::{CARD, FADED, INK, LINE, PAPER, TEAL};
use crate::widgets::{Buttons, Look, Press, label, mix};
use arrays::Arrays;
use paints::Paints;
use pictures::Pictures;
use writing::Marks;

/// The pages.
pub const PAGES: &[Page] = &[
    page("Rectangles", shapes::RECTANGLES),
    page("Lines", shapes::LINES),
    page("Paths", shapes::PATHS),
    page("Images", pictures::IMAGES),
    page("Text", writing::TEXT),
    page("Layout", paragraphs::PARAGRAPHS),
    page("State", writing::STATE),
    page("Copies", pictures::COPIES),
    page("Paints", paints::PAINTS),
    page("Blending", paints::BLENDING),
    page("Arrays", arrays::ARRAYS),
];

/// What an exhibit draws on, in logical units before it is enlarged.
const STAGE: Size = Size::new(200.0, 120.0);

/// The line under an exhibit, in the same units.
const CAPTION: f32 = 24.0;

/// Between exhibits, in the same units.
const GAP: f32 = 12.0;

/// The tabs, in logical units.
const TABS: f32 = 52.0;

/// Some exhibits about one thing.
#[derive(Debug)]
pub struct Page {
    /// What they are about.
    pub title: &'static str,
    exhibits: &'static [Exhibit],
}

const fn page(title: &'static str, exhibits: &'static [Exhibit]) -> Page {
    Page { title, exhibits }
}

/// One drawing, 200 by 120.
#[derive(Debug)]
struct Exhibit {
    caption: &'static str,
    draw: fn(&mut Canvas, &Props),
}

const fn exhibit(caption: &'static str, draw: fn(&mut Canvas, &Props)) -> Exhibit {
    Exhibit { caption, draw }
}

/// What the exhibits draw with: uploaded once.
#[derive(Debug)]
pub struct Props {
    pictures: Pictures,
    marks: Marks,
    paints: Paints,
    arrays: Arrays,
}

impl Props {
    /// Uploads it all. One of the off-screen surfaces among it follows the window's scale.
    ///
    /// # Errors
    ///
    /// When the connection has ended.
    pub fn new(display: &Display, window: &Window) -> Result<Self, Error> {
        Ok(Self {
            pictures: Pictures::new(display, window)?,
            marks: Marks::new(display)?,
            paints: Paints::new(display)?,
            arrays: Arrays::new(display)?,
        })
    }
}

/// The program.
#[derive(Debug)]
pub struct Gallery {
    window: Window,
    props: Props,
    page: usize,
    tabs: Buttons,
}

impl Gallery {
    /// Opens its window.
    ///
    /// # Errors
    ///
    /// When the connection has ended.
    pub fn new(display: &Display) -> Result<Self, Error> {
        let window = display
            .window("Gallery")
            .size(600.0, 352.0)
            .min_size(360.0, 240.0)
            .app_id("org.transom.gallery")
            .build();
        Ok(Self {
            props: Props::new(display, &window)?,
            window,
            page: 0,
            tabs: Buttons::default(),
        })
    }

    /// Which of [`PAGES`] is shown.
    pub fn page(&self) -> usize {
        self.page
    }

    fn show(&mut self, page: usize) -> Reaction {
        self.page = page % PAGES.len();
        Reaction::Redraw
    }

    fn key(&mut self, key: &KeyEvent) -> Reaction {
        let last = PAGES.len() - 1;
        match key.key {
            _ if !key.is_press() => Reaction::Nothing,
            Key::Named(NamedKey::ESCAPE) => Reaction::Close,
            Key::Named(NamedKey::ARROW_RIGHT | NamedKey::PAGE_DOWN) | Key::Character(' ') => {
                self.show(self.page + 1)
            }
            Key::Named(NamedKey::ARROW_LEFT | NamedKey::PAGE_UP) => self.show(self.page + last),
            Key::Named(NamedKey::HOME) => self.show(0),
            Key::Named(NamedKey::END) => self.show(last),
            Key::Character(c @ '1'..='9') => self.show(c as usize - '1' as usize),
            Key::Character('0') => self.show(9),
            _ => Reaction::Nothing,
        }
    }
}

impl App for Gallery {
    fn window(&self) -> &Window {
        &self.window
    }

    fn handle(&mut self, event: &Event) -> Reaction {
        match event {
            Event::Key(key) => return self.key(key),
            // A lost connection is told by the next wait for events.
            Event::Redraw { surface } if self.props.pictures.redraw(*surface) == Ok(true) => {
                return Reaction::Redraw;
            }
            _ => {}
        }
        match self.tabs.handle(event) {
            Press::Nothing => Reaction::Nothing,
            Press::Changed => Reaction::Redraw,
            Press::Clicked(page) => self.show(page),
        }
    }

    fn draw(&mut self) -> Result<(), Error> {
        let mut canvas = self.window.frame();
        self.tabs.place(tab_places(canvas.size().width));
        canvas.clear(PAPER);
        draw_tabs(&mut canvas, self.page, &self.tabs);
        let Size { width, height } = canvas.size();
        let area = Rect::new(0.0, TABS, width, height - TABS);
        draw_page(&mut canvas, area, &PAGES[self.page], &self.props);
        canvas.commit().map(drop)
    }
}

fn tab_places(width: f32) -> Vec<Rect> {
    let (room, edge) = (width - 2.0 * GAP, 10.0);
    let tab = room / PAGES.len() as f32;
    let place = |n| Rect::new(GAP + n as f32 * tab, edge, tab, TABS - 2.0 * edge);
    (0..PAGES.len()).map(place).collect()
}

fn draw_tabs(canvas: &mut Canvas, page: usize, tabs: &Buttons) {
    let width = canvas.size().width;
    canvas.fill_rect(Rect::new(0.0, 0.0, width, TABS), CARD);
    canvas.fill_rect(Rect::new(0.0, TABS - 1.0, width, 1.0), LINE);
    for (n, (place, entry)) in tabs.places().iter().zip(PAGES).enumerate() {
        let inside = Rect {
            x: place.x + 3.0,
            width: place.width - 6.0,
            ..*place
        };
        let style = TextStyle::new(13.0);
        let style = match (n == page, tabs.look(n)) {
            (true, _) => {
                canvas.fill_rounded(inside, 8.0, TEAL);
                style.bold().color(CARD)
            }
            (false, Look::Rest) => style.color(INK),
            (false, look) => {
                let shade = if look == Look::Held { 0.3 } else { 0.15 };
                canvas.fill_rounded(inside, 8.0, mix(CARD, TEAL, shade));
                style.color(INK)
            }
        };
        label(canvas, inside, entry.title, &style);
    }
}

/// Draws a page's exhibits into `area`, as large as they fit.
pub fn draw_page(canvas: &mut Canvas, area: Rect, page: &Page, props: &Props) {
    let cell = Size::new(STAGE.width + GAP, STAGE.height + CAPTION + GAP);
    let (columns, scale) = arrange(area, cell, page.exhibits.len());
    let rows = page.exhibits.len().div_ceil(columns);
    let wide = (columns as f32 * cell.width - GAP) * scale;
    let high = (rows as f32 * cell.height - GAP) * scale;
    let (left, top) = (area.center().x - wide / 2.0, area.center().y - high / 2.0);
    for (n, exhibit) in page.exhibits.iter().enumerate() {
        let (column, row) = ((n % columns) as f32, (n / columns) as f32);
        canvas.saved(|canvas| {
            let (x, y) = (
                left + column * cell.width * scale,
                top + row * cell.height * scale,
            );
            canvas.set_transform(Transform::translate(x, y).after(Transform::scale(scale, scale)));
            show(canvas, exhibit, props);
        });
    }
}

/// Into how many columns `count` cells go, and how much they are enlarged, to fill `area` best.
fn arrange(area: Rect, cell: Size, count: usize) -> (usize, f32) {
    let scale = |columns: usize| {
        let (across, down) = (columns as f32, count.div_ceil(columns) as f32);
        let wide = (area.width - 2.0 * GAP) / (across * cell.width - GAP);
        let high = (area.height - 2.0 * GAP) / (down * cell.height - GAP);
        wide.min(high).max(0.1)
    };
    let best = (1..=count).max_by(|a, b| scale(*a).total_cmp(&scale(*b)));
    best.map_or((1, 1.0), |columns| (columns, scale(columns)))
}

fn show(canvas: &mut Canvas, exhibit: &Exhibit, props: &Props) {
    let stage = Rect::from_size(STAGE);
    canvas.fill_rounded(stage, 6.0, CARD);
    canvas.stroke_rounded(stage, 6.0, 1.0, LINE);
    canvas.saved(|canvas| (exhibit.draw)(canvas, props));
    let under = Rect::new(0.0, STAGE.height, STAGE.width, CAPTION);
    label(
        canvas,
        under,
        exhibit.caption,
        &TextStyle::new(9.5).color(FADED),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exhibits_stand_in_as_many_columns_as_make_them_largest() {
        let cell = Size::new(STAGE.width + GAP, STAGE.height + CAPTION + GAP);
        let columns = |width, height| arrange(Rect::new(0.0, 0.0, width, height), cell, 6).0;
        assert_eq!(columns(720.0, 380.0), 3);
        assert_eq!(columns(400.0, 600.0), 2);
        assert_eq!(columns(300.0, 1200.0), 1);
        assert_eq!(columns(2000.0, 200.0), 6);
    }
}
