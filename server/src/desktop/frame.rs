//! Frames: which windows have one, where it is, and which part of it is at a pixel.

use transom_protocol::geometry::{PixelPoint, PixelRect};
use transom_protocol::input::CursorShape;
use transom_protocol::window::{Decorations, Edges, WindowKind};

use super::Desktop;
use super::fill::Fill;
use super::ids::WindowKey;
use super::place;
use super::window::Window;
use crate::chrome::{FrameButton, FrameShape, Metrics};

/// A part of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FramePart {
    /// Where a window is taken hold of to move it.
    Title,
    /// A button of the title bar.
    Button(FrameButton),
    /// An edge or a corner, and a little around it. None: the border of a window that cannot be
    /// resized there.
    Edges(Edges),
}

const ALL: &[FrameButton] = &[
    FrameButton::Close,
    FrameButton::Maximize,
    FrameButton::Minimize,
];
const FIXED: &[FrameButton] = &[FrameButton::Close, FrameButton::Minimize];
const DIALOG: &[FrameButton] = &[FrameButton::Close];

impl Desktop {
    /// The sizes of what the desktop draws.
    pub(super) fn metrics(&self) -> Metrics {
        Metrics::new(self.output.scale)
    }

    /// Whether the desktop draws a frame for a window, wherever that allows one.
    pub(super) fn is_decorated(&self, window: &Window) -> bool {
        let wanted = window.decorations == Decorations::Server && !window.is_popup();
        self.config.decorations && wanted
    }

    /// The frame that a window has now.
    pub(super) fn frame_shape(&self, window: &Window) -> Option<FrameShape> {
        window.fill.shape().filter(|_| self.is_decorated(window))
    }

    /// Where a window is on the screen, with its frame if it has one.
    pub(super) fn frame_rect(&self, window: &Window) -> Option<PixelRect> {
        Some(self.insets(window, window.fill).around(window.rect()?))
    }

    /// A window's title bar, if it has one.
    pub(super) fn title_rect(&self, window: &Window) -> Option<PixelRect> {
        self.frame_shape(window)?;
        let frame = self.frame_rect(window)?;
        let bottom = frame.y0.saturating_add(self.metrics().title());
        Some(PixelRect {
            y1: bottom,
            ..frame
        })
    }

    /// What must be visible of a window, by the buffer's pixels: with its frame, without shadows of
    /// the client's own.
    pub(super) fn extent(&self, window: &Window) -> PixelRect {
        match self.frame_shape(window) {
            Some(_) => self.insets(window, window.fill).around(window.bounds()),
            None => window.body(),
        }
    }

    /// The buttons that a window's title bar has if there is room.
    pub(super) fn buttons_of(&self, window: &Window) -> &'static [FrameButton] {
        match window.kind {
            WindowKind::Dialog | WindowKind::Utility => DIALOG,
            WindowKind::Normal if window.is_resizable() => ALL,
            WindowKind::Normal => FIXED,
        }
    }

    /// The part of a window's title bar at a pixel that lies on it.
    pub(super) fn part_of_title(&self, key: WindowKey, at: PixelPoint) -> Option<FramePart> {
        let window = self.windows.get(&key)?;
        let title = self.title_rect(window)?;
        let metrics = self.metrics();
        let local = at.moved(title.x0.saturating_neg(), title.y0.saturating_neg());
        let buttons = metrics.buttons(title.width() as i32, self.buttons_of(window));
        let button = buttons.iter().find(|(_, rect)| rect.contains(local));
        let edges = self.edges_at(key, at, metrics.px(3));
        Some(match (button, edges) {
            // The uppermost lines are the edge, beside the buttons' corners too.
            (_, Some(edges)) if edges != Edges::NONE => FramePart::Edges(edges),
            (Some((button, _)), _) => FramePart::Button(*button),
            _ => FramePart::Title,
        })
    }

    /// The edges of a window's frame that a pixel is at, or less than the grab zone outside of, or
    /// less than `inner` pixels inside. `None`: it is further away.
    pub(super) fn edges_at(&self, key: WindowKey, at: PixelPoint, inner: i32) -> Option<Edges> {
        let window = self.windows.get(&key)?;
        let (frame, metrics) = (self.frame_rect(window)?, self.metrics());
        let reach = match self.frame_shape(window)? {
            FrameShape::Floating => metrics.grab_zone(),
            FrameShape::Tiled => 0,
            FrameShape::Maximized => return None,
        };
        if !frame.grown(reach).contains(at) || frame.grown(-inner).contains(at) {
            return None;
        }
        // Along an edge, the last stretch before a corner belongs to both.
        let corner = metrics.grab_corner();
        let near = |low: i32, high: i32, at: i32| {
            let corner = corner.min(high.saturating_sub(low) / 3);
            (
                at < low.saturating_add(corner),
                at >= high.saturating_sub(corner),
            )
        };
        let (left, right) = near(frame.x0, frame.x1, at.x);
        let (top, bottom) = near(frame.y0, frame.y1, at.y);
        let edges = edges(left, right, top, bottom);
        Some(window.resizable_edges(edges))
    }

    /// Windows that fill something are where that is, and of those with a title bar the person can
    /// get hold.
    pub(super) fn settle_places(&mut self) {
        self.bring_within_reach(|desktop, window| desktop.frame_shape(window).is_some());
    }

    /// The screen is another: of no window must it leave nothing.
    pub(super) fn fetch_windows(&mut self) {
        self.bring_within_reach(|_, _| true);
        self.replace_popups();
    }

    fn bring_within_reach(&mut self, is_meant: impl Fn(&Self, &Window) -> bool) {
        let place = |window: &Window| {
            let origin = window.rect().filter(|_| !window.is_popup())?.origin();
            let place = match window.fill {
                Fill::None if is_meant(self, window) => self.within_reach(window, origin),
                Fill::None => return None,
                fill => self.fill_origin(window, fill),
            };
            (place != origin).then_some(place)
        };
        let places = self.windows.iter();
        let places: Vec<_> = places
            .filter_map(|(key, window)| Some((*key, place(window)?)))
            .collect();
        for (key, place) in places {
            self.move_window(key, place);
        }
    }

    /// Where the content of a window begins that fills `fill`.
    pub(super) fn fill_origin(&self, window: &Window, fill: Fill) -> PixelPoint {
        let insets = self.insets(window, fill);
        self.fill_area(fill).origin().moved(insets.left, insets.top)
    }

    /// The origin next to `origin` at which the person can get hold of a window.
    pub(super) fn within_reach(&self, window: &Window, origin: PixelPoint) -> PixelPoint {
        let area = self.work_area();
        let size = window.size().unwrap_or_default();
        if self.frame_shape(window).is_none() {
            return place::reachable(origin, size, area);
        }
        let metrics = self.metrics();
        let insets = self.insets(window, window.fill);
        let frame = insets.around(PixelRect::at(origin, size));
        if area.contains_rect(frame) {
            return origin;
        }
        let width = frame.width() as i32;
        let buttons = metrics.buttons_width(width, self.buttons_of(window));
        let handle = place::Handle {
            width: width - buttons,
            height: metrics.title(),
            hold: metrics.hold(),
        };
        let at = handle.within(frame.origin(), area);
        at.moved(insets.left, insets.top)
    }
}

impl Window {
    /// Whether the person can give it another width and height.
    pub(super) fn is_resizable(&self) -> bool {
        self.resizable_edges(Edges(15)) == Edges(15)
    }

    /// Those of `edges` that its limits allow to move.
    pub(super) fn resizable_edges(&self, edges: Edges) -> Edges {
        let (min, max) = self.limits();
        let fixed = |min: f32, max: f32| max > 0.0 && min >= max;
        let mut allowed = edges;
        if fixed(min.width, max.width) {
            allowed = allowed.without(Edges::LEFT | Edges::RIGHT);
        }
        if fixed(min.height, max.height) {
            allowed = allowed.without(Edges::TOP | Edges::BOTTOM);
        }
        allowed
    }
}

/// Edges by name. The nearer of two opposite ones counts when a frame is very small: the lower and
/// the right one.
pub(super) fn edges(left: bool, right: bool, top: bool, bottom: bool) -> Edges {
    let x = match (left, right) {
        (_, true) => Edges::RIGHT,
        (true, _) => Edges::LEFT,
        _ => Edges::NONE,
    };
    let y = match (top, bottom) {
        (_, true) => Edges::BOTTOM,
        (true, _) => Edges::TOP,
        _ => Edges::NONE,
    };
    x | y
}

/// The pointer's picture where these edges can be moved.
pub(super) fn resize_cursor(edges: Edges) -> CursorShape {
    let (top, bottom) = (edges.contains(Edges::TOP), edges.contains(Edges::BOTTOM));
    let (left, right) = (edges.contains(Edges::LEFT), edges.contains(Edges::RIGHT));
    match (top, bottom, left, right) {
        (true, _, true, _) => CursorShape::NW_RESIZE,
        (true, _, _, true) => CursorShape::NE_RESIZE,
        (_, true, true, _) => CursorShape::SW_RESIZE,
        (_, true, _, true) => CursorShape::SE_RESIZE,
        (true, ..) => CursorShape::N_RESIZE,
        (_, true, ..) => CursorShape::S_RESIZE,
        (_, _, true, _) => CursorShape::W_RESIZE,
        (_, _, _, true) => CursorShape::E_RESIZE,
        _ => CursorShape::DEFAULT,
    }
}
