//! [`Window`]: one window's state, pending and current. It knows nothing of other windows.

use std::sync::Arc;

use transom_protocol::codec::Packed;
use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize, Rect, Scale, Size};
use transom_protocol::ids::{FrameId, Serial, WindowId};
use transom_protocol::input::CursorShape;
use transom_protocol::request::{CreatePopup, CreateWindow};
use transom_protocol::window::{Decorations, Positioner, WindowKind, WindowStates};

use super::configure::Configures;
use super::drag::Hold;
use super::fill::Fill;
use super::ids::{ScreenId, WindowKey};
use super::positioner::to_pixels;
use super::text_input::TextInput;
use crate::raster::Pixmap;
use crate::region::Region;
use crate::time::Timestamp;

/// The longest title that is kept, in bytes: several times what any title bar shows.
pub const MAX_TITLE_BYTES: usize = 1024;

/// The longest application id that is kept, in bytes: that of the longest domain name.
pub const MAX_APP_ID_BYTES: usize = 256;

/// The most rectangles of an input or opaque region. Four rounded corners of 24 pixels take a
/// hundred; what is looked at for every motion must stay small.
pub const MAX_REGION_RECTS: usize = 128;

/// The most pieces that the rectangles of a region may be cut into: overlapping ones are cut into
/// up to the square of their number.
const MAX_REGION_PIECES: usize = 256;

/// The pointer's picture over a window.
#[derive(Clone, Debug)]
pub enum Cursor {
    /// By name.
    Shape(CursorShape),
    /// The client's own, shown pixel for pixel.
    Image {
        /// The picture.
        image: Arc<Pixmap>,
        /// Its pixel that points.
        hotspot: PixelPoint,
    },
}

/// What a window shows.
#[derive(Debug)]
pub(super) struct Front {
    pub(super) pixmap: Arc<Pixmap>,
    pub(super) scale: Scale,
}

/// A committed frame of which the client was not told yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owed {
    pub(super) frame: FrameId,
    /// Since when something is owed, or could not be seen.
    pub(super) since: Timestamp,
}

/// What makes a window a popup.
#[derive(Debug)]
pub(super) struct Popup {
    pub(super) positioner: Positioner,
    /// It may take pointer and keyboard when it appears.
    pub(super) grabs: bool,
    /// It is gone for good, whatever the client draws.
    pub(super) dismissed: bool,
    /// What the client was told, in the parent's logical coordinates.
    pub(super) told: Option<Rect>,
}

/// State that waits for the next commit.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) limits: Option<(Size, Size)>,
    pub(super) input: Option<Option<Vec<Rect>>>,
    pub(super) opaque: Option<Option<Vec<Rect>>>,
    pub(super) content_rect: Option<Rect>,
    pub(super) positioner: Option<Positioner>,
}

/// A window or popup.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) id: ScreenId,
    /// None, or a window of the same client that exists.
    pub(super) parent: WindowId,
    pub(super) kind: WindowKind,
    /// None for windows that are no popups.
    pub(super) popup: Option<Popup>,
    pub(super) decorations: Decorations,
    /// What the client asked for, in logical units.
    pub(super) wanted: Size,
    pub(super) title: String,
    pub(super) app_id: String,
    pub(super) icon: Option<Arc<Pixmap>>,
    pub(super) cursor: Cursor,
    pub(super) pending: Pending,
    limits: (Size, Size),
    content_rect: Rect,
    input_rects: Option<Vec<Rect>>,
    opaque_rects: Option<Vec<Rect>>,
    /// Where it takes the pointer, in the buffer's pixels; none: everywhere.
    pub(super) input: Option<Region>,
    /// Where it is opaque, in the buffer's pixels, inside the buffer.
    pub(super) opaque: Region,
    pub(super) front: Option<Front>,
    /// Where it is on the screen; none before it was shown.
    pub(super) origin: Option<PixelPoint>,
    /// Higher: raised later.
    pub(super) raised: u64,
    /// Of `MAXIMIZED`, `FULLSCREEN`, the tiled ones, `MINIMIZED`, `ABOVE` and `URGENT`.
    pub(super) states: WindowStates,
    /// The size to propose; a side of 0: the client's choice.
    pub(super) proposed: PixelSize,
    pub(super) configures: Configures,
    /// The client asked for something that a configure answers, whether or not it says anything new.
    pub(super) asked: bool,
    /// What it shows is made to fill this.
    pub(super) fill: Fill,
    /// Where it was before that.
    pub(super) restore: Option<(PixelPoint, PixelSize)>,
    /// The person is resizing it.
    pub(super) resizing: bool,
    /// What of it stays where it is when its size changes, as long as the client follows a resize.
    pub(super) hold: Option<Hold>,
    /// Where text is being entered in it.
    pub(super) text_input: Option<TextInput>,
    /// Its client wants all keys while it has the keyboard.
    pub(super) grabs_keys: bool,
    /// Some pixel of it can be seen; as of the last layout.
    pub(super) visible: bool,
    pub(super) owed: Option<Owed>,
    /// The last frame that the client was told of.
    pub(super) told: Option<FrameId>,
    /// How many commits there were.
    pub(super) frames: u64,
}

impl Window {
    /// A window that was just asked for. A parent that does not exist is the caller's to remove.
    pub(super) fn new(id: ScreenId, request: &CreateWindow<'_>) -> Self {
        Self {
            parent: request.parent,
            kind: request.kind,
            decorations: request.decorations,
            title: cut(request.title.0, MAX_TITLE_BYTES),
            app_id: cut(request.app_id.0, MAX_APP_ID_BYTES),
            ..Self::empty(id, request.size)
        }
    }

    /// A popup that was just asked for.
    pub(super) fn new_popup(id: ScreenId, request: &CreatePopup) -> Self {
        Self {
            parent: request.parent,
            popup: Some(Popup {
                positioner: request.positioner,
                grabs: false,
                dismissed: false,
                told: None,
            }),
            ..Self::empty(id, request.size)
        }
    }

    fn empty(id: ScreenId, wanted: Size) -> Self {
        Self {
            id,
            parent: WindowId::NONE,
            kind: WindowKind::Normal,
            popup: None,
            decorations: Decorations::None,
            wanted,
            title: String::new(),
            app_id: String::new(),
            icon: None,
            cursor: Cursor::Shape(CursorShape::DEFAULT),
            pending: Pending::default(),
            limits: Default::default(),
            content_rect: Rect::default(),
            input_rects: None,
            opaque_rects: None,
            input: None,
            opaque: Region::new(),
            front: None,
            origin: None,
            raised: 0,
            states: WindowStates::NONE,
            proposed: PixelSize::default(),
            configures: Configures::default(),
            asked: false,
            fill: Fill::None,
            restore: None,
            resizing: false,
            hold: None,
            text_input: None,
            grabs_keys: false,
            visible: false,
            owed: None,
            told: None,
            frames: 0,
        }
    }

    /// Its place on the screen; none while it has no picture or no place.
    pub(super) fn rect(&self) -> Option<PixelRect> {
        let front = self.front.as_ref()?;
        Some(PixelRect::at(self.origin?, front.pixmap.size()))
    }

    /// The size of its picture.
    pub(super) fn size(&self) -> Option<PixelSize> {
        self.front.as_ref().map(|f| f.pixmap.size())
    }

    /// All of its picture.
    pub(super) fn bounds(&self) -> PixelRect {
        self.size().map_or(PixelRect::EMPTY, PixelRect::from_size)
    }

    /// Of its picture; 1 before the first.
    pub(super) fn scale(&self) -> Scale {
        self.front.as_ref().map_or(Scale::ONE, |f| f.scale)
    }

    pub(super) fn is_popup(&self) -> bool {
        self.popup.is_some()
    }

    pub(super) fn is_dismissed(&self) -> bool {
        self.popup.as_ref().is_some_and(|p| p.dismissed)
    }

    pub(super) fn is_minimized(&self) -> bool {
        self.states.contains(WindowStates::MINIMIZED)
    }

    /// Whether anything of its own keeps it from being shown: popups need a shown parent besides.
    pub(super) fn is_mapped(&self) -> bool {
        self.rect().is_some() && !self.is_minimized() && !self.is_dismissed()
    }

    /// The part that is not shadow, in the buffer's pixels.
    pub(super) fn body(&self) -> PixelRect {
        let all = self.bounds();
        let body = outer(self.content_rect, self.scale()).intersect(all);
        if body.is_empty() { all } else { body }
    }

    /// Where it is opaque, on the screen.
    pub(super) fn opaque_on(&self, screen: PixelRect) -> Region {
        let mut opaque = self.opaque.clone();
        if let Some(origin) = self.origin {
            opaque.translate(origin.x, origin.y);
        }
        opaque.clip(screen);
        opaque
    }

    /// Whether the pixel `at` of the screen is where the window takes the pointer.
    pub(super) fn takes_pointer(&self, at: PixelPoint) -> bool {
        let (Some(rect), Some(origin)) = (self.rect(), self.origin) else {
            return false;
        };
        let local = at.moved(origin.x.saturating_neg(), origin.y.saturating_neg());
        rect.contains(at) && self.input.as_ref().is_none_or(|r| r.contains(local))
    }

    /// The least and the largest size, in logical units; a side of 0: no limit.
    pub(super) fn limits(&self) -> (Size, Size) {
        self.limits
    }

    /// `size` within the limits that the client set.
    pub(super) fn limited(&self, size: PixelSize, scale: Scale) -> PixelSize {
        let (min, max) = self.limits;
        let side = |v: u32, min: f32, max: f32| {
            let (min, max) = (to_pixels(min, scale), to_pixels(max, scale));
            let v = if max > 0 { v.min(max as u32) } else { v };
            v.max(min.max(0) as u32)
        };
        PixelSize::new(
            side(size.width, min.width, max.width),
            side(size.height, min.height, max.height),
        )
    }

    /// Makes the pending state current. True: input or opaque region or the positioner changed.
    pub(super) fn apply_pending(&mut self) -> bool {
        let pending = std::mem::take(&mut self.pending);
        let changed = pending.input.is_some() || pending.opaque.is_some();
        self.limits = pending.limits.unwrap_or(self.limits);
        self.content_rect = pending.content_rect.unwrap_or(self.content_rect);
        if let Some(rects) = pending.input {
            self.input_rects = rects;
        }
        if let Some(rects) = pending.opaque {
            self.opaque_rects = rects;
        }
        changed
    }

    /// Brings the regions into the pixels of the buffer, after they or it changed.
    pub(super) fn update_regions(&mut self) {
        let scale = self.scale();
        let all = self.bounds();
        let region = |rects: &[Rect], to_pixels: fn(Rect, Scale) -> PixelRect| {
            let mut region = Region::new();
            for rect in rects {
                // Leaving pieces out is the safe side for either region.
                if region.rects().len() <= MAX_REGION_PIECES {
                    region.add(to_pixels(*rect, scale).intersect(all));
                }
            }
            region
        };
        self.input = self.input_rects.as_ref().map(|r| region(r, outer));
        self.opaque = region(self.opaque_rects.as_deref().unwrap_or(&[]), inner);
    }

    /// The cause of a frame: notes that the client took up `serial`. True: it fills something else
    /// now than before.
    pub(super) fn take_up(&mut self, serial: Serial) -> bool {
        let Some(proposal) = self.configures.take_up(serial) else {
            return false;
        };
        let fill = Fill::of(proposal.states);
        std::mem::replace(&mut self.fill, fill) != fill
    }

    /// The window it belongs to.
    pub(super) fn parent_of(&self, key: WindowKey) -> Option<WindowKey> {
        (!self.parent.is_none()).then_some(key.sibling(self.parent))
    }
}

/// The rectangles of a request, or `None` when there are too many.
pub(super) fn bounded_rects(rects: Packed<'_, Rect>) -> Option<Vec<Rect>> {
    (rects.len() <= MAX_REGION_RECTS).then(|| rects.iter().collect())
}

/// The first `max` bytes of `text`, or a few less: whole characters.
pub(super) fn cut(text: &str, max: usize) -> String {
    text[..text.floor_char_boundary(max)].to_string()
}

/// All pixels that `rect` touches.
pub(super) fn outer(rect: Rect, scale: Scale) -> PixelRect {
    edges(rect, scale, f64::floor, f64::ceil)
}

/// The pixels that lie wholly inside `rect`.
fn inner(rect: Rect, scale: Scale) -> PixelRect {
    edges(rect, scale, f64::ceil, f64::floor)
}

fn edges(rect: Rect, scale: Scale, low: fn(f64) -> f64, high: fn(f64) -> f64) -> PixelRect {
    let factor = f64::from(scale.0) / 120.0;
    let edge = |at: f32, side: f32| (f64::from(at) + f64::from(side)) * factor;
    // Casts from floating point saturate, and NaN becomes 0.
    PixelRect::from_edges(
        low(edge(rect.x, 0.0)) as i32,
        low(edge(rect.y, 0.0)) as i32,
        high(edge(rect.x, rect.width)) as i32,
        high(edge(rect.y, rect.height)) as i32,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_rounded_to_the_safe_side() {
        let rect = Rect::new(1.0, 1.0, 3.0, 3.0);
        let scale = Scale(180);
        assert_eq!(outer(rect, scale), PixelRect::from_edges(1, 1, 6, 6));
        assert_eq!(inner(rect, scale), PixelRect::from_edges(2, 2, 6, 6));
        let nothing = Rect::new(f32::NAN, 0.0, f32::INFINITY, 1.0);
        assert!(inner(nothing, scale).is_empty());
    }

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(cut("häh", 2), "h");
        assert_eq!(cut("häh", 3), "hä");
        assert_eq!(cut("h", 300), "h");
    }

    #[test]
    fn limits_bound_a_size_where_they_are_set() {
        let mut window = Window::empty(ScreenId(1), Size::default());
        let size = PixelSize::new(100, 100);
        assert_eq!(window.limited(size, Scale::ONE), size);
        window.limits = (Size::new(0.0, 80.0), Size::new(30.0, f32::NAN));
        assert_eq!(window.limited(size, Scale(240)), PixelSize::new(60, 160));
    }
}
