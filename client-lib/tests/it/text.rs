//! Text: what is laid out, what is asked of a layout, and what crosses.

use std::path::{Path, PathBuf};
use std::process::Command;

use transom::{
    Align, Color, Display, Family, Movement, Paragraph, Point, Rect, TextLayout, TextSelection,
    TextStyle, Transform, Window,
};
use transom_protocol::Request;
use transom_protocol::draw::{DrawOp, GlyphPositions};
use transom_protocol::glyph::{GlyphShape, Glyphs};

use crate::{detached, each_request};

const STYLE: TextStyle = TextStyle::new(16.0);

/// All the requests of one frame with text drawn by `draw`, as `see` sees them.
fn frame(
    display: &Display,
    window: &Window,
    draw: impl FnOnce(&mut transom::Canvas),
    see: impl FnMut(Request<'_>),
) {
    let mut frame = window.frame();
    draw(&mut frame);
    frame.commit().expect("nothing can fail");
    let bytes = display.with_core(|core| core.take_output());
    each_request(&bytes, see);
}

/// How many runs a frame has by the kind of their positions, and how many glyphs cross with it.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    natural: usize,
    constant: usize,
    advances: usize,
    points: usize,
    drawn: usize,
    crossed: usize,
    pictures: usize,
    made: usize,
    destroyed: usize,
}

fn seen(display: &Display, window: &Window, draw: impl FnOnce(&mut transom::Canvas)) -> Seen {
    let mut seen = Seen::default();
    frame(display, window, draw, |request| match request {
        Request::CreateGlyphSet(_) => seen.made += 1,
        Request::DestroyGlyphSet(_) => seen.destroyed += 1,
        Request::AddGlyphs(r) => {
            for glyph in Glyphs::new(r.glyphs) {
                seen.crossed += 1;
                let shape = glyph.expect("well formed").shape;
                seen.pictures += usize::from(matches!(shape, GlyphShape::Image { .. }));
            }
        }
        Request::Draw(r) => r.ops.iter().flatten().for_each(|op| {
            if let DrawOp::GlyphRun(run) = op {
                seen.drawn += run.indices.iter().count();
                match run.positions {
                    GlyphPositions::Natural => seen.natural += 1,
                    GlyphPositions::Constant(_) => seen.constant += 1,
                    GlyphPositions::Advances(_) => seen.advances += 1,
                    GlyphPositions::Points(_) => seen.points += 1,
                }
            }
        }),
        _ => {}
    });
    seen
}

#[test]
fn text_without_kerning_needs_no_positions() {
    let display = detached();
    let window = display.window("w").build();
    let plain = seen(&display, &window, |c| c.text(1.5, 20.0, "nnn mmm", &STYLE));
    assert_eq!((plain.natural, plain.drawn, plain.crossed), (1, 7, 3));
    let mono = seen(&display, &window, |c| {
        c.text(0.0, 20.0, "let x = 1;", &STYLE.mono())
    });
    assert_eq!((mono.natural, mono.advances), (1, 0));
    let kerned = seen(&display, &window, |c| c.text(0.0, 20.0, "AVAVA To", &STYLE));
    assert_eq!((kerned.natural, kerned.advances), (0, 1), "{kerned:?}");
    let long = format!("{0}AV{0}", "nnn mmm hhh uuu iii ");
    let kerned = seen(&display, &window, |c| c.text(0.0, 20.0, &long, &STYLE));
    assert_eq!((kerned.natural, kerned.advances), (2, 0), "{kerned:?}");
    let grid = seen(&display, &window, |c| {
        c.text_cells(
            Point::new(0.0, 20.0),
            10.0,
            ["a", " ", "b", "c"],
            &STYLE.mono(),
        );
    });
    assert_eq!((grid.constant, grid.drawn), (1, 4));
}

#[test]
fn glyphs_cross_once_for_all_windows() {
    let display = detached();
    let (one, other) = (display.window("1").build(), display.window("2").build());
    let first = seen(&display, &one, |c| c.text(0.0, 20.0, "shared", &STYLE));
    assert_eq!((first.made, first.crossed), (1, 6));
    let second = seen(&display, &other, |c| c.text(0.0, 20.0, "shared", &STYLE));
    assert_eq!((second.made, second.crossed, second.drawn), (0, 0, 6));
}

#[test]
fn large_text_shares_outlines_between_sizes() {
    let display = detached();
    let window = display.window("w").build();
    let large = seen(&display, &window, |c| {
        c.text(0.0, 0.0, "abc", &TextStyle::new(40.0))
    });
    let larger = seen(&display, &window, |c| {
        c.text(0.0, 0.0, "abc", &TextStyle::new(77.0))
    });
    assert_eq!((large.crossed, larger.crossed), (3, 0));
}

#[test]
fn text_that_grows_with_every_frame_does_not_send_its_outlines_each_time() {
    let display = detached();
    let window = display.window("w").build();
    let crossed = (0..200u8).map(|n| {
        let style = TextStyle::new(12.0 + f32::from(n) / 16.0);
        seen(&display, &window, |c| c.text(0.0, 20.0, "abcdef", &style)).crossed
    });
    let crossed: Vec<_> = crossed.collect();
    let (begun, later) = crossed.split_at(100);
    assert!(begun.iter().sum::<usize>() <= 6 * 60, "{begun:?}");
    assert_eq!(later, [0; 100]);
    let still = TextStyle::new(24.4375);
    let settled = (0..130).map(|_| seen(&display, &window, |c| c.text(0.0, 20.0, "abc", &still)));
    assert_eq!(
        settled.map(|seen| seen.crossed).sum::<usize>(),
        3,
        "when it rests, it is fitted"
    );
}

#[test]
fn text_in_another_space_has_outlines_for_that() {
    let display = detached();
    let window = display.window("w").build();
    let write = |c: &mut transom::Canvas| c.text(0.0, 20.0, "ab", &STYLE);
    let upright = seen(&display, &window, write);
    assert_eq!(upright.made, 1);
    let moved = seen(&display, &window, |c| {
        c.translate(3.3, 4.4);
        write(c);
    });
    assert_eq!(moved.crossed, 0);
    let turned = seen(&display, &window, |c| {
        c.saved(|c| {
            c.concat(Transform::rotate(0.5));
            write(c);
        });
        write(c);
    });
    assert_eq!((turned.crossed, turned.drawn), (2, 4), "for any pixels");
    let magnified = seen(&display, &window, |c| {
        c.concat(Transform::scale(8.0, 8.0));
        write(c);
    });
    assert_eq!(magnified.crossed, 0, "large, so the same as turned");
}

#[test]
fn a_program_brings_its_own_fonts() {
    let (regular, bold) = (dejavu::serif::regular(), dejavu::serif::bold());
    let serif = Family::load([regular.to_vec(), bold.to_vec()]).expect("sound fonts");
    let style = STYLE.family(serif);
    let widths = [STYLE, style, style.bold()].map(|style| style.measure("widths").width);
    assert!(
        widths[0] != widths[1] && widths[1] < widths[2],
        "{widths:?}"
    );
    let again = Family::load([regular.to_vec()]).expect("sound");
    assert_ne!(again, serif);
    for bad in [
        vec![],
        vec![b"no font".to_vec()],
        vec![scrambled(regular, b"loca")],
    ] {
        assert_eq!(Family::load(bad), Err(transom::Error::NoFont));
    }
}

#[test]
fn text_too_long_for_its_place_is_shortened() {
    let text = "A rather long name of something.txt";
    for width in [0.0, 20.0, 60.0, 150.0, 200.0] {
        let shown = STYLE.shortened(text, width);
        assert!(STYLE.measure(&shown).width <= width.max(STYLE.measure("…").width));
        let kept = shown.strip_suffix('…').expect("it does not fit");
        assert!(text.starts_with(kept), "{shown}");
    }
    assert!(STYLE.shortened(text, 200.0).len() > 20);
    assert_eq!(STYLE.shortened(text, 500.0), text);
    let hebrew = "שלום עולם שלום עולם שלום עולם";
    assert!(STYLE.measure(&STYLE.shortened(hebrew, 100.0)).width <= 100.0);
}

#[test]
fn sets_unused_for_long_are_dropped_and_come_back_under_their_numbers() {
    let display = detached();
    let window = display.window("w").build();
    let write = |n: u16| {
        let style = TextStyle::new(8.0 + f32::from(n) / 8.0);
        seen(&display, &window, |c| c.text(0.0, 20.0, "ab", &style))
    };
    let (mut made, mut destroyed) = (0, 0);
    for n in 0..100 {
        // New sizes with every frame would not be worth sets of their own.
        (0..6).for_each(|_| frame(&display, &window, |_| (), |_| ()));
        let seen = write(n);
        made += seen.made;
        destroyed += seen.destroyed;
        assert!(made - destroyed <= 64, "the server has no more at a time");
    }
    assert_eq!((made, destroyed), (100, 36));
    let again = write(0);
    assert_eq!(
        (again.made, again.crossed, again.drawn),
        (1, 2, 2),
        "it was dropped"
    );
    let rebuild = display.with_core(|core| core.rebuild());
    assert!(rebuild.lost.is_empty());
    let mut sets = 0;
    each_request(&rebuild.bytes, |request| {
        sets += usize::from(matches!(request, Request::CreateGlyphSet(_)));
    });
    assert_eq!(sets, 64, "only what the server has is made anew");
}

#[test]
fn lines_are_broken_at_the_width_and_by_the_text() {
    let text = "one two three four five six seven eight\nnine";
    let layout = TextLayout::new(text, &STYLE, Some(120.0));
    assert!(layout.line_count() > 3 && layout.size().width <= 120.0);
    let shown: String = layout.lines().map(|line| &text[line.range]).collect();
    assert_eq!(shown, text, "every byte is on one line");
    let unbroken = TextLayout::new(text, &STYLE, None);
    assert_eq!(unbroken.line_count(), 2);
    let long = TextLayout::new("incomprehensibilities", &STYLE, Some(50.0));
    assert!(
        long.line_count() > 2,
        "a word too long for a line is broken anywhere"
    );
    let (narrowest, widest) = unbroken.content_widths();
    assert!(narrowest < widest && (widest - unbroken.size().width).abs() < 1.0);
    let mut again = unbroken.clone();
    again.reflow(Some(120.0));
    assert_eq!(again.line_count(), layout.line_count());
}

#[test]
fn lines_stand_where_they_are_aligned() {
    let lefts = |align| -> Vec<f32> {
        let layout = TextLayout::new("a longer line\nshort", &STYLE.align(align), Some(300.0));
        layout.lines().map(|line| line.rect.x).collect()
    };
    assert_eq!(lefts(Align::Left), [0.0, 0.0]);
    let (right, center) = (lefts(Align::Right), lefts(Align::Center));
    assert!(right[0] > 0.0 && right[1] > right[0]);
    assert!((center[1] - right[1] / 2.0).abs() < 0.01);
}

#[test]
fn a_point_leads_to_a_caret_and_back() {
    for text in [
        "plain text, ok",
        "mixed שלום and more",
        "שלום",
        "e\u{301}x👩‍👩‍👧y",
    ] {
        let layout = TextLayout::new(text, &STYLE, None);
        let mut at = layout.caret_at(Point::new(-10.0, 5.0));
        let mut seen = 0;
        loop {
            let rect = layout.caret_rect(&at, 1.0);
            assert!(rect.height > 10.0, "{text:?}: {rect:?}");
            let middle = Point::new(rect.x + 0.01, rect.y + rect.height / 2.0);
            let found = layout.caret_rect(&layout.caret_at(middle), 1.0);
            assert!(
                (found.x - rect.x).abs() < 0.6,
                "{text:?}: {rect:?} became {found:?}"
            );
            let next = layout.moved(&at, Movement::Right, false);
            if next == at {
                break;
            }
            at = next;
            seen += 1;
            assert!(seen < 100, "it comes to an end");
        }
        assert!(seen > 3);
    }
}

#[test]
fn a_caret_moves_by_what_is_one_character_to_a_person() {
    let text = "e\u{301}👩‍👩‍👧🇩🇪x";
    let layout = TextLayout::new(text, &STYLE, None);
    let mut stops = vec![0];
    while *stops.last().expect("one at least") < text.len() {
        stops.push(layout.next_grapheme(*stops.last().expect("as before")));
    }
    assert_eq!(stops, [0, 3, 21, 29, 30]);
    let back: Vec<_> = stops[1..]
        .iter()
        .map(|s| layout.previous_grapheme(*s))
        .collect();
    assert_eq!(back, stops[..4]);
    assert_eq!(layout.previous_grapheme(0), 0);
    assert_eq!(layout.next_grapheme(text.len()), text.len());
}

#[test]
fn words_and_lines_are_selected() {
    let layout = TextLayout::new("first words here\nsecond line", &STYLE, None);
    let middle = |range: std::ops::Range<usize>| -> Point {
        let rect = layout.selection_rects(&layout.select(range.start, range.end))[0];
        rect.center()
    };
    let word = layout.word_at(middle(6..11));
    assert_eq!(word.range(), 6..11);
    let more = layout.extend_to(&word, middle(12..16));
    assert_eq!(more.range(), 6..16, "whole words");
    assert_eq!(layout.line_at(middle(0..5)).range().start, 0);
    let across = layout.select(6, 23);
    assert_eq!(layout.selection_rects(&across).len(), 2);
    let moved = |from: &TextSelection, movement| layout.moved(from, movement, false).focus();
    let caret = layout.caret(3);
    assert_eq!(moved(&caret, Movement::WordRight), 5);
    assert_eq!(moved(&caret, Movement::LineEnd), 16);
    assert_eq!(moved(&caret, Movement::TextEnd), 28);
    let down = layout.moved(&caret, Movement::Down, true);
    assert!((19..=22).contains(&down.focus()) && down.anchor() == 3);
    assert_eq!(moved(&down, Movement::TextStart), 0);
}

#[test]
fn a_selection_in_two_directions_has_several_parts() {
    let text = "left שלום right";
    let layout = TextLayout::new(text, &STYLE, None);
    // From the middle of the first word to the middle of the Hebrew one.
    let parts = layout.selection_rects(&layout.select(2, 9));
    assert_eq!(parts.len(), 2, "{parts:?}");
    assert!(parts.iter().all(|part| part.width > 0.0));
}

#[test]
fn styles_change_within_a_paragraph() {
    let paragraph = Paragraph::new(&STYLE)
        .push("small ")
        .push_styled("LARGE", &STYLE.size(40.0).bold().color(Color::RED))
        .push_styled(" under", &STYLE.underlined())
        .push_styled(" through", &STYLE.struck().italic());
    let layout = paragraph.layout(None);
    let plain = TextLayout::new("small LARGE under through", &STYLE, None);
    assert!(layout.size().height > 1.5 * plain.size().height);
    assert_eq!(layout.text(), plain.text());
    let fixed = Paragraph::new(&STYLE).push("a\nb").line_height(30.0);
    assert_eq!(fixed.layout(None).size().height, 60.0);

    let display = detached();
    let window = display.window("w").build();
    let (mut rects, mut paints) = (Vec::<Rect>::new(), Vec::new());
    frame(
        &display,
        &window,
        |c| c.text_layout(Point::new(10.0, 10.0), &layout),
        |request| {
            if let Request::Draw(r) = request {
                for op in r.ops.iter().flatten() {
                    match op {
                        DrawOp::FillRects { rects: r, .. } => rects.extend(r.iter()),
                        DrawOp::GlyphRun(run) => paints.push(run.paint),
                        _ => {}
                    }
                }
            }
        },
    );
    assert_eq!(rects.len(), 2, "a line under and a line through");
    assert!(
        rects[0].y > rects[1].y && rects.iter().all(|r| r.height == 1.0),
        "{rects:?}"
    );
    assert!(paints.contains(&Color::RED.into()) && paints.contains(&Color::BLACK.into()));
}

/// Holds whatever fonts there are, so that it is run again where there are none, or only bad ones.
#[test]
fn text_shows_with_any_fonts() {
    let text = "Latin, Ελληνικά, עברית, العربية, 漢字, ไทย, 😀";
    let named = ["DejaVu Sans", "DejaVu Serif"].map(Family::named);
    let display = detached();
    let window = display.window("w").build();
    let families = [
        Family::Sans,
        Family::Mono,
        Family::Serif,
        named[0],
        named[1],
    ];
    for (style, size) in families
        .map(|family| STYLE.family(family))
        .into_iter()
        .zip(20u8..)
    {
        let style = style.size(f32::from(size));
        let size = style.measure(text);
        assert!(size.width > 100.0 && size.line_height > 10.0 && size.cap_height > 5.0);
        let seen = seen(&display, &window, |c| c.text(0.0, 20.0, text, &style));
        assert!(seen.drawn >= 30, "{seen:?}");
        let mut points = 0;
        frame(
            &display,
            &window,
            |c| c.text(0.0, 20.0, "QRSTUVWXYZ", &style),
            |request| {
                if let Request::AddGlyphs(r) = request {
                    for glyph in Glyphs::new(r.glyphs).flatten() {
                        if let GlyphShape::Outline(outline) = glyph.shape {
                            points += outline.len();
                        }
                    }
                }
            },
        );
        assert!(points > 60, "letters have outlines: {points}");
    }
}

/// Runs one test of this program with a fontconfig of its own.
fn run_with_fonts(config: &Path) {
    let output = Command::new(std::env::current_exe().expect("we run"))
        .args(["--exact", "text::text_shows_with_any_fonts"])
        .env("FONTCONFIG_FILE", config)
        .env_remove("TRANSOM_FONTS")
        .output()
        .expect("it runs again");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{told}"
    );
}

/// An empty directory that goes with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("transom-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a fresh name");
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn text_shows_without_any_system_font() {
    let scratch = Scratch::new("no-fonts");
    run_with_fonts(&scratch.0.join("missing.conf"));
    let config = scratch.0.join("empty.conf");
    std::fs::write(&config, "<fontconfig></fontconfig>").expect("a fresh file");
    run_with_fonts(&config);
}

/// A font with one of its tables overwritten.
fn scrambled(font: &[u8], table: &[u8; 4]) -> Vec<u8> {
    let mut font = font.to_vec();
    let record = font
        .windows(4)
        .position(|w| w == table)
        .expect("it is there");
    let word = |at: usize| {
        font[at..at + 4]
            .iter()
            .fold(0, |v, b| v << 8 | usize::from(*b))
    };
    let (offset, length) = (word(record + 8), word(record + 12));
    font[offset..offset + length].fill(0x7f);
    font
}

#[test]
fn text_shows_when_font_files_are_broken() {
    let scratch = Scratch::new("broken-fonts");
    let dir = scratch.0.display();
    let whole = dejavu::sans::regular();
    let write = |name: &str, data: &[u8]| {
        std::fs::write(scratch.0.join(name), data).expect("a fresh file");
    };
    write("cut.ttf", &whole[..whole.len() / 2]);
    write("almost.ttf", &whole[..whole.len() - 1000]);
    write(
        "noise.ttf",
        &whole
            .iter()
            .map(|b| b.wrapping_mul(167))
            .collect::<Vec<_>>(),
    );
    write("empty.otf", b"");
    write(
        "scrambled.ttf",
        &scrambled(dejavu::serif::regular(), b"loca"),
    );
    let config =
        format!("<fontconfig><dir>{dir}</dir><cachedir>{dir}/cache</cachedir></fontconfig>");
    write("fonts.conf", config.as_bytes());
    run_with_fonts(&scratch.0.join("fonts.conf"));
}
