//! Memory that a client shares: what is copied out of it, and what is refused.

use rustix::io::pwrite;
use transom_protocol::color::Color;
use transom_protocol::draw::{Filter, ImagePart};
use transom_protocol::error::ErrorCode;
use transom_protocol::event::Error;
use transom_protocol::geometry::{PixelRect, PixelSize};
use transom_protocol::ids::{ImageId, PoolId};
use transom_protocol::request::{
    BeginImage, CreatePool, DestroyPool, ImageFlags, ImageFormat, PoolImage,
};

use super::super::Limits;
use super::super::pools::{MAX_ARRIVED, MAX_POOLS};
use super::rig::{Rig, WINDOW};
use crate::shared_memory::SharedMemory;
use crate::shared_memory::tests::sealed;

const POOL: PoolId = PoolId(1);
const IMAGE: ImageId = ImageId(1);
const NO_OP: u32 = Error::NO_OP;

fn create(rig: &mut Rig, bytes: u64) {
    rig.send(CreatePool { pool: POOL, bytes });
}

fn share(rig: &mut Rig, bytes: &[u8]) -> bool {
    rig.session.share(SharedMemory::map(sealed(bytes)))
}

fn blank(rig: &mut Rig, width: u32, height: u32, format: ImageFormat) {
    rig.send(BeginImage {
        image: IMAGE,
        size: PixelSize::new(width, height),
        format,
        flags: ImageFlags::BLANK,
    });
}

fn copy(rect: PixelRect, offset: u64, stride: u32) -> PoolImage {
    PoolImage {
        image: IMAGE,
        rect,
        pool: POOL,
        offset,
        stride,
    }
}

/// What the image looks like, drawn on a window of its size in red.
fn drawn(rig: &mut Rig, width: f32, height: f32) -> Vec<u32> {
    rig.window(width, height);
    rig.draw(WINDOW, |d| {
        let whole = ImagePart {
            dest: transom_protocol::geometry::Rect::new(0.0, 0.0, width, height),
            ..ImagePart::default()
        };
        d.images(IMAGE, Color::RED.into(), Filter::Nearest, &[whole]);
    });
    rig.pixels(WINDOW)
}

#[test]
fn pixels_of_every_format_come_out_of_a_pool() {
    for (format, bytes, expected) in [
        (ImageFormat::Bgra, [1, 2, 3, 255], 0xff03_0201),
        (ImageFormat::Bgrx, [1, 2, 3, 9], 0xff03_0201),
        (ImageFormat::Rgba, [3, 2, 1, 255], 0xff03_0201),
        (ImageFormat::A8, [255, 0, 0, 0], 0xffff_0000),
    ] {
        let mut rig = Rig::sharing(Limits::default());
        let size = format.bytes_per_pixel();
        // A row of two pixels, of which the second is taken, then a gap, then another.
        let mut pool = vec![0xee; 40];
        pool[size..2 * size].copy_from_slice(&bytes[..size]);
        pool[20 + size..20 + 2 * size].copy_from_slice(&bytes[..size]);
        assert!(share(&mut rig, &pool));
        create(&mut rig, 40);
        blank(&mut rig, 1, 2, format);
        rig.send(copy(PixelRect::new(0, 0, 1, 2), size as u64, 20));
        assert_eq!(rig.errors(), []);
        assert_eq!(drawn(&mut rig, 1.0, 2.0), [expected; 2], "{format:?}");
    }
}

#[test]
fn a_part_of_an_image_is_replaced_and_the_rest_is_not() {
    let mut rig = Rig::sharing(Limits::default());
    assert!(share(&mut rig, &[0xff; 16]));
    create(&mut rig, 16);
    blank(&mut rig, 3, 1, ImageFormat::Bgrx);
    rig.send(copy(PixelRect::new(1, 0, 1, 1), 0, 4));
    let black_white_black = [0xff00_0000, 0xffff_ffff, 0xff00_0000];
    assert_eq!(drawn(&mut rig, 3.0, 1.0), black_white_black);
}

#[test]
fn what_is_written_after_the_copy_does_not_show() {
    let mut rig = Rig::sharing(Limits::default());
    let file = sealed(&[0x11; 4]);
    let shared = SharedMemory::map(file.try_clone().expect("a descriptor"));
    assert!(rig.session.share(shared));
    create(&mut rig, 4);
    blank(&mut rig, 1, 1, ImageFormat::Bgrx);
    rig.send(copy(PixelRect::new(0, 0, 1, 1), 0, 4));
    pwrite(&file, &[0x22; 4], 0).expect("writable");
    assert_eq!(drawn(&mut rig, 1.0, 1.0), [0xff11_1111]);
}

#[test]
fn a_large_copy_takes_many_slices_and_ends_as_in_one() {
    let side = 64;
    let bytes: Vec<u8> = (0..side * side * 4).map(|i| i as u8).collect();
    let copied = |budget: u64| {
        let mut rig = Rig::sharing(Limits::default());
        assert!(share(&mut rig, &bytes));
        create(&mut rig, bytes.len() as u64);
        blank(&mut rig, side, side, ImageFormat::Bgrx);
        rig.budget = budget;
        let slices = rig.send(copy(PixelRect::new(0, 0, side, side), 0, side * 4));
        rig.budget = super::super::SLICE;
        (slices, drawn(&mut rig, side as f32, side as f32))
    };
    let (slices, pixels) = copied(300);
    assert!(slices > 10, "{slices}");
    assert_eq!(copied(u64::MAX).1, pixels);
}

#[test]
fn what_does_not_lie_inside_is_refused() {
    let mut rig = Rig::sharing(Limits::default());
    assert!(share(&mut rig, &[0; 64]));
    create(&mut rig, 60); // Less than there is: the rest is none of the server's business.
    blank(&mut rig, 4, 4, ImageFormat::Bgra);
    let whole = PixelRect::new(0, 0, 4, 4);
    let refused = [
        copy(whole, 0, 16),
        copy(whole, u64::MAX, 16),
        copy(PixelRect::new(0, 0, 4, 2), 0, u32::MAX),
        copy(PixelRect::new(0, 0, 4, 1), 48, 16),
        copy(PixelRect::new(0, 0, 4, 2), 0, 15),
        copy(PixelRect::new(3, 3, 2, 1), 0, 16),
        copy(PixelRect::new(-1, 0, 1, 1), 0, 16),
        copy(PixelRect::new(0, 0, 0, 1), 0, 16),
    ];
    for (i, request) in refused.into_iter().enumerate() {
        rig.send(request);
        let errors = rig.errors();
        let code = errors.iter().map(|error| error.0).collect::<Vec<_>>();
        assert_eq!(code, [ErrorCode::BAD_ARGUMENT], "copy {i}");
    }
    rig.send(copy(PixelRect::new(0, 0, 4, 1), 44, 16));
    assert_eq!(rig.errors(), []);
}

#[test]
fn pools_that_cannot_be_made_are_inert() {
    let mut rig = Rig::sharing(Limits::default());
    create(&mut rig, 4);
    blank(&mut rig, 1, 1, ImageFormat::Bgra);
    rig.send(copy(PixelRect::new(0, 0, 1, 1), 0, 4));
    assert_eq!(rig.errors(), [(ErrorCode::BAD_ARGUMENT, 1, NO_OP)]);
    rig.send(DestroyPool { pool: POOL });
    assert!(share(&mut rig, &[0; 8]));
    create(&mut rig, 9);
    rig.send(DestroyPool { pool: POOL });
    assert_eq!(rig.errors(), [(ErrorCode::BAD_ARGUMENT, 6, NO_OP)]);
    assert!(share(&mut rig, &[0; 8]));
    create(&mut rig, 8);
    create(&mut rig, 8);
    assert_eq!(rig.errors(), [(ErrorCode::BAD_ID, 10, NO_OP)]);
    rig.send(DestroyPool { pool: POOL });
    rig.send(DestroyPool { pool: POOL });
    assert_eq!(rig.errors(), [(ErrorCode::UNKNOWN_ID, 13, NO_OP)]);
}

#[test]
fn pools_are_charged_counted_and_given_back() {
    let limits = Limits {
        memory: 100,
        ..Limits::default()
    };
    let mut rig = Rig::sharing(limits);
    assert!(share(&mut rig, &[0; 128]));
    create(&mut rig, 101);
    assert_eq!(rig.errors(), [(ErrorCode::QUOTA, 1, NO_OP)]);
    for id in 2..2 + MAX_POOLS as u32 {
        assert!(share(&mut rig, &[0; 6]));
        rig.send(CreatePool {
            pool: PoolId(id),
            bytes: 6,
        });
    }
    assert_eq!(rig.errors(), []);
    assert_eq!(rig.session.memory_used(), 6 * MAX_POOLS as u64);
    assert!(share(&mut rig, &[0; 1]));
    rig.send(CreatePool {
        pool: PoolId(99),
        bytes: 1,
    });
    assert_eq!(rig.errors().len(), 1);
    for id in 2..2 + MAX_POOLS as u32 {
        rig.send(DestroyPool { pool: PoolId(id) });
    }
    assert_eq!(rig.errors(), []);
    assert_eq!(rig.session.memory_used(), 0);
}

#[test]
fn descriptors_for_nothing_are_too_many_soon() {
    let mut rig = Rig::sharing(Limits::default());
    for _ in 0..MAX_ARRIVED {
        assert!(share(&mut rig, &[0; 1]));
    }
    assert!(!share(&mut rig, &[0; 1]));
}

#[test]
fn memory_is_taken_only_from_a_client_that_named_the_feature() {
    assert!(Rig::sharing(Limits::default()).session.takes_memory());
    assert!(!Rig::new().session.takes_memory());
}
