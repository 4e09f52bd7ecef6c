//! [`Layout`]: where rows and columns are in the window.

use super::metrics::Metrics;
use super::records::Area;
use super::screen::Screen;

/// Where rows are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// The grid.
    pub(crate) area: Area,
    /// A cell's width and height.
    pub(crate) cell: (i32, i32),
    /// As the screen's.
    pub(crate) lift: i32,
}

impl Layout {
    pub(crate) fn new(screen: &Screen, metrics: &Metrics) -> Self {
        let cell = (metrics.width as i32, metrics.height as i32);
        let rows = screen.rows.len() as i32 - i32::from(screen.lift > 0);
        let columns = screen.rows[0].cells.len() as i32;
        let padding = metrics.padding as i32;
        Self {
            area: Area::new(padding, padding, columns * cell.0, rows * cell.1),
            cell,
            lift: screen.lift as i32,
        }
    }

    pub(crate) fn top(&self, row: usize) -> i32 {
        let lifted = if self.lift > 0 {
            self.lift - self.cell.1
        } else {
            0
        };
        self.area.y + row as i32 * self.cell.1 + lifted
    }

    pub(crate) fn left(&self, column: usize) -> i32 {
        self.area.x + column as i32 * self.cell.0
    }
}
