//! Averages of images that stay upright: what a device pixel covers is the same columns in all rows, and
//! the same rows in all columns.
//!
//! The rows that a row of the device covers are added up by their shares, then their columns. The result is
//! what [`area::average`] gives pixel by pixel.

use transom_protocol::geometry::PixelRect;

use super::area::Span;
use super::kernels::{Shares, sharing};
use super::sample::ImagePaint;
use super::stretch::Finish;
use super::target::Target;

/// Working memory.
#[derive(Debug, Default)]
pub(super) struct Shrink {
    columns: Vec<Shares>,
    /// The columns of the image that are looked at, added up downwards.
    sums: Vec<[u32; 4]>,
    colors: Vec<u32>,
}

impl Shrink {
    /// Draws `paint`, an average whose rows and columns are those of the device, on the pixels `rect`.
    pub(super) fn draw(
        &mut self,
        target: &mut Target<'_>,
        paint: &ImagePaint<'_>,
        rect: PixelRect,
        finish: Finish,
    ) {
        let rect = rect.intersect(target.clip());
        if rect.is_empty() {
            return;
        }
        let (across, down) = paint.covers(rect.x0, rect.y0);
        let (left, count) = self.find_columns(&across, rect.width());
        let all = (across.width * down.width) as u32;
        let image = paint.image();
        let whole = finish.replaces(&image);
        self.colors.resize(rect.width() as usize, 0);
        for (row, i) in target.rows_mut(rect).zip(0..) {
            self.sums.clear();
            self.sums.resize(count, [0; 4]);
            let rows = down.shares(i);
            for (y, part) in (rows.first..).zip(rows.parts).take(rows.count as usize) {
                let pixels = image.span(left as i32, y as i32, count as u32);
                (sharing().add)(&mut self.sums, pixels, part.into());
            }
            let out = if whole {
                &mut *row
            } else {
                &mut self.colors[..]
            };
            (sharing().average)(out, &self.sums, &self.columns, all);
            if !whole {
                finish.put(row, &self.colors);
            }
        }
    }

    /// Finds out what each of so many columns covers. Returns the first column that is looked at and how many
    /// there are.
    fn find_columns(&mut self, across: &Covers, width: u32) -> (u32, usize) {
        self.columns.clear();
        self.columns
            .extend((0..i64::from(width)).map(|i| across.shares(i)));
        let first = self.columns.iter().map(|c| c.first).min().unwrap_or(0);
        let end = self.columns.iter().map(|c| c.first + c.count).max();
        for column in &mut self.columns {
            column.first -= first;
        }
        (first, end.unwrap_or(first).saturating_sub(first) as usize)
    }

    /// How many bytes are kept for the next image.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.columns.capacity() * size_of::<Shares>()
            + self.sums.capacity() * size_of::<[u32; 4]>()
            + self.colors.capacity() * size_of::<u32>()
    }
}

/// What device pixels cover of an image in one direction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Covers {
    /// Where the middle of the first one is, and from each to the next, in multiples of 2^-24 image pixel.
    pub(super) at: i64,
    pub(super) step: i64,
    /// How much each covers, in 256ths.
    pub(super) width: i64,
    /// The first and the last that may be read: others are the nearest of them.
    pub(super) range: (i64, i64),
}

impl Covers {
    /// The image pixels of the device pixel number `i`, and how much of each it covers.
    fn shares(&self, i: i64) -> Shares {
        let span = Span::around(self.at + i * self.step, self.width);
        let inside = |v: i64| v.max(self.range.0).min(self.range.1) as u32;
        let first = inside(*span.pixels().start());
        let mut shares = Shares {
            first,
            ..Shares::default()
        };
        for pixel in span.pixels() {
            let at = inside(pixel) - first;
            shares.count = at + 1;
            shares.parts[at as usize] += span.weight(pixel) as u16;
        }
        shares
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::color::Pixel;
    use transom_protocol::geometry::{PixelSize, Rect, Transform};

    use super::super::paint::Source;
    use super::super::pixmap::Pixmap;
    use super::super::sample::Filter;
    use super::super::tests::Rng;
    use super::*;

    #[test]
    fn rows_are_what_each_pixel_is_by_itself() {
        let mut rng = Rng(41);
        let mut shrink = Shrink::default();
        for round in 0..2000 {
            let size = PixelSize::new(1 + rng.below(60), 1 + rng.below(40));
            let mut image = Pixmap::new(size);
            image.pixels_mut().fill_with(|| rng.next());
            let mut side = |from, to| rng.float(from, to);
            let src = Rect::new(
                side(-2.0, 30.0),
                side(-2.0, 9.0),
                side(0.1, 60.0),
                side(0.1, 40.0),
            );
            let dst = Rect::new(
                side(-5.0, 9.0),
                side(-5.0, 9.0),
                side(0.1, 40.0),
                side(0.1, 20.0),
            );
            let t = Transform::scale(rng.pick(&[1.0, -1.5, 0.2]), rng.pick(&[2.0, -0.4]));
            let view = image.view().with_opaque(rng.below(2) == 0);
            let Some(paint) = ImagePaint::new(&view, src, dst, &t, Filter::Area, 255) else {
                continue;
            };
            assert!(paint.is_upright());
            let mut drawn = Pixmap::new(PixelSize::new(50, 20));
            drawn.pixels_mut().fill_with(|| rng.next());
            let mut expected = drawn.clone();
            let rect = PixelRect::new(rng.below(9) as i32, 3, 1 + rng.below(40), 12);
            let all = drawn.bounds();
            let finish = rng.pick(&[
                Finish::Faded(255),
                Finish::Faded(77),
                Finish::Tinted(Pixel(0x8040_1020)),
            ]);
            shrink.draw(&mut drawn.target(all), &paint, rect, finish);
            let mut colors = vec![0; rect.width() as usize];
            for y in rect.y0..rect.y1 {
                paint.colors(rect.x0, y, &mut colors);
                let mut target = expected.target(all);
                let row = target.span_mut(y, rect.x0, rect.x1);
                match finish.replaces(&view) {
                    true => row.copy_from_slice(&colors[..row.len()]),
                    false => finish.put(row, &colors),
                }
            }
            assert!(drawn == expected, "round {round}");
        }
    }
}
