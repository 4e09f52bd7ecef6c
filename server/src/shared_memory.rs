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
        self.copy(offset, out);
    }

    /// Copies little-endian numbers of four bytes each, as [`read`](Self::read) does bytes.
    ///
    /// # Panics
    ///
    /// As [`read`](Self::read).
    pub fn read_words(&self, offset: u64, out: &mut [u32]) {
        // SAFETY: the same memory as bytes, of which any are numbers.
        self.copy(offset, unsafe { out.align_to_mut().1 });
        if cfg!(target_endian = "big") {
            out.iter_mut().for_each(|word| *word = word.swap_bytes());
        }
    }

    fn copy(&self, offset: u64, out: &mut [u8]) {
        let inside = usize::try_from(offset)
            .ok()
            .filter(|start| self.len.checked_sub(*start) >= Some(out.len()))
            .expect("the caller has compared with the length");
        // SAFETY: the whole range lies inside the mapping, as was just seen.
        let from = unsafe { self.start.add(inside) };
        copy_out(from, out);
    }
}

/// Copies from memory that may be changing. Volatile reads of whole words: the compiler makes
/// neither more nor fewer of them, and believes nothing about what they find.
fn copy_out(from: NonNull<u8>, out: &mut [u8]) {
    const WORD: usize = size_of::<Word>();
    let head = from.as_ptr().align_offset(WORD).min(out.len());
    let (first, rest) = out.split_at_mut(head);
    copy_bytes(from, first);
    // SAFETY: the range that `out` stands for lies inside one mapping, and `head` is in it.
    let from = unsafe { from.add(head) };
    let (words, last) = rest.as_chunks_mut::<WORD>();
    for (i, word) in words.iter_mut().enumerate() {
        // SAFETY: aligned, since `head` bytes were skipped for that; inside, since `words` is.
        let read = unsafe { from.cast::<Word>().add(i).read_volatile() };
        // SAFETY: both are so many plain bytes.
        *word = unsafe { std::mem::transmute::<Word, [u8; WORD]>(read) };
    }
    // SAFETY: as above; what is left begins behind the words.
    copy_bytes(unsafe { from.add(words.len() * WORD) }, last);
}

/// What is read at a time: the widest register that every machine of the kind has.
#[cfg(target_arch = "x86_64")]
type Word = std::arch::x86_64::__m128i;
#[cfg(not(target_arch = "x86_64"))]
type Word = u64;

fn copy_bytes(from: NonNull<u8>, out: &mut [u8]) {
    for (i, byte) in out.iter_mut().enumerate() {
        // SAFETY: `out` stands for a range of the mapping that begins at `from`.
        *byte = unsafe { from.add(i).read_volatile() };
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
}
