//! [`MaskCache`]: glyph masks worth keeping.

use super::cache::{Cache, Kept, Key};
use super::glyphs::Mask;

/// The most bytes a [`MaskCache`] holds: ten thousand glyphs of body text, or all that a page of large
/// ideographs needs, at every sub-pixel position.
pub const MASK_CACHE_BYTES: usize = 4 << 20;

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
    #[inline]
    pub fn new(glyph: u64, scale: f32, subpixel: u8) -> Self {
        Self {
            glyph,
            scale: scale.to_bits(),
            subpixel: subpixel % 4,
        }
    }
}

impl Key for MaskKey {
    #[inline(always)]
    fn some_bits(&self) -> usize {
        // Glyphs of a set are numbered one after another.
        let size = self.scale.wrapping_mul(0x9e37_79b9) >> 23;
        let glyph = self.glyph as usize * 4 + usize::from(self.subpixel);
        glyph ^ size as usize
    }
}

impl Kept for Mask {
    const CACHE_BYTES: usize = MASK_CACHE_BYTES;

    fn byte_size(&self) -> usize {
        self.byte_size()
    }
}

/// Masks by key, at most [`MASK_CACHE_BYTES`] of them.
pub type MaskCache = Cache<MaskKey, Mask>;

impl MaskCache {
    /// Drops all masks of the glyphs that `is_gone` names: their set is deleted or replaced.
    pub fn forget(&mut self, mut is_gone: impl FnMut(u64) -> bool) {
        self.forget_keys(|key| is_gone(key.glyph));
    }
}

#[cfg(test)]
mod tests {
    use super::super::cache::cost;
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
