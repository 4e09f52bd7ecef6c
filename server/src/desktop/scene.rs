//! [`Scene`]: what is to be shown, handed out under the lock and composited without it.

use std::sync::Arc;

use transom_protocol::color::{Color, Pixel};
use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize};
use transom_protocol::ids::FrameId;

use super::ids::WindowKey;
use super::{Desktop, Window};
use crate::raster::Pixmap;
use crate::region::Region;

/// Behind all windows: a muted dark blue-grey, which sets off both light and dark windows.
pub const BACKGROUND: Pixel = Color::hex(0x2e_3a_47).premultiply();

/// A picture of the whole screen, as shared buffers and places.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Of the screen.
    pub size: PixelSize,
    /// Behind everything.
    pub background: Pixel,
    /// What can be seen of windows, back to front.
    pub layers: Vec<Layer>,
    /// What differs from the scene before, inside the screen.
    pub damage: Region,
    /// The frames to be told of once the scene was shown.
    pub(super) frames: Vec<(WindowKey, FrameId)>,
}

/// One window's picture.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Its buffer.
    pub pixmap: Arc<Pixmap>,
    /// Where the buffer's top left corner is on the screen.
    pub origin: PixelPoint,
    /// What is shown of it, on the screen. Where the buffer is smaller nothing is drawn.
    pub crop: PixelRect,
    /// Where it is opaque, on the screen: what is behind is not seen there.
    pub opaque: Region,
}

impl Desktop {
    /// What is to be shown, and what of it changed since the last call: the damage is taken, so
    /// whoever asks must composite it.
    pub fn scene(&mut self) -> Scene {
        let shown = self.layout.iter().filter_map(|p| {
            let window = self.windows.get(&p.key)?;
            window.visible.then_some((p, window))
        });
        let screen = self.screen();
        let mut scene = Scene {
            size: self.output.size,
            background: BACKGROUND,
            layers: Vec::new(),
            damage: Region::new(),
            frames: Vec::new(),
        };
        for (placed, window) in shown {
            scene.layers.extend(layer(window, placed.rect, screen));
            let owed = window.owed.map(|owed| (placed.key, owed.frame));
            scene.frames.extend(owed);
        }
        std::mem::swap(&mut scene.damage, &mut self.damage);
        scene
    }
}

fn layer(window: &Window, rect: PixelRect, screen: PixelRect) -> Option<Layer> {
    let front = window.front.as_ref()?;
    Some(Layer {
        pixmap: front.pixmap.clone(),
        origin: rect.origin(),
        crop: rect.intersect(screen),
        opaque: window.opaque_on(screen),
    })
}
