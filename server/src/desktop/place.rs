//! Where new windows go: pure computation.
//!
//! A new window goes where it covers least of the windows there are; of such places, to one that
//! leaves a gap to all of them, to one that leaves a gap to the area's edges, and of those to the one
//! nearest to the middle of the work area. The places that are tried are the middle, and those beside other windows and the
//! area's edges, with and without a gap.
//!
//! Where it must cover something, what counts first is that of no window everything that can be seen is
//! covered, then that of none the upper edge is, where a person takes hold of it, and only then how
//! much is covered. The result is a whole pixel, and inside the area; along an axis on which the
//! window does not fit it begins where the area does.

use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize};

use crate::region::Region;

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
    /// How high the part of a window is by which it is recognised and taken hold of: its title bar.
    pub(super) title: i32,
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
    least_hiding(size, area, others, spacing)
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
    let within = |x: i32, y: i32| inside(PixelPoint::new(x, y), size, area);
    let xs = nearest_first(xs.into_iter().map(|x| within(x, 0).x), middle.x);
    let ys = nearest_first(ys.into_iter().map(|y| within(0, y).y), middle.y);
    let mut best: Option<(Cost, PixelPoint)> = None;
    for y in ys {
        for x in &xs {
            let origin = PixelPoint::new(*x, y);
            let away = away(origin, middle);
            // Nothing speaks against the best one but that it is nearer: what comes is even farther.
            if best.is_some_and(|(least, _)| least < (0, 0, 0, (away.0, i32::MIN, i32::MIN))) {
                break;
            }
            // Most have lost by the first.
            let rect = PixelRect::at(origin, size);
            let covers = covered(rect, others);
            if best.is_some_and(|((least, ..), _)| covers > least) {
                continue;
            }
            let around = rect.grown(gap);
            let crowds = covered(around, others);
            let beyond = around.area() - around.intersect(area).area();
            let cost = (covers, crowds, beyond, away);
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, origin));
            }
        }
    }
    match best {
        Some(((covers, ..), origin)) => (covers, origin),
        None => (covered(PixelRect::at(middle, size), others), middle),
    }
}

/// Each of `starts` once, the nearest to `middle` first.
fn nearest_first(starts: impl Iterator<Item = i32>, middle: i32) -> Vec<i32> {
    let mut starts: Vec<i32> = starts.collect();
    starts.sort_unstable_by_key(|v| (v.saturating_sub(middle).unsigned_abs(), *v));
    starts.dedup();
    starts
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

/// What can be seen of a window that is there.
struct Seen {
    /// All of it.
    whole: Vec<PixelRect>,
    /// Its upper edge.
    title: Vec<PixelRect>,
}

impl Seen {
    /// Of each window, the topmost first; of those of which nothing can be seen anyway, nothing.
    fn of(others: &[PixelRect], area: PixelRect, title: i32) -> Vec<Self> {
        let mut above = Region::new();
        let seen = others.iter().map(|r| {
            let upper = PixelRect::new(r.x0, r.y0, r.width(), title.max(1) as u32);
            let outside = |rect: PixelRect| {
                let mut left = Region::from(rect.intersect(area));
                left.subtract(&above);
                left.rects().to_vec()
            };
            let seen = Self {
                whole: outside(*r),
                title: outside(upper.intersect(*r)),
            };
            above.add(*r);
            seen
        });
        seen.collect()
    }

    /// How much it matters what a new window would hide of it. A strip no wider than `gap` that is left
    /// is better than nothing, but hardly seen.
    fn lost(&self, new: PixelRect, gap: i32) -> u64 {
        let hides = |parts: &[PixelRect], by: PixelRect| {
            !parts.is_empty() && parts.iter().all(|part| by.contains_rect(*part))
        };
        let nearly = new.grown(gap - 1);
        match () {
            () if hides(&self.whole, new) => 100,
            () if hides(&self.whole, nearly) => 10,
            () if hides(&self.title, nearly) => 1,
            () => 0,
        }
    }
}

/// The place for a window for which there is no room.
fn least_hiding(
    size: PixelSize,
    area: PixelRect,
    others: &[PixelRect],
    spacing: Spacing,
) -> PixelPoint {
    let gap = spacing.gap.max(1);
    let seen = Seen::of(others, area, spacing.title);
    let middle = centered(size, area, area);
    // Beside each edge of the windows, or so far over it that a strip of the window is left.
    let axis = |middle: i32, low: i32, side: u32, edges: &dyn Fn(&PixelRect) -> (i32, i32)| {
        let mut starts = vec![middle, low, i32::MAX];
        for (first, last) in others.iter().map(edges) {
            for edge in [first, last] {
                let end = edge.saturating_sub_unsigned(side);
                starts.extend([edge, edge.saturating_add(gap), end, end.saturating_sub(gap)]);
            }
        }
        starts
    };
    let xs = axis(middle.x, area.x0, size.width, &|r| (r.x0, r.x1));
    let ys = axis(middle.y, area.y0, size.height, &|r| (r.y0, r.y1));
    let within = |x: i32, y: i32| inside(PixelPoint::new(x, y), size, area);
    let mut xs: Vec<i32> = xs.into_iter().map(|x| within(x, 0).x).collect();
    let mut ys: Vec<i32> = ys.into_iter().map(|y| within(0, y).y).collect();
    for starts in [&mut xs, &mut ys] {
        starts.sort_unstable();
        starts.dedup();
    }
    let places = ys
        .iter()
        .flat_map(|y| xs.iter().map(|x| PixelPoint::new(*x, *y)));
    let mut best: Option<((u64, u64, _), PixelPoint)> = None;
    for origin in places {
        let new = PixelRect::at(origin, size);
        let covers = covered(new, others);
        // Most have lost by this alone, once there is a place that hides nothing.
        if best.is_some_and(|((lost, least, _), _)| lost == 0 && covers > least) {
            continue;
        }
        let lost: u64 = seen.iter().map(|seen| seen.lost(new, gap)).sum();
        let cost = (lost, covers, away(origin, middle));
        if best.is_none_or(|(least, _)| cost < least) {
            best = Some((cost, origin));
        }
    }
    best.map_or(middle, |(_, origin)| origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(size: PixelSize, area: PixelRect, others: &[PixelRect]) -> PixelPoint {
        let spacing = Spacing { gap: 16, title: 32 };
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

    /// As [`least_covering`], but looks at every place.
    fn of_all_places(size: PixelSize, others: &[PixelRect], gap: i32) -> (u64, PixelPoint) {
        let middle = centered(size, AREA, AREA);
        let inner = AREA.grown(-gap);
        let (width, height) = (size.width as i32, size.height as i32);
        let mut xs = vec![middle.x, AREA.x0, inner.x0, inner.x1 - width];
        let mut ys = vec![middle.y, AREA.y0, inner.y0, inner.y1 - height];
        for r in others.iter().flat_map(|r| [r.grown(gap), *r]) {
            xs.extend([r.x1, r.x0 - width]);
            ys.extend([r.y1, r.y0 - height]);
        }
        let places = ys.iter().flat_map(|y| xs.iter().map(|x| at(*x, *y)));
        let costs = places.map(|origin| {
            let origin = inside(origin, size, AREA);
            let rect = PixelRect::at(origin, size);
            let around = rect.grown(gap);
            let beyond = around.area() - around.intersect(AREA).area();
            let crowds = covered(around, others);
            let cost: Cost = (covered(rect, others), crowds, beyond, away(origin, middle));
            (cost, origin)
        });
        let (cost, origin) = costs
            .min_by_key(|(cost, _)| *cost)
            .expect("there is the middle");
        (cost.0, origin)
    }

    #[test]
    fn looking_from_the_middle_outwards_finds_what_looking_everywhere_finds() {
        let mut seed = 3u32;
        let mut random = |below: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) % below
        };
        for _ in 0..500 {
            let count = random(13);
            let others = (0..count).map(|_| {
                let (x, y) = (random(900) as i32 - 50, random(700) as i32 - 50);
                rect(x, y, 1 + random(300), 1 + random(200))
            });
            let others: Vec<PixelRect> = others.collect();
            let size = PixelSize::new(1 + random(600), 1 + random(500));
            let found = least_covering(size, AREA, &others, 16);
            let all = of_all_places(size, &others, 16);
            assert_eq!(found, all, "{size:?} beside {others:?}");
        }
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
    fn windows_that_must_cover_each_other_all_show_their_titles() {
        let size = PixelSize::new(700, 500);
        let mut there: Vec<PixelRect> = Vec::new();
        for _ in 0..3 {
            let new = PixelRect::at(place(size, AREA, &there), size);
            assert!(AREA.contains_rect(new));
            there.insert(0, new);
        }
        for seen in Seen::of(&there, AREA, 32) {
            assert!(!seen.title.is_empty(), "{there:?}");
        }
    }

    #[test]
    fn a_small_window_is_not_hidden_by_a_large_one() {
        let small = rect(10, 10, 200, 150);
        for size in [(700, 500), (640, 590), (780, 300), (790, 590)] {
            let size = PixelSize::new(size.0, size.1);
            let new = PixelRect::at(place(size, AREA, &[small]), size);
            assert!(AREA.contains_rect(new));
            let hidden = new.contains_rect(small);
            // No place for the last one leaves anything of it.
            assert_eq!(hidden, size.width == 790, "{new:?}");
        }
    }

    /// Looks at every place of a coarse grid: nowhere would fewer windows be hidden.
    #[test]
    fn no_window_is_hidden_if_that_can_be() {
        const GRID: i32 = 40;
        let mut seed = 7u32;
        let mut random = |below: i32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as i32 % below
        };
        let (mut full, mut hiding) = (0, 0);
        for _ in 0..400 {
            let mut cells = |least: i32, most: i32| (least + random(most - least)) * GRID;
            let count = cells(1, 12) / GRID;
            let others = (0..count).map(|_| {
                let (x, y) = (cells(0, 12), cells(0, 9));
                rect(x, y, cells(3, 9) as u32, cells(3, 7) as u32)
            });
            let others: Vec<PixelRect> = others.collect();
            let size = PixelSize::new(cells(8, 20) as u32, cells(6, 15) as u32);
            let seen = Seen::of(&others, AREA, 32);
            let hidden = |origin: PixelPoint| {
                let new = PixelRect::at(origin, size);
                seen.iter().filter(|s| s.lost(new, 1) == 100).count()
            };
            let grid = (0..20).flat_map(|x| (0..15).map(move |y| at(x * GRID, y * GRID)));
            let fits = |o: &PixelPoint| AREA.contains_rect(PixelRect::at(*o, size));
            let least = grid.filter(fits).map(hidden).min().unwrap_or_default();
            let origin = place(size, AREA, &others);
            assert!(
                hidden(origin) <= least,
                "{size:?} at {origin:?} over {others:?}"
            );
            full += usize::from(covered(PixelRect::at(origin, size), &others) > 0);
            hiding += usize::from(least > 0);
        }
        assert!(full > 200 && hiding > 10, "{full} full, {hiding} hopeless");
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
