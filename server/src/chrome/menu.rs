//! Menus: where their rows are, and drawing them.

use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize};

use super::brush::{Brush, middle};
use super::colors::{CARD, EDGE, INK, LINE, TEAL, WHITE};
use super::metrics::Metrics;
use super::piece::Menu;
use super::shadow::menu_margin;
use super::text::{Style, Weight};

/// In logical units.
const TEXT_SIZE: f32 = 12.5;
const ROW: i32 = 28;
const SEPARATOR: i32 = 9;
const LEAST_WIDTH: i32 = 168;
const MOST_WIDTH: i32 = 420;

/// Where the rows of a menu are, in its picture's pixels. The picture has a margin for the shadow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuLayout {
    /// Of the picture.
    pub size: PixelSize,
    /// The menu itself.
    pub card: PixelRect,
    /// The rows.
    pub rows: Vec<PixelRect>,
}

impl MenuLayout {
    /// The layout of a menu with these rows.
    pub fn new(menu: &Menu, metrics: Metrics) -> Self {
        let style = style(metrics);
        let widest = menu.rows.iter().map(|row| style.width(row).ceil() as i32);
        let width = widest.max().unwrap_or(0) + metrics.px(36);
        let width = width.clamp(metrics.px(LEAST_WIDTH), metrics.px(MOST_WIDTH));
        let (margin, pad) = (menu_margin(metrics), metrics.px(5));
        let (left, right) = (margin + pad, margin + width - pad);
        let mut y = margin + pad;
        let rows = menu.rows.iter().map(|row| {
            let height = metrics.px(if row.is_empty() { SEPARATOR } else { ROW });
            y += height;
            PixelRect::from_edges(left, y - height, right, y)
        });
        let rows = rows.collect();
        let card = PixelRect::from_edges(margin, margin, margin + width, y + pad);
        let size = PixelSize::new((card.x1 + margin) as u32, (card.y1 + margin) as u32);
        Self { size, card, rows }
    }

    /// The row at a pixel of the picture.
    pub fn row_at(&self, at: PixelPoint) -> Option<usize> {
        self.rows.iter().position(|r| r.contains(at))
    }
}

fn style(metrics: Metrics) -> Style {
    Style {
        weight: Weight::Regular,
        size: TEXT_SIZE * metrics.scale().factor(),
    }
}

/// Draws a menu over its shadow.
pub(super) fn draw(brush: &mut Brush<'_>, menu: &Menu) {
    let layout = MenuLayout::new(menu, brush.metrics);
    let radius = brush.metrics.radius() as f32;
    let line = brush.metrics.border();
    brush.rounded(layout.card, radius, EDGE);
    brush.rounded(layout.card.grown(-line), radius - line as f32, CARD);
    for (i, (row, rect)) in menu.rows.iter().zip(&layout.rows).enumerate() {
        draw_row(brush, row, *rect, menu.chosen == Some(i));
    }
}

fn draw_row(brush: &mut Brush<'_>, row: &str, rect: PixelRect, chosen: bool) {
    let pad = brush.metrics.px(12);
    if row.is_empty() {
        let line = brush.metrics.border();
        let y = rect.y0 + (rect.height() as i32 - line) / 2;
        let line = PixelRect::from_edges(rect.x0 + pad, y, rect.x1 - pad, y + line);
        return brush.rect(line, LINE);
    }
    if chosen {
        brush.rounded(rect, brush.metrics.px(5) as f32, TEAL);
    }
    let color = if chosen { WHITE } else { INK };
    let room = rect.width() as i32 - 2 * pad;
    let at = (rect.x0 + pad, middle(rect).y - 0.5);
    let style = style(brush.metrics);
    brush.text(style, row, at, room, color);
}
