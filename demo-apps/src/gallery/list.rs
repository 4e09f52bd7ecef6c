//! The list of pages at the side, and which of them is shown.

use transom::{Canvas, Event, Point, Rect, TextStyle};

use crate::palette::{CARD, FADED, INK, LINE, TEAL};
use crate::widgets::{Buttons, Look, Press, mix};

/// How wide the list is, in logical units.
pub(super) const WIDTH: f32 = 132.0;

const ROW: f32 = 29.0;

const MARGIN: f32 = 10.0;

/// How far a line of the wheel moves it.
const LINE_STEP: f32 = ROW;

/// The titles of the pages, as many as there is room for: the list scrolls.
#[derive(Debug)]
pub(super) struct List {
    titles: Vec<&'static str>,
    buttons: Buttons,
    chosen: usize,
    height: f32,
    scroll: f32,
}

impl List {
    pub(super) fn new(titles: impl IntoIterator<Item = &'static str>) -> Self {
        Self {
            titles: titles.into_iter().collect(),
            buttons: Buttons::default(),
            chosen: 0,
            height: 0.0,
            scroll: 0.0,
        }
    }

    pub(super) fn chosen(&self) -> usize {
        self.chosen
    }

    /// Shows that this is the chosen one.
    pub(super) fn choose(&mut self, row: usize) {
        self.chosen = row;
        let top = row as f32 * ROW;
        // Not behind the edges, and neither is its neighbour.
        let lowest = top + 2.0 * ROW - (self.height - 2.0 * MARGIN);
        self.scroll = self
            .scroll
            .clamp(lowest.min(top), (top - ROW).max(0.0).max(lowest));
        self.arrange();
    }

    /// Makes it so high.
    pub(super) fn resize(&mut self, height: f32) {
        if std::mem::replace(&mut self.height, height) != height {
            self.choose(self.chosen);
        }
    }

    fn most_scroll(&self) -> f32 {
        let high = self.titles.len() as f32 * ROW + 2.0 * MARGIN;
        (high - self.height).max(0.0)
    }

    fn arrange(&mut self) {
        self.scroll = self.scroll.clamp(0.0, self.most_scroll());
        let top = MARGIN - self.scroll;
        let row = |n: usize| Rect::new(0.0, top + n as f32 * ROW, WIDTH, ROW);
        self.buttons
            .place((0..self.titles.len()).map(row).collect());
    }

    /// Takes in what happened. A row that is clicked is not chosen yet.
    pub(super) fn handle(&mut self, event: &Event) -> Press {
        match event {
            Event::Scroll {
                at, pixels, lines, ..
            } if self.contains(*at) => {
                let before = self.scroll;
                self.scroll += if lines.y == 0.0 {
                    pixels.y
                } else {
                    lines.y * LINE_STEP
                };
                self.arrange();
                match before == self.scroll {
                    true => Press::Nothing,
                    false => Press::Changed,
                }
            }
            event => self.buttons.handle(event),
        }
    }

    fn contains(&self, at: Point) -> bool {
        Rect::new(0.0, 0.0, WIDTH, self.height).contains(at)
    }

    pub(super) fn draw(&self, canvas: &mut Canvas) {
        let all = Rect::new(0.0, 0.0, WIDTH, self.height);
        canvas.fill_rect(all, CARD);
        canvas.fill_rect(Rect::new(WIDTH - 1.0, 0.0, 1.0, self.height), LINE);
        canvas.saved(|canvas| {
            canvas.clip_rect(all);
            for (n, (place, title)) in self.buttons.places().iter().zip(&self.titles).enumerate() {
                self.draw_row(canvas, n, *place, title);
            }
        });
        if self.most_scroll() > 0.0 {
            self.draw_bar(canvas);
        }
    }

    fn draw_row(&self, canvas: &mut Canvas, n: usize, place: Rect, title: &str) {
        let shape = Rect::new(place.x + 8.0, place.y + 1.0, WIDTH - 17.0, ROW - 2.0);
        let style = TextStyle::new(14.0).color(INK);
        let style = match (n == self.chosen, self.buttons.look(n)) {
            (true, _) => {
                canvas.fill_rounded(shape, 6.0, TEAL);
                style.color(CARD)
            }
            (false, Look::Rest) => style,
            (false, look) => {
                let shade = if look == Look::Held { 0.3 } else { 0.15 };
                canvas.fill_rounded(shape, 6.0, mix(CARD, TEAL, shade));
                style
            }
        };
        let middle = shape.center().y + style.measure("").cap_height / 2.0;
        canvas.text(shape.x + 10.0, middle, title, &style);
    }

    /// Which part of the list is seen.
    fn draw_bar(&self, canvas: &mut Canvas) {
        let share = self.height / (self.height + self.most_scroll());
        let (top, high) = (self.scroll * share, self.height * share);
        let bar = Rect::new(WIDTH - 6.0, top + 2.0, 3.0, high - 4.0);
        canvas.fill_rounded(bar, 1.5, mix(CARD, FADED, 0.5));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_row_and_its_neighbours_are_in_sight_however_low_the_list_is() {
        let mut list = List::new(["a"; 12]);
        for height in [400.0, 150.0, 120.0, 200.0] {
            list.resize(height);
            for row in (0..12).chain((0..12).rev()) {
                list.choose(row);
                for seen in [row.saturating_sub(1), row, (row + 1).min(11)] {
                    let place = list.buttons.places()[seen];
                    let inside = place.y >= 0.0 && place.bottom() <= height;
                    assert!(inside, "{seen} beside {row} in {height}: {place:?}");
                }
            }
        }
    }

    #[test]
    fn a_list_that_fits_does_not_scroll() {
        let mut list = List::new(["a"; 12]);
        list.resize(12.0 * ROW + 2.0 * MARGIN);
        list.choose(11);
        assert_eq!((list.scroll, list.most_scroll()), (0.0, 0.0));
    }
}
