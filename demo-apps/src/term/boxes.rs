//! Lines, blocks and triangles that fill a cell exactly, so that those of neighbours meet: no font
//! has them in the size of our cells.

use transom::{PathStep, Point};

use super::metrics::Metrics;

/// For each character from U+2500 on, what goes up, right, down and left from the middle: 0
/// nothing, 1 a light line, 2 a heavy one, 3 a double one. 0000: something else.
const ARMS: [&str; 128] = [
    "0101", "0202", "1010", "2020", "0000", "0000", "0000", "0000", "0000", "0000", "0000", "0000",
    "0110", "0210", "0120", "0220", "0011", "0012", "0021", "0022", "1100", "1200", "2100", "2200",
    "1001", "1002", "2001", "2002", "1110", "1210", "2110", "1120", "2120", "2210", "1220", "2220",
    "1011", "1012", "2011", "1021", "2021", "2012", "1022", "2022", "0111", "0112", "0211", "0212",
    "0121", "0122", "0221", "0222", "1101", "1102", "1201", "1202", "2101", "2102", "2201", "2202",
    "1111", "1112", "1211", "1212", "2111", "1121", "2121", "2112", "2211", "1122", "1221", "2212",
    "1222", "2122", "2221", "2222", "0000", "0000", "0000", "0000", "0303", "3030", "0310", "0130",
    "0330", "0013", "0031", "0033", "1300", "3100", "3300", "1003", "3001", "3003", "1310", "3130",
    "3330", "1013", "3031", "3033", "0313", "0131", "0333", "1303", "3101", "3303", "1313", "3131",
    "3333", "0000", "0000", "0000", "0000", "0000", "0000", "0000", "0001", "1000", "0100", "0010",
    "0002", "2000", "0200", "0020", "0201", "1020", "0102", "2010",
];

/// Which quarters U+2596 to U+259F fill: 1 and 2 the upper ones, 4 and 8 the lower ones.
const QUARTERS: [u8; 10] = [4, 8, 1, 13, 9, 7, 11, 2, 6, 14];

/// How far a control point is along the tangent of a quarter of a circle.
const CIRCLE: f32 = 0.552_284_8;

/// The outline of a character that is drawn to fill its cell: device pixels from the cell's top
/// left corner, y downwards. `None`: the font has it.
pub(crate) fn outline(c: char, metrics: &Metrics) -> Option<Vec<PathStep>> {
    let mut pen = Pen::new(metrics);
    match c {
        '\u{2504}'..='\u{250b}' | '\u{254c}'..='\u{254f}' => pen.dashes(c),
        '\u{256d}'..='\u{2570}' => pen.corner(c),
        '\u{2571}'..='\u{2573}' => pen.diagonals(c),
        '\u{2500}'..='\u{257f}' => pen.arms(ARMS[c as usize - 0x2500]),
        '\u{2580}'..='\u{2590}' | '\u{2594}' | '\u{2595}' => pen.block(c),
        '\u{2591}'..='\u{2593}' => pen.shade(c as usize - 0x2590),
        '\u{2596}'..='\u{259f}' => pen.quarters(QUARTERS[c as usize - 0x2596]),
        '\u{1fb00}'..='\u{1fb3b}' => pen.sixths(c as u32 - 0x1fb00),
        '\u{e0b0}'..='\u{e0b3}' => pen.triangle(c),
        _ => return None,
    }
    Some(pen.steps)
}

/// Draws in a cell.
pub(crate) struct Pen {
    pub(crate) steps: Vec<PathStep>,
    pub(crate) width: i32,
    pub(crate) height: i32,
    pub(crate) stroke: i32,
}

/// From where to where, across a line.
type Across = (i32, i32);

impl Pen {
    pub(crate) fn new(metrics: &Metrics) -> Self {
        Self {
            steps: Vec::new(),
            width: metrics.width as i32,
            height: metrics.height as i32,
            stroke: metrics.stroke as i32,
        }
    }

    pub(crate) fn rect(&mut self, x: Across, y: Across) {
        let [x0, x1, y0, y1] = [x.0, x.1, y.0, y.1].map(|v| v as f32);
        if x0 < x1 && y0 < y1 {
            self.polygon(&[(x0, y0), (x1, y0), (x1, y1), (x0, y1)]);
        }
    }

    pub(crate) fn polygon(&mut self, corners: &[(f32, f32)]) {
        for (n, (x, y)) in corners.iter().enumerate() {
            let at = Point::new(*x, *y);
            self.steps.push(match n {
                0 => PathStep::Move(at),
                _ => PathStep::Line(at),
            });
        }
        self.steps.push(PathStep::Close);
    }

    /// Where a line of this weight lies across a side: one place, or two for a double line.
    fn places(&self, side: i32, weight: u8) -> Vec<Across> {
        let t = self.stroke;
        let middle = |thick: i32| (side - thick) / 2;
        match weight {
            0 => Vec::new(),
            1 => vec![(middle(t), middle(t) + t)],
            2 => vec![(middle(2 * t + 1), middle(2 * t + 1) + 2 * t + 1)],
            _ => {
                let first = middle(3 * t);
                vec![(first, first + t), (first + 2 * t, first + 3 * t)]
            }
        }
    }

    fn arms(&mut self, arms: &str) {
        let digits = arms.as_bytes();
        let arms: [u8; 4] = std::array::from_fn(|n| digits[n] - b'0');
        for direction in 0..4 {
            self.arm(&arms, direction);
        }
    }

    fn arm(&mut self, arms: &[u8; 4], direction: usize) {
        let upright = direction.is_multiple_of(2);
        let (across, along) = match upright {
            true => (self.width, self.height),
            false => (self.height, self.width),
        };
        let weight = arms[direction];
        for (n, place) in self.places(across, weight).into_iter().enumerate() {
            let side = (weight == 3).then_some(n);
            let end = self.end(arms, direction, along, side);
            // Up and left begin at 0; right and down at the other end.
            let reach = match direction {
                0 | 3 => (0, end),
                _ => (along - end, along),
            };
            match upright {
                true => self.rect(place, reach),
                false => self.rect(reach, place),
            }
        }
    }

    /// How far from the cell's edge a line reaches; `side` is which of a double line's two it is.
    fn end(&self, arms: &[u8; 4], direction: usize, along: i32, side: Option<usize>) -> i32 {
        let beside = match direction % 2 {
            0 => [arms[3], arms[1]],
            _ => [arms[0], arms[2]],
        };
        let from_start = matches!(direction, 0 | 3);
        // The far edges of what crosses, the nearest first.
        let edges = |weight: u8| -> Vec<i32> {
            let mut edges: Vec<i32> = self
                .places(along, weight)
                .into_iter()
                .map(|(a, b)| if from_start { b } else { along - a })
                .collect();
            edges.sort_unstable();
            edges
        };
        let far = |weight: u8| edges(weight).last().copied();
        let near = |weight: u8| edges(weight).first().copied();
        let middle = if from_start {
            (along + 1) / 2
        } else {
            along - along / 2
        };
        let opposite = arms[(direction + 2) % 4] > 0;
        match side {
            Some(n) if beside[n] == 3 => near(3),
            Some(_) | None if opposite => None,
            None if beside == [3, 3] => near(3),
            _ => beside.iter().filter_map(|weight| far(*weight)).max(),
        }
        .unwrap_or(middle)
    }

    fn dashes(&mut self, c: char) {
        let (count, kind) = match c as u32 {
            n @ 0x2504..=0x2507 => (3, n - 0x2504),
            n @ 0x2508..=0x250b => (4, n - 0x2508),
            n => (2, n - 0x254c),
        };
        let (heavy, upright) = (kind % 2 == 1, kind >= 2);
        let weight = if heavy { 2 } else { 1 };
        let (along, across) = match upright {
            true => (self.height, self.width),
            false => (self.width, self.height),
        };
        let place = self.places(across, weight)[0];
        let gap = (along / (3 * count)).max(1);
        for n in 0..count {
            let reach = (
                n * along / count + gap / 2,
                (n + 1) * along / count - (gap - gap / 2),
            );
            match upright {
                true => self.rect(place, reach),
                false => self.rect(reach, place),
            }
        }
    }

    /// A quarter of a circle from one side's middle to another's.
    fn corner(&mut self, c: char) {
        let (right, down) = match c {
            '\u{256d}' => (true, true),
            '\u{256e}' => (false, true),
            '\u{256f}' => (false, false),
            _ => (true, false),
        };
        let t = self.stroke as f32;
        let x = self.places(self.width, 1)[0].0 as f32;
        let y = self.places(self.height, 1)[0].0 as f32;
        // Seen with the corner at the top left, from (0, 0) to the right and downwards.
        let reach_x = if right { self.width as f32 - x } else { x + t };
        let reach_y = if down { self.height as f32 - y } else { y + t };
        let outer = reach_x.min(reach_y);
        let inner = (outer - t).max(0.0);
        let place = |px: f32, py: f32| {
            let across = if right { x + px } else { x + t - px };
            Point::new(across, if down { y + py } else { y + t - py })
        };
        let k = |r: f32| r * (1.0 - CIRCLE);
        let mut steps = vec![
            PathStep::Move(place(0.0, reach_y)),
            PathStep::Line(place(0.0, outer)),
            PathStep::Cubic(
                place(0.0, k(outer)),
                place(k(outer), 0.0),
                place(outer, 0.0),
            ),
            PathStep::Line(place(reach_x, 0.0)),
            PathStep::Line(place(reach_x, t)),
            PathStep::Line(place(outer, t)),
        ];
        let near = t + k(inner);
        steps.push(PathStep::Cubic(
            place(near, t),
            place(t, near),
            place(t, outer),
        ));
        steps.push(PathStep::Line(place(t, reach_y)));
        steps.push(PathStep::Close);
        self.steps.append(&mut steps);
    }

    fn diagonals(&mut self, c: char) {
        let (w, h) = (self.width as f32, self.height as f32);
        let t = self.stroke as f32;
        // How wide the line is, measured along the top.
        let wide = t * (1.0 + (w / h) * (w / h)).sqrt() / 2.0;
        if c != '\u{2572}' {
            self.polygon(&[(w - wide, 0.0), (w + wide, 0.0), (wide, h), (-wide, h)]);
        }
        if c != '\u{2571}' {
            self.polygon(&[(-wide, 0.0), (wide, 0.0), (w + wide, h), (w - wide, h)]);
        }
    }

    fn block(&mut self, c: char) {
        let (w, h) = (self.width, self.height);
        let eighths = |side: i32, n: u32| (side * n as i32 + 4) / 8;
        match c as u32 {
            0x2580 => self.rect((0, w), (0, eighths(h, 4))),
            n @ 0x2581..=0x2588 => self.rect((0, w), (h - eighths(h, n - 0x2580), h)),
            n @ 0x2589..=0x258f => self.rect((0, eighths(w, 0x2590 - n)), (0, h)),
            0x2590 => self.rect((eighths(w, 4), w), (0, h)),
            0x2594 => self.rect((0, w), (0, eighths(h, 1).max(1))),
            _ => self.rect((w - eighths(w, 1).max(1), w), (0, h)),
        }
    }

    /// One, two or three quarters of the area, in a pattern that goes on from cell to cell.
    fn shade(&mut self, quarters: usize) {
        let dot = self.stroke;
        for (row, y) in (0..self.height).step_by(dot as usize).enumerate() {
            for (column, x) in (0..self.width).step_by(dot as usize).enumerate() {
                let filled = match quarters {
                    1 => row % 2 == 0 && (column + row / 2) % 2 == 0,
                    2 => (row + column) % 2 == 0,
                    _ => row % 2 == 0 || (column + row / 2) % 2 == 0,
                };
                if filled {
                    let end = |at: i32, side: i32| (at, (at + dot).min(side));
                    self.rect(end(x, self.width), end(y, self.height));
                }
            }
        }
    }

    fn quarters(&mut self, which: u8) {
        let (w, h) = (self.width, self.height);
        let (x, y) = ((w * 4 + 4) / 8, (h * 4 + 4) / 8);
        for (bit, xs, ys) in [
            (1, (0, x), (0, y)),
            (2, (x, w), (0, y)),
            (4, (0, x), (y, h)),
            (8, (x, w), (y, h)),
        ] {
            if which & bit != 0 {
                self.rect(xs, ys);
            }
        }
    }

    /// Two by three parts; the ones that look like a block element have no number of their own.
    fn sixths(&mut self, number: u32) {
        let which = number + 1 + u32::from(number >= 0x14) + u32::from(number >= 0x27);
        let (w, h) = (self.width, self.height);
        let columns = [0, (w + 1) / 2, w];
        let rows = [0, (h + 1) / 3, (2 * h + 1) / 3, h];
        for n in 0..6usize {
            if which & 1 << n != 0 {
                let (column, row) = (n % 2, n / 2);
                self.rect(
                    (columns[column], columns[column + 1]),
                    (rows[row], rows[row + 1]),
                );
            }
        }
    }

    fn triangle(&mut self, c: char) {
        let (w, h) = (self.width as f32, self.height as f32);
        let t = 1.5 * self.stroke as f32;
        let corners: &[(f32, f32)] = match c {
            '\u{e0b0}' | '\u{e0b2}' => &[(0.0, 0.0), (w, h / 2.0), (0.0, h)],
            _ => &[
                (0.0, 0.0),
                (t, 0.0),
                (w, h / 2.0),
                (t, h),
                (0.0, h),
                (w - t, h / 2.0),
            ],
        };
        let turned: Vec<_> = match c {
            '\u{e0b0}' | '\u{e0b1}' => corners.to_vec(),
            _ => corners.iter().map(|(x, y)| (w - x, *y)).collect(),
        };
        self.polygon(&turned);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use transom::Scale;

    /// Which pixels of a cell a character fills, for shapes made of rectangles.
    fn picture(c: char) -> Vec<String> {
        let metrics = Metrics {
            width: 9,
            height: 9,
            stroke: 1,
            ..Metrics::new(14.0, Scale::ONE)
        };
        let steps = outline(c, &metrics).expect("it is drawn");
        let corners: Vec<_> = steps
            .iter()
            .filter_map(|step| match step {
                PathStep::Move(at) | PathStep::Line(at) => Some(*at),
                _ => None,
            })
            .collect();
        let filled = |x: f32, y: f32| {
            corners.chunks(4).any(|rect| {
                let (a, b) = (rect[0], rect[2]);
                a.x < x && x < b.x && a.y < y && y < b.y
            })
        };
        let row = |y: u8| {
            (0..9u8)
                .map(|x| {
                    if filled(f32::from(x) + 0.5, f32::from(y) + 0.5) {
                        '#'
                    } else {
                        '.'
                    }
                })
                .collect()
        };
        (0..9).map(row).collect()
    }

    #[test]
    fn double_lines_meet_as_they_should() {
        assert_eq!(
            picture('╬'),
            [
                "...#.#...",
                "...#.#...",
                "...#.#...",
                "####.####",
                ".........",
                "####.####",
                "...#.#...",
                "...#.#...",
                "...#.#..."
            ]
        );
        assert_eq!(
            picture('╔'),
            [
                ".........",
                ".........",
                ".........",
                "...######",
                "...#.....",
                "...#.####",
                "...#.#...",
                "...#.#...",
                "...#.#..."
            ]
        );
        assert_eq!(
            picture('╤'),
            [
                ".........",
                ".........",
                ".........",
                "#########",
                ".........",
                "#########",
                "....#....",
                "....#....",
                "....#...."
            ]
        );
        assert_eq!(
            picture('╙'),
            [
                "...#.#...",
                "...#.#...",
                "...#.#...",
                "...#.#...",
                "...######",
                ".........",
                ".........",
                ".........",
                "........."
            ]
        );
    }

    #[test]
    fn every_line_reaches_the_edge_in_the_middle() {
        for (n, arms) in ARMS.iter().enumerate() {
            let c = char::from_u32(0x2500 + n as u32).expect("a character");
            if *arms == "0000" {
                continue;
            }
            let rows = picture(c);
            let column = |x: usize| rows.iter().map(|row| &row[x..=x]).collect::<String>();
            let sides = [rows[0].clone(), column(8), rows[8].clone(), column(0)];
            for (side, arm) in sides.iter().zip(arms.bytes()) {
                let line = match arm {
                    b'0' => ".........",
                    b'1' => "....#....",
                    b'2' => "...###...",
                    _ => "...#.#...",
                };
                // A line along this side's neighbours does not count.
                assert_eq!(side, line, "{c} {arms} {rows:?}");
            }
        }
    }

    #[test]
    fn blocks_fill_their_part() {
        assert_eq!(picture('█'), ["#########"; 9]);
        assert_eq!(picture('▄')[4..], ["#########"; 5][..]);
        assert_eq!(picture('▚')[0], "#####....");
        assert_eq!(picture('▒')[..2], ["#.#.#.#.#", ".#.#.#.#."]);
        assert_eq!(picture('\u{1fb00}')[0], "#####....");
    }
}
