//! The terminal in use: editors, keyboards of other countries, selections, and an input method.

use std::path::PathBuf;

use transom_demos::term::Metrics;
use transom_protocol::geometry::{PixelRect, Scale};
use transom_tests::method::Method;
use transom_tests::process::Process;
use transom_tests::screen::Screen;
use transom_tests::{eventually, installed};

use super::{Desk, rect};

/// Someone at a terminal.
struct Sitting {
    program: Process,
    desk: Desk,
    metrics: Metrics,
    title: &'static str,
}

impl Sitting {
    /// Runs a command in a terminal that has this title at first.
    fn new(title: &'static str, command: &[&str]) -> Option<Self> {
        Some(Self::at(Desk::new()?, title, command))
    }

    fn at(mut desk: Desk, title: &'static str, command: &[&str]) -> Self {
        let mut term = desk.server.home.program("term");
        term.args(["-T", title, "-g", "84x26", "-e"])
            .args(command)
            .env("TRANSOM_DISPLAY", desk.server.display())
            .env("LC_ALL", "C.UTF-8");
        let program = Process::start(term);
        desk.control.wait_window(title);
        Self {
            program,
            desk,
            metrics: Metrics::new(14.0, Scale::ONE),
            title,
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.desk.server.home.path(name)
    }

    /// What a program in the terminal has written to a file, once that is all it should be.
    #[track_caller]
    fn wait_file(&self, name: &str, expected: &str) {
        let path = self.file(name);
        eventually(|| match std::fs::read_to_string(&path) {
            Ok(text) if text == expected => Ok(()),
            other => Err(format!("{name}: {other:?}, not {expected:?}")),
        });
    }

    /// The line of this number, once a program that [`READS_ON`] has read it.
    fn wait_line(&self, number: usize) -> String {
        let path = self.file(&format!("line{number}"));
        eventually(|| match std::fs::read_to_string(&path) {
            Ok(text) if !text.is_empty() => Ok(text),
            other => Err(format!("line {number}: {other:?}")),
        })
    }

    /// Presses keys one after the other, each of which changes what is to be seen.
    fn compose(&mut self, keys: &str) {
        let window = self.desk.find(self.title).expect("it is there");
        let window = window["id"].as_u64();
        for key in keys.split(' ') {
            self.desk.control.wait_idle();
            let before = self.desk.control.shot(window);
            self.desk.key(key);
            eventually(|| match self.desk.control.shot(window) != before {
                true => Ok(()),
                false => Err(format!("{key} changes nothing")),
            });
        }
    }

    /// The middle of a cell, in pixels of the native window.
    fn cell(&mut self, column: i32, row: i32) -> (i32, i32) {
        let window = self.desk.find(self.title).expect("it is there");
        let PixelRect { x0, y0, .. } = rect(&window);
        let Metrics {
            width,
            height,
            padding,
            ..
        } = self.metrics;
        let place = |cells: i32, side: u32| padding as i32 + cells * side as i32 + side as i32 / 2;
        (x0 + place(column, width), y0 + place(row, height))
    }

    /// Clicks a cell so many times, with Shift, so that no program takes the clicks for itself.
    fn shift_click(&mut self, column: i32, row: i32, times: u32) {
        let (x, y) = self.cell(column, row);
        let at = self.desk.at(x, y);
        self.desk.hands(&format!(
            "keydown shift mousemove {at} click --repeat {times} --delay 20 1 keyup shift"
        ));
    }

    /// What other programs of the native screen would paste.
    fn pasted_elsewhere(&self, selection: &str) -> String {
        let mut xclip = self.desk.server.home.command("xclip");
        xclip.args(["-o", "-selection", selection, "-t", "UTF8_STRING"]);
        Process::start(self.desk.screen.show(xclip)).finish().text()
    }

    /// Waits until a row says this. It is read as a person would: selected, and pasted elsewhere.
    #[track_caller]
    fn wait_row(&mut self, row: i32, part: &str) {
        eventually(|| {
            self.shift_click(3, row, 3);
            match self.pasted_elsewhere("primary") {
                text if text.contains(part) => Ok(()),
                text => Err(format!("row {row}: {text:?}, not {part:?}")),
            }
        });
        // Nothing stays selected.
        let (x, y) = self.cell(40, 0);
        self.desk.click(x, y);
    }

    /// Lets another program of the native screen own a selection.
    fn copied_elsewhere(&self, selection: &str, text: &str) -> Process {
        let path = self.file("elsewhere");
        std::fs::write(&path, text).expect("written");
        let mut xclip = self.desk.server.home.command("xclip");
        xclip
            .args(["-quiet", "-selection", selection, "-t", "UTF8_STRING", "-i"])
            .arg(path);
        let owner = Process::start(self.desk.screen.show(xclip));
        eventually(|| match self.pasted_elsewhere(selection) {
            told if told == text => Ok(()),
            told => Err(told),
        });
        owner
    }
}

/// Reads a line, says what it was, and waits for another.
const READS: &str = r#"printf 'Your name: '; read -r line; printf %s "$line" >received
printf '\nThat was "%s".\n' "$line"; read -r line"#;

#[test]
fn an_editor_edits_a_file() {
    if !installed("vim") {
        return;
    }
    let settings = ["-c", "set title nu", "-c", "syntax on", "greeting.rs"];
    let words = [&["vim", "-N", "-n", "-u", "NONE"], &settings[..]].concat();
    let Some(mut sitting) = Sitting::new("Editor", &words) else {
        return;
    };
    sitting.title = "greeting.rs (~) - VIM";
    sitting.desk.control.wait_window("VIM");
    sitting.desk.key("i");
    let lines = ["fn main() {", "    println!(\"Hello!\");", "}"];
    for line in lines {
        sitting.desk.screen.type_text(line);
        sitting.desk.key("Return");
    }
    sitting.desk.screen.type_text("// a longer remark");
    sitting.desk.look("vim-inserting");
    // Back, away with two words, and what was there again.
    sitting.desk.key("Escape b b d w k k");
    sitting.desk.screen.type_text(":s/Hello/Goodbye");
    sitting.desk.key("Return v");
    sitting.desk.screen.type_text("aw");
    sitting.desk.look("vim-selecting");
    sitting.desk.key("Escape");
    sitting.desk.screen.type_text(":w");
    sitting.desk.key("Return");
    let text = "fn main() {\n    println!(\"Goodbye!\");\n}\n// a remark\n";
    sitting.wait_file("greeting.rs", text);
    sitting.desk.look("vim-written");
    sitting.desk.screen.type_text(":q");
    sitting.desk.key("Return");
    assert_eq!(sitting.program.finish().code(), 0);
}

#[test]
fn a_monitor_of_processes_is_driven_by_function_keys() {
    if !installed("htop") || !installed("xclip") {
        return;
    }
    let Some(mut sitting) = Sitting::new("htop", &["htop", "-d", "600"]) else {
        return;
    };
    sitting.wait_row(25, "F1Help");
    sitting.desk.look("htop");
    sitting.desk.key("F6");
    sitting.wait_row(25, "EnterSort");
    sitting.desk.look("htop-sorting");
    sitting.desk.key("Escape F10");
    assert_eq!(sitting.program.finish().code(), 0);
}

#[test]
fn accents_are_typed_on_keyboards_of_other_countries() {
    let cases = [
        (
            "de",
            "dead_circumflex e dead_acute A z at EuroSign",
            "êÁz@€",
        ),
        ("fr", "a dead_circumflex o eacute dead_diaeresis i", "aôéï"),
    ];
    for (layout, keys, expected) in cases {
        let Some(mut sitting) = Sitting::new("Accents", &["sh", "-c", READS]) else {
            return;
        };
        sitting.desk.screen.keyboard(layout);
        for key in keys.split(' ') {
            sitting.desk.key(key);
        }
        sitting.desk.key("Return");
        sitting.wait_file("received", expected);
        sitting.desk.look(&format!("accents-{layout}"));
        sitting.desk.key("Return");
        assert_eq!(sitting.program.finish().code(), 0);
    }
}

#[test]
fn text_comes_from_other_programs_of_the_screen() {
    if !installed("xclip") {
        return;
    }
    for (selection, key) in [("clipboard", "ctrl+shift+v"), ("primary", "shift+Insert")] {
        let Some(mut sitting) = Sitting::new("Pasting", &["sh", "-c", READS]) else {
            return;
        };
        let text = "Zoë — 漢字 🦀";
        let _owner = sitting.copied_elsewhere(selection, text);
        sitting.desk.key(key);
        sitting.desk.look(&format!("pasting-{selection}"));
        sitting.desk.key("Return");
        sitting.wait_file("received", text);
        sitting.desk.key("Return");
        assert_eq!(sitting.program.finish().code(), 0);
    }
}

#[test]
fn the_middle_button_pastes_several_lines_as_one_piece() {
    if !installed("xclip") {
        return;
    }
    // The program asks for brackets around what is pasted.
    let reads = r"printf '\033[?2004hready\n'; stty raw -echo; head -c 25 >received";
    let Some(mut sitting) = Sitting::new("Pasting", &["sh", "-c", reads]) else {
        return;
    };
    sitting.wait_row(0, "ready");
    let _owner = sitting.copied_elsewhere("primary", "one\ntwo\nthree");
    let (x, y) = sitting.cell(20, 4);
    let at = sitting.desk.at(x, y);
    sitting.desk.hands(&format!("mousemove {at} click 2"));
    sitting.wait_file("received", "\x1b[200~one\rtwo\rthree\x1b[201~");
    assert_eq!(sitting.program.finish().code(), 0);
}

#[test]
fn text_goes_to_other_programs_of_the_screen() {
    if !installed("xclip") {
        return;
    }
    let says = "printf 'first words\nthe Grüße, 漢字 and more\n'; read -r line";
    let Some(mut sitting) = Sitting::new("Copying", &["sh", "-c", says]) else {
        return;
    };
    sitting.wait_row(0, "first words");
    let (x, y) = sitting.cell(5, 1);
    let at = sitting.desk.at(x, y);
    sitting
        .desk
        .hands(&format!("mousemove {at} click --repeat 2 --delay 20 1"));
    let is = |sitting: &Sitting, selection: &str, expected: &str| {
        eventually(|| match sitting.pasted_elsewhere(selection) {
            text if text == expected => Ok(()),
            text => Err(format!("{selection}: {text:?}, not {expected:?}")),
        });
    };
    is(&sitting, "primary", "Grüße");
    sitting.desk.key("ctrl+shift+c");
    is(&sitting, "clipboard", "Grüße");
    sitting.desk.look("copied-word");
    let (from, to) = (sitting.cell(0, 0), sitting.cell(14, 1));
    // From the left half of the first to the right half of the last.
    sitting.desk.drag((from.0 - 3, from.1), (to.0 + 3, to.1));
    is(&sitting, "primary", "first words\nthe Grüße, 漢字");
    is(&sitting, "clipboard", "Grüße");
    sitting.desk.look("copied-lines");
}

/// Writes each line it reads to a file of that number. The caret does not blink.
const READS_ON: &str = r#"printf '\033[2 q'; n=0; while IFS= read -r line; do printf %s "$line" >line$n; n=$((n+1)); done"#;

/// A terminal with an input method, which has been let in; and how many lines it has read.
fn composing() -> Option<(Method, Sitting, usize)> {
    let mut screen = Screen::start()?;
    let method = Method::start(&mut screen)?;
    let sitting = Sitting::at(Desk::on(screen)?, "Composing", &["sh", "-c", READS_ON]);
    // Until it has been let in, its keys are ordinary ones.
    let mut lines = 0;
    eventually(|| {
        sitting.desk.key("g space Return");
        lines += 1;
        match sitting.wait_line(lines - 1) {
            line if line == "ㅎ " => Ok(()),
            line => Err(format!("{line:?} instead of something composed")),
        }
    });
    Some((method, sitting, lines))
}

#[test]
fn an_input_method_composes_in_the_terminal() {
    let Some((_method, mut sitting, lines)) = composing() else {
        return;
    };
    sitting.compose("g k s");
    sitting.desk.look("composing");
    // Another syllable: the first one is entered. (Over XIM winit does not tell of the second until it
    // is entered too, so there is nothing to look at.)
    sitting.desk.key("r m f space Return");
    assert_eq!(sitting.wait_line(lines), "한글 ");
    sitting.desk.look("composed");
}

#[test]
fn what_is_being_composed_ends_when_the_keyboard_goes_elsewhere() {
    let Some((_method, mut sitting, lines)) = composing() else {
        return;
    };
    sitting.compose("g k s");
    sitting.desk.look("composing-here");
    let focus = format!("windowfocus --sync {}", sitting.desk.window.id);
    sitting.desk.hands("search --maxdepth 0 .* windowfocus");
    sitting.desk.look("composing-elsewhere");
    sitting.desk.hands(&focus);
    sitting.desk.key("a space Return");
    assert_eq!(sitting.wait_line(lines), "ㅁ ", "what was begun is dropped");
}

/// Scripts, one after the other and within a line.
const MIXED: &str = "printf 'Latin fi \u{c6}sir, \u{395}\u{3bb}\u{3bb}\u{3b7}\u{3bd}\u{3b9}\u{3ba}\u{3ac}, \u{420}\u{443}\u{441}\u{441}\u{43a}\u{438}\u{439}\\n\
\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{5e2}\u{5d5}\u{5dc}\u{5dd} (Hebrew), \u{627}\u{644}\u{633}\u{644}\u{627}\u{645} \u{639}\u{644}\u{64a}\u{643}\u{645} (Arabic)\\n\
\u{6f22}\u{5b57}\u{3068}\u{304b}\u{306a}\u{3001}\u{d55c}\u{ad6d}\u{c5b4}\u{ff0c}\u{4e2d}\u{6587}\\n\
\u{1f980} \u{1f600} \u{1f44b}\u{1f3fd} \u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{1f1e9}\u{1f1ea} \u{2764}\u{fe0f} 1\u{fe0f}\u{20e3} end\\n\
\u{905}\u{928}\u{941}\u{935}\u{93e}\u{926} \u{e20}\u{e32}\u{e29}\u{e32}\u{e44}\u{e17}\u{e22} e\u{301}a\u{308}\\n'; read -r line";

#[test]
fn scripts_are_mixed_in_a_terminal_and_in_a_paragraph() {
    let Some(mut sitting) = Sitting::new("Scripts", &["sh", "-c", MIXED]) else {
        return;
    };
    sitting.desk.look("scripts-term");
    sitting.desk.key("Return");
    assert_eq!(sitting.program.finish().code(), 0);
}

#[test]
fn scripts_are_mixed_in_paragraphs() {
    let Some(mut desk) = Desk::new() else { return };
    let _gallery = desk.start("gallery", "Gallery");
    desk.key("6");
    desk.look("scripts-gallery");
}
