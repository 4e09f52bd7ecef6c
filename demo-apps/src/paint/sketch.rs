//! Something painted already, for who wants to see what painting looks like: marks like a person's.

use transom::{Color, Point};

use super::history::{Ink, Mark, Tool};
use crate::palette::{ACCENT, CARD, GOLD, INK};

const LEAF: Color = Color::hex(0x6a9f4f);
const WOOD: Color = Color::hex(0x8a5a3b);
const WATER: Color = Color::hex(0x3b6fb6);
const SKY: Color = Color::hex(0xdcebf2);

/// A boat off an island, 270 by 320.
pub(super) fn marks() -> Vec<Mark> {
    let mut marks = Vec::new();
    for y in [30, 75, 120, 165, 200] {
        marks.push(stroke(60.0, SKY, &[(30, y), (150, y + 6), (240, y)]));
    }
    marks.extend(sun());
    marks.extend(island());
    for (y, from) in [(252, 26), (278, 40), (302, 26)] {
        marks.push(stroke(28.0, WATER, &wave(from, y, 6)));
    }
    marks.extend(boat());
    for (y, from) in [(244, 30), (264, 60), (288, 90), (306, 36)] {
        marks.push(stroke(2.5, SKY, &wave(from, y, 4)));
    }
    for (x, y) in [(150, 46), (184, 66), (120, 76)] {
        let wings = [
            (x - 12, y - 4),
            (x - 6, y - 9),
            (x, y),
            (x + 6, y - 9),
            (x + 12, y - 4),
        ];
        marks.push(stroke(2.0, INK, &wings));
    }
    marks
}

fn stroke(width: f32, color: Color, points: &[(i16, i16)]) -> Mark {
    let point = |(x, y): &(i16, i16)| Point::new(f32::from(*x), f32::from(*y));
    Mark::Stroke {
        points: points.iter().map(point).collect(),
        ink: Ink { color, width },
    }
}

/// A line that goes up and down, about 220 long.
fn wave(from: i16, y: i16, high: i16) -> Vec<(i16, i16)> {
    let up = |n: i16| if n % 2 == 0 { -high / 2 } else { high / 2 };
    let steps = (0..).take_while(|n| from + 18 * n <= 246);
    steps.map(|n| (from + 18 * n, y + up(n))).collect()
}

fn sun() -> Vec<Mark> {
    let mut marks = vec![stroke(44.0, GOLD, &[(62, 66), (63, 66)])];
    for n in 0..10u8 {
        let (sin, cos) = (f32::from(n) / 10.0 * std::f32::consts::TAU).sin_cos();
        let at = |far: f32| ((62.0 + far * cos) as i16, (66.0 + far * sin) as i16);
        marks.push(stroke(4.0, GOLD, &[at(30.0), at(40.0)]));
    }
    marks
}

/// With a palm on it.
fn island() -> Vec<Mark> {
    let sand = Color::hex(0xecd9a8);
    let mut marks = vec![
        stroke(40.0, sand, &[(176, 238), (210, 226), (246, 236)]),
        stroke(7.0, WOOD, &[(214, 220), (208, 188), (212, 160), (222, 138)]),
    ];
    for tip in [(186, 126), (190, 152), (226, 106), (252, 124), (250, 156)] {
        let middle = (222 + (tip.0 - 222) / 2, 138 + (tip.1 - 138) / 2 - 12);
        marks.push(stroke(9.0, LEAF, &[(222, 138), middle, tip]));
    }
    marks
}

fn boat() -> Vec<Mark> {
    let mut marks = vec![stroke(4.0, WOOD, &[(90, 246), (90, 140)])];
    // A sail, row by row.
    let row = |n: i16| stroke(8.0, ACCENT, &[(99, 160 + 7 * n), (99 + 5 * n, 162 + 7 * n)]);
    marks.extend((0..9).map(row));
    marks.extend([
        stroke(3.0, CARD, &[(99, 200), (126, 201)]),
        stroke(16.0, WOOD, &[(56, 238), (70, 247), (112, 247), (126, 238)]),
        Mark::Shape {
            tool: Tool::Line,
            from: Point::new(90.0, 140.0),
            to: Point::new(90.0, 134.0),
            ink: Ink {
                color: ACCENT,
                width: 8.0,
            },
        },
    ]);
    marks
}
