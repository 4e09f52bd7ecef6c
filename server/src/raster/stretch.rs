//! Images that stay upright: columns and rows can be looked up by themselves.
//!
//! Which pixels of a row are mixed is the same in all rows, so that is found once; and neighbouring
//! rows of the device read the same rows of the image, which are mixed sideways once for all of them.
//! The result is what [`ImagePaint`] gives pixel by pixel.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::PixelRect;

use super::blend;
use super::kernels::{kernels, mix_fours};
use super::sample::{Filter, ImagePaint};
use super::target::{ImageView, Target};

/// What happens to the colours of an image on their way to the target.
#[derive(Clone, Copy)]
pub(super) enum Finish {
    /// Multiplied with so many 255ths and blended.
    Faded(u8),
    /// As much of this colour as their alpha says is blended.
    Tinted(Pixel),
}

/// Working memory: the columns of a drawing, and two rows of the image as they lie in it.
#[derive(Debug, Default)]
pub(super) struct Stretch {
    /// For each column the left one of two neighbours in the image.
    firsts: Vec<u32>,
    /// How much of the mix is the right one, of 256.
    parts: Vec<u16>,
    upper: Row,
    lower: Row,
    colors: Vec<u32>,
}

/// A row of the image, mixed sideways.
#[derive(Debug, Default)]
struct Row {
    pixels: Vec<u32>,
    /// Which one.
    y: Option<i64>,
}

impl Row {
    /// Makes this the row `y` of the image, if it is not yet.
    fn become_row(&mut self, y: i64, image: &ImageView<'_>, firsts: &[u32], parts: &[u16]) {
        if self.y == Some(y) {
            return;
        }
        self.y = Some(y);
        self.pixels.resize(firsts.len(), 0);
        match image.row(y as i32) {
            [only] => self.pixels.fill(*only),
            row => (kernels().mix_pairs)(&mut self.pixels, row, firsts, parts),
        }
    }
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
        self.begin(paint, rect);
        let whole = matches!(finish, Finish::Faded(255)) && paint.image().is_opaque();
        for y in rect.y0..rect.y1 {
            let row = target.span_mut(y, rect.x0, rect.x1);
            if whole {
                self.colors(paint, y, row);
                continue;
            }
            let mut colors = std::mem::take(&mut self.colors);
            colors.resize(row.len(), 0);
            self.colors(paint, y, &mut colors);
            match finish {
                Finish::Faded(255) => blend::row(row, &colors),
                Finish::Faded(opacity) => blend::row_faded(row, &colors, opacity),
                Finish::Tinted(ink) => blend::row_tinted(row, &colors, ink),
            }
            self.colors = colors;
        }
    }

    fn begin(&mut self, paint: &ImagePaint<'_>, rect: PixelRect) {
        (self.upper.y, self.lower.y) = (None, None);
        self.firsts.clear();
        self.parts.clear();
        let width = paint.image().size().width;
        paint.columns(rect.x0, rect.width(), |x0, x1, part| {
            // A pair must lie in the row; of one pixel alone the other part is 0.
            let (first, part) = match (x0 == x1, x0 + 1 < width) {
                (false, _) => (x0, part),
                (true, false) if x0 > 0 => (x0 - 1, 256),
                (true, _) => (x0, 0),
            };
            self.firsts.push(first);
            self.parts.push(part);
        });
    }

    /// The colours of the row `y` of the device.
    fn colors(&mut self, paint: &ImagePaint<'_>, y: i32, out: &mut [u32]) {
        let image = paint.image();
        let (y0, y1, part) = paint.rows(y);
        let Self {
            firsts,
            parts,
            upper,
            lower,
            ..
        } = self;
        if paint.filter() == Filter::Nearest {
            // One row, and each of its pixels alone, which `columns` has seen to.
            if upper.y != Some(y0) {
                upper.y = Some(y0);
                upper.pixels.resize(firsts.len(), 0);
                let row = image.row(y0 as i32);
                for ((out, first), part) in upper.pixels.iter_mut().zip(&*firsts).zip(&*parts) {
                    let x = *first as usize + usize::from(*part >> 8);
                    *out = row.get(x).copied().unwrap_or_default();
                }
            }
            return out.copy_from_slice(&upper.pixels);
        }
        if lower.y == Some(y0) {
            std::mem::swap(upper, lower);
        }
        // Where no other row of the device reads these two, they need not be kept.
        let (next0, next1, _) = paint.rows(y.saturating_add(1));
        let shared = [next0, next1].iter().any(|next| [y0, y1].contains(next));
        if !shared
            && upper.y != Some(y0)
            && y0 != y1
            && part > 0
            && let Some(mix) = mix_fours()
        {
            let rows = (image.row(y0 as i32), image.row(y1 as i32));
            if rows.0.len() > 1 {
                return mix(out, rows, firsts, parts, part);
            }
        }
        upper.become_row(y0, &image, firsts, parts);
        if part == 0 || y0 == y1 {
            return out.copy_from_slice(&upper.pixels);
        }
        lower.become_row(y1, &image, firsts, parts);
        (kernels().mix_rows)(out, &upper.pixels, &lower.pixels, part);
    }

    /// How many bytes are kept for the next image: a few rows, which have a longest length.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        let rows = [&self.upper.pixels, &self.lower.pixels, &self.colors];
        let pixels: usize = rows.iter().map(|r| r.capacity() * size_of::<u32>()).sum();
        pixels
            + self.firsts.capacity() * size_of::<u32>()
            + self.parts.capacity() * size_of::<u16>()
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::geometry::{PixelSize, Rect, Transform};

    use super::super::paint::Source;
    use super::super::pixmap::Pixmap;
    use super::super::tests::Rng;
    use super::*;

    #[test]
    fn rows_and_columns_give_what_pixels_do() {
        let mut rng = Rng(11);
        let mut stretch = Stretch::default();
        for round in 0..2000 {
            let size = PixelSize::new(1 + rng.below(12), 1 + rng.below(12));
            let mut image = Pixmap::new(size);
            image.pixels_mut().fill_with(|| rng.next());
            let mut side = |from, to| rng.float(from, to);
            let src = Rect::new(
                side(-2.0, 6.0),
                side(-2.0, 6.0),
                side(0.1, 9.0),
                side(0.1, 9.0),
            );
            let dst = Rect::new(
                side(-5.0, 9.0),
                side(-5.0, 9.0),
                side(0.1, 40.0),
                side(0.1, 40.0),
            );
            let t = Transform::scale(rng.pick(&[1.0, -1.5]), rng.pick(&[2.0, -0.4]));
            let filter = rng.pick(&[Filter::Linear, Filter::Linear, Filter::Nearest]);
            let opaque = rng.below(2) == 0;
            let view = image.view().with_opaque(opaque);
            let Some(paint) = ImagePaint::new(&view, src, dst, &t, filter, 255) else {
                continue;
            };
            assert!(paint.is_straight());
            let (mut drawn, mut expected) = (
                Pixmap::new(PixelSize::new(30, 20)),
                Pixmap::new(PixelSize::new(30, 20)),
            );
            let rect = PixelRect::new(rng.below(9) as i32, 3, 1 + rng.below(20), 12);
            let all = drawn.bounds();
            stretch.draw(&mut drawn.target(all), &paint, rect, Finish::Faded(255));
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
