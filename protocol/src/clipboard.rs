//! What selections offer: lists of MIME types, and how a transfer ends.

use serde::{Serialize, Serializer};

use crate::codec::wire_enum;
use crate::error::DecodeError;

/// The most MIME types in one offer.
pub const MAX_MIME_TYPES: usize = 64;

/// The longest MIME type, in bytes.
pub const MAX_MIME_BYTES: usize = 255;

wire_enum! {
    /// Which selection.
    pub enum Selection {
        /// What copy and paste use.
        Clipboard = 0,
        /// What is selected with the pointer and pasted with its middle button.
        Primary = 1,
    }
}

wire_enum! {
    /// How a transfer ended.
    pub enum TransferStatus {
        /// All data has been sent.
        Complete = 0,
        /// One side gave up.
        Cancelled = 1,
        /// The offer is gone or has no such type.
        Unavailable = 2,
    }
}

/// MIME types, each as a `u8` length and so many bytes of UTF-8. Checked when decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MimeTypes<'a>(&'a [u8]);

impl<'a> MimeTypes<'a> {
    /// Checks the bytes of a message called `what`.
    pub(crate) fn new(what: &'static str, bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let bad = |problem| DecodeError::Malformed { what, problem };
        let mut rest = bytes;
        let mut count = 0;
        while let [length, tail @ ..] = rest {
            let text = tail
                .get(..usize::from(*length))
                .ok_or(bad("a MIME type is cut short"))?;
            std::str::from_utf8(text).map_err(|_| bad("a MIME type is not UTF-8"))?;
            rest = &tail[usize::from(*length)..];
            count += 1;
        }
        if count > MAX_MIME_TYPES {
            return Err(bad("too many MIME types"));
        }
        Ok(Self(bytes))
    }

    /// Packs `types` into `buffer`, which is emptied first. Types beyond [`MAX_MIME_TYPES`] and
    /// those longer than [`MAX_MIME_BYTES`] are left out.
    pub fn pack<S: AsRef<str>>(
        types: impl IntoIterator<Item = S>,
        buffer: &'a mut Vec<u8>,
    ) -> Self {
        buffer.clear();
        let fitting = types
            .into_iter()
            .filter(|t| t.as_ref().len() <= MAX_MIME_BYTES);
        for mime in fitting.take(MAX_MIME_TYPES) {
            buffer.push(mime.as_ref().len() as u8);
            buffer.extend_from_slice(mime.as_ref().as_bytes());
        }
        Self(buffer)
    }

    /// The types, in the owner's order of preference.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let (length, tail) = rest.split_first()?;
            let (text, after) = tail.split_at(usize::from(*length));
            rest = after;
            Some(std::str::from_utf8(text).expect("checked when decoded"))
        })
    }

    /// The bytes as they travel.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.0
    }
}

impl Serialize for MimeTypes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
