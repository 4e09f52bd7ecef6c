//! [`Along`]: which pixels of a row of an image are mixed for those of a row of the device.

/// Binary digits of a position behind those of whole pixels.
const BITS: u32 = 24;

/// Positions that change evenly, in multiples of 1 / 2^24 pixel.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Along {
    pub(in super::super) at: i64,
    pub(in super::super) step: i64,
    /// The first and the last pixel that may be read: others are the nearest of them.
    pub(in super::super) range: (i64, i64),
    /// Whether pixels are read as they are, where a position lies in them.
    pub(in super::super) unmixed: bool,
}

impl Along {
    /// The two pixels mixed at the position number `i`, and how much of the second there is, of 256.
    #[inline(always)]
    pub(in super::super) fn pair(&self, i: i64) -> (u32, u32, u16) {
        let at = self.at.wrapping_add(i.wrapping_mul(self.step));
        let inside = |v: i64| v.max(self.range.0).min(self.range.1) as u32;
        if self.unmixed {
            let only = inside(at >> BITS);
            return (only, only, 0);
        }
        // In 256ths from the middle of the first pixel, rounded to nearest.
        let half = 1 << (BITS - 1);
        let at = (at - half + (1 << (BITS - 9))) >> (BITS - 8);
        (inside(at >> 8), inside((at >> 8) + 1), (at & 255) as u16)
    }
}
