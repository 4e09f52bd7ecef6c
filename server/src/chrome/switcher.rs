//! The switcher: where its rows are, and drawing it. And the preview of where a window would go.

use transom_protocol::geometry::{PixelRect, PixelSize, Point};

use super::brush::{Brush, middle};
use super::colors::{
    ACCENT, BAR_ACTIVE, BAR_FADED, BAR_LINE, BAR_TEXT, PANEL, PREVIEW, PREVIEW_EDGE, TEAL,
};
use super::metrics::Metrics;
use super::piece::{Switcher, TaskItem};
use super::shadow::menu_margin;
use super::text::Weight;

/// In logical units.
const TEXT_SIZE: f32 = 13.5;
const ROW: i32 = 36;
const WIDTH: i32 = 380;
const PAD: i32 = 8;

/// Where the rows of a switcher are, in its picture's pixels. The picture has a margin for the
/// shadow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitcherLayout {
    /// Of the picture.
    pub size: PixelSize,
    /// The panel itself.
    pub card: PixelRect,
    /// The rows that are shown.
    pub rows: Vec<PixelRect>,
    /// The first window that is shown.
    pub first: usize,
}

impl SwitcherLayout {
    /// The layout on a screen of `screen` pixels: as many rows as fit, the chosen one among them.
    pub fn new(switcher: &Switcher, screen: PixelSize, metrics: Metrics) -> Self {
        let (around, row) = (surroundings(metrics), metrics.px(ROW));
        let count = (screen.height as i32 - around) / row;
        let count = count.clamp(1, switcher.rows.len().max(1) as i32);
        let width = metrics
            .px(WIDTH)
            .min(screen.width as i32 - 2 * metrics.px(PAD));
        let width = width.max(metrics.px(ROW)) + 2 * menu_margin(metrics);
        let size = PixelSize::new(width as u32, (around + count * row) as u32);
        Self::of_size(switcher, size, metrics)
    }

    /// The layout in a picture that was made for it.
    pub(super) fn of_size(switcher: &Switcher, size: PixelSize, metrics: Metrics) -> Self {
        let (margin, pad, row) = (menu_margin(metrics), metrics.px(PAD), metrics.px(ROW));
        let card = PixelRect::from_size(size).grown(-margin);
        let count = (size.height as i32 - surroundings(metrics)) / row;
        let first = (switcher.chosen + 1).saturating_sub(count.max(1) as usize);
        let top = |i: i32| card.y0 + pad + i * row;
        let rect = |i: i32| PixelRect::from_edges(card.x0 + pad, top(i), card.x1 - pad, top(i + 1));
        let rows = (0..count).map(rect).collect();
        Self {
            size,
            card,
            rows,
            first,
        }
    }
}

/// The height that is not rows.
fn surroundings(metrics: Metrics) -> i32 {
    2 * (menu_margin(metrics) + metrics.px(PAD))
}

/// Draws the switcher over its shadow. The picture was made for this layout.
pub(super) fn draw(brush: &mut Brush<'_>, switcher: &Switcher) {
    let layout = SwitcherLayout::of_size(switcher, brush.bounds().size(), brush.metrics);
    let radius = brush.metrics.px(10) as f32;
    brush.rounded(layout.card, radius, PANEL);
    brush.rounded_edge(layout.card, radius, brush.metrics.border(), BAR_LINE);
    let shown = switcher.rows.iter().enumerate().skip(layout.first);
    for ((i, item), rect) in shown.zip(&layout.rows) {
        draw_row(brush, item, *rect, i == switcher.chosen);
    }
}

fn draw_row(brush: &mut Brush<'_>, item: &TaskItem, rect: PixelRect, chosen: bool) {
    let metrics = brush.metrics;
    if chosen {
        brush.rounded(rect, metrics.px(6) as f32, BAR_ACTIVE);
        let bar = PixelRect::from_edges(
            rect.x0 + metrics.px(4),
            rect.y0 + metrics.px(9),
            rect.x0 + metrics.px(7),
            rect.y1 - metrics.px(9),
        );
        brush.rounded(bar, metrics.px(3) as f32 / 2.0, TEAL);
    }
    let color = match (chosen, item.minimized) {
        (false, true) => BAR_FADED,
        _ => BAR_TEXT,
    };
    let weight = if chosen {
        Weight::Bold
    } else {
        Weight::Regular
    };
    let style = brush.style(weight, TEXT_SIZE);
    let x = rect.x0 + metrics.px(18);
    let end = rect.x1 - metrics.px(if item.urgent { 34 } else { 14 });
    let center = middle(rect);
    brush.text(style, &item.title, (x, center.y - 0.5), end - x, color);
    if item.urgent {
        let x = (rect.x1 - metrics.px(20)) as f32;
        let at = Point::new(x, center.y);
        brush.circle(at, metrics.px(8) as f32 / 2.0, ACCENT);
    }
}

/// Draws where a window would go.
pub(super) fn draw_preview(brush: &mut Brush<'_>) {
    let all = brush.bounds().grown(-brush.metrics.px(6));
    let radius = brush.metrics.px(8) as f32;
    brush.rounded(all, radius, PREVIEW);
    brush.rounded_edge(all, radius, brush.metrics.px(2), PREVIEW_EDGE);
}
