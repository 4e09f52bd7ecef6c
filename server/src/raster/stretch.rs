//! Images that stay upright: columns and rows can be looked up by themselves.
//!
//! Which pixels of a row are mixed is the same in all rows, so that is found once; and neighbouring
//! rows of the device read the same rows of the image, which are mixed sideways once for all of them.
//! The result is what [`ImagePaint`] gives pixel by pixel.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::PixelRect;

use super::blend;
#[cfg(target_arch = "x86_64")]
use super::kernels::stretch::Columns;
use super::kernels::{self, Along, kernels};
use super::sample::ImagePaint;
use super::target::{ImageView, Target};

/// What happens to the colours of an image on their way to the target.
#[derive(Clone, Copy)]
pub(super) enum Finish {
    /// Multiplied with so many 255ths and blended.
    Faded(u8),
    /// As much of this colour as their alpha says is blended.
    Tinted(Pixel),
}

impl Finish {
    /// Whether the colours of `image` simply take the place of what was there.
    pub(super) fn replaces(self, image: &ImageView<'_>) -> bool {
        matches!(self, Self::Faded(255)) && image.is_opaque()
    }

    /// Puts colours on a row.
    pub(super) fn put(self, row: &mut [u32], colors: &[u32]) {
        match self {
            Self::Faded(255) => blend::row(row, colors),
            Self::Faded(opacity) => blend::row_faded(row, colors, opacity),
            Self::Tinted(ink) => blend::row_tinted(row, colors, ink),
        }
    }
}

/// Working memory: the columns of a drawing, and two rows of the image as they lie in it.
#[derive(Debug, Default)]
pub(super) struct Stretch {
    pairs: Pairs,
    #[cfg(target_arch = "x86_64")]
    columns: Columns,
    rows: Rows,
}

impl Stretch {
    /// Draws `paint`, whose rows and columns must be those of the device, on the pixels `rect`.
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
        let along = paint.along(rect.x0);
        let width = rect.width() as usize;
        #[cfg(target_arch = "x86_64")]
        if Columns::are_there() && self.columns.begin(&along, width).is_some() {
            return self.rows.draw(&self.columns, target, paint, rect, finish);
        }
        self.pairs.begin(&along, width, paint.image().size().width);
        self.rows.draw(&self.pairs, target, paint, rect, finish);
    }

    /// How many bytes are kept for the next image: a few rows, which have a longest length.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        let rows = [&self.rows.upper, &self.rows.lower].map(|row| &row.pixels);
        let pixels = rows
            .into_iter()
            .chain([&self.rows.colors, &self.pairs.firsts]);
        let pixels: usize = pixels.map(|r| r.capacity() * size_of::<u32>()).sum();
        let parts = self.pairs.parts.capacity() * size_of::<u16>();
        #[cfg(target_arch = "x86_64")]
        let parts = parts + self.columns.byte_size();
        pixels + parts
    }
}

/// Mixes rows of the image.
trait Mixing {
    /// Mixes the pixels of a row that belong to each column, in a form to be kept.
    fn across(&self, row: &[u32], kept: &mut Vec<u32>);

    /// The pixels of a row that was kept.
    fn plain(&self, out: &mut [u32], kept: &[u32]);

    /// Two of them mixed, with `part` of 256 of the second, from 1 to 255.
    fn down(&self, out: &mut [u32], rows: (&[u32], &[u32]), part: u16);

    /// The same of two rows of the image that need not be kept; whether that is a quicker way.
    fn both(&self, out: &mut [u32], rows: (&[u32], &[u32]), part: u16) -> bool;
}

#[cfg(target_arch = "x86_64")]
impl Mixing for Columns {
    fn across(&self, row: &[u32], kept: &mut Vec<u32>) {
        Columns::across(self, row, kept);
    }

    fn plain(&self, out: &mut [u32], kept: &[u32]) {
        kernels::stretch::plain(out, kept);
    }

    fn down(&self, out: &mut [u32], (upper, lower): (&[u32], &[u32]), part: u16) {
        kernels::stretch::down(out, upper, lower, part);
    }

    fn both(&self, out: &mut [u32], rows: (&[u32], &[u32]), part: u16) -> bool {
        Columns::both(self, rows, part, out);
        true
    }
}

/// What is mixed for each column, for processors of any kind.
#[derive(Debug, Default)]
struct Pairs {
    /// The left one of two neighbours in the image.
    firsts: Vec<u32>,
    /// How much of the mix is the right one, of 256.
    parts: Vec<u16>,
    unmixed: bool,
}

impl Pairs {
    /// Works them out for `count` columns and rows of `width` pixels.
    fn begin(&mut self, along: &Along, count: usize, width: u32) {
        self.firsts.clear();
        self.parts.clear();
        self.unmixed = along.unmixed;
        for i in 0..count as i64 {
            let (x0, x1, part) = along.pair(i);
            // A pair must lie in the row; of one pixel alone the other part is 0.
            let (first, part) = match (x0 == x1, x0 + 1 < width) {
                (false, _) => (x0, part),
                (true, false) if x0 > 0 => (x0 - 1, 256),
                (true, _) => (x0, 0),
            };
            self.firsts.push(first);
            self.parts.push(part);
        }
    }
}

impl Mixing for Pairs {
    fn across(&self, row: &[u32], kept: &mut Vec<u32>) {
        kept.resize(self.firsts.len(), 0);
        if self.unmixed {
            // Each of its pixels alone.
            for ((out, first), part) in kept.iter_mut().zip(&self.firsts).zip(&self.parts) {
                let x = *first as usize + usize::from(*part >> 8);
                *out = row.get(x).copied().unwrap_or_default();
            }
            return;
        }
        match row {
            [only] => kept.fill(*only),
            row => (kernels().mix_pairs)(kept, row, &self.firsts, &self.parts),
        }
    }

    fn plain(&self, out: &mut [u32], kept: &[u32]) {
        out.copy_from_slice(kept);
    }

    fn down(&self, out: &mut [u32], (upper, lower): (&[u32], &[u32]), part: u16) {
        (kernels().mix_rows)(out, upper, lower, part);
    }

    fn both(&self, _: &mut [u32], _: (&[u32], &[u32]), _: u16) -> bool {
        false
    }
}

/// A row of the image, mixed sideways.
#[derive(Debug, Default)]
struct Row {
    pixels: Vec<u32>,
    /// Which one.
    y: Option<u32>,
}

impl Row {
    /// Makes this the row `y` of the image, if it is not yet.
    fn become_row(&mut self, y: u32, image: &ImageView<'_>, mixing: &impl Mixing) {
        if self.y != Some(y) {
            self.y = Some(y);
            mixing.across(image.row(y as i32), &mut self.pixels);
        }
    }
}

/// The rows of the image that were mixed last, and the colours of a row of the device.
#[derive(Debug, Default)]
struct Rows {
    upper: Row,
    lower: Row,
    colors: Vec<u32>,
}

impl Rows {
    fn draw(
        &mut self,
        mixing: &impl Mixing,
        target: &mut Target<'_>,
        paint: &ImagePaint<'_>,
        rect: PixelRect,
        finish: Finish,
    ) {
        (self.upper.y, self.lower.y) = (None, None);
        let whole = finish.replaces(&paint.image());
        let downwards = paint.downwards(rect.y0);
        let mut mixed = downwards.pair(0);
        let rows = target.rows_mut(rect);
        for (row, i) in rows.zip(1..) {
            let next = downwards.pair(i);
            if whole {
                self.colors(mixing, &paint.image(), mixed, next, row);
            } else {
                let mut colors = std::mem::take(&mut self.colors);
                colors.resize(row.len(), 0);
                self.colors(mixing, &paint.image(), mixed, next, &mut colors);
                finish.put(row, &colors);
                self.colors = colors;
            }
            mixed = next;
        }
    }

    /// The colours of a row of the device that mixes two rows of the image: which, and how much of the
    /// second; and what the next one mixes.
    fn colors(
        &mut self,
        mixing: &impl Mixing,
        image: &ImageView<'_>,
        (y0, y1, part): (u32, u32, u16),
        (next0, next1, _): (u32, u32, u16),
        out: &mut [u32],
    ) {
        let Self { upper, lower, .. } = self;
        if lower.y == Some(y0) {
            std::mem::swap(upper, lower);
        }
        let alone = part == 0 || y0 == y1;
        // Where no other row of the device reads these two, they need not be kept.
        let shared = [next0, next1].iter().any(|next| [y0, y1].contains(next));
        if !shared && !alone && upper.y != Some(y0) {
            let rows = (image.row(y0 as i32), image.row(y1 as i32));
            if mixing.both(out, rows, part) {
                return;
            }
        }
        upper.become_row(y0, image, mixing);
        if alone {
            return mixing.plain(out, &upper.pixels);
        }
        lower.become_row(y1, image, mixing);
        mixing.down(out, (&upper.pixels, &lower.pixels), part);
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::geometry::{PixelSize, Rect, Transform};

    use super::super::paint::Source;
    use super::super::pixmap::Pixmap;
    use super::super::sample::Filter;
    use super::super::tests::Rng;
    use super::*;

    /// Draws with every kind of mixing there is.
    fn each_kind(
        draw: impl Fn(&mut dyn FnMut(&mut Target<'_>, &ImagePaint<'_>, PixelRect, Finish)),
    ) {
        let mut rows = Rows::default();
        draw(&mut |target, paint, rect, finish| {
            let mut pairs = Pairs::default();
            let width = paint.image().size().width;
            pairs.begin(&paint.along(rect.x0), rect.width() as usize, width);
            rows.draw(&pairs, target, paint, rect, finish);
        });
        let mut stretch = Stretch::default();
        draw(&mut |target, paint, rect, finish| stretch.draw(target, paint, rect, finish));
    }

    #[test]
    fn rows_and_columns_give_what_pixels_do() {
        each_kind(|draw| rows_and_columns(draw));
    }

    fn rows_and_columns(draw: &mut dyn FnMut(&mut Target<'_>, &ImagePaint<'_>, PixelRect, Finish)) {
        let mut rng = Rng(11);
        for round in 0..3000 {
            let longest = rng.pick(&[12, 12, 100]);
            let size = PixelSize::new(1 + rng.below(longest), 1 + rng.below(12));
            let mut image = Pixmap::new(size);
            image.pixels_mut().fill_with(|| rng.next());
            let mut side = |from, to| rng.float(from, to);
            let src = Rect::new(
                side(-2.0, 6.0),
                side(-2.0, 6.0),
                side(0.1, longest as f32),
                side(0.1, 9.0),
            );
            let far = [0.0, 0.0, 1e6][round % 3];
            let dst = Rect::new(
                side(-5.0, 9.0) - far,
                side(-5.0, 9.0),
                side(0.1, 70.0) + 2.0 * far,
                side(0.1, 40.0),
            );
            let t = Transform::scale(rng.pick(&[1.0, -1.5]), rng.pick(&[2.0, -0.4]));
            let filter = rng.pick(&[Filter::Linear, Filter::Linear, Filter::Nearest]);
            let opaque = rng.below(2) == 0;
            let view = image.view().with_opaque(opaque);
            let Some(paint) = ImagePaint::new(&view, src, dst, &t, filter, 255) else {
                continue;
            };
            assert!(paint.is_upright());
            let (mut drawn, mut expected) = (
                Pixmap::new(PixelSize::new(70, 20)),
                Pixmap::new(PixelSize::new(70, 20)),
            );
            let rect = PixelRect::new(rng.below(9) as i32, 3, 1 + rng.below(60), 12);
            let all = drawn.bounds();
            draw(&mut drawn.target(all), &paint, rect, Finish::Faded(255));
            let mut colors = vec![0; rect.width() as usize];
            for y in rect.y0..rect.y1 {
                paint.colors(rect.x0, y, &mut colors);
                let mut target = expected.target(all);
                let row = target.span_mut(y, rect.x0, rect.x1);
                match opaque {
                    true => row.copy_from_slice(&colors[..row.len()]),
                    false => blend::row(row, &colors),
                }
            }
            assert!(drawn == expected, "round {round}");
        }
    }
}
