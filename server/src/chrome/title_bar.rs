//! Drawing title bars.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::{PixelRect, Point};

use super::brush::{Brush, middle};
use super::colors::{
    ACCENT, ACCENT_PRESSED, AMBER, EDGE, EDGE_INACTIVE, FADED, HOVER, INK, LINE, PAPER, PRESSED,
    SHADE, SHADE_LINE, WHITE,
};
use super::piece::{FrameButton, FrameShape, TitleBar, TitleMark};
use super::text::Weight;

/// In logical units.
const TEXT_SIZE: f32 = 12.5;

pub(super) fn draw(brush: &mut Brush<'_>, bar: &TitleBar) {
    draw_paper(brush, bar);
    let all = brush.bounds();
    let width = all.width() as i32;
    let text_end = width - brush.metrics.buttons_width(width, bar.buttons);
    draw_title(brush, bar, text_end);
    for (button, rect) in brush.metrics.buttons(width, bar.buttons) {
        draw_button(brush, bar, button, rect);
    }
}

fn draw_paper(brush: &mut Brush<'_>, bar: &TitleBar) {
    let all = brush.bounds();
    let line = brush.metrics.border();
    let (paper, edge, below) = match bar.active {
        true => (PAPER, EDGE, LINE),
        false => (SHADE, EDGE_INACTIVE, SHADE_LINE),
    };
    match bar.shape {
        FrameShape::Floating => {
            let radius = brush.metrics.radius() as f32;
            let inner = radius - line as f32;
            brush.rounded_at(all, [radius, radius, 0.0, 0.0], edge);
            let inside = PixelRect::from_edges(line, line, all.x1 - line, all.y1);
            brush.rounded_at(inside, [inner, inner, 0.0, 0.0], paper);
        }
        FrameShape::Tiled => {
            brush.rect(all, edge);
            let inside = PixelRect::from_edges(line, line, all.x1 - line, all.y1);
            brush.rect(inside, paper);
        }
        FrameShape::Maximized => brush.rect(all, paper),
    }
    let side = if bar.shape == FrameShape::Maximized {
        0
    } else {
        line
    };
    let under = PixelRect::from_edges(side, all.y1 - line, all.x1 - side, all.y1);
    brush.rect(under, below);
}

fn draw_title(brush: &mut Brush<'_>, bar: &TitleBar, end: i32) {
    let height = brush.metrics.title() as f32;
    let middle = (height + brush.metrics.border() as f32) / 2.0 - 0.5;
    let mut x = brush.metrics.px(13);
    if let Some(color) = mark_color(bar.mark) {
        let radius = brush.metrics.px(8) as f32 / 2.0;
        brush.circle(Point::new(x as f32 + radius, middle), radius, color);
        x += brush.metrics.px(8) + brush.metrics.px(8);
    }
    let end = end - brush.metrics.px(6);
    let color = if bar.active { INK } else { FADED };
    let style = brush.style(Weight::Bold, TEXT_SIZE);
    let text_end = brush.text(style, &bar.title, (x, middle), end - x, color);
    if bar.mark == TitleMark::NotResponding {
        let style = brush.style(Weight::Regular, TEXT_SIZE);
        let x = text_end + brush.metrics.px(8);
        brush.text(style, "not responding", (x, middle), end - x, FADED);
    }
}

fn mark_color(mark: TitleMark) -> Option<Pixel> {
    match mark {
        TitleMark::None => None,
        TitleMark::Urgent => Some(ACCENT),
        TitleMark::NotResponding => Some(AMBER),
    }
}

fn draw_button(brush: &mut Brush<'_>, bar: &TitleBar, button: FrameButton, rect: PixelRect) {
    let state = bar
        .hover
        .filter(|(b, _)| *b == button)
        .map(|(_, down)| down);
    let plate = plate(brush, rect);
    let back = match (button, state) {
        (_, None) => None,
        (FrameButton::Close, Some(down)) => Some(if down { ACCENT_PRESSED } else { ACCENT }),
        (_, Some(down)) => Some(if down { PRESSED } else { HOVER }),
    };
    if let Some(back) = back {
        let radius = brush.metrics.px(5) as f32;
        brush.rounded(plate, radius, back);
    }
    let ink = match (button, state, bar.active) {
        (FrameButton::Close, Some(_), _) => WHITE,
        (_, Some(_), _) | (_, None, true) => INK,
        (_, None, false) => FADED,
    };
    match button {
        FrameButton::Close => draw_cross(brush, plate, ink),
        FrameButton::Maximize if bar.shape == FrameShape::Maximized => draw_two(brush, plate, ink),
        FrameButton::Maximize => draw_square(brush, icon(brush, plate, 9), ink),
        FrameButton::Minimize => draw_dash(brush, plate, ink),
    }
}

/// What lights up of a button under the pointer.
fn plate(brush: &Brush<'_>, rect: PixelRect) -> PixelRect {
    let metrics = brush.metrics;
    let (across, down) = (metrics.px(2), metrics.px(4));
    PixelRect::from_edges(
        rect.x0 + across,
        rect.y0 + down + metrics.border(),
        rect.x1 - across,
        rect.y1 - down - metrics.border(),
    )
}

/// A square of about `side` logical units in the middle of `plate`, on whole pixels.
fn icon(brush: &Brush<'_>, plate: PixelRect, side: i32) -> PixelRect {
    let side = brush.metrics.px(side);
    // Of the same parity as the plate, so that it is in the middle.
    let side = side + (plate.height() as i32 - side).rem_euclid(2);
    let x = plate.x0 + (plate.width() as i32 - side) / 2;
    let y = plate.y0 + (plate.height() as i32 - side) / 2;
    PixelRect::new(x, y, side as u32, side as u32)
}

fn draw_cross(brush: &mut Brush<'_>, plate: PixelRect, ink: Pixel) {
    let (at, far) = (
        middle(icon(brush, plate, 9)),
        brush.metrics.px(9) as f32 / 2.0 - 0.5,
    );
    let p = |x: f32, y: f32| Point::new(at.x + x * far, at.y + y * far);
    let lines: [&[Point]; 2] = [&[p(-1.0, -1.0), p(1.0, 1.0)], &[p(1.0, -1.0), p(-1.0, 1.0)]];
    let width = 1.4 * brush.metrics.scale().factor();
    brush.lines(&lines, width, ink);
}

fn draw_square(brush: &mut Brush<'_>, square: PixelRect, ink: Pixel) {
    let radius = brush.metrics.px(1) as f32 * 1.5;
    brush.rounded_edge(square, radius, brush.metrics.border(), ink);
}

/// A square in front of another.
fn draw_two(brush: &mut Brush<'_>, plate: PixelRect, ink: Pixel) {
    let whole = icon(brush, plate, 10);
    let (step, line) = (brush.metrics.px(3), brush.metrics.border());
    let front = PixelRect::from_edges(whole.x0, whole.y0 + step, whole.x1 - step, whole.y1);
    draw_square(brush, front, ink);
    let (left, right) = (whole.x0 + step, whole.x1);
    let (top, bottom) = (whole.y0, whole.y1 - step);
    brush.rect(PixelRect::from_edges(left, top, right, top + line), ink);
    brush.rect(
        PixelRect::from_edges(right - line, top + line, right, bottom),
        ink,
    );
}

fn draw_dash(brush: &mut Brush<'_>, plate: PixelRect, ink: Pixel) {
    let icon = icon(brush, plate, 10);
    let line = brush.metrics.border();
    let y = icon.y0 + (icon.height() as i32 - line) / 2;
    brush.rect(PixelRect::from_edges(icon.x0, y, icon.x1, y + line), ink);
}
