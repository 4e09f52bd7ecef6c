//! Pictures, compared exactly with accepted ones: see `transom_tests::snapshot`.

use transom::{
    Align, Canvas, Cap, Color, FillRule, Filter, GlyphBuffer, ImageFormat, ImagePart, Join,
    Paragraph, Path, PixelRect, Point, Rect, RunPositions, Scale, Segment, Stroke, TextLayout,
    TextStyle, Transform, Window,
};
use transom_protocol::draw::PathStep;
use transom_tests::fixture::Fixture;
use transom_tests::server::Server;
use transom_tests::snapshot::{Picture, assert_snapshot};

const INK: Color = Color::hex(0x2b3440);
const RED: Color = Color::hex(0xd1495b);
const TEAL: Color = Color::hex(0x2a7f86);
const PAPER: Color = Color::hex(0xf4f1ea);

/// What a window of this size shows when it was drawn on.
fn picture(scale: Scale, width: f32, height: f32, draw: impl FnOnce(&Window)) -> Picture {
    let mut fixture = Fixture::new(600, 400, scale);
    let client = fixture.connect();
    let display = fixture.clients[client].display.clone();
    let window = display.window("page").size(width, height).build();
    draw(&window);
    fixture.settle();
    for event in fixture.clients[client].events() {
        let failed = matches!(event, transom::Event::RequestFailed { .. });
        assert!(!failed, "{event:?}");
    }
    fixture.window("page").expect("it has a frame")
}

/// One page at the scales that screens have.
fn at_every_scale(name: &str, width: f32, height: f32, draw: impl Fn(&Window)) {
    for (suffix, scale) in [("1", 120), ("1.25", 150), ("1.5", 180)] {
        let picture = picture(Scale(scale), width, height, &draw);
        assert_snapshot(&format!("{name}-{suffix}"), &picture);
    }
}

/// Draws a frame on paper.
fn page(window: &Window, draw: impl FnOnce(&mut Canvas)) {
    let mut frame = window.frame();
    frame.clear(PAPER);
    draw(&mut frame);
    frame.commit().expect("it is short");
}

/// Draws with the origin in the cell of this column and row.
fn cell(canvas: &mut Canvas, column: u8, row: u8, draw: impl FnOnce(&mut Canvas)) {
    canvas.saved(|canvas| {
        canvas.translate(f32::from(column) * 40.0, f32::from(row) * 40.0);
        draw(canvas);
    });
}

fn star(center: Point, radius: f32) -> Path {
    let mut path = Path::new();
    for n in 0..5u8 {
        let (sin, cos) = (f32::from(n) * 144.0).to_radians().sin_cos();
        let (x, y) = (center.x + radius * sin, center.y - radius * cos);
        match n {
            0 => path.move_to(x, y),
            _ => path.line_to(x, y),
        };
    }
    path.close();
    path
}

#[test]
fn rectangles_lines_and_paths() {
    at_every_scale("shapes", 200.0, 120.0, |window| {
        page(window, |c| {
            let square = Rect::new(5.0, 5.0, 30.0, 30.0);
            cell(c, 0, 0, |c| {
                // Neighbours without a seam, half transparent ones too.
                let stripes = (0..10).map(|x| Rect::new(5.0 + x as f32 * 3.0, 5.0, 3.0, 15.0));
                c.fill_rects(&stripes.collect::<Vec<_>>(), TEAL.with_alpha(128));
                c.fill_rect_smooth(Rect::new(5.3, 22.6, 29.0, 11.7), RED);
            });
            cell(c, 1, 0, |c| {
                c.stroke_rect(square, 1.0, INK);
                c.stroke_rects(&[square.inset(5.0), square.inset(10.0)], 2.0, RED);
            });
            cell(c, 2, 0, |c| {
                let radii = [0.0, 4.0, 10.0, 15.0];
                c.fill_rounded_rects(&[square], radii, TEAL);
                c.stroke_rounded(square.inset(4.0), 6.0, 2.0, PAPER);
            });
            cell(c, 3, 0, |c| {
                for (n, cap) in Cap::ALL.iter().enumerate() {
                    let y = 8.0 + n as f32 * 11.0;
                    let (from, to) = (Point::new(8.0, y), Point::new(30.0, y + 4.0));
                    c.line(from, to, Stroke::new(6.0).cap(*cap), INK);
                }
            });
            cell(c, 4, 0, |c| {
                for (n, join) in Join::ALL.iter().enumerate() {
                    let x = 6.0 + n as f32 * 10.0;
                    let points = [(x, 34.0), (x + 4.0, 8.0), (x + 8.0, 34.0)];
                    let points = points.map(|(x, y)| Point::new(x, y));
                    c.polyline(&points, Stroke::new(4.0).join(*join), RED);
                }
            });
            let middle = Point::new(20.0, 20.0);
            cell(c, 0, 1, |c| c.fill(&star(middle, 17.0), INK));
            cell(c, 1, 1, |c| {
                c.fill_by(FillRule::EvenOdd, &star(middle, 17.0), INK)
            });
            cell(c, 2, 1, |c| {
                let dashed = Stroke::new(2.0).dashes(&[6.0, 3.0], 0.0);
                c.stroke_circle(middle, 15.0, dashed, TEAL);
                let dotted = Stroke::new(3.0).round().dashes(&[0.0, 6.0], 0.0);
                c.stroke_circle(middle, 9.0, dotted, RED);
            });
            cell(c, 3, 1, |c| {
                let mut path = Path::new();
                path.move_to(5.0, 35.0).quad_to(5.0, 5.0, 20.0, 20.0);
                let (a, b) = (Point::new(30.0, 30.0), Point::new(40.0, 10.0));
                path.cubic_to(a, b, Point::new(25.0, 5.0));
                c.stroke(&path, Stroke::new(3.0).round(), INK);
            });
            cell(c, 4, 1, |c| {
                let points = [(6.0, 6.0), (34.0, 12.0), (12.0, 34.0)];
                let points = points.map(|(x, y)| Point::new(x, y));
                c.polygon(&points, 1.5, INK);
                c.set_antialias(false);
                c.fill_circle(Point::new(27.0, 28.0), 7.0, RED);
                c.line(Point::new(4.0, 37.0), Point::new(36.0, 33.0), 1.0, INK);
                c.set_antialias(true);
            });
            cell(c, 0, 2, |c| {
                // Hairlines, and lines of one unit, at many angles.
                for n in 0..7u8 {
                    let (sin, cos) = (f32::from(n) * 15.0).to_radians().sin_cos();
                    let to = Point::new(5.0 + 30.0 * cos, 5.0 + 30.0 * sin);
                    let from = Point::new(5.0, 5.0);
                    c.segments(&[Segment { from, to }], f32::from(n % 2), INK);
                }
            });
            cell(c, 1, 2, |c| {
                c.set_opacity(0.5);
                c.fill_rect(Rect::new(5.0, 5.0, 20.0, 20.0), RED);
                c.fill_circle(Point::new(24.0, 24.0), 11.0, TEAL);
            });
            cell(c, 2, 2, |c| {
                let around = Transform::translate(20.0, 20.0).after(Transform::rotate(0.4));
                c.concat(around);
                c.fill_rect(Rect::new(-12.0, -8.0, 24.0, 16.0), TEAL);
                c.concat(Transform::scale(0.5, 0.5));
                c.stroke_rounded(Rect::new(-12.0, -8.0, 24.0, 16.0), 4.0, 3.0, PAPER);
            });
            cell(c, 3, 2, |c| {
                let holes = [
                    Rect::new(5.0, 5.0, 14.0, 30.0),
                    Rect::new(22.0, 9.0, 13.0, 20.0),
                ];
                c.clip_rects(&holes);
                c.fill_circle(middle, 17.0, RED);
                c.clip_rect(Rect::new(0.0, 18.0, 40.0, 22.0));
                c.clear(INK.with_alpha(200));
            });
            cell(c, 4, 2, |c| {
                c.copy_area(Rect::new(-80.0, 0.0, 40.0, 40.0), Point::default())
            });
        });
    });
}

#[test]
fn copies_within_a_window_and_from_surfaces() {
    at_every_scale("copies", 80.0, 40.0, draw_copies);
}

fn draw_copies(window: &Window) {
    let surface = window.surface(30.0, 30.0);
    let mut drawing = surface.draw();
    drawing.fill_circle(Point::new(15.0, 15.0), 14.0, TEAL);
    drawing.text(6.0, 20.0, "off", &TextStyle::new(11.0).color(PAPER));
    drawing.commit().expect("it is short");
    page(window, |c| {
        cell(c, 0, 0, |c| {
            // Copied: what is transparent there is so here.
            c.copy_from(
                &surface,
                Rect::new(0.0, 0.0, 30.0, 30.0),
                Point::new(5.0, 5.0),
            );
        });
        cell(c, 1, 0, |c| {
            c.fill_rect(Rect::new(4.0, 4.0, 10.0, 10.0), RED);
            c.copy_area(Rect::new(2.0, 2.0, 14.0, 14.0), Point::new(20.0, 22.0));
        });
    });
}

#[test]
fn images_of_every_format() {
    for (suffix, scale) in [("1", 120), ("1.25", 150), ("1.5", 180)] {
        let mut fixture = Fixture::new(600, 400, Scale(scale));
        let client = fixture.connect();
        let display = fixture.clients[client].display.clone();
        let window = display.window("page").size(200.0, 80.0).build();
        let set = display.glyph_set(1000);
        let mut glyphs = GlyphBuffer::new();
        let triangle = [(0.0, 0.0), (800.0, 0.0), (400.0, 800.0)];
        let [a, b, d] = triangle.map(|(x, y)| Point::new(x, y));
        let outline = [
            PathStep::Move(a),
            PathStep::Line(b),
            PathStep::Line(d),
            PathStep::Close,
        ];
        glyphs.outline(0, 900, &outline);
        let small = [a, b, d].map(|p| Point::new(p.x / 2.0 + 200.0, p.y / 2.0));
        let inner = [
            PathStep::Move(small[0]),
            PathStep::Line(small[1]),
            PathStep::Line(small[2]),
            PathStep::Close,
        ];
        glyphs.layers(1, 900, &[(Some(RED), &outline), (None, &inner)]);
        set.add(&glyphs).expect("it is short");
        let images: Vec<_> = ImageFormat::ALL
            .iter()
            .map(|format| {
                let pixels = gradient(*format);
                display.image(8, 8, *format, pixels).expect("8 times 8")
            })
            .collect();
        images[1]
            .patch(PixelRect::new(2, 2, 3, 3), &[0; 36])
            .expect("inside");
        page(&window, |c| {
            for (n, image) in images.iter().enumerate() {
                for (row, filter) in Filter::ALL.iter().enumerate() {
                    cell(c, n as u8, row as u8, |c| {
                        let (source, dest) = (Rect::default(), Rect::new(4.0, 4.0, 32.0, 32.0));
                        c.image_parts(image, &[ImagePart { source, dest }], *filter, INK);
                    });
                }
            }
            cell(c, 4, 0, |c| {
                let at = Point::new(3.0, 20.0);
                c.glyph_run(&set, 16.0, at, RunPositions::Natural, &[0, 1], TEAL);
                let points = [Point::new(0.0, 0.0), Point::new(18.0, 6.0)];
                let at = Point::new(3.0, 34.0);
                c.glyph_run(&set, 12.0, at, RunPositions::Points(&points), &[1, 0], INK);
            });
            cell(c, 4, 1, |c| {
                let source = Rect::new(2.0, 2.0, 4.0, 4.0);
                let dest = Rect::new(4.0, 4.0, 20.0, 30.0);
                c.concat(Transform::translate(6.0, 0.0).after(Transform::rotate(0.2)));
                c.image_parts(
                    &images[2],
                    &[ImagePart { source, dest }],
                    Filter::Linear,
                    INK,
                );
            });
        });
        fixture.settle();
        for event in fixture.clients[client].events() {
            let failed = matches!(event, transom::Event::RequestFailed { .. });
            assert!(!failed, "{event:?}");
        }
        let picture = fixture.window("page").expect("it has a frame");
        assert_snapshot(&format!("images-{suffix}"), &picture);
    }
}

/// From transparent at the left to opaque at the right, green downwards.
fn gradient(format: ImageFormat) -> Vec<u8> {
    let places = (0..8u8).flat_map(|y| (0..8u8).map(move |x| (x, y)));
    let pixel = |(x, y): (u8, u8)| {
        let (alpha, green) = (x * 36, y * 36);
        let straight = Color::rgba(200, green, 40, alpha);
        match format {
            ImageFormat::Rgba => straight.to_bytes().to_vec(),
            ImageFormat::Bgra => straight.premultiply().0.to_le_bytes().to_vec(),
            ImageFormat::Bgrx => vec![40, green, 200, 0],
            ImageFormat::A8 => vec![alpha],
        }
    };
    places.flat_map(pixel).collect()
}

#[test]
fn text_at_every_size() {
    at_every_scale("text", 220.0, 110.0, |window| {
        page(window, |c| {
            let style = TextStyle::new(24.0).bold().color(INK);
            c.text(8.0, 30.0, "Hamburgefonts", &style);
            let style = TextStyle::new(14.0).color(INK);
            c.text(
                8.0,
                50.0,
                "The quick brown fox, \u{e4}\u{f6}\u{fc}\u{df} \u{3a9}",
                &style,
            );
            c.text(8.0, 66.0, "fn main() { 0x1f }", &style.mono().color(TEAL));
            c.text(
                8.0,
                80.0,
                "Small print is still legible.",
                &TextStyle::new(9.0).color(INK),
            );
            c.fill_rect(Rect::new(0.0, 86.0, 220.0, 24.0), INK);
            c.text(
                110.0,
                103.0,
                "Light on dark",
                &TextStyle::new(14.0).color(PAPER).centered(),
            );
        });
    });
}

#[test]
fn paragraphs_of_many_kinds() {
    let plain = TextStyle::new(13.0).color(INK);
    let mixed = Paragraph::new(&plain)
        .push("Words ")
        .push_styled("heavy", &plain.bold())
        .push(", ")
        .push_styled("leaning", &plain.italic())
        .push(", ")
        .push_styled("underlined", &plain.underlined().color(TEAL))
        .push(", ")
        .push_styled("struck", &plain.struck().color(RED))
        .push(" and ")
        .push_styled("large", &plain.size(20.0))
        .push(", broken where the line is full: Ελληνικά, кириллица, עברית עם מילים, العربية.")
        .layout(Some(204.0));
    let text = "Lines as wide as the room they have, but for the last one of them.";
    let justified = TextLayout::new(text, &plain.align(Align::Justify), Some(204.0));
    let centered = TextLayout::new("in the\nmiddle", &plain.centered(), Some(204.0));
    let selected = mixed.select(40, 110);
    at_every_scale("paragraphs", 220.0, 208.0, |window| {
        page(window, |c| {
            let (left, mut top) = (8.0, 6.0);
            for part in mixed.selection_rects(&selected) {
                let part = Rect::new(part.x + left, part.y + top, part.width, part.height);
                c.fill_rect(part, TEAL.with_alpha(60));
            }
            let caret = mixed.caret_rect(&selected, 1.0);
            let caret = Rect::new(caret.x + left, caret.y + top, caret.width, caret.height);
            c.fill_rect(caret, RED);
            for layout in [&mixed, &justified, &centered] {
                c.text_layout(Point::new(left, top), layout);
                top += layout.size().height + 5.0;
            }
            let name = plain.shortened("a name too long for its place", 120.0);
            c.text(left, top + 12.0, &name, &plain);
        });
    });
}

#[test]
fn hello_looks_as_accepted() {
    for scale in ["1", "1.25", "1.5"] {
        let server = Server::with(&["--scale", scale, "--size", "800x500"]);
        let _hello = server.start_program("hello", server.display());
        let mut control = server.control();
        let window = control.wait_window("Hello");
        // It may be told of scale and focus after its first frame.
        control.wait_idle();
        let id = window["id"].as_u64();
        assert_snapshot(&format!("hello-{scale}"), &control.shot(id));
    }
}
