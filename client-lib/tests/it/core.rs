//! The core: what it sends and tells, without a socket.

use std::time::Duration;

use transom::{
    Color, Display, Error, Event, ImageFormat, Key, NamedKey, PixelRect, PixelSize, Point, Rect,
    Scale, ShownFlags, Size, TextPurpose, TextStyle, Window, WindowId, WindowStates,
};
use transom_protocol::codec::{Packed, Packet, write_packet};
use transom_protocol::draw::{DrawOp, GlyphIndices};
use transom_protocol::event as wire;
use transom_protocol::glyph::Glyphs;
use transom_protocol::ids::{FrameId, Serial};
use transom_protocol::input::{KeyCode, KeyLocation, KeyState, LogicalKey};
use transom_protocol::window::Decorations;
use transom_protocol::{ErrorCode, Event as Incoming, Request};

use crate::mirror::Choices;
use crate::{bytes_of, detached, each_request, sent, welcome};

fn feed<'a>(display: &Display, events: impl IntoIterator<Item = Incoming<'a>>) {
    display.with_core(|core| core.feed(&bytes_of(events)));
}

fn events(display: &Display) -> Vec<Event> {
    display.with_core(|core| std::iter::from_fn(|| core.poll_event()).collect())
}

/// A display that was welcomed, with a window whose first frame is sent.
fn settled() -> (Display, Window) {
    let display = detached();
    let window = display.window("w").size(100.0, 50.0).build();
    window.frame().commit().expect("nothing can fail");
    display.with_core(|core| core.feed(&welcome()));
    events(&display);
    sent(&display);
    (display, window)
}

fn configure(window: WindowId, serial: u32, width: u32, scale: Scale) -> Incoming<'static> {
    wire::Configure {
        window,
        serial: Serial(serial),
        size: PixelSize::new(width, 50),
        scale,
        states: WindowStates::NONE,
        decorations: Decorations::Server,
        bounds: PixelSize::default(),
    }
    .into()
}

fn key(serial: u32, state: KeyState) -> Incoming<'static> {
    wire::Key {
        serial: Serial(serial),
        time: 0,
        state,
        code: KeyCode::ESCAPE,
        evdev: 1,
        logical: LogicalKey::named(NamedKey::ESCAPE),
        unmodified: LogicalKey::named(NamedKey::ESCAPE),
        location: KeyLocation::Standard,
        text: "".into(),
    }
    .into()
}

fn keyboard(window: WindowId) -> Incoming<'static> {
    let empty = Packed::new(&[]).expect("empty is whole");
    wire::KeyboardEnter {
        window,
        serial: Serial(1),
        keys: empty,
    }
    .into()
}

#[test]
fn the_first_picture_needs_no_answer() {
    let display = detached();
    let window = display.window("Hello").build();
    let mut canvas = window.frame();
    canvas.clear(Color::WHITE);
    canvas.text(10.0, 20.0, "Hi", &TextStyle::new(16.0));
    canvas.commit().expect("nothing can fail");
    let flight = [
        "Hello",
        "CreateWindow",
        "CreateGlyphSet",
        "AddGlyphs",
        "Begin",
        "Draw",
        "Commit",
    ];
    assert_eq!(sent(&display), flight);
}

#[test]
fn frames_begin_only_where_size_or_configure_changed() {
    let (display, window) = settled();
    window.incremental().commit().expect("nothing can fail");
    assert_eq!(sent(&display), ["Commit"], "nothing was drawn");
    window.frame().commit().expect("nothing can fail");
    assert_eq!(sent(&display), ["Draw", "Commit"]);
    feed(&display, [configure(window.id(), 7, 100, Scale::ONE)]);
    window.frame().commit().expect("nothing can fail");
    assert_eq!(
        sent(&display),
        ["Begin", "Draw", "Commit"],
        "a configure is acknowledged"
    );
    feed(
        &display,
        [wire::Redraw {
            surface: window.id().into(),
        }
        .into()],
    );
    window.frame().commit().expect("nothing can fail");
    assert_eq!(sent(&display), ["Begin", "Draw", "Commit"]);
}

#[test]
fn an_incremental_frame_keeps_the_size_of_the_one_before() {
    let (display, window) = settled();
    feed(&display, [configure(window.id(), 7, 300, Scale::ONE)]);
    assert_eq!(window.incremental().size(), Size::new(100.0, 50.0));
    assert_eq!(window.frame().size(), Size::new(300.0, 50.0));
}

#[test]
fn a_configure_that_changes_nothing_asks_for_nothing() {
    let (display, window) = settled();
    feed(&display, [configure(window.id(), 1, 100, Scale::ONE)]);
    assert_eq!(events(&display), []);
    feed(&display, [configure(window.id(), 2, 150, Scale(180))]);
    let resized = Event::Resized {
        window: window.id(),
        size: Size::new(100.0, 50.0 / 1.5),
        scale: Scale(180),
    };
    assert_eq!(events(&display), [resized]);
}

#[test]
fn a_size_that_a_program_chooses_is_committed_and_a_zero_leaves_it_alone() {
    let (display, window) = settled();
    window.set_size(40.0, 30.0);
    feed(&display, [configure(window.id(), 1, 0, Scale::ONE)]);
    assert_eq!(window.size(), Size::new(40.0, 50.0));
}

#[test]
fn a_full_frame_begins_with_a_clear_and_with_only_one() {
    let (display, window) = settled();
    let ops = |paint: bool| {
        let mut canvas = window.frame();
        if paint {
            canvas.clear(Color::RED);
        }
        canvas.commit().expect("nothing can fail");
        let mut clears = Vec::new();
        let bytes = display.with_core(|core| core.take_output());
        each_request(&bytes, |request| {
            let Request::Draw(draw) = request else { return };
            for op in draw.ops.iter() {
                let Ok(DrawOp::Clear { color }) = op else {
                    panic!("{op:?}")
                };
                clears.push(color);
            }
        });
        clears
    };
    assert_eq!(ops(false), [Color::TRANSPARENT]);
    assert_eq!(ops(true), [Color::RED]);
}

#[test]
fn input_is_acknowledged_every_16_serials_and_before_a_commit() {
    let (display, window) = settled();
    feed(&display, [keyboard(window.id())]);
    feed(&display, (2..=16).map(|n| key(n, KeyState::Repeated)));
    assert_eq!(sent(&display), Vec::<&str>::new(), "nothing was read yet");
    assert_eq!(events(&display).len(), 16);
    assert_eq!(sent(&display), ["AckInput"]);
    feed(&display, [key(17, KeyState::Released)]);
    events(&display);
    assert_eq!(sent(&display), Vec::<&str>::new());
    window.incremental().commit().expect("nothing can fail");
    assert_eq!(sent(&display), ["AckInput", "Commit"]);
    assert_eq!(display.last_input(), Serial(17));
}

#[test]
fn where_text_goes_is_said_when_it_changes() {
    let (display, window) = settled();
    let at = |x| Some(Rect::new(x, 2.0, 1.0, 14.0));
    for (caret, expected) in [
        (at(1.0), ["SetTextInput"].as_slice()),
        (at(1.0), &[]),
        (at(9.0), &["SetTextInput"]),
        (None, &["SetTextInput"]),
        (None, &[]),
    ] {
        window.set_text_input(caret, TextPurpose::NORMAL);
        assert_eq!(sent(&display), expected, "{caret:?}");
    }
}

#[test]
fn how_keys_repeat_is_known_and_kept_up() {
    let (display, _window) = settled();
    let repeat = |display: &Display| {
        let server = display.server().expect("it was welcomed");
        [server.repeat_delay, server.repeat_interval].map(|time| time.as_millis())
    };
    assert_eq!(repeat(&display), [500, 30]);
    let (delay, interval) = (250, 20);
    feed(&display, [wire::RepeatInfo { delay, interval }.into()]);
    assert_eq!(repeat(&display), [250, 20]);
    assert_eq!(events(&display), []);
}

#[test]
fn what_is_marked_in_a_composed_text_is_a_part_of_it() {
    let (display, window) = settled();
    let marked = |begin, end| {
        let preedit = wire::Preedit {
            window: window.id(),
            cursor_begin: begin,
            cursor_end: end,
            text: "にほ".into(),
        };
        feed(&display, [preedit.into()]);
        match events(&display).as_slice() {
            [Event::Preedit { text, cursor, .. }] => cursor.clone().map(|at| text[at].to_owned()),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(marked(0, 3).as_deref(), Some("に"));
    assert_eq!(marked(6, 6).as_deref(), Some(""));
    for (begin, end) in [(u32::MAX, u32::MAX), (3, 0), (1, 3), (0, 7)] {
        assert_eq!(marked(begin, end), None, "{begin} to {end}");
    }
}

#[test]
fn a_key_carries_its_window_and_the_modifiers() {
    let (display, window) = settled();
    let modifiers = wire::ModifiersChanged {
        depressed: transom::Modifiers::SHIFT,
        latched: transom::Modifiers::NONE,
        locked: transom::Modifiers::CAPS_LOCK,
        group: 0,
        known: Default::default(),
    };
    feed(
        &display,
        [
            keyboard(window.id()),
            modifiers.into(),
            key(2, KeyState::Pressed),
        ],
    );
    let Some(Event::Key(key)) = events(&display).pop() else {
        panic!("a key comes last")
    };
    assert_eq!(key.window, window.id());
    assert_eq!(
        key.modifiers,
        transom::Modifiers::SHIFT | transom::Modifiers::CAPS_LOCK
    );
    assert_eq!(key.key, Key::Named(NamedKey::ESCAPE));
    assert!(key.pressed(NamedKey::ESCAPE));
}

#[test]
fn bytes_may_arrive_in_any_pieces_and_unknown_events_are_skipped() {
    let mut stream = welcome();
    write_packet(&mut stream, 0x8fff, |out| {
        out.extend_from_slice(b"from the future")
    });
    stream.extend(bytes_of([wire::CloseRequested {
        window: WindowId(1),
    }
    .into()]));
    let all = |piece: usize| {
        let display = detached();
        let _window = display.window("w").build();
        for piece in stream.chunks(piece) {
            display.with_core(|core| core.feed(piece));
        }
        assert_eq!(display.with_core(|core| core.error().cloned()), None);
        events(&display)
    };
    let whole = all(stream.len());
    assert_eq!(whole.len(), 2);
    for piece in 1..40 {
        assert_eq!(all(piece), whole);
    }
}

#[test]
fn every_way_to_be_refused_is_one_line_that_says_what_to_do() {
    let closed = |code| {
        [
            &transom_protocol::codec::MAGIC[..],
            &bytes_of([wire::Closed {
                code,
                sequence: 0,
                text: "no".into(),
            }
            .into()]),
        ]
        .concat()
    };
    for (bytes, part) in [
        (closed(ErrorCode::TOKEN), "TRANSOM_TOKEN"),
        (closed(ErrorCode::VERSION), "update"),
        (closed(ErrorCode::SHUTDOWN), "shutdown: no"),
        (
            b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
            "\"HTTP/1.1 400 Bad Request\"",
        ),
        (b"TRANSOM\0\xff\xff\xff\xff".to_vec(), "cannot be read"),
        (b"\x16\x03\x01".to_vec(), "not a Transom server"),
    ] {
        let display = detached();
        display.with_core(|core| core.feed(&bytes));
        let error = display
            .next_event()
            .expect_err("it was refused")
            .to_string();
        assert!(
            error.contains(part) && error.contains("the test's server"),
            "{error}"
        );
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn events_before_the_end_are_told_before_the_error() {
    let (display, window) = settled();
    feed(
        &display,
        [wire::CloseRequested {
            window: window.id(),
        }
        .into()],
    );
    display.with_core(|core| core.peer_closed(None));
    assert_eq!(
        display.next_event(),
        Ok(Event::CloseRequested {
            window: window.id()
        })
    );
    let error = display.next_event().expect_err("the server is gone");
    assert_eq!(
        error.to_string(),
        "the server at the test's server went away: it closed the connection"
    );
    assert_eq!(display.next_event(), Err(error.clone()));
    assert_eq!(window.frame().commit(), Err(error));
}

#[test]
fn a_dropped_window_is_destroyed_and_heard_of_no_more() {
    let (display, window) = settled();
    let id = window.id();
    feed(&display, [wire::CloseRequested { window: id }.into()]);
    drop(window);
    feed(&display, [wire::CloseRequested { window: id }.into()]);
    assert_eq!(events(&display), []);
    assert_eq!(sent(&display), ["DestroyWindow"]);
}

#[test]
fn a_failed_request_is_told_by_name() {
    let (display, window) = settled();
    window.bell();
    sent(&display);
    // Hello is 0; then CreateWindow, Begin, Draw, Commit, Bell.
    let error = wire::Error {
        sequence: 5,
        op: wire::Error::NO_OP,
        code: ErrorCode::UNSUPPORTED,
        text: "no".into(),
    };
    feed(&display, [error.into()]);
    let event = events(&display).pop();
    assert!(
        matches!(
            &event,
            Some(Event::RequestFailed {
                request: Some("Bell"),
                operation: None,
                ..
            })
        ),
        "{event:?}"
    );
}

#[test]
fn a_frame_waits_for_the_image_it_draws_and_nothing_else_does() {
    let (display, window) = settled();
    let pixels = vec![0; 300 * 200 * 4];
    let image = display
        .image(300, 200, ImageFormat::Bgrx, pixels)
        .expect("as many as needed");
    window.set_title("before");
    assert!(!image.is_sent());
    let mut canvas = window.frame();
    canvas.image(&image, Rect::new(0.0, 0.0, 30.0, 20.0));
    canvas.commit().expect("nothing can fail");
    image
        .patch(PixelRect::new(0, 0, 1, 1), &[1, 2, 3, 4])
        .expect("inside");
    drop(image);
    let names = sent(&display);
    let expected = [
        "SetTitle",
        "BeginImage",
        "ImageData",
        "ImageData",
        "ImageData",
        "ImageData",
        "Sync",
        "EndImage",
        "Draw",
        "Commit",
        "BeginPatch",
        "ImageData",
        "EndImage",
        "DestroyImage",
    ];
    let without_sync = |names: &[&'static str]| -> Vec<_> {
        names
            .iter()
            .copied()
            .filter(|name| *name != "Sync")
            .collect()
    };
    assert_eq!(without_sync(&names), without_sync(&expected));
}

#[test]
fn a_progressive_image_is_drawn_while_it_is_sent() {
    let (display, window) = settled();
    let image = display.progressive_image(64, 512, ImageFormat::Rgba, vec![0; 1 << 17]);
    let image = image.expect("as many as needed");
    let mut canvas = window.frame();
    canvas.image(&image, Rect::new(0.0, 0.0, 30.0, 20.0));
    canvas.commit().expect("nothing can fail");
    let names = sent(&display);
    assert_eq!(names[..4], ["BeginImage", "Draw", "Commit", "ImageData"]);
}

#[test]
fn images_and_patches_that_do_not_fit_are_refused() {
    let (display, _window) = settled();
    let image = |bytes: usize| display.image(2, 2, ImageFormat::A8, vec![0; bytes]);
    assert!(image(3).is_err() && image(5).is_err());
    assert!(display.image(0, 5, ImageFormat::A8, vec![]).is_err());
    let image = image(4).expect("2 times 2");
    assert!(image.patch(PixelRect::new(1, 1, 2, 1), &[0, 0]).is_err());
    assert!(image.patch(PixelRect::new(1, 1, 1, 1), &[0, 0]).is_err());
    assert!(image.patch(PixelRect::new(1, 1, 1, 1), &[0]).is_ok());
}

/// Glyphs added and glyphs drawn in the bytes waiting to be sent.
fn glyphs(display: &Display) -> (Vec<(u16, usize)>, Vec<u16>) {
    let (mut added, mut drawn) = (Vec::new(), Vec::new());
    let bytes = display.with_core(|core| core.take_output());
    each_request(&bytes, |request| match request {
        Request::AddGlyphs(r) => {
            for glyph in Glyphs::new(r.glyphs) {
                let glyph = glyph.expect("well formed");
                let transom_protocol::glyph::GlyphShape::Outline(outline) = glyph.shape else {
                    panic!("only outlines are sent")
                };
                added.push((glyph.index, outline.len()));
            }
        }
        Request::Draw(r) => {
            for op in r.ops.iter().flatten() {
                if let DrawOp::GlyphRun(run) = op {
                    assert!(matches!(run.indices, GlyphIndices::Narrow(_)));
                    drawn.extend(run.indices.iter());
                }
            }
        }
        _ => {}
    });
    (added, drawn)
}

#[test]
fn outlines_cross_once_and_are_numbered_as_they_come() {
    let (display, window) = settled();
    let write = |text: &str| {
        let mut canvas = window.frame();
        canvas.text(0.0, 0.0, text, &TextStyle::new(12.0));
        canvas.commit().expect("nothing can fail");
        glyphs(&display)
    };
    let (added, drawn) = write("Zaza ");
    assert_eq!(drawn, [0, 1, 2, 1, 3]);
    assert_eq!(
        added.iter().map(|glyph| glyph.0).collect::<Vec<_>>(),
        [0, 1, 2, 3]
    );
    assert_eq!(added[3].1, 0, "a space has no outline");
    let (added, drawn) = write("aZb");
    assert_eq!((drawn, added.len()), (vec![1, 0, 4], 1));
}

#[test]
fn a_missing_character_is_a_box_and_a_control_character_nothing() {
    let (display, window) = settled();
    let mut canvas = window.frame();
    canvas.text(0.0, 0.0, "\u{10fffd}\u{7}\u{10fffc}", &TextStyle::new(12.0));
    canvas.commit().expect("nothing can fail");
    let (added, drawn) = glyphs(&display);
    assert_eq!(drawn, [0, 0]);
    assert!(added[0].1 > 0, "the box has an outline");
}

#[test]
fn text_is_as_wide_as_its_advances() {
    let mono = TextStyle::new(10.0).mono();
    let (one, ten) = (mono.measure("x").width, mono.measure("xxxxxxxxxx").width);
    assert!(
        (ten - 10.0 * one).abs() < 1e-3 && (5.0..7.0).contains(&one),
        "{one}"
    );
    let two = mono.measure("x\nxxx");
    assert!((two.width - 3.0 * one).abs() < 1e-3);
    assert!(two.line_height > 10.0 && two.cap_height < two.ascent);
}

#[test]
fn a_program_draws_when_its_last_frame_was_shown() {
    let (display, window) = settled();
    assert!(!window.can_draw(), "the first frame is on its way");
    let shown = wire::FrameShown {
        window: window.id(),
        frame: FrameId(1),
        time: 5,
        refresh: 16_666_667,
        flags: Default::default(),
    };
    feed(&display, [shown.into()]);
    assert!(window.can_draw());
    assert_eq!(display.stats().frames_in_flight, 0);
    assert!(matches!(
        events(&display)[..],
        [Event::FrameShown {
            frame: FrameId(1),
            ..
        }]
    ));
}

#[test]
fn a_long_link_holds_more_frames() {
    let display = detached();
    let window = display.window("w").build();
    window.frame().commit().expect("nothing can fail");
    sent(&display);
    display.with_core(|core| {
        core.set_time(Duration::from_secs(3600));
        core.feed(&welcome());
    });
    for _ in 0..5 {
        assert!(window.can_draw());
        window.frame().commit().expect("nothing can fail");
        sent(&display);
    }
    assert_eq!(display.stats().frames_in_flight, 6);
}

#[test]
fn frames_of_several_windows_are_published_by_one_commit() {
    let (display, window) = settled();
    let other = display.window("other").build();
    display
        .commit_together([window.frame(), other.frame()])
        .expect("nothing can fail");
    assert_eq!(
        sent(&display),
        ["CreateWindow", "Draw", "Begin", "Draw", "Commit"]
    );
    let stranger = detached();
    assert_eq!(
        stranger.commit_together([window.frame()]),
        Err(Error::OtherDisplay)
    );
}

#[test]
fn a_path_too_long_for_a_packet_is_told_by_the_commit() {
    let (display, window) = settled();
    let mut canvas = window.frame();
    let points = vec![Point::new(0.5, 0.5); 200_000];
    canvas.polyline(&points, 1.0, Color::RED);
    assert!(matches!(canvas.commit(), Err(Error::PathTooLong(_))));
    assert_eq!(sent(&display), Vec::<&str>::new());
}

#[test]
fn a_large_drawing_is_split_into_packets() {
    let (display, window) = settled();
    let mut canvas = window.frame();
    let rects = vec![Rect::new(0.5, 0.5, 1.0, 1.0); 100_000];
    canvas.fill_rects(&rects, Color::RED);
    canvas.commit().expect("it fits two packets");
    assert_eq!(sent(&display), ["Draw", "Draw", "Commit"]);
}

#[test]
fn many_glyphs_are_split_into_packets_and_one_too_large_is_refused() {
    let (display, _window) = settled();
    let steps = |count| vec![transom_protocol::draw::PathStep::Line(Point::new(1.0, 2.0)); count];
    let set = display.glyph_set(1000);
    let mut glyphs = transom::GlyphBuffer::new();
    (0..10).for_each(|index| glyphs.outline(index, 9, &steps(60_000)));
    set.add(&glyphs).expect("each fits");
    let added = sent(&display);
    assert_eq!(
        added,
        [
            "CreateGlyphSet",
            "AddGlyphs",
            "AddGlyphs",
            "AddGlyphs",
            "AddGlyphs"
        ]
    );
    let layer = steps(60_000);
    glyphs.clear();
    glyphs.layers(1, 9, &[(None, &layer[..]); 4]);
    assert!(set.add(&glyphs).is_err());
}

#[test]
fn no_bytes_from_a_server_make_the_client_panic() {
    for seed in 0..3000 {
        let (display, window) = settled();
        let mut choices = Choices(seed);
        for _ in 0..20 {
            let (opcode, _) = Incoming::OPCODES[choices.below(Incoming::OPCODES.len())];
            // Small numbers find windows and frames that exist.
            let body: Vec<u8> = (0..80)
                .map(|_| choices.below(256).saturating_sub(200) as u8)
                .collect();
            let fits = |length: &usize| {
                let body = &body[..*length];
                Incoming::decode(Packet { opcode, body }).is_ok()
            };
            let length = (0..80).find(fits).unwrap_or(choices.below(80));
            let mut packet = Vec::new();
            write_packet(&mut packet, opcode, |out| {
                out.extend_from_slice(&body[..length])
            });
            display.with_core(|core| core.feed(&packet));
        }
        while display.with_core(|core| core.poll_event()).is_some() {}
        let _ = (window.can_draw(), window.frame().commit(), display.stats());
        display.with_core(|core| core.take_output());
    }
}

#[test]
fn a_program_that_only_shows_something_draws_when_it_has_to_until_it_is_closed() {
    let display = detached();
    let window = display.window("w").size(100.0, 50.0).build();
    assert_eq!(window.wait_redraw(), Ok(true), "nothing is drawn yet");
    window.frame().commit().expect("nothing can fail");
    display.with_core(|core| core.feed(&welcome()));
    let surface = window.id().into();
    feed(&display, [configure(window.id(), 1, 300, Scale::ONE)]);
    assert_eq!(window.wait_redraw(), Ok(true), "it has another size");
    window.frame().commit().expect("nothing can fail");
    feed(&display, [wire::Redraw { surface }.into()]);
    assert_eq!(window.wait_redraw(), Ok(true), "its picture is lost");
    window.frame().commit().expect("nothing can fail");
    events(&display);
    let window_id = window.id();
    feed(
        &display,
        [wire::CloseRequested { window: window_id }.into()],
    );
    assert_eq!(window.wait_redraw(), Ok(false));
}

#[test]
fn who_waits_for_a_window_that_was_refused_is_told() {
    let (display, window) = settled();
    let shown = |flags| {
        Incoming::from(wire::FrameShown {
            window: window.id(),
            frame: FrameId(1),
            time: 1,
            refresh: 0,
            flags,
        })
    };
    feed(&display, [shown(ShownFlags::HIDDEN)]);
    assert_eq!(window.wait_frame(), Ok(()));
    feed(&display, [shown(ShownFlags::HIDDEN | ShownFlags::REFUSED)]);
    assert_eq!(window.wait_frame(), Err(Error::WindowRefused));
    assert_eq!(window.wait_redraw(), Err(Error::WindowRefused));
}
