//! Which glyphs of which faces a connection has on its server.
//!
//! Sets are shared by all windows of a connection. Each has the glyphs of one face for one
//! [`Grid`], numbered in order of first use, so that most text needs one byte a glyph. A set that
//! grows too large is followed by another; beyond [`AWAKE_SETS`] and [`AWAKE_BYTES`] those that were
//! not used for longest are put to sleep: destroyed on the server, known here, and made anew, under
//! the same number and with the same glyphs, when something is drawn with them again.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

use skrifa::outline::HintingInstance;
use transom_protocol::geometry::PixelSize;
use transom_protocol::glyph::GlyphBuffer;
use transom_protocol::ids::{GlyphSetId, ImageId};
use transom_protocol::request::{DestroyGlyphSet, GlyphSetFlags, ImageFormat};

use super::face::{Drawn, Face, Grid};
use super::picture::Picture;
use crate::core::Core;
use crate::space::Space;

/// Bytes of outlines in one packet, so that a page of new characters does not become a large one.
const GLYPH_PACKET: usize = 32 << 10;

/// Sets of one connection that the server has at a time: it allows 256, the program's own among them.
const AWAKE_SETS: usize = 64;

/// Bytes of glyphs that the server has at a time.
const AWAKE_BYTES: usize = 8 << 20;

/// Bytes beyond which further glyphs of a face go to another set: the mirror keeps no more than four
/// times that of one.
const SET_BYTES: usize = 2 << 20;

/// Pixels in one em up to which outlines are fitted to the pixels. See the documentation of
/// [`crate::text`].
pub(super) const FITTED_BELOW: f32 = 32.0;

/// Faces and sizes that may be new within [`FITTED_COMMITS`] commits. Text that grows with a window that is
/// being resized would send all its outlines with each frame; beyond these it is drawn unfitted, with
/// outlines that serve all sizes.
const FITTED_SIZES: usize = 24;

/// See [`FITTED_SIZES`].
const FITTED_COMMITS: u64 = 128;

/// Pixels in one em of the largest pictures: fonts have none that are larger.
const LARGEST_PICTURE: f32 = 160.0;

/// What of fonts has crossed the connection.
#[derive(Debug, Default)]
pub(crate) struct Fonts {
    /// For each face and grid the sets it has, the last one growing.
    of: HashMap<(Face, Grid), Vec<GlyphSetId>>,
    sets: BTreeMap<GlyphSetId, Set>,
    pictures: HashMap<Face, bool>,
    /// The last [`FITTED_SIZES`] that were wanted for the first time, and when.
    asked: VecDeque<((Face, Grid), u64)>,
    /// Counts commits.
    clock: u64,
}

impl Fonts {
    /// Fitted outlines for a size, unless too many sizes came lately.
    fn fitted(&mut self, face: &Face, ppem: f32) -> Grid {
        // Eighths of a pixel: closer to each other they look the same.
        let grid = Grid::Fitted((ppem * 8.0).round() as u16 * 8);
        let key = (face.clone(), grid);
        if self.of.contains_key(&key) {
            return grid;
        }
        let now = self.clock;
        let lately = |at: u64| now - at < FITTED_COMMITS;
        if self
            .asked
            .iter()
            .any(|(asked, at)| *asked == key && lately(*at))
        {
            return Grid::Free;
        }
        let full = self.asked.len() == FITTED_SIZES;
        let oldest = self.asked.front().filter(|_| full).map(|(_, at)| *at);
        if full {
            self.asked.pop_front();
        }
        self.asked.push_back((key, now));
        if oldest.is_some_and(lately) {
            return Grid::Free;
        }
        grid
    }
}

struct Set {
    face: Face,
    grid: Grid,
    hinter: Option<HintingInstance>,
    units_per_em: u16,
    indices: HashMap<u32, u16, BuildHasherDefault<QuickHash>>,
    /// By index: the font's number and the advance.
    glyphs: Vec<(u32, i16)>,
    /// How many of them the server has or is being sent.
    sent: usize,
    bytes: usize,
    used: u64,
    awake: bool,
}

impl std::fmt::Debug for Set {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Set({:?}, {} of {} sent)",
            self.grid,
            self.sent,
            self.glyphs.len()
        )
    }
}

/// A glyph as a run names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) set: GlyphSetId,
    pub(super) index: u16,
    /// In font units.
    pub(super) advance: i16,
    pub(super) units_per_em: u16,
}

impl Core {
    /// For which pixels glyphs of a face are made, in a size and space.
    pub(super) fn grid(&mut self, face: &Face, size: f32, space: &Space) -> Grid {
        let pictures = match self.fonts.pictures.get(face) {
            Some(known) => *known,
            None => {
                let has = face.has_pictures();
                self.fonts.pictures.insert(face.clone(), has);
                has
            }
        };
        if pictures {
            return Grid::Pictures(picture_size(size * space.mean_scale()));
        }
        match space.upright().map(|upright| size * upright.scale) {
            Some(ppem @ 1.0..FITTED_BELOW) => self.fonts.fitted(face, ppem),
            _ => Grid::Free,
        }
    }

    /// The numbers of glyphs, and in which sets.
    pub(super) fn glyphs(
        &mut self,
        face: &Face,
        grid: Grid,
        glyphs: impl Iterator<Item = u32>,
    ) -> Vec<Known> {
        let key = (face.clone(), grid);
        let mut ids = self.fonts.of.get(&key).cloned().unwrap_or_default();
        let known = glyphs.map(|glyph| {
            for id in &ids {
                let set = &self.fonts.sets[id];
                if let Some(index) = set.indices.get(&glyph) {
                    return set.known(*id, *index);
                }
            }
            let growing = ids.last().copied();
            let growing = growing.filter(|id| self.fonts.sets[id].has_room());
            let id = growing.unwrap_or_else(|| {
                let id = self.new_set();
                self.fonts.sets.insert(id, Set::new(face.clone(), grid));
                self.fonts.of.entry(key.clone()).or_default().push(id);
                ids.push(id);
                id
            });
            let set = self.fonts.sets.get_mut(&id).expect("it was found or made");
            let index = set.add(glyph);
            set.known(id, index)
        });
        known.collect()
    }

    /// Sends the glyphs that a drawing needs and that the server does not have.
    pub(crate) fn send_glyphs_of(&mut self, used: &BTreeSet<GlyphSetId>) {
        self.fonts.clock += 1;
        for id in used {
            let Some(set) = self.fonts.sets.get_mut(id) else {
                continue; // the program's own
            };
            set.used = self.fonts.clock;
            if !std::mem::replace(&mut set.awake, true) {
                let units = set.units_per_em;
                self.create_set(*id, units, GlyphSetFlags::NONE);
            }
            self.send_new(*id);
        }
        self.put_to_sleep();
    }

    fn send_new(&mut self, id: GlyphSetId) {
        loop {
            let set = self
                .fonts
                .sets
                .get_mut(&id)
                .expect("only used ones are sent");
            if set.sent == set.glyphs.len() {
                return;
            }
            let mut buffer = GlyphBuffer::new();
            let mut pictures = Vec::new();
            while set.sent < set.glyphs.len() && buffer.as_bytes().len() < GLYPH_PACKET {
                let (index, (glyph, advance)) = (set.sent as u16, set.glyphs[set.sent]);
                set.sent += 1;
                match set.face.draw(glyph, set.grid, set.hinter.as_ref()) {
                    Drawn::Outline(steps) => buffer.outline(index, advance, &steps),
                    Drawn::Layers(layers) => {
                        let layers: Vec<_> = layers.iter().map(|(c, o)| (*c, &o[..])).collect();
                        buffer.layers(index, advance, &layers);
                    }
                    Drawn::Picture(picture) => pictures.push((index, advance, picture)),
                }
            }
            set.bytes += buffer.as_bytes().len();
            set.bytes += pictures
                .iter()
                .map(|(_, _, p)| p.pixels.len())
                .sum::<usize>();
            let images = self.upload(pictures, &mut buffer);
            self.add_glyphs(id, buffer.as_bytes());
            // They stay with their glyphs.
            images
                .into_iter()
                .for_each(|image| self.destroy_image(image));
        }
    }

    fn upload(
        &mut self,
        pictures: Vec<(u16, i16, Picture)>,
        buffer: &mut GlyphBuffer,
    ) -> Vec<ImageId> {
        let send = |(index, advance, picture): (u16, i16, Picture)| {
            let size = PixelSize::new(picture.width, picture.height);
            let pixels = picture.pixels.into();
            let image = self.create_image(size, ImageFormat::Bgra, pixels, false);
            buffer.image(index, advance, image, picture.corner, picture.size);
            image
        };
        pictures.into_iter().map(send).collect()
    }

    fn put_to_sleep(&mut self) {
        loop {
            let awake = self.fonts.sets.iter().filter(|(_, set)| set.awake);
            let (count, bytes) = awake.clone().fold((0, 0), |(count, bytes), (_, set)| {
                (count + 1, bytes + set.bytes)
            });
            if count <= AWAKE_SETS && bytes <= AWAKE_BYTES {
                return;
            }
            let unused = awake.filter(|(_, set)| set.used < self.fonts.clock);
            let Some(id) = unused.min_by_key(|(_, set)| set.used).map(|(id, _)| *id) else {
                return;
            };
            let set = self.fonts.sets.get_mut(&id).expect("it was just found");
            (set.awake, set.sent, set.bytes) = (false, 0, 0);
            self.request(DestroyGlyphSet { set: id });
            self.mirror.destroy_set(id);
        }
    }
}

/// Spreads a font's glyph numbers, which nobody chooses to collide, over a table.
#[derive(Default)]
struct QuickHash(u64);

impl Hasher for QuickHash {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|byte| self.write_u32(u32::from(*byte)));
    }

    fn write_u32(&mut self, value: u32) {
        self.0 = (self.0 ^ u64::from(value)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 32;
    }
}

/// Pixels in one em of the pictures for a size: exact where they are small, and few sizes beyond.
fn picture_size(ppem: f32) -> u16 {
    let ppem = if ppem.is_finite() {
        ppem.clamp(1.0, LARGEST_PICTURE)
    } else {
        1.0
    };
    let step = if ppem <= 48.0 { 1.0 } else { 16.0 };
    ((ppem / step).ceil() * step) as u16
}

impl Set {
    fn new(face: Face, grid: Grid) -> Self {
        Self {
            hinter: face.hinter(grid),
            units_per_em: face.units_per_em(),
            face,
            grid,
            indices: HashMap::default(),
            glyphs: Vec::new(),
            sent: 0,
            bytes: 0,
            used: 0,
            awake: false,
        }
    }

    fn has_room(&self) -> bool {
        self.bytes < SET_BYTES && self.glyphs.len() < usize::from(u16::MAX)
    }

    fn add(&mut self, glyph: u32) -> u16 {
        let index = self.glyphs.len() as u16;
        self.glyphs.push((glyph, self.face.advance(glyph)));
        self.indices.insert(glyph, index);
        index
    }

    fn known(&self, set: GlyphSetId, index: u16) -> Known {
        Known {
            set,
            index,
            advance: self.glyphs[usize::from(index)].1,
            units_per_em: self.units_per_em,
        }
    }
}
