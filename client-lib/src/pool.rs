//! Memory shared with a server on the same machine: pixels cross in it instead of the socket.
//!
//! There is one pool, made when the first large picture is sent to a server that takes pools, and
//! used as a ring: a picture's bytes are free again when the server has executed the request that
//! copies them out.
#![allow(unsafe_code, reason = "mapping memory")]

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::ptr::NonNull;

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use rustix::io::Errno;
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};
use transom_protocol::ids::PoolId;

/// Pictures of fewer bytes go through the socket, which is as quick for them.
pub(crate) const MIN_BYTES: usize = 16 << 10;

/// The pool's size: three frames of a 1080p screen and one of a 4K one. Only what is written takes
/// memory.
const POOL_BYTES: usize = 40 << 20;

/// Ranges begin at multiples of this, a cache line.
const ALIGN: usize = 64;

/// The one pool's number.
const POOL: PoolId = PoolId(1);

/// A pool, and which parts of it the server may still read.
#[derive(Debug)]
pub(crate) struct Pool {
    memory: Mapping,
    ring: Ring,
}

impl Pool {
    /// Makes memory and the descriptor for it that the server needs.
    pub(crate) fn new() -> Result<(Self, OwnedFd), Errno> {
        let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
        let file = memfd_create(c"transom-pool", flags)?;
        ftruncate(&file, POOL_BYTES as u64)?;
        // Without the first the server would not read it; the others are nobody's to use.
        fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
        let memory = Mapping::new(&file, POOL_BYTES)?;
        let ring = Ring::new(POOL_BYTES);
        Ok((Self { memory, ring }, file))
    }

    /// Its number.
    pub(crate) fn id(&self) -> PoolId {
        POOL
    }

    /// How many bytes it has.
    pub(crate) fn bytes(&self) -> u64 {
        POOL_BYTES as u64
    }

    /// Writes `bytes` where the server reads no more, having executed the stream up to `executed`.
    /// `None`: there is no room at the moment.
    pub(crate) fn write(&mut self, bytes: &[u8], executed: u64) -> Option<u64> {
        let offset = self.ring.take(bytes.len(), executed)?;
        self.memory.write(offset, bytes);
        Some(offset as u64)
    }

    /// The bytes written since this was called are read by requests that end at `position` in the stream. Whether
    /// it is time to ask the server how far it is.
    pub(crate) fn read_until(&mut self, position: u64) -> bool {
        self.ring.used_until(position)
    }
}

/// A range that the server may read until it has executed the stream up to a position.
#[derive(Debug)]
struct Used {
    start: usize,
    end: usize,
    until: u64,
}

/// Which parts of a pool are in use, oldest first.
#[derive(Debug)]
struct Ring {
    capacity: usize,
    used: VecDeque<Used>,
    /// Bytes taken since the server was last asked.
    unasked: usize,
}

impl Ring {
    fn new(capacity: usize) -> Self {
        Self {
            capacity,
            used: VecDeque::new(),
            unasked: 0,
        }
    }

    /// A free range. One that is empty begins at the front again, so that a program which sends a
    /// picture at a time keeps to the same warm memory.
    fn take(&mut self, len: usize, executed: u64) -> Option<usize> {
        while (self.used.front()).is_some_and(|used| used.until <= executed) {
            self.used.pop_front();
        }
        let len = len.checked_next_multiple_of(ALIGN)?;
        let start = match (self.used.front(), self.used.back()) {
            (Some(oldest), Some(newest)) => self.behind(oldest.start, newest.end, len)?,
            _ if len <= self.capacity => 0,
            _ => return None,
        };
        self.used.push_back(Used {
            start,
            end: start + len,
            until: u64::MAX,
        });
        self.unasked += len;
        Some(start)
    }

    /// Where `len` bytes fit behind the newest range that ends at `head`, before the oldest at `tail`.
    fn behind(&self, tail: usize, head: usize, len: usize) -> Option<usize> {
        if head <= tail {
            return (len <= tail - head).then_some(head);
        }
        if len <= self.capacity - head {
            return Some(head);
        }
        (len <= tail).then_some(0)
    }

    fn used_until(&mut self, position: u64) -> bool {
        let placed = self.used.iter_mut().rev();
        placed
            .take_while(|used| used.until == u64::MAX)
            .for_each(|used| used.until = position);
        let is_time = self.unasked >= self.capacity / 4;
        if is_time {
            self.unasked = 0;
        }
        is_time
    }
}

/// Memory of a file, to be written.
#[derive(Debug)]
struct Mapping {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: the mapping belongs to no thread; what is done with it needs `&mut self`.
unsafe impl Send for Mapping {}

impl Mapping {
    fn new(file: &OwnedFd, len: usize) -> Result<Self, Errno> {
        let access = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new mapping at an address of the system's choice replaces nothing.
        let start = unsafe { mmap(std::ptr::null_mut(), len, access, MapFlags::SHARED, file, 0) }?;
        let start = NonNull::new(start.cast()).ok_or(Errno::NOMEM)?;
        Ok(Self { start, len })
    }

    /// Copies `bytes` to `offset`; they must fit.
    fn write(&mut self, offset: usize, bytes: &[u8]) {
        assert!(offset <= self.len && bytes.len() <= self.len - offset);
        // SAFETY: the range is inside the mapping, as was just seen. In this process nothing else
        // refers to it, and the file was sealed against shrinking.
        unsafe {
            (self.start.add(offset))
                .copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len())
        };
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the range is what `mmap` returned, and nothing refers to it any more.
        let _ = unsafe { munmap(self.start.as_ptr().cast(), self.len) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_gives_no_byte_that_may_still_be_read() {
        let mut ring = Ring::new(1024);
        let mut executed = 0;
        let mut in_use: VecDeque<(std::ops::Range<usize>, u64)> = VecDeque::new();
        let mut random = 1u32;
        let (mut taken, mut refused) = (0, 0);
        for position in 1..10_000u64 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let len = (random >> 16) as usize % 500;
            if random & 0x300 == 0 {
                let behind = 1 + u64::from(random >> 30);
                executed = position.saturating_sub(behind).max(executed);
                in_use.retain(|(_, until)| *until > executed);
            }
            let Some(start) = ring.take(len, executed) else {
                refused += 1;
                continue;
            };
            taken += 1;
            let range = start..start + len;
            assert!(range.end <= 1024 && start % ALIGN == 0);
            for (used, _) in &in_use {
                assert!(range.end <= used.start || used.end <= range.start);
            }
            ring.used_until(position);
            in_use.push_back((range, position));
        }
        assert!(taken > 1000 && refused > 1000, "{taken} {refused}");
    }

    #[test]
    fn one_picture_at_a_time_stays_in_the_same_place() {
        let mut ring = Ring::new(1024);
        for position in 0..9 {
            assert_eq!(ring.take(900, position), Some(0));
            ring.used_until(position + 1);
        }
    }

    #[test]
    fn all_that_one_packet_reads_is_free_with_it() {
        let mut ring = Ring::new(1024);
        assert_eq!(ring.take(400, 0), Some(0));
        assert_eq!(ring.take(400, 0), Some(448));
        ring.used_until(5);
        assert_eq!(ring.take(400, 4), None);
        assert_eq!(ring.take(400, 5), Some(0));
    }

    #[test]
    fn what_is_larger_than_the_pool_finds_no_room() {
        assert_eq!(Ring::new(1024).take(1025, 0), None);
        assert_eq!(Ring::new(1024).take(usize::MAX, 0), None);
        assert_eq!(Ring::new(1024).take(1024, 0), Some(0));
    }

    #[test]
    fn the_server_is_asked_once_in_a_while() {
        let mut ring = Ring::new(1024);
        let asked = (1..=16).filter(|position| {
            ring.take(64, position - 1).expect("all is free");
            ring.used_until(*position)
        });
        assert_eq!(asked.count(), 4);
    }

    #[test]
    fn a_pool_can_be_written_and_not_be_shrunk() {
        let (mut pool, file) = Pool::new().expect("memory files exist");
        let offset = pool.write(&[7; 100], 0).expect("all is free");
        let mut read = [0; 100];
        rustix::io::pread(&file, &mut read, offset).expect("readable");
        assert_eq!(read, [7; 100]);
        ftruncate(&file, 0).expect_err("it is sealed");
    }
}
