//! Text that is composed by an input method: where a program takes it, and how it gets there.
//!
//! The program says where text is being entered; [`Desktop::text_field`] tells that to the native
//! display, whose input method composes there. What is being composed is told to the window that has the
//! keyboard, and is void as soon as that is another one or takes no text any more.

use transom_protocol::event::{Key, Preedit, TextCommit};
use transom_protocol::geometry::{PixelRect, Rect};
use transom_protocol::input::{KeyCode, KeyLocation, KeyState, LogicalKey};
use transom_protocol::request::SetTextInput;
use transom_protocol::window::TextPurpose;

use super::Desktop;
use super::ids::{ClientId, WindowKey};
use super::requests::Refusal;
use super::window::outer;

/// The most bytes of composed text told at once. A person composes a sentence; what is longer was not
/// composed, and is committed in pieces.
pub const MAX_COMPOSED_BYTES: usize = 4096;

/// Where a window takes text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct TextInput {
    purpose: TextPurpose,
    /// In the window's logical units.
    caret: Rect,
}

/// Where the person's text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextField {
    /// Another number is another field: what is being composed is not meant for it.
    pub number: u64,
    /// What is entered there.
    pub purpose: TextPurpose,
    /// The caret, in device pixels of the screen. It may be outside of it.
    pub caret: PixelRect,
}

/// What an input method makes of the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Composed {
    /// Text that may still change, in place of the one before. Empty: there is none any more.
    Preedit {
        /// The text.
        text: String,
        /// The bytes of it that are marked; the caret, where both are the same. None: no caret is shown.
        cursor: Option<(usize, usize)>,
    },
    /// Text that is entered, in place of what was being composed.
    Commit {
        /// The text.
        text: String,
    },
}

/// The seat's share in it.
#[derive(Debug, Default)]
pub(super) struct Composition {
    /// The window that was told of a text that is not empty.
    pub(super) window: Option<WindowKey>,
    /// Of the present [`TextField`].
    pub(super) field: u64,
}

impl Desktop {
    /// Where the person's text goes, if it goes where text is composed. Not while the desktop itself
    /// takes the keys.
    pub fn text_field(&self) -> Option<TextField> {
        let key = self.seat.keyboard?;
        let window = self.windows.get(&key)?;
        let input = window
            .text_input
            .filter(|_| self.shell.interaction.is_none())?;
        let origin = window.rect()?.origin();
        Some(TextField {
            number: self.seat.composition.field,
            purpose: input.purpose,
            caret: outer(input.caret, window.scale()).moved(origin.x, origin.y),
        })
    }

    pub(super) fn set_text_input(
        &mut self,
        client: ClientId,
        r: &SetTextInput,
    ) -> Result<(), Refusal> {
        let key = WindowKey::new(client, r.window);
        let window = self.window_mut(key)?;
        let input = (r.enabled != 0).then_some(TextInput {
            purpose: r.purpose,
            caret: r.caret,
        });
        let before = std::mem::replace(&mut window.text_input, input);
        let purpose = |input: Option<TextInput>| input.map(|i| i.purpose);
        if purpose(before) != purpose(input) && self.seat.keyboard == Some(key) {
            self.end_composition();
        }
        Ok(())
    }

    /// What was being composed is void, and what follows belongs to another field.
    pub(super) fn end_composition(&mut self) {
        self.seat.composition.field += 1;
        if let Some(key) = self.seat.composition.window.take() {
            self.tell_preedit(key, "", None);
        }
    }

    pub(super) fn handle_composed(&mut self, composed: &Composed) {
        let takes = |k: &WindowKey| self.windows.get(k).is_some_and(|w| w.text_input.is_some());
        let field = self.seat.keyboard.filter(takes);
        match (composed, field) {
            (Composed::Preedit { text, cursor }, Some(key)) => self.preedit(key, text, *cursor),
            // Of something that is void by now.
            (Composed::Preedit { .. }, None) => {}
            (Composed::Commit { text }, Some(key)) if text.is_empty() => {
                self.preedit(key, "", None)
            }
            (Composed::Commit { text }, Some(key)) => self.commit_text(key, text),
            (Composed::Commit { text }, None) => self.enter_text(text),
        }
    }

    fn preedit(&mut self, key: WindowKey, text: &str, cursor: Option<(usize, usize)>) {
        let text = &text[..text.floor_char_boundary(MAX_COMPOSED_BYTES)];
        let told = self.seat.composition.window.is_some();
        self.seat.composition.window = (!text.is_empty()).then_some(key);
        if told || !text.is_empty() {
            self.tell_preedit(key, text, cursor);
        }
    }

    fn tell_preedit(&mut self, key: WindowKey, text: &str, cursor: Option<(usize, usize)>) {
        let is_place = |&(begin, end): &(usize, usize)| {
            begin <= end && text.is_char_boundary(begin) && text.is_char_boundary(end)
        };
        // Places in a text that is short enough for `u32`.
        let (begin, end) = cursor
            .filter(is_place)
            .map_or((u32::MAX, u32::MAX), |(b, e)| (b as u32, e as u32));
        let event = Preedit {
            window: key.window,
            cursor_begin: begin,
            cursor_end: end,
            text: text.into(),
        };
        self.send(key.client, event);
    }

    fn commit_text(&mut self, key: WindowKey, text: &str) {
        self.seat.composition.window = None;
        self.seat.typed = Some(self.clock);
        for text in pieces(text) {
            let event = TextCommit {
                window: key.window,
                text: text.into(),
            };
            self.send(key.client, event);
        }
        self.ping_in_use(key.client);
    }

    /// Text for a window that knows nothing of composing: as that of a key.
    fn enter_text(&mut self, text: &str) {
        let Some(to) = self.seat.keyboard else {
            return;
        };
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        self.seat.typed = Some(self.clock);
        for text in pieces(&text) {
            for (state, text) in [(KeyState::Pressed, text), (KeyState::Released, "")] {
                let serial = self.next_serial(to.client);
                if state == KeyState::Pressed {
                    self.remember_input(to, serial);
                }
                let event = Key {
                    serial,
                    time: self.clock.millis(),
                    state,
                    code: KeyCode::default(),
                    evdev: 0,
                    logical: LogicalKey::UNIDENTIFIED,
                    unmodified: LogicalKey::UNIDENTIFIED,
                    location: KeyLocation::Standard,
                    text: text.into(),
                };
                self.send(to.client, event);
            }
        }
        self.ping_in_use(to.client);
    }
}

/// A text in pieces of at most [`MAX_COMPOSED_BYTES`], none of them empty.
fn pieces(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let (piece, rest) = text.split_at(text.floor_char_boundary(MAX_COMPOSED_BYTES));
        text = rest;
        (!piece.is_empty()).then_some(piece)
    })
}
