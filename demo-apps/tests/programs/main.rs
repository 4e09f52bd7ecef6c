//! The programs against a server that the test plays: input in, frames out.

mod rig;

use std::collections::BTreeSet;
use std::time::Duration;

use rig::{Rig, display};
use transom::{ButtonState, Display, Modifiers, NamedKey, PixelRect, Point, Scale, Serial};
use transom_demos::app::{App, Reaction};
use transom_demos::bounce::Bounce;
use transom_demos::calc::Calc;
use transom_demos::gallery::{Gallery, PAGES};
use transom_demos::paint::{Mark, Paint, Tool};
use transom_demos::snake::{Heading, Phase, Snake};
use transom_protocol::event as wire;
use transom_protocol::input::LogicalKey;

/// Checks that a program closes when its window is to be closed, and with Control and Q.
fn closes<'a, A: App>(display: &'a Display, open: impl Fn(&'a Display) -> A) {
    let mut rig = Rig::new(display, open(display));
    let window = rig.window();
    rig.feed(wire::CloseRequested { window });
    assert_eq!(rig.turn(), Reaction::Close);
    let mut rig = Rig::new(display, open(display));
    rig.modifiers(Modifiers::CONTROL);
    rig.press(LogicalKey::character('q'));
    assert_eq!(rig.turn(), Reaction::Close);
    rig.modifiers(Modifiers::NONE);
}

#[test]
fn every_program_closes_when_it_is_asked_to() {
    let display = display();
    closes(&display, Bounce::new);
    closes(&display, Calc::new);
    closes(&display, |display| {
        Gallery::new(display).expect("nothing can fail")
    });
    closes(&display, |display| Paint::new(display, "."));
    closes(&display, |display| Snake::new(display, 1));
}

#[test]
fn a_resized_window_is_drawn_in_full_at_its_new_size() {
    let display = display();
    let mut calc = Rig::new(&display, Calc::new(&display));
    let sent = calc.resize(600, 900, Scale(180));
    let glyphs = |name: &&String| name.ends_with("GlyphSet") || *name == "AddGlyphs";
    let drawn: Vec<_> = sent.names.iter().filter(|name| !glyphs(name)).collect();
    assert_eq!(drawn[..3], ["Begin", "Draw", "Clear"]);
    let size = calc.app.window().size();
    assert_eq!((size.width, size.height), (400.0, 600.0));
}

#[test]
fn calc_computes_what_is_typed_and_what_is_clicked() {
    let display = display();
    let mut calc = Rig::new(&display, Calc::new(&display));
    calc.keys("0.1+0.2");
    let sent = calc.named(NamedKey::ENTER);
    assert_eq!(calc.app.machine().display(), "0.3");
    assert_eq!((sent.count("Commit"), sent.count("GlyphRun")), (1, 22));
    calc.resize(288, 400, Scale::ONE);
    // 7 × 6 = on a grid of four columns and five rows.
    for (column, row) in [(0.0, 1.0), (3.0, 1.0), (2.0, 2.0), (3.0, 4.0)] {
        calc.click(46.0 + 68.0 * column, 138.0 + 56.0 * row);
    }
    assert_eq!(calc.app.machine().display(), "42");
    calc.named(NamedKey::ESCAPE);
    assert_eq!(calc.app.machine().display(), "0");
}

#[test]
fn calc_copies_its_number_and_pastes_one() {
    let display = display();
    let mut calc = Rig::new(&display, Calc::new(&display));
    calc.keys("6*7=");
    assert_eq!(
        calc.control('c').names[..2],
        ["CreateOffer", "SetSelection"]
    );
    let button = calc.click(12.0 + 8.0 + 13.0, 12.0 + 8.0 + 13.0);
    assert_eq!(button.count("SetSelection"), 1);
    assert!(
        !calc.control('v').has("Receive"),
        "there is nothing to paste"
    );

    calc.offered(transom::TEXT);
    assert!(calc.control('v').has("Receive"));
    calc.pasted(1, b"not a number");
    assert_eq!(calc.app.machine().display(), "42");
    calc.keys("+");
    assert!(calc.control('v').has("Receive"));
    calc.pasted(2, b"1 000,5\n");
    calc.named(NamedKey::ENTER);
    assert_eq!(calc.app.machine().display(), "1042.5");
}

#[test]
fn programs_at_rest_have_nothing_to_do() {
    let display = display();
    let snake = Rig::new(&display, Snake::new(&display, 1));
    assert_eq!(snake.app.pace(), None);
    let mut calc = Rig::new(&display, Calc::new(&display));
    calc.shown(1, 10);
    assert_eq!(
        calc.turn(),
        Reaction::Nothing,
        "that a frame was shown is no reason for another"
    );
    calc.move_to(1.0, 1.0);
    assert_eq!(calc.turn(), Reaction::Nothing, "there is no button");
}

#[test]
fn snake_moves_only_while_it_is_played() {
    let display = display();
    let mut snake = Rig::new(&display, Snake::new(&display, 1));
    snake.named(NamedKey::ARROW_UP);
    assert!(
        snake
            .app
            .pace()
            .is_some_and(|pace| pace > Duration::from_millis(50))
    );
    let before = snake.app.game().snake().next();
    assert_eq!(snake.app.step(), Reaction::Redraw);
    assert_ne!(snake.app.game().snake().next(), before);
    assert_eq!(snake.app.game().heading(), Heading::Up);
    snake.keys(" ");
    assert_eq!(
        (snake.app.pace(), snake.app.game().phase()),
        (None, Phase::Paused)
    );
    snake.keys(" ");
    let (window, serial) = (snake.window(), Serial(9));
    snake.feed(wire::KeyboardLeave { window, serial });
    snake.settle();
    assert_eq!(snake.app.game().phase(), Phase::Paused, "nobody is playing");
}

#[test]
fn bounce_draws_when_a_frame_was_shown_and_rests_when_paused() {
    let display = display();
    let mut bounce = Rig::new(&display, Bounce::new(&display));
    bounce.shown(1, 1000);
    assert!(bounce.settle().has("Commit"));
    let before = bounce.app.balls()[0];
    bounce.shown(2, 1020);
    assert_eq!(bounce.settle().count("Commit"), 1);
    let moved = bounce.app.balls()[0].at.x - before.at.x;
    assert!(
        (moved - before.speed.x * 0.02).abs() < 0.01,
        "by the time between the frames"
    );
    bounce.keys(" ");
    bounce.shown(3, 1040);
    assert_eq!(bounce.turn(), Reaction::Nothing);
    let balls = bounce.app.balls().len();
    bounce.click(50.0, 60.0);
    assert_eq!(bounce.app.balls().len(), balls + 1);
}

#[test]
fn the_gallery_shows_every_operation_there_is() {
    let display = display();
    let mut gallery = Rig::new(&display, Gallery::new(&display).expect("nothing can fail"));
    let mut seen = BTreeSet::new();
    for page in 0..PAGES.len() {
        assert_eq!(gallery.app.page(), page);
        let sent = gallery.resize(720 + page as u32, 432, Scale::ONE);
        seen.extend(sent.names);
        gallery.named(NamedKey::ARROW_DOWN);
    }
    assert_eq!(gallery.app.page(), 0, "after the last comes the first");
    for operation in [
        "Clear",
        "FillRects",
        "StrokeRects",
        "FillRounded",
        "StrokeRounded",
        "Segments",
        "Polyline",
        "FillPath",
        "StrokePath",
        "Images",
        "GlyphRun",
        "CopyArea",
        "ClipRects",
        "SetTransform",
        "Concat",
        "SetOpacity",
        "Save",
        "Restore",
        "SetBlend",
        "ClipPath",
        "BeginGroup",
        "EndGroup",
        "DrawList",
        "FillBlurred",
        "NinePatch",
        "Points",
        "FillEllipses",
        "StrokeEllipses",
        "Triangles",
        "Mesh",
    ] {
        assert!(seen.contains(operation), "{operation} is missing");
    }
}

#[test]
fn a_row_of_the_gallery_s_list_turns_to_its_page() {
    let display = display();
    let mut gallery = Rig::new(&display, Gallery::new(&display).expect("nothing can fail"));
    let title = |gallery: &Rig<'_, Gallery>| PAGES[gallery.app.page()].title;
    gallery.resize(720, 432, Scale::ONE);
    gallery.click(60.0, 10.0 + 3.5 * 29.0);
    assert_eq!(title(&gallery), "Images");
    gallery.keys("2");
    assert_eq!(title(&gallery), "Lines");
    // In a window too low for the list it scrolls, and the last row is where the lower edge is.
    gallery.resize(720, 200, Scale::ONE);
    gallery.named(NamedKey::END);
    assert_eq!(title(&gallery), "Typing");
    gallery.click(60.0, 200.0 - 10.0 - 1.5 * 29.0);
    assert_eq!(title(&gallery), "Arrays");
    gallery.named(NamedKey::PAGE_UP);
    assert_eq!(title(&gallery), "Blending");
}

/// The gallery on its page to type on, and what is in its first field.
fn typing(display: &Display) -> Rig<'_, Gallery> {
    let mut gallery = Rig::new(display, Gallery::new(display).expect("nothing can fail"));
    gallery.resize(800, 440, Scale::ONE);
    let sent = gallery.named(NamedKey::END);
    assert!(sent.has("SetTextInput"), "{:?}", sent.names);
    assert!(gallery.app.typing().is_focused());
    gallery
}

fn typed<'a>(gallery: &'a Rig<'_, Gallery>) -> (&'a str, &'a str) {
    let field = gallery.app.typing().field(0);
    (field.text(), field.selected())
}

impl Rig<'_, Gallery> {
    fn enter(&mut self, text: &str) -> rig::Sent {
        self.entered(text);
        self.settle()
    }

    fn with(&mut self, modifiers: Modifiers, key: NamedKey) -> rig::Sent {
        self.modifiers(modifiers);
        let sent = self.named(key);
        self.modifiers(Modifiers::NONE);
        sent
    }
}

#[test]
fn a_field_is_typed_into_and_selected_from_by_keys() {
    let display = display();
    let mut gallery = typing(&display);
    assert_eq!(typed(&gallery), ("Hello, Transom", ""));
    gallery.enter("!");
    gallery.named(NamedKey::HOME);
    gallery.enter("Ä");
    assert_eq!(typed(&gallery).0, "ÄHello, Transom!");
    gallery.named(NamedKey::BACKSPACE);
    gallery.named(NamedKey::DELETE);
    assert_eq!(typed(&gallery).0, "ello, Transom!");
    let (shift, control) = (Modifiers::SHIFT, Modifiers::CONTROL);
    gallery.with(shift, NamedKey::ARROW_RIGHT);
    gallery.with(shift, NamedKey::ARROW_RIGHT);
    assert_eq!(typed(&gallery).1, "el");
    gallery.with(shift | control, NamedKey::ARROW_RIGHT);
    assert_eq!(typed(&gallery).1.trim_end_matches([',', ' ']), "ello");
    gallery.with(shift, NamedKey::END);
    assert_eq!(typed(&gallery).1, "ello, Transom!");
    gallery.enter("So");
    assert_eq!(typed(&gallery), ("So", ""));
    gallery.enter(" it is");
    gallery.with(control, NamedKey::BACKSPACE);
    assert_eq!(typed(&gallery).0, "So it ");
    gallery.with(control, NamedKey::ARROW_LEFT);
    gallery.with(control, NamedKey::DELETE);
    assert_eq!(typed(&gallery).0.trim_end(), "So");
    // What is typed turns no page.
    gallery.enter("1");
    assert!(PAGES[gallery.app.page()].is_typing());
}

#[test]
fn a_field_is_copied_from_cut_and_pasted_into() {
    let display = display();
    let mut gallery = typing(&display);
    assert!(
        !gallery.control('c').has("SetSelection"),
        "nothing is selected"
    );
    gallery.control('a');
    assert_eq!(typed(&gallery).1, "Hello, Transom");
    assert!(gallery.control('c').has("SetSelection"));
    assert!(gallery.control('x').has("SetSelection"));
    assert_eq!(typed(&gallery), ("", ""));
    gallery.offered(transom::TEXT);
    assert!(gallery.control('v').has("Receive"));
    gallery.pasted(1, "two\nlines\tand a tab\n".as_bytes());
    assert_eq!(typed(&gallery).0, "two lines and a tab");
    // However much it is.
    assert!(gallery.control('v').has("Receive"));
    gallery.pasted(2, &vec![b'a'; 100_000]);
    assert_eq!(typed(&gallery).0.len(), 4096);
}

#[test]
fn a_field_is_selected_from_by_pointer() {
    let display = display();
    let mut gallery = typing(&display);
    let field = gallery.app.typing().field(0).rect();
    let y = field.y + field.height / 2.0;
    gallery.move_to(field.x + 3.0, y);
    gallery.button(ButtonState::Pressed);
    gallery.settle();
    gallery.move_to(field.right() - 3.0, y);
    gallery.settle();
    gallery.button(ButtonState::Released);
    let sent = gallery.settle();
    assert_eq!(typed(&gallery).1, "Hello, Transom");
    assert!(sent.has("SetSelection"), "for the middle button");
    // Twice at the same place: a word.
    gallery.click(field.x + 20.0, y);
    assert_eq!(typed(&gallery).1, "");
    gallery.click(field.x + 20.0, y);
    assert_eq!(typed(&gallery).1, "Hello");
    gallery.click(field.x + 20.0, y);
    assert_eq!(typed(&gallery).1, "Hello, Transom");
    // Beside the fields nothing is typed, and keys turn pages again.
    gallery.click(field.x - 10.0, y);
    assert!(!gallery.app.typing().is_focused());
    gallery.keys("1");
    assert_eq!(gallery.app.page(), 0);
}

#[test]
fn what_is_composed_is_shown_and_becomes_text_when_it_is_committed() {
    let display = display();
    let mut gallery = typing(&display);
    let window = gallery.window();
    let preedit = |gallery: &mut Rig<'_, Gallery>, text: &str| {
        gallery.feed(wire::Preedit {
            window,
            cursor_begin: 0,
            cursor_end: text.len() as u32,
            text: text.into(),
        });
        gallery.settle()
    };
    gallery.control('a');
    let sent = preedit(&mut gallery, "にほん");
    assert_eq!(
        typed(&gallery).0,
        "",
        "it takes the place of what was selected"
    );
    assert!(
        sent.has("SetTextInput"),
        "the caret has moved: {:?}",
        sent.names
    );
    preedit(&mut gallery, "日本");
    gallery.feed(wire::TextCommit {
        window,
        text: "日本".into(),
    });
    gallery.settle();
    assert_eq!(typed(&gallery).0, "日本");
    preedit(&mut gallery, "ご");
    preedit(&mut gallery, "");
    assert_eq!(typed(&gallery).0, "日本");
    // Another page has no field.
    let sent = gallery.named(NamedKey::PAGE_UP);
    assert!(sent.has("SetTextInput") && !gallery.app.typing().is_focused());
}

#[test]
fn a_picture_that_the_server_lost_is_drawn_again() {
    let display = display();
    let mut paint = Rig::new(&display, Paint::new(&display, "."));
    stroke(&mut paint);
    // The window is 1, the picture was made after it.
    let surface = transom::SurfaceId(2);
    paint.feed(wire::Redraw { surface });
    let sent = paint.settle();
    let drawn = ["Draw", "Reset", "Clear", "Clear", "StrokePath", "Draw"];
    assert_eq!(sent.names[..drawn.len()], drawn);
}

/// Paints a short stroke and returns what it took.
fn stroke(paint: &mut Rig<'_, Paint<'_>>) -> rig::Sent {
    paint.move_to(200.0, 100.0);
    paint.button(ButtonState::Pressed);
    paint.settle();
    (0..20u8).for_each(|n| paint.move_to(201.0 + f32::from(n), 100.0));
    let sent = paint.settle();
    paint.button(ButtonState::Released);
    paint.settle();
    sent
}

#[test]
fn many_motions_are_one_small_frame() {
    let display = display();
    let mut paint = Rig::new(&display, Paint::new(&display, "."));
    let sent = stroke(&mut paint);
    let once = ["Draw", "ClipRects", "Concat", "StrokePath", "Commit"];
    assert_eq!(sent.names, once);
    let [Mark::Stroke { points, .. }] = paint.app.history().visible() else {
        panic!("one stroke was painted");
    };
    assert_eq!(points.len(), 21, "every motion counts");
}

/// A finger at a place of the sheet.
fn finger(paint: &Rig<'_, Paint<'_>>, touch: u32, x: f32) {
    let (window, at) = (paint.window(), Point::new(x, 100.0));
    paint.feed(wire::TouchDown {
        window,
        serial: Serial(4),
        time: 0,
        touch,
        at,
    });
}

fn finger_to(paint: &Rig<'_, Paint<'_>>, touch: u32, x: f32) {
    let at = Point::new(x, 100.0);
    let time = 0;
    paint.feed(wire::TouchMove { time, touch, at });
}

fn finger_up(paint: &Rig<'_, Paint<'_>>, touch: u32) {
    let (serial, time) = (Serial(5), 0);
    paint.feed(wire::TouchUp {
        serial,
        time,
        touch,
    });
}

#[test]
fn two_fingers_are_two_marks_at_once_and_the_pointer_a_third() {
    let display = display();
    let mut paint = Rig::new(&display, Paint::new(&display, "."));
    finger(&paint, 0, 200.0);
    finger(&paint, 1, 300.0);
    paint.move_to(400.0, 100.0);
    paint.button(ButtonState::Pressed);
    paint.settle();
    for step in 1..=9u8 {
        finger_to(&paint, 0, 200.0 + f32::from(step));
        finger_to(&paint, 1, 300.0 - f32::from(step));
    }
    paint.move_to(401.0, 100.0);
    let sent = paint.settle();
    assert_eq!((sent.count("StrokePath"), sent.count("Commit")), (3, 1));
    assert!(!sent.has("CopyArea"), "only what is new");
    finger_up(&paint, 1);
    paint.button(ButtonState::Released);
    finger_up(&paint, 0);
    paint.settle();
    let lengths = |mark: &Mark| match mark {
        Mark::Stroke { points, .. } => points.len(),
        mark => panic!("{mark:?}"),
    };
    let marks = paint.app.history().visible();
    assert_eq!(marks.iter().map(lengths).collect::<Vec<_>>(), [10, 2, 10]);
}

#[test]
fn shapes_by_two_fingers_do_not_wipe_each_other_out() {
    let display = display();
    let mut paint = Rig::new(&display, Paint::new(&display, "."));
    paint.keys("r");
    finger(&paint, 0, 200.0);
    finger(&paint, 1, 250.0);
    paint.settle();
    finger_to(&paint, 0, 260.0);
    let sent = paint.settle();
    let both = ["ClipRects", "Concat", "StrokePath", "StrokePath", "Commit"];
    assert!(sent.has("Clear"), "all of it anew: {:?}", sent.names);
    assert_eq!(sent.names[sent.names.len() - both.len()..], both);
}

#[test]
fn touches_that_are_void_are_no_marks_and_fingers_press_buttons() {
    let display = display();
    let mut paint = Rig::new(&display, Paint::new(&display, "."));
    finger(&paint, 0, 200.0);
    finger_to(&paint, 0, 220.0);
    paint.settle();
    paint.feed(wire::TouchCancel {});
    let sent = paint.settle();
    assert!(sent.has("CopyArea"), "the stroke is seen no more");
    finger_up(&paint, 0);
    paint.settle();
    assert!(paint.app.history().visible().is_empty());
    // The rectangle's button, and then a rectangle.
    let window = paint.window();
    paint.feed(wire::TouchDown {
        window,
        serial: Serial(6),
        time: 0,
        touch: 0,
        at: Point::new(30.0, 66.0),
    });
    finger_up(&paint, 0);
    finger(&paint, 0, 200.0);
    finger_to(&paint, 0, 230.0);
    finger_up(&paint, 0);
    paint.settle();
    let marks = paint.app.history().visible();
    assert!(
        matches!(
            marks,
            [Mark::Shape {
                tool: Tool::Rectangle,
                ..
            }]
        ),
        "{marks:?}"
    );
}

#[test]
fn pictures_are_copied_and_pasted() {
    let display = display();
    let mut paint = Rig::new(&display, Paint::new(&display, "."));
    stroke(&mut paint);
    let asked = paint.control('c');
    assert_eq!(asked.questions.len(), 1);
    let sent = answer(&mut paint, asked.questions[0]);
    assert!(
        sent.has("CreateOffer") && sent.has("SetSelection"),
        "{sent:?}"
    );
    assert_eq!(sent.titles, ["Paint: copied"]);

    let sent = paint.control('v');
    assert!(!sent.has("Receive"), "there is nothing to be pasted");
    paint.offered("image/png");
    assert!(paint.control('v').has("Receive"));
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 40, 20);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&[90; 2400]).expect("pixels");
    writer.finish().expect("a file");
    let sent = paint.pasted(1, &file);
    assert!(sent.has("BeginImage"), "{:?}", sent.names);
    let sheet = paint.app.sheet();
    let marks = paint.app.history().visible();
    let [_, Mark::Picture { area, .. }] = marks else {
        panic!("{marks:?}");
    };
    let middle = ((sheet.width - 40.0) / 2.0, (sheet.height - 20.0) / 2.0);
    assert_eq!((area.x, area.y), middle);
    assert_eq!((area.width, area.height), (40.0, 20.0));
    // What is no picture is told, and costs nothing.
    paint.control('v');
    let sent = paint.pasted(2, b"nonsense");
    assert!(
        sent.titles[0].starts_with("Paint: cannot paste"),
        "{sent:?}"
    );
    paint.control('z');
    assert_eq!(paint.app.history().visible().len(), 1);
}

#[test]
fn a_sketch_lies_on_the_sheet_and_can_be_taken_back() {
    let display = display();
    let mut paint = Paint::new(&display, ".");
    paint.sketch();
    let sheet = paint.sheet();
    let count = paint.history().visible().len();
    assert!(count > 20);
    for mark in paint.history().visible() {
        let area = mark.bounds();
        assert!(area.x >= -10.0 && area.right() <= sheet.width, "{mark:?}");
    }
    let mut paint = Rig::new(&display, paint);
    paint.control('z');
    assert_eq!(paint.app.history().visible().len(), count - 1);
}

#[test]
fn undo_and_redo_paint_the_picture_anew() {
    let display = display();
    let mut paint = Rig::new(&display, Paint::new(&display, "."));
    stroke(&mut paint);
    stroke(&mut paint);
    paint.control('z');
    assert_eq!(paint.app.history().visible().len(), 1);
    let sent = paint.control('y');
    assert_eq!(paint.app.history().visible().len(), 2);
    assert_eq!(
        (
            sent.count("Reset"),
            sent.count("CopyArea"),
            sent.count("Commit")
        ),
        (1, 1, 1)
    );
    paint.named(NamedKey::DELETE);
    assert_eq!(paint.app.history().visible().len(), 0);
    paint.control('z');
    assert_eq!(
        paint.app.history().visible().len(),
        2,
        "clearing can be taken back"
    );
}

#[test]
fn a_larger_window_has_a_larger_sheet_with_all_that_was_painted() {
    let display = display();
    let mut paint = Rig::new(&display, Paint::new(&display, "."));
    stroke(&mut paint);
    let sent = paint.resize(900, 700, Scale::ONE);
    let made = [
        "CreateSurface",
        "DestroySurface",
        "Draw",
        "Reset",
        "Clear",
        "Clear",
        "StrokePath",
    ];
    assert_eq!(sent.names[..made.len()], made);
    let sent = paint.resize(500, 400, Scale::ONE);
    assert!(
        !sent.has("CreateSurface"),
        "a smaller one shows a part of it"
    );
}

/// Answers a question for pixels with white ones.
fn answer(paint: &mut Rig<'_, Paint<'_>>, (id, width, height): (u32, u32, u32)) -> rig::Sent {
    let half = height / 2;
    let bands = [(0, half, 0), (half, height - half, 1)];
    for (y, height, last) in bands {
        let data = vec![255; (4 * width * height) as usize];
        let rect = PixelRect::new(0, y as i32, width, height);
        paint.feed(wire::Pixels {
            id,
            last,
            rect,
            data: &data,
        });
    }
    paint.settle()
}

#[test]
fn a_fill_asks_for_pixels_and_becomes_a_mark() {
    let display = display();
    let mut paint = Rig::new(&display, Paint::new(&display, "."));
    paint.keys("f");
    let asked = paint.click(300.0, 200.0);
    assert_eq!(asked.questions.len(), 1);
    assert!(paint.app.history().visible().is_empty());
    let sent = answer(&mut paint, asked.questions[0]);
    assert!(sent.has("BeginImage"), "{:?}", sent.names);
    let sheet = paint.app.sheet();
    let [Mark::Fill { area, .. }] = paint.app.history().visible() else {
        panic!("one fill was painted");
    };
    assert_eq!((area.width, area.height), (sheet.width, sheet.height));
    let asked = paint.click(300.0, 200.0);
    paint.control('z');
    answer(&mut paint, asked.questions[0]);
    assert!(
        paint.app.history().visible().is_empty(),
        "what was read is no longer there"
    );
}

#[test]
fn two_quick_fills_are_two_marks() {
    let display = display();
    let mut paint = Rig::new(&display, Paint::new(&display, "."));
    paint.keys("f");
    let mut questions = paint.click(300.0, 200.0).questions;
    questions.extend(paint.click(310.0, 210.0).questions);
    assert_eq!(questions.len(), 2);
    for question in questions {
        answer(&mut paint, question);
    }
    assert_eq!(paint.app.history().visible().len(), 2);
}

#[test]
fn a_saved_picture_is_a_new_file_of_the_sheet_s_pixels() {
    let display = display();
    let folder = std::env::temp_dir().join(format!("transom-paint-{}", std::process::id()));
    std::fs::create_dir(&folder).expect("a new directory");
    let mut paint = Rig::new(&display, Paint::new(&display, &folder));
    for number in [1, 2] {
        let asked = paint.control('s');
        let sent = answer(&mut paint, asked.questions[0]);
        assert_eq!(sent.titles, [format!("Paint: saved painting-{number}.png")]);
    }
    let file = std::fs::File::open(folder.join("painting-2.png")).expect("it was written");
    let reader = png::Decoder::new(std::io::BufReader::new(file))
        .read_info()
        .expect("a picture");
    let (info, sheet) = (reader.info(), paint.app.sheet());
    assert_eq!(
        (info.width as f32, info.height as f32),
        (sheet.width, sheet.height)
    );
    std::fs::remove_dir_all(&folder).expect("it is ours");
}
