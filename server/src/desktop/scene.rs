//! [`Scene`]: what is to be shown, handed out under the lock and composited without it.

use std::sync::Arc;

use transom_protocol::color::{Color, Pixel};
use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize, Scale};
use transom_protocol::ids::FrameId;

use super::ids::WindowKey;
use super::layout::{Item, Look, Placed};
use super::{Desktop, Window};
use crate::chrome::{Piece, Ring};
use crate::raster::Pixmap;
use crate::region::Region;

/// Behind all windows: a muted dark blue-grey, which sets off both light and dark windows.
pub const BACKGROUND: Pixel = Color::hex(0x2e_3a_47).premultiply();

/// A picture of the whole screen, as shared buffers and places.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Of the screen.
    pub size: PixelSize,
    /// What the desktop adds is drawn at.
    pub scale: Scale,
    /// Behind everything.
    pub background: Pixel,
    /// What can be seen, back to front.
    pub layers: Vec<Layer>,
    /// What differs from the scene before, inside the screen.
    pub damage: Region,
    /// The frames to be told of once the scene was shown.
    pub(super) frames: Vec<(WindowKey, FrameId)>,
}

/// The picture of a window, or of something that the desktop adds.
#[derive(Clone, Debug)]
pub struct Layer {
    /// What it shows.
    pub picture: Picture,
    /// Where the picture's top left corner is on the screen.
    pub origin: PixelPoint,
    /// What is shown of it, on the screen. Where the picture is smaller nothing is drawn.
    pub crop: PixelRect,
    /// Where it is opaque, on the screen: what is behind is not seen there.
    pub opaque: Region,
}

/// What a layer shows.
#[derive(Clone, Debug)]
pub enum Picture {
    /// A buffer.
    Pixels(Arc<Pixmap>),
    /// Something that is to be drawn first: see [`resolve`](crate::composite::resolve).
    Piece(Arc<Piece>, PixelSize),
}

impl Desktop {
    /// What is to be shown, and what of it changed since the last call: the damage is taken, so
    /// whoever asks must composite it.
    pub fn scene(&mut self) -> Scene {
        let mut scene = Scene {
            size: self.output.size,
            scale: self.output.scale,
            background: BACKGROUND,
            layers: Vec::new(),
            damage: Region::new(),
            frames: Vec::new(),
        };
        for placed in &self.layout {
            match &placed.look {
                Look::Content => self.add_content(placed, &mut scene),
                Look::Ring { active, shadow, .. } => {
                    self.add_ring(placed, *active, *shadow, &mut scene)
                }
                Look::Piece(piece) => self.add_piece(placed, piece, &mut scene),
            }
        }
        std::mem::swap(&mut scene.damage, &mut self.damage);
        scene
    }

    fn add_content(&self, placed: &Placed, scene: &mut Scene) {
        let Some(key) = placed.window() else {
            return;
        };
        let Some(window) = self.windows.get(&key).filter(|w| w.visible) else {
            return;
        };
        scene
            .frames
            .extend(window.owed.map(|owed| (key, owed.frame)));
        scene
            .layers
            .extend(layer(window, placed.rect, self.screen()));
    }

    fn add_ring(&self, placed: &Placed, active: bool, shadow: bool, scene: &mut Scene) {
        let Item::Ring(key) = placed.item else {
            return;
        };
        let Some(frame) = self.windows.get(&key).and_then(|w| self.frame_rect(w)) else {
            return;
        };
        for place in self.metrics().ring_parts(frame, shadow) {
            let ring = Ring {
                part: place.part,
                active,
                shadow,
            };
            let crop = place.crop.intersect(self.screen());
            if !crop.is_empty() {
                scene.layers.push(Layer {
                    picture: Picture::Piece(Arc::new(Piece::Ring(ring)), place.size),
                    origin: place.origin,
                    crop,
                    opaque: Region::new(),
                });
            }
        }
    }

    fn add_piece(&self, placed: &Placed, piece: &Arc<Piece>, scene: &mut Scene) {
        let crop = placed.rect.intersect(self.screen());
        let opaque = self.metrics().opaque(piece, placed.rect);
        if !crop.is_empty() {
            scene.layers.push(Layer {
                picture: Picture::Piece(piece.clone(), placed.rect.size()),
                origin: placed.rect.origin(),
                crop,
                opaque: Region::from(opaque.intersect(self.screen())),
            });
        }
    }
}

fn layer(window: &Window, rect: PixelRect, screen: PixelRect) -> Option<Layer> {
    let front = window.front.as_ref()?;
    Some(Layer {
        picture: Picture::Pixels(front.pixmap.clone()),
        origin: rect.origin(),
        crop: rect.intersect(screen),
        opaque: window.opaque_on(screen),
    })
}
