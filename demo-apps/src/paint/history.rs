//! What has been painted: marks in order, each of which can be taken back.

use std::rc::Rc;

use transom::{Canvas, Color, Filter, Image, ImagePart, Path, Point, Rect, Stroke};

/// What a mark is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Follows the pointer.
    Brush,
    /// Follows the pointer in the sheet's colour.
    Eraser,
    /// A straight line.
    Line,
    /// The outline of a rectangle.
    Rectangle,
    /// The outline of an ellipse.
    Ellipse,
    /// Fills what looks alike.
    Fill,
}

/// Colour and width of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    /// Its colour.
    pub color: Color,
    /// In logical units.
    pub width: f32,
}

/// Something on the sheet, in the sheet's logical coordinates.
#[derive(Clone, Debug)]
pub enum Mark {
    /// A line through points, as the pointer went.
    Stroke {
        /// At least one.
        points: Vec<Point>,
        /// What it is drawn with.
        ink: Ink,
    },
    /// A shape between two corners.
    Shape {
        /// Which shape.
        tool: Tool,
        /// Where the pointer went down.
        from: Point,
        /// Where it is now.
        to: Point,
        /// What it is drawn with.
        ink: Ink,
    },
    /// An area of one colour.
    Fill {
        /// How much of each pixel is filled.
        mask: Rc<Image>,
        /// Where it is.
        area: Rect,
        /// What with.
        color: Color,
    },
    /// What was pasted.
    Picture {
        /// All of it.
        image: Rc<Image>,
        /// Where it is.
        area: Rect,
    },
    /// Nothing of what was before.
    Clear,
}

impl Mark {
    /// Draws it on the sheet.
    pub fn draw(&self, canvas: &mut Canvas) {
        match self {
            Self::Stroke { points, ink } => {
                let stroke = Stroke::new(ink.width).round();
                canvas.stroke(&through(points, 0, true), stroke, ink.color);
            }
            Self::Shape {
                tool,
                from,
                to,
                ink,
            } => {
                canvas.stroke(
                    &outline(*tool, *from, *to),
                    Stroke::new(ink.width).round(),
                    ink.color,
                );
            }
            Self::Fill { mask, area, color } => {
                let all = ImagePart {
                    source: Rect::default(),
                    dest: *area,
                };
                canvas.image_parts(mask, &[all], Filter::Linear, *color);
            }
            Self::Picture { image, area } => canvas.image(image, *area),
            Self::Clear => {}
        }
    }

    /// The area it may touch.
    pub fn bounds(&self) -> Rect {
        match self {
            Self::Stroke { points, ink } => around(points, ink.width),
            Self::Shape { from, to, ink, .. } => around(&[*from, *to], ink.width),
            Self::Fill { area, .. } | Self::Picture { area, .. } => *area,
            Self::Clear => Rect::default(),
        }
    }
}

/// The smallest rectangle around points, with room for a line of this width through them.
fn around(points: &[Point], width: f32) -> Rect {
    let (mut low, mut high) = (
        Point::new(f32::MAX, f32::MAX),
        Point::new(f32::MIN, f32::MIN),
    );
    for point in points {
        low = Point::new(low.x.min(point.x), low.y.min(point.y));
        high = Point::new(high.x.max(point.x), high.y.max(point.y));
    }
    // Half the width, and a pixel for the soft edge.
    Rect::new(low.x, low.y, high.x - low.x, high.y - low.y).inset(-(width / 2.0 + 2.0))
}

/// A smooth line through the middles between points, which bends at the points. It begins behind
/// the part that the first `drawn` points made, so that a line can be drawn piece by piece; one
/// that is `finished` goes all the way to the last point.
pub(super) fn through(points: &[Point], drawn: usize, finished: bool) -> Path {
    let mut path = Path::new();
    let begin = if drawn < 2 {
        points[0]
    } else {
        middle(points, drawn - 1)
    };
    path.move_to(begin.x, begin.y);
    for (bend, end) in bends(points, drawn) {
        path.quad_to(bend.x, bend.y, end.x, end.y);
    }
    if finished || points.len() == 1 {
        let end = points[points.len() - 1];
        path.line_to(end.x, end.y);
    }
    path
}

/// The curves of a line behind its first `drawn` points: where each bends and where it ends.
fn bends(points: &[Point], drawn: usize) -> impl Iterator<Item = (Point, Point)> + '_ {
    (drawn.max(1)..points.len()).map(|n| (points[n - 1], middle(points, n)))
}

/// Between a point and the one before.
fn middle(points: &[Point], n: usize) -> Point {
    let (a, b) = (points[n - 1], points[n]);
    Point::new((a.x + b.x) / 2.0, (a.y + b.y) / 2.0)
}

fn outline(tool: Tool, from: Point, to: Point) -> Path {
    let mut path = Path::new();
    let (x, y) = (from.x.min(to.x), from.y.min(to.y));
    let rect = Rect::new(x, y, (to.x - from.x).abs(), (to.y - from.y).abs());
    match tool {
        Tool::Rectangle => path.rect(rect),
        Tool::Ellipse => path.ellipse(rect.center(), rect.width / 2.0, rect.height / 2.0),
        _ => path.move_to(from.x, from.y).line_to(to.x, to.y),
    };
    path
}

/// All marks, and those taken back.
#[derive(Clone, Debug, Default)]
pub struct History {
    marks: Vec<Mark>,
    undone: Vec<Mark>,
}

impl History {
    /// Adds a mark. What was taken back cannot come again.
    pub fn push(&mut self, mark: Mark) {
        self.undone.clear();
        self.marks.push(mark);
    }

    /// Takes the last mark back; whether there was one.
    pub fn undo(&mut self) -> bool {
        let mark = self.marks.pop();
        let undone = mark.is_some();
        self.undone.extend(mark);
        undone
    }

    /// Puts back what was taken back last; whether there was something.
    pub fn redo(&mut self) -> bool {
        let mark = self.undone.pop();
        let redone = mark.is_some();
        self.marks.extend(mark);
        redone
    }

    /// Whether there is something to take back.
    pub fn can_undo(&self) -> bool {
        !self.marks.is_empty()
    }

    /// Whether there is something to put back.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// What is on the sheet, in the order it is drawn.
    pub fn visible(&self) -> &[Mark] {
        let cleared = self
            .marks
            .iter()
            .rposition(|mark| matches!(mark, Mark::Clear));
        &self.marks[cleared.map_or(0, |n| n + 1)..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stroke(x: f32) -> Mark {
        let ink = Ink {
            color: Color::BLACK,
            width: 4.0,
        };
        Mark::Stroke {
            points: vec![Point::new(x, 0.0)],
            ink,
        }
    }

    /// Where the strokes on the sheet are.
    fn places(history: &History) -> Vec<f32> {
        let left = |mark: &Mark| mark.bounds().x + 4.0;
        history.visible().iter().map(left).collect()
    }

    #[test]
    fn marks_are_taken_back_and_put_back_in_order() {
        let mut history = History::default();
        [1.0, 2.0, 3.0]
            .into_iter()
            .for_each(|x| history.push(stroke(x)));
        assert!(history.undo() && history.undo());
        assert_eq!(places(&history), [1.0]);
        assert!(history.redo());
        assert_eq!(places(&history), [1.0, 2.0]);
        history.push(stroke(4.0));
        assert!(!history.redo(), "another mark takes their place");
        assert_eq!(places(&history), [1.0, 2.0, 4.0]);
    }

    #[test]
    fn clearing_can_be_taken_back() {
        let mut history = History::default();
        history.push(stroke(1.0));
        history.push(Mark::Clear);
        history.push(stroke(2.0));
        assert_eq!(places(&history), [2.0]);
        assert!(history.undo() && history.undo());
        assert_eq!(places(&history), [1.0]);
        assert!(history.undo() && !history.undo());
        assert!(!history.can_undo() && history.can_redo());
    }

    #[test]
    fn a_line_drawn_piece_by_piece_is_the_line_drawn_at_once() {
        let points: Vec<_> = (0..9u8)
            .map(|n| Point::new(n.into(), (n * n).into()))
            .collect();
        let whole: Vec<_> = bends(&points, 0).collect();
        for cut in 1..points.len() {
            let pieces = bends(&points[..cut], 0).chain(bends(&points, cut));
            assert_eq!(pieces.collect::<Vec<_>>(), whole, "cut at {cut}");
        }
    }

    #[test]
    fn a_shape_has_the_same_bounds_whichever_corner_comes_first() {
        let ink = Ink {
            color: Color::BLACK,
            width: 6.0,
        };
        let shape = |from, to| Mark::Shape {
            tool: Tool::Rectangle,
            from,
            to,
            ink,
        };
        let (a, b) = (Point::new(10.0, 40.0), Point::new(30.0, 20.0));
        assert_eq!(shape(a, b).bounds(), shape(b, a).bounds());
        assert_eq!(shape(a, b).bounds(), Rect::new(5.0, 15.0, 30.0, 30.0));
    }
}
