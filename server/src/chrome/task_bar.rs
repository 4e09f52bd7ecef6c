//! The task bar: where its parts are, and drawing it.

use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize};

use super::brush::{Brush, middle};
use super::colors::{
    ACCENT, BAR, BAR_ACTIVE, BAR_FADED, BAR_HOVER, BAR_LINE, BAR_TEXT, TEAL, WHITE,
};
use super::metrics::Metrics;
use super::piece::{TaskBar, TaskItem};
use super::text::{Style, Weight};

/// In logical units.
const TEXT_SIZE: f32 = 12.0;
const ITEM_WIDTH: i32 = 168;
const ITEM_LEAST: i32 = 28;

/// Where the parts of a task bar are, in its own pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskBarLayout {
    /// Opens the menu; empty when there is none.
    pub menu: PixelRect,
    /// The windows, as many of the first as there is room for.
    pub items: Vec<PixelRect>,
    /// The time.
    pub clock: PixelRect,
}

impl TaskBarLayout {
    /// The layout of `bar` at `size`.
    pub fn new(bar: &TaskBar, size: PixelSize, metrics: Metrics) -> Self {
        let (width, height) = (size.width as i32, size.height as i32);
        let (gap, edge) = (metrics.px(4), metrics.border());
        let (top, bottom) = (edge + gap, height - gap);
        let menu = match bar.menu {
            true => PixelRect::from_edges(gap, top, gap + metrics.px(36), bottom),
            false => PixelRect::EMPTY,
        };
        let clock_width = match bar.clock.is_empty() {
            true => 0,
            false => style(metrics).width(&bar.clock).ceil() as i32 + metrics.px(24),
        };
        let clock = PixelRect::from_edges(width - clock_width, top, width, bottom);
        let start = menu.x1 + gap;
        let room = clock.x0 - start;
        let step = item_step(room, bar.items.len(), metrics);
        let count = (room / step.max(1)).clamp(0, bar.items.len() as i32);
        let item = |i: i32| {
            let x = start + i * step;
            PixelRect::from_edges(x, top, x + step - gap, bottom)
        };
        let items = (0..count).map(item).collect();
        Self { menu, items, clock }
    }

    /// The most items that find a place on a bar so wide.
    pub fn most_items(width: u32, metrics: Metrics) -> usize {
        width.div_ceil(metrics.px(ITEM_LEAST).max(1) as u32) as usize
    }

    /// The window at a pixel of the bar.
    pub fn item_at(&self, at: PixelPoint) -> Option<usize> {
        self.items.iter().position(|r| r.contains(at))
    }
}

/// From one item to the next: they shrink together, but not below what shows a letter or two.
fn item_step(room: i32, count: usize, metrics: Metrics) -> i32 {
    let share = room / (count.max(1) as i32);
    share.clamp(metrics.px(ITEM_LEAST), metrics.px(ITEM_WIDTH))
}

fn style(metrics: Metrics) -> Style {
    Style {
        weight: Weight::Regular,
        size: TEXT_SIZE * metrics.scale().factor(),
    }
}

pub(super) fn draw(brush: &mut Brush<'_>, bar: &TaskBar) {
    let all = brush.bounds();
    let layout = TaskBarLayout::new(bar, all.size(), brush.metrics);
    brush.rect(all, BAR);
    let line = brush.metrics.border();
    brush.rect(PixelRect::from_edges(0, 0, all.x1, line), BAR_LINE);
    draw_menu_button(brush, bar, layout.menu);
    for (i, (item, rect)) in bar.items.iter().zip(&layout.items).enumerate() {
        draw_item(brush, item, *rect, bar.hover == Some(i));
    }
    let x = layout.clock.x0 + brush.metrics.px(12);
    let at = (x, middle(layout.clock).y - 0.5);
    let style = style(brush.metrics);
    brush.text(style, &bar.clock, at, all.x1 - x, BAR_TEXT);
}

fn draw_menu_button(brush: &mut Brush<'_>, bar: &TaskBar, rect: PixelRect) {
    if rect.is_empty() {
        return;
    }
    if bar.menu_lit {
        brush.rounded(rect, brush.metrics.px(5) as f32, BAR_ACTIVE);
    }
    // Four panes of a window, with a transom above.
    let (unit, gap) = (brush.metrics.px(5), brush.metrics.px(2));
    let (width, height) = (2 * unit + gap, 2 * unit + 2 * gap + brush.metrics.px(3));
    let x = rect.x0 + (rect.width() as i32 - width) / 2;
    let y = rect.y0 + (rect.height() as i32 - height) / 2;
    let top = PixelRect::new(x, y, width as u32, brush.metrics.px(3) as u32);
    brush.rect(top, ACCENT);
    for (column, row) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        let pane = PixelRect::new(
            x + column * (unit + gap),
            top.y1 + gap + row * (unit + gap),
            unit as u32,
            unit as u32,
        );
        brush.rect(pane, BAR_TEXT);
    }
}

fn draw_item(brush: &mut Brush<'_>, item: &TaskItem, rect: PixelRect, hover: bool) {
    let back = match (item.urgent, item.active, hover) {
        (true, _, _) => Some(ACCENT),
        (_, true, _) => Some(BAR_ACTIVE),
        (_, _, true) => Some(BAR_HOVER),
        _ => None,
    };
    if let Some(back) = back {
        brush.rounded(rect, brush.metrics.px(5) as f32, back);
    }
    let color = match item {
        TaskItem { urgent: true, .. } => WHITE,
        TaskItem {
            minimized: true, ..
        } => BAR_FADED,
        _ => BAR_TEXT,
    };
    draw_underline(brush, item, rect);
    let pad = brush.metrics.px(10).min(rect.width() as i32 / 6);
    let room = rect.width() as i32 - 2 * pad;
    let at = (rect.x0 + pad, middle(rect).y - 0.5);
    let style = style(brush.metrics);
    brush.text(style, &item.title, at, room, color);
}

/// A line below what is shown: short, and longer for the active one.
fn draw_underline(brush: &mut Brush<'_>, item: &TaskItem, rect: PixelRect) {
    if item.minimized || item.urgent {
        return;
    }
    let (color, width) = match item.active {
        true => (TEAL, rect.width() as i32 - brush.metrics.px(20)),
        false => (BAR_LINE, brush.metrics.px(16)),
    };
    let width = width.clamp(0, rect.width() as i32);
    let x = match item.active {
        true => rect.x0 + (rect.width() as i32 - width) / 2,
        false => rect.x0 + brush.metrics.px(10).min(rect.width() as i32 - width),
    };
    let line = PixelRect::from_edges(x, rect.y1 - brush.metrics.px(2), x + width, rect.y1);
    brush.rect(line, color);
}
