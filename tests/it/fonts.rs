//! Programs on machines whose fonts are missing or damaged: they show their text all the same.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use transom_tests::eventually;
use transom_tests::process::Process;
use transom_tests::server::Server;
use transom_tests::snapshot::Picture;

/// A file of fontconfig's by which there are the fonts of one directory and no others.
fn configuration(directory: &Path) -> String {
    format!(
        "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">\n\
         <fontconfig><dir>{0}</dir><cachedir>{0}/cache</cachedir></fontconfig>\n",
        directory.display()
    )
}

/// What may be in that directory.
fn without_fonts(_: &Path) {}

/// A file that is no font, half of one, and one of which all is right but the outlines.
fn with_damaged_fonts(directory: &Path) {
    let whole = dejavu::sans::regular();
    fs::write(directory.join("noise.ttf"), [0x5a; 40_000]).expect("written");
    fs::write(directory.join("half.ttf"), &whole[..whole.len() / 2]).expect("written");
    let mut hollow = whole.to_vec();
    let outlines = table(whole, b"glyf");
    hollow[outlines].fill(0xff);
    fs::write(directory.join("hollow.ttf"), hollow).expect("written");
}

/// Where a table of a font file is.
fn table(font: &[u8], tag: &[u8; 4]) -> std::ops::Range<usize> {
    let number = |at: usize| {
        let bytes = font[at..at + 4].try_into().expect("four of them");
        u32::from_be_bytes(bytes) as usize
    };
    let tables = usize::from(u16::from_be_bytes([font[4], font[5]]));
    let mut entries = (0..tables).map(|n| 12 + 16 * n);
    let entry = entries.find(|at| font[*at..at + 4] == *tag);
    let entry = entry.expect("the bundled font has outlines");
    number(entry + 8)..number(entry + 8) + number(entry + 12)
}

/// Where a program finds fonts: a variable of its environment.
type Fonts<'a> = (&'static str, &'a Path);

fn start(server: &Server, program: &[&str], fonts: Fonts) -> Process {
    let mut command = server.home.program(program[0]);
    command
        .args(&program[1..])
        .env("TRANSOM_DISPLAY", server.display())
        .env("LC_ALL", "C.UTF-8")
        .env(fonts.0, fonts.1);
    Process::start(command)
}

/// The window of a program that was started second.
fn newest(server: &Server, others: usize) -> Value {
    let mut control = server.control();
    let window = eventually(|| match control.list() {
        windows if windows.len() > others => Ok(windows[windows.len() - 1].clone()),
        windows => Err(format!("{windows:?}")),
    });
    control.wait_idle();
    window
}

fn shot(server: &Server, window: &Value) -> Picture {
    let id = window["id"].as_u64().expect("a number");
    server.control().shot(Some(id))
}

/// How many colours a picture has: an empty one has few.
fn colors(picture: &Picture) -> usize {
    let mut all: Vec<_> = picture.pixels.iter().map(|c| (c.r, c.g, c.b)).collect();
    all.sort_unstable();
    all.dedup();
    all.len()
}

/// Programs, and the keys that make them show what they should.
const PROGRAMS: &[(&[&str], &str)] = &[
    (&["hello"], ""),
    (&["clock"], ""),
    // A page of all scripts.
    (&["gallery"], "6"),
    (
        &[
            "term",
            "-e",
            "sh",
            "-c",
            // Without a caret, for only one of two terminals has the keyboard.
            "printf '\\033[?25lGrüße, Жизнь, שלום, السلام, 漢字, 🦀\\n'; sleep 100",
        ],
        "",
    ),
];

/// Compares what programs show with what they show when they look for no fonts.
fn assert_bundled(name: &str, make: fn(&Path)) {
    for (program, keys) in PROGRAMS {
        let server = Server::with(&["--size", "1000x800"]);
        let fonts = server.home.path("fonts");
        fs::create_dir(&fonts).expect("a directory");
        make(&fonts);
        let file = server.home.path("fonts.conf");
        fs::write(&file, configuration(&fonts)).expect("written");
        let mut windows = Vec::new();
        let mut programs = Vec::new();
        for fonts in [
            ("FONTCONFIG_FILE", file.as_path()),
            ("TRANSOM_FONTS", Path::new("bundled")),
        ] {
            programs.push(start(&server, program, fonts));
            windows.push(newest(&server, windows.len()));
            if !keys.is_empty() {
                let request = json!({"cmd": "inject", "input": "text", "text": keys});
                server.control().ask(request);
                // A window that comes while somebody types has no keyboard; a key that enters nothing
                // says that this is over.
                server.control().key("shift");
                server.control().wait_idle();
            }
        }
        // Clocks go on.
        eventually(|| {
            let pictures: Vec<_> = windows.iter().map(|w| shot(&server, w)).collect();
            let shown = colors(&pictures[0]);
            let text = shown > 16 && pictures[0] == pictures[1];
            text.then_some(())
                .ok_or_else(|| format!("{name}, {program:?}: {shown} colours, or they differ"))
        });
        for mut program in programs {
            assert!(program.is_running(), "{}", program.stderr());
        }
    }
}

#[test]
fn without_any_font_programs_use_the_bundled_one() {
    assert_bundled("none", without_fonts);
}

#[test]
fn damaged_fonts_are_passed_over() {
    assert_bundled("damaged", with_damaged_fonts);
}
