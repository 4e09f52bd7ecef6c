//! A client's pools: memory it shares with the server, and the pixels copied out of it.
//!
//! What lies in a pool may change at any moment. So nothing of it is ever kept, and nothing that
//! is read decides anything but colours.

use std::collections::VecDeque;

use transom_protocol::draw::PoolPixels;
use transom_protocol::geometry::{PixelPoint, PixelSize};
use transom_protocol::ids::PoolId;
use transom_protocol::request::{CreatePool, ImageFormat};

use super::Failure;
use super::limits::Memory;
use super::pixels::{OPAQUE, convert, convert_rgba};
use crate::shared_memory::{SharedMemory, SharedMemoryError};

/// Pools of one client at one time. One is enough for most; each is a mapping of the server's.
pub(super) const MAX_POOLS: usize = 16;

/// Descriptors that may have come before the requests they belong to have been executed.
pub(super) const MAX_ARRIVED: usize = 4;

/// Bytes of masks that are copied out at a time.
const PIECE: usize = 1024;

/// Memory that has come over the socket, or why it could not be taken.
pub type Arrival = Result<SharedMemory, SharedMemoryError>;

/// One shared memory, of which the client has promised `bytes`.
#[derive(Debug)]
pub(super) struct Pool {
    memory: SharedMemory,
    bytes: u64,
}

/// Where a picture lies in a pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// Of the first pixel, in bytes.
    pub(super) offset: u64,
    /// Bytes from one row to the next.
    pub(super) stride: u32,
    pub(super) size: PixelSize,
    pub(super) format: ImageFormat,
}

impl Layout {
    /// Of pixels that a draw record names.
    pub(super) fn of(pixels: &PoolPixels) -> Self {
        Self {
            offset: pixels.offset,
            stride: pixels.stride,
            size: pixels.size,
            format: pixels.format,
        }
    }

    /// Bytes of a row's pixels.
    fn row_bytes(&self) -> u64 {
        u64::from(self.size.width) * self.format.bytes_per_pixel() as u64
    }

    /// One past the last byte, unless that is beyond all numbers.
    fn end(&self) -> Option<u64> {
        let rows = u64::from(self.size.height.checked_sub(1)?);
        let last = rows.checked_mul(u64::from(self.stride))?;
        self.offset.checked_add(last)?.checked_add(self.row_bytes())
    }
}

impl Pool {
    /// Whether a picture lies wholly inside, its rows apart.
    pub(super) fn check(&self, layout: &Layout) -> Result<(), Failure> {
        let inside = layout.end().is_some_and(|end| end <= self.bytes);
        match inside && u64::from(layout.stride) >= layout.row_bytes() {
            true => Ok(()),
            false => Err(Failure::bad_argument(
                "pixels that are not inside their pool, or rows that overlap",
            )),
        }
    }

    /// Copies rows of a picture that [`check`](Self::check) has let pass, opaque, from its pixel `first`
    /// on; they all lie in it.
    pub(super) fn opaque_rows<'t>(
        &self,
        layout: &Layout,
        first: PixelPoint,
        rows: impl Iterator<Item = &'t mut [u32]>,
    ) {
        let row = layout.offset + first.y as u64 * u64::from(layout.stride);
        let offset = row + first.x as u64 * layout.format.bytes_per_pixel() as u64;
        self.memory.read_rows(offset, layout.stride, rows, OPAQUE);
    }

    /// Converts pixels of the row `y` of a picture that [`check`](Self::check) has let pass, from
    /// `x` on, as many as `out` has; they all lie in the row.
    pub(super) fn pixels(&self, layout: &Layout, x: u32, y: u32, out: &mut [u32]) {
        let size = layout.format.bytes_per_pixel();
        let row = layout.offset + u64::from(y) * u64::from(layout.stride);
        let mut offset = row + u64::from(x) * size as u64;
        match layout.format {
            ImageFormat::Bgra => return self.memory.read_pixels(offset, out, 0),
            ImageFormat::Bgrx => return self.memory.read_pixels(offset, out, OPAQUE),
            ImageFormat::Rgba => {
                self.memory.read_pixels(offset, out, 0);
                return convert_rgba(out);
            }
            ImageFormat::A8 => {}
        }
        let mut bytes = [0; PIECE];
        for out in out.chunks_mut(PIECE / size) {
            let bytes = &mut bytes[..out.len() * size];
            self.memory.read(offset, bytes);
            convert(layout.format, bytes, out);
            offset += bytes.len() as u64;
        }
    }
}

fn refused(error: SharedMemoryError) -> Failure {
    match error {
        SharedMemoryError::NotMemory => {
            Failure::bad_argument("the descriptor is not memory made by memfd_create")
        }
        SharedMemoryError::NotSealed => {
            Failure::bad_argument("the memory is not sealed against shrinking (F_SEAL_SHRINK)")
        }
        SharedMemoryError::Size(_) => {
            Failure::quota("the memory is empty, or larger than the server maps")
        }
        SharedMemoryError::Map(_) => Failure::quota("the system does not map the memory"),
    }
}

/// All pools of one client.
#[derive(Debug, Default)]
pub(super) struct Pools {
    /// Few enough to be looked through.
    pools: Vec<(PoolId, Pool)>,
    arrived: VecDeque<Arrival>,
}

impl Pools {
    /// Takes what has come over the socket; whether there was room for it.
    pub(super) fn arrive(&mut self, arrival: Arrival) -> bool {
        let room = self.arrived.len() < MAX_ARRIVED;
        if room {
            self.arrived.push_back(arrival);
        }
        room
    }

    /// The pool called `id`.
    pub(super) fn get(&self, id: PoolId) -> Result<&Pool, Failure> {
        let mut pools = self.pools.iter();
        let found = pools.find(|(pool, _)| *pool == id);
        let (_, pool) = found.ok_or(Failure::unknown("no such pool"))?;
        Ok(pool)
    }

    pub(super) fn has(&self, id: PoolId) -> bool {
        self.get(id).is_ok()
    }

    /// Makes a pool of the memory that came with the request, which is used up in any case: the
    /// next request's comes after it.
    pub(super) fn create(
        &mut self,
        request: &CreatePool,
        memory: &mut Memory,
    ) -> Result<(), Failure> {
        let arrival = self.arrived.pop_front();
        let CreatePool { pool, bytes } = *request;
        if pool.is_none() || self.has(pool) {
            return Err(Failure::bad_id("a pool needs an id that is free"));
        }
        if self.pools.len() >= MAX_POOLS {
            return Err(Failure::quota("too many pools"));
        }
        let shared = arrival
            .ok_or(Failure::bad_argument("no descriptor came with the pool"))?
            .map_err(refused)?;
        if bytes == 0 || bytes > shared.len() {
            return Err(Failure::bad_argument("the memory is shorter than its pool"));
        }
        // Reading what its owner never wrote makes pages of it, which are the server's.
        memory.charge(bytes)?;
        let pool_memory = Pool {
            memory: shared,
            bytes,
        };
        self.pools.push((pool, pool_memory));
        Ok(())
    }

    /// Ends a pool; whether there was one.
    pub(super) fn destroy(&mut self, id: PoolId, memory: &mut Memory) -> bool {
        let Some(at) = self.pools.iter().position(|(pool, _)| *pool == id) else {
            return false;
        };
        let (_, pool) = self.pools.swap_remove(at);
        memory.release(pool.bytes);
        true
    }
}
