//! How text looks: family, size, weight, slant, colour, lines through and under it.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use transom_protocol::color::Color;
use transom_protocol::geometry::Point;

use super::layout::TextLayout;
use super::library::Library;
use crate::error::Error;

/// Different family names a program may use; those beyond are shown in the bundled font.
const MAX_NAMES: usize = 256;

/// A family of typefaces.
///
/// `Sans` and `Mono` are bundled (DejaVu 2.37, regular and bold) and the same everywhere. What they
/// lack comes from the system's fonts, which are looked at only then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Family {
    /// For most things.
    #[default]
    Sans,
    /// All characters equally wide.
    Mono,
    /// With serifs: the system's; without one, `Sans`.
    Serif,
    /// A family of the system by its name, `Sans` where there is none. See [`Family::named`].
    Named(&'static str),
}

impl Family {
    /// The family of fonts that the program brings with it: the bytes of TrueType or OpenType files, one
    /// for each weight and slant. They are kept for as long as the program runs.
    ///
    /// # Errors
    ///
    /// When there is no usable font in one of them.
    pub fn load(fonts: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, Error> {
        let fonts: Vec<_> = fonts.into_iter().collect();
        Library::with(|library| library.load(fonts)).map(Self::Named)
    }

    /// The system's family of this name. A name is kept for as long as the program runs.
    pub fn named(name: &str) -> Self {
        static NAMES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.iter().find(|known| **known == name) {
            return Self::Named(known);
        }
        if names.len() >= MAX_NAMES {
            return Self::Sans;
        }
        let kept: &'static str = Box::leak(name.into());
        names.push(kept);
        Self::Named(kept)
    }
}

/// Which side of the text is at the given place, or of the room it is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Align {
    /// It begins there.
    #[default]
    Left,
    /// Its middle is there.
    Center,
    /// It ends there.
    Right,
    /// Lines as wide as the room, by wider spaces; as `Left` where there is no width to fill.
    Justify,
}

/// How text looks.
///
/// ```
/// use transom::{Color, TextStyle};
/// let heading = TextStyle::new(24.0).bold().color(Color::hex(0x334455)).centered();
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextStyle {
    /// Logical units of one em; capital letters are about 0.73 of that.
    pub size: f32,
    /// Its colour. Emoji have their own.
    pub color: Color,
    /// The typeface.
    pub family: Family,
    /// 400 is regular, 700 bold, between 1 and 1000. A family has the nearest it has.
    pub weight: u16,
    /// Whether it leans.
    pub italic: bool,
    /// Whether there is a line under it.
    pub underline: bool,
    /// Whether there is a line through it.
    pub strikethrough: bool,
    /// Which side of the text is at the given place.
    pub align: Align,
}

impl TextStyle {
    /// Black Sans of this size, in logical units, from the given place on.
    pub const fn new(size: f32) -> Self {
        Self {
            size,
            color: Color::BLACK,
            family: Family::Sans,
            weight: 400,
            italic: false,
            underline: false,
            strikethrough: false,
            align: Align::Left,
        }
    }

    /// In another size.
    pub const fn size(self, size: f32) -> Self {
        Self { size, ..self }
    }

    /// In another colour.
    pub const fn color(self, color: Color) -> Self {
        Self { color, ..self }
    }

    /// In another typeface.
    pub const fn family(self, family: Family) -> Self {
        Self { family, ..self }
    }

    /// In another weight: 400 is regular, 700 bold.
    pub const fn weight(self, weight: u16) -> Self {
        Self { weight, ..self }
    }

    /// In bold.
    pub const fn bold(self) -> Self {
        self.weight(700)
    }

    /// Leaning.
    pub const fn italic(self) -> Self {
        Self {
            italic: true,
            ..self
        }
    }

    /// With a line under it.
    pub const fn underlined(self) -> Self {
        Self {
            underline: true,
            ..self
        }
    }

    /// With a line through it.
    pub const fn struck(self) -> Self {
        Self {
            strikethrough: true,
            ..self
        }
    }

    /// All characters equally wide.
    pub const fn mono(self) -> Self {
        self.family(Family::Mono)
    }

    /// With another side at the given place.
    pub const fn align(self, align: Align) -> Self {
        Self { align, ..self }
    }

    /// With its middle at the given place.
    pub const fn centered(self) -> Self {
        self.align(Align::Center)
    }

    /// The text, or as much of its beginning as fits `width` with "…" behind it.
    ///
    /// ```
    /// # use transom::TextStyle;
    /// let style = TextStyle::new(13.0);
    /// assert_eq!(style.shortened("short", 200.0), "short");
    /// assert!(style.shortened("rather longer than that", 80.0).ends_with('…'));
    /// ```
    pub fn shortened<'a>(&self, text: &'a str, width: f32) -> Cow<'a, str> {
        if self.measure(text).width <= width {
            return text.into();
        }
        let room = width - self.measure("…").width;
        let layout = TextLayout::new(text, &self.align(Align::Left), None);
        let middle = layout
            .lines()
            .next()
            .map_or(0.0, |line| line.baseline / 2.0);
        let mut end = layout.caret_at(Point::new(room, middle)).focus();
        loop {
            let shown = format!("{}…", text[..end].trim_end());
            if end == 0 || self.measure(&shown).width <= width {
                return shown.into();
            }
            end = layout.previous_grapheme(end);
        }
    }

    /// How much room `text` takes. Needs no display.
    pub fn measure(&self, text: &str) -> TextSize {
        Library::with(|library| {
            let metrics = library.metrics(self);
            let lines = library.lines(text, self);
            let widest = lines.iter().map(|line| line.width).fold(0.0, f32::max);
            TextSize {
                width: widest,
                ..metrics
            }
        })
    }
}

/// How much room text takes, in logical units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TextSize {
    /// Of the longest line, from its first origin to behind its last character.
    pub width: f32,
    /// From the baseline up to where the highest characters reach.
    pub ascent: f32,
    /// From the baseline down to where the lowest characters reach.
    pub descent: f32,
    /// From one baseline to the next.
    pub line_height: f32,
    /// From the baseline to the top of capital letters: what the eye centres by.
    pub cap_height: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_once() {
        let Family::Named(a) = Family::named("Some Family") else {
            panic!("there is room for one");
        };
        let Family::Named(b) = Family::named("Some Family") else {
            panic!("it is there already");
        };
        assert!(std::ptr::eq(a, b));
    }
}
