//! What one client may have: every number a peer could grow has its bound here.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bounds of one client. Beyond them a request fails with `QUOTA` and the client goes on.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of images, buffers and glyphs. The default holds a few screens of 4K windows, double
    /// buffered, beside their photographs.
    pub memory: u64,
    /// Windows and popups at one time.
    pub windows: usize,
    /// Off-screen surfaces at one time.
    pub surfaces: usize,
    /// Images at one time.
    pub images: usize,
    /// Images and patches being sent at one time.
    pub uploads: usize,
    /// Sets of glyphs at one time.
    pub glyph_sets: usize,
    /// Paints at one time.
    pub paints: usize,
    /// Retained lists at one time.
    pub lists: usize,
    /// What all clients together may have of [`Limits::memory`].
    pub reserve: Reserve,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 512 << 20,
            windows: 256,
            surfaces: 1024,
            images: 16_384,
            uploads: 64,
            glyph_sets: 256,
            paints: 4096,
            lists: 4096,
            reserve: Reserve::new(u64::MAX),
        }
    }
}

/// Memory that several clients share.
#[derive(Clone, Debug)]
pub struct Reserve(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    used: AtomicU64,
    max: u64,
}

impl Reserve {
    /// So many bytes.
    pub fn new(max: u64) -> Self {
        let used = AtomicU64::new(0);
        Self(Arc::new(Shared { used, max }))
    }

    /// How many bytes are taken.
    pub fn used(&self) -> u64 {
        self.0.used.load(Ordering::Relaxed)
    }

    /// Takes `bytes`, unless there are not so many left.
    fn take(&self, bytes: u64) -> bool {
        let more = |used: u64| used.checked_add(bytes).filter(|used| *used <= self.0.max);
        let order = Ordering::Relaxed;
        self.0.used.fetch_update(order, order, more).is_ok()
    }

    fn give_back(&self, bytes: u64) {
        self.0.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// Rectangles that a clip is kept in: every operation looks at each. A turned rectangle makes one a
/// row of pixels, so this is one as tall as the largest screen.
pub(super) const MAX_CLIP_PARTS: usize = 4096;

/// Rectangles in all clips that one surface remembers, beside the newest.
pub(super) const MAX_SAVED_PARTS: usize = 4096;

/// The most points of one path that is stroked. A pen walks around them in one go, which is some
/// milliseconds for so many, and a screen has not so many pixels in a row that they could be told apart.
pub(super) const MAX_STROKE_POINTS: usize = 32_768;

/// Work beyond a slice, by operations that cannot be cut, from which on a session is *heavy*: four slices.
pub(super) const HEAVY: u64 = 1_000_000;

/// How many slices it stays so after the last such operation. Long enough that taking turns with light
/// ones hides nothing.
pub(super) const HEAVY_SLICES: u32 = 1_000;

/// What an off-screen surface is charged beside its pixels: its drawing states.
pub(super) const SURFACE_BYTES: u64 = 64 << 10;

/// The most pixels copied within a surface under a clip of several parts: it takes a copy, in one
/// go. A 4K window's worth.
pub(super) const MAX_PARTED_COPY: u64 = 8 << 20;

/// Rectangles that a frame's damage is kept in; beyond, it becomes their bounds.
pub(super) const MAX_DAMAGE_RECTS: usize = 16;

/// Ids whose creation failed and which are ignored since. A client with more is out of its mind.
pub(super) const MAX_INERT: usize = 65_536;

/// Bytes of output at which a session executes nothing more until its client reads.
pub(super) const OUTPUT_HIGH_WATER: usize = 256 << 10;

/// Bytes executed between two `Progress` events: half of the smallest link credit worth having.
pub(super) const PROGRESS_BYTES: u32 = 32 << 10;

/// Bytes of a client's window title, program name and the like that are kept.
pub(super) const MAX_NAME: usize = 1024;

/// The longest side of an icon or pointer image: they are kept beside their window, uncounted.
pub(super) const MAX_ICON_SIDE: u32 = 256;

/// The largest hello, extensions included.
pub(super) const MAX_HELLO: usize = 16 << 10;

/// Records that drawing one list comes to, those of lists it draws included: a list must not be a
/// way to ask for endless work in a few bytes.
pub(super) const MAX_LIST_RECORDS: u64 = 65_536;

/// How deep lists may draw lists.
pub(super) const MAX_LIST_DEPTH: u32 = 8;

/// Counts the bytes a client holds. What it holds when it goes is given back.
#[derive(Debug)]
pub(super) struct Memory(Arc<Account>);

/// The count, shared with what gives its bytes back by itself.
#[derive(Debug)]
struct Account {
    used: AtomicU64,
    max: u64,
    reserve: Reserve,
}

/// Bytes that were taken; dropped, they are given back.
#[derive(Debug)]
pub(super) struct Charge {
    account: Arc<Account>,
    bytes: u64,
}

impl Charge {
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.account.release(self.bytes);
    }
}

impl Memory {
    /// Of nobody else's concern.
    #[cfg(test)]
    pub(super) fn new(max: u64) -> Self {
        Self::within(&Limits {
            memory: max,
            ..Limits::default()
        })
    }

    pub(super) fn within(limits: &Limits) -> Self {
        Self(Arc::new(Account {
            used: AtomicU64::new(0),
            max: limits.memory,
            reserve: limits.reserve.clone(),
        }))
    }

    /// The same count, to be held beside this one.
    pub(super) fn handle(&self) -> Self {
        Self(Arc::clone(&self.0))
    }

    /// Takes `bytes`, or says that there are not so many left.
    pub(super) fn charge(&mut self, bytes: u64) -> Result<(), super::Failure> {
        self.0.take(bytes)
    }

    /// The same for something that gives them back when it is dropped.
    pub(super) fn reserve(&self, bytes: u64) -> Result<Charge, super::Failure> {
        self.0.take(bytes)?;
        Ok(Charge {
            account: Arc::clone(&self.0),
            bytes,
        })
    }

    /// Gives `bytes` back.
    pub(super) fn release(&mut self, bytes: u64) {
        self.0.release(bytes);
    }

    pub(super) fn used(&self) -> u64 {
        self.0.used.load(Ordering::Relaxed)
    }
}

impl Account {
    fn take(&self, bytes: u64) -> Result<(), super::Failure> {
        let used = self.used.load(Ordering::Relaxed).saturating_add(bytes);
        if used > self.max {
            return Err(super::Failure::quota(
                "this would take more memory than the client may have",
            ));
        }
        if !self.reserve.take(bytes) {
            return Err(super::Failure::quota(
                "this would take more memory than all programs on the display may have together",
            ));
        }
        self.used.store(used, Ordering::Relaxed);
        Ok(())
    }

    fn release(&self, bytes: u64) {
        let used = self.used.load(Ordering::Relaxed);
        debug_assert!(used >= bytes, "released more than was charged");
        let bytes = bytes.min(used);
        self.used.store(used - bytes, Ordering::Relaxed);
        self.reserve.give_back(bytes);
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let held = self.used.load(Ordering::Relaxed);
        self.reserve.give_back(held);
    }
}
