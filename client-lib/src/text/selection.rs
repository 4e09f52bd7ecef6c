//! Where the caret stands in a text, and what is selected.

use std::ops::Range;

use parley::editing::{Cursor, Selection as Inner};
use parley::layout::Affinity;
use transom_protocol::geometry::{Point, Rect};

use super::layout::TextLayout;

/// A part of a [`TextLayout`]'s text between its anchor and its focus; a caret where they are the same.
///
/// At a place where a line is broken, or where the direction changes, one index has two places: a
/// selection knows which of them it is at. It belongs to the layout that made it; after the text has
/// changed, make another, and after a reflow use [`TextLayout::refresh`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TextSelection(Inner);

/// Where a caret can be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Movement {
    /// By what a person takes for one character, on the screen.
    Left,
    /// The same to the right.
    Right,
    /// By a word, on the screen.
    WordLeft,
    /// The same to the right.
    WordRight,
    /// By a line, staying in the same column.
    Up,
    /// The same downwards.
    Down,
    /// To the beginning of the line.
    LineStart,
    /// To the end of the line.
    LineEnd,
    /// To the beginning of the text.
    TextStart,
    /// To the end of the text.
    TextEnd,
}

impl TextSelection {
    /// What is selected, in bytes of the text; empty for a caret.
    pub fn range(&self) -> Range<usize> {
        self.0.text_range()
    }

    /// Where it began.
    pub fn anchor(&self) -> usize {
        self.0.anchor().index()
    }

    /// Where the caret is.
    pub fn focus(&self) -> usize {
        self.0.focus().index()
    }

    /// Whether nothing is selected.
    pub fn is_caret(&self) -> bool {
        self.0.is_collapsed()
    }
}

impl TextLayout {
    /// A caret before the character at an index, or the one nearest to it.
    pub fn caret(&self, index: usize) -> TextSelection {
        let index = index.min(self.text().len());
        TextSelection(Inner::from_byte_index(
            self.inner(),
            index,
            Affinity::Downstream,
        ))
    }

    /// The caret nearest to a point.
    pub fn caret_at(&self, point: Point) -> TextSelection {
        TextSelection(Inner::from_point(self.inner(), point.x, point.y))
    }

    /// The word at a point.
    pub fn word_at(&self, point: Point) -> TextSelection {
        TextSelection(Inner::word_from_point(self.inner(), point.x, point.y))
    }

    /// The line at a point, as it is broken.
    pub fn line_at(&self, point: Point) -> TextSelection {
        TextSelection(Inner::line_from_point(self.inner(), point.x, point.y))
    }

    /// What lies between two indices.
    pub fn select(&self, anchor: usize, focus: usize) -> TextSelection {
        let cursor = |index: usize| {
            let index = index.min(self.text().len());
            Cursor::from_byte_index(self.inner(), index, Affinity::Downstream)
        };
        TextSelection(Inner::new(cursor(anchor), cursor(focus)))
    }

    /// The selection up to a point: by words or lines if it began as one.
    pub fn extend_to(&self, selection: &TextSelection, point: Point) -> TextSelection {
        TextSelection(selection.0.extend_to_point(self.inner(), point.x, point.y))
    }

    /// The caret moved; with `extend`, what it passes is selected.
    pub fn moved(
        &self,
        selection: &TextSelection,
        movement: Movement,
        extend: bool,
    ) -> TextSelection {
        let (inner, of) = (&selection.0, self.inner());
        let all = self.line_count() as isize;
        TextSelection(match movement {
            Movement::Left => inner.previous_visual(of, extend),
            Movement::Right => inner.next_visual(of, extend),
            Movement::WordLeft => inner.previous_visual_word(of, extend),
            Movement::WordRight => inner.next_visual_word(of, extend),
            Movement::Up => inner.previous_line(of, extend),
            Movement::Down => inner.next_line(of, extend),
            Movement::LineStart => inner.line_start(of, extend),
            Movement::LineEnd => inner.line_end(of, extend),
            Movement::TextStart => inner.move_lines(of, -all, extend),
            Movement::TextEnd => inner.move_lines(of, all, extend),
        })
    }

    /// The same indices after a reflow.
    pub fn refresh(&self, selection: &TextSelection) -> TextSelection {
        TextSelection(selection.0.refresh(self.inner()))
    }

    /// Where the character before an index begins: what Backspace deletes up to there.
    pub fn previous_grapheme(&self, index: usize) -> usize {
        let cursor = Cursor::from_byte_index(self.inner(), index, Affinity::Upstream);
        let cluster = cursor.logical_clusters(self.inner())[0].map(|c| c.text_range());
        cluster.map_or(0, |range| range.start)
    }

    /// Where the character behind an index ends: what Delete deletes up to there.
    pub fn next_grapheme(&self, index: usize) -> usize {
        let cursor = Cursor::from_byte_index(self.inner(), index, Affinity::Downstream);
        let cluster = cursor.logical_clusters(self.inner())[1].map(|c| c.text_range());
        cluster.map_or(self.text().len(), |range| range.end)
    }

    /// Where the caret is to be drawn, so wide.
    pub fn caret_rect(&self, selection: &TextSelection, width: f32) -> Rect {
        rect(selection.0.focus().geometry(self.inner(), width))
    }

    /// What is to be drawn behind selected text, line by line.
    pub fn selection_rects(&self, selection: &TextSelection) -> Vec<Rect> {
        let boxes = selection.0.geometry(self.inner());
        boxes.into_iter().map(|(part, _)| rect(part)).collect()
    }
}

fn rect(area: parley::BoundingBox) -> Rect {
    let (x, y) = (area.x0 as f32, area.y0 as f32);
    Rect::new(x, y, area.x1 as f32 - x, area.y1 as f32 - y)
}
