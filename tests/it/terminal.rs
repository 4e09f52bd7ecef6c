//! The terminal's pictures: accepted ones, and that changing a picture leads to the same one as
//! drawing it anew, pixel by pixel, at every scale.

use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use transom::{
    Display, Event, Key, KeyCode, KeyEvent, KeyLocation, KeyState, Modifiers, Scale, Serial,
    SurfaceId,
};
use transom_demos::term::{Options, Terminal};
use transom_tests::fixture::Fixture;
use transom_tests::random::Random;
use transom_tests::snapshot::{Picture, assert_snapshot};

/// A terminal on a fixture's screen.
struct Sitting<'a> {
    client: usize,
    title: &'static str,
    terminal: Terminal<'a>,
    now: Duration,
}

impl<'a> Sitting<'a> {
    fn new(client: usize, display: &'a Display, title: &'static str, grid: &str) -> Self {
        let options = Options::parse_from(["term", "-T", title, "-g", grid]);
        Self {
            client,
            title,
            terminal: Terminal::new(display, &options),
            now: Duration::ZERO,
        }
    }

    fn feed(&mut self, text: &str) {
        self.terminal.feed(text.as_bytes(), self.now);
    }

    /// Draws until there is nothing new.
    fn settle(&mut self, fixture: &mut Fixture) {
        loop {
            fixture.settle();
            for event in fixture.clients[self.client].events() {
                assert!(!matches!(event, Event::RequestFailed { .. }), "{event:?}");
                self.terminal.handle(&event, self.now);
            }
            if !self.terminal.wants_draw() {
                return;
            }
            self.terminal.draw(self.now).expect("nothing ends here");
        }
    }

    /// Draws everything anew.
    fn repaint(&mut self, fixture: &mut Fixture) {
        let surface = SurfaceId::from(self.terminal.window().id());
        self.terminal.handle(&Event::Redraw { surface }, self.now);
        self.settle(fixture);
    }

    fn picture(&self, fixture: &Fixture) -> Picture {
        fixture.window(self.title).expect("it has a frame")
    }
}

fn connect(fixture: &mut Fixture) -> (usize, Arc<Display>) {
    let client = fixture.connect();
    (client, fixture.clients[client].display.clone())
}

const PAGE: &str = "\
\x1b[1mbold\x1b[m \x1b[3mslanted\x1b[m \x1b[1;3mboth\x1b[m \x1b[2mdim\x1b[m \x1b[7minverse\x1b[m \x1b[9mstruck\x1b[m\r\n\
\x1b[4mone\x1b[m \x1b[4:2mtwo\x1b[m \x1b[4:3;58;5;196mwave\x1b[m \x1b[4:4mdots\x1b[m \x1b[4:5mdashes\x1b[m\r\n\
\x1b[31mred \x1b[32mgreen \x1b[33mgold \x1b[34mblue \x1b[35mplum \x1b[36mteal\x1b[m \x1b[97;44m on blue \x1b[m\r\n\
\x1b[38;2;255;128;0m24 bits \x1b[48;5;53m of 256 \x1b[m \x1b]8;;https://a.org\x1b\\link\x1b]8;;\x1b\\ a\u{301}e\u{308} \u{2192} \u{2713}\r\n\
\u{250c}\u{2500}\u{252c}\u{2510}\u{2554}\u{2550}\u{2566}\u{2557}\u{250f}\u{2501}\u{2513}\u{256d}\u{2500}\u{256e}\u{2588}\u{2593}\u{2592}\u{2591}\u{2581}\u{2583}\u{2585}\u{2587}\u{2596}\u{259a}\u{2571}\u{2572}\u{e0b0}\u{e0b1}\r\n\
\u{251c}\u{2500}\u{253c}\u{2524}\u{2560}\u{2550}\u{256c}\u{2563}\u{2503} \u{2503}\u{2570}\u{2500}\u{256f}\u{2588}\u{2593}\u{2592}\u{2591}\u{258e}\u{258c}\u{258a}\u{2590}\u{259e}\u{2599}\u{2572}\u{2571}\u{e0b2}\u{e0b3}\r\n\
\u{2514}\u{2500}\u{2534}\u{2518}\u{255a}\u{2550}\u{2569}\u{255d}\u{2517}\u{2501}\u{251b} $ text\x1b[D";

#[test]
fn a_page_of_everything() {
    for (name, scale) in [("1", 120), ("1.25", 150), ("1.5", 180), ("2", 240)] {
        let mut fixture = Fixture::new(900, 400, Scale(scale));
        let (client, display) = connect(&mut fixture);
        let mut sitting = Sitting::new(client, &display, "page", "42x8");
        sitting.settle(&mut fixture);
        sitting.feed(PAGE);
        sitting.settle(&mut fixture);
        let size = sitting.terminal.grid();
        assert_eq!((size.columns, size.rows), (42, 8), "at scale {name}");
        assert_snapshot(&format!("terminal-{name}"), &sitting.picture(&fixture));
    }
}

/// The bounds of what differs.
fn differing(a: &Picture, b: &Picture) -> String {
    let all: Vec<_> = (0..a.pixels.len())
        .filter(|n| a.pixels[*n] != b.pixels[*n])
        .collect();
    let first = all.first().copied().unwrap_or_default() as u32;
    let (x, y) = (first % a.width, first / a.width);
    let pixels = (a.pixels[first as usize], b.pixels[first as usize]);
    format!("{} pixels, first {x},{y}: {pixels:?}", all.len())
}

/// Something that a program writes.
fn output(random: &mut Random) -> String {
    const PIECES: [&str; 22] = [
        "hello ",
        "\r\n",
        "\r\n",
        "\n",
        "\x1b[1m",
        "\x1b[0m",
        "\x1b[3mslanted",
        "\x1b[4:3mwave",
        "\x1b[9mgone\x1b[m",
        "\x1b[44m",
        "\x1b[49m",
        "\x1b[31m",
        "\x1b[K",
        "\x1b[J",
        "\x1b[2;5r",
        "\x1b[r",
        "\x1b[L",
        "\x1b[M",
        "\x1b[2S",
        "\x1b[T",
        "\u{250c}\u{2500}\u{2510}",
        "e\u{301}Wg",
    ];
    match random.below(5) {
        0 => format!("\x1b[{};{}H", 1 + random.below(6), 1 + random.below(30)),
        1 => format!("{} a line of text\r\n", random.below(1000)),
        _ => PIECES[random.below(PIECES.len())].into(),
    }
}

#[test]
fn changing_a_picture_leads_to_the_same_as_drawing_it_anew() {
    for scale in [120, 150, 190] {
        let mut fixture = Fixture::new(900, 300, Scale(scale));
        let (changed, first) = connect(&mut fixture);
        let (anew, second) = connect(&mut fixture);
        let mut changed = Sitting::new(changed, &first, "changed", "30x6");
        let mut anew = Sitting::new(anew, &second, "anew", "30x6");
        changed.settle(&mut fixture);
        anew.settle(&mut fixture);
        let mut random = Random(u64::from(scale));
        for step in 0..40 {
            for _ in 0..=random.below(4) {
                let text = output(&mut random);
                changed.feed(&text);
                anew.feed(&text);
            }
            changed.settle(&mut fixture);
            anew.settle(&mut fixture);
            anew.repaint(&mut fixture);
            // Only one of them has the keyboard, and so the caret that is filled.
            let hide = "\x1b[?25l";
            changed.feed(hide);
            anew.feed(hide);
            changed.settle(&mut fixture);
            anew.settle(&mut fixture);
            let (a, b) = (changed.picture(&fixture), anew.picture(&fixture));
            assert!(
                a == b,
                "step {step} at scale {scale}: {}",
                differing(&a, &b)
            );
            let show = "\x1b[?25h";
            changed.feed(show);
            anew.feed(show);
        }
    }
}

#[test]
fn what_is_copied_is_pasted_through_the_desktop() {
    let mut fixture = Fixture::new(900, 300, Scale::ONE);
    let (client, display) = connect(&mut fixture);
    let mut sitting = Sitting::new(client, &display, "paste", "30x6");
    sitting.settle(&mut fixture);
    // The program copies by an escape sequence, as editors do; the person pastes by a key.
    sitting.feed("\x1b]52;c;SGVsbG8=\x07");
    sitting.settle(&mut fixture);
    let key = KeyEvent {
        window: sitting.terminal.window().id(),
        state: KeyState::Pressed,
        key: Key::Character('V'),
        unmodified: Key::Character('v'),
        text: String::new(),
        code: KeyCode::KEY_V,
        evdev: 47,
        location: KeyLocation::Standard,
        modifiers: Modifiers::CONTROL | Modifiers::SHIFT,
        serial: Serial(1),
        time: 0,
    };
    sitting.terminal.handle(&Event::Key(key), sitting.now);
    sitting.settle(&mut fixture);
    assert_eq!(sitting.terminal.take_input(), b"Hello");
}
