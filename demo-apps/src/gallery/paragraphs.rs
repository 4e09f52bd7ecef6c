//! Paragraphs: what text does beyond a line.

use transom::{Align, Canvas, Movement, Paragraph, Point, Rect, TextLayout, TextStyle};

use super::{Exhibit, Props, exhibit};
use crate::palette::{ACCENT, GOLD, INK, LINE, PLUM, TEAL};

pub(super) const PARAGRAPHS: &[Exhibit] = &[
    exhibit("Paragraph: styles within one", styles),
    exhibit("Align: justified, centred, right", aligned),
    exhibit("from right to left, and both ways", directions),
    exhibit("what the system's fonts have", fallback),
    exhibit("selection_rects, caret_rect", selection),
    exhibit("text_cells; shortened: to fit", cells),
];

/// The room that is left within margins.
const WIDTH: f32 = 176.0;

const MARGIN: f32 = 12.0;

const STYLE: TextStyle = TextStyle::new(11.5).color(INK);

fn styles(canvas: &mut Canvas, _: &Props) {
    let layout = Paragraph::new(&STYLE)
        .push("A paragraph may be ")
        .push_styled("bold", &STYLE.bold())
        .push(", ")
        .push_styled("leaning", &STYLE.italic())
        .push(", ")
        .push_styled("coloured", &STYLE.color(ACCENT))
        .push(", ")
        .push_styled("underlined", &STYLE.underlined().color(TEAL))
        .push(", ")
        .push_styled("struck out", &STYLE.struck())
        .push(", ")
        .push_styled("mono", &STYLE.mono().color(PLUM))
        .push(" and of ")
        .push_styled("any", &STYLE.size(20.0).bold().color(GOLD))
        .push(" size, and is broken where its lines are full.")
        .layout(Some(WIDTH));
    canvas.text_layout(Point::new(MARGIN, 8.0), &layout);
}

fn aligned(canvas: &mut Canvas, _: &Props) {
    let mut top = 6.0;
    for (align, color) in [
        (Align::Justify, INK),
        (Align::Center, ACCENT),
        (Align::Right, TEAL),
    ] {
        let style = TextStyle::new(10.5).align(align).color(color);
        let text = "Lines have their place between two margins, wherever they end.";
        let layout = TextLayout::new(text, &style, Some(WIDTH));
        canvas.text_layout(Point::new(MARGIN, top), &layout);
        top += layout.size().height + 8.0;
    }
    for x in [MARGIN, MARGIN + WIDTH] {
        canvas.line(Point::new(x, 6.0), Point::new(x, 114.0), 1.0, LINE);
    }
}

fn directions(canvas: &mut Canvas, _: &Props) {
    let hebrew = "כל בני אדם נולדו בני חורין ושווים בערכם.";
    let arabic = "يولد جميع الناس أحرارًا متساوين.";
    let mixed = "In 1948, עברית and العربية (both) in one line.";
    let mut top = 10.0;
    for (text, align) in [
        (hebrew, Align::Right),
        (arabic, Align::Right),
        (mixed, Align::Left),
    ] {
        let layout = TextLayout::new(text, &STYLE.align(align), Some(WIDTH));
        canvas.text_layout(Point::new(MARGIN, top), &layout);
        top += layout.size().height + 7.0;
    }
}

fn fallback(canvas: &mut Canvas, _: &Props) {
    let text = "漢字かな交じり文 한국어\nไทย हिन्दी\n😀 👋🏽 👩‍🚀 🇪🇺 ❤️";
    let layout = TextLayout::new(text, &STYLE.size(16.0), Some(WIDTH));
    canvas.text_layout(Point::new(MARGIN, 10.0), &layout);
}

fn selection(canvas: &mut Canvas, _: &Props) {
    let text =
        "A point becomes a caret, a caret a rectangle; words and lines are selected, עברית too.";
    let layout = TextLayout::new(text, &STYLE.size(13.0), Some(WIDTH));
    let at = Point::new(MARGIN, 10.0);
    let here = |part: Rect| Rect::new(part.x + at.x, part.y + at.y, part.width, part.height);
    let mut selected = layout.caret(8);
    for _ in 0..9 {
        selected = layout.moved(&selected, Movement::WordRight, true);
    }
    for part in layout.selection_rects(&selected) {
        canvas.fill_rect(here(part), GOLD.with_alpha(110));
    }
    canvas.text_layout(at, &layout);
    canvas.fill_rect(here(layout.caret_rect(&selected, 1.5)), ACCENT);
}

fn cells(canvas: &mut Canvas, _: &Props) {
    let style = TextStyle::new(13.0).mono().color(INK);
    let (step, height) = (8.0, 16.0);
    for (row, text) in (0u8..).zip(["┌──────────┐", "│ let x=1; │", "└──────────┘"])
    {
        let cells: Vec<String> = text.chars().map(String::from).collect();
        let at = Point::new(MARGIN, 22.0 + f32::from(row) * height);
        canvas.text_cells(at, step, cells.iter().map(String::as_str), &style);
    }
    let name = "A name much too long for its place.txt";
    for (y, width) in [(82.0, 170.0), (104.0, 100.0)] {
        let frame = Rect::new(MARGIN, y - 13.0, width, 18.0);
        canvas.stroke_rounded(frame, 3.0, 1.0, LINE);
        let shown = STYLE.shortened(name, width - 10.0);
        canvas.text(MARGIN + 5.0, y, &shown, &STYLE);
    }
}
