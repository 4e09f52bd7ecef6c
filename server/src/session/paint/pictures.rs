//! Images and parts of them.

use transom_protocol::color::Pixel;
use transom_protocol::draw::{Filter, ImagePart, Paint, Shapes};
use transom_protocol::geometry::{PixelRect, Rect};
use transom_protocol::ids::ImageId;

use super::super::budget::cost;
use super::super::images::Image;
use super::super::ink::Ink;
use super::super::paints::rasters_filter;
use super::super::shape::{device_bounds, float_rect};
use super::super::{Failure, Step};
use super::{Done, Painter};
use crate::raster::{self, ImageView};

impl Painter<'_> {
    pub(super) fn draw_images(
        &mut self,
        id: ImageId,
        paint: Paint,
        filter: Filter,
        antialias: bool,
        parts: Shapes<'_, ImagePart>,
    ) -> Done {
        let ink = self.ink(paint)?;
        let image = self
            .images
            .get(&id)
            .ok_or(Failure::unknown("no such image"))?;
        let whole = float_rect(PixelRect::from_size(image.size()));
        let mut failed = Ok(());
        let step = self.each(parts, |p, part| {
            let is_whole = part.source.width == 0.0 || part.source.height == 0.0;
            let source = if is_whole { whole } else { part.source };
            p.image_part(image, source, part.dest, filter, antialias, &ink)
                .unwrap_or_else(|failure| {
                    failed = Err(failure);
                    Step::Done
                })
        });
        failed.and(step)
    }

    /// A part of an image, in its own colours or, if it has none, in `ink`.
    pub(in crate::session) fn image_part(
        &mut self,
        image: &Image,
        source: Rect,
        dest: Rect,
        filter: Filter,
        antialias: bool,
        ink: &Ink<'_>,
    ) -> Done {
        let device = *self.state.device();
        let level = match filter {
            Filter::Area => raster::area_level(source, dest, &device),
            Filter::Nearest | Filter::Linear => 0,
        };
        if level == 0 {
            let view = image.view();
            return Ok(self.picture(&view, image.is_mask(), source, dest, filter, antialias, ink));
        }
        if image.mips().is_none() {
            let most = self.budget.left().max(cost::SMALL);
            let looked_at = image.make_mips(&mut self.tools.halving, most, self.memory)?;
            self.budget.spend(looked_at);
        }
        let Some(mips) = image.mips() else {
            return Ok(Step::More);
        };
        let Some(smaller) = mips.level(level) else {
            return Ok(Step::Done);
        };
        let share = |of: u32, all: u32| of as f32 / all as f32;
        let (size, all) = (smaller.size(), image.size());
        let (x, y) = (share(size.width, all.width), share(size.height, all.height));
        let source = Rect::new(
            source.x * x,
            source.y * y,
            source.width * x,
            source.height * y,
        );
        let view = smaller.view().with_opaque(image.is_opaque());
        Ok(self.picture(&view, image.is_mask(), source, dest, filter, antialias, ink))
    }

    /// A part of a picture: with `tinted` only its alpha counts, and `ink` is its colour.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a plain value of its own"
    )]
    pub(super) fn picture(
        &mut self,
        view: &ImageView<'_>,
        tinted: bool,
        source: Rect,
        dest: Rect,
        filter: Filter,
        antialias: bool,
        ink: &Ink<'_>,
    ) -> Step {
        let device = *self.state.device();
        let snapped = self.state.snap(dest);
        let bounds = snapped.unwrap_or_else(|| device_bounds(dest, &device));
        let opacity = self.state.opacity();
        let filter = rasters_filter(filter);
        let weight = raster::image_weight(view, source, dest, &device, filter);
        match ink {
            Ink::Plain(ink) if tinted && antialias => {
                self.pixels(bounds, weight, cost::RECT, |target, tools| {
                    raster::draw_tinted(
                        target,
                        view,
                        source,
                        dest,
                        &device,
                        filter,
                        *ink,
                        &mut tools.scratch,
                    );
                })
            }
            _ if !tinted && antialias && self.puts_plainly() => {
                self.pixels(bounds, weight, cost::RECT, |target, tools| {
                    raster::draw_image(
                        target,
                        view,
                        source,
                        dest,
                        &device,
                        filter,
                        opacity,
                        &mut tools.scratch,
                    );
                })
            }
            _ => {
                let brush = match tinted {
                    true => ink.brush(),
                    false => self.brush(raster::Shader::Solid(Pixel::TRANSPARENT)),
                };
                let weight = weight + brush.weight() + 8;
                self.pixels(bounds, weight, cost::RECT, |target, tools| {
                    raster::brush_image(
                        target,
                        view,
                        source,
                        dest,
                        &device,
                        filter,
                        tinted,
                        antialias,
                        &brush,
                        &mut tools.scratch,
                    );
                })
            }
        }
    }
}
