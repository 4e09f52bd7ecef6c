//! Pixels that clients read back.

use transom_protocol::event::Pixels;
use transom_protocol::geometry::PixelRect;
use transom_protocol::ids::WindowId;
use transom_protocol::request::ReadPixels;

use super::client::{Client, Context};
use super::inert::Kind;
use super::limits::OUTPUT_HIGH_WATER;
use super::output::Output;
use super::{Failure, Step};
use crate::raster::Pixmap;

/// Bytes of pixels in one `Pixels` event: small enough that input is not long behind it.
const PIXELS_BYTES: usize = 64 << 10;

impl Client {
    pub(super) fn read_pixels(
        &mut self,
        read: &ReadPixels,
        cx: &mut Context<'_>,
    ) -> Result<Step, Failure> {
        let inert = self.known(Kind::Surface, read.surface.0).is_err();
        let picture = match self.windows.get_mut(&WindowId(read.surface.0)) {
            Some(window) => Ok(window.picture()),
            None => match self.surfaces.get(&read.surface) {
                Some(surface) => Ok(Some(&surface.pixmap)),
                None if inert => Ok(None),
                None => Err(Failure::unknown("no such surface")),
            },
        };
        // A question is answered in any case.
        let nothing = Pixels {
            id: read.id,
            last: 1,
            rect: PixelRect::EMPTY,
            data: &[],
        };
        let picture = picture.inspect_err(|_| cx.output.event(nothing))?;
        let bounds = picture.map_or(PixelRect::EMPTY, Pixmap::bounds);
        let area = read.rect.intersect(bounds);
        let Some(picture) = picture.filter(|_| !area.is_empty()) else {
            cx.output.event(nothing);
            return Ok(Step::Done);
        };
        while cx.output.pending().len() < OUTPUT_HIGH_WATER && !cx.budget.is_spent() {
            let band = read_band(area, self.cursor.element);
            let last = band.y1 >= area.y1;
            write_band(read.id, picture, band, last, cx.output);
            cx.budget.spend(band.area());
            if last {
                return Ok(Step::Done);
            }
            self.cursor.element += band.height() as usize;
        }
        Ok(Step::More)
    }
}

/// The rows of `area` from the `skip`th on that fit one event.
fn read_band(area: PixelRect, skip: usize) -> PixelRect {
    let rows = (PIXELS_BYTES / (area.width() as usize * 4)).max(1) as u32;
    let y0 = area.y0.saturating_add_unsigned(skip as u32);
    PixelRect::from_edges(
        area.x0,
        y0,
        area.x1,
        y0.saturating_add_unsigned(rows).min(area.y1),
    )
}

fn write_band(id: u32, picture: &Pixmap, band: PixelRect, last: bool, output: &mut Output) {
    let columns = band.x0 as usize..band.x1 as usize;
    let rows = (band.y0..band.y1).map(|y| &picture.row(y as u32)[columns.clone()]);
    let head = Pixels {
        id,
        last: u8::from(last),
        rect: band,
        data: &[],
    };
    output.packets(|out| {
        head.write_with(out, |out| {
            // Into bytes that are there already: that becomes plain copying.
            let start = out.len();
            out.resize(start + band.area() as usize * 4, 0);
            let bytes = out[start..].chunks_exact_mut(band.width() as usize * 4);
            for (bytes, row) in bytes.zip(rows) {
                for (to, pixel) in bytes.as_chunks_mut().0.iter_mut().zip(row) {
                    *to = pixel.to_le_bytes();
                }
            }
        });
    });
}
