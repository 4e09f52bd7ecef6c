//! Whether pixels can go through shared memory, and the requests that use it.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use transom_protocol::geometry::{PixelRect, PixelSize};
use transom_protocol::ids::{ImageId, PoolId};
use transom_protocol::request::{BeginImage, CreatePool, ImageFlags, ImageFormat, PoolImage};

use crate::core::Core;
use crate::lanes::PatientMark;
use crate::pool::{MIN_BYTES, Pool};

/// How far core and server are with shared memory.
#[derive(Debug, Default)]
pub(crate) struct Sharing {
    /// Whether descriptors can be sent with the bytes.
    pub(crate) descriptors_travel: bool,
    /// Whether the server takes pools.
    pub(crate) server_takes_pools: bool,
    /// Set once it was tried to make one.
    pool: Option<Option<Pool>>,
    /// To be sent with the byte at this place in the stream.
    descriptor: Option<(u64, Arc<OwnedFd>)>,
}

impl Core {
    /// The descriptor that has to go with the byte at this place in the stream, if there is one.
    pub(crate) fn descriptor(&self) -> Option<(u64, Arc<OwnedFd>)> {
        self.sharing.descriptor.clone()
    }

    /// The descriptor is sent.
    pub(crate) fn descriptor_sent(&mut self) {
        self.sharing.descriptor = None;
    }

    /// Makes an image of pixels that cross in shared memory; `false`: they have to go otherwise.
    pub(crate) fn create_shared(
        &mut self,
        image: ImageId,
        size: PixelSize,
        format: ImageFormat,
        pixels: &[u8],
    ) -> bool {
        let Some(placed) = self.place(pixels, PatientMark::default()) else {
            return false;
        };
        self.request(BeginImage {
            image,
            size,
            format,
            flags: ImageFlags::BLANK,
        });
        self.copy_placed(image, PixelRect::from_size(size), pixels.len(), placed);
        true
    }

    /// Replaces a part of an image whose earlier bytes end at a place in the patient lane, by
    /// pixels that cross in shared memory; `false`: they have to go otherwise.
    pub(crate) fn patch_shared(
        &mut self,
        image: ImageId,
        rect: PixelRect,
        pixels: &[u8],
        after: PatientMark,
    ) -> bool {
        let Some(placed) = self.place(pixels, after) else {
            return false;
        };
        self.copy_placed(image, rect, pixels.len(), placed);
        true
    }

    /// Writes pixels to the pool, if what is requested next goes into the stream at once, and says
    /// where they are. [`Core::pixels_placed`] is to be called when they are asked for.
    pub(crate) fn place(&mut self, pixels: &[u8], after: PatientMark) -> Option<(PoolId, u64)> {
        if pixels.len() < MIN_BYTES || !self.lanes.is_free(after) {
            return None;
        }
        let executed = self.lanes.known_executed();
        let pool = self.pool()?;
        let offset = pool.write(pixels, executed)?;
        Some((pool.id(), offset))
    }

    fn copy_placed(
        &mut self,
        image: ImageId,
        rect: PixelRect,
        bytes: usize,
        (pool, offset): (PoolId, u64),
    ) {
        self.request(PoolImage {
            image,
            rect,
            pool,
            offset,
            // Rows are packed, and there are no more than the memory has bytes.
            stride: (bytes / rect.size().height as usize) as u32,
        });
        self.pixels_placed();
    }

    /// What reads the pixels that were placed before is in the stream.
    pub(crate) fn pixels_placed(&mut self) {
        let position = self.lanes.position();
        if let Some(Some(pool)) = &mut self.sharing.pool
            && pool.read_until(position)
        {
            self.lanes.mark();
        }
    }

    /// The pool, made when it is needed first.
    fn pool(&mut self) -> Option<&mut Pool> {
        let sharing = &self.sharing;
        if !sharing.descriptors_travel || !sharing.server_takes_pools {
            return None;
        }
        if sharing.pool.is_none() {
            self.sharing.pool = Some(self.make_pool());
        }
        self.sharing.pool.as_mut()?.as_mut()
    }

    /// `None`: the system gives no such memory. Then the socket has to do.
    fn make_pool(&mut self) -> Option<Pool> {
        let (pool, file) = Pool::new().ok()?;
        self.sharing.descriptor = Some((self.lanes.position(), Arc::new(file)));
        self.request(CreatePool {
            pool: pool.id(),
            bytes: pool.bytes(),
        });
        Some(pool)
    }
}
