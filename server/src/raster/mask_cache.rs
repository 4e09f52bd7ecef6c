//! [`MaskCache`]: glyph masks worth keeping.

use std::collections::HashMap;

use super::glyphs::Mask;
use super::quick_hash::BuildQuickHash;

/// The most bytes a [`MaskCache`] holds: ten thousand glyphs of body text, or all that a page of large
/// ideographs needs, at every sub-pixel position.
pub const MASK_CACHE_BYTES: usize = 4 << 20;

/// What an entry costs besides its mask: the key, and the table's slack.
const ENTRY_BYTES: usize = 64;

/// Which mask: a glyph at a size and position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MaskKey {
    /// The glyph, as its user numbers them.
    pub glyph: u64,
    /// The bits of the scale in device pixels per font unit.
    pub scale: u32,
    /// The quarter of a pixel that the glyph starts at.
    pub subpixel: u8,
}

impl MaskKey {
    /// The key of `glyph` drawn as [`glyph_mask`](super::glyph_mask) would with these arguments.
    pub fn new(glyph: u64, scale: f32, subpixel: u8) -> Self {
        Self {
            glyph,
            scale: scale.to_bits(),
            subpixel: subpixel % 4,
        }
    }

    /// Some bits of it: glyphs of a set are numbered one after another.
    #[inline(always)]
    fn recent(&self) -> usize {
        let size = self.scale.wrapping_mul(0x9e37_79b9) >> 23;
        let glyph = self.glyph as usize * 4 + usize::from(self.subpixel);
        (glyph ^ size as usize) % RECENT
    }
}

/// Masks used last are found without asking a table: as many places as text in a few sizes has glyphs.
const RECENT: usize = 512;

/// Masks by key, at most [`MASK_CACHE_BYTES`] of them; what has not been used for longest goes first.
///
/// Approximately: masks live in two generations. Use moves one into the young generation; when that
/// holds half of all bytes, the old one is dropped and the young one takes its place.
#[derive(Debug)]
pub struct MaskCache {
    young: Generation,
    old: Generation,
    /// Where in the young generation a mask was last found, by some bits of its key. May be out of date.
    recent: Box<[u32; RECENT]>,
}

impl Default for MaskCache {
    fn default() -> Self {
        Self {
            young: Generation::default(),
            old: Generation::default(),
            recent: Box::new([0; RECENT]),
        }
    }
}

#[derive(Debug, Default)]
struct Generation {
    /// Where each mask is in the list.
    places: HashMap<MaskKey, u32, BuildQuickHash>,
    masks: Vec<(MaskKey, Mask)>,
    bytes: usize,
}

impl Generation {
    /// Adds a mask that is not there. Returns its place.
    fn push(&mut self, key: MaskKey, mask: Mask) -> usize {
        let place = self.masks.len();
        self.bytes += cost(&mask);
        self.masks.push((key, mask));
        self.places.insert(key, place as u32);
        place
    }

    fn remove(&mut self, key: &MaskKey) -> Option<Mask> {
        let place = self.places.remove(key)?;
        let (_, mask) = self.masks.swap_remove(place as usize);
        if let Some((moved, _)) = self.masks.get(place as usize) {
            self.places.insert(*moved, place);
        }
        self.bytes -= cost(&mask);
        Some(mask)
    }

    fn forget(&mut self, is_gone: &mut impl FnMut(u64) -> bool) {
        self.masks.retain(|(key, _)| !is_gone(key.glyph));
        self.bytes = self.masks.iter().map(|(_, mask)| cost(mask)).sum();
        self.places.clear();
        let places = self.masks.iter().zip(0..);
        self.places
            .extend(places.map(|((key, _), place)| (*key, place)));
    }
}

fn cost(mask: &Mask) -> usize {
    mask.byte_size() + ENTRY_BYTES
}

impl MaskCache {
    /// A cache without masks.
    pub fn new() -> Self {
        Self::default()
    }

    /// The mask for `key`, from the cache or from `make`. When `make` has none, neither has the cache.
    pub fn get_or_insert_with(
        &mut self,
        key: MaskKey,
        make: impl FnOnce() -> Option<Mask>,
    ) -> Option<&Mask> {
        let recent = key.recent();
        let guess = self.recent[recent] as usize;
        let place = match self.young.masks.get(guess) {
            Some((there, _)) if *there == key => guess,
            _ => {
                let place = self.place(key, make)?;
                self.recent[recent] = place as u32;
                place
            }
        };
        Some(&self.young.masks[place].1)
    }

    /// Where in the young generation the mask is; puts it there if it must.
    fn place(&mut self, key: MaskKey, make: impl FnOnce() -> Option<Mask>) -> Option<usize> {
        if let Some(place) = self.young.places.get(&key) {
            return Some(*place as usize);
        }
        let mask = match self.old.remove(&key) {
            Some(mask) => mask,
            None => make()?,
        };
        self.make_room(cost(&mask));
        Some(self.young.push(key, mask))
    }

    /// Drops all masks of the glyphs that `is_gone` names: their set is deleted or replaced.
    pub fn forget(&mut self, mut is_gone: impl FnMut(u64) -> bool) {
        self.young.forget(&mut is_gone);
        self.old.forget(&mut is_gone);
    }

    /// Drops all masks.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many bytes the masks take now.
    pub fn byte_size(&self) -> usize {
        self.young.bytes + self.old.bytes
    }

    fn make_room(&mut self, bytes: usize) {
        if self.young.bytes + bytes > MASK_CACHE_BYTES / 2 {
            self.old = std::mem::take(&mut self.young);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(side: u32) -> Mask {
        Mask {
            width: side,
            height: side,
            coverage: vec![1; (side * side) as usize].into(),
            stride: side,
            ..Mask::empty()
        }
    }

    fn key(glyph: u64) -> MaskKey {
        MaskKey::new(glyph, 0.5, 0)
    }

    #[test]
    fn a_mask_is_made_once() {
        let mut cache = MaskCache::new();
        let made = cache.get_or_insert_with(key(1), || Some(mask(4))).cloned();
        assert_eq!(made, Some(mask(4)));
        assert!(
            cache
                .get_or_insert_with(key(1), || panic!("made twice"))
                .is_some()
        );
        assert_eq!(cache.get_or_insert_with(key(2), || None), None);
        assert!(
            cache
                .get_or_insert_with(MaskKey::new(1, 0.5, 4), || None)
                .is_some()
        );
    }

    #[test]
    fn the_cache_stays_within_its_bytes_and_keeps_what_is_used() {
        let mut cache = MaskCache::new();
        for glyph in 0..2000 {
            cache.get_or_insert_with(key(glyph), || Some(mask(100)));
            assert!(cache.byte_size() <= MASK_CACHE_BYTES);
            let often = cache.get_or_insert_with(key(0), || None);
            assert!(often.is_some(), "lost at {glyph}");
        }
        assert_eq!(cache.get_or_insert_with(key(1), || None), None);
    }

    #[test]
    fn forgotten_glyphs_are_gone_and_their_bytes_free() {
        let mut cache = MaskCache::new();
        for glyph in 0..300 {
            cache.get_or_insert_with(key(glyph), || Some(mask(100)));
        }
        cache.forget(|glyph| glyph != 299);
        assert_eq!(cache.byte_size(), cost(&mask(100)));
        cache.clear();
        assert_eq!(cache.byte_size(), 0);
    }
}
