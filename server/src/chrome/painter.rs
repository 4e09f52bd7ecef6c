//! [`Painter`]: pieces become pictures, once.

use std::collections::HashMap;
use std::sync::Arc;

use transom_protocol::geometry::{PixelSize, Scale};

use super::brush::{Brush, Tools};
use super::metrics::Metrics;
use super::piece::Piece;
use super::shadow::{draw_menu_shadow, draw_ring};
use super::{MenuLayout, SwitcherLayout};
use super::{menu, switcher, task_bar, title_bar};
use crate::raster::Pixmap;

/// Everything that decides a picture.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    piece: Arc<Piece>,
    scale: Scale,
    size: PixelSize,
}

/// Draws pieces and keeps the pictures that are in use.
#[derive(Debug, Default)]
pub struct Painter {
    tools: Tools,
    /// Asked for since the last sweep.
    fresh: HashMap<Key, Arc<Pixmap>>,
    /// Asked for before that.
    stale: HashMap<Key, Arc<Pixmap>>,
}

impl Painter {
    /// A painter without pictures.
    pub fn new() -> Self {
        Self::default()
    }

    /// The picture of `piece` at this scale and size.
    pub fn picture(&mut self, piece: &Arc<Piece>, scale: Scale, size: PixelSize) -> Arc<Pixmap> {
        let key = Key {
            piece: piece.clone(),
            scale,
            size,
        };
        if let Some(picture) = self.fresh.get(&key) {
            return picture.clone();
        }
        let picture = match self.stale.remove(&key) {
            Some(picture) => picture,
            None => Arc::new(self.paint(piece, Metrics::new(scale), size)),
        };
        self.fresh.insert(key, picture.clone());
        picture
    }

    /// Forgets the pictures that nobody asked for since the last sweep. Once for each scene.
    pub fn sweep(&mut self) {
        self.stale = std::mem::take(&mut self.fresh);
    }

    /// How many bytes the pictures take.
    pub fn byte_size(&self) -> usize {
        let all = self.fresh.values().chain(self.stale.values());
        all.map(|picture| picture.byte_size()).sum()
    }

    fn paint(&mut self, piece: &Piece, metrics: Metrics, size: PixelSize) -> Pixmap {
        let mut pixmap = Pixmap::new(size);
        let all = pixmap.bounds();
        match piece {
            Piece::Ring(ring) => {
                draw_ring(&mut pixmap, ring, metrics);
                return pixmap;
            }
            Piece::Menu(menu) => {
                let card = MenuLayout::new(menu, metrics).card;
                draw_menu_shadow(&mut pixmap, card, metrics);
            }
            Piece::Switcher(switcher) => {
                let card = SwitcherLayout::of_size(switcher, size, metrics).card;
                draw_menu_shadow(&mut pixmap, card, metrics);
            }
            _ => {}
        }
        let brush = &mut Brush::new(pixmap.target(all), metrics, &mut self.tools);
        match piece {
            Piece::Ring(_) => {}
            Piece::TitleBar(bar) => title_bar::draw(brush, bar),
            Piece::TaskBar(bar) => task_bar::draw(brush, bar),
            Piece::Menu(menu) => menu::draw(brush, menu),
            Piece::Switcher(switcher) => switcher::draw(brush, switcher),
            Piece::Preview => switcher::draw_preview(brush),
        }
        pixmap
    }
}
