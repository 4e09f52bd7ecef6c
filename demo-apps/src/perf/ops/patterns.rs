//! Where things are drawn: the patterns of x11perf, from its documentation and sources, so that both
//! touch the same memory in the same order. Everything lies in a window of 600 by 600 pixels.

use std::f64::consts::PI;

/// The side of the window.
pub const SIDE: i32 = 600;

/// The most things in a column.
const MAX_ROWS: u32 = 40;

/// Small things in one request.
pub const POLY: usize = 1000;

/// A point.
pub type Spot = [i16; 2];

/// x, y, width, height of a box, or the two ends of a line.
pub type Four = [i16; 4];

/// Walks down the window column by column.
struct Walk {
    start: i32,
    step: (i32, i32),
    /// Beyond these a new column, or the first again, begins.
    end: (i32, i32),
    at: (i32, i32),
    rows: u32,
}

impl Walk {
    fn new(start: i32, step: (i32, i32), end: (i32, i32)) -> Self {
        Self {
            start,
            step,
            end,
            at: (start, start),
            rows: 0,
        }
    }

    fn next(&mut self) -> (i32, i32) {
        let here = self.at;
        self.rows += 1;
        self.at.1 += self.step.1;
        if self.at.1 > self.end.1 || self.rows == MAX_ROWS {
            self.rows = 0;
            self.at.1 = self.start;
            self.at.0 += self.step.0;
            if self.at.0 > self.end.0 {
                self.at.0 = self.start;
            }
        }
        here
    }
}

fn spot(x: i32, y: i32) -> Spot {
    [x as i16, y as i16]
}

fn four(a: i32, b: i32, c: i32, d: i32) -> Four {
    [a as i16, b as i16, c as i16, d as i16]
}

/// Squares, at an odd distance so that every alignment occurs.
pub fn squares(size: i32, count: usize) -> Vec<Four> {
    let step = size + 1 + size % 2;
    let mut walk = Walk::new(0, (step, step), (SIDE - size, SIDE - size));
    (0..count)
        .map(|_| {
            let (x, y) = walk.next();
            four(x, y, size, size)
        })
        .collect()
}

/// Single pixels.
pub fn dots(count: usize) -> Vec<Four> {
    squares(1, count)
}

/// Lines from edge to edge of a square, turning around it.
pub fn segments(size: i32, count: usize) -> Vec<Four> {
    let half = (size + 19) / 20;
    let end = SIDE - size - half - 1;
    let mut walk = Walk::new(half, (size, size), (end, end));
    let around = 8 * size;
    let turn = (around / count as i32).max(1);
    let mut phase = 0;
    (0..count)
        .map(|_| {
            let (x, y) = walk.next();
            let [x1, y1, x2, y2] = spoke(phase, size);
            phase = (phase + turn) % around;
            four(x + x1, y + y1, x + x2, y + y2)
        })
        .collect()
}

/// A line across a square: `phase` goes eight times its side around it.
fn spoke(phase: i32, size: i32) -> [i32; 4] {
    let part = phase % size;
    match phase / size {
        0 => [0, 0, size, phase],
        1 => [part, 0, size, size],
        2 => [size, 0, size - part, size],
        3 => [size, part, 0, size],
        4 => [size, size, 0, size - part],
        5 => [size - part, size, 0, 0],
        6 => [0, size, part, 0],
        _ => [0, size - part, size, 0],
    }
}

/// Horizontal lines, in turn to the right and to the left.
pub fn level_segments(size: i32, count: usize) -> Vec<Four> {
    let half = (size + 19) / 20;
    let end = SIDE - size - half - 1;
    let mut walk = Walk::new(half, (size, size), (end, end));
    let turn = (size / count as i32).max(1);
    let mut down = 0;
    (0..count)
        .map(|i| {
            let (x, y) = walk.next();
            if i % 2 == 0 {
                return four(x, y + down, x + size, y + down);
            }
            let line = y + size - down;
            down = (down + turn) % size;
            four(x + size, line, x, line)
        })
        .collect()
}

/// Points of joined lines in every direction, wandering over the window. Not x11perf's own walk, which
/// depends on its floats, but lines of the same lengths and slopes.
pub fn joined_lines(size: i32, count: usize) -> Vec<Spot> {
    let half = (size + 19) / 20;
    let (low, high) = (half, SIDE - half - 1);
    let around = 4 * (size + 1);
    let turn = (f64::from(around) / count as f64).max(1.0);
    let (mut x, mut y, mut right, mut down) = (low, low, true, true);
    let mut points = vec![spot(x, y)];
    for i in 0..count {
        let phase = (i as f64 * turn) as i32 % around;
        let part = phase % (size + 1);
        let (dx, dy) = match phase / (size + 1) {
            0 => (size, part),
            1 => (size - part, size),
            2 => (part, size),
            _ => (size, size - part),
        };
        (y, down) = bounced(y, dy, down, low, high);
        (x, right) = bounced(x, dx, right, low, high);
        points.push(spot(x, y));
    }
    points
}

/// A step that turns round at the ends, or begins in the middle if it fits neither way.
fn bounced(at: i32, step: i32, up: bool, low: i32, high: i32) -> (i32, bool) {
    let forward = if up { at + step } else { at - step };
    if (low..=high).contains(&forward) {
        return (forward, up);
    }
    let back = if up { at - step } else { at + step };
    (back.clamp(low, high), !up)
}

/// Boxes of circles.
pub fn circles(size: i32, count: usize) -> Vec<Four> {
    let half = (size + 19) / 20;
    let end = (SIDE - size - 1, SIDE - size - half - 1);
    let mut walk = Walk::new(half, (size + 1, size + 1), end);
    (0..count)
        .map(|_| {
            let (x, y) = walk.next();
            four(x, y, size, size)
        })
        .collect()
}

/// Boxes of ellipses, in turn higher and wider.
pub fn ellipses(size: i32, count: usize) -> Vec<Four> {
    let step = ((size - 1) / (count as i32 - 1)).max(1);
    let (mut narrow, mut turned) = (1, false);
    let mut boxes = circles(size, count);
    for (i, place) in boxes.iter_mut().enumerate() {
        let axis = if (i % 2 == 1) ^ turned { 2 } else { 3 };
        place[axis] = narrow as i16;
        narrow += step;
        if narrow > size {
            narrow -= size;
            turned = !turned;
        }
    }
    boxes
}

/// Corners of equilateral triangles with the area of a square, each turned a little.
pub fn triangles(size: i32, count: usize) -> Vec<Vec<Spot>> {
    let radius = f64::from(size) * (16.0_f64 / 27.0).sqrt().sqrt();
    let around = (radius + 0.5) as i32;
    let end = SIDE - around;
    let mut walk = Walk::new(around, (2 * around, 2 * around), (end, end));
    let turn = 1.75 * PI / count as f64;
    (0..count)
        .map(|i| corners(walk.next(), radius, i as f64 * turn, 3))
        .collect()
}

/// Arrowheads: triangles with a notch up to the middle.
pub fn arrowheads(size: i32, count: usize) -> Vec<Vec<Spot>> {
    let radius = f64::from(size) * (4.0_f64 / 3.0).sqrt().sqrt();
    let around = radius as i32 + 1;
    let end = SIDE - around - 1;
    let mut walk = Walk::new(around, (2 * around, 2 * around), (end, end));
    let turn = 1.75 * PI / count as f64;
    (0..count)
        .map(|i| {
            let (x, y) = walk.next();
            let mut points = corners((x, y), radius, i as f64 * turn, 3);
            points.push(spot(x, y));
            points
        })
        .collect()
}

/// Regular polygons of about the area of a square.
pub fn regular(sides: u32, size: i32, count: usize) -> Vec<Vec<Spot>> {
    let n = f64::from(sides);
    let inner = f64::from(size) / (n * (PI / n).tan()).sqrt();
    let radius = inner / (PI / (2.0 * n)).cos();
    let around = (radius + 1.0) as i32;
    let end = SIDE - around - 1;
    let mut walk = Walk::new(around, (2 * around, 2 * around), (end, end));
    (0..count)
        .map(|i| corners(walk.next(), radius, i as f64 * PI / (5.0 * n), sides))
        .collect()
}

fn corners((x, y): (i32, i32), radius: f64, angle: f64, count: u32) -> Vec<Spot> {
    (0..count)
        .map(|i| {
            let angle = angle + f64::from(i) * 2.0 * PI / f64::from(count);
            let at = |middle: i32, away: f64| (f64::from(middle) + radius * away + 0.5) as i16;
            [at(x, angle.cos()), at(y, angle.sin())]
        })
        .collect()
}

/// Trapezoids that lean more and more the other way.
pub fn trapezoids(size: i32, count: usize) -> Vec<Vec<Spot>> {
    let (mut x, mut y, mut rows, mut skew) = (size, 0, 0, size);
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        all.push(vec![
            spot(x - skew, y),
            spot(x - skew + size, y),
            spot(x + skew, y + size),
            spot(x + skew - size, y + size),
        ]);
        skew = if skew == 0 { size } else { skew - 1 };
        y += size;
        rows += 1;
        if y + size > SIDE || rows == MAX_ROWS {
            (rows, y) = (0, 0);
            x += 2 * size;
            if x + size > SIDE {
                x = size;
            }
        }
    }
    all
}

/// From where to where squares are copied: all alignments and directions, four copies at a time.
pub fn copies(size: i32, count: usize) -> Vec<(Spot, Spot)> {
    let (dx, dy) = ((size & !3) + 1, (size & !3) + 4);
    let room = (SIDE - size) & !31;
    let (mut x1, mut y1, mut x2, mut y2) = (0, 0, room, room);
    let mut all = Vec::with_capacity(count * 4);
    for _ in 0..count {
        let (a, b) = (spot(x1, y1), spot(x2, y2));
        x2 -= dx;
        if x2 < 0 {
            x2 = room - (-x2 - 1) % 7 - 1;
            y2 -= dy;
            if y2 < 0 {
                y2 = room - (-y2 - 1) % 7 - 1;
            }
        }
        let (c, d) = (spot(x1, y1), spot(x2, y2));
        x1 += dx;
        if x1 > room {
            x1 %= 32;
            y1 += dy;
            if y1 > room {
                y1 %= 32;
            }
        }
        all.extend([(a, b), (b, a), (d, c), (c, d)]);
    }
    all
}

/// Where squares are scrolled up to, row by row through the window.
pub fn scrolls(size: i32, delta: i32, count: usize) -> Vec<Spot> {
    let (mut x, mut y, mut left, mut top) = (0, 0, 0, 0);
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        all.push(spot(x, y));
        y += size;
        if y + size + delta > SIDE {
            top += delta;
            if top >= size || top + size + delta > SIDE {
                top = 0;
                left += 1;
                if left >= size || left + size > SIDE {
                    left = 0;
                }
            }
            y = top;
            x += size;
            if x + size > SIDE {
                x = left;
            }
        }
    }
    all
}

/// What is copied around: rectangles of many sizes.
pub fn picture() -> Vec<Four> {
    (0..60)
        .map(|i| four(i * 37 % 530, i * 71 % 550, 5 + i * 13 % 60, 3 + i * 7 % 40))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(points: impl IntoIterator<Item = Spot>) -> bool {
        let range = 0..=SIDE as i16;
        points
            .into_iter()
            .all(|p| range.contains(&p[0]) && range.contains(&p[1]))
    }

    fn ends(fours: Vec<Four>) -> impl Iterator<Item = Spot> {
        fours.into_iter().flat_map(|[a, b, c, d]| [[a, b], [c, d]])
    }

    fn boxes(fours: Vec<Four>) -> impl Iterator<Item = Spot> {
        fours
            .into_iter()
            .flat_map(|[x, y, w, h]| [[x, y], [x + w, y + h]])
    }

    #[test]
    fn everything_lies_in_the_window() {
        for size in [1, 10, 100, 500] {
            assert!(inside(boxes(squares(size, POLY))), "{size}");
            assert!(inside(ends(segments(size, POLY))), "{size}");
            assert!(inside(ends(level_segments(size, POLY))), "{size}");
            assert!(inside(joined_lines(size, POLY)), "{size}");
            assert!(inside(boxes(circles(size, 300))), "{size}");
            assert!(inside(scrolls(size, 13, 5000)), "{size}");
            let copies = copies(size, 5000);
            assert!(
                inside(copies.into_iter().flat_map(|(a, b)| [a, b])),
                "{size}"
            );
        }
        assert!(inside(boxes(ellipses(100, 300))));
        for size in [10, 100] {
            assert!(inside(triangles(size, 100).concat()), "{size}");
            assert!(inside(trapezoids(size, 100).concat()), "{size}");
            assert!(inside(arrowheads(size, 100).concat()), "{size}");
        }
        assert!(inside(boxes(picture())));
    }

    #[test]
    fn lines_have_about_the_length_they_are_named_for() {
        let points = joined_lines(100, POLY);
        let long = |pair: &[Spot]| {
            let side = |i: usize| (pair[1][i] - pair[0][i]).abs();
            side(0).max(side(1)) == 100
        };
        let count = points.windows(2).filter(|pair| long(pair)).count();
        assert!(count > POLY * 9 / 10, "{count}");
    }

    #[test]
    fn squares_do_not_overlap_while_there_is_room() {
        let all = squares(100, 25);
        let apart = |a: &Four, b: &Four| (a[0] - b[0]).abs() >= 100 || (a[1] - b[1]).abs() >= 100;
        for (i, a) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|b| apart(a, b)));
        }
    }
}
