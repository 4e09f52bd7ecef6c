//! Which characters of a text want to be shown in colour.

use std::ops::Range;

/// Characters below U+1F000 that are pictures unless told otherwise (Unicode's `Emoji_Presentation`).
const PICTURES: [(u32, u32); 33] = [
    (0x231a, 0x231b),
    (0x23e9, 0x23ec),
    (0x23f0, 0x23f0),
    (0x23f3, 0x23f3),
    (0x25fd, 0x25fe),
    (0x2614, 0x2615),
    (0x2648, 0x2653),
    (0x267f, 0x267f),
    (0x2693, 0x2693),
    (0x26a1, 0x26a1),
    (0x26aa, 0x26ab),
    (0x26bd, 0x26be),
    (0x26c4, 0x26c5),
    (0x26ce, 0x26ce),
    (0x26d4, 0x26d4),
    (0x26ea, 0x26ea),
    (0x26f2, 0x26f3),
    (0x26f5, 0x26f5),
    (0x26fa, 0x26fa),
    (0x26fd, 0x26fd),
    (0x2705, 0x2705),
    (0x270a, 0x270b),
    (0x2728, 0x2728),
    (0x274c, 0x274c),
    (0x274e, 0x274e),
    (0x2753, 0x2755),
    (0x2757, 0x2757),
    (0x2795, 0x2797),
    (0x27b0, 0x27b0),
    (0x27bf, 0x27bf),
    (0x2b1b, 0x2b1c),
    (0x2b50, 0x2b50),
    (0x2b55, 0x2b55),
];

const TEXT_VARIANT: char = '\u{fe0e}';
const PICTURE_VARIANT: char = '\u{fe0f}';
const JOINER: char = '\u{200d}';
const KEYCAP: char = '\u{20e3}';

fn is_picture(c: char) -> bool {
    let c = u32::from(c);
    if c < 0x231a {
        return false;
    }
    let listed = || {
        let at = PICTURES.partition_point(|(_, last)| *last < c);
        PICTURES.get(at).is_some_and(|(first, _)| *first <= c)
    };
    matches!(c, 0x1f004 | 0x1f0cf | 0x1f18e | 0x1f191..=0x1f19a | 0x1f1e6..=0x1f265 | 0x1f300..=0x1f64f | 0x1f680..=0x1f6ff
        | 0x1f7e0..=0x1f7f0 | 0x1f900..=0x1f9ff | 0x1fa70..=0x1faff)
        || listed()
}

/// What continues a picture: variants, skin tones, joiners, key caps, the tags of flags.
fn continues(c: char) -> bool {
    matches!(c, PICTURE_VARIANT | JOINER | KEYCAP)
        || matches!(u32::from(c), 0x1f3fb..=0x1f3ff | 0xe0020..=0xe007f)
}

/// The parts of a text that are to be shown by an emoji font, in order.
pub(super) fn ranges(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    if text.is_ascii() {
        return found;
    }
    let mut chars = text.char_indices().peekable();
    let mut joined = false;
    while let Some((start, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let end = start + c.len_utf8();
        let begins = (is_picture(c) && next != Some(TEXT_VARIANT))
            || (next == Some(PICTURE_VARIANT) && !c.is_whitespace());
        match found.last_mut() {
            Some(last) if last.end == start && (begins || joined || continues(c)) => last.end = end,
            _ if begins => found.push(start..end),
            _ => {}
        }
        joined = c == JOINER;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        ranges(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn pictures_are_found_with_all_that_belongs_to_them() {
        assert_eq!(found("a 😀 b"), ["😀"]);
        assert_eq!(found("👩‍👩‍👧 x"), ["👩‍👩‍👧"]);
        assert_eq!(found("👋🏽!"), ["👋🏽"]);
        assert_eq!(found("1️⃣2"), ["1️⃣"]);
        assert_eq!(found("☎️ ☎ ⌚"), ["☎️", "⌚"]);
        assert_eq!(found("🇩🇪🇫🇷"), ["🇩🇪🇫🇷"]);
        assert_eq!(found("❤️‍🔥."), ["❤️‍🔥"]);
    }

    #[test]
    fn what_is_text_stays_text() {
        assert!(found("plain, ümläuts, 漢字, →, ✓, 123 #*").is_empty());
        assert!(found("⌚\u{fe0e}").is_empty());
    }

    #[test]
    fn the_list_is_in_order() {
        assert!(PICTURES.is_sorted());
    }
}
