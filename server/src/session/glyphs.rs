//! A client's glyph sets: outlines as they were sent, and their masks.

use std::collections::HashMap;
use std::sync::Arc;

use transom_protocol::color::Color;
use transom_protocol::draw::PathStep;
use transom_protocol::error::DecodeError;
use transom_protocol::geometry::Rect;
use transom_protocol::glyph::{Glyph as WireGlyph, GlyphShape, Glyphs, Outline};
use transom_protocol::ids::GlyphSetId;
use transom_protocol::request::{CreateGlyphSet, GlyphSetFlags};

use super::Failure;
use super::ids::ById;
use super::images::Images;
use super::limits::{Limits, Memory};
use crate::raster::{BuildQuickHash, Path, Pixmap};

/// What a glyph costs beside its outline.
const GLYPH_BYTES: u64 = 96;

/// Glyphs of one font face, or whatever the client takes for one.
#[derive(Debug)]
pub(super) struct GlyphSet {
    /// Font units in one em.
    pub(super) units_per_em: f32,
    /// Whether glyphs stand at whole pixels only.
    pub(super) hinted: bool,
    /// A number that goes with these glyphs under these indices, and never with others. 0: none; what is
    /// drawn is then not looked for among strikes.
    pub(super) family: u64,
    /// There are no more than 65,536 of them, whatever a client chooses.
    glyphs: HashMap<u16, Arc<Glyph>, BuildQuickHash>,
    bytes: u64,
}

impl GlyphSet {
    /// Adds or replaces a glyph. Returns how many points it has.
    fn add(
        &mut self,
        wire: &WireGlyph<'_>,
        images: &Images,
        next_key: &mut u64,
        memory: &mut Memory,
    ) -> Result<u64, Failure> {
        let glyph = build(wire, images, next_key)?;
        let bytes = glyph.bytes;
        memory.charge(bytes)?;
        self.bytes += bytes;
        if let Some(old) = self.glyphs.insert(wire.index, Arc::new(glyph)) {
            self.family = number(next_key);
            self.bytes -= old.bytes;
            memory.release(old.bytes);
        }
        Ok(bytes / 8)
    }

    pub(super) fn glyph(&self, index: u16) -> Option<&Glyph> {
        self.glyphs.get(&index).map(|glyph| &**glyph)
    }

    /// A set without a glyph, otherwise like this one.
    pub(super) fn emptied(&self) -> Self {
        Self {
            units_per_em: self.units_per_em,
            hinted: self.hinted,
            family: self.family,
            glyphs: HashMap::default(),
            bytes: 0,
        }
    }

    /// Takes those of `indices` that `from` has; returns how many bytes they are.
    pub(super) fn keep(&mut self, from: &Self, indices: impl Iterator<Item = u16>) -> u64 {
        let before = self.bytes;
        for index in indices {
            match from.glyphs.get(&index) {
                // The other set may come to have it, and stays of the family.
                None => self.family = 0,
                Some(glyph) => {
                    if self.glyphs.insert(index, Arc::clone(glyph)).is_none() {
                        self.bytes += glyph.bytes;
                    }
                }
            }
        }
        self.bytes - before
    }
}

/// One glyph.
#[derive(Debug)]
pub(super) struct Glyph {
    /// From its origin to the next one's, in font units.
    pub(super) advance: f32,
    pub(super) ink: Ink,
    bytes: u64,
}

/// What is drawn of a glyph.
#[derive(Debug)]
pub(super) enum Ink {
    /// Outlines, each with its colour (`None`: the run's paint), from back to front.
    Outlines(Vec<Layer>),
    /// An image, with its place in font units, y downwards.
    Image(Arc<Pixmap>, Rect),
    /// The same, in the run's paint.
    Mask(Arc<Pixmap>, Rect),
}

/// One outline of a glyph.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) color: Option<Color>,
    /// In font units, y upwards.
    pub(super) outline: Path,
    /// Names the outline in the mask cache, and no other one ever.
    pub(super) key: u64,
}

/// All glyph sets of one client.
#[derive(Debug, Default)]
pub(super) struct GlyphSets {
    sets: ById<GlyphSetId, GlyphSet>,
    next_key: u64,
}

impl GlyphSets {
    /// All of them.
    pub(super) fn all(&self) -> &ById<GlyphSetId, GlyphSet> {
        &self.sets
    }

    pub(super) fn get(&self, id: GlyphSetId) -> Option<&GlyphSet> {
        self.sets.get(&id)
    }

    pub(super) fn create(
        &mut self,
        request: &CreateGlyphSet,
        limits: &Limits,
    ) -> Result<(), Failure> {
        let CreateGlyphSet {
            set,
            units_per_em,
            flags,
        } = *request;
        if set.is_none() || self.sets.contains_key(&set) {
            return Err(Failure::bad_id(
                "this glyph set is there already, or has no id",
            ));
        }
        if units_per_em == 0 {
            return Err(Failure::bad_argument("no font units in an em"));
        }
        if self.sets.len() >= limits.glyph_sets {
            return Err(Failure::quota("too many glyph sets"));
        }
        let hinted = flags.contains(GlyphSetFlags::HINTED);
        let units_per_em = f32::from(units_per_em);
        self.sets.insert(
            set,
            GlyphSet {
                units_per_em,
                hinted,
                family: number(&mut self.next_key),
                glyphs: HashMap::default(),
                bytes: 0,
            },
        );
        Ok(())
    }

    /// Adds the glyphs of one packet; those that cannot be are told to `failed` by their number and
    /// left out. Returns how many points the others had.
    pub(super) fn add(
        &mut self,
        id: GlyphSetId,
        bytes: &[u8],
        images: &Images,
        memory: &mut Memory,
        mut failed: impl FnMut(u32, Failure),
    ) -> Result<u64, Failure> {
        let Self { sets, next_key } = self;
        let set = sets
            .get_mut(&id)
            .ok_or(Failure::unknown("no such glyph set"))?;
        let mut points = 0;
        for (number, wire) in (0..).zip(Glyphs::new(bytes)) {
            let added = wire
                .map_err(Failure::from)
                .and_then(|wire| set.add(&wire, images, next_key, memory));
            match added {
                Ok(count) => points += count,
                Err(fatal @ Failure::Fatal(..)) => return Err(fatal),
                Err(failure) => failed(number, failure),
            }
        }
        Ok(points)
    }

    pub(super) fn remove(
        &mut self,
        id: GlyphSetId,
        glyphs: impl Iterator<Item = u16>,
        memory: &mut Memory,
    ) -> Result<(), Failure> {
        let Self { sets, next_key } = self;
        let set = sets
            .get_mut(&id)
            .ok_or(Failure::unknown("no such glyph set"))?;
        for index in glyphs {
            if let Some(glyph) = set.glyphs.remove(&index) {
                set.family = number(next_key);
                set.bytes -= glyph.bytes;
                memory.release(glyph.bytes);
            }
        }
        Ok(())
    }

    /// Whether there was such a set.
    pub(super) fn destroy(&mut self, id: GlyphSetId, memory: &mut Memory) -> bool {
        match self.sets.remove(&id) {
            Some(set) => {
                memory.release(set.bytes);
                true
            }
            None => false,
        }
    }
}

/// A number that was never given before, and is not 0.
fn number(last: &mut u64) -> u64 {
    *last += 1;
    *last
}

fn build(wire: &WireGlyph<'_>, images: &Images, next_key: &mut u64) -> Result<Glyph, Failure> {
    let mut layer = |color, outline: &Outline<'_>| Layer {
        color,
        outline: path(outline.steps()),
        key: number(next_key),
    };
    let ink = match wire.shape {
        GlyphShape::Outline(outline) => Ink::Outlines(vec![layer(None, &outline)]),
        GlyphShape::Layers(layers) => {
            Ink::Outlines(layers.iter().map(|(c, o)| layer(c, &o)).collect())
        }
        GlyphShape::Image {
            image,
            x,
            y,
            width,
            height,
        } => {
            let image = images
                .get(image)
                .ok_or(Failure::unknown("a glyph's image"))?;
            let place = Rect::new(
                f32::from(x),
                -f32::from(y),
                f32::from(width),
                f32::from(height),
            );
            match image.is_mask() {
                true => Ink::Mask(image.share(), place),
                false => Ink::Image(image.share(), place),
            }
        }
    };
    let bytes = GLYPH_BYTES
        + match &ink {
            Ink::Outlines(layers) => layers
                .iter()
                .map(|l| 64 + 16 * l.outline.point_count() as u64)
                .sum(),
            Ink::Image(pixmap, _) | Ink::Mask(pixmap, _) => pixmap.byte_size() as u64,
        };
    Ok(Glyph {
        advance: f32::from(wire.advance),
        ink,
        bytes,
    })
}

/// A raster path of the steps of a path on the wire.
pub(super) fn path(steps: impl Iterator<Item = PathStep>) -> Path {
    let mut path = Path::new();
    append(&mut path, steps);
    path
}

/// Appends the steps of a path on the wire.
pub(super) fn append(path: &mut Path, steps: impl Iterator<Item = PathStep>) {
    for step in steps {
        match step {
            PathStep::Move(p) => path.move_to(p),
            PathStep::Line(p) => path.line_to(p),
            PathStep::Quad(a, b) => path.quad_to(a, b),
            PathStep::Cubic(a, b, c) => path.cubic_to(a, b, c),
            PathStep::Close => path.close(),
        }
    }
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::BadValue { problem, .. } => Self::bad_argument(problem),
            DecodeError::Unknown(_) => Self::unsupported("an operation this server does not know"),
            fatal => Self::Fatal(fatal.code(), fatal.to_string().into()),
        }
    }
}
