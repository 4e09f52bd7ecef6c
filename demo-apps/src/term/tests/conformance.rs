//! The table in conformance.txt: input, and the screen it makes.

use alacritty_terminal::index::{Column, Line, Point};
use alacritty_terminal::term::cell::{Cell, Flags};
use alacritty_terminal::vte::ansi::{Color as Asked, CursorShape, CursorStyle, NamedColor, Rgb};

use crate::term::emulator::{Emulator, GridSize, Modes, Notice};

const TABLE: &str = include_str!("conformance.txt");
const FILLED: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN";

/// The input of a line as bytes.
fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            bytes.extend_from_slice(c.to_string().as_bytes());
            continue;
        }
        match rest.next().expect("something follows a backslash") {
            'e' => bytes.push(0x1b),
            'r' => bytes.push(b'\r'),
            'n' => bytes.push(b'\n'),
            't' => bytes.push(b'\t'),
            'b' => bytes.push(8),
            'a' => bytes.push(7),
            'F' => bytes.extend_from_slice(FILLED.as_bytes()),
            'x' => {
                let digits: String = rest.by_ref().take(2).collect();
                bytes.push(u8::from_str_radix(&digits, 16).expect("two hexadecimal digits"));
            }
            '\\' => bytes.push(b'\\'),
            other => panic!("\\{other} means nothing"),
        }
    }
    bytes
}

/// The name's size, and the name without it.
fn size(name: &str) -> (usize, usize) {
    let size = name
        .strip_suffix('}')
        .and_then(|name| name.rsplit_once('{'));
    let Some((_, size)) = size else {
        return (10, 4);
    };
    let (columns, rows) = size.split_once('x').expect("columns and rows");
    (
        columns.parse().expect("a number"),
        rows.parse().expect("a number"),
    )
}

/// A line of the table.
struct Case<'a> {
    name: &'a str,
    input: Vec<u8>,
    screen: String,
    more: Vec<&'a str>,
}

impl<'a> Case<'a> {
    fn read(line: &'a str) -> Self {
        let mut fields = line
            .split(" |")
            .map(|field| field.strip_prefix(' ').unwrap_or(field));
        let mut field = || fields.next().unwrap_or_default();
        let (name, input, screen, more) = (field(), field(), field(), field());
        Self {
            name,
            input: bytes(input),
            screen: String::from_utf8(bytes(screen)).expect("text"),
            more: more.split_whitespace().collect(),
        }
    }

    /// What is wrong, fed in pieces of this size.
    fn run(&self, piece: usize) -> Result<(), String> {
        let (columns, rows) = size(self.name);
        let style = CursorStyle {
            shape: CursorShape::Block,
            blinking: true,
        };
        let mut emulator = Emulator::new(GridSize::new(columns, rows, 8, 16), style);
        for piece in self.input.chunks(piece) {
            emulator.feed(piece);
        }
        let screen: Vec<_> = (0..rows).map(|row| emulator.text(row as i32)).collect();
        let screen = screen.join("/");
        let screen = screen.trim_end_matches('/');
        if screen != self.screen.trim_end() {
            return Err(format!("shows {screen:?} and not {:?}", self.screen));
        }
        let told = Told {
            reply: emulator.take_reply(),
            notices: emulator.take_notices(),
            emulator,
        };
        self.more.iter().try_for_each(|word| told.check(word))
    }
}

/// What there is to look at after the input.
struct Told {
    emulator: Emulator,
    reply: Vec<u8>,
    notices: Vec<Notice>,
}

impl Told {
    fn check(&self, word: &str) -> Result<(), String> {
        let same = |found: String, wanted: &str| match found == wanted {
            true => Ok(()),
            false => Err(format!("{word}: it is {found}")),
        };
        let reply = || self.reply.escape_ascii().to_string();
        if let Some(place) = word.strip_prefix('@') {
            let (column, row) = self.emulator.caret();
            same(format!("{column},{row}"), place)
        } else if let Some(begin) = word.strip_prefix("<~") {
            self.reply
                .starts_with(&bytes(begin))
                .then_some(())
                .ok_or_else(reply)
        } else if let Some(answer) = word.strip_prefix('<') {
            (self.reply == bytes(answer))
                .then_some(())
                .ok_or_else(reply)
        } else if let Some(mode) = word.strip_prefix('+') {
            self.mode(mode, true)
        } else if let Some(mode) = word.strip_prefix('-') {
            self.mode(mode, false)
        } else if let Some(shape) = word.strip_prefix("caret=") {
            same(self.caret(), shape)
        } else if let Some(link) = word.strip_prefix("link=") {
            let (place, uri) = link.rsplit_once(',').expect("a place and a link");
            let found = self.cell(place).hyperlink();
            same(
                found.map_or(String::new(), |link| link.uri().to_owned()),
                uri,
            )
        } else if let Some((place, look)) = word.split_once('=').filter(|(p, _)| p.contains(',')) {
            same(look_of(&self.cell(place)), look)
        } else {
            let told: Vec<_> = self.notices.iter().map(named).collect();
            told.contains(&word.to_owned())
                .then_some(())
                .ok_or(format!("{told:?}"))
        }
    }

    fn mode(&self, name: &str, set: bool) -> Result<(), String> {
        let mode = Modes::from_name(name).expect("a mode's name");
        let is_set = self.emulator.modes().contains(mode);
        (is_set == set)
            .then_some(())
            .ok_or(format!("{name} is {is_set}"))
    }

    fn caret(&self) -> String {
        let style = self.emulator.caret_style();
        let hidden = !self.emulator.modes().contains(Modes::SHOW_CURSOR);
        let shape = match style.shape {
            _ if hidden => return "hidden".into(),
            CursorShape::Beam => "beam",
            CursorShape::Underline => "under",
            _ => "block",
        };
        format!("{shape}{}", if style.blinking { "+blink" } else { "" })
    }

    fn cell(&self, place: &str) -> Cell {
        let (column, row) = place.split_once(',').expect("a column and a row");
        let row = Line(row.parse().expect("a number"));
        let at = Point::new(row, Column(column.parse().expect("a number")));
        self.emulator.term().grid()[at].clone()
    }
}

fn named(notice: &Notice) -> String {
    match notice {
        Notice::Title(title) => format!("title={}", title.clone().unwrap_or_default()),
        Notice::Bell => "bell".into(),
        Notice::Copy(_, text) => format!("copy={text}"),
    }
}

fn look_of(cell: &Cell) -> String {
    let names = [
        (Flags::BOLD, "bold"),
        (Flags::DIM, "dim"),
        (Flags::ITALIC, "italic"),
        (Flags::UNDERLINE, "under"),
        (Flags::DOUBLE_UNDERLINE, "double"),
        (Flags::UNDERCURL, "curl"),
        (Flags::DOTTED_UNDERLINE, "dots"),
        (Flags::DASHED_UNDERLINE, "dashes"),
        (Flags::INVERSE, "inverse"),
        (Flags::HIDDEN, "hidden"),
        (Flags::STRIKEOUT, "strike"),
        (Flags::WIDE_CHAR, "wide"),
    ];
    let flags = names.iter().filter(|(flag, _)| cell.flags.contains(*flag));
    let mut looks: Vec<String> = flags.map(|(_, name)| (*name).to_owned()).collect();
    looks.extend(color("fg", cell.fg));
    looks.extend(color("bg", cell.bg));
    looks.extend(cell.underline_color().and_then(|c| color("ul", c)));
    match looks.is_empty() {
        true => "plain".into(),
        false => looks.join("+"),
    }
}

fn color(what: &str, color: Asked) -> Option<String> {
    match color {
        Asked::Named(NamedColor::Foreground | NamedColor::Background) => None,
        Asked::Named(name) => Some(format!("{what}{}", name as usize)),
        Asked::Indexed(index) => Some(format!("{what}{index}")),
        Asked::Spec(Rgb { r, g, b }) => Some(format!("{what}#{r:02x}{g:02x}{b:02x}")),
    }
}

fn cases() -> impl Iterator<Item = (bool, Case<'static>)> {
    let lines = TABLE.lines().skip_while(|line| !line.starts_with("# "));
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("# "));
    lines.map(|line| match line.strip_prefix('!') {
        Some(line) => (false, Case::read(line)),
        None => (true, Case::read(line)),
    })
}

#[test]
fn every_line_of_the_table_is_as_it_says() {
    let mut wrong = Vec::new();
    for (holds, case) in cases() {
        for piece in [usize::MAX, 1, 3] {
            match (case.run(piece), holds) {
                (Ok(()), true) | (Err(_), false) => {}
                (Ok(()), false) => wrong.push(format!("{}: works now", case.name)),
                (Err(what), true) => wrong.push(format!("{}: {what}", case.name)),
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_is_long_enough_and_names_no_line_twice() {
    let mut names: Vec<_> = cases().map(|(_, case)| case.name).collect();
    let holds = cases().filter(|(holds, _)| *holds).count();
    assert!(holds >= 150, "{holds} lines hold");
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}
