//! A line of text that a person edits.
//!
//! The field keeps a text, a *selection* in it (a caret where that is empty) and what an input method
//! is composing at the caret, which is shown underlined and is no text yet. It follows events, draws
//! itself, and tells the display where its caret is, for the input method's window.

use std::ops::Range;

use transom::{
    Button, ButtonState, Canvas, Clipboard, Event, Key, KeyEvent, Modifiers, Movement, NamedKey,
    Point, Rect, TextLayout, TextPurpose, TextSelection, TextStyle, Window,
};

use crate::palette::{ACCENT, CARD, INK, LINE, TEAL};
use crate::widgets::mix;

/// The most bytes of a text. Others paste what they like.
const MAX_BYTES: usize = 4096;

/// Between the frame and the text.
const MARGIN: f32 = 9.0;

const CARET: f32 = 1.5;

/// How long after a press another one is its second, in milliseconds, and how near.
const DOUBLE: u32 = 400;
const NEAR: f32 = 4.0;

/// The field.
#[derive(Debug)]
pub struct TextField {
    place: Rect,
    style: TextStyle,
    layout: TextLayout,
    selection: TextSelection,
    composed: Option<Composed>,
    /// It is the one that is typed into.
    focused: bool,
    /// The left button went down in it and has not gone up.
    dragging: bool,
    presses: Presses,
    /// How far the text is moved to the left, so that the caret can be seen.
    scroll: f32,
}

/// Text that is being composed.
#[derive(Debug)]
struct Composed {
    /// The field's text with it.
    layout: TextLayout,
    /// Where in that it is.
    range: Range<usize>,
    /// The part that is marked, or the caret.
    cursor: Option<Range<usize>>,
}

/// Presses in quick succession: one sets the caret, two take a word, three everything.
#[derive(Debug, Default)]
struct Presses {
    count: u8,
    time: u32,
    at: Point,
}

impl Presses {
    fn count(&mut self, time: u32, at: Point) -> u8 {
        let near = (at.x - self.at.x).abs().max((at.y - self.at.y).abs()) <= NEAR;
        let soon = time.wrapping_sub(self.time) <= DOUBLE;
        self.count = if near && soon { self.count % 3 + 1 } else { 1 };
        (self.time, self.at) = (time, at);
        self.count
    }
}

impl TextField {
    /// A field with this text, its caret at the end.
    pub fn new(text: &str, style: TextStyle) -> Self {
        let layout = TextLayout::new(text, &style, None);
        Self {
            place: Rect::default(),
            selection: layout.caret(text.len()),
            layout,
            style,
            composed: None,
            focused: false,
            dragging: false,
            presses: Presses::default(),
            scroll: 0.0,
        }
    }

    /// Puts it into its place in the window.
    pub fn place(&mut self, place: Rect) {
        self.place = place;
    }

    /// Where it is.
    pub fn rect(&self) -> Rect {
        self.place
    }

    /// What is in it.
    pub fn text(&self) -> &str {
        self.layout.text()
    }

    /// What is selected of it.
    pub fn selected(&self) -> &str {
        &self.text()[self.selection.range()]
    }

    /// Whether a position in the window is in it.
    pub fn contains(&self, at: Point) -> bool {
        self.place.contains(at)
    }

    /// Whether it is the one that is typed into.
    pub fn is_focused(&self) -> bool {
        self.focused
    }

    /// Keys are for it from now on, or no longer.
    pub fn set_focused(&mut self, focused: bool) {
        self.focused = focused;
        self.composed = None;
        self.dragging &= focused;
    }

    /// Takes in what happened; whether it looks different now.
    pub fn handle(&mut self, event: &Event, window: &Window) -> bool {
        if matches!(event, Event::Button { .. }) && self.composed.is_some() {
            // The input method is to forget it, too.
            window.set_text_input(None, TextPurpose::NORMAL);
        }
        match event {
            Event::Button {
                button: Button::LEFT,
                state: ButtonState::Pressed,
                at,
                time,
                modifiers,
                ..
            } => self.press(*at, *time, modifiers.contains(Modifiers::SHIFT)),
            Event::Button {
                button: Button::LEFT,
                ..
            } => self.let_go(&window.primary()),
            Event::Button {
                button: Button::MIDDLE,
                state: ButtonState::Pressed,
                at,
                ..
            } => self.paste_at(*at, &window.primary()),
            Event::PointerMoved { at, .. } if self.dragging => {
                let selection = self.layout.extend_to(&self.selection, self.in_text(*at));
                self.select(selection)
            }
            _ if !self.focused => false,
            Event::Key(key) => self.key(key, &window.clipboard()),
            Event::Pasted(pasted) => self.insert(&pasted.text()),
            Event::Preedit { text, cursor, .. } => self.compose(text, cursor.clone()),
            Event::TextCommit { text, .. } => {
                self.composed = None;
                self.insert(text)
            }
            _ => false,
        }
    }

    /// The first press sets the caret, a second selects a word, a third everything.
    fn press(&mut self, at: Point, time: u32, extend: bool) -> bool {
        if !self.contains(at) {
            return false;
        }
        self.dragging = true;
        let (point, count) = (self.in_text(at), self.presses.count(time, at));
        let selection = match count {
            1 if extend => self.layout.extend_to(&self.selection, point),
            1 => self.layout.caret_at(point),
            2 => self.layout.word_at(point),
            _ => self.layout.line_at(point),
        };
        self.select(selection)
    }

    /// What was selected by pointer can be pasted with the middle button.
    fn let_go(&mut self, primary: &Clipboard) -> bool {
        if std::mem::take(&mut self.dragging) && !self.selection.is_caret() {
            primary.copy_text(self.selected());
        }
        false
    }

    fn paste_at(&mut self, at: Point, primary: &Clipboard) -> bool {
        if !self.contains(at) {
            return false;
        }
        let selection = self.layout.caret_at(self.in_text(at));
        primary.paste_text();
        self.select(selection)
    }

    fn key(&mut self, key: &KeyEvent, clipboard: &Clipboard) -> bool {
        if !key.is_press() {
            return false;
        }
        let control = |letter| key.shortcut(Modifiers::CONTROL, letter);
        if control('a') {
            return self.select(self.layout.select(0, self.text().len()));
        }
        if control('v') {
            clipboard.paste_text();
            return false;
        }
        if control('c') || control('x') {
            if self.selection.is_caret() {
                return false;
            }
            clipboard.copy_text(self.selected());
            return control('x') && self.insert("");
        }
        match key.key {
            Key::Named(named) => self.named_key(named, key.modifiers),
            _ => !key.text.is_empty() && self.insert(&key.text),
        }
    }

    fn named_key(&mut self, key: NamedKey, modifiers: Modifiers) -> bool {
        let word = modifiers.contains(Modifiers::CONTROL);
        let extend = modifiers.contains(Modifiers::SHIFT);
        let (left, right) = match word {
            true => (Movement::WordLeft, Movement::WordRight),
            false => (Movement::Left, Movement::Right),
        };
        let movement = match key {
            NamedKey::ARROW_LEFT => left,
            NamedKey::ARROW_RIGHT => right,
            NamedKey::HOME => Movement::LineStart,
            NamedKey::END => Movement::LineEnd,
            NamedKey::BACKSPACE => return self.delete(word, Movement::WordLeft),
            NamedKey::DELETE => return self.delete(word, Movement::WordRight),
            _ => return false,
        };
        let selection = self.layout.moved(&self.selection, movement, extend);
        self.select(selection)
    }

    /// Deletes what is selected, else a character or word to one side of the caret.
    fn delete(&mut self, word: bool, side: Movement) -> bool {
        if self.selection.is_caret() {
            let caret = self.selection.focus();
            self.selection = match (word, side) {
                (true, _) => self.layout.moved(&self.selection, side, true),
                (_, Movement::WordLeft) => self
                    .layout
                    .select(self.layout.previous_grapheme(caret), caret),
                _ => self.layout.select(caret, self.layout.next_grapheme(caret)),
            };
        }
        self.insert("")
    }

    /// Puts text in place of what is selected, as one line and as much of it as there is room for.
    fn insert(&mut self, text: &str) -> bool {
        let Range { start, end } = self.selection.range();
        let room = MAX_BYTES.saturating_sub(self.text().len() - (end - start));
        let lines = text.split(|c: char| c.is_control());
        let one = lines
            .filter(|l| !l.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        let one = &one[..one.floor_char_boundary(room)];
        if one.is_empty() && start == end {
            return false;
        }
        let whole = [&self.text()[..start], one, &self.text()[end..]].concat();
        self.layout = TextLayout::new(&whole, &self.style, None);
        self.selection = self.layout.caret(start + one.len());
        true
    }

    /// Shows what is being composed in place of what is selected, which goes with its first character.
    fn compose(&mut self, text: &str, cursor: Option<Range<usize>>) -> bool {
        if text.is_empty() {
            return self.composed.take().is_some();
        }
        self.insert("");
        let at = self.selection.focus();
        let whole = [&self.text()[..at], text, &self.text()[at..]].concat();
        self.composed = Some(Composed {
            layout: TextLayout::new(&whole, &self.style, None),
            range: at..at + text.len(),
            cursor: cursor.map(|cursor| at + cursor.start..at + cursor.end),
        });
        true
    }

    fn select(&mut self, selection: TextSelection) -> bool {
        self.composed = None;
        std::mem::replace(&mut self.selection, selection) != selection
    }

    /// A position in the window as one in the text.
    fn in_text(&self, at: Point) -> Point {
        let corner = self.corner();
        Point::new(at.x - corner.x, at.y - corner.y)
    }

    /// Where the text begins.
    fn corner(&self) -> Point {
        let height = self.layout.size().height;
        let top = self.place.y + (self.place.height - height) / 2.0;
        Point::new(self.place.x + MARGIN - self.scroll, top.round())
    }

    /// The caret in what is shown; `None` where an input method wants none.
    fn caret(&self) -> Option<Rect> {
        match &self.composed {
            None => Some(self.layout.caret_rect(&self.selection, CARET)),
            Some(composed) => {
                let end = composed.cursor.as_ref()?.end;
                let caret = composed.layout.caret(end);
                Some(composed.layout.caret_rect(&caret, CARET))
            }
        }
    }

    /// Moves the text so far that its caret can be seen, and no further than it goes; while nobody types
    /// here, its beginning is seen.
    fn follow_caret(&mut self, shown: f32) {
        if !self.focused {
            self.scroll = 0.0;
            return;
        }
        let room = self.place.width - 2.0 * MARGIN;
        if let Some(caret) = self.caret() {
            let caret_end = caret.x + CARET;
            self.scroll = self
                .scroll
                .clamp((caret_end - room).max(0.0), caret.x.max(0.0));
        }
        self.scroll = self.scroll.min((shown + CARET - room).max(0.0));
    }

    /// Draws it, and says where text is entered.
    pub fn draw(&mut self, canvas: &mut Canvas, window: &Window) {
        let layout = self.composed.as_ref().map_or(&self.layout, |c| &c.layout);
        self.follow_caret(layout.size().width);
        let layout = self.composed.as_ref().map_or(&self.layout, |c| &c.layout);
        let corner = self.corner();
        let moved = |r: Rect| Rect::new(r.x + corner.x, r.y + corner.y, r.width, r.height);
        self.draw_frame(canvas);
        canvas.saved(|canvas| {
            canvas.clip_rect(self.place.inset(2.0));
            if self.composed.is_none() {
                let strength = if self.focused { 0.35 } else { 0.15 };
                for part in layout.selection_rects(&self.selection) {
                    canvas.fill_rect(moved(part), mix(CARD, TEAL, strength));
                }
            }
            canvas.text_layout(corner, layout);
            if let Some(composed) = &self.composed {
                draw_composed(canvas, composed, moved);
            }
            if let Some(caret) = self.caret().filter(|_| self.focused) {
                canvas.fill_rect(moved(caret), ACCENT);
            }
        });
        if self.focused {
            let caret = self.caret().unwrap_or_default();
            window.set_text_input(Some(moved(caret)), TextPurpose::NORMAL);
        }
    }

    fn draw_frame(&self, canvas: &mut Canvas) {
        canvas.fill_rounded(self.place, 5.0, CARD);
        let (width, color) = if self.focused {
            (2.0, TEAL)
        } else {
            (1.0, LINE)
        };
        canvas.stroke_rounded(self.place, 5.0, width, color);
    }
}

/// A thin line under what is composed, and a thick one under what of it is marked.
fn draw_composed(canvas: &mut Canvas, composed: &Composed, moved: impl Fn(Rect) -> Rect) {
    let layout = &composed.layout;
    let mut underline = |range: &Range<usize>, thickness: f32| {
        let part = layout.select(range.start, range.end);
        for line in layout.selection_rects(&part).into_iter().map(&moved) {
            let top = line.bottom() - 1.0 - thickness;
            canvas.fill_rect(Rect::new(line.x, top, line.width, thickness), INK);
        }
    };
    underline(&composed.range, 1.0);
    if let Some(cursor) = composed.cursor.as_ref().filter(|c| !c.is_empty()) {
        underline(cursor, 2.0);
    }
}
