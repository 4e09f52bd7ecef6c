//! [`Palette`]: which colours the numbers of a program mean.

use alacritty_terminal::term::color::Colors;
use alacritty_terminal::vte::ansi::{Color as Asked, NamedColor, Rgb};
use transom::Color;

/// Black to white, then the same brighter.
const SIXTEEN: [u32; 16] = [
    0x2a2e38, 0xd9595f, 0x7fae5a, 0xd9a94a, 0x4f86c6, 0xb077c4, 0x3fa0a6, 0xcfd3da, 0x6b7280,
    0xf0868b, 0xaad68a, 0xf2cf85, 0x92bdee, 0xd3a6e2, 0x85d2d6, 0xf5f6f8,
];
const FOREGROUND: Color = Color::hex(0xd8dce3);
const BACKGROUND: Color = Color::hex(0x1b1e25);
const CARET: Color = Color::hex(0xe3b860);

/// Selected text.
pub(crate) const SELECTED: Color = Color::hex(0x3d5273);
/// What a search found, and the one of it that the person is at.
pub(crate) const FOUND: Color = Color::hex(0x5b5426);
pub(crate) const FOUND_HERE: Color = Color::hex(0xe3b860);
/// Text on the latter, and on the search bar.
pub(crate) const ON_BRIGHT: Color = Color::hex(0x1b1e25);
/// The search bar.
pub(crate) const BAR: Color = Color::hex(0x5fb8bd);

/// The colours in force: the terminal's own, where the program has not set others.
#[derive(Clone, Copy)]
pub struct Palette<'a> {
    set: &'a Colors,
}

impl<'a> Palette<'a> {
    /// With the colours that a program has set.
    pub fn new(set: &'a Colors) -> Self {
        Self { set }
    }

    /// A colour by its number: 0 to 255, then as [`NamedColor`] counts.
    pub fn indexed(&self, index: usize) -> Color {
        match self.set[index] {
            Some(Rgb { r, g, b }) => Color::rgb(r, g, b),
            None => own(index),
        }
    }

    /// What a cell asks for. Bold text in one of the first eight colours is not brightened: the
    /// bold face is enough.
    pub fn color(&self, asked: Asked) -> Color {
        match asked {
            Asked::Spec(Rgb { r, g, b }) => Color::rgb(r, g, b),
            Asked::Indexed(index) => self.indexed(index.into()),
            Asked::Named(name) => self.named(name),
        }
    }

    fn named(&self, name: NamedColor) -> Color {
        match undimmed(name) {
            Some(bright) => dimmed(self.indexed(bright as usize)),
            None => self.indexed(name as usize),
        }
    }

    /// What is behind text that asks for no colour.
    pub fn background(&self) -> Color {
        self.indexed(NamedColor::Background as usize)
    }

    /// The caret.
    pub fn caret(&self) -> Color {
        self.indexed(NamedColor::Cursor as usize)
    }
}

/// A colour for text, unless that could not be read on a dark one.
pub(crate) fn readable(ink: Color, on: Color) -> Color {
    /// Of 255 steps of brightness.
    const APART: u32 = 70;
    let brightness = |c: Color| (u32::from(c.r) * 3 + u32::from(c.g) * 6 + u32::from(c.b)) / 10;
    match brightness(ink).abs_diff(brightness(on)) >= APART {
        true => ink,
        false => FOREGROUND,
    }
}

/// A colour two thirds as strong.
pub(crate) fn dimmed(color: Color) -> Color {
    let less = |channel: u8| (u16::from(channel) * 2 / 3) as u8;
    Color::rgb(less(color.r), less(color.g), less(color.b))
}

fn undimmed(name: NamedColor) -> Option<NamedColor> {
    Some(match name {
        NamedColor::DimBlack => NamedColor::Black,
        NamedColor::DimRed => NamedColor::Red,
        NamedColor::DimGreen => NamedColor::Green,
        NamedColor::DimYellow => NamedColor::Yellow,
        NamedColor::DimBlue => NamedColor::Blue,
        NamedColor::DimMagenta => NamedColor::Magenta,
        NamedColor::DimCyan => NamedColor::Cyan,
        NamedColor::DimWhite => NamedColor::White,
        NamedColor::DimForeground => NamedColor::Foreground,
        _ => return None,
    })
}

fn own(index: usize) -> Color {
    match index {
        0..16 => Color::hex(SIXTEEN[index]),
        16..232 => cube(index - 16),
        232..256 => {
            let grey = (8 + 10 * (index - 232)) as u8;
            Color::rgb(grey, grey, grey)
        }
        i if i == NamedColor::Background as usize => BACKGROUND,
        i if i == NamedColor::Cursor as usize => CARET,
        _ => FOREGROUND,
    }
}

/// Six steps of each primary, as xterm has them.
fn cube(index: usize) -> Color {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    Color::rgb(
        STEPS[index / 36 % 6],
        STEPS[index / 6 % 6],
        STEPS[index % 6],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cube_and_the_greys_are_xterm_s() {
        let set = Colors::default();
        let palette = Palette::new(&set);
        assert_eq!(palette.indexed(16), Color::BLACK);
        assert_eq!(palette.indexed(196), Color::RED);
        assert_eq!(palette.indexed(231), Color::WHITE);
        assert_eq!(palette.indexed(244), Color::rgb(128, 128, 128));
    }

    #[test]
    fn what_a_program_sets_wins() {
        let mut set = Colors::default();
        set[1] = Some(Rgb { r: 1, g: 2, b: 3 });
        let palette = Palette::new(&set);
        assert_eq!(
            palette.color(Asked::Named(NamedColor::Red)),
            Color::rgb(1, 2, 3)
        );
        assert_eq!(
            palette.color(Asked::Named(NamedColor::DimWhite)),
            dimmed(Color::hex(SIXTEEN[7]))
        );
    }
}
