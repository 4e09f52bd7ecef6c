//! [`Budget`]: how much work a slice may do, counted in work and not in time, so that tests are
//! deterministic.

/// The cost of one slice. A unit is about a nanosecond on the machines we measured: one blended
/// pixel. A quarter of a millisecond keeps other clients' answers under one.
pub const SLICE: u64 = 250_000;

/// What is left of a slice.
#[derive(Debug)]
pub(super) struct Budget {
    left: u64,
    /// What was spent beyond it, by work that cannot be cut: later slices are shorter for it, so
    /// that in the long run nobody gets more than a share.
    debt: u64,
}

impl Budget {
    /// A slice of `units`, of which `debt` is paid first.
    pub(super) fn new(units: u64, debt: u64) -> Self {
        let units = units.max(1);
        Self {
            left: units.saturating_sub(debt),
            debt: debt.saturating_sub(units),
        }
    }

    pub(super) fn debt(&self) -> u64 {
        self.debt
    }

    pub(super) fn left(&self) -> u64 {
        self.left
    }

    pub(super) fn is_spent(&self) -> bool {
        self.left == 0
    }

    pub(super) fn spend(&mut self, units: u64) {
        self.debt = self.debt.saturating_add(units.saturating_sub(self.left));
        self.left = self.left.saturating_sub(units);
    }
}

/// What packets and operations cost beside the pixels they touch.
pub(super) mod cost {
    /// Reading a packet and finding what it names.
    pub(in super::super) const PACKET: u64 = 150;
    /// Taking the desktop's lock.
    pub(in super::super) const DESKTOP: u64 = 500;
    /// What a change on the desktop costs for each window there is.
    pub(in super::super) const SETTLED: u64 = 100;
    /// Reading an operation.
    pub(in super::super) const OP: u64 = 30;
    /// An element outside the clip.
    pub(in super::super) const CULLED: u64 = 5;
    /// A rectangle's set-up.
    pub(in super::super) const RECT: u64 = 20;
    /// A single pixel.
    pub(in super::super) const DOT: u64 = 3;
    /// Flattening and sorting one point of a path.
    pub(in super::super) const POINT: u64 = 60;
    /// A clip's rectangle.
    pub(in super::super) const CLIP_RECT: u64 = 100;
    /// A hairline's set-up.
    pub(in super::super) const LINE: u64 = 15;
    /// The pen around one point of a stroke.
    pub(in super::super) const STROKE_POINT: u64 = 200;
    /// Finding and placing a glyph's mask.
    pub(in super::super) const GLYPH: u64 = 60;
    /// Placing a glyph's mask in a line.
    pub(in super::super) const PLACED: u64 = 10;
    /// A run of pixels of a shape that is known.
    pub(in super::super) const RUN: u64 = 4;
    /// Setting so many pixels.
    pub(in super::super) const fn fill(pixels: u64) -> u64 {
        pixels / 4
    }
    /// A stop of a gradient.
    pub(in super::super) const STOP: u64 = 20;
    /// A mesh's triangle's set-up.
    pub(in super::super) const TRIANGLE: u64 = 150;
    /// Work that is never cut into bands.
    pub(in super::super) const SMALL: u64 = 20_000;
    /// The fewest rows of a band.
    pub(in super::super) const MIN_ROWS: u64 = 4;
}
