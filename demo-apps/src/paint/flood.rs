//! Which pixels a flood fill reaches.

/// How far a channel may be from where the fill began.
const TOLERANCE: u8 = 40;

/// How far to look for the full strength of an edge, in pixels: soft edges are two wide.
const EDGE: usize = 2;

/// Pixels as they come from a surface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Raster {
    /// Pixels in a row.
    pub(super) width: usize,
    /// Number of rows.
    pub(super) height: usize,
    /// B, G, R, A; rows from top to bottom.
    pub(super) pixels: Vec<[u8; 4]>,
}

/// How much of each pixel of a rectangle is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mask {
    /// First column.
    pub(super) x: usize,
    /// First row.
    pub(super) y: usize,
    /// Pixels in a row.
    pub(super) width: usize,
    /// Number of rows.
    pub(super) height: usize,
    /// 0 to 255; rows from top to bottom.
    pub(super) coverage: Vec<u8>,
}

impl Raster {
    /// Without anything on it.
    pub(super) fn new(width: usize, height: usize) -> Self {
        let pixels = vec![[0; 4]; width * height];
        Self {
            width,
            height,
            pixels,
        }
    }

    /// The numbers of the pixels beside one, to the left, right, above and below.
    fn beside(&self, pixel: usize) -> impl Iterator<Item = usize> + use<> {
        let (x, y) = (pixel % self.width, pixel / self.width);
        let (width, height) = (self.width, self.height);
        let sides = [
            (x > 0).then(|| pixel - 1),
            (x + 1 < width).then(|| pixel + 1),
            (y > 0).then(|| pixel - width),
            (y + 1 < height).then(|| pixel + width),
        ];
        sides.into_iter().flatten()
    }

    /// The pixels at most so far away in rows and columns.
    fn near(&self, pixel: usize, far: usize) -> impl Iterator<Item = usize> + use<> {
        let (x, y, width) = (pixel % self.width, pixel / self.width, self.width);
        let columns = x.saturating_sub(far)..(x + far + 1).min(width);
        let rows = y.saturating_sub(far)..(y + far + 1).min(self.height);
        rows.flat_map(move |y| columns.clone().map(move |x| y * width + x))
    }

    /// The largest difference of a channel.
    fn distance(&self, a: usize, b: usize) -> u8 {
        let channels = self.pixels[a].into_iter().zip(self.pixels[b]);
        channels.map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
    }

    /// What a fill from a pixel reaches: everything around it that looks alike, and of the soft
    /// edge around that as much as is not the edge.
    pub(super) fn flood(&self, x: usize, y: usize) -> Mask {
        let seed = y * self.width + x;
        let reached = self.reach(seed);
        let mut coverage = vec![0; self.pixels.len()];
        reached.iter().for_each(|pixel| coverage[*pixel] = 255);
        for pixel in reached {
            for rim in self.near(pixel, 1) {
                if coverage[rim] == 0 {
                    coverage[rim] = self.rim(seed, rim);
                }
            }
        }
        self.cut_out(&coverage)
    }

    /// The pixels that look like the first and hang together with it.
    fn reach(&self, seed: usize) -> Vec<usize> {
        let mut seen = vec![false; self.pixels.len()];
        let (mut reached, mut next) = (Vec::new(), vec![seed]);
        seen[seed] = true;
        while let Some(pixel) = next.pop() {
            reached.push(pixel);
            for other in self.beside(pixel) {
                if !seen[other] && self.distance(seed, other) <= TOLERANCE {
                    seen[other] = true;
                    next.push(other);
                }
            }
        }
        reached
    }

    /// How much of a pixel beside the area belongs to it: the less, the more it looks like what
    /// is behind it. One that looks like the area and was not reached is behind an edge.
    fn rim(&self, seed: usize, pixel: usize) -> u8 {
        let own = self.distance(seed, pixel);
        if own <= TOLERANCE {
            return 0;
        }
        let behind = self
            .near(pixel, EDGE)
            .map(|other| self.distance(seed, other));
        let full = u32::from(behind.max().unwrap_or(own));
        // Squared, because what was there shines through both: the line and the fill over it.
        (255 - 255 * u32::from(own).pow(2) / full.pow(2)) as u8
    }

    /// The smallest rectangle that holds all that is covered.
    fn cut_out(&self, coverage: &[u8]) -> Mask {
        let rows: Vec<_> = coverage.chunks_exact(self.width).collect();
        let any = |y: &usize| rows[*y].iter().any(|c| *c > 0);
        let top = (0..self.height).find(any).unwrap_or(0);
        let bottom = (0..self.height).rfind(any).map_or(0, |y| y + 1);
        let first = |row: &&[u8]| row.iter().position(|c| *c > 0);
        let last = |row: &&[u8]| row.iter().rposition(|c| *c > 0);
        let left = rows.iter().filter_map(first).min().unwrap_or(0);
        let right = rows.iter().filter_map(last).max().map_or(0, |x| x + 1);
        Mask {
            x: left,
            y: top,
            width: right - left,
            height: bottom - top,
            coverage: rows[top..bottom]
                .iter()
                .flat_map(|row| &row[left..right])
                .copied()
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture in shades: digits from 0, white, to 9, black.
    fn raster(rows: &[&str]) -> Raster {
        let shade = |c: char| {
            let grey = 255 - c.to_digit(10).expect("a digit") as u8 * 28;
            [grey, grey, grey, 255]
        };
        Raster {
            width: rows[0].len(),
            height: rows.len(),
            pixels: rows.iter().flat_map(|row| row.chars()).map(shade).collect(),
        }
    }

    #[test]
    fn it_stays_inside_a_closed_line() {
        let ring = raster(&["000000", "099990", "090090", "090090", "099990", "000000"]);
        let mask = ring.flood(2, 2);
        assert_eq!((mask.x, mask.y, mask.width, mask.height), (2, 2, 2, 2));
        assert_eq!(mask.coverage, [255; 4]);
        let outside = ring.flood(0, 0);
        assert_eq!((outside.width, outside.height), (6, 6));
        assert_eq!(outside.coverage.iter().filter(|c| **c == 255).count(), 20);
    }

    #[test]
    fn it_does_not_leak_where_lines_touch_at_corners() {
        let mask = raster(&["0900", "9000", "0000"]).flood(0, 0);
        assert_eq!((mask.width, mask.height, mask.coverage), (1, 1, vec![255]));
    }

    #[test]
    fn a_soft_edge_is_filled_as_far_as_it_is_not_the_line() {
        let mask = raster(&["0003690"]).flood(0, 0);
        assert_eq!(mask.width, 4, "what is darker is behind the rim");
        assert_eq!(mask.coverage[..3], [255; 3]);
        assert!(
            (220..230).contains(&mask.coverage[3]),
            "{:?}",
            mask.coverage
        );
    }

    #[test]
    fn a_picture_of_one_colour_is_filled_whole() {
        let mask = Raster::new(300, 200).flood(299, 0);
        assert_eq!((mask.x, mask.y, mask.width, mask.height), (0, 0, 300, 200));
        assert!(mask.coverage.iter().all(|c| *c == 255));
    }
}
