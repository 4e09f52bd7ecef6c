//! A page for every drawing operation and state, and one to type on: a list at the side, number keys
//! and arrows turn the pages.

mod arrays;
mod list;
mod paints;
mod paragraphs;
mod pictures;
mod shapes;
mod typing;
mod writing;

use transom::{
    Canvas, Display, Error, Event, Key, KeyEvent, NamedKey, Rect, Size, TextStyle, Transform,
    Window,
};

use crate::app::{App, Reaction};
use crate::palette::{CARD, FADED, LINE, PAPER};
use crate::widgets::{Press, label};
use arrays::Arrays;
use list::List;
use paints::Paints;
use pictures::Pictures;
pub use typing::Typing;
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
    Page {
        title: "Typing",
        content: Content::Typing,
    },
];

/// What an exhibit draws on, in logical units before it is enlarged.
const STAGE: Size = Size::new(200.0, 120.0);

/// The line under an exhibit, in the same units.
const CAPTION: f32 = 24.0;

const CAPTION_STYLE: TextStyle = TextStyle::new(9.5).color(FADED);

/// Between exhibits, in the same units.
const GAP: f32 = 12.0;

/// Some exhibits about one thing.
#[derive(Debug)]
pub struct Page {
    /// What they are about.
    pub title: &'static str,
    content: Content,
}

/// What a page has on it.
#[derive(Debug)]
enum Content {
    Exhibits(&'static [Exhibit]),
    /// Fields, which the gallery keeps.
    Typing,
}

const fn page(title: &'static str, exhibits: &'static [Exhibit]) -> Page {
    Page {
        title,
        content: Content::Exhibits(exhibits),
    }
}

impl Page {
    /// Whether it is the one to type on: its fields are the program's, and draw themselves.
    pub fn is_typing(&self) -> bool {
        matches!(self.content, Content::Typing)
    }
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
    list: List,
    typing: Typing,
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
            .size(800.0, 440.0)
            .min_size(400.0, 200.0)
            .app_id("org.transom.gallery")
            .build();
        Ok(Self {
            props: Props::new(display, &window)?,
            window,
            list: List::new(PAGES.iter().map(|page| page.title)),
            typing: Typing::default(),
        })
    }

    /// Which of [`PAGES`] is shown.
    pub fn page(&self) -> usize {
        self.list.chosen()
    }

    /// The page to type on.
    pub fn typing(&self) -> &Typing {
        &self.typing
    }

    fn is_typing(&self) -> bool {
        PAGES[self.page()].is_typing()
    }

    fn show(&mut self, page: usize) -> Reaction {
        if self.is_typing() {
            self.typing.leave(&self.window);
        }
        self.list.choose(page % PAGES.len());
        if self.is_typing() {
            self.typing.focus(Some(0), &self.window);
        }
        Reaction::Redraw
    }

    /// Keys that turn the page whatever is on it.
    fn turn(&mut self, key: &KeyEvent) -> Option<Reaction> {
        let last = PAGES.len() - 1;
        match key.key {
            _ if !key.is_press() => None,
            Key::Named(NamedKey::PAGE_DOWN | NamedKey::ARROW_DOWN) => {
                Some(self.show(self.page() + 1))
            }
            Key::Named(NamedKey::PAGE_UP | NamedKey::ARROW_UP) => {
                Some(self.show(self.page() + last))
            }
            _ => None,
        }
    }

    fn key(&mut self, key: &KeyEvent) -> Reaction {
        let last = PAGES.len() - 1;
        match key.key {
            _ if !key.is_press() => Reaction::Nothing,
            Key::Named(NamedKey::ESCAPE) => Reaction::Close,
            Key::Named(NamedKey::ARROW_RIGHT) | Key::Character(' ') => self.show(self.page() + 1),
            Key::Named(NamedKey::ARROW_LEFT) => self.show(self.page() + last),
            Key::Named(NamedKey::HOME) => self.show(0),
            Key::Named(NamedKey::END) => self.show(last),
            Key::Character(c @ '1'..='9') => self.show(c as usize - '1' as usize),
            Key::Character('0') => self.show(9),
            _ => Reaction::Nothing,
        }
    }

    /// What the list and, on its page, the fields make of an event.
    fn hand(&mut self, event: &Event) -> Reaction {
        let typed = self.is_typing() && self.typing.handle(event, &self.window);
        match self.list.handle(event) {
            Press::Nothing if !typed => Reaction::Nothing,
            Press::Nothing | Press::Changed => Reaction::Redraw,
            Press::Clicked(page) => self.show(page),
        }
    }
}

impl App for Gallery {
    fn window(&self) -> &Window {
        &self.window
    }

    fn handle(&mut self, event: &Event) -> Reaction {
        match event {
            Event::Key(key) => {
                if let Some(turned) = self.turn(key) {
                    return turned;
                }
                match self.is_typing() && self.typing.is_focused() {
                    true => self.hand(event),
                    false => self.key(key),
                }
            }
            // A lost connection is told by the next wait for events.
            Event::Redraw { surface } if self.props.pictures.redraw(*surface) == Ok(true) => {
                Reaction::Redraw
            }
            event => self.hand(event),
        }
    }

    fn draw(&mut self) -> Result<(), Error> {
        let mut canvas = self.window.frame();
        let Size { width, height } = canvas.size();
        self.list.resize(height);
        canvas.clear(PAPER);
        self.list.draw(&mut canvas);
        let area = Rect::new(list::WIDTH, 0.0, width - list::WIDTH, height);
        match &PAGES[self.list.chosen()] {
            page if page.is_typing() => self.typing.draw(&mut canvas, area, &self.window),
            page => draw_page(&mut canvas, area, page, &self.props),
        }
        canvas.commit().map(drop)
    }
}

/// Draws a page's exhibits into `area`, as large as they fit. The page to type on has none.
pub fn draw_page(canvas: &mut Canvas, area: Rect, page: &Page, props: &Props) {
    let Content::Exhibits(exhibits) = page.content else {
        return;
    };
    let cell = Size::new(STAGE.width + GAP, STAGE.height + CAPTION + GAP);
    let (columns, scale) = arrange(area, cell, exhibits.len());
    let rows = exhibits.len().div_ceil(columns);
    let wide = (columns as f32 * cell.width - GAP) * scale;
    let high = (rows as f32 * cell.height - GAP) * scale;
    let (left, top) = (area.center().x - wide / 2.0, area.center().y - high / 2.0);
    for (n, exhibit) in exhibits.iter().enumerate() {
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
    label(canvas, under, exhibit.caption, &CAPTION_STYLE);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_caption_fits_at_full_size() {
        for page in PAGES {
            let Content::Exhibits(exhibits) = page.content else {
                continue;
            };
            for Exhibit { caption, .. } in exhibits {
                let width = CAPTION_STYLE.measure(caption).width;
                assert!(width <= STAGE.width - 8.0, "{caption}: {width}");
            }
        }
    }

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
