//! The versions agree, bit for bit.

use super::*;

/// Numbers that look random and are the same every time.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 32) as u32
    }

    fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.next()) * u64::from(n)) >> 32) as u32
    }

    /// A pixel; some are not premultiplied, some are empty, full or opaque.
    fn pixel(&mut self) -> u32 {
        match self.below(8) {
            0 => 0,
            1 => u32::MAX,
            2..5 => self.next() | 0xff00_0000,
            5 | 6 => scalar::scale(self.next() | 0xff00_0000, self.next() as u8),
            _ => self.next(),
        }
    }

    fn byte(&mut self) -> u8 {
        match self.below(4) {
            0 => 0,
            1 => 255,
            _ => self.next() as u8,
        }
    }

    fn pixels(&mut self, length: usize) -> Vec<u32> {
        (0..length).map(|_| self.pixel()).collect()
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.byte()).collect()
    }
}

/// Runs `draw` with every version on the same random rows and compares what comes out.
fn agree(seed: u64, mut draw: impl FnMut(&Kernels, &mut [u32], &mut Rng)) {
    let versions = versions();
    for round in 0..4000u64 {
        let mut rng = Rng(seed.wrapping_mul(1 << 20).wrapping_add(round));
        let length = rng.below(70) as usize;
        let row = rng.pixels(length);
        let mut expected = row.clone();
        let seed = Rng(rng.0);
        draw(&scalar::KERNELS, &mut expected, &mut Rng(seed.0));
        for version in &versions {
            let mut got = row.clone();
            draw(version, &mut got, &mut Rng(seed.0));
            assert!(got == expected, "{} in round {round}", version.name);
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
