//! [`SharedMemory`]: memory that a client shares with the server and may write at any moment.
//!
//! It is mapped, read only, from a descriptor that came over a Unix socket. Two dangers are kept
//! away from everybody else here. The memory must never become shorter under a reader, which would
//! end the server with `SIGBUS`: only files that the kernel promises not to shrink are taken. And
//! its bytes change while they are read: they are never borrowed, only copied out by reads that
//! the compiler takes as they stand, so what a writer can do is spoil its own picture.
#![allow(
    unsafe_code,
    reason = "mapping memory, and reading what another process may be writing"
)]

mod copy;

use std::os::fd::OwnedFd;
use std::ptr::NonNull;

use rustix::fs::{SealFlags, fcntl_get_seals, fstat, fstatfs};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};
use thiserror::Error;

/// The largest that is mapped: some 4K pictures, and more than what one client may have.
pub const MAX_SHARED_BYTES: u64 = 1 << 30;

/// `TMPFS_MAGIC` of `linux/magic.h`: what `memfd_create` makes files on. Huge pages come from another
/// file system, where reading can fail although nothing was shrunk.
const TMPFS_MAGIC: u64 = 0x0102_1994;

/// Why memory was not taken.
#[derive(Debug, Error)]
pub enum SharedMemoryError {
    /// It is not a memory file that can be sealed.
    #[error("the descriptor is not memory made by memfd_create")]
    NotMemory,
    /// It could become shorter while it is read.
    #[error("the memory is not sealed against shrinking (F_SEAL_SHRINK)")]
    NotSealed,
    /// Nothing, or more than [`MAX_SHARED_BYTES`].
    #[error("{0} bytes of memory; 1 to {MAX_SHARED_BYTES} can be shared")]
    Size(u64),
    /// The system refused.
    #[error("the memory cannot be mapped: {0}")]
    Map(#[from] rustix::io::Errno),
}

/// A mapping that ends when it is dropped.
#[derive(Debug)]
pub struct SharedMemory {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: the mapping belongs to no thread, and all that is done with it is reading bytes, each of
// which may be any value at any time anyway.
unsafe impl Send for SharedMemory {}
// SAFETY: as above.
unsafe impl Sync for SharedMemory {}

impl SharedMemory {
    /// Maps all of the memory behind `file`, as large as it is now; the descriptor is closed.
    ///
    /// # Errors
    ///
    /// When it is no memory file, may shrink, is empty or too large, or cannot be mapped.
    pub fn map(file: OwnedFd) -> Result<Self, SharedMemoryError> {
        let kind = fstatfs(&file)?.f_type;
        if kind as u64 != TMPFS_MAGIC {
            return Err(SharedMemoryError::NotMemory);
        }
        let seals = fcntl_get_seals(&file).map_err(|_| SharedMemoryError::NotMemory)?;
        if !seals.contains(SealFlags::SHRINK) {
            return Err(SharedMemoryError::NotSealed);
        }
        // Asked after the seal was seen: from here on it can only grow.
        let size = fstat(&file)?.st_size as u64;
        if size == 0 || size > MAX_SHARED_BYTES {
            return Err(SharedMemoryError::Size(size));
        }
        let len = size as usize;
        // SAFETY: a new mapping at an address of the system's choice replaces nothing.
        let start = unsafe {
            mmap(
                std::ptr::null_mut(),
                len,
                ProtFlags::READ,
                MapFlags::SHARED,
                &file,
                0,
            )
        }?;
        let start = NonNull::new(start.cast()).ok_or(rustix::io::Errno::NOMEM)?;
        Ok(Self { start, len })
    }

    /// How many bytes there are.
    pub fn len(&self) -> u64 {
        self.len as u64
    }

    /// Whether there are none; there always are some.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Copies the bytes from `offset` on, as they are at the moment, into all of `out`.
    ///
    /// # Panics
    ///
    /// When they do not all lie inside: whoever asks has checked it.
    pub fn read(&self, offset: u64, out: &mut [u8]) {
        copy::copy_bytes(self.at(offset, out.len()), out);
    }

    /// Copies little-endian pixels of four bytes each, as [`read`](Self::read) does bytes, and sets the
    /// bits `set` in each.
    ///
    /// # Panics
    ///
    /// As [`read`](Self::read).
    #[inline]
    pub fn read_pixels(&self, offset: u64, out: &mut [u32], set: u32) {
        let from = self.at(offset, size_of_val(out));
        // SAFETY: the whole range lies inside the mapping, as was just seen.
        unsafe { copy::copy_pixels(from, out, set) };
    }

    /// Copies rows of pixels, each `stride` bytes after the one before, as
    /// [`read_pixels`](Self::read_pixels) does one.
    ///
    /// # Panics
    ///
    /// As [`read`](Self::read).
    pub fn read_rows<'t>(
        &self,
        offset: u64,
        stride: u32,
        rows: impl Iterator<Item = &'t mut [u32]>,
        set: u32,
    ) {
        let offsets = (0u64..).map(|row| offset.saturating_add(row.saturating_mul(stride.into())));
        let rows = rows.zip(offsets);
        // SAFETY: each row is seen to lie inside the mapping before it is copied.
        unsafe {
            copy::copy_rows(
                rows.map(|(row, offset)| (self.at(offset, size_of_val(row)), row)),
                set,
            );
        }
    }

    /// Where `count` bytes begin that are seen to lie inside.
    #[inline]
    fn at(&self, offset: u64, count: usize) -> NonNull<u8> {
        let inside = usize::try_from(offset)
            .ok()
            .filter(|start| self.len.checked_sub(*start) >= Some(count))
            .expect("the caller has compared with the length");
        // SAFETY: it lies inside the mapping, as was just seen.
        unsafe { self.start.add(inside) }
    }
}

impl Drop for SharedMemory {
    fn drop(&mut self) {
        // SAFETY: the range is what `mmap` returned, and nothing refers to it any more. It cannot
        // fail for a range that is mapped.
        let _ = unsafe { munmap(self.start.as_ptr().cast(), self.len) };
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use rustix::fs::{MemfdFlags, fcntl_add_seals, ftruncate, memfd_create};
    use rustix::io::pwrite;

    use super::*;

    /// What a client would send: memory that it can still write.
    pub(crate) fn sealed(bytes: &[u8]) -> OwnedFd {
        let file = memory(bytes.len() as u64, SealFlags::SHRINK);
        pwrite(&file, bytes, 0).expect("writable");
        file
    }

    fn memory(len: u64, seals: SealFlags) -> OwnedFd {
        let file = memfd_create(c"test", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)
            .expect("memory files exist");
        ftruncate(&file, len).expect("there is room");
        fcntl_add_seals(&file, seals).expect("sealing was allowed");
        file
    }

    #[test]
    fn every_range_is_read_as_it_was_written() {
        let bytes: Vec<u8> = (0..200u8).collect();
        let shared = SharedMemory::map(sealed(&bytes)).expect("sealed");
        assert_eq!(shared.len(), 200);
        for start in 0..40 {
            for len in 0..100 {
                let mut out = vec![0xee; len];
                shared.read(start as u64, &mut out);
                assert_eq!(out, bytes[start..start + len]);
            }
        }
    }

    #[test]
    fn pixels_are_read_from_anywhere_with_bits_set() {
        let bytes: Vec<u8> = (0..1000).map(|i| (i * 7 + i / 256) as u8).collect();
        let shared = SharedMemory::map(sealed(&bytes)).expect("sealed");
        for start in 0..5 {
            for count in 0..80 {
                for set in [0, 0xff00_0000] {
                    let mut out = vec![0xeeee_eeee; count + 1];
                    shared.read_pixels(start as u64, &mut out[..count], set);
                    let expected: Vec<u32> = (bytes[start..].as_chunks().0.iter().take(count))
                        .map(|pixel| u32::from_le_bytes(*pixel) | set)
                        .collect();
                    assert_eq!(out[..count], expected, "{count} from {start}");
                    assert_eq!(out[count], 0xeeee_eeee);
                }
            }
        }
    }

    #[test]
    fn what_is_written_later_is_seen() {
        let file = memory(16, SealFlags::SHRINK);
        let shared = SharedMemory::map(file.try_clone().expect("a descriptor")).expect("sealed");
        pwrite(&file, &[7; 16], 0).expect("writable");
        let mut out = [0; 16];
        shared.read(0, &mut out);
        assert_eq!(out, [7; 16]);
    }

    #[test]
    fn memory_that_may_shrink_is_refused_and_sealed_memory_cannot() {
        let loose = memory(16, SealFlags::GROW);
        let error = SharedMemory::map(loose).expect_err("not sealed");
        assert!(matches!(error, SharedMemoryError::NotSealed), "{error}");
        let sealed = memory(16, SealFlags::SHRINK);
        let shared = SharedMemory::map(sealed.try_clone().expect("a descriptor")).expect("sealed");
        ftruncate(&sealed, 0).expect_err("the seal holds");
        shared.read(0, &mut [0; 16]);
    }

    #[test]
    fn what_is_no_memory_is_refused() {
        let (pipe, _other) = std::io::pipe().expect("a pipe");
        let error = SharedMemory::map(pipe.into()).expect_err("a pipe");
        assert!(matches!(error, SharedMemoryError::NotMemory), "{error}");
        let file = std::fs::File::open("/proc/self/exe").expect("ourselves");
        SharedMemory::map(file.into()).expect_err("a file that others may cut");
        let empty = memory(0, SealFlags::SHRINK);
        let error = SharedMemory::map(empty).expect_err("nothing in it");
        assert!(matches!(error, SharedMemoryError::Size(0)), "{error}");
    }

    #[test]
    #[should_panic(expected = "compared with the length")]
    fn nothing_behind_the_end_is_read() {
        let shared = SharedMemory::map(memory(16, SealFlags::SHRINK)).expect("sealed");
        shared.read(1, &mut [0; 16]);
    }

    #[test]
    #[should_panic(expected = "compared with the length")]
    fn no_pixel_behind_the_end_is_read() {
        let shared = SharedMemory::map(memory(16, SealFlags::SHRINK)).expect("sealed");
        shared.read_pixels(1, &mut [0; 4], 0);
    }
}
