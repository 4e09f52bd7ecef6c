//! Keys: what the program gets, and what the terminal does by itself.

use transom::{Key, KeyEvent, Modifiers, NamedKey, Selection};

use super::keys;
use super::search::Search;
use super::shortcut::{Shortcut, shortcut};
use super::terminal::Terminal;

impl Terminal<'_> {
    /// A key went down, up or repeats.
    pub(super) fn key(&mut self, key: &KeyEvent) {
        if let Some(shortcut) = shortcut(key) {
            self.shortcut(shortcut);
        } else if self.search.is_some() {
            self.search_key(key);
        } else if let Some(bytes) = keys::encode(key, self.modes()) {
            self.typed(&bytes);
        }
    }

    fn shortcut(&mut self, shortcut: Shortcut) {
        let row = self.metrics.height as f32;
        let page = row * self.grid().rows.saturating_sub(1).max(1) as f32;
        match shortcut {
            Shortcut::Copy => self.copy(Selection::Clipboard),
            Shortcut::Paste => self.paste(Selection::Clipboard),
            Shortcut::PastePrimary => self.paste(Selection::Primary),
            Shortcut::Larger => self.set_font_size(self.metrics.size_with(1)),
            Shortcut::Smaller => self.set_font_size(self.metrics.size_with(-1)),
            Shortcut::UsualSize => self.set_font_size(self.usual_size),
            Shortcut::PageUp => self.scroll(page, true),
            Shortcut::PageDown => self.scroll(-page, true),
            Shortcut::LineUp => self.scroll(row, true),
            Shortcut::LineDown => self.scroll(-row, true),
            Shortcut::Top => self.scroll(self.scroll_limit(), false),
            Shortcut::Bottom => self.scroll(-self.scroll_limit(), false),
            Shortcut::Search => self.open_search(),
            Shortcut::ClearHistory => self.clear_history(),
        }
    }

    /// Copies what is selected, if something is.
    pub(super) fn copy(&mut self, selection: Selection) {
        if let Some(text) = self.emulator.selected() {
            self.copy_text(selection, text);
        }
    }

    /// Asks for copied text, which comes with an event.
    pub(super) fn paste(&self, selection: Selection) {
        self.clipboard(selection).paste_text();
    }

    /// Enters copied text, or looks for it.
    pub(super) fn pasted(&mut self, text: &str) {
        if let Some(search) = &mut self.search {
            search.type_text(text, &self.emulator);
            self.show_find();
        } else if !text.is_empty() {
            let bytes = keys::pasted(text, self.modes());
            self.typed(&bytes);
        }
    }

    fn clear_history(&mut self) {
        self.emulator.clear_history();
        self.glide.jump(0.0);
        self.settle_view();
    }

    fn open_search(&mut self) {
        self.search.get_or_insert_with(Search::default);
        self.touch();
    }

    fn search_key(&mut self, key: &KeyEvent) {
        if !key.is_press() {
            return;
        }
        let shift = key.modifiers.contains(Modifiers::SHIFT);
        let Some(search) = &mut self.search else {
            return;
        };
        match key.key {
            Key::Named(NamedKey::ESCAPE) => {
                self.search = None;
                self.touch();
                return;
            }
            Key::Named(NamedKey::ENTER) => search.go(!shift, &self.emulator),
            Key::Named(NamedKey::ARROW_UP) => search.go(true, &self.emulator),
            Key::Named(NamedKey::ARROW_DOWN) => search.go(false, &self.emulator),
            Key::Named(NamedKey::BACKSPACE) => search.erase(&self.emulator),
            _ if !key.text.is_empty() => search.type_text(&key.text, &self.emulator),
            _ => return,
        }
        self.show_find();
    }

    /// Scrolls to the find that the search is at, if it is not in view.
    fn show_find(&mut self) {
        self.touch();
        let Some(here) = self.search.as_ref().and_then(Search::here) else {
            return;
        };
        let line = here.start().line.0;
        let rows = self.grid().rows as i32;
        let row = line + self.emulator.offset() as i32;
        // The last row is the search's own.
        if row < 0 || row >= rows - 1 {
            let back = (rows / 2 - line).max(0) as f32;
            let limit = self.scroll_limit();
            self.glide
                .jump((back * self.metrics.height as f32).min(limit));
            self.settle_view();
        }
    }
}
