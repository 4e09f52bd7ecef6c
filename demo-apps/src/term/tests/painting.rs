//! Whatever changes, drawing what differs gives the same picture as drawing everything.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use alacritty_terminal::vte::ansi::{CursorShape, CursorStyle};
use transom::Scale;

use crate::term::emulator::{Emulator, GridSize};
use crate::term::glyphs::Glyphs;
use crate::term::metrics::Metrics;
use crate::term::painter::{Painter, Painting};
use crate::term::records::{Area, Record, Records};
use crate::term::screen::{Screen, View};

const COLUMNS: usize = 24;
const ROWS: usize = 7;

/// A picture in which a glyph changes all pixels of its cell, each in a way of its own.
#[derive(Clone, PartialEq, Eq)]
struct Canvas {
    width: i32,
    height: i32,
    pixels: Vec<u64>,
    clip: Area,
}

impl Canvas {
    fn new(metrics: &Metrics) -> Self {
        let side = |cells: usize, cell: u32| (cells as u32 * cell + 2 * metrics.padding) as i32;
        let (width, height) = (side(COLUMNS, metrics.width), side(ROWS, metrics.height));
        Self {
            width,
            height,
            pixels: vec![0; (width * height) as usize],
            clip: Area::new(0, 0, width, height),
        }
    }

    fn at(&self, x: i32, y: i32) -> u64 {
        let inside = (0..self.width).contains(&x) && (0..self.height).contains(&y);
        assert!(inside, "a copy of what is outside of the window");
        self.pixels[(y * self.width + x) as usize]
    }

    fn change(&mut self, area: Area, new: impl Fn(i32, i32, u64) -> u64) {
        let clip = self.clip;
        for y in area.y.max(clip.y)..(area.y + area.height).min(clip.y + clip.height) {
            for x in area.x.max(clip.x)..(area.x + area.width).min(clip.x + clip.width) {
                let pixel = &mut self.pixels[(y * self.width + x) as usize];
                *pixel = new(x - area.x, y - area.y, *pixel);
            }
        }
    }

    fn draw(&mut self, records: &Records, metrics: &Metrics, blank: u16) {
        self.clip = Area::new(0, 0, self.width, self.height);
        for record in &records.0 {
            match record {
                Record::Clear(color) => {
                    let all = self.clip;
                    self.change(all, |_, _, _| hash(color));
                }
                Record::Clip(area) => self.clip = *area,
                Record::Copy { from, x, y } => {
                    let before = self.clone();
                    let to = Area {
                        x: *x,
                        y: *y,
                        ..*from
                    };
                    self.change(to, |x, y, _| before.at(from.x + x, from.y + y));
                }
                Record::Fill { color, areas } => {
                    for area in areas {
                        self.change(*area, |_, _, _| hash(color));
                    }
                }
                Record::Text {
                    color, x, y, texts, ..
                } => {
                    for (n, text) in texts.iter().enumerate().filter(|(_, t)| !t.is_empty()) {
                        let (width, height) = (metrics.width as i32, metrics.height as i32);
                        let (left, top) = (x + n as i32 * width, y - metrics.baseline as i32);
                        let drawn = |x, y, was| hash(&(color, text, x, y, was));
                        self.change(Area::new(left, top, width, height), drawn);
                    }
                }
                Record::Run {
                    color,
                    x,
                    y,
                    glyphs,
                } => {
                    let (width, height) = (metrics.width as i32, metrics.height as i32);
                    for (n, glyph) in glyphs.iter().enumerate().filter(|(_, g)| **g != blank) {
                        let left = x + n as i32 * width;
                        let cell = Area::new(left, y - metrics.baseline as i32, width, height);
                        let drawn = |x, y, was| hash(&(color, glyph, x, y, was));
                        self.change(cell, drawn);
                    }
                }
            }
        }
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Numbers that look random and are the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn output(&mut self) -> String {
        const WORDS: [&str; 24] = [
            "hello ",
            "\r\n",
            "\r\n",
            "\n",
            "世界",
            "\x1b[1m",
            "\x1b[0m",
            "\x1b[3mslanted",
            "\x1b[4:3mwave",
            "\x1b[9mgone\x1b[m",
            "\x1b[44m",
            "\x1b[49m",
            "\x1b[31m",
            "\x1b[K",
            "\x1b[J",
            "\x1b[2;5r",
            "\x1b[r",
            "\x1b[L",
            "\x1b[M",
            "\x1b[2S",
            "\x1b[T",
            "\x1bM",
            "┌─┐",
            "e\u{301}",
        ];
        match self.below(6) {
            0 => format!("\x1b[{};{}H", 1 + self.below(ROWS), 1 + self.below(COLUMNS)),
            1 => format!("{} line of text\r\n", self.below(1000)),
            2 => format!("\x1b[{} q", self.below(7)),
            _ => WORDS[self.below(WORDS.len())].into(),
        }
    }
}

struct Rig {
    emulator: Emulator,
    metrics: Metrics,
    glyphs: Glyphs,
    painter: Painter,
    canvas: Canvas,
    view: View,
}

impl Rig {
    fn new() -> Self {
        let metrics = Metrics::new(5.0, Scale::ONE);
        let style = CursorStyle {
            shape: CursorShape::Block,
            blinking: false,
        };
        let size = GridSize::new(COLUMNS, ROWS, metrics.width as u16, metrics.height as u16);
        Self {
            emulator: Emulator::new(size, style),
            metrics,
            glyphs: Glyphs::default(),
            painter: Painter::default(),
            canvas: Canvas::new(&metrics),
            view: View {
                focused: true,
                caret_lit: true,
                ..View::default()
            },
        }
    }

    fn screen(&mut self) -> Screen {
        Screen::new(&self.emulator, &self.view, &mut self.glyphs.clusters)
    }

    /// Draws what is new; what that was.
    fn draw(&mut self) -> Option<Painting> {
        let screen = self.screen();
        let blank = self.glyphs.blank(&self.metrics);
        let painting = self.painter.paint(&screen, &self.metrics, &mut self.glyphs);
        if let Some(painting) = &painting {
            self.canvas.draw(&painting.records, &self.metrics, blank);
        }
        painting
    }

    fn check(&mut self, step: usize) {
        let screen = self.screen();
        let blank = self.glyphs.blank(&self.metrics);
        let mut whole = Canvas::new(&self.metrics);
        let all = Painter::default().paint(&screen, &self.metrics, &mut self.glyphs);
        whole.draw(&all.expect("everything").records, &self.metrics, blank);
        let text: Vec<_> = (0..ROWS as i32)
            .map(|row| self.emulator.text(row))
            .collect();
        let wrong = (0..whole.pixels.len()).filter(|n| whole.pixels[*n] != self.canvas.pixels[*n]);
        let places = wrong.map(|n| {
            let (x, y) = (n as u32 % whole.width as u32, n as u32 / whole.width as u32);
            let inside = |v: u32, cell: u32| v.wrapping_sub(self.metrics.padding) / cell;
            (
                inside(x, self.metrics.width),
                inside(y, self.metrics.height),
            )
        });
        let cells: BTreeSet<_> = places.collect();
        assert!(
            cells.is_empty(),
            "step {step}, columns and rows {cells:?} of {text:#?}"
        );
    }

    fn feed(&mut self, text: &str) {
        self.emulator.feed(text.as_bytes());
    }
}

#[test]
fn changes_lead_to_the_same_picture_as_everything_anew() {
    let mut rig = Rig::new();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for step in 0..1200 {
        match random.below(12) {
            0 => rig.view.caret_lit = random.below(2) == 0,
            1 => rig.view.focused = random.below(2) == 0,
            2 | 3 => {
                let pixels = random.below(1 + rig.emulator.history() * 12);
                let height = rig.metrics.height as usize;
                rig.emulator.set_offset(pixels.div_ceil(height));
                rig.view.lift = (pixels % height) as u32;
                if rig.emulator.offset() == 0 {
                    rig.view.lift = 0;
                }
            }
            4 => {
                rig.emulator.set_offset(0);
                rig.view.lift = 0;
            }
            _ => {
                for _ in 0..=random.below(4) {
                    let output = random.output();
                    rig.feed(&output);
                }
            }
        }
        // Clearing the text above may leave nothing to be scrolled back to.
        if rig.emulator.offset() == 0 {
            rig.view.lift = 0;
        }
        rig.draw();
        rig.check(step);
    }
}

#[test]
fn a_typed_letter_is_two_cells() {
    let mut rig = Rig::new();
    rig.feed("$ abc");
    rig.draw();
    rig.feed("d");
    let painting = rig.draw().expect("something to draw");
    assert!(!painting.full);
    let cell = |column: i32, count: i32| {
        let (width, padding) = (rig.metrics.width as i32, rig.metrics.padding as i32);
        Area::new(
            padding + column * width,
            padding,
            count * width,
            rig.metrics.height as i32,
        )
    };
    let [
        Record::Fill { areas: under, .. },
        Record::Fill { areas: caret, .. },
        Record::Run { glyphs, x, .. },
    ] = painting.records.0.as_slice()
    else {
        panic!("{:?}", painting.records);
    };
    assert_eq!(
        (under[..].to_vec(), caret[..].to_vec()),
        (vec![cell(5, 1)], vec![cell(6, 1)])
    );
    assert_eq!((glyphs.len(), *x), (1, cell(5, 1).x));
}

#[test]
fn lines_that_scroll_are_copied_and_only_the_new_one_is_drawn() {
    let mut rig = Rig::new();
    for n in 0..ROWS {
        rig.feed(&format!("\r\nline {n}"));
    }
    rig.draw();
    rig.feed("\r\nthe last one");
    let painting = rig.draw().expect("something to draw");
    let count = |what: fn(&Record) -> bool| painting.records.0.iter().filter(|r| what(r)).count();
    assert_eq!(count(|record| matches!(record, Record::Copy { .. })), 1);
    assert_eq!(count(|record| matches!(record, Record::Run { .. })), 1);
}

#[test]
fn what_is_shown_already_is_not_drawn() {
    let mut rig = Rig::new();
    rig.feed("abc");
    assert!(rig.draw().is_some());
    assert!(rig.draw().is_none());
    rig.feed("\x1b[1;1Habc");
    assert!(rig.draw().is_none());
}

#[test]
fn a_picture_that_is_lost_is_drawn_in_full() {
    let mut rig = Rig::new();
    rig.feed("abc");
    rig.draw();
    rig.painter.forget();
    assert!(rig.draw().is_some_and(|painting| painting.full));
}
