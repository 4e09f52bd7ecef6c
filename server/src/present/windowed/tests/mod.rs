//! The presenter against surfaces that are no windows: with several buffers, or one that blocks.

mod blocking;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use transom_protocol::color::Color;
use transom_protocol::geometry::{PixelRect, Scale, Size};
use transom_protocol::ids::{FrameId, Serial, WindowId};
use transom_protocol::request::CreateWindow;
use transom_protocol::window::{ColorSpace, Decorations, WindowKind};

use super::*;
use crate::desktop::{ClientId, ClientInfo, CommittedWindow, Content, WindowKey};

const SIZE: PixelSize = PixelSize::new(120, 90);

const fn output(size: PixelSize) -> Output {
    Output {
        size,
        scale: Scale::ONE,
        refresh: 1_000_000,
    }
}

fn presenter() -> (Arc<Windowed>, Arc<AtomicUsize>) {
    let rings = Arc::new(AtomicUsize::new(0));
    let (rung, rung_too) = (rings.clone(), rings.clone());
    let hub = Hub::new(Desktop::new(output(SIZE)), move || {
        rung.fetch_add(1, Ordering::Relaxed);
    });
    let ring = move || {
        rung_too.fetch_add(1, Ordering::Relaxed);
    };
    (Windowed::new(Arc::new(hub), ring, output(SIZE)), rings)
}

/// Buffers that take turns, as a Wayland display has them, and what is seen on its screen: only
/// what was said to be drawn is copied there.
struct Buffers {
    buffers: Vec<Buffer>,
    frame: usize,
    seen: Vec<u32>,
    ages: Vec<u8>,
}

#[derive(Clone, Default)]
struct Buffer {
    pixels: Vec<u32>,
    size: PixelSize,
    presented: Option<usize>,
}

impl Buffers {
    fn new(count: usize) -> Self {
        Self {
            buffers: vec![Buffer::default(); count],
            frame: 0,
            seen: Vec::new(),
            ages: Vec::new(),
        }
    }
}

impl Surface for Buffers {
    type Error = &'static str;

    fn frame(
        &mut self,
        size: PixelSize,
        draw: impl FnOnce(u8, &mut [u32]) -> Region,
    ) -> Result<(), &'static str> {
        let count = self.buffers.len();
        let buffer = &mut self.buffers[self.frame % count];
        let len = (size.width * size.height) as usize;
        // Like softbuffer's on Wayland: another size keeps the age, and makes the content nonsense.
        if buffer.size != size {
            buffer.pixels = vec![0xdead_beef; len];
            buffer.size = size;
        }
        let age = buffer.presented.map_or(0, |then| self.frame - then);
        self.ages.push(age as u8);
        let drawn = draw(age as u8, &mut buffer.pixels);
        buffer.presented = Some(self.frame);
        self.frame += 1;
        self.seen.resize(len, 0);
        for rect in drawn.rects() {
            for y in rect.y0..rect.y1 {
                let row = y as usize * size.width as usize;
                let span = row + rect.x0 as usize..row + rect.x1 as usize;
                self.seen[span.clone()].copy_from_slice(&buffer.pixels[span]);
            }
        }
        Ok(())
    }
}

/// A linear congruential generator (Knuth's MMIX constants): what failed once fails again.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u32) -> u32 {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(n)) as u32
    }
}

/// A client with a window that changes.
struct Painter {
    client: ClientId,
    frame: FrameId,
    pixmap: Pixmap,
}

impl Painter {
    fn new(desktop: &mut Desktop, size: PixelSize) -> Self {
        let client = desktop.add_client(ClientInfo::default());
        let request = CreateWindow {
            window: WindowId(1),
            stable: 1,
            parent: WindowId::NONE,
            kind: WindowKind::Normal,
            decorations: Decorations::Server,
            color_space: ColorSpace::SRGB,
            size: Size::new(size.width as f32, size.height as f32),
            title: "a window".into(),
            app_id: "test".into(),
        };
        desktop.create_window(client, &request);
        Self {
            client,
            frame: FrameId::NONE,
            pixmap: Pixmap::new(size),
        }
    }

    /// Fills a part of the window with a colour and commits it.
    fn fill(&mut self, desktop: &mut Desktop, part: PixelRect, color: Color) {
        let part = part.intersect(self.pixmap.bounds());
        crate::raster::clear(&mut self.pixmap.target(part), color.premultiply());
        self.frame = FrameId(self.frame.0 + 1);
        let content = Content {
            pixmap: Arc::new(self.pixmap.clone()),
            scale: Scale::ONE,
            configure: Serial::NONE,
            damage: Region::from(part),
        };
        let mut windows = [CommittedWindow {
            window: WindowId(1),
            content: Some(content),
            retired: None,
        }];
        desktop.commit(self.client, self.frame, &mut windows, Timestamp::ZERO);
    }

    fn key(&self) -> WindowKey {
        WindowKey::new(self.client, WindowId(1))
    }
}

#[test]
fn whatever_the_buffers_age_the_window_shows_the_scene() {
    for buffers in 1..=4 {
        let (presenter, _) = presenter();
        let mut surface = Buffers::new(buffers);
        let mut history = DamageHistory::default();
        let mut random = Random(buffers as u64);
        let mut painters = Vec::new();
        for step in 0..300 {
            change(&presenter, &mut painters, &mut random);
            if random.below(10) == 0 {
                presenter.screenshot();
            }
            presenter.present(&mut surface, &mut history);
            let expected = presenter.screenshot();
            assert!(
                surface.seen == expected.pixels(),
                "{buffers} buffers, step {step}"
            );
            let newest = &surface.buffers[step % buffers];
            assert!(
                newest.pixels == expected.pixels(),
                "the buffer, step {step}"
            );
        }
        assert_eq!(surface.ages.iter().max(), Some(&(buffers as u8)));
    }
}

/// Something happens on the screen.
fn change(presenter: &Windowed, painters: &mut Vec<Painter>, random: &mut Random) {
    let mut desktop = presenter.hub.desktop();
    let mut side = |n| 1 + random.below(n);
    match side(20) {
        1 => desktop.set_output(output(PixelSize::new(60 + side(60), 50 + side(40)))),
        2 if painters.len() < 5 => {
            let size = PixelSize::new(side(80), side(60));
            painters.push(Painter::new(&mut desktop, size));
        }
        3 if painters.len() > 3 => {
            let gone = painters.remove(side(painters.len() as u32) as usize - 1);
            desktop.destroy_window(gone.key());
        }
        _ => {}
    }
    if painters.is_empty() {
        return;
    }
    let index = random.below(painters.len() as u32) as usize;
    let at = (random.below(80) as i32, random.below(60) as i32);
    let part = PixelRect::new(at.0, at.1, 1 + random.below(20), 1 + random.below(20));
    let alpha = [255, 128][random.below(2) as usize];
    let color = Color::hex(random.below(0x100_0000)).with_alpha(alpha);
    painters[index].fill(&mut desktop, part, color);
}

#[test]
fn a_screenshot_neither_touches_the_window_nor_takes_its_damage() {
    let (presenter, rings) = presenter();
    let (mut surface, mut history) = (Buffers::new(2), DamageHistory::default());
    presenter.present(&mut surface, &mut history);
    let mut painter = Painter::new(&mut presenter.hub.desktop(), SIZE);
    let all = PixelRect::from_size(SIZE);
    painter.fill(&mut presenter.hub.desktop(), all, Color::RED);
    let before = rings.load(Ordering::Relaxed);
    let red = presenter.screenshot();
    assert!(
        rings.load(Ordering::Relaxed) > before,
        "the window is behind"
    );
    assert_eq!(surface.frame, 1);
    assert!(surface.seen != red.pixels());
    assert!(matches!(
        presenter.turn(false).0,
        Turn::Draw | Turn::Wait(Some(_))
    ));
    presenter.present(&mut surface, &mut history);
    assert!(surface.seen == red.pixels());
    assert_eq!(presenter.turn(false).0, Turn::Wait(None));
}

#[test]
fn a_held_window_is_drawn_only_when_stepped() {
    let (presenter, _) = presenter();
    let (mut surface, mut history) = (Buffers::new(1), DamageHistory::default());
    presenter.hold();
    assert_eq!(presenter.turn(true).0, Turn::Wait(None));
    presenter.present(&mut surface, &mut history);
    assert_eq!((surface.frame, presenter.hub.frames()), (0, 0));
    assert!(step(&presenter, &mut surface, &mut history));
    assert_eq!((surface.frame, presenter.hub.frames()), (1, 1));
    assert!(!step(&presenter, &mut surface, &mut history));
    presenter.lost();
    assert_eq!(presenter.turn(false).0, Turn::Wait(None));
    presenter.release();
    assert!(matches!(
        presenter.turn(false).0,
        Turn::Draw | Turn::Wait(Some(_))
    ));
}

/// What a tool's step returns while this thread is the presenter's.
fn step(presenter: &Arc<Windowed>, surface: &mut Buffers, history: &mut DamageHistory) -> bool {
    let tool = thread::spawn({
        let presenter = presenter.clone();
        move || presenter.step()
    });
    while presenter.state().steps.is_empty() {
        thread::yield_now();
    }
    if presenter.turn(false).0 == Turn::Draw {
        presenter.present(surface, history);
    }
    tool.join().expect("a step")
}

#[test]
fn a_window_that_may_not_be_drawn_keeps_nobody_waiting() {
    let (presenter, _) = presenter();
    let mut painter = Painter::new(&mut presenter.hub.desktop(), SIZE);
    let all = PixelRect::from_size(SIZE);
    painter.fill(&mut presenter.hub.desktop(), all, Color::RED);
    presenter.pass();
    assert!(
        !presenter.hub.desktop().needs_frame(),
        "the client was told"
    );
    let (mut surface, mut history) = (Buffers::new(1), DamageHistory::default());
    presenter.present(&mut surface, &mut history);
    assert!(surface.seen == presenter.screenshot().pixels());
}

#[test]
fn a_surface_that_fails_is_drawn_anew() {
    struct Failing(Buffers, bool);
    impl Surface for Failing {
        type Error = &'static str;
        fn frame(
            &mut self,
            size: PixelSize,
            draw: impl FnOnce(u8, &mut [u32]) -> Region,
        ) -> Result<(), &'static str> {
            if std::mem::take(&mut self.1) {
                return Err("no buffer");
            }
            self.0.frame(size, draw)
        }
    }
    let (presenter, _) = presenter();
    let (mut surface, mut history) = (Failing(Buffers::new(1), true), DamageHistory::default());
    presenter.present(&mut surface, &mut history);
    assert_eq!(presenter.hub.frames(), 0);
    presenter.present(&mut surface, &mut history);
    assert!(surface.0.seen == presenter.screenshot().pixels());
}

#[test]
fn the_end_is_heard_at_once() {
    let (presenter, rings) = presenter();
    presenter.end();
    assert_eq!(rings.load(Ordering::Relaxed), 1);
    assert_eq!(presenter.turn(true).0, Turn::End);
}
