//! [`Scratch`]: working memory kept between operations.

use super::coverage::Coverage;
use super::path::Path;
use super::stroke::Pen;

/// Working memory that drawing operations share, so that in the steady state none allocates.
///
/// It carries nothing from one operation to the next: a fresh one gives the same pixels.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) coverage: Coverage,
    pub(super) pen: Pen,
    /// A path on its way to device space.
    pub(super) path: Path,
    /// The colours of one row.
    pub(super) colors: Vec<u32>,
}

impl Scratch {
    /// Working memory that has not grown yet.
    pub fn new() -> Self {
        Self::default()
    }
}
