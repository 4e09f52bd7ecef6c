//! Copying and pasting: what a program offers to others, and what it takes from them.
//!
//! ```no_run
//! # fn main() -> Result<(), transom::Error> {
//! # let display = transom::Display::connect()?;
//! # let window = display.window("Hello").build();
//! use transom::{Event, Offer};
//! window.clipboard().copy_text("Hello");
//! window.clipboard().copy(Offer::new("image/png", vec![0x89]).lazy("text/html", || b"<b>".to_vec()));
//! window.clipboard().paste_text();
//! while let Event::Pasted(pasted) = display.next_event()? {
//!     println!("{}", pasted.text());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Nothing waits: what was pasted comes as an event. Data goes to the server only when somebody
//! pastes it, in pieces, behind everything that is to be seen; only a small text is kept there, so
//! that it can still be pasted when the program has ended.
//!
//! A program may copy and paste in answer to input that it read, or while it has the keyboard.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use transom_protocol::clipboard::MAX_MIME_BYTES;
pub use transom_protocol::clipboard::Selection;

use crate::link::Link;

/// The MIME type of text.
pub const TEXT: &str = "text/plain;charset=utf-8";

/// What text may be called besides.
const PLAIN: &str = "text/plain";

/// Makes data when it is wanted.
pub(crate) type Producer = Box<dyn FnOnce() -> Vec<u8> + Send>;

/// One kind of data that an offer has.
pub(crate) enum Part {
    Data(Arc<[u8]>),
    Lazy(Producer),
    /// It is being made.
    Underway,
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data(data) => write!(f, "{} bytes", data.len()),
            Self::Lazy(_) => f.write_str("to be made"),
            Self::Underway => f.write_str("being made"),
        }
    }
}

/// Something to be copied, as one or several kinds of data, the best first.
#[derive(Debug)]
#[must_use = "Clipboard::copy offers it"]
pub struct Offer {
    pub(crate) parts: Vec<(String, Part)>,
}

impl Offer {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(TEXT, text.into().into_bytes())
    }

    /// Data of a MIME type, which has at most 255 bytes.
    pub fn new(mime: impl Into<String>, data: impl Into<Arc<[u8]>>) -> Self {
        Self { parts: Vec::new() }.or(mime, data)
    }

    /// The same as data of another type.
    pub fn or(self, mime: impl Into<String>, data: impl Into<Arc<[u8]>>) -> Self {
        self.part(mime.into(), Part::Data(data.into()))
    }

    /// The same as data of another type, which is made once, when somebody wants it: while the
    /// program waits for events.
    pub fn lazy(
        self,
        mime: impl Into<String>,
        make: impl FnOnce() -> Vec<u8> + Send + 'static,
    ) -> Self {
        self.part(mime.into(), Part::Lazy(Box::new(make)))
    }

    fn part(mut self, mime: String, part: Part) -> Self {
        if mime.len() <= MAX_MIME_BYTES {
            self.parts.push((mime, part));
        }
        self
    }

    pub(crate) fn types(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|(mime, _)| mime.as_str())
    }

    pub(crate) fn part_mut(&mut self, mime: &str) -> Option<&mut Part> {
        let mut parts = self.parts.iter_mut();
        parts.find(|(m, _)| m == mime).map(|(_, part)| part)
    }
}

/// Names something that was asked for by [`Clipboard::paste`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PasteId(pub(crate) u32);

/// What was pasted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pasted {
    /// What [`Clipboard::paste`] returned.
    pub paste: PasteId,
    /// From which selection.
    pub selection: Selection,
    /// What kind of data.
    pub mime: String,
    /// All of it.
    pub data: Vec<u8>,
}

impl Pasted {
    /// The data as text. What is not UTF-8 is replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.data)
    }
}

/// One of the display's two selections: what copy and paste use, or what is selected with the
/// pointer and pasted with its middle button.
#[derive(Clone, Debug)]
pub struct Clipboard {
    link: Link,
    selection: Selection,
}

impl Clipboard {
    pub(crate) fn new(link: Link, selection: Selection) -> Self {
        Self { link, selection }
    }

    /// Copies a text.
    pub fn copy_text(&self, text: impl Into<String>) {
        self.copy(Offer::text(text));
    }

    /// Copies something: others can paste it from now on, until somebody copies something else
    /// ([`Event::SelectionLost`](crate::Event::SelectionLost)) or the program ends.
    pub fn copy(&self, offer: Offer) {
        self.link.core(|core| core.copy(self.selection, offer));
    }

    /// Empties it.
    pub fn clear(&self) {
        self.link.core(|core| core.clear_selection(self.selection));
    }

    /// What it can be had as, the best first. It is known to who has the keyboard; otherwise this
    /// is what it was last.
    pub fn types(&self) -> Vec<String> {
        let types = |core: &mut crate::core::Core| core.selection_types(self.selection).to_vec();
        self.link.core(types)
    }

    /// Whether it can be had as this type.
    pub fn has(&self, mime: &str) -> bool {
        self.types().iter().any(|t| t == mime)
    }

    /// Whether it can be had as text.
    pub fn has_text(&self) -> bool {
        self.text_type().is_some()
    }

    fn text_type(&self) -> Option<&'static str> {
        let types = self.types();
        [TEXT, PLAIN]
            .into_iter()
            .find(|mime| types.iter().any(|t| t == mime))
    }

    /// Asks for its text. `None`: it has none.
    pub fn paste_text(&self) -> Option<PasteId> {
        self.paste(self.text_type()?)
    }

    /// Asks for it as one of its types. [`Event::Pasted`](crate::Event::Pasted) follows, or
    /// [`Event::PasteFailed`](crate::Event::PasteFailed). `None`: it has no such type.
    pub fn paste(&self, mime: &str) -> Option<PasteId> {
        self.link.core(|core| core.paste(self.selection, mime))
    }

    /// Takes back a question whose answer is not wanted any more: no event follows.
    pub fn cancel(&self, paste: PasteId) {
        self.link.core(|core| core.cancel_paste(paste));
    }
}
