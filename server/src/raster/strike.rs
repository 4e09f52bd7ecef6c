//! [`Strike`]: the masks of one glyph set at one size, laid out to be drawn many at a time.

use super::glyphs::Mask;
use super::kernels::text::{Placed, Rows, SHARES, UNIT};

/// The longest side of a glyph in a strike, in pixels. Larger ones are worth a call each.
pub(super) const MAX_CELL_SIDE: usize = 64;

/// The most bytes that one strike holds: all glyphs of an alphabet at every sub-pixel position, or a
/// thousand ideographs.
const STRIKE_BYTES: usize = 1 << 20;

/// The most bytes that [`Strikes`] hold before another is made or found; the one in use may grow by
/// [`STRIKE_BYTES`] beyond it.
const STRIKES_BYTES: usize = 2 << 20;

/// The most strikes: sizes and faces that are drawn in turns.
const MAX_STRIKES: usize = 32;

/// Cells come by so many.
const PAGE: usize = 256;

/// What is known of a glyph at a place in a pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellKind {
    /// Nothing yet.
    #[default]
    Unknown,
    /// It has no ink.
    Blank,
    /// It has coverage.
    Ink,
    /// It is not drawn from a strike.
    Other,
}

/// A glyph of a strike.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cell {
    rows: Rows,
    /// From its origin to the next one's, in font units.
    pub advance: f32,
    /// From its origin to its leftmost column and its topmost row.
    left: i8,
    top: i8,
    /// What is known.
    pub kind: CellKind,
}

impl Cell {
    /// Columns times rows.
    pub fn pixels(&self) -> u32 {
        u32::from(self.rows.width) * u32::from(self.rows.count)
    }

    /// Its ink with its origin in the pixel (`x`, `y`).
    #[inline(always)]
    pub(super) fn placed(&self, x: i32, y: i32) -> Placed {
        Placed {
            x: x.wrapping_add(self.left.into()),
            y: y.wrapping_add(self.top.into()),
            rows: self.rows,
        }
    }

    /// A glyph that is not drawn from a strike.
    pub fn other(advance: f32) -> Self {
        Self {
            advance,
            kind: CellKind::Other,
            ..Self::default()
        }
    }
}

/// Glyphs of one set at one size. Places that nothing is known of are the rule.
#[derive(Debug)]
pub struct Strike {
    family: u64,
    scale: u32,
    used: u64,
    /// Quarters of a pixel are told by so many of the lowest bits.
    shift: u32,
    /// The first cells are empty and stand for all pages that are not there.
    cells: Vec<Cell>,
    /// Where the cells of each page are.
    pages: Vec<u32>,
    shares: Vec<u16>,
}

impl Strike {
    fn new(family: u64, scale: u32, is_hinted: bool) -> Self {
        Self {
            family,
            scale,
            used: 0,
            shift: if is_hinted { 0 } else { 2 },
            cells: vec![Cell::default(); PAGE],
            pages: Vec::new(),
            shares: Vec::new(),
        }
    }

    /// The cell of a glyph that begins `subpixel` quarters into a pixel, which is 0 where glyphs stand on
    /// whole pixels only.
    pub fn cell(&self, index: u16, subpixel: u8) -> Cell {
        let cell = self.at(self.slot(index, subpixel));
        cell.copied().unwrap_or_default()
    }

    /// A number that no cell has.
    pub const NO_SLOT: u32 = u32::MAX;

    /// The number of that cell.
    #[inline(always)]
    pub fn slot(&self, index: u16, subpixel: u8) -> u32 {
        (u32::from(index) << self.shift) | u32::from(subpixel)
    }

    /// The cell of this number.
    #[inline(always)]
    pub(super) fn at(&self, slot: u32) -> Option<&Cell> {
        let page = *self.pages.get(slot as usize / PAGE)?;
        self.cells.get(page as usize + slot as usize % PAGE)
    }

    /// The rows of all cells.
    pub(super) fn shares(&self) -> &[u16] {
        &self.shares
    }

    /// Keeps a glyph. If there is no room, all others go.
    pub fn insert(&mut self, index: u16, subpixel: u8, mask: &Mask, advance: f32) -> Cell {
        let cell = self.cell_of(mask, advance);
        self.keep(index, subpixel, cell, mask);
        self.cell(index, subpixel)
    }

    /// Keeps that a glyph is not drawn from here.
    pub fn insert_other(&mut self, index: u16, subpixel: u8, advance: f32) -> Cell {
        let cell = Cell::other(advance);
        self.keep(index, subpixel, cell, &Mask::empty());
        cell
    }

    fn cell_of(&self, mask: &Mask, advance: f32) -> Cell {
        if mask.width == 0 || mask.height == 0 {
            return Cell {
                advance,
                kind: CellKind::Blank,
                ..Cell::default()
            };
        }
        let small = |side: u32| {
            u8::try_from(side)
                .ok()
                .filter(|s| *s as usize <= MAX_CELL_SIDE)
        };
        let (Some(width), Some(count), Ok(left), Ok(top)) = (
            small(mask.width),
            small(mask.height),
            i8::try_from(mask.left),
            i8::try_from(mask.top),
        ) else {
            return Cell::other(advance);
        };
        Cell {
            rows: Rows {
                start: 0,
                width,
                count,
                columns: usize::from(width).next_multiple_of(UNIT) as u8,
                is_whole: mask.is_whole,
            },
            advance,
            left,
            top,
            kind: CellKind::Ink,
        }
    }

    fn keep(&mut self, index: u16, subpixel: u8, mut cell: Cell, mask: &Mask) {
        let (stride, times) = (cell.rows.stride(), cell.rows.times());
        let shares = stride * usize::from(cell.rows.count);
        let more = shares * 2 + PAGE * size_of::<Cell>();
        let place = self.slot(index, subpixel) as usize;
        if self.byte_size() + more + 4 * (place / PAGE) > STRIKE_BYTES {
            // Their room is given back, or it would not be counted.
            self.cells = vec![Cell::default(); PAGE];
            self.pages = Vec::new();
            self.shares = Vec::new();
        }
        reserve(&mut self.shares, shares);
        let start = self.shares.len();
        cell.rows.start = start as u32;
        if cell.kind == CellKind::Ink {
            for row in 0..mask.height {
                for coverage in mask.row(row, 0) {
                    let share = SHARES[usize::from(*coverage)];
                    self.shares.extend(std::iter::repeat_n(share, times));
                }
                let end = start + stride * (row as usize + 1);
                self.shares.resize(end, 0);
            }
        }
        let page = place / PAGE;
        if self.pages.len() <= page {
            self.pages.resize(page + 1, 0);
        }
        if self.pages[page] == 0 {
            self.pages[page] = self.cells.len() as u32;
            reserve(&mut self.cells, PAGE);
            self.cells.resize(self.cells.len() + PAGE, Cell::default());
        }
        self.cells[self.pages[page] as usize + place % PAGE] = cell;
    }

    /// How many bytes all this takes.
    pub fn byte_size(&self) -> usize {
        self.cells.len() * size_of::<Cell>() + self.pages.len() * 4 + self.shares.len() * 2
    }
}

/// Room for `more`, and not for much beyond: a fourth, where a vector by itself takes twice of what it has.
fn reserve<T>(values: &mut Vec<T>, more: usize) {
    if values.capacity() - values.len() < more {
        values.reserve_exact(more.max(values.len() / 4));
    }
}

/// The strikes that were drawn with last.
#[derive(Debug, Default)]
pub struct Strikes {
    strikes: Vec<Strike>,
    /// Which was asked for last; only that one can have grown since.
    last: usize,
    /// How many bytes it had then, and all together.
    last_bytes: usize,
    bytes: usize,
    /// Counts calls, to tell what was used last.
    now: u64,
}

impl Strikes {
    /// What they take at most, with the room that their vectors keep.
    pub const MOST_BYTES: usize = (STRIKES_BYTES + STRIKE_BYTES) / 4 * 5;

    /// The strike of a family of glyphs at `scale` device pixels per font unit. A family is a number that
    /// no other glyphs under the same indices have, or ever had.
    pub fn get(&mut self, family: u64, scale: f32, is_hinted: bool) -> &mut Strike {
        let scale = scale.to_bits();
        let is_it = |s: &Strike| s.family == family && s.scale == scale;
        if !self.strikes.get(self.last).is_some_and(is_it) {
            self.count();
            self.last = match self.strikes.iter().position(is_it) {
                Some(place) => place,
                None => {
                    self.strikes.push(Strike::new(family, scale, is_hinted));
                    self.bytes += self.strikes[self.strikes.len() - 1].byte_size();
                    self.strikes.len() - 1
                }
            };
            self.now += 1;
            self.strikes[self.last].used = self.now;
            self.make_room();
            self.last_bytes = self.strikes[self.last].byte_size();
        }
        &mut self.strikes[self.last]
    }

    /// Takes note of what was added to the strike in use.
    fn count(&mut self) {
        if let Some(strike) = self.strikes.get(self.last) {
            let bytes = strike.byte_size();
            self.bytes = self.bytes + bytes - self.last_bytes;
            self.last_bytes = bytes;
        }
    }

    /// Drops what was not used for longest, but not the strike in use, until all is within bounds.
    fn make_room(&mut self) {
        while self.strikes.len() > 1
            && (self.strikes.len() > MAX_STRIKES || self.bytes > STRIKES_BYTES)
        {
            let used = |i: &usize| self.strikes[*i].used;
            let Some(oldest) = (0..self.strikes.len()).min_by_key(used) else {
                return;
            };
            self.bytes -= self.strikes.swap_remove(oldest).byte_size();
            if self.last == self.strikes.len() {
                self.last = oldest;
            }
        }
    }

    /// How many bytes they take, without room that is kept.
    #[cfg(test)]
    fn byte_size(&self) -> usize {
        self.strikes.iter().map(Strike::byte_size).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Strikes {
        /// What they take with the room that their vectors keep.
        fn room(&self) -> usize {
            let room = |s: &Strike| {
                s.cells.capacity() * size_of::<Cell>()
                    + s.pages.capacity() * 4
                    + s.shares.capacity() * 2
            };
            self.strikes.iter().map(room).sum()
        }
    }

    fn mask(side: u32) -> Mask {
        Mask {
            left: -1,
            top: -(side as i32),
            width: side,
            height: side,
            coverage: vec![128; (side * side) as usize].into(),
            stride: side,
            is_whole: false,
        }
    }

    #[test]
    fn a_glyph_is_found_where_it_was_kept() {
        let mut strikes = Strikes::default();
        let strike = strikes.get(1, 0.5, false);
        let kept = strike.insert(9, 2, &mask(9), 3.0);
        assert_eq!((kept.kind, kept.pixels()), (CellKind::Ink, 81));
        let placed = kept.placed(10, 20);
        assert_eq!((placed.x, placed.y), (9, 11));
        assert_eq!(
            (placed.rows.width, placed.rows.count, placed.rows.columns),
            (9, 9, 16)
        );
        let shares = &strike.shares()[placed.rows.start as usize..];
        assert_eq!(shares.len(), 16 * 9);
        assert_eq!(shares[..9], [SHARES[128]; 9]);
        assert_eq!(shares[9..16], [0; 7]);
        for (index, subpixel) in [(9, 1), (8, 2), (65_535, 3), (300, 0)] {
            assert_eq!(strike.cell(index, subpixel).kind, CellKind::Unknown);
        }
        assert_eq!(
            strikes.get(1, 0.25, false).cell(9, 2).kind,
            CellKind::Unknown
        );
        assert_eq!(
            strikes.get(2, 0.5, false).cell(9, 2).kind,
            CellKind::Unknown
        );
        assert_eq!(strikes.get(1, 0.5, false).cell(9, 2).kind, CellKind::Ink);
    }

    #[test]
    fn what_is_large_or_empty_has_no_rows() {
        let mut strikes = Strikes::default();
        let strike = strikes.get(1, 0.5, true);
        let mut far = mask(3);
        far.left = 1000;
        for (mask, kind) in [
            (Mask::empty(), CellKind::Blank),
            (mask(65), CellKind::Other),
            (far, CellKind::Other),
            (mask(64), CellKind::Ink),
        ] {
            let cell = strike.insert(4, 0, &mask, 1.0);
            assert_eq!((cell.kind, cell.advance), (kind, 1.0));
        }
    }

    #[test]
    fn strikes_stay_within_their_bytes_and_keep_what_is_used() {
        let mut strikes = Strikes::default();
        for round in 0..3000u32 {
            let often = strikes.get(1, 1.0, false);
            if round > 0 {
                assert_eq!(often.cell(7, 0).kind, CellKind::Ink, "in round {round}");
            }
            often.insert(7, 0, &mask(5), 1.0);
            // One that only ever grows, and many that are new.
            let large = strikes.get(2, 1.0, false);
            large.insert((round * 77) as u16, 1, &mask(60), 1.0);
            assert!(large.byte_size() <= STRIKE_BYTES);
            let few = strikes.get(3 + u64::from(round), 1.0, false);
            few.insert(1, 0, &mask(30), 1.0);
            assert!(strikes.byte_size() <= STRIKES_BYTES + STRIKE_BYTES);
            assert!(strikes.room() <= Strikes::MOST_BYTES, "in round {round}");
            assert!(strikes.strikes.len() <= MAX_STRIKES + 1);
        }
    }

    #[test]
    fn strikes_that_begin_anew_give_their_room_back() {
        let mut strikes = Strikes::default();
        for family in 0..2 * MAX_STRIKES as u64 {
            let strike = strikes.get(family, 1.0, false);
            let (mut before, mut index) = (0, 0);
            while strike.byte_size() >= before {
                before = strike.byte_size();
                strike.insert(index, 0, &mask(64), 1.0);
                index += 1;
            }
            assert!(strikes.room() <= Strikes::MOST_BYTES, "family {family}");
        }
    }
}
