//! Pixels that an operation brings along, or finds in a pool: drawn without becoming an image first
//! where that is possible, otherwise through one that ends with the operation.

use transom_protocol::color::Pixel;
use transom_protocol::draw::{Filter, Paint, PixelData, PoolPixels};
use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize, Rect};
use transom_protocol::request::ImageFormat;

use super::budget::cost;
use super::images::Image;
use super::ink::Ink;
use super::limits::Charge;
use super::paint::{Done, Painter};
use super::pixels::convert;
use super::pools::{Layout, Pool};
use super::shape::float_rect;
use super::{Failure, Step};
use crate::raster::{self, MAX_SIDE, RowPut};

/// How they are drawn.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    pub(super) paint: Paint,
    pub(super) antialias: bool,
    pub(super) filter: Filter,
    pub(super) dest: Rect,
}

/// The image of pixels that cannot be drawn row by row, while it is drawn.
#[derive(Debug)]
pub(super) struct Staged {
    image: Image,
    _charge: Charge,
}

/// A picture, and where its bytes are.
#[derive(Clone, Copy)]
struct Picture<'a> {
    size: PixelSize,
    format: ImageFormat,
    bytes: Bytes<'a>,
}

#[derive(Clone, Copy)]
enum Bytes<'a> {
    /// Rows without gaps.
    Record(&'a [u8]),
    /// The layout lies inside.
    Pool(&'a Pool, Layout),
}

impl Picture<'_> {
    /// The pixels of the row `y` from `x` on, as many as `out` has.
    #[inline]
    fn read(&self, x: u32, y: u32, out: &mut [u32]) {
        match &self.bytes {
            Bytes::Record(bytes) => {
                let size = self.format.bytes_per_pixel();
                let start = (y as usize * self.size.width as usize + x as usize) * size;
                convert(self.format, &bytes[start..start + out.len() * size], out);
            }
            Bytes::Pool(pool, layout) => pool.pixels(layout, x, y, out),
        }
    }

    /// Rows of BGRX pixels from `first` on, each as many as the row has.
    fn copy<'t>(&self, first: PixelPoint, rows: impl Iterator<Item = &'t mut [u32]>) {
        match &self.bytes {
            Bytes::Record(_) => {
                for (row, y) in rows.zip(first.y as u32..) {
                    self.read(first.x as u32, y, row);
                }
            }
            Bytes::Pool(pool, layout) => pool.opaque_rows(layout, first, rows),
        }
    }
}

impl Painter<'_> {
    /// Pixels of the record itself.
    pub(super) fn record_pixels(&mut self, pixels: &PixelData<'_>, manner: &Manner) -> Done {
        let picture = Picture {
            size: pixels.size(),
            format: pixels.format(),
            bytes: Bytes::Record(pixels.bytes()),
        };
        self.draw_picture(&picture, manner)
    }

    /// Pixels of a pool.
    pub(super) fn pool_pixels(&mut self, pixels: &PoolPixels, manner: &Manner) -> Done {
        let pool = self.pools.get(pixels.pool)?;
        let layout = Layout::of(pixels);
        if !layout.size.is_empty() {
            pool.check(&layout)?;
        }
        let picture = Picture {
            size: layout.size,
            format: layout.format,
            bytes: Bytes::Pool(pool, layout),
        };
        self.draw_picture(&picture, manner)
    }

    fn draw_picture(&mut self, picture: &Picture<'_>, manner: &Manner) -> Done {
        if picture.size.width > MAX_SIDE || picture.size.height > MAX_SIDE {
            return Err(Failure::bad_argument(
                "pixels with a side longer than the server takes",
            ));
        }
        let ink = match manner.paint {
            // It has no effect.
            Paint::Color(_) if picture.format != ImageFormat::A8 => Ink::Plain(Pixel::TRANSPARENT),
            paint => self.ink(paint)?,
        };
        if picture.size.is_empty() {
            return Ok(Step::Done);
        }
        let upright = self.state.upright();
        let place = upright.and_then(|map| raster::unscaled(picture.size, manner.dest, map));
        let Some(place) = place.filter(|_| self.puts_plainly()) else {
            return self.through_image(picture, manner, &ink);
        };
        if picture.format == ImageFormat::Bgrx && self.state.opacity() == 255 {
            return Ok(self.pixels(place, 1, cost::RECT, |target, _| {
                let (first, rows) = raster::replaced_rows(target, place);
                picture.copy(first, rows);
            }));
        }
        match self.row_put(picture.format, &ink) {
            Some(put) => Ok(self.pixels(place, 3, cost::RECT, |target, _| {
                raster::put_rows(target, place, put, |x, y, out| picture.read(x, y, out));
            })),
            None => self.through_image(picture, manner, &ink),
        }
    }

    /// What becomes of rows that are put over what is there, if they can be put one by one.
    fn row_put(&self, format: ImageFormat, ink: &Ink<'_>) -> Option<RowPut> {
        match (format, ink) {
            (ImageFormat::A8, Ink::Plain(color)) => Some(RowPut::Tinted(*color)),
            (ImageFormat::A8, Ink::Brush(_)) => None,
            _ => Some(RowPut::Over(self.state.opacity())),
        }
    }

    /// Makes an image, as many rows at a time as the budget allows, and draws it.
    fn through_image(&mut self, picture: &Picture<'_>, manner: &Manner, ink: &Ink<'_>) -> Done {
        let Manner {
            antialias,
            filter,
            dest,
            ..
        } = *manner;
        if self.state.opacity() == 0 {
            return Ok(Step::Done);
        }
        // Kept only while there is more to be done; nothing is left of one that something else ended.
        let mut staged = match self.tools.staged.take().filter(|_| self.cursor.element > 0) {
            Some(staged) => staged,
            None => self.stage(picture)?,
        };
        if let Step::More = self.fill_staged(&mut staged.image, picture) {
            self.tools.staged = Some(staged);
            return Ok(Step::More);
        }
        let whole = float_rect(PixelRect::from_size(picture.size));
        let step = self.image_part(&staged.image, whole, dest, filter, antialias, ink)?;
        if let Step::More = step {
            self.tools.staged = Some(staged);
        }
        Ok(step)
    }

    fn stage(&mut self, picture: &Picture<'_>) -> Result<Staged, Failure> {
        let charge = self.memory.reserve(picture.size.area() * 4)?;
        Ok(Staged {
            image: Image::blank(picture.size, picture.format),
            _charge: charge,
        })
    }

    /// The cursor's element is the row to go on with.
    fn fill_staged(&mut self, image: &mut Image, picture: &Picture<'_>) -> Step {
        let PixelSize { width, height } = picture.size;
        if self.cursor.element >= height as usize {
            return Step::Done;
        }
        let rows = image.change().pixels_mut().chunks_exact_mut(width as usize);
        for row in rows.skip(self.cursor.element) {
            picture.read(0, self.cursor.element as u32, row);
            self.budget.spend(u64::from(width));
            self.cursor.element += 1;
            if self.budget.is_spent() {
                return Step::More;
            }
        }
        Step::Done
    }
}
