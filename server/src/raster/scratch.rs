//! [`Scratch`]: working memory kept between operations.

use super::blur_rows::BlurRows;
use super::coverage::Coverage;
use super::path::Path;
use super::shrink::Shrink;
use super::stretch::Stretch;
use super::stroke::Pen;

/// A buffer keeps at most so many bytes from one operation to the next.
pub(super) const KEPT_BYTES: usize = 4 << 20;

/// Empties a buffer, and frees what it has beyond [`KEPT_BYTES`].
pub(super) fn give_back<T>(buffer: &mut Vec<T>) {
    buffer.clear();
    buffer.shrink_to(KEPT_BYTES / size_of::<T>());
}

/// Working memory that drawing operations share, so that in the steady state none allocates. What one
/// operation needed far beyond that is given back when it ends.
///
/// It carries nothing from one operation to the next: a fresh one gives the same pixels.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) coverage: Coverage,
    pub(super) pen: Pen,
    /// A path on its way to device space.
    pub(super) path: Path,
    pub(super) stretch: Stretch,
    pub(super) shrink: Shrink,
    pub(super) blur: BlurRows,
    /// The colours of one row.
    pub(super) colors: Vec<u32>,
    /// The coverage of one row, and what a clip leaves of it.
    pub(super) run: Vec<u8>,
    pub(super) narrowed: Vec<u8>,
}

impl Scratch {
    /// Working memory that has not grown yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many bytes are kept for the next operation.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        let colors = self.colors.capacity() * size_of::<u32>()
            + self.run.capacity()
            + self.narrowed.capacity();
        let shapes = self.coverage.kept() + self.pen.kept() + self.path.kept();
        let images = self.stretch.kept() + self.shrink.kept();
        shapes + images + self.blur.kept() + colors
    }
}
