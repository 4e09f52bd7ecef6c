//! [`Fill`]: windows that take all of the screen, or a part of it that is not theirs to choose.

use transom_protocol::geometry::{PixelRect, PixelSize, Scale};
use transom_protocol::window::WindowStates;

use super::Desktop;
use super::ids::WindowKey;
use super::window::Window;
use crate::chrome::{FrameShape, Insets};

/// Which part of the screen a window takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Fill {
    /// What it likes.
    #[default]
    None,
    /// The left half of the work area.
    Left,
    /// The right half.
    Right,
    /// The work area.
    Maximized,
    /// The screen.
    Fullscreen,
}

const LEFT: WindowStates = WindowStates(
    WindowStates::TILED_LEFT.0 | WindowStates::TILED_TOP.0 | WindowStates::TILED_BOTTOM.0,
);
const RIGHT: WindowStates = WindowStates(
    WindowStates::TILED_RIGHT.0 | WindowStates::TILED_TOP.0 | WindowStates::TILED_BOTTOM.0,
);

/// All states that say which part of the screen a window takes.
pub(super) const FILLING: WindowStates =
    WindowStates(WindowStates::MAXIMIZED.0 | WindowStates::FULLSCREEN.0 | LEFT.0 | RIGHT.0);

impl Fill {
    /// What these states say: the largest counts.
    pub(super) fn of(states: WindowStates) -> Self {
        let order = [
            (WindowStates::FULLSCREEN, Self::Fullscreen),
            (WindowStates::MAXIMIZED, Self::Maximized),
            (WindowStates::TILED_LEFT, Self::Left),
            (WindowStates::TILED_RIGHT, Self::Right),
        ];
        let found = order.iter().find(|(state, _)| states.contains(*state));
        found.map_or(Self::None, |(_, fill)| *fill)
    }

    /// The states that say so.
    pub(super) fn states(self) -> WindowStates {
        match self {
            Self::None => WindowStates::NONE,
            Self::Left => LEFT,
            Self::Right => RIGHT,
            Self::Maximized => WindowStates::MAXIMIZED,
            Self::Fullscreen => WindowStates::FULLSCREEN,
        }
    }

    /// The frame of a window that fills this; none when it has none.
    pub(super) fn shape(self) -> Option<FrameShape> {
        match self {
            Self::None => Some(FrameShape::Floating),
            Self::Left | Self::Right => Some(FrameShape::Tiled),
            Self::Maximized => Some(FrameShape::Maximized),
            Self::Fullscreen => None,
        }
    }
}

impl Desktop {
    /// What a frame adds around `window` when it fills `fill`.
    pub(super) fn insets(&self, window: &Window, fill: Fill) -> Insets {
        let shape = fill.shape().filter(|_| self.is_decorated(window));
        shape.map_or(Insets::default(), |shape| self.metrics().insets(shape))
    }

    /// The part of the screen that is `fill`, frames included. For [`Fill::None`] the work area.
    pub(super) fn fill_area(&self, fill: Fill) -> PixelRect {
        let area = self.work_area();
        let middle = area.x0 + area.width() as i32 / 2;
        match fill {
            Fill::None | Fill::Maximized => area,
            Fill::Fullscreen => self.screen(),
            Fill::Left => PixelRect { x1: middle, ..area },
            Fill::Right => PixelRect { x0: middle, ..area },
        }
    }

    /// Where the content of `window` goes when it fills `fill`.
    pub(super) fn fill_rect(&self, window: &Window, fill: Fill) -> PixelRect {
        self.insets(window, fill).inside(self.fill_area(fill))
    }

    /// Windows that are to fill something are asked for its size, whatever that is now.
    pub(super) fn settle_fills(&mut self) {
        let filling = self.windows.iter().filter_map(|(key, window)| {
            let fill = Fill::of(window.states);
            let fills = fill != Fill::None && !window.is_popup();
            fills.then(|| (*key, self.fill_rect(window, fill).size()))
        });
        let filling: Vec<_> = filling.collect();
        for (key, size) in filling {
            if let Some(window) = self.windows.get_mut(&key) {
                window.proposed = size;
            }
        }
    }

    /// Gives a window other states, and what follows from that.
    pub(super) fn set_states(&mut self, key: WindowKey, states: WindowStates) {
        let scale = self.output.scale;
        let Some(window) = self.windows.get_mut(&key) else {
            return;
        };
        let before = std::mem::replace(&mut window.states, states);
        let (was, is) = (Fill::of(before), Fill::of(states));
        if was != Fill::None && is == Fill::None {
            window.proposed = window.size_to_restore(scale);
        }
        let minimized = WindowStates::MINIMIZED;
        if states.contains(minimized) && !before.contains(minimized) {
            self.dismiss_popups_of(key);
        }
        self.unsettled = true;
    }

    /// Makes a window fill something, or nothing any more.
    pub(super) fn set_fill(&mut self, key: WindowKey, fill: Fill) {
        if let Some(window) = self.windows.get(&key) {
            let others = window.states.without(FILLING);
            self.set_states(key, others.with(fill.states()));
        }
    }
}

impl Window {
    /// Whether it is to fill something.
    pub(super) fn wants_to_fill(&self) -> bool {
        Fill::of(self.states) != Fill::None
    }

    /// The size to propose when it shall no longer fill anything: the one it had before.
    fn size_to_restore(&self, scale: Scale) -> PixelSize {
        let size = match (self.fill, self.restore) {
            (Fill::None, _) => self.size(),
            (_, restore) => restore.map(|(_, size)| size),
        };
        size.map_or(PixelSize::default(), |s| self.limited(s, scale))
    }
}
