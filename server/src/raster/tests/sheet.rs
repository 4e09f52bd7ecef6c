//! Pictures to look at.
