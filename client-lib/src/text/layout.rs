//! Paragraphs: styled text, broken into lines.

use std::fmt;
use std::ops::Range;

use parley::layout::{Alignment, AlignmentOptions};
use parley::{Layout, layout};
use transom_protocol::color::Color;
use transom_protocol::geometry::{Rect, Size};

use super::library::{Library, Span};
use super::style::{Align, TextStyle};

/// Text and its styles, to be laid out.
///
/// ```
/// use transom::{Color, Paragraph, TextStyle};
/// let plain = TextStyle::new(14.0);
/// let layout = Paragraph::new(&plain)
///     .push("Plain, ")
///     .push_styled("bold and red", &plain.bold().color(Color::RED))
///     .push(", and plain.")
///     .layout(Some(120.0));
/// assert!(layout.line_count() > 1 && layout.size().width <= 120.0);
/// ```
#[derive(Clone, Debug)]
pub struct Paragraph {
    text: String,
    style: TextStyle,
    spans: Vec<Span>,
    line_height: Option<f32>,
}

impl Paragraph {
    /// Without text. The style is that of what has no other, and its `align` that of all lines.
    pub fn new(style: &TextStyle) -> Self {
        Self {
            text: String::new(),
            style: *style,
            spans: Vec::new(),
            line_height: None,
        }
    }

    /// Appends text. A line feed begins a new line.
    #[must_use]
    pub fn push(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Appends text in another style.
    #[must_use]
    pub fn push_styled(self, text: &str, style: &TextStyle) -> Self {
        let start = self.text.len();
        let range = start..start + text.len();
        self.push(text).styled(range, style)
    }

    /// Another style for a part of the text so far, in bytes; what is not there is ignored, and so is a
    /// range that begins or ends within a character.
    #[must_use]
    pub fn styled(mut self, range: Range<usize>, style: &TextStyle) -> Self {
        let range = range.start..range.end.min(self.text.len());
        if self
            .text
            .get(range.clone())
            .is_some_and(|part| !part.is_empty())
        {
            self.spans.push((range, *style));
        }
        self
    }

    /// So far from one baseline to the next, in logical units, instead of what the fonts ask for; a
    /// line of several sizes may need more.
    #[must_use]
    pub fn line_height(self, height: f32) -> Self {
        Self {
            line_height: Some(height),
            ..self
        }
    }

    /// Lays it out in lines no wider than `width`, in logical units; without one, in as few as it has.
    pub fn layout(&self, width: Option<f32>) -> TextLayout {
        let shown = visible(&self.text);
        let inner = Library::with(|library| {
            library.layout(&shown, &self.style, &self.spans, self.line_height)
        });
        let mut layout = TextLayout {
            text: self.text.clone(),
            align: self.style.align,
            inner,
        };
        layout.reflow(width);
        layout
    }
}

/// The text with a space, of as many bytes, for each control character that is no line feed.
fn visible(text: &str) -> String {
    let shown = text.chars().map(|c| match c {
        '\n' => c,
        _ if c.is_control() && c.len_utf8() == 1 => ' ',
        _ if c.is_control() => '\u{a0}',
        _ => c,
    });
    shown.collect()
}

/// Text in lines: drawn with [`Canvas::text_layout`](crate::Canvas::text_layout), measured, and asked
/// where its characters are.
///
/// Places are in logical units from its top left corner; indices are in bytes of its text.
#[derive(Clone)]
pub struct TextLayout {
    text: String,
    align: Align,
    inner: Layout<Color>,
}

/// One line of a [`TextLayout`].
#[derive(Clone, Debug, PartialEq)]
pub struct TextLine {
    /// The bytes of the text it shows.
    pub range: Range<usize>,
    /// From the top of the line before to the top of the next.
    pub rect: Rect,
    /// Where its characters stand, downwards from the layout's top.
    pub baseline: f32,
}

impl fmt::Debug for TextLayout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextLayout")
            .field("text", &self.text)
            .field("lines", &self.line_count())
            .finish()
    }
}

impl TextLayout {
    /// Text of one style; see [`Paragraph`] for several.
    pub fn new(text: &str, style: &TextStyle, width: Option<f32>) -> Self {
        Paragraph::new(style).push(text).layout(width)
    }

    /// What is laid out.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Breaks it into lines of another width; the characters are not shaped again.
    pub fn reflow(&mut self, width: Option<f32>) {
        let width = width.filter(|width| width.is_finite());
        self.inner
            .break_all_lines(width.map(|width| width.max(0.0)));
        let alignment = match self.align {
            Align::Left => Alignment::Left,
            Align::Center => Alignment::Center,
            Align::Right => Alignment::Right,
            Align::Justify => Alignment::Justify,
        };
        self.inner.align(alignment, AlignmentOptions::default());
    }

    /// How much room it takes.
    pub fn size(&self) -> Size {
        Size::new(self.inner.width(), self.inner.height())
    }

    /// The width of the widest part that cannot be broken, and that of all of it unbroken.
    pub fn content_widths(&self) -> (f32, f32) {
        let widths = self.inner.calculate_content_widths();
        (widths.min, widths.max)
    }

    /// At least one.
    pub fn line_count(&self) -> usize {
        self.inner.len()
    }

    /// The lines from top to bottom.
    pub fn lines(&self) -> impl Iterator<Item = TextLine> + '_ {
        self.inner.lines().map(|line| text_line(&line))
    }

    pub(super) fn inner(&self) -> &Layout<Color> {
        &self.inner
    }
}

fn text_line(line: &layout::Line<'_, Color>) -> TextLine {
    let metrics = line.metrics();
    let left = metrics.inline_min_coord + metrics.offset;
    let height = metrics.block_max_coord - metrics.block_min_coord;
    let width = metrics.advance - metrics.hanging_advance;
    TextLine {
        range: line.text_range(),
        rect: Rect::new(left, metrics.block_min_coord, width, height),
        baseline: metrics.baseline,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_keeps_its_bytes() {
        let text = "a\tb\u{7}c\u{85}d\ne";
        let shown = visible(text);
        assert_eq!(shown, "a b c\u{a0}d\ne");
        assert_eq!(shown.len(), text.len());
    }

    #[test]
    fn a_style_ends_where_it_should() {
        let style = TextStyle::new(10.0);
        let paragraph = Paragraph::new(&style)
            .push("äb")
            .styled(1..2, &style.bold());
        assert!(paragraph.spans.is_empty(), "within a character");
        let paragraph = paragraph.styled(2..99, &style.bold()).styled(7..9, &style);
        assert_eq!(paragraph.spans.len(), 1);
        assert_eq!(paragraph.spans[0].0, 2..3);
    }
}
