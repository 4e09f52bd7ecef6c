//! [`Program`]: a program of the library that does anything, at random: windows, popups, images
//! and patches, glyphs, off-screen surfaces, full and incremental frames with every operation.

use std::sync::Arc;

use transom::{
    Canvas, Cap, Color, Decorations, Display, Edges, FillRule, Filter, Frame, GlyphBuffer,
    GlyphSet, Image, ImageFormat, ImagePart, Join, Path, PixelRect, Point, Positioner, Rect,
    RunPositions, Scale, Segment, Size, Stroke, Surface, TextStyle, Transform, Window, WindowId,
    WindowStates,
};
use transom_protocol::draw::PathStep;

use crate::random::Random;

/// Something a program does. Numbers that pick one of several wrap around.
#[derive(Clone, Debug)]
pub enum Op {
    /// Makes a window.
    Open(Size),
    /// Makes a popup of one.
    Popup(usize, Rect),
    /// Drops one.
    Close(usize),
    /// The next frame has another size.
    Resize(usize, Size),
    /// Says which part is opaque; a lie as often as not.
    Opaque(usize, Option<Rect>),
    /// Asks for a state.
    State(usize, WindowStates, bool),
    /// Draws a frame.
    Frame(usize, Painting),
    /// Draws frames of two windows, seen together.
    Frames(Painting, Painting),
    /// Makes an off-screen surface, of a scale of its own or that of a window or the screen.
    Surface(Size, Follows),
    /// Drops one.
    DropSurface(usize),
    /// Draws on one.
    DrawSurface(usize, Painting),
    /// Makes an image.
    Image(u32, u32, ImageFormat, u64),
    /// Changes a part of one.
    Patch(usize, PixelRect, u64),
    /// Drops one.
    DropImage(usize),
    /// Adds a glyph to its own set, which is made anew now and then.
    Glyph(u64),
}

/// What an off-screen surface's scale is.
#[derive(Clone, Copy, Debug)]
pub enum Follows {
    /// Its own.
    Nothing(Scale),
    /// The screen's.
    Screen,
    /// A window's.
    Window(usize),
}

/// One drawing.
#[derive(Clone, Debug)]
pub struct Painting {
    /// With nothing of what was there.
    pub anew: bool,
    /// In this order.
    pub marks: Vec<Mark>,
}

/// One drawing operation.
#[derive(Clone, Debug)]
pub enum Mark {
    /// See [`Canvas::clear`].
    Clear(Color),
    /// See [`Canvas::fill_rect`], or smooth.
    Fill(Rect, bool, Color),
    /// See [`Canvas::stroke_rect`].
    Outline(Rect, f32, Color),
    /// Filled, or stroked this wide.
    Rounded(Rect, f32, Option<f32>, Color),
    /// Separate lines.
    Lines(Vec<Point>, Stroke, Color),
    /// Joined lines, closed or not.
    Polyline(Vec<Point>, bool, Stroke, Color),
    /// A filled or stroked path.
    Path(Path, Option<Stroke>, FillRule, Color),
    /// A circle.
    Circle(Point, f32, Color),
    /// Text.
    Text(Point, &'static str, TextStyle),
    /// Glyphs of its own.
    Glyphs(Point, f32, bool, Color),
    /// An image.
    Image(usize, Rect, Filter, Color),
    /// From the same surface.
    Copy(Rect, Point),
    /// From another.
    CopyFrom(usize, Rect, Point),
    /// See [`Canvas::clip_rects`].
    Clip(Vec<Rect>),
    /// See [`Canvas::concat`].
    Transform(Transform),
    /// See [`Canvas::set_opacity`].
    Opacity(f32),
    /// See [`Canvas::set_antialias`].
    Antialias(bool),
    /// See [`Canvas::save`].
    Save,
    /// See [`Canvas::restore`].
    Restore,
}

const WORDS: &[&str] = &[
    "Hamburg",
    "fi 123",
    "\u{e4}\u{3a9}\u{4e00}",
    ".",
    "two\nlines",
];

impl Random {
    fn coordinate(&mut self) -> f32 {
        match self.below(10) {
            0 => self.below(4000) as f32 - 2000.0,
            1..=5 => self.below(90) as f32 - 8.0,
            _ => self.below(90 * 32) as f32 / 32.0 - 8.0,
        }
    }

    fn point(&mut self) -> Point {
        Point::new(self.coordinate(), self.coordinate())
    }

    fn points(&mut self, most: usize) -> Vec<Point> {
        (0..1 + self.below(most)).map(|_| self.point()).collect()
    }

    fn rect(&mut self) -> Rect {
        let side = |r: &mut Self| r.below(50 * 8) as f32 / 8.0;
        Rect::new(self.coordinate(), self.coordinate(), side(self), side(self))
    }

    fn size(&mut self) -> Size {
        let side = |r: &mut Self| r.below(80 * 4) as f32 / 4.0 + 1.0;
        Size::new(side(self), side(self))
    }

    /// Opaque more often than not.
    pub fn color(&mut self) -> Color {
        let [r, g, b, a, ..] = self.bits().to_le_bytes();
        match self.chance(60) {
            true => Color::rgb(r, g, b),
            false => Color::rgba(r, g, b, a),
        }
    }

    fn stroke(&mut self) -> Stroke {
        let stroke = Stroke::new(self.below(60) as f32 / 8.0)
            .cap(Cap::ALL[self.below(Cap::ALL.len())])
            .join(Join::ALL[self.below(Join::ALL.len())]);
        match self.chance(25) {
            true => stroke.dashes(&[5.0, 2.5, 0.0, 3.0], self.coordinate()),
            false => stroke,
        }
    }

    fn path(&mut self) -> Path {
        let mut path = Path::new();
        for _ in 0..1 + self.below(8) {
            let (a, b, c) = (self.point(), self.point(), self.point());
            match self.below(6) {
                0 => path.move_to(a.x, a.y),
                1 => path.quad_to(a.x, a.y, b.x, b.y),
                2 => path.cubic_to(a, b, c),
                3 => path.close(),
                4 => path.arc(a, 12.0, b.x, c.y),
                _ => path.line_to(a.x, a.y),
            };
        }
        path
    }

    fn transform(&mut self) -> Transform {
        let (x, y) = (self.below(40) as f32 - 10.0, self.below(30) as f32 - 10.0);
        let moved = Transform::translate(x, y);
        match self.below(4) {
            0 => moved.after(Transform::rotate(self.below(7) as f32)),
            1 => moved.after(Transform::scale(0.5 + self.below(20) as f32 / 8.0, 1.25)),
            _ => moved,
        }
    }

    fn mark(&mut self) -> Mark {
        let color = self.color();
        match self.below(22) {
            0 => Mark::Clear(color),
            1 | 2 => Mark::Fill(self.rect(), self.chance(30), color),
            3 => Mark::Outline(self.rect(), self.below(30) as f32 / 8.0, color),
            4 => {
                let stroked = self.chance(40).then_some(2.5);
                Mark::Rounded(self.rect(), self.below(30) as f32, stroked, color)
            }
            5 => Mark::Lines(self.points(6), self.stroke(), color),
            6 => Mark::Polyline(self.points(6), self.chance(50), self.stroke(), color),
            7 | 8 => {
                let stroke = self.chance(40).then(|| self.stroke());
                let rule = FillRule::ALL[self.below(FillRule::ALL.len())];
                Mark::Path(self.path(), stroke, rule, color)
            }
            9 => Mark::Circle(self.point(), self.below(40) as f32, color),
            10 | 11 => {
                let style = TextStyle::new([7.0, 11.5, 24.0][self.below(3)]).color(color);
                let style = if self.chance(30) { style.mono() } else { style };
                Mark::Text(self.point(), WORDS[self.below(WORDS.len())], style)
            }
            12 => Mark::Glyphs(self.point(), 14.0, self.chance(50), color),
            13 | 14 => {
                let filter = Filter::ALL[self.below(Filter::ALL.len())];
                Mark::Image(self.below(9), self.rect(), filter, color)
            }
            15 => Mark::Copy(self.rect(), self.point()),
            16 => Mark::CopyFrom(self.below(9), self.rect(), self.point()),
            17 => Mark::Clip((0..1 + self.below(3)).map(|_| self.rect()).collect()),
            18 => Mark::Transform(self.transform()),
            19 => match self.chance(50) {
                true => Mark::Opacity(self.below(11) as f32 / 10.0),
                false => Mark::Antialias(self.chance(70)),
            },
            20 => Mark::Save,
            _ => Mark::Restore,
        }
    }

    fn painting(&mut self) -> Painting {
        let anew = self.chance(50);
        let mut marks: Vec<_> = (0..self.below(7)).map(|_| self.mark()).collect();
        if anew && self.chance(70) {
            marks.insert(0, Mark::Clear(self.color()));
        }
        Painting { anew, marks }
    }

    /// Anything.
    pub fn op(&mut self) -> Op {
        let which = self.below(9);
        match self.below(24) {
            0..=2 => Op::Open(self.size()),
            16 => Op::Popup(which, self.rect()),
            3 => Op::Close(which),
            4 => Op::Resize(which, self.size()),
            5 => Op::Opaque(which, self.chance(70).then(|| self.rect())),
            6 => {
                let states = [
                    WindowStates::MAXIMIZED,
                    WindowStates::MINIMIZED,
                    WindowStates::ABOVE,
                ];
                Op::State(which, states[self.below(3)], self.chance(50))
            }
            7 => Op::Frames(self.painting(), self.painting()),
            8 => {
                let follows = match self.below(3) {
                    0 => Follows::Nothing(Scale(60 + self.below(300) as u32)),
                    1 => Follows::Screen,
                    _ => Follows::Window(which),
                };
                Op::Surface(self.size(), follows)
            }
            9 => Op::DropSurface(which),
            10 | 11 => Op::DrawSurface(which, self.painting()),
            12 => {
                let format = ImageFormat::ALL[self.below(ImageFormat::ALL.len())];
                let (width, height) = (1 + self.below(24), 1 + self.below(24));
                Op::Image(width as u32, height as u32, format, self.bits())
            }
            13 => {
                let (x, y) = (self.below(8) as i32, self.below(8) as i32);
                let (w, h) = (1 + self.below(6) as u32, 1 + self.below(6) as u32);
                Op::Patch(which, PixelRect::new(x, y, w, h), self.bits())
            }
            14 => Op::DropImage(which),
            15 => Op::Glyph(self.bits()),
            _ => Op::Frame(which, self.painting()),
        }
    }
}

/// A program and what it has. See the [module](self).
pub struct Program {
    /// Its connection.
    pub display: Arc<Display>,
    /// Its windows and popups.
    pub windows: Vec<Window>,
    /// Its off-screen surfaces.
    pub surfaces: Vec<Surface>,
    /// Each with its parent.
    popups: Vec<(WindowId, WindowId)>,
    images: Vec<Image>,
    set: GlyphSet,
    glyphs: u16,
    opened: u32,
}

impl Program {
    /// With nothing yet.
    pub fn new(display: Arc<Display>) -> Self {
        Self {
            set: display.glyph_set(1000),
            display,
            windows: Vec::new(),
            surfaces: Vec::new(),
            popups: Vec::new(),
            images: Vec::new(),
            glyphs: 0,
            opened: 0,
        }
    }

    /// Does it, as far as it has what that takes.
    pub fn apply(&mut self, op: &Op) {
        match op {
            Op::Open(size) => self.open(*size),
            Op::Popup(parent, rect) => self.popup(*parent, *rect),
            Op::Close(window) => {
                if let Some(window) = pick(&self.windows, *window) {
                    self.close(window.id());
                }
            }
            Op::Resize(window, size) => {
                if let Some(window) = pick(&self.windows, *window) {
                    window.set_size(size.width, size.height);
                }
            }
            Op::Opaque(window, rect) => {
                if let Some(window) = pick(&self.windows, *window) {
                    let rects = rect.map(|rect| [rect]);
                    window.set_opaque_region(rects.as_ref().map(|r| &r[..]));
                }
            }
            Op::State(window, states, on) => {
                let window = pick(&self.windows, *window);
                if let Some(window) =
                    window.filter(|w| self.popups.iter().all(|(popup, _)| *popup != w.id()))
                {
                    window.change_state(*states, *on);
                }
            }
            Op::Frame(window, painting) => {
                if let Some(window) = pick(&self.windows, *window) {
                    self.frame(window, painting).commit().expect("it is short");
                }
            }
            Op::Frames(first, second) => self.frames(first, second),
            Op::Surface(size, follows) => self.surface(*size, *follows),
            Op::DropSurface(surface) => remove(&mut self.surfaces, *surface),
            Op::DrawSurface(surface, painting) => {
                if let Some(surface) = pick(&self.surfaces, *surface) {
                    let mut drawing = match painting.anew {
                        true => surface.draw_anew(),
                        false => surface.draw(),
                    };
                    self.paint(&mut drawing, painting, Some(surface));
                    drawing.commit().expect("it is short");
                }
            }
            Op::Image(width, height, format, seed) => self.image(*width, *height, *format, *seed),
            Op::Patch(image, rect, seed) => self.patch(*image, *rect, *seed),
            Op::DropImage(image) => remove(&mut self.images, *image),
            Op::Glyph(seed) => self.glyph(*seed),
        }
    }

    fn open(&mut self, size: Size) {
        if self.windows.len() < 6 {
            self.opened += 1;
            let title = format!("window {}", self.opened);
            let window = self.display.window(title).size(size.width, size.height);
            self.windows
                .push(window.decorations(Decorations::None).build());
        }
    }

    /// Drops a window and its popups, which would be dismissed: those opened last first.
    fn close(&mut self, window: WindowId) {
        let own = self
            .popups
            .iter()
            .rev()
            .filter(|(_, parent)| *parent == window);
        let own: Vec<_> = own.map(|(popup, _)| *popup).collect();
        own.into_iter().for_each(|popup| self.close(popup));
        self.windows.retain(|w| w.id() != window);
    }

    fn popup(&mut self, parent: usize, rect: Rect) {
        let Some(parent) = pick(&self.windows, parent).filter(|_| self.windows.len() < 5) else {
            return;
        };
        let positioner = Positioner {
            anchor_rect: Rect::new(rect.x, rect.y, 5.0, 5.0),
            anchor: Edges::BOTTOM,
            gravity: Edges::BOTTOM,
            ..Positioner::default()
        };
        let popup = parent.popup(positioner, rect.width + 1.0, rect.height + 1.0);
        self.popups.push((popup.id(), parent.id()));
        self.windows.push(popup);
    }

    fn frames(&self, first: &Painting, second: &Painting) {
        if let [a, b, ..] = &self.windows[..] {
            let frames = [self.frame(a, first), self.frame(b, second)];
            self.display
                .commit_together(frames)
                .expect("they are short");
        }
    }

    fn frame<'a>(&self, window: &'a Window, painting: &Painting) -> Frame<'a> {
        let mut frame = match painting.anew {
            true => window.frame(),
            false => window.incremental(),
        };
        self.paint(&mut frame, painting, None);
        frame
    }

    fn surface(&mut self, size: Size, follows: Follows) {
        if self.surfaces.len() >= 4 {
            return;
        }
        let Size { width, height } = size;
        self.surfaces.push(match follows {
            Follows::Nothing(scale) => self.display.surface(width, height, Some(scale)),
            Follows::Screen => self.display.surface(width, height, None),
            Follows::Window(window) => match pick(&self.windows, window) {
                Some(window) => window.surface(width, height),
                None => return,
            },
        });
    }

    fn image(&mut self, width: u32, height: u32, format: ImageFormat, seed: u64) {
        if self.images.len() < 6 {
            let bytes = width as usize * height as usize * format.bytes_per_pixel();
            let pixels = pixels(format, bytes, seed);
            let image = self.display.image(width, height, format, pixels);
            self.images.push(image.expect("as many bytes as needed"));
        }
    }

    fn patch(&self, image: usize, rect: PixelRect, seed: u64) {
        let Some(image) = pick(&self.images, image) else {
            return;
        };
        let rect = rect.intersect(PixelRect::from_size(image.size()));
        if !rect.is_empty() {
            let format = image.format();
            let count = rect.width() as usize * rect.height() as usize;
            let pixels = pixels(format, count * format.bytes_per_pixel(), seed);
            image.patch(rect, &pixels).expect("it is inside");
        }
    }

    fn glyph(&mut self, seed: u64) {
        let mut random = Random(seed);
        if random.chance(20) {
            self.set = self.display.glyph_set(1000);
            self.glyphs = 0;
        }
        let mut outline = || {
            let at = |r: &mut Random| r.below(1000) as f32 - 100.0;
            let mut point = || Point::new(at(&mut random), at(&mut random));
            vec![
                PathStep::Move(point()),
                PathStep::Line(point()),
                PathStep::Quad(point(), point()),
                PathStep::Close,
            ]
        };
        let mut buffer = GlyphBuffer::new();
        match self.glyphs % 2 {
            0 => buffer.outline(self.glyphs, 600, &outline()),
            _ => {
                let (below, above) = (outline(), outline());
                let layers = [
                    (Some(Color::rgb(200, 30, 30)), &below[..]),
                    (None, &above[..]),
                ];
                buffer.layers(self.glyphs, 700, &layers);
            }
        }
        self.set.add(&buffer).expect("it is short");
        self.glyphs += 1;
    }

    /// Draws. A surface is not copied onto itself by name.
    fn paint(&self, canvas: &mut Canvas, painting: &Painting, own: Option<&Surface>) {
        for mark in &painting.marks {
            self.draw(canvas, mark, own);
        }
    }

    fn draw(&self, canvas: &mut Canvas, mark: &Mark, own: Option<&Surface>) {
        match mark {
            Mark::Clear(color) => canvas.clear(*color),
            Mark::Fill(rect, true, color) => canvas.fill_rect_smooth(*rect, *color),
            Mark::Fill(rect, false, color) => canvas.fill_rect(*rect, *color),
            Mark::Outline(rect, width, color) => canvas.stroke_rect(*rect, *width, *color),
            Mark::Rounded(rect, radius, None, color) => canvas.fill_rounded(*rect, *radius, *color),
            Mark::Rounded(rect, radius, Some(width), color) => {
                canvas.stroke_rounded(*rect, *radius, *width, *color);
            }
            Mark::Lines(points, stroke, color) => {
                let pairs = points.chunks_exact(2);
                let lines = pairs.map(|p| Segment {
                    from: p[0],
                    to: p[1],
                });
                canvas.segments(&lines.collect::<Vec<_>>(), stroke.clone(), *color);
            }
            Mark::Polyline(points, true, stroke, color) => {
                canvas.polygon(points, stroke.clone(), *color);
            }
            Mark::Polyline(points, false, stroke, color) => {
                canvas.polyline(points, stroke.clone(), *color);
            }
            Mark::Path(path, None, rule, color) => canvas.fill_by(*rule, path, *color),
            Mark::Path(path, Some(stroke), _, color) => canvas.stroke(path, stroke.clone(), *color),
            Mark::Circle(center, radius, color) => canvas.fill_circle(*center, *radius, *color),
            Mark::Text(at, text, style) => canvas.text(at.x, at.y, text, style),
            Mark::Glyphs(at, size, natural, color) => {
                let indices: Vec<u16> = (0..self.glyphs.min(6)).collect();
                let positions = match natural {
                    true => RunPositions::Natural,
                    false => RunPositions::Constant(9.5),
                };
                canvas.glyph_run(&self.set, *size, *at, positions, &indices, *color);
            }
            Mark::Image(image, dest, filter, color) => {
                let (source, dest) = (Rect::default(), *dest);
                if let Some(image) = pick(&self.images, *image) {
                    canvas.image_parts(image, &[ImagePart { source, dest }], *filter, *color);
                }
            }
            Mark::Copy(rect, to) => canvas.copy_area(*rect, *to),
            Mark::CopyFrom(surface, rect, to) => {
                let surface = pick(&self.surfaces, *surface);
                if let Some(from) = surface.filter(|s| own.is_none_or(|own| own.id() != s.id())) {
                    canvas.copy_from(from, *rect, *to);
                }
            }
            Mark::Clip(rects) => canvas.clip_rects(rects),
            Mark::Transform(transform) => canvas.concat(*transform),
            Mark::Opacity(opacity) => canvas.set_opacity(*opacity),
            Mark::Antialias(antialias) => canvas.set_antialias(*antialias),
            Mark::Save => canvas.save(),
            Mark::Restore => canvas.restore(),
        }
    }
}

fn pick<T>(list: &[T], which: usize) -> Option<&T> {
    list.get(which.checked_rem(list.len())?)
}

fn remove<T>(list: &mut Vec<T>, which: usize) {
    if let Some(place) = which.checked_rem(list.len()) {
        list.remove(place);
    }
}

/// Pixels of a format; those with premultiplied colours are so.
fn pixels(format: ImageFormat, bytes: usize, seed: u64) -> Vec<u8> {
    let mut bytes = Random(seed).bytes(bytes);
    if format == ImageFormat::Bgra {
        for pixel in bytes.chunks_exact_mut(4) {
            let alpha = pixel[3];
            pixel[..3].iter_mut().for_each(|c| *c = (*c).min(alpha));
        }
    }
    bytes
}
