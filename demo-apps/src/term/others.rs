//! [`Others`]: characters that the terminal's own font lacks: those of other scripts, and pictures.
//! The library finds a font for them; here they are made to fit their cells.

use std::collections::HashMap;

use transom::TextStyle;

use super::cell::{CellFlags, Symbol};
use super::metrics::Metrics;

/// Fits that are remembered.
const MAX_KNOWN: usize = 4096;

/// How text is made to fit its cells, in parts of an em.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fit {
    /// How large it is, at most 1.
    pub(crate) size: f32,
    /// From the left edge of the cells to where it begins.
    pub(crate) left: f32,
}

/// What was measured.
#[derive(Debug, Default)]
pub(crate) struct Others {
    known: HashMap<(Symbol, CellFlags, u32), Fit>,
}

impl Others {
    /// How the text of a cell fits it, and the one beside it if it is wide.
    pub(crate) fn fit(
        &mut self,
        symbol: Symbol,
        text: &str,
        flags: CellFlags,
        metrics: &Metrics,
    ) -> Fit {
        let key = (symbol, flags, metrics.width);
        if let Some(fit) = self.known.get(&key) {
            return *fit;
        }
        let cells = if flags.contains(CellFlags::WIDE) {
            2
        } else {
            1
        };
        let room = (cells * metrics.width) as f32 / metrics.em;
        let width = style(1.0, flags).measure(text).width;
        let size = if width > room { room / width } else { 1.0 };
        let fit = Fit {
            size,
            left: (room - width * size) / 2.0,
        };
        if self.known.len() >= MAX_KNOWN {
            self.known.clear();
        }
        self.known.insert(key, fit);
        fit
    }
}

/// The library's style for a cell's.
pub(crate) fn style(size: f32, flags: CellFlags) -> TextStyle {
    let weight = if flags.contains(CellFlags::BOLD) {
        700
    } else {
        400
    };
    TextStyle {
        italic: flags.contains(CellFlags::ITALIC),
        ..TextStyle::new(size).mono().weight(weight)
    }
}
