//! A client's images, and those that are on their way.

use std::sync::{Arc, OnceLock, Weak};

use transom_protocol::error::ErrorCode;
use transom_protocol::geometry::{PixelRect, PixelSize};
use transom_protocol::hello::Codec;
use transom_protocol::ids::ImageId;
use transom_protocol::request::{BeginImage, BeginPatch, ImageData, ImageFlags, ImageFormat};

use super::Failure;
use super::ids::ById;
use super::limits::{Charge, Limits, Memory};
use super::pixels::{OPAQUE, convert};
use crate::raster::{ImageView, MAX_SIDE, Mips, Pixmap};

/// A picture that operations can draw.
#[derive(Debug)]
pub(super) struct Image {
    pixmap: Arc<Pixmap>,
    format: ImageFormat,
    /// Smaller copies, made when they are first needed.
    mips: OnceLock<Arc<KeptMips>>,
}

/// Smaller copies of an image, with their memory.
#[derive(Debug)]
pub(super) struct KeptMips {
    pub(super) mips: Mips,
    _charge: Charge,
}

impl KeptMips {
    /// None of them is made yet.
    pub(super) fn begin(pixmap: &Pixmap, memory: &Memory) -> Result<Self, Failure> {
        let charge = memory.reserve(Mips::bytes(pixmap.size()))?;
        Ok(Self {
            mips: Mips::default(),
            _charge: charge,
        })
    }
}

/// Smaller copies of an image that are being made; they outlive a slice.
#[derive(Debug)]
pub(super) struct Halving {
    kept: KeptMips,
    /// What of. It is another one as soon as the image has changed.
    pixmap: Weak<Pixmap>,
}

impl Image {
    /// With no pixels yet: transparent, or black where the format is opaque.
    pub(super) fn blank(size: PixelSize, format: ImageFormat) -> Self {
        let mut pixmap = Pixmap::new(size);
        if format == ImageFormat::Bgrx {
            pixmap.pixels_mut().fill(OPAQUE);
        }
        Self::new(pixmap, format)
    }

    /// Whether it is a mask, to be drawn in a paint.
    pub(super) fn is_mask(&self) -> bool {
        self.format == ImageFormat::A8
    }

    pub(super) fn is_opaque(&self) -> bool {
        self.format == ImageFormat::Bgrx
    }

    /// The pixels to keep beyond the image's own life.
    pub(super) fn share(&self) -> Arc<Pixmap> {
        Arc::clone(&self.pixmap)
    }

    pub(super) fn size(&self) -> PixelSize {
        self.pixmap.size()
    }

    /// The pixels to draw with.
    pub(super) fn view(&self) -> ImageView<'_> {
        self.pixmap.view().with_opaque(self.is_opaque())
    }

    /// The picture to be kept as it is now, whatever becomes of the image.
    pub(super) fn kept(&self) -> Self {
        Self {
            pixmap: self.share(),
            format: self.format,
            mips: self.mips.clone(),
        }
    }

    pub(super) fn byte_size(&self) -> u64 {
        Self::bytes(self.size())
    }

    /// Its smaller copies, if they are made.
    pub(super) fn mips(&self) -> Option<&Mips> {
        self.mips.get().map(|kept| &kept.mips)
    }

    /// Makes its smaller copies, or as much of them as is done by looking at about `most` pixels; what is not
    /// finished is left in `halving`. Returns how many were looked at.
    pub(super) fn make_mips(
        &self,
        halving: &mut Option<Halving>,
        most: u64,
        memory: &Memory,
    ) -> Result<u64, Failure> {
        let is_this = |h: &Halving| std::ptr::eq(h.pixmap.as_ptr(), &*self.pixmap);
        let mut going_on = match halving.take().filter(is_this) {
            Some(going_on) => going_on,
            None => Halving {
                kept: KeptMips::begin(&self.pixmap, memory)?,
                pixmap: Arc::downgrade(&self.pixmap),
            },
        };
        let view = self.pixmap.view();
        let looked_at = going_on.kept.mips.work(&view, most);
        if going_on.kept.mips.are_done(&view) {
            self.mips.get_or_init(|| Arc::new(going_on.kept));
        } else {
            *halving = Some(going_on);
        }
        Ok(looked_at)
    }

    /// The pixels to change; what was made of them before is forgotten.
    pub(super) fn change(&mut self) -> &mut Pixmap {
        self.mips.take();
        Arc::make_mut(&mut self.pixmap)
    }

    fn new(pixmap: Pixmap, format: ImageFormat) -> Self {
        Self {
            pixmap: Arc::new(pixmap),
            format,
            mips: OnceLock::new(),
        }
    }

    fn bytes(size: PixelSize) -> u64 {
        size.area() * 4
    }
}

/// What has arrived of an image or patch.
#[derive(Debug)]
struct Upload {
    format: ImageFormat,
    /// The part of an image that is patched; `None`: a new image.
    patch: Option<PixelRect>,
    /// Where pixels go; `None` once they go straight into a progressive image.
    staging: Option<Pixmap>,
    /// How many pixels have arrived, and how many there are.
    arrived: u64,
    expected: u64,
    /// Bytes of a pixel that was cut in two.
    rest: [u8; 4],
    rest_len: usize,
    /// More bytes came than there are pixels.
    overrun: bool,
}

/// Data for nothing.
const NOT_BEGUN: Failure = Failure::Skip(
    ErrorCode::BAD_STATE,
    "no image or patch of this number was begun",
);

/// All images of one client.
#[derive(Debug, Default)]
pub(super) struct Images {
    images: ById<ImageId, Image>,
    uploads: ById<ImageId, Upload>,
}

impl Images {
    /// All of them.
    pub(super) fn all(&self) -> &ById<ImageId, Image> {
        &self.images
    }

    /// The image called `id`.
    pub(super) fn get(&self, id: ImageId) -> Option<&Image> {
        self.images.get(&id)
    }

    /// Begins a new image.
    pub(super) fn begin(
        &mut self,
        request: &BeginImage,
        limits: &Limits,
        memory: &mut Memory,
    ) -> Result<(), Failure> {
        let BeginImage {
            image,
            size,
            format,
            flags,
        } = *request;
        if image.is_none() {
            return Err(Failure::bad_id("an image needs an id"));
        }
        if size.is_empty() || size.width > MAX_SIDE || size.height > MAX_SIDE {
            return Err(Failure::bad_argument(
                "an image without pixels, or with a side longer than the server takes",
            ));
        }
        self.cancel(image, memory);
        if self.uploads.len() >= limits.uploads || self.images.len() >= limits.images {
            return Err(Failure::quota("too many images"));
        }
        memory.charge(Image::bytes(size))?;
        let mut upload = Upload::new(format, None, size);
        let is_blank = flags.contains(ImageFlags::BLANK);
        if is_blank || flags.contains(ImageFlags::PROGRESSIVE) {
            self.insert(image, Image::blank(size, format), memory);
        } else {
            upload.staging = Some(Pixmap::new(size));
        }
        if !is_blank {
            self.uploads.insert(image, upload);
        }
        Ok(())
    }

    /// The pixels of an image, to be changed, and their format; `rect` lies inside.
    pub(super) fn part_mut(
        &mut self,
        id: ImageId,
        rect: PixelRect,
    ) -> Result<(&mut Pixmap, ImageFormat), Failure> {
        let image = self
            .images
            .get_mut(&id)
            .ok_or(Failure::unknown("no such image"))?;
        if rect.is_empty() || !PixelRect::from_size(image.size()).contains_rect(rect) {
            return Err(Failure::bad_argument("a part that is not inside its image"));
        }
        let format = image.format;
        Ok((image.change(), format))
    }

    /// Begins to replace a part of an image.
    pub(super) fn begin_patch(
        &mut self,
        request: &BeginPatch,
        limits: &Limits,
        memory: &mut Memory,
    ) -> Result<(), Failure> {
        let BeginPatch { image: id, rect } = *request;
        let image = self
            .images
            .get(&id)
            .ok_or(Failure::unknown("no such image"))?;
        if rect.is_empty() || !PixelRect::from_size(image.size()).contains_rect(rect) {
            return Err(Failure::bad_argument(
                "a patch that is not inside its image",
            ));
        }
        let format = image.format;
        self.cancel(id, memory);
        if self.uploads.len() >= limits.uploads {
            return Err(Failure::quota("too many images at once"));
        }
        memory.charge(rect.area() * 4)?;
        let staging = Some(Pixmap::new(rect.size()));
        self.uploads.insert(
            id,
            Upload {
                staging,
                ..Upload::new(format, Some(rect), rect.size())
            },
        );
        Ok(())
    }

    /// Takes bytes of an image that was begun. Returns how many pixels they made.
    pub(super) fn data(&mut self, request: &ImageData<'_>) -> Result<u64, Failure> {
        if request.codec != Codec::Raw {
            return Err(Failure::unsupported("image data in this codec"));
        }
        let upload = self
            .uploads
            .get_mut(&request.image)
            .ok_or(Failure::bad_state(
                "no image or patch of this number was begun",
            ))?;
        let before = upload.arrived;
        match &mut upload.staging {
            Some(_) => {
                let mut staging = upload.staging.take();
                if let Some(pixmap) = &mut staging {
                    upload.take(request.data, pixmap);
                }
                upload.staging = staging;
            }
            None => {
                if let Some(image) = self.images.get_mut(&request.image) {
                    upload.take(request.data, image.change());
                }
            }
        }
        Ok(upload.arrived - before)
    }

    /// Makes what was sent visible. Returns how many pixels were moved for it.
    pub(super) fn end(&mut self, id: ImageId, memory: &mut Memory) -> Result<u64, Failure> {
        let upload = self.uploads.remove(&id).ok_or(NOT_BEGUN)?;
        if upload.overrun || upload.rest_len > 0 || upload.arrived != upload.expected {
            release_staging(&upload, memory);
            return Err(Failure::bad_argument(
                "the bytes sent are not as many as the image has",
            ));
        }
        let Some(staging) = upload.staging else {
            return Ok(0);
        };
        match upload.patch {
            None => {
                let image = Image::new(staging, upload.format);
                self.insert(id, image, memory);
                Ok(0)
            }
            Some(rect) => {
                memory.release(rect.area() * 4);
                if let Some(image) = self.images.get_mut(&id) {
                    let pixmap = image.change();
                    let whole = PixelRect::from_size(staging.size());
                    crate::raster::copy_from(
                        &mut pixmap.target(rect),
                        &staging.view(),
                        whole,
                        rect.origin(),
                    );
                }
                Ok(rect.area())
            }
        }
    }

    /// Ends an image, and one that is on its way. Whether there was any.
    pub(super) fn destroy(&mut self, id: ImageId, memory: &mut Memory) -> bool {
        let cancelled = self.cancel(id, memory);
        match self.images.remove(&id) {
            Some(image) => {
                memory.release(Image::bytes(image.size()));
                true
            }
            None => cancelled,
        }
    }

    fn insert(&mut self, id: ImageId, image: Image, memory: &mut Memory) {
        if let Some(old) = self.images.insert(id, image) {
            memory.release(Image::bytes(old.size()));
        }
    }

    fn cancel(&mut self, id: ImageId, memory: &mut Memory) -> bool {
        match self.uploads.remove(&id) {
            Some(upload) => {
                release_staging(&upload, memory);
                true
            }
            None => false,
        }
    }
}

fn release_staging(upload: &Upload, memory: &mut Memory) {
    if let Some(staging) = &upload.staging {
        memory.release(match upload.patch {
            Some(rect) => rect.area() * 4,
            None => Image::bytes(staging.size()),
        });
    }
}

impl Upload {
    fn new(format: ImageFormat, patch: Option<PixelRect>, size: PixelSize) -> Self {
        let expected = size.area();
        Self {
            format,
            patch,
            staging: None,
            arrived: 0,
            expected,
            rest: [0; 4],
            rest_len: 0,
            overrun: false,
        }
    }

    /// Converts `bytes` to pixels of `out`, following those before.
    fn take(&mut self, mut bytes: &[u8], out: &mut Pixmap) {
        let size = self.format.bytes_per_pixel();
        while self.rest_len > 0 && !bytes.is_empty() {
            self.rest[self.rest_len] = bytes[0];
            self.rest_len += 1;
            bytes = &bytes[1..];
            if self.rest_len == size {
                self.rest_len = 0;
                let whole = self.rest;
                self.put(&whole[..size], out);
            }
        }
        let whole = bytes.len() - bytes.len() % size;
        self.put(&bytes[..whole], out);
        for byte in &bytes[whole..] {
            self.rest[self.rest_len] = *byte;
            self.rest_len += 1;
        }
    }

    /// Converts whole pixels.
    fn put(&mut self, bytes: &[u8], out: &mut Pixmap) {
        let size = self.format.bytes_per_pixel();
        let count = (bytes.len() / size) as u64;
        let room = self.expected.min(out.size().area()) - self.arrived;
        self.overrun |= count > room;
        let count = count.min(room) as usize;
        let from = self.arrived as usize;
        let out = &mut out.pixels_mut()[from..from + count];
        convert(self.format, &bytes[..count * size], out);
        self.arrived += count as u64;
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::color::Pixel;

    use super::*;

    const ID: ImageId = ImageId(1);

    fn begin(
        images: &mut Images,
        memory: &mut Memory,
        format: ImageFormat,
        width: u32,
        height: u32,
    ) {
        let size = PixelSize::new(width, height);
        let request = BeginImage {
            image: ID,
            size,
            format,
            flags: ImageFlags::NONE,
        };
        images
            .begin(&request, &Limits::default(), memory)
            .expect("within limits");
    }

    fn send(images: &mut Images, data: &[u8]) {
        images
            .data(&ImageData {
                image: ID,
                codec: Codec::Raw,
                data,
            })
            .expect("begun");
    }

    #[test]
    fn pixels_cut_anywhere_arrive_whole() {
        let bytes: Vec<u8> = (0..24).collect();
        for format in ImageFormat::ALL {
            let width = 24 / format.bytes_per_pixel() as u32 / 2;
            let mut expected: Option<Vec<u32>> = None;
            for cut in 0..24 {
                let (mut images, mut memory) = (Images::default(), Memory::new(1 << 20));
                begin(&mut images, &mut memory, *format, width, 2);
                send(&mut images, &bytes[..cut]);
                send(&mut images, &bytes[cut..]);
                images.end(ID, &mut memory).expect("complete");
                let pixels = images.get(ID).expect("visible").pixmap.pixels().to_vec();
                assert_eq!(*expected.get_or_insert(pixels.clone()), pixels);
            }
        }
    }

    #[test]
    fn too_few_and_too_many_bytes_are_refused_and_cost_nothing() {
        for count in [15, 17, 20] {
            let (mut images, mut memory) = (Images::default(), Memory::new(1 << 20));
            begin(&mut images, &mut memory, ImageFormat::Rgba, 2, 2);
            send(&mut images, &vec![0; count]);
            assert!(images.end(ID, &mut memory).is_err());
            assert!(images.get(ID).is_none());
            assert_eq!(memory.used(), 0);
        }
    }

    #[test]
    fn a_patch_shows_at_its_end_and_not_before() {
        let (mut images, mut memory) = (Images::default(), Memory::new(1 << 20));
        begin(&mut images, &mut memory, ImageFormat::A8, 3, 1);
        send(&mut images, &[1, 2, 3]);
        images.end(ID, &mut memory).expect("complete");
        let held = memory.used();
        let rect = PixelRect::new(1, 0, 2, 1);
        images
            .begin_patch(
                &BeginPatch { image: ID, rect },
                &Limits::default(),
                &mut memory,
            )
            .expect("inside");
        send(&mut images, &[8, 9]);
        let alphas = |images: &Images| {
            images
                .get(ID)
                .expect("there")
                .pixmap
                .pixels()
                .iter()
                .map(|p| Pixel(*p).alpha())
                .collect::<Vec<_>>()
        };
        assert_eq!(alphas(&images), [1, 2, 3]);
        images.end(ID, &mut memory).expect("complete");
        assert_eq!(alphas(&images), [1, 8, 9]);
        assert_eq!(memory.used(), held);
        assert!(images.destroy(ID, &mut memory));
        assert_eq!(memory.used(), 0);
    }
}
