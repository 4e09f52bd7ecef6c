//! Averages of boxes of pixels: how an image is made smaller without losing any of it.

/// A range of positions in 256ths of a pixel, cut into pixels.
#[derive(Clone, Copy)]
pub(super) struct Span {
    from: i64,
    to: i64,
}

impl Span {
    /// `width` around `middle`, which is in multiples of 2^-24 pixel and rounded to 256ths.
    #[inline(always)]
    pub(super) fn around(middle: i64, width: i64) -> Self {
        let from = ((middle + (1 << 15)) >> 16) - width / 2;
        Self {
            from,
            to: from + width,
        }
    }

    /// The pixels that it touches.
    #[inline(always)]
    pub(super) fn pixels(self) -> std::ops::RangeInclusive<i64> {
        self.from >> 8..=(self.to - 1) >> 8
    }

    /// How much of a pixel lies inside.
    #[inline(always)]
    pub(super) fn weight(self, pixel: i64) -> u32 {
        (self.to.min((pixel + 1) << 8) - self.from.max(pixel << 8)) as u32
    }
}

/// The average of the pixels in a box around `middle` (in multiples of 2^-24 pixel), `size` 256ths
/// wide and high, which are 256 to 1536 each; rounded to nearest, halves up.
#[inline(always)]
pub(super) fn average(
    middle: (i64, i64),
    size: (i64, i64),
    pixel: impl Fn(i64, i64) -> u32,
) -> u32 {
    let (across, down) = (
        Span::around(middle.0, size.0),
        Span::around(middle.1, size.1),
    );
    let mut sums = [0u32; 4];
    for y in down.pixels() {
        let mut row = [0u32; 4];
        for x in across.pixels() {
            let (weight, channels) = (across.weight(x), pixel(x, y).to_be_bytes());
            for (sum, channel) in row.iter_mut().zip(channels) {
                *sum += weight * u32::from(channel);
            }
        }
        let weight = down.weight(y);
        for (sum, row) in sums.iter_mut().zip(row) {
            *sum += weight * row;
        }
    }
    let all = (size.0 * size.1) as u32;
    u32::from_be_bytes(sums.map(|sum| ((sum + all / 2) / all) as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_of_one_pixel_is_linear_interpolation() {
        let pixel = |x: i64, _: i64| if x < 1 { 0xff00_0000 } else { 0xffff_ffff };
        let at = |quarters: i64| average((quarters << 22, 1 << 23), (256, 256), pixel);
        assert_eq!(at(2), 0xff00_0000);
        assert_eq!(at(4), 0xff80_8080);
        assert_eq!(at(5), 0xffbf_bfbf);
        assert_eq!(at(6), 0xffff_ffff);
    }

    #[test]
    fn every_pixel_counts_by_its_share() {
        let pixel = |x: i64, y: i64| if (x, y) == (0, 0) { 0xff00_0000 } else { 0 };
        let share = average((1 << 24, 1 << 24), (512, 512), pixel);
        assert_eq!(share, 0x4000_0000);
        let share = average((3 << 23, 1 << 24), (512, 512), pixel);
        assert_eq!(share, 0x2000_0000);
    }
}
