//! [`Failure`]: what a client's mistake costs it.

use std::borrow::Cow;

use transom_protocol::error::ErrorCode;

/// Why a request was not executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The connection ends.
    Fatal(ErrorCode, Cow<'static, str>),
    /// The request, or drawing operation, is skipped.
    Skip(ErrorCode, &'static str),
    /// It named an id whose creation failed: nothing more is said.
    Inert,
}

impl Failure {
    pub(super) fn unsupported(text: &'static str) -> Self {
        Self::Skip(ErrorCode::UNSUPPORTED, text)
    }

    pub(super) fn quota(text: &'static str) -> Self {
        Self::Skip(ErrorCode::QUOTA, text)
    }

    pub(super) fn bad_argument(text: &'static str) -> Self {
        Self::Skip(ErrorCode::BAD_ARGUMENT, text)
    }

    pub(super) fn unknown(text: &'static str) -> Self {
        Self::Skip(ErrorCode::UNKNOWN_ID, text)
    }

    pub(super) fn bad_id(text: &'static str) -> Self {
        Self::Skip(ErrorCode::BAD_ID, text)
    }

    pub(super) fn bad_state(text: &'static str) -> Self {
        Self::Skip(ErrorCode::BAD_STATE, text)
    }
}
