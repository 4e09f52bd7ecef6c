//! Where new windows go: pure computation.
//!
//! A new window goes where it covers least of the windows there are; of such places, to one that
//! leaves a gap to all of them, to one that leaves a gap to the area's edges, and of those to the one
//! nearest to the middle of the work area. The places that are tried are the middle, and those beside other windows and the
//! area's edges, with and without a gap. Where it must cover something it is put in the middle, and further down and
//! to the right for each window that begins just there, so that no window hides another's top left
//! corner. The result is a whole pixel, and inside the area; along an axis on which the window does
//! not fit it begins where the area does.

use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize};

/// Only so many windows, the topmost, are made room for: the places tried grow with the square of
/// their number, and beyond this a screen is full anyway.
pub(super) const MAX_NEIGHBOURS: usize = 12;

/// How much of a window without a title bar stays on the screen, in pixels.
const HOLD: i32 = 32;

/// How far windows are kept apart, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spacing {
    /// Room left between windows, so that each can be told from its neighbour.
    pub(super) gap: i32,
    /// How far windows that cover each other are shifted: a title bar and a little.
    pub(super) cascade: i32,
}

/// The origin for a new window of `size` on the work area `area`, where there are `others`, the
/// topmost first.
pub(super) fn place(
    size: PixelSize,
    area: PixelRect,
    others: &[PixelRect],
    spacing: Spacing,
) -> PixelPoint {
    let others = &others[..others.len().min(MAX_NEIGHBOURS)];
    let (least, origin) = least_covering(size, area, others, spacing.gap);
    if least == 0 {
        return origin;
    }
    cascade(size, area, others, spacing.cascade)
}

/// The origin of a window of `size` in the middle of `around`, moved inside `area`.
pub(super) fn centered(size: PixelSize, around: PixelRect, area: PixelRect) -> PixelPoint {
    let middle = |from: i32, to: i32, side: u32| {
        ((i64::from(from) + i64::from(to) - i64::from(side)).div_euclid(2)) as i32
    };
    let origin = PixelPoint::new(
        middle(around.x0, around.x1, size.width),
        middle(around.y0, around.y1, size.height),
    );
    inside(origin, size, area)
}

/// The place next to `origin` at which a window of `size` lies inside `area`.
pub(super) fn inside(origin: PixelPoint, size: PixelSize, area: PixelRect) -> PixelPoint {
    let axis = |v: i32, side: u32, low: i32, high: i32| {
        let last = i64::from(high) - i64::from(side);
        i64::from(v).min(last).max(i64::from(low)) as i32
    };
    PixelPoint::new(
        axis(origin.x, size.width, area.x0, area.x1),
        axis(origin.y, size.height, area.y0, area.y1),
    )
}

/// The place next to `origin` at which the person can still get hold of a window of `size`: its
/// top is on the screen, and some of its width.
pub(super) fn reachable(origin: PixelPoint, size: PixelSize, area: PixelRect) -> PixelPoint {
    let width = size.width.min(i32::MAX as u32) as i32;
    let hold = width.min(2 * HOLD);
    let low = area.x0.saturating_add(hold).saturating_sub(width);
    let right = area.x1.saturating_sub(hold).max(low);
    let bottom = area.y1.saturating_sub(HOLD).max(area.y0);
    PixelPoint::new(origin.x.clamp(low, right), origin.y.clamp(area.y0, bottom))
}

/// The part of a frame that a person takes hold of to move it: its title bar without the buttons,
/// which are at the right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Handle {
    /// From the frame's left edge.
    pub(super) width: i32,
    /// From its upper edge.
    pub(super) height: i32,
    /// How much of the width must be on the screen.
    pub(super) hold: i32,
}

impl Handle {
    /// The place next to `origin` for a frame at which its handle can be reached inside `area`.
    pub(super) fn within(self, origin: PixelPoint, area: PixelRect) -> PixelPoint {
        let hold = self.hold.min(self.width);
        let low = area.x0.saturating_add(hold).saturating_sub(self.width);
        let right = area.x1.saturating_sub(hold).max(low);
        let bottom = area.y1.saturating_sub(self.height).max(area.y0);
        PixelPoint::new(origin.x.clamp(low, right), origin.y.clamp(area.y0, bottom))
    }
}

/// What speaks against a place, the weightiest first: what it covers, what stands closer than the gap,
/// what of the gap is beyond the area, and how far from the middle it is.
type Cost = (u64, u64, u64, (i64, i32, i32));

fn least_covering(
    size: PixelSize,
    area: PixelRect,
    others: &[PixelRect],
    gap: i32,
) -> (u64, PixelPoint) {
    let middle = centered(size, area, area);
    let inner = area.grown(-gap);
    let far = |high: i32, side: u32| high.saturating_sub_unsigned(side);
    let mut xs = vec![middle.x, area.x0, inner.x0, far(inner.x1, size.width)];
    let mut ys = vec![middle.y, area.y0, inner.y0, far(inner.y1, size.height)];
    for r in others {
        for r in [r.grown(gap), *r] {
            xs.extend([r.x1, r.x0.saturating_sub_unsigned(size.width)]);
            ys.extend([r.y1, r.y0.saturating_sub_unsigned(size.height)]);
        }
    }
    for side in [&mut xs, &mut ys] {
        side.sort_unstable();
        side.dedup();
    }
    let places = ys
        .iter()
        .flat_map(|y| xs.iter().map(|x| PixelPoint::new(*x, *y)));
    let places = places.map(|origin| inside(origin, size, area));
    let mut best: Option<(Cost, PixelPoint)> = None;
    for origin in places {
        // Most have lost by the first.
        let rect = PixelRect::at(origin, size);
        let covers = covered(rect, others);
        if best.is_some_and(|((least, ..), _)| covers > least) {
            continue;
        }
        let around = rect.grown(gap);
        let crowds = covered(around, others);
        let beyond = around.area() - around.intersect(area).area();
        let cost = (covers, crowds, beyond, away(origin, middle));
        if best.is_none_or(|(least, _)| cost < least) {
            best = Some((cost, origin));
        }
    }
    match best {
        Some(((covers, ..), origin)) => (covers, origin),
        None => (covered(PixelRect::at(middle, size), others), middle),
    }
}

/// How far a place is from the middle; then the lower and the one further right, so that there is
/// one answer.
fn away(origin: PixelPoint, middle: PixelPoint) -> (i64, i32, i32) {
    let square = |v: i32| i64::from(v) * i64::from(v);
    let across = square(origin.x.saturating_sub(middle.x));
    let down = square(origin.y.saturating_sub(middle.y));
    (across + down, origin.y, origin.x)
}

fn covered(rect: PixelRect, others: &[PixelRect]) -> u64 {
    others.iter().map(|r| rect.intersect(*r).area()).sum()
}

fn cascade(size: PixelSize, area: PixelRect, others: &[PixelRect], step: i32) -> PixelPoint {
    let mut origin = centered(size, area, area);
    for _ in 0..others.len() {
        if !others.iter().any(|r| r.origin() == origin) {
            break;
        }
        let next = inside(origin.moved(step, step), size, area);
        // At the corner: start again at the other one.
        origin = if next == origin { area.origin() } else { next };
    }
    origin
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(size: PixelSize, area: PixelRect, others: &[PixelRect]) -> PixelPoint {
        let spacing = Spacing {
            gap: 16,
            cascade: 32,
        };
        super::place(size, area, others, spacing)
    }

    const AREA: PixelRect = PixelRect::from_edges(0, 0, 800, 600);

    fn rect(x: i32, y: i32, width: u32, height: u32) -> PixelRect {
        PixelRect::new(x, y, width, height)
    }

    fn at(x: i32, y: i32) -> PixelPoint {
        PixelPoint::new(x, y)
    }

    #[test]
    fn the_first_window_goes_to_the_middle() {
        assert_eq!(place(PixelSize::new(201, 100), AREA, &[]), at(299, 250));
    }

    #[test]
    fn windows_do_not_cover_each_other_while_there_is_room() {
        let size = PixelSize::new(250, 180);
        let mut there: Vec<PixelRect> = Vec::new();
        for _ in 0..4 {
            let new = PixelRect::at(place(size, AREA, &there), size);
            assert!(AREA.contains_rect(new));
            assert!(there.iter().all(|r| r.intersect(new).is_empty()), "{new:?}");
            there.insert(0, new);
        }
    }

    /// Looks at every place of a coarse grid, on which all windows of the test lie.
    #[test]
    fn room_is_found_wherever_it_is() {
        const GRID: i32 = 40;
        let mut seed = 1u32;
        let mut random = |below: i32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as i32 % below
        };
        let mut found = 0;
        for _ in 0..500 {
            let mut cells = |least: i32, most: i32| (least + random(most - least)) * GRID;
            let count = cells(1, 9) / GRID;
            let others = (0..count).map(|_| {
                let (x, y) = (cells(0, 16), cells(0, 12));
                rect(x, y, cells(3, 11) as u32, cells(3, 9) as u32)
            });
            let others: Vec<PixelRect> = others.collect();
            let size = PixelSize::new(cells(3, 10) as u32, cells(3, 8) as u32);
            let free = |origin: PixelPoint| {
                let rect = PixelRect::at(origin, size);
                AREA.contains_rect(rect) && covered(rect, &others) == 0
            };
            let mut grid = (0..20).flat_map(|x| (0..15).map(move |y| at(x * GRID, y * GRID)));
            let origin = place(size, AREA, &others);
            assert_eq!(free(origin), grid.any(free), "{size:?} beside {others:?}");
            found += usize::from(free(origin));
        }
        assert!((50..480).contains(&found), "{found} of 500");
    }

    #[test]
    fn neighbours_stand_a_gap_apart_and_near_the_middle() {
        let first = rect(300, 250, 200, 100);
        assert_eq!(
            place(PixelSize::new(120, 100), AREA, &[first]),
            at(340, 134)
        );
        assert_eq!(place(PixelSize::new(200, 500), AREA, &[first]), at(84, 50));
    }

    #[test]
    fn windows_keep_away_from_the_edges_where_there_is_room() {
        let middle = rect(150, 100, 400, 400);
        let size = PixelSize::new(200, 300);
        assert_eq!(place(size, AREA, &[middle]), at(566, 150), "a gap away");
    }

    #[test]
    fn windows_that_must_cover_each_other_are_cascaded() {
        let size = PixelSize::new(700, 500);
        let mut there: Vec<PixelRect> = Vec::new();
        for _ in 0..6 {
            let new = PixelRect::at(place(size, AREA, &there), size);
            assert!(AREA.contains_rect(new));
            assert!(there.iter().all(|r| r.origin() != new.origin()));
            there.insert(0, new);
            there.truncate(3);
        }
    }

    #[test]
    fn a_window_too_large_begins_where_the_area_does() {
        assert_eq!(place(PixelSize::new(900, 100), AREA, &[]), at(0, 250));
        assert_eq!(place(PixelSize::new(900, 900), AREA, &[AREA]), at(0, 0));
    }

    #[test]
    fn dialogs_are_centred_over_their_parents_but_on_the_screen() {
        let size = PixelSize::new(100, 50);
        assert_eq!(centered(size, rect(200, 200, 200, 100), AREA), at(250, 225));
        assert_eq!(centered(size, rect(-50, 580, 60, 60), AREA), at(0, 550));
    }

    #[test]
    fn a_window_out_of_reach_is_fetched_back() {
        let size = PixelSize::new(200, 100);
        assert_eq!(reachable(at(100, 100), size, AREA), at(100, 100));
        assert_eq!(reachable(at(2000, 2000), size, AREA), at(736, 568));
        assert_eq!(reachable(at(-2000, -20), size, AREA), at(-136, 0));
        assert_eq!(reachable(at(5, 5), size, PixelRect::EMPTY), at(-64, 0));
    }

    #[test]
    fn absurd_sizes_give_some_place() {
        for size in [PixelSize::new(0, 0), PixelSize::new(u32::MAX, u32::MAX)] {
            for area in [AREA, PixelRect::EMPTY] {
                let origin = place(size, area, &[AREA, rect(i32::MAX, i32::MIN, 9, 9)]);
                reachable(origin, size, area);
                centered(size, AREA, area);
            }
        }
    }
}
