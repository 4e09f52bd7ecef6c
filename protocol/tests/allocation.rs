//! Decoding allocates nothing: what a peer sends stays the bytes it arrived in, so no length it
//! claims can cost memory.

#![allow(unsafe_code, reason = "a global allocator cannot be counted without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use transom_protocol::codec::Packet;

#[path = "golden/samples.rs"]
mod samples;
#[path = "golden/walk.rs"]
mod walk;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counting what each thread asks it for.
struct Counting;

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps what `alloc` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps what `dealloc` asks for.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations_of(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.with(Cell::get);
    work();
    ALLOCATIONS.with(Cell::get) - before
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations_of(|| drop(std::hint::black_box(vec![1u8]))), 1);
}

#[test]
fn decoding_allocates_nothing() {
    for bytes in samples::packets() {
        let (packet, _) = Packet::split(&bytes)
            .expect("well formed")
            .expect("a whole packet");
        let count = allocations_of(|| walk::packet(packet).expect("a sample decodes"));
        assert_eq!(count, 0, "opcode 0x{:04x}", packet.opcode);
    }
}

#[test]
fn reading_records_allocates_nothing() {
    for (name, buffer) in samples::draw_records() {
        let count = allocations_of(|| assert_eq!(walk::ops(buffer.ops()), 1));
        assert_eq!(count, 0, "{name}");
    }
    for (name, buffer) in samples::glyph_records() {
        let count = allocations_of(|| assert_eq!(walk::glyphs(buffer.as_bytes()), 1));
        assert_eq!(count, 0, "{name}");
    }
}

#[test]
fn refusing_claimed_lengths_allocates_nothing() {
    // A text, an array and a record that each claim far more than there is.
    let texts = [0x13, 0, 1, 0, 0, 0, 0xff, 0xff, b'a'];
    let draw = [0x51, 0, 1, 0, 0, 0, 2, 1, 0, 0, 0xff, 0xff, 0xff, 0xff];
    for body in [&texts[..], &draw[..]] {
        let mut bytes = (body.len() as u32).to_le_bytes().to_vec();
        bytes.extend(body);
        let (packet, _) = Packet::split(&bytes)
            .expect("well formed")
            .expect("a whole packet");
        let count = allocations_of(|| {
            let _ = walk::packet(packet);
        });
        assert_eq!(count, 0, "opcode 0x{:04x}", packet.opcode);
    }
}
