//! [`Metrics`]: how large a cell is, and where in it things stand.

use transom::{Scale, Size};

use super::glyphs;

/// Logical units of an em, at first.
pub(crate) const FONT_SIZE: f32 = 14.0;
const SMALLEST: f32 = 5.0;
const LARGEST: f32 = 72.0;

/// Device pixels on each side of the grid, in logical units.
const PADDING: f32 = 4.0;

/// A size of text on a screen. All of it is in whole device pixels, so that rows can be moved by
/// copying.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metrics {
    /// Device pixels of an em.
    pub em: f32,
    /// A cell's width.
    pub width: u32,
    /// A cell's height.
    pub height: u32,
    /// From a cell's top to where letters stand.
    pub baseline: u32,
    /// How thick lines are.
    pub stroke: u32,
    /// From the window's edge to the grid.
    pub padding: u32,
    /// Device pixels per logical unit.
    pub scale: Scale,
}

impl Metrics {
    /// Text of about this many logical units an em, 5 to 72: as near as the advance of a letter is
    /// a whole number of pixels, so that letters stand alike and none reaches out of its cell.
    pub fn new(font_size: f32, scale: Scale) -> Self {
        let font = glyphs::measure();
        let width = (bounded(font_size) * scale.factor() * font.advance)
            .round()
            .max(1.0);
        let em = width / font.advance;
        let pixels = |part: f32| (part * em).max(1.0);
        Self {
            em,
            width: width as u32,
            height: pixels(font.ascent + font.descent).ceil() as u32,
            baseline: pixels(font.ascent).round() as u32,
            stroke: pixels(font.stroke).round() as u32,
            padding: (PADDING * scale.factor()).round() as u32,
            scale,
        }
    }

    /// The size of text whose cells are so many pixels wider, in logical units.
    pub(crate) fn size_with(&self, wider: i32) -> f32 {
        let width = (self.width as i32 + wider).max(1) as f32;
        width / glyphs::measure().advance / self.scale.factor()
    }

    /// How many columns and rows fit a window.
    pub fn grid(&self, window: Size) -> (usize, usize) {
        let fits = |side: f32, cell: u32| {
            let inside = (side * self.scale.factor()).round() as u32;
            (inside.saturating_sub(2 * self.padding) / cell) as usize
        };
        (
            fits(window.width, self.width),
            fits(window.height, self.height),
        )
    }

    /// How large a window is that so many cells fit exactly, in logical units.
    pub fn window(&self, columns: usize, rows: usize) -> Size {
        let side = |cells: usize, cell: u32| {
            (cells as u32 * cell + 2 * self.padding) as f32 / self.scale.factor()
        };
        Size::new(side(columns, self.width), side(rows, self.height))
    }
}

/// A size of text that can be read, and seen.
pub(crate) fn bounded(font_size: f32) -> f32 {
    match font_size.is_finite() {
        true => font_size.clamp(SMALLEST, LARGEST),
        false => FONT_SIZE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_made_for_a_grid_holds_it_at_every_scale() {
        for units in [30, 120, 150, 180, 190, 240, 1920] {
            for font_size in [5.0, 13.0, 14.0, 40.5] {
                let metrics = Metrics::new(font_size, Scale(units));
                let window = metrics.window(100, 40);
                assert_eq!(metrics.grid(window), (100, 40), "{units} {font_size}");
            }
        }
    }

    #[test]
    fn an_odd_size_is_bounded() {
        for size in [f32::NAN, -1.0, f32::INFINITY, 0.0, 1e9] {
            let metrics = Metrics::new(size, Scale::MAX);
            assert!(metrics.width >= 1 && metrics.height < 2000, "{metrics:?}");
        }
    }
}
