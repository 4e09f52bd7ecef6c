//! The versions agree, bit for bit.

use super::*;

/// Numbers that look random and are the same every time.
pub(super) struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 32) as u32
    }

    pub(super) fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.next()) * u64::from(n)) >> 32) as u32
    }

    /// A pixel; some are not premultiplied, some are empty, full or opaque.
    pub(super) fn pixel(&mut self) -> u32 {
        match self.below(8) {
            0 => 0,
            1 => u32::MAX,
            2..5 => self.next() | 0xff00_0000,
            5 | 6 => scalar::scale(self.next() | 0xff00_0000, self.next() as u8),
            _ => self.next(),
        }
    }

    pub(super) fn byte(&mut self) -> u8 {
        match self.below(4) {
            0 => 0,
            1 => 255,
            _ => self.next() as u8,
        }
    }

    fn pixels(&mut self, length: usize) -> Vec<u32> {
        (0..length).map(|_| self.pixel()).collect()
    }

    /// Stretches of pixels that are opaque, or nothing, or anything.
    fn stretches(&mut self, length: usize) -> Vec<u32> {
        let mut pixels = self.pixels(length);
        let mut rest = &mut pixels[..];
        while !rest.is_empty() {
            let count = self.below(30) as usize + 1;
            let (stretch, behind) = rest.split_at_mut(count.min(rest.len()));
            match self.below(3) {
                0 => stretch.iter_mut().for_each(|pixel| *pixel |= 0xff << 24),
                1 => stretch.fill(0),
                _ => {}
            }
            rest = behind;
        }
        pixels
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.byte()).collect()
    }
}

/// Runs `draw` with every version on the same random rows and compares what comes out.
fn agree(seed: u64, draw: impl FnMut(&Kernels, &mut [u32], &mut Rng)) {
    agree_on(seed, &versions(), |k| k.name, 70, draw);
}

/// The same for any tables of versions, the first of which is right, on rows of fewer than `longest`.
pub(super) fn agree_on<K>(
    seed: u64,
    versions: &[K],
    name: impl Fn(&K) -> &'static str,
    longest: u32,
    mut draw: impl FnMut(&K, &mut [u32], &mut Rng),
) {
    for round in 0..4000u64 {
        let mut rng = Rng(seed.wrapping_mul(1 << 20).wrapping_add(round));
        let length = rng.below(longest) as usize;
        let row = rng.pixels(length);
        let mut expected = None;
        let seed = rng.0;
        for version in versions {
            let mut got = row.clone();
            draw(version, &mut got, &mut Rng(seed));
            let expected = expected.get_or_insert_with(|| got.clone());
            assert!(got == *expected, "{} in round {round}", name(version));
        }
    }
}

#[test]
fn a_processor_of_today_has_more_than_one_version() {
    if cfg!(target_arch = "x86_64") {
        assert!(versions().len() > 1);
    }
}

#[test]
fn colours_over_rows_agree() {
    agree(1, |k, row, rng| {
        let length = row.len() + rng.below(3) as usize;
        let (color, mask) = (rng.pixel(), rng.bytes(length));
        (k.solid_masked)(row, color, &mask);
    });
    agree(2, |k, row, rng| {
        let (src, ink) = (rng.pixels(row.len()), rng.pixel());
        (k.row_tinted)(row, &src, ink);
    });
}

#[test]
fn rows_over_rows_agree() {
    agree(3, |k, row, rng| {
        let src = rng.pixels(row.len());
        (k.row)(row, &src);
    });
    agree(13, |k, row, rng| {
        let src = rng.stretches(row.len());
        (k.row)(row, &src);
    });
    agree(4, |k, row, rng| {
        let (src, opacity) = (rng.pixels(row.len() + 1), rng.byte());
        (k.row_faded)(row, &src, opacity);
    });
    agree(5, |k, row, rng| {
        let (src, mask) = (rng.pixels(row.len()), rng.bytes(row.len()));
        (k.row_masked)(row, &src, &mask);
    });
}

#[test]
fn blocks_agree() {
    // Rows of 10 pixels; the block is anywhere in them.
    let block = |row: &mut [u32], rng: &mut Rng| -> (usize, usize, usize) {
        let start = rng.below(10).min(row.len() as u32) as usize;
        let rows = row.len() / 10;
        (start, rng.below(11) as usize, rows)
    };
    agree(6, |k, row, rng| {
        let (start, width, height) = block(row, rng);
        let color = rng.pixel();
        (k.fill)(Block::new(&mut row[start..], 10, width, height), color);
    });
    agree(7, |k, row, rng| {
        let (start, width, height) = block(row, rng);
        let color = rng.pixel();
        (k.solid)(Block::new(&mut row[start..], 10, width, height), color);
    });
    agree(8, |k, row, rng| {
        let (start, width, height) = block(row, rng);
        let (color, coverage) = (rng.pixel(), rng.bytes(75));
        let block = Block::new(&mut row[start..], 10, width, height);
        (k.stamp)(block, color, &coverage, 12);
    });
    agree(9, |k, row, rng| {
        let (start, width, height) = block(row, rng);
        let (color, coverage) = (rng.pixel(), rng.bytes(75));
        let block = Block::new(&mut row[start..], 10, width, height);
        (k.stamp_whole)(block, color, &coverage, 12);
    });
}

#[test]
fn long_fills_agree() {
    for length in 0..300 {
        let row: Vec<u32> = (0..length as u32 + 2).collect();
        for version in versions() {
            let mut got = row.clone();
            (version.fill)(Block::new(&mut got[1..=length], length, length, 1), 7);
            let inside = |i: usize| i >= 1 && i <= length;
            let right = |(i, p): (usize, &u32)| *p == if inside(i) { 7 } else { row[i] };
            assert!(
                got.iter().enumerate().all(right),
                "{} {length}",
                version.name
            );
        }
    }
}

#[test]
fn mixes_agree() {
    agree(10, |k, row, rng| {
        let (upper, lower) = (rng.pixels(row.len()), rng.pixels(row.len()));
        (k.mix_rows)(row, &upper, &lower, rng.below(257) as u16);
    });
    agree(11, |k, row, rng| {
        let width = 1 + rng.below(40);
        let src = rng.pixels(width as usize);
        // Now and then one that leads out of the row.
        let range = width - u32::from(rng.below(9) > 0);
        // In any order, or one after another as they are in a picture.
        let mut firsts: Vec<u32> = row.iter().map(|_| rng.below(range.max(1))).collect();
        if rng.below(2) == 0 {
            firsts.sort_unstable();
        }
        let parts: Vec<u16> = row.iter().map(|_| rng.below(257) as u16).collect();
        (k.mix_pairs)(row, &src, &firsts, &parts);
    });
}

#[test]
fn a_block_that_is_not_there_is_empty() {
    let mut pixels = [0; 10];
    for (stride, width, height) in [
        (4, 3, 3),
        (usize::MAX, 1, 3),
        (4, 11, 1),
        (1, usize::MAX, 2),
    ] {
        let mut rows = 0;
        Block::new(&mut pixels, stride, width, height).rows(|_, _| rows += 1);
        assert_eq!(rows, 0, "{stride} {width} {height}");
    }
    assert!(!Block::new(&mut pixels, 4, 2, 3).has_room(3));
    assert!(Block::new(&mut pixels, 4, 2, 2).has_room(6));
}

/// Corners or ends, some of them a little outside.
fn corners(rng: &mut Rng, width: u32, height: u32) -> Corners {
    let out = if rng.below(400) == 0 { 3 } else { 0 };
    let mut one = |side: u32| rng.below(side + 2 * out) as i32 - out as i32;
    [one(width), one(height), one(width), one(height)]
}

#[test]
fn arrays_of_shapes_agree() {
    let versions = versions();
    let (mut drawn, mut refused) = (0, 0);
    for round in 0..3000 {
        let mut rng = Rng(round * 77 + 5);
        let (width, height) = (1 + rng.below(120), 1 + rng.below(60));
        let stride = width as usize + rng.below(9) as usize;
        let before = rng.pixels(stride * height as usize);
        let count = rng.below(12);
        let shapes: Vec<Corners> = (0..count)
            .map(|_| corners(&mut rng, width, height))
            .collect();
        let level: Vec<Corners> = shapes
            .iter()
            .map(|[x0, y0, x1, y1]| [*x0, *y0, *x1, y0 + (y1 - y0) / 8])
            .collect();
        let dots: Vec<[i32; 2]> = shapes.iter().map(|[x, y, ..]| [*x, *y]).collect();
        let (color, kind) = (rng.pixel(), rng.below(4));
        let price = Price {
            each: 3,
            pixels: rng.below(3),
            most: [u64::MAX, 0, 40][rng.below(3) as usize],
            largest: [u64::MAX, 200][rng.below(2) as usize],
        };
        let draw = |version: &Kernels| {
            let mut pixels = before.clone();
            let block = Block::new(&mut pixels, stride, width as usize, height as usize);
            let done = match kind {
                0 => (version.dots)(block, &dots, color).map(|bounds| (count as usize, 0, bounds)),
                1 => (version.rects)(block, &shapes, color, price)
                    .map(|d| (d.count, d.spent, d.bounds)),
                2 => (version.lines)(block, &level, round % 2 == 0, color, price)
                    .map(|d| (d.count, d.spent, d.bounds)),
                _ => (version.lines)(block, &shapes, round % 2 == 0, color, price)
                    .map(|d| (d.count, d.spent, d.bounds)),
            };
            (pixels, done)
        };
        let (expected, done) = draw(&scalar::KERNELS);
        match done {
            None => {
                refused += 1;
                assert!(expected == before);
            }
            Some(_) => drawn += 1,
        }
        for version in &versions {
            let (got, same) = draw(version);
            assert_eq!(done, same, "{} in round {round}", version.name);
            assert!(got == expected, "{} in round {round}", version.name);
        }
    }
    assert!(drawn > 1000 && refused > 20, "{drawn} {refused}");
}

#[test]
fn lists_of_lines_agree() {
    let versions = versions();
    let (width, height) = (200, 150);
    for round in 0..1500 {
        let mut rng = Rng(round * 13 + 3);
        let before = rng.pixels(width * height);
        let reach = [1, 2, 9, 30, 70][rng.below(5) as usize];
        // All about as long as each other, or of any length; some level, some without a pixel.
        let kind = rng.below(3);
        let lines: Vec<Corners> = (0..rng.below(200))
            .map(|_| {
                let (x, y) = (
                    rng.below(width as u32) as i32,
                    rng.below(height as u32) as i32,
                );
                let [a, b] = [0; 2].map(|_| rng.below(2 * reach + 1) as i32 - reach as i32);
                let (a, b) = match (kind, rng.below(9)) {
                    (0, 0) => (0, 0),
                    (0 | 1, 1..4) => (a, [reach as i32, -(reach as i32)][rng.below(2) as usize]),
                    (0 | 1, 4..7) => ([reach as i32, -(reach as i32)][rng.below(2) as usize], b),
                    (_, 7) => (a, b / 8),
                    _ => (a, b),
                };
                let inside = |v: i32, side: usize| v.clamp(0, side as i32 - 1);
                [x, y, inside(x + a, width), inside(y + b, height)]
            })
            .collect();
        let color = match rng.below(4) {
            0 => rng.pixel(),
            _ => 0xff00_0000 | rng.below(1 << 24),
        };
        let price = Price {
            each: 15,
            pixels: rng.below(2),
            most: [u64::MAX, 2000, 15 * 64][rng.below(3) as usize],
            largest: u64::MAX,
        };
        let draw = |version: &Kernels| {
            let mut pixels = before.clone();
            let block = Block::new(&mut pixels, width, width, height);
            let drawn = (version.lines)(block, &lines, round % 2 == 0, color, price);
            (pixels, drawn)
        };
        let (expected, drawn) = draw(&scalar::KERNELS);
        assert_eq!(drawn.is_some(), !lines.is_empty());
        for version in &versions {
            let (got, same) = draw(version);
            assert_eq!(drawn, same, "{} in round {round}", version.name);
            assert!(got == expected, "{} in round {round}", version.name);
        }
    }
}

#[test]
fn ends_of_lines_are_read_alike() {
    for round in 0..500 {
        let mut rng = Rng(round);
        let bytes: Vec<u8> = (0..rng.below(300)).map(|_| rng.below(256) as u8).collect();
        let step = [4, 8, 1, 0][rng.below(4) as usize];
        let shift = [rng.below(1 << 20) as i32, -(rng.below(1 << 20) as i32)];
        let before = vec![[7; 4]; rng.below(40) as usize];
        let read = |version: &Kernels| {
            let mut out = before.clone();
            (version.ends)(&bytes, step, shift, &mut out);
            out
        };
        let expected = read(&scalar::KERNELS);
        if let (Some(first), Some(bytes)) = (expected.first(), bytes.first_chunk::<8>()) {
            let x1 = i16::from_le_bytes([bytes[4], bytes[5]]);
            assert_eq!(first[2], i32::from(x1) + shift[0]);
        }
        for version in versions() {
            assert_eq!(read(&version), expected, "{} {round}", version.name);
        }
    }
}

#[test]
fn long_lines_agree() {
    let versions = versions();
    let (width, height) = (1700, 900);
    for round in 0..400 {
        let mut rng = Rng(round + 1);
        let [x0, y0, x1, y1] = corners(&mut rng, width - 3, height - 3).map(|v| v.max(0));
        let y1 = match rng.below(3) {
            0 => y1,
            _ => (y0 + rng.below(80) as i32 - 40).clamp(0, 890),
        };
        let draw = |version: &Kernels| {
            let mut pixels = vec![0; (width * height) as usize];
            let block = Block::new(&mut pixels, width as usize, width as usize, height as usize);
            let price = Price {
                each: 1,
                pixels: 0,
                most: 1,
                largest: 0,
            };
            (version.lines)(block, &[[x0, y0, x1, y1]], false, 0xff00_0001, price);
            pixels
        };
        let expected = draw(&scalar::KERNELS);
        for version in &versions {
            assert!(draw(version) == expected, "{} {round}", version.name);
        }
    }
}

#[test]
fn shapes_that_reach_out_are_not_drawn() {
    let far = [i32::MIN, -1, 0, 3, 4, 5, i32::MAX];
    let price = Price {
        each: 1,
        pixels: 0,
        most: u64::MAX,
        largest: u64::MAX,
    };
    for (version, number) in versions()
        .iter()
        .flat_map(|v| (0..7 * 7 * 7 * 7).map(move |n| (v, n)))
    {
        let [a, b, c, d] = [1, 7, 49, 343].map(|part| far[number / part % 7]);
        let mut pixels = vec![0; 40];
        let mut draw = |kind| {
            let block = Block::new(&mut pixels, 8, 4, 5);
            match kind {
                0 => (version.lines)(block, &[[a, b, c, d]], true, 1 << 24, price).is_some(),
                1 => (version.dots)(block, &[[a, b]], 1 << 24).is_some(),
                _ => (version.rects)(block, &[[a, b, c, d]], 1 << 24, price).is_some(),
            }
        };
        let inside = |x: i32, y: i32| (0..4).contains(&x) && (0..5).contains(&y);
        assert_eq!(draw(0), inside(a, b) && inside(c, d));
        assert_eq!(draw(1), inside(a, b));
        draw(2);
        for (i, pixel) in pixels.iter().enumerate() {
            assert!(*pixel == 0 || i % 8 < 4, "{} {a} {b} {c} {d}", version.name);
        }
    }
}

#[test]
fn pieces_agree() {
    let versions = versions();
    let mut drawn = 0;
    for round in 0..2000 {
        let mut rng = Rng(round * 31 + 9);
        let (width, height) = (100, 80);
        let stride = width + rng.below(9) as usize;
        let before = rng.pixels(stride * height);
        let mut pieces = Pieces::default();
        for y in 0..rng.below(20) as i16 {
            let mut x = rng.below(10) as i16 - 5;
            for _ in 0..rng.below(4) {
                let length = [1, 2, 3, 5, 9, 17][rng.below(6) as usize];
                pieces.push(x, y - 9, length);
                x += length as i16 + 1;
            }
        }
        let out = if rng.below(8) == 0 { 40 } else { 0 };
        let places: Vec<[i32; 2]> = (0..rng.below(4))
            .map(|_| {
                let mut one = |low: i32, high: u32| low - out + rng.below(high) as i32;
                [one(5, 15), one(9, 50)]
            })
            .collect();
        if rng.below(3) == 0 {
            pieces.push(-5, 12, 41 + rng.below(20) as u16);
        }
        let color = match rng.below(2) {
            0 => rng.pixel(),
            _ => 0xff00_0000 | rng.below(1 << 24),
        };
        if rng.below(4) == 0 {
            // What is kept of pieces is of no use to a buffer with other rows.
            let mut other = vec![0; 120 * height];
            for version in &versions {
                let block = Block::new(&mut other, 120, 120, height);
                (version.pieces)(block, &pieces, &[[9, 12], [9, 12]], color);
            }
        }
        let draw = |version: &Kernels| {
            let mut pixels = before.clone();
            let block = Block::new(&mut pixels, stride, width, height);
            let bounds = (version.pieces)(block, &pieces, &places, color);
            (pixels, bounds)
        };
        let expected = draw(&scalar::KERNELS);
        assert!(expected.1.is_some() || expected.0 == before);
        drawn += usize::from(expected.1.is_some());
        // More than once, since what comes again is drawn in another way.
        for version in versions.iter().chain(&versions) {
            assert!(draw(version) == expected, "{} {round}", version.name);
        }
    }
    assert!(drawn > 500, "{drawn}");
}
