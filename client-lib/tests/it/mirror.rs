//! The mirror: what is rebuilt is what was there, or announced as lost.

use transom::mirror::Lost;
use transom::{
    Color, Display, Frame, GlyphBuffer, Image, ImageFormat, PixelRect, Point, Rect, RunPositions,
    Surface, TextStyle, Window,
};

use crate::model::Model;
use crate::{detached, each_request};

/// A small generator of repeatable choices (splitmix64).
pub(crate) struct Choices(pub(crate) u64);

impl Choices {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        if list.is_empty() {
            None
        } else {
            list.get(self.below(list.len()))
        }
    }
}

/// A program that does anything.
struct Program {
    display: Display,
    choices: Choices,
    windows: Vec<Window>,
    surfaces: Vec<Surface>,
    images: Vec<Image>,
    sent: Vec<u8>,
}

impl Program {
    fn new(seed: u64) -> Self {
        Self {
            display: detached(),
            choices: Choices(seed),
            windows: Vec::new(),
            surfaces: Vec::new(),
            images: Vec::new(),
            sent: Vec::new(),
        }
    }

    fn step(&mut self) {
        match self.choices.below(14) {
            0 if self.windows.len() < 4 => self.windows.push(self.display.window("new").build()),
            1 => self.with_window(|program, window| {
                let size = program.choices.below(99) as f32;
                window.set_title(&format!("{size}"));
                window.set_size(size + 1.0, 10.0);
            }),
            2 => self.with_window(|program, window| {
                let parent = program.choices.below(program.windows.len() + 1);
                window.set_parent(program.windows.get(parent));
            }),
            3 => self.with_window(|program, window| {
                window.set_icon(program.choices.of(&program.images));
            }),
            4 if self.choices.below(4) == 0 => drop_one(&mut self.choices, &mut self.windows),
            5 if self.surfaces.len() < 4 => {
                self.surfaces.push(self.display.surface(50.0, 50.0, None));
            }
            6 => drop_one(&mut self.choices, &mut self.surfaces),
            7 => self.make_image(),
            8 => self.patch(),
            9 => drop_one(&mut self.choices, &mut self.images),
            10 => self.draw_surface(),
            11 if self.windows.len() > 1 => {
                let windows = std::mem::take(&mut self.windows);
                let frames = windows[..2].iter().map(|window| self.frame(window));
                let frames: Vec<_> = frames.collect();
                self.display
                    .commit_together(frames)
                    .expect("nothing can fail");
                self.windows = windows;
            }
            _ => self.with_window(|program, window| {
                let frame = program.frame(window);
                frame.commit().expect("nothing can fail");
            }),
        }
        if self.choices.below(3) == 0 {
            self.send();
        }
    }

    fn send(&mut self) {
        self.sent
            .extend(self.display.with_core(|core| core.take_output()));
    }

    fn with_window(&mut self, act: impl FnOnce(&mut Self, &Window)) {
        if self.windows.is_empty() {
            return;
        }
        let window = self.windows.remove(self.choices.below(self.windows.len()));
        act(self, &window);
        self.windows.push(window);
    }

    fn make_image(&mut self) {
        let value = self.choices.below(256) as u8;
        let image = self
            .display
            .image(7, 5, ImageFormat::Rgba, vec![value; 140]);
        self.images.push(image.expect("7 times 5 times 4"));
    }

    fn patch(&mut self) {
        let Some(image) = self.choices.of(&self.images) else {
            return;
        };
        let (x, y) = (self.choices.below(6) as i32, self.choices.below(4) as i32);
        let rect = PixelRect::new(x, y, 1, 1);
        image
            .patch(rect, &[x as u8, y as u8, 9, 9])
            .expect("inside");
    }

    fn draw_surface(&mut self) {
        if self.surfaces.is_empty() {
            return;
        }
        let surface = self
            .surfaces
            .remove(self.choices.below(self.surfaces.len()));
        let mut drawing = match self.choices.below(2) {
            0 => surface.draw(),
            _ => surface.draw_anew(),
        };
        self.scribble(&mut drawing);
        drawing.commit().expect("nothing can fail");
        self.surfaces.push(surface);
    }

    fn frame<'a>(&mut self, window: &'a Window) -> Frame<'a> {
        let mut frame = match self.choices.below(2) {
            0 => window.frame(),
            _ => window.incremental(),
        };
        self.scribble(&mut frame);
        frame
    }

    fn scribble(&mut self, canvas: &mut transom::Canvas) {
        for _ in 0..self.choices.below(4) {
            let rect = Rect::new(self.choices.below(9) as f32, 0.0, 5.0, 5.0);
            match self.choices.below(5) {
                0 => canvas.fill_rect(rect, Color::RED),
                1 => canvas.copy_area(rect, Point::new(1.0, 1.0)),
                2 => canvas.text(rect.x, 5.0, "ab", &TextStyle::new(9.0)),
                3 => {
                    let surface = self.choices.of(&self.surfaces);
                    surface
                        .into_iter()
                        .for_each(|s| canvas.copy_from(s, rect, Point::default()));
                }
                _ => {
                    let image = self.choices.of(&self.images);
                    image
                        .into_iter()
                        .for_each(|image| canvas.image(image, rect));
                }
            }
        }
    }

    /// What a fresh session would show equals what this one shows, but for what is lost.
    fn check(&mut self) -> usize {
        self.send();
        let before = Model::of(&self.sent);
        let rebuild = self.display.with_core(|core| core.rebuild());
        let mut after = Model::of(&rebuild.bytes);
        let mut lost = 0;
        for (id, window) in &before.windows {
            let rebuilt = after
                .windows
                .get_mut(id)
                .expect("every window is made anew");
            assert_eq!(rebuilt.title, window.title);
            let parent = if before.windows.contains_key(&window.parent) {
                window.parent
            } else {
                Default::default()
            };
            assert_eq!(rebuilt.parent, parent);
            if rebuild.lost.contains(&Lost::Picture((*id).into())) {
                lost += 1;
                assert_eq!(rebuilt.shown, None, "what is lost is not shown half");
            } else {
                assert_eq!(
                    (&rebuilt.shown, rebuilt.size.is_some()),
                    (&window.shown, window.shown.is_some())
                );
            }
        }
        assert_eq!(after.windows.len(), before.windows.len());
        for (id, picture) in &before.surfaces {
            let rebuilt = after.surfaces.get(id).expect("every surface is made anew");
            if !rebuild.lost.contains(&Lost::Picture(*id)) {
                assert_eq!(rebuilt, picture);
            }
        }
        assert_eq!(
            after.surfaces.len(),
            before.surfaces.len(),
            "nothing destroyed is left"
        );
        assert_eq!(after.images, before.images);
        assert_eq!(after.sets, before.sets);
        lost
    }
}

fn drop_one<T>(choices: &mut Choices, list: &mut Vec<T>) {
    if !list.is_empty() {
        list.remove(choices.below(list.len()));
    }
}

#[test]
fn whatever_a_program_did_is_rebuilt_or_announced_as_lost() {
    let (mut windows, mut lost) = (0, 0);
    for seed in 0..400 {
        let mut program = Program::new(seed);
        for _ in 0..4 {
            (0..20).for_each(|_| program.step());
            lost += program.check();
            windows += program.windows.len();
        }
    }
    assert!(
        lost * 2 < windows,
        "{lost} of {windows} pictures lost: most can be rebuilt"
    );
}

#[test]
fn a_new_session_is_told_that_it_is_the_same_program() {
    let display = detached();
    let _window = display.window("w").stable(42).build();
    let mut hellos = Vec::new();
    let first = display.with_core(|core| core.take_output());
    let second = display.with_core(|core| core.rebuild()).bytes;
    for bytes in [&first, &second] {
        assert!(bytes.starts_with(b"TRANSOM\0"));
        each_request(bytes, |request| match request {
            transom_protocol::Request::Hello(r) => {
                hellos.push((r.instance, r.resume_secret, r.resume));
            }
            transom_protocol::Request::CreateWindow(r) => assert_eq!(r.stable, 42),
            _ => {}
        });
    }
    let [a, b] = hellos[..] else {
        panic!("one hello each")
    };
    assert_eq!((a.0, a.1), (b.0, b.1));
    assert_eq!((a.2, b.2), (0, 1));
}

#[test]
fn a_picture_that_grows_without_end_is_given_up() {
    let display = detached();
    let window = display.window("w").build();
    let many = vec![Rect::new(0.5, 0.5, 1.0, 1.0); 1000];
    window.frame().commit().expect("nothing can fail");
    let lost = || display.with_core(|core| core.rebuild()).lost;
    while lost().is_empty() {
        let mut canvas = window.incremental();
        canvas.fill_rects(&many, Color::RED);
        canvas.commit().expect("nothing can fail");
    }
    assert_eq!(lost(), [Lost::Picture(window.id().into())]);
    window.frame().commit().expect("nothing can fail");
    assert_eq!(lost(), [], "a full frame stands for itself");
}

#[test]
fn glyphs_of_the_programs_own_are_rebuilt() {
    let display = detached();
    let window = display.window("w").build();
    let set = display.glyph_set(1000);
    let mut glyphs = GlyphBuffer::new();
    glyphs.outline(3, 500, &[]);
    set.add(&glyphs).expect("it is small");
    let mut canvas = window.frame();
    canvas.glyph_run(
        &set,
        10.0,
        Point::default(),
        RunPositions::Natural,
        &[3],
        Color::RED,
    );
    canvas.commit().expect("nothing can fail");
    drop(set);
    let rebuilt = display.with_core(|core| core.rebuild());
    assert_eq!(rebuilt.lost, []);
    let before = Model::of(&display.with_core(|core| core.take_output()));
    assert_eq!(Model::of(&rebuilt.bytes), before);
}
