//! Waves, dots and dashes under text, as outlines that fill a cell's width.

use transom::{PathStep, Point};

use super::boxes::Pen;
use super::cell::Line;
use super::metrics::Metrics;

/// Where a straight line under text is, from the cell's top, and how thick: device pixels. The
/// second of a double line follows as far below as it is thick.
pub(crate) fn straight(metrics: &Metrics) -> (u32, u32) {
    let thick = metrics.stroke;
    let room = metrics.height.saturating_sub(metrics.baseline);
    let gap = (room / 3).max(1).min(room.saturating_sub(thick));
    (metrics.baseline + gap, thick)
}

/// Where a line through text is.
pub(crate) fn strike(metrics: &Metrics) -> (u32, u32) {
    let thick = metrics.stroke;
    let middle = metrics.baseline as f32 - 0.27 * metrics.em;
    (middle.round().max(0.0) as u32, thick)
}

/// The outline of a line that is not straight: device pixels from the cell's top left corner, y
/// downwards.
pub(crate) fn outline(line: Line, metrics: &Metrics) -> Vec<PathStep> {
    let mut pen = Pen::new(metrics);
    let (top, thick) = straight(metrics);
    let (top, thick) = (top as i32, thick as i32);
    match line {
        Line::Curl => wave(&mut pen, top, thick),
        Line::Dots => {
            for x in (0..pen.width).step_by(2 * thick as usize) {
                pen.rect((x, (x + thick).min(pen.width)), (top, top + thick));
            }
        }
        Line::Dashes => {
            let part = pen.width / 4;
            pen.rect((0, part.max(1)), (top, top + thick));
            pen.rect(
                (pen.width - 2 * part, pen.width - part / 2),
                (top, top + thick),
            );
        }
        Line::None | Line::Single | Line::Double => {}
    }
    pen.steps
}

/// One period of a wave, from the middle upwards.
fn wave(pen: &mut Pen, top: i32, thick: i32) {
    let (w, t) = (pen.width as f32, thick as f32);
    let room = (pen.height - top) as f32;
    let high = (room - t).clamp(0.5, 2.0 * t);
    let middle = top as f32 + high / 2.0;
    let at = |x: f32, y: f32| Point::new(x * w, y);
    let (up, down) = (middle - high, middle + high);
    let mut steps = vec![
        PathStep::Move(at(0.0, middle)),
        PathStep::Quad(at(0.25, up), at(0.5, middle)),
        PathStep::Quad(at(0.75, down), at(1.0, middle)),
        PathStep::Line(at(1.0, middle + t)),
        PathStep::Quad(at(0.75, down + t), at(0.5, middle + t)),
        PathStep::Quad(at(0.25, up + t), at(0.0, middle + t)),
        PathStep::Close,
    ];
    pen.steps.append(&mut steps);
}
