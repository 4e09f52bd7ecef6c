//! A terminal in a window whose server is the test: events in, input for the program and frames out.

use std::time::Duration;

use clap::Parser;
use transom::core::{Core, Identity};
use transom::{
    Button, ButtonState, Display, Event, Key, KeyCode, KeyEvent, KeyLocation, KeyState, Modifiers,
    NamedKey, Point, Scale, ScrollSource, Serial, Size, SurfaceId, WindowId,
};
use transom_protocol::Request;
use transom_protocol::codec::{MAGIC, Packet};

use crate::term::options::Options;
use crate::term::terminal::{Change, Terminal};

const NONE: Modifiers = Modifiers::NONE;
const SHIFT: Modifiers = Modifiers::SHIFT;
const CONTROL: Modifiers = Modifiers::CONTROL;

fn display() -> Display {
    let identity = Identity::of_process().expect("the system has random numbers");
    Display::detached(Core::new("the test", identity))
}

/// A terminal of 20 columns and 5 rows that has the keyboard, and a clock.
struct Rig<'a> {
    display: &'a Display,
    terminal: Terminal<'a>,
    now: Duration,
}

impl<'a> Rig<'a> {
    fn new(display: &'a Display) -> Self {
        let options = Options::try_parse_from(["term", "-g", "20x5"]).expect("it is right");
        let mut rig = Self {
            display,
            terminal: Terminal::new(display, &options),
            now: Duration::from_secs(100),
        };
        let window = rig.window();
        let keys = Vec::new();
        rig.event(Event::KeyboardEnter { window, keys });
        rig.draw();
        rig
    }

    fn window(&self) -> WindowId {
        self.terminal.window().id()
    }

    fn event(&mut self, event: Event) {
        self.terminal.handle(&event, self.now);
    }

    fn feed(&mut self, text: &str) {
        self.terminal.feed(text.as_bytes(), self.now);
    }

    fn wait(&mut self, time: Duration) {
        self.now += time;
        self.terminal.tick(self.now);
    }

    /// Draws what is new, to the end of all movement. The bytes and the requests sent with that.
    fn draw(&mut self) -> (usize, Vec<String>) {
        while self.terminal.wants_draw() {
            self.terminal.draw(self.now).expect("nothing can fail");
            self.now += Duration::from_millis(16);
        }
        let bytes = self.display.with_core(|core| core.take_output());
        let mut rest = bytes.strip_prefix(&MAGIC).unwrap_or(&bytes);
        let mut names = Vec::new();
        while let Some((packet, length)) = Packet::split(rest).expect("whole packets") {
            let request = Request::decode(packet).expect("programs ask rightly");
            names.push(request.name().to_owned());
            if let Request::Draw(draw) = request {
                names.extend(draw.ops.iter().map(|op| {
                    let text = format!("{:?}", op.expect("programs draw rightly"));
                    text.split(|c: char| !c.is_alphanumeric())
                        .next()
                        .unwrap_or_default()
                        .into()
                }));
            }
            rest = &rest[length..];
        }
        (bytes.len(), names)
    }

    fn key(&mut self, key: Key, modifiers: Modifiers, text: &str) {
        let window = self.window();
        for state in [KeyState::Pressed, KeyState::Released] {
            self.event(Event::Key(KeyEvent {
                window,
                state,
                key,
                unmodified: key,
                text: if state == KeyState::Pressed {
                    text.into()
                } else {
                    String::new()
                },
                code: KeyCode(0),
                evdev: 0,
                location: KeyLocation::Standard,
                modifiers,
                serial: Serial(1),
                time: 0,
            }));
        }
    }

    fn named(&mut self, key: NamedKey, modifiers: Modifiers) {
        self.key(Key::Named(key), modifiers, "");
    }

    fn shortcut(&mut self, c: char) {
        self.key(Key::Character(c), CONTROL | SHIFT, "");
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            self.key(Key::Character(c), NONE, &c.to_string());
        }
    }

    /// The middle of a cell.
    fn cell(&self, column: f32, row: f32) -> Point {
        let metrics = self.terminal.metrics();
        let place = |cell: f32, side: u32| metrics.padding as f32 + (cell + 0.4) * side as f32;
        Point::new(place(column, metrics.width), place(row, metrics.height))
    }

    fn button(&mut self, button: Button, state: ButtonState, at: Point, modifiers: Modifiers) {
        let (window, serial, time) = (self.window(), Serial(1), 0);
        self.event(Event::Button {
            window,
            button,
            state,
            at,
            modifiers,
            serial,
            time,
        });
    }

    fn press(&mut self, button: Button, column: f32, row: f32, modifiers: Modifiers) {
        let at = self.cell(column, row);
        self.button(button, ButtonState::Pressed, at, modifiers);
    }

    fn release(&mut self, button: Button, column: f32, row: f32) {
        let at = self.cell(column, row);
        self.button(button, ButtonState::Released, at, NONE);
    }

    fn drag(&mut self, from: (f32, f32), to: (f32, f32), modifiers: Modifiers) -> Option<String> {
        self.press(Button::LEFT, from.0, from.1, modifiers);
        self.move_to(to.0, to.1);
        self.release(Button::LEFT, to.0, to.1);
        self.wait(Duration::from_secs(1));
        self.terminal.emulator().selected()
    }

    fn move_to(&mut self, column: f32, row: f32) {
        let (window, at, time) = (self.window(), self.cell(column, row), 0);
        self.event(Event::PointerMoved { window, at, time });
    }

    fn click(&mut self, column: f32, row: f32, modifiers: Modifiers) {
        self.press(Button::LEFT, column, row, modifiers);
        self.release(Button::LEFT, column, row);
    }

    fn wheel(&mut self, lines: f32, pixels: f32) {
        let (window, at) = (self.window(), self.cell(3.0, 2.0));
        let source = if lines == 0.0 {
            ScrollSource::Finger
        } else {
            ScrollSource::Wheel
        };
        self.event(Event::Scroll {
            window,
            at,
            lines: Point::new(0.0, lines),
            pixels: Point::new(0.0, pixels),
            source,
            stop: false,
            modifiers: NONE,
        });
    }

    fn sent(&mut self) -> String {
        self.terminal.take_input().escape_ascii().to_string()
    }

    fn lines(&mut self, count: usize) {
        (0..count).for_each(|n| self.feed(&format!("line {n}\r\n")));
    }
}

#[test]
fn keys_reach_the_program() {
    let display = display();
    let mut rig = Rig::new(&display);
    rig.text("aß");
    rig.named(NamedKey::ENTER, NONE);
    rig.key(Key::Character('c'), CONTROL, "");
    rig.named(NamedKey::ARROW_UP, NONE);
    assert_eq!(rig.sent(), r"a\xc3\x9f\r\x03\x1b[A");
    rig.event(Event::TextCommit {
        window: rig.window(),
        text: "世".into(),
    });
    assert_eq!(rig.sent(), r"\xe4\xb8\x96");
}

#[test]
fn a_typed_letter_takes_few_bytes() {
    let display = display();
    let mut rig = Rig::new(&display);
    rig.feed("$ abc");
    rig.draw();
    rig.feed("a");
    let (bytes, names) = rig.draw();
    assert_eq!(
        names,
        ["Draw", "FillRects", "FillRects", "GlyphRun", "Commit"]
    );
    // With 31 for the press, 30 for the release, 27 for the answer and 10 for every sixteenth.
    assert!(bytes < 200 - 31 - 30 - 27, "{bytes}");
}

#[test]
fn nothing_happens_at_rest() {
    let display = display();
    let mut rig = Rig::new(&display);
    rig.feed("text");
    rig.draw();
    let mut changes = 0;
    while let Some(next) = rig.terminal.next_wake() {
        rig.wait(next - rig.now);
        let (_, names) = rig.draw();
        changes += usize::from(!names.is_empty());
        assert!(changes < 30);
    }
    assert!(changes >= 18, "{changes}");
    rig.wait(Duration::from_secs(3600));
    assert!(!rig.terminal.wants_draw());
    let window = rig.window();
    rig.event(Event::KeyboardLeave { window });
    rig.draw();
    assert_eq!(
        rig.terminal.next_wake(),
        None,
        "without the keyboard it does not blink"
    );
}

#[test]
fn the_wheel_scrolls_smoothly_and_typing_returns() {
    let display = display();
    let mut rig = Rig::new(&display);
    rig.lines(30);
    rig.draw();
    rig.wheel(-1.0, 0.0);
    let (_, names) = rig.draw();
    let frames = names.iter().filter(|name| *name == "Commit").count();
    assert!(frames > 3, "{frames} frames");
    let copies = names.iter().filter(|name| *name == "CopyArea").count();
    assert_eq!(copies, frames, "each moves what is there");
    assert_eq!(rig.terminal.emulator().offset(), 3);
    rig.wheel(0.0, -5.0);
    assert_eq!(
        rig.draw().1.iter().filter(|name| *name == "Commit").count(),
        1
    );
    assert_eq!(rig.terminal.emulator().offset(), 4, "a part of a line");
    rig.feed("more\r\n");
    assert_eq!(rig.terminal.emulator().offset(), 5, "the view stays");
    rig.text("x");
    assert_eq!(rig.terminal.emulator().offset(), 0);
    for (key, offset) in [
        (NamedKey::PAGE_UP, 4),
        (NamedKey::HOME, 27),
        (NamedKey::PAGE_DOWN, 23),
        (NamedKey::END, 0),
    ] {
        rig.named(key, SHIFT);
        rig.draw();
        assert_eq!(rig.terminal.emulator().offset(), offset, "{key:?}");
    }
    assert_eq!(rig.sent(), "x");
}

#[test]
fn text_is_selected_by_character_word_line_and_block() {
    let display = display();
    let mut rig = Rig::new(&display);
    rig.feed("hello big world\r\nsecond line");
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        rig.drag((6.0, 0.0), (3.0, 1.0), NONE),
        some("big world\nsec")
    );
    assert_eq!(
        rig.drag((0.0, 0.0), (2.0, 1.0), Modifiers::ALT),
        some("he\nse")
    );
    rig.click(7.0, 0.0, NONE);
    rig.click(7.0, 0.0, NONE);
    assert_eq!(rig.terminal.emulator().selected(), some("big"));
    rig.click(7.0, 0.0, NONE);
    assert_eq!(
        rig.terminal.emulator().selected(),
        some("hello big world\n")
    );
    rig.wait(Duration::from_secs(1));
    rig.click(2.0, 0.0, NONE);
    assert_eq!(
        rig.terminal.emulator().selected(),
        None,
        "a click takes it away"
    );
    rig.drag((0.0, 0.0), (2.0, 0.0), NONE);
    rig.press(Button::RIGHT, 5.0, 0.0, NONE);
    rig.release(Button::RIGHT, 5.0, 0.0);
    assert_eq!(
        rig.terminal.emulator().selected(),
        some("hello"),
        "the right button extends"
    );
}

#[test]
fn selecting_beyond_the_edge_goes_on() {
    let display = display();
    let mut rig = Rig::new(&display);
    rig.lines(30);
    rig.press(Button::LEFT, 0.0, 0.0, NONE);
    rig.move_to(0.0, -2.0);
    assert!(rig.terminal.next_wake().is_some());
    for _ in 0..3 {
        rig.wait(Duration::from_millis(50));
    }
    assert_eq!(rig.terminal.emulator().offset(), 6);
    rig.release(Button::LEFT, 0.0, -2.0);
    rig.wait(Duration::from_secs(1));
    assert_eq!(rig.terminal.emulator().offset(), 6);
}

#[test]
fn pasted_text_is_entered_as_the_program_wants_it() {
    let display = display();
    let mut rig = Rig::new(&display);
    rig.feed("\x1b[?2004h");
    rig.terminal.pasted("two\nlines\x1b[201~");
    assert_eq!(rig.sent(), r"\x1b[200~two\rlines[201~\x1b[201~");
    rig.feed("\x1b[?2004l");
    rig.terminal.pasted("two\nlines");
    assert_eq!(rig.sent(), r"two\rlines");
    rig.shortcut('f');
    rig.terminal.pasted("me");
    assert_eq!(rig.sent(), "", "it is looked for");
}

#[test]
fn a_program_that_asks_for_it_gets_the_pointer() {
    let display = display();
    let mut rig = Rig::new(&display);
    rig.feed("text\x1b[?1002;1006h");
    rig.press(Button::LEFT, 2.0, 1.0, NONE);
    rig.move_to(2.0, 1.0);
    rig.move_to(3.0, 1.0);
    rig.release(Button::LEFT, 3.0, 1.0);
    rig.move_to(9.0, 3.0);
    rig.wheel(2.0, 0.0);
    assert_eq!(
        rig.sent(),
        r"\x1b[<0;3;2M\x1b[<32;4;2M\x1b[<0;4;2m\x1b[<65;4;3M\x1b[<65;4;3M"
    );
    assert_eq!(rig.drag((0.0, 0.0), (4.0, 0.0), SHIFT), Some("text".into()));
    assert_eq!(rig.sent(), "", "Shift keeps it from the program");
    rig.feed("\x1b[?1003h");
    rig.move_to(1.0, 1.0);
    assert_eq!(rig.sent(), r"\x1b[<35;2;2M");
}

#[test]
fn a_pager_on_the_alternate_screen_gets_arrows_for_the_wheel() {
    let display = display();
    let mut rig = Rig::new(&display);
    rig.feed("\x1b[?1049h\x1b[?1h");
    rig.wheel(1.0, 0.0);
    assert_eq!(rig.sent(), r"\x1bOB\x1bOB\x1bOB");
    rig.feed("\x1b[?1007l");
    rig.wheel(1.0, 0.0);
    assert_eq!(rig.sent(), "");
}

#[test]
fn links_are_opened_with_control() {
    let display = display();
    let mut rig = Rig::new(&display);
    rig.feed("at https://a.org/x");
    rig.draw();
    rig.event(Event::ModifiersChanged { modifiers: CONTROL });
    rig.move_to(5.0, 0.0);
    assert!(rig.terminal.wants_draw(), "it is marked");
    rig.click(5.0, 0.0, CONTROL);
    assert_eq!(
        rig.terminal.take_changes(),
        [Change::Open("https://a.org/x".into())]
    );
    rig.event(Event::ModifiersChanged { modifiers: NONE });
    rig.click(5.0, 0.0, NONE);
    assert_eq!(rig.terminal.take_changes(), []);
}

#[test]
fn a_search_shows_what_it_finds_and_keeps_keys_from_the_program() {
    let display = display();
    let mut rig = Rig::new(&display);
    rig.lines(50);
    rig.shortcut('f');
    rig.text("line 7");
    rig.draw();
    let offset = rig.terminal.emulator().offset();
    assert!(offset > 35, "it is in view: {offset}");
    rig.named(NamedKey::ENTER, NONE);
    rig.named(NamedKey::BACKSPACE, NONE);
    rig.named(NamedKey::ESCAPE, NONE);
    assert_eq!(rig.sent(), "");
    rig.text("y");
    assert_eq!(rig.sent(), "y");
}

#[test]
fn another_size_is_told_to_the_program_and_drawn_in_full() {
    let display = display();
    let mut rig = Rig::new(&display);
    let window = rig.window();
    let size = rig.terminal.metrics().window(30, 8);
    rig.event(Event::Resized {
        window,
        size,
        scale: Scale::ONE,
    });
    let [Change::Grid(grid)] = rig.terminal.take_changes()[..] else {
        panic!("one change");
    };
    assert_eq!((grid.columns, grid.rows), (30, 8));
    assert_eq!(rig.draw().1[1], "Clear");
    rig.event(Event::Redraw {
        surface: SurfaceId(window.0),
    });
    assert_eq!(rig.draw().1[1], "Clear", "what is lost is drawn again");
    assert_eq!(rig.terminal.take_changes(), []);
    rig.event(Event::Resized {
        window,
        size: Size::new(0.0, 1.0),
        scale: Scale::MAX,
    });
    rig.draw();
    assert_eq!(rig.terminal.grid().columns, 2);
}

#[test]
fn text_gets_larger_and_smaller_within_the_same_window() {
    let display = display();
    let mut rig = Rig::new(&display);
    let columns = rig.terminal.grid().columns;
    rig.key(Key::Character('+'), CONTROL, "");
    assert!(rig.terminal.grid().columns < columns);
    rig.key(Key::Character('-'), CONTROL, "");
    rig.key(Key::Character('-'), CONTROL, "");
    assert!(rig.terminal.grid().columns > columns);
    rig.key(Key::Character('0'), CONTROL, "");
    assert_eq!(rig.terminal.grid().columns, columns);
    assert_eq!(rig.terminal.take_changes().len(), 4);
    assert_eq!(rig.sent(), "");
}

#[test]
fn focus_is_reported_to_those_who_ask() {
    let display = display();
    let mut rig = Rig::new(&display);
    let (window, keys) = (rig.window(), Vec::new());
    rig.event(Event::KeyboardLeave { window });
    assert_eq!(rig.sent(), "");
    rig.feed("\x1b[?1004h");
    rig.event(Event::KeyboardEnter { window, keys });
    rig.event(Event::KeyboardLeave { window });
    assert_eq!(rig.sent(), r"\x1b[I\x1b[O");
}

#[test]
fn titles_and_bells_reach_the_window() {
    let display = display();
    let mut rig = Rig::new(&display);
    rig.feed("\x1b]2;new\x07\x07\x07");
    let (_, names) = rig.draw();
    assert_eq!(names[..2], ["SetTitle", "Bell"]);
    assert_eq!(names.iter().filter(|name| *name == "Bell").count(), 1);
}

#[test]
fn an_update_that_is_held_back_is_shown_in_the_end() {
    let display = display();
    let mut rig = Rig::new(&display);
    rig.feed("\x1b[?2026h");
    rig.feed("abc");
    assert!(!rig.terminal.wants_draw());
    let wake = rig
        .terminal
        .next_wake()
        .expect("there is something to wait for");
    rig.wait(wake - rig.now);
    assert!(rig.terminal.wants_draw());
    assert_eq!(rig.terminal.emulator().text(0), "abc");
}

#[test]
fn text_that_is_composed_is_shown_at_the_caret() {
    let display = display();
    let mut rig = Rig::new(&display);
    rig.feed("$ ");
    rig.draw();
    let (window, cursor) = (rig.window(), Some(0..2));
    rig.event(Event::Preedit {
        window,
        text: "ni".into(),
        cursor,
    });
    let (_, names) = rig.draw();
    assert!(names.contains(&"SetTextInput".to_owned()), "{names:?}");
    assert!(names.contains(&"GlyphRun".to_owned()));
    let text = String::new();
    rig.event(Event::Preedit {
        window,
        text,
        cursor: None,
    });
    assert!(!rig.draw().1.is_empty(), "it is taken away");
    assert_eq!(rig.sent(), "");
}

#[test]
fn closing_the_window_is_told() {
    let display = display();
    let mut rig = Rig::new(&display);
    let window = rig.window();
    rig.event(Event::CloseRequested { window });
    assert_eq!(rig.terminal.take_changes(), [Change::Close]);
}
