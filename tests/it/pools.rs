//! Shared memory over real sockets: pictures that cross in it, and descriptors that should not.

use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use transom::{Color, Display, Event, Filter, ImageFormat, PixelRect, PixelSize, Pixels, Rect};
use transom_protocol::hello::Features;
use transom_protocol::ids::PoolId;
use transom_protocol::request::{CreatePool, DestroyPool};
use transom_tests::client::Raw;
use transom_tests::server::Server;
use transom_tests::witness::Witness;

const SIDE: u32 = 300;

/// Opaque pixels of which no two neighbours are alike, another picture for each `seed`.
fn picture(seed: u32) -> Vec<u8> {
    let pixel = |i: u32| (i.wrapping_mul(2_654_435_761) ^ seed) | 0xff00_0000;
    (0..SIDE * SIDE)
        .flat_map(|i| pixel(i).to_le_bytes())
        .collect()
}

/// Draws pictures one after another and compares what the window shows. Returns how many bytes
/// were written to the socket after the server had answered.
fn show(display: &Display, patches: u32) -> u64 {
    let side = SIDE as f32;
    let window = display.window("Pictures").size(side, side).build();
    display.sync().expect("the server lives");
    let before = display.stats().bytes_sent;
    let mut last = picture(0);
    let image = display
        .image(SIDE, SIDE, ImageFormat::Bgra, last.clone())
        .expect("as many bytes as it has");
    let part = PixelRect::new(10, 20, 200, 200);
    for seed in 1..=patches {
        let patch = picture(seed);
        let bytes = &patch[..200 * 200 * 4];
        image.patch(part, bytes).expect("inside");
        if seed % 100 == 0 {
            display.sync().expect("the server lives");
        }
        for (row, bytes) in bytes.chunks(200 * 4).enumerate() {
            let start = ((20 + row) * SIDE as usize + 10) * 4;
            last[start..start + bytes.len()].copy_from_slice(bytes);
        }
    }
    let mut frame = window.frame();
    frame.image(&image, Rect::new(0.0, 0.0, side, side));
    frame.commit().expect("the server lives");
    assert_eq!(pixels(display, &window), last);
    display.stats().bytes_sent - before
}

fn pixels(display: &Display, window: &transom::Window) -> Vec<u8> {
    display.read_pixels(window.id(), PixelRect::new(0, 0, SIDE, SIDE));
    let mut pixels = Vec::new();
    loop {
        match display.next_event().expect("the server lives") {
            Event::Pixels { data, last, .. } => {
                pixels.extend(data);
                if last {
                    return pixels;
                }
            }
            Event::RequestFailed { text, .. } => panic!("{text}"),
            _ => {}
        }
    }
}

#[test]
fn large_pictures_do_not_pass_through_a_unix_socket() {
    let server = Server::start();
    // More than the pool holds, so that it is used again and again.
    let bytes = show(&server.connect(), 500);
    assert!(
        bytes < 200_000,
        "{bytes} bytes for {} of pixels",
        500 * 160_000
    );
}

/// Shows a film of pictures that are not kept, and compares its last one with what the window shows.
/// Returns how many bytes were written to the socket after the server had answered.
fn film(display: &Display, pictures: u32) -> u64 {
    let side = SIDE as f32;
    let window = display.window("Film").size(side, side).build();
    display.sync().expect("the server lives");
    let before = display.stats().bytes_sent;
    let size = PixelSize::new(SIDE, SIDE);
    let dest = Rect::new(0.0, 0.0, side, side);
    for seed in 0..=pictures {
        let bytes = picture(seed);
        let mut frame = window.frame();
        let pixels = Pixels::packed(size, ImageFormat::Bgrx, &bytes);
        frame.pixels(&pixels, dest, Filter::Nearest, Color::BLACK);
        frame.commit().expect("the server lives");
        if seed % 50 == 0 {
            display.sync().expect("the server lives");
        }
    }
    assert_eq!(pixels(display, &window), picture(pictures));
    display.stats().bytes_sent - before
}

#[test]
fn a_film_does_not_pass_through_a_unix_socket() {
    let server = Server::start();
    let bytes = film(&server.connect(), 300);
    assert!(bytes < 100_000, "{bytes} bytes");
}

#[test]
fn small_pictures_are_drawn_from_the_packet() {
    let server = Server::start();
    let display = server.connect();
    let window = display.window("Small").size(60.0, 60.0).build();
    let bytes = &picture(3)[..60 * 60 * 4];
    let before = display.stats().bytes_sent;
    let mut frame = window.frame();
    let pixels = Pixels::packed(PixelSize::new(60, 60), ImageFormat::Bgra, bytes);
    let dest = Rect::new(0.0, 0.0, 60.0, 60.0);
    frame.pixels(&pixels, dest, Filter::Nearest, Color::BLACK);
    frame.commit().expect("the server lives");
    assert_eq!(self::pixels(&display, &window), bytes);
    assert!(display.stats().bytes_sent - before > 60 * 60 * 4);
}

#[test]
fn more_than_a_packet_holds_is_drawn_in_strips_of_rows_with_gaps() {
    let server = Server::start();
    let display = server.connect();
    let side = SIDE as f32;
    let window = display.window("Large").size(side, side).build();
    // 1100 x 600 pixels, three quarters of them outside the window to the left and above.
    let (width, height, gap) = (1100, 600, 12);
    let pixel = |x: usize, y: usize| ((y << 12 | x) as u32 | 0xff00_0000).to_le_bytes();
    let mut bytes = Vec::new();
    for y in 0..height {
        (0..width).for_each(|x| bytes.extend_from_slice(&pixel(x, y)));
        bytes.extend_from_slice(&[0xee; 12][..gap]);
    }
    let picture = Pixels {
        size: PixelSize::new(width as u32, height as u32),
        format: ImageFormat::Bgrx,
        stride: width * 4 + gap,
        bytes: &bytes,
    };
    let mut frame = window.frame();
    let dest = Rect::new(-800.0, -300.0, width as f32, height as f32);
    frame.pixels(&picture, dest, Filter::Linear, Color::BLACK);
    frame.commit().expect("the server lives");
    let expected: Vec<u8> = (0..SIDE * SIDE)
        .flat_map(|i| pixel((i % SIDE + 800) as usize, (i / SIDE + 300) as usize))
        .collect();
    assert!(pixels(&display, &window) == expected);
    let mut frame = window.frame();
    let short = Pixels {
        bytes: &bytes[..bytes.len() - gap - 1],
        ..picture
    };
    frame.pixels(&short, dest, Filter::Linear, Color::BLACK);
    frame.commit().expect_err("a byte is missing");
}

#[test]
fn no_pool_is_offered_where_descriptors_cannot_travel() {
    let server = Server::with(&["--listen", "tcp://127.0.0.1:0"]);
    let port = server.port("tcp://127.0.0.1:");
    let mut raw = Raw::tcp(&format!("127.0.0.1:{port}"));
    let offered = raw.greet_with(&server.home.token(), Features::POOLS);
    assert!(!offered.contains(Features::POOLS));
    raw.send(create(1));
    let errors = raw.sync(1);
    assert!(errors[0].starts_with("unsupported"), "{errors:?}");
}

fn memory(bytes: u64, seals: SealFlags) -> OwnedFd {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let file = memfd_create(c"pool", flags).expect("memory files exist");
    ftruncate(&file, bytes).expect("there is room");
    fcntl_add_seals(&file, seals).expect("sealing was allowed");
    file
}

fn create(pool: u32) -> CreatePool {
    CreatePool {
        pool: PoolId(pool),
        bytes: 4096,
    }
}

/// A peer that shares memory.
fn sharing(server: &Server) -> Raw {
    let mut raw = Raw::unix(&server.socket());
    let offered = raw.greet_with(&[], Features::POOLS);
    assert!(offered.contains(Features::POOLS));
    raw
}

#[test]
fn memory_that_could_be_cut_short_is_refused() {
    let server = Server::start();
    let mut raw = sharing(&server);
    let loose = memory(4096, SealFlags::GROW);
    raw.send_with(create(1), &[loose.as_fd()]);
    let errors = raw.sync(1);
    assert_eq!(errors.len(), 1);
    assert!(errors[0].contains("F_SEAL_SHRINK"), "{errors:?}");
    raw.send(DestroyPool { pool: PoolId(1) });
    let sealed = memory(4096, SealFlags::SHRINK);
    raw.send_with(create(1), &[sealed.as_fd()]);
    assert_eq!(raw.sync(2), [""; 0]);
    ftruncate(&sealed, 0).expect_err("nobody can");
}

#[test]
fn a_pool_without_a_descriptor_is_refused() {
    let server = Server::start();
    let mut raw = sharing(&server);
    raw.send(create(1));
    let errors = raw.sync(1);
    assert!(errors[0].contains("no descriptor"), "{errors:?}");
}

#[test]
fn a_flood_of_descriptors_ends_only_the_connection_it_came_on() {
    let server = Server::start();
    let witness = Witness::start(server.connect());
    let before = server.open_files();
    let file = memory(4096, SealFlags::SHRINK);
    for _ in 0..5 {
        let mut raw = sharing(&server);
        let many = [file.as_fd(); 100];
        for _ in 0..3 {
            raw.send_with(DestroyPool { pool: PoolId(9) }, &many);
        }
        let reason = raw.closed().expect("it is told");
        assert!(reason.contains("descriptors"), "{reason}");
    }
    witness.ask();
    server.wait_open_files(before);
}
