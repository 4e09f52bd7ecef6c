//! [`Metrics`]: how large the desktop's own things are, in whole device pixels.

use transom_protocol::geometry::{PixelRect, Scale};

use super::piece::{FrameButton, FrameShape, Piece};

/// How much a frame adds around a window's content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Insets {
    /// On the left.
    pub left: i32,
    /// Above: the title bar.
    pub top: i32,
    /// On the right.
    pub right: i32,
    /// Below.
    pub bottom: i32,
}

impl Insets {
    /// `content` and what is added around it.
    pub fn around(self, content: PixelRect) -> PixelRect {
        PixelRect::from_edges(
            content.x0.saturating_sub(self.left),
            content.y0.saturating_sub(self.top),
            content.x1.saturating_add(self.right),
            content.y1.saturating_add(self.bottom),
        )
    }

    /// What is left of `frame` for the content; perhaps nothing.
    pub fn inside(self, frame: PixelRect) -> PixelRect {
        PixelRect::from_edges(
            frame.x0.saturating_add(self.left),
            frame.y0.saturating_add(self.top),
            frame.x1.saturating_sub(self.right),
            frame.y1.saturating_sub(self.bottom),
        )
    }
}

/// Sizes at one scale. What is given in logical units here is rounded to whole pixels, so that
/// lines are sharp and things that touch do so without a seam.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metrics {
    scale: Scale,
}

impl Metrics {
    /// The sizes at `scale`.
    pub const fn new(scale: Scale) -> Self {
        Self { scale }
    }

    /// The scale.
    pub const fn scale(self) -> Scale {
        self.scale
    }

    /// So many logical units in pixels, to the nearest; at least one.
    pub fn px(self, logical: i32) -> i32 {
        let pixels = (i64::from(logical) * i64::from(self.scale.0) + 60).div_euclid(120);
        (pixels as i32).max(1)
    }

    /// The width of a frame's lines.
    pub fn border(self) -> i32 {
        self.px(1)
    }

    /// The height of a title bar, the line around it included.
    pub fn title(self) -> i32 {
        self.px(30)
    }

    /// The radius of a floating frame's upper corners.
    pub(super) fn radius(self) -> i32 {
        self.px(8)
    }

    /// How far outside and inside of a frame its edges can be taken hold of.
    pub fn grab_zone(self) -> i32 {
        self.px(7)
    }

    /// How far from a corner both edges are taken hold of.
    pub fn grab_corner(self) -> i32 {
        self.px(18)
    }

    /// How much of a title bar stays on the screen, so that it can be taken hold of.
    pub fn hold(self) -> i32 {
        self.px(48)
    }

    /// The height of the task bar.
    pub fn task_bar(self) -> i32 {
        self.px(34)
    }

    /// What a frame of this shape adds.
    pub fn insets(self, shape: FrameShape) -> Insets {
        let line = match shape {
            FrameShape::Floating | FrameShape::Tiled => self.border(),
            FrameShape::Maximized => 0,
        };
        Insets {
            left: line,
            top: self.title(),
            right: line,
            bottom: line,
        }
    }

    /// Where a piece at `rect` has no pixel that what is behind shows through; perhaps not all of that.
    pub fn opaque(self, piece: &Piece, rect: PixelRect) -> PixelRect {
        match piece {
            Piece::TaskBar(_) => rect,
            Piece::TitleBar(bar) if bar.shape != FrameShape::Floating => rect,
            Piece::TitleBar(_) => {
                let y0 = rect.y0.saturating_add(self.radius());
                PixelRect { y0, ..rect }
            }
            _ => PixelRect::EMPTY,
        }
    }

    fn button_width(self) -> i32 {
        self.px(32)
    }

    /// The buttons of a title bar that is `width` pixels wide, from the right. Where there is no
    /// room for all and a handle besides there are fewer.
    pub fn buttons(self, width: i32, wanted: &[FrameButton]) -> Vec<(FrameButton, PixelRect)> {
        let (side, room) = (self.button_width(), width - self.px(24));
        let count = (room / side).clamp(0, wanted.len() as i32);
        let left = |i: i32| width - self.px(4) - side * (i + 1);
        (0..count)
            .zip(wanted)
            .map(|(i, button)| {
                let rect = PixelRect::from_edges(left(i), 0, left(i) + side, self.title());
                (*button, rect)
            })
            .collect()
    }

    /// How much of a title bar's right end is buttons.
    pub fn buttons_width(self, width: i32, wanted: &[FrameButton]) -> i32 {
        let buttons = self.buttons(width, wanted);
        buttons.last().map_or(0, |(_, rect)| width - rect.x0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[FrameButton] = &[
        FrameButton::Close,
        FrameButton::Maximize,
        FrameButton::Minimize,
    ];

    #[test]
    fn lengths_are_whole_pixels_and_never_vanish() {
        let px = |scale, v| Metrics::new(Scale(scale)).px(v);
        assert_eq!(
            (px(120, 1), px(150, 1), px(180, 1), px(240, 1)),
            (1, 1, 2, 2)
        );
        assert_eq!((px(150, 30), px(180, 30), px(240, 30)), (38, 45, 60));
        assert_eq!(px(30, 1), 1);
    }

    #[test]
    fn a_narrow_title_bar_has_fewer_buttons_and_always_a_handle() {
        let metrics = Metrics::new(Scale::ONE);
        let count = |width| metrics.buttons(width, ALL).len();
        assert_eq!((count(400), count(100), count(60), count(20)), (3, 2, 1, 0));
        for width in 1..200 {
            assert!(metrics.buttons_width(width, ALL) < width);
        }
    }

    #[test]
    fn insets_go_around_and_back() {
        let insets = Metrics::new(Scale(180)).insets(FrameShape::Floating);
        let content = PixelRect::new(10, 50, 100, 80);
        let frame = insets.around(content);
        assert_eq!(frame, PixelRect::from_edges(8, 5, 112, 132));
        assert_eq!(insets.inside(frame), content);
    }
}
