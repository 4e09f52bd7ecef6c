//! Colours: straight alpha on the wire, premultiplied in every buffer.

use serde::{Deserialize, Serialize};

/// A colour as it travels: sRGB, 8 bits a channel, straight alpha. On the wire: the bytes R, G, B, A.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Color {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
    /// 255 is opaque, 0 invisible.
    pub a: u8,
}

impl Color {
    /// Nothing at all.
    pub const TRANSPARENT: Self = Self::rgba(0, 0, 0, 0);
    /// Black.
    pub const BLACK: Self = Self::rgb(0, 0, 0);
    /// White.
    pub const WHITE: Self = Self::rgb(255, 255, 255);
    /// Red.
    pub const RED: Self = Self::rgb(255, 0, 0);
    /// Green at full strength.
    pub const GREEN: Self = Self::rgb(0, 255, 0);
    /// Blue.
    pub const BLUE: Self = Self::rgb(0, 0, 255);

    /// An opaque colour.
    pub const fn rgb(r: u8, g: u8, b: u8) -> Self {
        Self::rgba(r, g, b, 255)
    }

    /// A colour with straight alpha.
    pub const fn rgba(r: u8, g: u8, b: u8, a: u8) -> Self {
        Self { r, g, b, a }
    }

    /// An opaque colour from `0xRRGGBB`.
    pub const fn hex(rgb: u32) -> Self {
        Self::rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
    }

    /// This colour with another alpha.
    pub const fn with_alpha(self, a: u8) -> Self {
        Self { a, ..self }
    }

    /// The four bytes of the wire.
    pub const fn to_bytes(self) -> [u8; 4] {
        [self.r, self.g, self.b, self.a]
    }

    /// From the four bytes of the wire.
    pub const fn from_bytes([r, g, b, a]: [u8; 4]) -> Self {
        Self { r, g, b, a }
    }

    /// The pixel this colour makes: each channel times alpha, rounded to nearest.
    pub const fn premultiply(self) -> Pixel {
        Pixel::from_channels(
            self.a,
            mul_div_255(self.r, self.a),
            mul_div_255(self.g, self.a),
            mul_div_255(self.b, self.a),
        )
    }
}

/// A pixel of a buffer: premultiplied, `0xAARRGGBB` in a native `u32`, no channel above alpha.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Pixel(pub u32);

impl Pixel {
    /// Nothing at all.
    pub const TRANSPARENT: Self = Self(0);

    /// From premultiplied channels.
    pub const fn from_channels(a: u8, r: u8, g: u8, b: u8) -> Self {
        Self(u32::from_be_bytes([a, r, g, b]))
    }

    /// Alpha, red, green, blue, premultiplied.
    pub const fn channels(self) -> [u8; 4] {
        self.0.to_be_bytes()
    }

    /// Alpha.
    pub const fn alpha(self) -> u8 {
        (self.0 >> 24) as u8
    }

    /// The straight-alpha colour this pixel came from, as nearly as 8 bits allow.
    pub fn to_color(self) -> Color {
        let [a, r, g, b] = self.channels();
        let straight = |c: u8| match a {
            0 => 0,
            _ => ((u32::from(c) * 255 + u32::from(a) / 2) / u32::from(a)).min(255) as u8,
        };
        Color::rgba(straight(r), straight(g), straight(b), a)
    }
}

/// `a·b / 255`, rounded to nearest, exactly (no input lies half way). All blending rounds like this.
pub const fn mul_div_255(a: u8, b: u8) -> u8 {
    let t = a as u32 * b as u32 + 128;
    ((t + (t >> 8)) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_division_is_exact_for_all_inputs() {
        for a in 0..=255u8 {
            for b in 0..=255u8 {
                let exact = (u32::from(a) * u32::from(b) * 2 + 255) / 510;
                assert_eq!(u32::from(mul_div_255(a, b)), exact);
            }
        }
    }

    #[test]
    fn opaque_colours_survive_a_round_trip() {
        let c = Color::hex(0x12_80_ff);
        assert_eq!(c.premultiply().0, 0xff12_80ff);
        assert_eq!(c.premultiply().to_color(), c);
        assert_eq!(
            Color::rgba(255, 255, 255, 0).premultiply(),
            Pixel::TRANSPARENT
        );
    }
}
