//! [`Cell`]: what stands in one place of the grid, and how it looks.

use std::collections::HashMap;

use transom::Color;

/// Clusters of several characters that may be remembered; beyond that a cell shows its first.
const MAX_CLUSTERS: usize = 4096;

/// What a cell shows: a character, or a character with combining ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Symbol(u32);

impl Symbol {
    /// Nothing to be seen.
    pub const BLANK: Self = Self(' ' as u32);

    /// One character.
    pub const fn of(c: char) -> Self {
        Self(c as u32)
    }

    /// The character, unless it is a cluster.
    pub fn character(self) -> Option<char> {
        char::from_u32(self.0)
    }
}

/// Characters with combining ones, numbered.
#[derive(Debug, Default)]
pub(crate) struct Clusters {
    texts: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Clusters {
    const FIRST: u32 = char::MAX as u32 + 1;

    pub(crate) fn symbol(&mut self, first: char, combining: &[char]) -> Symbol {
        let text: String = std::iter::once(first)
            .chain(combining.iter().copied())
            .collect();
        if let Some(number) = self.numbers.get(&text) {
            return Symbol(*number);
        }
        if self.texts.len() == MAX_CLUSTERS {
            return Symbol::of(first);
        }
        let number = Self::FIRST + self.texts.len() as u32;
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        Symbol(number)
    }

    pub(crate) fn text(&self, symbol: Symbol) -> String {
        match symbol.character() {
            Some(c) => c.into(),
            None => self.texts[(symbol.0 - Self::FIRST) as usize].clone(),
        }
    }
}

/// A line under text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Line {
    /// None.
    #[default]
    None,
    /// Straight.
    Single,
    /// Two straight ones.
    Double,
    /// A wave.
    Curl,
    /// Dots.
    Dots,
    /// Dashes.
    Dashes,
}

/// How the text of a cell looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CellFlags(u8);

impl CellFlags {
    /// Nothing special.
    pub const NONE: Self = Self(0);
    /// The bold face.
    pub const BOLD: Self = Self(1);
    /// The slanted face.
    pub const ITALIC: Self = Self(2);
    /// Struck through.
    pub const STRIKE: Self = Self(4);
    /// The first of two cells that show one symbol.
    pub const WIDE: Self = Self(8);
    /// The second of two cells that show one symbol.
    pub const SECOND: Self = Self(16);

    /// Whether all of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// This with `other` where `on`.
    pub const fn with(self, other: Self, on: bool) -> Self {
        Self(if on { self.0 | other.0 } else { self.0 })
    }
}

/// What marks the place where typed text appears.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Nothing, or a block, which is a matter of colours.
    #[default]
    None,
    /// A bar on the left.
    Beam,
    /// A bar at the bottom.
    Under,
    /// A box.
    Hollow,
}

/// One place of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cell {
    /// What it shows.
    pub symbol: Symbol,
    /// Colour of the text.
    pub fg: Color,
    /// Colour behind it.
    pub bg: Color,
    /// Colour of the line under it.
    pub line_color: Color,
    /// The line under it.
    pub line: Line,
    /// How it looks.
    pub flags: CellFlags,
    /// A caret that is not a block, in the colour `mark_color`.
    pub mark: Mark,
    /// The caret's colour.
    pub mark_color: Color,
}

impl Cell {
    /// Nothing on a colour.
    pub const fn blank(bg: Color) -> Self {
        Self {
            symbol: Symbol::BLANK,
            fg: bg,
            bg,
            line_color: bg,
            line: Line::None,
            flags: CellFlags::NONE,
            mark: Mark::None,
            mark_color: bg,
        }
    }

    /// Whether there is nothing but the colour behind.
    pub fn is_blank(&self) -> bool {
        self.symbol == Symbol::BLANK
            && self.line == Line::None
            && self.mark == Mark::None
            && !self.flags.contains(CellFlags::STRIKE)
    }

    /// The same cell with everything reset that cannot be seen, so that cells that look the same
    /// are equal.
    pub fn seen(mut self) -> Self {
        if self.line == Line::None {
            self.line_color = self.bg;
        }
        if self.mark == Mark::None {
            self.mark_color = self.bg;
        }
        if self.symbol == Symbol::BLANK && !self.flags.contains(CellFlags::STRIKE) {
            self.fg = self.bg;
            let second = self.flags.contains(CellFlags::SECOND);
            self.flags = CellFlags::NONE.with(CellFlags::SECOND, second);
        }
        self
    }
}
