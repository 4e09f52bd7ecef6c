//! [`Clipboard`]: text that was copied.

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// What is copied with a command.
    Clipboard,
    /// What was selected last.
    Primary,
}

/// Copied text, within this program.
#[derive(Debug, Default)]
pub(crate) struct Clipboard {
    texts: [String; 2],
}

impl Clipboard {
    pub(crate) fn set(&mut self, selection: Selection, text: String) {
        self.texts[selection as usize] = text;
    }

    pub(crate) fn get(&self, selection: Selection) -> &str {
        &self.texts[selection as usize]
    }
}
