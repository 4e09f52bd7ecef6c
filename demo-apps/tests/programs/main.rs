//! The programs against a server that the test plays: input in, frames out.

mod rig;

use std::collections::BTreeSet;
use std::time::Duration;

use rig::{Rig, display};
use transom::{ButtonState, Display, Modifiers, NamedKey, PixelRect, Scale};
use transom_demos::app::{App, Reaction};
use transom_demos::bounce::Bounce;
use transom_demos::calc::Calc;
use transom_demos::gallery::{Gallery, PAGES};
use transom_demos::paint::{Mark, Paint};
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

    calc.offered_text();
    assert!(calc.control('v').has("Receive"));
    calc.pasted(1, "not a number");
    assert_eq!(calc.app.machine().display(), "42");
    calc.keys("+");
    assert!(calc.control('v').has("Receive"));
    calc.pasted(2, "1 000,5\n");
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
    let (window, serial) = (snake.window(), transom::Serial(9));
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
        gallery.named(NamedKey::ARROW_RIGHT);
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
fn a_tab_of_the_gallery_turns_to_its_page() {
    let display = display();
    let mut gallery = Rig::new(&display, Gallery::new(&display).expect("nothing can fail"));
    gallery.resize(720, 432, Scale::ONE);
    gallery.click(230.0, 26.0);
    assert_eq!(PAGES[gallery.app.page()].title, "Images");
    gallery.keys("2");
    assert_eq!(PAGES[gallery.app.page()].title, "Lines");
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
