//! The tools beside the sheet.

use std::f32::consts::TAU;

use transom::{Canvas, Color, Path, Point, Rect, Stroke};

use super::history::Tool;
use crate::palette::{ACCENT, CARD, FADED, GOLD, INK, PAPER, PLUM, TEAL};
use crate::widgets::{Buttons, button, mix};

/// How wide the tools are, in logical units.
pub(super) const WIDTH: f32 = 112.0;

/// How high, at least.
pub(super) const HEIGHT: f32 = 336.0;

/// Widths of lines, in logical units.
pub(super) const WIDTHS: [f32; 4] = [2.0, 5.0, 10.0, 20.0];

/// What to paint with.
pub(super) const COLORS: [Color; 12] = [
    INK,
    FADED,
    Color::hex(0xc9c4b8),
    Color::hex(0x8a5a3b),
    ACCENT,
    Color::hex(0xe8743b),
    GOLD,
    Color::hex(0xe59ab0),
    Color::hex(0x6a9f4f),
    TEAL,
    Color::hex(0x3b6fb6),
    PLUM,
];

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Control {
    /// Takes a tool.
    Tool(Tool),
    /// Takes one of [`WIDTHS`].
    Width(usize),
    /// Takes one of [`COLORS`].
    Color(usize),
    /// Takes back the last mark.
    Undo,
    /// Puts it back.
    Redo,
    /// Begins anew.
    Clear,
    /// Writes a file.
    Save,
    /// Offers the picture to others.
    Copy,
    /// Takes a picture that others offer.
    Paste,
}

/// The groups of buttons from top to bottom, and how many of each stand side by side.
const GROUPS: [(&[Control], usize); 4] = [
    (
        &[
            Control::Tool(Tool::Brush),
            Control::Tool(Tool::Line),
            Control::Tool(Tool::Rectangle),
            Control::Tool(Tool::Ellipse),
            Control::Tool(Tool::Fill),
            Control::Tool(Tool::Eraser),
        ],
        2,
    ),
    (
        &[
            Control::Width(0),
            Control::Width(1),
            Control::Width(2),
            Control::Width(3),
        ],
        4,
    ),
    (
        &[
            Control::Color(0),
            Control::Color(1),
            Control::Color(2),
            Control::Color(3),
            Control::Color(4),
            Control::Color(5),
            Control::Color(6),
            Control::Color(7),
            Control::Color(8),
            Control::Color(9),
            Control::Color(10),
            Control::Color(11),
        ],
        4,
    ),
    (
        &[Control::Undo, Control::Redo, Control::Clear, Control::Save],
        2,
    ),
];

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// The tool.
    pub(super) tool: Tool,
    /// Which of [`WIDTHS`].
    pub(super) width: usize,
    /// Which of [`COLORS`].
    pub(super) color: usize,
    /// Whether there is something to take back.
    pub(super) undo: bool,
    /// Whether there is something to put back.
    pub(super) redo: bool,
}

fn controls() -> impl Iterator<Item = Control> {
    GROUPS.iter().flat_map(|(group, _)| group.iter().copied())
}

/// What the button with this number does.
pub(super) fn control(number: usize) -> Option<Control> {
    controls().nth(number)
}

/// Where the buttons are.
pub(super) fn places() -> Vec<Rect> {
    let (edge, gap) = (10.0, 4.0);
    let room = WIDTH - 2.0 * edge + gap;
    let (mut places, mut top) = (Vec::new(), edge);
    for (group, columns) in GROUPS {
        let width = room / columns as f32;
        let height = if columns == 2 { 38.0 } else { width + 1.0 };
        for n in 0..group.len() {
            let (x, y) = ((n % columns) as f32 * width, (n / columns) as f32 * height);
            places.push(Rect::new(edge + x, top + y, width - gap, height - gap));
        }
        top += group.len().div_ceil(columns) as f32 * height + 10.0;
    }
    places
}

/// Draws the tools.
pub(super) fn draw(canvas: &mut Canvas, buttons: &Buttons, choice: Choice) {
    canvas.fill_rect(Rect::new(0.0, 0.0, WIDTH, canvas.size().height), PAPER);
    for (n, (place, control)) in buttons.places().iter().zip(controls()).enumerate() {
        let chosen = is_chosen(control, choice);
        match control {
            Control::Color(color) => swatch(canvas, *place, COLORS[color], chosen),
            Control::Width(width) => dot(canvas, *place, WIDTHS[width], chosen),
            _ => {
                let face = if chosen { TEAL } else { CARD };
                let top = button(canvas, *place, 8.0, face, buttons.look(n));
                icon(canvas, control, top.center(), ink(control, chosen, choice));
            }
        }
    }
}

fn is_chosen(control: Control, choice: Choice) -> bool {
    match control {
        Control::Tool(tool) => tool == choice.tool,
        Control::Width(width) => width == choice.width,
        Control::Color(color) => color == choice.color,
        _ => false,
    }
}

fn ink(control: Control, chosen: bool, choice: Choice) -> Color {
    let idle = matches!(control, Control::Undo if !choice.undo)
        || matches!(control, Control::Redo if !choice.redo);
    match (chosen, idle) {
        (true, _) => CARD,
        (_, true) => mix(CARD, FADED, 0.4),
        _ => INK,
    }
}

fn swatch(canvas: &mut Canvas, place: Rect, color: Color, chosen: bool) {
    let (middle, radius) = (place.center(), place.width / 2.0);
    if chosen {
        canvas.stroke_circle(middle, radius, 2.0, color);
    }
    canvas.fill_circle(
        middle,
        if chosen { radius - 3.0 } else { radius - 1.0 },
        color,
    );
}

fn dot(canvas: &mut Canvas, place: Rect, width: f32, chosen: bool) {
    if chosen {
        canvas.fill_rounded(place, 6.0, mix(PAPER, TEAL, 0.25));
    }
    canvas.fill_circle(place.center(), (width / 2.0).clamp(1.5, 8.0), INK);
}

/// A picture of what a button does, about 20 across.
fn icon(canvas: &mut Canvas, control: Control, at: Point, ink: Color) {
    let mut path = Path::new();
    let stroke = Stroke::new(2.0).round();
    match control {
        Control::Tool(Tool::Fill) => {
            path.move_to(0.0, -9.0);
            path.cubic_to(
                Point::new(4.0, -3.0),
                Point::new(7.0, 0.0),
                Point::new(7.0, 3.5),
            );
            path.arc(Point::new(0.0, 3.5), 7.0, 0.0, TAU / 2.0);
            path.cubic_to(
                Point::new(-7.0, 0.0),
                Point::new(-4.0, -3.0),
                Point::new(0.0, -9.0),
            );
        }
        Control::Tool(tool) => tool_icon(&mut path, tool),
        Control::Undo => arrow(&mut path, -1.0),
        Control::Redo => arrow(&mut path, 1.0),
        Control::Clear => {
            path.move_to(-7.0, -7.0).line_to(7.0, 7.0);
            path.move_to(7.0, -7.0).line_to(-7.0, 7.0);
        }
        _ => {
            path.move_to(0.0, -9.0).line_to(0.0, 3.0);
            path.move_to(-4.5, -1.5)
                .line_to(0.0, 3.0)
                .line_to(4.5, -1.5);
            path.move_to(-9.0, 3.0)
                .line_to(-9.0, 8.0)
                .line_to(9.0, 8.0)
                .line_to(9.0, 3.0);
        }
    }
    canvas.saved(|canvas| {
        canvas.translate(at.x, at.y);
        match control {
            Control::Tool(Tool::Fill) => canvas.fill(&path, ink),
            _ => canvas.stroke(&path, stroke, ink),
        }
    });
}

fn tool_icon(path: &mut Path, tool: Tool) {
    let p = Point::new;
    match tool {
        Tool::Line => path.move_to(-8.0, 7.0).line_to(8.0, -7.0),
        Tool::Rectangle => path.rect(Rect::new(-9.0, -6.5, 18.0, 13.0)),
        Tool::Ellipse => path.ellipse(Point::default(), 9.5, 6.5),
        Tool::Eraser => {
            path.move_to(-2.0, 8.0)
                .line_to(-9.0, 1.0)
                .line_to(1.0, -9.0);
            path.line_to(9.0, -1.0).line_to(0.0, 8.0).close();
            path.move_to(-4.5, -3.5).line_to(4.0, 4.5)
        }
        _ => path
            .move_to(-9.0, 6.0)
            .cubic_to(p(-6.0, -14.0), p(0.0, -8.0), p(-1.0, 0.0))
            .cubic_to(p(-2.0, 9.0), p(5.0, 9.0), p(9.0, -6.0)),
    };
}

/// A bent arrow to the left (-1) or right (1).
fn arrow(path: &mut Path, side: f32) {
    path.move_to(side * 3.5, -8.0)
        .line_to(side * 8.0, -3.5)
        .line_to(side * 3.5, 1.0);
    path.move_to(side * 8.0, -3.5).line_to(-side * 3.0, -3.5);
    let (above, below) = (Point::new(-side * 9.5, -3.5), Point::new(-side * 9.5, 7.0));
    path.cubic_to(above, below, Point::new(-side * 3.0, 7.0))
        .line_to(side * 1.0, 7.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_button_has_a_place_of_its_own_beside_the_sheet() {
        let places = places();
        assert_eq!(places.len(), controls().count());
        let mut centers: Vec<_> = places.iter().map(|p| p.center()).collect();
        for place in &places {
            assert!(
                place.x >= 0.0 && place.right() <= WIDTH && place.bottom() <= HEIGHT,
                "{place:?}"
            );
            assert_eq!(centers.iter().filter(|c| place.contains(**c)).count(), 1);
        }
        centers.dedup();
        assert_eq!(centers.len(), places.len());
    }

    #[test]
    fn every_colour_and_width_has_a_button() {
        let count = |is: fn(&Control) -> bool| controls().filter(is).count();
        assert_eq!(count(|c| matches!(c, Control::Color(_))), COLORS.len());
        assert_eq!(count(|c| matches!(c, Control::Width(_))), WIDTHS.len());
    }
}
