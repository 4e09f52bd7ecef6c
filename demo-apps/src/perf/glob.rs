//! Names matched by patterns, as a shell does: `*` is anything, `?` one character.

/// Whether all of `text` matches `pattern`.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Where the last star was, and how much of the text it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p).is_some_and(|c| *c == b'?' || *c == text[t]) {
            (p, t) = (p + 1, t + 1);
        } else if let Some((at, taken)) = star {
            star = Some((at, taken + 1));
            (p, t) = (at + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

/// Whether any of the patterns, with commas between, matches; without a pattern everything does.
pub fn selects(patterns: &[String], text: &str) -> bool {
    let mut each = patterns.iter().flat_map(|p| p.split(','));
    patterns.is_empty() || each.any(|pattern| matches(pattern, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_a_shell() {
        for (pattern, text, matched) in [
            ("rect1", "rect1", true),
            ("rect1", "rect10", false),
            ("rect*", "rect", true),
            ("rect*", "srect", false),
            ("*text", "aa10text", true),
            ("*a*10*t", "aa10text", true),
            ("*a*10*x", "aa10text", false),
            ("rect??", "rect10", true),
            ("rect??", "rect1", false),
            ("", "", true),
            ("*", "", true),
            ("", "x", false),
            ("a*b*c", "abxbc", true),
        ] {
            assert_eq!(matches(pattern, text), matched, "{pattern} {text}");
        }
    }

    #[test]
    fn several_patterns_select_what_any_of_them_does() {
        let patterns = ["rect*,seg1".to_owned(), "noop".to_owned()];
        for (text, selected) in [
            ("rect10", true),
            ("seg1", true),
            ("seg10", false),
            ("noop", true),
        ] {
            assert_eq!(selects(&patterns, text), selected, "{text}");
        }
        assert!(selects(&[], "anything"));
    }
}
