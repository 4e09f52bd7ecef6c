//! Which characters belong to the cell before the caret, beside those without a width: a picture may
//! be made of several characters.
//!
//! Programs that count columns character by character expect more cells for such a picture than it
//! takes; private mode 2027, which cannot be turned off, tells them.

use alacritty_terminal::term::cell::{Cell, Flags};
use unicode_width::UnicodeWidthChar;

/// Below this no character belongs to the one before.
pub(crate) const FIRST: char = '\u{300}';

/// Characters beside the first that a cell holds; more are not kept.
const MAX_JOINED: usize = 24;

const PICTURE_VARIANT: char = '\u{fe0f}';
const JOINER: char = '\u{200d}';

/// What becomes of a character that follows a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joins {
    /// It is one for itself, or one that the emulation joins.
    No,
    /// It belongs to the cell.
    Cell,
    /// It belongs to the cell, which takes two columns from now on.
    Wide,
    /// It belongs to the cell, which is full.
    Full,
}

/// What becomes of a character, from [`FIRST`] on, that follows a cell.
pub(crate) fn joins(cell: &Cell, c: char) -> Joins {
    let joined = cell.zerowidth().unwrap_or_default();
    let last = joined.last().copied().unwrap_or(cell.c);
    let wide = cell.flags.contains(Flags::WIDE_CHAR);
    let belongs = match c {
        PICTURE_VARIANT if !wide => joined.is_empty() && has_picture(cell.c),
        _ if is_tone(c) => is_picture(last) || last == PICTURE_VARIANT,
        _ if is_flag_letter(c) => joined.is_empty() && is_flag_letter(cell.c),
        _ => last == JOINER && is_picture(c) && is_picture(cell.c),
    };
    match (belongs, joined.len() < MAX_JOINED) {
        (true, true) if wide => Joins::Cell,
        (true, true) => Joins::Wide,
        (false, true) => Joins::No,
        (belongs, false) if belongs || c.width() == Some(0) => Joins::Full,
        (_, false) => Joins::No,
    }
}

/// Colours of skin.
fn is_tone(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

/// Two of these are a flag.
fn is_flag_letter(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

/// What may be part of a larger picture.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2600}'..='\u{27bf}'
        | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1f1e5}' | '\u{1f200}'..='\u{1faff}')
}

/// What is a picture, too, if asked for.
fn has_picture(c: char) -> bool {
    is_picture(c)
        || matches!(c, '#' | '*' | '0'..='9' | '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}'
            | '\u{2139}' | '\u{24c2}' | '\u{25aa}'..='\u{25ff}' | '\u{2934}' | '\u{2935}' | '\u{3030}'
            | '\u{303d}' | '\u{3297}' | '\u{3299}')
}
