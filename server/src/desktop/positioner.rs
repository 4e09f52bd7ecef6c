//! Where a popup goes: pure computation, one axis at a time, in whole device pixels.

use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize, Scale};
use transom_protocol::window::{Adjustments, Edges, Positioner};

/// Positions that clients give are cut to this many pixels from the origin: far beyond any screen,
/// and small enough that sums of a few of them do not overflow.
const MAX_COORDINATE: f64 = (1 << 20) as f64;

/// `v` logical units in whole device pixels, rounded to the nearest; 0 when it is not a number.
pub(super) fn to_pixels(v: f32, scale: Scale) -> i32 {
    let pixels = f64::from(v) * f64::from(scale.0) / 120.0;
    pixels.round().clamp(-MAX_COORDINATE, MAX_COORDINATE) as i32
}

/// What a popup hangs on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parent {
    /// Its top left corner on the screen.
    pub(super) origin: PixelPoint,
    /// Of its buffer.
    pub(super) scale: Scale,
}

/// The place on the screen of a popup of `size`. With `may_resize` the result may be smaller, where
/// the positioner allows that.
pub(super) fn position(
    positioner: &Positioner,
    size: PixelSize,
    parent: Parent,
    screen: PixelRect,
    may_resize: bool,
) -> PixelRect {
    let Positioner {
        anchor_rect: rect,
        anchor,
        gravity,
        offset,
        adjustments: allowed,
        ..
    } = *positioner;
    let pixels = |v: f32| i64::from(to_pixels(v, parent.scale));
    let x = Axis {
        near: i64::from(parent.origin.x) + pixels(rect.x),
        far: i64::from(parent.origin.x) + pixels(rect.x + rect.width.max(0.0)),
        anchor: direction(anchor, Edges::LEFT, Edges::RIGHT),
        gravity: direction(gravity, Edges::LEFT, Edges::RIGHT),
        offset: pixels(offset.x),
        size: i64::from(size.width),
    };
    let y = Axis {
        near: i64::from(parent.origin.y) + pixels(rect.y),
        far: i64::from(parent.origin.y) + pixels(rect.y + rect.height.max(0.0)),
        anchor: direction(anchor, Edges::TOP, Edges::BOTTOM),
        gravity: direction(gravity, Edges::TOP, Edges::BOTTOM),
        offset: pixels(offset.y),
        size: i64::from(size.height),
    };
    let (x0, x1) = x.fit(
        Span::new(screen.x0, screen.x1),
        allowed.contains(Adjustments::FLIP_X),
        allowed.contains(Adjustments::SLIDE_X),
        may_resize && allowed.contains(Adjustments::RESIZE_X),
    );
    let (y0, y1) = y.fit(
        Span::new(screen.y0, screen.y1),
        allowed.contains(Adjustments::FLIP_Y),
        allowed.contains(Adjustments::SLIDE_Y),
        may_resize && allowed.contains(Adjustments::RESIZE_Y),
    );
    PixelRect::from_edges(x0, y0, x1, y1)
}

/// -1 for the near edge, 1 for the far one, 0 for neither or both.
fn direction(edges: Edges, near: Edges, far: Edges) -> i64 {
    i64::from(edges.contains(far)) - i64::from(edges.contains(near))
}

/// What the popup may cover along one axis.
#[derive(Clone, Copy)]
struct Span {
    start: i64,
    end: i64,
}

impl Span {
    fn new(start: i32, end: i32) -> Self {
        Self {
            start: i64::from(start),
            end: i64::from(end),
        }
    }
}

/// One axis of a positioner, in pixels of the screen.
#[derive(Clone, Copy)]
struct Axis {
    near: i64,
    far: i64,
    anchor: i64,
    gravity: i64,
    offset: i64,
    size: i64,
}

impl Axis {
    /// Where the popup begins when nothing is in its way.
    fn start(self) -> i64 {
        let point = match self.anchor {
            -1 => self.near,
            1 => self.far,
            _ => (self.near + self.far).div_euclid(2),
        };
        let before = match self.gravity {
            -1 => self.size,
            1 => 0,
            _ => self.size / 2,
        };
        point - before + self.offset
    }

    fn flipped(self) -> Self {
        Self {
            anchor: -self.anchor,
            gravity: -self.gravity,
            offset: -self.offset,
            ..self
        }
    }

    fn fits(self, start: i64, within: Span) -> bool {
        start >= within.start && start + self.size <= within.end
    }

    /// Start and end after as many adjustments as it takes, in the protocol's order.
    fn fit(self, within: Span, flip: bool, slide: bool, resize: bool) -> (i32, i32) {
        let mut start = self.start();
        let mut size = self.size;
        if flip && !self.fits(start, within) && self.fits(self.flipped().start(), within) {
            start = self.flipped().start();
        }
        if slide && !self.fits(start, within) {
            // The near edge counts for more: there a menu begins.
            start = start.min(within.end - size).max(within.start);
        }
        if resize && !self.fits(start, within) {
            let (low, high) = (start.max(within.start), (start + size).min(within.end));
            if low < high {
                (start, size) = (low, high - low);
            }
        }
        (clamp(start), clamp(start + size))
    }
}

fn clamp(v: i64) -> i32 {
    let limit = 1 << 24;
    v.clamp(-limit, limit) as i32
}

#[cfg(test)]
mod tests {
    use transom_protocol::geometry::{Point, Rect};
    use transom_protocol::ids::Serial;

    use super::*;

    const SCREEN: PixelRect = PixelRect::from_edges(0, 0, 400, 300);
    const PARENT: Parent = Parent {
        origin: PixelPoint::new(100, 100),
        scale: Scale::ONE,
    };
    const NONE: Adjustments = Adjustments::NONE;

    /// A menu below a button that is 40 × 20 at (`x`, `y`) of the parent.
    fn menu(x: f32, y: f32, adjustments: Adjustments) -> Positioner {
        Positioner {
            anchor_rect: Rect::new(x, y, 40.0, 20.0),
            anchor: Edges::BOTTOM | Edges::LEFT,
            gravity: Edges::BOTTOM | Edges::RIGHT,
            offset: Point::default(),
            adjustments,
            grab: Serial::NONE,
        }
    }

    fn placed(positioner: &Positioner, width: u32, height: u32) -> (i32, i32, u32, u32) {
        let r = position(
            positioner,
            PixelSize::new(width, height),
            PARENT,
            SCREEN,
            true,
        );
        (r.x0, r.y0, r.width(), r.height())
    }

    #[test]
    fn anchor_and_gravity_decide_where_a_popup_goes() {
        use Edges as E;
        // The anchor rectangle is 110..150 by 120..140 on the screen, the popup 60 × 50.
        let table = [
            (E::BOTTOM | E::LEFT, E::BOTTOM | E::RIGHT, (110, 140)),
            (E::BOTTOM | E::LEFT, E::TOP | E::RIGHT, (110, 90)),
            (E::TOP | E::LEFT, E::TOP | E::RIGHT, (110, 70)),
            (E::TOP | E::RIGHT, E::BOTTOM | E::RIGHT, (150, 120)),
            (E::TOP | E::LEFT, E::BOTTOM | E::LEFT, (50, 120)),
            (E::BOTTOM, E::BOTTOM, (100, 140)),
            (E::NONE, E::NONE, (100, 105)),
            (E::RIGHT, E::RIGHT, (150, 105)),
            (E::LEFT | E::RIGHT, E::TOP | E::BOTTOM, (100, 105)),
        ];
        for (anchor, gravity, (x, y)) in table {
            let positioner = Positioner {
                anchor,
                gravity,
                ..menu(10.0, 20.0, NONE)
            };
            assert_eq!(
                placed(&positioner, 60, 50),
                (x, y, 60, 50),
                "anchor {anchor:?}, gravity {gravity:?}"
            );
        }
    }

    #[test]
    fn what_does_not_fit_is_flipped_then_moved_then_made_smaller() {
        use Adjustments as A;
        // (button, adjustments, popup's size, result); the screen leaves 300 × 200 of the parent.
        let table = [
            ((0.0, 0.0), A::ALL, (60, 50), (100, 120, 60, 50)),
            // Below: no room. Above: room.
            ((0.0, 170.0), NONE, (60, 50), (100, 290, 60, 50)),
            ((0.0, 170.0), A::FLIP_Y, (60, 50), (100, 220, 60, 50)),
            ((0.0, 170.0), A::SLIDE_Y, (60, 50), (100, 250, 60, 50)),
            ((0.0, 170.0), A::RESIZE_Y, (60, 50), (100, 290, 60, 10)),
            ((0.0, 170.0), A::ALL, (60, 50), (100, 220, 60, 50)),
            // Neither below nor above: it stays below and is moved, then cut.
            ((0.0, 90.0), A::FLIP_Y, (60, 250), (100, 210, 60, 250)),
            (
                (0.0, 90.0),
                A::FLIP_Y | A::SLIDE_Y,
                (60, 250),
                (100, 50, 60, 250),
            ),
            (
                (0.0, 90.0),
                A::FLIP_Y | A::RESIZE_Y,
                (60, 250),
                (100, 210, 60, 90),
            ),
            ((0.0, 90.0), A::ALL, (60, 900), (100, 0, 60, 300)),
            // To the right.
            ((280.0, 0.0), A::SLIDE_X, (60, 50), (340, 120, 60, 50)),
            ((280.0, 0.0), A::FLIP_X, (60, 50), (380, 120, 60, 50)),
            ((240.0, 0.0), A::FLIP_X, (80, 50), (300, 120, 80, 50)),
            ((280.0, 0.0), A::RESIZE_X, (60, 50), (380, 120, 20, 50)),
            // Wholly outside: nothing could be cut off.
            ((900.0, 0.0), A::RESIZE_X, (60, 50), (1000, 120, 60, 50)),
            ((900.0, 0.0), A::SLIDE_X, (60, 50), (340, 120, 60, 50)),
        ];
        for ((x, y), adjustments, (width, height), expected) in table {
            assert_eq!(
                placed(&menu(x, y, adjustments), width, height),
                expected,
                "button ({x}, {y}), {adjustments:?}, popup {width} × {height}"
            );
        }
    }

    #[test]
    fn the_offset_turns_around_with_a_flip() {
        let positioner = Positioner {
            offset: Point::new(3.0, 5.0),
            ..menu(0.0, 170.0, Adjustments::FLIP_Y)
        };
        assert_eq!(placed(&positioner, 60, 50), (103, 215, 60, 50));
    }

    #[test]
    fn logical_units_are_the_parents() {
        let parent = Parent {
            scale: Scale(240),
            ..PARENT
        };
        let place = position(
            &menu(10.0, 20.0, NONE),
            PixelSize::new(60, 50),
            parent,
            SCREEN,
            true,
        );
        assert_eq!(place, PixelRect::new(120, 180, 60, 50));
    }

    #[test]
    fn absurd_numbers_give_some_place() {
        for v in [
            f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::MAX,
            -f32::MAX,
        ] {
            for edges in (0..16).map(Edges) {
                let positioner = Positioner {
                    anchor_rect: Rect::new(v, v, v, v),
                    anchor: edges,
                    gravity: edges,
                    offset: Point::new(v, -v),
                    adjustments: Adjustments::ALL,
                    grab: Serial::NONE,
                };
                let huge = PixelSize::new(1 << 15, 1 << 15);
                for screen in [SCREEN, PixelRect::EMPTY] {
                    let r = position(&positioner, huge, PARENT, screen, true);
                    assert!(!r.is_empty());
                }
            }
        }
    }
}
