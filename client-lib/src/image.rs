//! Images and glyph sets: what is uploaded once and drawn often.

use std::sync::Arc;

use transom_protocol::codec::{HEADER_BYTES, MAX_PACKET};
use transom_protocol::draw::PathTooLong;
use transom_protocol::geometry::{PixelRect, PixelSize};
use transom_protocol::glyph::{GlyphBuffer, GlyphShape, Glyphs};
use transom_protocol::ids::{GlyphSetId, ImageId};
use transom_protocol::request::{
    AddGlyphs, BeginImage, BeginPatch, CreateGlyphSet, DestroyGlyphSet, DestroyImage, EndImage,
    GlyphSetFlags, ImageFlags, ImageFormat,
};

use crate::canvas::note;
use crate::core::Core;
use crate::error::Error;
use crate::lanes::PatientMark;
use crate::link::Link;

/// Pixels travel in packets of this many bytes, so that nothing urgent waits for a large one.
pub(crate) const CHUNK: usize = 64 << 10;

/// Bytes of glyph records in one packet.
const MAX_GLYPHS: usize = MAX_PACKET - HEADER_BYTES;

/// Where an image is in the patient lane.
#[derive(Debug)]
pub(crate) struct ImageState {
    /// What has to be sent before it may be drawn.
    pub(crate) usable: PatientMark,
    /// What has to be sent before it may be destroyed.
    end: PatientMark,
    progressive: bool,
}

/// A picture of pixels on the server. Dropping it destroys it; what was drawn of it stays.
///
/// Its pixels travel behind everything urgent. A frame that draws it waits for its last byte, and
/// later frames wait behind that one: a program that would rather draw something else meanwhile
/// asks [`Image::is_sent`], or makes the image progressive.
#[derive(Debug)]
pub struct Image {
    link: Link,
    id: ImageId,
    size: PixelSize,
    format: ImageFormat,
}

impl Image {
    pub(crate) fn new(
        link: Link,
        size: PixelSize,
        format: ImageFormat,
        pixels: Arc<[u8]>,
        progressive: bool,
    ) -> Result<Self, Error> {
        check_bytes(size, format, pixels.len())?;
        let id = link.core(|core| core.create_image(size, format, pixels, progressive));
        Ok(Self {
            link,
            id,
            size,
            format,
        })
    }

    /// Its number.
    pub fn id(&self) -> ImageId {
        self.id
    }

    /// In pixels.
    pub fn size(&self) -> PixelSize {
        self.size
    }

    /// How its bytes are pixels.
    pub fn format(&self) -> ImageFormat {
        self.format
    }

    /// Replaces a part, in the image's own format, rows from top to bottom without gaps. Frames
    /// committed before show the old pixels, those after the new ones.
    ///
    /// # Errors
    ///
    /// When `rect` is not inside the image or `pixels` are not as many as it has.
    pub fn patch(&self, rect: PixelRect, pixels: &[u8]) -> Result<(), Error> {
        if !PixelRect::from_size(self.size).contains_rect(rect) {
            return Err(Error::PatchOutside);
        }
        check_bytes(rect.size(), self.format, pixels.len())?;
        if !rect.is_empty() {
            self.link
                .core(|core| core.patch_image(self.id, rect, pixels));
        }
        Ok(())
    }

    /// Whether all its pixels are on their way, so that a frame that draws it goes at once.
    pub fn is_sent(&self) -> bool {
        self.link
            .core(|core| core.lanes.has_passed(core.needed(self.id)))
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        self.link.core(|core| core.destroy_image(self.id));
    }
}

fn check_bytes(size: PixelSize, format: ImageFormat, given: usize) -> Result<(), Error> {
    let (needed, given) = (size.area() * format.bytes_per_pixel() as u64, given as u64);
    let PixelSize { width, height } = size;
    match needed == given && needed > 0 {
        true => Ok(()),
        false => Err(Error::ImageBytes {
            width,
            height,
            needed,
            given,
        }),
    }
}

impl Core {
    /// The part of the patient lane that has to come before an image is all there.
    pub(crate) fn complete(&self, image: ImageId) -> PatientMark {
        let state = self.images.get(&image);
        state.map(|state| state.end).unwrap_or_default()
    }

    pub(crate) fn create_image(
        &mut self,
        size: PixelSize,
        format: ImageFormat,
        pixels: Arc<[u8]>,
        progressive: bool,
    ) -> ImageId {
        let image = self.new_image();
        if self.create_shared(image, size, format, &pixels) {
            self.images.insert(
                image,
                ImageState {
                    usable: PatientMark::default(),
                    end: PatientMark::default(),
                    progressive,
                },
            );
            self.mirror.create_image(image, size, format, pixels);
            return image;
        }
        let flags = ImageFlags::NONE.set(ImageFlags::PROGRESSIVE, progressive);
        let begin = self.lanes.patient(
            &BeginImage {
                image,
                size,
                format,
                flags,
            }
            .into(),
        );
        let end = self.send_pixels(image, &pixels);
        let usable = if progressive { begin } else { end };
        self.images.insert(
            image,
            ImageState {
                usable,
                end,
                progressive,
            },
        );
        self.mirror.create_image(image, size, format, pixels);
        image
    }

    fn patch_image(&mut self, image: ImageId, rect: PixelRect, pixels: &[u8]) {
        let before = self.images.get(&image).map(|state| state.end);
        if self.patch_shared(image, rect, pixels, before.unwrap_or_default()) {
            self.mirror.patch_image(image, rect, pixels);
            return;
        }
        self.lanes.patient(&BeginPatch { image, rect }.into());
        let end = self.send_pixels(image, &Arc::from(pixels));
        if let Some(state) = self.images.get_mut(&image) {
            state.end = end;
            if !state.progressive {
                state.usable = end;
            }
        }
        self.mirror.patch_image(image, rect, pixels);
    }

    fn send_pixels(&mut self, image: ImageId, pixels: &Arc<[u8]>) -> PatientMark {
        for start in (0..pixels.len()).step_by(CHUNK) {
            self.lanes
                .pixels(image, pixels, start..pixels.len().min(start + CHUNK));
        }
        self.lanes.patient(&EndImage { image }.into())
    }

    pub(crate) fn destroy_image(&mut self, image: ImageId) {
        let end = self
            .images
            .remove(&image)
            .map(|state| state.end)
            .unwrap_or_default();
        self.lanes.urgent_after(&DestroyImage { image }.into(), end);
        self.mirror.destroy_image(image);
    }
}

/// Glyphs that the program brings itself, as outlines, layers or images. Dropping it destroys it;
/// what was drawn with it stays. [`Canvas::text`](crate::Canvas::text) needs none.
#[derive(Debug)]
pub struct GlyphSet {
    link: Link,
    id: GlyphSetId,
}

impl GlyphSet {
    pub(crate) fn new(link: Link, units_per_em: u16, flags: GlyphSetFlags) -> Self {
        let id = link.core(|core| {
            let id = core.new_set();
            core.create_set(id, units_per_em, flags);
            id
        });
        Self { link, id }
    }

    /// Its number.
    pub fn id(&self) -> GlyphSetId {
        self.id
    }

    /// Adds glyphs, each index once.
    ///
    /// # Errors
    ///
    /// When a glyph alone does not fit a packet, a megabyte; those before it have been added.
    pub fn add(&self, glyphs: &GlyphBuffer) -> Result<(), Error> {
        let mut rest = glyphs.as_bytes();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(fitting(rest)?);
            self.link.core(|core| core.add_glyphs(self.id, piece));
            rest = after;
        }
        Ok(())
    }
}

/// How many bytes of whole glyph records, from the front of `records`, fit a packet.
fn fitting(records: &[u8]) -> Result<usize, PathTooLong> {
    let word = |at: usize, size: usize| {
        let bytes = records[at..at + size].iter().rev();
        bytes.fold(0, |value, byte| value << 8 | usize::from(*byte))
    };
    let mut end = 0;
    while end < records.len() {
        let words = match word(end + 6, 2) {
            0 => word(end + 8, 4),
            words => words,
        };
        if end + 4 * words > MAX_GLYPHS {
            break;
        }
        end += 4 * words;
    }
    match end {
        0 => Err(PathTooLong {
            bytes: records.len(),
        }),
        end => Ok(end),
    }
}

impl Drop for GlyphSet {
    fn drop(&mut self) {
        self.link.core(|core| {
            core.request(DestroyGlyphSet { set: self.id });
            core.mirror.destroy_set(self.id);
        });
    }
}

impl Core {
    pub(crate) fn create_set(&mut self, set: GlyphSetId, units_per_em: u16, flags: GlyphSetFlags) {
        self.request(CreateGlyphSet {
            set,
            units_per_em,
            flags,
        });
        self.mirror.create_set(set, units_per_em, flags);
    }

    pub(crate) fn add_glyphs(&mut self, set: GlyphSetId, glyphs: &[u8]) {
        let mut images = Vec::new();
        for glyph in Glyphs::new(glyphs).flatten() {
            if let GlyphShape::Image { image, .. } = glyph.shape {
                note(&mut images, image);
            }
        }
        let after = images
            .iter()
            .map(|image| self.needed(*image))
            .max()
            .unwrap_or_default();
        self.lanes
            .urgent_after(&AddGlyphs { set, glyphs }.into(), after);
        self.mirror.add_glyphs(set, glyphs, images);
    }
}
