//! What X11 calls a kind of data, and what we call it.
//!
//! X selections are converted to *targets*. Those of programs of this century are MIME types; text
//! has older names besides, of which `STRING` is Latin-1 and not UTF-8.

/// Text, as Transom's programs offer it.
pub(super) const TEXT: &str = "text/plain;charset=utf-8";
const PLAIN: &str = "text/plain";

/// Names of text, the best first.
const TEXT_TARGETS: [&str; 4] = [TEXT, "UTF8_STRING", PLAIN, "STRING"];

/// What [`TEXT`] is also given as.
const TEXT_ALIASES: [&str; 4] = ["UTF8_STRING", PLAIN, "STRING", "TEXT"];

/// How bytes change on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// Not at all.
    Same,
    /// They are Latin-1 in X, and UTF-8 here.
    Latin1,
}

impl Coding {
    fn of(target: &str) -> Self {
        match target {
            "STRING" => Self::Latin1,
            _ => Self::Same,
        }
    }

    /// The most bytes that one byte from X becomes.
    pub(super) fn growth(self) -> usize {
        match self {
            Self::Same => 1,
            Self::Latin1 => 2,
        }
    }

    /// Bytes from X as ours.
    pub(super) fn decode(self, bytes: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Same => bytes,
            Self::Latin1 => bytes
                .into_iter()
                .map(char::from)
                .collect::<String>()
                .into_bytes(),
        }
    }

    /// Our bytes as X's. What is left of a character at the end stays in `bytes` unless that is all
    /// there is; what Latin-1 does not have becomes a question mark.
    pub(super) fn encode(self, bytes: &mut Vec<u8>, last: bool) -> Vec<u8> {
        if self == Self::Same {
            return std::mem::take(bytes);
        }
        let whole = match std::str::from_utf8(bytes) {
            Err(e) if !last && e.error_len().is_none() => e.valid_up_to(),
            _ => bytes.len(),
        };
        let rest = bytes.split_off(whole);
        let text = std::mem::replace(bytes, rest);
        let latin1 = |c| u8::try_from(c).unwrap_or(b'?');
        String::from_utf8_lossy(&text).chars().map(latin1).collect()
    }
}

/// The types that our programs are offered for these targets, in order.
pub(super) fn types_of<'a>(targets: &[&'a str]) -> Vec<&'a str> {
    let mut types = Vec::new();
    if targets.iter().any(|t| TEXT_TARGETS.contains(t)) {
        types.push(TEXT);
    }
    for target in targets {
        let is_mime = target.contains('/') && !TEXT_TARGETS.contains(target);
        if is_mime && !types.contains(target) {
            types.push(target);
        }
    }
    types
}

/// The target among those there are by which a type is had from X.
pub(super) fn target_for(mime: &str, targets: &[&str]) -> Option<(String, Coding)> {
    let has = |name: &&str| targets.contains(name);
    let name = match mime {
        TEXT => *TEXT_TARGETS.iter().find(|name| has(name))?,
        other => Some(other).filter(has)?,
    };
    Some((name.to_owned(), Coding::of(name)))
}

/// The targets that X programs are offered for these types, in order.
pub(super) fn targets_of(types: &[String]) -> Vec<&str> {
    let mut targets: Vec<&str> = types.iter().map(String::as_str).collect();
    if text_of(types).is_some() {
        let missing = |alias: &&str| !types.iter().any(|t| t == alias);
        targets.extend(TEXT_ALIASES.iter().filter(|alias| missing(alias)));
    }
    targets
}

/// The type that an X program means by a target.
pub(super) fn mime_for<'a>(target: &str, types: &'a [String]) -> Option<(&'a str, Coding)> {
    let same = types.iter().find(|t| *t == target);
    if let Some(mime) = same {
        return Some((mime, Coding::Same));
    }
    let is_text = target == TEXT || TEXT_ALIASES.contains(&target);
    let text = text_of(types).filter(|_| is_text)?;
    Some((text, Coding::of(target)))
}

/// The type by which text is had.
fn text_of(types: &[String]) -> Option<&str> {
    let find = |name: &str| types.iter().find(|t| *t == name);
    find(TEXT).or(find(PLAIN)).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(types: &[&str]) -> Vec<String> {
        types.iter().map(|t| (*t).to_owned()).collect()
    }

    #[test]
    fn what_x_programs_offer_is_told_by_mime_types() {
        let xterm = ["TARGETS", "TIMESTAMP", "STRING", "UTF8_STRING", "TEXT"];
        assert_eq!(types_of(&xterm), [TEXT]);
        let browser = ["text/html", "image/png", "text/plain", "SAVE_TARGETS"];
        assert_eq!(types_of(&browser), [TEXT, "text/html", "image/png"]);
        assert_eq!(types_of(&["TARGETS", "INTEGER"]), [""; 0]);
    }

    #[test]
    fn text_is_asked_for_by_the_best_name_there_is() {
        let target = |targets: &[&str]| target_for(TEXT, targets).map(|t| t.0);
        assert_eq!(
            target(&["STRING", "UTF8_STRING"]).as_deref(),
            Some("UTF8_STRING")
        );
        assert_eq!(target(&["UTF8_STRING", TEXT]).as_deref(), Some(TEXT));
        let latin1 = target_for(TEXT, &["STRING"]);
        assert_eq!(latin1, Some(("STRING".into(), Coding::Latin1)));
        assert_eq!(target(&["image/png"]), None);
        assert_eq!(target_for("image/png", &["STRING"]), None);
    }

    #[test]
    fn our_text_has_all_of_its_names_in_x() {
        let types = owned(&[TEXT, "text/html"]);
        let names = [
            TEXT,
            "text/html",
            "UTF8_STRING",
            "text/plain",
            "STRING",
            "TEXT",
        ];
        assert_eq!(targets_of(&types), names);
        for name in names {
            assert!(mime_for(name, &types).is_some(), "{name}");
        }
        assert_eq!(mime_for("STRING", &types), Some((TEXT, Coding::Latin1)));
        assert_eq!(mime_for("TEXT", &types), Some((TEXT, Coding::Same)));
        assert_eq!(mime_for("image/png", &types), None);
        assert_eq!(targets_of(&owned(&["image/png"])), ["image/png"]);
        assert_eq!(mime_for("STRING", &owned(&["image/png"])), None);
    }

    #[test]
    fn latin_1_goes_both_ways_wherever_it_is_cut() {
        let decoded = Coding::Latin1.decode(b"Gr\xfc\xdfe".to_vec());
        assert_eq!(decoded, "Grüße".as_bytes());
        let text = "Grüße, мир".as_bytes();
        for cut in 0..text.len() {
            let mut waiting = text[..cut].to_vec();
            let mut encoded = Coding::Latin1.encode(&mut waiting, false);
            assert!(waiting.len() < 4);
            waiting.extend(&text[cut..]);
            encoded.extend(Coding::Latin1.encode(&mut waiting, true));
            assert_eq!(encoded, b"Gr\xfc\xdfe, ???");
            assert!(waiting.is_empty());
        }
    }

    #[test]
    fn what_is_no_text_at_all_becomes_something() {
        let mut broken = b"a\xff\xf0".to_vec();
        assert_eq!(Coding::Latin1.encode(&mut broken, true), b"a??");
    }
}
