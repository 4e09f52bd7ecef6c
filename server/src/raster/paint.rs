//! [`Paint`]: what covered pixels are coloured with, and how coverage becomes pixels.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::PixelRect;

use super::blend;
use super::coverage::Sink;
use super::kernels::{GROUP, Span, Sums, blend_sums, fill_spans};
use super::sample::ImagePaint;
use super::target::Target;

/// What a path is filled with.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Paint<'a> {
    /// One colour everywhere.
    Solid(Pixel),
    /// Part of an image.
    Image(ImagePaint<'a>),
}

/// Colours that differ from pixel to pixel: an image, later a gradient.
pub(super) trait Source {
    /// The premultiplied colours of the device pixels from (`x`, `y`) on to the right.
    fn colors(&self, x: i32, y: i32, out: &mut [u32]);

    /// Whether all colours are known to be opaque.
    fn is_opaque(&self) -> bool;
}

/// One colour, as much of it as the alpha of another source says.
pub(super) struct Tinted<S> {
    pub(super) source: S,
    /// Premultiplied.
    pub(super) ink: Pixel,
}

impl<S: Source> Source for Tinted<S> {
    fn colors(&self, x: i32, y: i32, out: &mut [u32]) {
        self.source.colors(x, y, out);
        for color in out {
            *color = blend::tint(self.ink, *color);
        }
    }

    fn is_opaque(&self) -> bool {
        self.ink.alpha() == 255 && self.source.is_opaque()
    }
}

/// Puts one colour over what is covered.
pub(super) struct SolidSink<'s, 'a> {
    pub(super) target: &'s mut Target<'a>,
    pub(super) color: Pixel,
}

impl Sink for SolidSink<'_, '_> {
    fn solid(&mut self, y: i32, x0: i32, x1: i32) {
        blend::solid(self.target.span_mut(y, x0, x1), self.color);
    }

    fn masked(&mut self, y: i32, x: i32, mask: &[u8]) {
        let row = self.target.span_mut(y, x, x + mask.len() as i32);
        blend::solid_masked(row, self.color, mask);
    }

    fn spans(&mut self, spans: &[Span]) {
        if self.color.alpha() == 255 {
            let (pixels, grid) = self.target.pixels_mut();
            return fill_spans(pixels, grid, spans, self.color.0);
        }
        for span in spans {
            self.solid(span.y, span.x0, span.x1);
        }
    }

    fn sums<'s>(&mut self, area: PixelRect, sums: Sums<'s>) -> Option<Sums<'s>> {
        if !self.target.clip().contains_rect(area) {
            return Some(sums);
        }
        let width = area.width() as usize;
        let (block, groups) = (self.target.block(area), width.next_multiple_of(GROUP));
        let block = match block.has_room(groups) {
            true => block.widened(groups),
            false => block,
        };
        blend_sums(block, width, sums, self.color.0);
        None
    }
}

/// Puts the colours of a source, times `opacity / 255`, over what is covered.
pub(super) struct SourceSink<'s, 'a, S> {
    pub(super) target: &'s mut Target<'a>,
    pub(super) source: S,
    pub(super) opacity: u8,
    /// Holds the colours of one run.
    pub(super) colors: &'s mut Vec<u32>,
}

impl<S: Source> SourceSink<'_, '_, S> {
    fn fetch(&mut self, y: i32, x0: i32, x1: i32) {
        self.colors.resize((x1 - x0).max(0) as usize, 0);
        self.source.colors(x0, y, self.colors);
    }
}

impl<S: Source> Sink for SourceSink<'_, '_, S> {
    fn solid(&mut self, y: i32, x0: i32, x1: i32) {
        let row = self.target.span_mut(y, x0, x1);
        if self.opacity == 255 && self.source.is_opaque() {
            return self.source.colors(x0, y, row);
        }
        self.fetch(y, x0, x1);
        let row = self.target.span_mut(y, x0, x1);
        match self.opacity {
            255 => blend::row(row, self.colors),
            opacity => blend::row_faded(row, self.colors, opacity),
        }
    }

    fn masked(&mut self, y: i32, x: i32, mask: &[u8]) {
        let x1 = x + mask.len() as i32;
        self.fetch(y, x, x1);
        if self.opacity != 255 {
            for color in self.colors.iter_mut() {
                *color = blend::scale(*color, self.opacity);
            }
        }
        blend::row_masked(self.target.span_mut(y, x, x1), self.colors, mask);
    }
}
