//! [`Canvas`]: the pixels that operations draw on, a surface's or a group's.

use transom_protocol::geometry::{PixelPoint, PixelRect};

use super::limits::Charge;
use crate::raster::{ImageView, Pixmap, Target};

/// The picture of a group that is open.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) pixmap: Pixmap,
    /// Where its first pixel is on the surface.
    pub(super) origin: PixelPoint,
    /// Its memory.
    pub(super) _charge: Charge,
}

impl Layer {
    /// The surface's pixels that it stands for.
    pub(super) fn bounds(&self) -> PixelRect {
        PixelRect::at(self.origin, self.pixmap.size())
    }
}

/// Pixels to draw on, in the coordinates of their surface.
pub(super) struct Canvas<'a> {
    pixmap: &'a mut Pixmap,
    origin: PixelPoint,
}

impl<'a> Canvas<'a> {
    /// The innermost of a surface's groups, or the surface.
    pub(super) fn new(surface: &'a mut Pixmap, layers: &'a mut [Layer]) -> Self {
        match layers.last_mut() {
            Some(layer) => Self {
                pixmap: &mut layer.pixmap,
                origin: layer.origin,
            },
            None => Self {
                pixmap: surface,
                origin: PixelPoint::default(),
            },
        }
    }

    /// To be drawn on inside `clip`.
    #[inline]
    pub(super) fn target(&mut self, clip: PixelRect) -> Target<'_> {
        match self.origin {
            PixelPoint { x: 0, y: 0 } => self.pixmap.target(clip),
            origin => self.pixmap.target_at(origin, clip),
        }
    }

    /// Which pixels of the surface there are.
    pub(super) fn bounds(&self) -> PixelRect {
        PixelRect::at(self.origin, self.pixmap.size())
    }

    /// The pixels to read, counted from their own first one, and where that is.
    pub(super) fn view(&self) -> (ImageView<'_>, PixelPoint) {
        (self.pixmap.view(), self.origin)
    }
}
